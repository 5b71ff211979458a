from __future__ import annotations

import pickle

import pytest
from attrs import evolve
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

import kencana_targets as kt
from kencana_targets.core.errors import (
    ArgumentError,
    FormulaError,
    PlanError,
    TableError,
    UnknownNameError,
)
from kencana_targets.evaluation.against import evaluate_against

RULE = "bkkbn-diy-2020"
PERPRES = "RPJMN 2020-2024 (Perpres 18/2020)"
RELEASE = "SSGI 2024 release; RPJMN 2025-2029 [Kemenkes/Setwapres series]"
SAME = (
    "target target_year target_basis target_source actual actual_source gap achievement formula "
    "score band met status reason"
).split()


@pytest.fixture(scope="module")
def bengkulu():
    return kt.load_plan("bengkulu-stunting-2024"), kt.load_actuals("bengkulu-stunting-2024")


@pytest.fixture(scope="module")
def nation():
    return kt.load_plan("rpjmn-2020-2024")


@pytest.fixture(scope="module")
def found(bengkulu, nation):
    return evaluate_against(*bengkulu, year=2022, rule=RULE, parent_plan=nation)


def rows_of(comparison, region, indicator="stunting_balita"):
    return {
        row["against"]: row
        for row in comparison
        if (row["region"], row["indicator"]) == (region, indicator)
    }


def test_one_actual_stands_beside_every_target(found):
    rows = rows_of(found, "17.71")
    assert list(rows) == ["year", "end", "province", "nation"]
    assert {row["actual"] for row in rows.values()} == {12.9}
    assert found.indicators == kt.load_plan("bengkulu-stunting-2024").indicators
    assert [row["target_year"] for row in rows.values()] == [2022, 2024, 2022, 2022]
    assert rows["end"]["target"] == 9
    assert rows["province"]["target"] == pytest.approx(22.1 - (22.1 - 12.55) / 3)
    assert rows["province"]["target_basis"] == "interpolated"
    assert rows["province"]["target_source"].startswith("provincial/city stunting target")
    assert rows["nation"]["target"] == 18.4
    assert rows["nation"]["target_source"].startswith(PERPRES)
    assert rows["nation"]["target_basis"] == "official"
    assert rows["nation"]["achievement"] == pytest.approx(100 * (2 * 18.4 - 12.9) / 18.4)
    assert (rows["end"]["met"], rows["nation"]["met"]) == (False, True)


def test_against_the_year_is_what_evaluate_says(bengkulu, found):
    card = kt.evaluate(*bengkulu, year=2022, rule=RULE).to_dicts()
    mine = [row for row in found if row["against"] == "year"]
    assert [{name: row[name] for name in SAME} for row in mine] == [
        {name: row[name] for name in SAME} for row in card
    ]


def test_against_the_end_is_what_evaluate_says_of_the_end(bengkulu, found):
    plan, actuals = bengkulu
    moved = kt.Actuals.from_frame(
        {"indicator": [a.indicator for a in actuals if a.year == 2022],
         "region": [a.region for a in actuals if a.year == 2022],
         "year": [2024.0 for a in actuals if a.year == 2022],
         "value": [a.value for a in actuals if a.year == 2022],
         "source": [a.source for a in actuals if a.year == 2022]}
    )  # fmt: skip
    card = kt.evaluate(plan, moved, year=2024, rule=RULE).to_dicts()
    mine = [row for row in found if row["against"] == "end"]
    assert [{name: row[name] for name in SAME} for row in mine] == [
        {name: row[name] for name in SAME} for row in card
    ]


def test_a_province_is_not_judged_by_itself(found):
    assert list(rows_of(found, "17")) == ["year", "end", "nation"]


def test_rows_come_by_region_indicator_and_target(found):
    keys = [(row["region"], row["against"]) for row in found]
    order = ["year", "end", "province", "nation"]
    assert keys == sorted(keys, key=lambda key: (key[0], order.index(key[1])))
    assert len(found) == 11 * 4 - 1


def test_without_a_national_target_the_reason_is_given(bengkulu):
    row = rows_of(evaluate_against(*bengkulu, year=2022, rule=RULE), "17.01")["nation"]
    assert (row["status"], row["target"], row["target_source"]) == ("no-target", None, None)
    assert row["reason"] == "no target is set, here or in a region above"
    assert (
        row["actual"]
        == rows_of(evaluate_against(*bengkulu, year=2022, rule=RULE), "17.01")["year"]["actual"]
    )


