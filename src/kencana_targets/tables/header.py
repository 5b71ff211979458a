"""Which rows of a grid are its header, what stands over each column, and what the title says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import takewhile
from typing import Any

from attrs import frozen

from kencana_targets.tables.files import Grid
from kencana_targets.tables.headings import FIGURES, KEYS, Vocabulary, year_of
from kencana_targets.tables.periods import is_period, names_period, periods_of
from kencana_targets.tables.phrases import TextReading
from kencana_targets.tables.raw_columns import cell_text
from kencana_targets.tables.words import LONGEST, fold, word_set

MOST_HEADER_ROWS, _MOST_STAIRS = 4, 6
_NUMBERED = re.compile(r"\(?\s*([0-9]{1,3})(?:\.0)?\s*(?:\)\s*)?(?:=.*)?", re.DOTALL)
_SAYS_SOMETHING = re.compile(r"[^\W_]|[%\u2030\u00b1]")
_YEAR_IN_UNIT = re.compile(r"(?:19|20)\d\d\s*(?:\([^()\d]+\)|%)\s*\**")
_COUNTED = re.compile(r"\d{1,3} [^\W\d_][^\d]*")
_LETTERED = re.compile(r"\(?\s*([A-Za-z])\s*[.)]?")
_FEWEST_LETTERS, _MOST_WITHOUT_KEYS = 3, 3
FIGURE = re.compile(
    r"[-+\u2212<>\u2264\u2265(\[\u00b1/]*\s*(?:rp\.?\s*)?[0-9].*", re.IGNORECASE | re.DOTALL
)


def filled(row: list[Any]) -> list[int]:
    """Return the columns of a row that hold something."""
    return [column for column, cell in enumerate(row) if cell is not None]


def _is_heading(cell: Any) -> bool:
    """Return whether a cell could stand in a header: words, a year or a period, no figure."""
    if year_of(cell) is not None or isinstance(cell, date):
        return True
    if isinstance(cell, str) and _YEAR_IN_UNIT.fullmatch(cell):
        return True
    if not isinstance(cell, str) or not _SAYS_SOMETHING.search(cell):
        return False
    return not FIGURE.fullmatch(cell) or names_period(cell)


def looks_like_figures(grid: Grid) -> bool:
    """Return whether a sheet holds rows of figures, understood or not."""
    rows = [[cell for cell in row if cell is not None] for row in grid.head]
    numeric = [row for row in rows if len(row) > 1 and not all(map(_is_heading, row))]
    return any(
        isinstance(cell, (int, float)) or FIGURE.fullmatch(str(cell))
        for row in numeric
        for cell in row
    )


def _score(row: list[Any], words: Vocabulary) -> int:
    """Say how much a row looks like a header; 0 if it cannot be one."""
    # Most rows are figures: what begins with a digit is the name of no key, if no person says so.
    digits = "" if any(word[:1].isdigit() for word in words.told) else "0123456789"
    named = [
        cell
        for cell in row
        if isinstance(cell, str)
        and (cell[0] not in digits or (" " in cell and _COUNTED.fullmatch(cell)))
    ]
    cells = [cell for cell in row if cell is not None] if named else []
    if len(cells) < 2:
        return 0
    if not any(words.role(cell) in KEYS for cell in named):
        # "Jenis | Nama | Stunting 2022" is more of one than "Kabupaten | Seluma | 22,1".
        # So is "Uraian | Target | Realisasi", and "Uraian | 2021 | 2022".
        years = [year for year in takewhile(bool, map(year_of, cells[len(named) :])) if year]
        if len(years) == len(cells) - len(named) > 1 and is_header_row(row):
            return _MOST_WITHOUT_KEYS * (years == sorted({*years}))
        if not (2 < len(cells) == len(named) and is_header_row(row)):
            return 0
        dated = any(words.read((cell,)).year is not None for cell in named)
        measured = {"target", "actual"} <= {*map(words.role, named)}
        return _MOST_WITHOUT_KEYS * (dated or measured)
    roles = [words.role(cell) for cell in cells]
    second = str(cells[1])
    if len(cells) == 2 and (
        second.startswith(":") or (roles[0] in ("year", "period") and year_of(second))
    ):
        return 0
    points = 0
    for at, (cell, role) in enumerate(zip(cells, roles, strict=True)):
        # *Kota, Desa* beside each other are parts of the people, and no keys.
        if role in KEYS and role not in roles[:at]:
            points += 3
        elif (
            (role and role not in KEYS)
            or year_of(cell)
            or (isinstance(cell, str) and words.indicator(cell))
        ):
            points += 2
        else:
            points += 1 if _is_heading(cell) else -2
    return max(points, 0)


def header_rows(grid: Grid, words: Vocabulary) -> tuple[int, int, int] | None:
    """Return first and last row of the header, and the one that numbers its columns, if any."""
    scores = [_score(row, words) for row in grid.head]
    best = max(scores, default=0)
    if not best:
        return _stairs(grid, words)
    middle = scores.index(best)
    keys = _key_columns(grid, middle, words)
    first = last = middle
    while first > max(middle - 3, 0) and is_header_row(grid.head[first - 1]):
        over = filled(grid.head[first - 1])
        titled = not keys and over == [min(filled(grid.head[middle]))]
        if titled or min(over) <= min(keys, default=-1) or keys & {*over}:
            break
        first -= 1
    while last + 1 < len(grid.head) and last - first + 1 < MOST_HEADER_ROWS:
        # An empty row stands within a header where years or the like follow below it.
        at = last + 1 + (not filled(grid.head[last + 1]))
        row = grid.head[at] if at < len(grid.head) else []
        below = filled(row)
        heads = (
            _is_heading(row[column])
            or words.role(row[column]) is not None
            or _counts_periods(grid, at, column, middle)
            for column in below
        )
        gap = at - last > 1 and len(below) < len({*filled(grid.head[middle])} - keys)
        if not below or gap or keys & set(below) or not all(heads):
            break
        last = at
    return first, last, numbered_end(grid, last + _in_english(grid, middle, last + 1, words), 1)


def _in_english(grid: Grid, middle: int, below: int, words: Vocabulary) -> bool:
    """Return whether a row says the whole header once more in English, as yearbooks do."""
    over, row = grid.head[middle], [*grid.head[below : below + 1], []][0]
    if not is_header_row(row) or filled(row) != filled(over):
        return False
    named = [at for at in filled(row) if words.role(over[at]) in ("region", "province")]
    english = word_set("english-levels")
    return bool(named) and all({*fold(str(row[at])).split()} <= english for at in named)


def _stairs(grid: Grid, words: Vocabulary) -> tuple[int, int, int] | None:
    """Return the rows of a header like stairs: the corner, below it what stands over the figures."""
    for first, row in enumerate(grid.head):
        corner = filled(row)
        if len(corner) != 1 or words.role(row[corner[0]]) not in KEYS:
            continue
        last = first
        while last + 1 < len(grid.head) and last - first + 1 < _MOST_STAIRS:
            below = grid.head[last + 1]
            if not is_header_row(below) or filled(below)[0] <= corner[0]:
                break
            last += 1
        if last > first:
            return first, last, numbered_end(grid, last, 1)
    return None


def table_above(grid: Grid, first: int, words: Vocabulary) -> tuple[int, int, int] | None:
    """Return how many titles stand above the table over that of a header, and where this begins.

    The last is its header.
    """
    for number, row in enumerate(grid.head[:first]):
        if not _score(row, words):
            continue
        over = [
            at
            for at in filled(row)
            if words.role(row[at]) in FIGURES or words.read((cell_text(row[at]),)).year is not None
        ]
        below = (one[at] for one in grid.head[number + 1 : first] for at in over if at < len(one))
        if any(cell is not None and not _is_heading(cell) for cell in below):
            rows = (at for at in range(number, first) if filled(grid.head[at]))
            figures = [at for at in rows if not is_header_row(grid.head[at])]
            return number, figures[-1] + 1, first
    return None


def _key_columns(grid: Grid, row: int, words: Vocabulary) -> set[int]:
    """Return the columns of keys; the word over a row of years, periods or regions is none."""
    cells, below = grid.head[row], [*grid.head[row + 1 : row + 2], []][0]
    roles = {at: words.role(cells[at]) for at in filled(cells)}

    def spans(at: int) -> bool:
        beside, under = (line[at + 1] if at + 1 < len(line) else None for line in (cells, below))
        if beside is not None or under is None:
            return False
        if roles[at] in ("region", "indicator"):
            return isinstance(below[at], str) and words.texts.names_region(below[at])
        if roles[at] not in ("year", "period"):
            return False
        return year_of(below[at]) is not None or is_period(cell_text(below[at]), str(cells[at]))

    return {at for at, role in roles.items() if role in KEYS and not spans(at)}


def _counts_periods(grid: Grid, row: int, at: int, over: int) -> bool:
    """Return whether a cell numbers a period under a word such as *bulan*."""
    words = [cell for cell in grid.head[over][: at + 1] if cell is not None]
    return bool(words) and is_period(cell_text(grid.head[row][at]), str(words[-1]))


def is_header_row(row: list[Any]) -> bool:
    """Return whether a row holds something, and that words or years alone, as a header does."""
    return bool(filled(row)) and all(_is_heading(row[at]) for at in filled(row))


def numbered_end(grid: Grid, last: int, reach: int) -> int:
    """Return the row that numbers the columns, among some below a header, else its last row."""
    for at, row in enumerate(grid.head[last + 1 : last + 1 + reach], 1):
        if is_numbered(row):
            return last + at
        if not is_header_row(row):
            break
    return last


def is_numbered(row: list[Any]) -> bool:
    """Return whether a row numbers the columns: (1), (2), (3=2/1), or a, b, c.

    Examples
    --------
    >>> is_numbered([1, 2.0, "3=2/1"]), is_numbered(["a", "b", "c"]), is_numbered(["a", "b"])
    (True, True, False)
    >>> is_numbered([1, 2, None, 4]), is_numbered([1, 2, 4])
    (True, False)
    """
    places = filled(row)
    cells = [str(row[at]) for at in places]
    numbers = [match and int(match[1]) for match in map(_NUMBERED.fullmatch, cells)]
    letters = [match and ord(match[1]) for match in map(_LETTERED.fullmatch, cells)]
    first = ord("A") if letters[:1] == [ord("A")] else ord("a")
    # Cells that are merged or empty may be passed over or counted.
    passed = [at - places[0] + 1 for at in places if len(places) >= _FEWEST_LETTERS]
    return (len(cells) > 1 and numbers in ([*range(1, len(cells) + 1)], passed)) or (
        len(cells) >= _FEWEST_LETTERS and letters == [*range(first, first + len(cells))]
    )


def header_paths(grid: Grid, first: int, last: int) -> list[tuple[str, ...]]:
    """Return the heading of each column from the top down, merged cells in full."""
    rows = [list(row) + [None] * (grid.width - len(row)) for row in grid.head[first : last + 1]]
    merged = set()
    for (top, left), (bottom, right) in grid.merged:
        if not first <= top <= last:
            continue
        for at in range(top, min(bottom, last) + 1):
            for column in range(left, min(right + 1, grid.width)):
                rows[at - first][column] = rows[top - first][left]
                merged.add((at - first, column))
    for level, row in enumerate(rows[:-1]):
        for column in range(1, len(row)):
            # A group's name stands over its first column only; without one it goes on.
            below = [lower[column] is not None for lower in rows[level + 1 :]]
            before = [lower[column - 1] is not None for lower in rows[level + 1 :]]
            goes_on = any(below) and any(before) and (level, column - 1) not in merged
            if row[column] is None and goes_on:
                row[column] = row[column - 1]
    return [
        tuple(dict.fromkeys(cell_text(cell) for cell in cells if cell is not None))
        for cells in zip(*rows, strict=True)
    ]


@frozen
class Title:
    """What the title of a table, or the name of its sheet, says of all figures.

    Parameters
    ----------
    stated : dict
        What stands behind the name of a field: *Provinsi: Bengkulu*.
    years : tuple of float
        The years that it gives the figures.
    readings : tuple of TextReading
        The sheet's name and the lines.
    """

    stated: dict[str, str]
    years: tuple[float, ...]
    readings: tuple[TextReading, ...]

    def named(self, kind: str) -> set[str]:
        """Return what phrases of a kind say in any line; *Intervensi stunting* is none of stunting."""
        return {
            one.key
            for reading in self.readings
            for one in reading.of(kind)
            if one.first == 0 or reading.tokens[one.first - 1].word not in word_set("against")
        }


def read_title(grid: Grid, first: int, words: Vocabulary) -> Title:
    """Read the rows above a header, whose first row is `first`, and the name of the sheet."""
    stated: dict[str, str] = {}
    readings = [words.texts.read(grid.sheet)] if grid.sheet else []
    for row in grid.head[:first]:
        cells = [cell_text(cell)[:LONGEST] for cell in row if cell is not None]
        pair = _pair(cells)
        role = words.role(pair[0]) if len(pair) == 2 else None
        # "Wilayah: Perdesaan" names a part of the people, and no place.
        if role in KEYS and not (role == "region" and words.texts.read(pair[1]).of("part")):
            # A number alone is a quarter or a month by the word before it.
            stated.setdefault(role, " ".join(pair) if periods_of(pair[0]) else pair[1])
        elif cells and not cells[0].casefold().startswith("sep="):  # which Excel is told
            readings.append(words.texts.read(" ".join(cells)))
    # The year beside an indicator is as good as one that is called so.
    spoken = [
        one
        for one in readings
        if any(year.key == "said" for year in one.of("year")) or one.of("indicator")
    ]
    years = [year for one in spoken for year in _years(one)]
    bare = dict.fromkeys(year for one in readings for year in _years(one))
    if not years and "year" not in stated and len(bare) == 1:
        years = [*bare]
    if grid.sheet and (year := year_of(grid.sheet)) is not None:
        years.insert(0, year)
    return Title(stated, tuple(dict.fromkeys(years)), tuple(readings))


def _pair(cells: Sequence[str]) -> Sequence[str]:
    """Part a line at its first colon, unless it is in two cells already."""
    line = " ".join(cells)
    name, mark, value = line.partition(":" if ":" in line else "=")
    if mark and 2 <= len(name.strip()) <= 40 and value.strip():
        return name.strip(), value.strip()
    return cells


def _years(reading: TextReading) -> list[float]:
    """Return the single years of a text: a span of years says of none."""
    years = [one.value for one in reading.of("year")]
    single = [float(year[0]) for year in years if isinstance(year, tuple) and len(year) == 1]
    # Its last day says a year, too.
    return single or [float(one.year) for one in reading.spans if one.is_year and one.year]
