"""Family records to small sums, in one pass of the engine that holds them, by any weights."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

import narwhals as nw
import numpy as np
from attrs import field, frozen

from kencana_targets.core import errors
from kencana_targets.core.checks import as_number
from kencana_targets.core.columns import Categorical, RawColumn, Table
from kencana_targets.core.errors import Place, Problem, TableError
from kencana_targets.core.frames import from_frame, translating_engine_errors
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.estimation.select_columns import Layout, choose
from kencana_targets.formulas.survey_design import Calibration, Distance, SampleSums, calibrate
from kencana_targets.model.measure import Measure, MeasureKind

# The powers of y, x and w in each sum.
_POWERS = {
    "records": (0, 0, 0),
    "weight": (0, 0, 1),
    "y": (1, 0, 1),
    "x": (0, 1, 1),
    "yy": (2, 0, 1),
    "xy": (1, 1, 1),
    "xx": (0, 2, 1),
    "w2yy": (2, 0, 2),
    "w2xy": (1, 1, 2),
    "w2xx": (0, 2, 2),
    "w2y": (1, 0, 2),
    "w2x": (0, 1, 2),
}


@frozen(eq=False, kw_only=True)
class RecordSums:
    """Sums of the records, one row a domain within a sampling unit or stratum.

    Parameters
    ----------
    region : Categorical
        Region codes, none where the record has none.
    year : ndarray, optional
        Years, nan where the record has none; None when no column says.
    strata, psu : list of Categorical
        Labels of stratum and sampling unit.
    rows : ndarray
        Number of records.
    weight : ndarray
        Sum of their weights.
    population_size : ndarray, optional
        Sampling units of the stratum in the population, as the records say.
    margins : mapping of str to column
        What weights are calibrated to, by column.
    squares : ndarray, optional
        Sum of squared weights, where weights are calibrated.
    copies : list of tuple of ndarray
        For each measure, numerator and denominator by replicate weights, a column each.
    sums : list of SampleSums
        For each measure.
    missing : list of ndarray
        For each measure, records left out because a value is missing.
    """

    region: Categorical
    year: Floats | None
    strata: list[Categorical]
    psu: list[Categorical]
    rows: Floats
    weight: Floats
    sums: list[SampleSums]
    missing: list[Floats]
    population_size: Floats | None = None
    margins: Mapping[str, RawColumn] = field(factory=dict)
    squares: Floats | None = None
    copies: list[tuple[Floats, ...]] = field(factory=list)


def sum_records(records: Any, measures: Sequence[Measure], layout: Layout) -> RecordSums:
    """Return the sums that estimates and their errors are made of.

    Raises
    ------
    ArgumentError
        `records` is not a data frame.
    TableError
        Columns are missing or of the wrong kind, there are no records, weights
        are missing or negative, or a record lacks its stratum or sampling unit.
    """
    with translating_engine_errors("records", "the records cannot be computed", Exception):
        table, terms = _query(records, measures, layout)
    _check_table(table, layout)
    return _sums(table, terms, layout)


def _query(
    records: Any, measures: Sequence[Measure], layout: Layout
) -> tuple[Table, list[dict[str, str]]]:
    """Return the sums of the records by key, and what each is."""
    frame = choose(records, measures, layout)
    terms = [
        _terms(number, measure, frame.schema, layout, frame.copies)
        for number, measure in enumerate(measures)
    ]
    columns = {name: term for own, _ in terms for name, term in own.items()}
    if layout.weight:
        columns["faulty"] = _number(nw.col("weight").is_null() | (nw.col("weight") < 0))
        columns["weight"] = nw.col("weight").cast(nw.Float64)
    if layout.calibrated:
        columns["squares"] = columns["weight"] ** 2 if layout.weight else nw.lit(1.0)
    for number in range(frame.copies):
        columns[f"lacking{number}"] = _number(nw.col(f"copy{number}").is_null())
    keys = list(layout.keys())
    grouped = (
        frame.lazy.select(*keys, **columns)
        .group_by(*keys)
        .agg(nw.len().alias("rows"), *(nw.col(name).sum() for name in columns))
    )
    return _collected(grouped, keys, layout), [names for _, names in terms]


def _number(condition: nw.Expr, value: nw.Expr | None = None) -> nw.Expr:
    return nw.when(condition).then(nw.lit(1.0) if value is None else value).otherwise(nw.lit(0.0))


def _terms(
    number: int, measure: Measure, schema: nw.Schema, layout: Layout, copies: int
) -> tuple[dict[str, nw.Expr], dict[str, str]]:
    """Return what has to be summed for one measure, each sum once, and the name of each sum.

    Sums are of w^p y^a x^b. Powers of conditions are the conditions themselves,
    and without a weight w is 1, so that most of them coincide.
    """
    y, x, weight = nw.col(f"y{number}"), nw.col(f"x{number}"), nw.col("weight").cast(nw.Float64)
    x_kind = schema.get(f"x{number}")
    y_is_condition = schema[f"y{number}"] == nw.Boolean
    x_is_number = x_kind is not None and x_kind != nw.Boolean
    # A condition that is not known chooses `otherwise`, as in SQL: no filling is needed.
    if x_kind is None:
        counts, missing = ~y.is_null(), y.is_null()
    elif x_is_number:
        # A numerator may be missing where there is nothing to be counted.
        counts = (x == 0) | ((~x.is_null()) & (~y.is_null()))
        missing = x.is_null() | ((x != 0) & y.is_null())
    else:
        counts, missing = x & (~y.is_null()), x.is_null() | (x & y.is_null())
    holds = counts & y if y_is_condition else counts
    y_number = nw.lit(1.0) if y_is_condition else y.cast(nw.Float64).fill_null(0.0)
    x_number = x.cast(nw.Float64) if x_is_number else nw.lit(1.0)
    columns = {f"missing{number}": _number(missing)}

    def name_of(a: int, b: int, p: int) -> str:
        mark = "y" if a and y_is_condition else ""
        a, b = (0 if y_is_condition else a), (b if x_is_number else 0)
        p = p if layout.weight else 0
        name = f"s{number}_{mark}{a}{b}{p}"
        if name not in columns:
            within = holds if mark else counts
            if layout.weight and not p:
                within &= weight > 0
            factors = [*[y_number] * a, *[x_number] * b, *[weight] * p]
            product = reduce(operator.mul, factors) if factors else nw.lit(1.0)
            columns[name] = _number(within, product)
        return name

    # Sampling units are squared after summing; a total has no denominator.
    unneeded = {"w2yy", "w2xy", "w2xx"} if layout.psu else set()
    unneeded |= {"w2y", "w2x"} if layout.psu or not layout.calibrated else set()
    if measure.kind is MeasureKind.TOTAL:
        unneeded |= {"w2xy", "w2xx"}
    names = {field: name_of(*powers) for field, powers in _POWERS.items() if field not in unneeded}
    for copy in range(copies):
        own = nw.col(f"copy{copy}").cast(nw.Float64)
        columns[f"c{number}_{copy}y"] = _number(holds, own * y_number)
        columns[f"c{number}_{copy}x"] = _number(counts, own * x_number)
    return columns, names


def _collected(grouped: nw.LazyFrame[Any], keys: list[str], layout: Layout) -> Table:
    """Run the query; labels of strata and sampling units become text."""
    held_by = grouped.implementation
    arrow = held_by.is_spark_like() or held_by.is_duckdb()
    if arrow:
        extra = "duckdb" if held_by.is_duckdb() else "spark"
        errors.optional_module("pyarrow", "taking the results out of the engine", extra)
    eager = grouped.collect(backend="pyarrow") if arrow else grouped.collect()
    labels = [key for key in layout.labels if eager.schema[key] != nw.String]
    texts = [nw.col(key).cast(nw.String) for key in labels]
    # Where no condition is known, some backends sum nothing to null.
    sums = [nw.col(name).fill_null(0.0) for name in eager.columns if name not in {*keys, "rows"}]
    return from_frame(eager.with_columns(*texts, *sums))


def _check_table(table: Table, layout: Layout) -> None:
    problems = []
    rows = _numbers(table, "rows")
    if not rows.sum():
        raise TableError(Problem("no records", hint="check the file and the filter"), "records")
    if layout.weight and (faulty := _numbers(table, "faulty").sum()):
        where, got = f"column '{layout.weight}'", f"{faulty:.0f} of {rows.sum():.0f} records"
        hint = "give each record a weight of zero or more, or leave the record out yourself"
        problems.append(Problem("weight missing or negative", where=where, got=got, hint=hint))
    for number in range(sum(name.startswith("lacking") for name in table.columns)):
        if lacking := _numbers(table, f"lacking{number}").sum():
            got = f"{lacking:.0f} of {rows.sum():.0f} records"
            problems.append(Problem("weight missing", where=f"replicate {number + 1}", got=got))
    for key, column in layout.keys().items():
        if key in layout.labels or key.startswith("margin"):
            cells = table.columns[key]
            empty = (
                np.array([*(not word.strip() for word in cells.categories), True])[cells.codes]
                if isinstance(cells, Categorical)
                else np.isnan(_numbers(table, key))
            )
            if lacking := rows[empty].sum():
                got = f"{lacking:.0f} of {rows.sum():.0f} records"
                hint = "every record belongs to a stratum, sampling unit and level"
                problems.append(Problem("empty", where=Place(heading=column), got=got, hint=hint))
    errors.raise_gathered(TableError, problems, "records")


def _sums(table: Table, terms: list[dict[str, str]], layout: Layout) -> RecordSums:
    copies = range(sum(name.startswith("lacking") for name in table.columns))
    return RecordSums(
        region=_text(table, "region"),
        year=_numbers(table, "year") if layout.year else None,
        strata=[_text(table, f"stratum{number}") for number in range(len(layout.strata))],
        psu=[_text(table, f"psu{number}") for number in range(len(layout.psu))],
        rows=_numbers(table, "rows"),
        weight=_numbers(table, "weight" if layout.weight else "rows"),
        sums=[
            SampleSums(**{field: _numbers(table, name) for field, name in names.items()})
            for names in terms
        ],
        missing=[_numbers(table, f"missing{number}") for number in range(len(terms))],
        population_size=_numbers(table, "population_size") if layout.population_size else None,
        margins={name: table.columns[f"margin{n}"] for n, name in enumerate(layout.margins)},
        squares=_numbers(table, "squares") if layout.calibrated else None,
        copies=[
            tuple(
                np.stack([_numbers(table, f"c{number}_{copy}{side}") for copy in copies], axis=1)
                for side in "yx"
            )
            for number in range(len(terms))
            if copies
        ],
    )


def _numbers(table: Table, name: str) -> Floats:
    column = table.columns[name]
    assert isinstance(column, np.ndarray)
    return column


def _text(table: Table, name: str) -> Categorical:
    column = table.columns[name]
    assert isinstance(column, Categorical)
    return column


@frozen
class KnownTotals:
    """Totals to which weights are calibrated: of the levels of columns, or of numbers."""

    margins: tuple[tuple[tuple[str, ...], tuple[tuple[tuple[str, ...], float], ...] | float], ...]
    distance: Distance

    @classmethod
    def of(cls, given: object, distance: Distance) -> KnownTotals:
        """Read the argument `calibrate` of `estimate`."""
        if not isinstance(given, Mapping) or not given:
            allowed = "totals by column, such as {'sex': {'f': 120, 'm': 118}}"
            errors.refuse("calibrate", given, allowed)
        margins: list[Any] = []
        for key, totals in given.items():
            columns = (key,) if isinstance(key, str) else key
            if not isinstance(columns, tuple) or not all(isinstance(one, str) for one in columns):
                errors.refuse("calibrate", key, "a column, or a tuple of columns")
            if not isinstance(totals, Mapping):
                if len(columns) > 1:
                    errors.refuse("calibrate", totals, "a total for each combination of levels")
                margins.append((columns, as_number("calibrate", totals)))
                continue
            levels = []
            for level, total in totals.items():
                words = level if isinstance(level, tuple) else (level,)
                if len(words) != len(columns):
                    errors.refuse("calibrate", level, f"a level of each of {', '.join(columns)}")
                levels.append((tuple(map(_word, words)), as_number("calibrate", total, 0)))
            margins.append((columns, tuple(levels)))
        return cls(tuple(margins), distance)

    @property
    def factors(self) -> tuple[str, ...]:
        """Columns whose levels have totals."""
        return tuple(dict.fromkeys(name for names, totals in self.margins
                                   if not isinstance(totals, float) for name in names))  # fmt: skip

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns whose sum is known."""
        return tuple(dict.fromkeys(name for names, totals in self.margins
                                   if isinstance(totals, float) for name in names))  # fmt: skip

    def calibration(self, sums: RecordSums, unit: Ints) -> Calibration:
        """Calibrate the rows of sums; raise where the totals do not fit the records."""
        basis, totals = [], []
        problems: list[Problem] = []
        for columns, known in self.margins:
            if isinstance(known, float):
                column = sums.margins[columns[0]] if columns else np.ones(len(sums.weight))
                assert isinstance(column, np.ndarray)
                basis.append(column)
                totals.append(known)
                continue
            labels = [sums.margins[name] for name in columns]
            rows = list(zip(*(_words(label) for label in labels), strict=True))
            told = dict(known)
            problems += _strange_levels(columns, set(rows), told)
            for level, total in told.items():
                basis.append(np.array([row == level for row in rows], dtype=np.float64))
                totals.append(total)
        errors.raise_gathered(TableError, problems, "records")
        matrix = np.stack(basis, axis=1)
        factor = calibrate(matrix, sums.weight, np.array(totals), distance=self.distance)
        if np.isnan(factor).any():
            problem = Problem("totals that the records cannot meet together", where="calibrate",
                              hint="compare the sums of the totals with one another")  # fmt: skip
            raise TableError(problem, "records")
        if (factor < 0).any():
            problem = Problem("weights below zero", where="calibrate", got=float(factor.min()),
                              hint="use distance='raking'")  # fmt: skip
            raise TableError(problem, "records")
        return Calibration(matrix, sums.weight, factor, unit, sums.squares)


def _word(level: object) -> str:
    # Engines write a truth value in small letters.
    return str(level).lower() if isinstance(level, (bool, np.bool_)) else str(level)


def _words(column: object) -> list[str]:
    assert isinstance(column, Categorical)
    return [word or "" for word in column.to_list()]


def _strange_levels(
    columns: tuple[str, ...], found: set[tuple[str, ...]], told: Mapping[tuple[str, ...], float]
) -> Iterator[Problem]:
    where = "calibrate, column " + ", ".join(columns)
    for level in sorted(found - told.keys()):
        yield Problem("a level without a total", where=where, got=" / ".join(level))
    for level in sorted(told.keys() - found):
        if told[level] > 0:
            yield Problem("a total without a record", where=where, got=" / ".join(level))
