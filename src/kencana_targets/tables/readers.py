"""Tables, plans and rules of the user's own, read whole or refused with all problems."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from attrs import evolve, frozen

from kencana_targets.catalog.regions import load_regions
from kencana_targets.columns import RawColumn, Table, Text, from_frame
from kencana_targets.errors import (
    KencanaError,
    PlanError,
    Problem,
    RuleError,
    TableError,
    raise_gathered,
    refuse,
    unknown_name,
)
from kencana_targets.model.collection import Actuals, Baselines, Figures, Place, Targets
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan import Plan
from kencana_targets.model.plan_index import check_bounds, compile_plan
from kencana_targets.model.region import Region, Regions
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.cells import Names, with_indicators, with_numbers, with_regions
from kencana_targets.tables.files import Grid, encode, is_parquet, read_grids, read_parquet
from kencana_targets.tables.headings import FIELDS, Vocabulary
from kencana_targets.tables.layout import Block, find_block, looks_like_figures, read_title
from kencana_targets.tables.placing import Placed, check_columns, place_figures
from kencana_targets.tables.readings import SheetReading, TableReading, columns_read, runs
from kencana_targets.tables.toml import read_typed

__all__ = ["describe_table", "read_actuals", "read_plan", "read_rule"]

Read = TypeVar("Read", Actuals, Baselines, Targets)

_WORDS: Mapping[type[Figures[Any]], str] = {
    Actuals: "actual",
    Targets: "target",
    Baselines: "baseline",
}
_GIVEN = ("region", "indicator", "year", "source")
_ROW = re.compile(r"\brow (\d+)")
_TABLES = (".csv", ".xlsx", ".xls", ".ods", ".parquet")


@frozen(eq=False)
class _Options:
    """How a table is to be read, beside what it says itself."""

    decimal: str | None = None
    sheet: str | Sequence[str] | None = None
    columns: Mapping[str, Any] | None = None
    given: Mapping[str, Any] | None = None

    def __attrs_post_init__(self) -> None:
        for argument, allowed in (("columns", (*FIELDS, "ignored")), ("given", _GIVEN)):
            for key in getattr(self, argument) or {}:
                if key not in allowed:
                    refuse(argument, key, ", ".join(allowed))


@frozen(eq=False)
class _Known:
    """The names that a table may use: all, without a plan."""

    names: Names
    regions: Regions | None = None
    # Whose bounds the figures must keep; a plan checks those of its own tables itself.
    indicators: tuple[Indicator, ...] = ()

    @classmethod
    def of(cls, plan: Plan | None) -> _Known:
        """Take the names of a plan."""
        if plan is None:
            return cls(Names())
        return cls(Names.of(plan.indicators), plan.regions, plan.indicators)


def _open(
    source: Any, name: str, words: Vocabulary, sheet: Any, problems: list[Problem]
) -> tuple[str, list[Block], list[str]]:
    """Open a file or data frame; return its name, its tables, and the sheets without one."""
    if not isinstance(source, (str, Path)):
        return name, [_frame_block(from_frame(source), name, words)], []
    path = Path(source)
    if is_parquet(path):
        frame = from_frame(read_parquet(path))
        return path.name, [_frame_block(frame, path.name, words)], []
    grids = _wanted(read_grids(path), sheet, path.name)
    blocks, others = [], []
    for grid in grids:
        block = find_block(grid, words, problems, insist=len(grids) == 1)
        if block is not None:
            blocks.append(block)
            continue
        others.append(grid.sheet)
        if not problems and looks_like_figures(grid):
            hint = "write a header with region, indicator or year, or name the sheets to read"
            what = "no header is understood over these figures"
            problems.append(Problem(what, where=grid.place(-1), hint=hint))
    if not any(len(block.rows) for block in blocks):
        where = blocks[0].grid.place(-1) if blocks else ""
        hint = "add at least one row"
        what = "no rows under the header" if blocks else "no table"
        problems.append(Problem(what, where=where, hint=hint))
    return path.name, blocks, others


def _frame_block(table: Table, name: str, words: Vocabulary) -> Block:
    """Take a data frame for a table whose header is its columns' names."""
    columns = list(table.columns.values())
    grid = Grid(name, [list(table.columns)], table.rows, len(columns), lambda first: columns)
    headings = [words.read((heading.strip(),)) for heading in table.columns]
    return Block(grid, -1, -1, headings, columns, np.arange(table.rows), [])


