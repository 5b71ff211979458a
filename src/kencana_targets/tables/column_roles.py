"""What is wanted of a table, which of its columns are keys, and which hold the figures."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.checks import is_number
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem, nearest_names
from kencana_targets.tables.asked import headings_told
from kencana_targets.tables.cells import Names
from kencana_targets.tables.headings import (
    ABOUT,
    BARE_YEAR,
    LEAVE_OUT,
    MONEY,
    RESIDENCE,
    Heading,
    Vocabulary,
    fold,
    names_part,
)
from kencana_targets.tables.layout import Block
from kencana_targets.tables.periods import PERIOD_NAMES, Period, names_period
from kencana_targets.tables.phrases import TextReader, TextReading
from kencana_targets.tables.raw_columns import cell_text, listed, picked, present, written
from kencana_targets.tables.region_cells import is_level_column

_REMARKS = re.compile(r"catatan|keterangan|ket\b|sumber|notes?\b|remarks?\b|source", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{3}")
_TEXTS = TextReader()
_PEOPLE = frozenset(("men", "women", "urban", "rural", "poorest", "age", "group"))
_KEEP_PARTS = "keep each part of the people with columns="


# What the caller says of a table, whatever its title says.
_SETTLES = {"period": "period", "figure": "kind", "part": "part", "unit": "unit"}


@frozen(eq=False)
class ReadRequest:
    """What is to be read from a table, and what is known of it.

    Parameters
    ----------
    kind : {"actual", "target", "baseline"}
        Which of its figures.
    given : mapping
        What the caller tells of all figures.
    names : Names
        The indicators of the plan.
    words : Vocabulary
        What headings mean, and the periods in a year beside whole years.
    notes : list of Problem
        Takes what is assumed.
    others : {"note", "refuse"}
        What is done with columns of indicators that the plan does not know.
    decimal : {",", "."}, optional
        The decimal mark, where it is told.
    """

    kind: str
    given: Mapping[str, Any]
    names: Names
    words: Vocabulary
    notes: list[Problem]
    others: str = "refuse"
    decimal: str | None = None

    @property
    def texts(self) -> TextReader:
        """What reads the texts of the table."""
        return self.words.texts

    @property
    def of_figures(self) -> list[str]:
        """What is given of figures, beside what settles how the table is taken."""
        return [key for key in self.given if key not in _SETTLES]

    @property
    def keeps_parts(self) -> bool:
        """Whether figures of parts of the people can be kept, by their names."""
        return self.kind == "actual" and self.words.periods == 1

    @property
    def settled(self) -> frozenset[str]:
        """What the caller settles, whatever the title says."""
        settled = {_SETTLES[key] for key in self.given if key in _SETTLES}
        settled -= {"kind"} if self.given.get("figure", self.kind) != self.kind else set()
        return frozenset(settled | ({"period"} if self.words.periods > 1 else set()))

    def check_period(self, period: Period, where: Place, got: str, problems: list[Problem]) -> None:
        """Report a period of which a year has another number."""
        periods = self.words.periods
        if period.of in (1, periods):
            return
        what = f"one of {period.of} periods of a year where there are {periods}"
        hint = f"combine with periods={period.of}, or leave it out"
        if periods == 1:
            what = f"a {PERIOD_NAMES[period.of]} where whole years are read"
            hint = "combine quarters and months with to_date"
        problems.append(Problem(what, where=where, got=got, hint=hint))


def key_columns(block: Block, request: ReadRequest, problems: list[Problem]) -> dict[str, int]:
    """Return the column of each field that is not a figure."""
    found: dict[str, int] = {}
    headings = block.headings
    header = block.grid.place(block.first)
    texts = [heading.text for heading in headings if heading.role not in ("ignored", *ABOUT)]
    doubled = {text for text, times in Counter(texts).items() if text and times > 1}
    problems += [
        Problem("two columns of one name", where=header, got=text, hint="rename one")
        for text in sorted(doubled)
    ]
    for at, heading in enumerate(headings):
        role = heading.role
        column = block.columns[at]
        if (
            isinstance(column, Categorical)
            and is_level_column(column.categories)
            and not heading.told
        ):
            role = "region_level"
            headings[at] = evolve(heading, role=role)
        if role == "part" and block.is_filled(at):
            what = "a column that parts the figures among times or people"
            hint = f"combine quarters and months with to_date, keep the whole, or {LEAVE_OUT}"
            if request.keeps_parts and request.words.role(heading.text) == "part":
                hint = f"{_KEEP_PARTS}{{'dimension': {heading.text!r}}}, or {LEAVE_OUT}"
            problems.append(Problem(what, where=block.where_heading(at), hint=hint))
        others = ("ignored", "unknown", "figures", "part", "facility")
        no_key = role in others or heading.period is not None
        if no_key or heading.text in doubled:
            continue
        if role in found and {headings[found[role]].text, heading.text} == {role, f"{role}_name"}:
            # A table of results names codes, and beside them the names.
            found[role] = found[role] if headings[found[role]].text == role else at
            continue
        if role in ABOUT and role in found and _figure_before(headings, at) > found[role]:
            # Each stands beside a figure of its own.
            continue
        if role in found and role in MONEY and not heading.told:
            # The one that stands apart is noted; a budget is often stated twice.
            continue
        if role in found:
            problems.append(two_columns(block, role, found[role], at))
        found.setdefault(role, at)
    for code in ("region_code", "bps_code"):
        if code in found:
            found.setdefault("region", found[code])
    if "region" not in found and "province" in found:
        found["region"] = found.pop("province")
        problems += _unread_names(block, found)
    return found


def _figure_before(headings: Sequence[Heading], at: int) -> int:
    """Return the figure beside which a column that says something of it stands, -1 for none."""
    before = [one for one in range(at) if headings[one].role not in ABOUT][-1:]
    return before[0] if before and headings[before[0]].role == "figures" else -1


def two_columns(block: Block, role: str, first: int, second: int) -> Problem:
    """Return the problem of two columns for one field."""
    both = f"{block.headings[first].text!r} and {block.headings[second].text!r}"
    hint = f"name one of them: columns={{'{role}': ...}}"
    where = block.grid.place(block.first)
    return Problem(f"two columns for '{role}'", where=where, got=both, hint=hint)


def _unread_names(block: Block, keys: Mapping[str, int]) -> list[Problem]:
    """Report a column of words that may name the regions within a province."""
    hint = f"name it with columns={{'region': ...}}, or {LEAVE_OUT}"
    what = "cannot tell whether this column names the region, beside the province"
    return [
        Problem(what, where=block.where_heading(at), hint=hint, cause="heading")
        for at, heading in enumerate(block.headings)
        if at not in keys.values()
        and heading.role in ("figures", "unknown")
        and not (heading.figure or heading.year or heading.told)
        and not _REMARKS.match(heading.text)
        and isinstance(column := block.columns[at], Categorical)
        and any(map(_LETTERS.search, column.categories))
    ]


def figure_columns(
    block: Block,
    request: ReadRequest,
    is_named: Callable[[Heading], bool],
    problems: list[Problem],
    among: Collection[int] | None = None,
) -> tuple[list[int], bool]:
    """Return the columns that hold the figures wanted, and whether a lack of them is reported.

    `is_named` says whether a heading names nothing that would have to be told elsewhere,
    and `among` which columns are looked at.
    """
    figures = {
        at: heading
        for at, heading in enumerate(block.headings)
        if heading.role == "figures" and (among is None or at in among)
    }
    named = [at for at, heading in figures.items() if is_named(heading)]
    kind = request.kind
    for word in (kind, "value"):
        chosen = [at for at in named if figures[at].figure == word]
        if chosen:
            break
    if any(figures[at].told for at in chosen):
        # What stands beside a column that the caller names is not wanted.
        return chosen, False
    bare = [at for at in named if not figures[at].figure]
    dated = any(figures[at].year is not None for at in chosen or bare)
    odd = [
        at
        for at in figures.keys() - named
        if figures[at].figure in (kind, "value")
        or (not figures[at].figure and _may_be_wanted(figures[at], dated=dated))
        or (not chosen and any(names_people(one, alone=True) for one in figures[at].rest))
    ]
    unread = sorted(at for at in odd if (dated or not bare) and block.is_filled(at))
    for at in unread:
        report_odd(block, at, figures[at].rest, request, problems)
    if not chosen:
        return bare, bool(unread) and not bare
    # A figure without a word for what it is cannot stand beside figures with one;
    # a mere percent sign beside target and actual is the achievement.
    known = {(figures[at].rest, figures[at].year) for at in chosen}
    unsaid = [
        at
        for at in bare
        if not (figures[at].text.endswith("%") and (figures[at].rest, figures[at].year) in known)
    ]
    if any(figures[at].rest or figures[at].year for at in chosen):
        report_unclear(block, unsaid, kind, problems)
    return chosen, False


def _may_be_wanted(heading: Heading, *, dated: bool) -> bool:
    """Return whether a heading without a word for its figures names a period, or a year oddly."""
    said = " / ".join(heading.rest)
    return names_period(said) or (
        dated and (heading.year is not None or bool(BARE_YEAR.search(said)))
    )


def report_unclear(
    block: Block, columns: Iterable[int], kind: str, problems: list[Problem]
) -> None:
    """Report the columns of figures of which nothing says what figures they are."""
    what, hint = "cannot tell what this column is", f"write '{kind}' over it, or {LEAVE_OUT}"
    for at in columns:
        heading = block.headings[at]
        if heading.role == "figures" and not heading.figure and block.is_filled(at):
            where = block.where_heading(at)
            problems.append(Problem(what, where=where, hint=hint, cause="heading"))


def report_odd(
    block: Block, at: int, odd: Sequence[str], request: ReadRequest, problems: list[Problem]
) -> None:
    """Report a heading that says more than is understood."""
    said = " / ".join(odd)
    hint = f"if it is the figure of the year, tell columns={{'{request.kind}': ...}}, else "
    if (
        request.keeps_parts
        and (parts := _parts_of_people(block))
        and any(map(names_people, said.split(" / ")))
    ):
        hint = f"{_KEEP_PARTS}{{'dimension': {parts}}}, or "
    elif names_part(said):
        hint = "combine quarters and months with to_date, or "
    what = f"cannot tell what {said!r} is"
    where = block.where_heading(at)
    problems.append(Problem(what, where=where, hint=hint + LEAVE_OUT, cause="heading"))


def names_people(text: str, texts: TextReader = _TEXTS, *, alone: bool = False) -> bool:
    """Return whether a text names a part of the people: men, the poorest, towns.

    `alone` asks that it names nothing else, or an indicator that is known.
    """
    reading = texts.read(text)
    kinds = {one.kind for one in reading.phrases}
    plain = "indicator" in kinds or (kinds <= {"part", "figure", "year"} and not reading.rest)
    named = _PEOPLE.intersection(reading.keys("part")) and (plain or not alone)
    return bool(named) or fold(text) in RESIDENCE


def _parts_of_people(block: Block) -> list[str]:
    """Return the headings of parts of the people that stand beside each other, and of all."""
    texts: dict[str, bool] = {}
    for heading in block.headings:
        said = [*filter(names_people, heading.rest)] if heading.role == "figures" else []
        for text in heading.text.split(" / ") if heading.role == "figures" else []:
            texts[text] = names_people(text) or any(map(text.endswith, said))
    parts = [text for text, named in texts.items() if named]
    whole = (one for one in texts if one not in parts and _says_all(_TEXTS.read(one)))
    return [*parts, *whole] if parts else []


def _says_all(reading: TextReading) -> bool:
    return reading.keys("part") == ("all",) or reading.keys("row") == ("total",)


def choose_rows(block: Block, rows: Mapping[str, Any], problems: list[Problem]) -> Block:
    """Keep the rows whose cells under some headings are the ones asked for."""
    kept = np.ones(len(block.rows), dtype=bool)
    headings = list(block.headings)
    for heading, values in rows.items():
        found = [at for at, one in enumerate(headings) if _same(one.text, heading)]
        where = Place(argument="rows", part=f"'{heading}'")
        if not found:
            shown = ", ".join(repr(one.text) for one in headings if one.text)
            hint = f"there are {shown}"
            problems.append(Problem("no such heading", where=where, got=heading, hint=hint))
            continue
        column = written(block.columns[found[0]])
        cells = [cell_text(cell) for cell in listed(column)]
        wanted = [values] if isinstance(values, str) or is_number(values) else list(values)
        hit = np.array([any(_same(cell, cell_text(one)) for one in wanted) for cell in cells])
        if not hit.any():
            hint = "there are " + ", ".join(map(repr, dict.fromkeys(cells[:200])))
            problems.append(Problem("no such cell", where=where, got=values, hint=hint[:300]))
            continue
        kept &= hit
    at = np.flatnonzero(kept)
    columns = [picked(column, at) for column in block.columns]
    return evolve(block, headings=headings, columns=columns, rows=block.rows[at])


def _same(text: str, other: str) -> bool:
    return "".join(text.casefold().split()) == "".join(other.casefold().split())


def check_merged(block: Block, chosen: Sequence[int], problems: list[Problem]) -> None:
    """Report merged cells that give one figure to several rows."""
    rows = block.rows
    for (top, left), (bottom, right) in block.grid.merged:
        first, after = np.searchsorted(rows, (top, bottom + 1)).tolist()
        hit = [at for at in chosen if left <= at <= right] if after > first else []
        shared = hit and (after - first > 1 or left < right)
        if shared and any(present(block.columns[at])[first] for at in hit):
            what = "merged cells hold one figure for several places"
            hint = "part the cells and write the figure where it belongs"
            where = block.place(first, hit[0])
            problems.append(Problem(what, where=where, hint=hint))


def check_columns(
    columns: Mapping[str, Any] | None, blocks: Sequence[Block], problems: list[Problem]
) -> None:
    """Report headings that the caller names and no table has."""
    if not columns:
        return
    texts = {heading.text for block in blocks for heading in block.headings}
    known = texts | {part for text in texts for part in text.split(" / ")}
    for role, heading in headings_told(columns):
        if heading.casefold() not in map(str.casefold, known):
            near = nearest_names(heading, known)
            hint = "there are " + ", ".join(map(repr, near or sorted(known)[:10]))
            where = Place(argument="columns", part=f"'{role}'")
            problems.append(Problem("no such heading", where=where, got=heading, hint=hint))
