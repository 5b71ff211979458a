"""The tables of a sheet: title, header and body, and what kind of row each row is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.columns import Categorical, RawColumn, to_python
from kencana_targets.core.errors import Place, Problem
from kencana_targets.core.typing import Ints, NDArray, Truths
from kencana_targets.model.place_names import levels_named
from kencana_targets.tables import raw_columns
from kencana_targets.tables.conflicts import (
    begins_another,
    names_other,
    says_below,
    says_kinds,
    says_less,
)
from kencana_targets.tables.files import HEAD, LONGEST_CELL, Grid
from kencana_targets.tables.header import (
    FIGURE,
    MOST_HEADER_ROWS,
    filled,
    header_paths,
    header_rows,
    is_header_row,
    is_numbered,
    read_title,
    table_above,
)
from kencana_targets.tables.headings import FIGURES, KEYS, Heading, Vocabulary
from kencana_targets.tables.numbers import says_missing
from kencana_targets.tables.phrases import TextReader, TextReading
from kencana_targets.tables.raw_columns import Cells, Numerals
from kencana_targets.tables.units import is_unit_column
from kencana_targets.tables.words import fold, one_of, unspaced, word_set, words_of

_MOST_HEADERS, _MOST_TABLES = 100, 30
_A_NUMBER = re.compile(r"[-+.,%\s]*[0-9][-+.,%\s0-9]*")
_SHOWN, _LONGEST_LEGEND = 60, 60
# An interval, its half or an error, as papers write them under a figure.
_UNDER = re.compile(
    r"\s*(?:[(\[]\s*(?:\u00b1|\+/-)?|\u00b1|\+/-)\s*[0-9][0-9.,%\s]*"
    r"(?:[-\u2013\u2014;]\s*[0-9][0-9.,%\s]*)?[)\]]?\s*"
)
_FOOTNOTE = re.compile(r"[(]?[0-9]{1,2}\)\s*\w")
_HEADERS = ("header repeated", "another header")
_NAMES_OF_REGIONS = ("region", "province")
# Kinds of figures that are made of those of other rows.
_MADE = ("statistic", "change", "contribution", "limit")


@frozen(eq=False)
class Block:
    """A table whose headings have been found.

    Parameters
    ----------
    grid : Grid
        Where it stands.
    first, last : int
        First and last row of the header, a numbered row included; from 0.
    headings : list of Heading
        One a column.
    columns : list of Cells
        The cells of the rows kept, one a heading.
    rows : ndarray of int
        The row of the grid that each kept row is; from 0.
    left_out : list of LeftOut
        The rows that are no figures.
    """

    grid: Grid
    first: int
    last: int
    headings: list[Heading]
    columns: list[Cells]
    rows: Ints
    left_out: list[LeftOut]

    def place(self, row: int, column: int | None = None) -> Place:
        """Say where a cell of a kept row is."""
        heading = "" if column is None else self.headings[column].text
        return self.grid.place(int(self.rows[row]) if row >= 0 else -1, column, heading)

    def where_heading(self, column: int) -> Place:
        """Say where the heading of a column is."""
        return self.grid.place(self.first, column, self.headings[column].text)

    def keep(self, kept: Ints) -> Block:
        """Return the table with some of its rows."""
        columns = [raw_columns.picked(column, kept) for column in self.columns]
        return evolve(self, columns=columns, rows=self.rows[kept])

    def reread(self, changes: Mapping[int, Mapping[str, Any]]) -> Block:
        """Return the table with some headings understood otherwise."""
        if not changes:
            return self
        headings = list(self.headings)
        for at, change in changes.items():
            headings[at] = evolve(headings[at], **change)
        return evolve(self, headings=headings)

    def is_filled(self, column: int) -> bool:
        """Return whether a column holds something."""
        return bool(raw_columns.present(self.columns[column]).any())

    def lines(self, *, among: bool = False) -> list[tuple[str, Place]]:
        """Return the notes of the table, or the labels among its figures, and where they stand."""
        last = int(self.rows[-1]) if len(self.rows) else -1
        return [
            (text, self.grid.place(row))
            for row, kind, text in self.left_out
            # A label among the figures is one of the rows below it.
            if (kind == "label" and (row < last if among else row > last))
            or (kind in ("note", "text below the table") and not among)
        ]


class Headers(NamedTuple):
    """What a header is: for figures, and for printed achievements.

    Parameters
    ----------
    find : callable
        Gives first and last row of a header in a grid, and the one that numbers its columns.
    read : callable
        Says what a column with a heading holds.
    starts : callable
        Gives the rows below a header that may begin another one.
    """

    find: Callable[[Grid], tuple[int, int, int] | None]
    read: Callable[[tuple[str, ...]], Heading]
    starts: Callable[[Sequence[Cells]], list[int]] = lambda columns: []


@frozen(eq=False)
class _Header:
    """A header that was found: its rows in a grid, and what it says of each column."""

    grid: Grid
    first: int
    last: int
    end: int
    paths: list[tuple[str, ...]]
    headings: list[Heading]
    said: list[set[str]]

    @classmethod
    def at(cls, grid: Grid, headers: Headers) -> _Header | None:
        found = headers.find(grid)
        if found is None:
            return None
        first, last, end = found
        paths = header_paths(grid, first, last)
        said = [set(path) for path in paths]
        for column in filled(grid.head[end]):
            said[column].add(raw_columns.cell_text(grid.head[end][column]))
        return cls(grid, *found, paths, list(map(headers.read, paths)), said)

    @property
    def meaning(self) -> list[tuple[Any, ...]]:
        """What it says of each column, in whatever words."""
        return [(one.role, one.year, one.rest) for one in self.headings]

    def block(self, columns: list[Cells], stop: int, problems: list[Problem]) -> Block:
        """Return the table below, as far as the row where the next one begins."""
        grid = self.grid
        width = max((at + 1 for at, path in enumerate(self.paths) if path), default=0)
        most = max(map(len, grid.head[self.first : self.end + 1]))
        for number, row in grid.spill(width, most) if not grid.sheet else ():
            # Words alone, such as two signatures side by side, are no figures that moved.
            moved = any(_A_NUMBER.fullmatch(str(cell)) for cell in row[:width])
            if moved and self.end < number - grid.top < stop:
                what = f"{len(row)} cells under {width} columns"
                hint = "quote cells that contain the separator"
                where = grid.place(number - grid.top)
                problems.append(Problem(what, where=where, got=row, hint=hint))
        rows = np.arange(self.end + 1, stop)
        return Block(grid, self.first, self.end, self.headings, columns, rows, [])


def find_blocks(
    grid: Grid, headers: Headers, problems: list[Problem]
) -> list[tuple[Block, _Header]]:
    """Find the tables of a sheet, one below another, each with its header.

    A header that is repeated, as on the next page, begins no table of its own, nor does
    one that says the same in other words.
    """
    top = _Header.at(grid, headers)
    if top is None:
        return []
    below, found, lowest = top.end + 1, [top], top.end
    figures = [at for at, heading in enumerate(top.headings) if heading.role == "figures"]
    body = grid.body(below, figures)
    tried = 1
    for row in (below + at for at in headers.starts(body)):
        cells = zip(raw_columns.cells_of_row(body, row - below), found[-1].said, strict=False)
        again = (cell is None or raw_columns.cell_text(cell) in said for cell, said in cells)
        if row <= lowest or all(again):
            lowest = max(lowest, row)
            continue
        if tried == _MOST_HEADERS:
            problems.append(_too_many(_MOST_HEADERS, grid.place(row)))
            break
        tried += 1
        start = max(row - MOST_HEADER_ROWS, lowest + 1)
        header = _Header.at(_from(grid, start, body, below), headers)
        lowest = row if header is None else header.grid.top - grid.top + header.end
        if header is not None and header.meaning == found[-1].meaning:
            for texts, more in zip(found[-1].said, header.said, strict=True):
                texts.update(more)
        elif header is not None:
            found.append(header)
    tops = [header.grid.top - grid.top for header in found]
    begins = [above + header.first for above, header in zip(tops, found, strict=True)]
    blocks = []
    for header, above, stop in zip(found, tops, [*begins[1:], grid.height], strict=True):
        start = above + header.end + 1
        rows = np.arange(start - below, max(stop, start) - below)
        whole = not body or len(rows) == len(body[0])
        columns = body if whole else [raw_columns.picked(column, rows) for column in body]
        block = header.block(columns, stop - above, problems)
        words: list[Any] = []
        for column in columns:
            if isinstance(column, Categorical):
                words += [column.categories[x] for x in column.codes[-_LONGEST_LEGEND:] if x >= 0]
            elif not isinstance(column, (np.ndarray, raw_columns.Numerals)):
                words += column[-_LONGEST_LEGEND:]
        firsts = {word.casefold().split(" ", 1)[0] for word in words if isinstance(word, str)}
        if not word_set("signs").isdisjoint(first.strip(".,:") for first in firsts):
            block = _without_signers(block)
        blocks.append((block, header))
    return blocks


def _without_signers(block: Block) -> Block:
    """Leave out who signs, side by side, below the last figure of a table."""
    figures = [at for at, one in enumerate(block.headings) if one.role in ("figures", *FIGURES)]
    first, said = len(block.rows), ""
    for row in range(first)[: -_LONGEST_LEGEND - 1 : -1]:
        cells = raw_columns.cells_of_row(block.columns, row)
        texts = [one for one in cells if isinstance(one, str) and not FIGURE.fullmatch(one)]
        if any(cells[at] is not None and cells[at] not in texts for at in figures):
            break
        # "Kab. Kaur | | Ketua tidak lapor" is a region with a remark.
        begins = fold(texts[0][:LONGEST_CELL]).split(" ")[0] if texts else ""
        if begins in word_set("signs") and len(cells) - cells.count(None) > 1:
            first, said = row, texts[0]
    left_out = [LeftOut(row, "text below the table", said) for row in block.rows[first:].tolist()]
    return evolve(block.keep(np.arange(first)), left_out=left_out)


def _from(
    grid: Grid, start: int, columns: list[Cells], begin: int, titles: Sequence[list[Any]] = ()
) -> Grid:
    """Return a sheet from a row on, below some titles; columns hold its cells from another row on.

    How many cells of a column are shown in percent is not known of a part of it.
    """
    shift = start - len(titles)
    rows = range(start - begin, min(shift + HEAD, grid.height) - begin)
    return evolve(
        grid,
        head=[*titles, *(raw_columns.cells_of_row(columns, row) for row in rows)],
        height=grid.height - shift,
        body=lambda row, figures=(): grid.body(row + shift, figures),
        merged=tuple(
            ((top - shift, left), (bottom - shift, right))
            for (top, left), (bottom, right) in grid.merged
            if top >= start
        ),
        percent={},
        top=grid.top + shift,
        unseen=(frozenset(row - shift for row in grid.unseen[0]), grid.unseen[1]),
    )


def without_repeats(block: Block, said: Sequence[set[str]]) -> Block:
    """Leave out rows that only say again what the header says."""
    if not block.columns:
        return block
    texts = [raw_columns.words_of(column) for column in block.columns]
    there = np.array([text.codes >= 0 for text in texts])
    known = [
        np.array([*(raw_columns.cell_text(one) in own for one in text.categories), True])[
            text.codes
        ]
        for text, own in zip(texts, said, strict=True)
    ]
    again = np.all(known, axis=0) & there.any(axis=0)
    left_out = [*block.left_out]
    left_out += [LeftOut(row, "header repeated") for row in block.rows[again].tolist()]
    return evolve(block.keep(np.flatnonzero(~again)), left_out=left_out)


def _side_by_side(block: Block) -> list[Block]:
    """Part tables that stand beside each other under one header, each with its own keys.

    Columns of the others are empty in each, so that places stay those of the sheet.
    """
    headings = block.headings
    roles = [one.role if one.role in KEYS and not one.told else "" for one in headings]
    first = next((role for role in roles if roles.count(role) > 1 and role), "")
    starts = [at for at, role in enumerate(roles) if role and role == first]
    keys = {tuple(filter(None, roles[a:b])) for a, b in pairwise([*starts, len(roles)])}
    if len(starts) < 2 or len(keys) > 1 or {*roles[: starts[0]]} - {""}:
        return [block]
    # Numbers of rows and the like stand before the keys of each table.
    before = {one.text for one in headings[: starts[0]]} | {""}
    for number in range(len(starts)):
        while starts[number] > 0 and headings[starts[number] - 1].text in before:
            starts[number] -= 1
    parts = [range(a, b) for a, b in pairwise([*starts, len(headings)])]
    full = {at for at, h in enumerate(headings) if h.role == "figures" and block.is_filled(at)}
    filled_in = [not full.isdisjoint(part) for part in parts]
    return [_only(block, part, parts) for part in parts] if all(filled_in) else [block]


def _only(block: Block, own: range, parts: Sequence[range]) -> Block:
    """Return one of the tables of a block, under its own titles and those of all."""
    nothing = Categorical.constant(None, len(block.rows))
    others = [Heading(one.text, "ignored") for one in block.headings]
    headings = [block.headings[at] if at in own else one for at, one in enumerate(others)]
    columns = [one if at in own else nothing for at, one in enumerate(block.columns)]
    head = list(block.grid.head)
    for number, row in enumerate(head[: block.first]):
        if sum(any(row[at] is not None for at in part if at < len(row)) for part in parts) > 1:
            head[number] = [cell if at in own else None for at, cell in enumerate(row)]
    return evolve(block, grid=evolve(block.grid, head=head), headings=headings, columns=columns)


def find_block(
    grid: Grid, words: Vocabulary, problems: list[Problem], *, insist: bool
) -> list[Block]:
    """Find the tables of figures of a grid, and sort their rows.

    With `insist` its first row is the header if none is found.
    """

    def find(grid: Grid) -> tuple[int, int, int] | None:
        found = header_rows(grid, words)
        if found is None and insist:
            found = next(((at, at, at) for at, row in enumerate(grid.head) if filled(row)), None)
        return found

    tables, pending = list[Block](), [(grid, 0)]
    while pending:
        grid, above = pending.pop()
        own = list[Problem]()
        # Where a header among the figures begins a table is found below.
        found = find_blocks(grid, Headers(find, words.read), own)
        if not found:
            continue
        ((block, header),) = found
        for number, row in enumerate(grid.head[: block.last + 1]):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                    own.append(_too_long(cell, grid.place(number, column)))
        start, paths = block.last + 1, header.paths
        parts = [
            (part, *sort_rows(part.columns, part.headings, start, paths, words.texts))
            for part in _side_by_side(block)
        ]
        begins = table_above(grid, block.first, words)
        if begins is None and len(parts) == 1:
            begins = _table_below(*parts[0], words)
        if begins is None:
            tables += [_sorted(*part, header, words, own, above) for part in parts]
            problems += own
        elif len(tables) + len(pending) < _MOST_TABLES:
            titles, begin, own_header = begins
            insist, head = False, grid.head[:begin]
            pending.append(_titled(grid, titles, begin, own_header, words))
            pending.append((evolve(grid, head=head, height=begin, percent={}), above))
        else:
            problems.append(_too_many(_MOST_TABLES, grid.place(begins[-1])))
    return tables


def _too_many(most: int, where: Place) -> Problem:
    what = f"more than {most} headers below each other"
    return Problem(what, where=where, hint="put the tables on sheets of their own")


def _table_below(
    block: Block, kept: Truths, left_out: Sequence[LeftOut], words: Vocabulary
) -> tuple[int, int, int] | None:
    """Return how many titles stand above, the row where another table begins, and its header.

    The header is another, or what stands over it says what its figures are.
    """
    begin = block.last + 1
    for row in [one.row for one in sorted(left_out) if one.kind in _HEADERS]:
        above = np.flatnonzero(kept[: row - block.last - 1])
        begin = int(above[-1]) + block.last + 2 if len(above) else begin
        titles = [one for one in left_out if begin <= one.row < row and one.kind == "label"]
        another = any(one.row == row and one.kind == "another header" for one in left_out)
        told = telling_labels(block.grid, block.first, block.headings, words, titles)
        if len(above) and (
            another or told or any(begins_another(one.text, words.texts) for one in titles)
        ):
            return block.first, min((one.row for one in titles), default=row), row
    return None


def _titled(grid: Grid, first: int, start: int, header: int, words: Vocabulary) -> tuple[Grid, int]:
    """Return a sheet from a row on, below the titles of all its tables, and how many these are.

    A title of one table says its indicator or kind, or what another's own title says, too.
    """
    columns = grid.body(start)

    def said(row: Sequence[Any]) -> AbstractSet[str]:
        text = " ".join(str(cell) for cell in row if cell is not None)
        found = {"indicator"} if begins_another(text, words.texts) else set()
        found |= {"region"} if _places(text, words) else set()
        return words.texts.read(text).kinds | found

    own = [said(raw_columns.cells_of_row(columns, row)) for row in range(header - start)]
    others = {"indicator", "figure"}.union(*own) - {"neutral"}
    titles = [row for row in grid.head[:first] if filled(row) and others.isdisjoint(said(row))]
    return _from(grid, start, columns, start, titles), len(titles)


def _sorted(
    block: Block, kept: Truths, left_out: list[LeftOut], header: _Header, words: Vocabulary,
    problems: list[Problem], above: int,
) -> Block:  # fmt: skip
    """Keep the rows of figures, and report what the others say of the figures.

    The first rows above are titles of another table as well, and stand there.
    """
    grid, first, last = block.grid, block.first, block.last
    at = np.flatnonzero(kept)
    # What stands below the last figure is said of none.
    inside = [one for one in left_out if len(at) and one.row <= at[-1] + last]
    problems += telling_labels(grid, first, block.headings, words, inside)
    left_out += [LeftOut(row, "title") for row in range(above, first) if filled(grid.head[row])]
    left_out += [LeftOut(last, "numbered header")] * (last > header.last)
    left_out = sorted((*block.left_out, *left_out))
    block = evolve(block if kept.all() else block.keep(at), left_out=left_out)
    _check_cells(block, problems)
    return block


def _check_cells(block: Block, problems: list[Problem]) -> None:
    """Report cells that are too long and cells without a heading."""
    for at, column in enumerate(block.columns):
        text = column if isinstance(column, Categorical) else Categorical.constant(None, 0)
        if max(map(len, text.categories), default=0) > LONGEST_CELL:
            for code, word in enumerate(text.categories):
                if len(word) > LONGEST_CELL:
                    row = int(np.argmax(text.codes == code))
                    problems.append(_too_long(word, block.place(row, at)))
        if not block.headings[at].text and not _numbers_rows(column, at):
            for row in np.flatnonzero(raw_columns.present(column)).tolist():
                cell = column[row]
                if not isinstance(cell, str) or FIGURE.fullmatch(cell[:LONGEST_CELL]):
                    what = "a figure in a column without a heading"
                    hint = "write a heading over the column, or clear it"
                    where = block.place(row, at)
                    problems.append(Problem(what, where=where, got=to_python(cell), hint=hint))
                    break


def _numbers_rows(column: Cells, at: int) -> bool:
    """Return whether a first column numbers the rows, as data frames write their index.

    Rows that were sorted or chosen keep their numbers.
    """
    if at or not len(column) or not raw_columns.present(column).all():
        return False
    words = raw_columns.words_of(column)
    if not all(map(str.isdecimal, words.categories)):
        return False
    return len(column) == len(words.categories) > 1


def _too_long(cell: str, where: Place) -> Problem:
    hint = f"a cell of a table holds at most {LONGEST_CELL:,} characters"
    return Problem("too long for a cell", where=where, got=cell, hint=hint)


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return what finds summaries, totals of regions, and notes."""
    total = f"(?:{one_of('mean-or-total')})"
    # Strict, because 'jumlah peserta KB' is an indicator as others.
    summary = (
        rf"(?:{total}|predikat|kriteria|kategori)(?: (?:{one_of('beside-total')}|{total}|"
        r"(?:sasaran|tujuan|misi|program|kegiatan|bidang) (?:[0-9]+|[ivx]+|[a-z])))*"
    )
    note = (
        rf"\s*(?:(?:{one_of('note')})\b(?:\s*data\b)?\s*(?:[:.,)]|$)|\*+\s*\)?\s*\w|"
        r"(?:mengetahui|ttd)\b).*"
    )
    # Of a region: no region is called so, while an indicator may be ("Jumlah penduduk").
    of_regions = rf"{total}\b.*|.*\b{total}"
    return re.compile(summary), re.compile(of_regions), re.compile(note, re.IGNORECASE | re.DOTALL)


