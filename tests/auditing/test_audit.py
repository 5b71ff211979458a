from __future__ import annotations

import csv
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import xlsxwriter
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from tabulated import read

import kencana_targets as kt
from kencana_targets.auditing.audit import AuditReport, audit
from kencana_targets.auditing.printed_headers import PrintedHeaders
from kencana_targets.core.errors import ArgumentError, TableError, UnknownNameError
from kencana_targets.core.terms import Rounding
from kencana_targets.formulas.achievement import achievement
from kencana_targets.formulas.reproduction import printable

PUBLISHED = Path(__file__).parents[1] / "reference" / "published_achievements.csv"
FORMS = {"R/T": "ratio", "T/R": "inverse", "(2T-R)/T": "reflected"}
ROUNDED = {"rounded": "half-up", "truncated": "truncate"}


@pytest.fixture(scope="module")
def report() -> AuditReport:
    return audit(PUBLISHED)


def one(**cells):
    return audit({name: [cell] for name, cell in cells.items()}).to_dicts()[0]


def test_all_published_rows_get_the_right_verdict(report):
    table = read("published_achievements")
    right = ["reproduced" if word == "yes" else "inconsistent" for word in table.text("consistent")]
    assert [row["verdict"] for row in report] == right
    assert (len(report), report.count("reproduced"), report.count("inconsistent")) == (32, 25, 7)


def test_published_rows_are_reproduced_by_the_stated_formula(report):
    for row, stated in zip(
        report, read("published_achievements").text("reproduced_by"), strict=True
    ):
        ways = [way.split() for way in stated.split("; ") if way]
        named = {(FORMS[formula], ROUNDED[rounding]) for formula, rounding in ways}
        assert (row["formula"], row["rounding"]) in named or (not named and row["rounding"] is None)
        listed = set((row["reproduced_by"] or "").split("; "))
        assert {f"{formula} {rounding}" for formula, rounding in named} <= listed


def test_the_errors_of_bengkulu_are_found_with_what_would_have_been_right(report):
    rows = {(row["agency"], row["indicator"]): row for row in report}
    expected = {
        "TFR": (97.39, 96.09),
        "ASFR 15-19": (128.67, 128.57),
        "Unmet need (%)": (68.29, 56.08),
    }
    for indicator, (printed, right) in expected.items():
        row = rows["Perwakilan BKKBN Bengkulu", indicator]
        assert (row["achievement"], row["recomputed"], row["formula"]) == (
            printed,
            right,
            "inverse",
        )
        assert row["difference"] == round(printed - right, 2)
    mcpr = rows["Perwakilan BKKBN Bengkulu", "mCPR (%)"]
    assert (mcpr["verdict"], mcpr["recomputed"]) == ("inconsistent", 99.25)
    assert mcpr["explained_by_rounding"] is True
    assert rows["Perwakilan BKKBN Bengkulu", "TFR"]["explained_by_rounding"] is False
    assert rows["Perwakilan BKKBN Bengkulu", "MUKP (tahun)"]["explained_by_rounding"] is None


def test_a_negative_actual_is_undefined_and_its_lost_hundred_is_seen(report):
    row = report.to_dicts()[28]
    assert (row["verdict"], row["formula"], row["recomputed"]) == ("inconsistent", None, None)
    assert row["reason"] == (
        "the printed figure is a hundredth of what a formula gives; "
        "actual and target differ in sign: their ratio has no meaning"
    )


NEGATIVE = "no formula is known for a negative target of this direction"
SIGNS = "actual and target differ in sign: their ratio has no meaning"
ZERO = "a target of zero has no percentage without a named worst value"


@pytest.mark.parametrize(
    ("direction", "target", "actual", "why"),
    [
        ("minimize", "-10", "-5", NEGATIVE),
        ("stabilize", "-10", "-5", NEGATIVE),
        ("minimize", "10", "-5", SIGNS),
        (None, "10", "-5", SIGNS),
        (None, "0", "5", ZERO),
    ],
)
def test_where_no_formula_has_a_value_it_is_said_why(direction, target, actual, why):
    row = one(target=target, actual=actual, achievement="77,77", direction=direction)
    assert (row["verdict"], row["recomputed"], row["reason"]) == ("inconsistent", None, why)


