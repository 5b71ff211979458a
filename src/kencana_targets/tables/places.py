"""Where the figures of a table stand, as a person counts, also after it has been read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.model.collection import Place

if TYPE_CHECKING:
    from numpy.typing import NDArray


def excel_letter(column: int) -> str:
    """Return the letters of a column, counted from 0.

    Examples
    --------
    >>> excel_letter(0), excel_letter(27)
    ('A', 'AB')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def place_in(sheet: str, row: int, column: int | None = None, heading: str = "") -> str:
    """Say where a cell is, as a person counts; row and column from 0, row -1 for none.

    Examples
    --------
    >>> place_in("Data", 4, 1, "mCPR"), place_in("", 4, 1, "mCPR"), place_in("", 4)
    ("sheet 'Data', row 5, column B 'mCPR'", "row 5, column 'mCPR'", 'row 5')
    """
    parts = [f"sheet '{sheet}'"] * bool(sheet)
    parts += [f"row {row + 1}"] * (row >= 0)
    if column is not None and sheet:
        parts.append(f"column {excel_letter(column)}" + (f" '{heading}'" if heading else ""))
    elif column is not None:
        parts.append(f"column '{heading}'" if heading else f"column {column + 1}")
    return ", ".join(parts)


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
    columns : sequence of int, optional
        The columns of figures of a wide table.
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
    rows: NDArray[np.int64]
    columns: Sequence[int] | None
    cells: tuple[NDArray[np.int64], NDArray[np.int64]] | None
    fields: Mapping[str, int]
    across: frozenset[str]
    told: Mapping[str, str]

    def __call__(self, row: int, field: str) -> str:
        """Say where a field of a figure stands; where its row is, for no field."""
        if field in self.told:
            return self.told[field]
        at = int(self.rows[row if self.cells is None else self.cells[0][row]])
        if not field:
            return place_in(self.sheet, at)
        column = self.fields.get(field)
        if self.columns is not None and self.cells is not None and column is None:
            column = self.columns[int(self.cells[1][row])]
        if field in self.across:
            at = self.header
        return place_in(self.sheet, at, column, "" if column is None else self.headings[column])


@frozen(eq=False)
class StackedPlaces:
    """The places of tables put under one another."""

    parts: tuple[Place, ...]
    starts: NDArray[np.int64]

    def __call__(self, row: int, field: str) -> str:
        """Say where a field of a figure stands."""
        part = int(np.searchsorted(self.starts, row, side="right")) - 1
        return self.parts[part](row - int(self.starts[part]), field)
