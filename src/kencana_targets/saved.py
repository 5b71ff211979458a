"""Scorecards read back from the files that they were written to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from attrs import field, frozen

from kencana_targets.columns import Column, Flags, Text, from_frame
from kencana_targets.errors import Problem, TableError, raise_gathered
from kencana_targets.results import ResultTable
from kencana_targets.tables.asked import as_path
from kencana_targets.tables.files import is_parquet, read_parquet, read_text

__all__ = ["SavedScorecard", "read_scorecard", "scorecard_schema"]

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "array": list,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
    "object": dict,
    "string": str,
}
_MOST_OF_A_KIND = 1000


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
    file = as_path(path)
    if is_parquet(file):
        return SavedScorecard(values=_from_parquet(file))
    if file.suffix.lower() not in ("", ".json"):
        what = "a scorecard is read back from JSON and Parquet"
        hint = "write it with to_json or to_parquet; workbooks, pages and CSV are for people"
        raise TableError(Problem(what, got=file.suffix, hint=hint), file.name)
    try:
        content = json.loads(read_text(file), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        if isinstance(error, TableError):
            raise
        raise TableError(Problem("not a JSON file", got=str(error)), file.name) from None
    problems = []
    for problem in _differences(content, scorecard_schema(), ""):
        problems.append(problem)
        if len(problems) == _MOST_OF_A_KIND:
            break
    raise_gathered(TableError, problems, file.name)
    rows = content.pop("rows")
    names = scorecard_schema()["properties"]["rows"]["items"]["properties"]
    values = {name: _column(name, [row[name] for row in rows]) for name in names}
    return SavedScorecard(values=values, heading=content)


def _refuse_constant(name: str) -> None:
    what = f"{name} is not JSON"
    raise ValueError(what)


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
        return Text.encode(cells)
    if "boolean" in kinds:
        return Flags(np.array([-1 if cell is None else cell for cell in cells], dtype=np.int8))
    numbers = np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)
    return _whole(numbers) if "null" not in kinds else numbers


def _kinds(name: str) -> list[str]:
    wanted = scorecard_schema()["properties"]["rows"]["items"]["properties"][name]["type"]
    return [wanted] if isinstance(wanted, str) else list(wanted)


def _whole(years: Any) -> Any:
    whole = years.astype(np.int64)
    return whole if np.array_equal(whole, years) else years


def _from_parquet(file: Path) -> dict[str, Column]:
    table = from_frame(read_parquet(file))
    names = list(scorecard_schema()["properties"]["rows"]["items"]["properties"])
    problems = [
        Problem("missing", where=f"column '{name}'") for name in names if name not in table.columns
    ]
    problems += [
        Problem("unknown", where=f"column '{name}'") for name in table.columns if name not in names
    ]
    raise_gathered(TableError, problems, file.name)
    values: dict[str, Column] = {}
    for name in names:
        column, kinds = table.columns[name], _kinds(name)
        is_text, is_number = isinstance(column, Text), isinstance(column, np.ndarray)
        # A column without a single word is read as one of nothing.
        if isinstance(column, list) and "boolean" in kinds:
            flags = [cell for cell in column if cell is not None and not isinstance(cell, bool)]
            wrong = bool(flags)
        else:
            wrong = is_text != ("string" in kinds) or is_number != ("number" in kinds)
        if wrong:
            what = f"not of kind {' or '.join(kinds)}"
            problems.append(Problem(what, where=f"column '{name}'"))
        elif isinstance(column, Text):
            values[name] = column
        elif isinstance(column, np.ndarray):
            values[name] = _whole(column) if "null" not in kinds else column
        else:
            values[name] = _column(name, column)
    raise_gathered(TableError, problems, file.name)
    return values
