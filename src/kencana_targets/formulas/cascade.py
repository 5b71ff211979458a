"""A parent's target split among its regions, and the regions added up again."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from math import isfinite
from typing import Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import ArrayLike, Floats, Ints

Line = Callable[[float], Floats]

__all__ = ["Cascade", "Method", "RollUp", "cascade", "roll_up"]

# Below this a sum of shares is as good as its target.
TOLERANCE = 1e-9
# Regions whose figures may be rounded the other way, of more those that lie nearest to the middle.
MOST_CHOICES = 30


class Method(StrEnum):
    """How the regions share the change."""

    RELATIVE = "relative"
    ABSOLUTE = "absolute"
    LOGIT = "logit"
    CONVERGENCE = "convergence"
    EFFORT = "effort"


MethodLike: TypeAlias = Method | Literal["relative", "absolute", "logit", "convergence", "effort"]


@frozen(eq=False)
class Cascade:
    """Targets of the regions, in the order in which they were given.

    Parameters
    ----------
    targets : ndarray of float, shape (n,)
        One a region. [unit of the indicator]
    parameter : float
        What the method found: the factor on every baseline (``relative``), the
        cut (``absolute``, ``logit``), the target of a region at the mean
        (``convergence``), or the price of a point (``effort``).
    residual : float
        Weighted mean of the targets minus the parent's target.
        [unit of the indicator]
    """

    targets: Floats
    parameter: float
    residual: float


@checks.quiet
def cascade(
    baselines: ArrayLike,
    shares: ArrayLike,
    target: float,
    *,
    method: MethodLike = "relative",
    kappa: float | None = None,
    costs: ArrayLike | None = None,
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    decimals: int | None = None,
) -> Cascade:
    """Split a parent's target among its regions so that it adds up.

    Parameters
    ----------
    baselines : array_like, shape (n,)
        Where the regions are. [unit of the indicator]
    shares : array_like, shape (n,)
        Their weights in the target year, as populations or as shares; they are
        divided by their sum.
    target : float
        The parent's target. [unit of the indicator]
    method : Method or str, optional
        ``relative``: every baseline times the same factor. ``absolute``: every
        baseline minus the same points. ``logit``: the same step on the logit
        scale, which stays between 0 and 100. ``convergence``: the distance to
        the mean times `kappa`. ``effort``: cuts in inverse proportion to
        `costs`.
    kappa : float, optional
        For ``convergence``: 1 keeps the distances (equal to ``absolute``),
        target over mean baseline keeps the proportions (equal to ``relative``),
        0 gives every region the same target.
    costs : array_like, shape (n,), optional
        For ``effort``: how hard a squared point is in each region, above zero.
    lower, upper : float or array_like, shape (n,), optional
        Bounds, nan for none; ``upper=baselines`` lets nobody worsen where less is better.
        [unit of the indicator]
    decimals : int, optional
        Decimals to which targets are printed: each up or down, so that no other
        choice brings the sum closer to the target; of more than 30 regions, those
        that lie nearest to the middle are chosen among. What is left is the residual.

    Returns
    -------
    Cascade
        ``targets parameter residual``. Without `decimals` the residual is below
        1e-9.

    Raises
    ------
    ArgumentError
        The target cannot be reached between the bounds (the attainable range is
        named), a method lacks its `kappa` or `costs`, or a figure lies outside
        what its method can use.

    References
    ----------
    ``absolute`` is the least sum of squared cuts, ``relative`` the least sum of
    squared cuts in units of the baseline, both weighted by the shares.

    Examples
    --------
    Three regencies that bring their province from 21.7 to 12.55 percent:

    >>> split = cascade([22.2, 24.7, 11.3], [40, 45, 15], 12.55, upper=[22.2, 24.7, 11.3],
    ...                 decimals=2)
    >>> split.targets.tolist(), round(split.parameter, 3), abs(round(split.residual, 4))
    ([12.85, 14.29, 6.53], 0.579, 0.0)
    """
    way = as_term(Method, method, "method")
    start = checks.vector("baselines", baselines)
    weight = checks.as_shares("shares", shares, start.size)
    goal = checks.as_number("target", target)
    low, high = _bounds(lower, upper, start.size)
    line = _family(way, start, weight, kappa, costs)

    def targets(parameter: float) -> Floats:
        return np.clip(line(parameter), low, high)

    floor = 0.0 if way in (Method.RELATIVE, Method.LOGIT) else -np.inf
    top = np.full(start.shape, 100.0 if way is Method.LOGIT else np.inf)
    top[(start <= 0) & (way is Method.RELATIVE)] = 0.0
    least, most = (_total(weight, np.clip(end, low, high)) for end in (floor, top))
    # Rounding may keep the bounds of all short of the target.
    nearest = min(max(goal, least), most)
    if abs(nearest - goal) > TOLERANCE:
        refuse(
            "target",
            goal,
            f"what the bounds allow: {least:g} to {most:g}",
            "loosen the bounds or change the target",
        )
    first = goal if way is Method.CONVERGENCE else 0.0
    parameter = _solve(lambda q: _total(weight, targets(q)) - nearest, first)
    found = targets(parameter)
    if decimals is not None:
        found = _printed(found, weight, goal, low, high, checks.as_decimals(decimals))
    return Cascade(found, parameter, _total(weight, found) - goal)


def _total(weight: Floats, targets: Floats) -> float:
    used = weight > 0  # a region without weight must not turn an open bound into nan
    return float(np.sum(weight[used] * targets[used]))


def _bounds(lower: ArrayLike | None, upper: ArrayLike | None, size: int) -> tuple[Floats, Floats]:
    ends = []
    for name, given, open_end in (("lower", lower, -np.inf), ("upper", upper, np.inf)):
        array = checks.as_figures(name, given, missing=True)
        array = np.where(np.isnan(array), open_end, array)
        if array.ndim and array.shape != (size,):
            refuse(name, array.shape, f"one number, or {size}, one a region")
        ends.append(np.broadcast_to(array, (size,)))
    crossed = ends[0] > ends[1]
    if crossed.any():
        k = int(np.argmax(crossed))
        refuse("lower", float(ends[0][k]), f"at most upper ({ends[1][k]:g})")
    return ends[0], ends[1]


def _family(
    method: Method, start: Floats, weight: Floats, kappa: float | None, costs: ArrayLike | None
) -> Line:
    """Return the targets as a function of one parameter."""
    if (kappa is None) is (method is Method.CONVERGENCE):
        refuse("kappa", kappa, "a number for the method 'convergence', nothing for others")
    if (costs is None) is (method is Method.EFFORT):
        refuse("costs", costs, "one number a region for the method 'effort', nothing for others")
    if method is Method.RELATIVE:
        checks.non_negative("baselines", start)
        return lambda factor: start * factor
    if method is Method.LOGIT:
        if ((start <= 0) | (start >= 100)).any():
            refuse("baselines", start.tolist(), "strictly between 0 and 100 for the method 'logit'")
        logit = np.log(start / (100.0 - start))
        return lambda cut: 100.0 / (1.0 + np.exp(cut - logit))
    if costs is not None:
        ease = 0.5 / checks.positive("costs", checks.vector("costs", costs, start.size))
        return lambda price: start - price * ease
    if kappa is not None:
        spread = checks.as_number("kappa", kappa, 0) * (start - start @ weight)
        return lambda middle: middle + spread
    return lambda cut: start - cut


def _solve(gap: Callable[[float], float], first: float) -> float:
    """Find where a monotone function is zero, by widening and then by Brent's method."""
    from scipy import optimize

    here, step, end = gap(first), 1.0, first
    while isfinite(step):
        for end in (first - step, first + step):
            if here * gap(end) <= 0:
                return float(optimize.brentq(gap, first, end, xtol=1e-14))
        step *= 2.0
    return end


