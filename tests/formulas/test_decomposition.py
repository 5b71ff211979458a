from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.decomposition import (
    change_error,
    contribution_shares,
    das_gupta,
    kitagawa,
    persons_averted,
    persons_beyond_target,
    shortfall,
    three_fold,
)


def test_exact_rationals() -> None:
    cases = read("kitagawa_exact")
    assert len(cases) == 60
    inputs = [cases.vectors(name) for name in ("pop1", "rate1", "pop2", "rate2")]
    for row, *figures in zip(cases.rows, *inputs, strict=True):
        two = kitagawa(*figures)
        three = three_fold(*figures)

        def same(found: Any, column: str, row: dict[str, str] = row) -> None:
            expected = [float(cell) for cell in row[column].split(";")]
            np.testing.assert_allclose(np.atleast_1d(found), expected, atol=1e-9)

        same(two.first, "R1")
        same(two.second, "R2")
        same(two.total, "delta")
        same(three.total, "delta")
        same(two.rate_effect.sum(), "rate_effect")
        same(two.composition_effect.sum(), "composition_effect")
        same(two.rate_effect, "rate_contrib")
        same(two.composition_effect, "comp_contrib")
        same(two.centred_composition_effect, "comp_contrib_centred")
        same(three.rate_effect.sum(), "threefold_rate")
        same(three.composition_effect.sum(), "threefold_comp")
        same(three.interaction.sum(), "threefold_interaction")


region = st.tuples(st.floats(1, 1e4), st.floats(0, 60), st.floats(1, 1e4), st.floats(0, 60))


@examples(60)
@given(rows=st.lists(region, min_size=1, max_size=8))
def test_effects_add_up(rows: list[tuple[float, float, float, float]]) -> None:
    two = kitagawa(*np.array(rows).T)
    three = three_fold(*np.array(rows).T)
    assert float(two.contribution.sum()) == pytest.approx(two.total, abs=1e-9)
    plain_sum = two.rate_effect.sum() + two.composition_effect.sum()
    assert float(plain_sum) == pytest.approx(two.total, abs=1e-9)
    parts = three.rate_effect + three.composition_effect + three.interaction
    assert float(parts.sum()) == pytest.approx(two.total, abs=1e-9)


def test_a_growing_region_with_a_low_rate_lowers_its_parent() -> None:
    change = kitagawa([100, 100], [30, 20], [80, 120], [30, 20])
    assert change.composition_effect[1] > 0
    assert change.centred_composition_effect[1] < 0


def test_errors_of_a_change() -> None:
    error = change_error([1, 1], [3.0, 2.0], [1, 3], [4.0, 2.0])
    assert error.rate_effect[0] == pytest.approx(0.375 * 5.0)
    expected = np.sqrt(1.5**2 + 1.0**2 + 1.0**2 + 1.5**2)
    assert error.total == pytest.approx(expected)


def test_shares_are_withheld_without_a_clear_change() -> None:
    clear = contribution_shares([-2.0, -0.5], standard_error=1.2)
    assert not clear.withheld
    assert clear.reason == ""
    np.testing.assert_allclose(clear.shares, [0.8, 0.2])
    noisy = contribution_shares([-2.0, -0.5], standard_error=1.3)
    assert noisy.withheld
    assert np.isnan(noisy.shares).all()
    assert noisy.reason == "the change of -2.5 is within 1.96 standard errors (2.55) of zero"
    assert not contribution_shares([-2.0, -0.5], standard_error=1.3, level=0.9).withheld
    none = contribution_shares([1.0, -1.0])
    assert (none.withheld, none.reason) == (True, "there is no change to share")


def test_shortfall_of_a_parent() -> None:
    short = shortfall([1, 3], [22.0, 12.0], [14.0, 13.0], direction="minimize")
    assert short.total == pytest.approx((22 + 36) / 4 - (14 + 39) / 4)
    assert not np.signbit(shortfall([1], [14.0], [14.0], direction="maximize").total)
    assert not np.signbit(shortfall([1], [14.0], [14.0], direction="maximize").contribution[0])
    assert not np.signbit(persons_averted(100, 14.0, 14.0, direction="minimize"))
    mirrored = shortfall([1, 3], [78.0, 88.0], [86.0, 87.0], direction="maximize")
    np.testing.assert_allclose(mirrored.contribution, short.contribution)


