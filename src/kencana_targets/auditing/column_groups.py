"""Which target and which actual a column of published achievements is computed of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from kencana_targets.auditing.printed_headers import PRINTED, is_percent
from kencana_targets.core.errors import Problem, column_letters
from kencana_targets.tables.headings import Heading
from kencana_targets.tables.layout import Block
from kencana_targets.tables.numbers import parse_column, says_missing
from kencana_targets.tables.raw_columns import Cells, present, written

# Four quarters of five years, with performance and budget in each, are 40.
_MOST_ACHIEVEMENTS = 100

_Said: TypeAlias = Sequence[frozenset[object]]


@frozen
class Triple:
    """The columns that belong to one column of achievements, by position.

    Parameters
    ----------
    target, actual, achievement : int
        The figures.
    band : int or None
        The words for these achievements.
    year : float
        The year that the headings of the figures name; nan for none or several.
    """

    target: int
    actual: int
    achievement: int
    band: int | None
    year: float

    @property
    def figures(self) -> tuple[int, int, int]:
        """Target, actual and achievement, in the order of `PRINTED`."""
        return self.target, self.actual, self.achievement


def find_triples(block: Block, problems: list[Problem], notes: list[Problem]) -> list[Triple]:
    """Find the target and the actual of each column of achievements.

    They are those whose headings say the same as the achievement's, or nearly so;
    what names another year, or has other words, belongs to another one.

    Parameters
    ----------
    block : Block
        The table.
    problems : list of Problem
        Takes what is missing, and what could be meant as well.
    notes : list of Problem
        Takes the achievements that nothing belongs to, where others are audited.
    """
    headings = block.headings
    columns = _figure_columns(block, problems)
    found = _belonging(headings, columns) if all(columns.values()) else {}
    whole = {at: sides for at, sides in found.items() if all(sides)}
    if found and not whole:
        what = "no target and actual belong to the achievement"
        got = [headings[at].text for key in PRINTED for at in columns[key]]
        hint = "tell them: columns={'target': ..., 'actual': ..., 'achievement': ...}"
        problems.append(Problem(what, where=block.grid.place(block.first), got=got, hint=hint))
    hint = "to audit it alone, tell all three with columns="
    notes += [
        _note(block, at, "not audited: no target and actual belong to it", hint)
        for at in found
        if whole and at not in whole
    ]
    percents = (at for at, heading in enumerate(headings) if heading.role == "unknown")
    notes += [
        _note(block, at, "not audited: it is not known to be an achievement", hint)
        for at in percents
        if is_percent(headings[at].text) and _holds_numbers(block.columns[at])
    ]
    _check_choices(block, whole, problems)
    bands = _bands(block, list(whole), problems, notes)
    return [
        Triple(target, actual, at, bands.get(at), _year(headings, target, actual, at))
        for at, ((target, *_), (actual, *_)) in whole.items()
    ]


def find_column(block: Block, role: str, problems: list[Problem]) -> int | None:
    """Return the only column of a role, None without one; of regions the smallest."""
    found = _columns(block.headings, role)
    if role == "region":
        # Of provinces, regencies and districts beside each other the smallest come last.
        found = (found or _columns(block.headings, "province"))[-1:]
    if len(found) > 1:
        problems.append(_several(block, role, found))
    return found[0] if found else None


def missing(column: Cells) -> NDArray[np.bool_]:
    """Return where a column holds nothing, or a mark that says so, such as a dash.

    Examples
    --------
    >>> missing(["95", None, "-", "WTP", "n/a"]).tolist()
    [False, True, True, False, True]
    """
    return ~present(column) | says_missing(column)


def _columns(headings: Sequence[Heading], role: str) -> list[int]:
    """Return the columns of a role; one that bears its very name goes before its equals."""
    found = [at for at, heading in enumerate(headings) if heading.role == role]
    plain = [at for at in found if not _words(headings[at])]
    named = [at for at in plain if headings[at].text == role]
    return [at for at in found if not named or at in named or at not in plain]


def _figure_columns(block: Block, problems: list[Problem]) -> dict[str, list[int]]:
    """Return the columns of each figure; of achievements those in which some are printed."""
    columns = {key: _columns(block.headings, key) for key in PRINTED}
    for key, found in columns.items():
        # Beside a target in words, or its unit under one heading, the numbers are meant.
        if len(found) > 1:
            columns[key] = [at for at in found if _holds_numbers(block.columns[at])] or found
    where = block.grid.place(block.first)
    texts = [heading.text for heading in block.headings if heading.text]
    for key in (key for key, found in columns.items() if not found):
        hint = f"name it '{key}', or tell which it is: columns={{'{key}': ...}}"
        problems.append(Problem(f"no column '{key}'", where=where, got=texts, hint=hint))
    achievements = columns["achievement"]
    if len(achievements) > _MOST_ACHIEVEMENTS:
        what = f"more than {_MOST_ACHIEVEMENTS} columns of achievements"
        hint = "tell which to audit: columns={'achievement': ...}"
        problems.append(Problem(what, where=where, got=len(achievements), hint=hint))
        achievements = []
    printed = [at for at in achievements if not missing(block.columns[at]).all()]
    return columns | {"achievement": printed or achievements}


def _holds_numbers(column: Cells) -> bool:
    read = [parse_column(written(column), decimal=mark) for mark in (",", ".")]
    return any(one.intervals or not np.isnan(one.values).all() for one in read)


def _words(heading: Heading) -> frozenset[object]:
    return frozenset((*heading.rest, heading.year)) - {None}


def _belonging(
    headings: Sequence[Heading], columns: Mapping[str, list[int]]
) -> dict[int, tuple[list[int], list[int]]]:
    """Return the targets and the actuals that may belong to each achievement."""
    if all(len(found) == 1 for found in columns.values()):
        targets, actuals, (only,) = columns.values()
        return {only: (targets, actuals)}
    said = [_words(heading) for heading in headings]
    fitting = {key: _mutual(said, columns[key], columns["achievement"]) for key in PRINTED[:2]}
    return {
        at: _alike(said, fitting["target"][at], fitting["actual"][at])
        for at in columns["achievement"]
    }


def _mutual(said: _Said, columns: Iterable[int], others: Sequence[int]) -> dict[int, list[int]]:
    """Return for each of the others the nearest columns of those that have no nearer one."""
    near: dict[int, list[int]] = {other: [] for other in others}
    for at in columns:
        for other in _nearest(said, at, others):
            near[other].append(at)
    return {other: _nearest(said, other, found) for other, found in near.items()}


def _nearest(said: _Said, one: int, among: Iterable[int]) -> list[int]:
    """Return the columns that say least more or less than one, and nothing else instead."""
    apart = {
        at: len(said[at] ^ said[one])
        for at in among
        if said[at] <= said[one] or said[one] <= said[at]
    }
    least = min(apart.values(), default=0)
    return [at for at, words in apart.items() if words == least]


def _alike(said: _Said, targets: list[int], actuals: list[int]) -> tuple[list[int], list[int]]:
    """Keep of several targets and actuals those that say the same, and none that differ."""
    both = {said[at] for at in targets} & {said[at] for at in actuals}
    if len(both) == 1 and len(targets) + len(actuals) > 2:
        return [at for at in targets if said[at] in both], [
            at for at in actuals if said[at] in both
        ]
    if len(targets) == len(actuals) == 1 and not _nearest(said, targets[0], actuals):
        return [], []
    return targets, actuals


def _check_choices(
    block: Block, whole: Mapping[int, tuple[list[int], list[int]]], problems: list[Problem]
) -> None:
    """Report where several columns could be meant."""
    used: dict[tuple[int, ...], list[int]] = {}
    several = []
    for at, sides in whole.items():
        used.setdefault((*sides[0], -1, *sides[1]), []).append(at)
        several += [
            _several(block, key, side)
            for key, side in zip(PRINTED, sides, strict=False)
            if side[1:]
        ]
    several += [_several(block, "achievement", found) for found in used.values() if found[1:]]
    problems += dict.fromkeys(several)


def _bands(
    block: Block, achievements: Sequence[int], problems: list[Problem], notes: list[Problem]
) -> dict[int, int]:
    """Return the column of words for each column of achievements, as far as it is told."""
    headings = block.headings
    columns = _columns(headings, "band")
    if len(columns) == len(achievements) == 1 and headings[columns[0]].year is None:
        return {achievements[0]: columns[0]}
    said = [_words(heading) for heading in headings]
    claimed = {at: _nearest(said, at, achievements) for at in columns}
    notes += [
        _note(block, at, "not checked: it may belong to several achievements")
        for at, near in claimed.items()
        if len(near) > 1
    ]
    bands = {}
    for achievement in achievements:
        own = [at for at, near in claimed.items() if near == [achievement]]
        nearest = _nearest(said, achievement, own)
        if len(nearest) > 1:
            problems.append(_several(block, "band", nearest))
        if nearest:
            bands[achievement] = nearest[0]
    return bands


def _several(block: Block, role: str, found: Sequence[int]) -> Problem:
    texts = list(dict.fromkeys(block.headings[at].text for at in found))
    hint = f"call the one to audit '{role}'"
    hint += f", or choose it: columns={{'{role}': '{texts[0]}'}}" * (len(texts) > 1)
    names = [f"column {column_letters(at + 1)} '{block.headings[at].text}'" for at in found]
    what, where = f"several columns for '{role}'", block.grid.place(block.first)
    return Problem(what, where=where, got=" and ".join(names), hint=hint)


def _note(block: Block, at: int, what: str, hint: str = "") -> Problem:
    where = block.grid.place(block.last, at, block.headings[at].text)
    return Problem(what, where=where, hint=hint)


def _year(headings: Sequence[Heading], *columns: int) -> float:
    years = {year for at in columns if (year := headings[at].year) is not None}
    return years.pop() if len(years) == 1 else np.nan
