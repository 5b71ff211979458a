"""Two or three sentences about one row of a scorecard, from its own figures only.

Differences are taken between the figures as printed, so that a reader with the
table and a pencil arrives at the same number.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.labels import inert
from kencana_targets.core.terms import Direction, Status
from kencana_targets.core.typing import Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.model.plan_index import BASES, INTERPOLATED, OFFICIAL
from kencana_targets.report.view import View, same_survey

_PERCENT = ("percent", "persen", "%")
_MOST_DECIMALS = 6
_STATED = ("official", "inherited")


def narrate_row(card: Scorecard, row: int, language: Language = "en") -> str:
    """Return what one row of a scorecard says (see `Scorecard.narrate`)."""
    return narrate(View(card, language), row)


def narrate(view: View, row: int) -> str:
    """Return what one row says, as sentences.

    Parameters
    ----------
    view : View
        The scorecard in a language.
    row : int
        Which row.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> from kencana_targets.report.view import View
    >>> card = kt.evaluate(kt.load_plan("bengkulu-stunting-2024"),
    ...                    kt.load_actuals("bengkulu-stunting-2024"),
    ...                    year=2022, rule="permendagri-86-2017")
    >>> narrate(View(card, "en"), card.find_row("17.05", "stunting_balita")).split("; ")[0]
    'Stunting among children under five in Kabupaten Seluma stood at 22.1 percent in 2022, 3.2 points above the path of 18.9'
    """
    return _Narrator(view, row).text()


class _Narrator:
    def __init__(self, view: View, row: int) -> None:
        self.view, self.row, self.language = view, row, view.language
        self.rows, self.indicator = view.rows, view.indicator(row)
        self.year = float(self.rows.year[row])
        self.actual = float(view.actual_values[row])
        # Decimals of all figures, where actual and target would print alike and differ.
        self.told: int | None = None
        for limit in self.limits():
            (_, first), (_, second) = self.printed(self.actual), self.printed(limit)
            places = max(first, second)
            told = labels.apart(self.actual, limit, places)
            if told > places:
                self.told = told
        self.names = {
            "indicator": view.indicator_name(row),
            "region": view.region_name(row),
            "unit": view.unit(row),
            "year": f"{self.year:g}",
        }

    def say(self, key: str, **cells: Any) -> str:
        return labels.label("narrative", key, self.language, **(self.names | cells))

    def text(self) -> str:
        status = self.view.status(self.row)
        reason = self.view.reasons[self.row] or ""
        if np.isnan(self.actual):
            if status is Status.NO_ACTUAL:
                unknown = np.isnan(self.rows.target[self.row])
                known = "" if unknown else self.say("known-target", goal=self.goal())
                return self.say("no-actual", known=known)
            return self.say("not-measured", reason=reason)
        more = {"compared": self.compared(), "required": self.required()}
        stands = self.say("stands", actual=self.write(self.actual), **more)
        if status in (Status.NO_TARGET, Status.NOT_MEASURED):
            return f"{stands} {self.say('no-target', reason=reason)}"
        remark = self.view.remarks[self.row]
        remark = self.say("remark", remark=remark) if remark else ""
        parts = (stands, self.judged(status, reason), self.since(), remark)
        return " ".join(part for part in parts if part)

    def printed(self, value: float) -> tuple[float, int]:
        """Return a figure as printed: a stated one in full, a computed one shortened."""
        if self.told is not None:
            return labels.rounded(value, self.told), self.told
        least = int(self.indicator.decimals)
        for places in range(least, labels.MOST_STATED + 1):
            if round(value, places) == round(value, 9):
                return round(value, places), places
        return labels.rounded(value, least), least

    def write(self, value: float) -> str:
        return labels.number(*self.printed(value), self.language)

    def points(self, value: float, places: int) -> str:
        """Write a difference; percentages differ by points."""
        while labels.rounded(value, places) == 0 and places < _MOST_DECIMALS:
            places += 1
        text = labels.number(value, places, self.language)
        if not self.indicator.unit.lower().startswith(_PERCENT):
            return text
        return self.say("point" if text == "1" else "points", value=text)

    def difference(self, first: float, second: float) -> tuple[float, str]:
        """Return the first figure minus the second, both as printed, and its size as text."""
        (a, places_a), (b, places_b) = self.printed(first), self.printed(second)
        places = max(places_a, places_b)
        difference = round(a - b, places)
        return difference, self.points(abs(difference), places) if difference else ""

    def limits(self) -> tuple[float, float]:
        """Return the lower and upper end of the target; equal where it is one figure."""
        low, high = float(self.rows.lower[self.row]), float(self.rows.upper[self.row])
        if np.isnan(low) and np.isnan(high):
            target = float(self.rows.target[self.row])
            return target, target
        return (-np.inf if np.isnan(low) else low), (np.inf if np.isnan(high) else high)

    def goal(self) -> str:
        """Name the target: a stated figure, a point of the path, or a range."""
        low, high = self.limits()
        if low == high:
            stated = BASES[self.rows.basis[self.row]] in _STATED
            return self.say("goal-target" if stated else "goal-path", value=self.write(low))
        if np.isinf(low):
            return self.say("goal-most", high=self.write(high))
        if np.isinf(high):
            return self.say("goal-least", low=self.write(low))
        return self.say("goal-range", low=self.write(low), high=self.write(high))

    def compared(self) -> str:
        """Compare the actual with the target of the year."""
        if np.isnan(self.rows.target[self.row]):
            return ""
        low, high = self.limits()
        met = self.rows.met[self.row] == 1
        if low < high and low <= self.actual <= high and met:
            return self.say("within", goal=self.goal())
        nearest = low if self.actual <= low else high
        difference, gap = self.difference(self.actual, nearest)
        if not difference:
            missed = low < high and not met
            return self.say("at-open-end" if missed else "at", goal=self.goal())
        return self.say("above" if difference > 0 else "below", gap=gap, goal=self.goal())

    def required(self) -> str:
        """Say what each year left must bring."""
        end, end_year = float(self.rows.end_value[self.row]), float(self.rows.end_year[self.row])
        if np.isnan(end) or not end_year > self.year:
            return ""
        cells = {"end": self.write(end), "year": f"{end_year:g}"}
        missing = end - self.actual
        way = {Direction.MAXIMIZE: 1.0, Direction.MINIMIZE: -1.0}.get(self.indicator.direction, 0)
        if missing == 0 or (way and missing * way < 0):
            return self.say("reached", **cells)
        rate = self.points(abs(missing) / (end_year - self.year), int(self.indicator.decimals))
        return self.say("increase" if missing > 0 else "decrease", **cells, rate=rate)

    def judged(self, status: Status, reason: str) -> str:
        """Say whether the target was met, and the percentage with its word."""
        percent, score = self.view.achievement[self.row], self.view.score[self.row]
        if status is not Status.SCORED and np.isnan(self.rows.achievement[self.row]):
            return self.say("undefined", reason=reason)
        met = "met" if self.rows.met[self.row] == 1 else "not-met"
        band = int(self.rows.band[self.row])
        scored = score != percent and not np.isnan(self.rows.score[self.row])
        cells = {
            "score": self.say("score", value=score) if scored else "",
            "band": self.say("band", band=self.view.looks[band].word) if band >= 0 else "",
        }
        return self.say(met, owner=self.owner(), percent=percent, **cells)

    def owner(self) -> str:
        basis = int(self.rows.basis[self.row])
        if basis in (OFFICIAL, INTERPOLATED):
            return ""
        plan = self.view.plan
        code = plan.targets.region[int(self.rows.target_row[self.row])] or ""
        return self.say("owner", owner=inert(plan.regions[code].name))

    def since(self) -> str:
        """Say what has changed since the baseline."""
        base = int(self.rows.baseline_row[self.row])
        if base < 0 or not self.view.plan.baselines.year[base] < self.year:
            return ""
        before = float(self.view.plan.baselines.value[base])
        difference, change = self.difference(self.actual, before)
        key = "risen" if difference > 0 else "fallen" if difference else "unchanged"
        cells = {"change": change, "share": self.share(), "baseline": self.write(before)}
        sources = "" if same_survey(self.rows, self.row) else self.say("sources")
        year = f"{self.view.plan.baselines.year[base]:g}"
        return self.say(key, year=year, sources=sources, **cells)

    def share(self) -> str:
        progress = float(self.rows.progress[self.row])
        if np.isnan(progress):
            return ""
        if progress < 0:
            return self.say("away")
        return self.say("share", share=labels.number(100 * progress, 1, self.language))
