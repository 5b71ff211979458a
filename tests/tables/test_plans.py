"""Plans out of one workbook, the printed matrix, and the tables of plan.toml."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, PlanError
from kencana_targets.tables.cells import change_in
from kencana_targets.tables.plan_sheets import plan_words
from kencana_targets.tables.plans import read_plan_actuals
from kencana_targets.tables.words import fold

RULE = "permendagri-86-2017"
INDICATORS = [
    ["Kode", "Indikator", "Satuan", "Polarisasi", "Batas bawah", "Batas atas", "Bentuk jalur"],
    ["stunting", "Prevalensi stunting balita", "Persen", "Minimize", 0, 100, "linear"],
    ["mCPR", "Prevalensi kontrasepsi modern", "Persen", "Maximize", 0, 100, "linear"],
]
MATRIX = [
    ["Tabel 8.1 Penetapan Indikator Kinerja Utama Kabupaten Seluma Provinsi Bengkulu"],
    [],
    [
        *("No", "Sasaran", "Indikator Kinerja", "Satuan", "Kondisi Kinerja Awal (2020)"),
        *("Target Capaian Kinerja", None, None, "Kondisi Kinerja Akhir RPJMD"),
    ],
    [None, None, None, None, None, "2021", "2022", "2023", None],
    [1, "Kesehatan", "Prevalensi stunting balita", "Persen", "24,7", "22", "19,5", "17", "17"],
    [2, "Kesehatan", "Prevalensi kontrasepsi modern", "Persen", "63,20", "64", "64,8", "65", "65"],
]
INDICATORS_TOML = """
code = "rpjmd"
name = "RPJMD"
[[indicators]]
code = "stunting"
name = "Stunting"
name_id = "Prevalensi stunting balita"
unit = "percent"
unit_id = "persen"
direction = "minimize"
lower = 0
upper = 100
shape = "linear"
[[indicators]]
code = "mCPR"
name = "Modern contraceptive prevalence"
name_id = "Prevalensi kontrasepsi modern"
unit = "percent"
unit_id = "persen"
direction = "maximize"
lower = 0
upper = 100
shape = "linear"
"""


def book(path: Path, /, **sheets: list[list[Any]]) -> Path:
    """Write a workbook; underscores in the names of sheets are blanks."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def csv(rows: list[list[Any]]) -> str:
    return "\n".join(";".join("" if cell is None else str(cell) for cell in row) for row in rows)


def targets_of(plan: kt.Plan) -> dict[tuple[str, str, float], float | None]:
    return {(one.indicator, one.region, one.year): one.value for one in plan.targets}


def problems_of(path: Path, **options: Any) -> str:
    with pytest.raises(PlanError) as caught:
        kt.read_plan(path, **options)
    return "\n".join(map(str, caught.value.problems))


def test_a_workbook_with_a_sheet_for_each_thing(tmp_path: Path) -> None:
    path = book(
        tmp_path / "Rencana Seluma.xlsx",
        Indikator=INDICATORS,
        Kondisi_Awal=[
            ["Wilayah", "Indikator", "Tahun", "Nilai", "Sumber"],
            ["Kabupaten Seluma", "stunting", 2020, 24.7, "SSGI"],
        ],
        Target=[
            ["Wilayah", "Indikator", "2021", "2022"],
            ["Kab. Seluma", "Prevalensi stunting balita", 22, "-10%"],
            ["Kab. Seluma", "mCPR", "64,0", "naik 2 poin dari kondisi awal"],
        ],
    )
    assert "a change from a baseline that is not there: got '+2'" in problems_of(path)
    made = openpyxl.load_workbook(path)
    made["Kondisi Awal"].append(["Kabupaten Seluma", "mCPR", 2020, 63, "SKAP"])
    made.save(path)
    plan = kt.read_plan(path)
    assert (plan.code, plan.name) == ("rencana-seluma", "Rencana Seluma")
    assert plan.target("stunting", "17.05", 2022).value == pytest.approx(22.23)
    assert plan.target("mCPR", "17.05", 2022).value == 65
    assert plan.indicator("stunting").direction == "minimize"
    with path.open("rb") as file:
        assert kt.read_plan(file) == plan


def test_english_sheets_own_regions_and_law(tmp_path: Path) -> None:
    path = book(
        tmp_path / "plan.xlsx",
        Indicators=[
            ["Code", "Indicator", "Unit", "Direction", "Objective", "Other names"],
            ["reach", "Families reached", "percent", "higher is better", "Service", "reached; met"],
        ],
        Targets=[
            ["Region", "Indicator", "Year", "Target", "Instrument"],
            ["17.05.01", "reach", 2023, 60, "Perda 1/2021"],
            ["17.05.01", "reach", 2024, 70, "Perda 1/2021"],
            ["17.05.01", "reached", 2024, 65, "Perda 9/2023"],
        ],
        Regions=[
            ["Code", "Name", "Level", "Belongs to"],
            ["17.05.01", "Sukaraja", "district", "Kabupaten Seluma"],
            ["17.05", "Kabupaten Seluma", None, None],
        ],
        Legal_basis=[
            ["Instrument", "In force since", "Source"],
            ["Perda 9/2023", "1 Juli 2024", "https://example.org/9"],
            ["Perda 1/2021", None, "https://example.org/1"],
        ],
    )
    plan = kt.read_plan(path)
    assert plan.instruments == ("Perda 9/2023", "Perda 1/2021")
    assert plan.indicator("reach").objective == "Service"
    assert tuple(plan.target("reach", "17.05.01", 2024))[::2] == (
        65,
        "Perda 9/2023; https://example.org/9",
    )
    assert plan.target("reach", "Sukaraja", 2023).value == 60
    assert plan.covered == ("17.05", "17.05.01")


def test_the_matrix_as_it_is_printed(tmp_path: Path) -> None:
    path = book(tmp_path / "rpjmd.xlsx", Indikator=INDICATORS, Tabel_8=MATRIX)
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "plan.toml").write_text(INDICATORS_TOML, encoding="utf-8")
    (tmp_path / "plan" / "targets.csv").write_text(csv(MATRIX), encoding="utf-8")
    for place in (path, tmp_path / "plan"):
        plan = kt.read_plan(place)
        assert [(one.indicator, one.region, one.year, one.value) for one in plan.baselines] == [
            ("stunting", "17.05", 2020, 24.7),
            ("mCPR", "17.05", 2020, 63.2),
        ]
        assert targets_of(plan)["stunting", "17.05", 2022] == 19.5
        assert len(plan.targets) == 6


def with_polarity(rows: list[list[Any]]) -> list[list[Any]]:
    words = ["Polarisasi", None, "makin rendah makin baik", "makin tinggi makin baik"]
    return [*rows[:2], *([*row, word] for row, word in zip(rows[2:], words, strict=True))]


def test_a_matrix_alone_is_a_plan_that_says_which_way_it_means_to_go(tmp_path: Path) -> None:
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Tabel=MATRIX))
    assert [str(one.direction) for one in plan.indicators] == ["minimize", "maximize"]
    assert "taken from what the plan promises" in str(plan.notes[0])
    stays = [
        [*row[:1], row[1], "Indeks A", *row[3:4], *["5"] * 5] if n > 4 else row
        for n, row in enumerate(MATRIX)
    ]
    said = problems_of(book(tmp_path / "c.xlsx", Tabel=stays))
    assert "which way is better is not said: got 'Indeks A'; add a column Polarisasi" in said
    plan = kt.read_plan(book(tmp_path / "b.xlsx", Tabel=with_polarity(MATRIX)))
    assert plan.indicators[0].name == "Prevalensi stunting balita"
    assert plan.indicators[0].objective == "Kesehatan"
    assert [str(one.direction) for one in plan.indicators] == ["minimize", "maximize"]


