"""How unequal the regions are, weighted by their people."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import quiet, vector
from kencana_targets.core.errors import refuse
from kencana_targets.core.typing import ArrayLike

__all__ = ["Inequality", "inequality"]


@frozen
class Inequality:
    """Measures of the spread between regions, weighted.

    Parameters
    ----------
    mean, standard_deviation, range : float
        In the unit of the indicator; these do not change when a share is turned
        into its complement, all others do.
    gini, hoover : float
        0 when all are equal.
    theil, mean_log_deviation : float
        Theil's T and L.
    variation : float
        Coefficient of variation (Williamson).
    atkinson : float
        Atkinson's measure with an aversion of 1.
    ratio : float
        Largest over smallest; infinite with a zero, as is the mean log
        deviation.
    """

    mean: float
    standard_deviation: float
    range: float
    gini: float
    theil: float
    mean_log_deviation: float
    variation: float
    hoover: float
    atkinson: float
    ratio: float


@quiet
def inequality(values: ArrayLike, weights: ArrayLike | None = None) -> Inequality:
    """Return how unequal regions are.

    Parameters
    ----------
    values : array_like, shape (n,)
        Figures of the regions, zero or more. [unit of the indicator]
    weights : array_like, shape (n,), optional
        Their populations; without them every region counts the same. A region
        with weight zero does not count at all.

    Returns
    -------
    Inequality
        ``mean standard_deviation range gini theil mean_log_deviation variation
        hoover atkinson ratio``.

    Raises
    ------
    ArgumentError
        A figure or weight is negative, or all are zero: nothing to compare.

    References
    ----------
    F. A. Cowell, Measuring Inequality (3rd edition, Oxford 2011); not verified
    against the primary text.

    Examples
    --------
    >>> before = inequality([22.2, 24.7, 11.3], [40, 45, 15])
    >>> after = inequality([12.9, 12.9, 10.8], [40, 45, 15])
    >>> round(before.gini, 3), round(after.gini, 3), round(before.range, 1)
    (0.093, 0.021, 13.4)
    """
    figures = vector("values", values, least=0)
    share = np.ones(figures.size)
    if weights is not None:
        share = vector("weights", weights, figures.size, least=0)
    figures, share = figures[share > 0], share[share > 0]
    if not np.sum(share * figures) > 0:
        refuse("values", figures.tolist(), "figures and weights that are not all zero")
    share = share / share.sum()
    mean = float(share @ figures)
    relative = figures / mean
    order = np.argsort(figures, kind="stable")
    ranked = share[order]
    below = np.cumsum(ranked) - 0.5 * ranked
    logs = np.log(relative)
    theil = float(np.sum(share * np.where(relative > 0, relative * logs, 0.0)))
    ratio = float(np.divide(figures.max(), figures.min()))
    deviation = float(np.sqrt(share @ (figures - mean) ** 2))
    log_deviation = -float(share @ logs)
    return Inequality(
        mean=mean,
        standard_deviation=deviation,
        range=float(np.ptp(figures)),
        gini=float(2.0 * np.sum(ranked * relative[order] * below) - 1.0),
        theil=theil,
        mean_log_deviation=log_deviation,
        variation=deviation / mean,
        hoover=0.5 * float(share @ np.abs(relative - 1.0)),
        atkinson=-float(np.expm1(-log_deviation)),
        ratio=ratio,
    )
