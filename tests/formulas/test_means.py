from __future__ import annotations

import numpy as np
import pytest

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.composite import (
    _as_power,
    _check_scores,
    _on_power_scale,
    _weighted_mean,
)


def test_powers() -> None:
    assert [_as_power(mean) for mean in ("arithmetic", "geometric", "harmonic", 2)] == [1, 0, -1, 2]
    with pytest.raises(ArgumentError, match="argument 'mean': not allowed: got 'mode'"):
        _as_power("mode")


@pytest.mark.parametrize("power", [1.0, 0.0, -1.0, 0.5, 3.0])
def test_the_scale_rises_and_ranks_as_the_mean_does(power: float) -> None:
    scores = np.random.default_rng(17).uniform(1, 100, size=(30, 4))
    weights = np.array([0.1, 0.2, 0.3, 0.4])
    mean = _weighted_mean(scores, np.broadcast_to(weights, scores.shape), power)
    total = _on_power_scale(scores, power) @ weights
    assert np.argsort(mean).tolist() == np.argsort(total).tolist()


def test_no_weight_no_mean() -> None:
    for power in (1.0, 0.0, 2.0):
        assert np.isnan(_weighted_mean(np.array([1.0, 2.0]), np.zeros(2), power))


def test_negative_scores() -> None:
    _check_scores(np.array([-1.0]), 1.0)
    with pytest.raises(ArgumentError, match=r"argument 'scores': not allowed: got -1\.0"):
        _check_scores(np.array([-1.0, np.nan]), 0.0)
