"""A table opened, understood and read into figures, with all its problems and what it was read as."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from html import escape
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from attrs import evolve, fields, frozen

from kencana_targets.core import checks, errors
from kencana_targets.core.columns import Categorical, RawColumn, Table, concat
from kencana_targets.core.display import IN_NOTEBOOK
from kencana_targets.core.errors import MOST_OF_A_KIND, Place, Problem, TableError, column_letters
from kencana_targets.core.frames import from_frame
from kencana_targets.core.labels import words
from kencana_targets.core.typing import Floats, Language
from kencana_targets.model import collection
from kencana_targets.model.collection import Actuals, Baselines, Figures, PlaceOf, Targets
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan import Plan, refuse_plan
from kencana_targets.model.regions import Regions, load_regions
from kencana_targets.tables import beside_figures, conflicts, statements
from kencana_targets.tables.cells import Draft, find_indicators, read_numbers, settle_changes
from kencana_targets.tables.column_roles import ReadRequest, check_columns, choose_rows
from kencana_targets.tables.figure_columns import is_words
from kencana_targets.tables.files import Grid, StackedPlaces
from kencana_targets.tables.header import Title, looks_like_figures, read_title
from kencana_targets.tables.heading_labels import (
    advise_headings,
    drop_others,
    shown_names,
    with_advice,
)
from kencana_targets.tables.headings import (
    COUNTS,
    FIELDS,
    KEYS,
    Heading,
    Vocabulary,
    without_years,
    year_of,
)
from kencana_targets.tables.layout import Block, find_block
from kencana_targets.tables.opening import open_source
from kencana_targets.tables.phrases import TextReader, text_reader
from kencana_targets.tables.plan_sheets import is_example, without_examples
from kencana_targets.tables.raw_columns import Cells, encode, holding, listed, words_of, written
from kencana_targets.tables.region_cells import find_regions, home_provinces
from kencana_targets.tables.units import (
    SCALES,
    Units,
    check_counts,
    check_directions,
    check_shown,
    convert_units,
    find_shares,
    read_unit,
    say_percent,
    signs_of,
    units_beside_names,
)
from kencana_targets.tables.unpivot import LongTable, date_years, unpivot

# Two screens; `TableReading` holds all.
_MOST_LINES, _MOST_PROBLEMS, _MOST_NOTES = 46, 15, 8
# With at most so many places a figure, figures are counted and not sorted.
_FEW_SPOTS = 40
_TELLABLE = frozenset(("missing region", "missing indicator", "missing year", "missing value"))
Read = TypeVar("Read", Actuals, Baselines, Targets)
_WORDS: Mapping[type[Figures[Any]], str] = {
    Actuals: "actual",
    Targets: "target",
    Baselines: "baseline",
}
_ROLES = frozenset((*FIELDS, "ignored"))
_LIKE_A_CODE = re.compile(r"\d\d\.\d\d(?:\.\d\d(?:\.\d{4})?)?")
_REACHED = ("actual", "achievement")
_OWN = ("codes", "titled_law")
_GIVEN = ("region", "indicator", "year", "period", "source", "figure", "part", "unit")


@frozen
class ColumnReading:
    """One column: its letter, its heading, and what it was taken for (empty: not read)."""

    letter: str
    heading: str
    taken_for: str


@frozen
class SheetReading:
    """What was understood of a sheet.

    Parameters
    ----------
    sheet : str
        Its name; empty for a file without sheets.
    form : str
        ``"long"``, ``"wide"``, ``"hidden"`` for a hidden sheet, which is not read, or empty
        for a sheet without a table.
    header : tuple of int
        First and last row of the header, as a person counts; 0 without one.
    columns : tuple of ColumnReading
        All columns with a heading.
    told : dict
        What no column says: the caller or the title does.
    left_out : tuple of (int, int, str)
        Rows that hold no figures, first and last as a person counts, and why.
    figures : int
        How many figures were found.
    decimal : str or None
        The decimal mark that the text was read by; None if none was needed.
    percent : int
        How many cells a spreadsheet shows in percent: 0.65, shown as 65%, is read as 65.
    """

    sheet: str
    form: str
    header: tuple[int, int] = (0, 0)
    columns: tuple[ColumnReading, ...] = ()
    told: tuple[tuple[str, object], ...] = ()
    left_out: tuple[tuple[int, int, str], ...] = ()
    figures: int = 0
    decimal: str | None = None
    percent: int = 0

    def lines(self, language: Language = "en") -> list[str]:
        """Return the text, a line each."""
        # In English a role is named as `columns` names it.
        say = words("reading", language)
        roles = {} if language == "en" else words("heading", language)

        def meaning(taken_for: str) -> str:
            role, blank, rest = taken_for.partition(" ")
            return f"{roles[role]}{blank}{rest}" if role in roles else taken_for

        name = say["sheet"].format(name=self.sheet) if self.sheet else say["table"]
        if self.form in ("", "hidden"):
            return [f"{name}: {say['hidden' if self.form else 'no-table']}"]
        header = span(*self.header, language)
        where = f", {say['header'].format(rows=header)}" if self.header[0] else ""
        lines = [f"{name}: {say[self.form]}{where}, {say['figures'].format(count=self.figures)}"]
        for column in self.columns:
            heading = say["column"].format(letter=column.letter, heading=column.heading)
            lines.append(f"  {heading}: {meaning(column.taken_for) or say['not-read']}")
        for key, value in self.told:
            shown = f"{value:g}" if isinstance(value, float) else value
            lines.append(f"  {roles.get(key, key)}: {shown} ({say['no-column']})")
        if self.decimal:
            lines.append(f"  {say['decimal-mark']}: '{self.decimal}'")
        if self.percent:
            lines.append(f"  {say['percent']}: {self.percent}")
        for first, last, why in self.left_out:
            kind, colon, text = why.partition(":")
            told = say[kind.replace(" ", "-")]
            lines.append(f"  {span(first, last, language)} {say['left-out']}: {told}{colon}{text}")
        return lines


@frozen
class TableReading:
    """What a reader understood of a table; prints as text.

    Parameters
    ----------
    name : str
        The file.
    sheets : tuple of SheetReading
        One a sheet.
    problems : tuple of Problem
        Why the table would be refused; empty if it would not.
    notes : tuple of Problem
        What was assumed, converted or not understood.
    """

    name: str
    sheets: tuple[SheetReading, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f'<pre lang="{IN_NOTEBOOK}">{escape(self.text(IN_NOTEBOOK))}</pre>'

    def text(self, language: Language = "en") -> str:
        """Return what was understood, in a language, on two screens at most."""
        say = words("reading", language)

        def first(lines: Sequence[str], count: int, most: int) -> list[str]:
            hidden = count - most
            return [*lines[:most], *(["  " + say["more"].format(count=hidden)] * (hidden > 0))]

        shown = [f"  {problem.text(language)}" for problem in self.problems[:_MOST_PROBLEMS]]
        problems = first(shown, len(self.problems), _MOST_PROBLEMS)
        if count := len(self.problems):
            problems.insert(0, say["problems" if count > 1 else "problem"].format(count=count))
        shown = [f"  {say['note']}: {note.text(language)}" for note in self.notes[:_MOST_NOTES]]
        notes = first(shown, len(self.notes), _MOST_NOTES)
        lines = [line for sheet in self.sheets for line in sheet.lines(language)]
        sheets = first(lines, len(lines), _MOST_LINES - len(notes) - len(problems))
        return "\n".join([self.name, *sheets, *notes, *problems])


def span(first: int, last: int, language: Language = "en") -> str:
    """Return rows as a person counts them.

    Examples
    --------
    >>> span(3, 3), span(3, 5), span(3, 5, "id")
    ('row 3', 'rows 3-5', 'baris 3-5')
    """
    say = words("reading", language)
    return f"{say['row']} {first}" if first == last else f"{say['rows']} {first}-{last}"


def runs(left_out: Iterable[tuple[int, str]]) -> tuple[tuple[int, int, str], ...]:
    """Join neighbouring rows that were left out for one reason; rows from 0."""
    joined: list[tuple[int, int, str]] = []
    for row, why in left_out:
        if joined and joined[-1][1] == row - 1 and joined[-1][2] == why:
            joined[-1] = (joined[-1][0], row, why)
        else:
            joined.append((row, row, why))
    return tuple((first + 1, last + 1, why) for first, last, why in joined)


def columns_read(headings: Sequence[str], used: dict[int, str]) -> tuple[ColumnReading, ...]:
    """Return what each column with a heading was taken for."""
    found = ((at, heading) for at, heading in enumerate(headings) if heading)
    return tuple(ColumnReading(column_letters(at + 1), one, used.get(at, "")) for at, one in found)


def joined(tables: list[Draft]) -> tuple[Table, PlaceOf]:
    """Put the figures of all sheets under one another; a sheet that lacks a column has none."""
    if len(tables) == 1:
        return Table(tables[0].columns, tables[0].rows), tables[0].place
    starts = np.cumsum([0, *(table.rows for table in tables)])
    names = dict.fromkeys(name for table in tables for name in table.columns)
    columns: dict[str, RawColumn] = {}
    for name in names:
        parts = [table.columns.get(name) for table in tables]
        if all(isinstance(part, np.ndarray) for part in parts):
            columns[name] = np.concatenate(parts)  # type: ignore[arg-type]
        elif all(isinstance(part, Categorical) for part in parts):
            columns[name] = concat(parts)  # type: ignore[assignment, type-var]
        else:
            pairs = zip(parts, tables, strict=True)
            lists = ([None] * t.rows if p is None else listed(p) for p, t in pairs)
            columns[name] = encode([cell for cells in lists for cell in cells])
    places = tuple(table.place for table in tables)
    return Table(columns, int(starts[-1])), StackedPlaces(places, starts)


def doubled(
    figures: Figures[Any], place: PlaceOf, blocks: Iterable[Block], unread: Collection[str]
) -> list[Problem]:
    """Report figures of one indicator, region and year that stand there twice.

    Where words under one of the headings that nobody reads part them, that column is reported.
    """
    if not len(figures):
        return []
    region, indicator = figures.text("region"), figures.text("indicator")
    keys: tuple[Any, ...] = (figures.year, region.codes, indicator.codes)
    parts = figures.text("dimension").codes
    if (parts >= 0).any():
        keys = (*keys, parts)
    years = figures.year.astype(np.int32)
    start = years.min()
    span = int(years.max() - start) + 1
    most = span * len(region.categories) * len(indicator.categories)
    # Marking places takes a tenth of the time of sorting.
    few = len(keys) == 3 and most < min(_FEW_SPOTS * len(figures), 2**31)
    if few and (years == figures.year).all():
        # In place: of millions of rows, each new array costs as much as the sum.
        spot = region.codes * np.int32(len(indicator.categories))
        spot += indicator.codes
        spot *= np.int32(span)
        spot += years - start
        there = np.zeros(most, dtype=bool)
        there[spot] = True
        if np.count_nonzero(there) == len(figures):
            return []
    order = np.lexsort(keys)
    same = np.logical_and.reduce([np.diff(key[order]) == 0 for key in keys])
    problems, places = [], []
    for at in np.flatnonzero(same)[:MOST_OF_A_KIND].tolist():
        first, again = sorted(order[at : at + 2].tolist())
        places.append((figures.where(first, "", place), figures.where(again, "", place)))
        problems.append(collection.two_actuals(figures, again, *places[-1][::-1]))
    return [*islice(_parting(blocks, unread, places), 1)] or problems


def _parting(
    blocks: Iterable[Block], unread: Collection[str], pairs: Sequence[tuple[Place, Place]]
) -> Iterator[Problem]:
    """Report the columns whose words tell the rows of all pairs apart."""
    for block in blocks if pairs else ():
        at_row = {block.grid.top + row + 1: at for at, row in enumerate(block.rows.tolist())}
        rows = np.asarray([[at_row.get(one.row or 0, -1) for one in pair] for pair in pairs])
        for at, heading in enumerate(block.headings):
            parts = heading.text in unread and heading.role in ("unknown", "figures", "part")
            if not parts or rows.min() < 0 or not is_words(block.columns[at]):
                continue
            column = words_of(block.columns[at])
            one, other = column.codes[rows].T
            if (np.minimum(one, other) >= 0).all() and (one != other).all():
                name, what = heading.text, "rows that differ by nothing but a column nobody reads"
                hint = f"keep each part of the people with columns={{'dimension': {name!r}}}, or "
                hint += f"choose rows with rows={{{name!r}: {column.categories[one[0]]!r}}}"
                yield Problem(what, where=block.where_heading(at), hint=hint)


def in_order(
    problems: list[Problem], unsaid: set[str], sheets: Sequence[str], header: Place | None
) -> tuple[Problem, ...]:
    """Return the problems in the order of their places, each said once.

    What a table lacks may be told, where it has a `header` in a file; a frame is completed.
    """
    ways = {f"missing {key}": statements.how_to_tell(key) for key in KEYS}
    ways["missing value"] = "name it with columns={'value': ...}"
    problems = [
        evolve(one, where=header, hint=f"{one.hint}, or {ways[one.cause]}")
        if header and one.cause in _TELLABLE
        else one
        for one in problems
    ]
    # A column that nothing says has been reported where it was looked for, and where a sheet
    # does not say a key at all, no row of it does.
    missing = {f"missing {key}" for key in unsaid}
    lacking = {f"no {key}": f"empty {key}" for key in unsaid}
    silent = {(one.place.sheet, lacking[one.cause]) for one in problems if one.cause in lacking}
    first: dict[tuple[Place, str], Problem] = {}
    empty = {f"empty {key}" for key in KEYS}
    wrong = {problem.place for problem in problems if problem.cause not in empty}
    unclear = {problem.place for problem in problems if problem.cause == "heading"}
    for problem in problems:
        # A cell that could not be read looks empty to those who come after, and a heading
        # that could not be told like the name of an indicator.
        follows = (
            problem.cause in missing
            or (problem.cause in empty and problem.place in wrong)
            or (problem.cause == "unknown indicator" and problem.place in unclear)
            or (problem.place.sheet, problem.cause) in silent
        )
        several = problem.cause in lacking and len(sheets) > 1
        hint = f"{problem.hint}, or name the sheets to read" if several else problem.hint
        if not follows:
            first.setdefault((problem.place, str(problem)), evolve(problem, hint=hint))

    def order(problem: Problem) -> tuple[int, int]:
        place = problem.place
        return sheets.index(place.sheet) if place.sheet in sheets else -1, place.row or -1

    return tuple(sorted(first.values(), key=order))


@frozen(eq=False)
class Options:
    """How a table is to be read, beside what it says itself."""

    decimal: str | None = None
    sheet: str | Sequence[str] | None = None
    columns: Mapping[str, Any] | None = None
    given: Mapping[str, Any] | None = None
    others: str = "refuse"
    rows: Mapping[str, Any] | None = None
    codes: Collection[str] = ()
    titled_law: bool = False

    def __attrs_post_init__(self) -> None:
        told = {
            one.name: getattr(self, one.name) for one in fields(Options) if one.name not in _OWN
        }
        checks.check_options(**told, fields=(*FIELDS, "ignored", *self.codes), givable=_GIVEN)


@frozen(eq=False)
class Known:
    """The names that a table may use: all, without a plan."""

    regions: Regions | None
    texts: TextReader
    # Whose bounds the figures must keep; a plan checks those of its own tables itself.
    indicators: tuple[Indicator, ...]
    units: Units
    usual: Callable[[str], Any] = lambda code: np.empty(0)
    years: Callable[[], Any] = lambda: np.empty(0)
    # Gives the provinces that it has figures of, from which names are suggested first.
    home: Callable[[], Collection[str]] = frozenset

    @classmethod
    def of(cls, plan: Plan | None) -> Known:
        """Take the names of a plan."""
        if plan is None:
            return cls.these((), None)
        if not isinstance(plan, Plan):
            refuse_plan(plan)
        known = cls.these(plan.indicators, plan.regions, plan.indicators)

        def usual(code: str) -> Any:
            own = (plan.baselines, plan.targets)
            return np.concatenate([x.value[x.indicator.positions([code]) == 0] for x in own])

        def years() -> Any:
            return np.concatenate([plan.baselines.year, plan.targets.year])

        return evolve(known, usual=usual, years=years, home=partial(home_provinces, plan))

    @classmethod
    @lru_cache(maxsize=16)
    def these(
        cls,
        indicators: tuple[Indicator, ...],
        regions: Regions | None,
        bounded: tuple[Indicator, ...] = (),
    ) -> Known:
        """Take indicators and regions, and of which of them the bounds are checked."""
        texts = text_reader(indicators, regions)
        return cls(regions, texts, bounded, Units.these(indicators, texts))


def _open(
    source: Any, name: str, words: Vocabulary, sheet: Any, problems: list[Problem]
) -> tuple[str, list[Block], list[str]]:
    """Open a file or data frame; return its name, its tables, and the sheets without one."""
    opened = open_source(source, name)
    name = opened.name
    if not opened.grids:
        return name, [frame_block(from_frame(opened.frame), name, words.read)], []
    grids = wanted_sheets(opened.grids, sheet, name)
    grids = [without_examples(grid) if any(map(is_example, grid.head)) else grid for grid in grids]
    blocks, others = [], []
    for grid in grids:
        found = find_block(grid, words, problems, insist=len(grids) == 1)
        if found:
            blocks += found
            continue
        others.append(grid.sheet)
        if not problems and looks_like_figures(grid):
            hint = "write a header with region, indicator or year, or name the sheets to read"
            what = "no header is understood over these figures"
            problems.append(Problem(what, where=grid.place(-1), hint=hint))
    if not any(len(block.rows) for block in blocks):
        where = blocks[0].grid.place(blocks[0].last) if blocks else Place()
        empty = "no figures under the header", "fill in at least one row"
        what, hint = empty if blocks else ("no table", "add at least one row")
        problems.append(Problem(what, where=where, hint=hint))
    return name, blocks, others


def frame_block(table: Table, name: str, read: Callable[[tuple[str, ...]], Heading]) -> Block:
    """Take a data frame for a table whose header is its columns' names."""
    columns: list[Cells] = list(table.columns.values())
    grid = Grid(name, [list(table.columns)], table.rows, len(columns), lambda *_: columns)
    headings = [read(tuple(heading.strip().split(" / "))) for heading in table.columns]
    return Block(grid, -1, -1, headings, columns, np.arange(table.rows), [])


