"""Why a number is what it is: its arithmetic, formula, rule, instrument and sources; in sentences, too."""

from __future__ import annotations

from typing import Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.display import Explanation
from kencana_targets.core.labels import inert
from kencana_targets.core.messages import part_by_part
from kencana_targets.core.rounding import snap
from kencana_targets.core.terms import Direction, Formula, PathShape, Reason, Status
from kencana_targets.core.typing import Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.formulas.achievement import missed_bound
from kencana_targets.model.lookup import source_text
from kencana_targets.model.plan_index import BASES, INTERPOLATED, OFFICIAL
from kencana_targets.report.bands import of_rule, sources_of, word_in
from kencana_targets.report.view import PERCENT, View, same_survey, survey

# Decimals of a computed figure in a sum: enough for a percentage with two decimals.
IN_SUMS = 4
# The arithmetic of each formula, with numbers in place of R and T.
ARITHMETIC = {
    Formula.RATIO: "{R} / {T} x 100",
    Formula.REFLECTED: "(2 x {T} - {R}) / {T} x 100",
    Formula.INVERSE: "{T} / {R} x 100",
}
SHAPES = tuple(PathShape)
WORST = "({W} - {R}) / {W} x 100"
# Closeness c, and the line that it lies on: up to 90, and from there.
CLOSENESS = "c = 100 - 100 x |R - T| / T = 100 - 100 x |{R} - {T}| / {T} = {c}; "
LINES = "{c} x 100 / 90", "100 + ({c} - 90) x 2"
SYMBOLS = {name: name for name in "RTWc"}
ON_THE_PATH = {
    PathShape.LINEAR: "{a} + ({b} - {a}) x {u}",
    PathShape.CONSTANT_RATE: "{a} x ({b} / {a}) ^ {u}",
    PathShape.LOGIT: "logit: {a} -> {b}, {u}",
    PathShape.COMPLEMENT_RATE: "{top} - ({top} - {a}) x (({top} - {b}) / ({top} - {a})) ^ {u}",
    PathShape.MONOTONE: "PCHIP: {a} -> {b}, {u}",
    PathShape.STEP: "{a}",
}
_STATED = ("official", "inherited")


def explain(scorecard: Scorecard, row: int, language: Language = "en") -> Explanation:
    """Explain one row of a scorecard (see `Scorecard.explain`)."""
    # Of the row alone, so that nothing of millions of others is written.
    return _Explainer(View(scorecard.take(np.array([row])), language), 0).explanation()


def arithmetic(view: View, row: int) -> list[str]:
    """Return only the sums of one row: how its target was drawn, and its percentage."""
    told = _Explainer(view, row)
    basis = int(told.rows.basis[row])
    lines: list[str] = []
    if basis >= 0:
        owner = told.plan.targets.region[int(told.rows.target_row[row])] or ""
        lines = told.change(int(told.rows.target_row[row])) + told.path(BASES[basis], owner)
    if np.isnan(told.rows.achievement[row]):
        return lines
    return [*lines, told.achievement()]


class _Told:
    """A row of a scorecard in a language, with the words of one kind about it."""

    kind = ""

    def __init__(self, view: View, row: int) -> None:
        self.view, self.row, self.language = view, row, view.language
        self.rows, self.plan, self.rule = view.rows, view.plan, view.rule
        self.indicator, self.actuals = view.indicator(row), view.card.actuals
        self.names = {
            "indicator": view.indicator_name(row), "region": view.region_name(row),
            "unit": view.unit(row), "year": f"{self.rows.year[row]:g}",
        }  # fmt: skip

    @property
    def reason(self) -> str:
        return self.view.reasons[self.row] or ""

    def say(self, key: str, **cells: Any) -> str:
        return labels.label(self.kind, key, self.language, **(self.names | cells))


