"""What of a grid is title, heading, body and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.columns import Categorical, RawColumn, to_python
from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables import phrases
from kencana_targets.tables.conflicts import says_less
from kencana_targets.tables.files import HEAD, LONGEST_CELL, Cells, Grid, Numerals, picked, written
from kencana_targets.tables.header import (
    FIGURE,
    MOST_HEADER_ROWS,
    cell_text,
    filled,
    header_paths,
    header_rows,
    is_header_row,
    is_numbered,
    read_title,
    table_above,
)
from kencana_targets.tables.headings import FIGURES, KEYS, Heading, Vocabulary, fold

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABEL, _REPEATED, _NUMBERED = "label: ", "header repeated", "numbered header"
_OTHER_HEADER = "another header"
_MOST_HEADERS = 100
_TOTAL = r"(?:(?:nilai )?rata rata|rata2|rerata|jumlah|(?:grand |sub ?)?total|average|mean)"
_SUMMARY = re.compile(
    rf"(?:{_TOTAL}|predikat|kriteria|kategori)"
    r"(?: (?:capaian|kinerja|nilai|persentase|achievement|keseluruhan|seluruh|indikator|of|"
    rf"{_TOTAL}|provinsi|prov|kabupaten|kab|kota|score))*"
)
# Of a region: no region is called so, while an indicator may be ("Jumlah penduduk").
_TOTAL_OF_REGIONS = re.compile(rf"{_TOTAL}\b.*|.*\b{_TOTAL}")
_NAMES_OF_REGIONS = ("region", "province")
_NOTE = re.compile(
    r"\s*(?:(?:sumber|source|keterangan|ket|catatan|notes?|nb|mengetahui|nip|ttd|kepala|dicetak|"
    r"tanggal)\b(?:\s*data\b)?\s*[:.,)]|\*+\s*\)?\s*\w|(?:mengetahui|ttd)\b).*",
    re.IGNORECASE | re.DOTALL,
)


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
    left_out : list of (row, reason)
        The rows that are no figures.
    """

    grid: Grid
    first: int
    last: int
    headings: list[Heading]
    columns: list[Cells]
    rows: NDArray[np.int64]
    left_out: list[tuple[int, str]]

    def place(self, row: int, column: int | None = None) -> Place:
        """Say where a cell of a kept row is."""
        heading = "" if column is None else self.headings[column].text
        return self.grid.place(int(self.rows[row]) if row >= 0 else -1, column, heading)

    def where_heading(self, column: int) -> Place:
        """Say where the heading of a column is."""
        return self.grid.place(self.first, column, self.headings[column].text)

    def is_filled(self, column: int) -> bool:
        """Return whether a column holds something."""
        return bool(present(self.columns[column]).any())


class Headers(Protocol):
    """What a header is, and what stands under it: for figures, and for printed achievements."""

    def find(self, grid: Grid) -> tuple[int, int, int] | None:
        """Return first and last row of a header, and the one that numbers its columns, if any."""
        ...

    def starts(self, columns: Sequence[Cells]) -> list[int]:
        """Return the rows below a header that may begin another one."""
        ...

    def read(self, path: tuple[str, ...]) -> Heading:
        """Say what a column with this heading holds."""
        ...


