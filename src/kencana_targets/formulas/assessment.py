"""Progress put into words by a published scheme."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import figures, positive, quiet
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction, DirectionLike, as_direction
from kencana_targets.core.typing import ArrayLike, Floats, Ints, NDArray, Truths
from kencana_targets.formulas.measures import MEASURES, Course, limit_coefficient
from kencana_targets.formulas.schemes import Ladder, load_scheme

# What binary arithmetic may take off a ratio that lies on a threshold.
TOLERANCE = 1e-12
SILENT = "not-assessable"

# Where it applies, the category, the reason and the points; the first one counts.
Outcome = tuple["Truths", str, str, "Floats | float"]
# Category, ratio, score and clause.
Told = tuple["NDArray[Any]", "Floats", "Floats", "NDArray[Any]"]


@frozen(eq=False)
class Assessment:
    """What a scheme says; scalars for scalars, arrays for arrays.

    Parameters
    ----------
    category : str or ndarray of str
        The scheme's word with hyphens; ``target-met`` where a scheme has no word
        of its own for it; ``not-assessable`` where it has nothing to say.
    ratio : float or ndarray
        The number that the scheme's thresholds apply to, a fraction; nan where
        there is none.
    score : float or ndarray
        The scheme's points; nan where it gives none.
    scheme, version : str
        Code and edition of the scheme.
    clause : str or ndarray of str
        The rule that fired, or why nothing can be said.
    """

    category: Any
    ratio: Any
    score: Any
    scheme: str
    version: str
    clause: Any


@quiet
def assess(
    scheme: str,
    *,
    direction: DirectionLike,
    baseline_year: ArrayLike,
    baseline: ArrayLike,
    year: ArrayLike,
    actual: ArrayLike,
    target_year: ArrayLike | None = None,
    target: ArrayLike | None = None,
    limit: ArrayLike | None = None,
) -> Assessment:
    """Put progress since a baseline into the words of a published scheme.

    Parameters
    ----------
    scheme : str
        A code of `list_schemes`.
    direction : Direction or str
        ``maximize`` or ``minimize``; no scheme covers ``stabilize``.
    baseline_year, year : float or array_like
        Years of the baseline and of the actual. [year]
    baseline, actual : float or array_like
        Figures; nan where missing. [unit of the indicator]
    target_year, target : float or array_like, optional
        The end target. Without it the scheme's form without a target is used.
    limit : float or array_like, optional
        Natural limit, near which Open SDG without a target asks for less; other
        schemes ignore it. [unit of the indicator]

    Returns
    -------
    Assessment
        ``category ratio score scheme version clause``. The words for what has
        no ratio: the scheme's own word, or ``target-met``, for a target that is
        met or that the baseline had met and the actual keeps; the scheme's
        worst word for one that was lost; ``not-assessable`` for a missing
        figure, one point, a zero baseline, mixed signs, a target of zero where
        a rate is needed, and a form or direction that the scheme lacks. The
        clause gives the reason. A target year before `year` is judged at the
        target year.

    Raises
    ------
    UnknownNameError
        There is no scheme of that code.
    ArgumentError
        A figure is not a number or is infinite, a target has no year, a limit
        is not positive.

    Notes
    -----
    Thresholds are compared with a tolerance of 1e-12, so that a ratio that is
    0.95 on paper is 0.95 here; levels are compared as they are. Categories do
    not depend on the unit of the figures, except for the level of 5 percent of
    ``who-unicef-stunting`` and the one point of ``unsd-2023``.

    References
    ----------
    In each scheme's ``sources``, with its ``certainty``; several thresholds are
    not verified against the primary text.

    Examples
    --------
    >>> national = assess("eurostat", direction="minimize", baseline_year=2019, baseline=27.67,
    ...                   year=2023, actual=21.5, target_year=2024, target=14)
    >>> national.category, round(national.ratio, 3), national.clause
    ('insufficient-progress', 0.48, '0 <= rate ratio < 0.6')
    """
    plan = load_scheme(scheme)
    heading = as_direction(direction)
    if target is not None and target_year is None:
        refuse("target_year", None, "the year of the target", "name the year")
    matched = figures(
        baseline_year=baseline_year,
        baseline=baseline,
        year=year,
        actual=actual,
        target_year=None if target is None else target_year,
        target=target,
        limit=None if limit is None else positive("limit", limit, "more than zero"),
    )
    # A scheme that judges speed alone has no use for a target.
    aimed = target is not None and plan.with_target is not None
    ladder = plan.with_target if aimed else plan.without_target
    # Flat, so that one figure is computed as it would be among many.
    flat = [array.ravel() for array in matched]
    with np.errstate(all="ignore"):
        course = Course(-1 if heading is Direction.MINIMIZE else 1, *flat)
        if ladder is None or heading not in plan.directions:
            form = "without a target" if ladder is None else f"for the direction '{heading}'"
            told = _silent(course, f"the scheme has no form {form}")
        else:
            told = _judge(ladder, course, with_target=aimed)
    shape = matched[0].shape
    parts: list[Any] = [part.reshape(shape) if shape else part.item() for part in told]
    category, ratio, score, clause = parts
    return Assessment(category, ratio, score, plan.code, plan.version, clause)


def _silent(course: Course, reason: str) -> Told:
    size = course.actual.size
    nothing = np.full(size, np.nan)
    return np.full(size, SILENT, object), nothing, nothing, np.full(size, reason, object)


def _judge(ladder: Ladder, course: Course, *, with_target: bool) -> Told:
    ratio = MEASURES[ladder.measure](course) + 0.0  # no negative zero
    measured = ratio
    if ladder.near_limit:
        # The thresholds shrink near a natural limit: the rate is stretched as much.
        coefficient = limit_coefficient(course.baseline, course.limit)
        measured = np.where(ratio > 0, ratio / coefficient, ratio)
        measured = np.where((coefficient == 0) & (ratio >= 0), np.inf, measured)
    step = _step(ladder, measured, course.required)
    points = _points(ladder, course, measured, step)
    outcomes = _unknown(course, with_target=with_target)
    if with_target:
        outcomes += _against_target(ladder, course, points)
    outcomes += _undefined(ladder, course, ratio)
    if ladder.still:
        level = course.actual == course.baseline
        outcomes.append((level, ladder.still, "no movement since the baseline", points))
    if ladder.away:
        backward = course.ahead(course.actual, course.baseline) <= 0
        outcomes.append((backward, ladder.away, "no movement in the right direction", points))
    masks, words, clauses, scores = (list(part) for part in zip(*outcomes, strict=True))
    still = np.where(course.actual == course.baseline, len(ladder.steps), 0)
    verdict = np.select(masks, range(len(masks)), default=len(masks) + step + still)
    rules = [_clause(ladder, position) for position in range(len(ladder.steps))]
    words += 2 * [each.word for each in ladder.steps]
    clauses += rules + [f"{rule}; no movement since the baseline" for rule in rules]
    return (
        np.array(words, dtype=object)[verdict],
        ratio,
        np.select(masks, scores, default=points),
        np.array(clauses, dtype=object)[verdict],
    )


def _step(ladder: Ladder, measured: Floats, required: Floats) -> Ints:
    position = np.zeros(measured.shape, dtype=np.int64)
    for k, step in enumerate(ladder.steps[1:], start=1):
        cut = -required if step.required else step.cut
        passed = measured > cut + TOLERANCE if step.strict else measured >= cut - TOLERANCE
        position = np.where(passed, k, position)
    return position


def _points(ladder: Ladder, course: Course, measured: Floats, step: Ints) -> Floats:
    if ladder.knots:
        at, score = np.array(ladder.knots).T
        return np.asarray(np.interp(measured, at, score))
    if ladder.score:
        return MEASURES[ladder.score](course) + 0.0
    return np.array([each.score for each in ladder.steps])[step]


def _unknown(course: Course, *, with_target: bool) -> list[Outcome]:
    absent = np.isnan(course.baseline_year + course.baseline + course.year + course.actual)
    outcomes: list[Outcome] = [(absent, SILENT, "a figure or its year is missing", np.nan)]
    if with_target:
        absent = np.isnan(course.target_year + course.target)
        outcomes.append((absent, SILENT, "the target or its year is missing", np.nan))
    alone = course.year == course.baseline_year
    outcomes.append((alone, SILENT, "one point: the actual is of the baseline year", np.nan))
    early = course.year < course.baseline_year
    outcomes.append((early, SILENT, "the actual is older than the baseline", np.nan))
    if with_target:
        late = course.target_year <= course.baseline_year
        outcomes.append((late, SILENT, "the target year is not after the baseline year", np.nan))
    return outcomes


def _against_target(ladder: Ladder, course: Course, points: Floats) -> list[Outcome]:
    met = course.ahead(course.actual, course.target) >= 0
    if ladder.met_within:
        end = (course.target == 0) | (course.target == 100)
        met |= end & (np.abs(course.actual - course.target) <= ladder.met_within)
    had = course.ahead(course.baseline, course.target) >= 0
    same = course.baseline == course.target
    word, score = ladder.met or "target-met", ladder.met_score
    outcomes: list[Outcome] = [
        (met & same, word, "the baseline equals the target and the actual keeps it", score),
        (met & had, word, "the baseline had met the target and the actual keeps it", score),
    ]
    if ladder.met:
        outcomes.append((met, word, "the target is met", score))
    low = course.actual < ladder.low_level
    lost = points if np.isnan(ladder.lost_score) else ladder.lost_score
    outcomes.append((low, ladder.steps[-1].word, f"level below {ladder.low_level:g}", points))
    outcomes += [
        (same & ~met, ladder.worst, "the baseline equals the target and the actual lost it", lost),
        (had & ~met, ladder.worst, "the baseline had met the target and the actual lost it", lost),
    ]
    return outcomes


def _undefined(ladder: Ladder, course: Course, ratio: Floats) -> list[Outcome]:
    nothing = np.isnan(ratio)
    if any(step.required for step in ladder.steps):
        nothing |= np.isnan(course.required)
    sign = np.sign(course.baseline)
    mixed = (sign * np.sign(course.actual) < 0) | (sign * np.sign(course.target) < 0)
    zero = course.baseline == 0
    return [
        (nothing & zero, SILENT, "the baseline is zero: there is no annual rate", np.nan),
        (nothing & mixed, SILENT, "mixed signs: there is no annual rate", np.nan),
        (nothing & (course.target == 0), SILENT, "no annual rate reaches a target of zero", np.nan),
        (nothing, SILENT, "the figures are too far apart to compute with", np.nan),
    ]


def _clause(ladder: Ladder, position: int) -> str:
    step, above = ladder.steps[position], ladder.steps[position + 1 :]
    text = ladder.measure
    if position:
        edge = "required rate" if step.required else f"{step.cut:g}"
        text = f"{edge} {'<' if step.strict else '<='} {text}"
    if above:
        edge = "required rate" if above[0].required else f"{above[0].cut:g}"
        text = f"{text} {'<=' if above[0].strict else '<'} {edge}"
    return f"{text}, in shares of the limit's coefficient" if ladder.near_limit else text