def wanted_sheets(grids: list[Grid], sheet: Any, name: str) -> list[Grid]:
    """Return the sheets that are asked for; all without a wish."""
    if sheet is None:
        return grids
    known = {grid.sheet: grid for grid in grids if grid.sheet}
    wanted = checks.items("sheet", sheet, str)
    lacking, where = [one for one in wanted if one not in known], Place(argument="sheet")
    problems = [errors.unknown_name("sheet", one, known, where=where) for one in lacking]
    errors.raise_gathered(TableError, problems, name)
    return [known[one] for one in wanted]


@lru_cache(maxsize=32)
def _vocabulary(texts: TextReader, periods: int) -> Vocabulary:
    """Return what headings mean, with what has been read of them before."""
    return Vocabulary.of(None, texts, periods)


def read_figures(
    kind: type[Read], source: Any, name: str, known: Known, options: Options, *, periods: int = 1
) -> tuple[Read, PlaceOf, TableReading]:
    """Read the figures of one kind; the reading says what was understood, and all problems.

    With `periods` a year also those of its quarters, months or semesters.
    """
    request = _request(kind, known, options, periods)
    problems = request.problems
    name, blocks, others = _open(source, name, request.words, options.sheet, problems)
    check_columns(options.columns, blocks, problems, request.texts.codes)
    sheets = [SheetReading(sheet, "") for sheet in others]
    if options.sheet is None and blocks:
        sheets += [SheetReading(sheet, "hidden") for sheet in blocks[0].grid.hidden]
        blocks = statements.without_other_sheets(blocks, request)
    if len(blocks) > 1:
        blocks = statements.without_other_titles(blocks, request)
    if options.rows:
        blocks = [choose_rows(block, options.rows, problems) for block in blocks]
    drafts, unsaid = list[Draft](), set[str]()
    for block in blocks:
        draft, sheet = _read_block(block, request, known, unsaid)
        if "dimension" in (options.columns or {}):
            name_dimension(draft, (options.columns or {})["dimension"], request.texts)
        drafts.append(draft)
        sheets.append(sheet)
    table, place = joined(drafts)
    figures = kind.gather(table, problems, place) if blocks else kind.of(())
    if known.indicators:
        collection.check_bounds(figures, known.indicators, place, problems)
    if request.kind == "actual" and periods == 1 and not problems:
        unread = {one.heading for sheet in sheets for one in sheet.columns if not one.taken_for}
        problems += doubled(figures, place, blocks, unread)
    in_file = [block.grid.place(block.first) for block in blocks if block.first >= 0]
    header = in_file[0] if in_file else None
    said = in_order(problems, unsaid, [block.grid.sheet for block in blocks], header)
    said = with_advice(said, [one for block in blocks for one in block.headings], request)
    figures = evolve(figures, notes=tuple(request.notes))
    return figures, place, TableReading(name, tuple(sheets), said, figures.notes)


