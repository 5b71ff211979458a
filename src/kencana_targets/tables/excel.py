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
from functools import cache, partial
from typing import Any

from attrs import frozen

from kencana_targets.core.errors import Place, optional_module
from kencana_targets.tables import sheet_cells
from kencana_targets.tables.files import Grid, refusing_damage
from kencana_targets.tables.sheet_cells import (
    MARKED,
    Attributes,
    RichText,
    SheetCells,
    Shown,
    Way,
)

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
_HIDES = re.compile(rb"""\s(?:hidden\s?=\s?["'][1t]|(?:ht|width)\s?=\s?["']0[."'])""")
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
    sheet_cells.parse_xml(content, name, book.start, book.end, book.text)
    hidden = tuple(sheet.title for sheet in book.sheets if sheet in book.hidden)
    return [sheet.grid(hidden) for sheet in book.sheets if sheet not in book.hidden]


class _Book:
    """Hears the XML of a workbook, and puts what its cells show into place."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.sheets: list[SheetCells] = []
        self.hidden: list[SheetCells] = []
        self.style = ""
        self.hiding: set[str] = set()
        self.marks: dict[str, str] = {}
        self.row = self.next_row = self.column = 0
        self.is_hidden = False
        # The style of the cells of each column that have none of their own.
        self.columns: list[str] = []
        # What the cells of the row show: from which column on, in how many, and what.
        self.shown: list[tuple[int, int, Any]] = []
        self.cell: Attributes | None = None
        self.paragraphs: list[list[str]] = []
        self.spans: list[str] = []
        self.beside = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        """Enter an element."""
        if self.beside or tag in _BESIDE:
            self.beside += 1
        elif tag in _CELLS:
            self.cell, self.paragraphs = attributes, []
        elif tag.startswith("text:") and self.cell is not None:
            self.enter_text(tag, attributes)
        elif tag == "table:table-row":
            self.row, self.column, self.shown = self.next_row, 0, []
            self.next_row += _repeated(attributes, "rows")
            self.is_hidden = attributes.get("table:visibility", "visible") != "visible"
        elif tag == "table:table-column":
            room = sheet_cells.MOST_COLUMNS - len(self.columns)
            count = min(_repeated(attributes, "columns"), room)
            if attributes.get("table:visibility", "visible") != "visible":
                reach = range(len(self.columns), len(self.columns) + count)
                self.sheets[-1].unseen[1].update(reach)
            self.columns += [attributes.get("table:default-cell-style-name", "")] * count
        elif tag == "table:table":
            self.sheets.append(SheetCells(self.name, attributes.get("table:name", "")))
            self.next_row, self.columns = 0, []
            if attributes.get("table:style-name") in self.hiding:
                self.hidden.append(self.sheets[-1])
        elif tag == "style:style":
            self.style = attributes.get("style:name", "")
        elif tag == "style:table-properties" and attributes.get("table:display") == "false":
            self.hiding.add(self.style)
        elif tag == "style:text-properties":
            self.note_mark(attributes)

    def note_mark(self, attributes: Attributes) -> None:
        """Keep whether a style raises, lowers or strikes out its text."""
        position = attributes.get("style:text-position", "").split(" ")[0]
        line = attributes.get("style:text-line-through-style", "none")
        height = position.removesuffix("%")
        if line != "none" or attributes.get("style:text-line-through-type", "none") != "none":
            self.marks[self.style] = "struck"
        elif position == "super" or (height != position and height.strip("0") not in ("", "-")):
            self.marks[self.style] = "subscript" if height.startswith("-") else "superscript"
        elif position == "sub":
            self.marks[self.style] = "subscript"

    def enter_text(self, tag: str, attributes: Attributes) -> None:
        """Enter a part of a cell's text."""
        if tag in ("text:p", "text:h"):
            self.paragraphs.append([])
            self.spans = []
        elif not self.paragraphs:
            return
        elif tag == "text:span":
            mark = self.marks.get(attributes.get("text:style-name", ""), "")
            self.spans.append(mark or (self.spans[-1] if self.spans else ""))
        elif tag == "text:s":
            count = _whole(attributes.get("text:c", "1")[:5])
            self.text(" " * (count if 0 <= count < 10_000 else 1))
        elif tag in _SPACES:
            self.text(_SPACES[tag])

    def end(self, tag: str) -> None:
        """Leave an element."""
        if self.beside:
            self.beside -= 1
        elif tag in _CELLS and self.cell is not None:
            self.leave_cell(self.cell)
            self.cell = None
        elif tag == "text:span" and self.spans:
            self.spans.pop()
        elif tag == "table:table-row" and self.shown:
            sheet, (first, count, _) = self.sheets[-1], self.shown[-1]
            sheet.check_reach(self.next_row, first + count)
            sheet.unseen[0].update(range(self.row, self.next_row) if self.is_hidden else ())
            for row in range(self.row, self.next_row):
                for column, repeated, value in self.shown:
                    for at in range(column, column + repeated):
                        sheet.put(row, at, value)

    def text(self, text: str) -> None:
        """Hear text."""
        if self.cell is not None and self.paragraphs and not self.beside:
            mark = self.spans[-1] if self.spans else ""
            self.paragraphs[-1].append(text.translate(MARKED[mark]) if mark else text)

    def leave_cell(self, cell: Attributes) -> None:
        """Keep what a cell shows."""
        repeated = _repeated(cell, "columns")
        value = _shown(cell, "\n".join(map("".join, self.paragraphs)))
        style = [*self.columns[self.column : self.column + 1], cell.get("table:style-name")]
        struck = self.marks.get(next(filter(None, reversed(style)), "")) == "struck"
        if struck and isinstance(value, (str, float)):
            value = sheet_cells.crossed_out(value)
        if value is not None and value != "":
            self.shown.append((self.column, repeated, value))
            if cell.get("office:value-type") == "percentage":
                rows = self.next_row - self.row
                self.sheets[-1].percent += rows * repeated
        right, down = _repeated(cell, "columns", "spanned"), _repeated(cell, "rows", "spanned")
        if right > 1 or down > 1:
            last = (self.row + down - 1, self.column + right - 1)
            self.sheets[-1].merged.append(((self.row, self.column), last))
        self.column += repeated


