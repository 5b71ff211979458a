"""No argument of a formula, whatever it is, gives a foreign exception, a warning or a hang."""

from __future__ import annotations

import pytest
from formula_calls import ALSO, CALLS, FUNCTIONS, METHODS
from wrong_values import faults


def test_every_public_function_is_called() -> None:
    assert set(CALLS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wrong_values_are_refused_or_computed(name: str) -> None:
    function, call = FUNCTIONS[name], CALLS[name]
    function(**call)
    refused: set[tuple[str, str]] = set()
    assert [*faults(name, function, call, refused=refused)] == []
    for other in (other for known, other in ALSO if known == name):
        function(**other)
        assert [*faults(name, function, other, like=call, refused=refused)] == []


@pytest.mark.parametrize("name", METHODS)
def test_results_refuse_wrong_values(name: str) -> None:
    function, call = METHODS[name]
    function(**call)
    assert [*faults(name, function, call)] == []
