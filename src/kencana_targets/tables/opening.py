"""A path, an open file or a data frame, opened: what it is, its content says."""

from __future__ import annotations

import io
from typing import Any

from attrs import frozen

from kencana_targets.core.errors import Problem, TableError
from kencana_targets.tables import files
from kencana_targets.tables.documents import is_word, read_pdf, read_word
from kencana_targets.tables.excel import read_workbook
from kencana_targets.tables.separated import read_separated

_PACKED = b"PK\x03\x04"
_WORKBOOK = (_PACKED, b"\xd0\xcf\x11\xe0")
_WEB_PAGE = (b"<!doctype html", b"<html", b"<?xml", b"<table")
_SAVE_AS_XLSX = "open it in Excel and save it as .xlsx"


@frozen(eq=False)
class Opened:
    """What a reader got: the sheets of a file, or a data frame."""

    name: str
    grids: list[files.Grid]
    frame: Any = None


def open_source(source: Any, name: str) -> Opened:
    """Open a path, a binary file, its bytes or a data frame; `name` is that of what has none.

    Raises
    ------
    TableError
        The file cannot be read, or is neither text, a workbook nor Parquet.
    """
    if isinstance(source, Opened):
        return source
    if isinstance(source, (bytes, bytearray)):
        source = io.BytesIO(source)
    if not files.is_file(source):
        rows = files.frame_rows(source)
        if rows:
            return Opened(name, [files.grid_of_rows(name, rows)])
        return Opened(name, [], source)
    content, name = files.read_bytes(source), files.file_name(source, name)
    if content.startswith(b"PAR1") or files.is_parquet(name):
        return Opened(name, [], files.read_parquet(content, name))
    if content.startswith(b"%PDF") or name.lower().endswith(".pdf"):
        return Opened(name, read_pdf(content, name))
    if content.startswith(_PACKED) and is_word(content):
        return Opened(name, read_word(content, name))
    if name.lower().endswith((".docx", ".doc")):
        hint = "open it in Word and save it as .docx"
        raise TableError(Problem("not a Word file that can be read", hint=hint), name)
    if content.startswith(_WORKBOOK):
        return Opened(name, read_workbook(content, name))
    if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_WEB_PAGE):
        raise TableError(Problem("a web page and not a table", hint=_SAVE_AS_XLSX), name)
    if name.lower().endswith((".xlsx", ".xlsm", ".xls", ".ods")):
        raise TableError(Problem("not an Excel workbook", hint=_SAVE_AS_XLSX), name)
    return Opened(name, [read_separated(content, name)])
