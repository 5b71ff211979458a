from __future__ import annotations

import pickle
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from kencana_targets.core import frames as frames_module
from kencana_targets.core.columns import (
    Categorical,
    Table,
    Tristate,
    as_printed,
    equal,
    take,
    to_lists,
)
from kencana_targets.core.errors import ArgumentError, KencanaError, MissingExtraError
from kencana_targets.core.frames import from_frame, to_frame
from kencana_targets.tables.readers import read_actuals

words = st.lists(st.none() | st.sampled_from(["", "a", "b", "Kota Bengkulu", "ü"]), max_size=12)
LIBRARIES = ("polars", "pandas", "pyarrow")
COLUMNS = {"region": ["17", None, "17.01"], "value": [1.5, None, 3.0]}


def frames(cells: dict[str, list[Any]]) -> dict[str, Any]:
    table = pa.table(cells)
    return {
        "polars": pl.DataFrame(cells),
        "polars lazy": pl.LazyFrame(cells),
        "polars categorical": pl.DataFrame(cells).cast({pl.String: pl.Categorical}),
        "pandas": pd.DataFrame(cells),
        "pandas object": pd.DataFrame(cells, dtype=object),
        "pandas nullable": pd.DataFrame(cells).convert_dtypes(),
        "pandas categorical": pd.DataFrame(cells).astype({"region": "category"}),
        "pyarrow": table,
        "pyarrow dictionary": table.set_column(0, "region", table["region"].dictionary_encode()),
        "pyarrow chunks": pa.concat_tables([table.slice(0, 1), table.slice(1)]),
        "pyarrow dictionary chunks": pa.concat_tables([table.slice(0, 1), table.slice(1)]).cast(
            pa.schema([("region", pa.dictionary(pa.int32(), pa.string())), ("value", pa.float64())])
        ),
        "duckdb": duckdb.from_arrow(table),
        "records": [
            dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True)
        ],
        "columns": cells,
    }


@pytest.mark.parametrize("library", list(frames(COLUMNS)))
def test_every_library_gives_the_same_columns(library: str) -> None:
    table = from_frame(frames(COLUMNS)[library])
    assert table.rows == 3
    region, value = table.columns["region"], table.columns["value"]
    assert isinstance(region, Categorical)
    assert isinstance(value, np.ndarray)
    assert region.to_list() == COLUMNS["region"]
    np.testing.assert_array_equal(value, [1.5, np.nan, 3.0])
    assert value.dtype == np.float64


def test_codes_of_categories_do_not_come_from_a_shared_pool() -> None:
    pl.Series(["seen", "before", "in", "this", "process"], dtype=pl.Categorical)
    series = pl.Series("region", ["b", None, "a"], dtype=pl.Categorical)
    text = from_frame(pl.DataFrame([series])).columns["region"]
    assert isinstance(text, Categorical)
    assert text.to_list() == ["b", None, "a"]
    assert set(text.categories) == {"a", "b"}


def test_a_column_without_any_value_is_text() -> None:
    assert from_frame({"source": [None, None]}).columns["source"].to_list() == [None, None]  # type: ignore[union-attr]


@pytest.mark.parametrize("cell", [True, "12", b"1", np.bool_(True)])
def test_cells_of_mixed_kinds_stay_as_they_are(cell: object) -> None:
    assert from_frame({"value": [1.5, cell]}).columns["value"] == [1.5, cell]


def test_booleans_are_no_numbers_in_any_library() -> None:
    for frame in (
        pl.DataFrame({"v": [True]}),
        pd.DataFrame({"v": [True]}),
        pa.table({"v": [True]}),
    ):
        assert from_frame(frame).columns["v"] == [True]


def test_records_may_leave_out_fields() -> None:
    table = from_frame([{"value": 1.0}, {"source": "SSGI"}])
    assert table.columns["source"].to_list() == [None, "SSGI"]  # type: ignore[union-attr]
    np.testing.assert_array_equal(table.columns["value"], [1.0, np.nan])  # type: ignore[arg-type]


