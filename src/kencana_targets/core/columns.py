"""Columns as plain arrays: text as codes, numbers as floats; worked on by chunks, on all cores.

Everything between the frame that comes in and the frame that goes out works on
these columns, so that four million rows cost arrays and not objects.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import chain, repeat
from typing import Any, TypeAlias, TypeVar

import numpy as np
from attrs import frozen

from kencana_targets.core.typing import Floats, Ints, NDArray, Truths

Column: TypeAlias = "Categorical | Tristate | Floats | Ints"
AnyColumn = TypeVar("AnyColumn", bound="Categorical | Tristate | NDArray[Any] | list[object]")
RawColumn: TypeAlias = "Categorical | Floats | list[object]"
# Numbers whose text is the figure: the float nearest to it is not the one nearest to them.
_BY_THEIR_TEXT = (np.float32, np.float16, Decimal)
# Rows worked on at once: their arrays stay in the processor's cache.
CHUNK = 1 << 15
# No thread is worth its start for so few rows, however they are cut.
FEW = 1 << 15


def frozen_array(values: Any, dtype: Any = None) -> NDArray[Any]:
    """Return a read-only copy of an array; itself if it is read-only and no view of another.

    Callers must not keep a writable view of the array.
    """
    if isinstance(values, np.ndarray) and dtype in (None, values.dtype):
        flags = values.flags
        if flags.owndata and not flags.writeable:
            return values
    return read_only(np.array(values, dtype=dtype))


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Make a fresh array read-only."""
    array.setflags(write=False)
    return array


@frozen(eq=False)
class Categorical:
    """A column of text: codes into distinct words, -1 where there is none.

    Parameters
    ----------
    codes : ndarray of int32
        The position of each row's word, -1 for none.
    categories : tuple of str
        The words, each once.

    Examples
    --------
    >>> Categorical.encode(["b", "a", None, "b"]).to_list()
    ['b', 'a', None, 'b']
    """

    codes: NDArray[np.int32]
    categories: tuple[str, ...]

    @classmethod
    def encode(cls, values: Iterable[str | None]) -> Categorical:
        """Encode an iterable of words."""
        seen: dict[str | None, int] = {None: -1}
        codes = [seen.setdefault(value, len(seen) - 1) for value in values]
        del seen[None]
        return cls(
            read_only(np.array(codes, dtype=np.int32)),
            tuple(word for word in seen if word is not None),
        )

    @classmethod
    def constant(cls, word: str | None, rows: int) -> Categorical:
        """Return the same word for all rows."""
        if word is None:
            return cls(read_only(np.full(rows, -1, dtype=np.int32)), ())
        return cls(read_only(np.zeros(rows, dtype=np.int32)), (word,))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, row: int) -> str | None:
        code = int(self.codes[row])
        return None if code < 0 else self.categories[code]

    def take(self, rows: NDArray[Any]) -> Categorical:
        """Return the words at `rows`; none where the row is negative."""
        return Categorical(_taken(self.codes, rows, -1), self.categories)

    def to_list(self) -> list[str | None]:
        """Return the words, one per row."""
        words = np.array([*self.categories, None], dtype=object)
        return words[self.codes].tolist()  # type: ignore[no-any-return]

    def positions(self, names: Sequence[str] | Mapping[str, int]) -> NDArray[np.int32]:
        """Return where each row's word stands in `names`, -1 where nowhere."""
        where = names if isinstance(names, Mapping) else {n: at for at, n in enumerate(names)}
        found = map(where.get, (*self.categories, None), repeat(-1))  # type: ignore[arg-type]
        return np.fromiter(found, dtype=np.int32, count=len(self.categories) + 1).take(self.codes)


@frozen(eq=False)
class Tristate:
    """A column of yes (1), no (0) and not known (-1)."""

    states: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.states)

    def to_list(self) -> list[bool | None]:
        """Return True, False or None, one per row."""
        return [None if value < 0 else bool(value) for value in self.states.tolist()]


