"""Progress since a baseline: how far, against the path, and how fast from now on.

`assess` puts it into the words of a published scheme; the figures below it are
plain arithmetic that any scheme may use.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_choice, figures, one_way, plain, quiet, vector
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction, DirectionLike, PathShape, PathShapeLike, as_term
from kencana_targets.core.typing import ArrayLike, Floats, Truths
from kencana_targets.formulas.assessment import Assessment, assess
from kencana_targets.formulas.measures import limit_coefficient
from kencana_targets.formulas.paths import Paths, bounds
from kencana_targets.formulas.schemes import Ladder, Scheme, Step, list_schemes, load_scheme

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


def _quotient(over: Floats, under: Floats) -> Floats:
    """Divide; nan where the divisor is zero."""
    with np.errstate(all="ignore"):
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
    shape: PathShapeLike = "linear",
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
    kind = as_term(PathShape, shape, "shape")
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
    with np.errstate(all="ignore"):
        asked = np.minimum(at, end_year).ravel()
        drawn, _, _, inside = paths.at(np.arange(first.size), asked, paths.slopes())
        refused = paths.refused().reshape(-1, 2).any(axis=1)
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
    shape: PathShapeLike = "linear",
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
    covered = distance_share(baseline, actual, target)
    return plain(_quotient(*figures(actual=covered, year=due)))


def _change(first: Floats, last: Floats, years: Floats, kind: Literal["points", "rate"]) -> Floats:
    """Change a year, in points or as a rate; nan where there is none."""
    as_choice("kind", kind, "points", "rate")
    span = np.where(years > 0, years, np.nan)
    with np.errstate(all="ignore"):
        if kind == "points":
            return (last - first) / span
        growth = np.where(first * last > 0, last / first, np.nan)
        # Flat, so that one figure is computed as it would be among many.
        rate = np.expm1(np.log(growth.ravel()) / span.ravel())
        return rate.reshape(growth.shape)


def _met(direction: DirectionLike, actual: Floats, target: Floats) -> Truths:
    way = one_way(direction)
    return actual <= target if way is Direction.MINIMIZE else actual >= target


@quiet
def required_change(
    *,
    direction: DirectionLike,
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
    needed = _change(now, end, end_year - at, kind)
    return plain(np.where(_met(direction, now, end), 0.0, needed))


@quiet
def acceleration_factor(
    *,
    direction: DirectionLike,
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
    needed = required_change(
        direction=direction, year=at, actual=now, target_year=end_year, target=end, kind=kind
    )
    seen = _change(first, now, at - first_year, kind)
    return plain(np.where(_met(direction, now, end), 0.0, _quotient(np.asarray(needed), seen)))


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
    logs = np.log(figures)
    error = None
    if method == "ols":
        centred = at - at.mean()
        spread = float(centred @ centred)
        slope = float(centred @ logs) / spread
        if at.size > 2:
            left = logs - logs.mean() - slope * centred
            error = float(np.sqrt(left @ left / (at.size - 2) / spread))
    else:
        early, late = np.nonzero(at[:, None] < at)
        slope = float(np.median((logs[late] - logs[early]) / (at[late] - at[early])))
    return RateFit(
        rate=float(np.expm1(slope)),
        slope=slope,
        slope_error=error,
        surveys=int(at.size),
        first_year=float(at.min()),
        last_year=float(at.max()),
    )
