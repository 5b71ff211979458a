"""The columns of wide figures: what their headings name, and their cells as one column."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core.columns import Categorical, RawColumn, read_only
from kencana_targets.tables.cells import Names
from kencana_targets.tables.files import Cells, Numerals, encode, written
from kencana_targets.tables.headings import fold, names_part

if TYPE_CHECKING:
    from numpy.typing import NDArray


def read_label(parts: Sequence[str], names: Names) -> tuple[str, tuple[str, ...]]:
    """Return the indicator or region that a heading names, and what else it says.

    A word over an indicator is taken for the name of a group, unless it names a
    time or people; a word under one, but for its unit, parts it, and nothing is
    known of the parts.

    Parameters
    ----------
    parts : sequence of str
        The heading from the top down, without year and words such as *realisasi*.
    names : Names
        The indicators of the plan.

    Returns
    -------
    str, tuple of str
        The code of the indicator, else all as it is written; and what must not
        be passed over.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> known = Names.of(kt.load_plan("bengkulu-2021").indicators)
    >>> read_label(("Program KB", "mCPR"), known), read_label(("mCPR", "TW II"), known)
    (('mCPR', ()), ('mCPR', ('TW II',)))
    """
    joined = " / ".join(parts)
    whole = names.code_of(joined) or names.code_of(" ".join(parts))
    codes = [names.code_of(part) for part in parts]
    found = [at for at, code in enumerate(codes) if code is not None]
    if whole is not None or len({codes[at] for at in found}) != 1:
        return whole or joined, ()
    odd = [part for part in parts[: found[0]] if names_part(part)]
    code = str(codes[found[0]])
    below = [part for at, part in enumerate(parts) if at > found[0] and at not in found]
    odd += [part for part in below if not _is_unit(part, names.units[code])]
    return code, tuple(odd)


def _is_unit(text: str, units: Collection[str]) -> bool:
    words = fold(text)
    # "anak" is the beginning of "anak per perempuan".
    beginning = any(f"{unit} ".startswith(f"{words} ") for unit in units)
    return words.startswith(("satuan", "unit")) or beginning


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
    lists = [each.to_list() if isinstance(each, Categorical) else list(each) for each in raw]
    return encode([lists[at][row] for row, at in np.argwhere(filled).tolist()])


def cells_of(
    columns: Sequence[Cells],
    owned: Mapping[int, int],
    row: NDArray[np.int64],
    column: NDArray[np.int64],
) -> RawColumn:
    """Return the cells that belong to figures, which stand at `row` and number `column`.

    Parameters
    ----------
    columns : sequence of Cells
        All columns of a table.
    owned : mapping
        For the number of a column of figures, the position of the column that belongs to it.
    row, column : ndarray of int
        Where each figure stands.
    """
    cells: list[object] = [None] * len(row)
    for owner, at in owned.items():
        kept = written(columns[at])
        listed = kept.to_list() if isinstance(kept, Categorical) else list(kept)
        for figure in np.flatnonzero(column == owner).tolist():
            cell = listed[int(row[figure])]
            cells[figure] = None if cell != cell else cell  # noqa: PLR0124 (nan)
    return encode(cells)


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
