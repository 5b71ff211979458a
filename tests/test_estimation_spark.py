from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from survey_records import DESIGNS, MEASURES, survey_records

from kencana_targets.catalog.measures import load_measures
from kencana_targets.errors import TableError
from kencana_targets.estimation import Measure, estimate


def in_spark(spark: Any, frame: Any, folder: Path) -> Any:
    frame.write_parquet(folder / "records.parquet")
    return spark.read.parquet(str(folder / "records.parquet"))


@pytest.mark.parametrize("design", DESIGNS)
def test_spark_says_what_polars_says(spark: Any, tmp_path: Path, design: str) -> None:
    records = survey_records(single_psu=False)
    ours = estimate(records, indicators=MEASURES, **DESIGNS[design]).details.columns()
    theirs = estimate(
        in_spark(spark, records, tmp_path), indicators=MEASURES, **DESIGNS[design]
    ).details.columns()
    for name, column in ours.items():
        if isinstance(column, np.ndarray):
            np.testing.assert_allclose(theirs[name], column, rtol=1e-9)  # type: ignore[arg-type]
        else:
            assert theirs[name].to_list() == column.to_list()  # type: ignore[union-attr]


def test_the_shipped_measures(spark: Any) -> None:
    families = spark.createDataFrame(
        [
            ("17.01", 2021, True, 20, "none", "later", True),
            ("17.01", 2021, True, 30, "iud", "soon", None),
            ("17.01", 2021, False, None, None, None, False),
            (None, 2021, True, 30, "pill", "soon", True),
        ],
        "region string, year int, in_union boolean, wife_age int, method string, "
        "child_wish string, reached boolean",
    )
    estimates = estimate(families, indicators=load_measures())
    assert estimates.value.tolist() == [50, 50, 100, 50]
    assert [row["missing"] for row in estimates.details.to_dicts()] == [0, 0, 0, 1]
    assert estimates.unplaced == 1


def test_mistakes_are_said(spark: Any) -> None:
    records = spark.createDataFrame([("17", 2021, -1.0)], "region string, year int, weight double")
    with pytest.raises(TableError, match=r"unknown column: got 'modern'"):
        estimate(records, indicators=Measure("mCPR", "ratio", "modern"))
    with pytest.raises(TableError, match=r"weight missing or negative: got '1 of 1 records'"):
        estimate(records, indicators=Measure("n", "total", "weight"), weight="weight")
