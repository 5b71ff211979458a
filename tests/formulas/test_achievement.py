from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import numbers, percents
from tabulated import read

from kencana_targets import Direction, Formula, achievement, load_rule, parse_number
from kencana_targets.core.errors import ArgumentError, FormulaError
from kencana_targets.core.rounding import round_printed
from kencana_targets.core.terms import OPEN_LOWER, OPEN_UPPER, Reason, Rounding
from kencana_targets.formulas.achievement import (
    FITTING,
    at_open_end,
    band_positions,
    gap,
    measure,
)

CHOICES = [
    (direction, formula)
    for direction, formulas in FITTING.items()
    for formula in formulas
    if (direction, formula) != (Direction.MAXIMIZE, Formula.REFLECTED)
]
REPRODUCED = {
    "R/T": {"formula": "ratio"},
    "T/R": {"formula": "inverse"},
    "(2T-R)/T": {"formula": "reflected"},
}


def decimals_of(text: str) -> int:
    return len(text.strip("%").partition(",")[2])


def figure(text: str) -> float:
    value = parse_number(text)
    assert isinstance(value, float)
    return value


def test_published_rows_that_follow_from_their_inputs() -> None:
    consistent = read("published_achievements").where("consistent", "yes")
    assert len(consistent) == 25
    for row in consistent.rows:
        target, actual = figure(row["target_printed"]), figure(row["actual_printed"])
        for how in row["reproduced_by"].split("; "):
            formula, rounding = how.split(" ")
            percent = achievement(actual, target, direction=row["direction"], **REPRODUCED[formula])
            way = Rounding.TRUNCATE if rounding == "truncated" else Rounding.HALF_UP
            text = row["achievement_printed"]
            assert round_printed(np.array(percent), decimals_of(text), way) == figure(text), row


def test_published_rows_that_do_not_follow_from_their_inputs() -> None:
    wrong = read("published_achievements").where("consistent", "no")
    assert len(wrong) == 7
    for row in wrong.rows:
        target, actual = figure(row["target_printed"]), figure(row["actual_printed"])
        text = row["achievement_printed"]
        formulas = ["ratio"] if row["direction"] == "maximize" else ["reflected", "inverse"]
        for formula in formulas:
            percent = achievement(actual, target, direction=row["direction"], formula=formula)
            for way in (Rounding.HALF_UP, Rounding.TRUNCATE):
                assert round_printed(np.array(percent), decimals_of(text), way) != figure(text)


def test_cases_of_the_ministry_of_finance() -> None:
    cases = read("kmk_127_2026")
    rule = load_rule("kemenkeu-kmk-127-2026")
    assert len(cases) == 11
    columns = [cases.numbers(name) for name in ("actual", "target", "worst", "expected")]
    for direction, actual, target, worst, expected in zip(
        cases.text("direction"), *columns, strict=True
    ):
        formula = rule.formula(Direction(direction))
        percent = achievement(actual, target, direction=direction, formula=formula, worst=worst)
        assert rule.score(percent) == pytest.approx(expected, abs=0.005, nan_ok=True)


def test_cases_of_regional_applications() -> None:
    for row in read("regional_formulas").rows:
        bounds = {f"target_{side}": float(row[side]) for side in ("lower", "upper") if row[side]}
        percent = achievement(
            float(row["actual"]),
            float(row["target"] or "nan"),
            direction=row["direction"],
            formula=row["formula"],
            **bounds,
        )
        if row["floor"]:
            percent = float(round_printed(np.array(max(percent, 0.0)), 2, Rounding.HALF_UP))
        assert percent == pytest.approx(float(row["expected"]), abs=1e-9)


def test_scores_of_the_civil_service_regulation() -> None:
    cases = read("permenpanrb_8_2021_scores")
    scores = load_rule("permenpanrb-8-2021").score(cases.numbers("achievement"))
    np.testing.assert_allclose(scores, cases.numbers("score"), atol=1e-9)


