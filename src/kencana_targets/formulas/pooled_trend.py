"""What all regions together say about trends: how much they wander, how slopes differ."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from attrs import field, frozen

from kencana_targets.core.checks import as_figures, as_flag, as_number, quiet
from kencana_targets.core.errors import ArgumentError, Place, Problem, refuse
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import ArrayLike, Floats, Ints, Truths
from kencana_targets.formulas.scales import Scale, ScaleLike, on_scale
from kencana_targets.formulas.trend_fits import (
    Surveys,
    covariance,
    read_sources,
    read_surveys,
    surveys_on_scale,
)

# Shares of the typical variance a year from which the search starts.
STARTS = ((0.1, 0.1), (1.0, 1.0), (1.0, 0.01), (0.01, 1.0))
FEWEST_REGIONS = 5


@frozen(kw_only=True, eq=False)
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
    break_variance : float
        Variance of the break of a source over the regions, beside what all share; nan
        where sources differ and do not alternate, so that nobody can tell.
    shifts : mapping of str to float
        How much higher each source lies in all regions than the first by name.
    slope_prior : tuple
        Mean and variance of the slopes, as `project` takes them: one for all, or one a
        region where there are groups.
    """

    walk_variance: float
    slope_mean: float
    slope_variance: float
    log_likelihood: float
    regions: int
    break_variance: float = 0.0
    shifts: Mapping[str, float] = field(factory=dict)
    slope_prior: tuple[Any, Any]


