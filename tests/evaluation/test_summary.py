from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from report_cards import objectives
from simulate_averages import RULES, simulate
from strategies import Case, cases

import kencana_targets as kt
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.ranking import rank_sets

CODE = "bengkulu-stunting-2024"
FEW = examples(20)


def bengkulu(**options: Any) -> kt.Scorecard:
    options = {"year": 2022, "rule": "permendagri-86-2017", **options}
    return kt.evaluate(kt.load_plan(CODE), kt.load_actuals(CODE), **options)


def meeting() -> kt.Scorecard:
    code = "bengkulu-2021"
    return kt.evaluate(
        kt.load_plan(code), kt.load_actuals(code), year=2021, rule="bkkbn-bengkulu-2021"
    )


def small(
    *cells: tuple[str, str, float | None], rule: str | kt.ScoringRule = "pmk-107-2024"
) -> Any:
    """Two indicators with a target of 100 in the province and its regencies."""
    plan = kt.Plan.from_frames(
        indicators=[
            kt.Indicator(code=code, name=code, unit="%", direction="maximize") for code in "ab"
        ],
        targets={
            "indicator": ["a", "b"],
            "region": ["17"] * 2,
            "year": [2024] * 2,
            "value": [100] * 2,
        },
        coverage=["17.01", "17.02", "17.03"],
    )
    names = ("indicator", "region", "value")
    actuals = dict(zip(names, map(list, zip(*cells, strict=True)), strict=True))
    return kt.evaluate(plan, {**actuals, "year": [2024] * len(cells)}, year=2024, rule=rule)


FULL = (
    ("a", "17.01", 90.0), ("b", "17.01", 70.0), ("a", "17.02", 80.0), ("b", "17.02", 80.0),
    ("a", "17.03", 95.0),
)  # fmt: skip


def test_the_columns_are_those_that_were_promised() -> None:
    names = ["region", "region_name", "score", "band", "rank", "scored", "expected", "coverage"]
    assert list(bengkulu().by_region().to_dicts()[0]) == names
    assert list(bengkulu().by_region().to_frame("polars").columns) == names


def test_what_peers_report_is_expected_of_each() -> None:
    """A city outside the plan that reports one of two indicators covers half of them."""
    plan = kt.Plan.from_frames(
        indicators=[
            kt.Indicator(code=code, name=code, unit="%", direction="maximize") for code in "ab"
        ],
        targets={"indicator": ["a", "b"], "region": ["17"] * 2, "year": [2024] * 2,
                 "value": [100] * 2},
        coverage=["17.01", "17.02"],
    )  # fmt: skip
    actuals = {"indicator": ["a", "b", "a", "b", "a"], "year": [2024] * 5,
               "region": ["17.01", "17.01", "17.02", "17.02", "17.71"],
               "value": [90.0, 70.0, 80.0, 80.0, 99.0]}  # fmt: skip
    card = kt.evaluate(plan, actuals, year=2024, rule="pmk-107-2024")
    city = card.by_region(minimum_coverage=0.6).to_dicts()[-1]
    assert (city["region"], city["scored"], city["expected"], city["coverage"]) == (
        "17.71", 1, 2, 0.5,
    )  # fmt: skip
    assert city["rank"] is city["score"] is None


def unsure(errors: list[float | None], **options: Any) -> list[dict[str, Any]]:
    """The small scorecard with a standard error for each actual, averaged."""
    card = small(*FULL)
    table = {name: [getattr(one, name) for one in card.actuals] for name in
             ("indicator", "region", "year", "value")}  # fmt: skip
    card = kt.evaluate(card.plan, {**table, "standard_error": errors}, year=2024,
                       rule="pmk-107-2024")  # fmt: skip
    return card.by_region(**options).to_dicts()


