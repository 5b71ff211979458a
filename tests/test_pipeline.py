"""The documented example, run as people run it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[1]


def run(monkeypatch: pytest.MonkeyPatch, script: str, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
    runpy.run_path(str(ROOT / script), run_name="__main__")


@pytest.fixture(scope="module")
def families(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("families") / "families.parquet"
    with pytest.MonkeyPatch.context() as patch:
        run(patch, "benchmarks/make_families.py", path, "--families", 200_000)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    return path


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
def test_records_become_a_scorecard(
    families: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    output = tmp_path / "scorecard.csv"
    run(monkeypatch, "examples/pipeline.py", families, "--engine", engine, "--output", output)
    scorecard = pl.read_csv(output, schema_overrides={"region": pl.String})
    scored = scorecard.filter(pl.col("status") == "scored")
    assert sorted(scored["region"].unique()) == [
        f"17.{number:02d}" for number in (*range(1, 10), 71)
    ]
    assert set(scored["target_basis"]) == {"inherited"}
    # The made-up shares: users of modern methods among those who told their method.
    modern = scored.filter(pl.col("indicator") == "mCPR")["actual"]
    assert 50 < modern.mean() < 60
