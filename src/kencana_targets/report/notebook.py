"""How values show themselves in a notebook: in Indonesian, escaped, and bounded in size.

With the extra ``report`` the tables are drawn by great-tables; without it they
are plain HTML with the same cells.
"""

from __future__ import annotations

import hashlib
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical as Words
from kencana_targets.core.columns import to_lists
from kencana_targets.core.frames import backends, to_frame
from kencana_targets.core.labels import inert
from kencana_targets.report.bands import NO_BAND, Look, band_range, looks
from kencana_targets.report.rule_facts import of_rule
from kencana_targets.report.sparkline import sparklines
from kencana_targets.report.text import heading, path_rows
from kencana_targets.report.view import NOTHING, View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kencana_targets.evaluation.scorecard import Scorecard
    from kencana_targets.evaluation.summary import Summary
    from kencana_targets.model.plan import Plan
    from kencana_targets.model.rule import ScoringRule
    from kencana_targets.model.target_path import TargetPath

LANGUAGE = "id"
MOST_ROWS = 40
# A small line carries its own style, because a notebook has no sheet of ours.
_STYLED = (
    ("class=s ", 'style="width:96px;height:24px" '),
    ("class=t ", 'fill="none" stroke="#757575" stroke-width="1.5" '),
    ("class=a ", 'fill="none" stroke="#0b4f8a" stroke-width="2" '),
    ("class=o ", 'fill="#757575" '),
    ("class=d ", 'fill="#0b4f8a" '),
)


@frozen
class Cell:
    """One cell: its HTML, whether it is a number, and the band that colours it."""

    html: str
    right: bool = False
    look: Look | None = None


