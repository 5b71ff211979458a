"""What a figure is made of, whoever draws it: `svg` for pages, matplotlib for those who want axes."""

from __future__ import annotations

import html
import io
import math
import textwrap
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from attrs import field, frozen

from kencana_targets.core import labels
from kencana_targets.core.errors import UnknownNameError, optional_module, refuse, unknown_name
from kencana_targets.core.terms import Status
from kencana_targets.core.typing import Floats, Ints, Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.evaluation.summary import averaged, main_level
from kencana_targets.report.bands import NO_BAND, Look
from kencana_targets.report.view import View, runs

if TYPE_CHECKING:
    from matplotlib.figure import Figure


INK, QUIET, GRID, PATH, ACTUAL = "#1a1a1a", "#5f5f5f", "#e3e3e3", "#5f5f5f", "#0b4f8a"
EDGE = "#b5b5b5"
SMALL, LARGE = 8, 11
# Widths of a letter of both sizes, about. [inch]
LETTER, WIDE_LETTER = 0.065, 0.095
Points = Sequence[float] | Floats
# Text from the data is never read as mathematics: a name may hold dollar signs.
PLAIN: dict[str, Any] = {"parse_math": False}
SIDES = {"start": "left", "middle": "center", "end": "right"}


@frozen
class Line:
    """A line through points, in the units of its chart."""

    x: Points
    y: Points
    colour: str
    width: float = 1.4
    dash: str = "-"
    name: str = ""


@frozen
class Dots:
    """Marks of one shape; shapes have the names that matplotlib gives them."""

    x: Points
    y: Points
    shape: str
    fill: str
    edge: str = INK
    size: float = 6.0
    name: str = ""


@frozen
class Area:
    """A closed outline, hatched where it has no figure."""

    x: Points
    y: Points
    fill: str
    empty: bool = False
    name: str = ""


@frozen
class Words:
    """Text beside a point: how many points to the right of it and above it."""

    x: float
    y: float
    text: str
    right: float = 0.0
    up: float = 0.0
    anchor: str = "middle"
    colour: str = INK


