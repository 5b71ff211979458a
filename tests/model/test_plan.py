from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from attrs import evolve
from effort import examples
from hypothesis import given
from polars.testing import assert_frame_equal
from strategies import plans, tree

from kencana_targets import (
    Actuals,
    Baseline,
    Indicator,
    PathShape,
    Plan,
    Problem,
    Target,
    load_plan,
    load_regions,
)
from kencana_targets.core.errors import ArgumentError, PathError, PlanError, UnknownNameError
from kencana_targets.model.collection import series_of

STUNTING = Indicator(
    code="stunting",
    name="Stunting",
    unit="percent",
    direction="minimize",
    lower=0,
    upper=100,
    shape="linear",
)


def frame(*rows: tuple[Any, ...], columns: str = "indicator region year value") -> dict[str, Any]:
    cells = zip(*rows, strict=True) if rows else ([] for _ in columns.split())
    return {name: list(column) for name, column in zip(columns.split(), cells, strict=True)}


def make(*targets: tuple[Any, ...], **fields: Any) -> Plan:
    fields.setdefault("indicators", [STUNTING])
    return Plan.from_frames(targets=frame(*targets), **fields)


def problems_of(*targets: tuple[Any, ...], **fields: Any) -> list[str]:
    with pytest.raises(PlanError) as caught:
        make(*targets, **fields)
    return [str(problem) for problem in caught.value.problems]


def test_a_plan_of_single_figures_is_one_of_frames() -> None:
    keys: dict[str, Any] = {"indicator": "stunting", "region": "17"}
    single = Plan(
        indicators=[STUNTING],
        baselines=[Baseline(**keys, year=2021, value=22.1)],
        targets=[Target(**keys, year=2024, value=12.55)],
    )
    baselines = frame(("stunting", "17", 2021, 22.1))
    assert single == make(("stunting", "17", 2024, 12.55), baselines=baselines)
    assert single != make(("stunting", "17", 2024, 12.5), baselines=baselines)
    assert single != 5


@pytest.mark.parametrize(
    "library", [pl.DataFrame, pd.DataFrame, pa.table], ids=["polars", "pandas", "pyarrow"]
)
def test_plans_of_all_libraries_are_the_same(library: Any) -> None:
    targets = frame(("stunting", "17", 2023, 15.5), ("stunting", "17.04", 2024, 9))
    baselines = frame(("stunting", "17", 2021, 22.1))
    plain = Plan.from_frames(indicators=[STUNTING], targets=targets, baselines=baselines)
    made = Plan.from_frames(
        indicators=[STUNTING], targets=library(targets), baselines=library(baselines)
    )
    assert made == plain


@given(plans())
@examples(20)
def test_plans_pickle(plan: Plan) -> None:
    again = pickle.loads(pickle.dumps(plan))
    assert again == plan
    assert again.covered == plan.covered
    assert repr(again) == repr(plan)


def test_bengkulu_path_is_declared_linear() -> None:
    path = load_plan("bengkulu-stunting-2024").path("stunting_balita", "17")
    assert (path.years, path.values) == ((2021, 2024), (22.1, 12.55))
    assert path.shape is PathShape.LINEAR
    assert path.bases == ("baseline", "official")
    assert path.at([2021, 2024]).tolist() == [22.1, 12.55]
    assert path.at(2022.5) == pytest.approx((22.1 + 12.55) / 2)
    assert str(path) == "stunting_balita, Bengkulu (17)"
    assert repr(path) == (
        "<TargetPath stunting_balita, Bengkulu (17): linear through 2021: 22.1, 2024: 12.55>"
    )


def test_a_region_without_targets_is_on_the_path_above() -> None:
    path = load_plan("bengkulu-stunting-2024").path("stunting_balita", "Kaur")
    assert (path.region.code, path.owner.code) == ("17.04", "17")
    assert path.at(2024) == 12.55


