"""Old workbooks (.xls) read in a process of their own; also that process.

The format has neither checksums nor sizes to look at before, and a damaged file
makes the reader ask for more memory than there is, which ends its process. So
that is another one than the user's. This file runs by itself and imports nothing
of the library until it is asked to.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
from typing import Any

MOST_MEMORY = 2 << 30
_SECONDS = 120


def read_apart(content: bytes) -> dict[str, Any]:
    """Return ``{"sheets": [[number, title, rows, merged], ...]}``, or ``{"error": what}``."""
    paths = os.pathsep.join(filter(None, sys.path))
    try:
        done = subprocess.run(
            # Without -P the modules beside this one would hide those of Python.
            [sys.executable, "-P", __file__],
            input=content,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={**os.environ, "PYTHONPATH": paths},
        )
        told: dict[str, Any] = json.loads(done.stdout, object_hook=_from_json)
    except (subprocess.TimeoutExpired, ValueError):
        return {"error": "its parts contradict one another"}
    return told


def _from_json(pair: dict[str, Any]) -> Any:
    if len(pair) != 1:
        return pair
    kind, value = next(iter(pair.items()))
    if kind == "timedelta":
        return dt.timedelta(seconds=value)
    kinds: dict[str, type[dt.date | dt.time]] = {
        "date": dt.date,
        "datetime": dt.datetime,
        "time": dt.time,
    }
    return kinds[kind].fromisoformat(value) if kind in kinds else pair


def _to_json(cell: Any) -> dict[str, Any]:
    if isinstance(cell, dt.timedelta):
        return {"timedelta": cell.total_seconds()}
    return {type(cell).__name__: cell.isoformat()}


def _main() -> None:
    """Read a workbook from standard input and write its cells to standard output."""
    import io

    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    except ImportError:  # there is none on Windows
        pass
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        told: dict[str, Any] = {"sheets": []}
        for number, sheet in enumerate(book.sheets_metadata):
            if (
                sheet.visible == calamine.SheetVisibleEnum.Visible
                and sheet.typ == calamine.SheetTypeEnum.WorkSheet
            ):
                cells = book.get_sheet_by_index(number)
                merged = cells.merged_cell_ranges or []
                rows = cells.to_python(skip_empty_area=False)
                told["sheets"].append([number, sheet.name, rows, merged])
    except BaseException as error:  # noqa: BLE001 (a panic of Rust is no Exception)
        told = {"error": str(error), "protected": type(error).__name__ == "PasswordError"}
    json.dump(told, sys.stdout, default=_to_json)


if __name__ == "__main__":
    _main()