def test_agencies_name_their_formulas(report):
    rows = {row["agency"]: row for row in report.by_agency().to_dicts()}
    assert rows["Perwakilan BKKBN DIY"]["minimize"] == "reflected"
    bengkulu = rows["Perwakilan BKKBN Bengkulu"]
    assert (bengkulu["maximize"], bengkulu["minimize"]) == ("ratio", "inverse")
    assert (bengkulu["rows"], bengkulu["inconsistent"], bengkulu["mixed"]) == (12, 5, False)
    assert rows["BKKBN (Deputi KSPK)"]["rounding"] == "truncate"
    assert report.warnings == ()


def mixing():
    return {
        "agency": ["A", "A", "A", "B"],
        "target": ["24,51", "2,21", "5,74", "5,74"],
        "actual": ["25,10", "2,14", "9,04", "9,04"],
        "achievement": ["97,65", "103,27", "42,51", "42,51"],
        "direction": ["minimize"] * 4,
    }


def test_a_report_that_mixes_formulas_is_warned_about():
    report = audit(mixing())
    assert [str(warning) for warning in report.warnings] == [
        "A mixes formulas: of the minimize rows, 2 follow 'inverse', but row 3 follows 'reflected'",
    ]
    assert [row["mixed"] for row in report.by_agency().to_dicts()] == [True, False]
    assert "Warning: A mixes formulas" in str(report)


def test_without_directions_what_a_ratio_gives_is_no_mixture():
    table = mixing() | {"agency": ["A"] * 4}
    table = {
        key: [*cells, extra]
        for (key, cells), extra in zip(
            table.items(), ["A", "21", "20,3", "96,67", None], strict=True
        )
    }
    del table["direction"]
    report = audit(table)
    assert [row["formula"] for row in report] == [
        "inverse",
        "inverse",
        "reflected",
        "reflected",
        "ratio",
    ]
    row = report.by_agency().to_dicts()[0]
    assert (row["maximize"], row["minimize"], row["mixed"]) == ("ratio", "reflected", True)


def test_of_several_formulas_the_one_of_the_agency_is_named():
    table = {
        "target": ["10", "24,51"],
        "actual": ["10", "25,1"],
        "achievement": ["100", "97,65"],
        "direction": ["minimize", "minimize"],
    }
    both = audit(table).to_dicts()
    assert [row["formula"] for row in both] == ["inverse", "inverse"]
    assert "reflected half-up" in both[0]["reproduced_by"]
    alone = audit({key: cells[:1] for key, cells in table.items()}).to_dicts()[0]
    assert alone["formula"] == "reflected"
    # Unless it gives the figure only after a cut.
    table = {key: [*cells, cells[1]] for key, cells in table.items()}
    table |= {"target": ["10", *table["target"][1:]], "actual": ["8", *table["actual"][1:]],
              "achievement": ["120", *table["achievement"][1:]]}  # fmt: skip
    first = audit(table, rule="kemenkeu-kmk-127-2026").to_dicts()[0]
    assert (first["formula"], first["reason"]) == ("reflected", None)


