from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.uncertainty import Adjustment, adjust_p_values

families = st.lists(st.floats(0, 1), min_size=1, max_size=12)


@pytest.mark.parametrize("method", Adjustment)
def test_adjusted_p_values_of_statsmodels(method):
    cases = read("multipletests")
    assert len(cases) == 30
    expected = cases.vectors(method.replace("-", "_"))
    for p, adjusted in zip(cases.vectors("p"), expected, strict=True):
        assert_allclose(adjust_p_values(p, method=method), adjusted, rtol=0, atol=1e-9)


@given(families, st.sampled_from(Adjustment), st.randoms())
@examples(100)
def test_adjustment_keeps_the_order_and_forgets_the_places(p, method, random):
    found = adjust_p_values(p, method=method)
    assert ((found >= np.array(p) - 1e-15) & (found <= 1)).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(found[order]) >= -1e-15).all()
    shuffled = random.sample(range(len(p)), len(p))
    again = adjust_p_values(np.array(p)[shuffled], method=method)
    assert_allclose(again, found[shuffled], rtol=1e-12, atol=1e-300)


@given(families)
@examples(60)
def test_weaker_methods_never_give_more(p):
    by = {method: adjust_p_values(p, method=method) for method in Adjustment}
    ladder = ["fdr-bh", "hommel", "hochberg", "holm", "bonferroni"]
    for gentle, strict in pairwise(ladder):
        assert (by[gentle] <= by[strict] + 1e-12).all()
    assert (by["fdr-bh"] <= by["fdr-by"] + 1e-12).all()


@pytest.mark.parametrize("method", Adjustment)
def test_families_lie_along_the_last_axis(method):
    families = np.array([[0.01, 0.04, 0.03], [0.5, 0.001, 0.2]])
    together = adjust_p_values(families, method=method)
    alone = [adjust_p_values(family, method=method) for family in families]
    assert_allclose(together, alone)


def test_one_p_value_stays_as_it_is():
    assert adjust_p_values([0.03]).tolist() == [0.03]


def test_p_values_that_are_refused():
    for p, text in [
        ([0.1, 1.2], "got 1.2; allowed: p-values from 0 to 1"),
        ([0.1, np.nan], "got nan; allowed: finite numbers"),
        ([], "allowed: at least one p-value along the last axis"),
        (0.1, "allowed: at least one p-value along the last axis"),
        (np.empty((2, 0)), "allowed: at least one p-value along the last axis"),
    ]:
        with pytest.raises(ArgumentError, match=text):
            adjust_p_values(p)
    with pytest.raises(ArgumentError, match=r"got 'bh'; allowed: holm, bonferroni"):
        adjust_p_values([0.1], method="bh")
