"""The schemes by which offices call progress good or bad.

Thresholds are data (``data/schemes.toml``), each with how certain it is.
"""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from attrs import frozen

from kencana_targets.core.errors import UnknownNameError, unknown_name
from kencana_targets.core.resources import data_path

INFINITY = float("inf")


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
        in `kencana_targets.formulas.measures.MEASURES`.
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
