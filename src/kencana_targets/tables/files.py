"""Files as rows of cells, before anyone knows what the cells mean."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path
from typing import Any

from attrs import frozen

from kencana_targets.errors import KencanaError, Problem, TableError

__all__ = ["Grid", "read_csv", "read_text", "read_toml"]

# The order in which separators are tried; the one that cuts the header most wins.
_SEPARATORS = ",;\t"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@frozen
class Grid:
    """The cells of a file or sheet, row by row.

    Parameters
    ----------
    name : str
        File, or file and sheet.
    rows : list of list
        Cells; the first row is row 1 of the file.
    """

    name: str
    rows: list[list[Any]]


def read_text(path: Path, kind: type[KencanaError] = TableError) -> str:
    """Read a text file: UTF-8 with or without its mark, else Windows-1252."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise kind(
            Problem("no such file", hint="check the name and the folder"), str(path)
        ) from None
    except OSError as error:
        raise kind(Problem("the file cannot be read", got=str(error)), str(path)) from None
    hint = "save it as 'CSV UTF-8'"
    if content.startswith(_UTF_16) or b"\0" in content:
        raise kind(Problem("not a text file in UTF-8 or Windows-1252", hint=hint), path.name)
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise kind(Problem("not a text file in UTF-8 or Windows-1252", hint=hint), path.name)


def read_csv(path: Path) -> Grid:
    """Read a CSV file whose cells are parted by comma, semicolon or tab."""
    text = read_text(path)
    if not text.strip():
        raise TableError(
            Problem("empty file", hint="a table has a header and at least one row"), path.name
        )
    first = text.lstrip().split("\n", 1)[0]
    separator = max(_SEPARATORS, key=first.count)
    try:
        rows: list[list[Any]] = list(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        )
    except csv.Error as error:
        raise TableError(
            Problem("not a CSV file", got=str(error), hint="check its quotes"), path.name
        ) from None
    return Grid(path.name, rows)


def read_toml(path: Path, kind: type[KencanaError]) -> dict[str, Any]:
    """Read a TOML file."""
    try:
        return tomllib.loads(read_text(path, kind))
    except tomllib.TOMLDecodeError as error:
        raise kind(Problem("not a TOML file", got=str(error)), path.name) from None
