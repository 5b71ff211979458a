"""Tables as public repositories keep them: exports of statistics offices, of R and of pandas."""

from __future__ import annotations

import io
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from attrs import evolve

import kencana_targets as kt

YEAR: dict[str, Any] = {"given": {"year": 2023}}


@pytest.fixture(scope="module")
def plan() -> kt.Plan:
    def one(code: str, name: str, unit: str) -> kt.Indicator:
        return kt.Indicator(
            code=code, name=name, name_id=name, unit=unit, unit_id=unit, direction="maximize"
        )

    indicators = [
        one("ipm", "Indeks Pembangunan Manusia", "indeks"),
        one("rls", "Rata-rata Lama Sekolah", "tahun"),
        one("tpt", "Tingkat Pengangguran Terbuka", "persen"),
        one("bumil", "Jumlah ibu hamil", "orang"),
        one("belanja", "Pengeluaran per kapita", "ribu rupiah/orang/tahun"),
        one("jalan", "Panjang jalan", "km"),
    ]
    targets = [
        kt.Target(indicator=one.code, region="17", year=2030, value=70, instrument="RPJMD")
        for one in indicators
    ]
    return kt.Plan(indicators=indicators, targets=targets)


def actuals(plan: kt.Plan, text: str, **options: Any) -> kt.Actuals:
    return kt.read_actuals(io.BytesIO(text.encode()), plan=plan, **options)


def values(plan: kt.Plan, text: str, **options: Any) -> dict[tuple[str, str, int], float]:
    figures = actuals(plan, text, **options)
    return {(one.indicator, one.region, int(one.year)): one.value for one in figures}


SELUMA = {("ipm", "17.05", 2022): 66.5, ("ipm", "17.05", 2023): 67.25}


@pytest.mark.parametrize(
    "table",
    [
        "nama_variabel,nama_tahun,nama_wilayah,data_content\n"
        "Indeks Pembangunan Manusia,2022,Seluma,66.5\nIndeks Pembangunan Manusia,2023,Seluma,67.25\n",
        "variabel;tahun data;nama_item_vertical_variabel;datacontent\n"
        "ipm;2022;Kab. Seluma;66,5\nipm;2023;Kab. Seluma;67,25\n",
        "Pemda,IPM_2022,IPM_2023\nKabupaten Seluma,66.5,67.25\n",
        "kd_wil,kab_kota,tahun,ipm\n1705,Seluma,2022,66.5\n1705,Seluma,2023,67.25\n",
        "Kabupaten/Kota Se Bengkulu;IPM;\n;2022;2023\nKabupaten Seluma;66.5;67.25\n",
        '"","kabupaten","tahun","ipm"\n"1","Seluma",2022,66.5\n"2","Seluma",2023,67.25\n',
        ",kabupaten,tahun,ipm\n0,Seluma,2022,66.5\n1,Seluma,2023,67.25\n",
        ",kabupaten,tahun,ipm\n0,Seluma,2022,66.5\n7,Seluma,2023,67.25\n",
    ],
)
def test_an_export_is_read_at_once(plan: kt.Plan, table: str) -> None:
    assert values(plan, table) == SELUMA


@pytest.mark.parametrize("before", ["tahun_", "Tahun_", "thn_", "X", "x", "th.", "FY_"])
def test_years_as_programs_write_them_over_columns(plan: kt.Plan, before: str) -> None:
    table = f"kabupaten,{before}2022,{before}2023\nSeluma,66.5,67.25\n"
    assert values(plan, table, given={"indicator": "ipm"}) == SELUMA


def test_a_figure_without_a_heading_is_refused_where_it_numbers_no_rows(plan: kt.Plan) -> None:
    for numbers in (("1", "1"), ("0.5", "1"), ("-1", "0")):
        first, second = numbers
        table = f",kabupaten,ipm\n{first},Seluma,66.5\n{second},Kaur,67\n"
        with pytest.raises(kt.KencanaError, match="a figure in a column without a heading"):
            values(plan, table, **YEAR)


