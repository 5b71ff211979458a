"""The scales on which percentages are compared: linear, log and logit."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import numpy as np

from kencana_targets.core.checks import require
from kencana_targets.core.typing import Floats, Truths


class Scale(StrEnum):
    """The scale on which errors are taken to be normal and trends straight."""

    LINEAR = "linear"
    LOG = "log"
    LOGIT = "logit"


ScaleLike: TypeAlias = Scale | Literal["linear", "log", "logit"]


# What a value must be to lie on the scale, for messages.
DOMAIN = {
    Scale.LINEAR: "a finite number",
    Scale.LOG: "above 0",
    Scale.LOGIT: "strictly between 0 and 100",
}


def on_scale(values: Floats, scale: Scale) -> Truths:
    """Return which values lie on the scale; a missing value does not.

    Examples
    --------
    >>> on_scale(np.array([0.0, 21.6, 100.0]), Scale.LOGIT).tolist()
    [False, True, False]
    """
    if scale is Scale.LINEAR:
        return np.isfinite(values)
    return (values > 0) & (values < (np.inf if scale is Scale.LOG else 100.0))


def demand(name: str, values: Floats, scale: Scale, hint: str) -> None:
    """Refuse an argument with a value that does not lie on the scale; missing ones pass."""
    require(name, values, on_scale(values, scale), DOMAIN[scale], hint)


def to_scale(values: Floats, scale: Scale) -> Floats:
    """Return percentages on the scale; nan where they do not lie on it.

    The log is that of the percentage as printed, so that any positive unit will do.
    """
    if scale is Scale.LINEAR:
        return values
    legal = np.where(on_scale(values, scale), values, np.nan)
    return np.log(legal) if scale is Scale.LOG else np.log(legal) - np.log(100.0 - legal)


def reach(values: Floats, scale: Scale) -> Floats:
    """Return targets on the scale, infinite at its ends and beyond: met always or never.

    Examples
    --------
    >>> reach(np.array([0.0, 50.0, 100.0]), Scale.LOGIT).tolist()
    [-inf, 0.0, inf]
    """
    if scale is Scale.LINEAR:
        return values
    inner = np.where(values <= 0, -np.inf, to_scale(values, scale))
    return np.where(values >= 100, np.inf, inner) if scale is Scale.LOGIT else inner


def from_scale(values: Floats, scale: Scale) -> Floats:
    """Return percentages from their values on the scale."""
    if scale is Scale.LINEAR:
        return values
    with np.errstate(over="ignore"):
        return np.exp(values) if scale is Scale.LOG else 100.0 / (1.0 + np.exp(-values))


def derivative(values: Floats, scale: Scale) -> Floats:
    """Return how much the scale moves for one point, for the delta method."""
    if scale is Scale.LINEAR:
        return np.ones_like(values)
    legal = np.where(on_scale(values, scale), values, np.nan)
    return 1.0 / legal if scale is Scale.LOG else 100.0 / (legal * (100.0 - legal))


def chance(z: Floats, freedom: Floats) -> Floats:
    """Return the probability below z of a t distribution; of the normal one without end of freedom.

    Examples
    --------
    >>> chance(np.array([0.0, 2.0]), np.array([np.inf, 5.0])).round(3).tolist()
    [0.5, 0.949]
    """
    from scipy import special

    small = special.stdtr(freedom, z)
    return np.asarray(np.where(np.isfinite(freedom), small, special.ndtr(z)))


def multiple(level: float, freedom: Floats) -> Floats:
    """Return how many standard errors an interval reaches: t, or normal without end of freedom.

    Examples
    --------
    >>> multiple(0.95, np.array([np.inf, 10.0])).round(2).tolist()
    [1.96, 2.23]
    """
    from scipy import special

    small = special.stdtrit(freedom, (1 + level) / 2)
    return np.asarray(np.where(np.isfinite(freedom), small, quantile((1 + level) / 2)))


def quantile(probability: float) -> float:
    """Return the quantile of the standard normal distribution.

    Examples
    --------
    >>> round(quantile(0.975), 2)
    1.96
    """
    from scipy import special

    return float(special.ndtri(probability))
