"""P-values of many tests at once."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Literal, TypeAlias

import numpy as np

from kencana_targets.core.checks import as_figures, quiet, require
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import ArrayLike, Floats


class Adjustment(StrEnum):
    """How p-values are adjusted for being many."""

    HOLM = "holm"
    BONFERRONI = "bonferroni"
    SIDAK = "sidak"
    HOLM_SIDAK = "holm-sidak"
    HOCHBERG = "hochberg"
    HOMMEL = "hommel"
    FDR_BH = "fdr-bh"
    FDR_BY = "fdr-by"


AdjustmentLike: TypeAlias = (
    Adjustment
    | Literal["holm", "bonferroni", "sidak", "holm-sidak", "hochberg", "hommel", "fdr-bh", "fdr-by"]
)


@quiet
def adjust_p_values(p: ArrayLike, *, method: AdjustmentLike = "holm") -> Floats:
    """Return p-values adjusted for being many; one family lies along the last axis.

    Parameters
    ----------
    p : array_like, shape (..., tests)
        P-values of one family of tests, such as all regions in one year.
    method : str
        Family-wise error: ``holm`` (any dependence), ``bonferroni``, ``sidak``,
        ``holm-sidak``, ``hochberg``, ``hommel``. False discovery rate, for
        screening: ``fdr-bh``, or ``fdr-by`` under any dependence.

    Returns
    -------
    ndarray, shape (..., tests)
        Adjusted p-values, to be compared with the level of the whole family.

    Raises
    ------
    ArgumentError
        A p-value outside 0 to 1, or a missing one.

    References
    ----------
    Holm (1979); Hochberg (1988); Hommel (1988); Benjamini and Hochberg (1995);
    Benjamini and Yekutieli (2001). Not verified against the primary texts; the
    values are those of statsmodels 0.15.

    Examples
    --------
    >>> adjust_p_values([0.01, 0.04, 0.03]).round(10).tolist()
    [0.03, 0.06, 0.06]
    """
    values = as_figures("p", p)
    require("p", values, (values >= 0) & (values <= 1), "p-values from 0 to 1")
    if values.ndim == 0 or values.shape[-1] == 0:
        refuse("p", values.shape, "at least one p-value along the last axis")
    kind = as_term(Adjustment, method, "method")
    if kind in {Adjustment.FDR_BH, Adjustment.FDR_BY}:
        from scipy import stats

        rate: Literal["bh", "by"] = "bh" if kind is Adjustment.FDR_BH else "by"
        return np.asarray(stats.false_discovery_control(values, axis=-1, method=rate))
    order = np.argsort(values, axis=-1, kind="stable")
    adjusted = _ADJUST[kind](np.take_along_axis(values, order, axis=-1))
    result = np.empty_like(values)
    np.put_along_axis(result, order, np.clip(adjusted, 0.0, 1.0), axis=-1)
    return result


# Each takes p-values sorted upwards along the last axis.


def _at_least_one(p: Floats, tests: Floats | float) -> Floats:
    # 1 - (1 - p)^tests, exact for small p.
    with np.errstate(divide="ignore"):
        joint: Floats = -np.expm1(tests * np.log1p(-p))
    return joint


def _remaining(p: Floats) -> Floats:
    return np.arange(p.shape[-1], 0.0, -1.0)


def _hommel(p: Floats) -> Floats:
    # The largest Simes p-value over all sets of tests that hold this one. For sets of
    # `size` tests the worst company are the largest p-values, and for one of the
    # smaller ones the last size - 1.
    tests = p.shape[-1]
    adjusted = p.copy()
    for size in range(tests, 1, -1):
        large = p[..., tests - size + 1 :]
        company = np.min(size * large / np.arange(2, size + 1), axis=-1, keepdims=True)
        bound = np.minimum(company, size * p)
        # One of the larger ones takes the place of the smallest of its company.
        bound[..., tests - size + 1 :] = bound[..., tests - size, None]
        adjusted = np.maximum(adjusted, bound)
    return adjusted


_ADJUST: dict[Adjustment, Callable[[Floats], Floats]] = {
    Adjustment.BONFERRONI: lambda p: float(p.shape[-1]) * p,
    Adjustment.SIDAK: lambda p: _at_least_one(p, p.shape[-1]),
    Adjustment.HOLM: lambda p: np.maximum.accumulate(_remaining(p) * p, axis=-1),
    Adjustment.HOLM_SIDAK: lambda p: np.maximum.accumulate(
        _at_least_one(p, _remaining(p)), axis=-1
    ),
    Adjustment.HOCHBERG: lambda p: np.minimum.accumulate((_remaining(p) * p)[..., ::-1], axis=-1)[
        ..., ::-1
    ],
    Adjustment.HOMMEL: _hommel,
}
