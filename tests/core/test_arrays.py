from __future__ import annotations

import numpy as np
import pytest

from kencana_targets.core.arrays import numbers, plain, together
from kencana_targets.core.errors import ArgumentError


def test_missing_figures() -> None:
    np.testing.assert_array_equal(numbers("a", [1, None], missing=True), [1.0, np.nan])
    assert np.isnan(numbers("a", None, missing=True))
    with pytest.raises(ArgumentError, match="argument 'a': not allowed: got nan; allowed: finite"):
        numbers("a", [1.0, np.nan])


@pytest.mark.parametrize("wrong", ["12", True, [True, False], ["1", "2"]])
def test_what_is_no_number(wrong: object) -> None:
    with pytest.raises(ArgumentError, match="allowed: numbers"):
        numbers("a", wrong)  # type: ignore[arg-type]


def test_infinite_and_ragged() -> None:
    with pytest.raises(ArgumentError, match="allowed: finite numbers or nan"):
        numbers("a", [np.inf], missing=True)
    with pytest.raises(ArgumentError, match="numbers in a regular array"):
        numbers("a", [[1.0], [1.0, 2.0]])  # type: ignore[list-item]


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