def test_a_table_passes_through() -> None:
    table = Table({"value": np.array([1.0])}, 1)
    assert from_frame(table) is table
    assert from_frame({}).rows == 0


@pytest.mark.parametrize("value", ["targets.csv", 5, None, object()])
def test_what_is_no_frame_is_refused(value: object) -> None:
    with pytest.raises(
        ArgumentError, match=r"argument 'table': not allowed: got '\w+'; allowed: a "
    ):
        from_frame(value)


def test_records_of_another_kind_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"argument 'table': not allowed: got 'int'"):
        from_frame([1, 2])


def test_a_single_cell_is_no_column() -> None:
    with pytest.raises(ArgumentError, match=r"argument 'table'.*got 'year'.*a list of cells"):
        from_frame({"region": ["17"], "year": 2021})
    with pytest.raises(ArgumentError, match=r"got 'region'"):
        from_frame({"region": "17"})


def test_columns_of_different_length_are_refused() -> None:
    with pytest.raises(ArgumentError, match=r"columns differ in length: got \{'a': 1, 'b': 2\}"):
        from_frame({"a": [1], "b": [1, 2]})


@given(words)
def test_text_decodes_to_what_was_encoded(cells: list[str | None]) -> None:
    text = Categorical.encode(cells)
    assert text.to_list() == cells
    assert [text[row] for row in range(len(text))] == cells
    assert len(set(text.categories)) == len(text.categories)


@given(words, st.data())
def test_taking_rows_of_text(cells: list[str | None], data: Any) -> None:
    rows = data.draw(st.lists(st.integers(-1, len(cells) - 1), max_size=8))
    taken = Categorical.encode(cells).take(np.array(rows, dtype=np.int64))
    assert taken.to_list() == [None if row < 0 else cells[row] for row in rows]


@given(words)
def test_equality_does_not_mind_how_words_are_numbered(cells: list[str | None]) -> None:
    text = Categorical.encode(cells)
    order = tuple(reversed(text.categories))
    other = Categorical(text.positions(order), (*order, "unused"))
    assert equal(text, other)
    assert equal(other, text)
    assert not equal(text, Categorical.encode([*cells, "more"]))


def test_equality_tells_words_numbers_and_missing_apart() -> None:
    assert not equal(Categorical.encode(["a"]), Categorical.encode([None]))
    assert not equal(Categorical.encode(["a"]), Categorical.encode(["b"]))
    assert not equal(Categorical.encode(["a"]), np.array([1.0]))
    assert equal(np.array([1.0, np.nan]), np.array([1.0, np.nan]))
    assert equal(Tristate(np.array([1, -1], np.int8)), Tristate(np.array([1, -1], np.int8)))
    assert not equal(Tristate(np.array([1], np.int8)), Tristate(np.array([0], np.int8)))


@given(words, st.lists(st.none() | st.floats(allow_nan=False, width=32), max_size=12))
@examples(40)
def test_frames_of_all_libraries_hold_the_same(
    cells: list[str | None], figures: list[float | None]
) -> None:
    rows = min(len(cells), len(figures))
    cells, figures = cells[:rows], figures[:rows]
    made = {
        "key": Categorical.encode(cells),
        "word": Categorical.encode(cells),
        "number": np.array([np.nan if f is None else f for f in figures], dtype=np.float64),
        "flag": Tristate(np.array([-1 if f is None else f > 0 for f in figures], dtype=np.int8)),
        "whole": np.arange(rows),
    }
    expected = {
        "key": cells,
        "word": cells,
        "number": figures,
        "flag": [None if f is None else f > 0 for f in figures],
        "whole": list(range(rows)),
    }
    assert to_lists(made) == expected
    polars = to_frame(made, "polars", keys=["key"])
    assert polars.to_dict(as_series=False) == expected
    assert to_frame(made, "pyarrow", keys=["key"]).to_pydict() == expected
    pandas = to_frame(made, "pandas", keys=["key"])
    for name, column in expected.items():
        assert [None if pd.isna(cell) else cell for cell in pandas[name]] == column
    for library in LIBRARIES:
        back = from_frame(to_frame(made, library, keys=["key"]))
        for name in ("key", "word", "number"):
            if rows and any(cell is not None for cell in expected[name]):
                assert equal(back.columns[name], made[name])  # type: ignore[arg-type]


