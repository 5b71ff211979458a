"""Targets written as a change from the baseline: *-10%*, *turun 3 poin*."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

import numpy as np

from kencana_targets.core.columns import Categorical, take
from kencana_targets.tables.places import Draft
from kencana_targets.tables.raw_columns import Cells, Numerals

_DOWN = r"turun|menurun|penurunan|berkurang|pengurangan|decreased?|reduced?|reduction|down|cut"
_UP = r"naik|kenaikan|meningkat|peningkatan|bertambah|increased?|raised?|up"
_CHANGE = re.compile(
    rf"(?:(?:(?P<down>{_DOWN})|(?P<up>{_UP}))\s+(?:sebesar\s+|of\s+|by\s+)?)?"
    r"(?P<sign>[+-]?)\s*(?P<size>\d+(?:[.,]\d+)?)\s*"
    r"(?P<unit>%|persen\b|percent\b|poin\s+persen\b|poin\b|percentage\s+points?\b|points?\b|pp\b)\s*"
    r"(?P<base>(?:dari|terhadap|from|of|against)\s+(?:the\s+)?"
    r"(?:kondisi\s+awal|data\s+(?:awal|dasar)|baseline).*)?",
    re.IGNORECASE | re.ASCII,
)


def change_in(text: str) -> tuple[str, bool] | None:
    """Return the change from a baseline that a cell states, and whether it can mean nothing else.

    ``-10%`` alone may be a plain number of an indicator that can be negative.

    Examples
    --------
    >>> change_in("turun 3 poin"), change_in("-10%"), change_in("12,5% dari kondisi awal")
    (('-3', True), ('-10%', False), None)
    >>> change_in("turun 12,5 persen dari kondisi awal")
    ('-12.5%', True)
    """
    match = _CHANGE.fullmatch(" ".join(text.split()))
    if match is None or bool(match["down"] or match["up"]) == bool(match["sign"]):
        return None
    sign = match["sign"] or ("-" if match["down"] else "+")
    percent = match["unit"].casefold() in ("%", "persen", "percent")
    if not percent and not (match["down"] or match["up"] or match["base"]):
        return None
    words = bool(match["down"] or match["up"] or match["base"])
    return sign + match["size"].replace(",", ".") + ("%" if percent else ""), words


def take_changes(raw: Cells) -> tuple[Cells, Any]:
    """Return a column without the cells that can only be changes, and all changes of it."""
    if isinstance(raw, (Numerals, np.ndarray)):
        return raw, None
    cells = raw.to_list() if isinstance(raw, Categorical) else [*raw]
    kept: list[Any] = cells
    changes: list[str | None] = [None] * len(cells)
    for row, cell in enumerate(cells):
        found = change_in(cell) if isinstance(cell, str) and len(cell) < 100 else None
        if found is not None:
            changes[row] = found[0]
            kept[row] = None if found[1] else cell
    if not any(changes):
        return raw, None
    encoded = all(cell is None or isinstance(cell, str) for cell in kept)
    return Categorical.encode(kept) if encoded else kept, Categorical.encode(changes)


def settle_changes(draft: Draft, never_negative: Collection[str]) -> None:
    """Let ``-10%`` be a change where the indicator cannot be negative, a number elsewhere."""
    changes, value, indicator = (
        draft.text("relative"),
        draft.numbers("value"),
        draft.text("indicator"),
    )
    if changes is None or value is None or indicator is None:
        return
    bare = (changes.codes >= 0) & ~np.isnan(value)
    relative = np.isin(indicator.positions([*never_negative]), -1, invert=True)
    kept = np.where(bare & ~relative, -1, np.arange(draft.rows))
    draft.columns["value"] = np.where(bare & relative, np.nan, value)
    draft.columns["relative"] = take(changes, kept)
