"""What a scorecard's rows say beyond pass or fail: pace, chance, and where the trend leads."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.columns import Categorical, Column
from kencana_targets.core.errors import ArgumentError
from kencana_targets.core.typing import Floats, Ints, NDArray, Truths
from kencana_targets.evaluation.chances import groups_of
from kencana_targets.evaluation.remarks import survey_name
from kencana_targets.evaluation.row_errors import by_direction, is_share, row_names
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.evaluation.summary import LEVELS
from kencana_targets.evaluation.summary import peers as peers_of
from kencana_targets.formulas import scales
from kencana_targets.formulas.progress import assess, required_change
from kencana_targets.formulas.projection import PooledTrend, pool_trends, project
from kencana_targets.formulas.trend_fits import Projection, TrendMethod
from kencana_targets.model.collection import series_of
from kencana_targets.model.indicator import Indicator
from kencana_targets.tables.results import ResultTable


@frozen(eq=False, repr=False, kw_only=True)
class AssessmentTable(ResultTable):
    """Progress in the words of a published scheme.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator year category ratio score clause``.
    scheme, version : str
        The scheme.
    """

    scheme: str
    version: str


@frozen(eq=False, repr=False, kw_only=True)
class ProjectionTable(ResultTable):
    """Where the trend of the surveys leads.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator target_year target surveys projected lower
        upper probability_met arrival_year arrival_lower arrival_upper required_points
        arrival status reason``. The reason also says what an interval lacks.
    backtest : ResultTable, optional
        By indicator and level, how projections to the last survey from those before
        it would have fared: ``regions coverage bias mean_error
        mean_error_last_value``. Coverage is that of the prediction interval, widened
        by the held-out survey's own error and break; a mean error (of absolute differences, in
        points) above that of the last value says that nobody needed the trend.
    """

    backtest: ResultTable | None = None


def assess_rows(card: Rows, scheme: str) -> AssessmentTable:
    """Assess every row under a scheme (see `Scorecard.assess`)."""
    count = len(card)
    columns: dict[str, Any] = {
        "category": np.full(count, "not-assessable", dtype=object),
        "ratio": np.full(count, np.nan),
        "score": np.full(count, np.nan),
        "clause": np.full(count, "no scheme covers a stabilize indicator", dtype=object),
    }
    version = ""
    for direction, rows in by_direction(card):
        found = assess(
            scheme,
            direction=direction,
            baseline_year=card.baseline_year[rows],
            baseline=card.baseline[rows],
            year=card.year[rows],
            actual=card.actual[rows],
            target_year=card.end_year[rows],
            target=card.end_value[rows],
        )
        for name, cells in columns.items():
            cells[rows] = getattr(found, name)
        version = found.version
    columns |= {name: Categorical.encode(columns[name].tolist()) for name in ("category", "clause")}
    return AssessmentTable(values=row_names(card) | columns, scheme=scheme, version=version)


FIGURES = ("projected", "lower", "upper", "probability_met", "arrival_year", "arrival_lower",
           "arrival_upper", "required_points")  # fmt: skip
WORDS = ("arrival", "status", "reason")
# Regions of one level from which their walk and slopes can be told.
ENOUGH = 30
FEW_REGIONS = "few regions: the interval holds sampling error only"
SOURCES_DIFFER = "sources differ: give break_sd, the standard deviation of a break"


@frozen(eq=False)
class Trends:
    """How the surveys of rows are projected (see `Scorecard.project`)."""

    card: Rows
    method: TrendMethod
    walk_variance: float | None
    slope_prior: tuple[float, float] | None
    break_sd: float | None
    level: float
    errors: Floats

    def groups(self) -> Iterator[_Peers]:
        """Yield the regions of each indicator and level that have an end target and a direction."""
        card = self.card
        rows = np.concatenate([np.empty(0, np.int64), *(each for _, each in by_direction(card))])
        rows = np.sort(rows[~np.isnan(card.end_year[rows])])
        for group in groups_of(card, rows):
            yield _Peers.of(self, rows[group])


@frozen(eq=False)
class _Peers:
    """The regions of one level, with all their surveys of one indicator."""

    trends: Trends
    rows: Ints
    scale: scales.Scale
    years: Floats
    values: Floats
    errors: Floats | None
    sources: NDArray[np.object_]

    @classmethod
    def of(cls, trends: Trends, rows: Ints) -> _Peers:
        """Lay the surveys of rows out as a table, one column a year."""
        card = trends.card
        actuals, plan = card.actuals, card.plan
        years = np.unique(actuals.year)
        # The last place is that of figures of other plans.
        place = np.full(len(plan.index.path_of) + 1, -1, dtype=np.int64)
        place[card.series[rows]] = np.arange(len(rows))
        at = place[series_of(plan.index.known, actuals)]
        # What was not known in the year evaluated must not speak for it.
        kept = np.flatnonzero((at >= 0) & (actuals.year <= card.year.min()))
        cell = (at[kept], np.searchsorted(years, actuals.year[kept]))
        values, errors = np.full((2, len(rows), len(years)), np.nan)
        values[cell], errors[cell] = actuals.value[kept], trends.errors[kept]
        sources = np.full(values.shape, "", dtype=object)
        surveys = actuals.text("survey")
        words = [*(survey_name(word) for word in surveys.categories), ""]
        sources[cell] = np.array(words, dtype=object)[surveys.codes[kept]]
        share = is_share(card)[card.indicator[rows]].all()
        scale = scales.Scale.LOGIT if share else scales.Scale.LINEAR
        if trends.method is not TrendMethod.GLS:
            return cls(trends, rows, scale, years, values, None, sources)
        # An error of exactly 0 is the lack of one, as for `chances`.
        errors = np.where(errors > 0, errors, np.nan)
        values = np.where(np.isnan(errors), np.nan, values)
        sources[np.isnan(values)] = ""
        return cls(trends, rows, scale, years, values, _evened(values, errors, scale), sources)

    @property
    def indicator(self) -> Indicator:
        """What their surveys measure."""
        (position,) = set(self.trends.card.indicator[self.rows].tolist())
        found: Indicator = self.trends.card.plan.indicators[position]
        return found

    @property
    def usable(self) -> Floats:
        """The figures that the scale reaches."""
        return np.where(scales.on_scale(self.values, self.scale), self.values, np.nan)

    @cached_property
    def differing(self) -> Truths:
        """Whether a region's surveys are of several sources; one without a name is any."""
        return np.array([len(set(row) - {""}) > 1 for row in self.sources.tolist()])

    @cached_property
    def pooled(self) -> PooledTrend | None:
        """What these regions tell together; None where they are few, or it is not asked."""
        fixed = self.trends.walk_variance is not None or self.trends.slope_prior is not None
        several = (~np.isnan(self.values)).sum(axis=1) > 1
        if fixed or self.errors is None or np.count_nonzero(several) < ENOUGH:
            return None
        usable, known = self.usable, self.trends.break_sd
        if known is not None:
            middle = np.array([np.nanmedian(usable)])
            known = (known * scales.derivative(middle, self.scale)).item() ** 2
        parent = self.trends.card.plan.index.parent[self.trends.card.region[self.rows]]
        try:
            return pool_trends(
                self.years, usable, self.errors, scale=self.scale, groups=parent,
                sources=self.sources if self.differing.any() else None, break_variance=known,
                adjusted=True,
            )  # fmt: skip
        except ArgumentError:
            return None

    def project(self, rows: Ints, at: float) -> Projection:
        """Project some of the regions to a year."""
        trends, pooled = self.trends, self.pooled
        options: dict[str, Any] = {"walk_variance": 0.0 if trends.walk_variance is None else trends.walk_variance,
                                   "slope_prior": trends.slope_prior}  # fmt: skip
        values, sources = self.values[rows], self.sources[rows]
        errors = None if self.errors is None else self.errors[rows]
        if errors is not None:
            breaks = self.breaks(rows)
            if pooled is not None:
                mean, variance = pooled.slope_prior
                options = {"walk_variance": pooled.walk_variance,
                           "slope_prior": (mean[rows], variance[rows])}  # fmt: skip
                values, errors = self._on_first_source(values, errors, sources)
            options |= {"sources": sources, "break_variance": breaks}
        return project(self.years, values, errors, at, method=trends.method,
                       scale=self.scale, level=trends.level, **options)  # fmt: skip

    def breaks(self, rows: Ints) -> Floats:
        """Return the variance of a break in each region, on the scale; 0 where it is not known."""
        if self.trends.break_sd is None:
            known = 0.0 if self.pooled is None else self.pooled.break_variance
            return np.full(len(rows), np.nan_to_num(known))
        middle = _means(self.usable[rows], 1)
        step = self.trends.break_sd * scales.derivative(middle, self.scale)
        return np.nan_to_num(step) ** 2

    def _on_first_source(
        self, values: Floats, errors: Floats, sources: NDArray[np.object_]
    ) -> tuple[Floats, Floats]:
        """Take out what all surveys of a source lie higher than those of a region's first."""
        shifts = self.pooled.shifts if self.pooled else {}
        if not shifts:
            return values, errors
        above = np.array([[shifts.get(name, 0.0) for name in row] for row in sources.tolist()])
        first = (~np.isnan(values)).argmax(axis=1)[:, None]
        above = above - np.take_along_axis(above, first, axis=1)
        moved = scales.from_scale(scales.to_scale(values, self.scale) - above, self.scale)
        return moved, errors * scales.derivative(values, self.scale) / scales.derivative(
            moved, self.scale
        )

    def caution(self) -> NDArray[np.object_]:
        """Return what is to be known of each region's interval; empty for nothing."""
        trends, pooled = self.trends, self.pooled
        words = np.full(len(self.rows), "", dtype=object)
        if self.errors is None:
            return words
        if pooled is None and trends.walk_variance is None:
            words[:] = FEW_REGIONS
        if trends.break_sd is None and (pooled is None or np.isnan(pooled.break_variance)):
            words[self.differing] = SOURCES_DIFFER
        return words


