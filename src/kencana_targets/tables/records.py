"""Files of records, left to the engine that reads them, and of what is counted in them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Mapping, Sequence
from glob import glob
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

from attrs import evolve

from kencana_targets.core import checks, errors
from kencana_targets.core.errors import Problem, TableError
from kencana_targets.core.frames import first_line, translating_engine_errors
from kencana_targets.model.measure import Measure, condition
from kencana_targets.tables.files import as_file, file_name, read_toml

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

    Examples
    --------
    >>> from kencana_targets import read_measures
    >>> from kencana_targets.core.resources import data_path
    >>> read_measures(data_path("measures.toml"))[0].code
    'unmet_need'
    """
    content, name = read_toml(as_file(path), TableError), file_name(path)
    entries = content.get("measures")
    if not isinstance(entries, list) or not entries or content.keys() != {"measures"}:
        hint = "write [[measures]] above each measure, and nothing else"
        raise TableError(Problem("no list of measures", got=list(content), hint=hint), name)
    problems: list[Problem] = []
    measures = []
    for number, entry in enumerate(entries, 1):
        try:
            measures.append(_measure(entry))
        except errors.ArgumentError as error:
            problems += [_placed(problem, number, entry) for problem in error.problems]
    codes = [measure.code for measure in measures]
    twice = dict.fromkeys(code for code in codes if codes.count(code) > 1)
    problems += [Problem("two measures of one code", got=code) for code in twice]
    errors.raise_gathered(TableError, problems, name)
    return measures


def _measure(entry: Any) -> Measure:
    if not isinstance(entry, Mapping):
        errors.refuse("measures", entry, "a table with " + ", ".join(_FIELDS))
    for name in entry.keys() - set(_FIELDS):
        errors.refuse(name, entry[name], ", ".join(_FIELDS))
    for name in ("code", "kind", "numerator"):
        if name not in entry:
            errors.refuse(name, None, "a value, as each measure has one")
    parts = {
        name: condition(entry[name], where=name)
        for name in ("numerator", "denominator")
        if name in entry
    }
    return Measure(**{**entry, **parts})


def _placed(problem: Problem, number: int, entry: Any) -> Problem:
    code = entry.get("code") if isinstance(entry, Mapping) else None
    which = f"measure {number}" + (f" '{code}'" if isinstance(code, str) else "")
    where = problem.place.argument or problem.where
    return evolve(problem, where=f"{which}, {where}")


