"""Workbooks (.xlsx and .ods), their walls, and workbooks as packed folders of XML.

What a workbook unpacks to is not what it weighs. So its sizes are looked at first.
Then a sheet that holds nothing but numbers and shared texts is read at once, and of
every other sheet the XML is parsed, because readers of workbooks show errors and formulas
without a value as empty cells, 65% as 0.65, raised digits as digits, and of a cell that
stands twice the last.
"""

from __future__ import annotations

import datetime as dt
import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from typing import Any
from xml.etree.ElementTree import Element

from attrs import frozen

from kencana_targets.core.errors import Place, optional_module
from kencana_targets.tables import sheet_cells
from kencana_targets.tables.files import Grid, refusing_damage
from kencana_targets.tables.raw_columns import Worded
from kencana_targets.tables.sheet_cells import MARKED, SheetCells, Shown, Way, local

_CELLS = ("table:table-cell", "table:covered-table-cell")
# What stands in or beside a cell and is not what it shows.
_BESIDE = ("office:annotation", "draw:frame", "table:shapes", "text:note", "text:ruby-text")
_SPACES = {"text:tab": "\t", "text:line-break": "\n"}
# What a workbook may unpack to, and the texts of a sheet may take. [bytes]
LARGEST_CONTENT = 256 << 20
_LARGEST_TEXT = 1 << 30
# Sheets of fewer bytes are heard as any XML: to read all cells at once costs as much.
_SMALL = 1 << 13
_TRUE = ("1", "true")
_OF_A_BOOK = ("sheet", "calcPr", "workbookPr")
_RELATIONS = "xl/_rels/workbook.xml.rels"


def read_ods(content: bytes, name: str) -> list[Grid]:
    """Read all visible sheets.

    Raises
    ------
    TableError
        The part is damaged, or its cells repeat without end.
    """
    book = _Book(name)
    hear = {"style": book.read_style, "table-column": book.read_column}
    hear |= {"table-row": book.read_row, "table": book.read_sheet}
    sheet_cells.parse_xml(content, name, hear, "table-row")
    hidden = tuple(sheet.title for sheet in book.sheets if sheet in book.hidden)
    return [sheet.grid(hidden) for sheet in book.sheets if sheet not in book.hidden]


