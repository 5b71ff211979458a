"""Where each province stands on a map of equal tiles: a drawing of this library's own."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

from attrs import frozen

from kencana_targets.catalog.regions import EDITIONS
from kencana_targets.errors import refuse

__all__ = ["Tile", "province_tiles"]


@frozen
class Tile:
    """One province on the map.

    Parameters
    ----------
    code : str
        Kemendagri code of the province.
    row, column : int
        Place, counted from the north-west.
    short_name : str
        Name that fits a tile.
    """

    code: str
    row: int
    column: int
    short_name: str


@cache
def province_tiles(edition: str = "2025") -> tuple[Tile, ...]:
    """Return the tiles of all provinces.

    Parameters
    ----------
    edition : {"2025", "2022"}, optional
        38 provinces, or 34 before Papua was divided.

    Raises
    ------
    ArgumentError
        There is no such edition.

    Examples
    --------
    >>> len(province_tiles("2025")), len(province_tiles("2022"))
    (38, 34)
    """
    if edition not in EDITIONS:
        refuse("edition", edition, ", ".join(EDITIONS))
    text = resources.files(__package__).joinpath("province_tiles.csv").read_text(encoding="utf-8")
    return tuple(
        Tile(row["code"], int(row["row"]), int(row["column"]), row["short_name"])
        for row in csv.DictReader(text.splitlines())
        if row["edition"] == edition
    )
