from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas import progress
from kencana_targets.formulas.paths import interpolate

ENDS: dict[str, Any] = {
    "baseline_year": 2019,
    "baseline": 27.67,
    "target_year": 2024,
    "target": 14.0,
}
figures = st.floats(0.5, 99.5)


def test_public_names() -> None:
    assert {"assess", "list_schemes"} <= set(progress.__all__)


def test_share_of_the_distance() -> None:
    assert not np.signbit(progress.distance_share(20, 20, 14))
    shares = progress.distance_share(27.67, [27.67, 14.0, 30.0, np.nan], 14)
    np.testing.assert_allclose(shares, [0.0, 1.0, -2.33 / 13.67, np.nan])
    assert np.isnan(progress.distance_share(14.0, 13.0, 14.0))


@pytest.mark.parametrize("shape", ["linear", "constant-rate", "logit", "complement-rate", "step"])
def test_expected_share_follows_the_path(shape: str) -> None:
    years = np.arange(2019, 2025)
    path = interpolate([2019, 2024], [27.67, 14.0], years, shape=shape)
    expected = (path - 27.67) / (14.0 - 27.67)
    shares = progress.expected_share(year=years, shape=shape, **ENDS)
    np.testing.assert_allclose(shares, expected, atol=1e-12)


def test_expected_share_outside_the_path() -> None:
    shares = progress.expected_share(year=[2018, 2026], **ENDS)
    np.testing.assert_array_equal(shares, [np.nan, 1.0])
    zero = ENDS | {"target": 0.0}
    assert np.isnan(progress.expected_share(year=2021, shape="constant-rate", **zero))
    late = ENDS | {"target_year": 2019}
    assert np.isnan(progress.expected_share(year=2019, **late))


def test_pace_is_one_on_the_path() -> None:
    assert progress.pace(year=2022, actual=18.4, **ENDS) == pytest.approx(9.27 / 13.67 / 0.6)
    on_path = interpolate([2019, 2024], [27.67, 14.0], 2022, shape="constant-rate")
    assert progress.pace(year=2022, actual=on_path, shape="constant-rate", **ENDS) == pytest.approx(
        1.0
    )
    assert np.isnan(progress.pace(year=2019, actual=27.0, **ENDS))


def test_required_change_of_officials() -> None:
    """ "3.8 percent a year" for 2022-2024 and "2.7 per year" for 2019-2024 are points."""
    needed = progress.required_change(
        direction="minimize", year=[2022, 2019], actual=[21.6, 27.67], target_year=2024, target=14
    )
    np.testing.assert_allclose(needed, [-3.8, -2.734], atol=1e-12)


def test_required_change_where_nothing_or_too_much_is_needed() -> None:
    given: dict[str, Any] = {"direction": "minimize", "target_year": 2024}
    needed = progress.required_change(year=[2022, 2024], actual=[13.0, 15.0], target=14.0, **given)
    np.testing.assert_array_equal(needed, [0.0, np.nan])
    halved = progress.required_change(year=2022, actual=0.8, target=0.2, kind="rate", **given)
    assert halved == pytest.approx(-0.5)
    rate = progress.required_change(year=2022, actual=21.6, target=0.0, kind="rate", **given)
    assert np.isnan(rate)
    rising = progress.required_change(
        direction="maximize", year=2022, actual=60.0, target_year=2024, target=66.0
    )
    assert rising == pytest.approx(3.0)


def test_acceleration_factor() -> None:
    given = ENDS | {"direction": "minimize"}
    factor = progress.acceleration_factor(
        year=2021, actual=[24.0, 27.67, 30.0, 14.0], kind="points", **given
    )
    assert factor[0] == pytest.approx((10 / 3) / (3.67 / 2))
    assert np.isnan(factor[1])
    assert factor[2] < 0
    assert factor[3] == 0.0
    on_path = interpolate([2019, 2024], [27.67, 14.0], 2022, shape="constant-rate")
    assert progress.acceleration_factor(year=2022, actual=on_path, **given) == pytest.approx(1.0)


def test_logit_ratio_outside_its_bounds() -> None:
    ratios = progress.logit_ratio(year=2022, actual=[0.0, 100.0, 27.67], **ENDS)
    np.testing.assert_array_equal(ratios, [np.nan, np.nan, 0.0])


@examples(50)
@given(baseline=figures, actual=figures, target=figures)
def test_logit_ratio_is_the_same_for_the_complement(
    baseline: float, actual: float, target: float
) -> None:
    years: dict[str, Any] = {"baseline_year": 2019, "year": 2022, "target_year": 2024}
    here = progress.logit_ratio(baseline=baseline, actual=actual, target=target, **years)
    there = progress.logit_ratio(
        baseline=100 - baseline, actual=100 - actual, target=100 - target, **years
    )
    if abs(target - baseline) > 1e-3:
        assert here == pytest.approx(there, rel=1e-6, abs=1e-6)


@examples(50)
@given(
    rows=st.lists(st.tuples(figures, figures, figures), min_size=1, max_size=5),
    shape=st.sampled_from(["linear", "constant-rate", "logit"]),
)
def test_scalar_equals_array(rows: list[tuple[float, float, float]], shape: str) -> None:
    baseline, actual, target = np.array(rows).T
    years: dict[str, Any] = {"baseline_year": 2019, "year": 2022, "target_year": 2024}
    batch = progress.pace(baseline=baseline, actual=actual, target=target, shape=shape, **years)
    alone = [
        progress.pace(baseline=y0, actual=y, target=end, shape=shape, **years)
        for y0, y, end in rows
    ]
    np.testing.assert_array_equal(batch, alone)
    assert all(isinstance(value, float) for value in alone)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: progress.distance_share("27", 21, 14), "argument 'baseline': not allowed: got"),
        (
            lambda: progress.pace(year=[2021, 2022, 2023], actual=[24, 21], **ENDS),
            "argument 'actual, year': not allowed: got 'actual .2,., year .3,.'",
        ),
        (
            lambda: progress.acceleration_factor(
                direction="minimize",
                year=2022,
                actual=21.6,
                target=[14, 13],
                baseline_year=2019,
                baseline=[27, 26, 25],
                target_year=2024,
            ),
            "baseline .3,., year ..,.*target .2,.*shapes that fit together",
        ),
        (
            lambda: progress.expected_share(year=2022, shape="curved", **ENDS),
            "argument 'shape': not allowed: got 'curved'; allowed: linear",
        ),
        (
            lambda: progress.required_change(
                direction="stabilize", year=2022, actual=21.6, target_year=2024, target=14
            ),
            "argument 'direction': not allowed: got 'stabilize'; allowed: maximize, minimize",
        ),
        (
            lambda: progress.required_change(
                direction="minimize", year=2022, actual=21.6, target_year=2024, target=14, kind="x"
            ),
            "argument 'kind': not allowed: got 'x'; allowed: points, rate",
        ),
        (
            lambda: progress.logit_ratio(year=2022, actual=21.6, lower=100, upper=0, **ENDS),
            "argument 'lower': not allowed: got 100; allowed: less than upper",
        ),
    ],
)
def test_refused_arguments(call: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()
