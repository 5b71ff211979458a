"""What engines say when they fail, in the words of the library."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from kencana_targets.core.errors import TableError
from kencana_targets.core.frames import first_line, translating_engine_errors
from kencana_targets.estimation.estimate import Estimates, Measure, estimate


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException("IO Error: the cable is out"),
        pl.exceptions.ComputeError("IO Error: the cable is out"),
        pa.ArrowInvalid("\n  IO Error: the cable is out\nResolved plan until failure:"),
        PermissionError("IO Error: the cable is out"),
    ],
)
def test_an_engine_is_quoted(error: Exception) -> None:
    with (
        pytest.raises(TableError) as caught,
        translating_engine_errors("records", "cannot be read"),
    ):
        raise error
    said = "records: cannot be read; the engine says: IO Error: the cable is out"
    assert str(caught.value) == said
    assert caught.value.__cause__ is error


@pytest.mark.parametrize("error", [KeyError("a"), RuntimeError("a"), TableError([]), MemoryError()])
def test_what_is_no_engine_error_passes(error: Exception) -> None:
    with (
        pytest.raises(type(error)) as caught,
        translating_engine_errors("records", "cannot be read"),
    ):
        raise error
    assert caught.value is error


def test_an_interrupt_stays_one() -> None:
    said = "Query interrupted"
    with pytest.raises(KeyboardInterrupt), translating_engine_errors("records", "cannot be read"):
        raise RuntimeError(said)


def test_long_messages_are_cut() -> None:
    assert first_line("\n" + "a" * 400) == "a" * 300 + "..."
    assert first_line("") == "nothing"


YES = Measure("yes", "ratio", "yes")


def of_a_crowd(**limits: str) -> Estimates:
    """Estimate from 250,000 records in 125,000 sampling units, in a DuckDB with these limits."""
    with duckdb.connect(config={"threads": 2, **limits}) as connection:
        records = connection.sql(
            "SELECT '17.0' || (i % 9) AS region, 2021 AS year, i // 2 AS village, "
            "(i * 7919) % 100 < 60 AS yes FROM range(250000) t(i)"
        )
        return estimate(records, indicators=YES, psu="village")


def test_sums_that_outgrow_the_memory_go_to_disk(tmp_path: Path) -> None:
    limits = {"memory_limit": "30MB", "temp_directory": str(tmp_path)}
    found, free = (of_a_crowd(**each).details.columns() for each in (limits, {}))
    for name in ("value", "standard_error", "sample_size", "units"):
        np.testing.assert_allclose(found[name], free[name], rtol=1e-9)  # type: ignore[arg-type]


def test_memory_that_does_not_suffice(tmp_path: Path) -> None:
    limits = {"memory_limit": "4MB", "temp_directory": str(tmp_path)}
    text = (
        r"records: not enough memory or temporary space; raise the engine's limits \(in DuckDB "
        r"memory_limit, temp_directory and max_temp_directory_size\), or estimate in parts; it says: "
    )
    with pytest.raises(TableError, match=text):
        of_a_crowd(max_temp_directory_size="1KB", **limits)
