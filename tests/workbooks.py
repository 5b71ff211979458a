"""Workbooks as people keep them, for tests of reading."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

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


def table_file(rows: list[list[Any]], kind: str, merged: str = "") -> io.BytesIO:
    """Return rows as a workbook of Excel or LibreOffice, or as CSV with decimal commas."""
    if kind == "xlsx":
        return saved({"Data": rows}, merged)
    file = io.BytesIO()
    if kind == "ods":
        body = "".join(
            f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows
        )
        with zipfile.ZipFile(file, "w") as target:
            target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
            target.writestr(
                "content.xml",
                "<office:document-content><office:body><office:spreadsheet>"
                f"<table:table table:name='Data'>{body}</table:table>"
                "</office:spreadsheet></office:body></office:document-content>",
            )
    else:
        lines = (
            ";".join("" if cell is None else str(cell).replace(".", ",") for cell in row)
            for row in rows
        )
        file.write("\n".join(lines).encode())
    file.seek(0)
    return file


def _cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    kind = "string" if isinstance(value, str) else f"float' office:value='{value}"
    text = escape(str(value))
    return (
        f"<table:table-cell office:value-type='{kind}'><text:p>{text}</text:p></table:table-cell>"
    )
