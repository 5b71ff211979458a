from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import actual_figures, targets

import kencana_targets as kt
from kencana_targets import Actual, Actuals, Baseline, Baselines, PathShape, Target, Targets
from kencana_targets.core.errors import ArgumentError, TableError

ROW = {"indicator": ["a"], "region": ["17"], "year": [2021], "value": [1.0]}


def problems_of(kind: type[Any], **columns: list[Any]) -> list[str]:
    with pytest.raises(TableError) as caught:
        kind.from_frame({**ROW, **columns})
    return [str(problem) for problem in caught.value.problems]


@given(st.lists(targets(), max_size=5), st.lists(actual_figures(), max_size=5))
@examples(50)
def test_single_figures_come_back_as_they_went_in(
    promised: list[Target], reached: list[Actual]
) -> None:
    assert list(Targets.of(promised)) == promised
    assert list(Actuals.of(reached)) == reached


@given(st.lists(actual_figures(), min_size=1, max_size=5))
@examples(30)
def test_frames_of_all_libraries_read_back(reached: list[Actual]) -> None:
    figures = Actuals.of(reached)
    for library in ("polars", "pandas", "pyarrow"):
        assert Actuals.from_frame(figures.to_frame(library)) == figures
    assert pickle.loads(pickle.dumps(figures)) == figures


def test_blank_text_is_no_text() -> None:
    columns = {name: cells * 3 for name, cells in ROW.items()}
    figures = Targets.from_frame({**columns, "instrument": ["", None, " "]})
    assert figures == Targets.from_frame(columns)
    assert figures.text("instrument").to_list() == [None] * 3
    assert figures[0].instrument == ""
    figures = Targets.from_frame({**columns, "instrument": ["", "RPJMD", " "]})
    assert figures.text("instrument").to_list() == [None, "RPJMD", None]


def test_figures_as_columns() -> None:
    figures = Actuals.of([Actual(indicator="a", region="17", year=2021, value=None)])
    assert figures.indicator.to_list() == ["a"]
    assert figures.region.to_list() == ["17"]
    assert figures.source.to_list() == [None]
    assert figures.year.tolist() == [2021]
    assert np.isnan(figures.value).all()
    assert repr(figures) == "<Actuals: 1 figures>"


def test_figures_are_found_by_row() -> None:
    figures = Baselines.from_frame({name: cells * 2 for name, cells in ROW.items()})
    assert figures[-1] == Baseline(indicator="a", region="17", year=2021, value=1)
    assert figures[1:] == Baselines.from_frame(ROW)
    with pytest.raises(IndexError):
        figures[2]
    with pytest.raises(IndexError):
        figures[-3]


def test_the_table_does_not_follow_the_array_it_was_made_of() -> None:
    values = np.array([1.0])
    figures = Actuals.from_frame(pd.DataFrame({**ROW, "value": values}))
    given_ = Actuals.from_frame({**ROW, "value": values})
    values[0] = 99
    assert figures.value.tolist() == given_.value.tolist() == [1.0]
    with pytest.raises(ValueError, match="read-only"):
        figures.value[0] = 5


def test_an_empty_cell_promises_nothing() -> None:
    columns = {name: cells * 2 for name, cells in ROW.items()} | {"value": [None, 5.0]}
    assert len(Targets.from_frame(columns)) == 1
    assert len(Baselines.from_frame(columns)) == 1
    assert len(Actuals.from_frame(columns)) == 2


def test_a_row_keeps_its_place_in_the_table() -> None:
    columns = {name: cells * 2 for name, cells in ROW.items()} | {"value": [None, 5.0]}
    assert str(Targets.from_frame(columns).where(0, "value")) == "row 2, column 'value'"


def test_shapes_of_single_targets() -> None:
    figures = Targets.from_frame({**ROW, "shape": ["step"]})
    assert figures[0].shape is PathShape.STEP
    assert Targets.from_frame({**ROW, "target": [9.0]}).value.tolist() == [1]


def test_a_collection_passes_through() -> None:
    figures = Actuals.from_frame(ROW)
    assert Actuals.from_frame(figures) is figures


