"""Where each province stands on a map of equal tiles: a drawing of this library's own."""

from __future__ import annotations

from functools import cache

from attrs import frozen

from kencana_targets.core.errors import refuse
from kencana_targets.core.resources import data_rows
from kencana_targets.model.official_regions import EDITIONS


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
    return tuple(
        Tile(row["code"], int(row["row"]), int(row["column"]), row["short_name"])
        for row in data_rows("province_tiles.csv")
        if row["edition"] == edition
    )
