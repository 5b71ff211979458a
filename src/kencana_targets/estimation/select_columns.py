"""Which columns of the records are used, and whether they can be."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import reduce
from importlib.util import find_spec
from operator import or_
from typing import Any

import narwhals as nw
import numpy as np
from attrs import frozen
from narwhals.exceptions import ColumnNotFoundError

from kencana_targets.core.checks import as_choice, as_number, items
from kencana_targets.core.errors import (
    MissingExtraError,
    Problem,
    TableError,
    raise_gathered,
    refuse,
    unknown_name,
)
from kencana_targets.core.frames import engine_errors, first_line, from_frame
from kencana_targets.core.typing import Floats
from kencana_targets.model.measure import Comparison, Measure, MeasureKind, Part, expression, leaves

# Numbers that questionnaires give to yes, no and unknown; counts have others among them, too.
_CODES = (-1, 0, 1, 2, 5, 8, 9, 98, 99, 100)
_MOST_COUNTED = 2
# The variance is a scale times the sum of squared differences to the whole sample's figure.
SCALES = {"jk1": "(R - 1) / R", "jkn": "1", "brr": "1 / R", "fay": "1 / (R (1 - rho)^2)",
          "bootstrap": "1 / R"}  # fmt: skip
REPLICATE_KEYS = ("weights", "method", "rho", "scale", "rscales", "degrees_of_freedom")
# How a condition is written on a column of each kind, and which values it is compared with.
_KINDS: tuple[tuple[str, Callable[[nw.dtypes.DType], bool], tuple[type, ...], str], ...] = (
    ("a number", lambda kind: kind.is_numeric(), (int, float), "1"),
    ("text", lambda kind: kind == nw.String, (str,), '"yes"'),
    ("true or false", lambda kind: kind == nw.Boolean, (bool,), "true"),
)


@frozen
class Replicates:
    """Replicate weights: their columns, or a pattern of them, and how they make a variance."""

    weights: tuple[str, ...]
    method: str
    rho: float
    scale: float | None
    rscales: tuple[float, ...]
    degrees_of_freedom: float | None

    @classmethod
    def of(cls, given: object) -> Replicates:
        """Read the argument `replicates` of `estimate`."""
        if not isinstance(given, Mapping) or not {"weights", "method"} <= given.keys():
            refuse("replicates", given, "a mapping with weights and method")
        for key in given.keys() - set(REPLICATE_KEYS):
            refuse("replicates", key, ", ".join(REPLICATE_KEYS))
        weights = given["weights"]
        names = (weights,) if isinstance(weights, str) else items("replicates", weights, str)
        method = as_choice("replicates", given["method"], *SCALES)
        rho = as_number("replicates", given.get("rho", 0.0), 0, 1)
        if (rho > 0) is not (method == "fay") or rho == 1:
            refuse("replicates", rho, "rho above 0 and below 1 for fay, and for no other method")
        rscales = tuple(as_number("replicates", one, 0) for one in given.get("rscales", ()))
        if method == "jkn" and not rscales:
            refuse("replicates", None, "rscales for jkn: (n - 1) / n of each replicate's stratum")
        scale, freedom = (
            None if given.get(key) is None else as_number("replicates", given[key], 0, strict=True)
            for key in ("scale", "degrees_of_freedom")
        )
        return cls(tuple(names), method, rho, scale, rscales, freedom)

    def columns(self, known: list[str]) -> tuple[str, ...]:
        """Return the columns of the records that are meant."""
        found = [
            [name for name in known if fnmatchcase(name, pattern)] or [pattern]
            for pattern in self.weights
        ]
        return tuple(dict.fromkeys(name for names in found for name in names))

    def error(self, value: Floats, each: Floats) -> tuple[Floats, float]:
        """Return standard errors and degrees of freedom; `each` has a column a replicate."""
        count = each.shape[1]
        if self.rscales and len(self.rscales) != count:
            refuse("replicates", len(self.rscales), f"rscales of {count} replicates")
        usual = {"jk1": (count - 1) / count, "jkn": 1.0,
                 "fay": 1 / (count * (1 - self.rho) ** 2)}.get(self.method, 1 / count)  # fmt: skip
        scale = usual if self.scale is None else self.scale
        weights = np.array(self.rscales) if self.rscales else np.ones(count)
        variance = scale * ((each - value[:, None]) ** 2 @ weights)
        freedom = count - 1.0 if self.degrees_of_freedom is None else self.degrees_of_freedom
        return np.sqrt(variance), freedom


@frozen(kw_only=True)
class Layout:
    """Which columns of the records say where, when, how drawn and how heavy."""

    region: str
    year: str | None
    weight: str | None
    strata: tuple[str, ...]
    psu: tuple[str, ...]
    population_size: str | None = None
    factors: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    calibrated: bool = False
    replicates: Replicates | None = None

    @property
    def margins(self) -> tuple[str, ...]:
        """Columns to which weights are calibrated."""
        return tuple(dict.fromkeys((*self.factors, *self.numbers)))

    def keys(self) -> dict[str, str]:
        """Return the columns that records are grouped by, under the names used here."""
        keys = {"region": self.region} | ({"year": self.year} if self.year else {})
        keys |= {"population_size": self.population_size} if self.population_size else {}
        keys |= {f"stratum{number}": name for number, name in enumerate(self.strata)}
        keys |= {f"psu{number}": name for number, name in enumerate(self.psu)}
        return keys | {f"margin{number}": name for number, name in enumerate(self.margins)}

    @property
    def labels(self) -> list[str]:
        """The keys that are read as text: strata, sampling units, levels with a total."""
        kept = [key for key in self.keys() if key.startswith(("stratum", "psu"))]
        return kept + [f"margin{number}" for number, name in enumerate(self.margins)
                       if name in self.factors]  # fmt: skip


@frozen(eq=False)
class RecordColumns:
    """Keys, weight and each measure's numerator (y0, y1, ...) and denominator (x0, ...)."""

    lazy: nw.LazyFrame[Any]
    schema: nw.Schema
    copies: int


