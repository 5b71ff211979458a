from __future__ import annotations

import pickle

import pytest

from kencana_targets.core.errors import ArgumentError
from kencana_targets.model.figures import Interval


def test_ends_are_closed_where_there_are_ends():
    assert Interval(80, 90) == Interval(80, 90, True, True)
    assert Interval(None, 20) == Interval(None, 20, lower_closed=False, upper_closed=True)
    assert Interval(95, None) == Interval(95, None, lower_closed=True, upper_closed=False)
    assert Interval(5, 5).lower == 5


def test_an_interval_is_a_value():
    interval = Interval(None, 20, upper_closed=False)
    assert hash(interval) == hash(Interval(None, 20.0, upper_closed=False))
    assert pickle.loads(pickle.dumps(interval)) == interval
    assert interval != Interval(None, 20)
    with pytest.raises(AttributeError):
        interval.upper = 30


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((90, 80), "argument 'lower': not allowed: got 90; allowed: less than the upper end, 80"),
        ((5, 5, False), "argument 'lower': not allowed: got 5; allowed: less than the upper end, 5"),
        ((None, None), "argument 'lower': not allowed: got None; allowed: a number, as there is no"),
        ((None, 5, True), "argument 'lower_closed': not allowed: got True; allowed: False, as there"),
        ((5, None, True, True), "argument 'upper_closed': not allowed: got True; allowed: False"),
        ((1, 2, 1), "argument 'lower_closed': not allowed: got 1; allowed: True or False"),
        ((True, 2), "argument 'lower': not allowed: got True; allowed: a number"),
        (("1", 2), "argument 'lower': not allowed: got '1'; allowed: a number"),
        ((1, float("inf")), "argument 'upper': not allowed: got inf; allowed: a finite number"),
        ((float("nan"), 1), "argument 'lower': not allowed: got nan; allowed: a finite number"),
    ],
)  # fmt: skip
def test_what_holds_no_number_is_refused(arguments, message):
    with pytest.raises(ArgumentError) as caught:
        Interval(*arguments)
    assert str(caught.value).startswith(message)