def test_the_two_formulas_of_one_figure() -> None:
    """Bengkulu, 22.1 percent against 12.55: why there is no default."""
    both = [
        achievement(22.1, 12.55, direction="minimize", formula=formula)
        for formula in ("reflected", "inverse")
    ]
    assert [round(percent, 2) for percent in both] == [23.9, 56.79]


@given(numbers.filter(lambda target: target > 0), numbers.filter(lambda actual: actual >= 0))
def test_reflected_is_the_ratio_mirrored(target: float, actual: float) -> None:
    ratio = achievement(actual, target, direction="maximize")
    mirrored = achievement(actual, target, direction="minimize", formula="reflected")
    assert ratio + mirrored == pytest.approx(200, rel=1e-12)


@given(percents, percents, percents)
def test_the_unit_does_not_matter(actual: float, target: float, factor: float) -> None:
    for direction, formula in CHOICES:
        if formula is not Formula.RANGE:
            options: dict[str, Any] = {"direction": direction, "formula": formula}
            scaled = achievement(actual * factor, target * factor, **options)
            assert scaled == pytest.approx(achievement(actual, target, **options), rel=1e-9)


@given(percents, percents, percents, st.sampled_from(CHOICES))
def test_a_better_actual_never_has_less(
    target: float, actual: float, other: float, choice: tuple[Direction, Formula]
) -> None:
    direction, formula = choice
    bounds: dict[str, Any] = {}
    if formula is Formula.RANGE:
        bounds = {"target_lower": target, "target_upper": target + 10}
    first, second = (
        achievement(r, target, direction=direction, formula=formula, **bounds)
        for r in sorted((actual, other))
    )
    if direction is Direction.MAXIMIZE:
        assert second >= first
    elif direction is Direction.MINIMIZE:
        assert first >= second
    else:
        near, far = sorted((actual, other), key=lambda r: abs(r - target))
        assume(abs(near - target) < abs(far - target) - 1e-9)
        closer, further = (
            achievement(r, target, direction=direction, formula=formula) for r in (near, far)
        )
        assert closer > further


@given(percents, st.sampled_from(CHOICES))
def test_on_target_is_a_hundred(target: float, choice: tuple[Direction, Formula]) -> None:
    direction, formula = choice
    bounds = {"target_lower": target} if formula is Formula.RANGE else {}
    percent = achievement(target, target, direction=direction, formula=formula, **bounds)
    assert percent == (120 if formula is Formula.STABILIZE else 100)


