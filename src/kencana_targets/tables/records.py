"""Files of records, left to the engine that reads them, and of what is counted in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from glob import glob
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from kencana_targets.errors import (
    ArgumentError,
    KencanaError,
    MissingExtraError,
    Problem,
    TableError,
    raise_gathered,
    refuse,
)
from kencana_targets.model.measure import Measure, condition
from kencana_targets.tables.files import read_toml

__all__ = ["read_measures", "read_records"]

_FIELDS = ("code", "kind", "numerator", "denominator", "per")


def read_measures(path: str | Path) -> list[Measure]:
    """Read what is to be estimated from a TOML file.

    Parameters
    ----------
    path : str or Path
        A file with any number of ``[[measures]]``, each with ``code``, ``kind``,
        ``numerator``, and ``denominator`` and ``per`` where they are needed. A
        condition is data, never code: see `model.measure.condition`, and the
        catalog's ``measures.toml``.

    Raises
    ------
    TableError
        With every mistake and its path in the file.
    """
    place = Path(path)
    content = read_toml(place, TableError)
    entries = content.get("measures")
    if not isinstance(entries, list) or not entries or content.keys() != {"measures"}:
        hint = "write [[measures]] above each measure, and nothing else"
        raise TableError(Problem("no list of measures", got=list(content), hint=hint), place.name)
    problems: list[Problem] = []
    measures = []
    for number, entry in enumerate(entries, 1):
        try:
            measures.append(_measure(entry))
        except ArgumentError as error:
            problems += [_placed(problem, number, entry) for problem in error.problems]
    codes = [measure.code for measure in measures]
    twice = dict.fromkeys(code for code in codes if codes.count(code) > 1)
    problems += [Problem("two measures of one code", got=code) for code in twice]
    raise_gathered(TableError, problems, place.name)
    return measures


def _measure(entry: Any) -> Measure:
    if not isinstance(entry, Mapping):
        refuse("measures", entry, "a table with " + ", ".join(_FIELDS))
    for name in entry.keys() - set(_FIELDS):
        refuse(name, entry[name], ", ".join(_FIELDS))
    for name in ("code", "kind", "numerator"):
        if name not in entry:
            refuse(name, None, "a value, as each measure has one")
    parts = {
        name: condition(entry[name], where=name)
        for name in ("numerator", "denominator")
        if name in entry
    }
    return Measure(**{**entry, **parts})


def _placed(problem: Problem, number: int, entry: Any) -> Problem:
    code = entry.get("code") if isinstance(entry, Mapping) else None
    which = f"measure {number}" + (f" '{code}'" if isinstance(code, str) else "")
    where = problem.where.removeprefix("argument ").strip("'")
    return Problem(
        problem.what,
        where=f"{which}, {where}",
        got=problem.got,
        allowed=problem.allowed,
        hint=problem.hint,
    )


def read_records(
    path: str | Path, *, engine: str | None = None, text: Sequence[str] = ("region",)
) -> Any:
    """Open a file of records for `estimate`, without reading it into memory.

    Parameters
    ----------
    path : str or Path
        A Parquet or CSV file, or a pattern such as ``"families/*.parquet"``.
    engine : {"duckdb", "polars"}, optional
        By default DuckDB where it is installed, else Polars.
    text : sequence of str, optional
        Columns of a CSV file that are read as text, so that the code 17.10 does
        not become the number 17.1.

    Returns
    -------
    duckdb.DuckDBPyRelation or polars.LazyFrame

    Raises
    ------
    ArgumentError
        The engine is none of the two, or the ending none of ``.parquet``, ``.csv``.
    MissingExtraError
        The engine is not installed.
    TableError
        There is no such file, or the engine cannot read it.

    Examples
    --------
    >>> read_records("no-such-folder/*.parquet")
    Traceback (most recent call last):
    ...
    kencana_targets.errors.TableError: no-such-folder/*.parquet: no such file; check the path and the pattern
    """
    readers = {"duckdb": _with_duckdb, "polars": _with_polars}
    installed = [name for name in readers if find_spec(name)]
    chosen = engine if engine is not None else next(iter(installed), "duckdb")
    if chosen not in readers:
        refuse("engine", engine, ", ".join(readers))
    if chosen not in installed:
        feature = "reading records"
        raise MissingExtraError.for_extra(feature, chosen)
    ending = Path(path).suffix.lower()
    if ending not in (".parquet", ".csv"):
        refuse("path", str(path), "a file or pattern that ends in .parquet or .csv")
    if not glob(str(path)):  # noqa: PTH207, the pattern may be absolute
        hint = "check the path and the pattern"
        raise TableError(Problem("no such file", hint=hint), str(path))
    return readers[chosen](str(path), ending, text)


def _with_duckdb(path: str, ending: str, text: Sequence[str]) -> Any:
    import duckdb

    connection = duckdb.connect()
    try:
        if ending == ".parquet":
            return connection.read_parquet(path)
        present = connection.read_csv(path).columns
        return connection.read_csv(
            path, dtype={name: "VARCHAR" for name in text if name in present}
        )
    except duckdb.Error as error:
        raise _unreadable(path, error) from None


def _with_polars(path: str, ending: str, text: Sequence[str]) -> Any:
    import polars as pl

    try:
        if ending == ".parquet":
            frame = pl.scan_parquet(path)
            frame.collect_schema()
            return frame
        present = pl.scan_csv(path).collect_schema().names()
        kinds = {name: pl.String for name in text if name in present}
        return pl.scan_csv(path, schema_overrides=kinds)
    except pl.exceptions.PolarsError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: Exception) -> KencanaError:
    return TableError(Problem("cannot be read", got=str(error).partition("\n")[0]), path)
