"""From family records to a scorecard, on the engine of your choice.

    python examples/pipeline.py "families/*.parquet" [--engine duckdb] [--output scorecard.csv]
    spark-submit examples/pipeline.py "families/*.parquet" --engine spark

The steps are the same for each engine; only the frame that is handed in differs:

1. open the records, without reading them into memory;
2. estimate the indicators by region and year, with their sampling errors;
3. evaluate them against a plan of the catalog;
4. write the scorecard.

The records have the columns that the catalog's measures look for (see
measures.toml there); `benchmarks/make_families.py` makes some up. The columns
weight, strata and psu say how they were sampled; for a census, leave them out of
DESIGN. Regions are the codes of regencies: they are judged by their province's
targets, and the scorecard says so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import narwhals as nw

import kencana_targets as kt
from kencana_targets.catalog.measures import load_measures
from kencana_targets.estimation import estimate
from kencana_targets.tables.records import read_records

PLAN = "bengkulu-2021"
RULE = "bkkbn-bengkulu-2021"
YEAR = 2021
DESIGN = {"weight": "weight", "strata": "strata", "psu": "psu"}


def open_records(path: str, engine: str) -> Any:
    """Return the records as a frame of the engine; nothing is read yet."""
    if engine == "spark":
        from pyspark.sql import SparkSession  # noqa: PLC0415, only Spark needs it

        return SparkSession.builder.getOrCreate().read.parquet(path)
    return read_records(path, engine=engine)


def main() -> None:
    """Run the steps."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("records", help="a Parquet file or a pattern")
    parser.add_argument("--engine", default="duckdb", choices=["duckdb", "polars", "spark"])
    parser.add_argument("--output", default="scorecard.csv", type=Path)
    given = parser.parse_args()

    # Expressions of narwhals run on every engine; the codes of Bengkulu begin with 17.
    records = nw.from_native(open_records(given.records, given.engine))
    actuals = estimate(
        records.filter(nw.col("region").str.starts_with("17."), nw.col("year") == YEAR),
        indicators=load_measures(),
        minimum_size=25,
        source="made-up family records",
        **DESIGN,
    )
    for note in actuals.notes[:10]:
        sys.stderr.write(f"{note}\n")
    scorecard = kt.evaluate(kt.load_plan(PLAN), actuals, year=YEAR, rule=RULE)
    scorecard.to_csv(given.output)
    sys.stderr.write(f"{len(actuals)} figures, {len(scorecard)} rows in {given.output}\n")


if __name__ == "__main__":
    main()
