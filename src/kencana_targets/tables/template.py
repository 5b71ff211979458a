"""A workbook to fill in: what people write into it reads back without any option."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core import checks, labels
from kencana_targets.core.checks import FIRST_YEAR, LAST_YEAR, is_whole
from kencana_targets.core.errors import optional_module, refuse
from kencana_targets.core.typing import Language
from kencana_targets.tables.asked import check_plan
from kencana_targets.tables.writers import check_ending, write_whole

if TYPE_CHECKING:
    from kencana_targets.model.indicator import Indicator
    from kencana_targets.model.plan import Plan

# Title, advice, nothing; then names, codes and units over one another.
_TITLE, _ADVICE, _NAMES, _CODES, _UNITS, _BODY = 0, 1, 3, 4, 5, 6
_FIRST_FIGURE = 2
_MOST_IN_MESSAGE = 250


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
    check_plan(plan)
    words = labels.words("template", language)
    check_ending(path, (".xlsx",))
    official = [int(year) for year in np.unique(plan.targets.year) if year == int(year)]
    chosen = chosen_years(years, official)
    xlsxwriter = optional_module("xlsxwriter", "an Excel file", "excel")
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        formats = _formats(book)
        first = book.add_worksheet(words["sheet"])
        _write_instructions(first, plan, language, formats)
        for year in chosen:
            _write_year(book.add_worksheet(str(year)), plan, year, words, formats, language)
    write_whole(path, buffer.getvalue())


def chosen_years(years: Any, otherwise: Iterable[int]) -> list[int]:
    """Return the years asked for, in order; `otherwise` where none are."""
    asked = otherwise if years is None else years
    given = checks.items("years", asked, int)
    for year in given:
        if not is_whole(year) or not FIRST_YEAR <= year <= LAST_YEAR:
            refuse("years", year, "a year such as 2024, or several")
    if years is not None and (not given or len(set(given)) < len(given)):
        refuse("years", given, "at least one year, each once")
    return sorted(given)


def _formats(book: Any) -> dict[str, Any]:
    head = {
        "bold": True,
        "bg_color": "#D9E2F3",
        "border": 1,
        "text_wrap": True,
        "valign": "vcenter",
    }
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
    rule: dict[str, Any]
    if lower is not None and upper is not None:
        rule = {"criteria": "between", "minimum": lower, "maximum": upper}
        said = words["between"]
    elif lower is not None:
        rule, said = {"criteria": ">=", "value": lower}, words["at least"]
    elif upper is not None:
        rule, said = {"criteria": "<=", "value": upper}, words["at most"]
    else:
        rule = {"criteria": "between", "minimum": -1e15, "maximum": 1e15}
        said = words["any"]
    bounds = said.format(
        lower="" if lower is None else f"{lower:g}", upper="" if upper is None else f"{upper:g}"
    )
    message = words["range"].format(unit=unit, bounds=bounds)[:_MOST_IN_MESSAGE]
    return {
        "validate": "decimal",
        **rule,
        "input_title": indicator.code[:32],
        "input_message": message,
        "error_title": words["wrong"],
        "error_message": message,
    }
