"""Small tables of kinds that offices keep: what is read, and what is refused."""

from __future__ import annotations

import io
import re
from contextlib import nullcontext

import openpyxl
import pytest

import kencana_targets as kt
from tests.workbooks import saved

YEAR = {"year": 2022}
READ = {("17.05", 2022): 22.1, ("17.04", 2022): 12.4}
ROWS = "Seluma,22.1\nKaur,12.4\n"
BODY = f"Kabupaten/Kota,Prevalensi Stunting\n{ROWS}"


@pytest.fixture(scope="module")
def plan() -> kt.Plan:
    stunting = kt.Indicator(
        code="stunting", name="Prevalence of stunting", name_id="Prevalensi stunting",
        unit="percent", unit_id="persen", direction="minimize", aliases=("Stunting",),
    )  # fmt: skip
    acceptors = kt.Indicator(
        code="pb", name="New acceptors", name_id="Peserta KB baru", unit="persons",
        unit_id="orang", direction="maximize", combination="sum", decimals=0,
    )  # fmt: skip
    targets = [
        kt.Target(indicator=code, region="17", year=2024, value=value, instrument="RPJMD")
        for code, value in (("stunting", 12.55), ("pb", 2000))
    ]
    return kt.Plan(indicators=[stunting, acceptors], targets=targets)


def read(plan: kt.Plan, text: str, **options: object) -> dict[tuple[str, int], float]:
    figures = kt.read_actuals(io.BytesIO(text.encode()), plan=plan, **options)
    return {(one.region, int(one.year)): one.value for one in figures}


@pytest.mark.parametrize(
    "title",
    [
        "Prevalensi stunting bulan Oktober 2022", "Data stunting kondisi Maret 2022",
        "Stunting s/d Agustus 2022", "Stunting per 30 Juni 2022", "Stunting TW III 2022",
        "Stunting triwulan ketiga 2022", "Keadaan s.d. Nopember 2022", "Stunting Q2 2022",
        "Cut-off date 15 September 2022", "Periode: Januari s.d. Juni 2022",
        "Prakiraan maju stunting 2022", "Prognosa realisasi stunting 2022",
        "Stunting anak laki-laki 2022", "Stunting perdesaan 2022", "Stunting baduta tahun 2022",
        "Stunting 40 persen termiskin tahun 2022", "Peringkat stunting 2022",
        "Penurunan stunting tahun 2022", "Kondisi awal stunting 2022",
        "Capaian sasaran strategis stunting triwulan III 2022", "Stunting semester ganjil 2022",
        "Stunting minggu terakhir 2022", "Stunting bulan puasa 2022", "Stunting tahap I 2022",
        "Ambang batas stunting 2022", "Nilai maksimum stunting 2022", "Standar stunting 2022",
        "Stunting H1 2022", "Stunting 1H2022", "Stunting 0-24 bulan tahun 2022", "Stunting 2022-S1", "Stunting 0-23 bulan 2022",
        "Stunting <2 tahun 2022", "Stunting 12-23 bulan 2022", "Toleransi stunting tahun 2022", "Simpangan baku stunting 2022", "Stunting awal tahun 2022", "Stunting L 2022",
        "Stunting 17 Agustus 2022", "Stunting, 1 Juli 2022", "Stunting Seluma (30/06/2022)",
        "Stunting 2022-09", "Stunting 03/2022", "Stunting 202211", "Stunting mid-year 2022",
        "Stunting YTD 2022", "Stunting orang asli Papua 2022", "Stunting lulusan SMA 2022",
        "Stunting baselines 2022", "Stunting forecasts 2022", "Rankings of stunting 2022",
    ],
)  # fmt: skip
def test_a_title_that_says_otherwise_is_refused(plan: kt.Plan, title: str) -> None:
    with pytest.raises(kt.KencanaError):
        read(plan, f"{title},\n{BODY}")


@pytest.mark.parametrize(
    "title",
    [
        "Prevalensi stunting menurut kabupaten/kota 2022", "Hasil SSGI 2022 stunting",
        "Dinas Pemberdayaan Perempuan dan Perlindungan Anak, stunting 2022",
        "Rencana Aksi Nasional Percepatan Penurunan Stunting, hasil 2022",
        "Realisasi stunting sampai dengan Desember 2022",
        "Dokumen Perjanjian Kinerja 2022: realisasi stunting",
        "Tabel 3.1 Capaian sasaran strategis stunting 2022",
        "Sasaran 1: Menurunnya prevalensi stunting tahun 2022", "Capaian SPM stunting 2022",
        "Tabel 2-3 Stunting tahun 2022", "Jumlah dan persentase stunting 2022",
    ],
)  # fmt: skip
def test_an_ordinary_title_passes(plan: kt.Plan, title: str) -> None:
    assert read(plan, f"{title},\n{BODY}") == READ


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Stunting kelompok kontrol 2022", "kontrol"), ("Stunting anak yatim 2022", "yatim"),
        ("Rekomendasi stunting 2022", "rekomendasi"), ("Stunting kota 2022", "kota"),
        ("Tidak stunting 2022", "tidak"), ("Stunting daerah transmigrasi 2022", "transmigrasi"), ("Stunting suku Serawai 2022", "suku"),
        ("Stunting tahun lalu 2022", "tahun lalu"), ("Jumlah balita stunting 2022", "jumlah"),
        ("Rata-rata stunting 2022", "rata"), ("Stunting tertinggi 2022", "tertinggi"),
        ("Rasio stunting 2022", "rasio"), ("Indeks prevalensi stunting 2022", "indeks"),
        ("Stunting 2022 (draf)", "draf"), ("Skor stunting 2022", "skor"),
        ("Stunting 2022 (arsip)", "arsip"), ("Stunting 2022 versi: draf", "draf"), ("Estimasi stunting 2022", "estimasi"),
        ("Stunting masa tanam I 2022", "tanam"), ("Stunting dengan pembulatan 2022", "pembulatan"),
    ],
)  # fmt: skip
def test_unknown_words_of_a_title_are_noted_once(plan: kt.Plan, title: str, word: str) -> None:
    figures = kt.read_actuals(io.BytesIO(f"{title},\n{BODY}".encode()), plan=plan)
    (note,) = figures.notes
    assert word in str(note.got)
    assert "words of the title are not understood" in str(note)


@pytest.mark.parametrize(
    "title",
    [
        "Data Dukung Indikator Dinas Kesehatan: Stunting 2022", "Lampiran Edaran Stunting 2022",
        "Kertas Kerja Telaah Angka Stunting Kabupaten/Kota Tahun 2022", "Stunting 2022 (final)",
        "10 Kabupaten dengan Stunting Tertinggi Tahun 2022", "Draft Laporan Stunting 2022",
        "Ringkasan Eksekutif Prevalensi Stunting 2022", "Stunting balita 0-59 bulan tahun 2022",
        "Laporan Kinerja Instansi Pemerintah Dinas Kesehatan Tahun 2022", "Stunting 2022 fix",
    ],
)  # fmt: skip
def test_the_name_of_a_document_is_no_unknown_word(plan: kt.Plan, title: str) -> None:
    figures = kt.read_actuals(io.BytesIO(f'"{title}",\n{BODY}'.encode()), plan=plan, given=YEAR)
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    assert not figures.notes


def test_what_a_title_names_is_no_unknown_word(plan: kt.Plan) -> None:
    for line in ("Petugas: Rahmawati", "Zubaidah", "Lampiran I", "Operator : Budi Santoso"):
        assert not kt.read_actuals(
            io.BytesIO(f"{line},\nStunting 2022,\n{BODY}".encode()), plan=plan
        ).notes


@pytest.mark.parametrize("mark", ["%", " %", " persen"])
@pytest.mark.parametrize("long", [False, True])
def test_a_share_that_lost_its_percent_sign_is_refused(
    plan: kt.Plan, mark: str, long: bool
) -> None:
    def table(cell: str) -> str:
        rows = {"Seluma": f"22.1{mark}", "Kaur": cell, "Lebong": f"20.2{mark}"}
        head = "wilayah,indikator,tahun,nilai" if long else "wilayah,Stunting 2022"
        key = "stunting,2022," if long else ""
        return "\n".join((head, *(f"{name},{key}{value}" for name, value in rows.items()), ""))

    with pytest.raises(kt.KencanaError, match=r"row 3.*at most 1 beside cells .*got 0.124"):
        read(plan, table("0.124"))
    for cell, value in (("12.4", 12.4), (f"0.9{mark}", 0.9), ("0", 0.0)):
        assert read(plan, table(cell))["17.04", 2022] == value
    with pytest.raises(kt.KencanaError, match="at most 1 beside cells"):
        kt.read_actuals({"wilayah": ["Seluma", "Kaur"], "stunting 2022": [f"22,1{mark}", 0.124]})


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Jenis Kelamin", "Perempuan"), ("Kelompok", "0-23 bulan"), ("Rincian", "Baduta"),
        ("Segmen", "Kuintil 1"), ("Jenis", "Prognosa"), ("Kolom A", "Triwulan II"),
        ("Waktu", "Semester 1"), ("Keterangan", "angka proyeksi"), ("Catatan", "laki-laki"),
        ("Minggu", "3"), ("Tahap", "I"), ("Gelombang", "kedua"), ("Ukuran", "Nilai maksimum"),
    ],
)  # fmt: skip
def test_a_column_that_parts_is_refused_under_any_heading(
    plan: kt.Plan, heading: str, cell: str
) -> None:
    table = f"Kabupaten/Kota,{heading},Prevalensi Stunting\nSeluma,{cell},22.1\nKaur,{cell},12.4\n"
    with pytest.raises(kt.KencanaError):
        read(plan, table, given=YEAR)
    assert read(plan, table, given=YEAR, columns={"ignored": heading}) == READ


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Keterangan", "tercapai"), ("Sumber", "SSGI 2022"), ("Kendala", "kurang kader"),
        ("Penanggung Jawab", "Bidang KB"), ("Jumlah Puskesmas", "12"), ("No Telp", "0811"),
    ],
)  # fmt: skip
def test_a_column_that_describes_is_no_hindrance(plan: kt.Plan, heading: str, cell: str) -> None:
    table = f"Kabupaten/Kota,{heading},Prevalensi Stunting\nSeluma,{cell},22.1\nKaur,{cell},12.4\n"
    assert read(plan, table, given=YEAR) == READ


