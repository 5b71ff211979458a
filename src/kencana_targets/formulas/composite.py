"""Many indicators in one score for each region, and what the weights do to it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.checks import as_number
from kencana_targets.core.errors import refuse
from kencana_targets.core.rounding import snap
from kencana_targets.core.terms import Direction, as_term
from kencana_targets.core.typing import ArrayLike, Floats, Ints, Mean

LARGEST_POWER = 1000.0  # beyond it a power mean is the largest or the smallest score
LARGEST_EXPONENT = 700.0  # of what a double can hold
SMALLEST_POWER = 1e-100  # nearer to zero it is the geometric one, to the last digit
POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}
# Rankings held at a time: bounds the memory for many regions.
CELLS = 4_000_000
__all__ = [
    "Composite",
    "MethodSensitivity",
    "Missing",
    "WeightSensitivity",
    "adjusted_mpi",
    "aggregate",
    "effective_weights",
    "goalpost",
    "group_weights",
    "method_sensitivity",
    "mpi",
    "weight_sensitivity",
]


def _as_power(mean: object) -> float:
    """Return the power of a mean that is named or given as a number.

    Examples
    --------
    >>> _as_power("geometric"), _as_power(0.5)
    (0.0, 0.5)
    """
    if isinstance(mean, str) and mean in POWERS:
        return POWERS[mean]
    allowed = f"{', '.join(POWERS)}, or a power as a number"
    power = as_number("mean", mean, -LARGEST_POWER, LARGEST_POWER, allowed=allowed)
    return power if abs(power) >= SMALLEST_POWER else 0.0


def _check_scores(scores: Floats, power: float) -> None:
    """Refuse negative scores, which only the arithmetic mean can average."""
    if power != 1 and (scores < 0).any():
        got = float(np.nanmin(scores))
        refuse("scores", got, "zero or more", "only the arithmetic mean takes negative scores")


@checks.quiet
def _weighted_mean(scores: Floats, weights: Floats, power: float) -> Floats:
    """Return weighted power means along the last axis.

    Parameters
    ----------
    scores : ndarray of float, shape (..., indicators)
        Zero or more, or any figures for a power of 1; without missing ones.
    weights : ndarray of float, shape (..., indicators)
        They add up to 1, or are all zero, which gives nan.
    power : float
        1 arithmetic, 0 geometric, -1 harmonic.

    Examples
    --------
    >>> _weighted_mean(np.array([4.0, 9.0]), np.array([0.5, 0.5]), 0).round(6).tolist()
    6.0
    """
    used = weights > 0
    nothing = ~used.any(axis=-1)
    if power == 1:
        return np.where(nothing, np.nan, np.sum(weights * scores, axis=-1))
    if power == 0:
        logs = np.where(used, weights * np.log(scores), 0.0)
        return np.where(nothing, np.nan, np.exp(np.sum(logs, axis=-1)))
    # In units of the score that counts most, so that no power overflows, and
    # as differences from 1, so that powers near zero keep their digits.
    pick = np.max if power > 0 else np.min
    lost = -np.copysign(np.inf, power)
    unit = pick(np.where(used, scores, lost), axis=-1, keepdims=True)
    terms = np.where(used, weights * np.expm1(power * np.log(scores / unit)), 0.0)
    value = unit[..., 0] * np.exp(np.log1p(np.sum(terms, axis=-1)) / power)
    return np.where(nothing, np.nan, np.where(unit[..., 0] == 0, 0.0, value))


@frozen(eq=False)
class WeightSensitivity:
    """How often each region has each rank when the weights vary; 1 is best.

    Parameters
    ----------
    acceptability : ndarray of float, shape (regions, regions)
        Share of the weights that give a region (row) a rank (column, from 1).
    expected_rank : ndarray of float, shape (regions,)
        Mean rank over the weights.
    central_weights : ndarray of float, shape (regions, indicators)
        Mean of the weights that put a region first; nan where none does.
    draws : int
        Number of weights that were drawn; 0 where the shares are exact.
    """

    acceptability: Floats
    expected_rank: Floats
    central_weights: Floats
    draws: int

    def standard_error(self) -> Floats:
        """Return the simulation error of each acceptability; 0 where exact."""
        if not self.draws:
            return np.zeros_like(self.acceptability)
        return np.sqrt(self.acceptability * (1.0 - self.acceptability) / self.draws)

    def interval(self, level: float = 0.9) -> tuple[Ints, Ints]:
        """Return the ranks between which a region lies for a share of the weights."""
        tail = snap(np.asarray(0.5 - 0.5 * checks.between("level", level, 0, 1)))
        below = snap(np.cumsum(self.acceptability, axis=1))
        return np.argmax(below > tail, axis=1) + 1, np.argmax(below >= 1.0 - tail, axis=1) + 1


@checks.quiet
def weight_sensitivity(
    scores: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    concentration: float | None = None,
    mean: Mean = "arithmetic",
    draws: int = 10_000,
    seed: int | np.random.Generator | None = None,
) -> WeightSensitivity:
    """Rank regions under all weights, or under weights near some.

    Parameters
    ----------
    scores : array_like, shape (regions, indicators)
        Scores for which more is better, without missing ones; above zero for
        other means than the arithmetic one.
    weights : array_like, shape (indicators,), optional
        Weights around which to vary, above zero. Without, all weights that add
        up to 1 count the same.
    concentration : float, optional
        How close to `weights`: they vary as a Dirichlet distribution with this
        times the weights. Required with `weights`.
    mean : {"arithmetic", "geometric", "harmonic"} or float, optional
        The mean, as in `kencana_targets.formulas.composite.aggregate`.
    draws : int, optional
        Number of weights to draw. Not used for two indicators without
        `weights`, where the shares are exact.
    seed : int or numpy.random.Generator, optional
        Where the random numbers start.

    Returns
    -------
    WeightSensitivity
        ``acceptability expected_rank central_weights draws``. Regions with the
        same scores share their ranks.

    Raises
    ------
    ArgumentError
        Missing scores, scores that the mean cannot take or that are too far apart for
        its power, `weights` without `concentration` or the other way round.

    References
    ----------
    R. Lahdelma and P. Salminen, SMAA-2: Stochastic multicriteria acceptability
    analysis for group decision making, Operations Research 49 (2001) 444-454;
    not verified against the primary text.

    Examples
    --------
    >>> chances = weight_sensitivity([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]])
    >>> chances.acceptability.round(3).tolist()
    [[0.5, 0.1, 0.4], [0.5, 0.1, 0.4], [0.0, 0.8, 0.2]]
    """
    figures = checks.as_figures("scores", scores)
    if figures.ndim != 2 or not figures.size:
        refuse("scores", figures.shape, "(regions, indicators)")
    power = _as_power(mean)
    _check_scores(figures, power)
    if power <= 0 and (figures == 0).any():
        refuse("scores", 0.0, "above zero for this mean")
    if (weights is None) is not (concentration is None):
        refuse("concentration", concentration, "a number with weights, nothing without")
    # On this scale the mean is a weighted sum that rises with the scores: in units of one
    # score, and near to it as differences from 1, so that no power loses them.
    scale = figures
    if power != 1:
        logs = np.log(figures / (figures.max() if power > 0 else figures.min()))
        apart = float(np.abs(logs[np.isfinite(logs)]).max(initial=0.0))
        if abs(power) * apart > LARGEST_EXPONENT:
            most = LARGEST_EXPONENT / apart
            refuse("mean", power, f"a power from {-most:.4g} to {most:.4g} for scores so far apart")
        far = abs(power) * apart > 1.0
        near = np.expm1(power * logs) / power if power else logs
        scale = np.sign(power) * np.exp(power * logs) if far else near
    if weights is None and figures.shape[1] == 2:
        return _exact(scale)
    alpha = np.ones(figures.shape[1])
    if weights is not None and concentration is not None:
        base = checks.positive("weights", checks.vector("weights", weights, alpha.size))
        near = checks.as_number("concentration", concentration, 0, strict=True)
        alpha = near * base / float(base.sum())
    drawn = checks.generator(seed).dirichlet(alpha, size=checks.count("draws", draws))
    return _tallied(scale, drawn)


def _exact(scale: Floats) -> WeightSensitivity:
    """Follow each region's rank along the weights: it changes where two scores cross."""
    regions = len(scale)
    first, second = scale.T
    rise = (first - first[:, None]) - (second - second[:, None])
    start = second - second[:, None]  # of the other over the own at weight zero
    cross = -start / rise
    inside = (cross > 0) & (cross < 1)
    # Just after weight zero the other is ahead by its second score, by its slope, or by its row.
    later = (rise > 0) | ((rise == 0) & np.tri(regions, k=-1, dtype=bool))
    ahead = np.where(start == 0, later, start > 0)
    cross, step = np.where(inside, cross, 1.0), np.where(inside, np.sign(rise), 0.0)
    order = np.argsort(cross, axis=1, kind="stable")
    edges = np.pad(np.take_along_axis(cross, order, 1), ((0, 0), (1, 1)), constant_values=(0, 1))
    length, middle = np.diff(edges, axis=1), 0.5 * (edges[:, 1:] + edges[:, :-1])
    ranks = np.column_stack([ahead.sum(axis=1), np.take_along_axis(step, order, 1)])
    ranks = np.cumsum(ranks, axis=1).astype(np.int64)
    tally = np.zeros((regions, regions))
    np.add.at(tally, (np.arange(regions)[:, None], ranks), length)
    leads = np.where(ranks == 0, length, 0.0)
    won, weight = leads.sum(axis=1), (leads * middle).sum(axis=1)
    return _shared(scale, tally, np.stack([weight, won - weight], axis=1), 0)


