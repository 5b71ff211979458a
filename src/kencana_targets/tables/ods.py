"""Workbooks of LibreOffice (.ods): one part of XML, whose rows and cells may repeat."""

from __future__ import annotations

import datetime as dt
from typing import Any

from kencana_targets.tables.files import Grid
from kencana_targets.tables.sheet_cells import MARKED, Attributes, SheetCells, in_percent, parse_xml

_CELLS = ("table:table-cell", "table:covered-table-cell")
# What stands in or beside a cell and is not what it shows.
_BESIDE = ("office:annotation", "draw:frame", "table:shapes", "text:note", "text:ruby-text")
_SPACES = {"text:tab": "\t", "text:line-break": "\n"}


def read_ods(content: bytes, name: str) -> list[Grid]:
    """Read all visible sheets.

    Raises
    ------
    TableError
        The part is damaged, or its cells repeat without end.
    """
    book = _Book(name)
    parse_xml(content, name, book.start, book.end, book.text)
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
        elif tag == "table:table":
            self.sheets.append(SheetCells(self.name, attributes.get("table:name", "")))
            self.next_row = 0
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
            count = attributes.get("text:c", "1")
            self.text(
                " " * (int(count) if count.isascii() and count.isdigit() and len(count) < 5 else 1)
            )
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
        try:
            number = float(cell.get("office:value", ""))
        except ValueError:
            return text
        return in_percent(number) if kind == "percentage" else number
    if kind == "boolean":
        return cell.get("office:boolean-value") == "true"
    if kind == "date":
        return _date(cell.get("office:date-value", "")) or text
    if not kind and "table:formula" in cell:
        return "=" + cell["table:formula"].removeprefix("of:=").removeprefix("=")
    return text or cell.get("office:string-value")


def _date(written: str) -> Any:
    try:
        return (
            dt.datetime.fromisoformat(written) if "T" in written else dt.date.fromisoformat(written)
        )
    except ValueError:
        return None


def _repeated(of: Attributes, what: str, how: str = "repeated") -> int:
    """Return how often a row or cell repeats, or how many it spans."""
    written = of.get(f"table:number-{what}-{how}", "1")
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 1
