"""Which formula and which rounding give a printed achievement, and which nearly do."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_figures, as_number, quiet, together
from kencana_targets.core.errors import refuse
from kencana_targets.core.rounding import round_printed, snap
from kencana_targets.core.terms import Direction, Formula, Rounding
from kencana_targets.core.typing import Floats, Ints, NDArray, Truths
from kencana_targets.formulas.achievement import measure

__all__ = [
    "CANDIDATES",
    "ROUNDINGS",
    "PrintedRows",
    "Reproduction",
    "matching",
    "print_range",
    "print_unit",
    "printable",
    "reproduce",
]

# What a row may have been computed by, and the direction that each serves; of
# several that give the printed figure, the first is named.
CANDIDATES: tuple[tuple[Formula, Direction], ...] = (
    (Formula.RATIO, Direction.MAXIMIZE),
    (Formula.REFLECTED, Direction.MINIMIZE),
    (Formula.INVERSE, Direction.MINIMIZE),
    (Formula.RANGE, Direction.MAXIMIZE),
    (Formula.RANGE, Direction.MINIMIZE),
    (Formula.STABILIZE, Direction.STABILIZE),
)
_STABILIZED = CANDIDATES.index((Formula.STABILIZE, Direction.STABILIZE))
ROUNDINGS = (Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.TRUNCATE, Rounding.NONE)
DIRECTIONS = tuple(Direction)
UNKNOWN = -1
# A figure with more decimals than these was not rounded for print.
MOST_DECIMALS = 6
_FULL_PRECISION = 1e-9
_BEST_INDEX = 120.0
_NEXT_TO_ZERO = float(np.finfo(np.float64).tiny)


@frozen(eq=False, kw_only=True)
class PrintedRows:
    """Rows of a published table as numbers.

    Parameters
    ----------
    direction : ndarray of int, shape (rows,)
        Position in `Direction`, -1 where it is not known.
    target, lower, upper, actual : ndarray of float, shape (rows,)
        The printed target, or the bounds of a range, and the printed actual; nan
        for none. [unit of the indicator]
    achievement : ndarray of float, shape (rows,)
        The printed percentage. [percent]
    target_decimals, actual_decimals, decimals : ndarray of int, shape (rows,)
        Decimals in print of target, actual and achievement; more than six mean
        a figure that was not rounded.
    """

    direction: NDArray[np.int8]
    target: Floats
    lower: Floats
    upper: Floats
    actual: Floats
    achievement: Floats
    target_decimals: Ints
    actual_decimals: Ints
    decimals: Ints


@frozen(eq=False, kw_only=True)
class Reproduction:
    """What each formula makes of printed rows.

    Parameters
    ----------
    values : ndarray of float, shape (candidates, rows)
        Percentages by each of `CANDIDATES`, neither cut nor rounded; nan where
        undefined. [percent]
    why : ndarray of int, shape (candidates, rows)
        `Reason`.
    fits : ndarray of bool, shape (candidates, rows)
        Whether the candidate serves the direction of the row; all but
        ``stabilize`` do where that is not known.
    matches : ndarray of bool, shape (candidates, roundings, rows)
        Whether candidate and rounding, one of `ROUNDINGS`, give the printed figure.
    near : ndarray of bool, shape (rows,)
        Whether a fitting candidate gives the printed figure for some target and
        actual that print as these do.
    without_hundred : ndarray of bool, shape (rows,)
        Whether the printed figure is a hundredth of what a formula gives.
    cut : ndarray of bool, shape (candidates, rows)
        Whether the candidate matches only when it is cut to a floor or a cap.
    """

    values: Floats
    why: NDArray[np.int8]
    fits: Truths
    matches: Truths
    near: Truths
    without_hundred: Truths
    cut: Truths


@quiet
def reproduce(
    rows: PrintedRows, *, floor: float | None = None, cap: float | None = None
) -> Reproduction:
    """Recompute printed achievements by every formula and rounding.

    Parameters
    ----------
    rows : PrintedRows
        What was printed.
    floor, cap : float, optional
        What percentages may have been cut to before print; ``stabilize`` has a floor
        of 0 by itself. [percent]

    Returns
    -------
    Reproduction
        All candidates, whether they fit and whether they match. A figure that
        was not rounded matches when it agrees to nine digits.

    References
    ----------
    The formulas are those of `achievement`. The reach of a formula over rounded
    inputs is plain interval arithmetic: each formula is monotone in target and
    in actual, so the corners bound it (``stabilize`` has its peak at the target).

    Examples
    --------
    >>> one = lambda *cells: np.array(cells)
    >>> rows = PrintedRows(direction=one(1), target=one(24.51), actual=one(25.1), lower=one(np.nan),
    ...     upper=one(np.nan), achievement=one(97.65), target_decimals=one(2),
    ...     actual_decimals=one(1), decimals=one(2))
    >>> np.argwhere(reproduce(rows).matches[..., 0]).tolist()  # inverse, half-up and half-even
    [[2, 0], [2, 1]]
    """
    if not isinstance(rows, PrintedRows):
        refuse("rows", type(rows).__name__, "PrintedRows")
    floor, cap = (
        None if value is None else as_number(name, value)
        for name, value in (("floor", floor), ("cap", cap))
    )
    values, why, least, most = _measured(rows)
    ways = np.array([DIRECTIONS.index(way) for _, way in CANDIDATES])[:, np.newaxis]
    either = ways != DIRECTIONS.index(Direction.STABILIZE)
    fits = (rows.direction == ways) | (either & (rows.direction == UNKNOWN))
    plain = np.where(rows.target == 0, np.nan, rows.actual / rows.target)
    every = (values, _cut(values, floor, cap), plain[np.newaxis], values / 100.0)
    matched = matching(np.vstack(every), rows.achievement, rows.decimals).swapaxes(0, 1)
    whole, pruned, small = np.split(matched, [len(values), 2 * len(values)])
    cut: Truths = np.asarray(pruned.any(axis=1) & ~whole.any(axis=1))
    reach = reaches(least, most, rows.achievement, rows.decimals)
    reach |= reaches(
        _cut(least, floor, cap), _cut(most, floor, cap), rows.achievement, rows.decimals
    )
    return Reproduction(
        values=values,
        why=why,
        fits=fits,
        matches=np.where(cut[:, np.newaxis], pruned, whole),
        near=np.any(fits & reach, axis=0),
        # Without decimals a hundredth is 0 or 1 and shows nothing.
        without_hundred=small.any(axis=(0, 1)) & (rows.decimals > 0),
        cut=cut,
    )


def _measured(rows: PrintedRows) -> tuple[Floats, NDArray[np.int8], Floats, Floats]:
    """Return what each formula gives, why it does not, and its reach for inputs that print alike."""
    nothing = np.full(rows.target.shape, np.nan)
    # The figures as they are printed, and below them the corners of what prints alike.
    actual = _with_ends(rows.actual, rows.actual_decimals, [0, 0, 1, 1])
    target, lower, upper = (
        _with_ends(value, rows.target_decimals, [0, 1, 0, 1])
        for value in (rows.target, rows.lower, rows.upper)
    )
    measured = [
        measure(way, formula, actual, target, lower, upper, nothing) for formula, way in CANDIDATES
    ]
    percents, why = map(np.stack, zip(*measured, strict=True))
    least, most = (end.reduce(percents[:, 1:], axis=1) for end in (np.fmin, np.fmax))
    meet = (actual.min(axis=0) <= target.max(axis=0)) & (target.min(axis=0) <= actual.max(axis=0))
    most[_STABILIZED, meet & ~np.isnan(most[_STABILIZED])] = _BEST_INDEX
    return percents[:, 0], why[:, 0], least, most


def _cut(values: Floats, floor: float | None, cap: float | None) -> Floats:
    """Cut the percentages of each candidate as a rule does; the lines of ``stabilize`` begin at 0."""
    own = np.where(np.arange(len(CANDIDATES)) == _STABILIZED, 0.0, -np.inf)[:, np.newaxis]
    return np.clip(values, own if floor is None else floor, np.inf if cap is None else cap)


def _with_decimals(decimals: Ints, **figures: Floats) -> list[Any]:
    """Return figures, which may have no end, and decimals as floats of one shape."""
    given = {name: as_figures(name, x, missing=True, infinite=True) for name, x in figures.items()}
    return together({**given, "decimals": as_figures("decimals", decimals)})


@quiet
def printable(values: Floats, decimals: Ints, rounding: Rounding) -> Floats:
    """Round each figure to its own printed decimals; those not rounded in print stay.

    Examples
    --------
    >>> printable(np.array([96.0869, 107.142]), np.array([2, 0]), Rounding.HALF_UP).tolist()
    [96.09, 107.0]
    """
    values, decimals = _with_decimals(decimals, values=values)
    scale = 10.0 ** np.minimum(decimals, MOST_DECIMALS)
    rounded = round_printed(values * scale, 0, rounding) / scale
    return np.where(decimals > MOST_DECIMALS, values, rounded)


@quiet
def matching(values: Floats, figures: Floats, decimals: Ints) -> Truths:
    """Return for each of `ROUNDINGS` whether it makes the values the printed figures.

    Examples
    --------
    >>> matching(np.array([104.1186]), np.array([104.11]), np.array([2]))[:, 0].tolist()
    [False, False, True, False]
    """
    values, figures, decimals = _with_decimals(decimals, values=values, figures=figures)
    scale = 10.0 ** np.minimum(decimals, MOST_DECIMALS)
    printed, scaled = np.rint(figures * scale), values * scale
    rounded = (decimals <= MOST_DECIMALS) & np.isfinite(printed)
    exactly = np.isclose(values, figures, rtol=_FULL_PRECISION, atol=0.0)
    return np.stack(
        [
            ~rounded & exactly
            if rounding is Rounding.NONE
            else rounded & (round_printed(scaled, 0, rounding) == printed)
            for rounding in ROUNDINGS
        ]
    )


@quiet
def print_unit(decimals: Ints) -> Floats:
    """Return one unit of the last printed decimal; zero for what was not rounded.

    Examples
    --------
    >>> import numpy as np
    >>> from kencana_targets.formulas.reproduction import print_unit
    >>> print_unit(np.array([1, 2])).tolist()
    [0.1, 0.01]
    """
    (decimals,) = _with_decimals(decimals)
    return np.where(decimals > MOST_DECIMALS, 0.0, 10.0**-decimals)


@quiet
def print_range(values: Floats, decimals: Ints) -> tuple[Floats, Floats]:
    """Return the least and the greatest figure that any rounding prints as these.

    Examples
    --------
    >>> import numpy as np
    >>> from kencana_targets.formulas.reproduction import print_range
    >>> [ends.round(4).tolist() for ends in print_range(np.array([93.2]), np.array([1]))]
    [[93.15], [93.3]]
    """
    values, decimals = _with_decimals(decimals, values=values)
    unit = print_unit(decimals)
    # Truncation keeps what lies up to a whole unit farther from zero.
    positive = values >= 0
    low = values - np.where(positive, unit / 2, unit)
    return low, values + np.where(positive, unit, unit / 2)


def reaches(least: Floats, most: Floats, figures: Floats, decimals: Ints) -> Truths:
    """Return whether some figure between two ends prints as these, the ends as on paper.

    Examples
    --------
    >>> import numpy as np
    >>> from kencana_targets.formulas.reproduction import reaches
    >>> ends = np.array([81.75 - 0.55]), np.array([82.3])  # 81.1 + 0.1 is below 81.2 in binary
    >>> reaches(*ends, np.array([81.1]), np.array([1])).tolist()
    [True]
    """
    low, high = print_range(figures, decimals)
    return np.asarray((snap(least) <= snap(high)) & (snap(most) >= snap(low)))


def _with_ends(values: Floats, decimals: Ints, corners: list[int]) -> Floats:
    """Return figures, and the least and the greatest that round to each, of the same sign.

    Nothing can be divided by zero itself: an end there is the number next to it, of
    which the quotient is as good as without end.
    """
    half = print_unit(decimals) / 2
    low, high = values - half, values + half
    touches = (low <= 0) & (high >= 0) & (half > 0)
    low = np.where(touches & (values >= 0), _NEXT_TO_ZERO, low)
    high = np.where(touches & (values < 0), -_NEXT_TO_ZERO, high)
    return np.vstack((values, np.stack((low, high))[corners]))