def test_the_plans_own_target_of_the_nation_goes_before_its_parents(bengkulu, nation):
    plan, actuals = bengkulu
    own = [kt.Target(indicator="stunting_balita", region="00", year=2022, value=20.5)]
    plan = evolve(plan, targets=kt.Targets.of([*plan.targets, *own]))
    options = {"year": 2022, "rule": RULE, "against": ["nation"]}
    found = evaluate_against(plan, actuals, **options, parent_plan=nation)
    assert {row["target"] for row in found} == {20.5}
    found = evaluate_against(*bengkulu, **options, parent_plan=nation)
    assert {row["target"] for row in found} == {18.4}


def test_an_indicator_that_the_parents_plan_does_not_know_has_no_target_there():
    own, other = (
        kt.Indicator(code=code, name=code, unit="", direction="minimize") for code in "ab"
    )
    places = kt.load_regions().codes
    plan = kt.Plan(
        indicators=[own, other],
        targets=[kt.Target(indicator=code, region="17.01", year=2022, value=3) for code in "ab"],
    )
    targets = [kt.Target(indicator="a", region=place, year=2022, value=2) for place in places]
    found = evaluate_against(plan, kt.Actuals.of([]), year=2022, rule=RULE,
                             parent_plan=kt.Plan(indicators=[own], targets=targets))  # fmt: skip
    for way in ("province", "nation"):
        assert rows_of(found, "17.01", "a")[way]["target"] == 2
        assert rows_of(found, "17.01", "b")[way]["target"] is None


def test_the_same_year_by_several_instruments(nation):
    actuals = kt.load_actuals("rpjmn-2020-2024")
    found = evaluate_against(
        nation, actuals, year=2024, rule=RULE, against=["year"], instruments=[PERPRES, RELEASE]
    )
    rows = rows_of(found, "00")
    assert {key: row["target"] for key, row in rows.items()} == {
        "year": 14, PERPRES: 14, RELEASE: 20.1}  # fmt: skip
    assert rows[RELEASE]["target_source"].startswith(RELEASE)
    assert (rows[PERPRES]["met"], rows[RELEASE]["met"]) == (False, True)
    other = rows_of(found, "00", "TFR")[PERPRES]
    assert (other["status"], other["target"]) == ("no-target", None)


def test_an_instrument_of_the_parents_plan_reaches_the_regions(bengkulu, nation):
    found = evaluate_against(
        *bengkulu, year=2023, rule=RULE, against=[], instruments=[PERPRES], parent_plan=nation
    )
    row = rows_of(found, "17.71")[PERPRES]
    assert (row["target"], row["target_basis"]) == (16, "inherited")


def test_the_end_counts_also_where_the_year_has_no_target():
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="TFR", name="TFR", unit="", direction="minimize")],
        targets={"indicator": ["TFR"] * 2, "region": ["00"] * 2, "year": [2020, 2024],
                 "value": [2.3, 2.1]},
        coverage=["00", "17"],
    )  # fmt: skip
    actuals = {"indicator": ["TFR"], "region": ["17"], "year": [2022], "value": [2.2]}
    found = evaluate_against(plan, actuals, year=2022, rule=RULE)
    rows = rows_of(found, "17", "TFR")
    assert rows["year"]["status"] == rows["nation"]["status"] == "no-target"
    assert (rows["end"]["target"], rows["end"]["target_year"]) == (2.1, 2024)
    assert rows["end"]["target_basis"] == "inherited"
    assert "province" not in rows
    assert rows_of(found, "00", "TFR")["end"]["status"] == "no-actual"
    none = evaluate_against(plan, actuals, year=2022, rule=RULE, inherit="none")
    assert rows_of(none, "17", "TFR")["end"]["status"] == "no-target"