def test_averages_have_the_errors_of_their_scores() -> None:
    rows = unsure([3.0, 4.0, 1.0, 1.0, 1.0])
    # A ratio to a target of 100 moves as its actual does; half of each counts.
    errors = [np.hypot(3, 4) / 2, np.hypot(1, 1) / 2, 1.0]
    assert [row["standard_error"] for row in rows] == pytest.approx(errors)
    sets = rank_sets([80, 80, 95], errors)
    found = [(row["rank_lower"], row["rank_upper"]) for row in rows]
    assert found == list(zip(sets.lower.tolist(), sets.upper.tolist(), strict=True))
    weighted = unsure([3.0, 4.0, 1.0, 1.0, 1.0], weights={"a": 3, "b": 1})
    assert weighted[0]["standard_error"] == pytest.approx(np.hypot(0.75 * 3, 0.25 * 4))
    geometric = unsure([3.0, 4.0, 1.0, 1.0, 1.0], mean="geometric")[0]
    slopes = [geometric["score"] / 2 / value for value in (90, 70)]
    expected = np.hypot(3 * slopes[0], 4 * slopes[1])
    assert geometric["standard_error"] == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize("actual", [110.0, 118.0, 126.0])
def test_a_score_that_ends_at_a_cap_keeps_the_error_that_is_left(actual: float) -> None:
    card = small(("a", "17.01", actual), ("b", "17.01", 90.0), rule="kemenkeu-kmk-127-2026")
    table = {**card.actuals.to_frame("polars").to_dict(as_series=False),
             "standard_error": [6.0, 0.1]}  # fmt: skip
    scored = kt.evaluate(card.plan, table, year=2024, rule=card.rule)
    (row,) = [row for row in scored.by_region() if row["region"] == "17.01"]
    capped = np.minimum(actual + 6 * np.linspace(-5, 5, 20_001), 120)
    weight = np.exp(-0.5 * np.linspace(-5, 5, 20_001) ** 2)
    # Off from the score that is printed: what ends at the cap errs to one side.
    away = capped - min(actual, 120)
    expected = np.sqrt(np.average(away**2, weights=weight))
    assert row["standard_error"] == pytest.approx(np.hypot(expected, 0.1) / 2, rel=0.12)
    summary = scored.with_language("id").by_region()
    assert [note.what for note in summary.notes] == [
        "averages hold scores that end at a cap or go in steps"
    ]
    for shown in (str(summary), summary._repr_html_()):
        assert "rata-rata memuat nilai yang berhenti pada batas atas" in shown
        assert "92 sampai 95 persen" in shown


def test_averages_without_a_cap_or_far_below_it_have_no_note() -> None:
    card = small(("a", "17.01", 80.0), ("b", "17.01", 90.0), rule="kemenkeu-kmk-127-2026")
    assert card.by_region().notes == ()
    table = {**card.actuals.to_frame("polars").to_dict(as_series=False),
             "standard_error": [6.0, 6.0]}  # fmt: skip
    scored = kt.evaluate(card.plan, table, year=2024, rule=card.rule)
    assert scored.by_region().notes == ()


@pytest.mark.parametrize("rule", RULES)
def test_intervals_of_averages_hold_the_true_average(rule: str) -> None:
    ((_, held, bias, _),) = simulate(15, 1, (0.3,), rule)
    assert held >= 0.89
    assert abs(bias) < 1


def test_an_average_without_one_of_its_errors_has_none() -> None:
    rows = unsure([3.0, None, 1.0, 1.0, 1.0])
    assert rows[0]["standard_error"] is None
    assert rows[1]["standard_error"] == pytest.approx(np.sqrt(0.5))
    # A rank is no surer than the region beside it that has no error.
    assert {row["rank_lower"] for row in rows} == {None}
    # What only sets a weight of zero is not asked for.
    rows = unsure([3.0, None, 1.0, 1.0, 1.0], weights={"a": 1, "b": 0})
    assert rows[0]["standard_error"] == pytest.approx(3)


def test_the_meeting_of_bengkulu_has_one_mean() -> None:
    (row,) = meeting().by_region().to_dicts()
    scores = [row["score"] for row in meeting().to_dicts()]
    assert row["score"] == pytest.approx(sum(scores) / 9)
    assert (row["rank"], row["scored"], row["expected"], row["coverage"]) == (1, 9, 9, 1)


