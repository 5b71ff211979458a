"""Workbooks of Excel and LibreOffice through python-calamine, looked through before.

What a workbook unpacks to is not what it weighs, and calamine shows errors and
formulas without a value as empty cells, and 65% as 0.65. So the parts of a .xlsx
are looked at first: their sizes, how far their cells reach, which of them hold no
value, and which show a hundred times what they hold. Of a .xls see `biff`.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from decimal import Decimal
from html import unescape
from itertools import starmap
from typing import Any, NoReturn

import numpy as np
from attrs import Factory, evolve, frozen

from kencana_targets.core.errors import MissingExtraError, Problem, TableError
from kencana_targets.tables.biff import look_at_old
from kencana_targets.tables.files import Grid, grid_of_rows, refuse_unreadable
from kencana_targets.tables.old_excel import read_apart

# What a workbook may unpack to [bytes], and how many cells a sheet may span.
LARGEST_CONTENT = 256 << 20
MOST_CELLS = 10_000_000
_LARGEST_TEXT = 1 << 30
_DEFLATE_LIMIT = 1032
_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CELL = rb"<(?:\w+:)?c\b"
# A cell that is not closed at once has content.
_REFERENCE = re.compile(
    _CELL + rb"""[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,8})["'][^>]*(?<!/)>"""
)
# Cells that lie neither right of column Z (ZZ) nor below row 99,999 (9,999) span at most this.
_NEAR = (
    (re.compile(rb'r="(?:[A-Za-z]{2,3}[0-9]|[A-Za-z][0-9]{6})'), 26 * 99_999),
    (re.compile(rb'r="(?:[A-Za-z]{3}[0-9]|[A-Za-z]{1,2}[0-9]{5})'), 702 * 9_999),
)
_WITHOUT_VALUE = re.compile(
    _CELL
    + rb"""[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["'][^>]*>"""
    + rb"""\s*<(?:\w+:)?f\b[^>]*?(?:/>|>([^<]*)</(?:\w+:)?f>)\s*(?:<(?:\w+:)?v\s*(?:/>|>\s*</(?:\w+:)?v>)\s*)?</"""
)
_ERROR = re.compile(
    _CELL
    + rb"""(?=[^>]*\bt\s*=\s*["']e["'])[^>]*?\br\s*=\s*["']([A-Za-z]{1,3})([0-9]{1,7})["'][^>]*>"""
    + rb"""(?:\s*<(?:\w+:)?f\b[^>]*?(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]*)<"""
)
_SHARED = re.compile(rb"""\bt\s*=\s*["']s["']""")
_STRING = re.compile(rb"<(?:\w+:)?si\b.*?</(?:\w+:)?si>", re.DOTALL)
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_ODS_CELL = re.compile(rb"<table:table-cell\b([^>]*office:value-type[^>]*)>")
_ODS_TAG = re.compile(rb"<table:(table-row|(?:covered-)?table-cell|table)(?![-\w])([^>]*)>")
_ODS_TEXT = re.compile(rb"<text:p[^>]*>([^<]*)<")
_ODS_ODD = re.compile(rb"""value-type="(?:error|percentage)\"""")
_BUILT_IN_PERCENT = re.compile(rb"""\bnumFmtId\s*=\s*["'](?:9|10)["']""")
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\b[^>]*>")
# What stands in a number format for itself.
_QUOTED = re.compile(rb"&quot;.*?&quot;|\\.")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b[^>]*>(.*?)</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_REPEATED = re.compile(rb"""number-(?:rows|columns)-repeated\s*=\s*["']([0-9]{1,9})["']""")


@frozen
class Seen:
    """What calamine does not show of a sheet; rows and columns from 0."""

    hollow: list[tuple[int, int, str]] = Factory(list)
    percent: list[tuple[int, int]] = Factory(list)


