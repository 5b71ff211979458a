from __future__ import annotations

import random
import string
from collections import Counter

import pytest

from kencana_targets.core.errors import ArgumentError, KencanaError, UnknownNameError
from kencana_targets.model.regions import EDITIONS, Level, load_regions

NOW = load_regions()
THEN = load_regions("2022")
SECOND = [region for region in NOW if region.level in (Level.REGENCY, Level.CITY)]
# From the crosswalk of cahyadsn/wilayah with BPS: the two systems agree in Bengkulu, not in Aceh.
BPS = {"17.01": "1701", "11.09": "1101", "11.01": "1103", "93.01": "9401", "96.71": "9171"}


def bare(region):
    return region.name.removeprefix("Kabupaten ").removeprefix("Kota ")


def shown(region):
    return f"'{region.name}' ({region.code})"


def outcome_of(name):
    """Return the region that is found, or what the error says."""
    try:
        return shown(NOW.find(name))
    except KencanaError as error:
        return str(error)


def test_both_editions_are_whole():
    for edition, provinces in (("2022", 34), ("2025", 38)):
        levels = Counter(region.level for region in load_regions(edition))
        assert levels == {"nation": 1, "province": provinces, "regency": 416, "city": 98}
    assert NOW.edition == "2025"
    assert THEN.edition == "2022"


def test_each_edition_is_read_once():
    assert load_regions("2025") is load_regions(edition="2025") is load_regions()


def test_other_editions_are_refused():
    for edition in ("2019", 2025, None, ["2025"]):
        with pytest.raises(ArgumentError, match=r"argument 'edition': .* allowed: 2022, 2025"):
            load_regions(edition)


def test_the_nation_is_above_the_provinces():
    assert NOW["00"].name == "Indonesia"
    assert NOW["00"].parent is None
    assert len(NOW.children("00")) == 38
    assert [region.code for region in NOW.ancestors("17.06")] == ["17", "00"]
    assert all(region.parent == region.code[:2] for region in SECOND)


def test_population_adds_up():
    # Civil register (DKB), December 2024, as published for nation and provinces.
    assert NOW["00"].population == THEN["00"].population == 284_973_643
    assert NOW["17"].population == 2_127_957
    assert NOW["91"].population == 1_102_360
    assert THEN["91"].population == 4_504_210  # with the three provinces formed from it
    for regions in (NOW, THEN):
        for region in regions:
            parts = regions.children(region.code)
            if parts:
                assert region.population == sum(part.population for part in parts)


def test_papua_was_divided():
    assert len(THEN.children("91")) == 29
    assert len(NOW.children("91")) == 9
    assert THEN["91.01"].name == NOW["93.01"].name == "Kabupaten Merauke"
    assert NOW.translate("91.01", to="2025") == "93.01"
    assert THEN.translate("91.01", to="2025") == "93.01"
    assert THEN.from_bps("94").name == NOW.from_bps("94").name == "Papua"
    with pytest.raises(UnknownNameError, match=r"its parts have the codes 91\.01, 91\.16, "):
        NOW.translate("93", to="2022")


def test_translating_there_and_back_is_the_identity():
    moved = 0
    for region in THEN:
        if region.code == "00":
            continue
        there = THEN.translate(region.code, to="2025")
        assert NOW.translate(there, to="2022") == region.code
        assert NOW[there].name == region.name
        moved += there != region.code
    assert moved == 26


@pytest.mark.parametrize("regions", [NOW, THEN], ids=EDITIONS[::-1])
def test_every_region_is_found_by_every_name_it_has(regions):
    for region in regions:
        ways = [region.code, region.name, region.name.lower(), region.name.upper()]
        ways += [region.name.replace(" ", "-"), f"  {region.name}\xa0"]
        ways += [region.name.replace("Kabupaten", "KAB."), region.name.replace("Kepulauan", "Kep.")]
        ways += [region.name.replace("Administrasi", "Adm.").replace("Kabupaten ", "Kab.")]
        ways += [region.name.replace(" Administrasi", ""), region.name.replace(" ", "")]
        if region.level is Level.PROVINCE:
            ways += [f"Provinsi {region.name}", f"PROV. {region.name.upper()}"]
        prefix = "Kota" if region.level is Level.CITY else "Kab."
        for former in region.former_names:
            ways += [former, f"{prefix} {former}", former.lower(), former.replace(" ", "")]
        assert {regions.find(way) for way in ways} == {region}


def test_every_region_is_found_by_its_bps_code():
    for regions in (NOW, THEN):
        coded = [region for region in regions if region.bps_code is not None]
        assert len(coded) == 514 + 34
        assert all(regions.from_bps(region.bps_code) is region for region in coded)
    assert {code: NOW[code].bps_code for code in BPS} == BPS


