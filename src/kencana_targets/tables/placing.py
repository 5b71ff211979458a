"""Every cell of a table to its figure: which region, indicator and year, and where it stood."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.checks import is_number
from kencana_targets.core.columns import Categorical, read_only
from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.across import cells_across, cells_of, read_label
from kencana_targets.tables.cells import Names
from kencana_targets.tables.choosing import check_merged, figure_columns, key_columns, report_odd
from kencana_targets.tables.conflicts import refuse_telling_cells, refuse_title, says_less
from kencana_targets.tables.files import Cells, picked, written
from kencana_targets.tables.header import Title
from kencana_targets.tables.headings import COUNTS, KEYS, NOTES, Heading
from kencana_targets.tables.layout import Block, held, is_note
from kencana_targets.tables.numbers import says_missing
from kencana_targets.tables.others import known_columns, note_others
from kencana_targets.tables.periods import names_period, periods_of
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.places import Places

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ABOUT = ("lower", "upper", "standard_error", "sample_size", "design_effect")
_HOW = "tell it with given={'%s': ...}"


@frozen(eq=False)
class Placed:
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
    """

    columns: Mapping[str, Cells]
    rows: int
    place: Places
    form: str
    used: Mapping[int, str]
    told: Mapping[str, Any]
    unsaid: frozenset[str]
    region_heading: str


@frozen(eq=False)
class Asked:
    """Which figures are wanted, and what is known of them.

    Parameters
    ----------
    kind : {"actual", "target", "baseline"}
        Which figures.
    given : mapping
        What the caller tells of all figures.
    names : Names
        The indicators of the plan.
    texts : TextReader
        Reads what a table says in words.
    settled : set of {"kind", "period", "part"}
        What the caller settles, whatever the title says.
    notes : list of Problem
        Takes what is assumed.
    others : {"note", "refuse"}
        What is done with columns of indicators that the plan does not know.
    """

    kind: str
    given: Mapping[str, Any]
    names: Names
    texts: TextReader
    settled: frozenset[str]
    notes: list[Problem]
    others: str = "refuse"


def place_figures(block: Block, title: Title, asked: Asked, problems: list[Problem]) -> Placed:
    """Place the figures of a table.

    Parameters
    ----------
    block : Block
        The table.
    title : Title
        What stands above it.
    asked : Asked
        Which of its figures are wanted.
    problems : list of Problem
        Takes all that cannot be placed.
    """
    return _Placing(block, title, asked, problems).result()


