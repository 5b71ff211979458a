"""One actual against several targets, side by side as text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical
from kencana_targets.core.labels import inert
from kencana_targets.report.text import MOST_ROWS, grid, more

if TYPE_CHECKING:
    from kencana_targets.evaluation.against import Comparison


def plain_comparison(comparison: Comparison, language: str = "en") -> str:
    """Return a comparison as plain text: a line for each actual, two columns for each target."""
    ways = list(_text(comparison, "against").categories)
    first = _firsts(comparison)
    shown = first[:MOST_ROWS]
    rows = comparison.take(np.arange(len(comparison))[: _stop(comparison, first, len(shown))])
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        line = lines.setdefault((row["region"], row["indicator"]), {"row": row})
        line[row["against"]] = row
    titles = [labels.label("column", key, language) for key in ("region_name", "indicator")]
    titles.append(labels.label("column", "actual", language))
    for way in ways:
        name = labels.words("comparison", language).get(way, way)
        titles += [inert(name), "%"]
    cells = [_cells(line, ways, comparison.rule.decimals, language) for line in lines.values()]
    return grid(titles, cells) + more(len(first), len(cells), language)


def _text(comparison: Comparison, name: str) -> Categorical:
    column = comparison.values[name]
    assert isinstance(column, Categorical)
    return column


def _firsts(comparison: Comparison) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return where the rows of each region and indicator begin."""
    region, indicator = (_text(comparison, name).codes for name in ("region", "indicator"))
    change = np.ones(len(comparison), dtype=bool)
    change[1:] = (region[1:] != region[:-1]) | (indicator[1:] != indicator[:-1])
    return np.flatnonzero(change)


def _stop(comparison: Comparison, first: Any, shown: int) -> int:
    return len(comparison) if shown == len(first) else int(first[shown])


def _cells(line: dict[str, Any], ways: list[str], decimals: int, language: str) -> list[str]:
    row = line["row"]
    cells = [
        inert(row["region_name"]),
        inert(row["indicator"]),
        _number(row["actual"], 0, language),
    ]
    for way in ways:
        found = line.get(way, {})
        cells.append(_number(found.get("target"), 0, language))
        percent = found.get("achievement")
        known = percent is not None and math.isfinite(percent)
        cells.append(labels.number(percent, decimals, language) if known else "-")
    return cells


def _number(value: float | None, decimals: int, language: str) -> str:
    return "-" if value is None else labels.figure(value, decimals, language)
