"""What is implausible about a row: never refused, never passed over without a word."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core import checks
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem, refuse
from kencana_targets.core.labels import label
from kencana_targets.core.resources import data_path
from kencana_targets.core.typing import Floats, Ints, Language, Truths

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Among the checks left out: figures of other years say nothing of a row.
ALONE = "other-years"
# The checks in the order in which they are told, and how each finds its rows.
CHECKS: dict[str, Callable[[Any], Truths]] = {}


@cache
def thresholds() -> Mapping[str, Any]:
    """Return the thresholds of the checks, by the name of each."""
    import tomllib

    return tomllib.loads(data_path("plausibility.toml").read_text(encoding="utf-8"))


def check_names(unchecked: Any) -> tuple[str, ...]:
    """Return the names of checks to leave out; refuse one that is none."""
    names = checks.items("unchecked", unchecked, str)
    for name in names:
        if name not in CHECKS:
            refuse("unchecked", name, ", ".join(CHECKS))
    return tuple(name for name in CHECKS if name in names)


def remark_bits(rows: Any) -> NDArray[np.int8]:
    """Return for each row which checks remark it, a bit a check."""
    bits = np.zeros(len(rows), dtype=np.int8)
    for bit, (name, finds) in enumerate(CHECKS.items()):
        if name not in rows.unchecked:
            bits |= finds(rows).astype(np.int8) << bit
    return bits


def remark_texts(bits: NDArray[np.int8], language: Language) -> Categorical:
    """Return what is told of each row, None where nothing is."""
    words = [label("remark", name, language) for name in CHECKS]
    texts = ["; ".join(word for bit, word in enumerate(words) if number >> bit & 1)
             for number in range(1, 1 << len(words))]  # fmt: skip
    return Categorical(bits.astype(np.int32) - 1, tuple(texts))


def remark_notes(bits: NDArray[np.int8]) -> tuple[Problem, ...]:
    """Return a note for each check that remarks any row, with their number."""
    counts = ((name, int(np.count_nonzero(bits >> bit & 1))) for bit, name in enumerate(CHECKS))
    return tuple(
        Problem(f"{name}: {label('remark', name)}", where=f"{count:,} row" + "s" * (count > 1))
        for name, count in counts
        if count
    )


def _check(name: str) -> Callable[[Callable[[Any], Truths]], Callable[[Any], Truths]]:
    def named(finds: Callable[[Any], Truths]) -> Callable[[Any], Truths]:
        CHECKS[name] = finds
        return finds

    return named


def _of_indicator(rows: Any, test: Callable[[Any], bool]) -> Truths:
    known: Truths = np.array([test(each) for each in rows.plan.indicators], dtype=bool)
    of_row: Truths = known.take(rows.indicator)
    return of_row


@_check("bounds")
def _beyond_bounds(rows: Any) -> Truths:
    """Find a percentage outside 0-100, or a negative count, where the plan declares no bounds."""
    words = thresholds()["bounds"]["percent"]
    free = _of_indicator(rows, lambda each: each.lower is None and each.upper is None)
    percent = _of_indicator(rows, lambda each: each.unit.strip().casefold() in words)
    wrong: Truths = free & ((rows.actual < 0) & ~(rows.target < 0) | percent & (rows.actual > 100))
    return wrong


@_check("scale")
def _of_another_scale(rows: Any) -> Truths:
    """Find a figure far from the nearest of its baseline, its target and the region's other years."""
    limits = thresholds()["scale"]
    factor, actual = limits["factor"], rows.actual
    far = np.ones(len(rows), dtype=bool)
    compared = np.zeros(len(rows), dtype=bool)
    for other in (rows.baseline, rows.target):
        known = _comparable(actual, other)
        compared |= known
        far &= ~known | _is_far(actual, other, factor)
    waiting = np.flatnonzero(far & (np.abs(actual) > 0))
    # A batch of a stream knows no other years: a row is judged by itself.
    if len(waiting) and ALONE not in rows.unchecked:
        row, value = _other_years(rows, waiting)
        known = _comparable(actual[row], value)
        compared[row[known]] = True
        far[row[known & ~_is_far(actual[row], value, factor)]] = False
    count = _of_indicator(rows, lambda each: each.decimals == 0)
    largest = np.fmax(np.abs(actual), np.fmax(np.abs(rows.baseline), np.abs(rows.target)))
    wrong: Truths = far & compared & ~(count & (largest < limits["small_count"]))
    return wrong


