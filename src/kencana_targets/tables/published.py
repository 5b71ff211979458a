"""Published evaluation tables: target, actual and achievement, as printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from kencana_targets.columns import RawColumn, Table, Text, from_frame
from kencana_targets.errors import Problem, TableError, raise_gathered
from kencana_targets.formulas.reproduction import DIRECTIONS, MOST_DECIMALS, UNKNOWN, PrintedRows
from kencana_targets.model.kinds import Direction
from kencana_targets.tables.files import is_parquet, read_grids, read_parquet, stripped
from kencana_targets.tables.numbers import NumberColumn, parse_column
from kencana_targets.tables.numerals import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["AVERAGE", "FIGURE", "Published", "read_published"]

# What a row of a published table is; the word under an average is taken into its row.
FIGURE, AVERAGE, _WORD_LINE = range(3)

FIGURES = ("target", "actual", "achievement")
WORDS = ("agency", "region", "indicator", "band")
# What each column is called in print, without years, marks and filler words.
NAMES: Mapping[str, tuple[str, ...]] = {
    "target": ("target", "target k", "rencana"),
    "actual": ("actual", "realisasi", "realisasi k", "realization"),
    "achievement": (
        "achievement",
        "achievement %",
        "capaian",
        "capaian %",
        "% capaian",
        "persentase capaian",
        "persentase",
        "persen capaian",
        "tingkat capaian",
        "tingkat capaian %",
        "%",
    ),
    "agency": (
        "agency",
        "instansi",
        "lembaga",
        "opd",
        "skpd",
        "perangkat daerah",
        "unit kerja",
        "satuan kerja",
        "satker",
    ),
    "region": ("region", "wilayah", "daerah", "provinsi", "kabupaten kota", "kab kota"),
    "indicator": ("indicator", "indikator", "indikator utama", "indikator sasaran", "iku"),
    "year": ("year", "tahun"),
    "direction": ("direction", "polarisasi"),
    "band": ("band", "category", "kategori", "predikat", "kriteria"),
    "decimals": ("decimals", "desimal"),
}
_FILLERS = {"printed", "kinerja", "tahun", "year"}
_WAYS = {
    **{str(way): way for way in Direction},
    **dict.fromkeys(("maximise", "maksimal", "maksimum", "positif"), Direction.MAXIMIZE),
    **dict.fromkeys(("minimise", "minimal", "minimum", "negatif"), Direction.MINIMIZE),
    **dict.fromkeys(("stabilise", "stabil"), Direction.STABILIZE),
}
_AVERAGE = re.compile(r"\W*(rata\W?rata|average|mean)\b", re.IGNORECASE)
_BAND = re.compile(r"\W*(predikat|kriteria|kategori|category|band)\b", re.IGNORECASE)
_NUMBERED = re.compile(r"\(?(\d{1,2})\)?")


@frozen(eq=False, kw_only=True)
class Published:
    """A published table, read.

    Parameters
    ----------
    name : str
        File or table.
    number : ndarray of int, shape (rows,)
        The row as a person counts it.
    kind : ndarray of int, shape (rows,)
        ``FIGURE``, or ``AVERAGE`` of the figures above it. Its word (*predikat*),
        which often stands in a line of its own, is its band.
    figures : PrintedRows
        The numbers.
    words : mapping of str to Text
        ``agency region indicator band``, as far as printed.
    year : ndarray of float, shape (rows,)
        Years; nan for none.
    unreadable : Text
        What could not be read or is not there, one text a row; none where all is.
    left_out : tuple of int
        Rows without any figure.
    """

    name: str
    number: Ints
    kind: NDArray[np.int8]
    figures: PrintedRows
    words: Mapping[str, Text]
    year: Floats
    unreadable: Text
    left_out: tuple[int, ...]


def read_published(table: Any, *, decimal: str | None = None) -> Published:
    """Read a published table of targets, actuals and achievements.

    Parameters
    ----------
    table : path or data frame
        Columns ``target actual achievement``, or as reports name them (*target*,
        *realisasi*, *capaian*); optionally ``agency region indicator year direction band
        decimals``. In a file the header may stand under a title.
    decimal : {",", "."}, optional
        The decimal mark. By default each column settles its own.

    Raises
    ------
    TableError
        The columns are not there, or twice; a direction or year is not one.
    """
    name, raw, number = _open(table)
    problems: list[Problem] = []
    columns = _named(raw, problems)
    raise_gathered(TableError, problems, name)
    blank = np.all([_blank(columns[key]) for key in FIGURES], axis=0)
    labels = [columns[key] for key in WORDS if key in columns and key != "band"]
    kind = _kinds([*labels, *list(raw.columns.values())[:1]], columns)
    kept = np.flatnonzero(~blank & (kind != _WORD_LINE))
    if not len(kept):
        hint = "a row has target, actual and achievement"
        raise TableError(Problem("no row with a figure", hint=hint), name)
    band, lines = _bands(columns, kind, kept)
    empty = np.all([_blank(column) for column in raw.columns.values()], axis=0)
    empty[[*kept, *lines]] = True
    columns = {key: _take(column, kept) for key, column in (columns | {"band": band}).items()}
    kind, rows, left_out = kind[kept], len(kept), number[~empty]
    number = number[kept]
    words = {key: _words(columns.get(key), rows) for key in WORDS}
    direction = _directions(columns.get("direction"), rows, number, problems)
    year = _plain_numbers(columns, "year", number, problems)
    told = _told_decimals(columns, number, problems)
    raise_gathered(TableError, problems, name)
    figures, unreadable = _figures(columns, direction, kind, told, decimal)
    return Published(
        name=name,
        number=number,
        kind=kind,
        figures=figures,
        words=words,
        year=year,
        unreadable=unreadable,
        left_out=tuple(left_out.tolist()),
    )


def _open(source: Any) -> tuple[str, Table, Ints]:
    """Return the name of a table, its columns, and its rows as a person counts them."""
    if isinstance(source, (str, Path)) and is_parquet(Path(source)):
        return Path(source).name, *_whole(from_frame(read_parquet(Path(source))))
    if not isinstance(source, (str, Path)):
        return "table", *_whole(from_frame(source))
    grids = read_grids(Path(source))
    tops = [(grid, top) for grid in grids for top, row in enumerate(grid.head) if _is_header(row)]
    sheets = [grid.sheet for grid, _ in tops]
    if not tops or len(set(sheets)) > 1:
        first = next((row for row in grids[0].head if any(row)), [])
        hint = "name the columns target, actual, achievement (or target, realisasi, capaian)"
        problem = Problem("no header with target, actual and achievement", got=first, hint=hint)
        if sheets:
            problem = Problem("several sheets to audit", got=sheets, hint="save one to a file")
        raise TableError(problem, grids[0].name)
    grid, top = tops[0]
    names = _header(grid.head, top)
    spilt = [row for row, _ in grid.spill(len(names)) if row > top]
    what, hint = "more cells than columns", "quote cells that contain the separator"
    problems = [Problem(what, where=grid.place(row), hint=hint) for row in spilt]
    raise_gathered(TableError, problems, grid.name)
    below = grid.head[top + 1 : top + 2]
    start = top + 2 if below and _is_numbered(below[0]) else top + 1
    body = map(written, grid.body(start))
    columns = {name: column for name, column in zip(names, body, strict=False) if name}
    return grid.name, Table(columns, grid.height - start), np.arange(start, grid.height) + 1


def _whole(table: Table) -> tuple[Table, Ints]:
    return table, np.arange(1, table.rows + 1)


def _is_header(row: Sequence[Any]) -> bool:
    return set(FIGURES) <= {_meaning(cell) for cell in row if isinstance(cell, str)}


def _header(rows: Sequence[Sequence[Any]], top: int) -> list[str]:
    """Return the names of the columns; under a merged cell the name stands in a row above."""
    names: list[str] = []
    for i, cell in enumerate(rows[top]):
        above = (row[i] for row in reversed(rows[:top]) if i < len(row) and row[i])
        name = str(cell or next(above, ""))
        # Columns that mean nothing here may share a name.
        names.append(name if _meaning(name) or name not in names else "")
    return names


def _is_numbered(row: Sequence[Any]) -> bool:
    """Return whether a row numbers the columns: (1), (2), (3)."""
    cells = [f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row if cell]
    found = [_NUMBERED.fullmatch(cell) for cell in cells]
    numbers = [int(match[1]) for match in found if match]
    return len(numbers) > 2 and numbers == list(range(1, len(cells) + 1))


def _meaning(name: str) -> str | None:
    """Return what a column holds by its name, None for nothing known."""
    words = re.findall(r"[a-z]+|%", name.casefold())
    plain = " ".join(word for word in words if word not in _FILLERS) or " ".join(words)
    return next((key for key, names in NAMES.items() if plain in names), None)


def _named(table: Table, problems: list[Problem]) -> dict[str, RawColumn]:
    """Find the columns by what they are called; a plain name goes before others."""
    found: dict[str, list[str]] = {}
    for name in table.columns:
        meaning = _meaning(name)
        if meaning is not None:
            found.setdefault(meaning, []).append(name)
    for key in FIGURES:
        if key not in found:
            hint = f"name it {' or '.join(repr(name) for name in NAMES[key][:2])}"
            problems.append(Problem(f"no column '{key}'", got=list(table.columns), hint=hint))
    columns: dict[str, RawColumn] = {}
    for key, names in found.items():
        if len(names) > 1 and key not in names:
            hint = f"call the one to audit '{key}'"
            problems.append(Problem(f"several columns for '{key}'", got=names, hint=hint))
        columns[key] = table.columns[key if key in names else names[0]]
    return columns


def _blank(column: RawColumn) -> NDArray[np.bool_]:
    if isinstance(column, np.ndarray):
        return np.isnan(column)
    if isinstance(column, Text):
        return ~_holds(column, lambda word: bool(word.strip()))
    return np.array([cell is None for cell in column], dtype=bool)


def _holds(text: Text, test: Callable[[str], Any]) -> NDArray[np.bool_]:
    """Return for each row whether its word passes a test; none never does."""
    return np.array([*(bool(test(word)) for word in text.words), False])[text.codes]


def _kinds(labels: Sequence[RawColumn], columns: Mapping[str, RawColumn]) -> NDArray[np.int8]:
    """Tell the lines under the figures: their label says so, and they have no target or actual."""
    bare = _blank(columns["target"]) & _blank(columns["actual"])
    kind = np.full(len(bare), FIGURE, dtype=np.int8)
    for label in labels:
        text = _words(label, len(bare))
        kind[bare & _holds(text, _AVERAGE.match)] = AVERAGE
        kind[bare & _holds(text, _BAND.match)] = _WORD_LINE
    return kind


def _take(column: RawColumn, rows: NDArray[Any]) -> RawColumn:
    if isinstance(column, list):
        return [column[row] for row in rows.tolist()]
    return column.take(rows) if isinstance(column, Text) else column[rows]


def _words(column: RawColumn | None, rows: int) -> Text:
    if column is None:
        return Text.constant(None, rows)
    if isinstance(column, Text):
        return stripped(column)
    cells = column.tolist() if isinstance(column, np.ndarray) else column
    return Text.encode(_word(cell) for cell in cells)


def _word(cell: object) -> str | None:
    if isinstance(cell, float):
        return None if np.isnan(cell) else f"{cell:g}"
    return None if cell is None else str(cell)


def _bands(
    columns: Mapping[str, RawColumn], kind: NDArray[np.int8], kept: Ints
) -> tuple[Text, list[int]]:
    """Return the printed words, with the word lines under averages, and which lines these are."""
    achievement = columns["achievement"]
    words = _words(columns.get("band"), len(kind)).to_list()
    lines: list[int] = []
    for line in np.flatnonzero(kind == _WORD_LINE).tolist():
        above = kept[kept < line][-1:]
        if len(above) and kind[above[0]] == AVERAGE:
            # Without a column of words it stands in the column of percentages.
            words[above[0]] = words[line] or _word(achievement[line])
            lines.append(line)
    return Text.encode(words), lines


def _directions(
    column: RawColumn | None, rows: int, number: Ints, problems: list[Problem]
) -> NDArray[np.int8]:
    text = _words(column, rows)
    codes = np.full(len(text.words) + 1, UNKNOWN, dtype=np.int8)
    for code, word in enumerate(text.words):
        way = _WAYS.get(word.strip().casefold())
        if way is not None:
            codes[code] = DIRECTIONS.index(way)
        elif word.strip(" -"):
            where = f"row {number[np.argmax(text.codes == code)]}, column 'direction'"
            allowed = ", ".join(Direction)
            problems.append(Problem("not a direction", where=where, got=word, allowed=allowed))
    return codes[text.codes]


def _plain_numbers(
    columns: Mapping[str, RawColumn], name: str, number: Ints, problems: list[Problem]
) -> Floats:
    """Read a column of years or decimals, nan for none."""
    column = columns.get(name)
    if column is None:
        return np.full(len(number), np.nan)
    read = parse_column(column, decimal=".")
    for row in [*read.problems, *read.intervals]:
        where = f"row {number[row]}, column '{name}'"
        problems.append(Problem("not a number", where=where, got=_word(column[row])))
    return read.values


def _told_decimals(columns: Mapping[str, RawColumn], number: Ints, problems: list[Problem]) -> Ints:
    """Return the decimals that a column tells, -1 where it does not."""
    told = _plain_numbers(columns, "decimals", number, problems)
    for row in np.flatnonzero((told < 0) | (told % 1 > 0))[:1].tolist():
        where = f"row {number[row]}, column 'decimals'"
        allowed = "a whole number from zero up"
        problems.append(
            Problem("not a number of decimals", where=where, got=float(told[row]), allowed=allowed)
        )
    return np.where(np.isnan(told), -1, told).astype(np.int64)


def _figures(
    columns: Mapping[str, RawColumn],
    direction: NDArray[np.int8],
    kind: NDArray[np.int8],
    told: Ints,
    decimal: str | None,
) -> tuple[PrintedRows, Text]:
    """Read the three columns of numbers, and say for each row what is wrong with it."""
    rows = len(direction)
    wrong: dict[int, str] = {}
    read = {key: parse_column(columns[key], decimal=decimal) for key in FIGURES}
    values = {key: each.values.copy() for key, each in read.items()}
    lower, upper = np.full((2, rows), np.nan)
    for row, interval in read["target"].intervals.items():
        lower[row] = np.nan if interval.lower is None else interval.lower
        upper[row] = np.nan if interval.upper is None else interval.upper
        if (interval.lower is None) != (interval.upper is None):
            # The one end of '<20' is also what ratios are taken of.
            values["target"][row] = np.fmax(lower[row], upper[row])
    for key in reversed(FIGURES):
        empty = np.isnan(values[key]) & ((kind == FIGURE) | (key == "achievement"))
        empty &= np.isnan(lower) & np.isnan(upper) if key == "target" else True
        wrong |= dict.fromkeys(np.flatnonzero(empty).tolist(), f"no {key} is printed")
        if key != "target":
            text = f"{key}: a range where one number belongs"
            wrong |= dict.fromkeys(read[key].intervals, text)
        wrong |= {row: f"{key}: {problem}" for row, problem in read[key].problems.items()}
    decimals = {key: _decimals(columns[key], read[key]) for key in FIGURES}
    decimals["achievement"] = np.where(told < 0, decimals["achievement"], told)
    figures = PrintedRows(
        direction=direction,
        lower=lower,
        upper=upper,
        target_decimals=decimals["target"],
        actual_decimals=decimals["actual"],
        decimals=decimals["achievement"],
        **values,
    )
    return figures, Text.encode(wrong.get(row) for row in range(rows))


def _decimals(column: RawColumn, read: NumberColumn) -> Ints:
    """Return the printed decimals; of a number that is no text, those it needs."""
    needed = np.full(len(column), MOST_DECIMALS + 1, dtype=np.int64)
    for decimals in range(MOST_DECIMALS, -1, -1):
        with np.errstate(over="ignore"):
            needed[np.round(read.values, decimals) == read.values] = decimals
    if isinstance(column, np.ndarray):
        return needed
    text = (
        column
        if isinstance(column, Text)
        else Text.encode(cell if isinstance(cell, str) else None for cell in column)
    )
    mark = read.decimal or min(
        (",", "."), key=lambda told: len(parse_column(text.words, decimal=told).problems)
    )
    printed = np.array([*(_after(word, mark) for word in text.words), 0], dtype=np.int64)
    return np.where(text.codes < 0, needed, printed[text.codes])


def _after(word: str, mark: str) -> int:
    """Return how many digits follow the last decimal mark of a word."""
    _, found, tail = word.rpartition(mark)
    return len(tail) - len(tail.lstrip("0123456789")) if found else 0
