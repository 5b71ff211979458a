"""Any data frame or Arrow stream as plain columns, and back; what the engines say when they fail."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import has

from kencana_targets.core import checks, errors
from kencana_targets.core.columns import (
    FEW,
    Categorical,
    Column,
    RawColumn,
    Table,
    Tristate,
    as_printed,
    concat,
    from_cells,
    on_all_cores,
    read_only,
)
from kencana_targets.core.errors import ArgumentError, MissingExtraError, Problem, TableError
from kencana_targets.core.typing import Backend, NDArray

if TYPE_CHECKING:
    import narwhals as nw

# Where each engine keeps the root of its errors. Only engines that are loaded can fail.
_ROOTS = {
    "duckdb": "Error",
    "narwhals.exceptions": "NarwhalsError",
    "polars.exceptions": "PolarsError",
    "pyarrow": "ArrowException",
    "pyspark.errors": "PySparkException",
    "py4j.protocol": "Py4JError",
}
# Text, as patterns take longer to prepare than most frames, and hardly any engine fails.
_CELLS = (
    (
        r"(?s)CSV Error on Line: (?P<row>\d+).*?column \"(?P<column>[^\"]+)\"\. "
        r"Could not convert string \"(?P<got>[^\"]*)\" to '(?P<kind>[^']+)'"
        r"(?:.*?\n *file ?= ?(?P<file>[^\n]+))?"
    ),
    r"could not parse `(?P<got>[^`]*)` as dtype `(?P<kind>[^`]+)` at column '(?P<column>[^']+)'",
)
_FULL = r"(?i)out of memory|failed to offload|max_temp_directory_size|no space left"
_TWICE = r"(?s)unique column names.*?'(?P<got>[^']+)' \d+ times"
_LONGEST = 300
# From how many rows a run on it is quicker to take the words of a column run by run.
_ROWS_PER_RUN = 32
# So few are sooner encoded one by one than by a query.
_FEW_ROWS = 2000
# So many columns of many rows are made at once.
_AT_ONCE = 8
# The most words of a list that is the same from table to table.
_CLOSED_LIST = 100


def engine_errors() -> tuple[type[Exception], ...]:
    """Return the classes of what the loaded engines raise, and of files that fail them."""
    loaded = ((sys.modules.get(name), root) for name, root in _ROOTS.items())
    roots = [getattr(module, root) for module, root in loaded if module is not None]
    return (OSError, *roots)


@contextmanager
def translating_engine_errors(source: str, what: str, *others: type[Exception]) -> Iterator[None]:
    """Raise what an engine raises inside as `TableError`, with the place and what to do.

    Parameters
    ----------
    source : str
        What messages call the records.
    what : str
        What cannot be done where the engine's words say nothing more precise.
    *others : type
        What else may be raised inside: a function of the caller's raises what it likes.
    """
    try:
        yield
    except Exception as error:
        # So DuckDB passes on that someone pressed Ctrl-C.
        if isinstance(error, RuntimeError) and "Query interrupted" in str(error):
            raise KeyboardInterrupt from error
        own = isinstance(error, (errors.KencanaError, MemoryError))
        if own or not isinstance(error, (*engine_errors(), *others)):
            raise
        raise TableError(_problem(str(error), what), source) from error


def first_line(text: str) -> str:
    """Return the first line of an engine's message that says anything."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "nothing")
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..."


def _problem(text: str, what: str) -> Problem:
    for pattern in _CELLS:
        if cell := re.search(pattern, text):
            return _cell(cell.groupdict())
    if re.search(_FULL, text):
        hint = (
            "raise the engine's limits (in DuckDB memory_limit, temp_directory and "
            f"max_temp_directory_size), or estimate in parts; it says: {first_line(text)}"
        )
        return Problem("not enough memory or temporary space", hint=hint)
    if twice := re.search(_TWICE, text):
        hint = "rename or drop one of them"
        return Problem("two columns of one name", got=twice["got"], hint=hint)
    return Problem(what, hint=f"the engine says: {first_line(text)}")


def _cell(found: dict[str, str | None]) -> Problem:
    named = {"": found.get("file"), "row ": found.get("row"), "column ": repr(found["column"])}
    where = ", ".join(f"{word}{value}" for word, value in named.items() if value)
    hint = (
        "leave the cell empty where a value is missing, or name the mark: "
        f"read_records(..., missing=[{found['got']!r}])"
    )
    what = f"not of the column's kind, {found['kind']}"
    return Problem(what, where=where, got=found["got"], hint=hint)


