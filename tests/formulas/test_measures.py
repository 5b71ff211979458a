from __future__ import annotations

import numpy as np
import pytest
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.progress import limit_coefficient


def test_limit_coefficients_of_open_sdg() -> None:
    cases = read("opensdg_limit_coefficient")
    coefficient = limit_coefficient(cases.numbers("base"), cases.numbers("limit"))
    np.testing.assert_allclose(coefficient, cases.numbers("C"), atol=1e-12)


def test_no_limit_asks_for_all() -> None:
    assert limit_coefficient(90.0, None) == 1.0
    assert isinstance(limit_coefficient(90.0, 100.0), float)


def test_a_limit_is_above_zero() -> None:
    with pytest.raises(ArgumentError, match="argument 'limit': not allowed: got 0"):
        limit_coefficient(0.5, 0)
