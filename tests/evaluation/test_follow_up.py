"""Pace, chances and projections of a scorecard's rows."""

from __future__ import annotations

import numpy as np
import pytest
from simulate_projections import held, nation

import kencana_targets as kt
from kencana_targets.formulas.progress import assess, list_schemes
from kencana_targets.formulas.projection import pool_trends, project
from kencana_targets.formulas.uncertainty import probability_met

PLAN = kt.load_plan("bengkulu-stunting-2024")
RULE = "permendagri-86-2017"


def with_errors(error: float | None, **more: object) -> kt.Scorecard:
    """Evaluate 2022 with the same made-up standard error everywhere."""
    columns = kt.load_actuals("bengkulu-stunting-2024").to_frame("pyarrow").to_pydict()
    columns["standard_error"] = [error] * len(columns["value"])
    return kt.evaluate(PLAN, {**columns, **more}, year=2022, rule=RULE)


CARD = with_errors(2.5)


@pytest.mark.parametrize("scheme", list_schemes())
def test_each_row_is_assessed_as_it_would_be_alone(scheme):
    table = CARD.assess(scheme)
    assert table.scheme == scheme
    for row, scored in zip(table.to_dicts(), CARD.to_dicts(), strict=True):
        path = PLAN.path(row["indicator"], row["region"])
        alone = assess(
            scheme,
            direction="minimize",
            baseline_year=scored["baseline_year"],
            baseline=scored["baseline"],
            year=2022,
            actual=scored["actual"],
            target_year=path.years[-1],
            target=path.values[-1],
        )
        assert (row["category"], row["clause"]) == (alone.category, alone.clause)
        ratio = np.nan if row["ratio"] is None else row["ratio"]
        assert ratio == pytest.approx(alone.ratio, abs=1e-12, nan_ok=True)


def test_an_unknown_scheme_is_refused_with_the_nearest():
    with pytest.raises(kt.KencanaError, match="eurostat"):
        CARD.assess("eurostt")


def test_no_scheme_covers_stabilize():
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="i", name="I", unit="percent", direction="stabilize")],
        targets={"indicator": ["i"], "region": ["17"], "year": [2022], "value": [100.0]},
    )
    reached = {"indicator": ["i"], "region": ["17"], "year": [2022], "value": [96.0]}
    card = kt.evaluate(plan, reached, year=2022, rule="kemenkeu-kmk-127-2026")
    (row,) = card.assess("eurostat").to_dicts()
    assert row["category"] == "not-assessable"
    assert row["clause"] == "no scheme covers a stabilize indicator"
    (row,) = card.project().to_dicts()
    assert row["reason"] == "no end target, or a stabilize indicator"


def test_chances_are_the_formulas_and_the_bands_share_one():
    for row, scored in zip(CARD.chances().to_dicts(), CARD.to_dicts(), strict=True):
        # A path begins at the surveyed baseline of 2021, whose error the target carries:
        # two thirds of it on the way to 2024, a half on that to an official figure of 2023.
        left = 1 / 2 if row["region"] == "17.02" else 2 / 3
        alone = probability_met(
            scored["actual"],
            2.5,
            scored["target"],
            direction="minimize",
            target_standard_error=2.5 * left,
        )
        assert row["probability_met"] == pytest.approx(alone, abs=1e-12)
        bands = [value for name, value in row.items() if name.startswith("probability ")]
        assert len(bands) == 5
        assert sum(bands) == pytest.approx(1, abs=1e-12)
        assert row["error_basis"] == "standard-error"


def test_an_interval_stands_in_for_a_standard_error():
    columns = kt.load_actuals("bengkulu-stunting-2024").to_frame("pyarrow").to_pydict()
    values = np.array(columns["value"])
    columns |= {"lower": values - 4.9, "upper": values + 4.9}
    card = kt.evaluate(PLAN, columns, year=2022, rule=RULE)
    row = card.chances().to_dicts()[0]
    assert row["error_basis"] == "interval"
    assert row["standard_error"] == pytest.approx(2.5, abs=0.001)


