"""What a caller asks of a reader or writer, refused where it cannot be meant."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kencana_targets.core import checks
from kencana_targets.core.checks import is_number, is_whole
from kencana_targets.core.errors import refuse
from kencana_targets.model.plan import Plan

OTHERS = ("note", "refuse")


def as_path(path: Any, argument: str = "path") -> Path:
    """Return the path of a file or folder."""
    if not isinstance(path, (str, os.PathLike)):
        refuse(argument, path, "the path of a file or folder, such as 'plans/bengkulu'")
    return Path(path)


def check_plan(plan: object) -> None:
    """Refuse everything but a plan; the code of one is not loaded by itself."""
    if not isinstance(plan, Plan):
        hint = f"write load_plan({plan!r})" if isinstance(plan, str) and plan.isprintable() else ""
        refuse("plan", plan, "a Plan, such as load_plan or read_plan return", hint)


def check_decimal(decimal: object) -> None:
    """Refuse a decimal mark that is none, also where no cell needs it."""
    if decimal is not None and not (isinstance(decimal, str) and decimal in (",", ".")):
        refuse("decimal", decimal, "',' or '.'")


def check_sheet(sheet: object) -> None:
    """Refuse everything but the names of sheets: they have no numbers here."""
    if sheet is not None:
        checks.items("sheet", sheet, str, "the name of a sheet, or a list of names")


def check_headings(columns: object, fields: Collection[str]) -> None:
    """Refuse everything but the headings of fields."""
    if columns is None:
        return
    for field, headings in _told("columns", columns, fields, '{"region": "Nama Kab"}'):
        if not _are_words(headings):
            refuse("columns", headings, "a heading, or a list of headings", part=field)


def headings_told(columns: Mapping[str, str | Sequence[str]] | None) -> list[tuple[str, str]]:
    """Return each field with each heading that the caller names for it."""
    return [
        (field, heading)
        for field, told in (columns or {}).items()
        for heading in ([told] if isinstance(told, str) else told)
    ]


def check_rows(rows: object) -> None:
    """Refuse everything but the value, or the values, of a column for the rows to read."""
    if rows is None:
        return
    if not isinstance(rows, Mapping):
        refuse("rows", rows, 'a mapping such as {"Daerah": "Perkotaan+Perdesaan"}')
    for heading, values in rows.items():
        if not isinstance(heading, str) or not (_are_words(values) or is_number(values)):
            refuse("rows", values, "a cell of the column, or a list of cells", part=str(heading))


def check_others(others: object) -> None:
    """Refuse everything but what may be done with indicators that a plan does not know."""
    if others not in OTHERS if isinstance(others, str) else True:
        refuse("others", others, ", ".join(OTHERS))


def check_given(given: object, fields: Collection[str]) -> None:
    """Refuse everything but one word or number for each field."""
    if given is None:
        return
    for field, value in _told("given", given, fields, '{"year": 2021}'):
        if not isinstance(value, str) and not _is_number(value):
            refuse("given", value, "text or a number", part=field)


def check_periods(periods: object, allowed: Collection[int]) -> None:
    """Refuse a number of periods that no year has."""
    if not is_whole(periods) or periods not in allowed:
        refuse("periods", periods, ", ".join(map(str, allowed)))


# Shares are counted per a population, at most.
MOST_PER = 1e12


def check_per(per: Any) -> None:
    """Refuse what no share is counted per."""
    if not _is_number(per) or not 0 < per <= MOST_PER:
        refuse("per", per, "a number above 0, such as 100 for percent")


def _told(
    argument: str, told: object, fields: Collection[str], example: str
) -> Iterator[tuple[str, Any]]:
    """Go through what is told of fields, and refuse other fields."""
    if not isinstance(told, Mapping):
        refuse(argument, told, f"a mapping such as {example}")
    for field, value in told.items():
        if not isinstance(field, str) or field not in fields:
            refuse(argument, field, ", ".join(fields))
        yield field, value


def _are_words(value: object) -> bool:
    """Return whether a value is text, or several texts that can be gone through again."""
    if isinstance(value, str):
        return True
    return isinstance(value, (list, tuple, set)) and all(isinstance(one, str) for one in value)


def _is_number(value: Any) -> bool:
    return is_number(value) and bool(-sys.float_info.max <= value <= sys.float_info.max)
