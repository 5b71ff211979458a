"""The same work by the library and by hand, side by side with pytest-benchmark.

python -m pytest benchmarks/test_speed.py -n 0 --benchmark-group-by=group
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import make_families
import polars as pl
import pytest
from bench_assessment import SCHEME, series
from bench_estimation import DESIGNS, ENGINES
from bench_evaluation import Nation, by_hand_pandas, by_hand_polars, library

from kencana_targets.formulas.progress import assess

VILLAGES = [514, 8_300, 83_000]
FAMILIES = 1_000_000


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


@pytest.fixture(scope="module")
def families(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("families") / "families.parquet"
    make_families.write(path, FAMILIES, 2021)
    return str(path)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("way", ["estimate", "by hand"])
@pytest.mark.parametrize(("engine", "ours", "hand"), ENGINES, ids=[name for name, *_ in ENGINES])
def test_estimation(
    benchmark: Callable[..., Any],
    families: str,
    design: str,
    way: str,
    engine: str,
    ours: Callable[..., Any],
    hand: Callable[..., Any],
) -> None:
    benchmark.group = f"{FAMILIES} families, {design}, {engine}"  # type: ignore[attr-defined]
    assert len(benchmark(ours if way == "estimate" else hand, families, design, "2GB"))


def test_assessment(benchmark: Callable[..., Any]) -> None:
    figures = series(20_560)
    benchmark.group = "20560 series, Open SDG"  # type: ignore[attr-defined]
    assert benchmark(assess, SCHEME, direction="maximize", **figures).category.size == 20_560
