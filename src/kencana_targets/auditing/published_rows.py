"""The rows of a published table: its figures, what is made of them, and whose they are."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kencana_targets.auditing.column_groups import Triple, missing
from kencana_targets.auditing.printed_headers import PRINTED, is_unit
from kencana_targets.core.columns import Categorical
from kencana_targets.core.typing import Ints, Truths
from kencana_targets.tables.header import filled
from kencana_targets.tables.layout import Block
from kencana_targets.tables.raw_columns import Cells, cell_text, holding, present, words_of
from kencana_targets.tables.row_kinds import is_summary
from kencana_targets.tables.words import read_by

# What a row of a published table is; the word under an average is taken into its row.
FIGURE, AVERAGE, SUMMARY, WORD_LINE = range(4)

_AVERAGE = re.compile(
    r"\W*(?:(?:nilai|capaian|kinerja|persentase|tingkat|skor|total|jumlah)\W+)*"
    r"(rata\W?rata|rerata|average|mean)\b",
    re.IGNORECASE,
)
_BAND = re.compile(r"\W*(predikat|kriteria|kategori|category|band)\b", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")
_LONGEST = 120
_NUMBER = re.compile(
    r"\(?(?:(?P<roman>[ivx]+)|(?P<letter>[a-z])|(?P<digit>[0-9]{1,3}))[.)]*", re.IGNORECASE
)
_NUMBERED = re.compile(r"(\(?(?:[ivx]+|[a-z]|[0-9]{1,3})[.)]+)\s*(\S.*)", re.IGNORECASE | re.DOTALL)


def row_words(block: Block) -> tuple[Truths, Truths, Truths]:
    """Return which rows are called an average, the word for one, and a summary.

    Columns of figures, their units and words are not asked.
    """
    average, word, summary = np.zeros((3, len(block.rows)), dtype=bool)
    for heading, column in zip(block.headings, block.columns, strict=True):
        if heading.role in (*PRINTED, "band", "decimals") or is_unit(heading.text):
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
    target, actual, achievement = (block.columns[one] for one in triple.figures)
    average, word, summary = called
    bare = missing(target) & missing(actual)
    kind = np.where(summary, SUMMARY, FIGURE).astype(np.int8)
    kind[bare & average & ~missing(achievement)] = AVERAGE
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
    words = zip(words_of(column).to_list(), missing(column).tolist(), strict=True)
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
    if len(text) > _LONGEST:
        return None
    states, begins = _agency_patterns()
    if stated := states.fullmatch(text):
        return stated[1]
    _, name = _parted(text)
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
    own = np.where(holding(words, is_label), -1, words.codes)
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
    least = np.full(int(group.max(initial=0)) + 1, np.iinfo(np.int32).max)
    most = np.full_like(least, -1)
    np.minimum.at(least, group[figure], agency.codes[figure])
    np.maximum.at(most, group[figure], agency.codes[figure])
    shared = np.where(least == most, most, -1)[group]
    return Categorical(
        np.where(figure | own, agency.codes, shared).astype(np.int32), agency.categories
    )


def _sections(block: Block) -> Categorical:
    """Return the agencies that lines without figures name, on the rows of these lines."""
    there = np.array([present(column) for column in block.columns])
    figures = [at for at, heading in enumerate(block.headings) if heading.role in PRINTED]
    few = ~there[figures].any(axis=0) & (there.sum(axis=0) <= 2) & there.any(axis=0)
    lines: dict[int, tuple[str, str]] = {}
    for row in np.flatnonzero(few).tolist():
        cells = [cell_text(block.columns[at][row]) for at in np.flatnonzero(there[:, row])]
        if (line := _lone(cells)) is not None:
            lines[row] = line
    # The line right above the header is above the first row.
    above = [row for row in block.grid.head[: max(block.first, 0)] if filled(row)][-1:]
    over = _lone([cell_text(row[at]) for row in above for at in filled(row)])
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
    number, text = _parted(texts[0])
    style = _NUMBER.fullmatch(numbers[0] if numbers else number)
    return (style.lastgroup or "") if style else "", text


def _parted(text: str) -> tuple[str, str]:
    """Part a number such as 'A.' from the text behind it."""
    match = _NUMBERED.fullmatch(text)
    return (match[1], match[2]) if match else ("", text)


def _filled_down(text: Categorical) -> Categorical:
    """Give rows without a word that of the nearest row above."""
    rows = np.where(text.codes >= 0, np.arange(len(text)), -1)
    last = np.maximum.accumulate(rows) if len(rows) else rows
    return Categorical(np.where(last < 0, -1, text.codes[last]).astype(np.int32), text.categories)