class LeftOut(NamedTuple):
    """A row that holds no figures: where it is, of what kind, and what it says."""

    row: int
    kind: str
    text: str = ""

    @property
    def why(self) -> str:
        """What people are told of it; labels in full, as they may say what is below them."""
        short = len(self.text) <= _SHOWN or self.kind == "label"
        text = self.text if short else f"{self.text[:_SHOWN]}..."
        return f"{self.kind}: {text}" if text else self.kind


def telling_labels(
    grid: Grid, first: int, headings: list[Heading], words: Vocabulary, left_out: Sequence[LeftOut]
) -> list[Problem]:
    """Report rows between figures that say what the figures below them are."""
    roles = {heading.role for heading in headings}
    known: set[float | None] = {heading.year for heading in headings}
    known |= {one.period.year for one in headings if one.period is not None}
    title = read_title(grid, first, words)
    known |= {*title.years}
    over = [words.texts.read(heading.text) for heading in headings if left_out]
    own = title.named("indicator").union(*(one.keys("indicator") for one in over))
    own_words = frozenset().union(*(words.texts.words[code] for code in own))
    regions = title.named("region").union(*(_places(one.text, words) for one in title.readings))
    placed = not roles.isdisjoint((*_NAMES_OF_REGIONS, "region_code", "bps_code"))
    places = {} if placed else {one.row: _places(one.text, words) for one in left_out}
    # "Provinsi Bengkulu" over "Kabupaten Seluma" says where that is.
    regions |= {code[:2] for code in regions.intersection(chain(*places.values()))}
    problems = []
    for row, kind, text in left_out:
        reading, role = words.texts.read(text), words.role(text)
        if kind == "interval":
            what = "an interval stands in a row below its figure"
            hint = "write it beside the figure, under 'interval' or 'margin of error', or clear it"
            problems.append(Problem(what, where=grid.place(row), got=text, hint=hint))
        if kind == "another header":
            what = "another header stands among the figures"
            hint = "part the tables, a sheet each, or give them one header"
            problems.append(Problem(what, where=grid.place(row), hint=hint))
        below = says_below(reading) and (not placed or not reading.rest)
        tells = {
            "an indicator": "indicator" not in roles
            and (
                words.indicator(text)
                or not own.issuperset(reading.keys("indicator"))
                or names_other(reading, own_words)
            ),
            "another region": not regions.issuperset(places.get(row, ())),
            "a year": "year" not in roles and not known.issuperset(reading.years),
            "a unit": "unit" not in roles and is_unit_column([text], words.texts),
            "a part of the year or of the people": says_less(reading, group=True)
            or (role == "facility" or (below and role not in KEYS)),
            "the kind of figures": role in FIGURES
            or (not reading.rest and bool(reading.keys("figure"))),
        }
        for what in (what for what, told in tells.items() if told and kind == "label"):
            hint = "write it in a column of its own, or part the table there"
            message = f"a row that names {what} stands among the figures"
            problems.append(Problem(message, where=grid.place(row), got=text, hint=hint))
    return problems


