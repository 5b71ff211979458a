"""How sure a survey figure is: errors, intervals, chances and tests of change."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction, DirectionLike, as_term
from kencana_targets.core.typing import ArrayLike, Floats
from kencana_targets.formulas import scales

__all__ = [
    "TYPICAL_DESIGN_EFFECT",
    "Adjustment",
    "Bounds",
    "Change",
    "ChangeTest",
    "EquivalenceTest",
    "ProportionMethod",
    "adjust_p_values",
    "change_test",
    "equivalence_test",
    "minimum_detectable_change",
    "probability_met",
    "proportion_interval",
    "standard_error_from_interval",
    "standard_error_from_sample",
]
# Median over 818 national stunting surveys is 2.05 (WHO/UNICEF JME 2024). An
# assumption: whoever uses it instead of a published design effect says so.
TYPICAL_DESIGN_EFFECT = 2.0
# The least degrees of freedom of which t is computed.
LEAST_FREEDOM = 0.01


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
    scale: scales.ScaleLike = "linear",
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
    half = scales.quantile((1 + checks.between("level", level, 0, 1)) / 2) * error
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
    scale: scales.ScaleLike,
) -> tuple[Floats, Floats]:
    chosen = as_term(scales.Scale, scale, "scale")
    y1, s1, y2, s2, rho = checks.figures(
        first=first,
        first_error=checks.non_negative("first_error", first_error),
        second=second,
        second_error=checks.non_negative("second_error", second_error),
        correlation=_correlation(correlation),
    )
    for name, values in (("first", y1), ("second", y2)):
        scales.demand(name, values, chosen, "use scale='linear'")
    s1, s2 = s1 * scales.derivative(y1, chosen), s2 * scales.derivative(y2, chosen)
    difference = scales.to_scale(y2, chosen) - scales.to_scale(y1, chosen)
    return difference, _error_of_difference(s1, s2, rho)


def _correlation(values: ArrayLike) -> Floats:
    rho = checks.as_figures("correlation", values)
    checks.require("correlation", rho, np.abs(rho) <= 1, "numbers from -1 to 1")
    return rho


def _error_of_difference(s1: Floats, s2: Floats, rho: Floats) -> Floats:
    # The variances less the covariance twice, as a sum that rounding leaves above zero.
    return np.sqrt((s1 - s2) ** 2 + 2.0 * (1.0 - rho) * s1 * s2)


def _ratio(difference: Floats, error: Floats) -> Floats:
    # No error: any difference is certain, and none is no difference.
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
    scale: scales.ScaleLike = "linear",
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
    p_value = special.ndtr(-_ratio(allowed - size, error))
    changed = 2.0 * special.ndtr(-np.abs(_ratio(difference, error))) < alpha
    verdict = np.select(
        [np.isnan(p_value), p_value < alpha, changed],
        [Change.NOT_MEASURED, Change.NO_CHANGE, Change.CHANGED],
        Change.INCONCLUSIVE,
    )
    half = -scales.quantile(alpha) * error
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
    times = scales.quantile((1 + checks.between("level", level, 0, 1)) / 2)
    times += scales.quantile(checks.between("power", power, 0, 1))
    return checks.plain(times * _error_of_difference(*errors))


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


@checks.quiet
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
    values = checks.as_figures("p", p)
    checks.require("p", values, (values >= 0) & (values <= 1), "p-values from 0 to 1")
    if values.ndim == 0 or values.shape[-1] == 0:
        refuse("p", values.shape, "at least one p-value along the last axis")
    kind = as_term(Adjustment, method, "method")
    if kind in {Adjustment.FDR_BH, Adjustment.FDR_BY}:
        from scipy import stats

        rate: Literal["bh", "by"] = "bh" if kind is Adjustment.FDR_BH else "by"
        return np.asarray(stats.false_discovery_control(values, axis=-1, method=rate))
    order = np.argsort(values, axis=-1, kind="stable")
    left = np.arange(values.shape[-1], 0.0, -1.0)
    adjusted = _ADJUST[kind](np.take_along_axis(values, order, axis=-1), left)
    result = np.empty_like(values)
    np.put_along_axis(result, order, np.minimum(adjusted, 1.0), axis=-1)
    return result


def _at_least_one(p: Floats, tests: Floats | float) -> Floats:
    # 1 - (1 - p)^tests, exact for small p.
    return np.asarray(-np.expm1(tests * np.log1p(-p)))


def _hommel(p: Floats, left: Floats) -> Floats:
    # The largest Simes p-value over all sets of tests that hold this one. Of sets of a size
    # those of the largest p-values are worst; a smaller one takes the place of their first.
    adjusted = p
    for first, size in enumerate(left):
        simes = np.min(size * p[..., first:] / left[first:][::-1], axis=-1, keepdims=True)
        adjusted = np.maximum(adjusted, np.minimum(simes, size * p))
    return adjusted


# Each takes p-values sorted upwards along the last axis, and how many are left from each on.
_ADJUST: dict[Adjustment, Callable[[Floats, Floats], Floats]] = {
    Adjustment.BONFERRONI: lambda p, left: left[0] * p,
    Adjustment.SIDAK: lambda p, left: _at_least_one(p, left[0]),
    Adjustment.HOLM: lambda p, left: np.maximum.accumulate(left * p, axis=-1),
    Adjustment.HOLM_SIDAK: lambda p, left: np.maximum.accumulate(_at_least_one(p, left), axis=-1),
    Adjustment.HOCHBERG: lambda p, left: np.flip(
        np.minimum.accumulate(np.flip(left * p, axis=-1), axis=-1), axis=-1
    ),
    Adjustment.HOMMEL: _hommel,
}


class ProportionMethod(StrEnum):
    """How the interval of a proportion is made."""

    WILSON = "wilson"
    JEFFREYS = "jeffreys"
    CLOPPER_PEARSON = "clopper-pearson"
    AGRESTI_COULL = "agresti-coull"
    NORMAL = "normal"
    LOGIT = "logit"


ProportionMethodLike: TypeAlias = (
    ProportionMethod
    | Literal["wilson", "jeffreys", "clopper-pearson", "agresti-coull", "normal", "logit"]
)


class Bounds(NamedTuple):
    """The two ends of an interval."""

    lower: Any
    upper: Any


@checks.quiet
def standard_error_from_interval(
    value: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    level: float = 0.95,
    scale: str = "logit",
) -> Any:
    """Return the standard error behind a published interval.

    Parameters
    ----------
    value, lower, upper : float or array_like
        Figure and the ends of its interval; they broadcast. [percent]
    level : float
        Confidence of the interval.
    scale : str
        The scale on which the interval was made: ``logit``, ``log``,
        ``linear``, or ``symmetric``, the one on which the two halves of the
        interval differ least in relation to its width.

    Returns
    -------
    float or ndarray
        Standard error; nan where a figure is missing. [percentage points]

    Raises
    ------
    ArgumentError
        A value outside its interval, or an interval that the scale does not reach.

    Notes
    -----
    A bound printed to 0.1 makes the error uncertain by 0.05/1.96 = 0.026 points.

    References
    ----------
    WHO, UNICEF and World Bank, Joint Child Malnutrition Estimates, whose
    published intervals are logit intervals.

    Examples
    --------
    >>> round(standard_error_from_interval(21.6, 21.1, 22.1), 4)
    0.2551
    """
    p, low, high = checks.figures(value=value, lower=lower, upper=upper)
    z = scales.quantile((1 + checks.between("level", level, 0, 1)) / 2)
    checks.require("lower", low, ~(low > p), "at most the value")
    checks.require("upper", high, ~(high < p), "at least the value")
    kind = checks.as_choice("scale", scale, *scales.Scale, "symmetric")
    tried = [*scales.Scale]
    if kind != "symmetric":
        tried = [scales.Scale(kind)]
        for name, values in (("value", p), ("lower", low), ("upper", high)):
            scales.demand(name, values, tried[0], "use scale='symmetric' or 'linear'")
    errors, skewed = [], []
    for each in tried:
        centre, bottom, top = (scales.to_scale(values, each) for values in (p, low, high))
        errors.append((top - bottom) / scales.derivative(p, each))
        # In relation to the width: widths on different scales have different units.
        skewed.append(np.nan_to_num(np.abs(top - 2 * centre + bottom) / (top - bottom), nan=np.inf))
    return checks.plain(np.choose(np.argmin(skewed, axis=0), errors) / (2 * z))


@checks.quiet
def standard_error_from_sample(value: ArrayLike, n: ArrayLike, *, design_effect: ArrayLike) -> Any:
    """Return the standard error of a percentage from its sample size.

    Parameters
    ----------
    value : float or array_like
        Figure, strictly between 0 and 100. [percent]
    n : float or array_like
        Sample size. [persons]
    design_effect : float or array_like
        Variance in relation to a simple random sample. There is no default: where
        none is published, `TYPICAL_DESIGN_EFFECT` is a stated assumption.

    Returns
    -------
    float or ndarray
        sqrt(design_effect p (1 - p) / n). [percentage points]

    Raises
    ------
    ArgumentError
        A figure of 0 or 100, whose error this formula would put at zero.

    Examples
    --------
    >>> round(standard_error_from_sample(25, 400, design_effect=2.05), 2)
    3.1
    """
    p = checks.as_figures("value", value, missing=True)
    scales.demand(
        "value", p, scales.Scale.LOGIT, "use proportion_interval for a figure of 0 or 100"
    )
    effect = checks.positive("design_effect", design_effect)
    p, effect, size = checks.figures(value=p, design_effect=effect, n=checks.positive("n", n))
    return checks.plain(np.sqrt(effect * p * (100.0 - p) / size))


@checks.quiet
def proportion_interval(
    share: ArrayLike,
    n: ArrayLike,
    *,
    method: ProportionMethodLike = "wilson",
    level: float = 0.95,
    design_effect: ArrayLike = 1.0,
    degrees_of_freedom: ArrayLike | None = None,
) -> Bounds:
    """Return a confidence interval of a proportion.

    Parameters
    ----------
    share : float or array_like
        Proportion, 0 to 1. [share]
    n : float or array_like
        Sample size; divided by the design effect before use. [persons]
    method : str
        ``wilson``, ``jeffreys``, ``clopper-pearson``, ``agresti-coull``,
        ``normal`` or ``logit``. The last has no interval for a share of 0 or 1.
    level : float
        Confidence.
    design_effect : float or array_like
        Variance in relation to a simple random sample.
    degrees_of_freedom : float or array_like, optional
        Of the design: sampling units less strata. ``logit`` and ``normal`` then take the
        t distribution; the others the effective size of Korn and Graubard, times
        the squared ratio of t with n - 1 to t with these degrees of freedom, as
        ``clopper-pearson`` does in R's ``svyciprop(method="beta")``.

    Returns
    -------
    Bounds
        ``(lower, upper)``, within 0 and 1. [share]

    Raises
    ------
    ArgumentError
        A share outside 0 to 1, or of 0 or 1 with ``logit``.

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133; the effective
    sample size after Korn and Graubard (1998). Not verified against the primary
    texts; the values are those of statsmodels 0.15.

    Examples
    --------
    >>> lower, upper = proportion_interval(0.2896, 604, design_effect=2.12)
    >>> round(lower, 4), round(upper, 4)
    (0.24, 0.3448)
    """
    p = checks.as_figures("share", share, missing=True)
    checks.require("share", p, (p >= 0) & (p <= 1), "a share from 0 to 1", "divide percent by 100")
    kind = as_term(ProportionMethod, method, "method")
    if kind is ProportionMethod.LOGIT:
        checks.require(
            "share", p, (p > 0) & (p < 1), "strictly between 0 and 1", "use method='wilson'"
        )
    effect = checks.positive("design_effect", design_effect)
    alpha = 1 - checks.between("level", level, 0, 1)
    p, people, effect = checks.figures(share=p, n=checks.positive("n", n), design_effect=effect)
    size, z = people / effect, np.asarray(-scales.quantile(alpha / 2))
    if degrees_of_freedom is not None:
        given = checks.positive("degrees_of_freedom", degrees_of_freedom)
        # Below, the quantile of t lies beyond what is computed.
        allowed = f"{LEAST_FREEDOM} or more"
        checks.require("degrees_of_freedom", given, given >= LEAST_FREEDOM, allowed)
        p, size, people, freedom = checks.figures(
            share=p, n=size, people=people, degrees_of_freedom=given
        )
        t = scales.multiple(1 - alpha, freedom)
        if kind in {ProportionMethod.LOGIT, ProportionMethod.NORMAL}:
            z = t
        else:
            size = size * (scales.multiple(1 - alpha, people - 1) / t) ** 2
    if kind in {ProportionMethod.CLOPPER_PEARSON, ProportionMethod.JEFFREYS}:
        low, high = _beta_interval(p, size, alpha, exact=kind is ProportionMethod.CLOPPER_PEARSON)
    else:
        low, high = _normal_interval(p, size, z, kind)
    return Bounds(*(checks.plain(np.clip(end, 0, 1)) for end in (low, high)))


def _beta_interval(p: Floats, n: Floats, alpha: float, *, exact: bool) -> tuple[Floats, Floats]:
    from scipy import special

    hits, misses = p * n, n - p * n
    # Clopper-Pearson counts the observed case against the bound; Jeffreys halves it.
    own, other = (0.0, 1.0) if exact else (0.5, 0.5)
    low = special.betaincinv(hits + own, misses + other, alpha / 2)
    high = special.betaincinv(hits + other, misses + own, 1 - alpha / 2)
    if exact:
        low, high = np.where(p == 0, p, low), np.where(p == 1, p, high)
    return np.asarray(low), np.asarray(high)


def _normal_interval(
    p: Floats, n: Floats, z: Floats, kind: ProportionMethod
) -> tuple[Floats, Floats]:
    if kind is ProportionMethod.LOGIT:
        centre, half = np.log(p / (1 - p)), z / np.sqrt(n * p * (1 - p))
        return 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-half - centre))
    if kind is ProportionMethod.NORMAL:
        half = z * np.sqrt(p * (1 - p) / n)
        return p - half, p + half
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    if kind is ProportionMethod.WILSON:
        half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    else:
        half = z * np.sqrt(centre * (1 - centre) / (n + z * z))
    return centre - half, centre + half


@checks.quiet
def probability_met(
    value: ArrayLike,
    standard_error: ArrayLike,
    target: ArrayLike,
    *,
    direction: DirectionLike,
    scale: str = "logit",
    target_standard_error: ArrayLike = 0.0,
) -> Any:
    """Return the probability that the true value meets the target.

    Parameters
    ----------
    value, standard_error : float or array_like
        Survey figure and its error; they broadcast with the target.
        [percent, percentage points]
    target : float or array_like
        Target; exactly on the target is met. [percent]
    direction : Direction or str
        ``maximize`` or ``minimize``.
    scale : str
        ``logit``, or ``linear``, which also takes figures of 0 and 100.
    target_standard_error : float or array_like
        Error of the target, for a path that starts at an estimated baseline; zero
        for a target fixed in law. [percentage points]

    Returns
    -------
    float or ndarray
        Probability, nan where a figure is missing. Without any error it is 1 or
        0. With a flat prior it is one minus the one-sided p-value.

    Raises
    ------
    ArgumentError
        With ``logit``: a figure of 0 or 100 that has an error, or an uncertain
        target of 0 or 100.

    Examples
    --------
    >>> round(probability_met(20.3, 3.7392, 16.09, direction="minimize"), 2)
    0.11
    """
    y, s, t, s_t = checks.figures(
        value=value,
        standard_error=checks.non_negative("standard_error", standard_error),
        target=target,
        target_standard_error=checks.non_negative("target_standard_error", target_standard_error),
    )
    sign = -1.0 if checks.one_way(direction) is Direction.MINIMIZE else 1.0
    chosen = scales.Scale(checks.as_choice("scale", scale, scales.Scale.LINEAR, scales.Scale.LOGIT))
    certain, hint = (s == 0) & (s_t == 0), "use scale='linear' for figures of 0 and 100"
    scales.demand("value", np.where(certain, np.nan, y), chosen, hint)
    scales.demand("target", np.where(s_t == 0, np.nan, t), chosen, hint)
    spread = np.where(s_t == 0, 0.0, s_t * scales.derivative(t, chosen))
    error = np.hypot(s * scales.derivative(y, chosen), spread)
    from scipy import special

    chance = special.ndtr(sign * (scales.to_scale(y, chosen) - scales.reach(t, chosen)) / error)
    return checks.plain(np.where(certain, np.heaviside(sign * (y - t), 1.0), chance))
