from __future__ import annotations

import time

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.projection import (
    ArrivalStatus,
    TrendMethod,
    TrendStatus,
    pool_trends,
    project,
)

EXACT = 1e-9
NAN = np.nan
SCALES = {"identity": "linear", "logit": "logit", "log": "log"}
TO = {
    "linear": lambda y: np.asarray(y, float),
    "log": np.log,
    "logit": lambda y: np.log(np.asarray(y) / (100 - np.asarray(y))),
}


def expit(logits):
    return 100 / (1 + np.exp(-logits))


# Generalised least squares


def gls_cases():
    cases = read("trend_gls_rw")
    assert len(cases) == 100
    keys = ("q", "T", "a", "b", "pred_logit", "se_pred_logit", "pred_pct")
    scalars = np.stack([cases.numbers(key) for key in keys], axis=1)
    return zip(*(cases.vectors(key) for key in ("t", "y_logit", "v")), scalars, strict=True)


def test_projections_of_the_cases():
    for t, y, v, (q, at, level, slope, predicted, error, percent) in gls_cases():
        p = expit(y)
        trend = project(t, p, np.sqrt(v) * p * (100 - p) / 100, at, walk_variance=q)
        assert trend.slope == pytest.approx(slope, abs=EXACT)
        assert trend.intercept == pytest.approx(level + slope * (t.min() - 2018), abs=EXACT)
        assert trend.standard_error == pytest.approx(error, abs=EXACT)
        assert trend.value == pytest.approx(percent, abs=EXACT)
        ends = expit(predicted + np.array([-1, 1]) * 1.959963984540054 * error)
        assert_allclose([trend.lower, trend.upper], ends, rtol=0, atol=1e-8)


def test_one_batch_gives_what_single_regions_give():
    cases = list(gls_cases())
    size = max(len(case[0]) for case in cases)

    def padded(position, missing=NAN):
        return np.array([np.append(c[position], [missing] * (size - len(c[0]))) for c in cases])

    t, p, v = padded(0), expit(padded(1)), padded(2)
    q = np.array([case[3][0] for case in cases])
    trend = project(t, p, np.sqrt(v) * p * (100 - p) / 100, [2030, 2035], walk_variance=q)
    for place, (times, y, variances, (walk, *_)) in enumerate(cases):
        figures = expit(y)
        errors = np.sqrt(variances) * figures * (100 - figures) / 100
        alone = project(times, figures, errors, [2030, 2035], walk_variance=walk)
        assert_allclose(trend.value[place], alone.value, rtol=1e-10)
        assert_allclose(trend.standard_error[place], alone.standard_error, rtol=1e-9)
        assert trend.slope[place] == pytest.approx(alone.slope, abs=1e-10)
    assert (trend.status == "projected").all()
    assert trend.value.shape == (100, 2)


def test_a_slope_prior_is_an_extra_row():
    t, y, v = np.array([0.0, 2, 3]), np.array([-0.8, -1.1, -1.0]), np.array([0.01, 0.02, 0.01])
    q, mean, variance, ahead = 0.004, -0.06, 0.002, 7.0
    # The formulas with the prior's precision added, written out.
    cover = np.diag(v) + q * np.minimum.outer(t, t)
    x = np.stack([np.ones(3), t], axis=1)
    inverse = np.linalg.inv(cover)
    inner = np.linalg.inv(x.T @ inverse @ x + np.diag([0, 1 / variance]))
    beta = inner @ (x.T @ inverse @ y + np.array([0, mean / variance]))
    w = inverse @ (q * np.minimum(ahead, t))
    d = np.array([1, ahead]) - x.T @ w
    predicted = np.array([1, ahead]) @ beta + w @ (y - x @ beta)
    error = np.sqrt(q * ahead - (q * np.minimum(ahead, t)) @ w + d @ inner @ d)
    p = expit(y)
    trend = project(
        2020 + t, p, np.sqrt(v) * p * (100 - p) / 100, 2020 + ahead,
        walk_variance=q, slope_prior=(mean, variance),
    )  # fmt: skip
    assert trend.slope == pytest.approx(beta[1], abs=EXACT)
    assert trend.intercept == pytest.approx(beta[0], abs=EXACT)
    assert trend.value == pytest.approx(expit(predicted), abs=EXACT)
    assert trend.standard_error == pytest.approx(error, abs=EXACT)


