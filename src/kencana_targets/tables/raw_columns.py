"""Columns of cells as a file gives them, before anyone knows what they mean.

In the letters of a plain file cells are read where they stand, all at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeAlias

import numpy as np
from attrs import field, frozen

from kencana_targets.core.columns import Categorical, RawColumn, read_only
from kencana_targets.core.typing import Floats, Ints, NDArray, Truths

# How a code is written in CSV so that Excel makes no number of it.
_KEPT_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
Cells: TypeAlias = "RawColumn | Numerals"
# What a float holds, and what a number may have before and behind its mark. [digits]
MOST_DIGITS = 15
_LONGEST = 2 * MOST_DIGITS + 2
# The digits of any number of 64 bits; and up to which number a float holds all of them.
_MOST_WHOLE, _EXACT = 18, 1 << 53
_POWERS = 10.0 ** np.arange(MOST_DIGITS + 1)
# So many digits fit into half the memory.
_FEW = 9
# How much is looked at in one go, so that it stays in cache. [bytes, cells]
_PART, _CELLS = 1 << 17, 15_000
# What is left of eight letters, of which so many are of a cell; what tells longer words apart.
_KEPT = np.array([(1 << 8 * letters) - 1 for letters in range(9)], dtype=np.uint64)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
# Longer words, and so few of them, are made one by one. [letters, cells]
_LONGEST_WORD, _FEW_WORDS = 256, 300
# What follows a content, because letters are looked at so many at a time.
BEHIND = bytes(_LONGEST_WORD)


@frozen(eq=False)
class Numerals:
    """A column of text that is nothing but plain numbers with one mark.

    Parameters
    ----------
    values : ndarray of float64
        The numbers, nan where there is none.
    mark : {",", "."} or None
        The mark that the numbers were read by; None where no number has one.
    source : callable
        Makes the text of what was written, once it is asked for.
    """

    values: Floats
    mark: str | None
    source: Callable[[], Categorical]
    _made: list[Categorical] = field(factory=list, init=False, repr=False)

    def text(self) -> Categorical:
        """Return what was written."""
        if not self._made:
            self._made.append(self.source())
        return self._made[0]

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: int) -> str | None:
        return self.text()[row]

    def take(self, rows: NDArray[Any]) -> Numerals:
        """Return the numbers at `rows`."""
        return Numerals(self.values.take(rows), self.mark, lambda: self.text().take(rows))

    def fits(self, decimal: str | None) -> bool:
        """Return whether the numbers are those of a decimal mark."""
        return self.mark is None or decimal in (None, self.mark)


class Worded(float):
    """A number beside which a spreadsheet shows words."""

    words: str

    def __new__(cls, number: float, words: str) -> Self:  # noqa: D102
        made = super().__new__(cls, number)
        made.words = words
        return made


def written(column: Cells) -> RawColumn:
    """Return a column as it is written."""
    return column.text() if isinstance(column, Numerals) else column


def plain_numeral(mark: str) -> str:
    """Return a pattern of digits and a mark that nobody takes for one of thousands.

    Examples
    --------
    >>> bool(re.fullmatch(plain_numeral("."), "22.1")), re.fullmatch(plain_numeral("."), "4.282")
    (True, None)
    """
    return rf"-?[0-9]{{1,15}}(?:{re.escape(mark)}(?:[0-9]{{1,2}}|[0-9]{{4,15}}))?"


def plain(cell: Any) -> Any:
    """Return a cell without blanks around it, None for an empty one.

    Examples
    --------
    >>> plain(" 17.04 "), plain('="17.10"'), plain(" ")
    ('17.04', '17.10', None)
    """
    if not isinstance(cell, str):
        return cell
    match = _KEPT_AS_TEXT.fullmatch(cell.strip())
    text = match[1].replace('""', '"') if match else cell
    return text.strip() or None


def encode(cells: Sequence[Any]) -> RawColumn:
    """Make a column of cells: text, numbers, or both."""
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        return stripped(Categorical.encode(cells))
    if kinds <= {int, float}:
        return np.array(cells, np.float64)
    if kinds <= {str, int, float, type(None)}:
        texts = {cell for cell in cells if isinstance(cell, str)} if str in kinds else set()
        if not any(map(str.strip, texts)):
            missing = {None, *texts}
            return np.array([np.nan if cell in missing else cell for cell in cells], np.float64)
    return [plain(cell) for cell in cells]


def stripped(text: Categorical) -> Categorical:
    """Return text without blanks around it, empty text as missing."""
    words = text.categories
    if "" not in words and tuple(map(str.strip, words)) == words and '="' not in "\n".join(words):
        return text
    return Categorical.encode(map(plain, words)).take(text.codes)


def picked(column: Cells, rows: NDArray[Any]) -> Cells:
    """Return some rows of a column; text keeps only the words that they use."""
    if isinstance(column, np.ndarray):
        numbers: Floats = column.take(rows)
        return numbers
    if isinstance(column, Numerals):
        return column.take(rows)
    if not isinstance(column, Categorical):
        return [column[row] for row in rows.tolist()]
    return without_unused(column.take(rows))


def without_unused(text: Categorical) -> Categorical:
    """Return text without words that no row has."""
    count = np.bincount(text.codes + 1, minlength=len(text.categories) + 1)[1:]
    if count.all():
        return text
    used = np.flatnonzero(count)
    renumbered = np.full(len(text.categories) + 1, -1, dtype=np.int32)
    renumbered[used] = np.arange(len(used))
    words = tuple(text.categories[code] for code in used.tolist())
    return Categorical(renumbered.take(text.codes), words)


def present(column: Cells) -> Truths:
    """Return where a column holds something."""
    if isinstance(column, Categorical):
        return column.codes >= 0
    if isinstance(column, Numerals):
        return ~np.isnan(column.values)
    if isinstance(column, np.ndarray):
        return ~np.isnan(column)
    return np.array([cell is not None for cell in column], dtype=bool)


def held(columns: Sequence[Cells]) -> Truths:
    """Return where columns of one length hold something, shape (columns, rows)."""
    found = np.zeros((len(columns), len(columns[0]) if columns else 0), dtype=bool)
    plain = [column.values if isinstance(column, Numerals) else column for column in columns]
    numbers = {at: one for at, one in enumerate(plain) if isinstance(one, np.ndarray)}
    if numbers:
        # All at once, as a wide table has many.
        found[[*numbers]] = ~np.isnan([*numbers.values()])
    for at in (at for at in range(len(columns)) if at not in numbers):
        found[at] = present(columns[at])
    return found


def cells_of_row(columns: Sequence[Cells], row: int) -> list[Any]:
    """Return the cells of a row, None where there is none."""
    cells = [column[row] if row < len(column) else None for column in columns]
    return [None if cell is None or cell != cell else cell for cell in cells]  # noqa: PLR0124


def words_of(column: Cells) -> Categorical:
    """Return the cells of a column as text, whole numbers without a decimal mark.

    Examples
    --------
    >>> words_of(np.array([2020.0, np.nan])).to_list()
    ['2020', None]
    """
    cells = written(column)
    if isinstance(cells, Categorical):
        return cells
    return Categorical.encode(None if cell is None else cell_text(cell) for cell in listed(cells))


def texts_of(column: Categorical | Sequence[Any]) -> Categorical:
    """Return the cells that are text; of others none."""
    if isinstance(column, Categorical):
        return column
    return Categorical.encode(cell if isinstance(cell, str) else None for cell in column)


def holding(column: Cells, test: Callable[[str], Any]) -> Truths:
    """Return for each row whether its word passes a test; none never does."""
    text = words_of(column)
    return np.array([*map(bool, map(test, text.categories)), False])[text.codes]


def cell_text(cell: Any) -> str:
    """Return a cell as a person reads it, whole numbers without a decimal."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())