SELUMA, KAUR = ("Kab. Seluma", 24.7, 20, 18, 14), ("Kab. Kaur", 22.1, 19, 17, 13)
BY_REGION: list[tuple[str, list[list[Any]]]] = [
    ("Target Prevalensi stunting balita", [["Kabupaten/Kota", "Kondisi Awal (2021)", 2022, 2023, "Kondisi Akhir 2026"]]),
    ("Target Prevalensi stunting balita", [["Kabupaten/Kota", "Baseline 2021", "2022", "2023", "Target Akhir 2026"]]),
    ("Prevalensi stunting balita", [["Kabupaten/Kota", "Nilai Awal 2021", "Target 2022", "Target 2023",
                                     "Kondisi Kinerja Akhir Periode RPJMD (2026)"]]),
    ("", [["Kabupaten/Kota", "Prevalensi stunting balita", None, None, None],
          [None, "Kondisi Awal Tahun 2021", 2022, 2023, "Kondisi Akhir Tahun 2026"]]),
    ("Prevalensi stunting balita", [["Wilayah", "Kondisi Awal", "Target", None, "Kondisi Akhir"],
                                    [None, 2021, 2022, 2023, 2026]]),
]  # fmt: skip


@pytest.mark.parametrize(("title", "header"), BY_REGION)
def test_a_table_of_regions_has_its_start_and_its_end(
    title: str, header: list[list[Any]], tmp_path: Path
) -> None:
    rows = [[title], *header, [*SELUMA], [*KAUR]]
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    assert [(one.region, one.year, one.value) for one in plan.baselines] == [
        ("17.05", 2021, 24.7),
        ("17.04", 2021, 22.1),
    ]
    promised = {(one.region, one.year): one.value for one in plan.targets}
    years = (2022, 2023, 2026)
    assert promised == {
        (code, year): value
        for code, row in (("17.05", SELUMA), ("17.04", KAUR))
        for year, value in zip(years, row[2:], strict=True)
    }
    assert plan.notes == ()


def test_provinces_have_their_start_as_regencies_have(tmp_path: Path) -> None:
    rows = [["Prevalensi stunting balita"], ["Provinsi", "Kondisi Awal 2021", 2022]]
    rows += [["Bengkulu", 22.1, 20], ["Jawa Barat", 24.5, 21]]
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    assert [(one.region, one.value) for one in plan.baselines] == [("17", 22.1), ("32", 24.5)]


@pytest.mark.parametrize(
    ("first", "started", "noted"),
    [
        (["Kabupaten/Kota", "Kondisi Awal 2021", 2022], [24.7, 60], 0),
        (["Kabupaten/Kota", "Kondisi Awal 2020", 2022], [24.7, 60], 0),
        # The start of the second table alone is not looked for, and is told.
        (["Kabupaten/Kota", 2021, 2022], [], 1),
    ],
)
def test_a_start_of_a_table_below_is_read_or_told(
    first: list[Any], started: list[float], noted: int, tmp_path: Path
) -> None:
    rows = [["Prevalensi stunting balita"], first, ["Kab. Seluma", 24.7, 20], [], ["mCPR"]]
    rows += [["Kabupaten/Kota", "Kondisi Awal 2021", 2022], ["Kab. Seluma", 60, 63]]
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    assert [one.value for one in plan.baselines] == started
    assert len(plan.notes) == noted
    assert all("where the plan starts is not read" in str(one) for one in plan.notes)
    assert all((one.place.row, one.place.column) == (6, 2) for one in plan.notes)


def test_indicators_side_by_side_have_each_its_start(tmp_path: Path) -> None:
    header = [
        ["Kabupaten/Kota", "Prevalensi stunting balita", None, None, "mCPR", None],
        [None, "Kondisi Awal 2020", "Kondisi Awal 2021", 2022, "Kondisi Awal 2019", 2022],
    ]
    rows = [*header, ["Kab. Seluma", 26, 24.7, 20, 60, 63]]
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    # Of several starts the latest is where the plan begins.
    started = {(one.indicator, one.year, one.value) for one in plan.baselines}
    assert started == {("stunting", 2021, 24.7), ("mCPR", 2019, 60)}
    assert {(one.indicator, one.value) for one in plan.targets} == {("stunting", 20), ("mCPR", 63)}


@pytest.mark.parametrize(
    "header",
    [
        ["Kabupaten/Kota", "Kondisi Awal", 2022],
        ["Kabupaten/Kota", "Indikator", "Kondisi Awal", 2022],
    ],
)
def test_a_start_without_its_year_is_named_where_it_stands(
    header: list[Any], tmp_path: Path
) -> None:
    row = ["Kab. Seluma", 24.7, 20]
    row[1:1] = ["Prevalensi stunting balita"] * (len(header) - 3)
    rows = [["Prevalensi stunting balita"], header, row]
    with pytest.raises(kt.KencanaError) as said:
        kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    (problem,) = said.value.problems
    assert (problem.place.row, problem.place.heading) == (2, "Kondisi Awal")
    assert "names no year; write it in the heading, such as Kondisi Awal (2020)" in str(problem)
    header[header.index("Kondisi Awal")] = "Kondisi Awal (2020)"
    plan = kt.read_plan(book(tmp_path / "b.xlsx", Indikator=INDICATORS, Target=rows))
    assert [(one.year, one.value) for one in plan.baselines] == [(2020, 24.7)]


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (((0.247, 0.2), (0.6, 0.63)), "stunting, mCPR"),
        (((0.247, 0.2), (60, 63)), "stunting"),
        (((24.7, 0.2), (60, 63)), "stunting"),
        (((None, "0,1 - 0,2"), (60, 63)), "stunting"),
        (((None, 1.2), (60, 63)), ""),
    ],
)
def test_a_plan_in_percent_without_a_figure_above_one_is_noted(
    figures: tuple[tuple[Any, Any], ...], told: str, tmp_path: Path
) -> None:
    rows = [["Wilayah", "Indikator", "Kondisi Awal 2021", 2022]]
    names = "Prevalensi stunting balita", "Prevalensi kontrasepsi modern"
    rows += [["Kab. Seluma", name, *cells] for name, cells in zip(names, figures, strict=True)]
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    assert [one.got for one in plan.notes] == [told] * bool(told)


def test_two_starts_of_one_region_are_told_once_and_by_nothing_that_follows(
    tmp_path: Path,
) -> None:
    rows: list[list[Any]] = [["Wilayah", "Indikator", "Kondisi Awal 2021", "Sumber", 2022]]
    rows += [["Kab. Seluma", "Prevalensi stunting balita", 24.7, "SSGI 2021", 20]]
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    # The survey is that of the start, and no fault of the target.
    assert plan.notes == ()
    twice = [*rows, [*rows[1][:2], 23, "SSGI 2021", 20]]
    said = problems_of(book(tmp_path / "b.xlsx", Indikator=INDICATORS, Target=twice))
    assert said.count("a second figure for indicator 'stunting'") == 2
    assert "come after the baseline" not in said


def test_an_end_contradicts_the_last_year_of_its_region_and_no_other(tmp_path: Path) -> None:
    rows = [
        ["Prevalensi stunting balita"],
        ["Kabupaten/Kota", "Kondisi Awal 2021", 2022, 2023, "Kondisi Akhir"],
        ["Kab. Seluma", 24.7, 20, 18, 18],
        ["Kab. Kaur", 22.1, 19, 17, 13],
    ]
    with pytest.raises(kt.KencanaError) as said:
        kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    (problem,) = said.value.problems
    assert problem.place.row == 4
    assert "'Kondisi Akhir' is not what 2023 says: got 13; allowed: 17" in str(problem)


