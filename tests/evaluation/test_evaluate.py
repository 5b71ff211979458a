from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from attrs import evolve
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import Case, cases, percents, tree
from tabulated import read

import kencana_targets as kt
from kencana_targets.core import columns as column_work
from kencana_targets.core.errors import (
    ArgumentError,
    FormulaError,
    KencanaError,
    PlanError,
    TableError,
    UnknownNameError,
)
from kencana_targets.core.rounding import round_printed
from kencana_targets.core.terms import Rounding

FEW = examples(25)
PUBLISHED = {
    "iBangga": ("105.69", "Sangat Baik"),
    "MUKP": ("96.67", "Sangat Baik"),
    "keterjangkauan_program": ("134.23", "Sangat Baik"),
    "DCR": ("97.65", "Sangat Baik"),
    "MKJP": ("78.15", "Baik"),
}
# Printed figures that do not follow from their inputs: printed, and by how much they are off.
NOT_FOLLOWING = {
    "TFR": ("97.39", 1.30),
    "ASFR_15_19": ("128.67", 0.10),
    "mCPR": ("99.58", 0.33),
    "unmet_need": ("68.29", 12.21),
}


def columns(*rows: tuple[Any, ...], names: str = "indicator region year value") -> dict[str, Any]:
    cells = zip(*rows, strict=True) if rows else ([] for _ in names.split())
    return {name: list(column) for name, column in zip(names.split(), cells, strict=True)}


def run(case: Case, **changes: Any) -> kt.Scorecard:
    options: dict[str, Any] = {
        "year": case.year,
        "rule": case.rule,
        "inherit": case.inherit,
        **changes,
    }
    return kt.evaluate(
        options.pop("plan", case.plan), options.pop("actuals", case.actuals), **options
    )


def bengkulu(**options: Any) -> kt.Scorecard:
    code = "bengkulu-stunting-2024"
    options = {"year": 2022, "rule": "permendagri-86-2017", **options}
    return kt.evaluate(kt.load_plan(code), kt.load_actuals(code), **options)


def rows_of(card: kt.Scorecard) -> dict[str, dict[str, Any]]:
    return {row["region"]: row for row in card.to_dicts()}


def one_row(
    indicator: dict[str, Any],
    target: dict[str, Any],
    actual: float | None,
    rule: str | kt.ScoringRule = "permendagri-86-2017",
    region: str = "17",
    level: str = "17",
    year: float = 2024,
    **options: Any,
) -> dict[str, Any]:
    """Evaluate one figure."""
    figure = {"code": "a", "name": "A", "unit": "percent", "direction": "minimize", **indicator}
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(**figure)],
        targets=[{"indicator": "a", "region": level, "year": 2024, "value": None, **target}],
        coverage=[region],
    )
    # No table, in which a figure of at most 1 might be a share.
    actuals = kt.Actuals.of([kt.Actual(indicator="a", region=region, year=year, value=actual)])
    return kt.evaluate(plan, actuals, year=year, rule=rule, **options).to_dicts()[0]


# --- Bengkulu's own evaluation of 2021 -------------------------------------------------


def meeting() -> dict[str, dict[str, Any]]:
    code = "bengkulu-2021"
    card = kt.evaluate(
        kt.load_plan(code), kt.load_actuals(code), year=2021, rule="bkkbn-bengkulu-2021"
    )
    assert len(card) == 9
    return {row["indicator"]: row for row in card.to_dicts()}


@pytest.mark.parametrize("code", PUBLISHED)
def test_the_published_achievements_of_bengkulu(code: str) -> None:
    row = meeting()[code]
    printed, word = PUBLISHED[code]
    way = Rounding.TRUNCATE if code == "iBangga" else Rounding.HALF_UP
    assert round_printed(np.array(row["achievement"]), 2, way) == float(printed)
    assert row["band"] == word
    assert row["formula"] == ("inverse" if code == "DCR" else "ratio")
    assert (row["status"], row["reason"], row["target_basis"]) == ("scored", None, "official")


def test_one_published_achievement_is_truncated() -> None:
    row = meeting()["iBangga"]
    assert (row["score"], round(row["achievement"], 4)) == (105.7, 105.6985)


@pytest.mark.parametrize("code", NOT_FOLLOWING)
def test_printed_figures_that_do_not_follow_from_their_inputs(code: str) -> None:
    printed, off = NOT_FOLLOWING[code]
    row = meeting()[code]
    assert row["score"] != float(printed)
    assert float(printed) - row["score"] == pytest.approx(off, abs=0.005)