def test_paths_are_those_of_regions_with_targets_of_their_own() -> None:
    paths = load_plan("bengkulu-stunting-2024").paths()
    assert [path.owner.code for path in paths] == ["17", "17.02", "17.71"]
    many = load_plan("bengkulu-2021").paths()
    assert {(path.owner.code, path.region.code) for path in many} == {("17", "17")}


def test_a_path_does_not_go_beyond_its_years() -> None:
    path = load_plan("bengkulu-stunting-2024").path("stunting_balita", "17")
    with pytest.raises(PathError) as caught:
        path.at([2022, 2025])
    assert str(caught.value) == (
        "stunting_balita, Bengkulu (17): year outside the path: got 2025; allowed: 2021 to 2024"
    )


def test_a_path_without_a_shape_has_only_its_knots() -> None:
    plan = make(
        ("tfr", "17", 2021, 2.2),
        ("tfr", "17", 2024, 2.1),
        indicators=[Indicator(code="tfr", name="TFR", unit="children", direction="minimize")],
    )
    path = plan.path("tfr", "17")
    assert path.at([2021, 2024]).tolist() == [2.2, 2.1]
    for years in (2022, [2021, 2022]):
        with pytest.raises(PathError, match="no path shape is declared: got 2022; give the indi"):
            path.at(years)
    with pytest.raises(PathError, match="got 2022.5: no official target|no path shape is declared"):
        plan.target("tfr", "17", 2022.5)


def test_a_path_that_does_not_exist() -> None:
    with pytest.raises(PathError, match=r"stunting, Aceh \(11\): no target is set, here or in a"):
        make(("stunting", "17", 2024, 12.55)).path("stunting", "11")


def test_a_path_has_the_shape_and_the_bounds_of_its_own_indicator() -> None:
    curved = evolve(STUNTING, code="curved", shape="logit", upper=20)
    codes = ("stunting", "curved")
    baselines = frame(*((code, "17", 2020, 10.0) for code in codes))
    for indicators in ([STUNTING, curved], [curved, STUNTING]):
        plan = make(*((code, "17", 2024, 18.0) for code in codes),
                    indicators=indicators, baselines=baselines)  # fmt: skip
        assert [plan.path(code, "17").at(2022) for code in codes] == pytest.approx([14, 15])


def test_a_target_may_declare_the_shape_of_its_path() -> None:
    targets = {**frame(("stunting", "17", 2024, 12.55)), "shape": ["constant-rate"]}
    plan = Plan.from_frames(
        indicators=[STUNTING],
        targets=targets,
        baselines=frame(("stunting", "17", 2021, 22.1)),
    )
    assert plan.path("stunting", "17").shape is PathShape.CONSTANT_RATE
    assert plan.target("stunting", "17", 2022).value == pytest.approx(
        22.1 * (12.55 / 22.1) ** (1 / 3)
    )
    curved, targets["shape"] = evolve(STUNTING, shape="constant-rate"), ["linear"]
    straight = Plan.from_frames(indicators=[curved], targets=targets)
    assert straight.path("stunting", "17").shape is PathShape.LINEAR


def test_no_target_at_all() -> None:
    assert problems_of(baselines=frame(("stunting", "17", 2021, 22.1))) == [
        "targets: no target; a plan promises something: add at least one target"
    ]
    assert problems_of(("stunting", "17", 2024, None)) == [
        "targets: no target; a plan promises something: add at least one target"
    ]


