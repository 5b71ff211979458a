"""Which columns of the records can be used, told alike for every engine."""

from __future__ import annotations

import sys
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pandas as pd
import polars as pl
import pytest
from survey_records import ENGINES

from kencana_targets.core.errors import TableError
from kencana_targets.estimation.estimate import Measure, estimate
from kencana_targets.model.measure import condition

FAMILIES = pl.DataFrame(
    {
        "region": ["17.01"] * 6,
        "year": [2021] * 6,
        "modern": [1, 1, 0, 1, 1, 0],
        "union": [1, 1, 1, 1, 0, 0],
        "grown": [1, 1, 1, 0, 1, 1],
        "reached": [True, False, True, True, False, None],
        "age": ["15", "16", "20", "30", None, "40"],
        "method": ["pill", "none", None, "iud", "none", "none"],
    }
)
EVERY = pytest.mark.parametrize("engine", ["polars", "polars-lazy", "pyarrow", "duckdb", "pandas"])


def refused(engine: str, numerator: Any, denominator: Any = None) -> str:
    """Return what is said of a measure."""
    measure = Measure("m", "ratio", numerator, denominator)
    with pytest.raises(TableError) as caught:
        estimate(ENGINES[engine](FAMILIES), indicators=measure)
    return str(caught.value)


@EVERY
def test_columns_of_0_and_1_are_no_conditions(engine: str) -> None:
    assert refused(
        engine, "modern", condition({"all": ["union", {"any": ["grown", "reached"]}]})
    ) == (
        "records: 2 problems\n"
        "  measure 'm', denominator, column 'union': no condition by itself: got 'Int64'; allowed: "
        'a column of true and false; write { column = "union", operator = "==", value = 1 }\n'
        "  measure 'm', denominator, column 'grown': no condition by itself: got 'Int64'; allowed: "
        'a column of true and false; write { column = "grown", operator = "==", value = 1 }'
    )


@EVERY
def test_what_is_advised_for_0_and_1_works(engine: str) -> None:
    both = [{"column": name, "operator": "==", "value": 1} for name in ("union", "grown")]
    measure = Measure("m", "ratio", "modern", condition({"all": both}))
    found = estimate(ENGINES[engine](FAMILIES), indicators=measure)
    assert found.value.tolist() == pytest.approx([200 / 3])


@EVERY
def test_a_word_is_no_condition(engine: str) -> None:
    assert 'write { column = "method", operator = "==", value = "yes" }' in refused(
        engine, condition({"any": ["reached", "method"]})
    )


@EVERY
@pytest.mark.parametrize(
    ("column", "value", "text"),
    [
        ("age", 15, "got 15; allowed: text, as the column is String"),
        ("union", "1", "got '1'; allowed: a number, as the column is Int64"),
        ("union", True, "got True; allowed: a number, as the column is Int64"),
        ("reached", 1, "got 1; allowed: true or false, as the column is Boolean"),
    ],
)
def test_values_of_another_kind(engine: str, column: str, value: object, text: str) -> None:
    compared = condition({"column": column, "operator": "in", "value": [value]})
    said = f"records: measure 'm', numerator, column '{column}': compared with another kind: {text}"
    assert refused(engine, compared) == said


def test_a_date_is_compared_with_nothing() -> None:
    born = condition({"column": "born", "operator": ">", "value": "2000-01-01"})
    frame = FAMILIES.with_columns(born=pl.date(2001, 1, 1))
    with pytest.raises(TableError, match="column 'born': cannot be compared: got 'Date'; make a"):
        estimate(frame, indicators=Measure("m", "ratio", born))


def test_a_word_outside_a_dictionary_is_no_error() -> None:
    coded = FAMILIES.with_columns(pl.col("method").cast(pl.Enum(["pill", "none", "iud"])))
    injection = condition({"column": "method", "operator": "in", "value": ["injection", "iud"]})
    measure = Measure("m", "ratio", injection)
    assert estimate(coded, indicators=measure) == estimate(FAMILIES, indicators=measure)


