"""Who moved the province's figure, and who keeps it from its target."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import ArrayLike, Floats
from kencana_targets.formulas.scales import quantile

__all__ = [
    "ChangeError",
    "Contributions",
    "DasGupta",
    "Kitagawa",
    "Shortfall",
    "ThreeFold",
    "change_error",
    "contribution_shares",
    "das_gupta",
    "kitagawa",
    "persons_averted",
    "persons_beyond_target",
    "shortfall",
    "three_fold",
]


MOST_FACTORS = 10


@frozen(eq=False)
class Kitagawa:
    """What each region did to the change of its parent.

    Parameters
    ----------
    rate_effect : ndarray of float, shape (n,)
        Through its own rate. [points]
    composition_effect : ndarray of float, shape (n,)
        Through its share of the people. [points]
    centred_composition_effect : ndarray of float, shape (n,)
        The same against the parent's mean rate, so that a growing region with a
        low rate counts as lowering; the sum is the same. [points]
    first, second : float
        The parent's rate in both years.
    total : float
        Their difference; the sum of the rate and composition effects. [points]
    """

    rate_effect: Floats
    composition_effect: Floats
    centred_composition_effect: Floats
    first: float
    second: float
    total: float

    @property
    def contribution(self) -> Floats:
        """Rate and centred composition effect of each region together, in points."""
        return self.rate_effect + self.centred_composition_effect


@checks.quiet
def kitagawa(
    first_size: ArrayLike, first_rate: ArrayLike, second_size: ArrayLike, second_rate: ArrayLike
) -> Kitagawa:
    """Decompose the change of a parent's rate over its regions.

    Parameters
    ----------
    first_size, second_size : array_like, shape (n,)
        Populations in the first and the second year, in the same regions: those
        of a split must be joined first.
    first_rate, second_rate : array_like, shape (n,)
        Rates. [unit of the indicator]

    Returns
    -------
    Kitagawa
        ``rate_effect composition_effect centred_composition_effect``, one a
        region, ``first second total`` and ``contribution``.

    Raises
    ------
    ArgumentError
        The vectors differ in length, or a population is negative or all are zero.

    References
    ----------
    E. M. Kitagawa, Components of a difference between two rates, Journal of the
    American Statistical Association 50 (1955) 1168-1194.

    Examples
    --------
    >>> change = kitagawa([100, 100], [30, 20], [80, 120], [25, 20])
    >>> change.rate_effect.tolist(), round(change.total, 12)
    ([-2.25, 0.0], -3.0)
    """
    p1, r1, p2, r2 = _shares_and_rates(first_size, first_rate, second_size, second_rate)
    first, second = float(p1 @ r1), float(p2 @ r2)
    rate_effect = 0.5 * (p1 + p2) * (r2 - r1)
    composition = 0.5 * (p2 - p1) * (r1 + r2)
    centred = 0.5 * (p2 - p1) * (r1 + r2 - first - second)
    return Kitagawa(rate_effect, composition, centred, first, second, second - first)


@frozen(eq=False)
class ThreeFold:
    """The change with the first year as base, and what both changes do together.

    Parameters
    ----------
    rate_effect, composition_effect, interaction : ndarray of float, shape (n,)
        One a region. [points]
    total : float
        Sum of all. [points]
    """

    rate_effect: Floats
    composition_effect: Floats
    interaction: Floats
    total: float


@checks.quiet
def three_fold(
    first_size: ArrayLike, first_rate: ArrayLike, second_size: ArrayLike, second_rate: ArrayLike
) -> ThreeFold:
    """Decompose a change with the weights of the first year.

    Parameters
    ----------
    first_size, first_rate, second_size, second_rate : array_like, shape (n,)
        As for `kitagawa`.

    Returns
    -------
    ThreeFold
        ``rate_effect composition_effect interaction total``.

    Raises
    ------
    ArgumentError
        Vectors that differ in length, a negative population, or none with people in
        it.

    Examples
    --------
    >>> three_fold([100, 100], [30, 20], [80, 120], [25, 20]).interaction.round(3).tolist()
    [0.5, 0.0]
    """
    p1, r1, p2, r2 = _shares_and_rates(first_size, first_rate, second_size, second_rate)
    return ThreeFold(
        rate_effect=p1 * (r2 - r1),
        composition_effect=(p2 - p1) * r1,
        interaction=(p2 - p1) * (r2 - r1),
        total=float(p2 @ r2) - float(p1 @ r1),
    )


@frozen(eq=False)
class DasGupta:
    """What each factor of a product did to the change of a figure.

    Parameters
    ----------
    effects : ndarray of float, shape (factors,)
        They add up to the change. [unit of the figure]
    by_group : ndarray of float, shape (factors, groups)
        The same, group by group.
    first, second, total : float
        The figure in both years, and its change.
    """

    effects: Floats
    by_group: Floats
    first: float
    second: float
    total: float


@checks.quiet
def das_gupta(first: ArrayLike, second: ArrayLike) -> DasGupta:
    """Decompose the change of a sum of products into the effects of its factors.

    Parameters
    ----------
    first, second : array_like, shape (factors, groups) or (factors,)
        The factors of each group in both years, two to ten of them; the figure is
        the sum over the groups of their product, such as births = women times
        share married times births of a married woman.

    Returns
    -------
    DasGupta
        ``effects by_group first second total``. Each factor's effect is its change times
        the mean of the others over all orders in which they may change (Shapley),
        so that it does not depend on an order; two factors are those of `kitagawa`.

    Raises
    ------
    ArgumentError
        Shapes that differ, or fewer than two factors or more than ten.

    References
    ----------
    P. Das Gupta, Standardization and Decomposition of Rates: A User's Manual, U.S. Bureau
    of the Census, Current Population Reports P23-186 (1993); not verified against
    the primary text.

    Examples
    --------
    >>> das_gupta([2.0, 3.0, 4.0], [3.0, 3.0, 5.0]).effects.tolist()
    [13.5, 0.0, 7.5]
    """
    before, after = checks.as_figures("first", first), checks.as_figures("second", second)
    if before.shape != after.shape or before.ndim not in (1, 2) or not before.size:
        refuse("second", after.shape, f"the shape of first, {before.shape}: (factors, groups)")
    before, after = (np.atleast_2d(figures.T).T for figures in (before, after))
    count = len(before)
    if not 2 <= count <= MOST_FACTORS:
        refuse("first", f"{count} factors", f"2 to {MOST_FACTORS}")
    effects = np.empty_like(before)
    for factor in range(count):
        others = np.delete(np.arange(count), factor)
        # Products of the others by how many of them have changed already.
        sums = np.ones((1, before.shape[1]))
        for other in others:
            kept = np.pad(sums * before[other], ((0, 1), (0, 0)))
            sums = kept + np.pad(sums * after[other], ((1, 0), (0, 0)))
        mean = sum(each / (count * comb(count - 1, size)) for size, each in enumerate(sums))
        effects[factor] = (after[factor] - before[factor]) * mean
    start, end = (float(np.prod(figures, axis=0).sum()) for figures in (before, after))
    return DasGupta(effects.sum(axis=1), effects, start, end, end - start)


def _shares_and_rates(
    first_size: ArrayLike, first_rate: ArrayLike, second_size: ArrayLike, second_rate: ArrayLike
) -> tuple[Floats, Floats, Floats, Floats]:
    p1 = checks.as_shares("first_size", first_size)
    p2 = checks.as_shares("second_size", second_size, p1.size)
    r1 = checks.vector("first_rate", first_rate, p1.size)
    return p1, r1, p2, checks.vector("second_rate", second_rate, p1.size)


@frozen(eq=False)
class ChangeError:
    """Sampling errors of a change and of its rate effects.

    Parameters
    ----------
    rate_effect : ndarray of float, shape (n,)
        Standard error of each region's rate effect. [points]
    total : float
        Standard error of the parent's change. [points]
    """

    rate_effect: Floats
    total: float


@checks.quiet
def change_error(
    first_size: ArrayLike, first_error: ArrayLike, second_size: ArrayLike, second_error: ArrayLike
) -> ChangeError:
    """Return the sampling errors of a decomposed change.

    Parameters
    ----------
    first_size, second_size : array_like, shape (n,)
        Populations, taken as known.
    first_error, second_error : array_like, shape (n,)
        Standard errors of the rates, from independent surveys. [points]

    Returns
    -------
    ChangeError
        ``rate_effect total``.

    Raises
    ------
    ArgumentError
        Vectors that differ in length, a negative population or error, or none with
        people in it.

    Examples
    --------
    >>> change_error([1, 1], [3.0, 2.0], [1, 1], [4.0, 2.0]).rate_effect.tolist()[0]
    2.5
    """
    p1, s1, p2, s2 = _shares_and_rates(first_size, first_error, second_size, second_error)
    checks.non_negative("first_error", s1)
    checks.non_negative("second_error", s2)
    total = float(np.sqrt(np.sum((p1 * s1) ** 2) + np.sum((p2 * s2) ** 2)))
    return ChangeError(0.5 * (p1 + p2) * np.hypot(s1, s2), total)


@frozen(eq=False)
class Contributions:
    """Shares of a change, or why there are none.

    Parameters
    ----------
    shares : ndarray of float, shape (n,)
        Fractions of the change; nan where withheld.
    withheld : bool
        Whether they are withheld.
    reason : str
        Why; empty otherwise.
    """

    shares: Floats
    withheld: bool
    reason: str


@checks.quiet
def contribution_shares(
    effects: ArrayLike, *, standard_error: float = 0.0, level: float = 0.95
) -> Contributions:
    """Return each region's share of a change that can be told from zero.

    Parameters
    ----------
    effects : array_like, shape (n,)
        Contributions that add up to the change, such as those of `kitagawa`.
        [points]
    standard_error : float, optional
        Standard error of the change, such as `change_error(...).total`. [points]
    level : float, optional
        Confidence at which the change must differ from zero.

    Returns
    -------
    Contributions
        ``shares withheld reason``. Shares may be negative or above 1 where
        regions moved in opposite directions.

    Raises
    ------
    ArgumentError
        A figure is not a number, the error is negative, or the level is not
        between 0 and 1.

    Examples
    --------
    >>> contribution_shares([-2.0, -0.5], standard_error=0.4).shares.tolist()
    [0.8, 0.2]
    >>> contribution_shares([-2.0, 1.9], standard_error=0.4).reason
    'the change of -0.1 is within 1.96 standard errors (0.784) of zero'
    """
    parts = checks.vector("effects", effects)
    error = checks.as_number("standard_error", standard_error, 0)
    z = quantile(0.5 + 0.5 * checks.between("level", level, 0, 1))
    total = float(parts.sum())
    nothing = np.full(parts.size, np.nan)
    if total == 0:
        return Contributions(nothing, True, "there is no change to share")
    if abs(total) < z * error:
        reason = f"the change of {total:.3g} is within {z:.3g} standard errors ({z * error:.3g})"
        return Contributions(nothing, True, f"{reason} of zero")
    return Contributions(parts / total, False, "")


@frozen(eq=False)
class Shortfall:
    """How far a parent is short of its target, region by region.

    Parameters
    ----------
    contribution : ndarray of float, shape (n,)
        Share of the people times the region's own shortfall, negative where the
        region is ahead of its target. [points]
    total : float
        The parent's shortfall; the sum. [points]
    """

    contribution: Floats
    total: float


@checks.quiet
def shortfall(
    size: ArrayLike, actual: ArrayLike, target: ArrayLike, *, direction: str
) -> Shortfall:
    """Decompose a parent's shortfall over its regions.

    Parameters
    ----------
    size : array_like, shape (n,)
        Populations.
    actual, target : array_like, shape (n,)
        Figures of the regions; the targets weighted by population are the
        parent's. [unit of the indicator]
    direction : Direction or str
        ``maximize`` or ``minimize``.

    Returns
    -------
    Shortfall
        ``contribution total``.

    Raises
    ------
    ArgumentError
        Vectors that differ in length, a negative population, none with people in it,
        or a direction that is neither.

    Examples
    --------
    >>> shortfall([1, 3], [22.0, 12.0], [14.0, 13.0], direction="minimize").contribution.tolist()
    [2.0, -0.75]
    """
    share = checks.as_shares("size", size)
    now = checks.vector("actual", actual, share.size)
    contribution = share * _behind(now, checks.vector("target", target, share.size), direction)
    return Shortfall(contribution, float(contribution.sum()))


def _behind(actual: Floats, target: Floats, direction: str) -> Floats:
    sign = 1.0 if checks.one_way(direction) is Direction.MINIMIZE else -1.0
    return sign * (actual - target) + 0.0  # no negative zero


def _persons(size: ArrayLike, left: ArrayLike, right: ArrayLike, per: float) -> list[Floats]:
    scale = checks.as_number("per", per, 0, strict=True, allowed="more than zero")
    people, now, goal = checks.figures(
        size=checks.non_negative("size", size), actual=left, target=right
    )
    return [people / scale, now, goal]


@checks.quiet
def persons_beyond_target(
    size: ArrayLike, actual: ArrayLike, target: ArrayLike, *, direction: str, per: float = 100.0
) -> Any:
    """Return how many persons stand between a region and its target.

    Parameters
    ----------
    size : float or array_like
        Population that the rate refers to. [persons]
    actual, target : float or array_like
        Rates. [per `per` persons]
    direction : Direction or str
        ``maximize`` or ``minimize``.
    per : float, optional
        100 for percent.

    Returns
    -------
    float or ndarray
        Persons, 0 where the target is met; nan where a figure is missing.

    Raises
    ------
    ArgumentError
        Figures that are no numbers or do not fit together, a negative population, a
        direction that is neither, or `per` that is not above zero.

    Examples
    --------
    >>> round(persons_beyond_target(200_000, 22.1, 12.55, direction="minimize"))
    19100
    """
    people, now, goal = _persons(size, actual, target, per)
    return checks.plain(people * np.maximum(_behind(now, goal, direction), 0.0))


@checks.quiet
def persons_averted(
    size: ArrayLike, actual: ArrayLike, expected: ArrayLike, *, direction: str, per: float = 100.0
) -> Any:
    """Return how many persons are better off than on another path.

    Parameters
    ----------
    size : float or array_like
        Population that the rate refers to. [persons]
    actual, expected : float or array_like
        The rate that was reached, and the one on the path that it is held
        against. [per `per` persons]
    direction : Direction or str
        ``maximize`` or ``minimize``.
    per : float, optional
        100 for percent.

    Returns
    -------
    float or ndarray
        Persons, negative where the actual is worse; nan where a figure is
        missing.

    Raises
    ------
    ArgumentError
        Figures that are no numbers or do not fit together, a negative population, a
        direction that is neither, or `per` that is not above zero.

    Examples
    --------
    >>> round(persons_averted(200_000, 19.8, 22.1, direction="minimize"))
    4600
    """
    people, now, path = _persons(size, actual, expected, per)
    return checks.plain(people * -_behind(now, path, direction) + 0.0)