def _printed(
    targets: Floats, weight: Floats, goal: float, low: Floats, high: Floats, decimals: int
) -> Floats:
    """Round up or down so that no other choice brings the sum closer."""
    unit = 10.0**-decimals
    # In whole units from here.
    least, most, exact = (np.round(figures / unit, 6) for figures in (low, high, targets))
    least, most = np.ceil(least), np.floor(most)
    none = least > most
    if none.any():
        k = int(np.argmax(none))
        between = f"{low[k]:g} and {high[k]:g}"
        refuse("decimals", decimals, f"enough for a figure between {between}", "add a decimal")
    down, up, shown = (np.clip(whole(exact), least, most) for whole in (np.floor, np.ceil, np.rint))
    places = np.argsort(-np.abs(shown - exact), kind="stable")[:MOST_CHOICES]
    # Each figure may be rounded the other way; one that needs no rounding has none.
    change = (down + up - 2.0 * shown)[places]
    residual = _total(weight, shown * unit) - goal
    chosen = _best_choice(weight[places] * change * unit, residual)
    shown[places[chosen]] += change[chosen]
    return np.round(shown * unit, decimals)


def _best_choice(change: Floats, residual: float) -> Ints:
    """Return which changes together take away most of a residual, and of such the fewest.

    Every choice is a choice in one half of the changes and one in the other: for each of
    the first half's sums the best of the second half is found by search.
    """
    halves = change[::2], change[1::2]
    left, right = map(_sums_of_choices, halves)
    order = np.argsort(right, kind="stable")
    after = np.searchsorted(right[order], -residual - left)
    partner = order[np.clip(np.stack([after - 1, after]), 0, right.size - 1)]
    rest = np.abs(residual + left + right[partner])
    first, second = (_sums_of_choices(np.ones_like(half)) for half in halves)
    number = first + second[partner]
    # One flip fewer counts more than what no reader can see.
    row, column = np.unravel_index(
        np.argmin(np.where(rest <= rest.min() + TOLERANCE, number, np.inf)), rest.shape
    )
    bits = np.zeros(change.size, dtype=bool)
    for start, choice in ((0, int(column)), (1, int(partner[row, column]))):
        half = bits[start::2]
        half[:] = (choice >> np.arange(half.size)) & 1
    return np.flatnonzero(bits)


