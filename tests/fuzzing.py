"""Random damage to the tables of `tests/files`, and a judge who did not read them.

A damaged table must be refused with the place named, or read to what it still
says: rows that are whole give their figures, and no figure is read that does not
stand in the damaged file, in its row, under its heading.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from attrs import frozen

import kencana_targets as kt
from kencana_targets.core.errors import KencanaError

FILES = Path(__file__).parent / "files"
# Without a checksum a damaged byte of a .xls is another figure, and nobody can tell.
BASES = (
    "long_id_semicolon.csv",
    "long_en_comma.csv",
    "long_windows_1252.csv",
    "long_title_and_footer.csv",
    "long_thousands.csv",
    "wide_years.csv",
    "wide_two_header_rows.csv",
    "wide_target_and_actual.csv",
    "wide_merged_pairs.xlsx",
    "wide_merged_years.xlsx",
    "long_numbers.xlsx",
    "sheet_a_year.xlsx",
    "wide_merged.xls",
    "wide_two_header_rows.ods",
)
Figure = tuple[str, str, float, float | None]


@frozen(eq=False)
class Base:
    """A table before it is damaged."""

    name: str
    sheets: list[dict[str, Any]]
    options: dict[str, Any]
    figures: Counter[Figure]
    # The figures of each row of cells, found by leaving the row out.
    by_row: dict[tuple[str, tuple[Any, ...]], Counter[Figure]]
    header: frozenset[tuple[str, tuple[Any, ...]]]

    @property
    def ending(self) -> str:
        """Return the kind of file."""
        return self.name.rpartition(".")[2]


@frozen
class Verdict:
    """What became of a damaged table: ``"refused"``, ``"read"``, or what is wrong with that."""

    outcome: str
    detail: str = ""


@cache
def maker() -> Any:
    """Return the module that made the files."""
    spec = importlib.util.spec_from_file_location("make_files", FILES / "make_files.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def plan() -> kt.Plan:
    """Return the plan of the files."""
    return kt.read_plan(FILES / "plan")


def figures_of(path: Path, options: dict[str, Any]) -> Counter[Figure]:
    """Read a file."""
    read = kt.read_actuals(path, plan=plan(), **options)
    return Counter((one.indicator, one.region, one.year, one.value) for one in read)


def cells_of(base: Base, content: bytes, damaged: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the cells of a damaged file as somebody else would read them."""
    if base.ending != "csv":
        return damaged
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    separator = base.sheets[0].get("separator", ",")
    return [
        {"name": "", "rows": list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))}
    ]


def key(sheet: dict[str, Any], row: list[Any]) -> tuple[str, tuple[Any, ...]]:
    """Return a row of cells, to find it again."""
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
    while cells and cells[-1] in ("", None):
        cells.pop()
    return sheet["name"], tuple("" if cell is None else cell for cell in cells)


@cache
def base(name: str, folder: Path) -> Base:
    """Prepare a table."""
    make = dict(maker().FILES)[name]
    sheets, figures, options, _ = make()
    whole: Counter[Figure] = Counter((i, r, float(y), v) for i, r, y, v, _ in figures)
    first = Base(name, sheets, options, whole, {}, frozenset())
    by_row: dict[Any, Counter[Figure]] = {}
    header = set()
    if first.ending not in ("csv", "xlsx"):
        return first
    for number, sheet in enumerate(cells_of(first, maker().WRITERS[first.ending](sheets), sheets)):
        for row, cells in enumerate(sheet["rows"]):
            without = [{**one, "rows": [list(line) for line in one["rows"]]} for one in sheets]
            without[number]["rows"][row] = [None] * len(cells)
            try:
                left = figures_of(write(folder, first, without), options)
            except KencanaError:
                header.add(key(sheet, cells))
                continue
            by_row[key(sheet, cells)] = whole - left
            if left - whole:
                header.add(key(sheet, cells))
    return Base(name, sheets, options, whole, by_row, frozenset(header))


def write(folder: Path, of: Base, sheets: list[dict[str, Any]]) -> Path:
    """Write sheets as a file of the table's kind."""
    path = folder / of.name
    path.write_bytes(maker().WRITERS[of.ending](sheets))
    return path


# ------------------------------------------------------------------ damages


def _some_cell(
    rng: random.Random, sheets: list[dict[str, Any]], fits: Callable[[Any], bool]
) -> Any:
    places = [
        (sheet["rows"], row, column)
        for sheet in sheets
        for row, cells in enumerate(sheet["rows"])
        for column, cell in enumerate(cells)
        if fits(cell)
    ]
    return rng.choice(places)


def _filled(cell: Any) -> bool:
    return cell not in (None, "")