def _request(kind: type[Figures[Any]], known: Known, options: Options, periods: int) -> ReadRequest:
    """Return what is to be read, in the words of the plan and of the caller."""
    columns = {role: told for role, told in (options.columns or {}).items() if role in _ROLES}
    if "dimension" in columns and kind is not Actuals:
        errors.refuse("columns", "dimension", "with actuals of years")
    # A year in a heading is its own, whatever else it says.
    ties = {
        without_years(heading): code
        for code, heading in checks.headings_told(options.columns)
        if code not in _ROLES
    }
    texts = evolve(known.texts, ties=ties) if ties else known.texts
    words = _vocabulary(texts, periods)
    if options.rows:
        unread = [heading for role, heading in checks.headings_told(columns) if role == "ignored"]
        columns["ignored"] = unread + list(options.rows)
    if columns:
        words = Vocabulary.of(columns, texts, periods)
    word = next(word for known_kind, word in _WORDS.items() if issubclass(kind, known_kind))
    given = dict(options.given or {})
    if (year := year_of(given.get("year"))) is not None:
        # The command tells years as text.
        given["year"] = int(year)
    return ReadRequest(
        word, given, words, [], [], options.others, options.decimal, options.titled_law
    )


def _read_block(
    block: Block, request: ReadRequest, known: Known, unsaid: set[str]
) -> tuple[Draft, SheetReading]:
    """Read the figures of one table, and say how it was understood."""
    title = read_title(block.grid, block.first, request.words)
    placed = unpivot(block, title, request)
    draft = Draft({**placed.columns}, placed.rows, placed.place, request.problems, request.notes)
    noted = {one.place for one in request.notes}
    lines = [line for line in statements.remarks_beside(block) if line[1] not in noted]
    lines += block.lines()
    if (sources := draft.text("source")) is not None:
        lines += conflicts.cell_lines(sources, lambda row: draft.place(row, "source"), "Sumber: ")
    request.notes.extend(conflicts.read_notes(lines, known.texts, request.kind))
    request.notes.extend(conflicts.note_groups(block.lines(among=True), known.texts))
    request.notes.extend(note_unseen(block, dict(placed.used)))
    if request.kind == "target":
        request.notes.extend(note_starts(block))
    if (facilities := _facilities(block, placed)) is not None:
        draft.columns["facility"] = facilities
    mark = _resolve(block, title, placed, draft, request, known)
    if request.kind == "actual" and "unit" not in request.given:
        check_counts(draft, known.units)
    # A plan may be drawn up from an earlier survey.
    if request.kind != "target" and (lines or title.readings):
        statements.note_sources(draft, lines, title, known.texts)
        statements.take_survey(draft, block.lines(), title, request)
    unsaid |= placed.unsaid
    if request.problems and request.texts.codes:
        free = {
            at: one
            for at, one in enumerate(block.headings)
            if block.is_filled(at) and not is_words(block.columns[at])
        }
        advise_headings(free, draft.columns.get("indicator"), request)
    grid = block.grid
    header = grid.top + block.first + 1, grid.top + block.last + 1
    columns = columns_read([one.text for one in block.headings], dict(placed.used))
    told = tuple(placed.told.items())
    left_out = runs((grid.top + one.row, one.why) for one in block.left_out)
    found = placed.rows, mark, sum(grid.percent.values())
    return draft, SheetReading(grid.sheet, placed.form, header, columns, told, left_out, *found)


