"""Tables drawn as coloured cells, each with its number and mark."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import Any

import numpy as np

from kencana_targets.core.labels import inert
from kencana_targets.core.typing import Language
from kencana_targets.report import canvas
from kencana_targets.report.bands import NO_BAND, Look
from kencana_targets.report.canvas import INK, Area, Axis, Chart, Words, say
from kencana_targets.report.figures import MET
from kencana_targets.report.view import View

MOST_REGIONS = 60
EMPTY = Look("", "·", "#ffffff", INK)


def heat_chart(view: View, *, year: float | None = None) -> Chart:
    """Draw regions by indicators: the achievement in the colour and mark of its band.

    Targets that were met are marked; cells without a figure are hatched. Above
    `MOST_REGIONS` regions only the first are drawn, and the figure says so.
    """
    card, language = view.card, view.language
    chosen = canvas.last_year(card, year)
    rows = np.flatnonzero(card.rows.year == chosen)
    regions, indicators = np.unique(view.region_at[rows]), np.unique(view.indicator_at[rows])
    shown = regions[:MOST_REGIONS]
    items: list[Any] = []
    for row in rows[view.region_at[rows] <= shown.max(initial=-1)].tolist():
        x = int(np.searchsorted(indicators, view.indicator_at[row]))
        y = -int(np.searchsorted(shown, view.region_at[row]))
        look = view.look(row)
        if np.isnan(card.rows.achievement[row]):
            look, text = EMPTY, ""
        else:
            mark = look.mark if look is not NO_BAND else ""
            text = f"{mark} {view.achievement[row]}{MET[int(view.rows.met[row])]}".strip()
        items += cell(x, y, look, text, language)
    names = [
        "\n".join(textwrap.wrap(view.indicator_names[one], 15, max_lines=4, placeholder=" ..."))
        for one in indicators.tolist()
    ]
    codes = card.plan.regions.codes
    places = [(-n, inert(card.plan.regions[codes[one]].name)) for n, one in enumerate(shown)]
    left = len(regions) - len(shown)
    return Chart(
        title=f"{say('heat', language)}, {chosen:g}",
        items=items,
        across=Axis(-0.5, len(indicators) - 0.5, list(enumerate(names)), top=True,
                    label=say("more", language, count=left) if left else ""),
        up=Axis(0.5 - max(len(shown), 1), 0.5, places),
        size=(70 * max(len(indicators), 2), 20 * len(shown)),
        inches=(2.6 + 1.15 * max(len(indicators), 2), 1.7 + 0.26 * len(shown)),
        legend=legend(view, items),
    )  # fmt: skip


def cell(x: float, y: float, look: Look, text: str, language: Language) -> list[Any]:
    """Return a cell of one by one around a point, and its words."""
    corners = [x - 0.47, x + 0.47, x + 0.47, x - 0.47], [y - 0.47, y - 0.47, y + 0.47, y + 0.47]
    return [
        area(*corners, look, language),
        *([Words(x, y, text, colour=look.ink, kind="c")] if text else []),
    ]


def area(x: Any, y: Any, look: Look, language: Language) -> Area:
    """Return an outline in the colour of a band."""
    named = {EMPTY: say("no-data", language), NO_BAND: say("no-band", language)}
    return Area(x, y, look.colour, look is EMPTY, named.get(look, look.word))


def legend(view: View, items: list[Any]) -> list[Any]:
    """Explain the bands that occur, in the order of the rule, and empty areas."""
    found = {item.name: item for item in items if isinstance(item, Area)}
    order = [look.word for look in view.looks]
    return sorted(
        found.values(),
        key=lambda one: (one.empty, order.index(one.name) if one.name in order else 99),
    )


heat_table: Callable[..., Any] = canvas.on_axes(heat_chart)
