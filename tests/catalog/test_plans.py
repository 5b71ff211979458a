from __future__ import annotations

import pickle

import numpy as np
import pytest

import kencana_targets as kt
from kencana_targets.core.errors import UnknownNameError

CODES = ["bengkulu-2021", "bengkulu-stunting-2024", "rpjmn-2020-2024"]


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
def test_shipped_plans_pickle(code: str) -> None:
    plan = kt.load_plan(code)
    assert pickle.loads(pickle.dumps(plan)) == plan


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