@pytest.mark.parametrize("heading", ["Persentase", "Persentase (%)", "Nilai", "%", "Hasil"])
@pytest.mark.parametrize("given", [False, True])
def test_region_and_indicator_may_stand_in_the_title_alone(
    plan: kt.Plan, heading: str, given: bool
) -> None:
    table = f"Prevalensi Stunting Kabupaten Kaur\nTahun,{heading}\n2021,12.0\n2022,12.4\n"
    options = {"given": {"region": "Kaur", "indicator": "stunting"}} if given else {}
    assert read(plan, table, **options) == {("17.04", 2021): 12.0, ("17.04", 2022): 12.4}
    with pytest.raises(kt.KencanaError, match="the title says another"):
        read(plan, table, given={"region": "Seluma"})


def test_a_count_is_no_percentage(plan: kt.Plan) -> None:
    table = "Kabupaten,Jumlah,Persentase\nSeluma,300,22.1\nKaur,120,12.4\n"
    assert read(plan, table, given={**YEAR, "indicator": "stunting"}) == READ
    counts = {("17.05", 2022): 300, ("17.04", 2022): 120}
    assert read(plan, table, given={**YEAR, "indicator": "pb"}) == counts
    with pytest.raises(kt.KencanaError):
        read(plan, "Kabupaten,Jumlah\nKaur,120\n", given={**YEAR, "indicator": "stunting"})
    # Beside a target it is the achievement.
    table = "Kabupaten,Target,Realisasi,Persentase\nSeluma,18.9,22.1,83\nKaur,18.9,12.4,134\n"
    assert read(plan, table, given={**YEAR, "indicator": "stunting"}) == READ


def test_the_corner_over_names_may_say_year(plan: kt.Plan) -> None:
    table = "Tahun,2021,2022\nSeluma,24.7,22.1\nKaur,11.3,12.4\n"
    found = read(plan, table, given={"indicator": "stunting"})
    assert found == READ | {("17.05", 2021): 24.7, ("17.04", 2021): 11.3}


def test_signatures_below_are_no_figures(plan: kt.Plan) -> None:
    below = ',\nMengetahui,,"Bengkulu, 5 Januari 2023"\nKepala Dinas,,Kepala Bidang\n'
    assert read(plan, BODY + below + "NIP. 19700101,,NIP. 19800101\n", given=YEAR) == READ
    with pytest.raises(kt.KencanaError, match="cells under 2 columns"):
        read(plan, BODY + "Bengkulu Utara,22,8\n", given=YEAR)


@pytest.mark.parametrize("mark", ["*", "*)", " r)", "x", " e)", "**", " 1)", " ▲", "↓"])
def test_a_mark_behind_a_figure_is_noted(plan: kt.Plan, mark: str) -> None:
    table = f"Kabupaten/Kota,Prevalensi Stunting\nSeluma,22.1{mark}\nKaur,12.4\n"
    assert read(plan, table, given=YEAR) == READ


@pytest.mark.parametrize(
    "heading", ["Lokasi", "Area", "Wilayah Kerja", "Daftar kab/kota", "Tempat"]
)
def test_a_column_of_names_of_regions_is_theirs_under_any_heading(
    plan: kt.Plan, heading: str
) -> None:
    figures = kt.read_actuals(
        io.BytesIO(f"{heading},Prevalensi Stunting\n{ROWS}".encode()), plan=plan, given=YEAR
    )
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    with pytest.raises(kt.KencanaError, match="no region"):
        read(plan, f"{heading},Prevalensi Stunting\nBudi,22.1\nKaur,12.4\n", given=YEAR)
    for facility in ("Puskesmas", "Nama Klinik"):
        with pytest.raises(kt.KencanaError, match="no region"):
            read(plan, f"{facility},Prevalensi Stunting\n{ROWS}", given=YEAR)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Seluma Kab.", "17.05"), ("17.05 - Seluma", "17.05"), ("1705 Seluma", "17.05"),
        ("Bengkulu Kota", "17.71"), ("Benteng", "17.09"), ("5. Seluma", "17.05"),
        ("Lima Puluh Kota", "13.07"), ("Kab. Tobasa", "12.12"),
    ],
)  # fmt: skip
def test_regions_as_lists_write_them(plan: kt.Plan, name: str, code: str) -> None:
    table = f"Wilayah,Prevalensi Stunting\n{name},22.1\n"
    assert read(plan, table, given=YEAR) == {(code, 2022): 22.1}
    with pytest.raises(kt.KencanaError, match="code and name are of two regions"):
        read(plan, "Wilayah,Prevalensi Stunting\n17.04 - Seluma,22.1\n", given=YEAR)


def book(*rows: list[object], merged: tuple[str, ...] = (), sheet: str = "Sheet1") -> io.BytesIO:
    made, file = openpyxl.Workbook(), io.BytesIO()
    page = made.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for area in merged:
        page.merge_cells(area)
    made.save(file)
    file.seek(0)
    return file


def figures(plan: kt.Plan, source: object, **options: object) -> dict[tuple[str, str, int], float]:
    read = kt.read_actuals(source, plan=plan, **options)
    return {(one.indicator, one.region, int(one.year)): one.value for one in read}


PAIR = {
    ("stunting", "17.05", 2021): 24.7, ("stunting", "17.05", 2022): 22.1,
    ("stunting", "17.04", 2021): 11.3, ("stunting", "17.04", 2022): 12.4,
}  # fmt: skip
DOWN = [["Seluma", 24.7, 22.1], ["Kaur", 11.3, 12.4]]


@pytest.mark.parametrize("merged", [("A1:A3", "B2:C2"), ("A1:A3", "B1:C1", "B2:C2"), ()])
@pytest.mark.parametrize("above", [[], [["Statistik Kesehatan"]]])
def test_a_header_like_stairs(plan: kt.Plan, merged: tuple[str, ...], above: list[object]) -> None:
    stairs = [["Kabupaten/Kota"], [None, "Prevalensi Stunting (Persen)"], [None, 2021, 2022]]
    merged = merged if not above else ()
    assert figures(plan, book(*above, *stairs, *DOWN, merged=merged)) == PAIR
    text = "Kabupaten/Kota;;\n;Stunting;\n;2021;2022\nSeluma;24,7;22,1\nKaur;11,3;12,4\n"
    assert figures(plan, io.BytesIO(text.encode())) == PAIR


def test_stairs_of_two_indicators_and_of_four_rows(plan: kt.Plan) -> None:
    rows = [
        ["38 Provinsi"], [None, "Stunting (Persen)", None, "Peserta KB Baru (Orang)"],
        [None, 2021, 2022, 2021, 2022], ["ACEH", 33.2, 31.2, 900, 1000],
    ]  # fmt: skip
    found = figures(plan, book(*rows, merged=("A1:A3", "B2:C2", "D2:E2")))
    assert found["stunting", "11", 2022] == 31.2
    assert found["pb", "11", 2021] == 900
    rows = [["Wilayah"], [None, "Kesehatan"], [None, "Stunting"], [None, 2021, 2022], *DOWN]
    assert figures(plan, book(*rows, merged=("A1:A4", "B2:C2", "B3:C3"))) == PAIR


@pytest.mark.parametrize("title", [[], ["Prevalensi Stunting Provinsi Bengkulu"]])
def test_regions_may_stand_across(plan: kt.Plan, title: list[str]) -> None:
    given = {} if title else {"given": {"indicator": "stunting"}}
    rows = [["Tahun", "Seluma", "Kab. Kaur"], [2021, 24.7, 11.3], [2022, 22.1, 12.4]]
    assert figures(plan, book(*[title] * bool(title), *rows), **given) == PAIR


