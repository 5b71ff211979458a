"""Cells that a spreadsheet shows in percent are read as they are shown."""

import zipfile
from pathlib import Path

import openpyxl
import pytest

import kencana_targets as kt

FILES = Path(__file__).parents[1] / "files"
FORMATS = {
    "0%": 65.0,
    "0.00%": 65.0,
    "[Red]0.0%;-0.0%": 65.0,
    "0.00": 0.65,
    '0.0" %"': 0.65,
    "0\\%": 0.65,
    "General": 0.65,
}


@pytest.mark.parametrize("number_format", FORMATS)
def test_a_format_in_percent_shows_a_hundred_times_the_number(number_format, tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "2022"
    for row in (["Kabupaten/Kota", "mCPR"], ["Seluma", 0.65], ["Kaur", "66%"], ["Lebong", 64]):
        page.append(row)
    page["B2"].number_format = number_format
    path = tmp_path / "persen.xlsx"
    book.save(path)
    assert kt.read_actuals(path).value.tolist() == [FORMATS[number_format], 66, 64]
    said = "cells in percent, read as shown (0.65 as 65): 1"
    assert (said in str(kt.describe_table(path))) is (FORMATS[number_format] == 65)


@pytest.mark.parametrize("held", [0.07, 0.198, 0.0714, 1, 0.29])
def test_no_digit_is_added(held, tmp_path):
    book = openpyxl.Workbook()
    page = book.active
    for row in (["Kabupaten/Kota", "mCPR 2022"], ["Seluma", held]):
        page.append(row)
    page["B2"].number_format = "0.00%"
    path = tmp_path / "persen.xlsx"
    book.save(path)
    assert kt.read_actuals(path)[0].value == round(held * 100, 9)


def test_percent_in_libreoffices_own_format(tmp_path):
    path = tmp_path / "persen.ods"
    with zipfile.ZipFile(FILES / "long.ods") as source, zipfile.ZipFile(path, "w") as target:
        for part in source.namelist():
            content = source.read(part)
            if part == "content.xml":
                plain = b'office:value-type="float" office:value="14.4"'
                assert content.count(plain) == 1
                percent = b'office:value-type="percentage" office:value="0.144"'
                content = content.replace(plain, percent)
            target.writestr(part, content)
    assert kt.read_actuals(path) == kt.read_actuals(FILES / "long.ods")