def _sums_of_choices(change: Floats) -> Floats:
    """Return the sum of every choice of changes; bit k of its position says whether k is in."""
    sums = np.zeros(1)
    for step in change.tolist():
        sums = np.concatenate([sums, sums + step])
    return sums


@frozen
class RollUp:
    """Regions added up and held against their parent's figure.

    Parameters
    ----------
    mean : float
        Weighted mean of the regions. [unit of the indicator]
    residual : float
        Mean minus the parent's figure. [unit of the indicator]
    rounding : float
        The most that rounding can account for; 0 without `decimals`.
    standard_error : float or None
        Sampling error of the mean; None where the regions have none, or where the
        parent's figure is of the same survey.
    explained : str
        ``exact``, ``rounding``, ``sampling error`` (within 1.96 standard errors and the
        rounding, of surveys that differ) or ``unexplained``.
    """

    mean: float
    residual: float
    rounding: float
    standard_error: float | None
    explained: str


@checks.quiet
def roll_up(
    values: ArrayLike,
    shares: ArrayLike,
    parent: float,
    *,
    standard_errors: ArrayLike | None = None,
    decimals: int | None = None,
    same_survey: bool = False,
) -> RollUp:
    """Add regions up and explain the difference from their parent's figure.

    Parameters
    ----------
    values : array_like, shape (n,)
        Figures of the regions. [unit of the indicator]
    shares : array_like, shape (n,)
        Their weights; they are divided by their sum.
    parent : float
        The parent's published figure. [unit of the indicator]
    standard_errors : array_like, shape (n,), optional
        Of the figures; the regions' samples are taken to be independent.
    decimals : int, optional
        Decimals in print, of the regions and of the parent.
    same_survey : bool, optional
        Whether the parent's figure is of the regions' own survey: then no sampling
        error lies between them, and weights or a mistake are left.

    Returns
    -------
    RollUp
        ``mean residual rounding standard_error explained``.

    Raises
    ------
    ArgumentError
        The vectors do not fit, or the shares are negative or all zero.

    Examples
    --------
    >>> roll_up([22.2, 24.7, 11.3], [40, 45, 15], 21.7, decimals=1).explained
    'rounding'
    """
    figures = checks.vector("values", values)
    weight = checks.as_shares("shares", shares, figures.size)
    mean = float(weight @ figures)
    residual = mean - checks.as_number("parent", parent)
    # Half a step of the last decimal for the regions, and as much for the parent.
    rounding = 0.0 if decimals is None else 10.0 ** -checks.as_decimals(decimals)
    error, most = None, {"exact": 0.0, "rounding": rounding}
    if standard_errors is not None and not checks.as_flag("same_survey", same_survey):
        errors = checks.vector("standard_errors", standard_errors, figures.size, least=0)
        error = float(np.sqrt(np.sum((weight * errors) ** 2)))
        most["sampling error"] = rounding + 1.96 * error
    fitting = (word for word, limit in most.items() if abs(residual) <= limit + TOLERANCE)
    return RollUp(mean, residual, rounding, error, next(fitting, "unexplained"))
