"""What the title of a table, and the name of its sheet, say of its figures."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from kencana_targets.tables.files import Grid
from kencana_targets.tables.header import cell_text
from kencana_targets.tables.headings import KEYS, Vocabulary, year_of
from kencana_targets.tables.periods import periods_of
from kencana_targets.tables.phrases import LONGEST, TextReading


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

    @property
    def texts(self) -> tuple[str, ...]:
        """The sheet's name and the lines, as they are written."""
        return tuple(reading.text for reading in self.readings)

    def named(self, kind: str) -> set[str]:
        """Return what phrases of a kind say in any line."""
        return {key for reading in self.readings for key in reading.keys(kind)}


def read_title(grid: Grid, first: int, words: Vocabulary) -> Title:
    """Read the rows above a header, whose first row is `first`, and the name of the sheet."""
    stated: dict[str, str] = {}
    readings = [words.texts.read(grid.sheet)] if grid.sheet else []
    for row in grid.head[:first]:
        cells = [cell_text(cell)[:LONGEST] for cell in row if cell is not None]
        pair = _pair(cells)
        role = words.role(pair[0]) if len(pair) == 2 else None
        if role in KEYS:
            # A number alone is a quarter or a month by the word before it.
            stated.setdefault(role, " ".join(pair) if periods_of(pair[0]) else pair[1])
        elif cells:
            readings.append(words.texts.read(" ".join(cells)))
    spoken = [one for one in readings if any(year.key == "said" for year in one.of("year"))]
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
    return [float(year[0]) for year in years if isinstance(year, tuple) and len(year) == 1]