def test_everything_inconsistent_comes_together() -> None:
    found = problems_of(
        ("stunting", "17", 2024, 12.55),
        ("stuntin", "17", 2024, 120),
        ("stunting", "17.99", 2024, 12),
        ("stunting", "17", 2024, 13),
        ("stunting", "17.04", 2024, 112.55),
        ("stunting", "00", 2024, 14),
        ("stunting", "00", 2024, 14),
        ("stunting", "17.05", 2020, 14),
        indicators=[STUNTING, STUNTING],
        baselines=frame(
            *(("stunting", "17", 2021, 22.1), ("stunting", "17", 2022, 21), ("x", "17", 2021, -5)),
            ("stunting", "17.05", 2021, 22.1),
        ),
        coverage=["17", "71.99"],
        instruments=["Perda 9"],
        code="own",
    )
    expected = [
        "indicators: two indicators with one code: got 'stunting'",
        "regions listed: unknown region: got '71.99'",
        "instruments listed: unknown instrument: got 'Perda 9'",
        "baselines row 3, column 'indicator': unknown indicator: got 'x'; known are: stunting",
        "targets row 2, column 'indicator': unknown indicator: got 'stuntin'; did you mean 'stunting'?",
        "targets row 3, column 'region': unknown region code: got '17.99'; known are 17.01, 17.02",
        (
            "targets row 5, column 'value': outside the bounds of the indicator: got 112.55; "
            "allowed: 0 to 100; correct the figure or the bounds of 'stunting'"
        ),
        (
            "baselines row 2: a second figure for indicator 'stunting' in region '17': got 21; "
            "keep one: the first is in row 1"
        ),
        (
            "targets row 4: a second figure for indicator 'stunting' in region '17': got 13; "
            "keep one: the first is in row 1"
        ),
        "targets row 7: a second figure for indicator 'stunting' in region '00': got 14; keep one",
        # Unknown names hide nothing of the other rows.
        "targets row 8, column 'year': the target does not come after the baseline: got 2020",
    ]
    assert len(found) == len(expected)
    for start in expected:
        assert any(text.startswith(start) for text in found), start


def test_an_unknown_indicator_has_no_bounds() -> None:
    assert len(problems_of(("x", "17", 2024, 120))) == 1


def test_targets_come_after_the_baseline() -> None:
    found = problems_of(
        ("stunting", "17", 2020, 20),
        ("stunting", "17.04", 2022, 20),
        baselines=frame(("stunting", "17", 2021, 22), ("stunting", "17.04", 2022, 22)),
    )
    text = "the target does not come after the baseline: got "
    hint = "; a target before the baseline belongs to another plan"
    assert sorted(found) == [
        f"targets row 1, column 'year': {text}2020{hint}",
        f"targets row 2, column 'year': {text}2022{hint}",
    ]


def test_a_shape_that_cannot_pass() -> None:
    rate = Indicator(
        code="rate", name="Rate", unit="percent", direction="minimize", shape="constant-rate"
    )
    found = problems_of(
        ("rate", "17", 2024, 0), indicators=[rate], baselines=frame(("rate", "17", 2021, 22))
    )
    assert found == [
        (
            "path of 'rate' in region '17', year 2024: the shape 'constant-rate' cannot pass through "
            "this value: got 0; allowed: values of one sign, none of them zero; "
            "declare the shape 'linear', which passes through zero"
        )
    ]


@pytest.mark.parametrize("shape", ["step", "linear"])
def test_two_shapes_on_one_path(shape: str) -> None:
    targets = frame(("stunting", "17", 2023, 15), ("stunting", "17", 2024, 12))
    text = f"row 1, column 'shape': two shapes on one path: got '{shape}'"
    with pytest.raises(PlanError, match=text):
        Plan.from_frames(indicators=[STUNTING], targets={**targets, "shape": [shape, "monotone"]})


def test_problems_of_both_tables_come_together() -> None:
    with pytest.raises(PlanError) as caught:
        Plan.from_frames(
            indicators=[STUNTING],
            targets=frame(("stunting", "17", 2024, "n/a.")),
            baselines=frame(("stunting", "17", "last", 5)),
        )
    assert [str(problem).split(": ")[0] for problem in caught.value.problems] == [
        "baselines row 1, column 'year'",
        "targets row 1, column 'value'",
    ]


