"""Tables of quarters and months: periods as dates, and shares as their two parts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from attrs import evolve, frozen

from kencana_targets.columns import Table, Text, from_frame
from kencana_targets.errors import NumberFormatError, Problem, TableError, raise_gathered
from kencana_targets.model.collection import Actuals, Figures, place_in_table
from kencana_targets.tables.cells import Names, with_indicators, with_numbers, with_regions
from kencana_targets.tables.files import is_parquet, read_grids, read_parquet
from kencana_targets.tables.numbers import parse_column
from kencana_targets.tables.numerals import written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencana_targets.model.plan import Plan

    Floats = NDArray[np.float64]

__all__ = ["Parts", "Period", "parse_period", "read_figures", "read_parts"]

_PERIOD = re.compile(r"(\d{4})(?:\s*[-/ ]\s*(q|tw|s|m)?\s*(\d{1,2}|iv|i{1,3}))?", re.IGNORECASE)
_KINDS = {"q": 4, "tw": 4, "s": 2, "m": 12, "": 12}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_ALLOWED = "a period such as 2022-Q1, 2022-TW1, 2022-S1 or 2022-03"


class Period(NamedTuple):
    """A part of a year: the first quarter is number 1 of 4, a whole year number 1 of 1."""

    year: int
    number: int
    of: int

    @property
    def date(self) -> float:
        """The year as a figure carries it: the middle of the period, a whole year itself.

        The middle, because the end of the last quarter is the next year, whose own
        figure stands there.
        """
        return float(self.year) if self.of == 1 else self.year + (self.number - 0.5) / self.of


def parse_period(text: str) -> Period:
    """Read a period: ``2022-Q1``, ``2022-TW1`` (*triwulan*), ``2022-S1``, ``2022-03``, ``2022``.

    Raises
    ------
    NumberFormatError
        The text is anything else.

    Examples
    --------
    >>> parse_period("2022-Q1"), parse_period("2022-Q1").date
    (Period(year=2022, number=1, of=4), 2022.125)
    >>> parse_period("2022 TW III").number, parse_period("2022-03").of
    (3, 12)
    """
    match = _PERIOD.fullmatch(text.strip())
    if match:
        year, kind, word = match.groups()
        if word is None:
            return Period(int(year), 1, 1)
        number = _ROMAN.get(word.lower()) or int(word)
        of = _KINDS[(kind or "").lower()]
        # Only what is called a quarter or a semester is counted in Roman numerals.
        if 1 <= number <= of and (kind or word.isdigit()):
            return Period(int(year), number, of)
    raise NumberFormatError(Problem("not a period", got=text, allowed=_ALLOWED))


@frozen(eq=False)
class Parts:
    """Actuals with the numerators and denominators that they were read with.

    Parameters
    ----------
    actuals : Actuals
        The figures.
    numerator, denominator : ndarray of float, shape (rows,)
        Who was reached, and of whom; nan for none. [persons]
    """

    actuals: Actuals
    numerator: Floats
    denominator: Floats


def read_parts(
    source: Any, *, plan: Plan, periods: int, decimal: str | None = None, per: float = 100.0
) -> Parts:
    """Read actuals of periods from a long table.

    Parameters
    ----------
    source : Actuals, path or data frame
        Columns ``indicator region``, ``period`` or ``year``, and ``value`` or
        ``numerator denominator``; any other field of `Actual`.
    plan : Plan
        Its indicators and regions may be written by name.
    periods : int
        Periods in a year; others are problems.
    decimal : {",", "."}, optional
        The decimal mark. By default a column settles it, or is refused.
    per : float, optional
        What shares are counted per.

    Raises
    ------
    TableError
        With every problem of the table.
    """
    if isinstance(source, Actuals):
        nothing = np.full(len(source), np.nan)
        return Parts(source, nothing, nothing)
    problems: list[Problem] = []
    name, table = _open(source, "actuals")
    table, numerator, denominator = _with_shares(table, decimal, per, problems)
    figures = _gather(Actuals, table, plan, periods, decimal, problems)
    raise_gathered(TableError, problems, name)
    return Parts(figures, numerator, denominator)


def read_figures(
    kind: type[Any], source: Any, *, plan: Plan, periods: int, decimal: str | None = None
) -> Any:
    """Read targets of periods from a long table (see `read_parts`)."""
    if isinstance(source, kind):
        return source
    problems: list[Problem] = []
    name, table = _open(source, kind.__name__.lower())
    figures = _gather(kind, table, plan, periods, decimal, problems)
    raise_gathered(TableError, problems, name)
    return figures


def _open(source: Any, name: str) -> tuple[str, Table]:
    if not isinstance(source, (str, Path)):
        return name, from_frame(source)
    path = Path(source)
    if is_parquet(path):
        return path.name, from_frame(read_parquet(path))
    grids = read_grids(path)
    if len(grids) > 1:
        sheets = [grid.sheet for grid in grids]
        raise TableError(
            Problem("several sheets", got=sheets, hint="save one to a file"), path.name
        )
    names = [str(cell or "") for cell in grids[0].head[0]]
    columns = dict(zip(names, map(written, grids[0].body(1)), strict=True))
    return path.name, Table(columns, grids[0].height - 1)


def _gather(
    kind: type[Figures[Any]],
    table: Table,
    plan: Plan,
    periods: int,
    decimal: str | None,
    problems: list[Problem],
) -> Any:
    table = _with_years(table, periods, problems)
    table, _ = with_numbers(
        table.columns, table.rows, place_in_table, decimal, problems, ranges=False
    )
    table = with_indicators(table, place_in_table, Names.of(plan.indicators), problems)
    table = with_regions(table, place_in_table, plan.regions, problems)
    return kind.gather(table, problems)


def _with_years(table: Table, periods: int, problems: list[Problem]) -> Table:
    """Turn a column of periods into years, each period at its middle."""
    columns = dict(table.columns)
    raw = columns.pop("period", None)
    if raw is None:
        return table
    if isinstance(raw, np.ndarray):
        # Whole years that a spreadsheet holds as numbers.
        return Table(columns | {"year": raw}, table.rows)
    text = raw if isinstance(raw, Text) else Text.encode(None if c is None else str(c) for c in raw)
    dates = np.full(len(text.words) + 1, np.nan)
    for code, word in enumerate(text.words):
        where = place_in_table(int(np.argmax(text.codes == code)), "period")
        try:
            period = parse_period(word)
        except NumberFormatError as error:
            problems += [evolve(problem, where=where) for problem in error.problems]
            continue
        dates[code] = period.date
        if period.of not in (1, periods):
            what = f"one of {period.of} periods of a year where there are {periods}"
            hint = f"combine with periods={period.of}, or leave the row out"
            problems.append(Problem(what, where=where, got=word, hint=hint))
    problems += [
        Problem("empty", where=place_in_table(row, "period"), hint="name the period")
        for row in np.flatnonzero(text.codes < 0).tolist()
    ]
    # A period that could not be read has its problem already.
    years = np.where(np.isnan(dates[text.codes]), 2000.0, dates[text.codes])
    return Table(columns | {"year": years}, table.rows)


def _with_shares(
    table: Table, decimal: str | None, per: float, problems: list[Problem]
) -> tuple[Table, Floats, Floats]:
    """Read numerators and denominators, and put their share where no value is."""
    parts = []
    for name in ("numerator", "denominator"):
        raw = table.columns.get(name)
        if raw is None:
            parts.append(np.full(table.rows, np.nan))
            continue
        read = parse_column(raw, decimal=decimal)
        wrong = {row: Problem("a range where one number belongs") for row in read.intervals}
        for row, problem in sorted({**read.problems, **wrong}.items()):
            problems.append(evolve(problem, where=place_in_table(row, name)))
        for row in np.flatnonzero(read.values < 0).tolist():
            where = place_in_table(row, name)
            problems.append(Problem("negative", where=where, got=float(read.values[row])))
        parts.append(read.values)
    numerator, denominator = parts
    lonely = np.isnan(numerator) != np.isnan(denominator)
    for row in np.flatnonzero(lonely).tolist():
        what, hint = "a numerator or a denominator alone", "give both or neither"
        problems.append(Problem(what, where=place_in_table(row, ""), hint=hint))
    if np.isnan(numerator).all():
        return table, numerator, denominator
    if "value" in table.columns:
        what = "a value beside numerator and denominator"
        problems.append(Problem(what, where="column 'value'", hint="leave it out: it follows"))
    good = denominator > 0
    value = np.full(table.rows, np.nan)
    np.divide(per * numerator, denominator, out=value, where=good)
    columns = {
        name: column
        for name, column in table.columns.items()
        if name not in ("numerator", "denominator")
    }
    return Table(columns | {"value": value}, table.rows), numerator, denominator
