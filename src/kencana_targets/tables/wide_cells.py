"""The cells of wide figures as one column, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical, read_only
from kencana_targets.tables.raw_columns import Cells, Numerals, encode, listed, written


def positions(filled: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of each filled cell."""
    rows, columns = filled.shape
    if filled.all():
        # Which np.nonzero gives too, at five times the cost.
        return np.repeat(np.arange(rows), columns), np.tile(np.arange(columns), rows)
    return np.nonzero(filled)  # type: ignore[return-value]


def cells_across(columns: Sequence[Cells], filled: NDArray[np.bool_]) -> Cells:
    """Return the cells that are filled as one column, row by row.

    Parameters
    ----------
    columns : sequence of Cells
        Columns of one length.
    filled : ndarray of bool, shape (rows, columns)
        Which of their cells are wanted.
    """
    numerals = [each for each in columns if isinstance(each, Numerals)]
    marks = {each.mark for each in numerals} - {None}
    if columns and len(numerals) == len(columns) and len(marks) < 2:
        values = _row_by_row([each.values for each in numerals], filled)
        mark = next(iter(marks), None)
        texts = [each.text for each in numerals]
        return Numerals(values, mark, lambda: _texts_across([each() for each in texts], filled))
    raw = [written(each) for each in columns]
    if raw and all(isinstance(each, np.ndarray) for each in raw):
        return _row_by_row(raw, filled)  # type: ignore[arg-type]
    if raw and all(isinstance(each, Categorical) for each in raw):
        return _texts_across(raw, filled)  # type: ignore[arg-type]
    lists = list(map(listed, raw))
    return encode([lists[at][row] for row, at in np.argwhere(filled).tolist()])


def _texts_across(columns: Sequence[Categorical], filled: NDArray[np.bool_]) -> Categorical:
    starts = np.cumsum([0, *(len(each.categories) for each in columns)])[:-1]
    shifted = [
        np.where(each.codes < 0, -1, each.codes + start).astype(np.int32)
        for each, start in zip(columns, starts, strict=True)
    ]
    words = tuple(word for each in columns for word in each.categories)
    return Categorical(_row_by_row(shifted, filled), words)


def _row_by_row(columns: Sequence[NDArray[Any]], filled: NDArray[np.bool_]) -> NDArray[Any]:
    """Return the cells that are filled, row by row."""
    cells = np.empty(filled.size, dtype=columns[0].dtype)
    np.stack(columns, axis=1, out=cells.reshape(filled.shape))
    return read_only(cells if filled.all() else cells[filled.ravel()])
