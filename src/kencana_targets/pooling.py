"""Coverage pooled over periods and regions: numerators and denominators, never percentages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from kencana_targets.columns import Text
from kencana_targets.errors import Problem, TableError, raise_gathered
from kencana_targets.formulas.within_year import MissingPeriod, pool
from kencana_targets.model.collection import Actuals
from kencana_targets.model.kinds import Level, as_kind
from kencana_targets.model.stacking import joined, named
from kencana_targets.tables.asked import check_per, check_periods, check_plan
from kencana_targets.tables.figures import Options
from kencana_targets.tables.period_figures import Parts, read_parts, repeated
from kencana_targets.tables.periods import PERIOD_NAMES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from kencana_targets.model.plan import Plan

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["pool_actuals"]

_LEVELS = tuple(Level)


def pool_actuals(
    table: Any,
    *,
    plan: Plan,
    up_to: str | None = None,
    periods: int = 4,
    per: float = 100.0,
    missing: str = "missing",
    decimal: str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    given: Mapping[str, Any] | None = None,
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
    periods : {4, 12, 2}, optional
        Periods in a year, if the table has any.
    per : float, optional
        What a share is counted per: 100 for percent.
    missing : {"missing", "filled"}, optional
        Whether a row without figures, or a region that is not in the table, makes
        the share above it missing, or is left out.
    decimal, sheet, columns, given
        How the table is to be read, as for `read_actuals`; ``given`` may also tell
        the ``period``.

    Returns
    -------
    Actuals
        A figure for each indicator, region and year; the source says what was added.

    Raises
    ------
    TableError
        With every problem of the table; or it has no numerators.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> plan = kt.load_plan("bengkulu-stunting-2024")
    >>> figures = pool_actuals(
    ...     {"indicator": ["stunting_balita"] * 2, "region": ["17.01", "17.71"],
    ...      "year": [2023, 2023], "numerator": [30, 10], "denominator": [100, 400]},
    ...     plan=plan, up_to="province", missing="filled")
    >>> [(figure.region, figure.value, figure.source) for figure in figures][0]
    ('17', 8.0, 'numerators over denominators, 2 of 10 regions')
    """
    policy = as_kind(MissingPeriod, missing, "missing")
    level = None if up_to is None else as_kind(Level, up_to, "up_to")
    check_plan(plan)
    check_periods(periods, PERIOD_NAMES)
    check_per(per)
    options = Options(decimal, sheet, columns, given)
    parts = read_parts(table, plan=plan, periods=periods, options=options, per=per)
    if np.isnan(parts.numerator).all():
        hint = "add columns numerator and denominator"
        raise TableError(Problem("nothing to pool", hint=hint), parts.name)
    _refuse_twice(parts, periods)
    rows = _Rows.of(plan, parts.actuals, parts.numerator, parts.denominator, policy)
    # From the lowest level up, so that a sum is whole before it is added on.
    lowest = len(_LEVELS) if level is None else _LEVELS.index(level)
    for rank in reversed(range(lowest, len(_LEVELS))):
        rows = rows.with_(rows.above(plan, rank, policy))
    return rows.actuals(plan, per)


def _refuse_twice(parts: Parts, periods: int) -> None:
    """Refuse what would be counted twice: a period that stands there twice, or beside its year."""
    figures = parts.actuals
    problems = repeated(figures, np.arange(len(figures)), periods, parts.place)
    start = np.floor(figures.year)
    keys = np.column_stack((figures.indicator.codes, figures.region.codes, start))
    _, group = np.unique(keys, axis=0, return_inverse=True)
    group = group.ravel()
    parted = np.isin(group, group[figures.year > start])
    problems += [
        Problem(
            f"a figure for {start[row]:g} beside figures of its periods",
            where=parts.place(row, ""),
            got=f"{figures.indicator[row]} in {figures.region[row]}",
            hint="keep the periods or the year",
        )
        for row in np.flatnonzero(parted & (figures.year == start)).tolist()
    ]
    raise_gathered(TableError, problems, "figures of periods")


