"""What a table says beside its figures, and what is refused for it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from workbooks import workbook

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, TableError

PLAN = kt.load_plan("bengkulu-2021")
HEADER = ["Kabupaten/Kota", "mCPR", "TFR"]
HEADER_OF_2021 = ["Kabupaten/Kota", "mCPR 2021", "TFR 2021"]
ROW = ["Kaur", 60.1, 2.1]
LONG = ["Wilayah", "Indikator", "Tahun", "Nilai"]


def refusal(path: Path, **options: Any) -> list[str]:
    with pytest.raises(TableError) as caught:
        kt.read_actuals(path, plan=PLAN, **options)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("sheet", "title"),
    [
        ("Data", "TARGET INDIKATOR KINERJA TAHUN 2021"),
        ("Data", "mCPR dan TFR (Target), Tahun 2021"),
        ("Target", "Tahun 2021"),
        ("Target", "REALISASI TAHUN 2021"),
        ("Realisasi", "TARGET TAHUN 2021"),
    ],
)
def test_a_title_of_targets_is_none_of_actuals(tmp_path: Path, sheet: str, title: str) -> None:
    path = workbook(tmp_path, {sheet: [[title], HEADER, ROW]})
    named = sheet if sheet == "Target" else title
    assert refusal(path) == [
        f"sheet '{sheet}', title: the title speaks of other figures, where actual figures are "
        f"read: got {named!r}; name the sheets to read; if they are actual figures, "
        "tell given={'figure': 'actual'}"
    ]
    told = kt.read_actuals(path, plan=PLAN, given={"figure": "actual"})
    assert [one.value for one in told] == [60.1, 2.1]


@pytest.mark.parametrize(
    "title", ["TARGET DAN REALISASI TAHUN 2021", "Pencapaian Target Tahun 2021", "Tahun 2021"]
)
def test_a_title_of_both_says_nothing_of_either(tmp_path: Path, title: str) -> None:
    path = workbook(tmp_path, {"Data": [[title], HEADER, ROW]})
    assert [one.value for one in kt.read_actuals(path, plan=PLAN)] == [60.1, 2.1]


@pytest.mark.parametrize(
    "cell", ["TW II", "Target", "Perempuan", "Perdesaan", "s.d. Juni", "Tahun lalu"]
)
def test_an_unread_cell_may_say_what_its_figure_is(tmp_path: Path, cell: str) -> None:
    rows = [[*LONG, "Ket"], ["Kaur", "mCPR", 2021, 60.1, cell]]
    path = workbook(tmp_path, {"Data": rows})
    assert refusal(path) == [
        "sheet 'Data', row 2, column E 'Ket': a cell that says of which kind or part the figures "
        f"of its row are: got {cell!r}; choose rows with rows={{'Ket': ...}}, or leave it out with "
        "columns={'ignored': ...}"
    ]
    assert len(kt.read_actuals(path, plan=PLAN, columns={"ignored": "Ket"})) == 1


@pytest.mark.parametrize("cell", ["Realisasi", "Program KB perempuan", "data sementara", "12"])
def test_a_remark_is_a_remark(tmp_path: Path, cell: str) -> None:
    rows = [[*LONG, "Ket"], ["Kaur", "mCPR", 2021, 60.1, cell]]
    assert len(kt.read_actuals(workbook(tmp_path, {"Data": rows}), plan=PLAN)) == 1


def test_a_label_of_another_year_or_kind_is_refused(tmp_path: Path) -> None:
    header = ["Kabupaten/Kota", "mCPR"]
    first = [["KEADAAN TAHUN 2021"], header, ["Kaur", 60.1]]
    path = workbook(tmp_path, {"Data": [*first, ["KEADAAN TAHUN 2022"], ["Seluma", 61]]})
    assert refusal(path) == [
        "sheet 'Data', row 4: a row that names a year stands among the figures: "
        "got 'KEADAAN TAHUN 2022'; write it in a column of its own, or part the table there"
    ]
    path = workbook(tmp_path, {"Data": [*first, ["Target"], ["Seluma", 61]]})
    assert refusal(path) == [
        "sheet 'Data', row 4: a row that names the kind of figures stands among the figures: "
        "got 'Target'; write it in a column of its own, or part the table there"
    ]
    path = workbook(tmp_path, {"Data": [*first, ["KEADAAN TAHUN 2021"], header, ["Seluma", 61]]})
    assert [one.value for one in kt.read_actuals(path, plan=PLAN)] == [60.1, 61]


def test_another_header_among_the_figures_begins_another_table(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["Kabupaten/Kota", 2020, 2021], ["Kaur", 60.1, 61.1]]
    rows += [["Kabupaten/Kota", 2022, 2023], ["Seluma", 62.1, 63], ["Kaur", "x", 64]]
    path = workbook(tmp_path, {"Data": rows[:-1]})
    found = kt.read_actuals(path, plan=PLAN, given={"indicator": "mCPR"})
    assert [(one.region, one.year, one.value) for one in found] == [
        ("17.04", 2020, 60.1),
        ("17.04", 2021, 61.1),
        ("17.05", 2022, 62.1),
        ("17.05", 2023, 63),
    ]
    path = workbook(tmp_path, {"Data": rows})
    with pytest.raises(TableError) as caught:
        kt.read_actuals(path, plan=PLAN, given={"indicator": "mCPR"})
    (problem,) = caught.value.problems
    assert str(problem).startswith("sheet 'Data', row 5, column B '2022': not a number: got 'x'")


def test_a_comma_too_many_is_refused_although_nothing_follows_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Wilayah,mCPR 2021,Ket\nKab. Kaur,60,1,\n")
    assert refusal(path) == [
        "row 2: 4 cells under 3 columns: got ['Kab. Kaur', '60', '1', '']; "
        "quote cells that contain the separator"
    ]
    path.write_text("Wilayah,mCPR 2021,Ket,\nKab. Kaur,60,,\n")
    assert [one.value for one in kt.read_actuals(path, plan=PLAN)] == [60]


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("STUNTING TAHUN 2022 (Pergub Nomor 12 Tahun 2019, RPJMD 2021-2026)", [2022]),
        ("Tahun Anggaran 2021", [2021]),
        ("Realisasi Tahun 2021 terhadap RPJMN (Perpres 18/2020, PMK 2/PMK.02/2019)", [2021]),
        ("REALISASI S.D. TRIWULAN IV TAHUN 2021", [2021]),
    ],
)
def test_the_year_of_a_regulation_is_not_that_of_figures(
    tmp_path: Path, title: str, years: list[int]
) -> None:
    path = workbook(tmp_path, {"Data": [[title], HEADER, ROW]})
    assert sorted({one.year for one in kt.read_actuals(path, plan=PLAN)}) == years


def test_a_title_of_two_years_or_of_a_regulation_alone_says_none(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"Data": [["Perpres Nomor 72 Tahun 2021"], HEADER, ROW]})
    assert refusal(path) == [
        "sheet 'Data', row 2: no year: no column, no heading and no title says it; "
        "tell it with given={'year': ...}"
    ]
    title = "Realisasi 2022 dibandingkan tahun 2021"
    path = workbook(tmp_path, {"Data": [[title], HEADER, ROW]})
    assert refusal(path) == [
        "sheet 'Data': the title names several years: got '2022, 2021'; "
        "tell it with given={'year': ...}"
    ]


@pytest.mark.parametrize(
    ("heading", "read"),
    [
        ("mCPR (%) 2021", (2021, 60)),
        ("mCPR (persen) 2021", (2021, 60)),
        ("mCPR (per 100 PUS) 2021", (2021, 60)),
        ("mCPR (2021)", (2021, 60)),
        ("mCPR (Realisasi) 2021", (2021, 60)),
        ("mCPR (Target) 2021", None),
        ("mCPR (TW II) 2021", None),
        ("mCPR (s.d. Juni) 2021", None),
        ("mCPR (Perempuan) 2021", None),
        ("mCPR (15-19 tahun) 2021", None),
    ],
)
def test_brackets_hold_a_unit_or_something_that_counts(
    heading: str, read: tuple[int, float] | None
) -> None:
    table = {"Wilayah": ["Kaur"], heading: [60]}
    if read is None:
        with pytest.raises(TableError):
            kt.read_actuals(table, plan=PLAN)
    else:
        assert [(one.year, one.value) for one in kt.read_actuals(table, plan=PLAN)] == [read]


def test_a_table_above_the_table_is_read(tmp_path: Path) -> None:
    rows = [["Provinsi", "mCPR 2021"], ["Bengkulu", 60.2], [], HEADER_OF_2021, ROW]
    found = kt.read_actuals(workbook(tmp_path, {"Data": rows}), plan=PLAN)
    assert [(one.region, one.value) for one in found] == [
        ("17", 60.2),
        ("17.04", 60.1),
        ("17.04", 2.1),
    ]
    pairs = [["Tahun", 2021], ["Provinsi", "Bengkulu"], ["Jumlah penduduk", 2010670]]
    path = workbook(tmp_path, {"Data": [*pairs, HEADER_OF_2021, ROW]})
    assert [one.value for one in kt.read_actuals(path, plan=PLAN)] == [60.1, 2.1]


@pytest.mark.parametrize("heading", ["Daerah otonom", ""])
def test_words_beside_a_province_may_name_the_region(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Provinsi;{heading};Indikator;Tahun;Nilai\nBengkulu;Kaur;mCPR;2021;60,1\n")
    shown = heading or 2
    assert refusal(path) == [
        f"row 1, column {shown!r}: cannot tell whether this column names the region, beside the "
        "province; name it with columns={'region': ...}, or leave it out with "
        "columns={'ignored': ...}"
    ]


@pytest.mark.parametrize("heading", ["Nama Kabupaten", "Kab."])
def test_a_regency_is_not_its_province(tmp_path: Path, heading: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Provinsi;{heading};Indikator;Tahun;Nilai\nBengkulu;Kaur;mCPR;2021;60,1\n")
    assert [one.region for one in kt.read_actuals(path, plan=PLAN)] == ["17.04"]


def test_a_remark_beside_a_province_is_a_remark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Provinsi;Indikator;Tahun;Nilai;Catatan petugas\nBengkulu;mCPR;2021;60,1;baik\n"
    )
    assert [one.region for one in kt.read_actuals(path, plan=PLAN)] == ["17"]


@pytest.mark.parametrize(
    "header",
    [
        ["Kabupaten/Kota", 2021, "2022 (uji petik)"],
        ["Kabupaten/Kota", "Realisasi 2021", "Realisasi 2022 (uji petik)"],
        ["Kabupaten/Kota", "Tahun 2021", "2022 (janda)"],
    ],
)
def test_a_figure_that_may_be_wanted_is_not_passed_over(tmp_path: Path, header: list[Any]) -> None:
    path = workbook(tmp_path, {"Data": [header, ["Kaur", 60.1, 60.9]]})
    told = {"given": {"indicator": "mCPR"}}
    (said,) = refusal(path, **told)
    assert said.startswith(f"sheet 'Data', row 1, column C '{header[2]}': cannot tell what")
    assert len(kt.read_actuals(path, plan=PLAN, columns={"ignored": header[2]}, **told)) == 1
    # It is not, either, where the title names the indicator.
    path = workbook(tmp_path, {"Data": [["mCPR"], [], header, ["Kaur", 60.1, 60.9]]})
    assert f"column C '{header[2]}': cannot tell what" in refusal(path)[0]


@pytest.mark.parametrize(
    "header",
    [
        "2022 (sementara)",
        "2022 (angka tetap)",
        "Th. 2022 (revisi)",
        "Realisasi 2022 (final)",
        "2022*",
    ],
)
def test_a_provisional_year_is_that_year(tmp_path: Path, header: str) -> None:
    path = workbook(tmp_path, {"Data": [["Wilayah", header], ["Kaur", 60.9]]})
    (read,) = kt.read_actuals(path, plan=PLAN, given={"indicator": "mCPR"})
    assert (read.year, read.value) == (2022, 60.9)


def test_a_column_settles_its_own_decimal_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Wilayah;mCPR 2021;TFR 2021\nKaur;60,1;2.115\n")
    assert refusal(path) == [
        "row 2, column 'TFR 2021': can be read in two ways: got '2.115'; "
        "no cell of the column settles it; tell the decimal mark"
    ]
    path.write_text("Wilayah;mCPR 2021;TFR 2021\nKaur;60,1;2,115\nSeluma;60,2;2,1\n")
    assert [one.value for one in kt.read_actuals(path, plan=PLAN)] == [60.1, 2.115, 60.2, 2.1]


def test_a_named_index_of_pandas_is_a_column() -> None:
    index = pd.Index(["Kaur"], name="Kabupaten")
    frame = pd.DataFrame({"Provinsi": ["Bengkulu"], "mCPR 2021": [60.1]}, index=index)
    assert [one.region for one in kt.read_actuals(frame, plan=PLAN)] == ["17.04"]
    with pytest.raises(ArgumentError, match="an index whose names are none of the columns'"):
        kt.read_actuals(frame.set_axis(pd.Index(["x"], name="Provinsi")), plan=PLAN)


def test_words_that_name_the_rows_of_pandas_are_read() -> None:
    frame = pd.DataFrame({"mCPR 2021": [60.1, 60.2]}, index=["Kaur", "Seluma"])
    assert [one.region for one in kt.read_actuals(frame, plan=PLAN)] == ["17.04", "17.05"]
    frame.index = pd.Index(["TW I", "TW II"])
    with pytest.raises(TableError, match="a cell that says of which kind or part"):
        kt.read_actuals(frame.assign(Kabupaten=["Kaur", "Seluma"]), plan=PLAN)


def test_hidden_sheets_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"2021": [HEADER, ROW], "2020": [HEADER, ROW]})
    book = openpyxl.load_workbook(path)
    book["2020"].sheet_state = "hidden"
    book.save(path)
    assert {one.year for one in kt.read_actuals(path, plan=PLAN)} == {2021}
    reading = kt.describe_table(path, plan=PLAN)
    assert "sheet '2020': hidden, not read" in str(reading).splitlines()
    assert [(one.sheet, one.form) for one in reading.sheets] == [
        ("2020", "hidden"),
        ("2021", "wide"),
    ]


@pytest.mark.parametrize(
    ("table", "year"),
    [
        ("Wilayah;Indikator;Tahun;Nilai\nKaur;mCPR;{year};60,1\nSeluma;mCPR;2021;61\n", 1921),
        ("Wilayah;mCPR {year}\nKaur;60,1\nSeluma;61\n", 2121),
        ("Capaian tahun {year};\n;\nWilayah;mCPR\nKaur;60,1\n", 2041),
        ("Wilayah;Indikator;Tahun;Nilai\nKaur;mCPR;{year};60,1\n", 1985),
    ],
)
def test_a_year_far_from_the_plan_is_noted(table: str, year: int) -> None:
    read = kt.read_actuals(io.BytesIO(table.format(year=year).encode()), plan=PLAN)
    (note,) = read.notes
    assert (note.what, note.got) == ("an unlikely year", year)
    assert note.place.row or note.place.part
    for near in (1995, 2021, 2026):
        assert not kt.read_actuals(io.BytesIO(table.format(year=near).encode()), plan=PLAN).notes


@pytest.mark.parametrize(
    "word",
    ["Sumber", "Catatan", "Ket.", "Sumber data", "Keterangan:", "Satuan", "Kode", "Metode",
     "Definisi", "Unit", "Rumus:", "Kode data"],
)  # fmt: skip
def test_what_is_said_of_an_indicator_is_no_figure_of_it(word: str) -> None:
    table = "Wilayah;{other}{word} mCPR 2021\nKaur;{figure}1\nSeluma;{figure}2\n"
    alone = table.format(other="", word=word, figure="")
    with pytest.raises(TableError, match=word):
        kt.read_actuals(io.BytesIO(alone.encode()), plan=PLAN)
    beside = table.format(other="mCPR 2021;", word=word, figure="60,1;")
    read = kt.read_actuals(io.BytesIO(beside.encode()), plan=PLAN)
    assert {one.value for one in read} == {60.1}


def noted(tmp_path: Path, sheet: str, title: str, *names: str) -> list[str]:
    rows = [[title], ["Wilayah", "mCPR"], *([name, 60.1] for name in names)]
    read = kt.read_actuals(workbook(tmp_path, {sheet: rows}), plan=PLAN, given={"year": 2021})
    return [str(note) for note in read.notes]


@pytest.mark.parametrize("sheet", ["Hitung", "Olah", "Bantu", "Fasil", "Bu Rina"])
def test_a_sheet_whose_name_nobody_knows_is_noted(tmp_path: Path, sheet: str) -> None:
    (note,) = noted(tmp_path, sheet, "mCPR 2021", "Kaur")
    assert f"the name of the sheet is not understood: got {sheet!r}" in note


@pytest.mark.parametrize(
    "sheet", ["Sheet1", "Data", "Export", "query_result", "Kaur", "IKU", "2021", "E.58", "Rekap"]
)
def test_a_sheet_of_an_ordinary_name_is_not(tmp_path: Path, sheet: str) -> None:
    assert noted(tmp_path, sheet, "mCPR 2021", "Kaur") == []


@pytest.mark.parametrize(
    ("title", "names", "told"),
    [
        ("mCPR nasional 2021", ("Kaur", "Seluma"), True),
        ("Capaian nasional 2021", ("Kaur",), True),
        ("mCPR nasional 2021", ("Indonesia", "Kaur"), False),
        ("mCPR nasional 2021", ("Bengkulu", "Jambi"), False),
        ("mCPR menurut kabupaten, nasional 2021", ("Kaur",), False),
        ("Survei Sosial Ekonomi Nasional: mCPR 2021", ("Kaur",), False),
        ("Rencana aksi nasional: capaian 2021", ("Kaur",), False),
        ("mCPR Provinsi Bengkulu dan nasional 2021", ("Kaur",), False),
    ],
)
def test_figures_of_regencies_are_none_of_the_nation(
    tmp_path: Path, title: str, names: tuple[str, ...], told: bool
) -> None:
    notes = noted(tmp_path, "Data", title, *names)
    assert len(notes) == told
    assert all("another region than the figures: got 'nasional'" in note for note in notes)


@pytest.mark.parametrize(
    ("sheet", "told"), [("Kaur", False), ("Bengkulu", False), ("Seluma", True), ("Jambi", True)]
)
def test_a_sheet_of_another_region_is_noted(tmp_path: Path, sheet: str, told: bool) -> None:
    notes = noted(tmp_path, sheet, "mCPR 2021", "Kaur")
    assert len(notes) == told
    assert all("the title names another region than the figures" in note for note in notes)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Sumber: SSGI 2020", "a survey of another year"),
        ("Sumber: Pendataan Keluarga 2019", "a survey of another year"),
        ("Sumber: SSGI 2020 dan 2021", ""),
        ("Sumber: SSGI 2021", ""),
        ("Sumber: Bengkulu Dalam Angka 2022", ""),
        ("Catatan: hanya 3 dari 14 kecamatan melapor", "a part of the figures"),
        ("Catatan: tidak termasuk Pulau Enggano", "a part of the figures"),
        ("Catatan: angka merupakan estimasi", "a part of the figures"),
        ("Ket: angka sementara", ""),
        ("Data Kabupaten Seluma tahun 2020", "another year than the figures"),
        ("Angka Kabupaten Kaur adalah angka tahun 2019", "another year than the figures"),
        ("Data Kabupaten Seluma tahun 2021", ""),
        ("Bintuhan, 14 Februari 2022", ""),
    ],
)
def test_a_line_below_that_says_other_figures_is_noted(line: str, told: str) -> None:
    table = f"Wilayah;mCPR 2021\nKaur;60,1\n;\n{line};\n"
    notes = [str(one) for one in kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN).notes]
    assert len(notes) == bool(told)
    assert all(told in note for note in notes)


def test_a_source_of_another_year_in_a_column_is_noted() -> None:
    table = (
        "Wilayah;Sumber;Tahun;mCPR\nKaur;SSGI 2020;2020;60\nSeluma;SSGI 2020;2021;61\n"
        "Lebong;SSGI 2019;2021;62\n"
    )
    (note,) = kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN).notes
    assert (note.place.row, note.got) == (4, "Sumber: SSGI 2019")


@pytest.mark.parametrize(
    ("title", "told"),
    [("Hasil SSGI 2020", True), ("Sumber: SSGI 2020", True), ("Hasil SSGI 2021", False),
     ("SSGI 2020 dan 2021", False), ("Rencana aksi 2020", False)],
)  # fmt: skip
def test_a_survey_of_another_year_in_a_title_is_noted(title: str, told: bool) -> None:
    table = f"{title};\nWilayah;mCPR 2021\nKaur;60,1\n"
    notes = kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN).notes
    assert ["a survey of another year" in str(note) for note in notes] == [True] * told


@pytest.mark.parametrize(
    ("heading", "levels", "names", "read"),
    [
        ("Level", ("Nasional", "Kabupaten"), ("Seluma", "Kaur"), None),
        ("Tingkat", ("Nasional", "Nasional"), ("Seluma", "Kaur"), None),
        ("Kategori", ("National", "Province"), ("Kaur", "Bengkulu"), None),
        ("Tingkat", ("Provinsi", "Kabupaten"), ("Seluma", "Kaur"), None),
        ("Jenis", ("Kecamatan", "Kecamatan"), ("Seluma", "Kaur"), None),
        ("Tingkat", ("Nasional", "Provinsi"), ("Indonesia", "Bengkulu"), ["00", "17"]),
        ("Tingkat wilayah", ("Nasional", "Kabupaten"), ("Nasional", "Kaur"), ["00", "17.04"]),
        ("Kategori", ("Nasional", "Daerah"), ("Seluma", "Kaur"), ["17.05", "17.04"]),
        ("Jenis", ("Nasional", "Nasional"), ("Seluma", "Kaur"), ["17.05", "17.04"]),
    ],
)
def test_a_region_is_of_the_level_that_its_row_says(
    heading: str, levels: tuple[str, ...], names: tuple[str, ...], read: list[str] | None
) -> None:
    rows = [f"{level};{name};60,1\n" for level, name in zip(levels, names, strict=True)]
    table = io.BytesIO("".join([f"{heading};Wilayah;mCPR 2021\n", *rows]).encode())
    if read is None:
        with pytest.raises(TableError, match="no (nation|province|district) of this name"):
            kt.read_actuals(table, plan=PLAN)
        return
    found = kt.read_actuals(table, plan=PLAN)
    assert [one.region for one in found] == read
    # Words of a kind are no levels, and a note says that they were not read.
    parted = heading in ("Kategori", "Jenis")
    assert any("of which kind or part" in str(note) for note in found.notes) == parted


@pytest.mark.parametrize(
    ("heading", "cell", "refused", "told"),
    [
        ("Kategori", "Kurus", True, ""),
        ("Uraian", "Balita gemuk", True, ""),
        ("Kategori", "Pendek", True, ""),
        ("Kategori", "Tinggi", False, ""),
        ("Kategori", "TFR", False, "of which kind or part"),
        ("Kategori", "mCPR", False, ""),
        ("Program", "Pendewasaan usia kawin", False, ""),
    ],
)
def test_a_cell_beside_figures_that_names_others_is_told(
    heading: str, cell: str, refused: bool, told: str
) -> None:
    table = f"{heading};Wilayah;mCPR 2021\n{cell};Kaur;60,1\n{cell};Seluma;61\n"
    if refused:
        with pytest.raises(TableError, match="of which kind or part.*" + cell):
            kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN)
        return
    notes = " ".join(map(str, kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN).notes))
    assert told in notes if told else not notes


@pytest.mark.parametrize(
    ("rows", "got"),
    [
        (("Seluma;100;20", "Kaur;120;22", "Jumlah;300;21"), 300),
        (("Seluma;1.100;20", "Kaur;1.120;22", "TOTAL;2.320;21"), 2320),
        (("Jumlah;20;21", "Seluma;100;20", "Kaur;120;22"), 20),
        (("Seluma;1;20", "Kaur;2;22", "Sub total;7;9", "Mukomuko;5;1", "Total;8;21"), 7),
        # Of the sum, of the sum of a group, beside the figure of the province, of a mean.
        (("Seluma;100;20", "Kaur;120;22", "Jumlah;220;21"), None),
        (("Seluma;1;20", "Kaur;2;22", "Sub total;3;9", "Mukomuko;5;1", "Total;8;21"), None),
        (("Bengkulu;220;20", "Seluma;100;20", "Kaur;120;22", "Jumlah;220;21"), None),
        (("Seluma;100;20", "Kaur;120;22", "Rata-rata;300;21"), None),
        (("Seluma;100;20", "Kaur;120;22", "Jumlah;-;300"), None),
    ],
)
def test_a_total_of_what_is_counted_is_the_sum_of_its_rows(
    rows: tuple[str, ...], got: float | None
) -> None:
    kinds = {"pb": ("Peserta baru", "orang"), "st": ("Stunting", "persen")}
    plan = kt.Plan(
        indicators=[
            kt.Indicator(code=code, name=name, unit=unit, direction="maximize")
            for code, (name, unit) in kinds.items()
        ],
        targets=[
            kt.Target(indicator=code, region="17", year=2022, value=1, instrument="RPJMD")
            for code in kinds
        ],
    )
    wide = "Wilayah;Peserta baru 2022;Stunting 2022\n"
    read = kt.read_actuals(io.BytesIO(wide.encode() + "\n".join(rows).encode() + b"\n"), plan=plan)
    assert [note.got for note in read.notes] == [got] * (got is not None)
    long = "Wilayah;Indikator;Tahun;Nilai\n" + "\n".join(
        ";".join((name, "pb" if named else "", "2022" if named else "", number))
        for name, number, _ in (row.split(";") for row in rows)
        for named in [name[:3].casefold() not in ("jum", "tot", "sub", "rat")]
    )
    read = kt.read_actuals(io.BytesIO(long.encode() + b"\n"), plan=plan)
    assert [note.got for note in read.notes] == [got] * (got is not None)
    assert all("sum of its rows" in note.what and note.place.column == 4 for note in read.notes)


@pytest.mark.parametrize(
    ("heading", "cells", "told"),
    [
        ("SE", ("61", "1"), "below its own standard error"),
        ("SE", ("2", "0,9"), ""),
        ("RSE", ("0,05", "0,04"), "relative errors below 1 percent"),
        ("RSE (%)", ("0,05", "4"), ""),
        ("RSE (%)", ("120", "4"), "below its own standard error"),
        ("Galat baku", ("0", "1"), ""),
    ],
)
def test_errors_that_may_be_of_something_else_are_noted(
    heading: str, cells: tuple[str, str], told: str
) -> None:
    table = f"Wilayah;mCPR 2021;{heading}\nKaur;60,1;{cells[0]}\nSeluma;61;{cells[1]}\n"
    notes = [str(one) for one in kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN).notes]
    assert len(notes) == bool(told)
    assert all(told in note for note in notes)


def test_a_row_between_header_and_figures_that_says_their_unit_is_refused() -> None:
    for unit in ("Satuan: permil", "satuan per mil", "(dalam ribuan)"):
        table = f"Wilayah;mCPR 2021\n{unit};\nKaur;60,1\nSeluma;61\n"
        with pytest.raises(TableError, match="names a unit"):
            kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN)


@pytest.mark.parametrize(
    ("heading", "cell", "told"),
    [
        ("Keterangan", "tidak termasuk Kec. Maje", "a part of the figures"),
        ("Catatan", "hanya 3 kecamatan melapor", "a part of the figures"),
        ("Ket.", "data belum lengkap", "of which kind or part"),
        ("Keterangan", "data 2020", "another year than the figures"),
        ("Note", "data Kaur s.d. September", "a part of the figures"),
        ("Keterangan", "data 2021", ""),
        ("Keterangan", "data diolah 2023", ""),
        ("Keterangan", "tercapai", ""),
        ("Kendala", "tidak termasuk Kec. Maje", ""),
        ("Keterangan", "Pelayanan tidak termasuk kecamatan yang jauh dari puskesmas", ""),
    ],
)
def test_a_remark_in_the_row_of_a_figure_is_read_as_a_line_below(
    heading: str, cell: str, told: str
) -> None:
    table = f"Wilayah;mCPR 2021;{heading}\nKaur;60,1;\nSeluma;61;{cell}\n"
    notes = kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN).notes
    assert len(notes) == bool(told)
    assert all(
        told in note.what and (note.place.row, note.place.column) == (3, 3) for note in notes
    )


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("Kabupaten,Kondisi Awal 2020,2022", False),
        ("Kabupaten,2022,Kondisi Akhir RPJMD 2024", False),
        ("Kabupaten,Nilai Awal 2020,2022", False),
        ("Kabupaten,Kondisi Awal 2020,Realisasi 2022", True),
    ],
)
def test_one_bare_year_beside_a_start_or_an_end_may_be_a_target(header: str, taken: bool) -> None:
    text = f"Stunting,,\n{header}\nKab. Seluma,24.7,20\n"
    plan = kt.Plan(
        indicators=[
            kt.Indicator(code="stunting", name="Stunting", unit="persen", direction="minimize")
        ],
        targets=[kt.Target(indicator="stunting", region="17.05", year=2024, value=14)],
    )
    if taken:
        assert [one.value for one in kt.read_actuals(io.BytesIO(text.encode()), plan=plan)] == [20]
        return
    with pytest.raises(kt.KencanaError, match="may be those of a plan"):
        kt.read_actuals(io.BytesIO(text.encode()), plan=plan)


@pytest.mark.parametrize(
    ("heading", "told"),
    [
        ("Catatan mCPR 2021", "say something of an indicator or of some people"),
        ("Laki-laki", "say something of an indicator or of some people"),
        ("Cakupan imunisasi 2021", "that the plan does not know"),
        ("Jumlah posyandu", "that the plan does not know"),
    ],
)
def test_what_is_left_out_beside_figures_is_named_for_what_it_is(heading: str, told: str) -> None:
    table = f"Wilayah;mCPR 2021;{heading}\nKaur;60,1;3\nSeluma;61;4\n"
    (note,) = kt.read_actuals(io.BytesIO(table.encode()), plan=PLAN).notes
    assert told in note.what
    assert heading.startswith(note.got)


@pytest.mark.parametrize(
    "years",
    [
        *("2021/22", "2021-22", "2020-24", "2021/2", "2021-1", "2021/12", "2021:22", "2021_22"),
        *("2021'22", "2021/'22", "2021 22", "TA 2021/22", "TA 2021_22", "2021:2022"),
    ],
)
@pytest.mark.parametrize(
    "table",
    [
        "Wilayah;Indikator;{}\nKaur;mCPR;60,1\n",
        "Wilayah;mCPR {}\nKaur;60,1\n",
        "mCPR tahun {};\n;\nWilayah;mCPR\nKaur;60,1\n",
        "Wilayah;Indikator;Tahun;Nilai\nKaur;mCPR;{};60,1\n",
    ],
)
def test_two_years_and_months_in_digits_are_no_year(table: str, years: str) -> None:
    with pytest.raises(TableError):
        kt.read_actuals(io.BytesIO(table.format(years).encode()), plan=PLAN)


@pytest.mark.parametrize(
    ("heading", "read"),
    [
        *(("2021 100", False), ("2021:5", False), ("Realisasi 2021 #2", False), ("2021.1", False)),
        *(("Realisasi (2021) 5", False), ("2021 (5)", True), ("Realisasi 2021 1)", True)),
        *(("2021 *1", True), ("2021 (%)", True)),
    ],
)
def test_a_number_beside_a_year_is_that_of_a_footnote_or_unknown(heading: str, read: bool) -> None:
    table = io.BytesIO(f"Wilayah;Indikator;{heading}\nKaur;mCPR;60,1\n".encode())
    if read:
        assert [one.year for one in kt.read_actuals(table, plan=PLAN)] == [2021]
        return
    with pytest.raises(TableError):
        kt.read_actuals(table, plan=PLAN)


WHOM = [
    *("Responden: Ibu hamil", "Sasaran: remaja putri", "Populasi : balita keluarga miskin"),
    *("Unit analisis - keluarga berisiko", "Kategori (ibu menyusui)", "Subjek = lansia"),
    *("Kelompok sasaran: Keluarga berisiko", "Responden: 1.200 ibu hamil"),
]
ALL_OF_THEM = [
    *("Responden: WUS 15-49", "Populasi: penduduk", "Sasaran: Meningkatnya kualitas keluarga"),
    *("Sasaran: Balita", "Responden: 1.200 rumah tangga", "Kelompok sasaran: keluarga"),
]


@pytest.mark.parametrize("line", [*WHOM, *ALL_OF_THEM])
def test_whom_a_line_says_figures_to_be_of_is_heeded(line: str) -> None:
    of_some = line in WHOM
    table = "Wilayah;mCPR\nKaur;60,1\n"
    for text in (f"mCPR 2021\n{line}\n{table}", f"mCPR 2021 {line}\n{table}"):
        if of_some:
            with pytest.raises(TableError, match="part of the people"):
                kt.read_actuals(io.BytesIO(text.encode()), plan=PLAN)
    below = io.BytesIO(f"mCPR 2021\n{table}\n{line}\n".encode())
    found = kt.read_actuals(below, plan=PLAN)
    assert [one.value for one in found] == [60.1]
    assert [one.got for one in found.notes] == [line] * of_some
    heading, cell = line.replace(" :", ":").split(": " if ":" in line else " ", 1)
    if of_some and ":" in line and "1.200" not in line:
        text = f"Wilayah;{heading};mCPR 2021\nKaur;{cell};60,1\n"
        with pytest.raises(TableError, match="of which kind or part"):
            kt.read_actuals(io.BytesIO(text.encode()), plan=PLAN)


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        *(("2021-12-31 17:00", None), ("2021-12-31T17:00Z", None), ("2021-01-01 07:00", None)),
        *(("2021-12-31", 2021), ("2021-01-01T00:00+07:00", 2021), ("2021-12-31 23:59:59", 2021)),
    ],
)
def test_an_hour_of_the_last_day_of_a_year_is_no_year(moment: str, year: int | None) -> None:
    """It may be the first of the next one, written in another time zone."""
    frame = pd.DataFrame(
        {"region": ["Kaur"], "indicator": ["mCPR"], "year": [pd.Timestamp(moment)], "value": [60.1]}
    )
    if year is None:
        with pytest.raises(TableError, match="a date or time"):
            kt.read_actuals(frame, plan=PLAN)
        return
    assert [one.year for one in kt.read_actuals(frame, plan=PLAN)] == [year]


@pytest.mark.parametrize(
    ("title", "foot", "survey"),
    [
        ("mCPR dan TFR 2021 (SKAP)", [], "SKAP 2021"),
        ("Hasil SKAP Tahun 2021", ["Catatan: dibandingkan dengan SDKI 2017"], "SKAP 2021"),
        ("mCPR dan TFR 2021", ["Sumber: BPS, Susenas Maret 2021"], "Susenas 2021"),
        ("mCPR dan TFR 2021", ["Sumber", "SKAP 2021"], "SKAP 2021"),
        ("mCPR dan TFR 2021", ["Sumber data: SKAP"], "SKAP"),
        ("mCPR dan TFR 2021", ["Sumber: SKAP 2021, Susenas 2021"], ""),
        ("mCPR dan TFR 2021", ["Sumber: Dinas Kesehatan"], ""),
        ("mCPR dan TFR 2021", ["Keterangan: lihat SDKI 2017"], ""),
    ],
)
def test_figures_are_of_the_survey_over_or_under_their_table(tmp_path, title, foot, survey) -> None:
    path = workbook(tmp_path, {"Data": [[title], HEADER, ROW, foot]})
    assert {one.survey for one in kt.read_actuals(path, plan=PLAN)} == {survey}


def test_a_column_or_a_heading_says_the_survey_before_the_title_does(tmp_path: Path) -> None:
    rows = [["mCPR 2021 (SKAP)"], ["Kabupaten/Kota", "mCPR", "Survei"], ["Kaur", 60.1, "Susenas"]]
    (figure,) = kt.read_actuals(workbook(tmp_path, {"Data": rows}), plan=PLAN)
    assert figure.survey == "Susenas"
    rows = [["mCPR (SKAP)"], ["Kabupaten/Kota", "Susenas 2021"], ["Kaur", 60.1]]
    (figure,) = kt.read_actuals(workbook(tmp_path, {"Data": rows}), plan=PLAN)
    assert figure.survey == "Susenas 2021"


@pytest.mark.parametrize("what", ["intervensi", "pelayanan", "Upaya pencegahan"])
def test_what_is_done_about_an_indicator_is_none_of_it(tmp_path: Path, what: str) -> None:
    path = workbook(
        tmp_path, {"Data": [[f"Cakupan {what} mCPR 2021"], ["Wilayah", "%"], ["Kaur", 60]]}
    )
    assert "no indicator" in refusal(path)[0]
    rows = [[f"Hasil mCPR dan {what} 2021"], ["Wilayah", "%"], ["Kaur", 60.1]]
    (figure,) = kt.read_actuals(workbook(tmp_path, {"Data": rows}), plan=PLAN)
    assert figure.indicator == "mCPR"
