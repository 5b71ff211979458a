"""What is implausible about a row: never refused, never passed over without a word."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import numpy as np

from kencana_targets.core.columns import Categorical, by_chunks
from kencana_targets.core.errors import Problem
from kencana_targets.core.labels import label
from kencana_targets.core.resources import thresholds
from kencana_targets.core.typing import Floats, Ints, Language, NDArray, Truths
from kencana_targets.model.collection import known_by_series
from kencana_targets.tables.phrases import PLAIN_TEXTS

# Among the checks left out: figures of other years say nothing of a row.
ALONE = "other-years"
# How many of the rows that a check remarks are named.
_NAMED = 3


_OF_SURVEYS = frozenset(("survey", "year", "period", "figure", "neutral"))
Finder = Callable[[Any], Truths]


def remark_bits(rows: Any) -> NDArray[np.int8]:
    """Return for each row which checks remark it, a bit a check."""
    finders = [(1 << bit, check(rows)) for bit, (name, check) in enumerate(CHECKS.items())
               if name not in rows.unchecked]  # fmt: skip

    def find(part: slice) -> tuple[NDArray[np.int8]]:
        few = rows.take(part)
        bits = np.zeros(len(few), dtype=np.int8)
        for bit, finds in finders:
            if finds is not None and (found := finds(few)).any():
                bits |= found * np.int8(bit)
        return (bits,)

    bits = by_chunks(len(rows), {"bits": np.int8}, find)["bits"]
    scale = 1 << [*CHECKS].index("scale")
    if len(waiting := np.flatnonzero(bits & scale)):
        bits = bits.copy()
        bits[waiting[~_is_of_another_scale(rows, waiting)]] &= ~scale
    return bits


def remark_texts(bits: NDArray[np.int8], language: Language) -> Categorical:
    """Return what is told of each row, None where nothing is."""
    return Categorical(bits.astype(np.int32) - 1, _texts(language))


@cache
def _texts(language: Language) -> tuple[str, ...]:
    words = [label("remark", name, language) for name in CHECKS]
    return tuple("; ".join(word for bit, word in enumerate(words) if number >> bit & 1)
                 for number in range(1, 1 << len(words)))  # fmt: skip


def remark_notes(rows: Any) -> tuple[Problem, ...]:
    """Return a note for each check that remarks any row, with their number and the first."""
    notes: list[Problem] = []
    for bit, name in enumerate(CHECKS):
        found = np.flatnonzero(rows.remarks >> bit & 1)
        if not len(found):
            continue
        names = [
            f"{rows.plan.regions[rows.plan.regions.codes[rows.region[row]]].name}, "
            f"{rows.plan.indicators[rows.indicator[row]].code}, {rows.year[row]:g}"
            for row in found[:_NAMED]
        ]
        first = "; ".join([*names, *["..."][: len(found) > _NAMED]])
        where = f"{len(found):,} row" + "s" * (len(found) > 1)
        notes.append(Problem(label("remark", name), where=where, hint=first, cause=name))
    return tuple(notes)


def _indicators(rows: Any, test: Callable[[Any], bool]) -> Truths:
    return np.array([test(each) for each in rows.plan.indicators], dtype=bool)


def _in_percent(rows: Any) -> Truths:
    words = thresholds()["bounds"]["percent"]
    return _indicators(rows, lambda each: each.unit.strip().casefold() in words)


def _beyond_bounds(rows: Any) -> Finder | None:
    """Find a percentage outside 0-100, or a negative count, where the plan declares no bounds."""
    free = _indicators(rows, lambda each: each.lower is None and each.upper is None)
    percent = _in_percent(rows)

    def find(few: Any) -> Truths:
        beyond: Truths = (few.actual < 0) & ~(few.target < 0)
        beyond |= percent.take(few.indicator) & (few.actual > 100)
        beyond &= free.take(few.indicator)
        return beyond

    return find if free.any() else None


def _of_another_scale(rows: Any) -> Finder:
    """Find a figure that is not near to its baseline or its target, or such a target."""
    small = thresholds()["scale"]["small_count"]
    count = _indicators(rows, lambda each: each.decimals == 0)

    def find(few: Any) -> Truths:
        actual = few.actual
        far: Truths = ~np.isnan(actual)
        for other in (few.baseline, few.target):
            far &= ~(actual * other > 0) | _is_far(actual, other)
        if far.any():
            largest = np.fmax(np.abs(actual), np.fmax(np.abs(few.baseline), np.abs(few.target)))
            far &= ~(count.take(few.indicator) & (largest < small))
        return far | _is_odd_percentage(rows, few)

    return find


def _is_odd_percentage(rows: Any, few: Any) -> Truths:
    """Tell which percentages are 0 where baseline and target are far above it.

    So is a target that is the share of 1 for a percentage like the others, or ten of them.
    """
    target, actual = few.end_value, few.actual
    least, most = (of(np.abs(few.baseline), np.abs(actual)) for of in (np.fmin, np.fmax))
    odd: Truths = (actual == 0) & _is_above(np.fmin(few.baseline, target), 1.0)
    odd |= (target > 0) & (target < 1) & _is_above(least, 1.0) & ~_is_far(least, 100 * target)
    odd |= (target > 100) & _is_above(target, most)
    odd &= _in_percent(rows).take(few.indicator)
    return odd


def _is_of_another_scale(rows: Any, waiting: Ints) -> Truths:
    """Tell which figures far from baseline and target are far from the region's other years too."""
    few = rows.take(waiting)
    odd = _is_odd_percentage(rows, few)
    compared: Truths = (few.actual * few.baseline > 0) | (few.actual * few.target > 0) | odd
    far = np.ones(len(few), dtype=bool)
    # A batch of a stream knows no other years: a row is judged by itself.
    if ALONE not in rows.unchecked:
        row, value = _other_years(few)
        actual = few.actual[row]
        known = (actual * value > 0) | ((actual == 0) & (value == 0))
        compared[row[known]] = True
        far[row[known & ~_is_far(actual, value)]] = False
        far |= odd & (few.actual != 0)
    return far & compared