def listed(column: RawColumn) -> list[Any]:
    """Return the cells of a column, None where there is none."""
    if isinstance(column, Categorical):
        return column.to_list()
    cells = column.tolist() if isinstance(column, np.ndarray) else column
    return [None if cell != cell else cell for cell in cells]  # noqa: PLR0124 (nan)


def distinct(texts: Sequence[Categorical]) -> tuple[Ints, Ints]:
    """Return the first row of each combination of words, and which one each row has."""
    key = np.zeros(len(texts[0]), dtype=np.int64)
    first = key[:1]
    for text in texts:
        key = key * (len(text.categories) + 1) + text.codes + 1
        first, key = in_order(key)
    return first, key


def in_order(keys: NDArray[Any]) -> tuple[Ints, Ints]:
    """Return the first row of each key, in their order, and which one each row has.

    Examples
    --------
    >>> in_order(np.array([7, 5, 7]))
    (array([0, 1]), array([0, 1, 0]))
    """
    rows = np.argsort(keys)
    is_new = np.concatenate((np.ones(min(len(keys), 1), bool), np.diff(keys[rows]) != 0))
    first = np.minimum.reduceat(rows, np.flatnonzero(is_new)) if len(keys) else rows
    order = np.argsort(first)
    place = np.empty_like(rows)
    place[rows] = np.argsort(order)[np.cumsum(is_new) - 1]
    return first[order], place


