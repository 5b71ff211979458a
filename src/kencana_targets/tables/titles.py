"""What the title of a table, and the name of its sheet, say of its figures."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from attrs import frozen

from kencana_targets.tables.header import cell_text
from kencana_targets.tables.headings import BARE_YEAR, KEYS, Vocabulary, year_of
from kencana_targets.tables.periods import periods_of

if TYPE_CHECKING:
    from kencana_targets.tables.layout import Block

_LONGEST_TITLE = 300
_STATED = re.compile(r"\s*([^:=]{2,40}?)\s*[:=]\s*(\S.*?)\s*", re.DOTALL)
_IN_YEAR = re.compile(
    r"\b(?:tahun(?:\s+anggaran)?|thn|t\.?a|year)[\s.:]*((?:19|20|21)[0-9]{2})\b",
    re.IGNORECASE,
)
# What names a plan, a regulation or a day and not the year of figures.
_OTHER_YEARS = re.compile(
    r"\b[0-9]{4}\s*[-\u2013/]\s*[0-9]{2,4}\b|\b[0-9]{1,3}\s*/(?:[a-z.]+/)*\s*[0-9]{4}\b"
    r"|\b[0-9][0-9a-z/.-]*\s+(?:tahun|thn)\s+[0-9]{4}\b|\bno(?:mor)?\b\.?\s*\S+\s+(?:tahun|thn)\s+[0-9]{4}\b",
    re.IGNORECASE,
)


def years_in(line: str) -> list[float]:
    """Return the years that a line of a title gives its figures.

    Examples
    --------
    >>> years_in("Realisasi Tahun 2021, RPJMN 2020-2024"), years_in("Perpres 72 Tahun 2021")
    ([2021.0], [])
    >>> years_in("Realisasi 2022 dibandingkan tahun 2021")
    [2022.0, 2021.0]
    """
    line = _OTHER_YEARS.sub(" ", line)
    return [float(year) for year in BARE_YEAR.findall(line)] if _IN_YEAR.search(line) else []


@frozen
class Title:
    """What the title of a table, or the name of its sheet, says of all figures."""

    stated: dict[str, str]
    years: tuple[float, ...]
    texts: tuple[str, ...]
    # What the caller says that the figures are, whatever the title says.
    figure: str = ""


def read_title(block: Block, words: Vocabulary) -> Title:
    """Read the rows above a header and the name of the sheet."""
    stated: dict[str, str] = {}
    years: list[float] = []
    texts = [block.grid.sheet] if block.grid.sheet else []
    if (year := year_of(block.grid.sheet)) is not None:
        years.append(year)
    for row in block.grid.head[: block.first]:
        cells = [cell_text(cell)[:_LONGEST_TITLE] for cell in row if cell is not None]
        texts += cells
        line = " ".join(cells)[:_LONGEST_TITLE]
        match = _STATED.fullmatch(line)
        pair = match.groups() if match else cells
        if len(pair) == 2 and (role := words.role(pair[0])) in KEYS:
            # A number alone is a quarter or a month by the word before it.
            stated.setdefault(role, " ".join(pair) if periods_of(pair[0]) else pair[1])
            continue
        years += years_in(line)
    return Title(stated, tuple(dict.fromkeys(years)), tuple(texts))
