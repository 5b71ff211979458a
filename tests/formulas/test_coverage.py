"""The simulation in `benchmarks`, at a fast setting."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "simulate_coverage.py"


@pytest.fixture(scope="module")
def simulation():
    spec = importlib.util.spec_from_file_location("simulate_coverage", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def test_projections_cover_what_they_promise(simulation):
    rows = {row.what: row for row in simulation.projections(200, 2, seed=1)}
    for surveys in (3, 5):
        # 400 regions: a standard error of 1.1 points about 95.
        known = rows[f"{surveys} surveys: gls, true variances"]
        assert known.coverage == pytest.approx(0.95, abs=0.02)
        # 200 regions tell walk and slopes apart poorly, which costs some points; the
        # full setting has 514.
        for way in ("gls, pooled walk", "gls, pooled walk and slope prior"):
            assert 0.89 < rows[f"{surveys} surveys: {way}"].coverage < 0.98
        pooled = rows[f"{surveys} surveys: gls, pooled walk and slope prior"]
        assert pooled.width < rows[f"{surveys} surveys: gls, pooled walk"].width
        assert pooled.width < rows[f"{surveys} surveys: ordinary least squares"].width
        # Sampling error alone is not enough: the documentation says so.
        assert rows[f"{surveys} surveys: gls, no walk"].verdict == "too narrow"


def test_rank_sets_cover_at_least_what_they_promise(simulation):
    rows = {row.what: row for row in simulation.leagues(30, 40, 300, seed=1)}
    assert len(rows) == 12
    for what, row in rows.items():
        # 40 leagues: a standard error of 3.4 points about 95.
        assert row.coverage > 0.88, what
        assert row.width <= 30


def test_the_same_seed_gives_the_same_table(simulation):
    first, second = (
        simulation.table(simulation.projections(10, 1, seed=3), "points") for _ in range(2)
    )
    assert first == second
    assert first.count("\n") == 10
    assert "3 surveys: gls, pooled walk and slope prior" in first