@pytest.mark.parametrize(
    ("cells", "verdict", "formula", "reason"),
    [
        ({"target": "80 - 90%", "actual": "92", "achievement": "102,2"}, "reproduced", "range", None),
        ({"target": "80 - 90%", "actual": "85", "achievement": "100"}, "reproduced", "range", None),
        ({"target": "<20", "actual": "15", "achievement": "133,33"}, "reproduced", "inverse", None),
        ({"target": "≥ 95", "actual": "96", "achievement": "101,05"}, "reproduced", "ratio", None),
        ({"target": "minimal 70%", "actual": "75", "achievement": "100"}, "reproduced", "range", None),
        ({"target": "0", "actual": "3", "achievement": "100"}, "inconsistent", None,
         "a target of zero has no percentage without a named worst value"),
        ({"target": "-10", "actual": "-12", "achievement": "80", "direction": "maximize"},
         "reproduced", "reflected", None),
        ({"target": "-0,5", "actual": "-0,6", "achievement": "80", "direction": "maximize"},
         "reproduced", "reflected", None),
        ({"target": "100", "actual": "96", "achievement": "112", "direction": "stabilize"},
         "reproduced", "stabilize", None),
        ({"target": "8", "actual": "10", "achievement": "125", "direction": "minimize"},
         "inconsistent", "inverse",
         "'ratio' gives the printed figure, but does not fit a minimize indicator"),
        ({"target": "8", "actual": "", "achievement": "125"}, "unreadable", None,
         "no actual is printed"),
        ({"target": "WTP", "actual": "WTP", "achievement": "100"}, "unreadable", None,
         "target: not a number: got 'WTP'; write a number such as 22,1 or leave the cell empty"),
        ({"target": "8", "actual": "7 - 9", "achievement": "100"}, "unreadable", None,
         "actual: a range where one number belongs"),
        ({"target": "4.282", "actual": "6.162", "achievement": "143,90"}, "reproduced", "ratio", None),
        ({"target": "4.282", "actual": "6.162", "achievement": "144"}, "unreadable", None,
         "target: can be read in two ways: got '4.282'; no cell of the column settles it; tell the decimal mark"),
    ],
)  # fmt: skip
def test_rows_of_every_kind(cells, verdict, formula, reason):
    row = one(**cells)
    assert (row["verdict"], row["formula"], row["reason"]) == (verdict, formula, reason)
    if verdict == "reproduced":
        assert abs(row[formula] - row["achievement"]) <= 10.0 ** -row["decimals"]


@pytest.mark.parametrize(
    ("cells", "verdict", "formula", "reason"),
    [
        ("maximize 100 150 120", "reproduced", "ratio", "cut at the cap of the rule, 120"),
        ("maximize 100 120 120", "reproduced", "ratio", None),
        ("maximize 100 150 150", "reproduced", "ratio", None),
        ("maximize 100 150 119", "inconsistent", "ratio", None),
        ("minimize 10 25 0", "reproduced", "reflected", "cut at the floor of the rule, 0"),
        ("minimize 10 5 120", "reproduced", "reflected", "cut at the cap of the rule, 120"),
        ("stabilize 10 25 0", "reproduced", "stabilize", "cut at the floor of the rule, 0"),
    ],
)  # fmt: skip
def test_a_figure_may_be_cut_to_the_floor_or_cap_of_the_rule(cells, verdict, formula, reason):
    names = ("direction", "target", "actual", "achievement")
    table = {name: [cell] for name, cell in zip(names, cells.split(), strict=True)}
    row = audit(table, rule="kemenkeu-kmk-127-2026").to_dicts()[0]
    assert (row["verdict"], row["formula"], row["reason"]) == (verdict, formula, reason)
    if reason:
        assert (row["recomputed"], row["difference"]) == (row["achievement"], 0)
        assert row[formula] not in (0, 120)


def test_without_a_rule_only_the_index_of_stabilize_has_a_floor():
    row = one(target="10", actual="25", achievement="0", direction="stabilize")
    assert (row["verdict"], row["formula"], row["reason"]) == (
        "reproduced", "stabilize", "cut at 0: the index of a stabilize indicator has no values below"
    )  # fmt: skip
    row = one(target="100", actual="150", achievement="120", direction="maximize")
    assert (row["verdict"], row["formula"], row["reason"]) == ("inconsistent", "ratio", None)


def test_a_zero_target_is_explained_by_what_prints_as_zero():
    table = {"direction": ["max", "max", "min", "min", "max"], "target": ["0"] * 5,
             "actual": ["5", "5", "3", "0", "5"],
             "achievement": ["120", "0", "0", "300", "5000"]}  # fmt: skip
    assert [row["explained_by_rounding"] for row in audit(table)] == [
        False,
        False,
        True,
        True,
        True,
    ]


