"""A workbook in which an office writes its plan: it reads back without any option."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import optional_module, refuse
from kencana_targets.core.labels import check_language, words
from kencana_targets.core.typing import Language
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.official_regions import load_regions
from kencana_targets.model.region import Region
from kencana_targets.tables.asked import as_path
from kencana_targets.tables.shipped import shipped_indicator
from kencana_targets.tables.template import chosen_years
from kencana_targets.tables.writers import check_ending, write_whole

_HEADER, _EXAMPLE, _BODY = 2, 3, 4
_OPEN_ROWS = 300
_INDICATOR_COLUMNS = [
    *("code", "name_id", "unit", "direction", "lower", "upper", "shape", "decimals"),
    *("combination", "objective", "aliases", "source"),
]


def new_plan(
    path: str | Path,
    *,
    region: str | None = None,
    indicators: str | Indicator | Iterable[str | Indicator] = (),
    years: int | Iterable[int] | None = None,
    language: Language = "id",
) -> None:
    """Write a workbook to fill in: indicators, baselines, targets, law and actuals.

    Sheets hold lists to choose from and cells that are checked; an example row is marked
    as one and never read. What is filled in is read by ``read_plan(path)``.

    Parameters
    ----------
    path : path
        The file, ``.xlsx``.
    region : str, optional
        Code or name: the rows of this region and those below it are written already.
    indicators : str, Indicator or iterable of these, optional
        What is promised: codes or names of indicators that shipped plans have, which
        are filled in, or any other code, whose row is left to fill in.
    years : int or iterable of int, optional
        The years of the targets; by default this one and the next four.
    language : {"id", "en"}, optional
        The language of sheets, headings and instructions.

    Raises
    ------
    ArgumentError
        The file is not named ``.xlsx``, a year is not one, or the language is unknown.
    UnknownNameError
        There is no such region.
    TableError
        The file cannot be written.
    MissingExtraError
        XlsxWriter is not installed.

    Examples
    --------
    >>> import kencana_targets as kt, tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "rencana.xlsx"
    >>> kt.new_plan(file, region="Jawa Barat", indicators=["stunting", "mCPR"], years=[2024])
    >>> file.stat().st_size > 5000
    True
    """
    check_language(language)
    place = as_path(path)
    check_ending(path, (".xlsx",))
    given = [indicators] if isinstance(indicators, str) else indicators
    several = checks.items("indicators", given, object)
    measured = [one if isinstance(one, Indicator) else _indicator(one) for one in several]
    known = load_regions()
    places = []
    if region is not None:
        first = known.find(region)
        places = [first, *known.children(first.code)]
    xlsxwriter = optional_module("xlsxwriter", "an Excel file", "excel")
    this = dt.date.today().year  # noqa: DTZ011 (the year of the office's calendar)
    chosen = chosen_years(years, range(this, this + 5))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        _Writer(book, language, places, measured, chosen).write()
    write_whole(place, buffer.getvalue())


def _indicator(name: Any) -> Indicator | str:
    """Return the indicator of a shipped plan that a word names, or the word itself."""
    if not isinstance(name, str) or not name.strip() or not checks.is_writable(name):
        refuse("indicators", name, "codes or names of indicators, or Indicator values")
    return shipped_indicator(name) or name.strip()


@frozen(eq=False)
class _Writer:
    """Writes the sheets of one workbook."""

    book: Any
    language: Language
    places: Sequence[Region]
    indicators: Sequence[Indicator | str]
    years: Sequence[int]

    def write(self) -> None:
        """Write all sheets, instructions first."""
        say = words("new-plan", self.language)
        sheets = words("plan-sheet", self.language)
        sheet = self.book.add_worksheet(sheets["instructions"])
        sheet.set_column(0, 0, 110)
        wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        title = self.book.add_format({"bold": True, "font_size": 14})
        lines = sorted(key for key in say if key.startswith("line-"))
        sheet.write_string(0, 0, say["title"], title)
        for row, key in enumerate(lines, 2):
            sheet.write_string(row, 0, say[key], wrap)
        about, column = words("plan-about", self.language), words("plan-column", self.language)
        keys = [about[key] for key in ("region_code", "region", "indicator", "unit")]
        self._list(sheets["indicators"], [column[key] for key in _INDICATOR_COLUMNS])
        years = [str(year) for year in self.years]
        figures = {
            "baselines": [say["year"], say["value"], say["survey"], column["source"]],
            "targets": [*years, column["instrument"]],
            "actuals": [*years, column["source"]],
        }
        for role in ("baselines", "targets"):
            self._figures(role, sheets[role], [*keys, *figures[role]], say)
        self._list(
            sheets["instruments"], [column[key] for key in ("instrument", "since", "source")]
        )
        self._figures("actuals", sheets["actuals"], [*keys, *figures["actuals"]], say)

    def _sheet(self, name: str, headings: Sequence[str], example: Sequence[Any]) -> Any:
        """Add a sheet with a title, a header and an example row that nobody reads."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, name, self.book.add_format({"bold": True, "font_size": 14}))
        head = {"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True}
        grey = {"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2"}
        header, shown = self.book.add_format(head), self.book.add_format(grey)
        for at, heading in enumerate(headings):
            sheet.write_string(_HEADER, at, heading, header)
        for at, cell in enumerate(example):
            sheet.write(_EXAMPLE, at, cell, shown)
        sheet.set_column(0, len(headings), 16)
        sheet.set_column(1, 1, 36)
        sheet.freeze_panes(_BODY, 0)
        return sheet

    def _list(self, name: str, headings: Sequence[str]) -> None:
        say, term = words("new-plan", self.language), words("plan-term", self.language)
        if len(headings) == len(_INDICATOR_COLUMNS):
            example = [
                *(f"{say['example']}: stunting", say["example-name"], say["percent"]),
                *(term["minimize"], 0, 100, term["linear"], 1, term["last"]),
            ]
            sheet = self._sheet(name, headings, example)
            allowed = {
                "direction": ("maximize", "minimize", "stabilize"),
                "shape": ("linear", "constant-rate", "step"),
                "combination": ("sum", "last", "average"),
            }
            for key, keys in allowed.items():
                at = _INDICATOR_COLUMNS.index(key)
                rule = {"validate": "list", "source": [term[one] for one in keys]}
                sheet.data_validation(_BODY, at, _BODY + _OPEN_ROWS, at, rule)
            for row, one in enumerate(self.indicators, _BODY):
                self._indicator(sheet, row, one, term)
            return
        example = [f"{say['example']}: {say['example-law']}", "2025-01-01", ""]
        self._sheet(name, headings, example)

    def _indicator(self, sheet: Any, row: int, one: Indicator | str, term: Any) -> None:
        if isinstance(one, str):
            sheet.write_string(row, 0, one)
            return
        cells = {
            "code": one.code,
            "name_id": one.label(self.language),
            "unit": (one.unit_id if self.language == "id" else "") or one.unit,
            "direction": term[one.direction.value],
            "lower": one.lower,
            "upper": one.upper,
            "shape": None if one.shape is None else term[one.shape.value],
            "decimals": one.decimals,
            "combination": None if one.combination is None else term[one.combination.value],
            "objective": one.objective or None,
            "aliases": "; ".join(one.aliases) or None,
            "source": one.source or None,
        }
        for at, key in enumerate(_INDICATOR_COLUMNS):
            if cells[key] is not None:
                sheet.write(row, at, cells[key])

    def _figures(self, role: str, name: str, headings: Sequence[str], say: Any) -> None:
        example = [f"{say['example']}: 32.01", say["example-region"], "stunting", say["percent"]]
        figures = (
            [2021, 24.5] if role == "baselines" else [20 - 2 * at for at in range(len(self.years))]
        )
        sheet = self._sheet(name, headings, [*example, *figures])
        code = self.book.add_format({"num_format": "@"})
        row = _BODY
        for place in self.places:
            for one in self.indicators or ("",):
                unit = ""
                if isinstance(one, Indicator):
                    if not one.is_measured_at(place.level):
                        continue
                    unit = (one.unit_id if self.language == "id" else "") or one.unit
                sheet.write_string(row, 0, place.code, code)
                sheet.write_string(row, 1, place.name)
                sheet.write_string(row, 2, one if isinstance(one, str) else one.code)
                sheet.write_string(row, 3, unit)
                row += 1
        last = max(row - 1, _BODY + _OPEN_ROWS)
        indicators = words("plan-sheet", self.language)["indicators"]
        source = f"='{indicators}'!$A${_BODY + 1}:$A${_BODY + _OPEN_ROWS}"
        sheet.data_validation(_BODY, 2, last, 2, {"validate": "list", "source": source})
        number = {
            "validate": "decimal",
            "criteria": "between",
            "minimum": -1e15,
            "maximum": 1e15,
            "error_title": say["wrong"],
            "error_message": say["number"],
            # A target may be a range, or a change from the baseline.
            "error_type": "warning" if role == "targets" else "stop",
        }
        width = 2 if role == "baselines" else len(self.years)
        sheet.data_validation(_BODY, 4, last, 3 + width, number)
