"""Published evaluation tables: target, actual and achievement, as printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import define, evolve, field, fields, frozen
from numpy.typing import NDArray

from kencana_targets.auditing import printed_headers, published_figures
from kencana_targets.auditing.printed_headers import PRINTED, ROLES, PrintedHeaders, Triple
from kencana_targets.auditing.published_figures import AVERAGE, FIGURE, WORD_LINE
from kencana_targets.core.columns import Categorical, RawColumn, Table, concat
from kencana_targets.core.errors import Place, Problem, TableError, raise_gathered
from kencana_targets.core.frames import from_frame
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.formulas.reproduction import UNKNOWN, PrintedRows
from kencana_targets.model.plan import Plan
from kencana_targets.tables.asked import check_options
from kencana_targets.tables.column_roles import check_columns, choose_rows
from kencana_targets.tables.figures import frame_block, wanted_sheets
from kencana_targets.tables.files import Grid
from kencana_targets.tables.header import looks_like_figures, read_title
from kencana_targets.tables.headings import Vocabulary
from kencana_targets.tables.layout import Block, find_blocks, without_repeats
from kencana_targets.tables.opening import open_source
from kencana_targets.tables.phrases import TextReading
from kencana_targets.tables.plan_sheets import shipped_indicators
from kencana_targets.tables.raw_columns import picked, plain, present, stripped, words_of, written

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
    reader = _Reader(
        opened.name,
        decimal,
        Vocabulary.of(None, None, published_figures.indicator_names(indicators)),
    )
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
        reader.stop()
    for block in blocks:
        reader.read(block)
    reader.stop()
    if not reader.parts:
        hint = "a row has target, actual and achievement"
        raise TableError(Problem("no row with a figure", hint=hint), opened.name)
    return _with_directions(reader.stacked(), published_figures.sense_of(indicators))


def _clean(table: Table) -> Table:
    """Take the blanks around the cells of a data frame away, as those of files are."""

    def clean(column: RawColumn) -> RawColumn:
        if isinstance(column, Categorical):
            return stripped(column)
        return column if isinstance(column, np.ndarray) else list(map(plain, column))

    return Table({name: clean(column) for name, column in table.columns.items()}, table.rows)


def _with_directions(published: Published, sense: Callable[[str], Direction | None]) -> Published:
    """Take the direction of an indicator from its name where the table does not say it."""
    figures, said = published.figures, published.said
    names = published.words["indicator"]
    by_name = published_figures.named_directions(names, sense)
    # Without a column of names, a group of columns may be called by its indicator.
    groups = [text.rpartition(" / ")[0] or text for text in published.column.categories]
    over = published_figures.named_directions(
        Categorical.encode(groups).take(published.column.codes), sense
    )
    by_name = np.where(names.codes < 0, over, by_name)
    direction = np.where(said | (published.kind == AVERAGE), figures.direction, by_name)
    unknown = (direction == UNKNOWN) & ~said & (published.kind != AVERAGE)
    unknown &= published.unreadable.codes < 0
    notes = list(published.notes)
    if unknown.any():
        rows = np.unique(published.number[unknown]).tolist()
        named = ", ".join(map(str, rows[:_ROWS_NAMED]))
        named += f" and {len(rows) - _ROWS_NAMED} more" * (len(rows) > _ROWS_NAMED)
        what = "it is not known whether more or less is better"
        hint = "a figure upside down passes there: add a column 'direction', or hand over plan="
        notes.append(Problem(what, got=f"rows {named}", hint=hint))
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
        whole = frame_block(_clean(table), self.name, headers.read)
        texts = [" ".join(heading.text.split()) for heading in whole.headings]
        block = without_repeats(whole, [set(text.split(" / ")) for text in texts])
        what, hint = (
            "a header stands among the figures",
            "part the frame there, or hand over the file",
        )
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
        called, (agency, own) = (
            published_figures.row_words(block),
            published_figures.agencies_of(block, columns["agency"]),
        )
        title = read_title(block.grid, block.first, self.titles)
        year = title.years[0] if len(title.years) == 1 else np.nan
        used = np.zeros(len(block.rows), dtype=bool)
        for triple in triples:
            at = {role: one for role, one in columns.items() if one is not None}
            at |= dict(zip(PRINTED, triple.figures, strict=True))
            kind = published_figures.kinds_of(block, triple, called)
            held = np.any([present(block.columns[one]) for one in triple.figures], axis=0)
            kept = np.flatnonzero(held & (kind != WORD_LINE))
            band, under_averages = published_figures.bands_of(block, triple, kind, kept)
            used[[*kept, *under_averages]] = True
            if not len(kept):
                continue
            kind = kind[kept]
            words = {
                "agency": published_figures.settled(agency.take(kept), own[kept], kind),
                "band": band,
            }
            over = self.titles.texts.read(block.headings[triple.achievement].text)
            indicator = _only_indicator([over]) or _only_indicator(title.readings)
            if "indicator" not in at:
                named = [indicator if one == FIGURE else None for one in kind.tolist()]
                words["indicator"] = Categorical.encode(named)
            dated = evolve(triple, year=year if np.isnan(triple.year) else triple.year)
            self.parts.append(self._part(block, dated, at, kept, kind, words))
        filled = np.any([present(column) for column in block.columns], axis=0)
        rows = [*block.rows[filled & ~used].tolist(), *(one.row for one in block.left_out)]
        self.left_out += sorted(block.grid.top + row + 1 for row in rows)

    def _part(
        self, block: Block, triple: Triple, at: Mapping[str, int], kept: Ints,
        kind: NDArray[np.int8], words: Mapping[str, Categorical],
    ) -> Published:  # fmt: skip
        """Read the rows of one group of columns."""
        rows = len(kept)
        cells = {role: written(picked(block.columns[one], kept)) for role, one in at.items()}

        def place(row: int, role: str) -> Place:
            return block.place(int(kept[row]), at[role])

        year = published_figures.read_plain(cells, "year", kind == FIGURE, place, self.problems)
        direction, wrong = published_figures.read_directions(cells.get("direction"), rows)
        told = published_figures.read_decimals(cells, rows, place, self.problems)
        needed = kind != AVERAGE
        figures, unreadable = published_figures.read_figures(
            cells, direction, needed, told, self.decimal, wrong
        )
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

        def under(values: Sequence[Any], names: Iterable[str]) -> dict[str, Any]:
            columns = {one: [getattr(value, one) for value in values] for one in names}
            return {
                one: concat(each) if isinstance(each[0], Categorical) else np.concatenate(each)
                for one, each in columns.items()
            }

        parts = self.parts
        figures = under([part.figures for part in parts], (one.name for one in fields(PrintedRows)))
        plain = ("sheet", "column", "part", "number", "kind", "year", "unreadable", "said")
        return Published(
            **under(parts, plain),
            figures=PrintedRows(**figures),
            words={
                key: concat([part.words[key] for part in parts])
                for key in ("agency", *LABELS, "band")
            },
            name=self.name,
            left_out=tuple(self.left_out),
            notes=tuple(self.notes),
        )


def _only_indicator(readings: Iterable[TextReading]) -> str | None:
    """Return what texts call the only indicator that they name."""
    named = {
        one.key: text.text[text.tokens[one.first].start : text.tokens[one.stop - 1].stop]
        for text in readings
        for one in text.of("indicator")
    }
    return next(iter(named.values())) if len(named) == 1 else None