def test_a_cell_of_a_mixed_column_is_read_where_it_is_a_number_under_one_mark_only():
    table = {
        "target": ["1,92", "62,01", "101.31"],
        "actual": ["1,81", "57,10", "101,31"],
        "achievement": ["94,27", "92,08", "100"],
    }
    assert [row["verdict"] for row in audit(table)] == ["reproduced", "reproduced", "reproduced"]
    told = audit(table, decimal=",").to_dicts()[2]
    assert told["reason"].startswith("target: not a number with a decimal comma: got '101.31'")
    one_mark = {"target": ["4.282"], "actual": ["6.162"], "achievement": ["143,90"]}
    assert audit(one_mark, decimal=",").to_dicts()[0]["target"] == 4282


def test_values_are_shown_for_every_formula():
    row = one(target="2,21", actual="2,30", achievement="97,39")
    found = [row[name] for name in ("ratio", "reflected", "inverse", "range", "stabilize")]
    exact = [achievement(2.30, 2.21, direction="maximize")]
    exact += [
        achievement(2.30, 2.21, direction="minimize", formula=formula)
        for formula in ("reflected", "inverse")
    ]
    assert found == [*exact, None, None]


def evaluation_table():
    return [
        {"Indikator": "A", "Target": "90", "Realisasi": "100", "Capaian (%)": "111,11",
         "Kategori": "Sangat Tinggi"},
        {"Indikator": "B", "Target": "69,23", "Realisasi": "53,85", "Capaian (%)": "77,78",
         "Kategori": "Sedang"},
        {"Indikator": "C", "Target": "50", "Realisasi": "50", "Capaian (%)": "100",
         "Kategori": "Memuaskan"},
        {"Indikator": "RATA-RATA CAPAIAN KINERJA", "Capaian (%)": "96,30"},
        {"Indikator": "KRITERIA", "Kategori": "Baik"},
        {"Indikator": "D", "Target": "8", "Realisasi": "6", "Capaian (%)": "75"},
        {"Indikator": "Rata-rata", "Capaian (%)": "80"},
        {"Indikator": "Sumber: LKjIP 2020"},
    ]  # fmt: skip


def test_average_and_bands_are_checked():
    report = audit(evaluation_table(), rule="permendagri-86-2017")
    rows = report.to_dicts()
    assert [row["kind"] for row in rows] == ["figure"] * 3 + ["average", "figure", "average"]
    assert [row["band_verdict"] for row in rows] == [
        "reproduced", "inconsistent", "unreadable", "unreadable", None, None]  # fmt: skip
    assert rows[1]["band_of_printed"] == "Tinggi"
    assert (rows[3]["verdict"], rows[3]["formula"], rows[3]["rounding"]) == (
        "reproduced", "average", "half-up")  # fmt: skip
    assert (rows[5]["verdict"], rows[5]["recomputed"], rows[5]["difference"]) == (
        "inconsistent", 75, 5)  # fmt: skip
    assert rows[5]["explained_by_rounding"] is False
    assert report.left_out == (8,)
    text = str(report)
    assert "printed 'Sedang', by the rule 'Tinggi'" in text
    assert "'Memuaskan' is no word of the rule" in text
    assert "average of the rows above" in text
    assert "rata-rata baris di atas" in report.to_text(language="id")


def test_an_average_of_unrounded_figures_is_explained_by_rounding():
    table = [
        {"indicator": "A", "target": "3", "actual": "1", "achievement": "33,33"},
        {"indicator": "B", "target": "3", "actual": "1", "achievement": "33,33"},
        {"indicator": "C", "target": "3", "actual": "2", "achievement": "66,67"},
        {"indicator": "Average", "achievement": "44,45"},
    ]
    row = audit(table).to_dicts()[3]
    assert (row["verdict"], row["recomputed"]) == ("inconsistent", 44.44)
    assert row["explained_by_rounding"] is True
    table[1]["achievement"] = "WTP"
    row = audit(table).to_dicts()[3]
    assert row["explained_by_rounding"] is False
    assert row["reason"] == "rows above it have no readable percentage and are left out of the mean"
    assert audit([table[3], table[0]]).to_dicts()[0]["verdict"] == "unreadable"


