"""Cells read where they stand in the letters of a file, all at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical
from kencana_targets.core.typing import Floats, Truths
from kencana_targets.tables.raw_columns import in_order

# What a float holds, and what a number may have before and behind its mark. [digits]
MOST_DIGITS = 15
_LONGEST = 2 * MOST_DIGITS + 2
_POWERS = 10.0 ** np.arange(MOST_DIGITS + 1)
# So many digits fit into half the memory.
_FEW = 9
# How much is looked at in one go, so that it stays in cache. [bytes, cells]
_PART, _CELLS = 1 << 17, 1 << 15
# What is left of eight letters, of which so many are of a cell; what tells longer words apart.
_KEPT = np.array([(1 << 8 * letters) - 1 for letters in range(9)], dtype=np.uint64)
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
# Longer words are made one by one. [letters]
_LONGEST_WORD = 256
# What follows a content, because letters are looked at so many at a time.
BEHIND = bytes(_LONGEST)


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
    if len(parts) < 2 and is_long.any() and not is_long.all():
        parts = [is_long, ~is_long]
    if len(parts) > 1:
        values, decimals = np.empty(len(starts)), np.empty(len(starts), dtype=np.int8)
        fits = np.empty(len(starts), dtype=bool)
        for part in parts:
            read = numbers_at(content, starts[part], lengths[part], mark)
            values[part], decimals[part], fits[part] = read
        return values, decimals, fits
    letters = np.frombuffer(content, dtype=np.uint8)
    short = np.minimum(lengths, 127).astype(np.int8)
    longest = min(short.max(initial=0), _LONGEST)
    number = np.zeros(len(starts), np.int32 if longest <= _FEW else np.int64)
    digits, decimals = np.zeros((2, len(starts)), np.int8)
    minus = (letters[starts] == ord("-")) & (short > 0)
    marked = np.zeros(len(starts), dtype=bool)
    for at in range(longest):
        letter = letters[starts + at] * (short > at)
        digit = letter - np.uint8(ord("0"))
        is_digit = digit < 10
        number = np.where(is_digit, 10 * number + digit, number)
        digits += is_digit
        decimals += is_digit & marked
        marked |= letter == mark
    whole = digits - decimals
    fits = (digits + marked + minus == short) & (marked == (decimals > 0))
    fits &= (whole > 0) & (whole <= MOST_DIGITS) & (decimals <= MOST_DIGITS)
    values = number.astype(np.float64) / _POWERS.take(decimals, mode="clip")
    values = np.where(minus, -values, values)
    # A float holds so many digits; for more, Python finds the nearest.
    long = np.flatnonzero(fits & (digits > MOST_DIGITS))
    if len(long):
        cells = b"\n".join(slices(content, starts[long], lengths[long])).replace(b",", b".")
        values[long] = list(map(float, cells.split(b"\n")))
    return values, np.where(marked, decimals, -1).astype(np.int8), fits


def words_at(content: bytes, starts: NDArray[Any], lengths: NDArray[Any]) -> Categorical:
    """Return cells as text; words are told apart by eight letters at a time.

    As in `numbers_at`, `BEHIND` is at the end of the content.

    Examples
    --------
    >>> words_at(b"ab;c" + BEHIND, np.array([0, 3, 0]), np.array([2, 1, 2])).to_list()
    ['ab', 'c', 'ab']
    """
    if lengths.max(initial=0) > _LONGEST_WORD or not len(starts):
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