@frozen(eq=False)
class _Rows:
    """Sums for indicators, regions and years."""

    indicator: Ints
    region: Ints
    year: Ints
    numerator: Floats
    denominator: Floats
    text: Text

    @classmethod
    def of(
        cls, plan: Plan, figures: Actuals, above: Floats, below: Floats, policy: MissingPeriod
    ) -> _Rows:
        """Add up the periods of each year."""
        codes = [indicator.code for indicator in plan.indicators]
        cells = np.column_stack(
            (
                figures.indicator.positions(codes),
                figures.region.positions(plan.regions.codes),
                np.floor(figures.year),
            )
        ).astype(np.int64)
        if policy is MissingPeriod.FILLED:
            kept = np.flatnonzero(~np.isnan(above))
            cells, above, below = cells[kept], above[kept], below[kept]
        keys, first, group, count = np.unique(
            cells, axis=0, return_index=True, return_inverse=True, return_counts=True
        )
        group = group.ravel()
        words = [
            "numerator over denominator"
            if number == 1
            else f"numerators over denominators, {number} periods"
            for number in count.tolist()
        ]
        sums = [np.bincount(group, side, minlength=len(keys)) for side in (above, below)]
        return cls._made(keys, sums, joined(Text.encode(words), figures.source.take(first)))

    @classmethod
    def _made(cls, keys: Ints, sums: list[Any], text: Text) -> _Rows:
        indicator, region, year = keys.T
        return cls(indicator, region, year, sums[0], sums[1], text)

    def above(self, plan: Plan, rank: int, policy: MissingPeriod) -> _Rows:
        """Add up what is under each region of a level that has no sums yet."""
        parents = plan.regions.parent_positions.astype(np.int64)
        ranks = np.array([*(_LEVELS.index(region.level) for region in plan.regions), -1])
        parent = parents[self.region]
        wanted = ranks[parent] == rank
        cells = np.column_stack((self.indicator, parent, self.year))
        mine = np.column_stack((self.indicator, self.region, self.year))
        both, where = np.unique(np.vstack((cells, mine)), axis=0, return_inverse=True)
        where = where.ravel()
        has = np.zeros(len(both), dtype=bool)
        has[where[len(cells) :]] = True
        rows = np.flatnonzero(wanted & ~has[where[: len(cells)]])
        keys, group, count = np.unique(cells[rows], axis=0, return_inverse=True, return_counts=True)
        group = group.ravel()
        expected = np.bincount(parents[parents >= 0], minlength=len(parents))[keys[:, 1]]
        part = (count < expected) & (policy is MissingPeriod.MISSING)
        words = [
            f"numerators over denominators, {number} of {whole} regions"
            for number, whole in zip(count.tolist(), expected.tolist(), strict=True)
        ]
        sums = [
            np.where(part, np.nan, np.bincount(group, side[rows], minlength=len(keys)))
            for side in (self.numerator, self.denominator)
        ]
        return _Rows._made(keys, sums, Text.encode(words))

    def with_(self, other: _Rows) -> _Rows:
        """Return these rows and others."""
        return _Rows(
            np.concatenate((self.indicator, other.indicator)),
            np.concatenate((self.region, other.region)),
            np.concatenate((self.year, other.year)),
            np.concatenate((self.numerator, other.numerator)),
            np.concatenate((self.denominator, other.denominator)),
            Text.encode([*self.text.to_list(), *other.text.to_list()]),
        )

    def actuals(self, plan: Plan, per: float) -> Actuals:
        """Return the shares, by region, indicator and year."""
        order = np.lexsort((self.year, self.indicator, self.region))
        share = pool(self.numerator[:, np.newaxis], self.denominator[:, np.newaxis], per=per)
        codes = [indicator.code for indicator in plan.indicators]
        return Actuals.from_frame(
            {
                "indicator": named(codes, self.indicator[order]).to_list(),
                "region": named(plan.regions.codes, self.region[order]).to_list(),
                "year": self.year[order].astype(np.float64),
                "value": share[order],
                "source": self.text.take(order).to_list(),
            }
        )
