"""Scorecards read back from the files that they were written to."""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core import errors, terms
from kencana_targets.core.checks import is_writable
from kencana_targets.core.columns import Categorical, Column, RawColumn, Tristate
from kencana_targets.core.errors import MOST_OF_A_KIND, KencanaError, Place, Problem, TableError
from kencana_targets.core.frames import from_frame
from kencana_targets.core.resources import VERSION
from kencana_targets.core.terms import Inherit
from kencana_targets.evaluation.evaluate import evaluate
from kencana_targets.evaluation.evidence import checksums, inputs_from
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.tables import files
from kencana_targets.tables.results import Field, ResultTable, declared_columns

_KINDS: Mapping[str, type | tuple[type, ...]] = {
    "array": list,
    "boolean": bool,
    "null": type(None),
    "number": (int, float),
    "object": dict,
    "string": str,
}
_TYPES = {"text": "string", "number": "number", "flag": "boolean"}
# Above it not every whole number is one of floating point.
_MOST_WHOLE = 2.0**53


@frozen(eq=False, repr=False, kw_only=True)
class SavedScorecard(ResultTable):
    """The rows of a scorecard as a file holds them: unchecked, for it carries no rule.

    Parameters
    ----------
    values : mapping of str to Column
        The columns of the scorecard.
    """

    def __repr__(self) -> str:
        return f"<SavedScorecard: {len(self)} rows, unchecked>"