@pytest.mark.parametrize(
    ("heading", "start", "year"),
    [
        ("Kondisi Awal Tahun 2019", "24,7", 2019),
        ("Data Dasar 2020", "24,7", 2020),
        ("Baseline", "24,7 (2018)", 2018),
        ("Kondisi Awal", "24,7 (2020)", 2020),
    ],
)
def test_the_start_has_its_year_in_the_heading_or_in_brackets(
    heading: str, start: str, year: int, tmp_path: Path
) -> None:
    rows = [[*row] for row in MATRIX[:5]]
    rows[2][4], rows[4][4] = heading, start
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    assert [(one.year, one.value) for one in plan.baselines] == [(year, 24.7)]


def test_an_end_that_says_otherwise_is_refused_and_one_alone_is_the_last_year(
    tmp_path: Path,
) -> None:
    rows = [[*row] for row in MATRIX]
    rows[4][8] = "16"
    said = problems_of(book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows))
    assert said == (
        "a.xlsx sheet 'Target', row 5, column I 'Kondisi Kinerja Akhir RPJMD': "
        "'Kondisi Akhir' is not what 2023 says: got 16; allowed: 17; correct one of the two"
    )
    rows[2][8], rows[4][7] = "Kondisi Akhir (2023)", None
    plan = kt.read_plan(book(tmp_path / "b.xlsx", Indikator=INDICATORS, Target=rows))
    assert targets_of(plan)["stunting", "17.05", 2023] == 16


def test_the_end_of_each_sheet_is_of_its_own_last_year(tmp_path: Path) -> None:
    head = ["Kabupaten/Kota", "Indikator", "Kondisi Awal 2020"]
    first = [[*head, 2021, 2022, "Kondisi Akhir"], ["Kaur", "stunting", 24, 22, None, 20]]
    second = [[*head, 2023, 2024, "Kondisi Akhir"], ["Kaur", "pus", 60, 61, None, 63]]
    names = ["stunting", "Stunting", "persen", "minimize"], ["pus", "PUS", "persen", "maximize"]
    listed = [["Kode", "Indikator", "Satuan", "Polarisasi"], *names]
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Indikator=listed, A=first, B=second))
    found = {(one.indicator, one.year): one.value for one in plan.targets}
    assert found[("stunting", 2022)] == 20
    assert found[("pus", 2024)] == 63
    assert len(found) == 4


def test_what_was_reached_under_a_merged_heading_is_no_target(tmp_path: Path) -> None:
    rows = [
        ["Kabupaten/Kota", "Indikator", "Capaian", None, "Tahun", None, "Kondisi Akhir"],
        [None, None, 2019, 2020, 2021, 2022, None],
        ["Kaur", "stunting", 25, 24.7, 22, 19.5, 19.5],
    ]
    path = book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows)
    made = openpyxl.load_workbook(path)
    for area in ("A1:A2", "B1:B2", "C1:D1", "E1:F1", "G1:G2"):
        made["Target"].merge_cells(area)
    made.save(path)
    assert [one.year for one in kt.read_plan(path).targets] == [2021, 2022]


def test_regions_of_a_matrix_stand_in_a_column_or_are_told(tmp_path: Path) -> None:
    rows = [[*row] for row in MATRIX]
    rows[0] = ["Tabel 8.1"]
    path = book(tmp_path / "a.xlsx", Indikator=INDICATORS, Target=rows)
    assert "tell it with given={'region': ...}" in problems_of(path)
    plan = kt.read_plan(path, given={"region": "Kab. Seluma"})
    assert targets_of(plan)["stunting", "17.05", 2022] == 19.5
    assert [one.region for one in plan.baselines] == ["17.05", "17.05"]


@pytest.mark.parametrize(
    ("said", "levels"),
    [
        ("Provinsi", ("province",)),
        ("provinsi; kabupaten/kota", ("province", "regency", "city")),
        ("Regency and city", ("regency", "city")),
        ("", ()),
        ("Puskesmas", None),
    ],
)
def test_a_column_says_where_an_indicator_is_measured(
    tmp_path: Path, said: str, levels: tuple[str, ...] | None
) -> None:
    listed = [[*row, cell] for row, cell in zip(INDICATORS, ("Tingkat", said, ""), strict=True)]
    targets = [["Kode wilayah", "Indikator", "2022"], ["17", "stunting", "19,5"]]
    path = book(tmp_path / "a.xlsx", Indikator=listed, Target=targets)
    if levels is None:
        assert "not a word of this column: got 'Puskesmas'" in problems_of(path)
        return
    assert kt.read_plan(path).indicator("stunting").levels == levels


def test_what_a_message_advises_can_be_done(tmp_path: Path) -> None:
    rows = [
        ["Ruang", "Indikator", "2022", "Aneh"],
        ["Kab. Seluma", "stunting", "19,5", 5],
        ["Kab. Kaur", "stunting", "18,5", 6],
    ]
    path = book(tmp_path / "a.xlsx", Indikator=INDICATORS, Satu=rows, Dua=[["apa", "saja"]])
    (note,) = kt.read_plan(path, sheet="Satu").notes
    assert "column A 'Ruang': a column whose cells all name regions" in str(note)
    columns = {"region": "Ruang", "ignored": "Aneh"}
    plan = kt.read_plan(path, sheet="Satu", columns=columns)
    assert targets_of(plan) == {
        ("stunting", "17.05", 2022): 19.5,
        ("stunting", "17.04", 2022): 18.5,
    }
    assert "no such sheet: got 'Tiga'" in problems_of(path, sheet="Tiga")
    folder = tmp_path / "plan"
    folder.mkdir()
    book(folder / "angka.xlsx", Satu=rows, Dua=[["apa", "saja"]])
    head, _, rest = INDICATORS_TOML.partition("[[indicators]]")
    toml = (
        f'{head}[targets]\nfile = "angka.xlsx"\nsheet = "Satu"\ninstrument = "Perda 8/2019"\n'
        f'source = "https://example.org"\n'
        f'columns = {{ region = "Ruang", ignored = "Aneh" }}\n[[indicators]]{rest}'
    )
    (folder / "plan.toml").write_text(toml, encoding="utf-8")
    told = kt.read_plan(folder)
    assert targets_of(told) == targets_of(plan)
    assert told.target("stunting", "17.05", 2022).source == "Perda 8/2019; https://example.org"


def test_mistakes_in_lists_are_told_together(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        Indikator=[
            ["Kode", "Indikator", "Polarisasi", "Batas atas", "Bentuk jalur"],
            ["a", "A", "sesuka hati", 100, "linear"],
            ["b", "B", "minimize", "seratus", "zigzag"],
            ["c", "C", None, None, None],
        ],
        Target=[["Wilayah", "Indikator", "2022"], ["Kaur", "a", 1]],
    )
    assert problems_of(path).split("\n") == [
        "sheet 'Indikator', row 2, column C: not a word of this column: got 'sesuka hati'; "
        "write one of maximize (maksimalkan), minimize (minimalkan), stabilize (stabilkan)",
        "sheet 'Indikator', row 3, column D: not a number: got 'seratus'; write a number such as 100",
        "sheet 'Indikator', row 3, column E: not a word of this column: got 'zigzag'; write one of "
        "complement-rate (laju sisa), constant-rate (laju tetap), linear (garis lurus), logit, "
        "monotone (monoton), step (bertahap)",
        "sheet 'Indikator', row 4, column C: empty; write maximize, minimize or stabilize",
    ]
    assert "no sheet 'Target'" in problems_of(book(tmp_path / "b.xlsx", Indikator=INDICATORS))


