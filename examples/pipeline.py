"""From family records to a report, on the engine of your choice.

    python examples/pipeline.py "families/*.parquet" [--engine duckdb] [--output laporan.html]
    spark-submit examples/pipeline.py "families/*.parquet" --engine spark

The steps are the same for each engine; only the frame that is handed in differs:

1. open the records (Parquet or CSV), without reading them into memory;
2. estimate the indicators by regency and by province, with their sampling errors;
3. evaluate those of one province against its plan;
4. write the report: the ending of its name says the format (html, xlsx, csv ...).

The records have the columns that the catalog's measures look for (see
measures.toml there); `benchmarks/make_families.py` makes some up. The columns
weight, strata and psu say how they were sampled; for a census, leave them out of
DESIGN. The records are one sample, so they are estimated whole and the rows that
matter are taken afterwards: a filter before would take sampling units away, and the
errors would be wrong. Where each year was drawn for itself, put the year into the
strata.

Regions are the codes of regencies, whose first two digits are the province. The
province is judged by its own targets and the regencies, which have none, by the
province's; the report says so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import narwhals as nw

import kencana_targets as kt
from kencana_targets.tables.results import check_ending

PLAN = "bengkulu-2021"
RULE = "bkkbn-bengkulu-2021"
PROVINCE, YEAR = "17", 2021
DESIGN = {"weight": "weight", "strata": "strata", "psu": "psu"}
NOTES_SHOWN = 10


def open_records(path: str, engine: str) -> Any:
    """Return the records as a frame of the engine; nothing is read yet."""
    return open_on_spark(path) if engine == "spark" else kt.read_records(path, engine=engine)


def open_on_spark(path: str) -> Any:
    """Return the records as a Spark frame; the regions of a CSV file are text."""
    from pyspark.sql import SparkSession  # noqa: PLC0415, only Spark needs it
    from pyspark.sql.types import StringType  # noqa: PLC0415

    reader = SparkSession.builder.getOrCreate().read
    if not path.endswith((".csv", ".csv.gz")):
        return reader.parquet(path)
    schema = reader.csv(path, header=True, inferSchema=True).schema
    schema["region"].dataType = StringType()
    return reader.csv(path, header=True, schema=schema)


def estimate(records: Any, region: str) -> kt.Estimates:
    """Return the estimates of all regions that a column names, and say what to know of them."""
    found = kt.estimate(
        records,
        by=[region, "year"],
        indicators=kt.load_measures(),
        minimum_size=25,
        source="made-up family records",
        **DESIGN,
    )
    for note in found.notes[:NOTES_SHOWN]:
        sys.stderr.write(f"{note}\n")
    if len(found.notes) > NOTES_SHOWN:
        sys.stderr.write(f"... and {len(found.notes) - NOTES_SHOWN} more in .notes\n")
    return found


def main() -> None:
    """Run the steps."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("records", help="a Parquet or CSV file, or a pattern")
    parser.add_argument("--engine", default="duckdb", choices=["duckdb", "polars", "spark"])
    parser.add_argument("--output", default="laporan.html", type=Path)
    given = parser.parse_args()
    check_ending(given.output, argument="--output")

    # Expressions of narwhals run on every engine.
    records = nw.from_native(open_records(given.records, given.engine))
    records = records.with_columns(province=nw.col("region").str.slice(0, 2))
    regencies, provinces = (estimate(records, column) for column in ("region", "province"))

    actuals = kt.Actuals.of(
        figure for figure in (*provinces, *regencies) if figure.region.startswith(PROVINCE)
    )
    scorecard = kt.evaluate(kt.load_plan(PLAN), actuals, year=YEAR, rule=RULE)
    scorecard.to_file(given.output)
    sys.stderr.write(f"{len(actuals)} figures, {len(scorecard)} rows in {given.output}\n")


if __name__ == "__main__":
    main()
