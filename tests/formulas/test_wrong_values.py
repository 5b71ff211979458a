"""No argument of a formula, whatever it is, gives a foreign exception, a warning or a hang."""

from __future__ import annotations

import pytest
from formula_calls import ALSO, CALLS, FUNCTIONS, METHODS
from wrong_values import faults


def test_every_public_function_is_called() -> None:
    assert set(CALLS) == set(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wrong_values_are_refused_or_computed(name: str) -> None:
    calls = [CALLS[name], *(call for known, call in ALSO if known == name)]
    function = FUNCTIONS[name]
    for call in calls:
        function(**call)
    assert [fault for call in calls for fault in faults(name, function, call)] == []


@pytest.mark.parametrize("name", METHODS)
def test_results_refuse_wrong_values(name: str) -> None:
    function, call = METHODS[name]
    function(**call)
    assert [*faults(name, function, call)] == []
