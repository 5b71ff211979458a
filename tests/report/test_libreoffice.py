"""Workbook and chapter in a program that people use: opened, recalculated and printed by LibreOffice."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from report_cards import bengkulu, main_indicators

from kencana_targets.report.form_e19 import E19Row, form_e19
from kencana_targets.report.view import View

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PAGES = shutil.which("pdftotext")

pytestmark = pytest.mark.skipif(not OFFICE, reason="LibreOffice is not installed")


@pytest.fixture(scope="module")
def profile(tmp_path_factory) -> Path:
    """Return the folder of what LibreOffice writes when it first starts, which takes a while."""
    return tmp_path_factory.mktemp("profile")


def convert(file: Path, to: str, profile: Path) -> Path:
    folder = file.parent / "converted"
    command = [
        str(OFFICE),
        f"-env:UserInstallation=file://{profile}",
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        str(folder),
        str(file),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / f"{file.stem}.{to}"


def test_the_workbook_opens_and_holds_the_same_values(tmp_path, profile) -> None:
    card = main_indicators()
    card.to_excel(tmp_path / "card.xlsx")
    again = convert(tmp_path / "card.xlsx", "ods", profile)
    sheets = [
        CalamineWorkbook.from_path(path).get_sheet_by_name("Kartu skor").to_python()
        for path in (tmp_path / "card.xlsx", again)
    ]
    assert len(sheets[0]) == len(sheets[1]) == 10
    for first, second in zip(*sheets, strict=True):
        for cell, value in zip(first, second, strict=True):
            assert cell == (pytest.approx(value, rel=1e-14) if isinstance(value, float) else value)
    assert [row[sheets[0][0].index("Target")] for row in sheets[0][1:]] == card.rows.target.tolist()


def test_it_prints_with_charts(tmp_path, profile) -> None:
    bengkulu().to_excel(tmp_path / "card.xlsx")
    printed = convert(tmp_path / "card.xlsx", "pdf", profile).read_bytes()
    assert printed.startswith(b"%PDF")
    assert printed.count(b"/Type/Page/") >= 8
    if PAGES:
        text = subprocess.run(
            [PAGES, "-", "-"], input=printed, capture_output=True, check=True
        ).stdout.decode()
        assert "RATA-RATA" in text
        assert "Halaman 1 dari" in text
        assert text.count("Prevalensi stunting balita: Kabupaten Seluma") == 2  # cell and chart


def test_formulas_of_the_form_give_its_values(tmp_path, profile) -> None:
    quarters = {
        "sum": [40, 50, None, None],
        "last": [51, 52.5, None, None],
        "average": [1, 2, 3, None],
    }
    rows = [
        E19Row(
            indicator=way,
            plan_target=60,
            realised_before=10,
            year_target=55,
            quarters=values,
            combination=way,
        )
        for way, values in quarters.items()
    ]
    senses = (("minimize", None), ("minimize", "inverse"), ("stabilize", None))
    rows += [
        E19Row(
            indicator="stunting",
            plan_target=plan,
            year_target=19.2,
            quarters=[None, 20.2, None, 20.2],
            combination="last",
            direction=direction,
            **({"formula": formula} if formula else {}),
        )
        for direction, formula in senses
        for plan in (14, 20, None, 0)
    ]
    form_e19(tmp_path / "e19.xlsx", rows)
    # CSV is written from values that LibreOffice has calculated anew.
    text = convert(tmp_path / "e19.xlsx", "csv", profile).read_text()
    lines = [line.split(",") for line in text.splitlines() if line.split(",")[0].isdecimal()]
    for row, line in zip(rows, lines, strict=True):
        wanted = (row.realised, row.shares[0], row.cumulative, row.shares[1])
        given = [float(cell) if cell else None for cell in line[12:16]]
        assert given == pytest.approx(wanted, abs=0.005)


@pytest.mark.skipif(not PAGES, reason="pdftotext is not installed")
def test_libreoffice_opens_it_with_tables_and_pictures(tmp_path) -> None:
    card = bengkulu()
    card.to_file(tmp_path / "first.docx")
    card.to_docx(tmp_path / "chapter.pdf")
    file = str(tmp_path / "chapter.pdf")
    text = subprocess.run([PAGES, "-layout", file, "-"], capture_output=True, check=True).stdout
    printed = text.decode()
    view = View(card, "id")
    for row in range(len(card)):
        assert view.actual[row] in printed
        assert view.achievement[row] in printed
    assert printed.count("Gambar ") == 2
    assert (tmp_path / "chapter.pdf").read_bytes().count(b"/Subtype/Image") >= 2
    assert (tmp_path / "first.docx").read_bytes().startswith(b"PK")
