"""Where a table begins and ends, and what is not guessed about it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter
from workbooks import workbook

import kencana_targets as kt
from kencana_targets.core.errors import KencanaError, TableError
from kencana_targets.tables.figures import span
from kencana_targets.tables.readers import describe_table

FILES = Path(__file__).parents[1] / "files"


@pytest.fixture(scope="module")
def plan():
    return kt.read_plan(FILES / "plan")


@pytest.fixture
def book(tmp_path):
    def write(*sheets, merged=()):
        path = tmp_path / "data.xlsx"
        with xlsxwriter.Workbook(path) as made:
            for number, rows in enumerate(sheets):
                sheet = made.add_worksheet(f"S{number + 1}")
                for reference in merged:
                    sheet.merge_range(reference, "")
                for row, cells in enumerate(rows):
                    for column, cell in enumerate(cells):
                        if cell is not None:
                            sheet.write(row, column, cell)
        return path

    return write


def refused(path, plan=None, **options):
    with pytest.raises(TableError) as caught:
        kt.read_actuals(path, plan=plan, **options)
    return [str(problem) for problem in caught.value.problems]


def left_out(path, **options):
    (sheet,) = describe_table(path, **options).sheets
    return tuple((span(first, last), why) for first, last, why in sheet.left_out)


def test_neither_a_mark_nor_a_blank_across_is_a_figure(book, plan):
    path = book([["Wilayah", "stunting 2021", "mCPR 2021"], ["17", "-", None], ["17.01", None, 60]])
    read = [(one.region, one.indicator, one.value) for one in kt.read_actuals(path, plan=plan)]
    assert read == [("17.01", "mCPR", 60.0)]


def test_merged_figures_are_refused(book):
    path = book(
        [["Wilayah", "a 2021", "b 2021"], ["17", 1, 2], ["17.01", None, 3], ["17.02", 5, None]],
        merged=("B2:B3", "B4:C4"),
    )
    hint = "part the cells and write the figure where it belongs"
    assert refused(path) == [
        f"sheet 'S1', row 2, column B 'a 2021': merged cells hold one figure for several places; {hint}",
        f"sheet 'S1', row 4, column B 'a 2021': merged cells hold one figure for several places; {hint}",
    ]


def test_two_columns_for_one_key_are_refused(book):
    path = book([["Wilayah", "Kabupaten/Kota", "a 2021"], ["17", "17", 1]])
    assert refused(path) == [
        (
            "sheet 'S1', row 1: two columns for 'region': got \"'Wilayah' and 'Kabupaten/Kota'\"; "
            "name one of them: columns={'region': ...}"
        )
    ]
    assert len(kt.read_actuals(path, columns={"region": "Wilayah"})) == 1


def test_two_columns_for_the_same_figures_are_refused(book, plan):
    path = book([["Wilayah", "stunting 2021", "Prevalensi stunting balita 2021"], ["17", 1, 2]])
    assert refused(path, plan) == [
        (
            "sheet 'S1', row 1, column C 'Prevalensi stunting balita 2021': two columns for the same figures: "
            "got 'Prevalensi stunting balita 2021'; the other is 'stunting 2021'; leave it out with columns={'ignored': ...}"
        )
    ]


def test_a_figure_without_a_heading_is_refused(book):
    path = book([["Wilayah", "a 2021"], ["17", 1, 7], ["17.01", 2]])
    assert refused(path) == [
        (
            "sheet 'S1', row 2, column C: a figure in a column without a heading: got 7; "
            "write a heading over the column, or clear it"
        )
    ]
    path = book([["Wilayah", "a 2021"], ["17", 1, "naik"], ["17.01", 2]])
    assert len(kt.read_actuals(path)) == 2


def test_a_figure_without_a_region_is_refused_and_a_note_is_not(book):
    path = book([["Wilayah", "a 2021"], ["17", 1], [None, 2], ["17.01", 3]])
    assert refused(path) == ["sheet 'S1', row 3, column A 'Wilayah': empty; name the region"]
    path = book([["Wilayah", "a 2021"], ["17", 1], ["Wilayah timur"], ["17.01", 3], ["Jumlah", 4]])
    assert [one.value for one in kt.read_actuals(path)] == [1.0, 3.0]
    assert left_out(path) == (("row 3", "label: Wilayah timur"), ("row 5", "summary: Jumlah"))


def test_a_row_that_was_not_parted_is_refused(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("region;indicator;year;value\n17;a;2021;1\n17,a,2022,2\n17;a;2023;3\n")
    with pytest.raises(TableError, match="row 3, column 'indicator': empty"):
        kt.read_actuals(path)


def test_an_indicator_that_begins_like_a_summary_is_an_indicator(book):
    rows = [
        ["Indikator", "2021"],
        ["Rata-rata lama sekolah", 8],
        ["Jumlah penduduk", 9],
        ["Jumlah", 1],
    ]
    path = book(rows)
    read = kt.read_actuals(path, given={"region": "17"})
    assert [one.indicator for one in read] == ["Rata-rata lama sekolah", "Jumlah penduduk"]


def test_a_title_of_several_years_is_not_chosen_from(book):
    rows = [["Realisasi tahun 2021 dan tahun 2022"], ["Wilayah", "a", "b"], ["17", 1, 2]]
    assert refused(book(rows)) == [
        "sheet 'S1': the title names several years: got '2021, 2022'; tell it with given={'year': ...}"
    ]
    assert {one.year for one in kt.read_actuals(book(rows), given={"year": 2022})} == {2022.0}


def test_a_span_of_years_in_a_title_is_no_year(book):
    rows = [["Renstra tahun 2020-2024, capaian tahun 2022"], ["Wilayah", "a"], ["17", 1]]
    assert kt.read_actuals(book(rows))[0].year == 2022.0


def test_years_in_a_column_and_in_headings_contradict(book):
    rows = [["Wilayah", "Tahun", "a 2021", "b 2022"], ["17", 2021, 1, 2]]
    assert "sheet 'S1', row 1: years stand both in a column and in headings" in refused(book(rows))


def test_a_sheet_of_figures_without_a_header_is_not_passed_over(book):
    good = [["Wilayah", "a 2021"], ["17", 1]]
    path = book(good, [["x", 1, 2], ["y", 3, 4]], [["Catatan"], ["hanya teks"]])
    assert refused(path) == [
        (
            "sheet 'S2': no header is understood over these figures; "
            "write a header with region, indicator or year, or name the sheets to read"
        )
    ]
    assert len(kt.read_actuals(path, sheet="S1")) == 1
    assert len(kt.read_actuals(path, sheet=["S1"])) == 1


def test_a_workbook_without_a_table_is_refused(book):
    assert refused(book([["Catatan"]], [["hanya teks"]])) == ["no table; add at least one row"]


def test_a_capaian_is_not_taken_for_a_realisasi(book):
    path = book([["Wilayah", "Indikator", "Tahun", "Capaian"], ["17", "a", 2021, 98]])
    (problem,) = refused(path)
    assert problem.startswith("sheet 'S1', row 1: missing column 'value'")
    read = kt.read_actuals(path, columns={"value": "Capaian"})
    assert read[0].value == 98.0


def test_targets_are_not_taken_for_actuals(book):
    path = book([["Wilayah", "Target 2021"], ["17", 1]])
    with pytest.raises(TableError, match="missing column 'value'"):
        kt.read_actuals(path, given={"indicator": "a"})


def test_the_place_of_what_the_title_says_is_the_title(book, plan):
    path = book([["Provinsi : Bengkoeloe"], ["Indikator", "2021", "2022"], ["stunting", 1, 2]])
    assert refused(path, plan)[0].startswith(
        "sheet 'S1', title, 'region': unknown region: got 'Bengkoeloe'"
    )
    path = book([["Indikator", "2021", "2022"], ["stunting", 1, 2]])
    (problem,) = refused(path, plan, given={"region": "Bengkoeloe"})
    assert problem.startswith("argument 'given', 'region': unknown region: got 'Bengkoeloe'")


@pytest.mark.parametrize("decimal", [",", "."])
def test_the_decimal_mark_can_be_told(tmp_path, decimal):
    path = tmp_path / "data.csv"
    path.write_text("region;indicator;year;value\n17;a;2021;4.282\n")
    assert kt.read_actuals(path, decimal=decimal)[0].value == {",": 4282.0, ".": 4.282}[decimal]
    with pytest.raises(KencanaError, match="can be read in two ways"):
        kt.read_actuals(path)


def test_numbers_of_excel_need_no_mark_beside_text_that_does(book):
    path = book(
        [
            ["region", "indicator", "year", "value"],
            ["17", "a", 2021, 4.282],
            ["17", "b", 2021, "4,5"],
        ]
    )
    assert [one.value for one in kt.read_actuals(path)] == [4.282, 4.5]


def test_a_line_break_in_a_number_makes_no_two_numbers(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text('Indikator;Wilayah;2022;2023\na;17;"7,3\n5";2,5\nb;17;1,5;3,5\n')
    with pytest.raises(TableError, match=r"row 2, column '2022': not a number: got '7,3\\n5'"):
        kt.read_actuals(path)


def test_a_column_of_years_alone_is_a_key(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("Data kami;;\nTahun;stunting;mCPR\n2021;3;4\n")
    read = kt.read_actuals(path, given={"region": "17"})
    assert [(one.indicator, one.year, one.value) for one in read] == [
        ("stunting", 2021, 3), ("mCPR", 2021, 4)
    ]  # fmt: skip


def test_an_error_in_a_sheet_of_libreoffice_is_not_taken_for_an_empty_cell(tmp_path, plan):
    with zipfile.ZipFile(FILES / "long.ods") as given:
        parts = {name: given.read(name) for name in given.namelist()}
    cells = list(
        re.finditer(
            rb"<table:table-cell[^>]*office:value=[^>]*>.*?</table:table-cell>",
            parts["content.xml"],
        )
    )
    error = (
        b'<table:table-cell office:value-type="string" office:string-value="" '
        b'calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell>'
    )
    # The second figure of the first row of figures: year and value take turns.
    start, end = cells[3].span()
    parts["content.xml"] = parts["content.xml"][:start] + error + parts["content.xml"][end:]
    path = tmp_path / "data.ods"
    with zipfile.ZipFile(path, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    assert refused(path, plan) == [
        (
            "sheet 'Sheet1', row 3, column D 'Realisasi': not a number: got '#DIV/0!'; "
            "write a number such as 22,1 or leave the cell empty"
        )
    ]


SUMMARIES = (
    "JUMLAH / TOTAL",
    "Grand Total",
    "RATA-RATA PROV.",
    "Rata-rata Provinsi Bengkulu",
    "Prov. Bengkulu (rata-rata)",
    "Bengkulu Total",
    "Rata2",
)


@pytest.mark.parametrize("summary", SUMMARIES)
def test_a_sum_or_mean_of_regions_is_no_region(summary, tmp_path):
    path = tmp_path / "data.csv"
    path.write_text(f"Kabupaten/Kota;mCPR 2021\nKaur;60,1\nSeluma;62\n{summary};61,05\nLebong;63\n")
    read = kt.read_actuals(path)
    assert [(one.region, one.value) for one in read] == [
        ("Kaur", 60.1), ("Seluma", 62), ("Lebong", 63)
    ]  # fmt: skip
    assert left_out(path) == (("row 4", f"summary: {summary}"),)


def test_a_sum_within_a_province_is_no_region_of_it(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("Provinsi;Kabupaten/Kota;mCPR 2021\nBengkulu;Kaur;60,1\nBengkulu;Total;61\n")
    read = kt.read_actuals(path, plan=kt.load_plan("bengkulu-2021"))
    assert [(one.region, one.value) for one in read] == [("17.04", 60.1)]
    assert left_out(path) == (("row 3", "summary: Total"),)


def test_a_sum_of_regions_for_an_indicator_is_no_region(tmp_path):
    path = tmp_path / "data.csv"
    path.write_text("Wilayah;Indikator;2021\nKaur;mCPR;60\nTotal;mCPR;61\n")
    assert [one.region for one in kt.read_actuals(path)] == ["Kaur"]


def test_an_indicator_that_is_a_sum_or_mean_is_data(tmp_path):
    names = ["Jumlah penduduk", "Rata-rata lama sekolah", "Total", "Total fertility rate"]
    long, wide = tmp_path / "long.csv", tmp_path / "wide.csv"
    long.write_text("\n".join(["Wilayah;Indikator;2021", *(f"Kaur;{one};8" for one in names)]))
    assert [one.indicator for one in kt.read_actuals(long)] == names
    names.remove("Total")
    wide.write_text("\n".join(["Indikator;Kaur;Seluma", *(f"{one};8;9" for one in names)]))
    read = kt.read_actuals(wide, given={"year": 2021})
    assert [one.indicator for one in read] == [one for one in names for _ in range(2)]
    assert left_out(long) == left_out(wide, given={"year": 2021}) == ()


SIGNED = {
    "officials": [
        ["Mengetahui,", "Bengkulu, 5 Januari 2022"], ["Kepala Dinas Kesehatan", "Kepala Bidang KB"],
        [None, None], ["Dr. A, M.Kes", "B, S.Si"],
        ["NIP. 19700101 199001 1 001", "NIP. 19800101 200001 1 002"],
    ],
    "makers": [["Dibuat oleh", "Diperiksa oleh"], ["Staf", "Kasi"], ["Budi", "Ani"]],
    "long names": [["Plt. Kepala Dinas", "Sekretaris"], ["BUDI SANTOSO, S.Sos., M.M.", "Drs. ANI"]],
}  # fmt: skip
TABLES = [
    [["Kabupaten", "mCPR 2021"], ["Kaur", 60.1], ["Seluma", 61.2]],
    [["No", "Kabupaten", "mCPR 2021"], [1, "Kaur", 60.1], [2, "Seluma", 61.2]],
    [
        ["No", "Kabupaten", "mCPR 2021", "Kendala"],
        [1, "Kaur", 60.1, None],
        [2, "Seluma", 61.2, None],
    ],
]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("signed", SIGNED)
@pytest.mark.parametrize("gap", [0, 1, 2])
def test_people_sign_side_by_side_below_the_last_figure(tmp_path: Path, table, signed, gap) -> None:
    for shift in range(len(table[0]) - 1):
        people = [[None] * shift + row for row in SIGNED[signed]]
        path = workbook(tmp_path, {"Data": [*table, *([[]] * gap), *people]})
        found = kt.read_actuals(path, plan=kt.load_plan("bengkulu-2021"))
        assert {one.region: one.value for one in found} == {"17.04": 60.1, "17.05": 61.2}


@pytest.mark.parametrize(
    "row", [["Kab. Semarng", "belum masuk"], ["Kota Bengkulu", "rusak"], ["Kota Entah", "lihat"]]
)
def test_the_row_of_a_region_above_who_signs_is_read_or_refused(tmp_path: Path, row) -> None:
    table = [*TABLES[0], row, *SIGNED["makers"]]
    with pytest.raises(TableError, match=f"row 4, column .*{row[1]}"):
        kt.read_actuals(workbook(tmp_path, {"Data": table}), plan=kt.load_plan("bengkulu-2021"))


@pytest.mark.parametrize("signed", SIGNED)
@pytest.mark.parametrize("shift", [0, 1, 2, 3])
def test_who_signs_is_no_row_of_an_audit_and_no_indicator_of_a_plan(
    tmp_path, signed, shift
) -> None:
    people = [[None] * shift + row for row in SIGNED[signed]]
    audited = [["No", "Indikator", "Target", "Realisasi", "%"], [1, "TFR", 2.1, 2.2, 95.24]]
    report = kt.audit(workbook(tmp_path, {"Data": [["Capaian 2021"], *audited, *people]}))
    assert [row["indicator"] for row in report.to_dicts()] == ["TFR"]
    assert len(report.left_out) == len(people)
    matrix = [["No", "Indikator", "Satuan", 2021, 2022], [1, "TFR", "anak", 2.3, 2.2]]
    plan = kt.read_plan(workbook(tmp_path, {"Target": [["Provinsi Bengkulu"], *matrix, *people]}))
    assert [one.name_id for one in plan.indicators] == ["TFR"]
    assert [one.value for one in plan.targets] == [2.3, 2.2]


def test_a_remark_that_begins_as_a_signature_leaves_its_region_a_row(tmp_path: Path) -> None:
    table = [["mCPR 2021"], ["Kabupaten", "Nilai", "Kendala"], ["Kaur", 60.1, None]]
    table.append(["Seluma", None, "Ketua tidak lapor"])
    found = kt.read_actuals(workbook(tmp_path, {"Data": table}), plan=kt.load_plan("bengkulu-2021"))
    assert [(one.region, one.value) for one in found] == [("17.04", 60.1), ("17.05", None)]
    table[3] = ["Kab. Entah", None, "Kepala dinas baru"]
    with pytest.raises(TableError, match="Kab. Entah"):
        kt.read_actuals(workbook(tmp_path, {"Data": table}), plan=kt.load_plan("bengkulu-2021"))