@quiet
def pool_trends(
    years: ArrayLike,
    values: ArrayLike,
    standard_errors: ArrayLike,
    *,
    scale: ScaleLike = "logit",
    sources: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    break_variance: float | None = None,
    adjusted: bool = False,
) -> PooledTrend:
    """Estimate walk variance, slope distribution and breaks by marginal maximum likelihood.

    Parameters
    ----------
    years, values, standard_errors
        As in `project`: one row a region, nan for missing surveys.
    scale : str
        ``logit``, ``log`` or ``linear``; the same as in `project`.
    sources : array_like of str, optional
        Who made each survey, as in `project`. Where sources alternate, the shift
        that all regions share and the variance of the breaks about it are estimated.
    groups : array_like of int, shape (regions,), optional
        The province of each region: slopes then have a mean in each group of five
        regions or more, and shrink to that.

    break_variance : float, optional
        Variance of a source's break, on the scale, where it is known: then it is not
        estimated, and what all regions share of it is one draw of it.

    adjusted : bool
        Search where likelihood times variances is largest instead of the likelihood,
        which often peaks at a variance of zero and then promises too narrow intervals.

    Returns
    -------
    PooledTrend
        ``walk_variance slope_mean slope_variance break_variance shifts`` and
        ``slope_prior``.

    Raises
    ------
    ArgumentError
        Fewer than five regions with surveys of two years or more.

    Notes
    -----
    The level of each region is integrated out with a flat prior; mean slopes and
    common shifts have a closed form for given variances, and the variances are
    searched. Several mean slopes or shifts are integrated out as levels are. With two surveys a
    region of the same years, walk and slopes look alike and only their sum is sure.

    References
    ----------
    Li and Lahiri (2010), Journal of Multivariate Analysis 101, 882-892, for the
    likelihood times the variance; not verified against the primary text.

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
    given = read_surveys(years, values, standard_errors)
    size = given[1].shape[-1]
    names, told = read_sources(sources, given[1].shape)
    times, figures, errors = (array.reshape(-1, size) for array in given)
    usable = on_scale(figures, chosen) & ~np.isnan(errors)
    figures = np.where(usable, figures, np.nan)
    first, last = (np.where(usable, times, end) for end in (np.inf, -np.inf))
    span = last.max(axis=1) - first.min(axis=1)
    good = span > 0
    if good.sum() < FEWEST_REGIONS:
        what = "too few regions with surveys of two years or more"
        where, allowed = Place(argument="values"), f"{FEWEST_REGIONS} or more"
        hint, got = "borrow the variances of a larger set of regions", int(good.sum())
        raise ArgumentError(Problem(what, where=where, got=got, allowed=allowed, hint=hint))
    told = told.reshape(-1, size)[good]
    _, _, surveys = surveys_on_scale(times[good], figures[good], errors[good], chosen, told)
    group = np.zeros(len(good), dtype=np.int64) if groups is None else _large(groups, good)
    known = 0.0 if break_variance is None else as_number("break_variance", break_variance, 0)
    pool = _Pool(surveys, group[good], float(span[good].mean()), known)
    walk, slopes, breaks = pool.search(as_flag("adjusted", adjusted))
    found = pool.fit(walk, slopes, breaks)
    means, spread = found.effects, np.diagonal(found.covariance)
    sizes = np.bincount(pool.group)
    shifts = [0.0, *means[len(sizes) :].tolist()] if pool.shifting else []
    told_apart = pool.alternating or not surveys.broken.any()
    return PooledTrend(
        walk_variance=walk,
        slope_mean=float(sizes @ means[: len(sizes)] / len(pool.group)),
        slope_variance=slopes,
        log_likelihood=found.likelihood,
        regions=len(surveys.seen),
        break_variance=known or (breaks if told_apart else np.nan),
        shifts=dict(zip(names, shifts, strict=False)),
        slope_prior=(means[0], slopes) if groups is None
        else (means[group], slopes + spread[group]),
    )  # fmt: skip


def _large(groups: ArrayLike, good: Truths) -> Ints:
    """Return the groups as numbers; those with few good regions are one group."""
    given = as_figures("groups", groups)
    if given.shape != good.shape:
        refuse("groups", given.shape, f"one group a region {good.shape}")
    numbers = np.unique(given, return_inverse=True)[1]
    few = np.bincount(numbers[good], minlength=numbers.max() + 1) < FEWEST_REGIONS
    return np.unique(np.where(few[numbers], -1, numbers), return_inverse=True)[1]


@frozen(eq=False)
class _Fitted:
    """Mean slopes and shifts at given variances, and the marginal log-likelihood."""

    effects: Floats
    covariance: Floats
    likelihood: float


@frozen(eq=False)
class _Pool:
    surveys: Surveys
    group: Ints
    span: float
    known_break: float

    @cached_property
    def alternating(self) -> bool:
        """Whether surveys tell breaks from change: enough regions with and without one.

        A source that returns after another shows its break in one region; where none returns,
        regions that kept their source show what the change was.
        """
        surveys = self.surveys
        order = np.argsort(np.where(surveys.seen, surveys.elapsed, np.inf), axis=1)
        source = np.take_along_axis(np.where(surveys.seen, surveys.source, -1), order, axis=1)
        changes = ((source[:, 1:] != source[:, :-1]) & (source[:, 1:] >= 0)).sum(axis=1)
        others = np.array([len(set(row) - {-1}) for row in source.tolist()]) - 1
        returning = (changes > others).sum()
        broken = surveys.broken.any(axis=(1, 2))
        return bool(max(returning, min(broken.sum(), (~broken).sum())) >= FEWEST_REGIONS)

    @cached_property
    def shifting(self) -> bool:
        """Whether sources have a shift that all regions share."""
        return (self.alternating or self.known_break > 0) and bool(self.surveys.broken.any())

    @cached_property
    def sides(self) -> Floats:
        """What is fitted, regions last: levels, slopes, shifts and figures."""
        surveys = self.surveys
        columns = [surveys.seen.astype(np.float64), surveys.elapsed]
        if self.shifting:
            columns += [(surveys.seen & (surveys.source == each)).astype(np.float64)
                        for each in range(1, int(surveys.source.max()) + 1)]  # fmt: skip
        return np.stack([column.T for column in (*columns, surveys.figures)], axis=1)

    def search(self, adjusted: bool) -> tuple[float, float, float]:
        """Return the variances of walk, slopes and breaks at the maximum."""
        from scipy import optimize

        typical = float(self.surveys.variances[self.surveys.seen].mean())
        units = np.array([typical / self.span, typical / self.span**2, typical])
        free = 3 if self.shifting and not self.known_break else 2

        def cost(shares: Floats) -> float:
            fitted = self.fit(*(np.append(shares, np.zeros(3 - free)) * units))
            extra = float(np.log(np.maximum(shares, 1e-9)).sum()) if adjusted else 0.0
            return -fitted.likelihood - extra

        fits = [
            optimize.minimize(cost, (*start, 0.5)[:free], method="L-BFGS-B",
                              bounds=[(0.0, None)] * free, options={"ftol": 1e-13, "gtol": 1e-7})
            # Away from zero there is one peak, and two starts are enough to find it.
            for start in (STARTS[:2] if adjusted else STARTS)
        ]  # fmt: skip
        best = min(fits, key=lambda fit: float(fit.fun))
        walk, slopes, breaks = (np.append(best.x, np.zeros(3 - free)) * units).tolist()
        return walk, slopes, breaks

    def fit(self, walk: float, slopes: float, breaks: float) -> _Fitted:
        """Return the mean slopes and shifts that suit variances best."""
        v = covariance(self.surveys, walk, slopes, breaks)
        # Regions last, so that each step of the factorisation runs over all of them.
        v, white = np.ascontiguousarray(v.transpose(1, 2, 0)), self.sides.copy()
        determinants = 0.0
        for step in range(len(v)):
            pivot = np.sqrt(v[step, step])
            determinants += 2.0 * float(np.log(pivot).sum())
            white[step] /= pivot
            below = v[step + 1 :, step] / pivot
            white[step + 1 :] -= below[:, None] * white[step]
            v[step + 1 :, step + 1 :] -= below[:, None] * below
        gram = np.einsum("sin,sjn->ijn", white, white)
        determinants += float(np.log(gram[0, 0]).sum())
        # Without its level, a region's surveys weigh as P = V^-1 - V^-1 1 1' V^-1 / 1' V^-1 1.
        free = gram[1:, 1:] - gram[1:, :1] * gram[:1, 1:] / gram[:1, :1]
        count = int(self.group.max()) + 1
        member = self.group == np.arange(count)[:, None]
        slope, shift = member.astype(np.float64), slice(1, -1)
        across = slope @ free[0, shift].T
        normal = np.block(
            [[np.diag(slope @ free[0, 0]), across], [across.T, free[shift, shift].sum(axis=2)]]
        )
        if self.known_break:
            # A shift that all regions share is one draw of the break that is known.
            normal[count:, count:] += np.eye(len(normal) - count) / self.known_break
        right = np.concatenate([slope @ free[0, -1], free[shift, -1].sum(axis=1)])
        # A shift that no survey tells has none.
        inverse = np.linalg.pinv(normal, hermitian=True)
        effects = inverse @ right
        if len(right) > 1:
            values = np.linalg.eigvalsh(normal)
            determinants += float(np.log(values[values > 1e-12 * values[-1]]).sum())
        likelihood = -0.5 * (determinants + free[-1, -1].sum() - right @ effects)
        return _Fitted(effects, inverse, float(likelihood))
