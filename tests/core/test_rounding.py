from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencana_targets.core.rounding import round_printed, snap
from kencana_targets.core.terms import Rounding

ON_PAPER = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.TRUNCATE: ROUND_DOWN,
}


@given(
    st.decimals(min_value=-2000, max_value=2000, places=6),
    st.integers(0, 4),
    st.sampled_from(sorted(ON_PAPER)),
)
def test_rounding_is_that_of_paper(figure: Decimal, decimals: int, rounding: Rounding) -> None:
    on_paper = figure.quantize(Decimal(1).scaleb(-decimals), ON_PAPER[rounding])
    rounded = round_printed(np.array([float(figure)]), decimals, rounding)[0]
    assert rounded == float(on_paper)
    assert not (rounded == 0 and np.signbit(rounded))


@pytest.mark.parametrize("rounding", Rounding)
def test_missing_stays_missing(rounding: Rounding) -> None:
    assert np.isnan(round_printed(np.array([np.nan]), 2, rounding)).all()


def test_none_changes_nothing() -> None:
    assert round_printed(np.array([105.6985]), 2, Rounding.NONE).tolist() == [105.6985]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=5))
def test_rounding_twice_changes_nothing_more(values: list[float]) -> None:
    once = round_printed(np.array(values), 2, Rounding.HALF_UP)
    assert np.isfinite(once).all()
    np.testing.assert_array_equal(round_printed(once, 2, Rounding.HALF_UP), once)


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_a_percentage_that_is_whole_on_paper_is_whole(actual: int, target: int) -> None:
    exact = Decimal(actual * 100) / Decimal(target)
    binary = 100 * (actual / 100) / (target / 100)
    if exact == exact.to_integral_value():
        assert snap(np.array(binary)) == int(exact)


@given(st.floats(allow_nan=True, allow_infinity=False))
def test_snapping_moves_nothing_that_can_be_seen(value: float) -> None:
    snapped = float(snap(np.array(value)))
    assert snapped == pytest.approx(value, rel=1e-15, abs=5.1e-10, nan_ok=True)
