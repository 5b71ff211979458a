"""Sheets of a plan's workbook: lists of indicators, regions and instruments; the printed matrix."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from attrs import evolve, fields, frozen

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import KencanaError, Place, Problem
from kencana_targets.core.labels import LANGUAGES, words
from kencana_targets.core.resources import data_path
from kencana_targets.core.terms import Combination, Direction, Level, PathShape, as_term
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.regions import Region, Regions, load_regions
from kencana_targets.tables.cells import Draft
from kencana_targets.tables.files import Grid, grid_of_rows
from kencana_targets.tables.header import header_paths, numbered_end
from kencana_targets.tables.headings import BARE_YEAR, Heading, year_of
from kencana_targets.tables.layout import Block, Headers, find_blocks, without_repeats
from kencana_targets.tables.numbers import parse_number
from kencana_targets.tables.periods import read_date
from kencana_targets.tables.phrases import PLAIN_TEXTS, text_reader
from kencana_targets.tables.raw_columns import cells_of_row, listed, written
from kencana_targets.tables.region_cells import find_regions
from kencana_targets.tables.units import read_unit
from kencana_targets.tables.words import fold, read_by, word_set

# *Kondisi Akhir Tahun 2029* is the end of a plan, not of a year.
_YEAR_WORD = re.compile(r"\btahun\b\s*", re.IGNORECASE)
_WITH_YEAR = re.compile(r"(.*\S)\s*\(\s*((?:19|20|21)\d\d)\s*\)", re.ASCII | re.DOTALL)
_IN_BRACKETS = re.compile(r"([^(\[]*[^\s(\[])\s*[(\[]([^()\[\]]+)[)\]]\s*")
_BEHIND_A_NUMBER = re.compile(r"[-+]?[0-9][0-9.,]*\s*(%|[^\W\d_][^0-9]*)")
_SHORTEST = 3
_NAMES = {"number", "name", "name_id"}
_FIELDS = {"level", *(one.name for one in fields(Indicator))}
_TERMS: Mapping[str, set[str]] = {
    "direction": {*Direction}, "shape": {*PathShape}, "combination": {*Combination},
    "level": {*Level},
}  # fmt: skip
_LEVELS_BESIDE = re.compile(r"[;,/&]|\b(?:dan|and)\b")


@cache
def plan_words(kind: str) -> Mapping[str, str]:
    """Return the keys that words of a plan's workbook mean: labels, codes and other writings."""
    found: dict[str, str] = {}
    english, indonesian = (words(f"plan-{kind}", one) for one in LANGUAGES)
    for key in english:
        for word in (key, english[key], indonesian[key], *read_by(f"plan-{kind}").get(key, ())):
            found.setdefault(fold(word), key)
    return found


def term_of(word: str, terms: Collection[str]) -> str | None:
    """Return which of some terms a word means, whole or cut short; None for none or several.

    Examples
    --------
    >>> ways = ("maximize", "minimize", "stabilize")
    >>> term_of("Maks.", ways), term_of("Makin rendah makin baik", ways), term_of("me", ways)
    ('maximize', 'minimize', None)
    """
    folded, known = fold(word), plan_words("term")
    if known.get(folded) in terms:
        return known[folded]
    begun = {key for one, key in known.items() if key in terms and one.startswith(folded)}
    return begun.pop() if len(begun) == 1 and len(folded) >= _SHORTEST else None


def sheet_role(name: str) -> str | None:
    """Return what a sheet of this name holds, None if the name does not say it.

    Examples
    --------
    >>> sheet_role("KONDISI AWAL"), sheet_role("Realisasi 2022"), sheet_role("Lembar1")
    ('baselines', 'actuals', None)
    """
    words = fold(name).split()
    while words and year_of(words[-1]) is not None:
        words.pop()
    return plan_words("sheet").get(" ".join(words))


def rows_of(grid: Grid) -> list[list[Any]]:
    """Return all cells of a sheet, row by row."""
    columns = [listed(written(column)) for column in grid.body(0)]
    return [list(row) for row in zip(*columns, strict=True)]


