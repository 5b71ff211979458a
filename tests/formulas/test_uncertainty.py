from __future__ import annotations

import re

import numpy as np
import pytest
from effort import examples
from hypothesis import example, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.uncertainty import (
    TYPICAL_DESIGN_EFFECT,
    ProportionMethod,
    probability_met,
    proportion_interval,
    standard_error_from_interval,
    standard_error_from_sample,
)

EXACT = 1e-9
Z = 1.959963984540054
percents = st.floats(0.5, 99.5)
errors = st.floats(0.1, 6)


def logit(p):
    return np.log(p / (100 - p))


def jme():
    keys = ("PointEstimate", "StandardError", "LowerLimit", "UpperLimit")
    table = read("jme_standard_errors")
    return [table.numbers(key) for key in keys]


# Errors from intervals


def test_standard_errors_of_818_surveys_follow_from_their_logit_intervals():
    value, published, lower, upper = jme()
    ratio = standard_error_from_interval(value, lower, upper) / published
    assert len(value) == 818
    assert round(float(np.median(ratio)), 3) == 1.003
    assert (ratio >= 1).all()  # t rather than z multipliers


def test_the_most_symmetric_scale_of_published_intervals_is_the_logit():
    value, _, lower, upper = jme()
    chosen = standard_error_from_interval(value, lower, upper, scale="symmetric")
    logit_error = standard_error_from_interval(value, lower, upper, scale="logit")
    assert (chosen == logit_error).sum() == 816


@given(percents, errors, st.sampled_from([0.8, 0.9, 0.95]))
@examples(50)
@example(99.5, 5.0, 0.95)
def test_an_interval_gives_back_its_error(value, error, level):
    z = {0.8: 1.2815515655446004, 0.9: 1.6448536269514722, 0.95: Z}[level]
    found = standard_error_from_interval(
        value, value - z * error, value + z * error, level=level, scale="linear"
    )
    assert found == pytest.approx(error, rel=1e-9)
    factor = np.exp(z * error / value)
    found = standard_error_from_interval(
        value, value / factor, value * factor, level=level, scale="log"
    )
    assert found == pytest.approx(error, rel=1e-9)
    half = z * error * 100 / (value * (100 - value))
    ends = [100 / (1 + np.exp(-(logit(value) + side * half))) for side in (-1, 1)]
    found = standard_error_from_interval(value, *ends, level=level)
    # The upper end holds its distance from 100 to so many digits only.
    held = np.finfo(float).eps * 100 / (100 - ends[1]) / half
    assert found == pytest.approx(error, rel=1e-7 + 4 * held)


@pytest.mark.parametrize("scale", ["linear", "log", "logit"])
def test_symmetric_finds_the_scale_of_an_interval(scale):
    ends = {
        "linear": (15.1, 25),  # nearly: in relation to the width it is the most even
        "log": (16, 25),
        "logit": (100 / (1 + 4 * 1.5), 100 / (1 + 4 / 1.5)),
    }[scale]
    found = standard_error_from_interval(20, *ends, scale="symmetric")
    assert found == standard_error_from_interval(20, *ends, scale=scale)


def test_symmetric_takes_an_interval_that_touches_zero():
    found = standard_error_from_interval(2, 0, 4, scale="symmetric")
    assert found == pytest.approx(2 / Z)


def test_an_interval_of_no_width_has_no_error():
    assert standard_error_from_interval(20, 20, 20, scale="symmetric") == 0
    assert standard_error_from_interval(20, 20, 20) == 0


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((20, 21, 22), "argument 'lower': not allowed: got 21.0; allowed: at most the value"),
        ((20, 18, 19), "argument 'upper': not allowed: got 19.0; allowed: at least the value"),
        ((2, 0, 4), "got 0.0; allowed: strictly between 0 and 100; use scale='symmetric'"),
        ((20, 18, "22"), "argument 'upper': not allowed: got '22'; allowed: numbers"),
    ],
)
def test_intervals_that_are_refused(arguments, text):
    with pytest.raises(ArgumentError, match=re.escape(text)):
        standard_error_from_interval(*arguments)


def test_a_level_is_a_number_between_0_and_1():
    for level in (0, 1, 95, True, "0.95", np.nan):
        with pytest.raises(ArgumentError, match=r"allowed: a number between 0 and 1"):
            standard_error_from_interval(20, 18, 22, level=level)


# Errors from samples


