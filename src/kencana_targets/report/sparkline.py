"""A line as small as a word: the path of targets and what was reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kencana_targets.core.typing import Ints

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencana_targets.report.view import View


WIDTH, HEIGHT, EDGE = 96, 24, 3


def sparklines(view: View, rows: Ints) -> list[str]:
    """Return an inline SVG for each row; empty where there is no line to draw.

    The picture is hidden from screen readers: the numbers stand beside it.
    """
    if not len(rows):
        return []
    years, paths, _ = view.judged_path(rows)
    figures = view.card.actuals
    drawn = []
    for row, path in zip(rows.tolist(), paths, strict=True):
        there = ~np.isnan(path)
        found = view.actuals_of(row)
        drawn.append(
            _drawn(years[there], path[there], figures.year[found], figures.value[found])
            if there.sum() + len(found) > 1
            else ""
        )
    return drawn


def _drawn(
    path_years: NDArray[np.float64],
    path: NDArray[np.float64],
    years: NDArray[np.float64],
    values: NDArray[np.float64],
) -> str:
    every = np.concatenate((path_years, years))
    heights = np.concatenate((path, values))
    left, right = float(every.min()), float(every.max())
    low, high = float(heights.min()), float(heights.max())
    if left == right:
        return ""
    across = (WIDTH - 2 * EDGE) / (right - left)
    up = (HEIGHT - 2 * EDGE) / (high - low) if high > low else 0.0
    x = np.rint(EDGE + (every - left) * across).astype(int).tolist()
    y = np.rint(HEIGHT - EDGE - (heights - low) * up).astype(int).tolist()
    points = [f"{a},{b}" for a, b in zip(x, y, strict=True)]
    count = len(path)
    parts = [f'<svg class=s viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden=true>']
    if count > 1:
        parts.append(f'<polyline class=t points="{" ".join(points[:count])}"/>')
    elif count:
        parts.append(f"<circle class=o cx={x[0]} cy={y[0]} r=2 />")
    if len(values) > 1:
        parts.append(f'<polyline class=a points="{" ".join(points[count:])}"/>')
    if len(values):
        parts.append(f"<circle class=d cx={x[-1]} cy={y[-1]} r=2.5 />")
    return "".join([*parts, "</svg>"])
