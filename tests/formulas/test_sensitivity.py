from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.composite import aggregate, method_sensitivity, weight_sensitivity
from kencana_targets.formulas.ranking import rank


def test_exact_case_file() -> None:
    cases = read("smaa_exact_2criteria")
    assert len(cases) == 30
    for row, scores, shares, expected in zip(
        cases.rows,
        cases.vectors("scores_n_by_2"),
        cases.vectors("rank_acceptability_n_by_n"),
        cases.vectors("expected_rank"),
        strict=True,
    ):
        size = int(row["n"])
        found = weight_sensitivity(scores.reshape(size, 2))
        np.testing.assert_allclose(found.acceptability, shares.reshape(size, size), atol=1e-9)
        np.testing.assert_allclose(found.expected_rank, expected, atol=1e-9)
        assert found.draws == 0
        assert not found.standard_error().any()


def test_simulation_agrees_with_the_exact_shares() -> None:
    # A third indicator that is the same everywhere leaves the ranking to the other two,
    # whose weights then keep a uniform ratio of their own.
    scores = np.array([[0.96, 0.36], [0.5, 0.14], [0.83, 0.79], [0.09, 0.97]])
    exact = weight_sensitivity(scores)
    three = np.column_stack([scores, np.full(4, 0.5)])
    drawn = weight_sensitivity(three, draws=20_000, seed=2024)
    np.testing.assert_allclose(drawn.acceptability, exact.acceptability, atol=0.015)
    assert drawn.draws == 20_000
    assert drawn.standard_error().max() <= 0.5 / np.sqrt(20_000)


def test_a_seed_gives_the_same_shares() -> None:
    scores = np.random.default_rng(1).uniform(size=(6, 3))
    one, two = (weight_sensitivity(scores, draws=500, seed=7) for _ in range(2))
    np.testing.assert_array_equal(one.acceptability, two.acceptability)


def test_weights_near_given_ones_give_their_ranking() -> None:
    scores = np.random.default_rng(3).uniform(size=(5, 3))
    weights = [0.5, 0.3, 0.2]
    near = weight_sensitivity(scores, weights, concentration=1e6, draws=200, seed=1)
    ranks = rank(aggregate(scores, weights).value)
    assert (np.argmax(near.acceptability, axis=1) + 1).tolist() == ranks.tolist()


@pytest.mark.parametrize("mean", ["geometric", "harmonic", 0.5, 3])
def test_other_means(mean: str | float) -> None:
    scores = np.random.default_rng(5).uniform(1, 100, size=(6, 2))
    found = weight_sensitivity(scores, mean=mean)
    grid = (np.arange(400) + 0.5) / 400
    ranks = np.array([rank(aggregate(scores, [w, 1 - w], mean=mean).value) for w in grid.tolist()])
    np.testing.assert_allclose(found.expected_rank, ranks.mean(axis=0), atol=0.02)


def test_the_same_scores_share_their_ranks() -> None:
    for found in (
        weight_sensitivity([[1.0, 2.0], [1.0, 2.0], [3.0, 0.0]]),
        weight_sensitivity([[1.0, 2.0, 1.0], [1.0, 2.0, 1.0], [3.0, 0.0, 0.0]], draws=50, seed=1),
    ):
        np.testing.assert_allclose(found.acceptability[0], found.acceptability[1])
        np.testing.assert_allclose(found.central_weights[0], found.central_weights[1])


def test_central_weights() -> None:
    found = weight_sensitivity([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]])
    np.testing.assert_allclose(found.central_weights[:2], [[0.75, 0.25], [0.25, 0.75]])
    assert np.isnan(found.central_weights[2]).all()


def test_twins_share_their_ranks() -> None:
    found = weight_sensitivity([[1.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    assert found.acceptability.tolist() == [[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]]


def test_interval_of_ranks() -> None:
    found = weight_sensitivity([[1.0, 0.0], [0.0, 1.0], [0.4, 0.4]])
    lower, upper = found.interval(0.9)
    assert lower.tolist() == [1, 1, 2]
    # A twentieth at either end lies outside of nine tenths.
    table = attrs.evolve(found, acceptability=np.array([[0.05, 0.9, 0.05]]))
    assert [end.tolist() for end in table.interval(0.9)] == [[2], [2]]
    assert upper.tolist() == [3, 3, 3]


@examples(40)
@given(
    rows=st.lists(
        st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=6
    ),
    columns=st.sampled_from([2, 3]),
)
def test_shares_add_up(rows: list[tuple[float, float, float]], columns: int) -> None:
    scores = np.array(rows)[:, :columns]
    found = weight_sensitivity(scores, draws=100, seed=1)
    np.testing.assert_allclose(found.acceptability.sum(axis=0), 1.0)
    np.testing.assert_allclose(found.acceptability.sum(axis=1), 1.0)
    assert (found.expected_rank >= 1 - 1e-9).all()


def test_other_kinds_of_mean() -> None:
    found = method_sensitivity([[90.0, 10.0], [45.0, 45.0]])
    assert found.lower.tolist() == [1, 1]
    assert found.upper.tolist() == [2, 2]
    assert found.mean_shift == 1.0
    assert method_sensitivity([[1.0, 2.0]], means=["arithmetic"]).mean_shift == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: weight_sensitivity([1.0, 2.0]), r"allowed: \(regions, indicators\)"),
        (lambda: weight_sensitivity([[1.0, np.nan]]), "argument 'scores': not allowed: got nan"),
        (
            lambda: weight_sensitivity([[1.0, 0.0]], mean="geometric"),
            r"got 0\.0; .*above zero for this m",
        ),
        (
            lambda: weight_sensitivity([[1.0, 2.0]], [1, 1]),
            "argument 'concentration': not allowed: got None",
        ),
        (
            lambda: weight_sensitivity([[1.0, 2.0]], concentration=5),
            "argument 'concentration': not allowed: got 5",
        ),
        (
            lambda: weight_sensitivity([[1.0, 2.0]], [0, 1], concentration=5),
            "argument 'weights': not allowed: got 0.0",
        ),
        (lambda: weight_sensitivity([[1.0, 2.0, 3.0]], draws=0), "argument 'draws'"),
        (lambda: weight_sensitivity([[1.0, 2.0, 3.0]], seed=-1), "argument 'seed'"),
        (lambda: method_sensitivity([[1.0, 2.0]], means=[]), "allowed: a list of means"),
        (lambda: method_sensitivity([1.0]), r"got \(1,\); allowed: \(regions, indicators\)"),
        (lambda: weight_sensitivity([[1.0, 2.0]]).interval(1.0), "argument 'level'"),
    ],
)
def test_refused(call: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()