@frozen
class Axis:
    """The range of an axis, its ticks as they are written, and what it measures."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]] = ()
    label: str = ""
    grid: bool = False
    top: bool = False


@frozen(kw_only=True)
class Chart:
    """A figure: what is drawn, in the order of drawing, on two axes.

    Parameters
    ----------
    title : str
        What is shown.
    items : sequence
        Lines, dots, areas and words.
    across, up : Axis
        The axes; `up` runs downwards where `down` is true.
    size : tuple of float
        Width and height of the plot in a page. [pixel]
    inches : tuple of float
        Width and height of the matplotlib figure.
    legend : sequence, optional
        Items to be explained by their names; by default each name once.
    note : str, optional
        What is not drawn.
    equal : bool, optional
        Whether a step across is as long as one up.
    """

    title: str
    items: Sequence[Line | Dots | Area | Words]
    across: Axis
    up: Axis
    size: tuple[float, float]
    inches: tuple[float, float]
    legend: Sequence[Any] = field()
    note: str = ""
    equal: bool = False

    @legend.default
    def _each_name_once(self) -> Sequence[Any]:
        named = [item for item in self.items if getattr(item, "name", "")]
        return list({item.name: item for item in reversed(named)}.values())[::-1]  # type: ignore[union-attr]

    def drawn(self, ax: Any = None) -> Any:
        """Draw with matplotlib on the axes given, or on those of a new figure."""
        ax = axes(ax, *self.inches)
        # The room of the axes before names of regions stand beside them. [inch]
        room = ax.get_position().width * _inches(ax)[0]
        title = textwrap.fill(self.title, max(int(room / WIDE_LETTER), 20))
        ax.set_title(title, loc="left", fontsize=LARGE, color=INK, fontweight="bold", **PLAIN)
        for item in self.items:
            if not isinstance(item, Words):
                ax.add_artist(_artist(item, item.x, item.y))
                continue
            ax.annotate(
                item.text, (item.x, item.y), xytext=(item.right, item.up), ha=SIDES[item.anchor],
                va="center", textcoords="offset points", fontsize=SMALL, color=item.colour,
                zorder=7, **PLAIN,
            )  # fmt: skip
        if self.equal:
            ax.set_aspect("equal")
        for side, axis in (("x", self.across), ("y", self.up)):
            _set_axis(ax, side, axis)
        if not (self.across.grid or self.up.grid):
            for spine in ax.spines.values():
                spine.set_visible(False)
            ax.tick_params(length=0)
        ax.spines[["top", "right"]].set_visible(False)
        ax.spines[["left", "bottom"]].set_color(QUIET)
        ax.set_axisbelow(True)
        ax.tick_params(colors=INK, labelsize=SMALL)
        below = 0.5 if self.across.ticks else 0.12
        if self.note:
            note = textwrap.fill(self.note, max(int(room / LETTER), 20))
            place = 0, -0.02 - below / _inches(ax)[1]
            style = {"va": "top", "fontsize": SMALL, "color": QUIET, **PLAIN}
            ax.annotate(note, place, xycoords="axes fraction", **style)
            below += 0.2 * (note.count("\n") + 1)
        self._explain(ax, room, below)
        return ax

    def _explain(self, ax: Any, room: float, below: float) -> None:
        """Put the legend under the axes, below a gap for what labels them. [inch]."""
        if not self.legend:
            return
        columns = int(room / (LETTER * max(len(item.name) for item in self.legend) + 0.4))
        box = ax.legend(
            handles=[_artist(item, [], [], markersize=7) for item in self.legend],
            loc="upper left", ncols=max(1, min(4, columns, len(self.legend))), frameon=False,
            bbox_to_anchor=(0, -0.02 - below / _inches(ax)[1]), fontsize=SMALL, borderaxespad=0,
            handletextpad=0.4, columnspacing=1.2,
        )  # fmt: skip
        for text in box.get_texts():
            text.set_parse_math(False)


def on_axes(chart: Callable[..., Chart]) -> Callable[..., Any]:
    """Return a function that draws a scorecard's chart with matplotlib."""

    def draw(
        card: Scorecard, *arguments: Any, ax: Any = None, language: Language = "en", **options: Any
    ) -> Any:
        return chart(View(card, language), *arguments, **options).drawn(ax)

    return draw


def axes(ax: Any, width: float, height: float) -> Any:
    """Return the axes to draw on: the given ones, or those of a new figure."""
    if ax is not None:
        if not hasattr(ax, "set_title"):
            refuse("ax", ax, "axes of matplotlib")
        return ax
    # Made without pyplot, which would keep every figure alive.
    module = optional_module("matplotlib.figure", "a figure", "report")
    figure = module.Figure(figsize=(width, height), layout="constrained", dpi=120)
    return figure.add_subplot(axes_class=_shown_axes())


@cache
def _shown_axes() -> Any:
    """Return axes that a notebook shows as their figure."""
    from matplotlib.axes import Axes

    class ShownAxes(Axes):
        def _repr_png_(self) -> bytes:
            return picture(self)

    return ShownAxes