@given(
    st.lists(
        st.tuples(st.none() | numbers, st.none() | numbers, st.none() | percents),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(CHOICES),
)
def test_scalars_and_arrays_agree(rows: list[Any], choice: tuple[Direction, Formula]) -> None:
    direction, formula = choice
    actual, target, lower = (list(column) for column in zip(*rows, strict=True))
    ranged = formula is Formula.RANGE
    many = achievement(
        actual,
        target,
        direction=direction,
        formula=formula,
        target_lower=lower if ranged else None,
    )
    for row, one in enumerate(many):
        alone = achievement(
            actual[row],
            target[row],
            direction=direction,
            formula=formula,
            target_lower=np.nan
            if ranged and lower[row] is None
            else lower[row]
            if ranged
            else None,
        )
        assert isinstance(alone, float)
        np.testing.assert_equal(alone, float(one))


def test_arrays_broadcast() -> None:
    percent = achievement([[10.0], [20.0]], [10, 20, 40], direction="maximize")
    assert percent.tolist() == [[100, 50, 25], [200, 100, 50]]


@pytest.mark.parametrize(
    ("direction", "formula", "actual", "target", "why"),
    [
        ("maximize", "ratio", 5, 0, Reason.ZERO_TARGET),
        ("maximize", "ratio", 0, 0, Reason.ZERO_TARGET),
        ("maximize", "ratio", -100, 3, Reason.MIXED_SIGNS),
        ("maximize", "ratio", 100, -3, Reason.MIXED_SIGNS),
        ("maximize", "ratio", None, 3, Reason.NO_ACTUAL),
        ("maximize", "ratio", 3, None, Reason.NEVER_SET),
        ("minimize", "reflected", 4, 0, Reason.ZERO_TARGET),
        ("minimize", "reflected", -1, 4, Reason.MIXED_SIGNS),
        ("minimize", "reflected", -5, -4, Reason.NEGATIVE_TARGET),
        ("minimize", "inverse", 0, 4, Reason.ZERO_ACTUAL),
        ("minimize", "inverse", 0, 0, Reason.ZERO_TARGET),
        ("minimize", "inverse", 0, -0.5, Reason.NEGATIVE_TARGET),
        ("minimize", "inverse", 4, 0, Reason.ZERO_TARGET),
        ("minimize", "inverse", 4, -0.5, Reason.MIXED_SIGNS),
        ("minimize", "inverse", -1, 4, Reason.MIXED_SIGNS),
        ("stabilize", "stabilize", 4, 0, Reason.ZERO_TARGET),
        ("stabilize", "stabilize", -4, -4, Reason.NEGATIVE_TARGET),
    ],
)
def test_what_has_no_percentage(
    direction: str, formula: str, actual: Any, target: Any, why: Reason
) -> None:
    assert np.isnan(achievement(actual, target, direction=direction, formula=formula))
    nothing = np.array([np.nan])
    arrays = [np.array([np.nan if cell is None else float(cell)]) for cell in (actual, target)]
    way, named = Direction(direction), Formula(formula)
    _, reasons = measure(way, named, *arrays, nothing, nothing, nothing)
    assert reasons.tolist() == [why]


def test_an_actual_of_zero_is_twice_the_target_when_reflected() -> None:
    assert achievement(0, 12.55, direction="minimize", formula="reflected") == 200
    assert achievement(0, 12.55, direction="maximize") == 0


def test_reflected_may_be_negative() -> None:
    assert achievement(30, 10, direction="minimize", formula="reflected") == -100


def test_negative_targets_of_the_good_direction() -> None:
    assert achievement(-11, -10, direction="maximize") == pytest.approx(90)
    assert achievement(-5, -10, direction="maximize") == pytest.approx(150)
    assert achievement(0, -10, direction="maximize") == pytest.approx(200)


def test_a_worst_value_gives_a_zero_target_a_percentage() -> None:
    options: dict[str, Any] = {"direction": "minimize", "worst": 10}
    assert achievement(4, 0, formula="reflected", **options) == 60
    assert achievement(0, 0, formula="inverse", **options) == 100
    assert achievement(12, 0, formula="reflected", **options) == pytest.approx(-20)
    assert achievement(4, 8, formula="reflected", **options) == 150
    assert np.isnan(achievement(4, 0, direction="maximize", worst=10))
    assert achievement(
        0.2, 0, direction="minimize", formula="reflected", worst=0.8
    ) == pytest.approx(75)
    for worst in (0.0, -0.5):
        assert np.isnan(achievement(-1, 0, direction="minimize", formula="reflected", worst=worst))


def test_small_targets_of_either_sign_stand_beside_each_other() -> None:
    found = achievement([0.4, -1.2, 1], [0.5, -1.0, 0], direction="maximize")
    assert found == pytest.approx([80, 80, np.nan], nan_ok=True)
    # Of two signs, however near to zero, there is none.
    percent, reason = measure("maximize", "ratio", np.array([-0.5, 0.5]), np.array([0.5, -0.5]))
    assert np.isnan(percent).all()
    assert reason.tolist() == [Reason.MIXED_SIGNS] * 2
    percent, reason = measure("minimize", "inverse", np.array([0.0, 0.0]), np.array([0.5, -0.5]))
    assert reason.tolist() == [Reason.ZERO_ACTUAL, Reason.NEGATIVE_TARGET]


@pytest.mark.parametrize(
    ("actual", "percent"),
    [(100, 120), (96, 112), (102, 116), (95, 110), (90, 100), (110, 100), (45, 50), (0, 0),
     (200, 0), (290, -100)],
)  # fmt: skip
def test_stabilize_index(actual: float, percent: float) -> None:
    assert achievement(actual, 100, direction="stabilize") == pytest.approx(percent)


@pytest.mark.parametrize(
    ("direction", "actual", "percent"),
    [
        ("maximize", 80, 100),
        ("maximize", 90, 100),
        ("maximize", 85, 100),
        ("maximize", 72, 90),
        ("maximize", 99, 110),
        ("minimize", 80, 100),
        ("minimize", 90, 100),
        ("minimize", 99, 90),
        ("minimize", 72, 110),
    ],
)
def test_ranges(direction: str, actual: float, percent: float) -> None:
    found = achievement(
        actual, np.nan, direction=direction, formula="range", target_lower=80, target_upper=90
    )
    assert found == pytest.approx(percent)


def test_one_sided_ranges() -> None:
    below = {"direction": "minimize", "formula": "range", "target_upper": 20}
    assert achievement([5, 20, 30], np.nan, **below).tolist() == [100, 100, 50]  # type: ignore[arg-type]
    above = {"direction": "maximize", "target_lower": 95}
    assert achievement([95, 99, 47.5], np.nan, **above).tolist() == [100, 100, 50]  # type: ignore[arg-type]


def test_rows_without_a_bound_have_no_range() -> None:
    percent = achievement([5, 5], 10, direction="maximize", target_lower=[np.nan, 4])
    np.testing.assert_array_equal(percent, [np.nan, 100])


@pytest.mark.parametrize("bounds", [{}, {"lower": 4.0}, {"upper": 4.0}])
def test_a_range_is_measured_by_both_of_its_bounds(bounds: dict[str, Any]) -> None:
    with pytest.raises(ArgumentError, match="both bounds, nan where there is none"):
        measure("maximize", "range", 5.0, 10.0, **bounds)


def test_a_stabilize_range_has_no_percentage() -> None:
    nothing, one = np.array([np.nan]), np.array([1.0])
    percent, why = measure(Direction.STABILIZE, Formula.RANGE, one, nothing, one, one + 1, nothing)
    assert np.isnan(percent).all()
    assert why.tolist() == [Reason.STABILIZE_RANGE]


def test_minimize_has_no_default_and_says_why() -> None:
    with pytest.raises(FormulaError) as caught:
        achievement(22.1, 12.55, direction="minimize")
    assert str(caught.value) == (
        "argument 'formula': a minimize indicator needs a named formula; "
        "allowed: reflected, inverse, range; there is no default because offices use two: "
        "for 22.1 percent against a target of 12.55 'reflected' (2T-R)/T gives 23.90 "
        "and 'inverse' T/R gives 56.79"
    )


def test_minimize_with_a_range_has_no_default_either() -> None:
    with pytest.raises(FormulaError, match="a minimize indicator needs a named formula"):
        achievement(9, np.nan, direction="minimize", target_upper=8)


@pytest.mark.parametrize(
    ("direction", "formula"),
    [("maximize", "inverse"), ("minimize", "ratio"), ("stabilize", "ratio"), ("maximize", "stabilize")],
)  # fmt: skip
def test_formulas_that_reward_the_wrong_direction(direction: str, formula: str) -> None:
    text = rf"the formula '{formula}' does not fit a {direction} indicator; allowed: "
    with pytest.raises(FormulaError, match=text):
        achievement(1, 2, direction=direction, formula=formula)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"direction": "up"}, r"'direction'.*got 'up'; allowed: maximize, minimize, stabilize"),
        ({"formula": "best"}, r"'formula'.*got 'best'; allowed: ratio, reflected, inverse"),
        ({"formula": "range"}, r"'target_lower, target_upper'.*at least one bound"),
        ({"actual": "12"}, r"'actual'.*got '12'; allowed: numbers"),
        ({"actual": ["12", None]}, r"'actual'.*allowed: numbers"),
        ({"target": True}, r"'target'.*got True; allowed: numbers"),
        ({"actual": np.inf}, r"'actual'.*got inf; allowed: finite numbers"),
        ({"target": [1, -np.inf]}, r"'target'.*got -inf; allowed: finite numbers"),
        ({"actual": np.array(["a", "b"])}, r"'actual'.*allowed: numbers"),
    ],
)
def test_arguments_that_are_refused(arguments: dict[str, Any], text: str) -> None:
    options = {"actual": 1, "target": 2, "direction": "maximize", **arguments}
    actual, target = options.pop("actual"), options.pop("target")
    with pytest.raises(ArgumentError, match=text):
        achievement(actual, target, **options)


