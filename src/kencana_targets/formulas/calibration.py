"""Weights calibrated to known totals, and the errors that are left (Deville and Särndal)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_figures, quiet
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from kencana_targets.formulas.survey_design import SampleDesign, SampleSums


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

    def squares_left(
        self, sums: SampleSums, design: SampleDesign, value: Floats, size: Floats
    ) -> tuple[Floats, Floats]:
        """Return squares about the mean and sums of each stratum, shape (strata, domains).

        Linearised values lose what their regression on the basis explains, in all
        records: outside of a domain, too, where they are zero.
        """
        rows = np.flatnonzero(design.domain >= 0)
        domain = design.domain[rows]
        ratio = value[domain]
        z = (sums.y[rows] - ratio * sums.x[rows]) / size[domain]
        normal = self.basis.T @ (self.basis * self.weight[:, None])
        moments = np.stack([np.bincount(domain, column * z, design.domains)
                            for column in self.basis[rows].T])  # fmt: skip
        slopes = np.linalg.pinv(normal, hermitian=True) @ moments
        unit = self.unit if design.clustered else np.arange(len(self.weight))
        count = int(unit.max()) + 1
        load = np.zeros((count, self.basis.shape[1]))
        np.add.at(load, unit, self.basis * (self.weight * self.factor)[:, None])
        total = -load @ slopes
        np.add.at(total, (unit[rows], domain), self.factor[rows] * z)
        squares = total**2
        if not design.clustered:
            # Each row holds many records: their squares add up, not that of their sum.
            explained = self.basis @ slopes
            squares = (self.squares if self.squares is not None else 0.0)[:, None] * explained**2  # type: ignore[index]
            own, across = self._own_squares(sums, rows, ratio, size[domain])
            np.add.at(squares, (rows, domain), own - 2 * explained[rows, domain] * across)
            squares *= self.factor[:, None] ** 2
        stratum = np.zeros(count, dtype=np.int64)
        stratum[unit] = design.stratum
        sum_, around = np.zeros((2, design.units.size, design.domains))
        np.add.at(sum_, stratum, total)
        np.add.at(around, stratum, squares)
        around -= sum_**2 / design.units[:, None]
        return np.maximum(around, 0.0), sum_

    @staticmethod
    def _own_squares(
        sums: SampleSums, rows: NDArray[np.int64], ratio: Floats, size: Floats
    ) -> tuple[Floats, Floats]:
        """Return sums of squared weights times squared, and times plain, linearised values."""
        wyy, wxy, wxx, wy, wx = (
            np.zeros(rows.size) if each is None else each[rows]
            for each in (sums.w2yy, sums.w2xy, sums.w2xx, sums.w2y, sums.w2x)
        )
        own = (wyy - 2 * ratio * wxy + ratio**2 * wxx) / size**2
        return own, (wy - ratio * wx) / size
