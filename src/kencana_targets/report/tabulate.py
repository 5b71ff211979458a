"""What each type shows of itself as a table: its columns, in one language, and what stands around."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve

from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical, take, to_lists
from kencana_targets.core.labels import NOTHING, figure, label, target_range
from kencana_targets.core.messages import message, part_by_part
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import Language
from kencana_targets.evaluation.compare import Comparison
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.model.collection import Figures
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.lookup import TargetPath
from kencana_targets.model.plan import CascadedTargets, Plan
from kencana_targets.model.regions import Region, Regions
from kencana_targets.model.rule import ScoringRule
from kencana_targets.report.bands import NO_BAND, OF_COLUMN, Look, band_range, looks, rule_facts
from kencana_targets.report.canvas import sparklines
from kencana_targets.report.display_table import MOST_IN_NOTEBOOK, MOST_ROWS, Cell, DisplayTable
from kencana_targets.report.view import View, unit
from kencana_targets.tables.results import ResultTable

if TYPE_CHECKING:  # what reads published tables takes longer to load than a scorecard to show
    from kencana_targets.auditing.audit import AgencySummary, AuditReport

# What people look at first, as text and in a notebook.
IN_TEXT = (
    *("region_name", "indicator_name", "unit", "year", "baseline", "target", "target_basis"),
    *("actual", "achievement", "formula", "band", "reason"),
)
IN_NOTEBOOK = (
    *("region_name", "indicator_name", "unit", "year", "target", "actual", "met"),
    *("achievement", "band", "line", "reason"),
)
# Figures of results that print as their source states them; others have two decimals.
_STATED = (
    *("value", "target", "actual", "baseline", "projected", "lower", "upper", "worst"),
    *("standard_error", "sample_size", "effective_size", "numerator", "denominator"),
    "degrees_of_freedom",
)
# A small line carries its own style, because a notebook has no sheet of ours.
_STYLED = (
    ("class=s ", 'style="width:96px;height:24px" '),
    ("class=t ", 'fill="none" stroke="#757575" stroke-width="1.5" '),
    ("class=a ", 'fill="none" stroke="#0b4f8a" stroke-width="2" '),
    ("class=o ", 'fill="#757575" '),
    ("class=d ", 'fill="#0b4f8a" '),
)
# Columns whose cells are sentences, which have a second language as messages have.
_TOLD = (
    *("reason", "clause", "remark", "instrument"),
    *("source", "target_source", "actual_source"),
)
# Columns whose cells are words of the library, which have an Indonesian word, too.
_WORDED = (
    *("direction", "target_basis", "formula", "status", "error_basis", "arrival", "shape"),
    *("level", "change", "cause", "verdict", "category", "basis", "outcome"),
)
# Numbers that count, whatever type a gap among them gives their column.
_WHOLE = ("rank", "surveys", "rank_lower", "rank_upper", "regions", "missing", "units", "strata")
PATH_COLUMNS = ("indicator_name", "region_name", "year", "target", "target_basis", "target_source")
PLACES = ("sheet", "column")
COLUMNS = (
    *("row", *PLACES, "agency", "indicator", "target", "actual"),
    *("achievement", "recomputed", "formula", "difference", "finding"),
)
AGENCY_COLUMNS = (
    *("agency", "rows", "reproduced", "inconsistent", "unreadable"),
    *("maximize", "minimize", "stabilize", "rounding"),
)
_LONGEST, _MOST_DECIMALS = 60, 6


def titles(keys: Iterable[str], language: Language) -> list[str]:
    """Return what stands over columns; a column without a label shows its name."""
    known, of_band = labels.words("column", language), ("probability", "expected")
    found, keys = [], list(keys)
    # Of regions a number is expected; of rows some are to be scored.
    known |= {"expected": label("table", "expected-met", language)} if "regions" in keys else {}
    for key in keys:
        kind, _, band = key.partition(" ")
        told = band and kind in of_band
        found.append(label("table", kind, language, band=band) if told else known.get(key, key))
    return found


def name_of(one: Plan | ScoringRule, language: Language) -> str:
    """Return the name of a plan or a rule in a language."""
    return (one.name_id if language == "id" else "") or one.name or one.code


def heading(card: Scorecard, language: Language = "en") -> tuple[str, str]:
    """Return what was judged, and by what."""
    years = ", ".join(f"{year:g}" for year in card.years)
    shown = {card.plan.indicators[i] for i in card.indicator_positions[:MOST_ROWS]}
    what = f". {next(iter(shown)).label(language)}" if len(shown) == 1 else ""
    rule = label("table", "rule", language, name=name_of(card.rule, language))
    return f"{', '.join(filter(None, (name_of(card.plan, language), years)))}{what}", rule


def scorecard_table(
    card: Scorecard,
    language: Language = "en",
    *,
    names: Sequence[str] = IN_TEXT,
    most: int | None = MOST_ROWS,
) -> DisplayTable:
    """Return the rows that people look at first, at most so many."""
    # Only what is shown is written: a card of millions of rows costs no more.
    rows = np.arange(len(card) if most is None else min(len(card), most))
    view = View(card.take(rows) if len(rows) < len(card) else card, language)
    lines = sparklines(view, rows) if "line" in names else []
    of_indicator, bands = view.indicator_at.tolist(), view.rows.band.tolist()
    met = view.met
    columns: dict[str, Sequence[Cell | str]] = {
        "region_name": [view.region(row).name for row in rows.tolist()],
        "indicator_name": [view.indicator_names[one] for one in of_indicator],
        "unit": [view.units[one] for one in of_indicator],
        "year": view.years,
        "baseline": view.baseline,
        "target": view.target,
        "actual": view.actual,
        "met": met,
        "achievement": view.achievement,
        "band": [
            _band(view.look(row), "" if lines or band < 0 else card.rule.bands[band].label)
            for row, band in enumerate(bands)
        ],
        "line": [Cell(picture=_styled(line)) for line in lines],
        "reason": [reason or "" for reason in view.reasons],
    }
    for name in ("target_basis", "formula"):
        told = to_lists({name: view.card.columns()[name]})[name] if name in names else []
        columns[name] = [_written(name, cell, language) for cell in told]
    unsaid = {"indicator_name", "unit"} if len(set(of_indicator)) < 2 else set()
    unsaid |= {"year"} if len(card.years) < 2 else set()
    unsaid |= set() if any(columns["reason"]) else {"reason"}
    shown = [name for name in names if name not in unsaid]
    title, subtitle = heading(card, language)
    return DisplayTable(
        titles=titles(shown, language),
        rows=list(zip(*(columns[name] for name in shown), strict=True)),
        heading=title,
        subtitle=subtitle,
        notes=[label("table", "line-note", language)] if lines else [],
        total=len(card),
        language=language,
    )


def scorecard_html(card: Scorecard, language: Language = "id") -> str:
    """Return a scorecard as a notebook shows it, with a small line for each row."""
    return scorecard_table(card, language, names=IN_NOTEBOOK, most=MOST_IN_NOTEBOOK).html()


def _styled(line: str) -> str:
    for short, full in _STYLED:
        line = line.replace(short, full)
    return line


def _band(look: Look, word: str = "") -> Cell:
    return Cell(word or look.word, look=look)


def named_in(result: ResultTable, language: Language) -> dict[str, Any]:
    """Return the columns of a result with the names and units of indicators in a language."""
    columns, known = dict(result.columns()), {one.code: one for one in result.indicators}
    code: Any = columns.get("indicator")
    for name in {"indicator_name", "unit"} & columns.keys() if known else ():
        say = Indicator.label if name == "indicator_name" else unit
        words = (say(known[word], language) if word in known else word for word in code.categories)
        columns[name] = Categorical(code.codes, tuple(words))
    return columns


def result_table(result: ResultTable, language: Language = "en") -> DisplayTable:
    """Return any table of results."""
    rule, plan = getattr(result, "rule", None), getattr(result, "plan", "")
    table = columns_table(named_in(result, language), language, rule=rule)
    if not plan or rule is None:
        return table
    by_rule = label("table", "rule", language, name=name_of(rule, language))
    objectives: Any = getattr(result, "by_objective", None)
    if objectives:
        table = evolve(table, below=columns_table(objectives.columns(), language, rule=rule))
    table = evolve(table, notes=[one.text(language) for one in getattr(result, "notes", ())])
    return evolve(table, heading=f"{plan}, {result.year:g}", subtitle=by_rule)  # type: ignore[attr-defined]


def figures_table(figures: Figures[Any], language: Language = "en") -> DisplayTable:
    """Return baselines, targets or actuals, without the columns that hold nothing."""
    return columns_table(figures.columns, language, empty=False)


def columns_table(
    columns: Any, language: Language, *, rule: ScoringRule | None = None, empty: bool = True
) -> DisplayTable:
    """Return the first rows of columns as a table."""
    lists, total = _first(columns)
    if not empty:
        lists = {n: cells for n, cells in lists.items() if any(cell is not None for cell in cells)}
    bands = rule.bands if rule else ()
    known = dict(zip((b.label for b in bands), looks(rule, language) if rule else (), strict=True))

    def write(name: str, value: Any) -> Cell | str:
        if name == "band" and rule is not None:
            return _band(known.get(value, NO_BAND), value if language == "en" and value else "")
        if rule is not None and name == "score" and value is not None:
            return labels.number(value, rule.decimals, language)
        return _written(name, value, language)

    cells = [
        [write(name, value) for name, value in zip(lists, row, strict=True)]
        for row in zip(*lists.values(), strict=True)
    ]
    return keyed_table(list(lists), cells, language, total=total)


def _first(columns: Any) -> tuple[dict[str, Any], int]:
    """Return the first rows of columns as lists, and how many rows there are."""
    total = len(next(iter(columns.values()), ()))
    rows = np.arange(min(total, MOST_ROWS))
    return to_lists({name: take(column, rows) for name, column in columns.items()}), total


def _written(name: str, value: Any, language: Language) -> str:
    """Write a cell as its column is written."""
    words = labels.words("word", language)
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return words["yes" if value else "no"]
    if name == "unit":
        return labels.unit(value, "", language)
    if isinstance(value, str):
        if name in _TOLD:
            return part_by_part(message(value, language), language)
        kind = name.removeprefix("new_")
        keys = [(part, OF_COLUMN.get((kind, part), part)) for part in value.split(", ")]
        return ", ".join(words.get(key, part) for part, key in keys) if kind in _WORDED else value
    if name.endswith("year") or name.startswith("arrival_"):
        text = f"{value:.6g}"
        return text.replace(".", ",") if language == "id" else text
    if name in _STATED:
        return figure(value, 0, language)
    whole = isinstance(value, int) or name in _WHOLE
    return labels.number(value, 0 if whole else 2, language)


def keyed_table(keys: Sequence[str], rows: Any, language: Language, **more: Any) -> DisplayTable:
    """Return rows under the titles of some columns."""
    return DisplayTable(titles=titles(keys, language), rows=rows, language=language, **more)


def _told(one: Indicator, language: Language) -> list[str]:
    return [one.code, one.label(language), unit(one, language), _word(one.direction, language)]


def _word(key: str, language: Language) -> str:
    return label("word", key, language)


def indicators_table(indicators: Sequence[Indicator], language: Language = "en") -> DisplayTable:
    """Return indicators with unit, direction, bounds and shape."""
    keys = ("indicator", "indicator_name", "unit", "direction", "lower", "upper", "shape")
    rows = []
    for one in indicators[:MOST_ROWS]:
        bounds = [figure(end, 0, language) for end in (one.lower, one.upper)]
        rows.append([*_told(one, language), *bounds, _shape(one.shape, language)])
    return keyed_table(keys, rows, language, total=len(indicators))


def _shape(shape: str | None, language: Language) -> str:
    return _word(shape, language) if shape else label("table", "no-shape", language)


def regions_table(regions: Regions | Sequence[Region], language: Language = "en") -> DisplayTable:
    """Return regions with their codes, level, parent and population."""
    keys = ("region", "bps_code", "level", "region_name", "parent", "population")
    rows = []
    for one in islice(regions, MOST_ROWS):
        codes = [one.code, one.bps_code or NOTHING, _word(one.level, language)]
        rows.append([*codes, one.name, one.parent or NOTHING, figure(one.population, 0, language)])
    return keyed_table(keys, rows, language, total=len(regions))


def plan_table(plan: Plan, language: Language = "en") -> DisplayTable:
    """Return the indicators of a plan, and how many targets each has."""
    of_indicator = plan.targets.indicator.positions([one.code for one in plan.indicators])
    rows = []
    for number, one in enumerate(plan.indicators[:MOST_ROWS]):
        years = plan.targets.year[of_indicator == number]
        span = f"{years.min():g} - {years.max():g}" if len(years) else NOTHING
        count = labels.number(len(years), 0, language)
        rows.append([*_told(one, language), _shape(one.shape, language), count, span])
    parts: dict[str, Any] = {"indicators": plan.indicators, "regions": plan.covered, "baselines": plan.baselines,
             "targets": plan.targets}  # fmt: skip
    counts = {key: labels.number(len(part), 0, language) for key, part in parts.items()}
    told = label("table", "plan", language, **counts)
    keys = ("indicator", "indicator_name", "unit", "direction", "shape", "targets", "target_years")
    many = {"heading": name_of(plan, language), "subtitle": told, "total": len(plan.indicators)}
    return keyed_table(keys, rows, language, **many)


def path_rows(path: TargetPath, language: Language) -> list[list[str]]:
    """Return the knots of a path and the whole years between them, as `PATH_COLUMNS`."""
    knots = dict(zip(path.years, zip(path.bases, path.sources, strict=True), strict=True))
    between = range(math.ceil(path.years[0]), math.floor(path.years[-1]) + 1)
    rows = []
    for year in sorted({*knots, *map(float, between if path.shape else ())}):
        basis, source = knots.get(year, ("interpolated", ""))
        target = figure(path.at(year), path.indicator.decimals, language)
        name, word = path.indicator.label(language), label("word", basis, language)
        source = part_by_part(source, language) or NOTHING
        rows.append([name, str(path.region), f"{year:g}", target, word, source])
    return rows


def path_table(path: TargetPath, language: Language = "en") -> DisplayTable:
    """Return the targets of every year of a path, official and interpolated."""
    shape = f"{titles(['shape'], language)[0]}: {_shape(path.shape, language)}"
    facts = [unit(path.indicator, language), shape]
    if path.owner != path.region:
        facts.append(label("table", "owner", language, owner=path.owner))
    rows = [row[2:] for row in path_rows(path, language)]
    heading = f"{path.indicator.label(language)}: {path.region}"
    return keyed_table(PATH_COLUMNS[2:], rows, language, heading=heading, subtitle="; ".join(facts))


def rule_table(rule: ScoringRule, language: Language = "en") -> DisplayTable:
    """Return the bands of a rule, and below them all that it says."""
    unsaid = [label("report", key, language) for key in ("rule-name", "bands")]
    return DisplayTable(
        titles=[label("report", key, language) for key in ("band", "printed-as", "range")],
        rows=[
            [_band(look), band.label, band_range(band, language)]
            for look, band in zip(looks(rule, language), rule.bands, strict=True)
        ],
        heading=f"{name_of(rule, language)} ({rule.code})",
        notes=[
            f"{name}: {value}"
            for name, value, _ in rule_facts(rule, language)
            if name not in unsaid and value != NOTHING
        ],
        language=language,
    )


def cascade_table(split: CascadedTargets, language: Language = "en") -> DisplayTable:
    """Return how a target was split, and what is left of it."""
    known, rows = split.plan.regions, []
    parts = split.regions, split.baselines, split.shares, split.targets, split.fixed
    for code, baseline, share, target, kept in zip(*parts, strict=True):
        basis = _word("official" if kept else "derived", language)
        figures = figure(baseline, 1, language), labels.number(100 * share, 1, language)
        rows.append([known[code].name, *figures, figure(target, 1, language), basis])
    remainder = {
        "parameter": labels.number(split.parameter, 6, language),
        "residual": labels.number(split.residual, 6, language),
        "difference": figure(split.baseline_difference, 4, language),
    }
    notes = [label("table", "cascade", language, **remainder)]
    keys = ("region_name", "baseline", "share", "target", "target_basis")
    return keyed_table(keys, rows, language, notes=notes)


def comparison_table(comparison: Comparison, language: Language = "en") -> DisplayTable:
    """Return a comparison as a table of its first actuals."""
    values: dict[str, Any] = dict(comparison.values)
    region, indicator = values["region"].codes, values["indicator"].codes
    change = np.ones(len(comparison), dtype=bool)
    change[1:] = (region[1:] != region[:-1]) | (indicator[1:] != indicator[:-1])
    starts = np.flatnonzero(change)
    stop = int(starts[MOST_ROWS]) if len(starts) > MOST_ROWS else len(comparison)
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    shown = comparison.take(np.arange(stop))
    for row in evolve(shown, values=named_in(shown, language)):
        lines.setdefault((row["region"], row["indicator"]), {})[row["against"]] = row
    references = list(values["against"].categories)
    names = labels.words("comparison", language)
    heads = titles(("region_name", "indicator_name", "actual"), language)
    for reference in references:
        heads += [names.get(reference, reference), "%"]
    decimals = comparison.rule.decimals
    rows = []
    for line in lines.values():
        row = next(iter(line.values()))
        cells = [row["region_name"], row["indicator_name"], figure(row["actual"], 0, language)]
        for reference in references:
            judged = line.get(reference, {})
            percent = judged.get("achievement")
            cells.append(figure(judged.get("target"), 0, language))
            cells.append("-" if percent is None else labels.number(percent, decimals, language))
        rows.append(cells)
    return DisplayTable(titles=heads, rows=rows, total=len(starts), language=language)


def audit_table(report: AuditReport, language: Language = "en") -> DisplayTable:
    """Return the rows of an audit that need a look, its warnings, and the agencies below."""
    found = report.findings()
    cells = [_cells(row, language) for row in found.take(np.arange(min(len(found), MOST_ROWS)))]
    # Leave out sheet and column where the table has only one of each.
    places = to_lists({name: report.values[name] for name in PLACES})
    unsaid = {name for name, words in places.items() if len(set(words)) < 2}
    shown = [
        i
        for i, name in enumerate(COLUMNS)
        if name not in unsaid and any(row[i] != "-" for row in cells)
    ]
    counts = ", ".join(
        f"{report.count(verdict)} {label('audit-column', verdict, language).lower()}"
        for verdict in ("reproduced", "inconsistent", "unreadable")
    )
    warning = label("audit", "warning", language)
    notes = [] if cells else [label("audit", "all-right", language)]
    return DisplayTable(
        titles=[label("audit-column", COLUMNS[i], language) for i in shown],
        rows=[[row[i] for i in shown] for row in cells],
        heading=label(
            "audit", "counts", language, source=report.source, rows=len(report), counts=counts
        ),
        notes=[*notes, *(f"{warning}: {one.text(language)}" for one in report.warnings)],
        total=len(found),
        language=language,
        below=agencies_table(report.by_agency(), language),
    )


def agencies_table(summary: AgencySummary, language: Language = "en") -> DisplayTable:
    """Return the agencies of an audit."""
    lists, total = _first({name: summary.values[name] for name in AGENCY_COLUMNS})
    # No agency has a formula for a direction that the table does not know.
    lists = {n: cells for n, cells in lists.items() if n != "stabilize" or any(cells)}
    return DisplayTable(
        titles=[label("audit-column", name, language) for name in lists],
        rows=[
            [_worded(name, cell, language) for name, cell in zip(lists, row, strict=True)]
            for row in zip(*lists.values(), strict=True)
        ],
        total=total,
        language=language,
    )


def _cells(row: dict[str, Any], language: Language) -> list[str]:
    """Return one row as text."""
    places = min(row["decimals"], _MOST_DECIMALS)
    low, high = (figure(row[f"target_{side}"], 0, language) for side in ("lower", "upper"))
    written = {name: figure(row[name], 0, language) for name in ("target", "actual")}
    for name in ("achievement", "recomputed", "difference"):
        written[name] = figure(row[name], places, language)
    if (low, high) != (NOTHING, NOTHING):
        written["target"] = target_range(low, high, 0)
    if row["kind"] == "average":
        written["indicator"] = label("audit", "average", language)
    finding = "; ".join(_findings(row, language)) or NOTHING
    cells = [_worded(name, written.get(name, row.get(name)), language) for name in COLUMNS[:-1]]
    return [*cells, finding]


def _worded(name: str, value: Any, language: Language) -> str:
    """Return a cell of an audit, cut; formulas and roundings in English as files have them."""
    text = NOTHING if value is None else str(value)
    if language == "id" and name in ("formula", "rounding", *Direction):
        text = labels.words("word", "id").get(text, text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def _verdict_told(reason: str, language: Language) -> str:
    """Return a reason in a language: as a whole, else each of its clauses."""
    whole = message(reason, language)
    if whole != reason:
        return whole
    return "".join(message(part, language) for part in re.split(r"(; |: )", reason))


def _findings(row: dict[str, Any], language: Language) -> list[str]:
    """Say in words what is wrong with a row."""
    found = [] if row["reason"] is None else [_verdict_told(row["reason"], language)]
    if row["explained_by_rounding"]:
        found.append(label("audit", "rounded", language))
    elif row["verdict"] == "inconsistent" and not found:
        found.append(label("audit", "no-formula", language))
    if row["band_verdict"] == "inconsistent":
        right = row["band_of_printed"] or label("audit", "none", language)
        found.append(label("audit", "word", language, band=row["band"], right=right))
    elif row["band_verdict"] == "unreadable":
        found.append(label("audit", "unknown-word", language, band=row["band"]))
    return found
