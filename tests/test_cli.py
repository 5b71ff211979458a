"""The command line, run as a person runs it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter

import kencana_targets as kt

EXAMPLE = ("evaluate", "--example", "bengkulu-stunting-2024", "--year", "2022")
RULE = ("--rule", "permendagri-86-2017")


def run(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command; a pipe, so nothing is coloured or cut."""
    command = [sys.executable, "-m", "kencana_targets", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan of the user's own with its actuals, good and bad."""
    place = tmp_path_factory.mktemp("work")
    plan = place / "plan"
    plan.mkdir()
    (plan / "plan.toml").write_text(
        'code = "own"\n[[indicators]]\ncode = "stunting"\nname = "Stunting"\n'
        'unit = "percent"\ndirection = "minimize"\nlower = 0\nupper = 100\nshape = "linear"\n'
    )
    (plan / "baselines.csv").write_text("indicator,region,year,value\nstunting,17,2021,22.1\n")
    (plan / "targets.csv").write_text("indicator,region,year,value\nstunting,17,2024,12.55\n")
    (place / "good.csv").write_text("indicator;region;year;value\nstunting;Seluma;2022;22,1\n")
    (place / "bad.csv").write_text(
        "indicator;region;year;value\nstunting;Selma;2022;22,1\nstuntng;17;2022;WTP\n"
    )
    return place


def test_the_example_prints_the_province_and_its_ten_regencies():
    result = run(*EXAMPLE, *RULE)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    rows = [line for line in result.stdout.splitlines() if "Bengkulu " in line or "Kab" in line]
    names = [region.name for region in kt.load_regions().children("17")]
    assert len(names) == 10
    assert all(any(line.startswith(name) for line in rows) for name in ["Bengkulu", *names])
    assert "83.17" in result.stdout  # Seluma: (2 x 18.9167 - 22.1) / 18.9167 x 100
    assert "\x1b" not in result.stdout


def test_the_same_in_indonesian():
    result = run(*EXAMPLE, *RULE, "--language", "id")
    assert "Capaian (%)" in result.stdout
    assert "83,17" in result.stdout


def test_own_files_by_name_of_region(folder):
    result = run("evaluate", "plan", "good.csv", "--year", "2022", *RULE, cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "Kabupaten Seluma" in result.stdout
    assert "interpolated target inherited" in result.stdout


def test_csv_on_standard_output_is_all_that_is_printed():
    result = run(*EXAMPLE, *RULE, "--output", "-")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 11
    assert rows[0]["region"] == "17"
    assert float(rows[0]["target"]) == pytest.approx(18.916666666666668, abs=1e-12)


def test_files_by_their_ending(tmp_path):
    files = [tmp_path / f"out.{ending}" for ending in ("csv", "json", "md", "parquet")]
    outputs = [part for file in files for part in ("--output", str(file))]
    result = run(*EXAMPLE, *RULE, *outputs)
    assert result.returncode == 0, result.stderr
    assert result.stdout == ""
    assert all(file.stat().st_size > 0 for file in files)
    assert len(json.loads(files[1].read_text())["rows"]) == 11


def test_all_problems_of_a_file_and_exit_code_one(folder):
    result = run("evaluate", "plan", "bad.csv", "--year", "2022", *RULE, cwd=folder)
    assert result.returncode == 1
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("bad.csv: row ") for line in lines)
    assert any("'Selma'" in line and "Seluma" in line for line in lines)
    assert any("'stuntng'" in line and "did you mean 'stunting'?" in line for line in lines)
    assert any("'WTP'" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("evaluate", "--example", "bengkulu-stunting", *RULE, "-y", "2022"), "unknown plan"),
        ((*EXAMPLE, "--rule", "permendagri"), "unknown rule"),
        ((*EXAMPLE,), "argument '--rule'"),
        (("evaluate", "--example", "bengkulu-2021", *RULE), "argument '--year'"),
        ((*EXAMPLE, *RULE, "--output", "out.pdf"), "argument '--output'"),
        ((*EXAMPLE, *RULE, "--language", "jv"), "argument 'language'"),
        ((*EXAMPLE, "--rule", "pmk-107-2024"), "--minimize"),
        (("evaluate", *RULE, "-y", "2022"), "--example PLAN-CODE"),
        (("nothing",), "No such command"),
    ],
)
def test_wrong_usage_is_exit_code_two(arguments, said):
    result = run(*arguments)
    assert result.returncode == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_year_without_any_target_is_a_problem_of_the_data():
    result = run("evaluate", "--example", "bengkulu-stunting-2024", "--year", "2030", *RULE)
    assert result.returncode == 1
    assert "no target for this year" in result.stderr
    assert "2021 to 2024" in result.stderr


def test_a_formula_of_the_users_choice():
    chosen = ("--rule", "pmk-107-2024", "--minimize", "inverse")
    result = run(*EXAMPLE, *chosen)
    assert result.returncode == 0, result.stderr
    assert "inverse T/R" in result.stdout


