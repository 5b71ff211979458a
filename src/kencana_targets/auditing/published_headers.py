"""Where the headers of a published table are, also of further ones below it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.auditing.published_cells import holding
from kencana_targets.auditing.published_columns import (
    FIGURES,
    is_percent,
    may_name_figure,
    read_heading,
)
from kencana_targets.core.columns import Categorical, RawColumn
from kencana_targets.core.errors import Problem
from kencana_targets.tables.files import HEAD, Grid, picked
from kencana_targets.tables.header import (
    cell_text,
    filled,
    header_paths,
    is_header_row,
    is_numbered,
)
from kencana_targets.tables.numerals import Cells, written

Told: TypeAlias = Mapping[str, str]
Roles: TypeAlias = Sequence[Mapping[int, str]]

_MOST_HEADER_ROWS = 4
_MOST_HEADERS = 100


def _role(cell: str, told: Told) -> str:
    """Return the role of a heading alone."""
    # Also what the caller tells otherwise marks a header: the telling may be mistaken.
    return told.get(cell.casefold()) or read_heading((cell,), {}).role


def reached_in(row: Sequence[Any], told: Told) -> list[str]:
    """Return what a row calls achievements without a word of percent, beside one that has it."""
    cells = [cell for cell in row if isinstance(cell, str) and _role(cell, told) == "achievement"]
    plain = [cell.casefold() for cell in cells if not is_percent(cell)]
    return plain if len(plain) < len(cells) else []


def find_header(grid: Grid, told: Told) -> tuple[int, int] | None:
    """Return first and last row of the header: of one row or two that have all three figures."""
    roles = [
        {at: _role(cell, told) for at, cell in enumerate(row) if isinstance(cell, str)}
        for row in grid.head
    ]
    found = [frozenset(row.values()).intersection(FIGURES) for row in roles]
    whole = frozenset(FIGURES)
    for top, (own, below) in enumerate(zip(found, [*found[1:], frozenset()], strict=False)):
        if own == whole:
            return _extended(grid, roles, top, top)
        parted = own and below and below != whole and own | below == whole
        if parted and all(map(is_header_row, grid.head[top : top + 2])):
            return _extended(grid, roles, top, top + 1)
    return None


def _extended(grid: Grid, roles: Roles, first: int, last: int) -> tuple[int, int]:
    """Take rows with names of groups above, and with subheadings below, into a header."""
    highest, lowest = max(last + 1 - _MOST_HEADER_ROWS, 0), len(grid.head) - 1
    while first > highest and _joins(grid, roles, first, last, first - 1):
        first -= 1
    while last < min(first - 1 + _MOST_HEADER_ROWS, lowest) and _joins(
        grid, roles, first, last, last + 1
    ):
        last += 1
    return first, last


def _joins(grid: Grid, roles: Roles, first: int, last: int, row: int) -> bool:
    """Return whether a row beside a header is one of it: words over or under its figures."""
    if not is_header_row(grid.head[row]):
        return False
    header = range(first, last + 1)
    own = set().union(*(filled(grid.head[one]) for one in header))
    words = (*FIGURES, "band")
    figures = {at for one in header for at, role in roles[one].items() if role in words}
    cells = set(filled(grid.head[row]))
    # Above, a lone word at the left is a title; below, words at the left are labels.
    apt = cells != {min(own)} if row < first else min(cells) >= min(figures)
    return apt and not cells & (own - figures)


@frozen(eq=False)
class Part:
    """One of the tables that stand below each other on a sheet.

    Parameters
    ----------
    grid : Grid
        The sheet from the row `grid.top` on.
    first, last : int
        First and last row of the header in this grid.
    columns : list of Cells
        The cells below the header, as far as the next one.
    paths : list of tuple
        The heading of each column from the top down.
    end : int
        The last row of the header, that of its numbers included.
    said : list of set
        What the header, its numbers included, and its repeats say of each column.
    """

    grid: Grid
    first: int
    last: int
    columns: list[Cells] = field(factory=list)
    paths: list[tuple[str, ...]] = field(init=False)
    end: int = field(init=False)
    said: list[set[str]] = field(init=False)

    @paths.default
    def _read(self) -> list[tuple[str, ...]]:
        return header_paths(self.grid, self.first, self.last)

    @end.default
    def _number(self) -> int:
        # Below the headings of quarters, the numbers may stand two rows further down.
        below = self.grid.head[self.last + 1 : self.last + 3]
        number = next((at for at, row in enumerate(below, 1) if is_numbered(row)), 0)
        return self.last + (number if all(map(is_header_row, below[: number - 1])) else 0)

    @said.default
    def _say(self) -> list[set[str]]:
        said = [set(path) for path in self.paths]
        for at in filled(self.grid.head[self.end]):
            said[at].add(cell_text(self.grid.head[self.end][at]))
        return said

    def hear(self, other: Part) -> None:
        """Take what another header says for the same, so that it is known again."""
        for at, texts in enumerate(other.said):
            self.said[at] |= texts

    def means_as(self, other: Part, told: Told) -> bool:
        """Return whether two headers say the same of each column, in whatever words."""
        mine, theirs = (
            [(one.role, one.year, one.rest) for one in (read_heading(p, told) for p in part.paths)]
            for part in (self, other)
        )
        return mine == theirs


def part_tables(
    grid: Grid, first: int, last: int, told: Told, problems: list[Problem]
) -> list[Part]:
    """Part a sheet where a header stands that tells other columns than the one above.

    A header that is repeated, as on the next page, begins no table of its own.
    """
    top = Part(grid, first, last)
    below, parts, lowest = top.end + 1, [top], top.end
    body, headers = grid.body(below), 1
    for row in (below + at for at in header_lines(body, told)):
        if row <= lowest or repeats(_cells(body, row - below), parts[-1].said):
            lowest = max(lowest, row)
            continue
        if headers == _MOST_HEADERS:
            what = f"more than {_MOST_HEADERS} headers below each other"
            hint = "put the tables on sheets of their own"
            problems.append(Problem(what, where=grid.place(row), hint=hint))
            break
        headers += 1
        found = _part_at(grid, body, below, max(row - _MOST_HEADER_ROWS, lowest + 1), told)
        lowest = row if found is None else found.grid.top + found.end
        if found is not None and found.means_as(parts[-1], told):
            parts[-1].hear(found)
        elif found is not None:
            parts.append(found)
    stops = [*(part.grid.top + part.first for part in parts[1:]), grid.height]
    return [_filled(part, body, below, stop) for part, stop in zip(parts, stops, strict=True)]


def header_lines(columns: Sequence[Cells], told: Told) -> list[int]:
    """Return the rows that name all three figures, alone or with the row below."""
    texts = [_texts(column) for column in columns if isinstance(column, (Categorical, list))]
    if not texts:
        return []
    maybe = [holding(text, partial(may_name_figure, told=told)) for text in texts]
    count = np.append(np.sum(maybe, axis=0), 0)
    # Few rows have words enough to be worth reading.
    enough = np.flatnonzero(count[:-1] + count[1:] >= len(FIGURES))
    return [row for row in enough.tolist() if _is_header(columns, row, told)]


def _is_header(columns: Sequence[Cells], row: int, told: Told) -> bool:
    """Return whether a row names all three figures, or some and the row below the others."""
    top, below = (_cells(columns, at) for at in (row, row + 1))
    own, others = (
        {_role(cell, told) for cell in cells if isinstance(cell, str)}.intersection(FIGURES)
        for cells in (top, below)
    )
    if not own or len(own) == len(FIGURES):
        return bool(own)
    parted = 0 < len(others) < len(FIGURES) == len(own | others)
    return parted and is_header_row(top) and is_header_row(below)


def repeats(cells: Sequence[Any], said: Sequence[set[str]]) -> bool:
    """Return whether a row only says again what the header says."""
    beside = zip(cells, said, strict=False)
    return all(cell is None or cell_text(cell) in texts for cell, texts in beside)


def _texts(column: RawColumn) -> Categorical:
    if isinstance(column, Categorical):
        return column
    return Categorical.encode(cell if isinstance(cell, str) else None for cell in column)


def _cells(columns: Sequence[Cells], row: int) -> list[Any]:
    """Return the cells of a row, None for empty ones."""
    cells = [column[row] if row < len(column) else None for column in map(written, columns)]
    return [None if isinstance(cell, float) and np.isnan(cell) else cell for cell in cells]


def _part_at(grid: Grid, body: list[Cells], offset: int, start: int, told: Told) -> Part | None:
    """Read the header that stands at a row or in the few below it."""
    rows = range(start - offset, min(start - offset + HEAD, grid.height - offset))
    merged = tuple(
        ((top - start, left), (bottom - start, right))
        for (top, left), (bottom, right) in grid.merged
        if top >= start
    )
    piece = evolve(
        grid,
        head=[_cells(body, row) for row in rows],
        height=grid.height - start,
        merged=merged,
        top=start,
    )
    found = find_header(piece, told)
    return None if found is None else Part(piece, *found)


def _filled(part: Part, body: list[Cells], offset: int, stop: int) -> Part:
    """Give a table its cells, as far as the row where the next one begins."""
    start = part.grid.top + part.end + 1
    rows = np.arange(start - offset, max(stop, start) - offset)
    whole = not body or len(rows) == len(body[0])
    columns = body if whole else [picked(column, rows) for column in body]
    grid = evolve(part.grid, height=stop - part.grid.top)
    table = evolve(part, grid=grid, columns=columns)
    table.hear(part)
    return table
