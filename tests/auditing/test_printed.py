"""What printed tables leave unsaid: directions, units, counts, decimal marks and odd headings."""

from __future__ import annotations

import io
import re

import pytest
import xlsxwriter

import kencana_targets as kt
from kencana_targets.auditing.published import sense_of
from kencana_targets.core.errors import ArgumentError
from kencana_targets.tables.plan_sheets import shipped_indicators

UPSIDE_DOWN = "14,0;16,26;116,14"


def audited(tmp_path, *lines, **options):
    path = tmp_path / "laporan.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return kt.audit(path, **options)


def told(report, *names):
    return [tuple(row[name] for name in names) for row in report.to_dicts()]


HEADER = "Indikator;Target;Realisasi;Capaian"


@pytest.mark.parametrize(
    "name",
    [
        "Prevalensi stunting balita", "PREVALENSI STUNTING", "Prevalensi stunting pada balita (%)",
        "stunting_balita", "Stunting among children under five",
    ],
)  # fmt: skip
def test_the_catalog_knows_what_is_better(name, tmp_path):
    """A missed target of stunting that is printed as 116 percent is upside down."""
    report = audited(tmp_path, HEADER, f"{name};{UPSIDE_DOWN}")
    assert told(report, "direction", "verdict") == [("minimize", "inconsistent")]
    assert "'ratio' gives the printed figure" in report.to_dicts()[0]["reason"]
    assert report.warnings == ()


def test_where_nobody_knows_what_is_better_each_row_is_warned_about(tmp_path):
    report = audited(
        tmp_path, HEADER, f"Angka putus sekolah;{UPSIDE_DOWN}", "mCPR;60,1;61,2;101,83"
    )
    assert told(report, "direction", "verdict") == [
        (None, "reproduced"),
        ("maximize", "reproduced"),
    ]
    (warning,) = report.warnings
    assert warning.what == "it is not known whether more or less is better"
    assert warning.got == "rows 2"
    assert "a figure upside down passes there" in str(report)
    # Of a row that cannot be read nothing passes.
    report = audited(tmp_path, HEADER, *[f"Angka putus sekolah;{x};7;100" for x in ("7", "x", "7")])
    assert report.warnings[0].got == "rows 2, 4"
    for count, more in ((10, ""), (11, " and 1 more")):
        report = audited(tmp_path, HEADER, *[f"Angka putus sekolah;{UPSIDE_DOWN}"] * count)
        named = ", ".join(map(str, range(2, 12)))
        assert report.warnings[0].got == f"rows {named}{more}"


def test_half_a_percent_is_no_figure_below_nothing(tmp_path):
    report = audited(tmp_path, HEADER, "mCPR;200;1;0,50")
    assert told(report, "verdict", "reason") == [("reproduced", None)]


def test_a_plan_says_what_is_better(tmp_path):
    school = kt.Indicator(
        code="aps",
        name="School drop-out",
        name_id="Angka putus sekolah",
        unit="percent",
        direction="minimize",
    )
    plan = kt.Plan.from_frames(
        code="x", indicators=[school],
        targets={"indicator": ["aps"], "region": ["17"], "year": [2022], "value": [1.0]},
    )  # fmt: skip
    report = audited(tmp_path, HEADER, f"Angka putus sekolah;{UPSIDE_DOWN}", plan=plan)
    assert told(report, "direction", "verdict") == [("minimize", "inconsistent")]
    # The plan alone is asked, and a column of the table goes before it.
    assert audited(tmp_path, HEADER, f"TFR;{UPSIDE_DOWN}", plan=plan).warnings
    column = audited(
        tmp_path, f"Polarisasi;{HEADER}", f"max;Angka putus sekolah;{UPSIDE_DOWN}", plan=plan
    )
    assert told(column, "direction", "verdict") == [("maximize", "reproduced")]
    with pytest.raises(ArgumentError, match="argument 'plan'"):
        kt.audit({"target": [1], "actual": [1], "achievement": [100]}, plan="bengkulu-2021")


