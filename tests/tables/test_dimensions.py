"""Figures of parts of the people: kept where somebody says so, and never among those of all."""

from __future__ import annotations

import ast
import io
import re

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, TableError

PLAN = kt.load_plan("bengkulu-stunting-2024")
WHOLE = "Kabupaten Seluma;{all};22,1\nKabupaten Kaur;{all};12,4\n"
PARTS = "Kabupaten Seluma;{one};23,1\nKabupaten Seluma;{other};21,1\nKabupaten Kaur;{one};13,1\n"
KINDS = [
    ("Jenis kelamin", "Laki-laki", "Perempuan", "Laki-laki + Perempuan"),
    ("Jenis kelamin", "Laki-laki", "Perempuan", "Total"),
    ("Daerah", "Perkotaan", "Perdesaan", "Perkotaan+Perdesaan"),
    ("Kuintil", "Kuintil 1", "Kuintil 5", ""),
    ("Kelompok umur", "0-23 bulan", "24-59 bulan", "Jumlah"),
]


def table(heading: str, one: str, other: str, every: str, *, whole: bool = True) -> io.BytesIO:
    rows = PARTS.format(one=one, other=other) + (WHOLE.format(all=every) if whole else "")
    return io.BytesIO(f"Wilayah;{heading};Prevalensi stunting balita 2022\n{rows}".encode())


@pytest.mark.parametrize("kind", KINDS)
def test_parts_are_kept_by_name_beside_the_whole(kind: tuple[str, ...]) -> None:
    heading, one, other, _ = kind
    found = kt.read_actuals(table(*kind), plan=PLAN, columns={"dimension": heading})
    rows = {
        (row["region"], row["dimension"]): row["value"]
        for row in found.to_frame("polars").to_dicts()
    }
    assert rows == {
        ("17.05", f"{heading}: {one}"): 23.1, ("17.05", f"{heading}: {other}"): 21.1,
        ("17.04", f"{heading}: {one}"): 13.1, ("17.05", None): 22.1, ("17.04", None): 12.4,
    }  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_alone_is_read_where_it_stands_beside_every_part(kind: tuple[str, ...]) -> None:
    heading, one, other, every = kind
    if not every:
        with pytest.raises(TableError):
            kt.read_actuals(table(*kind), plan=PLAN)
        return
    found = kt.read_actuals(table(*kind), plan=PLAN)
    assert {one.region: one.value for one in found} == {"17.05": 22.1, "17.04": 12.4}
    (note,) = found.notes
    assert note.got == f"{one}, {other}"
    assert f"columns={{'dimension': {heading!r}}}" in note.hint


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_whole_is_judged(kind: tuple[str, ...]) -> None:
    asked = {"columns": {"dimension": kind[0]}}
    parted = kt.read_actuals(table(*kind), plan=PLAN, **asked)
    alone = parted.take(parted.text("dimension").codes < 0)
    assert len(alone) == 2
    for actuals in (parted, alone):
        card = kt.evaluate(PLAN, actuals, year=2022, rule="permendagri-86-2017")
        assert {row["region"]: row["actual"] for row in card if row["actual"]} == {
            "17.05": 22.1, "17.04": 12.4,
        }  # fmt: skip
        assert len(card.actuals) == 2
    against = kt.evaluate_against(PLAN, parted, year=2022, rule="permendagri-86-2017")
    assert {row["actual"] for row in against} == {22.1, 12.4, None}
    without = kt.read_actuals(table(*kind, whole=False), plan=PLAN, **asked)
    card = kt.evaluate(PLAN, without, year=2022, rule="permendagri-86-2017")
    assert {row["actual"] for row in card} == {None}


def test_a_part_told_twice_is_refused() -> None:
    rows = (
        b"Wilayah;Daerah;Prevalensi stunting balita 2022\nSeluma;Perkotaan;1\nSeluma;Perkotaan;2\n"
    )
    with pytest.raises(TableError, match="two actuals"):
        kt.read_actuals(io.BytesIO(rows), plan=PLAN, columns={"dimension": "Daerah"})


NAME = "Prevalensi stunting balita"
BESIDE = {
    "letters": f"Wilayah;Tahun;{NAME};;\n;;L;P;L+P",
    "sexes": f"Wilayah;Tahun;{NAME};;\n;;Pria;Wanita;Jumlah",
    "residence": f"Wilayah;Tahun;{NAME};;\n;;Perkotaan;Perdesaan;Total",
    "town and village": f"Wilayah;Tahun;{NAME};;\n;;Kota;Desa;Kota+Desa",
    "quintiles": f"Wilayah;Tahun;{NAME};;\n;;Kuintil 1;Kuintil 5;Total",
    "English": f"Region;Year;{NAME};;\n;;Male;Female;Both sexes",
    "one row": f"Wilayah;Tahun;{NAME} (L);{NAME} (P);{NAME} (L+P)",
    "one cell": f"Wilayah;Tahun;{NAME} / L;{NAME} / P;{NAME} / L+P",
    "with a measure": f"Wilayah;Tahun;{NAME};;\n;;Realisasi L;Realisasi P;Realisasi L+P",
    "title": f"{NAME} menurut daerah\nWilayah;Tahun;Perkotaan;Perdesaan;Perkotaan + Perdesaan",
}


