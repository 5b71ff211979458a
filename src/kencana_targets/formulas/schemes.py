"""The schemes by which offices call progress good or bad.

Thresholds are data (``data/schemes.toml``), each with how certain it is.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from attrs import field, frozen

from kencana_targets.core.checks import figures, plain, positive, quiet
from kencana_targets.core.errors import UnknownNameError, unknown_name
from kencana_targets.core.resources import data_path
from kencana_targets.core.typing import ArrayLike, Floats

LIMIT_EXPONENT = 4.44  # Open SDG 2.4.0
INFINITY = float("inf")


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

    def directed(self) -> Floats:
        """Return the rate with a plus sign where it leads in the right direction."""
        return np.copysign(self.rate, self.ahead(self.actual, self.baseline))

    def ahead(self, values: Floats, mark: Floats) -> Floats:
        """Return how far values are ahead of a mark, negative when short of it."""
        return self.sign * (values - mark)


def _rate(first: Floats, last: Floats, span: Floats) -> Floats:
    quotient = np.where(first == 0, np.nan, last / first)
    return np.expm1(np.log(quotient) / np.where(span > 0, span, np.nan))


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
    "rate": Course.directed,
    "rate ratio": lambda course: course.directed() / _away_from_zero(np.abs(course.required)),
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
    nearness = np.maximum(np.minimum(share, 2.0 - share), 0.0)
    # Flat, so that one figure is computed as it would be among many.
    used = (nearness.ravel() ** LIMIT_EXPONENT).reshape(nearness.shape)
    coefficient = np.where(np.isnan(bound), 1.0, 1.0 - used)
    return plain(coefficient)


@frozen
class Step:
    """One class of a scheme: a word from a threshold on.

    Parameters
    ----------
    word : str
        The category.
    cut : float, optional
        The measure at which the class begins.
    strict : bool, optional
        Whether the class begins above `cut` and not at it.
    score : float, optional
        Points that the class earns.
    required : bool, optional
        Whether the class begins at the required rate and not at `cut`.
    """

    word: str
    cut: float = -INFINITY
    strict: bool = False
    score: float = float("nan")
    required: bool = False


@frozen(kw_only=True)
class Ladder:
    """The classes of a scheme, with a target or without.

    Parameters
    ----------
    measure : str
        What the thresholds apply to, and the `ratio` of an assessment; a name
        in `kencana_targets.formulas.schemes.MEASURES`.
    steps : tuple of Step
        Classes in ascending order of the measure.
    met : str, optional
        Category of a level that has met its target, whatever the trend; empty
        where the scheme judges speed alone.
    met_score : float, optional
        Points for it.
    lost_score : float, optional
        Points of a level that had met its target and has lost it.
    met_within : float, optional
        Distance from a target of 0 or 100 percent that counts as met. [percent]
    low_level : float, optional
        Level below which the category is that of the last step. [percent]
    near_limit : bool, optional
        Whether positive thresholds shrink as the baseline nears a natural limit.
    still : str, optional
        Category of a level that has not moved at all.
    away : str, optional
        Category of every level that did not move in the right direction.
    worst : str
        Category of a level that had met its target and has lost it.
    knots : tuple of (float, float), optional
        Measure and score, straight lines between.
    score : str, optional
        Measure that is the score itself.
    certainty : str
        How certain the thresholds are.
    """

    measure: str
    steps: tuple[Step, ...]
    worst: str
    met: str = ""
    met_score: float = float("nan")
    lost_score: float = float("nan")
    met_within: float = 0.0
    low_level: float = -INFINITY
    near_limit: bool = False
    still: str = ""
    away: str = ""
    knots: tuple[tuple[float, float], ...] = ()
    score: str = ""
    certainty: str


@frozen(kw_only=True)
class Scheme:
    """A published way to put progress into words.

    Parameters
    ----------
    code, name, version : str
        Short name, full name and edition.
    with_target, without_target : Ladder or None
        The classes; None where the scheme has no such form, or needs more than
        two figures for it.
    directions : tuple of str
        The directions that it covers.
    sources : tuple of str
        Where it is written.

    Examples
    --------
    >>> scheme = load_scheme("eurostat")
    >>> [(step.word, step.cut) for step in scheme.with_target.steps][-1]
    ('significant-progress', 0.95)
    """

    code: str
    name: str
    version: str
    with_target: Ladder | None
    without_target: Ladder | None
    directions: tuple[str, ...] = ("maximize", "minimize")
    sources: tuple[str, ...]


def _ladder(table: dict[str, Any] | None) -> Ladder | None:
    if table is None:
        return None
    steps = tuple(Step(**step) for step in table.pop("steps"))
    knots = tuple((at, score) for at, score in table.pop("knots", ()))
    return Ladder(steps=steps, knots=knots, **table)


@cache
def _schemes() -> dict[str, Scheme]:
    with data_path("schemes.toml").open("rb") as file:
        tables = tomllib.load(file)["schemes"]
    for table in tables:
        table |= {name: tuple(table[name]) for name in ("sources", "directions") if name in table}
        table |= {form: _ladder(table.get(form)) for form in ("with_target", "without_target")}
    return {table["code"]: Scheme(**table) for table in tables}


def list_schemes() -> list[str]:
    """Return the codes of all assessment schemes.

    Examples
    --------
    >>> list_schemes()[:3]
    ['eurostat', 'open-sdg', 'unsd-2022']
    """
    return list(_schemes())


def load_scheme(code: str) -> Scheme:
    """Return one scheme with its thresholds, version and sources.

    Raises
    ------
    UnknownNameError
        There is no scheme of that code.

    Examples
    --------
    >>> load_scheme("unsd-2023").version
    '2023'
    """
    schemes = _schemes()
    scheme = schemes.get(code) if isinstance(code, str) else None  # type: ignore[redundant-expr]
    if scheme is None:
        raise UnknownNameError(unknown_name("scheme", code, schemes))
    return scheme
