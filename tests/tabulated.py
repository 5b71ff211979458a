"""Reference tables of `tests/reference`, column by column."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "reference"


class Table:
    """A table of text cells; empty cells are missing figures."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.rows = rows

    def __len__(self) -> int:
        return len(self.rows)

    def text(self, column: str) -> list[str]:
        return [row[column] for row in self.rows]

    def numbers(self, column: str) -> NDArray[np.float64]:
        return np.array([float(cell) if cell else np.nan for cell in self.text(column)])

    def vectors(self, column: str) -> list[NDArray[np.float64]]:
        """Return cells that hold several figures, joined with semicolons."""
        return [vector(cell) for cell in self.text(column)]

    def where(self, column: str, word: str) -> Table:
        return Table([row for row in self.rows if row[column] == word])

    def given(self, column: str, present: bool = True) -> Table:
        return Table([row for row in self.rows if (row[column] != "") is present])


def vector(cell: str) -> NDArray[np.float64]:
    return np.array([float(part) if part else np.nan for part in cell.split(";")])


def read(name: str) -> Table:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return Table(list(csv.DictReader(file)))