def _tallied(scale: Floats, drawn: Floats) -> WeightSensitivity:
    """Count the ranks under weights that were drawn."""
    (regions, _), draws = scale.shape, len(drawn)
    tally, central = np.zeros(regions * regions), np.zeros_like(scale)
    for part in np.array_split(drawn, draws * regions // CELLS + 1):
        order = np.argsort(-(part @ scale.T), axis=1, kind="stable")
        cell = order * regions + np.arange(regions)
        tally += np.bincount(cell.ravel(), minlength=tally.size)
        np.add.at(central, order[:, 0], part)
    return _shared(scale, tally.reshape(regions, regions) / draws, central / draws, draws)


def _shared(scale: Floats, shares: Floats, central: Floats, draws: int) -> WeightSensitivity:
    """Let the same scores, which tie under every weight, share what they got together."""
    regions = len(scale)
    _, twin, number = np.unique(scale, axis=0, return_inverse=True, return_counts=True)
    twin = twin.ravel()
    shared = np.zeros((number.size, regions + scale.shape[1]))
    np.add.at(shared, twin, np.concatenate([shares, central], axis=1) / number[twin, None])
    shares, central = np.split(shared[twin], [regions], axis=1)
    return WeightSensitivity(
        acceptability=shares,
        expected_rank=shares @ np.arange(1.0, regions + 1.0),
        central_weights=central / shares[:, :1],
        draws=draws,
    )


@frozen(eq=False)
class MethodSensitivity:
    """Ranks under several kinds of mean; 1 is best.

    Parameters
    ----------
    ranks : ndarray of int, shape (means, regions)
        Ranks, ties share the smaller one.
    lower, upper : ndarray of int, shape (regions,)
        Best and worst rank over the means.
    mean_shift : float
        Mean distance of the ranks from those of the first mean.
    """

    ranks: Ints
    lower: Ints
    upper: Ints
    mean_shift: float


@checks.quiet
def method_sensitivity(
    scores: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    means: Sequence[str | float] = ("arithmetic", "geometric", "harmonic"),
    decimals: int | None = None,
) -> MethodSensitivity:
    """Rank regions under several kinds of mean.

    Parameters
    ----------
    scores : array_like, shape (regions, indicators)
        Scores for which more is better, zero or more, without missing ones.
    weights : array_like, shape (indicators,), optional
        Weights. Equal without.
    means : sequence, optional
        Means or powers, the first of them the one to compare with.
    decimals : int, optional
        Rank what is printed with so many decimals.

    Returns
    -------
    MethodSensitivity
        ``ranks lower upper mean_shift``.

    Examples
    --------
    >>> method_sensitivity([[90, 10], [45, 45]]).ranks.tolist()
    [[1, 2], [2, 1], [2, 1]]
    """
    from kencana_targets.formulas.ranking import rank

    figures = checks.as_figures("scores", scores)
    if figures.ndim != 2 or not figures.size:
        refuse("scores", figures.shape, "(regions, indicators)")
    kinds = checks.as_list("means", means, "a list of means")
    if not kinds:
        refuse("means", kinds, "a list of means")
    weight = checks.positive("weights", as_weights(weights, figures.shape[1]))
    rows = []
    for mean in kinds:
        power = _as_power(mean)
        _check_scores(figures, power)
        values = _weighted_mean(figures, np.broadcast_to(weight, figures.shape), power)
        rows.append(rank(values, decimals=decimals))
    ranks = np.stack(rows)
    return MethodSensitivity(
        ranks=ranks,
        lower=ranks.min(axis=0),
        upper=ranks.max(axis=0),
        mean_shift=float(np.mean(np.abs(ranks[1:] - ranks[0]))) if len(rows) > 1 else 0.0,
    )


class Missing(StrEnum):
    """What a missing score does."""

    COMPLETE = "complete"
    AVAILABLE = "available"
    WORST = "worst"


MissingLike: TypeAlias = Missing | Literal["complete", "available", "worst"]


@frozen(eq=False)
class Composite:
    """One score a region; scalars for one region.

    Parameters
    ----------
    value : float or ndarray, shape (regions,)
        The mean; nan where the policy for missing scores gives none, which
        `coverage` explains.
    coverage : float or ndarray, shape (regions,)
        Share of the weight for which there is a score.
    """

    value: Any
    coverage: Any


@checks.quiet
def aggregate(
    scores: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    mean: Mean = "arithmetic",
    missing: MissingLike = "complete",
    minimum_coverage: float = 0.0,
) -> Composite:
    """Average the indicators of each region.

    Parameters
    ----------
    scores : array_like, shape (indicators,) or (regions, indicators)
        Scores for which more is better; nan where missing.
    weights : array_like, shape (indicators,), optional
        Zero or more; they are divided by their sum. Equal without.
    mean : {"arithmetic", "geometric", "harmonic"} or float, optional
        The mean, or the power of a power mean. A score of zero makes the
        geometric and the harmonic mean zero.
    missing : {"complete", "available", "worst"}, optional
        ``complete``: a region with a missing score has no value. ``available``:
        the weights of the others are scaled up. ``worst``: a missing score
        counts as zero.
    minimum_coverage : float, optional
        For ``available``: the least share of the weight, 0 to 1.

    Returns
    -------
    Composite
        ``value coverage``.

    Raises
    ------
    ArgumentError
        Shapes that do not fit, weights that are negative or all zero, negative
        scores for another mean than the arithmetic one, a word or a coverage
        that is not allowed.

    References
    ----------
    OECD and JRC, Handbook on Constructing Composite Indicators (2008); not
    verified against the primary text.

    Examples
    --------
    >>> result = aggregate([[80, 60], [90, np.nan]], [3, 1], missing="available")
    >>> result.value.tolist(), result.coverage.tolist()
    ([75.0, 90.0], [1.0, 0.75])
    """
    power, policy = _as_power(mean), as_term(Missing, missing, "missing")
    figures = checks.as_figures("scores", scores, missing=True)
    if figures.ndim not in (1, 2) or not figures.shape[-1]:
        refuse("scores", figures.shape, "(indicators,) or (regions, indicators)")
    _check_scores(figures, power)
    weight = as_weights(weights, figures.shape[-1])
    least = checks.as_number("minimum_coverage", minimum_coverage, 0, 1, allowed="0 to 1")
    # A table in any case, so that a region alone is computed as among others.
    table = np.atleast_2d(figures)
    present = ~np.isnan(table)
    coverage = np.sum(weight * present, axis=-1)
    lacking = (~present & (weight > 0)).any(axis=-1)
    coverage = np.where(lacking, coverage, 1.0)
    filled = np.where(present, table, 0.0)
    if policy is Missing.AVAILABLE:
        value = _weighted_mean(filled, weight * present / coverage[:, None], power)
        value = np.where(coverage >= least - 1e-12, value, np.nan)
    else:
        value = _weighted_mean(filled, np.broadcast_to(weight, filled.shape), power)
        if policy is Missing.COMPLETE:
            value = np.where(lacking, np.nan, value)
    shape = figures.shape[:-1]
    return Composite(checks.plain(value.reshape(shape)), checks.plain(coverage.reshape(shape)))


def as_weights(weights: ArrayLike | None, size: int) -> Floats:
    """Return weights that add up to 1.

    Examples
    --------
    >>> from kencana_targets.formulas.composite import as_weights
    >>> as_weights([1, 3], 2).tolist()
    [0.25, 0.75]
    """
    if weights is None:
        return np.full(size, 1.0 / size)
    return checks.as_shares("weights", weights, size)


@checks.quiet
def group_weights(groups: Sequence[Hashable], weights: Mapping[Any, float] | None = None) -> Floats:
    """Return the weights of indicators from those of their groups.

    Parameters
    ----------
    groups : sequence, length (indicators,)
        The group of each indicator.
    weights : mapping, optional
        Weight of each group, shared equally by its indicators. Equal without.

    Returns
    -------
    ndarray of float, shape (indicators,)
        They add up to 1.

    Raises
    ------
    ArgumentError
        A group without a weight, a weight without a group, or weights that are
        negative or all zero.

    Examples
    --------
    >>> group_weights(["health", "health", "family"]).tolist()
    [0.25, 0.25, 0.5]
    """
    allowed = "one group an indicator"
    words = checks.as_list("groups", groups, allowed)
    try:
        names = list(dict.fromkeys(words))
    except TypeError:  # one that is no key of a mapping
        names = []
    if not names:
        refuse("groups", groups, allowed)
    given: object = weights
    if given is not None and not (isinstance(given, Mapping) and set(given) == set(names)):
        refuse("weights", given, f"a weight for each of the groups {', '.join(map(repr, names))}")
    share = as_weights(None if weights is None else [weights[name] for name in names], len(names))
    place = np.array([names.index(word) for word in words])
    each: Floats = share[place] / np.bincount(place)[place]
    return each


@checks.quiet
def goalpost(values: ArrayLike, worst: ArrayLike, best: ArrayLike) -> Any:
    """Place figures between two fixed goalposts.

    Parameters
    ----------
    values : float or array_like
        Figures; nan where missing. [unit of the indicator]
    worst, best : float or array_like
        The goalposts, in either order. [unit of the indicator]

    Returns
    -------
    float or ndarray
        0 at and beyond the worst, 1 at and beyond the best. Fixed goalposts keep
        the scores of several years comparable; the least and the most of a
        sample do not.

    Raises
    ------
    ArgumentError
        The goalposts are equal, or a figure is not a number.

    References
    ----------
    UNDP, Human Development Report 2021/22, Technical note 1.

    Examples
    --------
    >>> goalpost([67.5, 90.0], 20, 85).round(4).tolist()
    [0.7308, 1.0]
    """
    reached, low, high = checks.figures(
        values=values, worst=checks.as_figures("worst", worst), best=checks.as_figures("best", best)
    )
    if (low == high).any():
        refuse("best", float(high[low == high].flat[0]), "another figure than worst")
    return checks.plain(np.clip((reached - low) / (high - low), 0.0, 1.0))


@checks.quiet
def effective_weights(scores: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return how much each indicator really drives an arithmetic composite.

    Nominal weights are not importances: an indicator that varies little, or
    against the others, hardly moves the composite.

    Parameters
    ----------
    scores : array_like, shape (regions, indicators)
        Scores without missing ones, of two regions or more.
    weights : array_like, shape (indicators,), optional
        Nominal weights. Equal without.

    Returns
    -------
    ndarray of float, shape (indicators,)
        Squared correlations with the composite, divided by their sum; 0 for an
        indicator that is the same everywhere, and for all where the composite
        is.

    Raises
    ------
    ArgumentError
        Scores that are no table of two regions or more, one that is missing, or
        weights that do not fit it.

    References
    ----------
    P. Paruolo, M. Saisana and A. Saltelli, Ratings and rankings: voodoo or
    science?, Journal of the Royal Statistical Society A 176 (2013) 609-634; not
    verified against the primary text.

    Examples
    --------
    >>> effective_weights([[1, 5], [2, 5], [3, 5]]).tolist()
    [1.0, 0.0]
    """
    figures = _table("scores", scores)
    total = figures @ as_weights(weights, figures.shape[1])
    centred, drift = figures - figures.mean(axis=0), total - total.mean()
    spread = np.sum(centred**2, axis=0) * float(drift @ drift)
    moves = (np.ptp(figures, axis=0) > 0) & (np.ptp(total) > 0)
    squared = np.where(moves, (drift @ centred) ** 2 / spread, 0.0)
    return squared / float(squared.sum()) if squared.any() else squared


def _table(name: str, values: ArrayLike) -> Floats:
    figures = checks.as_figures(name, values)
    if figures.ndim != 2 or figures.shape[0] < 2 or not figures.shape[1]:
        refuse(name, figures.shape, "(regions, indicators) with at least 2 regions")
    return figures


@checks.quiet
def mpi(
    values: ArrayLike,
    directions: Sequence[str],
    *,
    penalty: Literal["negative", "positive"] = "negative",
) -> Floats:
    """Return the Mazziotta-Pareto index: the mean, less for unbalanced regions.

    Parameters
    ----------
    values : array_like, shape (regions, indicators)
        Figures without missing ones. [unit of each indicator]
    directions : sequence of Direction or str, length (indicators,)
        ``maximize`` or ``minimize``.
    penalty : {"negative", "positive"}, optional
        ``negative`` takes the imbalance off, for what should be high;
        ``positive`` adds it, for what should be low.

    Returns
    -------
    ndarray of float, shape (regions,)
        100 is the average of the regions given: the index ranks regions of one
        year and cannot be compared over time.

    Raises
    ------
    ArgumentError
        An indicator that is the same everywhere, a direction for each indicator
        missing, or a word that is not allowed.

    References
    ----------
    M. Mazziotta and A. Pareto, On a generalized non-compensatory composite
    index for measuring socio-economic phenomena, Social Indicators Research 127
    (2016) 983-1003; not verified against the primary text.

    Examples
    --------
    >>> mpi([[60, 8], [62, 7], [64, 6]], ["maximize", "minimize"]).round(2).tolist()
    [87.75, 100.0, 112.25]
    """
    figures = _table("values", values)
    sign = _signs(directions, figures.shape[1])
    _refuse_constant(figures)
    upwards = sign * figures
    standard = 100.0 + 10.0 * (upwards - upwards.mean(axis=0)) / upwards.std(axis=0)
    return _penalized(standard, penalty)


@checks.quiet
def adjusted_mpi(
    values: ArrayLike,
    directions: Sequence[str],
    *,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    penalty: Literal["negative", "positive"] = "negative",
) -> Floats:
    """Return the adjusted Mazziotta-Pareto index, on 70 to 130 between goalposts.

    Parameters
    ----------
    values : array_like, shape (regions, indicators)
        Figures without missing ones. [unit of each indicator]
    directions : sequence of Direction or str, length (indicators,)
        ``maximize`` or ``minimize``.
    lower, upper : array_like, shape (indicators,), optional
        Goalposts; with fixed ones the index can be compared over time. Without,
        the least and the most of the regions given.
    penalty : {"negative", "positive"}, optional
        As for `mpi`.

    Returns
    -------
    ndarray of float, shape (regions,)
        The index.

    References
    ----------
    As for `mpi`.

    Examples
    --------
    >>> adjusted_mpi([[60, 8], [62, 7], [64, 6]], ["maximize", "minimize"]).tolist()
    [70.0, 100.0, 130.0]
    """
    figures = _table("values", values)
    size = figures.shape[1]
    sign = _signs(directions, size)
    if lower is None or upper is None:
        _refuse_constant(figures)
    low = figures.min(axis=0) if lower is None else checks.vector("lower", lower, size)
    high = figures.max(axis=0) if upper is None else checks.vector("upper", upper, size)
    if (low >= high).any():
        refuse("lower", low.tolist(), f"less than upper ({high.tolist()})")
    share = (sign * figures - np.minimum(sign * low, sign * high)) / (high - low)
    return _penalized(70.0 + 60.0 * share, penalty)


def _signs(directions: Sequence[str], size: int) -> Floats:
    words = checks.as_list("directions", directions, f"{size} words, one an indicator")
    if len(words) != size:
        refuse("directions", f"{len(words)} words", f"{size}, one an indicator")
    return np.array([-1.0 if checks.one_way(word) is Direction.MINIMIZE else 1.0 for word in words])


def _refuse_constant(figures: Floats) -> None:
    constant = np.ptp(figures, axis=0) == 0
    if constant.any():
        where = f"indicator {int(np.argmax(constant)) + 1} is the same everywhere"
        refuse("values", where, "indicators that differ between regions", "leave it out")


def _penalized(standard: Floats, penalty: Literal["negative", "positive"]) -> Floats:
    checks.as_choice("penalty", penalty, "negative", "positive")
    mean: Floats = standard.mean(axis=1)
    imbalance: Floats = standard.var(axis=1) / mean
    return mean - imbalance if penalty == "negative" else mean + imbalance
