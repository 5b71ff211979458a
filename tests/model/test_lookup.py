"""Every basis, in a chain of nation, province and regency, under every way to inherit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import REGION_CODES, YEARS, plans, tree

from kencana_targets import Indicator, Plan, load_plan
from kencana_targets.core.errors import PathError
from kencana_targets.core.terms import Inherit, Reason
from kencana_targets.model.lookup import look_up_targets
from kencana_targets.model.plan_index import BASES

INHERIT = list(Inherit)


def chain(shape: str | None = "linear", direction: str = "minimize", **fields: Any) -> Plan:
    """Nation: 2022 and 2024. Utara: own 2024. Rawa: baseline only. Bukit: own 2023."""
    indicator = Indicator(code="a", name="A", unit="percent", direction=direction, shape=shape)
    return Plan.from_frames(
        indicators=[Indicator(code="b", name="B", unit="", direction="maximize"), indicator],
        regions=tree(),
        baselines={
            "indicator": ["a"] * 4,
            "region": ["00", "81", "81.01", "82.01"],
            "year": [2020, 2021, 2021, 2021],
            "value": [30, 26, 20, 10.4],
        },
        targets={
            "indicator": ["a"] * 4,
            "region": ["00", "00", "81", "81.02"],
            "year": [2022, 2024, 2024, 2023],
            "value": [20, 10, 11, 15],
        },
        **fields,
    )


@pytest.mark.parametrize(
    ("region", "year", "inherit", "expected"),
    [
        ("00", 2022, "path", (20, "official")),
        ("00", 2021, "path", (25, "interpolated")),
        ("00", 2020, "path", (30, "interpolated")),
        ("00", 2022.5, "path", (17.5, "interpolated")),
        ("81", 2024, "path", (11, "official")),
        ("81", 2022, "path", (21, "interpolated")),
        # A regency judged by its province, official and interpolated.
        ("81.01", 2024, "path", (11, "inherited")),
        ("81.01", 2022, "path", (21, "inherited-interpolated")),
        # A province without targets, and its regency, judged by the nation.
        ("82", 2022, "path", (20, "inherited")),
        ("82.01", 2022, "path", (20, "inherited")),
        ("82.02", 2021, "path", (25, "inherited-interpolated")),
        # Its own baseline on a path to the end target above.
        ("81.01", 2022, "end-target", (17, "interpolated-to-inherited")),
        ("81.01", 2024, "end-target", (11, "interpolated-to-inherited")),
        ("81.01", 2021, "end-target", (20, "interpolated-to-inherited")),
        ("82.01", 2022, "end-target", (10.4 - 0.4 / 3, "interpolated-to-inherited")),
        ("82.01", 2024, "end-target", (10, "interpolated-to-inherited")),
        # Targets of its own come first whatever the way to inherit.
        *(("81.02", 2023, inherit, (15, "official")) for inherit in INHERIT),
        *(("81", 2023, inherit, (16, "interpolated")) for inherit in INHERIT),
    ],
)
def test_targets_and_their_bases(
    region: str, year: float, inherit: str, expected: tuple[float, str]
) -> None:
    found = chain().target("a", region, year, inherit=inherit)
    assert (found.value, found.basis) == (pytest.approx(expected[0]), expected[1])


@pytest.mark.parametrize(
    ("region", "year", "inherit", "text"),
    [
        ("00", 2025, "path", "the year lies outside the years that have targets"),
        ("00", 2019, "path", "the year lies outside .*: got 2019; allowed: 2020 to 2024"),
        ("81.01", 2022, "none", "no target is set, here or in a region above"),
        ("82", 2022, "none", "no target is set, here or in a region above"),
        (
            "82.02",
            2022,
            "end-target",
            "no baseline of its own to lead from to the end target of the region above",
        ),
        ("81.01", 2020, "end-target", "the year lies outside .*; allowed: 2021 to 2024"),
        ("81.02", 2022, "none", "the year lies outside the years"),
        ("81.02", 2022, "end-target", "the year lies outside the years"),
    ],
)
def test_why_there_is_no_target(region: str, year: float, inherit: str, text: str) -> None:
    with pytest.raises(PathError, match=text):
        chain().target("a", region, year, inherit=inherit)


def test_where_no_direction_is_better_a_region_is_led_to_the_end_above() -> None:
    plan = chain(direction="stabilize")
    assert plan.target("a", "81.01", 2024, inherit="end-target").value == 11


def test_without_a_shape_only_official_years_have_targets() -> None:
    plan = chain(shape=None)
    assert plan.target("a", "00", 2024).basis == "official"
    assert plan.target("a", "82.01", 2024).basis == "inherited"
    for region, inherit in (("00", "path"), ("81.01", "path"), ("81.01", "end-target")):
        with pytest.raises(PathError, match="no official target for the year, and no path shape"):
            plan.target("a", region, 2023, inherit=inherit)


@pytest.mark.parametrize("direction", ["minimize", "maximize"])
def test_a_shape_that_the_regions_own_baseline_refuses(direction: str) -> None:
    indicator = Indicator(
        code="a", name="A", unit="percent", direction=direction, shape="constant-rate"
    )
    plan = Plan.from_frames(
        indicators=[indicator],
        regions=tree(),
        baselines={"indicator": ["a"], "region": ["81.01"], "year": [2021], "value": [0]},
        targets={"indicator": ["a"], "region": ["81"], "year": [2024], "value": [11]},
    )
    assert plan.target("a", "81.01", 2024).value == 11
    with pytest.raises(PathError, match="the declared path shape cannot pass through these values"):
        plan.target("a", "81.01", 2023, inherit="end-target")


def test_a_baseline_after_the_end_target_above_leads_nowhere() -> None:
    plan = Plan.from_frames(
        indicators=[Indicator(code="a", name="A", unit="%", direction="minimize", shape="linear")],
        regions=tree(),
        baselines={"indicator": ["a"], "region": ["81.01"], "year": [2025], "value": [9]},
        targets={"indicator": ["a"], "region": ["81"], "year": [2024], "value": [11]},
    )
    with pytest.raises(PathError, match="outside the years"):
        plan.target("a", "81.01", 2024, inherit="end-target")


def test_bengkulu_in_all_three_ways() -> None:
    plan = load_plan("bengkulu-stunting-2024")
    province = 22.1 + (12.55 - 22.1) / 3
    for inherit, expected in (
        ("path", (province, "inherited-interpolated")),
        # Kaur starts below the province's 12.55 of 2024: it is not asked to fall back to it.
        ("end-target", (11.3, "interpolated-to-inherited")),
    ):
        value, basis, source = plan.target("stunting_balita", "Kaur", 2022, inherit=inherit)
        assert (value, basis) == (pytest.approx(expected[0]), expected[1])
        assert source.startswith("provincial/city stunting target; https://")
    own = {(region, year): plan.target("stunting_balita", region, year)[:2]
           for region, year in (("17.71", 2024), ("17.02", 2023), ("17.02", 2024))}  # fmt: skip
    assert own == {
        ("17.71", 2024): (9, "official"),
        ("17.02", 2023): (16.2, "official"),
        ("17.02", 2024): (14, "official"),
    }


def test_the_national_milestones_are_official() -> None:
    plan = load_plan("rpjmn-2020-2024")
    for year, value in {2020: 24.1, 2021: 21.1, 2022: 18.4, 2023: 16, 2024: 14}.items():
        assert plan.target("stunting_balita", "00", year)[:2] == (value, "official")
    assert plan.target("stunting_balita", "00", 2024, instrument=next(
        word for word in plan.targets.text("instrument").categories if "SSGI 2024" in word
    )).value == 20.1  # fmt: skip


@given(plans(), st.sampled_from([*YEARS, 2022.5]), st.sampled_from(INHERIT))
@examples(40)
def test_one_lookup_is_the_same_alone_and_among_all(
    plan: Plan, year: float, inherit: Inherit
) -> None:
    pairs = np.arange(len(plan.index.path_of))
    many = look_up_targets(plan.index, pairs, float(year), inherit)
    for pair in pairs.tolist():
        alone = look_up_targets(plan.index, np.array([pair]), float(year), inherit)
        # A target's range is read from its row where it is stated, so these fix it, too.
        for name in ("value", "end_year", "end_value"):
            np.testing.assert_equal(getattr(alone, name)[0], getattr(many, name)[pair])
        for name in ("basis", "target_row", "stated", "reason"):
            assert getattr(alone, name)[0] == getattr(many, name)[pair]


@given(plans(), st.sampled_from(YEARS), st.sampled_from(INHERIT))
@examples(40)
def test_every_target_is_what_its_basis_says(plan: Plan, year: int, inherit: Inherit) -> None:
    official = {
        (target.indicator, target.region, target.year): target.value for target in plan.targets
    }
    owners = {(target.indicator, target.region) for target in plan.targets}
    count = len(plan.indicators)
    found = look_up_targets(plan.index, np.arange(len(plan.index.path_of)), float(year), inherit)
    for pair, basis in enumerate(found.basis.tolist()):
        code, region = plan.indicators[pair % count].code, REGION_CODES[pair // count]
        assert (basis >= 0) == (found.reason[pair] == Reason.NONE)
        assert (basis >= 0) == (not np.isnan(found.value[pair])) == (found.target_row[pair] >= 0)
        if basis < 0:
            assert (code, region, year) not in official
            continue
        word, row = BASES[basis], int(found.target_row[pair])
        owner = plan.targets.region[row]
        assert (word in ("official", "interpolated")) == (owner == region)
        assert (owner == region) <= ((code, region) in owners)
        if word in ("official", "inherited"):
            assert found.value[pair] == official[code, owner, year]
