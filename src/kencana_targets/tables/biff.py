"""What python-calamine does not show of an old workbook (.xls): errors, and cells in percent.

An old workbook is a small file system (MS-CFB) in which one file holds records
(MS-XLS, "BIFF"): a kind, a length and so many bytes. The cells' records name a
style by its number, the styles' records a number format.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from struct import unpack_from
from typing import TypeAlias

from attrs import Factory, frozen

_Record: TypeAlias = tuple[int, bytes]

_BOF, _EOF, _SHEET, _FORMAT, _STYLE = 0x0809, 0x000A, 0x0085, 0x041E, 0x00E0
_FORMULA, _NUMBER, _SHORT_NUMBER, _SHORT_NUMBERS, _ERROR = 0x0006, 0x0203, 0x027E, 0x00BD, 0x0205
_BIFF8 = 0x0600
_BUILT_IN_PERCENT = (9, 10)
# What stands in a number format for itself.
_QUOTED = re.compile(r'"[^"]*"|\\.', re.DOTALL)
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
# Of sectors from here on in a chain there is none.
_LAST_SECTOR = 0xFFFFFFFA
_IN_HEADER = 109
_ENTRY = 128


@frozen
class OldSheet:
    """The cells of a sheet that hold an error, and those that show a percentage; from 0."""

    errors: list[tuple[int, int, str]] = Factory(list)
    percent: list[tuple[int, int]] = Factory(list)


def look_at_old(content: bytes) -> list[OldSheet]:
    """Return what each sheet of a workbook holds, hidden ones and charts among them.

    Raises
    ------
    ValueError, IndexError, KeyError, struct.error
        The file contradicts itself.
    """
    book = _stream(content)
    starts: list[int] = []
    formats: dict[int, str] = {}
    styles: list[int] = []
    (version,) = unpack_from("<H", book, 4)
    for kind, data in _records(book, 0):
        if kind == _SHEET:
            starts += unpack_from("<I", data)
        elif kind == _FORMAT:
            formats[unpack_from("<H", data)[0]] = _code(data, version)
        elif kind == _STYLE:
            styles += unpack_from("<H", data, 2)
    percent = {at for at, code in formats.items() if "%" in _QUOTED.sub("", code)}
    shown = percent.union(_BUILT_IN_PERCENT)
    in_percent = {at for at, number in enumerate(styles) if number in shown}
    return [_sheet(book, start, in_percent) for start in starts]


def _code(data: bytes, version: int) -> str:
    """Return the code of a number format."""
    if version < _BIFF8:
        return data[3 : 3 + data[2]].decode("latin-1")
    (length,) = unpack_from("<H", data, 2)
    wide = data[4] & 1
    return data[5 : 5 + length * (1 + wide)].decode("utf-16-le" if wide else "latin-1")


def _sheet(book: bytes, start: int, in_percent: set[int]) -> OldSheet:
    seen = OldSheet()
    for kind, data in _records(book, start):
        if kind == _SHORT_NUMBERS:
            row, first = unpack_from("<HH", data)
            count = (len(data) - 6) // 6
            styles = [unpack_from("<H", data, 4 + 6 * at)[0] for at in range(count)]
            seen.percent.extend(
                (row, first + at) for at, style in enumerate(styles) if style in in_percent
            )
        elif kind in (_NUMBER, _SHORT_NUMBER, _FORMULA, _ERROR):
            row, column, style = unpack_from("<HHH", data)
            error = _error(kind, data)
            if error is not None:
                seen.errors.append((row, column, _ERRORS.get(error, "#ERROR")))
            elif style in in_percent:
                seen.percent.append((row, column))
    return seen


def _error(kind: int, data: bytes) -> int | None:
    """Return the code of the error that a cell holds, if it holds one."""
    if kind == _ERROR:
        return data[6] if data[7] else None
    # The result of a formula is a number, or says of which other kind it is.
    is_error = kind == _FORMULA and data[12:14] == b"\xff\xff" and data[6] == 2
    return data[8] if is_error else None


def _records(book: bytes, start: int) -> Iterator[_Record]:
    """Yield the records of a part of a workbook, without those of the charts in it."""
    at, depth = start, 0
    while at + 4 <= len(book):
        kind, length = unpack_from("<HH", book, at)
        at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth < 1:
            return
        if depth == 1:
            yield kind, book[at - length : at]


def _stream(content: bytes) -> bytes:
    """Return the file in the file system that holds the workbook."""
    shift, small_shift = unpack_from("<HH", content, 30)
    directory, _, limit, small_table = unpack_from("<IIII", content, 48)
    if not (7 <= shift <= 20 and 2 <= small_shift < shift):
        msg = "no size of sectors"
        raise ValueError(msg)
    size = 1 << shift
    sectors = content[size:]
    table = _table(content, sectors, size)
    entries = _chain(sectors, table, directory, size)
    named = {}
    for at in range(0, len(entries), _ENTRY):
        (letters,) = unpack_from("<H", entries, at + 64)
        name = entries[at : at + max(letters - 2, 0)].decode("utf-16-le", "replace")
        named[name.casefold()] = unpack_from("<II", entries, at + 116)
    first, length = named["workbook"] if "workbook" in named else named["book"]
    if length >= limit:
        return _chain(sectors, table, first, size)[:length]
    root, _ = named["root entry"]
    small = _chain(sectors, table, small_table, size)
    chunks = _chain(sectors, table, root, size)
    return _chain(chunks, _numbers(small), first, 1 << small_shift)[:length]


def _table(content: bytes, sectors: bytes, size: int) -> list[int]:
    """Return which sector follows each."""
    parts = [*unpack_from(f"<{_IN_HEADER}I", content, 76)]
    (more,) = unpack_from("<I", content, 68)
    seen: set[int] = set()
    while more < _LAST_SECTOR and more not in seen:
        seen.add(more)
        *rest, more = _numbers(_sector(sectors, more, size))
        parts += rest
    whole = (_sector(sectors, part, size) for part in parts if part < _LAST_SECTOR)
    return _numbers(b"".join(whole))


def _chain(sectors: bytes, table: list[int], first: int, size: int) -> bytes:
    """Return the sectors that follow one another from `first` on."""
    parts: list[bytes] = []
    seen: set[int] = set()
    at = first
    while at < _LAST_SECTOR and at not in seen:
        seen.add(at)
        parts.append(_sector(sectors, at, size))
        at = table[at]
    return b"".join(parts)


def _sector(sectors: bytes, number: int, size: int) -> bytes:
    return sectors[number * size : (number + 1) * size]


def _numbers(content: bytes) -> list[int]:
    count = len(content) // 4
    return [*unpack_from(f"<{count}I", content)]
