"""One annual rate through several surveys."""

from __future__ import annotations

from typing import Literal

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_choice, quiet, vector
from kencana_targets.core.errors import refuse
from kencana_targets.core.typing import ArrayLike


@frozen
class RateFit:
    """Average annual rate fitted to several surveys.

    Parameters
    ----------
    rate : float
        Growth a year; the AARR is its negative. [fraction]
    slope : float
        Change of the logarithm a year.
    slope_error : float or None
        Standard error of the slope; None for two surveys and for Theil-Sen.
    surveys : int
        Number of surveys.
    first_year, last_year : float
        First and last survey. [year]
    """

    rate: float
    slope: float
    slope_error: float | None
    surveys: int
    first_year: float
    last_year: float


@quiet
def annual_rate_fit(
    years: ArrayLike, values: ArrayLike, *, method: Literal["ols", "theil-sen"] = "ols"
) -> RateFit:
    """Fit one annual rate to the surveys of one region.

    Parameters
    ----------
    years : array_like, shape (n,)
        Years of the surveys, in any order; two national surveys of one year both
        count. [year]
    values : array_like, shape (n,)
        Figures above zero. [unit of the indicator]
    method : {"ols", "theil-sen"}, optional
        Least squares on the logarithm, or the median of all pairwise slopes.

    Returns
    -------
    RateFit
        ``rate slope slope_error surveys first_year last_year``.

    Raises
    ------
    ArgumentError
        Fewer than two surveys, all of one year, or a figure that is not above
        zero: there is no rate, and none is made up.

    References
    ----------
    UNICEF, Technical note: how to calculate average annual rate of reduction
    (AARR) of underweight prevalence (2007).

    Examples
    --------
    >>> fit = annual_rate_fit([2005, 2009, 2017], [26.7, 23.2, 11.3])
    >>> round(-100 * fit.rate, 1), fit.surveys
    (7.2, 3)
    """
    as_choice("method", method, "ols", "theil-sen")
    at = vector("years", years)
    figures = vector("values", values, at.size)
    if at.size < 2:
        refuse("years", at.tolist(), "at least two surveys")
    if at.min() == at.max():
        refuse("years", at.tolist(), "surveys of at least two years")
    if (figures <= 0).any():
        refuse("values", float(figures.min()), "more than zero")
    logs = np.log(figures)
    error = None
    if method == "ols":
        centred = at - at.mean()
        spread = float(centred @ centred)
        slope = float(centred @ logs) / spread
        if at.size > 2:
            left = logs - logs.mean() - slope * centred
            error = float(np.sqrt(left @ left / (at.size - 2) / spread))
    else:
        early, late = np.nonzero(at[:, None] < at)
        slope = float(np.median((logs[late] - logs[early]) / (at[late] - at[early])))
    return RateFit(
        rate=float(np.expm1(slope)),
        slope=slope,
        slope_error=error,
        surveys=int(at.size),
        first_year=float(at.min()),
        last_year=float(at.max()),
    )
