"""Text files whose cells are parted by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from typing import Any

import numpy as np

from kencana_targets.columns import RawColumn, Text, backends
from kencana_targets.errors import Problem, TableError
from kencana_targets.tables.files import (
    HEAD,
    MOST_COLUMNS,
    Grid,
    decode,
    grid_of_rows,
    plain,
    stripped,
)

__all__ = ["read_separated"]

# The order in which separators are tried when two part the rows equally well.
_SEPARATORS = ";\t,"
_SAMPLE = 100
# Below so many rows a dictionary is faster than the frame's own encoding.
_FEW_ROWS = 2000


def read_separated(content: bytes, name: str) -> Grid:
    """Read text whose cells are parted by comma, semicolon or tab."""
    text = decode(content, name, TableError)
    if not text.strip():
        raise TableError(
            Problem("empty file", hint="a table has a header and at least one row"), name
        )
    separator = _separator(text)
    return _read_plain(text, content, separator, name) or _read_quoted(text, separator, name)


def _separator(text: str) -> str:
    """Find the separator that parts most rows into most cells, always as many."""
    lines = text[: 1 << 18].lstrip().splitlines()[:_SAMPLE]

    def cuts(separator: str) -> int:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=separator)]
        except csv.Error:
            return 0
        common = max(set(widths), key=lambda width: (widths.count(width) * (width - 1), width))
        return widths.count(common) * (common - 1)

    return max(_SEPARATORS, key=cuts)


def _read_quoted(text: str, separator: str, name: str) -> Grid:
    rows: list[list[Any]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            _refuse_width(len(row), len(rows), name)
            rows.append(row)
    except csv.Error as error:
        problem = Problem(
            "not a CSV file",
            where=f"row {len(rows) + 1}",
            got=str(error),
            hint="check its quotes, and that no cell is longer than a page",
        )
        raise TableError(problem, name) from None
    last, width = rows[-1], max(map(len, rows[:-1]), default=0)
    # The last row of a file that was cut has no end of line and too few cells.
    if not text.endswith(("\n", "\r")) and 1 < len(last) < width == len(rows[0]):
        what = f"the file ends in the middle of a row: {len(last)} cells under {width} columns"
        problem = Problem(what, where=f"row {len(rows)}", hint="get the whole file")
        raise TableError(problem, name)
    return grid_of_rows(name, rows)


def _read_plain(text: str, content: bytes, separator: str, name: str) -> Grid | None:
    """Read a file without quotes, all rows equally long, through Polars; None if it is not one.

    Such a file has but one reading, so that the csv module would give the same.
    """
    strange = any(mark in text for mark in '"\x0b\x0c') or not _ends_alike(content)
    if strange or "polars" not in backends():
        return None
    head = [line.split(separator) for line in text[: 1 << 15].splitlines()[:20]]
    width = len(head[0])
    if width > MOST_COLUMNS or len({len(row) for row in head[:-1]}) > 1 or width == 1:
        return None
    lines = text.count("\n") + (not text.endswith("\n"))
    if text.count(separator) != lines * (width - 1):
        return None
    import polars as pl

    try:
        frame = pl.read_csv(
            content if len(content) == len(text) else text.encode(),
            has_header=False,
            separator=separator,
            infer_schema=False,
            quote_char=None,
        )
    except pl.exceptions.PolarsError:
        return None
    if frame.shape != (lines, width):
        return None

    def body(first: int) -> list[RawColumn]:
        below = frame.slice(first).iter_columns()
        if lines < _FEW_ROWS:
            return [stripped(Text.encode(column.to_list())) for column in below]
        return [stripped(_renumbered(column.cast(pl.Categorical))) for column in below]

    rows = [[plain(cell) for cell in row] for row in frame.head(HEAD).iter_rows()]
    return Grid(name, rows, lines, width, body)


def _renumbered(column: Any) -> Text:
    """Encode a categorical column of Polars, words in the order of their first rows."""
    rows = len(column)
    if not rows:
        return Text(np.empty(0, dtype=np.int32), ())
    physical = column.to_physical()
    none = int(physical.max() if physical.max() is not None else -1) + 1
    pool = physical.fill_null(none).to_numpy() if physical.null_count() else physical.to_numpy()
    first = np.full(none + 1, rows, dtype=np.int32)
    first[pool[::-1]] = np.arange(rows - 1, -1, -1, dtype=np.int32)
    first[none] = rows
    used = np.flatnonzero(first < rows)
    used = used[np.argsort(first[used])]
    codes = np.full(none + 1, -1, dtype=np.int32)
    codes[used] = np.arange(len(used), dtype=np.int32)
    return Text(codes[pool], tuple(column.gather(first[used]).to_list()))


def _ends_alike(content: bytes) -> bool:
    """Return whether each carriage return is one of a line's end."""
    if b"\r" not in content:
        return True
    letters = np.frombuffer(content, dtype=np.uint8)
    returns = np.flatnonzero(letters == ord("\r"))
    return returns[-1] + 1 < len(letters) and bool((letters[returns + 1] == ord("\n")).all())


def _refuse_width(width: int, row: int, name: str) -> None:
    if width > MOST_COLUMNS:
        what = f"more than {MOST_COLUMNS:,} columns"
        raise TableError(
            Problem(what, where=f"row {row + 1}", got=width, hint="this is no table of figures"),
            name,
        )
