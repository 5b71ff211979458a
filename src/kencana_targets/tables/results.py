"""Results as columns: what every table that the library returns can do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import field, frozen

from kencana_targets.core.columns import (
    Categorical,
    Column,
    Tristate,
    equal,
    read_only,
    take,
    to_lists,
)
from kencana_targets.core.display import Displayed
from kencana_targets.core.frames import to_frame
from kencana_targets.tables import writers

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _all_locked(values: Mapping[str, Column]) -> Mapping[str, Column]:
    for column in values.values():
        if isinstance(column, Categorical):
            read_only(column.codes)
        else:
            read_only(column.states if isinstance(column, Tristate) else column)
    return values


@frozen(eq=False, repr=False, kw_only=True)
class ResultTable(Displayed):
    """A table of results; immutable, and equal to another with the same cells.

    Parameters
    ----------
    values : mapping of str to Column
        Columns of one length, read-only from now on.
    """

    values: Mapping[str, Column] = field(converter=_all_locked)

    keys: ClassVar[tuple[str, ...]] = ("region", "indicator")

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def columns(self) -> Mapping[str, Column]:
        """Return the columns, text as codes into words."""
        return self.values

    def take(self, rows: NDArray[Any]) -> ResultTable:
        """Return some of the rows."""
        return ResultTable(
            values={name: take(column, rows) for name, column in self.values.items()}
        )

    def to_frame(self, backend: str | None = None) -> Any:
        """Return a data frame of ``"polars"``, ``"pandas"`` or ``"pyarrow"``."""
        return to_frame(self.values, backend, keys=self.keys)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries, None for missing."""
        lists = to_lists(self.values)
        return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]

    def to_csv(self, path: Any) -> None:
        """Write the rows as CSV (UTF-8, comma, decimal point)."""
        writers.write_csv(path, to_lists(self.values))

    def to_json(self, path: Any) -> None:
        """Write the rows as JSON."""
        writers.write_json(path, self.to_dicts())

    def to_parquet(self, path: Any) -> None:
        """Write the rows as Parquet, through Polars or pyarrow."""
        writers.write_parquet(path, self.values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.values.keys() == other.values.keys() and all(
            equal(column, other.values[name]) for name, column in self.values.items()
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} rows>"
