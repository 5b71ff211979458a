"""Straight lines through the surveys of many regions at once, on one scale, and where they lead."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction, DirectionLike
from kencana_targets.core.typing import ArrayLike, Floats, Ints, NDArray, Truths
from kencana_targets.formulas import scales
from kencana_targets.formulas.scales import Scale, derivative, quantile, to_scale

# Lines and what they predict, on the scale, under the names of `Projection`; the last of the
# years is that of the last survey.
Fit: TypeAlias = dict[str, Floats]

HORIZON = 100.0  # years after the last survey in which a line may arrive


@frozen(eq=False)
class Surveys:
    """Surveys on the scale; all arrays have the shape (regions, surveys).

    Parameters
    ----------
    elapsed : ndarray
        Years since the region's first survey; 0 where missing.
    figures, variances : ndarray
        Figures, 0 where missing, and squared errors, 1 where missing.
    seen : ndarray of bool
        Where there is a survey.
    source : ndarray of int
        Who made it, as a code; all 0 where nobody says.
    """

    elapsed: Floats
    figures: Floats
    variances: Floats
    seen: Truths
    source: Ints

    @cached_property
    def broken(self) -> Truths:
        """Which two surveys share the break of one source; none where all are of one source.

        A region's level is that of the source of its first survey: each other
        source has a break of its own, which all its surveys share.
        """
        early = np.where(self.seen, self.elapsed, np.inf).argmin(axis=1)[:, None]
        other = self.seen & (self.source != np.take_along_axis(self.source, early, axis=1))
        same = self.source[:, :, None] == self.source[:, None, :]
        return np.asarray(same & other[:, :, None] & other[:, None, :])


def read_surveys(
    years: ArrayLike, values: ArrayLike, standard_errors: ArrayLike | None
) -> list[Floats]:
    """Return years, figures and errors in one shape (..., surveys); nan for missing ones."""
    given = np.nan if standard_errors is None else standard_errors
    errors = checks.positive("standard_errors", given)
    times, found, errors = checks.figures(years=years, values=values, standard_errors=errors)
    if not found.ndim or not found.shape[-1]:
        refuse("values", found.shape, "surveys along the last axis")
    if (np.isnan(times) & ~np.isnan(found)).any():
        refuse("years", float("nan"), "a year for every survey that has a figure")
    return [times, found, errors]


def read_sources(sources: ArrayLike | None, shape: tuple[int, ...]) -> tuple[list[str], Ints]:
    """Return the names of those who made surveys, in order, and who made each as a code."""
    if sources is None:
        return [], np.zeros(shape, dtype=np.int64)
    allowed = f"the name of each survey's source, shape {shape}"
    good = isinstance(sources, (str, list, tuple, np.ndarray))  # others may raise what they like
    try:
        names = np.broadcast_to(np.array(sources if good else None, dtype=object), shape)
        good &= all(name is None or isinstance(name, str) for name in names.flat)
    except (TypeError, ValueError, RecursionError):
        good = False
    if not good:
        refuse("sources", type(sources).__name__, allowed)
    known = sorted({name or "" for name in names.flat})
    codes = np.array([known.index(name or "") for name in names.flat], dtype=np.int64)
    return known, codes.reshape(shape)


def surveys_on_scale(
    times: Floats, figures: Floats, errors: Floats, scale: Scale, source: Ints
) -> tuple[Floats, Floats, Surveys]:
    """Return first and last years, shape (regions, 1), and the surveys on the scale."""
    seen = ~np.isnan(figures)
    first = np.where(seen, times, np.inf).min(axis=1, keepdims=True)
    last = np.where(seen, times, -np.inf).max(axis=1, keepdims=True)
    spread = (errors * derivative(figures, scale)) ** 2
    surveys = Surveys(
        elapsed=np.where(seen, times - first, 0.0),
        figures=np.where(seen, to_scale(figures, scale), 0.0),
        variances=np.where(seen, spread, 1.0),
        seen=seen,
        source=source,
    )
    return first, last, surveys


def covariance(
    surveys: Surveys,
    walk_variance: Floats | float,
    slope_variance: Floats | float,
    break_variance: Floats | float,
) -> Floats:
    """Return the covariance of each region's surveys given its first level.

    The random walk starts at the first survey: two surveys share what it has
    walked until the earlier one. Variances are one for all, one a region, or several of them.
    """
    u = surveys.elapsed
    size = u.shape[1]
    walk, slope, broken = (
        np.asarray(variance)[..., None, None]
        for variance in (walk_variance, slope_variance, break_variance)
    )
    shared = np.minimum(u[:, :, None], u[:, None, :]) * walk
    shared = shared + slope * u[:, :, None] * u[:, None, :] + broken * surveys.broken
    shared[..., np.arange(size), np.arange(size)] += surveys.variances
    return np.asarray(shared)


def gls(
    surveys: Surveys,
    ahead: Floats,
    level: float,
    walk_variance: Floats,
    slope_prior: tuple[Floats, Floats] | None,
    break_variance: Floats,
) -> Fit:
    """Fit by generalised least squares with known errors, a random walk and breaks.

    A slope prior is a normal distribution of the slopes, mean and variance of each
    region. It is the same as an extra row for the slope, and also allows a variance
    of zero.
    """
    u = surveys.elapsed
    mean, variance = (
        (np.zeros((len(u), 1)),) * 2 if slope_prior is None else (x[:, None] for x in slope_prior)
    )
    walk = walk_variance[:, None]
    # What is predicted: the level in each year, and the slope.
    walked = np.maximum(np.minimum(ahead[:, :, None], u[:, None, :]), 0.0) * walk[:, :, None]
    common = walked + (variance * ahead)[:, :, None] * u[:, None, :]
    common = np.concatenate([common, (variance * u)[:, None, :]], axis=1)
    spread = np.concatenate([walk * np.abs(ahead) + variance * ahead**2, variance], axis=1)
    design = np.stack([surveys.seen.astype(np.float64), u], axis=2)
    goal = np.stack([np.ones_like(ahead), ahead], axis=2)
    goal = np.concatenate([goal, np.broadcast_to([0.0, 1.0], (len(u), 1, 2))], axis=1)
    if slope_prior is not None:  # its slope is no coefficient, but part of the covariance
        design, goal = design[:, :, :1], goal[:, :, :1]
    intercept, predicted, unsure = _kriged(
        covariance(surveys, walk_variance, variance[:, 0], break_variance),
        common, design, goal, surveys.figures - mean * u,
    )  # fmt: skip
    errors = np.sqrt(np.maximum(spread + np.diagonal(unsure, axis1=1, axis2=2), 0.0))
    levels = predicted[:, :-1] + mean * ahead
    half = quantile((1 + level) / 2) * errors[:, :-1]
    return {
        "slope": mean[:, 0] + predicted[:, -1],
        "intercept": intercept,
        "value": levels,
        "standard_error": errors[:, :-1],
        "lower": levels - half,
        "upper": levels + half,
        "degrees_of_freedom": np.full(len(u), np.inf),
        "slope_error": errors[:, -1],
        "last_level_error": errors[:, -2],
        "last_covariance": (variance * ahead)[:, -1] + unsure[:, -2, -1],
    }


def _kriged(
    v: Floats, common: Floats, design: Floats, goal: Floats, figures: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return the first coefficient, what is predicted, and what the surveys do to its covariance.

    `v` is the covariance of the figures, `common` that of what is predicted with them;
    `design` and `goal` are how both follow from the coefficients.
    """
    y = figures[:, :, None]
    weighted = np.linalg.solve(v, design)
    inverse = np.linalg.inv(design.transpose(0, 2, 1) @ weighted)
    coefficients = inverse @ (weighted.transpose(0, 2, 1) @ y)
    residual = np.linalg.solve(v, y - design @ coefficients)
    known = np.linalg.solve(v, common.transpose(0, 2, 1))
    rest = goal - known.transpose(0, 2, 1) @ design
    unsure = rest @ inverse @ rest.transpose(0, 2, 1) - common @ known
    predicted = goal @ coefficients + common @ residual
    return coefficients.squeeze(axis=2)[:, 0], predicted.squeeze(axis=2), unsure


