"""A line as small as a word: the path of targets and what was reached."""

from __future__ import annotations

import numpy as np

from kencana_targets.core.typing import Floats, Ints
from kencana_targets.report.surveys import runs
from kencana_targets.report.view import View

WIDTH, HEIGHT, EDGE = 96, 24, 3


def sparklines(view: View, rows: Ints) -> list[str]:
    """Return an inline SVG for each row; empty where there is no line to draw.

    The picture is hidden from screen readers: the numbers stand beside it. The line of
    actuals breaks where the survey changes.
    """
    if not len(rows):
        return []
    years, paths, _ = view.judged_path(rows)
    figures = view.card.actuals
    drawn = []
    for row, path in zip(rows.tolist(), paths, strict=True):
        there, found = ~np.isnan(path), view.actuals_of(row)
        every = np.concatenate((years[there], figures.year[found]))
        heights = np.concatenate((path[there], figures.value[found]))
        if len(every) < 2 or every.min() == every.max():
            drawn.append("")
            continue
        points, count = _points(every, heights), int(there.sum())
        lengths = [len(part) for part in runs(view, found)]
        drawn.append(_drawn(points[:count], points[count:], lengths))
    return drawn


def _points(years: Floats, heights: Floats) -> list[tuple[int, int]]:
    left, low, high = years.min(), heights.min(), heights.max()
    across = (WIDTH - 2 * EDGE) / (years.max() - left)
    up = (HEIGHT - 2 * EDGE) / (high - low) if high > low else 0.0
    x = np.rint(EDGE + (years - left) * across).astype(int).tolist()
    y = np.rint(HEIGHT - EDGE - (heights - low) * up).astype(int).tolist()
    return list(zip(x, y, strict=True))


def _drawn(path: list[tuple[int, int]], actual: list[tuple[int, int]], lengths: list[int]) -> str:
    parts = [f'<svg class=s viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden=true>']
    parts.append(_line("t", "o", path))
    start = 0
    for length in lengths:
        parts.append(_line("a", "d", actual[start : start + length]))
        start += length
    if actual:
        x, y = actual[-1]
        parts.append(f"<circle class=d cx={x} cy={y} r=2.5 />")
    return "".join([*parts, "</svg>"])


def _line(style: str, dot: str, points: list[tuple[int, int]]) -> str:
    if len(points) > 1:
        way = " ".join(f"{x},{y}" for x, y in points)
        return f'<polyline class={style} points="{way}"/>'
    return "".join(f"<circle class={dot} cx={x} cy={y} r=2 />" for x, y in points)
