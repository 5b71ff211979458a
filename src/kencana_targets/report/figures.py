"""Figures of a scorecard, drawn with matplotlib on axes of their own or of the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.labels import inert
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.report import canvas
from kencana_targets.report.bands import NO_BAND
from kencana_targets.report.canvas import INK, PATH, PLAIN, QUIET, SMALL, say
from kencana_targets.report.view import View

if TYPE_CHECKING:
    from kencana_targets.evaluation.scorecard import Scorecard


MOST_REGIONS = 40
LABEL_INCHES = 0.18
BETTER, WORSE, SAME = "#0b4f8a", "#c2570c", "#5f5f5f"


def path_figure(
    card: Scorecard, indicator: str, region: str, *, ax: Any = None, language: str = "en"
) -> Any:
    """Draw the path that a region is judged by, with all that was reached.

    Squares are official targets, hollow circles interpolated ones, the diamond
    is the baseline; actuals of evaluated years carry the mark of their band.
    """
    view = View(card, language)
    pair = int(card.plan.pair(indicator, region)[0])
    rows = np.flatnonzero(card.rows.series == pair)
    year = float(card.rows.year[rows].max()) if len(rows) else None
    row = card.find_row(region, indicator, year)
    at = int(view.indicator_at[row])
    ax = canvas.axes(ax, 6.4, 4.0)
    canvas.plain(ax, f"{view.indicator_names[at]}: {inert(view.region(row).name)}", grid="y")
    handles = _draw_path(view, row, ax) + _draw_actuals(view, row, rows, ax)
    ax.set_ylabel(view.units[at], fontsize=SMALL, color=INK, **PLAIN)
    ax.margins(x=0.08, y=0.15)
    canvas.written(ax.yaxis, language)
    _whole_years(ax)
    canvas.legend(ax, handles)
    return ax


def _draw_path(view: View, row: int, ax: Any) -> list[Any]:
    years, values, official = view.judged_path(np.array([row]))
    there = ~np.isnan(values[0])
    years, values, official = years[there], values[0][there], official[0][there]
    base = int(view.rows.baseline_row[row])
    baselines = view.plan.baselines
    begins = years == baselines.year[base] if base >= 0 else np.zeros(len(years), dtype=bool)
    language = view.language
    handles = []
    if len(years):
        (line,) = ax.plot(years, values, color=PATH, linewidth=1.4, zorder=2)
        line.set_label(say("path", language))
        handles.append(line)
    kinds = (
        ("official", official & ~begins, "s", PATH),
        ("interpolated", ~official & ~begins, "o", "white"),
    )
    for key, chosen, shape, fill in kinds:
        if chosen.any():
            handles += ax.plot(
                years[chosen], values[chosen], shape, label=say(key, language), zorder=3,
                markerfacecolor=fill, markeredgecolor=PATH, markersize=6,
            )  # fmt: skip
    if base >= 0:
        where = [baselines.year[base]], [baselines.value[base]]
        handles += ax.plot(
            *where, "D", label=say("baseline", language), zorder=3,
            markerfacecolor="white", markeredgecolor=INK, markersize=7,
        )  # fmt: skip
    reached = _by_year(view, row)
    for year, value, text in zip(years, values, _written(view, row, values), strict=True):
        if base < 0 or year != baselines.year[base]:
            above = reached.get(year, np.inf) < value
            _label(ax, year, value, text, PATH, above=above, falls=values[-1] < values[0])
    return handles


def _written(view: View, row: int, values: Floats) -> list[str]:
    places = np.full(len(values), view.places[row])
    return labels.figures(values, labels.stated_places(values, places), view.language)


def _by_year(view: View, row: int) -> dict[float, float]:
    figures, found = view.card.actuals, view.actuals_of(row)
    return dict(zip(figures.year[found].tolist(), figures.value[found].tolist(), strict=True))


def _label(
    ax: Any, x: float, y: float, text: str, colour: str, *, above: bool, falls: bool
) -> None:
    """Write a number beside its point, off a line that falls or rises there."""
    right = above == falls
    ax.annotate(
        text,
        (x, y),
        xytext=(7 if right else -7, 8 if above else -8),
        textcoords="offset points",
        ha="left" if right else "right",
        va="center",
        fontsize=SMALL,
        color=colour,
        zorder=7,
        **PLAIN,
    )


def _draw_actuals(view: View, row: int, rows: Ints, ax: Any) -> list[Any]:
    """Draw all actuals; those of evaluated years with the mark of their band."""
    figures, language = view.card.actuals, view.language
    found = view.actuals_of(row)
    if not len(found):
        return []
    years, values = figures.year[found], figures.value[found]
    (line,) = ax.plot(years, values, color=canvas.ACTUAL, linewidth=1.8, zorder=4)
    texts = _written(view, row, values)
    at, drawn, _ = view.judged_path(np.array([row]))
    path = dict(zip(at.tolist(), np.nan_to_num(drawn[0], nan=-np.inf).tolist(), strict=True))
    judged = {int(view.rows.actual_row[one]): int(one) for one in rows.tolist()}
    looks, handles = [], []
    line.set_label(say("actual", language))
    line.set(marker="o", markersize=4)
    handles.append(line)
    for number, actual in enumerate(found.tolist()):
        _interval(view, actual, ax, handles)
        if actual in judged:
            look = view.look(judged[actual])
            looks.append(look)
            ax.plot(
                years[number], values[number], look.marker, markersize=10, zorder=6,
                markerfacecolor=look.colour, markeredgecolor=INK,
            )  # fmt: skip
        year, value = float(years[number]), float(values[number])
        above = value >= path.get(year, -np.inf)
        falls = values[-1] < values[0]
        _label(ax, year, value, texts[number], canvas.ACTUAL, above=above, falls=falls)
    entries = [
        canvas.marker(
            say("no-band", language) if look is NO_BAND else look.word, look.marker, look.colour
        )
        for look in canvas.bands_used(looks)
    ]
    return handles + entries


def _interval(view: View, actual: int, ax: Any, handles: list[Any]) -> None:
    interval = view.interval(actual)
    if interval is None:
        return
    figures = view.card.actuals
    year, value = float(figures.year[actual]), float(figures.value[actual])
    reach = [[max(value - interval[0], 0.0)], [max(interval[1] - value, 0.0)]]
    bars = ax.errorbar(
        [year], [value], yerr=reach, fmt="none", ecolor=canvas.ACTUAL, capsize=4, zorder=5
    )
    label = say("interval", view.language)
    if all(handle.get_label() != label for handle in handles):
        bars.set_label(label)
        handles.append(bars)


def _whole_years(ax: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.xaxis.set_major_formatter("{x:.0f}")


def ranked_dots(
    card: Scorecard,
    indicator: str,
    *,
    year: float | None = None,
    ax: Any = None,
    language: str = "en",
    most: int = MOST_REGIONS,
) -> Any:
    """Draw regions of one level in the order of achievement, each with its target of the year.

    The dot carries the mark and colour of the band; the bar is the target. Above
    `most` regions the middle of the order is left out, and the figure says so.
    """
    view = View(card, language)
    chosen = canvas.last_year(card, year)
    rows = canvas.of_one_level(view, canvas.rows_of(view, indicator, chosen))
    drawn = rows[~np.isnan(view.actual_values[rows])]
    worth = np.nan_to_num(card.rows.achievement[drawn], nan=-np.inf)
    drawn = drawn[np.argsort(-worth, kind="stable")]
    left_out = max(0, len(drawn) - most)
    if left_out:
        drawn = np.concatenate((drawn[: most // 2], drawn[len(drawn) - most // 2 :]))
    ax = canvas.axes(ax, 6.8, 1.6 + 0.24 * max(len(drawn), 3))
    known = card.plan.indicator(indicator)
    name = f"{inert(known.label(language))}, {chosen:g}"
    canvas.plain(ax, name, grid="x")
    places = np.arange(len(drawn))[::-1].astype(float)
    if left_out:
        places[: most // 2] += 1.0
        middle = float(most // 2)
        text = say("left-out", language, count=left_out)
        ax.text(0.5, middle, f"⋮ {text}", fontsize=SMALL, color=QUIET, ha="center", va="center",
                transform=ax.get_yaxis_transform(), **PLAIN)  # fmt: skip
    looks = [_dot(view, ax, row, place) for row, place in zip(drawn.tolist(), places, strict=True)]
    ax.set_yticks(places, [inert(view.region(row).name) for row in drawn.tolist()], **PLAIN)
    ax.set_xlabel(inert(view.units[view.plan.indicators.index(known)]), fontsize=SMALL, **PLAIN)
    ax.margins(x=0.09)
    canvas.written(ax.xaxis, language)
    ax.set_ylim(-0.7, (places.max() if len(places) else 0) + 0.7)
    more = [canvas.marker(say("target", language), "|", INK, markersize=11, markeredgewidth=2)]
    if any(view.interval(int(view.rows.actual_row[row])) for row in drawn.tolist()):
        line = {"linestyle": "-", "linewidth": 1.0}
        more.append(canvas.marker(say("interval", language), "", canvas.ACTUAL, **line))
    canvas.band_legend(ax, canvas.bands_used(looks), language, *more)
    missing = len(rows) - int((~np.isnan(view.actual_values[rows])).sum())
    canvas.note(ax, say("without", language, count=missing) if missing else "")
    return ax


def _dot(view: View, ax: Any, row: int, place: float) -> Any:
    look = view.look(row)
    actual, target = float(view.actual_values[row]), float(view.rows.target[row])
    if not np.isnan(target):
        ax.plot([target, actual], [place, place], color="#b5b5b5", linewidth=1.5, zorder=2)
        ax.plot(target, place, "|", color=INK, markersize=11, markeredgewidth=2, zorder=3)
    interval = view.interval(int(view.rows.actual_row[row])) or (actual, actual)
    if interval[0] < interval[1]:
        ax.plot(interval, [place, place], color=canvas.ACTUAL, linewidth=1.0, zorder=3)
    ax.plot(actual, place, look.marker, markersize=7.5, zorder=4,
            markerfacecolor=look.colour, markeredgecolor=INK)  # fmt: skip
    left = not np.isnan(target) and actual < target
    ax.annotate(
        view.actual[row],
        (min(actual, interval[0]) if left else max(actual, interval[1]), place),
        xytext=(-8 if left else 8, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        fontsize=SMALL,
        color=INK,
        **PLAIN,
    )
    return look


def slope_chart(
    card: Scorecard,
    first: float,
    second: float,
    *,
    indicator: str | None = None,
    ax: Any = None,
    language: str = "en",
) -> Any:
    """Draw how regions of one level moved between two evaluated years.

    Without an `indicator` the average of each region is drawn, over the indicators
    scored in both years; the figure says how many these are. Rising lines are
    solid, falling ones dashed. Above `MOST_REGIONS` regions those that moved least are
    left out, and the figure says so.
    """
    view = View(card, language)
    both = canvas.changes(view, first, second, indicator)
    before, after = both.before, both.after
    codes = card.plan.regions.codes
    names = [inert(card.plan.regions[codes[region]].name) for region in both.regions.tolist()]
    ends = np.argsort(-np.abs(after - before), kind="stable")[:MOST_REGIONS]
    ax = canvas.axes(ax, 6.8, 1.9 + 0.23 * max(len(ends), 6))
    what = (
        say("average", language)
        if indicator is None
        else inert(card.plan.indicator(indicator).label(language))
    )
    canvas.plain(ax, f"{what}, {first:g} - {second:g}. {say('percent', language)}")
    ax.set_xlim(-0.75, 1.75)
    ax.set_xticks([0, 1], [f"{first:g}", f"{second:g}"])
    ax.spines["left"].set_visible(False)
    ax.set_yticks([])
    used = [_slope(ax, float(before[one]), float(after[one])) for one in ends.tolist()]
    sides = ((0, before[ends], "right"), (1, after[ends], "left"))
    for (x, values, side), places in zip(
        sides, _spread(ax, before[ends], after[ends]), strict=True
    ):
        texts = _percents(card, values, language)
        for number, one in enumerate(ends.tolist()):
            text = f"{names[one]} {texts[number]}" if x == 0 else f"{texts[number]} {names[one]}"
            _beside(ax, x, values[number], places[number], text, side)
    kinds = (("better", BETTER, "-"), ("worse", WORSE, "--"), ("same", SAME, ":"))
    handles = [
        canvas.marker(say(key, language), "", colour, linestyle=style, linewidth=1.6)
        for key, colour, style in kinds
        if key in used
    ]
    canvas.legend(ax, handles)
    notes = [say("more", language, count=len(names) - len(ends))] if len(names) > len(ends) else []
    if indicator is None and names:
        notes.append(say("both", language, count=_span(both.indicators)))
    canvas.note(ax, "; ".join(notes))
    return ax


def _span(counts: Ints) -> str:
    return " - ".join(str(one) for one in dict.fromkeys((counts.min(), counts.max())))


def _percents(card: Scorecard, values: Floats, language: str) -> list[str]:
    return labels.figures(values, np.full(len(values), card.rule.decimals), language)


def _slope(ax: Any, before: float, after: float) -> str:
    key = "better" if after > before else "worse" if after < before else "same"
    colour, style = {"better": (BETTER, "-"), "worse": (WORSE, "--"), "same": (SAME, ":")}[key]
    ax.plot([0, 1], [before, after], style, color=colour, linewidth=1.4, marker="o", markersize=4)
    return key


def _spread(ax: Any, *sides: Floats) -> list[Floats]:
    """Return heights for labels, moved apart where they would overlap, and make room for them."""
    low, high = ax.get_ylim()
    height = max(ax.get_figure().get_size_inches()[1] - 1.6, 1.0)
    least, places = 0.0, list(sides)
    # Room made for labels makes labels smaller against it: a few rounds settle it.
    for _ in range(12):
        least = (high - low) * LABEL_INCHES / height
        places = [_apart(values, least) for values in sides]
        low = min([low, *(one.min() - least for one in places if len(one))])
        high = max([high, *(one.max() + least for one in places if len(one))])
    ax.set_ylim(low, high)
    return places


def _apart(values: Floats, least: float) -> Floats:
    order = np.argsort(values, kind="stable")
    places = values[order].copy()
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + least)
    # The shift is given back on average, so that labels stay around their points.
    places -= (places - values[order]).mean() if len(places) else 0.0
    back = np.empty_like(places)
    back[order] = places
    return back


def _beside(ax: Any, x: int, value: float, place: float, text: str, side: str) -> None:
    ax.annotate(
        text,
        (x, value),
        xytext=(x - 0.07 if x == 0 else x + 0.07, place),
        textcoords="data",
        ha=side,
        va="center",
        fontsize=SMALL,
        color=INK,
        arrowprops={
            "arrowstyle": "-",
            "color": "#b5b5b5",
            "linewidth": 0.6,
            "shrinkA": 1,
            "relpos": (1 if x == 0 else 0, 0.5),
        },
        **PLAIN,
    )