@pytest.mark.parametrize(
    "heading",
    ["rasio_luas_panjang_jalan", "Kepadatan panjang jalan per luas", "Pertumbuhan panjang jalan aspal",
     "Indeks panjang jalan mantap", "skor panjang jalan desa"],
)  # fmt: skip
def test_another_measure_is_not_the_indicator(plan: kt.Plan, heading: str) -> None:
    table = f"kabupaten,{heading},ipm\nSeluma,2.5,66.5\nKaur,3.5,67\n"
    assert {indicator for indicator, *_ in values(plan, table, **YEAR)} == {"ipm"}
    assert heading in " ".join(map(str, actuals(plan, table, **YEAR).notes))


@pytest.mark.parametrize("more", ["jumlah_ibu_hamil_anemia", "Jumlah ibu hamil berisiko tinggi"])
def test_beside_the_indicator_a_heading_that_says_more_is_another(plan: kt.Plan, more: str) -> None:
    table = f"kabupaten,jumlah_ibu_hamil,{more}\nSeluma,300,12\n"
    assert values(plan, table, **YEAR) == {("bumil", "17.05", 2023): 300}
    assert f"left out: got '{more}'" in str(actuals(plan, table, **YEAR).notes[0])


def test_a_heading_names_the_first_words_of_a_unit(plan: kt.Plan) -> None:
    table = "kabupaten,Pengeluaran per kapita (ribu rupiah/orang/tahun)\nSeluma,9875\n"
    assert values(plan, table, **YEAR) == {("belanja", "17.05", 2023): 9875}
    with pytest.raises(kt.KencanaError, match="the unit contradicts"):
        values(plan, table.replace("ribu rupiah", "persen"), **YEAR)


PROVINCES = "Provinsi,{heading},IPM\nBengkulu,{a},70\nLampung,{b},71\n"


@pytest.mark.parametrize(
    ("heading", "cells"),
    [("pulau", ("Sumatera", "Sumatera")), ("Region", ("Sumatera bagian barat", "Sumatera lain")),
     ("singkatan", ("BKL", "LPG")), ("kelas", ("Sedang", "Tinggi")), ("Kode", ("7", "8"))],
)  # fmt: skip
def test_words_beside_one_row_a_province_part_no_figures(
    plan: kt.Plan, heading: str, cells: tuple[str, str]
) -> None:
    table = PROVINCES.format(heading=heading, a=cells[0], b=cells[1])
    read = {("ipm", "17", 2023): 70, ("ipm", "18", 2023): 71}
    assert values(plan, table, **YEAR) == read
    if not cells[0].isdigit():
        # Where a province has several rows they may.
        with pytest.raises(kt.KencanaError, match="beside the province"):
            values(plan, table + f"Lampung,{cells[0]} x,72\n", **YEAR)


def test_a_city_with_its_own_row_leaves_the_name_to_the_regency(plan: kt.Plan) -> None:
    table = "wilayah,ipm\nPontianak,65\nKota Pontianak,80\nSambas,66\n"
    # Mempawah had the name of the city.
    assert {region for _, region, _ in values(plan, table, **YEAR)} == {"61.02", "61.71", "61.01"}


def test_the_other_names_of_a_column_settle_a_name_that_two_provinces_have(plan: kt.Plan) -> None:
    table = "kab_kota,ipm\nCianjur,65\nGarut,66\nDepok,80\nBanjar,70\n"
    assert ("ipm", "32.79", 2023) in values(plan, table, **YEAR)
    assert ("ipm", "63.03", 2023) in values(
        plan, "kab_kota,ipm\nTapin,65\nTabalong,66\nBalangan,66\nBanjar,70\n", **YEAR
    )
    for others in ("Cianjur,65\nTapin,66\nGarut,65\n", "Cianjur,65\n"):
        with pytest.raises(kt.KencanaError, match="name fits 2 regions"):
            values(plan, f"kab_kota,ipm\n{others}Banjar,70\n", **YEAR)


@pytest.mark.parametrize(
    ("name", "code"),
    [("KepRiau", "21"), ("KepBangkaBelitung", "19"), ("SulawesiTengah", "72"),
     ("Toba / Toba Samosir", "12.12"), ("KepMentawai", "13.09")],
)  # fmt: skip
def test_names_without_blanks_and_double_names(plan: kt.Plan, name: str, code: str) -> None:
    assert values(plan, f"wilayah,ipm\n{name},70\n", **YEAR) == {("ipm", code, 2023): 70}
    with pytest.raises(kt.KencanaError, match="unknown region"):
        values(plan, "wilayah,ipm\nToba / Seluma,70\n", **YEAR)


