"""Figures as SVG that stands inside a page."""

from __future__ import annotations

import html
import io
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core.typing import Ints
from kencana_targets.report import figures, heat
from kencana_targets.report.canvas import axes
from kencana_targets.report.tiles import province_tiles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kencana_targets.evaluation.scorecard import Scorecard


# A picture with more than this says less than the table beside it.
MOST_REGIONS, MOST_INDICATORS, MOST_PATHS, FEWEST_TILES = 60, 12, 40, 10
_HEAD = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_NAMES = re.compile(r'(\bid="|xlink:href="#|url\(#)')
_SIZE = re.compile(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>')


def svg(ax: Any, name: str, description: str) -> str:
    """Return the figure of some axes as an inline SVG.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        The axes.
    name : str
        Put before every identifier, so that several figures share a page.
    description : str
        What screen readers say.
    """
    import matplotlib as mpl

    buffer = io.StringIO()
    # Text stays text, and the same figure gives the same bytes.
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "kencana-targets"}):
        ax.get_figure().savefig(buffer, format="svg", metadata={"Date": None})
    text = _METADATA.sub("", _HEAD.sub("", buffer.getvalue()))
    text = _NAMES.sub(rf"\g<1>{name}-", text)
    # The sheet of a figure would reach the whole page.
    text = re.sub(r"<style[^>]*>.*?</style>", "", text, flags=re.DOTALL)
    wide = _SIZE.search(text)
    box = wide.group(1) if wide else "0 0 400 300"
    said = html.escape(description, quote=True)
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}" width="{1.45 * float(box.split()[2]):.0f}" role="img" aria-label="{said}" '
        'stroke-linejoin="round" stroke-linecap="butt">'
    )
    return _SIZE.sub(lambda _: opening, text, count=1).strip()


def drawings(card: Scorecard, language: str, say: Mapping[str, str]) -> list[str]:
    """Return the figures for the head of a report: those that its size leaves readable."""
    year = max(card.years)
    rows = np.flatnonzero(card.rows.year == year)
    codes = [card.plan.regions.codes[one] for one in np.unique(card.region_positions[rows])]
    used = np.unique(card.indicator_positions[rows]).tolist()
    indicators = [card.plan.indicators[one].code for one in used]
    provinces = {tile.code for tile in province_tiles("2025")} & set(codes)
    few = 1 < len(codes) <= MOST_REGIONS
    drawn: list[Any] = []
    if len(codes) <= MOST_REGIONS and 1 < len(indicators) <= MOST_INDICATORS:
        drawn.append(heat.heat_table(card, language=language))
    if len(indicators) <= MOST_INDICATORS:
        for indicator in indicators:
            if len(provinces) >= FEWEST_TILES:
                drawn.append(heat.tile_map(card, indicator, language=language))
            if few:
                drawn.append(figures.ranked_dots(card, indicator, language=language))
    if few and len(card.years) > 1:
        first, second = sorted(card.years)[-2:]
        drawn.append(figures.slope_chart(card, first, second, language=language))
    return [
        svg(ax, f"f{number}", _described(ax, say))
        for number, ax in enumerate(drawn)
        if ax.has_data()
    ]


def path_drawings(
    card: Scorecard, language: str, say: Mapping[str, str], rows: Ints
) -> dict[int, str]:
    """Return the path figure of each row, when there are few; else none."""
    if len(rows) > MOST_PATHS:
        return {}
    drawn = {}
    for row in rows.tolist():
        region = card.plan.regions.codes[int(card.region_positions[row])]
        indicator = card.plan.indicators[int(card.indicator_positions[row])].code
        ax = figures.path_figure(
            card, indicator, region, ax=axes(None, 6.4, 3.4), language=language
        )
        years = {float(x) for line in ax.lines for x in np.atleast_1d(line.get_xdata())}
        if len(years) > 1:
            drawn[row] = svg(ax, f"p{row}", _described(ax, say))
    return drawn


def _described(ax: Any, say: Mapping[str, str]) -> str:
    return say["figure-alt"].format(title=ax.get_title(loc="left"))
