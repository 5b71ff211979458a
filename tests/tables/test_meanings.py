"""What words around figures make of them: units, other indicators, rows, intervals, titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import TableError

PLAN = kt.Plan.from_frames(
    indicators=[
        kt.Indicator(
            code="stunting",
            name="Stunting prevalence",
            name_id="Prevalensi stunting balita",
            unit="percent",
            unit_id="persen",
            direction="minimize",
        ),
        kt.Indicator(code="mCPR", name="mCPR", unit="percent", direction="maximize"),
        kt.Indicator(
            code="pb",
            name="New users",
            name_id="Peserta KB baru",
            unit="persons",
            unit_id="orang",
            direction="maximize",
        ),
        kt.Indicator(
            code="AKI",
            name="Maternal deaths",
            name_id="Angka kematian ibu",
            unit="per 100000 live births",
            unit_id="per 100.000 kelahiran hidup",
            direction="minimize",
        ),
    ],
    baselines={"indicator": ["stunting"], "region": ["17"], "year": [2019], "value": [25.0]},
    targets={"indicator": ["stunting"], "region": ["17"], "year": [2024], "value": [12.0]},
)


def read(tmp_path: Path, text: str, **options: Any) -> kt.Actuals:
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    return kt.read_actuals(path, plan=PLAN, **options)


def refusal(tmp_path: Path, text: str, **options: Any) -> str:
    with pytest.raises(TableError) as caught:
        read(tmp_path, text, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Wilayah;Peserta KB baru (ribu orang)\nKaur;4,2", 4200),
        ("PESERTA KB BARU (DALAM RIBUAN)\nWilayah;Peserta KB baru\nKaur;4,2", 4200),
        ("Wilayah;Indikator;Satuan;Nilai\nKaur;pb;ribu jiwa;4,2", 4200),
        ("Wilayah;Peserta KB baru\nKaur;4,2\nKeterangan: angka dalam ribu", 4200),
        ("Wilayah;mCPR (permil)\nKaur;601", 60.1),
        ("Wilayah;Indikator;Nilai\nKaur;mCPR (per mil);601", 60.1),
        ("Wilayah;Indikator;Nilai;Uraian\nKaur;mCPR;601;per seribu", 60.1),
        ("Wilayah;Peserta KB baru;Keterangan\nKaur;4,2;ribu orang", 4200),
        ("Wilayah;Indikator;Satuan;Nilai\nKaur;mCPR;proporsi;0,601", 60.1),
        ("Wilayah;Indikator;Satuan;Nilai\nKaur;AKI;per 1.000 KH;1,2", 120),
        ("Wilayah;Indikator;Satuan;Nilai\nKaur;pb;1.000 orang;4,2", 4200),
        ("Wilayah;Indikator;Satuan;Nilai\nKaur;pb;jt;0,0042", 4200),
        ("Wilayah;Indikator;Satuan;Nilai\nKaur;mCPR;o/oo;601", 60.1),
        ("Wilayah;Indikator;Nilai\nKaur;AKI;1,2%", 1200),
        ("Wilayah;Peserta KB baru\n;ribu jiwa\nKaur;4,2", 4200),
        ("Wilayah;mCPR\n;‰\nKaur;601", 60.1),
        ("Wilayah;mCPR\n;2022\n;permil\nKaur;601", 60.1),
    ],
)
def test_a_unit_that_is_certain_is_turned_into_the_plans_and_noted(
    tmp_path: Path, text: str, value: float
) -> None:
    figures = read(tmp_path, text, given={"year": 2022})
    assert [one.value for one in figures] == [pytest.approx(value)]
    (note,) = figures.notes
    assert "were turned into" in str(note)
    assert note.place.row or note.place.part or note.place.heading


@pytest.mark.parametrize(
    "text",
    [
        "Wilayah;Indikator;Satuan;Nilai\nKaur;mCPR;orang;60,1",
        "Wilayah;Indikator;Satuan;Nilai\nKaur;stunting;kasus;98",
        "Wilayah;Indikator;Satuan;Nilai\nKaur;pb;juta rupiah;98",
        "Wilayah;Indikator;Satuan;Nilai\nKaur;pb;% terhadap PPM;98",
        "Wilayah;mCPR (proporsi)\nKaur;60,1",
        "Wilayah;Indikator;Satuan;Nilai\nKaur;mCPR;Jumlah;60,1",
        "Wilayah;Indikator;Satuan;Nilai\nKaur;mCPR;bulan;60,1",
        "Wilayah;Indikator;Satuan;Nilai\nKaur;pb;% PUS;60",
        "Wilayah;Indikator;Satuan;Nilai\nKaur;stunting;desa;98",
        "Wilayah;Indikator;Nilai\nKaur;pb;22,1%",
        "Wilayah;mCPR\n;kasus\nKaur;60,1",
    ],
)
def test_a_unit_that_contradicts_the_plans_is_refused_with_a_way_out(
    tmp_path: Path, text: str
) -> None:
    said = refusal(tmp_path, text, given={"year": 2022})
    assert "tell given={'unit': '" in said
    unit = said.rpartition("given={'unit': '")[2].partition("'")[0]
    assert len(read(tmp_path, text, given={"year": 2022, "unit": unit})) == 1


def test_a_row_of_units_below_the_names_is_read(tmp_path: Path) -> None:
    text = "Wilayah;Peserta KB baru;mCPR;AKI\n;jiwa;persen;per 100.000 KH\nKaur;42;60,1;120"
    figures = read(tmp_path, text, given={"year": 2022})
    assert ([one.value for one in figures], figures.notes) == ([42, 60.1, 120], ())


def test_shares_under_percent_are_refused_and_told_apart_by_the_caller(tmp_path: Path) -> None:
    text = "Wilayah;stunting 2022\nKaur;0,221\nSeluma;0,198"
    assert "figures of at most 1 for 'stunting'" in refusal(tmp_path, text)
    told = read(tmp_path, text, given={"unit": "proporsi"})
    assert [one.value for one in told] == [22.1, 19.8]
    assert [one.value for one in read(tmp_path, text, given={"unit": "persen"})] == [0.221, 0.198]


def test_what_the_plan_does_not_know_is_left_out_and_listed_once(tmp_path: Path) -> None:
    columns = "Wilayah;Jumlah posyandu;mCPR;Kendala\nKaur;12;60,1;jauh"
    figures = read(tmp_path, columns, given={"year": 2022})
    assert [(one.indicator, one.value) for one in figures] == [("mCPR", 60.1)]
    (note,) = figures.notes
    assert note.got == "Jumlah posyandu"
    rows = "Wilayah;Indikator;Tahun;Nilai\nKaur;mCPR;2022;60,1\nKaur;Jumlah posyandu;2022;x"
    figures = read(tmp_path, rows)
    assert [one.indicator for one in figures] == ["mCPR"]
    assert figures.notes[0].got == "Jumlah posyandu"
    assert "unknown indicator: got 'Jumlah posyandu'" in refusal(tmp_path, rows, others="refuse")
    slip = rows.replace(";mCPR;", ";mCRP;", 1) + "\nSeluma;mCPR;2022;60,1"
    assert "did you mean 'mCPR'?" in refusal(tmp_path, slip)


def test_a_table_in_which_nothing_is_known_is_refused(tmp_path: Path) -> None:
    assert "unknown indicator" in refusal(tmp_path, "Wilayah;Jumlah posyandu 2022\nKaur;12")


def test_the_caller_ties_a_heading_to_an_indicator(tmp_path: Path) -> None:
    text = "Wilayah;Balita pendek menurut umur;\n;2021;2022\nKaur;20,1;19,8"
    tied = read(tmp_path, text, columns={"stunting": "Balita pendek menurut umur"})
    assert [(one.indicator, one.year) for one in tied] == [
        ("stunting", 2021.0),
        ("stunting", 2022.0),
    ]
    with pytest.raises(kt.KencanaError, match="argument 'columns'"):
        read(tmp_path, text, columns={"stuntin": "Balita pendek menurut umur"})


def test_rows_are_picked_by_the_cells_of_a_column(tmp_path: Path) -> None:
    text = "Wilayah;Daerah;mCPR 2022\nKaur;Perkotaan;61\nKaur;Perdesaan;59\nKaur;Perkotaan+Perdesaan;60"
    options = {"columns": {"region": "Wilayah"}}
    picked = read(tmp_path, text, rows={"Daerah": "Perkotaan+Perdesaan"}, **options)
    assert [one.value for one in picked] == [60.0]
    assert "no such cell" in refusal(tmp_path, text, rows={"Daerah": "Desa"}, **options)
    assert "no such heading" in refusal(tmp_path, text, rows={"Kota": "Desa"}, **options)


@pytest.mark.parametrize(
    "text",
    [
        "Wilayah;stunting;Batas bawah;Batas atas;SE;n\nKaur;17,1;15;19,2;1,1;402",
        "Wilayah;stunting;;;;\n;%;95% CI Lower;95% CI Upper;SE;n\nKaur;17,1;15;19,2;1,1;402",
        "Wilayah;stunting;Batas bawah;Batas atas;SE;n;Ket\nKaur;17,1;15;19,2;1,1;402;baik",
    ],
)
def test_an_interval_beside_a_figure_across_is_kept(tmp_path: Path, text: str) -> None:
    (figure,) = read(tmp_path, text, given={"year": 2022})
    assert (figure.value, figure.lower, figure.upper) == (17.1, 15.0, 19.2)
    assert (figure.standard_error, figure.sample_size) == (1.1, 402.0)


def test_a_survey_over_a_column_is_its_year_and_its_source(tmp_path: Path) -> None:
    text = "Wilayah;SSGI 2022;SKI 2023\nKaur;17,1;16,2"
    figures = read(tmp_path, text, given={"indicator": "stunting"})
    assert [(one.year, one.survey, one.source) for one in figures] == [
        (2022.0, "SSGI 2022", "SSGI 2022"),
        (2023.0, "SKI 2023", "SKI 2023"),
    ]


@pytest.mark.parametrize(
    ("title", "given"),
    [
        ("mCPR Tahun 2021", {"year": 2022}),
        ("mCPR Tahun 2021", {"year": "2022"}),
        ("Wilayah;mCPR 2021\nKaur;60,1\n", {"year": "2022"}),
        ("Wilayah;Indikator;2020;2021\nKaur;mCPR;60,1;61\n", {"year": 2022}),
        ("mCPR Kabupaten Kaur", {"region": "17.05", "year": 2022}),
    ],
)
def test_nothing_that_is_given_overrides_a_title_or_a_header(
    tmp_path: Path, title: str, given: dict[str, Any]
) -> None:
    body = "Wilayah;mCPR\nKaur;60,1" if "region" not in given else "Indikator;Nilai\nmCPR;60,1"
    text, where = (title, "header") if ";" in title else (f"{title}\n{body}", "title")
    assert f"is given, and the {where} says another" in refusal(tmp_path, text, given=given)


@pytest.mark.parametrize(
    ("title", "given"),
    [
        ("mCPR perempuan Tahun 2022", {"part": "all"}),
        ("mCPR Semester I Tahun 2022", {"period": "year"}),
        ("Proyeksi mCPR Tahun 2022", {"figure": "actual"}),
    ],
)
def test_a_title_that_says_less_is_refused_and_opens_as_its_message_says(
    tmp_path: Path, title: str, given: dict[str, Any]
) -> None:
    text = f"{title}\nWilayah;mCPR\nKaur;60,1"
    assert f"given={given}" in refusal(tmp_path, text)
    assert [one.value for one in read(tmp_path, text, given=given)] == [60.1]


def test_a_note_below_that_says_less_is_noted(tmp_path: Path) -> None:
    figures = read(tmp_path, "Wilayah;mCPR 2022\nKaur;60,1\nCatatan: data s.d. Juni 2022")
    (note,) = figures.notes
    assert (note.place.row, note.got) == (3, "Catatan: data s.d. Juni 2022")
    reading = kt.describe_table({"Wilayah": ["Kaur"], "mCPR 2022": [60.1]}, plan=PLAN)
    assert reading.notes == ()


def test_notes_are_no_part_of_what_figures_are(tmp_path: Path) -> None:
    plain = read(tmp_path, "Wilayah;mCPR 2022\nKaur;60,1")
    noted = read(tmp_path, "Wilayah;mCPR 2022\nKaur;60,1\nCatatan: data s.d. Juni 2022")
    assert plain == noted
    assert (plain.notes, len(noted.notes)) == ((), 1)


@pytest.mark.parametrize(("figure", "noted"), [("9999", 1), ("999", 1), ("9998", 0), ("1999", 0)])
def test_a_figure_that_forms_write_for_none_is_noted(
    tmp_path: Path, figure: str, noted: int
) -> None:
    found = read(tmp_path, f"Wilayah;Peserta KB baru 2022\nKaur;{figure}\nSeluma;4120")
    assert [str(note.place) for note in found.notes] == [
        "row 2, column 'Peserta KB baru 2022'"
    ] * noted
