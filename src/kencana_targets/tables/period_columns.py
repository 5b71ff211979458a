"""Figures of quarters and months: which period a column, a heading or the title says."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
from attrs import evolve

from kencana_targets.core import errors
from kencana_targets.core.columns import Categorical, RawColumn
from kencana_targets.core.errors import NumberFormatError, Place, Problem
from kencana_targets.core.typing import Floats
from kencana_targets.tables import periods
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.header import Title
from kencana_targets.tables.headings import BARE_YEAR
from kencana_targets.tables.layout import Block
from kencana_targets.tables.places import Draft
from kencana_targets.tables.raw_columns import words_of, written
from kencana_targets.tables.row_kinds import is_note

# The years of a plan, 2020-2024, say nothing of its figures.
_YEARS = re.compile(r"\b[0-9]{4}\s*[-\u2013/]\s*[0-9]{4}\b")


def date_years(draft: Draft) -> None:
    """Put into each year its period, whose column ends here."""
    period, year = draft.numbers("period"), draft.numbers("year")
    draft.columns.pop("period", None)
    if period is None or year is None:
        return
    own = np.floor(period)
    other = np.flatnonzero((own > 0) & ~np.isnan(year) & (own != year))
    what = "the period is of another year"
    for row in errors.first_rows(other, what, draft.problems):
        where, hint = draft.place(row, "period"), f"the year is {year[row]:g}: mend one"
        draft.problems.append(Problem(what, where=where, got=int(own[row]), hint=hint))
    draft.columns["year"] = np.where(own > 0, period, year + period)


def _of_year(title: Title, period: periods.Period) -> Title:
    """Let the year of a period stand in the place of the title's."""
    if period.year is None:
        return title
    stated = {key: text for key, text in title.stated.items() if key != "year"}
    return evolve(title, stated=stated, years=(float(period.year),))


def with_dates(
    block: Block, columns: list[int], wanted: ReadRequest, problems: list[Problem]
) -> Block:
    """Return a table whose column of periods holds dates, or is known to hold years."""
    if wanted.words.periods == 1:
        for at in columns:
            column = written(block.columns[at])
            parted = periods.periods_of(block.headings[at].text) or any(
                map(periods.names_period, words_of(column).categories)
            )
            block = _with_column(block, at, "part" if parted else "year", column)
        return block
    if len(columns) > 1:
        # Two columns for one thing are reported where the figures are placed.
        return block
    (at,) = columns
    column = written(block.columns[at])
    of, words = periods.periods_of(block.headings[at].text), words_of(column)
    told = any(heading.role == "year" for heading in block.headings)
    if not told and not of and isinstance(column, np.ndarray):
        return _with_column(block, at, "year", column)
    told = told or (bool(words.categories) and not any(map(BARE_YEAR.search, words.categories)))
    dates = _dates(words, of, told, lambda row: block.place(row, at), wanted, problems)
    return _with_column(block, at, "period" if told else "year", dates)


def _with_column(block: Block, at: int, role: str, column: RawColumn) -> Block:
    headings, columns = list(block.headings), list(block.columns)
    headings[at], columns[at] = evolve(headings[at], role=role), column
    return evolve(block, headings=headings, columns=columns)


def _dates(
    words: Categorical,
    of: int,
    told: bool,
    place: Callable[[int], Place],
    wanted: ReadRequest,
    problems: list[Problem],
) -> Floats:
    """Return the date of each cell; for one that is refused, any that is allowed."""
    first = np.full(len(words.categories) + 1, -1)
    first[words.codes[::-1]] = np.arange(len(words) - 1, -1, -1)
    dates = np.full(len(words.categories) + 1, 0.0 if told else 2000.0)
    refused = 0
    for code, row in enumerate(first[:-1].tolist()):
        if row < 0 or refused == errors.MOST_OF_A_KIND:
            continue
        word = words.categories[code]
        try:
            period = periods.parse_period(word, of=of, told=told)
        except NumberFormatError as error:
            refused += 1
            problems += [evolve(problem, where=place(row)) for problem in error.problems]
            continue
        dates[code] = period.date
        wanted.check_period(period, place(row), word, problems)
    problems += [
        Problem("empty", where=place(row), hint="name the period", cause="empty period")
        for row in errors.first_rows(np.flatnonzero(words.codes < 0), "empty", problems)
    ]
    return dates[words.codes]


def stated_period(
    block: Block, title: Title, wanted: ReadRequest, problems: list[Problem]
) -> tuple[periods.Period | None, Place, Title]:
    """Return the period that the caller or the title says of all figures, where, and the title."""
    given = "period" in wanted.given
    where = evolve(block.grid.place(-1), part="title, 'period'")
    where = Place(argument="given", part="'period'") if given else where
    hint = "" if given else "tell it with given={'period': ...}"
    texts = [text for text in title.texts if not is_note(text) and not wanted.names.code_of(text)]
    stated = title.stated.get("period", "")
    period: periods.Period | None = None
    try:
        if given:
            period = periods.parse_period(str(wanted.given["period"]), told=True)
        elif stated and not _YEARS.search(stated):
            period = periods.find_period(stated)[0] or periods.parse_period(stated)
        elif wanted.words.periods > 1:
            named = [found for text in texts if (found := periods.find_period(text)[0])]
            period = periods.one_period(named, "; ".join(texts))
    except NumberFormatError as error:
        problems += [
            evolve(problem, where=where, hint=hint or problem.hint) for problem in error.problems
        ]
    if period is None:
        return None, where, title
    wanted.check_period(period, where, period.name, problems)
    whole = _of_year(title, period)
    if not given:
        whole = evolve(whole, years=tuple(dict.fromkeys((*title.years, *whole.years))))
    return period, where, whole
