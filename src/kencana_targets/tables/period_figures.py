"""Figures of quarters and months, shares as the two parts of them, and what was combined, in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from attrs import evolve, field, fields, frozen

from kencana_targets.core import checks, errors
from kencana_targets.core.checks import as_whole, check_periods
from kencana_targets.core.columns import frozen_array
from kencana_targets.core.errors import Place, Problem, TableError
from kencana_targets.core.labels import words
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.formulas.within_year import MissingPeriod
from kencana_targets.model import collection
from kencana_targets.model.collection import Actuals, Figures, PlaceOf, Targets
from kencana_targets.model.figures import Actual
from kencana_targets.tables.figures import Known, Options, read_figures, runs
from kencana_targets.tables.files import StackedPlaces
from kencana_targets.tables.periods import PERIOD_NAMES, Period
from kencana_targets.tables.units import PER
from kencana_targets.tables.words import fold, read_by

if TYPE_CHECKING:
    from kencana_targets.model.plan import Plan


_SPANS = tuple(of for of in PERIOD_NAMES if of > 1)
_MARKS = {2: "S1", 4: "Q1", 12: "01"}
_ON_GRID = 1e-6
POOLED = "numerators over denominators"
_TARGET = re.compile(r"\btarget|\bsasaran", re.IGNORECASE)


@frozen(kw_only=True)
class Share(Actual):
    """What was reached, as a value or as who was reached and of whom.

    Parameters
    ----------
    numerator, denominator : float, optional
        Who was reached, and of whom. [persons]
    facility : float, optional
        The number of its facility among those of the table.
    """

    numerator: float | None = field(default=None, validator=checks.optional_number)
    denominator: float | None = field(default=None, validator=checks.optional_number)
    facility: float | None = field(default=None, validator=checks.optional_number)


class Shares(Actuals):
    """Many shares as columns."""

    record: ClassVar[type[Any]] = Share
    instead: ClassVar[frozenset[str]] = frozenset({"numerator", "denominator"})


@frozen(eq=False)
class Parts:
    """Actuals with the numerators and denominators that they were read with.

    Parameters
    ----------
    name : str
        The file, or what messages call the table.
    actuals : Actuals
        The figures.
    numerator, denominator : ndarray of float, shape (rows,)
        Who was reached, and of whom; nan for none. [persons]
    place : callable
        Where a field of a row stands, and in which file.
    facilities : str
        The heading of a column that names facilities; empty without one.
    per : ndarray of float, shape (indicators,)
        What the shares of each indicator of the plan are counted per.
    facility : ndarray of float, shape (rows,), optional
        The number of the facility of each row.
    """

    name: str
    actuals: Actuals
    numerator: Floats
    denominator: Floats
    place: PlaceOf
    per: Floats
    facilities: str = ""
    facility: Floats | None = None

    def added_up(self) -> Parts:
        """Add up the numerators and denominators of the facilities of one region."""
        if not self.facilities:
            return self
        figures = self.actuals
        codes = figures.region.codes, figures.indicator.codes
        key = np.column_stack((np.round(figures.year, 6), *codes))
        _, first, group = np.unique(key, axis=0, return_index=True, return_inverse=True)
        group = group.ravel()
        # In the order of their first rows, and only where both parts are given.
        if len(first) == len(figures) or np.isnan(self.numerator).any():
            return self
        if self.facility is not None:
            _, own = np.unique(np.column_stack((group, self.facility)), axis=0, return_index=True)
            again = np.setdiff1d(np.arange(len(figures)), own)[: errors.MOST_OF_A_KIND].tolist()
            what, hint = "a facility stands there twice", "keep one of its rows"
            where = [self.place(row, "") for row in again]
            problems = [Problem(what, where=one, hint=hint) for one in where]
            errors.raise_gathered(TableError, problems, "figures of periods")
        sides = self.numerator, self.denominator
        sums = [np.bincount(group, side).astype(np.float64) for side in sides]
        order = np.argsort(first)
        what = f"figures of several rows are added up by the column {self.facilities!r}"
        notes = (*figures.notes, Problem(what, where=Place(file=self.name)))
        rows, parts = first[order], (sums[0][order], sums[1][order])
        place: PlaceOf = lambda row, field: self.place(int(rows[row]), field)
        return Parts(self.name, evolve(figures.take(rows), notes=notes), *parts, place, self.per)


class Promised(NamedTuple):
    """Targets, and where each field of a row stands, and in which file."""

    targets: Targets
    place: PlaceOf


def read_parts(
    source: Any, *, plan: Plan, periods: int, options: Options, per: float | None = None
) -> Parts:
    """Read actuals of years and of their periods.

    Parameters
    ----------
    source : Actuals, path or data frame
        As for `read_actuals`, with ``numerator`` and ``denominator`` instead of a
        value where there are both.
    plan : Plan
        Its indicators and regions may be written by name.
    periods : int
        Periods in a year; others are problems.
    options : Options
        How the table is to be read.
    per : float, optional
        What shares are counted per where the unit of their indicator does not say it.

    Raises
    ------
    ArgumentError
        `per` is no number above 0.
    TableError
        With every problem of the table.
    """
    if per is not None:
        allowed = "a number above 0, such as 100 for percent"
        checks.as_number("per", per, 0, 1e12, allowed=allowed, strict=True)
    if isinstance(source, Actuals):
        # Without what only estimates know: figures are put under one another.
        own = collection.of_all(source)
        source = Actuals(own.columns, own.origin, own.place, own.notes)
        nothing = np.full(len(source), np.nan)
        where = _placed_in("actuals", source.where)
        return Parts("actuals", source, nothing, nothing, where, np.full(len(plan.indicators), 1.0))
    known = Known.of(plan)
    shares, place, reading = read_figures(
        Shares, source, "actuals", known, options, periods=periods
    )
    numerator, denominator = (shares.number(name) for name in ("numerator", "denominator"))
    problems = [*reading.problems, *_wrong_parts(numerator, denominator, shares.value, place)]
    scales = _counted_per(shares, plan, known, per, place, problems)
    share = np.full(len(shares), np.nan)
    above = scales[shares.indicator.positions(plan.indicators.codes)] * numerator
    np.divide(above, denominator, out=share, where=denominator > 0)
    columns = {name: shares.columns[name] for name in ("indicator", "region", "year")}
    collection.check_bounds(Actuals(columns | {"value": share}), plan.indicators, place, problems)
    errors.raise_gathered(TableError, problems, reading.name)
    names = (attribute.name for attribute in fields(Actual))
    columns = {name: shares.columns[name] for name in names if name in shares.columns}
    value = frozen_array(np.where(np.isnan(numerator), shares.value, share))
    actuals = Actuals(columns | {"value": value}, shares.origin, place, shares.notes)
    where = _placed_in(reading.name, actuals.where)
    columns_read = (column for sheet in reading.sheets for column in sheet.columns)
    words = read_by("heading")["facility"]
    facilities = next((one.heading for one in columns_read if fold(one.heading) in words), "")
    facility = shares.number("facility") if "facility" in shares.columns else None
    sides = numerator, denominator
    return Parts(reading.name, actuals, *sides, where, scales, facilities, facility)


def _counted_per(
    shares: Figures[Any],
    plan: Plan,
    known: Known,
    per: float | None,
    place: PlaceOf,
    problems: list[Problem],
) -> Floats:
    """Return what shares of each indicator are counted per, as its unit says, or else `per`.

    A unit that is not understood is taken for percent; one that is, and counts no shares, and one
    that contradicts `per`, are problems of the indicators that have numerators.
    """
    codes, units = plan.indicators.codes, known.units
    said = [PER.get(units.of[code]) if code in units.of else per or 100.0 for code in codes]
    own = np.array([np.nan if one is None else one for one in said])
    given = np.flatnonzero(~np.isnan(shares.number("numerator")))
    found, first = np.unique(shares.indicator.positions(codes)[given], return_index=True)
    for at, row in zip(found.tolist(), given[first].tolist(), strict=True):
        unit, where = units.written[codes[at]], place(row, "numerator")
        if per is None and np.isnan(own[at]):
            what = f"numerator and denominator of '{codes[at]}', which is in {unit!r}, no share"
            problems.append(Problem(what, where=where, hint="give its figure in their place"))
        elif per is not None and not np.isnan(own[at]) and own[at] != per:
            what = f"per={per:g} contradicts the unit of '{codes[at]}', which is {unit!r}"
            problems.append(Problem(what, where=where, hint="leave per= out"))
    return np.where(np.isnan(own), np.nan if per is None else per, own)


def read_promised(source: Any, *, plan: Plan, periods: int, options: Options) -> Promised:
    """Read targets of years and of their periods, and put them under those of the plan.

    Parameters
    ----------
    source : Targets, path or data frame, or None
        As for `read_actuals`.
    plan, periods, options
        As for `read_parts`.

    Raises
    ------
    TableError
        With every problem of the table.
    """
    own = plan.targets
    places = [_placed_in("targets", own.where)]
    if source is None:
        return Promised(own, *places)
    more, name = source, "targets"
    if not isinstance(source, Targets):
        known = Known.of(plan)
        more, _, reading = read_figures(Targets, source, name, known, options, periods=periods)
        errors.raise_gathered(TableError, list(reading.problems), reading.name)
        name = reading.name
    places.append(_placed_in(name, more.where))
    starts = np.array([0, len(own), len(own) + len(more)])
    return Promised(collection.stacked([own, more]), StackedPlaces(tuple(places), starts))


def targets_beside(
    source: Any, *, plan: Plan, periods: int, options: Options, notes: list[Problem]
) -> Targets | None:
    """Return the targets of periods that stand beside the actuals of a table, None without any.

    Only under headings that speak of targets; what cannot be read there is noted.
    """
    if isinstance(source, Actuals) or "value" in (options.columns or {}):
        return None
    known = Known.of(plan)
    found, _, reading = read_figures(Targets, source, "targets", known, options, periods=periods)
    columns = [column for sheet in reading.sheets for column in sheet.columns]
    read = [column for column in columns if column.taken_for.startswith("target")]
    if not read or not all(_TARGET.search(column.heading) for column in read):
        return None
    headings = ", ".join(repr(column.heading) for column in read)
    if reading.problems:
        what = "targets of periods stand beside the actuals, and are not read"
        hint = f"tell targets= to see why: {headings}"
        notes.append(Problem(what, where=Place(file=reading.name), hint=hint))
        return None
    rows = np.flatnonzero(found.year % 1 > 0)
    if len(rows):
        what = "targets of periods stand beside the actuals: they are used"
        notes.append(Problem(what, where=Place(file=reading.name), got=headings))
    return found.take(rows) if len(rows) else None


def last_period(periods: int, until: int | None) -> int:
    """Return the last period of a year that counts.

    Raises
    ------
    ArgumentError
        Years are not parted so, or there is no such period.
    """
    check_periods(periods, _SPANS)
    return periods if until is None else whole_number("until", until, 1, periods)


def whole_number(name: str, value: object, low: int, high: int) -> int:
    """Return a whole number of an argument, or refuse what is none or out of bounds."""
    return as_whole(name, value, low, high, f"a whole number from {low} to {high}")


def off_middle(figures: Figures[Any], rows: Ints, periods: int, place: PlaceOf) -> list[Problem]:
    """Return the figures among some rows, all inside a year, that stand at no period."""
    share = figures.year[rows] % 1 * periods - 0.5
    name, mark = PERIOD_NAMES[periods], _MARKS[periods]
    what = f"not the middle of a {name}"
    problems = []
    for row in rows[np.abs(share - np.rint(share)) > _ON_GRID][: errors.MOST_OF_A_KIND].tolist():
        date, where = float(figures.year[row]), place(row, "year")
        hint = f"a {name} stands at its middle: write a period such as {int(date)}-{mark}"
        problems.append(Problem(what, where=where, got=date, hint=hint))
    return problems


def repeated(
    figures: Figures[Any], rows: Ints, periods: int, place: PlaceOf, hint: str = "keep one"
) -> list[Problem]:
    """Return the figures among some rows that are of the same period as one before."""
    names = figures.region, figures.indicator
    keys: list[Any] = [np.round(figures.year[rows], 6), *(each.codes[rows] for each in names)]
    order = np.lexsort(keys)
    same = np.logical_and.reduce([np.diff(key[order]) == 0 for key in keys])
    problems = []
    for row in rows[order[1:][same]][: errors.MOST_OF_A_KIND].tolist():
        region, indicator = (each[row] for each in names)
        when = _period_at(float(figures.year[row]), periods)
        what = f"two figures for indicator '{indicator}' in region '{region}', {when}"
        problems.append(Problem(what, where=place(row, ""), hint=hint))
    return problems


def beside_periods(parts: Parts, rows: Ints, hint: str) -> list[Problem]:
    """Return the figures of whole years, some rows, that stand beside those of their periods."""
    problems, figures = [], parts.actuals
    for row in rows.tolist():
        what = f"a figure for {int(figures.year[row])} beside figures of its periods"
        got = f"{figures.indicator[row]}, {figures.region[row]}"
        problems.append(Problem(what, where=parts.place(row, ""), got=got, hint=hint))
    return problems


def _period_at(date: float, periods: int) -> str:
    year, share = divmod(date, 1)
    if not share:
        return f"{year:g}"
    return Period(int(year), round(share * periods + 0.5), periods).name


def _placed_in(name: str, place: PlaceOf) -> PlaceOf:
    return lambda row, column: place(row, column).within(name)


def _wrong_parts(
    numerator: Floats, denominator: Floats, value: Floats, place: PlaceOf
) -> list[Problem]:
    """Return what is wrong with numerators and denominators."""
    parts = {"numerator": numerator, "denominator": denominator}
    problems = []
    for name, values in parts.items():
        rows = np.flatnonzero(values < 0).tolist()
        problems += [Problem("negative", where=place(r, name), got=float(values[r])) for r in rows]
    missing = [np.isnan(values) for values in parts.values()]
    what, hint = "a numerator or a denominator alone", "give both or neither"
    rows = np.flatnonzero(missing[0] != missing[1]).tolist()
    problems += [Problem(what, where=place(row, ""), hint=hint) for row in rows]
    what, hint = "someone reached of no one", "correct the numerator or the denominator"
    problems += [
        Problem(what, where=place(row, "denominator"), got=f"{numerator[row]:g} of 0", hint=hint)
        for row in np.flatnonzero((denominator == 0) & (numerator > 0)).tolist()
    ]
    what = "a value beside numerator and denominator"
    hint = "it follows from them: leave it out with columns={'ignored': ...}"
    rows = np.flatnonzero(~missing[0] & ~np.isnan(value))[:1].tolist()
    return problems + [Problem(what, where=place(row, "value"), hint=hint) for row in rows]


def periods_text(
    way: str, due: Truths, known: Truths, *, year: int, last: int, missing: MissingPeriod
) -> str:
    """Say which periods of a year were combined, and which of them have no figure.

    Parameters
    ----------
    way : str
        How they were combined.
    due, known : ndarray of bool, shape (periods,)
        Which periods count, and which of them have a figure.
    year, last : int
        The year, and the last period to count.
    missing : MissingPeriod
        What a period without a figure does.

    Examples
    --------
    >>> due, known = np.array([True, True, True, True]), np.array([True, False, False, True])
    >>> periods_text("sum", due, known, year=2022, last=4, missing=MissingPeriod.MISSING)
    'quarters 1-4 of 2022: sum, missing because of quarters 2-3'
    """
    name = PERIOD_NAMES[len(due)]
    if not due.any():
        return f"no {name} up to {last} of {year} has a target"
    text = f"{_several(name, due.sum())} {_listed(due)} of {year}: {way}"
    lost = due & ~known
    gap = f"{_several(name, lost.sum())} {_listed(lost)}"
    return _marked(text, gap, int(lost.sum()), missing)


def regions_text(known: int, whole: int, partial: int, missing: MissingPeriod) -> str:
    """Say how many of the regions under one were pooled, and how many have no figure.

    Examples
    --------
    >>> regions_text(2, 3, 1, MissingPeriod.FILLED)
    'numerators over denominators, 2 of 3 regions, 1 of them in part, without 1 region, which has no figure'
    """
    text = f"{POOLED}, {known} of {whole} regions"
    if partial:
        text += f", {partial} of them in part"
    lost = whole - known
    return _marked(text, f"{lost} {_several('region', lost)}", lost, missing)


def to_period(year: int, last: int, periods: int) -> tuple[str, str]:
    """Say up to which period a year is counted, in English and Indonesian.

    Examples
    --------
    >>> to_period(2022, 3, 4), to_period(2022, 8, 12)[1]
    (('to quarter 3 of 2022', 's.d. triwulan III 2022'), 's.d. Agustus 2022')
    """
    english = f"to {PERIOD_NAMES[periods]} {last} of {year}"
    if periods == 12:
        return english, f"s.d. {words('phrase-month', 'id')[str(last)]} {year}"
    name = {2: "semester", 4: "triwulan"}[periods]
    return english, f"s.d. {name} {('I', 'II', 'III', 'IV')[last - 1]} {year}"


def _marked(text: str, gap: str, lost: int, missing: MissingPeriod) -> str:
    """Say what a gap did to the figure; nothing without one."""
    if not lost:
        return text
    if missing is MissingPeriod.FILLED:
        return f"{text}, without {gap}, which {'have' if lost > 1 else 'has'} no figure"
    return f"{text}, missing because of {gap}"


def _several(name: str, count: int) -> str:
    return f"{name}s" if count > 1 else name


def _listed(which: Truths) -> str:
    """List periods: 1-2, 4."""
    found = runs((number, "") for number in np.flatnonzero(which).tolist())
    return ", ".join(f"{first}-{last}" if first < last else str(first) for first, last, _ in found)
