"""Straight lines through the surveys of many regions at once, on one scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.core.typing import Floats
from kencana_targets.formulas.scales import quantile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencana_targets.formulas.surveys import Surveys


@frozen(eq=False)
class Fit:
    """Lines and what they predict, on the scale.

    Parameters
    ----------
    slope, intercept : ndarray, shape (regions,)
        Change per year, and level at the region's first survey.
    predicted, error, lower, upper : ndarray, shape (regions, years)
        At the years asked for.
    freedom : ndarray, shape (regions,)
        Degrees of freedom of the error; infinity where it is known.
    slope_error, level_error, shared : ndarray, shape (regions,)
        Errors of the slope and of the level in the last of the years, and their
        covariance.
    """

    slope: Floats
    intercept: Floats
    predicted: Floats
    error: Floats
    lower: Floats
    upper: Floats
    freedom: Floats
    slope_error: Floats
    level_error: Floats
    shared: Floats


def covariance(
    surveys: Surveys,
    walk_variance: Floats | float,
    slope_variance: Floats | float = 0.0,
    break_variance: Floats | float = 0.0,
) -> Floats:
    """Return the covariance of each region's surveys given its first level.

    The random walk starts at the first survey: two surveys share what it has
    walked until the earlier one. Variances are one for all, or one a region.
    """
    u = surveys.elapsed
    size = u.shape[1]
    walk, slope, broken = (
        np.reshape(variance, (-1, 1, 1))
        for variance in (walk_variance, slope_variance, break_variance)
    )
    shared = np.minimum(u[:, :, None], u[:, None, :]) * walk
    if slope.any():
        shared = shared + slope * u[:, :, None] * u[:, None, :]
    if broken.any():
        shared = shared + broken * surveys.broken
    shared[:, np.arange(size), np.arange(size)] += surveys.variances
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
    u, seen = surveys.elapsed, surveys.seen.astype(np.float64)
    mean, variance = (
        (np.zeros((len(u), 1)),) * 2 if slope_prior is None else (x[:, None] for x in slope_prior)
    )
    q = walk_variance[:, None]
    v = covariance(surveys, walk_variance, variance, break_variance)
    # What is predicted: the level in each year, and the slope.
    common = np.maximum(np.minimum(ahead[:, :, None], u[:, None, :]), 0.0) * q[:, :, None]
    common = common + (variance * ahead)[:, :, None] * u[:, None, :]
    common = np.concatenate([common, (variance * u)[:, None, :]], axis=1)
    spread = np.concatenate([q * np.abs(ahead) + variance * ahead**2, variance], axis=1)
    design = seen[:, :, None] if slope_prior else np.stack([seen, u], axis=2)
    ones = np.ones_like(ahead)
    goal = np.concatenate([ones, np.zeros_like(mean)], axis=1)[:, :, None]
    if not slope_prior:
        goal = np.concatenate(
            [goal, np.concatenate([ahead, np.ones_like(mean)], axis=1)[:, :, None]], axis=2
        )
    y = (surveys.figures - mean * u)[:, :, None]

    across = design.transpose(0, 2, 1)
    weighted = np.linalg.solve(v, design)  # V^-1 X
    inverse = np.linalg.inv(across @ weighted)  # A = (X' V^-1 X)^-1
    coefficients = inverse @ (weighted.transpose(0, 2, 1) @ y)
    residual = np.linalg.solve(v, y - design @ coefficients)  # V^-1 (y - X b)
    w = np.linalg.solve(v, common.transpose(0, 2, 1)).transpose(0, 2, 1)  # c' V^-1
    predicted = (goal @ coefficients + common @ residual)[:, :, 0]
    rest = goal - w @ design  # d = x0 - X' w
    error = spread - (common * w).sum(axis=2) + ((rest @ inverse) * rest).sum(axis=2)
    error = np.sqrt(np.maximum(error, 0.0))
    # The last level and the slope share what is left of both.
    shared = (variance * ahead)[:, -1] - (common[:, -2] * w[:, -1]).sum(axis=1)
    shared += ((rest[:, -2:-1] @ inverse)[:, 0] * rest[:, -1]).sum(axis=1)

    levels, half = predicted[:, :-1] + mean * ahead, quantile((1 + level) / 2) * error[:, :-1]
    return Fit(
        slope=mean[:, 0] + predicted[:, -1],
        intercept=coefficients[:, 0, 0],
        predicted=levels,
        error=error[:, :-1],
        lower=levels - half,
        upper=levels + half,
        freedom=np.full(len(u), np.inf),
        slope_error=error[:, -1],
        level_error=error[:, -2],
        shared=shared,
    )


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
    return Fit(
        slope=slope,
        intercept=height - slope * middle,
        predicted=predicted,
        error=error,
        lower=predicted - half,
        upper=predicted + half,
        freedom=freedom,
        slope_error=np.sqrt(scatter / lever),
        level_error=np.sqrt(scatter * (1.0 / count + away[:, -1] ** 2 / lever)),
        shared=scatter * away[:, -1] / lever,
    )


def theil_sen(surveys: Surveys, ahead: Floats, level: float) -> Fit:
    """Fit the median of all pairwise slopes; its interval is Sen's, after Kendall's S."""
    u = np.where(surveys.seen, surveys.elapsed, np.nan)
    y = np.where(surveys.seen, surveys.figures, np.nan)
    first, second = np.triu_indices(u.shape[1], 1)
    run, rise = u[:, second] - u[:, first], y[:, second] - y[:, first]
    slopes = np.sort(np.where(run != 0, rise / np.where(run == 0, 1.0, run), np.nan), axis=1)
    number = (~np.isnan(slopes)).sum(axis=1)
    low, high = (
        np.take_along_axis(slopes, place[:, None], axis=1)[:, 0]
        for place in _sen_places(u, y, number, level)
    )
    slope = np.nanmedian(slopes, axis=1)
    middle, height = np.nanmedian(u, axis=1), np.nanmedian(y, axis=1)
    away = ahead - middle[:, None]
    ends = np.sort(np.stack([low[:, None] * away, high[:, None] * away]), axis=0)
    return Fit(
        slope=slope,
        intercept=height - slope * middle,
        predicted=height[:, None] + slope[:, None] * away,
        error=(ends[1] - ends[0]) / (2 * quantile((1 + level) / 2)),
        lower=height[:, None] + ends[0],
        upper=height[:, None] + ends[1],
        freedom=np.full(len(u), np.inf),
        slope_error=(high - low) / (2 * quantile((1 + level) / 2)),
        level_error=np.zeros(len(u)),
        shared=np.zeros(len(u)),
    )


def _sen_places(
    u: Floats, y: Floats, number: NDArray[np.intp], level: float
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return which of the sorted slopes bound the interval."""
    count = (~np.isnan(u)).sum(axis=1)

    def ties(x: Floats) -> Floats:
        # Each member of a group of g ties counts (g - 1)(2g + 5): together g(g - 1)(2g + 5).
        group = (x[:, :, None] == x[:, None, :]).sum(axis=2)
        return np.asarray(np.where(group > 0, (group - 1.0) * (2.0 * group + 5.0), 0.0).sum(axis=1))

    variance = (count * (count - 1.0) * (2.0 * count + 5.0) - ties(u) - ties(y)) / 18.0
    reach = quantile((1 + level) / 2) * np.sqrt(variance)
    upper = np.minimum(np.rint((number + reach) / 2).astype(np.intp), number - 1)
    lower = np.maximum(np.rint((number - reach) / 2).astype(np.intp) - 1, 0)
    return lower, upper