def _comparable(left: Floats, right: Floats) -> Truths:
    known: Truths = left * right > 0
    return known


def _is_far(left: Floats, right: Floats, factor: float) -> Truths:
    left, right = np.abs(left), np.abs(right)
    far: Truths = (left > factor * right) | (right > factor * left)
    return far


def _other_years(rows: Any, chosen: Ints) -> tuple[Ints, Floats]:
    """Return the actuals of other years of the series of some rows: the row, and the figure."""
    actuals, plan = rows.actuals, rows.plan
    series = rows.series[chosen]
    codes = {each.code: number for number, each in enumerate(plan.indicators)}
    region = actuals.region.positions(plan.regions.positions).astype(np.int64)
    indicator = actuals.indicator.positions(codes)
    every = np.where((region < 0) | (indicator < 0), -1, region * len(codes) + indicator)
    figures = np.flatnonzero(np.isin(every, series) & ~np.isnan(actuals.value))
    figures = figures[np.argsort(every[figures], kind="stable")]
    start = np.searchsorted(every[figures], series, "left")
    count = np.searchsorted(every[figures], series, "right") - start
    row = np.repeat(np.arange(len(chosen)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    figure = figures[start[row] + within]
    other = actuals.year[figure] != rows.year[chosen[row]]
    return chosen[row[other]], actuals.value[figure[other]]


@_check("territory")
def _of_another_territory(rows: Any) -> Truths:
    """Find baseline and actual from before and after the split of the province."""
    split = np.full(len(rows.plan.regions), np.inf)
    for code, year in thresholds()["territory"].items():
        if code in rows.plan.regions.positions:
            split[rows.plan.regions.positions[code]] = year
    if not np.isfinite(split).any():
        return np.zeros(len(rows), dtype=bool)
    year = split.take(rows.region)
    apart: Truths = (rows.baseline_year <= year) & (rows.year > year) & ~np.isnan(rows.actual)
    return apart


@_check("survey")
def _of_another_survey(rows: Any) -> Truths:
    """Find baseline and actual from surveys of different names; their years do not count."""
    first, second = rows.plan.baselines.text("survey"), rows.actuals.text("survey")
    if not (first.categories and second.categories):
        return np.zeros(len(rows), dtype=bool)
    known: dict[str, int] = {}
    left, right = (
        np.array(
            [*(known.setdefault(survey_name(word), len(known)) for word in text.categories), -1]
        ).take(text.take(at).codes)
        for text, at in ((first, rows.baseline_row), (second, rows.actual_row))
    )
    differ: Truths = (left >= 0) & (right >= 0) & (left != right)
    return differ


def survey_name(name: str) -> str:
    """Return who made a survey: two rounds of one survey are one source."""
    return re.sub(r"[\W\d_]+", " ", name).strip().casefold()


@_check("baseline-past-target")
def _started_past_target(rows: Any) -> Truths:
    """Find a baseline that is better than the end target."""
    return _worse(rows, rows.baseline, rows.end_value)


@_check("target-worsens")
def _promises_less(rows: Any) -> Truths:
    """Find a target of the year that is worse than the baseline."""
    return _worse(rows, rows.baseline, rows.target)


def _worse(rows: Any, start: Floats, end: Floats) -> Truths:
    sign = rows.plan.index.better.take(rows.indicator)
    worse: Truths = sign * (start - end) > 1e-9
    return worse
