"""Which of many regions differ: step-down tests of all pairs.

A pair (j, k) stands for the hypothesis that region j is no better than region k.
It is rejected when T = (x_j - x_k) / sqrt(s_j^2 + s_k^2) passes a critical value.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kencana_targets.core.chunks import on_all_cores
from kencana_targets.core.typing import Floats, NDArray, Truths

_CHUNK = 256  # draws looked at between two looks at the critical value, at least
_CELLS = 1 << 18  # figures that lie in memory at a time
_OWN_ENDS = 64  # the same for one region against all others
_ENDS = 64  # regions at either end of a draw that are compared first


def pair_statistics(values: Floats, errors: Floats) -> tuple[Floats, Floats]:
    """Return T and 1/sqrt(s_j^2 + s_k^2) of all ordered pairs.

    Two figures without error differ for certain or not at all: T is infinite or
    zero, and their weight in the draws is zero.
    """
    spread = np.sqrt(errors[:, None] ** 2 + errors[None, :] ** 2)
    ahead = values[:, None] - values[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(spread > 0, 1.0 / spread, 0.0)
        statistics = np.where(ahead == 0, 0.0, ahead / spread)
    return statistics, weights


def by_pairs(
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
    last = np.take_along_axis(ordered, np.maximum(count - 1, 0)[:, None], axis=1)[:, 0]
    return np.where(count > 0, last, np.nan)  # nothing is as large as nan


def simulated(
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
    bounds = np.hypot(np.maximum(scores.max(axis=1), 0), np.maximum(-scores.min(axis=1), 0))
    rejected = np.zeros((n, n), bool)
    while True:
        open_weights = np.where(rejected, 0.0, weights)

        def largest(chosen: NDArray[np.intp], pairs: Floats = open_weights) -> Floats:
            size = max(1, _CELLS // min(n, 2 * _ENDS) ** 2)
            parts = [chosen[start : start + size] for start in range(0, len(chosen), size)]
            return np.concatenate(
                [_largest_pairs(noise[part], scores[part], pairs) for part in parts]
            )

        critical = _upper_quantile(bounds, largest, alpha)
        found = statistics > critical
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
    high, low = np.take_along_axis(scores, top, 1), -np.take_along_axis(scores, bottom, 1)
    high, low = np.maximum(high, 0.0), np.maximum(low, 0.0)
    # The bound of Cauchy and Schwarz for a pair that is not among the ends on both sides.
    others = np.maximum(
        np.hypot(high.min(axis=1), low.max(axis=1)), np.hypot(high.max(axis=1), low.min(axis=1))
    )
    for draw in np.flatnonzero(maxima < others):
        maxima[draw] = (np.subtract.outer(noise[draw], noise[draw]) * pairs).max()
    return np.asarray(maxima)


def simulated_rows(
    statistics: Floats, weights: Floats, noise: Floats, scores: Floats, alpha: float
) -> tuple[Truths, Truths]:
    """Reject the pairs of one region at a time; return who is better and who is worse."""
    n, ends = len(statistics), min(len(statistics), _OWN_ENDS)
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
    # Position of the quantile (linear between order statistics), counted from the top.
    place = (draws - 1) * alpha
    low = int(np.floor(place))
    top = known[::-1]
    following = top[min(low + 1, len(top) - 1)]
    return float(top[low] + (place - low) * (following - top[low]))