@pytest.mark.parametrize("column", ["indicator", "region", "year", "value"])
@pytest.mark.parametrize("kind", [Baselines, Targets, Actuals])
def test_a_missing_column(kind: type[Any], column: str) -> None:
    columns = {name: cells for name, cells in ROW.items() if name != column}
    with pytest.raises(TableError, match=rf"missing column '{column}': got \[.*\]; add a column"):
        kind.from_frame(columns)


def test_only_a_target_may_be_bounds_alone() -> None:
    columns = {name: cells for name, cells in ROW.items() if name != "value"}
    assert Targets.from_frame({**columns, "upper": [20.0]})[0].upper == 20
    with pytest.raises(TableError, match="missing column 'value'"):
        Actuals.from_frame({**columns, "upper": [20.0]})


def test_a_misspelled_column_is_not_passed_over() -> None:
    assert problems_of(Targets, instrumen=["Perda"]) == [
        "column 'instrumen': unknown column: got 'instrumen'; did you mean 'instrument'?"
    ]
    assert len(Targets.from_frame({**ROW, "remark": ["own use"]})) == 1


def test_a_column_name_in_capitals() -> None:
    columns = {"Indicator" if name == "indicator" else name: cells for name, cells in ROW.items()}
    with pytest.raises(TableError) as caught:
        Actuals.from_frame(columns)
    assert [str(problem) for problem in caught.value.problems][1:] == [
        "column 'Indicator': unknown column: got 'Indicator'; did you mean 'indicator'?"
    ]


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"value": ["n/a."]}, "row 1, column 'value': not a number: got 'n/a.'; write a number"),
        ({"value": [True]}, "row 1, column 'value': not a number: got True; write a number"),
        ({"value": [float("inf")]}, "row 1, column 'value': not a finite number: got inf"),
        ({"year": [None]}, "row 1, column 'year': empty; name the year"),
        ({"year": [20211]}, "row 1, column 'year': not a year: got 20211; write a year such as"),
        ({"region": [None]}, "row 1, column 'region': empty; name the region"),
        ({"region": [" "]}, "row 1, column 'region': empty; name the region"),
        (
            {"region": [17.1]},
            (
                "row 1, column 'region': a number where text belongs: got 17.1; "
                "keep codes as text: 17.10 read as a number becomes 17.1"
            ),
        ),
        ({"indicator": [True]}, "row 1, column 'indicator': not text: got True"),
    ],
)
@pytest.mark.parametrize("kind", [Baselines, Targets, Actuals])
def test_cells_that_are_refused(kind: type[Any], columns: dict[str, list[Any]], text: str) -> None:
    found = problems_of(kind, **columns)
    assert len(found) == 1
    assert found[0].startswith(text)


def test_among_cells_of_other_kinds_no_number_is_infinite() -> None:
    with pytest.raises(TableError) as caught:
        Actuals.from_frame({"indicator": ["a"] * 2, "region": ["17", "18"], "year": [2021] * 2,
                            "value": ["x", float("inf")]})  # fmt: skip
    assert [problem.place.row for problem in caught.value.problems] == [1, 2]


def test_what_only_some_figures_have() -> None:
    assert problems_of(Targets, lower=[5.0], upper=[4.0]) == [
        "row 1, column 'lower': above the upper bound: got 5; swap them"
    ]
    assert problems_of(Actuals, standard_error=[-1.0], sample_size=[0]) == [
        "row 1, column 'standard_error': negative: got -1; zero or more",
        "row 1, column 'sample_size': not a size: got 0; more than zero",
    ]
    assert problems_of(Targets, shape=["cubic"])[0].startswith(
        "row 1, column 'shape': not a path shape: got 'cubic'; write one of linear, constant-rate"
    )


def test_all_problems_come_together() -> None:
    with pytest.raises(TableError) as caught:
        Actuals.from_frame(
            {
                "indicator": ["a", None],
                "region": ["17", "17"],
                "year": [1, 2021],
                "value": [1, "x"],
            },
            name="actuals.csv",
        )
    assert str(caught.value).splitlines()[0] == "actuals.csv: 3 problems"
    causes = {str(problem.place): problem.cause for problem in caught.value.problems}
    assert causes["row 2, column 'indicator'"] == "empty indicator"
    assert causes["row 2, column 'value'"] == ""


