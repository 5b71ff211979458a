"""Coverage pooled over periods and regions: numerators and denominators, never percentages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.columns import Categorical, concat, take
from kencana_targets.core.errors import Problem, TableError, raise_gathered
from kencana_targets.core.terms import Level, as_term
from kencana_targets.core.typing import Floats, Ints, Others, Truths
from kencana_targets.formulas.within_year import MissingPeriod, MissingPeriodLike, pool
from kencana_targets.model.collection import Actuals, by_pattern, joined, named
from kencana_targets.model.plan import Plan
from kencana_targets.tables.asked import check_per, check_periods, check_plan
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
from kencana_targets.tables.periods import PERIOD_NAMES

_LEVELS = tuple(Level)


def pool_actuals(
    table: Any,
    *,
    plan: Plan,
    up_to: str | None = None,
    until: int | None = None,
    periods: int = 4,
    per: float = 100.0,
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
        What a share is counted per: 100 for percent.
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
    check_plan(plan)
    check_periods(periods, PERIOD_NAMES)
    check_per(per)
    last = last_period(periods, until)
    codes = tuple(plan.indicators.codes)
    options = Options(decimal, sheet, columns, given, others, rows, codes)
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
    return evolve(pooled.actuals(plan, per), notes=parts.actuals.notes)


def _refuse_astray(parts: Parts, periods: int) -> None:
    """Refuse what stands at no period, and what would be counted twice: also beside its year."""
    figures = parts.actuals
    start = np.floor(figures.year)
    problems = off_middle(figures, np.flatnonzero(figures.year > start), periods, parts.place)
    problems += repeated(figures, np.arange(len(figures)), periods, parts.place)
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
        sides = [take(side, row) for side in (parts.numerator, parts.denominator)]
        known = due & ~np.isnan(sides[0])
        lost = known.sum(axis=1) < due.sum(axis=1)
        sums = np.column_stack([np.where(known, side, 0.0).sum(axis=1) for side in sides])
        texts = _texts(key[:, 2], parted, known, last, policy)
        text = joined(texts, figures.source.take(first))
        rows = cls(key, _known(sums, lost, policy), lost, text)
        # Where nothing is known, nothing stands in the way of a sum from below.
        filled = policy is MissingPeriod.FILLED
        return rows.take(np.flatnonzero(known.any(axis=1))) if filled else rows

    def take(self, rows: Ints) -> _Rows:
        """Return some of the rows."""
        return _Rows(self.key[rows], self.sums[rows], self.partial[rows], self.text.take(rows))

    def above(self, plan: Plan, rank: int, policy: MissingPeriod) -> _Rows:
        """Add up what is under each region of a level that has no sums yet."""
        parents = plan.regions.parent_positions.astype(np.int64)
        ranks = np.array([*(_LEVELS.index(region.level) for region in plan.regions), -1])
        cells = self.key.copy()
        cells[:, 1] = parents[self.key[:, 1]]
        both, where = np.unique(np.vstack((cells, self.key)), axis=0, return_inverse=True)
        where = where.ravel()
        has = np.zeros(len(both), dtype=bool)
        has[where[len(cells) :]] = True
        rows = np.flatnonzero((ranks[cells[:, 1]] == rank) & ~has[where[: len(cells)]])
        key, group = np.unique(cells[rows], axis=0, return_inverse=True)
        expected = np.bincount(parents[parents >= 0], minlength=len(parents))[key[:, 1]]
        known = ~np.isnan(self.sums[rows, 0])
        rows, group = rows[known], group.ravel()[known]
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
        return _Rows(
            np.concatenate((self.key, other.key)),
            np.concatenate((self.sums, other.sums)),
            np.concatenate((self.partial, other.partial)),
            concat([self.text, other.text]),
        )

    def actuals(self, plan: Plan, per: float) -> Actuals:
        """Return the shares, by region, indicator and year."""
        indicator, region, year = self.key.T
        order = np.lexsort((year, indicator, region))
        share = pool(self.sums[:, :1], self.sums[:, 1:], per=per)
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
    years: Ints, parted: Truths, known: Truths, last: int, missing: MissingPeriod
) -> Categorical:
    """Say what of each year was added up."""
    due = np.arange(known.shape[1]) < last

    def say(row: Ints) -> str:
        if not row[1]:
            return "numerator over denominator"
        return periods_text(POOLED, due, row[2:] > 0, year=int(row[0]), last=last, missing=missing)

    return by_pattern(say, years, parted, known)