def test_a_certain_prior_is_the_slope_and_a_vague_one_is_none():
    survey = ([2019, 2021, 2022], [27.67, 24.4, 21.6], [0.3, 0.3, 0.3], 2024)
    assert project(*survey, slope_prior=(-0.1, 0)).slope == pytest.approx(-0.1, abs=1e-15)
    vague = project(*survey, slope_prior=(0, 1e6), walk_variance=0.001)
    none = project(*survey, walk_variance=0.001)
    assert vague.slope == pytest.approx(none.slope, abs=1e-6)
    assert vague.standard_error == pytest.approx(none.standard_error, rel=1e-5)


def test_a_walk_widens_and_missing_surveys_change_nothing():
    years, values, errors = [2019, 2021, 2022], [27.67, 24.4, 21.6], [0.3, 0.3, 0.3]
    calm = project(years, values, errors, 2024)
    restless = project(years, values, errors, 2024, walk_variance=0.01)
    assert restless.standard_error > calm.standard_error
    assert restless.lower < calm.lower < calm.value < calm.upper < restless.upper
    gaps = project([2019, 2020, 2021, 2022], [27.67, NAN, 24.4, 21.6], [0.3, NAN, 0.3, 0.3], 2024)
    assert gaps.value == pytest.approx(calm.value, abs=1e-12)
    assert gaps.lower == pytest.approx(calm.lower, abs=1e-12)


# Least squares and Theil-Sen


def line_cases():
    cases = read("trend_ols_theilsen")
    assert len(cases) == 100
    rows = zip(cases.vectors("t"), cases.vectors("y"), cases.rows, strict=True)
    for t, y, row in rows:
        numbers = {k: float(x) for k, x in row.items() if k not in {"transform", "t", "y"}}
        yield SCALES[row["transform"]], t, y, numbers


def test_least_squares_of_the_cases():
    for scale, t, y, case in line_cases():
        trend = project(t, y, None, case["T"], method="ols", scale=scale)
        assert trend.slope == pytest.approx(case["b"], rel=EXACT, abs=EXACT)
        first = case["a"] + case["b"] * (t.min() - 2013)
        assert trend.intercept == pytest.approx(first, rel=EXACT, abs=EXACT)
        assert trend.standard_error == pytest.approx(case["se_pred"], rel=EXACT, abs=EXACT)
        for name, key in (("value", "pred"), ("lower", "pi_lo"), ("upper", "pi_hi")):
            assert getattr(trend, name) == pytest.approx(case[key], rel=EXACT, abs=EXACT)
        chance = trend.probability_met(case["target"], direction="minimize")
        assert chance == pytest.approx(case["prob_le_target"], rel=EXACT, abs=EXACT)


def test_theil_sen_of_the_cases():
    for scale, t, y, case in line_cases():
        trend = project(t, y, None, case["T"], method="theil-sen", scale=scale)
        assert trend.slope == pytest.approx(case["ts_slope"], abs=EXACT)
        at_zero = trend.intercept - trend.slope * t.min()
        assert at_zero == pytest.approx(case["ts_intercept"], abs=EXACT)
        assert trend.value == pytest.approx(case["ts_pred"], abs=EXACT)
        height, away = np.median(TO[scale](y)), case["T"] - np.median(t)
        slopes = (TO[scale]([trend.lower, trend.upper]) - height) / away
        assert_allclose(slopes, [case["ts_lo"], case["ts_hi"]], rtol=0, atol=EXACT)