def fill(path: Path, cells: dict[str, dict[str, Any]]) -> None:
    made = openpyxl.load_workbook(path)
    for sheet, filled in cells.items():
        for place, value in filled.items():
            made[sheet][place] = value
    made.save(path)


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_workbook_to_fill_in_reads_back_without_any_option(
    language: str, tmp_path: Path
) -> None:
    path = tmp_path / "rencana.xlsx"
    kt.new_plan(
        path, region="17", indicators=["stunting", "mCPR"], years=[2022, 2023], language=language
    )
    made = openpyxl.load_workbook(path)
    _, _, start, target, _, actual = made.sheetnames
    # Examples promise nothing, and nor do rows that nobody filled in.
    assert "no figures under the header; fill in" in problems_of(path)
    fill(
        path,
        {
            target: {"E5": "18,5", "F5": 17, "F6": "80-90"},
            start: {"E5": 2021, "F5": 22.1, "G5": "SSGI 2021"},
            actual: {"E5": 19.8},
        },
    )
    plan = kt.read_plan(path)
    assert targets_of(plan)["stunting_balita", "17", 2022] == 18.5
    assert [one.survey for one in plan.baselines] == ["SSGI 2021"]
    assert [(one.lower, one.upper) for one in plan.targets if one.indicator == "mCPR"] == [(80, 90)]
    shipped = kt.load_plan("stunting-2020-2024").indicators[0]
    assert plan.indicators[0].direction == shipped.direction
    assert plan.indicators[0].shape == shipped.shape
    actuals = read_plan_actuals(path, plan)
    assert actuals is not None
    # Lists of a plan hold no figures to read beside those that were reached.
    assert len(kt.read_actuals(path)) == 1
    assert len(kt.describe_table(path).problems) == 0
    card = kt.evaluate(plan, actuals, year=2022, rule=RULE)
    assert [row["actual"] for row in card.to_dicts() if row["status"] == "scored"] == [19.8]


def test_a_workbook_that_nobody_filled_in_says_where_to_begin(tmp_path: Path) -> None:
    path = tmp_path / "rencana.xlsx"
    kt.new_plan(path, region="17")
    # The years are those of the national plan, whatever year of it this is.
    headings = [cell.value for cell in openpyxl.load_workbook(path)["Target"][3]][4:9]
    assert int(headings[0]) % 5 == 0
    this = dt.date.today().year  # noqa: DTZ011 (the year of the calendar)
    assert int(headings[0]) <= this <= int(headings[-1])
    with pytest.raises(PlanError) as caught:
        kt.read_plan(path)
    assert caught.value.text("id") == (
        "rencana.xlsx: lembar 'Indikator': belum ada yang diisi; "
        "isilah sekurang-kurangnya satu baris"
    )
    fill(path, {"Indikator": {"A5": "stunting", "B5": "Prevalensi stunting balita"}})
    with pytest.raises(PlanError) as caught:
        kt.read_plan(path)
    assert caught.value.text("id").endswith(
        "kolom D: kosong; tulis maksimalkan, minimalkan, atau stabilkan"
    )
    fill(path, {"Indikator": {"C5": "persen", "D5": "minimalkan"}})
    with pytest.raises(
        PlanError, match=r"^rencana\.xlsx: sheet 'Target', row 3: .*fill in at least one"
    ):
        kt.read_plan(path)


def test_what_a_workbook_to_fill_in_may_be_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "rencana.xlsx"
    kt.new_plan(path, indicators="indikator sendiri")
    sheet = openpyxl.load_workbook(path)["Indikator"]
    assert sheet["A5"].value == "indikator sendiri"
    assert sheet["A4"].value.startswith("CONTOH")
    for wrong in ({"years": []}, {"years": 12}, {"language": "nl"}, {"indicators": [3]}):
        with pytest.raises(ArgumentError, match=next(iter(wrong))):
            kt.new_plan(path, **wrong)
    with pytest.raises(kt.KencanaError, match="unknown region"):
        kt.new_plan(path, region="Antah Berantah")
    with pytest.raises(ArgumentError, match="path"):
        kt.new_plan(tmp_path / "rencana.csv")


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("-10%", ("-10%", False)),
        ("+5 %", ("+5%", False)),
        ("turun 3 poin", ("-3", True)),
        ("Turun 10 persen dari kondisi awal", ("-10%", True)),
        ("naik 2,5 poin persen", ("+2.5", True)),
        ("menurun sebesar 4%", ("-4%", True)),
        ("reduced by 10 percent from the baseline", ("-10%", True)),
        ("10%", None),
        ("-3", None),
        ("turun -3 poin", None),
        ("80-90%", None),
        ("turun", None),
    ],
)
def test_changes_as_people_write_them(text: str, change: object) -> None:
    assert change_in(text) == change


def test_a_change_that_excel_keeps_as_a_percentage(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        Indikator=INDICATORS,
        Target=[
            ["Wilayah", "Indikator", "Kondisi Awal 2021", "2022"],
            ["Kaur", "stunting", 20.5, None],
        ],
    )
    made = openpyxl.load_workbook(path)
    cell = made["Target"]["D2"]
    cell.value, cell.number_format = -0.1, "0%"
    made.save(path)
    (target,) = kt.read_plan(path).targets
    assert (target.relative, target.value) == ("-10%", pytest.approx(18.45))


HEADER = [
    *("No", "Tujuan/Sasaran", "Indikator Kinerja", "Satuan"),
    "Kondisi Kinerja pada Awal Periode RPJMD (Tahun 2020)",
    *("Target Kinerja Tahun Ke-", None, "Kondisi Kinerja pada Akhir Periode RPJMD"),
]


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        # Three rows of header, merged objectives, units in cells, an all-capital title.
        (
            [
                ["RPJMD KABUPATEN SELUMA TAHUN 2021-2026"],
                HEADER,
                [*[None] * 5, "2021", "2022", None],
                ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)"],
                [1, "Sehat", "Prevalensi stunting balita", "%", "24,7%", "22%", "19,5%", "19,5%"],
                [2, None, "Prevalensi kontrasepsi modern", "%", "63 %", "64 %", "65 %", "65 %"],
            ],
            ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:E3", "F2:G2", "H2:H3", "B5:B6"),
        ),
        # Two years of the start under one heading: the plan begins with the later.
        (
            [
                ["Kabupaten Seluma"],
                [
                    "No",
                    "Indikator",
                    "Satuan",
                    "Kondisi Awal",
                    None,
                    "Target",
                    None,
                    "Kondisi Akhir",
                ],
                [None, None, None, "2019", "2020", "2021", "2022", "2022"],
                [1, "Prevalensi stunting balita", "persen", 25, 24.7, 22, 19.5, 19.5],
            ],
            ("D2:E2", "F2:G2"),
        ),
        # Regions down, and the end in a year of its own.
        (
            [
                ["Kabupaten/Kota", "Indikator", "Baseline 2020", "2021", "Kondisi Akhir 2022"],
                ["Seluma", "stunting", 24.7, 22, 19.5],
                ["Kaur", "stunting", "-", 11, 10],
            ],
            (),
        ),
    ],
)
def test_matrices_of_many_forms(
    rows: list[list[Any]], merged: tuple[str, ...], tmp_path: Path
) -> None:
    path = book(tmp_path / "a.xlsx", Indikator=INDICATORS, Tabel_8=rows)
    made = openpyxl.load_workbook(path)
    for area in merged:
        made["Tabel 8"].merge_cells(area)
    made.save(path)
    plan = kt.read_plan(path)
    start = {(one.indicator, one.region): (one.year, one.value) for one in plan.baselines}
    assert start["stunting", "17.05"] == (2020, 24.7)
    targets = targets_of(plan)
    assert targets["stunting", "17.05", 2021] == 22
    assert targets["stunting", "17.05", 2022] == 19.5


