"""Every cell of a table to its figure: which region, indicator, year and period, and where it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from attrs import evolve, frozen
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical, read_only
from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.cells import Names
from kencana_targets.tables.column_roles import (
    ReadRequest,
    check_merged,
    figure_columns,
    key_columns,
    names_people,
    report_odd,
    report_unclear,
    two_columns,
)
from kencana_targets.tables.conflicts import (
    note_title,
    refuse_telling_cells,
    refuse_title,
    says_less,
)
from kencana_targets.tables.header import Title
from kencana_targets.tables.headings import (
    ABOUT,
    COUNTS,
    KEYS,
    LEAVE_OUT,
    MONEY,
    NOTES,
    Heading,
    fold,
    names_part,
)
from kencana_targets.tables.layout import Block
from kencana_targets.tables.money import left_out, money_of, settle_money
from kencana_targets.tables.numbers import says_missing
from kencana_targets.tables.others import known_columns, note_others
from kencana_targets.tables.period_columns import stated_period, with_dates
from kencana_targets.tables.periods import names_period, periods_of
from kencana_targets.tables.phrases import SAYS_COUNT, SAYS_SHARE
from kencana_targets.tables.places import Places
from kencana_targets.tables.raw_columns import (
    Cells,
    Numerals,
    cells_across,
    held,
    picked,
    positions,
    written,
)
from kencana_targets.tables.row_kinds import is_note, is_summary
from kencana_targets.tables.statements import Statements, how_to_tell

_IGNORE = "if they are not, leave it out with columns={'ignored': ...}"
_WHOSE = "write the indicator and the year over it, or one amount beside each figure"
# Roles of columns that say of which part the figures of their rows are.
_PARTING = ("period", "part", "facility")
_PLACES = frozenset(("area", "private"))
_WORDS = re.compile(r"[^\W\d_]")


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
    across: NDArray[np.int64] | None


def unpivot(block: Block, title: Title, request: ReadRequest, problems: list[Problem]) -> LongTable:
    """Place the figures of a table.

    Where a heading, a column, the title or the caller says the period, the result has a
    column ``period``: the part of a year, or the whole date with its year.

    Parameters
    ----------
    block : Block
        The table.
    title : Title
        What stands above it.
    request : ReadRequest
        Which of its figures are wanted.
    problems : list of Problem
        Takes all that cannot be placed.
    """
    return _Unpivot(block, title, request, problems).result()


class _Unpivot:
    def __init__(
        self, block: Block, title: Title, request: ReadRequest, problems: list[Problem]
    ) -> None:
        self.block, self.title, self.request, self.problems = block, title, request, problems
        self.kind, self.given, self.names = request.kind, request.given, request.names
        self.unsaid: set[str] = set()
        self.block = settle_money(block, self.kind, request.decimal, request.notes)
        self.groups = self._groups_of_periods()
        self.period, self.period_place = None, Place()
        # The columns of money of a wide table that belong to one of its figures.
        self.amounts: dict[int, str] = {}
        columns = [at for at, one in enumerate(self.block.headings) if one.role == "period"]
        if "period" in self.given and (self.groups or columns):
            what, hint = "'period' is given, and the header says it too", "leave one of them out"
            problems.append(Problem(what, where=block.grid.place(block.first), hint=hint))
        if columns and not self.groups:
            self.block = with_dates(self.block, columns, request, problems)
            if any(self.block.headings[at].role == "part" for at in columns):
                self.unsaid.add("year")
        elif not self.groups:
            self.period, self.period_place, self.title = stated_period(
                self.block, title, request, problems
            )
        self.at = key_columns(self.block, request, problems)
        self._believe_columns()
        self.stated = Statements(self.block, self.title, request, problems, {}, self.unsaid)
        self.told = self.stated.told
        self._read_corner()
        self._find_regions()
        self.regions_across = self._names_regions()
        self._read_lone_word()

    def result(self) -> LongTable:
        """Place the figures: one a row if no heading names a year, a period or an indicator."""
        slots = self._slots()
        leads = [next(iter(slot.values())) for slot in slots]
        headings = [self.block.headings[at] for at in leads]
        self._check_title(headings, evolve(self.block.grid.place(-1), part="title"))
        self._note_doubts(leads)
        kept = {*self._without_others(leads)}
        slots = [slot for slot, at in zip(slots, leads, strict=True) if at in kept]
        self._check_cells({*self.at.values(), *(at for slot in slots for at in slot.values())})
        headings = [self.block.headings[at] for at in leads if at in kept]
        long = len(slots) <= 1 and not any(map(_says_more, headings))
        for key in ("region", "indicator", "year"):
            if key not in self.at:
                said = [
                    _year_of(one) is not None if key == "year" else bool(one.rest)
                    for one in headings
                    if key in ("year", self._across())
                ]
                self.stated.tell(key, said, across=any(map(_says_more, headings)))
        self.stated.tell_rest(self.at)
        slots = self._with_years(slots)
        used = {at: field for field, at in self.at.items()}
        used |= {at: self._words(at, role) for slot in slots for role, at in slot.items()}
        columns, rows, place = (self._long if long else self._wide)(slots)
        if not long:
            used = {at: field for at, field in used.items() if field not in MONEY} | self.amounts
        self._note_money(used, wide=not long)
        told = dict(self.told)
        if self.period is not None:
            columns["period"] = np.full(rows, self.period.date)
            place = evolve(place, told={**place.told, "period": self.period_place})
            told["period"] = self.period.name
        over = self.block.headings[self.at["region"]] if "region" in self.at else None
        return LongTable(
            columns=columns,
            rows=rows,
            place=place,
            form="long" if long else "wide",
            used=used,
            told=told,
            unsaid=frozenset(self.unsaid),
            region_heading="" if over is None or over.told else over.text,
            across=place.cells[1] if place.cells and not self.groups else None,
        )

    def _groups_of_periods(self) -> dict[Any, list[int]]:
        """Return the columns of each period that headings name, and those of the year beside.

        Empty without any. Of the headings that cannot be used the cells are reported or left out.
        """
        headings, own = list(self.block.headings), ("", self.kind, "value")
        groups: dict[Any, list[int]] = {}
        for at, heading in enumerate(self.block.headings):
            if heading.figure not in own or not (heading.wrong or heading.period):
                continue
            where = self.block.where_heading(at)
            if heading.wrong and self.block.is_filled(at):
                self.problems += [evolve(problem, where=where) for problem in heading.wrong]
                self.unsaid.add("value")
            if heading.period is None:
                continue
            if heading.role not in (*COUNTS, "figures") or is_summary(" ".join(heading.rest)):
                headings[at] = evolve(heading, role="ignored", period=None)
                continue
            groups.setdefault(heading.period, []).append(at)
            self.request.check_period(heading.period, where, heading.text, self.problems)
        if groups:
            beside = []
            for at, heading in enumerate(headings):
                if heading.role == "figures" and heading.period is None:
                    if self._is_of_year(heading):
                        beside.append(at)
                    else:
                        headings[at] = evolve(heading, role="ignored")
            # What stands beside the periods of a whole year is its figure.
            groups |= {None: beside} if beside else {}
            read = sorted(at for columns in groups.values() for at in columns)
            if any(headings[at].figure == self.kind for at in read):
                # A figure without a word for what it is cannot stand beside figures with one.
                bare = (at for at in read if not headings[at].text.endswith("%"))
                report_unclear(self.block, bare, self.kind, self.problems)
        self.block = evolve(self.block, headings=headings)
        return groups

    def _is_of_year(self, heading: Heading) -> bool:
        """Return whether a heading beside those of periods stands over figures of a year."""
        if heading.figure not in ("", self.kind, "value") or is_summary(" ".join(heading.rest)):
            return False
        named = heading.figure or heading.year is not None
        return bool(named) or any(map(self.request.words.indicator, heading.rest))

    def _believe_columns(self) -> None:
        """Let a heading that the caller names say only what no column and no `given` says."""
        known = {*self.at, *self.given}
        headings = [
            evolve(
                one,
                year=None if "year" in known else one.year,
                rest=() if "indicator" in known else one.rest,
            )
            if one.told and one.role == "figures"
            else one
            for one in self.block.headings
        ]
        self.block = evolve(self.block, headings=headings)

    def _read_corner(self) -> None:
        """Read names under *Tahun* as regions where the years stand across: it heads those."""
        headings = self.block.headings
        if "region" in self.at or "year" not in self.at or not any(map(_year_of, headings)):
            return
        column = self.block.columns[self.at["year"]]
        if isinstance(column, Categorical) and not any(
            any(map(str.isdigit, word)) for word in column.categories
        ):
            self.at["region"] = self.at.pop("year")

    def _find_regions(self) -> None:
        """Take the one column of which every cell names a region for the regions, with a note.

        Beside a column of codes it is what they are checked by.
        """
        keys = self.at
        codes = (keys.get("region_code"), keys.get("bps_code"))
        coded = "region" in keys and keys["region"] in codes
        if not coded and {"region", "province"} & {*keys, *self.given}:
            return
        texts, found = self.request.texts, []
        for at, column in enumerate(self.block.columns):
            heading = self.block.headings[at]
            free = at not in self.at.values() and not heading.told and heading.role != "part"
            if free and isinstance(column := written(column), Categorical) and column.categories:
                names = [word for word in column.categories if not is_summary(word)]
                if names and all(map(texts.names_region, names)):
                    found.append(at)
        if len(found) == 1:
            self.at["region"] = found[0]
            headings = [*self.block.headings]
            headings[found[0]] = evolve(headings[found[0]], role="region", figure="", rest=())
            self.block = evolve(self.block, headings=headings)
            what, hint = "a column whose cells all name regions is read as theirs", _IGNORE
            where = self.block.where_heading(found[0])
            if not coded:
                self.request.notes.append(Problem(what, where=where, hint=hint))

    def _read_lone_word(self) -> None:
        """Read mere words for numbers as values: *Persentase* of a share, *Jumlah* of a count."""
        headings = self.block.headings
        words: dict[int, str] = {}
        for at, heading in enumerate(headings):
            if heading.role != "figures" or not self.block.is_filled(at):
                continue
            words[at] = fold(heading.text)
            if words[at] not in SAYS_SHARE | SAYS_COUNT:
                return
        given = self.names.code_of(str(self.given.get("indicator", "")))
        codes = {given} if given else self.title.named("indicator")
        share = any({"persen", "percent"} & self.names.units.get(one, set()) for one in codes)
        alone = [at for at, word in words.items() if word in (SAYS_SHARE if share else SAYS_COUNT)]
        if len(words) == 1 and SAYS_SHARE.issuperset(words.values()):
            alone = [*words]
        if len(alone) != 1:
            return
        headings = [
            evolve(one, role="ignored") if at in words and at not in alone else one
            for at, one in enumerate(headings)
        ]
        headings[alone[0]] = evolve(headings[alone[0]], figure="value", rest=())
        self.block = evolve(self.block, headings=headings)

    def _slots(self) -> list[dict[str, int]]:
        """Return the columns that hold the figures wanted: a value, or numerator and denominator."""
        slots: list[dict[str, int]] = []
        for own in self.groups.values() or [None]:
            if own is not None and (counts := self._counts(own)):
                slots.append(counts)
                continue
            found, lack = figure_columns(
                self.block, self.request, self._same_as_given(), self.problems, own
            )
            if own is not None and not found:
                report_unclear(self.block, own, self.kind, self.problems)
                lack = True
            self.unsaid |= {"value"} if lack else set()
            slots += [{"value": at} for at in found]
        return slots

    def _counts(self, own: Sequence[int]) -> dict[str, int]:
        """Return the numerator and the denominator of a period, if there are any."""
        headings, counts = self.block.headings, dict[str, int]()
        for at in own:
            if (role := headings[at].role) not in COUNTS:
                continue
            if role in counts:
                self.problems.append(two_columns(self.block, role, counts[role], at))
            counts.setdefault(role, at)
        if counts:
            what, hint = "a value beside numerator and denominator", "leave it out: it follows"
            self.problems += [
                Problem(what, where=self.block.where_heading(at), hint=hint)
                for at in own
                if headings[at].figure in (self.kind, "value")
            ]
        return counts

    def _check_title(self, headings: Sequence[Heading], where: Place) -> None:
        """Report a title against the figures; a heading that says what they are is believed."""
        settled = set(self.request.settled)
        if any(heading.figure or heading.role != "figures" for heading in headings):
            settled.add("kind")
        if self.groups or "period" in self.at:
            settled.add("period")
        lines = [one for one in self.title.readings if not is_note(one.text)]
        self.own_words = self._own_words(headings)
        self.problems += refuse_title(lines, self.kind, self.own_words, where, settled=settled)
        self.request.notes.extend(note_title(lines, self.own_words, where))

    def _note_doubts(self, columns: Sequence[int]) -> None:
        """Note each heading of which something was assumed, the first of several rows of it once."""
        doubtful = {
            self.block.headings[at].text.split(" / ")[0]: at
            for at in reversed(columns)
            if self.block.headings[at].doubt
        }
        self.request.notes.extend(
            Problem(
                f"a heading that names more or other words is {self.block.headings[at].doubt}",
                where=self.block.where_heading(at),
                hint="if it is not, leave it out with columns={'ignored': ...}",
            )
            for at in doubtful.values()
        )

    def _without_others(self, chosen: list[int]) -> list[int]:
        """Leave out the columns of indicators that the plan does not know, and list them."""
        request, headings = self.request, self.block.headings
        across = self._across() == "indicator" and "indicator" not in self.given
        if request.others != "note" or not across or not self.names.codes:
            return chosen
        if any(not headings[at].rest for at in chosen):
            return chosen
        read = {
            rest: self._label(rest, "indicator") for rest in {headings[at].rest for at in chosen}
        }
        labels = {at: read[headings[at].rest] for at in chosen}
        sure = [at for at, (_, odd) in labels.items() if odd]
        named = {at: label for at, (label, odd) in labels.items() if not odd}

        def says_more(label: str) -> bool:
            reading = request.texts.read(label)
            kinds = {one.kind for one in reading.phrases}
            about = "indicator" in kinds or "period" in kinds or kinds <= {"part", "figure", "year"}
            return about and says_less(reading)

        kept, others = known_columns(named, self.names, request.texts, says_more)
        if not others:
            return chosen
        where = self.block.grid.place(self.block.first)
        request.notes.append(note_others(others, where, "columns of indicators"))
        return [*kept, *sure]

    def _own_words(self, headings: Sequence[Heading]) -> frozenset[str]:
        """Return the words that the indicators of the title, or of all headings, share."""
        texts = self.request.texts
        read = [texts.read(" / ".join(rest)) for rest in {heading.rest for heading in headings}]
        named = {code for reading in read for code in reading.keys("indicator")}
        own = [texts.words[code] for code in self.title.named("indicator") or named]
        return frozenset.intersection(*own) if own else frozenset()

    def _check_cells(self, used: Collection[int]) -> None:
        """Report columns that nobody reads and whose cells say what the figures are."""
        columns = []
        counted = any(heading.role in COUNTS for heading in self.block.headings)
        for at, heading in enumerate(self.block.headings):
            # Columns of periods are seen to where they are read.
            seen = at in used or heading.told or bool(periods_of(heading.text))
            places = at not in self.at.values() and not heading.told and self._names_places(heading)
            column = None if seen and not places else written(self.block.columns[at])
            named = isinstance(column, Categorical) and any(map(_WORDS.search, column.categories))
            # Numbers under *Puskesmas* say how many a region has.
            if places and named and not counted:
                what = "a column that parts the figures among facilities or places below the region"
                hint = (
                    "keep the figures of the regions; numerators and denominators of facilities "
                    f"are added up by pool_actuals; or {LEAVE_OUT}"
                )
                where = self.block.where_heading(at)
                self.problems.append(Problem(what, where=where, hint=hint))
            if not seen and isinstance(column, Categorical) and heading.role not in _PARTING:
                columns.append((column, heading.text, partial(self.block.place, column=at)))
        self.problems += refuse_telling_cells(
            columns, self.request.texts, self.kind, self.own_words
        )

    def _names_places(self, heading: Heading) -> bool:
        """Return whether names under a heading are those of places below a region."""
        if heading.role == "facility" or heading.role not in ("unknown", "figures"):
            return heading.role == "facility"
        reading = self.request.texts.read(heading.text)
        named = [one for one in reading.phrases if one.kind == "level" or one.key in _PLACES]
        said = {at for one in named for at in range(one.first, one.stop)}
        beside = {one.word for at, one in enumerate(reading.tokens) if at not in said}
        # "Kendala di puskesmas" is a remark.
        return any(one.key in _PLACES for one in named) and beside <= {"nama", "kode", "/", "-"}

    def _same_as_given(self) -> Callable[[Heading], bool]:
        """Return whether a heading names nothing, or the indicator that is given for all."""
        given = self.given.get("indicator")
        code = None if given is None else self.names.code_of(str(given))
        spread = self._across() not in self.at and self._across() not in self.given

        def named(heading: Heading) -> bool:
            if not heading.rest or spread:
                return True
            label, odd = read_label(heading.rest, self.names)
            return code is not None and not odd and self.names.code_of(label) == code

        return named

    def _across(self) -> str:
        """Return what headings name that no column does."""
        return "indicator" if "indicator" not in self.at and not self.regions_across else "region"

    def _names_regions(self) -> bool:
        """Return whether all headings over figures name regions, and all figures one indicator."""
        known = "indicator" in self.given or len(self.title.named("indicator")) == 1
        told = {*self.at, *self.given} - ({"indicator"} - self.at.keys())
        if not known or {"region", "province", "indicator"} & told:
            return False
        rest = [
            " ".join(heading.rest)
            for at, heading in enumerate(self.block.headings)
            if heading.role == "figures" and self.block.is_filled(at)
        ]
        return bool(rest) and all(map(self.request.texts.names_region, rest))

    def _words(self, at: int, role: str) -> str:
        """Say what a column of figures was taken for."""
        heading = self.block.headings[at]
        parts = [self.kind, *heading.rest] if role == "value" else [role]
        parts += [] if heading.year is None else [f"{heading.year:g}"]
        if self.groups:
            parts.append("year" if heading.period is None else heading.period.name)
        return " ".join(parts)

    def _with_years(self, slots: list[dict[str, int]]) -> list[dict[str, int]]:
        """Return the columns whose year is known, and report the others."""
        leads = [next(iter(slot.values())) for slot in slots]
        years = [_year_of(self.block.headings[at]) for at in leads]
        if "year" in self.at or "year" in self.told or not any(years):
            return slots
        self.problems += [
            Problem(
                f"no year in the heading; {how_to_tell('year')}", where=self.block.where_heading(at)
            )
            for at, year in zip(leads, years, strict=True)
            if year is None
        ]
        return [slot for slot, year in zip(slots, years, strict=True) if year is not None]

    def _long(self, slots: list[dict[str, int]]) -> tuple[dict[str, Cells], int, Places]:
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
        columns |= self._beside(slots, np.zeros(rows, dtype=np.int64), columns)
        return columns, rows, self._places({}, None, where, frozenset())

    def _wide(self, slots: list[dict[str, int]]) -> tuple[dict[str, Cells], int, Places]:
        block = self.block
        names = dict.fromkeys(field for slot in slots for field in slot)
        fields = {field: [slot.get(field) for slot in slots] for field in names}
        check_merged(block, [at for slot in slots for at in slot.values()], self.problems)
        filled = self._filled(fields, len(slots))
        row, column = positions(filled)
        leads = [next(iter(slot.values())) for slot in slots]
        headings = [block.headings[at] for at in leads]
        columns: dict[str, Cells] = {
            field: picked(block.columns[at], row)
            for field, at in self.at.items()
            if field in (*KEYS, *NOTES)
        }
        for field, columns_of in fields.items():
            columns[field] = self._cells(columns_of, filled)
        across, heads = self._across(), self._dates(headings, column)
        labels, odd = self._labels(leads, across)
        if all(h.rest for h in headings):
            heads[across] = Categorical.encode(labels).take(column)
        self._check_twice({at: one for at, one in zip(leads, labels, strict=True) if at not in odd})
        constants = self.stated.columns(len(row))
        year, constant = heads.get("year"), constants.get("year")
        if isinstance(year, np.ndarray) and isinstance(constant, np.ndarray):
            constants["year"] = np.where(np.isnan(heads.pop("year")), constant, year)  # type: ignore[arg-type]
        if "year" in heads and "year" in self.at:
            what = "years stand both in a column and in headings"
            self.problems.append(Problem(what, where=block.grid.place(block.first)))
        columns |= constants | heads
        columns |= self._beside(slots, column, columns)
        columns |= self._about(leads, labels, filled)
        # A year is looked for at the figure, a name or period at the heading.
        keys = {field: at for field, at in self.at.items() if field not in heads}
        named = frozenset(heads) & {across, "period"}
        by_field = {"": leads}
        for field, columns_of in fields.items():
            pairs = zip(columns_of, leads, strict=True)
            by_field[field] = [lead if at is None else at for at, lead in pairs]
        return columns, len(row), self._places(by_field, (row, column), keys, named)

    def _filled(self, fields: Mapping[str, list[int | None]], count: int) -> NDArray[np.bool_]:
        """Return where something stands of each figure, shape (rows, figures a row)."""
        columns = self.block.columns
        filled = np.zeros((len(self.block.rows), count), dtype=bool)
        for field, of_field in fields.items():
            there = {number: at for number, at in enumerate(of_field) if at is not None}
            filled[:, [*there]] |= held([columns[at] for at in there.values()]).T
            for number, at in there.items() if field == "value" else ():
                # A dash in a cell is no figure, as an empty cell is none.
                if not isinstance(columns[at], (Numerals, np.ndarray)):
                    filled[:, number] &= ~says_missing(columns[at])
        return filled

    def _dates(self, headings: Sequence[Heading], column: NDArray[np.int64]) -> dict[str, Cells]:
        """Return the year and the period that the headings name, of each figure."""
        found: dict[str, Cells] = {}
        own = [one.year if "year" in self.at else _year_of(one) for one in headings]
        years = np.array([np.nan if year is None else year for year in own])
        if not np.isnan(years).all():
            found["year"] = read_only(years.take(column))
        if self.groups:
            dates = [0.0 if one.period is None else one.period.date for one in headings]
            found["period"] = read_only(np.array(dates).take(column))
        return found

    def _cells(self, columns: Sequence[int | None], filled: NDArray[np.bool_]) -> Cells:
        """Return the cells of one field of the figures; none where a figure lacks the column."""
        empty = Categorical.constant(None, len(filled))
        return cells_across(
            [empty if at is None else self.block.columns[at] for at in columns], filled
        )

    def _beside(
        self, slots: list[dict[str, int]], column: NDArray[np.int64], known: Mapping[str, Cells]
    ) -> dict[str, Cells]:
        """Return the survey, the unit and the part of the people that each figure's heading names."""
        headings = [self.block.headings[next(iter(slot.values()))] for slot in slots]
        found: dict[str, Cells] = {}
        for field, names in {
            "survey": [heading.survey or None for heading in headings],
            "unit": [heading.unit or None for heading in headings],
            "dimension": [heading.dimension or None for heading in headings],
        }.items():
            if any(names) and field not in known:
                found[field] = Categorical.encode(names).take(column)
        if "survey" in found and "source" not in known:
            found["source"] = found["survey"]
        return found

    def _about(
        self, leads: list[int], labels: list[str], filled: NDArray[np.bool_]
    ) -> dict[str, Cells]:
        """Return the interval, error and sample size that stand beside each figure."""
        block = self.block
        if not any(one.role in ABOUT or one.role == "ignored" for one in block.headings):
            return {}
        found: dict[str, dict[int, int]] = {}
        owners = [
            (label, block.headings[at].year, block.headings[at].period)
            for at, label in zip(leads, labels, strict=True)
        ]
        each = len([*filter(money_of, block.headings)]) == len(leads)
        beside = -1
        for at, heading in enumerate(block.headings):
            said = heading.role == "ignored" and heading.figure in ABOUT
            if not said and heading.role not in ABOUT:
                beside = at
                continue
            label = self._label(heading.rest, "indicator")[0] if said and heading.rest else None
            apt = [
                number
                for number, (name, year, period) in enumerate(owners)
                if label in (None, name)
                and (heading.year is None or heading.year == year)
                and heading.period in ((period,) if self.groups else (None, period))
            ]
            if money := money_of(heading):
                # One amount beside several figures is of none of them alone.
                near = [number for number in apt if each and leads[number] == beside]
                if len(near or apt) == 1 and (near or apt)[0] not in found.get(money, {}):
                    found.setdefault(money, {})[(near or apt)[0]] = at
                    self.amounts[at] = money
                continue
            # What stands right beside a figure is said of it, also where that is not read.
            left_out = beside not in leads and block.headings[beside].role == "figures"
            if not block.is_filled(at) or (not apt if label is not None else left_out):
                continue
            near = [number for number in apt if leads[number] == beside]
            owner = (near or apt)[0] if near or len(apt) == 1 else -1
            field = heading.figure if said else heading.role
            if owner in {-1, *found.get(field, {})}:
                what = f"cannot tell to which figure this column of '{field}' belongs"
                hint = "write the indicator over it, or leave it out with columns={'ignored': ...}"
                where = block.where_heading(at)
                self.problems.append(Problem(what, where=where, hint=hint, cause="heading"))
            else:
                found.setdefault(field, {})[owner] = at
        return {
            field: self._cells([owned.get(number) for number in range(len(leads))], filled)
            for field, owned in found.items()
        }

    def _note_money(self, used: Collection[int], *, wide: bool) -> None:
        """Note columns of money that are not read, as nothing says of which figures they are."""
        why = "nothing says of which figures it is"
        for at, heading in enumerate(self.block.headings):
            if (name := money_of(heading)) and at not in used and self.block.is_filled(at):
                hint = _WHOSE if wide else f"tell columns={{'{name}': ...}}"
                self.request.notes.append(left_out(self.block, at, why, hint))

    def _places(
        self,
        columns: Mapping[str, Sequence[int]],
        cells: tuple[NDArray[np.int64], NDArray[np.int64]] | None,
        fields: Mapping[str, int],
        across: frozenset[str],
    ) -> Places:
        block = self.block
        told = {field: self.stated.place(field) for field in self.told if field not in across}
        return Places(
            sheet=block.grid.sheet,
            headings=tuple(heading.text for heading in block.headings),
            header=block.first,
            rows=block.rows,
            columns=columns,
            cells=cells,
            fields=fields,
            across=across,
            told=told,
        )

    def _labels(self, chosen: list[int], across: str) -> tuple[list[str], set[int]]:
        """Return what each heading names; report the columns of which one says more."""
        told = str(self.told.get(across, ""))
        told = self.names.code_of(told) or told
        headings = [self.block.headings[at] for at in chosen]
        all_named = all(heading.rest for heading in headings)
        read = {rest: self._label(rest, across) for rest in {heading.rest for heading in headings}}
        labels, reported = [], set()
        for at, heading in zip(chosen, headings, strict=True):
            label, odd = read[heading.rest]
            if heading.rest and not all_named and label != told:
                odd = heading.rest
            if odd and self.block.is_filled(at):
                report_odd(self.block, at, odd, self.request, self.problems)
                reported.add(at)
            labels.append(label)
        return labels, reported

    def _label(self, rest: tuple[str, ...], across: str) -> tuple[str, tuple[str, ...]]:
        label, odd = read_label(rest, self.names)
        nameless = across == "indicator" and self.names.code_of(label) is None
        parted = names_period(label) or any(
            names_people(one, self.request.texts, alone=True) for one in label.split(" / ")
        )
        return label, (label,) if nameless and parted else odd

    def _check_twice(self, labels: Mapping[int, str]) -> None:
        """Report two columns that hold the same figure."""
        seen: dict[Any, int] = {}
        for at, label in labels.items():
            heading = self.block.headings[at]
            key = (label, heading.year, heading.period, heading.dimension)
            first = seen.setdefault(key, at)
            texts = self.block.headings[first].text, heading.text
            if first != at and texts[0] != texts[1]:
                what = "two columns for the same figures"
                hint = f"the other is '{texts[0]}'; {LEAVE_OUT}"
                where = self.block.where_heading(at)
                self.problems.append(Problem(what, where=where, got=texts[1], hint=hint))