def test_a_bare_name_finds_its_region_or_asks():
    asked = set()
    for region in SECOND:
        outcome = outcome_of(bare(region))
        if "name fits" in outcome:
            asked.add(bare(region))
        # Bengkulu, Jambi, Gorontalo: the exact name of a province means the province.
        assert shown(region) in outcome or outcome.startswith(f"'{bare(region)}' (")
        assert NOW.find(bare(region), level=region.level, province=region.parent) == region
    assert {"Bandung", "Bogor", "Malang", "Banjar", "Yogyakarta"} <= asked
    assert len(asked) == 26


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("KAB. MUKO MUKO", "17.06"),
        ("Kab Mukomuko", "17.06"),
        ("Kabupaten Muko-Muko", "17.06"),
        ("kota bengkulu", "17.71"),
        ("Bengkulu", "17"),
        ("Provinsi Bengkulu", "17"),
        ("KOTA ADM. JAKARTA SELATAN", "31.74"),
        ("Kota Jakarta Selatan", "31.74"),
        ("Jakarta Selatan", "31.74"),
        ("Kep. Seribu", "31.01"),
        ("Kep. Tanimbar", "81.03"),
        ("Maluku Tenggara Barat", "81.03"),
        ("Mamuju Utara", "76.01"),
        ("Kab. Toba Samosir", "12.12"),
        ("DI Yogyakarta", "34"),
        ("D.I. Yogyakarta", "34"),
        ("DIY", "34"),
        ("DKI Jakarta", "31"),
        ("Prov. DKI Jakarta", "31"),
        ("Jakarta", "31"),
        ("Indonesia", "00"),
        ("NASIONAL", "00"),
        ("Kep. Babel", "19"),
        ("Babel", "19"),
        ("Kepri", "21"),
        ("N.T.T.", "53"),
        ("Kab. Kota Baru", "63.02"),
        ("Kotabaru", "63.02"),
        ("Kota Mobagu", "71.74"),
        ("Lima Puluh Kota", "13.07"),
        ("Kab. Toli Toli", "72.04"),
        ("Kota Yogyakarta", "34.71"),
        ("Kab. Yogyakarta", None),
        ("Kota Sleman", None),
        ("Tanimbar", None),
        ("Riau Kepulauan", None),
    ],
)
def test_names_from_the_wild(name, code):
    if code is not None:
        assert NOW.find(name).code == code
    else:
        with pytest.raises(UnknownNameError, match="the nearest are"):
            NOW.find(name)


def test_codes_that_a_spreadsheet_or_bps_changed_are_refused():
    with pytest.raises(
        UnknownNameError, match=r"it may have been 'Kabupaten Bengkulu Selatan' \(17\.01\)$"
    ):
        NOW.find("17.1")
    with pytest.raises(UnknownNameError, match=r"Selatan' \(11\.01\) or .* Singkil' \(11\.10\)$"):
        NOW[11.1]
    with pytest.raises(UnknownNameError) as caught:
        NOW["1101"]
    assert str(caught.value) == (
        "unknown region code: got '1101'; write '11.01' for Kabupaten Aceh Selatan "
        "or from_bps('1101') for Kabupaten Simeulue"
    )


def misspelled(name, draw):
    """Drop, add, change or swap one or two letters of a name."""
    for _ in range(draw.choice((1, 2))):
        at = draw.randrange(len(name))
        letter = draw.choice(string.ascii_lowercase)
        following = name[at + 1 : at + 2]
        changed = draw.choice(("", letter + name[at], letter, following + name[at]))
        name = name[:at] + changed + name[at + 1 + len(following) * (changed[:1] == following) :]
    return name


@pytest.mark.parametrize("short", [False, True], ids=["Kabupaten", "KAB."])
def test_a_misspelled_name_is_found_or_offered_and_never_another(short):
    draw = random.Random(17)
    outcomes = Counter()
    for _ in range(300):
        region = draw.choice(SECOND)
        name = region.name.upper().replace("KABUPATEN", "KAB.") if short else region.name
        written = misspelled(name, draw)
        outcome = outcome_of(written)
        assert shown(region) in outcome, written
        outcomes["found" if outcome == shown(region) else "offered"] += 1
    assert outcomes["offered"] > 270
    assert sum(outcomes.values()) == 300


def test_one_of_the_province_comes_before_one_that_is_nearer_by_a_letter() -> None:
    nearest = r"the nearest are 'Kabupaten Malang' \(35.07\), 'Kabupaten Pemalang'"
    with pytest.raises(UnknownNameError, match=nearest):
        load_regions().find("Kab. Pealang", province="35")