def ols(surveys: Surveys, ahead: Floats, level: float) -> Fit:
    """Fit by ordinary least squares; the scatter about the line is the error."""
    from scipy import special

    u, y, seen = surveys.elapsed, surveys.figures, surveys.seen
    count = seen.sum(axis=1)
    middle, height = u.sum(axis=1) / count, y.sum(axis=1) / count
    du = np.where(seen, u - middle[:, None], 0.0)
    dy = np.where(seen, y - height[:, None], 0.0)
    lever = (du * du).sum(axis=1)
    slope = (du * dy).sum(axis=1) / lever
    freedom = count - 2.0
    scatter = ((dy - slope[:, None] * du) ** 2).sum(axis=1) / freedom
    away = ahead - middle[:, None]
    predicted = height[:, None] + slope[:, None] * away
    error = np.sqrt(scatter[:, None] * (1.0 + 1.0 / count[:, None] + away**2 / lever[:, None]))
    half = special.stdtrit(freedom, (1 + level) / 2)[:, None] * error
    return {
        "slope": slope,
        "intercept": height - slope * middle,
        "value": predicted,
        "standard_error": error,
        "lower": predicted - half,
        "upper": predicted + half,
        "degrees_of_freedom": freedom,
        "slope_error": np.sqrt(scatter / lever),
        "last_level_error": np.sqrt(scatter * (1.0 / count + away[:, -1] ** 2 / lever)),
        "last_covariance": scatter * away[:, -1] / lever,
    }


