"""The cells of a table made sure of: numbers read, regions and indicators found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.core.columns import Categorical, RawColumn, Table, frozen_array, read_only
from kencana_targets.core.errors import MOST_OF_A_KIND, KencanaError, Problem, unknown_name
from kencana_targets.core.terms import Level, OpenEnds
from kencana_targets.model.collection import PlaceOf
from kencana_targets.tables.dates import read_dates
from kencana_targets.tables.files import without_unused
from kencana_targets.tables.headings import BOUNDS, COUNTS, DATES, MONEY, fold
from kencana_targets.tables.numbers import NumberColumn, parse_column, unsettled
from kencana_targets.tables.numerals import Cells, Numerals, plain_numeral, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencana_targets.model.indicator import Indicator
    from kencana_targets.model.interval import Interval
    from kencana_targets.model.regions import Regions

# The value after the bounds, because a range in it becomes bounds.
NUMBERS = ("year", *BOUNDS, *COUNTS, *MONEY, "value")
OPEN_ENDS = (None, *OpenEnds)
_LONGEST_NAME = 200
_PLAIN = {mark: re.compile(rf"(?:{plain_numeral(mark)}\n)*") for mark in ".,"}
# What stands before a region that has been refused: no name begins so.
_REFUSED = "\0"
_IN_BRACKETS = re.compile(r"(.*\S)\s*[(\[]\s*([^()\[\]]*?)\s*[)\]]\s*", re.DOTALL)
# What units are, beside those of the plan itself.
_UNIT = re.compile(
    r"|%|persen|percent|persentase|per\s.+|orang|jiwa|anak|keluarga|pasangan|kasus|desa|unit|poin|"
    r"points?|indeks|index|skor|score|rasio|ratio|persons?|people|children|cases",
    re.IGNORECASE | re.DOTALL,
)


@frozen(eq=False)
class Names:
    """What a plan calls its indicators.

    Parameters
    ----------
    codes : tuple of str
        The codes; empty without a plan, when every name stands for itself.
    by_name : mapping
        The codes of each folded code and name, in either language.
    units : mapping
        The folded units of each code, in either language.
    """

    codes: tuple[str, ...] = ()
    by_name: Mapping[str, frozenset[str]] = {}
    units: Mapping[str, frozenset[str]] = {}
    # Headings repeat their words.
    _known: dict[str, str | None] = field(factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, indicators: Iterable[Indicator]) -> Names:
        """Collect the names of a plan's indicators."""
        found: dict[str, set[str]] = {}
        known = tuple(indicators)
        for indicator in known:
            for name in (indicator.code, indicator.name, indicator.name_id, *indicator.aliases):
                if fold(name):
                    found.setdefault(fold(name), set()).add(indicator.code)
        names = {name: frozenset(codes) for name, codes in found.items()}
        units = {one.code: frozenset(map(fold, (one.unit, one.unit_id))) for one in known}
        return cls(tuple(indicator.code for indicator in known), names, units)

    def code_of(self, text: str) -> str | None:
        """Return the code that a written name means, None if none or several.

        Letter case and marks do not count, nor at the end a unit or another name of
        the same indicator in brackets.
        """
        if text not in self._known:
            self._known[text] = self._code_of(text)
        return self._known[text]

    def _code_of(self, text: str) -> str | None:
        if text in self.codes or not self.codes or len(text) > _LONGEST_NAME:
            return text if text in self.codes else None
        codes = self.by_name.get(fold(text), frozenset())
        if len(codes) == 1:
            return next(iter(codes))
        match = _IN_BRACKETS.fullmatch(text)
        code = self.code_of(match[1]) if match and not codes else None
        if match is None or code is None:
            return None
        inner = fold(match[2])
        is_unit = _UNIT.fullmatch(match[2]) or inner in self.units[code]
        return code if is_unit or self.by_name.get(inner, frozenset()) == {code} else None


