from __future__ import annotations

import pickle

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from strategies import letters

from kencana_targets.core.errors import AmbiguousNameError, ArgumentError, UnknownNameError
from kencana_targets.model.regions import Level, Region, Regions


def region(code, name="Somewhere", level="regency", parent=None, **fields):
    return Region(code=code, name=name, level=level, parent=parent, **fields)


BENGKULU = region("17", "Bengkulu", "province")
MUKOMUKO = region("17.06", "Kabupaten Mukomuko", parent="17", bps_code="1706", population=198_000)
CITY = region("17.71", "Kota Bengkulu", "city", "17", bps_code="1771")
JAVA = region("32", "Jawa Barat", "province")
BANDUNG = region("32.04", "Kabupaten Bandung", parent="32")
BANDUNG_CITY = region("32.73", "Kota Bandung", "city", "32")
PAPUA = region("91", "Papua", "province")
SOUTH_PAPUA = region("93", "Papua Selatan", "province")
MERAUKE = region("93.01", "Kabupaten Merauke", parent="93", former_names=("Papua Ujung",))

CROSSWALK = [
    {"2022": "17", "2025": "17"},
    {"2022": "91", "2025": "91"},
    {"2025": "93"},
    {"2022": "91.01", "2025": "93.01"},
]
SOME = Regions(
    [CITY, BENGKULU, MUKOMUKO, BANDUNG_CITY, JAVA, BANDUNG, MERAUKE, SOUTH_PAPUA, PAPUA],
    edition="2025",
    crosswalk=CROSSWALK,
)


# One region


def test_a_region_is_a_value():
    same = region("17.06", "Kabupaten Mukomuko", parent="17", bps_code="1706", population=198_000)
    assert same == MUKOMUKO
    assert region("17.06", population=0).population == 0
    assert hash(same) == hash(MUKOMUKO)
    assert MUKOMUKO.level is Level.REGENCY
    assert str(MUKOMUKO) == "Kabupaten Mukomuko (17.06)"
    assert pickle.loads(pickle.dumps(MUKOMUKO)) == MUKOMUKO


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"code": 17.06}, "argument 'code': not allowed: got 17.06; allowed: text without"),
        ({"code": " 17"}, "argument 'code': not allowed: got ' 17'"),
        ({"name": ""}, "argument 'name': not allowed: got ''"),
        ({"level": "island"}, "argument 'level': not allowed: got 'island'; allowed: nation, prov"),
        ({"parent": 17}, "argument 'parent': not allowed: got 17"),
        ({"bps_code": 1706}, "argument 'bps_code': not allowed: got 1706"),
        ({"former_names": "Toba"}, "argument 'former_names': not allowed: got 'Toba'"),
        ({"former_names": ("",)}, "argument 'former_names': not allowed"),
        ({"population": -1}, "argument 'population': not allowed: got -1; allowed: a whole number"),
        ({"population": True}, "argument 'population': not allowed: got True"),
        ({"population": 1.5}, "argument 'population': not allowed: got 1.5"),
    ],
)
def test_a_field_of_another_kind_is_refused(fields, message):
    given_fields = {"code": "17.06", "name": "Kabupaten Mukomuko", "level": "regency"}
    with pytest.raises(ArgumentError) as caught:
        Region(**(given_fields | fields))
    assert str(caught.value).startswith(message)


# A collection


def test_regions_stand_in_the_order_of_their_codes():
    assert SOME.codes == ("17", "17.06", "17.71", "32", "32.04", "32.73", "91", "93", "93.01")
    assert [each.code for each in SOME] == list(SOME.codes)
    assert len(SOME) == 9
    assert repr(SOME) == "<Regions: 9, edition='2025'>"
    assert repr(Regions([])) == "<Regions: 0>"


def test_membership_takes_a_code_or_a_region():
    assert "17.06" in SOME
    assert MUKOMUKO in SOME
    assert region("17.06", "Other") not in SOME
    assert "17.07" not in SOME
    assert 17.06 not in SOME
    assert ["17.06"] not in SOME


