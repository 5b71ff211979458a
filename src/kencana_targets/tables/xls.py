"""Old workbooks (.xls) through xlrd."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from struct import unpack_from
from typing import Any

import xlrd
from xlrd.biffh import XL_FORMAT, XL_FORMAT2, XL_FORMULA_OPCODES, XL_WORKBOOK_GLOBALS
from xlrd.book import Book

from kencana_targets.tables import sheet_cells
from kencana_targets.tables.files import Grid, refusing_damage

# The format has neither checksums nor sizes to look at before, and xlrd takes some thirty
# times what it reads.
_LARGEST = 32 << 20
_OLDEST = 50  # Excel 5, as xlrd counts
# xlrd's look at a format takes the square of its length.
_FORMATS, _LONGEST_FORMAT = (XL_FORMAT, XL_FORMAT2), 1024
# A text within a formula: LibreOffice stores 0 for a formula that gives a text, where the
# cell shows numbers. Excel itself stores the text.
_TEXT_IN_FORMULA = re.compile(rb"\x17.[\0\1]", re.DOTALL)
_BY_EXCEL = b"\x10\0\0\0Microsoft Excel\0"
_PLAIN = {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_TEXT, xlrd.XL_CELL_NUMBER}


class _Workbook(Book):  # type: ignore[misc]
    """xlrd's workbook without what no table needs and a hostile file could use."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.suspects: set[tuple[int, int]] = set()
        # Bytes that may be read; many sheets may share one place in a hostile file.
        self._left = 3 * len(content)
        self._by_excel = _BY_EXCEL in content
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            wanted = {"formatting_info": True, "on_demand": True, "ragged_rows": True}
            self.biff2_8_load(file_contents=content, logfile=nowhere, use_mmap=False, **wanted)
            self.biff_version = self.getbof(XL_WORKBOOK_GLOBALS)
            if self.biff_version < _OLDEST:
                msg = "it is older than Excel 5"
                raise xlrd.XLRDError(msg)
            self.parse_globals()
        self._sheet_list = [None] * len(self._sheet_names)

    def names_epilogue(self) -> None:
        """Leave the names of cells alone: working them out, a text can double without end."""

    def get_record_parts(self) -> Any:
        """Return a record, and keep the cells whose 0 may stand for a text."""
        kind, length, data = super().get_record_parts()
        self._left -= length + 4
        if self._left < 0:
            msg = "its sheets lie upon one another"
            raise xlrd.XLRDError(msg)
        if kind in _FORMATS and length > _LONGEST_FORMAT:
            msg = "a number format is too long"
            raise xlrd.XLRDError(msg)
        if kind in XL_FORMULA_OPCODES and not self._by_excel:
            is_zero = data[6:14] == bytes(8)
            if is_zero and _TEXT_IN_FORMULA.search(data, 22):
                self.suspects.add(unpack_from("<HH", data))
        return kind, length, data

    def sheet_cells(self, number: int, name: str) -> sheet_cells.SheetCells:
        """Read a sheet."""
        self.suspects.clear()
        with Path(os.devnull).open("w", encoding="utf-8") as self.logfile:
            sheet = self.get_sheet(number)
        self._sheet_list[number] = None
        found = sheet_cells.SheetCells(name, sheet.name)
        found.check_reach(sheet.nrows, sheet.ncols)
        found.merged = [
            ((top, left), (bottom - 1, right - 1))
            for top, bottom, left, right in sheet.merged_cells
        ]
        found.unseen[0].update(
            row for row, one in sheet.rowinfo_map.items() if one.hidden or one.height == 0
        )
        found.unseen[1].update(
            at for at, one in sheet.colinfo_map.items() if one.hidden or one.width == 0
        )
        codes = [self.format_map[of.format_key].format_str for of in self.xf_list]
        ways: dict[str, sheet_cells.Way | None] = {"percent": sheet_cells.in_percent, "date": None}
        shown = [sheet_cells.way_shown(0, code, ways) for code in codes]
        styles = {at: way for at, way in enumerate(shown) if way is not None}
        fonts = {at: mark for at, one in enumerate(self.font_list) if (mark := _mark(one))}
        struck = {at for at, of in enumerate(self.xf_list) if fonts.get(of.font_index) == "struck"}
        runs = sheet.rich_text_runlist_map if fonts else {}
        for row in range(sheet.nrows):
            kinds, values = sheet.row_types(row), sheet.row_values(row)
            if styles or fonts or not _PLAIN.issuperset(kinds):
                for column, kind in enumerate(kinds):
                    style = sheet.cell_xf_index(row, column) if styles or struck else -1
                    if (row, column) in runs:
                        values[column] = _with_runs(values[column], runs[row, column], fonts)
                    if kind not in _PLAIN:
                        values[column] = _other(kind, values[column], self.datemode)
                    elif style in struck and values[column] != "":
                        values[column] = sheet_cells.crossed_out(values[column])
                    elif kind == xlrd.XL_CELL_NUMBER and style in styles:
                        way = sheet_cells.way_for(styles[style], values[column])
                        values[column] = way(values[column]) if way else values[column]
                        found.percent[column] += way is sheet_cells.in_percent
                        if way is sheet_cells.veiled:
                            found.unseen[1].add(column)
            found.rows.append(values)
        for row, column in self.suspects:
            found.rows[row][column] = "=..."
        return found


def _mark(font: Any) -> str:
    """Return how a font marks its digits, if it does."""
    return "struck" if font.struck_out else ("", "superscript", "subscript")[font.escapement % 3]


def _with_runs(text: str, runs: Sequence[tuple[int, int]], fonts: Mapping[int, str]) -> str:
    """Return a text with the digits marked of each run whose font marks them."""
    ends = [*(start for start, _ in runs[1:]), len(text)]
    marked = [
        text[start:end].translate(sheet_cells.MARKED[fonts.get(font, "")])
        for (start, font), end in zip(runs, ends, strict=True)
    ]
    return text[: runs[0][0]] + "".join(marked)


def _other(kind: int, value: Any, datemode: int) -> Any:
    """Return a cell that holds neither text nor a number."""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, "#ERROR")
    return sheet_cells.as_date(value, since_1904=bool(datemode))


def read_old(content: bytes, name: str) -> list[Grid]:
    """Read all visible sheets of an old workbook.

    Raises
    ------
    TableError
        The file is no such workbook, is protected, damaged or too large.
    """
    if len(content) > _LARGEST:
        what = f"the old workbook is larger than {_LARGEST >> 20} MiB"
        sheet_cells.refuse_workbook(what, name, hint="save it as .xlsx")
    with refusing_damage(name, lambda _: "not an Excel workbook that can be read"):
        try:
            book = _Workbook(content)
        except xlrd.XLRDError as error:
            if "encrypted" in str(error):
                sheet_cells.refuse_protected(name)
            raise
        titles = list(enumerate(zip(book._sheet_names, book._sheet_visibility, strict=True)))
        hidden = tuple(title for _, (title, visibility) in titles if visibility)
        return [
            book.sheet_cells(number, name).grid(hidden)
            for number, (_, visibility) in titles
            if not visibility
        ]