@pytest.mark.parametrize("method", ["ols", "theil-sen"])
def test_lines_with_missing_surveys_and_ties(method):
    years = np.arange(2015, 2024)
    figures = np.array([30, NAN, 29, 29, 27, NAN, 26, 24, 24])
    seen = ~np.isnan(figures)
    other = np.linspace(20, 40, 9)
    batch = project(years, [figures, other], None, [2026, 2010], method=method, scale="linear")
    alone = project(years[seen], figures[seen], None, [2026, 2010], method=method, scale="linear")
    for name in ("value", "lower", "upper", "standard_error"):
        assert_allclose(getattr(batch, name)[0], getattr(alone, name), rtol=1e-12)
    assert (alone.lower < alone.value).all()
    assert (alone.value < alone.upper).all()


def test_theil_sen_places_with_ties_are_those_of_scipy():
    from scipy import stats

    random = np.random.default_rng(4)
    for _ in range(40):
        size = int(random.integers(3, 12))
        t = np.sort(random.integers(2000, 2024, size)).astype(float)
        y = random.integers(10, 18, size).astype(float)
        expected = stats.theilslopes(y, t, 0.95)
        trend = project(t, y, None, 2030, method="theil-sen", scale="linear")
        away = 2030 - np.median(t)
        assert trend.slope == pytest.approx(expected.slope, abs=1e-12)
        assert (trend.lower - np.median(y)) / away == pytest.approx(expected.low_slope, abs=1e-10)
        assert (trend.upper - np.median(y)) / away == pytest.approx(expected.high_slope, abs=1e-10)
        # Surveys that a region does not have change nothing.
        gaps = [*y, *[NAN] * 4], [*t, 2031, 2032, 2033, 2034]
        batch = project(gaps[1], gaps[0], None, 2030, method="theil-sen", scale="linear")
        assert (batch.lower, batch.upper) == (trend.lower, trend.upper)


# What has no projection says so


def test_one_survey_has_no_trend():
    trend = project([2022], [21.6], [0.3], 2024)
    assert trend.status is TrendStatus.NO_TREND
    assert trend.reason == "one survey; gls needs 2"
    assert np.isnan([trend.value, trend.lower, trend.upper, trend.slope]).all()
    assert np.isnan(trend.probability_met(14, direction="minimize"))
    assert trend.year_of_arrival(14, direction="minimize").status is ArrivalStatus.NO_TREND
    assert np.isnan(trend.required_pace(14, year=2024).points)


def test_the_errors_of_a_line_are_those_of_textbooks() -> None:
    """Of level and slope at the last survey: s^2 (1/n + d^2/Sxx), s^2/Sxx and s^2 d/Sxx."""
    x, y = np.array([0.0, 1.0, 3.0, 4.0]), np.array([30.0, 27.0, 26.0, 22.0])
    left, away = y - np.polyval(np.polyfit(x, y, 1), x), x - x.mean()
    scatter, spread = left @ left / 2, away @ away
    line = project(2018 + x, y, None, 2024, method="ols", scale="linear")
    found = [line.last_level_error, line.slope_error, line.last_covariance]
    level = np.sqrt(scatter * (1 / 4 + away[-1] ** 2 / spread))
    expected = [level, np.sqrt(scatter / spread), scatter * away[-1] / spread]
    np.testing.assert_allclose(found, expected)
    sen = project(2018 + x, y, None, 2024, method="theil-sen", scale="linear")
    assert sen.standard_error == pytest.approx((sen.upper - sen.lower) / (2 * 1.959964))


