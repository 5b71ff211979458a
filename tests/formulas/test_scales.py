from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.scales import (
    Scale,
    demand,
    derivative,
    from_scale,
    on_scale,
    quantile,
    reach,
    to_scale,
)

percents = st.floats(0.01, 99.99).map(np.array)


@given(percents, st.sampled_from(Scale))
def test_there_and_back_is_the_identity(value, scale):
    assert from_scale(to_scale(value, scale), scale) == pytest.approx(float(value), rel=1e-9)


@given(st.floats(1, 99).map(np.array), st.sampled_from(Scale))
def test_the_derivative_is_that_of_the_scale(value, scale):
    step = 1e-4
    rise = to_scale(value + step, scale) - to_scale(value - step, scale)
    assert derivative(value, scale) == pytest.approx(float(rise) / (2 * step), rel=1e-5)


def test_figures_off_the_scale_are_missing_on_it():
    values = np.array([-1.0, 0, 50, 100, 101])
    assert np.isnan(to_scale(values, Scale.LOGIT)).tolist() == [True, True, False, True, True]
    assert np.isnan(to_scale(values, Scale.LOG)).tolist() == [True, True, False, False, False]
    assert reach(values, Scale.LOGIT).tolist() == [-np.inf, -np.inf, 0, np.inf, np.inf]
    assert reach(values, Scale.LOG)[:2].tolist() == [-np.inf, -np.inf]
    assert reach(values, Scale.LINEAR).tolist() == values.tolist()
    near = np.array([0.5, 99.5])
    assert reach(near, Scale.LOGIT) == pytest.approx([-5.293305, 5.293305])
    assert reach(near, Scale.LOG) == pytest.approx(np.log(near))
    far = np.array([np.nan, np.inf, -5, 101])
    assert on_scale(far, Scale.LINEAR).tolist() == [False, False, True, True]


def test_far_levels_do_not_overflow():
    assert from_scale(np.array([-800.0, 800.0]), Scale.LOGIT).tolist() == [0, 100]


@pytest.mark.parametrize(
    ("scale", "text"),
    [("log", "got 0.0; allowed: above 0"), ("logit", "allowed: strictly between 0 and 100; why")],
)
def test_demands_name_the_first_figure_and_let_missing_ones_pass(scale, text):
    demand("value", np.array([np.nan, 5]), Scale(scale), "why")
    with pytest.raises(ArgumentError, match=re.escape(text)):
        demand("value", np.array([np.nan, 5, 0]), Scale(scale), "why")


def test_quantiles():
    assert quantile(0.975) == pytest.approx(1.959963984540054)
    assert quantile(0.5) == 0
