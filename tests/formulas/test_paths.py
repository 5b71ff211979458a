from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator
from strategies import percents, shapes, smooth_shapes
from tabulated import read

from kencana_targets import PathShape, annual_rate, interpolate
from kencana_targets.core.errors import ArgumentError, PathError
from kencana_targets.core.rounding import round_printed
from kencana_targets.core.terms import Rounding

NATIONAL = {2020: 24.1, 2021: 21.1, 2022: 18.4, 2023: 16.0, 2024: 14.0}


@st.composite
def knots(draw: Any, least: int = 1) -> tuple[list[float], list[float]]:
    quarters = draw(st.lists(st.integers(8000, 8100), min_size=least, max_size=6, unique=True))
    years = [quarter / 4 for quarter in sorted(quarters)]
    return years, [draw(percents) for _ in years]


def printed(values: Any, decimals: int) -> list[float]:
    return list(round_printed(np.asarray(values, float), decimals, Rounding.HALF_UP).tolist())


@pytest.mark.parametrize(("shape", "count"), [("linear", 45), ("logit", 45)])
def test_two_point_paths_of_fifty_digits(shape: str, count: int) -> None:
    cases = read("paths_two_point").where("shape", shape)
    assert len(cases) == count
    t0, t1, v0, v1, at, expected = (
        cases.numbers(name) for name in ("t0", "t1", "v0", "v1", "t", "expected")
    )
    for k in range(count):
        drawn = interpolate([t0[k], t1[k]], [v0[k], v1[k]], at[k], shape=shape)
        assert drawn == pytest.approx(expected[k], abs=1e-9)


@pytest.mark.parametrize("shape", ["constant-rate", "complement-rate"])
def test_two_point_rates_in_decimal_arithmetic(shape: str) -> None:
    cases = read("paths_two_point")
    t0, t1, v0, v1, at = (cases.text(name) for name in ("t0", "t1", "v0", "v1", "t"))
    for k in range(len(cases)):
        with localcontext() as context:
            context.prec = 50
            years = Decimal(t0[k]), Decimal(t1[k])
            first, last = Decimal(v0[k]), Decimal(v1[k])
            share = (Decimal(at[k]) - years[0]) / (years[1] - years[0])
            if shape == "constant-rate":
                expected = first * (last / first) ** share
            else:
                expected = 100 - (100 - first) * ((100 - last) / (100 - first)) ** share
        ends = [float(t0[k]), float(t1[k])], [float(v0[k]), float(v1[k])]
        drawn = interpolate(*ends, float(at[k]), shape=shape)
        assert drawn == pytest.approx(float(expected), abs=1e-9)


def test_monotone_paths_are_those_of_scipy() -> None:
    cases = read("pchip")
    assert len(cases) == 180
    years, values = cases.vectors("years"), cases.vectors("values")
    for k, (at, expected) in enumerate(
        zip(cases.numbers("at"), cases.numbers("expected"), strict=True)
    ):
        drawn = interpolate(years[k], values[k], at, shape="monotone")
        assert drawn == pytest.approx(expected, abs=1e-9)
    # An end that would begin more than three times as steep as its segment.
    drawn = interpolate([2020, 2021, 2022], [0, 1, -3], 2020.5, shape="monotone")
    assert drawn == pytest.approx(float(PchipInterpolator([0, 1, 2], [0, 1, -3])(0.5)))


def test_the_national_stunting_path_is_a_constant_rate() -> None:
    years = list(NATIONAL)
    drawn = interpolate([2019, 2024], [27.67, 14], years, shape="constant-rate")
    assert printed(drawn, 1) == list(NATIONAL.values())


def test_the_national_stunting_path_is_not_linear() -> None:
    drawn = interpolate([2019, 2024], [27.67, 14], list(NATIONAL))
    assert printed(drawn, 1) == [24.9, 22.2, 19.5, 16.7, 14.0]
    off = np.array(list(NATIONAL.values())[:-1]) - drawn[:-1]
    assert (np.abs(off) > 0.7).all()


def test_from_the_printed_baseline_one_milestone_is_off_by_a_tenth() -> None:
    drawn = interpolate([2019, 2024], [27.7, 14], list(NATIONAL), shape="constant-rate")
    assert printed(drawn, 1) == [24.2, 21.1, 18.4, 16.0, 14.0]


