"""What is likely about ranks, and intervals made for comparing."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import between, count, generator, one_way, quiet, vector
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction, DirectionLike
from kencana_targets.core.typing import ArrayLike, Floats
from kencana_targets.formulas.scales import quantile
from kencana_targets.formulas.stepdown import pair_statistics

_DRAWS_AT_ONCE = 1 << 20  # figures that lie in memory at a time


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


@quiet
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
    figures = vector("values", values)
    n = len(figures)
    errors = vector("standard_errors", standard_errors, n, least=0)
    upwards = figures if one_way(direction) is Direction.MINIMIZE else -figures
    best, total, random = count("at_most", at_most), count("draws", draws), generator(seed)
    hits = np.zeros(n)
    done = 0
    while done < total:
        size = min(total - done, max(1, _DRAWS_AT_ONCE // n))
        drawn = upwards + errors * random.standard_normal((size, n))
        if best < n:
            edge = np.partition(drawn, best - 1, axis=1)[:, best - 1, None]
            hits += (drawn <= edge).sum(axis=0)
        else:
            hits += size
        done += size
    from scipy import special

    statistics, _ = pair_statistics(upwards, errors)
    # A pair with itself counts one half, the rank itself one: together a half too few.
    expected = special.ndtr(statistics).sum(axis=1) + 0.5
    return RankChances(at_most=hits / total, expected=expected)


@quiet
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
    errors = vector("standard_errors", standard_errors)
    if len(errors) < 2 or (errors <= 0).any():
        refuse("standard_errors", standard_errors, "at least two errors above zero")
    from scipy import special

    first, second = np.triu_indices(len(errors), 1)
    widths = (errors[first] + errors[second]) / np.hypot(errors[first], errors[second])
    z = quantile((1 + between("level", level, 0, 1)) / 2) / widths.mean()
    return float(2 * special.ndtr(z) - 1)