def test_without_errors_the_column_says_so():
    row = with_errors(None).chances().to_dicts()[0]
    assert (row["error_basis"], row["probability_met"]) == ("no-error", None)


def test_an_error_of_zero_is_no_certainty():
    row = with_errors(0.0).chances().to_dicts()[0]
    assert (row["standard_error"], row["error_basis"]) == (0, "zero-error")
    assert {value for name, value in row.items() if name.startswith("probability")} == {None}
    assert with_errors(0.0).project() == with_errors(None).project()


def test_a_projection_uses_what_was_known_in_the_year():
    table = {row["region"]: row for row in CARD.project(walk_variance=0.005).to_dicts()}
    alone = project([2021, 2022], [24.7, 22.1], [2.5, 2.5], 2024, walk_variance=0.005)
    seluma = table["17.05"]
    assert seluma["surveys"] == 2
    assert seluma["projected"] == pytest.approx(alone.value, abs=1e-9)
    assert seluma["lower"] < seluma["projected"] < seluma["upper"]
    assert {row["surveys"] for row in table.values()} == {2}  # 2023 and 2024 are left out
    assert table["17.04"]["arrival"] == "arrived"


def test_required_points_lead_to_the_end_target():
    row = CARD.project().to_dicts()[5]
    assert row["required_points"] == pytest.approx((12.55 - 22.1) / 2)


def test_too_few_surveys_are_typed():
    row = with_errors(None).project().to_dicts()[0]
    assert (row["status"], row["reason"]) == (
        "no-trend",
        "no survey with a standard error; gls needs 2",
    )
    row = CARD.project(method="ols").to_dicts()[0]
    assert (row["status"], row["reason"]) == ("no-trend", "2 surveys; ols needs 3")


def test_several_years_have_no_one_projection():
    years = kt.evaluate(
        PLAN, kt.load_actuals("bengkulu-stunting-2024"), year=[2022, 2023], rule=RULE
    )
    with pytest.raises(kt.KencanaError, match="for_year"):
        years.project()


def test_tables_print_years_as_years():
    assert " 2022 " in str(CARD.chances())
    assert "2,022" not in str(CARD.chances())


@pytest.mark.parametrize("method", ["relative", "absolute", "logit"])
def test_a_cascade_adds_up_and_keeps_official_targets(method):
    split = PLAN.cascade("stunting_balita", "17", 2024, method=method)
    assert split.shares @ split.targets == pytest.approx(12.55, abs=1e-9)
    assert (split.targets <= split.baselines).all()
    fixed = dict(zip(split.regions, split.targets.tolist(), strict=True))
    assert (fixed["17.02"], fixed["17.71"]) == (14, 9)
    assert split.fixed.sum() == 2
    value, basis, source = split.plan.target("stunting_balita", "17.05", 2024)
    assert (value, basis) == (fixed["17.05"], "derived")
    assert source.startswith(f"derived: {method} cascade of 17 Bengkulu, 2024; from 12.55")


def test_a_cascade_to_printed_decimals_reports_its_residual():
    split = PLAN.cascade("stunting_balita", "17", 2024, decimals=1)
    assert split.targets == pytest.approx(np.round(split.targets, 1))
    assert split.residual == pytest.approx(split.shares @ split.targets - 12.55, abs=1e-12)
    assert abs(split.residual) < 0.05


def test_an_infeasible_cascade_names_the_attainable_range():
    kinds = kt.Plan.from_frames(
        indicators=PLAN.indicators,
        baselines=PLAN.baselines,
        targets={
            "indicator": ["stunting_balita"], "region": ["17"], "year": [2024], "value": [30.0]
        },
    )  # fmt: skip
    with pytest.raises(kt.KencanaError, match="0 to 22.2405"):
        kinds.cascade("stunting_balita", "17", 2024)


