"""Figures of a scorecard as charts: a path, a ranking, a change; each also on matplotlib axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.labels import inert
from kencana_targets.core.typing import Floats, Ints, Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.report import canvas, svg
from kencana_targets.report.canvas import (
    ACTUAL,
    EDGE,
    INK,
    PATH,
    QUIET,
    Axis,
    Chart,
    Dots,
    Line,
    Words,
    number_axis,
    say,
)
from kencana_targets.report.view import View, breaks, runs

MOST_REGIONS = 40
# Above this many years only the ends and the official figures of a path are written out.
MOST_WRITTEN = 8
MET = {1: " ✓", 0: "", -1: ""}
BETTER, WORSE, SAME = "#0b4f8a", "#c2570c", "#5f5f5f"


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
    items = [
        *_path(view, row, years, values, official),
        *_actuals(view, row, found, dict(zip(years.tolist(), values.tolist(), strict=True))),
    ]
    every = sorted({*years.tolist(), *figures.year[found].tolist()})
    shown = [year for year in every if year == int(year)] or every
    shown = shown[:: -(-len(shown) // MOST_WRITTEN)]
    first, last = (every[0], every[-1]) if every else (0.0, 1.0)
    spread = (last - first) * 0.09 + 0.1
    heights = [float(y) for item in items if isinstance(item, (Line, Dots)) for y in item.y]
    return Chart(
        title=f"{view.indicator_name(row)}: {view.region_name(row)}",
        items=items,
        across=Axis(first - spread, last + spread, [(year, f"{year:g}") for year in shown]),
        up=number_axis(heights, language, view.unit(row), (0.15, 0.15)),
        size=(330, 150),
        inches=(6.4, 4.0),
        note="; ".join(breaks(view, found)),
    )


def _path(view: View, row: int, years: Floats, values: Floats, official: Any) -> list[Any]:
    base, language, baselines = int(view.rows.baseline_row[row]), view.language, view.plan.baselines
    begins = years == baselines.year[base] if base >= 0 else np.zeros(len(years), dtype=bool)
    items: list[Any] = []
    if len(years):
        items.append(Line(years, values, PATH, name=say("path", language)))
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
    figures, found = view.card.actuals, view.actuals_of(row)
    reached = dict(zip(figures.year[found].tolist(), figures.value[found].tolist(), strict=True))
    written = ~begins & (official | (len(years) <= MOST_WRITTEN))
    falls = len(values) > 0 and values[-1] < values[0]
    return items + [
        _label(year, value, text, PATH, above=reached.get(year, np.inf) < value, falls=falls)
        for year, value, text, shown in zip(
            years.tolist(), values.tolist(), _written(view, row, values), written, strict=True
        )
        if shown
    ]


def _actuals(view: View, row: int, found: Ints, path: dict[float, float]) -> list[Any]:
    """Draw all actuals; those of evaluated years with the mark of their band."""
    figures, language = view.card.actuals, view.language
    rows = np.flatnonzero(view.series == view.series[row])
    judged = dict(zip(view.rows.actual_row[rows].tolist(), rows.tolist(), strict=True))
    items: list[Any] = [
        Line(figures.year[part], figures.value[part], ACTUAL, 1.8, name=say("actual", language))
        for part in runs(view, found)
    ]
    items.append(Dots(figures.year[found], figures.value[found], "o", ACTUAL, ACTUAL, size=4))
    values = figures.value[found]
    texts = _written(view, row, values)
    for actual, value, text in zip(found.tolist(), values.tolist(), texts, strict=True):
        year, interval = float(figures.year[actual]), view.interval(actual)
        if interval is not None:
            ends = [min(interval[0], value), max(interval[1], value)]
            items.append(Line([year, year], ends, ACTUAL, 1.0, name=say("interval", language)))
        if actual in judged:
            items.append(
                canvas.band_dots(view.look(judged[actual]), [year], [value], language, size=9)
            )
        above, falls = value >= path.get(year, -np.inf), values[-1] < values[0]
        items.append(_label(year, value, text, ACTUAL, above=above, falls=bool(falls)))
    return items if len(found) else []


def _written(view: View, row: int, values: Floats) -> list[str]:
    places = np.full(len(values), view.places[row])
    return labels.figures(values, labels.stated_places(values, places), view.language)


def _label(x: float, y: float, text: str, colour: str, *, above: bool, falls: bool) -> Words:
    """Write a number beside its point, off a line that falls or rises there."""
    right = above == falls
    side = ("start", 7.0) if right else ("end", -7.0)
    return Words(x, y, text, side[1], 8.0 if above else -8.0, side[0], colour)


def ranking_chart(
    view: View, indicator: str, *, year: float | None = None, most: int = MOST_REGIONS
) -> Chart:
    """Draw regions of one level in the order of achievement, each with its target of the year.

    The dot carries the mark and colour of the band; the bar is the target. Above
    `most` regions the middle of the order is left out, and the figure says so.
    """
    chosen, language = canvas.last_year(view.card, year), view.language
    rows = canvas.of_one_level(view, canvas.rows_of(view, indicator, chosen))
    drawn = rows[~np.isnan(view.actual_values[rows])]
    missing = len(rows) - len(drawn)
    worth = np.nan_to_num(view.rows.achievement[drawn], nan=-np.inf)
    drawn, places, middle = _placed(drawn[np.argsort(-worth, kind="stable")], most, language)
    items: list[Any] = [*middle]
    target_name, interval_name = say("target", language), say("interval", language)
    for row, place in zip(drawn.tolist(), places, strict=True):
        actual, target = float(view.actual_values[row]), float(view.rows.target[row])
        low, high = view.interval(int(view.rows.actual_row[row])) or (actual, actual)
        if not np.isnan(target):
            items.append(Line([target, actual], [place, place], EDGE, 1.5))
            items.append(Dots([target], [place], "|", INK, size=11, name=target_name))
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
    return rows, places, [Words(np.nan, most // 2, text, colour=QUIET)]


def _rows_chart(
    title: str, items: list[Any], places: Floats, names: list[str], unit: str, language: Language,
    note: str,
) -> Chart:  # fmt: skip
    """Return a chart with a region a row and figures across."""
    figures = [x for item in items if isinstance(item, (Line, Dots)) for x in item.x]
    wide = 240.0
    ends = {
        side: max(
            (svg.width(item.text) + 14 for item in items if getattr(item, "anchor", "") == side),
            default=10.0,
        )
        for side in ("end", "start")
    }
    inside = max(wide - sum(ends.values()), 80.0)
    across = number_axis(figures, language, unit, (ends["end"] / inside, ends["start"] / inside))
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
    unit = say("percent", language)
    return _rows_chart(title, items, places, names, unit, language, note)


ranked_dots: Callable[..., Any] = canvas.on_axes(ranking_chart)
change_figure: Callable[..., Any] = canvas.on_axes(change_chart)
