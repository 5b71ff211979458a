"""Tables of figures put under one another, and the text columns of new ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from kencana_targets.core.columns import Categorical, Column, concat
from kencana_targets.core.typing import NDArray
from kencana_targets.model.collection import Figures

Stacked = TypeVar("Stacked", bound=Figures[Any])


def stacked(parts: Sequence[Stacked]) -> Stacked:
    """Put figures of one kind under one another.

    Examples
    --------
    >>> from kencana_targets.model.collection import Actuals
    >>> one, two = (Actuals.from_frame({"indicator": ["TFR"], "region": [region], "year": [2021],
    ...                                 "value": [2.3]}) for region in ("17", "00"))
    >>> stacked([one, two]).region.to_list()
    ['17', '00']
    """
    columns: dict[str, Column] = {}
    for name, first in parts[0].columns.items():
        if isinstance(first, Categorical):
            columns[name] = concat([part.text(name) for part in parts])
        else:
            columns[name] = np.concatenate([part.number(name) for part in parts])
    return type(parts[0])(columns)


def named(names: Sequence[str], positions: NDArray[np.int64]) -> Categorical:
    """Return names at positions; a column names no more than it holds."""
    used, codes = np.unique(positions, return_inverse=True)
    return Categorical(codes.astype(np.int32), tuple(names[one] for one in used.tolist()))


def by_pattern(say: Callable[[NDArray[Any]], str], *cells: NDArray[Any]) -> Categorical:
    """Say a text of each row of cells; rows that are alike are said once."""
    patterns, code = np.unique(np.column_stack(cells), axis=0, return_inverse=True)
    return Categorical.encode(map(say, patterns)).take(code.ravel())


def joined(first: Categorical, second: Categorical) -> Categorical:
    """Join two columns of text, row by row."""
    width = len(second.categories) + 1
    key = first.codes.astype(np.int64) * width + second.codes + 1
    found, code = np.unique(key, return_inverse=True)
    words = [
        first.categories[one // width]
        + (f"; {second.categories[one % width - 1]}" if one % width else "")
        for one in found.tolist()
    ]
    return Categorical.encode(words).take(code)
