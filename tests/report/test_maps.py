"""Maps: whose outline an outline is, and tiles where there are none."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from matplotlib.colors import to_hex
from report_cards import bengkulu, nation, province

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, TableError
from kencana_targets.report.bands import looks

CARD = bengkulu()
REGIONS = [region for region in kt.load_regions() if region.parent == "17"]
BPS = {region.code: region.bps_code for region in REGIONS}


def square(x: float, y: float, size: float = 1.0) -> list[list[float]]:
    return [[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]


def shapes(key: str, names, geometry=None) -> dict:
    """Return one square a name, beside each other."""
    features = []
    for number, name in enumerate(names):
        form = {"type": "Polygon", "coordinates": [square(2 * number, number % 3)]}
        known = {"OBJECTID": number, "WADMPR": "Bengkulu", key: name}
        features.append({"type": "Feature", "properties": known, "geometry": geometry or form})
    return {"type": "FeatureCollection", "features": features}


def colours(ax) -> list[str]:
    """Return the colour of each outline from west to east, white for none."""
    order = sorted(ax.patches, key=lambda patch: patch.get_xy()[:, 0].min())
    return ["" if patch.get_hatch() else to_hex(patch.get_facecolor()) for patch in order]


def expected() -> list[str]:
    rows = {row["region"]: row["band"] for row in CARD.to_dicts()}
    known = {look.word: look.colour for look in looks(CARD.rule, "id")}
    return [known.get(rows[region.code], "") for region in REGIONS]


WAYS = {
    "dotted": ("kode", [region.code for region in REGIONS]),
    "plain": ("KDPKAB", [region.code.replace(".", "") for region in REGIONS]),
    "numbers": ("kode_kemendagri", [int(region.code.replace(".", "")) for region in REGIONS]),
    "floats": ("id_bps", [float(BPS[region.code]) for region in REGIONS]),
    "bps": ("KODE_BPS", [BPS[region.code] for region in REGIONS]),
    "official": ("WADMKK", [region.name for region in REGIONS]),
    "short": ("NAME_2", [region.name.removeprefix("Kabupaten ") for region in REGIONS]),
    "capitals": ("KABKOT", [region.name.upper() for region in REGIONS]),
}


@pytest.mark.parametrize("way", WAYS)
def test_outlines_are_found_by_codes_and_names(way: str) -> None:
    ax = CARD.plot_map("stunting_balita", shapes=shapes(*WAYS[way]))
    assert colours(ax) == expected()


def test_the_city_without_its_prefix_is_no_province() -> None:
    names = ["Bengkulu" if region.code == "17.71" else region.name for region in REGIONS]
    assert colours(CARD.plot_map("stunting_balita", shapes=shapes("nama", names))) == expected()


def test_a_name_of_two_regions_is_the_one_that_is_left() -> None:
    card = province().select(indicator="i0").for_year(2024)
    known = {"32.04": "Bandung", "32.73": "Kota Bandung", "32.16": "Bekasi"}
    ax = card.plot_map("i0", shapes=shapes("nama", known.values()), language="id")
    # Bekasi alone may be the regency or the city, so it is drawn by nobody's guess.
    said = [text.get_text() for text in ax.texts]
    assert {line.split("\n")[0] for line in said if "\n" in line} == {"Bandung", "Kota Bandung"}
    assert any("25 wilayah tidak punya batas" in line for line in said)


def test_files_and_what_hands_itself_over(tmp_path) -> None:
    value = shapes(*WAYS["dotted"])
    (tmp_path / "batas.geojson").write_text(json.dumps(value), encoding="utf-8-sig")

    class Frame:
        __geo_interface__ = value

    for source in (
        tmp_path / "batas.geojson", str(tmp_path / "batas.geojson"),
        io.BytesIO(json.dumps(value).encode()), Frame(),
    ):  # fmt: skip
        assert colours(CARD.plot_map("stunting_balita", shapes=source)) == expected()


def test_codes_that_may_be_of_either_office_are_settled_by_names_or_refused() -> None:
    # 11.03 and 11.04 are Aceh Timur and Aceh Tengah; for BPS 1103 is Aceh Selatan.
    codes = ["11.01", "11.02", "11.03", "11.04"]
    card = nation(None, 1, [2024], known=codes)
    regions = kt.load_regions()
    plain = [code.replace(".", "") for code in codes]
    fits_both = [code for code in plain if any(regions[one].bps_code == code for one in codes)]
    assert fits_both
    with pytest.raises(ArgumentError, match="codes of Kemendagri or of BPS") as raised:
        card.plot_map("i0", shapes=shapes("kode", fits_both))
    assert "atau kode BPS" in raised.value.text("id")
    named = shapes("kode_bps", fits_both)
    first = card.plot_map("i0", shapes=named, language="id").texts[0].get_text()
    assert first.split("\n")[0] == regions.from_bps(fits_both[0]).name.removeprefix("Kabupaten ")
    for one, code in zip(named["features"], fits_both, strict=True):
        one["properties"]["nama"] = regions[f"{code[:2]}.{code[2:]}"].name
        one["properties"]["kode"] = one["properties"].pop("kode_bps")
    first = card.plot_map("i0", shapes=named, language="id").texts[0].get_text()
    code = f"{fits_both[0][:2]}.{fits_both[0][2:]}"
    assert first.split("\n")[0] == regions[code].name.removeprefix("Kabupaten ")


def test_parts_holes_and_enclaves_are_drawn_large_ones_first() -> None:
    value = shapes("kode", ["17.01", "17.71"])
    value["features"][0]["geometry"] = {
        "type": "GeometryCollection",
        "geometries": [
            {"type": "Point", "coordinates": [0, 0]},
            {"type": "MultiPolygon", "coordinates": [
                [square(0, 0, 10), square(4, 4, 2)], [square(20, 0)],
            ]},
        ],
    }  # fmt: skip
    value["features"][1]["geometry"] = {"type": "Polygon", "coordinates": [square(4.5, 4.5)]}
    ax = CARD.plot_map("stunting_balita", shapes=value)
    sizes = [np.ptp(patch.get_xy()[:, 0]) for patch in ax.patches]
    assert sizes == [10, 2, 1, 1]
    assert to_hex(ax.patches[1].get_facecolor()) == "#ffffff"


def test_a_region_without_an_actual_is_hatched_and_one_without_outline_counted() -> None:
    card = bengkulu(2023)
    ax = card.plot_map("stunting_balita", shapes=shapes("kode", ["17.01", "17.71"]))
    assert [bool(patch.get_hatch()) for patch in ax.patches] == [True, False]
    assert "8 regions have no outline" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("value", "message"), [
    ({"type": "Topology"}, "GeoDataFrame"), ([1], "GeoDataFrame"), (7, "GeoDataFrame"),
    ({"features": [1]}, "GeoDataFrame"), ({"features": []}, "a property with the codes"),
    (shapes("kode", ["99.99"]), "a property with the codes"),
    (shapes("kode", ["17.01"], {"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}), "outlines"),
    (shapes("kode", ["17.01"], {"type": "Polygon", "coordinates": [[["x", 0]] * 4]}), "outlines"),
    (shapes("kode", ["17.01"], {"type": "Point", "coordinates": [0, 0]}), "a property with"),
])  # fmt: skip
def test_what_is_no_map_is_refused(value, message: str) -> None:
    with pytest.raises(ArgumentError, match=message) as raised:
        CARD.plot_map("stunting_balita", shapes=value)
    assert raised.value.text("id") != str(raised.value)


def test_a_file_that_is_no_map_is_refused(tmp_path) -> None:
    for content in (b"PK\x03\x04", b"[" * 100_000, "{".encode("utf-16")):
        (tmp_path / "batas.shp").write_bytes(content)
        with pytest.raises(TableError, match="not a GeoJSON file"):
            CARD.plot_map("stunting_balita", shapes=tmp_path / "batas.shp")
    with pytest.raises(TableError, match="no such file"):
        CARD.plot_map("stunting_balita", shapes=tmp_path / "none.geojson")


def test_one_province_is_drawn_as_tiles_of_its_own_regencies() -> None:
    ax = CARD.plot_map("stunting_balita", language="id")
    assert len(ax.patches) == len(CARD)
    said = "\n".join(text.get_text() for text in ax.texts)
    assert all(name in said for name in ("Kaur", "Seluma", "Kota Bengkulu", "12,4", "19,8"))
    assert "petak menurut urutan kode" in said
    corners = {tuple(patch.get_xy()[0]) for patch in ax.patches}
    assert len(corners) == len(CARD)


def test_too_many_regions_for_tiles_need_outlines() -> None:
    with pytest.raises(ArgumentError, match="outlines of the regions"):
        nation(61, 1, [2024]).plot_map("i0")


def test_provinces_lie_as_they_do() -> None:
    assert len(nation(None, 1, [2024], levels=("province",)).plot_map("i0").patches) == 38
    assert len(nation(None, 1, [2024], known=["17"]).plot_map("i0").patches) == 38
