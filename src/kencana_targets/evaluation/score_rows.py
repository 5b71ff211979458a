"""The rows of a scorecard, as numbers and codes; what few ask for is computed when asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical, Column, Tristate, by_chunks, read_only, take
from kencana_targets.core.rounding import snap
from kencana_targets.core.terms import Direction, Formula, Inherit, OpenEnds, Reason, Status
from kencana_targets.core.typing import Floats, Ints, Language, NDArray, Truths
from kencana_targets.evaluation.remarks import remark_bits, remark_texts
from kencana_targets.formulas.achievement import at_open_end, gap, measure, missed_bound
from kencana_targets.model.collection import Actuals, Targets
from kencana_targets.model.lookup import source_text
from kencana_targets.model.plan import Plan
from kencana_targets.model.plan_index import BASES
from kencana_targets.model.rule import ScoringRule

FORMULAS = {formula: position for position, formula in enumerate(Formula)}
STATUSES = {status: position for position, status in enumerate(Status)}
DIRECTIONS = tuple(Direction)
_STATUS_OF = np.array([STATUSES[reason.status] for reason in Reason], dtype=np.int8)


# What rows are scored to, and the kinds of its cells.
SCORED: dict[str, type[np.generic]] = {
    "region": np.int32,
    "indicator": np.int32,
    "target": np.float64,
    "basis": np.int8,
    "target_row": np.int32,
    "stated": np.bool_,
    "end_year": np.float64,
    "end_value": np.float64,
    "gap": np.float64,
    "achievement": np.float64,
    "undefined": np.int8,
}


@frozen(eq=False)
class Rows:
    """The rows of a scorecard.

    Parameters
    ----------
    plan, rule, inherit, actuals
        What was promised, how it is scored, and what was reached.
    unchecked : tuple of str
        Checks that make no remarks.
    promises : Plan
        The plan in which the targets were looked up, mostly `plan`.
    formulas : mapping
        The formula of each direction in the plan.
    region, indicator : ndarray of int
        Their positions in the plan's regions and indicators.
    year : ndarray of float
        The year of each row.
    actual_row : ndarray of int
        The row of each actual, -1 for none.
    target, gap, achievement : ndarray of float
        nan where there is none.
    basis, target_row, stated, end_year, end_value : ndarray
        As of `TargetLookup`.
    undefined : ndarray of int
        `Reason` why there is no achievement.
    """

    plan: Plan
    rule: ScoringRule
    inherit: Inherit
    actuals: Actuals
    unchecked: tuple[str, ...]
    promises: Plan
    formulas: Mapping[Direction, Formula]
    region: NDArray[np.int32]
    indicator: NDArray[np.int32]
    year: Floats
    actual_row: Ints
    target: Floats
    basis: NDArray[np.int8]
    target_row: Ints
    stated: Truths
    end_year: Floats
    end_value: Floats
    gap: Floats
    achievement: Floats
    undefined: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.region)

    def take(self, rows: NDArray[Any]) -> Rows:
        """Return some of the rows."""
        names = ("year", "actual_row", *SCORED)
        cells: Any = {name: read_only(getattr(self, name)[rows]) for name in names}
        return evolve(self, **cells)

    def with_rule(self, rule: ScoringRule) -> Rows:
        """Return the same rows, scored by another rule.

        Raises
        ------
        FormulaError
            The rule names no formula for a direction of the plan.
        """
        formulas = {direction: rule.formula(direction) for direction in self.formulas}
        if formulas == self.formulas:
            return evolve(self, rule=rule)
        return evolve(self, rule=rule, formulas=formulas, **self.cells_of(self.actual, formulas))

    def cells_of(self, actual: Floats, formulas: Mapping[Direction, Formula]) -> dict[str, Any]:
        """Return gap, achievement and why there is none, of other actuals or by other formulas."""
        bounds, directions = bounds_of(self.promises.targets), directions_of(self.plan)
        # Why there is no target depends on neither.
        reason = np.where(self.undefined <= Reason.NOT_MEASURED, self.undefined, Reason.NONE)

        def score(part: slice) -> tuple[NDArray[Any], ...]:
            direction, stated = directions.take(self.indicator[part]), self._stated_row[part]
            return score_cells(
                formulas, direction, actual[part], self.target[part], bounds, stated, reason[part]
            )

        kinds = {name: SCORED[name] for name in ("gap", "achievement", "undefined")}
        return by_chunks(len(self), kinds, score)

    @property
    def series(self) -> Ints:
        """The series of each row: ``region * indicators + indicator``."""
        return self.region.astype(np.int64) * len(self.plan.indicators) + self.indicator

    @cached_property
    def actual(self) -> Floats:
        """The actual of each row, nan for none."""
        return take(self.actuals.value, self.actual_row)

    @cached_property
    def baseline_row(self) -> Ints:
        """The row of each baseline in the plan's baselines, -1 for none."""
        # The last place is that of series without a path.
        row = np.append(self.plan.index.baseline_row, -1).astype(np.int32)
        return read_only(row.take(self.plan.index.path_of.take(self.series)))

    @cached_property
    def baseline(self) -> Floats:
        """The baseline of each row, nan for none."""
        return take(self.plan.baselines.value, self.baseline_row)

    @cached_property
    def baseline_year(self) -> Floats:
        """The year of each baseline, nan for none."""
        return take(self.plan.baselines.year, self.baseline_row)

    @cached_property
    def has_ranges(self) -> bool:
        """Whether any target of the plan is a range."""
        return bool(bounds_of(self.promises.targets))

    @cached_property
    def _stated_row(self) -> Ints:
        return np.where(self.stated, self.target_row, -1)

    @cached_property
    def lower(self) -> Floats:
        """The lower bound of each target that is a range, nan for none."""
        return take(self.promises.targets.number("lower"), self._stated_row)

    @cached_property
    def upper(self) -> Floats:
        """The upper bound of each target that is a range, nan for none."""
        return take(self.promises.targets.number("upper"), self._stated_row)

    @cached_property
    def ends(self) -> NDArray[np.int8]:
        """Which bounds are open, see `formulas.achievement.at_open_end`."""
        words = self.promises.targets.text("open_ends").take(self._stated_row)
        return (words.positions(tuple(OpenEnds)) + 1).astype(np.int8)

    @cached_property
    def reference_target(self) -> Floats:
        """What each actual is judged by: beyond a range, the bound that it passed."""
        if not self.has_ranges:
            return self.target
        bound = missed_bound(self.actual, self.lower, self.upper)
        return np.where(np.isnan(bound), self.target, bound)

    @cached_property
    def score(self) -> Floats:
        """The score of each row, nan for none."""
        return self._graded["score"]

    @cached_property
    def band(self) -> NDArray[np.int8]:
        """The position of each row's band, -1 for none."""
        return self._graded["band"]

    @cached_property
    def _graded(self) -> Mapping[str, NDArray[Any]]:
        def grade(part: slice) -> tuple[NDArray[Any], ...]:
            prepared = self.rule.prepare(self.achievement[part])
            return self.rule.scores(prepared), self.rule.positions(prepared)

        return by_chunks(len(self), {"score": np.float64, "band": np.int8}, grade)

    @cached_property
    def met(self) -> NDArray[np.int8]:
        """Whether each target was met: 1, 0, or -1 where it is not known."""
        return self._judged["met"]

    @cached_property
    def formula(self) -> NDArray[np.int8]:
        """The formula of each row, -1 for none."""
        return self._judged["formula"]

    @cached_property
    def _judged(self) -> Mapping[str, NDArray[Any]]:
        # By direction, of which those of the plan have a formula; a negative target turns the
        # ratio into the reflected one.
        named = (self.formulas.get(way, Formula.RATIO) for way in DIRECTIONS)
        table = np.array([FORMULAS[formula] for formula in named], dtype=np.int8)
        negative = np.where(table == FORMULAS[Formula.RATIO], FORMULAS[Formula.REFLECTED], table)
        of_indicator = directions_of(self.plan)

        def judge(part: slice) -> tuple[NDArray[Any], ...]:
            ahead = self.gap[part]
            direction = of_indicator.take(self.indicator[part])
            good = snap(ahead) >= 0
            even = np.flatnonzero(direction == DIRECTIONS.index(Direction.STABILIZE))
            good[even] = (snap(self.achievement[part][even]) >= 100) | (ahead[even] == 0)
            below = np.signbit(self.target[part])
            formula = np.where(below, negative.take(direction), table.take(direction))
            if self.has_ranges:
                low, high = self.lower[part], self.upper[part]
                ranged = ~(np.isnan(low) & np.isnan(high))
                formula[ranged] = FORMULAS[Formula.RANGE]
                for position, way in enumerate(DIRECTIONS):
                    rows = np.flatnonzero(ranged & (direction == position))
                    good[rows] &= ~at_open_end(
                        way, self.actual[part][rows], low[rows], high[rows], self.ends[part][rows]
                    )
            unknown = np.isnan(ahead)
            met = good.astype(np.int8)
            met[unknown] = formula[unknown] = -1
            return met, formula

        return by_chunks(len(self), {"met": np.int8, "formula": np.int8}, judge)

    @cached_property
    def reason(self) -> NDArray[np.int8]:
        """`Reason` why each row has no score or no word."""
        no_band = Reason.NO_BAND if self.rule.bands else Reason.RULE_WITHOUT_BANDS
        reason = np.where(self.band < 0, np.int8(no_band), np.int8(Reason.NONE))
        reason[np.isnan(self.score)] = Reason.NO_SCORE
        return read_only(np.where(self.undefined > 0, self.undefined, reason))

    @property
    def status(self) -> NDArray[np.int8]:
        """The position of each row's status."""
        return _STATUS_OF.take(self.reason)

    def has_status(self, status: Status) -> Truths:
        """Return the rows of a status."""
        return np.asarray(self.status == STATUSES[status])

    @cached_property
    def progress(self) -> Floats:
        """The share of the road from baseline to end target; nan without a road."""

        def share(part: slice) -> tuple[Floats]:
            baseline, end = self.baseline[part], self.end_value[part]
            way = self.plan.index.better.take(self.indicator[part])
            with np.errstate(divide="ignore", invalid="ignore"):
                progress = (self.actual[part] - baseline) / (
                    end - baseline
                ) + 0.0  # no negative zero
            onward = np.where(way == 0, end != baseline, (end - baseline) * way > 0)
            return (np.where(onward, progress, np.nan),)

        return by_chunks(len(self), {"progress": np.float64}, share)["progress"]

    @cached_property
    def remarks(self) -> NDArray[np.int8]:
        """What is implausible about each row, a bit a check; see `remarks.CHECKS`."""
        return read_only(remark_bits(self))

    def reasons(self, language: Language) -> Categorical:
        """Return why rows have no score or no word, in a language."""
        words = labels.words("reason", language)
        return _coded(self.reason, [words[reason.key] for reason in Reason if reason], first=1)


