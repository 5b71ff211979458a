"""A plan compiled to flat arrays, so that any number of targets is one lookup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core import errors
from kencana_targets.core.columns import read_only, take
from kencana_targets.core.errors import MOST_OF_A_KIND, KencanaError, Place, Problem
from kencana_targets.core.terms import Basis, Direction, Level
from kencana_targets.core.typing import Floats, Ints, NDArray, Truths
from kencana_targets.formulas.paths import SHAPES, Paths, shape_problem
from kencana_targets.model import collection
from kencana_targets.model.collection import Baselines, Figures, PlaceOf, Targets
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
    known : mapping of str to mapping
        The place of each code, by ``"indicator"`` and ``"region"``.
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
    slopes : ndarray of float, shape (knots,)
        Slopes of the monotone paths.
    promised : ndarray of bool, shape (paths + 1,)
        Whether the path has a target at all; the last is that of no path, -1.
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
    known: Mapping[str, Mapping[str, int]]
    path_of: Ints
    paths: Paths
    target_row: Ints
    baseline_row: Ints
    basis: NDArray[np.int8]
    slopes: Floats
    promised: Truths
    parent: NDArray[np.int32]
    shape_of: NDArray[np.int8]
    bounds: Floats
    better: NDArray[np.int8]
    measured: Truths
    level: NDArray[np.int8]
    revisions: tuple[tuple[float, PlanIndex], ...] = ()

    def in_force(self, year: float) -> PlanIndex:
        """Return the plan as it is in force on 31 December of a year."""
        started = [index for first, index in self.revisions if first <= year]
        return started[-1] if started else self

    def baselines_of(self, series: Ints) -> Floats:
        """Return the baseline of each series, nan for none."""
        first = np.where(self.baseline_row < 0, np.nan, self.paths.values[self.paths.starts[:-1]])
        return take(first, self.path_of[series])

    @cached_property
    def year_limits(self) -> tuple[float, float]:
        """The first and the last year of all paths."""
        years = self.paths.years
        return float(years.min(initial=np.inf)), float(years.max(initial=-np.inf))

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
            has = self.promised[path]
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
    baseline_place: PlaceOf = collection.place_in_table,
    target_place: PlaceOf = collection.place_in_table,
) -> tuple[PlanIndex, Targets]:
    """Compile a plan, adding all that is inconsistent to `problems`.

    Returns the index of the figures whose names are known, and the targets with the values
    of those that are relative to a baseline.
    """
    compiler = _Compiler(indicators, regions, instruments, problems)
    start = compiler.side("baselines", baselines, baseline_place)
    goal = compiler.side("targets", targets, target_place)
    goal = compiler.with_changes(start, goal)
    targets = goal.figures  # type: ignore[assignment]
    for side in (start, goal):
        collection.check_bounds(side.figures, indicators, side.place, problems, side=side.name)
    compiler.refuse_repeats(start)
    since = np.nan_to_num(targets.number("since"), nan=-np.inf)
    compiler.refuse_repeats(goal, targets.year, targets.text("instrument").codes, since)
    # A year is judged by what is in force on its last day: every year in which targets
    # come into force begins a version of the plan.
    first_years = sorted({-np.inf, *np.floor(since[since > -np.inf]).tolist()})
    versions: list[PlanIndex] = []
    for first in first_years:
        version = evolve(compiler, problems=[])
        index = version.assemble(start, goal, version.choose(goal, since, first))
        version.check_paths(index, goal)
        problems += [problem for problem in version.problems if problem not in problems]
        versions.append(index)
    if len(versions) > 1:
        index = evolve(index, revisions=tuple(zip(first_years, versions, strict=True)))
    return index, targets


@frozen(eq=False)
class _Side:
    """Baselines or targets on their way into a plan, with the series of each row."""

    name: str
    figures: Figures[Any]
    place: PlaceOf
    series: Ints

    def where(self, row: Any, column: str) -> Place:
        return self.figures.where(row, column, self.place).within(self.name)


@frozen(eq=False)
class _Compiler:
    indicators: Sequence[Indicator]
    regions: Regions
    instruments: Sequence[str]
    problems: list[Problem]

    @cached_property
    def known(self) -> Mapping[str, Mapping[str, int]]:
        """The place of each code of an indicator and of a region."""
        codes = {indicator.code: at for at, indicator in enumerate(self.indicators)}
        return {"indicator": codes, "region": self.regions.positions}

    def side(self, name: str, figures: Figures[Any], place: PlaceOf) -> _Side:
        """Find the series of each row, and report the names that are not known."""
        side = _Side(name, figures, place, collection.series_of(self.known, figures))
        report_unknown(figures, self.known, self.regions, side.where, self.problems)
        return side

    def with_changes(self, start: _Side, goal: _Side) -> _Side:
        """Work out the targets that are a change from the baseline of their region."""
        targets = goal.figures
        changes = targets.text("relative")
        rows = np.flatnonzero(changes.codes >= 0)
        if not len(rows):
            return goal
        series = goal.series[rows]
        count = len(self.indicators)
        # The last place is that of unknown names, which have no baseline.
        bases = np.full(len(self.regions) * count + 1, np.nan)
        bases[start.series] = start.figures.value
        bases[-1] = np.nan
        base = bases[series]
        factor, step = np.array([change_of(word) for word in changes.categories]).T
        worked = base * factor[changes.codes[rows]] + step[changes.codes[rows]]
        stated = targets.value[rows]
        decimals = np.array([*(indicator.decimals for indicator in self.indicators), 0])
        near = 0.5 * 10.0 ** -decimals[series % max(count, 1)]
        alone = np.flatnonzero(np.isnan(base) & (series >= 0))
        for row in errors.first_rows(alone, "a change from a baseline", self.problems):
            what = "a change from a baseline that is not there"
            hint = "add the baseline of the region, or write the target itself"
            where = goal.where(rows[row], "relative")
            self.problems.append(Problem(what, where=where, got=changes[rows[row]], hint=hint))
        other = np.flatnonzero(np.abs(stated - worked) > near)
        for row in errors.first_rows(other, "the value is not what", self.problems):
            self.problems.append(
                Problem(
                    "the value is not what the change makes of the baseline",
                    where=goal.where(rows[row], "value"),
                    got=float(stated[row]),
                    allowed=f"{worked[row]:g} ({changes[rows[row]]} of {base[row]:g})",
                    hint="keep the value or the change",
                )
            )
        value = targets.value.copy()
        value[rows] = np.where(np.isnan(stated), worked, stated)
        columns = {**targets.columns, "value": read_only(value)}
        return evolve(goal, figures=evolve(targets, columns=columns))

    def refuse_repeats(self, side: _Side, *others: Any) -> None:
        """Report the figures of one series that are alike in all other keys."""
        figures, keys = side.figures, (side.series, *others)
        if not len(figures):
            return
        order = np.lexsort(keys)
        # Unknown names, series -1, have been reported already.
        same = side.series[order][1:] >= 0
        for key in keys:
            same &= key[order][1:] == key[order][:-1]
        for later in errors.first_rows(np.flatnonzero(same), "a second figure", self.problems):
            first, again = sorted((int(order[later]), int(order[later + 1])))
            self.problems.append(
                Problem(
                    f"a second figure for indicator '{figures.indicator[again]}' in region "
                    f"'{figures.region[again]}'",
                    where=side.where(again, ""),
                    got=float(figures.value[again]),
                    hint=f"keep one: the first is in {figures.where(first, '', side.place)}",
                )
            )

    def choose(self, goal: _Side, since: Floats, judged: float) -> Ints:
        """Return the rows that paths go through, one for each series and year.

        `judged` is the year whose plan is wanted. A target that comes into force after its
        own year judges nothing. Of several the instrument named first counts, then an
        official one, then the latest.
        """
        targets, series, text = goal.figures, goal.series, goal.figures.text("instrument")
        rank = text.positions(self.instruments)
        rank = np.where(rank < 0, len(self.instruments), rank)
        derived = targets.text("basis").positions(BASES) != OFFICIAL
        order = np.lexsort((-since, derived, rank, targets.year, series))
        started = np.floor(since) <= np.minimum(np.floor(targets.year), judged)
        order = order[(started & (series >= 0))[order]]
        if not len(order):
            return order
        sorted_series, years = series[order], targets.year[order]
        ranks = np.column_stack((rank, derived, since))[order]
        fresh = np.ones(len(order), dtype=bool)
        fresh[1:] = (sorted_series[1:] != sorted_series[:-1]) | (years[1:] != years[:-1])
        tied = ~fresh
        tied[1:] &= (ranks[1:] == ranks[:-1]).all(axis=1) & fresh[:-1]
        for row in order[tied][:MOST_OF_A_KIND].tolist():
            side = (series == series[row]) & (targets.year == targets.year[row]) & started
            names = sorted({str(text[other] or "") for other in np.flatnonzero(side).tolist()})
            if len(names) > 1:
                what = "several official targets for one year"
                hint = (
                    "name the one to judge by first in instruments=[...], in instruments of "
                    "plan.toml, or on a sheet Dasar Hukum"
                )
                where = goal.where(row, "instrument")
                self.problems.append(Problem(what, where=where, got=names, hint=hint))
        return order[fresh]

    def assemble(self, start: _Side, goal: _Side, kept: Ints) -> PlanIndex:
        """Put baselines and chosen targets in order: a path for each series."""
        indicators, regions, count = self.indicators, self.regions, len(self.indicators)
        baselines, targets = start.figures, goal.figures
        based = np.flatnonzero(start.series >= 0)
        series = np.concatenate((start.series[based], goal.series[kept]))
        year = np.concatenate((baselines.year[based], targets.year[kept]))
        row, base_row = np.append(np.full(len(based), -1), kept), np.append(based, kept)
        values = np.concatenate((baselines.value[based], self.values(goal, kept)))
        order = np.lexsort((row, year, series))
        series, row, base_row = series[order], row[order], base_row[order]
        first = np.ones(len(series), dtype=bool)
        first[1:] = series[1:] != series[:-1]
        starts = np.append(np.flatnonzero(first), len(series)).astype(np.int64)
        owner, number = np.cumsum(first) - 1, int(first.sum())
        path_of = np.full(len(regions.codes) * count, -1, dtype=np.int64)
        path_of[series[first]] = np.arange(number)
        ends = [(i.lower or 0.0, np.inf if i.upper is None else i.upper) for i in indicators]
        bounds = np.array(ends).reshape(count, 2).T
        shape_of = np.array([-1 if i.shape is None else SHAPES.index(i.shape) for i in indicators],
                            dtype=np.int8)  # fmt: skip
        indicator = series[first] % count
        shapes = shape_of[indicator].copy()
        knot_shape = targets.text("shape").take(row).positions(SHAPES)
        shapes[owner[knot_shape >= 0]] = knot_shape[knot_shape >= 0]
        paths = Paths(starts, year[order], values[order], shapes, *bounds[:, indicator])
        baseline_row = np.full(number, -1, dtype=np.int64)
        baseline_row[owner[row < 0]] = base_row[row < 0]
        promised = np.append(np.bincount(owner[row >= 0], minlength=number) > 0, False)
        return PlanIndex(
            indicators=count,
            regions=len(regions.codes),
            known=self.known,
            path_of=path_of,
            paths=paths,
            target_row=row,
            baseline_row=baseline_row,
            basis=targets.text("basis").take(row).positions(BASES).astype(np.int8),
            slopes=paths.slopes(),
            promised=promised,
            parent=regions.parent_positions,
            shape_of=shape_of,
            bounds=bounds,
            better=np.array([SIGNS[i.direction] for i in indicators], dtype=np.int8),
            measured=np.array([[i.is_measured_at(level) for i in indicators] for level in Level]),
            level=np.array([*map([*Level].index, (one.level for one in regions))], dtype=np.int8),
        )

    def values(self, goal: _Side, kept: Ints) -> Floats:
        """Return target values; of a range without one, the less ambitious bound."""
        value, lower, upper = (goal.figures.number(x)[kept] for x in ("value", "lower", "upper"))
        way = np.array([SIGNS[i.direction] for i in self.indicators])
        way = way[goal.series[kept] % len(self.indicators)]
        bound = np.select([way < 0, way > 0], [upper, lower], (lower + upper) / 2)
        bound = np.where(np.isnan(bound), np.fmin(lower, upper), bound)
        return np.where(np.isnan(value), bound, value)

    def check_paths(self, index: PlanIndex, goal: _Side) -> None:
        """Report targets before their baseline, two shapes on a path, and figures off a shape."""
        paths, problems = index.paths, self.problems
        owner = paths.owner()
        first_target = index.target_row[paths.starts[:-1]] >= 0
        # A year that is missing has been reported, and stands behind all others.
        dated = ~np.isnan(paths.years[paths.starts[1:] - 1])
        early = np.flatnonzero(first_target & (index.baseline_row >= 0) & dated)
        same_year = np.flatnonzero((np.diff(paths.years) == 0) & (owner[1:] == owner[:-1]))
        knots = np.concatenate((paths.starts[early], same_year + 1))
        # Two baselines of one year have been reported as such.
        knots = knots[index.target_row[knots] >= 0]
        what = "the target does not come after the baseline"
        for knot in errors.first_rows(knots, what, problems):
            where = goal.where(int(index.target_row[knot]), "year")
            got, hint = (
                float(paths.years[knot]),
                "a target before the baseline belongs to another plan",
            )
            problems.append(Problem(what, where=where, got=got, hint=hint))
        words = goal.figures.text("shape").take(index.target_row)
        declared = words.positions(SHAPES)
        for knot in np.flatnonzero((declared >= 0) & (declared != paths.shapes[owner])).tolist():
            where = goal.where(int(index.target_row[knot]), "shape")
            problems.append(Problem("two shapes on one path", where=where, got=words[knot]))
        # A baseline that leads nowhere is no path yet: a lookup may still refuse it.
        refused = np.flatnonzero(paths.refused() & index.promised[owner])
        for knot in errors.first_rows(refused, "the shape cannot pass through a value", problems):
            series = int((index.path_of == owner[knot]).argmax())
            region, indicator = divmod(series, index.indicators)
            at = f"path of '{self.indicators[indicator].code}' in region "
            at += f"'{self.regions.codes[region]}', year {paths.years[knot]:g}"
            shape = SHAPES[paths.shapes[owner[knot]]]
            problems.append(shape_problem(shape, paths.values[knot], at))


def report_unknown(
    figures: Figures[Any],
    known: Mapping[str, Mapping[str, int]],
    regions: Regions,
    where: PlaceOf,
    problems: list[Problem],
) -> None:
    """Report each name that is not known; one that is left out has been reported elsewhere."""
    for kind, positions in known.items():
        text = figures.text(kind)
        rows = np.flatnonzero((text.positions(positions) < 0) & (text.codes >= 0))
        first = rows[np.sort(np.unique(text.codes[rows], return_index=True)[1])]
        for row in errors.first_rows(first, f"an unknown {kind}", problems):
            place, word = where(row, kind), str(text[row])
            problems.append(
                unknown_region(regions, word, place)
                if kind == "region"
                else errors.unknown_name(kind, word, positions, where=place)
            )


def unknown_region(regions: Regions, word: str, where: Place | str) -> Problem:
    """Describe a word that is no code of a region: its code, or the nearest names."""
    try:
        region = regions.find(word)
    except KencanaError as error:
        (problem,) = error.problems
        return evolve(problem, where=where)
    hint = f"write {region.code!r}, or read the table with read_actuals or read_plan"
    return Problem("a name where a code belongs", where=where, got=word, hint=hint)