def test_what_stands_below_or_left_of_the_figures(plan: kt.Plan) -> None:
    head = ["No", "Kabupaten", "Stunting 2022"]
    rows = [head, [1, "Seluma", 22.1], [2, "Kaur", 12.4]]
    want = {key: value for key, value in PAIR.items() if key[2] == 2022}
    # A sum in merged cells, with a 0 under the region.
    assert figures(plan, book(*rows, ["Jumlah", 0, 34.5], merged=("A4:A4",))) == want
    # A legend of abbreviations below a blank row.
    legend = [[], [None, "ST", "Stunting"], [None, "KB", "Keluarga Berencana"]]
    assert figures(plan, book(*rows, *legend)) == want
    with pytest.raises(kt.KencanaError, match="not a number"):
        figures(plan, book(*rows, [], [3, "Lebong", "belum lapor"]))


def test_the_column_that_a_caller_names_stands_beside_months(plan: kt.Plan) -> None:
    rows = [["Kab", "Stunting"], [None, "Jan", "Feb", "2022"], ["Seluma", 24, 23, 22.1]]
    source = book(*rows, merged=("A1:A2", "B1:D1"))
    found = figures(plan, source, columns={"value": "Stunting / 2022"})
    assert found == {("stunting", "17.05", 2022): 22.1}


@pytest.mark.parametrize(
    "text",
    [
        "Kabupaten|Stunting 2022\nSeluma|22,1\nKaur|12,4\n",
        "sep=;\nKabupaten;Stunting 2022\nSeluma;22,1\nKaur;12,4\n",
        "Timestamp,Email,Kabupaten,Stunting,Tahun\n"
        "2023-01-05 10:00,a@b.id,Seluma,22.1,2022\n2023-01-06 09:00,c@d.id,Kaur,12.4,2022\n",
        "Tanggal Input,Kabupaten,Stunting 2022\n05/01/2023,Seluma,22.1\n06/01/2023,Kaur,12.4\n",
        "Kabupaten,Tahun,Stunting\nSeluma,31/12/2022,22.1\nKaur,2022-12-31,12.4\n",
        "Kode,Kabupaten,Stunting 2022\n05,Seluma,22.1\n04,Kaur,12.4\n",
        "Kode Wilayah,Nama,Stunting 2022\n17.05,Seluma,22.1\n17.04,Kaur,12.4\n",
    ],
)  # fmt: skip
def test_ordinary_tables_of_forms_and_exports(plan: kt.Plan, text: str) -> None:
    assert read(plan, text) == READ


def test_a_name_under_any_heading_checks_its_code(plan: kt.Plan) -> None:
    with pytest.raises(kt.KencanaError, match="code and name are of two regions"):
        read(plan, "Kode Wilayah,Nama,Stunting 2022\n17.05,Kaur,22.1\n")


@pytest.mark.parametrize(
    "label", ["0-23 bulan", "30 Juni 2022", "2022-09", "dalam ribuan", "per mil", "Belum kawin"]
)
def test_a_label_that_says_less_is_refused(plan: kt.Plan, label: str) -> None:
    table = f"Kabupaten,Stunting 2022\n{label},\n{ROWS}"
    with pytest.raises(kt.KencanaError, match="row 2: a row that names a"):
        read(plan, table)


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("Stunting keadaan akhir tahun 2022", 2022),
        ("Stunting 2022 (diunduh 5 Agustus 2023)", 2022),
        ("Stunting 2022 sesuai Perpres 12/2021", 2022),
    ],
)
def test_a_day_or_number_of_something_else_dates_no_figures(
    plan: kt.Plan, title: str, year: int
) -> None:
    assert {when for _, when in read(plan, f"{title},\n{BODY}")} == {year}


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Data Stunting Tahun 2021", "year"),
        ("Prevalensi stunting 2019-2020", "year"),
        ("Prevalensi stunting Provinsi Jawa Barat", "region"),
        ("Kabupaten: Rejang Lebong", "region"),
        ("Stunting Provinsi Bengkulu Tahun 2022", ""),
        ("BKKBN Provinsi Jawa Barat", ""),
        ("LKjIP 2023", ""),
    ],
)
def test_a_title_of_another_year_or_region_is_noted(plan: kt.Plan, title: str, key: str) -> None:
    table = f"{title},,\nKabupaten,Tahun,Stunting\nSeluma,2022,22.1\nKaur,2022,12.4\n"
    found = kt.read_actuals(io.BytesIO(table.encode()), plan=plan)
    said = [str(note) for note in found.notes]
    assert [f"title: the title names another {key} than" in note for note in said] == [True] * bool(
        key
    )


def test_a_name_of_two_indicators_is_none_of_one() -> None:
    same = [kt.Indicator(code=code, name="Cakupan KB", unit="percent", direction="maximize")
            for code in ("a", "b")]  # fmt: skip
    target = kt.Target(indicator="a", region="17", year=2024, value=60, instrument="RPJMD")
    for table in (
        "Kabupaten,Cakupan KB (%)\nKaur,1\n",
        "Kabupaten,Indikator,Nilai\nKaur,Cakupan KB,1\n",
    ):
        with pytest.raises(kt.KencanaError, match="name fits several indicators.*'a', 'b'"):
            read(kt.Plan(indicators=same, targets=[target]), table, given=YEAR)


@pytest.mark.parametrize(("heading", "cell"), [("Polarisasi", "Naik"), ("Direction", "maximize")])
def test_a_direction_that_contradicts_the_plan_is_refused(
    plan: kt.Plan, heading: str, cell: str
) -> None:
    table = f"Kabupaten,Indikator,{heading},Nilai\nKaur,stunting,{cell},12.4\n"
    with pytest.raises(kt.KencanaError, match=f"'{heading}': the direction contradicts that of"):
        read(plan, table, given=YEAR)
    assert read(plan, table, given=YEAR, columns={"ignored": heading})
    assert read(plan, table.replace(cell, "semakin rendah semakin baik"), given=YEAR)


@pytest.mark.parametrize("cell", ["2022-S1", "2022-Q3", "Jan-22", "1Q22", "2022M03"])
def test_a_period_in_an_unknown_column_is_no_year(plan: kt.Plan, cell: str) -> None:
    table = f"Kabupaten,Pembaruan,Stunting\nSeluma,{cell},22.1\n"
    with pytest.raises(kt.KencanaError, match="a cell that says of which kind or part"):
        read(plan, table, given=YEAR)


def test_a_heading_that_is_told_keeps_its_year_and_its_indicator(plan: kt.Plan) -> None:
    table = "Wilayah,Wasting 2022,Stunted 2022\nSeluma,2,22.1\nKaur,1,12.4\n"
    assert read(plan, table, columns={"stunting": "Stunted 2022"}) == READ
    table = "Wilayah,Stunting 2022,Stunting TW I 2022\nSeluma,22.1,21\nKaur,12.4,11\n"
    assert read(plan, table, columns={"actual": "Stunting 2022"}) == READ
    table = "Wilayah,Realisasi Khusus 2022\nSeluma,22.1\nKaur,12.4\n"
    given = {"indicator": "stunting"}
    assert read(plan, table, columns={"actual": "Realisasi Khusus 2022"}, given=given) == READ


def test_rows_may_be_picked_by_a_sum_of_parts(plan: kt.Plan) -> None:
    table = "Wilayah,Daerah,Stunting 2022\nSeluma,Perkotaan,20\nSeluma,Total,22.1\n"
    assert read(plan, table, rows={"Daerah": "Total"}) == {("17.05", 2022): 22.1}


@pytest.mark.parametrize("unit", ["lusin", "skala 5", "kg", "tablet"])
def test_an_unknown_unit_is_noted(plan: kt.Plan, unit: str) -> None:
    table = f"Kabupaten,Satuan,Stunting 2022\nSeluma,{unit},22.1\nKaur,{unit},12.4\n"
    (note,) = kt.read_actuals(io.BytesIO(table.encode()), plan=plan).notes
    assert "a unit that is not understood" in str(note)
    assert unit in str(note)
    for known in ("prosen", "per seratus", "-", "n/a"):
        source = io.BytesIO(table.replace(unit, known).encode())
        assert not kt.read_actuals(source, plan=plan).notes


@pytest.mark.parametrize(
    ("heading", "cell", "said"),
    [
        ("Jumlah Anak", "2", "columns of numbers under headings that nobody knows"),
        ("Kelas", "3", "columns of numbers under headings that nobody knows"),
        ("Keterangan", "tidak valid", "a cell that says of which kind"),
        ("Keterangan", "rata-rata", "a cell that says of which kind"),
        ("Satuan", "perempuan", "a unit that is not understood"),
        ("Lower", "30", "a figure outside its own interval"),
        ("Satuan", "proyeksi", "a unit that is not understood"),
        ("Satuan", "TW II", "a unit that is not understood"),
        ("Satuan", "kota", "a unit that is not understood"),
        ("Satuan", "SSGI", "a unit that is not understood"),
    ],
)
def test_what_may_part_the_figures_of_a_long_table_is_noted(
    plan: kt.Plan, heading: str, cell: str, said: str
) -> None:
    table = f"Wilayah,Indikator,Tahun,Realisasi,{heading}\nSeluma,stunting,2022,22.1,{cell}\n"
    (note,) = kt.read_actuals(io.BytesIO(table.encode()), plan=plan).notes
    assert said in str(note)


@pytest.mark.parametrize(
    ("heading", "cell"), [("Gender", "L+P"), ("Gender", "Total"), ("Kelompok Umur", "Semua umur")]
)
def test_a_column_that_says_all_parts_nothing(plan: kt.Plan, heading: str, cell: str) -> None:
    table = f"Kabupaten,{heading},Stunting 2022\nSeluma,{cell},22.1\nKaur,{cell},12.4\n"
    assert read(plan, table) == READ


