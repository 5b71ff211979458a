"""Tables, plans and rules of the user's own, read whole or refused with all problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve, frozen

from kencana_targets.core.errors import (
    KencanaError,
    Place,
    PlanError,
    Problem,
    RuleError,
    TableError,
    raise_gathered,
)
from kencana_targets.model.collection import Actuals, Baselines, PlaceOf, Targets
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.official_regions import load_regions
from kencana_targets.model.plan import Plan
from kencana_targets.model.plan_index import compile_plan
from kencana_targets.model.region import Region
from kencana_targets.model.regions import Regions
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.asked import as_path, check_decimal, check_periods
from kencana_targets.tables.figures import Known, Options, read_figures
from kencana_targets.tables.period_figures import Shares
from kencana_targets.tables.periods import PERIOD_NAMES
from kencana_targets.tables.readings import TableReading
from kencana_targets.tables.toml import read_typed

_TABLES = (".csv", ".xlsx", ".xls", ".ods", ".parquet")


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
        What no column says: ``region``, ``indicator``, ``year`` or ``source``; and where
        a title speaks of a quarter or of targets, but these are the year's actuals after
        all: ``{"period": "year"}``, ``{"figure": "actual"}``.

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
    options = Options(decimal, sheet, columns, given)
    figures, _, reading = read_figures(Actuals, source, "actuals", Known.of(plan), options)
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
    periods: int = 1,
) -> TableReading:
    """Say how `read_actuals` or `to_date` understands a table, and what it would refuse.

    Parameters
    ----------
    source, plan, decimal, sheet, columns, given
        As for `read_actuals`.
    periods : {1, 4, 12, 2}, optional
        Periods in a year: with quarters, months or semesters as `to_date` reads it.

    Returns
    -------
    TableReading
        Header, columns, rows left out and problems; prints as text.

    Raises
    ------
    TableError
        The file cannot be opened at all.
    ArgumentError
        No year has so many periods.

    Examples
    --------
    >>> print(describe_table({"Wilayah": ["17"], "stunting 2021": ["22,1"], "Ket": [None]}))
    actuals
    table: wide, 1 figures
      column A 'Wilayah': region
      column B 'stunting 2021': actual stunting 2021
      column C 'Ket': not read
      decimal mark: ','
    >>> print(describe_table({"Wilayah": ["17"], "stunting TW I 2022": [22.1]}, periods=4))
    actuals
    table: wide, 1 figures
      column A 'Wilayah': region
      column B 'stunting TW I 2022': actual stunting quarter 1 of 2022
    """
    check_periods(periods, PERIOD_NAMES)
    options, kind = Options(decimal, sheet, columns, given), Actuals if periods == 1 else Shares
    return read_figures(kind, source, "actuals", Known.of(plan), options, periods=periods)[2]


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
    check_decimal(decimal)
    folder = as_path(path)
    found = read_typed(_PlanFile, folder / "plan.toml", PlanError)
    regions = _regions_of(found)
    known = Known.these(found.indicators, regions)
    baselines = _read_side(folder, Baselines, known, decimal)
    targets = _read_side(folder, Targets, known, decimal)
    problems = [*baselines.problems, *targets.problems]
    if baselines.figures is None or targets.figures is None:
        raise PlanError(problems, folder.name)
    problems += _problems_together(found, regions, baselines, targets)
    raise_gathered(PlanError, problems, folder.name)
    return Plan(
        code=found.code,
        name=found.name,
        name_id=found.name_id,
        indicators=found.indicators,
        baselines=baselines.figures,
        targets=targets.figures,
        regions=regions,
        coverage=found.coverage,
        instruments=found.instruments,
        sources=found.sources,
    )


@frozen(eq=False)
class _Side:
    """The baselines or targets of a plan: None, if their file cannot be read at all."""

    figures: Any
    file: str
    place: PlaceOf
    problems: list[Problem]


def _read_side(folder: Path, kind: type[Any], known: Known, decimal: str | None) -> _Side:
    """Read one table of a plan; without a file there are no baselines."""
    file = _table_of(folder, kind.__name__.lower())
    place = file_place(file.name)
    if kind is Baselines and not file.exists():
        return _Side(Baselines.of(()), file.name, place, [])
    figures = None
    try:
        figures, place, reading = read_figures(kind, file, file.name, known, Options(decimal))
        problems = reading.problems
    except TableError as error:
        problems = error.problems
    said = [evolve(problem, where=problem.place.within(file.name)) for problem in problems]
    return _Side(figures, file.name, place, said)


def _problems_together(
    found: _PlanFile, regions: Regions, baselines: _Side, targets: _Side
) -> list[Problem]:
    """Return what is wrong with the tables as one plan, and has not been said of one of them."""
    together: list[Problem] = []
    compile_plan(
        found.indicators,
        regions,
        baselines.figures,
        targets.figures,
        found.instruments,
        together,
        baseline_place=baselines.place,
        target_place=targets.place,
    )
    files = {"baselines": baselines.file, "targets": targets.file}
    # A cell that cannot be read has been reported already.
    said = {problem.place for problem in (*baselines.problems, *targets.problems)}
    placed = [
        evolve(one, where=one.place.within(files.get(one.place.file, ""))) for one in together
    ]
    return [problem for problem in placed if problem.place not in said]


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


def file_place(file: str) -> PlaceOf:
    """Return how places are named in a file without rows."""
    return lambda row, column: Place(file=file)


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
    return read_typed(ScoringRule, as_path(path), RuleError)
