"""The whole beside its parts, months beside the year, targets that are no actuals, and the advice."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest

import kencana_targets as kt

HEAD = "Wilayah,Tahun,{},TPT\n"
BODY = "Kota Bogor,2022,{},8\nKota Bogor,2022,{},9\nKota Bogor,2022,{},{}\n"
WHOLE = {("tpt", "32.71", 2022): 8.4}


@pytest.fixture(scope="module")
def plan() -> kt.Plan:
    names = {
        "tpt": ("Tingkat Pengangguran Terbuka", "persen"),
        "jobless": ("Jumlah Pengangguran", "orang"),
        "miskin": ("Persentase Penduduk Miskin", "persen"),
        "jalan": ("Panjang Jalan", "km"),
    }
    indicators = [
        kt.Indicator(code=code, name=name, unit=unit, direction="minimize")
        for code, (name, unit) in names.items()
    ]
    targets = [
        kt.Target(indicator=code, region="32", year=2030, value=5, instrument="RPJMD")
        for code in names
    ]
    return kt.Plan(indicators=indicators, targets=targets)


def read(plan: kt.Plan, text: str, **options: Any) -> kt.Actuals:
    return kt.read_actuals(io.BytesIO(text.encode()), plan=plan, **options)


def values(plan: kt.Plan, text: str, **options: Any) -> dict[tuple[str, str, int], float]:
    found = read(plan, text, **options)
    return {(one.indicator, one.region, int(one.year)): one.value for one in found}


def refusal(plan: kt.Plan, text: str, **options: Any) -> str:
    with pytest.raises(kt.KencanaError) as error:
        read(plan, text, **options)
    return str(error.value)


@pytest.mark.parametrize(
    ("heading", "one", "other", "whole"),
    [
        ("Jenis Kelamin", "L", "P", "L+P"), ("jenis_kelamin", "Laki-laki", "Perempuan", "Total"),
        ("Daerah", "Perkotaan", "Perdesaan", "Pedesaan + Perkotaan"), ("Pendidikan", "SD", "SMP", "Jumlah"),
        ("Periode", "Februari", "Agustus", "Tahunan"), ("Kelompok Umur", "15-24", "25+", "Semua Umur"),
    ],
)  # fmt: skip
def test_the_whole_is_read_beside_its_parts(
    plan: kt.Plan, heading: str, one: str, other: str, whole: str
) -> None:
    text = HEAD.format(heading) + BODY.format(one, other, whole, 8.4)
    assert values(plan, text) == WHOLE
    assert [note.got for note in read(plan, text).notes] == [f"{one}, {other}"]


@pytest.mark.parametrize(
    "text",
    [
        # A sum of rates, and of months; a whole that one region lacks; two wholes; none.
        HEAD.format("Jenis Kelamin") + BODY.format("L", "P", "Total", 17),
        HEAD.format("Periode") + BODY.format("Februari", "Agustus", "Total", 17),
        HEAD.format("Jenis Kelamin") + BODY.format("L", "P", "L+P", 8.4) + "Kota Depok,2022,L,7\n",
        HEAD.format("Jenis Kelamin") + BODY.format("L", "L+P", "Total", 8.4),
        HEAD.format("Jenis Kelamin") + BODY.format("L", "P", "Lainnya", 8.4),
        # Targets and projections are no parts, nor is what the plan itself asks for.
        HEAD.format("Keterangan") + BODY.format("Target", "Proyeksi", "Total", 8.4),
        "Wilayah,Tahun,Kategori,miskin\nKota Bogor,2022,Penduduk Miskin,8\nKota Bogor,2022,Total,9\n",
        HEAD.format("Status") + "Kota Bogor,2022,Sementara,8\nKota Bogor,2022,Total,8.2\n",
        HEAD.format("Uraian") + "Kota Bogor,2022,Rata-rata,8\nKota Bogor,2022,Total,8.2\n",
        HEAD.format("Versi") + "Kota Bogor,2022,Lama,8\nKota Bogor,2022,Total,8.2\n",
        # Towns and the country alone; town and country that are names.
        "Tingkat Pengangguran Terbuka 2022,,\nProvinsi,Kota,Desa\nJawa Barat,8,9\n",
    ],
)  # fmt: skip
def test_no_part_becomes_the_whole(plan: kt.Plan, text: str) -> None:
    refusal(plan, text)


def test_persons_add_up_to_the_whole(plan: kt.Plan) -> None:
    text = HEAD.replace("TPT", "Jumlah Pengangguran").format("Jenis Kelamin")
    assert values(plan, text + BODY.format("L", "P", "Jumlah", 17)) == {
        ("jobless", "32.71", 2022): 17
    }


def test_town_and_country_beside_both(plan: kt.Plan) -> None:
    text = (
        "Tingkat Pengangguran Terbuka 2022,,,\nProvinsi,Kota,Desa,Kota+Desa\nJawa Barat,8,9,8.4\n"
    )
    assert values(plan, text) == {("tpt", "32", 2022): 8.4}


MONTHS = "Provinsi,TPT Februari 2022,TPT Agustus 2022\nJawa Barat,8.6,8.4\n"
STAIRS = (
    "38 Provinsi,,\n,Tingkat Pengangguran Terbuka Menurut Provinsi (Persen),\n,2022,\n"
    ",Februari,Agustus\nJAWA BARAT,8.6,8.4\n"
)
SIX_ROWS = (
    "Kota - Desa,,\n,[Provinsi] Ketenagakerjaan,\n,Tingkat Pengangguran Terbuka,\n,2022,\n"
    ",Semester 1 (Maret),Semester 2 (September)\nPerkotaan,9,9\nPerdesaan,7.6,7.9\n"
    "Pedesaan + Perkotaan,8.6,8.4\n"
)
UNDATED = "Provinsi,Jumlah Pengangguran,tpt_agu,Kemiskinan\nJawa Barat,1,8.4,9\n"
PIVOT = "Wilayah,Tahun,Sum of TPT,Sum of Persentase Penduduk Miskin\nJawa Barat,2022,8.4,12\n"
PERIODS = (
    "wilayah,tahun,periode,tingkat_pengangguran\n{0},2022,Februari,8.6\n{0},2022,Agustus,8.4\n"
)


@pytest.mark.parametrize(
    ("text", "unsaid"),
    [
        (MONTHS, {}), (STAIRS, {}), (SIX_ROWS, {"region": "Jawa Barat"}), (UNDATED, {"year": 2022}),
        (PIVOT, {}), (PERIODS.format("Jawa Barat"), {}),
        ("Provinsi,tpt_feb2022,tpt_agu2022\nJawa Barat,8.6,8.4\n", {}),
    ],
)  # fmt: skip
def test_what_the_first_message_names_reads_the_table(
    plan: kt.Plan, text: str, unsaid: dict[str, Any]
) -> None:
    message = refusal(plan, text)
    lines = message.split("\n")
    # The last heading of several, as the one call names it.
    call = next((one for one in lines if "in one call" in one), lines[-1]).split("in one call")[-1]
    told: dict[str, dict[str, Any]] = {}
    for argument in ("columns", "given", "rows"):
        found = [one for one in re.findall(argument + r"=(\{.*?\})", call) if "ignored" not in one]
        if found:
            told[argument] = eval(found[0], {}) | ({} if argument != "given" else unsaid)
    assert not any(value is ... for mapping in told.values() for value in mapping.values())
    assert values(plan, text, **told)["tpt", "32", 2022] == 8.4


@pytest.mark.parametrize(
    "text",
    [
        MONTHS.replace("Agustus", "Target Agustus"),
        "Provinsi,Target TPT 2022,TPT Agustus 2022\nJawa Barat,8.6,8.4\n",
        "Provinsi,TPT 2021,TPT s.d. Agustus 2022\nJawa Barat,8.6,8.4\n",
        "Provinsi,TPT_2022m08\nJawa Barat,8.4\n",
        "Provinsi,TPT 2022 (per Juni 2022)\nJawa Barat,8.4\n",
        "Provinsi,TPT 2022 (per Juni 2022),TPT 2021\nJawa Barat,8.6,8.4\n",
    ],
)
def test_no_month_becomes_the_year(plan: kt.Plan, text: str) -> None:
    refusal(plan, text)


def test_of_what_is_counted_each_month_none_is_advised(plan: kt.Plan) -> None:
    text = (
        "Provinsi,Jumlah Pengangguran Maret 2022,Jumlah Pengangguran April 2022\nJawa Barat,5,6\n"
    )
    assert "columns={'jobless'" not in refusal(plan, text)


@pytest.mark.parametrize(
    "beside",
    [
        "TPT Agustus 2022",
        "TPT Triwulan I 2022",
        "TPT s.d. Juni 2022",
        "TPT 2022 (per Juni 2022)",
        "TPT 2022 (Laki-laki)",
    ],
)
def test_the_year_is_read_beside_its_months(plan: kt.Plan, beside: str) -> None:
    text = f"Provinsi,{beside},TPT 2022\nJawa Barat,8.6,8.4\n"
    assert values(plan, text) == {("tpt", "32", 2022): 8.4}
    assert [note.got for note in read(plan, text).notes] == [beside]


def test_a_year_under_its_half_years_is_the_year(plan: kt.Plan) -> None:
    head = "Provinsi,Tingkat Pengangguran Terbuka,,\n,2022,,\n,Semester 1,Semester 2,Tahunan\n"
    assert values(plan, head + "Jawa Barat,8,9,8.4\n") == {("tpt", "32", 2022): 8.4}


MATRIX = "Indikator,Wilayah,{},2021,2022\nTingkat Pengangguran Terbuka,Kota Bogor,9,8.6,8.4\n"


@pytest.mark.parametrize(
    "beside", ["Kondisi Awal 2020", "Kondisi Akhir", "Baseline (2020)", "Target Akhir"]
)
def test_targets_of_a_matrix_are_no_actuals(plan: kt.Plan, beside: str) -> None:
    text = MATRIX.format(beside)
    assert "read_plan" in refusal(plan, text)
    assert values(plan, text, given={"figure": "actual"})["tpt", "32.71", 2022] == 8.4
    said = text.replace(",2021,2022", ",Realisasi 2021,Realisasi 2022")
    assert values(plan, said)["tpt", "32.71", 2022] == 8.4


def test_a_table_of_targets_is_for_read_plan(plan: kt.Plan) -> None:
    assert "read_plan" in refusal(
        plan, MATRIX.format("x").replace(",2021,2022", ",Target 2021,Target 2022")
    )


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("jumlah_panjang_jalan_km", "jalan"), ("Total Panjang Jalan (km)", "jalan"),
        ("Persentase Penduduk Miskin Menurut Kabupaten/Kota di Provinsi Jawa Barat", "miskin"),
        ("[Metode Baru] Tingkat Pengangguran Terbuka menurut Kabupaten/Kota (Persen)", "tpt"),
    ],
)  # fmt: skip
def test_what_says_no_more_of_an_indicator(plan: kt.Plan, heading: str, code: str) -> None:
    wide = f"Wilayah,Tahun,latitude,longitude,{heading}\nKota Bogor,2022,-6.5,106.8,8.4\n"
    found = read(plan, wide)
    assert {one.indicator: one.value for one in found} == {code: 8.4}
    assert not found.notes
    if "_" not in heading and "Total" not in heading:
        long = (
            f"nama_variabel,nama_tahun,nama_wilayah,data_content\n{heading},2022,Kota Bogor,8.4\n"
        )
        assert values(plan, long) == {(code, "32.71", 2022): 8.4}


@pytest.mark.parametrize(
    "heading", ["miskin_n", "n_miskin", "Rata-rata Panjang Jalan (km)", "Jumlah TPT", "Total Miskin",
     "Persentase Penduduk Tidak Miskin", "Bukan TPT", "TPT (tidak termasuk Depok)"]
)  # fmt: skip
def test_another_measure_is_not_the_indicator(plan: kt.Plan, heading: str) -> None:
    refusal(plan, f"Wilayah,Tahun,{heading}\nKota Bogor,2022,8.4\n")


def test_persons_have_separators_of_thousands(plan: kt.Plan) -> None:
    text = "Wilayah,Tahun,Jumlah Pengangguran{}\nKota Bogor,2022,{}\nKota Depok,2022,{}\n"
    cells = '"5,427"', '"1,043"'
    assert [one.value for one in read(plan, text.format("", *cells))] == [5427, 1043]
    # In thousands they are no separators.
    assert "two ways" in refusal(plan, text.format(" (ribu)", "5.427", "1.043"))


def test_persons_are_whole_and_no_more_than_there_are(plan: kt.Plan) -> None:
    """Whole figures in thousands and thousands in persons are seen, and both can be told."""
    text = "Wilayah,Tahun,Jumlah Pengangguran{}\nKota Bogor,2022,{}\nKota Depok,2022,{}\n"
    parted = text.format("", "5.427", "43.5")
    hint = "tell given={'unit': 'ribu'}; if they are no thousands, tell given={'unit': 'orang'}"
    assert hint in refusal(plan, parted)
    for unit, times in (("ribu", 1000), ("orang", 1)):
        found = read(plan, parted, given={"unit": unit})
        assert [one.value for one in found] == [5.427 * times, 43.5 * times]
    assert len(read(plan, text.format("", "54270", "43.5")).notes) == 0
    large = text.format(" (ribu)", "542700", "43500")
    assert "no thousands, tell given={'unit': 'orang'}" in refusal(plan, large)
    assert [one.value for one in read(plan, large, given={"unit": "orang"})] == [542700, 43500]
    # Means of persons have decimals, and so have rates.
    means = "Wilayah,Tahun,Panjang Jalan\nKota Bogor,2022,5.4\nKota Depok,2022,43.5\n"
    assert [one.value for one in read(plan, means)] == [5.4, 43.5]


def test_names_that_are_wanted_stand_first_in_a_note(plan: kt.Plan) -> None:
    others = [f"Kolom lain nomor {number}" for number in range(9)]
    text = f"Wilayah,Tahun,TPT,{','.join(others)},Persentase Pddk Miskn\nKota Bogor,2022,8.4{',1' * 10}\n"
    note = read(plan, text).notes[0]
    assert str(note.got).startswith("Persentase Pddk Miskn, Kolom lain nomor 0")
    assert str(note.got).endswith(" and 7 more")


def test_a_cell_of_a_long_table_is_tied_to_an_indicator(plan: kt.Plan) -> None:
    name = "Persentase Penduduk Miskin (P0) Menurut Kabupaten/Kota"
    text = f"nama_variabel,nama_tahun,nama_wilayah,data_content\n{name},2022,Kota Bogor,8.4\n"
    assert f"tell columns={{code: '{name}'}}" in refusal(plan, text)
    assert values(plan, text, columns={"miskin": name}) == {("miskin", "32.71", 2022): 8.4}
    assert "no such heading" in refusal(plan, text, columns={"miskin": f"{name} Perempuan"})


def test_the_complement_of_an_indicator_is_not_advised(plan: kt.Plan) -> None:
    text = "Wilayah,Tahun,Bukan Persentase Penduduk Miskin{}\nKota Bogor,2022,91.6{}\n"
    assert "columns={'miskin'" not in refusal(plan, text.format("", ""))
    notes = read(plan, text.format(",TPT", ",8.4")).notes
    assert "columns of indicators" in notes[0].what


def test_figures_of_the_levels_above_are_left_out_beside_those_of_the_rows(plan: kt.Plan) -> None:
    text = "Wilayah,Tahun,TPT Provinsi,TPT Nasional,TPT\nKota Bogor,2022,9,8.9,8.4\n"
    assert values(plan, text) == WHOLE
    assert [note.got for note in read(plan, text).notes] == ["TPT Provinsi, TPT Nasional"]
    (note,) = read(plan, "Wilayah,Tahun,TPT Nasional\nKota Bogor,2022,8.4\n").notes
    assert "taken for 'tpt'" in note.what
    ordinary = "Wilayah,Tahun,TPT di Provinsi Jawa Barat\nKota Bogor,2022,8.4\n"
    assert not read(plan, ordinary).notes
