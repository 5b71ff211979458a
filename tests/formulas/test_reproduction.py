from __future__ import annotations

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from kencana_targets.core.errors import ArgumentError
from kencana_targets.core.terms import Direction, Formula, Rounding
from kencana_targets.formulas import reproduction
from kencana_targets.formulas.achievement import achievement, measure
from kencana_targets.formulas.reproduction import (
    CANDIDATES,
    ROUNDINGS,
    PrintedRows,
    matching,
    print_range,
    printable,
    reproduce,
)

WAYS = list(Direction)


def rows(target, actual, printed, *, decimals=2, direction=None, lower=None, upper=None, places=2):
    count = len(np.atleast_1d(actual))

    def column(value, dtype=np.float64):
        filled = np.nan if value is None else value
        return np.broadcast_to(np.asarray(filled, dtype), (count,)).copy()

    return PrintedRows(
        direction=column(-1 if direction is None else WAYS.index(direction), np.int8),
        target=column(target),
        lower=column(lower),
        upper=column(upper),
        actual=column(actual),
        achievement=column(printed),
        target_decimals=column(places, np.int64),
        actual_decimals=column(places, np.int64),
        decimals=column(decimals, np.int64),
    )


def reproducing(printed):
    found = reproduce(printed)
    where = np.argwhere((found.matches & found.fits[:, np.newaxis])[..., 0]).tolist()
    return {(CANDIDATES[c][0], ROUNDINGS[r]) for c, r in where}


def test_every_formula_and_rounding_is_recognised():
    for formula, way in CANDIDATES:
        bounds = {"lower": 10.0, "upper": 20.0} if formula is Formula.RANGE else {}
        target = None if bounds else 21.3
        named = {f"target_{side}": bound for side, bound in bounds.items()}
        value = achievement(22.7, target or np.nan, direction=way, formula=formula, **named)
        for rounding in ROUNDINGS[:3]:
            figure = printable(np.array([value]), np.array([2]), rounding)
            for direction in {way, None if formula is not Formula.STABILIZE else way}:
                found = reproducing(rows(target, [22.7], figure, direction=direction, **bounds))
                assert (formula, rounding) in found


def test_a_formula_does_not_fit_the_other_direction_nor_stabilize_the_unknown_one():
    found = reproduce(rows(10.0, [12.0, 12.0], 120.0))
    assert found.fits[:, 0].tolist() == [True] * 5 + [False]
    one = reproduce(rows(10.0, [12.0], 120.0, direction=Direction.MINIMIZE))
    assert one.fits[:, 0].tolist() == [False, True, True, False, True, False]
    assert one.matches[0].any()
    assert not (one.matches & one.fits[:, np.newaxis]).any()


def test_unrounded_figures_match_to_nine_digits():
    value = 100 * 20.3 / 21
    assert reproducing(rows(21, [20.3], value, decimals=7)) == {(Formula.RATIO, Rounding.NONE)}
    assert reproducing(rows(21, [20.3], value + 1e-6, decimals=7)) == set()


def test_rounding_keeps_to_the_decimals_of_each_row():
    shown = printable(np.array([96.0869, 107.142, 1 / 3]), np.array([2, 0, 7]), Rounding.TRUNCATE)
    assert shown.tolist() == [96.08, 107.0, 1 / 3]
    assert printable(np.array([1 / 3]), np.array([6]), Rounding.HALF_UP).tolist() == [0.333333]
    assert matching(np.array([1 / 3]), np.array([0.333333]), np.array([6]))[0].all()


@pytest.mark.parametrize(
    ("figure", "decimals", "expected"),
    [(99.58, 2, (99.575, 99.59)), (-33.3, 1, (-33.4, -33.25)), (5.5, 7, (5.5, 5.5)),
     (0.0, 1, (-0.05, 0.1)), (-0.5, 1, (-0.6, -0.45)), (0.5, 6, (0.4999995, 0.500001))],
)  # fmt: skip
def test_print_range_covers_all_roundings(figure, decimals, expected):
    ends = print_range(np.array([figure]), np.array([decimals]))
    assert np.ravel(ends) == pytest.approx(expected, abs=1e-12)


