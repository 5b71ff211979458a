"""The quick ways of reading give what the thorough ways give."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from effort import examples
from hypothesis import example, given
from hypothesis import strategies as st

import kencana_targets as kt
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import KencanaError, TableError
from kencana_targets.tables import cells, excel, files, opening, raw_columns, sheet_cells
from kencana_targets.tables.headings import Vocabulary, year_of
from kencana_targets.tables.numbers import parse_column
from kencana_targets.tables.raw_columns import Numerals, written

FILES = Path(__file__).parents[1] / "files"
PLAN = kt.read_plan(FILES / "plan")
numbers = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.from_regex(r"-?[0-9]{1,4}[.,][0-9]{1,5}", fullmatch=True),
    st.sampled_from(
        ["0", "007", "4.282", "4,282", "-", "", "n/a", "80-90", "1.234,5", "+1", "1e5"]
    ),
)


@examples(300)
@given(st.lists(numbers, min_size=1, max_size=8), st.sampled_from([None, ",", "."]))
def test_plain_columns_are_read_as_all_columns_are(words, decimal):
    text = Categorical.encode(words)
    quick = cells._plain_column(text, decimal)
    if quick is None:
        return
    thorough = parse_column(text, decimal=decimal)
    assert np.array_equal(quick.values, thorough.values, equal_nan=True)
    assert quick.decimal == thorough.decimal
    assert not thorough.problems
    assert not thorough.intervals


@pytest.mark.parametrize("words", [["22.1", "3"], ["22,1", "3"], ["2021"], ["0.12345", "-1.5"]])
def test_plain_columns_are_taken_for_such(words):
    assert cells._plain_column(Categorical.encode(words), None) is not None


@pytest.mark.parametrize("words", [["22.1", "3,1"], ["4.282"], ["12%"], ["0.123"], ["1" * 16]])
def test_doubtful_columns_are_left_to_the_thorough_reader(words):
    assert cells._plain_column(Categorical.encode(words), None) is None


cell_letters = st.text(st.sampled_from("ab1 .,;\t\u00e9\u2013\r"), max_size=4)


@examples(300)
@example([["", "", ""], ["", ""], ["", "", ","]], 1, ",", "\n", False)
@example([["a", "", "b"], ["", " a", "\u00e9\u2013"]], 20, ";", "\r\n", True)
@example([["a" * 9, "a" * 8], ["a" * 17, "a" * 8 + "b"], ["b" + "a" * 8, "a"]], 3, ";", "\n", True)
@example([["a" * 256, "b"], ["c", "d"]], 1, ";", "\n", False)
@given(
    st.lists(st.lists(cell_letters, min_size=2, max_size=3), min_size=1, max_size=5),
    st.sampled_from([1, 3, 20]),
    st.sampled_from(",;\t"),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
def test_a_plain_file_has_one_reading(rows, times, separator, end, last):
    text = end.join(separator.join(row) for row in rows * times) + end * last
    quick = opening._read_plain(text.encode(), separator, "x")
    if quick is None:
        return
    slow = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    expected = [[files.plain(cell) for cell in row] for row in slow]
    assert quick.head == expected[: files.HEAD]
    assert quick.height == len(expected)
    columns = [column.to_list() for column in quick.body(0)]
    assert [list(row) for row in zip(*columns, strict=True)] == expected


@examples(100)
@example(["900719925474099.1", "900719925474099.3", "66.75000000000001", "5"])
@example(["999999999999999.999999999999999", "0.000000000000001", "-0"])
@given(
    st.lists(
        st.from_regex(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", fullmatch=True), min_size=1, max_size=8
    )
)
def test_numbers_are_the_nearest_that_a_float_holds(words):
    ends = np.cumsum([len(word) + 1 for word in words]) - 1
    lengths = np.array(list(map(len, words)))
    content = ";".join(words).encode() + raw_columns.BEHIND
    values, _, fits = raw_columns.numbers_at(content, ends - lengths, lengths, ord("."))
    assert fits.all()
    assert list(map(repr, values.tolist())) == [repr(float(word)) for word in words]


def test_words_that_share_a_key_stay_apart(monkeypatch):
    monkeypatch.setattr(raw_columns, "_FACTOR", np.uint64(0))
    grid = opening._read_plain(b"aaaaaaaa1;x\nbbbbbbbb1;y\naaaaaaaa1;z\n", ";", "x")
    assert grid.body(0)[0].to_list() == ["aaaaaaaa1", "bbbbbbbb1", "aaaaaaaa1"]


@pytest.mark.parametrize(
    "name",
    sorted(
        path.relative_to(FILES).as_posix()
        for path in FILES.rglob("*")
        if path.suffix in (".csv", ".xlsx")
    ),
)
def test_files_are_read_the_same_both_ways(name, monkeypatch):
    """Values, notes, problems and places, with a plan and without."""

    def read():
        for known in (None, PLAN):
            try:
                said = kt.describe_table(FILES / name, plan=known)
                yield said.problems, said.notes, str(said)
                if known:
                    yield list(kt.read_actuals(FILES / name, plan=known))
            except KencanaError as error:
                yield error.problems

    monkeypatch.setattr(opening, "_SMALL", 0)
    monkeypatch.setattr(excel, "_SMALL", 0)
    quick = list(map(repr, read()))
    monkeypatch.setattr(opening, "_SMALL", 1 << 30)
    monkeypatch.setattr(sheet_cells, "plain_sheet", lambda *_: None)
    assert quick == list(map(repr, read()))


# What may stand in a sheet that is damaged, or that another program wrote.
CHANGES = [
    (rb'<row r="2"', rb"<row r='2'"), (rb'<row r="2"', rb'<row r="2\''),
    (rb'<row r="2"', rb'<row r="2" r="2"'), (rb'<row r="2"', rb'<row r="2" hidden="1"'),
    (rb"</row>", rb""), (rb"</row>", rb"</row><row/>"), (rb"</row>", rb"</row><!-- a -->"),
    (rb'<c r="([A-Z]+2)"', rb'<c r="\1" r="\1"'), (rb'<c r="([A-Z]+2)"', rb'<c r="\g<1>0"'),
    (rb'<c r="([A-Z]+2)"', rb"<c"), (rb'<c r="([A-Z]+2)"', rb'<c  r="\1"'),
    (rb' t="s"', rb' t="str"'), (rb' t="s"', rb' t="ns"'), (rb' t="s"', rb""),
    (rb"</c>", rb"</c>a"), (rb"</c>", rb"</c>&amp;"), (rb"</c>", rb"</c>&a;"),
    (rb"<v>(\d+)</v>", rb"<v>\1.0</v>"), (rb"<v>(\d+)</v>", rb"<v> \1</v>"),
    (rb"<v>(\d+)</v>", rb"<v><![CDATA[\1]]></v>"), (rb"<v>(\d+)</v>", rb"<f>A1</f><v>\1</v>"),
    (rb"<v>(\d+)</v>", rb"<v>\1</v><v>5</v>"), (rb"<v>(\d+)</v>", rb"<v/>"),
    (rb"<sheetData>", rb"<sheetData >"), (rb"<sheetViews>", rb"<sheetViews a='1\">"),
    (rb"<worksheet", rb'<!DOCTYPE a [<!ENTITY a "1">]><worksheet'),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=range(len(CHANGES)))
def test_a_damaged_sheet_is_read_or_refused_the_same_both_ways(change, monkeypatch):
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(FILES / "long_numbers.xlsx") as old,
        zipfile.ZipFile(changed, "w") as new,
    ):
        for part in old.namelist():
            content = old.read(part)
            if "worksheets/" in part:
                content, times = re.subn(*change, content, count=1)
                assert times
            new.writestr(part, content)

    def read():
        try:
            return list(kt.read_actuals(io.BytesIO(changed.getvalue()), plan=PLAN))
        except KencanaError as error:
            return str(error)

    monkeypatch.setattr(excel, "_SMALL", 0)
    quick = read()
    monkeypatch.setattr(sheet_cells, "plain_sheet", lambda *_: None)
    assert repr(quick) == repr(read())


def test_a_column_without_a_heading_spills_also_in_a_long_file(monkeypatch):
    text = "Wilayah;Tahun;mCPR;\n" + "Seluma;2021;60,1;a\n"

    def read():
        try:
            return list(kt.read_actuals(io.BytesIO(text.encode()), plan=PLAN))
        except KencanaError as error:
            return str(error)

    slow = read()
    monkeypatch.setattr(opening, "_SMALL", 0)
    assert repr(read()) == repr(slow)


def test_a_long_plain_file_is_read_as_a_quoted_one(tmp_path):
    header = "region,indicator,year,value,source\n"
    lines = [f"17.{n:04d},a,2022,{n / 100:.2f},{'x' * (n % 3)}\n" for n in range(3000)]
    (tmp_path / "plain.csv").write_text(header + "".join(lines))
    (tmp_path / "quoted.csv").write_text(header.replace("region", '"region"') + "".join(lines))
    assert kt.read_actuals(tmp_path / "plain.csv") == kt.read_actuals(tmp_path / "quoted.csv")


def test_parquet_needs_a_library(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "backends", list)
    parquet = tmp_path / "a.parquet"
    parquet.write_bytes(b"")
    with pytest.raises(KencanaError, match="a Parquet file needs packages that are not installed"):
        kt.read_actuals(parquet)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1"])
@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_a_broken_parquet_file_is_refused(tmp_path, content, library, monkeypatch):
    monkeypatch.setattr(files, "backends", lambda: [library])
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(TableError, match=r"a.parquet: not a Parquet file"):
        kt.read_actuals(path)


def test_parquet_is_read_through_pyarrow_too(tmp_path, monkeypatch):
    table = {"region": ["17"], "indicator": ["a"], "year": [2022], "value": [1.5]}
    kt.Actuals.from_frame(table).to_frame("polars").write_parquet(tmp_path / "a.parquet")
    expected = kt.read_actuals(tmp_path / "a.parquet")
    monkeypatch.setattr(files, "backends", lambda: ["pyarrow"])
    assert kt.read_actuals(tmp_path / "a.parquet") == expected
    assert expected[0].value == 1.5


@pytest.mark.parametrize("broken", [b"\xff", b"\xe2\x80", b"\xc3"])
def test_a_broken_letter_of_a_utf_8_file_is_refused(tmp_path, broken):
    path = tmp_path / "a.csv"
    path.write_bytes(
        "region,indicator,year,value,source\n17,a,2022,1.5,\u2013\n17,b,2022,1.5,".encode()
        + broken
        + b"x\n"
    )
    with pytest.raises(
        TableError, match=r"a.csv: row 3: a broken letter: the file is UTF-8 elsewhere"
    ):
        kt.read_actuals(path)


def test_the_end_of_a_cut_file_is_noticed(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("region,indicator,year,value,source\n17,a,2022,1.5,x\n17,b,2022,1")
    with pytest.raises(
        TableError, match=r"row 3: the file ends in the middle of a row: 4 cells under 5"
    ):
        kt.read_actuals(path)


@pytest.mark.parametrize(
    ("heading", "figure", "year", "rest"),
    [
        ("Realisasi 2021", "actual", 2021, ()),
        ("Target Tahun 2022", "target", 2022, ()),
        ("2021 stunting", "", 2021, ("stunting",)),
        ("Stunting (%) 2021", "", 2021, ("Stunting (%)",)),
        ("Realisasi Stunting (2021)", "actual", 2021, ("Stunting",)),
        ("Stunting 2020-2024", "", None, ("Stunting 2020-2024",)),
        ("indicator_0 2020", "", 2020, ("indicator_0",)),
        ("T.A. 2021", "", 2021, ()),
        ("Kondisi awal 2019", "baseline", 2019, ()),
    ],
)
def test_a_heading_names_figure_year_and_indicator(heading, figure, year, rest):
    read = Vocabulary.of().read((heading,))
    assert (read.role, read.figure, read.year, read.rest) == ("figures", figure, year, rest)


@pytest.mark.parametrize("text", ["2020-2024", "12021", "22.1", "tahun", "", "3021"])
def test_what_is_no_year(text):
    assert year_of(text) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"place": "x"}}, "argument 'columns': not allowed: got 'place'"),
        ({"given": {"value": 1}}, "argument 'given': not allowed: got 'value'"),
        ({"given": {"year": 2022}}, r"column 'year': 'year' is given, and a column says it too"),
        (
            {"columns": {"region": "Daerah"}},
            "argument 'columns', 'region': no such heading: got 'Daerah'",
        ),
        ({"decimal": ";"}, "argument 'decimal': not allowed"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, message):
    table = {"region": ["17"], "indicator": ["a"], "year": [2022], "value": ["1,5"]}
    with pytest.raises(KencanaError, match=message):
        kt.read_actuals(table, **options)


def test_an_unknown_sheet_is_refused(tmp_path):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Data").write_row(0, 0, ["region", "indicator", "year", "value"])
    with pytest.raises(
        TableError, match=r"a.xlsx: argument 'sheet': unknown sheet: got 'Dat'; did you mean 'Data'"
    ):
        kt.read_actuals(path, sheet="Dat")
    with pytest.raises(TableError, match=r"a.xlsx: sheet 'Data', row 1: no figures under"):
        kt.read_actuals(path)


def test_what_the_caller_gives_holds_for_all_figures():
    read = kt.read_actuals(
        {"Wilayah": ["17", "17.01"], "2021": ["22,1", None], "2022": [19.8, 18.0]},
        given={"indicator": "stunting", "source": "SSGI"},
    )
    assert [(one.region, one.year, one.value, one.source) for one in read] == [
        ("17", 2021.0, 22.1, "SSGI"),
        ("17", 2022.0, 19.8, "SSGI"),
        ("17.01", 2022.0, 18.0, "SSGI"),
    ]
    assert {one.indicator for one in read} == {"stunting"}


@examples(100)
@given(
    st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=1, max_size=6),
    st.sampled_from([",", "."]),
)
def test_columns_of_plain_numbers_are_read_at_once_as_one_by_one(rows, decimal):
    text = "".join(f"r;{first};{second}\n" for first, second in rows)
    grid = opening._read_plain(text.encode(), ";", "x")
    quick, thorough = grid.body(0, [1, 2]), grid.body(0)
    for column, expected in zip(quick, thorough, strict=True):
        assert written(column).to_list() == expected.to_list()
        if isinstance(column, Numerals):
            read = parse_column(expected)
            assert np.array_equal(column.values, read.values, equal_nan=True)
            assert column.mark == read.decimal
            assert column.fits(decimal) is (not parse_column(expected, decimal=decimal).problems)


def test_columns_whose_marks_disagree_are_not_read_at_once(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Wilayah;stunting 2021;stunting 2022\n17;22,1;19.8\n17.01;20,8;21.5\n")
    with pytest.raises(TableError, match=r"row 2, column 'stunting 2022': a decimal dot where"):
        kt.read_actuals(path)
    path.write_text("Wilayah;stunting 2021;stunting 2022\n17;22,1;19\n17.01;;4.282\n")
    with pytest.raises(TableError, match=r"row 3, column 'stunting 2022': can be read in two"):
        kt.read_actuals(path)
    assert kt.read_actuals(path, decimal=",").value.tolist() == [22.1, 19, 4282]


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b" \n\n"])
def test_a_file_without_a_letter_is_refused(tmp_path, content):
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(TableError, match=r"a.csv: empty file; a table has a header"):
        kt.read_actuals(path)


def test_a_column_that_only_begins_alike_is_read_the_same(tmp_path):
    path = tmp_path / "a.csv"
    values = [0.0] * 40 + [round(row / 7, 2) for row in range(2960)]
    lines = [f"17.{row:04d},stunting,{row},{value}\n" for row, value in enumerate(values, 1)]
    path.write_text("region,indicator,no,value\n" + "".join(lines))
    assert kt.read_actuals(path, given={"year": 2021}).value.tolist() == values


@pytest.mark.parametrize("form", ["long", "wide"])
def test_the_text_of_plain_numbers_is_never_made(tmp_path, monkeypatch, form):
    def text(column):
        raise AssertionError(column)

    plan = kt.load_plan("bengkulu-2021")
    monkeypatch.setattr(Numerals, "text", text)
    path = tmp_path / "a.csv"
    rows = {
        "long": "region,indicator,year,value\n17,TFR,2021,2.1\n17.01,TFR,2021,2.25\n",
        "wide": "Wilayah,TFR 2021,mCPR 2021\n17,2.1,60.1\n17.01,2.25,\n",
    }
    path.write_text(rows[form])
    figures = kt.read_actuals(path, plan=plan)
    assert figures.value.tolist() == {"long": [2.1, 2.25], "wide": [2.1, 60.1, 2.25]}[form]