def test_a_title_about_another_indicator_is_noted(plan: kt.Plan) -> None:
    for title in ("Peserta KB baru 2022", "Indikator: Peserta KB baru"):
        (note,) = kt.read_actuals(
            io.BytesIO(f"{title},\nKabupaten,Stunting 2022\nSeluma,22.1\n".encode()), plan=plan
        ).notes
        assert "the title names another indicator than the figures" in str(note)
    with pytest.raises(kt.KencanaError, match="the title names a part of the people"):
        read(plan, f"Wilayah: Perdesaan,\n{BODY}", given=YEAR)


@pytest.mark.parametrize("over", ["Rata-rata", "Tertinggi", "Indeks", "Rencana", "Estimasi"])
def test_a_word_of_another_kind_over_an_indicator_is_refused(plan: kt.Plan, over: str) -> None:
    with pytest.raises(kt.KencanaError, match=f"cannot tell what '{over}' is"):
        read(plan, f"Kabupaten,{over}\n,Stunting 2022\nSeluma,22.1\n")


@pytest.mark.parametrize("label", ["Kategori Miskin", "Suku Rejang", "Kelompok Kontrol"])
def test_an_unknown_row_between_figures_is_noted(plan: kt.Plan, label: str) -> None:
    table = f"Kabupaten,Stunting 2022\nSeluma,22.1\n{label},\nKaur,12.4\n"
    (note,) = kt.read_actuals(io.BytesIO(table.encode()), plan=plan).notes
    assert note.place.row == 3
    assert "a row between figures that is not understood" in str(note)
    for place in ("Wilayah Pantai Selatan", "KABUPATEN", "Provinsi Bengkulu", "Pulau Jawa"):
        source = io.BytesIO(table.replace(label, place).encode())
        assert not kt.read_actuals(source, plan=plan).notes


def test_a_heading_in_another_scale_is_turned_into_the_plans(plan: kt.Plan) -> None:
    infants = kt.Indicator(
        code="akb", name="Infant mortality", name_id="Angka kematian bayi",
        unit="per 1,000 live births", unit_id="per 1.000 kelahiran hidup", direction="minimize",
    )  # fmt: skip
    target = kt.Target(indicator="akb", region="17", year=2024, value=16, instrument="RPJMD")
    other = kt.Plan(indicators=[infants], targets=[target])
    table = "Provinsi,Angka Kematian Bayi (per 100.000 KH) 2022\nBengkulu,1900\n"
    assert read(other, table) == {("17", 2022): 19}
    table = table.replace("100.000", "1.000").replace("1900", "19")
    assert read(other, table) == {("17", 2022): 19}


@pytest.mark.parametrize(
    "heading",
    ["Kasus Stunting", "Jumlah Kasus Stunting", "Banyaknya Stunting", "Peringkat 2022",
     "Nilai Selisih", "Nilai Sasaran 2022", "Nilai Target 2022", "Numerator 2022", "Skor_2022"],
)  # fmt: skip
def test_a_count_beside_a_percentage_is_left_out(plan: kt.Plan, heading: str) -> None:
    table = f"Kabupaten,{heading},Stunting\nSeluma,300,22.1\nKaur,120,12.4\n"
    assert read(plan, table, given=YEAR) == READ
    with pytest.raises(kt.KencanaError):
        read(plan, f"Kabupaten,{heading}\nSeluma,300\nKaur,120\n", given=YEAR)


@pytest.mark.parametrize(
    "heading", ["SE 2022,Stunting", "Stunting 2022 (per Juni 2022)", "Stunting (per 30 September)"]
)
def test_a_heading_that_says_less_is_refused(plan: kt.Plan, heading: str) -> None:
    with pytest.raises(kt.KencanaError, match="cannot tell"):
        read(plan, f"Kabupaten,{heading}\nSeluma,22.1{',22.1' * heading.count(',')}\n", given=YEAR)


@pytest.mark.parametrize(
    "heading", ["RSE Stunting", "Stunting 0-23", "Stunting kota", "Stunting desa"]
)
def test_a_heading_of_which_more_may_be_meant_is_noted(plan: kt.Plan, heading: str) -> None:
    table = f"Kabupaten,{heading}\nSeluma,22.1\nKaur,12.4\n"
    (note,) = kt.read_actuals(io.BytesIO(table.encode()), plan=plan, given=YEAR).notes
    assert "a heading that names more or other words" in str(note)
    # Beside the indicator's own heading it is another.
    table = f"Kabupaten,Stunting,{heading}\nSeluma,22.1,3\nKaur,12.4,2\n"
    figures = kt.read_actuals(io.BytesIO(table.encode()), plan=plan, given=YEAR)
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    (note,) = figures.notes
    assert f"were left out: got '{heading}'" in str(note)


@pytest.mark.parametrize(
    ("code", "heading", "notes"),
    [
        ("laju", "pct_laju", 0),
        ("murni", "persen_murni", 0),
        ("p1", "Index Kedalaman Kemiskinan", 1),
    ],
)
def test_an_indicator_may_be_called_by_words_that_say_something_else(code, heading, notes) -> None:
    depth = kt.Indicator(
        code=code, name="Indeks Kedalaman Kemiskinan", unit="%", direction="minimize"
    )
    target = kt.Target(indicator=code, region="17.05", year=2030, value=1)
    plan = kt.Plan(indicators=[depth], targets=[target])
    table = f"Kabupaten,Tahun,{heading}\nSeluma,2022,2.1\nKaur,2022,1.4\n"
    figures = kt.read_actuals(io.BytesIO(table.encode()), plan=plan)
    assert (figures.value.tolist(), len(figures.notes)) == ([2.1, 1.4], notes)


@pytest.mark.parametrize(
    ("heading", "noted"),
    [("> 2022", 1), ("<=2022", 1), ("~2022", 1), ("2022?", 1), ("2022 *", 0), ("2022 1)", 0)],
)
def test_a_mark_beside_a_year_is_noted(plan: kt.Plan, heading: str, noted: int) -> None:
    table = f"Kabupaten,{heading}\nSeluma,22.1\nKaur,12.4\n"
    figures = kt.read_actuals(
        io.BytesIO(table.encode()), plan=plan, given={"indicator": "stunting"}
    )
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    assert len(figures.notes) == noted


@pytest.mark.parametrize(
    "heading",
    [
        "95% CI",
        "IK 95%",
        "Interval Kepercayaan 95%",
        "CI",
        "95% CI (Lower - Upper)",
        "CI95",
        "Rentang 95%",
    ],
)
@pytest.mark.parametrize(
    "cell", ["10,1-14,7", "(10,1 - 14,7)", "[10,1; 14,7]", "10,1 s.d. 14,7", "10,1\u201314,7"]
)
def test_an_interval_in_one_column_is_kept(heading, cell):
    text = f'Kabupaten;Tahun;Prevalensi stunting balita;{heading}\nKaur;2022;12,4;"{cell}"\n'
    (row,) = kt.read_actuals(text.encode(), plan=INTERVALS)
    assert (row.value, row.lower, row.upper) == (12.4, 10.1, 14.7)


INTERVALS = kt.load_plan("bengkulu-stunting-2024")


def test_each_interval_belongs_to_the_figure_beside_it():
    text = (
        "Kabupaten;Prevalensi stunting balita 2021;95% CI;n;Prevalensi stunting balita 2022;95% CI;n"
        "\nKaur;12,4;10,1-14,7;400;13;11-15;380\nSeluma;20;18-22;410;21;;390\n"
    )
    rows = list(kt.read_actuals(text.encode(), plan=INTERVALS))
    assert [(row.year, row.value, row.lower, row.upper, row.sample_size) for row in rows] == [
        (2021, 12.4, 10.1, 14.7, 400), (2022, 13, 11, 15, 380),
        (2021, 20, 18, 22, 410), (2022, 21, None, None, 390),
    ]  # fmt: skip
    two = "Kabupaten;Tahun;Prevalensi stunting balita;95% CI;95% CI\nKaur;2022;12;10-14;9-15\n"
    with pytest.raises(kt.KencanaError, match="two columns for 'interval'"):
        kt.read_actuals(two.encode(), plan=INTERVALS)
    one = "Kabupaten;Tahun;Prevalensi stunting balita;95% CI\nKaur;2022;12,4;2,3\n"
    with pytest.raises(kt.KencanaError, match="one number where an interval belongs"):
        kt.read_actuals(one.encode(), plan=INTERVALS)


@pytest.mark.parametrize(
    "heading",
    ["Puskesmas", "Nama Faskes", "Posyandu", "Balai Penyuluhan", "RW", "Sekolah",
     "Fasyankes", "Puskesmas/Kecamatan", "Puskesmas Pembantu", "Kode Puskesmas"],
)  # fmt: skip
def test_the_figure_of_a_facility_is_not_its_regencys(heading):
    """Also where a region has one facility, and no figure stands there twice."""
    text = f"Kabupaten;{heading};Tahun;Prevalensi stunting balita\nKaur;Linau;2022;12,4\n"
    with pytest.raises(kt.KencanaError, match="among facilities") as error:
        kt.read_actuals(text.encode(), plan=INTERVALS)
    assert len(error.value.problems) == 1
    read = kt.read_actuals(text.encode(), plan=INTERVALS, columns={"ignored": heading})
    assert [row.value for row in read] == [12.4]
    # Numbers there say how many a region has.
    for counted in (heading, f"Jumlah {heading}"):
        count = text.replace(heading, counted).replace("Linau", "16")
        assert [row.value for row in kt.read_actuals(count.encode(), plan=INTERVALS)] == [12.4]


