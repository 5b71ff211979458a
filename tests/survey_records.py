"""The made-up survey of tests/reference, and what is estimated from it."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl

from kencana_targets.estimation.estimate import Estimates, Measure

REFERENCE = Path(__file__).parent / "reference"
MEASURES = [
    Measure("modern-share", "ratio", "modern", "in_union"),
    Measure("birth-rate", "ratio", "births", "members", per=1000),
    Measure("mean-income", "mean", "income"),
    Measure("mean-income-in-union", "mean", nw.col("income"), nw.col("in_union")),
    Measure("members", "total", "members"),
    Measure("couples", "total", "in_union"),
]
DESIGNS: dict[str, dict[str, Any]] = {
    "stratified-clusters": {"weight": "weight", "strata": "stratum", "psu": "psu"},
    "strata-by-year": {"weight": "weight", "strata": ["stratum", "year"], "psu": "psu"},
    "clusters": {"weight": "weight", "psu": ["stratum", "psu"]},
    "strata": {"weight": "weight", "strata": "stratum"},
    "weights": {"weight": "weight"},
    "simple": {},
}
ENGINES: dict[str, Any] = {
    "polars": lambda frame: frame,
    "polars-lazy": lambda frame: frame.lazy(),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": lambda frame: duckdb.from_arrow(frame.to_arrow()),
    "pandas": lambda frame: pd.DataFrame(frame.to_dict(as_series=False)),
    "pandas-arrow": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    "pandas-category": lambda frame: pd.DataFrame(frame.to_dict(as_series=False)).astype(
        {"region": "category"}
    ),
    "narwhals": lambda frame: nw.from_native(frame.lazy()),
}


def survey_records(*, single_psu: bool) -> pl.DataFrame:
    """Return the records, with or without the stratum that has a single sampling unit."""
    path = REFERENCE / "survey_records.csv"
    records = pl.read_csv(path, schema_overrides={"region": pl.String})
    return records if single_psu else records.filter(pl.col("stratum") != "S9")


def expected(design: str, single_psu: str) -> dict[tuple[str, float, str], dict[str, float]]:
    """Return what R's survey says of a design, by region, year and measure."""
    with (REFERENCE / "survey_design.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        (row["region"], float(row["year"]), row["measure"]): {
            name: float(row[name])
            for name in ("value", "standard_error", "design_effect", "sample_size")
        }
        for row in rows
        if (row["design"], row["single_psu"]) == (design, single_psu)
    }


def found(estimates: Estimates) -> dict[tuple[str, float, str], dict[str, Any]]:
    """Return estimates by region, year and measure."""
    return {
        (row["region"], row["year"], row["indicator"]): row for row in estimates.details.to_dicts()
    }