def test_every_reason_in_a_batch():
    years = [[2019, 2021, 2022], [2019, 2021, 2022], [2019, 2021, 2022], [2022, 2022, 2022],
             [2019, 2021, 2022], [2019, 2021, 2022]]  # fmt: skip
    values = [[27, 24, 21], [NAN, NAN, 21], [NAN, NAN, NAN], [20, 21, 22], [5, 2, 0], [27, 24, 21]]
    errors = [[1, 1, 1]] * 5 + [[1, NAN, 1]]
    trend = project(years, values, errors, 2024)
    assert trend.status.tolist() == [
        "projected", "no-trend", "no-trend", "no-trend", "undefined", "undefined",
    ]  # fmt: skip
    assert trend.reason.tolist() == [
        "",
        "one survey; gls needs 2",
        "no survey; gls needs 2",
        "all surveys are of one year",
        "a figure is not strictly between 0 and 100; use another scale",
        "a survey has no standard error",
    ]
    assert np.isnan(trend.value).tolist() == [False] + [True] * 5
    lines = project(years, values, None, 2024, method="ols", scale="linear")
    assert lines.status.tolist() == ["projected"] + ["no-trend"] * 3 + ["projected"] * 2
    two = project([2019, 2022], [27, 21], None, 2024, method="ols")
    assert two.reason == "2 surveys; ols needs 3"


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        (([2019, 2022], [27, 21], None, 2024), {}, "use method='ols' without errors"),
        (([2019, 2022], [27, 21], [0, 1], 2024), {}, r"'standard_errors': not allowed: got 0.0"),
        (([2019, NAN], [27, 21], [1, 1], 2024), {}, "a year for every survey that has a figure"),
        ((2019, 27, 1, 2024), {}, "allowed: surveys along the last axis"),
        (([2019, 2022], [27, 21], [1, 1], [[2024]]), {}, "allowed: one year or a vector of years"),
        (([2019, 2022], [27, 21, 20], [1, 1], 2024), {}, "allowed: shapes that fit together"),
        (([2019, 2022], [27, 21], [1, 1], 2024), {"method": "wls"}, "gls, ols, theil-sen"),
        (([2019, 2022], [27, 21], [1, 1], 2024), {"scale": "probit"}, "linear, log, logit"),
        (([2019, 2022], [27, 21], [1, 1], 2024), {"walk_variance": [1, 2]}, "one number, or one a"),
        (
            ([2019, 2022], [27, 21], [1, 1], 2024),
            {"slope_prior": (0, -1)},
            "slope_prior.*zero or more",
        ),
        (([2019, 2022], [27, 21], [1, 1], 2024), {"level": 95}, "argument 'level'"),
        (
            ([2019, 2021, 2022], [27, 24, 21], [1, 1, 1], 2024),
            {"method": "ols", "walk_variance": 0.1},
            "got 'ols'; allowed: gls, with a walk, a slope prior or breaks",
        ),
    ],
)
def test_projections_that_are_refused(arguments, options, text):
    with pytest.raises(ArgumentError, match=text):
        project(*arguments, **options)


# The questions that follow


def trend_of(values, **options):
    return project([2019, 2022], values, [0.4, 0.4], 2024, **options)


def test_chance_of_meeting_a_target():
    trend = trend_of([27.67, 21.6], walk_variance=0.002)
    even = trend.probability_met(trend.value, direction="minimize")
    assert even == pytest.approx(0.5, abs=1e-9)
    assert trend.probability_met(trend.upper, direction="minimize") == pytest.approx(0.975)
    assert trend.probability_met(trend.upper, direction="maximize") == pytest.approx(0.025)
    assert trend.probability_met(0, direction="minimize") == 0
    assert trend.probability_met(100, direction="minimize") == 1


def test_chance_of_each_region_and_year():
    trend = project([2019, 2022], [[27.67, 21.6], [20, 22]], 0.4, [2024, 2025, 2026])
    chance = trend.probability_met([14, 25], direction="minimize")
    assert chance.shape == (2, 3)
    for region, target in enumerate([14, 25]):
        alone = project([2019, 2022], [[27.67, 21.6], [20, 22]][region], 0.4, [2024, 2025, 2026])
        expected = alone.probability_met(target, direction="minimize")
        assert_allclose(chance[region], expected, rtol=1e-9, atol=1e-15)
    with pytest.raises(ArgumentError, match="one number, or one a region"):
        trend.probability_met([14, 25, 30], direction="minimize")
    sen = project([2019, 2021, 2022], [27, 24, 21], None, 2024, method="theil-sen")
    with pytest.raises(ArgumentError, match="Theil-Sen has no errors"):
        sen.probability_met(14, direction="minimize")