@cache
def _example() -> re.Pattern[str]:
    marks = "|".join(words("new-plan", one)["example"] for one in LANGUAGES)
    return re.compile(rf"\s*(?:{marks})\s*:")


def is_example(row: Sequence[Any]) -> bool:
    """Return whether a row is marked as an example, wherever its columns were moved to."""
    # Almost no row is one, and the head of a wide table has thousands of cells.
    texts = [cell for cell in row if isinstance(cell, str) and ":" in cell]
    return bool(texts) and any(map(_example().match, texts))


def with_rows(grid: Grid, rows: list[list[Any]]) -> Grid:
    """Return a sheet with other cells."""
    kept = ("sheet", "merged", "percent", "top", "hidden", "unseen")
    return grid_of_rows(grid.name, rows, **{name: getattr(grid, name) for name in kept})


def without_examples(grid: Grid) -> Grid:
    """Empty the rows of a sheet that are examples, or name what has no figure yet."""
    rows = rows_of(grid)
    # What a row is about, and its unit, stand there before anybody fills it in.
    about = {fold(word) for one in LANGUAGES for word in words("plan-about", one).values()}
    filled: list[int] = []
    changed = False
    for number, row in enumerate(rows):
        names = [fold(str(cell or "")) for cell in row]
        if not filled and len(about.intersection(names)) > 1:
            filled = [at for at, name in enumerate(names) if name and name not in about]
        elif is_example(row) or (filled and all(row[at] is None for at in filled)):
            rows[number] = [None] * len(row)
            changed = True
    return with_rows(grid, rows) if changed else grid


def has_figures(grid: Grid) -> bool:
    """Return whether anything stands below the header of a sheet."""
    filled = [row for row in rows_of(grid) if sum(cell is not None for cell in row) > 1]
    return len(filled) > 1


@frozen
class SheetRow:
    """One row of a list: what it says of each field, its figures, and where it stands."""

    grid: Grid
    number: int
    cells: Mapping[str, Any]
    columns: Mapping[str, int]
    figures: Sequence[Any] = ()

    @property
    def is_long(self) -> bool:
        """Whether it is one figure of a sheet of targets."""
        return not self.figures and sheet_role(self.grid.sheet) == "targets"

    def problem(self, name: str, what: str, hint: str = "") -> Problem:
        """Return a problem of one cell."""
        where = self.grid.place(self.number, self.columns.get(name))
        got = {"got": self.cells[name]} if self.cells.get(name) is not None else {}
        return Problem(what, where=where, hint=hint, **got)


def _is_free(row: Sequence[Any], header: Sequence[Any], known: Collection[str]) -> bool:
    """Return whether nothing stands below the names of the columns, as in no row of figures."""
    named = {at for at, cell in enumerate(header) if fold(_text(cell)) in known}
    return named.isdisjoint(at for at, cell in enumerate(row) if cell is not None)


def _stands_below(row: Sequence[Any], header: Sequence[Any], known: Collection[str]) -> bool:
    """Return whether a row says what stands below each year: its target, and its money."""
    stated = [_text(cell) for cell in row if cell is not None]
    words = not any(map(str.isdigit, "".join(stated)))
    return len(stated) > 1 and words and _is_free(row, header, known)


