"""Codes and names of provinces: which column says the region, and what contradicts it."""

from __future__ import annotations

import io

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import TableError

PLAN = kt.load_plan("stunting-2020-2024")


def read(head: str, *rows: str) -> kt.Actuals:
    lines = "\n".join(f"{row};2021;2{number},5" for number, row in enumerate(rows))
    return kt.read_actuals(io.BytesIO(f"{head};tahun;stunting\n{lines}\n".encode()), plan=PLAN)


@pytest.mark.parametrize(
    ("head", "row", "code"),
    [
        ("kode_provinsi", "17", "17"),
        ("Kode Prov;Provinsi", "32;Jawa Barat", "32"),
        ("id;kode_provinsi;nama_provinsi", "1;32;JAWA BARAT", "32"),
        ("kode_provinsi;nama_provinsi", "3200;JAWA BARAT", "32"),
        ("kd_prov;nama_provinsi;kode_kabupaten_kota;nama_kabupaten_kota",
         "32;JAWA BARAT;32.01;KABUPATEN BOGOR", "32.01"),
        ("kode_kabupaten_kota;provinsi", "17.05;Prov. Bengkulu", "17.05"),
        # Before the provinces of Papua were split.
        ("provinsi;kabupaten", "PAPUA;Merauke", "93.01"),
        ("provinsi;kode_kabupaten", "PAPUA;93.01", "93.01"),
        ("provinsi;kabupaten", "PAPUA BARAT;Kota Sorong", "96.71"),
        ("kode_provinsi;kabupaten", "91;Merauke", "93.01"),
        # As BPS counts: Papua is 94, and 95 a province founded since.
        ("kode_provinsi;kode_kabupaten", "94;93.01", "93.01"),
        ("kode_provinsi;kabupaten", "95;Merauke", "93.01"),
        ("kode_bps_provinsi", "94", "91"),
        ("id_prov;wilayah", "1700;Seluma", "17.05"),
        ("id_prov;wilayah", "0;Indonesia", "00"),
    ],
)  # fmt: skip
def test_columns_of_provinces_are_ordinary(head: str, row: str, code: str) -> None:
    found = read(head, row)
    assert [one.region for one in found] == [code]
    assert not [note for note in found.notes if "indicators" in str(note)]


def test_codes_of_bps_are_told_by_the_names_beside_them() -> None:
    found = read("kode_provinsi;nama_provinsi", "94;PAPUA", "91;PAPUA BARAT", "32;JAWA BARAT")
    assert [one.region for one in found] == ["91", "92", "32"]


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("kode_provinsi;nama_provinsi", "12;BENGKULU"),
        ("kode_wilayah;nama_provinsi", "94;PAPUA"),
        ("kode_kabupaten;nama_provinsi", "32.01;BENGKULU"),
        ("kode_kabupaten;nama_kabupaten;nama_provinsi", "32.01;BOGOR;BENGKULU"),
        ("kode_kabupaten;nama_provinsi", "93.01;PAPUA BARAT"),
        ("kode_provinsi;kode_kabupaten_kota", "17;3201"),
        ("kode_provinsi;kabupaten", "32;Seluma"),
        ("kode_prov;provinsi;kabupaten", "17;Jawa Barat;Bogor"),
        ("kd_prov;bps_code", "94;9105"),
        ("kode_bps_provinsi;kabupaten", "91;Merauke"),
    ],
)
def test_a_code_that_contradicts_its_province_is_refused(head: str, row: str) -> None:
    with pytest.raises(TableError, match="code and name are of two regions"):
        read(head, row)


def test_one_list_holds_for_all_codes_of_provinces() -> None:
    head = "kode_provinsi;kabupaten"
    assert len(read(head, "91;Manokwari", "94;Merauke", "97;Jayawijaya")) == 3
    with pytest.raises(TableError, match=r"row 3, column 'kode_provinsi': .*got '91'"):
        read(head, "91;Merauke", "91;Manokwari", "92;Fakfak")


def test_codes_that_two_lists_give_to_other_provinces_are_asked_for() -> None:
    rows = "94;2021;22,5\n91;2021;24,5\n32;2021;20,1\n"
    table = f"kode_provinsi;tahun;stunting\n{rows}".encode()
    with pytest.raises(TableError, match="codes that are of other provinces in the list of BPS"):
        kt.read_actuals(io.BytesIO(table), plan=PLAN)
    for role, codes in {"region_code": ["94", "91", "32"], "bps_code": ["91", "92", "32"]}.items():
        columns = {role: "kode_provinsi"}
        found = kt.read_actuals(io.BytesIO(table), plan=PLAN, columns=columns)
        assert [one.region for one in found] == codes


def test_numbers_of_rows_are_no_codes_of_provinces() -> None:
    found = read("id_prov;kabupaten", "1;Seluma", "2;Kaur")
    assert "no codes of regions stand here" in str(found.notes)
