from __future__ import annotations

import pytest

from kencana_targets.core.errors import ArgumentError
from kencana_targets.model.regions import load_regions
from kencana_targets.report.figures import province_tiles


@pytest.mark.parametrize("edition", ["2022", "2025"])
def test_every_province_has_one_tile_of_its_own(edition: str) -> None:
    tiles = province_tiles(edition)
    provinces = [region.code for region in load_regions(edition).children("00")]
    assert sorted(tile.code for tile in tiles) == sorted(provinces)
    assert len({(tile.row, tile.column) for tile in tiles}) == len(tiles)
    assert all(tile.row >= 0 and tile.column >= 0 for tile in tiles)


def test_tiles_lie_as_the_provinces_do() -> None:
    at = {tile.short_name: tile for tile in province_tiles()}
    assert at["Aceh"].column < at["Jakarta"].column < at["Bali"].column < at["Papua"].column
    assert at["Aceh"].row < at["Bengkulu"].row < at["Lampung"].row < at["Jakarta"].row


def test_names_fit_their_tiles() -> None:
    assert max(len(tile.short_name) for tile in province_tiles()) <= 9


def test_other_editions_are_refused() -> None:
    with pytest.raises(ArgumentError, match="allowed: 2022, 2025"):
        province_tiles("1999")