def positions(filled: Truths) -> tuple[Ints, Ints]:
    """Return row and column of each filled cell."""
    rows, columns = filled.shape
    if filled.all():
        # Which np.nonzero gives too, at five times the cost.
        return np.repeat(np.arange(rows), columns), np.tile(np.arange(columns), rows)
    return np.nonzero(filled)  # type: ignore[return-value]


def cells_across(columns: Sequence[Cells], filled: Truths) -> Cells:
    """Return the cells that are filled as one column, row by row.

    Parameters
    ----------
    columns : sequence of Cells
        Columns of one length.
    filled : ndarray of bool, shape (rows, columns)
        Which of their cells are wanted.
    """
    numerals = [each for each in columns if isinstance(each, Numerals)]
    marks = {each.mark for each in numerals} - {None}
    if columns and len(numerals) == len(columns) and len(marks) < 2:
        values = _row_by_row([each.values for each in numerals], filled)
        mark = next(iter(marks), None)
        texts = [each.text for each in numerals]
        return Numerals(values, mark, lambda: _texts_across([each() for each in texts], filled))
    raw = [written(each) for each in columns]
    if raw and all(isinstance(each, np.ndarray) for each in raw):
        return _row_by_row(raw, filled)  # type: ignore[arg-type]
    if raw and all(isinstance(each, Categorical) for each in raw):
        return _texts_across(raw, filled)  # type: ignore[arg-type]
    lists = list(map(listed, raw))
    return encode([lists[at][row] for row, at in np.argwhere(filled).tolist()])


def _texts_across(columns: Sequence[Categorical], filled: Truths) -> Categorical:
    starts = np.cumsum([0, *(len(each.categories) for each in columns)])[:-1]
    shifted = [
        np.where(each.codes < 0, -1, each.codes + start).astype(np.int32)
        for each, start in zip(columns, starts, strict=True)
    ]
    words = tuple(word for each in columns for word in each.categories)
    return Categorical(_row_by_row(shifted, filled), words)


def _row_by_row(columns: Sequence[NDArray[Any]], filled: Truths) -> NDArray[Any]:
    """Return the cells that are filled, row by row."""
    cells = np.empty(filled.size, dtype=columns[0].dtype)
    np.stack(columns, axis=1, out=cells.reshape(filled.shape))
    return read_only(cells if filled.all() else cells[filled.ravel()])


def eights(content: bytes) -> NDArray[np.uint64]:
    """Return the eight letters that begin at each place, as a number.

    Examples
    --------
    >>> hex(eights(b"12345678")[0])
    '0x3837363534333231'
    """
    return np.ndarray(len(content) - 7, "<u8", content, strides=(1,))


def places_of(letters: NDArray[np.uint8], *marks: str) -> NDArray[np.int32]:
    """Return where some marks stand, looked for part by part so that it stays in cache.

    Examples
    --------
    >>> places_of(np.frombuffer(b"a,b;", dtype=np.uint8), ",", ";").tolist()
    [1, 3]
    """
    found = []
    for at in range(0, len(letters), _PART):
        part = letters[at : at + _PART]
        is_mark = part == ord(marks[0])
        for mark in marks[1:]:
            is_mark |= part == ord(mark)
        found.append((np.flatnonzero(is_mark) + at).astype(np.int32))
    return np.concatenate(found)


def slices(content: bytes, starts: NDArray[Any], lengths: NDArray[Any]) -> list[bytes]:
    """Return what stands at some places, one by one."""
    spans = zip(starts.tolist(), (starts + lengths).tolist(), strict=True)
    return [content[start:end] for start, end in spans]