def _facilities(block: Block, placed: LongTable) -> Floats | None:
    """Return the number of the facility of each figure, by all words of its row; None without."""
    if "facility" not in {heading.role for heading in block.headings}:
        return None
    said = [
        one
        for heading, one in zip(block.headings, map(written, block.columns), strict=True)
        if isinstance(one, Categorical)
        and heading.role not in COUNTS
        and (any(map(str.isalpha, "".join(one.categories))) or "kode" in heading.text.casefold())
    ]
    _, row = np.unique(np.column_stack([one.codes for one in said]), axis=0, return_inverse=True)
    cells = placed.place.cells
    return row.ravel()[slice(None) if cells is None else cells[0]].astype(np.float64)


def note_starts(block: Block) -> Iterator[Problem]:
    """Note where a plan starts, or what was reached before it, in columns that are not read."""
    headings = enumerate(block.headings)
    own = {at: one for at, one in headings if one.role == "figures" and block.is_filled(at)}
    for at in (at for at, one in own.items() if one.figure == "baseline"):
        what = "where the plan starts is not read from this table"
        hint = "put the tables on sheets of their own"
        yield Problem(what, where=block.where_heading(at), hint=hint, cause="start")
    promised = {one.dated or np.inf for one in own.values() if one.figure in ("target", "")}
    reached = {one.dated or np.inf: at for at, one in own.items() if one.figure in _REACHED}
    if before := [year for year in reached if year < min(promised, default=0)]:
        what = "what was reached before the first target is not taken as the start of the plan"
        hint, where = (
            "write Kondisi Awal over it if it is",
            block.where_heading(reached[max(before)]),
        )
        yield Problem(what, where=where, hint=hint, cause="start")


