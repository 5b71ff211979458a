"""The figures of all tables of a file together: under one another, none twice, problems in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from attrs import evolve

from kencana_targets.core.columns import Categorical, RawColumn, Table, concat
from kencana_targets.core.errors import MOST_OF_A_KIND, Place, Problem
from kencana_targets.model.collection import Figures, PlaceOf
from kencana_targets.tables.headings import KEYS
from kencana_targets.tables.places import Draft, StackedPlaces
from kencana_targets.tables.raw_columns import encode, listed
from kencana_targets.tables.statements import how_to_tell

# With at most so many places a figure, figures are counted and not sorted.
_FEW_SPOTS = 40
_TELLABLE = frozenset(("missing region", "missing indicator", "missing year", "missing value"))


def joined(tables: list[Draft]) -> tuple[Table, PlaceOf]:
    """Put the figures of all sheets under one another; a sheet that lacks a column has none."""
    if len(tables) == 1:
        return Table(tables[0].columns, tables[0].rows), tables[0].place
    starts = np.cumsum([0, *(table.rows for table in tables)])
    names = dict.fromkeys(name for table in tables for name in table.columns)
    columns: dict[str, RawColumn] = {}
    for name in names:
        parts = [table.columns.get(name) for table in tables]
        if all(isinstance(part, np.ndarray) for part in parts):
            columns[name] = np.concatenate(parts)  # type: ignore[arg-type]
        elif all(isinstance(part, Categorical) for part in parts):
            columns[name] = concat(parts)  # type: ignore[assignment, type-var]
        else:
            pairs = zip(parts, tables, strict=True)
            lists = ([None] * t.rows if p is None else listed(p) for p, t in pairs)
            columns[name] = encode([cell for cells in lists for cell in cells])
    places = tuple(table.place for table in tables)
    return Table(columns, int(starts[-1])), StackedPlaces(places, starts)


def doubled(figures: Figures[Any], place: PlaceOf) -> list[Problem]:
    """Report figures of one indicator, region and year that stand there twice."""
    if not len(figures):
        return []
    keys: tuple[Any, ...] = (figures.year, figures.region.codes, figures.indicator.codes)
    parts = figures.text("dimension").codes
    if (parts >= 0).any():
        keys = (*keys, parts)
    years = figures.year.astype(np.int32)
    start = years.min()
    span = int(years.max() - start) + 1
    most = span * len(figures.region.categories) * len(figures.indicator.categories)
    # Marking places takes a tenth of the time of sorting.
    few = len(keys) == 3 and most < min(_FEW_SPOTS * len(figures), 2**31)
    if few and (years == figures.year).all():
        # In place: of millions of rows, each new array costs as much as the sum.
        spot = figures.region.codes * np.int32(len(figures.indicator.categories))
        spot += figures.indicator.codes
        spot *= np.int32(span)
        spot += years - start
        there = np.zeros(most, dtype=bool)
        there[spot] = True
        if np.count_nonzero(there) == len(figures):
            return []
    order = np.lexsort(keys)
    same = np.logical_and.reduce([np.diff(key[order]) == 0 for key in keys])
    problems = []
    for at in np.flatnonzero(same)[:MOST_OF_A_KIND].tolist():
        first, again = sorted(order[at : at + 2].tolist())
        what = f"two actuals for indicator '{figures.indicator[again]}' in region"
        what += f" '{figures.region[again]}', {figures.year[again]:g}"
        hint = f"keep one: the other is in {figures.where(first, '', place)}"
        where = figures.where(again, "", place)
        problems.append(Problem(what, where=where, got=float(figures.value[again]), hint=hint))
    return problems


def _how(key: str) -> str:
    """Return how a caller tells what no column says."""
    return "name it with columns={'value': ...}" if key == "value" else how_to_tell(key)


def in_order(
    problems: list[Problem], unsaid: set[str], sheets: Sequence[str], *, in_file: bool
) -> tuple[Problem, ...]:
    """Return the problems in the order of their places, each said once.

    What a table lacks may be told, where it stands `in_file`; a data frame is completed.
    """
    problems = [
        evolve(one, hint=f"{one.hint}, or {_how(one.cause.removeprefix('missing '))}")
        if in_file and one.cause in _TELLABLE
        else one
        for one in problems
    ]
    # A column that nothing says has been reported where it was looked for, and where a sheet
    # does not say a key at all, no row of it does.
    missing = {f"missing {key}" for key in unsaid}
    lacking = {f"no {key}": f"empty {key}" for key in unsaid}
    silent = {(one.place.sheet, lacking[one.cause]) for one in problems if one.cause in lacking}
    first: dict[tuple[Place, str], Problem] = {}
    empty = {f"empty {key}" for key in KEYS}
    wrong = {problem.place for problem in problems if problem.cause not in empty}
    unclear = {problem.place for problem in problems if problem.cause == "heading"}
    for problem in problems:
        # A cell that could not be read looks empty to those who come after, and a heading
        # that could not be told like the name of an indicator.
        follows = (
            problem.cause in missing
            or (problem.cause in empty and problem.place in wrong)
            or (problem.cause == "unknown indicator" and problem.place in unclear)
            or (problem.place.sheet, problem.cause) in silent
        )
        several = problem.cause in lacking and len(sheets) > 1
        hint = f"{problem.hint}, or name the sheets to read" if several else problem.hint
        if not follows:
            first.setdefault((problem.place, str(problem)), evolve(problem, hint=hint))

    def order(problem: Problem) -> tuple[int, int]:
        place = problem.place
        return sheets.index(place.sheet) if place.sheet in sheets else -1, place.row or -1

    return tuple(sorted(first.values(), key=order))
