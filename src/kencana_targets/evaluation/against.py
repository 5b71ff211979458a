"""One actual against several targets: the year's, the end's, the parents', other instruments'."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core import checks, errors
from kencana_targets.core.checks import FIRST_YEAR, LAST_YEAR
from kencana_targets.core.errors import PlanError, Problem, TableError, UnknownNameError
from kencana_targets.core.terms import Inherit, InheritLike, Level, Reason, as_term
from kencana_targets.core.typing import Ints
from kencana_targets.evaluation.compare import Comparison, Part, side_by_side
from kencana_targets.evaluation.evaluate import Evaluator
from kencana_targets.model.lookup import TargetLookup, look_up_targets
from kencana_targets.model.plan import Plan, refuse_plan
from kencana_targets.model.rule import ScoringRule


class Against(StrEnum):
    """Which target an actual is judged by."""

    YEAR = "year"
    END = "end"
    PROVINCE = "province"
    NATION = "nation"


AgainstLike: TypeAlias = Against | Literal["year", "end", "province", "nation"]


def evaluate_against(
    plan: Plan,
    actuals: Any,
    *,
    year: float,
    rule: ScoringRule | str,
    against: Sequence[str] = tuple(Against),
    instruments: Sequence[str] = (),
    parent_plan: Plan | None = None,
    inherit: InheritLike = "path",
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
    references = [as_term(Against, one, "against") for one in _each_once("against", against)]
    names = _each_once("instruments", instruments)
    if not (references or names):
        errors.refuse("against", references, ", ".join(Against))
    evaluator = Evaluator.of(plan, rule, inherit)
    year = checks.as_number("year", year, FIRST_YEAR, LAST_YEAR, allowed=checks.A_YEAR)
    if parent_plan is not None:
        if not isinstance(parent_plan, Plan):
            refuse_plan(parent_plan, "parent_plan")
        _refuse_turned(plan, parent_plan)
    problems: list[Problem] = []
    evaluator = evaluator.with_actuals(actuals, problems)
    actual_row = evaluator.rows_by_series(year, problems)
    errors.raise_gathered(TableError, problems, "actuals")
    series = np.flatnonzero(evaluator.expected | (actual_row >= 0))
    case = _Case(evaluator, parent_plan or plan, year, series, actual_row[series])
    parts = [part for reference in references for part in case.against(reference)]
    return side_by_side([*parts, *map(case.by_instrument, names)])


def _each_once(argument: str, given: Any) -> list[str]:
    if isinstance(given, str):
        errors.refuse(argument, given, "a list of words")
    words = checks.items(argument, given, str)
    if len(set(words)) < len(words):
        errors.refuse(argument, words, "each once")
    return words


def _refuse_turned(plan: Plan, other: Plan) -> None:
    """Refuse indicators of one code that move different ways in two plans."""
    ways = {indicator.code: indicator.direction for indicator in other.indicators}
    errors.raise_gathered(
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
class _Case:
    """Series and their actuals of a year."""

    evaluator: Evaluator
    parents: Plan
    year: float
    series: Ints
    actual_row: Ints

    def against(self, reference: Against) -> list[Part]:
        """Return the series against one kind of target."""
        plan, inherit = self.evaluator.plan, self.evaluator.inherit
        if reference is Against.YEAR:
            lookup = look_up_targets(plan.index, self.series, self.year, inherit)
            return [self._part(reference, plan, lookup)]
        if reference is Against.END:
            return [self._part(reference, plan, self._end())]
        region = self._ancestor(Level(reference.value))
        own, other = (self._elsewhere(one, region, Inherit.NONE) for one in (plan, self.parents))
        better, concerned = (own.reason > 0) & (other.reason == Reason.NONE), region >= 0
        return [
            self._part(reference, plan, own, concerned & ~better),
            self._part(reference, self.parents, other, concerned & better),
        ]

    def by_instrument(self, name: str) -> Part:
        """Return the series against the targets of one instrument."""
        known: list[str] = []
        for plan in (self.evaluator.plan, self.parents):
            names = plan.targets.text("instrument").categories
            known += names
            if name not in names:
                continue
            chosen = plan.with_instruments(name)
            region = self.series // len(self.evaluator.plan.indicators)
            lookup = self._elsewhere(chosen, region, self.evaluator.inherit)
            instrument = chosen.targets.text("instrument").take(lookup.target_row)
            other = instrument.positions([name]) < 0
            why = np.maximum(lookup.reason, Reason.NEVER_SET)[other]
            lookup.put(other, TargetLookup.nothing(1))
            lookup.reason[other] = why
            return self._part(name, chosen, lookup)
        raise UnknownNameError(errors.unknown_name("instrument", name, dict.fromkeys(known)))

    def _part(self, name: str, plan: Plan, lookup: TargetLookup, rows: Any = slice(None)) -> Part:
        """Score some of the series by targets that were looked up in a plan."""
        kept = np.arange(len(self.series))[rows]
        years = np.full(len(kept), self.year)
        scored = self.evaluator.rows(
            self.series[kept], years, self.actual_row[kept], plan, lookup.take(kept)
        )
        return Part(name, kept, scored, name is Against.END)

    def _end(self) -> TargetLookup:
        """Return the targets at the end of the paths in force."""
        index, inherit = self.evaluator.plan.index, self.evaluator.inherit
        path = index.path_of[self.series]
        above = -1 if inherit is Inherit.NONE else index.ancestor_path(self.series)
        path = np.where(index.promised[path], path, above)
        rows = np.flatnonzero(path >= 0)
        years = index.paths.years[index.paths.starts[path[rows] + 1] - 1]
        lookup = TargetLookup.nothing(len(path))
        lookup.put(rows, self.evaluator.targets(self.series[rows], years))
        return lookup

    def _ancestor(self, level: Level) -> Ints:
        """Return the region of a level above each series' own, -1 for none."""
        regions = self.evaluator.plan.regions
        parents = regions.parent_positions.astype(np.int64)
        is_level = np.array([region.level is level for region in regions], dtype=bool)
        region = parents[self.series // len(self.evaluator.plan.indicators)]
        while (climbs := (region >= 0) & ~is_level[region]).any():
            region = np.where(climbs, parents[region], region)
        return region

    def _elsewhere(self, plan: Plan, region: Ints, inherit: Inherit) -> TargetLookup:
        """Look up the targets of other regions, in any plan, for the series' indicators."""
        mine = self.evaluator.plan
        codes = {each.code: number for number, each in enumerate(plan.indicators)}
        # Of a series without such a region, -1, nothing is asked.
        places = np.array([plan.regions.positions.get(code, -1) for code in mine.regions.codes])
        names = np.array([codes.get(each.code, -1) for each in mine.indicators])
        place, name = places[region], names[self.series % len(mine.indicators)]
        lookup = TargetLookup.nothing(len(self.series))
        rows = np.flatnonzero((place >= 0) & (name >= 0))
        series = place[rows] * len(codes) + name[rows]
        lookup.put(rows, look_up_targets(plan.index, series, self.year, inherit))
        return lookup