@frozen(eq=False)
class FigureHeaders:
    """The headers of tables of figures; with `insist` the first row is one if none is found."""

    words: Vocabulary
    insist: bool

    def find(self, grid: Grid) -> tuple[int, int, int] | None:
        """Return the rows that look most like a header."""
        found = header_rows(grid, self.words)
        if found is None and self.insist:
            found = next(((at, at, at) for at, row in enumerate(grid.head) if filled(row)), None)
        return found

    def starts(self, columns: Sequence[Cells]) -> list[int]:  # noqa: ARG002
        """Return nothing: another header among figures is refused."""
        return []

    def read(self, path: tuple[str, ...]) -> Heading:
        """Say what a column holds."""
        return self.words.read(path)


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
            said[column].add(cell_text(grid.head[end][column]))
        return cls(grid, *found, paths, list(map(headers.read, paths)), said)

    def means_as(self, other: _Header) -> bool:
        """Return whether two headers say the same of each column, in whatever words."""
        mine, theirs = (
            [(one.role, one.year, one.rest) for one in each.headings] for each in (self, other)
        )
        return mine == theirs

    def block(self, columns: list[Cells], stop: int, problems: list[Problem]) -> Block:
        """Return the table below, as far as the row where the next one begins."""
        grid = self.grid
        width = max((at + 1 for at, path in enumerate(self.paths) if path), default=0)
        most = max(map(len, grid.head[self.first : self.end + 1]))
        for number, row in grid.spill(width, most) if not grid.sheet else ():
            if self.end < number - grid.top < stop - grid.top:
                what = f"{len(row)} cells under {width} columns"
                hint = "quote cells that contain the separator"
                where = grid.place(number - grid.top)
                problems.append(Problem(what, where=where, got=row, hint=hint))
        rows = np.arange(self.end + 1, stop - grid.top)
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
        if row <= lowest or _says_again(cells_of_row(body, row - below), found[-1].said):
            lowest = max(lowest, row)
            continue
        if tried == _MOST_HEADERS:
            what = f"more than {_MOST_HEADERS} headers below each other"
            hint = "put the tables on sheets of their own"
            problems.append(Problem(what, where=grid.place(row), hint=hint))
            break
        tried += 1
        start = max(row - MOST_HEADER_ROWS, lowest + 1)
        header = _Header.at(_cut(grid, body, below, start), headers)
        lowest = row if header is None else header.grid.top + header.end
        if header is not None and header.means_as(found[-1]):
            for texts, more in zip(found[-1].said, header.said, strict=True):
                texts.update(more)
        elif header is not None:
            found.append(header)
    stops = [*(header.grid.top + header.first for header in found[1:]), grid.height]
    blocks = []
    for header, stop in zip(found, stops, strict=True):
        start = header.grid.top + header.end + 1
        rows = np.arange(start - below, max(stop, start) - below)
        whole = not body or len(rows) == len(body[0])
        columns = body if whole else [picked(column, rows) for column in body]
        blocks.append((header.block(columns, stop, problems), header))
    return blocks


def _cut(grid: Grid, body: list[Cells], below: int, start: int) -> Grid:
    """Return a sheet from a row on; its cells are those of the body, which begins at `below`."""
    rows = range(start - below, min(start - below + HEAD, grid.height - below))
    return evolve(
        grid,
        head=[cells_of_row(body, row) for row in rows],
        height=grid.height - start,
        merged=tuple(
            ((top - start, left), (bottom - start, right))
            for (top, left), (bottom, right) in grid.merged
            if top >= start
        ),
        top=start,
    )


def _says_again(cells: Sequence[Any], said: Sequence[set[str]]) -> bool:
    """Return whether a row only says again what the header says."""
    beside = zip(cells, said, strict=False)
    return all(cell is None or cell_text(cell) in texts for cell, texts in beside)


def without_repeats(block: Block, said: Sequence[set[str]]) -> Block:
    """Leave out rows that only say again what the header says."""
    if not block.columns:
        return block
    texts = [words_of(column) for column in block.columns]
    there = np.array([text.codes >= 0 for text in texts])
    known = [
        np.array([*(cell_text(word) in own for word in text.categories), True])[text.codes]
        for text, own in zip(texts, said, strict=True)
    ]
    again = np.all(known, axis=0) & there.any(axis=0)
    kept = np.flatnonzero(~again)
    return evolve(
        block,
        columns=[picked(column, kept) for column in block.columns],
        rows=block.rows[kept],
        left_out=[(row, _REPEATED) for row in block.rows[again].tolist()],
    )