@pytest.mark.parametrize("shape", PathShape)
def test_official_milestones_are_met_exactly(shape: str) -> None:
    years, values = [2019, *NATIONAL], [27.7, *NATIONAL.values()]
    assert interpolate(years, values, years, shape=shape).tolist() == values


def test_other_official_paths() -> None:
    paths = read("official_paths")
    bekasi = paths.where("region", "Kota Bekasi")
    drawn = interpolate([2021, 2024], [13.85, 7.67], bekasi.numbers("year"))
    assert printed(drawn[1:], 1) == [11.8, 9.7, 7.7]
    assert printed(drawn[2:], 2) == bekasi.numbers("printed")[2:].tolist()
    unmet = paths.where("series", "unmet_need Renstra BKKBN")
    assert printed(interpolate([2021, 2024], [8.3, 7.4], unmet.numbers("year")), 2) == (
        unmet.numbers("printed").tolist()
    )


def test_users_of_modern_methods_follow_no_shape() -> None:
    mcpr = read("official_paths").where("series", "mCPR Renstra BKKBN")
    years, official = mcpr.numbers("year"), mcpr.numbers("printed")
    for shape in PathShape:
        drawn = interpolate([2021, 2024], official[[0, -1]], years, shape=shape)
        assert printed(drawn, 2) != official.tolist()


@given(knots(), shapes)
def test_a_path_meets_its_knots(path: tuple[list[float], list[float]], shape: str) -> None:
    years, values = path
    assert interpolate(years, values, years, shape=shape).tolist() == values


