from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from strategies import actual_figures, targets

from kencana_targets import Actual, Actuals, Baseline, PathShape, Target
from kencana_targets.core.errors import ArgumentError, KencanaError
from kencana_targets.model.collection import Targets

KEYS: dict[str, Any] = {"indicator": "stunting", "region": "17", "year": 2021}


@given(targets(), actual_figures())
def test_figures_are_values(target: Target, actual: Actual) -> None:
    for figure in (target, actual):
        again = pickle.loads(pickle.dumps(figure))
        assert again == figure
        assert hash(again) == hash(figure)


def test_figures_of_different_kinds_are_never_equal() -> None:
    assert Baseline(**KEYS, value=1) != Target(**KEYS, value=1)
    assert Target(**KEYS, value=1) != Actual(**KEYS, value=1)


def test_a_shape_may_be_a_word() -> None:
    assert Target(**KEYS, value=1, shape="step").shape is PathShape.STEP


@pytest.mark.parametrize(
    "number", [5, 5.5, np.float64(5.5), np.int64(5)], ids=lambda one: type(one).__name__
)
def test_numbers_of_any_kind(number: Any) -> None:
    assert Baseline(**KEYS, value=number).value == number


@pytest.mark.parametrize("year", [2021, 2021.5, np.int64(2021)], ids=lambda one: type(one).__name__)
def test_years_may_be_fractional(year: float) -> None:
    assert Baseline(**{**KEYS, "year": year}, value=1).year == year


@pytest.mark.parametrize("kind", [Baseline, Target, Actual])
@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("value", True, r"'value'.*got True; allowed: a number"),
        ("value", "12", r"'value'.*got '12'; allowed: a number"),
        ("value", float("nan"), r"'value'.*allowed: a finite number"),
        ("value", float("inf"), r"'value'.*allowed: a finite number"),
        ("year", "2021", r"'year'.*got '2021'; allowed: a number"),
        ("year", 20211, r"'year'.*got 20211; allowed: a year such as 2024 or 2024.5"),
        ("year", None, r"'year'.*got None"),
        ("indicator", "", r"'indicator'.*text that is not empty"),
        ("region", 17, r"'region'.*got 17; allowed: text that is not empty"),
        ("source", None, r"'source'.*allowed: text"),
    ],
)
def test_fields_that_are_refused(kind: Any, field: str, value: object, text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        kind(**{**KEYS, "value": 1, field: value})


def test_a_baseline_has_a_value() -> None:
    with pytest.raises(ArgumentError, match="'value'.*got None; allowed: a number"):
        Baseline(**KEYS, value=None)  # type: ignore[arg-type]


def test_a_target_has_a_value_or_a_bound() -> None:
    assert Target(**KEYS, upper=20).value is None
    with pytest.raises(ArgumentError, match="'value'.*a value, or a lower or upper bound"):
        Target(**KEYS)


def test_an_open_end_is_an_end() -> None:
    assert Target(**KEYS, upper=20, open_ends="upper").open_ends == "upper"
    with pytest.raises(ArgumentError, match="'open_ends'.*got 'top'; allowed: lower, upper, both"):
        Target(**KEYS, upper=20, open_ends="top")
    with pytest.raises(ArgumentError, match="'open_ends'.*got 'both'.*a bound 'lower' that is op"):
        Target(**KEYS, upper=20, open_ends="both")


def test_an_actual_may_say_that_there_is_none() -> None:
    assert Actual(**KEYS, value=None).value is None


@pytest.mark.parametrize("kind", [Target, Actual])
def test_bounds_have_an_order(kind: Any) -> None:
    assert kind(**KEYS, value=5, lower=5, upper=5).lower == 5
    with pytest.raises(ArgumentError, match=r"'lower'.*got 9; allowed: at most upper \(8\)"):
        kind(**KEYS, value=8, lower=9, upper=8)


def test_errors_and_sizes_have_a_sign() -> None:
    assert Actual(**KEYS, value=1, standard_error=0).standard_error == 0
    with pytest.raises(ArgumentError, match=r"'standard_error'.*zero or more"):
        Actual(**KEYS, value=1, standard_error=-0.1)
    with pytest.raises(ArgumentError, match=r"'sample_size'.*more than zero"):
        Actual(**KEYS, value=1, sample_size=0)


def test_an_unknown_shape() -> None:
    with pytest.raises(ArgumentError, match="'shape'.*got 'cubic'; allowed: linear"):
        Target(**KEYS, value=1, shape="cubic")


def test_what_a_target_may_say_beside_its_value() -> None:
    keys = {"indicator": "a", "region": "17", "year": 2024}
    dated = Target(**keys, value=1, since=dt.date(2024, 7, 2), budget=5e9, basis="derived")
    assert (dated.since, dated.basis) == (2024.5, "derived")
    assert Target(**keys, relative="-10%").value is None
    for wrong in ({"relative": "10"}, {"budget": -1}, {"basis": "own"}, {"since": "2023"}):
        with pytest.raises(ArgumentError, match=next(iter(wrong))):
            Target(**keys, value=1, **wrong)
    with pytest.raises(ArgumentError, match="spent"):
        Actual(**keys, value=1, spent=-1)


@pytest.mark.parametrize(
    ("record", "name", "zero"),
    [
        (Actual, "standard_error", True),
        (Actual, "sample_size", False),
        (Actual, "design_effect", True),
        (Actual, "spent", True),
        (Target, "budget", True),
    ],
)
def test_amounts_begin_at_zero(record: Any, name: str, zero: bool) -> None:
    whole = {"indicator": "a", "region": "17", "year": 2022, "value": 1.0}
    whole |= {"instrument": "RPJMD"} if record is Target else {}
    tables = {Actual: Actuals, Target: Targets}
    for amount, fits in ((-0.01, False), (0.0, zero), (0.01, True)):
        row = {**whole, name: amount}
        for make in (lambda row: record(**row), lambda row: tables[record].from_frame([row])[0]):
            if fits:
                assert getattr(make(row), name) == amount
            else:
                with pytest.raises(KencanaError, match=name):
                    make(row)
