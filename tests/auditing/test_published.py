"""Published tables as offices lay them out: groups of columns, headers, summary lines, sheets."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction

import pandas as pd
import pytest
import xlsxwriter
from effort import examples
from hypothesis import example, given
from hypothesis import strategies as st

from kencana_targets.auditing.audit import audit
from kencana_targets.auditing.printed_headers import PrintedHeaders
from kencana_targets.auditing.published import agency_named
from kencana_targets.core.errors import ArgumentError, TableError
from kencana_targets.core.terms import Direction
from kencana_targets.tables.layout import is_summary
from kencana_targets.tables.plan_sheets import term_of
from kencana_targets.tables.words import read_by

HEADER = "Indikator;Target;Realisasi;Capaian"


@pytest.fixture
def separated(tmp_path):
    def write(*rows):
        path = tmp_path / "laporan.csv"
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def book(tmp_path):
    def write(sheets, merged=()):
        path = tmp_path / "laporan.xlsx"
        with xlsxwriter.Workbook(path) as made:
            for title, rows in sheets.items():
                sheet = made.add_worksheet(title)
                for reference in merged:
                    sheet.merge_range(reference, "")
                for number, cells in enumerate(rows):
                    for column, cell in enumerate(cells):
                        if cell is not None:
                            sheet.write(number, column, cell)
        return path

    return write


def cells(report, *names):
    return [tuple(row[name] for name in names) for row in report]


UNKNOWN_SENSE = (
    "it is not known whether more or less is better: got 'rows {}'; a figure upside down passes "
    "there: add a column 'direction', or hand over plan="
)


def warnings(report):
    return [str(warning) for warning in report.warnings]


def refused(table, **options):
    with pytest.raises(TableError) as caught:
        audit(table, **options)
    return [str(problem) for problem in caught.value.problems]


# Groups of columns


def test_performance_and_budget_are_both_audited(book):
    rows = [
        ["No", "Indikator", "Kinerja", None, None, "Anggaran (Rp)", None, None],
        [None, None, "Target", "Realisasi", "Capaian", "Target", "Realisasi", "Capaian"],
        [1, "a", 10, 9, 95, 1000, 500, 50],
        [2, "b", 10, 8, 80, 1000, 900, 90],
        [None, "Rata-rata", None, None, 87.5, None, None, 71],
    ]
    report = audit(book({"S": rows}, merged=("A1:A2", "B1:B2", "C1:E1", "F1:H1")))
    assert cells(report, "row", "column", "achievement", "recomputed", "verdict") == [
        (3, "Kinerja / Capaian", 95, 90, "inconsistent"),
        (4, "Kinerja / Capaian", 80, 80, "reproduced"),
        (5, "Kinerja / Capaian", 87.5, 87.5, "reproduced"),
        (3, "Anggaran (Rp) / Capaian", 50, 50, "reproduced"),
        (4, "Anggaran (Rp) / Capaian", 90, 90, "reproduced"),
        (5, "Anggaran (Rp) / Capaian", 71, 70, "inconsistent"),
    ]
    assert {row["sheet"] for row in report} == {"S"}
    text = str(report)
    assert "Anggaran (Rp) / Capaian" in text
    assert "Sheet" not in text


@pytest.mark.parametrize(
    "header",
    [
        ["Indikator;2020;;;2021;;", ";Target;Realisasi;Capaian;Target;Realisasi;Capaian"],
        ["Indikator;Target 2020;Realisasi 2020;% 2020;Target 2021;Realisasi 2021;% 2021", ";;;;;;"],
    ],
    ids=["years-above", "years-beside"],
)
def test_every_year_is_audited(header, separated):
    report = audit(separated(*header, "a;10;9;95;10;8;80", "Rata-rata;;;95;;;81"))
    assert cells(report, "row", "year", "kind", "recomputed", "verdict") == [
        (3, 2020, "figure", 90, "inconsistent"),
        (4, 2020, "average", 95, "reproduced"),
        (3, 2021, "figure", 80, "reproduced"),
        (4, 2021, "average", 80, "inconsistent"),
    ]


def test_years_below_the_figures_numbers_as_excel_keeps_them(book):
    rows = [
        ["Indikator", "Target", None, "Realisasi", None, "Capaian", None, "Kategori", None],
        [None, 2020, 2021, 2020, 2021, 2020, 2021, 2020, 2021],
        ["a", 10, 10, 9, 8, 90, 81, "Tinggi", "Sedang"],
    ]
    merged = ("A1:A2", "B1:C1", "D1:E1", "F1:G1", "H1:I1")
    report = audit(book({"S": rows}, merged), rule="permendagri-86-2017")
    assert cells(report, "year", "verdict", "band", "band_verdict") == [
        (2020, "reproduced", "Tinggi", "reproduced"),
        (2021, "inconsistent", "Sedang", "inconsistent"),
    ]


def test_a_year_whose_achievements_are_not_yet_printed_is_passed_over(separated):
    header = ("Indikator;2020;;;2021;;", ";Target;Realisasi;Capaian;Target;Realisasi;Capaian")
    report = audit(separated(*header, "a;10;9;90;11;-;-"))
    assert cells(report, "year", "verdict") == [(2020, "reproduced")]


@pytest.mark.parametrize(
    ("header", "row", "triple"),
    [
        # last year's figures beside this year's
        ("Target;Realisasi;Capaian;Realisasi (2020)", "10;9;90;7", (10, 9, 90)),
        ("Target;Realisasi 2020;Realisasi;Capaian", "10;7;9;90", (10, 9, 90)),
        ("Target 2021;Realisasi 2021;Realisasi 2020;Capaian (%)", "10;9;7;90", (10, 9, 90)),
        ("Target;Realisasi;Capaian;Rencana Aksi;Realisasi Rencana Aksi", "10;9;90;x;y",
         (10, 9, 90)),
        # what a single triple says besides does not matter
        ("Target 2024;Realisasi 2021;Capaian", "10;9;90", (10, 9, 90)),
        ("Target (Rp);Realisasi (Rp);Capaian (%)", "10;9;90", (10, 9, 90)),
        ("target_printed;actual_printed;achievement_printed", "10;9;90", (10, 9, 90)),
    ],
)  # fmt: skip
def test_the_plain_column_is_taken(header, row, triple, separated):
    report = audit(separated(f"Indikator;{header}", f"a;{row}"))
    assert cells(report, "target", "actual", "achievement") == [triple]
    assert warnings(report) == [UNKNOWN_SENSE.format(2)]


def test_units_beside_the_figures_do_not_part_them(separated):
    report = audit(
        separated(
            "Indikator;Kinerja;;;Anggaran;;",
            ";Target (orang);Realisasi (orang);Capaian (%);Target (Rp);Realisasi (Rp);%",
            "a;10;9;90;1000;500;50",
        )
    )
    assert cells(report, "target", "actual", "verdict") == [
        (10, 9, "reproduced"),
        (1000, 500, "reproduced"),
    ]


def test_one_actual_against_several_targets(separated):
    header = "Indikator;Realisasi;Target 2021;Capaian 2021;Target 2024;Capaian 2024"
    report = audit(separated(header, "a;9;10;90;12;75"))
    assert cells(report, "year", "target", "actual", "verdict") == [
        (2021, 10, 9, "reproduced"),
        (2024, 12, 9, "reproduced"),
    ]


def test_what_belongs_to_no_target_is_told(separated):
    report = audit(separated(f"{HEADER};Capaian 2020", "a;10;9;90;85"))
    assert cells(report, "column", "verdict") == [("Capaian", "reproduced")]
    said = "row 1, column 'Capaian 2020': not audited: no target and actual belong to it"
    assert warnings(report) == [
        f"{said}; to audit it alone, tell all three: "
        "columns={'target': ..., 'actual': ..., 'achievement': ...}",
        UNKNOWN_SENSE.format(2),
    ]
    assert f"Warning: {said}" in str(report)
    header = ("Indikator;2020;;;2021;;;Kategori", ";Target;Realisasi;%;Target;Realisasi;%;")
    report = audit(separated(*header, "a;10;9;90;10;8;80;Tinggi"))
    assert warnings(report) == [
        "row 2, column 'Kategori': not checked: it may belong to several achievements",
        UNKNOWN_SENSE.format(3),
    ]
    # The only one belongs to the only achievement, whatever stands over it.
    header = ("Indikator;Program;;;Penilaian", ";Target;Realisasi;%;Kategori")
    report = audit(separated(*header, "a;10;9;90;Tinggi"))
    assert cells(report, "band") == [("Tinggi",)]


@pytest.mark.parametrize(
    ("header", "problem"),
    [
        ("Target;Realisasi;Capaian;Realisasi",
         "row 1: several columns for 'actual': got \"C 'Realisasi', E "
         "'Realisasi'\"; call the one to audit 'actual'"),
        ("Target;Realisasi;Capaian;%",
         "row 1: several columns for 'achievement': got \"D 'Capaian', E '%'\"; "
         "call the one to audit 'achievement', or choose it: columns={'achievement': 'Capaian'}"),
        ("Target;Realisasi 2020;Realisasi 2021;Capaian",
         "row 1: several columns for 'actual': got \"C 'Realisasi 2020', D "
         "'Realisasi 2021'\"; call the one to audit 'actual', or choose it: "
         "columns={'actual': 'Realisasi 2020'}"),
        ("Target;Realisasi;Capaian 2020;Capaian 2021",
         "row 1: several columns for 'achievement': got \"D 'Capaian 2020', E "
         "'Capaian 2021'\"; call the one to audit 'achievement', or choose it: "
         "columns={'achievement': 'Capaian 2020'}"),
        ("Target 2020;Realisasi 2021;Capaian 2021;Capaian 2020",
         "row 1: no target and actual belong to the achievement: got ['Target 2020', 'Realisasi "
         "2021', 'Capaian 2021', 'Capaian 2020']; tell them: columns={'target': ..., 'actual': "
         "..., 'achievement': ...}"),
        ("Target;Realisasi;Capaian;Kategori;Predikat",
         "row 1: several columns for 'band': got \"E 'Kategori', F 'Predikat'\"; "
         "call the one to audit 'band', or choose it: columns={'band': 'Kategori'}"),
    ],
)  # fmt: skip
def test_what_could_be_meant_as_well_is_refused(header, problem, separated):
    row = ";".join(["a"] + ["9"] * len(header.split(";")))
    assert refused(separated(f"Indikator;{header}", row)) == [problem]


def test_no_table_has_more_than_a_hundred_columns_of_achievements():
    names = [f"{word} x{number}" for number in range(101) for word in HEADER.split(";")[1:]]
    assert audit({name: ["1"] for name in names[3:]}).count("inconsistent") == 100
    assert refused({name: ["1"] for name in names}) == [
        "more than 100 columns of achievements: got 101; "
        "tell which to audit: columns={'achievement': ...}"
    ]


# Headers


def test_subheadings_and_repeated_headers_are_no_figures(book):
    header = [
        ["No", "Indikator", "Target", None, "Realisasi", None, "Capaian", None],
        [None, None, "K", "Rp", "K", "Rp", "K", "Rp"],
        [1, 2, 3, 4, 5, 6, "7=5/3x100", "8=6/4x100"],
    ]
    rows = [
        *header,
        [1, "a", 10, 1000, 9, 500, 90, 50],
        *header,
        [2, "b", 10, 1000, 9, 500, 91, 50],
    ]
    report = audit(book({"S": rows}, merged=("C1:D1", "E1:F1", "G1:H1")))
    assert cells(report, "row", "column", "verdict") == [
        (4, "Capaian / K", "reproduced"),
        (8, "Capaian / K", "inconsistent"),
        (4, "Capaian / Rp", "reproduced"),
        (8, "Capaian / Rp", "reproduced"),
    ]
    assert report.left_out == (5, 6, 7)


def test_one_achievement_under_targets_in_persons_and_rupiah(separated):
    report = audit(
        separated(
            "No;Indikator;Target;;Realisasi;;Capaian",
            ";;K;Rp;K;Rp;%",
            "(1);(2);(3);(4);(5);(6);(7=5/3)",
            "1;a;10;1000;9;500;90",
        )
    )
    assert cells(report, "row", "target", "actual", "verdict") == [(4, 10, 9, "reproduced")]


@pytest.mark.parametrize("numbers", ["1;2;3;4;5=4/3x100", "(1);(2);(3);(4);(5 = 4/3)"])
def test_numbered_headers_are_no_figures_wherever_they_stand(numbers, separated):
    header = (f"No;{HEADER}", numbers)
    report = audit(separated(*header, "1;a;10;9;90", *header, "2;b;10;8;80"))
    assert cells(report, "row", "verdict") == [(3, "reproduced"), (6, "reproduced")]
    assert report.left_out == (4, 5)


def test_a_frame_may_repeat_its_header():
    frame = pd.DataFrame({name: [name, "10"] for name in HEADER.split(";")})
    report = audit(frame)
    assert cells(report, "row", "verdict") == [(2, "inconsistent")]
    assert report.left_out == (1,)


def test_a_frame_may_have_several_rows_of_names():
    names = [(year, word) for year in (2020, 2021) for word in HEADER.split(";")[1:]]
    frame = pd.DataFrame(
        [["a", 10, 9, 90, 10, 8, 81]],
        columns=pd.MultiIndex.from_tuples([("Indikator", "Indikator"), *names]),
    )
    assert cells(audit(frame), "year", "column", "verdict") == [
        (2020, "2020 / Capaian", "reproduced"),
        (2021, "2021 / Capaian", "inconsistent"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ["LAPORAN;;;;", "No;Indikator;Tahun 2021;;Capaian", ";;Target;Realisasi;"],
        ["Capaian: target dan realisasi;;;;", "Tahun;2020;;;", "",
         "No;Indikator;Target 2021;Realisasi 2021;Capaian"],
        ["No;Indikator;Capaian Kinerja 2021;;", ";;Target;Realisasi;%"],
    ],
)  # fmt: skip
def test_headers_of_several_rows_under_titles(rows, separated):
    report = audit(separated(*rows, "1;a;10;9;90"))
    assert cells(report, "row", "indicator", "year", "verdict") == [
        (len(rows) + 1, "a", 2021, "reproduced")
    ]


def test_a_row_with_a_label_left_of_the_figures_is_no_part_of_the_header(separated):
    table = separated(";Target;Realisasi;Capaian", "Bidang;awal;akhir;nilai", "a;10;9;90")
    assert cells(audit(table), "row", "column") == [(2, "Capaian"), (3, "Capaian")]


def test_a_header_has_at_most_four_rows(separated):
    groups = ("Urusan", "Bidang", "Program", "Kegiatan")
    report = audit(separated(*(f";{one};;" for one in groups), HEADER, "a;10;9;90"))
    assert cells(report, "column") == [("Bidang / Program / Kegiatan / Capaian",)]


@pytest.mark.parametrize(
    "header",
    [
        ["No;Indikator;Realisasi;Target;Capaian"],
        ["TABEL 2;;;;", "No;Indikator;Tahun 2021;;Capaian", ";;Realisasi;Target;"],
        ["No;Indikator;Capaian Kinerja;;", ";;Realisasi;Target;%", "(1);(2);(3);(4);(5=3/4)"],
        ["No;Indikator;Realisasi;Target;Capaian", "No;Indikator;Realisasi;Target;Capaian"],
    ],
)  # fmt: skip
def test_a_second_header_tells_the_columns_below_it(header, separated):
    first = ("No;Indikator;Target;Realisasi;Capaian", "1;A;100;99;99", "")
    again = ("", "No;Indikator;Target;Realisasi;Capaian", "1;D;50;45;90", ";Rata-rata;;;90")
    report = audit(separated(*first, *header, "1;B;45;50;90", "2;C;45;50;91", *again))
    at = len(first) + len(header)
    assert cells(report, "row", "target", "actual", "formula", "verdict") == [
        (2, 100, 99, "ratio", "reproduced"),
        (at + 1, 50, 45, "ratio", "reproduced"),
        (at + 2, 50, 45, "ratio", "inconsistent"),
        (at + 5, 50, 45, "ratio", "reproduced"),
        (at + 6, None, None, "average", "reproduced"),
    ]


def test_a_second_header_far_down_a_sheet_with_a_wrong_cell_below(book):
    header = ["Indikator", "Target", "Realisasi", "Capaian"]
    rows = [header, *([f"a{at}", 10, 9, 90] for at in range(60)),
            ["Indikator", "Tahun", "Realisasi", "Target", "Capaian"], ["b", "x", 8, 10, 80]]  # fmt: skip
    assert refused(book({"S": rows})) == [
        "sheet 'S', row 63, column B 'Tahun': not a number: got 'x'"
    ]
    rows[-1][1] = 2021
    report = audit(book({"S": rows}))
    assert len(report) == 61
    assert cells(report, "row", "year", "target", "verdict")[-1] == (63, 2021, 10, "reproduced")


def test_a_header_repeated_in_other_words_begins_no_table(separated):
    pages = (HEADER, "a;10;9;90", f"{HEADER} (%)", "b;10;8;80", "Rata-rata;;;85")
    report = audit(separated(*pages))
    assert [row["verdict"] for row in report] == ["reproduced"] * 3
    assert report.left_out == (3,)


def test_a_frame_with_a_header_among_its_rows_is_refused():
    columns = {"Target": ["10", "Realisasi", "9"], "Realisasi": ["9", "Target", "10"],
               "Capaian": ["90", "Capaian", "90"]}  # fmt: skip
    assert refused(pd.DataFrame(columns)) == [
        "row 2: a header stands among the figures; part the frame there, or hand over the file"
    ]


def test_a_sheet_has_at_most_a_hundred_tables(separated):
    two = ["Target;Realisasi;Capaian", "10;9;90", "Realisasi;Target;Capaian", "9;10;90"]
    assert refused(separated(*two * 51)) == [
        "row 201: more than 100 headers below each other; put the tables on sheets of their own"
    ]
    assert len(audit(separated(*two * 50))) == 100


def test_headings_are_read_by_their_words():
    def role(*path, **told):
        found = PrintedHeaders(told).read(path)
        return found.role, found.year, found.rest

    assert role("% Capaian Kinerja Tahun 2021") == ("achievement", 2021, ())
    assert role("Persentase Realisasi Anggaran") == ("achievement", None, ("anggaran",))
    assert role("Realisasi", "%") == ("actual", None, ())
    assert role("2021", "%") == ("achievement", 2021, ())
    assert role("Target RPJMD 2021-2026") == ("target", None, ("2021", "2026", "rpjmd"))
    assert role("Indikator Kinerja Utama (IKU)") == ("indicator", None, ())
    assert role("Indikator", "Satuan") == ("unknown", None, ("indikator", "satuan"))
    assert role("Tahun") == ("year", None, ())
    assert role("Tahun target")[0] == role("Year of target")[0] == "unknown"
    # As the reader reads them.
    assert role("Program KB (realisasi)") == ("actual", None, ("kb", "program"))
    assert role("38 Provinsi")[0] == "province"
    assert role("Nama Desa")[0] == "region"
    assert role("Jumlah Kab/Kota") == ("unknown", None, ("jumlah", "kab", "kota"))
    assert role("Daerah Irigasi") == ("unknown", None, ("daerah", "irigasi"))
    assert role("2021", "Penduduk (%)") == ("unknown", 2021, ("penduduk",))
    assert role("x" * 201) == ("unknown", None, ())
    assert role("Target" + " x" * 97) == ("target", None, ("x",))
    assert role("Target" + " x" * 98) == ("unknown", None, ())
    assert role("2021", "Hasil (%)", **{"hasil (%)": "achievement"}) == ("achievement", 2021, ())
    assert role("Capaian", **{"hasil (%)": "achievement"}) == ("ignored", None, ())
    assert role("%", capaian="achievement") == ("ignored", None, ())


def test_a_figure_alone_is_no_heading_unless_it_is_told():
    roles = {
        "12,5": "unknown",
        "2021 %": "achievement",
        "2021 Target": "target",
        "%": "achievement",
    }
    assert {cell: PrintedHeaders({}).role(cell) for cell in roles} == roles
    assert PrintedHeaders({"2022": "actual"}).role("2022") == "actual"


def test_the_audit_reads_every_heading_as_the_reader_does():
    shared = ("region", "province", "year", "indicator", "target", "actual", "achievement")
    for role in shared:
        for name in read_by("heading")[role]:
            # A column of codes names no indicator in a report.
            known = "unknown" if name in ("kode indikator", "indicator code") else role
            assert PrintedHeaders({}).read((name,)).role == known, name


# Lines under the figures


@pytest.mark.parametrize(
    "lines",
    [
        [";RATA-RATA;;;;85;", ";PREDIKAT;;;;;Tinggi"],
        [";RATA-RATA;;-;-;85;", ";PREDIKAT;;-;n/a;-;Tinggi"],
        [";;Rerata capaian;...;...;85;-", ";;Kriteria;;;Tinggi;"],
        ["Rata-rata;S1;;-;-;85;", "Kategori;;;-;-;Tinggi;-"],
    ],
)
def test_averages_and_their_words_stand_in_any_column_beside_any_mark(lines, separated):
    header = "No;Sasaran;Indikator;Target;Realisasi;Capaian;Predikat"
    table = separated(header, "1;S1;a;10;9;90;Tinggi", "2;S1;b;10;8;80;Tinggi", *lines)
    report = audit(table, rule="permendagri-86-2017")
    assert cells(report, "row", "kind", "verdict", "recomputed", "band_verdict")[2:] == [
        (4, "average", "reproduced", 85, "reproduced")
    ]
    assert report.left_out == ()


def test_an_average_may_stand_in_the_column_of_years():
    table = {"Tahun": ["2020", "2021", "Rata-rata"], "Target": ["10", "10", "-"],
             "Realisasi": ["9", "8", "-"], "Capaian": ["90", "80", "86"]}  # fmt: skip
    assert cells(audit(table), "year", "kind", "recomputed") == [
        (2020, "figure", 90),
        (2021, "figure", 80),
        (None, "average", 85),
    ]


def test_an_indicator_that_is_called_an_average_is_none(separated):
    rows = ("Rata-rata lama sekolah;-;-;-", "Kategori A;-;-;100", "a;10;9;90", "Rata-rata;;;95")
    report = audit(separated(HEADER, *rows))
    assert cells(report, "row", "kind", "verdict", "reason") == [
        (2, "figure", "unreadable", "no target is printed"),
        (3, "figure", "unreadable", "no target is printed"),
        (4, "figure", "reproduced", None),
        (5, "average", "reproduced", None),
    ]


@pytest.mark.parametrize(
    "total",
    [";Jumlah;;;189", "Total;;-;-;189", ";Sub Total;;;189", ";JUMLAH CAPAIAN KINERJA;;;189",
     ";Total sasaran 1;;;189", ";Jumlah;150;144;96", ";Rata-rata;75;72;96"],
)  # fmt: skip
def test_a_total_is_of_no_average(total, separated):
    header, rows = f"No;{HEADER}", ("1;A;100;99;99", "2;B;50;45;90", total)
    for label in ("Rata-rata", "Capaian rata-rata"):
        report = audit(separated(header, *rows, f";{label};;;94,5"))
        assert cells(report, "row", "kind", "verdict")[2:] == [
            (4, "summary", "reproduced" if "96" in total else "unreadable"),
            (5, "average", "reproduced"),
        ]


def test_an_indicator_that_counts_something_is_no_total(separated):
    rows = ("Jumlah peserta KB;10;9;90", "Total peserta baru;10;8;80", "Rata-rata;;;85")
    report = audit(separated(HEADER, *rows))
    assert cells(report, "kind", "verdict") == [
        ("figure", "reproduced"), ("figure", "reproduced"), ("average", "reproduced")]  # fmt: skip
    rows = ("Jumlah;a;10;9;90", "Jumlah;b;10;8;80", ";Rata-rata;;;85")
    report = audit(separated(f"Satuan;{HEADER}", *rows))
    assert [row["kind"] for row in report] == ["figure", "figure", "average"]


SINCE, ALL, MEANS = (
    f"the mean of {what}"
    for what in ("the rows since the last average", "all rows above", "the averages above")
)


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["Rata-rata capaian;;;89,67"], [("reproduced", 89.67, ALL)]),
        (["Rata-rata sasaran 2;;;80", "Rata-rata seluruh sasaran;;;87,25"],
         [("reproduced", 80, SINCE), ("reproduced", 87.25, MEANS)]),
        (["Rata-rata sasaran 2;;;80", "Rata-rata seluruh indikator;;;89,67"],
         [("reproduced", 80, SINCE), ("reproduced", 89.67, ALL)]),
        (["Rata-rata sasaran 2;;;80", "Rata-rata seluruh sasaran;;;87,75"],
         [("reproduced", 80, SINCE),
          ("inconsistent", 87.25, "no mean gives it; the nearest is that of the averages above")]),
        (["Rata-rata;;;88"],
         [("inconsistent", 90, "no mean gives it; the nearest is that of all rows above")]),
        (["Rata-rata;;;94,5"],
         [("inconsistent", 89.7, "no mean gives it; the nearest is that of all rows above")]),
    ],
)  # fmt: skip
def test_an_average_may_be_of_the_rows_since_the_last_of_all_or_of_averages(
    lines, found, separated
):
    rows = ("A;100;99;99", "B;50;45;90", "Rata-rata sasaran 1;;;94,5", "C;10;8;80")
    report = audit(separated(HEADER, *rows, *lines))
    assert cells(report, "verdict", "recomputed", "reason")[2] == ("reproduced", 94.5, None)
    assert cells(report, "verdict", "recomputed", "reason")[4:] == found
    assert {row["formula"] for row in report if row["kind"] == "average"} == {"average"}


def test_an_average_with_rows_of_its_own_is_no_mean_of_averages(separated):
    rows = ("A;10;9;90", "Rata-rata;;;95", "B;10;9;90", "Rata-rata;;;95", "C;10;9;90")
    report = audit(separated(HEADER, *rows, "Rata-rata;;;95"))
    verdicts = [row["verdict"] for row in report if row["kind"] == "average"]
    assert verdicts == ["inconsistent"] * 3


def test_huge_figures_are_judged_without_a_warning():
    huge = [1e308, 1e308, 1e308, 1e308, 1e308, 1.0]
    words = ["a", "b", "Rata-rata", "Rata-rata", "Rata-rata", "Rata-rata"]
    inputs = [1.0, 1.0, None, None, None, None]
    report = audit({"indicator": words, "target": inputs, "actual": inputs, "achievement": huge})
    assert [row["verdict"] for row in report] == ["inconsistent"] * 6


def test_averages_above_their_rows_cannot_be_checked(separated):
    rows = ("Rata-rata sasaran 1;;;85", "A;10;9;90", "B;10;8;80", "Rata-rata sasaran 2;;;70",
            "C;10;7;70", "Rata-rata;;;80")  # fmt: skip
    reason = "it stands above the rows that it may be the mean of, and cannot be checked"
    assert [row for row in cells(audit(separated(HEADER, *rows)), "kind", "verdict", "reason")
            if row[0] == "average"] == [
        ("average", "unreadable", reason),
        ("average", "unreadable", reason),
        ("average", "reproduced", ALL),
    ]  # fmt: skip
    rows = ("A;10;9;-", "Rata-rata;;;90")
    assert cells(audit(separated(HEADER, *rows)), "verdict", "reason")[1] == (
        "unreadable", "no figure stands above it to take the mean of")  # fmt: skip


def rounded_ways(value, printed):
    """Return the roundings to one decimal that print a value so, in the order of the library."""
    tenths, right = value * 10, printed * 10
    ways = (("half-up", math.floor(tenths + Fraction(1, 2))), ("half-even", round(tenths)),
            ("truncate", math.floor(tenths)))  # fmt: skip
    return [name for name, whole in ways if whole == right]


def averages_by_hand(lines):
    """Say of each average what the page about audits says, one line after the other."""
    own, every, means, lost_own, lost, said = [], [], [], 0, 0, []
    is_average = [word == "average" for word, _ in lines]
    headless = "figure" not in [word for word, cell in lines[: is_average.index(True)] if cell]
    for at, (word, printed) in enumerate(lines):
        if word == "figure" and printed is None:
            lost_own, lost = lost_own + 1, lost + 1
        elif word == "figure":
            own.append(printed)
            every.append(printed)
        if word != "average":
            continue
        sources = [own, every, means if len(means) > 1 and not own else []]
        there = [(sum(each) / len(each), name, each) for each, name in
                 zip(sources, (SINCE, ALL, MEANS), strict=True) if each]  # fmt: skip
        below = next((w for w, _ in lines[at + 1 :] if w != "total"), "") == "figure"
        matched = [each for each in there if printed is not None and rounded_ways(each[0], printed)]
        nearest = min(there, key=lambda each: abs(each[0] - (printed or 0)), default=(0, "", []))
        mean, name, _ = (matched or [nearest])[0]
        if printed is None:
            said.append(("unreadable", None, None, None))
        elif matched:
            way = rounded_ways(mean, printed)[0]
            said.append(("reproduced", float(printed), way, name if any(is_average[:at]) else None))
        elif not there or (headless and below):
            why = "it stands above the rows" if headless and below else "no figure stands above"
            said.append(("unreadable", None, None, why))
        else:
            why = [f"no mean gives it; the nearest is that of {name[12:]}"] * any(is_average[:at])
            why += ["rows above it have no readable"] * (lost > 0)
            shown = math.floor(mean * 10 + Fraction(1, 2)) / 10
            said.append(("inconsistent", shown, None, "; ".join(why) or None))
        # What rounding took from a mean is at most the mean of what it took from its parts.
        reached = [gone == 0 and printed is not None
                   and value - slack <= printed + Fraction(1, 10)
                   and value + slack >= printed - Fraction(1, 20)
                   for value, source, each in there
                   for slack in [Fraction(1, 10) if source is MEANS else
                                 sum((1 if one.denominator == 1 else Fraction(1, 10)) for one in each) / len(each)]
                   for gone in [{SINCE: lost_own, ALL: lost, MEANS: 0}[source]]]  # fmt: skip
        said[-1] += (any(reached) if said[-1][0] == "inconsistent" else None,)
        if printed is not None:
            means.append(printed)
        own, lost_own = [], 0
    return said


PERCENTAGES = st.one_of(st.integers(80, 84), st.sampled_from([Fraction(161, 2), Fraction(811, 10)]))


@examples(30)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["figure", "figure", "average", "total"]),
            st.one_of(st.none(), PERCENTAGES, PERCENTAGES, PERCENTAGES),
        ),
        min_size=1, max_size=9,
    )
)  # fmt: skip
# The mean may be 81.2, which is printed 81.1 by none, and is the end of what is.
@example([("figure", 83), ("figure", Fraction(161, 2)), ("average", Fraction(811, 10))])
def test_averages_are_judged_as_by_hand(lines):
    lines = [("average", Fraction(81)), *lines, ("average", Fraction(82))]
    words = {"figure": "a", "average": "Rata-rata", "total": "Total"}

    def cell(word, value):
        if value is None:
            return "WTP"
        return f"{float(value):.1f}" if word == "average" or value.denominator > 1 else str(value)

    table = {
        "indicator": [words[word] for word, _ in lines],
        "target": ["10" if word == "figure" else None for word, _ in lines],
        "actual": ["9" if word == "figure" else None for word, _ in lines],
        "achievement": [cell(*line) for line in lines],
    }
    found = [row for row in audit(table, decimal=".") if row["kind"] == "average"]
    names = ("verdict", "recomputed", "rounding", "reason", "explained_by_rounding")
    for row, right in zip(found, averages_by_hand(lines), strict=True):
        assert [row[name] for name in names if name != "reason"] == [*right[:3], right[4]]
        if row["achievement"] is not None:
            assert (
                (row["reason"] or "")
                .split(" that it may")[0]
                .split(" to take")[0]
                .startswith(right[3] or "")
            )
            assert (row["reason"] is None) == (right[3] is None)


def test_averages_of_one_group_of_columns_are_of_no_other(separated):
    header = ("Indikator;2020;;;2021;;", ";Target;Realisasi;Capaian;Target;Realisasi;Capaian")
    rows = ("a;10;9;90;10;7;70", "Rata-rata;;;90;;;70", "b;10;8;80;10;6;60", "Rata-rata;;;85;;;65")
    report = audit(separated(*header, *rows))
    averages = [row["reason"] for row in report if row["kind"] == "average"]
    assert [row["verdict"] for row in report] == ["reproduced"] * 8
    assert averages == [None, ALL, None, ALL]


# Agencies

MIXED = [("min", 24.51, 25.1, 97.65), ("min", 5.74, 9.04, 42.51)]


@pytest.mark.parametrize("blank", ["", None])
def test_a_blank_agency_is_that_of_the_row_above(blank, book):
    inverse, reflected = MIXED
    header = ["Instansi", "Indikator", "Polarisasi", *HEADER.split(";")[1:]]
    rows = [
        header, [blank, "x", *inverse], ["Dinas A", "a", *inverse], [blank, "b", *inverse],
        ["Jumlah", None, None, None, None, 195.3], [None, "Rata-rata", None, None, None, 97.65],
        ["Dinas B", "c", *reflected], [blank, "d", *reflected],
        ["Rata-rata", None, None, None, None, 42.51], ["Rata-rata semua", *[None] * 4, 70.08],
    ]  # fmt: skip
    report = audit(book({"S": rows}))
    assert [row["agency"] for row in report] == [
        None, "Dinas A", "Dinas A", None, None, "Dinas B", "Dinas B", "Dinas B", None]  # fmt: skip
    assert report.warnings == ()
    found = {row["agency"]: (row["rows"], row["minimize"]) for row in report.by_agency()}
    assert found == {None: (4, "inverse"), "Dinas A": (2, "inverse"), "Dinas B": (3, "reflected")}


@pytest.mark.parametrize("name", ["Dinas A", "Dinas B"])
def test_an_average_that_names_its_agency_is_of_that_one_whatever_stands_above(name, book):
    header = ["Instansi", "Indikator", "Polarisasi", *HEADER.split(";")[1:]]
    rows = [header, ["Dinas A", "a", *MIXED[0]], ["Dinas B", "b", *MIXED[1]],
            [name, "Rata-rata", None, None, None, 70.08]]  # fmt: skip
    assert [row["agency"] for row in audit(book({"S": rows}))] == ["Dinas A", "Dinas B", name]


def sectioned(*rows):
    figures = (
        ";a;{};{};{};{}".format(*(str(cell).replace(".", ",") for cell in row)) for row in MIXED
    )
    inverse, reflected = figures
    header = "No;Indikator;Polarisasi;Target;Realisasi;Capaian"
    return [{"=": header, "i": inverse, "r": reflected}.get(row, row) for row in rows]


@pytest.mark.parametrize(
    ("rows", "agencies"),
    [
        (["=", "I;Dinas Kesehatan;;;;", "i", "II;Dinas Pendidikan;;;;", "r", "r"],
         ["Dinas Kesehatan", "Dinas Pendidikan", "Dinas Pendidikan"]),
        (["=", "A. Dinas Kesehatan;;;;;", "i", "B. Yang Lain;;;;;", "r"],
         ["Dinas Kesehatan", "Yang Lain"]),
        (["=", "i", "A. DPPKB Kab. Kaur;;;;;", "r", ";Sasaran 1;;;;", "r"],
         [None, "DPPKB Kab. Kaur", "DPPKB Kab. Kaur"]),
        (["OPD: Kantor Camat;;;;;", "=", "i", "A;Badan Pusat;;;;", "1;Program;;;;", "r",
          "B;Yang Lain;;;;", "r"], ["Kantor Camat", "Badan Pusat", "Yang Lain"]),
        (["I;Dinas Kesehatan;;;;", "=", "i", "II;RSUD;;;;", "r", "III;Lain;;;;", "=", "r"],
         ["Dinas Kesehatan", "RSUD", "Lain"]),
        (["=", "i", "Sasaran 1;;;;;", "i", ";Badan usaha milik desa;;;;", "i"], [None] * 3),
        (["=", "i", ";Dinas Kaur;;60;;", "i"], [None] * 3),
    ],
)  # fmt: skip
def test_a_line_that_names_an_agency_alone_names_it_for_the_rows_below(rows, agencies, separated):
    report = audit(separated(*sectioned(*rows)))
    assert [row["agency"] for row in report] == agencies
    assert report.warnings == ()


def test_each_of_two_tables_has_the_agency_above_it(separated):
    other = "No;Indikator;Polarisasi;Realisasi;Target;Capaian"
    rows = sectioned("=", "I;Dinas A;;;;", "i", "", "II;Dinas B;;;;", other)
    report = audit(
        separated(*rows, ";b;min;9,04;5,74;42,51", "III;Lain;;;;", ";c;min;9,04;5,74;42,51")
    )
    assert cells(report, "agency", "formula") == [
        ("Dinas A", "inverse"), ("Dinas B", "reflected"), ("Lain", "reflected")]  # fmt: skip


SERVES = {"maximize": ["ratio"], "minimize": ["reflected", "inverse"], "stabilize": ["stabilize"]}


@examples(20)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("AAB"), st.sampled_from(["minimize", "minimize", *SERVES]),
            st.integers(8, 13), st.sampled_from([80, 98, 97, 103, 100, 110]),
        ),
        min_size=1, max_size=30,
    )
)  # fmt: skip
def test_agencies_are_summed_up_as_by_hand(rows):
    agency, way, actual, achievement = zip(*rows, strict=True)
    report = audit(
        {"agency": agency, "direction": way, "target": ["10"] * len(rows),
         "actual": [f"{one}.2" for one in actual], "achievement": list(map(str, achievement))},
        decimal=".",
    )  # fmt: skip
    given = [[way.split() for way in (row["reproduced_by"] or "").split("; ") if way]
             for row in report]  # fmt: skip
    votes = Counter(
        (row["agency"], row["direction"], formula)
        for row, ways in zip(report, given, strict=True)
        for formula in {formula for formula, _ in ways}
    )

    def usual(agency, way):
        return max(SERVES[way], key=lambda formula: votes[agency, way, formula])

    for row, ways in zip(report, given, strict=True):
        first = [formula for formula, rounding in ways if rounding == ways[0][1]]
        roundings = [one for one in ("half-up", "half-even", "truncate")
                     if one in {rounding for _, rounding in ways}]  # fmt: skip
        assert row["rounding"] == (roundings[0] if ways else None)
        first = [formula for formula, rounding in ways if rounding == row["rounding"]]
        liked = usual(row["agency"], row["direction"])
        if ways:
            assert row["formula"] == (liked if liked in first else first[0])
    for found in report.by_agency():
        name = found["agency"]
        own = [(number, row, {formula for formula, _ in ways}, ways)
               for number, (row, ways) in enumerate(zip(report, given, strict=True), 1)
               if row["agency"] == name]  # fmt: skip
        for verdict in ("reproduced", "inconsistent", "unreadable"):
            assert found[verdict] == sum(row["verdict"] == verdict for _, row, *_ in own)
        assert found["rows"] == len(own)
        assert found["explained_by_rounding"] == sum(
            row["explained_by_rounding"] is True for _, row, *_ in own
        )
        said = []
        for way, formulas in SERVES.items():
            most = usual(name, way)
            assert found[way] == (most if votes[name, way, most] else None)
            strays = [(number, formulas) for number, row, formulas, _ in own
                      if row["direction"] == way and formulas and most not in formulas]  # fmt: skip
            if strays:
                numbers = [str(number) for number, _ in strays]
                others = [one for one in formulas if any(one in each for _, each in strays)]
                more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
                said.append(
                    f"of the {way} rows, {votes[name, way, most]} follow '{most}', but row "
                    f"{', '.join(numbers[:10])}{more} follow{'s' * (len(numbers) == 1)} "
                    f"'{' or '.join(others)}'"
                )
        assert found["warning"] == (f"{name} mixes formulas: {'; '.join(said)}" if said else None)
        assert found["mixed"] == bool(said)
        rounded = Counter(one for *_, ways in own for one in {rounding for _, rounding in ways})
        ways = [one for one in ("half-up", "half-even", "truncate") if rounded[one]]
        assert found["rounding"] == max(ways, key=lambda one: rounded[one], default=None)


# Sheets and columns by choice


@pytest.mark.parametrize(
    ("header", "columns", "triple"),
    [
        ("Target;Realisasi;Capaian;%", {"achievement": "%"}, (10, 9, 7)),
        ("Target;Realisasi;Capaian;%", {"ignored": ["%"]}, (10, 9, 90)),
        ("Target;Capaian;%;x", {"actual": "capaian"}, (10, 9, 90)),
        ("Pagu;Realisasi;Capaian;x", {"target": "Pagu"}, (10, 9, 90)),
        ("Target;Realisasi 2020;Capaian;Realisasi", {"actual": "Realisasi 2020"}, (10, 9, 90)),
        ("Target 2024;Realisasi 2021;Capaian 2024;Capaian 2021",
         {"target": "Target 2024", "actual": "Realisasi 2021", "achievement": "Capaian 2024"},
         (10, 9, 90)),
    ],
)  # fmt: skip
def test_columns_can_be_chosen(header, columns, triple, separated):
    table = separated(f"Indikator;{header}", "a;10;9;90;7")
    assert cells(audit(table, columns=columns), "target", "actual", "achievement") == [triple]


def test_a_column_under_a_group_can_be_chosen(separated):
    table = separated("Indikator;Kinerja;;;", ";Target;Hasil;Realisasi;%", "a;10;9;7;90")
    for name in ("Hasil", "Kinerja / Hasil"):
        assert cells(audit(table, columns={"actual": name}), "actual") == [(9,)]


def test_columns_that_are_not_there_are_refused(separated):
    table = separated(HEADER, "a;10;9;90")
    assert refused(table, columns={"actual": "Hasil"}) == [
        "argument 'columns', 'actual': no such heading: got 'Hasil'; there are 'Capaian', "
        "'Indikator', 'Realisasi', 'Target'"
    ]
    with pytest.raises(ArgumentError, match=r"argument 'columns': not allowed: got 'value'"):
        audit(table, columns={"value": "Target"})


def test_every_sheet_is_audited_or_those_that_are_asked_for(book):
    table = [HEADER.split(";"), ["a", 10, 9, 90], ["b", 10, 8, 80]]
    wrong = [["Laporan"], *table[:1], ["a", 10, 9, 91], ["Rata-rata", None, None, 91]]
    path = book({"2020": table, "2021": wrong, "Data": [["x", "y"], [1, 2]]})
    report = audit(path)
    assert cells(report, "sheet", "row", "kind", "verdict") == [
        ("2020", 2, "figure", "reproduced"),
        ("2020", 3, "figure", "reproduced"),
        ("2021", 3, "figure", "inconsistent"),
        ("2021", 4, "average", "reproduced"),
    ]
    assert warnings(report) == [
        "sheet 'Data': not audited: no header with target, actual and achievement; "
        "name the columns target, realisasi, capaian, or tell them: columns={'actual': ...}",
        UNKNOWN_SENSE.format("2, 3"),
    ]
    assert str(report).splitlines()[2].split()[:2] == ["Row", "Sheet"]
    assert cells(audit(path, sheet="2020"), "row") == [(2,), (3,)]
    assert warnings(audit(path, sheet="2020")) == [UNKNOWN_SENSE.format("2, 3")]
    assert refused(path, sheet="2022") == [
        "argument 'sheet': unknown sheet: got '2022'; did you mean '2021' or '2020'?"
    ]
    assert refused(path, sheet=["2020", "Data"]) == [
        "sheet 'Data': no header with target, actual and achievement: got ['x', 'y']; "
        "name the columns target, realisasi, capaian, or tell them: columns={'actual': ...}"
    ]


def test_problems_name_the_sheet(book):
    rows = [["Tahun", *HEADER.split(";")], ["dua", "a", 10, 9, 90]]
    assert refused(book({"S": rows})) == [
        "sheet 'S', row 2, column A 'Tahun': not a number: got 'dua'"
    ]


def test_rows_of_several_sheets_are_told_apart_in_warnings(book):
    header = ["Polarisasi", *HEADER.split(";")]
    rows = [header, ["min", "a", 24.51, 25.1, 97.65], ["min", "b", 2.21, 2.14, 103.27]]
    path = book({"A": rows, "B": [header, ["min", "c", 5.74, 9.04, 42.51]]})
    assert warnings(audit(path)) == [
        "the table mixes formulas: of the minimize rows, 2 follow 'inverse', "
        "but row 2 ('B') follows 'reflected'",
    ]


# Directions


@pytest.mark.parametrize(
    ("words", "way"),
    [
        ("max Max. MAKS maksimal maksimum maksimasi maximize maximise naik meningkat positif",
         "maximize"),
        ("min Min. minimal minimum minimasi minimize minimise turun menurun negatif", "minimize"),
        ("stab stabil stabilize stabilise", "stabilize"),
    ],
)  # fmt: skip
def test_directions_are_understood_by_their_beginnings(words, way):
    assert {term_of(word, [*Direction]) for word in words.split()} == {way}


@pytest.mark.parametrize("word", ["m", "ma", "men", "up", "max/min", "?", "minimax"])
def test_other_words_are_no_directions(word):
    assert term_of(word, [*Direction]) is None


def test_an_unknown_direction_makes_its_row_unreadable_and_no_other():
    table = {"Polarisasi": ["maks", "up", "-", None], "target": ["10"] * 4, "actual": ["9"] * 4,
             "achievement": ["90"] * 4, "indicator": ["a", "b", "c", "d"]}  # fmt: skip
    assert cells(audit(table), "direction", "verdict", "reason") == [
        ("maximize", "reproduced", None),
        (None, "unreadable", "direction: not a direction: got 'up'; allowed: maximize, minimize, stabilize"),
        (None, "reproduced", None),
        (None, "reproduced", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "word", ["Jumlah Total", "Rata2", "Total Provinsi", "Jumlah anggaran", "Sub jumlah", "Total"]
)
def test_totals_are_called_the_same_for_audits_and_readers(word, separated):
    rows = (HEADER, "a;10;9;90", "b;20;21;105", f"{word};30;30;100")
    assert audit(separated(*rows)).to_dicts()[-1]["kind"] == "summary"
    assert is_summary(word)


def test_what_is_longer_than_a_name_names_no_agency() -> None:
    name = "Dinas " + "a" * 114
    assert (agency_named(name), agency_named(name + "a")) == (name, None)