def test_a_negative_percentage_is_a_number_where_an_indicator_can_be_negative(
    tmp_path: Path,
) -> None:
    path = book(
        tmp_path / "a.xlsx",
        Indikator=[["Kode", "Indikator", "Satuan", "Polarisasi"], ["g", "Growth", "%", "maximize"]],
        Target=[["Wilayah", "Indikator", "2022"], ["Kab. Kaur", "g", "-10%"]],
    )
    assert targets_of(kt.read_plan(path)) == {("g", "17.04", 2022): -10}


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(PlanError, match="one table is no plan|no sheet 'Indikator'"):
        kt.read_plan(io.BytesIO(b"a;b\n1;2\n"))
    with pytest.raises(ArgumentError, match="path"):
        kt.read_plan(5)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "way"),
    [
        (
            [["Seluma", "Indeks A", "indeks", 5, 6, 7], ["Kaur", "Indeks A", "indeks", 1, 2, 2]],
            "maximize",
        ),
        (
            [["Seluma", "Indeks A", "indeks", None, 7, 6], ["Kaur", "Indeks A", "indeks", 9, 8, 8]],
            "minimize",
        ),
        (
            [["Seluma", "Indeks A", "indeks", 5, 6, 7], ["Kaur", "Indeks A", "indeks", 3, 2, 1]],
            None,
        ),
        (
            [["Seluma", "Indeks A", "indeks", 5, 6, 5], ["Kaur", "Indeks A", "indeks", 1, 2, 2]],
            None,
        ),
        ([["Seluma", "Indeks A", "indeks", None, None, 6]], None),
    ],
)
def test_the_promise_says_a_way_where_all_regions_go_it(tmp_path: Path, rows, way) -> None:
    head = ["Kabupaten/Kota", "Indikator", "Satuan", "Kondisi Awal 2020", "2021", "2022"]
    path = book(tmp_path / "a.xlsx", Tabel=[head, *rows])
    if way is None:
        assert "which way is better is not said: got 'Indeks A'" in problems_of(path)
    else:
        (one,) = kt.read_plan(path).indicators
        assert one.direction == way


PRINTED = ["No", "Sasaran", "Indikator", "Satuan", "Kondisi Awal 2021", 2022, 2023, "Kondisi Akhir"]
OF_STUNTING = [1, "Gizi", "Prevalensi stunting", "persen", 24.7, 22, 19, 19]


@pytest.mark.parametrize(
    "words",
    [
        ["Opini BPK", "opini", "WDP", "WTP", "WTP", "WTP"],
        ["Predikat SAKIP", "predikat", "CC", "B", "BB", "BB"],
        ["Indeks SPBE", "kategori", "Cukup", "Baik", "Sangat Baik", "Sangat Baik"],
        ["Maturitas SPIP", "level", "Level 2", "Level 3", "Level 3", "Level 3"],
        ["Nilai AKIP", "nilai", "CC (55)", "B (61)", "B (65)", "B (65)"],
    ],
)
def test_targets_in_words_are_left_out_of_a_matrix_and_listed(
    tmp_path: Path, words: list[str]
) -> None:
    rows = [["RPJMD Kabupaten Seluma"], PRINTED, OF_STUNTING, [2, "Tata kelola", *words]]
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Matriks=rows))
    assert [one.code for one in plan.indicators] == ["prevalensi_stunting"]
    (note,) = plan.notes
    assert str(note).startswith("sheet 'Matriks', row 4: indicators whose targets are words")
    assert f"{words[0]} ({words[-1]})" in str(note)
    rows[3][6] = "72,5"
    # A row with one number is one of numbers.
    said = problems_of(book(tmp_path / "b.xlsx", Matriks=rows))
    assert f"row 4, column F '2022': not a number: got '{words[3]}'" in said
    only = book(tmp_path / "c.xlsx", Matriks=[PRINTED, [1, "x", *words]])
    assert "indicators whose targets are words were left out" in problems_of(only)


STUNTING_TOML = (
    'code = "a"\n[[indicators]]\ncode = "stunting"\nname = "Stunting"\n'
    'name_id = "Prevalensi stunting"\nunit = "persen"\ndirection = "minimize"\n'
)


def test_words_beside_the_indicators_of_a_folder_are_left_out_too(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(STUNTING_TOML)
    opinion = [2, "x", "Opini BPK", "opini", "WTP", "WTP", "WTP", "WTP"]
    path = tmp_path / "targets.xlsx"
    book(path, Matriks=[["RPJMD Kabupaten Seluma"], PRINTED, OF_STUNTING, opinion])
    plan = kt.read_plan(tmp_path)
    assert [target.value for target in plan.targets] == [22, 19]
    assert "Opini BPK (WTP)" in str(plan.notes[0])


def test_a_sheet_of_a_folder_is_chosen_by_its_whole_name(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(STUNTING_TOML)
    title, other = ["RPJMD Kabupaten Seluma"], [*OF_STUNTING[:5], 21, 18, 18]
    first, second = [title, PRINTED, other], [title, PRINTED, OF_STUNTING]
    book(tmp_path / "targets.xlsx", Matriks=first, Matriks_2=second)
    plan = kt.read_plan(tmp_path, sheet="Matriks 2")
    assert [target.value for target in plan.targets] == [22, 19]
    assert "unknown sheet: got 'Matriks 3'" in problems_of(
        tmp_path, sheet=["Matriks 2", "Matriks 3"]
    )


@pytest.mark.parametrize(
    ("name", "cells", "unit"),
    [
        ("Prevalensi stunting (%)", [24.7, 22, 19, 19], "percent"),
        ("Panjang jalan (km)", [24.7, 22, 19, 19], ""),
        ("Peserta pelatihan (orang)", [100, 120, 140, 140], "orang"),
        ("Kemantapan jalan", ["60%", "61,5%", "63%", "63%"], "persen"),
        ("Produksi padi", ["900 ton", "950 ton", "990 ton", "990 ton"], "ton"),
        ("Persentase rumah layak", [50, 55, 60, 60], "persen"),
        ("Indeks desa membangun", [0.5, 0.6, 0.7, 0.7], "indeks"),
        ("Kemantapan jembatan", [60, 61, 63, 63], ""),
    ],
)
@pytest.mark.parametrize("objective", [True, False])
def test_a_matrix_without_units_says_them_elsewhere_or_names_the_column(
    tmp_path: Path, name: str, cells: list[object], unit: str, objective: bool
) -> None:
    drop = {3} if objective else {1, 3}
    rows = [PRINTED, [1, "x", name, "", *cells]]
    rows = [[cell for at, cell in enumerate(row) if at not in drop] for row in rows]
    path = book(tmp_path / "a.xlsx", Matriks=[["RPJMD Kabupaten Seluma"], *rows])
    if unit:
        (indicator,) = kt.read_plan(path).indicators
        assert indicator.unit == unit
        return
    assert "no unit: no column says it" in problems_of(path)
    assert "add a column Satuan" in problems_of(path)
    rows = [[*rows[0], "Satuan"], [*rows[1], "unit"]]
    path = book(tmp_path / "b.xlsx", Matriks=[["RPJMD Kabupaten Seluma"], *rows])
    assert kt.read_plan(path).indicators[0].unit == "unit"


def test_changes_and_ends_of_what_is_counted(tmp_path: Path) -> None:
    rows = [
        ["RPJMD Kabupaten Seluma"], PRINTED, OF_STUNTING,
        [2, "x", "Kasus kekerasan", "kasus", 120, "-5%", "-10%", "-10%"],
        [3, "x", "Kematian ibu", "kasus", 12, "kurang dari 10", "< 9", "< 9"],
    ]  # fmt: skip
    plan = kt.read_plan(book(tmp_path / "a.xlsx", Matriks=rows))
    assert [one.direction for one in plan.indicators] == ["minimize"] * 3
    assert plan.target("kasus_kekerasan", "17.05", 2023).value == 108
    rows[4][7] = "< 8"
    said = problems_of(book(tmp_path / "b.xlsx", Matriks=rows))
    assert "'Kondisi Akhir' is not what 2023 says: got '8'; allowed: 9" in said


def folder(path: Path, **tables: str) -> Path:
    path.joinpath("plan.toml").write_text(INDICATORS_TOML)
    for name, text in tables.items():
        path.joinpath(f"{name}.csv").write_text(text)
    return path


TARGETS = "Indikator;Wilayah;Tahun;Nilai\nstunting;Kaur;2024;14\n"
BASELINES = "Indikator;Wilayah;Tahun;Nilai\nstunting;Kaur;2019;25\n"


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        ({"targets": f"REALISASI TAHUN 2024;\n{TARGETS}"}, "the title speaks of other figures"),
        ({"baselines": f"TARGET 2019;\n{BASELINES}"}, "the title speaks of other figures"),
        ({"targets": "Indikator;Wilayah;Kondisi Awal (2019);2024\nstunting;Kaur;26;14\n"},
         "baselines.csv row 2, column 'Nilai': 'Kondisi Awal' beside the targets says another"),
        ({"targets": "Indikator;Polarisasi;Wilayah;2024\nstunting;naik;Kaur;14\n"},
         "the direction contradicts that of 'stunting'"),
    ],
)  # fmt: skip
def test_what_two_tables_of_a_plan_say_against_each_other(
    tmp_path: Path, tables: dict[str, str], said: str
) -> None:
    path = folder(tmp_path, **{"targets": TARGETS, "baselines": BASELINES, **tables})
    assert said in problems_of(path)


