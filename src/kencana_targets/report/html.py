"""The report for the meeting: one HTML file that asks nothing of the outside."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from html import escape
from importlib import resources
from typing import Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.errors import optional_module, refuse
from kencana_targets.core.labels import inert
from kencana_targets.core.resources import VERSION, by_key
from kencana_targets.core.terms import Level, Status
from kencana_targets.core.typing import Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.evaluation.summary import LEVELS
from kencana_targets.model.plan_index import BASES
from kencana_targets.report import figures
from kencana_targets.report.bands import NO_BAND, band_range, rule_facts, rule_name
from kencana_targets.report.canvas import Chart, of_one_level, sparklines, svg
from kencana_targets.report.explanation import arithmetic, narrate
from kencana_targets.report.meeting import Meeting
from kencana_targets.report.tabulate import name_of
from kencana_targets.report.view import NOTHING, View

# Signs for where a target comes from, as the figures draw them.
BASIS_MARKS = dict(zip(BASES, ("■", "○", "■↑", "○↑", "○→", "◇"), strict=True))
# Cuts a source into plain text and, at odd places, web addresses.
links: Callable[[str], list[Any]] = re.compile(r"(https?://[^\s;<>()\"']+)").split
_MOST_UNSCORED = 40
# A picture with more than this says less than the table beside it.
MOST_REGIONS, MOST_INDICATORS, MOST_PATHS, FEWEST_TILES, MOST_IN_BRIEF = 60, 12, 40, 10, 15
# A browser shows no more than this with ease: the nation over 30 years.
MOST_ROWS = 160_000
# With more than this the browser lays out a section only when it comes into view.
FEW_ROWS = 2_000


def report(card: Scorecard, language: Language = "id", *, brief: bool = False) -> str:
    """Return the report as text (see `Scorecard.to_html`)."""
    labels.check_language(language)
    if len(card) > MOST_ROWS:
        refuse("scorecard", len(card), f"at most {MOST_ROWS} rows in one page",
               "take one year with for_year(...), or write a workbook, CSV or Parquet")  # fmt: skip
    jinja2 = optional_module("jinja2", "the HTML report", "report")
    template = _templates(jinja2).get_template("report.html")
    return str(template.render(_Report(card, language).parts(brief)))


@cache
def _templates(jinja2: Any) -> Any:
    """Return the templates, which are compiled for the first report."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["links"] = links
    return environment