class _Placing:
    def __init__(self, block: Block, title: Title, asked: Asked, problems: list[Problem]) -> None:
        self.block, self.title, self.asked, self.problems = block, title, asked, problems
        self.kind, self.given, self.names = asked.kind, asked.given, asked.names
        self.at = key_columns(block, problems)
        self.told: dict[str, Any] = {}
        self.unsaid: set[str] = set()

    def result(self) -> Placed:
        """Place the figures: one a row if no heading names a year or an indicator."""
        chosen, unread = figure_columns(self.block, self.kind, self._same_as_given(), self.problems)
        if unread:
            self.unsaid.add("value")
        headings = [self.block.headings[at] for at in chosen]
        where = evolve(self.block.grid.place(-1), part="title")
        self._check_title(headings, where)
        self._check_cells({*self.at.values(), *chosen}, headings)
        doubtful = {
            self.block.headings[at].text.split(" / ")[0]: at
            for at in reversed(chosen)
            if self.block.headings[at].doubt
        }
        self.asked.notes.extend(
            Problem(
                f"a heading that names more or other words is {self.block.headings[at].doubt}",
                where=self.block.where_heading(at),
                hint="if it is not, leave it out with columns={'ignored': ...}",
            )
            for at in doubtful.values()
        )
        chosen = self._without_others(chosen)
        headings = [self.block.headings[at] for at in chosen]
        long = len(chosen) <= 1 and not any(map(_says_more, headings))
        for key in ("region", "indicator", "year"):
            if key not in self.at:
                self._tell(key, headings)
        self._tell_rest()
        chosen = self._with_years(chosen)
        used = {at: field for field, at in self.at.items()}
        used |= {at: self._words(at) for at in chosen}
        make = self._long if long else self._wide
        columns, rows, place = make(chosen)
        form = "long" if long else "wide"
        over = self.block.headings[self.at["region"]] if "region" in self.at else None
        heading = "" if over is None or over.told else over.text
        return Placed(columns, rows, place, form, used, self.told, frozenset(self.unsaid), heading)

    def _check_title(self, headings: Sequence[Heading], where: Place) -> None:
        """Report a title against the figures; a heading that says what they are is believed."""
        settled = set(self.asked.settled)
        if any(heading.figure or heading.role != "figures" for heading in headings):
            settled.add("kind")
        if any(heading.period for heading in headings) or "period" in self.at:
            settled.add("period")
        lines = [one for one in self.title.readings if not is_note(one.text)]
        own = self._own_words(headings)
        self.problems += refuse_title(lines, self.kind, own, where, settled=settled)

    def _without_others(self, chosen: list[int]) -> list[int]:
        """Leave out the columns of indicators that the plan does not know, and list them."""
        asked = self.asked
        headings = self.block.headings
        across = "indicator" not in self.at and "indicator" not in self.given
        if asked.others != "note" or not across or not self.names.codes:
            return chosen
        if any(not headings[at].rest for at in chosen):
            return chosen
        labels = {at: self._label(headings[at].rest, "indicator") for at in chosen}
        sure = [at for at, (_, odd) in labels.items() if odd]
        named = {at: label for at, (label, odd) in labels.items() if not odd}

        def says_more(label: str) -> bool:
            reading = asked.texts.read(label)
            kinds = {one.kind for one in reading.phrases}
            about = "indicator" in kinds or "period" in kinds or kinds <= {"part", "figure", "year"}
            return about and says_less(reading)

        kept, others = known_columns(named, self.names, asked.texts, says_more)
        if not others:
            return chosen
        where = self.block.grid.place(self.block.first)
        asked.notes.append(note_others(others, where, "columns of indicators"))
        return sorted({*kept, *sure})

    def _own_words(self, headings: Sequence[Heading]) -> frozenset[str]:
        """Return the words that the indicators of the title, or of all headings, share."""
        read = [self.asked.texts.read(" / ".join(heading.rest)) for heading in headings]
        named = {code for reading in read for code in reading.keys("indicator")}
        words = self.asked.texts.words
        own = [words[code] for code in self.title.named("indicator") or named]
        return frozenset.intersection(*own) if own else frozenset()

    def _check_cells(self, used: set[int], headings: Sequence[Heading]) -> None:
        """Report columns that nobody reads and whose cells say what the figures are."""
        columns = []
        for at, heading in enumerate(self.block.headings):
            # Columns of periods are seen to where they are read.
            seen = at in used or heading.told or bool(periods_of(heading.text))
            column = None if seen else written(self.block.columns[at])
            if isinstance(column, Categorical) and heading.role not in ("period", "part"):
                columns.append((column, partial(self.block.place, column=at)))
        own = self._own_words(headings)
        self.problems += refuse_telling_cells(columns, self.asked.texts, self.kind, own)

    def _same_as_given(self) -> Callable[[Heading], bool]:
        """Return whether a heading names nothing, or the indicator that is given for all."""
        given = self.given.get("indicator")
        code = None if given is None else self.names.code_of(str(given))
        across = "indicator" if "indicator" not in self.at else "region"
        spread = across not in self.at and across not in self.given

        def named(heading: Heading) -> bool:
            if not heading.rest or spread:
                return True
            label, odd = read_label(heading.rest, self.names)
            return code is not None and not odd and self.names.code_of(label) == code

        return named

    def _where_told(self, field: str) -> Place:
        if field in self.given:
            return Place(argument="given", part=f"'{field}'")
        return evolve(self.block.grid.place(-1), part=f"title, '{field}'")

    def _words(self, at: int) -> str:
        heading = self.block.headings[at]
        parts = [self.kind, *heading.rest]
        parts += [] if heading.year is None else [f"{heading.year:g}"]
        return " ".join(parts)

    def _tell(self, key: str, headings: Sequence[Heading]) -> None:
        """Find what no column says: in the headings, from the caller, or in the title."""
        if key == "year" and headings and all(h.year is not None for h in headings):
            return
        across = "indicator" if "indicator" not in self.at else "region"
        if key == across and headings and all(h.rest for h in headings):
            return
        if key in self.given:
            self._check_given(key)
            self.told[key] = self.given[key]
            return
        stated = self.title.stated.get(key)
        if key == "region":
            stated = stated or self.title.stated.get("province")
        if key == "indicator" and stated is None:
            known = self.title.named("indicator")
            stated = known.pop() if len(known) == 1 else None
        years = self.title.years
        if key == "year" and (stated is not None or years):
            said = (*years, *([] if stated is None else [stated]))
            if len({str(one).removesuffix(".0") for one in said}) > 1:
                hint = _HOW % "year"
                what = "the title names several years"
                where = self.block.grid.place(-1)
                named = ", ".join(dict.fromkeys(str(one).removesuffix(".0") for one in said))
                self.problems.append(Problem(what, where=where, got=named, hint=hint))
                self.unsaid.add(key)
                return
            stated = said[0]  # type: ignore[assignment]
        if stated is not None:
            self.told[key] = stated
        elif key == "year" and any(h.year is not None for h in headings):
            return
        elif self.block.grid.sheet or any(map(_says_more, headings)):
            self.unsaid.add(key)
            what = f"no {key}: no column, no heading and no title says it"
            where = self.block.grid.place(self.block.first)
            hint, cause = _HOW % key, f"no {key}"
            self.problems.append(Problem(what, where=where, hint=hint, cause=cause))

    def _check_given(self, key: str) -> None:
        """Report what is given of all figures where title or sheet say otherwise."""
        given = self.given[key]
        said: list[str] = []
        if key == "year" and is_number(given):
            said = [f"{year:g}" for year in self.title.years if year != given]
            said = said if len(said) == len(self.title.years) else []
        elif key == "indicator":
            code = self.names.code_of(str(given)) or str(given)
            named = self.title.named("indicator")
            said = sorted(named) if named and self.names.codes and code not in named else []
        elif key == "region":
            said = self._other_regions(str(given))
        if said:
            what = f"'{key}' is given, and the title says another"
            hint = f"leave it out of given, or mend the title: got {given!r}"
            where = evolve(self.block.grid.place(-1), part=f"title, '{key}'")
            self.problems.append(Problem(what, where=where, got=", ".join(said), hint=hint))

    def _other_regions(self, given: str) -> list[str]:
        """Return the regions that the title names, if none holds or is in the one given."""
        codes = set(self.asked.texts.read(given).keys("region")) or {given}
        if not all(code.replace(".", "").isdigit() for code in codes):
            return []
        named = self.title.named("region") - {"00"}
        near = [
            one for one in named for code in codes if one.startswith(code) or code.startswith(one)
        ]
        return [] if near else sorted(named)

    def _with_years(self, chosen: list[int]) -> list[int]:
        """Return the columns whose year is known, and report the others."""
        years = [self.block.headings[at].year for at in chosen]
        if "year" in self.at or "year" in self.told or not any(years):
            return chosen
        self.problems += [
            Problem(f"no year in the heading; {_HOW % 'year'}", where=self.block.where_heading(at))
            for at, year in zip(chosen, years, strict=True)
            if year is None
        ]
        return [at for at, year in zip(chosen, years, strict=True) if year is not None]

    def _tell_rest(self) -> None:
        for key in self.given:
            if key in self.at:
                what = f"'{key}' is given, and a column says it too"
                hint = "leave one of them out"
                self.problems.append(
                    Problem(what, where=self.block.where_heading(self.at[key]), hint=hint)
                )
            else:
                self.told[key] = self.given[key]

    def _constant(self, key: str, rows: int) -> Cells | None:
        if key not in self.told:
            return None
        value = self.told[key]
        if is_number(value):
            return np.full(rows, float(value))
        return Categorical.constant(str(value), rows)

    def _long(self, chosen: list[int]) -> tuple[dict[str, Cells], int, Places]:
        columns: dict[str, Cells] = {}
        block, rows = self.block, len(self.block.rows)
        where = dict(self.at)
        if chosen:
            where["value"] = chosen[0]
        columns = {field: block.columns[at] for field, at in where.items()}
        check_merged(
            self.block,
            [where[field] for field in (*COUNTS, "value") if field in where],
            self.problems,
        )
        for at, heading in enumerate(block.headings):
            # Unknown columns keep their names, so that a misspelled one is noticed.
            unknown = heading.role in ("figures", "unknown") and not heading.figure
            if unknown and heading.text and at not in where.values():
                columns.setdefault(heading.text, block.columns[at])
        for key in self.told:
            constant = self._constant(key, rows)
            if constant is not None:
                columns[key] = constant
        columns |= self._beside(chosen, np.zeros(rows, dtype=np.int64), columns)
        return columns, rows, self._places(None, None, where, frozenset())

    def _wide(self, chosen: list[int]) -> tuple[dict[str, Cells], int, Places]:
        block = self.block
        check_merged(self.block, chosen, self.problems)
        filled = held([block.columns[at] for at in chosen]).T
        for number, at in enumerate(chosen):
            # A dash in a cell is no figure, as an empty cell is none.
            filled[:, number] &= ~says_missing(block.columns[at])
        row, column = _positions(filled)
        headings = [block.headings[at] for at in chosen]
        columns: dict[str, Cells] = {
            field: picked(block.columns[at], row)
            for field, at in self.at.items()
            if field in (*KEYS, *NOTES)
        }
        columns["value"] = cells_across([block.columns[at] for at in chosen], filled)
        years = np.array([np.nan if h.year is None else h.year for h in headings])
        across = "indicator" if "indicator" not in self.at else "region"
        heads: dict[str, Cells] = {}
        if not np.isnan(years).all():
            heads["year"] = read_only(years.take(column))
        labels, odd = self._labels(chosen, across)
        if all(h.rest for h in headings):
            heads[across] = Categorical.encode(labels).take(column)
        self._check_twice(
            {at: label for at, label in zip(chosen, labels, strict=True) if at not in odd}
        )
        for key in self.told:
            constant = self._constant(key, len(row))
            if constant is None:
                continue
            if key == "year" and "year" in heads and isinstance(constant, np.ndarray):
                constant = np.where(np.isnan(heads["year"]), constant, heads["year"])  # type: ignore[arg-type]
                heads.pop("year")
            columns[key] = constant
        if "year" in heads and "year" in columns and "year" in self.at:
            what = "years stand both in a column and in headings"
            self.problems.append(Problem(what, where=block.grid.place(block.first)))
        columns |= heads
        columns |= self._beside(chosen, column, columns)
        columns |= self._about(chosen, labels, row, column)

        # A year is looked for at the figure, a name at the heading.
        fields = {field: at for field, at in self.at.items() if field not in heads}
        named = frozenset(heads) & {across}
        return columns, len(row), self._places(chosen, (row, column), fields, named)

    def _beside(
        self, chosen: list[int], column: NDArray[np.int64], known: Mapping[str, Cells]
    ) -> dict[str, Cells]:
        """Return the survey and the unit that the heading over each figure names."""
        headings = [self.block.headings[at] for at in chosen]
        found: dict[str, Cells] = {}
        for field, names in {
            "survey": [heading.survey or None for heading in headings],
            "unit": [heading.unit or None for heading in headings],
        }.items():
            if any(names) and field not in known:
                found[field] = Categorical.encode(names).take(column)
        if "survey" in found and "source" not in known:
            found["source"] = found["survey"]
        return found

    def _about(
        self,
        chosen: list[int],
        labels: list[str],
        row: NDArray[np.int64],
        column: NDArray[np.int64],
    ) -> dict[str, Cells]:
        """Return the interval, error and sample size that stand beside each figure."""
        block = self.block
        found: dict[str, dict[int, int]] = {}
        owners = {
            (label, block.headings[at].year): number
            for number, (at, label) in enumerate(zip(chosen, labels, strict=True))
        }
        for at, heading in enumerate(block.headings):
            if heading.role == "ignored" and heading.figure and heading.rest:
                label, _ = self._label(heading.rest, "indicator")
                owner = owners.get((label, heading.year))
            elif heading.role in _ABOUT and len(chosen) == 1:
                owner = 0
            elif heading.role in _ABOUT:
                what = f"cannot tell to which figure this column of '{heading.role}' belongs"
                hint = "write the indicator over it, or leave it out with columns={'ignored': ...}"
                where = block.where_heading(at)
                self.problems.append(Problem(what, where=where, hint=hint, cause="heading"))
                continue
            else:
                continue
            field = heading.figure or heading.role
            if owner is not None and block.is_filled(at):
                found.setdefault(field, {})[owner] = at
        return {
            field: cells_of(block.columns, owned, row, column) for field, owned in found.items()
        }

    def _places(
        self,
        columns: list[int] | None,
        cells: tuple[NDArray[np.int64], NDArray[np.int64]] | None,
        fields: Mapping[str, int],
        across: frozenset[str],
    ) -> Places:
        block = self.block
        told = {field: self._where_told(field) for field in self.told if field not in across}
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
                report_odd(self.block, at, odd, self.kind, self.problems)
                reported.add(at)
            labels.append(label)
        return labels, reported

    def _label(self, rest: tuple[str, ...], across: str) -> tuple[str, tuple[str, ...]]:
        label, odd = read_label(rest, self.names)
        nameless = across == "indicator" and self.names.code_of(label) is None
        return label, (label,) if nameless and names_period(label) else odd

    def _check_twice(self, labels: Mapping[int, str]) -> None:
        """Report two columns that hold the same figure."""
        seen: dict[tuple[str, float | None], int] = {}
        for at, label in labels.items():
            heading = self.block.headings[at]
            first = seen.setdefault((label, heading.year), at)
            texts = self.block.headings[first].text, heading.text
            if first != at and texts[0] != texts[1]:
                what = "two columns for the same figures"
                hint = f"the other is '{texts[0]}'; leave one out"
                self.problems.append(
                    Problem(what, where=self.block.where_heading(at), got=texts[1], hint=hint)
                )


def _positions(filled: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of each filled cell."""
    rows, columns = filled.shape
    if filled.all():
        # Which np.nonzero gives too, at five times the cost.
        return np.repeat(np.arange(rows), columns), np.tile(np.arange(columns), rows)
    return np.nonzero(filled)  # type: ignore[return-value]


def _says_more(heading: Heading) -> bool:
    """Return whether a heading says of which year, part of it or indicator its figures are."""
    return heading.year is not None or heading.period or bool(heading.rest)