def theil_sen(surveys: Surveys, ahead: Floats, level: float) -> Fit:
    """Fit the median of all pairwise slopes; its interval is Sen's, after Kendall's S."""
    u = np.where(surveys.seen, surveys.elapsed, np.nan)
    y = np.where(surveys.seen, surveys.figures, np.nan)
    first, second = np.triu_indices(u.shape[1], 1)
    run, rise = u[:, second] - u[:, first], y[:, second] - y[:, first]
    slopes = np.sort(np.where(run != 0, rise / run, np.nan), axis=1)
    number = (~np.isnan(slopes)).sum(axis=1)
    low, high = (
        np.take_along_axis(slopes, place[:, None], axis=1)[:, 0]
        for place in _sen_places(u, y, number, level)
    )
    slope = np.nanmedian(slopes, axis=1)
    middle, height = np.nanmedian(u, axis=1), np.nanmedian(y, axis=1)
    away = ahead - middle[:, None]
    ends = np.sort(np.stack([low[:, None] * away, high[:, None] * away]), axis=0)
    return {
        "slope": slope,
        "intercept": height - slope * middle,
        "value": height[:, None] + slope[:, None] * away,
        "standard_error": (ends[1] - ends[0]) / (2 * quantile((1 + level) / 2)),
        "lower": height[:, None] + ends[0],
        "upper": height[:, None] + ends[1],
        "degrees_of_freedom": np.full(len(u), np.inf),
        "slope_error": (high - low) / (2 * quantile((1 + level) / 2)),
        "last_level_error": np.zeros(len(u)),
        "last_covariance": np.zeros(len(u)),
    }


