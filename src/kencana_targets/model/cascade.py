"""A parent's target split among its regions: new targets that name where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import ArgumentError, Problem, raise_gathered, refuse
from kencana_targets.core.terms import Basis, Direction, Inherit
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.model.collection import Targets
from kencana_targets.model.figures import Target
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.lookup import PlannedTarget, look_up_targets
from kencana_targets.model.plan_index import OFFICIAL, PlanIndex
from kencana_targets.model.regions import Region


@frozen(eq=False)
class Family:
    """A region, those below it, and an indicator: `series` holds their positions in the index."""

    index: PlanIndex
    series: Ints
    indicator: Indicator
    parent: Region
    children: tuple[Region, ...]

    def baselines(self) -> Floats:
        """Return the baseline of the parent, nan for none, and those of its children."""
        values = self.index.baselines_of(self.series)
        hint = "a share of a target starts from where the region is"
        missing = [
            Problem("no baseline", where=str(child), hint=hint)
            for child, value in zip(self.children, values[1:].tolist(), strict=True)
            if np.isnan(value)
        ]
        raise_gathered(ArgumentError, missing, "cascade")
        return values

    def limits(self, baselines: Floats, nobody_worsens: object) -> tuple[Floats, Floats]:
        """Return the least and the most that each child may be set."""
        kept, direction = checks.as_flag("nobody_worsens", nobody_worsens), self.indicator.direction
        ends = self.indicator.lower, self.indicator.upper
        lower, upper = (np.full(len(baselines), np.nan if e is None else e) for e in ends)
        if kept and direction is Direction.MINIMIZE:
            upper = np.fmin(upper, baselines)
        if kept and direction is Direction.MAXIMIZE:
            lower = np.fmax(lower, baselines)
        return lower, upper

    def shares(self, weights: Mapping[str, float] | None) -> Floats:
        """Return the share of each child, by weight or else by population."""
        what, hint = "no weight", "weigh every region below the parent"
        if weights is not None and not isinstance(weights, Mapping):
            refuse("weights", weights, "{code: number} for all regions")
        given: Mapping[str, float | None] = {} if weights is None else weights
        if weights is None:
            given = {child.code: child.population for child in self.children}
            what, hint = "no population", "give weights={code: number} for all regions"
        problems = [
            Problem(what, where=str(child), hint=hint)
            for child in self.children
            if given.get(child.code) is None
        ]
        if problems or not self.children:
            raise ArgumentError(problems or Problem("no regions below the parent"), "cascade")
        numbers = [checks.as_number("weights", given[child.code]) for child in self.children]
        return checks.as_shares("weights", numbers)


def split_target(
    family: Family,
    year: float,
    promised: PlannedTarget,
    weights: Mapping[str, float] | None,
    *,
    nobody_worsens: bool,
    **options: Any,
) -> tuple[dict[str, Any], Targets]:
    """Return the fields of `CascadedTargets`, and the targets without an official one.

    `options` are those of `formulas.cascade.cascade`.
    """
    from kencana_targets.formulas.cascade import cascade

    shares, parent = family.shares(weights), family.parent
    parent_baseline, baselines = np.split(family.baselines(), [1])
    own = look_up_targets(family.index, family.series[1:], year, Inherit.NONE)
    fixed = own.basis == OFFICIAL
    if fixed.all():
        what = f"nothing to split: all regions below {parent} have an official target for {year:g}"
        hint = "formulas.cascade.roll_up says how far they are from the promise"
        due = f"promised are {promised.value:g}, and they add up to {shares @ own.value:.6g}"
        raise ArgumentError(Problem(what, allowed=due, hint=hint), "cascade")
    lower, upper = (
        np.where(fixed, own.value, end) for end in family.limits(baselines, nobody_worsens)
    )
    split = cascade(baselines, shares, promised.value, lower=lower, upper=upper, **options)
    derived = Targets.of(
        Target(
            indicator=family.indicator.code,
            region=child.code,
            year=year,
            value=float(value),
            instrument=f"derived: {options['method']} cascade of {parent.code} {parent.name}, "
            f"{year:g}",
            source=f"from {promised.value:g} ({promised.basis}; {promised.source})",
            basis=Basis.DERIVED,
        )
        for child, value, kept in zip(family.children, split.targets, fixed, strict=True)
        if not kept
    )
    fields = {
        "regions": tuple(child.code for child in family.children),
        "baselines": baselines,
        "targets": np.asarray(split.targets),
        "shares": shares,
        "fixed": fixed,
        "parameter": float(split.parameter),
        "residual": float(split.residual),
        "baseline_difference": float((shares @ baselines - parent_baseline).item()),
    }
    return fields, derived