def _evened(values: Floats, errors: Floats, scale: scales.Scale) -> Floats:
    """Return errors as the middle of each region's surveys has them, not chance in one of them.

    A share that chance makes small has a large error on the logit scale, and weighs too
    little: intervals of four surveys held 0.926 of the true figures. The error of a share
    that a sample gives grows with the root of p (1 - p), so that half of the step from the
    figure to the middle is left to take. A year's own middle keeps a fall that all share.
    """
    usable = np.where(scales.on_scale(values, scale), values, np.nan)
    level = scales.to_scale(usable, scale)
    middle = _means(level, 1)[:, None]
    middle = middle + _means(level - middle, 0)
    step = scales.derivative(scales.from_scale(middle, scale), scale)
    ratio = np.sqrt(step / scales.derivative(usable, scale))
    return np.where(np.isnan(level), errors, errors * ratio)


def _means(values: Floats, axis: int) -> Floats:
    """Return means along an axis, of what is known."""
    means: Floats = np.ma.masked_invalid(values).mean(axis=axis).filled(np.nan)
    return means


def project_rows(trends: Trends, *, backtest: bool) -> ProjectionTable:
    """Project every region and indicator to its end target (see `Scorecard.project`)."""
    card = trends.card
    count = len(card)
    columns: dict[str, Any] = {name: np.full(count, np.nan) for name in FIGURES}
    columns |= {name: np.full(count, None, dtype=object) for name in WORDS}
    columns["status"][:] = "no-trend"
    columns["reason"][:] = "no end target, or a stabilize indicator"
    surveys = np.zeros(count, dtype=np.int64)
    tested = []
    for peers in trends.groups():
        rows = peers.rows
        surveys[rows] = (~np.isnan(peers.values)).sum(axis=1)
        for end in np.unique(card.end_year[rows]).tolist():
            _note(peers, np.flatnonzero(card.end_year[rows] == end), end, columns)
        if trends.method is TrendMethod.GLS:
            unknown = rows[surveys[rows] == 0]
            columns["reason"][unknown] = "no survey with a standard error; gls needs 2"
        if backtest:
            tested.append(_backtest(peers))
    for direction, rows in by_direction(card):
        columns["required_points"][rows] = required_change(
            direction=direction,
            year=card.year[rows],
            actual=card.actual[rows],
            target_year=card.end_year[rows],
            target=card.end_value[rows],
        )
    columns |= {name: Categorical.encode(columns[name].tolist()) for name in WORDS}
    names = row_names(card)
    del names["year"]
    table: dict[str, Column] = {
        **names,
        "target_year": card.end_year,
        "target": card.end_value,
        "surveys": surveys,
        **columns,
    }
    return ProjectionTable(values=table, backtest=_tested(tested) if backtest else None)