def test_regencies_are_ranked_among_themselves() -> None:
    rows = bengkulu().by_region(level="regency").to_dicts()
    assert len(rows) == 10
    assert rows == bengkulu().by_region(level="city").to_dicts()
    best = min(rows, key=lambda row: row["rank"])
    assert (best["region"], best["rank"]) == ("17.04", 1)
    order = sorted(rows, key=lambda row: row["rank"])
    assert [row["score"] for row in order] == sorted((row["score"] for row in rows), reverse=True)
    (province,) = bengkulu().by_region(level="province").to_dicts()
    assert province["region"] == "17"


def test_means_coverage_and_ties() -> None:
    rows = small(*FULL).by_region().to_dicts()
    assert [row["score"] for row in rows] == [80, 80, 95]
    assert [row["rank"] for row in rows] == [2, 2, 1]
    assert [(row["scored"], row["expected"], row["coverage"]) for row in rows] == [
        (2, 2, 1), (2, 2, 1), (1, 2, 0.5),
    ]  # fmt: skip
    assert [row["band"] for row in rows] == ["Cukup", "Cukup", "Sangat Baik"]


def test_ranks_compare_what_is_printed() -> None:
    cells = (
        ("a", "17.01", 80.001),
        ("b", "17.01", 80.0),
        ("a", "17.02", 80.0),
        ("b", "17.02", 80.0),
    )
    assert [row["rank"] for row in small(*cells).by_region().to_dicts()] == [1, 1, None]


def test_a_region_with_missing_rows() -> None:
    card = small(*FULL)
    complete = card.by_region(missing="complete").to_dicts()
    assert [row["score"] for row in complete] == [80, 80, None]
    assert [(row["band"], row["rank"]) for row in complete][2] == (None, None)
    covered = card.by_region(minimum_coverage=0.6).to_dicts()
    assert [row["score"] for row in covered] == [80, 80, None]
    assert card.by_region(minimum_coverage=0.5).to_dicts()[2]["score"] == 95


def test_weights() -> None:
    rows = small(*FULL).by_region(weights={"a": 3, "b": 1}).to_dicts()
    assert [row["score"] for row in rows] == pytest.approx([85, 80, 95])
    assert rows[2]["coverage"] == 0.75
    only = small(*FULL).by_region(weights={"b": 2}).to_dicts()
    assert [row["score"] for row in only] == [70, 80, None]


def test_what_is_not_measured_is_not_expected() -> None:
    plan = kt.Plan.from_frames(
        indicators=[
            kt.Indicator(code="a", name="A", unit="%", direction="maximize", levels=["province"]),
            kt.Indicator(code="b", name="B", unit="%", direction="maximize"),
        ],
        targets={
            "indicator": ["a", "b"],
            "region": ["17"] * 2,
            "year": [2024] * 2,
            "value": [100] * 2,
        },
        coverage=["17", "17.01"],
    )
    actuals = {
        "indicator": ["a", "b", "b"],
        "region": ["17", "17", "17.01"],
        "year": [2024] * 3,
        "value": [60, 80, 90],
    }
    card = kt.evaluate(plan, actuals, year=2024, rule="pmk-107-2024")
    rows = card.by_region(missing="complete").to_dicts()
    assert [(row["score"], row["expected"], row["coverage"]) for row in rows] == [
        (70, 2, 1),
        (90, 1, 1),
    ]
    by_indicator = card.by_indicator().to_dicts()
    assert [(row["indicator"], row["expected"], row["level"]) for row in by_indicator] == [
        ("a", 1, "province"),
        ("b", 1, "regency"),
    ]


def test_achievements_are_averaged_uncut() -> None:
    rule = kt.load_rule("permendagri-86-2017")
    rows = small(("a", "17.01", 111.11), ("b", "17.01", 81.49), rule=rule).by_region().to_dicts()
    assert rows[0]["score"] == pytest.approx(96.3)


def test_a_rule_that_averages_achievements() -> None:
    row = small(("a", "17.01", 100), ("b", "17.01", 98), rule="permenpanrb-8-2021").by_region()
    assert row.to_dicts()[0]["score"] == pytest.approx(99)


def test_by_indicator() -> None:
    a, b = small(*FULL).by_indicator().to_dicts()
    assert (a["score"], a["scored"], a["expected"], a["met"]) == (pytest.approx(265 / 3), 3, 3, 0)
    assert (b["score"], b["scored"], b["coverage"]) == (75, 2, pytest.approx(2 / 3))
    (row,) = bengkulu().by_indicator().to_dicts()
    assert (row["met"], row["scored"], row["level"]) == (3, 10, "regency")