def test_without_a_rule_no_word_is_judged():
    row = audit(evaluation_table()).to_dicts()[0]
    assert (row["band"], row["band_of_printed"], row["band_verdict"]) == (
        "Sangat Tinggi",
        None,
        None,
    )


def test_numbers_that_are_no_text_have_the_decimals_they_need():
    table = {"target": [59.0, 22.1, 21.0], "actual": [61.43, 22.3, 20.3],
             "achievement": [104.11, 100.9, 100 * 20.3 / 21]}  # fmt: skip
    rows = audit(table).to_dicts()
    assert [row["decimals"] for row in rows] == [2, 1, 7]
    assert [row["rounding"] for row in rows] == ["truncate", "half-up", "none"]
    told = audit(table | {"decimals": [1, 0, None]}).to_dicts()
    assert [row["decimals"] for row in told] == [1, 0, 7]
    # Text has those that are printed.
    assert one(target="10", actual="9", achievement="90,00")["decimals"] == 2
    assert one(target="10", actual="9", achievement="90", decimals=300)["decimals"] == 300


@pytest.mark.parametrize("make", [pl.DataFrame, pd.DataFrame], ids=["polars", "pandas"])
def test_frames_give_what_the_file_gives(make, report):
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        frame = make(list(csv.DictReader(file)))
    found = audit(frame)
    same = [name for name in report.columns() if name != "row"]
    for mine, theirs in zip(found, report, strict=True):
        assert {name: mine[name] for name in same} == {name: theirs[name] for name in same}
    assert found.to_dicts()[0]["row"] == 1
    assert report.to_dicts()[0]["row"] == 2


def test_files_with_a_title_a_merged_header_and_numbered_columns(tmp_path):
    path = tmp_path / "lkjip.csv"
    path.write_text(
        "LAPORAN KINERJA;;;;;\n\n"
        "No;Indikator Kinerja;Capaian Kinerja;;;Predikat\n"
        ";;Target 2021;Realisasi 2021;Capaian (%);\n"
        "(1);(2);(3);(4);(5);(6)\n"
        "Sasaran 1;;;;;\n"
        "1;MUKP;21;20,3;96,67;Sangat Tinggi\n"
        "2;DCR;24,51;25,1;97,65;Sangat Tinggi\n"
        "Rata-rata;;;;97,16;\n"
        "Predikat kinerja;;;;Sangat Tinggi;\n",
        encoding="cp1252",
    )
    report = audit(path, rule="permendagri-86-2017")
    assert report.source == "lkjip.csv"
    assert [row["row"] for row in report] == [7, 8, 9]
    assert [row["formula"] for row in report] == ["ratio", "inverse", "average"]
    assert [row["band_verdict"] for row in report] == ["reproduced"] * 3
    assert report.left_out == (6,)
    assert "Every printed figure follows from its inputs." in str(report)


def test_results_are_values_and_go_out_whole(report, tmp_path):
    assert pickle.loads(pickle.dumps(report)) == report
    assert report != audit(mixing())
    assert report != "report"
    with pytest.raises(TypeError):
        hash(report)
    frame = report.to_frame("polars")
    wanted = "verdict formula rounding recomputed difference explained_by_rounding"
    assert set(wanted.split()) <= set(frame.columns)
    assert frame.height == 32
    assert report.to_frame("pandas")["verdict"].tolist() == frame["verdict"].to_list()
    report.to_csv(tmp_path / "audit.csv")
    back = pl.read_csv(tmp_path / "audit.csv")
    assert back["recomputed"].to_list() == frame["recomputed"].to_list()
    assert repr(report) == (
        "<AuditReport published_achievements.csv: 25 reproduced, 7 inconsistent, 0 unreadable>"
    )
    assert "BKKBN DIY" in str(report.by_agency())
    # Its columns are those that it says, in that order.
    assert [*report.columns()] == (AuditReport.__doc__ or "").split("``")[1].split()