def note_unseen(block: Block, used: Collection[int]) -> Iterator[Problem]:
    """Note hidden rows and columns that are read, as a spreadsheet names them, and a cut file."""
    rows, columns = block.grid.unseen
    hidden = sorted(rows & {*block.rows.tolist()}) if rows else []
    said = [
        f"{first}:{last}" for first, last, _ in runs((block.grid.top + row, "") for row in hidden)
    ]
    other = [at for at in used if at in columns and block.headings[at].role not in KEYS]
    said += [f"{letter}:{letter}" for letter in (column_letters(at + 1) for at in other)]
    if said:
        what = "what is hidden, or shown in another scale, is read as it is"
        hint = "show it and look"
        yield Problem(what, where=block.grid.place(-1), got=shown_names(said), hint=hint)
    if block.grid.cut:
        what = "the file may end before the end of its last row"
        where = block.grid.place(block.grid.height - 1, block.grid.width - 1)
        yield Problem(what, where=where, got=block.grid.cut, hint="get the whole file")


def _resolve(
    block: Block, title: Title, placed: LongTable, draft: Draft, request: ReadRequest, known: Known
) -> str | None:
    """Turn texts into numbers, names into codes and units into the plan's; return the mark."""
    texts = request.texts
    ranges = request.kind == "target"
    if (signs := signs_of(draft)) is not None:
        draft.columns["in_percent"] = holding(signs, "%".__eq__).astype(np.float64)
        if "unit" not in draft.columns and (request.kind == "actual" or "Rp" in signs.categories):
            draft.columns["unit"] = signs
    beside_figures.part_margins(draft)
    stated = statements.stated_unit(block, title, request.given, known.texts)
    told = draft.text("unit")
    units = {*([stated.text] if stated else ()), *(told.categories if told is not None else ())}
    # 1.204 in thousands is no 1204.
    scaled = any(SCALES.keys() & {*read_unit(unit, known.texts)} for unit in units)
    mark = read_numbers(
        draft, known.texts, request.decimal, ranges=ranges, across=placed.across, scaled=scaled
    )
    beside_figures.take_margins(draft)
    if request.kind == "actual":
        if not scaled:
            beside_figures.note_totals(draft, block, placed.place, texts)
        say_percent(draft, block.grid.percent, placed.place.cells)
        beside_figures.read_levels(draft)
        beside_figures.note_odd(draft)
    date_years(draft)
    beside_figures.note_years(draft, known.years() if request.kind == "actual" else np.empty(0))
    if request.others == "note":
        drop_others(draft, texts)
    units_beside_names(draft, texts)
    find_indicators(draft, texts, texts.code_of, partial(conflicts.explain_part, texts=texts))
    settle_changes(draft, known.texts.never_negative)
    _report_lists(draft)
    check_directions(draft, known.units)
    check_shown(draft, known.units)
    overruled = convert_units(draft, known.units, stated, told="unit" in request.given)
    marked = draft.columns.pop("in_percent", None)
    shown = sum(block.grid.percent.values())
    if request.kind != "baseline":
        find_shares(draft, known.units, known.usual, marked, shown=shown, told=overruled)
    regions = known.regions
    if regions is None and ("bps_code" in draft.columns or _has_codes(draft)):
        regions = load_regions()
    if regions is not None:
        _say_groups(draft, block)
        find_regions(draft, regions, heading=placed.region_heading, home=known.home)
        statements.note_other_titles(draft, block, title, regions, request)
    return mark