@frozen
class Sheet:
    """A table to show: a title, a subtitle, columns and notes, all plain text."""

    title: str
    subtitle: str
    titles: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    notes: Sequence[str] = field(factory=tuple)

    def html(self) -> str:
        """Return the table as HTML, drawn by great-tables where it is installed."""
        if self.rows and find_spec("great_tables") and backends():
            return self._drawn()
        return self._plain()

    def _plain(self) -> str:
        caption = f"<b>{escape(self.title)}</b><br>{escape(self.subtitle)}"
        head = "".join(f'<th scope="col">{escape(title)}</th>' for title in self.titles)
        body = "".join(
            "<tr>" + "".join(f"<td{_style(cell)}>{cell.html}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in self.notes)
        return (
            f'<div lang="{LANGUAGE}"><table><caption>{caption}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}</div>"
        )

    def _drawn(self) -> str:
        from great_tables import GT, html, loc, style

        names = [f"c{number}" for number in range(len(self.titles))]
        cells = {
            name: Words.encode(row[number].html for row in self.rows)
            for number, name in enumerate(names)
        }
        # The identifier comes from the content, so that the same table is the same text.
        content = repr((self.title, [[cell.html for cell in row] for row in self.rows]))
        identifier = "kt" + hashlib.sha256(content.encode()).hexdigest()[:10]
        table = (
            GT(to_frame(cells, keys=names), id=identifier)
            .tab_header(title=html(escape(self.title)), subtitle=html(escape(self.subtitle)))
            .cols_label({n: html(escape(t)) for n, t in zip(names, self.titles, strict=True)})
            # The cells are escaped already, and are passed on as they are.
            .fmt(fns=str, columns=names)
            .tab_options(table_font_size="13px", data_row_padding="3px", heading_align="left")
        )
        first = self.rows[0]
        right = [name for name, cell in zip(names, first, strict=True) if cell.right]
        table = table.cols_align("left").cols_align("right", right) if right else table
        for number, name in enumerate(names):
            for look in dict.fromkeys(row[number].look for row in self.rows):
                if look is not None:
                    rows = [at for at, row in enumerate(self.rows) if row[number].look == look]
                    table = table.tab_style(
                        style=[style.fill(look.colour), style.text(color=look.ink)],
                        locations=loc.body(columns=name, rows=rows),
                    )
        for note in self.notes:
            table = table.tab_source_note(html(escape(note)))
        return f'<div lang="{LANGUAGE}">{table.as_raw_html()}</div>'


def _style(cell: Cell) -> str:
    parts = ["text-align:right"] if cell.right else ["text-align:left"]
    if cell.look is not None:
        parts.append(f"background:{cell.look.colour};color:{cell.look.ink}")
    return f' style="{";".join(parts)}"'


def _say(key: str, **cells: Any) -> str:
    return labels.label("notebook", key, LANGUAGE, **cells)


def _word(key: str) -> str:
    return labels.label("word", key, LANGUAGE)


def _titles(*keys: str) -> list[str]:
    return [labels.label("column", key, LANGUAGE) for key in keys]


def _text(value: str) -> Cell:
    return Cell(escape(inert(value)))


def _number(value: str) -> Cell:
    return Cell(escape(value), right=True)


def _band(look: Look) -> Cell:
    mark = "" if look is NO_BAND else f"{look.mark} "
    return Cell(escape(mark + inert(look.word)), look=look)


def _more(rows: int, shown: int) -> list[str]:
    if rows <= shown:
        return []
    return [_say("more", count=labels.number(rows - shown, 0, LANGUAGE))]


def _name(one: Plan | ScoringRule) -> str:
    return one.name_id or one.name or one.code


def scorecard_html(card: Scorecard) -> str:
    """Return the rows that people look at first, with a small line each."""
    # Only what is shown is written: a card of millions of rows costs no more.
    shown = np.arange(min(len(card), MOST_ROWS))
    part = card if len(card) <= MOST_ROWS else card.take(shown)
    view = View(part, LANGUAGE)
    lines = sparklines(view, shown)
    several = len(card.years) > 1
    keys = ["region_name", "indicator_name", "unit", *(["year"] if several else [])]
    titles = [*_titles(*keys, "target", "actual", "achievement", "band", "reason")]
    titles.insert(-1, _say("line"))
    rows = []
    for row in shown.tolist():
        indicator = int(view.indicator_at[row])
        year = [_number(view.years[row])] if several else []
        rows.append(
            [
                _text(view.region(row).name),
                _text(view.indicator_names[indicator]),
                _text(view.units[indicator]),
                *year,
                _number(view.target[row]),
                _number(view.actual[row]),
                _number(view.achievement[row]),
                _band(view.look(row)),
                Cell(_styled(lines[row])),
                _text(view.reasons[row] or ""),
            ]
        )
    notes = [_say("line-note"), *_more(len(card), len(rows))]
    title, _, subtitle = heading(card, LANGUAGE).partition(". ")
    return Sheet(title, subtitle, titles, rows, notes).html()


def _styled(line: str) -> str:
    for short, full in _STYLED:
        line = line.replace(short, full)
    return line


def summary_html(summary: Summary) -> str:
    """Return averages, bands and ranks."""
    lists = to_lists(summary.columns())
    shown = looks(summary.rule, LANGUAGE)
    words = [band.label for band in summary.rule.bands]
    decimals = {"score": summary.rule.decimals, "coverage": 2}
    rows = []
    for cells in list(zip(*lists.values(), strict=True))[:MOST_ROWS]:
        row = []
        for name, value in zip(lists, cells, strict=True):
            if name == "band":
                row.append(_band(NO_BAND if value is None else shown[words.index(value)]))
            elif isinstance(value, (int, float)):
                row.append(_number(labels.number(value, decimals.get(name, 0), LANGUAGE)))
            else:
                row.append(_text(NOTHING if value is None else str(value)))
        rows.append(row)
    rule = _say("rule", name=inert(_name(summary.rule)))
    title = f"{inert(summary.plan)}, {summary.year:g}"
    return Sheet(title, rule, _titles(*lists), rows, _more(len(summary), len(rows))).html()


def plan_html(plan: Plan) -> str:
    """Return the indicators of a plan, and how many figures each has."""
    of_indicator = plan.targets.indicator.positions([one.code for one in plan.indicators])
    rows = []
    for number, one in enumerate(plan.indicators[:MOST_ROWS]):
        years = plan.targets.year[of_indicator == number]
        span = f"{years.min():g} - {years.max():g}" if len(years) else NOTHING
        shape = _word(one.shape) if one.shape else _say("no-shape")
        rows.append(
            [
                _text(one.code),
                _text(one.label(LANGUAGE)),
                _text(one.unit_id or one.unit),
                _text(_word(one.direction)),
                _text(shape),
                _number(labels.number(len(years), 0, LANGUAGE)),
                _text(span),
            ]
        )
    counts = {
        "indicators": len(plan.indicators),
        "regions": len(plan.covered),
        "baselines": len(plan.baselines),
        "targets": len(plan.targets),
    }
    written = {key: labels.number(count, 0, LANGUAGE) for key, count in counts.items()}
    titles = _titles("indicator", "indicator_name", "unit", "direction")
    titles += [_say("shape"), _say("count"), _say("years")]
    notes = _more(len(plan.indicators), len(rows))
    return Sheet(inert(_name(plan)), _say("plan", **written), titles, rows, notes).html()


def path_html(path: TargetPath) -> str:
    """Return the targets of every year of a path, official and interpolated."""
    rows = [
        [
            _number(f"{row.year:g}"),
            _number(labels.figure(row.value, path.indicator.decimals, LANGUAGE)),
            _text(_word(row.basis)),
            _text(row.source or NOTHING),
        ]
        for row in path_rows(path)[:MOST_ROWS]
    ]
    title = inert(f"{path.indicator.label(LANGUAGE)}: {path.region}")
    shape = _word(path.shape) if path.shape else _say("no-shape")
    owner = f"; {_say('owner', owner=path.owner)}" if path.owner != path.region else ""
    unit = path.indicator.unit_id or path.indicator.unit
    subtitle = inert(f"{unit}; {_say('shape')}: {shape}{owner}")
    titles = _titles("year", "target", "target_basis", "target_source")
    return Sheet(title, subtitle, titles, rows).html()


def rule_html(rule: ScoringRule) -> str:
    """Return the bands of a rule, its formulas, edges, certainty and sources."""
    formulas = "; ".join(
        f"{_word(direction)}: {_word('stabilize-formula' if formula == 'stabilize' else formula)}"
        for direction, formula in rule.formulas
    )
    rows = [
        [_band(look), _text(band.label), _text(band_range(band, LANGUAGE))]
        for look, band in zip(looks(rule, LANGUAGE), rule.bands, strict=True)
    ]
    titles = [_say("band"), _say("printed"), _say("range")]
    said = (of_rule(rule, name, LANGUAGE)[0] for name in ("edges", "certainty"))
    notes = [inert(note) for note in (*said, *rule.sources) if note]
    title = f"{inert(_name(rule))} ({inert(rule.code)})"
    return Sheet(title, formulas, titles, rows, notes).html()
