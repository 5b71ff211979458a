"""Tables below each other on one sheet, each with its own title and header."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from effort import examples
from hypothesis import example, given
from hypothesis import strategies as st
from workbooks import workbook

import kencana_targets as kt
from kencana_targets.core.errors import TableError

PLAN = kt.load_plan("bengkulu-2021")
BOTH_TABLES = [
    ("stunting", 2022, 20),
    ("stunting", 2022, 19),
    ("mCPR", 2022, 60),
    ("mCPR", 2022, 62),
]


@pytest.mark.parametrize(
    ("over", "titles"),
    [
        ([], ("Prevalensi stunting 2022", "mCPR 2022")),
        ([], ("Realisasi prevalensi stunting Tahun 2022", "Realisasi mCPR Tahun 2022")),
        # What all tables have in common stands over the first alone.
        (["Provinsi Bengkulu", "Tahun 2022"], ("Prevalensi stunting", "mCPR")),
    ],
)
@pytest.mark.parametrize("between", [[], [[]], [["Sumber: SSGI"], []]])
def test_tables_of_one_header_below_each_other_have_each_its_title(
    over: list[str], titles: tuple[str, str], between: list[list[str]], tmp_path: Path
) -> None:
    first, second = (
        [["Kabupaten/Kota", "Realisasi"], ["Kaur", a], ["Seluma", b]]
        for a, b in ((20, 19), (60, 62))
    )
    rows = [*([one] for one in over), [titles[0]], *first, *between, [titles[1]], *second]
    plan = kt.Plan(
        indicators=[
            kt.Indicator(code=code, name=name, unit="persen", direction=direction)
            for code, name, direction in (
                ("stunting", "Prevalensi stunting", "minimize"), ("mCPR", "mCPR", "maximize")
            )
        ],
        targets=[
            kt.Target(indicator=code, region="17.05", year=2024, value=value)
            for code, value in (("stunting", 14), ("mCPR", 64))
        ],
    )  # fmt: skip
    path = workbook(tmp_path, {"Data": rows})
    found = kt.read_actuals(path, plan=plan)
    assert [(one.indicator, one.year, one.value) for one in found] == BOTH_TABLES
    assert str(found.where(3, "value")).endswith(f"row {len(rows)}, column B 'Realisasi'")
    text = "\n".join(";".join(map(str, row)) for row in rows)
    found = kt.read_actuals(io.BytesIO(text.encode()), plan=plan)
    assert [(one.indicator, one.year, one.value) for one in found] == BOTH_TABLES


@pytest.mark.parametrize(
    "title", ["Target stunting 2022", "Stunting perempuan 2022", "Stunting Juni 2022"]
)
def test_the_title_of_a_table_below_is_heeded_as_that_of_the_first(title: str) -> None:
    text = f"Stunting 2022;\nKabupaten;Nilai\nKaur;20\n{title};\nKabupaten;Nilai\nSeluma;19\n"
    plan = kt.Plan(
        indicators=[
            kt.Indicator(code="stunting", name="Stunting", unit="persen", direction="minimize")
        ],
        targets=[kt.Target(indicator="stunting", region="17.05", year=2024, value=14)],
    )
    with pytest.raises(TableError, match="the title"):
        kt.read_actuals(io.BytesIO(text.encode()), plan=plan)


def test_a_line_among_the_figures_that_names_another_indicator_is_refused() -> None:
    text = "mCPR 2021;\nKabupaten;Nilai\nKaur;60\nTFR 2021;\nSeluma;2\n"
    with pytest.raises(TableError, match="a row that names an indicator stands among the figures"):
        kt.read_actuals(io.BytesIO(text.encode()), plan=PLAN)


def test_a_page_that_repeats_its_header_is_no_table_of_its_own() -> None:
    text = "Stunting 2022;\nKabupaten;Nilai\nKaur;20\nHalaman 2;\nKabupaten;Nilai\nSeluma;19\n"
    assert [
        one.value
        for one in kt.read_actuals(io.BytesIO(text.encode()), given={"indicator": "stunting"})
    ] == [20, 19]


def test_a_hundred_tables_below_each_other_take_their_time_and_no_more() -> None:
    table = "mCPR {};\nKabupaten;Nilai\nKaur;60\n"
    text = "".join(table.format(year) for year in range(1990, 2015))
    found = kt.read_actuals(io.BytesIO(text.encode()), given={"indicator": "mCPR"})
    assert [one.year for one in found] == [*range(1990, 2015)]
    text = "".join(table.format(year) for year in range(1960, 2060))
    with pytest.raises(TableError, match="more than 30 headers below each other"):
        kt.read_actuals(io.BytesIO(text.encode()), given={"indicator": "mCPR"})


def test_the_rows_of_a_table_below_are_numbered_as_in_the_file() -> None:
    """A note, a header and a hidden row are named where a person finds them."""
    text = "Data Bengkulu;\nmCPR 2021;\nKabupaten;Nilai\nKaur;60\nTFR 2021;\nKabupaten;Nilai\nSeluma;2\nSumber: SKAP;\n"
    said = kt.describe_table(io.BytesIO(text.encode()), plan=PLAN)
    below = str(said).partition("header in row 6")[2]
    assert "row 5 left out: title" in below
    assert "row 8 left out: note: Sumber: SKAP" in below


def test_hidden_rows_of_a_table_below_are_named_by_their_numbers(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [
        ["mCPR 2021"],
        ["Kabupaten", "Nilai"],
        ["Kaur", 60],
        ["TFR 2021"],
        ["Kabupaten", "Nilai"],
        ["Kaur", 2],
        ["Seluma", 2.1],
    ]:
        book.active.append(row)
    book.active.row_dimensions[6].hidden = True
    book.save(tmp_path / "a.xlsx")
    (note,) = kt.read_actuals(tmp_path / "a.xlsx", plan=PLAN).notes
    assert note.got == "6:6"


LINES = st.sampled_from(
    [
        "mCPR 2021;", "TFR 2021;", "Provinsi Bengkulu;", "Tahun 2021;", ";", "Sumber: SKAP;",
        "Kabupaten;Nilai", "Kabupaten;2020;2021", "Kabupaten;mCPR 2021", "Kabupaten;mCPR;",
        ";2020;2021", "Kabupaten;Indikator;Tahun;Nilai", "Kaur;60", "Seluma;61;62", "KABUPATEN;",
        "Kaur;TFR;2021;2,1", "Jumlah;121", "No;Kabupaten;Nilai", "Provinsi;Nilai",
    ]
)  # fmt: skip


@examples(40)
@given(st.lists(LINES, min_size=2, max_size=14))
@example(
    [
        "mCPR 2021;",
        "Kabupaten;Nilai",
        "Kaur;60",
        ";",
        "Kabupaten;Indikator;Tahun;Nilai",
        "Kaur;TFR;2021;2,1",
    ]
)
def test_no_stack_of_lines_raises_another_error_or_invents_a_figure(lines: list[str]) -> None:
    try:
        found = kt.read_actuals(io.BytesIO("\n".join(lines).encode()), plan=PLAN)
    except kt.KencanaError:
        return
    cells = [line.split(";") for line in lines]
    for row in range(len(found)):
        place = found.where(row, "value")
        cell = cells[place.row - 1][place.column - 1].replace(",", ".")
        assert float(cell) == found.value[row]


PLAN_OF_TWO = kt.Plan(
    indicators=[
        kt.Indicator(code=code, name=name, unit=unit, direction="minimize")
        for code, name, unit in (
            ("stunting", "Prevalensi stunting", "persen"),
            ("TFR", "Angka kelahiran total", "anak per perempuan"),
        )
    ],
    targets=[
        kt.Target(indicator=code, region="17.05", year=2024, value=value)
        for code, value in (("stunting", 14), ("TFR", 2.1))
    ],
)
UNKNOWN = [
    *("Prevalensi Wasting", "Wasting", "Tabel 2. Prevalensi Underweight (%)", "Jumlah PUS", "IPM"),
    *("Persentase BBLR menurut kabupaten", "Angka Kematian Bayi"),
]


def values(text: str) -> tuple[list[tuple[str, float]], list[str]]:
    found = kt.read_actuals(io.BytesIO(text.encode()), plan=PLAN_OF_TWO)
    return [(one.indicator, one.value) for one in found], [one.got for one in found.notes]


@pytest.mark.parametrize("gap", ["", ";\n"])
@pytest.mark.parametrize("title", UNKNOWN)
def test_a_table_below_under_a_title_that_nobody_knows_is_left_out(title: str, gap: str) -> None:
    header = "Wilayah;2022\n"
    first, last = f"Prevalensi stunting;\n{header}Kaur;20\n", f"{header}Lebong;9\n"
    third = f"{gap}Angka kelahiran total;\n{header}Kaur;2,2\n"
    assert values(f"{first}{gap}{title};\n{last}") == ([("stunting", 20)], [title])
    found = [("stunting", 20), ("TFR", 2.2)], [title]
    assert values(f"{first}{gap}{title};\n{last}{third}") == found


@pytest.mark.parametrize("title", ["Lanjutan", "Lanjutan Tabel 1", "Prevalensi stunting", "Kota"])
def test_a_table_that_goes_on_below_is_read(title: str) -> None:
    text = f"Prevalensi stunting;\nWilayah;2022\nKaur;20\n{title};\nWilayah;2022\nKota Bengkulu;9\n"
    assert values(text) == ([("stunting", 20), ("stunting", 9)], [])


@pytest.mark.parametrize("title", ["Prevalensi Wasting", "Wasting", "Jumlah PUS"])
def test_a_row_that_names_what_the_plan_does_not_know_is_refused(title: str) -> None:
    with pytest.raises(TableError, match="a row that names an indicator stands among the figures"):
        values(f"Prevalensi stunting;\nWilayah;2022\nKaur;20\n{title};\nLebong;9\n")
    # A class of regions is no indicator.
    text = "Prevalensi stunting;\nWilayah;2022\nKaur;20\nPrevalensi tinggi;\nLebong;9\n"
    assert values(text)[0] == [("stunting", 20), ("stunting", 9)]


def test_a_sheet_of_what_the_plan_does_not_know_is_left_out(tmp_path: Path) -> None:
    sheets = {
        name: [[f"{name} 2022"], ["Wilayah", "Nilai"], ["Kaur", value]]
        for name, value in (("Prevalensi wasting", 9), ("Prevalensi stunting", 20))
    }
    found = kt.read_actuals(workbook(tmp_path, sheets), plan=PLAN_OF_TWO)
    assert [one.value for one in found] == [20]
    assert [one.place.sheet for one in found.notes] == ["Prevalensi wasting"]


@pytest.mark.parametrize("region", ["Kabupaten Kaur 2022", "KAB. KAUR TAHUN 2022"])
def test_a_table_of_another_region_below_is_read_as_that_of_its_title(region: str) -> None:
    text = f"Kabupaten Seluma 2022\nIndikator;Nilai\nstunting;20\n\n{region}\nIndikator;Nilai\nTFR;2,2\n"
    found = kt.read_actuals(io.BytesIO(text.encode()), plan=PLAN_OF_TWO)
    assert [(one.region, one.value) for one in found] == [("17.05", 20), ("17.04", 2.2)]
    header = "Puskesmas;Indikator;Pembilang;Penyebut"
    text = f"Kabupaten Seluma 2022\n{header}\nA;stunting;20;100\n{region}\n{header}\nB;stunting;30;100\n"
    pooled = kt.pool_actuals(io.BytesIO(text.encode()), plan=PLAN_OF_TWO)
    assert {one.region: one.value for one in pooled} == {"17.05": 20, "17.04": 30}


@pytest.mark.parametrize("region", ["Kabupaten Kaur", "Kaur", "Provinsi Bengkulu", "Wilayah: Kaur"])
def test_a_line_of_another_region_is_not_passed_over(region: str) -> None:
    text = f"Kabupaten Seluma 2022\nIndikator;Nilai\nstunting;20\n{region}\nTFR;2,2\n"
    with pytest.raises(TableError, match="a row that names another region"):
        kt.read_actuals(io.BytesIO(text.encode()), plan=PLAN_OF_TWO)
    # The region of the title itself, and its province over it, are the same again.
    again = text.replace(region, "Provinsi Bengkulu\nKabupaten Seluma")
    found = kt.read_actuals(io.BytesIO(again.encode()), plan=PLAN_OF_TWO)
    assert [(one.region, one.value) for one in found] == [("17.05", 20), ("17.05", 2.2)]