def test_year_of_arrival():
    arrival = project([2019, 2022], [[27.67, 21.6], [20, 22], [20, 20], [20, 13]], 0.4, 2024)
    found = arrival.year_of_arrival(14, direction="minimize")
    assert found.status.tolist() == ["arrives", "never", "unclear", "arrived"]
    assert np.isnan(found.year).tolist() == [False, True, True, False]
    assert found.year[3] == 2022
    assert trend_of([27.67, 21.6]).year_of_arrival(0, direction="minimize").status == "never"
    # At the year of arrival the projection is the target.
    again = project([2019, 2022], [27.67, 21.6], 0.4, found.year[0])
    assert again.value == pytest.approx(14, abs=1e-9)
    # At both ends of the interval the line's own interval ends at the target.
    for end, side in ((found.lower[0], "lower"), (found.upper[0], "upper")):
        there = project([2019, 2022], [27.67, 21.6], 0.4, end)
        assert getattr(there, side) == pytest.approx(14, abs=1e-9)
    up = trend_of([20, 30]).year_of_arrival(60, direction="maximize")
    assert up.status is ArrivalStatus.ARRIVES


def test_arrival_with_a_walk_starts_from_the_fitted_level():
    survey = ([2019, 2021, 2022], [27.67, 24.4, 21.6], [0.8, 0.8, 0.8])
    trend = project(*survey, 2024, walk_variance=0.002)
    year = trend.year_of_arrival(14, direction="minimize").year
    assert project(*survey, year, walk_variance=0.002).value == pytest.approx(14, abs=1e-9)


def test_required_pace():
    trend = trend_of([27.67, 21.6])
    pace = trend.required_pace(14, year=2024)
    assert pace.points == pytest.approx((14 - 21.6) / 2)
    assert trend.slope > pace.slope  # not yet fast enough
    held = trend.last_level + 2 * pace.slope
    assert expit(held) == pytest.approx(14)
    with pytest.raises(ArgumentError, match="allowed: one year after the last survey"):
        trend.required_pace(14, year=2022)
    with pytest.raises(ArgumentError, match="choose a target that the scale reaches"):
        trend.required_pace(0, year=2024)


@given(
    st.lists(st.floats(5, 60), min_size=3, max_size=6),
    st.sampled_from(TrendMethod),
    st.sampled_from(["linear", "log", "logit"]),
)
@examples(80)
def test_intervals_hold_the_projection_and_years_may_shift(values, method, scale):
    years = 2015 + 1.5 * np.arange(len(values))
    errors = None if method != "gls" else np.full(len(values), 1.5)
    trend = project(years, values, errors, 2026, method=method, scale=scale)
    assert trend.lower <= trend.value * (1 + 1e-9) + 1e-9
    assert trend.value <= trend.upper * (1 + 1e-9) + 1e-9
    assert isinstance(trend.value, float)
    shifted = project(years - 100, values, errors, 1926, method=method, scale=scale)
    assert shifted.value == pytest.approx(trend.value, rel=1e-6)
    if scale == "logit" and method != "theil-sen":
        mirrored = project(years, 100 - np.array(values), errors, 2026, method=method)
        assert mirrored.value == pytest.approx(100 - trend.value, abs=1e-6)


# All regions together


def regions(count, surveys, walk, slope, seed):
    """Logits that wander, with errors of 2 to 4 points."""
    random = np.random.default_rng(seed)
    years = np.arange(2024 - surveys, 2024)
    steps = random.normal(0, np.sqrt(walk), (count, surveys)) + random.normal(*slope, (count, 1))
    steps[:, 0] = random.normal(-1.1, 0.3, count)
    true = np.cumsum(steps, axis=1)
    errors = random.uniform(2, 4, (count, surveys))
    values = np.clip(expit(true) + errors * random.normal(size=errors.shape), 1, 99)
    return years, values, errors


def test_pooled_variances_are_found_again():
    years, values, errors = regions(2000, 6, 0.01, (-0.05, 0.05), seed=3)
    started = time.process_time()
    pooled = pool_trends(years, values, errors)
    assert time.process_time() - started < 20
    assert pooled.slope_mean == pytest.approx(-0.05, abs=0.01)
    assert pooled.slope_variance == pytest.approx(0.0025, rel=0.35)
    assert pooled.walk_variance == pytest.approx(0.01, rel=0.35)
    assert pooled.regions == 2000