def bounds_of(targets: Targets) -> list[Floats]:
    """Return lower bounds, upper bounds and worst values; nothing where no target has any."""
    bounds = [targets.number(name) for name in ("lower", "upper", "worst")]
    return bounds if any(not np.isnan(bound).all() for bound in bounds) else []


def score_cells(
    formulas: Mapping[Direction, Formula],
    direction: NDArray[np.int8],
    actual: Floats,
    target: Floats,
    bounds: Sequence[Floats],
    stated: Ints,
    reason: NDArray[np.int8],
) -> tuple[Floats, Floats, NDArray[np.int8]]:
    """Return gap, percent and why there is none, each row by the formula of its direction.

    `bounds` are those of `bounds_of`, and `stated` the row there of each target: one with
    bounds is a range. `reason` is why there is no target.
    """
    percent, ahead = np.full((2, len(actual)), np.nan)
    undefined = np.zeros(len(actual), dtype=np.int8)
    ends = [take(bound, stated) for bound in bounds]
    ranged = ~(np.isnan(ends[0]) & np.isnan(ends[1])) if ends else np.zeros(len(actual), bool)
    for way, formula in formulas.items():
        mine = direction == DIRECTIONS.index(way)
        for chosen, kind in ((mine & ~ranged, formula), (mine & ranged, Formula.RANGE)):
            rows = np.flatnonzero(chosen)
            if len(rows):
                r, t, few = actual[rows], target[rows], [end[rows] for end in ends]
                percent[rows], undefined[rows] = measure(way, kind, r, t, *few)
                ahead[rows] = gap(way, r, t, *few[:2])
    return ahead, percent, np.where(reason > 0, reason, undefined)


