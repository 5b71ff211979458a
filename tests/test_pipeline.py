"""The documented example, run as people run it."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import polars as pl
import pytest

import kencana_targets as kt

ROOT = Path(__file__).parents[1]


def run(monkeypatch: pytest.MonkeyPatch, script: str, *arguments: object) -> None:
    monkeypatch.setattr(sys, "argv", [script, *map(str, arguments)])
    runpy.run_path(str(ROOT / script), run_name="__main__")


@pytest.fixture(scope="module")
def families(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("families") / "families.parquet"
    with pytest.MonkeyPatch.context() as patch:
        run(patch, "benchmarks/make_families.py", path, "--families", 50_000)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    return path


@pytest.fixture(scope="module")
def as_csv(families: Path) -> Path:
    path = families.with_suffix(".csv")
    pl.read_parquet(families).write_csv(path)
    return path


@pytest.fixture(params=["duckdb", "polars", "spark"])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "spark":
        request.getfixturevalue("spark")
    return str(request.param)


def pipeline(monkeypatch: pytest.MonkeyPatch, engine: str, records: Path, output: Path) -> None:
    run(monkeypatch, "examples/pipeline.py", records, "--engine", engine, "--output", output)


def read(output: Path) -> pl.DataFrame:
    return pl.read_csv(output, schema_overrides={"region": pl.String})


def test_records_become_a_scorecard(
    families: Path,
    as_csv: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    engine: str,
) -> None:
    output = tmp_path / "scorecard.csv"
    pipeline(monkeypatch, engine, families, output)
    said = capsys.readouterr().err.splitlines()
    scorecard = read(output)
    scored = scorecard.filter(pl.col("status") == "scored")
    assert sorted(scored["region"].unique()) == [
        "17",
        *(f"17.{number:02d}" for number in (*range(1, 10), 71)),
    ]
    bases = scored.group_by(pl.col("region") == "17").agg(pl.col("target_basis").unique())
    assert dict(bases.iter_rows()) == {True: ["official"], False: ["inherited"]}
    # The made-up shares: users of modern methods among those who told their method.
    modern = scored.filter(pl.col("indicator") == "mCPR")["actual"]
    assert 50 < modern.mean() < 60
    # Two estimates, ten notes each, and how many more there are.
    assert len(said) == 2 * 11 + 1
    assert [line for line in said if line.startswith("... and ")] == [said[10], said[21]]
    assert all(line.endswith(" more in .notes") for line in (said[10], said[21]))
    assert said[-1] == f"88 figures, 49 rows in {output}"

    pipeline(monkeypatch, engine, as_csv, output)
    from_csv = read(output)
    assert from_csv["region"].to_list() == scorecard["region"].to_list()
    assert (from_csv["actual"] - scorecard["actual"]).abs().max() < 1e-9


def test_the_ending_of_the_output_says_the_format(
    families: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = tmp_path / "laporan.html"
    pipeline(monkeypatch, "polars", families, output)
    assert output.read_text(encoding="utf-8").startswith("<!doctype html>")
    with pytest.raises(kt.KencanaError, match=r"'--output': not allowed: got '.*; allowed"):
        pipeline(monkeypatch, "polars", families, tmp_path / "out.doc")
