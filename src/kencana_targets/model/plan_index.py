"""A plan compiled to flat arrays, so that any number of targets is one lookup."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.columns import read_only, take
from kencana_targets.core.errors import (
    MOST_OF_A_KIND,
    KencanaError,
    Place,
    Problem,
    first_rows,
    unknown_name,
)
from kencana_targets.core.terms import Basis, Direction, Level, OpenEnds
from kencana_targets.core.typing import Floats, Ints, NDArray
from kencana_targets.formulas.paths import DEMANDS, SHAPES, Paths
from kencana_targets.model.collection import Baselines, PlaceOf, Targets, place_in_table
from kencana_targets.model.figures import change_of
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.regions import Regions

BASES = tuple(Basis)
OFFICIAL, INTERPOLATED, INHERITED, INHERITED_INTERPOLATED, TO_INHERITED, DERIVED = range(len(BASES))
NO_BASIS = -1
# Which way each direction is better.
SIGNS = {Direction.MAXIMIZE: 1, Direction.MINIMIZE: -1, Direction.STABILIZE: 0}
# What a target of each basis is to a region below that inherits it.
AS_INHERITED = np.array([2, 3, 2, 3, 3, DERIVED], dtype=np.int8)


@frozen(eq=False)
class PlanIndex:
    """The paths of a plan, found by the series ``region * indicators + indicator``.

    Parameters
    ----------
    indicators, regions : int
        How many there are.
    path_of : ndarray of int, shape (regions * indicators,)
        The path of each series, -1 for none.
    paths : Paths
        Baseline first, then the chosen official targets.
    target_row : ndarray of int, shape (knots,)
        The row in the plan's targets, -1 for a baseline.
    baseline_row : ndarray of int, shape (paths,)
        The row in the plan's baselines, -1 for none.
    basis : ndarray of int, shape (knots,)
        Position in `BASES` of each target, -1 for a baseline.
    lower, upper, worst : ndarray of float, shape (knots,)
        Bounds and worst values of the official targets.
    ends : ndarray of int, shape (knots,)
        Which bounds are open, see `formulas.achievement.at_open_end`.
    slopes : ndarray of float, shape (knots,)
        Slopes of the monotone paths.
    promised : ndarray of bool, shape (paths,)
        Whether the path has a target at all.
    parent : ndarray of int, shape (regions,)
        Position of the parent region, -1 for none.
    shape_of : ndarray of int, shape (indicators,)
        Declared shapes, -1 for none.
    bounds : ndarray of float, shape (2, indicators)
        Bounds of the indicators, for the shapes that need them.
    better : ndarray of int, shape (indicators,)
        1 where more is better, -1 where less is, 0 where neither is.
    measured : ndarray of bool, shape (levels, indicators)
        Whether an indicator exists at a level.
    level : ndarray of int, shape (regions,)
        Level of each region.
    revisions : tuple of (float, PlanIndex)
        Where targets hold from a date on: the first year that each version of
        the plan judges, in order. The index itself goes, for each year of a
        target, through what is in force in that year.
    """

    indicators: int
    regions: int
    path_of: Ints
    paths: Paths
    target_row: Ints
    baseline_row: Ints
    basis: NDArray[np.int8]
    lower: Floats
    upper: Floats
    worst: Floats
    ends: NDArray[np.int8]
    slopes: Floats
    promised: NDArray[np.bool_]
    parent: NDArray[np.int32]
    shape_of: NDArray[np.int8]
    bounds: Floats
    better: NDArray[np.int8]
    measured: NDArray[np.bool_]
    level: NDArray[np.int8]
    revisions: tuple[tuple[float, PlanIndex], ...] = ()

    def in_force(self, year: float) -> PlanIndex:
        """Return the plan as it is in force on 31 December of a year."""
        started = [index for first, index in self.revisions if first <= year]
        return started[-1] if started else self

    def baselines_of(self, series: Ints) -> Floats:
        """Return the baseline of each series, nan for none."""
        path = self.path_of[series]
        values = np.full(len(series), np.nan)
        has = path >= 0
        has[has] = self.baseline_row[path[has]] >= 0
        values[has] = self.paths.values[self.paths.starts[path[has]]]
        return values

    @cached_property
    def year_limits(self) -> tuple[float, float]:
        """The first and the last year of all paths."""
        years = self.paths.years
        return float(years.min(initial=np.inf)), float(years.max(initial=-np.inf))

    @cached_property
    def has_derived(self) -> bool:
        """Whether any target was worked out."""
        return bool((self.basis == DERIVED).any())

    def last_knot(self, path: Ints) -> Ints:
        """Return the last knot of each path."""
        return self.paths.starts[path + 1] - 1

    def ancestor_path(self, series: Ints) -> Ints:
        """Return the path of the nearest region above that has a target, -1 for none."""
        found = np.full(len(series), -1, dtype=np.int64)
        region, indicator = np.divmod(series, self.indicators)
        waiting = np.arange(len(series))
        while len(waiting):
            region = self.parent[region].astype(np.int64)
            alive = region >= 0
            waiting, region, indicator = waiting[alive], region[alive], indicator[alive]
            path = self.path_of[region * self.indicators + indicator]
            has = path >= 0
            has[has] = self.promised[path[has]]
            found[waiting[has]] = path[has]
            waiting, region, indicator = waiting[~has], region[~has], indicator[~has]
        return found


def compile_plan(
    indicators: Sequence[Indicator],
    regions: Regions,
    baselines: Baselines,
    targets: Targets,
    instruments: Sequence[str],
    problems: list[Problem],
    *,
    baseline_place: PlaceOf = place_in_table,
    target_place: PlaceOf = place_in_table,
) -> tuple[PlanIndex | None, Targets]:
    """Compile a plan, adding all that is inconsistent to `problems`.

    Returns the index, None where it cannot go on because names are unknown, and the
    targets with the values of those that are relative to a baseline.
    """
    codes = [indicator.code for indicator in indicators]
    sides: list[tuple[Any, Ints, PlaceOf, str]] = []
    for figures, place, kind in (
        (baselines, baseline_place, "baselines"),
        (targets, target_place, "targets"),
    ):
        indicator = _positions(figures, "indicator", codes, "indicator", place, kind, problems)
        region = _positions(
            figures, "region", regions.codes, "region", place, kind, problems, regions
        )
        series = np.where((indicator < 0) | (region < 0), -1, region * len(codes) + indicator)
        sides.append((figures, series.astype(np.int64), place, kind))
    (_, baseline_series, _, _), (_, target_series, _, _) = sides
    targets = _with_changes(
        baselines, baseline_series, targets, target_series, indicators, target_place, problems
    )
    check_bounds(baselines, indicators, baseline_place, problems, side="baselines")
    check_bounds(targets, indicators, target_place, problems, side="targets")
    _refuse_repeats(baselines, [baseline_series], baseline_place, "baselines", problems)
    since = np.nan_to_num(targets.number("since"), nan=-np.inf)
    keys = [target_series, targets.year, targets.text("instrument").codes, since]
    _refuse_repeats(targets, keys, target_place, "targets", problems)
    if any((series < 0).any() for _, series, _, _ in sides):
        return None, targets
    value = _values(targets, target_series % len(codes), indicators)
    shape_of = np.array([_shape_code(i.shape) for i in indicators], dtype=np.int8)
    # A year is judged by what is in force on its last day: every year in which targets
    # come into force begins a version of the plan.
    first_years = [-np.inf, *np.unique(np.floor(since[since > -np.inf])).tolist()]
    versions: list[PlanIndex] = []
    for first in first_years:
        wrong: list[Problem] = []
        kept = _choose(targets, target_series, since, first, instruments, target_place, wrong)
        index = _assemble(
            indicators,
            regions,
            shape_of,
            baselines,
            baseline_series,
            targets,
            target_series,
            value,
            kept,
        )
        _check_paths(index, targets, codes, regions, target_place, wrong)
        problems += [problem for problem in wrong if problem not in problems]
        versions.append(index)
    if len(versions) == 1:
        return versions[0], targets
    return evolve(versions[-1], revisions=tuple(zip(first_years, versions, strict=True))), targets


def _with_changes(
    baselines: Baselines,
    baseline_series: Ints,
    targets: Targets,
    target_series: Ints,
    indicators: Sequence[Indicator],
    place: PlaceOf,
    problems: list[Problem],
) -> Targets:
    """Work out the targets that are a change from the baseline of their region."""
    changes = targets.text("relative")
    rows = np.flatnonzero(changes.codes >= 0)
    if not len(rows):
        return targets
    order = np.argsort(baseline_series, kind="stable")
    known = np.append(baseline_series[order], np.iinfo(np.int64).max)
    slot = np.searchsorted(known, target_series[rows])
    has = (known[slot] == target_series[rows]) & (target_series[rows] >= 0)
    start = take(baselines.value, np.where(has, np.append(order, -1)[slot], -1))
    factor, step = np.array([change_of(word) for word in changes.categories]).T[
        :, changes.codes[rows]
    ]
    worked = start * factor + step
    stated = targets.value[rows]
    decimals = np.array([*(indicator.decimals for indicator in indicators), 0])
    near = 0.5 * 10.0 ** -decimals[target_series[rows] % (len(indicators) + 1)]
    problems += [
        Problem(
            "a change from a baseline that is not there",
            where=targets.where(rows[row], "relative", place).within("targets"),
            got=changes[rows[row]],
            hint="add the baseline of the region, or write the target itself",
        )
        for row in first_rows(
            np.flatnonzero(~has & (target_series[rows] >= 0)), "a change from a baseline", problems
        )
    ]
    problems += [
        Problem(
            "the value is not what the change makes of the baseline",
            where=targets.where(rows[row], "value", place).within("targets"),
            got=float(stated[row]),
            allowed=f"{worked[row]:g} ({changes[rows[row]]} of {start[row]:g})",
            hint="keep the value or the change",
        )
        for row in first_rows(
            np.flatnonzero(np.abs(stated - worked) > near), "the value is not what", problems
        )
    ]
    value = targets.value.copy()
    value[rows] = np.where(np.isnan(stated), worked, stated)
    return evolve(targets, columns={**targets.columns, "value": read_only(value)})


def _positions(
    figures: Any,
    column: str,
    names: Sequence[str],
    kind: str,
    place: PlaceOf,
    side: str,
    problems: list[Problem],
    regions: Regions | None = None,
) -> NDArray[np.int32]:
    text = figures.columns[column]
    positions: NDArray[np.int32] = text.positions(names)
    unknown = np.flatnonzero(positions < 0)
    seen: set[str] = set()
    for row in unknown.tolist():
        word = text[row]
        # A name that is left out has been reported where the table was read.
        if word is not None and word not in seen and len(seen) < MOST_OF_A_KIND:
            seen.add(word)
            where = figures.where(row, column, place).within(side)
            problems.append(
                unknown_name(kind, word, names, where=where)
                if regions is None
                else unknown_region(regions, word, where)
            )
    return positions


def unknown_region(regions: Regions, word: str, where: Place | str) -> Problem:
    """Describe a word that is no code of a region: its code, or the nearest names."""
    try:
        region = regions.find(word)
    except KencanaError as error:
        return evolve(error.problems[0], where=where)
    hint = f"write {region.code!r}, or read the table with read_actuals or read_plan"
    return Problem("a name where a code belongs", where=where, got=word, hint=hint)


def check_bounds(
    figures: Any,
    indicators: Sequence[Indicator],
    place: PlaceOf,
    problems: list[Problem],
    *,
    side: str = "",
) -> None:
    """Add figures outside the bounds of their indicator to `problems`."""
    # The last entry is for indicators that are not known, at position -1.
    lowest = np.array([*(-np.inf if i.lower is None else i.lower for i in indicators), -np.inf])
    highest = np.array([*(np.inf if i.upper is None else i.upper for i in indicators), np.inf])
    for name in ("value", "lower", "upper"):
        values = figures.number(name) if name in figures.columns else np.zeros(0)
        # A column that no row states is one nan, broadcast.
        values = values if values.strides[0] else values[:1]
        # Most are within the bounds of all indicators; fmin and fmax pass over nan.
        low, high = np.fmin.reduce(values, initial=np.inf), np.fmax.reduce(values, initial=-np.inf)
        if lowest.max() <= low and high <= highest.min():
            continue
        indicator = figures.indicator.positions([one.code for one in indicators])
        lower, upper = lowest.take(indicator), highest.take(indicator)
        outside = np.flatnonzero((values < lower) | (values > upper))
        problems += [
            Problem(
                "outside the bounds of the indicator",
                where=figures.where(row, name, place).within(side),
                got=float(values[row]),
                allowed=f"{lower[row]:g} to {upper[row]:g}",
                hint=f"correct the figure or the bounds of '{figures.indicator[row]}'",
            )
            for row in first_rows(outside, "outside the bounds of the indicator", problems)
        ]


def _refuse_repeats(
    figures: Any, keys: Sequence[Any], place: PlaceOf, side: str, problems: list[Problem]
) -> None:
    if not len(figures):
        return
    order = np.lexsort(keys[::-1])
    # Unknown names, series -1, have been reported already.
    same = keys[0][order][1:] >= 0
    for key in keys:
        same &= key[order][1:] == key[order][:-1]
    for later in first_rows(np.flatnonzero(same), "a second figure", problems):
        first, again = sorted((int(order[later]), int(order[later + 1])))
        problems.append(
            Problem(
                f"a second figure for indicator '{figures.indicator[again]}' in region "
                f"'{figures.region[again]}'",
                where=figures.where(again, "", place).within(side),
                got=float(figures.value[again]),
                hint=f"keep one: the first is in {figures.where(first, '', place)}",
            )
        )


def _values(targets: Targets, indicator: Ints, indicators: Sequence[Indicator]) -> Floats:
    """Return target values; of a range without one, the less ambitious bound."""
    value, lower, upper = targets.value, targets.number("lower"), targets.number("upper")
    minimize = np.array([i.direction is Direction.MINIMIZE for i in indicators], dtype=bool)
    stabilize = np.array([i.direction is Direction.STABILIZE for i in indicators], dtype=bool)
    easy = np.where(minimize[indicator], upper, lower)
    hard = np.where(minimize[indicator], lower, upper)
    bound = np.where(np.isnan(easy), hard, easy)
    both = stabilize[indicator] & ~np.isnan(lower) & ~np.isnan(upper)
    bound = np.where(both, (lower + upper) / 2, bound)
    return np.where(np.isnan(value), bound, value)


def _choose(
    targets: Targets,
    series: Ints,
    since: Floats,
    judged: float,
    instruments: Sequence[str],
    place: PlaceOf,
    problems: list[Problem],
) -> Ints:
    """Return the rows that paths go through, one for each series and year.

    `judged` is the year whose plan is wanted. A target that comes into force after its
    own year judges nothing. Of several the instrument named first counts, then an
    official one, then the latest.
    """
    rank = targets.text("instrument").positions(instruments)
    rank = np.where(rank < 0, len(instruments), rank)
    rank = rank * 2 + (targets.text("basis").positions(BASES) != OFFICIAL)
    order = np.lexsort((-since, rank, targets.year, series))
    started = np.floor(since) <= np.minimum(np.floor(targets.year), judged)
    order = order[started[order]]
    if not len(order):
        return order
    sorted_series, years = series[order], targets.year[order]
    ranks = np.column_stack((rank, since))[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (sorted_series[1:] != sorted_series[:-1]) | (years[1:] != years[:-1])
    tied = ~fresh
    tied[1:] &= (ranks[1:] == ranks[:-1]).all(axis=1) & fresh[:-1]
    for row in order[tied][:MOST_OF_A_KIND].tolist():
        side = (series == series[row]) & (targets.year == targets.year[row]) & started
        text = targets.text("instrument")
        names = sorted({str(text[other] or "") for other in np.flatnonzero(side).tolist()})
        if len(names) > 1:
            problems.append(
                Problem(
                    "several official targets for one year",
                    where=targets.where(row, "instrument", place).within("targets"),
                    got=names,
                    hint="name the one to judge by first in instruments=[...]",
                )
            )
    return order[fresh]


def _shape_code(shape: Any) -> int:
    return -1 if shape is None else SHAPES.index(shape)


def _assemble(
    indicators: Sequence[Indicator],
    regions: Regions,
    shape_of: NDArray[np.int8],
    baselines: Baselines,
    baseline_series: Ints,
    targets: Targets,
    target_series: Ints,
    value: Floats,
    kept: Ints,
) -> PlanIndex:
    count = len(indicators)
    series = np.concatenate((baseline_series, target_series[kept]))
    year = np.concatenate((baselines.year, targets.year[kept]))
    row = np.concatenate((np.full(len(baselines), -1), kept))
    base_row = np.concatenate((np.arange(len(baselines)), np.full(len(kept), -1)))
    values = np.concatenate((baselines.value, value[kept]))
    order = np.lexsort((row, year, series))
    series, row, base_row = series[order], row[order], base_row[order]
    year, values = year[order], values[order]
    first = np.ones(len(series), dtype=bool)
    first[1:] = series[1:] != series[:-1]
    starts = np.append(np.flatnonzero(first), len(series)).astype(np.int64)
    owner = np.cumsum(first) - 1
    number = len(starts) - 1
    path_of = np.full(len(regions.codes) * count, -1, dtype=np.int64)
    path_of[series[first]] = np.arange(number)
    bounds = np.array(
        [
            [0.0 if i.lower is None else i.lower for i in indicators],
            [np.inf if i.upper is None else i.upper for i in indicators],
        ]
    ).reshape(2, count)
    indicator = series[first] % max(count, 1)
    shapes = shape_of[indicator].copy()
    knot_shape = targets.text("shape").take(row).positions(SHAPES)
    shapes[owner[knot_shape >= 0]] = knot_shape[knot_shape >= 0]
    paths = Paths(starts, year, values, shapes, bounds[0][indicator], bounds[1][indicator])
    baseline_row = np.full(number, -1, dtype=np.int64)
    baseline_row[owner[base_row >= 0]] = base_row[base_row >= 0]
    promised = np.zeros(number, dtype=bool)
    promised[owner[row >= 0]] = True
    levels = tuple(Level)
    ends = targets.text("open_ends").take(row).positions(tuple(OpenEnds)) + 1
    return PlanIndex(
        indicators=count,
        regions=len(regions.codes),
        path_of=path_of,
        paths=paths,
        target_row=row,
        baseline_row=baseline_row,
        basis=targets.text("basis").take(row).positions(BASES).astype(np.int8),
        lower=take(targets.number("lower"), row),
        upper=take(targets.number("upper"), row),
        worst=take(targets.number("worst"), row),
        ends=ends.astype(np.int8),
        slopes=paths.slopes(),
        promised=promised,
        parent=regions.parent_positions,
        shape_of=shape_of,
        bounds=bounds,
        better=np.array([SIGNS[i.direction] for i in indicators], dtype=np.int8),
        measured=np.array([[i.is_measured_at(level) for i in indicators] for level in levels]),
        level=np.array([levels.index(region.level) for region in regions], dtype=np.int8),
    )


def _check_paths(
    index: PlanIndex,
    targets: Targets,
    codes: Sequence[str],
    regions: Regions,
    place: PlaceOf,
    problems: list[Problem],
) -> None:
    paths = index.paths
    owner = paths.owner()
    first_target = index.target_row[paths.starts[:-1]] >= 0
    early = np.flatnonzero(first_target & (index.baseline_row >= 0))
    same_year = np.flatnonzero((np.diff(paths.years) == 0) & (owner[1:] == owner[:-1]))
    knots = np.concatenate((paths.starts[early], same_year + 1))
    for knot in first_rows(knots, "the target does not come after the baseline", problems):
        row = int(index.target_row[knot])
        problems.append(
            Problem(
                "the target does not come after the baseline",
                where=targets.where(row, "year", place).within("targets"),
                got=float(paths.years[knot]),
                hint="a target before the baseline belongs to another plan",
            )
        )
    words = targets.text("shape")
    for knot in np.flatnonzero(index.target_row >= 0).tolist() if words.categories else ():
        word = words[int(index.target_row[knot])]
        if word and SHAPES[paths.shapes[owner[knot]]] != word:
            where = targets.where(int(index.target_row[knot]), "shape", place).within("targets")
            problems.append(Problem("two shapes on one path", where=where, got=word))
    # A baseline that leads nowhere is no path yet: a lookup may still refuse it.
    refused = paths.refused() & index.promised[owner]
    for knot in first_rows(
        np.flatnonzero(refused), "the shape cannot pass through a value", problems
    ):
        shape = int(paths.shapes[owner[knot]])
        series = int(np.flatnonzero(index.path_of == owner[knot])[0])
        region, indicator = divmod(series, index.indicators)
        _, allowed, hint = DEMANDS[shape]
        problems.append(
            Problem(
                f"the shape '{SHAPES[shape]}' cannot pass through this value",
                where=f"path of '{codes[indicator]}' in region '{regions.codes[region]}', "
                f"year {paths.years[knot]:g}",
                got=float(paths.values[knot]),
                allowed=allowed,
                hint=hint,
            )
        )