@frozen(eq=False)
class Table:
    """What a data frame holds: text, numbers, or cells of mixed kinds."""

    columns: Mapping[str, RawColumn]
    rows: int


def to_python(cell: Any) -> Any:
    """Return a cell as plain Python, to be shown: 1.5 and not np.float64(1.5)."""
    return cell.item() if isinstance(cell, np.generic) else cell


def to_lists(columns: Mapping[str, Column]) -> dict[str, list[Any]]:
    """Return plain Python columns, with None for missing."""
    lists: dict[str, list[Any]] = {}
    for key, column in columns.items():
        if isinstance(column, (Categorical, Tristate)):
            lists[key] = column.to_list()
        elif column.dtype.kind == "f":
            cells = column.astype(object)
            cells[np.isnan(column)] = None
            lists[key] = cells.tolist()
        else:
            lists[key] = column.tolist()
    return lists


def as_printed(narrow: NDArray[Any]) -> Floats:
    """Return numbers of single or half precision as the figures that they show.

    Examples
    --------
    >>> as_printed(np.array([22.1, 66.7], dtype=np.float32)).tolist()
    [22.1, 66.7]
    """
    wide = narrow.astype(np.float64)
    # The text of a large number ends in zeros; half precision has ties between decimals.
    near = (np.abs(wide) < 1e7) & (narrow.dtype != np.float16)
    waiting, far = np.flatnonzero(near), np.flatnonzero(np.isfinite(wide) & ~near)
    for places in range(8):
        tried = np.round(wide[waiting], places)
        found = tried.astype(narrow.dtype) == narrow[waiting]
        wide[waiting[found]] = tried[found]
        waiting = waiting[~found]
    rest = np.concatenate((waiting, far))
    wide[rest] = [float(str(number)) for number in narrow[rest]]
    return wide


def from_cells(cells: list[object]) -> RawColumn:
    """Return plain Python cells as a column: text, numbers, or a list of mixed kinds."""
    kinds = {type(cell) for cell in cells} - {type(None)}
    if not kinds.isdisjoint(_BY_THEIR_TEXT):
        cells = [float(str(cell)) if isinstance(cell, _BY_THEIR_TEXT) else cell for cell in cells]
        kinds = kinds.difference(_BY_THEIR_TEXT) | {float}
    if all(issubclass(kind, str) for kind in kinds):
        return Categorical.encode(cells)  # type: ignore[arg-type]
    if all(issubclass(kind, (int, float, np.number)) and kind is not bool for kind in kinds):
        numbers = [np.nan if cell is None else cell for cell in cells]
        try:
            return np.array(numbers, dtype=np.float64)
        except OverflowError:  # whole numbers beyond all floats are infinite
            wide: list[Any] = [Decimal(x) if type(x) is int else x for x in numbers]
            return np.array(list(map(float, wide)))
    return cells


def told(flags: Iterable[Truths], texts: Iterable[str], between: str = "; ") -> Categorical:
    """Return for each row the texts whose flag it has, each once; none without any.

    Examples
    --------
    >>> told([np.array([True, False]), np.array([True, False])], ["early", "late"]).to_list()
    ['early; late', None]
    """
    bits: Any = sum(flag.astype(np.int64) << at for at, flag in enumerate(flags))
    patterns, codes = np.unique(bits, return_inverse=True)
    each = [*enumerate(texts)]
    words = (
        between.join(dict.fromkeys(text for at, text in each if pattern >> at & 1)) or None
        for pattern in patterns.tolist()
    )
    return Categorical.encode(words).take(codes)