@cache
def scorecard_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the files that `Scorecard.to_json` writes.

    Examples
    --------
    >>> list(scorecard_schema()["properties"])
    ['version', 'plan', 'years', 'inherit', 'unchecked', 'rule', 'inputs', 'checksums', 'rows']
    """
    row = _object_of({one.name: _cell_schema(one) for one in declared_columns().values()},
                     "One indicator of one region in one year.", additionalProperties=False)  # fmt: skip
    text, numbers = {"type": "string"}, {"type": "array", "items": {"type": "number"}}
    judged = "What regions without a target of their own were judged by."
    parts: dict[str, Any] = {
        "version": text | {"description": "Version of the library that wrote the file."},
        "plan": text | {"description": "Code of the plan."},
        "years": numbers | {"description": "The years evaluated."},
        "inherit": text | {"enum": list(map(str, Inherit)), "description": judged},
        "unchecked": {"type": "array", "items": text,
                      "description": "Checks that made no remarks."},
        "rule": _object_of(dict.fromkeys(("code", "name", "certainty"), text),
                           "The scoring rule, whole."),
        "inputs": _object_of({name: {"type": "object"} for name in ("plan", "actuals")},
                             "Plan and actuals, from which the rows follow."),
        "checksums": _object_of(dict.fromkeys(("plan", "actuals", "rule", "rows"), text),
                                "SHA-256 of plan, actuals and rule, and of which rows there are."),
        "rows": {"type": "array", "items": row,
                 "description": "The rows, by year, region and indicator."},
    }  # fmt: skip
    whole = "A scorecard as Scorecard.to_json writes it, with all that it rests on."
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scorecard",
        **_object_of(parts, whole, additionalProperties=False),
    }


def _object_of(parts: dict[str, Any], meaning: str, **more: Any) -> dict[str, Any]:
    told = {"type": "object", "properties": parts, "required": list(parts)}
    return {**told, **more, "description": meaning}


def _cell_schema(column: Field) -> dict[str, Any]:
    kind = _TYPES[column.kind]
    schema: dict[str, Any] = {"type": [kind, "null"] if column.empty else kind}
    if column.words:
        schema["enum"] = [*map(str, getattr(terms, column.words)), *([None] * column.empty)]
    return schema | {"description": column.meaning}


def read_scorecard(path: Any) -> Scorecard | SavedScorecard:
    """Read a scorecard that was written as JSON or Parquet.

    Parameters
    ----------
    path : str, Path or binary file object
        A ``.json`` file of `Scorecard.to_json`, or a ``.parquet`` file.

    Returns
    -------
    Scorecard or SavedScorecard
        Of JSON the whole scorecard, computed anew from the plan, the actuals and the
        rule in the file, and compared with the rows that stand there. Parquet holds
        the rows alone: a `SavedScorecard`, which says that nobody checked them.

    Raises
    ------
    TableError
        The file does not follow `scorecard_schema`, or its scores do not follow from
        its inputs; with every problem and its row.

    Examples
    --------
    >>> import kencana_targets as kt, io
    >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
    ...                    year=2021, rule="bkkbn-bengkulu-2021")
    >>> file = io.BytesIO()
    >>> card.to_json(file)
    >>> read_scorecard(io.BytesIO(file.getvalue())) == card
    True
    """
    name = files.file_name(files.as_file(path), "scorecard")
    if not files.is_parquet(name) and Path(name).suffix.lower() not in ("", ".json"):
        what = "a scorecard is read back from JSON and Parquet"
        hint = "write it with to_json or to_parquet; workbooks, pages and CSV are for people"
        raise TableError(Problem(what, got=Path(name).suffix, hint=hint), name)
    written = files.read_bytes(path)
    if files.is_parquet(name) or written.startswith(b"PAR1"):
        return SavedScorecard(values=_from_parquet(written, name))
    text = files.decode(written, name, TableError)
    try:
        content = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise TableError(Problem("not a JSON file", got=files.said_by(error)), name) from None
    found = _differences(content, scorecard_schema(), "")
    errors.raise_gathered(TableError, list(islice(found, MOST_OF_A_KIND)), name)
    return _recomputed(content, name)


def _recomputed(content: Mapping[str, Any], name: str) -> Scorecard:
    """Evaluate what the file holds, and refuse rows that do not follow from it."""
    try:
        plan, actuals, rule = inputs_from(content)
        options = {name: content[name] for name in ("inherit", "unchecked")}
        whole = evaluate(plan, actuals, year=content["years"], rule=rule, **options)
    except KencanaError as error:
        raise TableError(error.problems, name) from None
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        problem = Problem("the inputs are none of a scorecard", where="'inputs'", got=str(error))
        raise TableError(problem, name) from None
    known = checksums(content["inputs"], content["rule"], content["rows"])
    problems = [
        Problem("the checksum is another", where=f"'checksums', '{part}'", got=stated)
        for part, stated in content["checksums"].items()
        if known.get(part) != stated and part != "rows"
    ]
    wanted, expected = [], whole.to_dicts()
    places = {(row["region"], row["indicator"], row["year"]): number
              for number, row in enumerate(expected)}  # fmt: skip
    hint = "" if content["version"] == VERSION else (
        f"the file was written by version {content['version']}, this is {VERSION}"
    )  # fmt: skip
    for number, row in enumerate(content["rows"], 1):
        place = places.pop((row["region"], row["indicator"], row["year"]), None)
        if place is None:
            what = "no such row follows from the inputs, or it stands there twice"
            problems.append(Problem(what, where=f"row {number}", got=row["region"], hint=hint))
            continue
        wanted.append(place)
        problems += [
            Problem(
                "does not follow from the inputs",
                where=f"row {number}, '{column}'",
                got=row[column],
                allowed=str(right),
                hint=hint,
            )
            for column, right in expected[place].items()
            if not _same(row[column], right)
        ]
    if not problems and content["checksums"]["rows"] != known["rows"]:
        what = "rows were taken out of the file, or put into it"
        problems.append(Problem(what, where="'rows'", hint="get the whole file"))
    errors.raise_gathered(TableError, problems[:MOST_OF_A_KIND], name)
    return whole.take(np.array(wanted, dtype=np.int64))


def _same(cell: Any, right: Any) -> bool:
    """Return whether two cells are the same; the last bits of a number differ by machine."""
    if isinstance(cell, float) and isinstance(right, (int, float)):
        return math.isclose(cell, right, rel_tol=1e-9, abs_tol=1e-9)
    return bool(cell == right) and isinstance(cell, bool) == isinstance(right, bool)


def _refuse_constant(name: str) -> None:
    what = f"{name} is not JSON"
    raise ValueError(what)


class _Repeated(dict[str, int]):
    """What an object names more than once: then none of it can be believed."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    counts = Counter(name for name, _ in pairs)
    return _Repeated(counts - Counter(counts.keys())) or dict(pairs)


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
        for name in value:
            yield Problem("given twice", where=_step(where, name), hint="keep one")
    elif isinstance(value, dict):
        properties = schema.get("properties", {})
        for name in properties.keys() - value.keys():
            yield Problem("missing", where=_step(where, name))
        # What is in plan, actuals and rule is checked by those who make them.
        closed = not schema.get("additionalProperties", True)
        for name in value.keys() - properties.keys() if closed else ():
            yield Problem("unknown", where=_step(where, name))
        for name in properties.keys() & value.keys():
            yield from _differences(value[name], properties[name], _step(where, name))
    elif isinstance(value, list):
        for number, item in enumerate(value, 1):
            step = f"row {number}" if where == "'rows'" else f"{where}, item {number}"
            yield from _differences(item, schema["items"], step)


