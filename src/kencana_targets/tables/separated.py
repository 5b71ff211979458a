"""Text files whose cells are parted by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

import numpy as np

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem, TableError
from kencana_targets.core.frames import backends, encode_polars
from kencana_targets.tables.files import HEAD, MOST_COLUMNS, Grid, decode, grid_of_rows
from kencana_targets.tables.raw_columns import Cells, Numerals, plain_numeral, stripped

# The order in which separators are tried when two part the rows equally well.
_SEPARATORS = ";\t,|"
# How much of a file is looked at to find its separator. [characters, rows]
_SAMPLE, _SAMPLE_ROWS = 1 << 16, 30
# Below so many rows a dictionary is faster than the frame's own encoding.
_FEW_ROWS = 2000
_PART = 1 << 18
# Below so many bytes the csv module is done before Polars is loaded.
_SMALL = 1 << 15
# Quotes, and marks that end lines in some programs only.
_STRANGE = (b'"', b"\x0b", b"\x0c")


def read_separated(content: bytes, name: str) -> Grid:
    """Read text whose cells are parted by comma, semicolon or tab."""
    # Of a plain file in ASCII only the head has to become text.
    is_plain = content.isascii() and b"\0" not in content
    text = None if is_plain else decode(content, name, TableError)
    letters = content if text is None else text.encode()
    if not letters or letters.isspace():
        raise TableError(
            Problem("empty file", hint="a table has a header and at least one row"), name
        )
    head = (letters[:_SAMPLE].decode("ascii") if text is None else text)[:_SAMPLE]
    separator = _separator(head)
    plain = None if len(letters) < _SMALL else _read_plain(letters, separator, name)
    return plain or _read_quoted(letters.decode(), separator, name)


def _separator(head: str) -> str:
    """Find the separator that parts most rows into most cells, always as many."""
    lines = head.lstrip().splitlines()[:_SAMPLE_ROWS]

    def cuts(separator: str) -> tuple[int, int]:
        try:
            quoted = any('"' in line for line in lines)
            rows = csv.reader(lines, delimiter=separator) if quoted else ()
            widths = [len(row) for row in rows] or [line.count(separator) + 1 for line in lines]
        except csv.Error:
            return 0, 0
        common = max(set(widths), key=lambda width: (widths.count(width) * (width - 1), width))
        # Rows that are parted alike tell more than how many commas stand in their figures.
        alike = widths.count(common)
        return (alike if common > 1 else 0), alike * (common - 1)

    return max(_SEPARATORS, key=cuts)


def _read_quoted(text: str, separator: str, name: str) -> Grid:
    rows: list[list[Any]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            rows.append(row)
            if len(row) > MOST_COLUMNS:
                what, hint = f"more than {MOST_COLUMNS:,} columns", "this is no table of figures"
                where = Place(row=len(rows))
                raise TableError(Problem(what, where=where, got=len(row), hint=hint), name)
    except csv.Error as error:
        problem = Problem(
            "not a CSV file",
            where=Place(row=len(rows) + 1),
            got=str(error),
            hint="check its quotes, and that no cell is longer than a page",
        )
        raise TableError(problem, name) from None
    last, width = rows[-1], max(map(len, rows[:-1]), default=0)
    # The last row of a file that was cut has no end of line and too few cells.
    if not text.endswith(("\n", "\r")) and 1 < len(last) < width == len(rows[0]):
        what = f"the file ends in the middle of a row: {len(last)} cells under {width} columns"
        problem = Problem(what, where=Place(row=len(rows)), hint="get the whole file")
        raise TableError(problem, name)
    return grid_of_rows(name, rows, by_comma=separator == ",")


def _read_plain(letters: bytes, separator: str, name: str) -> Grid | None:
    """Read a file without quotes, all rows equally long, through Polars; None if it is not one.

    Such a file has but one reading, so that the csv module would give the same.
    """
    if any(mark in letters for mark in _STRANGE) or "polars" not in backends():
        return None
    lines = islice(io.BytesIO(letters), HEAD)
    head = [line.decode().removesuffix("\n").split(separator) for line in lines]
    width = len(head[0])
    if not 1 < width <= MOST_COLUMNS or any(len(row) != width for row in head):
        return None
    frame = _frame(letters, separator, head)
    # Each carriage return has to be one of a line's end.
    ends = b"\r" not in letters or _count(letters, "\r") == _count(letters, "\r", "\n")
    if frame is None or not ends or not _parted_alike(letters, separator, frame):
        return None

    def body(first: int, figures: Collection[int] = ()) -> list[Cells]:
        below = frame.slice(first)
        numerals = _numerals(below, figures, ",." if separator == ";" else ".,")
        texts = iter(_texts([column for at, column in enumerate(below) if at not in numerals]))
        return [numerals.get(at) or next(texts) for at in range(width)]

    rows = [[cell.strip() or None for cell in row] for row in head]
    return Grid(name, rows, len(frame), width, body)


def _frame(letters: bytes, separator: str, head: Sequence[Sequence[str]]) -> Any:
    """Read all cells as text, or as categories where a column repeats itself; None if it fails."""
    import polars as pl

    repeating = [_repeats(head), _repeats(_middle(letters, separator, len(head[0])))]
    kinds = [pl.Categorical if all(both) else pl.String for both in zip(*repeating, strict=True)]
    try:
        return pl.read_csv(
            letters,
            has_header=False,
            separator=separator,
            quote_char=None,
            schema={str(at): kind for at, kind in enumerate(kinds)},
        )
    except pl.exceptions.PolarsError:
        return None


def _middle(letters: bytes, separator: str, width: int) -> list[list[str]]:
    """Return some whole rows from the middle of a file."""
    middle = len(letters) // 2
    lines = letters[middle : middle + _SAMPLE].split(b"\n", HEAD + 1)[1:-1]
    rows = [line.decode().split(separator) for line in lines]
    return [row for row in rows if len(row) == width] or [[""] * width] * 3


def _repeats(rows: Sequence[Sequence[str]]) -> list[bool]:
    """Return which columns say the same in many of some rows."""
    return [2 * len(set(column)) < len(column) for column in zip(*rows, strict=True)]


def _numerals(frame: Any, figures: Collection[int], marks: str) -> dict[int, Numerals]:
    """Read the columns that hold nothing but plain numbers with one of the marks."""
    found: dict[int, Numerals] = {}
    for mark in marks:
        waiting = [at for at in figures if at not in found]
        if waiting and len(frame):
            found |= _plain_numbers(frame, waiting, mark)
    return found


def _plain_numbers(frame: Any, figures: Sequence[int], mark: str) -> dict[int, Numerals]:
    """Read the columns that hold nothing but plain numbers with one mark."""
    import polars as pl

    columns = [frame.to_series(at) for at in figures]
    texts = [one if one.dtype == pl.String else one.cast(pl.String) for one in columns]
    written = pl.first()
    dotted = written.str.replace(",", ".", literal=True) if mark == "," else written
    # One long column is read at once, which many short ones are not.
    cells = pl.concat(texts, rechunk=True).to_frame()
    read = cells.select(
        plain=written.str.contains(f"^{plain_numeral(mark)}$").fill_null(value=True),
        values=dotted.cast(pl.Float64, strict=False),
    )
    plain, values = (read[name].to_numpy().reshape(len(columns), -1) for name in read.columns)
    fractions = (np.floor(values) < values).any(axis=1).tolist()

    def numerals(row: int) -> Numerals:
        # Numbers that are whole may be written with a mark and zeros.
        parted = fractions[row] or texts[row].str.contains(mark, literal=True).any()
        return Numerals(values[row], mark if parted else None, lambda: _texts([columns[row]])[0])

    fits = plain.all(axis=1).tolist()
    return {at: numerals(row) for row, at in enumerate(figures) if fits[row]}


def _texts(columns: Sequence[Any]) -> list[Categorical]:
    if columns and len(columns[0]) < _FEW_ROWS:
        return [stripped(Categorical.encode(column.to_list())) for column in columns]
    return [stripped(text) for text in encode_polars(columns)]


def _parted_alike(letters: bytes, separator: str, frame: Any) -> bool:
    """Return whether each line of a file is a row of as many cells."""
    lines = _count(letters, "\n") + (not letters.endswith(b"\n"))
    between = frame.width - 1
    if len(frame) != lines or _count(letters, separator) != lines * between:
        return False
    # A row with too few cells ends in nothing, and without one none can have too many.
    if not frame.to_series(-1).null_count():
        return True
    marks = np.frombuffer(letters, dtype=np.uint8)
    ends, cuts = (np.flatnonzero(marks == ord(mark)) for mark in ("\n", separator))
    before = np.searchsorted(cuts, ends)
    return bool((before == between * np.arange(1, len(ends) + 1)).all())


def _count(letters: bytes, letter: str, following: str = "") -> int:
    """Count a letter, or only where another follows; part by part, so that it stays in cache."""
    marks, found = np.frombuffer(letters, dtype=np.uint8), 0
    for at in range(0, len(marks), _PART):
        here = marks[at : at + _PART] == ord(letter)
        if following:
            after = marks[at + 1 : at + 1 + _PART] == ord(following)
            here = here[: len(after)] & after
        found += int(np.count_nonzero(here))
    return found
