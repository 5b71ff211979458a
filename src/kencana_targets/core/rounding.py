"""Rounding as reports print it, and the tolerance for edges."""

from __future__ import annotations

import numpy as np

from kencana_targets.core.checks import as_decimals, as_figures
from kencana_targets.core.terms import Rounding, RoundingLike, as_term
from kencana_targets.core.typing import Floats

_SNAP_DECIMALS = 9

__all__ = ["round_printed", "snap"]


def snap(values: Floats) -> Floats:
    """Take off what binary arithmetic added to a decimal figure.

    0.56 / 0.7 x 100 is 80.00000000000001 in binary and 80 on paper; edges and
    rounding look at the figure on paper. Nine decimals are kept.

    Examples
    --------
    >>> float(snap(np.array(100 * 0.56 / 0.7)))
    80.0
    """
    values = as_figures("values", values, missing=True, infinite=True)
    with np.errstate(over="ignore"):
        snapped = np.round(values, _SNAP_DECIMALS)
    # A figure too large to have such decimals stays what it is.
    large = np.isinf(snapped)
    return np.where(large, values, snapped) if large.any() else snapped


def round_printed(values: Floats, decimals: int, rounding: RoundingLike) -> Floats:
    """Round to printed decimals.

    Parameters
    ----------
    values : ndarray of float
        Figures; nan stays nan.
    decimals : int
        Decimals in print.
    rounding : Rounding
        ``half-up`` (away from zero), ``half-even``, ``truncate``, or ``none``.

    Examples
    --------
    >>> round_printed(np.array([105.6985, 2.675]), 2, Rounding.HALF_UP).tolist()
    [105.7, 2.68]
    >>> round_printed(np.array([105.6985, 2.675]), 2, Rounding.TRUNCATE).tolist()
    [105.69, 2.67]
    """
    rounding, decimals = as_term(Rounding, rounding, "rounding"), as_decimals(decimals)
    values = as_figures("values", values, missing=True, infinite=True)
    if rounding is Rounding.NONE:
        return values
    scale = 10.0**decimals
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = snap(values * scale)
    if rounding is Rounding.HALF_UP:
        whole = np.copysign(np.floor(np.abs(scaled) + 0.5), scaled)
    elif rounding is Rounding.HALF_EVEN:
        whole = np.rint(scaled)
    else:
        whole = np.trunc(scaled)
    # No negative zero in print; what overflows has no such decimals.
    large = np.isinf(whole)
    printed = whole / scale + 0.0
    return np.where(large, values, printed) if large.any() else printed