def _places(text: str, words: Vocabulary) -> set[str]:
    """Return the regions that a line names, with their level or alone."""
    role, _, name = text.rpartition(":")
    name = name if words.role(role.strip()) == "region" else text
    levels = ("", "kabupaten ", "kota ") if words.texts.names_region(name) else ("",)
    return {code for level in levels for code in words.texts.read(level + name).keys("region")}


def sort_rows(
    columns: list[Cells],
    headings: list[Heading],
    start: int,
    paths: list[tuple[str, ...]],
    texts: TextReader,
) -> tuple[Truths, list[LeftOut]]:
    """Part the rows of figures from blank rows, notes, summaries and repeated headers."""
    there = raw_columns.held(columns)
    if not there.size:
        return np.zeros(0, dtype=bool), []
    count = there.sum(axis=0, dtype=np.uint16)
    keys = [at for at, heading in enumerate(headings) if heading.role in KEYS]
    plain = count > 1
    if keys:
        plain &= there[keys].all(axis=0)
    leading = True
    for at, column in enumerate(columns):
        leading &= headings[at].role != "figures"
        if not isinstance(column, Numerals):
            plain &= ~_marked(column, paths[at], headings[at].role, leading=leading)
    kept, left_out = plain.copy(), list[LeftOut]()
    figures = [at for at, heading in enumerate(headings) if heading.role == "figures"]
    regions = [at for at, heading in enumerate(headings) if heading.role in _NAMES_OF_REGIONS]
    empty = plain & ~there[figures].any(axis=0) if figures and regions else []
    for row in np.flatnonzero(empty).tolist():
        # "II | KOTA": a group with its number, over rows of its own.
        text = raw_columns.cell_text(raw_columns.cells_of_row(columns, row)[regions[0]])
        if _is_level(texts.read(text[:LONGEST_CELL])):
            kept[row] = plain[row] = False
            count[row] = 0
            left_out.append(LeftOut(row + start, "label", text))
    legend = _legend(columns, headings, count, texts)
    plain[legend] = kept[legend] = False
    with_figures = np.flatnonzero(plain)
    tail = with_figures[-1] if len(with_figures) else -1
    for row in np.flatnonzero(~plain & (count > 0)).tolist():
        cells = raw_columns.cells_of_row(columns, row)
        kind, text = _kind_of(cells, headings, paths, texts, after=row > tail)
        if not kind and row in legend:
            kind, text = "text below the table", str(next(filter(None, cells)))
        kept[row] = not kind
        if kind:
            left_out.append(LeftOut(row + start, kind, text))
    # A page begins with the whole header, also with the row that numbers its columns.
    for row in [one.row + 1 - start for one in left_out if one.kind == "header repeated"]:
        if row < len(kept) and kept[row] and is_numbered(raw_columns.cells_of_row(columns, row)):
            kept[row] = False
            left_out.append(LeftOut(row + start, "numbered header"))
    return kept, left_out