def from_frame(frame: Any, *, name: str = "table") -> Table:
    """Take the columns out of any data frame.

    Parameters
    ----------
    frame : data frame, mapping of sequences, or sequence of mappings
        Anything narwhals reads (Polars, pandas, pyarrow, DuckDB ...; a lazy
        frame is collected), an Arrow stream (what a database cursor fetched; see
        `read_stream`), or plain Python columns or records.
    name : str, optional
        What messages call the table.

    Returns
    -------
    Table
        Text as codes, numbers as float64 with nan for missing.

    Raises
    ------
    ArgumentError
        The value is not a data frame.

    Examples
    --------
    >>> from_frame({"region": ["17", "17.01"], "value": [22.1, None]}).columns["value"]
    array([22.1,  nan])
    """
    if isinstance(frame, Table):
        return frame
    if isinstance(frame, Mapping):
        for key, cells in frame.items():
            if isinstance(cells, str) or not isinstance(cells, Iterable):
                errors.refuse(name, key, "a list of cells for each column")
        columns = {str(key): from_cells(list(cells)) for key, cells in frame.items()}
        lengths = {key: len(column) for key, column in columns.items()}
        if len(set(lengths.values())) > 1:
            raise ArgumentError(Problem("columns differ in length", where=name, got=lengths))
        return Table(columns, next(iter(lengths.values()), 0))
    if isinstance(frame, Sequence) and not isinstance(frame, str):
        for record in frame:
            if not isinstance(record, Mapping):
                said = type(record).__name__
                hint = f"tell {said}s.of([...])" if has(type(record)) else ""
                errors.refuse(name, said, "records that are mappings of column to cell", hint)
        keys = dict.fromkeys(key for record in frame for key in record)
        return from_frame({key: [record.get(key) for record in frame] for key in keys}, name=name)
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    wrapped = isinstance(frame, (nw.DataFrame, nw.LazyFrame))
    if not wrapped and nw.dependencies.is_pandas_dataframe(frame):
        frame = _with_plain_names(frame)
    try:
        native = nw.from_native(frame)
    except TypeError:
        if is_stream(frame):
            return read_stream(frame)
        errors.refuse(name, type(frame).__name__, "a data frame, a mapping of columns, or records")
    except DuplicateError:
        _refuse_doubles([*getattr(frame, "column_names", frame.columns)], name)
    with translating_engine_errors(name, "the frame cannot be read", Exception):
        if native.implementation.is_duckdb():
            _refuse_doubles(nw.to_native(native).columns, name)
        eager = native.collect() if isinstance(native, nw.LazyFrame) else native
        names = list(eager.columns)
        cells = on_all_cores(lambda key: _from_series(eager[key]), names, len(eager))
    return Table(dict(zip(names, cells, strict=True)), len(eager))


def _refuse_doubles(names: list[Any], where: str) -> None:
    twice = [name for name, count in Counter(map(str, names)).items() if count > 1]
    if twice:
        problem = Problem("two columns of one name", where=where, got=twice[0], hint="rename one")
        raise ArgumentError(problem)


def _with_plain_names(frame: Any) -> Any:
    """Name the columns of a pandas frame in text; those of several rows part by part.

    An index that has a name is a column, as after ``groupby``, and so is one of words.
    """
    words = frame.index.inferred_type in ("string", "mixed", "categorical")
    if words or any(name is not None for name in frame.index.names):
        try:
            frame = frame.reset_index()
        except ValueError:
            index = [name for name in frame.index.names if name in frame.columns]
            errors.refuse("frame", index, "an index whose names are none of the columns'")
    names = []
    for column in frame.columns:
        parts = column if isinstance(column, tuple) else (column,)
        told = [str(part) for part in parts if not str(part).startswith("Unnamed: ")]
        names.append(" / ".join(dict.fromkeys(told)))
    return frame if names == list(frame.columns) else frame.set_axis(names, axis="columns")


def _from_series(series: nw.Series[Any]) -> RawColumn:
    import narwhals as nw

    if series.dtype == nw.Boolean:
        return series.to_list()
    if series.dtype == nw.Decimal and not series.implementation.is_polars():
        import pyarrow as pa

        # Through its text a decimal becomes the nearest float, to the last bit.
        exact = pa.chunked_array([series.to_arrow()]).cast(pa.string()).cast(pa.float64())
        return np.asarray(exact.to_numpy(), dtype=np.float64)
    if series.dtype.is_numeric():
        numbers = np.asarray(series.cast(nw.Float64).to_numpy(), dtype=np.float64)
        narrow = str(series.dtype) in ("Float32", "Float16")
        return as_printed(numbers.astype(str(series.dtype).lower())) if narrow else numbers
    if series.dtype in (nw.String, nw.Categorical, nw.Enum) and _holds_words(series):
        return _encode_series(series)
    cells = series.to_list()
    # Periods of pandas are called by their text: 2022, 2022Q4, 2022-01.
    return from_cells([str(one) if type(one).__name__ == "Period" else one for one in cells])


