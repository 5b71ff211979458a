"""The same work by the library and by hand, side by side with pytest-benchmark.

python -m pytest benchmarks/test_speed.py -n 0 --benchmark-group-by=group
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from bench_evaluation import Nation, by_hand_pandas, by_hand_polars, library

VILLAGES = [514, 8_300]


@pytest.fixture(scope="module", params=VILLAGES, ids=lambda villages: f"{villages * 50} rows")
def nation(request: pytest.FixtureRequest) -> Nation:
    return Nation(request.param)


@pytest.mark.parametrize("backend", ["pandas", "polars"])
def test_library(benchmark: Callable[..., Any], nation: Nation, backend: str) -> None:
    frame = nation.actuals if backend == "pandas" else pl.from_pandas(nation.actuals)
    benchmark.group = f"{len(nation.actuals)} rows, {backend}"  # type: ignore[attr-defined]
    assert len(benchmark(library, nation, frame, backend)) == len(nation.actuals)


@pytest.mark.parametrize("backend", ["pandas", "polars"])
def test_by_hand(benchmark: Callable[..., Any], nation: Nation, backend: str) -> None:
    frame = nation.actuals if backend == "pandas" else pl.from_pandas(nation.actuals)
    work = by_hand_pandas if backend == "pandas" else by_hand_polars
    benchmark.group = f"{len(nation.actuals)} rows, {backend}"  # type: ignore[attr-defined]
    assert len(benchmark(work, nation, frame)) == len(nation.actuals)