def _is_figure(cell: Any) -> bool:
    return isinstance(cell, float) or bool(re.match(r"[0-9]+[.,][0-9]", str(cell)))


def swap_cells(rng: random.Random, sheets: list[dict[str, Any]]) -> None:
    """Let two cells change places."""
    rows, row, column = _some_cell(rng, sheets, _filled)
    others, line, place = _some_cell(rng, sheets, lambda cell: True)
    rows[row][column], others[line][place] = others[line][place], rows[row][column]


def swap_neighbours(rng: random.Random, sheets: list[dict[str, Any]]) -> None:
    """Let two cells of one row change places."""
    rows, row, _ = _some_cell(rng, sheets, _filled)
    one, other = rng.randrange(len(rows[row])), rng.randrange(len(rows[row]))
    rows[row][one], rows[row][other] = rows[row][other], rows[row][one]


def drop_column(rng: random.Random, sheets: list[dict[str, Any]]) -> None:
    """Leave a column out."""
    rows = rng.choice(sheets)["rows"]
    column = rng.randrange(max(map(len, rows), default=0) or 1)
    for row in rows:
        del row[column : column + 1]


def double_row(rng: random.Random, sheets: list[dict[str, Any]]) -> None:
    """Write a row twice, somewhere."""
    rows = rng.choice(sheets)["rows"]
    rows.insert(rng.randrange(len(rows) + 1), list(rng.choice(rows)))


def drop_cell(rng: random.Random, sheets: list[dict[str, Any]]) -> None:
    """Leave a cell out, so that the rest of its row moves left."""
    rows, row, column = _some_cell(rng, sheets, _filled)
    del rows[row][column]


def empty_cell(rng: random.Random, sheets: list[dict[str, Any]]) -> None:
    """Empty a cell."""
    rows, row, column = _some_cell(rng, sheets, _filled)
    rows[row][column] = None


def garble(rng: random.Random, sheets: list[dict[str, Any]]) -> None:
    """Change, add or take a letter of a cell."""
    rows, row, column = _some_cell(rng, sheets, _filled)
    text = str(rows[row][column])
    at, letter = (
        rng.randrange(len(text)),
        rng.choice("0123456789,.-%;:/()'\"= abcO\u00a0\u2212\u00b1<>\n\t\u0663"),
    )
    rows[row][column] = text[:at] + rng.choice([letter, letter + text[at], ""]) + text[at + 1 :]


def garble_number(rng: random.Random, sheets: list[dict[str, Any]]) -> None:
    """Change, add or take a letter of a figure."""
    rows, row, column = _some_cell(rng, sheets, _is_figure)
    text = str(rows[row][column])
    at, letter = rng.randrange(len(text)), rng.choice("0123456789,.-%eEoO xnaif+/")
    rows[row][column] = text[:at] + rng.choice([letter, letter + text[at], ""]) + text[at + 1 :]


def cut(rng: random.Random, content: bytes) -> bytes:
    """Keep the beginning of a file only."""
    return content[: rng.randrange(len(content))]


def flip(rng: random.Random, content: bytes) -> bytes:
    """Change some bytes."""
    bytes_ = bytearray(content)
    for _ in range(rng.choice([1, 1, 2, 5, 50])):
        bytes_[rng.randrange(len(bytes_))] = rng.randrange(256)
    return bytes(bytes_)


def take_bytes(rng: random.Random, content: bytes) -> bytes:
    """Take some bytes out."""
    start = rng.randrange(len(content))
    return content[:start] + content[start + rng.choice([1, 2, 10, 100]) :]


def recode(rng: random.Random, content: bytes) -> bytes:
    """Write a text in another encoding than it is in."""
    text = content.decode("utf-8", "replace")
    return text.encode(rng.choice(["utf-16", "utf-16-le", "utf-32", "cp037", "utf-7"]), "replace")


CELLS = (
    swap_cells,
    swap_neighbours,
    drop_column,
    double_row,
    drop_cell,
    empty_cell,
    garble,
    garble_number,
)
BYTES = (cut, flip, take_bytes, recode)


# -------------------------------------------------------------------- judge


def damage(rng: random.Random, of: Base) -> tuple[str, bytes, list[dict[str, Any]]]:
    """Return the name of a damage, the damaged file, and its cells before they were written."""
    # Only what writes .csv and .xlsx is needed to run the tests.
    writable = of.ending in ("csv", "xlsx")
    how = rng.choice((*CELLS, *BYTES) if writable else BYTES)
    sheets = [{**one, "rows": [list(row) for row in one["rows"]]} for one in of.sheets]
    if how in BYTES:
        content = (FILES / of.name).read_bytes()
        return how.__name__, how(rng, content), sheets  # type: ignore[operator]
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        how(rng, sheets)  # type: ignore[operator]
    return how.__name__, maker().WRITERS[of.ending](sheets), sheets