def test_pooled_likelihood_is_that_of_the_differences():
    # With two surveys a region, the change is normal: everything in closed form.
    random = np.random.default_rng(8)
    values, errors = 20 + random.normal(0, 3, (40, 2)), random.uniform(1, 2, (40, 2))
    pooled = pool_trends([2020, 2022], values, errors, scale="linear")
    change = values[:, 1] - values[:, 0]

    def cost(total, mean):
        variance = (errors**2).sum(axis=1) + total
        return 0.5 * (np.log(variance) + (change - mean) ** 2 / variance).sum()

    total = 2 * pooled.walk_variance + 4 * pooled.slope_variance
    found = cost(total, 2 * pooled.slope_mean)
    for factor in (0.9, 1.1):
        assert cost(factor * total, 2 * pooled.slope_mean) > found
        assert cost(total, 2 * pooled.slope_mean * factor) > found
    assert -found == pytest.approx(pooled.log_likelihood, abs=1e-8)


def test_regions_that_cannot_help_are_counted_out():
    years, values, errors = regions(30, 3, 0.01, (-0.05, 0.05), seed=5)
    values[0] = NAN
    values[1, 1:] = NAN
    errors[2] = NAN
    assert pool_trends(years, values, errors).regions == 27
    alone = pool_trends(years, values[3:], errors[3:])
    assert pool_trends(years, values, errors).walk_variance == alone.walk_variance


def test_without_scatter_beyond_the_errors_the_variances_are_zero():
    values = 30 - np.arange(4) + np.array([0.01, -0.01, 0.01, -0.01]) + np.zeros((20, 1))
    pooled = pool_trends(np.arange(2020, 2024), values, 2.0, scale="linear")
    assert pooled.walk_variance == 0
    assert pooled.slope_variance == 0
    certain = project(
        np.arange(2020, 2024), values, 2.0, 2025, scale="linear", slope_prior=pooled.slope_prior
    )
    assert_allclose(certain.slope, pooled.slope_mean)


def test_pools_that_are_refused():
    with pytest.raises(ArgumentError, match="too few regions with surveys of two years or more"):
        pool_trends([2020, 2022], [[20, 21]] * 4, 1)
    with pytest.raises(ArgumentError, match="got 'probit'; allowed: linear, log, logit"):
        pool_trends([2020, 2022], [[20, 21]] * 8, 1, scale="probit")


def test_all_regencies_in_time():
    years, values, errors = regions(514, 5, 0.01, (-0.05, 0.05), seed=1)
    started = time.process_time()
    trend = project(years, values, errors, [2024, 2030], walk_variance=0.01)
    assert time.process_time() - started < 2
    assert (trend.status == "projected").all()


# --- Breaks between surveys ----------------------------------------------------------------


def broken(count, sequences, sd, shift, seed):
    """Return surveys of two sources on the logit scale; those of B lie higher by a shift."""
    random = np.random.default_rng(seed)
    sources = np.array([list(each) for each in sequences])[
        random.integers(0, len(sequences), count)
    ]
    size = sources.shape[1]
    slopes = random.normal(-0.06, 0.04, (count, 1)) * np.arange(size)
    walk = np.cumsum(random.normal(0, 0.05, (count, size)), axis=1)
    true = random.normal(-1.2, 0.4, (count, 1)) + slopes + walk
    moved = true + (sources == "B") * (shift + random.normal(0, sd, (count, 1)))
    errors = random.uniform(1.5, 3, true.shape)
    values = expit(moved)
    values = np.clip(values + errors * random.normal(size=errors.shape), 1, 99)
    return np.arange(size), values, errors, sources, true


