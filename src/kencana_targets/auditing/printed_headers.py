"""Where the headers of a published table are, and what its columns hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import headings_told
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem, column_letters, nearest_names
from kencana_targets.core.typing import Truths
from kencana_targets.tables.files import Grid
from kencana_targets.tables.header import MOST_HEADER_ROWS, filled, is_header_row, numbered_end
from kencana_targets.tables.headings import Heading, Vocabulary, year_of
from kencana_targets.tables.layout import Block, Headers
from kencana_targets.tables.numbers import parse_column, says_missing
from kencana_targets.tables.raw_columns import Cells, cells_of_row, holding, present, written
from kencana_targets.tables.words import fold, read_by, remembering, word_set

# The columns of an audit.
PRINTED = ("target", "actual", "achievement")
_BESIDE = ("agency", "region", "province", "indicator", "year", "direction", "band", "decimals")
ROLES = (*PRINTED, *_BESIDE)
_WORD = re.compile(r"[^\W_]+")
_PERCENT = "persen"
_LONGEST = 200
# Of the letters of a heading that is misspelt, so many are right.
_ALIKE = 0.8
# Four quarters of five years, with performance and budget in each, are 40.
_MOST_ACHIEVEMENTS = 100
_Said: TypeAlias = Sequence[frozenset[object]]


def _plain(text: str) -> str:
    """Return a heading with its words in one spelling, and without fillers beside others."""
    fillers = word_set("heading-fillers")
    text = text.replace("%", f" {_PERCENT} ").replace("_", " ")
    text = _WORD.sub(lambda match: _spellings().get(match[0].casefold(), match[0]), text)
    bare = _WORD.sub(lambda one: one[0] * (one[0].casefold() not in fillers), text)
    return (bare if _WORD.search(bare) else text).strip()


def _words(text: str) -> list[str]:
    return fold(_plain(text)).split()


@cache
def _spellings() -> Mapping[str, str]:
    return {other: word for word, others in read_by("same-word").items() for other in others}


@cache
def _reader() -> Mapping[str, str]:
    """Return what the reader of figures knows headings to be."""
    return Vocabulary.of().roles


@cache
def _vocabulary() -> Vocabulary:
    """Return the words of the reader, and beside them what published tables call their columns."""
    known, printed = _reader(), read_by("printed")
    follows = sorted(printed["more-follows"], key=len, reverse=True)
    names = rf"(?:{_PERCENT}\s+)?(?:{'|'.join(follows)})"
    more = re.compile(rf"({names})\b[\s:.-]*(\S.*)", re.IGNORECASE | re.DOTALL)
    figures = ((name, role) for role in PRINTED for name in read_by("phrase-figure")[role])
    said = [
        *known.items(),
        *((name, role) for role in ROLES for name in printed.get(role, ())),
        # Behind a name that more words may follow, they tell one column from another.
        *((n, role) for n, role in figures if known.get(n) != "ignored" and not more.fullmatch(n)),
    ]
    roles: dict[str, str] = {}
    for name, role in said:
        # A column of codes names no indicator, and of "Tahun Anggaran" nothing is left out.
        codes = role == "indicator" and not {"kode", "code"}.isdisjoint(name.split())
        if role in ROLES and not codes:
            roles.setdefault(name if role == "year" else fold(_plain(name)), role)
    return Vocabulary(roles, figure_words=more, no_more=frozenset((_PERCENT,)))


@cache
def _beginnings() -> frozenset[str]:
    roles = _vocabulary().roles
    return frozenset(name.split()[0] for name, role in roles.items() if role in PRINTED)


def is_percent(heading: str) -> bool:
    """Return whether a heading speaks of percent.

    Examples
    --------
    >>> is_percent("Serapan Keuangan (%)"), is_percent("Sisa anggaran (Rp)")
    (True, False)
    """
    return not {_PERCENT, "persentase"}.isdisjoint(_words(heading))


@cache
def is_unit(heading: str) -> bool:
    """Return whether a heading is that of a column of units."""
    return fold(heading) in map(fold, read_by("heading")["unit"])


@cache
def _untold() -> PrintedHeaders:
    return PrintedHeaders({})


@frozen(eq=False)
class PrintedHeaders:
    """The headers of published tables, by their words and those that the caller tells.

    Parameters
    ----------
    told : mapping
        Roles by heading in lower case; what else would be of such a role is ignored.
    """

    told: Mapping[str, str]
    # Headings repeat their words.
    _known: Mapping[tuple[str, ...], Heading] = remembering("_read")

    @classmethod
    def of(cls, columns: Mapping[str, str | Sequence[str]] | None) -> PrintedHeaders:
        """Take the headings that the caller names."""
        if not columns:
            return _untold()
        return cls({heading.casefold(): role for role, heading in headings_told(columns)})

    @property
    def of_blocks(self) -> Headers:
        """What finds the tables of a sheet."""
        return Headers(self.find, self.read, self.starts)

    def role(self, cell: str) -> str:
        """Return the role of a heading alone."""
        # Also what the caller tells otherwise marks a header: the telling may be mistaken.
        told = self.told.get(cell.casefold())
        if cell[:1].isdigit() and "%" not in cell and cell.upper() == cell.lower():
            return told or "unknown"  # most cells are figures
        return told or _untold().read((cell,)).role

    def read(self, path: tuple[str, ...]) -> Heading:
        """Say what a column of a published table holds, and what tells it from others.

        Its ``role`` is a column of an audit, ``"ignored"`` or ``"unknown"``.

        Examples
        --------
        >>> one = PrintedHeaders({}).read(("Anggaran (Rp)", "Realisasi 2020"))
        >>> one.role, one.year, one.rest
        ('actual', 2020.0, ('anggaran', 'rp'))
        >>> PrintedHeaders({}).read(("Capaian Kinerja (%)",)).rest
        ()
        """
        return self._known[path]

    def _read(self, path: tuple[str, ...]) -> Heading:
        text, words = " / ".join(path), _vocabulary()
        if any(len(part) > _LONGEST for part in path):
            return Heading(text, "unknown")
        whole, told = self.told.get(text.casefold()), [self.told.get(p.casefold()) for p in path]
        role = whole or next(filter(None, reversed(told)), "")
        lowest = [part for part in path if year_of(part) is None][-1:]
        years, said, percent = set[float | None](), set[str](), False
        for part, own in zip(reversed(path), reversed(told), strict=True):
            more, figure, year = words.part(_plain(part))
            beyond = [word for one in more for word in fold(one).split()]
            years |= {year} | {year_of(word) for word in beyond}
            if whole or own:
                # Of a heading that is told, no more than its year is asked.
                continue
            key = words.role(part if words.role(part) == "year" else _plain(part))
            # *Target Tahun* alone, of no year.
            of_year = fold(part) in word_set("year-of-a-target") and len(path) == 1
            if figure in PRINTED and (of_year or _reader().get(fold(part)) == "ignored"):
                # The year of a target, or what else a reader knows to be no figure.
                continue
            percent |= beyond == [_PERCENT]
            if not role and key in _BESIDE and part in lowest:
                role, beyond = key, []
            elif not role and figure in PRINTED:
                role = figure
            elif figure in PRINTED or key in _BESIDE:
                beyond = _words(part)
            said.update(beyond)
        if not role and percent:
            # Under another word a mere percent sign is its unit.
            role = "achievement"
        if role in self.told.values() and not (whole or any(told)):
            role = "ignored"
        years -= {None}
        year = years.pop() if len(years) == 1 else None
        said = {word for word in said if year is None or year_of(word) is None}
        rest = tuple(sorted(said - {*word_set("heading-fillers"), _PERCENT}))
        return Heading(text, role or "unknown", year=year, rest=rest)

    def called_actual(self, grids: Sequence[Grid]) -> PrintedHeaders:
        """Take *Capaian* beside a percentage for the actual: no column is called so."""
        told = dict(self.told)
        for row in (row for grid in grids for row in grid.head):
            texts = (cell for cell in row if isinstance(cell, str))
            cells = [cell for cell in texts if self.role(cell) == "achievement"]
            plain = [cell.casefold() for cell in cells if not is_percent(cell)]
            told |= dict.fromkeys(plain, "actual") if len(plain) < len(cells) else {}
        return PrintedHeaders(told)

    def misspelt(self, grid: Grid) -> dict[str, str]:
        """Return the cells that are nearly the names of figures that a header lacks, by role."""
        names = _vocabulary().roles
        known = {role: [name for name in names if names[name] == role] for role in PRINTED}
        for row in grid.head:
            cells = [cell for cell in row if isinstance(cell, str) and len(cell) <= _LONGEST]
            lacking = set(PRINTED) - set(map(self.role, cells))
            unknown = [cell for cell in cells if self.role(cell) == "unknown"]
            unknown = [cell for cell in unknown if _reader().get(fold(cell)) != "ignored"]
            bare = {c: " ".join(one for one in _words(c) if one != _PERCENT) for c in unknown}
            near = {
                role: cell
                for role in PRINTED
                for cell, words in bare.items()
                if role in lacking
                and (
                    nearest_names(words, known[role], alike=_ALIKE)
                    # What was spent is judged by what was to be spent.
                    or (role == "target" and _reader().get(words.partition(" ")[0]) == "budget")
                )
            }
            if near and near.keys() == lacking:
                return near
        return {}

    def find(self, grid: Grid) -> tuple[int, int, int] | None:
        """Return the rows of the first header: one or two that have all three figures.

        They are its first and last one, and the one that numbers its columns, if there is one.
        """
        for top, (row, below) in enumerate(pairwise([*grid.head, []])):
            if rows := self._header_rows(row, below):
                first, last = self._extended(grid, top, top + rows - 1)
                # Below the headings of quarters, the numbers may stand two rows further down.
                return first, last, numbered_end(grid, last, 2)
        return None

    def _header_rows(self, row: Sequence[Any], below: Sequence[Any]) -> int:
        """Return of how many rows a header is: all three figures in one, or parted among two."""
        own, others = (
            {self.role(cell) for cell in cells if isinstance(cell, str)}.intersection(PRINTED)
            for cells in (row, below)
        )
        if len(own) == len(PRINTED):
            return 1
        parted = own and len(others) < len(PRINTED) == len(own | others)
        return 2 if parted and is_header_row([*row]) and is_header_row([*below]) else 0

    def starts(self, columns: Sequence[Cells]) -> list[int]:
        """Return the rows that name all three figures, alone or with the row below."""
        texts = [column for column in columns if isinstance(column, (Categorical, list))]
        count = np.append(sum(holding(text, self._may_name) for text in texts), 0)
        # Few rows have words enough to be worth reading.
        enough = np.flatnonzero(count[:-1] + count[1:] >= len(PRINTED)).tolist()
        pairs = ((at, cells_of_row(columns, at), cells_of_row(columns, at + 1)) for at in enough)
        return [at for at, row, below in pairs if self._header_rows(row, below)]

    def _may_name(self, word: str) -> bool:
        """Return whether a cell has a word that headings of figures begin with; fast."""
        begins = "%" in word or not _beginnings().isdisjoint(fold(word).split())
        return begins or word.casefold() in self.told

    def _extended(self, grid: Grid, first: int, last: int) -> tuple[int, int]:
        """Take rows with names of groups above, and with subheadings below, into a header."""

        def joins(row: int, *, above: bool) -> bool:
            room = 0 <= row < len(grid.head) and last - first + 1 < MOST_HEADER_ROWS
            cells, header = grid.head[row] if room else [], grid.head[first : last + 1]
            own = set().union(*map(filled, header))
            texts = (text for one in header for text in enumerate(one))
            words = (*PRINTED, "band")
            named = ((at, self.role(cell)) for at, cell in texts if isinstance(cell, str))
            figures = {at for at, role in named if role in words}
            there = set(filled(cells))
            # Above, a lone word at the left is a title; below, words at the left are labels.
            apt = there != {min(own)} if above else all(at >= min(figures) for at in there)
            return is_header_row(cells) and apt and not there & (own - figures)

        while joins(first - 1, above=True):
            first -= 1
        while joins(last + 1, above=False):
            last += 1
        return first, last


class Triple(NamedTuple):
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
    hint = "to audit it alone, tell all three: columns={'target': ..., 'actual': ..., 'achievement': ...}"
    what = "not audited: no target and actual belong to it"
    notes += [_note(block, at, what, hint) for at in found if whole and at not in whole]
    what = "not audited: it is not known to be an achievement"
    for at, one in enumerate(headings):
        if one.role == "unknown" and is_percent(one.text) and _holds_numbers(block.columns[at]):
            notes.append(_note(block, at, what, hint))
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
    return next(iter(found), None)


def missing(column: Cells) -> Truths:
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
    plain = [at for at in found if not _heading_words(headings[at])]
    named = [at for at in plain if headings[at].text == role]
    return [at for at in found if not named or at in named or at not in plain]


def _figure_columns(block: Block, problems: list[Problem]) -> dict[str, list[int]]:
    """Return the columns of each figure; of several those that hold numbers, if any do."""
    columns = {key: _columns(block.headings, key) for key in PRINTED}
    # Beside a target in words, or its unit under one heading, the numbers are meant.
    for key in (key for key, found in columns.items() if len(found) > 1):
        numbers = [at for at in columns[key] if _holds_numbers(block.columns[at])]
        columns[key] = numbers or columns[key]
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
    return columns | {"achievement": achievements}


def _holds_numbers(column: Cells) -> bool:
    read = [parse_column(written(column), decimal=mark) for mark in (",", ".")]
    return any(one.intervals or not np.isnan(one.values).all() for one in read)


def _heading_words(heading: Heading) -> frozenset[object]:
    return frozenset((*heading.rest, heading.year)) - {None}


def _belonging(
    headings: Sequence[Heading], columns: Mapping[str, list[int]]
) -> dict[int, tuple[list[int], list[int]]]:
    """Return the targets and the actuals that may belong to each achievement."""
    if all(len(found) == 1 for found in columns.values()):
        targets, actuals, (only,) = columns.values()
        return {only: (targets, actuals)}
    said = [_heading_words(heading) for heading in headings]
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
    return [at for at, words in apart.items() if words == min(apart.values())]


def _alike(said: _Said, targets: list[int], actuals: list[int]) -> tuple[list[int], list[int]]:
    """Keep of several targets and actuals those that say the same, and none that differ."""
    both = {said[at] for at in targets} & {said[at] for at in actuals}
    if len(both) == 1:
        kept = [[at for at in side if said[at] in both] for side in (targets, actuals)]
        return kept[0], kept[1]
    if len(targets) == len(actuals) == 1 and not _nearest(said, targets[0], actuals):
        return [], []
    return targets, actuals


def _check_choices(
    block: Block, whole: Mapping[int, tuple[list[int], list[int]]], problems: list[Problem]
) -> None:
    """Report where several columns could be meant."""
    used: dict[tuple[tuple[int, ...], ...], list[int]] = {}
    several = []
    for at, sides in whole.items():
        used.setdefault(tuple(map(tuple, sides)), []).append(at)
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
        return dict(zip(achievements, columns, strict=True))
    said = [_heading_words(heading) for heading in headings]
    claimed = {at: _nearest(said, at, achievements) for at in columns}
    what = "not checked: it may belong to several achievements"
    notes += [_note(block, at, what) for at, near in claimed.items() if len(near) > 1]
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
    names = [f"{column_letters(at + 1)} '{block.headings[at].text}'" for at in found]
    what, where = f"several columns for '{role}'", block.grid.place(block.first)
    return Problem(what, where=where, got=", ".join(names), hint=hint)


def _note(block: Block, at: int, what: str, hint: str = "") -> Problem:
    return Problem(what, where=block.grid.place(block.last, at, block.headings[at].text), hint=hint)


def _year(headings: Sequence[Heading], *columns: int) -> float:
    years = {year for at in columns if (year := headings[at].year) is not None}
    return years.pop() if len(years) == 1 else np.nan
