"""Checks of what the statistics may be asked: signs, bounds, shapes and directions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kencana_targets.core.arrays import numbers
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import Floats, Truths

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


_ONE_WAY = (Direction.MAXIMIZE, Direction.MINIMIZE)


def require(name: str, values: Floats, legal: Truths, allowed: str, hint: str = "") -> None:
    """Refuse an argument by its first value that is not legal; missing ones pass.

    Examples
    --------
    >>> require("n", np.array([400.0, np.nan]), np.array([True, False]), "above zero")
    """
    bad = ~legal & ~np.isnan(values)
    if bad.any():
        refuse(name, float(values[bad].flat[0]), allowed, hint)


def positive(name: str, values: ArrayLike) -> Floats:
    """Return numbers above zero; nan stays, for missing."""
    array = numbers(name, values, missing=True)
    require(name, array, array > 0, "numbers above zero")
    return array


def non_negative(name: str, values: ArrayLike) -> Floats:
    """Return numbers that are zero or more; nan stays, for missing."""
    array = numbers(name, values, missing=True)
    require(name, array, array >= 0, "numbers that are zero or more")
    return array


def between(name: str, value: object, lower: float, upper: float) -> float:
    """Return one number strictly between two bounds.

    Examples
    --------
    >>> between("level", 0.95, 0, 1)
    0.95
    """
    if not isinstance(value, bool) and isinstance(value, (int, float, np.integer, np.floating)):
        number = float(value)
        if lower < number < upper:
            return number
    refuse(name, value, f"a number between {lower:g} and {upper:g}")


def vector(name: str, values: ArrayLike, length: int | None = None) -> Floats:
    """Return finite numbers in one dimension, of a given length where there is one."""
    array = numbers(name, values)
    if array.ndim != 1 or not array.size:
        refuse(name, array.shape, "a vector with one number a region")
    if length is not None and array.size != length:
        refuse(name, f"{array.size} numbers", f"{length} numbers, one a region")
    return array


def one_way(direction: object) -> Direction:
    """Return a direction that has a better end; ``stabilize`` has none."""
    if not isinstance(direction, str) or direction not in _ONE_WAY:
        hint = "use the distance to the target" if direction == "stabilize" else ""
        got = direction.value if isinstance(direction, Direction) else direction
        refuse("direction", got, ", ".join(_ONE_WAY), hint)
    return Direction(direction)


def count(name: str, value: object) -> int:
    """Return a whole number above zero."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 1:
        refuse(name, value, "a whole number above zero")
    return int(value)


def generator(seed: object) -> np.random.Generator:
    """Return the generator that a seed starts."""
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None:
        return np.random.default_rng()
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        refuse("seed", seed, "a whole number, a numpy.random.Generator or None")
    return np.random.default_rng(int(seed))