def _find(
    grid: Grid, rows: str = "indicator", known: Mapping[str, str] | None = None, least: int = 2
) -> tuple[Block, int] | None:
    """Find the list or matrix of a sheet: a header of known words, and which is its last row.

    A matrix has a row for each indicator, or for each region of one; a list has at `least`
    so many columns with `known` names.
    """
    known = known or plan_words("column")
    names = {*known, *read_by("heading")[rows]}

    def read(path: tuple[str, ...]) -> Heading:
        key = next((known[fold(part)] for part in path if fold(part) in known), "")
        figures = (
            any(year_of(part) for part in path)
            or _says("baseline", path)
            or _says("end-target", path)
        )
        return Heading(" / ".join(path), "figures" if figures and not key else key)

    def find(grid: Grid) -> tuple[int, int, int] | None:
        texts = [[_text(cell) for cell in row if cell is not None] for row in grid.head]
        roles = [{read((text,)).role for text in row} for row in texts]
        for first, (over, under) in enumerate(pairwise([*roles, set()])):
            named = any(fold(text) in read_by("heading")[rows] for text in texts[first])
            is_list = rows == "indicator" and len(over - {"", "figures"}) >= least
            if is_list or (named and "figures" in over | under):
                last = first + (
                    "figures" in under
                    and not under - {"", "figures"}
                    and _is_free(grid.head[first + 1], grid.head[first], names)
                )
                last += any(
                    _stands_below(row, grid.head[first], names)
                    for row in grid.head[last + 1 : last + 2]
                )
                return first, last, numbered_end(grid, last, 1)
        return None

    found = find_blocks(grid, Headers(find, read), [])
    return (without_repeats(found[0][0], found[0][1].said), found[0][1].last) if found else None


def list_rows(grid: Grid) -> list[SheetRow]:
    """Read a list: a header of known words, and the rows below it."""
    return _rows_of(grid, found[0]) if (found := _find(grid)) else []


def read_list(
    grid: Grid, role: str, problems: list[Problem], notes: list[Problem]
) -> list[SheetRow]:
    """Read a sheet that holds nothing but a list: its header may have one column.

    A sheet without such a header is a problem, and columns that no list has are noted.
    """
    named = {"region": "name_id", "region_code": "code", "bps_code": "code"}
    words = read_by("heading")
    wider = {word: named[key] for key in named for word in words[key] if role == "regions"}
    known = {**wider, **plan_words("column")}
    found = _find(grid, known=known) or _find(grid, known=known, least=1)
    if found is None:
        what, hint = "no row names the columns of the list", "write them as new_plan does"
        problems += (
            [Problem(what, where=grid.place(-1), hint=hint)] if any(map(any, grid.head)) else []
        )
        return []
    block = found[0]
    odd = {
        at: heading.text
        for at, heading in enumerate(block.headings)
        if heading.text and not heading.role and fold(heading.text) not in words["ignored"]
        if block.is_filled(at)
    }
    if odd:
        what, where = "columns of a list that are not read", block.where_heading(next(iter(odd)))
        notes.append(Problem(what, where=where, got=", ".join(odd.values())))
    return _rows_of(grid, block)


def _rows_of(grid: Grid, block: Block) -> list[SheetRow]:
    rows: list[SheetRow] = []
    roles = [heading.role for heading in block.headings]
    columns = {role: roles.index(role) for role in roles if role not in ("", "figures")}
    for at, number in enumerate(block.rows.tolist()):
        cells = cells_of_row(block.columns, at)
        named = {key: cells[column] for key, column in columns.items()}
        figures = [cells[column] for column, role in enumerate(roles) if role == "figures"]
        if not is_example(cells) and any(cell is not None for cell in named.values()):
            rows.append(SheetRow(grid, number, named, columns, figures))
    return rows


def _says(figure: str, path: Sequence[str]) -> bool:
    """Return whether a heading says that a column is where a plan starts, or where it ends."""
    return any(figure in PLAIN_TEXTS.read(_YEAR_WORD.sub("", part)).keys("figure") for part in path)


def _number_of(text: str) -> Any:
    """Return the number or range that a text is, None where it says there is none."""
    for mark in ",.":
        try:
            return parse_number(text, decimal=mark)
        except KencanaError:
            continue
    return text