def test_the_printed_figures_are_those_of_the_reference() -> None:
    rows = read("published_achievements").where("agency", "Perwakilan BKKBN Bengkulu")
    printed = {
        cell.replace(",", ".") for cell in rows.where("year", "2021").text("achievement_printed")
    }
    ours = [printed_ for printed_, _ in (*PUBLISHED.values(), *NOT_FOLLOWING.values())]
    assert printed == set(ours)


def test_between_the_known_bounds_there_is_no_word() -> None:
    row = meeting()["TFR"]
    assert (row["score"], row["band"], row["status"]) == (96.09, None, "scored")
    assert row["reason"] == "the rule's source has no word for this percentage"
    assert meeting()["unmet_need"]["band"] == "Kurang"


# --- Bengkulu's stunting ---------------------------------------------------------------


def test_the_province_and_its_ten_regencies() -> None:
    rows = rows_of(bengkulu())
    assert list(rows) == ["17", *(f"17.0{n}" for n in range(1, 10)), "17.71"]
    path = 22.1 + (12.55 - 22.1) / 3
    assert rows["17"]["target"] == pytest.approx(path)
    assert rows["17"]["target_basis"] == "interpolated"
    assert rows["17.71"]["target"] == pytest.approx(22.2 + (9 - 22.2) / 3)
    assert rows["17.02"]["target"] == pytest.approx((26 + 16.2) / 2)
    inherited = [code for code, row in rows.items() if row["target_basis"].startswith("inherited")]
    assert inherited == [code for code in rows if code not in ("17", "17.02", "17.71")]
    assert {rows[code]["target"] for code in inherited} == {rows["17"]["target"]}
    plan, reached = (load("bengkulu-stunting-2024") for load in (kt.load_plan, kt.load_actuals))
    city = kt.evaluate(plan.within("17.71"), reached, year=2022, rule="permendagri-86-2017")
    assert city.to_dicts() == [rows["17.71"]]


def test_kaur_was_past_its_target_before_it_began() -> None:
    row = rows_of(bengkulu())["17.04"]
    assert (row["baseline"], row["actual"]) == (11.3, 12.4)
    assert row["met"] is True
    assert row["status"] == "scored"
    assert row["progress"] is None
    assert row["achievement"] == pytest.approx(100 * (2 - 12.4 / row["target"]))
    own = rows_of(bengkulu(inherit="end-target"))["17.04"]
    # It was better than the province's end target: its path holds what it has.
    assert own["target"] == 11.3
    assert own["target_basis"] == "interpolated-to-inherited"
    assert own["met"] is False
    none = rows_of(bengkulu(inherit="none"))["17.04"]
    assert (none["status"], none["target"], none["band"]) == ("no-target", None, None)
    assert none["reason"] == "no target is set, here or in a region above"


def test_the_share_of_the_road() -> None:
    row = rows_of(bengkulu())["17"]
    assert row["progress"] == pytest.approx((22.1 - 19.8) / (22.1 - 12.55))


def test_a_year_without_an_actual() -> None:
    row = rows_of(bengkulu(year=2024))["17"]
    assert (row["target"], row["target_basis"]) == (12.55, "official")
    assert (row["status"], row["reason"]) == ("no-actual", "no actual for the year")
    assert [
        row[name] for name in ("actual", "gap", "achievement", "score", "band", "met", "formula")
    ] == [None] * 7


def test_the_year_of_the_baseline() -> None:
    row = rows_of(bengkulu(year=2021))["17"]
    assert (row["target"], row["actual"], row["target_basis"]) == (22.1, 22.1, "interpolated")
    assert (row["gap"], row["achievement"], row["met"], row["progress"]) == (0, 100, True, 0)


# --- Awkward figures -------------------------------------------------------------------


def test_an_actual_of_zero_under_the_inverse_formula() -> None:
    row = one_row({}, {"value": 12.55}, 0, rule="bkkbn-2023")
    assert (row["status"], row["score"], row["band"]) == ("undefined", None, None)
    assert row["reason"] == "the inverse formula T/R is undefined for an actual of zero"
    assert (row["met"], row["gap"]) == (True, 12.55)


