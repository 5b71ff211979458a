"""Workbooks to fill in, for a plan and for its actuals: they read back without any option."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core import checks, labels
from kencana_targets.core.errors import optional_module, refuse
from kencana_targets.core.typing import Language
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan import Plan, refuse_plan
from kencana_targets.model.regions import Region, load_regions
from kencana_targets.tables.plan_sheets import shipped_indicator
from kencana_targets.tables.results import check_ending, write_whole

# Title, advice, nothing; then names, codes and units over one another.
_TITLE, _ADVICE, _NAMES, _CODES, _UNITS, _BODY = 0, 1, 3, 4, 5, 6
_FIRST_FIGURE = 2
_MOST_IN_MESSAGE = 250
_ANY = {"minimum": -1e15, "maximum": 1e15}
# Of the sheets of a plan.
_HEADER, _EXAMPLE, _FIRST_ROW = 2, 3, 4
_OPEN_ROWS = 300
_HEAD = {"bold": True, "bg_color": "#D9E2F3", "border": 1, "text_wrap": True}
_INDICATOR_COLUMNS = [
    *("code", "name", "unit", "direction", "lower", "upper", "shape", "decimals"),
    *("combination", "objective", "level", "aliases", "source"),
]


@contextmanager
def _workbook(path: Any) -> Iterator[Any]:
    """Open a new workbook, which appears whole or not at all."""
    buffer = io.BytesIO()
    xlsxwriter = optional_module("xlsxwriter", "an Excel file", "excel")
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        yield book
    write_whole(path, buffer.getvalue())


def template(
    plan: Plan,
    path: str | Path,
    *,
    years: int | Iterable[int] | None = None,
    language: Language = "id",
) -> None:
    """Write a workbook in which people fill in the actuals of a plan.

    One sheet a year, regions down and indicators across, with the unit and the
    valid range at each cell; names and codes are locked. What is filled in is
    read by ``read_actuals(path, plan=plan)``. The file appears whole or not at all.

    Parameters
    ----------
    plan : Plan
        Its regions and indicators are asked for.
    path : path
        The file, ``.xlsx``.
    years : int or iterable of int, optional
        The years; by default those that have an official target.
    language : {"id", "en"}, optional
        The language of headings and instructions.

    Raises
    ------
    ArgumentError
        The file is not named ``.xlsx``, a year is not one, or the language is unknown.
    TableError
        The file cannot be written.
    MissingExtraError
        XlsxWriter is not installed.

    Examples
    --------
    >>> import kencana_targets as kt, tempfile, pathlib
    >>> plan = kt.load_plan("bengkulu-stunting-2024")
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "isian.xlsx"
    >>> template(plan, file, years=[2023, 2024])
    >>> len(kt.read_actuals(file, plan=plan))
    0
    """
    if not isinstance(plan, Plan):
        refuse_plan(plan)
    words = labels.words("template", language)
    check_ending(path, (".xlsx",))
    official = [int(year) for year in np.unique(plan.targets.year) if year == int(year)]
    chosen = official if years is None else checks.years("years", years, checks.is_whole)
    with _workbook(path) as book:
        formats = _formats(book)
        _write_instructions(book.add_worksheet(words["sheet"]), plan, language, formats)
        for year in chosen:
            _write_year(book.add_worksheet(str(year)), plan, year, words, formats, language)


def _formats(book: Any) -> dict[str, Any]:
    head = {**_HEAD, "valign": "vcenter"}
    free = {"locked": False, "bg_color": "#FFF2CC", "border": 1}
    return {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "head": book.add_format({**head, "align": "center"}),
        "small": book.add_format({**head, "bold": False, "align": "center", "font_size": 9}),
        "name": book.add_format({"num_format": "@", "border": 1}),
        "closed": book.add_format({"bg_color": "#BFBFBF", "border": 1}),
        "source": book.add_format({"locked": False, "bg_color": "#FFF9DB", "border": 1}),
        "open": [
            book.add_format({**free, "num_format": ("0." + "0" * decimals).rstrip(".")})
            for decimals in range(10)
        ],
    }


def _write_instructions(
    sheet: Any, plan: Plan, language: Language, formats: Mapping[str, Any]
) -> None:
    name = (plan.name_id if language == "id" else plan.name) or plan.name or plan.code
    sheet.set_column(0, 0, 100)
    for key, line in labels.words("template", language).items():
        if key.startswith("line-"):
            row = int(key.removeprefix("line-"))
            sheet.write_string(row, 0, line.format(plan=name), formats["text" if row else "title"])
    sheet.protect()


def _write_year(
    sheet: Any,
    plan: Plan,
    year: int,
    words: Mapping[str, str],
    formats: Mapping[str, Any],
    language: Language,
) -> None:
    codes, last = plan.covered, _BODY + len(plan.covered) - 1
    source = _FIRST_FIGURE + len(plan.indicators)
    sheet.write_string(_TITLE, 0, words["title"].format(year=year), formats["title"])
    sheet.write_string(_ADVICE, 0, words["advice"])
    for column, name in ((0, "code"), (1, "region"), (source, "source")):
        sheet.merge_range(_NAMES, column, _UNITS, column, words[name], formats["head"])
    for row, code in enumerate(codes, _BODY):
        sheet.write_string(row, 0, code, formats["name"])
        sheet.write_string(row, 1, plan.regions[code].name, formats["name"])
        sheet.write_blank(row, source, None, formats["source"])
    for column, indicator in enumerate(plan.indicators, _FIRST_FIGURE):
        unit = labels.unit(indicator.unit, indicator.unit_id, language)
        sheet.write_string(_NAMES, column, indicator.label(language), formats["head"])
        sheet.write_string(_CODES, column, indicator.code, formats["small"])
        said = words["unit"].format(unit=unit) if unit else ""
        sheet.write_string(_UNITS, column, said, formats["small"])
        for row, code in enumerate(codes, _BODY):
            asked = indicator.is_measured_at(plan.regions[code].level)
            kind = formats["open"][min(indicator.decimals, 9)] if asked else formats["closed"]
            sheet.write_blank(row, column, None, kind)
        sheet.data_validation(_BODY, column, last, column, _validation(indicator, unit, words))
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 32)
    sheet.set_column(_FIRST_FIGURE, source - 1, 18)
    sheet.set_column(source, source, 30)
    sheet.freeze_panes(_BODY, _FIRST_FIGURE)
    sheet.protect(options={"format_columns": True, "format_rows": True})


def _validation(indicator: Indicator, unit: str, words: Mapping[str, str]) -> dict[str, Any]:
    """Return what a cell accepts: a number within the bounds of the indicator."""
    lower, upper = indicator.lower, indicator.upper
    rule: dict[str, Any] = {"criteria": "between", "minimum": lower, "maximum": upper}
    if lower is not None and upper is not None:
        said = words["between"]
    elif lower is not None:
        rule, said = {"criteria": ">=", "value": lower}, words["at least"]
    elif upper is not None:
        rule, said = {"criteria": "<=", "value": upper}, words["at most"]
    else:
        rule, said = rule | _ANY, words["any"]
    ends = {"lower": lower, "upper": upper}
    shown = {name: "" if end is None else f"{end:g}" for name, end in ends.items()}
    message = words["range"].format(unit=unit, bounds=said.format(**shown))[:_MOST_IN_MESSAGE]
    rule |= {"validate": "decimal", "input_title": indicator.code[:32], "input_message": message}
    return rule | {"error_title": words["wrong"], "error_message": message}


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
        The years of the targets; by default those of the national plan (RPJMN) that
        today falls in, such as 2025 to 2029.
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
    labels.check_language(language)
    place = checks.as_path(path)
    check_ending(path, (".xlsx",))
    given = [indicators] if isinstance(indicators, str) else indicators
    several = checks.items("indicators", given, object)
    measured = [one if isinstance(one, Indicator) else _indicator(one) for one in several]
    known = load_regions()
    places = []
    if region is not None:
        first = known.find(region)
        places = [first, *known.children(first.code)]
    this = dt.date.today().year  # noqa: DTZ011 (the year of the office's calendar)
    # National plans run over five years: 2020 to 2024, 2025 to 2029.
    start = this - this % 5
    asked = range(start, start + 5) if years is None else years
    chosen = checks.years("years", asked, checks.is_whole)
    with _workbook(place) as book:
        _Writer(book, language, places, measured, chosen).write()


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
        say = labels.words("new-plan", self.language)
        sheets = labels.words("plan-sheet", self.language)
        sheet = self.book.add_worksheet(sheets["instructions"])
        sheet.set_column(0, 0, 110)
        wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        title = self.book.add_format({"bold": True, "font_size": 14})
        lines = sorted(key for key in say if key.startswith("line-"))
        sheet.write_string(0, 0, say["title"], title)
        for row, key in enumerate(lines, 2):
            sheet.write_string(row, 0, say[key], wrap)
        kinds = ("plan-about", "plan-column")
        about, column = (labels.words(kind, self.language) for kind in kinds)
        keys = [about[key] for key in ("region_code", "region", "indicator", "unit")]
        own = {"name": "name_id"} if self.language == "id" else {}
        names = [column[own.get(key, key)] for key in _INDICATOR_COLUMNS]
        self._write_indicators(sheets["indicators"], names)
        years = [str(year) for year in self.years]
        start = [say["year"], say["value"], say["survey"], column["source"]]
        figures = {"baselines": start, "targets": [*years, column["instrument"]]}
        figures["actuals"] = [*years, column["source"]]
        for role in ("baselines", "targets"):
            self._figures(role, sheets[role], [*keys, *figures[role]], say)
        law = [f"{say['example']}: {say['example-law']}", "2025-01-01", ""]
        headings = [column[key] for key in ("instrument", "since", "source")]
        self._sheet(sheets["instruments"], headings, law)
        self._figures("actuals", sheets["actuals"], [*keys, *figures["actuals"]], say)

    def _sheet(self, name: str, headings: Sequence[str], example: Sequence[Any]) -> Any:
        """Add a sheet with a title, a header and an example row that nobody reads."""
        sheet = self.book.add_worksheet(name)
        sheet.write_string(0, 0, name, self.book.add_format({"bold": True, "font_size": 14}))
        grey = {"italic": True, "font_color": "#7F7F7F", "bg_color": "#F2F2F2"}
        header, shown = self.book.add_format(_HEAD), self.book.add_format(grey)
        for at, heading in enumerate(headings):
            sheet.write_string(_HEADER, at, heading, header)
        for at, cell in enumerate(example):
            sheet.write(_EXAMPLE, at, cell, shown)
        sheet.set_column(0, len(headings), 16)
        sheet.set_column(1, 1, 36)
        sheet.freeze_panes(_FIRST_ROW, 0)
        return sheet

    def _write_indicators(self, name: str, headings: Sequence[str]) -> None:
        say, term = (labels.words(kind, self.language) for kind in ("new-plan", "plan-term"))
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
            sheet.data_validation(_FIRST_ROW, at, _FIRST_ROW + _OPEN_ROWS, at, rule)
        for row, one in enumerate(self.indicators, _FIRST_ROW):
            self._indicator(sheet, row, one, term)

    def _indicator(self, sheet: Any, row: int, one: Indicator | str, term: Any) -> None:
        if isinstance(one, str):
            sheet.write_string(row, 0, one)
            return
        cells: dict[str, Any] = {key: getattr(one, key, "") for key in _INDICATOR_COLUMNS}
        cells |= {"name": one.label(self.language), "unit": self._unit(one)}
        cells |= {"aliases": "; ".join(one.aliases)}
        cells |= {"level": "; ".join(term[level] for level in one.levels)}
        for key in ("direction", "shape", "combination"):
            cells[key] = cells[key] and term[cells[key].value]
        for at, cell in enumerate(cells.values()):
            if cell not in (None, ""):
                sheet.write(row, at, cell)

    def _unit(self, one: Indicator) -> str:
        return labels.unit(one.unit, one.unit_id, self.language)

    def _figures(self, role: str, name: str, headings: Sequence[str], say: Any) -> None:
        example = [f"{say['example']}: 32.01", say["example-region"], "stunting", say["percent"]]
        promised = [20 - 2 * at for at in range(len(self.years))]
        figures = [2021, 24.5] if role == "baselines" else promised
        sheet = self._sheet(name, headings, [*example, *figures])
        code = self.book.add_format({"num_format": "@"})
        row = _FIRST_ROW
        for place in self.places:
            for one in self.indicators or ("",):
                if isinstance(one, Indicator) and not one.is_measured_at(place.level):
                    continue
                name, unit = (one, "") if isinstance(one, str) else (one.code, self._unit(one))
                sheet.write_string(row, 0, place.code, code)
                for at, text in enumerate((place.name, name, unit), 1):
                    sheet.write_string(row, at, text)
                row += 1
        last = max(row - 1, _FIRST_ROW + _OPEN_ROWS)
        indicators = labels.words("plan-sheet", self.language)["indicators"]
        source = f"='{indicators}'!$A${_FIRST_ROW + 1}:$A${_FIRST_ROW + _OPEN_ROWS}"
        sheet.data_validation(_FIRST_ROW, 2, last, 2, {"validate": "list", "source": source})
        number = {"validate": "decimal", "criteria": "between", **_ANY}
        number |= {"error_title": say["wrong"], "error_message": say["number"]}
        # A target may be a range, or a change from the baseline.
        number["error_type"] = "warning" if role == "targets" else "stop"
        width = 2 if role == "baselines" else len(self.years)
        sheet.data_validation(_FIRST_ROW, 4, last, 3 + width, number)