def test_a_cascade_names_every_region_without_a_baseline_or_weight():
    bare = kt.Plan.from_frames(
        indicators=PLAN.indicators,
        targets={
            "indicator": ["stunting_balita"], "region": ["17"], "year": [2024], "value": [12.55]
        },
    )  # fmt: skip
    with pytest.raises(kt.KencanaError) as caught:
        bare.cascade("stunting_balita", "17", 2024)
    assert len(caught.value.problems) == 10
    with pytest.raises(kt.KencanaError) as caught:
        PLAN.cascade("stunting_balita", "17", 2024, weights={"17.01": 1.0})
    assert len(caught.value.problems) == 9
    for one, others in ((-0.5, 1.0), (0.0, 0.0)):
        weights = dict.fromkeys((region.code for region in PLAN.regions), others) | {"17.01": one}
        with pytest.raises(kt.KencanaError, match="weights"):
            PLAN.cascade("stunting_balita", "17", 2024, weights=weights)


# --- Many regions together -----------------------------------------------------------------


def test_many_regions_tell_the_walk_by_default():
    card, truth = nation("AAAA", regions=300, seed=2)
    table, alone = card.project(), card.project(walk_variance=0.0)
    assert held(table, truth) == pytest.approx(0.95, abs=0.035)
    assert held(alone, truth) < held(table, truth) - 0.02
    assert {row["reason"] for row in table} == {None}


def together(years, values, errors, sources, at):
    """Project 60 regions of four provinces to a year by hand, as their trends are pooled."""
    pooled = pool_trends(years, values, errors, groups=np.arange(60) % 4, adjusted=True,
                         sources=sources if "ski" in sources else None)  # fmt: skip
    # A trend is one of what the first survey of a region counts.
    shift = np.vectorize(lambda source: pooled.shifts.get(source, 0.0))(sources)
    first = shift[np.arange(60), (~np.isnan(values)).argmax(axis=1)]
    moved = 100 / (1 + np.exp(shift - first[:, None] - np.log(values / (100 - values))))
    errors = errors * moved * (100 - moved) / (values * (100 - values))
    breaks = np.nan_to_num(pooled.break_variance)
    assert ("ski" in sources) == (np.nanmax(np.abs(moved - values)) > 5)
    return breaks, project(
        years, moved, errors, at, walk_variance=pooled.walk_variance,
        slope_prior=pooled.slope_prior, sources=sources, break_variance=breaks,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("surveys", "lacking"),
    [("AAAA", []), ("ABABA", []), ("ABABAB", [(1, 0), (2, 1), (3, 4), (3, 5)])],
)
def test_a_region_is_projected_with_what_all_tell(surveys, lacking):
    card, _ = nation(surveys, regions=60, seed=2, shift=0.8, sd=0.1)
    size, places = len(surveys), [int(one.region[1:]) for one in card.actuals]
    cells = places, [int(one.year) - 2020 for one in card.actuals]
    # Some regions lack a survey, so that their first is of the other source.
    there = np.array([(place % 4, year) not in lacking for place, year in zip(*cells, strict=True)])
    card = kt.evaluate(card.plan, card.actuals.take(there), year=2019 + size, rule=RULE)
    cells = tuple(np.array(cells)[:, there])
    values, errors = np.full((2, 60, size), np.nan)
    values[cells], errors[cells] = card.actuals.value, card.actuals.number("standard_error")
    names = np.array([{"A": "ssgi", "B": "ski"}[x] for x in surveys])
    sources = np.where(np.isnan(values), "", names)
    # Errors are those at the middle of a region's surveys, moved as all are from year to year,
    # by half of the step on the logit scale: sqrt(p (1 - p)) of both.
    level = np.log(values / (100 - values))
    middle = np.nanmean(level, axis=1, keepdims=True)
    middle = 100 / (1 + np.exp(-middle - np.nanmean(level - middle, axis=0)))
    errors *= np.sqrt(values * (100 - values) / (middle * (100 - middle)))
    years = np.arange(size) + 2020
    table = card.project(backtest=True)
    _, single = together(years, values, errors, sources, 2022 + size)
    for row in table:
        place = int(row["region"][1:])
        assert (row["projected"], row["lower"], row["upper"]) == pytest.approx(
            (single.value[place], single.lower[place], single.upper[place])
        )
    # What the surveys before a region's last one tell of it.
    seen = ~np.isnan(values)
    last = size - 1 - seen[:, ::-1].argmax(axis=1)
    shown = seen & (np.arange(size) != last[:, None])
    true, error, source = (x[np.arange(60), last] for x in (values, errors, sources))
    before = np.where(shown, np.arange(size), -1).max(axis=1)
    known = [np.where(shown, values, np.nan), np.where(shown, errors, np.nan)]
    known.append(np.where(shown, sources, ""))
    told, spread = np.empty((2, 60))
    for at in set(last.tolist()):
        breaks, one = together(years, *known, 2020 + at)
        told[last == at], spread[last == at] = one.value[last == at], one.standard_error[last == at]
    own = (error * 100 / (true * (100 - true))) ** 2
    own += breaks * (source != sources[np.arange(60), seen.argmax(axis=1)])
    off = np.abs(np.log(true / (100 - true)) - np.log(told / (100 - told)))
    (row,) = table.backtest
    assert row["regions"] == 60
    assert row["coverage"] == pytest.approx(
        np.mean(off <= 1.959964 * np.hypot(spread, np.sqrt(own)))
    )
    assert row["bias"] == pytest.approx(np.mean(told - true))
    assert row["mean_error"] == pytest.approx(np.mean(np.abs(told - true)))
    stayed = np.abs(values[np.arange(60), before] - true)
    assert row["mean_error_last_value"] == pytest.approx(np.mean(stayed))


