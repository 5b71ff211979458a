"""Quarters and months made into a year: sums, last values, averages, pooled shares."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np

from kencana_targets.core import checks
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Combination, CombinationLike, as_term
from kencana_targets.core.typing import ArrayLike, Floats, Truths

__all__ = ["MissingPeriod", "combine", "due_periods", "pool"]


class MissingPeriod(StrEnum):
    """What a period without a figure does to the total."""

    MISSING = "missing"
    FILLED = "filled"


MissingPeriodLike: TypeAlias = MissingPeriod | Literal["missing", "filled"]


@checks.quiet
def due_periods(targets: ArrayLike, *, until: int | None = None) -> Truths:
    """Return which periods count: those up to `until` that have a target.

    Parameters
    ----------
    targets : array_like, shape (..., periods)
        Targets, nan or None for none.
    until : int, optional
        The last period to count, from 1; by default all.

    Returns
    -------
    ndarray of bool, shape (..., periods)
        Whether each period counts.

    Raises
    ------
    ArgumentError
        Targets that are no numbers or no periods, or there is no such period.

    Examples
    --------
    >>> due_periods([None, 40, None, 100], until=3).tolist()
    [False, True, False, False]
    """
    array = _periods("targets", targets)
    due: Truths = ~np.isnan(array) & (np.arange(array.shape[-1]) < _until(until, array.shape[-1]))
    return due


@checks.quiet
def combine(
    values: ArrayLike,
    *,
    combination: CombinationLike,
    targets: ArrayLike | None = None,
    until: int | None = None,
    missing: MissingPeriodLike = "missing",
) -> Any:
    """Combine the figures of quarters or months into one for the year to date.

    Parameters
    ----------
    values : array_like, shape (..., periods)
        Figures in the order of the periods, nan or None for none. [unit of the indicator]
    combination : Combination or str
        ``sum``, ``last`` (the last known value) or ``average``: a property of
        the indicator.
    targets : array_like, shape (..., periods), optional
        The targets: only periods that have one count. Without them all do. To
        combine the targets themselves, give them twice.
    until : int, optional
        The last period to count, from 1; by default all.
    missing : {"missing", "filled"}, optional
        With ``missing`` a period that counts and has no figure makes the total
        missing, for all three combinations. With ``filled`` the periods that
        have a figure are combined.

    Returns
    -------
    float or ndarray, shape (...)
        The figure to date; nan where no period counts or one is missing.

    Raises
    ------
    ArgumentError
        A word, period or shape that is not allowed.

    References
    ----------
    Combinations, and ``missing``: KMK 127/2026, pp. 37-38 and 67-70, as an
    application that implements it tests it; not verified against the primary
    text. ``filled``: an e-SAKIP application, which sums the filled quarters only.

    Examples
    --------
    >>> combine([9, 11, None, None], combination="sum", targets=[10, 10, 10, 10], until=2)
    20.0
    >>> combine([9, None, None, None], combination="sum", targets=[10, 10, 10, 10], until=2)
    nan
    >>> combine([9, None], combination="sum", targets=[10, 10], missing="filled")
    9.0
    """
    way = as_term(Combination, combination, "combination")
    policy = as_term(MissingPeriod, missing, "missing")
    aims = np.zeros(1) if targets is None else _periods("targets", targets)
    array, aims = checks.together({"values": _periods("values", values), "targets": aims})
    due = due_periods(aims, until=until)
    known = due & ~np.isnan(array)
    count = known.sum(axis=-1)
    if way is Combination.LAST:
        position = (known * np.arange(array.shape[-1])).max(axis=-1)
        total = np.take_along_axis(array, position[..., np.newaxis], axis=-1).squeeze(axis=-1)
    else:
        total = np.where(known, array, 0.0).sum(axis=-1)
        if way is Combination.AVERAGE:
            total = total / count
    good = count > 0
    if policy is MissingPeriod.MISSING:
        good &= count == due.sum(axis=-1)
    return checks.plain(np.where(good, total, np.nan))


@checks.quiet
def pool(
    numerators: ArrayLike,
    denominators: ArrayLike,
    *,
    per: float = 100.0,
    axis: int = -1,
    missing: MissingPeriodLike = "missing",
) -> Any:
    """Pool shares of periods or regions: numerators over denominators, never a mean of shares.

    Parameters
    ----------
    numerators, denominators : array_like
        Who was reached, and of whom; they broadcast. nan or None for none. [persons]
    per : float, optional
        What the share is counted per: 100 for percent.
    axis : int, optional
        The axis of what is pooled; the last one if not given.
    missing : {"missing", "filled"}, optional
        Whether a part without both figures makes the share missing, or is left out.

    Returns
    -------
    float or ndarray
        The share; nan where there is none: a missing part, or a denominator of zero.

    Raises
    ------
    ArgumentError
        Negative counts, or an argument that is not allowed.

    Examples
    --------
    >>> pool([90, 10], [100, 1000])  # the mean of 90 and 1 percent would be 45.5
    9.090909090909092
    """
    policy = as_term(MissingPeriod, missing, "missing")
    scale = checks.as_number("per", per, 0, strict=True, allowed="numbers above zero")
    above, below = checks.figures(
        numerators=checks.non_negative("numerators", numerators),
        denominators=checks.non_negative("denominators", denominators),
    )
    axis = checks.as_whole(
        "axis", axis, -above.ndim, above.ndim - 1, f"an axis of the {above.ndim} that there are"
    )
    known = ~np.isnan(above) & ~np.isnan(below)
    number = np.where(known, above, 0.0).sum(axis=axis)
    total = np.where(known, below, 0.0).sum(axis=axis)
    good = known.any(axis=axis) & (total > 0)
    if policy is MissingPeriod.MISSING:
        good &= known.all(axis=axis)
    return checks.plain(np.where(good, scale * number / total, np.nan))


def _periods(name: str, values: ArrayLike) -> Floats:
    array = checks.as_figures(name, values, missing=True)
    if not array.ndim or not array.shape[-1]:
        refuse(name, values, "at least one period, along the last axis")
    return array


def _until(until: int | None, periods: int) -> int:
    if until is None:
        return periods
    allowed = f"1 to {periods}" if checks.is_whole(until) else "a period, counted from 1"
    return checks.as_whole("until", until, 1, periods, allowed)