def _template(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text(encoding="utf-8")


class _Report:
    def __init__(self, card: Scorecard, language: Language) -> None:
        from markupsafe import Markup

        self.card, self.language, self.safe = card, language, Markup
        self.view = View(card, language)
        self.meeting = Meeting(self.view)
        self.year, self.focus, self.say = self.meeting.year, self.meeting.focus, self.meeting.say
        rule = card.rule
        # Whether scores may differ from percentages.
        self.scored = bool(rule.segments) or rule.floor is not None or rule.cap is not None
        self.used: list[int] = np.unique(self.view.indicator_at[self.focus]).tolist()

    def parts(self, brief: bool) -> dict[str, Any]:
        script, rule = self.safe(_template("report.js").strip()), self.card.rule
        apart = {self.say[key] for key in ("rule-name", "bands", "sources")}
        parts = {
            "brief": brief,
            "body_class": "brief" if brief else "large" * (len(self.card) > FEW_ROWS),
            "language": self.language,
            "title": inert(f"{self.say['title']}: {name_of(self.card.plan, self.language)}"),
            "years": ", ".join(f"{year:g}" for year in self.card.years),
            "t": self.say,
            "w": labels.words("column", self.language),
            "style": self.safe(_template("report.css")),
            "script": script,
            "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            "looks": [*self.view.looks, NO_BAND],
            "summary": self.meeting.summary(),
            "indicators": self.meeting.indicators(),
            "objectives": self.meeting.objectives_of(self.meeting.parent),
            "region_above": self.names[self.meeting.parent or 0],
            "scored": self.scored,
            "rule_name": rule_name(rule, self.language),
            "made_with": self.say["made-with"].format(version=VERSION),
            "figures": [self.figure(chart) for chart in self.charts(brief)],
        }
        if brief:
            return parts
        facts = rule_facts(rule, self.language, self.card.inherit)
        bases = [BASES[code] for code in np.unique(self.view.rows.basis).tolist() if code >= 0]
        return parts | {
            "heat": self.heat(),
            "league": self.league(),
            "basis_notes": [(BASIS_MARKS[basis], self.view.word(basis)) for basis in bases],
            "provinces": self.provinces(),
            "unscored": self.unscored(),
            "rule_code": inert(rule.code),
            "facts": [fact for fact in facts if fact[0] not in apart],
            "bands": [
                (look, inert(band.label), band_range(band, self.language))
                for look, band in zip(self.view.looks, rule.bands, strict=True)
            ],
            "notes": self.remarks(),
            "sources": self.view.sources[0],
        }

    def charts(self, brief: bool) -> Iterator[Chart]:
        """Draw the figures that the size of the scorecard leaves readable."""
        card, view = self.card, self.view
        regions = {card.plan.regions.codes[one] for one in np.unique(view.region_at[self.focus])}
        used = self.used
        few = 1 < len(regions) <= (MOST_IN_BRIEF if brief else MOST_REGIONS)
        tiles = sum(tile.code in regions for tile in figures.province_tiles("2025")) >= FEWEST_TILES
        for one in used if len(used) <= (1 if brief else MOST_INDICATORS) else ():
            indicator = card.plan.indicators[one].code
            if tiles:
                yield figures.map_chart(view, indicator)
            if few and len((ranking := figures.ranking_chart(view, indicator)).up.ticks) > 1:
                yield ranking
        if few and len(card.years) > 1 and not brief:
            yield figures.change_chart(view, *sorted(card.years)[-2:])

    def figure(self, chart: Chart) -> dict[str, Any]:
        said = self.say["figure-alt"].format(title=chart.title)
        return {"title": chart.title, "svg": self.safe(svg(chart, said))}

    @cached_property
    def bands(self) -> list[str]:
        """The cell of each band, of the rule's order; that of none is the last."""
        cells = [
            f"<td class=b{one.number}>{one.mark} {escape(one.word)}" for one in self.view.looks
        ]
        return [*cells, f"<td class=bn>{NO_BAND.word}"]

    @cached_property
    def cells(self) -> list[str]:
        """The cells of each row from its target to whether that was met."""
        view, words = self.view, labels.words("word", self.language)
        met = {1: f"<td class=m>✓ {words['yes']}", 0: f"<td class=m>✗ {words['no']}", -1: "<td>-"}
        bases = [*BASIS_MARKS.values(), NOTHING]
        scores = (
            [f"<td class=n>{text}" for text in view.score] if self.scored else [""] * len(self.card)
        )
        columns = (
            map(escape, view.target), (bases[one] for one in view.rows.basis.tolist()),
            view.actual, view.achievement, scores, view.rows.band.tolist(), view.rows.met.tolist(),
        )  # fmt: skip
        return [
            f"<td class=n>{target}<td>{basis}<td class=n>{actual}<td class=n>{percent}{score}"
            f"{self.bands[band]}{met[reached]}"
            for target, basis, actual, percent, score, band, reached in zip(*columns, strict=True)
        ]

    @cached_property
    def names(self) -> list[str]:
        """The name of each region of the plan."""
        return [inert(region.name) for region in self.card.plan.regions]

    def linked(self, region: int) -> str:
        """Return a region as the heading of a row, with a link to its section."""
        code = escape(self.card.plan.regions.codes[region])
        return f'<th scope=row><a href="#r{code}">{escape(self.names[region])}</a>'

    def heat(self) -> Any:
        """Return regions by indicators as the rows of a table, where there are few enough."""
        view, rows, used = self.view, self.focus, self.used
        regions = np.unique(view.region_at[rows])
        if not (1 < len(regions) <= MOST_REGIONS and 1 < len(used) <= MOST_INDICATORS):
            return None
        at = dict(zip(view.series[rows].tolist(), rows.tolist(), strict=True))
        marks = {1: " ✓", 0: " ✗", -1: ""}
        names = [view.indicator_names[one] for one in used]
        lines = []
        for region in regions.tolist():
            line = [self.linked(region)]
            for one, name in zip(used, map(escape, names), strict=True):
                row = at.get(region * len(view.plan.indicators) + one)
                if row is None or np.isnan(view.rows.achievement[row]):
                    line.append(f'<td class=none data-l="{name}">-')
                    continue
                look = view.look(row)
                text = f"{look.mark} {view.achievement[row]}{marks[int(view.rows.met[row])]}"
                line.append(f'<td class=b{look.number} data-l="{name}">{text}')
            lines.append("<tr>" + "".join(line))
        caption = self.say["heat"].format(year=f"{self.year:g}")
        return {"names": names, "caption": caption, "body": self.safe("\n".join(lines))}

    def league(self) -> dict[str, Any]:
        """Return the rows of the last year by rank, those without a rank and a score at the end."""
        view, ranks = self.view, self.view.ranks
        last = np.nan_to_num(ranks, nan=np.inf)
        order = np.lexsort((np.isnan(view.rows.score), last, view.peers, view.indicator_at))
        # What is not measured in a region has no place among those where it is.
        away = view.rows.has_status(Status.NOT_MEASURED)
        names = [escape(name) for name in view.indicator_names]
        lines = []
        for row in order[np.isin(order, self.focus) & ~away[order]].tolist():
            one, band, why = (
                int(view.indicator_at[row]),
                int(view.rows.band[row]),
                view.reasons[row],
            )
            place = NOTHING if np.isnan(ranks[row]) else f"{ranks[row]:.0f}"
            reason = f"<small>{escape(why)}</small>" if why else ""
            lines.append(
                f"<tr data-i={one} data-b={band if band >= 0 else 'n'}><td class=n>{place}"
                f"{self.linked(int(view.region_at[row]))}<td>{names[one]}{reason}{self.cells[row]}"
            )
        caption = self.say["league-of"].format(year=f"{self.year:g}")
        indicators = [(one, view.indicator_names[one]) for one in self.used]
        return {"body": self.safe("\n".join(lines)), "caption": caption, "indicators": indicators}

    def provinces(self) -> list[dict[str, Any]]:
        """Return the sections of the regions, those of a nation under their provinces."""
        index, view = self.card.plan.index, self.view
        sections = self.regions()
        several = len(sections) > 1
        groups = by_key((self.province(at) if several else "", one) for at, one in sections.items())
        if (
            len(groups) < 2
            or not (index.level[list(sections)] > LEVELS.index(Level.PROVINCE)).any()
        ):
            return [{"name": "", "line": "", "regions": list(sections.values())}]
        found = []
        for code, of_province in groups.items():
            inside = {section["at"] for section in of_province}
            rows = self.focus[np.isin(view.region_at[self.focus], list(inside))]
            line = self.meeting.met_of(of_one_level(view, rows))
            name = self.names[self.card.plan.regions.position(code)] if code else ""
            found.append({"name": name, "line": line, "regions": of_province})
        return found

    def province(self, region: int) -> str:
        """Return the code of the province that a region lies in, nothing for none."""
        regions = self.card.plan.regions
        known = regions.regions[region]
        while known.level is not Level.PROVINCE and known.parent in regions.codes:
            known = regions[known.parent]
        return known.code if known.level is Level.PROVINCE else ""

    def regions(self) -> dict[int, dict[str, Any]]:
        """Return what each region's section shows, by its position."""
        view = self.view
        order = np.lexsort((view.rows.year, view.indicator_at, view.region_at))
        lines = dict(zip(self.focus.tolist(), sparklines(view, self.focus), strict=True))
        few = len(self.focus) <= MOST_PATHS
        sections: dict[int, dict[str, Any]] = {}
        keys = zip(view.region_at[order].tolist(), view.indicator_at[order].tolist(), strict=True)
        for (region, indicator), rows in by_key(zip(keys, order.tolist(), strict=True)).items():
            if region not in sections:
                sections[region] = {
                    "at": region, "code": self.card.plan.regions.codes[region],
                    "name": self.names[region], "average": self.meeting.region_line(region),
                    "objectives": self.meeting.objectives_of(region),
                    "body": [], "why": [], "rows": 0,
                }  # fmt: skip
            section = sections[region]
            name, unit = escape(view.indicator_names[indicator]), escape(view.units[indicator])
            line = next((lines[row] for row in rows if row in lines), "")
            body = [f"<tr><th scope=rowgroup rowspan={len(rows)}>{name}<small>{unit}</small>{line}"]
            body += [f"<td class=n>{view.years[row]}{self.cells[row]}\n<tr>" for row in rows]
            section["body"].append(f"<tbody>{''.join(body)[:-5]}</tbody>")
            section["rows"] += len(rows)
            for row in rows:
                if row in lines:
                    section["why"].append(self.why(row, drawn=few and bool(lines[row])))
        for section in sections.values():
            section["body"] = self.safe("".join(section["body"]))
            section["why"] = self.safe("".join(section["why"]))
        return sections

    def why(self, row: int, *, drawn: bool) -> str:
        """Explain a row beside its figure: sentences, arithmetic, and the numbers of its sources."""
        view = self.view
        name = escape(view.indicator_name(row))
        sums = "".join(f"<code>{escape(inert(line))}</code>" for line in arithmetic(view, row))
        found = sorted({int(column[row]) for column in self.view.sources[1]} - {0})
        notes = ", ".join(f'<a href="#s{one}">{one}</a>' for one in found)
        said = f" {self.say['sources-of']}: {notes}" if notes else ""
        path = self.figure(figures.path_chart(view, row))["svg"] if drawn else ""
        figure = f"<figure>{path}</figure>" if drawn else ""
        return f"<div><dt>{name}<dd>{figure}<p>{escape(narrate(view, row))}{sums}{said}</div>\n"

    def remarks(self) -> list[str]:
        """Return what was assumed of plan and actuals, and what looks strange, row by row."""
        given = (*self.card.plan.notes, *self.card.actuals.notes)
        notes = [note.text(self.language) for note in given]
        found = self.view.remarks
        rows = [row for row in self.focus.tolist() if found[row]]
        said = [f"{self.named(row, ', ')}: {found[row]}" for row in rows[:_MOST_UNSCORED]]
        return [inert(text) for text in [*notes, *said, *self.more(len(rows))]]

    def unscored(self) -> list[tuple[str, str, list[str]]]:
        """Group what has no score or no word by its reason: with their count, the first of them."""
        view = self.view
        unscored = np.flatnonzero(view.rows.reason).tolist()
        return [
            (
                reason[:1].upper() + reason[1:],
                labels.number(len(rows), 0, self.language),
                [*(self.named(row, ": ", year=len(self.card.years) > 1)
                   for row in rows[:_MOST_UNSCORED]), *self.more(len(rows))],
            )
            for reason, rows in by_key((view.reasons[row] or "", row) for row in unscored).items()
        ]  # fmt: skip

    def named(self, row: int, joint: str, *, year: bool = False) -> str:
        told = f"{self.view.region_name(row)}{joint}{self.view.indicator_name(row)}"
        return f"{told} ({self.view.years[row]})" if year else told

    def more(self, rows: int) -> list[str]:
        count = labels.number(rows - _MOST_UNSCORED, 0, self.language)
        return [self.say["unscored-more"].format(count=count)] if rows > _MOST_UNSCORED else []
