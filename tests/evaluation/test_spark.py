"""Spark's batches scored where they lie."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

import kencana_targets as kt

HOW: dict[str, Any] = {"year": [2021, 2022], "rule": "permendagri-86-2017"}
KEYS = ["year", "region", "indicator"]

# Spark says so of whatever uses Arrow; these tests hand it no pandas frame.
pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")


def test_partitions_are_scored_like_one_table(spark: Any) -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    actuals = kt.load_actuals(plan.code)
    score = partial(kt.evaluate_batches, plan, **HOW)
    schema = score([]).schema
    table = actuals.to_frame("pyarrow").select(["indicator", "region", "year", "value", "source"])
    spread = spark.createDataFrame(table).repartition(3, "region")
    assert spread.rdd.getNumPartitions() == 3

    scored = spread.mapInArrow(score, spark.createDataFrame(schema.empty_table()).schema)
    found = {tuple(row[name] for name in KEYS): row.asDict() for row in scored.collect()}
    card = kt.evaluate(plan, actuals, **HOW)
    expected = {tuple(row[name] for name in KEYS): row for row in card.to_dicts()}
    assert len(found) > 11
    assert found == {key: row for key, row in expected.items() if row["actual"] is not None}

    # The rows that nobody reported are those that the plan expects beside them.
    promised = kt.evaluate(plan, kt.Actuals.of(()), **HOW).to_frame("pyarrow").cast(schema)
    missing = spark.createDataFrame(promised).join(scored, KEYS, "left_anti").collect()
    assert {tuple(row[name] for name in KEYS) for row in missing} == expected.keys() - found.keys()


def test_a_mistake_names_its_row(spark: Any) -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    score = partial(kt.evaluate_batches, plan, **HOW)
    schema = spark.createDataFrame(score([]).schema.empty_table()).schema
    rows = [("stunting_balita", "17", 2022, 20.0), ("stunting_balita", "17.99", 2022, 20.0)]
    records = spark.createDataFrame(rows, "indicator string, region string, year int, value double")
    with pytest.raises(Exception, match="row 2, column 'region': unknown region code: got '17.99'"):
        records.coalesce(1).mapInArrow(score, schema).collect()
