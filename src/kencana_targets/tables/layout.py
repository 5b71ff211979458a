"""What of a grid is title, heading, body and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.columns import Categorical, to_python
from kencana_targets.core.errors import Place, Problem
from kencana_targets.core.typing import Ints
from kencana_targets.tables import raw_columns
from kencana_targets.tables.files import HEAD, LONGEST_CELL, Grid
from kencana_targets.tables.header import (
    FIGURE,
    MOST_HEADER_ROWS,
    filled,
    header_paths,
    header_rows,
    table_above,
)
from kencana_targets.tables.headings import KEYS, Heading, Vocabulary
from kencana_targets.tables.raw_columns import Cells
from kencana_targets.tables.row_kinds import LeftOut, sort_rows, telling_labels

_MOST_HEADERS = 100
_A_NUMBER = re.compile(r"[-+.,%\s]*[0-9][-+.,%\s0-9]*")


@frozen(eq=False)
class Block:
    """A table whose headings have been found.

    Parameters
    ----------
    grid : Grid
        Where it stands.
    first, last : int
        First and last row of the header, a numbered row included; from 0.
    headings : list of Heading
        One a column.
    columns : list of Cells
        The cells of the rows kept, one a heading.
    rows : ndarray of int
        The row of the grid that each kept row is; from 0.
    left_out : list of LeftOut
        The rows that are no figures.
    """

    grid: Grid
    first: int
    last: int
    headings: list[Heading]
    columns: list[Cells]
    rows: Ints
    left_out: list[LeftOut]

    def place(self, row: int, column: int | None = None) -> Place:
        """Say where a cell of a kept row is."""
        heading = "" if column is None else self.headings[column].text
        return self.grid.place(int(self.rows[row]) if row >= 0 else -1, column, heading)

    def where_heading(self, column: int) -> Place:
        """Say where the heading of a column is."""
        return self.grid.place(self.first, column, self.headings[column].text)

    def keep(self, kept: Ints) -> Block:
        """Return the table with some of its rows."""
        columns = [raw_columns.picked(column, kept) for column in self.columns]
        return evolve(self, columns=columns, rows=self.rows[kept])

    def reread(self, changes: Mapping[int, Mapping[str, Any]]) -> Block:
        """Return the table with some headings understood otherwise."""
        if not changes:
            return self
        headings = list(self.headings)
        for at, change in changes.items():
            headings[at] = evolve(headings[at], **change)
        return evolve(self, headings=headings)

    def is_filled(self, column: int) -> bool:
        """Return whether a column holds something."""
        return bool(raw_columns.present(self.columns[column]).any())

    def lines(self, *, among: bool = False) -> list[tuple[str, Place]]:
        """Return the notes of the table, or the labels among its figures, and where they stand."""
        last = int(self.rows[-1]) if len(self.rows) else -1
        return [
            (text, self.grid.place(row))
            for row, kind, text in self.left_out
            # A label among the figures is one of the rows below it.
            if (kind == "label" and (row < last if among else row > last))
            or (kind in ("note", "text below the table") and not among)
        ]


class Headers(NamedTuple):
    """What a header is: for figures, and for printed achievements.

    Parameters
    ----------
    find : callable
        Gives first and last row of a header in a grid, and the one that numbers its columns.
    read : callable
        Says what a column with a heading holds.
    starts : callable
        Gives the rows below a header that may begin another one.
    """

    find: Callable[[Grid], tuple[int, int, int] | None]
    read: Callable[[tuple[str, ...]], Heading]
    starts: Callable[[Sequence[Cells]], list[int]] = lambda columns: []


@frozen(eq=False)
class _Header:
    """A header that was found: its rows in a grid, and what it says of each column."""

    grid: Grid
    first: int
    last: int
    end: int
    paths: list[tuple[str, ...]]
    headings: list[Heading]
    said: list[set[str]]

    @classmethod
    def at(cls, grid: Grid, headers: Headers) -> _Header | None:
        found = headers.find(grid)
        if found is None:
            return None
        first, last, end = found
        paths = header_paths(grid, first, last)
        said = [set(path) for path in paths]
        for column in filled(grid.head[end]):
            said[column].add(raw_columns.cell_text(grid.head[end][column]))
        return cls(grid, *found, paths, list(map(headers.read, paths)), said)

    @property
    def meaning(self) -> list[tuple[Any, ...]]:
        """What it says of each column, in whatever words."""
        return [(one.role, one.year, one.rest) for one in self.headings]

    def block(self, columns: list[Cells], stop: int, problems: list[Problem]) -> Block:
        """Return the table below, as far as the row where the next one begins."""
        grid = self.grid
        width = max((at + 1 for at, path in enumerate(self.paths) if path), default=0)
        most = max(map(len, grid.head[self.first : self.end + 1]))
        for number, row in grid.spill(width, most) if not grid.sheet else ():
            # Words alone, such as two signatures side by side, are no figures that moved.
            moved = any(_A_NUMBER.fullmatch(str(cell)) for cell in row[:width])
            if moved and self.end < number - grid.top < stop - grid.top:
                what = f"{len(row)} cells under {width} columns"
                hint = "quote cells that contain the separator"
                where = grid.place(number - grid.top)
                problems.append(Problem(what, where=where, got=row, hint=hint))
        rows = np.arange(self.end + 1, stop - grid.top)
        return Block(grid, self.first, self.end, self.headings, columns, rows, [])


def find_blocks(
    grid: Grid, headers: Headers, problems: list[Problem]
) -> list[tuple[Block, _Header]]:
    """Find the tables of a sheet, one below another, each with its header.

    A header that is repeated, as on the next page, begins no table of its own, nor does
    one that says the same in other words.
    """
    top = _Header.at(grid, headers)
    if top is None:
        return []
    below, found, lowest = top.end + 1, [top], top.end
    figures = [at for at, heading in enumerate(top.headings) if heading.role == "figures"]
    body = grid.body(below, figures)
    tried = 1
    for row in (below + at for at in headers.starts(body)):
        if row <= lowest or _says_again(
            raw_columns.cells_of_row(body, row - below), found[-1].said
        ):
            lowest = max(lowest, row)
            continue
        if tried == _MOST_HEADERS:
            what = f"more than {_MOST_HEADERS} headers below each other"
            hint = "put the tables on sheets of their own"
            problems.append(Problem(what, where=grid.place(row), hint=hint))
            break
        tried += 1
        start = max(row - MOST_HEADER_ROWS, lowest + 1)
        header = _Header.at(_cut(grid, body, below, start), headers)
        lowest = row if header is None else header.grid.top + header.end
        if header is not None and header.meaning == found[-1].meaning:
            for texts, more in zip(found[-1].said, header.said, strict=True):
                texts.update(more)
        elif header is not None:
            found.append(header)
    stops = [*(header.grid.top + header.first for header in found[1:]), grid.height]
    blocks = []
    for header, stop in zip(found, stops, strict=True):
        start = header.grid.top + header.end + 1
        rows = np.arange(start - below, max(stop, start) - below)
        whole = not body or len(rows) == len(body[0])
        columns = body if whole else [raw_columns.picked(column, rows) for column in body]
        blocks.append((header.block(columns, stop, problems), header))
    return blocks


def _cut(grid: Grid, body: list[Cells], below: int, start: int) -> Grid:
    """Return a sheet from a row on; its cells are those of the body, which begins at `below`."""
    rows = range(start - below, min(start - below + HEAD, grid.height - below))
    head = [raw_columns.cells_of_row(body, row) for row in rows]
    merged = tuple(
        ((top - start, left), (bottom - start, right))
        for (top, left), (bottom, right) in grid.merged
        if top >= start
    )
    return evolve(grid, head=head, height=grid.height - start, merged=merged, top=start)


def _says_again(cells: Sequence[Any], said: Sequence[set[str]]) -> bool:
    """Return whether a row only says again what the header says."""
    beside = zip(cells, said, strict=False)
    return all(cell is None or raw_columns.cell_text(cell) in texts for cell, texts in beside)


def without_repeats(block: Block, said: Sequence[set[str]]) -> Block:
    """Leave out rows that only say again what the header says."""
    if not block.columns:
        return block
    texts = [raw_columns.words_of(column) for column in block.columns]
    there = np.array([text.codes >= 0 for text in texts])
    known = [
        np.array([*(raw_columns.cell_text(word) in own for word in text.categories), True])[
            text.codes
        ]
        for text, own in zip(texts, said, strict=True)
    ]
    again = np.all(known, axis=0) & there.any(axis=0)
    left_out = [LeftOut(row, "header repeated") for row in block.rows[again].tolist()]
    return evolve(block.keep(np.flatnonzero(~again)), left_out=left_out)


def _side_by_side(block: Block) -> list[Block]:
    """Part tables that stand beside each other under one header, each with its own keys.

    Columns of the others are empty in each, so that places stay those of the sheet.
    """
    headings = block.headings
    roles = [one.role if one.role in KEYS and not one.told else "" for one in headings]
    first = next((role for role in roles if roles.count(role) > 1 and role), "")
    starts = [at for at, role in enumerate(roles) if role and role == first]
    keys = {tuple(filter(None, roles[a:b])) for a, b in pairwise([*starts, len(roles)])}
    if len(starts) < 2 or len(keys) > 1 or {*roles[: starts[0]]} - {""}:
        return [block]
    # Numbers of rows and the like stand before the keys of each table.
    before = {one.text for one in headings[: starts[0]]} | {""}
    for number in range(len(starts)):
        while starts[number] > 0 and headings[starts[number] - 1].text in before:
            starts[number] -= 1
    parts = [range(a, b) for a, b in pairwise([*starts, len(headings)])]
    full = {at for at, h in enumerate(headings) if h.role == "figures" and block.is_filled(at)}
    filled_in = [not full.isdisjoint(part) for part in parts]
    return [_only(block, part, parts) for part in parts] if all(filled_in) else [block]


def _only(block: Block, own: range, parts: Sequence[range]) -> Block:
    """Return one of the tables of a block, under its own titles and those of all."""
    nothing = Categorical.constant(None, len(block.rows))
    others = [Heading(one.text, "ignored") for one in block.headings]
    headings = [block.headings[at] if at in own else one for at, one in enumerate(others)]
    columns = [one if at in own else nothing for at, one in enumerate(block.columns)]
    head = list(block.grid.head)
    for number, row in enumerate(head[: block.first]):
        if sum(any(row[at] is not None for at in part if at < len(row)) for part in parts) > 1:
            head[number] = [cell if at in own else None for at, cell in enumerate(row)]
    return evolve(block, grid=evolve(block.grid, head=head), headings=headings, columns=columns)


def find_block(
    grid: Grid, words: Vocabulary, problems: list[Problem], *, insist: bool
) -> list[Block]:
    """Find the tables of figures of a grid, and sort their rows.

    With `insist` its first row is the header if none is found.
    """

    def find(grid: Grid) -> tuple[int, int, int] | None:
        found = header_rows(grid, words)
        if found is None and insist:
            found = next(((at, at, at) for at, row in enumerate(grid.head) if filled(row)), None)
        return found

    # Another header among the figures is refused below.
    found = find_blocks(grid, Headers(find, words.read), problems)
    if not found:
        return []
    ((block, header),) = found
    first, last = block.first, block.last
    for number, row in enumerate(grid.head[: last + 1]):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                problems.append(_too_long(cell, grid.place(number, column)))
    above = table_above(grid, first, words)
    if above is not None:
        what = "another table stands above the header that was found"
        hint = "part the tables, a sheet each"
        problems.append(Problem(what, where=grid.place(above), hint=hint))
    return [_sorted(part, header, words, problems) for part in _side_by_side(block)]


def _sorted(block: Block, header: _Header, words: Vocabulary, problems: list[Problem]) -> Block:
    """Part the rows of figures from the others, and report what these say of the figures."""
    grid, first, last = block.grid, block.first, block.last
    kept, left_out = sort_rows(block.columns, block.headings, last + 1, header.paths, words.texts)
    at = np.flatnonzero(kept)
    # What stands below the last figure is said of none.
    inside = [one for one in left_out if len(at) and one.row <= at[-1] + last]
    problems += telling_labels(grid, first, block.headings, words, inside)
    left_out += [LeftOut(row, "title") for row in range(first) if filled(grid.head[row])]
    left_out += [LeftOut(last, "numbered header")] * (last > header.last)
    block = evolve(block if kept.all() else block.keep(at), left_out=sorted(left_out))
    _check_cells(block, problems)
    return block


def _check_cells(block: Block, problems: list[Problem]) -> None:
    """Report cells that are too long and cells without a heading."""
    for at, column in enumerate(block.columns):
        text = column if isinstance(column, Categorical) else Categorical.constant(None, 0)
        if max(map(len, text.categories), default=0) > LONGEST_CELL:
            for code, word in enumerate(text.categories):
                if len(word) > LONGEST_CELL:
                    row = int(np.argmax(text.codes == code))
                    problems.append(_too_long(word, block.place(row, at)))
        if not block.headings[at].text and not _numbers_rows(column, at):
            for row in np.flatnonzero(raw_columns.present(column)).tolist():
                cell = column[row]
                if not isinstance(cell, str) or FIGURE.fullmatch(cell[:LONGEST_CELL]):
                    what = "a figure in a column without a heading"
                    hint = "write a heading over the column, or clear it"
                    where = block.place(row, at)
                    problems.append(Problem(what, where=where, got=to_python(cell), hint=hint))
                    break


def _numbers_rows(column: Cells, at: int) -> bool:
    """Return whether a first column numbers the rows, as data frames write their index."""
    if at or not len(column) or not raw_columns.present(column).all():
        return False
    words = raw_columns.words_of(column)
    if not all(map(str.isdecimal, words.categories)):
        return False
    numbers = np.array(list(map(int, words.categories)), dtype=np.float64)[words.codes]
    return len(numbers) > 1 and numbers[0] in (0, 1) and bool((np.diff(numbers) > 0).all())


def _too_long(cell: str, where: Place) -> Problem:
    hint = f"a cell of a table holds at most {LONGEST_CELL:,} characters"
    return Problem("too long for a cell", where=where, got=cell, hint=hint)
