"""Tables of quarters and months, as people keep them: what is read, and what is refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from workbooks import workbook

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, TableError
from kencana_targets.model.collection import Actuals, Targets
from kencana_targets.tables.figures import Known, Options, read_figures

PLAN = kt.Plan.from_frames(
    indicators=[
        kt.Indicator(
            code=code,
            name=name,
            name_id=name_id,
            unit="persons",
            direction="maximize",
            combination="sum",
        )
        for code, name, name_id in (
            ("births", "Births attended", "Persalinan"),
            ("reach", "Coverage", "Cakupan"),
        )
    ],
    targets={"indicator": ["births"], "region": ["17"], "year": [2022], "value": [40]},
)
LEAVE_OUT = "leave it out with columns={'ignored': ...}"
QUARTERS = f"combine quarters and months with to_date, or {LEAVE_OUT}"
TELL = "write one period over it, or " + LEAVE_OUT


def file(folder: Path, rows: list[list[Any]]) -> Path:
    path = folder / "tabel.csv"
    lines = (";".join("" if cell is None else str(cell) for cell in row) for row in rows)
    path.write_text("\n".join(lines) + "\n")
    return path


def read(source: Any, periods: int = 4, kind: Any = Actuals, **options: Any) -> Any:
    figures, _, reading = read_figures(
        kind, source, "actuals", Known.of(PLAN), Options(**options), periods=periods
    )
    if reading.problems:
        raise TableError(reading.problems, reading.name)
    return figures


def dates(figures: Any) -> list[tuple[Any, ...]]:
    return [(one.indicator, one.region, round(one.year, 3), one.value) for one in figures]


def problems(source: Any, periods: int = 4, **options: Any) -> list[str]:
    with pytest.raises(TableError) as caught:
        read(source, periods, **options)
    return [str(problem) for problem in caught.value.problems]


def quarters(*values: Any, indicator: str = "births", region: str = "17.05") -> list[Any]:
    return [
        (indicator, region, 2022 + 0.125 + at / 4, value)
        for at, value in enumerate(values)
        if value is not None
    ]


# --------------------------------------------------------------- one figure a row

LONG = {
    "in English": (
        [["indicator", "region", "period", "value"], ["births", "17.05", "2022-Q1", 3],
         ["births", "17.05", "2022-Q2", "4,5"]], {}),
    "in Indonesian": (
        [["Indikator", "Wilayah", "Periode", "Realisasi"],
         ["Persalinan", "Kab. Seluma", "TW I 2022", 3],
         ["Persalinan", "SELUMA", "Triwulan II/2022", "4,5"]], {}),
    "with titles, blank rows, notes and sums": (
        [["Realisasi Program"], [], ["No", "Indikator", "Kab/Kota", "Periode", "Nilai"],
         ["(1)", "(2)", "(3)", "(4)", "(5)"],
         [1, "Persalinan", "Seluma", "TW I 2022", 3], [],
         [2, "Persalinan", "Seluma", "TW II 2022", "4,5"],
         [None, "Jumlah", None, None, "7,5"], ["Sumber: laporan rutin"]], {}),
    "the year in a column": (
        [["Indikator", "Wilayah", "Tahun", "Triwulan", "Nilai"],
         ["Persalinan", "Seluma", 2022, "I", 3], ["Persalinan", "Seluma", 2022, "TW 2", "4,5"]],
        {}),
    "the year in both": (
        [["Indikator", "Wilayah", "Tahun", "Triwulan", "Nilai"],
         ["Persalinan", "Seluma", 2022, "TW I 2022", 3],
         ["Persalinan", "Seluma", 2022, "2", "4,5"]], {}),
    "the year in the title": (
        [["Realisasi tahun 2022"], ["Indikator", "Wilayah", "Triwulan", "Nilai"],
         ["Persalinan", "Seluma", 1, 3], ["Persalinan", "Seluma", 2, "4,5"]], {}),
    "the year from the caller": (
        [["Indikator", "Wilayah", "Triwulan", "Nilai"],
         ["Persalinan", "Seluma", "Pertama", 3], ["Persalinan", "Seluma", "kedua", "4,5"]],
        {"given": {"year": 2022}}),
    "a column that is told": (
        [["Indikator", "Wilayah", "Masa", "Nilai"],
         ["Persalinan", "Seluma", "2022-Q1", 3], ["Persalinan", "Seluma", "2022-Q2", "4,5"]],
        {"columns": {"period": "Masa"}}),
    "one of two columns": (
        [["Indikator", "Wilayah", "Tahun", "Bulan", "Triwulan", "Nilai"],
         ["Persalinan", "Seluma", 2022, "Januari", "I", 3],
         ["Persalinan", "Seluma", 2022, "April", "II", "4,5"]],
        {"columns": {"period": "Triwulan"}}),
    "regions down, indicators across": (
        [["Triwulan", "Persalinan"], ["I", 3], ["II", "4,5"]],
        {"given": {"year": 2022, "region": "17.05"}}),
}  # fmt: skip


@pytest.mark.parametrize("form", LONG)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_figure_a_row(form: str, kind: str, tmp_path: Path) -> None:
    rows, options = LONG[form]
    path = file(tmp_path, rows) if kind == "csv" else workbook(tmp_path, {"Data": rows})
    assert dates(read(path, **options)) == quarters(3, 4.5)


@pytest.mark.parametrize(
    "cells",
    [["Januari", "Desember"], ["01", "12"], [1, 12], [1.0, 12.0], ["Jan", "ke-12"]],
    ids=str,
)
def test_a_month_is_a_word_or_a_number(cells: list[Any]) -> None:
    table = {"indicator": ["births"] * 2, "region": ["17"] * 2, "Bulan": cells, "value": [1, 2]}
    figures = read(table, 12, given={"year": 2022})
    assert [round(one.year, 3) for one in figures] == [2022.042, 2022.958]


def test_dates_of_a_workbook_and_of_frames(tmp_path: Path) -> None:
    rows = [["births", "17", date(2022, 1, 31), 1], ["births", "17", date(2022, 2, 1), 2]]
    names = ["indicator", "region", "Bulan", "value"]
    expected = [("births", "17", 2022.042, 1.0), ("births", "17", 2022.125, 2.0)]
    for source in (
        workbook(tmp_path, {"Data": [names, *rows]}),
        pd.DataFrame(rows, columns=names),
        pd.DataFrame(rows, columns=names).astype({"Bulan": "datetime64[ns]"}),
        pl.DataFrame(rows, schema=names, orient="row"),
        pd.DataFrame([[*row[:2], pd.Period(row[2], "M"), row[3]] for row in rows], columns=names),
    ):
        assert dates(read(source, 12)) == expected
    rows[1][2] = date(2022, 2, 15)
    assert problems(workbook(tmp_path, {"Data": [names, *rows]}), 12) == [
        "sheet 'Data', row 3, column C 'Bulan': a day within a month: got '2022-02-15'; only the "
        "first or the last day of a month stands for it: write the month in words"
    ]


def test_years_stand_in_a_column_of_periods_too() -> None:
    table = {"indicator": ["births"] * 2, "region": ["17"] * 2, "value": [1, 2]}
    for cells in (["2022-Q1", "2022"], ["2022-Q1", 2022], [2022.125, 2022]):
        assert dates(read(table | {"period": cells})) == [
            ("births", "17", 2022.125, 1.0),
            ("births", "17", 2022.0, 2.0),
        ]
    years = table | {"Periode": [2021, 2022]}
    assert [one.year for one in kt.read_actuals(years, plan=PLAN)] == [2021.0, 2022.0]


# --------------------------------------------------------------------- periods across

HEAD = ["Kab/Kota", "TW I", "TW II", "TW III", "TW IV"]
ROW = ["Seluma", 3, "4,5", None, 6]
WIDE = {
    "one indicator, all in the title": (
        {"Data": [["Indikator: Persalinan"], ["Tahun 2022"], HEAD, ROW]}, "", {}),
    "one indicator in the sheet's name, with sums": (
        {"Persalinan": [["Realisasi Tahun 2022"], [*HEAD, "Jumlah", "Rata-rata"], [*ROW, 99, 9],
                        ["Jumlah", 3, 4, 5, 6, 7, 8]]}, "", {}),
    "one indicator from the caller": (
        {"2022": [HEAD, ROW]}, "", {"given": {"indicator": "births"}}),
    "an indicator column": (
        {"2022": [["Indikator", *HEAD], ["Persalinan", *ROW]]}, "", {}),
    "a year column": (
        {"Data": [["Indikator", "Tahun", *HEAD], ["Persalinan", 2022, *ROW]]}, "", {}),
    "years in the headings": (
        {"Data": [["Indikator", "Kab/Kota", "Q1 2022", "2022 TW II", "Triwulan III/2022", "2022Q4"],
                  ["Persalinan", *ROW]]}, "", {}),
    "the word over numerals": (
        {"2022": [["Indikator", "Kab/Kota", "Triwulan", None, None, None],
                  [None, None, "I", "II", "III", "IV"], ["Persalinan", *ROW]]},
        "A1:A2 B1:B2 C1:F1", {}),
    "the word over numbers, unmerged": (
        {"2022": [["Indikator", "Kab/Kota", "Realisasi pada Triwulan", None, None, None],
                  [None, None, 1, 2, 3, 4], ["Persalinan", *ROW]]}, "", {}),
    "K and Rp under each": (
        {"2022": [["Indikator", "Kab/Kota", "Realisasi Kinerja pada Triwulan", *[None] * 7],
                  [None, None, "I", None, "II", None, "III", None, "IV", None],
                  [None, None, *["K", "Rp"] * 4],
                  ["Persalinan", "Seluma", 3, 1e6, "4,5", 2e6, None, None, 6, 3e6]]},
        "A1:A3 B1:B3 C1:J1 C2:D2 E2:F2 G2:H2 I2:J2", {}),
    "target and actual under each": (
        {"2022": [["Indikator", "Kab/Kota", "TW I", None, "TW II", None, "TW III", None, "TW IV", None],
                  [None, None, *["Target", "Realisasi"] * 4],
                  ["Persalinan", "Seluma", 5, 3, 5, "4,5", 5, None, 5, 6]]}, "", {}),
    "target, actual and achievement under each": (
        {"2022": [["Indikator", "Kab/Kota", "TW I", None, None, "TW II", None, None, "TW IV", None, None],
                  [None, None, *["T", "R", "%"] * 3],
                  ["Persalinan", "Seluma", 5, 3, 60, 5, "4,5", 90, 5, 6, 120]]}, "", {}),
    "quarters under target and actual": (
        {"2022": [["Indikator", "Kab/Kota", "Target", None, None, None, "Realisasi", None, None, None],
                  [None, None, *["TW I", "TW II", "TW III", "TW IV"] * 2],
                  ["Persalinan", "Seluma", 5, 5, 5, 5, 3, "4,5", None, 6]]}, "C1:F1 G1:J1", {}),
    "beside the target of the year": (
        {"2022": [["Indikator", "Satuan", "Target Tahunan", *HEAD],
                  ["Persalinan", "orang", 20, *ROW]]}, "", {}),
    "units in brackets": (
        {"2022": [["Indikator", "Kab/Kota", *(f"TW {one} (orang)" for one in ("I", "II", "III", "IV"))],
                  ["Persalinan", *ROW]]}, "", {}),
    "cumulative columns left out": (
        {"2022": [["Indikator", *HEAD, "s.d. TW IV"], ["Persalinan", *ROW, 99]]}, "",
        {"columns": {"ignored": "s.d. TW IV"}}),
    "empty cumulative columns": (
        {"2022": [["Indikator", *HEAD, "s.d. TW IV"], ["Persalinan", *ROW, None]]}, "", {}),
    "beside instructions": (
        {"Petunjuk": [["Isi realisasi tiap triwulan"], ["Simpan", "lalu kirim"]],
         "2022": [["Indikator", *HEAD], ["Persalinan", *ROW]]}, "", {}),
    "a sheet a quarter": (
        {f"TW {numeral}": [["Tahun 2022"], ["Indikator", "Kab/Kota", "Realisasi"],
                           ["Persalinan", "Seluma", value]]
         for numeral, value in (("I", 3), ("II", "4,5"), ("IV", 6))}, "", {}),
    "a sheet a quarter, said twice": (
        {f"TW {numeral}": [[f"Realisasi Triwulan {numeral} Tahun 2022"],
                           ["Indikator", "Kab/Kota", "Realisasi"], ["Persalinan", "Seluma", value]]
         for numeral, value in (("I", 3), ("II", "4,5"), ("IV", 6))}, "", {}),
}  # fmt: skip


@pytest.mark.parametrize("form", WIDE)
def test_periods_across(form: str, tmp_path: Path) -> None:
    sheets, merged, options = WIDE[form]
    path = workbook(tmp_path, sheets, merged)
    assert dates(read(path, **options)) == quarters(3, 4.5, None, 6)


@pytest.mark.parametrize(
    "form", ["target and actual under each", "quarters under target and actual"]
)
def test_targets_beside_actuals(form: str, tmp_path: Path) -> None:
    sheets, merged, options = WIDE[form]
    path = workbook(tmp_path, sheets, merged)
    assert dates(read(path, kind=Targets, **options)) == quarters(5, 5, 5, 5)


@pytest.mark.parametrize(
    "header",
    [
        ["Januari", "Februari", "Desember", "Total"],
        ["Jan 2022", "Feb 2022", "Des 2022", "Total"],
        ["2022-01", "2022-02", "2022-12", "Total"],
        [date(2022, 1, 1), date(2022, 2, 28), date(2022, 12, 1), "Total"],
    ],
    ids=str,
)
def test_months_across(header: list[Any], tmp_path: Path) -> None:
    rows = [["Wilayah", *header], ["Seluma", 1, 2, 3, 6]]
    figures = read(workbook(tmp_path, {"Persalinan": [["Tahun 2022"], *rows]}), 12)
    assert [(round(one.year, 3), one.value) for one in figures] == [
        (2022.042, 1), (2022.125, 2), (2022.958, 3)
    ]  # fmt: skip


def test_months_by_number_under_a_word_and_under_their_quarters(tmp_path: Path) -> None:
    rows = [["Wilayah", "Bulan", *[None] * 11], [None, *range(1, 13)], ["Seluma", *range(101, 113)]]
    path = workbook(tmp_path, {"Persalinan": [["Tahun 2022"], *rows]}, "B2:M2")
    assert [one.value for one in read(path, 12)] == [*range(101, 113)]
    rows = [["Wilayah", "TW I", None, None, None], [None, "Jan", "Feb", "Mar", "Jumlah"],
            ["Seluma", 1, 2, 3, 6]]  # fmt: skip
    path = workbook(tmp_path, {"Persalinan": [["Tahun 2022"], *rows]}, "B2:E2")
    assert [one.value for one in read(path, 12)] == [1, 2, 3]


@pytest.mark.parametrize("turned", [False, True])
def test_quarters_and_indicators_across(turned: bool, tmp_path: Path) -> None:
    heads = [["Persalinan", None, "Cakupan", None], ["TW I", "TW II"] * 2]
    values = [1, 2, 3, 4]
    if turned:
        heads = [["TW I", None, "TW II", None], ["Persalinan", "Cakupan"] * 2]
        values = [1, 3, 2, 4]
    rows = [["Wilayah", *heads[0]], [None, *heads[1]], ["Seluma", *values]]
    for path in (
        workbook(tmp_path, {"2022": rows}, "A1:A2 B1:C1 D1:E1"),
        file(tmp_path, [["Tahun 2022"], *rows]),
    ):
        found = sorted(dates(read(path)))
        assert found == quarters(1, 2) + quarters(3, 4, indicator="reach")


def test_semesters_and_frames() -> None:
    table = {"Wilayah": ["17"], "births Semester I 2022": [1], "births Semester II 2022": ["2,5"]}
    assert dates(read(table, 2)) == [("births", "17", 2022.25, 1.0), ("births", "17", 2022.75, 2.5)]


def test_last_year_stands_beside_the_quarters() -> None:
    table = {"Indikator": ["births"], "Realisasi 2021": [9], "Realisasi TW I 2022": [3]}
    assert dates(read(table, given={"region": "17"})) == [
        ("births", "17", 2022.125, 3.0), ("births", "17", 2021.0, 9.0)
    ]  # fmt: skip


# ----------------------------------------------------------------- one period for all


@pytest.mark.parametrize(
    "title",
    [["Realisasi Triwulan II 2022"], ["Laporan TW II", "Tahun 2022"], ["Triwulan : II", "Tahun : 2022"],
     ["Periode : TW II 2022"], ["Periode : 2020-2024", "Triwulan II 2022"],
     ["Realisasi Triwulan II 2022", "Dicetak: Juli 2022"]],
    ids=str,
)  # fmt: skip
def test_the_title_tells_the_period(title: list[str], tmp_path: Path) -> None:
    rows = [["Indikator", "Kab/Kota", "Realisasi"], ["Persalinan", "Seluma", 3]]
    path = workbook(tmp_path, {"Data": [*([one] for one in title), *rows]})
    assert dates(read(path)) == [("births", "17.05", 2022.375, 3.0)]


def test_the_caller_tells_the_period(tmp_path: Path) -> None:
    rows = [["Indikator", "Kab/Kota", "Realisasi"], ["Persalinan", "Seluma", 3]]
    path = workbook(tmp_path, {"Data": [["s.d. Triwulan IV 2022"], *rows]})
    assert dates(read(path, given={"period": "TW II 2022"})) == quarters(None, 3)
    assert dates(read(path, given={"period": "TW II", "year": 2022})) == quarters(None, 3)
    assert dates(read(path, given={"period": 2022})) == [("births", "17.05", 2022.0, 3.0)]
    assert problems(path, given={"period": 2}) == [
        "argument 'given', 'period': not a period: got '2'; allowed: a period such as 2022-Q1, "
        "Triwulan I 2022, Semester I 2022, Januari 2022, 2022-01, or the first or last day of a month"
    ]


# -------------------------------------------------------------------------- refused

KEYS = ["Indikator", "Wilayah"]
FIRST = ["Persalinan", "Seluma"]
BAD_PERIOD = (
    "allowed: a period such as 2022-Q1, Triwulan I 2022, Semester I 2022, Januari 2022, 2022-01, "
    "or the first or last day of a month"
)
CANNOT_TELL = f"cannot tell what this column is; write 'actual' over it, or {LEAVE_OUT}"
REFUSED = {
    "everything at once": (
        [["Judul"], [], [*KEYS, "Periode", "Nilai"], [*FIRST, "TW V 2022", "x"],
         ["Persalinn", "Bengkoeloe", None, 3], [*FIRST, "TW I 2022", "1.2.3"]], {},
        [f"row 4, column C 'Periode': not a period: got 'TW V 2022'; {BAD_PERIOD}",
         "row 4, column D 'Nilai': not a number: got 'x'; write a number such as 22,1 or leave the "
         "cell empty",
         "row 5, column C 'Periode': empty; name the period",
         "row 5, column A 'Indikator': unknown indicator: got 'Persalinn'; did you mean 'persalinan'?",
         "row 5, column B 'Wilayah': unknown region: got 'Bengkoeloe'; the nearest are 'Bengkulu' "
         "(17), 'Kota Bengkulu' (17.71) or 'Kabupaten Bengkalis' (14.03)",
         "row 6, column D 'Nilai': not a number: got '1.2.3'; write a number such as 22,1 or leave "
         "the cell empty"]),
    "columns of one name": (
        [[*KEYS, "Periode", "Nilai", "Nilai"], [*FIRST, "TW I 2022", 3, 4]], {},
        ["row 1: two columns of one name: got 'Nilai'; rename one"]),
    "quarters of one name": (
        [[*KEYS, "TW I", "TW I"], [*FIRST, 3, 4]], {"given": {"year": 2022}},
        ["row 1: two columns of one name: got 'TW I'; rename one"]),
    "a quarter in two words": (
        [[*KEYS, "TW I", "Triwulan I"], [*FIRST, 3, 4]], {"given": {"year": 2022}},
        ["row 1, column D 'Triwulan I': two columns for the same figures: got 'Triwulan I'; "
         "the other is 'TW I'; leave it out with columns={'ignored': ...}"]),
    "no year": (
        [[*KEYS, "TW I", "TW II"], [*FIRST, 3, 4]], {},
        ["row 1: no year: no column, no heading and no title says it; tell it with given={'year': ...}"]),
    "no indicator": (
        [["Wilayah", "TW I", "TW II"], ["Seluma", 3, 4]], {"given": {"year": 2022}},
        ["row 1: no indicator: no column, no heading and no title says it; "
         "tell it with given={'indicator': ...}"]),
    "a period of another kind": (
        [[*KEYS, "Semester I", "Bulan Mei"], [*FIRST, 3, 4]], {"given": {"year": 2022}},
        ["row 1, column C 'Semester I': one of 2 periods of a year where there are 4: "
         "got 'Semester I'; combine with periods=2, or leave it out",
         "row 1, column D 'Bulan Mei': one of 12 periods of a year where there are 4: "
         "got 'Bulan Mei'; combine with periods=12, or leave it out"]),
    "up to a period": (
        [[*KEYS, "TW I", "s.d. TW II"], [*FIRST, 3, 4]], {"given": {"year": 2022}},
        ["row 1, column D 's.d. TW II': up to a period, where the figure of one belongs: "
         f"got 's.d. TW II'; {TELL}"]),
    "nothing but up to a period": (
        [[*KEYS, "s.d. TW I", "s.d. TW II"], [*FIRST, 3, 4]], {"given": {"year": 2022}},
        ["row 1, column C 's.d. TW I': up to a period, where the figure of one belongs: "
         f"got 's.d. TW I'; {TELL}",
         "row 1, column D 's.d. TW II': up to a period, where the figure of one belongs: "
         f"got 's.d. TW II'; {TELL}"]),
    "several periods": (
        [[*KEYS, "TW I", "TW II - III"], [*FIRST, 3, 4]], {"given": {"year": 2022}},
        ["row 1, column D 'TW II - III': several periods at once: got 'TW II - III'; " + TELL]),
    "a title up to a period": (
        [["Realisasi s.d. Triwulan II Tahun 2022"], [*KEYS, "Realisasi"], [*FIRST, 3]], {},
        ["title, 'period': up to a period, where the figure of one belongs: "
         "got 'Realisasi s.d. Triwulan II Tahun 2022'; tell it with given={'period': ...}"]),
    "a title of several periods": (
        [["Triwulan I 2022"], ["Triwulan II 2022"], [*KEYS, "Realisasi"], [*FIRST, 3]],
        {"given": {"year": 2022}},
        ["title, 'period': several periods at once: got 'Data; Triwulan I 2022; Triwulan II 2022'; "
         "tell it with given={'period': ...}"]),
    "a title of several years": (
        [["Tahun 2021"], ["Triwulan II 2022"], [*KEYS, "Realisasi"], [*FIRST, 3]], {},
        ["the title names several years: got '2021, 2022'; tell it with given={'year': ...}"]),
    "another year in the column": (
        [[*KEYS, "Tahun", "Triwulan", "Nilai"], [*FIRST, 2021, "TW I 2022", 3]], {},
        ["row 2, column D 'Triwulan': the period is of another year: got 2022; "
         "the year is 2021: mend one"]),
    "another year in the heading": (
        [[*KEYS, "Tahun", "TW I 2022"], [*FIRST, 2021, 3]], {},
        ["row 1, column D 'TW I 2022': the period is of another year: got 2022; "
         "the year is 2021: mend one"]),
    "two columns of periods": (
        [[*KEYS, "Tahun", "Triwulan", "Bulan", "Nilai"], [*FIRST, 2022, "I", "Mei", 3]], {},
        ["row 1: two columns for 'period': got \"'Triwulan' and 'Bulan'\"; "
         "name one of them: columns={'period': ...}"]),
    "a period given twice": (
        [[*KEYS, "Periode", "Nilai"], [*FIRST, "2022-Q1", 3]], {"given": {"period": "2022-Q1"}},
        ["row 1: 'period' is given, and the header says it too; leave one of them out"]),
    "a period given beside headings": (
        [[*KEYS, "TW I 2022"], [*FIRST, 3]], {"given": {"period": "2022-Q1"}},
        ["row 1: 'period' is given, and the header says it too; leave one of them out"]),
    "a quarter that may be a target": (
        [[*KEYS, "Target TW I", "Realisasi TW I", "TW II"], [*FIRST, 3, 4, 5]],
        {"given": {"year": 2022}}, [f"row 1, column E 'TW II': {CANNOT_TELL}"]),
    "words that are not known": (
        [[*KEYS, "TW I", None], [None, None, "Fisik", "Uang"], [*FIRST, 3, 4]],
        {"given": {"year": 2022}},
        [f"row 1, column C 'TW I / Fisik': {CANNOT_TELL}",
         f"row 1, column D 'TW I / Uang': {CANNOT_TELL}"]),
    "a year of two digits": (
        [[*KEYS, "Jan-22"], [*FIRST, 3]], {"given": {"year": 2022}},
        ["row 1, column C 'Jan-22': one of 12 periods of a year where there are 4: got 'Jan-22'; "
         "combine with periods=12, or leave it out"]),
    "quarters between rows": (
        [[*KEYS, "Nilai"], ["Triwulan I"], [*FIRST, 3], ["Triwulan II"], [*FIRST, 4]],
        {"given": {"year": 2022}},
        ["row 2: a row that names a part of the year or of the people stands among the figures: "
         "got 'Triwulan I'; write it in a column of its own, or part the table there",
         "row 4: a row that names a part of the year or of the people stands among the figures: "
         "got 'Triwulan II'; write it in a column of its own, or part the table there"]),
    "the number of a month without a word": (
        [[*KEYS, "Tahun", "Periode", "Nilai"], [*FIRST, 2022, 1, 3]], {},
        [f"row 2, column D 'Periode': not a period: got '1'; {BAD_PERIOD}"]),
    "a period that was forgotten": (
        [[*KEYS, "Periode", "Nilai"], [*FIRST, "2022-Q1", 3], [*FIRST, "TW II", 4]], {},
        [f"row 3, column C 'Periode': not a period: got 'TW II'; {BAD_PERIOD}"]),
}  # fmt: skip


@pytest.mark.parametrize("form", REFUSED)
def test_what_is_refused_in_a_workbook(form: str, tmp_path: Path) -> None:
    rows, options, expected = REFUSED[form]
    path = workbook(tmp_path, {"Data": rows})
    places = [re.sub("^the title", ": the title", text) for text in expected]
    assert problems(path, **options) == [
        f"sheet 'Data'{text if text.startswith(':') else ', ' + text}" for text in places
    ]


@pytest.mark.parametrize("merged", ["C2:C3", "C2:D2"])
def test_merged_figures_are_refused(merged: str, tmp_path: Path) -> None:
    rows = [[*KEYS, "TW I", "TW II"], [*FIRST, 3, 4], ["Persalinan", "Kaur", 5, 6]]
    path = workbook(tmp_path, {"2022": rows}, merged)
    assert problems(path) == [
        "sheet '2022', row 2, column C 'TW I': merged cells hold one figure for several places; "
        "part the cells and write the figure where it belongs"
    ]


def test_ragged_and_shifted_files_are_named_by_their_rows(tmp_path: Path) -> None:
    path = tmp_path / "q.csv"
    path.write_text(
        "\n\nindicator;region;period;value\nbirths;17;2022-Q1;3\n\nbirths;17;2022-Q2;4;5\n"
    )
    assert problems(path) == [
        "row 6: 5 cells under 4 columns: got ['births', '17', '2022-Q2', '4', '5']; "
        "quote cells that contain the separator",
        "row 6, column 5: a figure in a column without a heading: got '5'; "
        "write a heading over the column, or clear it",
    ]
    path.write_text("\n\nindicator;region;period;value\nbirths;17;2022-Q1;3;\nbirths;17;2022-Q2\n")
    assert dates(read(path)) == [("births", "17", 2022.125, 3.0), ("births", "17", 2022.375, None)]


READ_ACTUALS = {
    "an indicator's column": ([["Indikator", "Wilayah", "TW I", "TW II"], [*FIRST, 3, 4]], {"year": 2022}),
    "one indicator": ([["Wilayah", "TW I", "TW II"], ["Seluma", 3, 4]],
                      {"year": 2022, "indicator": "births"}),
    "no year": ([["Wilayah", "Persalinan TW I", "Persalinan TW II"], ["Seluma", 3, 4]], {"year": 2022}),
}  # fmt: skip


@pytest.mark.parametrize("form", READ_ACTUALS)
@pytest.mark.parametrize("known", [True, False])
def test_read_actuals_refers_quarters_to_to_date(form: str, known: bool, tmp_path: Path) -> None:
    rows, given = READ_ACTUALS[form]
    with pytest.raises(TableError) as caught:
        kt.read_actuals(file(tmp_path, rows), plan=PLAN if known else None, given=given)
    texts = [str(problem) for problem in caught.value.problems]
    assert len(texts) == 2
    assert all("cannot tell what " in text and text.endswith(QUARTERS) for text in texts)


def test_read_actuals_refuses_a_sheet_of_one_indicators_months(tmp_path: Path) -> None:
    rows = [["Tahun 2022"], ["Wilayah", "Januari", date(2022, 2, 1)], ["Seluma", 3, 4]]
    with pytest.raises(TableError) as caught:
        kt.read_actuals(workbook(tmp_path, {"Persalinan": rows}), plan=PLAN)
    assert [str(problem) for problem in caught.value.problems] == [
        f"sheet 'Persalinan', row 2, column B 'Januari': cannot tell what 'Januari' is; {QUARTERS}",
        f"sheet 'Persalinan', row 2, column C '2022-02-01': cannot tell what '2022-02-01' is; {QUARTERS}",
    ]


def test_read_actuals_refuses_a_period_that_is_told(tmp_path: Path) -> None:
    rows = [["Periode : TW I 2022"], ["Indikator", "Wilayah", "Nilai"], [*FIRST, 3]]
    said = "a quarter where whole years are read: got 'quarter 1 of 2022'; combine quarters and months with to_date"
    with pytest.raises(TableError, match=f"sheet 'D', title, 'period': {said}"):
        kt.read_actuals(workbook(tmp_path, {"D": rows}), plan=PLAN)
    with pytest.raises(TableError, match=f"argument 'given', 'period': {said}"):
        kt.read_actuals(file(tmp_path, rows[1:]), plan=PLAN, given={"period": "2022-Q1"})
    rows[0] = ["Periode : 2022"]
    assert kt.read_actuals(workbook(tmp_path, {"D": rows}), plan=PLAN)[0].year == 2022
    table = {"Indikator": ["births"], "Wilayah": ["17"], "Periode": ["TW I 2022"], "Nilai": [1]}
    with pytest.raises(TableError, match="a column that parts the figures among times"):
        kt.read_actuals(table, plan=PLAN)


def test_describe_table_says_how_quarters_are_understood(tmp_path: Path) -> None:
    sheets, merged, _ = WIDE["target and actual under each"]
    path = workbook(tmp_path, sheets, merged)
    assert str(kt.describe_table(path, plan=PLAN, periods=4)).splitlines()[1:9] == [
        "sheet '2022': wide, header in rows 1-2, 3 figures",
        "  column A 'Indikator': indicator",
        "  column B 'Kab/Kota': region",
        "  column C 'TW I / Target': not read",
        "  column D 'TW I / Realisasi': actual quarter 1",
        "  column E 'TW II / Target': not read",
        "  column F 'TW II / Realisasi': actual quarter 2",
        "  column G 'TW III / Target': not read",
    ]
    rows = [["Triwulan II 2022"], ["Indikator", "Wilayah", "Nilai"], [*FIRST, 3]]
    told = str(kt.describe_table(workbook(tmp_path, {"D": rows}), plan=PLAN, periods=4))
    assert "  period: quarter 2 of 2022 (no column)" in told.splitlines()
    with pytest.raises(
        ArgumentError, match="argument 'periods': not allowed: got 3; allowed: 1, 2, 4, 12"
    ):
        kt.describe_table(path, periods=3)


YEAR = [["Wilayah", "Persalinan"], ["17.01", 40]]


@pytest.mark.parametrize(
    ("sheet", "title"),
    [
        ("TW2", "Tahun 2022"),
        ("Data", "Capaian Triwulan II Tahun 2022"),
        ("Data", "Semester I Tahun 2022"),
        ("Data", "s.d. Triwulan III, Tahun 2022"),
        ("Data", "Keadaan s.d. Juni Tahun 2022"),
        ("Data", "Januari - September, Tahun 2022"),
        ("Juni 2022", "Tahun 2022"),
    ],
)
def test_a_title_of_a_part_of_the_year_is_not_the_year(tmp_path, sheet, title):
    path = workbook(tmp_path, {sheet: [[title], *YEAR]})
    named = title if sheet == "Data" else sheet
    with pytest.raises(TableError) as caught:
        kt.read_actuals(path, plan=PLAN)
    assert [(one.what, one.where, one.got) for one in caught.value.problems] == [
        (
            "the title names a part of the year, where figures of whole years are read",
            f"sheet '{sheet}', title, 'period'",
            named,
        )
    ]
    figures = kt.read_actuals(path, plan=PLAN, given={"period": "year"})
    assert [(one.region, one.year, one.value) for one in figures] == [("17.01", 2022, 40)]


@pytest.mark.parametrize(
    "title",
    [
        "Bengkulu, Maret 2022",
        "Keadaan s.d. Desember 2022",
        "Triwulan I s.d. IV 2022",
        "Rekap per triwulan 2022",
    ],
)
def test_a_title_with_a_month_or_the_whole_year_is_the_year(tmp_path, title):
    path = workbook(tmp_path, {"Data": [[title], ["Tahun 2022"], *YEAR]})
    assert [one.year for one in kt.read_actuals(path, plan=PLAN)] == [2022]


@pytest.mark.parametrize(
    "rows",
    [
        [["Wilayah", "Persalinan 2020", "Persalinan 2021"], ["17.01", 30, 35]],
        [["Wilayah", "Indikator", "Tahun", "Nilai"], ["17.01", "births", 2020, 30],
         ["17.01", "births", 2021, 35]],
    ],
)  # fmt: skip
def test_a_title_of_a_quarter_is_refused_for_several_years_too(tmp_path, rows):
    path = workbook(tmp_path, {"Data": [["Laporan Triwulan II 2022"], *rows]})
    with pytest.raises(TableError, match="the title names a part of the year"):
        kt.read_actuals(path, plan=PLAN)
    figures = kt.read_actuals(path, plan=PLAN, given={"period": "year"})
    assert [(one.year, one.value) for one in figures] == [(2020, 30), (2021, 35)]


@pytest.mark.parametrize("said", ["2020-2024", "tahun 2020 s.d. 2024", "2020 sampai 2024"])
def test_a_span_of_years_in_a_title_is_the_year_of_no_figure(tmp_path, said):
    rows = [[f"Persalinan {said}"], ["Kabupaten", "Persalinan"], ["Kaur", 20], ["Seluma", 30]]
    with pytest.raises(TableError, match="no year: no column, no heading and no title says it"):
        kt.read_actuals(workbook(tmp_path, {"Data": rows}), plan=PLAN)
