"""Columns of dates: when a target came into force, as years with their fraction."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import numpy as np

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem
from kencana_targets.model.figures import as_date
from kencana_targets.tables.periods import MONTH_OF

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2}) ?[./ -] ?(\d{1,2}|[A-Za-z]+) ?[./ -] ?(\d{4})", re.ASCII)
_YEAR = re.compile(r"(\d{4})(?:[.,]0+)?", re.ASCII)


def read_date(cell: Any) -> float | None:
    """Return a date as a year with its fraction, None for an empty cell.

    A year alone is its 1 January. A day comes before its month, as Indonesian writes it.

    Raises
    ------
    ValueError
        The cell is no date.

    Examples
    --------
    >>> read_date("2023"), read_date("2 Juli 2023"), read_date("02/07/2023"), read_date(" ")
    (2023.0, 2023.4986301369863, 2023.4986301369863, None)
    """
    cell = as_date(cell)
    if not isinstance(cell, str):
        return None if cell is None or np.isnan(cell) else float(cell)
    text = " ".join(cell.split())
    if not text:
        return None
    if match := _YEAR.fullmatch(text):
        return float(match[1])
    if match := _ISO.fullmatch(text):
        return float(as_date(dt.date(int(match[1]), int(match[2]), int(match[3]))))
    if match := _DAY_FIRST.fullmatch(text):
        month = MONTH_OF.get(match[2].casefold()) if match[2].isalpha() else int(match[2])
        return float(as_date(dt.date(int(match[3]), month or 0, int(match[1]))))
    raise ValueError(text)


def read_dates(cells: Any) -> tuple[Any, dict[int, Problem]]:
    """Read a column of dates; return the years, and what is wrong by row."""
    if isinstance(cells, np.ndarray):
        return cells, {}
    given = cells.to_list() if isinstance(cells, Categorical) else cells
    years, problems = np.full(len(given), np.nan), {}
    for row, cell in enumerate(given):
        try:
            read = read_date(cell)
        except (TypeError, ValueError):
            hint = "write a year such as 2023, or a date such as 2023-07-01 or 1 Juli 2023"
            problems[row] = Problem("not a date", got=cell, hint=hint)
        else:
            years[row] = np.nan if read is None else read
    return years, problems
