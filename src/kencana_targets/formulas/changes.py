"""What two surveys say about change: tests, equivalence and what could be seen at all; and p-values of many."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.checks import as_figures, quiet, require
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import ArrayLike, Floats
from kencana_targets.formulas.scales import Scale, ScaleLike, demand, derivative, quantile, to_scale


class Change(StrEnum):
    """What two surveys say together."""

    CHANGED = "changed"
    NO_CHANGE = "no-change"
    INCONCLUSIVE = "inconclusive"
    NOT_MEASURED = "not-measured"


@frozen(kw_only=True, eq=False)
class ChangeTest:
    """A change between two surveys, on the scale of the test.

    Parameters
    ----------
    difference : float or ndarray
        Second minus first, on the scale (log: the log ratio).
    standard_error, z, p_value : float or ndarray
        Its error, their ratio, and the two-sided p-value.
    lower, upper : float or ndarray
        Interval of the difference at the level asked for.
    """

    difference: Any
    standard_error: Any
    z: Any
    p_value: Any
    lower: Any
    upper: Any


@frozen(kw_only=True, eq=False)
class EquivalenceTest:
    """Whether a change is surely smaller than a margin.

    Parameters
    ----------
    verdict : Change or ndarray of str
        ``no-change`` where the change surely lies within the margin, else
        ``changed`` where it is significant, else ``inconclusive``;
        ``not-measured`` where a figure is missing.
    p_value : float or ndarray
        The larger p-value of the two one-sided tests.
    lower, upper : float or ndarray
        Interval of level 2 level - 1, which lies within the margin exactly when
        ``p_value`` is below 1 - level.
    """

    verdict: Any
    p_value: Any
    lower: Any
    upper: Any


@checks.quiet
def change_test(
    first: ArrayLike,
    first_error: ArrayLike,
    second: ArrayLike,
    second_error: ArrayLike,
    *,
    correlation: ArrayLike = 0.0,
    scale: ScaleLike = "linear",
    level: float = 0.95,
) -> ChangeTest:
    """Test whether two surveys differ by more than their noise.

    Parameters
    ----------
    first, first_error, second, second_error : float or array_like
        Figures and standard errors of two surveys; they broadcast.
        [percent, percentage points]
    correlation : float or array_like
        Correlation of the two errors, positive where the same sampling units
        were visited again.
    scale : str
        ``linear``, ``log`` (the log ratio) or ``logit``.
    level : float
        Confidence of the interval.

    Returns
    -------
    ChangeTest
        ``difference standard_error z p_value lower upper``, nan where a figure
        is missing. Without any error the p-value is 0 for a change, 1 for none.

    Raises
    ------
    ArgumentError
        A figure that does not lie on the scale.

    Notes
    -----
    Overlapping intervals are no test: two figures can differ significantly
    although their 95 percent intervals overlap.

    Examples
    --------
    >>> test = change_test(28.2, 2.05, 35.1, 3.55)
    >>> round(test.difference, 1), round(test.p_value, 3)
    (6.9, 0.092)
    """
    difference, error = _difference(first, first_error, second, second_error, correlation, scale)
    half = quantile((1 + checks.between("level", level, 0, 1)) / 2) * error
    from scipy import special

    z = _ratio(difference, error)
    return ChangeTest(
        difference=checks.plain(difference),
        standard_error=checks.plain(error),
        z=checks.plain(z),
        p_value=checks.plain(2.0 * special.ndtr(-np.abs(z))),
        lower=checks.plain(difference - half),
        upper=checks.plain(difference + half),
    )


def _difference(
    first: ArrayLike,
    first_error: ArrayLike,
    second: ArrayLike,
    second_error: ArrayLike,
    correlation: ArrayLike,
    scale: ScaleLike,
) -> tuple[Floats, Floats]:
    chosen = as_term(Scale, scale, "scale")
    y1, s1, y2, s2, rho = checks.figures(
        first=first,
        first_error=checks.non_negative("first_error", first_error),
        second=second,
        second_error=checks.non_negative("second_error", second_error),
        correlation=_correlation(correlation),
    )
    for name, values in (("first", y1), ("second", y2)):
        demand(name, values, chosen, "use scale='linear'")
    s1, s2 = s1 * derivative(y1, chosen), s2 * derivative(y2, chosen)
    difference = to_scale(y2, chosen) - to_scale(y1, chosen)
    return difference, _error_of_difference(s1, s2, rho)


def _correlation(values: ArrayLike) -> Floats:
    rho = checks.as_figures("correlation", values)
    checks.require("correlation", rho, np.abs(rho) <= 1, "numbers from -1 to 1")
    return rho


def _error_of_difference(s1: Floats, s2: Floats, rho: Floats) -> Floats:
    variance = s1 * s1 + s2 * s2 - 2.0 * rho * s1 * s2
    return np.sqrt(np.maximum(variance, 0.0))


def _ratio(difference: Floats, error: Floats) -> Floats:
    # No error: any difference is certain, and none is no difference.
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where((error == 0) & (difference == 0), 0.0, difference / error)


@checks.quiet
def equivalence_test(
    first: ArrayLike,
    first_error: ArrayLike,
    second: ArrayLike,
    second_error: ArrayLike,
    *,
    margin: ArrayLike,
    correlation: ArrayLike = 0.0,
    scale: ScaleLike = "linear",
    level: float = 0.95,
) -> EquivalenceTest:
    """Test whether a change is surely smaller than a margin (two one-sided tests).

    Parameters
    ----------
    first, first_error, second, second_error : float or array_like
        As in `change_test`.
    margin : float or array_like
        Largest change that counts as none, on the scale.
        [percentage points, or units of the scale]
    correlation, scale, level
        As in `change_test`.

    Returns
    -------
    EquivalenceTest
        ``verdict p_value lower upper``. A change that is not significant is not
        therefore none: without proof of either the verdict is ``inconclusive``.

    Raises
    ------
    ArgumentError
        As `change_test`; a margin that is not above zero; a level of a half or less.

    References
    ----------
    Schuirmann (1987), Journal of Pharmacokinetics and Biopharmaceutics 15,
    657-680. Not verified against the primary text.

    Examples
    --------
    >>> equivalence_test(21.6, 0.2, 21.5, 0.2, margin=1).verdict
    <Change.NO_CHANGE: 'no-change'>
    >>> equivalence_test(21.6, 2.5, 21.5, 2.5, margin=1).verdict
    <Change.INCONCLUSIVE: 'inconclusive'>
    """
    difference, error = _difference(first, first_error, second, second_error, correlation, scale)
    alpha = 1 - checks.between("level", level, 0.5, 1)
    from scipy import special

    allowed, size = checks.figures(
        margin=checks.positive("margin", margin), first=np.abs(difference)
    )
    room = allowed - size
    p_value = special.ndtr(-_ratio(room, error))
    changed = 2.0 * special.ndtr(-np.abs(_ratio(difference, error))) < alpha
    verdict = np.select(
        [np.isnan(p_value), p_value < alpha, changed],
        [Change.NOT_MEASURED, Change.NO_CHANGE, Change.CHANGED],
        Change.INCONCLUSIVE,
    )
    half = -quantile(alpha) * error
    return EquivalenceTest(
        verdict=verdict if verdict.ndim else Change(str(verdict)),
        p_value=checks.plain(p_value),
        lower=checks.plain(difference - half),
        upper=checks.plain(difference + half),
    )


@checks.quiet
def minimum_detectable_change(
    first_error: ArrayLike,
    second_error: ArrayLike,
    *,
    correlation: ArrayLike = 0.0,
    level: float = 0.95,
    power: float = 0.8,
) -> Any:
    """Return the true change that two surveys would find with a given chance.

    Parameters
    ----------
    first_error, second_error : float or array_like
        Standard errors of the two surveys. [percentage points]
    correlation : float or array_like
        Correlation of the two errors.
    level : float
        One minus the chance of finding a change where there is none.
    power : float
        Chance of finding the change. One half gives the smallest observed
        difference that is significant.

    Returns
    -------
    float or ndarray
        Change. [percentage points]

    Raises
    ------
    ArgumentError
        A negative error, or a level or power outside 0 to 1.

    Examples
    --------
    >>> round(minimum_detectable_change(3.1, 3.1), 1)
    12.3
    >>> round(minimum_detectable_change(3.1, 3.1, power=0.5), 1)
    8.6
    """
    errors = checks.figures(
        first_error=checks.non_negative("first_error", first_error),
        second_error=checks.non_negative("second_error", second_error),
        correlation=_correlation(correlation),
    )
    multiple = quantile((1 + checks.between("level", level, 0, 1)) / 2)
    multiple += quantile(checks.between("power", power, 0, 1))
    return checks.plain(multiple * _error_of_difference(*errors))


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
