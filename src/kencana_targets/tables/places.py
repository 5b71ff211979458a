"""The figures of a table while they are resolved, and where they stand, as a person counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import define, field, frozen

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem
from kencana_targets.core.typing import Ints, NDArray
from kencana_targets.model.collection import PlaceOf


def place_in(sheet: str, row: int, column: int | None = None, heading: str = "") -> Place:
    """Return where a cell is; row and column from 0, row -1 for none.

    Examples
    --------
    >>> str(place_in("Data", 4, 1, "mCPR")), str(place_in("", 4))
    ("sheet 'Data', row 5, column B 'mCPR'", 'row 5')
    """
    return Place(
        sheet=sheet,
        row=row + 1 if row >= 0 else None,
        column=None if column is None else column + 1,
        heading=heading,
    )


@frozen(eq=False)
class Places:
    """Says where a field of a figure stands; called with the figure's row and the field.

    Parameters
    ----------
    sheet : str
        The sheet; empty for a file without sheets.
    headings : tuple of str
        The heading of each column.
    header : int
        The first row of the header; from 0.
    rows : ndarray of int
        The rows of the table; from 0.
    columns : mapping of str to sequence of int
        The columns of figures of a wide table, for each field that has its own.
    cells : pair of ndarray of int, optional
        Of each figure of a wide table, which of these rows and columns it is in.
    fields : mapping of str to int
        The column of each field that has one.
    across : frozenset of str
        Fields that the heading over a figure names.
    told : mapping of str to str
        The places of what no cell says.
    """

    sheet: str
    headings: tuple[str, ...]
    header: int
    rows: Ints
    columns: Mapping[str, Sequence[int]]
    cells: tuple[Ints, Ints] | None
    fields: Mapping[str, int]
    across: frozenset[str]
    told: Mapping[str, Place]

    def __call__(self, row: int, field: str) -> Place:
        """Return where a field of a figure stands; where its row is, for no field."""
        if field in self.told:
            return self.told[field]
        at = int(self.rows[row if self.cells is None else self.cells[0][row]])
        if not field:
            return place_in(self.sheet, at)
        column = self.fields.get(field)
        if self.cells is not None and column is None:
            column = self.columns.get(field, self.columns[""])[int(self.cells[1][row])]
        if field in self.across:
            at = self.header
        return place_in(self.sheet, at, column, "" if column is None else self.headings[column])


@frozen(eq=False)
class StackedPlaces:
    """The places of tables put under one another."""

    parts: tuple[PlaceOf, ...]
    starts: Ints

    def __call__(self, row: int, field: str) -> Place:
        """Return where a field of a figure stands."""
        part = int(np.searchsorted(self.starts, row, side="right")) - 1
        return self.parts[part](row - int(self.starts[part]), field)


@define(eq=False)
class Draft:
    """The figures of a table on their way from texts to numbers and codes, a row each.

    Parameters
    ----------
    columns : dict
        Their cells by field; each step replaces those that it resolves.
    rows : int
        How many figures there are.
    place : callable
        Where a field of a row stands.
    problems, notes : list of Problem
        Take what is wrong, and what is assumed.
    """

    columns: dict[str, Any]
    rows: int
    place: PlaceOf
    problems: list[Problem]
    notes: list[Problem] = field(factory=list)

    def text(self, name: str) -> Categorical | None:
        """Return a column of text, None without it."""
        column = self.columns.get(name)
        return column if isinstance(column, Categorical) else None

    def numbers(self, name: str) -> NDArray[Any] | None:
        """Return a column of numbers, None without it."""
        column = self.columns.get(name)
        return column if isinstance(column, np.ndarray) else None
