"""A scorecard as plain text and as Markdown, for terminals and notebooks without extras."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.core import labels
from kencana_targets.core.columns import take, to_lists
from kencana_targets.core.labels import inert
from kencana_targets.report.rule_facts import of_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kencana_targets.evaluation.scorecard import Scorecard
    from kencana_targets.model.rule import ScoringRule
    from kencana_targets.model.target_path import TargetPath
    from kencana_targets.tables.results import ResultTable

MOST_ROWS = 60
_NUMERIC = re.compile(r"-|(?:[<>≤≥] )?-?[0-9][0-9.,]*")


def people_table(
    scorecard: Scorecard, language: str = "en", *, most: int | None = MOST_ROWS
) -> tuple[list[str], list[list[str]]]:
    """Return the header and the cells that people look at first, as text."""
    from kencana_targets.report.view import View

    first = np.arange(len(scorecard) if most is None else min(len(scorecard), most))
    view = View(scorecard.take(first), language)
    indicators, bands = view.indicator_at.tolist(), view.rows.band.tolist()
    columns = {
        "region_name": [view.region(row).name for row in first.tolist()],
        "indicator_name": [view.indicator_names[one] for one in indicators],
        "unit": [view.units[one] for one in indicators],
        "year": view.years,
        "baseline": view.baseline,
        "target": view.target,
        "target_basis": [view.basis(row) for row in first.tolist()],
        "actual": view.actual,
        "achievement": view.achievement,
        "formula": [view.formula(row) for row in first.tolist()],
        "band": [labels.NOTHING if one < 0 else view.rule.bands[one].label for one in bands],
        "reason": [reason or "" for reason in view.reasons],
    }
    if len(set(indicators)) < 2:
        del columns["indicator_name"], columns["unit"]
    if len(scorecard.years) < 2:
        del columns["year"]
    if not any(columns["reason"]):
        del columns["reason"]
    titles = [labels.label("column", name, language) for name in columns]
    cells = [[inert(cell) for cell in row] for row in zip(*columns.values(), strict=True)]
    return titles, cells


def is_numeric(cell: str) -> bool:
    """Return whether a cell is a number in print, or a dash for none."""
    return bool(_NUMERIC.fullmatch(cell))


def grid(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Lay out cells in columns, numbers to the right."""
    widths = [max(len(title), *(len(row[i]) for row in cells), 0) for i, title in enumerate(titles)]
    numeric = [all(is_numeric(row[i]) for row in cells) for i in range(len(titles))]

    def line(row: Sequence[str]) -> str:
        parts = (
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(row, widths, numeric, strict=True)
        )
        return "  ".join(parts).rstrip()

    return "\n".join([line(titles), "  ".join("-" * width for width in widths), *map(line, cells)])


def heading(scorecard: Scorecard, language: str = "en") -> str:
    """Return one line that says what was judged, and by what."""
    plan, rule = scorecard.plan, scorecard.rule
    name = plan.name_id if language == "id" and plan.name_id else plan.name or plan.code
    by = rule.name_id if language == "id" and rule.name_id else rule.name
    years = ", ".join(f"{year:g}" for year in scorecard.years)
    shown = {scorecard.plan.indicators[i] for i in scorecard.indicator_positions[:MOST_ROWS]}
    what = f". {next(iter(shown)).label(language)}" if len(shown) == 1 else ""
    return inert(f"{name}, {years}{what}. {'Aturan' if language == 'id' else 'Rule'}: {by}")


def plain(scorecard: Scorecard, language: str = "en") -> str:
    """Return the table for people as plain text."""
    titles, cells = people_table(scorecard, language)
    text = f"{heading(scorecard, language)}\n\n{grid(titles, cells)}"
    return text + more(len(scorecard), len(cells), language)


def more(rows: int, shown: int, language: str = "en") -> str:
    """Say how many rows are not shown."""
    if rows <= shown:
        return ""
    left = labels.number(rows - shown, 0, language)
    return "\n" + labels.label("table", "more", language, count=left)


@frozen
class PathRow:
    """The target of one year on a path."""

    path: TargetPath
    year: float
    value: float
    basis: str
    source: str


def path_rows(path: TargetPath) -> list[PathRow]:
    """Return the knots of a path and the whole years between them."""
    knots = dict(zip(path.years, zip(path.bases, path.sources, strict=True), strict=True))
    between = range(math.ceil(path.years[0]), math.floor(path.years[-1]) + 1)
    years = sorted({*knots, *map(float, between if path.shape else ())})
    rows = []
    for year in years:
        basis, source = knots.get(year, ("interpolated", ""))
        rows.append(PathRow(path, year, path.at(year), basis, source))
    return rows


def rule_text(rule: ScoringRule, language: str = "en") -> str:
    """Return a rule in full: formulas, bands, edges, certainty, sources."""
    name, edges, certainty = (
        of_rule(rule, key, language)[0] for key in ("name", "edges", "certainty")
    )
    lines = [f"{rule.code}: {name}", "formulas:"]
    lines += [f"  {direction}: {formula}" for direction, formula in rule.formulas]
    limits = [("floor", rule.floor), ("cap", rule.cap)]
    lines += [f"{limit}: {value:g}" for limit, value in limits if value is not None]
    lines += [f"rounding: {rule.rounding}, {rule.decimals} decimals", f"average of: {rule.average}"]
    lines += ["bands:", *(f"  {band}" for band in rule.bands)] if rule.bands else ["bands: none"]
    lines += [f"edges: {edges}", f"certainty: {certainty}", "sources:"]
    return inert_lines([*lines, *(f"  {source}" for source in rule.sources)])


def inert_lines(lines: Sequence[str]) -> str:
    """Join lines, each made inert."""
    return "\n".join(inert(line) for line in lines)


def plain_result(table: ResultTable) -> str:
    """Return any table of results as plain English text; a column without a label shows its name."""
    columns = table.columns()
    total = len(next(iter(columns.values()), ()))
    shown = np.arange(min(total, MOST_ROWS))
    lists = to_lists({name: take(column, shown) for name, column in columns.items()})
    titles = [labels.words("column").get(name, name) for name in lists]

    def cell(name: str, value: object) -> str:
        if value is None:
            return "-"
        if isinstance(value, bool):
            return labels.label("word", "yes" if value else "no", "en")
        if isinstance(value, (int, float)) and name.endswith("year"):
            return f"{value:.6g}"
        if isinstance(value, (int, float)):
            return labels.number(value, 0 if isinstance(value, int) else 2, "en")
        return inert(str(value))

    rows = zip(*lists.values(), strict=True)
    cells = [[cell(name, value) for name, value in zip(lists, row, strict=True)] for row in rows]
    return grid(titles, cells) + more(total, len(cells), "en")


def markdown(scorecard: Scorecard, language: str = "en") -> str:
    """Return the whole table for people as Markdown; marks in the data stay text."""
    titles, cells = people_table(scorecard, language, most=None)

    def line(row: Sequence[str]) -> str:
        return "| " + " | ".join(_escaped(text) for text in row) + " |"

    table = [line(titles), "|" + " --- |" * len(titles), *map(line, cells)]
    return "\n".join([_escaped(heading(scorecard, language)), "", *table]) + "\n"


def _escaped(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{mark}" if mark in "\\`*_[]|" else mark for mark in safe)