@pytest.mark.parametrize(("heading", "cell"), [("Wilayah", "Kaur"), ("Indikator", "")])
def test_a_group_of_columns_may_be_called_by_its_indicator(heading, cell, tmp_path):
    above = (f"{heading};Prevalensi stunting;;", ";Target;Realisasi;Capaian")
    lines = (*above, f"{cell};{UPSIDE_DOWN}")
    assert told(audited(tmp_path, *lines), "direction", "verdict") == [("minimize", "inconsistent")]
    lines = "Wilayah;Target;Realisasi;Capaian stunting", f"Kaur;{UPSIDE_DOWN}"
    assert told(audited(tmp_path, *lines), "direction", "verdict") == [("minimize", "inconsistent")]


def test_what_a_row_is_called_goes_before_the_name_of_its_columns(tmp_path):
    lines = ("Indikator;Prevalensi stunting;;", ";Target;Realisasi;Capaian")
    rows = [f"{name};{UPSIDE_DOWN}" for name in ("Angka putus sekolah", "mCPR", "")]
    report = audited(tmp_path, *lines, *rows)
    assert told(report, "direction") == [(None,), ("maximize",), ("minimize",)]


@pytest.mark.parametrize(
    "name",
    [
        *("Penurunan prevalensi stunting balita", "Peserta pelatihan", "Prevalensi", "x" * 400),
        *("Persentase balita stunting yang ditangani", "Jumlah peserta orientasi TFR", "%", ""),
    ],
)
def test_a_name_that_says_less_or_a_change_says_no_direction(name):
    assert sense_of(shipped_indicators())(name) is None
    assert sense_of(shipped_indicators())("stunting" + "." * 293) is None


@pytest.mark.parametrize(
    "name",
    ["Angka stunting", "Prevalensi stunting tahun 2022", "Rata-rata anak per wanita (TFR)",
     "Jumlah anak per WUS (Total Fertility Rate/TFR)", "Angka kelahiran",
     "Kelahiran hidup dalam pelayanan bidan (TFR)", "stunting" + "." * 292,
     "rate discontinuation Contraceptive"],
)  # fmt: skip
def test_a_name_as_reports_write_it_says_its_direction(name):
    assert sense_of(shipped_indicators())(name) is kt.Direction.MINIMIZE


@pytest.mark.parametrize(
    "header",
    ["Target;Realisasi;% Capaian Target", "Target;Realisasi (%);% Realisasi Target",
     "Target;Realisasi Target;Realisasi/Target (%)", "Rencana Target;Realisasi;Ach (%)",
     "Target;Realisasi;% Capaian thd Target", "Target;Realisasi;R/T (%)",
     "Target;Realisasi;Persentase Pencapaian", "Target PK;Real.;Prosentase",
     "Target Kinerja;Pencapaian;% Pencapaian", "Target 2022;Hasil Capaian;Nilai Capaian",
     "Target Renstra;Relisasi;Tingkat Ketercapaian (%)"],
)  # fmt: skip
def test_the_words_of_reports_for_the_three_figures(tmp_path, header):
    report = audited(tmp_path, f"Indikator;{header}", "mCPR;60;57;95")
    assert told(report, "target", "actual", "achievement") == [(60.0, 57.0, 95.0)]
    with pytest.raises(kt.KencanaError, match="or tell them: columns=") as error:
        audited(tmp_path, "Indikator;Target;Nyata;%", "mCPR;60;57;95")
    assert "columns=" in error.value.text("id")
    report = audited(
        tmp_path, "Indikator;Target;Nyata;%", "mCPR;60;57;95", columns={"actual": "Nyata"}
    )
    assert told(report, "target", "actual", "achievement") == [(60.0, 57.0, 95.0)]


