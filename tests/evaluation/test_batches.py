"""Arrow streams into a scorecard, and Arrow streams of scored rows out of it."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from adbc_driver_sqlite import dbapi
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, cases

import kencana_targets as kt
from kencana_targets.core import frames
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import (
    ArgumentError,
    FormulaError,
    MissingExtraError,
    PlanError,
    TableError,
)
from kencana_targets.core.frames import from_frame
from kencana_targets.evaluation import evaluate as batches

FEW = examples(25)
HOW: dict[str, Any] = {"year": 2022, "rule": "permendagri-86-2017"}
KEYS = ["year", "region", "indicator"]
SCHEMA = pa.schema(
    [
        ("indicator", pa.string()),
        ("region", pa.string()),
        ("year", pa.int64()),
        ("value", pa.float64()),
        ("source", pa.string()),
    ]
)


@pytest.fixture(scope="module")
def plan() -> kt.Plan:
    return kt.load_plan("bengkulu-stunting-2024")


@pytest.fixture(scope="module")
def actuals(plan: kt.Plan) -> pa.Table:
    table = kt.load_actuals(plan.code).to_frame("pyarrow")
    return table.select(SCHEMA.names).cast(SCHEMA)


def rows_of(reader: Any) -> list[dict[str, Any]]:
    return reader.read_all().to_pylist()  # type: ignore[no-any-return]


def key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEYS)


# --- A database cursor ------------------------------------------------------------------


@pytest.fixture
def cursor(actuals: pa.Table, tmp_path: Path) -> Iterator[Any]:
    with dbapi.connect(str(tmp_path / "actuals.db")) as connection, connection.cursor() as cursor:
        cursor.adbc_ingest("actuals", actuals)
        cursor.execute("SELECT * FROM actuals")
        yield cursor


def test_a_cursor_is_evaluated_like_its_frame(
    cursor: Any, plan: kt.Plan, actuals: pa.Table
) -> None:
    expected = kt.evaluate(plan, actuals, **HOW)
    assert kt.evaluate(plan, cursor.fetch_record_batch(), **HOW) == expected
    assert {row["status"] for row in expected.to_dicts()} >= {"scored"}


def test_whatever_the_cursor_hands_over(cursor: Any, plan: kt.Plan, actuals: pa.Table) -> None:
    """Drivers also fetch what only speaks the protocol, once."""
    assert kt.evaluate(plan, Once(cursor.fetch_record_batch()), **HOW) == kt.evaluate(
        plan, actuals, **HOW
    )


def test_from_a_table_of_the_database_into_another(
    cursor: Any, plan: kt.Plan, tmp_path: Path
) -> None:
    scored = kt.evaluate_batches(plan, cursor.fetch_record_batch(), **HOW)
    other_base = str(tmp_path / "scorecard.db")
    with dbapi.connect(other_base) as connection, connection.cursor() as other:
        other.adbc_ingest("scorecard", scored)
        other.execute("SELECT region, score FROM scorecard ORDER BY region")
        stored = dict(other.fetchall())
    card = kt.evaluate(plan, kt.load_actuals(plan.code), **HOW)
    assert stored == {row["region"]: row["score"] for row in card.to_dicts()}


class Once:
    """A stream that can be taken once, and knows nothing but the protocol."""

    def __init__(self, reader: Any) -> None:
        self.reader = reader

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        reader, self.reader = self.reader, None
        return reader.__arrow_c_stream__(requested_schema)


# --- A stream in ------------------------------------------------------------------------


def readings(table: pa.Table, size: int) -> dict[str, Any]:
    return {
        "reader": table.to_reader(size),
        "protocol": Once(table.to_reader(size)),
        "dictionaries": table.cast(
            pa.schema(
                [
                    pa.field(field.name, pa.dictionary(pa.int16(), pa.string()))
                    if field.type == pa.string()
                    else field
                    for field in table.schema
                ]
            )
        ).to_reader(size),
        "large strings": table.cast(
            pa.schema(
                [
                    pa.field(field.name, pa.large_string()) if field.type == pa.string() else field
                    for field in table.schema
                ]
            )
        ).to_reader(size),
    }


@given(cases(), st.integers(1, 7))
@FEW
def test_batches_are_read_as_one_table(case: Case, size: int) -> None:
    table = pa.table(case.actuals, schema=SCHEMA)
    how: dict[str, Any] = {"year": case.year, "rule": case.rule, "inherit": case.inherit}
    expected = kt.evaluate(case.plan, table, **how)
    for name, stream in readings(table, size).items():
        assert kt.evaluate(case.plan, stream, **how) == expected, name


def test_a_single_batch(plan: kt.Plan, actuals: pa.Table) -> None:
    (batch,) = actuals.combine_chunks().to_batches()
    assert kt.evaluate(plan, batch, **HOW) == kt.evaluate(plan, actuals, **HOW)


def test_columns_of_every_kind() -> None:
    first = {
        "text": pa.array(["a", None], pa.string()),
        "whole": pa.array([1, None], pa.int32()),
        "exact": pa.array([Decimal("22.10"), None], pa.decimal128(6, 2)),
        "flag": pa.array([None, None], pa.bool_()),
        "day": pa.array([None, None], pa.date32()),
        "nothing": pa.nulls(2),
    }
    second = {
        **first,
        "text": pa.array(["b", "a"]),
        "flag": pa.array([True, None]),
        "day": pa.array([19_000, None], pa.date32()),
    }
    parts = [pa.record_batch(columns) for columns in (first, second)]
    found = from_frame(pa.RecordBatchReader.from_batches(parts[0].schema, parts))
    whole = from_frame(pa.Table.from_batches(parts))
    assert found.rows == whole.rows == 4
    for name, column in whole.columns.items():
        mine = found.columns[name]
        assert type(mine) is type(column), name
        if isinstance(column, np.ndarray):
            np.testing.assert_array_equal(mine, column)  # type: ignore[arg-type]
        else:
            assert list_of(mine) == list_of(column), name
    np.testing.assert_array_equal(found.columns["exact"], [22.1, np.nan, 22.1, np.nan])


def list_of(column: Any) -> list[Any]:
    return column.to_list() if isinstance(column, Categorical) else list(column)


def test_an_empty_stream_has_its_columns(plan: kt.Plan, actuals: pa.Table) -> None:
    for stream in (
        pa.RecordBatchReader.from_batches(SCHEMA, []),
        Once(pa.RecordBatchReader.from_batches(SCHEMA, [])),
        SCHEMA.empty_table().to_reader(),
    ):
        card = kt.evaluate(plan, stream, **HOW)
        assert card == kt.evaluate(plan, kt.Actuals.of(()), **HOW)
    with pytest.raises(TableError, match="missing column 'value'"):
        kt.evaluate(plan, SCHEMA.remove(3).empty_table().to_reader(), **HOW)


def test_a_batch_is_let_go_when_it_has_been_read() -> None:
    held = pa.total_allocated_bytes()
    most = 0

    def made() -> Iterator[Any]:
        nonlocal most
        for _ in range(20):
            most = max(most, pa.total_allocated_bytes() - held)
            text = pa.array(["Desa Air Periukan, Kecamatan Air Periukan"]).take(
                pa.array(np.zeros(10_000, np.int32))
            )
            yield pa.record_batch({"source": text, "value": np.arange(10_000.0)})

    schema = pa.schema([("source", pa.string()), ("value", pa.float64())])
    reader = pa.RecordBatchReader.from_batches(schema, made())
    assert from_frame(reader).rows == 200_000
    assert most < 3 * 500_000  # twenty batches of half a megabyte go by


def test_a_problem_is_in_its_row_of_the_whole_stream(plan: kt.Plan, actuals: pa.Table) -> None:
    bad = pa.table({**actuals.slice(0, 1).to_pydict(), "value": [198.0]}, schema=SCHEMA)
    stream = pa.concat_tables([actuals, bad]).to_reader(4)
    with pytest.raises(TableError, match=f"row {len(actuals) + 1}, column 'value': outside"):
        kt.evaluate(plan, stream, **HOW)


def test_pyarrow_is_an_extra(monkeypatch: pytest.MonkeyPatch, actuals: pa.Table) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    # Polars would read a stream without pyarrow, but this one, which is pyarrow's own.
    monkeypatch.setattr(frames, "backends", list)
    with pytest.raises(MissingExtraError, match="an Arrow stream needs packages.*targets.duckdb"):
        from_frame(actuals.to_reader())


# --- A stream out -----------------------------------------------------------------------


@given(cases(), st.integers(1, 7))
@FEW
def test_a_stream_is_scored_as_it_would_be_at_once(case: Case, size: int) -> None:
    table = pa.table(case.actuals, schema=SCHEMA)
    years = sorted({int(year) for year in case.plan.targets.year})
    how: dict[str, Any] = {"year": years, "rule": case.rule, "inherit": case.inherit}
    card = kt.evaluate(case.plan, table, unchecked=["scale"], **how)
    reported = set(zip(*(case.actuals[name] for name in KEYS), strict=True))
    expected = [row for row in card.to_dicts() if key(row) in reported]
    with pytest.MonkeyPatch.context() as patch:
        # A batch knows no other years, with which this check compares.
        patch.setattr(batches, "ALONE", "scale")
        scored = kt.evaluate_batches(case.plan, table.to_reader(size), **how)
        assert sorted(rows_of(scored), key=key) == expected
    # In the order in which they come, however they are cut.
    at_once = kt.evaluate_batches(case.plan, table, **how).read_all()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "CHUNK", size)
        assert kt.evaluate_batches(case.plan, table, **how).read_all() == at_once
    wanted = [row for row in zip(*case.actuals.values(), strict=True) if row[2] in years]
    assert at_once["region"].to_pylist() == [row[1] for row in wanted]


def test_names_and_dictionaries_are_read_as_ever(plan: kt.Plan) -> None:
    batch = pa.record_batch(
        {
            "indicator": pa.array(["Stunting_Balita"] * 2).dictionary_encode(),
            "region": ["Kab. Seluma"] * 2,
            "year": [2022] * 2,
            "value": [Decimal(9), Decimal("22.1")],
            "dimension": ["desa", None],  # the figure of a part of the people is passed over
        }
    )
    (row,) = rows_of(kt.evaluate_batches(plan, iter([batch]), **HOW))
    assert (row["region"], row["indicator"]) == ("17.05", "stunting_balita")
    assert round(row["score"], 2) == 83.17


def test_every_batch_has_the_schema_known_from_the_start(plan: kt.Plan, actuals: pa.Table) -> None:
    empty = kt.evaluate_batches(plan, [], **HOW)
    assert empty.schema.names == list(kt.evaluate(plan, actuals, **HOW).columns())
    assert {str(kind) for kind in empty.schema.types} == {"string", "int64", "double", "bool"}
    assert list(empty) == []
    scored = kt.evaluate_batches(plan, actuals.to_reader(2), **HOW)
    assert scored.schema == empty.schema
    assert all(batch.schema == empty.schema for batch in scored)
    within = kt.evaluate_batches(plan, actuals, year=[2022, 2022.5], rule=HOW["rule"])
    assert within.schema.field("year").type == pa.float64()
    assert [row["year"] for row in rows_of(within)] == [2022.0] * 11


def test_the_rows_that_nobody_reported(plan: kt.Plan, actuals: pa.Table) -> None:
    some = actuals.slice(0, 5)
    scored = kt.evaluate_batches(plan, some, **HOW).read_all()
    expected = kt.evaluate(plan, kt.Actuals.of(()), **HOW).to_frame("polars")
    missing = expected.join(pl.from_arrow(scored), on=KEYS, how="anti")
    card = kt.evaluate(plan, some, **HOW).to_frame("polars")
    assert missing.sort(KEYS)["region"].to_list() == (
        card.filter(pl.col("status") == "no-actual").sort(KEYS)["region"].to_list()
    )
    assert len(missing) + len(scored) == len(card)


def test_it_travels(plan: kt.Plan, actuals: pa.Table) -> None:
    score = pickle.loads(pickle.dumps(partial(kt.evaluate_batches, plan, **HOW)))
    assert (
        score(actuals.to_batches()).read_all()
        == kt.evaluate_batches(plan, actuals, **HOW).read_all()
    )


def stream_problem(plan: kt.Plan, *rows: tuple[Any, ...], size: int = 1) -> str:
    columns = dict(zip(SCHEMA.names, zip(*rows, strict=True), strict=False))
    table = pa.table({name: list(cells) for name, cells in columns.items()})
    with pytest.raises(TableError) as caught:
        kt.evaluate_batches(plan, table.to_reader(size), **HOW).read_all()
    return str(caught.value)


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_mistake_in_a_later_batch(plan: kt.Plan, size: int) -> None:
    good = ("stunting_balita", "17", 2022, 20.0)
    for row, said in (
        (("stunting_balita", "17.99", 2022, 20.0), "column 'region': unknown region code"),
        (("stunting_balit", "17.01", 2022, 20.0), "column 'indicator': unknown indicator"),
        (("stunting_balita", "17.01", 2022, 198.0), "column 'value': outside the bounds"),
        (("stunting_balita", "17.01", None, 20.0), "column 'year': empty"),
        (("stunting_balita", "17.01", 2022.5, 20.0), "column 'year': a figure inside the year"),
    ):
        other = ("stunting_balita", "17.02", 2022, 20.0)
        assert stream_problem(plan, good, other, row, size=size).startswith(
            f"actuals: row 3, {said}"
        )


@pytest.mark.parametrize("size", [1, 2, 3])
def test_two_actuals_wherever_they_stand(plan: kt.Plan, size: int) -> None:
    first, other, again = (
        ("stunting_balita", region, 2022, value)
        for region, value in (("17", 20.0), ("17.04", 9.0), ("Bengkulu", 21.0))
    )
    assert stream_problem(plan, first, other, again, size=size) == (
        "actuals: row 3: two actuals for indicator 'stunting_balita' in region '17', 2022: "
        "got 21; keep one: the other is in row 1"
    )


def test_text_is_no_number_in_a_stream(plan: kt.Plan) -> None:
    said = stream_problem(plan, ("stunting_balita", "17", 2022, "22,1"))
    assert said.startswith("actuals: row 1, column 'value': not a number: got '22,1'; write a")


@pytest.mark.parametrize("given", [22, "actuals.csv", [{"region": "17"}]])
def test_what_is_no_stream(plan: kt.Plan, given: object) -> None:
    with pytest.raises(ArgumentError, match="an Arrow stream or an iterable of pyarrow.RecordB"):
        kt.evaluate_batches(plan, given, **HOW).read_all()


def test_options_are_checked_at_once(plan: kt.Plan) -> None:
    with pytest.raises(PlanError, match="no target for this year: got 2030"):
        kt.evaluate_batches(plan, [], year=2030, rule=HOW["rule"])
    with pytest.raises(FormulaError, match="names no formula"):
        kt.evaluate_batches(plan, [], year=2022, rule="pmk-107-2024")
    with pytest.raises(ArgumentError, match="argument 'batches'.*got 'int'"):
        kt.evaluate_batches(plan, 22, **HOW)


def test_text_is_made_a_batch_at_a_time() -> None:
    """What is held does not grow with the stream."""
    villages = [
        kt.Region(code=f"17.05.01.{at}", name=f"Desa {at}", level="village", parent="17.05")
        for at in range(2000, 6000)
    ]
    shipped = kt.load_plan("bengkulu-stunting-2024")
    plan = kt.Plan(
        indicators=shipped.indicators,
        baselines=shipped.baselines,
        targets=shipped.targets,
        regions=shipped.regions.extended(villages),
    )

    def made(count: int) -> Iterator[Any]:
        for start in range(0, 200 * count, 200):
            some = villages[start : start + 200]
            row = {"indicator": "stunting_balita", "year": 2022, "value": 20.0}
            yield pa.RecordBatch.from_pylist([{**row, "region": one.code} for one in some])

    def most(count: int) -> int:
        before = pa.total_allocated_bytes()
        scored = kt.evaluate_batches(plan, made(count), **HOW)
        return max(pa.total_allocated_bytes() - before for batch in scored if batch.num_rows == 200)

    assert most(20) < 1.5 * most(4)