def test_an_actual_of_zero_under_the_reflected_formula() -> None:
    row = one_row({}, {"value": 12.55}, 0)
    assert (row["achievement"], row["score"], row["met"]) == (200, 200, True)
    assert row["band"] == "Sangat Tinggi"


@pytest.mark.parametrize("direction", ["maximize", "minimize", "stabilize"])
def test_a_target_of_zero_has_no_percentage(direction: str) -> None:
    row = one_row({"direction": direction}, {"value": 0}, 4, rule="kemenkeu-kmk-127-2026")
    assert (row["status"], row["achievement"]) == ("undefined", None)
    assert row["reason"] == "a target of zero has no percentage without a named worst value"
    assert row["met"] is (direction == "maximize")


def test_a_worst_value_gives_a_target_of_zero_a_percentage() -> None:
    row = one_row({}, {"value": 0, "worst": 10}, 4, rule="kemenkeu-kmk-127-2026")
    assert (row["achievement"], row["status"]) == (60, "scored")


@pytest.mark.parametrize("order", [1, -1])
def test_why_a_figure_has_no_percentage_is_told_of_each_rule(order: int) -> None:
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="a", name="A", unit="percent", direction="minimize")],
        targets={"indicator": ["a"], "region": ["17"], "year": [2024], "value": [8.0]},
    )
    actuals = kt.Actuals.of([kt.Actual(indicator="a", region="17", year=2024, value=0)])
    rules = ["bkkbn-2023", "bkkbn-diy-2020"][::order]
    rows = kt.evaluate(plan, actuals, year=2024, rule=rules).to_dicts()
    found = {row["formula"]: (row["achievement"], row["reason"]) for row in rows}
    undefined = "the inverse formula T/R is undefined for an actual of zero"
    assert found == {"inverse": (None, undefined), "reflected": (200, None)}


def test_mixed_signs_have_no_meaning() -> None:
    row = one_row({"direction": "maximize"}, {"value": 3}, -100)
    assert row["reason"] == "actual and target differ in sign: their ratio has no meaning"
    assert (row["status"], row["met"], row["gap"]) == ("undefined", False, -103)


def test_a_negative_target_is_reflected() -> None:
    row = one_row({"direction": "maximize"}, {"value": -0.5}, -0.55, rule="kemenkeu-kmk-127-2026")
    assert (row["score"], row["formula"]) == (pytest.approx(90), "reflected")
    row = one_row({}, {"value": -10}, -11, rule="kemenkeu-kmk-127-2026")
    assert row["reason"] == "no formula is known for a negative target of this direction"


@pytest.mark.parametrize(
    ("direction", "bounds", "actual", "achievement", "met", "gap"),
    [
        ("minimize", {"upper": 20}, 18, 100, True, 0),
        ("minimize", {"upper": 20}, 30, 50, False, -10),
        ("maximize", {"lower": 80, "upper": 90}, 85, 100, True, 0),
        ("maximize", {"lower": 80, "upper": 90}, 70, 87.5, False, -10),
        ("maximize", {"lower": 80, "upper": 90}, 99, 110, True, 9),
        ("minimize", {"lower": 7, "upper": 8}, 6.5, 100 * (2 - 6.5 / 7), True, 0.5),
        ("minimize", {"lower": 7, "upper": 8}, 9, 87.5, False, -1),
        ("maximize", {"lower": 95}, 95, 100, True, 0),
    ],
)
def test_range_targets(
    direction: str,
    bounds: dict[str, float],
    actual: float,
    achievement: float,
    met: bool,
    gap: float,
) -> None:
    row = one_row({"direction": direction}, bounds, actual)
    assert row["formula"] == "range"
    assert row["achievement"] == pytest.approx(achievement)
    assert (row["met"], row["gap"]) == (met, pytest.approx(gap))