def test_a_title_names_indicator_and_year(tmp_path):
    lines = ("Prevalensi Stunting Tahun 2022;;;", f"Wilayah;{HEADER.partition(';')[2]}")
    report = audited(tmp_path, *lines, f"Kaur;{UPSIDE_DOWN}", f"Rata-rata;;;{UPSIDE_DOWN[-6:]}")
    assert told(report, "indicator", "year", "direction", "verdict")[0] == (
        "Prevalensi Stunting", 2022.0, "minimize", "inconsistent"
    )  # fmt: skip
    two = ("Prevalensi stunting dan unmet need, 2021 dan 2022;;;", *lines[1:])
    report = audited(tmp_path, *two, f"Kaur;{UPSIDE_DOWN}")
    assert told(report, "indicator", "year", "direction") == [(None, None, None)]


# Units and counts


@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ("2,21 anak;2,30 anak;96,09", "reproduced"),
        ("2,21 anak per wanita;2,30 Anak per wanita;96,09", "reproduced"),
        ("10 kampung;12 kampung;120", "reproduced"),
        ("60 persen;61 persen;101,67%", "reproduced"),
        ("1.200 orang;1.134 orang;94,5", "reproduced"),
        ("80 - 90 poin;85 poin;100", "reproduced"),
        ("2,21 anak;2,30 tahun;96,09", "unreadable"),
        ("2,21 anak;2,30;96,09", "unreadable"),
        ("2,21;2,30 anak;96,09", "unreadable"),
        ("A (80,50);A (81,26);100,94", "unreadable"),
    ],
)  # fmt: skip
def test_a_unit_that_target_and_actual_share_is_no_part_of_the_figure(cells, verdict, tmp_path):
    assert told(audited(tmp_path, HEADER, f"a;{cells}"), "verdict") == [(verdict,)]


@pytest.mark.parametrize("other", [5.125, "5,125", "5,125 jam"])
def test_beside_a_figure_with_its_unit_a_number_stays_one(other):
    table = {"indicator": ["a", "b"], "target": ["2,21 anak", other], "actual": ["2,30 anak", other],
             "achievement": ["96,09", "100"]}  # fmt: skip
    assert [row["target"] for row in kt.audit(table)] == [2.21, 5.125]


@pytest.mark.parametrize(
    ("header", "line", "explained"),
    [
        (HEADER, "a;82 balita;77 balita;95,06", False),
        (f"Satuan;{HEADER}", "balita;a;82;77;95,06", False),
        (f"Satuan;{HEADER}", "persen;a;82;77;95,06", True),
        (f"Satuan;{HEADER}", ";a;82;77;95,06", True),
        (HEADER, "a;82;77;95,06", True),
        (HEADER, "a;182;177;97,52", False),
    ],
)
def test_what_is_counted_was_not_rounded(header, line, explained, tmp_path):
    """There is no 81.5th child: 77 of 82 are 93.90 percent and never 95.06."""
    report = audited(tmp_path, header, line)
    assert told(report, "verdict", "explained_by_rounding") == [("inconsistent", explained)]


# Decimal marks


def test_one_column_settles_the_mark_of_its_table(tmp_path):
    report = audited(tmp_path, HEADER, "a;82;77;93,90", "b;1.093;943;86,28")
    assert told(report, "target", "verdict") == [(82, "reproduced"), (1093, "reproduced")]
    report = audited(tmp_path, HEADER, "a;82;77;93.90", "b;1.093;1.043;95.43")
    assert told(report, "target", "verdict") == [(82, "reproduced"), (1.093, "reproduced")]


def test_a_table_that_settles_no_mark_stays_unread(tmp_path):
    report = audited(tmp_path, HEADER, "a;1.093;1.043;95")
    assert told(report, "verdict") == [("unreadable",)]


def test_cells_that_can_be_only_one_number_are_read(tmp_path):
    report = audited(
        tmp_path, HEADER, "a;93.21;93,21;100", "b;10,5;10.5;100,00", "c;1.093;1.093;100"
    )
    assert told(report, "target", "actual", "verdict") == [
        (93.21, 93.21, "reproduced"), (10.5, 10.5, "reproduced"), (None, None, "unreadable"),
    ]  # fmt: skip


