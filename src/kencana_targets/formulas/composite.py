"""Many indicators in one score for each region, and what the weights do to it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction, as_term
from kencana_targets.core.typing import ArrayLike, Floats, Mean
from kencana_targets.formulas.sensitivity import (
    MethodSensitivity,
    WeightSensitivity,
    as_power,
    check_scores,
    method_sensitivity,
    weight_sensitivity,
    weighted_mean,
)

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
    power, policy = as_power(mean), as_term(Missing, missing, "missing")
    figures = checks.as_figures("scores", scores, missing=True)
    if figures.ndim not in (1, 2) or not figures.shape[-1]:
        refuse("scores", figures.shape, "(indicators,) or (regions, indicators)")
    check_scores(figures, power)
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
        under = np.where(coverage > 0, coverage, 1.0)[..., None]
        value = weighted_mean(filled, weight * present / under, power)
        value = np.where(coverage >= least - 1e-12, value, np.nan)
    else:
        value = weighted_mean(filled, np.broadcast_to(weight, filled.shape), power)
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
    if not words or not all(map(_is_key, words)):
        refuse("groups", groups, allowed)
    names = list(dict.fromkeys(words))
    given: object = weights
    if given is not None and not (isinstance(given, Mapping) and set(given) == set(names)):
        refuse("weights", given, f"a weight for each of the groups {', '.join(map(repr, names))}")
    share = as_weights(None if weights is None else [weights[name] for name in names], len(names))
    place = np.array([names.index(word) for word in words])
    each: Floats = share[place] / np.bincount(place)[place]
    return each


def _is_key(word: object) -> bool:
    try:
        hash(word)
    except TypeError:
        return False
    return True


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
    moves = (np.ptp(figures, axis=0) > 0) & bool(np.ptp(total) > 0)
    squared = np.where(moves, (drift @ centred) ** 2 / np.where(moves, spread, 1.0), 0.0)
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
    spread = figures.std(axis=0)
    _refuse_constant(figures)
    standard = 100.0 + 10.0 * sign * (figures - figures.mean(axis=0)) / spread
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
    share = np.where(sign > 0, figures - low, high - figures) / (high - low)
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
