"""Scorecards read back from the files that they were written to."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field, frozen

from kencana_targets.core.checks import is_writable
from kencana_targets.core.columns import Categorical, Column, RawColumn, Tristate
from kencana_targets.core.errors import MOST_OF_A_KIND, Place, Problem, TableError, raise_gathered
from kencana_targets.core.frames import from_frame
from kencana_targets.tables.files import (
    as_file,
    file_name,
    is_parquet,
    read_bytes,
    read_parquet,
    read_text,
)
from kencana_targets.tables.results import ResultTable

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "array": list,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
    "object": dict,
    "string": str,
}
# Above it not every whole number is one of floating point.
_MOST_WHOLE = 2.0**53


@frozen(eq=False, repr=False, kw_only=True)
class SavedScorecard(ResultTable):
    """The rows of a scorecard, read back.

    Parameters
    ----------
    values : mapping of str to Column
        The columns of the scorecard.
    heading : mapping
        Plan, years, inheritance and rule, as the file names them; empty for Parquet.
    """

    heading: Mapping[str, Any] = field(factory=dict)

    def __repr__(self) -> str:
        return f"<SavedScorecard {self.heading.get('plan', '')}: {len(self)} rows>"


@cache
def scorecard_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the files that `Scorecard.to_json` writes.

    Examples
    --------
    >>> list(scorecard_schema()["properties"])
    ['plan', 'years', 'inherit', 'rule', 'rows']
    """
    file = resources.files("kencana_targets").joinpath("tables", "scorecard.schema.json")
    schema: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return schema


