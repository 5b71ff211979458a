"""Paths from the baseline to the end-of-plan target.

Every shape is a straight line on a scale of its own, so one kernel draws them
all; the monotone shape bends the line between its knots. All knots of all paths
lie in flat arrays, sorted by path and year.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_choice, as_figures, is_number, plain, quiet, together
from kencana_targets.core.errors import PathError, Problem, refuse
from kencana_targets.core.terms import PathShape, PathShapeLike, as_term
from kencana_targets.core.typing import ArrayLike, Floats, Ints, NDArray, Truths

__all__ = ["annual_rate", "interpolate"]

SHAPES = tuple(PathShape)
LINEAR, CONSTANT_RATE, LOGIT, COMPLEMENT_RATE, MONOTONE, STEP = range(len(SHAPES))

# The scale on which each shape is a straight line, and the way back:
# (value, lower bound, upper bound, sign of the path's values).
Scale = Callable[["Floats", "Floats", "Floats", "Floats"], "Floats"]
SCALES: dict[int, tuple[Scale, Scale]] = {
    LINEAR: (lambda y, lo, up, s: y, lambda z, lo, up, s: z),
    CONSTANT_RATE: (lambda y, lo, up, s: np.log(np.abs(y)), lambda z, lo, up, s: s * np.exp(z)),
    LOGIT: (
        lambda y, lo, up, s: np.log((y - lo) / (up - y)),
        lambda z, lo, up, s: lo + (up - lo) / (1.0 + np.exp(-z)),
    ),
    COMPLEMENT_RATE: (lambda y, lo, up, s: np.log(up - y), lambda z, lo, up, s: up - np.exp(z)),
}

# What each shape asks of a value: (value, lower bound, upper bound, sign of the path).
Demand = Callable[["Floats", "Floats", "Floats", "Floats"], "Truths"]
DEMANDS: dict[int, tuple[Demand, str, str]] = {
    CONSTANT_RATE: (
        lambda y, lo, up, s: y * s > 0,
        "values of one sign, none of them zero",
        "declare the shape 'linear', which passes through zero",
    ),
    LOGIT: (
        lambda y, lo, up, s: (lo < y) & (y < up) & np.isfinite(lo) & np.isfinite(up),
        "values strictly between finite bounds",
        "declare the shape 'linear' or 'monotone', which reach the bounds",
    ),
    COMPLEMENT_RATE: (
        lambda y, lo, up, s: (y < up) & np.isfinite(up),
        "values below a finite upper bound",
        "declare the shape 'linear' or 'monotone', which reach the bound",
    ),
}


@frozen(eq=False)
class Paths:
    """All knots of many paths in flat arrays, sorted by path and year.

    Parameters
    ----------
    starts : ndarray of int, shape (paths + 1,)
        Where the knots of each path begin; the last entry is their number.
    years, values : ndarray of float, shape (knots,)
        Years and values of the knots.
    shapes : ndarray of int, shape (paths,)
        Position of each path's shape in `SHAPES`; -1 where none is declared.
    lower, upper : ndarray of float, shape (paths,)
        Bounds of the indicator, for the shapes that need them.
    """

    starts: Ints
    years: Floats
    values: Floats
    shapes: NDArray[np.int8]
    lower: Floats
    upper: Floats

    @classmethod
    def alike(
        cls, years: Floats, values: Floats, shape: PathShape, lower: float, upper: float
    ) -> Paths:
        """Make paths of one shape and of as many knots each, along the last axis."""
        number = int(np.prod(values.shape[:-1], dtype=np.int64))
        return cls(
            starts=np.arange(number + 1, dtype=np.int64) * values.shape[-1],
            years=years.ravel(),
            values=values.ravel(),
            shapes=np.full(number, SHAPES.index(shape), dtype=np.int8),
            lower=np.full(number, float(lower)),
            upper=np.full(number, float(upper)),
        )

    def owner(self) -> Ints:
        """Return the path of each knot."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def refused(self) -> Truths:
        """Return which knots their path's shape cannot pass through."""
        owner = self.owner()
        wrong = np.zeros(len(self.values), dtype=bool)
        for shape, (demand, _, _) in DEMANDS.items():
            knots = np.flatnonzero(self.shapes[owner] == shape)
            path = owner[knots]
            sign = np.sign(self.values[self.starts[path]])
            wrong[knots] = ~demand(self.values[knots], self.lower[path], self.upper[path], sign)
        return wrong

    def slopes(self) -> Floats:
        """Return the slope at each knot of the monotone paths, zero for all others."""
        slopes = np.zeros(len(self.values))
        monotone = np.flatnonzero(self.shapes == MONOTONE)
        if len(monotone):
            slopes = monotone_slopes(self.years, self.values, self.owner())
        return slopes

    def segments(self, path: Ints, at: Floats | float) -> tuple[Ints, Ints, Truths]:
        """Find the knots before and after each query, and whether it lies inside.

        A bisection over all queries at once: as many rounds as the longest path
        has bits, whatever the number of queries. It compares years as they are,
        so that a path gives the same figures alone and among millions.
        """
        low, last = self.starts[path], self.starts[path + 1] - 1
        end = self.years[last]
        inside = (self.years[low] <= at) & (at <= end)
        if self.longest <= 2:
            return np.where(end <= at, last, low), last, inside
        high = last + 1
        for _ in range(self.longest.bit_length()):
            middle = (low + high) >> 1
            before = self.years[middle] <= at
            low, high = np.where(before, middle, low), np.where(before, high, middle)
        return low, np.minimum(low + 1, last), inside

    @cached_property
    def longest(self) -> int:
        """The knots of the longest path."""
        return int(np.max(np.diff(self.starts), initial=1))

    def at(
        self, path: Ints, at: Floats | float, slopes: Floats
    ) -> tuple[Floats, Ints, Ints, Truths]:
        """Draw paths at years: values, the knots before and after, and whether inside."""
        before, after, inside = self.segments(path, at)
        first, last, start = self.values[before], self.values[after], self.years[before]
        span = self.years[after] - start
        # Without a span the share is no number, or infinite: nothing moves.
        with np.errstate(divide="ignore", invalid="ignore"):
            share = (at - start) / span
        moving = (share > 0) & (share <= 1)
        shapes = self.shapes[path]

        def draw(shape: int, rows: Any) -> Floats:
            a, b, u = first[rows], last[rows], share[rows]
            if shape == LINEAR:
                between = a + (b - a) * u
            elif shape in SCALES:
                forward, back = SCALES[shape]
                bounds = (self.lower[path[rows]], self.upper[path[rows]], np.sign(a))
                # What a shape refuses is drawn too, and left out by whoever asked.
                with np.errstate(all="ignore"):
                    low, high = forward(a, *bounds), forward(b, *bounds)
                    between = back(low + (high - low) * u, *bounds)
            elif shape == MONOTONE:
                steps = span[rows] * slopes[before[rows]], span[rows] * slopes[after[rows]]
                between = hermite(a, b, steps[0], steps[1], u)
            else:
                between = a
            # Rounding must not carry a path past its own knots.
            clipped: Floats = np.clip(between, np.minimum(a, b), np.maximum(a, b))
            return clipped

        if len(shapes) and moving.all() and (shapes == shapes[0]).all():
            return draw(int(shapes[0]), slice(None)), before, after, inside
        drawn = first.copy()
        # A path of no shape has -1; `np.unique` would load masked arrays.
        for shape in (np.flatnonzero(np.bincount(shapes[moving] + 1)) - 1).tolist():
            rows = np.flatnonzero(moving & (shapes == shape))
            drawn[rows] = draw(shape, rows)
        return drawn, before, after, inside