def test_few_regions_say_what_their_interval_lacks():
    reasons = {row["reason"] for row in CARD.project() if row["status"] == "projected"}
    assert reasons == {"few regions: the interval holds sampling error only"}
    assert {row["reason"] for row in CARD.project(walk_variance=0.01)} == {None}


def test_a_change_of_survey_is_no_trend():
    card, truth = nation("AABB", shift=0.15, sd=0.1, regions=300)
    differ = {row["reason"] for row in card.project()}
    assert differ == {"sources differ: give break_sd, the standard deviation of a break"}
    # 0.18 on the logit are some three points at 20 percent; 400 regions over eight seeds
    # are held in 0.967 of cases, and in 0.72 where nobody says so.
    known = card.project(break_sd=2.9)
    assert {row["reason"] for row in known} == {None}
    assert held(known, truth) > held(card.project(), truth) + 0.02
    # What no break explains is the region's own wandering, which goes on.
    told = [card.project(break_sd=each).to_dicts()[0] for each in (2.9, 0.5, 0)]
    widths = [row["upper"] - row["lower"] for row in told]
    assert widths == sorted(widths)
    assert len({*widths}) == 3
    with pytest.raises(kt.KencanaError, match="'break_sd': not allowed: got -1"):
        card.project(break_sd=-1)


def test_breaks_are_estimated_where_surveys_alternate():
    card, truth = nation("ABABA", shift=0.25, sd=0.1, regions=300, seed=5)
    table = card.project()
    assert {row["reason"] for row in table} == {None}
    assert held(table, truth) == pytest.approx(0.95, abs=0.035)


def test_a_backtest_holds_out_the_last_survey():
    card, _ = nation("AAAAA", regions=200)
    table = card.project(backtest=True)
    (row,) = table.backtest
    assert (row["indicator"], row["level"], row["regions"]) == ("x", "regency", 200)
    assert row["coverage"] == pytest.approx(0.95, abs=0.05)
    assert abs(row["bias"]) < 1.5
    assert 0 < row["mean_error"] < row["mean_error_last_value"]
    assert table == card.project()
    assert card.project().backtest is None
    # By hand: each region's last survey against the one before it.
    values = np.reshape([one.value for one in card.actuals], (200, 5))
    stayed = np.abs(values[:, 4] - values[:, 3]).mean()
    assert row["mean_error_last_value"] == pytest.approx(stayed)


