"""The target of any series and year: official, interpolated or inherited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import fields, frozen

from kencana_targets.core.columns import take
from kencana_targets.core.terms import Inherit, Reason
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.formulas.paths import Paths
from kencana_targets.model.plan_index import (
    INHERITED,
    INHERITED_INTERPOLATED,
    INTERPOLATED,
    NO_BASIS,
    OFFICIAL,
    TO_INHERITED,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencana_targets.model.plan_index import PlanIndex


@frozen(eq=False)
class TargetLookup:
    """Targets for many series, one entry each.

    Parameters
    ----------
    value : ndarray of float
        The target, nan for none.
    basis : ndarray of int
        Position in `BASES`, -1 for no target.
    knot : ndarray of int
        The knot of the plan's paths that the value rests on, -1 for none.
    end : ndarray of int
        The last knot of the path in force, -1 for none.
    reason : ndarray of int
        `Reason` why there is no target, 0 where there is one.
    """

    value: Floats
    basis: NDArray[np.int8]
    knot: NDArray[np.int32]
    end: NDArray[np.int32]
    reason: NDArray[np.int8]

    @classmethod
    def nothing(cls, count: int, reason: Reason = Reason.NEVER_SET) -> TargetLookup:
        """Return entries without a target, and why."""
        return cls(
            value=np.full(count, np.nan),
            basis=np.full(count, NO_BASIS, dtype=np.int8),
            knot=np.full(count, -1, dtype=np.int32),
            end=np.full(count, -1, dtype=np.int32),
            reason=np.full(count, reason, dtype=np.int8),
        )

    def put(self, rows: NDArray[np.generic], other: TargetLookup) -> None:
        """Write the entries of another lookup into some rows."""
        for attribute in fields(TargetLookup):
            getattr(self, attribute.name)[rows] = getattr(other, attribute.name)

    def take(self, rows: NDArray[np.generic]) -> TargetLookup:
        """Return the entries of some rows."""
        return TargetLookup(*(getattr(self, each.name)[rows] for each in fields(TargetLookup)))


def stated_knots(basis: NDArray[np.int8], knot: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the knots whose own figure is the target: its range counts, too; -1 for others."""
    return np.where((basis == OFFICIAL) | (basis == INHERITED), knot, -1)


def end_values(index: PlanIndex, series: Ints, basis: NDArray[np.int8], end: Ints) -> Floats:
    """Return the value at the end of the path in force; nan without one.

    A path from the own baseline to an inherited end runs to the better of the two.
    """
    values = take(index.paths.values, end)
    rows = np.flatnonzero(basis == TO_INHERITED)
    if len(rows):
        values = values.copy()
        values[rows] = _better_end(index, series[rows], values[rows])
    return values


def look_up_targets(
    index: PlanIndex, series: Ints, year: float, inherit: Inherit
) -> TargetLookup:
    """Find the targets of series for a year.

    Parameters
    ----------
    index : PlanIndex
        The compiled plan.
    series : ndarray of int
        Series ``region * indicators + indicator``.
    year : float
        The year.
    inherit : Inherit
        What a region without a target of its own is judged by.
    """
    lookup = _from_paths(index, index.path_of.take(series), year, OFFICIAL, INTERPOLATED)
    rows = np.flatnonzero(lookup.reason)
    if len(rows) and inherit is Inherit.PATH:
        _from_parents(index, lookup, rows, series[rows], year)
    elif len(rows) and inherit is Inherit.END_TARGET:
        _to_parents_end(index, lookup, rows, series[rows], year)
    return lookup