def picture(ax: Any, dpi: float | None = None) -> bytes:
    """Return the figure of axes as a PNG file.

    `savefig` would draw it twice, once for the layout, which drawing settles as well.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer, figure = io.BytesIO(), cast("Figure", ax.get_figure())
    figure.set_dpi(dpi or figure.get_dpi())
    FigureCanvasAgg(figure).print_png(buffer)  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def _inches(ax: Any) -> tuple[float, float]:
    """Return the size of the figure of axes, or of the part of one that they stand in."""
    box, dots = ax.figure.bbox, ax.figure.dpi
    return box.width / dots, box.height / dots


def _artist(item: Any, x: Points, y: Points, **more: Any) -> Any:
    """Return what matplotlib draws of an item, here or in a legend."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Polygon

    if isinstance(item, Area):
        fill, edge, hatch = ("white", EDGE, "///") if item.empty else (item.fill, "white", None)
        style: dict[str, Any] = {"facecolor": fill, "edgecolor": edge, "hatch": hatch}
        return Polygon(np.column_stack((x, y)), linewidth=0.6, label=item.name, **style)
    if isinstance(item, Line):
        style = {"color": item.colour, "linewidth": item.width, "linestyle": item.dash, "zorder": 2}
        return Line2D(x, y, label=item.name, **style)
    style = {
        "linestyle": "none", "marker": item.shape, "markersize": item.size, "zorder": 4,
        "markerfacecolor": item.fill, "markeredgecolor": item.edge,
        "markeredgewidth": 2 if item.shape == "|" else 1,
    }  # fmt: skip
    return Line2D(x, y, label=item.name, **(style | more))


def _set_axis(ax: Any, side: str, axis: Axis) -> None:
    getattr(ax, f"set_{side}lim")(axis.low, axis.high)
    places, texts = [place for place, _ in axis.ticks], [text for _, text in axis.ticks]
    getattr(ax, f"set_{side}ticks")(places, texts, **PLAIN)
    getattr(ax, f"set_{side}label")(axis.label, fontsize=SMALL, color=INK, **PLAIN)
    if axis.grid:
        ax.grid(visible=True, axis=side, color=GRID, linewidth=0.8)
    if axis.top:
        ax.xaxis.tick_top()


def number_axis(
    values: Iterable[float], language: Language, label: str = "",
    room: tuple[float, float] = (0.08, 0.08),
) -> Axis:  # fmt: skip
    """Return an axis for figures, with some five round ticks and room at both ends."""
    known = np.array([value for value in values if np.isfinite(value)])
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)
    spread = (high - low) or max(abs(high), 1.0)
    low, high = low - room[0] * spread, high + room[1] * spread
    step = 10.0 ** math.floor(math.log10(spread / 4))
    step *= next(factor for factor in (1, 2, 5, 10) if spread / 4 <= factor * step * 1.0001)
    places = max(0, -math.floor(math.log10(step) + 1e-9))
    first = math.ceil(low / step - 1e-9)
    ticks = [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]
    texts = [labels.number(tick, places, language) for tick in ticks]
    return Axis(low, high, list(zip(ticks, texts, strict=True)), label, grid=True)


def say(key: str, language: Language, **fields: Any) -> str:
    """Return a label of a figure in a language."""
    return labels.label("figure", key, language, **fields)


def band_dots(look: Look, x: Points, y: Points, language: Language, size: float = 7.5) -> Dots:
    """Return marks in the shape and colour of a band."""
    name = say("no-band", language) if look is NO_BAND else look.word
    return Dots(x, y, look.marker, look.colour, size=size, name=name)


def last_year(card: Scorecard, year: float | None) -> float:
    """Return the year asked for, or the last one evaluated."""
    if year is None:
        return max(card.years)
    if float(year) not in card.years:
        known = [f"{one:g}" for one in card.years]
        raise UnknownNameError(unknown_name("year", f"{year:g}", known))
    return float(year)


def rows_of(view: View, indicator: str, year: float) -> Ints:
    """Return the rows of an indicator and year, but for regions where it is not measured."""
    codes = [one.code for one in view.plan.indicators]
    position = codes.index(view.plan.indicator(indicator).code)
    chosen = (view.indicator_at == position) & (view.rows.year == year)
    chosen &= ~view.rows.has_status(Status.NOT_MEASURED)
    return np.flatnonzero(chosen).astype(np.int64)


def of_one_level(view: View, rows: Ints) -> Ints:
    """Keep the regions of the level that has most rows; regency and city are one."""
    levels = view.peers[rows]
    kept: Ints = rows[levels == main_level(np.zeros(len(rows), dtype=np.int64), levels)[0]]
    return kept


