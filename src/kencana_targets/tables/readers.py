"""Tables, plans and rules of the user's own, read whole or refused with all problems."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import cattrs
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
    unknown_name,
)
from kencana_targets.model.collection import Actuals, Baselines, Place, Targets
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.kinds import Combination, Direction, Level, PathShape, Rounding
from kencana_targets.model.plan import Plan
from kencana_targets.model.plan_index import check_bounds, compile_plan
from kencana_targets.model.region import Region, Regions
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.files import read_csv, read_toml
from kencana_targets.tables.numbers import parse_column

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["read_actuals", "read_plan", "read_rule"]

Read = TypeVar("Read", Actuals, Baselines, Targets)

NUMBERS = (
    "year",
    "lower",
    "upper",
    "worst",
    "value",  # after the bounds, because a range in it becomes bounds
    "standard_error",
    "sample_size",
    "design_effect",
)


@frozen(eq=False)
class _Source:
    """A table that was opened: its name, its columns and where its cells are."""

    name: str
    table: Table
    place: Place


def _open(source: Any, name: str) -> _Source:
    if not isinstance(source, (str, Path)):
        return _Source(name, from_frame(source), lambda row, column: _place(row + 1, column))
    grid = read_csv(Path(source))
    filled = [(number, row) for number, row in enumerate(grid.rows, 1) if any(map(str.strip, row))]
    if not filled:
        hint = "a table has a header and at least one row"
        raise TableError(Problem("empty file", hint=hint), grid.name)
    (header_row, header), *body = filled
    names = [cell.strip() for cell in header]
    problems = [
        Problem("two columns of one name", where=f"row {header_row}", got=one, hint="rename one")
        for one in sorted({one for one in names if names.count(one) > 1})
    ]
    problems += [
        Problem(
            f"{len(row)} cells under {len(names)} columns",
            where=f"row {number}",
            got=row,
            hint="quote cells that contain the separator",
        )
        for number, row in body
        if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :])
    ]
    if not body:
        problems.append(Problem("no rows under the header", hint="add at least one row"))
    raise_gathered(TableError, problems, grid.name)
    columns: dict[str, RawColumn] = {
        one: Text.encode(row[i].strip() or None if i < len(row) else None for _, row in body)
        for i, one in enumerate(names)
    }
    rows = [number for number, _ in body]
    return _Source(
        grid.name, Table(columns, len(body)), lambda row, column: _place(rows[row], column)
    )


def _place(row: int, column: str) -> str:
    return f"row {row}, column '{column}'" if column else f"row {row}"


def _with_numbers(
    source: _Source, decimal: str | None, problems: list[Problem], *, ranges: bool
) -> Table:
    """Read the columns of numbers; ranges become lower and upper bounds."""
    columns: dict[str, Any] = dict(source.table.columns)
    for name in NUMBERS:
        raw = columns.get(name)
        if raw is None or isinstance(raw, np.ndarray):
            continue
        read = parse_column(raw, decimal=decimal)
        problems += [
            evolve(problem, where=source.place(row, name)) for row, problem in read.problems.items()
        ]
        columns[name] = read.values
        if read.intervals and not (ranges and name == "value"):
            problems += [
                Problem(
                    "a range where one number belongs",
                    where=source.place(row, name),
                    got=str(raw[row]),
                )
                for row in read.intervals
            ]
        elif read.intervals:
            for side in ("lower", "upper"):
                bounds = columns.get(side, np.full(source.table.rows, np.nan))
                bounds = np.array(bounds, dtype=np.float64)
                for row, interval in read.intervals.items():
                    end = getattr(interval, side)
                    bounds[row] = np.nan if end is None else end
                columns[side] = bounds
    return Table(columns, source.table.rows)


def _with_regions(
    source: _Source, table: Table, regions: Regions, problems: list[Problem]
) -> Table:
    """Turn names of regions, as written in the wild, into codes."""
    text = table.columns.get("region")
    if not isinstance(text, Text):
        return table
    words: list[str] = []
    for code, word in enumerate(text.words):
        try:
            words.append(regions.find(word).code)
        except KencanaError as error:
            row = int(np.argmax(text.codes == code))
            where = source.place(row, "region")
            problems += [evolve(problem, where=where) for problem in error.problems]
            words.append(word)
    unique = Text.encode(words)
    coded = Text(unique.take(text.codes).codes, unique.words)
    return Table({**table.columns, "region": coded}, table.rows)


def _figures(
    kind: type[Read],
    source: _Source,
    decimal: str | None,
    regions: Regions | None,
    problems: list[Problem],
) -> Read:
    table = _with_numbers(source, decimal, problems, ranges=kind is Targets)
    if regions is not None:
        table = _with_regions(source, table, regions, problems)
    return kind.gather(table, problems, source.place)


def read_actuals(source: Any, *, plan: Plan | None = None, decimal: str | None = None) -> Actuals:
    """Read actuals from a CSV file or any data frame.

    Parameters
    ----------
    source : path or data frame
        Columns ``indicator region year value`` and any other field of `Actual`.
    plan : Plan, optional
        With a plan, regions may be written by name, and unknown regions and
        indicators are problems of the table.
    decimal : {",", "."}, optional
        The decimal mark. By default a column settles it, or is refused.

    Returns
    -------
    Actuals
        All figures of the table.

    Raises
    ------
    TableError
        With every problem of the table, each with its row and column. Nothing
        is read by half.

    Examples
    --------
    >>> read_actuals({"indicator": ["stunting"], "region": ["17"], "year": [2022],
    ...               "value": ["19,8"]})[0].value
    19.8
    """
    opened = _open(source, "actuals")
    problems: list[Problem] = []
    regions = None if plan is None else plan.regions
    figures = _figures(Actuals, opened, decimal, regions, problems)
    if plan is not None:
        codes = [indicator.code for indicator in plan.indicators]
        text = figures.indicator
        check_bounds(figures, text.positions(codes), plan.indicators, opened.place, problems)
        for code in np.unique(text.codes[text.codes >= 0]).tolist():
            if text.words[code] not in codes:
                row = int(np.argmax(text.codes == code))
                where = figures.where(row, "indicator", opened.place)
                problems.append(unknown_name("indicator", text.words[code], codes, where=where))
    raise_gathered(TableError, problems, opened.name)
    return figures


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
    """Read a plan of the user's own: a folder with ``plan.toml`` and ``targets.csv``.

    Parameters
    ----------
    path : str or Path
        The folder. ``plan.toml`` names the plan and its indicators,
        ``targets.csv`` and, if there, ``baselines.csv`` hold the figures. The
        shipped plans have the same form.
    decimal : {",", "."}, optional
        The decimal mark. By default a column settles it, or is refused.

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
    found = _structure(
        _PlanFile, read_toml(folder / "plan.toml", PlanError), PlanError, "plan.toml"
    )
    problems: list[Problem] = []
    regions = load_regions(found.regions)
    if found.own_regions:
        regions = regions.extended(found.own_regions)
    sides: dict[str, Any] = {}
    kinds: tuple[tuple[str, type[Any]], ...] = (("baselines", Baselines), ("targets", Targets))
    places: dict[str, Place] = {}
    for name, kind in kinds:
        file = folder / f"{name}.csv"
        places[name] = _place
        if name == "baselines" and not file.exists():
            sides[name] = Baselines.of(())
            continue
        at_once: list[Problem] = []
        try:
            opened = _open(file, file.name)
            places[name] = opened.place
            sides[name] = _figures(kind, opened, decimal, regions, at_once)
        except TableError as error:
            at_once += error.problems
        problems += [
            evolve(problem, where=_in_file(file.name, problem.where)) for problem in at_once
        ]
    raise_gathered(PlanError, problems, folder.name)
    compile_plan(
        found.indicators,
        regions,
        sides["baselines"],
        sides["targets"],
        found.instruments,
        problems,
        baseline_place=places["baselines"],
        target_place=places["targets"],
    )
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
    file = Path(path)
    return _structure(ScoringRule, read_toml(file, RuleError), RuleError, file.name)


