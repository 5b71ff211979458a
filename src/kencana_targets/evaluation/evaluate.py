"""The main job: a plan, what was reached, and a rule make a scorecard, at once or in batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, overload

import numpy as np
from attrs import astuple, evolve, frozen

from kencana_targets.catalog import load_rule
from kencana_targets.core import checks, errors
from kencana_targets.core.columns import CHUNK, Column, Table, by_chunks, read_only, take
from kencana_targets.core.errors import Place, PlanError, Problem, TableError
from kencana_targets.core.frames import batches_of, from_frame, reader_of, to_batch
from kencana_targets.core.terms import Direction, Formula, Inherit, InheritLike, Reason, as_term
from kencana_targets.core.typing import Floats, Ints, NDArray, Truths
from kencana_targets.evaluation import score_rows
from kencana_targets.evaluation.remarks import ALONE, CHECKS
from kencana_targets.evaluation.score_rows import Rows, ScoreColumns
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.model import collection
from kencana_targets.model.lookup import TargetLookup, look_up_targets
from kencana_targets.model.plan import Plan, refuse_plan
from kencana_targets.model.plan_index import report_unknown
from kencana_targets.model.rule import ScoringRule

if TYPE_CHECKING:
    import pyarrow as pa

    from kencana_targets.evaluation.compare import Comparison
    from kencana_targets.tables.phrases import TextReader


@overload
def evaluate(
    plan: Plan,
    actuals: Any,
    *,
    year: float | Iterable[int | float],
    rule: ScoringRule | str,
    inherit: InheritLike = ...,
    unchecked: Iterable[str] = ...,
) -> Scorecard: ...
@overload
def evaluate(
    plan: Plan,
    actuals: Any,
    *,
    year: float | Iterable[int | float],
    rule: list[ScoringRule | str] | tuple[ScoringRule | str, ...],
    inherit: InheritLike = ...,
    unchecked: Iterable[str] = ...,
) -> Scorecard | Comparison: ...
def evaluate(
    plan: Plan,
    actuals: Any,
    *,
    year: float | Iterable[int | float],
    rule: Any,
    inherit: InheritLike = "path",
    unchecked: Iterable[str] = (),
) -> Scorecard | Comparison:
    """Score what was reached against what was promised.

    Parameters
    ----------
    plan : Plan
        Indicators, baselines and targets.
    actuals : Actuals, data frame or Arrow stream
        What was reached. A data frame is read as `read_actuals` reads it, and so is
        an Arrow stream, such as a database cursor's ``fetch_record_batch()``, batch
        by batch.
    year : int, float or iterable of these
        The year or years to evaluate, in any order.
    rule : ScoringRule or str, or a list of these
        The scoring rule, or its code in the catalog; several judge side by side.
    inherit : {"path", "end-target", "none"}, optional
        What a region without a target of its own is judged by: the value of
        the region above for the year (``path``); a path from its own baseline to
        the end target of the region above (``end-target``), which runs to the better
        of the two; nothing (``none``).
    unchecked : iterable of str, optional
        Checks that make no remarks, of ``bounds``, ``scale``, ``territory``,
        ``survey``, ``baseline-past-target`` and ``target-worsens``.

    Returns
    -------
    Scorecard
        One row for each region and indicator that the plan expects or the
        actuals contain, by year, region and indicator. Of several rules a
        `Comparison` with a row for each rule, whose code is in the column ``against``.

    Raises
    ------
    TableError
        The actuals name an indicator or region that the plan does not know, or
        give two figures for one region, indicator and year. All are listed.
    PlanError
        A year outside the years of the plan.
    FormulaError
        The plan has a minimize indicator and the rule names no formula for it.

    See Also
    --------
    evaluate_batches : The rows of a stream, without holding them all.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> scorecard = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
    ...                         year=2021, rule="bkkbn-bengkulu-2021")
    >>> len(scorecard)
    9
    """
    rules = rule if isinstance(rule, (list, tuple)) and len(rule) else [rule]
    names = checks.items("unchecked", unchecked, str)
    for name in names:
        checks.as_choice("unchecked", name, *CHECKS)
    left_out = [name for name in CHECKS if name in names]
    evaluator, *others = [Evaluator.of(plan, each, inherit, *left_out) for each in rules]
    codes = [each.rule.code for each in (evaluator, *others)]
    if len(set(codes)) < len(codes):
        errors.refuse("rule", codes, "rules of different codes")
    years = evaluator.years(year)
    problems: list[Problem] = []
    evaluator = evaluator.with_actuals(actuals, problems)

    rows_by_series = [evaluator.rows_by_series(each, problems) for each in years]
    errors.raise_gathered(TableError, problems, "actuals")
    # Rows that the plan expects, or that are reported.
    series = [np.flatnonzero(evaluator.expected | (found >= 0)) for found in rows_by_series]
    pairs = zip(rows_by_series, series, strict=True)
    actual_row = np.concatenate([found[chosen] for found, chosen in pairs])
    of_year = np.repeat(np.asarray(years), list(map(len, series)))
    rows = evaluator.rows(np.concatenate(series), of_year, actual_row)
    if not others:
        return Scorecard(values=score_rows.ScoreColumns(rows), language=evaluator.plan.language)
    # Imported here because most scorecards have one rule.
    from kencana_targets.evaluation.compare import Part, side_by_side

    scored = [rows, *(rows.with_rule(each.rule) for each in others)]
    return side_by_side([Part(one.rule.code, np.arange(len(rows)), one) for one in scored])


@frozen(eq=False)
class Evaluator:
    """What stays the same from year to year, chunk to chunk and batch to batch.

    Parameters
    ----------
    plan, rule, inherit
        As for `evaluate`.
    formulas : mapping
        The formula of each direction in the plan.
    figures : Actuals
        What was reached.
    series : ndarray of int
        The series of each figure, ``region * indicators + indicator``; -1 where unknown.
    unchecked : tuple of str
        Checks that make no remarks.
    first : int
        Rows that stood before these figures in their stream.
    """

    plan: Plan
    rule: ScoringRule
    inherit: Inherit
    formulas: Mapping[Direction, Formula]
    figures: collection.Actuals
    series: Ints
    unchecked: tuple[str, ...]
    first: int = 0

    @classmethod
    def of(
        cls, plan: Plan, rule: ScoringRule | str, inherit: InheritLike, *unchecked: str
    ) -> Evaluator:
        """Check the plan and how it is to be judged; there are no actuals so far."""
        if not isinstance(plan, Plan):
            refuse_plan(plan)
        chosen = load_rule(rule) if isinstance(rule, str) else rule
        if not isinstance(chosen, ScoringRule):
            errors.refuse("rule", rule, "a ScoringRule or the code of one")
        used = {indicator.direction for indicator in plan.indicators}
        formulas = {direction: chosen.formula(direction) for direction in score_rows.DIRECTIONS
                    if direction in used}  # fmt: skip
        term = as_term(Inherit, inherit, "inherit")
        nothing = np.empty(0, dtype=np.int64)
        return cls(plan, chosen, term, formulas, _no_actuals(), nothing, unchecked)

    @cached_property
    def expected(self) -> Truths:
        """Which series the plan expects."""
        expected = np.zeros((self.plan.index.regions, self.plan.index.indicators), dtype=bool)
        expected[[*map(self.plan.regions.positions.__getitem__, self.plan.covered)]] = True
        return expected.ravel()

    def years(self, year: Any) -> tuple[float, ...]:
        """Return the years asked for, in order; refuse one before or after all figures."""
        given = checks.years("year", year)
        first, last = self.plan.index.year_limits
        for each in given:
            if not first <= each <= last:
                problem = Problem(
                    "no target for this year",
                    where=Place(argument="year"),
                    got=int(each) if each == int(each) else float(each),
                    allowed=f"{first:g} to {last:g}" if first <= last else "no year: no figures",
                    hint="evaluate a year of the plan, or add targets to it",
                )
                raise PlanError(problem, self.plan.code)
        return tuple(map(float, given))

    def with_actuals(self, actuals: Any, problems: list[Problem], first: int = 0) -> Evaluator:
        """Return the job over actuals; names that the plan does not know are problems."""
        if not isinstance(actuals, collection.Actuals):
            # Imported here because it takes longer to load than to evaluate a plan.
            from kencana_targets.tables.readers import read_actuals

            actuals = read_actuals(actuals, plan=self.plan)
        figures = collection.of_all(actuals)
        collection.check_bounds(figures, self.plan.indicators, figures.place, problems)
        return evolve(self, figures=figures, first=first, series=self._series(figures, problems))

    def _series(self, figures: collection.Actuals, problems: list[Problem]) -> Ints:
        """Return the series of each actual, -1 and a problem where a name is unknown."""
        plan, places = self.plan, self.plan.index.known
        series = collection.series_of(places, figures)
        if (series < 0).any():
            report_unknown(figures, places, plan.regions, figures.where, problems)
        if plan.scope:
            # A plan within one region passes over the figures of others.
            series[~plan.inside[figures.region.positions(plan.regions.positions)]] = -1
        return series

    def no_rows(self) -> Ints:
        """Return -1, no row, for each series."""
        return np.full(self.plan.index.regions * self.plan.index.indicators, -1, dtype=np.int64)

    def rows_by_series(
        self, year: float, problems: list[Problem], seen: Ints | None = None
    ) -> Ints:
        """Return the row of each series' actual in a year, counted from `first`; -1 for none.

        Two actuals of one series are a problem. `seen` holds the rows of the figures
        before these, and takes up these.
        """
        figures, first = self.figures, self.first
        if year == int(year):
            what = f"a figure inside the year {year:g}"
            hint = "evaluate that date, or give the figure a whole year"
            inside = np.flatnonzero((figures.year > year) & (figures.year < year + 1))
            for row in errors.first_rows(inside, what, problems):
                where, got = figures.where(row, "year"), float(figures.year[row])
                problems.append(Problem(what, where=where, got=got, hint=hint))
        rows = np.flatnonzero((figures.year == year) & (self.series >= 0))
        series = self.series[rows]
        found = self.no_rows() if seen is None else seen
        fresh = found[series] < 0
        # NumPy keeps the last assignment, so write in reverse to keep the first row.
        found[series[fresh][::-1]] = first + rows[fresh][::-1]
        again = rows[found[series] != first + rows]
        for row in errors.first_rows(again, "two actuals", problems):
            other = int(found[self.series[row]]) - first
            where, beside = figures.where(row, ""), figures.where(other, "")
            problems.append(collection.two_actuals(figures, row, where, beside))
        return found

    def rows(
        self,
        series: Ints,
        year: Floats,
        actual_row: Ints,
        promises: Plan | None = None,
        lookup: TargetLookup | None = None,
    ) -> score_rows.Rows:
        """Score rows; each by its own target, or by targets that were looked up in a plan."""
        plan, index = promises or self.plan, self.plan.index
        bounds = score_rows.bounds_of(plan.targets)
        directions = score_rows.directions_of(self.plan)

        def score(part: slice) -> tuple[NDArray[Any], ...]:
            region, indicator = np.divmod(series[part], index.indicators)
            found = self.targets(series[part], year[part]) if lookup is None else lookup.take(part)
            if not index.measured.all():
                unmeasured = ~index.measured[index.level[region], indicator]
                # Where nothing is measured, no target of another level is in force either.
                found.put(unmeasured, TargetLookup.nothing(1, Reason.NOT_MEASURED))
            *cells, reason = astuple(found, recurse=False)
            actual = take(self.figures.value, actual_row[part])
            stated = np.where(found.stated, found.target_row, -1)
            direction = directions.take(indicator)
            scored = score_rows.score_cells(
                self.formulas, direction, actual, found.value, bounds, stated, reason
            )
            return region, indicator, *cells, *scored

        scored = by_chunks(len(series), score_rows.SCORED, score)
        return score_rows.Rows(
            plan=self.plan,
            rule=self.rule,
            inherit=self.inherit,
            actuals=self.figures,
            unchecked=self.unchecked,
            promises=plan,
            formulas=self.formulas,
            year=read_only(year),
            actual_row=read_only(actual_row.astype(np.int32, copy=False)),
            **scored,
        )

    def targets(self, series: Ints, year: Floats) -> TargetLookup:
        """Look up the target of each series in a year of its own."""
        years = set(year[np.flatnonzero(np.diff(year, prepend=np.nan))].tolist())
        if len(years) == 1:
            return look_up_targets(self.plan.index, series, years.pop(), self.inherit)
        lookup = TargetLookup.nothing(len(series))
        for each in years:
            rows = np.flatnonzero(year == each)
            lookup.put(rows, look_up_targets(self.plan.index, series[rows], each, self.inherit))
        return lookup


@cache
def _no_actuals() -> collection.Actuals:
    return collection.Actuals.of(())


def evaluate_batches(
    plan: Plan,
    batches: Any,
    *,
    year: float | Iterable[int | float],
    rule: ScoringRule | str,
    inherit: InheritLike = "path",
) -> pa.RecordBatchReader:
    """Score a stream of actuals batch by batch, each row by itself.

    Parameters
    ----------
    plan : Plan
        Indicators, baselines and targets.
    batches : Arrow stream or iterable of pyarrow.RecordBatch
        What was reached: a database cursor's ``fetch_record_batch()``, the iterator
        that Spark's ``mapInArrow`` hands over, a table. Columns ``indicator region
        year value`` and any other field of `Actual`; numbers as numbers.
    year, rule, inherit
        As for `evaluate`.

    Returns
    -------
    pyarrow.RecordBatchReader
        The columns of a scorecard, text as plain strings, with a row for each row
        that comes in for the years asked, in the order in which they come. Its
        schema is known before the first batch is read.

    Raises
    ------
    ArgumentError, PlanError, FormulaError, UnknownNameError
        At once, as for `evaluate`.
    TableError
        While the stream is read, as for `evaluate`, with the problems of the batch
        at hand; rows are counted from the beginning of the stream.

    See Also
    --------
    evaluate : One scorecard, with the expected rows that nobody reported.

    Notes
    -----
    The rows that the plan expects and the stream does not hold are left out, because
    no batch knows of the others. They are the rows of ``evaluate(plan,
    Actuals.of(()), ...)`` whose region, indicator and year the stream does not hold.

    Two actuals for one region, indicator and year are a problem wherever they stand
    in a stream. The remark ``scale`` compares with baseline and target alone. Each
    partition of Spark is a stream of its own.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> import pyarrow as pa
    >>> batch = pa.record_batch({"indicator": ["stunting_balita"] * 2, "region": ["17.05", "17"],
    ...                          "year": [2022, 2022], "value": [22.1, 19.8]})
    >>> scored = kt.evaluate_batches(kt.load_plan("bengkulu-stunting-2024"), [batch],
    ...                              year=2022, rule="permendagri-86-2017")
    >>> [(row["region"], round(row["score"], 2)) for part in scored for row in part.to_pylist()]
    [('17.05', 83.17), ('17', 95.33)]
    """
    evaluator = Evaluator.of(plan, rule, inherit, ALONE)
    years = evaluator.years(year)
    nothing = np.empty(0, dtype=np.int64)
    schema = _scored(evaluator.rows(nothing, np.empty(0), nothing), years).schema
    return reader_of(schema, _stream(evaluator, years, batches_of(batches)))


def _stream(
    evaluator: Evaluator, years: tuple[float, ...], batches: Iterator[Any]
) -> Iterator[Any]:
    # Imported here because no other evaluation needs them.
    from kencana_targets.tables.phrases import TextReader

    names = TextReader(evaluator.plan.indicators)
    seen = {each: evaluator.no_rows() for each in years}
    first = 0
    for batch in batches:
        for start in range(0, batch.num_rows, CHUNK):
            part = batch.slice(start, CHUNK)
            yield _scored(_rows(evaluator, part, names, seen, first), years)
            first += part.num_rows


def _rows(
    evaluator: Evaluator, batch: Any, names: TextReader, seen: dict[float, Ints], first: int
) -> Rows:
    """Score the rows of a batch in its order; `seen` takes up what it holds."""
    from kencana_targets.tables.cells import Draft, find_indicators
    from kencana_targets.tables.region_cells import find_regions

    def place(row: int, column: str) -> Place:
        return collection.place_in_table(first + row, column)

    problems: list[Problem] = []
    table = from_frame(batch)
    draft = Draft({**table.columns}, table.rows, place, problems)
    find_indicators(draft, names, names.name_of)
    find_regions(draft, evaluator.plan.regions)
    actuals = collection.Actuals.gather(Table(draft.columns, draft.rows), problems, place)
    errors.raise_gathered(TableError, problems, "actuals")
    evaluator = evaluator.with_actuals(actuals, problems, first)
    for year, rows in seen.items():
        evaluator.rows_by_series(year, problems, rows)
    errors.raise_gathered(TableError, problems, "actuals")
    year_of = evaluator.figures.year
    chosen = np.flatnonzero(np.isin(year_of, list(seen)))
    return evaluator.rows(evaluator.series[chosen], year_of[chosen], chosen)


def _scored(rows: Rows, years: tuple[float, ...]) -> Any:
    columns: dict[str, Column] = dict(ScoreColumns(rows))
    # Whether years are whole does not depend on those of one batch.
    if any(year != int(year) for year in years):
        columns["year"] = rows.year
    return to_batch(columns)
