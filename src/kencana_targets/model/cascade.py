"""A parent's target split among its regions: new targets that name where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import ArgumentError, Problem, refuse
from kencana_targets.core.terms import Basis, Direction, Inherit
from kencana_targets.core.typing import Floats, Ints, NDArray
from kencana_targets.model.collection import Targets
from kencana_targets.model.figures import Target
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.lookup import look_up_targets
from kencana_targets.model.plan_index import OFFICIAL, PlanIndex
from kencana_targets.model.region import Region
from kencana_targets.model.target_path import PlannedTarget

if TYPE_CHECKING:
    from kencana_targets.formulas.cascade import MethodLike


@frozen(eq=False, kw_only=True)
class TargetShares:
    """A target split among regions, and what is left of it.

    Parameters
    ----------
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

    regions: tuple[str, ...]
    baselines: Floats
    targets: Floats
    shares: Floats
    fixed: NDArray[np.bool_]
    parameter: float
    residual: float
    baseline_difference: float


def split_target(
    index: PlanIndex,
    series: Ints,
    indicator: Indicator,
    parent: Region,
    children: tuple[Region, ...],
    year: float,
    promised: PlannedTarget,
    *,
    method: MethodLike,
    weights: Mapping[str, float] | None,
    kappa: float | None,
    decimals: int | None,
    nobody_worsens: bool,
) -> tuple[TargetShares, Targets]:
    """Split a target among the regions below (see `Plan.cascade`); return the new targets too.

    `series` holds the positions of the parent and its children in the index.
    """
    from kencana_targets.formulas.cascade import cascade

    shares = _shares(children, weights)
    parent_baseline, *rest = index.baselines_of(series).tolist()
    baselines = np.array(rest)
    missing = [child for child, value in zip(children, rest, strict=True) if np.isnan(value)]
    if missing:
        hint = "a share of a target starts from where the region is"
        raise ArgumentError(
            [Problem("no baseline", where=str(child), hint=hint) for child in missing], "cascade"
        )
    own = look_up_targets(index, series[1:], year, Inherit.NONE)
    fixed = own.basis == OFFICIAL
    if fixed.all():
        total = float(shares @ own.value)
        raise ArgumentError(
            Problem(
                f"nothing to split: all regions below {parent} have an official target for {year:g}",
                got=f"they add up to {total:.6g}",
                allowed=f"promised are {promised.value:g}",
                hint="formulas.cascade.roll_up says how far they are from the promise",
            ),
            "cascade",
        )
    lower, upper = _limits(
        indicator, baselines, nobody_worsens=checks.as_flag("nobody_worsens", nobody_worsens)
    )
    split = cascade(
        baselines,
        shares,
        promised.value,
        method=method,
        kappa=kappa,
        lower=np.where(fixed, own.value, lower),
        upper=np.where(fixed, own.value, upper),
        decimals=decimals,
    )
    derived = Targets.of(
        Target(
            indicator=indicator.code,
            region=child.code,
            year=year,
            value=float(value),
            instrument=f"derived: {method} cascade of {parent.code} {parent.name}, {year:g}",
            source=f"from {promised.value:g} ({promised.basis}; {promised.source})",
            basis=Basis.DERIVED,
        )
        for child, value, kept in zip(children, split.targets, fixed, strict=True)
        if not kept
    )
    result = TargetShares(
        regions=tuple(child.code for child in children),
        baselines=baselines,
        targets=np.asarray(split.targets),
        shares=shares,
        fixed=fixed,
        parameter=float(split.parameter),
        residual=float(split.residual),
        baseline_difference=float(shares @ baselines - parent_baseline),
    )
    return result, derived


def _limits(
    measured: Indicator, baselines: Floats, *, nobody_worsens: bool
) -> tuple[Floats, Floats]:
    """Return between what the targets may lie, nan for no bound, and no step back."""
    lower = np.full(len(baselines), np.nan if measured.lower is None else measured.lower)
    upper = np.full(len(baselines), np.nan if measured.upper is None else measured.upper)
    if nobody_worsens and measured.direction is Direction.MINIMIZE:
        upper = np.fmin(upper, baselines)
    if nobody_worsens and measured.direction is Direction.MAXIMIZE:
        lower = np.fmax(lower, baselines)
    return lower, upper


def _shares(children: tuple[Region, ...], weights: Mapping[str, float] | None) -> Floats:
    what, hint = "no weight", "weigh every region below the parent"
    if weights is not None and not isinstance(weights, Mapping):
        refuse("weights", weights, "{code: number} for all regions")
    given: Mapping[str, float | None] = {} if weights is None else weights
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
    numbers = checks.vector(
        "weights", [checks.as_number("weights", given[child.code]) for child in children]
    )
    if (numbers < 0).any() or not numbers.sum() > 0:
        refuse("weights", numbers.tolist(), "zero or more, and not all zero")
    shares: Floats = numbers / numbers.sum()
    return shares
