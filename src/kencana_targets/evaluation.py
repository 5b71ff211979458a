"""The main job: a plan, what was reached, and a rule make a scorecard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.catalog.rules import load_rule
from kencana_targets.columns import picked
from kencana_targets.errors import (
    PlanError,
    Problem,
    TableError,
    raise_gathered,
    refuse,
    unknown_name,
)
from kencana_targets.formulas.achievement import Undefined, at_open_end, gap, measure
from kencana_targets.formulas.rounding import snap
from kencana_targets.model.checks import FIRST_YEAR, LAST_YEAR
from kencana_targets.model.collection import Actuals
from kencana_targets.model.kinds import Direction, Formula, Inherit, Status, as_kind
from kencana_targets.model.lookup import Found, NoTarget, look_up
from kencana_targets.model.plan import Plan
from kencana_targets.model.plan_index import check_bounds, unknown_region
from kencana_targets.model.rule import ScoringRule
from kencana_targets.score_rows import FORMULAS, REASON_OF, STATUSES, Reason, Rows
from kencana_targets.scorecard import Scorecard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["evaluate"]

# Rows worked on at once: their arrays stay in the processor's cache.
CHUNK = 1 << 15
_MOST_OF_A_KIND = 1000


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
    actuals : Actuals or data frame
        What was reached. A data frame is read as `read_actuals` reads it.
    year : int, float or iterable of these
        The year or years to evaluate.
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

    Examples
    --------
    >>> import kencana_targets as kt
    >>> scorecard = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
    ...                         year=2021, rule="bkkbn-bengkulu-2021")
    >>> len(scorecard)
    9
    """
    years = _years(year)
    job, problems = prepare(plan, actuals, rule, inherit)
    for one in years:
        _refuse_year(plan, one)
    reached = [job.actual_rows(one, problems) for one in years]
    raise_gathered(TableError, problems, "actuals")
    rows = job.score(years, reached)
    return Scorecard(plan=plan, rule=job.rule, inherit=job.inherit, actuals=job.figures, rows=rows)


def prepare(
    plan: Plan, actuals: Any, rule: ScoringRule | str, inherit: str
) -> tuple[Job, list[Problem]]:
    """Check what `evaluate` was given; return the job, and the problems of the actuals so far."""
    if not isinstance(plan, Plan):
        refuse("plan", plan, "a Plan, such as load_plan or read_plan return")
    chosen = load_rule(rule) if isinstance(rule, str) else rule
    if not isinstance(chosen, ScoringRule):
        refuse("rule", rule, "a ScoringRule or the code of one")
    way = as_kind(Inherit, inherit, "inherit")
    figures = actuals if isinstance(actuals, Actuals) else _read(actuals, plan)
    problems: list[Problem] = []
    pair = _pairs(plan, figures, problems)
    formulas = {
        direction: chosen.formula(direction)
        for direction in Direction
        if any(indicator.direction is direction for indicator in plan.indicators)
    }
    return Job(plan, chosen, way, figures, pair, formulas), problems


def _read(actuals: Any, plan: Plan) -> Actuals:
    from kencana_targets.tables.readers import read_actuals

    return read_actuals(actuals, plan=plan)


def _years(year: Any) -> tuple[float, ...]:
    given = tuple(year) if isinstance(year, Iterable) and not isinstance(year, str) else (year,)
    for one in given:
        if isinstance(one, bool) or not isinstance(one, (int, float, np.integer, np.floating)):
            refuse("year", one, "a year such as 2022, or several")
        if not FIRST_YEAR <= one <= LAST_YEAR:
            refuse("year", float(one), "a year such as 2022, or several")
    if not given or len(set(given)) < len(given):
        refuse("year", year, "at least one year, each once")
    return tuple(float(one) for one in given)


