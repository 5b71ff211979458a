"""Files as rows of cells, before anyone knows what the cells mean."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Protocol, TypeAlias

import numpy as np
from attrs import field, frozen

from kencana_targets.core.columns import Categorical, RawColumn
from kencana_targets.core.errors import KencanaError, MissingExtraError, Place, Problem, TableError
from kencana_targets.core.frames import backends
from kencana_targets.tables.numerals import Cells, Numerals
from kencana_targets.tables.places import place_in

if TYPE_CHECKING:
    from numpy.typing import NDArray

Merged: TypeAlias = tuple[tuple[int, int], tuple[int, int]]

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_PAIR = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
_WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
# How a code is written in CSV so that Excel makes no number of it.
_KEPT_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
# The limits of a sheet in Excel: what is beyond them is no table.
MOST_COLUMNS, LONGEST_CELL = 16_384, 32_767
LARGEST_FILE = 256 << 20
HEAD = 30


class Body(Protocol):
    """Gives the columns of a grid from a row on; of `figures`, as `Numerals` where it can."""

    def __call__(self, first: int, figures: Collection[int] = ()) -> list[Cells]:
        """Return the columns from row `first` on."""
        ...


@frozen(eq=False)
class Grid:
    """The cells of a file or sheet.

    Parameters
    ----------
    name : str
        The file.
    sheet : str
        The sheet; empty for a file without sheets.
    head : list of list
        The first rows; text without blanks around it, None for empty.
    height, width : int
        Rows and columns.
    body : Body
        The columns from a row on.
    merged : tuple
        Merged ranges, (row, column) of the first and last cell, from 0.
    spill : callable
        Given the width of the headings and the most cells of a row of theirs, the rows
        with something beyond the one or more cells than the other: number (from 0), cells.
    percent : int
        How many cells a spreadsheet shows in percent: they are taken as shown.
    top : int
        The row of the file or sheet at which the grid begins, from 0.
    hidden : tuple of str
        The sheets of the same workbook that are hidden, and not read.
    """

    name: str
    head: list[list[Any]]
    height: int
    width: int
    body: Body
    sheet: str = ""
    merged: tuple[Merged, ...] = ()
    spill: Callable[[int, int], list[tuple[int, list[Any]]]] = field(default=lambda *_: [])
    percent: int = 0
    top: int = 0
    hidden: tuple[str, ...] = ()

    def place(self, row: int, column: int | None = None, heading: str = "") -> Place:
        """Say where a cell is, as a person counts; `row` and `column` from 0."""
        return place_in(self.sheet, row + self.top if row >= 0 else row, column, heading)


def grid_of_rows(
    name: str,
    rows: list[list[Any]],
    *,
    sheet: str = "",
    merged: tuple[Merged, ...] = (),
    percent: int = 0,
    by_comma: bool = False,
) -> Grid:
    """Make a grid of rows of cells; rows may differ in length.

    Cells that commas part may be the halves of a number, and a cell more is one too many
    although the last is empty.
    """
    width = max(map(len, rows), default=0)

    def body(first: int, figures: Collection[int] = ()) -> list[Cells]:  # noqa: ARG001
        below = _filled_down(rows[first:], first, merged)
        padded = [
            row if len(row) == width else [*row, *[None] * (width - len(row))] for row in below
        ]
        columns = zip(*padded, strict=True) if padded else [()] * width
        return [encode(column) for column in columns]

    def spill(wide: int, most: int) -> list[tuple[int, list[Any]]]:
        return [
            (number, row)
            for number, row in enumerate(rows)
            if len(row) > wide
            and any(
                plain(c) is not None for c in row[0 if by_comma and len(row) > most else wide :]
            )
        ]

    head = [[plain(cell) for cell in row] for row in rows[:HEAD]]
    return Grid(name, head, len(rows), width, body, sheet, merged, spill, percent)


def _filled_down(rows: list[list[Any]], first: int, merged: tuple[Merged, ...]) -> list[list[Any]]:
    """Write what cells that are merged downwards say into each of their rows."""
    for (top, left), (bottom, right) in merged:
        if left == right and top >= first and left < len(rows[top - first]):
            for row in rows[top - first + 1 : bottom - first + 1]:
                row[left] = rows[top - first][left]
    return rows


def plain(cell: Any) -> Any:
    """Return a cell without blanks around it, None for an empty one.

    Examples
    --------
    >>> plain(" 17.04 "), plain('="17.10"'), plain(" ")
    ('17.04', '17.10', None)
    """
    if not isinstance(cell, str):
        return cell
    match = _KEPT_AS_TEXT.fullmatch(cell.strip())
    text = match[1].replace('""', '"') if match else cell
    return text.strip() or None


def encode(cells: Sequence[Any]) -> RawColumn:
    """Make a column of cells: text, numbers, or both."""
    kinds = set(map(type, cells))
    if kinds <= {str, type(None)}:
        return stripped(Categorical.encode(cells))
    if kinds <= {int, float}:
        return np.array(cells, np.float64)
    if kinds <= {str, int, float, type(None)}:
        texts = {cell for cell in cells if isinstance(cell, str)} if str in kinds else set()
        if not any(map(str.strip, texts)):
            missing = {None, *texts}
            return np.array([np.nan if cell in missing else cell for cell in cells], np.float64)
    return [plain(cell) for cell in cells]


def stripped(text: Categorical) -> Categorical:
    """Return text without blanks around it, empty text as missing."""
    words = text.categories
    if "" not in words and tuple(map(str.strip, words)) == words and '="' not in "\n".join(words):
        return text
    return Categorical.encode(map(plain, words)).take(text.codes)


def picked(column: Cells, rows: NDArray[Any]) -> Cells:
    """Return some rows of a column; text keeps only the words that they use."""
    if isinstance(column, np.ndarray):
        numbers: NDArray[np.float64] = column.take(rows)
        return numbers
    if isinstance(column, Numerals):
        return column.take(rows)
    if not isinstance(column, Categorical):
        return [column[row] for row in rows.tolist()]
    return without_unused(column.take(rows))


def without_unused(text: Categorical) -> Categorical:
    """Return text without words that no row has."""
    count = np.bincount(text.codes + 1, minlength=len(text.categories) + 1)[1:]
    if count.all():
        return text
    used = np.flatnonzero(count)
    renumbered = np.full(len(text.categories) + 1, -1, dtype=np.int32)
    renumbered[used] = np.arange(len(used))
    return Categorical(
        renumbered.take(text.codes), tuple(text.categories[code] for code in used.tolist())
    )


def read_bytes(path: Path, kind: type[KencanaError] = TableError) -> bytes:
    """Read a file whole."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            hint = "part it, or read it with Polars and hand over the frame"
            raise kind(
                Problem(f"the file is larger than {LARGEST_FILE >> 20} MiB", hint=hint), path.name
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise kind(
            Problem("no such file", hint="check the name and the folder"), str(path)
        ) from None
    except (OSError, ValueError) as error:
        if isinstance(error, KencanaError):
            raise
        raise kind(Problem("the file cannot be read", got=str(error)), str(path)) from None


def read_text(path: Path, kind: type[KencanaError] = TableError) -> str:
    """Read a text file: UTF-8 with or without its mark, else Windows-1252."""
    return decode(read_bytes(path, kind), path.name, kind)


def decode(content: bytes, name: str, kind: type[KencanaError]) -> str:
    """Return the text of a file in UTF-8, or refuse it with its first wrong row."""
    hint = "save it as 'CSV UTF-8'"
    if content.startswith(_UTF_16) or b"\0" in content:
        raise kind(Problem("not a text file in UTF-8 or Windows-1252", hint=hint), name)
    if content.isascii():
        return content.decode("ascii")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        if content.startswith(b"\xef\xbb\xbf") or _UTF_8_PAIR.search(content):
            what = "a broken letter: the file is UTF-8 elsewhere"
            raise kind(Problem(what, where=Place(row=row), hint=hint), name) from None
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        what = "not a text file in UTF-8 or Windows-1252"
        raise kind(Problem(what, where=Place(row=row), hint=hint), name) from None


def read_parquet(path: Path) -> Any:
    """Read a Parquet file as a data frame, through Polars or pyarrow."""
    content = io.BytesIO(read_bytes(path))
    installed = backends()
    if not {"polars", "pyarrow"} & set(installed):
        feature = "a Parquet file"
        raise MissingExtraError.for_extra(feature, "polars")
    try:
        if "polars" in installed:
            import polars as pl

            return pl.read_parquet(content)
        return _through_pyarrow(content)
    except BaseException as error:  # noqa: BLE001 (a panic of Rust is no Exception)
        refuse_unreadable(error, "not a Parquet file", path.name)


def _through_pyarrow(content: io.BytesIO) -> Any:
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(content)
    for at, each in enumerate(table.schema):
        if pa.types.is_dictionary(each.type):
            # Polars numbers its words without a sign, which leaves no room for none.
            table = table.set_column(at, each.name, table.column(at).cast(pa.string()))
    return table


def refuse_unreadable(error: BaseException, what: str, name: str) -> NoReturn:
    """Turn whatever a reading library raised into a problem of the file."""
    if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
        raise error
    if isinstance(error, (KencanaError, MemoryError)):
        raise error
    hint = "open it in the program that made it and save it again"
    raise TableError(Problem(what, got=str(error)[:200], hint=hint), name) from None


def read_grids(path: Path) -> list[Grid]:
    """Read a CSV file or all visible sheets of a workbook; the content says which it is."""
    content = read_bytes(path)
    if content.startswith(_WORKBOOK):
        from kencana_targets.tables.excel import read_workbook

        return read_workbook(content, path.name)
    start = content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<?xml", b"<table")):
        hint = "open it in Excel and save it as .xlsx"
        raise TableError(Problem("a web page and not a table", hint=hint), path.name)
    if path.suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"}:
        hint = "open it in Excel and save it as .xlsx"
        raise TableError(Problem("not an Excel workbook", hint=hint), path.name)
    from kencana_targets.tables.separated import read_separated

    return [read_separated(content, path.name)]


def is_parquet(path: Path) -> bool:
    """Return whether a file is Parquet by its ending."""
    return path.suffix.lower() in {".parquet", ".pq"}


def read_toml(path: Path, kind: type[KencanaError]) -> dict[str, Any]:
    """Read a TOML file."""
    try:
        return tomllib.loads(read_text(path, kind))
    except tomllib.TOMLDecodeError as error:
        raise kind(Problem("not a TOML file", got=str(error)), path.name) from None