def test_three_letters_are_no_slip_of_other_three(plan: kt.Plan) -> None:
    table = "kabupaten,RLS,HLS,IPM\nSeluma,8.5,13,66.5\n"
    assert values(plan, table, **YEAR) == {
        ("rls", "17.05", 2023): 8.5,
        ("ipm", "17.05", 2023): 66.5,
    }
    with pytest.raises(kt.KencanaError, match="did you mean 'rls'"):
        values(plan, table.replace("RLS", "LRS"), **YEAR)


@pytest.mark.parametrize(
    "text",
    [
        "Kabupaten,IPM,\n,2022,2023\nSeluma,66.5,67.25\n",
        "Tabel IPM menurut kabupaten,,\nKabupaten,2022,2023\nSeluma,66.5,67.25\nKaur,-,\n",
        ",kabupaten,2022,2023\n1,Seluma,66.5,67.25\n20,Kaur,,\n",
        "kabupaten,2022,2023,,\nSeluma,66.5,67.25,,\n",
    ],
)
@pytest.mark.parametrize("form", ["pandas", "polars", "xlsx"])
def test_headings_that_pandas_made_up(plan: kt.Plan, text: str, form: str, tmp_path: Path) -> None:
    given = {"given": {"indicator": "ipm"}} if "IPM" not in text else {}
    frame: Any = pd.read_csv(io.StringIO(text))
    assert any("Unnamed: " in name for name in frame.columns)
    if form == "polars":
        frame = pl.from_pandas(frame)
    if form == "xlsx":
        frame.to_excel(tmp_path / "saved.xlsx", index=False)
        frame = tmp_path / "saved.xlsx"
    figures = kt.read_actuals(frame, plan=plan, **given)
    read = {(one.indicator, one.region, int(one.year)): one.value for one in figures}
    assert read == values(plan, text, **given) == SELUMA


def test_frames_with_a_made_up_heading(plan: kt.Plan) -> None:
    cells = {"kabupaten": ["Seluma", "Kaur"], "tahun": [2022, 2023]}
    frame = pd.DataFrame({"Unnamed: 0": [1, 2], **cells, "ipm": pd.array([66, None], "Int64")})
    figures = kt.read_actuals(frame, plan=plan)
    assert [(one.region, one.year, one.value) for one in figures] == [("17.05", 2022, 66)]
    twice = frame.set_axis(["Unnamed: 0", "kabupaten", "ipm", "ipm"], axis="columns")
    with pytest.raises(kt.KencanaError, match="two columns of one name"):
        kt.read_actuals(twice, plan=plan)


LIST = "Kabupaten/Kota,{}\nSeluma,66.5\n"


@pytest.mark.parametrize(
    "name",
    ["ipm_2022.csv", "Indeks Pembangunan Manusia, 2022.csv", "IPM Kabupaten Tahun 2022.v2.csv"],
)
def test_a_file_that_is_named_by_indicator_and_year_says_its_year(
    plan: kt.Plan, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(LIST.format("IPM"))
    found = kt.read_actuals(path, plan=plan)
    assert [(one.year, one.value) for one in found] == [(2022, 66.5)]
    assert [note.got for note in found.notes] == [2022]
    assert "the year is that of the file's name" in str(found.notes[0])
    told = kt.read_actuals(path, plan=plan, given={"year": 2021})
    assert [(one.year, told.notes) for one in told] == [(2021, ())]
    path.write_text(LIST.format("IPM 2020"))
    assert [one.year for one in kt.read_actuals(path, plan=plan)] == [2020]


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("ipm.csv", True), ("IPM Kabupaten.csv", True), ("Data_IPM.csv", True), ("hdi.csv", True),
        ("Indeks Pembangunan Manusia.csv", True), ("ipm perempuan.csv", False), ("jalan.csv", False),
        ("target ipm.csv", False), ("ipm baduy.csv", False), ("ipm dan jalan.csv", False),
        ("ranking ipm.csv", False), ("ipm triwulan I.csv", False),
    ],
)  # fmt: skip
def test_the_name_of_a_file_may_say_the_indicator(
    plan: kt.Plan, tmp_path: Path, name: str, *, read: bool
) -> None:
    """A bare code of the plan is no name that others know."""
    for text in (
        "kabupaten,2022,2023\nSeluma,66.5,67.25\n",
        "pemda,tahun,nilai\nSeluma,2022,66.5\n",
    ):
        path = tmp_path / name
        path.write_text(text)
        if read:
            found = kt.read_actuals(path, plan=plan)
            assert [one.indicator for one in found][:1] == ["ipm"]
            assert "the indicator is that of the file's name" in str(found.notes[0])
            with pytest.raises(kt.KencanaError):
                kt.read_actuals(path, plan=plan, given={"indicator": "bukan"})
        else:
            with pytest.raises(kt.KencanaError, match="'indicator': "):
                kt.read_actuals(path, plan=plan)