def with_numbers(
    placed: Mapping[str, Cells],
    rows: int,
    place: PlaceOf,
    decimal: str | None,
    problems: list[Problem],
    *,
    ranges: bool,
    across: NDArray[Any] | None = None,
) -> tuple[Table, str | None]:
    """Read the columns of numbers; ranges become lower and upper bounds.

    Of a wide table `across` says in which of its columns each value stands: a column
    is settled by its own cells alone.
    """
    columns: dict[str, Any] = dict(placed)
    mark = None
    for name in DATES:
        if name in columns:
            columns[name], wrong = read_dates(written(columns[name]))
            problems += [evolve(one, where=place(row, name)) for row, one in wrong.items()]
    for name in NUMBERS:
        raw = columns.get(name)
        if raw is None or isinstance(raw, np.ndarray):
            continue
        read = _read_column(raw, decimal)
        if name == "value" and across is not None and decimal is None and read.decimal is not None:
            doubtful = {} if isinstance(raw, Numerals) else unsettled(raw, across)
            problems += [evolve(one, where=place(row, name)) for row, one in doubtful.items()]
        problems += [
            evolve(problem, where=place(row, name)) for row, problem in read.problems.items()
        ]
        columns[name] = read.values
        mark = read.decimal if name == "value" else mark
        if read.intervals and not (ranges and name == "value"):
            what = "a range where one number belongs"
            problems += [
                Problem(what, where=place(row, name), got=str(raw[row])) for row in read.intervals
            ]
        elif read.intervals:
            for side in ("lower", "upper"):
                columns[side] = _with_ends(columns.get(side), read.intervals, side, rows)
            columns["open_ends"] = _with_open(columns.get("open_ends"), read.intervals, rows)
    return Table({name: written(column) for name, column in columns.items()}, rows), mark


def _read_column(raw: Cells, decimal: str | None) -> NumberColumn:
    if isinstance(raw, Numerals) and raw.fits(decimal):
        return NumberColumn(frozen_array(raw.values), {}, {}, decimal or raw.mark)
    cells = written(raw)
    # A word that no row has must not settle the decimal mark.
    cells = without_unused(cells) if isinstance(cells, Categorical) else cells
    return _plain_column(cells, decimal) or parse_column(cells, decimal=decimal)


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
            numbers = np.array(
                [*joined.replace(",", ".").split("\n")[:-1], "nan"], dtype=np.float64
            )
            used = decimal or (mark if mark in joined else None)
            return NumberColumn(read_only(numbers.take(cells.codes)), {}, {}, used)
    return None


def _with_ends(
    given: Any, intervals: Mapping[int, Any], side: str, rows: int
) -> NDArray[np.float64]:
    bounds = np.full(rows, np.nan) if given is None else np.array(given, dtype=np.float64)
    for row, interval in intervals.items():
        end = getattr(interval, side)
        bounds[row] = np.nan if end is None else end
    return bounds


def _with_open(given: Any, intervals: Mapping[int, Interval], rows: int) -> Categorical:
    """Say of each range which of its ends are not in it."""
    words = given.to_list() if isinstance(given, Categorical) else [None] * rows
    for row, interval in intervals.items():
        lower = interval.lower is not None and not interval.lower_closed
        upper = interval.upper is not None and not interval.upper_closed
        words[row] = OPEN_ENDS[lower + 2 * upper]
    return Categorical.encode(words)


def with_indicators(table: Table, place: PlaceOf, names: Names, problems: list[Problem]) -> Table:
    """Turn the names of indicators into codes."""
    text = table.columns.get("indicator")
    if (
        not isinstance(text, Categorical)
        or not names.codes
        or not set(text.categories).difference(names.codes)
    ):
        return table

    def code(word: str) -> str:
        found = names.code_of(word)
        if found is None:
            raise KencanaError(unknown_name("indicator", word, names.codes))
        return found

    return _with(table, "indicator", _translated(text, code, "indicator", place, problems))


def with_regions(
    table: Table,
    place: PlaceOf,
    regions: Regions,
    problems: list[Problem],
    *,
    regencies: bool = False,
) -> Table:
    """Turn names of regions, as written in the wild, into codes.

    Where the heading speaks of regencies alone, a name that is a province's and
    a regency's, such as *Bengkulu*, could be meant either way and is refused.
    """
    raw = table.columns.get("region")
    if raw is None:
        return table
    text = raw if isinstance(raw, Categorical) else _numbers_refused(raw, regions, place, problems)

    def code(word: str, province: str | None = None) -> str:
        # What is refused already is not looked up again.
        if word.startswith(_REFUSED):
            return word
        found = regions.find(word, province=province)
        if regencies and found.level is Level.PROVINCE:
            regions.refuse_namesakes(word)
        return found.code

    province = table.columns.get("province")
    if isinstance(province, Categorical):
        coded = _in_provinces(text, province, regions, code, place, problems)
    elif not set(text.categories).difference(regions.codes):
        coded = text
    else:
        coded = _translated(text, code, "region", place, problems)
    table = _with(table, "region", coded)
    named = table.columns.get("region_name")
    if isinstance(named, Categorical):
        _check_names(coded, named, regions, place, problems)
    return table