class _Book:
    """Hears the XML of a workbook, and puts what its cells show into place."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sheets: list[SheetCells] = []
        self.hidden: list[SheetCells] = []
        self.hiding: set[str] = set()
        self.marks: dict[str, str] = {}
        self.begin()

    def begin(self) -> None:
        """Begin a sheet, whose name is told at its end."""
        self.sheet, self.next_row = SheetCells(self.name, ""), 0
        # The style of the cells of each column that have none of their own.
        self.columns: list[str] = []

    def read_style(self, element: Element) -> None:
        """Take what a style says of sheets and texts."""
        style = element.get("style:name", "")
        for one in element:
            if one.get("table:display") == "false":
                self.hiding.add(style)
            if one.tag == "style:text-properties" and (mark := _mark(one)):
                self.marks[style] = mark

    def read_column(self, element: Element) -> None:
        """Take the style of the cells of columns, and whether they are hidden."""
        first = len(self.columns)
        count = min(_repeated(element, "columns"), sheet_cells.MOST_COLUMNS - first)
        if element.get("table:visibility", "visible") != "visible":
            self.sheet.unseen[1].update(range(first, first + count))
        self.columns += [element.get("table:default-cell-style-name", "")] * count

    def read_sheet(self, element: Element) -> None:
        """Take the name of the sheet that ends, and begin another."""
        self.sheet.title = element.get("table:name", "")
        self.sheets.append(self.sheet)
        if element.get("table:style-name") in self.hiding:
            self.hidden.append(self.sheet)
        self.begin()

    def read_row(self, element: Element) -> None:
        """Put what the cells of a row show into all rows for which it stands."""
        row, column = self.next_row, 0
        self.next_row += _repeated(element, "rows")
        shown = []
        for cell in element:
            if cell.tag not in _CELLS:
                continue
            repeated, value = _repeated(cell, "columns"), self.shown(cell, column)
            if value is not None and value != "":
                shown.append((column, repeated, value))
                if cell.get("office:value-type") == "percentage":
                    down = self.next_row - row
                    self.sheet.percent.update(dict.fromkeys(range(column, column + repeated), down))
            right, down = _repeated(cell, "columns", "spanned"), _repeated(cell, "rows", "spanned")
            if right > 1 or down > 1:
                self.sheet.merged.append(((row, column), (row + down - 1, column + right - 1)))
            column += repeated
        if shown:
            self.sheet.check_reach(self.next_row, shown[-1][0] + shown[-1][1])
            hidden = element.get("table:visibility", "visible") != "visible"
            self.sheet.unseen[0].update(range(row, self.next_row) if hidden else ())
        for at in range(row, self.next_row) if shown else ():
            for first, repeated, value in shown:
                for column in range(first, first + repeated):
                    self.sheet.put(at, column, value)

    def shown(self, cell: Element, column: int) -> Any:
        """Return what a cell shows."""
        paragraphs = [one for one in cell if one.tag in ("text:p", "text:h")]
        text = "\n".join(self.text(one, "") for one in paragraphs)
        value = _shown(cell.attrib, text, calculated=bool(paragraphs))
        plain = not paragraphs or text.replace(",", ".") == cell.get("office:value")
        if cell.get("office:value-type") == "float" and not plain and isinstance(value, float):
            way = _way(value, text)
            self.sheet.unseen[1].update([column] * (way is sheet_cells.veiled))
            value = way(value) if way else value
        style = [*self.columns[column : column + 1], cell.get("table:style-name")]
        struck = self.marks.get(next(filter(None, reversed(style)), "")) == "struck"
        return (
            sheet_cells.crossed_out(value) if struck and isinstance(value, (str, float)) else value
        )

    def text(self, element: Element, mark: str) -> str:
        """Return a text, with the digits marked that a style raises, lowers or strikes out."""
        parts = [(element.text or "").translate(MARKED[mark])]
        for one in element:
            if one.tag == "text:s":
                parts.append(" " * _whole(one.get("text:c", "1")[:4]))
            elif one.tag not in _BESIDE:
                own = self.marks.get(one.get("text:style-name", ""), "")
                parts.append(_SPACES.get(one.tag) or self.text(one, own or mark))
            parts.append((one.tail or "").translate(MARKED[mark]))
        return "".join(parts)


def _mark(properties: Element) -> str:
    """Return whether a style raises, lowers or strikes out its text."""
    position = properties.get("style:text-position", "").split(" ")[0]
    lines = (properties.get(f"style:text-line-through-{one}", "none") for one in ("style", "type"))
    height = position.removesuffix("%")
    if any(line != "none" for line in lines):
        return "struck"
    if position == "super" or (height != position and height.strip("0") not in ("", "-")):
        return "subscript" if height.startswith("-") else "superscript"
    return "subscript" if position == "sub" else ""


def _way(number: float, text: str) -> Way | None:
    """Return what shows a number as the text of its cell does, None where that is plain.

    Examples
    --------
    >>> _way(22.1, "22,1"), _way(0.04, "0"), _way(1.0, "TRUE"), _way(22.1, "22.1 ribu")(1).words
    (None, None, <class 'bool'>, 'ribu')
    >>> [_way(number, text) is sheet_cells.veiled for number, text in ((22.1, "0"), (5, "n/a"))]
    [True, True]
    """
    words = " ".join(re.sub(r"[-+()0-9.,]", " ", text).split())
    if words.isalpha() and text == words and number in (0, 1):
        return bool
    digits = re.sub("[^0-9]", "", text).lstrip("0")
    rounded = (re.sub("[^0-9]", "", f"{abs(number):.{at}f}").lstrip("0") for at in range(16))
    # A fraction, 22 1/9, and 2.21E+01 are plain.
    plain = digits and ("/" in words or words.upper() == "E")
    if not plain and digits not in rounded:
        return sheet_cells.veiled if number else None
    return sheet_cells.in_unit(f'0"{words}"') if words and not plain else None


def _shown(cell: Mapping[str, str], text: str, *, calculated: bool) -> Any:
    """Return what a cell shows; a formula that was `calculated` may show nothing."""
    kind = cell.get("office:value-type", "")
    if cell.get("calcext:value-type") == "error" or kind == "error":
        return text or "#ERROR"
    if kind in ("float", "currency", "percentage"):
        number = sheet_cells.number_of(cell.get("office:value", ""))
        if number is None:
            return text
        own: dict[str, Way] = {"percentage": sheet_cells.in_percent}
        own["currency"] = partial(Worded, words="Rp")
        return own[kind](number) if kind in own else number
    if kind == "boolean":
        return cell.get("office:boolean-value") == "true"
    if kind == "date":
        return _date(cell.get("office:date-value", "")) or text
    if not (kind or calculated) and "table:formula" in cell:
        return "=" + cell["table:formula"].removeprefix("of:=").removeprefix("=")
    return text or cell.get("office:string-value")


def _date(written: str) -> Any:
    kind = dt.datetime if "T" in written else dt.date
    try:
        return kind.fromisoformat(written)
    except ValueError:
        return None


def _repeated(of: Element, what: str, how: str = "repeated") -> int:
    """Return how often a row or cell repeats, or how many it spans."""
    number = _whole(of.get(f"table:number-{what}-{how}", "1"))
    return number if number >= 0 else 1


def read_workbook(content: bytes, name: str) -> list[Grid]:
    """Read all visible sheets of a workbook.

    Raises
    ------
    TableError
        The file is no workbook, is protected, or unpacks to more than a table can be.
    MissingExtraError
        xlrd, which reads old workbooks, is not installed.
    """
    grids = _read_any(content, name)
    if not grids:
        what, hint = "no sheet of cells that is shown", "show the sheet and save the workbook"
        sheet_cells.refuse_workbook(what, name, hint=hint)
    return grids


def _read_any(content: bytes, name: str) -> list[Grid]:
    if content.startswith(b"PK"):
        damaged = refusing_damage(name, lambda _: "the workbook is damaged")
        with damaged, zipfile.ZipFile(io.BytesIO(content)) as parts:
            _check_sizes(parts, name)
            if "content.xml" in parts.namelist():
                return read_ods(_part(parts, "content.xml", name), name)
            if "xl/workbook.bin" in parts.namelist():
                what, hint = "a binary workbook (.xlsb)", "save it as .xlsx"
                sheet_cells.refuse_workbook(what, name, hint=hint)
            return _Workbook.of(parts, name).grids()
    xls = optional_module("kencana_targets.tables.xls", "an old Excel file", "excel")
    old: list[Grid] = xls.read_old(content, name)
    return old


def _check_sizes(parts: zipfile.ZipFile, name: str) -> None:
    """Refuse a workbook that unpacks to too much; a part is never read beyond what it says."""
    members = parts.infolist()
    if len(members) > 10_000 or sum(member.file_size for member in members) > LARGEST_CONTENT:
        what = f"the workbook unpacks to more than {LARGEST_CONTENT >> 20} MiB"
        sheet_cells.refuse_workbook(what, name)
    if len({member.filename for member in members}) < len(members):
        sheet_cells.refuse_workbook("the workbook holds two parts of one name", name)
    if any(member.flag_bits & 1 for member in members):
        sheet_cells.refuse_protected(name)


def _part(parts: zipfile.ZipFile, part: str, name: str) -> bytes:
    """Return a part, which has to be in UTF-8."""
    content = parts.read(part)
    declared = re.match(rb"""[^>]{0,100}encoding\s?=\s?["']([\w-]{1,20})""", content)
    other = declared and declared[1].lower() not in (b"utf-8", b"us-ascii")
    if other or b"\0" in content[:4] or content.startswith((b"\xff\xfe", b"\xfe\xff")):
        sheet_cells.refuse_workbook("the workbook is not in UTF-8, as every program's is", name)
    return content