def _shown(cell: Attributes, text: str) -> Any:
    """Return what a cell shows."""
    kind = cell.get("office:value-type", "")
    if cell.get("calcext:value-type") == "error" or kind == "error":
        return text or "#ERROR"
    if kind in ("float", "currency", "percentage"):
        number = sheet_cells.number_of(cell.get("office:value", ""))
        if number is None:
            return text
        return sheet_cells.in_percent(number) if kind == "percentage" else number
    if kind == "boolean":
        return cell.get("office:boolean-value") == "true"
    if kind == "date":
        return _date(cell.get("office:date-value", "")) or text
    if not kind and "table:formula" in cell:
        return "=" + cell["table:formula"].removeprefix("of:=").removeprefix("=")
    return text or cell.get("office:string-value")


def _date(written: str) -> Any:
    kind = dt.datetime if "T" in written else dt.date
    try:
        return kind.fromisoformat(written)
    except ValueError:
        return None


def _repeated(of: Attributes, what: str, how: str = "repeated") -> int:
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
    declared = sum(member.file_size for member in members)
    if len(members) > 10_000 or declared > LARGEST_CONTENT:
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
    for _, _, link in sheet_cells.elements(_part(parts, _RELATIONS, name), name, {"Relationship"}):
        kind = link.get("Type", "").rpartition("/")[2]
        path = posixpath.normpath(posixpath.join("/xl", link.get("Target", "")))[1:]
        targets[link.get("Id", "")] = path if kind == "worksheet" else ""
        by_kind[kind] = path
    return targets, by_kind