def _legend(
    columns: list[Cells], headings: list[Heading], count: NDArray[Any], texts: TextReader
) -> range:
    """Return the rows below the last blank one, if words stand there and none names a region.

    A list of abbreviations is one; what cannot be read in the row of a region is none.
    """
    blank = np.flatnonzero(count == 0)
    first = int(blank[-1]) + 1 if len(blank) else len(count)
    figures = [at for at, heading in enumerate(headings) if heading.role == "figures"]
    rows = range(first, len(count))
    none = range(len(count), len(count))
    if not texts.places or len(rows) > _LONGEST_LEGEND:
        return none
    for row in rows:
        cells = raw_columns.cells_of_row(columns, row)
        said = [cells[at] for at in figures if cells[at] is not None]
        words = bool(said) and all(isinstance(one, str) and not _like_data(one) for one in said)
        named = any(isinstance(cell, str) and texts.names_region(cell) for cell in cells)
        if named or not words or says_missing(said).any():
            return none
    return rows


def _marked(column: RawColumn, path: tuple[str, ...], role: str, *, leading: bool) -> Truths:
    """Return where a cell may begin a note or summary, or repeats its heading."""
    nowhere = np.zeros(len(column), dtype=bool)
    if isinstance(column, np.ndarray):
        return nowhere
    column = raw_columns.texts_of(column)
    keyed = role in KEYS or leading
    if not keyed and not any(part in column.categories for part in path):
        return nowhere

    def begins(word: str) -> bool:
        if word in path or not keyed or word[:1].isdigit():
            return word in path
        return is_note(word) or is_summary(word) or _is_total(word, role)

    return raw_columns.holding(column, begins)


