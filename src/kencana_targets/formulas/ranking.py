"""Ranks, and how sure they are: no single rank without its interval."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.columns import on_all_cores
from kencana_targets.core.errors import refuse
from kencana_targets.core.rounding import round_printed, snap
from kencana_targets.core.terms import Direction, DirectionLike, Rounding, as_term
from kencana_targets.core.typing import ArrayLike, Floats, Ints, NDArray, Truths
from kencana_targets.formulas.scales import quantile

_CHUNK = 256  # draws looked at between two looks at the critical value, at least
_CELLS = 1 << 18  # figures that lie in memory at a time
_ENDS = 64  # regions at either end of a draw that are compared first
__all__ = [
    "RankChances",
    "RankMethod",
    "RankSets",
    "Ties",
    "best_regions",
    "comparison_level",
    "distinguishable_tiers",
    "rank",
    "rank_chances",
    "rank_sets",
    "ranks_of_intervals",
]


def _pair_statistics(values: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Return T and 1/sqrt(s_j^2 + s_k^2) of all ordered pairs.

    Two figures without error differ for certain or not at all: T is infinite or
    zero, and their weight in the draws is zero.
    """
    spread = np.sqrt(errors[:, None] ** 2 + errors[None, :] ** 2)
    ahead = values[:, None] - values[None, :]
    weights = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
    return np.where(ahead == 0, 0.0, ahead / spread), weights


def _by_pairs(
    statistics: Floats, alpha: float, *, marginal: bool, stepwise: bool
) -> tuple[Truths, Truths]:
    """Test the two sides of every pair by Holm's step-down, or by Bonferroni's single step.

    Returns
    -------
    better, worse : ndarray of bool, shape (n, n)
        ``better[i, k]``: k is significantly better than i; ``worse[i, k]``: k is
        significantly worse. Marginal: each row is a family of its own.
    """
    n = len(statistics)
    size = np.abs(statistics)
    pairs = ~np.eye(n, dtype=bool) if marginal else np.triu(np.ones((n, n), bool), 1)
    families = size[pairs].reshape(n if marginal else 1, -1)
    if families.shape[1] == 0:
        return np.zeros((n, n), bool), np.zeros((n, n), bool)
    rejected = size >= _smallest_rejected(families, alpha, stepwise=stepwise)[:, None]
    return rejected & (statistics < 0), rejected & (statistics > 0)


def _smallest_rejected(families: Floats, alpha: float, *, stepwise: bool) -> Floats:
    """Return the smallest statistic that is rejected in each row; nan for none."""
    from scipy import special

    ordered = -np.sort(-families, axis=1)
    tests = ordered.shape[1]
    remaining = np.arange(tests, 0, -1) if stepwise else np.full(tests, tests)
    beyond = ordered > -special.ndtri(alpha / (2.0 * remaining))
    count = np.where(beyond.all(axis=1), tests, np.argmin(beyond, axis=1))
    last = np.take_along_axis(ordered, (count - 1)[:, None], axis=1)[:, 0]
    return np.where(count > 0, last, np.nan)  # nothing is as large as nan