def test_positions_serve_arrays():
    assert [SOME.position(code) for code in SOME.codes] == list(range(9))
    assert SOME.parent_positions.dtype == np.int32
    assert SOME.parent_positions.tolist() == [-1, 0, 0, -1, 3, 3, -1, -1, 7]
    with pytest.raises(ValueError, match="read-only"):
        SOME.parent_positions[0] = 1


def test_equal_regions_in_any_order_are_equal_and_hash_alike():
    again = Regions(reversed(SOME.regions), edition="2025", crosswalk=CROSSWALK)
    assert again == SOME
    assert hash(again) == hash(SOME)
    assert Regions(SOME.regions) != SOME
    assert SOME != "17"


def test_regions_survive_pickling_also_after_use():
    assert SOME.find("mukomuko") == MUKOMUKO
    again = pickle.loads(pickle.dumps(SOME))
    assert again == SOME
    assert again.translate("91.01", to="2025") == "93.01"
    assert not again.parent_positions.flags.writeable


def test_regions_cannot_be_changed():
    with pytest.raises(AttributeError):
        SOME.edition = "2030"


def test_parents_and_parts():
    deep = SOME.extended(
        [
            region("17.06.01", "Lubuk Pinang", "district", "17.06"),
            region("17.06.01.2001", "Lubuk Gedang", "village", "17.06.01"),
        ]
    )
    assert [each.code for each in deep.ancestors("17.06.01.2001")] == ["17.06.01", "17.06", "17"]
    assert deep.children("17") == (MUKOMUKO, CITY)
    assert deep.children("17.06.01.2001") == ()
    assert len(deep) == len(SOME) + 2
    assert deep.edition == "2025"
    assert deep.translate("91.01", to="2025") == "93.01"


def test_all_problems_of_a_collection_come_at_once():
    with pytest.raises(ArgumentError) as caught:
        Regions(
            [
                BENGKULU,
                MUKOMUKO,
                region("17.06", "Kabupaten Muko Muko", parent="17"),
                region("17.07", "Kabupaten Lebong", parent="18"),
                region("17.08", "Kabupaten Kepahiang", parent="17", bps_code="1706"),
                region("17.09", "Kabupaten Bengkulu Tengah", parent="17.71"),
                region("17.71", "Kota Bengkulu", "city", "17.09"),
            ]
        )
    assert (
        str(caught.value)
        == """\
regions: 5 problems
  region '17.06': code occurs twice: got 'Kabupaten Mukomuko and Kabupaten Muko Muko'; \
give each region a code of its own
  region '17.08': BPS code is also that of '17.06': got '1706'
  region '17.07': parent is unknown: got '18'; add the parent, or extend the regions that have it
  region '17.09': parent is a city, which is not above a regency: got '17.71'
  region '17.71': parent is a regency, which is not above a city: got '17.09'"""
    )


@given(st.permutations(["a", "b", "c", "d"]), st.lists(st.sampled_from(list(Level)), min_size=4))
def test_a_circle_of_parents_is_always_refused(codes, levels):
    circle = [
        region(code, level=level, parent=parent)
        for code, parent, level in zip(codes, [*codes[1:], codes[0]], levels, strict=False)
    ]
    with pytest.raises(ArgumentError, match="which is not above a"):
        Regions(circle)


def test_other_things_than_regions_are_refused():
    with pytest.raises(ArgumentError, match="argument 'regions': not allowed: got '17'"):
        Regions(["17"])