def find_block(
    grid: Grid, words: Vocabulary, problems: list[Problem], *, insist: bool
) -> Block | None:
    """Find the table of figures of a grid, and sort its rows."""
    found = find_blocks(grid, FigureHeaders(words, insist), problems)
    if not found:
        return None
    ((block, header),) = found
    first, last = block.first, block.last
    for number, row in enumerate(grid.head[: last + 1]):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                problems.append(_too_long(cell, grid.place(number, column)))
    above = table_above(grid, first, words)
    if above is not None:
        what = "another table stands above the header that was found"
        hint = "part the tables, a sheet each"
        problems.append(Problem(what, where=grid.place(above), hint=hint))
    kept, left_out = _sort_rows(block.columns, block.headings, last + 1, header.paths)
    at = np.flatnonzero(kept)
    # What stands below the last figure is said of none.
    inside = [(row, why) for row, why in left_out if len(at) and row <= at[-1] + last]
    problems += _telling_labels(grid, first, block.headings, words, inside)
    left_out += [(number, "title") for number in range(first) if filled(grid.head[number])]
    left_out += [(last, _NUMBERED)] * (last > header.last)
    if not kept.all():
        columns = [picked(column, at) for column in block.columns]
        block = evolve(block, columns=columns, rows=at + last + 1)
    block = evolve(block, left_out=sorted(left_out))
    _check_cells(block, problems)
    return block


def _telling_labels(
    grid: Grid,
    first: int,
    headings: list[Heading],
    words: Vocabulary,
    left_out: list[tuple[int, str]],
) -> list[Problem]:
    """Report rows between figures that say what the figures below them are."""
    roles = {heading.role for heading in headings}
    known: set[float | None] = {heading.year for heading in headings}
    known |= {one.period.year for one in headings if one.period is not None}
    known |= {*read_title(grid, first, words).years}
    problems = []
    for row, reason in left_out:
        if reason == _OTHER_HEADER:
            what = "another header stands among the figures"
            hint = "part the tables, a sheet each, or give them one header"
            problems.append(Problem(what, where=grid.place(row), hint=hint))
        label = reason.removeprefix(LABEL)
        if label == reason:
            continue
        reading = words.texts.read(label)
        tells = {
            "an indicator": "indicator" not in roles and words.indicator(label),
            "a year": "year" not in roles and not known.issuperset(reading.years),
            "a part of the year or of the people": says_less(reading, group=True),
            "the kind of figures": words.role(label) in FIGURES
            or (not reading.rest and bool(reading.keys("figure"))),
        }
        for what in (what for what, told in tells.items() if told):
            hint = "write it in a column of its own, or part the table there"
            message = f"a row that names {what} stands among the figures"
            problems.append(Problem(message, where=grid.place(row), got=label, hint=hint))
    return problems


def _check_cells(block: Block, problems: list[Problem]) -> None:
    """Report cells that are too long and cells without a heading."""
    for at, column in enumerate(block.columns):
        if (
            isinstance(column, Categorical)
            and max(map(len, column.categories), default=0) > LONGEST_CELL
        ):
            for code, word in enumerate(column.categories):
                if len(word) > LONGEST_CELL:
                    row = int(np.argmax(column.codes == code))
                    problems.append(_too_long(word, block.place(row, at)))
        if not block.headings[at].text:
            for row in np.flatnonzero(present(column)).tolist():
                cell = column[row]
                if not isinstance(cell, str) or FIGURE.fullmatch(cell[:LONGEST_CELL]):
                    what = "a figure in a column without a heading"
                    hint = "write a heading over the column, or clear it"
                    where = block.place(row, at)
                    problems.append(Problem(what, where=where, got=to_python(cell), hint=hint))
                    break


def _too_long(cell: str, where: Place) -> Problem:
    hint = f"a cell of a table holds at most {LONGEST_CELL:,} characters"
    return Problem("too long for a cell", where=where, got=cell, hint=hint)


def present(column: Cells) -> NDArray[np.bool_]:
    """Return where a column holds something."""
    if isinstance(column, Categorical):
        return column.codes >= 0
    if isinstance(column, Numerals):
        return ~np.isnan(column.values)
    if isinstance(column, np.ndarray):
        return ~np.isnan(column)
    return np.array([cell is not None for cell in column], dtype=bool)


