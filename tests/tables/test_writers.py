from __future__ import annotations

import csv
import errno
import io
import json
import math
import os
import stat
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import letters

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import ArgumentError, MissingExtraError, TableError
from kencana_targets.tables import results as writers

cells = st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(letters)
plain = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(st.lists(st.tuples(plain, plain), min_size=1, max_size=5))
def test_csv_reads_back(rows: list[tuple[str, str]]) -> None:
    first, second = (list(column) for column in zip(*rows, strict=True))
    text = writers.csv_text({"a": first, "b": second})
    read = list(csv.reader(text.splitlines(keepends=True)))
    if not any(
        mark in cell
        for row in rows
        for cell in row
        for mark in "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
    ):
        assert read == [["a", "b"], *map(list, rows)]


@given(st.lists(cells, max_size=5))
def test_json_reads_back(values: list[Any]) -> None:
    finite = [v for v in values if not isinstance(v, float) or math.isfinite(v)]
    text = writers.json_text({"rows": finite})
    assert json.loads(text) == {"rows": finite}
    assert text.endswith("\n")


def test_json_is_for_people_too() -> None:
    assert "Kota Bengkulu é" in writers.json_text(["Kota Bengkulu é"])


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_json_has_no_nan(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        writers.json_text([value])


def test_floats_are_written_in_full(tmp_path: Path) -> None:
    writers.write_csv(tmp_path / "a.csv", {"value": [18.916666666666668, None, 0.1]})
    assert (tmp_path / "a.csv").read_bytes() == b"value\n18.916666666666668\n\n0.1\n".replace(
        b"\n\n", b'\n""\n'
    )


def test_a_file_appears_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "card.csv"
    writers.write_text(file, "old")

    def broken(self: Path, target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", broken)
        with pytest.raises(TableError, match="card.csv: the file cannot be written.*No space left"):
            writers.write_text(file, "new")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]
    writers.write_text(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) & 0o400


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="there is no such folder; make it"):
        writers.write_text(tmp_path / "nowhere" / "a.csv", "x")
    assert not list(tmp_path.iterdir())


def test_parquet_reads_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns: Any = {"region": Categorical.encode(["17", None])}
    writers.write_parquet(tmp_path / "a.parquet", columns)
    assert pl.read_parquet(tmp_path / "a.parquet")["region"].to_list() == ["17", None]
    monkeypatch.setattr(writers, "backends", lambda: ["pyarrow"])
    writers.write_parquet(tmp_path / "b.parquet", columns)
    assert pl.read_parquet(tmp_path / "b.parquet")["region"].to_list() == ["17", None]
    monkeypatch.setattr(writers, "backends", list)
    with pytest.raises(MissingExtraError, match="a Parquet file needs packages"):
        writers.write_parquet(tmp_path / "c.parquet", columns)


def test_a_file_keeps_its_rights_and_a_new_one_gets_those_of_the_umask(tmp_path: Path) -> None:
    file = tmp_path / "families.csv"
    file.write_text("old")
    file.chmod(0o600)
    writers.write_text(file, "new")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = os.umask(0o027)
    try:
        writers.write_text(tmp_path / "fresh.csv", "new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "fresh.csv").stat().st_mode) == 0o640


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    link = tmp_path / "card.csv"
    link.symlink_to(tmp_path / "there" / "card.csv")
    writers.write_text(link, "once")
    writers.write_text(link, "again")
    assert link.is_symlink()
    assert (tmp_path / "there" / "card.csv").read_text() == "again"
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["card.csv"]


def test_bytes_go_into_an_open_file() -> None:
    buffer = io.BytesIO()
    writers.write_csv(buffer, {"value": [1.5]})
    assert buffer.getvalue() == b"value\n1.5\n"
    with pytest.raises(ArgumentError, match="opened for bytes"):
        writers.write_text(io.StringIO(), "text")


def test_an_indonesian_spreadsheet_reads_its_own_marks() -> None:
    columns = {"region": ["17,01", None], "value": [-1.5, None], "met": [True, False]}
    assert writers.csv_text(columns, ",") == "region;value;met\n17,01;-1,5;True\n;;False\n"
    for decimal, separator in ((";", None), (",", ","), (".", "ab"), (".", '"'), (".", "\n")):
        with pytest.raises(ArgumentError):
            writers.csv_text(columns, decimal, separator)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+1+1", "'+1+1"),
        ("-cmd", "'-cmd"),
        ("\t=1", "'\t=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("-1,5", "-1,5"),
        ("+3.2%", "+3.2%"),
        ("-1.234,5", "-1.234,5"),
        ("17.01", "17.01"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_spreadsheet_runs_a_cell(cell: str, written: str) -> None:
    assert writers.inert_cell(cell) == written
    read = list(csv.reader(io.StringIO(writers.csv_text({"a": [cell]}, inert=True))))
    assert read[1] == [written] if written else True
