from __future__ import annotations

import math

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.inequality import inequality

COLUMNS = {
    "mean": "mean",
    "gini": "gini",
    "theil_T": "theil",
    "mld_theil_L": "mean_log_deviation",
    "cv_williamson": "variation",
    "hoover": "hoover",
    "atkinson1": "atkinson",
    "range": "range",
    "ratio_max_min": "ratio",
}


def test_case_file() -> None:
    cases = read("inequality")
    assert len(cases) == 60
    for row, values, weights in zip(
        cases.rows, cases.vectors("x"), cases.vectors("w"), strict=True
    ):
        result = inequality(values, weights)
        for column, name in COLUMNS.items():
            assert getattr(result, name) == pytest.approx(float(row[column]), abs=1e-9), name
        assert result.standard_deviation == pytest.approx(result.variation * result.mean)


def test_a_zero_makes_ratios_infinite() -> None:
    result = inequality([0.0, 10.0])
    assert result.gini == pytest.approx(0.5)
    assert (result.ratio, result.mean_log_deviation) == (math.inf, math.inf)
    assert result.atkinson == 1.0
    assert result.theil == pytest.approx(math.log(2))


def test_a_region_without_people_does_not_count() -> None:
    assert inequality([0.0, 10.0, 20.0], [0, 1, 1]) == inequality([10.0, 20.0])


@examples(50)
@given(
    rows=st.lists(st.tuples(st.floats(0.1, 99), st.floats(0.1, 50)), min_size=1, max_size=8),
    power=st.integers(-6, 6),
)
def test_bounds_and_unit(rows: list[tuple[float, float]], power: int) -> None:
    values, weights = np.array(rows).T
    here = inequality(values, weights)
    there = inequality(values * 2.0**power, weights)
    for name in ("gini", "theil", "hoover", "atkinson"):
        assert -1e-12 <= getattr(here, name) <= math.log(len(rows) * 500)
        assert getattr(here, name) == pytest.approx(getattr(there, name), abs=1e-12)
    assert here.gini <= 1
    level = inequality(np.full(3, 12.55))
    assert level.gini == pytest.approx(0.0, abs=1e-12)
    assert (level.range, level.ratio) == (0.0, 1.0)


@pytest.mark.parametrize(
    ("values", "weights", "message"),
    [
        ([-1.0, 2.0], None, "argument 'values': not allowed: got -1.0"),
        ([0.0, 0.0], None, "allowed: figures and weights that are not all zero"),
        ([1.0, 2.0], [0.0, 0.0], "allowed: figures and weights that are not all zero"),
        ([1.0, 2.0], [-1.0, 1.0], "argument 'weights': not allowed: got -1.0"),
        ([1.0, 2.0], [1.0], "argument 'weights': not allowed: got '1 numbers'"),
    ],
)
def test_refused(values: list[float], weights: list[float] | None, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        inequality(values, weights)
