"""What all regions together say about trends: how much they wander, how slopes differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import quiet
from kencana_targets.core.errors import ArgumentError, Place, Problem
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import Floats
from kencana_targets.formulas.scales import Scale, ScaleLike, on_scale
from kencana_targets.formulas.surveys import Surveys, read_surveys, surveys_on_scale
from kencana_targets.formulas.trend_fits import covariance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


__all__ = ["PooledTrend", "pool_trends"]

# Shares of the typical variance a year from which the search starts.
STARTS = ((0.1, 0.1), (1.0, 1.0), (1.0, 0.01), (0.01, 1.0))
FEWEST_REGIONS = 5


@frozen(kw_only=True)
class PooledTrend:
    """What one region cannot tell and all regions together can; on the scale.

    Parameters
    ----------
    walk_variance : float
        Variance that the true figure's random walk gains in a year.
    slope_mean, slope_variance : float
        Distribution of the slopes over the regions.
    log_likelihood : float
        Marginal log-likelihood, up to a constant.
    regions : int
        Regions that it rests on: those with usable surveys of two years or more.
    """

    walk_variance: float
    slope_mean: float
    slope_variance: float
    log_likelihood: float
    regions: int

    @property
    def slope_prior(self) -> tuple[float, float]:
        """Mean and variance of the slopes, as `project` takes them."""
        return self.slope_mean, self.slope_variance


@quiet
def pool_trends(
    years: ArrayLike, values: ArrayLike, standard_errors: ArrayLike, *, scale: ScaleLike = "logit"
) -> PooledTrend:
    """Estimate walk variance and slope distribution by marginal maximum likelihood.

    Parameters
    ----------
    years, values, standard_errors
        As in `project`: one row a region, nan for missing surveys.
    scale : str
        ``logit``, ``log`` or ``linear``; the same as in `project`.

    Returns
    -------
    PooledTrend
        ``walk_variance slope_mean slope_variance`` and ``slope_prior``.

    Raises
    ------
    ArgumentError
        Fewer than five regions with surveys of two years or more.

    Notes
    -----
    The level of each region is integrated out with a flat prior; the mean slope
    has a closed form for given variances, and the two variances are searched. With
    two surveys a region of the same years, walk and slopes look alike and only
    their sum is sure.

    Examples
    --------
    >>> random = np.random.default_rng(1)
    >>> slopes = random.normal(-1, 0.5, (200, 1)) * np.arange(5)
    >>> surveys = 30 + slopes + random.normal(0, 2, (200, 5))
    >>> pooled = pool_trends(np.arange(2019, 2024), surveys, 2, scale="linear")
    >>> round(pooled.slope_mean, 1), round(pooled.slope_variance, 1)
    (-1.0, 0.2)
    """
    chosen = as_term(Scale, scale, "scale")
    rows = [
        array.reshape(-1, array.shape[-1]) for array in read_surveys(years, values, standard_errors)
    ]
    times, figures, errors = rows
    usable = on_scale(figures, chosen) & ~np.isnan(errors)
    figures = np.where(usable, figures, np.nan)
    span = np.where(usable, times, -np.inf).max(axis=1) - np.where(usable, times, np.inf).min(
        axis=1
    )
    good = span > 0
    if good.sum() < FEWEST_REGIONS:
        raise ArgumentError(
            Problem(
                "too few regions with surveys of two years or more",
                where=Place(argument="values"),
                got=int(good.sum()),
                allowed=f"{FEWEST_REGIONS} or more",
                hint="borrow the variances of a larger set of regions",
            )
        )
    _, _, surveys = surveys_on_scale(times[good], figures[good], errors[good], chosen)
    return _search(surveys, float(span[good].mean()))


def _search(surveys: Surveys, span: float) -> PooledTrend:
    from scipy import optimize

    typical = float(surveys.variances[surveys.seen].mean()) / span
    units = np.array([typical, typical / span])

    def cost(shares: Floats) -> float:
        return -_likelihood(surveys, *(shares * units))[0]

    fits = [
        optimize.minimize(cost, start, method="L-BFGS-B", bounds=[(0.0, None)] * 2,
                          options={"ftol": 1e-13, "gtol": 1e-7})
        for start in STARTS
    ]  # fmt: skip
    best = min(fits, key=lambda fit: float(fit.fun))
    walk, slope_variance = (float(share) for share in best.x * units)
    likelihood, mean = _likelihood(surveys, walk, slope_variance)
    return PooledTrend(
        walk_variance=walk,
        slope_mean=mean,
        slope_variance=slope_variance,
        log_likelihood=likelihood,
        regions=len(surveys.seen),
    )


def _likelihood(surveys: Surveys, walk: float, slope_variance: float) -> tuple[float, float]:
    """Return the marginal log-likelihood at its best mean slope, and that slope."""
    v = covariance(surveys, np.full(len(surveys.seen), walk), slope_variance)
    ones = surveys.seen.astype(np.float64)
    # Regions last, so that each step of the factorisation runs over all of them.
    white = np.stack([ones.T, surveys.elapsed.T, surveys.figures.T], axis=1)
    v = np.ascontiguousarray(v.transpose(1, 2, 0))
    determinants = 0.0
    for step in range(len(v)):
        pivot = np.sqrt(v[step, step])
        determinants += 2.0 * float(np.log(pivot).sum())
        white[step] /= pivot
        below = v[step + 1 :, step] / pivot
        white[step + 1 :] -= below[:, None] * white[step]
        v[step + 1 :, step + 1 :] -= below[:, None] * below
    gram = np.einsum("sin,sjn->ijn", white, white)
    # Without its level, a region's surveys weigh as P = V^-1 - V^-1 1 1' V^-1 / 1' V^-1 1.
    total = (gram[1:, 1:] - gram[1:, :1] * gram[:1, 1:] / gram[:1, :1]).sum(axis=2)
    mean = total[0, 1] / total[0, 0]
    determinants += float(np.log(gram[0, 0]).sum())
    return float(-0.5 * (determinants + total[1, 1] - mean * total[0, 1])), float(mean)