@given(percents, percents, st.sampled_from(Direction))
def test_the_gap_is_positive_ahead_and_negative_behind(
    actual: float, target: float, direction: Direction
) -> None:
    nothing = np.array([np.nan])
    found = gap(direction, np.array([actual]), np.array([target]), nothing, nothing)[0]
    expected = {
        "maximize": actual - target,
        "minimize": target - actual,
        "stabilize": -abs(actual - target),
    }[direction]
    assert found == pytest.approx(expected)
    assert not (found == 0 and np.signbit(found))


def test_the_gap_to_a_range_is_the_distance_to_the_bound_passed() -> None:
    actual, low, high = np.array([70.0, 85, 95]), np.full(3, 80.0), np.full(3, 90.0)
    nothing = np.full(3, np.nan)
    found = {way: gap(way, actual, nothing, low, high).tolist() for way in Direction}
    assert found == {
        "maximize": [-10, 0, 5],
        "minimize": [10, 0, -5],
        "stabilize": [-10, 0, -5],
    }
    one_end = gap(Direction.MINIMIZE, actual[:1] + 30, nothing[:1], nothing[:1], actual[:1] + 25)
    assert one_end.tolist() == [-5]


@given(st.lists(st.integers(0, 150), min_size=2, max_size=5, unique=True), percents)
def test_gapless_bands_leave_nothing_out(edges: list[int], value: float) -> None:
    low = sorted(edges)
    high = [*low[1:], np.inf]
    assert band_positions(
        np.array([79.0, 80.0, 81.0]), [80, 0], [np.inf, 80], [False, True], [True, True]
    ).tolist() == [1, 1, 0]
    assert band_positions(
        np.array([np.inf, -np.inf, 80]), [80, -np.inf], [np.inf, 80], [True, True], [True, False]
    ).tolist() == [0, 1, 0]
    found = band_positions(
        np.array([value]), low, high, [True] * len(low), [False] * len(low)
    ).item()
    assert found == sum(edge <= value for edge in low) - 1