def _encode_series(series: nw.Series[Any]) -> Categorical:
    """Encode with the frame's own library: a dictionary is its home ground."""
    native = series.to_native()
    if not len(native):
        # Of no chunk pyarrow 18 makes no dictionary.
        return Categorical.encode(())
    if series.implementation.is_polars():
        return encode_polars([native])[0]
    if series.implementation.is_pandas_like():
        codes, words = (
            native.astype(object).factorize() if _is_categorical(native) else native.factorize()
        )
        return Categorical(np.asarray(codes, dtype=np.int32), tuple(map(str, words.tolist())))
    if series.implementation.is_pyarrow():
        import pyarrow as pa

        if not pa.types.is_dictionary(native.type):
            native = native.dictionary_encode()
        chunk = native.combine_chunks()
        # Indices may be unsigned, where -1 has no place.
        codes = chunk.indices.cast(pa.int64()).fill_null(-1).to_numpy(zero_copy_only=False)
        return _of_dictionary(codes.astype(np.int32), chunk.dictionary.to_pylist())
    return Categorical.encode(series.to_list())


def _holds_words(series: nw.Series[Any]) -> bool:
    """Return whether a column is text: the dictionary of a categorical one may hold numbers."""
    native = series.to_native()
    if series.implementation.is_pandas_like() and _is_categorical(native):
        return all(isinstance(word, str) for word in native.cat.categories)
    if series.implementation.is_pyarrow() and hasattr(native.type, "value_type"):
        return "string" in str(native.type.value_type)
    return True


def _of_dictionary(codes: NDArray[np.int32], words: Sequence[str | None]) -> Categorical:
    """Make text of codes into words that may hold none, or one of them twice."""
    if None not in words and len(set(words)) == len(words):
        return Categorical(codes, tuple(word for word in words if word is not None))
    distinct = Categorical.encode(words)
    return Categorical(distinct.take(codes).codes, distinct.categories)


def _is_categorical(native: Any) -> bool:
    return str(native.dtype) == "category"


def encode_polars(columns: Sequence[Any]) -> list[Categorical]:
    """Encode columns of text or categories of a Polars frame, all at once."""
    import polars as pl

    if not columns or len(columns[0]) < _FEW_ROWS:
        # Sooner than a query; and the pool of a process that has read much outgrows few rows.
        return [Categorical.encode(one.to_list()) for one in columns]
    named = {str(at): column for at, column in enumerate(columns)}
    written = pl.DataFrame({key: one for key, one in named.items() if one.dtype == pl.String})
    texts = _run_by_run(written) if written.width else {}
    if written.width > len(texts):
        named |= written.drop(texts).select(pl.all().cast(pl.Categorical)).to_dict()
    return [texts[key] if key in texts else _from_pool(one) for key, one in named.items()]


def _run_by_run(frame: Any) -> dict[str, Categorical]:
    """Encode the columns whose neighbours are mostly alike: of a run, one word is enough."""
    import polars as pl

    runs = frame.select(pl.all().rle_id())
    texts = {}
    for name in frame.columns:
        run = runs[name].to_numpy()
        if run[-1] + 1 < len(run) // _ROWS_PER_RUN:
            first = np.flatnonzero(np.diff(run, prepend=-1))
            texts[name] = Categorical.encode(frame[name].gather(first).to_list()).take(run)
    return texts


def _from_pool(column: Any) -> Categorical:
    """Give the codes of a pool of words that the whole process shares new numbers."""
    pool = column.to_physical()
    size = (pool.max() or 0) + 1
    # What has no word goes to the last place, which has no number.
    place = (pool.fill_null(size) if pool.null_count() else pool).to_numpy().astype(np.intp)
    # The first row of each word, as the last that is written stays.
    first = np.zeros(size + 1, dtype=np.int32)
    first[place[::-1]] = np.arange(len(place), 0, -1, dtype=np.int32)
    used = np.flatnonzero(first[:size])
    # In the order of rows: that of the pool depends on which thread was first.
    used = used[np.argsort(first[used])]
    codes = np.full(size + 1, -1, dtype=np.int32)
    codes[used] = np.arange(len(used), dtype=np.int32)
    return Categorical(
        read_only(codes.take(place)), tuple(column.gather(first[used] - 1).to_list())
    )


