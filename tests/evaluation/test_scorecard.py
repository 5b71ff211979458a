from __future__ import annotations

import csv
import json
import pickle
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from attrs.exceptions import FrozenInstanceError
from effort import examples
from hypothesis import given
from strategies import Case, cases

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, UnknownNameError
from kencana_targets.evaluation.score_rows import target_sources

CODE = "bengkulu-stunting-2024"
COLUMNS = (
    "region region_name indicator indicator_name unit direction year baseline_year baseline "
    "target target_year target_basis target_source actual actual_source gap achievement formula "
    "score band met status reason progress remark"
).split()
FEW = examples(20)


def bengkulu(year: Any = 2022, **options: Any) -> kt.Scorecard:
    options = {"rule": "permendagri-86-2017", **options}
    return kt.evaluate(kt.load_plan(CODE), kt.load_actuals(CODE), year=year, **options)


def run(case: Case) -> kt.Scorecard:
    return kt.evaluate(
        case.plan, case.actuals, year=case.year, rule=case.rule, inherit=case.inherit
    )


def plain(cell: Any) -> Any:
    return None if cell is None or pd.isna(cell) else cell


def test_the_columns_are_those_that_were_promised() -> None:
    card = bengkulu()
    assert list(card.to_dicts()[0]) == COLUMNS
    for library in ("polars", "pandas", "pyarrow"):
        frame = card.to_frame(library)
        names = frame.column_names if library == "pyarrow" else frame.columns
        assert list(names) == COLUMNS


@given(cases())
@FEW
def test_frames_of_all_libraries_hold_what_the_rows_say(case: Case) -> None:
    card = run(case)
    rows = card.to_dicts()
    assert card.to_frame("polars").to_dicts() == rows
    assert card.to_frame("pyarrow").to_pylist() == rows
    pandas = card.to_frame("pandas")
    found = [
        {name: plain(cell) for name, cell in row.items()}
        for row in pandas.to_dict(orient="records")
    ]
    assert found == rows


def test_frames_have_types_that_people_can_join_on() -> None:
    polars = bengkulu().to_frame("polars")
    assert isinstance(polars, pl.DataFrame)
    assert polars.schema["region"] == pl.String
    assert polars.schema["year"] == pl.Int64
    assert polars.schema["met"] == pl.Boolean
    assert polars["score"].null_count() == 0
    assert bengkulu(2024).to_frame("polars")["score"].null_count() == 10
    assert isinstance(bengkulu().to_frame("pandas"), pd.DataFrame)
    assert isinstance(bengkulu().to_frame("pyarrow"), pa.Table)


@given(case=cases())
@FEW
def test_csv_reads_back(case: Case, tmp_path_factory: pytest.TempPathFactory) -> None:
    card = run(case)
    file = tmp_path_factory.mktemp("csv") / "card.csv"
    card.to_csv(file)
    with file.open(encoding="utf-8", newline="") as opened:
        found = list(csv.DictReader(opened))
    expected = [
        {name: "" if cell is None else str(cell) for name, cell in row.items()}
        for row in card.to_dicts()
    ]
    assert found == expected


@given(case=cases())
@FEW
def test_json_reads_back(case: Case, tmp_path_factory: pytest.TempPathFactory) -> None:
    card = run(case)
    file = tmp_path_factory.mktemp("json") / "card.json"
    card.to_json(file)
    found = json.loads(file.read_text(encoding="utf-8"))
    assert found["rows"] == card.to_dicts()
    assert found["plan"] == case.plan.code
    assert found["rule"]["code"] == case.rule.code
    assert found["rule"]["sources"] == list(case.rule.sources)
    assert found["years"] == [case.year]
    assert found["inherit"] == case.inherit


def test_markdown_is_written_as_returned(tmp_path: Path) -> None:
    card = bengkulu()
    text = card.to_markdown(tmp_path / "card.md")
    assert (tmp_path / "card.md").read_text(encoding="utf-8") == text == card.to_markdown()
    assert card.to_markdown(language="id") != text
    with pytest.raises(ArgumentError, match="'language'.*got 'nl'; allowed: en, id"):
        card.to_markdown(language="nl")


@given(cases())
@FEW
def test_a_scorecard_pickles_and_equals_itself(case: Case) -> None:
    card = run(case)
    assert pickle.loads(pickle.dumps(card)) == card == run(case)