@pytest.mark.parametrize("name", ["Prevalensi stuntin balita", "Prevalensi stunting baltia"])
def test_a_heading_a_letter_off_is_refused_with_the_name(name):
    text = f"Kabupaten;Tahun;{name}\nKaur;2022;12,4\n"
    with pytest.raises(kt.KencanaError, match="did you mean 'prevalensi stunting balita'"):
        kt.read_actuals(text.encode(), plan=INTERVALS)


@pytest.mark.parametrize(
    "cell", ["22,1 (18,0-26,2)", "22,1% [18,0 - 26,2]", "22,1 (18,0 s/d 26,2)"]
)
@pytest.mark.parametrize("heading", ["Stunting 2022 (95% CI)", "Stunting 2022"])
def test_an_interval_behind_its_figure_is_kept(plan: kt.Plan, cell: str, heading: str) -> None:
    table = f"Kabupaten;{heading}\nSeluma;{cell}\nKaur;12,4\n"
    seluma, kaur = kt.read_actuals(io.BytesIO(table.encode()), plan=plan)
    assert (seluma.value, seluma.lower, seluma.upper) == (22.1, 18.0, 26.2)
    assert (kaur.value, kaur.lower, kaur.upper) == (12.4, None, None)
    table = f"Kabupaten;{heading}\nSeluma;{cell}\nKaur;{cell}\n"
    assert read(plan, table) == {("17.05", 2022): 22.1, ("17.04", 2022): 22.1}
    with pytest.raises(kt.KencanaError):
        read(plan, table.replace("18,0", "28,0"))


@pytest.mark.parametrize(
    "text",
    [
        "Kabupaten;Stunting 2022\nSeluma;22,1 (23,0-26,2)\nKaur;12,4 (9-15)\n",
        "Kabupaten;Stunting 2022;Batas Bawah;Batas Atas\nSeluma;22,1;18;21\nKaur;12,4;9;15\n",
    ],
)
def test_a_figure_outside_its_interval_is_noted(plan: kt.Plan, text: str) -> None:
    (note,) = kt.read_actuals(io.BytesIO(text.encode()), plan=plan).notes
    assert note.place.row == 2
    assert str(note).endswith("got 22.1; see that the two belong together")


@pytest.mark.parametrize(
    "lines",
    [
        # Of an indicator that the plan does not know, nothing is said of another one.
        ("Kabupaten;Prevalensi stunting balita 2022;95% CI;Wasting 2022;95% CI",
         "Kaur;12,4;10,1-14,7;5;4-6"),
        ("Kabupaten;Wasting 2022;95% CI;Prevalensi stunting balita 2022;95% CI",
         "Kaur;5;4-6;12,4;10,1-14,7"),
        ("Kabupaten;Prevalensi stunting balita;;;", ";2022;95% CI;;n", ";;Lower;Upper;",
         "Kaur;12,4;10,1;14,7;400"),
        ("Kabupaten;Prevalensi stunting balita;;", ";2022;IK 95%;", ";;Bawah;Atas",
         "Kaur;12,4;10,1;14,7"),
        ("Kabupaten;2021;;2022;",
         ";Prevalensi stunting balita;95% CI;Prevalensi stunting balita;95% CI",
         "Kaur;11;9-13;12,4;10,1-14,7"),
    ],
)  # fmt: skip
def test_an_interval_under_several_rows_of_headings_is_kept(lines):
    rows = list(kt.read_actuals("\n".join(lines).encode(), plan=INTERVALS))
    (row,) = [row for row in rows if row.year == 2022]
    assert (row.value, row.lower, row.upper) == (12.4, 10.1, 14.7)


def test_a_remark_on_facilities_parts_nothing():
    for heading in ("Kendala di Puskesmas", "Lokus", "Keterangan wilayah kerja"):
        text = f"Kabupaten;{heading};2021;2022\nKaur;belum ada;12;12,4\n"
        given = {"indicator": "stunting_balita"}
        read = kt.read_actuals(text.encode(), plan=INTERVALS, given=given)
        assert [row.value for row in read] == [12.0, 12.4]


@pytest.mark.parametrize(
    ("headings", "cells", "reach"),
    [
        ("90% CI", "20.0-24.2", 1.6449),
        ("Batas bawah 99%,Batas atas 99%", "20.0,24.2", 2.5758),
        ("CI 80% lower,CI 80% upper", "20.0,24.2", 1.2816),
    ],
)
def test_an_interval_of_another_level_gives_its_own_error(
    plan: kt.Plan, headings: str, cells: str, reach: float
) -> None:
    table = f"Kabupaten,Stunting,{headings}\nSeluma,22.1,{cells}\n"
    found = kt.read_actuals(io.BytesIO(table.encode()), plan=plan, given=YEAR)
    assert (found[0].lower, found[0].upper) == (20, 24.2)
    assert found[0].standard_error == pytest.approx(2.1 / reach, rel=1e-4)
    assert "is kept as it is printed" in str(found.notes[0])
    usual = kt.read_actuals(
        io.BytesIO(re.sub("[89][09]%", "95%", table).encode()), plan=plan, given=YEAR
    )
    assert (usual[0].standard_error, usual.notes) == (None, ())


@pytest.mark.parametrize(
    ("style", "value", "said"),
    [
        ({"number_format": '0.0" ribu"'}, 22.1, "22.1 ribu"),
        ({"number_format": "0.0\u2030"}, 22.1, "22.1 \u2030"),
        ({"font": openpyxl.styles.Font(strike=True)}, 22, "2\u03362\u0336"),
        ({"number_format": '0.0," ribu"'}, 22.1, None),
        ({"number_format": '0.0" kasus"'}, 22.1, "22.1 kasus"),
        ({"number_format": '#,##0" jiwa"'}, 22.1, "22.1 jiwa"),
        ({"number_format": '"Rp"0'}, 22.1, "22.1 Rp"),
        ({"number_format": "[$Rp-421]#,##0"}, 22.1, "22.1 Rp"),
        ({"number_format": '0.0" persen"'}, 22.125, None),
        ({"number_format": '0.0"%"'}, 22.125, None),
        ({"number_format": '0.0" *)"'}, 22.1, None),
        ({"number_format": '"< "0.0'}, 22.1, None),
        ({"font": openpyxl.styles.Font(strike=False)}, 22.1, None),
    ],
)
def test_a_cell_that_shows_another_number_is_refused(
    plan: kt.Plan, style: dict[str, object], value: float, said: str | None
) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Kabupaten", "Stunting"])
    book.active.append(["Kaur", value])
    for name, made in style.items():
        setattr(book.active["B2"], name, made)
    book.save(file)
    file.seek(0)
    if said is None:
        assert kt.read_actuals(file, plan=plan, given=YEAR)[0].value == value
    else:
        with pytest.raises(kt.KencanaError, match=f"column B 'Stunting': .* got '{said}'"):
            kt.read_actuals(file, plan=plan, given=YEAR)


@pytest.mark.parametrize(
    ("indicator", "style", "value", "word"),
    [
        ("Peserta KB baru", "0%", 0.5, "the unit contradicts that of 'pb'"),
        ("Peserta KB baru", '0"%"', 50, "are not the unit of its indicator"),
        ("Peserta KB baru", '0" persen"', 50, "are not the unit of its indicator"),
        ("Peserta KB baru", '0" KK"', 50, "contradicts that of 'pb', which is 'orang': got 'KK'"),
        ("Peserta KB baru", '"± "0', 50, "shown in another scale"),
        ("Peserta KB baru", '"Target "0', 50, "shown in another scale"),
        ("Peserta KB baru", '"turun "0', 50, "shown in another scale"),
        ("Peserta KB baru", '"$"#,##0', 50, "shown in another scale"),
        ("Peserta KB baru", '0" per 1000"', 50, "are not the unit of its indicator"),
        ("Peserta KB baru", '0" orang"', 50, ""),
        ("Peserta KB baru", '0" jiwa";-0" jiwa"', 50, ""),
        ("Peserta KB baru", "[$Rp-421]#,##0", 50, ""),
        ("Peserta KB baru", '0" rupiah"', 50, ""),
        ("Peserta KB baru", '"Rp"0" juta"', 50, "are not the unit of its indicator"),
        ("Stunting", "0.0%", 0.221, ""),
    ],
)
def test_what_a_format_shows_beside_a_number_is_its_unit(
    plan: kt.Plan, indicator: str, style: str, value: float, word: str
) -> None:
    book, file = openpyxl.Workbook(), io.BytesIO()
    for row in (["Kabupaten", indicator], ["Kaur", value], ["Seluma", value]):
        book.active.append(row)
    for cell in ("B2", "B3"):
        book.active[cell].number_format = style
    book.save(file)
    file.seek(0)
    refused = bool(word) and "scale" not in word and "KK" not in word
    with pytest.raises(kt.KencanaError, match=word) if refused else nullcontext():
        found = kt.read_actuals(file, plan=plan, given=YEAR)
        said = " ".join(map(str, found.notes))
        assert (word in said) if word else not said
        assert {one.value for one in found} == {22.1 if value < 1 else 50}


