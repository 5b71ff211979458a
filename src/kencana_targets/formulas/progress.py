"""Progress since a baseline: how far, against the path, and how fast from now on.

`assess` puts it into the words of a published scheme; the figures below it are
plain arithmetic that any scheme may use.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from attrs import frozen

from kencana_targets.core import terms
from kencana_targets.core.checks import as_choice, figures, one_way, plain, positive, quiet, vector
from kencana_targets.core.errors import refuse
from kencana_targets.core.typing import ArrayLike, Floats, Ints, NDArray, Truths
from kencana_targets.formulas.paths import Paths, bounds
from kencana_targets.formulas.scales import Scale
from kencana_targets.formulas.schemes import (
    MEASURES,
    Course,
    Ladder,
    Scheme,
    Step,
    limit_coefficient,
    list_schemes,
    load_scheme,
)
from kencana_targets.formulas.trend_fits import ols, read_sources, surveys_on_scale, theil_sen

# What binary arithmetic may take off a ratio that lies on a threshold.
TOLERANCE = 1e-12
SILENT = "not-assessable"

# Where it applies, the category, the reason and the points; the first one counts.
Outcome = tuple["Truths", str, str, "Floats | float"]
# Category, ratio, score and clause.
Told = tuple["NDArray[Any]", "Floats", "Floats", "NDArray[Any]"]
__all__ = [
    "Assessment",
    "Ladder",
    "RateFit",
    "Scheme",
    "Step",
    "acceleration_factor",
    "annual_rate_fit",
    "assess",
    "distance_share",
    "expected_share",
    "limit_coefficient",
    "list_schemes",
    "load_scheme",
    "logit_ratio",
    "pace",
    "required_change",
]


@frozen(eq=False)
class Assessment:
    """What a scheme says; scalars for scalars, arrays for arrays.

    Parameters
    ----------
    category : str or ndarray of str
        The scheme's word with hyphens; ``target-met`` where a scheme has no word
        of its own for it; ``not-assessable`` where it has nothing to say.
    ratio : float or ndarray
        The number that the scheme's thresholds apply to, a fraction; nan where
        there is none.
    score : float or ndarray
        The scheme's points; nan where it gives none.
    scheme, version : str
        Code and edition of the scheme.
    clause : str or ndarray of str
        The rule that fired, or why nothing can be said.
    """

    category: Any
    ratio: Any
    score: Any
    scheme: str
    version: str
    clause: Any


@quiet
def assess(
    scheme: str,
    *,
    direction: terms.DirectionLike,
    baseline_year: ArrayLike,
    baseline: ArrayLike,
    year: ArrayLike,
    actual: ArrayLike,
    target_year: ArrayLike | None = None,
    target: ArrayLike | None = None,
    limit: ArrayLike | None = None,
) -> Assessment:
    """Put progress since a baseline into the words of a published scheme.

    Parameters
    ----------
    scheme : str
        A code of `list_schemes`.
    direction : Direction or str
        ``maximize`` or ``minimize``; no scheme covers ``stabilize``.
    baseline_year, year : float or array_like
        Years of the baseline and of the actual. [year]
    baseline, actual : float or array_like
        Figures; nan where missing. [unit of the indicator]
    target_year, target : float or array_like, optional
        The end target. Without it the scheme's form without a target is used.
    limit : float or array_like, optional
        Natural limit, near which Open SDG without a target asks for less; other
        schemes ignore it. [unit of the indicator]

    Returns
    -------
    Assessment
        ``category ratio score scheme version clause``. The words for what has
        no ratio: the scheme's own word, or ``target-met``, for a target that is
        met or that the baseline had met and the actual keeps; the scheme's
        worst word for one that was lost; ``not-assessable`` for a missing
        figure, one point, a zero baseline, mixed signs, a target of zero where
        a rate is needed, and a form or direction that the scheme lacks. The
        clause gives the reason. A target year before `year` is judged at the
        target year.

    Raises
    ------
    UnknownNameError
        There is no scheme of that code.
    ArgumentError
        A figure is not a number or is infinite, a target has no year, a limit
        is not positive.

    Notes
    -----
    Thresholds are compared with a tolerance of 1e-12, so that a ratio that is
    0.95 on paper is 0.95 here; levels are compared as they are. Categories do
    not depend on the unit of the figures, except for the level of 5 percent of
    ``who-unicef-stunting`` and the one point of ``unsd-2023``.

    References
    ----------
    In each scheme's ``sources``, with its ``certainty``; several thresholds are
    not verified against the primary text.

    Examples
    --------
    >>> national = assess("eurostat", direction="minimize", baseline_year=2019, baseline=27.67,
    ...                   year=2023, actual=21.5, target_year=2024, target=14)
    >>> national.category, round(national.ratio, 3), national.clause
    ('insufficient-progress', 0.48, '0 <= rate ratio < 0.6')
    """
    plan = load_scheme(scheme)
    heading = terms.as_direction(direction)
    if target is not None and target_year is None:
        refuse("target_year", None, "the year of the target", "name the year")
    matched = figures(
        baseline_year=baseline_year,
        baseline=baseline,
        year=year,
        actual=actual,
        target_year=None if target is None else target_year,
        target=target,
        limit=None if limit is None else positive("limit", limit, "more than zero"),
    )
    # A scheme that judges speed alone has no use for a target.
    aimed = target is not None and plan.with_target is not None
    ladder = plan.with_target if aimed else plan.without_target
    # Flat, so that one figure is computed as it would be among many.
    flat = [array.ravel() for array in matched]
    course = Course(-1 if heading is terms.Direction.MINIMIZE else 1, *flat)
    if ladder is None or heading not in plan.directions:
        form = "without a target" if ladder is None else f"for the direction '{heading}'"
        size = course.actual.size
        nothing, reason = np.full(size, np.nan), f"the scheme has no form {form}"
        told = np.full(size, SILENT, object), nothing, nothing, np.full(size, reason, object)
    else:
        told = _judge(ladder, course, with_target=aimed)
    shape = np.broadcast(*matched).shape
    parts: list[Any] = [part.reshape(shape) if shape else part.item() for part in told]
    category, ratio, score, clause = parts
    return Assessment(category, ratio, score, plan.code, plan.version, clause)


def _judge(ladder: Ladder, course: Course, *, with_target: bool) -> Told:
    ratio = MEASURES[ladder.measure](course) + 0.0  # no negative zero
    measured = ratio
    if ladder.near_limit:
        # The thresholds shrink near a natural limit: the rate is stretched as much.
        coefficient = limit_coefficient(course.baseline, course.limit)
        measured = np.where(ratio > 0, ratio / coefficient, ratio)
        measured = np.where((coefficient == 0) & (ratio >= 0), np.inf, measured)
    step = _step(ladder, measured, course.required)
    points = _points(ladder, course, measured, step)
    outcomes = _unknown(course, with_target=with_target)
    if with_target:
        outcomes += _against_target(ladder, course, points)
    outcomes += _undefined(ladder, course, ratio)
    if ladder.still:
        level = course.actual == course.baseline
        outcomes.append((level, ladder.still, "no movement since the baseline", points))
    if ladder.away:
        backward = course.ahead(course.actual, course.baseline) <= 0
        outcomes.append((backward, ladder.away, "no movement in the right direction", points))
    masks, words, clauses, scores = (list(part) for part in zip(*outcomes, strict=True))
    still = np.where(course.actual == course.baseline, len(ladder.steps), 0)
    verdict = np.select(masks, range(len(masks)), default=len(masks) + step + still)
    rules = [_clause(ladder, position) for position in range(len(ladder.steps))]
    words += 2 * [each.word for each in ladder.steps]
    clauses += rules + [f"{rule}; no movement since the baseline" for rule in rules]
    return (
        np.array(words, dtype=object)[verdict],
        ratio,
        np.select(masks, scores, default=points),
        np.array(clauses, dtype=object)[verdict],
    )


def _step(ladder: Ladder, measured: Floats, required: Floats) -> Ints:
    position = np.zeros(measured.shape, dtype=np.int64)
    for k, step in enumerate(ladder.steps[1:], start=1):
        cut = -required if step.required else step.cut
        beyond = measured - cut > (TOLERANCE if step.strict else -TOLERANCE)
        position = np.where(beyond, k, position)
    return position


def _points(ladder: Ladder, course: Course, measured: Floats, step: Ints) -> Floats:
    if ladder.knots:
        at, score = np.array(ladder.knots).T
        return np.asarray(np.interp(measured, at, score))
    if ladder.score:
        return MEASURES[ladder.score](course) + 0.0
    return np.array([each.score for each in ladder.steps])[step]


def _unknown(course: Course, *, with_target: bool) -> list[Outcome]:
    own = course.baseline_year, course.baseline, course.year, course.actual
    absent = np.logical_or.reduce(np.isnan(own))
    outcomes: list[Outcome] = [(absent, SILENT, "a figure or its year is missing", np.nan)]
    if with_target:
        absent = np.isnan(course.target_year) | np.isnan(course.target)
        outcomes.append((absent, SILENT, "the target or its year is missing", np.nan))
    alone = course.year == course.baseline_year
    outcomes.append((alone, SILENT, "one point: the actual is of the baseline year", np.nan))
    early = course.year < course.baseline_year
    outcomes.append((early, SILENT, "the actual is older than the baseline", np.nan))
    if with_target:
        late = course.target_year <= course.baseline_year
        outcomes.append((late, SILENT, "the target year is not after the baseline year", np.nan))
    return outcomes


def _against_target(ladder: Ladder, course: Course, points: Floats) -> list[Outcome]:
    met = course.ahead(course.actual, course.target) >= 0
    if ladder.met_within:
        end = (course.target == 0) | (course.target == 100)
        met |= end & (np.abs(course.actual - course.target) <= ladder.met_within)
    had = course.ahead(course.baseline, course.target) >= 0
    same = course.baseline == course.target
    word, score = ladder.met or "target-met", ladder.met_score
    outcomes: list[Outcome] = [
        (met & same, word, "the baseline equals the target and the actual keeps it", score),
        (met & had, word, "the baseline had met the target and the actual keeps it", score),
    ]
    if ladder.met:
        outcomes.append((met, word, "the target is met", score))
    low = course.actual < ladder.low_level
    lost = points if np.isnan(ladder.lost_score) else ladder.lost_score
    outcomes.append((low, ladder.steps[-1].word, f"level below {ladder.low_level:g}", points))
    outcomes += [
        (same & ~met, ladder.worst, "the baseline equals the target and the actual lost it", lost),
        (had & ~met, ladder.worst, "the baseline had met the target and the actual lost it", lost),
    ]
    return outcomes


def _undefined(ladder: Ladder, course: Course, ratio: Floats) -> list[Outcome]:
    nothing = np.isnan(ratio)
    if any(step.required for step in ladder.steps):
        nothing |= np.isnan(course.required)
    sign = np.sign(course.baseline)
    mixed = (sign * course.actual < 0) | (sign * course.target < 0)
    zero = course.baseline == 0
    return [
        (nothing & zero, SILENT, "the baseline is zero: there is no annual rate", np.nan),
        (nothing & mixed, SILENT, "mixed signs: there is no annual rate", np.nan),
        (nothing & (course.target == 0), SILENT, "no annual rate reaches a target of zero", np.nan),
        (nothing, SILENT, "the figures are too far apart to compute with", np.nan),
    ]


def _clause(ladder: Ladder, position: int) -> str:
    step, above = ladder.steps[position], ladder.steps[position + 1 :]
    text = ladder.measure
    if position:
        edge = "required rate" if step.required else f"{step.cut:g}"
        text = f"{edge} {'<' if step.strict else '<='} {text}"
    if above:
        edge = "required rate" if above[0].required else f"{above[0].cut:g}"
        text = f"{text} {'<=' if above[0].strict else '<'} {edge}"
    return f"{text}, in shares of the limit's coefficient" if ladder.near_limit else text


def _quotient(over: Floats, under: Floats) -> Floats:
    """Divide; nan where the divisor is zero."""
    return np.where(under == 0, np.nan, over / under) + 0.0


@quiet
def distance_share(baseline: ArrayLike, actual: ArrayLike, target: ArrayLike) -> Any:
    """Return the share of the way from baseline to target that is covered.

    Parameters
    ----------
    baseline, actual, target : float or array_like
        Figures; they broadcast. [unit of the indicator]

    Returns
    -------
    float or ndarray
        0 at the baseline, 1 at the target, negative when it went the other way;
        nan where the baseline equals the target or a figure is missing.

    Raises
    ------
    ArgumentError
        Figures that are no numbers or do not fit together.

    Examples
    --------
    >>> round(distance_share(27.67, 21.5, 14), 3)
    0.451
    """
    first, now, end = figures(baseline=baseline, actual=actual, target=target)
    return plain(_quotient(now - first, end - first))


@quiet
def expected_share(
    *,
    baseline_year: ArrayLike,
    baseline: ArrayLike,
    year: ArrayLike,
    target_year: ArrayLike,
    target: ArrayLike,
    shape: terms.PathShapeLike = "linear",
    lower: float = 0.0,
    upper: float = 100.0,
) -> Any:
    """Return the share of the way that the path asks for by a year.

    Parameters
    ----------
    baseline_year, year, target_year : float or array_like
        Years. [year]
    baseline, target : float or array_like
        The ends of the path. [unit of the indicator]
    shape : PathShape or str, optional
        Shape of the path, as in `kencana_targets.formulas.paths.interpolate`.
    lower, upper : float, optional
        Bounds for ``logit`` and ``complement-rate``. [unit of the indicator]

    Returns
    -------
    float or ndarray
        0 to 1; 1 after the target year. nan before the baseline year, where the
        target year is not after it, where the baseline equals the target, and
        where the shape cannot pass through the two figures.

    Raises
    ------
    ArgumentError
        A word that is not allowed, or a figure that is not a number.

    Examples
    --------
    >>> ends = dict(baseline_year=2019, baseline=27.67, target_year=2024, target=14)
    >>> round(expected_share(year=2023, **ends), 3)
    0.8
    >>> round(expected_share(year=2023, shape="constant-rate", **ends), 3)
    0.85
    """
    kind = terms.as_term(terms.PathShape, shape, "shape")
    low, high = bounds(lower, upper)
    first_year, first, at, end_year, end = figures(
        baseline_year=baseline_year,
        baseline=baseline,
        year=year,
        target_year=target_year,
        target=target,
    )
    years, knots = np.stack([first_year, end_year], axis=-1), np.stack([first, end], axis=-1)
    paths = Paths.alike(years, knots, kind, low, high)
    asked = np.minimum(at, end_year).ravel()
    drawn, _, _, inside = paths.at(np.arange(first.size), asked, paths.slopes())
    refused = paths.refused().reshape(first.size, 2).any(axis=1)
    level = np.where(inside & ~refused, drawn, np.nan).reshape(first.shape)
    level = np.where(end_year > first_year, level, np.nan)
    return plain(_quotient(level - first, end - first))


@quiet
def pace(
    *,
    baseline_year: ArrayLike,
    baseline: ArrayLike,
    year: ArrayLike,
    actual: ArrayLike,
    target_year: ArrayLike,
    target: ArrayLike,
    shape: terms.PathShapeLike = "linear",
    lower: float = 0.0,
    upper: float = 100.0,
) -> Any:
    """Return the share of the way that is covered, over the share that was due.

    Parameters
    ----------
    baseline_year, year, target_year : float or array_like
        Years. [year]
    baseline, actual, target : float or array_like
        Figures. [unit of the indicator]
    shape, lower, upper : optional
        The path, as in `expected_share`.

    Returns
    -------
    float or ndarray
        1 on the path, more when ahead of it; nan where either share is, and
        where nothing was due yet.

    Raises
    ------
    ArgumentError
        Figures that are no numbers or do not fit together, or a shape that is none.

    Examples
    --------
    >>> round(pace(baseline_year=2019, baseline=27.67, year=2023, actual=21.5,
    ...            target_year=2024, target=14), 3)
    0.564
    """
    due = expected_share(
        baseline_year=baseline_year,
        baseline=baseline,
        year=year,
        target_year=target_year,
        target=target,
        shape=shape,
        lower=lower,
        upper=upper,
    )
    return plain(_quotient(*figures(actual=distance_share(baseline, actual, target), year=due)))


def _change(first: Floats, last: Floats, years: Floats, kind: Literal["points", "rate"]) -> Floats:
    """Change a year, in points or as a rate; nan where there is none."""
    as_choice("kind", kind, "points", "rate")
    span = np.where(years > 0, years, np.nan)
    if kind == "points":
        return (last - first) / span
    growth = np.where(first * last > 0, last / first, np.nan)
    # Flat, so that one figure is computed as it would be among many.
    return np.expm1(np.log(growth.ravel()) / span.ravel()).reshape(growth.shape)


def _met(direction: terms.DirectionLike, actual: Floats, target: Floats) -> Truths:
    way = one_way(direction)
    return actual <= target if way is terms.Direction.MINIMIZE else actual >= target


@quiet
def required_change(
    *,
    direction: terms.DirectionLike,
    year: ArrayLike,
    actual: ArrayLike,
    target_year: ArrayLike,
    target: ArrayLike,
    kind: Literal["points", "rate"] = "points",
) -> Any:
    """Return the change a year that still leads to the target.

    Parameters
    ----------
    direction : Direction or str
        ``maximize`` or ``minimize``.
    year, target_year : float or array_like
        Years of the actual and of the target. [year]
    actual, target : float or array_like
        Figures. [unit of the indicator]
    kind : {"points", "rate"}, optional
        Points a year, or a fraction a year. "Percent per year" is printed for
        both.

    Returns
    -------
    float or ndarray
        Change a year, negative for a reduction; 0 where the target is met; nan
        where no year is left, or where a rate would have to pass zero.

    Raises
    ------
    ArgumentError
        Figures that are no numbers or do not fit together, a direction that is neither, or a
        kind of change that is none.

    Examples
    --------
    >>> gap = dict(direction="minimize", year=2022, actual=21.6, target_year=2024, target=14)
    >>> round(required_change(**gap), 2)
    -3.8
    >>> round(100 * required_change(kind="rate", **gap), 2)
    -19.49
    """
    at, now, end_year, end = figures(
        year=year, actual=actual, target_year=target_year, target=target
    )
    return plain(np.where(_met(direction, now, end), 0.0, _change(now, end, end_year - at, kind)))


@quiet
def acceleration_factor(
    *,
    direction: terms.DirectionLike,
    baseline_year: ArrayLike,
    baseline: ArrayLike,
    year: ArrayLike,
    actual: ArrayLike,
    target_year: ArrayLike,
    target: ArrayLike,
    kind: Literal["points", "rate"] = "rate",
) -> Any:
    """Return by how much the change a year must be multiplied from now on.

    Parameters
    ----------
    direction : Direction or str
        ``maximize`` or ``minimize``.
    baseline_year, year, target_year : float or array_like
        Years. [year]
    baseline, actual, target : float or array_like
        Figures. [unit of the indicator]
    kind : {"rate", "points"}, optional
        How change is measured, as in `required_change`.

    Returns
    -------
    float or ndarray
        1 where the pace so far is enough to the day; 0 where the target is met;
        negative where the movement so far leads away; nan where nothing moved
        or a change is undefined.

    Raises
    ------
    ArgumentError
        Figures that are no numbers or do not fit together, a direction that is neither, or a
        kind of change that is none.

    Examples
    --------
    >>> round(acceleration_factor(direction="minimize", baseline_year=2019, baseline=27.67,
    ...                           year=2023, actual=21.5, target_year=2024, target=14), 2)
    5.71
    """
    first_year, first, at, now, end_year, end = figures(
        baseline_year=baseline_year,
        baseline=baseline,
        year=year,
        actual=actual,
        target_year=target_year,
        target=target,
    )
    needed = _change(now, end, end_year - at, kind)
    seen = _change(first, now, at - first_year, kind)
    return plain(np.where(_met(direction, now, end), 0.0, _quotient(needed, seen)))


@quiet
def logit_ratio(
    *,
    baseline_year: ArrayLike,
    baseline: ArrayLike,
    year: ArrayLike,
    actual: ArrayLike,
    target_year: ArrayLike,
    target: ArrayLike,
    lower: float = 0.0,
    upper: float = 100.0,
) -> Any:
    """Return the speed on the logit scale over the speed that was needed.

    The ratio of annual rates changes when a share is turned into its complement
    (stunted, not stunted); this ratio does not.

    Parameters
    ----------
    baseline_year, year, target_year : float or array_like
        Years. [year]
    baseline, actual, target : float or array_like
        Figures between the bounds. [unit of the indicator]
    lower, upper : float, optional
        Bounds of the indicator. [unit of the indicator]

    Returns
    -------
    float or ndarray
        1 where the speed was as needed, negative for the wrong direction; nan
        at or outside the bounds, where the baseline equals the target, and
        where the years do not follow the baseline year.

    Raises
    ------
    ArgumentError
        The bounds are in the wrong order, or a figure is not a number.

    Examples
    --------
    >>> stunted = logit_ratio(baseline_year=2019, baseline=27.67, year=2023, actual=21.5,
    ...                       target_year=2024, target=14)
    >>> other = logit_ratio(baseline_year=2019, baseline=72.33, year=2023, actual=78.5,
    ...                     target_year=2024, target=86)
    >>> round(stunted, 6), round(other, 6)
    (0.488875, 0.488875)
    """
    lower, upper = bounds(lower, upper)
    first_year, first, at, now, end_year, end = figures(
        baseline_year=baseline_year,
        baseline=baseline,
        year=year,
        actual=actual,
        target_year=target_year,
        target=target,
    )

    def logit(values: Floats) -> Floats:
        inside = np.where((lower < values) & (values < upper), values, np.nan)
        flat = inside.ravel()
        return (np.log(flat - lower) - np.log(upper - flat)).reshape(inside.shape)

    start = logit(first)
    seen = _change(start, logit(now), at - first_year, "points")
    return plain(_quotient(seen, _change(start, logit(end), end_year - first_year, "points")))


@frozen
class RateFit:
    """Average annual rate fitted to several surveys.

    Parameters
    ----------
    rate : float
        Growth a year; the AARR is its negative. [fraction]
    slope : float
        Change of the logarithm a year.
    slope_error : float or None
        Standard error of the slope; None for two surveys and for Theil-Sen.
    surveys : int
        Number of surveys.
    first_year, last_year : float
        First and last survey. [year]
    """

    rate: float
    slope: float
    slope_error: float | None
    surveys: int
    first_year: float
    last_year: float


@quiet
def annual_rate_fit(
    years: ArrayLike, values: ArrayLike, *, method: Literal["ols", "theil-sen"] = "ols"
) -> RateFit:
    """Fit one annual rate to the surveys of one region.

    Parameters
    ----------
    years : array_like, shape (n,)
        Years of the surveys, in any order; two national surveys of one year both
        count. [year]
    values : array_like, shape (n,)
        Figures above zero. [unit of the indicator]
    method : {"ols", "theil-sen"}, optional
        Least squares on the logarithm, or the median of all pairwise slopes.

    Returns
    -------
    RateFit
        ``rate slope slope_error surveys first_year last_year``.

    Raises
    ------
    ArgumentError
        Fewer than two surveys, all of one year, or a figure that is not above
        zero: there is no rate, and none is made up.

    References
    ----------
    UNICEF, Technical note: how to calculate average annual rate of reduction
    (AARR) of underweight prevalence (2007).

    Examples
    --------
    >>> fit = annual_rate_fit([2005, 2009, 2017], [26.7, 23.2, 11.3])
    >>> round(-100 * fit.rate, 1), fit.surveys
    (7.2, 3)
    """
    as_choice("method", method, "ols", "theil-sen")
    at = vector("years", years)
    figures = vector("values", values, at.size)
    if at.size < 2:
        refuse("years", at.tolist(), "at least two surveys")
    if at.min() == at.max():
        refuse("years", at.tolist(), "surveys of at least two years")
    if (figures <= 0).any():
        refuse("values", float(figures.min()), "more than zero")
    times, (_, source) = at[None], read_sources(None, at[None].shape)
    rows = times, figures[None], np.full_like(times, np.nan)
    first, last, surveys = surveys_on_scale(*rows, Scale.LOG, source)
    line = (ols if method == "ols" else theil_sen)(surveys, last - first, 0.95)
    slope, error = (float(line[name][0]) for name in ("slope", "slope_error"))
    return RateFit(
        rate=float(np.expm1(slope)),
        slope=slope,
        slope_error=error if method == "ols" and at.size > 2 else None,
        surveys=int(at.size),
        first_year=first.item(),
        last_year=last.item(),
    )