@pytest.mark.parametrize(
    ("direction", "value", "actual", "target"),
    [
        ("maximize", None, 5.5, 5.2),
        ("maximize", None, 4.8, 4.9),
        ("maximize", None, 5.0, 4.9),
        ("maximize", 5.1, 5.0, 5.1),
        ("maximize", 5.1, 5.5, 5.2),
        ("maximize", None, None, 4.9),
        ("minimize", None, 5.5, 5.2),
        ("minimize", None, 4.8, 4.9),
        ("minimize", None, 5.0, 5.2),
        ("stabilize", None, 5.5, 5.2),
        ("stabilize", None, 5.0, 5.05),
    ],
)
def test_the_target_of_a_range_is_the_bound_that_achievement_and_gap_use(
    direction: str, value: float | None, actual: float | None, target: float
) -> None:
    bounds = {"value": value, "lower": 4.9, "upper": 5.2}
    rule = "kemenkeu-kmk-127-2026" if direction == "stabilize" else "permendagri-86-2017"
    row = one_row({"direction": direction}, bounds, actual, rule)
    assert row["target"] == pytest.approx(target)
    if actual is not None and not 4.9 <= actual <= 5.2:
        assert abs(row["gap"]) == abs(row["target"] - actual)
        if row["achievement"] is not None:
            ratio = actual / row["target"]
            percent = 100 * (ratio if direction == "maximize" else 2 - ratio)
            assert row["achievement"] == pytest.approx(percent, abs=1e-12)


@pytest.mark.parametrize(
    ("direction", "target", "actual", "met"),
    [
        ("minimize", {"upper": 20, "open_ends": "upper"}, 20, False),
        ("minimize", {"upper": 20, "open_ends": "upper"}, 19.9, True),
        ("minimize", {"upper": 0.3, "open_ends": "upper"}, 0.1 + 0.2, False),
        ("maximize", {"lower": 95, "open_ends": "lower"}, 95, False),
        ("maximize", {"lower": 95, "open_ends": "lower"}, 95.1, True),
        ("maximize", {"lower": 80, "upper": 90, "open_ends": "upper"}, 80, True),
        # Beyond the end that is not missed the target is met, and so at it.
        ("maximize", {"lower": 80, "upper": 90, "open_ends": "both"}, 90, True),
        ("minimize", {"lower": 7, "upper": 8, "open_ends": "both"}, 8, False),
        ("minimize", {"lower": 7, "upper": 8, "open_ends": "both"}, 7, True),
        ("stabilize", {"lower": 3, "upper": 5, "open_ends": "both"}, 5, False),
        ("stabilize", {"lower": 3, "upper": 5, "open_ends": "both"}, 3, False),
    ],
)
def test_an_open_end_does_not_meet_its_target(
    direction: str, target: dict[str, Any], actual: float, met: bool
) -> None:
    row = one_row({"direction": direction}, target, actual, "kemenkeu-kmk-127-2026")
    assert (row["met"], row["gap"]) == (met, pytest.approx(0))
    assert row["achievement"] == (None if direction == "stabilize" else pytest.approx(100))


def test_an_open_end_is_inherited() -> None:
    target = {"upper": 20, "open_ends": "upper"}
    row = one_row({}, target, 20, level="17", region="17.01")
    assert (row["target_basis"], row["met"]) == ("inherited", False)


def test_a_stabilize_range_is_met_or_not_but_has_no_percentage() -> None:
    row = one_row({"direction": "stabilize"}, {"lower": 3, "upper": 5}, 4, "kemenkeu-kmk-127-2026")
    assert (row["status"], row["met"]) == ("undefined", True)
    assert row["reason"] == "no source gives a percentage for a stabilize indicator with a range"


def test_not_measured_at_this_level() -> None:
    row = one_row({"levels": ["province"]}, {"value": 12.55}, 10, region="17.04")
    assert (row["status"], row["reason"]) == (
        "not-measured",
        "the indicator is not measured at this level",
    )
    for name in ("target", "target_basis", "target_source", "achievement", "score", "band", "met"):
        assert row[name] is None


def test_a_range_of_another_level_measures_nothing_either() -> None:
    row = one_row({"levels": ["province"]}, {"upper": 20}, 10, region="17.04")
    assert row["status"] == "not-measured"
    for name in ("target", "gap", "achievement", "score", "band", "met", "formula", "progress"):
        assert row[name] is None


def test_a_target_without_an_actual_and_an_actual_without_a_target() -> None:
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="a", name="A", unit="%", direction="maximize")],
        targets=columns(("a", "17", 2024, 50)),
    )
    actuals = columns(("a", "11", 2024, 50), ("a", "17.04", 2024, None))
    rows = rows_of(kt.evaluate(plan, actuals, year=2024, rule="pmk-107-2024"))
    assert {region: row["status"] for region, row in rows.items()} == {
        "11": "no-target",
        "17": "no-actual",
        "17.04": "no-actual",
    }


def test_an_empty_cell_is_not_a_zero() -> None:
    row = one_row({}, {"value": 12.55}, None)
    assert (row["status"], row["actual"]) == ("no-actual", None)