@pytest.mark.parametrize(
    ("unit", "value", "read"),
    [
        ("anak per perempuan", 2.1, None),
        ("anak per perempuan", 0.021, 2.1),
        ("indeks", 71.2, None),
        ("indeks", 0.712, 71.2),
        ("per 100.000 kelahiran hidup", 120, None),
        ("per 100.000 kelahiran hidup", 0.0012, 120),
        ("orang", 120, None),
        ("persen", 1.04, 104),
        ("persen", 22.1, 2210),
        ("a unit of nobody", 1.04, 104),
    ],
)
def test_what_is_no_percentage_is_not_shown_above_100_percent(
    unit: str, value: float, read: float | None
) -> None:
    own = kt.Indicator(code="x", name="Angka itu", unit=unit, direction="maximize")
    target = kt.Target(indicator="x", region="17", year=2022, value=1, instrument="RPJMD")
    plan = kt.Plan(indicators=[own], targets=[target])
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Kabupaten", "Angka itu"])
    book.active.append(["Kaur", value])
    book.active["B2"].number_format = "0.0%"
    book.save(file)
    file.seek(0)
    if read is not None:
        found = kt.read_actuals(file, plan=plan, given=YEAR)
        assert found[0].value == pytest.approx(read)
        assert any("shown in percent" in note.what for note in found.notes) == (read > 500)
        return
    for given in (YEAR, {**YEAR, "unit": unit}):
        with pytest.raises(kt.KencanaError, match=f"column B .*shown in percent.*{100 * value:g}%"):
            kt.read_actuals(file, plan=plan, given=given)


@pytest.mark.parametrize(("cell", "right"), [("Rp22", False), ("Rp 22,1", False), ("22,1 %", True)])
def test_money_is_no_percentage(plan: kt.Plan, cell: str, right: bool) -> None:
    file = io.BytesIO(f"Kabupaten;Stunting\nKaur;{cell}\nSeluma;12,4\n".encode())
    if right:
        assert len(kt.read_actuals(file, plan=plan, given=YEAR)) == 2
    else:
        with pytest.raises(kt.KencanaError, match="a unit of other figures.*got 'Rp'"):
            kt.read_actuals(file, plan=plan, given=YEAR)


@pytest.mark.parametrize(
    "words",
    [
        "Varians", "Simpangan baku", "Median", "Koefisien keragaman", "Kesalahan baku", "deff",
        "n tertimbang", "Skewness", "Kuartil", "Penyebut", "RSE", "Kontribusi", "Selisih",
        "Nilai maksimum", "Sampel",
    ],
)  # fmt: skip
def test_what_is_no_figure_of_the_indicator_is_refused_wherever_it_stands(
    plan: kt.Plan, words: str
) -> None:
    head = "Kabupaten,Stunting 2022\n"
    for text in (
        f"{head}{words},\n{ROWS}",
        f"{head}Seluma,22.1\n{words},\nKaur,12.4\n",
        f"Kabupaten,{words}\n,Stunting 2022\n{ROWS}",
        f"{words},\n{head}{ROWS}",
    ):
        with pytest.raises(kt.KencanaError):
            read(plan, text)
    # A row of it below the figures is a summary as others.
    assert read(plan, f"{head}{ROWS}{words},1.2\n") == READ


@pytest.mark.parametrize(
    "header",
    [
        "Kabupaten,Perkotaan\n,Stunting 2022\n", "Kabupaten,Keluarga miskin\n,Stunting 2022\n",
        "Kabupaten,Stunting 2022\n,Kecamatan\n", "Kabupaten,Stunting 2022\n,Puskesmas\n",
        "Kabupaten,Tahun lalu\n,Stunting 2022\n", "Kabupaten,2021\n,Stunting 2022\n", "Kabupaten,Stunting 2022\n,2021\n",
        "Kabupaten,Numerator\n,Stunting 2022\n", "Kabupaten,Puskesmas\n,Stunting 2022\n", "Kabupaten,Stunting 2022\nDusun,\n",
        "Kabupaten,Stunting 2022\nFaskes,\n", "Kabupaten,Stunting 2022\nSekolah,\n",
        "Kabupaten,Stunting SE 2022\n",
    ],
)  # fmt: skip
def test_what_stands_over_figures_and_says_less_is_refused(plan: kt.Plan, header: str) -> None:
    with pytest.raises(kt.KencanaError):
        read(plan, header + ROWS)


@pytest.mark.parametrize(
    "header",
    [
        "Kabupaten,Ketahanan keluarga\n,Stunting 2022\n", "Kabupaten,Program KB\n,Stunting 2022\n",
        "Kabupaten,Percepatan penurunan stunting\n,Stunting 2022\n",
        "Kabupaten,Ketahanan lansia\n,Stunting 2022\n", "Kabupaten,Stunting 2022\nKABUPATEN,\n",
        "Kabupaten,Hasil SSGI\n,Stunting 2022\n",
    ],
)  # fmt: skip
def test_the_name_of_a_group_over_an_indicator_passes(plan: kt.Plan, header: str) -> None:
    assert read(plan, header + ROWS) == READ


def test_an_alias_of_two_indicators_names_none_of_them() -> None:
    two = [
        kt.Indicator(code=code, name=code, unit="", direction="maximize", aliases=("Cakupan K1",))
        for code in ("first", "second")
    ]
    goals = {"indicator": ["first"], "region": ["17"], "year": [2024], "value": [1]}
    plan, table = kt.Plan.from_frames(indicators=two, targets=goals), "Kabupaten,Cakupan K1 2022\n"
    with pytest.raises(kt.KencanaError, match="Cakupan K1"):
        read(plan, table + ROWS)
    assert read(plan, table + ROWS, columns={"second": "Cakupan K1 2022"}) == READ


@pytest.mark.parametrize("name", ["SE", "Numerator", "Penyebut", "Kumulatif", "RSE", "Ranking"])
def test_a_sheet_that_is_called_another_figure_is_none_of_the_indicator(
    plan: kt.Plan, name: str
) -> None:
    rows = [["Kabupaten", "Stunting 2022"], ["Seluma", 22.1], ["Kaur", 12.4]]
    other = [["Kabupaten", "Stunting 2022"], ["Mukomuko", 1.1]]
    figures = kt.read_actuals(saved({"Stunting": rows, name: other}), plan=plan)
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    assert f"sheets of other figures were left out: got '{name}'" in str(figures.notes[0])
    with pytest.raises(kt.KencanaError, match="speaks of other figures"):
        kt.read_actuals(saved({name: rows}), plan=plan)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Kabupaten,Provinsi Lampung\n,Stunting 2022\n", "Lampung"),
        ("Kabupaten,Stunting Lampung\n,2022\n", "Lampung"),
        ("Kabupaten,Stunting 2022\nStunting Provinsi Jawa Barat,\n", "Jawa Barat"),
        ("Kabupaten/Kota di Jawa Barat,Stunting 2022\n", "Jawa Barat"),
        ("Kabupaten,Provinsi Bengkulu\n,Stunting 2022\n", ""),
        ("Kabupaten,Stunting 2022\nKabupaten di Bengkulu,\n", ""),
    ],
)
def test_a_heading_of_another_province_is_noted(plan: kt.Plan, text: str, named: str) -> None:
    notes = kt.read_actuals(io.BytesIO(f"{text}{ROWS}".encode()), plan=plan).notes
    said = [str(one.got) for one in notes if "another province" in one.what]
    assert said == ([named] if named else [])


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Umur", "15-19"), ("Usia (tahun)", "<20"), ("Golongan Umur", "20 - 24"), ("Desil", "1"),
        ("Kuintil", "2"), ("Paritas", "3"), ("Basis data", "YoY"), ("Ukuran", "median"),
    ],
)  # fmt: skip
def test_a_column_of_one_part_is_refused_also_where_all_its_cells_are_the_same(
    plan: kt.Plan, heading: str, cell: str
) -> None:
    with pytest.raises(kt.KencanaError):
        read(plan, f"Kabupaten,{heading},Stunting 2022\nSeluma,{cell},22.1\nKaur,{cell},12.4\n")


@pytest.mark.parametrize(
    "title",
    ["Stunting rata-rata 3 tahun, 2022",
     "Stunting 5 tahunan 2022", "Stunting YoY 2022"],
)  # fmt: skip
def test_a_title_of_several_years_or_of_their_change_is_refused(plan: kt.Plan, title: str) -> None:
    with pytest.raises(kt.KencanaError):
        read(plan, f'"{title}",\n{BODY}')


def test_a_title_of_another_indicators_people_is_noted(plan: kt.Plan) -> None:
    table = f"Stunting dari peserta KB baru 2022,\n{BODY}"
    (note,) = kt.read_actuals(io.BytesIO(table.encode()), plan=plan).notes
    assert note.got == "peserta kb baru"


