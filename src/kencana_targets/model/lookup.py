"""The target of any pair and year: official, interpolated or inherited."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.core.terms import Inherit
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.formulas.paths import Paths
from kencana_targets.model.plan_index import (
    AS_INHERITED,
    DERIVED,
    INTERPOLATED,
    NO_BASIS,
    TO_INHERITED,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencana_targets.model.plan_index import PlanIndex


class NoTarget(IntEnum):
    """Why there is no target for a year."""

    FOUND = 0
    NEVER_SET = 1
    OUTSIDE_YEARS = 2
    NO_SHAPE = 3
    NO_BASELINE = 4
    SHAPE_REFUSED = 5


@frozen(eq=False)
class TargetLookup:
    """Targets for many pairs, one entry each.

    Parameters
    ----------
    value, lower, upper, worst : ndarray of float
        The target, the bounds of a range and the worst value; nan for none.
    ends : ndarray of int
        Which bounds are open, see `formulas.achievement.at_open_end`.
    basis : ndarray of int
        Position in `BASES`, -1 for no target.
    target_row : ndarray of int
        The row of the plan's targets that the value rests on, -1 for none.
    end_year, end_value : ndarray of float
        The last target of the path in force.
    why : ndarray of int
        `NoTarget`.
    """

    value: Floats
    lower: Floats
    upper: Floats
    worst: Floats
    ends: NDArray[np.int8]
    basis: NDArray[np.int8]
    target_row: Ints
    end_year: Floats
    end_value: Floats
    why: NDArray[np.int8]

    @classmethod
    def none(cls, count: int) -> TargetLookup:
        """Return entries that hold nothing yet."""
        value, lower, upper, worst, end_year, end_value = np.full((6, count), np.nan)
        return cls(
            value=value,
            lower=lower,
            upper=upper,
            worst=worst,
            ends=np.zeros(count, dtype=np.int8),
            basis=np.full(count, NO_BASIS, dtype=np.int8),
            target_row=np.full(count, -1, dtype=np.int64),
            end_year=end_year,
            end_value=end_value,
            why=np.full(count, NoTarget.NEVER_SET, dtype=np.int8),
        )


def look_up_targets(index: PlanIndex, pair: Ints, year: float, inherit: Inherit) -> TargetLookup:
    """Find the targets of pairs for a year.

    Parameters
    ----------
    index : PlanIndex
        The compiled plan.
    pair : ndarray of int
        Pairs ``region * indicators + indicator``.
    year : float
        The year.
    inherit : Inherit
        What a region without a target of its own is judged by.
    """
    found = TargetLookup.none(len(pair))
    index = index.in_force(year)
    rows = np.arange(len(pair))
    own = _from_paths(
        index, found, rows, index.path_of[pair].astype(np.int64), year, inherited=False
    )
    if inherit is Inherit.PATH:
        _from_parents(index, found, rows[~own], pair[~own], year)
    elif inherit is Inherit.END_TARGET:
        _to_parents_end(index, found, rows[~own], pair[~own], year)
    return found


def _from_paths(
    index: PlanIndex, found: TargetLookup, rows: Ints, path: Ints, year: float, *, inherited: bool
) -> NDArray[np.bool_]:
    """Fill in what these paths hold for the year; return which rows were filled."""
    filled = np.zeros(len(rows), dtype=bool)
    usable = path >= 0
    usable[usable] = index.promised[path[usable]]
    rows, path = rows[usable], path[usable]
    if not len(rows):
        return filled
    value, before, after, inside = index.paths.at(
        path, np.full(len(path), float(year)), index.slopes
    )
    exact = inside & (index.paths.years[before] == year)
    official = exact & (index.target_row[before] >= 0)
    shaped = exact | (index.paths.shapes[path] >= 0)
    good = inside & shaped
    unknown = np.where(inside, NoTarget.NO_SHAPE, NoTarget.OUTSIDE_YEARS)
    nothing_yet = found.why[rows] == NoTarget.NEVER_SET
    found.why[rows] = np.where(
        good, NoTarget.FOUND, np.where(nothing_yet, unknown, found.why[rows])
    )
    knot = np.where(official, before, after)
    last = index.last_knot(path)
    # Between targets, one that was worked out makes the path no better than itself.
    derived = (index.basis[before] == DERIVED) | (index.basis[after] == DERIVED)
    basis = np.where(official, index.basis[before], np.where(derived, DERIVED, INTERPOLATED))
    target = rows[good]
    found.value[target] = value[good]
    found.basis[target] = (AS_INHERITED[basis] if inherited else basis)[good]
    found.target_row[target] = index.target_row[knot][good]
    for name in ("lower", "upper", "worst"):
        cells = np.where(official, getattr(index, name)[knot], np.nan)
        getattr(found, name)[target] = cells[good]
    found.ends[target] = np.where(official, index.ends[knot], 0)[good]
    found.end_year[target] = index.paths.years[last][good]
    found.end_value[target] = index.paths.values[last][good]
    filled[np.flatnonzero(usable)[good]] = True
    return filled


def _from_parents(
    index: PlanIndex, found: TargetLookup, rows: Ints, pair: Ints, year: float
) -> None:
    """Climb until a region above has a target for the year."""
    region, indicator = np.divmod(pair, index.indicators)
    while len(rows):
        region = index.parent[region].astype(np.int64)
        alive = region >= 0
        rows, region, indicator = rows[alive], region[alive], indicator[alive]
        path = index.path_of[region * index.indicators + indicator].astype(np.int64)
        filled = _from_paths(index, found, rows, path, year, inherited=True)
        rows, region, indicator = rows[~filled], region[~filled], indicator[~filled]


def _to_parents_end(
    index: PlanIndex, found: TargetLookup, rows: Ints, pair: Ints, year: float
) -> None:
    """Lead from the region's own baseline to the end target of the region above."""
    # A region with targets of its own keeps to them, also in the years they leave open.
    own = index.path_of[pair].astype(np.int64)
    free = (own < 0) | ~index.promised[np.maximum(own, 0)] if len(index.promised) else own < 0
    above = index.ancestor_path(pair)
    free &= above >= 0
    rows, pair, own, above = rows[free], pair[free], own[free], above[free]
    based = own >= 0
    found.why[rows[~based]] = NoTarget.NO_BASELINE
    rows, pair, own, above = rows[based], pair[based], own[based], above[based]
    if not len(rows):
        return
    start, end = index.paths.starts[own], index.last_knot(above)
    indicator = pair % index.indicators
    shapes = index.paths.shapes[above]
    paths = Paths(
        np.arange(len(rows) + 1, dtype=np.int64) * 2,
        np.column_stack((index.paths.years[start], index.paths.years[end])).ravel(),
        np.column_stack((index.paths.values[start], index.paths.values[end])).ravel(),
        shapes,
        index.bounds[0][indicator],
        index.bounds[1][indicator],
    )
    refused = paths.refused().reshape(-1, 2).any(axis=1)
    # Two knots make a straight line under every smooth shape.
    queries = np.full(len(rows), float(year))
    value, before, _, inside = paths.at(np.arange(len(rows)), queries, paths.slopes())
    inside &= paths.years[::2] < paths.years[1::2]
    shaped = (shapes >= 0) | (paths.years[before] == year)
    good = inside & shaped & ~refused
    found.why[rows] = np.select(
        [good, ~inside, ~shaped],
        [NoTarget.FOUND, NoTarget.OUTSIDE_YEARS, NoTarget.NO_SHAPE],
        NoTarget.SHAPE_REFUSED,
    )
    target = rows[good]
    found.value[target] = value[good]
    found.basis[target] = np.where(index.basis[end] == DERIVED, DERIVED, TO_INHERITED)[good]
    found.target_row[target] = index.target_row[end][good]
    found.end_year[target] = index.paths.years[end][good]
    found.end_value[target] = index.paths.values[end][good]