@given(knots(), shapes, st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_a_path_stays_within_its_knots(
    path: tuple[list[float], list[float]], shape: str, shares: list[float]
) -> None:
    years, values = path
    at = [min(years[0] + share * (years[-1] - years[0]), years[-1]) for share in shares]
    drawn = interpolate(years, values, at, shape=shape)
    for year, value in zip(at, drawn.tolist(), strict=True):
        before = max(k for k, knot in enumerate(years) if knot <= year)
        ends = values[before : before + 2]
        assert min(ends) <= value <= max(ends)


@given(knots(2), smooth_shapes, st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_between_two_knots_a_path_goes_one_way(
    path: tuple[list[float], list[float]], shape: str, shares: list[float]
) -> None:
    years, values = path
    at = [min(years[0] + s * (years[1] - years[0]), years[1]) for s in sorted(shares)]
    steps = np.diff(interpolate(years, values, at, shape=shape))
    sign = np.sign(values[1] - values[0])
    assert (steps * sign >= -1e-9).all()


@given(st.lists(knots(2), min_size=1, max_size=5), shapes, st.floats(0, 1))
@examples(60)
def test_one_path_is_the_same_alone_and_among_others(
    paths: list[tuple[list[float], list[float]]], shape: str, share: float
) -> None:
    short = min(len(years) for years, _ in paths)
    years = np.array([years[:short] for years, _ in paths])
    values = np.array([values[:short] for _, values in paths])
    years = years - years[:, :1] + 2020  # one year that lies in every path
    at = 2020 + share * (years[:, -1].min() - 2020)
    many = interpolate(years, values, [at, 2020], shape=shape)
    assert many.shape == (len(paths), 2)
    for row, one in enumerate(many):
        alone = interpolate(years[row], values[row], at, shape=shape)
        assert isinstance(alone, float)
        assert alone == one[0]
        assert interpolate(years[row], values[row], 2020, shape=shape) == one[1]


@given(knots(2), st.sampled_from(["linear", "constant-rate", "monotone", "step"]), st.floats(0, 1))
def test_the_unit_does_not_matter(
    path: tuple[list[float], list[float]], shape: str, share: float
) -> None:
    years, values = path
    at = min(years[0] + share * (years[-1] - years[0]), years[-1])
    drawn = interpolate(years, values, at, shape=shape)
    scaled = interpolate(years, [value / 100 for value in values], at, shape=shape)
    assert scaled * 100 == pytest.approx(drawn, rel=1e-9)


@given(knots(2), st.floats(0, 1))
def test_complement_rate_is_the_constant_rate_of_the_gap(
    path: tuple[list[float], list[float]], share: float
) -> None:
    years, values = path
    at = min(years[0] + share * (years[-1] - years[0]), years[-1])
    gap = interpolate(years, [100 - value for value in values], at, shape="constant-rate")
    drawn = interpolate(years, values, at, shape="complement-rate")
    assert 100 - drawn == pytest.approx(gap, rel=1e-9, abs=1e-9)


def test_shapes_of_arrays() -> None:
    values = np.arange(24.0).reshape(2, 4, 3) + 1
    assert interpolate([2020, 2021, 2022], values, 2021).shape == (2, 4)
    assert interpolate([2020, 2021, 2022], values, [2020, 2021.5]).shape == (2, 4, 2)
    assert interpolate([2020, 2021, 2022], values[:0], [2021]).shape == (0, 4, 1)
    assert interpolate([2020, 2021], [1, 2], []).shape == (0,)
    assert isinstance(interpolate([2020, 2021], [1, 2], 2020), float)


def test_negative_values_may_keep_a_constant_rate() -> None:
    assert interpolate([2020, 2022], [-4, -1], 2021, shape="constant-rate") == pytest.approx(-2)


def test_monotone_paths_of_two_knots_are_straight_beside_others() -> None:
    values = [[10, 20], [50, 10]]
    assert interpolate([2020, 2022], values, 2021, shape="monotone").tolist() == [15, 30]


def test_linear_passes_through_zero() -> None:
    assert interpolate([2020, 2022], [4, -4], 2021) == 0


def test_step_holds_each_value_from_its_year_on() -> None:
    drawn = interpolate([2020, 2022, 2024], [9, 5, 1], [2021.99, 2022, 2023], shape="step")
    assert drawn.tolist() == [9, 5, 5]


@pytest.mark.parametrize("year", [2020.999, 2024.001, 1990, 2100])
def test_years_outside_are_refused(year: float) -> None:
    text = rf"year outside the path: got {year:g}; allowed: 2021 to 2024; outside=\"hold\""
    with pytest.raises(PathError, match=text if year in (1990, 2100) else "year outside the path"):
        interpolate([2021, 2024], [22.1, 12.55], year)


def test_years_outside_can_be_held() -> None:
    each = interpolate([[2019, 2024], [2020, 2030]], [[20, 10], [30, 5]], [2018, 2031],
                       outside="hold")  # fmt: skip
    assert each.tolist() == [[20, 10], [30, 5]]
    held = interpolate([2021, 2024], [22.1, 12.55], [2000, 2021, 2024, 2050], outside="hold")
    assert held.tolist() == [22.1, 22.1, 12.55, 12.55]


@pytest.mark.parametrize("values", [[27.7, 0], [0, 5], [5, -5], [-5, 5]])
def test_a_constant_rate_cannot_pass_zero(values: list[float]) -> None:
    with pytest.raises(PathError, match="constant-rate") as caught:
        interpolate([2019, 2024], values, 2020, shape="constant-rate")
    wrong = 0.0 if 0 in values else float(values[1])
    assert str(caught.value) == (
        "path 1: the shape 'constant-rate' cannot pass through this value: "
        f"got {wrong:g}; allowed: values of one sign, none of them zero; "
        "declare the shape 'linear', which passes through zero"
    )


@pytest.mark.parametrize(
    ("shape", "values", "bounds"),
    [
        ("logit", [0, 50], {}),
        ("logit", [50, 100], {}),
        ("logit", [50, 60], {"upper": np.inf}),
        ("logit", [50, 60], {"lower": -np.inf}),
        ("logit", [5, 60], {"lower": 10}),
        ("complement-rate", [50, 100], {}),
        ("complement-rate", [50, 60], {"upper": 60}),
        ("complement-rate", [50, 60], {"upper": np.inf}),
    ],
)
def test_bounds_that_a_shape_cannot_reach(
    shape: str, values: list[float], bounds: dict[str, float]
) -> None:
    with pytest.raises(
        PathError, match=rf"the shape '{shape}' cannot pass.*declare the shape 'lin"
    ):
        interpolate([2019, 2024], values, 2020, shape=shape, **bounds)


def test_the_path_that_is_wrong_is_named() -> None:
    with pytest.raises(PathError, match=r"^path 3: the shape 'constant-rate'"):
        interpolate([2019, 2024], [[1, 2], [3, 4], [5, 0]], 2020, shape="constant-rate")


@pytest.mark.parametrize("years", [[2024, 2021], [2021, 2021]])
def test_years_must_increase(years: list[float]) -> None:
    text = rf"path 1: the years of a path do not increase: got \({years[0]}\.0, {years[1]}\.0\)"
    with pytest.raises(PathError, match=text):
        interpolate(years, [1, 2], 2021)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"shape": "cubic"}, r"'shape': not allowed: got 'cubic'; allowed: linear, constant-rate"),
        ({"outside": "extrapolate"}, r"'outside'.*allowed: raise, hold"),
        ({"lower": 5, "upper": 5}, r"'lower'.*got 5; allowed: less than upper \(5\)"),
        ({"lower": "0"}, r"'lower'.*got '0'; allowed: a number"),
        ({"upper": True}, r"'upper'.*got True; allowed: a number"),
        ({"lower": np.nan}, r"'lower'"),
        ({"values": [1, np.nan]}, r"'values'.*got nan; allowed: finite numbers"),
        ({"values": ["1", "2"]}, r"'values'.*allowed: numbers"),
        ({"values": [True, False]}, r"'values'.*allowed: numbers"),
        ({"at": np.inf}, r"'at'.*got inf; allowed: finite numbers"),
        ({"at": None}, r"'at'.*got None; allowed: numbers"),
        ({"at": [[2020]]}, r"allowed: values \(..., k\) with k >= 1"),
        ({"values": []}, r"allowed: values \(..., k\) with k >= 1"),
        ({"values": 5}, r"allowed: values \(..., k\) with k >= 1"),
        ({"years": [2019, 2020, 2024]}, r"'years'.*allowed: a shape that fits values \(2,\)"),
    ],
)
def test_arguments_that_are_refused(arguments: dict[str, Any], text: str) -> None:
    given_: dict[str, Any] = {"years": [2019, 2024], "values": [1, 2], "at": 2020, **arguments}
    years, values, at = given_.pop("years"), given_.pop("values"), given_.pop("at")
    with pytest.raises(ArgumentError, match=text):
        interpolate(years, values, at, **given_)