def _wanted(grids: list[Grid], sheet: Any, name: str) -> list[Grid]:
    """Return the sheets that are asked for; all without a wish."""
    if sheet is None:
        return grids
    known = {grid.sheet: grid for grid in grids if grid.sheet}
    wanted = [sheet] if isinstance(sheet, str) else list(sheet)
    problems = [
        unknown_name("sheet", one, known, where="argument 'sheet'")
        for one in wanted
        if one not in known
    ]
    raise_gathered(TableError, problems, name)
    return [known[one] for one in wanted]


def _read(
    kind: type[Read], source: Any, name: str, known: _Known, options: _Options
) -> tuple[Read, Place, TableReading]:
    """Read the figures of one kind; the reading says what was understood, and all problems."""
    problems: list[Problem] = []
    words = Vocabulary.of(options.columns, lambda text: known.names.code_of(text) is not None)
    name, blocks, others = _open(source, name, words, options.sheet, problems)
    check_columns(options.columns, blocks, problems)
    tables: list[Table] = []
    places: list[Place] = []
    unsaid: set[str] = set()
    sheets = [SheetReading(sheet, "") for sheet in others]
    for block in blocks:
        title = read_title(block, words)
        placed = place_figures(
            block, _WORDS[kind], title, options.given or {}, known.names, problems
        )
        table, place = placed.table, placed.place
        unsaid |= placed.unsaid
        table, mark = with_numbers(table, place, options.decimal, problems, ranges=kind is Targets)
        table = with_indicators(table, place, known.names, problems)
        if known.regions is not None:
            table = with_regions(table, place, known.regions, problems)
        tables.append(table)
        places.append(place)
        sheets.append(_said(block, placed, mark))
    table, place = _joined(tables, places)
    figures = kind.gather(table, problems, place) if blocks else kind.of(())
    if known.indicators:
        positions = figures.indicator.positions([one.code for one in known.indicators])
        check_bounds(figures, positions, known.indicators, place, problems)
    said = _in_order(problems, unsaid, [block.grid.sheet for block in blocks])
    return figures, place, TableReading(name, tuple(sheets), said)


def _in_order(
    problems: list[Problem], unsaid: set[str], sheets: Sequence[str]
) -> tuple[Problem, ...]:
    """Return the problems in the order of their places, each said once."""
    missing = {f"missing column '{key}'" for key in unsaid}
    first: dict[tuple[str, str], Problem] = {}
    wrong = {problem.where for problem in problems if problem.what != "empty"}
    for problem in problems:
        # A cell that could not be read looks empty to those who come after.
        if problem.what in missing or (problem.what == "empty" and problem.where in wrong):
            continue
        first.setdefault((problem.where, str(problem)), problem)

    def order(problem: Problem) -> tuple[int, int]:
        row = _ROW.search(problem.where)
        sheet = next((at for at, one in enumerate(sheets) if f"sheet '{one}'" in problem.where), -1)
        return sheet, int(row[1]) if row else -1

    return tuple(sorted(first.values(), key=order))


def _said(block: Block, placed: Placed, mark: str | None) -> SheetReading:
    headings = [heading.text for heading in block.headings]
    return SheetReading(
        sheet=block.grid.sheet,
        form=placed.form,
        header=(block.first + 1, block.last + 1),
        columns=columns_read(headings, dict(placed.used)),
        told=tuple(placed.told.items()),
        left_out=runs(block.left_out),
        figures=placed.table.rows,
        decimal=mark,
    )


def _joined(tables: list[Table], places: list[Place]) -> tuple[Table, Place]:
    """Put the figures of all sheets under one another."""
    if len(tables) == 1:
        return tables[0], places[0]
    starts = np.cumsum([0, *(table.rows for table in tables)])
    names = list(dict.fromkeys(name for table in tables for name in table.columns))
    columns = {name: _stacked([(t.columns.get(name), t.rows) for t in tables]) for name in names}

    def place(row: int, column: str) -> str:
        at = int(np.searchsorted(starts, row, side="right")) - 1
        return places[at](row - int(starts[at]), column)

    return Table(columns, int(starts[-1])), place


