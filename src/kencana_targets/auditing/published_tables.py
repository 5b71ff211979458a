"""Files and data frames of published achievements, as tables whose headings are understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from attrs import evolve

from kencana_targets.auditing.published_cells import holding, words_of
from kencana_targets.auditing.published_columns import read_heading, told_roles
from kencana_targets.auditing.published_headers import (
    Part,
    Told,
    find_header,
    header_lines,
    part_tables,
    reached_in,
)
from kencana_targets.core.columns import Categorical, RawColumn, Table
from kencana_targets.core.errors import Problem, TableError, raise_gathered
from kencana_targets.core.frames import from_frame
from kencana_targets.tables.asked import check_sheet
from kencana_targets.tables.choosing import check_columns
from kencana_targets.tables.figures import frame_block, wanted_sheets
from kencana_targets.tables.files import Grid, picked, plain, stripped
from kencana_targets.tables.header import looks_like_figures
from kencana_targets.tables.layout import Block
from kencana_targets.tables.opening import open_source

_NO_HEADER = "no header with target, actual and achievement"
_HINT = "name the columns target, actual, achievement (or target, realisasi, capaian)"


def open_tables(
    source: Any,
    sheet: str | Sequence[str] | None,
    columns: Mapping[str, str | Sequence[str]] | None,
) -> tuple[str, list[Block], list[Problem]]:
    """Open a file or data frame.

    Parameters
    ----------
    source, sheet, columns
        As for `read_published`.

    Returns
    -------
    str, list of Block, list of Problem
        Its name, its tables, and which sheets with figures are none.

    Raises
    ------
    TableError
        There is no table, or no such sheet or column.
    """
    told = told_roles(columns)
    check_sheet(sheet)
    problems: list[Problem] = []
    notes: list[Problem] = []
    opened = open_source(source, "table")
    name = opened.name
    if opened.grids:
        grids = wanted_sheets(opened.grids, sheet, name)
        blocks = _blocks(grids, told, problems, notes, insist=sheet is not None)
    else:
        table = _clean(from_frame(opened.frame))
        block = frame_block(table, name, lambda path: read_heading(path, told))
        texts = [" ".join(heading.text.split()) for heading in block.headings]
        blocks = [_without_repeats(block, [set(text.split(" / ")) for text in texts])]
        problems += _headers_among(blocks[0], told)
    if blocks:
        check_columns(columns, blocks, problems)
    raise_gathered(TableError, problems, name)
    return name, blocks, notes


def _clean(table: Table) -> Table:
    """Take the blanks around the cells of a data frame away, as those of files are."""

    def clean(column: RawColumn) -> RawColumn:
        if isinstance(column, Categorical):
            return stripped(column)
        return column if isinstance(column, np.ndarray) else list(map(plain, column))

    return Table({name: clean(column) for name, column in table.columns.items()}, table.rows)


def _blocks(
    grids: Sequence[Grid],
    told: Told,
    problems: list[Problem],
    notes: list[Problem],
    *,
    insist: bool,
) -> list[Block]:
    """Find the table of each sheet; with `insist` each has to have one."""
    headers = [find_header(grid, told) for grid in grids]
    if not any(headers) and "actual" not in told.values():
        # Where no column is called an actual, *Capaian* beside a percentage is one.
        reached = [
            heading for grid in grids for row in grid.head for heading in reached_in(row, told)
        ]
        told = {**told, **dict.fromkeys(reached, "actual")}
        headers = [find_header(grid, told) for grid in grids]
    blocks: list[Block] = []
    for grid, header in zip(grids, headers, strict=True):
        if header is not None:
            parts = part_tables(grid, *header, told, problems)
            blocks += [_block(part, told, problems) for part in parts]
        elif insist or not any(headers):
            first = next((row for row in grid.head if any(row)), [])
            problems.append(Problem(_NO_HEADER, where=grid.place(-1), got=first, hint=_HINT))
        elif looks_like_figures(grid):
            notes.append(Problem(f"not audited: {_NO_HEADER}", where=grid.place(-1), hint=_HINT))
    if not grids:
        problems.append(Problem("no table", hint=_HINT))
    return blocks


def _block(part: Part, told: Told, problems: list[Problem]) -> Block:
    """Take the rows below a header, and below the row that numbers its columns."""
    grid, paths = part.grid, part.paths
    width = max((at + 1 for at, path in enumerate(paths) if path), default=0)
    hint = "quote cells that contain the separator"
    problems += [
        Problem("more cells than columns", where=grid.place(row - grid.top), hint=hint)
        for row, _ in grid.spill(width, grid.width)
        if part.last < row - grid.top < grid.height and not grid.sheet
    ]
    headings = [read_heading(path, told) for path in paths]
    rows = np.arange(part.end + 1, grid.height)
    block = Block(grid, part.first, part.end, headings, part.columns, rows, [])
    return _without_repeats(block, part.said)


def _headers_among(block: Block, told: Told) -> list[Problem]:
    """Report the headers among the rows of a data frame, which tell other columns."""
    hint = "part the frame there, or hand over the file"
    return [
        Problem("a header stands among the figures", where=block.place(row), hint=hint)
        for row in header_lines(block.columns, told)
    ]


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
