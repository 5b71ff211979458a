"""Files as rows of cells, and where each stands, before anyone knows what they mean; TOML files."""

from __future__ import annotations

import io
import os
import re
import stat
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from attrs import NOTHING, evolve, field, fields_dict, frozen, has

from kencana_targets.core import errors
from kencana_targets.core.errors import KencanaError, MissingExtraError, Place, Problem, TableError
from kencana_targets.core.frames import backends
from kencana_targets.core.typing import Ints
from kencana_targets.model.collection import PlaceOf
from kencana_targets.tables.raw_columns import Cells, encode, plain

Merged: TypeAlias = tuple[tuple[int, int], tuple[int, int]]

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8_PAIR = re.compile(rb"[\xc3-\xf4][\x80-\xbf]")
# The limits of a sheet in Excel: what is beyond them is no table.
MOST_COLUMNS, LONGEST_CELL = 16_384, 32_767
LARGEST_FILE = 256 << 20
# Python's reader of TOML takes the square of a key's parts.
_MOST_KEYS = 60
_MANY_KEYS = re.compile(
    rf"""(?<![\w"'.-])(?:(?:[\w-]{{1,200}}|"[^"\n]{{0,200}}"|'[^'\n]{{0,200}}')"""
    rf"""[ \t]{{0,20}}\.[ \t]{{0,20}}){{{_MOST_KEYS}}}"""
)
HEAD = 30
_MADE_UP = re.compile(r"Unnamed: \d{1,6}(?:_level_\d{1,2})?", re.ASCII)
Structured = TypeVar("Structured")


def place_in(sheet: str, row: int, column: int | None = None, heading: str = "") -> Place:
    """Return where a cell is; row and column from 0, row -1 for none.

    Examples
    --------
    >>> str(place_in("Data", 4, 1, "mCPR")), str(place_in("", 4))
    ("sheet 'Data', row 5, column B 'mCPR'", 'row 5')
    """
    number, letter = row + 1 if row >= 0 else None, None if column is None else column + 1
    return Place(sheet=sheet, row=number, column=letter, heading=heading)


@frozen(eq=False)
class Places:
    """Says where a field of a figure stands; called with the figure's row and the field.

    Parameters
    ----------
    sheet : str
        The sheet; empty for a file without sheets.
    headings : tuple of str
        The heading of each column.
    header : int
        The first row of the header; from 0.
    rows : ndarray of int
        The rows of the table; from 0.
    columns : mapping of str to sequence of int
        The columns of figures of a wide table, for each field that has its own.
    cells : pair of ndarray of int, optional
        Of each figure of a wide table, which of these rows and columns it is in.
    fields : mapping of str to int
        The column of each field that has one.
    across : frozenset of str
        Fields that the heading over a figure names.
    told : mapping of str to str
        The places of what no cell says.
    """

    sheet: str
    headings: tuple[str, ...]
    header: int
    rows: Ints
    columns: Mapping[str, Sequence[int]]
    cells: tuple[Ints, Ints] | None
    fields: Mapping[str, int]
    across: frozenset[str]
    told: Mapping[str, Place]

    def __call__(self, row: int, field: str) -> Place:
        """Return where a field of a figure stands; where its row is, for no field."""
        if field in self.told:
            return self.told[field]
        at = int(self.rows[row if self.cells is None else self.cells[0][row]])
        if not field:
            return place_in(self.sheet, at)
        column = self.fields.get(field)
        if self.cells is not None and column is None:
            column = self.columns.get(field, self.columns[""])[int(self.cells[1][row])]
        if field in self.across:
            at = self.header
        return place_in(self.sheet, at, column, "" if column is None else self.headings[column])


@frozen(eq=False)
class StackedPlaces:
    """The places of tables put under one another."""

    parts: tuple[PlaceOf, ...]
    starts: Ints

    def __call__(self, row: int, field: str) -> Place:
        """Return where a field of a figure stands."""
        part = int(np.searchsorted(self.starts, row, side="right")) - 1
        return self.parts[part](row - int(self.starts[part]), field)


