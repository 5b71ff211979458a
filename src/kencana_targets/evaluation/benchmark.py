"""Regional figures made to agree with the published figure of their parent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

import numpy as np
from attrs import field, frozen

from kencana_targets.core.checks import as_choice, is_number
from kencana_targets.core.columns import Categorical, read_only, take
from kencana_targets.core.errors import Problem, TableError, refuse
from kencana_targets.core.typing import Floats, NDArray
from kencana_targets.formulas.scales import Scale, from_scale, to_scale
from kencana_targets.model.collection import Actuals, of_all, stacked
from kencana_targets.model.figures import Actual
from kencana_targets.model.plan import Plan
from kencana_targets.model.regions import Region
from kencana_targets.tables.results import ResultTable

# Share of the weight below which regions say too little to be stretched to their parent.
LEAST_WEIGHT = 0.5


@frozen(eq=False, repr=False)
class BenchmarkedActuals(Actuals):
    """Actuals of which some regions were made to agree with their parent.

    Attributes
    ----------
    factor : ResultTable
        ``indicator year factor mean parent synthetic``: what the regions' figures were
        multiplied by (or, for ``logit``, moved by on that scale), their weighted
        mean before, the parent's figure, and how many regions had none of their own.
    """

    factor: ResultTable = field(kw_only=True)

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the figures at these rows."""
        columns = {name: take(column, rows) for name, column in self.columns.items()}
        return type(self)(columns, factor=self.factor)


def benchmark(
    actuals: Any,
    *,
    plan: Plan,
    parent: str,
    weights: Mapping[str, float] | None = None,
    method: Literal["ratio", "logit"] = "ratio",
) -> BenchmarkedActuals:
    """Make the figures of a parent's regions agree with the parent's own.

    Parameters
    ----------
    actuals : Actuals or table
        Figures of the regions and of the parent, such as shrunken or pooled ones.
    plan : Plan
        Which regions belong to the parent.
    parent : str
        Code or name of the parent.
    weights : mapping of str to float, optional
        Weight of each region by its code, such as children under five; without it the
        regions' population.
    method : {"ratio", "logit"}, optional
        ``ratio``: all figures times one factor. ``logit``: one shift on the logit scale,
        which keeps percentages between 0 and 100.

    Returns
    -------
    BenchmarkedActuals
        Actuals with `factor`. Standard errors are multiplied alike; the published
        intervals, samples and design effects of moved figures are left out. A region
        without a figure in a year of the parent's gets the parent's (a synthetic
        estimate), and its source says so. A year in which regions with less than half
        of the weight have a figure stays as it is.

    Raises
    ------
    ArgumentError
        A region without a weight, no region below the parent, a word that is not allowed.
    TableError
        The parent has no figure, or none of its regions has.

    References
    ----------
    J. N. K. Rao and I. Molina, Small Area Estimation (2nd edition, 2015), 6.4, ratio
    benchmarking; not verified against the primary text.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> plan, actuals = kt.load_plan("bengkulu-stunting-2024"), kt.load_actuals("bengkulu-stunting-2024")
    >>> fitted = benchmark(actuals, plan=plan, parent="17")
    >>> [(row["year"], round(row["factor"], 3)) for row in fitted.factor]
    [(2021.0, 0.994), (2022.0, 1.003)]
    """
    as_choice("method", method, "ratio", "logit")
    figures = of_all(Actuals.from_frame(actuals))
    above, people = _family(plan, parent)
    codes = list(people)
    weight = _weights(codes, weights, people)
    place = figures.region.positions(codes)
    own = figures.region.positions([above.code]) == 0
    value, error = (figures.number(name).copy() for name in ("value", "standard_error"))
    told: list[dict[str, Any]] = []
    added: list[Actual] = []
    moved = np.zeros(len(value), dtype=bool)
    for row in np.flatnonzero(own & ~np.isnan(value)).tolist():
        indicator, year = figures.indicator[row], float(figures.year[row])
        rows = np.flatnonzero(
            (place >= 0) & (figures.year == year) & ~np.isnan(value)
            & (figures.indicator.positions([indicator or ""]) == 0)
        )  # fmt: skip
        share = weight[place[rows]]
        if share.sum() < LEAST_WEIGHT * weight.sum():
            continue
        mean = float(share @ value[rows] / share.sum())
        factor, fitted, stretch = _fitted(value[rows], share, float(value[row]), method)
        value[rows], error[rows], moved[rows] = fitted, error[rows] * stretch, True
        lacking = sorted(set(codes) - {codes[number] for number in place[rows].tolist()})
        alike: dict[str, Any] = {"indicator": indicator or "", "year": year, "value": float(value[row]),
                 "source": f"synthetic: the figure of {above.code} {above.name}"}  # fmt: skip
        added += [Actual(region=code, **alike) for code in lacking]
        told.append({"indicator": indicator, "year": year, "factor": factor, "mean": mean,
                     "parent": float(value[row]), "synthetic": len(lacking)})  # fmt: skip
    if not told:
        hint = "give the parent's figure beside those of its regions"
        raise TableError(
            Problem("nothing to agree with", where=f"region '{above.code}'", hint=hint)
        )
    columns = {**figures.columns, "value": read_only(value), "standard_error": read_only(error)}
    for name in ("lower", "upper", "sample_size", "design_effect"):
        columns[name] = read_only(np.where(moved, np.nan, figures.number(name)))
    joined = stacked([Actuals(columns), Actuals.of(added)])
    names = {name: [row[name] for row in told] for name in told[0]}
    factors = {name: Categorical.encode(cells) if name == "indicator" else np.array(cells)
               for name, cells in names.items()}  # fmt: skip
    return BenchmarkedActuals(joined.columns, factor=ResultTable(values=factors))