def _simulated(
    statistics: Floats, weights: Floats, noise: Floats, scores: Floats, alpha: float
) -> tuple[Truths, Truths]:
    """Reject pairs by the step-down of Mogstad, Romano, Shaikh and Wilhelm.

    Parameters
    ----------
    statistics, weights : ndarray, shape (n, n)
        From `pair_statistics`.
    noise, scores : ndarray, shape (draws, n)
        Normal draws with the errors of the regions, and before that.
    alpha : float
        One minus the level.
    """
    n = len(statistics)
    # Cauchy and Schwarz: no pair of a draw can reach beyond this.
    bounds = np.hypot(scores.max(axis=1), scores.min(axis=1))
    rejected = np.zeros((n, n), bool)
    while True:
        open_weights = np.where(rejected, 0.0, weights)

        def largest(chosen: NDArray[np.intp], pairs: Floats = open_weights) -> Floats:
            size = max(1, _CELLS // min(n, 2 * _ENDS) ** 2)
            parts = [chosen[start : start + size] for start in range(0, len(chosen), size)]
            return np.concatenate(
                [_largest_pairs(noise[part], scores[part], pairs) for part in parts]
            )

        found = statistics > _upper_quantile(bounds, largest, alpha)
        if not (found & ~rejected).any():
            return rejected.T, rejected
        rejected |= found


def _largest_pairs(noise: Floats, scores: Floats, pairs: Floats) -> Floats:
    """Return the largest statistic of each draw; mostly it is of two regions near the ends."""
    if noise.shape[1] <= 2 * _ENDS:
        return np.asarray(((noise[:, :, None] - noise[:, None, :]) * pairs).max(axis=(1, 2)))
    top = np.argpartition(-scores, _ENDS, axis=1)[:, :_ENDS]
    bottom = np.argpartition(scores, _ENDS, axis=1)[:, :_ENDS]
    ahead = np.take_along_axis(noise, top, 1)[:, :, None]
    ahead = ahead - np.take_along_axis(noise, bottom, 1)[:, None, :]
    maxima = (ahead * pairs[top[:, :, None], bottom[:, None, :]]).max(axis=(1, 2))
    high, low = np.take_along_axis(scores, top, 1), np.take_along_axis(scores, bottom, 1)
    # The bound of Cauchy and Schwarz for a pair that is not among the ends on both sides.
    others = np.maximum(
        np.hypot(high.min(axis=1), low.min(axis=1)), np.hypot(high.max(axis=1), low.max(axis=1))
    )
    for draw in np.flatnonzero(maxima < others):
        maxima[draw] = (np.subtract.outer(noise[draw], noise[draw]) * pairs).max()
    return np.asarray(maxima)


def _simulated_rows(
    statistics: Floats, weights: Floats, noise: Floats, scores: Floats, alpha: float
) -> tuple[Truths, Truths]:
    """Reject the pairs of one region at a time; return who is better and who is worse."""
    n, ends = len(statistics), min(len(statistics), _ENDS)
    better, worse = np.zeros((2, n, n), bool)
    best, worst = np.maximum(scores, 0), np.maximum(-scores, 0)
    top, bottom = best.max(axis=1), worst.max(axis=1)
    highest, lowest = (
        np.argpartition(ahead, ends - 1, axis=1)[:, :ends] for ahead in (-scores, scores)
    )
    noise_high, noise_low = (np.take_along_axis(noise, those, 1) for those in (highest, lowest))
    # What no region beyond the ends passes.
    edge_high, edge_low = (
        np.take_along_axis(size, those, 1).min(axis=1)
        for size, those in ((best, highest), (worst, lowest))
    )

    def reject(i: int) -> None:
        # Cauchy and Schwarz: no pair of a region can reach beyond this.
        reach = np.maximum(np.hypot(best[:, i], bottom), np.hypot(worst[:, i], top))
        beyond = np.maximum(np.hypot(best[:, i], edge_low), np.hypot(worst[:, i], edge_high))
        beyond *= ends < n
        while True:
            up = np.where(worse[i], 0.0, weights[i])
            down = np.where(better[i], 0.0, weights[i])

            def largest(chosen: NDArray[np.intp], up: Floats = up, down: Floats = down) -> Floats:
                own = noise[chosen, i, None]
                maxima = np.maximum(
                    ((own - noise_low[chosen]) * up[lowest[chosen]]).max(axis=1),
                    ((noise_high[chosen] - own) * down[highest[chosen]]).max(axis=1),
                )
                unsure = np.flatnonzero(maxima < beyond[chosen])
                open_pairs = np.flatnonzero((up > 0) | (down > 0))
                ahead = own[unsure] - noise[np.ix_(chosen[unsure], open_pairs)]
                ahead = np.maximum(ahead * up[open_pairs], ahead * -down[open_pairs])
                maxima[unsure] = ahead.max(axis=1, initial=0.0)
                return np.asarray(maxima)

            critical = _upper_quantile(reach, largest, alpha)
            found_worse, found_better = statistics[i] > critical, statistics[i] < -critical
            if not (found_worse & ~worse[i]).any() and not (found_better & ~better[i]).any():
                break
            worse[i] |= found_worse
            better[i] |= found_better

    on_all_cores(reject, range(n), scores.size)
    return better, worse


def _upper_quantile(
    bounds: Floats, largest: Callable[[NDArray[np.intp]], Floats], alpha: float
) -> float:
    """Return the 1 - alpha quantile of a maximum that is known by upper bounds.

    Draws are looked at from the highest bound down, until the bounds that remain lie
    below the order statistics that the quantile needs. Maxima that were found
    replace their bounds: later steps of a step-down only make them smaller.
    """
    draws = len(bounds)
    needed = min(draws, int(np.ceil(draws * alpha)) + 1)
    order = np.argsort(-bounds)
    known = np.empty(0)
    start = 0
    while start < draws:
        chosen = order[start : start + max(_CHUNK, needed - start, draws // 16)]
        bounds[chosen] = largest(chosen)
        known = np.sort(np.concatenate([known, bounds[chosen]]))[-needed:]
        start += len(chosen)
        if start < draws and len(known) == needed and bounds[order[start]] <= known[0]:
            break
    # The quantile, linear between order statistics, counted from the top.
    return float(np.interp((draws - 1) * alpha, np.arange(len(known)), known[::-1]))


class Ties(StrEnum):
    """Which rank regions with the same figure share."""

    MIN = "min"
    MAX = "max"
    AVERAGE = "average"
    DENSE = "dense"
    ORDINAL = "ordinal"


TiesLike: TypeAlias = Ties | Literal["min", "max", "average", "dense", "ordinal"]


class RankMethod(StrEnum):
    """How the regions that surely differ are found."""

    HOLM = "holm"
    BONFERRONI = "bonferroni"
    MRSW = "mrsw"
    KLEIN = "klein"


RankMethodLike: TypeAlias = RankMethod | Literal["holm", "bonferroni", "mrsw", "klein"]


@frozen(kw_only=True, eq=False)
class RankSets:
    """The ranks that each region may have; 1 is best.

    Parameters
    ----------
    lower, upper : ndarray of int, shape (regions,)
        Best and worst rank.
    """

    lower: Ints
    upper: Ints


@checks.quiet
def rank(
    values: ArrayLike,
    *,
    direction: DirectionLike = "maximize",
    ties: TiesLike = "min",
    decimals: int | None = None,
) -> Any:
    """Rank regions, best first.

    Parameters
    ----------
    values : array_like, shape (..., regions)
        One figure a region.
    direction : Direction or str
        ``maximize`` or ``minimize``.
    ties : str
        ``min`` (1, 2, 2, 4), ``max`` (1, 3, 3, 4), ``average`` (1, 2.5, 2.5, 4),
        ``dense`` (1, 2, 2, 3) or ``ordinal`` (1, 2, 3, 4, in the given order).
    decimals : int, optional
        Rank what is printed with so many decimals (half up), so that regions
        that look the same share their rank.

    Returns
    -------
    ndarray of int, shape (..., regions)
        Ranks, 1 is best; of float for ``average``.

    Raises
    ------
    ArgumentError
        A missing figure, or a direction without a better end.

    References
    ----------
    UNDP, Human Development Report 2021/22: all 191 ranks are those of the
    three-decimal index with ties ``min``.

    Examples
    --------
    >>> rank([22.1, 18.7, 18.7, 16.0], direction="minimize").tolist()
    [4, 2, 2, 1]
    >>> rank([0.8014, 0.8006], decimals=3).tolist()
    [1, 1]
    """
    figures = checks.as_figures("values", values)
    if not figures.ndim or not figures.shape[-1]:
        refuse("values", figures.shape, "at least one region along the last axis")
    way = checks.one_way(direction)
    kind = as_term(Ties, ties, "ties")
    if decimals is None:
        figures = snap(figures)
    else:
        figures = round_printed(figures, checks.as_decimals(decimals), Rounding.HALF_UP)
    upwards = figures if way is Direction.MINIMIZE else -figures
    # As `scipy.stats.rankdata`, which takes a second to load.
    order, place = np.argsort(upwards, axis=-1, kind="stable"), np.arange(figures.shape[-1]) + 1
    change = np.diff(np.take_along_axis(upwards, order, axis=-1), axis=-1) != 0
    edge = np.ones((*figures.shape[:-1], 1), dtype=bool)
    first, last = (np.concatenate(ends, axis=-1) for ends in ((edge, change), (change, edge)))
    least = np.maximum.accumulate(np.where(first, place, 1), axis=-1)
    most = np.minimum.accumulate(np.where(last, place, place[-1])[..., ::-1], axis=-1)[..., ::-1]
    shared = {
        Ties.MIN: least,
        Ties.MAX: most,
        Ties.AVERAGE: (least + most) / 2,
        Ties.DENSE: np.cumsum(first, axis=-1),
        Ties.ORDINAL: np.broadcast_to(place, order.shape),
    }[kind]
    ranks = np.empty_like(shared)
    np.put_along_axis(ranks, order, shared, axis=-1)
    return ranks


@checks.quiet
def rank_sets(
    values: ArrayLike,
    standard_errors: ArrayLike,
    *,
    direction: DirectionLike = "maximize",
    level: float = 0.95,
    method: RankMethodLike = "holm",
    draws: int = 10_000,
    seed: int | np.random.Generator | None = None,
    marginal: bool = False,
) -> RankSets:
    """Return the ranks that each region may have, given the errors of the figures.

    A region's best rank is one more than the number of regions that are
    significantly better; its worst rank leaves below it those that are
    significantly worse.

    Parameters
    ----------
    values, standard_errors : array_like, shape (regions,)
        Independent figures and their errors. [unit of the indicator]
    direction : Direction or str
        ``maximize`` or ``minimize``.
    level : float
        Probability that all sets hold their true rank; with `marginal`, that
        one region's does.
    method : str
        ``holm``: Holm's step-down over two-sided tests of all pairs, the same
        sets every time. ``bonferroni``: the same in a single step, wider.
        ``mrsw``: step-down with simulated critical values, slightly narrower.
        ``klein``: joint intervals that do not overlap, wider.
    draws : int
        Draws of ``mrsw``.
    seed : int or numpy.random.Generator, optional
        Start of the draws of ``mrsw``: the same seed gives the same sets.
    marginal : bool
        Sets for a question about one region chosen beforehand: narrower, but
        not true for all regions together. Not for ``klein``.

    Returns
    -------
    RankSets
        ``lower upper``.

    Raises
    ------
    ArgumentError
        Lengths that differ, negative errors, or a marginal ``klein``.

    Notes
    -----
    ``holm`` reads the direction of a difference from its sign; that the level then
    also covers wrong signs is proved for independent tests only. Simulated for 514
    regions with errors of 2 to 4 points, 95 percent sets of all regions held all
    true ranks, where all are equal, in 97.8 percent of cases (``holm``), 93.8
    (``mrsw``, 2,000 draws) and 99.2 (``klein``) of 400, with a standard error of
    about one point; where they differ, in all: sets are then wider than promised.
    ``benchmarks/simulate_coverage.py`` has the setting.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies,
    doi:10.1093/restud/rdad006. Klein, Wright and Wieczorek (2020), Journal of the
    Royal Statistical Society A 183. Goldstein and Spiegelhalter (1996), the same
    159. Not verified against the primary texts, only against published values.

    Examples
    --------
    >>> sets = rank_sets([24.4, 22.1, 12.0], [1.5, 1.5, 1.5], direction="minimize")
    >>> sets.lower.tolist(), sets.upper.tolist()
    ([2, 2, 1], [3, 3, 1])
    """
    figures = checks.vector("values", values)
    errors = checks.vector("standard_errors", standard_errors, len(figures), least=0)
    better_first = -figures if checks.one_way(direction) is Direction.MINIMIZE else figures
    kind, marginal = as_term(RankMethod, method, "method"), checks.as_flag("marginal", marginal)
    alpha = 1 - checks.between("level", level, 0, 1)
    if kind is RankMethod.KLEIN:
        if marginal:
            refuse("marginal", True, "False for the method 'klein', whose intervals are joint")
        half = quantile(0.5 + 0.5 * (1 - alpha) ** (1 / len(figures))) * errors
        return ranks_of_intervals(better_first - half, better_first + half)
    statistics, weights = _pair_statistics(better_first, errors)
    if kind is RankMethod.MRSW:
        scores = checks.generator(seed).standard_normal(
            (checks.count("draws", draws), len(figures))
        )
        simulate = _simulated_rows if marginal else _simulated
        better, worse = simulate(statistics, weights, scores * errors, scores, alpha)
    else:
        better, worse = _by_pairs(
            statistics, alpha, marginal=marginal, stepwise=kind is RankMethod.HOLM
        )
    return RankSets(lower=1 + better.sum(axis=1), upper=len(figures) - worse.sum(axis=1))


@checks.quiet
def ranks_of_intervals(
    lower: ArrayLike, upper: ArrayLike, *, direction: DirectionLike = "maximize"
) -> RankSets:
    """Return the ranks that joint intervals leave open; intervals that touch are apart.

    Parameters
    ----------
    lower, upper : array_like, shape (regions,)
        Intervals that hold all true figures together. [unit of the indicator]
    direction : Direction or str
        ``maximize`` or ``minimize``.

    Returns
    -------
    RankSets
        ``lower upper``.

    Raises
    ------
    ArgumentError
        Lengths that differ, or an interval upside down.

    References
    ----------
    Klein, Wright and Wieczorek (2020), Theorem 1, as the authors' vignette to the
    RankingProject package states it.

    Examples
    --------
    >>> sets = ranks_of_intervals([12, 15, 20], [16, 19, 24], direction="minimize")
    >>> sets.lower.tolist(), sets.upper.tolist()
    ([1, 1, 3], [2, 2, 3])
    """
    low = checks.vector("lower", lower)
    high = checks.vector("upper", upper, len(low))
    if (high < low).any():
        refuse("upper", float(high[high < low][0]), "at least the lower end")
    if checks.one_way(direction) is Direction.MINIMIZE:
        low, high = -high, -low
    apart = low[:, None] >= high[None, :]
    apart &= ~apart.T  # points on one another touch from both sides, and do not differ
    return RankSets(lower=1 + apart.sum(axis=0), upper=len(low) - apart.sum(axis=1))


def best_regions(sets: RankSets, at_most: int) -> Truths:
    """Return which regions may be among the best so many (the tau-best set).

    Parameters
    ----------
    sets : RankSets
        Simultaneous sets from `rank_sets`.
    at_most : int
        How many are the best.

    Returns
    -------
    ndarray of bool, shape (regions,)
        True for every region that cannot be ruled out.

    Examples
    --------
    >>> sets = rank_sets([24.4, 22.1, 12.0], [1.5, 1.5, 1.5])
    >>> best_regions(sets, 1).tolist()
    [True, True, False]
    """
    _check_sets(sets)
    return sets.lower <= checks.count("at_most", at_most)


def _check_sets(sets: object) -> None:
    if not isinstance(sets, RankSets):
        refuse("sets", type(sets).__name__, "RankSets")


def distinguishable_tiers(sets: RankSets) -> int:
    """Return how many regions at most lie surely one below the other.

    That is the largest number of rank sets of which no two overlap: the number
    of tiers that a league table of these figures can have.

    Examples
    --------
    >>> distinguishable_tiers(rank_sets([24.4, 22.1, 12.0], [1.5, 1.5, 1.5]))
    2
    """
    _check_sets(sets)
    tiers, reached = 0, 0
    for place in np.argsort(sets.upper, kind="stable"):
        if sets.lower[place] > reached:
            tiers, reached = tiers + 1, int(sets.upper[place])
    return tiers


@frozen(kw_only=True, eq=False)
class RankChances:
    """What is likely about ranks, when the figures scatter about what was measured.

    Parameters
    ----------
    at_most : ndarray of float, shape (regions,)
        Probability of the rank asked for or a better one.
    expected : ndarray of float, shape (regions,)
        Expected rank.
    """

    at_most: Floats
    expected: Floats


@checks.quiet
def rank_chances(
    values: ArrayLike,
    standard_errors: ArrayLike,
    *,
    at_most: int,
    direction: DirectionLike = "maximize",
    draws: int = 10_000,
    seed: int | np.random.Generator | None = None,
) -> RankChances:
    """Return the probability of a rank of at most so much, and the expected rank.

    Parameters
    ----------
    values, standard_errors : array_like, shape (regions,)
        Independent figures and their errors. [unit of the indicator]
    at_most : int
        The rank.
    direction, draws, seed
        As in `rank_sets`.

    Returns
    -------
    RankChances
        ``at_most``, by simulation (its error is below 0.5/sqrt(draws)), and
        ``expected``, in closed form.

    Raises
    ------
    ArgumentError
        As `rank_sets`.

    Examples
    --------
    >>> chances = rank_chances([24.4, 22.1, 12.0], [1.5, 1.5, 1.5], at_most=1, seed=1)
    >>> chances.at_most.round(1).tolist(), chances.expected.round(1).tolist()
    ([0.9, 0.1, 0.0], [1.1, 1.9, 3.0])
    """
    figures = checks.vector("values", values)
    n = len(figures)
    errors = checks.vector("standard_errors", standard_errors, n, least=0)
    upwards = figures if checks.one_way(direction) is Direction.MINIMIZE else -figures
    last = min(checks.count("at_most", at_most), n) - 1
    total, random = checks.count("draws", draws), checks.generator(seed)
    hits, size = np.zeros(n), max(1, _CELLS // n)
    for start in range(0, total, size):
        drawn = upwards + errors * random.standard_normal((min(size, total - start), n))
        hits += (drawn <= np.partition(drawn, last, axis=1)[:, last, None]).sum(axis=0)
    from scipy import special

    statistics, _ = _pair_statistics(upwards, errors)
    # A pair with itself counts one half, the rank itself one: together a half too few.
    expected = special.ndtr(statistics).sum(axis=1) + 0.5
    return RankChances(at_most=hits / total, expected=expected)


@checks.quiet
def comparison_level(standard_errors: ArrayLike, *, level: float = 0.95) -> float:
    """Return the level of single intervals whose overlap compares pairs.

    Two regions then differ at the wanted level, on average over all pairs, when
    their intervals do not overlap.

    Parameters
    ----------
    standard_errors : array_like, shape (regions,)
        Errors of the figures, at least two. [unit of the indicator]
    level : float
        Level of the comparison of two regions.

    Returns
    -------
    float
        Level of the intervals.

    Raises
    ------
    ArgumentError
        Fewer than two regions, or an error that is not above zero.

    References
    ----------
    Goldstein and Healy (1995), Journal of the Royal Statistical Society A 158,
    175-177. Not verified against the primary text.

    Examples
    --------
    >>> round(comparison_level([1.0, 1.0, 1.0]), 3)
    0.834
    """
    errors = checks.vector("standard_errors", standard_errors)
    if len(errors) < 2 or (errors <= 0).any():
        refuse("standard_errors", standard_errors, "at least two errors above zero")
    from scipy import special

    first, second = np.triu_indices(len(errors), 1)
    widths = (errors[first] + errors[second]) / np.hypot(errors[first], errors[second])
    z = quantile((1 + checks.between("level", level, 0, 1)) / 2) / widths.mean()
    return float(2 * special.ndtr(z) - 1)