def _stacked(parts: list[tuple[RawColumn | None, int]]) -> RawColumn:
    if all(isinstance(column, np.ndarray) for column, _ in parts):
        return np.concatenate([column for column, _ in parts])
    cells: list[object] = []
    for column, rows in parts:
        if column is None:
            cells += [None] * rows
        else:
            cells += column.to_list() if isinstance(column, Text) else list(column)
    return encode([None if cell != cell else cell for cell in cells])  # noqa: PLR0124 (nan)


def read_actuals(
    source: Any,
    *,
    plan: Plan | None = None,
    decimal: str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    given: Mapping[str, Any] | None = None,
) -> Actuals:
    """Read actuals from a CSV, Excel or Parquet file, or from any data frame.

    The table is long (one figure a row) or wide (regions down, indicators or
    years across, in one or more header rows). Rows above the header and below
    the figures are left out; `describe_table` says which, and why.

    Parameters
    ----------
    source : path or data frame
        Columns ``indicator region year value`` and any other field of `Actual`,
        in English or Indonesian (*indikator, wilayah, tahun, realisasi*).
    plan : Plan, optional
        With a plan, regions and indicators may be written by name, and unknown
        ones are problems of the table.
    decimal : {",", "."}, optional
        The decimal mark. By default a table settles it, or is refused.
    sheet : str or sequence of str, optional
        The sheets to read; by default all visible ones that hold a table.
    columns : mapping, optional
        Headings that are not understood by themselves, such as
        ``{"region": "Nama Kab", "ignored": ["Jumlah"]}``.
    given : mapping, optional
        What no column says: ``region``, ``indicator``, ``year`` or ``source``.

    Returns
    -------
    Actuals
        All figures of the table. Empty cells of a wide table are no figures.

    Raises
    ------
    TableError
        With every problem of the table, each with its sheet, row and column.
        Nothing is read by half.
    MissingExtraError
        The file is of a kind whose reader is not installed.

    Examples
    --------
    >>> read_actuals({"indicator": ["stunting"], "region": ["17"], "year": [2022],
    ...               "value": ["19,8"]})[0].value
    19.8
    >>> wide = read_actuals({"Wilayah": ["17", "17.01"], "stunting 2021": ["22,1", "20,8"]})
    >>> wide[1].region, wide[1].indicator, wide[1].year, wide[1].value
    ('17.01', 'stunting', 2021.0, 20.8)
    """
    options = _Options(decimal, sheet, columns, given)
    figures, _, reading = _read(Actuals, source, "actuals", _Known.of(plan), options)
    raise_gathered(TableError, list(reading.problems), reading.name)
    return figures


def describe_table(
    source: Any,
    *,
    plan: Plan | None = None,
    decimal: str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    given: Mapping[str, Any] | None = None,
) -> TableReading:
    """Say how `read_actuals` understands a table, and what it would refuse.

    Parameters
    ----------
    source, plan, decimal, sheet, columns, given
        As for `read_actuals`.

    Returns
    -------
    TableReading
        Header, columns, rows left out and problems; prints as text.

    Raises
    ------
    TableError
        The file cannot be opened at all.

    Examples
    --------
    >>> print(describe_table({"Wilayah": ["17"], "stunting 2021": ["22,1"], "Ket": [None]}))
    actuals
    table: wide, 1 figures
      column A 'Wilayah': region
      column B 'stunting 2021': actual stunting 2021
      column C 'Ket': not read
      decimal mark: ','
    """
    options = _Options(decimal, sheet, columns, given)
    return _read(Actuals, source, "actuals", _Known.of(plan), options)[2]


@frozen(kw_only=True)
class _PlanFile:
    """What a plan.toml holds."""

    code: str
    name: str = ""
    name_id: str = ""
    regions: str = "2025"
    coverage: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...]
    own_regions: tuple[Region, ...] = ()


