"""Files made to do harm: each is refused, or harmless, within bounded time."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
import xlsxwriter

import kencana_targets as kt
from kencana_targets.core.errors import KencanaError, TableError

FILES = Path(__file__).parents[1] / "files"
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
ROW = (
    '<row r="{0}">'
    + "".join(
        f'<c r="{c}{{0}}" t="inlineStr"><is><t>{{{n}}}</t></is></c>'
        for n, c in enumerate("ABCD", 1)
    )
    + "</row>"
)
TABLE = ROW.format(1, "region", "indicator", "year", "value") + ROW.format(
    2, "17", "stunting", "2022", "19.8"
)


@pytest.fixture(autouse=True)
def _in_time():
    start = time.process_time()
    yield
    assert time.process_time() - start < 10


def workbook(tmp_path, sheet=TABLE, strings=None, pad=()):
    """Write a workbook by hand, as no program would."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("Data").write(0, 0, "x")
    path = tmp_path / "data.xlsx"
    with (
        zipfile.ZipFile(buffer) as given,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made,
    ):
        for name in given.namelist():
            content = given.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = (
                    sheet.encode() if sheet.startswith("<?xml") else SHEET.format(sheet).encode()
                )
            if name == "xl/sharedStrings.xml" and strings is not None:
                content = strings.encode()
            made.writestr(name, content)
        for name, content in pad:
            made.writestr(name, content)
    return path


def refused(path, text):
    with pytest.raises(TableError) as caught:
        kt.read_actuals(path)
    assert text in str(caught.value)
    assert caught.value.source == path.name


def test_the_workbook_that_is_made_here_reads(tmp_path):
    assert [actual.value for actual in kt.read_actuals(workbook(tmp_path))] == [19.8]


def declare(path, size, other):
    """Let a workbook declare another size of the part that unpacks to this one."""
    content, true = path.read_bytes(), struct.pack("<I", size)
    assert content.count(true) == 2
    path.write_bytes(content.replace(true, struct.pack("<I", other)))


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path):
    path = workbook(tmp_path, pad=[("xl/media/bomb.bin", bytes(123_457))])
    declare(path, 123_457, 300 << 20)
    refused(path, "the workbook unpacks to more than 256 MiB")


def test_a_zip_bomb_that_declares_little_is_refused(tmp_path):
    path = workbook(tmp_path, sheet=TABLE + " " * (16 << 20))
    assert len(kt.read_actuals(path)) == 1
    declare(path, (16 << 20) + len(SHEET.format(TABLE)), 4096)
    with pytest.raises(TableError):
        kt.read_actuals(path)


def test_two_parts_of_one_name_are_refused(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = workbook(tmp_path, pad=[("xl/worksheets/sheet1.xml", SHEET.format(""))])
    refused(path, "the workbook holds two parts of one name")


@pytest.mark.parametrize("part", ["sheet", "strings"])
def test_an_entity_bomb_is_refused(tmp_path, part):
    laughs = "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">{laughs}]>'
    sheet = bomb + SHEET.format(TABLE.replace("19.8", "&j;")) if part == "sheet" else TABLE
    path = workbook(tmp_path, sheet=sheet, strings=bomb + "<sst><si><t>&j;</t></si></sst>")
    refused(path, "the workbook declares entities, as no program does")


@pytest.mark.parametrize(
    "cell", ['<c r="XFD1048576"><v>1</v></c>', '<c s="1" r=\'XFD1048576\'  t="n"><v>1</v></c>']
)
def test_a_cell_at_the_end_of_the_sheet_is_refused(tmp_path, cell):
    path = workbook(tmp_path, sheet=f'{TABLE}<row r="1048576">{cell}</row>')
    refused(path, "sheet 'Data': cells span more than 10,000,000 places")


