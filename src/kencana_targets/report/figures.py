"""Figures of a scorecard: paths, rankings, changes, heat tables, maps; also on matplotlib axes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core import labels
from kencana_targets.core.errors import refuse
from kencana_targets.core.labels import inert
from kencana_targets.core.resources import data_rows
from kencana_targets.core.typing import Floats, Ints, Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.model.regions import EDITIONS
from kencana_targets.report import canvas
from kencana_targets.report.bands import NO_BAND, Look
from kencana_targets.report.canvas import ACTUAL, PATH, Area, Axis, Chart, Dots, Line, Words, say
from kencana_targets.report.view import View, breaks, runs
from kencana_targets.tables.shapes import Outline, read_shapes

MOST_REGIONS = 40
# Above this many years only the ends and the official figures of a path are written out.
MOST_WRITTEN = 8
MET = {1: " ✓", 0: "", -1: ""}
BETTER, WORSE, SAME = "#0b4f8a", "#c2570c", "#5f5f5f"
MOST_ON_MAP = 60
EMPTY = Look("", "·", "#ffffff", canvas.INK)
MOST_NAMED = 20
# Inches of a tile, and of the longer side of a map.
TILE, LONGER = 0.85, 7.5
_SHAPES = "outlines of the regions: a GeoJSON file or mapping, or a GeoDataFrame"
# What stands before the name of a region and says nothing on a map of its kind.
_KIND = re.compile(r"(?:Kabupaten|Kab\.|Kecamatan|Provinsi) ")


def path_figure(
    card: Scorecard, indicator: str, region: str, *, ax: Any = None, language: Language = "en"
) -> Any:
    """Draw the path of a region with matplotlib (see `path_chart`)."""
    view = View(card, language)
    rows = np.flatnonzero(card.rows.series == int(card.plan.pair(indicator, region)[0]))
    year = float(card.rows.year[rows].max()) if len(rows) else None
    return path_chart(view, card.find_row(region, indicator, year)).drawn(ax)


def path_chart(view: View, row: int) -> Chart:
    """Draw the path that a row's region is judged by, with all that was reached.

    Squares are official targets, hollow circles interpolated ones, the diamond
    is the baseline; actuals of evaluated years carry the mark of their band. The
    line of actuals breaks where the survey changes, and the note names the break once.
    """
    language = view.language
    years, values, official = view.judged_path(np.array([row]))
    there = ~np.isnan(values[0])
    years, values, official = years[there], values[0][there], official[0][there]
    figures, found = view.card.actuals, view.actuals_of(row)
    at, reached = figures.year[found], figures.value[found]
    items = [*_path(view, row, years, values, official), *_actuals(view, row, found)]
    of_year = dict(zip(at.tolist(), reached.tolist(), strict=True))
    path = dict(zip(years.tolist(), values.tolist(), strict=True))
    over = [of_year.get(year, np.inf) < value for year, value in path.items()]
    beside = [value >= path.get(year, -np.inf) for year, value in zip(at, reached, strict=True)]
    items += _labels(view, row, years, values, PATH, over, official)
    items += _labels(view, row, at, reached, ACTUAL, beside, np.ones(len(at), dtype=bool))
    every = sorted({*years.tolist(), *figures.year[found].tolist()})
    shown = [year for year in every if year == int(year)] or every
    shown = shown[:: -(-len(shown) // MOST_WRITTEN) or 1]
    first, last = (every[0], every[-1]) if every else (0.0, 1.0)
    spread = (last - first) * 0.09 + 0.1
    heights = [float(y) for item in items if isinstance(item, (Line, Dots)) for y in item.y]
    return Chart(
        title=f"{view.indicator_name(row)}: {view.region_name(row)}",
        items=items,
        across=Axis(first - spread, last + spread, [(year, f"{year:g}") for year in shown]),
        up=canvas.number_axis(heights, language, view.unit(row), (0.15, 0.15)),
        size=(330, 150),
        inches=(6.4, 4.0),
        note="; ".join(breaks(view, found)),
    )


def _path(view: View, row: int, years: Floats, values: Floats, official: Any) -> list[Any]:
    base, language, baselines = int(view.rows.baseline_row[row]), view.language, view.plan.baselines
    begins = years == (baselines.year[base] if base >= 0 else np.nan)
    items: list[Any] = [Line(years, values, PATH, name=say("path", language))] * bool(len(years))
    for key, chosen, shape, fill in (
        ("official", official & ~begins, "s", PATH),
        ("interpolated", ~official & ~begins, "o", "white"),
    ):
        if chosen.any():
            name = say(key, language)
            items.append(Dots(years[chosen], values[chosen], shape, fill, PATH, name=name))
    if base >= 0:
        where = [baselines.year[base]], [baselines.value[base]]
        items.append(Dots(*where, "D", "white", size=7, name=say("baseline", language)))
    return items


def _actuals(view: View, row: int, found: Ints) -> list[Any]:
    """Draw all actuals; those of evaluated years with the mark of their band."""
    figures, language = view.card.actuals, view.language
    rows = np.flatnonzero(view.series == view.series[row])
    judged = dict(zip(view.rows.actual_row[rows].tolist(), rows.tolist(), strict=True))
    name, interval_name = say("actual", language), say("interval", language)
    items: list[Any] = [
        Line(figures.year[part], figures.value[part], ACTUAL, 1.8, name=name)
        for part in runs(view, found)
    ]
    dots = Dots(figures.year[found], figures.value[found], "o", ACTUAL, ACTUAL, size=4)
    items += [dots] * bool(len(found))
    for actual in found.tolist():
        at, value, interval = [figures.year[actual]], figures.value[actual], view.interval(actual)
        if interval is not None:
            ends = [min(interval[0], value), max(interval[1], value)]
            items.append(Line(at * 2, ends, ACTUAL, 1.0, name=interval_name))
        if actual in judged:
            items.append(canvas.band_dots(view.look(judged[actual]), at, [value], language, size=9))
    return items


def _labels(
    view: View, row: int, years: Floats, values: Floats, colour: str, above: Sequence[bool],
    official: Any,
) -> list[Words]:  # fmt: skip
    """Write numbers beside a line, off it where it falls or rises; of a long one the official."""
    places = labels.stated_places(values, np.full(len(values), view.places[row]))
    texts, words = labels.figures(values, places, view.language), []
    base = int(view.rows.baseline_row[row])
    begins = view.plan.baselines.year[base] if base >= 0 and colour == PATH else np.nan
    shown = (years != begins) & (official | (len(years) <= MOST_WRITTEN))
    for number in np.flatnonzero(shown).tolist():
        over = above[number]
        anchor, right = ("start", 7.0) if over == (values[-1] < values[0]) else ("end", -7.0)
        place = float(years[number]), float(values[number])
        words.append(Words(*place, texts[number], right, 8.0 if over else -8.0, anchor, colour))
    return words


def ranking_chart(
    view: View, indicator: str, *, year: float | None = None, most: int = MOST_REGIONS
) -> Chart:
    """Draw regions of one level in the order of achievement, each with its target of the year.

    The dot carries the mark and colour of the band; the bar is the target. Above
    `most` regions the middle of the order is left out, and the figure says so.
    """
    chosen, language = canvas.last_year(view.card, year), view.language
    rows = canvas.of_one_level(view, canvas.rows_of(view, indicator, chosen))
    drawn = rows[~np.isnan(view.rows.actual[rows])]
    missing = len(rows) - len(drawn)
    worth = np.nan_to_num(view.rows.achievement[drawn], nan=-np.inf)
    drawn, places, middle = _placed(drawn[np.argsort(-worth, kind="stable")], most, language)
    items: list[Any] = [*middle]
    target_name, interval_name = say("target", language), say("interval", language)
    for row, place in zip(drawn.tolist(), places, strict=True):
        actual, target = float(view.rows.actual[row]), float(view.rows.target[row])
        low, high = view.interval(int(view.rows.actual_row[row])) or (actual, actual)
        if not np.isnan(target):
            items.append(Line([target, actual], [place, place], canvas.EDGE, 1.5))
            items.append(Dots([target], [place], "|", canvas.INK, size=11, name=target_name))
        if low < high:
            items.append(Line([low, high], [place, place], ACTUAL, 1.0, name=interval_name))
        items.append(canvas.band_dots(view.look(row), [actual], [place], language))
        left = not np.isnan(target) and actual < target
        anchor, x = ("end", min(actual, low)) if left else ("start", max(actual, high))
        text = view.actual[row] + MET[int(view.rows.met[row])]
        items.append(Words(x, place, text, -8 if left else 8, 0, anchor))
    known = view.plan.indicator(indicator)
    unit = view.units[view.plan.indicators.index(known)]
    names = [view.region_name(row) for row in drawn.tolist()]
    note = say("without", language, count=missing) if missing else ""
    title = f"{inert(known.label(language))}, {chosen:g}. {say('by-achievement', language)}"
    return _rows_chart(title, items, places, names, unit, language, note)


def _placed(rows: Any, most: int, language: Language) -> tuple[Any, Floats, list[Words]]:
    """Return what is drawn of an order, its heights, and words for a middle that is left out."""
    left_out = max(0, len(rows) - most)
    if left_out:
        rows = np.concatenate((rows[: most // 2], rows[len(rows) - most // 2 :]))
    places = np.arange(len(rows), dtype=np.float64)[::-1]
    if not left_out:
        return rows, places, []
    places[: most // 2] += 1.0
    text = f"⋮ {say('left-out', language, count=left_out)}"
    return rows, places, [Words(np.nan, most // 2, text, colour=canvas.QUIET)]


def _rows_chart(
    title: str, items: list[Any], places: Floats, names: list[str], unit: str, language: Language,
    note: str,
) -> Chart:  # fmt: skip
    """Return a chart with a region a row and figures across."""
    figures = [x for item in items if isinstance(item, (Line, Dots)) for x in item.x]
    wide = 240.0
    ends = {
        side: max(
            (canvas.width(item.text) + 14 for item in items if getattr(item, "anchor", "") == side),
            default=10.0,
        )
        for side in ("end", "start")
    }
    inside = max(wide - sum(ends.values()), 80.0)
    across = canvas.number_axis(
        figures, language, unit, (ends["end"] / inside, ends["start"] / inside)
    )
    middle = (across.low + across.high) / 2
    top = places.max() if len(places) else 0.0
    return Chart(
        title=title,
        items=[
            Words(middle, item.y, item.text, colour=item.colour)
            if isinstance(item, Words) and np.isnan(item.x)
            else item
            for item in items
        ],
        across=across,
        up=Axis(-0.7, top + 0.7, list(zip(places.tolist(), names, strict=True))),
        size=(wide, 18 * (top + 1.4)),
        inches=(6.8, 1.6 + 0.24 * max(len(names), 3)),
        note=note,
    )


def change_chart(view: View, first: float, second: float, *, indicator: str | None = None) -> Chart:
    """Draw how regions of one level moved between two evaluated years, who gained most on top.

    Without an `indicator` the average of each region is drawn, over the indicators
    scored in both years; the figure says how many these are. Hollow dots are the first
    year, full ones the second; lines of those that fell are dashed. Above `MOST_REGIONS`
    regions those that moved least are left out, and the figure says so.
    """
    language, plan = view.language, view.plan
    both = canvas.changes(view, first, second, indicator)
    moved = both.after - both.before
    order, places, middle = _placed(np.argsort(-moved, kind="stable"), MOST_REGIONS, language)
    items: list[Any] = [*middle]
    for one, place in zip(order.tolist(), places, strict=True):
        ends = [float(both.before[one]), float(both.after[one])]
        key = "better" if moved[one] > 0 else "worse" if moved[one] < 0 else "same"
        colour, dash = {"better": (BETTER, "-"), "worse": (WORSE, "--"), "same": (SAME, ":")}[key]
        items.append(Line(ends, [place, place], colour, 1.6, dash, say(key, language)))
        items.append(Dots(ends[:1], [place], "o", "white", colour, name=f"{first:g}"))
        items.append(Dots(ends[1:], [place], "o", colour, colour, name=f"{second:g}"))
        texts = [labels.number(end, view.rule.decimals, language) for end in ends]
        items.append(Words(max(ends), place, " → ".join(texts), 8, 0, "start"))
    codes = plan.regions.codes
    names = [inert(plan.regions[codes[both.regions[one]]].name) for one in order.tolist()]
    known = indicator and inert(plan.indicator(indicator).label(language))
    note = ""
    if not indicator and len(both.indicators):
        counts = dict.fromkeys((int(both.indicators.min()), int(both.indicators.max())))
        note = say("both", language, count=" - ".join(map(str, counts)))
    title = f"{known or say('average', language)}, {first:g} - {second:g}"
    return _rows_chart(title, items, places, names, say("percent", language), language, note)


ranked_dots: Callable[..., Any] = canvas.on_axes(ranking_chart)
change_figure: Callable[..., Any] = canvas.on_axes(change_chart)


def heat_chart(view: View, *, year: float | None = None) -> Chart:
    """Draw regions by indicators: the achievement in the colour and mark of its band.

    Targets that were met are marked; cells without a figure are hatched. Above
    `MOST_ON_MAP` regions only the first are drawn, and the figure says so.
    """
    card, language = view.card, view.language
    chosen = canvas.last_year(card, year)
    rows = np.flatnonzero(card.rows.year == chosen)
    regions, indicators = np.unique(view.region_at[rows]), np.unique(view.indicator_at[rows])
    shown = regions[:MOST_ON_MAP]
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
    return [area(*corners, look, language), *([Words(x, y, text, colour=look.ink)] if text else [])]


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
    if len(below) > MOST_ON_MAP:
        refuse("shapes", None, _SHAPES, f"tiles show at most {MOST_ON_MAP} regions")
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
        look = EMPTY if np.isnan(view.rows.actual[row]) else view.look(row)
        items.append(Area(x, y, "white", name="") if one.hole else area(x, y, look, view.language))
        if code not in words:
            text = _tile_text(view, row) if look is not EMPTY else ""
            if len(found) <= MOST_NAMED:
                text = f"{_short(view.region(row).name)}\n{text}".strip()
            words[code] = Words(*_middle(one.points), text, colour=look.ink)
    without = len(codes) - len(found)
    note = say("no-outline", view.language, count=without) if without else ""
    return [*items, *(words.values() if len(found) <= MOST_ON_MAP else ())], note


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
    if row is None or np.isnan(view.rows.actual[row]):
        return cell(tile.column, -tile.row, EMPTY, tile.short_name, view.language)
    text = f"{tile.short_name}\n{_tile_text(view, row)}"
    return cell(tile.column, -tile.row, view.look(row), text, view.language)


def _tile_text(view: View, row: int) -> str:
    return f"{view.actual[row]} {view.look(row).mark}{MET[int(view.rows.met[row])].strip()}"


map_figure: Callable[..., Any] = canvas.on_axes(map_chart)
