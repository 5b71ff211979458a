"""The report for the meeting: one HTML file that asks nothing of the outside."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import defaultdict
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from kencana_targets.core import labels
from kencana_targets.core.errors import MissingExtraError, refuse
from kencana_targets.core.labels import inert
from kencana_targets.core.typing import Ints
from kencana_targets.model.plan_index import BASES
from kencana_targets.report.bands import NO_BAND, Look, band_range, looks
from kencana_targets.report.drawings import drawings, path_drawings
from kencana_targets.report.explanation import arithmetic
from kencana_targets.report.meeting import Meeting
from kencana_targets.report.narrative import narrate
from kencana_targets.report.rule_facts import is_cut, rule_facts, rule_name
from kencana_targets.report.sparkline import sparklines
from kencana_targets.report.view import NOTHING, View

if TYPE_CHECKING:
    from kencana_targets.evaluation.scorecard import Scorecard


# Signs for where a target comes from, as the figures draw them.
BASIS_MARKS = dict(zip(BASES, ("■", "○", "■↑", "○↑", "○→", "◇"), strict=True))
_LINK = re.compile(r"https?://[^\s;<>()\"']+")
_MOST_UNSCORED = 40
# A browser shows no more than this with ease: the nation over 30 years.
MOST_ROWS = 160_000


@frozen
class Shade:
    """A band with the number of its style class."""

    number: str
    mark: str
    word: str
    colour: str
    ink: str


def shade(look: Look, number: object) -> Shade:
    """Give a band the number of its style class."""
    return Shade(str(number), look.mark, look.word, look.colour, look.ink)


def report(card: Scorecard, language: str = "id") -> str:
    """Return the report as text (see `Scorecard.to_html`)."""
    labels.check_language(language)
    if len(card) > MOST_ROWS:
        refuse("scorecard", len(card), f"at most {MOST_ROWS} rows in one page",
               "take one year with for_year(...), or write a workbook, CSV or Parquet")  # fmt: skip
    try:
        import jinja2
    except ImportError:
        feature = "the HTML report"
        raise MissingExtraError.for_extra(feature, "report") from None
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["links"] = links
    return environment.get_template("report.html").render(_Report(card, language).parts())


def _template(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text(encoding="utf-8")


def links(text: str) -> list[dict[str, str]]:
    """Cut a source into plain text and web addresses.

    Examples
    --------
    >>> links("Renstra; https://bkkbn.go.id/a")
    [{'text': 'Renstra; ', 'url': ''}, {'text': 'https://bkkbn.go.id/a', 'url': 'https://bkkbn.go.id/a'}]
    """
    parts, start = [], 0
    for match in _LINK.finditer(text):
        if match.start() > start:
            parts.append({"text": text[start : match.start()], "url": ""})
        parts.append({"text": match.group(), "url": match.group()})
        start = match.end()
    return [*parts, *([{"text": text[start:], "url": ""}] if text[start:] else [])]


class _Report:
    def __init__(self, card: Scorecard, language: str) -> None:
        from markupsafe import Markup

        self.card, self.language, self.safe = card, language, Markup
        self.view = View(card, language)
        self.year = max(card.years, default=np.nan)
        self.focus = np.flatnonzero(card.rows.year == self.year).astype(np.int64)
        self.shades = [
            shade(look, number) for number, look in enumerate(looks(card.rule, language))
        ]
        self.none = shade(NO_BAND, "n")
        self.say = labels.words("report", language)
        self.scored = is_cut(card.rule)

    def parts(self) -> dict[str, Any]:
        script = self.safe(_template("report.js").strip())
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        meeting = Meeting(self.view, self.shades, self.none, self.say)
        plan = self.card.plan
        name = plan.name_id if self.language == "id" and plan.name_id else plan.name or plan.code
        return {
            "language": self.language,
            "title": inert(f"{self.say['title']}: {name}"),
            "years": ", ".join(f"{year:g}" for year in self.card.years),
            "t": self.say,
            "w": labels.words("column", self.language),
            "style": self.safe(_template("report.css")),
            "script": script,
            "script_hash": digest,
            "looks": [*self.shades, self.none],
            "contents": self.contents(),
            "summary": meeting.summary(),
            "indicators": meeting.indicators(),
            "figures": [
                {"svg": self.safe(svg)} for svg in drawings(self.card, self.language, self.say)
            ],
            "scored": self.scored,
            "league": self.league(),
            "basis_notes": self.basis_notes(),
            "regions": self.regions(meeting),
            "unscored": self.unscored(),
            "rule": self.rule(),
            "sources": self.sources[0],
            "made_with": self.made_with(),
        }

    def contents(self) -> list[tuple[str, str]]:
        keys = ("summary", "figures", "league", "regions", "unscored", "rule", "sources")
        return [("league-title" if key == "league" else key, self.say[key]) for key in keys]

    def made_with(self) -> str:
        from importlib.metadata import PackageNotFoundError, version

        try:
            known = version("kencana-targets")
        except PackageNotFoundError:
            known = ""
        return self.say["made-with"].format(version=known)

    def shade_of(self, row: int) -> Shade:
        band = int(self.view.rows.band[row])
        return self.none if band < 0 else self.shades[band]

    def basis(self, row: int) -> str:
        code = int(self.view.rows.basis[row])
        return NOTHING if code < 0 else BASIS_MARKS[BASES[code]]

    def basis_notes(self) -> list[tuple[str, str]]:
        used = np.unique(self.view.rows.basis)
        return [
            (BASIS_MARKS[BASES[code]], self.view.word(BASES[code]))
            for code in used.tolist()
            if code >= 0
        ]

    def row(self, row: int) -> dict[str, Any]:
        view = self.view
        return {
            "year": view.years[row],
            "target": view.target[row],
            "basis": self.basis(row),
            "actual": view.actual[row],
            "percent": view.achievement[row],
            "score": view.score[row],
            "look": self.shade_of(row),
        }

    @cached_property
    def names(self) -> list[str]:
        """The name of each region of the plan."""
        return [inert(region.name) for region in self.card.plan.regions]

    def league(self) -> dict[str, Any]:
        view, ranks = self.view, self.view.ranks
        codes = self.card.plan.regions.codes
        order = np.lexsort((np.nan_to_num(ranks, nan=np.inf), view.peers, view.indicator_at))
        shown = order[np.isin(order, self.focus)]
        rows = [
            {
                **self.row(row),
                "i": int(view.indicator_at[row]),
                "rank": NOTHING if np.isnan(ranks[row]) else f"{ranks[row]:.0f}",
                "code": codes[int(view.region_at[row])],
                "region": self.names[int(view.region_at[row])],
                "indicator": view.indicator_names[int(view.indicator_at[row])],
                "reason": view.reasons[row],
            }
            for row in shown.tolist()
        ]
        used = np.unique(view.indicator_at[self.focus]).tolist()
        return {
            "rows": rows,
            "caption": self.say["league-of"].format(year=f"{self.year:g}"),
            "indicators": [
                {"number": number, "name": view.indicator_names[number]} for number in used
            ],
        }

    def regions(self, meeting: Meeting) -> list[dict[str, Any]]:
        """Return what each region's section shows."""
        view = self.view
        order = np.lexsort((view.rows.year, view.indicator_at, view.region_at))
        lines = dict(zip(self.focus.tolist(), sparklines(view, self.focus), strict=True))
        figures = path_drawings(self.card, self.language, self.say, self.focus)
        sections: dict[int, dict[str, Any]] = {}
        for row in order.tolist():
            region, indicator = int(view.region_at[row]), int(view.indicator_at[row])
            if region not in sections:
                sections[region] = {
                    "code": self.card.plan.regions.codes[region],
                    "name": self.names[region],
                    "average": meeting.region_line(region),
                    "groups": [],
                    "why": [],
                    "figures": [],
                }
            section = sections[region]
            if not section["groups"] or section["groups"][-1]["at"] != indicator:
                section["groups"].append(
                    {
                        "at": indicator,
                        "name": view.indicator_names[indicator],
                        "unit": view.units[indicator],
                        "line": "",
                        "rows": [],
                    }
                )
            section["groups"][-1]["rows"].append(self.row(row))
            if row in lines:
                section["groups"][-1]["line"] = self.safe(lines[row])
                section["why"].append(self.why(row))
                if row in figures:
                    section["figures"].append(self.safe(figures[row]))
        return list(sections.values())

    def why(self, row: int) -> dict[str, Any]:
        """Explain a row: sentences, arithmetic, and the numbers of its sources."""
        view = self.view
        return {
            "name": view.indicator_names[int(view.indicator_at[row])],
            "text": narrate(view, row),
            "lines": [inert(line) for line in arithmetic(self.card, row, self.language)],
            "notes": self.notes(row),
        }

    @cached_property
    def sources(self) -> tuple[list[str], list[Ints]]:
        """Return all sources, each once, and which each row has for target, actual, baseline."""
        columns, plan, rows = self.card.columns(), self.card.plan, self.view.rows
        baselines = plan.baselines.source.take(rows.baseline_row)
        numbers: dict[str, int] = {}
        for source in self.card.rule.sources:
            numbers.setdefault(source, len(numbers) + 1)
        found = []
        for text in (columns["target_source"], columns["actual_source"], baselines):
            used = np.unique(text.codes[text.codes >= 0]).tolist()  # type: ignore[union-attr]
            table = np.zeros(len(text.categories) + 1, dtype=np.int64)  # type: ignore[union-attr]
            for code in used:
                source = text.categories[code]  # type: ignore[union-attr]
                table[code] = numbers.setdefault(source, len(numbers) + 1)
            found.append(table[text.codes])  # type: ignore[union-attr]
        return [inert(source) for source in numbers], found

    def notes(self, row: int) -> list[int]:
        numbers = [int(column[row]) for column in self.sources[1]]
        return sorted({number for number in numbers if number})

    def unscored(self) -> list[dict[str, Any]]:
        """Group what has no score or no word by its reason."""
        view = self.view
        several = len(self.card.years) > 1
        groups: dict[str, list[int]] = defaultdict(list)
        for row in np.flatnonzero(view.rows.reason).tolist():
            groups[view.reasons[row] or ""].append(row)

        def name(row: int) -> str:
            year = f" ({view.years[row]})" if several else ""
            indicator = view.indicator_names[int(view.indicator_at[row])]
            return f"{self.names[int(view.region_at[row])]}: {indicator}{year}"

        return [
            {
                "reason": reason[:1].upper() + reason[1:],
                "count": labels.number(len(rows), 0, self.language),
                "names": [name(row) for row in rows[:_MOST_UNSCORED]],
                "more": self.more(len(rows) - _MOST_UNSCORED),
            }
            for reason, rows in groups.items()
        ]

    def more(self, count: int) -> str:
        if count <= 0:
            return ""
        return self.say["unscored-more"].format(count=labels.number(count, 0, self.language))

    def rule(self) -> dict[str, Any]:
        rule, say = self.card.rule, self.say
        shown_apart = (say["rule-name"], say["bands"], say["sources"])
        facts = [
            fact
            for fact in rule_facts(self.card.rule, self.language, self.card.inherit)
            if fact[0] not in shown_apart
        ]
        name = rule_name(rule, self.language)
        bands = [
            {"look": one, "printed": inert(band.label), "range": band_range(band, self.language)}
            for one, band in zip(self.shades, rule.bands, strict=True)
        ]
        return {"name": name, "code": inert(rule.code), "facts": facts, "bands": bands}
