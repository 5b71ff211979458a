"""The command ``kencana-targets estimate``: files of records to actuals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kencana_targets.cli.console import (
    Language,
    Told,
    check_outputs,
    grouped,
    pairs,
    tell_notes,
    timed,
    typer,
    write_columns,
)
from kencana_targets.core.errors import refuse
from kencana_targets.core.labels import label, number


@grouped
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

    check_outputs([output], (".csv",))
    measures, name = read_measures(indicators), Path(records).name
    region = next((name for name in by or () if name != "year"), "region")
    opened = read_records(records, text=[region], decimal=decimal, missing=missing or ())
    columns = _by(opened, by or [region], year)
    design = _design(design, decimal)
    cells = {"count": str(len(measures)), "by": label("command", "and", language).join(columns)}
    key = "estimating" if len(measures) > 1 else "estimating-one"
    with timed(label("command", key, language, file=name, **cells)) as seconds:
        found = estimate_records(
            opened, by=columns, indicators=measures, year=year, source=name, **design
        )
    cells = {"count": number(len(found), 0, language), "time": number(seconds(), 1, language)}
    typer.echo(label("command", "estimated", language, **cells), err=True)
    tell_notes(found.notes, notes, language)
    write_columns(found.columns, output, language)


def _design(told: Told, decimal: str) -> Told:
    """Return how the records were drawn, with replicate weights and known totals as mappings."""
    parts = dict(pairs("--replicates", told.get("replicates"), "KEY=VALUE, such as method=jk1"))
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
