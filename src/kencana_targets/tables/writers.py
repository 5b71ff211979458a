"""Writing files that appear whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from errno import EACCES
from pathlib import Path
from typing import Any

from kencana_targets.core import checks
from kencana_targets.core.columns import Column
from kencana_targets.core.errors import MissingExtraError, Problem, TableError, refuse
from kencana_targets.core.frames import backends, to_frame
from kencana_targets.core.typing import Language
from kencana_targets.tables.asked import as_path

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
            "microsoft-edge", "msedge",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
            r"C:\Program Files\Google\Chrome\Application\chrome.exe",
            r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe")  # fmt: skip
OFFICES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice",
           r"C:\Program Files\LibreOffice\program\soffice.exe")  # fmt: skip
_SECONDS = 180
# How a table is written to a file of each ending.
FORMATS = {
    ".csv": "to_csv",
    ".json": "to_json",
    ".md": "to_markdown",
    ".xlsx": "to_excel",
    ".html": "to_html",
    ".parquet": "to_parquet",
    ".docx": "to_docx",
    ".pdf": "to_html",
}
_IN_LANGUAGE = {".md", ".xlsx", ".html", ".docx", ".pdf"}
# How a cell begins that a spreadsheet takes for a formula, and what is a figure.
_RUNS = re.compile(r"[=@+\-\t\r\uff1d\uff20\uff0b\uff0d]")
_FIGURE = re.compile(r"[+-]?[0-9][0-9.,\u00a0 ]*%?")


def printed(content: bytes, name: str) -> bytes:
    """Return a web page or a Word file as PDF: a browser prints the one, LibreOffice the other.

    Raises
    ------
    TableError
        No such program is found, or it makes no PDF.
    """
    page = not content.startswith(b"PK")
    program = next(filter(None, map(shutil.which, BROWSERS if page else OFFICES)), None)
    if program is None:
        missing = "no browser that prints" if page else "LibreOffice is not found"
        hint = (
            "install Chromium, Chrome or Edge; or write .html and print it from any browser"
            if page
            else "install LibreOffice; or write .docx and save it as PDF from Word"
        )
        raise TableError(Problem(missing, hint=hint), name)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder, "page.html" if page else "page.docx")
        source.write_bytes(content)
        target = source.with_suffix(".pdf")
        command = [program, "--headless", f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
                   "--convert-to", "pdf", "--outdir", folder, str(source)]  # fmt: skip
        if page:
            command = [program, "--headless", "--disable-gpu", "--no-pdf-header-footer",
                       f"--user-data-dir={Path(folder, 'profile')}",
                       f"--print-to-pdf={target}", source.as_uri()]  # fmt: skip
            # A browser refuses to work for root with its walls up; the page is our own.
            if getattr(os, "geteuid", lambda: 1)() == 0:
                command.insert(1, "--no-sandbox")
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
            return target.read_bytes()
        except (OSError, subprocess.TimeoutExpired) as error:
            hint = "write .html or .docx and save it as PDF from there"
            problem = Problem("no PDF was made", got=Path(program).name, hint=hint)
            raise TableError(problem, name) from error


def is_binary_file(value: object) -> bool:
    """Return whether bytes can be written to a value: an open file, a `BytesIO`."""
    return hasattr(value, "write") and not isinstance(value, (str, os.PathLike, io.TextIOBase))


def check_ending(path: Any, endings: Iterable[str] = FORMATS, *, argument: str = "path") -> str:
    """Return the ending of a file's name; refuse one that is not among `endings`.

    An open file has no name to look at: it is taken where there is but one format.
    """
    known = tuple(endings)
    if is_binary_file(path) and len(known) == 1:
        return known[0]
    ending = as_path(path, argument).suffix.lower()
    if ending not in known:
        refuse(argument, str(path), "a name that ends in " + " ".join(known))
    return ending


def write_as_named(table: Any, path: Any, language: Language | None = None) -> None:
    """Write a table of results in the format that the ending of its file says."""
    ending = check_ending(path)
    options: dict[str, Any] = {"inert": True} if ending == ".csv" else {}
    if language is not None and ending in _IN_LANGUAGE:
        options["language"] = language
    getattr(table, FORMATS[ending])(path, **options)


def write_whole(path: Any, content: bytes) -> None:
    """Write a file whole or not at all: under a temporary name, which then takes its place.

    A file that is there keeps its rights, a new one gets those of the umask, and a link
    is followed. Bytes go into an open binary file as they are.

    Raises
    ------
    TableError
        The folder is missing or closed, or the disk is full. Nothing is left behind.
    """
    if is_binary_file(path):
        path.write(content)
        return
    if isinstance(path, io.TextIOBase):
        refuse("path", type(path).__name__, "a path, or a file opened for bytes: mode 'wb'")
    place = as_path(path)
    temporary: Path | None = None
    try:
        place = Path(os.path.realpath(place))
        kept = place.stat() if place.exists() else None
        if kept is not None and not os.access(place, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))  # noqa: TRY301
        if kept is not None and not place.is_file():
            place.write_bytes(content)  # a device or a pipe; a folder refuses
            return
        name = place.with_name(f".{os.urandom(8).hex()}.part")
        with os.fdopen(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            temporary = name
            file.write(content)
        if kept is not None:
            temporary.chmod(stat.S_IMODE(kept.st_mode))
        temporary.replace(place)
    except BaseException as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        # A name that no file can have is a ValueError.
        if isinstance(error, (OSError, ValueError)):
            hint = "check the folder, your rights to it and the space left"
            reason = getattr(error, "strerror", None) or str(error)
            problem = Problem("the file cannot be written", got=reason, hint=hint)
            raise TableError(problem, str(path)) from error
        raise


def write_text(path: Any, text: str) -> None:
    """Write text as UTF-8."""
    write_whole(path, text.encode())


def write_document(path: Any, content: bytes) -> None:
    """Write a page or a Word file: as it is, or as PDF where the name ends so."""
    if isinstance(path, (str, os.PathLike)) and Path(path).suffix.lower() == ".pdf":
        content = printed(content, str(path))
    write_whole(path, content)


def inert_cell(text: str) -> str:
    """Return a cell that no spreadsheet runs as a formula; figures stay.

    Examples
    --------
    >>> inert_cell("=HYPERLINK(A1)"), inert_cell("-1,5"), inert_cell("- not yet")
    ("'=HYPERLINK(A1)", '-1,5', "'- not yet")
    """
    return f"'{text}" if _RUNS.match(text) and not _FIGURE.fullmatch(text) else text


def csv_text(
    columns: Mapping[str, Sequence[Any]],
    decimal: str = ".",
    separator: str | None = None,
    *,
    inert: bool = False,
) -> str:
    """Return columns as CSV with a header."""
    checks.decimal_mark(decimal)
    checks.as_flag("inert", inert)
    between: Any = separator if separator is not None else ";" if decimal == "," else ","
    if (
        not isinstance(between, str)
        or len(between) != 1
        or not between.isascii()
        or between in f'{decimal}"\r\n'
    ):
        refuse("separator", between, "one character that is neither the decimal mark nor a quote")
    cells: Iterable[Sequence[Any]] = columns.values()
    heads: Iterable[str] = columns
    if decimal == ",":
        cells = [[str(cell).replace(".", ",") if isinstance(cell, float) else cell
                  for cell in column] for column in cells]  # fmt: skip
    if inert:
        heads = map(inert_cell, columns)
        cells = [[inert_cell(cell) if isinstance(cell, str) else cell for cell in column]
                 for column in cells]  # fmt: skip
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n", delimiter=between)
    writer.writerow(heads)
    writer.writerows(zip(*cells, strict=True))
    return buffer.getvalue()


def write_csv(
    path: Any, columns: Mapping[str, Sequence[Any]], *marks: Any, inert: bool = False
) -> None:
    """Write columns as CSV (UTF-8), with the marks of `csv_text`."""
    write_text(path, csv_text(columns, *marks, inert=inert))


def json_text(value: Any) -> str:
    """Return a value as JSON; nan is refused, because JSON has none."""
    import json

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