def test_empty_formatted_cells_far_away_are_harmless(tmp_path):
    path = workbook(tmp_path, sheet=TABLE + '<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert len(kt.read_actuals(path)) == 1


def test_a_long_text_shared_by_many_cells_is_refused(tmp_path):
    cells = "".join(f'<row r="{n}"><c r="E{n}" t="s"><v>0</v></c></row>' for n in range(3, 40_000))
    strings = f"<sst><si><t>{'x' * 40_000}</t></si></sst>"
    refused(workbook(tmp_path, TABLE + cells, strings), "cells hold more than 1 GiB of text")


@pytest.mark.parametrize(
    ("rows", "cell"),
    [
        (
            1_048_576,
            '<table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="16384"/>',
        ),
        (
            999_999_999,
            (
                '<table:table-cell table:number-columns-repeated="16384"/></table:table-row><table:table-row>'
                '<table:table-cell office:value-type="string" calcext:value-type="error"/>'
            ),
        ),
    ],
)
def test_a_sheet_of_libreoffice_that_repeats_itself_is_refused(tmp_path, rows, cell):
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="a"><table:table-row table:number-rows-repeated="{rows}">'
        f"{cell}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    path = tmp_path / "data.ods"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        made.writestr("content.xml", content)
    refused(path, "cells span more than 10,000,000 places")


@pytest.mark.parametrize("keep", [10, 100, 1000, -1000, -30, -1])
def test_a_workbook_that_was_cut_is_refused(tmp_path, keep):
    path = workbook(tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(TableError):
        kt.read_actuals(path)


@pytest.mark.parametrize("field", range(4, 46, 2))
def test_a_workbook_whose_directory_is_damaged_is_read_or_refused(tmp_path, field):
    """A field of the directory of a packed file holds anything, such as version 14.7."""
    path = workbook(tmp_path)
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + field : entry + field + 2] = b"\x93\xff"
    path.write_bytes(content)
    with suppress(KencanaError):
        assert len(kt.read_actuals(path)) == 1


def test_a_protected_or_broken_old_workbook_is_refused(tmp_path):
    path = tmp_path / "data.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096))
    refused(path, "not an Excel workbook that can be read")


@pytest.mark.parametrize("text", ["<html><table><tr><td>1", "<?xml version='1.0'?><Workbook>"])
def test_a_web_page_that_says_it_is_a_workbook_is_refused(tmp_path, text):
    path = tmp_path / "data.xls"
    path.write_text(text)
    refused(path, "a web page and not a table; open it in Excel and save it as .xlsx")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_csv_file_of_a_million_columns_is_refused(tmp_path, rows):
    path = tmp_path / "data.csv"
    path.write_text("\n".join([",".join(["region"] * 1_000_000)] * rows))
    refused(path, "row 1: more than 16,384 columns: got 1000000")


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("row", [0, 1, 300])
def test_a_cell_of_two_megabytes_is_refused(tmp_path, quote, row):
    rows = [["region", "indicator", "year", "value", "source"]]
    rows += [["17", "stunting", "2022", "19.8", ""] for _ in range(400)]
    rows[row][4] = quote + "x" * 2_000_000 + quote
    path = tmp_path / "data.csv"
    path.write_text("\n".join(map(",".join, rows)) + "\n")
    with pytest.raises(TableError) as caught:
        kt.read_actuals(path)
    assert f"row {row + 1}" in str(caught.value)
    assert len(str(caught.value)) < 1000


def test_a_cell_of_two_megabytes_in_a_workbook_is_refused(tmp_path):
    path = workbook(tmp_path, TABLE.replace("17", "x" * 2_000_000))
    refused(path, "sheet 'Data', row 2, column A 'region': too long for a cell")


def test_a_column_of_nothing_but_unknown_names_is_given_up_in_time(tmp_path):
    path = tmp_path / "data.csv"
    lines = [f"tempat {n},stunting_balita,2022,1" for n in range(3000)]
    path.write_text("\n".join(["region,indicator,year,value", *lines]))
    with pytest.raises(TableError, match="no more names were looked up after 1000 unknown ones"):
        kt.read_actuals(path, plan=kt.load_plan("bengkulu-stunting-2024"))


def test_html_formulas_and_newlines_stay_text(tmp_path):
    source = '=HYPERLINK("http://x")\n<script>alert(1)</script>'
    table = {"region": ["17"], "indicator": ["stunting_balita"], "year": [2022], "value": [19.8]}
    assert kt.read_actuals({**table, "source": [source]})[0].source == source
    path = tmp_path / "data.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for column, (name, cells) in enumerate({**table, "source": [source]}.items()):
            sheet.write(0, column, name)
            sheet.write_string(1, column, str(cells[0]))
    assert kt.read_actuals(path)[0].source == source
    with pytest.raises(TableError) as caught:
        kt.read_actuals({**table, "region": [source]}, plan=kt.load_plan("bengkulu-stunting-2024"))
    assert "\n" not in str(caught.value)


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(TableError, match="no such file"):
        kt.read_actuals(tmp_path / "none.xlsx")
    with pytest.raises(TableError, match="the file cannot be read"):
        kt.read_actuals(tmp_path)
    with pytest.raises(TableError):
        kt.read_actuals("data\0.csv")
