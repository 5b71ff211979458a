"""What a scorecard's rows say beyond pass or fail: pace, chance, and where the trend leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.core.columns import Categorical, Column
from kencana_targets.core.terms import Direction, as_term
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.evaluation.row_errors import actual_errors, by_direction, is_share, row_names
from kencana_targets.formulas.progress import assess, required_change
from kencana_targets.formulas.projection import project
from kencana_targets.formulas.scales import Scale
from kencana_targets.formulas.trend_results import TrendMethod, TrendMethodLike
from kencana_targets.tables.results import ResultTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kencana_targets.evaluation.score_rows import Rows
    from kencana_targets.formulas.trend_results import Projection


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
        upper probability_met arrival_year arrival required_points status reason``.
    """


def assess_rows(card: Rows, scheme: str) -> AssessmentTable:
    """Assess every row under a scheme (see `Scorecard.assess`)."""
    count = len(card)
    category = np.full(count, "not-assessable", dtype=object)
    clause = np.full(count, "no scheme covers a stabilize indicator", dtype=object)
    ratio, score = np.full((2, count), np.nan)
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
        category[rows], clause[rows] = found.category, found.clause
        ratio[rows], score[rows] = found.ratio, found.score
        version = found.version
    values: dict[str, Column] = {
        **row_names(card),
        "category": Categorical.encode(category.tolist()),
        "ratio": ratio,
        "score": score,
        "clause": Categorical.encode(clause.tolist()),
    }
    return AssessmentTable(values=values, scheme=scheme, version=version)


FIGURES = ("projected", "lower", "upper", "probability_met", "arrival_year", "required_points")


def project_rows(
    card: Rows,
    *,
    method: TrendMethodLike,
    walk_variance: float,
    slope_prior: tuple[float, float] | None,
    level: float,
) -> ProjectionTable:
    """Project every region and indicator to its end target (see `Scorecard.project`)."""
    count, method = len(card), as_term(TrendMethod, method, "method")
    figures = {name: np.full(count, np.nan) for name in FIGURES}
    words = {name: np.full(count, None, dtype=object) for name in ("arrival", "status", "reason")}
    words["status"][:], words["reason"][:] = "no-trend", "no end target, or a stabilize indicator"
    surveys = np.zeros(count, dtype=np.int64)
    for direction, end, scale, rows in _alike(card):
        years, values, errors = _series(card, rows, known_errors=method == "gls")
        surveys[rows] = (~np.isnan(values)).sum(axis=1)
        trend = project(
            years,
            values,
            errors,
            end,
            method=method,
            scale=scale,
            walk_variance=walk_variance,
            slope_prior=slope_prior,
            level=level,
        )
        _note(trend, direction, card.end_value[rows], rows, figures, words)
    if method == "gls":
        words["reason"][surveys == 0] = "no survey with a standard error; gls needs 2"
    figures["required_points"] = _required(card)
    names = row_names(card)
    del names["year"]
    table: dict[str, Column] = {
        **names,
        "target_year": card.end_year,
        "target": card.end_value,
        "surveys": surveys,
        **figures,
        **{name: Categorical.encode(column.tolist()) for name, column in words.items()},
    }
    return ProjectionTable(values=table)


def _alike(card: Rows) -> Iterator[tuple[Direction, float, Scale, Ints]]:
    """Yield the rows that share direction, end year and scale."""
    whole = is_share(card)[card.indicator]
    for direction, every in by_direction(card):
        ends = card.end_year[every]
        for end in np.unique(ends[~np.isnan(ends)]).tolist():
            for scale, fitting in ((Scale.LOGIT, whole[every]), (Scale.LINEAR, ~whole[every])):
                rows = every[(ends == end) & fitting]
                if len(rows):
                    yield direction, end, scale, rows


def _required(card: Rows) -> Floats:
    """Return the points a year that lead from the actual to the end target."""
    actual = card.actual
    points = np.full(len(card), np.nan)
    for direction, rows in by_direction(card):
        points[rows] = required_change(
            direction=direction,
            year=card.year[rows],
            actual=actual[rows],
            target_year=card.end_year[rows],
            target=card.end_value[rows],
        )
    return points


def _note(
    trend: Projection,
    direction: Direction,
    goal: Floats,
    rows: Ints,
    figures: dict[str, Floats],
    words: dict[str, NDArray[np.object_]],
) -> None:
    """Write what a projection says into the rows that it is about."""
    arrived = trend.year_of_arrival(goal, direction=direction)
    for name, value in (
        ("projected", trend.value),
        ("lower", trend.lower),
        ("upper", trend.upper),
        ("arrival_year", arrived.year),
    ):
        figures[name][rows] = value
    if trend.method is not TrendMethod.THEIL_SEN:
        figures["probability_met"][rows] = trend.probability_met(goal, direction=direction)
    for name, said in (
        ("arrival", arrived.status),
        ("status", trend.status),
        ("reason", trend.reason),
    ):
        words[name][rows] = [str(word) or None for word in np.atleast_1d(said)]


def _series(card: Rows, rows: Ints, *, known_errors: bool) -> tuple[Floats, Floats, Floats | None]:
    """Return all surveys of these rows' regions: years, values and errors as a table."""
    actuals, plan = card.actuals, card.plan
    codes = [indicator.code for indicator in plan.indicators]
    pair = actuals.region.positions(plan.regions.codes).astype(np.int64) * len(codes)
    pair += actuals.indicator.positions(codes)
    years = np.unique(actuals.year)
    place = np.full(len(plan.index.path_of), -1, dtype=np.int64)
    place[card.series[rows]] = np.arange(len(rows))
    at = place[pair]
    # What was not known in the year evaluated must not speak for it.
    kept = np.flatnonzero((at >= 0) & (actuals.year <= card.year[0]))
    column = np.searchsorted(years, actuals.year[kept])
    values, errors = np.full((2, len(rows), len(years)), np.nan)
    values[at[kept], column] = actuals.value[kept]
    if not known_errors:
        return years, values, None
    errors[at[kept], column] = actual_errors(card).error[kept]
    # An error of exactly 0 is the lack of one, as for `chances`.
    errors = np.where(errors > 0, errors, np.nan)
    return years, np.where(np.isnan(errors), np.nan, values), errors
