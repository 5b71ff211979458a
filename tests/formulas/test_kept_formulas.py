"""No result of a formula moves unseen (tests/kept_formulas.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from formula_calls import ALSO, CALLS, FUNCTIONS, METHODS
from kept_formulas import CLOSE, SEARCHED, alike, found, kept


def asked() -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    calls = [(name, FUNCTIONS[name], call) for name, call in [*CALLS.items(), *ALSO]]
    calls += [(name, *method) for name, method in METHODS.items()]
    return {f"{name} {number}": (function, call)
            for number, (name, function, call) in enumerate(calls)}  # fmt: skip


ASKED, KEPT = asked(), kept()


def test_everything_is_kept() -> None:
    assert ASKED.keys() == KEPT.keys()


@pytest.mark.parametrize("name", ASKED)
def test_results_are_those_that_were_kept(name: str) -> None:
    formula = name.partition(" ")[0]
    now, before = found(formula, *ASKED[name]), KEPT[name]
    assert len(now) == len(before)
    close = SEARCHED.get(formula, CLOSE)
    assert [(old, new) for old, new in zip(before, now, strict=True)
            if not alike(old, new, close)] == []  # fmt: skip