def test_a_parent_is_never_averaged_or_ranked_with_its_children() -> None:
    card = bengkulu()
    regencies = [row["achievement"] for row in card.to_dicts() if row["region"] != "17"]
    (row,) = card.by_indicator().to_dicts()
    # Ten regencies: 93.787 percent; with the province among them it would be 93.928.
    assert row["score"] == pytest.approx(np.mean(regencies)) == pytest.approx(93.787, abs=5e-4)
    assert card.by_indicator(level="city").to_dicts() == [row]
    (province,) = card.by_indicator(level="province").to_dicts()
    assert (province["scored"], province["level"]) == (1, "province")
    ranks = {one["region"]: one["rank"] for one in card.by_region().to_dicts()}
    alone = card.by_region(level="regency").to_dicts()
    assert ranks == {"17": 1, **{one["region"]: one["rank"] for one in alone}}


def test_each_indicator_is_of_the_level_that_most_of_its_regions_have() -> None:
    # A nation at 100 beside provinces at 60 and 40: their mean is 50, not 66.67.
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="a", name="a", unit="%", direction="maximize")],
        targets={"indicator": ["a"], "region": ["00"], "year": [2024], "value": [100]},
        coverage=["00", "11", "12"],
    )
    actuals = {"region": ["00", "11", "12"], "value": [100, 60, 40]}
    actuals = {**actuals, "indicator": ["a"] * 3, "year": [2024] * 3}
    card = kt.evaluate(plan, actuals, year=2024, rule="permendagri-86-2017")
    (row,) = card.by_indicator().to_dicts()
    assert (row["score"], row["level"], row["scored"]) == (pytest.approx(50), "province", 2)
    (village,) = card.by_indicator(level="village").to_dicts()
    assert (village["score"], village["expected"], village["level"]) == (None, 0, None)


@given(cases())
@FEW
def test_summaries_add_up(case: Case) -> None:
    card = kt.evaluate(
        case.plan, case.actuals, year=case.year, rule=case.rule, inherit=case.inherit
    )
    rows = card.to_dicts()
    scored = sum(row["status"] == "scored" for row in rows)
    expected = sum(row["status"] != "not-measured" for row in rows)
    of_regions = card.by_region().to_dicts()
    levels = ("nation", "province", "regency", "district", "village")
    of_levels = [row for one in levels for row in card.by_indicator(level=one).to_dicts()]
    for summary in (of_regions, of_levels):
        assert sum(row["scored"] for row in summary) == scored
    assert sum(row["expected"] for row in of_levels) == expected
    # What one region of a level reports is expected of each of them.
    level = {
        region.code: str(region.level).replace("city", "regency") for region in case.plan.regions
    }
    due = {
        (level[row["region"]], row["indicator"]) for row in rows if row["status"] != "not-measured"
    }
    assert [row["expected"] for row in of_regions] == [
        sum(one == level[row["region"]] for one, _ in due) for row in of_regions
    ]
    for row in card.by_indicator().to_dicts():
        own = [one for one in of_levels if one["indicator"] == row["indicator"]]
        assert row in own
        assert row["expected"] == max(one["expected"] for one in own)
    for row in card.by_region(minimum_coverage=0).to_dicts():
        own = [
            one["score"]
            for one in rows
            if one["region"] == row["region"] and one["status"] == "scored"
        ]
        if case.rule.average == "score" and own:
            assert row["score"] == pytest.approx(float(np.mean(own)))
        else:
            assert row["score"] is None


@given(cases(), st.integers(1, 5))
@FEW
def test_only_the_proportion_of_weights_matters(case: Case, factor: int) -> None:
    card = kt.evaluate(
        case.plan, case.actuals, year=case.year, rule=case.rule, inherit=case.inherit
    )
    codes = [indicator.code for indicator in case.plan.indicators]
    equal = card.by_region(weights=dict.fromkeys(codes, factor)).to_dicts()
    for row, plain in zip(equal, card.by_region().to_dicts(), strict=True):
        assert row["score"] == pytest.approx(plain["score"])
        assert row["rank"] == plain["rank"]