def _is_level(reading: TextReading) -> bool:
    """Return whether a text says a level, or a province, and nothing else."""
    kinds = reading.kinds
    provinces = {"province", "nation"}.issuperset(reading.keys("level"))
    return not reading.rest and (kinds == {"level"} or (kinds == {"level", "region"} and provinces))


def _is_total(text: Any, role: str) -> bool:
    """Return whether the cell of a region is a sum or mean of regions."""
    if role not in _NAMES_OF_REGIONS or not isinstance(text, str):
        return False
    folded = fold(unspaced(text[:LONGEST_CELL]))
    known = folded in words_of("row") or words_of("figure").get(folded) in _MADE
    return known or bool(_patterns()[1].fullmatch(folded))


def is_summary(text: str) -> bool:
    """Return whether a text names what is made of other figures.

    Examples
    --------
    >>> is_summary("Rata-rata capaian kinerja"), is_summary("Jumlah penduduk")
    (True, False)
    >>> is_summary("Total Provinsi"), is_summary("Jumlah anggaran"), is_summary("Sub jumlah")
    (True, True, True)
    """
    return bool(_patterns()[0].fullmatch(fold(unspaced(text[:LONGEST_CELL]).partition(":")[0])))


def is_note(text: str) -> bool:
    """Return whether a text is about a table, such as its source or who signed it.

    Examples
    --------
    >>> is_note("Sumber: SKAP"), is_note("Dicetak: Juni 2022"), is_note("Sumber daya")
    (True, True, False)
    """
    return bool(_patterns()[2].fullmatch(text))


