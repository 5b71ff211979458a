"""What the meeting looks at first: did it arrive, who did not, what now; for page, sheet and Word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.labels import inert
from kencana_targets.core.rounding import round_printed
from kencana_targets.core.terms import Direction, Rounding, Status
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.evaluation.summary import LEVELS, RegionSummary
from kencana_targets.model.regions import Region
from kencana_targets.report.bands import NO_BAND, Look
from kencana_targets.report.canvas import changes, of_one_level
from kencana_targets.report.view import NOTHING, View, same_survey

_MOST = 5


class Meeting:
    """The summary of a scorecard, for the last year evaluated.

    Parameters
    ----------
    view : View
        The scorecard in a language.
    """

    def __init__(self, view: View) -> None:
        self.view: View = view
        self.say: Mapping[str, str] = labels.words("report", view.language)
        self.card: Scorecard = view.card
        self.rows: Rows = view.rows
        self.year: float = max(self.card.years, default=np.nan)
        self.focus: Ints = np.flatnonzero(self.rows.year == self.year).astype(np.int64)
        self.last: Scorecard = self.card.for_year(self.year) if len(self.focus) else self.card
        self.scored: Truths = self.rows.has_status(Status.SCORED)

    def _count(self, value: float) -> str:
        return labels.number(value, 0, self.view.language)

    def _percent(self, value: float | None) -> str:
        if value is None:
            return NOTHING
        return labels.number(value, self.view.rule.decimals, self.view.language)

    def _tell(self, key: str, **cells: Any) -> str:
        return self.say[key].format(**{"year": f"{self.year:g}", **cells})

    def _met_of(self, rows: Ints) -> dict[str, str]:
        met, scored = self.rows.met[rows] == 1, self.scored[rows]
        return {"met": self._count(int(met.sum())), "scored": self._count(int(scored.sum()))}

    @cached_property
    def counted(self) -> Ints:
        """The rows that are counted and averaged: those of the level that has most."""
        return of_one_level(self.view, self.focus)

    @property
    def level(self) -> int:
        """The level of the regions that are counted; regency and city are one."""
        return int(self.view.peers[self.counted[0]]) if len(self.counted) else -1

    def beside(self) -> str:
        """Say of which level the counts are, and what the regions of other levels met."""
        rated = self.focus[self.scored[self.focus]]
        levels = np.unique(self.view.peers[rated]).tolist()
        if len(levels) < 2:
            return ""
        words = {
            level: labels.label("peers", LEVELS[level], self.view.language) for level in levels
        }
        others = [
            f"{words[level]}: {self.met_of(self.focus[self.view.peers[self.focus] == level])}"
            for level in levels
            if level != self.level
        ]
        return self._tell("counted", level=words[self.level], others="; ".join(others))

    def met_of(self, rows: Ints) -> str:
        """Say how many of some targets were met."""
        return self._tell("met-of", **self._met_of(rows))

    def shade(self, label: str | None) -> Look:
        """Return how the band of a label is shown."""
        words = [band.label for band in self.view.rule.bands]
        return NO_BAND if label is None else self.view.looks[words.index(label)]

    @cached_property
    def parent(self) -> int | None:
        """The region that the others lie in, by position; the only one if there is one."""
        regions = np.unique(self.view.region_at[self.focus])
        levels = self.view.plan.index.level[regions]
        top = regions[levels == levels.min()] if len(regions) else regions
        return int(top[0]) if len(top) == 1 else None

    @cached_property
    def several(self) -> bool:
        """Whether there are several indicators."""
        return len(np.unique(self.view.indicator_at[self.focus])) > 1

    @cached_property
    def chances(self) -> Floats:
        """The probability that each row's true figure meets its target, nan where unknown."""
        chances: Floats = np.full(len(self.rows), np.nan)
        errors = ("standard_error", "lower", "sample_size")
        actuals = self.card.actuals
        if any(not np.isnan(actuals.number(name)).all() for name in errors):
            found: Any = self.last.chances().values["probability_met"]
            chances[self.focus] = found
        return chances

    def summary(self) -> dict[str, Any]:
        """Return the verdict, tiles and lists."""
        behind, word = self.behind(), labels.words("column", self.view.language)
        heads = {key: word[key] for key in ("actual", "target")} | {"percent": word["achievement"]}
        heads |= {key: self.say[key] for key in ("need", "pace", "chance")}
        return {
            "title": self._tell("summary-year"),
            "verdict": self.verdict(),
            "tiles": self.tiles(self.counted),
            "beside": self.beside(),
            "chance": self.chance(),
            "behind": behind,
            # In the last year of a plan nothing is left to be needed.
            "columns": {
                key: head
                for key, head in heads.items()
                if any(one[key] != NOTHING for one in behind)
            },
            "by_year": self.by_year(),
            "lists": [one for one in self.lists() if one["rows"]],
            "unjudged": self.unjudged(),
        }

    def verdict(self) -> list[str]:
        """Say whether the parent region arrived, then the targets that it missed."""
        if self.parent is None:
            regions = self._count(len(np.unique(self.view.region_at[self.counted])))
            return [self._tell("verdict-all", regions=regions, **self._met_of(self.counted))]
        rows = self.focus[self.view.region_at[self.focus] == self.parent]
        if not self.several:
            return [self.judged(int(row)) for row in rows]
        region = self.view.region(int(rows[0])).name
        missed = rows[self.rows.met[rows] == 0]
        worst = missed[np.argsort(self.rows.achievement[missed], kind="stable")][:_MOST]
        said = self._tell("verdict-several", region=inert(region), **self._met_of(rows))
        return [said, *(self.judged(int(row)) for row in worst)]

    def judged(self, row: int) -> str:
        """Say in one sentence how far a row is, what is needed a year, and what came so far."""
        view = self.view
        cells = {
            "region": view.region_name(row), "actual": view.actual[row],
            "target": view.target[row], "unit": view.unit(row),
            "reason": view.reasons[row] or "",
        }  # fmt: skip
        known = {0: "verdict-missed", 1: "verdict-met"}
        said = self._tell(known.get(int(self.rows.met[row]), "verdict-unjudged"), **cells)
        name = view.indicator_name(row)
        said = f"{name}: {said}" if self.several else said
        need, pace = self.effort(row)
        end = f"{self.rows.end_year[row]:g}"
        if need == self.say["end-reached"]:
            places = view.indicator(row).decimals
            value = labels.figure(float(self.rows.end_value[row]), places, view.language)
            said += self.say["verdict-reached"].format(end=value, year=end)
        elif need != NOTHING:
            said += self.say["verdict-need"].format(need=need, year=end)
            said += self.say["verdict-pace"].format(pace=pace) if pace != NOTHING else ""
        if not np.isnan(self.chances[row]):
            said += self.say["verdict-chance"].format(chance=self.chance_of(row))
        return said

    def chance_of(self, row: int) -> str:
        """Return the chance of a row in percent."""
        chance = self.chances[row]
        return NOTHING if np.isnan(chance) else labels.number(100 * chance, 0, self.view.language)

    def chance(self) -> str:
        """Say how many targets are expected to be truly met, where errors are known."""
        known = self.chances[self.counted]
        known = known[~np.isnan(known)]
        if not len(known):
            return ""
        expected = labels.number(known.sum(), 1, self.view.language)
        return self._tell("chance-total", expected=expected, count=self._count(len(known)))

    def effort(self, row: int, *, alone: bool = False) -> tuple[str, str]:
        """Return what each year left must bring to the end target, and what each year brought.

        In a sentence the first says the way of both; `alone`, each says its own.
        """
        rows, indicator, year = self.rows, self.view.indicator(row), float(self.rows.year[row])
        end, end_year = float(rows.end_value[row]), float(rows.end_year[row])
        actual, base = float(self.view.rows.actual[row]), int(rows.baseline_row[row])
        way = {Direction.MAXIMIZE: 1, Direction.MINIMIZE: -1}.get(indicator.direction, 0)
        if not way or not end_year > year or np.isnan([end, actual]).any():
            return NOTHING, NOTHING
        missing = (end - actual) * way
        need = self.say["end-reached"]
        if missing > 0:
            value = self.view.points(missing / (end_year - year), row)
            need = self.say["rise" if way > 0 else "fall"].format(value=value)
        baselines = self.view.plan.baselines
        if base < 0 or not baselines.year[base] < year:
            return need, NOTHING
        gained = (
            (actual - float(baselines.value[base])) * way / (year - float(baselines.year[base]))
        )
        pace = self.view.points(abs(gained), row)
        if gained == 0:
            pace = self.say["unchanged"]
        elif gained < 0:
            pace = self.say["wrong-fall" if way > 0 else "wrong-rise"].format(value=pace)
        elif alone:
            pace = self.say["rise" if way > 0 else "fall"].format(value=pace)
        if not same_survey(rows, row):
            pace = self.say["other-survey"].format(pace=pace)
        return need, pace

    def behind(self) -> list[dict[str, Any]]:
        """Return those of the main level that missed their target by most, and what each needs."""
        rows = self.counted[self.rows.met[self.counted] == 0]
        rows = rows[~np.isnan(self.rows.achievement[rows])]
        if self.parent is not None:
            rows = rows[self.view.region_at[rows] != self.parent]
        worst = rows[np.argsort(self.rows.achievement[rows], kind="stable")][:_MOST]
        return [
            self._named(row) | {
                "target": self.view.target[row], "actual": self.view.actual[row],
                "percent": self.view.achievement[row], "chance": self.chance_of(row), "row": row,
                **dict(zip(("need", "pace"), self.effort(row, alone=True), strict=True)),
            }
            for row in worst.tolist()
        ]  # fmt: skip

    def _named(self, row: int) -> dict[str, Any]:
        indicator = self.view.indicator_name(row) if self.several else ""
        return self._of(self.view.region(row), indicator)

    def _of(self, region: Region, indicator: str = "") -> dict[str, Any]:
        name = inert(region.name)
        title = f"{name}: {indicator}" if indicator else name
        return {"code": region.code, "name": name, "indicator": indicator, "title": title}

    def unjudged(self) -> str:
        """Say how many could not be judged, and why."""
        rows = self.counted[~self.scored[self.counted]]
        expected = ~self.rows.has_status(Status.NOT_MEASURED)[rows]
        reasons = Counter(self.view.reasons[row] or "" for row in rows[expected].tolist())
        parts = [f"{reason} ({self._count(count)})" for reason, count in reasons.most_common()]
        return self._tell("unjudged", reasons="; ".join(parts)) if parts else ""

    def tiles(self, rows: Ints) -> list[dict[str, Any]]:
        """Count what was met and missed, then rows by band, without a word and without a score."""
        met, band, scored = self.rows.met[rows], self.rows.band[rows], self.scored[rows]
        expected = ~self.rows.has_status(Status.NOT_MEASURED)[rows]
        counts: list[tuple[str, Look | None, str, Any]] = [
            ("yes", None, self.say["met"], met == 1),
            ("no", None, self.say["missed"], met == 0),
        ]
        counts += [
            ("", look, look.word, scored & (band == number))
            for number, look in enumerate(self.view.looks)
        ]
        wordless = scored & (band < 0)
        if wordless.any() or not self.view.looks:
            counts.append(("", NO_BAND, self.say["no-band"], wordless))
        counts.append(("", NO_BAND, self.say["not-scored"], ~scored & expected))
        return [
            {"kind": kind, "look": look, "name": name, "number": int(chosen.sum()),
             "count": self._count(int(chosen.sum()))}
            for kind, look, name, chosen in counts
        ]  # fmt: skip

    def by_year(self) -> dict[str, Any] | None:
        """Return the counts of every year, if there are several."""
        if len(self.card.years) < 2:
            return None
        years = sorted(self.card.years)
        peers = self.view.peers == self.level
        tables = [self.tiles(np.flatnonzero(peers & (self.rows.year == year))) for year in years]
        names = dict.fromkeys(tile["name"] for table in tables for tile in table)
        cells = [{tile["name"]: tile["count"] for tile in table} for table in tables]
        rows = [(name, [column.get(name, "0") for column in cells]) for name in names]
        return {"years": [f"{year:g}" for year in years], "rows": rows}

    @cached_property
    def averages(self) -> dict[str, dict[str, Any]]:
        """The averages of the regions, ranked within the level of each."""
        rows = self.summaries.to_dicts()
        peer = dict(zip(self.view.region_at.tolist(), self.view.peers.tolist(), strict=True))
        of = {row["region"]: peer[self.view.plan.regions.position(row["region"])] for row in rows}
        count = Counter(of[row["region"]] for row in rows if row["score"] is not None)
        return {
            row["region"]: {**row, "level": of[row["region"]], "peers": count[of[row["region"]]]}
            for row in rows
        }

    def objectives_of(self, region: int | None) -> list[dict[str, Any]]:
        """Return what a region averages for each objective, by position."""
        code = "" if region is None else self.view.plan.regions.codes[region]
        return self.objectives.get(code, [])

    @cached_property
    def objectives(self) -> dict[str, list[dict[str, Any]]]:
        """The averages of each region by objective, where its indicators have several."""
        found: dict[str, list[dict[str, Any]]] = {}
        for row in self.summaries.by_objective.to_dicts():
            line = {
                "name": inert(row["objective"]), "average": self._percent(row["score"]),
                "look": self.shade(row["band"]), "number": row["score"],
                **{key: self._count(row[key]) for key in ("scored", "expected")},
            }  # fmt: skip
            found.setdefault(row["region"], []).append(line)
        return found

    @cached_property
    def summaries(self) -> RegionSummary:
        """The averages of the regions in the last year."""
        return self.last.by_region()

    def lists(self) -> list[dict[str, Any]]:
        """Return those that moved most, the highest and the lowest of the main level."""
        ranked = [row for row in self.averages.values() if row["level"] == self.level]
        ranked = [row for row in ranked if row["score"] is not None]
        ranked.sort(key=lambda row: -float(row["score"]))
        if len(ranked) < 2:
            return []
        most = min(_MOST, len(ranked) // 2)
        of, regions = "" if self.several else "one-", self.view.plan.regions
        rows = [
            self._of(regions[row["region"]]) | {
                "value": self._percent(row["score"]), "number": row["score"],
                "places": self.view.rule.decimals, "look": self.shade(row["band"]),
            }
            for row in ranked
        ]  # fmt: skip
        ends = {"best": rows[:most], "worst": rows[-most:][::-1]}
        return [self.improved(most)] + [
            {"title": self.say[f"{of}regions-{end}"], "measure": self.measure, "rows": found}
            for end, found in ends.items()
        ]

    @property
    def measure(self) -> str:
        """What the figure of a region is: an average only where there are several indicators."""
        of_one = labels.label("column", str(self.view.rule.average), self.view.language)
        return self.say["average"] if self.several else of_one

    def improved(self, most: int) -> dict[str, Any]:
        """Return who gained most since the year before, or is furthest from its baseline."""
        years = sorted(self.card.years)
        if len(years) < 2:
            return self._furthest(most)
        both = changes(self.view, years[-2], years[-1])
        gains = round_printed(both.after, self.view.rule.decimals, Rounding.HALF_UP)
        gains -= round_printed(both.before, self.view.rule.decimals, Rounding.HALF_UP)
        order = np.argsort(-gains, kind="stable")[:most]
        regions, on = self.view.plan.regions.regions, self.say["on-indicators"]
        rows = [
            self._of(regions[int(both.regions[one])], on.format(count=both.indicators[one])) | {
                "value": f"+{self._percent(float(gains[one]))}", "look": None,
                "number": float(gains[one]), "places": self.view.rule.decimals,
            }
            for one in order[gains[order] > 0].tolist()
        ]  # fmt: skip
        title = self.say["improved-years"].format(first=f"{years[-2]:g}", second=f"{years[-1]:g}")
        return {"title": title, "measure": self.say["change"], "rows": rows}

    def _furthest(self, most: int) -> dict[str, Any]:
        share = np.nan_to_num(self.rows.progress[self.focus], nan=-np.inf)
        order = self.focus[np.argsort(-share, kind="stable")]
        order = order[self.view.peers[order] == self.level][:most]
        order = order[self.rows.progress[order] > 0]
        percents = (100 * self.rows.progress[order]).tolist()
        rows = [
            self._named(row) | {
                "value": labels.number(percent, 1, self.view.language), "number": percent,
                "places": 1, "look": None,
            }
            for row, percent in zip(order.tolist(), percents, strict=True)
        ]  # fmt: skip
        title, measure = self.say["improved-road"], self.say["progress"]
        return {"title": title, "measure": measure, "rows": rows}

    def indicators(self) -> list[dict[str, Any]]:
        """Return one line for each indicator that has rows."""
        plan = self.view.plan
        names = dict(zip((i.code for i in plan.indicators), self.view.indicator_names, strict=True))
        return [
            {
                "name": names[row["indicator"]], "average": self._percent(row["score"]),
                "look": self.shade(row["band"]),
                **{key: self._count(row[key]) for key in ("met", "scored", "expected")},
            }
            for row in self.last.by_indicator().to_dicts()
            if row["expected"]
        ]  # fmt: skip

    def region_line(self, region: int) -> str:
        """Say the average of a region, by position."""
        row = self.averages.get(self.view.plan.regions.codes[region])
        if row is None:
            return ""
        cells = {key: self._count(row[key]) for key in ("scored", "expected", "peers")}
        if row["score"] is None:
            return self._tell("region-without", **cells)
        band = "" if row["band"] is None else f" ({self.shade(row['band']).word})"
        parts = [f"{self.measure} {self.year:g}: {self._percent(row['score'])}{band}"]
        if row["peers"] > 1:
            parts.append(self._tell("region-rank", rank=self._count(row["rank"]), **cells))
        if row["expected"] > 1:
            parts.append(self._tell("region-coverage", **cells))
        return "; ".join(parts) + "."