def test_errors_that_are_assumed_serve_projections():
    card, _ = nation("AAA", regions=40, errors=False)
    assert {row["status"] for row in card.project()} == {"no-trend"}
    table = card.project(assume_sample_size=450, assume_design_effect=2.05)
    assert {row["status"] for row in table} == {"projected"}
    assert {"unclear"} <= {row["arrival"] for row in table}
    for row in table:
        arrives = row["arrival"] == "arrives"
        assert (row["arrival_lower"] is not None) == arrives
        assert not arrives or row["arrival_lower"] < row["arrival_year"] < row["arrival_upper"]


def test_one_survey_that_is_asked_again_is_no_change_of_survey():
    card, _ = nation("AAA", regions=8)
    assert {row["reason"] for row in card.project(walk_variance=0.01)} == {None}
    differing, _ = nation("AAB", regions=8)
    reasons = {row["reason"] for row in differing.project(walk_variance=0.01)}
    assert reasons == {"sources differ: give break_sd, the standard deviation of a break"}


@pytest.mark.parametrize("method", ["ols", "theil-sen"])
def test_trends_without_errors_are_those_of_each_region_alone(method):
    card, _ = nation("AAAAA", regions=6)
    values = np.reshape(card.actuals.value, (6, 5))
    table = card.project(method=method, backtest=True)
    alone = project(np.arange(2020, 2025), values, None, 2027, method=method)
    rows = {row["region"]: row for row in table}
    for place in range(6):
        row = rows[f"r{place}"]
        assert (row["projected"], row["lower"]) == pytest.approx(
            (alone.value[place], alone.lower[place])
        )
        assert (row["probability_met"] is None) == (method == "theil-sen")
    before = project(np.arange(2020, 2024), values[:, :4], None, 2024, method=method)
    (row,) = table.backtest
    assert row["bias"] == pytest.approx(np.mean(before.value - values[:, 4]))
    assert row["mean_error"] == pytest.approx(np.mean(np.abs(before.value - values[:, 4])))
    held_out = (before.lower <= values[:, 4]) & (values[:, 4] <= before.upper)
    if method == "ols":  # the other interval is not of one width to both sides
        assert row["coverage"] == pytest.approx(np.mean(held_out))


def test_what_is_told_without_any_error_is_held_by_an_interval_without_width():
    plan = kt.Plan(
        indicators=[kt.Indicator(code="x", name="X", unit="anak", direction="minimize")],
        targets=[kt.Target(indicator="x", region="17.05", year=2024, value=10)],
    )
    same = [
        kt.Actual(indicator="x", region="17.05", year=year, value=20) for year in range(2020, 2025)
    ]
    card = kt.evaluate(plan, kt.Actuals.of(same), year=2024, rule=RULE)
    (row,) = card.project(method="ols", backtest=True).backtest
    assert (row["regions"], row["coverage"], row["mean_error"]) == (1, 1, 0)


def test_where_more_is_better_nobody_is_set_less_than_the_baseline():
    codes = [one.code for one in PLAN.regions.children("17")]
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="i", name="I", unit="percent", direction="maximize",
                                 lower=0, upper=100)],
        baselines={"indicator": ["i"] * 10, "region": codes, "year": [2021] * 10,
                   "value": [50.0 + 4 * number for number in range(10)]},
        targets={"indicator": ["i"], "region": ["17"], "year": [2024], "value": [65.0]},
    )  # fmt: skip
    with pytest.raises(kt.KencanaError, match=r"68\.\d+ to 100"):
        plan.cascade("i", "17", 2024)
    split = plan.cascade("i", "17", 2024, nobody_worsens=False)
    assert split.shares @ split.targets == pytest.approx(65)
    assert np.isnan(split.baseline_difference)