def test_fractional_years() -> None:
    card = bengkulu(year=2022.5)
    assert rows_of(card)["17"]["target"] == pytest.approx((22.1 + 12.55) / 2)
    assert rows_of(card)["17"]["year"] == 2022.5
    row = one_row({"shape": "linear"}, {"value": 12}, 10, year=2024)
    assert row["year"] == 2024
    assert isinstance(row["year"], int)


def test_a_figure_inside_the_year_is_not_passed_over() -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    actuals = columns(("stunting_balita", "17", 2022.5, 20))
    with pytest.raises(TableError) as caught:
        kt.evaluate(plan, actuals, year=2022, rule="permendagri-86-2017")
    assert str(caught.value) == (
        "actuals: row 1, column 'year': a figure inside the year 2022: got 2022.5; "
        "evaluate that date, or give the figure a whole year"
    )
    card = kt.evaluate(plan, actuals, year=2022.5, rule="permendagri-86-2017")
    assert rows_of(card)["17"]["actual"] == 20


def test_regions_written_by_name() -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    names = ["Provinsi Bengkulu", "KAB. KAUR", "Muko Muko", "Kota Bengkulu"]
    actuals = columns(*(("stunting_balita", name, 2022, 15.0) for name in names))
    rows = rows_of(kt.evaluate(plan, actuals, year=2022, rule="permendagri-86-2017"))
    assert [code for code, row in rows.items() if row["actual"] == 15] == [
        "17", "17.04", "17.06", "17.71",
    ]  # fmt: skip


def test_several_instruments_are_chosen_by_name() -> None:
    plan = kt.load_plan("rpjmn-2020-2024")
    release = next(
        word for word in plan.targets.text("instrument").categories if "SSGI 2024" in word
    )
    actuals = kt.load_actuals("rpjmn-2020-2024")

    def stunting(chosen: kt.Plan) -> dict[str, Any]:
        card = kt.evaluate(chosen, actuals, year=2024, rule="permendagri-86-2017")
        return card.to_dicts()[card.find_row("00", "stunting_balita")]

    law, series = stunting(plan), stunting(plan.with_instruments(release))
    assert (law["target"], law["met"]) == (14, False)
    assert law["target_source"].startswith("RPJMN 2020-2024 (Perpres 18/2020); https://")
    assert (series["target"], series["met"]) == (20.1, True)
    assert series["target_source"].startswith(release)


def test_a_rule_without_a_score_for_a_percentage() -> None:
    row = one_row({"direction": "maximize"}, {"value": 100}, 105, rule="permenpanrb-8-2021")
    assert (row["achievement"], row["score"], row["band"]) == (105, None, "Baik")
    assert row["status"] == "undefined"
    assert row["reason"] == "the rule's source states no score for this percentage"


def test_a_rule_without_bands() -> None:
    row = one_row({}, {"value": 10}, 10, rule="kemenkeu-kmk-127-2026")
    assert (row["status"], row["score"], row["band"]) == ("scored", 100, None)
    assert row["reason"] == "the rule's source states no bands"


# --- Properties ------------------------------------------------------------------------


@given(cases())
@examples(40)
def test_every_row_is_whole(case: Case) -> None:
    card = run(case)
    for row in card.to_dicts():
        scored = row["status"] == "scored"
        assert (row["score"] is not None) == scored
        assert (row["reason"] is None) == (scored and row["band"] is not None)
        assert (row["target"] is None) == (row["target_basis"] is None)
        assert (row["target"] is None) == (row["status"] in ("no-target", "not-measured"))
        assert (row["gap"] is None) == (row["met"] is None) == (row["formula"] is None)
        if row["direction"] != "stabilize" and row["gap"] is not None:
            assert row["met"] == (row["gap"] >= -1e-9)
        if scored and row["direction"] != "stabilize":
            assert row["met"] == (row["achievement"] >= 100 - 1e-9)


@given(cases(), st.randoms(use_true_random=False))
@FEW
def test_the_order_of_rows_does_not_matter(case: Case, random: Any) -> None:
    order = list(range(len(case.actuals["value"])))
    random.shuffle(order)
    shuffled = {name: [cells[row] for row in order] for name, cells in case.actuals.items()}
    assert run(case, actuals=shuffled) == run(case)


