from __future__ import annotations

import hashlib
import io
import json
import pickle

import numpy as np
import polars as pl
import pytest

import kencana_targets as kt
from kencana_targets.core.columns import equal
from kencana_targets.core.errors import TableError
from kencana_targets.evaluation.evidence import checksums
from kencana_targets.evaluation.read_back import read_scorecard, scorecard_schema

CASES = {
    "bengkulu-2021": ("bkkbn-bengkulu-2021", 2021),
    "bengkulu-stunting-2024": ("permendagri-86-2017", [2022, 2023]),
}


@pytest.fixture(params=CASES)
def card(request):
    rule, year = CASES[request.param]
    chosen = kt.load_rule(rule).with_formulas(minimize="reflected")
    plan, actuals = kt.load_plan(request.param), kt.load_actuals(request.param)
    return kt.evaluate(plan, actuals, year=year, rule=chosen)


@pytest.mark.parametrize("ending", ["json", "parquet"])
def test_a_scorecard_reads_back_as_it_was(card, tmp_path, ending):
    path = tmp_path / f"card.{ending}"
    getattr(card, f"to_{ending}")(path)
    saved = read_scorecard(path)
    assert len(saved) == len(card)
    assert saved.to_dicts() == card.to_dicts()
    mine = card.columns()
    assert list(saved.columns()) == list(mine)
    for name, column in saved.columns().items():
        assert equal(column, mine[name]), name
    assert saved.to_frame("polars").rows() == card.to_frame("polars").rows()
    assert saved.to_frame("polars").schema == card.to_frame("polars").schema
    assert pickle.loads(pickle.dumps(saved)) == saved


def test_json_is_a_whole_scorecard_and_parquet_says_that_nobody_checked_it(card, tmp_path):
    card.to_json(tmp_path / "card.json")
    card.to_parquet(tmp_path / "card.parquet")
    whole = read_scorecard(tmp_path / "card.json")
    assert whole == card
    assert whole.rule == card.rule
    assert whole.plan.targets == card.plan.targets
    region, indicator = card[0]["region"], card[0]["indicator"]
    year = card.years[0]
    assert str(whole.explain(region, indicator, year=year)) == str(
        card.explain(region, indicator, year=year)
    )
    assert repr(read_scorecard(tmp_path / "card.parquet")) == (
        f"<SavedScorecard: {len(card)} rows, unchecked>"
    )
    # Without a name a file is known by what it begins with.
    content = (tmp_path / "card.parquet").read_bytes()
    assert read_scorecard(io.BytesIO(content)).to_dicts() == card.to_dicts()


def test_a_written_scorecard_holds_the_regions_that_it_names_and_those_above(card, tmp_path):
    card.to_json(tmp_path / "card.json")
    content = json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    known = {row["region"] for row in card} | set(card.plan.coverage)
    known |= {one.region for part in (card.plan.targets, card.actuals) for one in part}
    codes = [region["code"] for region in content["inputs"]["plan"]["regions"]]
    assert set(codes) == {"00", "17"} | known
    assert len(codes) == len(set(codes))
    assert all(type(year) is int for year in content["years"])


def test_some_rows_read_back_as_these_rows(card):
    file = io.BytesIO()
    part = card.select(met=True)
    part.to_json(file)
    assert read_scorecard(io.BytesIO(file.getvalue())) == part


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c["rows"][1].update(score=999.0), "row 2, 'score': does not follow"),
        (lambda c: c["rows"][0].update(met=None), "row 1, 'met': does not follow"),
        (
            lambda c: c["rows"][1].update(achievement=c["rows"][1]["achievement"] + 1e-6),
            "row 2, 'achievement': does not follow",
        ),
        (lambda c: c["rows"][1].update(reason="none"), "row 2, 'reason': does not follow"),
        (lambda c: c["rows"].append(c["rows"][0]), "row 12: no such row follows"),
        (lambda c: c["rows"][1].update(region="17.99"), "row 2: no such row follows"),
        (lambda c: c["checksums"].update(plan="0"), "'checksums', 'plan': the checksum is another"),
        (
            lambda c: c["inputs"]["actuals"]["value"].__setitem__(0, 9.9),
            "'checksums', 'actuals': the checksum is another",
        ),
        (lambda c: c["rows"].pop(), "'rows': rows were taken"),
        (lambda c: c["rows"].pop(0), "'rows': rows were"),
        (lambda c: c["rows"].clear(), "'rows': rows"),
        (lambda c: c["checksums"].update(rows="0"), "'rows': rows were taken out"),
        (lambda c: c["inputs"]["plan"].pop("indicators"), "'inputs': the inputs are none of"),
        (lambda c: c["inputs"]["plan"].update(regions=[1]), "'inputs': the inputs are none"),
        (lambda c: c["rule"].update(formulas={}), "the rule 'permendagri-86-2017' names no"),
    ],
)
def test_scores_that_do_not_follow_from_their_inputs_are_refused(tmp_path, change, message):
    path = tmp_path / "card.json"
    rule = kt.load_rule("permendagri-86-2017").with_formulas(minimize="reflected")
    plan = kt.load_plan("bengkulu-stunting-2024")
    card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=2022, rule=rule)
    card.to_json(path)
    spoil(path, change)
    with pytest.raises(TableError, match="card.json") as caught:
        read_scorecard(path)
    assert str(caught.value.problems[0]).startswith(message)


