"""How values show themselves: one table of what draws which, opened when something is shown.

Types lie below the room that draws them. The table names the function, so that
types import nothing above them, nothing registers itself, and no order of
imports matters.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from attrs import frozen

from kencana_targets.core.labels import check_language

if TYPE_CHECKING:
    from kencana_targets.core.typing import Language


# Type, then form, then module of `report` and function. A table draws itself as text and as HTML.
SHOWS: dict[str, dict[str, str]] = {
    "AgencySummary": {"table": "tabulate:agencies_table"},
    "AuditReport": {"table": "tabulate:audit_table"},
    "CascadedTargets": {"table": "tabulate:cascade_table"},
    "Comparison": {"table": "tabulate:comparison_table"},
    "Figures": {"table": "tabulate:figures_table"},
    "Indicators": {"table": "tabulate:indicators_table"},
    "Plan": {"table": "tabulate:plan_table"},
    "Regions": {"table": "tabulate:regions_table"},
    "ResultTable": {"table": "tabulate:result_table"},
    "Scorecard": {
        "table": "tabulate:scorecard_table",
        "html": "tabulate:scorecard_html",
        "page": "html:report",
        "workbook": "workbook:workbook",
        "chapter": "word:chapter",
        "explanation": "explanation:explain",
        "sentences": "explanation:narrate_row",
        "path": "figures:path_figure",
        "ranking": "figures:ranked_dots",
        "heat": "figures:heat_table",
        "change": "figures:change_figure",
        "map": "figures:map_figure",
    },
    "ScoringRule": {"table": "tabulate:rule_table"},
    "TargetPath": {"table": "tabulate:path_table"},
}
# What print says and what a notebook shows, where nobody chose a language.
IN_PRINT: Language = "en"
IN_NOTEBOOK: Language = "id"


def drawn_by(kind: type, form: str) -> str | None:
    """Return what draws values of a type in a form, its own or its nearest base's.

    Examples
    --------
    >>> from kencana_targets.model.plan import Plan
    >>> drawn_by(Plan, "table")
    'tabulate:plan_table'
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
    """A value that shows itself as a table: in print, and in a notebook."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(show(self, "table", self._shown_in(None, IN_PRINT)).text())

    def _repr_html_(self) -> str:
        language = self._shown_in(None, IN_NOTEBOOK)
        if drawn_by(type(self), "html"):
            return str(show(self, "html", language))
        return str(show(self, "table", language).html())

    def _shown_in(self, language: Language | None, otherwise: Language) -> Language:
        """Return the language asked for, else the value's own, else the usual one."""
        own: Language | None = getattr(self, "language", None) or None
        if language is not None:
            check_language(language)
        return language if language is not None else own or otherwise


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
    language: Language

    def __str__(self) -> str:
        return "\n".join([self.title, *(f"  {line}" for line in self.lines)])

    def _repr_html_(self) -> str:
        import html

        items = "".join(f"<li>{html.escape(line)}</li>" for line in self.lines)
        return f'<div lang="{self.language}"><b>{html.escape(self.title)}</b><ul>{items}</ul></div>'
