"""Weights calibrated to known totals, and the errors that are left (Deville and Särndal)."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_figures, quiet
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import ArrayLike, Floats, NDArray

ROUNDS = 100


class Distance(StrEnum):
    """What calibrated weights stay as near as possible to the old ones in."""

    LINEAR = "linear"
    RAKING = "raking"


DistanceLike: TypeAlias = Distance | Literal["linear", "raking"]


@quiet
def calibrate(
    basis: ArrayLike, weight: ArrayLike, totals: ArrayLike, *, distance: DistanceLike = "linear"
) -> Floats:
    """Return the factors by which weights meet known totals.

    Parameters
    ----------
    basis : array_like, shape (rows, totals)
        What each row adds to each total, by one of its weight.
    weight : array_like, shape (rows,)
        Weights before.
    totals : array_like, shape (totals,)
        What is known.
    distance : {"linear", "raking"}, optional
        ``linear``: the regression estimator; with one factor, post-stratification.
        ``raking``: factors stay above zero; with several factors, iterative
        proportional fitting.

    Returns
    -------
    ndarray, shape (rows,)
        The factors; nan where the totals cannot be met together.

    References
    ----------
    Deville and Särndal (1992), Journal of the American Statistical Association 87,
    376-382; not verified against the primary text. The values are those of R's
    ``survey::calibrate``.

    Examples
    --------
    >>> stratum = np.array([[1, 0], [1, 0], [0, 1]])
    >>> calibrate(stratum, [10, 10, 20], [30, 10]).round(2).tolist()
    [1.5, 1.5, 0.5]
    """
    way = as_term(Distance, distance, "distance")
    a, w, goal = (
        as_figures(name, values)
        for name, values in (("basis", basis), ("weight", weight), ("totals", totals))
    )
    if a.ndim != 2 or w.shape != a.shape[:1] or goal.shape != a.shape[1:]:
        refuse("basis", a.shape, "a row for each weight and a column for each total")
    factor, slope = np.ones(len(w)), np.zeros(a.shape[1])
    size = np.abs(goal).max(initial=1.0)
    for _ in range(ROUNDS if way is Distance.RAKING else 1):
        lacking = goal - a.T @ (w * factor)
        if np.abs(lacking).max(initial=0.0) <= 1e-12 * size:
            break
        slope = slope + np.linalg.pinv(a.T @ (a * (w * factor)[:, None]), hermitian=True) @ lacking
        with np.errstate(over="ignore", invalid="ignore"):
            factor = 1.0 + a @ slope if way is Distance.LINEAR else np.exp(a @ slope)
        if not np.isfinite(factor).all():
            break
    met = np.abs(goal - a.T @ (w * factor)).max(initial=0.0) <= 1e-8 * size
    return factor if met else np.full(len(w), np.nan)


@frozen(eq=False)
class Calibration:
    """How the rows of sums were calibrated.

    Parameters
    ----------
    basis : ndarray, shape (rows, totals)
        As of `calibrate`.
    weight, factor : ndarray, shape (rows,)
        Weights of all records of a row before, and their factor.
    unit : ndarray of int, shape (rows,)
        The sampling unit of each row, as a code.
    squares : ndarray, shape (rows,)
        Squared weights of all records, where each is a sampling unit.
    """

    basis: Floats
    weight: Floats
    factor: Floats
    unit: NDArray[np.int64]
    squares: Floats | None