@given(cases())
@FEW
def test_the_library_of_the_frame_does_not_matter(case: Case) -> None:
    expected = run(case)
    schema = {
        "indicator": pl.String,
        "region": pl.String,
        "year": pl.Int64,
        "value": pl.Float64,
        "source": pl.String,
    }
    frame = pl.DataFrame(case.actuals, schema=schema)
    kinds = {"value": float, "year": "Int64"}
    for other in (
        frame,
        frame.lazy(),
        frame.cast({pl.String: pl.Categorical}),
        pd.DataFrame(case.actuals).astype(kinds),
        frame.to_arrow(),
        pa.Table.from_pylist(frame.to_dicts(), schema=frame.to_arrow().schema),
        frame.to_dicts() or case.actuals,
        kt.Actuals.from_frame(frame),
        kt.read_actuals(frame, plan=case.plan),
    ):
        assert run(case, actuals=other) == expected


@given(cases(), st.integers(1, 7))
@FEW
def test_the_size_of_chunks_does_not_matter(case: Case, size: int) -> None:
    expected = run(case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(column_work, "CHUNK", size)
        assert run(case) == expected


def test_threads_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = bengkulu().to_dicts()
    monkeypatch.setattr(column_work, "CHUNK", 2)
    monkeypatch.setattr(column_work, "FEW", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 4)
    assert bengkulu().to_dicts() == expected


@given(cases())
@FEW
def test_several_years_are_one_year_at_a_time(case: Case) -> None:
    years = sorted({int(year) for year in case.plan.targets.year})
    together = run(case, year=years)
    assert together.years == tuple(years)
    for year in years:
        assert together.for_year(year) == run(case, year=year)
    assert together.to_dicts() == [row for year in years for row in run(case, year=year).to_dicts()]


@given(cases())
@FEW
def test_what_others_do_does_not_matter(case: Case) -> None:
    """A province is judged alone as among all, its own nation above it."""
    kept = ["00", "81", "81.01", "81.02", "81.71"]
    few = {
        name: [
            cell
            for cell, region in zip(cells, case.actuals["region"], strict=True)
            if region in kept
        ]
        for name, cells in case.actuals.items()
    }
    figures = {}
    for side in ("baselines", "targets"):
        table = getattr(case.plan, side)
        figures[side] = table.take(np.flatnonzero(np.isin(table.region.to_list(), kept)))
    if not len(figures["targets"]):
        return
    alone = evolve(case.plan, regions=[r for r in tree() if r.code in kept], **figures)
    expected = [row for row in run(case).to_dicts() if row["region"] in kept]
    try:
        found = run(case, plan=alone, actuals=few).to_dicts()
    except PlanError:
        assert all(row["target"] is None for row in expected)
    else:
        assert found == expected


@given(cases())
@FEW
def test_scorecards_pickle(case: Case) -> None:
    card = run(case)
    again = pickle.loads(pickle.dumps(card))
    assert again == card
    assert again.to_dicts() == card.to_dicts()


@given(percents, percents, percents, st.sampled_from(["reflected", "inverse"]))
@FEW
def test_less_stunting_never_scores_less(
    target: float, first: float, second: float, formula: str
) -> None:
    rule = kt.load_rule("permendagri-86-2017").with_formulas(minimize=formula)
    low, high = sorted((first, second))
    better, worse = (
        one_row({}, {"value": target}, actual, rule)["score"] for actual in (low, high)
    )
    assert better >= worse


# --- Bad input, through the public face --------------------------------------------------


PLAN_TOML = """\
code = "own"
name = "Own plan"

[[indicators]]
code = "stunting"
name = "Stunting"
unit = "percent"
direction = "minimize"
lower = 0
upper = 100
shape = "linear"
"""


def write_plan(folder: Path, targets: str, baselines: str = "", plan: str = PLAN_TOML) -> Path:
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    (folder / "targets.csv").write_text(targets, encoding="utf-8")
    if baselines:
        (folder / "baselines.csv").write_text(baselines, encoding="utf-8")
    return folder


def stunting_problems(*rows: tuple[Any, ...], year: Any = 2022) -> list[str]:
    plan = kt.load_plan("bengkulu-stunting-2024")
    with pytest.raises(TableError) as caught:
        kt.evaluate(plan, columns(*rows), year=year, rule="permendagri-86-2017")
    return [str(problem) for problem in caught.value.problems]


def test_an_unknown_indicator() -> None:
    assert stunting_problems(("stunting_balit", "17", 2022, 20)) == [
        "row 1, column 'indicator': unknown indicator: got 'stunting_balit'; did you mean 'stunting_balita'?"
    ]


def test_a_mistyped_region_offers_the_nearest() -> None:
    (found,) = stunting_problems(("stunting_balita", "Kab. Mukomukoo", 2022, 20))
    assert found.startswith("row 1, column 'region': ")
    assert "did you mean" in found or "the nearest" in found
    assert "'Kabupaten Mukomuko' (17.06)" in found


def test_an_unknown_region() -> None:
    (found,) = stunting_problems(("stunting_balita", "Atlantis Raya", 2022, 20))
    assert found.startswith("row 1, column 'region': ")
    assert "'Atlantis Raya'" in found


def test_names_in_a_table_already_read() -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    for word, problem in (
        ("17.99", "unknown region code: got '17.99'; known are 17.01, 17.02"),
        ("Kab. Kaur", "a name where a code belongs: got 'Kab. Kaur'; write '17.04'"),
    ):
        actuals = kt.Actuals.from_frame(columns(("stunting_balita", word, 2022, 20)))
        with pytest.raises(TableError, match=f"row 1, column 'region': {problem}"):
            kt.evaluate(plan, actuals, year=2022, rule="permendagri-86-2017")


def test_a_duplicated_actual() -> None:
    row = ("stunting_balita", "17", 2022)
    assert stunting_problems((*row, 20), ("stunting_balita", "17.04", 2022, 9), (*row, 21)) == [
        (
            "row 3: two actuals for indicator 'stunting_balita' in region '17', 2022: got 21; "
            "keep one: the other is in row 1"
        )
    ]


def test_a_region_twice_under_two_names() -> None:
    (found,) = stunting_problems(
        ("stunting_balita", "17.04", 2022, 20), ("stunting_balita", "Kaur", 2022, 21)
    )
    assert "two actuals for indicator 'stunting_balita' in region '17.04', 2022" in found


def test_a_percent_above_its_bound() -> None:
    assert stunting_problems(("stunting_balita", "17", 2022, 198)) == [
        (
            "row 1, column 'value': outside the bounds of the indicator: got 198; "
            "allowed: 0 to 100; correct the figure or the bounds of 'stunting_balita'"
        )
    ]


def test_text_in_a_number_column() -> None:
    (found,) = stunting_problems(("stunting_balita", "17", 2022, "dua puluh"))
    assert found.startswith("row 1, column 'value': not a number: got 'dua puluh'; write a number")


def test_a_missing_column() -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    actuals = columns(("stunting_balita", "17", 20), names="indicator region value")
    with pytest.raises(TableError, match=r"missing column 'year': got \['indicator', 'region', 'v"):
        kt.evaluate(plan, actuals, year=2022, rule="permendagri-86-2017")


def test_problems_of_actuals_come_together() -> None:
    found = stunting_problems(
        ("stuntin_balita", "17", 2022, 20),
        ("stunting_balita", "Kab. Mukomukoo", 2022, 20),
        ("stunting_balita", "17", 2022, "20,5 %%"),
        ("stunting_balita", "17.04", None, 20),
        ("stunting_balita", "17.04", 2022, -5),
    )
    assert len(found) == 5
    for row in range(1, 6):
        assert sum(text.startswith(f"row {row},") for text in found) == 1


def test_a_year_in_which_no_target_is_in_force_says_why_in_each_row() -> None:
    card = bengkulu(inherit="none", year=2022)
    assert {row["status"] for row in card.to_dicts()} == {"scored", "no-target"}
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="a", name="A", unit="%", direction="maximize")],
        targets=columns(("a", "17", 2022, 50), ("a", "17", 2024, 60)),
    )
    (row,) = kt.evaluate(
        plan, columns(("a", "17", 2023, 55)), year=2023, rule="bkkbn-2023"
    ).to_dicts()
    assert (row["status"], row["score"]) == ("no-target", None)
    assert row["reason"] == "no official target for the year, and no path shape is declared"


