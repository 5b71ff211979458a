"""The files that the library ships: facts, rules and words, each with its source."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

# Written here, and taken from here when a package is built: to read it out of what is
# installed loads a library of e-mail.
VERSION = "0.1.0"
Key = TypeVar("Key")
One = TypeVar("One")


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


def by_key(pairs: Iterable[tuple[Key, One]]) -> dict[Key, list[One]]:
    """Return what stands with each key, in the order in which both first come.

    Examples
    --------
    >>> by_key([("province", "Aceh"), ("regency", "Pidie"), ("province", "Riau")])
    {'province': ['Aceh', 'Riau'], 'regency': ['Pidie']}
    """
    found: dict[Key, list[One]] = {}
    for key, one in pairs:
        found.setdefault(key, []).append(one)
    return found


@cache
def thresholds() -> Mapping[str, Any]:
    """Return the thresholds of the checks of what is plausible, by the name of each."""
    import tomllib

    return tomllib.loads(data_path("plausibility.toml").read_text(encoding="utf-8"))
