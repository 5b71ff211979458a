"""Where the headers of a published table are, and what its columns hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core.columns import Categorical
from kencana_targets.tables.asked import check_headings, headings_told
from kencana_targets.tables.files import Grid
from kencana_targets.tables.header import MOST_HEADER_ROWS, filled, is_header_row, numbered_end
from kencana_targets.tables.headings import Heading, fold, year_of
from kencana_targets.tables.layout import Headers
from kencana_targets.tables.raw_columns import Cells, cells_of_row, holding
from kencana_targets.tables.words import read_by

# The columns of an audit.
PRINTED = ("target", "actual", "achievement")
_BESIDE = ("agency", "region", "province", "indicator", "year", "direction", "band", "decimals")
_FILLERS = frozenset(("printed", "kinerja", "k", "tahun", "thn", "year"))
_PERCENT = "persen"
_LONGEST = 200
# Of the letters of a heading that is misspelt, so many are right.
_ALIKE = 0.8


def _words(text: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the words of a heading without fillers, if there are others, and its years."""
    words = [_spellings().get(one, one) for one in fold(text.replace("%", f" {_PERCENT} ")).split()]
    plain = [word for word in words if word not in _FILLERS] or words
    years = [word for word in plain if year_of(word) is not None]
    return tuple(word for word in plain if word not in years), years


@cache
def _spellings() -> Mapping[str, str]:
    return {other: word for word, others in read_by("same-word").items() for other in others}


@cache
def _named() -> Mapping[tuple[str, ...], str]:
    """Return the roles of names: those of the reader, and what published tables call them."""
    found: dict[tuple[str, ...], str] = {}
    for role in (*PRINTED, *_BESIDE):
        if role == "year":
            # The names of years are read whole: "Tahun Anggaran" makes no year of "Anggaran".
            continue
        names = (*read_by("heading").get(role, ()), *read_by("printed").get(role, ()))
        for name in names:
            # A column of codes names no indicator.
            if words := _words("" if role == "indicator" and "kode" in name else name)[0]:
                found.setdefault(words, role)
    for role in reversed(PRINTED):
        for name in {*read_by("phrase-figure")[role]} - {*read_by("heading")["ignored"]}:
            words = _words(name)[0]
            # Behind a name that more words may follow, they tell one column from another.
            if not any(words[:length] in _open_names() for length in range(1, len(words))):
                found.setdefault(words, role)
    return found


@cache
def _open_names() -> frozenset[tuple[str, ...]]:
    """Return the names that more words may follow, such as *realisasi anggaran*."""
    return frozenset(_words(name)[0] for name in read_by("printed")["more-follows"])


@cache
def _years() -> frozenset[str]:
    return frozenset(map(fold, read_by("heading")["year"]))


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(words[0] for words, role in _named().items() if role in PRINTED)


def is_percent(heading: str) -> bool:
    """Return whether a heading speaks of percent.

    Examples
    --------
    >>> is_percent("Serapan Keuangan (%)"), is_percent("Sisa anggaran (Rp)")
    (True, False)
    """
    return not {_PERCENT, "persentase"}.isdisjoint(_words(heading)[0])


@cache
def is_unit(heading: str) -> bool:
    """Return whether a heading is that of a column of units."""
    return fold(heading) in map(fold, read_by("heading")["unit"])