def test_several_instruments_for_one_year_must_be_ordered() -> None:
    targets = {
        **frame(("stunting", "17", 2024, 14), ("stunting", "17", 2024, 20.1)),
        "instrument": ["Perpres 18/2020", "SSGI 2024 release"],
    }
    with pytest.raises(PlanError) as caught:
        Plan.from_frames(indicators=[STUNTING], targets=targets)
    assert str(caught.value) == (
        "plan: targets row 2, column 'instrument': several official targets for one year: "
        "got ['Perpres 18/2020', 'SSGI 2024 release']; "
        "name the one to judge by first in instruments=[...], in instruments of plan.toml, "
        "or on a sheet Dasar Hukum"
    )
    for first, value in (("Perpres 18/2020", 14), ("SSGI 2024 release", 20.1)):
        plan = Plan.from_frames(indicators=[STUNTING], targets=targets, instruments=first)
        found = plan.target("stunting", "17", 2024)
        assert found == (value, "official", first)
    other = plan.target("stunting", "17", 2024, instrument="Perpres 18/2020")
    assert other.value == 14
    assert plan.with_instruments("Perpres 18/2020").instruments == (
        "Perpres 18/2020",
        "SSGI 2024 release",
    )


def test_a_region_may_be_the_plans_own() -> None:
    plan = make(("stunting", "81", 2024, 12), regions=tree())
    assert plan.target("stunting", "Rawa", 2024) == (12, "inherited", "")
    with pytest.raises(PlanError, match="unknown region code: got '17'"):
        make(("stunting", "17", 2024, 12), regions=tree())


def test_covered_regions_are_those_with_figures_or_those_listed() -> None:
    targets = ("stunting", "17.04", 2024, 9), ("stunting", "17", 2024, 12)
    assert make(*targets).covered == ("17", "17.04")
    assert make(*targets, coverage=["17.71"]).covered == ("17.71",)
    assert make(*targets, coverage="17.71").covered == ("17.71",)


def test_unknown_names_offer_the_nearest() -> None:
    plan = load_plan("bengkulu-stunting-2024")
    with pytest.raises(
        UnknownNameError, match="unknown indicator: got 'stunting_balit'; did you me"
    ):
        plan.indicator("stunting_balit")
    with pytest.raises(UnknownNameError, match="Muko"):
        plan.target("stunting_balita", "Kab. Mukomukoo", 2024)