def judge(of: Base, path: Path, how: str, content: bytes, sheets: list[dict[str, Any]]) -> Verdict:
    """Read a damaged file and say whether what came of it may be."""
    path.write_bytes(content)
    try:
        found = figures_of(path, of.options)
    except KencanaError as error:
        named = [
            bool(problem.where) or problem.what.startswith("missing column")
            for problem in error.problems
        ]
        if error.source and (any(named) or len(error.problems) == 1):
            return Verdict("refused")
        return Verdict("no place named", str(error))
    binary = of.ending in ("xlsx", "ods") and how in {each.__name__ for each in BYTES}
    if binary:
        return (
            Verdict("read")
            if found == of.figures
            else Verdict("other figures", str(found - of.figures))
        )
    if of.ending == "xls" and how in {each.__name__ for each in BYTES}:
        return Verdict("read")
    return _compare(of, cells_of(of, content, sheets), found)


def _compare(of: Base, sheets: list[dict[str, Any]], found: Counter[Figure]) -> Verdict:
    present = Counter(key(sheet, row) for sheet in sheets for row in sheet["rows"])
    if all(present[row] for row in of.header):
        whole: Counter[Figure] = Counter()
        for row, figures in of.by_row.items():
            if present[row]:
                whole += figures
        if missing := whole - found:
            return Verdict("a whole row is not read", str(missing))
    told = str(of.options.get("given", ""))
    strange = [figure for figure in found - of.figures if not _is_written(figure, sheets, told)]
    return Verdict("invented", str(strange)) if strange else Verdict("read")


def _is_written(figure: Figure, sheets: list[dict[str, Any]], told: str) -> bool:
    """Return whether a figure stands in a row that names its region, indicator and year, or a heading does."""
    indicator, region, year, value = figure
    for sheet in sheets:
        above: list[Any] = [sheet["name"], told]
        for row in sheet["rows"]:
            if any(value in _values(cell) for cell in row) and all(
                any(names(cell) for cell in (*row, *above))
                for names in (
                    lambda cell: _names_indicator(cell, indicator),
                    lambda cell: _names_region(cell, region),
                    lambda cell: f"{year:g}" in str(cell),
                )
            ):
                return True
            above += row
    return False


@cache
def _region(text: str) -> str | None:
    try:
        return plan().regions.find(text.partition(":")[2] or text).code
    except KencanaError:
        return None


def _names_region(cell: Any, region: str) -> bool:
    return isinstance(cell, str) and (cell.strip() == region or _region(cell) == region)


def _names_indicator(cell: Any, indicator: str) -> bool:
    if not isinstance(cell, str):
        return False
    letters = re.sub(r"[\W_]+", "", cell).casefold()
    known = plan().indicator(indicator)
    names = (known.code, known.name, known.name_id)
    return any(re.sub(r"[\W_]+", "", name).casefold() in letters for name in names if name)


def _values(cell: Any) -> Iterable[float | None]:
    """Return all that a cell can mean, by rules of its own."""
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        return (float(cell),)
    text = re.sub(r"(?i)^rp\.?|%|persen|[\s\u00a0]", "", str(cell or ""))
    if re.fullmatch(r"(?i)|-+|\u2013|\u2212|\.\.+|n/?a", text):
        return (None,)
    text = re.sub("[\u2010-\u2015\u2212]", "-", text).removesuffix(",-")
    # Marks of estimated, revised and very provisional figures.
    text = re.sub(r"(?<=[0-9])(\*+|[exr]\)?)$", "", text)
    found = []
    for mark, group in (",.", ".,"):
        plain = text.replace(group, "").replace(mark, ".")
        if re.fullmatch(r"[-+]?[0-9]+(\.[0-9]+)?", plain, re.ASCII):
            found.append(float(plain))
    return found


def run(seed: int, times: int, folder: Path) -> tuple[Counter[tuple[str, str]], list[str]]:
    """Damage tables that often; return outcomes by damage, and all that may not be."""
    outcomes: Counter[tuple[str, str]] = Counter()
    wrong = []
    for turn in range(times):
        rng = random.Random(f"{seed} {turn}")
        of = base(BASES[turn % len(BASES)], folder)
        how, content, sheets = damage(rng, of)
        try:
            verdict = judge(of, folder / of.name, how, content, sheets)
        except Exception as error:  # noqa: BLE001 (any other error is what we look for)
            verdict = Verdict("another error", repr(error))
        outcomes[how, verdict.outcome] += 1
        if verdict.outcome not in ("refused", "read"):
            wrong.append(
                f"turn {turn}, {of.name}, {how}: {verdict.outcome}: {verdict.detail[:300]}"
            )
    return outcomes, wrong
