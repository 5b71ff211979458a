"""An office's own workbook, from the file to the report, as the Indonesian guide tells it."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import kencana_targets as kt
from kencana_targets.cli.commands import main

RULE = "permendagri-86-2017"
YEARS = (2022, 2023, 2024)
# Code, name, unit, direction, the first target and what it gains a year; made up.
MEASURED = [
    ("stunting", "Prevalensi Stunting", "persen", "minimalkan", 20.2, -2.1),
    ("mCPR", "Prevalensi Kontrasepsi Modern", "persen", "maksimalkan", 61.3, 0.7),
    ("unmet", "Unmet Need KB", "persen", "minimalkan", 9.8, -0.4),
    ("tfr", "Angka Kelahiran Total", "anak per perempuan", "minimalkan", 2.21, -0.03),
    ("ibangga", "Indeks Pembangunan Keluarga", "indeks", "maksimalkan", 57.4, 1.2),
    ("mkjp", "Peserta MKJP", "persen", "maksimalkan", 24.6, 1.1),
]


def run(*words: object) -> subprocess.CompletedProcess[str]:
    """Run the command in this process; no terminal, so nothing is cut."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    told, stopped = sys.argv, signal.getsignal(signal.SIGTERM)
    sys.argv = ["kencana-targets", *map(str, words)]
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = told
        signal.signal(signal.SIGTERM, stopped)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())