def hermite(first: Floats, last: Floats, start: Floats, end: Floats, u: Floats) -> Floats:
    """Cubic Hermite segment with slopes `start` and `end` in units of the segment.

    Examples
    --------
    >>> import numpy as np
    >>> from kencana_targets.formulas.paths import hermite
    >>> hermite(*(np.array([one]) for one in (0.0, 1.0, 1.0, 1.0, 0.5))).tolist()
    [0.5]
    """
    squared, cubed = u * u, u * u * u
    return (
        (2 * cubed - 3 * squared + 1) * first
        + (cubed - 2 * squared + u) * start
        + (3 * squared - 2 * cubed) * last
        + (cubed - squared) * end
    )


def monotone_slopes(years: Floats, values: Floats, owner: Ints) -> Floats:
    """Return shape-preserving slopes at the knots of many paths (PCHIP).

    Parameters
    ----------
    years, values : ndarray of float, shape (knots,)
        Knots, sorted by path and year.
    owner : ndarray of int, shape (knots,)
        The path of each knot.

    Returns
    -------
    ndarray of float, shape (knots,)
        Weighted harmonic means inside a path; three-point estimates at its ends.

    References
    ----------
    F. N. Fritsch and J. Butland, SIAM Journal on Scientific and Statistical
    Computing 5 (1984) 300-304, doi:10.1137/0905021.

    Examples
    --------
    >>> import numpy as np
    >>> from kencana_targets.formulas.paths import monotone_slopes
    >>> monotone_slopes(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 2.0]), np.zeros(3,
    ...                 dtype=np.int64)).tolist()
    [1.0, 1.0, 1.0]
    """
    slopes = np.zeros(len(years))
    with np.errstate(all="ignore"):
        width = np.diff(years)
        secant = np.diff(values) / width
        same = owner[1:] == owner[:-1]
        # Among them the first knots of all paths but one, which have their own below.
        inner = np.flatnonzero(same[1:]) + 1
        left, right = secant[inner - 1], secant[inner]
        w_left = 2 * width[inner] + width[inner - 1]
        w_right = width[inner] + 2 * width[inner - 1]
        harmonic = (w_left + w_right) / (w_left / left + w_right / right)
        slopes[inner] = np.where(np.sign(left) == np.sign(right), harmonic, 0.0)
        first = np.flatnonzero(same & np.concatenate(([True], ~same[:-1])))
        final = np.flatnonzero(same & np.concatenate((~same[1:], [True]))) + 1
        slopes[first] = _end_slopes(width, secant, same, first, first + 1)
        slopes[final] = _end_slopes(width, secant, same, final - 1, final - 2)
    return slopes


