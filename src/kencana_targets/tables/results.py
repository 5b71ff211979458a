"""Results as columns: what every table that the library returns can do, and how files are written."""

from __future__ import annotations

import csv
import io
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from errno import EACCES
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, overload

from attrs import evolve, field, fields, frozen
from numpy.typing import NDArray

from kencana_targets.core import checks
from kencana_targets.core.columns import (
    Categorical,
    Column,
    Tristate,
    equal,
    read_only,
    take,
    to_lists,
)
from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import MissingExtraError, Problem, TableError, refuse
from kencana_targets.core.frames import arrow_stream, as_narwhals, backends, to_frame
from kencana_targets.core.labels import check_language
from kencana_targets.core.resources import data_rows
from kencana_targets.core.typing import Backend, Language

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from kencana_targets.model.indicator import Indicator

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
FORMATS = {".csv": "to_csv", ".json": "to_json", ".md": "to_markdown", ".xlsx": "to_excel"}
FORMATS |= {".html": "to_html", ".parquet": "to_parquet", ".docx": "to_docx", ".pdf": "to_html"}
_IN_LANGUAGE = {".md", ".xlsx", ".html", ".docx", ".pdf"}
# How a cell begins that a spreadsheet takes for a formula, and what is a figure.
_RUNS = re.compile(r"[=@+\-\t\r\uff1d\uff20\uff0b\uff0d]")
_FIGURE = re.compile(r"[+-]?[0-9][0-9.,\u00a0 ]*%?")


@frozen
class Field:
    """What is declared of a column.

    Parameters
    ----------
    name : str
        The heading.
    kind : {"text", "number", "flag"}
        What its cells are.
    empty : bool
        Whether a cell may be empty.
    words : str
        The closed list of its words, by name; empty where any text may stand.
    meaning : str
        What it says.
    """

    name: str
    kind: str
    empty: bool
    words: str
    meaning: str


@cache
def declared_columns() -> Mapping[str, Field]:
    """Return the columns of a scorecard, in their order."""
    stated = data_rows("scorecard_columns.csv")
    rows: list[Any] = [{**row, "empty": row["empty"] == "yes"} for row in stated]
    return {row["name"]: Field(**row) for row in rows}


def _all_read_only(values: Mapping[str, Column]) -> Mapping[str, Column]:
    # Columns that are made when they are asked for are made read-only.
    for column in values.values() if isinstance(values, dict) else ():
        if isinstance(column, Categorical):
            read_only(column.codes)
        else:
            read_only(column.states if isinstance(column, Tristate) else column)
    return values