def test_keys_are_plain_text_and_other_words_categories() -> None:
    made = {"key": Categorical.encode(["a"]), "word": Categorical.encode(["b"])}
    schema = to_frame(made, "polars", keys=["key"]).schema
    assert schema["key"] == pl.String
    assert schema["word"] == pl.Categorical
    assert str(to_frame(made, "pandas", keys=["key"]).dtypes["word"]) == "category"
    assert pa.types.is_dictionary(to_frame(made, "pyarrow", keys=["key"]).schema.field("word").type)


def test_an_unknown_library_is_refused() -> None:
    with pytest.raises(
        ArgumentError, match=r"argument 'backend'.*allowed: polars, pandas, pyarrow"
    ):
        to_frame({"a": np.array([1.0])}, "dask")


def test_a_library_that_is_missing_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames_module, "backends", list)
    with pytest.raises(MissingExtraError, match=r'pip install "kencana-targets\[polars\]"'):
        to_frame({"a": np.array([1.0])})
    with pytest.raises(MissingExtraError, match=r"a pyarrow data frame"):
        to_frame({"a": np.array([1.0])}, "pyarrow")


def test_the_first_installed_library_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(to_frame({"a": np.array([1.0])}), pl.DataFrame)
    monkeypatch.setattr(frames_module, "backends", lambda: ["pyarrow"])
    assert isinstance(to_frame({"a": np.array([1.0])}), pa.Table)


def test_taking_rows_of_any_column() -> None:
    rows = np.array([1, 0])
    assert to_lists({"f": take(Tristate(np.array([1, 0], np.int8)), rows)}) == {"f": [False, True]}
    assert to_lists({"n": take(np.array([1.0, 2.0]), rows)}) == {"n": [2.0, 1.0]}


def test_columns_pickle() -> None:
    text = Categorical.encode(["a", None])
    assert equal(pickle.loads(pickle.dumps(text)), text)


def test_unsigned_dictionary_indices_of_arrow_are_read() -> None:
    indices = pa.array([0, None, 1], type=pa.uint32())
    frame = pa.table({"region": pa.DictionaryArray.from_arrays(indices, ["17", "17.01"])})
    column = from_frame(frame).columns["region"]
    assert column.to_list() == ["17", None, "17.01"]  # type: ignore[union-attr]


def test_pandas_names_columns_by_numbers_and_by_several_rows() -> None:
    plain = pd.DataFrame([["17.05", 24.0, 22.0]], columns=["Wilayah", 2021, 2022])
    assert list(from_frame(plain).columns) == ["Wilayah", "2021", "2022"]
    several = plain.set_axis(
        pd.MultiIndex.from_tuples(
            [("Wilayah", "Unnamed: 0_level_1"), ("mCPR", 2021), ("mCPR", 2022)]
        ),
        axis="columns",
    )
    assert list(from_frame(several).columns) == ["Wilayah", "mCPR / 2021", "mCPR / 2022"]
    read = read_actuals(several)
    assert [(one.indicator, one.region, one.year, one.value) for one in read] == [
        ("mCPR", "17.05", 2021, 24), ("mCPR", "17.05", 2022, 22),
    ]  # fmt: skip


@pytest.mark.parametrize("library", ["pandas", "pyarrow"])
def test_two_columns_of_one_name_are_refused(library: str) -> None:
    names = ["region", "value", "value"]
    frame: Any = pd.DataFrame([["17", 1.0, 2.0]], columns=names)
    if library == "pyarrow":
        frame = pa.table([["17"], [1.0], [2.0]], names=names)
    with pytest.raises(ArgumentError, match="table: two columns of one name: got 'value'; rename"):
        from_frame(frame)


def test_picking_from_nothing_gives_nothing_in_the_shape_asked_for():
    assert take(np.empty(0), np.full((2, 4), -1)).shape == (2, 4)