def without_words(grids: Sequence[Grid]) -> tuple[list[Grid], list[SheetRow], tuple[Problem, ...]]:
    """Return sheets without the rows whose figures are words, the other rows, and a note.

    What is promised as an opinion or a grade cannot be scored; a row with one number is
    one of numbers, and what is wrong in it is reported where it is read.
    """
    kept: list[Grid] = []
    others: list[SheetRow] = []
    left_out: dict[str, SheetRow] = {}
    for grid in grids:
        listed_rows = list_rows(grid)
        in_words = {row.number: row for row in listed_rows if _in_words(row)}
        others += [x for x in listed_rows if x.number not in in_words and not _says_nothing(x)]
        cells = rows_of(grid) if in_words else []
        for number, row in in_words.items():
            left_out.setdefault(_text(row.cells.get("name_id") or row.cells.get("name")), row)
            cells[number] = [None] * len(cells[number])
        kept.append(with_rows(grid, cells) if in_words else grid)
    if not left_out:
        return kept, others, ()
    first = next(iter(left_out.values()))
    last = {
        name: next(_text(cell) for cell in row.figures[::-1] if cell is not None)
        for name, row in left_out.items()
    }
    what = "indicators whose targets are words were left out"
    where, got = first.grid.place(first.number), [f"{name} ({last[name]})" for name in last]
    hint = "write a number for a grade where they are to be scored"
    return kept, others, (Problem(what, where=where, got=", ".join(got), hint=hint),)


def _in_words(row: SheetRow) -> bool:
    """Return whether all figures of a row are words, and none a number or begins as one."""
    read = [_number_of(cell) if isinstance(cell, str) else cell for cell in row.figures]
    stated = [cell for cell in read if cell is not None]
    return bool(stated) and all(isinstance(cell, str) and cell[0].isalpha() for cell in stated)


def _says_nothing(row: SheetRow) -> bool:
    """Return whether a row has a name alone, as groups, footnotes and tables of figures have."""
    said = {key for key, cell in row.cells.items() if cell is not None}
    return not row.is_long and {*row.figures} <= {None} and said <= _NAMES


def _unit_of(row: SheetRow, name: str) -> tuple[str, str]:
    """Return the unit of an indicator without a column of units, and its name without it."""
    unit = ""
    if (match := _IN_BRACKETS.fullmatch(name)) and read_unit(match[2], PLAIN_TEXTS):
        name, unit = match[1], match[2]
    said = {m[1] for cell in row.figures if (m := _BEHIND_A_NUMBER.fullmatch(_text(cell)))}
    first = name.partition(" ")[0].lower()
    known = PLAIN_TEXTS.read(first).keys("unit")
    if not unit and len(said) == 1:
        unit = said.pop()
    elif not unit and known in (("percent",), ("index",)):
        unit = "%" if known == ("percent",) else first
    return unit.replace("%", "persen"), name


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return f"{cell:g}"
    return "" if cell is None else str(cell).strip()


def code_of(name: str) -> str:
    """Return a code for a name: its letters and digits, joined.

    Examples
    --------
    >>> code_of("Prevalensi stunting (balita)")
    'prevalensi_stunting_balita'
    """
    return re.sub(r"\W+", "_", name.casefold()).strip("_")


def _stated(row: SheetRow, decimal: str | None, problems: list[Problem]) -> dict[str, Any]:
    """Return what a row says of an indicator, by its fields."""
    stated: dict[str, Any] = {}
    for key, cell in row.cells.items():
        # What a matrix says of its targets, such as their instrument, is none of an indicator.
        if cell is None or key not in _FIELDS:
            continue
        if key in _TERMS:
            parts = _LEVELS_BESIDE.split(_text(cell)) if key == "level" else [_text(cell)]
            terms = [term_of(part, _TERMS[key]) for part in parts]
            if None in terms:
                said = words("plan-term", "id")
                known = [one + f" ({said[one]})" * (said[one] != one) for one in _TERMS[key]]
                hint = "write one of " + ", ".join(sorted(known))
                problems.append(row.problem(key, "not a word of this column", hint))
            stated |= {"levels": terms} if key == "level" else {key: terms[0]}
        elif key in ("lower", "upper", "decimals"):
            try:
                number = float(parse_number(_text(cell), decimal=decimal or ","))  # type: ignore[arg-type]
            except (KencanaError, TypeError):
                problems.append(row.problem(key, "not a number", "write a number such as 100"))
                continue
            stated[key] = int(number) if key == "decimals" else number
        elif key == "aliases":
            stated[key] = [*filter(None, map(str.strip, _text(cell).split(";")))]
        else:
            stated[key] = _text(cell)
    return stated