def _step(where: str, name: str) -> str:
    return f"{where}, '{name}'" if where else f"'{name}'"


def _not_of_kind(column: Field, **more: Any) -> Problem:
    kinds = _TYPES[column.kind] + " or null" * column.empty
    return Problem(f"not of kind {kinds}", **more)


def _from_parquet(content: bytes, file: str) -> dict[str, Column]:
    table, declared = from_frame(files.read_parquet(content, file)), declared_columns()
    problems = [
        Problem(what, where=Place(heading=name))
        for what, wanted, there in (
            ("missing", declared, table.columns), ("unknown", table.columns, declared)
        )
        for name in wanted
        if name not in there
    ]  # fmt: skip
    errors.raise_gathered(TableError, problems, file)
    values: dict[str, Column] = {}
    for name, field in declared.items():
        column = _of_kind(field, table.columns[name])
        if column is None:
            problems.append(_not_of_kind(field, where=Place(heading=name)))
        else:
            values[name] = column
    found = (
        wrong for name, column in values.items() for wrong in _wrong_cells(declared[name], column)
    )
    problems += islice(found, MOST_OF_A_KIND)
    errors.raise_gathered(TableError, problems, file)
    return values


def _of_kind(field: Field, column: RawColumn) -> Column | None:
    """Return a column as one of the declared kind; None where it is of another."""
    # A column without a single word is read as one of nothing.
    if isinstance(column, list):
        others = any(cell is not None and not isinstance(cell, bool) for cell in column)
        states: list[Any] = [-1 if cell is None else cell for cell in column]
        return None if others or field.kind != "flag" else Tristate(np.array(states, dtype=np.int8))
    if isinstance(column, Categorical) or field.kind != "number":
        fits = isinstance(column, Categorical) and field.kind == "text"
        return column if fits else None
    # Years are whole numbers where all are.
    whole = (column == np.floor(column)) & (np.abs(column) < _MOST_WHOLE)
    return column.astype(np.int64) if not field.empty and whole.all() else column


def _wrong_cells(field: Field, column: Column) -> Iterator[Problem]:
    """Yield the cells of a column that the declaration does not allow."""
    if isinstance(column, Tristate):
        return
    empty = column.codes < 0 if isinstance(column, Categorical) else np.isnan(column)
    for row in np.flatnonzero(empty).tolist() if not field.empty else ():
        yield _not_of_kind(field, where=f"row {row + 1}, '{field.name}'", got=None)
    if isinstance(column, Categorical):
        words = [*map(str, getattr(terms, field.words))] if field.words else column.categories
        wrong = ~empty & (column.positions(words) < 0)
        what, allowed = "not a known word", ", ".join(words)
    else:
        wrong, what, allowed = np.isinf(column), "not a finite number", ""
    for row in np.flatnonzero(wrong).tolist():
        got = column[row] if isinstance(column, Categorical) else float(column[row])
        yield Problem(what, where=f"row {row + 1}, '{field.name}'", got=got, allowed=allowed)