class Body(Protocol):
    """Gives the columns of a grid from a row on; of `figures`, as `Numerals` where it can."""

    def __call__(self, first: int, figures: Collection[int] = ()) -> list[Cells]:
        """Return the columns from row `first` on."""
        ...


def _without_made_up(head: list[list[Any]]) -> list[list[Any]]:
    """Empty the cells that a data frame named because its file's header left them empty."""
    # Almost no row has one, and the head of a wide table has thousands of cells.
    return [
        [None if is_made_up(cell) else cell for cell in row] if "Unnamed: " in str(row) else row
        for row in head
    ]


def is_made_up(heading: Any) -> bool:
    """Return whether a data frame made up a heading: *Unnamed: 2*."""
    return isinstance(heading, str) and bool(_MADE_UP.fullmatch(heading))


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
    percent : mapping
        How many cells of each column a spreadsheet shows in percent: they are taken as shown.
    top : int
        The row of the file or sheet at which the grid begins, from 0.
    hidden : tuple of str
        The sheets of the same workbook that are hidden, and not read.
    unseen : tuple of set
        The rows and the columns that are hidden, from 0.
    cut : str
        The last cell, where the file may end in the middle of its last row.
    """

    name: str
    head: list[list[Any]] = field(converter=_without_made_up)
    height: int
    width: int
    body: Body
    sheet: str = ""
    merged: tuple[Merged, ...] = ()
    spill: Callable[[int, int], list[tuple[int, list[Any]]]] = field(default=lambda *_: [])
    percent: Mapping[int, int] = {}
    top: int = 0
    hidden: tuple[str, ...] = ()
    unseen: tuple[AbstractSet[int], AbstractSet[int]] = (frozenset(), frozenset())
    cut: str = ""

    def place(self, row: int = -1, column: int | None = None, heading: str = "") -> Place:
        """Say where a cell is, as a person counts; `row` and `column` from 0."""
        return place_in(self.sheet, row + self.top if row >= 0 else row, column, heading)


def grid_of_rows(
    name: str,
    rows: list[list[Any]],
    *,
    merged: tuple[Merged, ...] = (),
    by_comma: bool = False,
    **told: Any,
) -> Grid:
    """Make a grid of rows of cells, which may differ in length, and of what else is told of it.

    Cells that commas part may be the halves of a number, and a cell more is one too many
    although the last is empty.
    """
    width = max(map(len, rows), default=0)

    def body(first: int, figures: Collection[int] = ()) -> list[Cells]:  # noqa: ARG001
        below = rows[first:]
        for (top, left), (bottom, right) in merged:
            if left == right and top >= first and left < len(below[top - first]):
                # What cells that are merged downwards say stands in each of their rows.
                for row in below[top - first + 1 : bottom - first + 1]:
                    row.extend([None] * (left + 1 - len(row)))
                    row[left] = below[top - first][left]
        padded = [row if len(row) == width else row + [None] * (width - len(row)) for row in below]
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
    return Grid(name, head, len(rows), width, body, merged=merged, spill=spill, **told)


def frame_rows(frame: Any) -> list[list[Any]]:
    """Return the header and the rows of a data frame that made up headings; of others none.

    Its file wrote a header of several rows, or cells over no column at all.
    """
    # What is not computed yet would be for its names alone.
    names = [] if hasattr(frame, "collect") else list(getattr(frame, "columns", ()))
    texts = all(isinstance(name, str) for name in names) and len({*names}) == len(names)
    if not texts or not any(map(is_made_up, names)):
        return []
    import narwhals as nw

    native = nw.from_native(frame, eager_only=True, pass_through=True)
    if not isinstance(native, nw.DataFrame):
        return []
    columns = [
        [None if empty else cell for cell, empty in zip(one.to_list(), one.is_null(), strict=True)]
        for one in native.iter_columns()
    ]
    return [names, *map(list, zip(*columns, strict=True))]


def is_file(source: object) -> bool:
    """Return whether something is a path, or a file that is open."""
    return isinstance(source, (str, os.PathLike)) or _attribute(source, "read") is not None


def _attribute(source: object, name: str) -> Any:
    """Return an attribute of what a caller hands over, or the error that it raises instead."""
    try:
        return getattr(source, name, None)
    except Exception as error:  # noqa: BLE001
        return error


def file_name(source: Any, unnamed: str = "table") -> str:
    """Return the name of a file, by which messages call it.

    Examples
    --------
    >>> file_name("plans/targets.csv"), file_name(io.BytesIO())
    ('targets.csv', 'table')
    """
    if not isinstance(source, (str, os.PathLike)):
        named = _attribute(source, "name")
        source = named if isinstance(named, str) else ""
    return Path(source).name or unnamed


def is_parquet(name: str) -> bool:
    """Return whether a file is Parquet by the ending of its name."""
    return name.lower().endswith((".parquet", ".pq"))


def as_file(source: Any) -> Any:
    """Return a path or a file that is open; refuse everything else."""
    if not is_file(source):
        errors.refuse("path", source, "the path of a file, or a binary file that is open")
    return source


def read_bytes(source: Any, kind: type[KencanaError] = TableError) -> bytes:
    """Read a file whole: that of a path, or one that is open, from where it stands.

    Raises
    ------
    KencanaError
        Of `kind`: there is no such file, it is a folder or device, too large, or opened
        for text.
    """
    is_path = isinstance(source, (str, os.PathLike))
    try:
        content = _read_path(Path(source)) if is_path else _read_open(source)
    except FileNotFoundError:
        hint = "check the name and the folder"
        raise kind(Problem("no such file", hint=hint), str(source)) from None
    except Exception as error:
        # An open file is the caller's, and may raise anything.
        if isinstance(error, KencanaError) or (
            is_path and not isinstance(error, (OSError, ValueError))
        ):
            raise
        name = str(source) if is_path else file_name(source)
        raise kind(Problem("the file cannot be read", got=str(error)), name) from None
    if not isinstance(content, bytes):
        hint = "open it with mode 'rb', or hand over io.BytesIO(content)"
        problem = Problem("not a binary file", got=type(content).__name__, hint=hint)
        raise kind(problem, file_name(source))
    if len(content) > LARGEST_FILE:
        hint = "part it, or read it with Polars and hand over the frame"
        what = f"the file is larger than {LARGEST_FILE >> 20} MiB"
        raise kind(Problem(what, hint=hint), file_name(source))
    return content


def _read_path(path: Path) -> bytes:
    # A device has no size and a pipe no end, so that opening one may never return.
    found = path.stat()
    mode = found.st_mode
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
        raise OSError(f"{what}, and no file")  # noqa: EM102
    with path.open("rb") as file:
        # Room for the largest file costs more than to read a small one.
        content = file.read(min(found.st_size, LARGEST_FILE) + 1)
        if found.st_size < len(content) <= LARGEST_FILE:
            content += file.read(LARGEST_FILE + 1 - len(content))
        return content


def _read_open(file: Any) -> Any:
    """Read a file that is open, and leave it where it stands."""
    content = file.read(LARGEST_FILE + 1)
    if isinstance(content, bytes) and callable(_attribute(file, "seek")):
        file.seek(-len(content), io.SEEK_CUR)
    return content


def decode(content: bytes, name: str, kind: type[KencanaError]) -> str:
    """Return the text of a file: UTF-8 with or without its mark, else Windows-1252.

    What is neither is refused with its first wrong row.
    """
    what, where = "not a text file in UTF-8 or Windows-1252", Place()
    for coding in (
        () if content.startswith(_UTF_16) or b"\0" in content else ("utf-8-sig", "cp1252")
    ):
        try:
            return content.decode(coding)
        except UnicodeDecodeError as error:
            where = Place(row=content.count(b"\n", 0, error.start) + 1)
        if content.startswith(b"\xef\xbb\xbf") or _UTF_8_PAIR.search(content):
            what = "a broken letter: the file is UTF-8 elsewhere"
            break
    raise kind(Problem(what, where=where, hint="save it as 'CSV UTF-8'"), name)


def read_parquet(content: bytes, name: str) -> Any:
    """Read a Parquet file as a data frame, through Polars or pyarrow."""
    installed = backends()
    if not {"polars", "pyarrow"} & set(installed):
        feature = "a Parquet file"
        raise MissingExtraError.for_extra(feature, "polars")
    with refusing_damage(name, lambda _: "not a Parquet file"):
        if "polars" in installed:
            import polars as pl

            return pl.read_parquet(io.BytesIO(content))
        return _through_pyarrow(io.BytesIO(content))


def _through_pyarrow(content: io.BytesIO) -> Any:
    import pyarrow as pa
    from pyarrow import parquet

    table = parquet.read_table(content)
    for at, each in enumerate(table.schema):
        if pa.types.is_dictionary(each.type):
            # Polars numbers its words without a sign, which leaves no room for none.
            table = table.set_column(at, each.name, table.column(at).cast(pa.string()))
    return table


@contextmanager
def refusing_damage(
    name: str,
    what: Callable[[str], str],
    hint: str = "open it in the program that made it and save it again",
    *,
    shown: bool = True,
) -> Iterator[None]:
    """Turn whatever a library raises over a damaged file into a problem of the file.

    A parser raises what its arithmetic stumbles over, and a panic of Rust is no `Exception`,
    so no list of errors would be whole. `what` is made of the error's text, which is
    `shown` unless it says nothing.
    """
    try:
        yield
    except (KencanaError, MemoryError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        told = {"got": said_by(error)[:200]} if shown else {}
        raise TableError(Problem(what(repr(error)), hint=hint, **told), name) from error


def said_by(error: BaseException) -> str:
    """Return what a parser says of a file, in our own words where it went too deep."""
    return "values are nested too deeply" if isinstance(error, RecursionError) else str(error)


def read_toml(source: Any, kind: type[KencanaError]) -> dict[str, Any]:
    """Read a TOML file."""
    name = file_name(source)
    text = decode(read_bytes(source, kind), name, kind)
    if deep := _MANY_KEYS.search(text):
        what = f"a key of more than {_MOST_KEYS} parts"
        raise kind(Problem(what, got=deep[0][:40], hint="write tables in brackets"), name)
    try:
        return tomllib.loads(text)
    except (RecursionError, ValueError) as error:
        raise kind(Problem("not a TOML file", got=said_by(error)), name) from None


def read_typed(kind: type[Structured], source: Any, error: type[KencanaError]) -> Structured:
    """Read a TOML file as a value of a type, or refuse it with the path of every mistake."""
    problems: list[Problem] = []
    found = _structured(kind, read_toml(source, error), "$", problems)
    errors.raise_gathered(error, problems, file_name(source))
    return found  # type: ignore[no-any-return]


_hints = cache(get_type_hints)


def _structured(kind: Any, value: Any, path: str, problems: list[Problem]) -> Any:
    """Return what a value of a TOML file is as a field of a kind holds it.

    Words and numbers stay as they are: the types refuse what they cannot use, in better words.
    """
    part = get_args(kind)[0] if get_origin(kind) is tuple else None
    if part is str:
        # One word is a list of one.
        words = [value] if isinstance(value, str) else value
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            allowed = 'a list such as ["a", "b"]'
            problems.append(Problem("not allowed", where=path, got=value, allowed=allowed))
        return tuple(words) if isinstance(words, list) else words
    if not has(part or kind):
        return value
    if not (isinstance(value, list) if part else isinstance(value, Mapping)):
        problems.append(Problem("not readable", where=path, got=value))
        return value
    if part:
        steps = ((one, f"{path}[{number}]") for number, one in enumerate(value))
        return tuple(_structured(part, one, step, problems) for one, step in steps)
    known, before = fields_dict(kind), len(problems)
    given = {
        name: _structured(_hints(kind)[name], value[name], f"{path}.{name}", problems)
        for name in known
        if name in value
    }
    problems += [
        Problem("missing key", where=f"{path}.{name}", hint=f"add '{name}'")
        for name, one in known.items()
        if one.default is NOTHING and name not in value
    ]
    # An unknown key hides nothing of what is wrong beside it.
    whole = len(problems) == before
    problems += [
        Problem("unknown key", where=path, got=key) for key in sorted(value.keys() - known)
    ]
    if whole:
        try:
            return kind(**given)
        except KencanaError as error:
            problems += [
                evolve(one, where=f"{path}, {one.where}" if one.where else path)
                for one in error.problems
            ]
    return value
