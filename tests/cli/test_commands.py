"""The command line, run as a person runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import xlsxwriter
from command import python, run

import kencana_targets as kt

EXAMPLE = ("evaluate", "--example", "bengkulu-stunting-2024", "--year", "2022")
RULE = ("--rule", "permendagri-86-2017")


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
    assert result.stderr.splitlines() == [
        f"1 row: {what}; Kabupaten Kaur, stunting_balita, 2022"
        for what in (
            "the baseline is already past the end target",
            "the target of the year is worse than the baseline",
        )
    ]
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
    ("arguments", "said", "advised"),
    [
        (("evaluate", "--example", "bengkulu-stunting", *RULE, "-y", "2022"), "unknown plan", ()),
        ((*EXAMPLE, "--rule", "permendagri"), "unknown rule", ()),
        ((*EXAMPLE,), "argument '--rule'", RULE),
        (("evaluate", *EXAMPLE[1:3], *RULE), "such as --year 2022", ("--year", "2022")),
        ((*EXAMPLE, *RULE, "--output", "out.doc"), "argument '--output'", ()),
        ((*EXAMPLE, *RULE, "--language", "jv"), "argument '--language'", ("--language", "id")),
        (("plans", "--language", "jv"), "argument '--language'", ("--language", "en")),
        ((*EXAMPLE, "--rule", "pmk-107-2024"), "--minimize", ("--minimize", "inverse")),
        (("evaluate", *RULE, "-y", "2022"), "--example PLAN-CODE", EXAMPLE[1:3]),
        (("nothing",), "No such command", ()),
    ],
)
def test_wrong_usage_is_exit_code_two_and_its_advice_works(arguments, said, advised):
    if advised:
        assert run(*arguments, *advised).returncode == 0
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
    plans, rules = run("plans").stdout, run("rules").stdout
    assert all(code in plans for code in kt.list_plans())
    assert all(code in rules for code in kt.list_rules())
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
    # Every region and year, with its basis.
    assert len(rows) == 33
    derived = [row for row in rows if row["instrument"].startswith("derived: relative cascade")]
    assert sum(row["year"] == "2024.0" for row in derived) == 8


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


def test_evaluate_takes_sheets_columns_and_what_no_column_says(tmp_path):
    book = tmp_path / "stunting.xlsx"
    with xlsxwriter.Workbook(book) as made:
        for title, value in (("TW4", 18.5), ("Lama", 99)):
            sheet = made.add_worksheet(title)
            sheet.write_row(0, 0, ["Nama Kab", "stunting_balita", "Ket"])
            sheet.write_row(1, 0, ["17.01", value, "baik"])
    command = ("evaluate", "bengkulu-stunting-2024", str(book), "--year", "2022")
    command += ("--rule", "permendagri-86-2017", "--sheet", "TW4", "--columns", "region=Nama Kab")
    result = run(*command)
    assert result.returncode == 1
    assert "sheet 'TW4', title, 'period': the title names a part of the year" in result.stderr
    result = run(
        *command,
        "--given",
        "period=year",
        "--given",
        "year=2022",
        "--given",
        "source=e-PPGBM",
        "-o",
        "-",
    )
    assert result.returncode == 0, result.stderr
    rows = [row for row in csv.DictReader(io.StringIO(result.stdout)) if row["actual"]]
    assert [(row["region"], row["actual"], row["actual_source"]) for row in rows] == [
        ("17.01", "18.5", "e-PPGBM")
    ]
    result = run(*command, "--given", "period")
    assert result.returncode == 2
    assert "argument '--given': not allowed: got 'period'" in result.stderr
    example = ("--example", "bengkulu-2021", "--year", "2021", "--rule", "bkkbn-bengkulu-2021")
    result = run("evaluate", *example, "--given", "year=2021")
    assert result.returncode == 2
    assert "allowed: with a file of actuals" in result.stderr


def test_a_template_is_written_and_reads_back(tmp_path):
    file = tmp_path / "isian.xlsx"
    result = run("template", "bengkulu-stunting-2024", "--year", "2023", "--output", str(file))
    assert result.returncode == 0, result.stderr
    assert f"ditulis: {file}" in result.stderr  # a form speaks Indonesian unless told
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


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Families of twelve regencies in two years, one answer missing in each."""
    place = tmp_path_factory.mktemp("records")
    rows = [
        f"17.{number:02d},{year},{answer}"
        for number in range(1, 13)
        for year in (2021, 2022)
        for answer in ("true", "false", "")
    ]
    for name, region, year in (("families", "region", "year"), ("other", "kode_kab", "tahun")):
        lines = [f"{region},{year},modern", *rows]
        (place / f"{name}.csv").write_text("\n".join(lines) + "\n")
    (place / "measures.toml").write_text(
        '[[measures]]\ncode = "mCPR"\nkind = "ratio"\nnumerator = "modern"\n'
    )
    return place