def _note(peers: _Peers, here: Ints, end: float, columns: dict[str, Any]) -> None:
    """Write what a projection says into the rows that it is about."""
    rows, trend, card = peers.rows[here], peers.project(here, end), peers.trends.card
    goal, direction = card.end_value[rows], peers.indicator.direction
    arrived = trend.year_of_arrival(goal, direction=direction)
    told = {"projected": trend.value, "lower": trend.lower, "upper": trend.upper}
    told |= {f"arrival_{name}": getattr(arrived, name) for name in ("year", "lower", "upper")}
    if trend.method is not TrendMethod.THEIL_SEN:
        told["probability_met"] = trend.probability_met(goal, direction=direction)
    # A region without a projection says why, one with one what its interval lacks.
    reason = np.where(trend.reason == "", peers.caution()[here], trend.reason)
    for name, said in (("arrival", arrived.status), ("status", trend.status), ("reason", reason)):
        told[name] = [str(word) or None for word in said]
    for name, cells in told.items():
        columns[name][rows] = cells


def _backtest(peers: _Peers) -> tuple[Any, ...]:
    """Project to each region's last survey from those before it, and compare."""
    card, values = peers.trends.card, peers.values
    seen = ~np.isnan(values)
    last = seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    held: list[Floats] = []
    # Nothing of the last surveys is known, neither in a region nor in what all tell.
    shown = seen & (np.arange(seen.shape[1]) != last[:, None])
    before_last = evolve(
        peers,
        values=np.where(shown, values, np.nan),
        errors=None if peers.errors is None else np.where(shown, peers.errors, np.nan),
        sources=np.where(shown, peers.sources, ""),
    )
    for column in np.unique(last[shown.any(axis=1)]).tolist():
        rows = np.flatnonzero(last == column)
        trend = before_last.project(rows, float(peers.years[column]))
        true = values[rows, column]
        # A region without an earlier survey has no trend, and is not counted.
        previous = values[rows, column - 1 - seen[rows, :column][:, ::-1].argmax(axis=1)]
        reach = scales.multiple(trend.level, trend.degrees_of_freedom) * trend.standard_error
        if peers.errors is not None:
            # The survey that was held out has an error, and perhaps a break, of its own.
            own = (peers.errors[rows, column] * scales.derivative(true, peers.scale)) ** 2
            first = peers.sources[rows, seen[rows].argmax(axis=1)]
            own += before_last.breaks(rows) * (peers.sources[rows, column] != first)
            reach = np.hypot(reach, scales.quantile((1 + trend.level) / 2) * np.sqrt(own))
        away = scales.to_scale(true, peers.scale) - scales.to_scale(trend.value, peers.scale)
        inside = np.where(np.isnan(away), np.nan, np.abs(away) <= reach)
        held.append(np.stack([inside, trend.value - true, previous - true]))
    inside, off, stayed = np.concatenate([np.empty((3, 0)), *held], axis=1)
    known = ~np.isnan(off)
    (level,) = {LEVELS[one].value for one in peers_of(card)[peers.rows].tolist()}
    every = np.stack([inside, off, np.abs(off), np.abs(stayed)])[:, known]
    return peers.indicator.code, level, every.shape[1], *_means(every, 1).tolist()


def _tested(rows: list[tuple[Any, ...]]) -> ResultTable:
    names = ("indicator", "level", "regions", "coverage", "bias", "mean_error",
             "mean_error_last_value")  # fmt: skip
    cells = list(zip(*rows, strict=True)) or [()] * len(names)
    words: dict[str, Column] = {
        name: Categorical.encode(column) for name, column in zip(names[:2], cells, strict=False)
    }
    numbers = zip(names[2:], cells[2:], strict=True)
    return ResultTable(values=words | {name: np.array(column, float) for name, column in numbers})
