"""The command ``kencana-targets estimate``: files of records to actuals."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from kencana_targets.cli.console import (
    Language,
    check_outputs,
    tell_notes,
    tell_written,
    timed,
    typer,
)
from kencana_targets.core.errors import refuse
from kencana_targets.core.labels import label, number
from kencana_targets.core.terms import as_term


def estimate(
    records: Annotated[str, typer.Argument(help="Parquet or CSV file of records, or a pattern.")],
    indicators: Annotated[str, typer.Option(help="TOML file that declares the indicators.")],
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="Column of the regions, by default 'region'; given twice, of the years, too."
        ),
    ] = None,
    year: Annotated[
        float | None,
        typer.Option("--year", "-y", help="Year of all records; by default their column 'year'."),
    ] = None,
    weight: Annotated[str | None, typer.Option(help="Column of weights.")] = None,
    strata: Annotated[list[str] | None, typer.Option(help="Columns that name the stratum.")] = None,
    psu: Annotated[
        list[str] | None, typer.Option(help="Columns that name the primary sampling unit.")
    ] = None,
    single_psu: Annotated[
        str,
        typer.Option(help="Strata with a single sampling unit: report, certainty or centered."),
    ] = "report",
    minimum_size: Annotated[
        int | None, typer.Option(help="Withhold figures of fewer records.")
    ] = None,
    decimal: Annotated[str, typer.Option(help="Decimal mark of CSV records.")] = ".",
    missing: Annotated[
        list[str] | None,
        typer.Option(help="What CSV records write for a missing value; may be repeated."),
    ] = None,
    notes: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Write all notes: what was left out or withheld."),
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FILE.csv", help="Actuals to write; - prints.")
    ] = "-",
    language: Language = "en",
) -> None:
    """Estimate indicators from records, as actuals that `evaluate` reads.

    For example: `kencana-targets estimate families.parquet --indicators measures.toml -o actuals.csv`
    """
    from kencana_targets.core.columns import to_lists
    from kencana_targets.estimation.estimate import estimate as estimate_records
    from kencana_targets.formulas.survey_design import SinglePsu
    from kencana_targets.tables import writers
    from kencana_targets.tables.records import read_measures, read_records

    check_outputs([output], (".csv",))
    measures = read_measures(indicators)
    region = next((name for name in by or () if name != "year"), "region")
    opened = read_records(records, text=[region], decimal=decimal, missing=missing or ())
    columns = _by(opened, by or [region], year)
    name = Path(records).name
    joint = label("command", "and", language).join(columns)
    what = label(
        "command",
        "estimating" if len(measures) > 1 else "estimating-one",
        language,
        count=len(measures),
        file=name,
        by=joint,
    )
    with timed(what) as seconds:
        found = estimate_records(
            opened,
            by=columns,
            indicators=measures,
            weight=weight,
            strata=strata,
            psu=psu,
            year=year,
            single_psu=as_term(SinglePsu, single_psu, "single_psu"),
            minimum_size=minimum_size,
            source=name,
        )
    cells = {"count": number(len(found), 0, language), "time": number(seconds(), 1, language)}
    typer.echo(label("command", "estimated", language, **cells), err=True)
    tell_notes(found.notes, notes, language)
    if output == "-":
        typer.echo(writers.csv_text(to_lists(found.columns), inert=True), nl=False)
    else:
        found.to_csv(output)
        tell_written(output, language)


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