def estimates(
    records: Path, *arguments: str, file: str = "families.csv"
) -> subprocess.CompletedProcess[str]:
    return run("estimate", file, "--indicators", "measures.toml", *arguments, cwd=records)


def test_estimates_by_region_alone_take_the_year_from_the_records(records):
    result = estimates(records, "--by", "region")
    assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {(row["region"], float(row["year"])) for row in rows} == {
        (f"17.{number:02d}", year) for number in range(1, 13) for year in (2021, 2022)
    }
    assert estimates(records, "--by", "region", "--by", "year").stdout == result.stdout
    assert estimates(records).stdout == result.stdout
    one = estimates(records, "--by", "region", "--year", "2024").stdout
    assert {row["year"] for row in csv.DictReader(io.StringIO(one))} == {"2024.0"}


def test_regions_of_another_column_stay_text(records):
    result = estimates(records, "--by", "kode_kab", file="other.csv")
    assert result.returncode == 2
    assert result.stderr == (
        "argument '--year': not told; allowed: the year of all records, such as "
        "--year 2024; the records have no column 'year'; if another says it, name it with a "
        "second --by\n"
    )
    result = estimates(records, "--by", "kode_kab", "--by", "tahun", file="other.csv")
    assert result.returncode == 0, result.stderr
    assert "mCPR,17.10,2021.0,50.0" in result.stdout


def test_records_as_a_spreadsheet_writes_them(tmp_path):
    (tmp_path / "families.csv").write_text("region;year;share\n17;2021;0,5\n17;2021;n/a\n")
    (tmp_path / "measures.toml").write_text(
        '[[measures]]\ncode = "share"\nkind = "mean"\nnumerator = "share"\n'
    )
    result = estimates(tmp_path, "--decimal", ",", "--missing", "n/a")
    assert result.returncode == 0, result.stderr
    assert "share,17,2021.0,0.5" in result.stdout


def test_estimating_says_what_goes_on_and_the_first_notes(records, tmp_path):
    result = estimates(records, "--by", "region")
    said = result.stderr.splitlines()
    assert said[0] == "estimating 1 indicator of families.csv by region and year ..."
    assert re.fullmatch(r"24 figures in \d+\.\d s", said[1])
    assert said[2] == (
        "region '17.01', year 2021, mCPR: left out for a missing value: got '1 records'"
    )
    assert said[12:] == ["... and 14 more; --notes FILE writes them all"]
    file, actuals = tmp_path / "notes.txt", tmp_path / "actuals.csv"
    result = estimates(records, "--notes", str(file), "-o", str(actuals))
    assert result.stderr.splitlines()[12:] == [
        "... and 14 more",
        f"written: {file}",
        f"written: {actuals}",
    ]
    notes = file.read_text().splitlines()
    assert len(notes) == 24
    assert notes[:10] == said[2:12]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal to write to")
def test_a_terminal_shows_the_time(records):
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kencana_targets", "estimate", "families.csv"]
    options = ["--indicators", "measures.toml"]
    shown = ""
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, stderr=theirs, cwd=records
    ) as process:
        os.close(theirs)
        while "more; --notes FILE" not in shown:
            shown += os.read(ours, 4096).decode()
    os.close(ours)
    assert process.returncode == 0
    assert "0:00:00" in shown
    assert "24 figures in" in shown


