"""What several files of tests share."""

from __future__ import annotations

import functools
import gc
import re
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import attr
import pytest
from _pytest.doctest import DoctestModule

import kencana_targets
from kencana_targets.core import errors
from kencana_targets.core.messages import message

# Read by checkers of types, and run by nobody.
collect_ignore = ["types_checked"]

# Thousands of tests and all their libraries stay in memory. To look through them for cycles as
# often as Python does by default is a seventh of the time.
gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Look for no examples in the docstrings of tests, which takes as long as to find the tests."""
    found = yield
    return [one for one in found if not isinstance(one, DoctestModule)]


_HOMES = (str(Path(kencana_targets.__file__).parent), str(Path(attr.__file__).parent))
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"|\{[^}]*\}|\([^)]*\)")
# What engines and parsers say of a file stays in their own words.
_OTHERS_WORDS = re.compile(r"(pesan dari mesin data|pesannya|buku kerja rusak): .*", re.DOTALL)
_LONGEST = 2000
_ENGLISH = re.compile(
    r"(?<![-\w])(the|is|are|or|and|with|which|that|of|not|them|from|where|leave|write|keep|tell|be|has)"
    r"(?![-\w])"
)


def says_english(text: str) -> bool:
    """Return whether a message is left in English, in whole or in part, in Indonesian."""
    told = _OTHERS_WORDS.sub(r"\1", message(text, "id"))
    # A text of thousands of letters is looked up by nobody.
    return len(text) < _LONGEST and bool(_ENGLISH.search(_QUOTED.sub("", told)))


@pytest.fixture(scope="session", autouse=True)
def every_message_has_a_second_language() -> Iterator[None]:
    """Look at each message that any test makes the library tell: none is in English alone."""
    told: set[str] = set()
    make = errors.Problem.__init__

    @functools.wraps(make)
    def record(problem: errors.Problem, *values: Any, **named: Any) -> None:
        make(problem, *values, **named)
        # The tests of errors make problems of their own.
        if sys._getframe(1).f_code.co_filename.startswith(_HOMES):
            told.update(filter(None, (problem.what, problem.hint)))

    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(errors.Problem, "__init__", record)
    yield
    monkeypatch.undo()
    lacking = sorted(filter(says_english, told))
    assert not lacking, "\n".join(lacking)


@pytest.fixture(scope="session")
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
        # Small queries are sooner run than compiled.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(folder))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
    monkeypatch.undo()