def test_problems_of_one_kind_are_counted_after_a_thousand() -> None:
    with pytest.raises(TableError) as caught:
        Actuals.from_frame({name: cells * 1500 for name, cells in {**ROW, "value": ["x"]}.items()})
    assert len(caught.value.problems) == 1001
    assert str(caught.value.problems[-1]).endswith("the same in 500 more rows")


def test_an_empty_table_has_no_rows_or_no_columns() -> None:
    assert len(Actuals.from_frame({name: [] for name in ROW})) == 0
    with pytest.raises(TableError, match="4 problems"):
        Actuals.from_frame([])


def test_figures_of_another_kind_are_refused() -> None:
    with pytest.raises(ArgumentError, match="'targets'.*got 'Baseline'; allowed: Target"):
        Targets.of([Baseline(indicator="a", region="17", year=2021, value=1)])  # type: ignore[list-item]


@pytest.mark.parametrize(
    "frame",
    [
        pl.DataFrame({**ROW, "value": ["x"]}),
        pd.DataFrame({**ROW, "value": ["x"]}),
        pa.table({**ROW, "value": ["x"]}),
        [{name: cells[0] for name, cells in {**ROW, "value": ["x"]}.items()}],
    ],
    ids=["polars", "pandas", "pyarrow", "records"],
)
def test_problems_are_the_same_in_every_library(frame: Any) -> None:
    with pytest.raises(TableError, match="row 1, column 'value': not a number: got 'x'"):
        Actuals.from_frame(frame)


def test_equality_minds_values_and_kind() -> None:
    figures = Actuals.from_frame(ROW)
    assert figures != Actuals.from_frame({**ROW, "value": [2.0]})
    assert figures != Baselines.from_frame(ROW)
    assert figures != 5


@pytest.mark.parametrize(
    "rows", [np.array([True, False, True]), np.array([0, 2]), np.array([0, -1]), np.array([-3, 2])]
)
def test_figures_are_taken_by_rows_from_either_end_or_by_a_mask(rows: Any) -> None:
    table = {"indicator": list("ijk"), "region": ["17"] * 3, "year": [2021] * 3, "value": [1, 2, 3]}
    taken = Actuals.from_frame(table).take(rows)
    rows[:] = 1
    assert [(one.indicator, one.value) for one in taken] == [("i", 1), ("k", 3)]
    assert [str(taken.where(row, "value")) for row in (0, 1)] == [
        "row 1, column 'value'",
        "row 3, column 'value'",
    ]


@pytest.mark.parametrize("name", ["indicator", "region", "source"])
def test_half_of_a_character_is_refused_where_figures_are_gathered(name: str) -> None:
    columns = {"indicator": ["a"] * 2, "region": ["17"] * 2, "year": [2021, 2022], "value": [1, 2]}
    cells = [columns.get(name, ["b"])[0], "a\ud800"]
    with pytest.raises(TableError) as caught:
        kt.Actuals.from_frame(columns | {name: cells})
    assert str(caught.value) == (
        f"actuals: row 2, column '{name}': half of a character, which no file can hold: "
        "got 'a\\ud800'; write the text anew"
    )


def test_names_hold_whole_characters() -> None:
    allowed = "argument 'name'.*allowed: text of whole characters"
    with pytest.raises(ArgumentError, match=allowed):
        kt.Indicator(code="a", name="\udfff", unit="", direction="maximize")


@pytest.mark.parametrize("end", ["lower", "upper"])
def test_an_open_end_needs_its_bound(end: str) -> None:
    row = {"indicator": "a", "region": "17", "year": 2022, "instrument": "RPJMD", "open_ends": end}
    other = {"lower": "upper", "upper": "lower"}[end]
    assert len(Targets.from_frame([{**row, end: 3.0}])) == 1
    with pytest.raises(TableError, match=f"column '{end}': no bound where an open end is named"):
        Targets.from_frame([{**row, other: 3.0}, {**row, "region": "18", end: 3.0}])
