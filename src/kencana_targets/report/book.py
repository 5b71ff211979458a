"""An Excel workbook in memory: text stays text, numbers have decimals, pages are A4."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.errors import optional_module
from kencana_targets.core.labels import inert
from kencana_targets.core.typing import Language

LONGEST_TEXT = 32_767
A4 = 9
# Points of one line of text, and the most lines a row may have.
LINE, MOST_LINES = 15.0, 27
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


class Book:
    """An Excel workbook in memory, in which text stays text and a file is the same each time.

    Parameters
    ----------
    language : {"en", "id"}
        The language of headings and page numbers.
    """

    def __init__(self, language: Language) -> None:
        xlsxwriter = optional_module("xlsxwriter", "an Excel workbook", "excel")
        labels.check_language(language)
        self.language: Language = language
        self.buffer: io.BytesIO = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.file: Any = xlsxwriter.Workbook(self.buffer, options)
        self.file.set_properties({"created": _MADE, "comments": "kencana-targets"})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """Return a cell format; the same one for the same properties."""
        key = tuple(properties.items())
        if key not in self._formats:
            self._formats[key] = self.file.add_format(
                {"valign": "top", "font_name": "Calibri", **properties}
            )
        return self._formats[key]

    def say(self, key: str, **cells: Any) -> str:
        """Return a word of the workbook in its language."""
        return labels.label("workbook", key, self.language, **cells)

    def sheet(self, name: str, widths: Sequence[float], *, landscape: bool = True) -> Any:
        """Add a sheet that prints on A4, as wide as the page."""
        sheet = self.file.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&A&R{self.say('page')}")
        return sheet

    def text(self, sheet: Any, row: int, column: int, value: str | None, **properties: Any) -> None:
        """Write text that no program takes for a formula, a link or a number."""
        style = self.format(**properties)
        if value:
            sheet.write_string(row, column, inert(value)[:LONGEST_TEXT], style)
        else:
            sheet.write_blank(row, column, None, style)

    def across(
        self, sheet: Any, row: int, last: int, text: str, width: float, **properties: Any
    ) -> None:
        """Write text over several columns, as high as it needs."""
        sheet.merge_range(row, 0, row, last, "", self.format(text_wrap=True))
        self.text(sheet, row, 0, text, text_wrap=True, **properties)
        self.height(sheet, row, [(text, width)])

    def number_format(self, decimals: int, **more: Any) -> Any:
        """Return the format of numbers with these decimals."""
        return self.format(num_format="#,##0" + "." * bool(decimals) + "0" * decimals, **more)

    def number(
        self, sheet: Any, row: int, column: int, value: Any, decimals: int, **more: Any
    ) -> None:
        """Write a number with its decimals; an empty cell for none."""
        style = self.number_format(decimals, **more)
        if value is None or np.isnan(value):
            sheet.write_blank(row, column, None, style)
        else:
            sheet.write_number(row, column, float(value), style)

    def row(self, sheet: Any, row: int, cells: Sequence[Any], **properties: Any) -> None:
        """Write cells beside each other: texts, and numbers with their decimals as pairs."""
        for column, cell in enumerate(cells):
            if isinstance(cell, tuple):
                self.number(sheet, row, column, *cell, **properties)
            else:
                self.text(sheet, row, column, cell, text_wrap=True, **properties)

    def header(self, sheet: Any, row: int, titles: Sequence[str]) -> None:
        """Write a row of headings and repeat it on every page."""
        for column, title in enumerate(titles):
            self.text(sheet, row, column, title, bold=True, bg_color="#E8EBEF", border=1,
                      text_wrap=True)  # fmt: skip
        sheet.set_row(row, 2 * LINE)
        sheet.repeat_rows(row)
        sheet.freeze_panes(row + 1, 0)

    def height(self, sheet: Any, row: int, cells: Sequence[tuple[str | None, float]]) -> None:
        """Make a row as high as its longest text needs; not every program does so itself."""
        lines = max(-(-len(text or "") // max(int(width * 0.95), 1)) for text, width in cells)
        sheet.set_row(row, LINE * min(max(lines, 1), MOST_LINES))

    def bytes(self) -> bytes:
        """Return the finished file."""
        self.file.close()
        return self.buffer.getvalue()
