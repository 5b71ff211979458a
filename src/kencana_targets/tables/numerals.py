"""Columns of plain numbers, read at once, before it is settled what their mark means."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from attrs import field, frozen

from kencana_targets.core.columns import Categorical, RawColumn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen(eq=False)
class Numerals:
    """A column of text that is nothing but plain numbers with one mark.

    Parameters
    ----------
    values : ndarray of float64
        The numbers, nan where there is none.
    mark : {",", "."} or None
        The mark that the numbers were read by; None where no number has one.
    source : callable
        Makes the text of what was written, once it is asked for.
    """

    values: NDArray[np.float64]
    mark: str | None
    source: Callable[[], Categorical]
    _made: list[Categorical] = field(factory=list, init=False, repr=False)

    def text(self) -> Categorical:
        """Return what was written."""
        if not self._made:
            self._made.append(self.source())
        return self._made[0]

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, row: int) -> str | None:
        return self.text()[row]

    def take(self, rows: NDArray[Any]) -> Numerals:
        """Return the numbers at `rows`."""
        return Numerals(self.values.take(rows), self.mark, lambda: self.text().take(rows))

    def fits(self, decimal: str | None) -> bool:
        """Return whether the numbers are those of a decimal mark."""
        return self.mark is None or decimal in (None, self.mark)


Cells: TypeAlias = "RawColumn | Numerals"


def written(column: Cells) -> RawColumn:
    """Return a column as it is written."""
    return column.text() if isinstance(column, Numerals) else column


def plain_numeral(mark: str) -> str:
    """Return a pattern of digits and a mark that nobody takes for one of thousands.

    Examples
    --------
    >>> bool(re.fullmatch(plain_numeral("."), "22.1")), re.fullmatch(plain_numeral("."), "4.282")
    (True, None)
    """
    return rf"-?[0-9]{{1,15}}(?:{re.escape(mark)}(?:[0-9]{{1,2}}|[0-9]{{4,15}}))?"
