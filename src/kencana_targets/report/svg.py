"""Charts as SVG inside a page, drawn straight: a few hundred in the time of one figure elsewhere."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

from kencana_targets.core.typing import Floats, Ints
from kencana_targets.report.canvas import EDGE, GRID, INK, QUIET, Area, Axis, Chart, Dots, Line
from kencana_targets.report.view import View, runs

# Widths of letters as shares of the size of type, as in the sans serif faces of browsers.
_NARROW, _WIDE = frozenset("iljtfr.,:;|'()[]/ I"), frozenset("mwMWCDGOQ%")
TYPE = 11
DASHES = {"-": "", "--": ' stroke-dasharray="5 3"', ":": ' stroke-dasharray="1 3"'}
SHAPES = {
    "s": "M{l} {t}H{r}V{b}H{l}z", "D": "M{x} {t}L{r} {y}L{x} {b}L{l} {y}z",
    "^": "M{x} {t}L{r} {b}H{l}z", "v": "M{x} {b}L{l} {t}H{r}z", "|": "M{x} {t}V{b}",
    "P": "M{l} {y}H{r}M{x} {t}V{b}",
    "o": "M{l} {y}a{h} {h} 0 1 0 {w} 0a{h} {h} 0 1 0 -{w} 0",
}  # fmt: skip
WIDTH, HEIGHT, MARGIN = 96, 24, 3


def width(text: str) -> float:
    """Return how wide a text will be, about. [pixel]."""
    letters = (0.37 if c in _NARROW else 0.88 if c in _WIDE else 0.62 for c in text)
    return TYPE * sum(letters)


def svg(chart: Chart, description: str = "") -> str:
    """Return a chart as inline SVG with a role and a description.

    Parameters
    ----------
    chart : Chart
        What is drawn.
    description : str, optional
        What screen readers say; the title if not given.
    """
    wide, high = chart.size
    left = 8 + max((width(text) for _, text in chart.up.ticks), default=0.0) + 6
    right = left + wide
    top = (18.0 if chart.up.label else 8.0) + (
        14 * _lines(chart.across) + 2 if chart.across.top else 0
    )
    bottom = top + high
    page = _Page(chart, (left, right), (top, bottom))
    parts = [*page.axes(), *(page.item(item) for item in chart.items)]
    y = bottom + 8
    if chart.across.ticks and not chart.across.top:
        y += 13
    if chart.across.label:
        y += 13
        parts.append(_text((left + right) / 2, y - 4, chart.across.label, "middle"))
    edge = right + 8
    if chart.legend:
        y = page.legend(parts, y + 10, edge)
    for line in textwrap.wrap(chart.note, max(int(edge / 5.6), 20)):
        y += 13
        parts.append(_text(8, y - 4, line, "start", QUIET))
    label = html.escape(description or chart.title, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {edge:.0f} {y + 4:.0f}" '
        f'width="{1.12 * edge:.0f}" role="img" aria-label="{label}" font-size="{TYPE}" '
        f'font-family="inherit" fill="none">{"".join(parts)}</svg>'
    )


def _lines(axis: Axis) -> int:
    return max((text.count("\n") + 1 for _, text in axis.ticks), default=0)


def _text(x: float, y: float, text: str, anchor: str, colour: str = INK, kind: str = "") -> str:
    """Return text whose middle lies at a height."""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    name = f' class="{kind}"' if kind else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}"{side} fill="{colour}"{name} dy=".35em">'
        f"{html.escape(text, quote=False)}</text>"
    )


class _Page:
    """The places of a chart's own units on the page."""

    def __init__(self, chart: Chart, x: tuple[float, float], y: tuple[float, float]) -> None:
        self.chart, self.x_ends, self.y_ends = chart, x, y
        self.across = (x[1] - x[0]) / ((chart.across.high - chart.across.low) or 1)
        self.upwards = (y[1] - y[0]) / ((chart.up.high - chart.up.low) or 1)

    def at(self, x: float, y: float) -> tuple[float, float]:
        left, bottom = self.x_ends[0], self.y_ends[1]
        across, up = self.chart.across, self.chart.up
        return left + (x - across.low) * self.across, bottom - (y - up.low) * self.upwards

    def axes(self) -> list[str]:
        """Draw ticks with their texts, lines of the grid and what the heights measure."""
        (left, right), (top, bottom), parts = self.x_ends, self.y_ends, []
        for value, text in self.chart.across.ticks:
            x = self.at(value, 0)[0]
            if self.chart.across.grid:
                parts.append(f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="{GRID}"/>')
            lines = text.split("\n")
            first = top - 14 * len(lines) + 4 if self.chart.across.top else bottom + 10
            parts += [_text(x, first + 14 * n, line, "middle") for n, line in enumerate(lines)]
        for value, text in self.chart.up.ticks:
            y = self.at(0, value)[1]
            if self.chart.up.grid:
                parts.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{GRID}"/>')
            parts.append(_text(left - 6, y, text, "end"))
        if self.chart.up.label:
            parts.append(_text(8, top - 12, self.chart.up.label, "start", QUIET))
        return parts

    def item(self, item: Any) -> str:
        """Draw one item."""
        if isinstance(item, Line):
            way = " ".join(self._points(item))
            return (
                f'<polyline points="{way}" stroke="{item.colour}" '
                f'stroke-width="{item.width}"{DASHES[item.dash]}/>'
            )
        if isinstance(item, Dots):
            places = (self.at(x, y) for x, y in zip(item.x, item.y, strict=True))
            return "".join(_dot(item, x, y) for x, y in places)
        if isinstance(item, Area):
            fill = "url(#hatch)" if item.empty else item.fill
            way = " ".join(self._points(item))
            return (
                f'<polygon points="{way}" fill="{fill}" stroke="{EDGE if item.empty else "#fff"}"/>'
            )
        x, y = self.at(item.x, item.y)
        lines = item.text.split("\n")
        first = y - item.up * 1.2 - 6.5 * (len(lines) - 1)
        return "".join(
            _text(
                x + item.right,
                first + 13 * n,
                line,
                item.anchor,
                item.colour,
                f"{item.kind}{n or ''}" if item.kind else "",
            )
            for n, line in enumerate(lines)
        )

    def _points(self, item: Line | Area) -> Sequence[str]:
        places = (self.at(x, y) for x, y in zip(item.x, item.y, strict=True))
        return [f"{x:.1f},{y:.1f}" for x, y in places]

    def legend(self, parts: list[str], y: float, edge: float) -> float:
        """Explain marks and colours in lines as long as the figure is wide."""
        x = 8.0
        for item in self.chart.legend:
            wide = 20 + width(item.name) + 10
            if x > 8 and x + wide > edge:
                x, y = 8.0, y + 15
            if isinstance(item, Line):
                line = DASHES[item.dash]
                parts.append(
                    f'<path d="M{x} {y}h14" stroke="{item.colour}" stroke-width="{item.width}"{line}/>'
                )
            elif isinstance(item, Dots):
                parts.append(_dot(item, x + 7, y, 7))
            else:
                fill, rim = ("url(#hatch)", EDGE) if item.empty else (item.fill, "none")
                parts.append(f'<path d="M{x} {y - 5}h14v10h-14z" fill="{fill}" stroke="{rim}"/>')
            parts.append(_text(x + 19, y, item.name, "start"))
            x += wide
        return y + 10


def _dot(item: Dots, x: float, y: float, size: float = 0.0) -> str:
    half = (size or item.size) * 0.62
    places = {"x": x, "y": y, "l": x - half, "r": x + half, "t": y - half, "b": y + half}
    places |= {"h": half, "w": 2 * half}
    way = SHAPES[item.shape].format(**{key: f"{value:.1f}" for key, value in places.items()})
    if item.shape == "P":
        # A cross with arms of a colour and an edge: two strokes, the wide one behind.
        return (
            f'<path d="{way}" stroke="{item.edge}" stroke-width="{half * 0.95:.1f}"/>'
            f'<path d="{way}" stroke="{item.fill}" stroke-width="{half * 0.6:.1f}"/>'
        )
    thick = ' stroke-width="2"' if item.shape == "|" else ""
    return f'<path d="{way}" fill="{item.fill}" stroke="{item.edge}"{thick}/>'


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
    across = (WIDTH - 2 * MARGIN) / (years.max() - left)
    up = (HEIGHT - 2 * MARGIN) / (high - low) if high > low else 0.0
    x = np.rint(MARGIN + (years - left) * across).astype(int).tolist()
    y = np.rint(HEIGHT - MARGIN - (heights - low) * up).astype(int).tolist()
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