def test_shares_in_a_plan_are_read_and_sheets_that_are_not_are_named(tmp_path: Path) -> None:
    plan = kt.read_plan(folder(tmp_path, targets=TARGETS.replace(";14", ";0,14")))
    assert plan.targets[0].value == 0.14
    rows = [["Wilayah", "Indikator", "2024"], ["Kaur", "stunting", 14]]
    path = book(tmp_path / "p.xlsx", Indikator=INDICATORS, Target=rows, Sasaran_2025=rows)
    (note,) = kt.read_plan(path).notes
    assert str(note).startswith("sheets of other figures were left out: got 'Sasaran 2025'")


@pytest.mark.parametrize("heading", ["%", "(-)", ""])
def test_a_heading_of_signs_alone_is_no_word_of_a_plan(heading):
    assert all(fold(heading) not in plan_words(kind) for kind in ("column", "sheet", "term"))


LAWS = [
    (["Target indikator RPJMD Kabupaten Seluma 2021-2026"], "RPJMD Kabupaten Seluma 2021-2026"),
    (["Tabel 5.2 Target Renstra BKKBN Bengkulu 2020-2024"], "Renstra BKKBN Bengkulu 2020-2024"),
    (["RENCANA STRATEGIS", "PERWAKILAN BKKBN PROVINSI BENGKULU", "TAHUN 2020-2024"],
     "RENCANA STRATEGIS PERWAKILAN BKKBN PROVINSI BENGKULU TAHUN 2020-2024"),
    (["Perda Kabupaten Seluma Nomor 5 Tahun 2021", "tentang RPJMD Tahun 2021-2026"],
     "Perda Kabupaten Seluma Nomor 5 Tahun 2021, RPJMD Tahun 2021-2026"),
    (["Perubahan RPJMD Provinsi Bengkulu 2021-2026"], "Perubahan RPJMD Provinsi Bengkulu 2021-2026"),
    (["Rancangan Akhir Renja Kota Bengkulu"], "Rancangan Akhir Renja Kota Bengkulu"),
    (["SK Gubernur Bengkulu No 5/2021"], "SK Gubernur Bengkulu No 5/2021"),
    (["Peta Jalan Pembangunan Kependudukan Bengkulu 2020-2045 (persen)"],
     "Peta Jalan Pembangunan Kependudukan Bengkulu 2020-2045"),
    (["RAD Pangan dan Gizi Provinsi Bengkulu"], "RAD Pangan dan Gizi Provinsi Bengkulu"),
    (["Target Renstra Yayasan Cahaya, Bengkulu 2020-2024 (anak)"],
     "Renstra Yayasan Cahaya, Bengkulu 2020-2024"),
    (["Perbup Seluma Nomor 5 Tahun 2021"], "Perbup Seluma Nomor 5 Tahun 2021"),
    (["Peraturan Bupati Kaur No. 7/2021"], "Peraturan Bupati Kaur No. 7/2021"),
    (["Perwali Bengkulu Nomor 3 Tahun 2021"], "Perwali Bengkulu Nomor 3 Tahun 2021"),
    (["Indikator kinerja Provinsi Bengkulu"], ""),
]  # fmt: skip


@pytest.mark.parametrize(("title", "instrument"), LAWS)
def test_targets_name_the_instrument_of_their_title(tmp_path: Path, title, instrument) -> None:
    rows = [
        ["Indikator", "Satuan", "Kondisi Awal 2020", 2021, 2022],
        ["TFR", "anak", 2.4, 2.3, 2.2],
    ]
    path = book(tmp_path / "rencana.xlsx", Target=[*([line] for line in title), *rows])
    plan = kt.read_plan(path)
    assert {one.instrument for one in plan.targets} == {instrument}
    regency = {"Seluma": "17.05", "Kaur": "17.04", "Kota": "17.71", "Perwali": "17.71"}
    named = [code for name, code in regency.items() if name in title[0]]
    assert {one.region for one in plan.targets} == {*(named or ["17"])}
    assert not plan.notes


def test_a_column_or_a_list_of_instruments_comes_before_the_title(tmp_path: Path) -> None:
    rows = [["RPJMD Provinsi Bengkulu"], ["Indikator", "Satuan", "Polarisasi", 2021]]
    rows += [["TFR", "anak", "min", 2.3]]
    law = [["Instrumen", "Berlaku sejak", "Sumber"], ["Perda 9/2021", 2021, "jdih"]]
    path = book(tmp_path / "rencana.xlsx", **{"Target": rows, "Dasar Hukum": law})
    plan = kt.read_plan(path)
    (target,) = plan.targets
    # The year of its one row is none of a header of two rows.
    assert (target.instrument, target.since, target.source) == ("Perda 9/2021", 2021, "jdih")
    assert plan.instruments == ("Perda 9/2021",)
    rows[1] += ["Dasar hukum"]
    rows[2] += ["Pergub 3/2021"]
    path = book(tmp_path / "kolom.xlsx", Target=rows)
    assert [one.instrument for one in kt.read_plan(path).targets] == ["Pergub 3/2021"]