# Headings


@pytest.mark.parametrize(
    "name",
    [
        "Indikator Kegiatan",
        "Indikator Kinerja Kegiatan",
        "Indikator Kinerja Program (IKP)",
        "Indikator Kinerja Utama",
        "Indikator Sub Kegiatan",
    ],
)
def test_names_are_kept_whatever_they_are_indicators_of(name, tmp_path):
    report = audited(tmp_path, f"No;{name};Target;Realisasi;Capaian", "1;Peserta KB;10;9;90")
    assert told(report, "indicator") == [("Peserta KB",)]


@pytest.mark.parametrize(
    "name",
    [
        "Kabupaten",
        "Kabupaten/Kota",
        "Nama Kabupaten",
        "Kecamatan",
        "Desa",
        "Provinsi",
        "Regency",
        "Wilayah",
    ],
)
def test_an_audit_sees_the_regions_that_the_reader_sees(name, tmp_path):
    report = audited(tmp_path, f"{name};Target;Realisasi;Capaian", "Kaur;10;9;90")
    assert told(report, "region") == [("Kaur",)]


def test_of_regions_beside_each_other_the_smallest_is_named(tmp_path):
    report = audited(
        tmp_path,
        "Provinsi;Kabupaten;Kecamatan;Target;Realisasi;Capaian",
        "Bengkulu;Kaur;Maje;10;9;90",
    )
    assert told(report, "region") == [("Maje",)]


@pytest.mark.parametrize("name", ["Tahun", "Tahun Anggaran", "TA", "Thn"])
def test_an_audit_sees_the_years_that_the_reader_sees(name, tmp_path):
    report = audited(tmp_path, f"{name};{HEADER}", "2022;a;10;9;90")
    assert told(report, "year") == [(2022,)]


@pytest.mark.parametrize(
    "header",
    [
        "Indikator;Target;Capaian;%",
        "Indikator;Target;Capaian Kinerja;Persentase Capaian",
        "Indikator;Target;Capaian;Capaian (%)",
        "Indikator;Target (T);Realisasi (r);Capaian ( C )",
    ],
)
def test_what_was_reached_may_be_called_capaian(header, tmp_path):
    report = audited(tmp_path, header, "a;10;9;90", "b;20;21;105")
    assert told(report, "actual", "achievement", "verdict") == [
        (9, 90, "reproduced"),
        (21, 105, "reproduced"),
    ]


@pytest.mark.parametrize("heading", ["Arah", "Polaritas Indikator", "Sifat indikator"])
def test_a_column_says_which_way_is_better(heading, tmp_path):
    report = audited(tmp_path, f"{HEADER};{heading}", "x;10;12;120;semakin kecil semakin baik")
    assert (told(report, "verdict"), report.warnings) == ([("inconsistent",)], ())


def test_percentages_that_are_not_audited_are_named(tmp_path):
    report = audited(tmp_path, f"{HEADER};Serapan Keuangan (%);Sisa (Rp)", "mCPR;10;9;90;94,2;100")
    assert [str(one) for one in report.warnings] == [
        "row 1, column 'Serapan Keuangan (%)': not audited: it is not known to be an achievement; "
        "to audit it alone, tell all three: columns={'target': ..., 'actual': ..., 'achievement': ...}"
    ]


def test_of_two_targets_the_one_in_numbers_is_meant(tmp_path):
    lines = ("Indikator;Target;Target;Realisasi;Capaian", "a;dokumen;10;9;90", "b;orang;20;21;105")
    assert told(audited(tmp_path, *lines), "target", "verdict") == [
        (10, "reproduced"),
        (20, "reproduced"),
    ]


