"""Weighted power means: arithmetic, geometric, harmonic and all between."""

from __future__ import annotations

import numpy as np

from kencana_targets.core.checks import as_number
from kencana_targets.core.errors import refuse
from kencana_targets.core.typing import Floats

LARGEST_POWER = 1000.0  # beyond it a power mean is the largest or the smallest score
POWERS = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}


def as_power(mean: object) -> float:
    """Return the power of a mean that is named or given as a number.

    Examples
    --------
    >>> as_power("geometric"), as_power(0.5)
    (0.0, 0.5)
    """
    if isinstance(mean, str) and mean in POWERS:
        return POWERS[mean]
    allowed = f"{', '.join(POWERS)}, or a power as a number"
    return as_number("mean", mean, -LARGEST_POWER, LARGEST_POWER, allowed=allowed)


def check_scores(scores: Floats, power: float) -> None:
    """Refuse negative scores, which only the arithmetic mean can average."""
    if power != 1 and (scores < 0).any():
        got = float(np.nanmin(scores))
        refuse("scores", got, "zero or more", "only the arithmetic mean takes negative scores")


def on_power_scale(scores: Floats, power: float) -> Floats:
    """Return scores on the scale on which their mean is a weighted sum, rising."""
    if power == 0:
        return np.log(scores)
    return np.asarray(np.copysign(scores**power, power)) if power != 1 else scores


def weighted_mean(scores: Floats, weights: Floats, power: float) -> Floats:
    """Return weighted power means along the last axis.

    Parameters
    ----------
    scores : ndarray of float, shape (..., indicators)
        Zero or more, or any figures for a power of 1; without missing ones.
    weights : ndarray of float, shape (..., indicators)
        They add up to 1, or are all zero, which gives nan.
    power : float
        1 arithmetic, 0 geometric, -1 harmonic.

    Examples
    --------
    >>> weighted_mean(np.array([4.0, 9.0]), np.array([0.5, 0.5]), 0).round(6).tolist()
    6.0
    """
    used = weights > 0
    nothing = ~used.any(axis=-1)
    if power == 1:
        return np.where(nothing, np.nan, np.sum(weights * scores, axis=-1))
    with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
        if power == 0:
            logs = np.where(used, weights * np.log(scores), 0.0)
            return np.where(nothing, np.nan, np.exp(np.sum(logs, axis=-1)))
        # In units of the score that counts most, so that no power overflows, and
        # as differences from 1, so that powers near zero keep their digits.
        pick = np.max if power > 0 else np.min
        lost = 0.0 if power > 0 else np.inf
        unit = pick(np.where(used, scores, lost), axis=-1, keepdims=True)
        terms = np.where(used, weights * np.expm1(power * np.log(scores / unit)), 0.0)
        value = unit[..., 0] * np.exp(np.log1p(np.sum(terms, axis=-1)) / power)
    return np.where(nothing, np.nan, np.where(unit[..., 0] == 0, 0.0, value))
