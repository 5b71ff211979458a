"""Where a region started, is and should arrive, and what schemes measure of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from attrs import field, frozen

from kencana_targets.core.checks import figures, plain, positive, quiet
from kencana_targets.core.typing import ArrayLike, Floats

LIMIT_EXPONENT = 4.44  # Open SDG 2.4.0


@frozen(eq=False)
class Course:
    """Where each region started, is now and should arrive; arrays of one shape.

    `sign` is 1 where more is better and -1 where less is.
    """

    sign: int
    baseline_year: Floats
    baseline: Floats
    year: Floats
    actual: Floats
    target_year: Floats
    target: Floats
    limit: Floats
    elapsed: Floats = field(init=False)
    span: Floats = field(init=False)
    rate: Floats = field(init=False)
    required: Floats = field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "elapsed", self.year - self.baseline_year)
        object.__setattr__(self, "span", self.target_year - self.baseline_year)
        rate = _rate(self.baseline, self.actual, self.elapsed)
        required = _rate(self.baseline, self.target, self.span)
        object.__setattr__(self, "rate", rate)
        # No annual rate reaches zero.
        object.__setattr__(self, "required", np.where(self.target == 0, np.nan, required))

    def directed(self, values: Floats) -> Floats:
        """Return rates with a plus sign where they lead in the right direction."""
        return self.sign * np.sign(self.baseline) * values

    def ahead(self, values: Floats, mark: Floats) -> Floats:
        """Return how far values are ahead of a mark, negative when short of it."""
        return self.sign * (values - mark)


def _rate(first: Floats, last: Floats, span: Floats) -> Floats:
    quotient = np.where(first == 0, np.nan, last / first)
    return np.expm1(np.log(np.where((quotient >= 0) & (span > 0), quotient, np.nan)) / span)


def _away_from_zero(denominator: Floats) -> Floats:
    return np.where(denominator == 0, np.nan, denominator)


def _share(course: Course, values: Floats) -> Floats:
    # Toward a target that the baseline had already met there is no share to cover.
    distance = -course.ahead(course.baseline, course.target)
    return course.ahead(values, course.baseline) / np.where(distance > 0, distance, np.nan)


def _linear_shortfall(course: Course) -> Floats:
    pace = (course.actual - course.baseline) / course.elapsed
    arrival = course.actual + pace * (course.target_year - course.year)
    missing = np.maximum(-course.ahead(arrival, course.target), 0.0)
    return missing / _away_from_zero(np.abs(course.target - course.actual))


MEASURES: dict[str, Callable[[Course], Floats]] = {
    "rate": lambda course: course.directed(course.rate),
    "rate ratio": lambda course: (
        course.directed(course.rate) / _away_from_zero(np.abs(course.required))
    ),
    "reduction rate": lambda course: -course.rate,
    "linear ratio": lambda course: _share(course, course.actual) / (course.elapsed / course.span),
    # The level in the target year at the observed annual rate.
    "projected share": lambda course: _share(
        course, course.baseline * (1 + course.rate) ** course.span
    ),
    "linear gap": lambda course: np.maximum(
        1.0 - _share(course, course.actual) * (course.span / course.elapsed), 0.0
    ),
    "linear shortfall": _linear_shortfall,
    "distance index": lambda course: 10.0 * _share(course, course.actual),
}


@quiet
def limit_coefficient(baseline: ArrayLike, limit: ArrayLike) -> Any:
    """Return how much the thresholds of Open SDG shrink near a natural limit.

    Parameters
    ----------
    baseline, limit : float or array_like
        Baseline, and the level that the indicator cannot pass; nan for none.
        [unit of the indicator]

    Returns
    -------
    float or ndarray
        1 far from the limit, 0 at it.

    Raises
    ------
    ArgumentError
        Figures that are no numbers or do not fit together, or a limit that is not above zero.

    References
    ----------
    Open SDG 2.4.0, docs/progress-methodology.md.

    Examples
    --------
    >>> round(limit_coefficient(90, 100), 4)
    0.3736
    """
    first, bound = figures(baseline=baseline, limit=positive("limit", limit, "more than zero"))
    share = first / bound
    nearness = np.clip(np.minimum(share, 2.0 - share), 0.0, 1.0)
    # Flat, so that one figure is computed as it would be among many.
    used = (nearness.ravel() ** LIMIT_EXPONENT).reshape(nearness.shape)
    coefficient = np.where(np.isnan(bound), 1.0, 1.0 - used)
    return plain(coefficient)