def test_a_year_without_a_target_says_why() -> None:
    plan = load_plan("bengkulu-stunting-2024")
    with pytest.raises(PathError) as caught:
        plan.target("stunting_balita", "17", 2030)
    assert str(caught.value) == (
        "stunting_balita, Bengkulu (17): the year lies outside the years that have targets: got 2030; "
        "allowed: 2021 to 2024"
    )


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"indicators": ["stunting"]}, "'indicators'.*allowed: Indicator values"),
        ({"code": ""}, "'code'.*text that is not empty"),
        ({"name": None}, "'name'.*text"),
    ],
)
def test_fields_that_are_refused(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        make(("stunting", "17", 2024, 12), **fields)


def test_options_of_a_target_are_refused_with_a_list() -> None:
    plan = load_plan("bengkulu-stunting-2024")
    with pytest.raises(
        ArgumentError, match="'inherit'.*got 'all'; allowed: path, end-target, none"
    ):
        plan.target("stunting_balita", "17", 2024, inherit="all")


def test_a_range_is_on_the_path_by_its_easier_bound() -> None:
    targets = {
        **frame(("stunting", "17", 2024, None)),
        "lower": [10.0],
        "upper": [14.0],
    }
    plan = Plan.from_frames(
        indicators=[STUNTING], targets=targets, baselines=frame(("stunting", "17", 2022, 22))
    )
    assert plan.target("stunting", "17", 2023).value == 18
    assert plan.target("stunting", "17", 2024).value == 14
    # Where neither is easier, by the middle; a bound alone is the target.
    ways = ["minimize", "maximize", "stabilize"]
    targets = {
        "indicator": ways * 2, "region": ["17"] * 6, "year": [2024] * 3 + [2023] * 3,
        "lower": [10.0, 10.0, 10.0, None, None, 10.0],
        "upper": [20.0, 20.0, 20.0, 20.0, 20.0, None],
    }  # fmt: skip
    plan = Plan.from_frames(
        indicators=[evolve(STUNTING, code=way, direction=way) for way in ways[::-1]],
        targets=targets,
    )
    values = [[plan.target(way, "17", year).value for way in ways] for year in (2024, 2023)]
    assert values == [[20, 10, 15], [20, 20, 10]]


def test_arrays_of_a_plan_do_not_change() -> None:
    plan = load_plan("bengkulu-stunting-2024")
    with pytest.raises(ValueError, match="read-only"):
        plan.targets.value[0] = 1
    assert np.isfinite(plan.targets.value).all()


REVISED = "indicator region year value instrument since"


def revised(*instruments: str) -> Plan:
    """Return a plan whose end target was changed in July 2023."""
    return Plan.from_frames(
        indicators=[STUNTING],
        baselines=frame(("stunting", "17", 2021, 22.1)),
        targets=frame(
            ("stunting", "17", 2024, 12.55, "RPJMD", None),
            ("stunting", "17", 2024, 16.0, "P-RPJMD", dt.date(2023, 7, 1)),
            columns=REVISED,
        ),
        instruments=instruments,
    )


@pytest.mark.parametrize("instruments", [(), ("P-RPJMD", "RPJMD")])
def test_a_year_is_judged_by_what_is_in_force_on_its_last_day(instruments: tuple[str, ...]) -> None:
    plan = revised(*instruments)
    assert plan.target("stunting", "17", 2022).value == pytest.approx(22.1 - 9.55 / 3)
    assert plan.target("stunting", "17", 2023).value == pytest.approx(22.1 - 6.1 * 2 / 3)
    assert tuple(plan.target("stunting", "17", 2024))[::2] == (16, "P-RPJMD")
    # A region below inherits what is in force, too.
    assert plan.target("stunting", "17.01", 2022).value == plan.target("stunting", "17", 2022).value
    path = plan.path("stunting", "17")
    assert path.values == (22.1, 16.0)
    years = [2022, 2023, 2024]
    assert path.at(years) == pytest.approx([plan.target("stunting", "17", y).value for y in years])
    assert plan.path("stunting", "17", year=2022).values == (22.1, 12.55)


def test_an_instrument_that_is_asked_for_judges_every_year() -> None:
    plan = revised()
    asked = plan.target("stunting", "17", 2022, instrument="P-RPJMD")
    assert asked.value == pytest.approx(22.1 - 6.1 / 3)
    first = revised("RPJMD", "P-RPJMD")
    assert first.target("stunting", "17", 2024).value == 12.55


def test_a_target_that_comes_after_its_year_judges_nothing() -> None:
    table = frame(
        ("stunting", "17", 2024, 14.0, "RPJMN 2020", None),
        ("stunting", "17", 2024, 20.1, "RPJMN 2025", 2025),
        ("stunting", "17", 2025, 18.8, "RPJMN 2025", 2025),
        columns=REVISED,
    )
    plan = Plan.from_frames(indicators=[STUNTING], targets=table)
    assert plan.target("stunting", "17", 2024).value == 14.0
    assert plan.target("stunting", "17", 2025).value == 18.8


def test_two_targets_since_one_date_are_told() -> None:
    table = frame(
        ("stunting", "17", 2024, 14.0, "A", 2023),
        ("stunting", "17", 2024, 20.1, "B", 2023),
        ("stunting", "17", 2023, 20.1, "C", 2023),
        ("stunting", "17.01", 2024, 20.1, "D", 2023),
        columns=REVISED,
    )
    with pytest.raises(
        PlanError, match=r"several official targets for one year: got \['A', 'B'\];"
    ):
        Plan.from_frames(indicators=[STUNTING], targets=table)
    # Those behind the one that is named first need no order among themselves.
    named = [*(("stunting", "17", 2024, 14.0 + at, word, 2023) for at, word in enumerate("ABC"))]
    table = frame(*named, columns=REVISED)
    plan = Plan.from_frames(indicators=[STUNTING], targets=table, instruments=["C"])
    assert plan.target("stunting", "17", 2024).value == 16.0


@pytest.mark.parametrize(
    ("change", "value"), [("-10%", 19.89), ("-3", 19.1), ("+5%", 23.205), ("+0.5", 22.6)]
)
def test_a_target_relative_to_the_baseline(change: str, value: float) -> None:
    table = frame(("stunting", "17", 2024, change), columns="indicator region year relative")
    plan = Plan.from_frames(
        indicators=[STUNTING], targets=table, baselines=frame(("stunting", "17", 2021, 22.1))
    )
    found = plan.target("stunting", "17", 2024)
    assert found.value == pytest.approx(value)
    assert (found.basis, found.source) == ("official", f"{change} from the baseline")
    # The value that was worked out is written, and agrees with the change when it comes back.
    assert plan.targets[0].value == pytest.approx(value)
    again = Plan.from_frames(
        indicators=[STUNTING],
        targets=plan.targets.to_frame("polars"),
        baselines=plan.baselines.to_frame("polars"),
    )
    assert again == plan


def test_changes_that_lead_nowhere_are_told() -> None:
    # A figure in whole percent may be half a percent off what the change makes.
    whole = [("whole", region, 2024, "-10%", 18.5) for region in ("17.01", "17.02", "17.03")]
    table = frame(
        ("stunting", "00", 2024, "-10%", None),
        ("stunting", "17.01", 2024, "-10%", 18.01),
        ("stunting", "17.02", 2024, "-100", None),
        *whole,
        columns="indicator region year relative value",
    )
    based = [("stunting", "17.01"), ("stunting", "17.02"), *(row[:2] for row in whole)]
    with pytest.raises(PlanError) as caught:
        Plan.from_frames(
            indicators=[STUNTING, evolve(STUNTING, code="whole", decimals=0)],
            targets=table,
            baselines=frame(*((*series, 2021, 20.0) for series in based)),
        )
    assert [str(problem) for problem in caught.value.problems] == [
        "targets row 1, column 'relative': a change from a baseline that is not there: got '-10%'; "
        "add the baseline of the region, or write the target itself",
        "targets row 2, column 'value': the value is not what the change makes of the baseline: "
        "got 18.01; allowed: 18 (-10% of 20); keep the value or the change",
        "targets row 3, column 'value': outside the bounds of the indicator: got -80; "
        "allowed: 0 to 100; correct the figure or the bounds of 'stunting'",
    ]


def test_a_plan_within_a_region() -> None:
    whole = load_plan("bengkulu-stunting-2024")
    one = whole.within("Kota Bengkulu")
    assert one.covered == ("17.71",)
    assert one != whole
    assert whole.within("17").covered == whole.covered
    # The targets of regions above still hold for a region below.
    seluma = whole.within("17.05")
    assert seluma.target("stunting_balita", "17.05", 2024).basis == "inherited"
    with pytest.raises(UnknownNameError):
        whole.within("Kota Bengku")
    with pytest.raises(PlanError) as caught:
        whole.within("Jawa Barat")
    assert str(caught.value).endswith(
        "its first regions: Bengkulu (17), Kabupaten Bengkulu Selatan (17.01), "
        "Kabupaten Rejang Lebong (17.02)"
    )


def test_the_targets_of_a_plan_keep_their_basis_as_a_table() -> None:
    plan = load_plan("bengkulu-stunting-2024")
    split = plan.cascade("stunting_balita", "17", 2024, decimals=2).plan
    for one in (plan, split):
        table = one.to_frame("polars")
        assert table.columns == [
            *("region", "region_name", "indicator", "indicator_name", "unit", "year"),
            *("target", "basis", "instrument", "source"),
        ]
        again = Plan.from_frames(
            indicators=one.indicators, targets=table, baselines=one.baselines.to_frame("polars")
        )
        made = again.to_frame("polars").drop("source")
        assert_frame_equal(made, table.drop("source"), categorical_as_str=True)
    bases = split.to_frame("polars").filter(year=2024).group_by("basis").len().rows()
    assert sorted(bases) == [("derived", 8), ("official", 3)]
    # Inherited and interpolated targets rest on what was derived, and say so.
    assert split.target("stunting_balita", "17.05", 2023).basis == "derived"
    # A second cascade takes the place of the first.
    twice = split.cascade("stunting_balita", "17", 2024, decimals=2).plan
    assert twice == split
    # That of another region, indicator or year does not.
    whole = make(
        *(("stunting", region, 2024, 10.0) for region in ("17", "19")),
        indicators=[evolve(STUNTING, code="other"), STUNTING],
        baselines=frame(*(("stunting", region, 2021, 20.0) for region in (*BELOW, *BESIDE))),
    )
    both = whole.cascade("stunting", "17", 2024).plan.cascade("stunting", "19", 2024)
    assert both.plan.targets.text("basis").to_list().count("derived") == len(BELOW) + len(BESIDE)
    assert both.regions == BESIDE
    with pytest.raises(ArgumentError, match="'weights'.*{code: number} for all regions"):
        whole.cascade("stunting", "17", 2024, weights=[1.0])
    halves = dict(zip(BESIDE, range(1, 8), strict=True))
    assert whole.cascade("stunting", "19", 2024, weights=halves).shares[0] == pytest.approx(1 / 28)


def test_figures_know_their_series() -> None:
    plan = load_plan("bengkulu-2021")
    keys = [("unmet_need", "17"), ("TFR", "17.01"), ("x", "17"), ("TFR", "x")]
    figures = Actuals.from_frame(frame(*((*key, 2021, 1.0) for key in keys)))
    known = [int(plan.pair(*key)[0]) for key in keys[:2]]
    assert series_of(plan.index.known, figures).tolist() == [*known, -1, -1]
    assert known[1] - known[0] == 9 + plan.indicators.codes.index("TFR") - (
        plan.indicators.codes.index("unmet_need")
    )


def test_notes_are_no_part_of_what_a_plan_is() -> None:
    plan = load_plan("bengkulu-stunting-2024")
    assert evolve(plan, notes=[Problem("a note")]) == plan
    assert evolve(plan, notes=[Problem("a note")]).notes == (Problem("a note"),)


def test_a_cascade_needs_no_bounds_and_says_when_there_is_nothing_to_split() -> None:
    free = evolve(STUNTING, lower=None, upper=None)
    start = frame(("stunting", "17", 2021, 22.0), *(("stunting", c, 2021, 22.0) for c in BELOW))
    plan = Plan.from_frames(
        indicators=[free], targets=frame(("stunting", "17", 2024, 12.0)), baselines=start
    )
    for method in ("relative", "absolute"):
        split = plan.cascade("stunting", "17", 2024, method=method)
        assert split.targets == pytest.approx([12.0] * len(BELOW))
    own = frame(("stunting", "17", 2024, 12.0), *(("stunting", c, 2024, 13.0) for c in BELOW))
    plan = Plan.from_frames(indicators=[free], targets=own, baselines=start)
    with pytest.raises(
        ArgumentError, match="nothing to split.*allowed: promised are 12, and they add up to 13;"
    ):
        plan.cascade("stunting", "17", 2024)


BELOW, BESIDE = (
    tuple(region.code for region in load_regions().children(code)) for code in ("17", "19")
)


def test_a_share_without_a_declared_bound_begins_at_zero() -> None:
    plan = make(
        ("s", "17", 2024, 10.0),
        indicators=[Indicator(code="s", name="S", unit="percent", direction="minimize", upper=100,
                              shape="logit")],
        baselines=frame(("s", "17", 2020, 30.0)),
    )  # fmt: skip
    middle = (np.log(30 / 70) + np.log(10 / 90)) / 2
    assert plan.target("s", "17", 2022).value == pytest.approx(100 / (1 + np.exp(-middle)))


def test_an_unknown_name_is_told_once_however_often_it_stands() -> None:
    told = problems_of(*(("stunting", "99.99", year, 10.0) for year in (2022, 2023, 2024)))
    assert len(told) == 1
    assert told[0].startswith("targets row 1, column 'region': unknown region code: got '99.99'")