def comma(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", ",")


def west_java(path: Path) -> Path:
    """Write a workbook as an office keeps it: titles, merged heads, bare names under KABUPATEN."""
    regions = kt.load_regions().children("32")
    groups = [
        ("KABUPATEN", [one for one in regions if one.level == "regency"]),
        ("KOTA", [one for one in regions if one.level == "city"]),
    ]
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Indikator"
    sheet.append(["Kode", "Indikator", "Satuan", "Polarisasi", "Batas bawah", "Bentuk jalur"])
    for code, name, unit, direction, *_ in MEASURED:
        sheet.append([code, name, unit, direction, 0, "garis lurus"])
    for title, role, years in (
        ("Kondisi Awal", "KONDISI AWAL", (2021,)),
        ("Target", "TARGET", YEARS),
        ("Realisasi", "REALISASI", YEARS),
    ):
        sheet = book.create_sheet(title)
        sheet.append([f"{role} INDIKATOR KINERJA UTAMA PROVINSI JAWA BARAT"])
        sheet.append([])
        heads: list[Any] = ["No", "Kabupaten/Kota"]
        below: list[Any] = [None, None]
        for _, name, *_ in MEASURED:
            heads += [name, *[None] * (len(years) - 1)]
            below += [str(year) for year in years]
        sheet.append(heads)
        sheet.append(below)
        for column in range(3, len(heads) + 1, len(years)):
            last = column + len(years) - 1
            if last > column:
                sheet.merge_cells(start_row=3, start_column=column, end_row=3, end_column=last)
        for column in (1, 2):
            sheet.merge_cells(start_row=3, start_column=column, end_row=4, end_column=column)
        number = 0
        for group, members in groups:
            sheet.append([None, group])
            for region in members:
                number += 1
                name = region.name.removeprefix("Kabupaten ").removeprefix("Kota ")
                row: list[Any] = [number, name]
                for at, (*_, first, step) in enumerate(MEASURED):
                    for year in years:
                        value = first + step * (year - 2022) + (number % 7) * 0.1
                        if role == "REALISASI":
                            value -= step * 0.3
                            missing = (number + at + year) % 29 == 0
                            row.append("n/a" if missing else comma(value))
                        else:
                            row.append(comma(value))
                sheet.append(row)
        sheet.append([None, "Sumber: angka contoh, dibuat untuk uji"])
    book.save(path)
    return path


def test_the_walk_from_an_office_workbook_to_report_and_workbook(tmp_path: Path) -> None:
    """One command, and none that repairs the file."""
    book = west_java(tmp_path / "jabar.xlsx")
    report, meeting = tmp_path / "laporan.html", tmp_path / "rapat.xlsx"
    years = [word for year in YEARS for word in ("--year", str(year))]
    done = run("evaluate", str(book), *years, "--rule", RULE, "-o", str(report), "-o", str(meeting))
    assert done.returncode == 0, done.stderr
    assert report.stat().st_size > 100_000
    assert openpyxl.load_workbook(meeting).sheetnames
    plan = kt.read_plan(book)
    assert len(plan.covered) == 27
    assert len(plan.targets) == 27 * 6 * 3
    assert len(plan.baselines) == 27 * 6
    # Bogor under KABUPATEN and Bogor under KOTA are two regions.
    assert {"32.01", "32.71"} <= set(plan.covered)
    card = kt.evaluate(
        plan, kt.read_actuals(book, plan=plan, sheet="Realisasi"), year=YEARS, rule=RULE
    )
    rows = card.to_dicts()
    assert len(rows) == 27 * 6 * 3
    assert {row["status"] for row in rows} == {"scored", "no-actual"}
    first = next(row for row in rows if (row["region"], row["indicator"]) == ("32.01", "stunting"))
    assert (first["baseline"], first["target"], first["actual"]) == (22.4, 20.3, 20.93)


def test_a_plan_is_written_filled_in_and_evaluated(tmp_path: Path) -> None:
    book = tmp_path / "rencana.xlsx"
    done = run(
        *("new-plan", "-o", book, "--region", "Kota Bengkulu", "-y", "2022"),
        *("--indicators", "stunting"),
    )
    assert done.returncode == 0, done.stderr
    said = run("evaluate", book, "--year", "2022", "--rule", RULE)
    assert said.returncode == 1
    assert "no figures under the header; fill in" in said.stdout + said.stderr
    made = openpyxl.load_workbook(book)
    made["Target"]["E5"], made["Kondisi Awal"]["E5"], made["Kondisi Awal"]["F5"] = 15, 2021, 22.2
    made.save(book)
    said = run("evaluate", book, "--year", "2022", "--rule", RULE)
    assert said.returncode == 2
    assert "sheet 'Realisasi'" in said.stdout + said.stderr
    made["Realisasi"]["E5"] = 12.9
    made.save(book)
    said = run("evaluate", book, "--year", "2022", "--rule", RULE)
    assert said.returncode == 0
    assert "Sangat Tinggi" in said.stdout + said.stderr


def test_mistakes_in_a_filled_workbook_are_told_as_they_are(tmp_path: Path) -> None:
    book, rule = tmp_path / "rencana.xlsx", ("--year", "2022", "--rule", RULE)
    asked = ("--region", "Kota Bengkulu", "-y", "2022", "--indicators", "stunting")
    assert run("new-plan", "-o", book, *asked).returncode == 0
    made = openpyxl.load_workbook(book)
    made["Target"]["E5"], made["Kondisi Awal"]["E5"], made["Kondisi Awal"]["F5"] = 15, 2021, 22.2
    made["Realisasi"]["E5"], made["Realisasi"].title = 12.9, "Realisasi 2022"
    listed = made["Indikator"]
    made.remove(listed)
    made.save(book)
    assert (
        "those of the shipped plans, as no sheet lists them" in run("evaluate", book, *rule).stderr
    )
    made._add_sheet(listed)
    for row in made["Target"].iter_rows(min_row=3):
        moved = [row[place].value for place in (4, 1, 2, 0, 3, 5)]
        for cell, value in zip(row, moved, strict=True):
            cell.value = value
    made.save(book)
    # A year in the name of a sheet, and columns in another order, with the example among them.
    assert "Sangat Tinggi" in run("evaluate", book, *rule).stdout
    for option in ("-o", "--output"):
        said = run("evaluate", book, *rule, option, book)
        assert "another file than those that are read" in said.stderr
    assert "akan hilang" in run("new-plan", "-o", book, *asked).stderr
    said = run("new-plan", "-o", tmp_path / "b.xlsx", "--indicators", "stunting; mCPR", "-y", 20222)
    assert "argumen '--year': tidak diperbolehkan: ditemukan 20222" in said.stderr
    (tmp_path / "a.csv").write_text("region;indicator;year;value\n17.71;stunting;2022;12,9\n")
    for words, text in [
        ((book, *rule, "--within", "Jawa Barat"), "the plan has no region there"),
        ((book, "--year", "2022"), "argument '--rule': not told; allowed"),
        ((tmp_path / "a.csv", book, *rule), "one table is no plan; write the plan as a workbook"),
        ((tmp_path / "rncana.xlsx", *rule), "rncana.xlsx: no such file"),
        ((book, *rule, "-o", tmp_path / "none" / "a.csv"), "there is no such folder"),
        ((book, *rule, "--sheet", "Realisas"), "did you mean 'Realisasi 2022'?"),
    ]:
        assert text in run("evaluate", *words).stderr
    made["Target"]["E5"] = "orang"
    made["Kondisi Awal"]["E5"] = None
    made.save(book)
    said = run("evaluate", book, *rule).stderr
    assert "tell --plan-given unit=" in said
    # What follows from a fault that was told is not told beside it.
    assert "name the year" in said
    assert "come after the baseline" not in said


@pytest.mark.parametrize("province", ["Jawa Barat", "17"])
def test_a_first_report_with_one_line_and_no_file(province: str) -> None:
    said = run(
        *("evaluate", "--example", "stunting-2020-2024", "--within", province),
        *("--year", "2022", "--rule", RULE),
    )
    assert said.returncode == 0
    assert kt.load_regions().find(province).name in said.stdout + said.stderr
    assert "Aceh" not in said.stdout + said.stderr


def test_targets_that_were_worked_out_keep_their_basis_through_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    folder.mkdir()
    shipped = Path(kt.__file__).parent / "data" / "plans" / "bengkulu-stunting-2024"
    for name in ("plan.toml", "baselines.csv"):
        (folder / name).write_text((shipped / name).read_text(encoding="utf-8"), encoding="utf-8")
    options = ("--indicator", "stunting_balita", "--parent", "17", "--year", "2024")
    done = run("cascade", "bengkulu-stunting-2024", *options, "-o", folder / "targets.csv")
    assert done.returncode == 0
    plan = kt.read_plan(folder)
    assert plan.target("stunting_balita", "17.01", 2024).basis == "derived"
    assert plan.target("stunting_balita", "17.71", 2024).basis == "official"
    # The table of all years reads back as well, and is what it was.
    done = run("path", str(folder), "-o", folder / "targets.csv")
    assert done.returncode == 0
    again = kt.read_plan(folder)
    kept = ["region", "indicator", "year", "target", "basis", "instrument"]
    table = plan.to_frame("polars").select(kept)
    assert again.to_frame("polars").select(kept).equals(table)
    only = run("path", str(folder), "--region", "Kota Bengkulu", "-o", "-")
    assert only.stdout.count("\n") == 4


def test_what_a_message_advises_can_be_done_on_the_command_line(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Indikator"
    sheet.append(["Kode", "Indikator", "Satuan", "Polarisasi"])
    sheet.append(["stunting", "Prevalensi stunting", "persen", "minimize"])
    sheet = book.create_sheet("Tabel 8")
    sheet.append(["Indikator", "Kondisi Awal (2021)", "2022", "Kondisi Akhir"])
    sheet.append(["stunting", "24,7", "19,5", "19,5"])
    path = tmp_path / "rpjmd.xlsx"
    book.save(path)
    said = run("path", str(path))
    assert said.returncode == 1
    assert "no region" in said.stdout + said.stderr
    said = run("path", str(path), "--plan-given", "region=17.05", "--plan-sheet", "Tabel 8")
    assert said.returncode == 0, said.stderr
    assert "19.5" in said.stdout + said.stderr