def read_scorecard(path: str | Path) -> SavedScorecard:
    """Read a scorecard that was written as JSON or Parquet.

    Parameters
    ----------
    path : path
        A ``.json`` file of `Scorecard.to_json`, or a ``.parquet`` file.

    Returns
    -------
    SavedScorecard
        The same rows: ``to_dicts()`` and ``to_frame()`` give what the scorecard gave.

    Raises
    ------
    TableError
        The file does not follow `scorecard_schema`; with every problem and its row.

    Examples
    --------
    >>> import kencana_targets as kt, tempfile, pathlib
    >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
    ...                    year=2021, rule="bkkbn-bengkulu-2021")
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "card.json"
    >>> card.to_json(file)
    >>> read_scorecard(file).to_dicts() == card.to_dicts()
    True
    """
    name = file_name(as_file(path))
    if is_parquet(name):
        return SavedScorecard(values=_from_parquet(read_bytes(path), name))
    if (ending := Path(name).suffix.lower()) not in ("", ".json"):
        what = "a scorecard is read back from JSON and Parquet"
        hint = "write it with to_json or to_parquet; workbooks, pages and CSV are for people"
        raise TableError(Problem(what, got=ending, hint=hint), name)
    try:
        content = json.loads(
            read_text(path), parse_constant=_refuse_constant, object_pairs_hook=_object
        )
    except (ValueError, RecursionError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(Problem("not a JSON file", got=str(error)), name) from None
    found = _differences(content, scorecard_schema(), "")
    raise_gathered(TableError, list(islice(found, MOST_OF_A_KIND)), name)
    rows = content.pop("rows")
    values = {name: _column(name, [row[name] for row in rows]) for name in _columns()}
    return SavedScorecard(values=values, heading=content)


def _refuse_constant(name: str) -> None:
    what = f"{name} is not JSON"
    raise ValueError(what)


class _Repeated(dict[str, bool]):
    """What an object names, and whether it does so twice: then neither can be believed."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    counts = Counter(name for name, _ in pairs)
    return _Repeated((name, count > 1) for name, count in counts.items())


def _differences(value: Any, schema: Mapping[str, Any], where: str) -> Iterator[Problem]:
    """Yield what in a value differs from a schema: kinds, words, and what is missing or too much."""
    wanted = schema.get("type", [])
    kinds = [wanted] if isinstance(wanted, str) else wanted
    is_flag = isinstance(value, bool) and "boolean" not in kinds
    if is_flag or not any(isinstance(value, _KINDS[kind]) for kind in kinds):
        yield Problem(f"not of kind {' or '.join(kinds)}", where=where, got=value)
    elif "enum" in schema and value not in schema["enum"]:
        words = ", ".join(str(word) for word in schema["enum"] if word is not None)
        yield Problem("not a known word", where=where, got=value, allowed=words)
    elif isinstance(value, str) and not is_writable(value):
        yield Problem("half of a character, which no file can hold", where=where, got=value)
    elif isinstance(value, (int, float)) and not abs(value) <= sys.float_info.max:
        yield Problem("not a finite number", where=where, got=value)
    elif isinstance(value, _Repeated):
        for name in (name for name, twice in value.items() if twice):
            yield Problem("given twice", where=_step(where, name), hint="keep one")
    elif isinstance(value, dict):
        properties = schema["properties"]
        for name in properties.keys() - value.keys():
            yield Problem("missing", where=_step(where, name))
        for name in value.keys() - properties.keys():
            yield Problem("unknown", where=_step(where, name))
        for name in properties.keys() & value.keys():
            yield from _differences(value[name], properties[name], _step(where, name))
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            step = f"row {number}" if where == "'rows'" else f"{where}, item {number}"
            yield from _differences(item, schema["items"], step)


def _step(where: str, name: str) -> str:
    return f"{where}, '{name}'" if where else f"'{name}'"


def _column(name: str, cells: list[Any]) -> Column:
    """Make a column of the kind that the schema says."""
    kinds = _kinds(name)
    if "string" in kinds:
        return Categorical.encode(cells)
    if "boolean" in kinds:
        return Tristate(np.array([-1 if cell is None else cell for cell in cells], dtype=np.int8))
    numbers = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    return _whole(numbers) if "null" not in kinds else numbers


def _columns() -> Mapping[str, Mapping[str, Any]]:
    """Return what the schema says of each column."""
    properties: Mapping[str, Mapping[str, Any]] = scorecard_schema()["properties"]["rows"]["items"][
        "properties"
    ]
    return properties


def _kinds(name: str) -> list[str]:
    wanted = _columns()[name]["type"]
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _whole(years: Any) -> Any:
    """Return years as whole numbers where all are."""
    is_whole = (years == np.floor(years)) & (np.abs(years) < _MOST_WHOLE)
    return years.astype(np.int64) if is_whole.all() else years


def _from_parquet(content: bytes, file: str) -> dict[str, Column]:
    table = from_frame(read_parquet(content, file))
    problems = [
        Problem("missing", where=Place(heading=name))
        for name in _columns()
        if name not in table.columns
    ]
    problems += [
        Problem("unknown", where=Place(heading=name))
        for name in table.columns
        if name not in _columns()
    ]
    raise_gathered(TableError, problems, file)
    values: dict[str, Column] = {}
    for name in _columns():
        column = _of_kind(name, table.columns[name])
        if column is None:
            what = f"not of kind {' or '.join(_kinds(name))}"
            problems.append(Problem(what, where=Place(heading=name)))
        else:
            values[name] = column
    found = (problem for name, column in values.items() for problem in _wrong_cells(name, column))
    problems += islice(found, MOST_OF_A_KIND)
    raise_gathered(TableError, problems, file)
    return values


def _of_kind(name: str, column: RawColumn) -> Column | None:
    """Return a column as one of the kind that the schema says; None where it is of another."""
    kinds = _kinds(name)
    # A column without a single word is read as one of nothing.
    if isinstance(column, list):
        others = any(cell is not None and not isinstance(cell, bool) for cell in column)
        return None if others or "boolean" not in kinds else _column(name, column)
    if isinstance(column, Categorical):
        return column if "string" in kinds else None
    if "number" not in kinds:
        return None
    return _whole(column) if "null" not in kinds else column


def _wrong_cells(name: str, column: Column) -> Iterator[Problem]:
    """Yield the cells of a column that the schema does not allow, a row each."""
    if isinstance(column, Tristate):
        return
    rule, kinds = _columns()[name], _kinds(name)
    empty = column.codes < 0 if isinstance(column, Categorical) else np.isnan(column)
    if "null" not in kinds:
        what = f"not of kind {' or '.join(kinds)}"
        for row in np.flatnonzero(empty).tolist():
            yield Problem(what, where=f"row {row + 1}, '{name}'", got=None)
    if isinstance(column, Categorical):
        words = [word for word in rule.get("enum", column.categories) if word is not None]
        wrong = ~empty & (column.positions(words) < 0)
        what, allowed = "not a known word", ", ".join(words)
    else:
        wrong, what, allowed = np.isinf(column), "not a finite number", ""
    for row in np.flatnonzero(wrong).tolist():
        got = column[row] if isinstance(column, Categorical) else float(column[row])
        yield Problem(what, where=f"row {row + 1}, '{name}'", got=got, allowed=allowed)