def test_findings_are_the_rows_that_need_a_look(report):
    assert [row["row"] for row in report.findings()] == [16, 17, 18, 24, 27, 30, 33]
    many = audit({"target": ["1"] * 70, "actual": ["1"] * 70, "achievement": ["99"] * 70})
    assert len(many.findings()) == 70
    assert "... and 10 more rows" in str(many)
    assert "30 baris lagi tidak ditampilkan" in many._repr_html_()


def test_a_workbook_is_audited_as_it_stands(tmp_path):
    path = tmp_path / "lkjip.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Catatan").write(0, 0, "tidak ada angka")
    sheet = book.add_worksheet("Kinerja")
    sheet.write(0, 0, "LAPORAN KINERJA")
    sheet.merge_range(1, 2, 1, 4, "Kinerja")
    for number, row in enumerate(
        [
            ["No", "Indikator", "Target", "Realisasi", "Capaian (%)"],
            [1, "MUKP", 21, 20.3, 96.67],
            [2, "TFR", 2.21, 2.3, 0.9609],
            ["Rata-rata", None, None, None, 48.82],
        ]
    ):
        sheet.write_row(2 + number, 0, row)
    book.close()
    rows = audit(path).to_dicts()
    assert [row["kind"] for row in rows] == ["figure", "figure", "average"]
    assert [row["verdict"] for row in rows] == ["reproduced", "inconsistent", "reproduced"]
    assert rows[1]["reason"] == "the printed figure is a hundredth of what a formula gives"


def test_html_escapes_what_the_table_says():
    table = mixing() | {"agency": ["<script>", "<script>", "<script>", "B"]}
    table["indicator"] = ["<b>x\n\u202e", "b", "c", "d"]
    table["achievement"] = ["1", "103,27", "42,51", "42,51"]
    page = audit(table)._repr_html_()
    assert "<script>" not in page
    assert "&lt;b&gt;x" in page
    assert "\u202e" not in page
    assert "&lt;script&gt; mencampur rumus" in page


def test_tables_without_the_columns_are_refused(tmp_path):
    with pytest.raises(TableError, match=r"no column 'achievement'.*name it 'achievement'"):
        audit({"target": ["1"], "actual": ["1"]})
    with pytest.raises(TableError, match=r"several columns for 'actual'.*call the one to audit"):
        audit({"Target": ["1"], "Realisasi 2020": ["1"], "Realisasi 2021": ["1"], "Capaian": ["1"]})
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(TableError, match="no header with target, actual and achievement"):
        audit(path)
    with pytest.raises(TableError, match="no row with a figure"):
        audit({"target": [None], "actual": [None], "achievement": [None]})
    with pytest.raises(ArgumentError, match="a data frame, a mapping of columns, or records"):
        audit(3)


def test_wrong_words_and_numbers_are_refused_with_their_rows():
    table = {"target": ["1", "1"], "actual": ["1", "1"], "achievement": ["100", "100"]}
    with pytest.raises(TableError, match="row 1, column 'year': not a number: got 'x'"):
        audit(table | {"year": ["x", "2020"]})
    with pytest.raises(TableError, match=r"(?s)row 1, column 'decimals': not a number.*row 2, col"):
        audit(table | {"decimals": [-1, 0.5]})
    with pytest.raises(TableError, match=r"got 301; allowed: a whole number from 0 to 300"):
        audit(table | {"decimals": [301, 0]})
    assert [row["decimals"] for row in audit(table | {"decimals": [300, 0]})] == [300, 0]
    with pytest.raises(ArgumentError, match="argument 'rule'"):
        audit(table, rule=3)
    with pytest.raises(UnknownNameError, match="unknown rule"):
        audit(table, rule="permendagri")


def test_a_repeated_name_yields_to_the_plain_one():
    table = {"target": ["1"], "Target 2024": ["5"], "actual": ["1"], "achievement": ["100"]}
    assert audit(table).to_dicts()[0]["target"] == 1