def test_words_are_numbered_in_the_order_of_rows_whatever_the_pool():
    words = pl.Series(["z", "b", "a", "c", "c", "a", None, "c"]).cast(pl.Categorical)
    text = frames_module.encode_polars([words[4:]])[0]
    assert text.categories == ("c", "a")
    assert text.codes.tolist() == [0, 1, -1, 0]


def test_a_dictionary_of_numbers_is_a_column_of_numbers() -> None:
    numbers = [2021.0, None, 2021.0]
    frames = (
        pa.table({"year": pa.array(numbers).dictionary_encode()}),
        pd.DataFrame({"year": pd.Categorical(numbers)}),
    )
    for frame in frames:
        column = from_frame(frame).columns["year"]
        np.testing.assert_array_equal(column, [2021.0, np.nan, 2021.0])


def test_words_of_a_dictionary_are_distinct_and_never_none() -> None:
    words = pa.array(["17.04", None, "17", "17.04"])
    codes = pa.array([3, 1, 0, None, 2])
    column = from_frame(pa.table({"region": pa.DictionaryArray.from_arrays(codes, words)}))
    text = column.columns["region"]
    assert isinstance(text, Categorical)
    assert text.to_list() == ["17.04", None, "17.04", None, "17"]
    assert text.categories == ("17.04", "17")


@given(st.lists(st.floats(width=32, allow_nan=True)), st.sampled_from(["float32", "float16"]))
def test_single_precision_is_the_figure_that_it_shows(values: list[float], kind: str) -> None:
    with np.errstate(over="ignore"):
        narrow = np.array(values, dtype=kind)
    expected = np.array([float(str(number)) for number in narrow])
    assert np.array_equal(as_printed(narrow), expected, equal_nan=True)


@given(st.decimals(-(10**9), 10**9, places=2))
def test_decimals_are_exact_in_every_library(number: Decimal) -> None:
    exact = pa.table({"v": pa.array([number, None], pa.decimal128(12, 2))})
    for frame in (
        exact,
        pl.DataFrame(exact),
        pd.DataFrame({"v": [number, None]}),
        exact.to_batches()[0],
    ):
        first = from_frame(frame).columns["v"][0]
        assert first == float(number)


def test_single_precision_of_every_engine() -> None:
    frame = pl.DataFrame({"v": [22.1, None, 66.7]}, schema={"v": pl.Float32})
    relation = duckdb.sql("select 22.1::FLOAT v union all select null union all select 66.7::FLOAT")
    for given_frame in (
        frame,
        frame.lazy(),
        frame.to_arrow(),
        frame.to_arrow().to_reader(),
        relation,
        pd.DataFrame({"v": pd.array([22.1, None, 66.7], dtype="Float32")}),
        {"v": [np.float32(22.1), None, np.float32(66.7)]},
    ):
        cells = from_frame(given_frame).columns["v"]
        assert isinstance(cells, np.ndarray)
        assert sorted(cells.tolist()[:1] + cells.tolist()[2:]) == [22.1, 66.7]


@pytest.mark.parametrize(
    ("frame", "what"),
    [
        (lambda: pl.DataFrame({"v": [1]}).lazy().select("nope"), "nope"),
        (
            lambda: pl.LazyFrame({"v": [0]}).map_batches(lambda frame: frame[5, "v"]),
            "out of bounds",
        ),
        (lambda: pl.LazyFrame({"v": [0]}).map_batches(lambda _: {}["gone"]), "gone"),
        (lambda: duckdb.sql("select error('boom') as v"), "boom"),
        (lambda: duckdb.sql("select 1 as v, 2 as v"), "two columns of one name: got 'v'"),
        (lambda: pa.table([pa.array([1]), pa.array([2])], names=["v", "v"]), "two columns of one"),
        (lambda: pd.DataFrame([[1, 2]], columns=["v", "v"]), "two columns"),
    ],
)
def test_an_engine_that_fails_is_told_in_words(frame: Callable[[], Any], what: str) -> None:
    with pytest.raises(KencanaError, match=what):
        from_frame(frame())
