"""What a scorecard's rows say beyond pass or fail: pace, chance, and where the trend leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.core.columns import Categorical, Column
from kencana_targets.core.terms import Direction, Formula
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.evaluation.score_rows import ScoreColumns
from kencana_targets.formulas.progress import assess, required_change
from kencana_targets.formulas.projection import project
from kencana_targets.formulas.trend_results import TrendMethod
from kencana_targets.formulas.uncertainty import probability_met, standard_error_from_interval
from kencana_targets.tables.results import ResultTable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from kencana_targets.evaluation.score_rows import Rows
    from kencana_targets.formulas.trend_results import Projection


WAYS = (Direction.MAXIMIZE, Direction.MINIMIZE)
ERROR_BASES = ("standard-error", "interval", "no-error", "zero-error")


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
class ChanceTable(ResultTable):
    """The probability of meeting the target, and of each band.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator year target actual standard_error
        error_basis probability_met`` and one column for each band. The basis is
        ``standard-error``, ``interval``, ``no-error`` or ``zero-error``: where no
        variation was observed the error comes out as 0, and tells no chance.
    """


@frozen(eq=False, repr=False, kw_only=True)
class ProjectionTable(ResultTable):
    """Where the trend of the surveys leads.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator target_year target surveys projected lower
        upper probability_met arrival_year arrival required_points status reason``.
    """


def row_names(card: Rows) -> dict[str, Column]:
    """Return the columns that say which row is which."""
    columns = ScoreColumns(card)
    return {name: columns[name] for name in ("region", "region_name", "indicator", "year")}


def assess_rows(card: Rows, scheme: str) -> AssessmentTable:
    """Assess every row under a scheme (see `Scorecard.assess`)."""
    count = len(card)
    category = np.full(count, "not-assessable", dtype=object)
    clause = np.full(count, "no scheme covers a stabilize indicator", dtype=object)
    ratio, score = np.full((2, count), np.nan)
    version = ""
    for direction, rows in _by_direction(card):
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


def _by_direction(card: Rows) -> list[tuple[Direction, Ints]]:
    """Return the rows of each direction that has any, without stabilize."""
    of_row = np.array([WAYS.index(i.direction) if i.direction in WAYS else -1
                       for i in card.plan.indicators])[card.indicator]  # fmt: skip
    groups = [(way, np.flatnonzero(of_row == number)) for number, way in enumerate(WAYS)]
    return [(way, rows) for way, rows in groups if len(rows)]


def _errors(card: Rows) -> tuple[Floats, NDArray[np.int32]]:
    """Return the standard error of each actual and what it rests on."""
    actuals, at = card.actuals, card.actual_row
    error = np.full(len(card), np.nan)
    basis = np.full(len(card), 2, dtype=np.int32)
    if not len(actuals):
        return error, basis
    given = np.where(at < 0, np.nan, actuals.number("standard_error")[at])
    value, low, high = (
        np.where(at < 0, np.nan, actuals.number(name)[at]) for name in ("value", "lower", "upper")
    )
    rows = np.flatnonzero(np.isnan(given) & ~np.isnan(value) & ~np.isnan(low) & ~np.isnan(high))
    error[:] = given
    if len(rows):
        error[rows] = standard_error_from_interval(
            value[rows], low[rows], high[rows], scale="symmetric"
        )
    basis[~np.isnan(given)] = 0
    basis[rows] = 1
    basis[error == 0] = 3
    return error, basis


def _scales(card: Rows) -> NDArray[np.bool_]:
    """Return for each row whether its figures are percentages of a whole."""
    whole = np.array([(i.lower, i.upper) == (0, 100) for i in card.plan.indicators])
    return whole[card.indicator]


def chances(card: Rows) -> ChanceTable:
    """Give every row with an error its probabilities (see `Scorecard.chances`)."""
    error, basis = _errors(card)
    actual = card.actual
    bands = card.rule.bands
    met = np.full(len(card), np.nan)
    words = np.full((len(bands), len(card)), np.nan)
    percent = _scales(card) & (actual > 0) & (actual < 100)
    for direction, every in _by_direction(card):
        for scale, of_scale in (("logit", percent), ("linear", ~percent)):
            rows = every[of_scale[every]]
            if not len(rows):
                continue

            def better(
                edge: Floats, rows: Ints = rows, scale: str = scale, way: str = direction
            ) -> Floats:
                return np.asarray(
                    probability_met(actual[rows], error[rows], edge, direction=way, scale=scale)
                )

            target = card.target[rows]
            # A probability of one rests on an error, never on the lack of one.
            unknown = ~(error[rows] > 0)
            met[rows] = np.where(unknown, np.nan, better(target))
            formula = card.formula[rows]
            for number, band in enumerate(bands):
                above = 1.0 if band.lower is None else better(_edge(band.lower, formula, target))
                beyond = 0.0 if band.upper is None else better(_edge(band.upper, formula, target))
                words[number, rows] = np.where(unknown, np.nan, above - beyond)
    values: dict[str, Column] = {
        **row_names(card),
        "target": card.target,
        "actual": actual,
        "standard_error": error,
        "error_basis": Categorical(basis, ERROR_BASES),
        "probability_met": met,
        **{f"probability {band.label}": words[number] for number, band in enumerate(bands)},
    }
    return ChanceTable(values=values)


def _edge(percent: float, formula: NDArray[np.int8], target: Floats) -> Floats:
    """Return the actual that has this achievement; nan where the formula has no inverse."""
    kinds = tuple(Formula)
    with np.errstate(divide="ignore", invalid="ignore"):
        cases = {
            Formula.RATIO: target * percent / 100,
            Formula.REFLECTED: target * (2 - percent / 100),
            Formula.INVERSE: 100 * target / percent if percent else np.full(len(target), np.inf),
        }
    edge = np.full(len(target), np.nan)
    for known, actual in cases.items():
        edge = np.where(formula == kinds.index(known), actual, edge)
    return np.where(np.isfinite(edge), edge, np.nan)


FIGURES = ("projected", "lower", "upper", "probability_met", "arrival_year", "required_points")


def project_rows(
    card: Rows,
    *,
    method: str,
    walk_variance: float,
    slope_prior: tuple[float, float] | None,
    level: float,
) -> ProjectionTable:
    """Project every region and indicator to its end target (see `Scorecard.project`)."""
    count = len(card)
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


def _alike(card: Rows) -> Iterator[tuple[Direction, float, str, Ints]]:
    """Yield the rows that share direction, end year and scale."""
    whole = _scales(card)
    for direction, every in _by_direction(card):
        ends = card.end_year[every]
        for end in np.unique(ends[~np.isnan(ends)]).tolist():
            for scale, fitting in (("logit", whole[every]), ("linear", ~whole[every])):
                rows = every[(ends == end) & fitting]
                if len(rows):
                    yield direction, end, scale, rows


def _required(card: Rows) -> Floats:
    """Return the points a year that lead from the actual to the end target."""
    actual = card.actual
    points = np.full(len(card), np.nan)
    for direction, rows in _by_direction(card):
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
    errors[at[kept], column] = actuals.number("standard_error")[kept]
    # An error of exactly 0 is the lack of one, as for `chances`.
    errors = np.where(errors > 0, errors, np.nan)
    return years, np.where(np.isnan(errors), np.nan, values), errors