def _is_far(left: Floats, right: Floats) -> Truths:
    low, high = np.sort(np.abs((left, right)), axis=0)
    return _is_above(high, low)


def _is_above(high: Floats, low: Floats | float) -> Truths:
    above: Truths = high > thresholds()["scale"]["factor"] * low
    return above


def _other_years(rows: Any) -> tuple[Ints, Floats]:
    """Return the actuals of other years of the series of rows: the row, and the figure."""
    actuals, series = rows.actuals, rows.series
    figures, every = known_by_series(rows.plan.index.known, actuals, series)
    start = np.searchsorted(every, series, "left")
    count = np.searchsorted(every, series, "right") - start
    row = np.repeat(np.arange(len(rows)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    figure = figures[start[row] + within]
    other = actuals.year[figure] != rows.year[row]
    return row[other], actuals.value[figure[other]]


def _of_another_territory(rows: Any) -> Finder | None:
    """Find baseline and actual from before and after the split of the province."""
    positions = rows.plan.regions.positions
    splits = [(positions[code], year) for code, year in thresholds()["territory"].items()
              if code in positions]  # fmt: skip

    def find(few: Any) -> Truths:
        apart: Truths = np.zeros(len(few), dtype=bool)
        for position, year in splits:
            at = np.flatnonzero(few.region == position)
            apart[at] = (few.baseline_year[at] <= year) & (few.year[at] > year)
        return np.asarray(apart & ~np.isnan(few.actual))

    return find if splits else None


def _of_another_survey(rows: Any) -> Finder:
    """Find baseline and actual from surveys of different names; their years do not count."""
    first, second = rows.plan.baselines.text("survey"), rows.actuals.text("survey")
    known: dict[str, int] = {}
    sides = [(text, np.array([
        *(known.setdefault(survey_name(word), len(known)) for word in text.categories), -1
    ])) for text in (first, second)]  # fmt: skip

    def find(few: Any) -> Truths:
        left, right = (
            table.take(text.take(at).codes)
            for (text, table), at in zip(sides, (few.baseline_row, few.actual_row), strict=True)
        )
        differ: Truths = (left >= 0) & (right >= 0) & (left != right)
        return differ

    return find


def survey_name(name: str) -> str:
    """Return which survey a name is of: two rounds of one are one source, however it is called.

    Examples
    --------
    >>> {survey_name(one) for one in ("SSGI", "Hasil Survei SSGI Tahun 2021", "ssgi'22")}
    {'SSGI'}
    >>> survey_name("SSGI 2022, prediction of BPS"), survey_name("SIGA 2021")
    ('ssgi prediction of bps', 'siga')
    """
    reading = PLAIN_TEXTS.read(name)
    known = {*reading.keys("survey")} - {"survey", "register"}
    # What was estimated from a survey is another source.
    alone = len(known) == 1 and not reading.rest and reading.kinds <= _OF_SURVEYS
    return known.pop() if alone else re.sub(r"[\W\d_]+", " ", name).strip().casefold()


def _baseline_past(end: str, rows: Any) -> Finder:
    """Find a baseline that is better than the target at the end, or of the year."""
    sign = rows.plan.index.better
    return lambda few: sign.take(few.indicator) * (few.baseline - getattr(few, end)) > 1e-9


# The checks in the order in which they are told. Each looks at a scorecard's plan and returns
# what finds the rows among some of them, None where there are none to find.
CHECKS: dict[str, Callable[[Any], Finder | None]] = {
    "bounds": _beyond_bounds,
    "scale": _of_another_scale,
    "territory": _of_another_territory,
    "survey": _of_another_survey,
    "baseline-past-target": partial(_baseline_past, "end_value"),
    "target-worsens": partial(_baseline_past, "target"),
}