def directions_of(plan: Plan) -> NDArray[np.int8]:
    """Return the position of each indicator's direction among all."""
    return np.array([DIRECTIONS.index(each.direction) for each in plan.indicators], dtype=np.int8)


def _named(codes: NDArray[np.int32], things: Sequence[Any], field: str) -> Categorical:
    """Return a field of things by code; of few rows, only of the things that they use."""
    if len(codes) < len(things):
        used, at = np.unique(codes, return_inverse=True)
        codes, things = at.astype(np.int32), [things[code] for code in used.tolist()]
    return Categorical.encode(str(getattr(each, field)) for each in things).take(codes)


def _coded(codes: NDArray[Any], words: Iterable[str], *, first: int = 0) -> Categorical:
    """Return words by their codes, which are counted from `first`."""
    return Categorical(read_only(codes.astype(np.int32) - np.int32(first)), tuple(map(str, words)))


def target_sources(targets: Targets, rows: Ints) -> Categorical:
    """Name the instrument and the source of targets, none where a row is negative."""
    if not len(targets):
        return Categorical.constant(None, len(rows))
    used, position = np.arange(len(targets)), rows
    if len(rows) < len(targets):
        used, position = np.unique(np.maximum(rows, 0), return_inverse=True)
        position = np.where(rows < 0, -1, position)
    texts = [targets.text(name).take(used) for name in ("instrument", "source", "relative")]
    key = np.ravel_multi_index(
        [text.codes + 1 for text in texts], [len(text.categories) + 1 for text in texts]
    )
    _, first, codes = np.unique(key, return_index=True, return_inverse=True)
    words = [source_text(targets, int(used[row])) or None for row in first]
    return Categorical.encode(words).take(codes).take(position)


