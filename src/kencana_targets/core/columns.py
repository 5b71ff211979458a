"""Columns as plain arrays: text as codes, numbers as floats.

Everything between the frame that comes in and the frame that goes out works on
these columns, so that four million rows cost arrays and not objects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from attrs import frozen

if TYPE_CHECKING:
    from numpy.typing import NDArray


def frozen_array(values: Any, dtype: Any = None) -> NDArray[Any]:
    """Return a read-only copy of an array; itself if it is read-only and no view of another.

    Who makes such an array keeps no view that can be written to.
    """
    if isinstance(values, np.ndarray) and dtype in (None, values.dtype):
        flags = values.flags
        if flags.owndata and not flags.writeable:
            return values
    return locked(np.array(values, dtype=dtype))


def locked(array: NDArray[Any]) -> NDArray[Any]:
    """Make a fresh array read-only."""
    array.setflags(write=False)
    return array


@frozen(eq=False)
class Text:
    """A column of text: codes into distinct words, -1 where there is none.

    Examples
    --------
    >>> Text.encode(["b", "a", None, "b"]).to_list()
    ['b', 'a', None, 'b']
    """

    codes: NDArray[np.int32]
    words: tuple[str, ...]

    @classmethod
    def encode(cls, values: Iterable[str | None]) -> Text:
        """Encode an iterable of words."""
        seen: dict[str | None, int] = {None: -1}
        codes = [seen.setdefault(value, len(seen) - 1) for value in values]
        del seen[None]
        return cls(
            locked(np.array(codes, dtype=np.int32)),
            tuple(word for word in seen if word is not None),
        )

    @classmethod
    def constant(cls, word: str | None, rows: int) -> Text:
        """Return the same word for all rows."""
        if word is None:
            return cls(locked(np.full(rows, -1, dtype=np.int32)), ())
        return cls(locked(np.zeros(rows, dtype=np.int32)), (word,))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str | None:
        code = int(self.codes[row])
        return None if code < 0 else self.words[code]

    def take(self, rows: NDArray[Any]) -> Text:
        """Return the words at `rows`; none where the row is negative."""
        if not len(self.codes):
            return Text(locked(np.full(len(rows), -1, dtype=np.int32)), self.words)
        taken = self.codes.take(rows)
        taken[rows < 0] = -1
        return Text(locked(taken), self.words)

    def to_list(self) -> list[str | None]:
        """Return the words, one per row."""
        return self._array().tolist()  # type: ignore[no-any-return]

    def positions(self, names: Sequence[str] | Mapping[str, int]) -> NDArray[np.int32]:
        """Return where each row's word stands in `names`, -1 where nowhere."""
        where = names if isinstance(names, Mapping) else {n: at for at, n in enumerate(names)}
        table = np.array([*(where.get(word, -1) for word in self.words), -1], dtype=np.int32)
        return table.take(self.codes)

    def _array(self) -> NDArray[np.object_]:
        return np.array([*self.words, None], dtype=object)[self.codes]


@frozen(eq=False)
class Flags:
    """A column of yes (1), no (0) and not known (-1)."""

    states: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.states)

    def to_list(self) -> list[bool | None]:
        """Return True, False or None, one per row."""
        return [None if value < 0 else bool(value) for value in self.states.tolist()]


Column: TypeAlias = "Text | Flags | NDArray[np.float64] | NDArray[np.int64]"
RawColumn: TypeAlias = "Text | NDArray[np.float64] | list[object]"


@frozen(eq=False)
class Table:
    """What a data frame holds: text, numbers, or cells of mixed kinds."""

    columns: Mapping[str, RawColumn]
    rows: int


def bare(cell: Any) -> Any:
    """Return a cell as plain Python, to be shown: 1.5 and not np.float64(1.5)."""
    return cell.item() if isinstance(cell, np.generic) else cell


def under(texts: Sequence[Text]) -> Text:
    """Put columns of text under one another."""
    position: dict[str, int] = {}
    codes = []
    for text in texts:
        table = [position.setdefault(word, len(position)) for word in text.words]
        codes.append(np.array([*table, -1], dtype=np.int32)[text.codes])
    return Text(np.concatenate(codes), tuple(position))


def to_lists(columns: Mapping[str, Column]) -> dict[str, list[Any]]:
    """Return plain Python columns, with None for missing."""
    lists: dict[str, list[Any]] = {}
    for key, column in columns.items():
        if isinstance(column, (Text, Flags)):
            lists[key] = column.to_list()
        elif column.dtype.kind == "f":
            cells = column.astype(object)
            cells[np.isnan(column)] = None
            lists[key] = cells.tolist()
        else:
            lists[key] = column.tolist()
    return lists


def take(column: Column, rows: NDArray[Any]) -> Column:
    """Return the rows of a column of any kind, read-only."""
    if isinstance(column, Text):
        return column.take(rows)
    if isinstance(column, Flags):
        return Flags(locked(column.states[rows]))
    rows_of: Column = locked(column[rows])
    return rows_of


def picked(values: NDArray[np.float64], rows: NDArray[Any]) -> NDArray[np.float64]:
    """Return the values at `rows`; nan where the row is negative."""
    if not len(values):
        return np.full(rows.shape, np.nan)
    return np.where(rows < 0, np.nan, values[rows])


def equal(left: Column, right: Column) -> bool:
    """Return whether two columns hold the same values, missing equal to missing."""
    if isinstance(left, Text) and isinstance(right, Text):
        return len(left) == len(right) and bool(
            np.array_equal(left.codes, right.positions(left.words))
            and np.array_equal(left.codes < 0, right.codes < 0)
        )
    if isinstance(left, Flags) and isinstance(right, Flags):
        return np.array_equal(left.states, right.states)
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return np.array_equal(left, right, equal_nan=True)
    return False
