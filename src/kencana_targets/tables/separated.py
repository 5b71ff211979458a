"""Text files whose cells are parted by commas, semicolons or tabs."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem, TableError
from kencana_targets.core.typing import Floats, Truths
from kencana_targets.tables.files import HEAD, MOST_COLUMNS, Grid, decode, grid_of_rows
from kencana_targets.tables.raw_columns import Cells, Numerals, in_order, stripped

# The order in which separators are tried when two part the rows equally well.
_SEPARATORS = ";\t,|"
# How much of a file is looked at to find its separator. [characters, rows]
_SAMPLE, _SAMPLE_ROWS = 1 << 16, 30
# Below so many bytes the csv module is as fast.
_SMALL = 1 << 15
# How much is looked at in one go, so that it stays in cache. [bytes, cells]
_PART, _CELLS = 1 << 17, 1 << 15
# The decimal marks that are tried.
_MARKS = {",": ".", ";": ",."}
# Quotes, and marks that end lines in some programs only.
_STRANGE = (b'"', b"\x0b", b"\x0c")
# What a float holds and what its text may have before and behind the mark.
_MOST_DIGITS = 15
_LONGEST_NUMERAL = 2 * _MOST_DIGITS + 2
_POWERS = 10.0 ** np.arange(_MOST_DIGITS + 1)
# What is left of eight letters, of which so many are of a cell; what tells longer words apart.
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_KEPT = np.array([(1 << 8 * letters) - 1 for letters in range(9)], dtype=np.uint64)


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
            if waiting and first < len(places.starts):
                numerals |= places.numerals(first, waiting, ord(mark))
        return [numerals.get(at) or places.text(first, at) for at in range(width)]

    rows = [[cell.strip() or None for cell in row] for row in head]
    return Grid(name, rows, len(places.starts), width, body)


@frozen(eq=False)
class _Places:
    """What a plain file holds, and where its cells stand: shape (rows, columns)."""

    content: bytes
    starts: NDArray[np.int32]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, content: bytes, separator: str, width: int) -> _Places | None:
        """Find the cells; None if not every row has `width` of them."""
        # Behind the last cell are as many letters as are looked at in one go.
        content += (b"" if content.endswith(b"\n") else b"\n") + bytes(_LONGEST_NUMERAL)
        letters = np.frombuffer(content, dtype=np.uint8)
        found = [np.array([-1], dtype=np.int32)]
        for at in range(0, len(letters), _PART):
            part = letters[at : at + _PART]
            places = np.flatnonzero((part == ord("\n")) | (part == ord(separator)))
            found.append((places + at).astype(np.int32))
        starts = np.concatenate(found) + np.int32(1)
        last = starts[width::width] - 1
        if len(starts) - 1 != width * len(last) or (letters[last] != ord("\n")).any():
            return None
        lengths = (np.diff(starts) - np.int32(1)).reshape(-1, width)
        returns = letters[last - 1] == ord("\r")
        lengths[:, -1] -= returns
        # Each line end, and each carriage return before one, is that of a row.
        for mark, ends in ((b"\n", len(last)), (b"\r", np.count_nonzero(returns))):
            if np.count_nonzero(letters == ord(mark)) != ends:
                return None
        return cls(content, starts[:-1].reshape(-1, width), lengths)

    def numerals(self, first: int, columns: Sequence[int], mark: int) -> dict[int, Numerals]:
        """Read the columns that hold nothing but what `plain_numeral` describes."""
        starts, lengths = (each[first:].T[columns] for each in (self.starts, self.lengths))
        values, plain = np.empty(starts.shape), np.empty(starts.shape, dtype=bool)
        marked = np.empty(starts.shape, dtype=bool)
        for at in range(0, starts.size, _CELLS):
            part = slice(at, at + _CELLS)
            cells = starts.ravel()[part], lengths.ravel()[part]
            found = self._numbers(*cells, mark)
            values.ravel()[part], plain.ravel()[part], marked.ravel()[part] = found
        return {
            columns[row]: Numerals(
                values[row],
                chr(mark) if marked[row].any() else None,
                partial(self.text, first, columns[row]),
            )
            for row in np.flatnonzero(plain.all(axis=1)).tolist()
        }

    def _numbers(self, starts: Any, lengths: Any, mark: int) -> tuple[Floats, Truths, Truths]:
        """Read cells letter by letter: the numbers, whether they are plain, and have a mark."""
        letters = np.frombuffer(self.content, dtype=np.uint8)
        lengths = np.minimum(lengths, 127).astype(np.int8)
        longest = min(lengths.max(), _LONGEST_NUMERAL)
        number = np.zeros(len(starts), np.int32 if longest < 10 else np.int64)
        digits, decimals = np.zeros((2, len(starts)), np.int8)
        minus = (letters[starts] == ord("-")) & (lengths > 0)
        marked = np.zeros(len(starts), dtype=bool)
        for at in range(longest):
            letter = letters[starts + at] * (lengths > at)
            digit = letter - np.uint8(ord("0"))
            is_digit = digit < 10
            number = np.where(is_digit, 10 * number + digit, number)
            digits += is_digit
            decimals += is_digit & marked
            marked |= letter == mark
        whole = digits - decimals
        # Nothing else stands there; three decimals may be thousands.
        plain = (digits + marked + minus == lengths) & (marked == (decimals > 0)) & (decimals != 3)
        plain &= (whole > 0) & (whole <= _MOST_DIGITS) & (decimals <= _MOST_DIGITS)
        plain |= lengths == 0
        values: Floats = number.astype(np.float64) / _POWERS.take(decimals, mode="clip")
        values = np.where(lengths > 0, np.where(minus, -values, values), np.nan)
        # A float holds so many digits; for more, Python finds the nearest.
        for row in np.flatnonzero(plain & (digits > _MOST_DIGITS)).tolist():
            cell = self.content[starts[row] : starts[row] + lengths[row]]
            values[row] = float(cell.replace(b",", b"."))
        return values, plain, marked

    def text(self, first: int, at: int) -> Categorical:
        """Return a column as text; words are told apart by eight letters at a time."""
        starts, lengths = self.starts[first:, at], self.lengths[first:, at]
        if not len(starts):
            return Categorical.encode(())
        # The eight letters that begin at each place of the file, as a number.
        eight = np.ndarray(len(self.content) - 7, "<u8", self.content, strides=(1,))
        parts = [
            eight[np.minimum(starts + part, len(eight) - 1)]
            & _KEPT.take(lengths - part, mode="clip")
            for part in range(0, max(lengths.max(), 1), 8)
        ]
        key = parts[0]
        for part in parts[1:]:
            key = key * _FACTOR + part
        # Neighbours are mostly alike: of a run, one is enough.
        runs = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
        found, code = in_order(key[runs])
        rows = runs[found]
        codes = np.repeat(code.astype(np.int32), np.diff(runs, append=len(key)))
        alone = len(parts) == 1 or all(np.array_equal(part[rows][codes], part) for part in parts)
        # Two words may have one key, as somebody may contrive it.
        rows = rows if alone else np.arange(len(key))
        spans = zip(starts[rows].tolist(), (starts + lengths)[rows].tolist(), strict=True)
        words = b"\n".join([self.content[start:end] for start, end in spans]).decode().split("\n")
        return stripped(Categorical(codes, tuple(words)) if alone else Categorical.encode(words))