@pytest.mark.parametrize("zeros", ["", "000", "000000"])
def test_codes_as_long_as_those_of_villages_are_of_regencies(plan: kt.Plan, zeros: str) -> None:
    table = f"KODE,WILAYAH,Stunting 2022\n1705{zeros},Seluma,22.1\n1704{zeros},Kaur,12.4\n"
    assert read(plan, table) == READ


def test_the_row_of_the_province_may_say_no_name(plan: kt.Plan) -> None:
    rows = f"{ROWS}Mukomuko,9\nProvinsi,14.5\n"
    assert read(plan, f"Kabupaten,Stunting 2022\n{rows}") == READ | {
        ("17.06", 2022): 9, ("17", 2022): 14.5,
    }  # fmt: skip


@pytest.mark.parametrize("heading", ["Uraian", "Komponen", "Sasaran"])
def test_a_column_of_indicators_is_known_by_its_cells(plan: kt.Plan, heading: str) -> None:
    table = f"{heading},2021,2022\nPrevalensi stunting,24.7,22.1\nPeserta KB baru,100,200\n"
    figures = kt.read_actuals(io.BytesIO(table.encode()), plan=plan, given={"region": "17"})
    assert [(one.indicator, one.value) for one in figures if one.year == 2022] == [
        ("stunting", 22.1), ("pb", 200),
    ]  # fmt: skip
    (note,) = figures.notes
    assert "whose cells all name indicators" in note.what
    # Beside a heading of an indicator it is a remark.
    assert read(plan, f"Kabupaten,Stunting 2022,{heading}\nSeluma,22.1,Peserta KB baru\nKaur,12.4,\n") == READ  # fmt: skip


@pytest.mark.parametrize(
    "cell", ["tidak tersedia", "Data belum tersedia", "belum ada data", "Tidak ada data"]
)
def test_words_for_a_missing_figure_are_none(plan: kt.Plan, cell: str) -> None:
    assert read(plan, f"Kabupaten,Stunting 2022\n{ROWS}Mukomuko,{cell}\n") == READ
    # There may be none of what is counted.
    with pytest.raises(kt.KencanaError, match="not a number"):
        read(plan, f"Kabupaten,Stunting 2022\n{ROWS}Mukomuko,tidak ada\n")


@pytest.mark.parametrize("name", ["Contoh", "Latihan", "Backup", "Uji coba", "Data dummy"])
def test_a_sheet_of_trials_beside_the_figures_is_left_out(plan: kt.Plan, name: str) -> None:
    rows = [["Kabupaten", "Stunting 2022"], ["Seluma", 22.1], ["Kaur", 12.4]]
    other = [["Kabupaten", "Stunting 2022"], ["Mukomuko", 1.1]]
    figures = kt.read_actuals(saved({"Data": rows, name: other}), plan=plan)
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    assert [note.got for note in figures.notes] == [name]


@pytest.mark.parametrize(
    ("line", "noted"),
    [
        ("1) angka tahun 2020", True), ("*) data 2021", True), ("**) Angka sementara", False),
        ("*) Sumber: SSGI 2021", True), ("*) Sumber: SSGI 2022", False),
        ("Tahun dasar 2010", False),
    ],
)  # fmt: skip
def test_a_footnote_of_another_year_is_noted(plan: kt.Plan, line: str, noted: bool) -> None:
    table = f"Kabupaten,Stunting 2022\nSeluma,22.1\nKaur *),12.4\n\n{line},\n"
    notes = kt.read_actuals(io.BytesIO(table.encode()), plan=plan).notes
    assert any(note.got == line for note in notes) == noted


@pytest.mark.parametrize(
    "title",
    ["Stunting 2022 (jumlah sampel 4.000 rumah tangga)", "Stunting 2022, margin of error 2 persen"],
)
def test_a_statistic_with_its_number_says_how_the_figures_were_made(
    plan: kt.Plan, title: str
) -> None:
    assert read(plan, f'"{title}",\n{BODY}') == READ


@pytest.mark.parametrize(
    "text",
    [
        f"Kabupaten/Kota,Capaian Stunting 2022\n{ROWS}",
        f"Kabupaten/Kota,Capaian Prevalensi Stunting Tahun 2022\n{ROWS}",
        f"Tahun 2022\nKabupaten/Kota,Capaian Stunting\n{ROWS}",
        "Kabupaten/Kota,Target Stunting 2022,Capaian Stunting 2022\nSeluma,20,22.1\nKaur,11,12.4\n",
    ],
)
def test_what_is_called_capaian_of_an_indicator_is_what_was_reached(
    plan: kt.Plan, text: str
) -> None:
    figures = kt.read_actuals(io.BytesIO(text.encode()), plan=plan)
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    assert [note.what.partition(",")[0] for note in figures.notes] == ["taken for what was reached"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"Kabupaten/Kota,Capaian Stunting (%) 2022\n{ROWS}", "Capaian Stunting (%) 2022"),
        (f"Stunting 2022\nKabupaten/Kota,Capaian\n{ROWS}", "Capaian"),
        (f"Stunting 2022\nKabupaten/Kota,Capaian Kinerja\n{ROWS}", "Capaian Kinerja"),
        (f"Stunting 2022\nKabupaten/Kota,Persentase Capaian\n{ROWS}", "Persentase Capaian"),
    ],
)
def test_what_may_be_a_share_of_a_target_is_tied_to_its_indicator(
    plan: kt.Plan, text: str, told: str
) -> None:
    with pytest.raises(kt.KencanaError, match="missing column 'value'"):
        read(plan, text)
    assert read(plan, text, columns={"stunting": told}) == READ
    # Beside *Realisasi* it is no figure of the indicator.
    both = text.replace("Kabupaten/Kota,", "Kabupaten/Kota,Realisasi Stunting 2022,")
    both = both.replace("22.1", "22.1,95").replace("12.4", "12.4,105")
    assert read(plan, both) == READ


PAIRS = "Seluma,1530,22.1\nKaur,730,12.4\n"
COUNTS = {("17.05", 2022): 1530.0, ("17.04", 2022): 730.0}


@pytest.mark.parametrize(
    ("over", "figures"),
    [
        ("Stunting,% Stunting", READ),
        ("Stunting 2022,%", READ),
        ("Jumlah Stunting,Prevalensi Stunting", READ),
        ("Stunting (anak),Stunting (%)", READ),
        ("Peserta KB baru,% Peserta KB baru", COUNTS),
    ],
)
def test_of_a_number_and_its_share_the_one_in_the_unit_of_the_plan_is_read(
    plan: kt.Plan, over: str, figures: object
) -> None:
    assert read(plan, f"Tahun 2022\nKab/Kota,{over}\n{PAIRS}") == figures


def test_a_percent_sign_alone_is_of_what_stands_before_it(plan: kt.Plan) -> None:
    rows = "Seluma,1530,22.1,500,4\nKaur,730,12.4,400,3\n"
    assert read(plan, f"Tahun 2022\nKab/Kota,Stunting,%,Wasting,%\n{rows}") == READ
    both = read(plan, f"Tahun 2022\nKab/Kota,Stunting 2021,%,Stunting 2022,%\n{rows}")
    assert both == {
        ("17.05", 2021): 22.1,
        ("17.04", 2021): 12.4,
        ("17.05", 2022): 4.0,
        ("17.04", 2022): 3.0,
    }


@pytest.mark.parametrize(
    "over", ["% Peserta KB baru", "Persentase Peserta KB baru", "% thd Peserta KB baru"]
)
def test_a_share_of_what_is_counted_is_no_number_of_it(plan: kt.Plan, over: str) -> None:
    with pytest.raises(kt.KencanaError, match="the unit contradicts that of 'pb'"):
        read(plan, f"Tahun 2022\nKab/Kota,{over}\nSeluma,10.8\nKaur,7.4\n")


@pytest.mark.parametrize("sign", ["%", "(%)", "Persen", "% Capaian", "Capaian Kinerja"])
def test_what_stands_behind_target_and_capaian_is_the_share(plan: kt.Plan, sign: str) -> None:
    text = f"Stunting 2022\nKab/Kota,Target,Capaian,{sign}\nSeluma,20,22.1,90\nKaur,13,12.4,95\n"
    figures = kt.read_actuals(io.BytesIO(text.encode()), plan=plan)
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    assert not figures.notes
    acceptors = "Peserta KB baru 2022\nKab/Kota,Capaian,%\nSeluma,1530,95\nKaur,730,97\n"
    assert read(plan, acceptors) == COUNTS


@pytest.mark.parametrize(
    "title",
    [
        "Program Bangga Kencana Kabupaten Seluma",
        "Capaian Program Percepatan Penurunan Stunting Kab. Seluma",
    ],
)
def test_the_region_behind_a_programme_is_that_of_the_table(plan: kt.Plan, title: str) -> None:
    text = f"{title} Tahun 2022\nIndikator,Satuan,Realisasi\nStunting,%,22.1\n"
    assert read(plan, text) == {("17.05", 2022): 22.1}


