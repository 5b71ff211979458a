"""Headings and rows as plans, reports and spreadsheets print them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kencana_targets as kt
from kencana_targets.core import labels
from kencana_targets.core.errors import KencanaError, TableError
from kencana_targets.tables.figures import span
from kencana_targets.tables.headings import Vocabulary

PLAN = """\
code = "own"
name = "Own plan"

[[indicators]]
code = "mCPR"
name = "mCPR"
unit = "percent"
direction = "maximize"
"""
FIGURES = [("17.04", "mCPR", 2022.0, 60.0), ("17.04", "mCPR", 2023.0, 61.0)]
UNDER_A_GROUP = "Wilayah;Indikator;{0};\n;;2022;2023\n17.04;mCPR;60;61\n"
WITH_THE_YEAR = "Wilayah;Indikator;{0} 2022;{0} 2023\n17.04;mCPR;60;61\n"


def targets(folder: Path, table: str) -> list[tuple[Any, ...]]:
    (folder / "plan.toml").write_text(PLAN)
    (folder / "targets.csv").write_text(table)
    return [
        (one.region, one.indicator, one.year, one.value) for one in kt.read_plan(folder).targets
    ]


def actuals(folder: Path, table: str, **options: Any) -> list[tuple[Any, ...]]:
    path = folder / "data.csv"
    path.write_text(table)
    read = kt.read_actuals(path, **options)
    return [(one.region, one.indicator, one.year, one.value) for one in read]


@pytest.mark.parametrize("form", [UNDER_A_GROUP, WITH_THE_YEAR])
@pytest.mark.parametrize(
    "heading",
    [
        "Target Capaian Setiap Tahun",
        "Target Kinerja Tahun",
        "TARGET KINERJA PADA TAHUN",
        "Target Capaian pada Tahun",
        "Target Tahunan",
        "Target RPJMD",
        "Target (Persen)",
        "Target per Tahun",
    ],
)
def test_a_target_of_the_year_in_the_words_of_plans(
    heading: str, form: str, tmp_path: Path
) -> None:
    assert targets(tmp_path, form.format(heading)) == FIGURES


@pytest.mark.parametrize("form", [UNDER_A_GROUP, WITH_THE_YEAR])
@pytest.mark.parametrize("heading", ["Realisasi Kinerja Tahun", "Realisasi dalam persen"])
def test_an_actual_of_the_year_in_the_words_of_reports(
    heading: str, form: str, tmp_path: Path
) -> None:
    assert actuals(tmp_path, form.format(heading)) == FIGURES


@pytest.mark.parametrize("form", [UNDER_A_GROUP, WITH_THE_YEAR])
@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Target (TW II)", "cannot tell what 'TW II' is"),
        ("Target Tahunan s.d. Juni", "cannot tell what 'Tahunan s.d. Juni' is"),
        ("Target Akhir RPJMD", "a plan has one end: got '2022, 2023'; write Target over them"),
        ("Target Kinerja Laki-laki", "cannot tell what 'Kinerja Laki-laki' is"),
    ],
)
def test_a_target_of_something_else_is_refused(
    heading: str, said: str, form: str, tmp_path: Path
) -> None:
    with pytest.raises(KencanaError, match=said):
        targets(tmp_path, form.format(heading))


def test_two_plans_side_by_side_are_two_instruments(tmp_path: Path) -> None:
    table = "Wilayah;Indikator;Target RPJMD 2022;Target Renstra 2022\n17.04;mCPR;60;61\n"
    with pytest.raises(KencanaError, match=r"several official targets .*'RPJMD', 'Renstra'"):
        targets(tmp_path, table)


@pytest.mark.parametrize("heading", ["Realisasi Anggaran", "Realisasi Rp", "Realisasi (Rp)"])
def test_money_is_no_figure_of_an_indicator(heading: str, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="missing column 'value'"):
        actuals(tmp_path, WITH_THE_YEAR.format(heading))
    beside = f"Wilayah;Indikator;Realisasi Kinerja 2022;{heading} 2022\n17.04;mCPR;60;1500000\n"
    assert actuals(tmp_path, beside) == FIGURES[:1]


HEADER = "No;Kabupaten/Kota;mCPR 2021;unmet_need 2021"
FIRST, SECOND = "1;Kaur;60;1", "2;Seluma;61;2"
READ = [
    ("Kaur", "mCPR", 2021.0, 60.0),
    ("Kaur", "unmet_need", 2021.0, 1.0),
    ("Seluma", "mCPR", 2021.0, 61.0),
    ("Seluma", "unmet_need", 2021.0, 2.0),
]


def left_out(folder: Path) -> tuple[tuple[str, str], ...]:
    (sheet,) = kt.describe_table(folder / "data.csv").sheets
    return tuple((span(first, last), why) for first, last, why in sheet.left_out)


@pytest.mark.parametrize(
    "numbers", ["1;2;3;4", "(1);(2);(3);(4=3/2)", "a;b;c;d", "(A);(B);(C);(D)", "a.;b.;c.;d."]
)
def test_a_page_that_begins_with_the_whole_header(numbers: str, tmp_path: Path) -> None:
    table = f"{HEADER}\n{numbers}\n{FIRST}\n{HEADER}\n{numbers}\n{SECOND}"
    assert actuals(tmp_path, table) == READ
    assert left_out(tmp_path) == (
        ("row 2", "numbered header"),
        ("row 4", "header repeated"),
        ("row 5", "numbered header"),
    )


def test_a_page_that_begins_with_two_rows_of_header(tmp_path: Path) -> None:
    header = ["No;Kabupaten/Kota;mCPR;", ";;2021;2022", "1;2;3;4"]
    table = "\n".join([*header, "1;Kaur;60;61", *header, "2;Seluma;62;63"])
    assert [value for *_, value in actuals(tmp_path, table)] == [60, 61, 62, 63]
    assert left_out(tmp_path) == (
        ("row 3", "numbered header"),
        ("rows 5-6", "header repeated"),
        ("row 7", "numbered header"),
    )


def test_a_row_that_counts_is_data_elsewhere(tmp_path: Path) -> None:
    table = f"{HEADER}\n{FIRST}\n1;2;3;4\n{SECOND}"
    assert ("2", "mCPR", 2021.0, 3.0) in actuals(tmp_path, table)


def test_a_code_kept_as_text_by_a_formula(tmp_path: Path) -> None:
    plan = kt.load_plan("bengkulu-2021")
    for code in ('="17.04"', '"=""17.04"""'):
        table = f"Kode;mCPR 2021\n{code};60,1\n"
        assert actuals(tmp_path, table, plan=plan) == [("17.04", "mCPR", 2021.0, 60.1)]


