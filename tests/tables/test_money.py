"""Budgets and spending are read by their headings, beside figures and never as figures."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

import kencana_targets as kt
from kencana_targets.tables.plans import read_plan_actuals
from tests.workbooks import saved

KB, STUNTING = "Peserta KB modern", "Prevalensi stunting"
LIST = [
    ["Kode", "Indikator", "Satuan", "Polarisasi", "Gabungan triwulan"],
    ["kb", KB, "orang", "maks", "jumlah"],
    ["st", STUNTING, "persen", "min", "terakhir"],
]
PLAN = kt.read_plan(
    saved(
        {
            "Indikator": LIST,
            "Target": [
                ["Indikator", "Wilayah", "Tahun", "Target", "Pagu"],
                [KB, "17.01", 2022, 400, 5e9],
                [STUNTING, "17.01", 2022, 20, "Rp 2.500.000.000,-"],
            ],
        }
    )
)


def table(*rows: list[Any]) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(rows)
    return io.BytesIO(text.getvalue().encode())


def spent(rows: Any) -> list[float | None]:
    return [one.spent for one in rows]


def budgets(rows: list[list[Any]], merged: str = "", **told: Any) -> dict[tuple[str, float], Any]:
    """Read a plan of one sheet; return the budget of each target."""
    given = {"given": {"region": "17.01"}} | told
    plan = kt.read_plan(saved({"Renstra": rows}, merged), **given)
    assert {one.value for one in plan.targets} <= {60, 62, 20, 18}
    return {(one.indicator[0], one.year): one.budget for one in plan.targets}


def test_the_budget_of_a_plan() -> None:
    assert [one.budget for one in PLAN.targets] == [5e9, 2.5e9]
    assert not PLAN.notes


@pytest.mark.parametrize(
    ("heading", "times"),
    [
        ("Realisasi Anggaran", 1),
        ("Realisasi Anggaran (Rp)", 1),
        ("Realisasi Keuangan", 1),
        ("Anggaran Terserap", 1),
        ("Serapan Anggaran (juta rupiah)", 1e6),
        ("Realisasi Belanja (Rp. 000)", 1e3),
        ("Budget spent (million IDR)", 1e6),
        ("Penyerapan dana (Rp miliar)", 1e9),
    ],
)
def test_spending_stands_beside_actuals(heading: str, times: float) -> None:
    rows = [
        ["Indikator", "Wilayah", "Tahun", "Target", "Realisasi", "Anggaran (Rp)", heading],
        [KB, "17.01", 2022, 400, 390, 5_000_000_000, "1.250"],
        [STUNTING, "17.01", 2022, "20,5", "21,5", 2_500_000_000, ""],
    ]
    found = kt.read_actuals(table(*rows), plan=PLAN)
    assert [one.value for one in found] == [390, 21.5]
    assert spent(found) == [1250 * times, None]
    assert not found.notes


@pytest.mark.parametrize(
    ("heading", "cells", "note"),
    [
        ("Realisasi Anggaran (%)", (98, 99), ""),
        ("Persentase serapan anggaran", (98, 99), ""),
        ("Serapan Anggaran", (98, 99), "no number is above 100"),
        ("Realisasi Anggaran", (1e9, "belum ada SPJ"), "a cell is no amount"),
        ("Sumber Dana", ("APBD", "DAK"), "columns of words"),
        ("Pagu Anggaran", (1e9, 2e9), "budgets belong to targets"),
    ],
)
def test_what_is_no_spending_stays_out(heading: str, cells: Any, note: str) -> None:
    rows = [[KB, "17.01", 2022, 390, cells[0]], [STUNTING, "17.01", 2022, "21,5", cells[1]]]
    head = ["Indikator", "Wilayah", "Tahun", "Realisasi", heading]
    found = kt.read_actuals(table(head, *rows), plan=PLAN)
    assert [one.value for one in found] == [390, 21.5]
    assert spent(found) == [None, None]
    assert note in " ".join(map(str, found.notes))
    assert bool(note) == bool(found.notes)


def test_what_a_note_advises_works() -> None:
    head = ["Indikator", "Wilayah", "Tahun", "Realisasi", "Serapan Anggaran", "Serapan dana"]
    source = [head, [KB, "17.01", 2022, 390, 98, 97], [STUNTING, "17.01", 2022, 21, 99, 96]]
    told = {"columns": {"spent": "Serapan Anggaran"}}
    assert spent(kt.read_actuals(table(*source), plan=PLAN, **told)) == [98, 99]
    beside = [
        ["Wilayah", "Tahun", KB, STUNTING, "Realisasi Anggaran"],
        ["17.01", 2022, 390, 21, 1e9],
    ]
    found = kt.read_actuals(table(*beside), plan=PLAN)
    assert spent(found) == [None, None]
    (note,) = found.notes
    assert note.place.heading == "Realisasi Anggaran"
    assert "write the indicator and the year over it" in note.hint
    above = [
        ["Wilayah", "Tahun", KB, "", STUNTING, ""],
        ["", "", "Realisasi", "Rp", "Realisasi", "Rp"],
    ]
    found = kt.read_actuals(table(*above, ["17.01", 2022, 390, 1e9, 21, 2e9]), plan=PLAN)
    assert {one.indicator: (one.value, one.spent) for one in found} == {
        "kb": (390, 1e9),
        "st": (21, 2e9),
    }


MATRIX = ["No", "Sasaran", "Indikator", "Satuan", "Kondisi Awal (2021)"]
FIRST, SECOND = [1, "A", KB, "persen", 58], [2, "B", STUNTING, "persen", 24]


def test_money_of_a_printed_matrix() -> None:
    years = [
        [*MATRIX, "Target dan Pagu Indikatif", "", "", "", "Kondisi Akhir", ""],
        [""] * 5 + [2022, "", 2023, "", "", ""],
        [""] * 5 + ["Target", "Rp"] * 3,
        [*FIRST, 60, 5e9, 62, 6e9, 62, 11e9],
        [*SECOND, 20, 1e9, 18, 1.5e9, 18, 2.5e9],
    ]
    merged = "F1:I1 F2:G2 H2:I2 J1:K1"
    expected = {("p", 2022): 5e9, ("p", 2023): 6e9}
    plan = kt.read_plan(saved({"A": years}, merged), given={"region": "17.01"})
    found = [(one.year, one.value, one.budget) for one in plan.targets]
    assert found[:2] == [(2022, 60, 5e9), (2023, 62, 6e9)]
    assert found[2:] == [(2022, 20, 1e9), (2023, 18, 1.5e9)]
    assert [one.value for one in plan.baselines] == [58, 24]
    beside = [
        [*MATRIX, "Target 2022", "Pagu 2022 (juta Rp)", "Target 2023", "Pagu 2023 (juta Rp)"],
        [*FIRST, 60, 5000, 62, 6000],
    ]
    assert budgets(beside) == expected
    single = [[*MATRIX, "Target 2022", "Pagu"], [*FIRST, 60, 5e9]]
    assert budgets(single) == {("p", 2022): 5e9}


def test_one_amount_for_several_figures_belongs_to_none() -> None:
    plan = [[*MATRIX, 2022, 2023, "Pagu"], [*FIRST, 60, 62, 5e9]]
    assert set(budgets(plan).values()) == {None}
    shared = [[*MATRIX, "Target 2022", "Pagu"], [*FIRST, 60, 5e9], [*SECOND, 20, ""]]
    assert set(budgets(shared, "G2:G3").values()) == {None}


def test_actuals_in_the_workbook_of_a_plan() -> None:
    sheets = {
        "Indikator": LIST,
        "Target": [
            ["Indikator", "Wilayah", "Tahun", "Target", "Anggaran"],
            [KB, "17.01", 2022, 400, 5e9],
        ],
        "Realisasi": [
            ["Indikator", "Wilayah", "Tahun", "Realisasi", "Realisasi Anggaran"],
            [KB, "17.01", 2022, 390, "4.500.000.000"],
        ],
    }
    plan = kt.read_plan(saved(sheets))
    found = read_plan_actuals(saved(sheets), plan)
    assert found is not None
    assert (plan.targets[0].budget, *spent(found)) == (5e9, 4.5e9)


QUARTERS = {
    "a row each": [
        ["Indikator", "Wilayah", "Periode", "Realisasi", "Realisasi Anggaran (Rp)"],
        [KB, "17.01", "2022-Q1", 50, 1e8],
        [KB, "17.01", "2022-Q2", 60, 2e8],
    ],
    "under each quarter": [
        ["Indikator", "Wilayah", "Triwulan I 2022", "", "Triwulan II 2022", ""],
        ["", "", "Realisasi", "Rp", "Realisasi", "Rp"],
        [KB, "17.01", 50, 1e8, 60, 2e8],
    ],
    "performance, then money": [
        ["Indikator", "Wilayah", "Realisasi Kinerja", "", "Realisasi Anggaran", ""],
        ["", "", "TW I 2022", "TW II 2022", "TW I 2022", "TW II 2022"],
        [KB, "17.01", 50, 60, 1e8, 2e8],
    ],
    "in one row": [
        ["Indikator", "Wilayah", "TW I 2022", "TW II 2022", "Realisasi Anggaran TW I 2022", "Realisasi Anggaran TW II 2022"],
        [KB, "17.01", 50, 60, 1e8, 2e8],
    ],
}  # fmt: skip


@pytest.mark.parametrize("form", QUARTERS)
def test_spending_of_quarters_is_added_up(form: str) -> None:
    merged = "C1:D1 E1:F1" if QUARTERS[form][1][0] == "" else ""
    source = saved({"A": QUARTERS[form]}, merged)
    plan, actuals = kt.to_date(PLAN, source, year=2022, until=2)
    assert [(one.value, one.spent) for one in actuals] == [(110, 3e8)]
    # The money of the year stands beside what was reached of it.
    assert {one.indicator: one.budget for one in plan.targets}["kb"] == 5e9


def test_spending_to_date_misses_a_quarter() -> None:
    rows = [*QUARTERS["a row each"][:2], [KB, "17.01", "2022-Q2", 60, ""]]
    found = kt.to_date(PLAN, table(*rows), year=2022, until=2)
    assert spent(found.actuals) == [None]
    assert "no amount of quarter 2" in str(found.notes[0])
    filled = kt.to_date(PLAN, table(*rows), year=2022, until=2, missing="filled")
    assert spent(filled.actuals) == [1e8]
    assert not filled.notes


def test_running_money_is_no_money_of_a_quarter() -> None:
    head = ["Indikator", "Wilayah", "TW I 2022", "TW II 2022", "Realisasi Anggaran s.d. TW II 2022"]
    found = kt.to_date(PLAN, table(head, [KB, "17.01", 50, 60, 2e8]), year=2022, until=2)
    assert [(one.value, one.spent) for one in found.actuals] == [(110, None)]
    assert "a column of money was left out" in str(found.notes[0])
