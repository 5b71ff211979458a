"""Achievement: the percentage of a target that was reached (*capaian kinerja*)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kencana_targets.core import checks
from kencana_targets.core.errors import FormulaError, Place, Problem, refuse
from kencana_targets.core.rounding import snap
from kencana_targets.core.terms import (
    OPEN_LOWER,
    OPEN_UPPER,
    Direction,
    DirectionLike,
    Formula,
    FormulaLike,
    Reason,
    as_term,
)
from kencana_targets.core.typing import ArrayLike, Floats, NDArray, Truths

__all__ = ["UNDEFINED", "achievement", "band_positions", "gap", "measure"]

FITTING: dict[Direction, tuple[Formula, ...]] = {
    Direction.MAXIMIZE: (Formula.RATIO, Formula.RANGE, Formula.REFLECTED),
    Direction.MINIMIZE: (Formula.REFLECTED, Formula.INVERSE, Formula.RANGE),
    Direction.STABILIZE: (Formula.STABILIZE,),
}

# The formulas that a rule may name; `range` is that of every target with bounds.
NAMEABLE: dict[Direction, tuple[Formula, ...]] = {
    Direction.MAXIMIZE: (Formula.RATIO,),
    Direction.MINIMIZE: (Formula.REFLECTED, Formula.INVERSE),
    Direction.STABILIZE: (Formula.STABILIZE,),
}

# Closeness to the target (percent) and the index that it earns: KMK 127/2026.
STABILIZE_CLOSENESS = np.array([0.0, 90.0, 100.0])
STABILIZE_INDEX = np.array([0.0, 100.0, 120.0])


# Why a percentage may not exist although actual and target do.
UNDEFINED = (
    Reason.ZERO_TARGET,
    Reason.MIXED_SIGNS,
    Reason.NEGATIVE_TARGET,
    Reason.ZERO_ACTUAL,
    Reason.STABILIZE_RANGE,
)


def choose_formula(direction: Direction, formula: FormulaLike | None, *, ranged: bool) -> Formula:
    """Return the formula to use, or refuse where it must be named.

    Raises
    ------
    FormulaError
        A minimize indicator without a named formula, or a formula that rewards
        the wrong direction.

    Examples
    --------
    >>> from kencana_targets import Direction
    >>> from kencana_targets.formulas.achievement import choose_formula
    >>> choose_formula(Direction.MINIMIZE, "reflected", ranged=False)
    <Formula.REFLECTED: 'reflected'>
    """
    where, allowed = Place(argument="formula"), ", ".join(FITTING[direction])
    if formula is None and direction is Direction.MINIMIZE:
        what = "a minimize indicator needs a named formula"
        hint = (
            "there is no default because offices use two: for 22.1 percent against a target of "
            "12.55 'reflected' (2T-R)/T gives 23.90 and 'inverse' T/R gives 56.79"
        )
        raise FormulaError(Problem(what, where=where, allowed=allowed, hint=hint))
    if formula is None:
        return Formula.RANGE if ranged else FITTING[direction][0]
    chosen = as_term(Formula, formula, "formula")
    if chosen not in FITTING[direction]:
        what = f"the formula '{chosen}' does not fit a {direction} indicator"
        raise FormulaError(Problem(what, where=where, allowed=allowed))
    return chosen


@checks.quiet
def achievement(
    actual: ArrayLike,
    target: ArrayLike,
    *,
    direction: DirectionLike,
    formula: FormulaLike | None = None,
    target_lower: ArrayLike | None = None,
    target_upper: ArrayLike | None = None,
    worst: ArrayLike | None = None,
) -> Any:
    """Return the percentage of the target that was reached; 100 is exactly on target.

    Parameters
    ----------
    actual, target : float or array_like
        What was reached (R) and what was promised (T); they broadcast.
        [unit of the indicator]
    direction : Direction or str
        ``maximize``, ``minimize`` or ``stabilize``.
    formula : Formula or str, optional
        ``ratio`` R/T; ``reflected`` (2T-R)/T; ``inverse`` T/R; ``range``: the
        bound that was missed or passed is T, inside the range 100;
        ``stabilize``: closeness ``100 - 100 |R-T|/T`` on straight lines through
        (0, 0), (90, 100), (100, 120). Required for ``minimize``, because two
        formulas are in use. A ``range`` outside its bounds is a ratio for
        ``maximize`` and reflected for ``minimize``.
    target_lower, target_upper : float or array_like, optional
        Bounds for ``range``; one of them may be nan or left out.
    worst : float or array_like, optional
        Worst value of a minimize indicator, by which a target of zero gets the
        percentage (worst-R)/worst.

    Returns
    -------
    float or ndarray
        Percent, neither cut nor rounded. nan where it is undefined: a target
        of zero, an actual of zero under ``inverse``, mixed signs, a negative
        target (except ``maximize``, where it is (2T-R)/T), a missing figure.

    Raises
    ------
    FormulaError
        No formula named for a minimize indicator, or one for another direction.
    ArgumentError
        A word that is not allowed, or a figure that is not a number.

    References
    ----------
    Reflected and range: Permen PANRB 8/2021, pp. 93-100. Stabilize, negative
    and zero targets: KMK 127/2026, pp. 37-38 and 67-70, as an application that
    implements it tests it; not verified against the primary text. Inverse: BKKBN
    Bengkulu's evaluation of 2021.

    Examples
    --------
    >>> achievement(20.3, 21, direction="maximize")
    96.66666666666667
    >>> round(achievement(22.1, 12.55, direction="minimize", formula="reflected"), 2)
    23.9
    >>> round(achievement(22.1, 12.55, direction="minimize", formula="inverse"), 2)
    56.79
    """
    way = as_term(Direction, direction, "direction")
    ranged = target_lower is not None or target_upper is not None
    chosen = choose_formula(way, formula, ranged=ranged)
    if chosen is Formula.RANGE and not ranged:
        refuse("target_lower, target_upper", None, "at least one bound for the formula 'range'")
    arrays = checks.figures(
        actual=actual,
        target=target,
        target_lower=target_lower,
        target_upper=target_upper,
        worst=worst,
    )
    percent, _ = measure(way, chosen, *arrays)
    return checks.plain(percent)


def _given(**figures: Floats | None) -> list[Any]:
    """Return figures of one shape; None stays for bounds and the worst that no row has."""
    arrays = {
        name: checks.as_figures(name, values, missing=True)
        for name, values in figures.items()
        if values is not None or name in ("actual", "target")
    }
    found = dict(zip(arrays, checks.together(arrays), strict=True))
    return [found.get(name) for name in figures]


@checks.quiet
def measure(
    direction: Direction,
    formula: Formula,
    actual: Floats,
    target: Floats,
    lower: Floats | None = None,
    upper: Floats | None = None,
    worst: Floats | None = None,
) -> tuple[Floats, NDArray[np.int8]]:
    """Return percent and, where there is none, the `Reason` why (see `achievement`).

    Examples
    --------
    >>> import numpy as np
    >>> from kencana_targets import Direction, Formula
    >>> from kencana_targets.formulas.achievement import measure
    >>> measure(Direction.MINIMIZE, Formula.REFLECTED, np.array([19.8]),
    ...         np.array([18.9]))[0].round(2).tolist()
    [95.24]
    """
    direction = as_term(Direction, direction, "direction")
    formula = as_term(Formula, formula, "formula")
    actual, target, lower, upper, worst = _given(
        actual=actual, target=target, lower=lower, upper=upper, worst=worst
    )
    if formula is Formula.RANGE:
        if lower is None or upper is None:
            refuse("lower, upper", None, "both bounds, nan where there is none")
        return _measure_range(direction, actual, lower, upper, worst)
    if formula is Formula.RATIO:
        percent = actual / target
        legal = (target > 0) & (actual >= 0)
        if not legal.all():  # of a negative target the reflected ratio
            percent = np.where(legal, percent, 2.0 - percent)
            legal |= (target < 0) & (actual <= 0)
        percent *= 100.0
    elif formula is Formula.REFLECTED:
        percent = 100.0 * (2.0 - actual / target)
        end, now = (-target, -actual) if direction is Direction.MAXIMIZE else (target, actual)
        legal = (end > 0) & (now >= 0)
    elif formula is Formula.INVERSE:
        percent = 100.0 * (target / actual)
        legal = (target > 0) & (actual > 0)
    else:
        closeness = 100.0 - 100.0 * np.abs(actual - target) / target
        # Below zero the first line goes on: the floor is the rule's business.
        first = closeness * (STABILIZE_INDEX[1] / STABILIZE_CLOSENESS[1])
        percent = np.interp(closeness, STABILIZE_CLOSENESS, STABILIZE_INDEX)
        percent += np.minimum(first, 0.0)
        legal = (target > 0) & ~np.isnan(actual)
    if legal.all():
        return percent, np.zeros(percent.shape, dtype=np.int8)
    if direction is Direction.MINIMIZE and worst is not None:
        rescued = (target == 0) & (worst > 0)
        percent = np.where(rescued, 100.0 * (worst - actual) / worst, percent)
        legal = legal | rescued
    reason = _undefined(formula, actual, target, legal)
    return np.where(reason == Reason.NONE, percent, np.nan), reason


def _undefined(formula: Formula, actual: Floats, target: Floats, legal: Truths) -> NDArray[np.int8]:
    reason = np.where(legal, np.int8(Reason.NONE), np.int8(Reason.NEGATIVE_TARGET))
    reason[~legal & (np.sign(actual) == -np.sign(target))] = Reason.MIXED_SIGNS
    if formula is Formula.INVERSE:
        reason[(actual == 0) & (target > 0)] = Reason.ZERO_ACTUAL
    reason[~legal & (target == 0)] = Reason.ZERO_TARGET
    reason[np.isnan(actual)] = Reason.NO_ACTUAL
    reason[np.isnan(target)] = Reason.NEVER_SET
    return reason


def _measure_range(
    direction: Direction, actual: Floats, lower: Floats, upper: Floats, worst: Floats | None
) -> tuple[Floats, NDArray[np.int8]]:
    if direction is Direction.STABILIZE:
        return np.full(actual.shape, np.nan), np.full(actual.shape, Reason.STABILIZE_RANGE, np.int8)
    base = Formula.RATIO if direction is Direction.MAXIMIZE else Formula.REFLECTED
    missed = missed_bound(actual, lower, upper)
    percent, reason = measure(direction, base, actual, missed, worst=worst)
    inside = np.isnan(missed) & ~np.isnan(actual) & ~(np.isnan(lower) & np.isnan(upper))
    percent = np.where(inside, 100.0, percent)
    reason = np.where(np.isnan(actual), np.int8(Reason.NO_ACTUAL), reason)
    return percent, np.where(inside, np.int8(Reason.NONE), reason)


def missed_bound(actual: Floats, lower: Floats, upper: Floats) -> Floats:
    """Return the bound of a range that the actual lies beyond; nan inside.

    Examples
    --------
    >>> import numpy as np
    >>> from kencana_targets.formulas.achievement import missed_bound
    >>> missed_bound(np.array([1.0, 2.0, 3.0, 4.0]), np.array([2.0] * 4),
    ...              np.array([3.0] * 4)).tolist()
    [2.0, nan, nan, 3.0]
    """
    return np.where(actual > upper, upper, np.where(actual < lower, lower, np.nan))


def at_open_end(
    direction: Direction, actual: Floats, lower: Floats, upper: Floats, ends: NDArray[np.int8]
) -> Truths:
    """Return where the actual equals an open end of its range, such as 20 against "<20".

    Examples
    --------
    >>> nothing = np.array([np.nan, np.nan])
    >>> at_open_end(Direction.MINIMIZE, np.array([20.0, 19.9]), nothing, np.array([20.0, 20.0]),
    ...             np.array([OPEN_UPPER, OPEN_UPPER])).tolist()
    [True, False]
    """
    exact = snap(actual)
    at_lower = (ends & OPEN_LOWER != 0) & (exact == snap(lower))
    at_upper = (ends & OPEN_UPPER != 0) & (exact == snap(upper))
    # Of an end that is met whatever lies beyond it, being open says nothing.
    at_lower &= direction is not Direction.MINIMIZE
    at_upper &= direction is not Direction.MAXIMIZE
    return np.asarray(at_lower | at_upper)


@checks.quiet
def gap(
    direction: Direction,
    actual: Floats,
    target: Floats,
    lower: Floats | None = None,
    upper: Floats | None = None,
) -> Floats:
    """Return how far the actual is ahead of its target, negative when behind.

    For a range: the distance to the bound that was passed, in the good
    direction, and zero inside. For ``stabilize``: minus the distance.
    [unit of the indicator]

    Examples
    --------
    >>> import numpy as np
    >>> from kencana_targets import Direction
    >>> from kencana_targets.formulas.achievement import gap
    >>> gap(Direction.MINIMIZE, np.array([19.8]), np.array([18.9])).round(2).tolist()
    [-0.9]
    """
    direction = as_term(Direction, direction, "direction")
    actual, target, lower, upper = _given(actual=actual, target=target, lower=lower, upper=upper)
    reference = target
    if lower is not None and upper is not None:
        ranged = ~(np.isnan(lower) & np.isnan(upper))
        bound = missed_bound(actual, lower, upper)
        reference = np.where(ranged, np.where(np.isnan(bound), actual, bound), target)
    ahead = reference - actual if direction is Direction.MINIMIZE else actual - reference
    if direction is Direction.STABILIZE:
        ahead = -np.abs(ahead)
    ahead += 0.0  # no negative zero
    return np.asarray(ahead)


def band_positions(
    values: Floats,
    lower: Sequence[float],
    upper: Sequence[float],
    lower_inclusive: Sequence[bool],
    upper_inclusive: Sequence[bool],
) -> NDArray[np.int8]:
    """Return the band that each percentage falls in, -1 where it falls in none.

    Edges are compared after `snap`, so that a percentage that is 80 on paper is
    80 here.

    Examples
    --------
    >>> band_positions(np.array([79.0, 80.0, np.nan]), [80, 0], [np.inf, 80],
    ...                [True, True], [True, False]).tolist()
    [1, 0, -1]
    """
    exact = snap(checks.as_figures("values", values, missing=True, infinite=True))
    flags = {"lower_inclusive": lower_inclusive, "upper_inclusive": upper_inclusive}
    with_lows, with_highs = (
        [checks.as_flag(name, x) for x in checks.as_list(name, given, "true or false, one a band")]
        for name, given in flags.items()
    )
    lows, highs = (
        checks.as_figures(name, given, missing=True, infinite=True)
        for name, given in (("lower", lower), ("upper", upper))
    )
    if not lows.shape == highs.shape == (len(with_lows),) == (len(with_highs),):
        shapes = f"{lows.shape}, {highs.shape}, {len(with_lows)} and {len(with_highs)}"
        refuse("lower, upper, lower_inclusive, upper_inclusive", shapes, "one entry a band")
    bands = np.full(exact.shape, -1, dtype=np.int8)
    edges = zip(lows.tolist(), highs.tolist(), with_lows, with_highs, strict=True)
    for position, (low, high, with_low, with_high) in enumerate(edges):
        above = exact >= low if with_low else exact > low
        below = exact <= high if with_high else exact < high
        np.copyto(bands, np.int8(position), where=above & below)
    return np.asarray(bands)[()]
