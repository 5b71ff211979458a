from __future__ import annotations

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.uncertainty import (
    Change,
    change_test,
    equivalence_test,
    minimum_detectable_change,
)

EXACT = 1e-9
percents = st.floats(0.5, 99.5)
errors = st.floats(0.1, 6)


def of_case(scale):
    case = read("change_two_surveys")
    keys = ("p1", "se1", "p2", "se2")
    test = change_test(
        *(case.numbers(key) for key in keys), correlation=case.numbers("rho"), scale=scale
    )
    return case, test


def test_differences_of_the_cases():
    case, test = of_case("linear")
    assert len(test.z) == 150
    for name, key in {
        "difference": "diff", "standard_error": "se_diff", "z": "z", "p_value": "p_two_sided",
        "lower": "ci_lo", "upper": "ci_hi",
    }.items():  # fmt: skip
        assert_allclose(getattr(test, name), case.numbers(key), rtol=0, atol=EXACT)


def test_logits_and_log_ratios_of_the_cases():
    case, test = of_case("logit")
    assert_allclose(test.z, case.numbers("z_logit"), rtol=0, atol=EXACT)
    assert_allclose(test.p_value, case.numbers("p_logit"), rtol=0, atol=EXACT)
    case, test = of_case("log")
    assert_allclose(test.difference, case.numbers("log_ratio"), rtol=0, atol=EXACT)
    assert_allclose(test.standard_error, case.numbers("se_log_ratio"), rtol=0, atol=EXACT)


@given(percents, errors, percents, errors, st.sampled_from(["linear", "log", "logit"]))
@examples(60)
def test_the_order_of_surveys_only_turns_the_sign(y1, s1, y2, s2, scale):
    test = change_test(y1, s1, y2, s2, scale=scale)
    back = change_test(y2, s2, y1, s1, scale=scale)
    assert test.z == pytest.approx(-back.z)
    assert test.p_value == pytest.approx(back.p_value)
    assert test.lower == pytest.approx(-back.upper)
    batch = change_test([y1, 5.0], s1, y2, s2, scale=scale)
    assert batch.p_value[0] == test.p_value
    assert isinstance(test.p_value, float)


def test_a_change_does_not_depend_on_the_unit():
    test = change_test(28.2, 2.05, 35.1, 3.55)
    thousand = change_test(282, 20.5, 351, 35.5)
    assert thousand.z == pytest.approx(test.z)


def test_surveys_without_error():
    test = change_test([20, 20], 0, [20, 19], 0)
    assert test.p_value.tolist() == [1, 0]
    assert test.z.tolist() == [0, -np.inf]
    # The same sample twice: all of its error is shared.
    assert change_test(20, 2, 19, 2, correlation=1).standard_error == 0


def test_a_missing_survey_gives_no_test():
    test = change_test([20, np.nan], 2, 19, 2)
    assert np.isnan(test.p_value[1])
    assert not np.isnan(test.p_value[0])


def test_changes_that_are_refused():
    with pytest.raises(ArgumentError, match=r"argument 'correlation': not allowed: got 1.5"):
        change_test(20, 2, 19, 2, correlation=1.5)
    with pytest.raises(ArgumentError, match=r"'second': not allowed: got 0.0; allowed: above 0"):
        change_test(20, 2, 0, 2, scale="log")
    with pytest.raises(ArgumentError, match=r"strictly between 0 and 100; use scale='linear'"):
        change_test(100, 2, 19, 2, scale="logit")
    with pytest.raises(ArgumentError, match=r"got 'probit'; allowed: linear, log, logit"):
        change_test(20, 2, 19, 2, scale="probit")


# Equivalence


def test_verdicts():
    test = equivalence_test([20, 20, 20, np.nan], [0.2, 2, 2, 2], [20.1, 20.5, 35, 20],
                            [0.2, 2, 2, 2], margin=1)  # fmt: skip
    assert test.verdict.tolist() == ["no-change", "inconclusive", "changed", "not-measured"]
    # Significant, yet smaller than matters.
    small = equivalence_test(20, 0.1, 20.4, 0.1, margin=1)
    assert small.verdict is Change.NO_CHANGE
    assert change_test(20, 0.1, 20.4, 0.1).p_value < 0.05


@given(percents, errors, percents, errors, st.floats(0.5, 10), st.sampled_from([0.9, 0.95]))
@examples(80)
def test_no_change_is_when_the_interval_lies_within_the_margin(y1, s1, y2, s2, margin, level):
    test = equivalence_test(y1, s1, y2, s2, margin=margin, level=level)
    within = -margin < test.lower and test.upper < margin
    assert (test.p_value < 1 - level) == within
    assert (test.verdict == "no-change") == within


def test_equivalence_that_is_refused():
    with pytest.raises(ArgumentError, match=r"argument 'margin': not allowed: got 0.0"):
        equivalence_test(20, 1, 20, 1, margin=0)
    with pytest.raises(ArgumentError, match=r"allowed: a number between 0.5 and 1"):
        equivalence_test(20, 1, 20, 1, margin=1, level=0.4)


# What could be seen


def test_what_two_regency_surveys_can_see():
    found = minimum_detectable_change([3.1, 2.34], [3.1, 2.34])
    assert found.round(1).tolist() == [12.3, 9.3]
    significant = minimum_detectable_change([3.1, 2.34], [3.1, 2.34], power=0.5)
    assert significant.round(1).tolist() == [8.6, 6.5]


def test_half_the_power_is_the_edge_of_significance():
    edge = minimum_detectable_change(2, 3, correlation=0.3, power=0.5)
    assert change_test(20, 2, 20 + edge, 3, correlation=0.3).p_value == pytest.approx(0.05)


def test_powers_that_are_refused():
    with pytest.raises(ArgumentError, match=r"argument 'power': not allowed: got 80"):
        minimum_detectable_change(2, 2, power=80)
    with pytest.raises(ArgumentError, match=r"argument 'first_error': not allowed: got -2.0"):
        minimum_detectable_change(-2, 2)
