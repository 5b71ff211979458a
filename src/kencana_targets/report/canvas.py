"""What all figures share: axes without global state, inert text, legends of bands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from kencana_targets.core import labels
from kencana_targets.core.errors import MissingExtraError, UnknownNameError, unknown_name
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.evaluation.summary import averaged, main_level, peers
from kencana_targets.report.bands import NO_BAND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kencana_targets.evaluation.scorecard import Scorecard
    from kencana_targets.report.bands import Look
    from kencana_targets.report.view import View


INK, QUIET, GRID, PATH, ACTUAL = "#1a1a1a", "#5f5f5f", "#e3e3e3", "#5f5f5f", "#0b4f8a"
SMALL, NORMAL, LARGE = 8, 9, 11
# Text from the data is never read as mathematics: a name may hold dollar signs.
PLAIN: dict[str, Any] = {"parse_math": False}


def say(key: str, language: str, **cells: Any) -> str:
    """Return a label of a figure in a language."""
    return labels.label("figure", key, language, **cells)


def axes(ax: Any, width: float, height: float) -> Any:
    """Return the axes to draw on: the given ones, or those of a new figure."""
    if ax is not None:
        return ax
    try:
        from matplotlib.figure import Figure
    except ImportError:
        feature = "a figure"
        raise MissingExtraError.for_extra(feature, "report") from None
    # Made without pyplot, which would keep every figure alive.
    return Figure(figsize=(width, height), layout="constrained", dpi=120).subplots()


def plain(ax: Any, title: str, *, grid: str = "") -> None:
    """Give axes a title, and take away what carries no information."""
    ax.set_title(title, loc="left", fontsize=LARGE, color=INK, fontweight="bold", **PLAIN)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(QUIET)
    ax.tick_params(colors=INK, labelsize=SMALL)
    ax.set_axisbelow(True)
    if grid:
        ax.grid(visible=True, axis=grid, color=GRID, linewidth=0.8)


def written(axis: Any, language: str) -> None:
    """Write the numbers of an axis as the language does."""

    def text(value: float, _: Any) -> str:
        return labels.figure(round(value, 6), 0, language)

    axis.set_major_formatter(text)


def bare(ax: Any) -> None:
    """Hide frame and ticks."""
    for spine in ax.spines.values():
        spine.set_visible(False)
    ax.tick_params(length=0, colors=INK, labelsize=SMALL)


def marker(label: str, shape: str, colour: str, **more: Any) -> Any:
    """Return an entry of a legend."""
    from matplotlib.lines import Line2D

    given = {"linestyle": "none", "markeredgecolor": INK, "markersize": 7, **more}
    return Line2D([], [], marker=shape, color=colour, label=label, **given)


def bands_used(looks: Iterable[Look]) -> list[Look]:
    """Return the bands that occur, each once."""
    return list(dict.fromkeys(looks))


def band_legend(ax: Any, used: Iterable[Look], language: str, *more: Any, gap: float = 0.5) -> None:
    """Explain marks and colours under the axes."""
    handles = [
        marker(say("no-band", language) if look is NO_BAND else look.word, look.marker, look.colour)
        for look in used
    ]
    legend(ax, [*more, *handles], gap)


def legend(ax: Any, handles: list[Any], gap: float = 0.5) -> None:
    """Put a legend under the axes, below a gap for what labels them. [inch]."""
    if not handles:
        return
    box = ax.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, -0.02 - gap / ax.get_figure().get_size_inches()[1]),
        ncols=min(4, len(handles)),
        frameon=False,
        fontsize=SMALL,
        borderaxespad=0,
        handletextpad=0.4,
        columnspacing=1.2,
    )
    for text in box.get_texts():
        text.set_parse_math(False)


def note(ax: Any, text: str) -> None:
    """Say what is not drawn, at the lower right."""
    if text:
        ax.annotate(
            text,
            (1, 0),
            xytext=(0, 4),
            xycoords="axes fraction",
            textcoords="offset points",
            ha="right",
            fontsize=SMALL,
            color=QUIET,
            **PLAIN,
        )


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
    levels = peers(view.rows)[rows]
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
        of_one_level(view, known[view.rows.year[known] == last_year(view.card, year)])
        for year in (first, second)
    )
    _, at_old, at_new = np.intersect1d(
        view.rows.series[old], view.rows.series[new], return_indices=True
    )
    old, new = old[at_old], new[at_new]
    regions, at, count = np.unique(view.region_at[old], return_inverse=True, return_counts=True)
    before, after = (
        np.bincount(at, weights=values[rows], minlength=len(count)) / count for rows in (old, new)
    )
    return Changes(regions.astype(np.int64), before, after, count)