def backends() -> list[str]:
    """Return the installed libraries that `to_frame` can make frames of."""
    return [name for name in ("polars", "pandas", "pyarrow") if _is_installed(name)]


@cache
def _is_installed(name: str) -> bool:
    return find_spec(name) is not None


def to_frame(
    columns: Mapping[str, Column],
    backend: Backend | None = None,
    *,
    keys: Sequence[str] = (),
    names: Iterable[str] | None = None,
) -> Any:
    """Make a data frame of columns.

    Parameters
    ----------
    columns : mapping of str to Column
        Columns of one length.
    backend : {"polars", "pandas", "pyarrow"}, optional
        The library; by default the first of these that is installed.
    keys : sequence of str, optional
        Text columns that become plain text, because people join on them; the
        other text becomes dictionary (categorical) columns.
    names : iterable of str, optional
        Only these columns, in this order; no other is asked for.

    Returns
    -------
    polars.DataFrame, pandas.DataFrame or pyarrow.Table
        Missing values are null, never nan, where the library knows the difference.

    Raises
    ------
    ArgumentError
        `backend` is none of the three.
    MissingExtraError
        The library is not installed.
    """
    installed = backends()
    asked = backend if backend is not None else next(iter(installed), "polars")
    makers = {"polars": _to_polars, "pandas": _to_pandas, "pyarrow": _to_pyarrow}
    chosen = checks.as_choice("backend", asked, *makers)
    if chosen not in installed:
        feature = f"a {chosen} data frame"
        raise MissingExtraError.for_extra(feature, "duckdb" if chosen == "pyarrow" else chosen)
    return makers[chosen](_parts(columns, columns if names is None else names), keys)


def _parts(columns: Mapping[str, Column], names: Iterable[str]) -> Iterator[dict[str, Column]]:
    """Yield the columns, of many rows a few at a time: what stands in the frame can go."""
    part: dict[str, Column] = {}
    for name in names:
        part[name] = columns[name]
        if len(part) == _AT_ONCE and len(part[name]) > FEW:
            yield part
            part = {}
    yield part


def _to_polars(parts: Iterable[Mapping[str, Column]], keys: Sequence[str]) -> Any:
    import polars as pl

    def series(key: str, column: Column) -> Any:
        if isinstance(column, Categorical):
            kind: Any = pl.String if key in keys else pl.Categorical
            words: tuple[Any, ...] = column.categories
            codes: Any = column.codes
        elif isinstance(column, Tristate):
            kind, words, codes = pl.Boolean, (False, True), column.states
        else:
            return pl.Series(key, column, nan_to_null=True)
        return _once(_polars_words, words)(key, words, kind).gather(pl.lit(pl.Series(codes)))

    # In one query, because each by itself has the fixed cost of one.
    frames = [pl.select([series(*item) for item in part.items()]) for part in parts]
    return frames[0] if len(frames) == 1 else pl.concat(frames, how="horizontal")


@lru_cache(maxsize=64)
def _polars_words(key: str, words: tuple[Any, ...], kind: Any) -> Any:
    import polars as pl

    # The code -1 is the last place, which holds no word.
    return pl.lit(pl.Series(key, (*words, None), dtype=kind))


def _to_pandas(parts: Iterable[Mapping[str, Column]], keys: Sequence[str]) -> Any:
    import pandas as pd

    def array(item: tuple[str, Column]) -> Any:
        key, column = item
        if isinstance(column, Categorical) and key in keys:
            return pd.array([*column.categories, None], dtype="string").take(column.codes)
        if isinstance(column, Categorical):
            words = _once(_pandas_words, column.categories)(column.categories)
            return pd.Categorical.from_codes(column.codes, dtype=words)
        if isinstance(column, Tristate):
            return pd.arrays.BooleanArray(column.states == 1, column.states < 0)
        # The frame may be written to, the column not.
        return column.copy()

    arrays: dict[str, Any] = {}
    for part in parts:
        rows = max(map(len, part.values()), default=0)
        arrays |= zip(part, on_all_cores(array, list(part.items()), rows), strict=True)
    # pandas itself would copy them once more, on one core.
    return pd.DataFrame(arrays, copy=False)


def _once(make: Any, words: tuple[Any, ...]) -> Any:
    """Return what makes a type or column of words; of closed lists, once and not at each call."""
    return make if len(words) <= _CLOSED_LIST else make.__wrapped__


@lru_cache(maxsize=64)
def _pandas_words(words: tuple[str, ...]) -> Any:
    import pandas as pd

    return pd.CategoricalDtype(list(words))