def _end_slopes(width: Floats, secant: Floats, same: Truths, edge: Ints, beyond: Ints) -> Floats:
    """Three-point slope at the end of a path whose last segment is `edge`."""
    beyond = np.clip(beyond, 0, len(width) - 1)
    # A path of two knots has no second segment: it is a straight line.
    alone = ~same[beyond] | (beyond == edge)
    h0, h1, d0, d1 = width[edge], width[beyond], secant[edge], secant[beyond]
    slope = ((2 * h0 + h1) * d0 - h0 * d1) / (h0 + h1)
    slope = np.where(np.sign(slope) != np.sign(d0), 0.0, slope)
    steep = (np.sign(d0) != np.sign(d1)) & (np.abs(slope) > 3 * np.abs(d0))
    return np.where(alone, d0, np.where(steep, 3 * d0, slope))


@quiet
def interpolate(
    years: ArrayLike,
    values: ArrayLike,
    at: ArrayLike,
    *,
    shape: PathShapeLike = "linear",
    lower: float = 0.0,
    upper: float = 100.0,
    outside: Literal["raise", "hold"] = "raise",
) -> Any:
    """Draw one path, or many at once, through official figures.

    Parameters
    ----------
    years : array_like, shape (k,) or (..., k)
        Years of the knots, strictly increasing. [year]
    values : array_like, shape (..., k)
        Values at the knots; they are met exactly. [unit of the indicator]
    at : float or array_like, shape (m,)
        Years to draw. [year]
    shape : PathShape or str, optional
        ``linear``: the same number of points each year. ``constant-rate``: the
        same relative change each year. ``logit``: a line on the logit scale
        between the bounds. ``complement-rate``: the same share of the gap to
        the upper bound each year. ``monotone``: smooth, without overshoot
        (PCHIP). ``step``: each value holds from its year on.
    lower, upper : float, optional
        Bounds for ``logit`` and ``complement-rate``. [unit of the indicator]
    outside : {"raise", "hold"}, optional
        What to do with years outside the knots: refuse them, or repeat the
        first or last value.

    Returns
    -------
    float or ndarray, shape (...) or (..., m)
        Values at `at`. [unit of the indicator]

    Raises
    ------
    PathError
        A year lies outside the knots, the years do not increase, or the shape
        cannot pass through a value (zero or both signs under a constant rate;
        the bounds under logit). A zero is never replaced by a small number.
    ArgumentError
        An option is not among the allowed ones, or a value is not finite.

    References
    ----------
    The national stunting milestones of Perpres 18/2020 (24.1, 21.1, 18.4, 16,
    14) follow the constant rate. ``monotone``: Fritsch and Butland (1984),
    doi:10.1137/0905021.

    Examples
    --------
    >>> path = interpolate([2019, 2024], [27.67, 14], range(2020, 2025), shape="constant-rate")
    >>> path.round(1).tolist()
    [24.1, 21.1, 18.4, 16.0, 14.0]
    >>> interpolate([2021, 2024], [22.1, 12.55], 2022)
    18.916666666666668
    """
    kind = as_term(PathShape, shape, "shape")
    as_choice("outside", outside, "raise", "hold")
    lower, upper = bounds(lower, upper)
    knot_years, knot_values = as_figures("years", years), as_figures("values", values)
    queries = as_figures("at", at)
    if knot_values.ndim < 1 or not knot_values.shape[-1] or queries.ndim > 1:
        refuse("values", knot_values.shape, "values (..., k) with k >= 1, at a number or (m,)")
    try:
        knot_years = np.broadcast_to(knot_years, knot_values.shape)
    except ValueError:
        refuse("years", knot_years.shape, f"a shape that fits values {knot_values.shape}")
    batch = knot_values.shape[:-1]
    number = int(np.prod(batch, dtype=np.int64))
    paths = Paths.alike(knot_years, knot_values, kind, lower, upper)
    _check_knots(paths, kind)
    path = np.repeat(np.arange(number), queries.size)
    asked = np.tile(queries.ravel(), number)
    begin, end = paths.years[paths.starts[path]], paths.years[paths.starts[path + 1] - 1]
    if outside == "hold":
        asked = np.clip(asked, begin, end)
    drawn, _, _, inside = paths.at(path, asked, paths.slopes())
    if not inside.all():
        query = int(np.argmin(inside))
        allowed, got = f"{begin[query]:g} to {end[query]:g}", float(asked[query])
        hint = 'outside="hold" repeats the first or last value'
        raise PathError(Problem("year outside the path", got=got, allowed=allowed, hint=hint))
    return plain(drawn.reshape(batch + queries.shape))


