"""Published evaluation tables: target, actual and achievement, as printed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from attrs import define, evolve, field, fields, frozen, has
from numpy.typing import NDArray

from kencana_targets.auditing import printed_headers
from kencana_targets.auditing.printed_headers import PRINTED, ROLES, PrintedHeaders, Triple
from kencana_targets.core.checks import check_options
from kencana_targets.core.columns import Categorical, RawColumn, Table, concat
from kencana_targets.core.errors import Place, Problem, TableError, raise_gathered
from kencana_targets.core.frames import from_frame
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.formulas.reproduction import DIRECTIONS, MOST_DECIMALS, UNKNOWN, PrintedRows
from kencana_targets.model.collection import PlaceOf
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan import Plan
from kencana_targets.tables import raw_columns
from kencana_targets.tables.column_roles import check_columns, choose_rows
from kencana_targets.tables.figures import frame_block, wanted_sheets
from kencana_targets.tables.files import Grid
from kencana_targets.tables.header import filled, looks_like_figures, read_title
from kencana_targets.tables.headings import Vocabulary
from kencana_targets.tables.layout import Block, find_blocks, is_summary, without_repeats
from kencana_targets.tables.numbers import NumberColumn, parse_column
from kencana_targets.tables.opening import open_source
from kencana_targets.tables.phrases import TextReader, TextReading, text_reader
from kencana_targets.tables.plan_sheets import shipped_indicators, term_of
from kencana_targets.tables.raw_columns import Cells, holding, words_of
from kencana_targets.tables.words import fold, read_by, tokens_of, word_set

LABELS = ("region", "indicator")
_ROWS_NAMED = 10
_NO_HEADER = "no header with target, actual and achievement"
_HINT = "name the columns target, realisasi, capaian, or tell them: columns={'actual': ...}"


@frozen(eq=False, kw_only=True)
class Published:
    """Published tables, read.

    Parameters
    ----------
    sheet : Categorical
        The sheet of each row; none where the file has none.
    column : Categorical
        The heading over the achievement of each row.
    part : ndarray of int, shape (rows,)
        The same as a number: rows of one part belong together, and to no average of others.
    number : ndarray of int, shape (rows,)
        The row as a person counts it.
    kind : ndarray of int, shape (rows,)
        ``FIGURE``, ``AVERAGE`` of the figures above it, or ``SUMMARY``, such as a total,
        which is of no average. The word of an average (*predikat*), which often stands
        in a line of its own, is its band.
    figures : PrintedRows
        The numbers.
    words : mapping of str to Categorical
        ``agency region indicator band``, as far as printed. An agency is named once
        for all rows below it.
    year : ndarray of float, shape (rows,)
        Years; nan for none.
    unreadable : Categorical
        What could not be read or is not there, one text a row; none where all is.
    said : ndarray of bool, shape (rows,)
        Whether the table itself says a direction, or tries to.
    name : str
        File or table.
    left_out : tuple of int
        Rows without any figure.
    notes : tuple of Problem
        Sheets, columns and rows that could not be audited in full.
    """

    sheet: Categorical
    column: Categorical
    part: Ints
    number: Ints
    kind: NDArray[np.int8]
    figures: PrintedRows
    words: Mapping[str, Categorical]
    year: Floats
    unreadable: Categorical
    said: Truths
    name: str = ""
    left_out: tuple[int, ...] = ()
    notes: tuple[Problem, ...] = ()


def read_published(
    table: Any,
    *,
    decimal: str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    plan: Plan | None = None,
    rows: Mapping[str, Any] | None = None,
) -> Published:
    """Read published tables of targets, actuals and achievements.

    Parameters
    ----------
    table : path or data frame
        Columns ``target actual achievement``, or as reports name them (*target*,
        *realisasi*, *capaian*), once or for several years or groups; optionally ``agency
        region indicator year direction band decimals``. In a file the header may stand
        under a title and have several rows.
    decimal : {",", "."}, optional
        The decimal mark. By default each column settles its own.
    sheet : str or sequence of str, optional
        The sheets to read; by default all visible ones that hold such a table.
    columns : mapping, optional
        The headings of columns, such as ``{"actual": "Realisasi 2020", "ignored": "%"}``.
    plan : Plan, optional
        What says the direction of indicators; by default the shipped plans do.
    rows : mapping, optional
        The rows to read, by the cells of a column.

    Raises
    ------
    TableError
        The columns are not there, or several could be meant; a year is none.
    """
    fields = (*ROLES, "ignored")
    check_options(decimal=decimal, sheet=sheet, columns=columns, fields=fields, rows=rows)
    indicators = shipped_indicators() if plan is None else tuple(plan.indicators)
    headers, opened = PrintedHeaders.of(columns), open_source(table, "table")
    reader = _Reader(opened.name, decimal, Vocabulary.of(texts=indicator_names(indicators)))
    if opened.grids:
        grids = wanted_sheets(opened.grids, sheet, opened.name)
        blocks = reader.blocks(grids, headers, insist=sheet is not None)
    else:
        blocks = [reader.frame(from_frame(opened.frame), headers)]
    if blocks:
        check_columns(columns, blocks, reader.problems)
    reader.stop()
    if rows:
        blocks = [choose_rows(block, rows, reader.problems) for block in blocks]
    for block in blocks:
        reader.read(block)
    reader.stop()
    if not reader.parts:
        hint = "a row has target, actual and achievement"
        raise TableError(Problem("no row with a figure", hint=hint), opened.name)
    return _with_directions(reader.stacked(), sense_of(indicators))


def _with_directions(published: Published, sense: Callable[[str], Direction | None]) -> Published:
    """Take the direction of an indicator from its name where the table does not say it."""
    figures, said = published.figures, published.said
    names = published.words["indicator"]
    by_name = named_directions(names, sense)
    # Without a column of names, a group of columns may be called by its indicator.
    groups = [text.rpartition(" / ")[0] or text for text in published.column.categories]
    over = named_directions(Categorical.encode(groups).take(published.column.codes), sense)
    by_name = np.where(names.codes < 0, over, by_name)
    direction = np.where(said | (published.kind == AVERAGE), figures.direction, by_name)
    unknown = (direction == UNKNOWN) & ~said & (published.kind != AVERAGE)
    unknown &= published.unreadable.codes < 0
    notes = list(published.notes)
    if unknown.any():
        rows = np.unique(published.number[unknown]).tolist()
        what, got = "it is not known whether more or less is better", f"rows {first_rows(rows)}"
        hint = "a figure upside down passes there: add a column 'direction', or hand over plan="
        notes.append(Problem(what, got=got, hint=hint))
    figures = evolve(figures, direction=direction.astype(np.int8))
    return evolve(published, figures=figures, notes=tuple(notes))


@define(eq=False)
class _Reader:
    """Reads the tables of a file, and gathers what is wrong with them."""

    name: str
    decimal: str | None
    titles: Vocabulary
    problems: list[Problem] = field(factory=list)
    notes: list[Problem] = field(factory=list)
    parts: list[Published] = field(factory=list)
    left_out: list[int] = field(factory=list)

    def stop(self) -> None:
        """Refuse the file with all its problems, if there are any."""
        raise_gathered(TableError, self.problems, self.name)

    def frame(self, table: Table, headers: PrintedHeaders) -> Block:
        """Take a data frame for a table; a second header in it is a problem."""
        cells = {
            name: one
            if isinstance(one, np.ndarray)
            else raw_columns.encode(raw_columns.listed(one))
            for name, one in table.columns.items()
        }
        whole = frame_block(Table(cells, table.rows), self.name, headers.read)
        texts = [" ".join(heading.text.split()) for heading in whole.headings]
        block = without_repeats(whole, [set(text.split(" / ")) for text in texts])
        what = "a header stands among the figures"
        hint = "part the frame there, or hand over the file"
        again = headers.starts(block.columns)
        self.problems += [Problem(what, where=block.place(row), hint=hint) for row in again]
        return block

    def blocks(
        self, grids: Sequence[Grid], headers: PrintedHeaders, *, insist: bool
    ) -> list[Block]:
        """Find the tables of each sheet; with `insist` each has to have one."""
        found = [find_blocks(grid, headers.of_blocks, self.problems) for grid in grids]
        if not any(found) and "actual" not in headers.told.values():
            headers = headers.called_actual(grids)
            found = [find_blocks(grid, headers.of_blocks, self.problems) for grid in grids]
        for grid, tables in zip(grids, found, strict=True):
            if not tables and (insist or not any(found)):
                first = next((row for row in grid.head if any(row)), [])
                near = headers.misspelt(grid)
                hint = f"if these are meant: columns={near!r}" if near else _HINT
                self.problems.append(Problem(_NO_HEADER, where=grid.place(), got=first, hint=hint))
            elif not tables and looks_like_figures(grid):
                what = f"not audited: {_NO_HEADER}"
                self.notes.append(Problem(what, where=grid.place(), hint=_HINT))
        if not grids:
            self.problems.append(Problem("no table", hint=_HINT))
        return [without_repeats(block, header.said) for tables in found for block, header in tables]

    def read(self, block: Block) -> None:
        """Read each group of columns of a table; keep them, and the rows without a figure."""
        triples = printed_headers.find_triples(block, self.problems, self.notes)
        roles = ("agency", *LABELS, "year", "direction", "decimals")
        columns = {role: printed_headers.find_column(block, role, self.problems) for role in roles}
        units = (at for at, one in enumerate(block.headings) if printed_headers.is_unit(one.text))
        columns["unit"] = next(units, None)
        called, (agency, own) = row_words(block), agencies_of(block, columns["agency"])
        title = read_title(block.grid, block.first, self.titles)
        (year,) = title.years if len(title.years) == 1 else (np.nan,)
        used = np.zeros(len(block.rows), dtype=bool)
        # The heading of the names among them heads another table, of other figures.
        again = [
            raw_columns.holding(block.columns[label], block.headings[label].text.__eq__)
            for role in LABELS
            if (label := columns[role]) is not None
        ]
        above = np.cumsum(np.any([used, *again], axis=0)) == 0
        for triple in triples:
            at = {role: one for role, one in columns.items() if one is not None}
            at |= dict(zip(PRINTED, triple[:3], strict=True))
            kind = kinds_of(block, triple, called)
            held = np.any([raw_columns.present(block.columns[one]) for one in triple[:3]], axis=0)
            kept = np.flatnonzero(held & (kind != WORD_LINE) & above)
            band, under_averages = bands_of(block, triple, kind, kept)
            used[[*kept, *under_averages]] = True
            if not len(kept):
                continue
            kind = kind[kept]
            words = {"agency": settled(agency.take(kept), own[kept], kind), "band": band}
            over = self.titles.texts.read(block.headings[triple.achievement].text)
            indicator = _only_indicator([over]) or _only_indicator(title.readings)
            if "indicator" not in at:
                named = [indicator if one == FIGURE else None for one in kind.tolist()]
                words["indicator"] = Categorical.encode(named)
            dated = triple._replace(year=year if np.isnan(triple.year) else triple.year)
            self.parts.append(self._part(block, dated, at, kept, kind, words))
        filled = np.any([raw_columns.present(column) for column in block.columns], axis=0)
        rows = [*block.rows[filled & ~used].tolist(), *(one.row for one in block.left_out)]
        self.left_out += sorted(block.grid.top + row + 1 for row in rows)

    def _part(
        self, block: Block, triple: Triple, at: Mapping[str, int], kept: Ints,
        kind: NDArray[np.int8], words: Mapping[str, Categorical],
    ) -> Published:  # fmt: skip
        """Read the rows of one group of columns."""
        rows = len(kept)
        cells = {
            role: raw_columns.written(raw_columns.picked(block.columns[one], kept))
            for role, one in at.items()
        }

        def place(row: int, role: str) -> Place:
            return block.place(int(kept[row]), at[role])

        year = read_plain(cells, "year", kind == FIGURE, place, self.problems)
        told = read_decimals(cells, rows, place, self.problems)
        figures, unreadable = read_figures(cells, kind != AVERAGE, told, self.decimal)
        none, nowhere = Categorical.constant(None, rows), np.zeros(rows, dtype=bool)
        labels = {role: words_of(cells[role]) if role in cells else none for role in LABELS}
        return Published(
            sheet=Categorical.constant(block.grid.sheet or None, rows),
            column=Categorical.constant(block.headings[triple.achievement].text, rows),
            part=np.full(rows, len(self.parts)),
            number=block.grid.top + block.rows[kept] + 1,
            kind=kind,
            figures=figures,
            words=labels | {**words},
            year=np.full(rows, triple.year) if year is None else year,
            unreadable=unreadable,
            said=~printed_headers.missing(cells["direction"]) if "direction" in cells else nowhere,
        )

    def stacked(self) -> Published:
        """Put the rows of all sheets and groups of columns under one another."""
        whole: Published = under(self.parts)
        left_out, notes = tuple(self.left_out), tuple(self.notes)
        return evolve(whole, name=self.name, left_out=left_out, notes=notes)


def under(parts: Sequence[Any]) -> Any:
    """Return values of one kind with their columns under one another."""
    first, *_ = parts
    if isinstance(first, (Categorical, np.ndarray)):
        return concat(parts)
    if isinstance(first, dict):
        return {key: under([part[key] for part in parts]) for key in first}
    if not has(type(first)):
        return first
    names = [one.name for one in fields(type(first))]
    return type(first)(**{name: under([getattr(one, name) for one in parts]) for name in names})


def _only_indicator(readings: Iterable[TextReading]) -> str | None:
    """Return what texts call the only indicator that they name."""
    named = {}
    for text in readings:
        for one in text.of("indicator"):
            first, last = text.tokens[one.first], text.tokens[one.stop - 1]
            named[one.key] = text.text[first.start : last.stop]
    return next(iter(named.values())) if len(named) == 1 else None


_Cells = Mapping[str, RawColumn]

_MOST_PERCENT, _NOT_ROUNDED = 100, MOST_DECIMALS + 1
_FEWEST_WORDS = 2
_LONGEST = 300
# No floating number has more.
_MOST_TOLD = 300
# What a row of a published table is; the word under an average is taken into its row.
FIGURE, AVERAGE, SUMMARY, WORD_LINE = range(4)
_AVERAGE = re.compile(
    r"(?i)\W*(?:(?:nilai|capaian|kinerja|persentase|tingkat|skor|total|jumlah)\W+)*"
    r"(rata\W?rata|rerata|average|mean)\b"
)
_BAND = re.compile(r"\W*(predikat|kriteria|kategori|category|band)\b", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_LONGEST_LINE = 120
_NUMBER = re.compile(
    r"\(?(?:(?P<roman>[ivx]+)|(?P<letter>[a-z])|(?P<digit>[0-9]{1,3}))[.)]*", re.IGNORECASE
)
_NUMBERED = re.compile(r"(\(?(?:[ivx]+|[a-z]|[0-9]{1,3})[.)]+)\s*(\S.*)", re.IGNORECASE | re.DOTALL)


def first_rows(names: Sequence[object]) -> str:
    """Return the first names of rows, and how many more there are."""
    more = len(names[_ROWS_NAMED:])
    return ", ".join(map(str, names[:_ROWS_NAMED])) + f" and {more} more" * bool(more)


def read_directions(
    column: RawColumn | None, rows: int
) -> tuple[NDArray[np.int8], dict[int, Problem]]:
    """Read a column of directions, and say of each row what is none."""
    if column is None:
        return np.full(rows, UNKNOWN, dtype=np.int8), {}
    text, said = words_of(column), ~printed_headers.missing(column)
    found = named_directions(text, lambda word: term_of(word, DIRECTIONS))
    allowed = ", ".join(Direction)
    return found, {
        row: Problem("not a direction", got=text[row], allowed=allowed)
        for row in np.flatnonzero(said & (found == UNKNOWN)).tolist()
    }


def read_plain(
    cells: _Cells, role: str, needed: Truths, place: PlaceOf, problems: list[Problem]
) -> Floats | None:
    """Read the column of years or decimals, nan for none; an average may have its label there."""
    column = cells.get(role)
    if column is None:
        return None
    read = parse_column(column, decimal=".")
    for row in (one for one in [*read.problems, *read.intervals] if needed[one]):
        got = words_of(column)[row]
        problems.append(Problem("not a number", where=place(row, role), got=got))
    return read.values


def read_decimals(cells: _Cells, rows: int, place: PlaceOf, problems: list[Problem]) -> Ints:
    """Return the decimals that a column tells, -1 where it does not."""
    told = read_plain(cells, "decimals", np.ones(rows, dtype=bool), place, problems)
    if told is None:
        return np.full(rows, UNKNOWN)
    wrong = (told < 0) | (told > _MOST_TOLD) | (told % 1 > 0)
    allowed = f"a whole number from 0 to {_MOST_TOLD}"
    for row in np.flatnonzero(wrong).tolist():
        got, where = float(told[row]), place(row, "decimals")
        problems.append(Problem("not a number of decimals", where=where, got=got, allowed=allowed))
    return np.where(np.isnan(told) | wrong, UNKNOWN, told).astype(np.int64)


def read_figures(
    cells: _Cells, figure: Truths, told: Ints, decimal: str | None
) -> tuple[PrintedRows, Categorical]:
    """Read the three columns of numbers, and say for each row what is wrong with it.

    Parameters
    ----------
    cells : mapping
        The columns by role.
    figure : ndarray of bool, shape (rows,)
        Whether a row has to have target and actual.
    told : ndarray of int, shape (rows,)
        Decimals of the achievement, -1 for as printed.
    decimal : str or None
        The decimal mark, if it is told.
    """
    rows = len(figure)
    direction, directions = read_directions(cells.get("direction"), rows)
    wrong = {row: f"direction: {one}" for row, one in directions.items() if figure[row]}
    counted, cells = _without_units(cells)
    read = _read_columns(cells, decimal)
    values = {key: each.values.copy() for key, (each, _) in read.items()}
    decimals = {key: _decimals(cells[key], *each) for key, each in read.items()}
    lower, upper = read["target"][0].ends().values()
    # The one end of '<20' is also what ratios are taken of.
    one_end = np.isnan(lower) != np.isnan(upper)
    values["target"] = np.where(one_end, np.fmax(lower, upper), values["target"])
    for key in reversed(PRINTED):
        empty = np.isnan(values[key]) & (figure | (key == "achievement"))
        empty &= np.isnan(lower) & np.isnan(upper) if key == "target" else True
        wrong |= dict.fromkeys(np.flatnonzero(empty).tolist(), f"no {key} is printed")
        if key != "target":
            text = f"{key}: a range where one number belongs"
            wrong |= dict.fromkeys(read[key][0].intervals, text)
        wrong |= {row: f"{key}: {problem}" for row, problem in read[key][0].problems.items()}
    # Of people and documents there is no half that was rounded away.
    exact = _are_counts(cells, values, decimals, counted)
    for key in PRINTED[:2]:
        decimals[key] = np.where(exact, _NOT_ROUNDED, decimals[key])
    decimals["achievement"] = np.where(told < 0, decimals["achievement"], told)
    printed: dict[str, Any] = {f"{key}_decimals": decimals[key] for key in PRINTED[:2]}
    printed |= {"lower": lower, "upper": upper, "decimals": decimals["achievement"], **values}
    figures = PrintedRows(direction=direction, **printed)
    return figures, Categorical.encode(wrong.get(row) for row in range(rows))


def _read_columns(
    cells: _Cells, decimal: str | None
) -> dict[str, tuple[NumberColumn, dict[int, str]]]:
    """Read the columns of figures, and return the mark of single cells with one of their own.

    A column that settles its mark settles that of its table, and a cell that is a number
    under one mark only, such as 93.21 beside 102,43, is that number.
    """
    read = {key: parse_column(cells[key], decimal=decimal) for key in PRINTED}
    marks = {each.decimal for each in read.values()} - {None}
    own: dict[str, dict[int, str]] = {key: {} for key in PRINTED}
    for key, each in read.items() if decimal is None else ():
        if isinstance(cells[key], np.ndarray):
            continue
        words = [cells[key][row] for row in each.problems]
        by_mark = {mark: parse_column(words, decimal=mark) for mark in (",", ".")}
        ways = [
            {mark for mark, way in by_mark.items() if at not in way.problems}
            for at in range(len(words))
        ]
        # A column that holds both marks is settled by no other.
        others = set() if any(len(apt) == 1 for apt in ways) else marks
        values, problems = each.values.copy(), dict(each.problems)
        for at, (row, apt) in enumerate(zip(each.problems, ways, strict=True)):
            fitting = apt if len(apt) == 1 else apt & others
            mark = next(iter(fitting), "")
            if len(fitting) == 1 and at not in by_mark[mark].intervals:
                values[row], own[key][row] = by_mark[mark].values[at], mark
                del problems[row]
        read[key] = evolve(each, values=values, problems=problems)
    return {key: (each, own[key]) for key, each in read.items()}


def _without_units(cells: _Cells) -> tuple[Categorical, _Cells]:
    """Return the unit of each row, and the figures without it where both end in it."""
    rows = len(cells["target"])
    unit = words_of(cells["unit"]) if "unit" in cells else Categorical.constant(None, rows)
    if isinstance(cells["target"], np.ndarray):
        return unit, cells
    ends, numbers = [], []
    for side in (words_of(cells[key]) for key in PRINTED[:2]):
        pairs = list(map(_parted, side.categories))
        numbers.append(Categorical.encode(number for number, _ in pairs).take(side.codes))
        ends.append(Categorical.encode(end or None for _, end in pairs).take(side.codes))
    of_target, of_actual = ends
    same = (of_target.codes >= 0) & (of_target.codes == of_actual.positions(of_target.categories))
    if not same.any():
        return unit, cells
    bare = {}
    for key, each in zip(PRINTED, numbers, strict=False):
        # Of other rows a number that is no text stays one.
        both = zip(same.tolist(), each.to_list(), raw_columns.listed(cells[key]), strict=True)
        bare[key] = [new if alike else old for alike, new, old in both]
    unit = unit if "unit" in cells else of_target.take(np.where(same, np.arange(rows), UNKNOWN))
    return unit, {**cells, **bare}


def _parted(word: str) -> tuple[str, str]:
    """Part a figure from its unit.

    Examples
    --------
    >>> _parted("2,21 anak per wanita"), _parted("80 - 90 %"), _parted("A (80,50)")
    (('2,21', 'anak per wanita'), ('80 - 90 %', ''), ('A (80,50)', ''))
    """
    words = word.split()
    first = len(words)
    while first and words[first - 1].isalpha():
        first -= 1
    if not first:
        return word, ""
    return " ".join(words[:first]), " ".join(words[first:]).casefold()


def _are_counts(
    cells: _Cells, values: Mapping[str, Floats], decimals: Mapping[str, Ints], unit: Categorical
) -> Truths:
    """Return the rows whose target and actual count people or things."""
    target, actual = PRINTED[:2]
    whole = (decimals[target] == 0) & (decimals[actual] == 0)
    begins = [next(iter(fold(word).split()), "") for word in unit.categories]
    counted = [bool(word) and word not in word_set("measured") for word in begins]
    # Without a unit, whole numbers above 100 everywhere are no percentages.
    read = ~np.isnan(values[target]) & ~np.isnan(values[actual])
    signs = any("%" in word for key in PRINTED[:2] for word in words_of(cells[key]).categories)
    above = np.any(np.fmax(values[target], values[actual])[read] > _MOST_PERCENT)
    plain = bool(whole[read].all() and above) and not signs
    counts: Truths = whole & np.array([*counted, plain])[unit.codes]
    return counts


def _decimals(column: RawColumn, read: NumberColumn, own: Mapping[int, str]) -> Ints:
    """Return the printed decimals; of a number that is no text, those it needs."""
    needed = np.full(len(column), _NOT_ROUNDED, dtype=np.int64)
    for decimals in range(MOST_DECIMALS, -1, -1):
        with np.errstate(over="ignore"):
            needed[np.round(read.values, decimals) == read.values] = decimals
    if isinstance(column, np.ndarray):
        return needed
    text = raw_columns.texts_of(column)
    mark = read.decimal or min(
        (",", "."), key=lambda told: len(parse_column(text.categories, decimal=told).problems)
    )
    printed = np.array([_after(word, mark) for word in text.categories], dtype=np.int64)
    is_text = text.codes >= 0
    needed[is_text] = printed[text.codes[is_text]]
    for row, one in own.items():
        needed[row] = _after(str(text[row]), one)
    return needed


def _after(word: str, mark: str) -> int:
    """Return how many digits follow the last decimal mark of a word."""
    _, found, tail = word.rpartition(mark)
    return len(tail) - len(tail.lstrip("0123456789")) if found else 0


@lru_cache(maxsize=8)
def indicator_names(indicators: tuple[Indicator, ...]) -> TextReader:
    """Return what finds indicators in a text."""
    reader = text_reader(indicators, None)
    return evolve(reader, ties={name: one.code for one in indicators for name in one.aliases})


@lru_cache(maxsize=8)
def sense_of(indicators: tuple[Indicator, ...]) -> Callable[[str], Direction | None]:
    """Return what tells the direction of an indicator by what a table calls it.

    Examples
    --------
    >>> from kencana_targets.tables.plan_sheets import shipped_indicators
    >>> sense = sense_of(shipped_indicators())
    >>> sense("Prevalensi stunting pada balita (%)"), sense("Peserta pelatihan")
    (<Direction.MINIMIZE: 'minimize'>, None)
    """
    reader = indicator_names(indicators)
    directions = {one.code: Direction(one.direction) for one in indicators}
    names = ((one, name) for one in indicators for name in (one.name, one.name_id, *one.aliases))
    said = [({*(t.word for t in tokens_of(name))}, directions[one.code]) for one, name in names]
    named = [(words, direction) for words, direction in said if words]

    def sense(text: str) -> Direction | None:
        if len(text) > _LONGEST:
            return None
        reading = reader.read(text)
        words = {token.word for token in reading.tokens if token.word.isalpha()}
        # Of a change the printed figure may be the change itself or what has changed.
        if any(word.startswith((*word_set("changes-begin"),)) for word in words):
            return None
        # Beside other words a name may be what the indicator is about, such as "orientasi TFR";
        # in brackets behind them it is theirs.
        short = reader.code_of(text.rpartition("(")[2].rstrip(" )")) if text.endswith(")") else None
        codes = [short] if short else [] if reading.rest else reading.keys("indicator")
        found = {directions[code] for code in codes}
        if not found and len(words) >= _FEWEST_WORDS:
            found = {direction for name, direction in named if words <= name}
        return found.pop() if len(found) == 1 else None

    return sense


def named_directions(
    names: Categorical, sense: Callable[[str], str | None]
) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """Return the direction of each row by the name of its indicator, -1 for unknown."""
    found = map(sense, names.categories)
    codes = [UNKNOWN if one is None else DIRECTIONS.index(Direction(one)) for one in found]
    return np.array([*codes, UNKNOWN], dtype=np.int8)[names.codes]


def row_words(block: Block) -> tuple[Truths, Truths, Truths]:
    """Return which rows are called an average, the word for one, and a summary.

    Columns of figures, their units and words are not asked.
    """
    average, word, summary = np.zeros((3, len(block.rows)), dtype=bool)
    for heading, column in zip(block.headings, block.columns, strict=True):
        if heading.role in (*PRINTED, "band", "decimals") or printed_headers.is_unit(heading.text):
            continue
        text = words_of(column)
        average |= holding(text, _AVERAGE.match)
        word |= holding(text, _BAND.match)
        summary |= holding(text, is_summary)
    return average, word, summary


def kinds_of(
    block: Block, triple: Triple, called: tuple[Truths, Truths, Truths]
) -> NDArray[np.int8]:
    """Tell figures from the lines under them, which have no target or actual.

    A line that is `called` a total and no more is a ``SUMMARY`` with them, too.
    """
    target, actual, achievement = (block.columns[one] for one in triple[:3])
    average, word, summary = called
    bare = printed_headers.missing(target) & printed_headers.missing(actual)
    kind = np.where(summary, SUMMARY, FIGURE).astype(np.int8)
    kind[bare & average & ~printed_headers.missing(achievement)] = AVERAGE
    kind[bare & word & ~holding(words_of(achievement), _DIGIT.search)] = WORD_LINE
    return kind


def is_label(word: str) -> bool:
    """Return whether a word calls its row an average, a total, or the word for one.

    Examples
    --------
    >>> is_label("Capaian rata-rata"), is_label("Sub Total"), is_label("Jumlah peserta KB")
    (True, True, False)
    """
    return bool(_AVERAGE.match(word) or _BAND.match(word) or is_summary(word))


def bands_of(
    block: Block, triple: Triple, kind: NDArray[np.int8], kept: Ints
) -> tuple[Categorical, list[int]]:
    """Return the printed words, with those of lines under averages, and which lines these are."""
    achievement = _said(block.columns[triple.achievement])
    none: list[str | None] = [None] * len(kind)
    words = none if triple.band is None else _said(block.columns[triple.band])
    lines: list[int] = []
    for line in np.flatnonzero(kind == WORD_LINE).tolist():
        above = kept[kept < line][-1:]
        if len(above) and kind[above[0]] == AVERAGE:
            # Without a column of words it stands in the column of percentages.
            words[above[0]] = words[line] or achievement[line]
            lines.append(line)
    return Categorical.encode(words[row] for row in kept.tolist()), lines


def _said(column: Cells) -> list[str | None]:
    """Return the words of a column, None for a mark that there is none."""
    words = zip(words_of(column).to_list(), printed_headers.missing(column).tolist(), strict=True)
    return [None if gone else word for word, gone in words]


@cache
def _agency_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return how a line states an agency, and how the names of agencies begin."""
    printed, flags = read_by("printed"), re.IGNORECASE | re.DOTALL
    stated = rf"(?:nama\s+)?(?:{'|'.join(printed['agency'])})\s*[:=]\s*(\S.*)"
    # "Badan usaha" and its like are none.
    begins = (
        rf"(?!badan\s+(?:usaha|hukum|layanan))(?:{'|'.join(printed['agency-begins'])}|bappeda\w*)\b.*"
        r"|(?-i:D(?:P|IN|IS)[A-Z0-9]{2,}|B(?:AP|KP?|PS?)[A-Z0-9]{2,})\b.*"
    )
    return re.compile(stated, flags), re.compile(begins, flags)