def _as_above(cell: Any, above: Any) -> bool:
    """Return whether a cell says again what stands above it, as *sda* and a mark do."""
    text = _text(cell)
    marked = bool(text) and {*text} <= {*"\"'\u201d\u3003"}
    return above is not None and (marked or fold(text) in word_set("as-above"))


def read_indicators(
    rows: Iterable[SheetRow],
    decimal: str | None,
    problems: list[Problem],
    find: Callable[[str], Indicator | None],
) -> tuple[tuple[Indicator, ...], dict[str, SheetRow]]:
    """Make indicators of the rows of a list; what is wrong is added to `problems`.

    Beside them come the rows of those without a direction, by their codes: they are made
    to be maximized until their figures say the way. `find` gives what is known by a name.
    """
    found: dict[str, Indicator] = {}
    unsaid: dict[str, SheetRow] = {}
    above: Mapping[str, Any] = {}
    for one in rows:
        again = {
            key: above[key] for key, cell in one.cells.items() if _as_above(cell, above.get(key))
        }
        row = evolve(one, cells={**one.cells, **again})
        wrong, above = len(problems), row.cells
        stated = _stated(row, decimal, problems)
        name = stated.pop("name", "") or stated.get("name_id", "")
        if name and (row.figures or row.is_long) and not {"unit", "unit_id"} & row.cells.keys():
            known, (unit, name) = find(name), _unit_of(row, name)
            if known is not None:
                stated |= {"unit": known.unit, "unit_id": known.unit_id}
            elif unit:
                stated["unit"] = unit
            else:
                hint = "add a column Satuan with the unit, such as persen or orang"
                problems.append(row.problem("name_id", "no unit: no column says it", hint))
            stated |= {"name_id": name} if "name_id" in stated else {}
        code = stated.pop("code", "") or code_of(name)
        if not code or (not name and not stated):
            continue
        if row.figures and text_reader((), load_regions()).read(name).kinds == {"region"}:
            hint = "write the regions in a column Wilayah, and the indicator in each row"
            problems.append(row.problem("name_id", "a region stands where indicators do", hint))
        if "direction" in row.cells and "direction" not in stated:
            hint = "write maximize, minimize or stabilize"
            problems.append(row.problem("direction", "empty", hint))
        elif "direction" not in stated:
            unsaid.setdefault(code, row)
            stated["direction"] = Direction.MAXIMIZE
        if len(problems) > wrong:
            continue
        try:
            made = Indicator(code=code, name=name or code, unit=stated.pop("unit", ""), **stated)
        except KencanaError as error:
            problems += [evolve(one, where=row.grid.place(row.number)) for one in error.problems]
            continue
        if found.setdefault(code, made) != made:
            hint = "give each indicator a code of its own"
            problems.append(row.problem("code", "two indicators with one code", hint))
    return tuple(found.values()), unsaid


def read_regions(
    rows: Iterable[SheetRow], known: Regions, problems: list[Problem]
) -> tuple[tuple[str, ...], list[Region]]:
    """Return the codes that a list covers, and the regions of it that are a plan's own."""
    covered: list[str] = []
    own: list[Region] = []
    for row in rows:
        cells = {key: _text(cell) for key, cell in row.cells.items()}
        code, name = cells.get("code", ""), cells.get("name") or cells.get("name_id", "")
        if code in known or not (cells.get("level") or cells.get("parent")):
            covered += _named(row, code, name, known, problems)
            continue
        try:
            level = term_of(cells.get("level", ""), [*Level]) or cells.get("level", "")
            parent = cells.get("parent") or None
            if parent is not None and parent not in {one.code for one in own}:
                parent = known.find(parent).code
            level = as_term(Level, level, "level")
            own.append(Region(code=code, name=name, level=level, parent=parent))
            covered.append(code)
        except KencanaError as error:
            problems += [evolve(one, where=row.grid.place(row.number)) for one in error.problems]
    return tuple(dict.fromkeys(covered)), own


