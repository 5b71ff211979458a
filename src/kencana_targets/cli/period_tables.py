"""The commands for records, for quarters and months, and for what a table was understood as."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kencana_targets.cli import console
from kencana_targets.cli.console import BAD_DATA, Language, Plan, Told, Word
from kencana_targets.core.errors import refuse, unknown_name
from kencana_targets.core.labels import label, number, unit
from kencana_targets.core.terms import Combination

if TYPE_CHECKING:
    from kencana_targets.core.typing import Floats
    from kencana_targets.model.collection import Actuals


@console.grouped()
def check(
    file: str,
    /,
    *,
    plan: Plan | None = None,
    periods: int = 1,
    reading: Told,
    language: Language = "en",
) -> None:
    """Say how a table is understood, with what was assumed and what would be refused.

    For example: `kencana-targets check TW4.xlsx --plan my-plan --periods 4`
    """
    from kencana_targets.tables.readers import describe_table

    found = describe_table(file, plan=plan, periods=periods, **reading)
    console.typer.echo(console.as_options(found.text(language), {}))
    if found.problems:
        sys.exit(BAD_DATA)


@console.grouped()
def to_date(
    plan: Plan,
    file: str,
    /,
    *,
    year: int,
    rule: str,
    until: int | None = None,
    periods: int = 4,
    targets: str | None = None,
    prefer: Word = "periods",
    missing: Word = "missing",
    reading: Told,
    output: list[str] | None = None,
    language: Language = "en",
) -> None:
    """Score the year to date: quarters or months combined by each indicator's own rule.

    For example: `kencana-targets to-date my-plan TW2.xlsx --year 2022 --until 2 --rule permendagri-86-2017`
    """
    from kencana_targets.evaluation.evaluate import evaluate
    from kencana_targets.evaluation.to_date import to_date as combine
    from kencana_targets.report import tabulate

    with console.waiting("combining", language):
        options = reading | {"targets": targets, "prefer": prefer, "missing": missing}
        dated = combine(plan, file, year=year, until=until, periods=periods, **options)
        card = evaluate(dated.plan, dated.actuals, year=year, rule=console.open_rule(rule))
        console.write(card, output, language)
    console.tell_notes(dated.notes, None, language)
    if not output:
        console.show(tabulate.scorecard_table(card, language))


@console.grouped(".csv")
def pool(
    plan: Plan,
    file: str,
    /,
    *,
    up_to: str | None = None,
    until: int | None = None,
    periods: int = 4,
    reading: Told,
    output: str | None = None,
    language: Language = "en",
) -> None:
    """Make yearly shares of numerators and denominators, also for the regions above.

    For example: `kencana-targets pool my-plan pelayanan.xlsx --up-to province -o actuals.csv`
    """
    from kencana_targets.evaluation.pooling import pool_actuals
    from kencana_targets.report import tabulate

    figures = pool_actuals(file, plan=plan, up_to=up_to, until=until, periods=periods, **reading)
    console.tell_notes(figures.notes, None, language)
    if output is None:
        console.show(tabulate.figures_table(figures, language))
    else:
        console.write_columns(figures.columns, output, language)


@console.grouped(".xlsx")
def e19(
    plan: Plan,
    file: str,
    /,
    *,
    year: int,
    region: str,
    output: str,
    reading: Told,
    language: Language = "id",
) -> None:
    """Write Form E.19 of one region: targets from the plan, quarters from a table.

    For example: `kencana-targets e19 my-plan TW2.xlsx --year 2022 --region 17.05 -o e19.xlsx`
    """
    from kencana_targets.report.form_e19 import form_e19
    from kencana_targets.tables.figures import Options
    from kencana_targets.tables.period_figures import read_parts

    place = plan.regions.find(region)
    parts = read_parts(file, plan=plan, periods=4, options=Options(**reading))
    rows = _form_rows(plan, parts.actuals, place.code, year, language)
    if not rows:
        within = parts.actuals.take((parts.actuals.year // 1 == year).nonzero()[0])
        known = sorted({code for code in within.region.to_list() if code is not None})
        hint = unknown_name("region", None, known).hint
        refuse("--region", region, "a region with figures of quarters in the table", hint)
    form_e19(output, rows, title=f"{place.name}, {year}", language=language)
    console.say("written", language, file=output)


def _form_rows(
    plan: Plan, figures: Actuals, region: str, year: int, language: Language
) -> list[Any]:
    """Return a line of the form for each indicator that has figures of quarters."""
    import numpy as np

    from kencana_targets.report.form_e19 import E19Row

    inside = (figures.year > year) & (figures.year < year + 1)
    inside &= figures.region.positions([region]) == 0
    years, budget = plan.targets.year, plan.targets.number("budget")
    funded = (plan.targets.region.positions([region]) == 0) & ~np.isnan(budget)
    rows = []
    for indicator in plan.indicators:
        chosen = inside & (figures.indicator.positions([indicator.code]) == 0)
        if not chosen.any():
            continue
        spent, cells = figures.number("spent")[chosen], np.full((2, 4), None)
        quarters = ((figures.year[chosen] - year) * 4).astype(int)
        cells[:, quarters] = figures.value[chosen], np.where(np.isnan(spent), None, spent)
        own = plan.targets.indicator.positions([indicator.code]) == 0
        goals = [plan.target(indicator.code, region, when) for when in (years[own].max(), year)]
        rows.append(
            E19Row(
                indicator=indicator.label(language),
                objective=indicator.objective,
                unit=unit(indicator.unit, indicator.unit_id, language),
                plan_target=goals[0].value,
                year_target=goals[1].value,
                quarters=cells[0],
                plan_budget=_total(budget[own & funded]),
                year_budget=_total(budget[own & funded & (years == year)]),
                quarters_spent=cells[1],
                combination=indicator.combination or Combination.LAST,
                direction=indicator.direction,
                decimals=indicator.decimals,
            )
        )
    return rows


def _total(amounts: Floats) -> float | None:
    return float(amounts.sum()) if len(amounts) else None


@console.grouped(".csv")
def estimate(
    records: str,
    /,
    *,
    indicators: str,
    by: list[str] | None = None,
    year: float | None = None,
    design: Told,
    decimal: str = ".",
    missing: list[str] | None = None,
    notes: str | None = None,
    output: str = "-",
    language: Language = "en",
) -> None:
    """Estimate indicators from records, as actuals that `evaluate` reads.

    For example: `kencana-targets estimate families.parquet --indicators measures.toml -o actuals.csv`
    """
    from kencana_targets.estimation.estimate import estimate as estimate_records
    from kencana_targets.tables.records import read_measures, read_records

    measures, name = read_measures(indicators), Path(records).name
    region = next((name for name in by or () if name != "year"), "region")
    opened = read_records(records, text=[region], decimal=decimal, missing=missing or ())
    columns = _by(opened, by or [region], year)
    design = _design(design, decimal)
    cells = {"count": str(len(measures)), "by": label("command", "and", language).join(columns)}
    key = "estimating" if len(measures) > 1 else "estimating-one"
    with console.timed(label("command", key, language, file=name, **cells)) as seconds:
        found = estimate_records(
            opened, by=columns, indicators=measures, year=year, source=name, **design
        )
    cells = {"count": number(len(found), 0, language), "time": number(seconds(), 1, language)}
    console.say("estimated", language, **cells)
    console.tell_notes(found.notes, notes, language)
    console.write_columns(found.columns, output, language)


def _design(told: Told, decimal: str) -> Told:
    """Return how the records were drawn, with replicate weights and known totals as mappings."""
    parts = dict(
        console.pairs("--replicates", told.get("replicates"), "KEY=VALUE, such as method=jk1")
    )
    numbers: dict[str, Any] = {key: _number(value) for key, value in parts.items()}
    if "rscales" in parts:
        numbers["rscales"] = [_number(one) for one in parts["rscales"].split(",")]
    totals = dict(_totals(one, decimal) for one in told.get("calibrate", ()))
    made = {"replicates": numbers, "calibrate": totals}
    return told | {name: value for name, value in made.items() if value}


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _totals(told: str, decimal: str) -> tuple[Any, Any]:
    """Return what ``--calibrate`` tells: the sum of a column, or the totals of a file by level."""
    import narwhals as nw

    from kencana_targets.tables.records import read_records

    column, mark, total = told.partition("=")
    if mark:
        return column or (), _number(total)
    names = nw.from_native(read_records(told, text=[])).collect_schema().names()
    levels = [name for name in names if name != "total"]
    if len(levels) in (0, len(names)):
        refuse("--calibrate", names, "the columns of the levels, and 'total'")
    frame = nw.from_native(read_records(told, text=levels, decimal=decimal)).lazy().collect()
    rows = frame.select(*levels, "total").rows()
    if len(levels) == 1:
        return levels[0], dict(rows)
    return tuple(levels), {row[:-1]: row[-1] for row in rows}


def _by(records: Any, by: list[str], year: float | None) -> list[str]:
    """Return the columns of region and year; the year is in the column of that name, if any."""
    if year is not None or len(by) > 1:
        return by
    import narwhals as nw

    if "year" in nw.from_native(records).collect_schema().names():
        return [*by, "year"]
    allowed = "the year of all records, such as --year 2024"
    hint = "the records have no column 'year'; if another says it, name it with a second --by"
    refuse("--year", None, allowed, hint)