Structured = TypeVar("Structured")


def _structure(
    kind: type[Structured], data: Mapping[str, Any], error: type[KencanaError], name: str
) -> Structured:
    """Turn the contents of a TOML file into a type, with the path of every mistake."""
    try:
        return _converter().structure(data, kind)
    except cattrs.BaseValidationError as group:
        problems = list(_flatten(group, "$"))
        raise error(problems, name) from None


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    # The types refuse what they cannot use, and their messages are better.
    kinds = (str, float, int, bool, Direction, Level, PathShape, Combination, Rounding)
    for kind in kinds:
        converter.register_structure_hook(kind, lambda value, _: value)
    converter.register_structure_hook_func(
        lambda kind: (
            kind in (float | None, PathShape | None, Combination | None, tuple[Level, ...])
        ),
        lambda value, _: value,
    )
    converter.register_structure_hook_func(
        lambda kind: str(kind).startswith("tuple[tuple["), lambda value, _: value
    )
    return converter


def _flatten(group: BaseException, path: str) -> list[Problem]:
    """Return the problems in a nest of validation errors, each with its path."""
    if isinstance(group, cattrs.ForbiddenExtraKeysError):
        return [Problem("unknown key", where=path, got=key) for key in sorted(group.extra_fields)]
    if isinstance(group, cattrs.BaseValidationError):
        found: list[Problem] = []
        notes: list[Any]
        if isinstance(group, cattrs.IterableValidationError):
            notes, rest = group.group_exceptions()
            steps = [(child, f"{path}[{note.index}]") for child, note in notes]
        else:
            notes, rest = group.group_exceptions()  # type: ignore[attr-defined]
            steps = [(child, f"{path}.{note.name}") for child, note in notes]
        for child, step in [*steps, *((child, path) for child in rest)]:
            found += _flatten(child, step)
        return found
    if isinstance(group, KencanaError):
        return [
            evolve(problem, where=f"{path}, {problem.where}" if problem.where else path)
            for problem in group.problems
        ]
    if isinstance(group, KeyError):
        return [Problem("missing key", where=path, hint=f"add '{group.args[0]}'")]
    return [Problem("not readable", where=path, got=str(group))]
