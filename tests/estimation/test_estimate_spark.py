from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pytest
from survey_records import DESIGNS, MEASURES, survey_records

from kencana_targets.catalog import load_measures
from kencana_targets.core.errors import MissingExtraError, TableError
from kencana_targets.estimation.estimate import Measure, estimate
from kencana_targets.model.measure import condition


def in_spark(spark: Any, frame: Any, folder: Path) -> Any:
    frame.write_parquet(folder / "records.parquet")
    return spark.read.parquet(str(folder / "records.parquet"))


@pytest.mark.parametrize("design", ["stratified-clusters", "strata", "simple"])
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


def test_a_column_of_0_and_1_is_no_condition(spark: Any) -> None:
    records = spark.createDataFrame([("17", 2021, 1, 1)], "region string, year int, a int, b int")
    text = r"column 'a': no condition by itself.*write { column = \"a\", operator = \"==\", value = 1 }"
    with pytest.raises(TableError, match=text):
        estimate(records, indicators=Measure("m", "ratio", condition({"all": ["a", "b"]})))
    with pytest.raises(
        TableError, match=r"measure 'm', numerator: an expression fails; the engine"
    ):
        estimate(records, indicators=Measure("m", "ratio", nw.col("a") & nw.col("b")))
    with pytest.raises(TableError, match=r"unknown column: got 'ab'; did you mean 'b' or 'a'"):
        estimate(records, indicators=Measure("m", "ratio", nw.col("ab")))


def test_a_dot_in_a_name(spark: Any) -> None:
    kinds = "region string, year int, yes boolean, `mod.ern` boolean"
    records = spark.createDataFrame([("17", 2021, True, False)], kinds)
    assert estimate(records, indicators=Measure("m", "ratio", "yes")).value.tolist() == [100]
    text = r"a dot in a column's name: got 'mod\.ern'; rename or drop it: Spark takes what follows"
    for numerator in ("mod.ern", nw.col("yes")):
        with pytest.raises(TableError, match=text):
            estimate(records, indicators=Measure("m", "ratio", numerator))


def test_what_spark_says_is_passed_on(spark: Any) -> None:
    records = spark.createDataFrame([("17", 2021, "x")], "region string, year int, age string")
    text = r"records: the records cannot be computed; the engine says: \[CAST_INVALID_INPUT\]"
    with pytest.raises(TableError, match=text):
        estimate(records, indicators=Measure("m", "mean", nw.col("age").cast(nw.Int64)))


def test_results_need_pyarrow(spark: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    records = spark.createDataFrame([("17", 2021, True)], "region string, year int, yes boolean")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r'install "kencana-targets\[spark\]"'):
        estimate(records, indicators=Measure("m", "ratio", "yes"))
