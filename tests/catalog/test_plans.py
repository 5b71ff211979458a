from __future__ import annotations

import pickle

import numpy as np
import pytest
from polars.testing import assert_frame_equal

import kencana_targets as kt
from kencana_targets.core.errors import UnknownNameError
from kencana_targets.core.resources import data_path

CODES = [
    "bengkulu-2021",
    "bengkulu-stunting-2024",
    "rpjmn-2020-2024",
    "rpjmn-2025-2029",
    "stunting-2020-2024",
]
STUNTING = "stunting_balita"


def test_the_plans_that_are_shipped() -> None:
    assert kt.list_plans() == CODES


@pytest.mark.parametrize("code", CODES)
def test_every_figure_has_a_source(code: str) -> None:
    plan, actuals = kt.load_plan(code), kt.load_actuals(code)
    for figures in (plan.baselines, plan.targets, actuals):
        for source in figures.source.to_list():
            assert source is not None
            assert "://" in source
            assert "[U]" not in source
            assert "verif" not in source.lower()
    assert all(plan.targets.text("instrument").to_list())
    assert all(indicator.source and indicator.name_id for indicator in plan.indicators)
    assert plan.sources
    assert plan.name
    assert plan.name_id


@pytest.mark.parametrize("code", CODES)
def test_actuals_belong_to_their_plan(code: str) -> None:
    plan, actuals = kt.load_plan(code), kt.load_actuals(code)
    assert plan.code == code
    assert set(actuals.indicator.categories) <= {indicator.code for indicator in plan.indicators}
    assert np.isfinite(actuals.value).all()


@pytest.mark.parametrize("code", CODES)
def test_shipped_plans_pickle_and_are_what_the_readers_read(code: str) -> None:
    plan, actuals, folder = kt.load_plan(code), kt.load_actuals(code), data_path("plans", code)
    read, reached = kt.read_plan(folder), kt.read_actuals(folder / "actuals.csv", plan=plan)
    assert pickle.loads(pickle.dumps(plan)) == plan == read
    assert actuals == reached
    assert str(plan.targets.where(1, "value")) == str(read.targets.where(1, "value"))
    assert list(actuals.columns) == list(reached.columns)


def test_the_nine_indicators_of_bengkulu() -> None:
    plan = kt.load_plan("bengkulu-2021")
    printed = {
        "TFR": (2.21, 2.30, "minimize"),
        "ASFR_15_19": (36, 28, "minimize"),
        "mCPR": (65.49, 65, "maximize"),
        "iBangga": (52.47, 55.46, "maximize"),
        "MUKP": (21, 20.3, "maximize"),
        "keterjangkauan_program": (60, 80.54, "maximize"),
        "DCR": (24.51, 25.1, "minimize"),
        "MKJP": (31.99, 25, "maximize"),
        "unmet_need": (7.01, 12.5, "minimize"),
    }
    actual = {
        figure.indicator: figure.value
        for figure in kt.load_actuals("bengkulu-2021")
        if figure.year == 2021
    }
    found = {
        indicator.code: (
            plan.target(indicator.code, "17", 2021).value,
            actual[indicator.code],
            indicator.direction,
        )
        for indicator in plan.indicators
    }
    assert found == printed


def test_what_was_national_and_provincial_only_in_2021() -> None:
    plan = kt.load_plan("bengkulu-2021")
    above = {i.code for i in plan.indicators if not i.is_measured_at(kt.Level.REGENCY)}
    assert above == {"TFR", "ASFR_15_19", "MUKP", "DCR"}
    assert all(indicator.is_measured_at(kt.Level.PROVINCE) for indicator in plan.indicators)


def test_bengkulu_stunting_has_the_province_and_ten_regencies() -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    assert len(plan.covered) == 11
    assert {target.region: (target.year, target.value) for target in plan.targets} == {
        "17": (2024, 12.55),
        "17.02": (2024, 14),
        "17.71": (2024, 9),
    }
    assert plan.target("stunting_balita", "17.02", 2023)[:2] == (16.2, "official")
    assert [baseline.value for baseline in plan.baselines if baseline.region == "17.04"] == [11.3]


def test_the_national_plan_has_official_years_only_where_they_were_found() -> None:
    plan = kt.load_plan("rpjmn-2020-2024")
    official = {
        code: [target.year for target in plan.targets if target.indicator == code]
        for code in ("TFR", "mCPR", "unmet_need", "iBangga")
    }
    assert official["TFR"] == [2021, 2022, 2024]
    with pytest.raises(kt.KencanaError, match="no path shape is declared"):
        plan.target("TFR", "00", 2023)
    assert plan.target("unmet_need", "00", 2023)[:2] == (7.7, "official")
    assert plan.instruments == ("RPJMN 2020-2024 (Perpres 18/2020)",)


