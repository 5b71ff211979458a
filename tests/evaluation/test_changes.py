"""Changes since the last survey, and figures that agree with their parent."""

from __future__ import annotations

import numpy as np
import pytest
from attrs import evolve

import kencana_targets as kt
from kencana_targets.formulas.uncertainty import adjust_p_values, change_test

PLAN = kt.load_plan("bengkulu-stunting-2024")
ACTUALS = kt.load_actuals("bengkulu-stunting-2024")
CARD = kt.evaluate(PLAN, ACTUALS, year=2022, rule="permendagri-86-2017")


def test_changes_are_tested_and_adjusted_over_the_regions_of_a_level():
    table = CARD.changes(assume_sample_size=450, assume_design_effect=2.05)
    rows = [row for row in table if row["region"] != "17"]
    assert {row["previous_year"] for row in table} == {2021}
    assert all(row["difference"] == row["actual"] - row["previous"] for row in table)
    found = [
        change_test(row["previous"], np.sqrt(2.05 * row["previous"] * (100 - row["previous"]) / 450),
                    row["actual"], np.sqrt(2.05 * row["actual"] * (100 - row["actual"]) / 450))
        for row in rows
    ]  # fmt: skip
    assert [row["p_value"] for row in rows] == pytest.approx([one.p_value for one in found])
    adjusted = adjust_p_values([one.p_value for one in found], method="fdr-bh")
    assert [row["adjusted_p_value"] for row in rows] == pytest.approx(adjusted.tolist())
    assert {row["verdict"] for row in rows} <= {"changed", "inconclusive"}
    assert all(row["least_detectable"] > 8 for row in rows)
    assert table.assumed == "assumed: sample size 450, design effect 2.05"


def test_without_errors_nothing_is_measured():
    assert {row["verdict"] for row in CARD.changes()} == {"not-measured"}
    # An error of zero, of the former figure or of this one, is the lack of one.
    for year in (2021, 2022):
        surveyed = [evolve(one, standard_error=2.0 * (one.year != year)) for one in ACTUALS]
        card = kt.evaluate(PLAN, kt.Actuals.of(surveyed), year=2022, rule="permendagri-86-2017")
        found = card.changes(margin=50)
        assert {(row["verdict"], row["p_value"]) for row in found} == {("not-measured", None)}
    # One of half a point is an error.
    surveyed = kt.Actuals.of(evolve(one, standard_error=0.5) for one in ACTUALS)
    card = kt.evaluate(PLAN, surveyed, year=2022, rule="permendagri-86-2017")
    assert "changed" in {row["verdict"] for row in card.changes()}
    with pytest.raises(kt.KencanaError, match="'margin': .* a number above zero"):
        CARD.changes(margin=0)
    for level in (0.5, 1):
        with pytest.raises(kt.KencanaError, match="'level': .* a number between 0.5 and 1"):
            CARD.changes(level=level)


def test_the_former_figure_is_the_last_known_one_before_the_year():
    years = {2016: 28.0, 2019: 26.0, 2020: None, 2022: 22.0, 2023: 20.0, 2024: 19.0}
    rows = [kt.Actual(indicator="stunting_balita", region=region, year=year, value=value)
            for region in ("17", "17.05", "31") for year, value in years.items()]  # fmt: skip
    card = kt.evaluate(PLAN, kt.Actuals.of(rows[::-1]), year=2022, rule="permendagri-86-2017")
    found = {row["region"]: (row["previous_year"], row["previous"]) for row in card.changes()}
    assert found["17"] == found["17.05"] == (2019, 26.0)
    assert found["17.01"] == (None, None)
    # Before the first there is none, whatever stands first or last in the table.
    later = kt.Actuals.of([*rows[3:5], *rows[9:12], rows[5]])
    card = kt.evaluate(PLAN, later, year=2021, rule="permendagri-86-2017")
    assert {row["previous_year"] for row in card.changes()} == {None}


@pytest.mark.parametrize(
    ("former", "present", "told"),
    [("SSGI 2021", "SSGI 2022", None), ("SSGI 2021", "SKI 2022", "SSGI 2021; SKI 2022"),
     ("", "SKI 2022", None), ("SSGI 2021", "", None)],
)  # fmt: skip
def test_surveys_are_told_where_they_differ_by_more_than_the_year(former, present, told):
    named = {2021: former, 2022: present}
    surveyed = [evolve(one, survey=named.get(int(one.year), "")) for one in ACTUALS]
    card = kt.evaluate(PLAN, kt.Actuals.of(surveyed), year=2022, rule="permendagri-86-2017")
    assert {row["surveys"] for row in card.changes()} == {told}