def _to_pyarrow(parts: Iterable[Mapping[str, Column]], keys: Sequence[str]) -> Any:
    import pyarrow as pa

    def array(key: str, column: Column) -> Any:
        if isinstance(column, Categorical):
            codes = pa.array(column.codes, mask=column.codes < 0)
            words = pa.array(column.categories, type=pa.string())
            return (
                words.take(codes) if key in keys else pa.DictionaryArray.from_arrays(codes, words)
            )
        if isinstance(column, Tristate):
            return pa.array(column.states == 1, mask=column.states < 0)
        return pa.array(column, from_pandas=True)

    return pa.table({key: array(key, column) for part in parts for key, column in part.items()})


def is_stream(value: object) -> bool:
    """Return whether a value hands over Arrow data: a batch, a reader, what a cursor fetched."""
    if not hasattr(value, "__arrow_c_stream__"):
        return False
    # A single column is handed over the same way, and is no table.
    from narwhals.dependencies import is_into_series

    return not is_into_series(value)


@translating_engine_errors("table", "the frame cannot be read", Exception)
def read_stream(stream: Any) -> Table:
    """Take the columns out of an Arrow stream; each batch is let go when it has been read.

    Raises
    ------
    MissingExtraError
        pyarrow is not installed.

    Examples
    --------
    >>> import pyarrow as pa
    >>> batch = pa.record_batch({"region": ["17", "17.01"], "value": [22.1, None]})
    >>> read_stream(batch).columns["value"]
    array([22.1,  nan])
    """
    if "pyarrow" not in backends() and "polars" in backends():
        import polars as pl

        return from_frame(pl.DataFrame(stream))
    reader = _reader(stream)
    tables = map(_arrow().Table.from_batches, ([batch] for batch in reader))
    parts = [*map(_columns, tables)] or [_columns(reader.schema.empty_table())]
    columns = {name: concat([part[name] for part in parts]) for name in parts[0]}
    return Table(columns, max(map(len, columns.values()), default=0))


def batches_of(source: Any) -> Iterator[Any]:
    """Return the batches of an Arrow stream, or of an iterable of batches.

    Raises
    ------
    ArgumentError
        `source`, or something in it, is neither.
    MissingExtraError
        pyarrow is not installed.
    """
    allowed = "an Arrow stream or an iterable of pyarrow.RecordBatch"
    if not is_stream(source) and not isinstance(source, Iterable):
        errors.refuse("batches", type(source).__name__, allowed)
    return _checked(source, allowed)


def _checked(source: Any, allowed: str) -> Iterator[Any]:
    with translating_engine_errors("batches", "the frame cannot be read", Exception):
        kind = _arrow().RecordBatch
        for batch in _reader(source) if is_stream(source) else source:
            if not isinstance(batch, kind):
                errors.refuse("batches", type(batch).__name__, allowed)
            yield batch


def to_batch(columns: Mapping[str, Column]) -> Any:
    """Make one `pyarrow.RecordBatch`, all text plain: not every consumer takes dictionaries."""
    table = to_frame(columns, "pyarrow", keys=tuple(columns))
    return _arrow().RecordBatch.from_arrays(
        [column.chunk(0) for column in table.columns], schema=table.schema
    )


def reader_of(schema: Any, batches: Iterable[Any]) -> Any:
    """Return a `pyarrow.RecordBatchReader` of batches that are made as they are asked for."""
    return _arrow().RecordBatchReader.from_batches(schema, batches)


def _arrow() -> Any:
    return errors.optional_module("pyarrow", "an Arrow stream", "duckdb")


def _reader(stream: Any) -> Any:
    """Return a reader; one that is given stays itself, so that its errors keep their kind."""
    kind = _arrow().RecordBatchReader
    return stream if isinstance(stream, kind) else kind.from_stream(stream)


def _columns(batch: Any) -> dict[str, RawColumn]:
    """Return the columns of a batch; numbers are copied, or they would keep the whole batch."""
    columns = from_frame(batch).columns.items()
    return {name: np.array(x) if isinstance(x, np.ndarray) else x for name, x in columns}


def arrow_stream(
    columns: Mapping[str, Column], keys: Sequence[str], requested_schema: object | None = None
) -> object:
    """Hand columns over as an Arrow stream (a PyCapsule), through Polars or pyarrow."""
    library: Backend = "pyarrow" if "polars" not in backends() else "polars"
    return to_frame(columns, library, keys=keys).__arrow_c_stream__(requested_schema)


def as_narwhals(frame: Any) -> Any:
    """Return what narwhals asks of a type that it does not know: the frame as it holds it."""
    import narwhals as nw

    return nw.from_native(frame, eager_only=True)._compliant_frame