def held(columns: Sequence[Cells]) -> NDArray[np.bool_]:
    """Return where columns of one length hold something, shape (columns, rows)."""
    found = np.zeros((len(columns), len(columns[0]) if columns else 0), dtype=bool)
    numbers = {
        at: column.values if isinstance(column, Numerals) else column
        for at, column in enumerate(columns)
        if isinstance(column, (Numerals, np.ndarray))
    }
    if numbers:
        # All at once, as a wide table has many.
        found[[*numbers]] = ~np.isnan([*numbers.values()])
    for at in (at for at in range(len(columns)) if at not in numbers):
        found[at] = present(columns[at])
    return found


def _sort_rows(
    columns: list[Cells], headings: list[Heading], start: int, paths: list[tuple[str, ...]]
) -> tuple[NDArray[np.bool_], list[tuple[int, str]]]:
    """Part the rows of figures from blank rows, notes, summaries and repeated headers."""
    there = held(columns)
    if not there.size:
        return np.zeros(0, dtype=bool), []
    count = there.sum(axis=0, dtype=np.uint16)
    keys = [at for at, heading in enumerate(headings) if heading.role in KEYS]
    plain = count > 1
    if keys:
        plain &= there[keys].all(axis=0)
    for at, column in enumerate(columns):
        if not isinstance(column, Numerals):
            plain &= ~_marked(column, paths[at], headings[at].role)
    kept, left_out = plain.copy(), []
    with_figures = np.flatnonzero(plain)
    tail = with_figures[-1] if len(with_figures) else -1
    for row in np.flatnonzero(~plain & (count > 0)).tolist():
        reason = _why_no_figures(cells_of_row(columns, row), headings, paths, after=row > tail)
        kept[row] = reason is None
        if reason is not None:
            left_out.append((row + start, reason))
    # A page begins with the whole header, also with the row that numbers its columns.
    for row in [row + 1 - start for row, reason in left_out if reason == _REPEATED]:
        if row < len(kept) and kept[row] and is_numbered(cells_of_row(columns, row)):
            kept[row] = False
            left_out.append((row + start, _NUMBERED))
    return kept, left_out


def cells_of_row(columns: Sequence[Cells], row: int) -> list[Any]:
    """Return the cells of a row, None where there is none."""
    cells = [column[row] if row < len(column) else None for column in columns]
    return [None if cell is None or cell != cell else cell for cell in cells]  # noqa: PLR0124


def words_of(column: Cells) -> Categorical:
    """Return the cells of a column as text, whole numbers without a decimal mark.

    Examples
    --------
    >>> words_of(np.array([2020.0, np.nan])).to_list()
    ['2020', None]
    """
    cells = written(column)
    if isinstance(cells, Categorical):
        return cells
    return Categorical.encode(
        None if cell is None or cell != cell else cell_text(cell)  # noqa: PLR0124 (nan)
        for cell in (cells.tolist() if isinstance(cells, np.ndarray) else cells)
    )


def holding(column: Cells, test: Callable[[str], Any]) -> NDArray[np.bool_]:
    """Return for each row whether its word passes a test; none never does."""
    text = words_of(column)
    return np.array([*(bool(test(word)) for word in text.categories), False])[text.codes]


def _marked(column: RawColumn, path: tuple[str, ...], role: str) -> NDArray[np.bool_]:
    """Return where a cell may begin a note or summary, or repeats its heading."""
    if not isinstance(column, Categorical):
        texts = (
            [cell if isinstance(cell, str) else "" for cell in column]
            if isinstance(column, list)
            else []
        )
        if not any(texts):
            return np.zeros(len(column), dtype=bool)
        column = Categorical.encode(texts)
    if role not in KEYS and not any(part in column.categories for part in path):
        return np.zeros(len(column), dtype=bool)
    wanted = [
        word in path or (role in KEYS and not word[:1].isdigit() and _says_no_key(word, role))
        for word in column.categories
    ]
    if not any(wanted):
        return np.zeros(len(column), dtype=bool)
    return np.array([*wanted, False], dtype=bool).take(column.codes)


def _says_no_key(word: str, role: str) -> bool:
    return is_note(word) or is_summary(word) or _is_total(word, role)


