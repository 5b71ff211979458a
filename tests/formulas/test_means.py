from __future__ import annotations

import numpy as np
import pytest

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.composite import _as_power, _check_scores, _weighted_mean


def test_powers() -> None:
    assert [_as_power(mean) for mean in ("arithmetic", "geometric", "harmonic", 2)] == [1, 0, -1, 2]
    with pytest.raises(ArgumentError, match="argument 'mean': not allowed: got 'mode'"):
        _as_power("mode")


def test_no_weight_no_mean() -> None:
    for power in (1.0, 0.0, 2.0):
        assert np.isnan(_weighted_mean(np.array([1.0, 2.0]), np.zeros(2), power))


def test_negative_scores() -> None:
    _check_scores(np.array([-1.0]), 1.0)
    with pytest.raises(ArgumentError, match=r"argument 'scores': not allowed: got -1\.0"):
        _check_scores(np.array([-1.0, np.nan]), 0.0)