@pytest.mark.parametrize("method", ["ratio", "logit"])
def test_regions_agree_with_their_parent(method):
    surveyed = kt.Actuals.of(evolve(one, standard_error=2.0) for one in ACTUALS)
    fitted = kt.benchmark(surveyed, plan=PLAN, parent="17", method=method)
    people = {region.code: region.population for region in PLAN.regions if region.parent == "17"}
    own = {(one.region, one.year): one.value for one in ACTUALS}
    for year in (2021, 2022):
        rows = [one for one in fitted if one.year == year and one.region in people]
        parent = next(one.value for one in fitted if one.year == year and one.region == "17")
        weights = [people[one.region] for one in rows]
        mean = np.average([one.value for one in rows], weights=weights)
        assert mean == pytest.approx(parent)
        # The error goes by the slope of what the figure was moved by.
        for one in rows:
            old = own[one.region, year]
            slope = one.value * (100 - one.value) / (old * (100 - old))
            by = one.value / old if method == "ratio" else slope
            assert one.standard_error == pytest.approx(2 * by)
    factor = next(row for row in fitted.factor if row["year"] == 2022)
    if method == "ratio":
        assert factor["factor"] == pytest.approx(factor["parent"] / factor["mean"])
    assert factor["synthetic"] == 0
    kinds = {name: column.dtype.kind for name, column in fitted.factor.columns().items()
             if isinstance(column, np.ndarray)}  # fmt: skip
    assert kinds == {"year": "f", "factor": "f", "mean": "f", "parent": "f", "synthetic": "i"}
    of_year = fitted.take(fitted.year == 2022)
    assert (len(of_year), of_year.factor) == (11, fitted.factor)
    assert kt.to_date(PLAN, fitted, year=2022).actuals == kt.Actuals.of(fitted)


def test_a_region_without_a_figure_gets_its_parents_and_says_so():
    fewer = kt.Actuals.of(one for one in ACTUALS if one.region != "17.05")
    fitted = kt.benchmark(fewer, plan=PLAN, parent="17")
    (row,) = [one for one in fitted if one.region == "17.05" and one.year == 2022]
    assert row.value == 19.8
    assert row.source == "synthetic: the figure of 17 Bengkulu"
    assert next(one for one in fitted.factor if one["year"] == 2022)["synthetic"] == 1


def test_half_of_the_weight_is_enough_to_agree_with():
    codes = [region.code for region in PLAN.regions if region.parent == "17"]
    weights = dict.fromkeys(codes, 1.0)
    surveyed = [evolve(one, lower=one.value - 1, upper=one.value + 1) for one in ACTUALS]
    half = kt.Actuals.of(one for one in surveyed if one.region in ("17", *codes[5:]))
    fitted = kt.benchmark(half, plan=PLAN, parent="17", weights=weights)
    assert [row["synthetic"] for row in fitted.factor] == [5, 5]
    # In 2023 the city alone has a figure, and in 2024 the parent has none: both stay.
    moved = {one.year: one.lower is None for one in fitted if one.region == "17.71"}
    assert moved == {2021: True, 2022: True, 2023: False, 2024: False}
    less = kt.Actuals.of(one for one in surveyed if one.region in ("17", *codes[6:]))
    with pytest.raises(kt.KencanaError, match="nothing to agree with"):
        kt.benchmark(less, plan=PLAN, parent="17", weights=weights)


@pytest.mark.parametrize("end", [0.4, 99.6])
def test_regions_agree_with_a_parent_near_an_end(end):
    near = kt.Actuals.of(evolve(one, value=end) if one.region == "17" else one for one in ACTUALS)
    fitted = kt.benchmark(near, plan=PLAN, parent="17", method="logit", weights=dict.fromkeys(
        (region.code for region in PLAN.regions if region.parent == "17"), 1))  # fmt: skip
    rows = [one.value for one in fitted if one.year == 2022 and one.region != "17"]
    assert np.mean(rows) == pytest.approx(end)


def test_benchmarks_that_are_refused():
    with pytest.raises(kt.KencanaError, match="'parent': .* a region of the plan"):
        kt.benchmark(ACTUALS, plan=PLAN, parent=17)
    with pytest.raises(
        kt.KencanaError, match="'weights': .* a weight for each region, by its code"
    ):
        kt.benchmark(ACTUALS, plan=PLAN, parent="17", weights=[1.0])
    unknown = "for region '17.01'; its population is not known"
    regions = kt.Regions([evolve(region, population=None) for region in PLAN.regions])
    with pytest.raises(kt.KencanaError, match=unknown):
        kt.benchmark(ACTUALS, plan=evolve(PLAN, regions=regions), parent="17")
    with pytest.raises(kt.KencanaError, match="'weights'") as error:
        kt.benchmark(ACTUALS, plan=PLAN, parent="17", weights={})
    assert unknown not in str(error.value)
    for weights in ({}, {region.code: 1.0 * (region.code != "17.01") for region in PLAN.regions}):
        with pytest.raises(kt.KencanaError, match="'weights': .* for region '17.01'"):
            kt.benchmark(ACTUALS, plan=PLAN, parent="17", weights=weights)
    with pytest.raises(kt.KencanaError, match="a region with regions below it"):
        kt.benchmark(ACTUALS, plan=PLAN, parent="17.05")
    with pytest.raises(kt.KencanaError, match="'method': .*; allowed: ratio, logit"):
        kt.benchmark(ACTUALS, plan=PLAN, parent="17", method="sum")
    zero = kt.Actuals.of(evolve(one, value=20.0 * (one.region == "17")) for one in ACTUALS)
    with pytest.raises(kt.KencanaError, match="nothing to agree with"):
        kt.benchmark(zero, plan=PLAN, parent="17")
    whole = kt.Actuals.of(
        evolve(one, value=100.0) if one.region == "17.05" else one for one in ACTUALS
    )
    with pytest.raises(kt.KencanaError, match="figures strictly between 0 and 100"):
        kt.benchmark(whole, plan=PLAN, parent="17", method="logit")
    for end in (0.0, 100.0):
        whole = kt.Actuals.of(
            evolve(one, value=end if one.region == "17" else one.value) for one in ACTUALS
        )
        with pytest.raises(kt.KencanaError, match="figures strictly between 0 and 100"):
            kt.benchmark(whole, plan=PLAN, parent="17", method="logit")