def _ways_shown(styles: bytes, name: str, *, since_1904: bool) -> list[Shown]:
    """Return what each style of a workbook makes of a number; None for the number itself."""
    wanted = {"numFmt", "xf", "font", "strike"}
    found = sheet_cells.elements(styles, name, wanted) if styles else []
    codes = {of.get("numFmtId"): of.get("formatCode") for _, tag, of in found if tag == "numFmt"}
    fonts, struck = -1, set[str]()
    for parent, tag, of in found:
        fonts += (parent, tag) == ("fonts", "font")
        if tag == "strike" and of.get("val", "1") in _TRUE:
            struck.add(str(fonts))
    ways: dict[str, Way | None] = {
        "percent": sheet_cells.in_percent,
        "date": partial(sheet_cells.as_date, since_1904=since_1904),
    }
    styled = [(of, of.get("numFmtId", "")) for parent, _, of in found if parent == "cellXfs"]
    return [
        sheet_cells.crossed_out
        if of.get("fontId") in struck
        else sheet_cells.way_shown(_whole(number), codes.get(number), ways)
        for of, number in styled
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
        book = sheet_cells.elements(_part(parts, "xl/workbook.xml", name), name, _OF_A_BOOK)
        sheets = []
        for _, tag, sheet in book:
            if tag == "sheet":
                link_id = next((sheet[key] for key in sheet if key.endswith(":id")), "")
                shown = sheet.get("state", "visible") == "visible"
                sheets.append((sheet.get("name", ""), shown, targets.get(link_id, "")))
        said = {key: value for _, tag, of in book if tag != "sheet" for key, value in of.items()}
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
            plain = len(xml) > _SMALL and not (self.veils or _HIDES.search(xml))
            quick = sheet_cells.plain_sheet(xml, texts, self.shown) if plain else None
            if quick is not None:
                grids.append(Grid(self.name, **quick, sheet=title, hidden=hidden))
                continue
            sheet = _Sheet(self, found, texts())
            sheet_cells.parse_xml(xml, self.name, sheet.start, sheet.end, sheet.text)
            grids.append(found.grid(hidden))
        return grids


def _shared_strings(content: bytes, name: str) -> list[str]:
    """Return the texts that cells name by their number."""
    found: list[str] = []
    reader = RichText()

    def end(tag: str) -> None:
        reader.end(tag)
        if sheet_cells.local(tag) == "si":
            found.append(reader.take())

    if content:
        sheet_cells.parse_xml(content, name, reader.start, end, reader.text)
    return found


class _Sheet:
    """Hears the XML of a sheet, and puts what its cells show into place."""

    def __init__(self, book: _Workbook, found: SheetCells, strings: list[str]) -> None:
        self.book, self.found, self.strings = book, found, strings
        self.inside = False
        self.row = self.column = -1
        self.rich = RichText()
        self.cell: Attributes | None = None
        # The texts of the elements of a cell that were opened, and the one that is open.
        self.said: dict[str, list[str]] = {}
        self.hearing: list[str] | None = None

    def start(self, tag: str, attributes: Attributes) -> None:
        """Enter an element."""
        tag = sheet_cells.local(tag)
        if self.cell is not None:
            if tag in ("v", "f"):
                if tag in self.said:
                    self.found.refuse_double(self.row, self.column)
                self.hearing = self.said[tag] = []
            self.rich.start(tag, attributes)
        elif tag == "c" and self.inside:
            self.cell, self.said, self.hearing = attributes, {}, None
            reference = attributes.get("r")
            if reference is None:
                self.column += 1
            else:
                self.row, self.column = self.place(reference)
        elif tag == "row" and self.inside:
            number = attributes.get("r")
            self.row, self.column = self.row + 1 if number is None else _whole(number) - 1, -1
            if _hides(attributes, "ht"):
                self.found.unseen[0].add(self.row)
        elif tag == "col" and _hides(attributes, "width"):
            ends = [_whole(attributes.get(end, "")) for end in ("min", "max")]
            self.found.unseen[1].update(range(ends[0] - 1, min(ends[1], sheet_cells.MOST_COLUMNS)))
        elif tag == "sheetData":
            self.inside = True
        elif tag == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            self.found.merged.append((self.place(first), self.place(last or first)))

    def end(self, tag: str) -> None:
        """Leave an element."""
        tag = sheet_cells.local(tag)
        if tag == "c" and self.cell is not None:
            kind = self.cell.get("t", "n")
            value = self.value(kind)
            struck = kind != "n" and self.style() is sheet_cells.crossed_out
            if struck and isinstance(value, str):
                value = sheet_cells.crossed_out(value)
            if value is not None and value != "":
                self.found.put(self.row, self.column, value)
            self.cell = None
        elif tag in ("v", "f"):
            self.hearing = None
        elif tag == "sheetData":
            self.inside = False
        self.rich.end(tag)

    def text(self, text: str) -> None:
        """Hear text."""
        if self.hearing is not None:
            self.hearing.append(text)
        else:
            self.rich.text(text)

    def place(self, reference: str) -> tuple[int, int]:
        """Return row and column of a reference such as AB12, from 0."""
        letters = reference.rstrip("0123456789").upper()
        column = 0
        for letter in letters[:4]:
            column = column * 26 + ord(letter) - 64
        if not letters.isascii() or not letters.isalpha() or len(letters) > 3:
            column = 0
        row = _whole(reference[len(letters) :])
        if row < 1 or column < 1:
            what, where = f"no place of a cell: {reference[:40]!r}", Place(sheet=self.found.title)
            sheet_cells.refuse_workbook(what, self.book.name, where)
        return row - 1, column - 1

    def value(self, kind: str) -> Any:
        """Return what the cell that ends shows."""
        written = "".join(self.said.get("v", ()))
        inline = self.rich.take()
        if kind == "e":
            return written.strip() or "#ERROR"
        if "f" in self.said and not (kind == "str" and "v" in self.said):
            guess = self.book.uncalculated and written.strip() in ("0", "")
            if guess or not written.strip():
                return "=" + "".join(self.said["f"])
        if kind == "s":
            number = _whole(written)
            return self.strings[number] if 0 <= number < len(self.strings) else "#ERROR"
        if kind == "inlineStr":
            return inline
        if kind == "b":
            return written.strip() in _TRUE
        if kind == "n" and written.strip():
            return self.number(written.strip())
        return written

    def number(self, written: str) -> Any:
        """Return a number as its style shows it, or what is written where it is none."""
        number = sheet_cells.number_of(written)
        if number is None:
            return written
        shown = sheet_cells.way_for(self.style(), number)
        self.found.percent += shown is sheet_cells.in_percent
        if shown is sheet_cells.veiled:
            self.found.unseen[1].add(self.column)
        return number if shown is None else shown(number)

    def style(self) -> Shown:
        """Return what the style of the cell makes of a number."""
        style = _whole((self.cell or {}).get("s", "0"))
        return self.book.shown[style] if 0 <= style < len(self.book.shown) else None


def _hides(of: Attributes, size: str) -> bool:
    """Return whether a row or a column is not to be seen."""
    return of.get("hidden") in _TRUE or sheet_cells.number_of(of.get(size, "")) == 0


def _whole(text: str) -> int:
    """Return a whole number of few digits, or -1."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