def read_workbook(content: bytes, name: str) -> list[Grid]:
    """Read all visible sheets of a workbook.

    Raises
    ------
    TableError
        The file is no workbook, is protected, or unpacks to more than a table can be.
    MissingExtraError
        python-calamine is not installed.
    """
    try:
        import python_calamine as calamine
    except ImportError:
        feature = "an Excel file"
        raise MissingExtraError.for_extra(feature, "excel") from None
    if not content.startswith(b"PK"):
        return _read_old(content, name)
    seen = _look_through(content, name)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            visible = [
                (number, sheet.name)
                for number, sheet in enumerate(book.sheets_metadata)
                if sheet.visible == calamine.SheetVisibleEnum.Visible
                and sheet.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            shown = {title for _, title in visible}
            hidden = tuple(
                sheet.name
                for sheet in book.sheets_metadata
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet and sheet.name not in shown
            )
            sheets = [(number, title, book.get_sheet_by_index(number)) for number, title in visible]
            grids = [
                _grid(
                    sheet.to_python(skip_empty_area=False),
                    tuple(sheet.merged_cell_ranges or ()),
                    title,
                    name,
                    seen.get(number, Seen()),
                )
                for number, title, sheet in sheets
            ]
            return [evolve(grid, hidden=hidden) for grid in grids]
    except BaseException as error:  # noqa: BLE001 (a panic of Rust is no Exception)
        if type(error).__name__ == "PasswordError":
            problem = Problem("the workbook is protected by a password", hint="save it without one")
            raise TableError(problem, name) from None
        refuse_unreadable(error, "not an Excel workbook that can be read", name)


def _read_old(content: bytes, name: str) -> list[Grid]:
    told = read_apart(content)
    if told.get("protected"):
        problem = Problem("the workbook is protected by a password", hint="save it without one")
        raise TableError(problem, name)
    if "error" in told:
        hint = "open it in the program that made it and save it again"
        what = "not an Excel workbook that can be read"
        raise TableError(Problem(what, got=str(told["error"])[:200], hint=hint), name)
    try:
        seen = [Seen(sheet.errors, sheet.percent) for sheet in look_at_old(content)]
        return [
            _grid(rows, tuple((tuple(a), tuple(b)) for a, b in merged), title, name, seen[number])
            for number, title, rows, merged in told["sheets"]
        ]
    except (ValueError, LookupError, struct.error) as error:
        refuse_unreadable(error, "not an Excel workbook that can be read", name)


def _grid(
    rows: list[list[Any]],
    merged: tuple[Any, ...],
    title: str,
    name: str,
    seen: Seen,
) -> Grid:
    if sum(bottom - top + 1 for (top, _), (bottom, _) in merged) > MOST_CELLS:
        _refuse("merged cells lie upon one another", name, f"sheet '{title}'")
    width = max(map(len, rows), default=0)
    _check_reach(seen.hollow, width, name, title)
    for row, column in seen.percent:
        cell = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
        if type(cell) in (int, float):
            rows[row][column] = float(Decimal(repr(cell)) * 100)
    for row, column, text in seen.hollow:
        rows.extend([""] * width for _ in range(row + 1 - len(rows)))
        rows[row].extend([""] * (column + 1 - len(rows[row])))
        rows[row][column] = text
    return grid_of_rows(name, rows, sheet=title, merged=merged, percent=len(seen.percent))


def _check_reach(cells: list[tuple[int, int, str]], width: int, name: str, title: str = "") -> None:
    """Refuse cells so far away that a table up to them would fill the memory."""
    height = max((row + 1 for row, _, _ in cells), default=0)
    if height * max((width, *(column + 1 for _, column, _ in cells))) > MOST_CELLS:
        where = f"sheet '{title}'" if title else ""
        _refuse(f"cells span more than {MOST_CELLS:,} places", name, where)


def _look_through(content: bytes, name: str) -> dict[int, Seen]:
    """Refuse what is too large; return what has to be known of each sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            _check_sizes(parts, name)
            if "content.xml" in parts.namelist():
                content_xml = _part(parts, "content.xml", name)
                _check_repeats(content_xml, name)
                seen = _look_at_ods(content_xml)
                for sheet in seen.values():
                    _check_reach(sheet.hollow, 0, name)
                return seen
            if "xl/workbook.bin" in parts.namelist():
                _refuse("a binary workbook (.xlsb)", name, hint="save it as .xlsx")
            return _check_sheets(parts, name)
    except Exception as error:  # noqa: BLE001 (zipfile raises what its arithmetic does)
        refuse_unreadable(error, "the workbook is damaged", name)


def _refuse(
    what: str, name: str, where: str = "", hint: str = "copy the table into a new workbook"
) -> NoReturn:
    raise TableError(Problem(what, where=where, hint=hint), name)


def _check_sizes(parts: zipfile.ZipFile, name: str) -> None:
    """Refuse a workbook that unpacks to too much, whether it says so or not."""
    members = parts.infolist()
    declared = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    limit = f"the workbook unpacks to more than {LARGEST_CONTENT >> 20} MiB"
    if len(members) > 10_000 or declared > LARGEST_CONTENT:
        _refuse(limit, name)
    names = [member.filename for member in members]
    if len(set(names)) < len(names):
        _refuse("the workbook holds two parts of one name", name)
    if packed * _DEFLATE_LIMIT > LARGEST_CONTENT:
        # What is declared may be untrue: the checksum tells.
        for member in members:
            with parts.open(member) as part:
                while part.read(1 << 20):
                    pass
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with parts.open(member) as part:
                if _DECLARATION.search(part.read(4096)):
                    _refuse("the workbook declares entities, as no program does", name)


def _part(parts: zipfile.ZipFile, part: str, name: str) -> bytes:
    """Return a part in UTF-8 bytes."""
    content = parts.read(part)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        _refuse("the workbook is not in UTF-8, as every program's is", name)
    return content


def _check_sheets(parts: zipfile.ZipFile, name: str) -> dict[int, Seen]:
    present = set(parts.namelist())
    strings = (
        _part(parts, "xl/sharedStrings.xml", name) if "xl/sharedStrings.xml" in present else b""
    )
    longest = max(map(len, _STRING.findall(strings)), default=0)
    styles = _part(parts, "xl/styles.xml", name) if "xl/styles.xml" in present else b""
    percent = _percent_styles(styles)
    seen: dict[int, Seen] = {}
    for number, (title, part) in enumerate(_sheet_parts(parts, name)):
        if part not in present:
            continue
        xml = _part(parts, part, name)
        if _span(xml) > MOST_CELLS:
            _refuse(f"cells span more than {MOST_CELLS:,} places", name, f"sheet '{title}'")
        if longest > 1000 and longest * len(_SHARED.findall(xml)) > _LARGEST_TEXT:
            _refuse("cells hold more than 1 GiB of text", name, f"sheet '{title}'")
        hollow = [(row, column, text) for (row, column), text in _without_value(xml)]
        seen[number] = Seen(hollow, _in_percent(xml, percent))
    return seen


def _percent_styles(xml: bytes) -> frozenset[bytes]:
    """Return the numbers of the styles that show a number as a percentage."""
    if b"%" not in xml and not _BUILT_IN_PERCENT.search(xml):
        return frozenset()
    formats = {b"9", b"10"}
    for match in _FORMAT.finditer(xml):
        number, code = (_attribute(match[0], key) for key in (b"numFmtId", b"formatCode"))
        if b"%" in _QUOTED.sub(b"", code):
            formats.add(number)
    styles = _STYLES.search(xml)
    kinds = [_attribute(each, b"numFmtId") for each in _STYLE.findall(styles[1] if styles else b"")]
    return frozenset(b"%d" % at for at, kind in enumerate(kinds) if kind in formats)


def _attribute(tag: bytes, name: bytes) -> bytes:
    found = re.search(rb"""\b%s\s*=\s*["']([^"']*)""" % name, tag)
    return found[1] if found else b""


def _in_percent(xml: bytes, styles: frozenset[bytes]) -> list[tuple[int, int]]:
    """Return the cells that have one of these styles."""
    if not styles:
        return []
    return [
        (int(match[2]) - 1, _column(match[1]))
        for match in _REFERENCE.finditer(xml)
        if _attribute(match[0], b"s") in styles
    ]


def _sheet_parts(parts: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    """Return title and part of each sheet, in the order of the workbook."""
    book = _part(parts, "xl/workbook.xml", name).decode("utf-8", "replace")
    links = _part(parts, "xl/_rels/workbook.xml.rels", name).decode("utf-8", "replace")
    target = {}
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        one, where = (
            re.search(rf"""\b{key}\s*=\s*["']([^"']*)""", link) for key in ("Id", "Target")
        )
        if one and where:
            path = where[1]
            target[one[1]] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    found = []
    for sheet in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        title = re.search(r"""\bname\s*=\s*["']([^"']*)""", sheet)
        link = re.search(r"""\b\w+:id\s*=\s*["']([^"']*)""", sheet)
        found.append((unescape(title[1]) if title else "", target.get(link[1], "") if link else ""))
    return found


def _span(xml: bytes) -> int:
    """Return at least how many places lie between the first cell and the last with content."""
    # A quick look tells only the references of a part that is written as usual.
    start = xml.find(b"<sheetData")
    odd = start < 0 or b"'" in xml or xml.count(b"<c", start) != xml.count(b'<c r="', start)
    if not odd:
        for far, span in _NEAR:
            if not far.search(xml):
                return span
    height = width = 0
    for match in _REFERENCE.finditer(xml):
        height, width = max(height, int(match[2])), max(width, _column(match[1]) + 1)
    return height * width


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number - 1


def _without_value(xml: bytes) -> list[tuple[tuple[int, int], str]]:
    """Return the cells that calamine shows as empty though they are not."""
    found = []
    odd = b"<sheetData" not in xml or b"'" in xml
    if odd or b"<f" in xml:
        found += [(match, "=") for match in _WITHOUT_VALUE.finditer(xml)]
    if odd or b't="e"' in xml:
        found += [(match, "") for match in _ERROR.finditer(xml)]
    return list(starmap(_marked, found))


def _marked(match: re.Match[bytes], mark: str) -> tuple[tuple[int, int], str]:
    text = unescape((match[3] or b"").decode("utf-8", "replace"))
    return (int(match[2]) - 1, _column(match[1])), mark + text


def _check_repeats(xml: bytes, name: str) -> None:
    """Refuse a sheet of LibreOffice that repeats its cells without end."""
    cells = 0
    for row, inside in _ODS_ROW.findall(xml):
        times = _REPEATED.search(row)
        filled = [_REPEATED.search(cell) for cell in _ODS_CELL.findall(inside)]
        across = int(np.sum([int(each[1]) if each else 1 for each in filled]))
        cells += across * (int(times[1]) if times else 1)
    if cells > MOST_CELLS:
        _refuse(f"cells span more than {MOST_CELLS:,} places", name)


def _look_at_ods(xml: bytes) -> dict[int, Seen]:
    """Return the cells of each sheet that hold an error or a percentage."""
    found: dict[int, Seen] = {}
    if not _ODS_ODD.search(xml):
        return found
    sheet, row, following, column = -1, 0, 0, 0
    for tag in _ODS_TAG.finditer(xml):
        kind, times = tag[1], _REPEATED.search(tag[2])
        repeated = int(times[1]) if times else 1
        if kind == b"table":
            sheet, following = sheet + 1, 0
        elif kind == b"table-row":
            row, following, column = following, following + repeated, 0
        else:
            if b'value-type="error"' in tag[2]:
                text = _ODS_TEXT.search(xml, tag.end())
                said = unescape(text[1].decode("utf-8", "replace")) if text else "#ERROR"
                found.setdefault(sheet, Seen()).hollow.append((row, column, said))
            elif b'value-type="percentage"' in tag[2]:
                found.setdefault(sheet, Seen()).percent.extend(
                    (down, column + right)
                    for down in range(row, following)
                    for right in range(repeated)
                )
            column += repeated
    return found
