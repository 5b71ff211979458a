"""A path, an open file or a data frame, opened: what it is, its content says; and CSV files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem, TableError
from kencana_targets.tables import files, raw_columns
from kencana_targets.tables.documents import is_word, read_pdf, read_word
from kencana_targets.tables.excel import read_workbook
from kencana_targets.tables.files import HEAD, MOST_COLUMNS, Grid, decode, grid_of_rows
from kencana_targets.tables.raw_columns import BEHIND, Cells, Numerals

# The order in which separators are tried when two part the rows equally well.
_SEPARATORS = ";\t,|"
# How much of a file is looked at to find its separator. [characters, rows]
_SAMPLE, _SAMPLE_ROWS = 1 << 16, 30
# Below so many bytes the csv module is as fast.
_SMALL = 1 << 9
# The decimal marks that are tried.
_MARKS = {",": ".", ";": ",."}
# Quotes, and marks that end lines in some programs only.
_STRANGE = (b'"', b"\x0b", b"\x0c")
_NUMBER = re.compile(r"-?([0-9]+)(?:[.,]([0-9]*))?")
_FEWEST_ABOVE = 2
_PACKED = b"PK\x03\x04"
_WORKBOOK = (_PACKED, b"\xd0\xcf\x11\xe0")
_WEB_PAGE = (b"<!doctype html", b"<html", b"<?xml", b"<table")
_SAVE_AS_XLSX = "open it in Excel and save it as .xlsx"


def read_separated(content: bytes, name: str) -> Grid:
    """Read text whose cells are parted by comma, semicolon or tab."""
    # Of a plain file in ASCII only the head has to become text.
    is_plain = content.isascii() and b"\0" not in content
    text = None if is_plain else decode(content, name, TableError)
    letters = content if text is None else text.encode()
    if not letters or letters.isspace():
        hint = "a table has a header and at least one row"
        raise TableError(Problem("empty file", hint=hint), name)
    head = (letters[:_SAMPLE].decode("ascii") if text is None else text)[:_SAMPLE]
    separator = _separator(head)
    plain = None if len(letters) < _SMALL else _read_plain(letters, separator, name)
    grid = plain or _read_quoted(letters.decode(), separator, name)
    if letters.endswith((b"\n", b"\r")):
        return grid
    return evolve(grid, cut=_cut_number(letters, separator))


def _cut_number(letters: bytes, separator: str) -> str:
    r"""Return the number with which a file ends, where its last digits may be cut off.

    It has no end of line, and fewer decimals or half as many digits as all above it.

    Examples
    --------
    >>> _cut_number(b"a;22,1\nb;12,4\nc;1", ";"), _cut_number(b"a;22\nb;12\nc;9", ";")
    ('1', '')
    """
    lines = letters[-_SAMPLE:].decode(errors="replace").splitlines()[-_SAMPLE_ROWS:]
    cells = [_NUMBER.fullmatch(line.rpartition(separator)[2].strip()) for line in lines]
    *others, last = [match and (len(match[2] or ""), len(match[1])) for match in cells]
    known = [*filter(None, others)]
    if last is None or len(known) < _FEWEST_ABOVE:
        return ""
    decimals, digits = map(min, zip(*known, strict=True))
    is_cut = last[0] < decimals or (not last[0] and 2 * last[1] < digits)
    return str(cells[-1][0].strip()) if is_cut and cells[-1] else ""


def _separator(head: str) -> str:
    """Find the separator that parts most rows into most cells, always as many."""
    lines = head.lstrip().splitlines()[:_SAMPLE_ROWS]
    quoted = any('"' in line for line in lines)

    def cuts(separator: str) -> tuple[int, int]:
        try:
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
        where = Place(row=len(rows) + 1)
        hint = "check its quotes, and that no cell is longer than a page"
        problem = Problem("not a CSV file", where=where, got=str(error), hint=hint)
        raise TableError(problem, name) from None
    last, width = rows[-1], max(map(len, rows[:-1]), default=0)
    # The last row of a file that was cut has no end of line and too few cells.
    if not text.endswith(("\n", "\r")) and 1 < len(last) < width == len(rows[0]):
        what = f"the file ends in the middle of a row: {len(last)} cells under {width} columns"
        problem = Problem(what, where=Place(row=len(rows)), hint="get the whole file")
        raise TableError(problem, name)
    short = 1 < len(last) < width and all(len(row) == width for row in rows[:-1])
    grid = grid_of_rows(name, rows, by_comma=separator == ",")
    return evolve(grid, cut=last[-1]) if short else grid


def _read_plain(letters: bytes, separator: str, name: str) -> Grid | None:
    """Read a file without quotes, all rows equally long; None if it is not one.

    Such a file has but one reading, so that the csv module would give the same.
    """
    if any(mark in letters for mark in _STRANGE):
        return None
    lines = islice(io.BytesIO(letters), HEAD)
    head = [line.decode().rstrip("\r\n").split(separator) for line in lines]
    width = len(head[0])
    places = _Places.of(letters, separator, width) if 1 < width <= MOST_COLUMNS else None
    if places is None:
        return None

    def body(first: int, figures: Collection[int] = ()) -> list[Cells]:
        numerals: dict[int, Numerals] = {}
        for mark in _MARKS.get(separator, ".,"):
            waiting = [at for at in figures if at not in numerals]
            if waiting and first < places.starts.shape[1]:
                numerals |= places.numerals(first, waiting, mark)
        return [numerals.get(at) or places.text(first, at) for at in range(width)]

    def spill(wide: int, most: int) -> list[tuple[int, list[Any]]]:
        # All rows are equally long: none spills over a header that is as long as they are.
        whole = None if wide >= width else _read_quoted(letters.decode(), separator, name)
        return whole.spill(wide, most) if whole else []

    rows = [[cell.strip() or None for cell in row] for row in head]
    return Grid(name, rows, places.starts.shape[1], width, body, spill=spill)


@frozen(eq=False)
class _Places:
    """What a plain file holds, and where its cells stand: shape (columns, rows)."""

    content: bytes
    starts: NDArray[np.int32]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, content: bytes, separator: str, width: int) -> _Places | None:
        """Find the cells; None if not every row has `width` of them."""
        content += (b"" if content.endswith(b"\n") else b"\n") + BEHIND
        letters = np.frombuffer(content, dtype=np.uint8)
        ends = raw_columns.places_of(letters, "\n", separator)
        starts = np.zeros(len(ends) + 1, dtype=np.int32)
        np.add(ends, 1, out=starts[1:])
        last = starts[width::width] - 1
        if len(starts) - 1 != width * len(last) or (letters[last] != ord("\n")).any():
            return None
        # Each line end, and each carriage return before one, is that of a row.
        returns = letters[last - 1] == ord("\r")
        lines, others = (np.count_nonzero(letters == ord(mark)) for mark in "\n\r")
        if lines != len(last) or others != np.count_nonzero(returns):
            return None
        # Columns are looked at one by one.
        begin, end = (each.reshape(-1, width).T.copy() for each in (starts[:-1], ends))
        end[-1] -= returns
        return cls(content, begin, end - begin)

    def numerals(self, first: int, columns: Sequence[int], mark: str) -> dict[int, Numerals]:
        """Read the columns that hold nothing but what `plain_numeral` describes."""
        starts, lengths = (each[columns, first:] for each in (self.starts, self.lengths))
        read = raw_columns.numbers_at(self.content, starts.ravel(), lengths.ravel(), ord(mark))
        values, decimals, fits = (each.reshape(starts.shape) for each in read)
        # Three decimals may be thousands.
        plain = (fits & (decimals != 3)) | (lengths == 0)
        has_mark = np.any(decimals >= 0, axis=1)
        values = np.where(lengths > 0, values, np.nan)
        found = {}
        for row in np.flatnonzero(plain.all(axis=1)).tolist():
            used, source = mark if has_mark[row] else None, partial(self.text, first, columns[row])
            found[columns[row]] = Numerals(values[row], used, source)
        return found

    def text(self, first: int, at: int) -> Categorical:
        """Return a column as text."""
        starts, lengths = self.starts[at, first:], self.lengths[at, first:]
        return raw_columns.stripped(raw_columns.words_at(self.content, starts, lengths))


@frozen(eq=False)
class Opened:
    """What a reader got: the sheets of a file, or a data frame."""

    name: str
    grids: list[files.Grid]
    frame: Any = None


def open_source(source: Any, name: str) -> Opened:
    """Open a path, a binary file, its bytes or a data frame; `name` is that of what has none.

    Raises
    ------
    TableError
        The file cannot be read, or is neither text, a workbook nor Parquet.
    """
    if isinstance(source, Opened):
        return source
    if isinstance(source, (bytes, bytearray)):
        source = io.BytesIO(source)
    if not files.is_file(source):
        rows = files.frame_rows(source)
        if rows:
            return Opened(name, [files.grid_of_rows(name, rows)])
        return Opened(name, [], source)
    content, name = files.read_bytes(source), files.file_name(source, name)
    if content.startswith(b"PAR1") or files.is_parquet(name):
        return Opened(name, [], files.read_parquet(content, name))
    if content.startswith(b"%PDF") or name.lower().endswith(".pdf"):
        return Opened(name, read_pdf(content, name))
    if content.startswith(_PACKED) and is_word(content):
        return Opened(name, read_word(content, name))
    if name.lower().endswith((".docx", ".doc")):
        hint = "open it in Word and save it as .docx"
        raise TableError(Problem("not a Word file that can be read", hint=hint), name)
    if content.startswith(_WORKBOOK):
        return Opened(name, read_workbook(content, name))
    if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE):
        raise TableError(Problem("a web page and not a table", hint=_SAVE_AS_XLSX), name)
    if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise TableError(Problem("not an Excel workbook", hint=_SAVE_AS_XLSX), name)
    return Opened(name, [read_separated(content, name)])