# Codes


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("32.4", "unknown region code: got '32.4'; a spreadsheet may have made it a number; it may have been"),
        (17.1, "a region's name or code is text: got 17.1; known are 17.06, 17.71"),
        (17.06, "a region's name or code is text: got 17.06; write '17.06' for Kabupaten Muko"),
        (17, "a region's name or code is text: got 17; write '17' for Bengkulu"),
        (17.0, "a region's name or code is text: got 17; write '17' for Bengkulu"),
        (1706, "a region's name or code is text: got 1706; write '17.06' for Kabupaten Mukomuko or"),
        ("1771", "unknown region code: got '1771'; write '17.71' for Kota Bengkulu or from_bps("),
        ("9999", "unknown region code: got '9999'; codes have a dot; see from_bps() for codes of"),
        ("17.99", "unknown region code: got '17.99'; known are 17.06, 17.71"),
        ("91.01", "unknown region code: got '91.01'; it is a code of edition 2022; see translate('"),
        ("Mukomuko", "unknown region code: got 'Mukomuko'; look names up with find()"),
        (True, "a region's name or code is text: got True"),
        (None, "a region's name or code is text: got None"),
        (["17"], "a region's name or code is text: got ['17']"),
    ],
)  # fmt: skip
def test_what_is_no_code_is_refused_with_what_it_may_have_been(code, message):
    for look_up in (SOME.__getitem__, SOME.position, SOME.children, SOME.ancestors):
        with pytest.raises(UnknownNameError) as caught:
            look_up(code)
        assert str(caught.value).startswith(message)


def test_both_codes_that_a_number_may_have_been_are_named():
    regions = Regions(
        [region("11", "Aceh", "province")]
        + [region(code, f"Kabupaten {code}", parent="11") for code in ("11.01", "11.10", "11.11")]
    )
    with pytest.raises(UnknownNameError, match=r"'Kabupaten 11.01' \(11.01\) or 'Kabupaten 11.10'"):
        regions.find("11.1")
    with pytest.raises(UnknownNameError, match=r"'Kabupaten 11.01' \(11.01\) or 'Kabupaten 11.10'"):
        regions[11.1]


def test_a_long_list_of_known_codes_is_cut():
    many = Regions(
        [BENGKULU, *(region(f"17.{i}", f"Kabupaten {i}", parent="17") for i in range(20, 40))]
    )
    with pytest.raises(UnknownNameError, match=r"known are 17\.20, .*, 17\.29 \.\.\.$"):
        many["17.99"]


def test_codes_of_bps_are_another_system():
    assert SOME.from_bps("1706") == MUKOMUKO
    with pytest.raises(
        UnknownNameError, match=r"unknown BPS code: got '17\.06'; it is the code of"
    ):
        SOME.from_bps("17.06")
    with pytest.raises(UnknownNameError, match="unknown BPS code: got 1706; BPS codes are text"):
        SOME.from_bps(1706)
    # BPS writes a province as if it were one of its regencies, and no regency as a district.
    west = Regions([region("13", "Sumatera Barat", "province", bps_code="13"), MUKOMUKO, BENGKULU])
    assert west.from_bps("1300") == west.from_bps("13")
    assert west.with_bps("170600") is None


# Editions


def test_a_code_is_translated_from_whichever_edition_has_it():
    assert SOME.translate("91.01", to="2025") == "93.01"
    assert SOME.translate("93.01", to="2022") == "91.01"
    assert SOME.translate("93.01", to="2025") == "93.01"
    assert SOME.translate("91", to="2022") == "91"


def test_a_code_is_read_in_the_own_edition_first():
    swapped = [{"old": "a", "new": "b"}, {"old": "b", "new": "a"}]
    for edition in ("old", "new"):
        regions = Regions([region("a"), region("b")], edition=edition, crosswalk=swapped)
        assert regions.translate("a", to=edition) == "a"
        assert regions.translate("a", to="new" if edition == "old" else "old") == "b"


def test_what_cannot_be_translated_is_refused():
    with pytest.raises(UnknownNameError) as caught:
        SOME.translate("93", to="2022")
    assert str(caught.value) == (
        "no code in edition 2022: got '93'; its parts have the codes 91.01 there"
    )
    with pytest.raises(UnknownNameError, match=r"unknown region code: got '93\.99'"):
        SOME.translate("93.99", to="2022")
    with pytest.raises(UnknownNameError, match=r"name or code is text: got \['93'\]"):
        SOME.translate(["93"], to="2022")
    with pytest.raises(ArgumentError, match=r"argument 'to': .* got '2030'; allowed: 2022, 2025"):
        SOME.translate("93", to="2030")
    with pytest.raises(ArgumentError, match=r"argument 'to': .* these regions have no editions"):
        Regions([BENGKULU]).translate("17", to="2022")


