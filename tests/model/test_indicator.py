from __future__ import annotations

import pickle
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError
from hypothesis import given
from strategies import indicators

from kencana_targets import Direction, Indicator, Level, PathShape
from kencana_targets.core.errors import ArgumentError
from kencana_targets.core.terms import Combination
from kencana_targets.model.indicator import Indicators

PLAIN: dict[str, Any] = {
    "code": "stunting",
    "name": "Stunting",
    "unit": "percent",
    "direction": "minimize",
}


def test_words_become_members_of_their_lists() -> None:
    indicator = Indicator(**PLAIN, shape="constant-rate", combination="last", levels=["province"])
    assert indicator.direction is Direction.MINIMIZE
    assert indicator.shape is PathShape.CONSTANT_RATE
    assert indicator.combination is Combination.LAST
    assert indicator.levels == (Level.PROVINCE,)


def test_without_a_shape_there_is_none() -> None:
    assert Indicator(**PLAIN).shape is None


@given(indicators())
def test_indicators_are_values(indicator: Indicator) -> None:
    again = pickle.loads(pickle.dumps(indicator))
    assert again == indicator
    assert hash(again) == hash(indicator)


def test_indicators_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        Indicator(**PLAIN).code = "other"  # type: ignore[misc]


def test_regency_and_city_are_one_level() -> None:
    for word in ("regency", "city"):
        indicator = Indicator(**PLAIN, levels=[word])
        assert indicator.is_measured_at(Level.REGENCY)
        assert indicator.is_measured_at(Level.CITY)
        assert not indicator.is_measured_at(Level.PROVINCE)


def test_without_levels_it_is_measured_everywhere() -> None:
    assert all(Indicator(**PLAIN).is_measured_at(level) for level in Level)


def test_levels_stand_in_the_order_of_the_list() -> None:
    assert Indicator(**PLAIN, levels=["province", "nation"]).levels == ("nation", "province")


def test_names_in_two_languages() -> None:
    assert Indicator(**PLAIN).label("id") == "Stunting"
    indicator = Indicator(**PLAIN, name_id="Prevalensi stunting")
    assert (indicator.label(), indicator.label("id")) == ("Stunting", "Prevalensi stunting")


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("code", " ", r"'code': not allowed: got ' '; allowed: text that is not empty"),
        ("code", 7, r"'code'.*got 7"),
        ("name", None, r"'name'.*got None"),
        ("unit", 1, r"'unit'.*allowed: text"),
        ("direction", "down", r"'direction'.*got 'down'; allowed: maximize, minimize, stabilize"),
        ("direction", None, r"'direction'.*got None"),
        ("shape", "cubic", r"'shape'.*got 'cubic'; allowed: linear, constant-rate, logit"),
        ("combination", "mean", r"'combination'.*allowed: sum, last, average"),
        ("levels", "province", r"'levels'.*got 'province'; allowed: a list of nation, province"),
        ("levels", ["county"], r"'levels'.*got 'county'; allowed: nation, province"),
        ("lower", True, r"'lower'.*got True; allowed: a number"),
        ("lower", "0", r"'lower'.*got '0'; allowed: a number"),
        ("upper", float("inf"), r"'upper'.*allowed: a finite number"),
        ("upper", float("nan"), r"'upper'.*allowed: a finite number"),
        ("decimals", 1.5, r"'decimals'.*got 1.5; allowed: a whole number, zero or more"),
        ("decimals", -1, r"'decimals'.*got -1"),
        ("decimals", True, r"'decimals'.*got True"),
        ("source", None, r"'source'.*allowed: text"),
    ],
)
def test_fields_that_are_refused(field: str, value: object, text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        Indicator(**{**PLAIN, field: value})


@pytest.mark.parametrize("upper", [0, -1])
def test_bounds_have_an_order(upper: float) -> None:
    with pytest.raises(
        ArgumentError, match=rf"'lower'.*got 0; allowed: less than upper \({upper}\)"
    ):
        Indicator(**PLAIN, lower=0, upper=upper)


@pytest.mark.parametrize(("count", "end"), [(1, "i0>"), (5, "i3, i4>"), (6, "i3, i4, ...>")])
def test_the_first_indicators_are_shown(count: int, end: str) -> None:
    shown = repr(Indicators(Indicator(**{**PLAIN, "code": f"i{n}"}) for n in range(count)))
    assert shown.startswith("<Indicators: i0")
    assert shown.endswith(end)
