"""Within the year: quarters or months to date, as a plan and actuals that `evaluate` scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self, TypeVar

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core import checks
from kencana_targets.core.checks import FIRST_YEAR, LAST_YEAR
from kencana_targets.core.columns import Categorical, Column, take
from kencana_targets.core.errors import PlanError, Problem, TableError, raise_gathered
from kencana_targets.core.terms import Combination, Direction, as_term
from kencana_targets.core.typing import Floats, Ints, Others, Truths
from kencana_targets.formulas.within_year import MissingPeriod, MissingPeriodLike, combine, pool
from kencana_targets.model import collection
from kencana_targets.model.collection import Actuals, Figures, PlaceOf, Targets, series_of
from kencana_targets.model.plan import Plan, refuse_plan
from kencana_targets.tables import period_figures
from kencana_targets.tables.figures import Options
from kencana_targets.tables.periods import PERIOD_NAMES

_COMBINATIONS = tuple(Combination)
_POOLED = len(_COMBINATIONS)
_WAYS = (*(str(combination) for combination in Combination), period_figures.POOLED)

AnyFigures = TypeVar("AnyFigures", Actuals, Targets)


class ToDate(tuple[Plan, Actuals]):  # noqa: SLOT001 (notes are no part of the pair)
    """A plan and actuals in which the periods of a year are one figure.

    A pair ``(plan, actuals)``; what else it knows is no part of ``==``.

    Attributes
    ----------
    plan : Plan
        The plan, with targets to date. Its name says up to when, within the year.
    actuals : Actuals
        What was reached to date.
    notes : tuple of Problem
        What was assumed, and which targets and figures are in doubt.
    period : str
        The last period that counts, *s.d. triwulan III 2022*; empty for the whole year.
    """

    notes: tuple[Problem, ...]
    period: str

    def __new__(
        cls, plan: Plan, actuals: Actuals, notes: Sequence[Problem] = (), period: str = ""
    ) -> Self:
        """Pair a plan with actuals."""
        made = super().__new__(cls, (plan, actuals))
        made.notes, made.period = tuple(notes), period
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        return self.plan, self.actuals, self.notes, self.period

    @property
    def plan(self) -> Plan:
        """The plan, with targets to date."""
        return self[0]

    @property
    def actuals(self) -> Actuals:
        """What was reached to date."""
        return self[1]


def to_date(
    plan: Plan,
    actuals: Any,
    *,
    year: int,
    until: int | None = None,
    periods: int = 4,
    missing: MissingPeriodLike = "missing",
    targets: Any = None,
    prefer: Literal["periods", "year"] = "periods",
    per: float | None = None,
    decimal: str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    given: Mapping[str, Any] | None = None,
    others: Others = "note",
    rows: Mapping[str, Any] | None = None,
) -> ToDate:
    """Combine quarters or months into the year to date, by each indicator's own rule.

    Parameters
    ----------
    plan : Plan
        Its indicators say how periods are combined (``combination``).
    actuals : Actuals, path or data frame
        As for `read_actuals`, and with a column ``period`` (``2022-Q1``, *TW I 2022*,
        *Januari 2022*), or the periods across (*TW I*, *TW II* ...), or one named in
        the title; ``numerator denominator`` instead of a value are added up and then
        divided. A figure of a period stands at its middle: the first quarter of 2022
        at 2022.125.
    year : int
        The year.
    until : int, optional
        The last period to count; by default all.
    periods : {4, 12, 2}, optional
        Periods in a year: quarters, months or semesters.
    missing : {"missing", "filled"}, optional
        Whether a period with a target and no actual makes the actual to date
        missing (KMK 127/2026), or is left out (an e-SAKIP application).
        Targets to date are those of all periods under both.
    targets : Targets, path or data frame, optional
        Targets of periods, if the plan does not hold them. Without it, targets that
        stand beside the actuals in their file are used, and noted.
    prefer : {"periods", "year"}, optional
        Which target counts where those of the periods contradict the year's, or some
        periods have none: then ``year`` counts the figures of all. Sources and notes name
        both.
    per : float, optional
        What numerators over denominators are counted per, as for `pool_actuals`.
    decimal, sheet, columns, given, others, rows
        How both tables are to be read, as for `read_actuals`; ``given`` may also
        tell the ``period``.

    Returns
    -------
    ToDate
        ``(plan, actuals)`` for `evaluate` with ``year``, with ``notes`` and ``period``.
        Where periods have targets, only these periods count, and their target to date
        stands in place of the year's, unless you prefer that. Where only the year has a
        target, what was reached to date is judged by that. The sources say what was
        combined, and what was left out.

    Raises
    ------
    PlanError
        An indicator with figures of periods that names no combination; shares of
        numerators and denominators need none.
    TableError
        Two figures for a period, one beside a figure for the year, or one that
        stands at no period.

    References
    ----------
    See `formulas.within_year.combine`.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> plan = kt.Plan.from_frames(
    ...     indicators=[kt.Indicator(code="births", name="Births attended", unit="births",
    ...                              direction="maximize", combination="sum")],
    ...     targets={"indicator": ["births"], "region": ["17"], "year": [2022], "value": [40]})
    >>> quarters = [f"2022-Q{number}" for number in (1, 2, 3, 4)]
    >>> year = {"indicator": ["births"] * 4, "region": ["17"] * 4, "period": quarters}
    >>> plan, actuals = to_date(plan, year | {"value": [9, 11, None, None]}, year=2022, until=2,
    ...                         targets=year | {"value": [10, 10, 10, 10]})
    >>> card = kt.evaluate(plan, actuals, year=2022, rule="permendagri-86-2017").to_dicts()[0]
    >>> card["target"], card["actual"], card["achievement"], card["actual_source"]
    (20.0, 20.0, 100.0, 'quarters 1-2 of 2022: sum')
    """
    policy = as_term(MissingPeriod, missing, "missing")
    checks.as_choice("prefer", prefer, "periods", "year")
    if not isinstance(plan, Plan):
        refuse_plan(plan)
    last = period_figures.last_period(periods, until)
    start = period_figures.whole_number("year", year, int(FIRST_YEAR), int(LAST_YEAR))
    options = Options(decimal, sheet, columns, given, others, rows, plan.indicators.codes)
    parts = period_figures.read_parts(actuals, plan=plan, periods=periods, options=options, per=per)
    notes = list(parts.actuals.notes)
    if targets is None:
        targets = period_figures.targets_beside(
            actuals, plan=plan, periods=periods, options=options, notes=notes
        )
    promised = period_figures.read_promised(targets, plan=plan, periods=periods, options=options)
    return _Year(plan, start, periods, last, policy, prefer, notes).combined(promised, parts)


@frozen(eq=False)
class _Spread:
    """Figures laid out by pair and period.

    ``inside`` marks the figures of periods, ``whole`` those of the year, whose place is
    behind all periods.
    """

    pair: Ints
    period: Ints
    inside: Truths
    whole: Truths

    def at(self, pairs: Ints, periods: int) -> Ints:
        """Return the rows of these pairs, shape (pairs, periods + 1), -1 for none."""
        rows = np.full((len(pairs), periods + 1), -1, dtype=np.int64)
        found = np.flatnonzero((self.inside | self.whole) & np.isin(self.pair, pairs))
        rows[np.searchsorted(pairs, self.pair[found]), self.period[found]] = found
        return rows


def _named(targets: Targets, row: int) -> str:
    """Return in brackets by what a target is official: its instrument, or else its source."""
    name = targets.text("instrument")[row] or targets.source[row]
    return f" ({name})" if name else ""


@frozen(eq=False)
class _Year:
    """A year and how its periods are combined."""

    plan: Plan
    year: int
    periods: int
    last: int
    missing: MissingPeriod
    prefer: str
    notes: list[Problem]

    def combined(self, promises: period_figures.Promised, parts: period_figures.Parts) -> ToDate:
        """Return the plan and the actuals to date."""
        problems, targets = list[Problem](), promises.targets
        promised = self._spread(targets, promises.place, problems)
        reached = self._spread(parts.actuals, parts.place, problems)
        pairs = np.unique(np.concatenate([side.pair[side.inside] for side in (promised, reached)]))
        target_rows, actual_rows = (side.at(pairs, self.periods) for side in (promised, reached))
        target_row, actual_row = target_rows[:, :-1], actual_rows[:, :-1]
        reports = (actual_row >= 0).any(axis=1)
        both = np.flatnonzero(reached.whole & np.isin(reached.pair, pairs[reports]))
        hint = f"keep the {PERIOD_NAMES[self.periods]}s or the year"
        problems += period_figures.beside_periods(parts, both, hint)
        raise_gathered(TableError, problems, "figures of periods")
        self._note_years(parts, whole=bool((reached.whole & ~np.isin(reached.pair, pairs)).any()))
        pooled = self._pooled(pairs, parts, actual_row)
        promise = take(targets.value, target_row)
        official = take(targets.value, target_rows[:, -1])
        goal_known = ~np.isnan(promise)
        way = self._ways(pairs, goal_known.any(axis=1) | ~pooled)
        full = self._total(way, promise, goal_known)
        differ = ~np.isclose(full, official, rtol=1e-9, atol=1e-9)
        contradicted: Truths = goal_known.all(axis=1) & ~np.isnan(official) & differ
        partly = np.any(goal_known, axis=1) & ~goal_known[:, : self.last].all(axis=1)
        by_year = (contradicted | partly) & ~np.isnan(official) & (self.prefer == "year")
        # Without targets of periods all periods to date count.
        by_period = goal_known.any(axis=1) & ~by_year
        due = np.where(by_period[:, np.newaxis], goal_known, True)
        due &= np.arange(self.periods) < self.last
        goal = self._total(way, promise, due & by_period[:, np.newaxis])
        actual, known = self._actual(pairs, way, pooled, parts, actual_row, due)
        stays = ~reports & np.isin(pairs, reached.pair[reached.whole]) & (self.last == self.periods)
        more = self._note(pairs, contradicted, partly, by_year, full, official)
        for pair in more:
            more[pair] += _named(targets, target_rows[pair, -1])
        texts = self._texts(way, due, due, more)
        new = self._replaced(targets, promised, pairs, target_rows, goal, texts, ~np.isnan(goal))
        values, ways = take(parts.actuals.value, actual_row), np.where(pooled, _POOLED, way)
        left = self._note_actuals(pairs, ways, values, by_period, ~np.isnan(official), goal_known)
        self._note_missing(pairs, actual, due, known)
        texts = self._texts(ways, due, known, left)
        actuals = self._replaced(parts.actuals, reached, pairs, actual_rows, actual, texts, ~stays)
        plan, period = self._until()
        # A sum of some periods is no step on the way from the baseline, which is of a whole year.
        parted = by_period & ~due.all(axis=1) & (ways == _COMBINATIONS.index(Combination.SUM))
        kept = np.flatnonzero(~np.isin(series_of(plan.index.known, plan.baselines), pairs[parted]))
        plan = evolve(plan, targets=new, baselines=plan.baselines.take(kept))
        return ToDate(plan, actuals, self.notes, period)

    def _note_years(self, parts: period_figures.Parts, *, whole: bool) -> None:
        there = np.unique(np.floor(parts.actuals.year))
        if len(there) and self.year not in there:
            got = ", ".join(f"{year:g}" for year in there.tolist())
            self.notes.append(Problem(f"no figure of {self.year}", where=parts.name, got=got))
        if whole and self.last < self.periods:
            what = f"figures of the whole year {self.year} were taken as they are"
            hint = "write what was reached in each period, or evaluate the year"
            self.notes.append(Problem(what, where=parts.name, hint=hint))

    def _until(self) -> tuple[Plan, str]:
        """Return the plan named by the last period that counts, and that period."""
        plan = self.plan
        if self.last == self.periods:
            return plan, ""
        english, period = period_figures.to_period(self.year, self.last, self.periods)
        name = plan.name or plan.code
        own = f"{plan.name_id or name}, {period}"
        return evolve(plan, name=f"{name}, {english}", name_id=own), period

    def _note(
        self,
        pairs: Ints,
        contradicted: Truths,
        partly: Truths,
        by_year: Truths,
        full: Floats,
        official: Floats,
    ) -> dict[int, str]:
        """Note targets of periods that contradict the year's, and periods without one.

        What the year has, where its target does not count, is said by pair.
        """
        name, more = PERIOD_NAMES[self.periods], {}
        for pair in np.flatnonzero(contradicted | partly).tolist():
            counts = "the year's" if by_year[pair] else f"that of the {name}s"
            if contradicted[pair]:
                what = f"the targets of the {name}s contradict the year's {official[pair]:g}"
                other = "periods" if by_year[pair] else "year"
                hint = f"{counts} target counts; tell prefer='{other}' for the other"
                self._tell(pairs[pair], what, got=float(full[pair]), hint=hint)
                if not by_year[pair]:
                    more[pair] = f", where the year has {official[pair]:g}"
            else:
                what = f"only some {name}s have a target"
                hint = "only these are counted" if not by_year[pair] else f"{counts} target counts"
                self._tell(pairs[pair], what, hint=hint)
        return more

    def _note_actuals(
        self,
        pairs: Ints,
        way: Ints,
        values: Floats,
        by_period: Truths,
        has_year: Truths,
        goal_known: Truths,
    ) -> dict[int, str]:
        """Note figures that are not counted, running ones that fall, and uneven judgements.

        Of figures that are added up, what is not counted is said by pair.
        """
        name = PERIOD_NAMES[self.periods]
        seen = ~np.isnan(values) & (np.arange(self.periods) < self.last)
        summed = way == _COMBINATIONS.index(Combination.SUM)
        left = (seen & ~goal_known & by_period[:, np.newaxis]).sum(axis=1)
        rising = np.array([one.direction is Direction.MAXIMIZE for one in self.plan.indicators])
        running = (way == _COMBINATIONS.index(Combination.LAST)) & rising[pairs % len(rising)]
        filled = np.where(seen, values, -np.inf)
        falls = running & ((filled < np.maximum.accumulate(filled, axis=1)) & seen).any(axis=1)
        judged = {*(pairs[by_period] % len(rising)).tolist()}
        uneven = ~by_period & has_year & seen.any(axis=1) & (self.last < self.periods)
        more: dict[int, str] = {}
        for pair in np.flatnonzero((left > 0) | falls | uneven).tolist():
            if left[pair] and summed[pair]:
                lost = np.nansum(values[pair][(seen & ~goal_known)[pair]])
                more[pair] = f", without {lost:g}, which has no target"
            if left[pair]:
                what = f"{left[pair]} {name}s have a figure and no target: they are not counted"
                self._tell(pairs[pair], what, got=values[pair].tolist())
            if falls[pair]:
                self._tell(pairs[pair], "a running figure falls", got=values[pair].tolist())
            if uneven[pair] and int(pairs[pair] % len(rising)) in judged:
                what = f"judged by the target of the whole year, where other regions are by {name}s"
                self._tell(pairs[pair], what)
        return more

    def _note_missing(self, pairs: Ints, actual: Floats, due: Truths, known: Truths) -> None:
        """Note actuals to date that lack periods, those of the same periods together."""
        name = PERIOD_NAMES[self.periods]
        some = np.flatnonzero(np.isnan(actual) & known.any(axis=1))
        lacking, pattern = np.unique((due & ~known)[some], axis=0, return_inverse=True)
        for number, gone in enumerate(lacking):
            first, *others = pairs[some[pattern.ravel() == number]].tolist()
            more = f" and {len(others)} more" * bool(others)
            at = np.flatnonzero(gone)
            which = ", ".join(map(str, (at + 1).tolist()))
            what = f"no figure of {name} {which}: the actual to date is missing"
            hint = "tell missing='filled' to combine those that are there"
            if at[0] > 0 and gone[at[0] : self.last].all():
                hint = f"tell until={at[0]}, or missing='filled' to combine those that are there"
            self._tell(first, what, hint=hint, more=more)

    def _tell(self, pair: int, what: str, more: str = "", **said: Any) -> None:
        """Note something of an indicator in a region."""
        region, indicator = divmod(pair, len(self.plan.indicators))
        where = f"{self.plan.indicators[indicator].code}, {self.plan.regions.codes[region]}{more}"
        self.notes.append(Problem(what, where=where, **said))

    def _spread(self, figures: Figures[Any], place: PlaceOf, problems: list[Problem]) -> _Spread:
        """Find the pair and the period of each figure."""
        pair = series_of(self.plan.index.known, figures)
        known, rest = pair >= 0, figures.year - self.year
        inside, whole = known & (rest > 0) & (rest < 1), known & (rest == 0)
        period = np.full(len(pair), self.periods)
        rows = np.flatnonzero(inside)
        period[rows] = rest[rows] * self.periods
        problems += period_figures.off_middle(figures, rows, self.periods, place)
        problems += period_figures.repeated(figures, rows, self.periods, place)
        return _Spread(pair, period, inside, whole)

    def _ways(self, pairs: Ints, needed: Truths) -> Ints:
        """Return the combination of each pair, or refuse indicators that need one and name none.

        Only what is neither pooled nor judged by targets of periods needs none.
        """
        indicators = self.plan.indicators
        known: list[Any] = [None, *_COMBINATIONS]
        ways = np.array([known.index(one.combination) for one in indicators], dtype=np.int64) - 1
        what = "no combination for figures of periods"
        hint = "give the indicator a combination: " + ", ".join(Combination)
        problems = [
            Problem(what, got=indicators[one].code, hint=hint)
            for one in np.unique(pairs[needed] % len(indicators)).tolist()
            if ways[one] < 0
        ]
        raise_gathered(PlanError, problems, self.plan.code)
        return ways[pairs % len(indicators)]

    def _total(
        self, way: Ints, values: Floats, due: Truths, missing: MissingPeriodLike = "missing"
    ) -> Floats:
        """Combine each pair by its own combination."""
        total = np.full(len(way), np.nan)
        counted = np.where(due, 1.0, np.nan)
        for position, combination in enumerate(_COMBINATIONS):
            at = np.flatnonzero(way == position)
            if len(at):
                total[at] = combine(
                    values[at], combination=combination, targets=counted[at], missing=missing
                )
        return total

    def _pooled(self, pairs: Ints, parts: period_figures.Parts, rows: Ints) -> Truths:
        """Return which pairs are shares, whose parts are added up; also where none is reported."""
        shares = ~np.isnan(take(parts.numerator, rows))
        plain = ~np.isnan(take(parts.actuals.value, rows)) & ~shares
        indicator = pairs % len(self.plan.indicators)
        counted = np.isin(indicator, indicator[shares.any(axis=1)])
        pooled: Truths = shares.any(axis=1) | (counted & ~plain.any(axis=1))
        return pooled

    def _actual(
        self,
        pairs: Ints,
        way: Ints,
        pooled: Truths,
        parts: period_figures.Parts,
        rows: Ints,
        due: Truths,
    ) -> tuple[Floats, Truths]:
        """Return the actuals to date, and which periods they hold."""
        values = take(parts.actuals.value, rows)
        above, below = take(parts.numerator, rows), take(parts.denominator, rows)
        total = self._total(way, values, due, self.missing)
        known = due & ~np.isnan(values)
        known[pooled] = (due & ~np.isnan(above))[pooled]
        if pooled.any():
            # What does not count adds nothing to either side.
            above, below = (np.where(due, part, 0.0)[pooled] for part in (above, below))
            scale = parts.per[pairs[pooled] % len(self.plan.indicators), np.newaxis]
            total[pooled] = pool(above * scale, below, per=1, missing=self.missing)
        return total, known

    def _texts(
        self, way: Ints, due: Truths, known: Truths, more: Mapping[int, str]
    ) -> list[str | None]:
        """Say what was combined, one text a pair, and what more there is to say of some."""
        numbers: dict[str, Any] = {"year": self.year, "last": self.last, "missing": self.missing}

        def say(row: Ints) -> str:
            periods = row[1:].reshape(2, -1) > 0
            return period_figures.periods_text(_WAYS[int(row[0])], *periods, **numbers)

        texts = collection.by_pattern(say, way, due, known).to_list()
        return [f"{text}{more.get(pair, '')}" for pair, text in enumerate(texts)]

    def _replaced(
        self,
        figures: AnyFigures,
        spread: _Spread,
        pairs: Ints,
        rows: Ints,
        values: Floats,
        texts: list[str | None],
        chosen: Truths,
    ) -> AnyFigures:
        """Put one figure for the year in the place of its periods, for the chosen pairs."""
        gone = spread.inside | (spread.whole & np.isin(spread.pair, pairs[chosen]))
        kept = figures.take(np.flatnonzero(~gone))
        # The other fields are those of the last period that has a row.
        template = rows[:, : self.last].max(axis=1)[chosen]
        texts = [text for text, taken in zip(texts, chosen.tolist(), strict=True) if taken]
        new: dict[str, Column] = {
            name: column.take(template)
            if isinstance(column, Categorical)
            else np.full(len(template), np.nan)
            for name, column in figures.columns.items()
        }
        region, indicator = np.divmod(pairs[chosen], len(self.plan.indicators))
        new |= {
            "indicator": collection.named(self.plan.indicators.codes, indicator),
            "region": collection.named(self.plan.regions.codes, region),
            "year": np.full(len(template), float(self.year)),
            "value": values[chosen],
            "source": collection.joined(Categorical.encode(texts), figures.source.take(template)),
        }
        new |= {
            name: self._money(figures.number(name), rows, pairs)[chosen]
            for name in {"budget", "spent"} & new.keys()
        }
        return collection.stacked([kept, type(figures)(new)])

    def _money(self, amounts: Floats, rows: Ints, pairs: Ints) -> Floats:
        """Add up amounts of all periods to date; where no period has one, take the year's."""
        parts = take(amounts, rows)[:, : self.last]
        gone = np.isnan(parts)
        none = gone.all(axis=1)
        for pair in np.flatnonzero(gone.any(axis=1) & ~none).tolist():
            which = ", ".join(map(str, (np.flatnonzero(gone[pair]) + 1).tolist()))
            what = (
                f"no amount of {PERIOD_NAMES[self.periods]} {which}: the money to date is missing"
            )
            hint = "tell missing='filled' to combine those that are there"
            if self.missing is MissingPeriod.MISSING:
                self._tell(pairs[pair], what, hint=hint)
        total = np.where(gone, 0.0 if self.missing is MissingPeriod.FILLED else np.nan, parts)
        return np.where(none, take(amounts, rows[:, -1]), total.sum(axis=1))