@frozen
class Changes:
    """What regions of one level averaged in two years, on the same indicators.

    Parameters
    ----------
    regions : ndarray of int, shape (n,)
        Positions in the plan's regions.
    before, after : ndarray, shape (n,)
        The averages over the indicators scored in both years. [percent]
    indicators : ndarray of int, shape (n,)
        How many indicators these are.
    """

    regions: Ints
    before: Floats
    after: Floats
    indicators: Ints


def changes(view: View, first: float, second: float, indicator: str | None = None) -> Changes:
    """Compare two years on what was scored in both, in one indicator or the average of all."""
    values = view.rows.achievement if indicator else averaged(view.rows)
    known = np.flatnonzero(~np.isnan(values))
    if indicator:
        known = known[
            view.indicator_at[known] == view.plan.indicators.index(view.plan.indicator(indicator))
        ]
    old, new = (
        known[view.rows.year[known] == last_year(view.card, year)] for year in (first, second)
    )
    _, at_old, at_new = np.intersect1d(view.series[old], view.series[new], return_indices=True)
    new = new[at_new]
    kept = np.isin(new, of_one_level(view, new))
    old, new = old[at_old][kept], new[kept]
    regions, at, count = np.unique(view.region_at[old], return_inverse=True, return_counts=True)
    before, after = (
        np.bincount(at, weights=values[rows], minlength=len(count)) / count for rows in (old, new)
    )
    return Changes(regions.astype(np.int64), before, after, count)


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
    return TYPE * sum(0.37 if c in _NARROW else 0.88 if c in _WIDE else 0.62 for c in text)


def svg(chart: Chart, description: str = "") -> str:
    """Return a chart as inline SVG with a role and a description.

    Parameters
    ----------
    chart : Chart
        What is drawn.
    description : str, optional
        What screen readers say; the title if not given.
    """
    across, up = chart.across, chart.up
    lines = max((text.count("\n") + 1 for _, text in across.ticks), default=0)
    left = 14 + max((width(text) for _, text in up.ticks), default=0.0)
    top = (18.0 if up.label else 8.0) + (14 * lines + 2) * across.top
    right, bottom = left + chart.size[0], top + chart.size[1]
    step, rise = (
        length / ((axis.high - axis.low) or 1)
        for length, axis in zip(chart.size, (across, up), strict=True)
    )

    def at(x: float, y: float) -> tuple[float, float]:
        return left + (x - across.low) * step, bottom - (y - up.low) * rise

    parts: list[str] = []
    for value, text in across.ticks:
        x = at(value, 0)[0]
        if across.grid:
            parts.append(f'<path d="M{x:.1f} {top:.1f}V{bottom:.1f}" stroke="{GRID}"/>')
        first = top - 14 * text.count("\n") - 10 if across.top else bottom + 10
        parts += _block(text, x, first, 14)
    for value, text in up.ticks:
        y = at(0, value)[1]
        if up.grid:
            parts.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{GRID}"/>')
        parts.append(_text(left - 6, y, text, "end"))
    parts += [_text(8, top - 12, up.label, "start", QUIET)] if up.label else []
    parts += [_placed(item, at) for item in chart.items]
    y = bottom + 8 + 13 * (bool(across.ticks) and not across.top)
    if across.label:
        y += 13
        parts.append(_text((left + right) / 2, y - 4, across.label, "middle"))
    edge = right + 8
    y = _legend(chart.legend, parts, y, edge)
    for line in textwrap.wrap(chart.note, max(int(edge / 5.6), 20)):
        y += 13
        parts.append(_text(8, y - 4, line, "start", QUIET))
    label = html.escape(description or chart.title, quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {edge:.0f} {y + 4:.0f}" '
        f'width="{1.12 * edge:.0f}" role="img" aria-label="{label}" font-size="{TYPE}" '
        f'font-family="inherit" fill="none">{"".join(parts)}</svg>'
    )


