"""One actual against several targets: the year's, the end's, the parents', other instruments'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import fields, frozen

from kencana_targets.core.checks import is_number
from kencana_targets.core.columns import Categorical, Column, Tristate, concat, take
from kencana_targets.core.display import show
from kencana_targets.core.errors import (
    PlanError,
    Problem,
    TableError,
    UnknownNameError,
    raise_gathered,
    refuse,
    unknown_name,
)
from kencana_targets.core.terms import Inherit, Level, as_term
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.evaluation.evaluate import Job, compile_job
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.evaluation.scorecard import target_sources
from kencana_targets.model.lookup import NoTarget, TargetLookup, look_up_targets
from kencana_targets.model.plan import Plan
from kencana_targets.tables.results import ResultTable

if TYPE_CHECKING:
    from kencana_targets.model.rule import ScoringRule


class Against(StrEnum):
    """Which target an actual is judged by."""

    YEAR = "year"
    END = "end"
    PROVINCE = "province"
    NATION = "nation"


_OWN = (
    *("region", "region_name", "indicator", "indicator_name", "unit", "direction", "year"),
    *("against", "target", "target_year", "target_basis", "target_source", "actual"),
    *("actual_source", "gap", "achievement", "formula", "score", "band", "met", "status", "reason"),
)


@frozen(eq=False, repr=False, kw_only=True)
class Comparison(ResultTable):
    """Each actual against several targets, a row each. Made by `evaluate_against`.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator indicator_name unit direction year against
        target target_year target_basis target_source actual actual_source gap
        achievement formula score band met status reason``; ``against`` is
        ``year``, ``end``, ``province``, ``nation`` or the name of an instrument.
    rule : ScoringRule
        The rule that made scores and words.
    """

    rule: ScoringRule

    keys: ClassVar[tuple[str, ...]] = ("region", "indicator", "against")

    def to_text(self, *, language: str = "en") -> str:
        """Return the targets side by side as text, a line for each region and indicator."""
        return str(show(self, "table", language).text())


def evaluate_against(
    plan: Plan,
    actuals: Any,
    *,
    year: float,
    rule: ScoringRule | str,
    against: Sequence[str] = tuple(Against),
    instruments: Sequence[str] = (),
    parent_plan: Plan | None = None,
    inherit: str = "path",
) -> Comparison:
    """Judge the actuals of a year by several targets at once.

    Parameters
    ----------
    plan, actuals, rule, inherit
        As for `evaluate`.
    year : float
        The year of the actuals.
    against : sequence of {"year", "end", "province", "nation"}, optional
        The targets: of the year; of the end of the path in force; and of the
        year in the province or nation that the region belongs to. A province
        is not judged by itself, nor the nation.
    instruments : sequence of str, optional
        Legal instruments: the target of the year by each, side by side.
    parent_plan : Plan, optional
        The plan that holds the targets of province or nation where this one does
        not; indicators and regions are found in it by their codes.

    Returns
    -------
    Comparison
        One row for each region, indicator and target, in this order; also where
        there is no target, with the reason.

    Raises
    ------
    TableError, FormulaError
        As for `evaluate`.
    UnknownNameError
        Neither plan has a target of the instrument.
    PlanError
        An indicator moves one way in one plan and another way in the other.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> found = evaluate_against(
    ...     kt.load_plan("bengkulu-stunting-2024"), kt.load_actuals("bengkulu-stunting-2024"),
    ...     year=2022, rule="bkkbn-diy-2020", parent_plan=kt.load_plan("rpjmn-2020-2024"))
    >>> [(row["against"], round(row["target"], 2), round(row["achievement"], 2))
    ...  for row in found.to_dicts() if row["region"] == "17"]
    [('year', 18.92, 95.33), ('end', 12.55, 42.23), ('nation', 18.4, 92.39)]
    """
    ways = _ways(against, instruments)
    job = compile_job(plan, rule, inherit)
    if not is_number(year):
        refuse("year", year, "a year such as 2022")
    if parent_plan is not None:
        _refuse_turned(plan, parent_plan)
    problems: list[Problem] = []
    job = job.over(actuals, problems)
    actual_row = job.actual_rows(float(year), problems)
    raise_gathered(TableError, problems, "actuals")
    pair = np.flatnonzero(job.expected | (actual_row >= 0))
    case = _Case(job, parent_plan or plan, float(year), pair, actual_row[pair])
    sides = [case.side(way) for way in ways]
    sides += [case.instrument(name) for name in instruments]
    return Comparison(values=_interleaved(sides, len(pair)), rule=job.rule)


def _ways(against: Any, instruments: Any) -> list[Against]:
    for name, given in (("against", against), ("instruments", instruments)):
        if isinstance(given, str) or not isinstance(given, Sequence):
            refuse(name, given, "a list of words")
        if len(set(given)) < len(given):
            refuse(name, list(given), "each once")
    if not (*against, *instruments):
        refuse("against", list(against), ", ".join(Against))
    return [as_term(Against, one, "against") for one in against]


def _refuse_turned(plan: Plan, other: Plan) -> None:
    """Refuse indicators of one code that move different ways in two plans."""
    ways = {indicator.code: indicator.direction for indicator in other.indicators}
    raise_gathered(
        PlanError,
        [
            Problem(
                f"'{one.code}' is {one.direction} here and {ways[one.code]} in {other.code}",
                hint="the two plans measure different things: rename one",
            )
            for one in plan.indicators
            if ways.get(one.code, one.direction) is not one.direction
        ],
        plan.code,
    )


@frozen(eq=False)
class _Side:
    """All pairs against one target: the columns, and the pairs that it concerns."""

    columns: dict[str, Column]
    concerns: Truths


@frozen(eq=False)
class _Case:
    """Pairs and their actuals of a year, to be judged."""

    job: Job
    parents: Plan
    year: float
    pair: Ints
    actual_row: Ints

    def side(self, way: Against) -> _Side:
        """Return the pairs against one kind of target."""
        everywhere = np.ones(len(self.pair), dtype=bool)
        plan = self.job.plan
        years = np.full(len(self.pair), self.year)
        if way is Against.YEAR:
            found = look_up_targets(plan.index, self.pair, self.year, self.job.inherit)
        if way is Against.END:
            found, years = self._end()
        if way in (Against.YEAR, Against.END):
            sources = target_sources(plan.targets, found.target_row)
            return self._judged(way, found, years, sources, everywhere)
        region = self._ancestor(Level(way.value))
        found = self._elsewhere(plan, region, Inherit.NONE)
        sources = target_sources(plan.targets, found.target_row)
        if self.parents is not plan:
            other = self._elsewhere(self.parents, region, Inherit.NONE)
            more = target_sources(self.parents.targets, other.target_row)
            better = (found.why != NoTarget.FOUND) & (other.why == NoTarget.FOUND)
            _copy(found, better, other, better)
            row = np.arange(len(better)) + len(better) * better
            sources = concat([sources, more]).take(row)
        return self._judged(way, found, years, sources, region >= 0)

    def instrument(self, name: str) -> _Side:
        """Return the pairs against the targets of one instrument."""
        known: list[str] = []
        for plan in (self.job.plan, self.parents):
            names = plan.targets.text("instrument").categories
            known += names
            if name not in names:
                continue
            chosen = plan.with_instruments(name)
            region = self.pair // len(self.job.plan.indicators)
            found = self._elsewhere(chosen, region, self.job.inherit)
            rows = chosen.targets.text("instrument").take(found.target_row)
            _forget(found, rows.positions([name]) < 0)
            years = np.full(len(self.pair), self.year)
            sources = target_sources(chosen.targets, found.target_row)
            return self._judged(name, found, years, sources, np.ones(len(self.pair), dtype=bool))
        raise UnknownNameError(unknown_name("instrument", name, dict.fromkeys(known)))

    def _end(self) -> tuple[TargetLookup, Floats]:
        """Return the targets at the end of the paths in force, and their years."""
        index, inherit = self.job.index, self.job.inherit
        path = index.path_of[self.pair].astype(np.int64)
        own = path >= 0
        own[own] = index.promised[path[own]]
        above = (
            np.full(len(path), -1) if inherit is Inherit.NONE else index.ancestor_path(self.pair)
        )
        path = np.where(own, path, above)
        years = np.full(len(path), np.nan)
        years[path >= 0] = index.paths.years[index.last_knot(path[path >= 0])]
        found = TargetLookup.none(len(path))
        for year in np.unique(years[path >= 0]).tolist():
            at = np.flatnonzero(years == year)
            _copy(found, at, look_up_targets(index, self.pair[at], year, inherit))
        return found, years

    def _ancestor(self, level: Level) -> Ints:
        """Return the region of a level above each pair's own, -1 for none."""
        regions = self.job.plan.regions
        parents = np.append(regions.parent_positions, -1).astype(np.int64)
        is_level = np.array([*(region.level is level for region in regions), False])
        region = parents[self.pair // len(self.job.plan.indicators)]
        while (climbs := (region >= 0) & ~is_level[region]).any():
            region = np.where(climbs, parents[region], region)
        return region

    def _elsewhere(self, plan: Plan, region: Ints, inherit: Inherit) -> TargetLookup:
        """Look up the targets of other regions, in any plan, for the pairs' indicators."""
        mine = self.job.plan
        codes = [indicator.code for indicator in plan.indicators]
        places = (
            Categorical.encode(mine.regions.codes).positions(plan.regions.codes).astype(np.int64)
        )
        names = (
            Categorical.encode(one.code for one in mine.indicators)
            .positions(codes)
            .astype(np.int64)
        )
        place = np.where(region < 0, -1, places[region])
        name = names[self.pair % len(mine.indicators)]
        found = TargetLookup.none(len(self.pair))
        at = np.flatnonzero((place >= 0) & (name >= 0))
        pair = place[at] * len(codes) + name[at]
        _copy(found, at, look_up_targets(plan.index, pair, self.year, inherit))
        return found

    def _judged(
        self, name: str, found: TargetLookup, years: Floats, sources: Categorical, concerns: Truths
    ) -> _Side:
        """Judge the actuals by targets found, and return the columns."""
        job, count = self.job, len(self.pair)
        rows = Rows.empty(count)
        job.judge(rows, slice(0, count), self.pair, self.actual_row, self.year, found)
        card = job.scorecard(rows)
        # The rows of targets may be those of another plan.
        here = np.where(rows.target_row < 0, -1, np.arange(count))
        rows.target_row.fill(-1)
        columns = card.columns() | {
            "against": Categorical.constant(str(name), count),
            "target_year": np.where(rows.basis < 0, np.nan, years),
            "target_source": sources.take(here),
        }
        return _Side({key: columns[key] for key in _OWN}, concerns)


def _forget(found: TargetLookup, rows: Truths) -> None:
    """Take back what was found for some rows."""
    nothing = TargetLookup.none(int(rows.sum()))
    set_before = found.why[rows] == NoTarget.FOUND
    why = np.where(set_before, NoTarget.NEVER_SET, found.why[rows])
    _copy(found, rows, nothing)
    found.why[rows] = why


def _copy(found: TargetLookup, rows: Any, other: TargetLookup, others: Any = slice(None)) -> None:
    """Copy what was found for some rows."""
    for attribute in fields(TargetLookup):
        getattr(found, attribute.name)[rows] = getattr(other, attribute.name)[others]


def _interleaved(sides: Sequence[_Side], pairs: int) -> Mapping[str, Column]:
    """Put the rows of all targets of a pair under one another."""
    position = np.tile(np.arange(pairs), len(sides))
    turn = np.repeat(np.arange(len(sides)), pairs)
    order = np.lexsort((turn, position))
    order = order[np.concatenate([side.concerns for side in sides])[order]]
    columns: dict[str, Column] = {}
    for name, first in sides[0].columns.items():
        cells: list[Any] = [side.columns[name] for side in sides]
        together: Column
        if isinstance(first, Categorical):
            together = concat(cells)
        elif isinstance(first, Tristate):
            together = Tristate(np.concatenate([flags.states for flags in cells]))
        else:
            together = np.concatenate(cells)
        columns[name] = take(together, order)
    return columns