@frozen(eq=False)
class PrintedHeaders:
    """The headers of published tables, by their words and those that the caller tells.

    Parameters
    ----------
    told : mapping
        Roles by heading in lower case; what else would be of such a role is ignored.
    """

    told: Mapping[str, str]

    @classmethod
    def of(cls, columns: Mapping[str, str | Sequence[str]] | None) -> PrintedHeaders:
        """Take the headings that the caller names."""
        check_headings(columns, (*PRINTED, *_BESIDE, "ignored"))
        return cls({heading.casefold(): role for role, heading in headings_told(columns)})

    @property
    def of_blocks(self) -> Headers:
        """What finds the tables of a sheet."""
        return Headers(self.find, self.read, self.starts)

    def role(self, cell: str) -> str:
        """Return the role of a heading alone."""
        # Also what the caller tells otherwise marks a header: the telling may be mistaken.
        return self.told.get(cell.casefold()) or PrintedHeaders({}).read((cell,)).role

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
        text = " / ".join(path)
        if max(map(len, path), default=0) > _LONGEST:
            return Heading(text, "unknown")
        parts = [part.casefold() for part in path]
        whole = self.told.get(text.casefold())
        role = whole or next((self.told[part] for part in reversed(parts) if part in self.told), "")
        lowest = [part for part in parts if year_of(part) is None][-1:]
        said: list[str] = []
        for part in reversed(parts):
            words, years = _words(part)
            said += years
            if whole or part in self.told:
                # Of a heading that is told, no more than its year is asked.
                continue
            if not role and part in lowest and fold(part) in _years():
                role, words = "year", ()
            elif not role:
                role, words = self._meaning(words, bottom=part in lowest)
            said += words
        if not role and any(_words(part)[0] == (_PERCENT,) for part in parts):
            # Under another word a mere percent sign is its unit.
            role = "achievement"
        if role in self.told.values() and not whole and self.told.keys().isdisjoint(parts):
            role = "ignored"
        when = {float(word) for word in said if year_of(word) is not None}
        year = when.pop() if len(when) == 1 else None
        rest = {word for word in said if year is None or year_of(word) is None}
        rest -= {*_FILLERS, _PERCENT}
        return Heading(text, role or "unknown", year=year, rest=tuple(sorted(rest)))

    def _meaning(self, words: tuple[str, ...], *, bottom: bool) -> tuple[str, tuple[str, ...]]:
        """Return the role that words of a heading name, if any, and those beyond its name."""
        for length in range(len(words), 0, -1):
            role, beyond = _named().get(words[:length]), words[length:]
            apt = not set(beyond) - {_PERCENT} or words[:length] in _open_names()
            # Only figures have subheadings.
            if role and apt and (bottom or role in PRINTED):
                return role, beyond
        return "", words

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
        import difflib

        for row in grid.head:
            cells = [cell for cell in row if isinstance(cell, str) and len(cell) <= _LONGEST]
            lacking = set(PRINTED) - set(map(self.role, cells))
            near = {
                role: cell
                for role in lacking
                for cell in cells
                if self.role(cell) == "unknown"
                and difflib.get_close_matches(
                    " ".join(word for word in _words(cell)[0] if word != _PERCENT),
                    [" ".join(words) for words, known in _named().items() if known == role],
                    cutoff=_ALIKE,
                )
            }
            if near and near.keys() == lacking:
                return {role: near[role] for role in PRINTED if role in near}
        return {}

    def find(self, grid: Grid) -> tuple[int, int, int] | None:
        """Return the rows of the first header: one or two that have all three figures.

        They are its first and last one, and the one that numbers its columns, if there is one.
        """
        roles = [
            {at: self.role(cell) for at, cell in enumerate(row) if isinstance(cell, str)}
            for row in grid.head
        ]
        found = [{*row.values()}.intersection(PRINTED) for row in roles]
        for top, (own, below) in enumerate(zip(found, [*found[1:], set()], strict=False)):
            alone = len(own) == len(PRINTED)
            parted = 0 < len(below) < len(PRINTED) == len(own | below) and own
            if alone or (parted and all(map(is_header_row, grid.head[top : top + 2]))):
                first, last = _extended(grid, roles, top, top + (not alone))
                # Below the headings of quarters, the numbers may stand two rows further down.
                return first, last, numbered_end(grid, last, 2)
        return None

    def starts(self, columns: Sequence[Cells]) -> list[int]:
        """Return the rows that name all three figures, alone or with the row below."""
        texts = [column for column in columns if isinstance(column, (Categorical, list))]
        if not texts:
            return []
        count = np.append(np.sum([holding(text, self._may_name) for text in texts], axis=0), 0)
        # Few rows have words enough to be worth reading.
        enough = np.flatnonzero(count[:-1] + count[1:] >= len(PRINTED))
        return list(filter(partial(self._is_header, columns), enough.tolist()))

    def _may_name(self, word: str) -> bool:
        """Return whether a cell has a word that headings of figures begin with; fast."""
        if len(word) > _LONGEST or (word.upper() == word.lower() and "%" not in word):
            return word.casefold() in self.told
        begins = "%" in word or not _beginnings().isdisjoint(fold(word).split())
        return begins or word.casefold() in self.told

    def _is_header(self, columns: Sequence[Cells], row: int) -> bool:
        """Return whether a row names all three figures, or some and the row below the others."""
        top, below = (cells_of_row(columns, at) for at in (row, row + 1))
        own, others = (
            {self.role(cell) for cell in cells if isinstance(cell, str)}.intersection(PRINTED)
            for cells in (top, below)
        )
        if not own or len(own) == len(PRINTED):
            return bool(own)
        parted = 0 < len(others) < len(PRINTED) == len(own | others)
        return parted and is_header_row(top) and is_header_row(below)


def _extended(
    grid: Grid, roles: Sequence[Mapping[int, str]], first: int, last: int
) -> tuple[int, int]:
    """Take rows with names of groups above, and with subheadings below, into a header."""

    def joins(row: int) -> bool:
        cells: list[Any] = grid.head[row] if 0 <= row < len(grid.head) else []
        if last - first + 1 >= MOST_HEADER_ROWS or not is_header_row(cells):
            return False
        header = range(first, last + 1)
        own = set().union(*(filled(grid.head[one]) for one in header))
        words = (*PRINTED, "band")
        figures = {at for one in header for at, role in roles[one].items() if role in words}
        there = set(filled(cells))
        # Above, a lone word at the left is a title; below, words at the left are labels.
        apt = there != {min(own)} if row < first else min(there) >= min(figures)
        return apt and not there & (own - figures)

    while joins(first - 1):
        first -= 1
    while joins(last + 1):
        last += 1
    return first, last