def test_error_of_a_regency_survey():
    assert round(standard_error_from_sample(25, 400, design_effect=2.05), 1) == 3.1
    assert round(standard_error_from_sample(25, 700, design_effect=2.05), 1) == 2.3
    simple, typical = (
        standard_error_from_sample([25, np.nan], 400, design_effect=deff)
        for deff in (1, TYPICAL_DESIGN_EFFECT)
    )
    assert_allclose(typical, np.sqrt(2) * simple)
    assert np.isnan(simple[1])


def test_samples_that_are_refused():
    with pytest.raises(ArgumentError, match=r"use proportion_interval for a figure of 0 or 100"):
        standard_error_from_sample([25, 0], 400, design_effect=2)
    with pytest.raises(
        ArgumentError, match=r"argument 'n': not allowed: got 0.0; allowed: numbers"
    ):
        standard_error_from_sample(25, 0, design_effect=2)


# Proportions


@pytest.mark.parametrize("method", ProportionMethod)
def test_proportion_intervals_of_statsmodels(method):
    case = read("proportion_ci")
    expected = [case.numbers(f"{method.replace('-', '_')}_{end}") for end in ("lo", "hi")]
    known = ~np.isnan(expected[0])
    found = proportion_interval(
        case.numbers("p")[known],
        case.numbers("n")[known],
        method=method,
        design_effect=case.numbers("deff")[known],
    )
    assert_allclose(found.lower, expected[0][known], rtol=0, atol=EXACT)
    assert_allclose(found.upper, expected[1][known], rtol=0, atol=EXACT)
    assert known.sum() == (
        125 if method != "logit" else 125 - np.isin(case.numbers("p"), [0, 1]).sum()
    )


@given(st.just(0.0) | st.floats(1e-12, 1), st.integers(1, 3000), st.sampled_from(ProportionMethod))
@examples(100)
def test_a_proportion_interval_mirrors_and_holds_its_share(share, n, method):
    inner = method == "logit"
    share = min(max(share, 0.01), 0.99) if inner else share
    lower, upper = proportion_interval(share, n, method=method)
    assert 0 <= lower <= upper <= 1
    mirrored = proportion_interval(1 - share, n, method=method)
    assert mirrored.upper == pytest.approx(1 - lower, abs=1e-7)
    batch = proportion_interval([share, 0.3], n, method=method)
    assert (batch.lower[0], batch.upper[0]) == (lower, upper)


def test_nobody_and_everybody_have_the_interval_that_textbooks_write_out():
    """Of no case in n the exact upper end is 1 - (alpha/2)^(1/n); of all cases the mirror."""
    lower, upper = proportion_interval([0.0, 1.0], 40, method="clopper-pearson")
    assert (lower[0], upper[1]) == (0, 1)
    assert [upper[0], 1 - lower[1]] == pytest.approx([1 - 0.025 ** (1 / 40)] * 2)


def test_shares_that_are_refused():
    with pytest.raises(ArgumentError, match=r"a share from 0 to 1; divide percent by 100"):
        proportion_interval(21.6, 400)
    for share in (0.0, 1.0):
        with pytest.raises(ArgumentError, match=r"strictly between 0 and 1; use method='wilson'"):
            proportion_interval([0.2, share], 400, method="logit")
    with pytest.raises(ArgumentError, match=r"'degrees_of_freedom'.*got 0.001; allowed: 0.01"):
        proportion_interval(0.2, 400, degrees_of_freedom=0.001)
    with pytest.raises(ArgumentError, match=r"got 'wald'; allowed: wilson, jeffreys"):
        proportion_interval(0.2, 400, method="wald")
    with pytest.raises(ArgumentError, match=r"allowed: shapes that fit together"):
        proportion_interval([0.2, 0.3], [1, 2, 3])


# Probability of meeting the target


@pytest.mark.parametrize(("direction", "word"), [("minimize", "le"), ("maximize", "ge")])
@pytest.mark.parametrize(("scale", "suffix"), [("linear", "normal"), ("logit", "logit")])
def test_probabilities_of_the_cases(direction, word, scale, suffix):
    case = read("prob_meets_target")
    found = probability_met(
        case.numbers("estimate_pct"),
        case.numbers("se_pct"),
        case.numbers("target_pct"),
        direction=direction,
        scale=scale,
        target_standard_error=case.numbers("se_target_pct"),
    )
    assert_allclose(found, case.numbers(f"prob_{word}_{suffix}"), rtol=0, atol=EXACT)
    assert len(found) == 150