@EVERY
def test_a_misspelt_column_of_a_condition(engine: str) -> None:
    assert refused(engine, condition({"all": ["reached", "unoin"]})) == (
        "records: unknown column: got 'unoin'; did you mean 'union'?"
    )


@EVERY
def test_a_misspelt_column_of_an_expression(engine: str) -> None:
    assert refused(engine, nw.col("reachd") & nw.col("reached")) == (
        "records: measure 'm', numerator: unknown column: got 'reachd'; "
        "did you mean 'reached' or 'method'?"
    )


@EVERY
def test_an_expression_of_several_columns(engine: str) -> None:
    assert refused(engine, "reached", nw.col("union", "grown")) == (
        "records: measure 'm', denominator: an expression of several columns: "
        "got ['union', 'grown']; allowed: one column"
    )


@EVERY
def test_words_are_not_joined_as_conditions(engine: str) -> None:
    assert refused(engine, nw.col("method") & nw.col("reached")).startswith("records: ")


@pytest.mark.parametrize("kind", ["{'a': i}", "[i]"])
def test_a_sampling_unit_is_a_word_or_number(kind: str) -> None:
    records = duckdb.sql(f"SELECT '17' AS region, 2021 AS year, {kind} AS psu FROM range(3) t(i)")
    text = r"column 'psu': no label of a stratum or sampling unit: got .*name a column of text or"
    with pytest.raises(TableError, match=text):
        estimate(records, indicators=Measure("m", "total", "year"), psu="psu")


def odd(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {"region": ["17"] * 3, "year": [2021] * 3, "yes": [True, False, True], **columns}
    )


def test_a_mixed_column_of_pandas_that_no_measure_uses() -> None:
    found = estimate(odd(note=["a", 1, None]), indicators=Measure("m", "ratio", "yes"))
    assert found.value.tolist() == pytest.approx([200 / 3])


def test_an_expression_hides_which_columns_it_uses() -> None:
    text = (
        r"records: mixed values in column 'note'; give it values of one kind; where no measure "
        r"uses it, leave it out: records.drop\(columns=\[...\]\)"
    )
    with pytest.raises(TableError, match=text):
        estimate(odd(note=["a", 1, None]), indicators=Measure("m", "ratio", nw.col("yes")))


def test_a_mixed_column_of_pandas_that_is_used() -> None:
    frame = pd.DataFrame({"region": ["17", 17], "year": [2021, 2021], "yes": [True, False]})
    with pytest.raises(
        TableError, match=r"records: mixed values in column 'region'; give it values"
    ):
        estimate(frame, indicators=Measure("yes", "ratio", "yes"))


def test_two_columns_of_one_name() -> None:
    frame = odd(more=[1, 2, 3]).rename(columns={"more": "yes"})
    with pytest.raises(TableError, match="records: two columns of one name: got 'yes'; rename or"):
        estimate(frame, indicators=Measure("m", "ratio", "yes"))


def test_text_for_numbers_may_be_a_decimal_comma() -> None:
    frame = FAMILIES.with_columns(weight=pl.lit("2,5"))
    text = r"a weight is no number: got 'String'; numbers with a decimal comma are read by read_rec"
    with pytest.raises(TableError, match=text):
        estimate(frame, indicators=Measure("m", "ratio", "reached"), weight="weight")


def test_pandas_needs_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kencana_targets.estimation.select_columns.find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"records in a pandas data frame needs packages"):
        estimate(ENGINES["pandas"](FAMILIES), indicators=Measure("m", "ratio", "reached"))


def test_results_of_duckdb_need_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    records = duckdb.sql("SELECT '17' AS region, 2021 AS year, true AS reached")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ValueError, match=r'needs packages.*install "kencana-targets\[duckdb\]"'):
        estimate(records, indicators=Measure("m", "ratio", "reached"))


def test_missing_values_of_used_columns_alone_are_looked_for() -> None:
    frame = FAMILIES.with_columns(unused=pl.lit(np.nan))
    measure = Measure("m", "ratio", "reached")
    assert estimate(frame, indicators=measure) == estimate(FAMILIES, indicators=measure)