def test_summaries_are_values() -> None:
    summary = bengkulu().by_region()
    assert pickle.loads(pickle.dumps(summary)) == summary == bengkulu().by_region()
    assert summary != bengkulu(inherit="none").by_region()
    assert summary != bengkulu().by_indicator()
    assert len(summary) == 11
    assert isinstance(summary, kt.RegionSummary)
    assert repr(summary) == "<RegionSummary bengkulu-stunting-2024 2022: 11 rows>"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"missing": "skip"}, r"'missing'.*got 'skip'; allowed: .*complete"),
        ({"level": "county"}, "'level'.*allowed: nation, province"),
        (
            {"weights": {"stunting": 1}},
            "'weights': unknown indicator: got 'stunting'; did you mean",
        ),
        ({"weights": {"stunting_balita": -1}}, "'weights'.*got -1; allowed: zero or more"),
        ({"weights": {"stunting_balita": "1"}}, "'weights'.*got '1'; allowed: zero or more"),
        ({"weights": {"stunting_balita": True}}, "'weights'.*got True; allowed: zero or more"),
        (
            {"weights": {"stunting_balita": float("nan")}},
            "'weights'.*got nan; allowed: zero or more",
        ),
        ({"weights": {"stunting_balita": 0}}, "'weights'.*allowed: .*more than zero"),
        ({"minimum_coverage": 2}, "'minimum_coverage'"),
    ],
)
def test_options_that_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        bengkulu().by_region(**options)


def test_what_is_returned_cannot_be_changed() -> None:
    code = "bengkulu-2021"
    card = kt.evaluate(
        kt.load_plan(code), kt.load_actuals(code), year=2021, rule="bkkbn-bengkulu-2021"
    )
    for table in (card.by_region(), card.by_indicator(), card.chances(), card.project()):
        for name, column in table.values.items():
            cells = column.codes if isinstance(column, Categorical) else column
            assert isinstance(cells, np.ndarray), name
            with pytest.raises(ValueError, match="read-only"):
                cells[0] = 0


def test_each_objective_has_the_average_of_its_indicators() -> None:
    card = objectives()
    whole, found = card.by_region(), card.by_region().by_objective.to_dicts()
    assert [row["objective"] for row in found[:2]] == ["Kesehatan ibu dan anak", "Penduduk"]
    assert {row["region"] for row in found} == {row["region"] for row in whole}
    for row in found:
        own = [one.code for one in card.plan.indicators if one.objective == row["objective"]]
        part = card.select(indicator=own).by_region()
        (same,) = (one for one in part if one["region"] == row["region"])
        for name in ("score", "band", "rank", "scored", "expected", "coverage"):
            assert row[name] == same[name], name
    missing = next(row for row in found if row["scored"] == 1)
    assert (missing["region"], missing["expected"], missing["coverage"]) == ("17.71", 2, 0.5)
    weighted = card.by_region(weights={"i0": 3, "i1": 1}).by_objective.to_dicts()
    assert [row["score"] is None for row in weighted[:2]] == [False, True]


def test_a_plan_without_objectives_has_no_subtotals() -> None:
    found = bengkulu().by_region().by_objective
    assert len(found) == 0
    assert list(found.columns())[:4] == ["region", "region_name", "objective", "score"]


def test_subtotals_stand_below_the_averages() -> None:
    summary = objectives().with_language("id").by_region()
    text = str(summary)
    assert text.index("Sasaran") > text.index("Kota Bengkulu")
    assert summary.by_objective.language == "id"
    assert pickle.loads(pickle.dumps(summary)) == summary


def test_rank_sets_are_of_one_level() -> None:
    table = kt.load_actuals(CODE).to_frame("polars").to_dict(as_series=False)
    table |= {"standard_error": [0.01] * len(table["value"])}
    rows = kt.evaluate(kt.load_plan(CODE), table, year=2022, rule="permendagri-86-2017").by_region()
    # With hardly an error, every set is the rank itself, the province's that of the only one.
    assert [(row["rank_lower"], row["rank_upper"]) for row in rows] == [
        (row["rank"], row["rank"]) for row in rows
    ]
    assert sorted(row["rank"] for row in rows) == sorted([1, *range(1, 11)])