class _Explainer(_Told):
    kind = "explanation"

    def write(self, value: float, decimals: int | None = None) -> str:
        if decimals is None:
            return labels.figure(value, self.indicator.decimals, self.language)
        return labels.number(value, decimals, self.language)

    def exact(self, value: float) -> str:
        """Write a figure of a sum so that the sum comes out as printed."""
        return labels.figure(value, self.indicator.decimals, self.language, computed=IN_SUMS)

    def explanation(self) -> Explanation:
        region, year = self.view.region(self.row), self.names["year"]
        title = f"{region}: {self.indicator.label(self.language)}, {year}"
        remark = self.view.remarks[self.row]
        told = [self.say("remark", remark=remark)] if remark else []
        parts = (self.baseline(), self.target(), self.actual(), self.result(), told,
                 self.by_rule())  # fmt: skip
        lines = tuple(inert(line) for part in parts for line in part)
        return Explanation(inert(title), lines, self.language)

    def baseline(self) -> list[str]:
        row = int(self.rows.baseline_row[self.row])
        if row < 0:
            return [self.say("no-baseline")]
        figure = self.plan.baselines[row]
        value, year = self.write(figure.value), f"{figure.year:g}"
        source = figure.source or survey(self.plan.baselines, row) or "-"
        return [self.say("baseline", year=year, value=value, source=source)]

    def target(self) -> list[str]:
        rows, row = self.rows, self.row
        if rows.basis[row] < 0:
            return [self.say("no-target", reason=self.reason)]
        basis = BASES[rows.basis[row]]
        text = labels.label("word", basis, self.language)
        target_row = int(rows.target_row[row])
        owner = self.plan.targets.region[target_row] or ""
        if owner != self.view.region(self.row).code:
            text += self.say("from", owner=self.plan.regions[owner])
        lines = [self.say("target", value=self.write(rows.target[row]), basis=text) + "."]
        if not np.isnan([rows.lower[row], rows.upper[row]]).all():
            low, high = (self.write(bound) for bound in (rows.lower[row], rows.upper[row]))
            text = labels.target_range(low, high, int(rows.ends[row]))
            lines.append(self.say("range", range=text))
        lines += self.change(target_row) + self.path(basis, owner)
        source = part_by_part(source_text(self.plan.targets, target_row), self.language) or "-"
        return [*lines, self.say("target-source", source=source)]

    def change(self, target_row: int) -> list[str]:
        """Show the arithmetic of a target that is a change from the baseline."""
        change = self.plan.targets.text("relative")[target_row]
        if not change:
            return []
        target = self.plan.targets[target_row]
        path = int(self.plan.index.path_of[self.plan.pair(target.indicator, target.region)][0])
        base = self.plan.baselines[int(self.plan.index.baseline_row[path])]
        sign, size = change[0], change[1:].rstrip("%")
        start = self.write(base.value)
        share = change.endswith("%")
        total = f"{start} x (100 {sign} {size}) / 100" if share else f"{start} {sign} {size}"
        years = {"y0": f"{base.year:g}", "y1": f"{target.year:g}"}
        return [self.say("change", sum=total, value=self.exact(target.value or 0.0), **years)]

    def path(self, basis: str, owner: str) -> list[str]:
        """Show the arithmetic of a target that is not official."""
        at = float(self.rows.year[self.row])
        index = self.plan.index.in_force(at)
        pair = self.plan.regions.position(owner) * len(self.plan.indicators)
        path = int(index.path_of[pair + int(self.rows.indicator[self.row])])
        knots = slice(*index.paths.starts[path : path + 2].tolist())
        years, values = index.paths.years[knots].tolist(), index.paths.values[knots].tolist()
        if basis != "interpolated-to-inherited" and at in years:
            return []
        if basis == "interpolated-to-inherited":
            base = self.plan.baselines[int(self.rows.baseline_row[self.row])]
            above, end = values[-1], float(self.rows.end_value[self.row])
            years, values = [base.year, years[-1]], [base.value, end]
            if end != above:
                return [self.say("held", end=self.write(above), value=self.write(base.value))]
        last = max(1, int(np.searchsorted(years, at, side="left")))
        (y0, y1), (a, b) = years[last - 1 : last + 1], values[last - 1 : last + 1]
        shape = SHAPES[max(0, int(index.paths.shapes[path]))]
        cells = {
            "a": self.write(a),
            "b": self.write(b),
            "u": f"({at:g} - {y0:g}) / ({y1:g} - {y0:g})",
            "top": "" if self.indicator.upper is None else self.write(self.indicator.upper),
            "y0": f"{y0:g}",
            "y1": f"{y1:g}",
            "value": self.exact(self.rows.target[self.row]),
        }
        word, total = labels.label("word", shape, self.language), ON_THE_PATH[shape].format(**cells)
        return [self.say("path", shape=word, sum=total, **cells)]

    def actual(self) -> list[str]:
        row = int(self.rows.actual_row[self.row])
        value = np.nan if row < 0 else self.actuals.value[row]
        if np.isnan(value):
            return [self.say("no-actual")]
        source = self.actuals.source[row] or survey(self.actuals, row) or "-"
        lines = [self.say("actual", value=self.write(value), source=source)]
        if self.rows.baseline_row[self.row] >= 0 and not same_survey(self.rows, self.row):
            lines.append(self.say("series"))
        return lines

    def result(self) -> list[str]:
        rows, row = self.rows, self.row
        if np.isnan(rows.gap[row]):
            return []
        at_open_end = not rows.met[row] and snap(rows.gap[row]) == 0
        met = self.say("met" if rows.met[row] else "at-open-end" if at_open_end else "not-met")
        value = float(rows.gap[row])
        gap = self.write(value)
        if value and not any(digit in gap for digit in "123456789"):
            gap = self.write(value, labels.apart(value, 0.0, self.indicator.decimals))
        # Percentages differ by points.
        percentage = self.names["unit"].casefold().startswith(PERCENT)
        unit = labels.label("table", "points", self.language) if percentage else self.names["unit"]
        lines = [self.say("gap", value=gap, unit=unit, met=met)]
        if np.isnan(rows.achievement[row]):
            return [*lines, self.say("no-achievement", reason=self.reason)]
        return [*lines, self.achievement()]

    def achievement(self) -> str:
        """Show the arithmetic of the percentage."""
        rows, row = self.rows, self.row
        formula = tuple(Formula)[rows.formula[row]]
        name = word_in("formula", formula.value, self.language)
        value = self.view.achievement[row]
        actual, target = float(self.actuals.value[rows.actual_row[row]]), rows.target[row]
        if formula is Formula.RANGE:
            target = float(missed_bound(np.array(actual), rows.lower[row], rows.upper[row]))
            if np.isnan(target):
                return self.say("inside" if rows.met[row] else "at", formula=name, value=value)
            name += self.say("bound")
            upwards = self.indicator.direction is Direction.MAXIMIZE and target > 0
            formula = Formula.RATIO if upwards else Formula.REFLECTED
        symbols, total = self._sum(formula, actual, float(target))
        return self.say("achievement", formula=name, symbols=symbols, sum=total, value=value)

    def _sum(self, formula: Formula, actual: float, target: float) -> tuple[str, str]:
        """Return the arithmetic of a formula in symbols and in numbers."""
        cells = {"R": self.exact(actual), "T": self.exact(target)}
        if formula is Formula.STABILIZE:
            closeness = 100.0 - 100.0 * abs(actual - target) / target
            cells["c"] = self.exact(closeness)
            line = LINES[closeness > 90]
            return CLOSENESS.format(**cells) + line.format(**SYMBOLS), line.format(**cells)
        if target == 0:
            row = int(self.rows.target_row[self.row])
            cells["W"] = self.exact(float(self.plan.targets.number("worst")[row]))
        told = WORST if target == 0 else ARITHMETIC[formula]
        return told.replace("2 x {T}", "2{T}").format(**SYMBOLS), told.format(**cells)

    def by_rule(self) -> list[str]:
        rows, row, rule = self.rows, self.row, self.rule
        lines = []
        name, edges, certainty = (
            of_rule(rule, key, self.language)[0] for key in ("name", "edges", "certainty")
        )
        if not np.isnan(rows.score[row]):
            how = ""
            if rule.floor is not None or rule.cap is not None:
                floor, cap = ("-" if e is None else f"{e:g}" for e in (rule.floor, rule.cap))
                how = self.say("cut", floor=floor, cap=cap)
            lines.append(self.say("score", value=self.view.score[row], how=how))
            if rows.band[row] >= 0:
                lines.append(self.say("band", band=rule.bands[rows.band[row]].label, edges=edges))
            else:
                lines.append(self.say("no-band", reason=self.reason, edges=edges))
        lines += self.progress()
        lines.append(self.say("rule", name=name, code=rule.code, certainty=certainty))
        sources = sources_of(rule, self.language)
        return lines + [self.say("rule-source", source=source) for source in sources]

    def progress(self) -> list[str]:
        rows, row = self.rows, self.row
        if rows.baseline_row[row] < 0 or np.isnan(rows.end_value[row]) or np.isnan(rows.gap[row]):
            return []
        end, year = self.write(rows.end_value[row]), f"{rows.end_year[row]:g}"
        if np.isnan(rows.progress[row]):
            return [self.say("no-road", end=end, year=year)]
        share = self.write(100 * rows.progress[row], 1)
        return [self.say("progress", value=share, end=end, year=year)]