def _from_paths(
    index: PlanIndex, path: Ints, year: float, official: int, interpolated: int
) -> TargetLookup:
    """Return what these paths, -1 for none, hold for a year."""
    usable = path >= 0
    if not usable.all() or not index.promised.all():
        usable[usable] = index.promised[path[usable]]
        if not usable.all():
            lookup = TargetLookup.nothing(len(path))
            if usable.any():
                lookup.put(
                    usable, _from_paths(index, path[usable], year, official, interpolated)
                )
            return lookup
    value, before, after, inside = index.paths.at(path, year, index.slopes)
    exact = index.paths.years[before] == year
    stated = exact & (index.target_row[before] >= 0)
    knot = np.where(stated, before, after).astype(np.int32)
    basis = np.where(stated, np.int8(official), np.int8(interpolated))
    end = (index.paths.starts[path + 1] - 1).astype(np.int32)
    good = inside & (exact | (index.paths.shapes[path] >= 0))
    reason = np.zeros(len(path), dtype=np.int8)
    if not good.all():
        bad = ~good
        value[bad], basis[bad], knot[bad], end[bad] = np.nan, NO_BASIS, -1, -1
        reason[bad] = np.where(inside[bad], Reason.NO_SHAPE, Reason.OUTSIDE_YEARS)
    return TargetLookup(value, basis, knot, end, reason)


def _from_parents(
    index: PlanIndex, lookup: TargetLookup, rows: Ints, series: Ints, year: float
) -> None:
    """Climb until a region above has a target for the year; the nearest lack is the reason."""
    region, indicator = np.divmod(series, index.indicators)
    while len(rows):
        region = index.parent[region].astype(np.int64)
        alive = region >= 0
        rows, region, indicator = rows[alive], region[alive], indicator[alive]
        path = index.path_of[region * index.indicators + indicator]
        above = _from_paths(index, path, year, INHERITED, INHERITED_INTERPOLATED)
        told = lookup.reason[rows]
        waiting = above.reason != Reason.NONE
        kept = np.where(waiting & (told != Reason.NEVER_SET), told, above.reason)
        lookup.put(rows, above)
        lookup.reason[rows] = kept
        rows, region, indicator = rows[waiting], region[waiting], indicator[waiting]


def _to_parents_end(
    index: PlanIndex, lookup: TargetLookup, rows: Ints, series: Ints, year: float
) -> None:
    """Lead from the region's own baseline to the end target of the region above."""
    # A region with targets of its own keeps to them, also in the years they leave open.
    own = index.path_of[series]
    free = (own < 0) | ~index.promised[np.maximum(own, 0)] if len(index.promised) else own < 0
    above = index.ancestor_path(series)
    free &= above >= 0
    rows, series, own, above = rows[free], series[free], own[free], above[free]
    based = own >= 0
    lookup.reason[rows[~based]] = Reason.NO_BASELINE
    rows, series, own, above = rows[based], series[based], own[based], above[based]
    if not len(rows):
        return
    start, end = index.paths.starts[own], index.last_knot(above)
    indicator = series % index.indicators
    shapes = index.paths.shapes[above]
    last = _better_end(index, series, index.paths.values[end])
    paths = Paths(
        np.arange(len(rows) + 1, dtype=np.int64) * 2,
        np.column_stack((index.paths.years[start], index.paths.years[end])).ravel(),
        np.column_stack((index.paths.values[start], last)).ravel(),
        shapes,
        index.bounds[0][indicator],
        index.bounds[1][indicator],
    )
    refused = paths.refused().reshape(-1, 2).any(axis=1)
    # Two knots make a straight line under every smooth shape.
    value, before, _, inside = paths.at(np.arange(len(rows)), year, paths.slopes())
    inside &= paths.years[::2] < paths.years[1::2]
    shaped = (shapes >= 0) | (paths.years[before] == year)
    good = inside & shaped & ~refused
    lookup.reason[rows] = np.select(
        [good, ~inside, ~shaped],
        [Reason.NONE, Reason.OUTSIDE_YEARS, Reason.NO_SHAPE],
        Reason.SHAPE_REFUSED,
    )
    rows, end = rows[good], end[good]
    lookup.value[rows] = value[good]
    lookup.basis[rows] = TO_INHERITED
    lookup.knot[rows] = lookup.end[rows] = end


def _better_end(index: PlanIndex, series: Ints, end: Floats) -> Floats:
    """Return the better of each series' own baseline and an end target from above.

    A region that is already beyond the target of the region above is not asked to fall
    back to it.
    """
    first = index.paths.values[index.paths.starts[index.path_of[series]]]
    sign = index.better[series % index.indicators]
    return np.where(sign * (first - end) > 0, first, end)