def test_an_indicator_that_is_not_measured_here_is_not_judged_by_any_target():
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="TFR", name="TFR", unit="", direction="minimize",
                                 levels=["nation", "province"])],
        targets={"indicator": ["TFR"] * 2, "region": ["00", "17"], "year": [2024] * 2,
                 "value": [2.1, 2.2]},
        coverage=["17", "17.01"],
    )  # fmt: skip
    actuals = {"indicator": ["TFR"], "region": ["17"], "year": [2024], "value": [2.2]}
    found = evaluate_against(plan, actuals, year=2024, rule=RULE)
    assert {row["status"] for row in rows_of(found, "17.01", "TFR").values()} == {"not-measured"}
    assert {row["target"] for row in rows_of(found, "17.01", "TFR").values()} == {None}


def test_results_are_values_and_print_side_by_side(found):
    assert pickle.loads(pickle.dumps(found)) == found
    assert found.to_frame("polars").height == len(found)
    lines = str(found).splitlines()
    assert lines[0].split("  ")[0] == "Region"
    for name in ("the year's target", "end target", "province", "nation"):
        assert name in lines[0]
    city = next(line for line in lines if line.startswith("Kota Bengkulu"))
    assert city.split()[-2:] == ["18.4", "129.89"]
    assert "target akhir" in found.to_text(language="id").splitlines()[0]


def test_long_comparisons_are_cut_in_print():
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="x", name="x", unit="", direction="maximize")],
        targets={"indicator": ["x"], "region": ["00"], "year": [2024], "value": [2]},
        coverage=kt.load_regions().codes,
    )
    found = evaluate_against(plan, kt.Actuals.of([]), year=2024, rule=RULE, against=["year", "end"])
    lines = str(found).splitlines()
    assert len(lines) == 63
    assert lines[-1] == f"... and {len(plan.regions.codes) - 60} more rows"


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"against": ["years"]}, ArgumentError, "argument 'against'.*year, end, province, nation"),
        ({"against": "year"}, ArgumentError, "argument 'against'.*a list of words"),
        ({"against": ["year", "year"]}, ArgumentError, "argument 'against'.*each once"),
        ({"against": []}, ArgumentError, "argument 'against'"),
        ({"instruments": "Perpres"}, ArgumentError, "argument 'instruments'.*a list"),
        ({"instruments": ["Perpres 1/1900"]}, UnknownNameError, "unknown instrument"),
        ({"year": True}, ArgumentError, "argument 'year'"),
        ({"rule": 3}, ArgumentError, "argument 'rule'"),
        ({"rule": "pmk-107-2024"}, FormulaError, "names no formula for a minimize"),
    ],
)
def test_what_is_not_allowed_is_refused(bengkulu, options, error, text):
    with pytest.raises(error, match=text):
        evaluate_against(*bengkulu, **({"year": 2022, "rule": RULE} | options))


def test_plans_that_turn_an_indicator_round_are_refused(bengkulu):
    plan, actuals = bengkulu
    other = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="stunting_balita", name="x", unit="", direction="maximize")],
        targets={"indicator": ["stunting_balita"], "region": ["00"], "year": [2022], "value": [86]},
        code="not-stunted",
    )
    text = "'stunting_balita' is minimize here and maximize in not-stunted"
    with pytest.raises(PlanError, match=text):
        evaluate_against(plan, actuals, year=2022, rule=RULE, parent_plan=other)


def test_problems_of_actuals_are_those_of_evaluate(bengkulu):
    twice = {"indicator": ["stunting_balita"] * 2, "region": ["17"] * 2, "year": [2022] * 2,
             "value": [1, 2]}  # fmt: skip
    with pytest.raises(TableError, match="two actuals"):
        evaluate_against(bengkulu[0], twice, year=2022, rule=RULE)


@examples(25)
@given(
    ways=st.lists(st.sampled_from(["year", "end", "province", "nation"]), min_size=1, unique=True),
    year=st.sampled_from([2021, 2022, 2023, 2024]),
)
def test_each_target_alone_gives_what_it_gives_among_others(ways, year):
    plan, actuals = (
        kt.load_plan("bengkulu-stunting-2024"),
        kt.load_actuals("bengkulu-stunting-2024"),
    )
    options = {"year": year, "rule": RULE, "parent_plan": kt.load_plan("rpjmn-2020-2024")}
    together = evaluate_against(plan, actuals, against=ways, **options).to_dicts()
    for way in ways:
        alone = evaluate_against(plan, actuals, against=[way], **options).to_dicts()
        assert [row for row in together if row["against"] == way] == alone
