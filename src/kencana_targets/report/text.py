"""A scorecard as plain text and as Markdown, for terminals and notebooks without extras."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kencana_targets.columns import Text, to_lists
from kencana_targets.report import labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kencana_targets.scorecard import Scorecard
    from kencana_targets.summary import Summary

__all__ = ["markdown", "people_table", "plain", "plain_summary"]

MOST_ROWS = 60
# Characters that would change a terminal, a table or the reading direction.
_INERT = dict.fromkeys(
    [*range(32), 127, *range(128, 160), *range(8234, 8239), *range(8294, 8298), 8206, 8207], " "
)


def inert(text: str) -> str:
    """Return text without control characters, line breaks and direction marks."""
    return text.translate(_INERT)


def people_table(scorecard: Scorecard, language: str = "en") -> tuple[list[str], list[list[str]]]:
    """Return the header and the cells that people look at first, as text."""
    rows = scorecard.rows
    shown = np.arange(min(len(scorecard), MOST_ROWS))
    several_years = len(scorecard.years) > 1
    several_indicators = len(set(scorecard.indicator_positions[shown].tolist())) > 1
    header = [
        "region_name",
        "indicator_name",
        "unit",
        "year",
        "baseline",
        "target",
        "target_basis",
        "actual",
        "achievement",
        "formula",
        "band",
        "reason",
    ]
    left_out = {"indicator_name", "unit"} if not several_indicators else set()
    left_out |= set() if several_years else {"year"}
    columns = scorecard.columns()
    indicators = [scorecard.plan.indicators[i] for i in scorecard.indicator_positions[shown]]
    reasons = scorecard.reasons(language)

    def cell(name: str, row: int) -> str:
        indicator = indicators[row]
        if name == "indicator_name":
            return indicator.label(language)
        if name == "unit":
            return indicator.unit_id or indicator.unit if language == "id" else indicator.unit
        if name == "reason":
            return reasons[row] or ""
        column = columns[name]
        if isinstance(column, Text):
            word: str = column[row] or "-"
            worded = name in _WORDED and word != "-"
            return labels.label(labels.WORDS, word, language) if worded else word
        value = float(column[row])  # type: ignore[index]
        if name == "year":
            return f"{value:g}"
        if np.isnan(value):
            return "-"
        decimals = scorecard.rule.decimals if name == "achievement" else indicator.decimals
        if name == "target" and rows.basis[row] not in (0, 2):
            decimals = max(decimals, 2)
        return labels.number(value, decimals, language)

    names = [name for name in header if name not in left_out]
    if not any(reasons[row] for row in shown.tolist()):
        names.remove("reason")
    titles = [labels.label(labels.COLUMNS, name, language) for name in names]
    return titles, [[inert(cell(name, row)) for name in names] for row in shown.tolist()]


_WORDED = {"target_basis", "formula"}


def _grid(titles: Sequence[str], cells: Sequence[Sequence[str]]) -> str:
    """Lay out cells in columns, numbers to the right."""
    widths = [max(len(title), *(len(row[i]) for row in cells), 0) for i, title in enumerate(titles)]
    numeric = [
        all(row[i] == "-" or row[i][-1:].isdigit() for row in cells) for i in range(len(titles))
    ]

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
    text = f"{heading(scorecard, language)}\n\n{_grid(titles, cells)}"
    return text + _more(len(scorecard), len(cells), language)


def _more(rows: int, shown: int, language: str) -> str:
    if rows <= shown:
        return ""
    left = labels.number(rows - shown, 0, language)
    return f"\n... dan {left} baris lagi" if language == "id" else f"\n... and {left} more rows"


def plain_summary(summary: Summary, language: str = "en") -> str:
    """Return a summary as plain text."""
    lists = to_lists(summary.columns())
    titles = [labels.label(labels.COLUMNS, name, language) for name in lists]
    rows = list(zip(*lists.values(), strict=True))[:MOST_ROWS]
    decimals = {"score": summary.rule.decimals, "coverage": 2}

    def cell(name: str, value: object) -> str:
        if value is None:
            return "-"
        if isinstance(value, (int, float)):
            return labels.number(value, decimals.get(name, 0), language)
        return inert(str(value))

    cells = [[cell(name, value) for name, value in zip(lists, row, strict=True)] for row in rows]
    return _grid(titles, cells) + _more(len(summary), len(cells), language)


def markdown(scorecard: Scorecard, language: str = "en") -> str:
    """Return the table for people as Markdown; marks in the data stay text."""
    titles, cells = people_table(scorecard, language)

    def line(row: Sequence[str]) -> str:
        return "| " + " | ".join(_escaped(text) for text in row) + " |"

    table = [line(titles), "|" + " --- |" * len(titles), *map(line, cells)]
    more = _more(len(scorecard), len(cells), language)
    return "\n".join([_escaped(heading(scorecard, language)), "", *table]) + "\n" + more


def _escaped(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{mark}" if mark in "\\`*_[]|" else mark for mark in safe)
