"""Headings that say more than an indicator and a year, and rows that say it between figures."""

import pickle
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from workbooks import workbook

import kencana_targets as kt
from kencana_targets.core.errors import TableError

REGENCIES = "Kabupaten/Kota"
NAMES = {"stunting": "Prevalensi stunting", "mCPR": "mCPR", "unmet": "Unmet need"}
PLAN = kt.Plan(
    indicators=[
        kt.Indicator(code=code, name=name, unit="percent", unit_id="persen", direction="minimize")
        for code, name in NAMES.items()
    ],
    targets=[kt.Target(indicator=code, region="17", year=2022, value=20) for code in NAMES],
)
YEAR = ["Tahun 2022"]


def table(folder: Path, rows: list[list[Any]], merged: str = "", sheet: str = "Data") -> Path:
    return workbook(folder, {sheet: rows}, merged)


def figures(path: Path, **options: Any) -> list[tuple[Any, ...]]:
    read = kt.read_actuals(path, **{"plan": PLAN, **options})
    return [(one.indicator, one.region, one.year, one.value) for one in read]


READ = {
    "T and R are target and realisasi": (
        [YEAR, [REGENCIES, "Prevalensi stunting", None, "mCPR", None],
         [None, "T", "R", "T", "R"], ["Seluma", 24, 22, 60, 61]],
        "A2:A3 B2:C2 D2:E2",
        [("stunting", "17.05", 2022, 22), ("mCPR", "17.05", 2022, 61)],
    ),
    "only the first pair is merged": (
        [YEAR, [REGENCIES, "Prevalensi stunting", None, "mCPR", None],
         [None, "Target", "Realisasi", "Target", "Realisasi"], ["Seluma", 24, 22, 60, 61]],
        "B2:C2",
        [("stunting", "17.05", 2022, 22), ("mCPR", "17.05", 2022, 61)],
    ),
    "the year stands over years": (
        [["Prevalensi stunting"], [REGENCIES, "Tahun", None], [None, 2021, 2022], ["Seluma", 24.7, 22.1]],
        "A2:A3 B2:C2",
        [("stunting", "17.05", 2021, 24.7), ("stunting", "17.05", 2022, 22.1)],
    ),
    "performance stands beside the budget": (
        [YEAR, [REGENCIES, "Indikator", "Target", None, "Realisasi", None],
         [None, None, "K", "Rp", "K", "Rp"], ["Seluma", "mCPR", 60, 1000, 61, 900]],
        "A2:A3 B2:B3 C2:D2 E2:F2",
        [("mCPR", "17.05", 2022, 61)],
    ),
    "groups over indicators": (
        [YEAR, [REGENCIES, "Program KB", None, "Gizi"], [None, "mCPR", "Unmet need", "Prevalensi stunting"],
         [None, "(persen)", "satuan: persen", "%"], ["Seluma", 60, 8, 22]],
        "A2:A4 B2:C2",
        [("mCPR", "17.05", 2022, 60), ("unmet", "17.05", 2022, 8), ("stunting", "17.05", 2022, 22)],
    ),
    "codes of BPS": (
        [YEAR, ["Kode BPS", "mCPR"], ["1705", 60], [1101, 50]],
        "",
        [("mCPR", "17.05", 2022, 60), ("mCPR", "11.09", 2022, 50)],
    ),
    "names go before codes of BPS": (
        [YEAR, ["Kode BPS", REGENCIES, "mCPR"], ["1705", "Seluma", 60]],
        "",
        [("mCPR", "17.05", 2022, 60)],
    ),
    "footers": (
        [YEAR, [REGENCIES, "mCPR"], ["Seluma", 24], ["Rata-rata Provinsi", 3], ["JUMLAH/RATA-RATA", 3],
         ["Total Kab/Kota", 2], ["Rerata", 3]],
        "",
        [("mCPR", "17.05", 2022, 24)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", READ)
def test_what_is_understood(form: str, tmp_path: Path) -> None:
    rows, merged, expected = READ[form]
    assert figures(table(tmp_path, rows, merged)) == expected


LEAVE_OUT = "leave it out with columns={'ignored': ...}"
PARTS = (
    "keep each part of the people with columns={'dimension': ['Laki-laki']}, "
    "or leave it out with columns={'ignored': ...}"
)
QUARTERS = f"combine quarters and months with to_date, or {LEAVE_OUT}"
TELL = f"if it is the figure of the year, tell columns={{'actual': ...}}, else {LEAVE_OUT}"

REFUSED = {
    "quarters under indicators": (
        [YEAR, [REGENCIES, "Prevalensi stunting", "mCPR"], [None, "TW II", "TW II"], ["Seluma", 24, 60]],
        "A2:A3",
        [f"row 2, column B 'Prevalensi stunting / TW II': cannot tell what 'TW II' is; {QUARTERS}",
         f"row 2, column C 'mCPR / TW II': cannot tell what 'TW II' is; {QUARTERS}"],
    ),
    "a count beside its share": (
        [YEAR, [REGENCIES, "Prevalensi stunting", None], [None, "Jumlah balita", "%"], ["Seluma", 2400, 22]],
        "A2:A3 B2:C2",
        ["row 2, column B 'Prevalensi stunting / Jumlah balita': "
         f"cannot tell what 'Jumlah balita' is; {TELL}"],
    ),
    "quarters beside an indicator's column": (
        [YEAR, [REGENCIES, "Indikator", "Target", "Realisasi TW I"], ["Seluma", "mCPR", 60, 10]],
        "",
        [f"row 2, column D 'Realisasi TW I': cannot tell what 'TW I' is; {QUARTERS}"],
    ),
    "sexes over indicators": (
        [YEAR, [REGENCIES, "Laki-laki", None], [None, "mCPR", "Unmet need"], ["Seluma", 24, 60]],
        "A2:A3 B2:C2",
        [f"row 2, column B 'Laki-laki / mCPR': cannot tell what 'Laki-laki' is; {PARTS}",
         f"row 2, column C 'Laki-laki / Unmet need': cannot tell what 'Laki-laki' is; {PARTS}"],
    ),
    "an indicator between rows": (
        [YEAR, ["Prevalensi stunting"], [REGENCIES, "Realisasi"], ["Seluma", 22.1], ["mCPR"], ["Lebong", 70]],
        "",
        ["row 5: a row that names an indicator stands among the figures: got 'mCPR'; "
         "write it in a column of its own, or part the table there"],
    ),
    "quarters between rows": (
        [["mCPR tahun 2022"], [REGENCIES, "mCPR 2022"], ["Seluma", 22.1], ["Triwulan II"], ["Lebong", 70]],
        "",
        ["row 4: a row that names a part of the year or of the people stands among the figures: "
         "got 'Triwulan II'; write it in a column of its own, or part the table there"],
    ),
    "a column of months": (
        [[REGENCIES, "Indikator", "Tahun", "Bulan", "Realisasi"], ["Seluma", "mCPR", 2022, "Januari", 3]],
        "",
        ["row 1, column D 'Bulan': a column that parts the figures among times or people; "
         "combine quarters and months with to_date, or choose rows with rows={'Bulan': ...}, "
         f"or {LEAVE_OUT}"],
    ),
    "a province's name among regencies": (
        [YEAR, [REGENCIES, "mCPR"], ["Seluma", 22.1], ["Bengkulu", 12.9], ["Provinsi Bengkulu", 19.8]],
        "",
        ["row 4, column A 'Kabupaten/Kota': name fits 2 regions: got 'Bengkulu'; "
         "allowed: 'Bengkulu' (17) or 'Kota Bengkulu' (17.71); write the prefix"],
    ),
    "a code of BPS that is none": (
        [YEAR, ["Kode BPS", "mCPR"], [9999, 60]],
        "",
        ["row 3, column A 'Kode BPS': unknown BPS code: got '9999'; "
         "BPS codes are text of two or four digits, such as '1701'"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", REFUSED)
def test_what_cannot_be_placed(form: str, tmp_path: Path) -> None:
    rows, merged, expected = REFUSED[form]
    with pytest.raises(TableError) as caught:
        figures(table(tmp_path, rows, merged))
    assert [str(problem) for problem in caught.value.problems] == [
        f"sheet 'Data', {text}" for text in expected
    ]


@pytest.mark.parametrize(
    ("headings", "odd"),
    [
        (["Proyeksi 2022", "2021"], "Proyeksi"),
        (["Realisasi s.d. Triwulan II 2022", "Realisasi 2021"], "s.d. Triwulan II"),
    ],
)
def test_a_sheets_indicator_is_not_that_of_every_column(
    headings: list[str], odd: str, tmp_path: Path
) -> None:
    path = table(tmp_path, [[REGENCIES, *headings], ["Seluma", 24, 22.1]], sheet="mCPR")
    with pytest.raises(TableError, match=f"cannot tell what '{odd}' is"):
        figures(path)


def test_a_heading_of_two_rows_can_be_told(tmp_path: Path) -> None:
    rows = [
        YEAR,
        [REGENCIES, "Indikator", "Target", None, "Realisasi", None],
        [None, None, "Fisik", "Uang", "Fisik", "Uang"],
        ["Seluma", "mCPR", 60, 1000, 61, 900],
    ]
    path = table(tmp_path, rows, "C2:D2 E2:F2")
    with pytest.raises(TableError, match=r"'Realisasi / Uang': cannot tell what 'Uang' is"):
        figures(path)
    told = {"actual": "Realisasi / Fisik"}
    assert figures(path, columns=told) == [("mCPR", "17.05", 2022, 61)]
    with pytest.raises(TableError, match="no such heading: got 'Realisasi / Fisk'; there are"):
        figures(path, columns={"actual": "Realisasi / Fisk"})


def test_codes_of_bps_need_no_plan(tmp_path: Path) -> None:
    path = table(tmp_path, [YEAR, ["Kode BPS", "mCPR"], [1101, 50]])
    assert figures(path, plan=None) == [("mCPR", "11.09", 2022, 50)]


def test_two_figures_for_one_place_and_year_are_refused_with_both_rows(tmp_path: Path) -> None:
    rows = [
        YEAR,
        [REGENCIES, "mCPR", "Unmet need"],
        ["Seluma", 60, 8],
        ["Kab. Seluma", 61, None],
    ]
    with pytest.raises(TableError) as caught:
        kt.read_actuals(table(tmp_path, rows), plan=PLAN)
    assert str(caught.value) == (
        "tabel.xlsx: sheet 'Data', row 4: two actuals for indicator 'mCPR' in region '17.05', "
        "2022: got 61; keep one: the other is in sheet 'Data', row 3"
    )


def test_figures_remember_where_they_stood(tmp_path: Path) -> None:
    rows = [YEAR, [REGENCIES, "mCPR"], ["Seluma", 60], ["Lebong", 61]]
    read = kt.read_actuals(table(tmp_path, rows), plan=PLAN)
    again = pickle.loads(pickle.dumps(read))
    for actuals in (read, again):
        assert str(actuals.where(1, "")) == "sheet 'Data', row 4"


def test_figures_of_several_sheets_remember_theirs(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for sheet in ("2021", "2022"):
        page = book.create_sheet(sheet)
        for row in ([REGENCIES, "mCPR"], ["Seluma", 60], ["Lebong", 60]):
            page.append(row)
    book.remove(book["Sheet"])
    book.save(tmp_path / "a.xlsx")
    read = kt.read_actuals(tmp_path / "a.xlsx", plan=PLAN)
    assert [str(read.where(row, "value")) for row in range(4)] == [
        "sheet '2021', row 2, column B 'mCPR'", "sheet '2021', row 3, column B 'mCPR'",
        "sheet '2022', row 2, column B 'mCPR'", "sheet '2022', row 3, column B 'mCPR'",
    ]  # fmt: skip
    assert str(read.where(3, "region")) == "sheet '2022', row 3, column A 'Kabupaten/Kota'"
    assert str(read.where(3, "indicator")) == "sheet '2022', row 1, column B 'mCPR'"
    assert str(read[2:].where(1, "")) == "sheet '2022', row 3"
