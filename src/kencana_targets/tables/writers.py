"""Writing files that appear whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kencana_targets.core.columns import Column
from kencana_targets.core.errors import MissingExtraError, Problem, TableError, refuse
from kencana_targets.core.frames import backends, to_frame
from kencana_targets.tables.asked import as_path

# How a table is written to a file of each ending.
FORMATS = {
    ".csv": "to_csv",
    ".json": "to_json",
    ".md": "to_markdown",
    ".xlsx": "to_excel",
    ".html": "to_html",
    ".parquet": "to_parquet",
}
_IN_LANGUAGE = {".md", ".xlsx", ".html"}


def check_ending(path: Any, endings: Iterable[str] = FORMATS, *, argument: str = "path") -> str:
    """Return the ending of a file's name; refuse one that is not among `endings`."""
    ending = as_path(path, argument).suffix.lower()
    if ending not in endings:
        refuse(argument, str(path), "a name that ends in " + " ".join(endings))
    return ending


def write_as_named(table: Any, path: Any, language: str | None = None) -> None:
    """Write a table of results in the format that the ending of its file says."""
    ending = check_ending(path)
    spoken = language is not None and ending in _IN_LANGUAGE
    getattr(table, FORMATS[ending])(path, **({"language": language} if spoken else {}))


def write_whole(path: Any, content: bytes) -> None:
    """Write a file under a temporary name beside its place, then move it there.

    Raises
    ------
    TableError
        The folder is missing or closed, or the disk is full. Nothing is left behind.
    """
    import tempfile

    place = as_path(path)
    name: str | None = None
    try:
        handle, name = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(place)
    except BaseException as error:
        if name is not None:
            Path(name).unlink(missing_ok=True)
        # A name that no file can have is a ValueError.
        if isinstance(error, (OSError, ValueError)):
            hint = "check the folder, your rights to it and the space left"
            said = getattr(error, "strerror", None) or str(error)
            problem = Problem("the file cannot be written", got=said, hint=hint)
            raise TableError(problem, str(place)) from error
        raise


def write_text(path: Any, text: str) -> None:
    """Write text as UTF-8."""
    write_whole(path, text.encode())


def csv_text(
    columns: Mapping[str, Sequence[Any]], decimal: str = ".", separator: str | None = None
) -> str:
    """Return columns as CSV with a header."""
    if decimal not in (".", ","):
        refuse("decimal", decimal, "'.' or ','")
    between: Any = separator if separator is not None else ";" if decimal == "," else ","
    if not isinstance(between, str) or len(between) != 1 or between in f'{decimal}"\r\n':
        refuse("separator", between, "one character that is neither the decimal mark nor a quote")
    cells: Iterable[Sequence[Any]] = columns.values()
    if decimal == ",":
        cells = [[str(cell).replace(".", ",") if isinstance(cell, float) else cell
                  for cell in column] for column in cells]  # fmt: skip
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", delimiter=between)
    writer.writerow(columns)
    writer.writerows(zip(*cells, strict=True))
    return buffer.getvalue()


def write_csv(
    path: Any,
    columns: Mapping[str, Sequence[Any]],
    decimal: str = ".",
    separator: str | None = None,
) -> None:
    """Write columns as CSV (UTF-8)."""
    write_text(path, csv_text(columns, decimal, separator))


def json_text(value: Any) -> str:
    """Return a value as JSON; nan is refused, because JSON has none."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_json(path: Any, value: Any) -> None:
    """Write a value as JSON."""
    write_text(path, json_text(value))


def write_parquet(path: Any, columns: Mapping[str, Column]) -> None:
    """Write columns as Parquet, through Polars or pyarrow."""
    buffer = io.BytesIO()
    if "polars" in backends():
        to_frame(columns, "polars").write_parquet(buffer)
    elif "pyarrow" in backends():
        from pyarrow import parquet

        parquet.write_table(to_frame(columns, "pyarrow"), buffer)
    else:
        feature = "a Parquet file"
        raise MissingExtraError.for_extra(feature, "polars")
    write_whole(path, buffer.getvalue())