def _named(
    row: SheetRow, code: str, name: str, known: Regions, problems: list[Problem]
) -> list[str]:
    """Return the region of a row, whose name must fit its code, as in any table."""

    def place(_: int, role: str) -> Place:
        at = row.columns.get(
            "code" if role == "region_code" else "name_id", row.columns.get("name")
        )
        return row.grid.place(row.number, at)

    said = {"region": name or code} | ({"region_code": code} if code and name else {})
    columns = {role: Categorical.encode([word]) for role, word in said.items()}
    draft = Draft(columns, 1, place, problems)
    find_regions(draft, known)
    return [*draft.columns["region"].categories]


@frozen
class Instrument:
    """A legal instrument: its name, from when it holds, and where it is published."""

    name: str
    since: float | None
    source: str


def read_instruments(rows: Iterable[SheetRow], problems: list[Problem]) -> list[Instrument]:
    """Read a list of instruments, the one to judge by first."""
    found = []
    for row in rows:
        try:
            since = read_date(row.cells.get("since"))
        except (TypeError, ValueError):
            hint = "write a year such as 2023, or a date such as 1 Juli 2023"
            problems.append(row.problem("since", "not a date", hint))
            continue
        name = _text(row.cells.get("instrument"))
        if name:
            found.append(Instrument(name, since, _text(row.cells.get("source"))))
    return found


@frozen(eq=False)
class Part:
    """A part of a table: its sheet, what some headings are, and the year of the others."""

    grid: Grid
    columns: Mapping[str, Sequence[str]] = MappingProxyType({})
    year: int | None = None


@frozen(eq=False)
class Matrix:
    """The printed table of targets, parted into its years, its start and its end.

    Each part is the whole table, without the headings of the others.
    """

    targets: Part
    baselines: Part | None = None
    end: Part | None = None
    problems: Sequence[Problem] = ()

    @property
    def is_parted(self) -> bool:
        """Whether anything but targets of years stands in the table."""
        return bool(self.targets.columns or self.problems)


def part_matrix(grid: Grid) -> Matrix:
    """Part the table of an RPJMD or Renstra: *Kondisi Awal*, a column a year, *Kondisi Akhir*.

    Where a row is a region, indicators may stand side by side, each with its own start.
    """
    found = _find(grid) or _find(grid, "region") or _find(grid, "province")
    if found is None:
        return Matrix(Part(grid))
    block, last = found
    paths = [heading.text.split(" / ") for heading in block.headings]
    starts = [at for at, path in enumerate(paths) if _says("baseline", path)]
    end = [at for at, path in enumerate(paths) if _says("end-target", path) and at not in starts]
    named = {at: sorted(map(int, BARE_YEAR.findall(" ".join(one)))) for at, one in enumerate(paths)}
    if len(ended := {year for at in end for year in named[at]}) > 1:
        where, got = block.where_heading(end[0]), ", ".join(map(str, sorted(ended)))
        hint = "write Target over them where they are targets of their years"
        problem = Problem("a plan has one end", where=where, got=got, hint=hint)
        return Matrix(Part(grid), problems=[problem])
    return _parts(block, last, starts, end, named) if starts or end else Matrix(Part(grid))


def _parts(
    block: Block, last: int, starts: Sequence[int], end: Sequence[int],
    named: Mapping[int, list[int]],
) -> Matrix:  # fmt: skip
    """Part a table of which some columns are a start or an end, by the years they name."""
    across = [at for at, years in named.items() if years and at not in (*starts, *end)]
    last_year = max((year for at in across for year in named[at]), default=None)
    indicator = read_by("heading")["indicator"]
    by_row = any(fold(one.text.partition(" / ")[0]) in indicator for one in block.headings)
    grid = _plain_targets(block, last, across) if by_row else block.grid
    headings = [" / ".join(path) for path in header_paths(grid, block.first, last)]
    # Beside the figure of the end stands the money of the whole plan.
    ends = [at for at in end if not _is_money(headings[at].rpartition(" / ")[-1])]
    # Of several starts of an indicator the latest is where the plan begins.
    by_year = sorted(starts, key=named.__getitem__)
    latest = {"" if by_row else BARE_YEAR.sub("", headings[at]): at for at in by_year}.values()
    begun, started = [at for at in latest if named[at]], grid
    if len(latest) == 1 and (dated := _with_years_beside(block, grid, last, by_year[-1], named)):
        begun, started = list(latest), dated

    def part(grid: Grid, figures: Sequence[int], kept: Collection[int]) -> Part:
        others = [headings[at] for at in (*starts, *across, *end) if at not in kept]
        return Part(grid, {"target": [headings[at] for at in figures], "ignored": others})

    ended = part(grid, ends, ends)
    if across and not any(named[at] for at in ends):
        ended = evolve(ended, year=last_year)
    undated = sorted({*latest}.difference(begun))
    return Matrix(
        targets=part(grid, [], across) if across else ended,
        baselines=part(started, [], begun) if begun else None,
        end=ended if ends and across else None,
        problems=[_without_year(grid.place(last, at, headings[at])) for at in undated],
    )


