"""The main job: a plan, what was reached, and a rule make a scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.catalog import load_rule
from kencana_targets.core.checks import FIRST_YEAR, LAST_YEAR, is_number
from kencana_targets.core.columns import take
from kencana_targets.core.errors import (
    Place,
    PlanError,
    Problem,
    TableError,
    first_rows,
    raise_gathered,
    refuse,
    unknown_name,
)
from kencana_targets.core.rounding import snap
from kencana_targets.core.terms import Direction, Formula, Inherit, Status, as_term
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.evaluation.score_rows import FORMULAS, REASON_OF, STATUSES, Reason, Rows
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.formulas.achievement import Undefined, at_open_end, gap, measure
from kencana_targets.model.collection import Actuals
from kencana_targets.model.lookup import NoTarget, TargetLookup, look_up_targets
from kencana_targets.model.plan import Plan
from kencana_targets.model.plan_index import check_bounds, unknown_region
from kencana_targets.model.rule import ScoringRule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from kencana_targets.model.plan_index import PlanIndex


# Rows worked on at once: their arrays stay in the processor's cache.
CHUNK = 1 << 15


def evaluate(
    plan: Plan,
    actuals: Any,
    *,
    year: float | Iterable[int | float],
    rule: ScoringRule | str,
    inherit: str = "path",
) -> Scorecard:
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
    rule : ScoringRule or str
        The scoring rule, or its code in the catalog.
    inherit : {"path", "end-target", "none"}, optional
        What a region without a target of its own is judged by: the value of
        the region above for the year (``path``); a path from its own baseline to
        the end target of the region above (``end-target``); nothing (``none``).

    Returns
    -------
    Scorecard
        One row for each region and indicator that the plan expects or the
        actuals contain, by year, region and indicator.

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
    job = compile_job(plan, rule, inherit)
    years = job.years(year)
    problems: list[Problem] = []
    job = job.over(actuals, problems)
    reached = [job.actual_rows(one, problems) for one in years]
    raise_gathered(TableError, problems, "actuals")
    return job.scorecard(job.score(years, reached))


def compile_job(plan: Plan, rule: ScoringRule | str, inherit: str) -> Job:
    """Check the plan and how it is to be judged; return the job, without actuals so far."""
    if not isinstance(plan, Plan):
        refuse("plan", plan, "a Plan, such as load_plan or read_plan return")
    chosen = load_rule(rule) if isinstance(rule, str) else rule
    if not isinstance(chosen, ScoringRule):
        refuse("rule", rule, "a ScoringRule or the code of one")
    way = as_term(Inherit, inherit, "inherit")
    formulas = {
        direction: chosen.formula(direction)
        for direction in Direction
        if any(indicator.direction is direction for indicator in plan.indicators)
    }
    indicators = {indicator.code: at for at, indicator in enumerate(plan.indicators)}
    regions = {code: at for at, code in enumerate(plan.regions.codes)}
    return Job(plan, chosen, way, formulas, {"indicator": indicators, "region": regions})


def _years(year: Any) -> tuple[float, ...]:
    given = tuple(year) if isinstance(year, Iterable) and not isinstance(year, str) else (year,)
    for one in given:
        if not is_number(one) or not FIRST_YEAR <= one <= LAST_YEAR:
            refuse("year", one, "a year such as 2022, or several")
    if not given or len(set(given)) < len(given):
        refuse("year", year, "at least one year, each once")
    return tuple(sorted(float(one) for one in given))


@frozen(eq=False)
class Job:
    """What stays the same from year to year, chunk to chunk and batch to batch.

    Parameters
    ----------
    plan, rule, inherit
        As for `evaluate`.
    formulas : mapping
        The formula of each direction in the plan.
    positions : mapping
        For ``indicator`` and ``region`` the position of each code.
    figures : Actuals
        What was reached.
    pair : ndarray of int
        The pair of each figure, ``region * indicators + indicator``; -1 where unknown.
    first : int
        Rows that stood before these figures in their stream.
    """

    plan: Plan
    rule: ScoringRule
    inherit: Inherit
    formulas: Mapping[Direction, Formula]
    positions: Mapping[str, Mapping[str, int]]
    figures: Actuals = field(factory=lambda: Actuals.of(()))
    pair: Ints = field(factory=lambda: np.empty(0, dtype=np.int64))
    first: int = 0

    @property
    def index(self) -> PlanIndex:
        """The compiled plan."""
        return self.plan.index

    @cached_property
    def direction(self) -> NDArray[np.int8]:
        """The position of each indicator's direction among all."""
        directions = tuple(Direction)
        return np.array([directions.index(one.direction) for one in self.plan.indicators], np.int8)

    @cached_property
    def expected(self) -> NDArray[np.bool_]:
        """Which pairs the plan expects."""
        expected = np.zeros((self.index.regions, self.index.indicators), dtype=bool)
        expected[[self.plan.regions.position(code) for code in self.plan.covered]] = True
        return expected.ravel()

    def years(self, year: Any) -> tuple[float, ...]:
        """Return the years asked for, in order; refuse one before or after all figures."""
        chosen = _years(year)
        known = self.index.paths.years
        for one in chosen:
            if known.min() <= one <= known.max():
                continue
            problem = Problem(
                "no target for this year",
                where=Place(argument="year"),
                got=one,
                allowed=f"{known.min():g} to {known.max():g}",
                hint="evaluate a year of the plan, or add targets to it",
            )
            raise PlanError(problem, self.plan.code)
        return chosen

    def over(self, actuals: Any, problems: list[Problem], first: int = 0) -> Job:
        """Return the job over actuals; names that the plan does not know are problems."""
        from kencana_targets.tables.readers import read_actuals

        known = isinstance(actuals, Actuals)
        figures = actuals if known else read_actuals(actuals, plan=self.plan)
        job = evolve(self, figures=figures, first=first)
        return evolve(job, pair=job._pairs(problems))

    def _pairs(self, problems: list[Problem]) -> Ints:
        """Return the pair of each actual, -1 and a problem where a name is unknown."""
        figures, plan = self.figures, self.plan
        found = {}
        for kind, codes in self.positions.items():
            text = figures.text(kind)
            found[kind] = text.positions(codes).astype(np.int64)
            rows = np.flatnonzero(found[kind] < 0)
            first = np.unique(text.codes[rows], return_index=True)[1]
            for row in first_rows(rows[np.sort(first)], f"an unknown {kind}", problems):
                where, word = figures.where(row, kind), text[row] or ""
                problems.append(
                    unknown_name(kind, word, codes, where=where)
                    if kind == "indicator"
                    else unknown_region(plan.regions, word, where)
                )
        indicator, region = found["indicator"], found["region"]
        check_bounds(figures, plan.indicators, figures.place, problems)
        # A plan within one region passes over the figures of others.
        known = (indicator >= 0) & (region >= 0) & plan.inside[region]
        return np.where(known, region * len(plan.indicators) + indicator, -1)

    def scorecard(self, rows: Rows) -> Scorecard:
        """Return computed rows as a scorecard."""
        return Scorecard(
            plan=self.plan, rule=self.rule, inherit=self.inherit, actuals=self.figures, rows=rows
        )

    def score(self, years: Sequence[float], reached: Sequence[Ints]) -> Rows:
        """Return the rows of all years; `reached` holds the actual of each pair and year."""
        pairs = [np.flatnonzero(self.expected | (actual >= 0)) for actual in reached]
        rows = Rows.empty(sum(map(len, pairs)))
        first = 0
        for year, pair, actual in zip(years, pairs, reached, strict=True):
            for start in range(0, len(pair), CHUNK):
                chunk = pair[start : start + CHUNK]
                part = slice(first + start, first + start + len(chunk))
                found = look_up_targets(self.index, chunk, year, self.inherit)
                self.judge(rows, part, chunk, actual[chunk], year, found)
            first += len(pair)
        return rows.locked()

    def unseen(self) -> Ints:
        """Return -1, no row, for each pair."""
        return np.full(self.index.regions * self.index.indicators, -1, dtype=np.int64)

    def actual_rows(self, year: float, problems: list[Problem], seen: Ints | None = None) -> Ints:
        """Return the row of each pair's actual in a year, counted from `first`; -1 for none.

        Two actuals of one pair are a problem. `seen` holds the rows of the figures
        before these, and takes up these.
        """
        self._refuse_within(year, problems)
        figures, first = self.figures, self.first
        rows = np.flatnonzero((figures.year == year) & (self.pair >= 0))
        pair = self.pair[rows]
        found = self.unseen() if seen is None else seen
        # Of several the first stays: it is written last.
        new = (rows if seen is None else rows[found[pair] < 0])[::-1]
        found[self.pair[new]] = first + new
        for row in first_rows(rows[found[pair] != first + rows], "two actuals", problems):
            other = int(found[self.pair[row]]) - first
            problems.append(
                Problem(
                    f"two actuals for indicator '{figures.indicator[row]}' in region "
                    f"'{figures.region[row]}', {year:g}",
                    where=figures.where(row, ""),
                    got=float(figures.value[row]),
                    hint=f"keep one: the other is in {figures.where(other, '')}",
                )
            )
        return found

    def _refuse_within(self, year: float, problems: list[Problem]) -> None:
        given = self.figures.year
        if year != int(year):
            return
        within = np.flatnonzero((given > year) & (given < year + 1))
        problems += [
            Problem(
                f"a figure inside the year {year:g}",
                where=self.figures.where(row, "year"),
                got=float(given[row]),
                hint="evaluate that date, or give the figure a whole year",
            )
            for row in first_rows(within, f"a figure inside the year {year:g}", problems)
        ]

    def judge(
        self,
        rows: Rows,
        part: slice | Ints,
        pair: Ints,
        actual_row: Ints,
        year: float,
        found: TargetLookup,
    ) -> None:
        """Fill in the rows of pairs, whose actuals are judged by the targets found."""
        region, indicator = np.divmod(pair, self.index.indicators)
        measured = self.index.measured[self.index.level[region], indicator]
        # Where nothing is measured, no target of another level is in force either.
        found.basis[~measured] = -1
        for cells in (found.value, found.lower, found.upper, found.end_year, found.end_value):
            cells[~measured] = np.nan
        found.target_row[~measured] = -1
        target = found.value
        actual = take(self.figures.value, actual_row)
        percent, ahead, met, formula, why = self._measure(indicator, actual, target, found)
        prepared = self.rule.prepare(percent)
        score, band = self.rule.scores(prepared), self.rule.positions(prepared)
        status = np.select(
            [~measured, found.why != NoTarget.FOUND, np.isnan(actual), np.isnan(score)],
            [
                STATUSES[s]
                for s in (Status.NOT_MEASURED, Status.NO_TARGET, Status.NO_ACTUAL, Status.UNDEFINED)
            ],
            STATUSES[Status.SCORED],
        )
        path = self.index.path_of[pair]
        base = (
            np.where(path < 0, -1, self.index.baseline_row[path])
            if len(self.index.baseline_row)
            else path.astype(np.int64)
        )
        baseline = take(self.plan.baselines.value, base)
        rows.year[part] = year
        rows.pair[part] = pair
        rows.actual_row[part] = actual_row
        rows.baseline_row[part] = base
        rows.target_row[part] = found.target_row
        rows.target[part] = target
        rows.lower[part] = found.lower
        rows.upper[part] = found.upper
        rows.ends[part] = found.ends
        rows.end_year[part] = found.end_year
        rows.end_value[part] = found.end_value
        rows.basis[part] = found.basis
        rows.gap[part] = ahead
        rows.achievement[part] = percent
        rows.formula[part] = formula
        rows.score[part] = score
        rows.band[part] = band
        rows.met[part] = met
        rows.status[part] = status
        rows.reason[part] = self._reasons(status, found.why, why, score, percent, band)
        rows.progress[part] = self._progress(indicator, actual, baseline, found.end_value)

    def _measure(
        self, indicator: Ints, actual: Floats, target: Floats, found: Any
    ) -> tuple[Floats, Floats, NDArray[np.int8], NDArray[np.int8], NDArray[np.int8]]:
        """Return percent, gap, met, formula and why there is no percent."""
        count = len(indicator)
        percent, ahead = np.full((2, count), np.nan)
        met, formula = np.full((2, count), -1, dtype=np.int8)
        why = np.zeros(count, dtype=np.int8)
        direction = self.direction[indicator]
        ranged = ~(np.isnan(found.lower) & np.isnan(found.upper))
        for position, way in enumerate(Direction):
            for has_range in (False, True):
                at = np.flatnonzero((direction == position) & (ranged == has_range))
                if not len(at):
                    continue
                used = Formula.RANGE if has_range else self.formulas[way]
                r, t, low, up = actual[at], target[at], found.lower[at], found.upper[at]
                percent[at], why[at] = measure(way, used, r, t, low, up, found.worst[at])
                ahead[at] = np.where(np.isnan(t), np.nan, gap(way, r, t, low, up))
                both = ~np.isnan(ahead[at])
                good = (
                    snap(percent[at]) >= 100 if way is Direction.STABILIZE else snap(ahead[at]) >= 0
                )
                good |= ahead[at] == 0
                if has_range:
                    good &= ~at_open_end(way, r, low, up, found.ends[at])
                met[at] = np.where(both, good, -1)
                named = np.where(both, FORMULAS[used], -1)
                # A negative target turns the ratio into the reflected formula.
                if used is Formula.RATIO:
                    named = np.where(both & (t < 0), FORMULAS[Formula.REFLECTED], named)
                formula[at] = named
        return percent, ahead, met, formula, why

    def _reasons(
        self,
        status: Any,
        no_target: NDArray[np.int8],
        undefined: NDArray[np.int8],
        score: Floats,
        percent: Floats,
        band: NDArray[np.int8],
    ) -> NDArray[np.int8]:
        without_word = Reason.NO_BAND if self.rule.bands else Reason.RULE_WITHOUT_BANDS
        return np.select(
            [
                status == STATUSES[Status.NOT_MEASURED],
                status == STATUSES[Status.NO_TARGET],
                status == STATUSES[Status.NO_ACTUAL],
                np.isnan(percent),
                np.isnan(score),
                band < 0,
            ],
            [
                Reason.NOT_MEASURED,
                REASON_OF[NoTarget][no_target],
                Reason.NO_ACTUAL,
                REASON_OF[Undefined][undefined],
                Reason.NO_SCORE,
                without_word,
            ],
            Reason.NONE,
        ).astype(np.int8)

    def _progress(self, indicator: Ints, actual: Floats, baseline: Floats, end: Floats) -> Floats:
        """Return the share of the road from baseline to end target; nan without a road."""
        road = end - baseline
        way = np.array([1.0, -1.0, 0.0])[self.direction[indicator]]
        ahead = np.where(way == 0, road != 0, road * way > 0)
        share = np.full(len(actual), np.nan)
        np.divide(actual - baseline, road, out=share, where=ahead)
        return share
