"""Arrow data batch by batch: streams into columns, and columns into batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib.util import find_spec
from itertools import chain
from typing import Any

import narwhals as nw
import numpy as np

from kencana_targets.columns import Column, RawColumn, Table, Text, under
from kencana_targets.errors import MissingExtraError, refuse
from kencana_targets.frames import from_frame, to_frame

__all__ = ["batches_of", "is_stream", "read_stream", "reader_of", "to_batch"]


def is_stream(value: object) -> bool:
    """Return whether a value hands over Arrow data: a batch, a reader, what a cursor fetched."""
    # A single column is handed over the same way, and is no table.
    return hasattr(value, "__arrow_c_stream__") and not nw.dependencies.is_into_series(value)


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
    reader = _reader(stream)
    parts = [_columns(batch) for batch in reader]
    if not parts:
        return from_frame(reader.schema.empty_table())
    if len(parts) == 1:
        columns = parts[0]
    else:
        columns = {name: _stacked([part[name] for part in parts]) for name in parts[0]}
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
        refuse("batches", type(source).__name__, allowed)
    return iter(_reader(source)) if is_stream(source) else _checked(source, allowed)


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
    if not find_spec("pyarrow"):
        feature = "an Arrow stream"
        raise MissingExtraError.for_extra(feature, "duckdb")
    import pyarrow as pa

    return pa


def _reader(stream: Any) -> Any:
    """Return a reader; one that is given stays itself, so that its errors keep their kind."""
    kind = _arrow().RecordBatchReader
    return stream if isinstance(stream, kind) else kind.from_stream(stream)


def _checked(batches: Iterable[Any], allowed: str) -> Iterator[Any]:
    kind = _arrow().RecordBatch
    for batch in batches:
        if not isinstance(batch, kind):
            refuse("batches", type(batch).__name__, allowed)
        yield batch


def _columns(batch: Any) -> dict[str, RawColumn]:
    """Return the columns of a batch; numbers are copied, or they would keep the whole batch."""
    columns = from_frame(_arrow().Table.from_batches([batch])).columns
    return {
        name: np.array(column) if isinstance(column, np.ndarray) else column
        for name, column in columns.items()
    }


def _stacked(parts: list[RawColumn]) -> RawColumn:
    """Put the parts of one column under one another."""
    numbers = [part for part in parts if isinstance(part, np.ndarray)]
    texts = [part for part in parts if isinstance(part, Text)]
    if len(numbers) == len(parts):
        return np.concatenate(numbers)
    if len(texts) == len(parts):
        return under(texts)
    # Cells of another kind, such as dates; a part without any looks like text.
    lists = (part.to_list() if isinstance(part, Text) else part for part in parts)
    return from_frame({"cells": list(chain.from_iterable(lists))}).columns["cells"]