def test_another_version_is_named_where_scores_do_not_follow(tmp_path):
    path = tmp_path / "card.json"
    plan, actuals = kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021")
    kt.evaluate(plan, actuals, year=2021, rule="bkkbn-bengkulu-2021").to_json(path)
    spoil(path, lambda c: (c.update(version="0.0.9"), c["rows"][0].update(score=1.0)))
    with pytest.raises(TableError, match=r"written by version 0\.0\.9, this is"):
        read_scorecard(path)


def test_the_schema_names_the_columns_of_a_scorecard(card):
    rows = scorecard_schema()["properties"]["rows"]["items"]
    assert list(rows["properties"]) == rows["required"] == list(card.columns())
    for kind, name in (
        (kt.Direction, "direction"),
        (kt.Status, "status"),
        (kt.Formula, "formula"),
    ):
        words = [word for word in rows["properties"][name]["enum"] if word is not None]
        assert words == list(kind)
    for each in rows["properties"].values():
        assert each["description"].endswith((".", "]"))


def spoil(path, change):
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda c: c.pop("plan"), "'plan': missing"),
        (lambda c: c.update(extra=1), "'extra': unknown"),
        (lambda c: c["rows"][0].pop("score"), "row 1, 'score': missing"),
        (lambda c: c["rows"][0].update(extra=1), "row 1, 'extra': unknown"),
        (
            lambda c: c["rows"][1].update(formula="sum"),
            "row 2, 'formula': not a known word: got 'sum'; allowed: ratio, reflected, inverse, "
            "range, stabilize",
        ),
        (
            lambda c: c["rows"][1].update(score="96"),
            "row 2, 'score': not of kind number or null: got '96'",
        ),
        (
            lambda c: c["rows"][1].update(score=True),
            "row 2, 'score': not of kind number or null: got True",
        ),
        (lambda c: c["rows"][1].update(met=1), "row 2, 'met': not of kind boolean or null: got 1"),
        (
            lambda c: c["rows"][1].update(status="good"),
            "row 2, 'status': not a known word: got 'good'",
        ),
        (
            lambda c: c["rows"][1].update(region=None),
            "row 2, 'region': not of kind string: got None",
        ),
        (lambda c: c.update(rows={}), "'rows': not of kind array: got {}"),
        (lambda c: c["rule"].update(code=1), "'rule', 'code': not of kind string: got 1"),
        (
            lambda c: c["rows"][1].update(actual=10**400),
            "row 2, 'actual': not a finite number: got 1000",
        ),
        (
            lambda c: c["rows"][1].update(actual_source="a\ud800"),
            "row 2, 'actual_source': half of a character, which no file can hold: got 'a\\ud800'",
        ),
    ],
)
def test_what_does_not_follow_the_schema_is_refused(tmp_path, change, message):
    path = tmp_path / "card.json"
    plan = kt.load_plan("bengkulu-2021")
    actuals = kt.load_actuals("bengkulu-2021")
    kt.evaluate(plan, actuals, year=2021, rule="bkkbn-bengkulu-2021").to_json(path)
    spoil(path, change)
    with pytest.raises(TableError) as caught:
        read_scorecard(path)
    assert caught.value.source == "card.json"
    assert str(caught.value.problems[0]).startswith(message)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"year": 2021,', '"year": 1e999,', "row 1, 'year': not a finite number: got inf"),
        ('"year": 2021,', '"year": -1e999,', "row 1, 'year': not a finite number: got -inf"),
        # The largest number is one, and only follows from nothing.
        (
            '"year": 2021,',
            '"year": 1.7976931348623157e308,',
            "row 1: no such row follows from the inputs, or it stands there twice: got '17'",
        ),
        (
            '"year": 2021,',
            '"year": 2021, "year": 2022,',
            "row 1, 'year': given twice; keep one",
        ),
        ('"plan": ', '"plan": "x", "plan": ', "'plan': given twice; keep one"),
    ],
)
def test_numbers_without_end_and_names_given_twice_are_refused(tmp_path, old, new, message):
    path = tmp_path / "card.json"
    plan, actuals = kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021")
    kt.evaluate(plan, actuals, year=2021, rule="bkkbn-bengkulu-2021").to_json(path)
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    with pytest.raises(TableError) as caught:
        read_scorecard(path)
    assert [str(problem) for problem in caught.value.problems] == [message]


@pytest.mark.parametrize("year", [1e300, -1e19, 2.0**63, 2021.5])
def test_a_year_that_no_whole_number_holds_is_read_as_it_is(card, tmp_path, year):
    path = tmp_path / "card.parquet"
    card.to_frame("polars").with_columns(year=pl.lit(year)).write_parquet(path)
    assert np.all(read_scorecard(path).columns()["year"] == year)


