"""The lines of a published table: its figures, and what is made of them."""

from __future__ import annotations

import re

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from kencana_targets.auditing.column_groups import Triple, missing
from kencana_targets.auditing.printed_headers import PRINTED, is_unit
from kencana_targets.core.columns import Categorical
from kencana_targets.core.typing import Ints, Truths
from kencana_targets.tables.layout import Block
from kencana_targets.tables.raw_columns import Cells, holding, words_of
from kencana_targets.tables.row_kinds import is_summary

# What a row of a published table is; the word under an average is taken into its row.
FIGURE, AVERAGE, SUMMARY, WORD_LINE = range(4)

_AVERAGE = re.compile(
    r"\W*(?:(?:nilai|capaian|kinerja|persentase|tingkat|skor|total|jumlah)\W+)*"
    r"(rata\W?rata|rerata|average|mean)\b",
    re.IGNORECASE,
)
_BAND = re.compile(r"\W*(predikat|kriteria|kategori|category|band)\b", re.IGNORECASE)
_DIGIT = re.compile(r"[0-9]")


@frozen(eq=False)
class Lines:
    """What the texts of each row call it; the figures of a triple decide, see `kinds`."""

    average: Truths
    word: Truths
    summary: Truths

    @classmethod
    def of(cls, block: Block) -> Lines:
        """Read the columns that hold neither figures nor their units or words."""
        average, word, summary = np.zeros((3, len(block.rows)), dtype=bool)
        for heading, column in zip(block.headings, block.columns, strict=True):
            if heading.role in (*PRINTED, "band", "decimals") or is_unit(heading.text):
                continue
            text = words_of(column)
            average |= holding(text, _AVERAGE.match)
            word |= holding(text, _BAND.match)
            summary |= holding(text, is_summary)
        return cls(average, word, summary)

    def kinds(self, block: Block, triple: Triple) -> NDArray[np.int8]:
        """Tell figures from the lines under them, which have no target or actual.

        A line that is called a total and no more is a ``SUMMARY`` with them, too.
        """
        target, actual, achievement = (block.columns[one] for one in triple.figures)
        bare = missing(target) & missing(actual)
        kind = np.full(len(bare), FIGURE, dtype=np.int8)
        kind[self.summary] = SUMMARY
        kind[bare & self.average & ~missing(achievement)] = AVERAGE
        kind[bare & self.word & ~holding(words_of(achievement), _DIGIT.search)] = WORD_LINE
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