def choose(records: Any, measures: Sequence[Measure], layout: Layout) -> RecordColumns:
    """Return the columns that are to be summed; raise for all that is wrong with them."""
    try:
        frame = nw.from_native(records)
    except TypeError:
        allowed = "a data frame or relation (Polars, DuckDB, PySpark, Dask, pandas, pyarrow)"
        refuse("records", type(records).__name__, allowed)
    known = frame.collect_schema().names()
    parts = [part for _, _, part in _parts(measures)]
    copies = layout.replicates.columns(known) if layout.replicates else ()
    named = [*layout.keys().values(), *([layout.weight] if layout.weight else []), *copies]
    used = list(dict.fromkeys([*named, *(_name(leaf) for part in parts for leaf in _data(part))]))
    problems = [unknown_name("column", name, known) for name in used if name not in known]
    raise_gathered(TableError, problems, "records")
    # An expression does not tell which columns it uses: then all of them are looked at.
    lazy = _lazy(frame, known if any(isinstance(part, nw.Expr) for part in parts) else used)
    problems = [*_condition_problems(measures, lazy.collect_schema())]
    raise_gathered(TableError, problems or [*_expression_problems(measures, lazy)], "records")
    return _selected(lazy, measures, layout, copies)


def _parts(measures: Sequence[Measure]) -> Iterator[tuple[str, str, Part]]:
    """Yield name, place in messages, and content of each numerator and denominator."""
    for number, measure in enumerate(measures):
        where = f"measure '{measure.code}'"
        yield f"y{number}", f"{where}, numerator", measure.numerator
        if measure.denominator is not None:
            yield f"x{number}", f"{where}, denominator", measure.denominator


def _data(part: Part) -> Iterator[str | Comparison]:
    """Yield what a part names, as far as it is data."""
    if not isinstance(part, nw.Expr):
        yield from leaves(part)


def _name(leaf: str | Comparison) -> str:
    return leaf if isinstance(leaf, str) else leaf.column


def _lazy(frame: nw.DataFrame[Any] | nw.LazyFrame[Any], seen: Sequence[str]) -> nw.LazyFrame[Any]:
    """Return these columns lazily; a missing value is null and nothing else, a word is text."""
    if frame.implementation.is_spark_like():
        hint = "rename or drop it: Spark takes what follows the dot for a field"
        dotted = [
            Problem("a dot in a column's name", got=name, hint=hint) for name in seen if "." in name
        ]
        raise_gathered(TableError, dotted, "records")
    frame = frame.select(*seen)
    if frame.implementation.is_pandas():
        frame = nw.from_native(_from_pandas(frame.to_native()))
    elif frame.implementation.is_dask():
        frame = nw.from_native(_arrow_kinds(frame.to_native()))
    lazy: nw.LazyFrame[Any] = frame.lazy()
    kinds = lazy.collect_schema().items()
    floats = [nw.col(name).fill_nan(None) for name, kind in kinds if kind.is_float()]
    coded = (nw.Categorical, nw.Enum)
    words = [nw.col(name).cast(nw.String) for name, kind in kinds if isinstance(kind, coded)]
    return lazy.with_columns(*floats, *words) if floats or words else lazy