def whole_years(years: Floats) -> Any:
    """Return years as whole numbers where all are."""
    whole = years.astype(np.int64)
    return read_only(whole) if np.array_equal(whole, years) else years


# How each column of a scorecard is made of its rows.
MAKERS: Mapping[str, Callable[[Rows], Column]] = {
    "region": lambda rows: _named(rows.region, rows.plan.regions.regions, "code"),
    "region_name": lambda rows: _named(rows.region, rows.plan.regions.regions, "name"),
    "indicator": lambda rows: _named(rows.indicator, rows.plan.indicators, "code"),
    "indicator_name": lambda rows: _named(rows.indicator, rows.plan.indicators, "name"),
    "unit": lambda rows: _named(rows.indicator, rows.plan.indicators, "unit"),
    "direction": lambda rows: _named(rows.indicator, rows.plan.indicators, "direction"),
    "year": lambda rows: whole_years(rows.year),
    "baseline_year": lambda rows: rows.baseline_year,
    "baseline": lambda rows: rows.baseline,
    "target": lambda rows: rows.reference_target,
    "target_year": lambda rows: np.where(rows.basis < 0, np.nan, rows.year),
    "target_basis": lambda rows: _coded(rows.basis, BASES),
    "target_source": lambda rows: target_sources(rows.promises.targets, rows.target_row),
    "actual": lambda rows: rows.actual,
    "actual_source": lambda rows: rows.actuals.source.take(rows.actual_row),
    "gap": lambda rows: rows.gap,
    "achievement": lambda rows: rows.achievement,
    "formula": lambda rows: _coded(rows.formula, tuple(Formula)),
    "score": lambda rows: rows.score,
    "band": lambda rows: _coded(rows.band, [band.label for band in rows.rule.bands]),
    "met": lambda rows: Tristate(rows.met),
    "status": lambda rows: _coded(rows.status, tuple(Status)),
    "reason": lambda rows: rows.reasons("en"),
    "progress": lambda rows: rows.progress,
    "remark": lambda rows: remark_texts(rows.remarks, "en"),
}


@frozen(eq=False)
class ScoreColumns(Mapping[str, Column]):
    """The columns of a scorecard, each made when it is asked for."""

    rows: Rows

    def __getitem__(self, name: str) -> Column:
        return MAKERS[name](self.rows)

    def __contains__(self, name: object) -> bool:
        return name in MAKERS

    def __iter__(self) -> Iterator[str]:
        return iter(MAKERS)

    def __len__(self) -> int:
        return len(MAKERS)