def test_annual_rates_of_both_kinds() -> None:
    assert -annual_rate(27.67, 14, 5) == pytest.approx(1 - (14 / 27.67) ** 0.2)
    assert -100 * annual_rate(1, 0.7, 13, kind="continuous") == pytest.approx(2.744, abs=5e-4)
    assert annual_rate([1, 2], 4, [2, 1]).tolist() == pytest.approx([1.0, 1.0])
    assert isinstance(annual_rate(1, 2, 3), float)


@given(percents, percents, st.integers(1, 30))
def test_the_rate_leads_along_the_constant_rate_path(first: float, last: float, span: int) -> None:
    discrete = annual_rate(first, last, span)
    continuous = annual_rate(first, last, span, kind="continuous")
    year = interpolate([2000, 2000 + span], [first, last], 2001, shape="constant-rate")
    assert first * (1 + discrete) == pytest.approx(year, rel=1e-9)
    assert np.log1p(discrete) == pytest.approx(continuous, abs=1e-12)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((0, 5, 3), "values of one sign, none of them zero"),
        ((5, 0, 3), "values of one sign, none of them zero"),
        ((5, -5, 3), "values of one sign, none of them zero"),
        ((5, 4, 0), "'years'.*more than zero"),
        ((5, 4, -1), "'years'.*more than zero"),
        (("5", 4, 1), "'first'.*numbers"),
        ((5, np.nan, 1), "'last'.*finite numbers"),
        ((5, 4, True), "'years'.*numbers"),
    ],
)
def test_rates_that_do_not_exist(arguments: tuple[Any, Any, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        annual_rate(*arguments)


def test_an_unknown_kind_of_rate() -> None:
    with pytest.raises(ArgumentError, match="'kind'.*allowed: discrete, continuous"):
        annual_rate(5, 4, 1, kind="monthly")


def test_the_first_year_outside_and_the_first_pair_out_of_order_are_named() -> None:
    with pytest.raises(PathError, match=r"got 2025; allowed: 2021 to 2024"):
        interpolate([2021, 2024], [22.1, 12.55], [2022, 2025, 2023, 2026])
    with pytest.raises(PathError, match=r"path 2: .* do not increase: got \(2024.0, 2023.0\)"):
        interpolate([[2019, 2020, 2021], [2022, 2024, 2023]], np.ones((2, 3)), 2023, outside="hold")