def agency_named(text: str) -> str | None:
    """Return the agency that a line of its own names, None for other lines.

    Examples
    --------
    >>> agency_named("A. Dinas Kesehatan"), agency_named("OPD: DPPKB"), agency_named("Sasaran 1")
    ('Dinas Kesehatan', 'DPPKB', None)
    """
    if len(text) > _LONGEST_LINE:
        return None
    states, begins = _agency_patterns()
    if stated := states.fullmatch(text):
        return stated[1]
    _, name = _numbered(text)
    return name if begins.fullmatch(name) else None


def agencies_of(block: Block, column: int | None) -> tuple[Categorical, Truths]:
    """Return the agency of each row, and which rows name it themselves.

    It is that of the nearest cell above, as in merged cells. Without a column of agencies,
    lines that name an agency alone name it for the rows below, and one right above the
    header for the first of them.
    """
    if column is None:
        text = _sections(block)
        return _filled_down(text), np.zeros(len(text), dtype=bool)
    words = words_of(block.columns[column])
    # The label of an average may stand in any column.
    own = np.where(holding(words, is_label), UNKNOWN, words.codes)
    return _filled_down(Categorical(own.astype(np.int32), words.categories)), own >= 0


def settled(agency: Categorical, own: Truths, kind: NDArray[np.int8]) -> Categorical:
    """Leave the lines under the figures without an agency that is doubtful.

    Parameters
    ----------
    agency : Categorical
        The agency of each row, that of the row above where it names none.
    own : ndarray of bool, shape (rows,)
        Which rows name it themselves.
    kind : ndarray of int, shape (rows,)
        What each row is. What no figure is has the agency of the rows since the last
        average, if they are all of one.
    """
    figure, average = kind == FIGURE, kind == AVERAGE
    group = np.cumsum(average) - average
    least = np.full(len(kind), np.iinfo(np.int32).max)
    most = np.full_like(least, UNKNOWN)
    np.minimum.at(least, group[figure], agency.codes[figure])
    np.maximum.at(most, group[figure], agency.codes[figure])
    shared = np.where(least == most, most, UNKNOWN)[group]
    codes = np.where(figure | own, agency.codes, shared).astype(np.int32)
    return Categorical(codes, agency.categories)