# Names


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("17.06", "17.06"),
        (" 17.06 ", "17.06"),
        ("Kabupaten Mukomuko", "17.06"),
        ("KAB. MUKO MUKO", "17.06"),
        ("\tkab muko-muko\n", "17.06"),
        ("Mukomuko", "17.06"),
        ("Bengkulu", "17"),
        ("BENGKULU", "17"),
        ("Prov. Bengkulu", "17"),
        ("Propinsi Bengkulu", "17"),
        ("kota bengkulu", "17.71"),
        ("Kab. Bandung", "32.04"),
        ("KOTA BANDUNG", "32.73"),
        ("Jabar", "32"),
        ("Papua Ujung", "93.01"),
        ("Kab. Papua Ujung", "93.01"),
    ],
)
def test_names_as_people_write_them(name, code):
    assert SOME.find(name).code == code


def test_a_name_of_several_regions_asks_for_its_prefix():
    with pytest.raises(AmbiguousNameError) as caught:
        SOME.find("bandung")
    assert str(caught.value) == (
        "name fits 2 regions: got 'bandung'; allowed: 'Kabupaten Bandung' (32.04) or "
        "'Kota Bandung' (32.73); write the prefix"
    )
    assert SOME.find("bandung", level="city") == BANDUNG_CITY
    assert SOME.find("bandung", level=Level.REGENCY) == BANDUNG


def test_in_a_province_its_own_name_is_ambiguous():
    for province in ("17", "Bengkulu", "Prov. Bengkulu"):
        with pytest.raises(AmbiguousNameError, match="name fits 2 regions: got 'Bengkulu'"):
            SOME.find("Bengkulu", province=province)
    assert SOME.find("Bengkulu", province="17", level="city") == CITY
    assert SOME.find("Bengkulu", level="province") == BENGKULU


def test_regions_of_one_level_and_name_ask_for_the_province():
    twins = SOME.extended(
        [
            region("32.09", "Kabupaten Kembar", parent="32"),
            region("17.09", "Kabupaten Kembar", parent="17"),
        ]
    )
    with pytest.raises(AmbiguousNameError, match="give the province or the code"):
        twins.find("Kab. Kembar")
    assert twins.find("Kembar", province="Jabar").code == "32.09"
    assert twins.find("Kembar", province="17").code == "17.09"


def test_many_candidates_are_cut():
    villages = [region(f"v{i:02}", "Sukamaju", "village") for i in range(25)]
    with pytest.raises(AmbiguousNameError, match=r"\(v09\) or 15 more; give the province"):
        Regions(villages).find("Suka Maju")


def test_a_short_name_does_not_hide_a_village_of_that_name():
    regions = Regions([region("19", "Kepulauan Bangka Belitung", "province")])
    assert regions.find("babel").code == regions.find("babel".ljust(200, ".")).code == "19"
    more = regions.extended([region("v", "Babel", "village", "19")])
    assert more.find("Babel").code == "v"
    assert more.find("Prov. Babel").code == "19"


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("Mukmuko", {}, "unknown region: got 'Mukmuko'; the nearest are 'Kabupaten Mukomuko' (17.06)"),
        ("Kota Mukomuko", {}, "unknown region: got 'Kota Mukomuko'; the nearest are 'Kabupaten Muko"),
        ("Mukomuko", {"level": "city"},
         "no such region in that province or at that level: got 'Mukomuko'; the nearest are 'Kabup"),
        ("Mukomuko", {"province": "32"},
         "no such region in that province or at that level: got 'Mukomuko'; the nearest are 'Kabup"),
        ("17.06", {"province": "32"},
         "no such region in that province or at that level: got '17.06'; the nearest are 'Kabupaten"),
        ("", {}, "unknown region: got ''; write the official name with its prefix, or the code"),
        ("\u2026", {}, "unknown region: got '\u2026'; write the official name"),
        ("zz", {}, "unknown region: got 'zz'; write the official name"),
        ("Mukomuko" + " x" * 100, {}, "unknown region: got 'Mukomuko x x"),
        ("Mukomuko".ljust(201, "."), {}, "unknown region: got 'Mukomuko..."),
        ("Mukomuko" + " " * 5000 + "x", {}, "unknown region: got 'Mukomuko   "),
        (17.06, {}, "a region's name or code is text: got 17.06; write '17.06' for Kabupaten Muko"),
        (None, {}, "a region's name or code is text: got None"),
        ("Mukomuko", {"province": "Jawa Bart"},
         "no such region in that province or at that level: got 'Jawa Bart'; the nearest are"),
    ],
)  # fmt: skip
def test_an_unknown_name_is_refused_with_the_nearest(name, options, message):
    with pytest.raises(UnknownNameError) as caught:
        SOME.find(name, **options)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(("most", "nearest"), [(4, "Desa Seluma"), (3, "Kecamatan Seluma")])