def concat(columns: Sequence[AnyColumn]) -> AnyColumn:
    """Put columns of one kind under one another.

    Examples
    --------
    >>> concat([Categorical.encode(["a"]), Categorical.encode(["b", "a"])]).to_list()
    ['a', 'b', 'a']
    """
    parts: Any = columns
    if all(isinstance(column, Categorical) for column in parts):
        position: dict[str, int] = {}
        codes = []
        for column in parts:
            table = [position.setdefault(word, len(position)) for word in column.categories]
            codes.append(np.array([*table, -1], dtype=np.int32)[column.codes])
        return Categorical(np.concatenate(codes), tuple(position))  # type: ignore[return-value]
    if all(isinstance(column, Tristate) for column in parts):
        return Tristate(np.concatenate([column.states for column in parts]))  # type: ignore[return-value]
    if all(isinstance(column, np.ndarray) for column in parts):
        return np.concatenate(parts)  # type: ignore[return-value]
    # Cells of mixed kinds, such as dates; a part without a single cell looks like text.
    lists = (part.to_list() if isinstance(part, Categorical) else part for part in parts)
    return from_cells(list(chain.from_iterable(lists)))  # type: ignore[return-value]


def take(column: AnyColumn, rows: NDArray[Any]) -> AnyColumn:
    """Return a column at these row numbers, read-only; missing where a number is negative.

    Examples
    --------
    >>> take(np.array([22.1, 18.9]), np.array([1, -1]))
    array([18.9,  nan])
    """
    cells: Any = column
    if isinstance(cells, Categorical):
        return cells.take(rows)  # type: ignore[return-value]
    if isinstance(cells, Tristate):
        return Tristate(_taken(cells.states, rows, -1))  # type: ignore[return-value]
    return _taken(cells, rows, np.nan if cells.dtype.kind == "f" else None)  # type: ignore[return-value]


def _taken(values: NDArray[Any], rows: NDArray[Any], missing: float | None) -> NDArray[Any]:
    if not len(values) and missing is not None:
        return read_only(np.full(rows.shape, missing, dtype=values.dtype))
    taken = values.take(rows)
    if missing is not None:
        taken[rows < 0] = missing
    return read_only(taken)


def equal(left: Column, right: Column) -> bool:
    """Return whether two columns hold the same values, missing equal to missing."""
    if isinstance(left, Categorical) and isinstance(right, Categorical):
        return len(left) == len(right) and bool(
            np.array_equal(left.codes, right.positions(left.categories))
            and np.array_equal(left.codes < 0, right.codes < 0)
        )
    if isinstance(left, Tristate) and isinstance(right, Tristate):
        return np.array_equal(left.states, right.states)
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray):
        return np.array_equal(left, right, equal_nan=True)
    return False


def on_all_cores(
    work: Callable[[Any], Any], parts: Sequence[Any], rows: int | None = None
) -> list[Any]:
    """Return what `work` makes of each part, in their order; numpy leaves the cores free.

    Of few rows, no thread is worth its start.

    Examples
    --------
    >>> on_all_cores(abs, [-1, 2])
    [1, 2]
    """
    cores = min(os.cpu_count() or 1, len(parts))
    if cores < 2 or (rows is not None and rows <= FEW):
        return [work(part) for part in parts]
    # Imported here because most tables have one chunk.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(cores) as pool:
        return [*pool.map(work, parts)]


def by_chunks(
    rows: int, kinds: Mapping[str, Any], work: Callable[[slice], tuple[NDArray[Any], ...]]
) -> dict[str, NDArray[Any]]:
    """Compute columns of so many rows; `work` returns the cells of a slice of the rows.

    The cells of a row depend on that row alone, so that neither chunks nor threads
    nor their order change a result.
    """
    if rows <= CHUNK:
        made = [np.asarray(cells, kind) for cells, kind in
                zip(work(slice(0, rows)), kinds.values(), strict=True)]  # fmt: skip
        return {name: read_only(cells) for name, cells in zip(kinds, made, strict=True)}
    columns = {name: np.empty(rows, dtype=kind) for name, kind in kinds.items()}

    def fill(start: int) -> None:
        part = slice(start, min(start + CHUNK, rows))
        for column, cells in zip(columns.values(), work(part), strict=True):
            column[part] = cells

    on_all_cores(fill, range(0, rows, CHUNK), rows)
    return {name: read_only(column) for name, column in columns.items()}