def test_running_numbers_and_footnotes_are_no_part_of_a_region(tmp_path: Path) -> None:
    names = [
        "b. Kab. Kaur",
        "2) Seluma",
        "07 Kab. Lebong 1)",
        "Kota Bengkulu\u00b2",
        "Kepahiang *)",
    ]
    table = "\n".join(["Kabupaten/Kota;mCPR 2021", *(f"{name};60" for name in names)])
    found = actuals(tmp_path, table, plan=kt.load_plan("bengkulu-2021"))
    assert [region for region, *_ in found] == ["17.04", "17.05", "17.07", "17.71", "17.08"]


def test_a_namesake_with_a_running_number_is_refused_as_without(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="name fits 2 regions: got '1. Bengkulu'"):
        actuals(
            tmp_path,
            "Kabupaten/Kota;mCPR 2021\n1. Bengkulu;60\n",
            plan=kt.load_plan("bengkulu-2021"),
        )


# What the library prints over a column, and as what it reads that again.
READ_BACK = {
    "region": "region_code",
    "region_name": "region",
    "indicator": "indicator",
    "indicator_name": "indicator",
    "year": "year",
    "standard_error": "standard_error",
}
FIGURES_READ_BACK = ("baseline", "target", "actual", "achievement")


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_a_printed_heading_reads_back(language: str) -> None:
    vocabulary = Vocabulary.of()
    for key, text in labels.words("column", language).items():
        heading = vocabulary.read((text,))
        if key in READ_BACK:
            assert heading.role == READ_BACK[key], text
        elif key in FIGURES_READ_BACK:
            assert (heading.role, heading.figure, heading.rest) == ("figures", key, ()), text
        else:
            # Nothing else is taken for a figure that is asked for by its name.
            assert heading.figure not in FIGURES_READ_BACK or heading.rest, text
