"""Workbooks as people keep them, for tests of reading."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl


def saved(sheets: dict[str, list[list[Any]]], merged: str = "") -> io.BytesIO:
    """Return sheets of rows as a file; `merged` names the ranges that are merged in each."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append([None if cell == "" else cell for cell in row])
        for cells in merged.split():
            page.merge_cells(cells)
    found = io.BytesIO()
    book.save(found)
    found.seek(0)
    return found


def workbook(folder: Path, sheets: dict[str, list[list[Any]]], merged: str = "") -> Path:
    """Write sheets of rows to a file of a folder."""
    path = folder / "tabel.xlsx"
    path.write_bytes(saved(sheets, merged).getvalue())
    return path