def read_records(
    path: str | Path,
    *,
    engine: Literal["duckdb", "polars"] | None = None,
    text: Sequence[str] = ("region",),
    decimal: str = ".",
    missing: Sequence[str] = (),
) -> Any:
    """Open a file of records for `estimate`, without reading it into memory.

    Parameters
    ----------
    path : str or Path
        A Parquet or CSV file (also packed by gzip, ``.csv.gz``), or a pattern
        such as ``"families/*.parquet"``. The cells of CSV are parted by comma,
        semicolon, tab or bar. Files of one pattern have the same columns, in
        whichever order. Files of Stata (``.dta``), SPSS (``.sav``) and dBase (``.dbf``)
        are read into memory, codes as they are and without their labels.
    engine : {"duckdb", "polars"}, optional
        By default DuckDB where it is installed, else Polars.
    text : sequence of str, optional
        Columns of a CSV file that are read as text, so that the code 17.10 does
        not become the number 17.1; numbers of these columns in Stata, SPSS and dBase
        become text.
    decimal : {".", ","}, optional
        The decimal mark of a CSV file.
    missing : sequence of str, optional
        What a CSV file writes for a missing value, such as ``"n/a"``; an empty
        cell is one anyway.

    Returns
    -------
    duckdb.DuckDBPyRelation, polars.LazyFrame or polars.DataFrame

    Raises
    ------
    ArgumentError
        The engine or decimal mark is none of the two, or the ending none of those
        named.
    MissingExtraError
        The engine is not installed.
    TableError
        There is no such file, the files of a pattern differ in their columns, or
        the engine cannot read them.

    Examples
    --------
    >>> read_records("no-such-folder/*.parquet")
    Traceback (most recent call last):
    ...
    kencana_targets.core.errors.TableError: no-such-folder/*.parquet: no such file; check the path and the pattern
    """
    installed = [name for name in _ENGINES if find_spec(name)]
    chosen = engine if engine is not None else next(iter(installed), "duckdb")
    checks.as_choice("engine", chosen, *_ENGINES)
    if chosen not in installed:
        feature = "reading records"
        raise errors.MissingExtraError.for_extra(feature, chosen)
    checks.decimal_mark(decimal)
    name = str(checks.as_path(path))
    if not name.lower().endswith((".parquet", ".csv", ".csv.gz", *_IN_MEMORY)):
        allowed = (
            "a file or pattern that ends in .parquet or .csv (also .csv.gz), .dta, .sav or .dbf"
        )
        errors.refuse("path", name, allowed)
    files = sorted(glob(name))  # noqa: PTH207, the pattern may be absolute
    if not files:
        hint = "check the path and the pattern"
        raise TableError(Problem("no such file", hint=hint), name)
    if name.lower().endswith(_IN_MEMORY):
        return _in_memory(name, files, text)
    from_parquet, from_csv = _ENGINES[chosen]
    with translating_engine_errors(name, "cannot be read"):
        if name.lower().endswith(".parquet"):
            if len(files) > 1:
                _check_alike(name, {file: _columns_of(from_parquet(file)) for file in files})
            return from_parquet(name)
        return from_csv(name, **_written(name, files, text, decimal, missing))


_IN_MEMORY = (".dta", ".sav", ".dbf")


def _in_memory(name: str, files: list[str], text: Sequence[str]) -> Any:
    """Read files of Stata, SPSS or dBase; they have no lazy reader."""
    if not all(map(find_spec, ("pyreadstat", "dbfread", "polars"))):
        feature = "a file of Stata, SPSS or dBase"
        raise errors.MissingExtraError.for_extra(feature, "survey")
    import struct

    import dbfread
    import polars as pl
    import pyreadstat

    def columns_of(file: str) -> dict[str, Any]:
        if file.lower().endswith(".dbf"):
            table = dbfread.DBF(file, char_decode_errors="replace")
            rows = list(table)
            return {column: [row[column] for row in rows] for column in table.field_names}
        reader = pyreadstat.read_dta if file.lower().endswith(".dta") else pyreadstat.read_sav
        return dict(reader(file, output_format="dict")[0])

    # Some versions do not hand over the second kind of error.
    own = [getattr(pyreadstat, f"{kind}Error", None) for kind in ("Readstat", "Pyreadstat")]
    failures = (*filter(None, own), dbfread.DBFNotFound,
                struct.error, ValueError, OSError)  # fmt: skip
    frames = {}
    for file in files:
        try:
            frames[file] = pl.DataFrame(columns_of(file), strict=False, nan_to_null=True)
        except failures as error:
            hint = f"the engine says: {first_line(str(error))}"
            problem = Problem("cannot be read", where=Path(file).name, hint=hint)
            raise TableError(problem, name) from None
    _check_alike(name, {file: frame.columns for file, frame in frames.items()})
    names = next(iter(frames.values())).columns
    whole = pl.concat([each.select(names) for each in frames.values()], how="vertical_relaxed")
    numbers = [key for key in text if key in names and whole.schema[key].is_numeric()]
    # A code of whole numbers has no decimals.
    return whole.with_columns(
        pl.when(pl.col(key) == pl.col(key).round())
        .then(pl.col(key).cast(pl.Int64, strict=False).cast(pl.String))
        .otherwise(pl.col(key).cast(pl.String))
        .alias(key)
        for key in numbers
    )


