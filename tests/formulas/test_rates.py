from __future__ import annotations

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.paths import annual_rate
from kencana_targets.formulas.progress import annual_rate_fit


def test_countries_of_the_joint_malnutrition_estimates() -> None:
    cases = read("aarr_jme")
    assert len(cases) == 70
    for k, (years, values) in enumerate(
        zip(cases.vectors("years"), cases.vectors("prevalence"), strict=True)
    ):
        ols = annual_rate_fit(years, values)
        robust = annual_rate_fit(years, values, method="theil-sen")
        # Where a year has two surveys, the endpoint is their mean.
        first, last = (values[years == year].mean() for year in (years[0], years[-1]))
        endpoint = [
            -annual_rate(first, last, years[-1] - years[0], kind=kind)
            for kind in ("discrete", "continuous")
        ]
        row = cases.rows[k]
        expected = [
            float(row[name] or "nan")
            for name in (
                "ols_slope_log",
                "ols_se",
                "aarr_regression",
                "theilsen_slope_log",
                "aarr_theilsen",
                "aarr_endpoint",
                "arr_continuous",
            )
        ]
        error = np.nan if ols.slope_error is None else ols.slope_error
        found = [ols.slope, error, -ols.rate, robust.slope, -robust.rate, *endpoint]
        np.testing.assert_allclose(found, expected, atol=1e-9)
        assert robust.slope_error is None
        assert ols.surveys == int(row["n"])


def test_published_slopes_of_unicef() -> None:
    for row in read("unicef_aarr_slope").rows:
        slope = float(row["slope_ln_prev_per_year"])
        fit = annual_rate_fit([2000, 2005], [30.0, 30.0 * np.exp(5 * slope)])
        assert -100 * fit.rate == pytest.approx(float(row["computed"]), abs=1e-9)
        # The 7-point slope gives 6.47, which its source prints as 6.4.
        assert -100 * fit.rate == pytest.approx(float(row["published_aarr_pct"]), abs=0.08)


def test_required_rates_of_the_world_health_assembly() -> None:
    """Two of the four published rates are discrete, two are continuous."""
    published = read("wha_required_aarr")
    kinds = []
    for row in published.rows:
        first, last = float(row["v0"]), float(row["v1"])
        years = float(row["t1"]) - float(row["t0"])
        rates = {
            kind: 100 * abs(annual_rate(first, last, years, kind=kind))
            for kind in ("discrete", "continuous")
        }
        # Reductions are printed as the loss, increases as the gain.
        assert rates["discrete"] == pytest.approx(float(row["discrete_pct"]), abs=1e-9)
        assert rates["continuous"] == pytest.approx(float(row["continuous_pct"]), abs=1e-9)
        printed = row["published_pct"]
        decimals = len(printed.partition(".")[2])
        kinds += [kind for kind, rate in rates.items() if round(rate, decimals) == float(printed)]
    assert kinds == ["discrete", "continuous", "discrete", "continuous", "continuous"]


def test_two_surveys_have_no_error() -> None:
    fit = annual_rate_fit([2019, 2024], [27.67, 14.0])
    assert fit.slope_error is None
    assert fit.rate == pytest.approx(annual_rate(27.67, 14, 5), abs=1e-12)
    assert (fit.first_year, fit.last_year) == (2019.0, 2024.0)


@pytest.mark.parametrize(
    ("years", "values", "message"),
    [
        ([2021], [22.1], "at least two surveys"),
        ([2021, 2021], [22.1, 20.0], "allowed: surveys of at least two years"),
        ([2021, 2022], [22.1, 0.0], "argument 'values': not allowed: got 0.0; allowed: more than"),
        ([2021, 2022], [22.1], "argument 'values': not allowed"),
        ([2021, 2022], [22.1, np.nan], "finite numbers"),
    ],
)
def test_what_has_no_rate(years: list[float], values: list[float], message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        annual_rate_fit(years, values)


def test_method_is_one_of_two() -> None:
    with pytest.raises(ArgumentError, match="allowed: ols, theil-sen"):
        annual_rate_fit([2021, 2022], [22.1, 19.8], method="median")


@examples(40)
@given(
    rate=st.floats(-0.3, 0.3),
    start=st.floats(1.0, 90.0),
    years=st.lists(st.integers(2000, 2024), min_size=2, max_size=8, unique=True),
    method=st.sampled_from(["ols", "theil-sen"]),
)
def test_a_constant_rate_is_found(rate: float, start: float, years: list[int], method: str) -> None:
    values = start * (1 + rate) ** (np.array(years) - 2000)
    assert annual_rate_fit(years, values, method=method).rate == pytest.approx(rate, abs=1e-9)