def _kind_of(
    cells: list[Any],
    headings: list[Heading],
    paths: list[tuple[str, ...]],
    reader: TextReader,
    *,
    after: bool,
) -> tuple[str, str]:
    """Return of what kind a row is that is left out, and what it says; nothing of figures."""
    there = [(at, cell) for at, cell in enumerate(cells) if cell is not None]
    texts = [cell for _, cell in there if isinstance(cell, str)]
    first = texts[0] if texts else ""
    roles = [headings[at].role for at, _ in there]
    if (repeated := _repeated(there, headings, paths, reader)) is not None:
        return repeated
    keys = {headings[at].role for at, _ in there} & {*KEYS}
    if not keys and len(texts) == len(there) and all(map(_UNDER.fullmatch, texts)):
        return "interval", first
    totals = [cell for at, cell in there if _is_total(cell, headings[at].role)]
    if totals:
        # "Jumlah PUS" alone is over the rows below it, and no total.
        line = reader.read(first)
        over = says_kinds(line) or line.of("indicator") or names_other(line)
        return ("label", first) if len(there) == 1 and over else ("summary", totals[0])
    # Where other keys stand in the row of a summary it is data, unless its label stands left of
    # where a region would be named: no number names one.
    regions = [at for at, one in enumerate(headings) if one.role in _NAMES_OF_REGIONS]
    unnamed = texts and not any(map(str.isalpha, "".join(str(cells[at] or "") for at in regions)))
    left = unnamed and cells.index(first) < min(regions, default=0)
    beside = not left and any(headings[at].role in KEYS for at, cell in there if cell != first)
    if texts and is_summary(first) and not beside:
        over = len(there) == 1 and says_less(reader.read(first))
        return "label" if over else "summary", first
    like = [at for at, cell in there if not isinstance(cell, str) or FIGURE.fullmatch(cell)]
    numbers = [headings[at] for at in like]
    named = any(one.figure or one.year is not None or one.period is not None for one in numbers)
    leads = isinstance(there[0][1], str) and len(there) > 1
    if after and leads and not named and not any(role in KEYS for role in roles):
        return "text below the table", first
    if any(one.role == "figures" for one in numbers):
        return "", ""
    if texts and (is_note(first) or (after and _FOOTNOTE.match(first))):
        # "Sumber" in one cell, and what it is in the next.
        beside = len(texts) == len(there) == 2 and first[-1:].isalpha()
        return "note", f"{first}: {texts[1]}" if beside else first
    if len(there) == 1 and texts and (not _like_data(first) or says_less(reader.read(first))):
        return "label", first
    keyed = all(cells[at] is not None for at, one in enumerate(headings) if one.role in KEYS)
    if after and texts and not keyed and not any(map(_like_data, texts)):
        return "text below the table", first
    return "", ""