def test_rounded_inputs_explain_what_lies_within_their_reach():
    # 65 may be 65.2, which gives 99.56 to 99.58 of 65.49; 2.21 and 2.30 cannot give 97.39.
    whole = rows(65.49, [65.0], 99.58)
    whole.actual_decimals[:] = 0
    assert reproduce(whole).near.tolist() == [True]
    assert reproduce(rows(2.21, [2.30], 97.39)).near.tolist() == [False]


def test_inputs_that_may_be_zero_reach_without_end():
    few = rows(1.0, [3.0], [5000.0], places=0)
    assert not reproduce(few).near[0]
    none = rows(0.4, [0.3], [5000.0], places=0)
    assert reproduce(none).near[0]
    low = rows(0.4, [0.3], [-5000.0], places=0, direction=Direction.MINIMIZE)
    assert reproduce(low).near[0]
    assert not reproduce(rows(0.4, [0.3], [-5000.0], places=0, direction=Direction.MAXIMIZE)).near[
        0
    ]


def test_stabilize_has_its_peak_inside_the_reach():
    close = rows(10.0, [10.3], [120.0], places=0, direction=Direction.STABILIZE)
    assert reproduce(close).near[0]
    far = rows(10.0, [12.0], [120.0], places=0, direction=Direction.STABILIZE)
    assert not reproduce(far).near[0]


def test_a_hundredth_is_recognised_only_with_decimals():
    assert reproduce(rows(3.0, [-100.0], -33.33)).without_hundred[0]
    assert reproduce(rows(21.0, [20.3], 0.9667, decimals=4)).without_hundred[0]
    assert reproduce(rows(-1.0, [-0.5], 0.5)).without_hundred[0]
    assert not reproduce(rows(21.0, [20.3], 1.0, decimals=0)).without_hundred[0]
    assert not reproduce(rows(21.0, [20.3], 96.67)).without_hundred[0]


@pytest.mark.parametrize(
    ("way", "actual", "printed", "limits", "cut"),
    [
        ("maximize", 13.0, 120.0, {"cap": 120.0}, True), ("maximize", 13.0, 120.0, {}, False),
        ("maximize", 13.0, 130.0, {"cap": 120.0}, False),
        ("maximize", 9.0, 90.0, {"cap": 120.0}, False),
        ("minimize", 21.0, 0.0, {"floor": 0.0}, True), ("minimize", 21.0, 0.0, {}, False),
        ("minimize", 21.0, -10.0, {"floor": 0.0}, False),
    ],
)  # fmt: skip
def test_a_figure_that_was_cut_is_known_by_its_limit(way, actual, printed, limits, cut):
    found = reproduce(rows(10.0, [actual], printed, direction=way), **limits)
    assert found.cut[:2, 0].tolist() == [cut and way == "maximize", cut and way == "minimize"]
    assert found.near.tolist() == [bool(limits)]
    # Of stabilize the index is never below zero, whatever the rule's own limits.
    below = reproduce(rows(10.0, [25.0], 0.0, direction="stabilize"))
    assert (below.cut[-1, 0], below.near[0]) == (True, True)
    with pytest.raises(ArgumentError, match="argument 'rows': not allowed: got 'dict'"):
        reproduce({})


def test_huge_and_missing_figures_match_nothing():
    huge = rows([1e-300, np.nan, 0.0], [1e300, 1.0, 1.0], [1e308, 50.0, 50.0])
    found = reproduce(huge)
    assert not found.matches.any()
    assert np.isnan(found.values[:, 1:]).all()
    inf = matching(np.array([np.inf]), np.array([1e308]), np.array([6]))
    assert not inf.any()


positive = st.integers(1, 99999).map(lambda n: n / 100)


@examples(100)
@given(
    target=positive,
    actual=positive,
    candidate=st.integers(0, 2),
    rounding=st.integers(0, 2),
    decimals=st.integers(0, 4),
)
def test_what_was_printed_by_a_formula_is_reproduced_by_it(
    target, actual, candidate, rounding, decimals
):
    formula, way = CANDIDATES[candidate]
    value = achievement(actual, target, direction=way, formula=formula)
    places = np.array([decimals])
    figure = printable(np.array([value]), places, ROUNDINGS[rounding])
    printed = rows(target, [actual], figure, decimals=decimals)
    assert (formula, ROUNDINGS[rounding]) in reproducing(printed)
    # What the inputs give is always within the reach of the inputs.
    assert reproduce(printed).near[0]