def with_bps_codes(
    table: Table, place: PlaceOf, regions: Regions, problems: list[Problem]
) -> Table:
    """Turn codes of BPS, as text or as whole numbers, into codes of regions."""
    raw = table.columns["bps_code"]
    if not isinstance(raw, Categorical):
        cells = raw.tolist() if isinstance(raw, np.ndarray) else raw
        raw = Categorical.encode(
            None if cell is None or cell != cell else _whole(cell)  # noqa: PLR0124 (nan)
            for cell in cells
        )
    codes = _translated(raw, lambda word: regions.from_bps(word).code, "bps_code", place, problems)
    return _with(table, "region", codes)


def _whole(cell: object) -> str:
    """Write a code that a spreadsheet has made a number: four digits lose nothing."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _with(table: Table, name: str, column: RawColumn) -> Table:
    return Table({**table.columns, name: column}, table.rows)


def _translated(
    text: Categorical,
    code: Callable[[str], str],
    field: str,
    place: PlaceOf,
    problems: list[Problem],
) -> Categorical:
    """Translate each word once; a word without a code stays, and is a problem at its first row."""
    words: list[str] = []
    rows = np.full(len(text.categories) + 1, -1)
    rows[text.codes[::-1]] = np.arange(len(text) - 1, -1, -1)
    first = rows.tolist()
    unknown, passed_over = 0, False
    for at, word in enumerate(text.categories):
        passed_over |= unknown == MOST_OF_A_KIND and first[at] >= 0
        try:
            words.append(code(word) if first[at] >= 0 and not passed_over else word)
        except KencanaError as error:
            unknown += 1
            where = place(first[at], field)
            problems += [evolve(problem, where=where) for problem in error.problems]
            words.append(word)
    if passed_over:
        what = f"no more names were looked up after {unknown} unknown ones"
        problems.append(Problem(what, hint=f"is this the column of the {field}?"))
    unique = Categorical.encode(words)
    return Categorical(unique.take(text.codes).codes, unique.categories)


def _numbers_refused(
    cells: Any, regions: Regions, place: PlaceOf, problems: list[Problem]
) -> Categorical:
    """Report codes that a spreadsheet has made numbers, each with what it may have been."""
    seen: set[object] = set()
    words: list[str | None] = []
    for row, cell in enumerate(cells.tolist() if isinstance(cells, np.ndarray) else cells):
        missing = cell is None or cell != cell  # noqa: PLR0124 (nan)
        words.append(None if missing else cell if isinstance(cell, str) else str(cell))
        if missing or isinstance(cell, str):
            continue
        if cell in seen:
            words[-1] = _REFUSED + str(cell)
            continue
        seen.add(cell)
        try:
            regions.find(cell)
        except KencanaError as error:
            where = place(row, "region")
            problems += [evolve(problem, where=where) for problem in error.problems]
            words[-1] = _REFUSED + str(cell)
    return Categorical.encode(words)


def _in_provinces(
    text: Categorical,
    province: Categorical,
    regions: Regions,
    code: Callable[[str, str | None], str],
    place: PlaceOf,
    problems: list[Problem],
) -> Categorical:
    """Find regions within the province that their row names; a province alone is itself."""

    def whole(word: str) -> str:
        return regions.find(word, level="province").code

    within = _translated(province, whole, "province", place, problems)
    width = len(within.categories) + 1
    pairs = (text.codes.astype(np.int64) + 1) * width + within.codes + 1
    _, first, inverse = np.unique(pairs, return_index=True, return_inverse=True)
    found: list[str | None] = []
    for row in first.tolist():
        name, top = text[row], within[row]
        if name is None or (top is not None and top not in regions):
            found.append(name or top)
            continue
        try:
            found.append(code(name, top))
        except KencanaError as error:
            where = place(row, "region")
            problems += [evolve(problem, where=where) for problem in error.problems]
            found.append(name)
    unique = Categorical.encode(found)
    return unique.take(inverse.ravel().astype(np.int32))


def _check_names(
    codes: Categorical,
    names: Categorical,
    regions: Regions,
    place: PlaceOf,
    problems: list[Problem],
) -> None:
    """Report rows whose code and name are of two regions."""
    width = len(names.categories) + 1
    pairs = (codes.codes.astype(np.int64) + 1) * width + names.codes + 1
    for row in np.sort(np.unique(pairs, return_index=True)[1]).tolist():
        code, name = codes[row], names[row]
        if code is None or name is None or code not in regions:
            continue
        try:
            named = regions.find(name)
        except KencanaError:
            # The code decides; a name that fits several regions must fit it too.
            continue
        if named.code != code:
            what = "code and name are of two regions"
            hint = f"'{code}' is {regions[code].name}, the name is that of '{named.code}'"
            where = place(row, "region_name")
            problems.append(Problem(what, where=where, got=name, hint=hint))