def _sections(block: Block) -> Categorical:
    """Return the agencies that lines without figures name, on the rows of these lines."""
    there = raw_columns.held(block.columns)
    figures = [at for at, heading in enumerate(block.headings) if heading.role in PRINTED]
    lines: dict[int, tuple[str, str]] = {}
    for row in np.flatnonzero(~there[figures].any(axis=0)).tolist():
        cells = [
            raw_columns.cell_text(block.columns[at][row]) for at in np.flatnonzero(there[:, row])
        ]
        if (line := _lone(cells)) is not None:
            lines[row] = line
    # The line right above the header is above the first row.
    above = [row for row in block.grid.head[: block.first] if filled(row)][-1:]
    over = _lone([raw_columns.cell_text(row[at]) for row in above for at in filled(row)])
    lines |= {-1: over} if over else {}
    named = {row: agency_named(text) for row, (_, text) in lines.items()}
    # What is numbered as an agency is one, whatever it is called.
    styles = {lines[row][0] for row, name in named.items() if name} - {""}
    words: list[str | None] = [None] * len(block.rows)
    for row, (style, text) in sorted(lines.items()):
        if words:
            words[max(row, 0)] = named[row] or (text if style in styles else None)
    return Categorical.encode(words)


def _lone(cells: list[str]) -> tuple[str, str] | None:
    """Return the style of number and the text of a line that holds no more than these."""
    texts = [cell for cell in cells if not _NUMBER.fullmatch(cell)]
    numbers = [cell for cell in cells if _NUMBER.fullmatch(cell)]
    if len(texts) != 1:
        return None
    number, text = _numbered(texts[0])
    style = _NUMBER.fullmatch(numbers[0] if numbers else number)
    return (style.lastgroup or "") if style else "", text


def _numbered(text: str) -> tuple[str, str]:
    """Part a number such as 'A.' from the text behind it."""
    match = _NUMBERED.fullmatch(text)
    return (match[1], match[2]) if match else ("", text)


def _filled_down(text: Categorical) -> Categorical:
    """Give rows without a word that of the nearest row above."""
    rows = np.where(text.codes >= 0, np.arange(len(text)), UNKNOWN)
    return text.take(np.maximum.accumulate(rows))
