"""What several files of tests share."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

# Read by checkers of types, and run by nobody.
collect_ignore = ["types_checked"]


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Spark in this process."""
    pytest.importorskip("pyspark", reason="needs the extra 'spark' and Java 17")
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    # Its workers run this Python, whichever python3 is first on the path.
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(folder))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
    monkeypatch.undo()
