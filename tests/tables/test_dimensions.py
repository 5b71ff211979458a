"""Figures of parts of the people: kept where somebody says so, and never among those of all."""

from __future__ import annotations

import io

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
def test_parts_that_nobody_asks_for_are_refused(kind: tuple[str, ...]) -> None:
    with pytest.raises(TableError):
        kt.read_actuals(table(*kind), plan=PLAN)


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