def numbers_at(
    content: bytes, starts: NDArray[Any], lengths: NDArray[Any], mark: int
) -> tuple[Floats, NDArray[np.int8], Truths]:
    """Read cells as numbers, letter by letter.

    Parameters
    ----------
    content : bytes
        The letters, with `BEHIND` at their end.
    starts, lengths : ndarray of int, shape (cells,)
        Where the cells stand.
    mark : int
        The letter of the decimal mark.

    Returns
    -------
    ndarray of float64, ndarray of int8, ndarray of bool
        The numbers; their decimals, -1 without a mark; and whether they are nothing but
        digits, at most fifteen before and behind the mark, and a minus before them.

    Examples
    --------
    >>> numbers_at(b"-2.5;7" + BEHIND, np.array([0, 5]), np.array([4, 1]), ord("."))
    (array([-2.5,  7. ]), array([ 1, -1], dtype=int8), array([ True,  True]))
    """
    parts: list[Any] = [slice(at, at + _CELLS) for at in range(0, len(starts), _CELLS)]
    # A few long cells do not make the others wait.
    is_long = lengths > _FEW
    if is_long.any() and not is_long.all():
        parts = [is_long, ~is_long]
    if len(parts) > 1:
        values, decimals = np.empty(len(starts)), np.empty(len(starts), dtype=np.int8)
        fits = np.empty(len(starts), dtype=bool)
        for part in parts:
            read = numbers_at(content, starts[part], lengths[part], mark)
            values[part], decimals[part], fits[part] = read
        return values, decimals, fits
    short = np.minimum(lengths, 127).astype(np.int8)
    longest = min(int(short.max(initial=1)), _LONGEST)
    number: NDArray[Any] = np.zeros(len(starts), np.int32 if longest <= _FEW else np.int64)
    # The first letters of all cells, then the second: to look them up one by one takes longer.
    begun = np.ndarray(len(content) - longest, f"V{longest}", content, strides=(1,))[starts]
    letters = begun.view(np.uint8).reshape(-1, longest).T.copy()
    letters *= short > np.arange(longest, dtype=np.int8)[:, np.newaxis]
    minus = letters[0] == ord("-")
    behind = letters == mark
    for at in range(1, longest):
        behind[at] |= behind[at - 1]
    letters -= np.uint8(ord("0"))
    is_digit = letters < 10
    for digit, counts in zip(letters, is_digit, strict=True):
        number = np.where(counts, 10 * number + digit, number)
    digits, decimals = (
        each.view(np.int8).sum(axis=0, dtype=np.int8) for each in (is_digit, is_digit & behind)
    )
    marked, whole = behind[-1], digits - decimals
    fits = (digits + marked + minus == short) & (marked == (decimals > 0))
    fits &= (whole > 0) & (whole <= MOST_DIGITS) & (decimals <= MOST_DIGITS)
    values = number / _POWERS.take(decimals, mode="clip")
    np.negative(values, out=values, where=minus)
    # So far a float holds every whole number; beyond, Python finds the nearest.
    long = np.flatnonzero(fits & ((digits > _MOST_WHOLE) | (number > _EXACT)))
    if len(long):
        cells = b"\n".join(slices(content, starts[long], lengths[long])).replace(b",", b".")
        values[long] = list(map(float, cells.split(b"\n")))
    return values, np.where(marked, decimals, np.int8(-1)), fits


def words_at(content: bytes, starts: NDArray[Any], lengths: NDArray[Any]) -> Categorical:
    """Return cells as text; words are told apart by eight letters at a time.

    As in `numbers_at`, `BEHIND` is at the end of the content.

    Examples
    --------
    >>> words_at(b"ab;c" + BEHIND, np.array([0, 3, 0]), np.array([2, 1, 2])).to_list()
    ['ab', 'c', 'ab']
    """
    if len(starts) < _FEW_WORDS or lengths.max() > _LONGEST_WORD:
        return Categorical.encode(cell.decode() for cell in slices(content, starts, lengths))
    eight = eights(content)
    parts = [
        eight[starts + part] & _KEPT.take(lengths - part, mode="clip")
        for part in range(0, max(lengths.max(), 1), 8)
    ]
    key = parts[0]
    for part in parts[1:]:
        key = key * _FACTOR + part
    # Neighbours are mostly alike: of a run, one is enough.
    runs = np.flatnonzero(np.concatenate(([True], key[1:] != key[:-1])))
    found, codes = in_order(key[runs])
    rows = runs[found]
    codes = np.repeat(codes, np.diff(runs, append=len(key)))
    alone = len(parts) == 1 or all(np.array_equal(part[rows][codes], part) for part in parts)
    # Two words may have one key, as somebody may contrive it.
    rows = rows if alone else np.arange(len(key))
    words = [cell.decode() for cell in slices(content, starts[rows], lengths[rows])]
    return Categorical(codes.astype(np.int32), tuple(words)) if alone else Categorical.encode(words)
