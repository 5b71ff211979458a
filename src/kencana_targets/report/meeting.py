"""What the meeting looks at first: how many in each band, who leads, who moved."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.labels import inert
from kencana_targets.core.rounding import round_printed
from kencana_targets.core.terms import Level, Rounding, Status
from kencana_targets.report.canvas import changes, of_one_level
from kencana_targets.report.view import NOTHING, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kencana_targets.report.view import View

_MOST = 5


class Meeting:
    """The summary of a scorecard, for the last year evaluated.

    Parameters
    ----------
    view : View
        The scorecard in a language.
    shades : sequence
        How each band is shown, in the order of the rule.
    none : object
        How a row without a band is shown.
    say : mapping of str to str
        The sentences in the language.
    """

    def __init__(
        self, view: View, shades: Sequence[Any], none: Any, say: Mapping[str, str]
    ) -> None:
        self.view, self.shades, self.none, self.say = view, shades, none, say
        self.card, self.rows = view.card, view.rows
        self.year = max(self.card.years)
        self.focus = np.flatnonzero(self.rows.year == self.year)
        self.last = self.card.for_year(self.year)

    def _number(self, value: float) -> str:
        return labels.number(value, 0, self.view.language)

    def _percent(self, value: float | None) -> str:
        if value is None:
            return NOTHING
        return labels.number(value, self.view.rule.decimals, self.view.language)

    def shade(self, label: str | None) -> Any:
        """Return how the band of a label is shown."""
        words = [band.label for band in self.view.rule.bands]
        return self.none if label is None else self.shades[words.index(label)]

    def summary(self) -> dict[str, Any]:
        """Return counts, tiles and lists."""
        rows, year = self.focus, f"{self.year:g}"
        scored = self.rows.status[rows] == STATUSES.index(Status.SCORED)
        counts = self.say["counts"].format(
            rows=self._number(len(rows)),
            scored=self._number(int(scored.sum())),
            met=self._number(int((self.rows.met[rows] == 1).sum())),
            year=year,
        )
        return {
            "title": self.say["summary-year"].format(year=year),
            "counts": counts,
            "tiles": [
                {"look": look, "name": name, "count": self._number(count)}
                for look, name, count in self.counted(rows)
            ],
            "by_year": self.by_year(),
            "lists": [one for one in self.lists() if one["rows"]],
        }

    def counted(self, rows: Any) -> list[tuple[Any, str, int]]:
        """Count rows by band, then those without a word, then those without a score."""
        band = self.rows.band[rows]
        scored = self.rows.status[rows] == STATUSES.index(Status.SCORED)
        bands = [
            (look, look.word, int((scored & (band == number)).sum()))
            for number, look in enumerate(self.shades)
        ]
        wordless = (self.none, self.say["no-band"], int((scored & (band < 0)).sum()))
        without = (self.none, self.say["not-scored"], int((~scored).sum()))
        return [*bands, *([wordless] if wordless[2] or not bands else []), without]

    def by_year(self) -> dict[str, Any] | None:
        """Return the counts of every year, if there are several."""
        if len(self.card.years) < 2:
            return None
        years = sorted(self.card.years)
        columns = [self.counted(np.flatnonzero(self.rows.year == year)) for year in years]
        names = list(dict.fromkeys(name for column in columns for _, name, _ in column))
        cells = [{name: count for _, name, count in column} for column in columns]
        return {
            "years": [f"{year:g}" for year in years],
            "rows": [
                (name, [self._number(column.get(name, 0)) for column in cells]) for name in names
            ],
        }

    @cached_property
    def level(self) -> str:
        """The level that has most rows; regency and city are one."""
        levels, counts = np.unique(self.view.peers[self.focus], return_counts=True)
        return list(Level)[int(levels[np.argmax(counts)])].value

    @cached_property
    def averages(self) -> dict[str, dict[str, Any]]:
        """The averages of the regions, ranked within the level of each."""
        found: dict[str, dict[str, Any]] = {}
        levels = {
            self.view.plan.index.level[one] for one in np.unique(self.view.region_at[self.focus])
        }
        for level in sorted(levels):
            summary = self.last.by_region(level=list(Level)[level]).to_dicts()
            peers = sum(row["score"] is not None for row in summary)
            found |= {row["region"]: {**row, "peers": peers} for row in summary}
        return found

    def peers(self) -> list[dict[str, Any]]:
        """Return the averages of the main level, best first."""
        rows = self.last.by_region(level=self.level).to_dicts()
        known = [row for row in rows if row["score"] is not None]
        return sorted(known, key=lambda row: -float(row["score"]))

    def lists(self) -> list[dict[str, Any]]:
        """Return the highest, the lowest, and those that moved most."""
        peers = self.peers()
        if len(peers) < 2:
            return []
        most = min(_MOST, len(peers) // 2)
        best = [self._ranked(row) for row in peers[:most]]
        worst = [self._ranked(row) for row in reversed(peers[-most:])]
        average = self.say["average"]
        return [
            {"title": self.say["regions-best"], "measure": average, "rows": best},
            {"title": self.say["regions-worst"], "measure": average, "rows": worst},
            self.improved(most),
        ]

    def _ranked(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "code": row["region"],
            "name": inert(row["region_name"]),
            "value": self._percent(row["score"]),
            "look": self.shade(row["band"]),
            "indicator": "",
        }

    def improved(self, most: int) -> dict[str, Any]:
        """Return who gained most since the year before, or is furthest from its baseline."""
        years = sorted(self.card.years)
        if len(years) < 2:
            return self._furthest(most)
        both = changes(self.view, years[-2], years[-1])
        gains = round_printed(both.after, self.view.rule.decimals, Rounding.HALF_UP)
        gains -= round_printed(both.before, self.view.rule.decimals, Rounding.HALF_UP)
        order = np.argsort(-gains, kind="stable")[:most]
        regions = [self.view.plan.regions.regions[one] for one in both.regions[order].tolist()]
        rows = [
            {
                "code": region.code,
                "name": inert(region.name),
                "value": f"+{self._percent(float(gains[one]))}",
                "look": None,
                "indicator": self.say["on-indicators"].format(count=both.indicators[one]),
            }
            for region, one in zip(regions, order.tolist(), strict=True)
            if gains[one] > 0
        ]
        title = self.say["improved-years"].format(first=f"{years[-2]:g}", second=f"{years[-1]:g}")
        return {"title": title, "measure": self.say["change"], "rows": rows}

    def _furthest(self, most: int) -> dict[str, Any]:
        share = np.nan_to_num(self.rows.progress[self.focus], nan=-np.inf)
        order = self.focus[np.argsort(-share, kind="stable")]
        order = of_one_level(self.view, order)[:most]
        several = len(np.unique(self.view.indicator_at[self.focus])) > 1
        rows = []
        for row in order[self.rows.progress[order] > 0].tolist():
            region = self.view.region(row)
            name = self.view.indicator_names[int(self.view.indicator_at[row])]
            value = labels.number(100 * float(self.rows.progress[row]), 1, self.view.language)
            cells = {"code": region.code, "name": inert(region.name), "value": value}
            rows.append({**cells, "look": None, "indicator": name if several else ""})
        title, measure = self.say["improved-road"], self.say["progress"]
        return {"title": title, "measure": measure, "rows": rows}

    def indicators(self) -> list[dict[str, Any]]:
        """Return one line for each indicator that has rows."""
        view = self.view
        names = {
            one.code: name
            for one, name in zip(view.plan.indicators, view.indicator_names, strict=True)
        }
        return [
            {
                "name": names[row["indicator"]],
                "met": self._number(row["met"]),
                "scored": self._number(row["scored"]),
                "expected": self._number(row["expected"]),
                "average": self._percent(row["score"]),
                "look": self.shade(row["band"]),
            }
            for row in self.last.by_indicator().to_dicts()
            if row["expected"]
        ]

    def region_line(self, region: int) -> str:
        """Say the average of a region, by position."""
        row = self.averages.get(self.view.plan.regions.codes[region])
        if row is None:
            return ""
        cells = {
            "year": f"{self.year:g}",
            "scored": self._number(row["scored"]),
            "expected": self._number(row["expected"]),
        }
        if row["score"] is None:
            return self.say["region-without"].format(**cells)
        band = "" if row["band"] is None else f" ({self.shade(row['band']).word})"
        return self.say["region-average"].format(
            **cells,
            score=self._percent(row["score"]),
            band=band,
            rank=self._number(row["rank"]),
            peers=self._number(row["peers"]),
        )
