"""An audit of published figures as text and HTML: what needs a look, then the agencies."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.columns import to_lists
from kencana_targets.core.labels import inert
from kencana_targets.report.text import MOST_ROWS, grid, more

if TYPE_CHECKING:
    from kencana_targets.auditing.agencies import AgencySummary
    from kencana_targets.auditing.audit import AuditReport

PLACES = ("sheet", "column")
COLUMNS = (
    *("row", *PLACES, "agency", "indicator", "target", "actual"),
    *("achievement", "recomputed", "formula", "difference", "finding"),
)
AGENCY_COLUMNS = (
    *("agency", "rows", "reproduced", "inconsistent", "unreadable"),
    *("maximize", "minimize", "rounding"),
)
_LONGEST = 60


def findings(report: AuditReport, language: str = "en") -> tuple[list[str], list[list[str]], str]:
    """Return the header and the cells of the rows that need a look, and how many more there are."""
    found = report.findings()
    cells = [_cells(row, language) for row in found.take(np.arange(min(len(found), MOST_ROWS)))]
    # Where a table has but one sheet and one column of achievements, that goes without saying.
    places = to_lists({name: report.values[name] for name in PLACES})
    # Of a table with one sheet and one column of achievements they go without saying.
    unsaid = {name for name, words in places.items() if len(set(words)) < 2}
    shown = [
        i
        for i, name in enumerate(COLUMNS)
        if name not in unsaid and any(row[i] != "-" for row in cells)
    ]
    titles = [labels.label("audit-column", COLUMNS[i], language) for i in shown]
    hidden = more(len(found), len(cells), language)
    return titles, [[row[i] for i in shown] for row in cells], hidden


def plain_audit(report: AuditReport, language: str = "en") -> str:
    """Return an audit as plain text."""
    titles, cells, hidden = findings(report, language)
    parts = [inert(_heading(report, language))]
    if cells:
        parts.append(grid(titles, cells) + hidden)
    else:
        parts.append(labels.label("audit", "all-right", language))
    parts.append(plain_agencies(report.by_agency(), language))
    warning = labels.label("audit", "warning", language)
    parts += [inert(f"{warning}: {text}") for text in report.warnings]
    return "\n\n".join(parts)


def plain_agencies(summary: AgencySummary, language: str = "en") -> str:
    """Return the agencies of an audit as plain text."""
    lists = to_lists({name: summary.values[name] for name in AGENCY_COLUMNS})
    titles = [labels.label("audit-column", name, language) for name in AGENCY_COLUMNS]
    rows = list(zip(*lists.values(), strict=True))
    cells = [[_short("-" if cell is None else str(cell)) for cell in row] for row in rows]
    hidden = more(len(cells), min(len(cells), MOST_ROWS), language)
    return grid(titles, cells[:MOST_ROWS]) + hidden


def html_audit(report: AuditReport) -> str:
    """Return an audit as HTML; everything from the table is escaped."""
    titles, cells, hidden = findings(report)
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in cells
    )
    notes = [f"{labels.label('audit', 'warning')}: {text}" for text in report.warnings]
    notes += [hidden.strip()] if hidden else []
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if cells else ""
    text = "".join(f"<p>{escape(inert(note))}</p>" for note in notes)
    return f"<div><p>{escape(inert(_heading(report, 'en')))}</p>{table}{text}</div>"


def _heading(report: AuditReport, language: str) -> str:
    counts = ", ".join(
        f"{report.count(verdict)} {labels.label('audit-column', verdict, language).lower()}"
        for verdict in ("reproduced", "inconsistent", "unreadable")
    )
    text = labels.label("audit", "counts", language)
    return text.format(source=report.source, rows=len(report), counts=counts)


def _cells(row: dict[str, Any], language: str) -> list[str]:
    """Return one row as text."""
    decimals = row["decimals"]
    numbers = {
        "target": _target(row, language),
        "actual": _number(row["actual"], 0, language),
        "achievement": _number(row["achievement"], decimals, language),
        "recomputed": _number(row["recomputed"], decimals, language),
        "difference": _number(row["difference"], decimals, language),
    }
    words = {"finding": "; ".join(_findings(row, language)), **numbers}
    if row["kind"] == "average":
        words["indicator"] = labels.label("audit", "average", language)
    return [
        _short(words.get(name) or ("-" if row.get(name) is None else str(row[name])))
        if name != "finding"
        else inert(words[name]) or "-"
        for name in COLUMNS
    ]


def _short(text: str) -> str:
    plain = inert(text)
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 3] + "..."


def _number(value: float | None, decimals: int, language: str) -> str:
    if value is None or not math.isfinite(value):
        return "-"
    return labels.figure(value, min(decimals, 6), language)


def _target(row: dict[str, Any], language: str) -> str:
    low, high = (_number(row[f"target_{side}"], 0, language) for side in ("lower", "upper"))
    if low == high == "-":
        return _number(row["target"], 0, language)
    if "-" in (low, high):
        return f"<= {high}" if low == "-" else f">= {low}"
    return f"{low} - {high}"


def _findings(row: dict[str, Any], language: str) -> list[str]:
    """Say in words what is wrong with a row."""
    found = [] if row["reason"] is None else [row["reason"]]
    if row["explained_by_rounding"]:
        found.append(labels.label("audit", "rounded", language))
    elif row["verdict"] == "inconsistent" and not found:
        found.append(labels.label("audit", "no-formula", language))
    if row["band_verdict"] == "inconsistent":
        none = labels.label("audit", "none", language)
        text = labels.label("audit", "word", language)
        found.append(text.format(band=row["band"], right=row["band_of_printed"] or none))
    elif row["band_verdict"] == "unreadable":
        found.append(labels.label("audit", "unknown-word", language).format(band=row["band"]))
    return found