def _year_of(heading: Heading) -> float | None:
    """Return the year that a heading names, alone or with its period."""
    if heading.year is None and heading.period is not None and heading.period.year is not None:
        return float(heading.period.year)
    return heading.year


def _says_more(heading: Heading) -> bool:
    """Return whether a heading says of which year, part of it or indicator its figures are."""
    said = heading.year, heading.period, heading.dimension or None, heading.rest or None
    return any(one is not None for one in said)


def read_label(parts: Sequence[str], names: Names) -> tuple[str, tuple[str, ...]]:
    """Return the indicator or region that a heading names, and what else it says.

    A word over an indicator is taken for the name of a group, unless it names a
    time or people; a word under one, but for its unit, parts it, and nothing is
    known of the parts.

    Parameters
    ----------
    parts : sequence of str
        The heading from the top down, without year and words such as *realisasi*.
    names : Names
        The indicators of the plan.

    Returns
    -------
    str, tuple of str
        The code of the indicator, else all as it is written; and what must not
        be passed over.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> known = Names.of(kt.load_plan("bengkulu-2021").indicators)
    >>> read_label(("Program KB", "mCPR"), known), read_label(("mCPR", "TW II"), known)
    (('mCPR', ()), ('mCPR', ('TW II',)))
    """
    joined = " / ".join(parts)
    whole = names.code_of(joined) or names.code_of(" ".join(parts))
    codes = [names.code_of(part) for part in parts]
    found = [at for at, code in enumerate(codes) if code is not None]
    if whole is not None or len({codes[at] for at in found}) != 1:
        return whole or joined, ()
    odd = [part for part in parts[: found[0]] if names_part(part)]
    code = str(codes[found[0]])
    below = [part for at, part in enumerate(parts) if at > found[0] and at not in found]
    odd += [part for part in below if not _is_unit(part, names.units[code])]
    return code, tuple(odd)


def _is_unit(text: str, units: Collection[str]) -> bool:
    words = fold(text)
    # "anak" is the beginning of "anak per perempuan".
    beginning = any(f"{unit} ".startswith(f"{words} ") for unit in units)
    return words.startswith(("satuan", "unit")) or beginning