def test_persons() -> None:
    beyond = persons_beyond_target(
        [1000, 1000, 1000], [22.1, 12.0, np.nan], 12.55, direction="minimize"
    )
    np.testing.assert_allclose(beyond, [95.5, 0.0, np.nan])
    assert persons_beyond_target(1000, 60.0, 62.0, direction="maximize") == pytest.approx(20.0)
    assert persons_averted(1000, 60.0, 62.0, direction="maximize") == pytest.approx(-20.0)
    assert persons_averted(1000, 2.1, 2.4, direction="minimize", per=1.0) == pytest.approx(300.0)
    assert isinstance(persons_averted(1000, 2.1, 2.1, direction="minimize"), float)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: kitagawa([1, 1], [1, 2], [1], [1]), "argument 'second_size': not allowed"),
        (lambda: kitagawa([0, 0], [1, 2], [1, 1], [1, 2]), "allowed: a sum above zero"),
        (lambda: kitagawa([-1, 2], [1, 2], [1, 1], [1, 2]), "argument 'first_size': not allowed"),
        (lambda: kitagawa([1, 1], [1, np.nan], [1, 1], [1, 2]), "argument 'first_rate'"),
        (lambda: change_error([1], [-1.0], [1], [1.0]), "argument 'first_error'"),
        (lambda: change_error([1], [1.0], [1], [-1.0]), "argument 'second_error'"),
        (lambda: contribution_shares([1.0], standard_error=-1), "argument 'standard_error'"),
        (lambda: contribution_shares([1.0], level=1.0), "argument 'level': not allowed: got 1.0"),
        (lambda: contribution_shares([1.0], level=-0.5), "got -0.5; allowed: a number between"),
        (lambda: shortfall([1], [1.0], [1.0], direction="stabilize"), "argument 'direction'"),
        (lambda: persons_averted(1, 2, 3, direction="minimize", per=0), "argument 'per'"),
        (lambda: persons_averted(-1, 2, 3, direction="minimize"), "argument 'size'"),
    ],
)
def test_refused(call: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()


def test_das_gupta_is_the_formula_of_three_factors() -> None:
    random = np.random.default_rng(3)
    (a1, b1, c1), (a2, b2, c2) = first, second = random.uniform(0.1, 5, (2, 3, 7))
    found = das_gupta(first, second)
    effect = (a2 - a1) * ((b1 * c1 + b2 * c2) / 3 + (b1 * c2 + b2 * c1) / 6)
    np.testing.assert_allclose(found.by_group[0], effect)
    assert found.effects[0] == pytest.approx(effect.sum())
    assert found.effects.sum() == pytest.approx(found.total)
    assert found.total == pytest.approx((a2 * b2 * c2).sum() - (a1 * b1 * c1).sum())


def test_das_gupta_of_two_factors_is_kitagawa() -> None:
    sizes, rates = np.array([[0.4, 0.6], [0.3, 0.7]]), np.array([[30.0, 20.0], [25.0, 21.0]])
    found = das_gupta([sizes[0], rates[0]], [sizes[1], rates[1]])
    known = kitagawa(sizes[0], rates[0], sizes[1], rates[1])
    np.testing.assert_allclose(found.by_group, [known.composition_effect, known.rate_effect])


@pytest.mark.parametrize("factors", [2, 4, 6])
def test_das_gupta_treats_factors_alike_and_adds_up(factors: int) -> None:
    first, second = np.random.default_rng(factors).uniform(0.1, 5, (2, factors, 3))
    found, order = das_gupta(first, second), np.arange(factors)[::-1]
    turned = das_gupta(first[order], second[order])
    np.testing.assert_allclose(turned.effects, found.effects[order])
    assert found.effects.sum() == pytest.approx(found.second - found.first)


def test_das_gupta_refuses_what_does_not_fit() -> None:
    with pytest.raises(ArgumentError, match=r"'second': .* the shape of first, \(2, 2\)"):
        das_gupta(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(ArgumentError, match="got '1 factors'; allowed: 2 to 10"):
        das_gupta([1.0], [2.0])