def _repeated(
    there: Sequence[tuple[int, Any]],
    headings: list[Heading],
    paths: list[tuple[str, ...]],
    reader: TextReader,
) -> tuple[str, str] | None:
    """Return of what kind a row is that repeats headings, and what it says; None of others."""
    # A year in a heading may be a number.
    anew = [(at, cell) for at, cell in there if raw_columns.cell_text(cell) not in paths[at]]
    if not anew and (len(there) > 1 or isinstance(there[0][1], str)):
        return "header repeated", ""
    if len(anew) == 1 < len(there) and headings[anew[0][0]].role in _NAMES_OF_REGIONS:
        # "No | KOTA | PUS" below "No | KABUPATEN | PUS": a group, under the same header.
        level = raw_columns.cell_text(anew[0][1])[:LONGEST_CELL]
        if _is_level(reader.read(level)) and len(levels_named(level)) == 1:
            return "label", level
    repeated = any(headings[at].role in KEYS and cell in paths[at] for at, cell in there)
    # It repeats the heading of a key, over other headings.
    another = repeated and is_header_row([cell for _, cell in there])
    return ("another header", "") if another else None


def _like_data(text: str) -> bool:
    """Return whether a lone cell may be a whole row that was not parted, or a figure."""
    return bool(FIGURE.fullmatch(text)) or any(text.count(mark) > 1 for mark in ";\t|,")