@frozen(eq=False, repr=False, kw_only=True)
class ResultTable(Displayed):
    """A table of results; immutable, and equal to another with the same cells.

    Parameters
    ----------
    values : mapping of str to Column
        Columns of one length, read-only from now on. A mapping that is no
        dictionary makes each column when it is asked for.
    language : {"", "en", "id"}, optional
        The language in which the table shows itself; no part of ``==``.
    indicators : tuple of Indicator, optional
        Those of the plan, whose names and units have a second language.
    """

    values: Mapping[str, Column] = field(converter=_all_read_only)
    language: Language | Literal[""] = ""
    indicators: tuple[Indicator, ...] = ()

    keys: ClassVar[tuple[str, ...]] = ("region", "indicator")

    def with_language(self, language: Language) -> Self:
        """Return the same table, shown in a language: print, notebook, figures and files.

        Parameters
        ----------
        language : {"en", "id"}
            The language. It is no part of ``==``, and codes in columns stay as they are.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021").with_language("id")
        >>> print(str(card).splitlines()[2].split()[:3])
        ['Wilayah', 'Indikator', 'Satuan']
        """
        check_language(language)
        return self._showing(language=language)

    def _showing(self, **shown: Any) -> Self:
        """Return the table with what it shows itself by, and the tables within it, too."""
        within = {one.alias: getattr(self, one.name) for one in fields(type(self))}
        for name, part in within.items():
            if isinstance(part, ResultTable):
                shown[name] = part._showing(**shown)
        return evolve(self, **shown)

    def __len__(self) -> int:
        return len(self.values[next(iter(self.values))])

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def columns(self, names: Iterable[str] | None = None) -> Mapping[str, Column]:
        """Return the columns, or some of them in the order asked for, text as codes into words.

        Raises
        ------
        ArgumentError
            There is no such column, or one is named twice.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> list(card.by_indicator().columns())[:2]
        ['indicator', 'indicator_name']
        """
        return {name: self.values[name] for name in self._names(names)}

    def _names(self, names: Iterable[str] | None) -> list[str]:
        if names is None:
            return list(self.values)
        chosen = checks.items("columns", names, str)
        for name in chosen:
            if name not in self.values:
                refuse("columns", name, ", ".join(self.values))
        if len(set(chosen)) < len(chosen):
            refuse("columns", chosen, "each column once")
        return chosen

    def take(self, rows: NDArray[Any]) -> ResultTable:
        """Return some of the rows.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> import numpy as np
        >>> len(card.by_indicator().take(np.array([0])))
        1
        """
        values = {name: take(column, rows) for name, column in self.values.items()}
        return ResultTable(values=values, language=self.language, indicators=self.indicators)

    @overload
    def to_frame(
        self, backend: Literal["polars"], *, columns: Iterable[str] | None = None
    ) -> pl.DataFrame: ...

    @overload
    def to_frame(
        self, backend: Literal["pandas"], *, columns: Iterable[str] | None = None
    ) -> pd.DataFrame: ...

    @overload
    def to_frame(
        self, backend: Literal["pyarrow"], *, columns: Iterable[str] | None = None
    ) -> pa.Table: ...

    @overload
    def to_frame(self, backend: None = None, *, columns: Iterable[str] | None = None) -> Any: ...

    def to_frame(
        self, backend: Backend | None = None, *, columns: Iterable[str] | None = None
    ) -> Any:
        """Return the rows as a data frame.

        Parameters
        ----------
        backend : {"polars", "pandas", "pyarrow"}, optional
            The library; by default the first of these that is installed.
        columns : iterable of str, optional
            Only these columns, in this order; no other is computed.

        Raises
        ------
        ArgumentError
            There is no such library or column.
        MissingExtraError
            The library is not installed.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_frame("polars", columns=["region", "indicator"]).row(0)
        ('17', 'TFR')
        """
        return to_frame(self.values, backend, keys=self.keys, names=self._names(columns))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the rows over as an Arrow stream, through Polars or pyarrow."""
        return arrow_stream(self.columns(), self.keys, requested_schema)

    def __narwhals_dataframe__(self) -> Any:
        """Let `narwhals.from_native` take the table as it takes a data frame."""
        return as_narwhals(self.to_frame())

    def to_dicts(self, *, columns: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """Return the rows as dictionaries, None for missing.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_dicts(columns=["region", "indicator"])[0]
        {'region': '17', 'indicator': 'TFR'}
        """
        lists = to_lists(self.columns(columns))
        return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]

    def to_csv(
        self,
        path: Any,
        *,
        columns: Iterable[str] | None = None,
        decimal: str = ".",
        separator: str | None = None,
        inert: bool = False,
    ) -> None:
        """Write the rows as CSV (UTF-8).

        Parameters
        ----------
        path : str, Path or binary file object
            Where to write.
        columns : iterable of str, optional
            Only these columns, in this order.
        decimal : {".", ","}, optional
            The decimal mark; a spreadsheet in Indonesian expects a comma.
        separator : str, optional
            What stands between cells: a comma, or a semicolon where the decimal mark
            is a comma.
        inert : bool, optional
            Put an apostrophe before text that a spreadsheet would run as a formula,
            as the command's ``--output`` does; figures such as -1,5 stay.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_csv(buffer, columns=["region", "score"], decimal=",")
        >>> buffer.getvalue().splitlines()[:2]
        [b'region;score', b'17;96,09']
        """
        keep_ending(path, ".csv")
        write_csv(path, to_lists(self.columns(columns)), decimal, separator, inert=inert)

    def to_json(self, path: Any, *, columns: Iterable[str] | None = None) -> None:
        """Write the rows as JSON.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.by_indicator().to_json(buffer)
        >>> buffer.getvalue()[:1]
        b'['
        """
        keep_ending(path, ".json")
        write_json(path, self.to_dicts(columns=columns))

    def to_parquet(self, path: Any, *, columns: Iterable[str] | None = None) -> None:
        """Write the rows as Parquet, through Polars or pyarrow.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_parquet(buffer)
        >>> buffer.getvalue()[:4]
        b'PAR1'
        """
        keep_ending(path, ".parquet")
        write_parquet(path, self.columns(columns))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.values.keys() == other.values.keys() and all(
            equal(column, other.values[name]) for name, column in self.values.items()
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} rows>"


class _GreatTables:
    """Tells great-tables of result tables when it is imported, before them or after.

    It draws the types that are registered at its door, and asks no object for a frame.
    """

    door = "great_tables._tbl_data"

    @classmethod
    def find_spec(cls, name: str, *_: object) -> ModuleSpec | None:
        if name != cls.door:
            return None
        sys.meta_path.remove(cls)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_register(module: ModuleType) -> None:
                run(module)
                cls.register(module)

            spec.loader.exec_module = run_and_register  # type: ignore[method-assign]
        return spec

    @staticmethod
    def register(module: ModuleType) -> None:
        validate = module.validate_frame
        validate.register(ResultTable, lambda table: validate(table.to_frame()))


if _GreatTables.door in sys.modules:
    _GreatTables.register(sys.modules[_GreatTables.door])
else:
    sys.meta_path.insert(0, _GreatTables)


def printed(content: bytes, name: str) -> bytes:
    """Return a web page or a Word file as PDF: a browser prints the one, LibreOffice the other.

    Raises
    ------
    TableError
        No such program is found, or it makes no PDF.
    """
    # Imported here because hardly any result becomes a PDF.
    import shutil
    import subprocess
    import tempfile

    page = not content.startswith(b"PK")
    program = next(filter(None, map(shutil.which, BROWSERS if page else OFFICES)), None)
    if program is None:
        missing = "no browser that prints" if page else "LibreOffice is not found"
        hint = "install LibreOffice; or write .docx and save it as PDF from Word"
        if page:
            hint = "install Chromium, Chrome or Edge; or write .html and print it from any browser"
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
    ending = checks.as_path(path, argument).suffix.lower()
    if ending not in known:
        refuse(argument, str(path), "a name that ends in " + " ".join(known))
    return ending


def keep_ending(path: Any, *own: str) -> None:
    """Refuse a name whose ending promises another format than the one that is written."""
    if not is_binary_file(path) and path is not None:
        ending = checks.as_path(path).suffix.strip().lower()
        if ending in (*FORMATS, ".doc", ".xls") and ending not in own:
            refuse("path", str(path), "a name that ends in " + " ".join(own))


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
    place = checks.as_path(path)
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
            if isinstance(error, FileNotFoundError):
                problem = Problem("there is no such folder", hint="make it, or name another")
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
    one = isinstance(between, str) and len(between) == 1 and between.isascii()
    if not one or between in f'{decimal}"\r\n':
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