def _from_pandas(frame: Any) -> Any:
    """Return a pyarrow table: pandas would compare a missing value as if it were known."""
    if not find_spec("pyarrow"):
        feature = "records in a pandas data frame"
        raise MissingExtraError.for_extra(feature, "duckdb")
    import pyarrow as pa

    try:
        return pa.Table.from_pandas(frame, preserve_index=False)
    except pa.ArrowException as error:
        column = re.search(r"failed for column (.+) with type", str(error))
        what = f"mixed values in column '{column[1]}'" if column else "mixed values"
        hint = (
            "give it values of one kind; where no measure uses it, leave it out: "
            "records.drop(columns=[...])"
        )
        raise TableError(Problem(what, hint=hint), "records") from None


def _arrow_kinds(frame: Any) -> Any:
    """Return a Dask frame of Arrow's kinds, which know a missing value, as `_from_pandas`."""
    kinds = {"b": "bool[pyarrow]", "i": "int64[pyarrow]", "f": "double[pyarrow]"}
    own = {name: kinds.get(kind.kind) for name, kind in frame.dtypes.items()}
    return frame.astype({name: kind for name, kind in own.items() if kind})


def _condition_problems(measures: Sequence[Measure], schema: nw.Schema) -> Iterator[Problem]:
    """Yield the columns of conditions that engines would take differently, or not at all."""
    for _, where, part in _parts(measures):
        for leaf in _data(part):
            name = _name(leaf)
            kind, place = schema[name], f"{where}, column '{name}'"
            fitting = [row for row in _KINDS if row[1](kind)]
            if isinstance(leaf, str):
                if leaf is not part and kind != nw.Boolean:
                    value = fitting[0][3] if fitting else "..."
                    hint = f'write {{ column = "{name}", operator = "==", value = {value} }}'
                    what, allowed = "no condition by itself", "a column of true and false"
                    yield Problem(what, where=place, got=str(kind), allowed=allowed, hint=hint)
            elif kind != nw.Unknown:
                yield from _comparison_problems(leaf, place, str(kind), fitting)


def _comparison_problems(
    leaf: Comparison, where: str, kind: str, fitting: list[Any]
) -> Iterator[Problem]:
    if not fitting:
        hint = "make a column of it that is text, a number, or true and false"
        yield Problem("cannot be compared", where=where, got=kind, hint=hint)
        return
    word, _, types, _ = fitting[0]
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    for value in values:
        if type(value) not in types:
            allowed = f"{word}, as the column is {kind}"
            yield Problem("compared with another kind", where=where, got=value, allowed=allowed)


def _expression_problems(measures: Sequence[Measure], lazy: nw.LazyFrame[Any]) -> Iterator[Problem]:
    """Yield the expressions that fail, or give several columns; none is computed for it."""
    empty, known = lazy.head(0), lazy.collect_schema().names()
    # Those of Python are what narwhals says of an expression that an engine lacks.
    failures: tuple[type[Exception], ...]
    failures = (*engine_errors(), TypeError, ValueError, NotImplementedError)
    for _, where, part in _parts(measures):
        if isinstance(part, nw.Expr):
            try:
                found = empty.select(part).collect_schema().names()
            except failures as error:
                yield _failure(error, where, known)
            else:
                if len(found) != 1:
                    what = "an expression of several columns"
                    yield Problem(what, where=where, got=found, allowed="one column")


def _failure(error: Exception, where: str, known: list[str]) -> Problem:
    if isinstance(error, ColumnNotFoundError):
        # Some quote the name, some leave that to the error behind theirs, some say nothing else.
        said = [first_line(str(one)) for one in (error, error.__cause__ or error.__context__)]
        quoted = re.findall(r"['\"`]([^'\"`]+)['\"`]", " ".join(said))
        name = next((name for name in quoted if name not in known), said[0])
        return unknown_name("column", name, known, where=where)
    hint = f"the engine says: {first_line(str(error))}"
    return Problem("an expression fails", where=where, hint=hint)


def _selected(
    lazy: nw.LazyFrame[Any], measures: Sequence[Measure], layout: Layout, copies: Sequence[str]
) -> RecordColumns:
    """Return the columns under the names used here; raise for those of the wrong kind."""
    wanted = {name: nw.col(column) for name, column in layout.keys().items()}
    if lazy.collect_schema()[layout.region] == nw.String:
        wanted["region"] = wanted["region"].str.strip_chars()
    if layout.weight:
        wanted["weight"] = nw.col(layout.weight)
    wanted |= {f"copy{number}": nw.col(name) for number, name in enumerate(copies)}
    wanted |= {name: expression(part) for name, _, part in _parts(measures)}
    lazy = lazy.select(**wanted)
    schema = lazy.collect_schema()
    flags, problems = _flags(lazy, schema, measures)
    raise_gathered(TableError, problems, "records")
    lazy = lazy.with_columns(**{name: nw.col(name) == 1 for name in flags}) if flags else lazy
    schema = lazy.collect_schema()
    raise_gathered(TableError, [*_kind_problems(schema, measures, layout)], "records")
    return RecordColumns(lazy, schema, len(copies))