def _pairs(plan: Plan, figures: Actuals, problems: list[Problem]) -> Ints:
    """Return the pair of each actual, -1 and a problem where a name is unknown."""
    codes = [indicator.code for indicator in plan.indicators]
    positions = []
    for text, names, kind in (
        (figures.indicator, codes, "indicator"),
        (figures.region, plan.regions.codes, "region"),
    ):
        position = text.positions(names)
        positions.append(position.astype(np.int64))
        rows = np.flatnonzero(position < 0)
        first = np.unique(text.codes[rows], return_index=True)[1]
        for row in rows[np.sort(first)][:_MOST_OF_A_KIND].tolist():
            where = figures.where(row, kind)
            word = text[row] or ""
            problems.append(
                unknown_name(kind, word, names, where=where)
                if kind == "indicator"
                else unknown_region(plan.regions, word, where)
            )
    indicator, region = positions
    check_bounds(figures, indicator, plan.indicators, figures.place, problems)
    known = (indicator >= 0) & (region >= 0)
    return np.where(known, region * len(codes) + indicator, -1)


def _refuse_year(plan: Plan, year: float) -> None:
    """Refuse a year before or after all figures of the plan."""
    years = plan.index.paths.years
    if years.min() <= year <= years.max():
        return
    raise PlanError(
        Problem(
            "no target for this year",
            where="argument 'year'",
            got=year,
            allowed=f"{years.min():g} to {years.max():g}",
            hint="evaluate a year of the plan, or add targets to it",
        ),
        plan.code,
    )


class Job:
    """What stays the same from year to year and chunk to chunk."""

    def __init__(
        self,
        plan: Plan,
        rule: ScoringRule,
        inherit: Inherit,
        figures: Actuals,
        pair: Ints,
        formulas: dict[Direction, Formula],
    ) -> None:
        self.plan, self.rule, self.inherit = plan, rule, inherit
        self.figures, self.pair, self.formulas = figures, pair, formulas
        self.index = plan.index
        directions = tuple(Direction)
        self.direction = np.array(
            [directions.index(indicator.direction) for indicator in plan.indicators], dtype=np.int8
        )
        expected = np.zeros((self.index.regions, self.index.indicators), dtype=bool)
        expected[[plan.regions.position(code) for code in plan.covered]] = True
        self.expected = expected.ravel()

    def score(self, years: Sequence[float], reached: Sequence[Ints]) -> Rows:
        """Return the rows of all years; `reached` holds the actual of each pair and year."""
        pairs = [np.flatnonzero(self.expected | (actual >= 0)) for actual in reached]
        rows = Rows.empty(sum(map(len, pairs)))
        first = 0
        for year, pair, actual in zip(years, pairs, reached, strict=True):
            for start in range(0, len(pair), CHUNK):
                chunk = pair[start : start + CHUNK]
                part = slice(first + start, first + start + len(chunk))
                found = look_up(self.index, chunk, year, self.inherit)
                self.judge(rows, part, chunk, actual[chunk], year, found)
            first += len(pair)
        return rows.locked()

    def actual_rows(self, year: float, problems: list[Problem]) -> Ints:
        """Return the row of each pair's actual in a year, -1 for none."""
        given = self.figures.year
        if year == int(year):
            within = np.flatnonzero((given > year) & (given < year + 1))
            problems += [
                Problem(
                    f"a figure inside the year {year:g}",
                    where=self.figures.where(row, "year"),
                    got=float(given[row]),
                    hint="evaluate that date, or give the figure a whole year",
                )
                for row in within[:_MOST_OF_A_KIND].tolist()
            ]
        rows = np.flatnonzero((given == year) & (self.pair >= 0))
        found = np.full(len(self.expected), -1, dtype=np.int64)
        found[self.pair[rows]] = rows
        for row in rows[found[self.pair[rows]] != rows][:_MOST_OF_A_KIND].tolist():
            again = int(found[self.pair[row]])
            problems.append(
                Problem(
                    f"two actuals for indicator '{self.figures.indicator[row]}' in region "
                    f"'{self.figures.region[row]}', {year:g}",
                    where=self.figures.where(again, ""),
                    got=float(self.figures.value[again]),
                    hint=f"keep one: the other is in {self.figures.where(row, '')}",
                )
            )
        return found

    def judge(
        self, rows: Rows, part: slice, pair: Ints, actual_row: Ints, year: float, found: Found
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
        actual = picked(self.figures.value, actual_row)
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
        baseline = picked(self.plan.baselines.value, base)
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
