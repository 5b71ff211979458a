"""The cells of a table made sure of: numbers read, regions and indicators found."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

import numpy as np
from attrs import define, evolve, field

from kencana_targets.core.columns import Categorical, RawColumn, frozen_array, read_only, take
from kencana_targets.core.errors import MOST_OF_A_KIND, Problem, nearest_names, unknown_name
from kencana_targets.core.terms import OpenEnds
from kencana_targets.core.typing import NDArray, Truths
from kencana_targets.model.collection import PlaceOf
from kencana_targets.tables import raw_columns
from kencana_targets.tables.headings import (
    BOUNDS,
    COUNTS,
    DATES,
    INTERVAL,
    LEAVE_OUT,
    MONEY,
    SURENESS,
    year_of,
)
from kencana_targets.tables.numbers import TWO_WAYS, NumberColumn, parse_column, unsettled
from kencana_targets.tables.periods import read_dates
from kencana_targets.tables.phrases import COUNTED, PLAIN_TEXTS, TextReader
from kencana_targets.tables.raw_columns import Cells, Numerals, holding
from kencana_targets.tables.words import fold, one_of, word_set

# The value after the bounds, because a range in it becomes bounds.
NUMBERS = ("year", *BOUNDS, *SURENESS, *COUNTS, *MONEY, "value")
OPEN_ENDS = (None, *OpenEnds)
RUPIAH = frozenset(("rp", "rupiah", "idr"))
# Of the letters of a name that is misspelt, so many are right.
_NEARLY = 0.85
_BETWEEN = re.compile(r";|,\s|\bs\.?\s?/?d\b\.?|\bsampai\b|\bto\b", re.IGNORECASE)
_LONGEST_NAME = 200
_ROWS_SHOWN, _ROWS_LOOKED_AT = 5, 300
# More cells that are wrong in one way are told together.
_MOST_ALIKE = 20
_YEAR_HINT = "write a year such as 2024"
_PERSONS = (*COUNTS, "sample_size")
_DECIMALS = re.compile(r"[0-9]([.,])(?:[0-9]{1,2}|[0-9]{4,})\Z")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:(?:\.[0-9]{3})+|(?:,[0-9]{3})+|(?: [0-9]{3})+)")
_DAY_OF_A_YEAR = re.compile(
    r"(?:(?:31[/.-]12|0?1[/.-]0?1)[/.-]([12][0-9]{3})|([12][0-9]{3})-(?:12-31|01-01))"
    r"(?:[T ]00:00(?::00)?)?"
)
_WITH_INTERVAL = re.compile(
    r"(?P<value>[-+]?[0-9][0-9.,]*(?:\s?%)?)\s?[(\[]\s?(?P<lower>[-+]?[0-9][0-9.,]*)\s?%?\s?"
    r"(?:[-\u2013\u2014;]|s\.?[/.]?d\.?|to)\s?(?P<upper>[0-9][0-9.,]*)\s?%?\s?[)\]]"
)
_PLAIN = {mark: re.compile(rf"(?:{raw_columns.plain_numeral(mark)}\n)*") for mark in ".,"}


@define(eq=False)
class Draft:
    """The figures of a table on their way from texts to numbers and codes, a row each.

    Parameters
    ----------
    columns : dict
        Their cells by field; each step replaces those that it resolves.
    rows : int
        How many figures there are.
    place : callable
        Where a field of a row stands.
    problems, notes : list of Problem
        Take what is wrong, and what is assumed.
    """

    columns: dict[str, Any]
    rows: int
    place: PlaceOf
    problems: list[Problem]
    notes: list[Problem] = field(factory=list)

    def text(self, name: str) -> Categorical | None:
        """Return a column of text, None without it."""
        column = self.columns.get(name)
        return column if isinstance(column, Categorical) else None

    def numbers(self, name: str) -> NDArray[Any] | None:
        """Return a column of numbers, None without it."""
        column = self.columns.get(name)
        return column if isinstance(column, np.ndarray) else None


@cache
def _change() -> re.Pattern[str]:
    """Return what finds a change from a baseline."""
    return re.compile(
        rf"(?:(?:(?P<down>{one_of('decrease')})|(?P<up>{one_of('increase')}))\s+"
        r"(?:sebesar\s+|of\s+|by\s+)?)?(?P<sign>[+-]?)\s*(?P<size>\d+(?:[.,]\d+)?)\s*(?P<unit>%|"
        r"persen\b|percent\b|poin\s+persen\b|poin\b|percentage\s+points?\b|points?\b|pp\b)\s*"
        r"(?P<base>(?:dari|terhadap|from|of|against)\s+(?:the\s+)?"
        r"(?:kondisi\s+awal|data\s+(?:awal|dasar)|baseline).*)?",
        re.IGNORECASE | re.ASCII,
    )


def change_in(text: str) -> tuple[str, bool] | None:
    """Return the change from a baseline that a cell states, and whether it can mean nothing else.

    ``-10%`` alone may be a plain number of an indicator that can be negative.

    Examples
    --------
    >>> change_in("turun 3 poin"), change_in("-10%"), change_in("12,5% dari kondisi awal")
    (('-3', True), ('-10%', False), None)
    >>> change_in("turun 12,5 persen dari kondisi awal")
    ('-12.5%', True)
    """
    match = _change().fullmatch(" ".join(text.split()))
    if match is None or bool(match["down"] or match["up"]) == bool(match["sign"]):
        return None
    sign = match["sign"] or ("-" if match["down"] else "+")
    percent = match["unit"].casefold() in ("%", "persen", "percent")
    if not percent and not (match["down"] or match["up"] or match["base"]):
        return None
    words = bool(match["down"] or match["up"] or match["base"])
    return sign + match["size"].replace(",", ".") + ("%" if percent else ""), words


def take_changes(raw: Cells) -> tuple[Cells, Any]:
    """Return a column without the cells that can only be changes, and all changes of it."""
    if isinstance(raw, (Numerals, np.ndarray)):
        return raw, None
    kept: list[Any] = raw.to_list() if isinstance(raw, Categorical) else [*raw]
    changes: list[str | None] = [None] * len(kept)
    for row, cell in enumerate(kept):
        found = change_in(cell) if isinstance(cell, str) and len(cell) < 100 else None
        if found is not None:
            changes[row] = found[0]
            kept[row] = None if found[1] else cell
    if not any(changes):
        return raw, None
    return raw_columns.encode(kept), Categorical.encode(changes)


def settle_changes(draft: Draft, never_negative: Collection[str]) -> None:
    """Let ``-10%`` be a change where the indicator cannot be negative, a number elsewhere."""
    value = draft.numbers("value")
    changes, indicator = map(draft.text, ("relative", "indicator"))
    if changes is None or value is None or indicator is None:
        return
    bare = (changes.codes >= 0) & ~np.isnan(value)
    relative = np.isin(indicator.positions([*never_negative]), -1, invert=True)
    kept = np.where(bare & ~relative, -1, np.arange(draft.rows))
    draft.columns["value"] = np.where(bare & relative, np.nan, value)
    draft.columns["relative"] = take(changes, kept)


def read_numbers(
    draft: Draft,
    names: TextReader,
    decimal: str | None,
    *,
    ranges: bool,
    across: NDArray[Any] | None,
    scaled: bool,
) -> str | None:
    """Read the columns of numbers, and return their mark; ranges become lower and upper bounds.

    Of a wide table `across` says in which of its columns each value stands: a column
    is settled by its own cells alone. Persons, and indicators of the plan without
    decimals, are whole, unless they are `scaled`: `1.204` is 1204. Words behind a number
    go into the column ``unit``; marks of provisional figures are left out, and noted.
    """
    columns, place = draft.columns, draft.place
    of = columns.get("indicator")
    mark = None
    for name in DATES:
        if name in columns:
            columns[name], wrong = read_dates(raw_columns.written(columns[name]))
            draft.problems += [evolve(one, where=place(row, name)) for row, one in wrong.items()]
    if ranges and columns.get("value") is not None and columns.get("relative") is None:
        columns["value"], changes = take_changes(columns["value"])
        columns |= {} if changes is None else {"relative": changes}
    if not ranges:
        _part_intervals(columns)
    for name in NUMBERS:
        raw = columns.get(name)
        if raw is None or isinstance(raw, np.ndarray):
            continue
        raw = _years(raw) if name == "year" else raw
        if name == INTERVAL and isinstance(raw, Categorical):
            raw = _plain_intervals(raw)
        grouped = np.full(draft.rows, name in _PERSONS)
        if name == "value" and isinstance(of, Categorical):
            flags = [not scaled and names.name_of(word) in names.whole for word in of.categories]
            grouped = np.array([*flags, False]).take(of.codes)
        _note_blanks(draft, raw, grouped, name)
        read = read_column(raw, decimal, grouped, units=name == "value" and bool(names.codes))
        own = {"hint": _YEAR_HINT} if name == "year" else {}
        wrong = {row: evolve(one, **own) for row, one in read.problems.items()}
        if name == "value" and across is not None and decimal is None and read.decimal is not None:
            doubtful = {} if isinstance(raw, Numerals) else unsettled(raw, across)
            wrong = {row: one for row, one in doubtful.items() if not grouped[row]} | wrong
        if read.units is not None:
            columns["unit"] = _with_units(columns.get("unit"), read.units, of, names, raw, wrong)
        draft.problems += _together(wrong, name, place, None if name != "value" else across)
        if read.marks is not None:
            _note_marks(draft, read.marks, raw, name)
        columns[name] = read.values
        mark = read.decimal if name == "value" else mark
        if name == INTERVAL:
            _take_interval(draft, read, raw)
        elif read.intervals and not (ranges and name == "value"):
            draft.problems += _ranges_refused(read, raw, place, name)
        elif read.intervals:
            _take_ranges(draft, read)
    draft.columns = {name: raw_columns.written(column) for name, column in columns.items()}
    return mark


def _note_blanks(draft: Draft, cells: Cells, whole: Truths, name: str) -> None:
    """Note the first number whose thousands a blank parts: it may part two numbers."""
    if not isinstance(cells, Categorical) or not whole.any():
        return
    blank = holding(cells, lambda word: " " in word.strip() and _GROUPED.fullmatch(word.strip()))
    for row in np.flatnonzero(blank & whole)[:1].tolist():
        what = "a blank is read as the mark of thousands"
        hint, where = "part the cell if it holds two numbers", draft.place(row, name)
        draft.notes.append(Problem(what, where=where, got=cells[row], hint=hint))


def _ranges_refused(read: NumberColumn, raw: Any, place: PlaceOf, name: str) -> Iterator[Problem]:
    for row in read.intervals:
        cell, what = str(raw[row]), "a range where one number belongs"
        margin = "write the figure alone, and beside it under 'margin of error' what it varies by"
        yield Problem(what, where=place(row, name), got=cell, hint=margin * ("±" in cell))


def _part_intervals(columns: dict[str, Any]) -> None:
    """Part figures that stand with their interval: 12,4 (9,1-15,7)."""
    cells = columns.get("value")
    if not isinstance(cells, Categorical) or {"lower", "upper"} & columns.keys():
        return
    parts = [_WITH_INTERVAL.fullmatch(word[:_LONGEST_NAME]) for word in cells.categories]
    if any(parts):
        for name in ("lower", "upper"):
            ends = [match[name] if match else None for match in parts]
            columns[name] = Categorical.encode(ends).take(cells.codes)
        pairs = zip(cells.categories, parts, strict=True)
        plain = [match["value"] if match else word for word, match in pairs]
        columns["value"] = Categorical.encode(plain).take(cells.codes)


def _note_marks(draft: Draft, marks: Categorical, raw: Cells, name: str) -> None:
    """Note the marks that were left out, each with its rows."""
    what = "a mark behind the number was left out: provisional figures or a footnote"
    draft.notes += [
        at_rows(Problem(what, got=str(raw[rows[0]])), name, rows, draft.place)
        for rows in rows_of(marks.codes, range(len(marks.categories))).values()
    ]


def _plain_intervals(raw: Categorical) -> Categorical:
    """Write intervals as ranges are: without brackets, with a dash between their ends."""
    plain = [_BETWEEN.sub(" - ", word.strip().strip("()[]")) for word in raw.categories]
    return Categorical.encode(plain).take(raw.codes)


def _take_interval(draft: Draft, read: NumberColumn, raw: Cells) -> None:
    """Put the ends of the intervals that stand in one column into those of the bounds."""
    columns = draft.columns
    del columns[INTERVAL]
    columns |= read.ends(columns)
    what, hint = "one number where an interval belongs", "write both ends, such as 10,1-14,7"
    draft.problems += [
        Problem(what, where=draft.place(row, INTERVAL), got=str(raw[row]), hint=hint)
        for row in np.flatnonzero(~np.isnan(read.values)).tolist()
    ]


def _take_ranges(draft: Draft, read: NumberColumn) -> None:
    """Put the ends of ranges into their columns, and say which of them are not in it."""
    draft.columns |= read.ends(draft.columns)
    stated = draft.text("open_ends")
    words = [None] * draft.rows if stated is None else stated.to_list()
    for row, interval in read.intervals.items():
        lower = interval.lower is not None and not interval.lower_closed
        upper = interval.upper is not None and not interval.upper_closed
        words[row] = OPEN_ENDS[lower + 2 * upper]
    draft.columns["open_ends"] = Categorical.encode(words)


def read_column(raw: Cells, decimal: str | None, whole: Truths, *, units: bool) -> NumberColumn:
    """Read a column of numbers; those that are `whole` may have separators of thousands."""
    if isinstance(raw, Numerals) and raw.fits(decimal):
        return NumberColumn(frozen_array(raw.values), {}, {}, decimal or raw.mark)
    cells = raw_columns.written(raw)
    if whole.any() and not isinstance(cells, np.ndarray):
        cells = _without_thousands(cells, whole)
    # A word that no row has must not settle the decimal mark.
    cells = raw_columns.without_unused(cells) if isinstance(cells, Categorical) else cells
    return _plain_column(cells, decimal) or parse_column(cells, decimal=decimal, units=units)


def _years(cells: Any) -> Any:
    """Take years out of the words around them, and out of the first or last day of a year."""

    def plain(cell: Any) -> Any:
        # 17:00 on the last day of a year may be the new year elsewhere.
        hour = getattr(cell, "hour", 0), getattr(cell, "minute", 0)
        whole = isinstance(cell, date) and hour in ((0, 0), (23, 59))
        if whole and (cell.month, cell.day) in ((1, 1), (12, 31)):
            return float(cell.year)
        day = _DAY_OF_A_YEAR.fullmatch(cell) if isinstance(cell, str) else None
        cell = next(filter(None, day.groups())) if day else cell
        year = year_of(cell) if isinstance(cell, str) else None
        return cell if year is None else f"{year:g}"

    if isinstance(cells, Numerals):
        return cells
    if not isinstance(cells, Categorical):
        return [plain(cell) for cell in cells]
    return Categorical.encode(map(plain, cells.categories)).take(cells.codes)


def _without_thousands(cells: RawColumn, whole: Truths) -> RawColumn:
    """Write whole numbers without what separates their thousands."""
    # A mark before the decimals of one cell parts no thousands of another.
    words = cells.categories if isinstance(cells, Categorical) else cells
    decimals = (_DECIMALS.search(word.strip()) for word in words if isinstance(word, str))
    marks = {match[1] for match in decimals if match}

    def plain(cell: Any) -> Any:
        grouped = isinstance(cell, str) and _GROUPED.fullmatch(cell.strip()) and not marks & {*cell}
        return re.sub("[., ]", "", cell) if grouped else cell

    if not isinstance(cells, Categorical):
        return [plain(cell) if own else cell for cell, own in zip(cells, whole, strict=True)]
    both = Categorical.encode([*cells.categories, *map(plain, cells.categories)])
    # Several words may be one now, so that codes are looked up.
    return both.take(cells.codes + np.where(whole & (cells.codes >= 0), len(cells.categories), 0))


def _with_units(
    column: Any,
    units: Categorical,
    of: Cells | None,
    names: TextReader,
    raw: Any,
    wrong: dict[int, Problem],
) -> Categorical:
    """Put the units that stand in cells into the column of units, and report strange ones."""
    words: list[str | None] = [None] * len(units)
    words = column.to_list() if isinstance(column, Categorical) else words
    for row in np.flatnonzero(units.codes >= 0).tolist():
        code = names.name_of(of[row] or "") if isinstance(of, Categorical) else None
        word, own = str(units[row]), names.units.get(code or "", frozenset())
        shown = not isinstance(raw[row], str)
        if not _may_be_unit(word, own, shown=shown):
            what = "a number and words that are not the unit of its indicator"
            hint = f"write the number alone; the unit of the plan is {' or '.join(sorted(own - {''}))!r}"
            got = f"{raw[row]:g} {word}" if shown else raw[row]
            wrong[row] = Problem(what, got=got, hint=hint)
        elif words[row] is None:
            words[row] = word
    return Categorical.encode(words)


def _may_be_unit(word: str, own: Collection[str], *, shown: bool) -> bool:
    """Return whether words may be the unit of an indicator; `shown` by the format of a number."""
    said, money = fold(word) or word, word_set("currency")
    key, *known = (next(iter(PLAIN_TEXTS.read(one).keys("unit")), "") for one in (word, *own))
    return (
        any(f" {unit} ".startswith(f" {said} ") for unit in own)
        or (key in known and key != "")
        or (money.issuperset(said.split()) and any(money & {*one.split()} for one in own))
        # A format says nothing against a unit that nobody knows, nor of whom persons are; that
        # of an account is often given to them.
        or (shown and not any(known))
        or (shown and not COUNTED.isdisjoint(known) and (key in COUNTED or said in RUPIAH))
    )


def _together(
    wrong: Mapping[int, Problem], name: str, place: PlaceOf, across: NDArray[Any] | None
) -> list[Problem]:
    """Report what is wrong with cells; of what has one reason once a column, with its rows."""
    found: list[Problem] = []
    alike: dict[tuple[str, str, int], list[int]] = {}
    for row, problem in wrong.items():
        column = 0 if across is None else int(across[row])
        alike.setdefault((problem.what, problem.hint, column), []).append(row)
    for (what, _, _), rows in alike.items():
        if what == TWO_WAYS or len(rows) > _MOST_ALIKE:
            found.append(at_rows(wrong[rows[0]], name, rows, place))
        else:
            found += [evolve(wrong[row], where=place(row, name)) for row in rows]
    return sorted(found, key=lambda problem: problem.place)


def _plain_column(cells: Any, decimal: str | None) -> NumberColumn | None:
    """Read a column of nothing but digits and one undoubted mark; None for any other.

    Most columns are so, and reading them at once takes a tenth of the time. What
    it gives is what `parse_column` gives.
    """
    if not isinstance(cells, Categorical) or not cells.categories:
        return None
    joined = "\n".join((*cells.categories, ""))
    if joined.count("\n") > len(cells.categories):
        return None
    for mark, pattern in _PLAIN.items():
        if pattern.fullmatch(joined) and (decimal in (None, mark) or mark not in joined):
            digits = [*joined.replace(",", ".").split("\n")[:-1], "nan"]
            numbers = np.array(digits, dtype=np.float64)
            used = decimal or (mark if mark in joined else None)
            return NumberColumn(read_only(numbers.take(cells.codes)), {}, {}, used)
    return None


def find_indicators(
    draft: Draft,
    names: TextReader,
    find: Callable[[str], str | None],
    explain: Callable[[str], Problem | None] = lambda name: None,
) -> None:
    """Turn the names of indicators into codes, as `find` finds them.

    Each word is looked up once; one without a code stays, and is a problem with its rows,
    which `explain` may know better than that it is unknown.
    """
    text = draft.text("indicator")
    if text is None or not names.codes or not set(text.categories).difference(names.codes):
        return
    words = list(text.categories)
    wrong: dict[int, Problem] = {}
    for at in np.unique(text.codes[text.codes >= 0]).tolist():
        code = find(words[at])
        if code is None:
            # A code whose beginning it is comes before a name that is nearly the same.
            begun = [code for code in names.codes if code.startswith(words[at])]
            coded = begun or nearest_names(words[at], names.codes, 1, alike=_NEARLY)
            near = [] if coded else nearest_names(fold(words[at]), names.by_name, 1, alike=_NEARLY)
            unknown = unknown_name("indicator", words[at], near or names.codes)
            if several := names.by_name.get(fold(words[at])):
                hint = "write one of the codes " + ", ".join(map(repr, sorted(several)))
                unknown = Problem("name fits several indicators", got=words[at], hint=hint)
            row = int((text.codes == at).argmax())
            over = draft.place(row, "indicator")
            across = bool(over.heading) and over.row != draft.place(row, "value").row
            if across or unknown.hint.startswith("known"):
                name = over.heading if across else words[at]
                tell = f"tell columns={{code: '{name}'}}" + f", or {LEAVE_OUT}" * across
                unknown = evolve(unknown, hint=f"{unknown.hint}; {tell}".replace("?;", "?"))
            wrong[at] = explain(words[at]) or unknown
            if len(wrong) > MOST_OF_A_KIND:
                break
        words[at] = code or words[at]
    rows = rows_of(text.codes, wrong)
    place = draft.place
    draft.problems += [at_rows(one, "indicator", rows[at], place) for at, one in wrong.items()]
    if len(wrong) > MOST_OF_A_KIND:
        what = f"no more names were looked up after {MOST_OF_A_KIND} unknown ones"
        draft.problems.append(Problem(what, hint="is this the column of the indicator?"))
    unique = Categorical.encode(words)
    draft.columns["indicator"] = Categorical(unique.take(text.codes).codes, unique.categories)


def rows_of(codes: NDArray[Any], wanted: Collection[int]) -> dict[int, list[int]]:
    """Return the rows of each of some codes, in order.

    Examples
    --------
    >>> rows_of(np.array([2, 0, 2, 1]), [0, 2])
    {0: [1], 2: [0, 2]}
    """
    rows = np.flatnonzero(np.isin(codes, list(wanted)))
    order = rows[np.argsort(codes[rows], kind="stable")]
    found, starts = np.unique(codes[order], return_index=True)
    parts = np.split(order, starts[1:])
    return {int(code): part.tolist() for code, part in zip(found, parts, strict=bool(len(found)))}


def at_rows(problem: Problem, field: str, rows: Sequence[int], place: PlaceOf) -> Problem:
    """Say where a problem is, in all its rows.

    Examples
    --------
    >>> from kencana_targets.model.collection import place_in_table
    >>> print(at_rows(Problem("unknown region", got="Kauur"), "region", [0, 2, 6], place_in_table))
    row 1, column 'region', also in rows 3, 7: unknown region: got 'Kauur'
    """
    first = place(rows[0], field)
    looked_at = [place(row, field).row for row in rows[1:_ROWS_LOOKED_AT]]
    others = [str(row) for row in dict.fromkeys(looked_at) if row not in (None, first.row)]
    if not others:
        return evolve(problem, where=first)
    unseen = len(others) - _ROWS_SHOWN + max(len(rows) - _ROWS_LOOKED_AT, 0)
    listed = ", ".join(others[:_ROWS_SHOWN]) + (f" and {unseen} more" if unseen > 0 else "")
    part = f"also in row{'s' * (len(others) > 1)} {listed}"
    return evolve(problem, where=evolve(first, part=part))