def test_scorecards_differ_by_figure_and_by_rule() -> None:
    assert bengkulu() != bengkulu(2023)
    assert bengkulu() != bengkulu(rule="permendagri-86-2017-sumbar")
    assert bengkulu() != bengkulu(inherit="end-target")
    assert bengkulu() != 5


def test_scorecards_do_not_change() -> None:
    card = bengkulu()
    with pytest.raises(FrozenInstanceError):
        card.rows = card.rows  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        card.rows.score[0] = 100
    with pytest.raises(TypeError, match="unhashable"):
        hash(card)


def test_length_rows_and_summary_line() -> None:
    card = bengkulu([2022, 2024])
    assert len(card) == len(list(card)) == 22
    assert card.years == (2022, 2024)
    assert repr(card) == (
        "<Scorecard bengkulu-stunting-2024 2022, 2024 by permendagri-86-2017: 22 rows>"
    )


def test_one_of_several_years() -> None:
    card = bengkulu([2022, 2024])
    assert card.for_year(2024) == bengkulu(2024)
    with pytest.raises(UnknownNameError, match=r"unknown year: got 2023; known are: 2022, 2024"):
        card.for_year(2023)
    with pytest.raises(UnknownNameError, match=r"unknown year: got '2024'; known are: 2022, 2024"):
        card.for_year("2024")  # type: ignore[arg-type]


def test_summaries_are_of_one_year() -> None:
    card = bengkulu([2022, 2024])
    for summary in (card.by_region, card.by_indicator):
        with pytest.raises(ArgumentError, match=r"got '2022, 2024'.*for_year"):
            summary()


def test_rows_are_found_by_code_and_name() -> None:
    card = bengkulu()
    assert card.find_row("17.04", "stunting_balita") == 4
    assert card.find_row("Kab. Kaur", "stunting_balita") == 4
    with pytest.raises(
        UnknownNameError, match=r"no row for stunting_balita in Aceh \(11\); the plan"
    ):
        card.find_row("11", "stunting_balita")
    with pytest.raises(UnknownNameError, match="unknown indicator: got 'stunting'; did you mean"):
        card.find_row("17", "stunting")
    with pytest.raises(UnknownNameError, match="unknown year: got 2023; known are: 2022"):
        card.find_row("17", "stunting_balita", year=2023)


def test_one_of_several_years_is_explained_by_name() -> None:
    card = bengkulu([2022, 2024])
    with pytest.raises(ArgumentError, match=r"'year'.*allowed: 2022, 2024"):
        card.explain("17", "stunting_balita")
    assert "2024" in card.explain("17", "stunting_balita", year=2024).title


def test_sources_stand_beside_every_figure() -> None:
    for row in bengkulu().to_dicts():
        assert "https://" in row["target_source"]
        assert "https://" in row["actual_source"]


def test_a_target_is_named_by_instrument_change_and_source_whatever_else_is_asked() -> None:
    """Names are found for every different target once, and none for a row without."""
    kinds = list(product(("", "RPJMD", "RAD"), ("", "+5", "-10%"), ("", "p. 1", "p. 2")))
    targets = kt.Targets.from_frame({
        "indicator": ["a"] * 27, "region": ["17"] * 27, "year": range(2001, 2028),
        "value": [1.0] * 27, "instrument": [one for one, _, _ in kinds],
        "relative": [one for _, one, _ in kinds], "source": [one for _, _, one in kinds],
    })  # fmt: skip
    told = [
        "; ".join(filter(None, (one, change and f"{change} from the baseline", source))) or None
        for one, change, source in kinds
    ]
    assert len(set(told)) == 27
    for rows in ([*range(27)], [3, -1, 26, 3], [*range(26, -1, -1), -1], [-1]):
        found = target_sources(targets, np.array(rows)).to_list()
        assert found == [None if row < 0 else told[row] for row in rows]
    assert target_sources(targets[:0], np.array([-1])).to_list() == [None]


def test_a_name_that_promises_another_format_is_refused(tmp_path: Path) -> None:
    card = bengkulu()
    for write, name in [
        ("to_csv", "a.xlsx"), ("to_json", "a.csv"), ("to_parquet", "a.csv"), ("to_html", "a.docx"),
        ("to_excel", "a.xls"), ("to_docx", "a.doc"),
    ]:  # fmt: skip
        with pytest.raises(ArgumentError, match="a name that ends in"):
            getattr(card, write)(tmp_path / name)
    card.to_csv(tmp_path / "a.txt")
    assert [one.name for one in tmp_path.iterdir()] == ["a.txt"]