@pytest.mark.parametrize(
    ("others", "rounded"),
    [(("100", "50"), True), (("101", "50"), False), (("50", "101"), False), (("101", ""), True),
     (("99", "100,0"), True), (("50", "150,5"), True), (("101", "50", "persen", None), True),
     (("101", "50", None, "persen"), False), (("99", "50", "orang", "persen"), False)],
)  # fmt: skip
def test_whole_numbers_up_to_a_hundred_may_be_rounded_percentages(others, rounded):
    table = {"indicator": ["A", "B"], "target": ["82", others[0]], "actual": ["77", others[1]],
             "achievement": ["95,06", "104"], "satuan": others[2:] or [None] * 2}  # fmt: skip
    row = audit(table).to_dicts()[0]
    assert (row["verdict"], row["explained_by_rounding"]) == ("inconsistent", rounded)


@pytest.mark.parametrize("way", ["maximize", "minimize", "stabilize"])
@pytest.mark.parametrize(
    ("formula", "printed"), [("ratio", "135"), ("reflected", "65"), ("inverse", "74,07")]
)
def test_a_formula_of_another_direction_is_named(way, formula, printed):
    row = one(direction=way, target="100", actual="135", achievement=printed)
    wrong = f"'{formula}' gives the printed figure, but does not fit a {way} indicator"
    fits = (way == "maximize") == (formula == "ratio") and way != "stabilize"
    assert (row["verdict"], row["reason"]) == (
        ("reproduced", None) if fits else ("inconsistent", wrong)
    )


def test_a_range_that_is_upside_down_names_no_other_formula():
    table = {"target": ["80-90"], "actual": ["95"], "achievement": ["105,56"]}
    (row,) = audit(table | {"direction": ["minimize"]}).to_dicts()
    assert (row["verdict"], row["recomputed"], row["reason"]) == ("inconsistent", 94.44, None)
    (row,) = audit(table | {"direction": ["maximize"]}).to_dicts()
    assert (row["verdict"], row["formula"]) == ("reproduced", "range")


def test_columns_are_those_of_the_figures_that_are_printed():
    figures = {"indicator": ["A", "B"], "target": ["50", "50"], "actual": ["40", "45"]}
    # Of a year of which nothing is printed yet there is nothing to audit.
    rows = audit({**figures, "Capaian 2020": ["", ""], "Capaian 2021": ["80", ""]}).to_dicts()
    assert [row["verdict"] for row in rows] == ["reproduced", "unreadable"]
    # Of a year in which one figure is missing the others are audited.
    both = {f"{name} {year}": cells for year in (2020, 2021)
            for name, cells in (("Target", ["50", "50"]), ("Realisasi", ["40", "45"]))}  # fmt: skip
    table = {
        "indicator": ["A", "B"],
        **both,
        "Capaian 2020": ["80", "90"],
        "Capaian 2021": ["80", ""],
    }
    assert [(row["year"], row["verdict"]) for row in audit(table)] == [
        (2020, "reproduced"), (2020, "reproduced"), (2021, "reproduced"), (2021, "unreadable")
    ]  # fmt: skip
    # The only words belong to the only achievement, whatever else both say.
    table = {**figures, "Capaian 2021": ["80", "90"], "Kategori kinerja": ["Tinggi", "Tinggi"]}
    rows = audit(table, rule="permendagri-86-2017").to_dicts()
    assert [row["band_verdict"] for row in rows] == ["reproduced", "reproduced"]


@examples(40)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 9999), st.integers(1, 9999),
            st.sampled_from(["ratio", "reflected", "inverse"]),
            st.sampled_from([Rounding.HALF_UP, Rounding.HALF_EVEN, Rounding.TRUNCATE]),
            st.integers(0, 3),
        ),
        min_size=1, max_size=8,
    )
)  # fmt: skip
def test_printed_results_are_reproduced_and_spoiled_ones_are_not(cells):
    table: dict[str, list[str]] = {"target": [], "actual": [], "achievement": [], "direction": []}
    for target, actual, formula, rounding, decimals in cells:
        way = "maximize" if formula == "ratio" else "minimize"
        value = achievement(actual / 100, target / 100, direction=way, formula=formula)
        shown = printable(np.array([value]), np.array([decimals]), rounding)[0]
        table["target"].append(f"{target / 100:.2f}".replace(".", ","))
        table["actual"].append(f"{actual / 100:.2f}".replace(".", ","))
        table["achievement"].append(f"{shown:.{decimals}f}".replace(".", ",") + "%")
        table["direction"].append(way)
    rows = audit(table, decimal=",").to_dicts()
    assert [row["verdict"] for row in rows] == ["reproduced"] * len(cells)
    for row, (_, _, formula, rounding, _) in zip(rows, cells, strict=True):
        assert f"{formula} {rounding}" in row["reproduced_by"]
        assert row["difference"] == 0
    backwards = audit({key: column[::-1] for key, column in table.items()}, decimal=",")
    assert [row["reproduced_by"] for row in backwards][::-1] == [r["reproduced_by"] for r in rows]