@pytest.mark.parametrize(
    "over",
    [
        "{} (%)",
        "Th {} (%)",
        "Tahun {} (persen)",
        "% {}",
        "Prevalensi {}",
        "Prevalensi Tahun {}",
        "Persentase {}",
        "Data {}",
    ],
)
def test_a_year_with_its_unit_or_measure_is_a_year(plan: kt.Plan, over: str) -> None:
    header = ",".join(over.format(year) for year in (2021, 2022))
    rows = "Seluma,24.7,22.1\nKaur,11.3,12.4\n"
    early = {("17.05", 2021): 24.7, ("17.04", 2021): 11.3}
    assert read(plan, f"Stunting\nKab/Kota,{header}\n{rows}") == READ | early


@pytest.mark.parametrize("whom", ["remaja", "ibu", "kader", "PUS", "lansia", "L"])
def test_of_whom_the_figures_of_a_year_are_is_no_unit(plan: kt.Plan, whom: str) -> None:
    for year in ("2022", "Tahun 2022"):
        with pytest.raises(kt.KencanaError, match="unknown indicator|cannot tell"):
            read(plan, f"Stunting\nKab/Kota,{year} ({whom})\n{ROWS}")


def test_the_unit_beside_a_year_is_that_of_the_figures(plan: kt.Plan) -> None:
    with pytest.raises(kt.KencanaError, match="the unit contradicts that of 'stunting'"):
        read(plan, "Stunting\nKab/Kota,2021 (orang),2022 (orang)\nSeluma,24.7,22.1\n")


@pytest.mark.parametrize(
    "header",
    [
        "Sasaran Program,Indikator Kinerja Program", "Sasaran Kegiatan,Indikator Kegiatan",
        "Tujuan Strategis,Nama Indikator Kinerja", "Program Prioritas,Indikator Kinerja Utama (IKU)",
        "Sasaran Strategis,Uraian",
    ],
)  # fmt: skip
def test_what_performance_reports_write_over_indicators_is_known(
    plan: kt.Plan, header: str
) -> None:
    text = f"Kinerja Kabupaten Seluma Tahun 2022\nNo,{header},Target,Realisasi\n"
    text += "1,Menurunnya stunting,Stunting,20,22.1\n2,Meningkatnya kesertaan,Jumlah peserta KB baru,1600,1530\n"
    figures = kt.read_actuals(io.BytesIO(text.encode()), plan=plan)
    values = {(one.indicator, one.region, one.year): one.value for one in figures}
    assert values == {("stunting", "17.05", 2022): 22.1, ("pb", "17.05", 2022): 1530.0}


def test_a_count_of_regions_heads_their_names(plan: kt.Plan) -> None:
    text = "Stunting (persen)\n10 Kabupaten/Kota,2022\nSeluma,22.1\nKaur,12.4\n"
    assert read(plan, text) == READ


@pytest.mark.parametrize(
    "header",
    [
        "Capaian 2021,Capaian 2022",
        "Capaian Th 2021 (%),Capaian Th 2022 (%)",
        "Nilai A 2021,Nilai B 2022",
    ],
)
def test_each_column_that_is_named_for_the_values_is_read(plan: kt.Plan, header: str) -> None:
    text = f"Stunting\nKab/Kota,{header}\nSeluma,24.7,22.1\nKaur,11.3,12.4\n"
    with pytest.raises(kt.KencanaError) as refused:
        read(plan, text)
    if "Capaian" in header:
        # The message names them, in one call.
        assert f"columns={{'value': {header.split(',')!r}}}" in str(refused.value)
        assert len(refused.value.problems) == 1
    early = {("17.05", 2021): 24.7, ("17.04", 2021): 11.3}
    assert read(plan, text, columns={"value": header.split(",")}) == READ | early


def test_what_is_near_a_name_that_stands_beside_it_is_no_slip(plan: kt.Plan) -> None:
    text = "Kab/Kota,Stunting 2022,Stuting 2022\nSeluma,22.1,1\nKaur,12.4,2\n"
    figures = kt.read_actuals(io.BytesIO(text.encode()), plan=plan)
    assert {(one.region, int(one.year)): one.value for one in figures} == READ
    assert [note.got for note in figures.notes] == ["Stuting"]
    with pytest.raises(kt.KencanaError, match="did you mean"):
        read(plan, text.replace("Stuting 2022", "Stuting 2021"))


@pytest.mark.parametrize(
    "header", ["Target,%", "Target 2022,% 2022", "Target 2022,2022 (%)", "Target,Realisasi,%"]
)
def test_a_mere_percent_sign_beside_a_target_is_no_figure(plan: kt.Plan, header: str) -> None:
    cells = ("20,22.1,95", "21,12.4,104") if "Realisasi" in header else ("20,95", "21,99")
    text = f"Stunting 2022\nKabupaten/Kota,{header}\nSeluma,{cells[0]}\nKaur,{cells[1]}\n"
    if "Realisasi" in header:
        assert read(plan, text) == READ
    else:
        with pytest.raises(kt.KencanaError, match="cannot tell what this column is"):
            read(plan, text)


@pytest.mark.parametrize("index", ["12 5 9", "2 0 1", "0 1 2"])
def test_a_first_column_without_a_heading_numbers_the_rows(plan: kt.Plan, index: str) -> None:
    """Data frames keep the numbers of rows that were sorted or chosen."""
    names = ("Seluma", "Kaur", "Lebong")
    lines = [f"{at},{name},2{at}.5,2022" for at, name in zip(index.split(), names, strict=True)]
    read_rows = read(plan, ",Kabupaten,Stunting,Tahun\n" + "\n".join(lines))
    assert [*read_rows.values()] == [float(f"2{at}.5") for at in index.split()]
    with pytest.raises(kt.KencanaError, match="a figure in a column without a heading"):
        read(
            plan,
            ",Kabupaten,Stunting,Tahun\n"
            + "\n".join([*lines, "5,Mukomuko,7,2022", "5,Kepahiang,8,2022"]),
        )


@pytest.mark.parametrize("option", ["Kode", "Kabupaten"])
def test_a_code_against_its_name_is_read_by_one_of_them(plan: kt.Plan, option: str) -> None:
    text = "Kode,Kabupaten,Stunting,Tahun\n17.05,Kaur,22.1,2022\n17.07,Lebong,19,2022\n"
    with pytest.raises(kt.KencanaError, match="or leave it out with columns="):
        read(plan, text)
    code = {"Kode": "17.04", "Kabupaten": "17.05"}[option]
    figures = {(code, 2022): 22.1, ("17.07", 2022): 19.0}
    assert read(plan, text, columns={"ignored": option}) == figures


def test_a_heading_of_a_measure_and_a_year_may_be_told(plan: kt.Plan) -> None:
    text = "Kabupaten,Prevalensi_2021,Prevalensi_2022,Akses_Sanitasi\nSeluma,22.1,21,80\nKaur,19,18,70\n"
    told = {"stunting": ["Prevalensi_2021", "Prevalensi_2022"]}
    for options in ({"columns": told}, {"given": {"indicator": "stunting"}}):
        found = kt.read_actuals(io.BytesIO(text.encode()), plan=plan, **options)
        assert [one.value for one in found] == [22.1, 21, 19, 18]
        assert "Akses_Sanitasi" in " ".join(map(str, found.notes)) or "columns" in options


def test_a_province_without_a_figure_is_no_title_of_those_below(plan: kt.Plan) -> None:
    """Offices list provinces that were founded after the year of the figures."""
    text = "Provinsi,Stunting 2022\nAceh,31.2\nPapua Barat,30\nPapua Barat Daya,\nPapua,34.6\n"
    assert read(plan, text) == {("11", 2022): 31.2, ("92", 2022): 30, ("91", 2022): 34.6}


BESIDE_COUNTS = [
    (["Jumlah Balita", "Prevalensi (%)"], [100, 20], "Jumlah Balita"),
    (["Jumlah Puskesmas", "Persentase"], [100, 20], "Jumlah Puskesmas"),
    (["Jumlah Balita", "%"], [100, 20], "Jumlah Balita"),
    (["Jumlah Balita", "Jumlah", "%"], [100, 7, 20], "Jumlah Balita"),
    (["Sasaran Balita", "Jumlah Stunting", "Persentase (%)"], [100, 7, 20], "Sasaran Balita"),
    (["Jumlah Balita", "Prevalensi 2022 (%)"], [100, 20], "Jumlah Balita"),
    (["Prevalensi Wasting (%)", "Prevalensi (%)"], [9, 20], "Prevalensi Wasting (%)"),
    (["Jumlah Balita", "Target", "Realisasi", "%"], [100, 19, 20, 95], ""),
    (["Target", "Realisasi", "Persentase"], [19, 20, 95], ""),
]


@pytest.mark.parametrize(("headings", "row", "listed"), BESIDE_COUNTS)
def test_a_word_for_a_share_is_of_the_title_beside_counts_of_something_else(
    plan, headings, row, listed
) -> None:
    lines = ["Prevalensi stunting 2022", ";".join(["Kabupaten", *headings])]
    lines.append(";".join(["Seluma", *map(str, row)]))
    found = kt.read_actuals(io.BytesIO("\n".join(lines).encode()), plan=plan)
    assert [(one.year, one.value) for one in found] == [(2022, 20)]
    assert [note.got for note in found.notes if "does not know" in note.what] == [listed] * bool(
        listed
    )