def test_a_break_widens_what_lies_beyond_it():
    """One region in closed form: the break adds to the error of the later survey."""
    years, values, errors = [2019, 2022], [27.0, 21.0], [0.8, 0.8]
    plain = project(years, values, errors, 2022, slope_prior=(0, 0), scale="linear")
    moved = project(years, values, errors, 2022, slope_prior=(0, 0), scale="linear",
                    sources=["SSGI", "SKI"], break_variance=4.0)  # fmt: skip
    weights = np.array([1 / 0.64, 1 / (0.64 + 4)])
    assert moved.value == pytest.approx(weights @ values / weights.sum())
    assert moved.standard_error == pytest.approx(weights.sum() ** -0.5)
    assert plain.value == pytest.approx(24)
    same = project(years, values, errors, 2022, slope_prior=(0, 0), scale="linear",
                   sources="SSGI", break_variance=4.0)  # fmt: skip
    assert same.value == plain.value


def test_breaks_are_found_where_sources_alternate():
    years, values, errors, sources, _ = broken(400, ["ABAB", "ABBA", "AABA"], 0.12, 0.25, seed=4)
    pooled = pool_trends(years, values, errors, sources=sources)
    assert pooled.shifts["A"] == 0
    assert pooled.shifts["B"] == pytest.approx(0.25, abs=0.03)
    assert pooled.break_variance == pytest.approx(0.0144, rel=0.35)
    assert pooled.slope_mean == pytest.approx(-0.06, abs=0.02)
    # Adjusted, no variance is zero, and with many regions nothing else changes.
    again = pool_trends(years, values, errors, sources=sources, adjusted=True)
    assert again.break_variance == pytest.approx(pooled.break_variance, rel=0.1)
    # Without them, the break is taken for the walk.
    assert pool_trends(years, values, errors).walk_variance > 3 * pooled.walk_variance


@pytest.mark.parametrize(
    ("sequences", "told"), [(["AABB"], False), (["AAAA"], True), (["AABB", "AAAA"], True)]
)
def test_one_change_of_source_in_all_regions_is_no_trend_and_no_break(sequences, told):
    years, values, errors, sources, _ = broken(60, sequences, 0.1, 0.2, seed=9)
    pooled = pool_trends(years, values, errors, sources=sources)
    assert np.isnan(pooled.break_variance) != told
    assert bool(pooled.shifts) == (told and "B" in "".join(sequences))


def test_a_shift_that_no_survey_tells_is_none():
    """Regions that C alone surveys cannot tell its shift from their own levels."""
    years, values, errors, sources, _ = broken(40, ["ABA", "ABA", "CCC"], 0.1, 0.2, seed=9)
    pooled = pool_trends(years, values, errors, sources=sources)
    assert pooled.shifts["C"] == pytest.approx(0, abs=1e-9)
    assert pooled.shifts["B"] == pytest.approx(0.2, abs=0.05)


def test_slopes_lean_on_those_of_their_group():
    random = np.random.default_rng(3)
    group = np.repeat(np.arange(4), [20, 20, 20, 3])
    means = np.array([-3.0, 0.0, 3.0, 0.0])[group]
    slopes = means + random.normal(0, 0.3, len(group))
    values = 50 + slopes[:, None] * np.arange(3) + random.normal(0, 0.5, (len(group), 3))
    pooled = pool_trends(np.arange(3), values, 0.5, scale="linear", groups=group)
    mean, variance = pooled.slope_prior
    assert mean[:60:20] == pytest.approx([-3, 0, 3], abs=0.3)
    assert pooled.slope_variance < 0.2
    assert (variance > pooled.slope_variance).all()
    # Three regions are too few for a mean of their own.
    assert variance[-1] > 5 * variance[0] - 4 * pooled.slope_variance
    national = pool_trends(np.arange(3), values, 0.5, scale="linear")
    assert national.slope_variance > 5
    with pytest.raises(ArgumentError, match="'groups'.*one group a region"):
        pool_trends(np.arange(3), values, 0.5, groups=[1, 2])


@pytest.mark.parametrize("name", ["walk_variance", "break_variance"])
def test_one_region_with_a_variance_is_enough_to_need_gls(name):
    figures = [[27.0, 24, 21], [25.0, 24, 22]]
    with pytest.raises(ArgumentError, match="gls, with a walk, a slope prior or breaks"):
        project([2019, 2021, 2022], figures, None, 2024, method="ols", **{name: [0.0, 0.1]})