def _family(plan: Plan, parent: object) -> tuple[Region, dict[str, float | None]]:
    """Return the parent, and the population of each region below it."""
    if not isinstance(parent, str):
        refuse("parent", parent, "a region of the plan")
    above = plan.regions.find(parent)
    people: dict[str, float | None] = {
        region.code: region.population for region in plan.regions if region.parent == above.code
    }
    if not people:
        refuse("parent", above.code, "a region with regions below it")
    return above, people


def _weights(
    codes: list[str], weights: Mapping[str, float] | None, people: Mapping[str, float | None]
) -> Floats:
    given: object = people if weights is None else weights
    if not isinstance(given, Mapping):
        refuse("weights", given, "a weight for each region, by its code")
    for code in codes:
        number: Any = given.get(code)
        if not (is_number(number) and 0 < number < np.inf):
            hint = "" if weights is not None else "its population is not known"
            refuse("weights", number, f"a number above zero for region '{code}'", hint)
    return np.array([float(given[code]) for code in codes])


def _fitted(
    values: Floats, share: Floats, goal: float, method: Literal["ratio", "logit"]
) -> tuple[float, Floats, Floats]:
    """Return factor or shift, figures whose weighted mean is the goal, and what errors grow by."""
    weight = share / share.sum()
    if method == "ratio":
        factor = goal / float(weight @ values)
        return factor, values * factor, np.full(len(values), factor)
    from scipy import optimize

    logit, end = to_scale(values, Scale.LOGIT), 60.0
    if np.isnan(logit).any() or not 0 < goal < 100:
        refuse("method", method, "figures strictly between 0 and 100", "use method='ratio'")
    shift = float(
        optimize.brentq(
            lambda step: float(weight @ from_scale(logit + step, Scale.LOGIT)) - goal,
            -end, end, xtol=1e-13,
        )
    )  # fmt: skip
    fitted = from_scale(logit + shift, Scale.LOGIT)
    return shift, fitted, fitted * (100 - fitted) / (values * (100 - values))