def test_the_cells_of_a_parquet_file_are_checked_as_those_of_json(card, tmp_path):
    path = tmp_path / "card.parquet"
    frame = card.to_frame("polars")
    text = pl.col("status", "direction", "formula", "target_basis").cast(pl.String)
    second = pl.int_range(pl.len()) == 1
    changes = {
        "status": "x", "direction": "x", "formula": "x", "target_basis": "y", "gap": float("inf")
    }  # fmt: skip
    spoiled = frame.with_columns(text).with_columns(
        *(
            pl.when(second).then(pl.lit(got)).otherwise(pl.col(name)).alias(name)
            for name, got in changes.items()
        )
    )
    spoiled.write_parquet(path)
    with pytest.raises(TableError) as caught:
        read_scorecard(path)
    assert [str(problem) for problem in caught.value.problems] == [
        "row 2, 'direction': not a known word: got 'x'; allowed: maximize, minimize, stabilize",
        "row 2, 'target_basis': not a known word: got 'y'; allowed: official, interpolated, "
        "inherited, inherited-interpolated, interpolated-to-inherited, derived",
        "row 2, 'gap': not a finite number: got inf",
        "row 2, 'formula': not a known word: got 'x'; allowed: ratio, reflected, inverse, range, "
        "stabilize",
        "row 2, 'status': not a known word: got 'x'; allowed: scored, no-actual, no-target, "
        "not-measured, undefined",
    ]
    names = ("region", "direction", "year", "status")
    frame.with_columns(
        pl.when(~second).then(pl.col(name)).otherwise(None).alias(name) for name in names
    ).write_parquet(path)
    with pytest.raises(TableError) as caught:
        read_scorecard(path)
    assert [str(problem) for problem in caught.value.problems] == [
        f"row 2, '{name}': not of kind {'number' if name == 'year' else 'string'}: got None"
        for name in names
    ]


@pytest.mark.parametrize("text", ["", "[", "{'a': 1}", '{"plan": NaN}', "[" * 100_000])
def test_what_is_no_json_is_refused(tmp_path, text):
    path = tmp_path / "card.json"
    path.write_text(text)
    with pytest.raises(TableError, match=r"card.json: not a JSON file"):
        read_scorecard(path)


def test_another_parquet_file_is_refused(card, tmp_path):
    path = tmp_path / "card.parquet"
    frame = card.to_frame("polars")
    frame.drop("score").with_columns(x=1).write_parquet(path)
    with pytest.raises(TableError) as caught:
        read_scorecard(path)
    assert list(map(str, caught.value.problems)) == [
        "column 'score': missing",
        "column 'x': unknown",
    ]
    frame.with_columns(score=frame["region"], met=frame["gap"], band=frame["gap"]).write_parquet(
        path
    )
    with pytest.raises(TableError) as caught:
        read_scorecard(path)
    assert list(map(str, caught.value.problems)) == [
        "column 'score': not of kind number or null",
        "column 'band': not of kind string or null",
        "column 'met': not of kind boolean or null",
    ]
    dates = pl.when(pl.int_range(pl.len()) == 1).then(pl.date(2022, 1, 1))
    frame.with_columns(band=pl.lit(True), met=dates).write_parquet(path)
    with pytest.raises(TableError) as caught:
        read_scorecard(path)
    assert list(map(str, caught.value.problems)) == [
        "column 'band': not of kind string or null",
        "column 'met': not of kind boolean or null",
    ]


def test_fractional_years_stay():
    plan = kt.load_plan("bengkulu-stunting-2024")
    actuals = {"indicator": ["stunting_balita"], "region": ["17"], "year": [2022.5], "value": [19]}
    card = kt.evaluate(plan, actuals, year=2022.5, rule="permendagri-86-2017")
    file = io.BytesIO()
    card.to_json(file)
    assert read_scorecard(io.BytesIO(file.getvalue())) == card


@pytest.mark.parametrize("ending", [".xlsx", ".csv", ".html"])
def test_files_for_people_are_not_read_back(ending, tmp_path):
    path = tmp_path / f"card{ending}"
    with pytest.raises(
        TableError, match=rf"card{ending}: a scorecard is read back from JSON and Parq"
    ):
        read_scorecard(path)


def test_checksums_are_those_of_the_text_in_utf_8() -> None:
    found = checksums({"plan": {"name": "Mükomuko", "code": 1}}, {})["plan"]
    text = '{"code": 1, "name": "Mükomuko"}'
    assert found == hashlib.sha256(text.encode("utf-8")).hexdigest()
    with pytest.raises(ValueError, match="JSON compliant"):
        checksums({"plan": {"value": float("nan")}}, {})


def test_bytes_that_are_no_text_are_refused(tmp_path) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(b'{"version": "\0"}')
    with pytest.raises(TableError, match="card.json: not a text file in UTF-8"):
        read_scorecard(path)
