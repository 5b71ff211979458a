"""A small table of results: columns that go to any data frame, compare and print."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from kencana_targets.columns import Column, equal, to_frame, to_lists
from kencana_targets.tables import writers

__all__ = ["ResultTable"]

KEYS = ("region", "indicator")


@frozen(eq=False, repr=False, kw_only=True)
class ResultTable:
    """Columns of results, text as codes into words.

    Parameters
    ----------
    values : mapping of str to Column
        The columns, all of one length.
    """

    values: Mapping[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.values.values())))

    def columns(self) -> Mapping[str, Column]:
        """Return the columns, text as codes into words."""
        return self.values

    def to_frame(self, backend: str | None = None) -> Any:
        """Return a data frame of ``"polars"``, ``"pandas"`` or ``"pyarrow"``."""
        return to_frame(self.values, backend, keys=KEYS)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries, None for missing."""
        lists = to_lists(self.values)
        return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]

    def to_csv(self, path: Any) -> None:
        """Write the rows as CSV (UTF-8, comma, decimal point)."""
        writers.write_csv(path, to_lists(self.values))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.values.keys() == other.values.keys() and all(
            equal(column, other.values[name]) for name, column in self.values.items()
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} rows>"

    def __str__(self) -> str:
        from kencana_targets.report.text import plain_table

        return plain_table(self.values)