def test_what_a_single_sampling_unit_adds_is_chosen(records, tmp_path):
    def notes(choice: str) -> str:
        file = tmp_path / f"{choice}.txt"
        chosen = ("--strata", "region", "--psu", "region", "--single-psu", choice)
        result = estimates(records, *chosen, "--notes", str(file))
        assert result.returncode == 0, result.stderr
        return file.read_text()

    lonely = "no standard error: a stratum has a single sampling unit"
    assert lonely in notes("report")
    assert lonely not in notes("certainty")
    result = estimates(records, "--single-psu", "lonely")
    assert result.returncode == 2
    assert "'--single-psu': not allowed: got 'lonely'; allowed: report, certainty" in result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full disk to write to")
@pytest.mark.parametrize("arguments", [("plans",), (*EXAMPLE, *RULE), (*EXAMPLE, *RULE, "-o", "-")])
def test_a_full_disk_is_said(arguments):
    with Path("/dev/full").open("w") as full:
        if arguments == ("plans",):  # and Python says nothing at its end
            command = [sys.executable, "-m", "kencana_targets", *arguments]
            result = subprocess.run(
                command, stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        else:
            result = run(*arguments, stdout=full)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last == "standard output cannot be written: No space left on device"


STOPPED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from kencana_targets.cli import commands as cli
# As from a terminal: what a shell starts in the background does not hear Ctrl-C.
signal.signal(signal.SIGINT, signal.default_int_handler)
Path.replace = lambda *paths: os.kill(os.getpid(), signal.{name})
sys.argv[1:] = {arguments!r}
cli.main()
"""


@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_who_is_stopped_leaves_no_half_of_a_file(tmp_path, name, code):
    arguments = [*EXAMPLE, *RULE, "-o", "out.csv"]
    script = STOPPED_WHILE_WRITING.format(name=name, arguments=arguments)
    result = python("-c", script, cwd=tmp_path)
    assert result.returncode == code, result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


INTERRUPTED = """
import os, signal, threading, time
import duckdb
from kencana_targets.cli.console import timed
signal.signal(signal.SIGINT, signal.default_int_handler)
long = "SELECT sum(sqrt(range::DOUBLE)) FROM range(10000000000)"
try:
    with timed("counting ..."):
        threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
        try:
            duckdb.sql(long).fetchall()
        except (RuntimeError, duckdb.Error):
            time.sleep(0.1)  # of older versions the interrupt comes after the error
except KeyboardInterrupt:
    pass
print("stopped")
"""


INTERRUPTED_TOO_EARLY = """
import os, signal
import duckdb
from kencana_targets.cli.console import timed
signal.signal(signal.SIGINT, lambda *_: None)
long = "SELECT sum(sqrt(range::DOUBLE)) FROM range(10000000000)"
with timed("counting ..."):
    os.kill(os.getpid(), signal.SIGINT)
    try:
        duckdb.sql(long).fetchall()
    except (RuntimeError, duckdb.Error):
        print("stopped")
"""


@pytest.mark.parametrize("script", [INTERRUPTED, INTERRUPTED_TOO_EARLY])
def test_an_interrupted_query_stops(script):
    result = python("-c", script)
    assert (result.stdout, result.stderr) == ("stopped\n", "counting ...\n")


def test_the_rows_and_the_other_indicators_of_a_table_are_chosen(tmp_path):
    (tmp_path / "table.csv").write_text(
        "Wilayah;Daerah;Prevalensi stunting balita 2022;Lainnya 2022\n"
        "Kabupaten Seluma;Perkotaan+Perdesaan;22,1;1\nKabupaten Seluma;Perkotaan;20,1;2\n"
    )
    asked = ("table.csv", "--rows", "Daerah=Perkotaan+Perdesaan")
    score = ("evaluate", "bengkulu-stunting-2024", *asked, *RULE, "-y", "2022", "-o", "-")
    result = run(*score, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    rows = {row["region"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert rows["17.05"]["actual"] == "22.1"
    assert result.stderr.count("Lainnya") == 1
    assert "Lainnya" in run(*score, "--others", "refuse", cwd=tmp_path).stderr
    check = ("check", *asked, "--plan", "bengkulu-stunting-2024")
    assert run(*check, cwd=tmp_path).returncode == 0
    refused = run(*check, "--others", "refuse", cwd=tmp_path)
    assert refused.returncode == 1
    assert "Lainnya" in refused.stdout
    assert run(*score, "--others", "drop", cwd=tmp_path).returncode == 2


def test_what_a_table_is_told_is_refused_beside_a_shipped_plan() -> None:
    result = run(*EXAMPLE, *RULE, "--rows", "Daerah=Kota", "--given", "year=2021")
    assert result.returncode == 2
    assert result.stderr.startswith("argument '--given, --rows'")


@pytest.mark.parametrize(
    ("told", "options"),
    [
        (["--weight", "w", "--calibrate", "sex.csv"], {"calibrate": {"sex": {"f": 40, "m": 60}}}),
        (
            ["--weight", "w", "--calibrate", "sex.csv", "--calibrate", "n=300", "--distance",
             "raking"],
            {"calibrate": {"sex": {"f": 40, "m": 60}, "n": 300.0}, "distance": "raking"},
        ),
        (
            ["--weight", "w", "--calibrate", "both.csv"],
            {"calibrate": {("sex", "area"): {("f", "1"): 20, ("f", "2"): 25, ("m", "1"): 25,
                                             ("m", "2"): 30}}},
        ),
        (
            ["--weight", "w", "--replicates", "weights=rep_*", "--replicates", "method=fay",
             "--replicates", "rho=0.3"],
            {"replicates": {"weights": "rep_*", "method": "fay", "rho": 0.3}},
        ),
        (
            ["--weight", "w", "--replicates", "weights=rep_*", "--replicates", "method=jkn",
             "--replicates", "rscales=0.5,0.5"],
            {"replicates": {"weights": "rep_*", "method": "jkn", "rscales": [0.5, 0.5]}},
        ),
        (
            ["--weight", "w", "--strata", "area", "--psu", "id", "--population-size", "size",
             "--single-psu", "average", "--interval", "korn-graubard"],
            {"strata": "area", "psu": "id", "population_size": "size", "single_psu": "average",
             "interval": "korn-graubard"},
        ),
    ],
)  # fmt: skip
def test_the_design_of_a_survey_is_told_as_in_python(tmp_path, told, options) -> None:
    lines = ["region,year,sex,area,n,id,size,w,rep_1,rep_2,modern"]
    lines += [
        f"17,2021,{'fm'[row % 2]},{1 + row % 4 // 2},{2 + row % 3},{row},40,{8 + row % 3},"
        f"{7 + row % 4},{9 + row % 2},{row % 3 > 0}"
        for row in range(12)
    ]
    (tmp_path / "families.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "sex.csv").write_text("sex,total\nf,40\nm,60\n")
    (tmp_path / "both.csv").write_text("sex,area,total\nf,1,20\nf,2,25\nm,1,25\nm,2,30\n")
    (tmp_path / "measures.toml").write_text(
        '[[measures]]\ncode = "mCPR"\nkind = "ratio"\nnumerator = "modern"\n'
    )
    result = estimates(tmp_path, *told)
    assert result.returncode == 0, result.stderr
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    found = kt.estimate(
        kt.read_records(tmp_path / "families.csv"), weight="w", **options,
        indicators=kt.read_measures(tmp_path / "measures.toml"),
    )[0]  # fmt: skip
    assert float(row["value"]) == pytest.approx(found.value)
    assert float(row["standard_error"]) == pytest.approx(found.standard_error)
    assert float(row["lower"]) == pytest.approx(found.lower)


def test_totals_without_a_column_of_totals_are_refused(tmp_path) -> None:
    (tmp_path / "families.csv").write_text("region,year,sex,modern\n17,2021,f,true\n")
    (tmp_path / "sex.csv").write_text("sex,count\nf,40\n")
    (tmp_path / "measures.toml").write_text(
        '[[measures]]\ncode = "mCPR"\nkind = "ratio"\nnumerator = "modern"\n'
    )
    result = estimates(tmp_path, "--calibrate", "sex.csv")
    assert result.returncode == 2
    assert "the columns of the levels, and 'total'" in result.stderr
