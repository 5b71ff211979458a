"""Cells of workbooks as their XML may write them, which is more ways than programs use."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from contextlib import suppress
from html import escape
from pathlib import Path

import pytest
import xlsxwriter

import kencana_targets as kt
from kencana_targets.core.errors import TableError
from kencana_targets.tables import excel, sheet_cells
from kencana_targets.tables.excel import read_workbook
from kencana_targets.tables.raw_columns import Worded

FILES = Path(__file__).parents[1] / "files"
SHEET = "xl/worksheets/sheet1.xml"
NUMBER = b'<c r="C3"><v>59.5</v></c>'


def plain() -> bytes:
    """Make a workbook of three rows whose cells a plain sheet holds, C2 in percent."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet("Sheet")
        for row, cells in enumerate(
            (["Wilayah", "Tahun", "mCPR"], ["Seluma", 2022], ["Kaur", 2022, 59.5])
        ):
            page.write_row(row, 0, cells)
        page.write_number(1, 2, 0.601, book.add_format({"num_format": "0.0%"}))
    return content.getvalue()


def changed(content: bytes, part: str, change) -> bytes:
    """Return a workbook with one part changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            old = source.read(name)
            target.writestr(name, change(old) if name == part else old)
    return made.getvalue()


def with_cell(cell: bytes) -> bytes:
    """Return the workbook with another cell C3."""

    def change(xml: bytes) -> bytes:
        assert xml.count(NUMBER) == 1, xml
        return xml.replace(NUMBER, cell)

    return changed(plain(), SHEET, change)


def last_cell(content: bytes):
    (grid,) = read_workbook(content, "data.xlsx")
    return grid.head[2][2] if len(grid.head[2]) > 2 else None


def figures(content: bytes) -> list[float | None]:
    return kt.read_actuals(io.BytesIO(content)).value.tolist()


def refusal(content: bytes) -> str:
    with pytest.raises(TableError) as caught:
        kt.read_actuals(io.BytesIO(content))
    return str(caught.value)


def assert_no_digit_of_the_figure(content: bytes, shown: str) -> None:
    """A raised digit is the mark of a note, and others make no number."""
    what = "a mark behind the number" if shown == "53,7²" else "not a number"
    assert what in refusal(content)


def test_the_plain_workbook_reads():
    assert figures(plain()) == [60.1, 59.5]


WITHOUT_PLACES = {
    "cells": lambda xml: re.sub(rb'<c r="[A-Z]+[0-9]+"', b"<c", xml),
    "rows too": lambda xml: re.sub(rb'<(c|row) r="[A-Z]*[0-9]+"', rb"<\1", xml),
    "small letters": lambda xml: re.sub(
        rb'<c r="([A-Z]+)', lambda m: b'<c r="' + m[1].lower(), xml
    ),
    "single quotes": lambda xml: xml.replace(b'"', b"'"),
    "spaces": lambda xml: xml.replace(b' r="', b'\n r = "').replace(b"<v>", b"<v >"),
    "prefix": lambda xml: re.sub(rb"<(/?)(?=[a-z])", rb"<\1x:", xml).replace(
        b"xmlns=", b"xmlns:x="
    ),
}


@pytest.mark.parametrize("how", WITHOUT_PLACES)
def test_cells_are_found_however_they_are_written(how):
    content = changed(plain(), SHEET, WITHOUT_PLACES[how])
    assert figures(content) == [60.1, 59.5]
    hollow = changed(with_cell(b'<c r="C3" t="e"><v>#N/A</v></c>'), SHEET, WITHOUT_PLACES[how])
    assert "row 3, column C 'mCPR': not a number: got '#N/A'" in refusal(hollow)


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (b'<c r="C3" t="e"><v>#N/A</v></c>', "#N/A"),
        (b'<c r="C3" t="e"><v xml:space="preserve">#N/A</v></c>', "#N/A"),
        (b'<c r="C3"><v>5_9</v></c>', "5_9"),
        (b'<c r="C3" t="e"><!-- said --><v>#DIV/0!</v></c>', "#DIV/0!"),
        (b'<c r="C3" t="e"><f>A1</f><v><![CDATA[#REF!]]></v></c>', "#REF!"),
        (b'<c r="C3" t="&#101;"><v>#N/A</v></c>', "#N/A"),
        (b'<c r="C3" t="e"><v></v></c>', "#ERROR"),
        (b'<c r="C3" t="e"><v/></c>', "#ERROR"),
        (b'<c r="C3" t="e"/>', "#ERROR"),
        (b'<c r="C3" x="a>b" t="e"><v>#NUM!</v></c>', "#NUM!"),
        (b'<c r="C3"><f>SUM(D1:D9)</f></c>', "=SUM(D1:D9)"),
        (b'<c r="C3"><f><![CDATA[SUM(D1:D9)]]></f></c>', "=SUM(D1:D9)"),
        (b'<c r="C3"><f>SUM(D1:D9)</f><v></v></c>', "=SUM(D1:D9)"),
        (b'<c r="C3"><f t="shared" si="0"/><v> </v></c>', "="),
        (b'<c r="C3" t="str"><f>A1</f></c>', "=A1"),
        (b'<c r="C3" t="s"><v>99</v></c>', "#ERROR"),
        (b'<c r="C3" t="s"><v>-1</v></c>', "#ERROR"),
        (b'<c r="C3"><v>5 9</v></c>', "5 9"),
    ],
)
def test_what_is_no_figure_is_refused_with_its_cell(cell, shown):
    assert last_cell(with_cell(cell)) == shown
    assert "row 3, column C 'mCPR'" in refusal(with_cell(cell))


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b'<c r="C3"><v>53<!-- a comment -->.7</v></c>', 53.7),
        (b'<c r="C3"><v><![CDATA[53.7]]></v></c>', 53.7),
        (b'<c r="C3"><v>5&#51;.7</v></c>', 53.7),
        (b'<c r="C3"><?pi v?><v xml:space="preserve"> 53.7 </v></c>', 53.7),
        (b'<c r="C3"><f>A1&lt;B1</f><v>53.7</v></c>', 53.7),
        (b'<c r="C3"><f/><v>53.7</v></c>', 53.7),
        (b'<c r="C3" t="str"><f>A1</f><v>53,7</v></c>', "53,7"),
        (b'<c r="C3" t="inlineStr"><is><t>53,7</t></is></c>', "53,7"),
        (b'<c r="C3" t="inlineStr"><is><r><t>53</t></r><r><t>,7</t></r></is></c>', "53,7"),
        (b'<c r="C3" t="inlineStr"><is><t>53,7</t><rPh><t>99</t></rPh></is></c>', "53,7"),
        (b'<c r="C3" t="b"><v>1</v></c>', True),
        # A formula whose result is the empty text is an empty cell.
        (b'<c r="C3" t="str"><f>IF(A1="","",1)</f><v></v></c>', None),
        (b'<c r="C3" t="str"><f>A1</f><v/></c>', None),
        (b'<c r="C3"><v/></c>', None),
        (b'<c r="C3"/>', None),
    ],
)
def test_what_a_cell_holds_is_read(cell, value):
    assert last_cell(with_cell(cell)) == value


@pytest.mark.parametrize("places", [b"C3", b"B3", b"c3"])
def test_a_cell_that_stands_twice_is_refused(places):
    said = refusal(with_cell(NUMBER + b'<c r="%s"><v>11.1</v></c>' % places))
    assert (
        f"sheet 'Sheet', row 3, column {places.decode().upper()[0]}: the file holds this cell twice"
        in said
    )
    inner = b'<c r="C3"><v>5</v><extLst><ext><v>9</v></ext></extLst></c>'
    assert "row 3, column C: the file holds this cell twice" in refusal(with_cell(inner))


@pytest.mark.parametrize(
    "reference", [b"", b"C", b"3", b"C0", b"ABCD3", b"C99999999999", "Ç3".encode()]
)
def test_a_reference_to_no_cell_is_refused(reference):
    assert "no place of a cell" in refusal(with_cell(b'<c r="%s"><v>1</v></c>' % reference))


@pytest.mark.parametrize(
    "marked",
    [
        '<vertAlign val="superscript"/>',
        "<vertAlign val='subscript'/>",
        "<strike/>",
        '<strike val="1"/>',
    ],
)
@pytest.mark.parametrize("shared", [False, True])
def test_raised_and_struck_digits_are_none_of_the_figure(marked, shared):
    runs = f"<r><t>53,7</t></r><r><rPr>{marked}<sz val='8'/></rPr><t>2</t></r>"
    if shared:
        part, last = "xl/sharedStrings.xml", f"<si>{runs}</si></sst>".encode()
        with zipfile.ZipFile(io.BytesIO(plain())) as parts:
            number = parts.read(part).count(b"<si>")
        content = with_cell(b'<c r="C3" t="s"><v>%d</v></c>' % number)
        content = changed(content, part, lambda xml: xml.replace(b"</sst>", last))
    else:
        content = with_cell(f'<c r="C3" t="inlineStr"><is>{runs}</is></c>'.encode())
    said = last_cell(content)
    assert said.startswith("53,7")
    assert said not in ("53,72", "53,7")
    assert_no_digit_of_the_figure(content, said)


def test_runs_of_other_fonts_are_one_text():
    runs = "<r><t>53</t></r><r><rPr><b/><strike val='0'/><vertAlign val='baseline'/></rPr><t>,7</t></r>"
    assert last_cell(with_cell(f'<c r="C3" t="inlineStr"><is>{runs}</is></c>'.encode())) == "53,7"


@pytest.mark.parametrize("value", [None, 0])
def test_the_placeholder_of_a_formula_that_nobody_calculated_is_refused(value, tmp_path):
    path = tmp_path / "rumus.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Wilayah", "Tahun", "mCPR"])
        page.write_row(1, 0, ["Seluma", 2022])
        page.write_formula(1, 2, "=221/10", None, *([] if value is None else [value]))
        page.write_row(2, 0, ["Kaur", 2022, 0])
    said = refusal(path.read_bytes())
    assert "row 2, column C 'mCPR': a formula without its value: got '=221/10'" in said
    assert "row 3" not in said


def test_calculated_formulas_of_the_same_program_are_read(tmp_path):
    path = tmp_path / "rumus.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Wilayah", "Tahun", "mCPR"])
        page.write_row(1, 0, ["Seluma", 2022])
        page.write_formula(1, 2, "=221/10", None, 22.1)
    assert figures(path.read_bytes()) == [22.1]


def test_dates_are_dates_by_both_ways(monkeypatch, tmp_path):
    path = tmp_path / "tanggal.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page, day = book.add_worksheet(), book.add_format({"num_format": "d mmm yyyy"})
        page.write_number(0, 0, 44926, day)
        page.write_number(0, 1, 0.5, book.add_format({"num_format": "hh:mm"}))
        page.write_number(0, 2, 44926.5, day)
        page.write_number(0, 3, 1e12, day)
        page.write_string(0, 4, "x")
    monkeypatch.setattr(excel, "_SMALL", 0)
    fast = read_workbook(path.read_bytes(), "x")[0].head
    monkeypatch.setattr(sheet_cells, "plain_sheet", lambda *_: None)
    slow = read_workbook(path.read_bytes(), "x")[0].head
    assert fast[0][:3] == slow[0][:3]
    assert slow[0][3] == 1e12


# LibreOffice


def ods(cells: str, styles: str = "", table: str = "") -> bytes:
    """Make a workbook of LibreOffice with one row of headings and one of cells."""
    xml = (
        "<office:document-content>"
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet><table:table table:name='Data' {table}>"
        "<table:table-row><table:table-cell office:value-type='string'><text:p>Wilayah</text:p>"
        "</table:table-cell><table:table-cell office:value-type='string'><text:p>mCPR 2022</text:p>"
        "</table:table-cell></table:table-row><table:table-row>"
        "<table:table-cell office:value-type='string'><text:p>Kaur</text:p></table:table-cell>"
        f"{cells}</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        target.writestr("content.xml", xml)
    return made.getvalue()


SPAN = '<table:table-cell office:value-type="string"><text:p>53,7<text:span text:style-name="T1">2</text:span></text:p></table:table-cell>'
STYLE = '<style:style style:name="T1" style:family="text"><style:text-properties {}/></style:style>'


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("<table:table-cell office:value-type='percentage' office:value='0.595'/>", 59.5),
        ('<table:table-cell office:value-type = "float"\n office:value="59.5"/>', 59.5),
        ("<table:table-cell office:value-type='currency' office:value='59.5'/>", 59.5),
        (
            "<table:table-cell office:value-type='string'><text:p>59<text:s/>,5</text:p></table:table-cell>",
            "59 ,5",
        ),
        (
            "<table:table-cell office:value-type='string'><text:p>a</text:p><text:p>b</text:p></table:table-cell>",
            "a\nb",
        ),
        (
            "<table:table-cell office:value-type='float' office:value='59.5'><office:annotation><text:p>7"
            "</text:p></office:annotation><text:p>59,5</text:p></table:table-cell>",
            59.5,
        ),
        (
            "<table:table-cell office:value-type='string'><office:annotation><text:p>7</text:p>"
            "</office:annotation><text:p>59,5</text:p></table:table-cell>",
            "59,5",
        ),
        (
            "<table:table-cell office:value-type='string' calcext:value-type='error'><text:p>#N/A</text:p></table:table-cell>",
            "#N/A",
        ),
        (
            "<table:table-cell calcext:value-type='error' office:value-type='float' office:value='0'/>",
            "#ERROR",
        ),
        ("<table:table-cell table:formula='of:=1+1'/>", "=1+1"),
        ("<table:table-cell office:value-type='string' table:formula='of:=A1'/>", None),
        ("<table:table-cell office:value-type='boolean' office:boolean-value='true'/>", True),
    ],
)
def test_cells_of_libreoffice(cell, shown):
    (grid,) = read_workbook(ods(cell), "data.ods")
    assert (grid.head[1][1:] or [None])[0] == shown


@pytest.mark.parametrize(
    ("value", "text", "shown", "veiled"),
    [
        *(("22.1", "22,1", 22.1, False), ("22.1", "22", 22.1, False), ("0.04", "0,0", 0.04, False)),
        *(("1234.5", "1.234,50", 1234.5, False), ("22.16", "22,2", 22.16, False)),
        *(("-3", "(3)", -3, False), ("2210", "2.21E+03", 2210, False), ("0", "-", 0, False)),
        *(("0.5", "1/2", 0.5, False), ("22.1", "22,1%", Worded(22.1, "%"), False)),
        *(("1", "TRUE", True, False), ("0", "SALAH", False, False)),
        *(("22.1", "22,1 ribu", Worded(22.1, "ribu"), False), ("22100", "22,1", 22100, True)),
        *(("22.1", "n/a", 22.1, True), ("22.1", "", 22.1, True), ("22.1", "<22,1", 22.1, True)),
    ],
)
def test_numbers_of_libreoffice_as_they_are_shown(value, text, shown, veiled):
    cell = f"<table:table-cell office:value-type='float' office:value='{value}'><text:p>{escape(text)}</text:p></table:table-cell>"
    (grid,) = read_workbook(ods(cell), "data.ods")
    found = grid.head[1][1]
    assert found == shown
    assert isinstance(found, bool) == isinstance(shown, bool)
    assert getattr(found, "words", "") == getattr(shown, "words", "")
    assert (grid.unseen[1] == {1}) == veiled


def test_a_formula_of_libreoffice_that_shows_nothing_is_an_empty_cell():
    (grid,) = read_workbook(
        ods("<table:table-cell table:formula='of:=A1'><text:p/></table:table-cell>"), "a.ods"
    )
    assert grid.head[1][1:] in ([], [None])


@pytest.mark.parametrize(
    "said",
    [
        'style:text-position="super 58%"',
        'style:text-position="sub 58%"',
        'style:text-position="33% 58%"',
        'style:text-line-through-style="solid"',
        'style:text-line-through-type="double"',
    ],
)
def test_raised_and_struck_digits_of_libreoffice(said):
    (grid,) = read_workbook(ods(SPAN, STYLE.format(said)), "data.ods")
    assert grid.head[1][1].startswith("53,7")
    assert grid.head[1][1] not in ("53,72", "53,7")
    assert_no_digit_of_the_figure(ods(SPAN, STYLE.format(said)), grid.head[1][1])


@pytest.mark.parametrize(
    ("cell", "column"),
    [
        ("office:value-type='float' office:value='53.7' table:style-name='T1'", ""),
        ("office:value-type='float' office:value='53.7'", "table:default-cell-style-name='T1'"),
        ("office:value-type='string' table:style-name='T1'", ""),
    ],
)
def test_a_cell_of_libreoffice_that_is_struck_out_is_no_figure(cell, column):
    style = STYLE.format('style:text-line-through-style="solid"')
    before = f"><table:table-column/><table:table-column {column}/"
    made = ods(f"<table:table-cell {cell}><text:p>53,7</text:p></table:table-cell>", style, before)
    assert "not a number: got '5\u0336" in refusal(made)


def test_a_text_that_is_struck_out_as_a_whole_is_no_figure():
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page, struck = book.add_worksheet(), book.add_format({"font_strikeout": True})
        for row, cells in enumerate((["Wilayah", "mCPR 2022"], ["Seluma", "60,1"], ["Kaur"])):
            page.write_row(row, 0, cells)
        page.write_string(2, 1, "53,7", struck)
    assert "row 3, column B 'mCPR 2022': not a number: got '5\u0336" in refusal(content.getvalue())


@pytest.mark.parametrize(
    "hide",
    [
        "row", "column", "nothing", "flat row", "flat column", "#,##0.0,", ";;;",
        '[<7]"n/a";0', '[>=6]"banyak";0', '"tad";0',
    ],
)  # fmt: skip
def test_hidden_rows_and_columns_are_read_and_noted_once(hide):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet("Data")
        rows = (["Wilayah", "2021", "2022"], ["Seluma", 1, 2], ["Kaur", 3, 4], ["Lebong", 5, 6])
        for row, cells in enumerate(rows):
            page.write_row(row, 0, cells)
        if hide == "row":
            page.set_row(2, None, None, {"hidden": True})
            page.set_row(3, None, None, {"hidden": True})
        if hide == "column":
            page.set_column(1, 1, None, None, {"hidden": True})
        if not hide.replace(" ", "").isalpha():
            page.write(3, 2, 6, book.add_format({"num_format": hide}))
    made = content.getvalue()
    if hide == "flat row":
        made = changed(made, SHEET, lambda xml: re.sub(rb'(<row r="[34]")', rb'\1 ht="0"', xml))
    if hide == "flat column":
        cols = b'<cols><col min="2" max="2" width="0"/></cols><sheetData>'
        made = changed(made, SHEET, lambda xml: xml.replace(b"<sheetData>", cols))
    read = kt.read_actuals(io.BytesIO(made), given={"indicator": "mCPR"})
    assert sorted(read.value.tolist()) == [1, 2, 3, 4, 5, 6]
    said = {"row": ["3:4"], "column": ["B:B"], "nothing": []}
    shown = said.get(hide.removeprefix("flat "), ["C:C"])
    assert [str(note.got) for note in read.notes] == shown


def test_hidden_rows_of_libreoffice_are_noted():
    made = changed(
        ods("<table:table-cell office:value-type='float' office:value='53.7'/>"),
        "content.xml",
        lambda xml: xml.replace(
            b"</table:table-row><table:table-row>",
            b"</table:table-row><table:table-row table:visibility='filter'>",
        ),
    )
    (note,) = kt.read_actuals(io.BytesIO(made)).notes
    assert str(note.got) == "2:2"


def test_a_span_of_another_style_is_plain_text():
    said = STYLE.format(
        'fo:font-weight="bold" style:text-position="0% 100%" style:text-line-through-style="none"'
    )
    (grid,) = read_workbook(ods(SPAN, said), "data.ods")
    assert grid.head[1][1] == "53,72"


def test_a_hidden_sheet_of_libreoffice_is_told_and_not_read():
    style = "<style:style style:name='ta2'><style:table-properties table:display='false'/></style:style>"
    with pytest.raises(TableError, match="no sheet of cells that is shown; show the sheet"):
        read_workbook(ods("", style, "table:style-name='ta2'"), "data.ods")


@pytest.mark.parametrize(
    ("code", "number", "shown"),
    [
        ("0.0;-0.0%", 22.1, 22.1), ("[<1]0.0%;0.0", 0.601, 60.1), ("[<1]0.0%;0.0", 22.1, 22.1),
        ('0.0;-0.0;"-"%', 22.1, 22.1), ('#,##0;-#,##0;"-"??', 0.0, 0.0), ("General;-0%", 5.0, 5.0),
        ('0";"%', 0.6, 60.0), ("[=1]0%;[=0.5]0.0;0.0%", 0.6, 60.0), ("[=1]0%;[=0.5]0.0;0", 0.5, 0.5),
    ],
)  # fmt: skip
def test_a_number_is_shown_by_its_own_section_of_the_format(code, number, shown):
    content = io.BytesIO()
    with xlsxwriter.Workbook(content) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["Wilayah", "mCPR 2022"])
        page.write_row(1, 0, ["Kaur", number], book.add_format({"num_format": code}))
    read = kt.read_actuals(io.BytesIO(content.getvalue()))
    assert (read.value.tolist(), read.notes) == ([shown], ())


# Hang bombs: the time for twice the length is about twice the time.


def _xlsx(xml: str, part: str = SHEET) -> bytes:
    return changed(plain(), part, lambda _: xml.encode())


START = '<worksheet xmlns="x"><sheetData>'
BOMBS = {
    "open cells": lambda n: _xlsx(START + '<c r="A1" ' * n),
    "cells without a name": lambda n: _xlsx(START + "<c " * n),
    "errors": lambda n: _xlsx(START + '<c t="e" r="A1" ' * n),
    "errors without a place": lambda n: _xlsx(START + '<c t="e" ' * n),
    "whole cells": lambda n: _xlsx(START + '<row r="1">' + '<c t="e"><v>1</v></c>' * n),
    "quoted cells": lambda n: _xlsx(
        '<worksheet a="' + "&lt;c r='A1'" * n + '"><sheetData/></worksheet>'
    ),
    "formulas": lambda n: _xlsx(START + '<c r="A1"><f>' * n),
    "spaces": lambda n: _xlsx(START + '<c r="A1">' + " " * n),
    "strings": lambda n: _xlsx("<sst>" + "<si>" * n, "xl/sharedStrings.xml"),
    "formats": lambda n: _xlsx("<styleSheet>" + "<numFmt " * n, "xl/styles.xml"),
    "one long format": lambda n: _xlsx(
        f'<styleSheet><numFmts><numFmt numFmtId="170" formatCode="{"[" * n}"/></numFmts></styleSheet>',
        "xl/styles.xml",
    ),
    "styles": lambda n: _xlsx("<styleSheet><cellXfs>" + "<xf " * n, "xl/styles.xml"),
    "lists of styles": lambda n: _xlsx("<styleSheet>" + "<cellXfs>" * n, "xl/styles.xml"),
    "sheets": lambda n: _xlsx("<workbook>" + "<sheet " * n, "xl/workbook.xml"),
    "links": lambda n: _xlsx("<x>" + "<Relationship " * n, "xl/_rels/workbook.xml.rels"),
    "cells of libreoffice": lambda n: ods("<table:table-cell office:value-type " * n),
    "rows of libreoffice": lambda n: ods("<table:table-row>" * n),
    "text of libreoffice": lambda n: ods("<table:table-cell><text:p" * n),
    "deep spans": lambda n: ods(
        "<table:table-cell office:value-type='string'><text:p>" + "<text:span>a" * n
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_reading_a_hostile_part_takes_time_in_proportion(bomb):
    def seconds(length: int) -> float:
        content = BOMBS[bomb](length)
        start = time.process_time()
        with suppress(TableError):
            read_workbook(content, "data.xlsx")
        return time.process_time() - start

    seconds(10)
    assert seconds(40_000) < 2.0
    assert seconds(80_000) < 4.0


def test_entities_are_refused_wherever_they_are_declared():
    bomb = (
        "<!-- "
        + "x" * 5000
        + ' --><!DOCTYPE x [<!ENTITY a "ha">]>'
        + START
        + "</sheetData></worksheet>"
    )
    with pytest.raises(TableError, match="the workbook declares entities, as no program does"):
        read_workbook(_xlsx(bomb), "data.xlsx")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-7", "cp1252"])
def test_a_part_in_another_encoding_is_refused(encoding):
    def change(xml: bytes) -> bytes:
        body = xml.decode().split("?>")[-1]
        return f'<?xml version="1.0" encoding="{encoding}"?>{body}'.encode(encoding)

    with pytest.raises(TableError, match="the workbook is not in UTF-8, as every program's is"):
        read_workbook(changed(plain(), SHEET, change), "data.xlsx")


def test_a_damaged_part_is_refused_or_read_as_before():
    content, chance = plain(), random.Random(61)
    whole = figures(content)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        xml = parts.read(SHEET)
    tags = [m.span() for m in re.finditer(rb"<[^>]*>", xml)]
    for _ in range(60):
        start, stop = chance.choice(tags)
        damaged = xml[:start] + xml[stop:]
        try:
            read = figures(changed(content, SHEET, lambda _, d=damaged: d))
        except TableError:
            continue
        assert [value for value in read if value not in whole] == []


@pytest.mark.parametrize("name", ["long_text_numbers.xlsx", "long.ods"])
@pytest.mark.parametrize("deep", [50, 5000])
def test_a_text_nested_deep_is_read_or_refused_in_our_words(name: str, deep: int) -> None:
    part, text, tag = "xl/sharedStrings.xml", b"<t>Peserta KB aktif</t>", b"r"
    if name.endswith(".ods"):
        part, text, tag = "content.xml", b"Kaur", b"text:span"
    nested = (b"<" + tag + b">") * deep + text + (b"</" + tag + b">") * deep
    content = (FILES / name).read_bytes()
    file = io.BytesIO(changed(content, part, lambda xml: xml.replace(text, nested)))
    # How deep Python goes depends on where it stands.
    read, said = None, ""
    try:
        read = list(kt.read_actuals(file))
    except TableError as error:
        said = str(error)
    assert read == list(kt.read_actuals(FILES / name)) or (
        deep > 50 and "got 'values are nested too deeply'" in said
    )
