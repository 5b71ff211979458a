from __future__ import annotations

from typing import Any

import narwhals as nw
import pytest

from kencana_targets.core.errors import ArgumentError
from kencana_targets.model.measure import Measure, MeasureKind, condition, expression, leaves

FRAME = nw.from_dict(
    {
        "age": [14, 15, 49, None],
        "method": ["none", "pill", "iud", None],
        "in_union": [True, False, True, True],
    },
    backend="polars",
)


def holds(value: object) -> list[bool | None]:
    return FRAME.select(holds=expression(condition(value)))["holds"].to_list()


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("==", 15, [False, True, False, None]),
        ("!=", 15, [True, False, True, None]),
        ("<", 15, [True, False, False, None]),
        ("<=", 15, [True, True, False, None]),
        (">", 15, [False, False, True, None]),
        (">=", 15, [False, True, True, None]),
        ("in", [14, 49], [True, False, True, None]),
    ],
)
def test_comparisons(operator: str, value: object, expected: list[bool | None]) -> None:
    assert holds({"column": "age", "operator": operator, "value": value}) == expected


def test_conditions_within_conditions() -> None:
    grown = {"column": "age", "operator": ">=", "value": 15}
    pill = {"column": "method", "operator": "==", "value": "pill"}
    assert holds({"all": ["in_union", grown]}) == [False, False, True, None]
    assert holds({"any": [pill, {"all": ["in_union", grown]}]}) == [False, True, True, None]


def test_a_name_stays_a_name() -> None:
    assert condition("in_union") == "in_union"
    whole = nw.col("in_union")
    assert expression(whole) is whole


def test_the_columns_of_a_condition_are_known() -> None:
    grown = {"column": "age", "operator": ">=", "value": 15}
    whole = condition({"any": ["young", {"all": ["in_union", grown]}]})
    assert list(leaves(whole)) == ["young", "in_union", condition(grown)]
    assert list(leaves("in_union")) == ["in_union"]


def deep(depth: int) -> object:
    return "in_union" if not depth else {"all": [deep(depth - 1)]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, r"'numerator'.*got 3; allowed: a column's name; column, operator and value"),
        ("", r"'numerator'.*got ''"),
        ({}, r"'numerator'.*got {}"),
        ({"all": []}, r"'numerator'.*a list under all or any"),
        ({"all": ["a", {"any": [{"not": "a"}]}]}, r"'numerator.all\[2\].any\[1\]'.*got {'not'"),
        ({"column": "age", "operator": ">="}, r"'numerator'.*column, operator and value"),
        (
            {"column": 1, "operator": ">=", "value": 1},
            r"'numerator.column'.*got 1; allowed: a column's name",
        ),
        (
            {"column": "age", "operator": "=>", "value": 1},
            r"'numerator.operator'.*got '=>'; allowed: == != < <= > >= in",
        ),
        (
            {"column": "age", "operator": ">=", "value": [1]},
            r"'numerator.value'.*allowed: one value",
        ),
        (
            {"column": "age", "operator": "in", "value": 1},
            r"'numerator.value'.*allowed: a list of values",
        ),
        (
            {"column": "age", "operator": "in", "value": []},
            r"'numerator.value'.*allowed: a list of values",
        ),
        (
            {"column": "age", "operator": "in", "value": [1, None]},
            r"'numerator.value'.*allowed: text, numbers, true or false",
        ),
        (
            {"column": "age", "operator": "==", "value": {"eval": "1"}},
            r"'numerator.value'.*allowed: text, numbers, true or false",
        ),
        (deep(22), r"got 'deeper'; allowed: conditions within one another 20 times at most"),
    ],
)
def test_conditions_that_are_refused(value: object, text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        condition(value, where="numerator")


def test_conditions_may_stand_within_one_another_twenty_times() -> None:
    assert list(leaves(condition(deep(21)))) == ["in_union"]


def test_a_measure_may_be_written_in_short() -> None:
    measure = Measure("rate", "ratio", "births", nw.col("members"), 1000)
    assert measure.kind is MeasureKind.RATIO
    assert measure.per == 1000


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"code": ""}, r"'code'.*text that is not empty"),
        ({"kind": "median"}, r"'kind'.*got 'median'; allowed: ratio, mean, total"),
        ({"numerator": None}, r"'numerator'.*a column's name or a narwhals expression"),
        ({"numerator": 1}, r"'numerator'.*a column's name or a narwhals expression"),
        ({"denominator": ""}, r"'denominator'.*a column's name or a narwhals expression"),
        ({"per": 0}, r"'per'.*a number above zero"),
        ({"per": "100"}, r"'per'.*a number"),
        ({"kind": "mean", "per": 1000}, r"'per'.*a mean is in the numerator's own unit"),
        (
            {"kind": "total", "denominator": "members"},
            r"'denominator'.*put the condition into the numerator",
        ),
    ],
)
def test_measures_that_are_refused(change: dict[str, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        Measure(**{"code": "m", "kind": "ratio", "numerator": "yes", **change})
