"""How sure a survey figure is: errors, intervals, chances and tests of change."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np

from kencana_targets.core import checks
from kencana_targets.core.terms import Direction, DirectionLike, as_term
from kencana_targets.core.typing import ArrayLike, Floats, Truths
from kencana_targets.formulas import scales
from kencana_targets.formulas.changes import (
    Adjustment,
    Change,
    ChangeTest,
    EquivalenceTest,
    adjust_p_values,
    change_test,
    equivalence_test,
    minimum_detectable_change,
)

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


class IntervalScale(StrEnum):
    """The scale on which a published interval was made."""

    LINEAR = "linear"
    LOG = "log"
    LOGIT = "logit"
    SYMMETRIC = "symmetric"


IntervalScaleLike: TypeAlias = IntervalScale | Literal["linear", "log", "logit", "symmetric"]


class ProbabilityScale(StrEnum):
    """The scale on which the error of a figure is normal."""

    LINEAR = "linear"
    LOGIT = "logit"


ProbabilityScaleLike: TypeAlias = ProbabilityScale | Literal["linear", "logit"]


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
    kind = as_term(IntervalScale, scale, "scale")
    if kind is not IntervalScale.SYMMETRIC:
        chosen = scales.Scale(kind)
        for name, values in (("value", p), ("lower", low), ("upper", high)):
            scales.demand(name, values, chosen, "use scale='symmetric' or 'linear'")
        return checks.plain(_back_solved(p, low, high, chosen) / (2 * z))
    errors = np.stack([_back_solved(p, low, high, each) for each in scales.Scale])
    best = np.argmin(np.stack([_asymmetry(p, low, high, each) for each in scales.Scale]), axis=0)
    return checks.plain(np.take_along_axis(errors, best[None], axis=0)[0] / (2 * z))


def _back_solved(p: Floats, low: Floats, high: Floats, scale: scales.Scale) -> Floats:
    return (scales.to_scale(high, scale) - scales.to_scale(low, scale)) / scales.derivative(
        p, scale
    )


def _asymmetry(p: Floats, low: Floats, high: Floats, scale: scales.Scale) -> Floats:
    # In relation to the width: widths on different scales have different units.
    centre, bottom, top = (scales.to_scale(values, scale) for values in (p, low, high))
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.abs(top - 2 * centre + bottom) / (top - bottom)
    return np.where(np.isnan(share), np.inf, share)


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
        z = scales.multiple(1 - alpha, freedom)
        if kind not in {ProportionMethod.LOGIT, ProportionMethod.NORMAL}:
            size = size * (scales.multiple(1 - alpha, people - 1) / z) ** 2
            z = np.asarray(-scales.quantile(alpha / 2))
    if kind in {ProportionMethod.CLOPPER_PEARSON, ProportionMethod.JEFFREYS}:
        low, high = _beta_interval(p, size, alpha, exact=kind is ProportionMethod.CLOPPER_PEARSON)
    else:
        low, high = _normal_interval(p, size, z, kind)
    return Bounds(checks.plain(np.clip(low, 0, 1)), checks.plain(np.clip(high, 0, 1)))


def _beta_interval(p: Floats, n: Floats, alpha: float, *, exact: bool) -> tuple[Floats, Floats]:
    from scipy import special

    hits, misses = p * n, n - p * n
    # Clopper-Pearson counts the observed case against the bound; Jeffreys halves it.
    own, other = (0.0, 1.0) if exact else (0.5, 0.5)
    with np.errstate(invalid="ignore"):
        low = special.betaincinv(hits + own, misses + other, alpha / 2)
        high = special.betaincinv(hits + other, misses + own, 1 - alpha / 2)
    if exact:
        low, high = np.where(p == 0, 0.0, low), np.where(p == 1, 1.0, high)
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
    chosen = as_term(ProbabilityScale, scale, "scale")
    certain = (s == 0) & (s_t == 0)
    if chosen is ProbabilityScale.LINEAR:
        ahead, error = y - t, np.hypot(s, s_t)
    else:
        ahead, error = _on_logit(y, s, t, s_t, certain)
    from scipy import special

    with np.errstate(divide="ignore", invalid="ignore"):
        chance = special.ndtr(sign * ahead / error)
    exact = np.where(sign * (y - t) >= 0, 1.0, 0.0)
    exact = np.where(np.isnan(y) | np.isnan(t), np.nan, exact)
    return checks.plain(np.where(certain, exact, chance))


def _on_logit(
    y: Floats, s: Floats, t: Floats, s_t: Floats, certain: Truths
) -> tuple[Floats, Floats]:
    hint = "use scale='linear' for figures of 0 and 100"
    scales.demand("value", np.where(certain, np.nan, y), scales.Scale.LOGIT, hint)
    scales.demand("target", np.where(s_t == 0, np.nan, t), scales.Scale.LOGIT, hint)
    error = np.hypot(
        s * scales.derivative(y, scales.Scale.LOGIT),
        np.where(s_t == 0, 0.0, s_t * scales.derivative(t, scales.Scale.LOGIT)),
    )
    return scales.to_scale(y, scales.Scale.LOGIT) - scales.reach(t, scales.Scale.LOGIT), error
