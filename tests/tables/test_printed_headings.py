"""Headings and rows as plans, reports and spreadsheets print them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import kencana_targets as kt
from kencana_targets.errors import KencanaError, TableError

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
    ("heading", "odd"),
    [
        ("Target (TW II)", "TW II"),
        ("Target Tahunan s.d. Juni", "Tahunan s.d. Juni"),
        ("Target Akhir RPJMD", "Akhir RPJMD"),
        ("Target Kinerja Laki-laki", "Kinerja Laki-laki"),
    ],
)
def test_a_target_of_something_else_is_refused(
    heading: str, odd: str, form: str, tmp_path: Path
) -> None:
    with pytest.raises(KencanaError, match=f"cannot tell what '{odd}' is"):
        targets(tmp_path, form.format(heading))


def test_two_plans_side_by_side_are_refused(tmp_path: Path) -> None:
    table = "Wilayah;Indikator;Target RPJMD 2022;Target Renstra 2022\n17.04;mCPR;60;61\n"
    with pytest.raises(KencanaError, match="the other is 'Target RPJMD 2022'; leave one out"):
        targets(tmp_path, table)


@pytest.mark.parametrize("heading", ["Realisasi Anggaran", "Realisasi Rp", "Realisasi (Rp)"])
def test_money_is_no_figure_of_an_indicator(heading: str, tmp_path: Path) -> None:
    with pytest.raises(TableError, match="missing column 'value'"):
        actuals(tmp_path, WITH_THE_YEAR.format(heading))
    beside = f"Wilayah;Indikator;Realisasi Kinerja 2022;{heading} 2022\n17.04;mCPR;60;1500000\n"
    assert actuals(tmp_path, beside) == FIGURES[:1]