def test_of_more_than_can_be_looked_through_the_lowest_level_is_not_suggested(
    monkeypatch, most, nearest
):
    regions = [region("1", "Bengkulu", "province"), region("1.1", "Kabupaten Kaur", parent="1"),
               region("1.1.1", "Kecamatan Seluma", "district", "1.1"),
               region("1.1.1.1", "Desa Seluma", "village", "1.1.1")]  # fmt: skip
    monkeypatch.setattr("kencana_targets.model.regions._SPELLED", most)
    with pytest.raises(UnknownNameError) as caught:
        Regions(regions).find("Desa Selma")
    assert f"the nearest are '{nearest}'" in str(caught.value)


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(ArgumentError, match="argument 'level': not allowed: got 'island'"):
        SOME.find("Mukomuko", level="island")


def test_nothing_is_found_among_no_regions():
    with pytest.raises(UnknownNameError, match="unknown region: got 'Bali'; write the official"):
        Regions([]).find("Bali")


@examples(200)
@given(st.text(letters, max_size=30))
def test_any_text_finds_a_region_or_is_refused(name):
    try:
        found = SOME.find(name)
    except (UnknownNameError, AmbiguousNameError) as error:
        found = error.problems[0].got
    assert found in SOME or found in {name, name.strip()}


def test_ten_thousand_villages_are_one_collection():
    districts = [region(f"17.06.{i:03}", f"Kecamatan {i}", "district", "17.06") for i in range(100)]
    villages = [
        region(f"{district.code}.{i:04}", f"Desa {i} {district.code}", "village", district.code)
        for district in districts
        for i in range(100)
    ]
    regions = SOME.extended([*districts, *villages])
    parents = regions.parent_positions
    assert len(regions) == 10_109
    assert parents[regions.position("17.06.099.0099")] == regions.position("17.06.099")
    assert len(regions.children("17.06.050")) == 100
    assert regions.find("desa 7 17.06.010").code == "17.06.010.0007"


def test_problems_of_regions_that_stand_together_are_all_told():
    wrong = [
        region("17.06.1", "Desa A", "village", "17.06"),
        region("17.06.1", "Desa B", "village", "17.06"),
        region("17.06.2", "Desa C", "village", "99"),
        region("17.06.3", "Desa D", "village", "99"),
        region("17.06.4", "Kabupaten E", "regency", "17.06.1"),
    ]
    with pytest.raises(ArgumentError) as caught:
        SOME.extended(wrong)
    assert [str(one).split(": ", 1)[1].split(";")[0] for one in caught.value.problems] == [
        "code occurs twice: got 'Desa A and Desa B'",
        "parent is unknown: got '99'",
        "parent is unknown: got '99'",
        "parent is a village, which is not above a regency: got '17.06.1'",
    ]


def test_the_first_thing_that_is_no_region_is_named() -> None:
    seluma = Region(code="17.05", name="Seluma", level="regency")
    with pytest.raises(ArgumentError, match=r"'regions'.*got 3; allowed: Region values"):
        Regions([seluma, 3, "17"])