def _flags(
    lazy: nw.LazyFrame[Any], schema: nw.Schema, measures: Sequence[Measure]
) -> tuple[list[str], list[Problem]]:
    """Return the parts whose numbers are all 0 and 1: conditions that were written as numbers.

    A column of codes such as 1 and 2, 1 and 5 or 0, 1 and 9 may be a question of yes and
    no, or a count: a percentage of it is a problem.
    """
    numbers = [x for x in schema if re.fullmatch(r"[xy]\d+", x) and schema[x].is_numeric()]
    if not numbers:
        return [], []
    tests = {}
    for name in numbers:
        value = nw.col(name)
        whole = reduce(or_, (value == code for code in _CODES), value.is_null())
        tests[f"{name} odd"] = nw.when(whole).then(nw.lit(0)).otherwise(nw.lit(1)).sum()
        tests[f"{name} lowest"], tests[f"{name} highest"] = value.min(), value.max()
    # A column without a number has no ends.
    found = {
        name: math.nan if column[0] is None else float(column[0])  # type: ignore[arg-type]
        for name, column in from_frame(lazy.select(**tests).collect()).columns.items()
    }
    flags, coded = [], {}
    for name in numbers:
        odd, *ends = (found[f"{name} {word}"] for word in ("odd", "lowest", "highest"))
        if not odd and ends == [0, 1]:
            flags.append(name)
        elif not odd and (ends[0] < 0 or ends[1] > _MOST_COUNTED or ends == [1, 2]):
            coded[name] = f"numbers {ends[0]:g} and {ends[1]:g} where yes or no is meant"
    of_percent = {f"{letter}{number}" for number, measure in enumerate(measures)
                  if measure.per == 100 for letter in "xy"}  # fmt: skip
    problems = [
        Problem(
            coded[name],
            where=f"{where}, column '{part}'",
            hint=f'write {{ column = "{part}", operator = "==", value = 1 }}, or, of counts, '
            f'an expression: nw.col("{part}"); leave out records whose code says unknown',
        )
        for name, where, part in _parts(measures)
        if name in coded.keys() & of_percent and isinstance(part, str)
    ]
    return flags, problems


def _kind_problems(
    schema: nw.Schema, measures: Sequence[Measure], layout: Layout
) -> Iterator[Problem]:
    def wrong(name: str, where: str, what: str, hint: str = "") -> Problem:
        return Problem(what, where=where, got=str(schema[name]), hint=hint)

    comma = "numbers with a decimal comma are read by read_records(..., decimal=',')"
    for name, column in layout.keys().items():
        where = f"column '{column}'"
        if name == "region":
            if schema[name] != nw.String:
                hint = "keep codes as text: 17.10 read as a number becomes 17.1"
                yield wrong(name, where, "a region is not text", hint)
        elif name in ("year", "population_size") or (
            name.startswith("margin") and column in layout.numbers
        ):
            if not schema[name].is_numeric():
                yield wrong(name, where, f"a {name.replace('_', ' ')} is no number")
        elif schema[name].is_nested():
            hint = "name a column of text or numbers"
            yield wrong(name, where, "no label of a stratum or sampling unit", hint)
    if layout.weight and not schema["weight"].is_numeric():
        yield wrong("weight", f"column '{layout.weight}'", "a weight is no number", comma)
    for name in schema:
        if name.startswith("copy") and not schema[name].is_numeric():
            yield wrong(name, f"replicate {int(name[4:]) + 1}", "a weight is no number", comma)
    for number, measure in enumerate(measures):
        for name, word in ((f"y{number}", "numerator"), (f"x{number}", "denominator")):
            kind, where = schema.get(name, nw.Boolean()), f"measure '{measure.code}'"
            if not (kind.is_numeric() or kind == nw.Boolean):
                hint = f"compare it with a value; {comma}"
                yield wrong(name, where, f"{word} is neither a number nor a condition", hint)
            elif word == "denominator" and kind != nw.Boolean and measure.kind is MeasureKind.MEAN:
                hint = "a mean is of the records for which a condition holds; see kind 'ratio'"
                yield wrong(name, where, "denominator of a mean is no condition", hint)