def bounds(lower: float, upper: float) -> tuple[float, float]:
    """Return the bounds of an indicator; infinite ones say that there is none.

    Examples
    --------
    >>> bounds(0, 100)
    (0.0, 100.0)
    """
    for name, bound in (("lower", lower), ("upper", upper)):
        if not is_number(bound):
            refuse(name, bound, "a number")
    if not lower < upper:
        refuse("lower", lower, f"less than upper ({upper})")
    try:
        return float(lower), float(upper)
    except OverflowError:
        refuse("lower, upper", (lower, upper), "numbers, infinite where there is no bound")


def _check_knots(paths: Paths, kind: PathShape) -> None:
    owner = paths.owner()
    order = (np.diff(paths.years) <= 0) & (owner[1:] == owner[:-1])
    if order.any():
        knot = int(np.argmax(order))
        got = (float(paths.years[knot]), float(paths.years[knot + 1]))
        what = "the years of a path do not increase"
        hint = "sort the years and keep one value for each"
        raise PathError(Problem(what, where=f"path {owner[knot] + 1}", got=got, hint=hint))
    refused = paths.refused()
    if refused.any():
        knot = int(np.argmax(refused))
        raise PathError(shape_problem(kind, paths.values[knot], f"path {owner[knot] + 1}"))


def shape_problem(kind: PathShape, value: float, where: str) -> Problem:
    """Describe a value that a shape cannot pass through, and offer another shape.

    Examples
    --------
    >>> from kencana_targets import PathShape
    >>> from kencana_targets.formulas.paths import shape_problem
    >>> str(shape_problem(PathShape.LOGIT, 100.0, "target"))[:60]
    "target: the shape 'logit' cannot pass through this value: go"
    """
    _, allowed, hint = DEMANDS[SHAPES.index(kind)]
    what = f"the shape '{kind}' cannot pass through this value"
    return Problem(what, where=where, got=float(value), allowed=allowed, hint=hint)


@quiet
def annual_rate(
    first: ArrayLike, last: ArrayLike, years: ArrayLike, *, kind: str = "discrete"
) -> Any:
    """Return the growth per year between two values.

    Parameters
    ----------
    first, last : float or array_like
        Values at the beginning and the end, of one sign and not zero.
        [unit of the indicator]
    years : float or array_like
        Years between them, more than zero. [year]
    kind : {"discrete", "continuous"}, optional
        ``discrete``: ``(last / first) ** (1 / years) - 1``. ``continuous``:
        ``log(last / first) / years``. Published tables mix the two.

    Returns
    -------
    float or ndarray
        Growth per year. [fraction] The average annual rate of reduction (AARR)
        is its negative.

    Raises
    ------
    ArgumentError
        A value is zero, the signs differ, or `years` is not positive: there is
        no rate, and none is made up.

    References
    ----------
    UNICEF, Technical note: how to calculate average annual rate of reduction
    (AARR) of underweight prevalence (2007).

    Examples
    --------
    >>> round(-100 * annual_rate(27.67, 14, 5), 2)
    12.74
    >>> round(-100 * annual_rate(1, 0.7, 13, kind="continuous"), 2)
    2.74
    """
    as_choice("kind", kind, "discrete", "continuous")
    given = {"first": first, "last": last, "years": years}
    begin, end, span = together({name: as_figures(name, array) for name, array in given.items()})
    if (span <= 0).any():
        refuse("years", years, "more than zero")
    if (np.sign(begin) * np.sign(end) <= 0).any():
        refuse("first, last", (first, last), "values of one sign, none of them zero")
    rate = (np.log(np.abs(end)) - np.log(np.abs(begin))) / span
    return plain(np.expm1(rate) if kind == "discrete" else rate)