def test_numbers_of_columns_below_a_third_row_of_headings_are_no_figures(tmp_path):
    path = tmp_path / "e.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        rows = [
            ["No", "Indikator", "Target", "Realisasi pada triwulan", None, "Realisasi", "Capaian"],
            [None, None, None, "I", "II", None, None],
            [1, 2, 3, 4, None, 5, "6=5/3"],
            [1, "a", 10, 4, 5, 9, 90],
        ]
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write(number, column, cell)
    report = kt.audit(path, columns={"actual": "Realisasi"})
    assert told(report, "row", "verdict") == [(4, "reproduced")]


def test_a_figure_that_nobody_calculated_is_not_accused(tmp_path):
    path = tmp_path / "rumus.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER.split(";"))
        page.write_row(1, 0, ["a", 10, 9])
        page.write_formula(1, 3, "=C2/B2*100")
    (row,) = kt.audit(path).to_dicts()
    assert row["verdict"] == "unreadable"
    assert "a formula without its value" in row["reason"]


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("Indikator;Target;Raelisasi;Capaian", {"actual": "Raelisasi"}),
        ("Indikator;Traget;Realisasi;Capain (%)", {"target": "Traget", "achievement": "Capain (%)"}),
    ],
)  # fmt: skip
def test_a_misspelt_heading_is_named_with_the_way_to_tell_it(tmp_path, header, told):
    with pytest.raises(kt.KencanaError) as error:
        audited(tmp_path, header, "mCPR;60;57;95")
    assert error.value.problems[0].hint == f"if these are meant: columns={told!r}"
    assert audited(tmp_path, header, "mCPR;60;57;95", columns=told).to_dicts()[0]["target"] == 60


@pytest.mark.parametrize(
    "heading",
    ["Tahun target", "Target year", "Target tahun", "Tahun Target RPJMD", "Baseline year"],
)
@pytest.mark.parametrize("target", ["Target", "Nilai target"])
def test_the_year_of_a_target_is_no_target(heading, target):
    rows = "TFR;2024;2,21;2,30;96,09\nmCPR;2024;60,1;61,2;101,83"
    table = f"Indikator;{heading};{target};Realisasi;Capaian\n{rows}\n"
    assert kt.audit(io.BytesIO(table.encode())).count("reproduced") == 2


@pytest.mark.parametrize(
    ("head", "named"),
    [("Pagu;Realisasi;%", "Pagu"), ("Pagu (Rp);Realisasi (Rp);Persentase", "Pagu (Rp)"),
     ("Anggaran;Realisasi;Capaian (%)", "Anggaran")],
)  # fmt: skip
def test_a_budget_is_proposed_as_the_target_of_what_was_spent(head, named):
    table = f"Program;{head}\nA;1000;900;90\nB;2000;1500;75\n".encode()
    with pytest.raises(kt.KencanaError, match=re.escape(f"columns={{'target': '{named}'}}")):
        kt.audit(io.BytesIO(table))
    told = kt.audit(io.BytesIO(table), columns={"target": named})
    assert told.count("reproduced") == 2


def test_lists_below_a_table_are_no_rows_of_it():
    table = (
        "Wilayah;Realisasi;Target;Capaian\nKaur;9;10;90\nSeluma;8;10;80\n;;;\n"
        "Kemajuan terbesar;;;\nWilayah;Kemajuan;;\nKaur;70;;\nLebong;40;;\n"
    )
    report = kt.audit(io.BytesIO(table.encode()))
    assert [(row["row"], row["verdict"]) for row in report.to_dicts()] == [
        (2, "reproduced"), (3, "reproduced"),
    ]  # fmt: skip
    assert report.left_out == (5, 6, 7, 8)


@pytest.mark.parametrize("language", ["en", "id"])
def test_a_whole_workbook_of_ours_is_audited_without_its_lists(language):
    code = "bengkulu-stunting-2024"
    card = kt.evaluate(
        kt.load_plan(code), kt.load_actuals(code), year=2022, rule="permendagri-86-2017"
    )
    file = io.BytesIO()
    card.with_language(language).to_excel(file)
    report = kt.audit(io.BytesIO(file.getvalue()))
    assert report.count("unreadable") == 0
    assert report.count("reproduced") > 20
