"""Files and data frames of published achievements, as tables whose headings are understood."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import evolve

from kencana_targets.columns import RawColumn, Table, Text
from kencana_targets.errors import Problem, TableError, raise_gathered
from kencana_targets.frames import from_frame
from kencana_targets.tables.asked import check_sheet
from kencana_targets.tables.choosing import check_columns
from kencana_targets.tables.figures import frame_block, wanted_sheets
from kencana_targets.tables.files import (
    Grid,
    is_parquet,
    picked,
    plain,
    read_grids,
    read_parquet,
    stripped,
)
from kencana_targets.tables.header import (
    cell_text,
    filled,
    header_paths,
    is_header_row,
    is_numbered,
    looks_like_figures,
)
from kencana_targets.tables.layout import Block
from kencana_targets.tables.numerals import Cells, written
from kencana_targets.tables.published_columns import FIGURES, read_heading, told_roles

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["holding", "open_tables", "words_of"]

_Told: TypeAlias = Mapping[str, str]
_Roles: TypeAlias = Sequence[Mapping[int, str]]

_MOST_HEADER_ROWS = 4
_NO_HEADER = "no header with target, actual and achievement"
_HINT = "name the columns target, actual, achievement (or target, realisasi, capaian)"


def open_tables(
    source: Any,
    sheet: str | Sequence[str] | None,
    columns: Mapping[str, str | Sequence[str]] | None,
) -> tuple[str, list[Block], list[str]]:
    """Open a file or data frame.

    Parameters
    ----------
    source, sheet, columns
        As for `read_published`.

    Returns
    -------
    str, list of Block, list of str
        Its name, its tables, and which sheets with figures are none, in words.

    Raises
    ------
    TableError
        There is no table, or no such sheet or column.
    """
    told = told_roles(columns)
    check_sheet(sheet)
    problems: list[Problem] = []
    notes: list[str] = []
    name = Path(source).name if isinstance(source, (str, Path)) else "table"
    if isinstance(source, (str, Path)) and not is_parquet(Path(source)):
        grids = wanted_sheets(read_grids(Path(source)), sheet, name)
        blocks = _blocks(grids, told, problems, notes, insist=sheet is not None)
    else:
        frame = read_parquet(Path(source)) if isinstance(source, (str, Path)) else source
        block = frame_block(_clean(from_frame(frame)), name, lambda path: read_heading(path, told))
        texts = [" ".join(heading.text.split()) for heading in block.headings]
        blocks = [_without_repeats(block, [set(text.split(" / ")) for text in texts])]
    if blocks:
        check_columns(columns, blocks, problems)
    raise_gathered(TableError, problems, name)
    return name, blocks, notes


def words_of(column: Cells) -> Text:
    """Return the cells of a column as text.

    Examples
    --------
    >>> words_of(np.array([2020.0, np.nan])).to_list()
    ['2020', None]
    """
    cells = written(column)
    if isinstance(cells, Text):
        return cells
    return Text.encode(map(_word, cells.tolist() if isinstance(cells, np.ndarray) else cells))


def _word(cell: Any) -> str | None:
    if isinstance(cell, float):
        return None if np.isnan(cell) else f"{cell:g}"
    return None if cell is None else str(cell)


def holding(text: Text, test: Callable[[str], Any]) -> NDArray[np.bool_]:
    """Return for each row whether its word passes a test; none never does."""
    return np.array([*(bool(test(word)) for word in text.words), False])[text.codes]


def _clean(table: Table) -> Table:
    """Take the blanks around the cells of a data frame away, as those of files are."""

    def clean(column: RawColumn) -> RawColumn:
        if isinstance(column, Text):
            return stripped(column)
        return column if isinstance(column, np.ndarray) else list(map(plain, column))

    return Table({name: clean(column) for name, column in table.columns.items()}, table.rows)


def _blocks(
    grids: Sequence[Grid], told: _Told, problems: list[Problem], notes: list[str], *, insist: bool
) -> list[Block]:
    """Find the table of each sheet; with `insist` each has to have one."""
    headers = [_find_header(grid, told) for grid in grids]
    blocks = []
    for grid, header in zip(grids, headers, strict=True):
        if header is not None:
            blocks.append(_block(grid, *header, told, problems))
        elif insist or not any(headers):
            first = next((row for row in grid.head if any(row)), [])
            problems.append(Problem(_NO_HEADER, where=grid.place(-1), got=first, hint=_HINT))
        elif looks_like_figures(grid):
            notes.append(f"{grid.place(-1)} is not audited: {_NO_HEADER}; {_HINT}")
    if not grids:
        problems.append(Problem("no table", hint=_HINT))
    return blocks


def _block(grid: Grid, first: int, last: int, told: _Told, problems: list[Problem]) -> Block:
    """Take the rows below a header, and below the row that numbers its columns."""
    paths = header_paths(grid, first, last)
    end = last + any(map(is_numbered, grid.head[last + 1 : last + 2]))
    width = max((at + 1 for at, path in enumerate(paths) if path), default=0)
    hint = "quote cells that contain the separator"
    problems += [
        Problem("more cells than columns", where=grid.place(row), hint=hint)
        for row, _ in grid.spill(width, grid.width)
        if row > last and not grid.sheet
    ]
    said = [set(path) for path in paths]
    for at in filled(grid.head[end]):
        said[at].add(cell_text(grid.head[end][at]))
    headings = [read_heading(path, told) for path in paths]
    rows = np.arange(end + 1, grid.height)
    return _without_repeats(Block(grid, first, end, headings, grid.body(end + 1), rows, []), said)


def _find_header(grid: Grid, told: _Told) -> tuple[int, int] | None:
    """Return first and last row of the header: of one row or two that have all three figures."""

    def role(cell: str) -> str:
        # Also what the caller tells otherwise marks a header: the telling may be mistaken.
        return told.get(cell.casefold()) or read_heading((cell,), {}).role

    roles = [
        {at: role(cell) for at, cell in enumerate(row) if isinstance(cell, str)}
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


def _extended(grid: Grid, roles: _Roles, first: int, last: int) -> tuple[int, int]:
    """Take rows with names of groups above, and with subheadings below, into a header."""
    highest, lowest = max(last + 1 - _MOST_HEADER_ROWS, 0), len(grid.head) - 1
    while first > highest and _joins(grid, roles, first, last, first - 1):
        first -= 1
    while last < min(first - 1 + _MOST_HEADER_ROWS, lowest) and _joins(
        grid, roles, first, last, last + 1
    ):
        last += 1
    return first, last


def _joins(grid: Grid, roles: _Roles, first: int, last: int, row: int) -> bool:
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


def _says(texts: set[str], word: str) -> bool:
    return " ".join(word.split()) in texts


def _without_repeats(block: Block, said: Sequence[set[str]]) -> Block:
    """Leave out rows that only say again what the header says."""
    again = np.ones(len(block.rows), dtype=bool)
    held = np.zeros(len(block.rows), dtype=bool)
    for column, texts in zip(block.columns, said, strict=True):
        text = words_of(column)
        again &= (text.codes < 0) | holding(text, partial(_says, texts))
        held |= text.codes >= 0
    again &= held
    kept = np.flatnonzero(~again)
    return evolve(
        block,
        columns=[picked(column, kept) for column in block.columns],
        rows=block.rows[kept],
        left_out=[(row, "header repeated") for row in block.rows[again].tolist()],
    )