def _links(parts: zipfile.ZipFile, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the parts of the sheets by their links, and all parts by what they are."""
    targets, by_kind = {}, {}
    for link in _elements(_part(parts, _RELATIONS, name), name, "Relationship"):
        kind = link.get("Type", "").rpartition("/")[2]
        path = posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        targets[link.get("Id", "")] = path if kind == "worksheet" else ""
        by_kind[kind] = path
    return targets, by_kind


def _elements(content: bytes, name: str, *wanted: str) -> list[Element]:
    """Return the elements of a part that have one of the names; of no part none."""
    found: list[Element] = []
    if content:
        sheet_cells.parse_xml(content, name, dict.fromkeys(wanted, found.append))
    return found


def _ways_shown(styles: bytes, name: str, *, since_1904: bool) -> list[Shown]:
    """Return what each style of a workbook makes of a number; None for the number itself."""
    found = _elements(styles, name, "numFmt", "fonts", "cellXfs")
    by_tag = {local(one.tag): [*one] for one in found}
    codes = {one.get("numFmtId"): one.get("formatCode") for one in found}
    struck = {
        str(at)
        for at, font in enumerate(by_tag.get("fonts", ()))
        for one in font
        if local(one.tag) == "strike" and one.get("val", "1") in _TRUE
    }
    ways: dict[str, Way | None] = {
        "percent": sheet_cells.in_percent,
        "date": partial(sheet_cells.as_date, since_1904=since_1904),
    }
    styled = [(one, one.get("numFmtId", "")) for one in by_tag.get("cellXfs", ())]
    return [
        sheet_cells.crossed_out
        if one.get("fontId") in struck
        else sheet_cells.way_shown(_whole(number), codes.get(number), ways)
        for one, number in styled
    ]


@frozen(eq=False)
class _Workbook:
    """What the parts beside the sheets say."""

    parts: zipfile.ZipFile
    name: str
    # Title, whether it is shown, and part of each sheet; no part of what is no sheet of cells.
    sheets: list[tuple[str, bool, str]]
    strings: bytes
    # What each style makes of a number, if anything.
    shown: list[Shown]
    # Whether its program had no figures to give, so that its formulas' zeros are none.
    uncalculated: bool

    @classmethod
    def of(cls, parts: zipfile.ZipFile, name: str) -> _Workbook:
        """Read the parts."""

        def optional(part: str) -> bytes:
            return _part(parts, part, name) if part in parts.namelist() else b""

        targets, by_kind = _links(parts, name)
        book = _elements(_part(parts, "xl/workbook.xml", name), name, *_OF_A_BOOK)
        sheets = []
        for sheet in (one.attrib for one in book if local(one.tag) == "sheet"):
            link_id = next((sheet[key] for key in sheet if key.endswith(":id")), "")
            shown = sheet.get("state", "visible") == "visible"
            sheets.append((sheet.get("name", ""), shown, targets.get(link_id, "")))
        said = {k: v for one in book if local(one.tag) != "sheet" for k, v in one.items()}
        styles = optional(by_kind.get("styles", "xl/styles.xml"))
        strings = optional(by_kind.get("sharedStrings", "xl/sharedStrings.xml"))
        ways = _ways_shown(styles, name, since_1904=said.get("date1904") in _TRUE)
        return cls(parts, name, sheets, strings, ways, said.get("fullCalcOnLoad") in _TRUE)

    @property
    def veils(self) -> bool:
        """Whether a style strikes out its cells, or does not show a number as it is."""
        ways = {way for one in self.shown for way in getattr(one, "ways", (one,))}
        return not ways.isdisjoint({sheet_cells.crossed_out, sheet_cells.veiled})

    def grids(self) -> list[Grid]:
        """Read the visible sheets."""
        hidden = tuple(title for title, shown, part in self.sheets if part and not shown)
        longest = max(map(len, self.strings.split(b"<si")))
        texts = cache(partial(_shared_strings, self.strings, self.name))
        grids = []
        for title, shown, part in self.sheets:
            if not shown or not part:
                continue
            xml, found = _part(self.parts, part, self.name), SheetCells(self.name, title)
            if longest > 1000 and longest * xml.count(b"<v>") > _LARGEST_TEXT:
                what, where = "cells hold more than 1 GiB of text", Place(sheet=title)
                sheet_cells.refuse_workbook(what, self.name, where)
            plain = len(xml) > _SMALL and not self.veils
            quick = sheet_cells.plain_sheet(xml, texts, self.shown) if plain else None
            if quick is not None:
                grids.append(Grid(self.name, **quick, sheet=title, hidden=hidden))
                continue
            sheet = _Sheet(self, found, texts())
            hear = {"row": sheet.read_row, "sheetData": sheet.read_cells}
            hear |= {"col": sheet.read_column, "mergeCell": sheet.read_merged}
            sheet_cells.parse_xml(xml, self.name, hear, "row")
            grids.append(found.grid(hidden))
        return grids


def _shared_strings(content: bytes, name: str) -> list[str]:
    """Return the texts that cells name by their number."""
    found: list[str] = []
    if content:
        hear = {"si": lambda one: found.append(sheet_cells.rich_text(one))}
        sheet_cells.parse_xml(content, name, hear, "si")
    return found


class _Sheet:
    """Hears the XML of a sheet, and puts what its cells show into place."""

    def __init__(self, book: _Workbook, found: SheetCells, strings: list[str]) -> None:
        self.book, self.found, self.strings = book, found, strings
        self.row = self.column = -1

    def read_row(self, element: Element) -> None:
        """Put what the cells of a row show into place."""
        number = element.get("r")
        self.row, self.column = self.row + 1 if number is None else _whole(number) - 1, -1
        if _hides(element, "ht"):
            self.found.unseen[0].add(self.row)
        self.read_cells(element)

    def read_cells(self, element: Element) -> None:
        """Put what the cells within an element show into place."""
        for cell in element:
            if cell.tag == "c" or local(cell.tag) == "c":
                self.read_cell(cell)

    def read_column(self, element: Element) -> None:
        """Take whether columns are hidden."""
        if _hides(element, "width"):
            first, last = (_whole(element.get(end, "")) for end in ("min", "max"))
            self.found.unseen[1].update(range(first - 1, min(last, sheet_cells.MOST_COLUMNS)))

    def read_merged(self, element: Element) -> None:
        """Take where cells are merged."""
        first, _, last = element.get("ref", "").partition(":")
        self.found.merged.append((self.place(first), self.place(last or first)))

    def read_cell(self, cell: Element) -> None:
        """Put what a cell shows into place."""
        reference = cell.get("r")
        if reference is None:
            self.column += 1
        else:
            self.row, self.column = self.place(reference)
        said: dict[str, str] = {}
        inline = ""
        for one in cell.iter():
            tag = local(one.tag)
            if tag == "is":
                inline += sheet_cells.rich_text(one)
            elif tag in ("v", "f"):
                if tag in said:
                    self.found.refuse_double(self.row, self.column)
                said[tag] = one.text or ""
        kind, style = cell.get("t", "n"), _whole(cell.get("s", "0"))
        shown = self.book.shown[style] if 0 <= style < len(self.book.shown) else None
        value = self.value(kind, said, inline, shown)
        struck = kind != "n" and shown is sheet_cells.crossed_out
        if struck and isinstance(value, str):
            value = sheet_cells.crossed_out(value)
        if value is not None and value != "":
            self.found.put(self.row, self.column, value)

    def place(self, reference: str) -> tuple[int, int]:
        """Return row and column of a reference such as AB12, from 0."""
        letters = reference.rstrip("0123456789")
        row, column = _whole(reference[len(letters) :]), _column_of(letters[:4])
        if row < 1 or column < 1:
            what, where = f"no place of a cell: {reference[:40]!r}", Place(sheet=self.found.title)
            sheet_cells.refuse_workbook(what, self.book.name, where)
        return row - 1, column - 1

    def value(self, kind: str, said: Mapping[str, str], inline: str, shown: Shown) -> Any:
        """Return what a cell shows, as its style shows it."""
        written = said.get("v", "")
        bare = written.strip()
        if kind == "e":
            return bare or "#ERROR"
        empty = not bare or (self.book.uncalculated and bare == "0")
        if empty and "f" in said and not (kind == "str" and "v" in said):
            return "=" + said["f"]
        if kind == "s":
            at = _whole(written)
            return self.strings[at] if 0 <= at < len(self.strings) else "#ERROR"
        if kind == "inlineStr":
            return inline
        if kind == "b":
            return bare in _TRUE
        if kind != "n" or not bare:
            return written
        number = sheet_cells.number_of(bare)
        if number is None:
            return bare
        way = sheet_cells.way_for(shown, number)
        self.found.percent[self.column] += way is sheet_cells.in_percent
        if way is sheet_cells.veiled:
            self.found.unseen[1].add(self.column)
        return number if way is None else way(number)


def _hides(of: Element, size: str) -> bool:
    """Return whether a row or a column is not to be seen."""
    return of.get("hidden") in _TRUE or sheet_cells.number_of(of.get(size, "")) == 0


@lru_cache(maxsize=sheet_cells.MOST_COLUMNS)
def _column_of(letters: str) -> int:
    """Return which column letters name, from 1; 0 for none."""
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return column if letters.isascii() and letters.isalpha() and len(letters) < 4 else 0


def _whole(text: str) -> int:
    """Return a whole number of few digits, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
