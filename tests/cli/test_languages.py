"""The command in both languages: help, messages, output; and the commands for tables of periods."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys

import openpyxl
import pytest
import typer
from command import PLAN, run

import kencana_targets as kt
from kencana_targets.cli.commands import app, in_language
from kencana_targets.cli.console import as_options, language_of
from kencana_targets.core.messages import indonesian

TARGETS = "indicator,region,year,value\nbirths,17.05,2022,40\nbirths,17.05,2024,60\n"
QUARTERS = "indicator,region,period,value\nbirths,17.05,2022-Q1,9\nbirths,17.05,2022-Q2,11\n"
SHARES = "indicator,region,year,numerator,denominator\nbirths,17.05,2022,9,20\n"


@pytest.fixture
def folder(tmp_path):
    plan = tmp_path / "plan"
    plan.mkdir()
    (plan / "plan.toml").write_text(PLAN)
    (plan / "targets.csv").write_text(TARGETS)
    (tmp_path / "quarters.csv").write_text(QUARTERS)
    (tmp_path / "shares.csv").write_text(SHARES)
    return tmp_path


def test_every_help_text_has_a_second_language() -> None:
    helps = {}
    for language in ("en", "id"):
        command = in_language(typer.main.get_command(app), language)
        every = {(part.name, one.name): one.help for part in (command, *command.commands.values())
                 for one in part.params}  # fmt: skip
        assert all(every.values())
        helps[language] = every
    assert len(helps["en"]) > 100
    assert not [name for name, text in helps["en"].items() if text == helps["id"][name]]
    plain = typer.main.get_command(app)
    texts = [part.help.partition("For example:")[0] for part in (plain, *plain.commands.values())]
    assert not [text for text in texts if indonesian(" ".join(text.split())) is None]


def test_the_language_is_asked_for_or_that_of_the_environment() -> None:
    assert language_of([], {}) == "en"
    assert language_of([], {"LANG": "id_ID.UTF-8"}) == "id"
    assert language_of([], {"LANG": "id_ID.UTF-8", "LC_ALL": "C"}) == "en"
    assert language_of([], {"LANG": "idiot"}) == "en"
    assert language_of(["--language=id"], {}) == "id"
    assert language_of(["plans", "--language", "en"], {"LANG": "id"}) == "en"


def test_an_indonesian_locale_needs_no_option(monkeypatch) -> None:
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
    assert "Kode rencana" in run("plans").stdout
    assert "Menilai realisasi terhadap target" in run("--help").stdout
    shown = run("evaluate", "--help").stdout
    assert "Contoh:" in shown
    assert "kencana-targets evaluate --example" in shown
    assert run("regions", "Seluma").stdout.split()[:2] == ["Kode", "wilayah"]
    assert "Region code" in run("regions", "Seluma", "--language", "en").stdout


def test_errors_are_told_in_the_language(folder) -> None:
    result = run("evaluate", "--example", "bengkulu-2012", "-y", "2021", "-r", "x", "-l", "id")
    assert result.returncode == 2
    assert result.stderr.startswith("rencana tidak dikenal: ditemukan 'bengkulu-2012'; maksud Anda")
    result = run("path", "plan", "--region", "17.05", "-o", "x.xlsx", "-l", "id", cwd=folder)
    assert "argumen '--output': tidak diperbolehkan" in result.stderr
    # A language that there is not is refused, in English.
    assert "allowed: en, id" in run("evaluate", "-l", "fr").stderr


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("tell it with given={'period': ...}", "tell it with --given period=..."),
        (
            "columns={'target': ..., 'actual': 'Realisasi 2021'}",
            '--columns target=... "--columns actual=Realisasi 2021"'.replace(
                '"--columns ', '--columns "'
            ),
        ),
        ("mend the cell or tell decimal=','", "mend the cell or tell --decimal ','"),
        ("argument 'year': not allowed", "argument '--year': not allowed"),
        ("given={}", "--given ...=..."),
    ],
)
def test_messages_name_the_options_of_the_command(message: str, told: str) -> None:
    assert as_options(message, {"year": "--year"}) == told


def test_what_a_message_of_the_command_advises_can_be_done(folder) -> None:
    table = "Wilayah;Persalinan ditolong\n17.05;20\n"
    (folder / "wide.csv").write_text(table)
    options = ("evaluate", "plan", "wide.csv", "-y", "2022", "-r", "permendagri-86-2017")
    result = run(*options, cwd=folder)
    assert result.returncode == 1
    assert "--given year=..." in result.stderr
    assert run(*options, "--given", "year=2022", cwd=folder).returncode == 0


@pytest.mark.parametrize(
    ("options", "word", "refused"),
    [
        (("evaluate", "--example", "bengkulu-2021", "-y", "2021", "-r", "bkkbn-bengkulu-2021",
          "--inherit"), "jalur", ""),
        (("evaluate", "--example", "bengkulu-2021", "-y", "2021", "-r", "bkkbn-bengkulu-2021",
          "--inherit"), "turun", "got 'turun'"),
        (("cascade", "bengkulu-stunting-2024", "--indicator", "stunting_balita", "--parent", "17",
          "--year", "2024", "--method"), "Relatif", ""),
        (("cascade", "bengkulu-stunting-2024", "--indicator", "stunting_balita", "--parent", "17",
          "--year", "2024", "--method"), "miring", "relative, absolute, logit, convergence"),
    ],
)  # fmt: skip
def test_words_of_closed_lists_are_taken_in_both_languages(
    options: tuple[str, ...], word: str, refused: str
) -> None:
    said = run(*options, word)
    assert (said.returncode == 0) is not bool(refused), said.stderr
    assert refused in said.stderr


def test_python_names_the_english_word() -> None:
    card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"), year=2021,
                       rule="bkkbn-bengkulu-2021")  # fmt: skip
    with pytest.raises(kt.KencanaError, match=r"got 'kabupaten'.*did you mean 'regency'\?"):
        card.by_indicator(level="kabupaten")  # type: ignore[arg-type]


def test_version() -> None:
    assert run("--version").stdout.startswith("kencana-targets ")


def test_check_says_how_a_table_is_understood(folder) -> None:
    result = run("check", "quarters.csv", "--plan", "plan", "--periods", "4", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("quarters.csv")
    (folder / "bad.csv").write_text("region,indicator,year,value\n17.05,births,2022,n/x\n")
    result = run("check", "bad.csv", "--plan", "plan", cwd=folder)
    assert result.returncode == 1
    assert "not a number" in result.stdout


def test_to_date_scores_the_quarters(folder) -> None:
    options = ("--year", "2022", "--until", "2", "--rule", "permendagri-86-2017")
    result = run("to-date", "plan", "quarters.csv", *options, cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "50.00  ratio R/T" in result.stdout
    result = run("to-date", "plan", "quarters.csv", *options, "-o", "-", cwd=folder)
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert float(row["actual"]) == 20


def test_pool_makes_actuals(folder) -> None:
    result = run("pool", "plan", "shares.csv", cwd=folder)
    assert result.returncode == 0, result.stderr
    assert "45" in result.stdout
    assert run("pool", "plan", "shares.csv", "-o", "actuals.csv", cwd=folder).returncode == 0
    assert kt.read_actuals(folder / "actuals.csv")[0].value == 45


def test_e19_is_filled_from_plan_and_quarters(folder) -> None:
    options = ("--year", "2022", "--region", "Kabupaten Seluma", "-o", "e19.xlsx")
    result = run("e19", "plan", "quarters.csv", *options, "-l", "id", cwd=folder)
    assert result.returncode == 0, result.stderr
    sheet = openpyxl.load_workbook(folder / "e19.xlsx").active
    cells = [cell for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None]
    assert "Persalinan ditolong" in cells
    assert "kelahiran" in cells
    assert [cell for cell in cells if cell in (60, 40, 9, 11)] == [60, 40, 9, 11]


def test_e19_has_the_budget_of_the_plan_and_what_was_spent(folder) -> None:
    (folder / "plan" / "targets.csv").write_text(
        "indicator,region,year,value,budget\nbirths,17.05,2022,40,5000\nbirths,17.05,2024,60,7000\n"
    )
    (folder / "quarters.csv").write_text(
        "indicator,region,period,value,spent\n"
        "births,17.05,2022-Q1,9,1000\nbirths,17.05,2022-Q2,11,2000\n"
    )
    options = ("--year", "2022", "--region", "Kabupaten Seluma", "-o", "e19.xlsx")
    result = run("e19", "plan", "quarters.csv", *options, cwd=folder)
    assert result.returncode == 0, result.stderr
    line = [cell.value for cell in openpyxl.load_workbook(folder / "e19.xlsx").active[5]]
    assert line[17:23] == [12000, None, 5000, 1000, 2000, None]


def test_path_and_cascade_write_every_target_with_its_basis(folder) -> None:
    result = run("path", "bengkulu-stunting-2024", "-o", "-")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["basis"] for row in rows} >= {"official", "inherited", "interpolated"}
    split = ("cascade", "bengkulu-stunting-2024", "--indicator", "stunting_balita")
    result = run(*split, "--parent", "17", "--year", "2024", "-o", "new.csv", cwd=folder)
    assert result.returncode == 0, result.stderr
    rows = list(csv.DictReader((folder / "new.csv").read_text(encoding="utf-8").splitlines()))
    assert "derived" in {row["basis"] for row in rows}


def test_only_a_region_and_those_below_it() -> None:
    options = ("--year", "2022", "--rule", "permendagri-86-2017", "--within", "Kota Bengkulu")
    result = run("evaluate", "--example", "bengkulu-stunting-2024", *options)
    assert result.returncode == 0, result.stderr
    assert "Kabupaten" not in result.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes the output")
def test_a_closed_output_a_long_name_and_a_short_reader_are_no_crash(tmp_path) -> None:
    command = f"{sys.executable} -m kencana_targets"
    for shell, code in (
        (f"{command} plans >&-", 0),
        (f"set -o pipefail; {command} regions 17 --children | head -1", 0),
    ):
        done = subprocess.run(
            ["bash", "-c", shell], capture_output=True, text=True, check=False, cwd=tmp_path,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        assert done.returncode == code, done.stderr
    done = run("evaluate", "a" * 300, "x.csv", "-y", "2022", "-r", "pmk-107-2024")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said", "english"),
    [
        (("evaluate", "--yera", "2"), "tidak ada opsi --yera", "No such option"),
        (("evalu",), "tidak ada perintah 'evalu'", "No such command"),
        (("template",), "argumen 'RENCANA' belum diisi", "Missing argument"),
        (("template", "bengkulu-2021"), "opsi '--output' / '-o' belum diisi", "Missing option"),
        (("template", "x", "-y", "q", "-o", "a.xlsx"), "tidak sah", "Invalid value"),
        (("plans", "more"), "argumen berlebih: more", "unexpected"),
        (("template", "x", "-o"), "opsi '-o' memerlukan sebuah nilai", "requires"),
        (("evaluate", "--brief=3"), "opsi '--brief' tidak memerlukan nilai", "take a value"),
    ],
)
def test_what_typer_itself_refuses_is_said_in_the_language(
    arguments: tuple[str, ...], said: str, english: str, monkeypatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    refused = run(*arguments)
    assert refused.returncode == 2
    assert english in refused.stderr
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
    told = run(*arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert said in told.stderr
    assert not {"Usage", "Try", english} & set(told.stderr.split())


def test_help_is_in_one_language(monkeypatch) -> None:
    command = typer.main.get_command(app)
    for name in (None, *command.commands):
        monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
        shown = run(*([name] if name else []), "--help").stdout
        assert "Pemakaian: " in shown
        english = ("Usage", "OPTIONS", "default:", "required", "Options", "FILE", "HEADING")
        assert not [word for word in english if word in shown]
    monkeypatch.setenv("LC_ALL", "C")
    shown = run("template", "--help").stdout
    assert "Usage: " in shown
    assert "[required]" in shown