@pytest.mark.parametrize(
    "name",
    [
        "data 2022.csv", "ipm.csv", "ipm 20220312.csv", "ipm 2020-2024.csv", "ipm 2021, 2022.csv",
        "target ipm 2022.csv", "proyeksi ipm 2022.csv", "ipm maret 2022.csv", "ipm_2022-03.csv",
        "ipm triwulan II 2022.csv", "ipm perempuan 2022.csv", "ipm per 30 Juni 2022.csv",
        "ranking ipm 2022.csv", "ipm semester 1 2022.csv",
    ],
)  # fmt: skip
def test_the_name_of_a_file_that_says_less_says_no_year(
    plan: kt.Plan, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_text(LIST.format("IPM"))
    with pytest.raises(kt.KencanaError, match=r"no year: .* tell it with given=\{'year': \.\.\.\}"):
        kt.read_actuals(path, plan=plan)
    assert [one.year for one in kt.read_actuals(path, plan=plan, given=YEAR["given"])] == [2023]


@pytest.mark.parametrize("corner", ["Wilayah Bengkulu", "Daerah Bengkulu", "Kab/Kota se Bengkulu"])
def test_a_corner_may_say_of_which_province_its_regions_are(plan: kt.Plan, corner: str) -> None:
    text = f"{corner};IPM;\n;2022;2023\nSeluma;66,5;67,25\nSumber: BPS;;\n"
    assert values(plan, text) == SELUMA


def test_capitals_tell_a_province_from_a_regency_of_its_name(plan: kt.Plan) -> None:
    rows = "GORONTALO,69.5\nBoalemo,70.5\nGorontalo,67.5\nKota Gorontalo,78.5\nINDONESIA,72.5\n"
    found = values(plan, f"Provinsi/Kabupaten/Kota,IPM 2022\n{rows}")
    assert {region: value for (_, region, _), value in found.items()} == {
        "75": 69.5, "75.02": 70.5, "75.01": 67.5, "75.71": 78.5, "00": 72.5,
    }  # fmt: skip
    with pytest.raises(kt.KencanaError, match="two actuals"):
        values(plan, f"Provinsi/Kabupaten/Kota,IPM 2022\n{rows.title()}")


def test_codes_of_provinces_that_the_list_of_bps_lacks_are_known_by_their_names(
    plan: kt.Plan,
) -> None:
    rows = "91,Papua Barat,65\n92,Papua Barat Daya,66\n94,Papua,61\n95,Papua Selatan,64\n"
    found = values(plan, f"kode_provinsi,nama_provinsi,ipm_2023\n{rows}")
    assert {region: value for (_, region, _), value in found.items()} == {
        "92": 65, "96": 66, "91": 61, "93": 64,
    }  # fmt: skip
    with pytest.raises(kt.KencanaError, match="code and name are of two regions"):
        values(plan, f"kode_provinsi,nama_provinsi,ipm_2023\n{rows}17,Lampung,60\n")
    rows = "9501,Merauke,64\n9471,Kota Jayapura,70\n1705,Seluma,66\n"
    found = values(plan, f"kode,kabupaten_kota,ipm_2023\n{rows}")
    assert {region for _, region, _ in found} == {"93.01", "91.71", "17.05"}


def test_the_header_over_cities_says_the_level_again(plan: kt.Plan) -> None:
    rows = "1;BOGOR;70\n2;GARUT;66\nNO;KOTA;IPM 2022\n1;BOGOR;76\n2;BANDUNG;81\n"
    found = values(plan, f"NO;KABUPATEN;IPM 2022\n{rows}")
    assert {region: value for (_, region, _), value in found.items()} == {
        "32.01": 70, "32.05": 66, "32.71": 76, "32.73": 81,
    }  # fmt: skip


@pytest.mark.parametrize("said", ["", "0", "-"])
def test_a_sum_is_known_by_its_label_left_of_the_regions(plan: kt.Plan, said: str) -> None:
    text = f"No,Kabupaten,Tahun,Jumlah ibu hamil\n1,Seluma,2022,31\n2,Kaur,2022,12\nJumlah,{said},2022,43\n"
    assert sorted(values(plan, text).values()) == [12, 31]


def test_people_beside_their_share_are_no_share(plan: kt.Plan) -> None:
    share = kt.Indicator(
        code="stunting", name="Prevalensi balita stunting", unit="persen", direction="minimize"
    )
    only = kt.Plan(indicators=[share], targets=[evolve(plan.targets[0], indicator="stunting")])
    head = "Kabupaten,Tahun,Balita stunting"
    found = actuals(only, f"{head},Prevalensi balita stunting\nSeluma,2022,42,13.5\n")
    assert [one.value for one in found] == [13.5]
    assert "Balita stunting" in str(found.notes)
    # Alone it is read as asked, and said; with its unit, nothing is to be said.
    assert "taken for 'stunting'" in str(actuals(only, f"{head}\nSeluma,2022,42\n").notes)
    assert actuals(only, f"{head} (%)\nSeluma,2022,42\n").notes == ()


def test_a_zero_that_portals_write_for_none_is_noted(plan: kt.Plan) -> None:
    def noted(code: str, *figures: float) -> list[object]:
        names = ("Seluma", "Kaur", "Lebong", "Mukomuko", "Kepahiang", "Rejang Lebong")
        rows = "".join(f"{name},{one}\n" for name, one in zip(names, figures, strict=True))
        notes = actuals(plan, f"Kabupaten,{code} 2022\n{rows}").notes
        return [one.got for one in notes if "stands for a missing one" in str(one)]

    assert noted("ipm", 66.5, 67, 68, 69, 70, 0) == [0]
    assert noted("ipm", 66.5, 67, 68, 69, 0, 0) == []  # too few others
    assert noted("tpt", 0.4, 1.5, 3, 4.5, 4.2, 0) == []  # one is near
    assert noted("Jumlah ibu hamil", 1, 3, 2, 5, 4, 0) == []  # few have none
    assert noted("Jumlah ibu hamil", 310, 320, 410, 505, 400, 0) == [0]


@pytest.mark.parametrize(
    "heading", ["ipm_pred", "ipm_2022_pred", "Predicted IPM", "ipm_scaled", "log ipm", "ipm_norm"]
)
def test_columns_of_a_model_are_no_figures(plan: kt.Plan, heading: str) -> None:
    with pytest.raises(kt.KencanaError, match="forecast|unknown indicator"):
        values(plan, f"Kabupaten,{heading},Tahun\nSeluma,66.5,2022\n")
    assert values(plan, f"Kabupaten,ipm,{heading},Tahun\nSeluma,66.5,7,2022\n") == {
        ("ipm", "17.05", 2022): 66.5
    }


def test_another_method_is_noted(plan: kt.Plan) -> None:
    old, new = (
        actuals(plan, f"Kabupaten,IPM (Metode {one}),Tahun\nSeluma,66.5,2022\n").notes
        for one in ("Lama", "Baru")
    )
    assert "taken for 'ipm'" in str(old)
    assert new == ()


@pytest.mark.parametrize(
    ("cells", "chosen"),
    [
        (("2022-03", "2022-09"), "2022-09"),
        (("Semester 1 2022", "Semester 2 2022"), "Semester 2 2022"),
        (("Maret 2022", "September 2022"), "september 2022"),
    ],
)
def test_rows_of_a_chosen_period_are_of_its_year(
    plan: kt.Plan, cells: tuple[str, str], chosen: str
) -> None:
    text = "Kabupaten,Periode,TPT\n" + "".join(
        f"Seluma,{one},3.{at}\n" for at, one in enumerate(cells)
    )
    assert values(plan, text, rows={"Periode": chosen}) == {("tpt", "17.05", 2022): 3.1}
    with pytest.raises(kt.KencanaError, match="'year' is given, and a column says it too"):
        values(plan, text, rows={"Periode": chosen}, given={"year": 2021})
    # A column or heading of years says it, whatever else the chosen cells do.
    dated = text.replace("TPT", "TPT 2021")
    assert values(plan, dated, rows={"Periode": chosen}) == {("tpt", "17.05", 2021): 3.1}


@pytest.mark.parametrize(
    ("name", "heading", "known"),
    [
        ("Angka kelahiran total (TFR)", "Angka Kelahiran Total", True),
        ("Angka kelahiran total (TFR)", "TFR", True),
        ("Rata-rata Lama Sekolah (RLS)", "Rata-rata lama sekolah", True),
        ("Indeks Ketimpangan Gender (IKG)", "IKG", True),
        # What stands in the brackets is a part of the figures, or where they are from.
        ("Peserta KB aktif (MKJP)", "Peserta KB aktif", False),
        ("Prevalensi stunting (SSGI)", "SSGI", False),
        ("Prevalensi stunting (baduta)", "Prevalensi stunting", False),
    ],
)
def test_a_name_with_its_abbreviation_is_known_by_either(
    name: str, heading: str, known: bool
) -> None:
    one = kt.Indicator(code="x1", name=name, unit="indeks", direction="maximize")
    only = kt.Plan(
        indicators=[one],
        targets=[kt.Target(indicator="x1", region="17", year=2030, value=70, instrument="RPJMD")],
    )
    text = f"Kabupaten,{heading},Tahun\nSeluma,66.5,2022\n"
    found = nullcontext() if known else pytest.raises(kt.KencanaError)
    with found:
        assert actuals(only, text).notes == ()


@pytest.mark.parametrize("heading", ["ASFR 20-24", "ASFR 20-24 2022", "ASFR (45-49)", "ASFR 15-49"])
def test_figures_of_another_age_are_not_those_of_the_indicator(heading: str) -> None:
    one = kt.Indicator(
        code="asfr", name="ASFR 15-19 tahun", unit="per 1.000 perempuan", direction="minimize"
    )
    only = kt.Plan(
        indicators=[one],
        targets=[kt.Target(indicator="asfr", region="17", year=2030, value=18, instrument="RPJMD")],
    )
    with pytest.raises(kt.KencanaError, match="cannot tell what"):
        values(only, f"Kabupaten,{heading},Tahun\nSeluma,80,2022\n")
    with pytest.raises(kt.KencanaError, match="a part of the people"):
        values(only, f"Kabupaten,Indikator,Tahun,Nilai\nSeluma,{heading},2022,80\n")
    text = f"Kabupaten,ASFR 15-19 2022,{heading.removesuffix(' 2022')} 2022\nSeluma,31,80\n"
    assert values(only, text) == {("asfr", "17.05", 2022): 31}


@pytest.mark.parametrize(
    "header",
    [
        "Kabupaten/Kota,IPM,Tahun\nRegency/Municipality,HDI,Year\n",
        "Kabupaten/Kota,IPM,Tahun\nRegency/Municipality,Human Development Index,Year\n(1),(2),(3)\n",
        "WADMPR,WADMKK,IPM,TAHUN\n",
        "NAME_1,NAME_2,IPM,Year\n",
    ],
)
def test_headers_of_yearbooks_and_of_maps(plan: kt.Plan, header: str) -> None:
    above = "Bengkulu," if header[:4] in ("WADM", "NAME") else ""
    assert values(plan, f"{header}{above}Seluma,66.5,2022\n{above}Seluma,67.25,2023\n") == SELUMA