def test_a_closed_end_that_is_reached_is_no_open_end() -> None:
    at, ends = np.full(4, 20.0), np.array([0, OPEN_LOWER, OPEN_UPPER, 3], dtype=np.int8)
    nothing = np.full(4, np.nan)
    said = {
        direction: at_open_end(Direction(direction), at, lower, upper, ends).tolist()
        for direction, lower, upper in (
            ("minimize", nothing, at),
            ("maximize", at, nothing),
        )
    }
    assert said == {
        "minimize": [False, False, True, True],
        "maximize": [False, True, False, True],
    }


def test_the_first_figure_without_an_end_is_named() -> None:
    with pytest.raises(ArgumentError, match=r"'actual': not allowed: got -inf; allowed: finite"):
        achievement([1.0, -np.inf, np.inf], 2.0, direction="maximize")


@pytest.mark.parametrize(
    ("actual", "target", "of_maximize"),
    [(-12, -10, 80), (-8, -10, 120), (0, -10, 200), (3, -10, None), (8, 10, None), (12, 10, None)],
)
def test_the_reflected_ratio_is_of_a_loss_where_more_is_better(actual, target, of_maximize):
    """More is better: of a loss of 10 that was to be had, one of 12 is 80 percent."""
    figures = np.array([float(actual)]), np.array([float(target)])
    percent, reason = measure("maximize", "reflected", *figures)
    assert np.array_equal(percent, [of_maximize or np.nan], equal_nan=True)
    assert (reason[0] == Reason.NONE) == (of_maximize is not None)
    percent, _ = measure("minimize", "reflected", *figures)
    assert np.isnan(percent[0]) == (target < 0)
