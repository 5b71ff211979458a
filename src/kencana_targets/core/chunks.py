"""Work on many rows, chunk by chunk, on all cores."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from kencana_targets.core.columns import read_only
from kencana_targets.core.typing import NDArray

# Rows worked on at once: their arrays stay in the processor's cache.
CHUNK = 1 << 15
# No thread is worth its start for so few rows, however they are cut.
FEW = 1 << 15


def on_all_cores(
    work: Callable[[Any], Any], parts: Sequence[Any], rows: int | None = None
) -> list[Any]:
    """Return what `work` makes of each part, in their order; numpy leaves the cores free.

    Of few rows, no thread is worth its start.

    Examples
    --------
    >>> on_all_cores(abs, [-1, 2])
    [1, 2]
    """
    cores = min(os.cpu_count() or 1, len(parts))
    if cores < 2 or (rows is not None and rows <= FEW):
        return [work(part) for part in parts]
    # Imported here because most tables have one chunk.
    from concurrent.futures import ThreadPoolExecutor

    made: list[Any] = [None] * len(parts)
    numbers = iter(range(len(parts)))

    def run() -> None:
        try:
            # Each thread takes the next part that no other has taken.
            for number in numbers:
                made[number] = work(parts[number])
        finally:
            # What stops one of them stops all.
            deque(numbers, maxlen=0)

    with ThreadPoolExecutor(cores - 1) as pool:
        others = [pool.submit(run) for _ in range(cores - 1)]
        run()
        for other in others:
            other.result()
    return made


def by_chunks(
    rows: int, kinds: Mapping[str, Any], work: Callable[[slice], tuple[NDArray[Any], ...]]
) -> dict[str, NDArray[Any]]:
    """Compute columns of so many rows; `work` returns the cells of a slice of the rows.

    The cells of a row depend on that row alone, so that neither chunks nor threads
    nor their order change a result.
    """
    if rows <= CHUNK:
        made = [np.asarray(cells, kind) for cells, kind in
                zip(work(slice(0, rows)), kinds.values(), strict=True)]  # fmt: skip
        return {name: read_only(cells) for name, cells in zip(kinds, made, strict=True)}
    columns = {name: np.empty(rows, dtype=kind) for name, kind in kinds.items()}

    def fill(start: int) -> None:
        part = slice(start, min(start + CHUNK, rows))
        for column, cells in zip(columns.values(), work(part), strict=True):
            column[part] = cells

    on_all_cores(fill, range(0, rows, CHUNK), rows)
    return {name: read_only(column) for name, column in columns.items()}
