"""What the command refuses by itself says what to do, and that leads to the figures."""

from __future__ import annotations

import ast
from pathlib import Path

import openpyxl
import pytest
from command import PLAN, run

from kencana_targets.cli import commands

FILES = {
    "plan/plan.toml": PLAN,
    "plan/targets.csv": "indicator,region,year,value\nbirths,17.05,2022,40\n",
    "actuals.csv": "indicator,region,year,value\nbirths,17.05,2022,20\n",
    "wide.csv": "Wilayah,Persalinan ditolong\n17.05,20\n",
    "quarters.csv": "indicator,region,period,value\nbirths,17.05,2022-Q1,9\nbirths,17.04,2021-Q2,1\n",
    "records.csv": "id,kab,sex,bobot,orang,pendek\n1,17.05,L,2,1,1\n2,17.05,P,2,1,0\n3,17.05,L,2,1,0\n4,17.05,P,2,1,1\n",
    "measures.toml": '[[measures]]\ncode = "stunting"\nkind = "ratio"\nnumerator = "pendek"\ndenominator = "orang"\nper = 100\n',
    "sex.csv": "sex,total\nL,60\nP,40\n",
    "only.csv": "sex\nL\nP\n",
}
EVALUATE = ("evaluate", "plan", "actuals.csv")
RULED = ("-y", "2022", "-r", "permendagri-86-2017")
SHIPPED = ("evaluate", "--example", "bengkulu-2021", "-y", "2021", "-r", "bkkbn-bengkulu-2021")
E19 = ("e19", "plan", "quarters.csv", "--year", "2022", "-o", "e19.xlsx", "-l", "en")
ESTIMATE = ("estimate", "records.csv", "--indicators", "measures.toml", "--by", "kab", "--weight", "bobot")  # fmt: skip

# What is typed, what is said of it, and what is typed by who does as it says.
CASES = [
    ((*EVALUATE[:2], *RULED), "a plan and its actuals", (*EVALUATE, *RULED)),
    (("evaluate", *RULED), "--example PLAN-CODE", SHIPPED),
    ((*EVALUATE, *RULED[2:]), "such as --year 2022", (*EVALUATE, *RULED)),
    ((*EVALUATE, *RULED[:2]), "there is no default: words differ by rule", (*EVALUATE, *RULED)),
    (("evaluate", "alone.xlsx", *RULED), "a filled sheet 'Realisasi'", ("evaluate", "both.xlsx", *RULED)),
    ((*SHIPPED, "--decimal", ","), "with a file of actuals", (*EVALUATE, *RULED, "--decimal", ",")),
    ((*SHIPPED, "--plan-sheet", "x"), "with a plan of your own", ("evaluate", "both.xlsx", *RULED, "--plan-sheet", "Target")),
    ((*EVALUATE, *RULED, "-o", "actuals.csv"), "another file than those", (*EVALUATE, *RULED, "-o", "out.csv")),
    (("template", "plan", "-o", "old.xlsx", "-l", "en"), "a file that is not there yet", ("template", "plan", "-o", "new.xlsx")),
    (("evaluate", "plan", "wide.csv", *RULED, "--given", "2022"), "FIELD=VALUE, such as year=2022", ("evaluate", "plan", "wide.csv", *RULED, "--given", "year=2022")),
    ((*EVALUATE, *RULED, "--columns", "value"), "ROLE=HEADING", (*EVALUATE, *RULED, "--columns", "value=value")),
    ((*E19, "--region", "17.06"), "a region with figures of quarters in the table; known are: 17.05", (*E19, "--region", "17.05")),
    ((*ESTIMATE, "--year", "2022", "--calibrate", "only.csv"), "the columns of the levels, and 'total'", (*ESTIMATE, "--year", "2022", "--calibrate", "sex.csv")),
    (ESTIMATE, "such as --year 2024", (*ESTIMATE, "--year", "2024")),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "plan").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    for name in ("alone.xlsx", "both.xlsx", "old.xlsx"):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "Indikator"
        sheet.append(["Kode", "Indikator", "Satuan", "Polarisasi"])
        sheet.append(["births", "Persalinan ditolong", "orang", "maximize"])
        sheet = book.create_sheet("Target")
        sheet.append(["Indikator", "Wilayah", "Tahun", "Nilai"])
        sheet.append(["births", "17.05", 2022, 40])
        if name == "both.xlsx":
            sheet = book.create_sheet("Realisasi")
            sheet.append(["Indikator", "Wilayah", "Tahun", "Nilai"])
            sheet.append(["births", "17.05", 2022, 20])
        book.save(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("arguments", "said", "followed"), CASES, ids=range(len(CASES)))
def test_what_the_command_advises_works(
    arguments: tuple[str, ...], said: str, followed: tuple[str, ...]
) -> None:
    refused = run(*arguments)
    assert refused.returncode == 2, refused.stderr
    assert said in refused.stderr
    done = run(*followed)
    assert done.returncode == 0, done.stderr


def test_every_refusal_of_the_command_has_its_case() -> None:
    """What is allowed instead, as `refuse` is told it, is said by a case above."""
    every = [case[1] for case in CASES]
    lacking, count = [], 0
    for file in Path(commands.__file__).parent.glob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "refuse"):
                continue
            count += 1
            texts = [one.value for part in node.args[2:] for one in ast.walk(part)
                     if isinstance(one, ast.Constant) and isinstance(one.value, str)]  # fmt: skip
            # What a variable holds is said where it is made.
            if texts and not any(said in text or text in said for text in texts for said in every):
                lacking.append(f"{file.name}:{node.lineno} {texts}")
    assert count > 10
    assert lacking == []
