"""The target of any series and year: official, interpolated or inherited; and the path through them."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from attrs import field, fields, frozen

from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import PathError, Problem
from kencana_targets.core.terms import Basis, Inherit, PathShape, Reason
from kencana_targets.core.typing import ArrayLike, Floats, Ints, Language, NDArray, Truths
from kencana_targets.formulas.paths import Paths
from kencana_targets.model.collection import Targets
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan_index import (
    AS_INHERITED,
    DERIVED,
    INTERPOLATED,
    NO_BASIS,
    TO_INHERITED,
    PlanIndex,
)
from kencana_targets.model.regions import Region


@frozen(eq=False)
class TargetLookup:
    """Targets for many series, one entry each.

    Parameters
    ----------
    value : ndarray of float
        The target, nan for none.
    basis : ndarray of int
        Position in `BASES`, -1 for no target.
    target_row : ndarray of int
        The row of the plan's targets that the value rests on, -1 for none.
    stated : ndarray of bool
        Whether the target is that row's own figure, whose range counts, too.
    end_year, end_value : ndarray of float
        The end of the path in force, nan for none.
    reason : ndarray of int
        `Reason` why there is no target, 0 where there is one.
    """

    value: Floats
    basis: NDArray[np.int8]
    target_row: Ints
    stated: Truths
    end_year: Floats
    end_value: Floats
    reason: NDArray[np.int8]

    @classmethod
    def nothing(cls, count: int, reason: Reason = Reason.NEVER_SET) -> TargetLookup:
        """Return entries without a target, and why."""
        return cls(
            value=np.full(count, np.nan),
            basis=np.full(count, NO_BASIS, dtype=np.int8),
            target_row=np.full(count, -1, dtype=np.int64),
            stated=np.zeros(count, dtype=bool),
            end_year=np.full(count, np.nan),
            end_value=np.full(count, np.nan),
            reason=np.full(count, reason, dtype=np.int8),
        )

    def put(self, rows: NDArray[np.generic], other: TargetLookup) -> None:
        """Write the entries of another lookup into some rows."""
        for attribute in fields(TargetLookup):
            getattr(self, attribute.name)[rows] = getattr(other, attribute.name)

    def take(self, rows: NDArray[np.generic] | slice) -> TargetLookup:
        """Return the entries of some rows."""
        return TargetLookup(*(getattr(self, each.name)[rows] for each in fields(TargetLookup)))


def look_up_targets(index: PlanIndex, series: Ints, year: float, inherit: Inherit) -> TargetLookup:
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
    index = index.in_force(year) if index.revisions else index
    lookup = _from_paths(index, index.path_of.take(series), year)
    rows = np.flatnonzero(lookup.reason)
    if len(rows) and inherit is Inherit.PATH:
        _from_parents(index, lookup, rows, series[rows], year)
    elif len(rows) and inherit is Inherit.END_TARGET:
        _to_parents_end(index, lookup, rows, series[rows], year)
    return lookup


def _from_paths(index: PlanIndex, path: Ints, year: float) -> TargetLookup:
    """Return what these paths, -1 for none, hold for a year."""
    usable = index.promised[path]
    if not usable.all():
        lookup = TargetLookup.nothing(len(path))
        if usable.any():
            lookup.put(usable, _from_paths(index, path[usable], year))
        return lookup
    paths = index.paths
    value, before, after, inside = paths.at(path, year, index.slopes)
    exact = paths.years[before] == year
    first, second = index.basis[before], index.basis[after]
    stated = exact & (index.target_row[before] >= 0)
    knot, end = np.where(stated, before, after), index.paths.starts[path + 1] - 1
    # Between targets, one that was worked out makes the path no better than itself.
    derived = (first == DERIVED) | (second == DERIVED)
    basis = np.where(stated, first, np.where(derived, DERIVED, INTERPOLATED).astype(np.int8))
    lookup = TargetLookup(
        value=value,
        basis=basis,
        target_row=index.target_row[knot],
        stated=stated,
        end_year=paths.years[end],
        end_value=paths.values[end],
        reason=np.zeros(len(path), dtype=np.int8),
    )
    good = inside & (exact | (paths.shapes[path] >= 0))
    if not good.all():
        bad = ~good
        nothing = TargetLookup.nothing(int(bad.sum()))
        nothing.reason[:] = np.where(inside[bad], Reason.NO_SHAPE, Reason.OUTSIDE_YEARS)
        lookup.put(bad, nothing)
    return lookup


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
        above = _from_paths(index, path, year)
        above.basis[:] = np.where(above.basis < 0, NO_BASIS, AS_INHERITED[above.basis])
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
    own, above = index.path_of[series], index.ancestor_path(series)
    free = ~index.promised[own] & (above >= 0)
    rows, series, own, above = rows[free], series[free], own[free], above[free]
    based = own >= 0
    lookup.reason[rows[~based]] = Reason.NO_BASELINE
    rows, series, own, above = rows[based], series[based], own[based], above[based]
    if not len(rows):
        return
    start, end = index.paths.starts[own], index.paths.starts[above + 1] - 1
    indicator = series % index.indicators
    shapes = index.paths.shapes[above]
    # A region that is past the end already is not led back to it.
    last, first = index.paths.values[end], index.paths.values[start]
    last = np.where(index.better[indicator] * (first - last) > 0, first, last)
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
    reasons = [Reason.NONE, Reason.OUTSIDE_YEARS, Reason.NO_SHAPE]
    lookup.reason[rows] = np.select([good, ~inside, ~shaped], reasons, Reason.SHAPE_REFUSED)
    rows, end = rows[good], end[good]
    lookup.value[rows] = value[good]
    lookup.basis[rows] = np.where(index.basis[end] == DERIVED, DERIVED, TO_INHERITED)
    lookup.target_row[rows] = index.target_row[end]
    lookup.end_year[rows] = index.paths.years[end]
    lookup.end_value[rows] = last[good]


class PlannedTarget(NamedTuple):
    """A target for a year, and where it comes from."""

    value: float
    basis: Basis
    source: str


def source_text(targets: Targets, row: int) -> str:
    """Name the instrument and the source of a target, and what it is relative to."""
    change = targets.text("relative")[row]
    change = change and f"{change} from the baseline"
    return "; ".join(filter(None, (targets.text("instrument")[row], change, targets.source[row])))


@frozen(eq=False, kw_only=True, repr=False)
class TargetPath(Displayed):
    """The path of one indicator in one region.

    Parameters
    ----------
    indicator : Indicator
        What is promised.
    region : Region
        To whom the path applies.
    owner : Region
        Whose figures it runs through: the region itself or one above it.
    years, values : tuple of float
        The knots. [year], [unit of the indicator]
    bases : tuple of str
        ``"baseline"``, or the basis of the target, for each knot.
    sources : tuple of str
        The source of each knot.
    shape : PathShape or None
        How the path runs between the knots.
    language : {"", "en", "id"}, optional
        The language in which it shows itself.
    """

    indicator: Indicator
    region: Region
    owner: Region
    years: tuple[float, ...]
    values: tuple[float, ...]
    bases: tuple[str, ...]
    sources: tuple[str, ...]
    shape: PathShape | None
    language: Language | Literal[""] = ""
    _index: PlanIndex = field(alias="index")
    _series: int = field(alias="series")

    def at(self, years: ArrayLike) -> Any:
        """Return the value of the path at one or more years. [unit of the indicator].

        Raises
        ------
        PathError
            A year lies outside the path, or between knots without a declared shape.
        """
        asked = np.asarray(years, dtype=np.float64)
        years = asked.ravel()
        drawn, exact, inside = np.empty(years.size), *np.ones((2, years.size), dtype=bool)
        # Targets hold from a date on: each year is drawn by what is in force in it.
        for whole in np.unique(np.floor(years)).tolist():
            index = self._index.in_force(whole)
            rows = np.flatnonzero(np.floor(years) == whole)
            path = index.path_of[np.full(len(rows), self._series)].astype(np.int64)
            drawn[rows], before, _, inside[rows] = index.paths.at(path, years[rows], index.slopes)
            exact[rows] = index.paths.years[before] == years[rows]
        if not inside.all():
            year = float(years[np.argmin(inside)])
            what, allowed = "year outside the path", f"{self.years[0]:g} to {self.years[-1]:g}"
            raise PathError(Problem(what, where=str(self), got=year, allowed=allowed))
        if self.shape is None and not exact.all():
            year = float(years[np.argmin(exact)])
            what, hint = "no path shape is declared", "give the indicator a shape such as 'linear'"
            raise PathError(Problem(what, where=str(self), got=year, hint=hint))
        result = drawn.reshape(asked.shape)
        return result if result.ndim else float(result)

    def __str__(self) -> str:
        return f"{self.indicator.code}, {self.region}"

    def __repr__(self) -> str:
        knots = ", ".join(f"{y:g}: {v:g}" for y, v in zip(self.years, self.values, strict=True))
        return f"<TargetPath {self}: {self.shape or 'no shape'} through {knots}>"