@pytest.mark.parametrize("head", BESIDE.values(), ids=BESIDE)
def test_parts_beside_each_other_are_kept_as_the_message_says(head: str) -> None:
    source = f"{head}\n17.05;2022;23,1;21,1;22,1\n17.04;2022;13,1;11,7;12,4\n"
    try:
        told = kt.read_actuals(io.BytesIO(source.encode()), plan=PLAN).notes
    except TableError as refused:
        told = refused.problems
    (advice,) = {
        advice
        for problem in told
        for advice in re.findall(r"columns=({'dimension': \[.*?\]})", problem.hint)
    }
    columns = ast.literal_eval(advice)
    found = kt.read_actuals(io.BytesIO(source.encode()), plan=PLAN, columns=columns)
    assert {one.value for one in found if not one.dimension} == {22.1, 12.4}
    parts = {one.dimension for one in found} - {""}
    assert len(parts) == 2
    assert all(
        any(heading.endswith((part, f"({part})")) for heading in columns["dimension"])
        for part in parts
    )
    assert {one.value for one in found if one.dimension} == {23.1, 21.1, 13.1, 11.7}


def test_parts_of_several_years_stand_over_them_or_under() -> None:
    for head in (
        f";{NAME} 2022;;{NAME} 2023;\nWilayah;L;P;L;P",
        f"Wilayah;{NAME};;;\n;L;;P;\n;2022;2023;2022;2023",
    ):
        source = io.BytesIO(f"{head}\n17.05;1,2;3,4;5,6;7,8\n".encode())
        found = kt.read_actuals(source, plan=PLAN, columns={"dimension": ["L", "P"]})
        rows = {(one.year, one.dimension): one.value for one in found}
        under = head.startswith(";")
        assert rows == {
            (2022, "L"): 1.2,
            (2022 if under else 2023, "P" if under else "L"): 3.4,
            (2023 if under else 2022, "L" if under else "P"): 5.6,
            (2023, "P"): 7.8,
        }


def test_what_stands_over_the_parts_names_them() -> None:
    source = b"Wilayah;Tahun;Jenis kelamin;;\n;;L;P;L+P\n17.05;2022;23,1;21,1;22,1\n"
    told = {"columns": {"dimension": "Jenis kelamin"}, "given": {"indicator": "stunting_balita"}}
    found = kt.read_actuals(io.BytesIO(source), plan=PLAN, **told)
    assert {one.dimension: one.value for one in found} == {
        "Jenis kelamin: L": 23.1, "Jenis kelamin: P": 21.1, "": 22.1,
    }  # fmt: skip


def test_one_part_alone_is_not_the_whole() -> None:
    for one in ("L", "Kota", "Perempuan"):
        source = f"Wilayah;Tahun;{NAME};Keterangan\n;;{one};\n17.05;2022;23,1;a\n".encode()
        with pytest.raises(TableError, match="cannot tell what"):
            kt.read_actuals(io.BytesIO(source), plan=PLAN)
        told = {"columns": {"dimension": [one]}}
        found = kt.read_actuals(io.BytesIO(source), plan=PLAN, **told)
        assert [(row.dimension, row.value) for row in found] == [(one, 23.1)]


def test_parts_are_written_and_read_again() -> None:
    found = kt.read_actuals(table(*KINDS[0]), plan=PLAN, columns={"dimension": "Jenis kelamin"})
    assert kt.Actuals.from_frame(found.to_frame("polars")) == found
    assert [one.dimension for one in found] == [
        *(
            "Jenis kelamin: Laki-laki",
            "Jenis kelamin: Perempuan",
            "Jenis kelamin: Laki-laki",
            "",
            "",
        )
    ]
    assert "Rincian" in found._repr_html_()


def test_figures_of_all_have_no_column_of_parts() -> None:
    assert "dimension" not in kt.load_actuals("bengkulu-stunting-2024").columns
    assert kt.load_actuals("bengkulu-stunting-2024")[0].dimension == ""


def test_a_plan_and_tables_of_quarters_are_of_all() -> None:
    for read in (
        lambda source: kt.to_date(PLAN, source, year=2022, columns={"dimension": "Daerah"}),
        lambda source: kt.pool_actuals(source, plan=PLAN, columns={"dimension": "Daerah"}),
    ):
        with pytest.raises(ArgumentError, match="dimension"):
            read(table(*KINDS[2]))