@pytest.mark.parametrize("load", [kt.load_plan, kt.load_actuals])
def test_unknown_codes_offer_the_nearest(load: object) -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown plan: got 'bengkulu'; did you mean 'bengk"
    ):
        load("bengkulu")  # type: ignore[operator]


PROVINCES = [region.code for region in kt.load_regions() if region.level == "province"]


@pytest.mark.parametrize("province", PROVINCES)
def test_every_province_is_evaluated_within_itself(province: str) -> None:
    plan = kt.load_plan("stunting-2020-2024").within(province)
    card = kt.evaluate(
        plan,
        kt.load_actuals("stunting-2020-2024"),
        year=[2022, 2023, 2024],
        rule="permendagri-86-2017",
    )
    rows = card.to_dicts()
    assert {row["region"][:2] for row in rows} == {province}
    assert {row["year"] for row in rows if row["region"] == province} == {2022, 2023, 2024}
    for row in rows:
        assert row["target"] is not None
        assert row["status"] == "scored" or row["reason"]


def test_the_nation_is_what_was_printed() -> None:
    actuals = [one for one in kt.load_actuals("stunting-2020-2024") if one.region == "00"]
    assert {one.survey: one.value for one in actuals} == {
        "SSGI 2021": 24.4,
        "SSGI 2022": 21.6,
        "SKI 2023": 21.5,
        "SSGI 2024": 19.8,
    }
    plan = kt.load_plan("stunting-2020-2024")
    assert [plan.target(STUNTING, "00", y).value for y in (2022, 2023, 2024)] == [18.4, 16, 14]
    # The target that came with the next plan judges no year, and can be asked for.
    later = "series of the RPJMN 2025-2029"
    assert plan.target(STUNTING, "00", 2024, instrument=later).value == 20.1


def test_bengkulu_is_as_its_own_plan_has_it() -> None:
    whole = kt.load_plan("stunting-2020-2024").within("Bengkulu")
    own = kt.load_plan("bengkulu-stunting-2024")
    kept = ["region", "year", "target", "basis", "instrument"]
    frames = (plan.to_frame("polars").select(kept) for plan in (whole, own))
    assert_frame_equal(*frames, categorical_as_str=True)
    figures = {(one.region, one.year): one.value for one in kt.load_actuals("stunting-2020-2024")}
    for actual in kt.load_actuals("bengkulu-stunting-2024"):
        assert figures[actual.region, actual.year] == actual.value


def test_targets_of_ran_pasti_come_first() -> None:
    plan = kt.load_plan("stunting-2020-2024")
    assert plan.target(STUNTING, "64", 2024).value == 12.83
    assert plan.target(STUNTING, "52", 2024).value == 17.98
    assert plan.target(STUNTING, "52", 2024, instrument="BKKBN NTB statement 20-3-2024").value == 17
    # An update of 2024 does not judge the years before it.
    assert plan.target(STUNTING, "71", 2023)[:2] == (16, "inherited")
    assert plan.target(STUNTING, "71", 2024)[:2] == (19, "official")


def test_papua_before_and_after_its_division_are_two_things() -> None:
    plan, actuals = kt.load_plan("stunting-2020-2024"), kt.load_actuals("stunting-2020-2024")
    years: dict[str, set[float]] = {}
    for one in actuals:
        years.setdefault(one.region, set()).add(one.year)
    for province in ("91-34", "92-34"):
        assert years[province] == {2021, 2022}
    for province in ("91", "92", "93", "94", "95", "96"):
        assert min(years.get(province, {2023})) >= 2023
    assert plan.regions.find("Papua").code == "91"
    assert plan.regions.find("Papua Barat").code == "92"
    assert not {one.region for one in plan.baselines} & set("91 92 93 94 95 96".split())


def test_doubtful_figures_stay_out() -> None:
    shipped = {(one.region, one.survey) for one in kt.load_actuals("stunting-2020-2024")}
    doubtful = {("95", "SSGI 2024"), ("61", "SKI 2023"), ("16.04", "SSGI 2021")}
    doubtful |= {("32.05", "SSGI 2021"), ("11.03", "SSGI 2021")}
    assert not shipped & doubtful
    # The weakest kind of figure is named as such.
    predicted = {survey for region, survey in shipped if region == "53"}
    assert "SSGI 2022, small-area prediction of BPS" in predicted


def test_the_national_plan_after_2024() -> None:
    plan = kt.load_plan("rpjmn-2025-2029")
    assert [plan.target(STUNTING, "00", y).value for y in (2025, 2029)] == [18.8, 14.2]
    assert plan.target(STUNTING, "00", 2027)[:2] == (pytest.approx(16.5), "interpolated")
    decree = "decree of Bappenas on focus locations 2025"
    assert plan.target(STUNTING, "00", 2025, instrument=decree).value == 18