@given(percents, errors, percents, errors)
@examples(60)
def test_directions_complete_each_other_and_the_complement_changes_nothing(y, s, t, s_t):
    chance = probability_met(y, s, t, direction="minimize", target_standard_error=s_t)
    other = probability_met(y, s, t, direction="maximize", target_standard_error=s_t)
    assert chance + other == pytest.approx(1)
    uncovered = probability_met(
        100 - y, s, 100 - t, direction="maximize", target_standard_error=s_t
    )
    assert uncovered == pytest.approx(chance, abs=1e-9)
    batch = probability_met([y, 5.0], s, t, direction="minimize", target_standard_error=s_t)
    assert batch[0] == chance


@pytest.mark.parametrize("scale", ["linear", "logit"])
def test_without_error_a_target_is_met_or_not(scale):
    found = probability_met([0, 14, 14.1], 0, 14, direction="minimize", scale=scale)
    assert found.tolist() == [1, 1, 0]
    assert probability_met(14, 0, 14, direction="maximize", scale=scale) == 1
    missing = probability_met([np.nan, 14], 0, [14, np.nan], direction="minimize", scale=scale)
    assert np.isnan(missing).all()


def test_targets_at_the_ends_of_the_logit_scale():
    assert probability_met(2, 1, 0, direction="minimize") == 0
    assert probability_met(98, 1, 100, direction="minimize") == 1
    assert probability_met(98, 1, 100, direction="maximize") == 0
    assert 0 < probability_met(98, 1, 100, direction="maximize", scale="linear") < 0.05


def test_a_missing_figure_has_no_probability():
    found = probability_met([20, np.nan, 20, 20], [2, 2, np.nan, 2], [20, 20, 20, np.nan],
                            direction="minimize")  # fmt: skip
    assert found[0] == pytest.approx(0.5)
    assert np.isnan(found[1:]).all()


@pytest.mark.parametrize(
    ("arguments", "options", "text"),
    [
        ((0, 1, 14), {}, "argument 'value': not allowed: got 0.0; allowed: strictly between"),
        ((5, 1, 0), {"target_standard_error": 1}, "use scale='linear' for figures of 0 and 100"),
        ((5, -1, 14), {}, "argument 'standard_error': not allowed: got -1.0; allowed: numbers"),
        ((5, True, 14), {}, "argument 'standard_error': not allowed: got True; allowed: numbers"),
        ((5, 1, 14), {"direction": "stabilize"}, "allowed: maximize, minimize; use the distance"),
        ((5, 1, 14), {"scale": "log"}, "got 'log'; allowed: linear, logit"),
        ((np.inf, 1, 14), {}, "argument 'value': not allowed: got inf; allowed: finite numbers"),
    ],
)
def test_probabilities_that_are_refused(arguments, options, text):
    with pytest.raises(ArgumentError, match=re.escape(text)):
        probability_met(*arguments, **{"direction": "minimize", **options})


def test_degrees_of_freedom_widen_intervals_as_the_t_distribution_does():
    from scipy import stats

    share, n, effect, freedom = 0.25, 450.0, 2.05, 8.0
    t = stats.t.ppf(0.975, freedom)
    centre, error = np.log(share / (1 - share)), np.sqrt(effect / (n * share * (1 - share)))
    ends = [1 / (1 + np.exp(-(centre + side * t * error))) for side in (-1, 1)]
    found = proportion_interval(
        share, n, method="logit", design_effect=effect, degrees_of_freedom=freedom
    )
    assert list(found) == pytest.approx(ends)
    # Korn and Graubard: the effective size times the squared ratio of two t quantiles.
    size = n / effect * (stats.t.ppf(0.975, n - 1) / t) ** 2
    exact = proportion_interval(
        share, n, method="clopper-pearson", design_effect=effect, degrees_of_freedom=freedom
    )
    low = stats.beta.ppf(0.025, share * size, size - share * size + 1)
    high = stats.beta.ppf(0.975, share * size + 1, size - share * size)
    assert list(exact) == pytest.approx([low, high])
    for method in ("wilson", "normal", "agresti-coull", "jeffreys"):
        narrow = proportion_interval(share, n, method=method, design_effect=effect)
        wide = proportion_interval(
            share, n, method=method, design_effect=effect, degrees_of_freedom=3
        )
        assert wide.lower < narrow.lower < narrow.upper < wide.upper