def _plain_targets(block: Block, last: int, columns: Collection[int]) -> Grid:
    """Say no more than *Target* over some columns: *Target Kinerja Tahun Ke-* is nothing else."""
    head = list(map(list, block.grid.head))
    for row in head[block.first : last]:
        for at in (at for at in columns if at < len(row)):
            row[at] = "Target" if fold(_text(row[at])).startswith("target") else row[at]
    return evolve(block.grid, head=head)


def _is_money(text: str) -> bool:
    reading = PLAIN_TEXTS.read(text)
    return "budget" in reading.keys("figure") or "money" in reading.keys("unit")


def _without_year(where: Place) -> Problem:
    """Return what is wrong with a start of which nothing says when it was."""
    hint = "write it in the heading, such as Kondisi Awal (2020)"
    return Problem("the start of the plan names no year", where=where, hint=hint)


def _with_years_beside(
    block: Block, grid: Grid, last: int, column: int, named: Mapping[int, Sequence[int]]
) -> Grid | None:
    """Return a sheet with the years that stand behind figures in a column of their own.

    None if no figure has one, or some have none and the heading does not say theirs.
    """
    years = named[column]
    rows = [[*row, *[None] * (grid.width - len(row)), None] for row in grid.head[: last + 1]]
    rows += [[*row, None] for row in rows_of(grid)[last + 1 :]]
    below = [row for row in rows[block.last + 1 :] if row[column] is not None]
    found = [_WITH_YEAR.fullmatch(_text(row[column])) for row in below]
    if not any(found) or not (years or all(found)):
        return None
    for row, match in zip(below, found, strict=True):
        row[column], row[-1] = match.groups() if match else (row[column], str(years[-1]))
    for row in rows[block.first : last + 1]:
        row[column] = "Kondisi Awal" if BARE_YEAR.search(_text(row[column])) else row[column]
    rows[block.first][-1] = "Tahun"
    return with_rows(grid, rows)


@cache
def _plans() -> tuple[tuple[Indicator, ...], ...]:
    paths = sorted(data_path("plans").glob("*/plan.toml"))
    read = (tomllib.loads(path.read_text(encoding="utf-8"))["indicators"] for path in paths)
    return tuple(tuple(Indicator(**one) for one in plan) for plan in read)


@cache
def shipped_indicators() -> tuple[Indicator, ...]:
    """Return the indicators of all shipped plans, each once."""
    found: dict[str, Indicator] = {}
    for one in (one for plan in _plans() for one in plan):
        found.setdefault(one.code, one)
    return tuple(found.values())


@cache
def _by_name() -> Mapping[str, Indicator]:
    """Return the indicators by their names; of several plans the newest one's."""
    found: dict[str, Indicator] = {}
    for one in (one for plan in reversed(_plans()) for one in plan):
        for name in (one.code, one.name, one.name_id, *one.aliases):
            found.setdefault(fold(name), one)
    return found


def shipped_indicator(*names: str) -> Indicator | None:
    """Return the indicator of a shipped plan that one of some names means."""
    return next(filter(None, (_by_name().get(fold(name)) for name in names if name)), None)
