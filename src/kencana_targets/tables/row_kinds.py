"""What kind of row each row of a table is: figures, and why the others are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from kencana_targets.core.columns import RawColumn
from kencana_targets.core.errors import Problem
from kencana_targets.core.typing import NDArray, Truths
from kencana_targets.tables import raw_columns, words
from kencana_targets.tables.conflicts import says_below, says_kinds, says_less
from kencana_targets.tables.files import LONGEST_CELL, Grid
from kencana_targets.tables.header import FIGURE, is_header_row, is_numbered, read_title
from kencana_targets.tables.headings import FIGURES, KEYS, Heading, Vocabulary, fold
from kencana_targets.tables.numbers import says_missing
from kencana_targets.tables.phrases import TextReader, TextReading
from kencana_targets.tables.raw_columns import Cells, Numerals
from kencana_targets.tables.units import is_unit_column

_SHOWN, _LONGEST_LEGEND = 60, 60
# An interval, its half or an error, as papers write them under a figure.
_UNDER = re.compile(
    r"\s*(?:[(\[]\s*(?:\u00b1|\+/-)?|\u00b1|\+/-)\s*[0-9][0-9.,%\s]*"
    r"(?:[-\u2013\u2014;]\s*[0-9][0-9.,%\s]*)?[)\]]?\s*"
)
_FOOTNOTE = re.compile(r"[(]?[0-9]{1,2}\)\s*\w")
_NAMES_OF_REGIONS = ("region", "province")
# Kinds of figures that are made of those of other rows.
_MADE = ("statistic", "change", "contribution", "limit")


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """Return what finds summaries, totals of regions, and notes."""
    total = f"(?:{words.one_of('mean-or-total')})"
    # Strict, because 'jumlah peserta KB' is an indicator as others.
    summary = (
        rf"(?:{total}|predikat|kriteria|kategori)(?: (?:{words.one_of('beside-total')}|{total}|"
        r"(?:sasaran|tujuan|misi|program|kegiatan|bidang) (?:[0-9]+|[ivx]+|[a-z])))*"
    )
    note = (
        rf"\s*(?:(?:{words.one_of('note')})\b(?:\s*data\b)?\s*[:.,)]|\*+\s*\)?\s*\w|"
        r"(?:mengetahui|ttd)\b).*"
    )
    # Of a region: no region is called so, while an indicator may be ("Jumlah penduduk").
    of_regions = rf"{total}\b.*|.*\b{total}"
    noted = re.compile(note, re.IGNORECASE | re.DOTALL)
    return re.compile(summary), re.compile(of_regions), noted


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
    known |= {*read_title(grid, first, words).years}
    problems = []
    for row, kind, text in left_out:
        if kind == "interval":
            what = "an interval stands in a row below its figure"
            hint = "write it beside the figure, under 'interval' or 'margin of error', or clear it"
            problems.append(Problem(what, where=grid.place(row), got=text, hint=hint))
        if kind == "another header":
            what = "another header stands among the figures"
            hint = "part the tables, a sheet each, or give them one header"
            problems.append(Problem(what, where=grid.place(row), hint=hint))
        if kind != "label":
            continue
        reading = words.texts.read(text)
        tells = {
            "an indicator": "indicator" not in roles and words.indicator(text),
            "a year": "year" not in roles and not known.issuperset(reading.years),
            "a unit": "unit" not in roles and is_unit_column([text], words.texts),
            "a part of the year or of the people": says_less(reading, group=True)
            or words.role(text) == "facility"
            or (not reading.rest and says_below(reading) and words.role(text) not in KEYS),
            "the kind of figures": words.role(text) in FIGURES
            or (not reading.rest and bool(reading.keys("figure"))),
        }
        for what in (what for what, told in tells.items() if told):
            hint = "write it in a column of its own, or part the table there"
            message = f"a row that names {what} stands among the figures"
            problems.append(Problem(message, where=grid.place(row), got=text, hint=hint))
    return problems


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
    folded = fold(words.unspaced(text[:LONGEST_CELL]))
    known = folded in words.words_of("row") or words.words_of("figure").get(folded) in _MADE
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
    said = fold(words.unspaced(text[:LONGEST_CELL]).partition(":")[0])
    return bool(_patterns()[0].fullmatch(said))


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
    # A year in a heading may be a number.
    again = all(raw_columns.cell_text(cell) in paths[at] for at, cell in there)
    if again and (texts or len(there) > 1):
        return "header repeated", ""
    repeated = any(headings[at].role in KEYS and cell in paths[at] for at, cell in there)
    if repeated and is_header_row([cell for _, cell in there]):
        # It repeats the heading of a key, over other headings.
        return "another header", ""
    keys = {headings[at].role for at, _ in there} & {*KEYS}
    if not keys and len(texts) == len(there) and all(map(_UNDER.fullmatch, texts)):
        return "interval", first
    totals = [cell for at, cell in there if _is_total(cell, headings[at].role)]
    if totals:
        of_kinds = len(there) == 1 and says_kinds(reader.read(first))
        return ("label", first) if of_kinds else ("summary", totals[0])
    # Where other keys stand in the row of a summary it is data; no number names a region.
    beside = any(
        headings[at].role in KEYS
        and (isinstance(cell, str) or headings[at].role not in _NAMES_OF_REGIONS)
        for at, cell in there
        if cell != first
    )
    if texts and is_summary(first) and not beside:
        return "summary", first
    like = [at for at, cell in there if not isinstance(cell, str) or FIGURE.fullmatch(cell)]
    numbers = [headings[at] for at in like]
    named = any(one.figure or one.year is not None or one.period is not None for one in numbers)
    leads = isinstance(there[0][1], str) and len(there) > 1
    if after and leads and not named and not any(role in KEYS for role in roles):
        return "text below the table", first
    if any(one.role == "figures" for one in numbers):
        return "", ""
    if texts and (is_note(first) or (after and _FOOTNOTE.match(first))):
        return "note", first
    if len(there) == 1 and texts and (not _like_data(first) or says_less(reader.read(first))):
        return "label", first
    keyed = all(cells[at] is not None for at, one in enumerate(headings) if one.role in KEYS)
    if after and texts and not keyed and not any(map(_like_data, texts)):
        return "text below the table", first
    return "", ""


def _like_data(text: str) -> bool:
    """Return whether a lone cell may be a whole row that was not parted, or a figure."""
    return bool(FIGURE.fullmatch(text)) or any(text.count(mark) > 1 for mark in ";\t|,")
