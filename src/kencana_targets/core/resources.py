"""The files that the library ships: facts, rules and words, each with its source."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path


@cache
def library_version() -> str:
    """Return the version that is installed; none from a folder that is not installed."""
    # Cached because every table asks for it, and reading the metadata takes milliseconds.
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("kencana-targets")
    except PackageNotFoundError:
        return ""


def data_path(*parts: str) -> Path:
    """Return the path of a shipped file or folder.

    Examples
    --------
    >>> data_path("regions.csv").name
    'regions.csv'
    """
    return Path(__file__).parents[1].joinpath("data", *parts)


def data_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a shipped CSV file by their headings.

    Examples
    --------
    >>> data_rows("province_tiles.csv")[0]["short_name"]
    'Aceh'
    """
    heading, *rows = csv.reader(data_path(name).read_text(encoding="utf-8").splitlines())
    return [dict(zip(heading, row, strict=True)) for row in rows]
