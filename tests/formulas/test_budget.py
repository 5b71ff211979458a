"""Absorption and efficiency of budgets."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.budget import absorption, efficiency

RULE = "pmk-214-2017"


def test_the_examples_of_the_annex() -> None:
    """PMK 214/PMK.02/2017, annex: 85.87 percent absorbed; the sums of the second example."""
    assert absorption(734_881_464_333, 855_830_897_000) == pytest.approx(85.87, abs=0.005)
    saved = efficiency([3.8e9, 0.975e9, 4.725e9], [4e9, 1e9, 5e9], [122, 80, 142], rule=RULE)
    assert saved.percent == pytest.approx((4.88 + 0.8 + 7.1 - 9.5) / (4.88 + 0.8 + 7.1) * 100)
    assert saved.score == 100


def test_what_was_due_and_nothing_more() -> None:
    assert efficiency(50, 100, 50, rule=RULE)[:2] == (0, 50)
    assert efficiency(60, 100, 50, rule=RULE).percent == pytest.approx(-20)
    assert efficiency(60, 100, 50, rule=RULE).score == pytest.approx(0)
    assert efficiency(90, 100, 50, rule=RULE).score == 0
    assert efficiency(0.45, 1, 50, rule=RULE)[:2] == pytest.approx((10, 75))


def test_nothing_has_no_percentage() -> None:
    assert math.isnan(efficiency(5, 0, 100, rule=RULE).percent)
    assert math.isnan(absorption(5, 0))
    assert np.isnan(absorption([5, np.nan], [0, 10])).all()
    assert absorption([5, 6], 10).tolist() == [50, 60]
    assert absorption(0.25, 0.5) == 50


def test_what_is_refused() -> None:
    for wrong in ({"spent": -1}, {"budget": -1}, {"rule": "own"}):
        arguments = {"spent": 1, "budget": 1, "achievement": 1, "rule": RULE} | wrong
        with pytest.raises(ArgumentError, match=next(iter(wrong))):
            efficiency(**arguments)