def _is_total(text: Any, role: str) -> bool:
    """Return whether the cell of a region is a sum or mean of regions."""
    if role not in _NAMES_OF_REGIONS or not isinstance(text, str):
        return False
    folded = fold(text[:LONGEST_CELL])
    return folded in _row_names() or bool(_TOTAL_OF_REGIONS.fullmatch(folded))


@cache
def _row_names() -> frozenset[str]:
    """Return what rows of sums, means, spreads and predicates are called."""
    return frozenset(phrases.words_of("row"))


def is_summary(text: str) -> bool:
    """Return whether a text names what is made of other figures.

    Examples
    --------
    >>> is_summary("Rata-rata capaian kinerja"), is_summary("Jumlah penduduk")
    (True, False)
    """
    return bool(_SUMMARY.fullmatch(fold(text[:LONGEST_CELL].partition(":")[0])))


def is_note(text: str) -> bool:
    """Return whether a text is about a table, such as its source or who signed it.

    Examples
    --------
    >>> is_note("Sumber: SKAP"), is_note("Dicetak: Juni 2022"), is_note("Sumber daya")
    (True, True, False)
    """
    return bool(_NOTE.fullmatch(text))


def _why_no_figures(
    cells: list[Any], headings: list[Heading], paths: list[tuple[str, ...]], *, after: bool
) -> str | None:
    """Return why a row is left out; None if it has to be read."""
    there = [(at, cell) for at, cell in enumerate(cells) if cell is not None]
    texts = [cell for _, cell in there if isinstance(cell, str)]
    first = texts[0] if texts else ""
    figures = [
        at
        for at, cell in there
        if headings[at].role == "figures" and (not isinstance(cell, str) or FIGURE.fullmatch(cell))
    ]
    if all(_repeats(cell, paths[at]) for at, cell in there) and (texts or len(there) > 1):
        return _REPEATED
    if _is_other_header(there, headings, paths):
        return _OTHER_HEADER
    totals = [cell for at, cell in there if _is_total(cell, headings[at].role)]
    if totals:
        return f"summary: {_shown(totals[0])}"
    shown = _shown(first)
    if texts and is_summary(first) and not _data_before(there, headings, first):
        return f"summary: {shown}"
    named = any(
        headings[at].figure or headings[at].year is not None or headings[at].period is not None
        for at, cell in there
        if not isinstance(cell, str) or FIGURE.fullmatch(cell)
    )
    keyed = any(headings[at].role in KEYS for at, _ in there)
    if after and isinstance(there[0][1], str) and len(there) > 1 and not named and not keyed:
        return f"text below the table: {shown}"
    if figures:
        return None
    if any(map(is_note, texts[:1])):
        return f"note: {shown}"
    keys = [at for at, heading in enumerate(headings) if heading.role in KEYS]
    if len(there) == 1 and texts and not _like_data(first):
        return LABEL + first
    if (
        after
        and texts
        and not all(cells[at] is not None for at in keys)
        and not any(map(_like_data, texts))
    ):
        return f"text below the table: {shown}"
    return None


def _is_other_header(
    there: list[tuple[int, Any]], headings: list[Heading], paths: list[tuple[str, ...]]
) -> bool:
    """Return whether a row repeats the heading of a key, over other headings."""
    repeated = any(headings[at].role in KEYS and cell in paths[at] for at, cell in there)
    return repeated and is_header_row([cell for _, cell in there])


def _repeats(cell: Any, path: tuple[str, ...]) -> bool:
    """Return whether a cell says what stands over it; a year in a heading may be a number."""
    return cell_text(cell) in path


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}..."


def _data_before(there: list[tuple[int, Any]], headings: list[Heading], first: str) -> bool:
    """Return whether other keys stand in the row of a summary: then it is data."""
    return sum(headings[at].role in KEYS for at, cell in there if cell != first) > 0


def _like_data(text: str) -> bool:
    """Return whether a lone cell may be a whole row that was not parted, or a figure."""
    return bool(FIGURE.fullmatch(text)) or any(text.count(mark) > 1 for mark in ";\t|,")
