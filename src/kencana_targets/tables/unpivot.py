"""Every cell of a table to its figure: which region, indicator, year and period, and where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core import errors
from kencana_targets.core.columns import Categorical, RawColumn, read_only
from kencana_targets.core.errors import NumberFormatError, Place, Problem
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.tables import (
    beside_figures,
    column_roles,
    heading_labels,
    periods,
    raw_columns,
    statements,
)
from kencana_targets.tables.cells import Draft
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.figure_columns import (
    Slot,
    as_start,
    called_reached,
    check_merged,
    figure_slots,
    lead,
    period_groups,
    share_or_number,
    town_and_country,
    whole_rows,
    with_lone_word,
    without_parts,
    without_words,
)
from kencana_targets.tables.files import Places
from kencana_targets.tables.header import Title
from kencana_targets.tables.headings import BARE_YEAR, COUNTS, KEYS, MONEY, NOTES, Heading
from kencana_targets.tables.layout import Block
from kencana_targets.tables.numbers import says_missing
from kencana_targets.tables.raw_columns import Cells, Numerals


@frozen(eq=False)
class LongTable:
    """The figures of a table, a row each, and where their cells stand.

    Parameters
    ----------
    columns : mapping
        Columns named as the fields of a figure.
    rows : int
        How many figures there are.
    place : callable
        Where a field of a row stands.
    form : str
        ``"long"`` (one figure a row) or ``"wide"``.
    used : dict
        What each column of the file was taken for, by its position.
    told : dict
        What no column says, and the title or the caller does.
    unsaid : set
        What nothing says; it has been reported.
    region_heading : str
        What stands over the regions; empty where the caller told the column.
    across : ndarray of int, optional
        In which column each figure stands, where each column settles its own decimal mark.
    """

    columns: Mapping[str, Cells]
    rows: int
    place: Places
    form: str
    used: Mapping[int, str]
    told: Mapping[str, Any]
    unsaid: frozenset[str]
    region_heading: str
    across: Ints | None


def unpivot(block: Block, title: Title, request: ReadRequest) -> LongTable:
    """Place the figures of a table, one a row.

    Where a heading, a column, the title or the caller says the period, the result has a
    column ``period``: the part of a year, or the whole date with its year.

    Parameters
    ----------
    block : Block
        The table.
    title : Title
        What stands above it.
    request : ReadRequest
        Which of its figures are wanted; it takes all that cannot be placed.
    """
    return _Unpivot(block, title, request).result()


class _Unpivot:
    """The figures of a table, to be placed."""

    def __init__(self, block: Block, title: Title, request: ReadRequest) -> None:
        self.request, self.problems = request, request.problems
        self.kind, self.given, self.texts = request.kind, request.given, request.texts
        self.unsaid: set[str] = set()
        # The columns of money of a wide table that belong to one of its figures.
        self.amounts: dict[int, str] = {}
        block = beside_figures.settle_money(block, request.kind, request.decimal, request.notes)
        block = as_start(block) if request.kind == "baseline" else block
        block = share_or_number(called_reached(block, title, request), request)
        block = column_roles.rows_of_kind(town_and_country(block), request)
        block = whole_rows(block, request)
        block, self.groups = period_groups(block, request, self.unsaid)
        self.period, self.period_place = None, Place()
        columns = [at for at, one in enumerate(block.headings) if one.role == "period"]
        if "period" in self.given and (self.groups or columns):
            what, hint = "'period' is given, and the header says it too", "leave one of them out"
            self.problems.append(Problem(what, where=block.grid.place(block.first), hint=hint))
        if columns and not self.groups:
            block = with_dates(block, columns, request)
            if any(block.headings[at].role == "part" for at in columns):
                self.unsaid.add("year")
        elif not self.groups:
            self.period, self.period_place, title = statements.stated_period(block, title, request)
        block = without_parts(block, title, request)
        self.at = column_roles.key_columns(block, request)
        block = column_roles.believe_columns(block, self.at, self.given)
        column_roles.corner_of_years(block, self.at)
        titled = bool(title.named("indicator"))
        block = column_roles.find_key_columns(block, self.at, request, titled=titled)
        block = without_words(block, self.at, request)
        block, self.regions_across = column_roles.regions_across(block, self.at, request)
        self.block, self.title = with_lone_word(block, title, self.at, request), title
        self.stated = statements.Statements(self.block, title, request, {}, self.unsaid)
        self.told = self.stated.told

    def _tell_keys(self, headings: Sequence[Heading], across: str, *, says_more: bool) -> None:
        """Settle by what else says it what no column does."""
        dates = {one.dated for one in headings}
        given = self.given.get("year")
        if given is not None and dates and not dates & {None, given}:
            what, hint = "'year' is given, and the header says another", "leave it out of given"
            where = self.block.grid.place(self.block.first)
            self.problems.append(Problem(what, where=where, got=given, hint=hint))
        said = {"year": [one.dated is not None for one in headings]}
        said[across] = [bool(one.rest) for one in headings]
        if any(one.region for one in headings):
            said["region"] = [True]
        for key in ("region", "indicator", "year"):
            if key not in self.at:
                self.stated.tell(key, said.get(key, ()), across=says_more)
        self.stated.tell_rest(self.at)

    def result(self) -> LongTable:
        """Place the figures: one a row if no heading names a year, a period or an indicator."""
        block, request, across = self.block, self.request, self._across()
        spread = across not in {*self.at, *self.given}
        is_named = heading_labels.names_given(request, spread=spread)
        slots = figure_slots(block, request, self.groups, is_named, self.unsaid)
        leads = heading_labels.without_doubtful(block, list(map(lead, slots)), request)
        slots = [slot for slot in slots if lead(slot) in leads]
        headings = [block.headings[at] for at in leads]
        dated = bool(self.groups) or "period" in self.at
        own = statements.check_title(block, self.title, headings, request, dated=dated)
        heading_labels.note_doubts(block, leads, request.notes)
        if request.others == "note" and across == "indicator" and spread and self.texts.codes:
            kept = {*heading_labels.without_others(block, leads, request)}
            slots = [slot for slot, at in zip(slots, leads, strict=True) if at in kept]
        used = {*self.at.values(), *(at for slot in slots for at in slot.values())}
        statements.check_unread(block, self.at, used, request, own)
        headings = [block.headings[lead(slot)] for slot in slots]
        says_more = any(one.says_more for one in headings)
        long = len(slots) <= 1 and not says_more
        self._tell_keys(headings, across, says_more=says_more)
        slots = self._with_years(slots)
        columns, rows, place = (self._long if long else self._wide)(slots)
        taken = {at: field for field, at in self.at.items()}
        taken |= {at: self._words(at, role) for slot in slots for role, at in slot.items()}
        if not long:
            taken = {at: field for at, field in taken.items() if field not in MONEY} | self.amounts
        request.notes.extend(beside_figures.unread_money(block, taken, wide=not long))
        told = dict(self.told)
        if self.period is not None:
            columns["period"] = np.full(rows, self.period.date)
            place = evolve(place, told={**place.told, "period": self.period_place})
            told["period"] = self.period.name
        over = block.headings[self.at["region"]] if "region" in self.at else None
        form, heading = "long" if long else "wide", "" if over is None or over.told else over.text
        own_marks = place.cells[1] if place.cells and not self.groups else None
        unsaid = frozenset(self.unsaid)
        return LongTable(columns, rows, place, form, taken, told, unsaid, heading, own_marks)

    def _across(self) -> str:
        """Return what headings name that no column does."""
        return "indicator" if "indicator" not in self.at and not self.regions_across else "region"

    def _words(self, at: int, role: str) -> str:
        """Say what a column of figures was taken for."""
        heading = self.block.headings[at]
        parts = [self.kind, *heading.rest] if role == "value" else [role]
        parts += [] if heading.year is None else [f"{heading.year:g}"]
        if self.groups:
            parts.append("year" if heading.period is None else heading.period.name)
        return " ".join(parts)

    def _with_years(self, slots: list[Slot]) -> list[Slot]:
        """Return the columns whose year is known, and report the others."""
        leads = list(map(lead, slots))
        years = [self.block.headings[at].dated for at in leads]
        if "year" in self.at or "year" in self.told or not any(years):
            return slots
        block, others = self.block, list[int]()
        for at in (at for at, year in zip(leads, years, strict=True) if year is None):
            heading = block.headings[at]
            if heading_labels.may_be_known(heading, self.request, self._across()):
                what = f"no year in the heading; {statements.how_to_tell('year')}"
                self.problems.append(Problem(what, where=block.where_heading(at)))
            elif BARE_YEAR.search(heading.text):
                heading_labels.report_odd(block, at, heading.rest, self.request)
            else:
                others.append(at)
        if self.request.others == "note":
            heading_labels.list_others(block, others, self.request)
        return [slot for slot, year in zip(slots, years, strict=True) if year is not None]

    def _long(self, slots: list[Slot]) -> tuple[dict[str, Cells], int, Places]:
        block, rows = self.block, len(self.block.rows)
        where = {**self.at, **(slots[0] if slots else {})}
        columns: dict[str, Cells] = {field: block.columns[at] for field, at in where.items()}
        fields = [where[field] for field in (*COUNTS, "value") if field in where]
        check_merged(block, fields, self.problems)
        for at, heading in enumerate(block.headings):
            # Unknown columns keep their names, so that a misspelled one is noticed.
            unknown = heading.role in ("figures", "unknown") and not heading.figure
            if unknown and heading.text and at not in where.values():
                columns.setdefault(heading.text, block.columns[at])
        columns |= self.stated.columns(rows)
        headings = [block.headings[lead(slot)] for slot in slots]
        first = np.zeros(rows, dtype=np.int64)
        columns |= beside_figures.surveys_and_units(headings, first, columns)
        return columns, rows, self._places({}, None, where, frozenset())

    def _wide(self, slots: list[Slot]) -> tuple[dict[str, Cells], int, Places]:
        block = self.block
        names = dict.fromkeys(field for slot in slots for field in slot)
        fields = {field: [slot.get(field) for slot in slots] for field in names}
        check_merged(block, [at for slot in slots for at in slot.values()], self.problems)
        filled = self._filled(fields, len(slots))
        row, column = raw_columns.positions(filled)
        leads = list(map(lead, slots))
        headings = [block.headings[at] for at in leads]
        columns: dict[str, Cells] = {
            field: raw_columns.picked(block.columns[at], row)
            for field, at in self.at.items()
            if field in (*KEYS, *NOTES)
        }
        for field, columns_of in fields.items():
            columns[field] = self._cells(columns_of, filled)
        across, heads = self._across(), self._named(headings, column)
        told = str(self.told.get(across, ""))
        labels, odd = heading_labels.read_labels(block, leads, self.request, across, told)
        if all(h.rest for h in headings):
            heads[across] = Categorical.encode(labels).take(column)
        sure = {at: one for at, one in zip(leads, labels, strict=True) if at not in odd}
        heading_labels.check_twice(block, sure, self.problems)
        constants = self.stated.columns(len(row))
        year, constant = heads.get("year"), constants.get("year")
        if isinstance(year, np.ndarray) and isinstance(constant, np.ndarray):
            constants["year"] = np.where(np.isnan(heads.pop("year")), constant, year)  # type: ignore[arg-type]
        if "year" in heads and "year" in self.at:
            what = "years stand both in a column and in headings"
            self.problems.append(Problem(what, where=block.grid.place(block.first)))
        columns |= constants | heads
        columns |= beside_figures.surveys_and_units(headings, column, columns)
        about = beside_figures.columns_about(block, leads, labels, self.request)
        self.amounts = {at: name for name in MONEY for at in about.get(name, ()) if at is not None}
        columns |= {field: self._cells(own, filled) for field, own in about.items()}
        # A year is looked for at the figure, a name or period at the heading.
        keys = {field: at for field, at in self.at.items() if field not in heads}
        named = frozenset(heads) & {across, "period", "region"}
        by_field = {"": leads}
        for field, columns_of in fields.items():
            pairs = zip(columns_of, leads, strict=True)
            by_field[field] = [lead if at is None else at for at, lead in pairs]
        return columns, len(row), self._places(by_field, (row, column), keys, named)

    def _filled(self, fields: Mapping[str, list[int | None]], count: int) -> Truths:
        """Return where something stands of each figure, shape (rows, figures a row)."""
        columns = self.block.columns
        filled = np.zeros((len(self.block.rows), count), dtype=bool)
        for field, of_field in fields.items():
            there = {number: at for number, at in enumerate(of_field) if at is not None}
            filled[:, [*there]] |= raw_columns.held([columns[at] for at in there.values()]).T
            for number, at in there.items() if field == "value" else ():
                # A dash in a cell is no figure, as an empty cell is none.
                if not isinstance(columns[at], (Numerals, np.ndarray)):
                    filled[:, number] &= ~says_missing(columns[at])
        return filled

    def _named(self, headings: Sequence[Heading], column: Ints) -> dict[str, Cells]:
        """Return the year, period and region that the headings name, of each figure."""
        found: dict[str, Cells] = {}
        own = [one.year if "year" in self.at else one.dated for one in headings]
        years = np.array([np.nan if year is None else year for year in own])
        if not np.isnan(years).all():
            found["year"] = read_only(years.take(column))
        if any(one.region for one in headings):
            found["region"] = Categorical.encode(one.region for one in headings).take(column)
        if self.groups:
            dates = [0.0 if one.period is None else one.period.date for one in headings]
            found["period"] = read_only(np.array(dates).take(column))
        return found

    def _cells(self, columns: Sequence[int | None], filled: Truths) -> Cells:
        """Return the cells of one field of the figures; none where a figure lacks the column."""
        empty = Categorical.constant(None, len(filled))
        own = [empty if at is None else self.block.columns[at] for at in columns]
        return raw_columns.cells_across(own, filled)

    def _places(
        self,
        columns: Mapping[str, Sequence[int]],
        cells: tuple[Ints, Ints] | None,
        fields: Mapping[str, int],
        across: frozenset[str],
    ) -> Places:
        block, top = self.block, self.block.grid.top
        told = {field: self.stated.place(field) for field in self.told if field not in across}
        texts, sheet = tuple(heading.text for heading in block.headings), block.grid.sheet
        return Places(
            sheet, texts, block.first + top, block.rows + top, columns, cells, fields, across, told
        )


def date_years(draft: Draft) -> None:
    """Put into each year its period, whose column ends here."""
    period, year = draft.numbers("period"), draft.numbers("year")
    draft.columns.pop("period", None)
    if period is None or year is None:
        return
    own = np.floor(period)
    other = np.flatnonzero((own > 0) & ~np.isnan(year) & (own != year))
    what = "the period is of another year"
    for row in errors.first_rows(other, what, draft.problems):
        where, hint = draft.place(row, "period"), f"the year is {year[row]:g}: mend one"
        draft.problems.append(Problem(what, where=where, got=int(own[row]), hint=hint))
    draft.columns["year"] = np.where(own > 0, period, year + period)


def with_dates(block: Block, columns: list[int], request: ReadRequest) -> Block:
    """Return a table whose column of periods holds dates, or is known to hold years."""
    if request.words.periods == 1:
        for at in columns:
            column = raw_columns.written(block.columns[at])
            parted = periods.periods_of(block.headings[at].text) or any(
                map(periods.names_period, raw_columns.words_of(column).categories)
            )
            block = _with_column(block, at, "part" if parted else "year", column)
        return block
    if len(columns) > 1:
        # Two columns for one thing are reported where the figures are placed.
        return block
    (at,) = columns
    column = raw_columns.written(block.columns[at])
    of, words = periods.periods_of(block.headings[at].text), raw_columns.words_of(column)
    told = any(heading.role == "year" for heading in block.headings)
    if not told and not of and isinstance(column, np.ndarray):
        return _with_column(block, at, "year", column)
    told = told or (bool(words.categories) and not any(map(BARE_YEAR.search, words.categories)))
    dates = _dates(words, of, told, lambda row: block.place(row, at), request)
    return _with_column(block, at, "period" if told else "year", dates)


def _with_column(block: Block, at: int, role: str, column: RawColumn) -> Block:
    columns: list[Cells] = [*block.columns[:at], column, *block.columns[at + 1 :]]
    return evolve(block.reread({at: {"role": role}}), columns=columns)


def _dates(
    words: Categorical, of: int, told: bool, place: Callable[[int], Place], request: ReadRequest
) -> Floats:
    """Return the date of each cell; for one that is refused, any that is allowed."""
    first = np.full(len(words.categories) + 1, -1)
    first[words.codes[::-1]] = np.arange(len(words) - 1, -1, -1)
    dates = np.full(len(words.categories) + 1, 0.0 if told else 2000.0)
    refused = 0
    for code, row in enumerate(first[:-1].tolist()):
        if row < 0 or refused == errors.MOST_OF_A_KIND:
            continue
        word = words.categories[code]
        try:
            period = periods.parse_period(word, of=of, told=told)
        except NumberFormatError as error:
            refused += 1
            request.problems.extend(evolve(one, where=place(row)) for one in error.problems)
            continue
        dates[code] = period.date
        request.check_period(period, place(row), word)
    request.problems.extend(
        Problem("empty", where=place(row), hint="name the period", cause="empty period")
        for row in errors.first_rows(np.flatnonzero(words.codes < 0), "empty", request.problems)
    )
    return dates[words.codes]