def test_path_shows_official_and_interpolated_years():
    result = run("path", "bengkulu-stunting-2024", "--region", "Kab. Seluma")
    figures = [line.split() for line in result.stdout.splitlines()[2:]]
    assert [row[8] for row in figures] == ["2021", "2022", "2023", "2024"]
    assert [row[9] for row in figures] == ["22.1", "18.92", "15.73", "12.55"]


def test_plans_rules_and_regions_are_listed():
    assert all(code in run("plans").stdout for code in kt.list_plans())
    assert all(code in run("rules").stdout for code in kt.list_rules())
    assert "at least 91, 76, 66, 51" in run("rules", "permendagri-86-2017").stdout
    assert "17.06" in run("regions", "Kab. Muko Muko").stdout
    assert len(run("regions", "17", "--children").stdout.splitlines()) == 12


def test_help_has_examples():
    result = run("evaluate", "--help")
    assert result.returncode == 0
    assert "kencana-targets evaluate --example" in result.stdout


def test_cascade_splits_the_provinces_target(tmp_path):
    file = tmp_path / "targets.csv"
    chosen = ("--indicator", "stunting_balita", "--parent", "Provinsi Bengkulu", "--year", "2024")
    result = run("cascade", "bengkulu-stunting-2024", *chosen, "--output", str(file))
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) == 12
    assert "residual" in result.stderr
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert len(rows) == 12
    assert sum(row["instrument"].startswith("derived: relative cascade") for row in rows) == 8


def test_audit_lists_what_does_not_follow(tmp_path):
    table = tmp_path / "report.csv"
    table.write_text(
        "indikator;target;realisasi;capaian;polarisasi\n"
        "TFR;2,21;2,30;97,39;minimize\nDCR;24,51;25,1;97,65;minimize\n"
    )
    result = run("audit", str(table))
    assert result.returncode == 0, result.stderr
    assert "1 reproduced, 1 inconsistent" in result.stdout
    assert "96.09" in result.stdout
    rows = list(csv.DictReader(io.StringIO(run("audit", str(table), "-o", "-").stdout)))
    assert [row["verdict"] for row in rows] == ["inconsistent", "reproduced"]


def test_audit_takes_sheets_and_columns(tmp_path):
    book = tmp_path / "report.xlsx"
    with xlsxwriter.Workbook(book) as made:
        for title, achievement in (("2020", 70), ("2021", 75)):
            sheet = made.add_worksheet(title)
            sheet.write_row(0, 0, ["Target", "Realisasi", "Hasil", "Capaian", "%"])
            sheet.write_row(1, 0, [10, 9, 7, 90, achievement])
    chosen = ("--columns", "actual=Hasil", "--columns", "achievement=%")
    result = run("audit", str(book), *chosen)
    assert result.returncode == 0, result.stderr
    assert "1 reproduced, 1 inconsistent" in result.stdout
    assert "Sheet" in result.stdout
    result = run("audit", str(book), *chosen, "--sheet", "2020", "-o", "-")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["sheet"], row["column"], row["verdict"]) for row in rows] == [
        ("2020", "%", "reproduced")
    ]
    result = run("audit", str(book), "--columns", "Hasil")
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "argument '--columns': not allowed: got 'Hasil'; "
        "allowed: ROLE=HEADING, such as actual=Realisasi"
    ]
    result = run("audit", str(book))
    assert result.returncode == 1
    assert "sheet '2020', row 1: several columns for 'actual'" in result.stderr


def test_a_template_is_written_and_reads_back(tmp_path):
    file = tmp_path / "isian.xlsx"
    result = run("template", "bengkulu-stunting-2024", "--year", "2023", "--output", str(file))
    assert result.returncode == 0, result.stderr
    assert f"written: {file}" in result.stderr
    plan = kt.load_plan("bengkulu-stunting-2024")
    assert len(kt.read_actuals(file, plan=plan)) == 0  # nobody has filled it in


def test_estimates_are_actuals_that_evaluate_reads(tmp_path):
    (tmp_path / "families.csv").write_text(
        "region,year,in_union,modern\n" + "17,2021,true,true\n" * 3 + "17,2021,true,false\n"
    )
    (tmp_path / "measures.toml").write_text(
        '[[measures]]\ncode = "mCPR"\nkind = "ratio"\nnumerator = "modern"\n'
        'denominator = "in_union"\n'
    )
    result = run(
        "estimate", "families.csv", "--indicators", "measures.toml", "-o", "actuals.csv",
        cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    result = run(
        "evaluate", "bengkulu-2021", "actuals.csv", "-y", "2021", "-r", "bkkbn-bengkulu-2021",
        "-o", "-", cwd=tmp_path,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    rows = {row["indicator"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert rows["mCPR"]["actual"] == "75.0"