@pytest.mark.parametrize("target", [-1e308, -1e-308])
def test_a_target_without_measure_is_audited_without_a_warning(target):
    table = {"target": [target], "actual": [9.0], "achievement": [90.0]}
    assert audit(table).to_dicts()[0]["verdict"] == "inconsistent"


def test_an_exported_range_is_audited_by_the_bound_that_it_was_judged_by(tmp_path):
    regions = ["17.01", "17.02"]
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="a", name="A", unit="%", direction="maximize")],
        targets={"indicator": ["a"] * 2, "region": regions, "year": [2024] * 2,
                 "lower": [4.9] * 2, "upper": [5.2] * 2},
        coverage=regions,
    )  # fmt: skip
    actuals = {"indicator": ["a"] * 2, "region": regions, "year": [2024] * 2, "value": [5.5, 4.8]}
    card = kt.evaluate(plan, actuals, year=2024, rule="permendagri-86-2017")
    card.to_csv(tmp_path / "card.csv")
    rows = audit(tmp_path / "card.csv").to_dicts()
    assert [(row["target"], row["verdict"]) for row in rows] == [
        (5.2, "reproduced"),
        (4.9, "reproduced"),
    ]


@pytest.mark.parametrize(("language", "sheet"), [("id", "Kartu skor"), ("en", "Scorecard")])
def test_the_exported_workbook_is_audited_as_it_is(tmp_path, language, sheet) -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    actuals = kt.load_actuals("bengkulu-stunting-2024")
    card = kt.evaluate(plan, actuals, year=2022, rule="permendagri-86-2017")
    card.to_excel(tmp_path / "card.xlsx", language=language)
    report = audit(tmp_path / "card.xlsx", sheet=sheet, plan=plan)
    assert report.count("reproduced") == len(report) == 11
    # All its sheets together are understood, too: no two columns are one.
    assert audit(tmp_path / "card.xlsx", plan=plan).count("reproduced") >= 11


def test_only_the_rows_that_are_asked_for_are_audited() -> None:
    table = {
        "indicator": ["a", "b", "a", "b"],
        "triwulan": ["III", "III", "IV", "IV"],
        "target": ["100", "50", "100", "50"],
        "actual": ["90", "40", "95", "45"],
        "achievement": ["91", "80", "95", "90"],
        "direction": ["maximize"] * 4,
    }
    columns = {"ignored": "triwulan"}
    report = audit(table, rows={"triwulan": "IV"}, columns=columns)
    assert [row["actual"] for row in report] == [95.0, 45.0]
    assert report.count("reproduced") == 2
    assert audit(table, columns=columns).count("inconsistent") == 1
    with pytest.raises(TableError, match="no such cell"):
        audit(table, rows={"triwulan": "V"}, columns=columns)
    with pytest.raises(TableError, match="no such heading"):
        audit(table, rows={"bulan": "V"}, columns=columns)


@pytest.mark.parametrize("long", [0, 1])
def test_a_heading_as_long_as_a_paragraph_says_nothing(long):
    for letters, role in ((200, "actual"), (201, "unknown")):
        path = ["Realisasi", "Realisasi"]
        path[long] = "Realisasi".ljust(letters, ".")
        assert PrintedHeaders({}).read(tuple(path)).role == role
