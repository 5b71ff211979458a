"""The files of `tests/files`: what they say, and everything that is wrong with their spoiled twins."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import PlanError, TableError
from kencana_targets.tables.readers import describe_table

FILES = Path(__file__).parents[1] / "files"
EXPECTED = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
PROBLEMS = json.loads((FILES / "problems.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def plan() -> kt.Plan:
    return kt.read_plan(FILES / "plan")


def ordered(figures):
    return sorted(figures, key=lambda f: (*f[:3], f[3] is None, f[3] or 0.0, f[4]))


def test_there_are_enough_files_of_every_kind():
    assert len(EXPECTED) >= 30
    assert EXPECTED.keys() == PROBLEMS.keys()
    kinds = {Path(name).suffix for name in EXPECTED}
    assert kinds == {".csv", ".txt", ".xlsx", ".xls", ".ods", ".parquet"}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_reads_to_its_figures(name, plan):
    expected = EXPECTED[name]
    actuals = kt.read_actuals(FILES / name, plan=plan, **expected["options"])
    found = [[a.indicator, a.region, a.year, a.value, a.source] for a in actuals]
    assert ordered(found) == ordered(expected["figures"])


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_spoiled_twin_is_refused_with_every_problem(name, plan):
    with pytest.raises(TableError) as caught:
        kt.read_actuals(
            FILES / "spoiled" / name, plan=plan, others="refuse", **EXPECTED[name]["options"]
        )
    assert [str(problem) for problem in caught.value.problems] == PROBLEMS[name]
    assert caught.value.source == name


@pytest.mark.parametrize("name", PROBLEMS)
def test_a_description_lists_what_would_be_refused(name, plan):
    options = EXPECTED[name]["options"]
    reading = describe_table(FILES / "spoiled" / name, plan=plan, others="refuse", **options)
    assert [str(problem) for problem in reading.problems] == PROBLEMS[name]
    whole = describe_table(FILES / name, plan=plan, **options)
    assert not whole.problems
    assert sum(sheet.figures for sheet in whole.sheets) == len(EXPECTED[name]["figures"])


def test_a_description_says_what_was_understood(plan):
    text = str(describe_table(FILES / "wide_merged_pairs.xlsx", plan=plan))
    assert text.splitlines() == [
        "wide_merged_pairs.xlsx",
        "sheet 'IKU': wide, header in rows 4-6, 22 figures",
        "  column A 'No': not read",
        "  column B 'Kabupaten/Kota': region",
        "  column C 'mCPR (%) / Target': not read",
        "  column D 'mCPR (%) / Realisasi': actual mCPR (%)",
        "  column E 'mCPR (%) / Capaian (%)': not read",
        "  column F 'Unmet need (%) / Target': not read",
        "  column G 'Unmet need (%) / Realisasi': actual Unmet need (%)",
        "  column H 'Unmet need (%) / Capaian (%)': not read",
        "  year: 2021 (no column)",
        "  rows 1-2 left out: title",
        "  row 6 left out: numbered header",
        "  row 18 left out: summary: Rata-rata capaian kinerja",
        "  row 19 left out: summary: Predikat kinerja",
        "  row 21 left out: note: Sumber: Pendataan Keluarga 2021",
        "  row 23 left out: label: Bengkulu, 5 April 2022",
        "  row 24 left out: label: Kepala Perwakilan,",
    ]


def test_the_targets_of_a_table_with_pairs_are_those_of_a_plan(tmp_path):
    for file in (FILES / "plan").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "targets.csv").unlink()
    (tmp_path / "targets.xlsx").write_bytes((FILES / "wide_merged_pairs.xlsx").read_bytes())
    plan = kt.read_plan(tmp_path)
    actuals = kt.read_actuals(FILES / "wide_merged_pairs.xlsx", plan=plan)
    assert len(plan.targets) == len(actuals) == 22
    for target, actual in zip(plan.targets, actuals, strict=True):
        assert (target.indicator, target.region) == (actual.indicator, actual.region)
        assert target.value == round(actual.value * 1.1, 2)


def test_two_files_of_one_table_are_refused(tmp_path):
    for file in (FILES / "plan").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "targets.xlsx").write_bytes(b"")
    with pytest.raises(PlanError, match=r"two files of one table: got 'targets.csv and targets"):
        kt.read_plan(tmp_path)
