"""What a figure is made of, whoever draws it: `svg` for pages, matplotlib for those who want axes."""

from __future__ import annotations

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
from kencana_targets.core.typing import Floats, Ints, Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.evaluation.summary import averaged, main_level
from kencana_targets.report.bands import NO_BAND, Look
from kencana_targets.report.view import View

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
    kind: str = ""


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
            _draw(ax, item)
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
        longest = max((len(item.name) for item in self.legend), default=0)
        _explain(ax, self.legend, below, columns=int(room / (LETTER * longest + 0.4)))
        return ax


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


def _draw(ax: Any, item: Any) -> None:
    if isinstance(item, Line | Dots):
        name = {"label": item.name} if item.name else {}
        over = 2 if isinstance(item, Line) else 4
        ax.plot(item.x, item.y, zorder=over, **_style(item), **name)
    elif isinstance(item, Area):
        ax.add_patch(_patch(item, np.column_stack((item.x, item.y))))
    else:
        sides = {"start": "left", "middle": "center", "end": "right"}
        ax.annotate(
            item.text, (item.x, item.y), xytext=(item.right, item.up), ha=sides[item.anchor],
            va="center", textcoords="offset points", fontsize=SMALL, color=item.colour, zorder=7,
            **PLAIN,
        )  # fmt: skip


def _style(item: Line | Dots) -> dict[str, Any]:
    if isinstance(item, Line):
        return {"color": item.colour, "linewidth": item.width, "linestyle": item.dash}
    return {
        "linestyle": "none", "marker": item.shape, "markersize": item.size,
        "markerfacecolor": item.fill, "markeredgecolor": item.edge,
        "markeredgewidth": 2 if item.shape == "|" else 1,
    }  # fmt: skip


def _patch(item: Area, outline: Any) -> Any:
    from matplotlib.patches import Polygon

    return Polygon(
        outline, facecolor="white" if item.empty else item.fill,
        edgecolor=EDGE if item.empty else "white", hatch="///" if item.empty else None,
        linewidth=0.6, label=item.name,
    )  # fmt: skip


def _set_axis(ax: Any, side: str, axis: Axis) -> None:
    getattr(ax, f"set_{side}lim")(axis.low, axis.high)
    places, texts = [place for place, _ in axis.ticks], [text for _, text in axis.ticks]
    getattr(ax, f"set_{side}ticks")(places, texts, **PLAIN)
    getattr(ax, f"set_{side}label")(axis.label, fontsize=SMALL, color=INK, **PLAIN)
    if axis.grid:
        ax.grid(visible=True, axis=side, color=GRID, linewidth=0.8)
    if axis.top:
        ax.xaxis.tick_top()


def _explain(ax: Any, legend: Sequence[Any], below: float, columns: int) -> None:
    """Put a legend under the axes, below a gap for what labels them. [inch]."""
    from matplotlib.lines import Line2D

    handles = []
    for item in legend:
        if isinstance(item, Area):
            handles.append(_patch(item, np.zeros((3, 2))))
            continue
        size = {} if isinstance(item, Line) else {"markersize": 7}
        handles.append(Line2D([], [], label=item.name, **(_style(item) | size)))
    if handles:
        box = ax.legend(
            handles=handles, loc="upper left", ncols=max(1, min(4, columns, len(handles))),
            frameon=False,
            bbox_to_anchor=(0, -0.02 - below / _inches(ax)[1]),
            fontsize=SMALL, borderaxespad=0, handletextpad=0.4, columnspacing=1.2,
        )  # fmt: skip
        for text in box.get_texts():
            text.set_parse_math(False)


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
    """Return the rows of an indicator and year."""
    codes = [one.code for one in view.plan.indicators]
    position = codes.index(view.plan.indicator(indicator).code)
    chosen = (view.indicator_at == position) & (view.rows.year == year)
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