def _sen_places(
    u: Floats, y: Floats, number: NDArray[np.intp], level: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which of the sorted slopes bound the interval."""
    count = (~np.isnan(u)).sum(axis=1)

    def ties(x: Floats) -> Floats:
        # Each member of a group of g ties counts (g - 1)(2g + 5): together g(g - 1)(2g + 5).
        group = (x[:, :, None] == x[:, None, :]).sum(axis=2)
        return np.asarray((np.maximum(group - 1.0, 0.0) * (2.0 * group + 5.0)).sum(axis=1))

    variance = (count * (count - 1.0) * (2.0 * count + 5.0) - ties(u) - ties(y)) / 18.0
    reach = quantile((1 + level) / 2) * np.sqrt(variance)
    upper = np.minimum(np.rint((number + reach) / 2).astype(np.intp), number - 1)
    lower = np.maximum(np.rint((number - reach) / 2).astype(np.intp) - 1, 0)
    return lower, upper


class TrendMethod(StrEnum):
    """How a trend is drawn through surveys."""

    GLS = "gls"
    OLS = "ols"
    THEIL_SEN = "theil-sen"


TrendMethodLike: TypeAlias = TrendMethod | Literal["gls", "ols", "theil-sen"]


class TrendStatus(StrEnum):
    """Whether a region has a projection, and if not, why not."""

    PROJECTED = "projected"
    NO_TREND = "no-trend"
    UNDEFINED = "undefined"


class ArrivalStatus(StrEnum):
    """Whether a trend leads to its target; the first that holds is said."""

    ARRIVED = "arrived"
    ARRIVES = "arrives"
    UNCLEAR = "unclear"
    NEVER = "never"
    NO_TREND = "no-trend"


@frozen(kw_only=True, eq=False)
class Arrival:
    """When the projected line meets a target.

    Parameters
    ----------
    year : float or ndarray
        Year; that of the last survey where the target is met already; nan for
        ``unclear``, ``never`` and ``no-trend``.
    status : ArrivalStatus or ndarray of str
        ``arrived``, ``arrives``, ``unclear`` (the interval of the slope holds zero),
        ``never`` (away from the target, or not within a hundred years of the last
        survey) or ``no-trend``.
    lower, upper : float or ndarray
        Between which years the line meets the target, where it arrives.
    """

    year: Any
    status: Any
    lower: Any
    upper: Any


@frozen(kw_only=True, eq=False)
class RequiredPace:
    """What the years that remain have to bring.

    Parameters
    ----------
    points : float or ndarray
        Mean change per year. [percentage points]
    slope : float or ndarray
        Change per year on the scale of the projection, to compare with its slope.
    """

    points: Any
    slope: Any


@frozen(kw_only=True, eq=False)
class Projection:
    """A trend and where it leads; one number a region, or a column a year.

    Parameters
    ----------
    value, lower, upper : float or ndarray
        Projected figure and its prediction interval. [percent]
    slope, intercept, standard_error : float or ndarray
        On the scale: change per year, level at the first survey, and error of
        the prediction (``theil-sen``: half the interval over its quantile).
    status : TrendStatus or ndarray of str
        ``projected``; ``no-trend`` for too few surveys; ``undefined`` where a
        survey does not lie on the scale or has no error. Otherwise figures are nan.
    reason : str or ndarray of str
        Why there is none; empty where there is one.
    method, scale
        As used.
    at : float or ndarray
        Years asked for.
    degrees_of_freedom : float or ndarray
        Of the interval; infinity for a normal one.
    last_year, last_level : float or ndarray
        Last survey and the level that the fit gives it, on the scale.
    slope_error, last_level_error, last_covariance : float or ndarray
        Errors of slope and last level, and their covariance, on the scale.
    level : float
        Probability of the intervals.
    """

    value: Any
    lower: Any
    upper: Any
    slope: Any
    intercept: Any
    standard_error: Any
    status: Any
    reason: Any
    method: TrendMethod
    scale: scales.Scale
    at: Any
    degrees_of_freedom: Any
    last_year: Any
    last_level: Any
    slope_error: Any
    last_level_error: Any
    last_covariance: Any
    level: float

    @checks.quiet
    def probability_met(self, target: ArrayLike, *, direction: DirectionLike) -> Any:
        """Return the probability that the true figure meets a target at the year asked for.

        Parameters
        ----------
        target : float or array_like
            One for all, or one a region. [percent]
        direction : Direction or str
            ``maximize`` or ``minimize``.

        Returns
        -------
        float or ndarray
            In the shape of `value`; nan without a projection.

        Raises
        ------
        ArgumentError
            A projection by ``theil-sen``, which has no distribution.

        Examples
        --------
        >>> from kencana_targets.formulas.projection import project
        >>> trend = project([2021, 2022, 2023], [24.4, 21.6, 21.5], [0.3, 0.3, 0.4], 2024,
        ...                 walk_variance=0.003)
        >>> round(trend.probability_met(14, direction="minimize"), 3)
        0.0
        """
        if self.method is TrendMethod.THEIL_SEN:
            refuse("method", "theil-sen", "a projection by gls or ols", "Theil-Sen has no errors")
        sign = -1.0 if checks.one_way(direction) is Direction.MINIMIZE else 1.0
        goal = self._by_region(
            scales.reach(checks.as_figures("target", target), self.scale), across=True
        )
        ahead = sign * (scales.to_scale(np.asarray(self.value), self.scale) - goal)
        z = np.where(ahead == 0, 0.0, ahead / np.asarray(self.standard_error))
        freedom = self._by_region(np.asarray(self.degrees_of_freedom), across=True)
        return checks.plain(scales.chance(z, freedom))

    @checks.quiet
    def year_of_arrival(self, target: ArrayLike, *, direction: DirectionLike) -> Arrival:
        """Return the year in which the line, drawn on from the last survey, meets a target.

        Parameters
        ----------
        target, direction
            As in `probability_met`.

        Returns
        -------
        Arrival
            ``year status lower upper``. The interval is Fieller's: the years in which
            the line's own interval, without the walk ahead, holds the target.

        References
        ----------
        Fieller (1954), Journal of the Royal Statistical Society B 16, 175-185; not
        verified against the primary text.

        Examples
        --------
        >>> from kencana_targets.formulas.projection import project
        >>> trend = project([2019, 2022], [27.67, 21.6], [0.3, 0.3], 2024)
        >>> arrival = trend.year_of_arrival(14, direction="minimize")
        >>> round(arrival.year, 1), arrival.status
        (2026.8, <ArrivalStatus.ARRIVES: 'arrives'>)
        >>> round(arrival.lower, 1), round(arrival.upper, 1)
        (2026.0, 2027.9)
        """
        sign = -1.0 if checks.one_way(direction) is Direction.MINIMIZE else 1.0
        goal = scales.reach(checks.as_figures("target", target), self.scale)
        level, slope = np.asarray(self.last_level), np.asarray(self.slope)
        gap = self._by_region(goal) - level
        wait = gap / slope
        times = scales.multiple(self.level, np.asarray(self.degrees_of_freedom))
        steep = slope**2 - (times * np.asarray(self.slope_error)) ** 2
        ahead = ~(steep <= 0) & (wait > 0) & (wait <= HORIZON)
        cases = [sign * gap <= 0, ahead, steep <= 0, ~np.isnan(slope)]
        status = np.select(cases, list(ArrivalStatus)[:-1], ArrivalStatus.NO_TREND)
        arrives, arrived = status == "arrives", status == "arrived"
        # Fieller: (gap - slope t)^2 = times^2 var(level + slope t), a parabola in t.
        middle = slope * gap + times**2 * np.asarray(self.last_covariance)
        end = gap**2 - (times * np.asarray(self.last_level_error)) ** 2
        half = np.sqrt(np.maximum(middle**2 - steep * end, 0.0)) / steep
        waits = [np.where(arrives, each, np.nan)
                 for each in (wait, middle / steep - half, middle / steep + half)]  # fmt: skip
        waits[0] = np.where(arrived, 0.0, waits[0])
        year, lower, upper = (checks.plain(np.asarray(self.last_year) + each) for each in waits)
        words = status if status.ndim else ArrivalStatus(str(status))
        return Arrival(year=year, status=words, lower=lower, upper=upper)

    @checks.quiet
    def required_pace(self, target: ArrayLike, *, year: float) -> RequiredPace:
        """Return the change per year that leads from the last survey's level to a target.

        Parameters
        ----------
        target : float or array_like
            One for all, or one a region. [percent]
        year : float
            When it is due; later than every last survey.

        Returns
        -------
        RequiredPace
            ``points slope``; nan without a projection.

        Raises
        ------
        ArgumentError
            A year that is not after the last survey, or a target that does not
            lie on the scale.

        Examples
        --------
        >>> from kencana_targets.formulas.projection import project
        >>> trend = project([2019, 2022], [27.67, 21.6], [0.3, 0.3], 2024)
        >>> round(trend.required_pace(14, year=2024).points, 1)
        -3.8
        """
        goal = checks.as_figures("target", target)
        scales.demand("target", goal, self.scale, "choose a target that the scale reaches")
        remaining = checks.as_number("year", year) - np.asarray(self.last_year)
        if (remaining <= 0).any():
            refuse("year", year, "one year after the last survey")
        level = np.asarray(self.last_level)
        goal = self._by_region(goal)
        return RequiredPace(
            points=checks.plain((goal - scales.from_scale(level, self.scale)) / remaining),
            slope=checks.plain((scales.to_scale(goal, self.scale) - level) / remaining),
        )

    def _by_region(self, figures: Floats, *, across: bool = False) -> Floats:
        """Return one figure a region, as a column against the years where there are several."""
        shape = np.shape(self.slope)
        if figures.ndim and figures.shape != shape:
            refuse("target", figures.shape, f"one number, or one a region {shape}")
        return figures[..., None] if across and figures.ndim and np.ndim(self.at) else figures