def narrate_row(card: Scorecard, row: int, language: Language = "en") -> str:
    """Return what one row of a scorecard says (see `Scorecard.narrate`)."""
    return narrate(View(card.take(np.array([row])), language), 0)


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


class _Narrator(_Told):
    kind = "narrative"

    def __init__(self, view: View, row: int) -> None:
        super().__init__(view, row)
        self.year = float(self.rows.year[row])
        self.actual = float(view.rows.actual[row])
        # Decimals of all figures, where actual and target would print alike and differ.
        self.told: int | None = None
        for limit in self.limits():
            (_, first), (_, second) = self.printed(self.actual), self.printed(limit)
            places = max(first, second)
            told = labels.apart(self.actual, limit, places)
            if told > places:
                self.told = told

    def text(self) -> str:
        status, reason = Reason(int(self.rows.reason[self.row])).status, self.reason
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
        text = labels.number(value, labels.apart(value, 0.0, places), self.language)
        if not self.indicator.unit.lower().startswith(PERCENT):
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
        if int(self.rows.basis[self.row]) in (OFFICIAL, INTERPOLATED):
            return ""
        code = self.plan.targets.region[int(self.rows.target_row[self.row])] or ""
        return self.say("owner", owner=inert(self.plan.regions[code].name))

    def since(self) -> str:
        """Say what has changed since the baseline."""
        base = int(self.rows.baseline_row[self.row])
        if base < 0 or not self.plan.baselines.year[base] < self.year:
            return ""
        before = float(self.plan.baselines.value[base])
        difference, change = self.difference(self.actual, before)
        key = "risen" if difference > 0 else "fallen" if difference else "unchanged"
        cells = {"change": change, "share": self.share(), "baseline": self.write(before)}
        sources = "" if same_survey(self.rows, self.row) else self.say("sources")
        year = f"{self.plan.baselines.year[base]:g}"
        return self.say(key, year=year, sources=sources, **cells)

    def share(self) -> str:
        progress = float(self.rows.progress[self.row])
        if np.isnan(progress):
            return ""
        if progress < 0:
            return self.say("away")
        return self.say("share", share=labels.number(100 * progress, 1, self.language))