@pytest.mark.parametrize(
    "line",
    [
        ["Sumber: Perda Nomor 5 Tahun 2021"], ["Keterangan: *) angka sementara"],
        ["Bengkulu, 2 Januari 2021"], ["Kepala Perwakilan BKKBN"], ["Sasaran 2: Stunting turun"],
        ["Program Bangga Kencana"], [None, "Tujuan: Keluarga berkualitas"], ["*) kumulatif"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("above", [True, False])
def test_a_row_with_a_name_alone_is_no_indicator(tmp_path: Path, line, above) -> None:
    rows = [["No", "Indikator", "Satuan", 2021, 2022], [1, "TFR", "anak", 2.3, 2.2]]
    rows.insert(1 if above else 2, line)
    plan = kt.read_plan(book(tmp_path / "rencana.xlsx", Target=[["Provinsi Bengkulu"], *rows]))
    assert [one.name_id for one in plan.indicators] == ["TFR"]
    assert targets_of(plan) == {("tfr", "17", 2021): 2.3, ("tfr", "17", 2022): 2.2}


def test_a_first_row_of_years_or_codes_is_none_of_the_header(tmp_path: Path) -> None:
    codes = [["Kode wilayah", "Nama wilayah"], ["19.01", "Bangka"], ["19.02", "Belitung"]]
    people = [
        ["Wilayah", "Indikator", 2021, 2022],
        *([x, "akseptor", 2021, 2022] for x, _ in codes[1:]),
    ]
    listed = [
        ["Kode", "Indikator", "Satuan", "Polarisasi"],
        ["akseptor", "Akseptor", "orang", "maks"],
    ]
    codes[1][0] = 1901
    plan = kt.read_plan(book(tmp_path / "b.xlsx", Indikator=listed, Target=people, Wilayah=codes))
    assert plan.coverage == ("19.01", "19.02")
    assert targets_of(plan)[("akseptor", "19.01", 2021)] == 2021


@pytest.mark.parametrize(
    "header",
    [
        [["Target RPJMD 2021", "Target RPJMD 2022", "Target Renstra 2021", "Target Renstra 2022"]],
        [["Target RPJMD", None, "Target Renstra", None], [2021, 2022, 2021, 2022]],
        [["RPJMD", None, "Renstra", None], ["Target 2021", "Target 2022"] * 2],
    ],
)
def test_headings_name_the_instrument_of_their_targets(tmp_path: Path, header) -> None:
    first, *more = header
    rows = [["RPJMD Provinsi Bengkulu"], ["Indikator", "Satuan", *first]]
    rows += [[None, None, *more_of] for more_of in more]
    rows += [["TFR", "anak", 2.3, 2.2, 2.4, 2.25]]
    advised = problems_of(book(tmp_path / "rencana.xlsx", Target=rows))
    assert "several official targets for one year: got ['RPJMD', 'Renstra']" in advised
    assert "or on a sheet Dasar Hukum" in advised
    law = [["Instrumen"], ["Renstra"], ["RPJMD"]]
    plan = kt.read_plan(book(tmp_path / "r.xlsx", **{"Target": rows, "Dasar Hukum": law}))
    said = {(one.instrument, one.year): one.value for one in plan.targets}
    assert said == {
        ("RPJMD", 2021): 2.3, ("RPJMD", 2022): 2.2, ("Renstra", 2021): 2.4, ("Renstra", 2022): 2.25,
    }  # fmt: skip
    assert plan.instruments == ("Renstra", "RPJMD")
    assert plan.target("tfr", "17", 2021).value == 2.4


LISTED = [
    ("Dasar Hukum", [["Instrumen"], ["Perda 1/2021"]], "Perda 1/2021"),
    ("Dasar Hukum", [["Daftar"], ["Nama peraturan", "Berlaku sejak"], ["Perda 1/2021", 2021]],
     "Perda 1/2021"),
    ("Wilayah", [["Kabupaten/Kota"], ["Kab. Seluma"]], "17.05"),
    ("Wilayah", [["No", "Nama Kabupaten"], [1, "Seluma"]], "17.05"),
    ("Wilayah", [["Kode BPS", "Kabupaten"], [1705, "Seluma"]], "17.05"),
    ("Wilayah", [["Kode wilayah"], [17.05]], "17.05"),
    ("Wilayah", [["Kabupaten", "Keterangan"], ["Kab. Seluma", "baru"]], "17.05"),
]  # fmt: skip


@pytest.mark.parametrize(("sheet", "rows", "read"), LISTED)
def test_a_list_may_have_one_column_and_the_names_of_any_table(tmp_path, sheet, rows, read) -> None:
    matrix = [["Kabupaten Seluma"], ["Indikator", "Satuan", 2021, 2022], ["TFR", "anak", 2.3, 2.2]]
    plan = kt.read_plan(book(tmp_path / "rencana.xlsx", **{"Target": matrix, sheet: rows}))
    said = plan.coverage or tuple({one.instrument for one in plan.targets})
    assert said == (read,)
    assert not plan.notes


@pytest.mark.parametrize(
    ("sheet", "rows", "problem"),
    [
        ("Dasar Hukum", [["Perda 1/2021"]], "'Dasar Hukum': no row names the columns of the list"),
        ("Wilayah", [["Kab. Seluma"], ["Kab. Kaur"]], "'Wilayah': no row names the columns"),
        ("Indikator", [["TFR", "anak"]], "'Indikator': no row names the columns"),
        ("Wilayah", [["Kode", "Nama"], ["17.05", "Kaur"]],
         "'Wilayah', row 2, column B: code and name are of two regions"),
        ("Wilayah", [["Nama"], ["Kab. Seluma"], ["Kab. Entah"]], "'Wilayah', row 3, column A: unknown"),
    ],
)  # fmt: skip
def test_what_a_list_says_and_nobody_understands_is_told(tmp_path, sheet, rows, problem) -> None:
    matrix = [["Kabupaten Seluma"], ["Indikator", "Satuan", 2021, 2022], ["TFR", "anak", 2.3, 2.2]]
    said = problems_of(book(tmp_path / "rencana.xlsx", **{"Target": matrix, sheet: rows}))
    assert problem in said


def test_columns_that_no_list_has_are_noted(tmp_path: Path) -> None:
    matrix = [["Kabupaten Seluma"], ["Indikator", "Satuan", 2021, 2022], ["TFR", "anak", 2.3, 2.2]]
    law = [["Instrumen", "Nomor lembaran", "Keterangan"], ["Perda 1/2021", 17, "asli"]]
    plan = kt.read_plan(book(tmp_path / "r.xlsx", **{"Target": matrix, "Dasar Hukum": law}))
    (note,) = plan.notes
    assert (note.what, note.got) == ("columns of a list that are not read", "Nomor lembaran")
    assert (note.place.sheet, note.place.column) == ("Dasar Hukum", 2)


@pytest.mark.parametrize(
    "rows",
    [
        [["Wilayah", "Indikator", "Tahun", "Target"], ["17.05", "TFR", 2021, 2.3]],
        [["region", "indicator", "unit", "year", "value"], ["17.05", "TFR", "anak", 2021, 2.3]],
        [["Wilayah", "Indikator", "Satuan", 2021], ["Kab. Seluma", "TFR", "anak", 2.3]],
        [["Kabupaten", "Indikator", "Satuan", 2021], ["Kab. Seluma", "TFR", "anak", 2.3]],
    ],
)
def test_a_table_of_regions_and_indicators_is_a_plan_of_those(tmp_path: Path, rows) -> None:
    rows = [*rows, ["17.04", *rows[1][1:]]]
    plan = kt.read_plan(book(tmp_path / "rencana.xlsx", Target=rows))
    assert [(one.code, bool(one.unit)) for one in plan.indicators] == [("tfr", True)]
    assert targets_of(plan) == {("tfr", "17.05", 2021): 2.3, ("tfr", "17.04", 2021): 2.3}


SHIPPED = [
    ([["Target Prevalensi Stunting per Kabupaten (persen)"], ["Kabupaten", 2021, 2022],
      ["Kab. Seluma", 20, 19]], {("stunting_balita", "17.05", 2021): 20, ("stunting_balita", "17.05", 2022): 19}),
    ([["Sasaran tahun 2021"], ["Kabupaten", "TFR", "mCPR"], ["Kab. Kaur", 2.1, 62]],
     {("TFR", "17.04", 2021): 2.1, ("mCPR", "17.04", 2021): 62}),
    ([["Target stunting Kabupaten Seluma, RPJMD 2021-2026 (persen)"], ["Kabupaten", 2021],
      ["Kab. Seluma", 20]], {("stunting_balita", "17.05", 2021): 20}),
    ([["Unmet need"], ["Provinsi", "Kondisi Awal 2020", "Target 2021"], ["Bengkulu", 9, 8.5]],
     {("unmet_need", "17", 2021): 8.5}),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "read"), SHIPPED)
def test_a_table_of_regions_promises_what_its_title_or_headings_name(tmp_path, rows, read) -> None:
    plan = kt.read_plan(book(tmp_path / "rencana.xlsx", Lembar1=rows))
    assert targets_of(plan) == read
    assert "shipped plans, as no sheet lists them" in str(plan.notes[0])


@pytest.mark.parametrize(
    "rows",
    [
        [["Prevalensi stunting 2022"], ["Kabupaten", "Nilai"], ["Kab. Seluma", 20]],
        [["Realisasi stunting"], ["Kabupaten", 2021, 2022], ["Kab. Seluma", 20, 19]],
        [["Target wasting 2022"], ["Kabupaten", "Nilai"], ["Kab. Seluma", 20]],
        [["Target cakupan intervensi stunting"], ["Kabupaten", 2022], ["Kab. Seluma", 20]],
        [["Target jumlah balita stunting"], ["Kabupaten", 2022], ["Kab. Seluma", 20]],
        [["Target desa bebas stunting"], ["Kabupaten", 2022], ["Kab. Seluma", 20]],
        [["Realisasi dan target stunting"], ["Kabupaten", 2022], ["Kab. Seluma", 20]],
    ],
)
def test_what_nothing_promises_and_nobody_knows_is_no_plan(tmp_path: Path, rows) -> None:
    assert "no sheet 'Indikator'" in problems_of(book(tmp_path / "rencana.xlsx", Data=rows))


def test_what_was_reached_before_the_targets_is_no_start_without_a_word(tmp_path: Path) -> None:
    header = ["Indikator", "Satuan", "Realisasi 2019", "Capaian 2020", "Target 2021"]
    rows = [["Provinsi Bengkulu"], header, ["TFR", "anak", 2.5, 2.4, 2.3]]
    (note,) = kt.read_plan(book(tmp_path / "rencana.xlsx", Target=rows)).notes
    assert note.what.startswith("what was reached before the first target is not taken")
    assert note.place.heading == "Capaian 2020"
    header[3] = "Kondisi Awal 2020"
    plan = kt.read_plan(book(tmp_path / "awal.xlsx", Target=rows))
    assert ([one.value for one in plan.baselines], plan.notes) == ([2.4], ())
    header[3:] = ["Target 2021", "Realisasi 2021"]
    header[2] = "Kondisi Awal 2020"
    assert not kt.read_plan(book(tmp_path / "dua.xlsx", Target=rows)).notes


@pytest.mark.parametrize("revised", ["Target 2021 (Perubahan)", "Target Perubahan 2021"])
def test_a_revised_target_is_not_passed_over(tmp_path: Path, revised) -> None:
    rows = [["Provinsi Bengkulu"], ["Indikator", "Satuan", "Target 2021", revised, "Target 2022"]]
    rows += [["TFR", "anak", 2.3, 2.25, 2.2]]
    said = problems_of(book(tmp_path / "rencana.xlsx", Target=rows))
    assert f"column D '{revised}': cannot tell what" in said


def test_rows_say_again_what_stands_above_and_years_of_the_plan_stand_beside_theirs(
    tmp_path: Path,
) -> None:
    header = ["Indikator", "Satuan", "Tahun-1 (2021)", "Tahun ke-2 (2022)"]
    rows = [["Prevalensi stunting", "persen", 20, 19], ["Prevalensi wasting", "sda", 7, 6]]
    rows += [["Prevalensi underweight", '"', 9, 8]]
    plan = kt.read_plan(book(tmp_path / "r.xlsx", Target=[["Provinsi Bengkulu"], header, *rows]))
    assert {one.unit for one in plan.indicators} == {"persen"}
    assert targets_of(plan)[("prevalensi_underweight", "17", 2022)] == 8


def test_a_region_among_indicators_is_none(tmp_path: Path) -> None:
    rows = [["Provinsi Bengkulu"], ["No", "Indikator", "Satuan", 2021, 2022]]
    rows += [[1, "Prevalensi stunting", "persen", 20, 19], ["a", "Kab. Seluma", "persen", 21, 20]]
    said = problems_of(book(tmp_path / "rencana.xlsx", Target=rows))
    assert "row 4, column B: a region stands where indicators do: got 'Kab. Seluma'" in said
    rows[1].insert(1, "Wilayah")
    for number, row in enumerate(rows[2:]):
        row[1:2] = [["Bengkulu", "Kab. Seluma"][number], "Prevalensi stunting"]
    plan = kt.read_plan(book(tmp_path / "wilayah.xlsx", Target=rows))
    assert targets_of(plan)[("prevalensi_stunting", "17.05", 2022)] == 20


@pytest.mark.parametrize(
    ("figures", "noted"),
    [
        *(("24.7,21,0.2,14", True), ("21.7,,,0.2", True), ("0.21,20,,18", True)),
        # A fall that real figures have, and the growth rate of people.
        *(("5,3,2,0.5", False), ("1.4,1.2,1.1,0.9", False), ("24.7,21,20,14", False)),
    ],
)
def test_a_share_of_one_among_percentages_of_a_plan_is_noted(figures: str, noted: bool) -> None:
    header = "Indikator,Satuan,Wilayah,Kondisi Awal 2021,2022,2023,2024"
    text = f"Target RPJMD\n{header}\nPrevalensi stunting,persen,Seluma,{figures}\n"
    notes = [one.what for one in kt.read_plan(io.BytesIO(text.encode())).notes]
    assert ("figures below 1 percent beside others far above them" in notes) == noted


@pytest.mark.parametrize(
    "start",
    ["Capaian Kondisi Awal (2024)", "Realisasi Kondisi Awal Tahun 2024", "Capaian Baseline 2024"],
)
@pytest.mark.parametrize("header", ["Wilayah", "Indikator;Satuan;Wilayah"])
def test_what_was_reached_where_the_plan_starts_is_its_start(start: str, header: str) -> None:
    keys = "Seluma" if header == "Wilayah" else "Prevalensi stunting;persen;Seluma"
    title = "Target RPJMD Prevalensi stunting" if header == "Wilayah" else "Target RPJMD"
    text = f"{title}\n{header};{start};2025;2026\n{keys};22,1;20;19\n"
    plan = kt.read_plan(io.BytesIO(text.encode()))
    assert [(one.year, one.value) for one in plan.baselines] == [(2024, 22.1)]
    assert [(one.year, one.value) for one in plan.targets] == [(2025, 20), (2026, 19)]


@pytest.mark.parametrize(
    ("title", "header", "row"),
    [
        ("", ["Wilayah", "Indikator", "Realisasi 2020"], ["17.05", "stunting", 24.7]),
        ("", ["Wilayah", "Indikator", "Capaian 2020"], ["17.05", "stunting", 24.7]),
        ("", ["Wilayah", "Indikator", "Tahun", "Realisasi"], ["17.05", "stunting", 2020, 24.7]),
        ("Capaian stunting tahun 2020", ["Wilayah", "Capaian"], ["Kab. Seluma", 24.7]),
        ("Stunting tahun 2020", ["Wilayah", "Nilai", "Realisasi"], ["Kab. Seluma", 24.7, 9]),
        ("", ["Wilayah", "Kondisi Awal 2020", "Realisasi 2021"], ["Kab. Seluma", 24.7, 9]),
    ],
)
def test_what_a_sheet_of_starts_says_was_reached_is_where_the_plan_starts(
    tmp_path: Path, title, header, row
) -> None:
    start = [[title], header, row] if title else [header, row]
    if "Indikator" not in header and not title:
        start.insert(0, ["Prevalensi stunting balita"])
    target = [["Wilayah", "Indikator", 2022], ["17.05", "stunting", 20]]
    sheets = {"Indikator": INDICATORS, "Target": target, "Kondisi Awal": start}
    plan = kt.read_plan(book(tmp_path / "rencana.xlsx", **sheets))
    assert [(one.region, one.year, one.value) for one in plan.baselines] == [("17.05", 2020, 24.7)]
