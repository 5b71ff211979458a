from __future__ import annotations

import numpy as np
import pytest

from kencana_targets.core.checks import (
    as_figures,
    between,
    count,
    generator,
    non_negative,
    one_way,
    plain,
    positive,
    together,
    vector,
)
from kencana_targets.core.errors import ArgumentError
from kencana_targets.core.terms import Direction


def test_signs():
    assert positive("n", [1, np.nan])[0] == 1
    assert non_negative("error", 0) == 0
    with pytest.raises(ArgumentError, match=r"'n': not allowed: got 0.0; allowed: numbers above"):
        positive("n", [1, 0])
    with pytest.raises(ArgumentError, match=r"got -1.0; allowed: numbers that are zero or more"):
        non_negative("error", [-1])


def test_one_number_between_two_bounds():
    assert between("level", np.float64(0.9), 0, 1) == 0.9
    for value in (0, 1, np.nan, True, "0.9", None, [0.9]):
        with pytest.raises(ArgumentError, match=r"'level': .* allowed: a number between 0 and 1"):
            between("level", value, 0, 1)


def test_vectors():
    assert vector("values", [1, 2], 2).tolist() == [1, 2]
    for values in (3, [], [[1, 2]]):
        with pytest.raises(ArgumentError, match=r"allowed: a vector with one number a region"):
            vector("values", values)
    with pytest.raises(ArgumentError, match=r"got '2 numbers'; allowed: 3 numbers, one a region"):
        vector("values", [1, 2], 3)
    with pytest.raises(ArgumentError, match=r"got nan; allowed: finite numbers"):
        vector("values", [1, np.nan])


def test_directions_with_a_better_end():
    assert one_way("minimize") is Direction.MINIMIZE
    said = "argument 'direction': not allowed: got {}; allowed: maximize, minimize{}"
    for direction, got, hint in (
        ("stabilize", "'stabilize'", "; use the distance to the target"),
        (Direction.STABILIZE, "'stabilize'", "; use the distance to the target"),
        ("up", "'up'", ""),
        (None, "None", ""),
        ([1], "[1]", ""),
    ):
        with pytest.raises(ArgumentError) as caught:
            one_way(direction)
        assert str(caught.value) == said.format(got, hint)


def test_counts_and_seeds():
    assert count("draws", np.int64(5)) == 5
    for value in (0, 2.0, True, "5"):
        with pytest.raises(ArgumentError, match=r"'draws': .* allowed: a whole number above zero"):
            count("draws", value)
    assert generator(1).random() == np.random.default_rng(1).random()
    own = np.random.default_rng(1)
    assert generator(own) is own
    assert isinstance(generator(None), np.random.Generator)
    for seed in (-1, True, 1.5, "x"):
        with pytest.raises(ArgumentError, match=r"'seed': .* or None"):
            generator(seed)


def test_missing_figures() -> None:
    np.testing.assert_array_equal(as_figures("a", [1, None], missing=True), [1.0, np.nan])
    assert np.isnan(as_figures("a", None, missing=True))
    with pytest.raises(ArgumentError, match="argument 'a': not allowed: got nan; allowed: finite"):
        as_figures("a", [1.0, np.nan])


@pytest.mark.parametrize("wrong", ["12", True, [True, False], ["1", "2"]])
def test_what_is_no_number(wrong: object) -> None:
    with pytest.raises(ArgumentError, match="allowed: numbers"):
        as_figures("a", wrong)  # type: ignore[arg-type]


def test_infinite_and_ragged() -> None:
    with pytest.raises(ArgumentError, match="allowed: finite numbers or nan"):
        as_figures("a", [np.inf], missing=True)
    with pytest.raises(ArgumentError, match="numbers in a regular array"):
        as_figures("a", [[1.0], [1.0, 2.0]])  # type: ignore[list-item]


def test_shapes() -> None:
    a, b = together({"a": np.ones((2, 1)), "b": np.ones(3)})
    assert a.shape == b.shape == (2, 3)
    with pytest.raises(
        ArgumentError, match=r"argument 'a, b': not allowed: got 'a \(2,\), b \(3,\)'"
    ):
        together({"a": np.ones(2), "b": np.ones(3)})


def test_plain() -> None:
    assert isinstance(plain(np.array(1.0)), float)
    assert plain(np.ones(2)).shape == (2,)