def _has_codes(draft: Draft) -> bool:
    """Return whether a column beside the names of regions holds official codes alone."""
    codes = draft.columns.get("region_code")
    if codes is None:  # the regions of the nation are loaded for nothing else
        return False
    regions, words = load_regions(), words_of(codes).categories
    own = all(word in regions.positions for word in words)
    if words and (own or all(map(regions.with_bps, words))):
        return True
    strange = [word for word in words if word not in regions.positions]
    if strange and all(map(_LIKE_A_CODE.fullmatch, words)):
        what, hint = "codes of regions that no list has", "the names are kept as they stand"
        where = evolve(draft.place(0, "region_code"), row=None)
        draft.notes.append(Problem(what, where=where, got=shown_names(strange), hint=hint))
    return False


def name_dimension(draft: Draft, told: str | Sequence[str], texts: TextReader) -> None:
    """Name each part by its heading, and take off the name of what is of all people."""
    column = draft.columns.get("dimension")
    if not isinstance(column, Categorical):
        return
    names = [told] if isinstance(told, str) else [*told]
    # Parts that stand beside each other are named by their own headings.
    known = {*map(str.casefold, column.categories)}
    own = len(names) > 1 or names[0].casefold() in known or texts.read(names[0]).of("indicator")
    heading = "" if own else f"{names[0]}: "
    words = []
    for word in column.categories:
        reading = texts.read(word)
        whole = {*reading.keys("part")} == {"all"} or {*reading.keys("row")} == {"total"}
        words.append(None if not word.strip() or whole else f"{heading}{word.strip()}")
    draft.columns["dimension"] = Categorical.encode(words).take(column.codes)


def _say_groups(draft: Draft, block: Block) -> None:
    """Say for each figure what the last row above its own says of a group: *KABUPATEN*."""
    labels = [(one.row, one.text) for one in block.left_out if one.kind == "label"]
    if not labels or "region" not in draft.columns or not draft.rows:
        return
    rows = [draft.place(row, "region").row or 0 for row in range(draft.rows)]
    # Places count from 1, and what is left out from 0.
    group = np.searchsorted([row + block.grid.top + 1 for row, _ in labels], rows) - 1
    draft.columns["region_group"] = Categorical.encode(text for _, text in labels).take(group)


def _report_lists(draft: Draft) -> None:
    """Report regions that are lists or the like: no text, and nothing to look up."""
    cells = draft.columns.get("region")
    # Codes of BPS are looked up as they are written, whatever they are.
    if "bps_code" in draft.columns or not isinstance(cells, list):
        return
    hint = "keep codes as text"
    plain = [cell if isinstance(cell, Hashable) else None for cell in cells]
    for row, cell in enumerate(cells):
        if cell is not None and plain[row] is None:
            where = draft.place(row, "region")
            draft.problems.append(Problem("not text", where=where, got=cell, hint=hint))
    draft.columns["region"] = encode(plain)