@examples(50)
@given(st.lists(st.tuples(positive, positive, positive), min_size=1, max_size=5))
def test_a_row_alone_equals_the_row_among_others(cells):
    target, actual, printed = (np.array(column) for column in zip(*cells, strict=True))
    together = reproduce(rows(target, actual, printed))
    for row, (t, r, p) in enumerate(cells):
        alone = reproduce(rows(t, [r], p))
        assert np.array_equal(alone.values[:, 0], together.values[:, row], equal_nan=True)
        assert np.array_equal(alone.matches[..., 0], together.matches[..., row])
        assert alone.near[0] == together.near[row]
        assert alone.without_hundred[0] == together.without_hundred[row]


@pytest.mark.parametrize(
    ("direction", "actual", "printed", "near"),
    [
        ("maximize", 5, 120, False), ("maximize", 5, 0, False), ("maximize", 5, -500, False),
        ("maximize", 5, 5000, True), ("maximize", 0, 50, True), ("maximize", -5, 50, False),
        ("minimize", 3, 0, True), ("minimize", 3, 5, True), ("minimize", 3, -300, True),
        ("minimize", 3, 100, False), ("minimize", 0, 300, True),
        ("stabilize", 5, 100, False), ("stabilize", 5, 0, True), ("stabilize", 0, 120, True),
    ],
)  # fmt: skip
def test_a_target_that_prints_as_zero_is_any_small_one(direction, actual, printed, near):
    row = rows(0.0, [actual], printed, decimals=0, places=0, direction=Direction(direction))
    assert reproduce(row).near.tolist() == [near]


def test_an_upper_bound_of_zero_has_a_reach_without_end():
    def near(printed, direction):
        row = rows(0.0, [5.0], printed, decimals=0, places=0, direction=direction, upper=0.0)
        return reproduce(row).near[0]

    assert [near(figure, Direction.MAXIMIZE) for figure in (5000, 120, -5000)] == [
        True,
        False,
        False,
    ]
    assert [near(figure, Direction.MINIMIZE) for figure in (-5000, 5, 120)] == [True, True, False]


def _drawn(rng, values, places):
    """Draw figures that print as these do, many of them next to an end."""
    half, share = 0.5 * 10.0**-places, rng.random((2000, len(values)))
    near = 10.0 ** (-9 * rng.random(share.shape))
    share = np.choose(rng.integers(0, 3, share.shape), (share, near, 1 - near))
    low = np.where(values >= 0, np.maximum(values - half, 0.0), values - half)
    return low + (values + half - low) * share


@pytest.mark.parametrize("most", [0, 40], ids=["targets of zero", "any target"])
def test_the_reach_holds_whatever_prints_as_the_inputs_do(most):
    rng = np.random.default_rng(7)
    places, count = rng.integers(0, 3, 300), 300
    target, lower, actual = (
        np.round(rng.integers(0, top + 1, count) / 10.0**places, 2) for top in (most, most, 40)
    )
    printed = rows(target, actual, np.nan, lower=lower, upper=lower, places=places)
    t, r, bound = (_drawn(rng, one, places) for one in (target, actual, lower))
    ends = zip(*reproduction._measured(printed)[2:], strict=True)
    for (formula, way), (least, greatest) in zip(CANDIDATES, ends, strict=True):
        values, _ = measure(way, formula, r, t, bound, bound, np.full(t.shape, np.nan))
        low, high = np.fmin.reduce(values), np.fmax.reduce(values)
        assert (low >= least - 1e-9 * (1 + abs(least))).all()
        assert (high <= greatest + 1e-9 * (1 + abs(greatest))).all()
        # And no farther: what is bounded is nearly attained.
        assert (low - least <= 0.02 * (1 + abs(least)))[abs(least) < 1e100].all()
        assert (greatest - high <= 0.02 * (1 + abs(greatest)))[abs(greatest) < 1e100].all()


def test_a_figure_that_prints_as_less_than_one_keeps_its_sign():
    ends = reproduction._with_ends(np.array([0.3, -0.3]), np.array([0, 0]), [0, 1])
    assert (np.sign(ends) == [1, -1]).all()
    assert ends[[2, 1], [0, 1]].tolist() == [0.8, -0.8]