@pytest.mark.parametrize("year", [2030, 1999])
def test_a_year_outside_the_path(year: int) -> None:
    with pytest.raises(PlanError) as caught:
        bengkulu(year=[2022, year])
    assert str(caught.value) == (
        "bengkulu-stunting-2024: argument 'year': no target for this year: "
        f"got {year}; allowed: 2021 to 2024; evaluate a year of the plan, or add targets to it"
    )


def test_an_actual_without_a_plan() -> None:
    with pytest.raises(ArgumentError, match="'plan'.*got None; allowed: a Plan"):
        kt.evaluate(None, columns(("a", "17", 2022, 1)), year=2022, rule="bkkbn-2023")  # type: ignore[arg-type]


def test_a_plan_without_a_target(tmp_path: Path) -> None:
    write_plan(tmp_path, "indicator,region,year,value\n")
    with pytest.raises(
        PlanError, match=r"targets.csv.*no figures under the header; fill in at least one"
    ):
        kt.read_plan(tmp_path)
    write_plan(tmp_path, "indicator,region,year,value\nstunting,17,2024,\n")
    with pytest.raises(PlanError, match="no target; a plan promises something"):
        kt.read_plan(tmp_path)


def test_a_minimize_indicator_under_a_rule_without_a_formula() -> None:
    with pytest.raises(
        FormulaError, match="the rule 'pmk-107-2024' names no formula for a minimize"
    ):
        bengkulu(rule="pmk-107-2024")
    chosen = kt.load_rule("pmk-107-2024").with_formulas(minimize="inverse")
    assert rows_of(bengkulu(rule=chosen))["17"]["formula"] == "inverse"


