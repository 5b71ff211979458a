"""An audit of published figures as a table: what needs a look, then the agencies."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from kencana_targets.auditing.audit import AuditReport
from kencana_targets.auditing.verdicts import AgencySummary
from kencana_targets.core import labels
from kencana_targets.core.columns import take, to_lists
from kencana_targets.core.labels import figure, label, target_range
from kencana_targets.core.messages import message
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import Language
from kencana_targets.report.display_table import MOST_ROWS, DisplayTable

PLACES = ("sheet", "column")
COLUMNS = (
    *("row", *PLACES, "agency", "indicator", "target", "actual"),
    *("achievement", "recomputed", "formula", "difference", "finding"),
)
AGENCY_COLUMNS = (
    *("agency", "rows", "reproduced", "inconsistent", "unreadable"),
    *("maximize", "minimize", "stabilize", "rounding"),
)
_LONGEST, _MOST_DECIMALS = 60, 6


def audit_table(report: AuditReport, language: Language = "en") -> DisplayTable:
    """Return the rows of an audit that need a look, its warnings, and the agencies below."""
    found = report.findings()
    cells = [_cells(row, language) for row in found.take(np.arange(min(len(found), MOST_ROWS)))]
    # Leave out sheet and column where the table has only one of each.
    places = to_lists({name: report.values[name] for name in PLACES})
    unsaid = {name for name, words in places.items() if len(set(words)) < 2}
    shown = [
        i
        for i, name in enumerate(COLUMNS)
        if name not in unsaid and any(row[i] != "-" for row in cells)
    ]
    counts = ", ".join(
        f"{report.count(verdict)} {label('audit-column', verdict, language).lower()}"
        for verdict in ("reproduced", "inconsistent", "unreadable")
    )
    warning = label("audit", "warning", language)
    notes = [] if cells else [label("audit", "all-right", language)]
    return DisplayTable(
        titles=[label("audit-column", COLUMNS[i], language) for i in shown],
        rows=[[row[i] for i in shown] for row in cells],
        heading=label(
            "audit", "counts", language, source=report.source, rows=len(report), counts=counts
        ),
        notes=[*notes, *(f"{warning}: {one.text(language)}" for one in report.warnings)],
        total=len(found),
        language=language,
        below=agencies_table(report.by_agency(), language),
    )


def agencies_table(summary: AgencySummary, language: Language = "en") -> DisplayTable:
    """Return the agencies of an audit."""
    columns = {name: summary.values[name] for name in AGENCY_COLUMNS}
    first = np.arange(min(len(summary), MOST_ROWS))
    lists = to_lists({name: take(column, first) for name, column in columns.items()})
    # No agency has a formula for a direction that the table does not know.
    lists = {n: cells for n, cells in lists.items() if n != "stabilize" or any(cells)}
    return DisplayTable(
        titles=[label("audit-column", name, language) for name in lists],
        rows=[
            [
                _short("-" if cell is None else _worded(name, str(cell), language))
                for name, cell in zip(lists, row, strict=True)
            ]
            for row in zip(*lists.values(), strict=True)
        ],
        total=len(summary),
        language=language,
    )


def _cells(row: dict[str, Any], language: Language) -> list[str]:
    """Return one row as text."""
    places = min(row["decimals"], _MOST_DECIMALS)
    low, high = (figure(row[f"target_{side}"], 0, language) for side in ("lower", "upper"))
    written = {
        "target": figure(row["target"], 0, language),
        "actual": figure(row["actual"], 0, language),
        **{
            n: figure(row[n], places, language) for n in ("achievement", "recomputed", "difference")
        },
    }
    if (low, high) != (labels.NOTHING, labels.NOTHING):
        written["target"] = target_range(low, high, 0)
    if row["kind"] == "average":
        written["indicator"] = label("audit", "average", language)
    finding = "; ".join(_findings(row, language)) or labels.NOTHING
    cells = [
        written.get(name)
        or ("-" if row.get(name) is None else _worded(name, str(row[name]), language))
        for name in COLUMNS[:-1]
    ]
    return [*map(_short, cells), finding]


def _worded(name: str, text: str, language: Language) -> str:
    """Return the name of a formula or a rounding in a language; in English as files have it."""
    told = language == "id" and name in ("formula", "rounding", *Direction)
    return labels.words("word", "id").get(text, text) if told else text


def _told(reason: str, language: Language) -> str:
    """Return a reason in a language: as a whole, else each of its clauses."""
    whole = message(reason, language)
    if whole != reason:
        return whole
    return "".join(message(part, language) for part in re.split(r"(; |: )", reason))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _findings(row: dict[str, Any], language: Language) -> list[str]:
    """Say in words what is wrong with a row."""
    found = [] if row["reason"] is None else [_told(row["reason"], language)]
    if row["explained_by_rounding"]:
        found.append(label("audit", "rounded", language))
    elif row["verdict"] == "inconsistent" and not found:
        found.append(label("audit", "no-formula", language))
    if row["band_verdict"] == "inconsistent":
        right = row["band_of_printed"] or label("audit", "none", language)
        found.append(label("audit", "word", language, band=row["band"], right=right))
    elif row["band_verdict"] == "unreadable":
        found.append(label("audit", "unknown-word", language, band=row["band"]))
    return found
