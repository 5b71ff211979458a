"""The cells of published tables as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core.columns import Categorical
from kencana_targets.tables.numerals import Cells, written

if TYPE_CHECKING:
    from numpy.typing import NDArray


def words_of(column: Cells) -> Categorical:
    """Return the cells of a column as text.

    Examples
    --------
    >>> words_of(np.array([2020.0, np.nan])).to_list()
    ['2020', None]
    """
    cells = written(column)
    if isinstance(cells, Categorical):
        return cells
    return Categorical.encode(
        map(_word, cells.tolist() if isinstance(cells, np.ndarray) else cells)
    )


def _word(cell: Any) -> str | None:
    if isinstance(cell, float):
        return None if np.isnan(cell) else f"{cell:g}"
    return None if cell is None else str(cell)


def holding(text: Categorical, test: Callable[[str], Any]) -> NDArray[np.bool_]:
    """Return for each row whether its word passes a test; none never does."""
    return np.array([*(bool(test(word)) for word in text.categories), False])[text.codes]
