"""Coverage pooled over periods and regions: numerators and denominators, never percentages.

A region's figures are brought to their parent's, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from attrs import astuple, evolve, field, frozen

from kencana_targets.core.checks import as_choice, is_number
from kencana_targets.core.columns import Categorical, Column, concat, read_only, take
from kencana_targets.core.errors import Problem, TableError, raise_gathered, refuse
from kencana_targets.core.terms import Level, as_term
from kencana_targets.core.typing import Floats, Ints, Others, Truths
from kencana_targets.formulas.scales import Scale, from_scale, to_scale
from kencana_targets.formulas.within_year import MissingPeriod, MissingPeriodLike, pool
from kencana_targets.model.collection import Actuals, by_pattern, joined, named, of_all, stacked
from kencana_targets.model.figures import Actual
from kencana_targets.model.plan import Plan, refuse_plan
from kencana_targets.model.regions import Region
from kencana_targets.tables.figures import Options
from kencana_targets.tables.period_figures import (
    POOLED,
    Parts,
    beside_periods,
    last_period,
    off_middle,
    periods_text,
    read_parts,
    regions_text,
    repeated,
)
from kencana_targets.tables.results import ResultTable

_LEVELS = tuple(Level)
# Share of the weight below which regions say too little to be stretched to their parent.
LEAST_WEIGHT = 0.5
_OF_FACILITIES = "keep one; those of facilities are added up where a column 'Puskesmas' names them"


def pool_actuals(
    table: Any,
    *,
    plan: Plan,
    up_to: str | None = None,
    until: int | None = None,
    periods: int = 4,
    per: float | None = None,
    missing: MissingPeriodLike = "missing",
    decimal: str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    given: Mapping[str, Any] | None = None,
    others: Others = "note",
    rows: Mapping[str, Any] | None = None,
) -> Actuals:
    """Make yearly shares of numerators and denominators, also for the regions above.

    Parameters
    ----------
    table : path or data frame
        As for `read_actuals`, with ``numerator denominator`` (*pembilang, penyebut*)
        instead of a value, and periods as for `to_date`. [persons]
    plan : Plan
        Its indicators and regions.
    up_to : {"province", "nation", ...}, optional
        The level up to which the regions above, as far as the table does not
        hold them, are pooled from those under them.
    until : int, optional
        The last period of each year to count; by default all.
    periods : {4, 12, 2}, optional
        Periods in a year, if the table has any.
    per : float, optional
        What a share is counted per; by default what the unit of its indicator says, such as
        100 for percent and 1,000 for *per 1.000*. Another number is refused.
    missing : {"missing", "filled"}, optional
        As for `to_date`: whether a period without figures makes the year's share
        missing, and a region without a share the one above it, or is left out. What
        the table does not hold has no figures. A region that has figures of periods
        needs those of all periods up to `until`, one that has a figure for the year
        only that.
    decimal, sheet, columns, given, others, rows
        How the table is to be read, as for `read_actuals`; ``given`` may also tell
        the ``period``.

    Returns
    -------
    Actuals
        A figure for each indicator, region and year; the source says what was added
        and what has no figure. Rows of facilities (*Puskesmas, Faskes*) are added up
        within their region, and noted.

    Raises
    ------
    TableError
        With every problem of the table; or it has no numerators.
    ArgumentError
        An argument that is not allowed.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> plan = kt.load_plan("bengkulu-stunting-2024")
    >>> figures = pool_actuals(
    ...     {"indicator": ["stunting_balita"] * 2, "region": ["17.01", "17.71"],
    ...      "year": [2023, 2023], "numerator": [30, 10], "denominator": [100, 400]},
    ...     plan=plan, up_to="province", missing="filled")
    >>> figures[0].region, figures[0].value
    ('17', 8.0)
    >>> figures[0].source
    'numerators over denominators, 2 of 10 regions, without 8 regions, which have no figure'
    """
    policy = as_term(MissingPeriod, missing, "missing")
    level = None if up_to is None else as_term(Level, up_to, "up_to")
    if not isinstance(plan, Plan):
        refuse_plan(plan)
    last = last_period(periods, until)
    options = Options(decimal, sheet, columns, given, others, rows, plan.indicators.codes)
    parts = read_parts(table, plan=plan, periods=periods, options=options, per=per).added_up()
    if np.isnan(parts.numerator).all():
        hint = "add columns numerator and denominator"
        raise TableError(Problem("nothing to pool", hint=hint), parts.name)
    _refuse_astray(parts, periods)
    pooled = _Rows.of(plan, parts, periods, last, policy)
    # From the lowest level up, so that a sum is whole before it is added on.
    lowest = len(_LEVELS) if level is None else _LEVELS.index(level)
    for rank in reversed(range(lowest, len(_LEVELS))):
        pooled = pooled.with_(pooled.above(plan, rank, policy))
    return evolve(pooled.actuals(plan, parts.per), notes=parts.actuals.notes)


def _refuse_astray(parts: Parts, periods: int) -> None:
    """Refuse what stands at no period, and what would be counted twice: also beside its year."""
    figures = parts.actuals
    start = np.floor(figures.year)
    problems = off_middle(figures, np.flatnonzero(figures.year > start), periods, parts.place)
    problems += repeated(
        figures, np.arange(len(figures)), periods, parts.place, hint=_OF_FACILITIES
    )
    keys = np.column_stack((figures.indicator.codes, figures.region.codes, start))
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.ravel()
    parted = np.isin(group, group[figures.year > start])
    whole = np.flatnonzero(parted & (figures.year == start))
    problems += beside_periods(parts, whole, "keep the periods or the year")
    raise_gathered(TableError, problems, "figures of periods")


@frozen(eq=False)
class _Rows:
    """Sums for indicators, regions and years.

    Parameters
    ----------
    key : ndarray of int, shape (rows, 3)
        Position of the indicator, of the region, and the year.
    sums : ndarray of float, shape (rows, 2)
        Numerator and denominator, nan where something missing counts as missing.
    partial : ndarray of bool, shape (rows,)
        Whether something that was to be added has no figure.
    text : Categorical
        What was added.
    """

    key: Ints
    sums: Floats
    partial: Truths
    text: Categorical

    @classmethod
    def of(cls, plan: Plan, parts: Parts, periods: int, last: int, policy: MissingPeriod) -> _Rows:
        """Add up the periods of each year."""
        figures = parts.actuals
        start = np.floor(figures.year)
        indicator = figures.indicator.positions(plan.indicators.codes)
        region = figures.region.positions(plan.regions.codes)
        cells = np.column_stack((indicator, region, start)).astype(np.int64)
        key, first, group = np.unique(cells, axis=0, return_index=True, return_inverse=True)
        group = group.ravel()
        parted = np.zeros(len(key), dtype=bool)
        parted[group] = figures.year > start
        # The figure of a whole year stands alone, in the first place.
        row = np.full((len(key), periods), -1, dtype=np.int64)
        row[group, ((figures.year - start) * periods).astype(np.int64)] = np.arange(len(group))
        due = np.arange(periods) < np.where(parted, last, 1)[:, np.newaxis]
        above, below = (take(side, row) for side in (parts.numerator, parts.denominator))
        known = due & ~np.isnan(above)
        lost = known.sum(axis=1) < due.sum(axis=1)
        sums = np.column_stack([np.where(known, side, 0.0).sum(axis=1) for side in (above, below)])
        # What a file says of a whole year is its own; what was added up says so.
        file = parts.name if "." in parts.name else "numerator over denominator"
        texts = _texts(key[:, 2], parted, known, last, policy, file)
        rows = cls(key, _known(sums, lost, policy), lost, joined(texts, figures.source.take(first)))
        # Where nothing is known, nothing stands in the way of a sum from below.
        filled = policy is MissingPeriod.FILLED
        return rows.take(np.flatnonzero(known.any(axis=1))) if filled else rows

    def take(self, rows: Ints) -> _Rows:
        """Return some of the rows."""
        return _Rows(self.key[rows], self.sums[rows], self.partial[rows], self.text.take(rows))

    def above(self, plan: Plan, rank: int, policy: MissingPeriod) -> _Rows:
        """Add up what is under each region of a level that has no sums yet."""
        parents = plan.regions.parent_positions.astype(np.int64)
        ranks = np.array([*(_LEVELS.index(region.level) for region in plan.regions), None])
        cells = self.key.copy()
        cells[:, 1] = parents[self.key[:, 1]]
        _, where = np.unique(np.vstack((cells, self.key)), axis=0, return_inverse=True)
        above, known = np.split(where.ravel(), 2)
        rows = np.flatnonzero((ranks[cells[:, 1]] == rank) & ~np.isin(above, known))
        key, group = np.unique(cells[rows], axis=0, return_inverse=True)
        expected = np.bincount(parents[parents >= 0], minlength=len(parents))[key[:, 1]]
        there = ~np.isnan(self.sums[rows].sum(axis=1))
        rows, group = rows[there], group.ravel()[there]
        count = np.bincount(group, minlength=len(key))
        partial = np.bincount(group[self.partial[rows]], minlength=len(key))
        words = [
            regions_text(*numbers, policy)
            for numbers in zip(count.tolist(), expected.tolist(), partial.tolist(), strict=True)
        ]
        sides = [np.bincount(group, side, minlength=len(key)) for side in self.sums[rows].T]
        sums = np.column_stack(sides).astype(np.float64)
        lost: Truths = count < expected
        return _Rows(
            key, _known(sums, lost, policy), lost | (partial > 0), Categorical.encode(words)
        )

    def with_(self, other: _Rows) -> _Rows:
        """Return these rows and others."""
        pairs = zip(astuple(self, recurse=False), astuple(other, recurse=False), strict=True)
        return _Rows(*map(concat, pairs))

    def actuals(self, plan: Plan, per: Floats) -> Actuals:
        """Return the shares, by region, indicator and year."""
        indicator, region, year = self.key.T
        order = np.lexsort((year, indicator, region))
        share = pool(self.sums[:, :1] * per[indicator, np.newaxis], self.sums[:, 1:], per=1)
        return Actuals.from_frame(
            {
                "indicator": named(plan.indicators.codes, indicator[order]).to_list(),
                "region": named(plan.regions.codes, region[order]).to_list(),
                "year": year[order].astype(np.float64),
                "value": share[order],
                "source": self.text.take(order).to_list(),
            }
        )


def _known(sums: Floats, lost: Truths, policy: MissingPeriod) -> Floats:
    """Return the sums; nan where something is missing, unless what is filled counts."""
    gone = lost & (policy is MissingPeriod.MISSING)
    return np.where(gone[:, np.newaxis], np.nan, sums)


def _texts(
    years: Ints, parted: Truths, known: Truths, last: int, missing: MissingPeriod, whole: str
) -> Categorical:
    """Say what of each year was added up."""
    due = np.arange(known.shape[1]) < last

    def say(row: Ints) -> str:
        if not row[1]:
            return whole
        return periods_text(POOLED, due, row[2:] > 0, year=int(row[0]), last=last, missing=missing)

    return by_pattern(say, years, parted, known)


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
        of the weight have a figure, or in which all figures are zero, stays as it is.

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
    told: list[tuple[Any, ...]] = []
    added: list[Actual] = []
    moved = np.zeros(len(value), dtype=bool)
    for row in np.flatnonzero(own & ~np.isnan(value)).tolist():
        indicator, year = figures.indicator[row], float(figures.year[row])
        rows = np.flatnonzero(
            (place >= 0) & (figures.year == year) & ~np.isnan(value)
            & (figures.indicator.codes == figures.indicator.codes[row])
        )  # fmt: skip
        share = weight[place[rows]]
        if share.sum() < LEAST_WEIGHT * weight.sum():
            continue
        mean = float(share @ value[rows] / share.sum())
        if not mean:  # a factor brings it nowhere
            continue
        factor, fitted, stretch = _fitted(value[rows], share, float(value[row]), method)
        value[rows], error[rows], moved[rows] = fitted, error[rows] * stretch, True
        lacking = sorted(set(codes) - {codes[number] for number in place[rows].tolist()})
        alike: dict[str, Any] = {"indicator": indicator or "", "year": year, "value": float(value[row]),
                 "source": f"synthetic: the figure of {above.code} {above.name}"}  # fmt: skip
        added += [Actual(region=code, **alike) for code in lacking]
        told.append((indicator, year, factor, mean, float(value[row]), len(lacking)))
    if not told:
        hint = "give the parent's figure beside those of its regions"
        raise TableError(
            Problem("nothing to agree with", where=f"region '{above.code}'", hint=hint)
        )
    columns = {**figures.columns, "value": read_only(value), "standard_error": read_only(error)}
    for name in ("lower", "upper", "sample_size", "design_effect"):
        columns[name] = read_only(np.where(moved, np.nan, figures.number(name)))
    joined = stacked([Actuals(columns), Actuals.of(added)])
    indicators, *numbers = zip(*told, strict=True)
    factors: dict[str, Column] = {"indicator": Categorical.encode(indicators)}
    names = ("year", "factor", "mean", "parent", "synthetic")
    factors |= dict(zip(names, map(np.array, numbers), strict=True))
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
