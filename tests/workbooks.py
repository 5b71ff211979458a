"""Workbooks as people keep them, for tests of reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl


def workbook(folder: Path, sheets: dict[str, list[list[Any]]], merged: str = "") -> Path:
    """Write sheets of rows; `merged` names the ranges that are merged in each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
        for cells in merged.split():
            page.merge_cells(cells)
    path = folder / "tabel.xlsx"
    book.save(path)
    return path
