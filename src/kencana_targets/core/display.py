"""How values show themselves: one table of what draws which, opened when something is shown.

Types lie below the room that draws them. The table names the function, so that
types import nothing above them, nothing registers itself, and no order of
imports matters.
"""

from __future__ import annotations

import html
from importlib import import_module
from typing import Any

from attrs import frozen

# Type, then form, then module of `report` and function.
SHOWS: dict[str, dict[str, str]] = {
    "AgencySummary": {"text": "audited:plain_agencies"},
    "AuditReport": {"text": "audited:plain_audit", "html": "audited:html_audit"},
    "Comparison": {"text": "compared:plain_comparison"},
    "Plan": {"html": "notebook:plan_html"},
    "ResultTable": {"text": "text:plain_result"},
    "Scorecard": {
        "text": "text:plain",
        "html": "notebook:scorecard_html",
        "markdown": "text:markdown",
        "page": "html:report",
        "workbook": "workbook:workbook",
        "explanation": "explanation:explain",
        "sentences": "narrative:narrate_row",
        "path": "figures:path_figure",
        "ranking": "figures:ranked_dots",
        "heat": "heat:heat_table",
        "change": "figures:change_figure",
        "map": "heat:map_figure",
    },
    "ScoringRule": {"html": "notebook:rule_html"},
    "Summary": {"html": "notebook:summary_html"},
    "TargetPath": {"html": "notebook:path_html"},
}


def drawn_by(kind: type, form: str) -> str | None:
    """Return what draws values of a type in a form, its own or its nearest base's.

    Examples
    --------
    >>> from kencana_targets.model.plan import Plan
    >>> drawn_by(Plan, "html")
    'notebook:plan_html'
    """
    forms = (SHOWS.get(base.__name__, {}) for base in kind.__mro__)
    return next((named[form] for named in forms if form in named), None)


def show(value: object, form: str, *arguments: Any, **options: Any) -> Any:
    """Show a value in a form: call the function that the table names."""
    drawn = drawn_by(type(value), form)
    assert drawn is not None, f"{type(value).__name__} has no {form}"
    module, _, name = drawn.partition(":")
    draw = getattr(import_module(f"kencana_targets.report.{module}"), name)
    return draw(value, *arguments, **options)


class Displayed:
    """A value that shows itself as text and in a notebook."""

    __slots__ = ()

    def __str__(self) -> str:
        return show(self, "text") if drawn_by(type(self), "text") else repr(self)

    def _repr_html_(self) -> str | None:
        # A notebook that is given nothing shows the text.
        return show(self, "html") if drawn_by(type(self), "html") else None


@frozen
class Explanation:
    """One explained score.

    Parameters
    ----------
    title : str
        Region, indicator and year.
    lines : tuple of str
        One statement each, in the order of the arithmetic.
    language : str
        ``"en"`` or ``"id"``.
    """

    title: str
    lines: tuple[str, ...]
    language: str

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {line}" for line in self.lines)])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines)
        return f'<div lang="{self.language}"><b>{html.escape(self.title)}</b><ul>{items}</ul></div>'
