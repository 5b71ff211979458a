"""Maps: regions by their outlines or as tiles, each with its number and mark."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core.errors import refuse
from kencana_targets.core.labels import inert
from kencana_targets.core.resources import data_rows
from kencana_targets.core.typing import Floats, Ints, Language
from kencana_targets.model.regions import EDITIONS
from kencana_targets.report import canvas
from kencana_targets.report.bands import NO_BAND, Look
from kencana_targets.report.canvas import INK, Area, Axis, Chart, Words, say
from kencana_targets.report.figures import MET
from kencana_targets.report.view import View
from kencana_targets.tables.shapes import Outline, read_shapes

MOST_REGIONS = 60
EMPTY = Look("", "·", "#ffffff", INK)
MOST_NAMED = 20
# Inches of a tile, and of the longer side of a map.
TILE, LONGER = 0.85, 7.5
_SHAPES = "outlines of the regions: a GeoJSON file or mapping, or a GeoDataFrame"
# What stands before the name of a region and says nothing on a map of its kind.
_KIND = re.compile(r"(?:Kabupaten|Kab\.|Kecamatan|Provinsi) ")


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


@frozen
class Tile:
    """One province on the map.

    Parameters
    ----------
    code : str
        Kemendagri code of the province.
    row, column : int
        Place, counted from the north-west.
    short_name : str
        Name that fits a tile.
    """

    code: str
    row: int
    column: int
    short_name: str


@cache
def province_tiles(edition: str = "2025") -> tuple[Tile, ...]:
    """Return the tiles of all provinces.

    Parameters
    ----------
    edition : {"2025", "2022"}, optional
        38 provinces, or 34 before Papua was divided.

    Raises
    ------
    ArgumentError
        There is no such edition.

    Examples
    --------
    >>> len(province_tiles("2025")), len(province_tiles("2022"))
    (38, 34)
    """
    if edition not in EDITIONS:
        refuse("edition", edition, ", ".join(EDITIONS))
    return tuple(
        Tile(row["code"], int(row["row"]), int(row["column"]), row["short_name"])
        for row in data_rows("province_tiles.csv")
        if row["edition"] == edition
    )


def map_chart(
    view: View, indicator: str, *, year: float | None = None, shapes: Any = None
) -> Chart:
    """Draw regions by their outlines, else as equal tiles, in the colour and mark of their band.

    Without outlines several provinces stand where they lie, and the regions of one
    province in the order of their codes, under the province.

    Raises
    ------
    ArgumentError
        Without outlines: more regions than tiles can show.
    """
    chosen = canvas.last_year(view.card, year)
    rows = canvas.rows_of(view, indicator, chosen)
    if shapes is not None:
        items, note = _outlined(view, canvas.of_one_level(view, rows), shapes)
        return _map(view, indicator, chosen, items, note)
    codes = view.plan.regions.codes
    found = {codes[int(view.region_at[row])]: row for row in rows.tolist()}
    tiles = province_tiles("2022" if view.plan.regions.edition == "2022" else "2025")
    note = ""
    if sum(tile.code in found for tile in tiles) < min(2, len(found)):
        tiles, note = _in_order(view, rows), say("in-order", view.language)
    items = [item for tile in tiles for item in _tile(view, tile, found.get(tile.code))]
    return _map(view, indicator, chosen, items, note, TILE)


def _in_order(view: View, rows: Ints) -> tuple[Tile, ...]:
    """Return tiles of regions of one level in their order, those above them in a row before."""
    below = canvas.of_one_level(view, rows)
    if len(below) > MOST_REGIONS:
        refuse("shapes", None, _SHAPES, f"tiles show at most {MOST_REGIONS} regions")
    wide = max(4, int(np.ceil(np.sqrt(1.5 * len(below)))))
    tiles = []
    for first, group in ((-1, np.setdiff1d(rows, below)), (0, below)):
        for number, row in enumerate(group.tolist()):
            region = view.region(row)
            lines = textwrap.wrap(_short(region.name), 13, max_lines=2, placeholder="…")
            tiles.append(Tile(region.code, first + number // wide, number % wide, "\n".join(lines)))
    return tuple(tiles)


def _outlined(view: View, rows: Ints, shapes: Any) -> tuple[list[Any], str]:
    """Draw the regions by their outlines, large ones first so that enclaves stay visible."""
    codes = [view.plan.regions.codes[int(view.region_at[row])] for row in rows.tolist()]
    found = read_shapes(shapes, view.plan.regions, codes)
    by_code = dict(zip(codes, rows.tolist(), strict=True))
    parts = [(code, one) for code, outlines in found.items() for one in outlines]

    def size(part: tuple[str, Outline]) -> float:
        x, y = part[1].points.T
        return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))))

    items: list[Any] = []
    words: dict[str, Words] = {}
    for code, one in sorted(parts, key=size, reverse=True):
        row, (x, y) = by_code[code], one.points.T
        look = EMPTY if np.isnan(view.actual_values[row]) else view.look(row)
        items.append(Area(x, y, "white", name="") if one.hole else area(x, y, look, view.language))
        if code not in words:
            text = _tile_text(view, row) if look is not EMPTY else ""
            if len(found) <= MOST_NAMED:
                text = f"{_short(view.region(row).name)}\n{text}".strip()
            words[code] = Words(*_middle(one.points), text, colour=look.ink, kind="c")
    without = len(codes) - len(found)
    note = say("no-outline", view.language, count=without) if without else ""
    return [*items, *(words.values() if len(found) <= MOST_REGIONS else ())], note


def _short(name: str) -> str:
    return _KIND.sub("", inert(name), count=1)


def _middle(points: Floats) -> tuple[float, float]:
    """Return a point inside an outline: the middle of the widest stretch at half its height."""
    y = float(np.median(points[:, 1]))
    ends = np.roll(points, -1, axis=0)
    crossing = (points[:, 1] <= y) != (ends[:, 1] <= y)
    start, end = points[crossing], ends[crossing]
    if not len(start):
        return float(points[:, 0].mean()), y
    share = (y - start[:, 1]) / (end[:, 1] - start[:, 1])
    across = np.sort(start[:, 0] + share * (end[:, 0] - start[:, 0]))
    widest = int(np.argmax(np.diff(across)[::2])) * 2
    return float(across[widest : widest + 2].mean()), y


def _map(
    view: View, indicator: str, year: float, items: list[Any], note: str, inch: float = 0.0
) -> Chart:
    areas = [item for item in items if isinstance(item, Area)]
    x, y = (np.concatenate([getattr(one, side) for one in areas]) for side in ("x", "y"))
    across, up = (Axis(float(ends.min()), float(ends.max())) for ends in (x, y))
    breadth, height = across.high - across.low, up.high - up.low
    inch = inch or LONGER / max(breadth, height)
    return Chart(
        title=f"{inert(view.plan.indicator(indicator).label(view.language))}, {year:g}",
        items=items,
        across=across,
        up=up,
        size=(64 * inch * breadth, 50 * inch * height),
        inches=(max(inch * breadth, 5.0), inch * height + 1.2),
        note=note,
        legend=legend(view, items),
        equal=True,
    )


def _tile(view: View, tile: Tile, row: int | None) -> list[Any]:
    if row is None or np.isnan(view.actual_values[row]):
        return cell(tile.column, -tile.row, EMPTY, tile.short_name, view.language)
    text = f"{tile.short_name}\n{_tile_text(view, row)}"
    return cell(tile.column, -tile.row, view.look(row), text, view.language)


def _tile_text(view: View, row: int) -> str:
    return f"{view.actual[row]} {view.look(row).mark}{MET[int(view.rows.met[row])].strip()}"


map_figure: Callable[..., Any] = canvas.on_axes(map_chart)
