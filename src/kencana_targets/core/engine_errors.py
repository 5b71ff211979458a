"""What the engines say when they fail, in the words of this library."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from kencana_targets.core.errors import Problem, TableError

# Where each engine keeps the root of its errors. Only engines that are loaded can fail.
_ROOTS = {
    "duckdb": "Error",
    "narwhals.exceptions": "NarwhalsError",
    "polars.exceptions": "PolarsError",
    "pyarrow": "ArrowException",
    "pyspark.errors": "PySparkException",
    "py4j.protocol": "Py4JError",
}
_CELLS = (
    re.compile(
        r"CSV Error on Line: (?P<row>\d+).*?column \"(?P<column>[^\"]+)\"\. "
        r"Could not convert string \"(?P<got>[^\"]*)\" to '(?P<kind>[^']+)'"
        r"(?:.*?\n *file ?= ?(?P<file>[^\n]+))?",
        re.DOTALL,
    ),
    re.compile(
        r"could not parse `(?P<got>[^`]*)` as dtype `(?P<kind>[^`]+)` at column '(?P<column>[^']+)'"
    ),
)
_FULL = re.compile(
    r"out of memory|failed to offload|max_temp_directory_size|no space left", re.IGNORECASE
)
_TWICE = re.compile(r"unique column names.*?'(?P<got>[^']+)' \d+ times", re.DOTALL)
_LONGEST = 300


def engine_errors() -> tuple[type[Exception], ...]:
    """Return the classes of what the loaded engines raise, and of files that fail them."""
    loaded = ((sys.modules.get(name), root) for name, root in _ROOTS.items())
    roots = [getattr(module, root) for module, root in loaded if module is not None]
    return (OSError, *roots)


@contextmanager
def translating_engine_errors(source: str, what: str) -> Iterator[None]:
    """Raise what an engine raises inside as `TableError`, with the place and what to do.

    Parameters
    ----------
    source : str
        What messages call the records.
    what : str
        What cannot be done where the engine's words say nothing more precise.
    """
    try:
        yield
    except engine_errors() as error:
        raise TableError(_problem(str(error), what), source) from error
    except RuntimeError as error:
        # So DuckDB passes on that someone pressed Ctrl-C.
        if "Query interrupted" in str(error):
            raise KeyboardInterrupt from error
        raise


def first_line(text: str) -> str:
    """Return the first line of an engine's message that says anything."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "nothing")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _problem(text: str, what: str) -> Problem:
    for pattern in _CELLS:
        if cell := pattern.search(text):
            return _cell(cell.groupdict())
    if _FULL.search(text):
        hint = (
            "raise the engine's limits (in DuckDB memory_limit, temp_directory and "
            f"max_temp_directory_size), or estimate in parts; it says: {first_line(text)}"
        )
        return Problem("not enough memory or temporary space", hint=hint)
    if twice := _TWICE.search(text):
        hint = "rename or drop one of them"
        return Problem("two columns of one name", got=twice["got"], hint=hint)
    return Problem(what, hint=f"the engine says: {first_line(text)}")


def _cell(found: dict[str, str | None]) -> Problem:
    named = {"": found.get("file"), "row ": found.get("row"), "column ": repr(found["column"])}
    return Problem(
        f"not of the column's kind, {found['kind']}",
        where=", ".join(f"{word}{value}" for word, value in named.items() if value),
        got=found["got"],
        hint=(
            "leave the cell empty where a value is missing, or name the mark: "
            f"read_records(..., missing=[{found['got']!r}])"
        ),
    )