def _legend(legend: Sequence[Any], parts: list[str], y: float, edge: float) -> float:
    """Explain marks and colours in lines as long as the figure is wide; return what is below."""
    if not legend:
        return y
    x, y = 8.0, y + 10
    for item in legend:
        wide = 20 + width(item.name) + 10
        if x > 8 and x + wide > edge:
            x, y = 8.0, y + 15
        if isinstance(item, Area):
            corners = [(x, y - 5), (x + 14, y - 5), (x + 14, y + 5), (x, y + 5)]
            parts.append(_shape(item, corners, rim="none"))
        elif isinstance(item, Line):
            parts.append(_shape(item, [(x, y), (x + 14, y)]))
        else:
            parts.append(_shape(item, [(x + 7, y)], size=7))
        parts.append(_text(x + 19, y, item.name, "start"))
        x += wide
    return y + 10


def _block(
    text: str, x: float, y: float, step: float, anchor: str = "middle", colour: str = INK
) -> list[str]:
    """Return lines of text, the first at a height."""
    lines = enumerate(text.split("\n"))
    return [_text(x, y + step * number, line, anchor, colour) for number, line in lines]


def _text(x: float, y: float, text: str, anchor: str, colour: str = INK) -> str:
    """Return text whose middle lies at a height."""
    side = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return (
        f'<text x="{x:.1f}" y="{y:.1f}"{side} fill="{colour}" dy=".35em">'
        f"{html.escape(text, quote=False)}</text>"
    )


def _placed(item: Any, at: Callable[[float, float], tuple[float, float]]) -> str:
    """Draw one item of a chart at its places on the page."""
    if not isinstance(item, Words):
        return _shape(item, [at(x, y) for x, y in zip(item.x, item.y, strict=True)])
    x, y = at(item.x, item.y)
    first = y - item.up * 1.2 - 6.5 * item.text.count("\n")
    return "".join(_block(item.text, x + item.right, first, 13, item.anchor, item.colour))


def _shape(
    item: Any, places: Sequence[tuple[float, float]], size: float = 0.0, rim: str = "#fff"
) -> str:
    if isinstance(item, Dots):
        return "".join(_dot(item, x, y, size) for x, y in places)
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    if isinstance(item, Line):
        style = f'stroke="{item.colour}" stroke-width="{item.width}"{DASHES[item.dash]}'
        return f'<polyline points="{way}" {style}/>'
    fill, edge = ("url(#hatch)", EDGE) if item.empty else (item.fill, rim)
    return f'<polygon points="{way}" fill="{fill}" stroke="{edge}"/>'


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
        low, high, across = heights.min(), heights.max(), WIDTH - 2 * MARGIN
        up = (HEIGHT - 2 * MARGIN) / (high - low) if high > low else 0.0
        x = np.rint(MARGIN + (every - every.min()) * (across / np.ptp(every))).astype(int)
        y = np.rint(HEIGHT - MARGIN - (heights - low) * up).astype(int)
        points, start = list(zip(x.tolist(), y.tolist(), strict=True)), int(there.sum())
        parts = [_strand("t", "o", points[:start])]
        for part in runs(view, found):
            parts.append(_strand("a", "d", points[start : start + len(part)]))
            start += len(part)
        parts += [f"<circle class=d cx={x[-1]} cy={y[-1]} r=2.5 />"] if len(found) else []
        drawn.append(
            f'<svg class=s viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden=true>{"".join(parts)}</svg>'
        )
    return drawn


def _strand(style: str, dot: str, points: list[tuple[int, int]]) -> str:
    if len(points) > 1:
        way = " ".join(f"{x},{y}" for x, y in points)
        return f'<polyline class={style} points="{way}"/>'
    return "".join(f"<circle class={dot} cx={x} cy={y} r=2 />" for x, y in points)
