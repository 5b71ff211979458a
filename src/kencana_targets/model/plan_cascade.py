"""A parent's target split among its regions: new targets that name where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import ArgumentError, Problem, refuse
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import Floats
from kencana_targets.formulas.cascade import cascade
from kencana_targets.model.collection import Targets
from kencana_targets.model.figures import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from kencana_targets.model.indicator import Indicator
    from kencana_targets.model.plan import Plan
    from kencana_targets.model.region import Region


@frozen(eq=False, repr=False, kw_only=True)
class CascadedTargets(Displayed):
    """What a cascade promises, and what is left of it.

    Parameters
    ----------
    plan : Plan
        The plan with the new targets.
    regions : tuple of str
        Codes of the regions that share the target.
    baselines, targets, shares : ndarray of float
        Their baselines, new targets and weights. [unit of the indicator]
    fixed : ndarray of bool
        Which of them had an official target of their own and kept it.
    parameter : float
        The factor or step that was found (see `formulas.cascade.cascade`).
    residual : float
        Weighted sum of the targets minus the parent's target.
        [unit of the indicator]
    baseline_difference : float
        Weighted sum of the baselines minus the parent's own baseline: what the
        weights and the figures do not explain. nan if the parent has none.
        [unit of the indicator]
    """

    plan: Plan
    regions: tuple[str, ...]
    baselines: Floats
    targets: Floats
    shares: Floats
    fixed: NDArray[np.bool_]
    parameter: float
    residual: float
    baseline_difference: float

    def __repr__(self) -> str:
        return f"<CascadedTargets {self.plan.code}: {len(self.regions)} regions>"


def cascade_plan(
    plan: Plan,
    indicator: str,
    parent: str,
    year: float,
    *,
    method: str,
    weights: Mapping[str, float] | None,
    kappa: float | None,
    decimals: int | None,
    nobody_worsens: bool,
) -> CascadedTargets:
    """Split a target among the regions below (see `Plan.cascade`)."""
    measured = plan.indicator(indicator)
    above = plan.regions.find(parent)
    promised = plan.target(measured.code, above.code, year)
    children = plan.regions.children(above.code)
    shares = _shares(children, weights)
    baselines = _baselines(plan, measured.code, children)
    own = _own_targets(plan, measured.code, children, year)
    fixed = ~np.isnan(own)
    lower, upper = _limits(measured, baselines, nobody_worsens=nobody_worsens)
    split = cascade(
        baselines,
        shares,
        promised.value,
        method=method,
        kappa=kappa,
        lower=np.where(fixed, own, lower),
        upper=np.where(fixed, own, upper),
        decimals=decimals,
    )
    instrument = f"derived: {method} cascade of {above.code} {above.name}, {year:g}"
    new = [
        Target(
            indicator=measured.code,
            region=child.code,
            year=year,
            value=float(value),
            instrument=instrument,
            source=f"from {promised.value:g} ({promised.basis}; {promised.source})",
        )
        for child, value, kept in zip(children, split.targets, fixed, strict=True)
        if not kept
    ]
    targets = Targets.of([*plan.targets, *new])
    parents = _baselines(plan, measured.code, (above,), required=False)
    return CascadedTargets(
        plan=evolve(plan, targets=targets),
        regions=tuple(child.code for child in children),
        baselines=baselines,
        targets=np.asarray(split.targets),
        shares=shares,
        fixed=fixed,
        parameter=float(split.parameter),
        residual=float(split.residual),
        baseline_difference=float(shares @ baselines - parents[0]),
    )


def _limits(
    measured: Indicator, baselines: Floats, *, nobody_worsens: bool
) -> tuple[Floats, Floats]:
    """Return between what the targets may lie: the indicator's bounds, and no step back."""
    lower = np.full(len(baselines), -np.inf if measured.lower is None else measured.lower)
    upper = np.full(len(baselines), np.inf if measured.upper is None else measured.upper)
    if nobody_worsens and measured.direction is Direction.MINIMIZE:
        upper = np.minimum(upper, baselines)
    if nobody_worsens and measured.direction is Direction.MAXIMIZE:
        lower = np.maximum(lower, baselines)
    return lower, upper


def _shares(children: tuple[Region, ...], weights: Mapping[str, float] | None) -> Floats:
    what, hint = "no weight", "weigh every region below the parent"
    given: Mapping[str, float | None] = weights or {}
    if weights is None:
        given = {child.code: child.population for child in children}
        what, hint = "no population", "give weights={code: number} for all regions"
    problems = [
        Problem(what, where=str(child), hint=hint)
        for child in children
        if given.get(child.code) is None
    ]
    if problems or not children:
        raise ArgumentError(problems or Problem("no regions below the parent"), "cascade")
    numbers = np.array([float(given[child.code] or 0) for child in children])
    if (numbers < 0).any() or not numbers.sum() > 0:
        refuse("weights", numbers.tolist(), "zero or more, and not all zero")
    shares: Floats = numbers / numbers.sum()
    return shares


def _baselines(
    plan: Plan, indicator: str, regions: tuple[Region, ...], *, required: bool = True
) -> Floats:
    """Return the baselines of regions; refuse all that are missing at once."""
    index, paths = plan.index, plan.index.paths
    values = np.full(len(regions), np.nan)
    for place, region in enumerate(regions):
        path = int(index.path_of[int(plan.pair(indicator, region.code)[0])])
        if path >= 0 and index.baseline_row[path] >= 0:
            values[place] = paths.values[paths.starts[path]]
    missing = [region for region, value in zip(regions, values, strict=True) if np.isnan(value)]
    if required and missing:
        hint = "a share of a target starts from where the region is"
        raise ArgumentError(
            [Problem("no baseline", where=str(region), hint=hint) for region in missing], "cascade"
        )
    return values


def _own_targets(plan: Plan, indicator: str, regions: tuple[Region, ...], year: float) -> Floats:
    """Return the official targets that regions have for the year, nan for none."""
    values = np.full(len(regions), np.nan)
    for place, region in enumerate(regions):
        path: Any = int(plan.index.path_of[int(plan.pair(indicator, region.code)[0])])
        if path < 0:
            continue
        knots = range(*plan.index.paths.starts[path : path + 2].tolist())
        for knot in knots:
            if plan.index.target_row[knot] >= 0 and plan.index.paths.years[knot] == year:
                values[place] = plan.index.paths.values[knot]
    return values