def read_plan(path: str | Path, *, decimal: str | None = None) -> Plan:
    """Read a plan of the user's own: a folder with ``plan.toml`` and its tables.

    Parameters
    ----------
    path : str or Path
        The folder. ``plan.toml`` names the plan and its indicators, ``targets``
        and, if there, ``baselines`` hold the figures, each as .csv, .xlsx, .xls,
        .ods or .parquet, in any form that `read_actuals` reads. The shipped
        plans have the same form.
    decimal : {",", "."}, optional
        The decimal mark. By default a table settles it, or is refused.

    Returns
    -------
    Plan
        The whole plan.

    Raises
    ------
    PlanError
        With every problem of all files, each with its file, row and column.
    """
    folder = Path(path)
    found = read_typed(_PlanFile, folder / "plan.toml", PlanError)
    problems: list[Problem] = []
    regions = _regions_of(found)
    known = _Known(Names.of(found.indicators), regions)
    sides: dict[str, Any] = {}
    kinds: tuple[tuple[str, type[Any]], ...] = (("baselines", Baselines), ("targets", Targets))
    places: dict[str, Place] = {}
    files: dict[str, str] = {}
    for name, kind in kinds:
        file = _table_of(folder, name)
        files[name] = file.name
        places[name] = file_place(file.name)
        if name == "baselines" and not file.exists():
            sides[name] = Baselines.of(())
            continue
        at_once: tuple[Problem, ...] = ()
        try:
            options = _Options(decimal)
            sides[name], places[name], reading = _read(kind, file, file.name, known, options)
            at_once = reading.problems
        except TableError as error:
            at_once = error.problems
        problems += [
            evolve(problem, where=_in_file(file.name, problem.where)) for problem in at_once
        ]
    if len(sides) < len(kinds):
        raise PlanError(problems, folder.name)
    together: list[Problem] = []
    compile_plan(
        found.indicators,
        regions,
        sides["baselines"],
        sides["targets"],
        found.instruments,
        together,
        baseline_place=places["baselines"],
        target_place=places["targets"],
    )
    said = {problem.where for problem in problems}
    for problem in together:
        side, _, rest = problem.where.partition(" ")
        named = evolve(problem, where=f"{files.get(side, side)} {rest}".strip())
        # A cell that cannot be read has been reported already.
        problems += [named] if named.where not in said else []
    raise_gathered(PlanError, problems, folder.name)
    return Plan(
        code=found.code,
        name=found.name,
        name_id=found.name_id,
        indicators=found.indicators,
        baselines=sides["baselines"],
        targets=sides["targets"],
        regions=regions,
        coverage=found.coverage,
        instruments=found.instruments,
        sources=found.sources,
    )


def _regions_of(found: _PlanFile) -> Regions:
    """Return the regions of a plan; what is wrong with them lies in plan.toml."""
    step = "$.regions"
    try:
        regions = load_regions(found.regions)
        step = "$.own_regions"
        return regions.extended(found.own_regions) if found.own_regions else regions
    except KencanaError as error:
        problems = [
            evolve(one, where=", ".join(filter(None, (step, one.where)))) for one in error.problems
        ]
        raise PlanError(problems, "plan.toml") from None


def _table_of(folder: Path, name: str) -> Path:
    """Return the file of a table, of whatever kind; .csv if there is none."""
    files = [folder / f"{name}{ending}" for ending in _TABLES]
    present = [file for file in files if file.exists()]
    if len(present) > 1:
        names = " and ".join(file.name for file in present)
        raise PlanError(Problem("two files of one table", got=names, hint="keep one"), folder.name)
    return present[0] if present else files[0]


def file_place(file: str) -> Place:
    """Return how places are named in a file without rows."""
    return lambda row, column: file


def _in_file(file: str, where: str) -> str:
    return f"{file} {where}" if where and not where.startswith(file) else where or file


def read_rule(path: str | Path) -> ScoringRule:
    """Read a scoring rule from a TOML file, such as a regional regulation.

    Parameters
    ----------
    path : str or Path
        A TOML file with the fields of `ScoringRule`: ``code``, ``name``,
        ``certainty``, ``sources``, a table ``formulas`` and any number of
        ``[[bands]]``.

    Raises
    ------
    RuleError
        With every mistake and its path in the file.
    """
    return read_typed(ScoringRule, Path(path), RuleError)