@pytest.mark.parametrize(
    ("options", "kind", "text"),
    [
        (
            {"rule": "permendagri"},
            UnknownNameError,
            "unknown rule: got 'permendagri'; did you mean",
        ),
        ({"rule": None}, ArgumentError, "'rule'.*a ScoringRule or the code of one"),
        ({"year": "2022"}, ArgumentError, "'year'.*got '2022'; allowed: a year such as 2022"),
        ({"year": True}, ArgumentError, "'year'.*got True"),
        ({"year": float("nan")}, ArgumentError, "'year'.*got nan; allowed: a year such as"),
        ({"year": 20222}, ArgumentError, "'year'.*got 20222"),
        ({"year": []}, ArgumentError, "'year'.*at least one year, each once"),
        ({"year": [2022, 2022]}, ArgumentError, "'year'.*at least one year, each once"),
        ({"inherit": "parent"}, ArgumentError, "'inherit'.*allowed: path, end-target, none"),
    ],
)
def test_options_that_are_refused(
    options: dict[str, Any], kind: type[Exception], text: str
) -> None:
    with pytest.raises(kind, match=text):
        bengkulu(**options)


def test_a_plan_folder_is_evaluated_like_a_shipped_one(tmp_path: Path) -> None:
    folder = write_plan(
        tmp_path,
        "indicator;region;year;value;instrument\nstunting;Provinsi Bengkulu;2024;12,55;Perda 1\n",
        "indicator;region;year;value\nstunting;17;2021;22,1\n",
    )
    actuals = tmp_path / "actuals.csv"
    actuals.write_text("indicator;region;year;value\nstunting;Bengkulu;2022;19,8\n", "utf-8")
    plan = kt.read_plan(folder)
    card = kt.evaluate(
        plan, kt.read_actuals(actuals, plan=plan), year=2022, rule="permendagri-86-2017"
    )
    mine, shipped = rows_of(card)["17"], rows_of(bengkulu())["17"]
    for name in ("target", "actual", "achievement", "score", "band", "met", "progress"):
        assert mine[name] == shipped[name]
    assert mine["target_source"] == "Perda 1"


def test_years_of_any_kind() -> None:
    assert bengkulu(year=np.array([2022, 2024])) == bengkulu(year=[2022, 2024])
    assert bengkulu(year=range(2022, 2024)).years == (2022, 2023)
    assert bengkulu(year=[2024, 2022]) == bengkulu(year=[2022, 2024])
    assert bengkulu(year=np.int64(2022)) == bengkulu()


@pytest.mark.parametrize(
    ("year", "text"),
    [
        (1899, "a year such as 2022"),
        (1900, "no target for this year"),
        (2200, "no target for this year"),
        (2201, "a year such as 2022"),
    ],
)
def test_years_are_those_of_a_calendar_and_then_of_the_plan(year: int, text: str) -> None:
    code = "bengkulu-stunting-2024"
    with pytest.raises(KencanaError, match=text):
        kt.evaluate(
            kt.load_plan(code), kt.load_actuals(code), year=year, rule="permendagri-86-2017"
        )
