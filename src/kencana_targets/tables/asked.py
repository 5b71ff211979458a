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


def check_options(
    *,
    decimal: object = None,
    sheet: object = None,
    columns: object = None,
    fields: Collection[str] = (),
    others: object = "note",
    rows: object = None,
    given: object = None,
    givable: Collection[str] = (),
) -> None:
    """Refuse what a caller says of a table where it cannot be meant, also where it is not needed.

    `columns` are headings of `fields`, and `given` is a word or number for each of `givable`.
    """
    if decimal is not None and not (isinstance(decimal, str) and decimal in (",", ".")):
        refuse("decimal", decimal, "',' or '.'")
    if sheet is not None:
        # Sheets have no numbers here.
        checks.items("sheet", sheet, str, "the name of a sheet, or a list of names")
    for field, headings in _told("columns", columns, fields, '{"region": "Nama Kab"}'):
        if not _are_words(headings):
            refuse("columns", headings, "a heading, or a list of headings", part=field)
    if not isinstance(others, str) or others not in OTHERS:
        refuse("others", others, ", ".join(OTHERS))
    if rows is not None and not isinstance(rows, Mapping):
        refuse("rows", rows, 'a mapping such as {"Daerah": "Perkotaan+Perdesaan"}')
    for heading, values in {} if rows is None else rows.items():
        if not isinstance(heading, str) or not (_are_words(values) or is_number(values)):
            refuse("rows", values, "a cell of the column, or a list of cells", part=str(heading))
    for field, value in _told("given", given, givable, '{"year": 2021}'):
        if not isinstance(value, str) and not _is_number(value):
            refuse("given", value, "text or a number", part=field)


def headings_told(columns: Mapping[str, str | Sequence[str]] | None) -> list[tuple[str, str]]:
    """Return each field with each heading that the caller names for it."""
    return [
        (field, heading)
        for field, told in (columns or {}).items()
        for heading in ([told] if isinstance(told, str) else told)
    ]


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
    if told is not None and not isinstance(told, Mapping):
        refuse(argument, told, f"a mapping such as {example}")
    for field, value in {} if told is None else told.items():
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
