"""Which region a row is of, as lists of offices and of BPS write it."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kencana_targets as kt
from kencana_targets.core.columns import Categorical, Table
from kencana_targets.core.errors import TableError
from kencana_targets.core.resources import data_rows
from kencana_targets.model.collection import place_in_table
from kencana_targets.model.place_names import fold, heading_role
from kencana_targets.tables.cells import Draft
from kencana_targets.tables.region_cells import find_regions, is_level_column

NOW = kt.load_regions()
BARE = [region for region in NOW if region.level in ("regency", "city")]
TWINS = ["Bogor", "Sukabumi", "Bandung", "Cirebon", "Bekasi", "Tasikmalaya", "Blitar", "Kediri"]


def resolved(heading="", regions=NOW, home=(), **columns):
    """Return the codes, what is wrong and what was assumed."""
    length = len(next(iter(columns.values())))
    problems, notes = [], []
    table = Table(
        {
            name: cells if isinstance(cells, np.ndarray) else Categorical.encode(cells)
            for name, cells in columns.items()
        },
        length,
    )
    made = Draft({**table.columns}, table.rows, place_in_table, problems, notes)
    find_regions(made, regions, heading=heading, home=lambda: home)
    assert list(made.columns) == ["region"]
    return made.columns["region"].to_list(), [*map(str, problems)], [*map(str, notes)]


def codes(**said):
    found, problems, _ = resolved(**said)
    assert problems == []
    return found


# --- codes -------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["region_code", "bps_code"])
def test_codes_of_bps_are_read_and_noted(role):
    named = [region for region in NOW if region.bps_code is not None]
    found, problems, notes = resolved(
        **{role: [one.bps_code for one in named]}, region=[one.name for one in named]
    )
    assert found == [one.code for one in named]
    assert problems == []
    assert notes == ["column 'region_code': read as codes of BPS"] * (role == "region_code")


def test_codes_of_bps_need_no_names_where_all_of_four_digits_fit():
    found, problems, notes = resolved(region=["3201", "3273", "3200"])
    assert (found, problems) == (["32.01", "32.73", "32"], [])
    assert notes == ["column 'region': read as codes of BPS"]
    found, problems, _ = resolved(region=["3201", "3299"])
    assert found[1] == "3299"
    assert any("unknown region code: got '3299'" in one for one in problems)


def test_names_settle_of_which_list_the_codes_are():
    # 1101 is Simeulue to BPS and Aceh Selatan to Kemendagri, where the dot is lost.
    assert codes(region_code=["1101"], region=["Simeulue"]) == ["11.09"]
    found, problems, notes = resolved(region_code=["1101"], region=["Aceh Selatan"])
    assert (found, problems) == (["11.01"], [])
    assert notes == ["column 'region_code': read as codes of Kemendagri written without dots"]
    # 94 is Papua to BPS, and Papua Tengah to Kemendagri.
    assert codes(region_code=["94", "32"], region=["Papua", "Jawa Barat"]) == ["91", "32"]
    assert codes(region_code=["94", "32"], region=["Papua Tengah", "Jawa Barat"]) == ["94", "32"]


@pytest.mark.parametrize("role", ["region_code", "bps_code"])
@pytest.mark.parametrize("code", ["1372", 1372.0])
def test_a_code_that_contradicts_its_name_is_refused(role, code):
    written = np.array([code]) if isinstance(code, float) else [code]
    _, problems, _ = resolved(**{role: written}, region=["Kabupaten Solok"])
    assert len(problems) == 1
    assert "Solok" in problems[0]


def test_a_code_decides_between_regions_of_one_name():
    assert codes(bps_code=["1303", "1372"], region=["Solok", "Solok"]) == ["13.02", "13.72"]
    assert codes(region_code=["32.73"], region=["Bandung"]) == ["32.73"]
    assert codes(bps_code=["1300"], region=["Sumatera Barat"]) == ["13"]
    assert codes(bps_code=np.array([1300.0, 1303.0]), region=["Sumatera Barat", "Solok"]) == [
        "13",
        "13.02",
    ]


def test_a_code_that_nobody_has_is_refused():
    _, problems, _ = resolved(bps_code=["9999"], region=["Seluma"])
    assert problems[0].startswith("row 1, column 'bps_code': unknown BPS code: got '9999'")
    _, problems, _ = resolved(region_code=["17.99"], region=["Seluma"])
    assert problems[0].startswith("row 1, column 'region_code': unknown region code: got '17.99'")


@pytest.mark.parametrize(
    "other", ["IKU-1", "2.14.03", "A", "1", "SS.1.2", "X.XX.01", "2.14.02.2.01.04"]
)
def test_a_column_of_other_codes_is_left_alone(other):
    found, problems, notes = resolved(region_code=[other, other], region=["Kaur", "Seluma"])
    assert (found, problems) == (["17.04", "17.05"], [])
    assert notes == ["column 'region_code': no codes of regions stand here: the column is left out"]


def test_a_row_without_a_code_is_known_by_its_name():
    assert codes(region_code=["17.04", None], region=["Kaur", "Seluma"]) == ["17.04", "17.05"]


def test_codes_of_a_plan_are_codes():
    more = NOW.extended([kt.Region(code="PKM-1", name="Kaur", level="district", parent="17.04")])
    assert codes(regions=more, region_code=["PKM-1"], region=["Kaur"]) == ["PKM-1"]


# --- levels ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TWINS)
def test_the_level_is_settled(name):
    regency, city = (one.code for one in NOW.candidates(name))
    assert codes(region=[name, name], region_level=["Kab.", "KOTA"]) == [regency, city]
    assert codes(region=[name], region_group=["Kabupaten/Regency"]) == [regency]
    assert codes(region=[name], region_group=["KOTA"]) == [city]
    assert codes(region=[name], region_group=["Kota/Municipality"]) == [city]
    assert codes(region=[name, f"KOTA {name}"]) == [regency, city]
    assert codes(region=[name, f"KOTA {name}"], heading="KABUPATEN/KOTA") == [regency, city]
    for heading in ("KABUPATEN", "Nama Kabupaten", "Regency"):
        assert codes(region=[name], heading=heading) == [regency]
    assert codes(region=[name], heading="Kota") == [city]
    _, problems, _ = resolved(region=[name], heading="Kabupaten/Kota")
    assert f"name fits 2 regions: got '{name}'" in problems[0]


def test_a_heading_of_provinces_is_of_provinces():
    assert codes(region=["Yogyakarta", "Bengkulu", "Indonesia"], heading="38 Provinsi") == [
        "34",
        "17",
        "00",
    ]
    _, problems, _ = resolved(region=["Seluma", "Kab. Kaur"], heading="Provinsi")
    assert problems[0].startswith("row 1, column 'region': no province of this name: got 'Seluma'")
    assert "no province of this name: got 'Kab. Kaur'" in problems[1]


@pytest.mark.parametrize("heading", ["Kecamatan", "Nama Kecamatan", "Desa/Kelurahan", "Kapanewon"])
def test_a_heading_of_districts_never_gives_a_figure_to_the_regency(heading):
    _, problems, _ = resolved(region=["Seluma", "Bengkulu"], heading=heading)
    assert len(problems) == 2
    assert codes(region=["Kabupaten Seluma"], heading=heading) == ["17.05"]
    more = NOW.extended([
        kt.Region(code="17.05.01", name="Seluma", level="district", parent="17.05"),
        kt.Region(code="17.05.01.1", name="Seluma", level="village", parent="17.05.01"),
    ])  # fmt: skip
    below = "17.05.01.1" if heading.startswith("Desa") else "17.05.01"
    assert codes(regions=more, region=["Seluma"], heading=heading) == [below]


def test_a_name_of_province_and_city_under_regencies_stays_doubtful():
    for heading in ("Kabupaten/Kota", "Kabupaten"):
        _, problems, _ = resolved(region=["Bengkulu"], heading=heading)
        assert "name fits 2 regions: got 'Bengkulu'" in problems[0]
    # The city is named: the bare name is the sum below the list.
    found = codes(region=["Kaur", "Kota Bengkulu", "Bengkulu"], heading="Kabupaten/Kota")
    assert found == ["17.04", "17.71", "17"]


def test_a_row_above_names_the_province_of_a_group():
    groups = ["JAWA BARAT", "JAWA BARAT", "Prov. Jawa Timur", "Prov. Jawa Timur"]
    names = ["Kota Bogor", "Cianjur", "Kota Malang", "INDONESIA"]
    assert codes(region=names, region_group=groups) == ["32.71", "32.03", "35.73", "00"]
    # A region without a figure, alone in its row, is no group of those that follow it.
    assert codes(region=["Kaur", "Bengkulu"], region_group=["Kab. Seluma"] * 2) == ["17.04", "17"]
    assert codes(region=["Bengkulu"], region_group=["Kota Bengkulu"]) == ["17"]
    _, problems, _ = resolved(region=["Kota Malang"], region_group=["Jawa Barat"])
    assert "Kota Malang" in problems[0]


def test_a_prefix_that_contradicts_the_row_is_refused():
    _, problems, _ = resolved(region=["Kota Bogor"], region_level=["Kabupaten"])
    assert "no regency of this name: got 'Kota Bogor'" in problems[0]


def test_a_name_of_a_province_among_regencies_is_the_regency_if_the_province_stands_beside():
    """A column that names provinces too may hold their own figures."""
    beside = ["Bengkulu", "Bengkulu", "Gorontalo", "Gorontalo", "Jambi"]
    names = ["BENGKULU", "SELUMA", "GORONTALO", "KOTA GORONTALO", "JAMBI"]
    wanted = ["17.71", "17.05", "75.01", "75.71", "15.71"]
    found, problems, _ = resolved("KABKOT", region=names, province=beside)
    assert (found, problems) == (wanted, [])
    for heading, more in (("KABKOT", ["ACEH"]), ("Wilayah", []), ("Provinsi/Kabupaten", [])):
        found, problems, _ = resolved(
            heading, region=[*names, *more], province=[*beside, *["Aceh"] * len(more)]
        )
        assert found[:1] == ["17"] or "name fits 2 regions: got 'BENGKULU'" in problems[0]


def test_a_code_that_contradicts_its_name_says_which_option_settles_it():
    _, problems, _ = resolved(region_code=["13.72", "13.03"], region=["Kab. Solok", "Sijunjung"])
    assert problems[0].endswith("mend one, or leave it out with columns={'ignored': ...}")


@given(st.lists(st.sampled_from(BARE), min_size=1, max_size=30, unique=True))
def test_level_and_province_find_every_region_by_its_bare_name(regions):
    bare = [one.name.split(" ", 1)[1].removeprefix("Administrasi ") for one in regions]
    level = ["Kab." if one.level == "regency" else "Kota" for one in regions]
    province = [NOW[one.parent].name for one in regions]
    wanted = [one.code for one in regions]
    assert codes(region=bare, region_level=level, province=province) == wanted
    assert codes(region=bare, region_level=level) == wanted


@pytest.mark.parametrize(
    ("cells", "levels"),
    [
        (["Kabupaten", "Kota", ""], True),
        (["KAB", "KOTA"], True),
        (["Kabupaten Kaur"], False),
        (["Pil", "Suntik"], False),
        ([], False),
        (["", " "], False),
    ],
)
def test_a_column_of_levels_is_known_by_its_cells(cells, levels):
    assert is_level_column(cells) is levels


# --- spellings ---------------------------------------------------------------------------


def test_every_other_spelling_is_of_one_region_and_says_where_it_is_met():
    rows = data_rows("region_spellings.csv")
    assert len({fold(row["written"]) for row in rows}) == len(rows) > 200
    for row in rows:
        assert NOW.find(row["written"]).name == row["official"]
        assert row["met"]


@pytest.mark.parametrize(
    ("written", "official"),
    [
        ("Labuanbatu Utara", "Kabupaten Labuhanbatu Utara"), ("Kab. Pangkep", "Kabupaten Pangkajene dan Kepulauan"),
        ("TANGSEL", "Kota Tangerang Selatan"), ("Kobar", "Kabupaten Kotawaringin Barat"),
        ("OKU", "Kabupaten Ogan Komering Ulu"), ("OKU Timur", "Kabupaten Ogan Komering Ulu Timur"),
        ("PPU", "Kabupaten Penajam Paser Utara"), ("K.B.B.", "Kabupaten Bandung Barat"),
        ("Muko2", "Kabupaten Mukomuko"), ("Kab. Muko2", "Kabupaten Mukomuko"), ("Toli2", "Kabupaten Toli-Toli"),
        ("Kep. Babel", "Kepulauan Bangka Belitung"), ("Bandung (Kota)", "Kota Bandung"),
        ("Bandung (Kab.)", "Kabupaten Bandung"), ("Bogor, Kota", "Kota Bogor"), ("Kt. Bogor", "Kota Bogor"),
        ("Bogor Regency", "Kabupaten Bogor"), ("Bogor City", "Kota Bogor"), ("3. West Java", "Jawa Barat"),
        ("Kab. Pontianak", "Kabupaten Mempawah"), ("Pontianak", "Kota Pontianak"),
    ],
)  # fmt: skip
def test_names_are_known_as_people_write_them(written, official):
    assert codes(region=[written]) == [NOW.find(official).code]


@pytest.mark.parametrize("name", ["Kota OKU", "Kab. Tangsel", "Kota KBB", "Muko3", "Kota2"])
def test_a_prefix_that_contradicts_the_spelling_is_refused(name):
    assert resolved(region=[name])[1]


# --- what is said ------------------------------------------------------------------------


def test_every_row_of_a_bad_name_is_listed():
    names = ["Bogor", "Kaur", "Bogor", "Selma", "Selma", "Kaur", "Bogor"]
    _, problems, _ = resolved(region=names)
    assert len(problems) == 2
    assert problems[0].startswith("row 1, column 'region', also in rows 3, 7: name fits 2 regions")
    assert problems[1].startswith("row 4, column 'region', also in row 5: unknown region")
    _, problems, _ = resolved(region=["x"] * 20)
    assert "row 1, column 'region', also in rows 2, 3, 4, 5, 6 and 14 more" in problems[0]


def test_the_provinces_of_the_plan_are_suggested_first():
    plan = kt.load_plan("bengkulu-stunting-2024")
    frame = {"indicator": ["stunting_balita"], "year": [2022], "value": [1.0]}
    with pytest.raises(TableError, match=r"the nearest are 'Kabupaten Rejang Lebong' \(17\.02\)"):
        kt.read_actuals(frame | {"region": ["Kab. Rejang"]}, plan=plan)
    assert "the nearest are 'Kota Tasikmalaya' (32.78)" in resolved(region=["Kota Tasik"])[1][0]


def test_unknown_names_are_told_in_time():
    names = [f"Puskesmas {number % 2000}" for number in range(15_936)]
    began = time.perf_counter()
    _, problems, _ = resolved(region=names)
    assert time.perf_counter() - began < 5  # 0.3 s on an idle machine
    assert len(problems) == 1001
    assert problems[-1].startswith("no more names were looked up after 1000 unknown ones")


@given(st.lists(st.sampled_from(["Kaur", "17.05", "Selma", "Bogor", None, "Kota Bogor", "3201"])))
def test_rows_do_not_depend_on_one_another_but_for_named_cities(names):
    found, _, _ = resolved(region=[*names, "Kota Bogor"])
    for name, code in zip(names, found, strict=False):
        assert code == (None if name is None else resolved(region=[name, "Kota Bogor"])[0][0])


@pytest.mark.parametrize(
    ("heading", "role"),
    [
        ("kode_kabkota", "region_code"), ("nama_kabkota", "region"), ("kab_kot", "region"), ("Kapanewon", "region"),
        ("38 Provinsi", "province"), ("KODE_PROVINSI", None), ("kode bps kab/kota", "bps_code"),
        ("Nama Kabupaten atau Kota", "region"), ("Kota sehat", None), ("Jumlah desa", None), ("Provinsi lain", None),
    ],
)  # fmt: skip
def test_headings_of_levels_alone_are_of_regions(heading, role):
    assert heading_role(heading) == role


@pytest.mark.parametrize(
    "text",
    [
        "kode_kabkota;nama_kabkota;Tahun;mCPR\n32.01;Bogor;2021;60,1\n32.71;Bogor;2021;61,2\n",
        "kab_kot;Tahun;mCPR\nBogor;2021;60,1\nKota Bogor;2021;61,2\n",
        "Kabupaten/Kota;Jenis;Tahun;mCPR\nBogor;Kabupaten;2021;60,1\nBogor;Kota;2021;61,2\n",
        "Kabupaten/Kota;mCPR 2021\nKABUPATEN;\nBogor;60,1\nKOTA;\nBogor;61,2\n",
    ],
)
def test_tables_of_lists_are_read_at_the_first_call(tmp_path, text):
    path = tmp_path / "a.csv"
    path.write_text(text)
    read = kt.read_actuals(path, plan=kt.load_plan("bengkulu-2021"))
    assert [(one.region, one.value) for one in read] == [("32.01", 60.1), ("32.71", 61.2)]


def test_codes_of_provinces_stand_beside_those_of_regencies(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "kode_provinsi,nama_provinsi,kode_kabupaten_kota,nama_kabupaten_kota,tahun,mCPR\n"
        "32,JAWA BARAT,3201,KABUPATEN BOGOR,2021,60.1\n32,JAWA BARAT,3273,KOTA BANDUNG,2021,61.2\n"
    )
    read = kt.read_actuals(
        path,
        plan=kt.load_plan("bengkulu-2021"),
        columns={"value": "mCPR"},
        given={"indicator": "mCPR"},
    )
    assert [(one.region, one.value) for one in read] == [("32.01", 60.1), ("32.73", 61.2)]


def test_a_row_of_units_below_the_header_is_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Wilayah;mCPR 2021;TFR 2021\n;%;anak\nKaur;60,1;2,2\n")
    plan = kt.load_plan("bengkulu-2021")
    assert [one.value for one in kt.read_actuals(path, plan=plan)] == [60.1, 2.2]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kode wilayah,Wilayah,indicator,year,value\n32.04,Bandung,a,2022,1\n", "32.04"),
        ("kode_kab,nama_kab,indicator,year,value\n3204,Kab. Bandung,a,2022,1\n", "32.04"),
        # Codes of an office's own say nothing of official regions.
        ("Kode wilayah,Wilayah,indicator,year,value\nX-1,Posyandu Mawar,a,2022,1\n", None),
        ("Wilayah,indicator,year,value\nBandung,a,2022,1\n", "Bandung"),
        # What looks like one and is none is told.
        ("Kode wilayah,Wilayah,indicator,year,value\n99.99,Bandung,a,2022,1\n", "Bandung"),
    ],
)
def test_official_codes_are_kept_without_a_plan(text: str, found: str | None) -> None:
    figures = kt.read_actuals(io.BytesIO(text.encode()))
    assert figures[0].region == (found or "Posyandu Mawar")
    assert ["99.99" in str(note) for note in figures.notes if "no list" in note.what] == [True] * (
        "99.99" in text
    )
