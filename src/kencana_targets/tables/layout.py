"""What of a grid is title, heading, body and what stands below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from kencana_targets.core.columns import Categorical, RawColumn, to_python
from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.conflicts import says_less
from kencana_targets.tables.files import LONGEST_CELL, Grid, picked
from kencana_targets.tables.header import (
    FIGURE,
    cell_text,
    filled,
    header_paths,
    header_rows,
    is_header_row,
    is_numbered,
    table_above,
)
from kencana_targets.tables.headings import FIGURES, KEYS, Heading, Vocabulary, fold
from kencana_targets.tables.numerals import Cells, Numerals
from kencana_targets.tables.phrases import words_of
from kencana_targets.tables.titles import read_title

if TYPE_CHECKING:
    from numpy.typing import NDArray

LABEL, _REPEATED, _NUMBERED = "label: ", "header repeated", "numbered header"
_OTHER_HEADER = "another header"
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


def find_block(
    grid: Grid, words: Vocabulary, problems: list[Problem], *, insist: bool
) -> Block | None:
    """Find the table of a grid; with `insist` its first row is the header if none is found."""
    found = header_rows(grid, words)
    if found is None:
        named = [at for at, row in enumerate(grid.head) if filled(row)]
        if not insist or not named:
            return None
        found = (named[0], named[0], named[0])
    first, last, spoken = found
    for number, row in enumerate(grid.head[: last + 1]):
        for column, cell in enumerate(row):
            if isinstance(cell, str) and len(cell) > LONGEST_CELL:
                problems.append(_too_long(cell, grid.place(number, column)))
    above = table_above(grid, first, words)
    if above is not None:
        what = "another table stands above the header that was found"
        hint = "part the tables, a sheet each"
        problems.append(Problem(what, where=grid.place(above), hint=hint))
    paths = header_paths(grid, first, spoken)
    headings = [words.read(path) for path in paths]
    width = max((at + 1 for at, path in enumerate(paths) if path), default=0)
    most = max(map(len, grid.head[first : last + 1]))
    for number, row in grid.spill(width, most):
        if number > last and not grid.sheet:
            what = f"{len(row)} cells under {width} columns"
            hint = "quote cells that contain the separator"
            problems.append(Problem(what, where=grid.place(number), got=row, hint=hint))
    figures = [at for at, heading in enumerate(headings) if heading.role == "figures"]
    columns = grid.body(last + 1, figures)
    kept, left_out = _sort_rows(columns, headings, last + 1, paths)
    at = np.flatnonzero(kept)
    # What stands below the last figure is said of none.
    inside = [(row, why) for row, why in left_out if len(at) and row <= at[-1] + last]
    problems += _telling_labels(grid, first, headings, words, inside)
    left_out += [(number, "title") for number in range(first) if filled(grid.head[number])]
    left_out += [(last, _NUMBERED)] * (last > spoken)
    taken = columns if kept.all() else [picked(column, at) for column in columns]
    rows = at + last + 1
    block = Block(grid, first, last, headings, taken, rows, sorted(left_out))
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
    known = {heading.year for heading in headings}
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
        reason = _why_no_figures(_cells(columns, there, row), headings, paths, after=row > tail)
        kept[row] = reason is None
        if reason is not None:
            left_out.append((row + start, reason))
    # A page begins with the whole header, also with the row that numbers its columns.
    for row in [row + 1 - start for row, reason in left_out if reason == _REPEATED]:
        if row < len(kept) and kept[row] and is_numbered(_cells(columns, there, row)):
            kept[row] = False
            left_out.append((row + start, _NUMBERED))
    return kept, left_out


def _cells(columns: list[Cells], there: NDArray[np.bool_], row: int) -> list[Any]:
    """Return the cells of a row, None where there is none."""
    return [column[row] if there[at, row] else None for at, column in enumerate(columns)]


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
    return frozenset(words_of("row"))


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
        headings[at].figure or headings[at].year is not None
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
