"""What is asked of readers and writers: refused in words where it cannot be meant."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, KencanaError, TableError

LONG: dict[str, Any] = {
    "region": ["17.04"],
    "indicator": ["mCPR"],
    "year": [2021],
    "value": [60.1],
}
PRINTED = {"target": [1.0], "actual": [2.0], "achievement": [200.0]}
HUGE = 10**400
A_PLAN = "a Plan, such as load_plan or read_plan return"
A_PATH = "the path of a file or folder, such as 'plans/bengkulu'"
A_FILE = "the path of a file, or a binary file that is open"
A_SHEET = "the name of a sheet, or a list of names"
A_HEADING = "a heading, or a list of headings"
A_FRAME = "a data frame, a mapping of columns, or records"
A_MARK = "',' or '.'"
FIELDS = "region, indicator, year, period, source, figure, part, unit"

REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "pandas column": (
        lambda: kt.read_actuals(pd.Series([1.0])),
        f"argument 'table': not allowed: got 'Series'; allowed: {A_FRAME}",
    ),
    "polars column": (
        lambda: kt.audit(pl.Series([1.0])),
        f"argument 'table': not allowed: got 'Series'; allowed: {A_FRAME}",
    ),
    "arrow column": (
        lambda: kt.read_actuals(pa.chunked_array([[1.0]])),
        f"argument 'table': not allowed: got 'ChunkedArray'; allowed: {A_FRAME}",
    ),
    "sheet by number": (
        lambda: kt.read_actuals("t.xlsx", sheet=0),  # type: ignore[arg-type]
        f"argument 'sheet': not allowed: got 0; allowed: {A_SHEET}",
    ),
    "audited sheet by number": (
        lambda: kt.audit("t.xlsx", sheet=[0]),  # type: ignore[list-item]
        f"argument 'sheet': not allowed: got 0; allowed: {A_SHEET}",
    ),
    "no heading": (
        lambda: kt.read_actuals(LONG, columns={"region": None}),  # type: ignore[dict-item]
        f"argument 'columns', 'region': not allowed: got None; allowed: {A_HEADING}",
    ),
    "heading by number": (
        lambda: kt.audit(PRINTED, columns={"target": 1}),  # type: ignore[dict-item]
        f"argument 'columns', 'target': not allowed: got 1; allowed: {A_HEADING}",
    ),
    "list of columns": (
        lambda: kt.read_actuals(LONG, columns=["region"]),  # type: ignore[arg-type]
        "argument 'columns': not allowed: got ['region']; "
        'allowed: a mapping such as {"region": "Nama Kab"}',
    ),
    "list given": (
        lambda: kt.read_actuals(LONG, given=["year"]),  # type: ignore[arg-type]
        "argument 'given': not allowed: got ['year']; allowed: a mapping such as {\"year\": 2021}",
    ),
    "nothing given": (
        lambda: kt.read_actuals(LONG, given={"source": None}),
        "argument 'given', 'source': not allowed: got None; allowed: text or a number",
    ),
    "number for a field": (
        lambda: kt.read_actuals(LONG, given={1: "17"}),  # type: ignore[dict-item]
        f"argument 'given': not allowed: got 1; allowed: {FIELDS}",
    ),
    "code of a plan": (
        lambda: kt.read_actuals(LONG, plan="bengkulu-2021"),  # type: ignore[arg-type]
        f"argument 'plan': not allowed: got 'bengkulu-2021'; allowed: {A_PLAN}; "
        "write load_plan('bengkulu-2021')",
    ),
    "code of a plan to fill in": (
        lambda: kt.template("x", "a.xlsx"),  # type: ignore[arg-type]
        f"argument 'plan': not allowed: got 'x'; allowed: {A_PLAN}; write load_plan('x')",
    ),
    "no plan to date": (
        lambda: kt.to_date(None, LONG, year=2021),  # type: ignore[arg-type]
        f"argument 'plan': not allowed: got None; allowed: {A_PLAN}",
    ),
    "no plan to pool": (
        lambda: kt.pool_actuals(LONG, plan=None),  # type: ignore[arg-type]
        f"argument 'plan': not allowed: got None; allowed: {A_PLAN}",
    ),
    "no path of a plan": (
        lambda: kt.read_plan(None),
        "argument 'path': not allowed: got None; allowed: a folder, a workbook, or a binary file",
    ),
    "no path of a rule": (
        lambda: kt.read_rule(1),
        f"argument 'path': not allowed: got 1; allowed: {A_FILE}",
    ),
    "no path of a scorecard": (
        lambda: kt.read_scorecard(None),
        f"argument 'path': not allowed: got None; allowed: {A_FILE}",
    ),
    "list of periods": (
        lambda: kt.describe_table(LONG, periods=[]),  # type: ignore[arg-type]
        "argument 'periods': not allowed: got []; allowed: 1, 2, 4, 12",
    ),
    "per a text": (
        lambda: kt.to_date(kt.load_plan("bengkulu-2021"), LONG, year=2021, per="1"),  # type: ignore[arg-type]
        "argument 'per': not allowed: got '1'; allowed: a number above 0, such as 100 for percent",
    ),
    "per zero": (
        lambda: kt.pool_actuals(LONG, plan=kt.load_plan("bengkulu-2021"), per=0),
        "argument 'per': not allowed: got 0; allowed: a number above 0, such as 100 for percent",
    ),
    "mark of numbers": (
        lambda: kt.read_actuals(LONG, decimal="x"),
        f"argument 'decimal': not allowed: got 'x'; allowed: {A_MARK}",
    ),
    "mark that is a number": (
        lambda: kt.audit(PRINTED, decimal=1),  # type: ignore[arg-type]
        f"argument 'decimal': not allowed: got 1; allowed: {A_MARK}",
    ),
    "empty mark": (
        lambda: kt.read_plan("no-such-folder", decimal=""),
        f"argument 'decimal': not allowed: got ''; allowed: {A_MARK}",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_meant_is_refused_with_what_is_allowed(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises(ArgumentError) as caught:
        call()
    assert str(caught.value) == message


def test_a_plan_to_fill_in_needs_a_path_and_a_language() -> None:
    plan = kt.load_plan("bengkulu-2021")
    with pytest.raises(ArgumentError, match="argument 'path': not allowed: got None"):
        kt.template(plan, None)  # type: ignore[arg-type]
    with pytest.raises(ArgumentError, match=r"argument 'language': not allowed: got \[\]"):
        kt.template(plan, "a.xlsx", language=[])  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [HUGE, float("inf"), float("nan"), True, [2021]])
def test_a_year_given_is_a_number_that_there_is(given: object) -> None:
    table = {key: cells for key, cells in LONG.items() if key != "year"}
    with pytest.raises(ArgumentError, match="argument 'given', 'year': not allowed"):
        kt.read_actuals(table, given={"year": given})


def test_a_file_that_can_have_no_such_name_is_not_written() -> None:
    with pytest.raises(TableError, match="the file cannot be written: got '.*embedded null"):
        kt.template(kt.load_plan("bengkulu-2021"), "a\0.xlsx")


def test_a_list_is_the_name_of_no_region() -> None:
    with pytest.raises(KencanaError, match=r"a region's name or code is text: got \['17'\]"):
        kt.load_regions().find(["17"])  # type: ignore[arg-type]


def test_names_in_any_collection_and_paths_of_any_kind_are_taken(tmp_path: Path) -> None:
    pd.DataFrame(LONG).to_excel(tmp_path / "t.xlsx", index=False, sheet_name="Data")
    for sheet in ("Data", ["Data"], ("Data",), pd.Index(["Data"])):
        assert len(kt.read_actuals(str(tmp_path / "t.xlsx"), sheet=sheet)) == 1  # type: ignore[arg-type]


def test_a_region_that_is_a_list_is_no_text() -> None:
    table = {**LONG, "region": [["17"]]}
    message = "actuals: row 1, column 'region': not text: got ['17']; keep codes as text"
    for plan in (None, kt.load_plan("bengkulu-2021")):
        with pytest.raises(TableError) as caught:
            kt.read_actuals(table, plan=plan)
        assert str(caught.value) == message


@pytest.mark.parametrize(("number", "shown"), [(HUGE, "inf"), (-HUGE, "-inf")])
def test_a_number_beyond_all_floats_is_not_finite(number: int, shown: str) -> None:
    with pytest.raises(TableError) as caught:
        kt.read_actuals({**LONG, "value": [number]})
    assert str(caught.value) == f"actuals: row 1, column 'value': not a finite number: got {shown}"
    with pytest.raises(ArgumentError, match="argument 'value': not allowed"):
        kt.Actual(indicator="mCPR", region="17.04", year=2021, value=number)


def test_a_number_of_thousands_of_digits_is_told_without_them() -> None:
    table = {key: cells * 2 for key, cells in LONG.items()} | {"value": [10**5000, "60,1"]}
    with pytest.raises(TableError) as caught:
        kt.read_actuals(table)
    assert str(caught.value) == (
        "actuals: row 1, column 'value': not a finite number: got a number of thousands of digits; "
        "leave the cell empty if there is none"
    )
