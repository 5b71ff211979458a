"""Chances of meeting targets: where their errors come from, and whether they are true."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from simulate_chances import simulate
from simulate_projections import nation

import kencana_targets as kt
from kencana_targets.formulas.achievement import achievement
from kencana_targets.formulas.small_area import fay_herriot
from kencana_targets.formulas.uncertainty import probability_met, standard_error_from_sample

PLAN = kt.load_plan("bengkulu-stunting-2024")
RULE = "permendagri-86-2017"


def card(**columns: object) -> kt.Scorecard:
    table = kt.load_actuals("bengkulu-stunting-2024").to_frame("pyarrow").to_pydict()
    rows = len(table["value"])
    return kt.evaluate(
        PLAN,
        {**table, **{name: [value] * rows for name, value in columns.items()}},
        year=2022,
        rule=RULE,
    )


def test_an_error_follows_from_the_sample():
    table = card(sample_size=450.0, design_effect=2.05).chances()
    for row in table:
        assert row["error_basis"] == "sample-size"
        alone = standard_error_from_sample(row["actual"], 450, design_effect=2.05)
        assert row["standard_error"] == pytest.approx(alone)
    assert table.assumed == ""


def test_what_is_assumed_is_named_in_every_row():
    plain = card()
    assert {row["error_basis"] for row in plain.chances()} == {"no-error"}
    assumed = plain.chances(assume_sample_size=450, assume_design_effect=2.05)
    words = "assumed: sample size 450, design effect 2.05"
    assert {row["error_basis"] for row in assumed} == {words}
    assert assumed.assumed == words
    half = card(sample_size=450.0)
    assert {row["error_basis"] for row in half.chances()} == {"no-error"}
    table = half.chances(assume_design_effect=2.05)
    assert {row["error_basis"] for row in table} == {"assumed: design effect 2.05"}
    errors = [row["standard_error"] for row in assumed]
    assert [row["standard_error"] for row in table] == pytest.approx(errors)
    # What is known is never overruled by what is assumed.
    known = card(standard_error=2.5).chances(assume_sample_size=9, assume_design_effect=1)
    assert {row["error_basis"] for row in known} == {"standard-error"}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"assume_sample_size": 450}, "'assume_design_effect': .* a design effect beside"),
        (
            {"assume_design_effect": 0},
            "'assume_design_effect': .*got 0; allowed: a number above zero",
        ),
        ({"assume_sample_size": "450", "assume_design_effect": 2}, "'assume_sample_size'.*'450'"),
        ({"shrink": "province"}, "'shrink': not allowed: got 'province'; allowed: parent"),
    ],
)
def test_options_that_are_refused(options, text):
    with pytest.raises(kt.KencanaError, match=text):
        card().chances(**options)


def test_shrunken_chances_are_those_of_the_model():
    table = card(standard_error=2.5).chances(shrink="parent")
    rows = [row for row in table if row["region"] != "17"]
    y = np.array([row["actual"] for row in rows])
    logits = np.log(y / (100 - y))
    mean = 100 / (1 + np.exp(-logits.mean()))
    # The variance of a share, at the mean of the regions instead of at its own figure.
    variance = (2.5 * 100 / (y * (100 - y))) ** 2 * y * (100 - y) / (mean * (100 - mean))
    model = fay_herriot(logits, variance)
    for row, estimate, mse in zip(rows, model.estimate, model.mean_squared_error, strict=True):
        value = 100 / (1 + np.exp(-estimate))
        assert row["shrunken"] == pytest.approx(value)
        error = np.sqrt(mse) * value * (100 - value) / 100
        left = 1 / 2 if row["region"] == "17.02" else 2 / 3
        alone = probability_met(value, error, row["target"], direction="minimize",
                                target_standard_error=2.5 * left)  # fmt: skip
        assert row["probability_met_shrunken"] == pytest.approx(alone, abs=1e-9)
    # A province has no siblings in its own plan to lean on.
    province = next(row for row in table if row["region"] == "17")
    assert province["shrunken"] is province["probability_met_shrunken"] is None


def test_how_many_met_is_the_sum_of_chances():
    table = card(standard_error=2.5).chances(shrink="parent")
    chances = [row["probability_met_shrunken"] for row in table if row["region"] != "17"]
    regency = next(row for row in table.expected_met if row["level"] == "regency")
    assert (regency["regions"], regency["year"]) == (10, 2022)
    assert regency["expected"] == pytest.approx(sum(chances))
    assert 0 <= regency["lower"] <= regency["expected"] <= regency["upper"] <= 10
    words = [value for name, value in regency.items() if name.startswith("expected ")]
    assert sum(words) == pytest.approx(10)


def test_a_target_on_the_way_from_a_surveyed_baseline_has_an_error():
    # A third of the way from 2021 to 2024 two thirds of the baseline's error are left.
    for row in card(standard_error=2.5).chances():
        left = 1 / 2 if row["region"] == "17.02" else 2 / 3
        edge, reached = row["target"], row["actual"]
        slope = {p: 100 / (p * (100 - p)) for p in (edge, reached)}
        apart = math.log(edge / (100 - edge)) - math.log(reached / (100 - reached))
        error = math.hypot(2.5 * slope[reached], 2.5 * left * slope[edge])
        assert row["probability_met"] == pytest.approx(NormalDist().cdf(apart / error))


def test_achievements_have_the_interval_of_their_actual():
    for row, scored in zip(card(standard_error=2.5).chances(), card(), strict=True):
        ends = [
            achievement(row[name], row["target"], direction="minimize", formula=scored["formula"])
            for name in ("actual_upper", "actual_lower")
        ]
        found = [row["achievement_lower"], row["achievement_upper"]]
        assert found == pytest.approx(ends)
        assert found[0] < scored["achievement"] < found[1]
        assert row["band_lower"] == kt.load_rule(RULE).band(found[0])
        assert row["band_upper"] == kt.load_rule(RULE).band(found[1])
    # Of a target of zero it is the worst value that says how far the road is.
    places: dict[str, object] = {"indicator": ["i"], "region": ["17"], "year": [2022]}
    kind = kt.Indicator(code="i", name="Deaths", unit="deaths", direction="minimize")
    plan = kt.Plan.from_frames(indicators=[kind], targets=places | {"value": [0], "worst": [40]})
    died = kt.Actuals.from_frame(places | {"value": [10], "standard_error": [2]})
    (row,) = kt.evaluate(plan, died, year=2022, rule=RULE).chances()
    ends = row["actual_upper"], row["actual_lower"]
    found = [row["achievement_lower"], row["achievement_upper"]]
    assert found == pytest.approx([100 * (40 - end) / 40 for end in ends])


@pytest.mark.parametrize("way", ["maximize", "minimize"])
def test_a_share_near_its_end_has_an_interval_within_it(way):
    regions, values = ["17.01", "17.02", "17.03", "17.04"], np.array([0.4, 0.0, 99.6, 100.0])
    places = {"indicator": ["a"] * 4, "region": regions, "year": [2022] * 4}
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="a", name="A", unit="%", direction=way, lower=0, upper=100)],
        targets={**places, "value": [0.5, 0.5, 99.5, 99.5]},
        coverage=regions,
    )
    actuals = {**places, "value": values, "standard_error": [0.3] * 4}
    rows = kt.evaluate(plan, actuals, year=2022, rule=RULE).chances().to_dicts()
    # Nothing and all have no logit.
    reach = 1.959963984540054 * 0.3
    inner = np.array([0.4, 99.6])
    logit = np.log(inner / (100 - inner)) + np.outer([-1, 1], reach * 100 / inner / (100 - inner))
    ends = np.empty((2, 4))
    ends[:, [0, 2]] = 100 / (1 + np.exp(-logit))
    ends[:, [1, 3]] = values[[1, 3]] + np.outer([-1, 1], [reach, reach])
    found = [[row["actual_lower"], row["actual_upper"]] for row in rows]
    assert np.array(found) == pytest.approx(ends.T)
    for row in rows:
        chances = [cell for name, cell in row.items() if name.startswith("probability ")]
        assert sum(chances) == pytest.approx(1)


def test_a_published_interval_is_shown_as_it_is():
    table = kt.load_actuals("bengkulu-stunting-2024").to_frame("pyarrow").to_pydict()
    values = np.array(table["value"])
    table |= {"lower": values - 4.0, "upper": values + 5.0}
    found = kt.evaluate(PLAN, table, year=2022, rule=RULE).chances()
    for row in found:
        assert (row["actual_lower"], row["actual_upper"]) == pytest.approx(
            (row["actual"] - 4, row["actual"] + 5)
        )


def test_shrunken_chances_are_true_and_plain_ones_too_sure():
    """Nobody is told 0.8 of which less than 0.75 is true: a small run of the benchmark."""
    classes, counts = simulate(15, 2, spreads=(0.2, 0.45))
    assert all(abs(each.said - each.true) < 0.05 for each in classes)
    assert all(inside >= 0.5 for _, inside, _ in counts)


def test_only_three_siblings_or_more_lean_on_each_other():
    card, _ = nation("A", regions=7, provinces=3)
    leaning = {
        row["region"] for row in card.chances(shrink="parent") if row["shrunken"] is not None
    }
    assert leaning == {"r0", "r3", "r6"}


def test_figures_lean_on_the_mean_of_their_own_parent():
    card, _ = nation("A", regions=10, provinces=3)
    rows = [*card.chances(shrink="parent")]
    y, error = (np.array([row[name] for row in rows]) for name in ("actual", "standard_error"))
    place = np.array([int(row["region"][1:]) for row in rows]) % 3
    logits = np.log(y / (100 - y))
    mean = 100 / (1 + np.exp(-np.array([logits[place == one].mean() for one in place])))
    variance = (error * 100 / (y * (100 - y))) ** 2 * y * (100 - y) / (mean * (100 - mean))
    model = fay_herriot(logits, variance, (place[:, None] == [1, 2]).astype(float))
    found = [row["shrunken"] for row in rows]
    assert found == pytest.approx(100 / (1 + np.exp(-model.estimate)))


def test_provinces_lean_on_each_other_and_other_units_stay_as_they_are():
    provinces, y = ["11", "12", "13", "14"], np.array([2.1, 2.6, 2.4, 3.3])
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="i", name="I", unit="children", direction="minimize")],
        targets={
            "indicator": ["i"] * 4,
            "region": provinces,
            "year": [2022] * 4,
            "value": [2.2] * 4,
        },
    )
    reached = {"indicator": ["i"] * 4, "region": provinces, "year": [2022] * 4, "value": y}
    card = kt.evaluate(
        plan, reached | {"standard_error": [0.3, 0.2, 0.4, 0.3]}, year=2022, rule=RULE
    )
    model = fay_herriot(y, np.array([0.3, 0.2, 0.4, 0.3]) ** 2)
    rows = [*card.chances(shrink="parent")]
    assert [row["shrunken"] for row in rows] == pytest.approx(model.estimate)
    error = np.sqrt(model.mean_squared_error)
    chance = [NormalDist().cdf(one) for one in (2.2 - model.estimate) / error]
    assert [row["probability_met_shrunken"] for row in rows] == pytest.approx(chance)
