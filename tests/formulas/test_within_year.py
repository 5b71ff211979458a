from __future__ import annotations

import math

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.within_year import combine, due_periods, pool

# Cases that an application implementing KMK 127/2026 (pp. 37-38, 67-70) tests.
TO_DATE = [
    ([4, 5, 4, 5], "sum", 2, 9),
    ([4, 5, 4, 5], "sum", 4, 18),
    ([25, 60, 75, 100], "last", 3, 75),
    ([3.25, 3.25, 3.25, 3.25], "average", 4, 3.25),
]
WITH_TARGETS = [
    ([10, 10, 10, 10], [9, 11, None, None], "sum", 2, (20, 20)),
    ([10, 10, 10, 10], [9, None, None, None], "sum", 2, (20, None)),
    ([None, None, None, 100], [None, None, None, 90], "last", 2, (None, None)),
]
WAYS = st.sampled_from(["sum", "last", "average"])
CELLS = st.one_of(st.none(), st.integers(-1000, 1000).map(float))
ROWS = st.integers(1, 12).flatmap(
    lambda periods: st.lists(
        st.lists(CELLS, min_size=periods, max_size=periods), min_size=1, max_size=4
    )
)


def same(value, expected):
    return math.isnan(value) if expected is None else value == expected


@pytest.mark.parametrize(("values", "way", "until", "expected"), TO_DATE)
def test_periods_are_combined_to_date(values, way, until, expected):
    assert combine(values, combination=way, until=until) == expected


@pytest.mark.parametrize(("targets", "actuals", "way", "until", "expected"), WITH_TARGETS)
def test_only_periods_with_a_target_count(targets, actuals, way, until, expected):
    options = {"combination": way, "until": until, "targets": targets}
    assert same(combine(targets, **options), expected[0])
    assert same(combine(actuals, **options), expected[1])


def test_a_missing_period_makes_the_total_missing_or_is_left_out():
    actuals, targets = [9, None, 12, 7], [10, 10, None, 10]
    for way, filled in (("sum", 16), ("last", 7), ("average", 8)):
        assert math.isnan(combine(actuals, combination=way, targets=targets))
        assert combine(actuals, combination=way, targets=targets, missing="filled") == filled
    assert math.isnan(combine([None, None], combination="sum", missing="filled"))


def test_a_period_without_a_target_may_lack_a_figure():
    assert combine([9, None], combination="sum", targets=[10, None]) == 9


def test_shares_are_pooled_and_never_averaged():
    assert pool([90, 10], [100, 1000]) == pytest.approx(100 * 100 / 1100)
    assert pool([[90, 10], [1, 1]], [100, 100], axis=0).tolist() == [45.5, 5.5]
    assert pool([3, 1], [4, 4], per=1000) == 500
    assert pool([3, 1], [4, 4], per=1, axis=0) == 0.5
    assert pool([150], [100]) == 150


def test_a_share_without_its_parts_is_missing():
    assert math.isnan(pool([90, None], [100, 10]))
    assert math.isnan(pool([90, 5], [100, None]))
    assert pool([90, 5], [100, None], missing="filled") == 90
    assert math.isnan(pool([0, 0], [0, 0]))
    assert math.isnan(pool([None], [None], missing="filled"))


@examples(60)
@given(ROWS, WAYS, st.sampled_from(["missing", "filled"]))
def test_one_alone_equals_one_among_many(rows, way, missing):
    together = combine(rows, combination=way, missing=missing)
    alone = [combine(row, combination=way, missing=missing) for row in rows]
    assert np.array_equal(together, alone, equal_nan=True)
    assert np.array_equal(
        combine(rows, combination=way, targets=np.ones(len(rows[0])), missing=missing),
        together,
        equal_nan=True,
    )


@examples(60)
@given(st.lists(CELLS, min_size=1, max_size=12), WAYS, st.data())
def test_totals_lie_within_their_parts_and_policies_agree_on_whole_years(values, way, data):
    until = data.draw(st.integers(1, len(values)))
    strict = combine(values, combination=way, until=until)
    filled = combine(values, combination=way, until=until, missing="filled")
    known = [value for value in values[:until] if value is not None]
    assert math.isnan(filled) == (not known)
    assert math.isnan(strict) == (len(known) < until)
    if not math.isnan(strict):
        assert strict == filled
    if known and way != "sum":
        assert min(known) - 1e-9 <= filled <= max(known) + 1e-9
    if way == "sum" and known:
        assert filled == sum(known)


@examples(60)
@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 500)), min_size=1, max_size=8))
def test_a_pooled_share_lies_within_its_parts(parts):
    above, below = zip(*parts, strict=True)
    shares = [100 * one / other for one, other in parts]
    assert min(shares) - 1e-9 <= pool(above, below) <= max(shares) + 1e-9


def test_due_periods():
    due = [[True, False, True], [False, True, False]]
    assert due_periods([[1, None, 3], [None, 2, None]]).tolist() == due
    assert due_periods([1, 1, 1], until=2).tolist() == [True, True, False]


REFUSED = [
    (lambda: combine([1], combination="mean"), "argument 'combination'.*sum, last, average"),
    (lambda: combine([1], combination="sum", missing="zero"), "argument 'missing'.*filled"),
    (lambda: combine([1, 2], combination="sum", until=3), "argument 'until'.*1 to 2"),
    (lambda: combine([1, 2], combination="sum", until=0), "argument 'until'.*1 to 2"),
    (lambda: combine([1, 2], combination="sum", until=True), "a period, counted from 1"),
    (lambda: combine(3.0, combination="sum"), "at least one period"),
    (lambda: combine([], combination="sum"), "at least one period"),
    (lambda: combine(np.zeros((2, 0)), combination="sum"), "at least one period"),
    (lambda: combine(["1"], combination="sum"), "argument 'values'.*numbers"),
    (lambda: combine([np.inf], combination="sum"), "finite numbers or nan"),
    (lambda: combine([1, 2], combination="sum", targets=[1, 2, 3]), "shapes that fit"),
    (lambda: pool([-1], [2]), "argument 'numerators'.*zero or more"),
    (lambda: pool([1], [-2]), "argument 'denominators'.*zero or more"),
    (lambda: pool([1], [2], per=0), "argument 'per'.*above zero"),
    (lambda: pool([1], [2], per=True), "argument 'per'.*numbers"),
    (lambda: pool([1], [2], axis=1), "argument 'axis'"),
    (lambda: pool(1, 2), "argument 'axis'"),
]


@pytest.mark.parametrize(("call", "text"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_allowed_is_refused(call, text):
    with pytest.raises(ArgumentError, match=text):
        call()