def _check_alike(name: str, columns: Mapping[str, Sequence[str]]) -> None:
    """Refuse files of one pattern whose columns differ from those of the first."""
    first, wanted = next(iter(columns.items()))
    problems = []
    for file, found in columns.items():
        lacks, more = set(wanted) - set(found), set(found) - set(wanted)
        if lacks or more:
            said = [("lacks", lacks), ("has besides", more)]
            what = " and ".join(f"{verb} {sorted(names)}" for verb, names in said if names)
            hint = f"give the files of a pattern the columns of {Path(first).name}"
            problems.append(Problem(what, where=Path(file).name, hint=hint))
    errors.raise_gathered(TableError, problems, name)


def _written(
    name: str, files: list[str], text: Sequence[str], decimal: str, missing: Sequence[str]
) -> dict[str, Any]:
    """Return how the files are written, from the first line of each, by the engines' arguments."""
    headings = {}
    for file in files:
        opened = gzip.open if file.lower().endswith(".gz") else open
        with opened(file, "rt", encoding="utf-8-sig", errors="replace") as lines:
            headings[file] = str(lines.readline()).rstrip("\r\n")
    separator = max(",;\t|", key=headings[files[0]].count)
    columns = {
        file: next(csv.reader([heading], delimiter=separator), [])
        for file, heading in headings.items()
    }
    _check_alike(name, columns)
    if separator == decimal:
        hint = "write the cells apart by semicolons"
        raise TableError(Problem("the comma parts cells and decimals", hint=hint), name)
    told = {"separator": separator, "decimal": decimal, "missing": ["", *missing]}
    texts = [column for column in text if column in columns[files[0]]]
    one_order = all(order == columns[files[0]] for order in columns.values())
    # Where the orders differ, columns are read by their names.
    return {**told, "text": texts, "columns": {} if one_order else columns}


def _columns_of(frame: Any) -> list[str]:
    """Return the columns of a relation of DuckDB or a lazy frame of Polars."""
    return list(frame.collect_schema() if hasattr(frame, "collect_schema") else frame.columns)


def _duckdb_parquet(path: str) -> Any:
    import duckdb

    return duckdb.read_parquet(path)


def _duckdb_csv(
    path: str, *, columns: Mapping[str, list[str]], separator: str, text: Sequence[str],
    decimal: str, missing: Sequence[str],
) -> Any:  # fmt: skip
    """Read by the names of columns: left alone, DuckDB goes by their order in the first file."""
    import duckdb

    kinds = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in text)
    options = {
        "delim": _literal(separator),
        "decimal_separator": _literal(decimal),
        "nullstr": f"[{', '.join(map(_literal, missing))}]",
        "types": f"{{{kinds}}}" if kinds else None,
        # Only where it must be: a file whose cells are all empty would make a column text.
        "union_by_name": "true" if columns else None,
    }
    told = ", ".join(f"{option} = {value}" for option, value in options.items() if value)
    # The default connection: a relation of older versions does not keep its own alive.
    return duckdb.sql(f"SELECT * FROM read_csv({_literal(path)}, header = true, {told})")


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _polars_parquet(path: str) -> Any:
    import polars as pl

    frame = pl.scan_parquet(path)
    frame.collect_schema()
    return frame


def _polars_csv(
    path: str, *, columns: Mapping[str, list[str]], separator: str, text: Sequence[str],
    decimal: str, missing: Sequence[str],
) -> Any:  # fmt: skip
    import polars as pl

    def scan(source: str) -> Any:
        kinds = dict.fromkeys(text, pl.String)
        told: dict[str, Any] = {
            "separator": separator,
            "decimal_comma": decimal == ",",
            "null_values": missing,
        }
        return pl.scan_csv(source, schema_overrides=kinds, **told)

    names = next(iter(columns.values()), [])
    frame = pl.concat([scan(one).select(names) for one in columns]) if columns else scan(path)
    frame.collect_schema()
    return frame


_ENGINES = {"duckdb": (_duckdb_parquet, _duckdb_csv), "polars": (_polars_parquet, _polars_csv)}
