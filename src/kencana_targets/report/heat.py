"""Tables and maps drawn as coloured cells, each with its number and mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core.errors import refuse
from kencana_targets.core.labels import inert
from kencana_targets.report import canvas
from kencana_targets.report.bands import NO_BAND, Look
from kencana_targets.report.canvas import INK, PLAIN, QUIET, SMALL, say
from kencana_targets.report.tiles import province_tiles
from kencana_targets.report.view import View

if TYPE_CHECKING:
    from kencana_targets.evaluation.scorecard import Scorecard


MOST_REGIONS = 60
EMPTY = Look("", "·", "#ffffff", INK)


def heat_table(
    card: Scorecard,
    *,
    year: float | None = None,
    ax: Any = None,
    language: str = "en",
) -> Any:
    """Draw regions by indicators: the achievement in the colour and mark of its band.

    Cells without a figure are hatched. Above `MOST_REGIONS` regions only the first are
    drawn, and the figure says so.
    """
    view = View(card, language)
    chosen = canvas.last_year(card, year)
    rows = np.flatnonzero(card.rows.year == chosen)
    regions = np.unique(view.region_at[rows])
    shown = regions[:MOST_REGIONS]
    indicators = np.unique(view.indicator_at[rows])
    width = 2.6 + 1.15 * max(len(indicators), 2)
    ax = canvas.axes(ax, width, 1.7 + 0.26 * len(shown))
    canvas.plain(ax, f"{say('heat', language)}, {chosen:g}")
    canvas.bare(ax)
    looks = []
    for row in rows[view.region_at[rows] <= shown.max(initial=-1)].tolist():
        x = int(np.searchsorted(indicators, view.indicator_at[row]))
        y = int(np.searchsorted(shown, view.region_at[row]))
        look = view.look(row)
        empty = np.isnan(card.rows.achievement[row])
        text = (
            "" if empty else f"{look.mark if look is not NO_BAND else ''} {view.achievement[row]}"
        )
        looks.append(EMPTY if empty else look)
        _cell(ax, x - 0.5, y - 0.5, look, text.strip(), empty=bool(empty))
    names = [_folded(view.indicator_names[one]) for one in indicators.tolist()]
    codes = card.plan.regions.codes
    ax.set_xticks(range(len(indicators)), names, **PLAIN)
    ax.xaxis.tick_top()
    ax.set_yticks(
        range(len(shown)), [inert(card.plan.regions[codes[one]].name) for one in shown], **PLAIN
    )
    ax.set_xlim(-0.5, len(indicators) - 0.5)
    ax.set_ylim(len(shown) - 0.5, -0.5)
    _legend(ax, view, looks)
    left = len(regions) - len(shown)
    if left:
        ax.set_xlabel(say("more", language, count=left), fontsize=SMALL, color=QUIET, **PLAIN)
    return ax


def tile_map(
    card: Scorecard,
    indicator: str,
    *,
    year: float | None = None,
    ax: Any = None,
    language: str = "en",
) -> Any:
    """Draw the provinces as equal tiles: the actual in the colour and mark of its band.

    Raises
    ------
    ArgumentError
        The scorecard holds no province.
    """
    view = View(card, language)
    chosen = canvas.last_year(card, year)
    tiles = province_tiles("2022" if card.plan.regions.edition == "2022" else "2025")
    codes = card.plan.regions.codes
    found = {
        codes[int(view.region_at[row])]: row
        for row in canvas.rows_of(view, indicator, chosen).tolist()
    }
    if not any(tile.code in found for tile in tiles):
        refuse("scorecard", "no province", "rows of provinces, with the codes of Kemendagri")
    ax = canvas.axes(ax, 10.5, 5.0)
    canvas.plain(ax, f"{inert(card.plan.indicator(indicator).label(language))}, {chosen:g}")
    canvas.bare(ax)
    ax.set_xticks([])
    ax.set_yticks([])
    looks = []
    for tile in tiles:
        row = found.get(tile.code)
        look = NO_BAND if row is None else view.look(row)
        empty = row is None or bool(np.isnan(view.actual_values[row]))
        value = "" if row is None else view.actual[row]
        text = tile.short_name if empty else f"{tile.short_name}\n{value} {look.mark}"
        looks.append(EMPTY if empty else look)
        _cell(ax, tile.column, tile.row, look, text, empty=empty)
    ax.set_xlim(-0.1, max(tile.column for tile in tiles) + 1.1)
    ax.set_ylim(max(tile.row for tile in tiles) + 1.1, -0.1)
    ax.set_aspect("equal")
    _legend(ax, view, looks)
    return ax


def _cell(ax: Any, x: float, y: float, look: Look, text: str, *, empty: bool) -> None:
    from matplotlib.patches import Rectangle

    fill = "white" if empty else look.colour
    ax.add_patch(
        Rectangle(
            (x + 0.03, y + 0.03),
            0.94,
            0.94,
            facecolor=fill,
            edgecolor="#b5b5b5" if empty else "none",
            hatch="///" if empty else None,
            linewidth=0.6,
        )
    )
    ink = INK if empty else look.ink
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0} if empty and text else None
    ax.text(
        x + 0.5,
        y + 0.5,
        text,
        ha="center",
        va="center",
        fontsize=SMALL - 0.5,
        color=ink,
        bbox=box,
        **PLAIN,
    )


def _legend(ax: Any, view: View, looks: list[Look]) -> None:
    """Explain the bands that occur, in the order of the rule, and empty cells."""
    from matplotlib.patches import Patch

    used = set(looks)
    shown = [look for look in [*view.looks, NO_BAND] if look in used]
    empty = Patch(
        facecolor="white", edgecolor="#b5b5b5", hatch="///", label=say("no-data", view.language)
    )
    canvas.band_legend(ax, shown, view.language, *([empty] if EMPTY in used else []), gap=0.12)


def _folded(name: str) -> str:
    """Break a long name over lines, and cut what does not fit on four."""
    import textwrap

    return "\n".join(textwrap.wrap(name, 15, max_lines=4, placeholder=" ...")) or name[:15]
