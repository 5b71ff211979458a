"""What is opened: paths and open files alike, and nothing that is neither or never ends."""

from __future__ import annotations

import io
import os
import tempfile
import time
from pathlib import Path

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, KencanaError, RuleError, TableError

FILES = Path(__file__).parents[1] / "files"
NAMES = ["long_id_semicolon.csv", "long_numbers.xlsx", "long.xls", "long.ods", "long.parquet"]
RULE = next((Path(kt.__file__).parent / "data" / "rules").glob("*.toml"))


@pytest.mark.parametrize("name", NAMES)
def test_an_open_file_reads_as_its_path(name):
    path = FILES / name
    whole = kt.read_actuals(path)
    assert kt.read_actuals(io.BytesIO(path.read_bytes())) == whole
    with path.open("rb") as file:
        assert kt.read_actuals(file) == whole
        # The file is left where it stood, so that it can be read again.
        assert kt.read_actuals(file) == whole
    with tempfile.SpooledTemporaryFile() as upload:
        upload.write(path.read_bytes())
        upload.seek(0)
        assert kt.read_actuals(upload) == whole


def test_audit_rule_measures_and_scorecard_take_open_files(tmp_path):
    table = io.BytesIO(b"target;actual;achievement\n10;9;90\n")
    assert kt.audit(table).count("reproduced") == 1
    assert kt.read_rule(io.BytesIO(RULE.read_bytes())) == kt.read_rule(RULE)
    measures = Path(kt.__file__).parent / "data" / "measures.toml"
    opened = kt.read_measures(io.BytesIO(measures.read_bytes()))
    assert [one.code for one in opened] == [one.code for one in kt.read_measures(measures)]


def test_an_open_file_is_called_by_its_name():
    spoiled = FILES / "spoiled" / "long_numbers.xlsx"
    with spoiled.open("rb") as file, pytest.raises(TableError) as caught:
        kt.read_actuals(file)
    assert caught.value.source == "long_numbers.xlsx"


@pytest.mark.parametrize("content", ["a", 7, None])
def test_a_file_opened_for_text_is_refused(content):
    class Strange:
        def read(self, _size):
            return content

    with pytest.raises(TableError, match="not a binary file: got '.*'; open it with mode 'rb'"):
        kt.read_actuals(Strange())


def test_a_closed_file_is_refused():
    file = io.BytesIO(b"x")
    file.close()
    with pytest.raises(TableError, match="the file cannot be read: got 'I/O operation on closed"):
        kt.read_actuals(file)


class Raising:
    """A file whose attributes raise: all, or those of a name."""

    def __init__(self, *names):
        self._names = names

    def __getattr__(self, name):
        if not self._names or name in self._names:
            msg = "out of order"
            raise RuntimeError(msg)
        return getattr(io.BytesIO(b"target;actual;achievement\n10;9;90\n"), name)


@pytest.mark.parametrize("names", [(), ("read",)])
@pytest.mark.parametrize("reader", ["read_actuals", "audit", "read_rule", "read_scorecard"])
def test_a_file_whose_attributes_raise_is_refused(names, reader):
    with pytest.raises(KencanaError, match="the file cannot be read: got 'out of order'"):
        getattr(kt, reader)(Raising(*names))


def test_a_file_may_have_a_name_that_raises():
    assert kt.audit(Raising("name")).count("reproduced") == 1


@pytest.mark.parametrize("rows", [2, 60])
@pytest.mark.parametrize(
    ("last", "cut"),
    [("1", True), ("12", True), ("12,4", False), ("9,4", False), ("1\n", False)],
)
def test_a_last_number_that_may_be_cut_is_noted(last, cut, rows):
    # A file that was cut has no end of line, and its last number less than all above it.
    above = [f"Seluma;{1960 + row};{10 + row},5" for row in range(rows)]
    text = "\n".join(["Wilayah;Tahun;Stunting", *above, f"Kaur;2020;{last}"])
    read = kt.read_actuals(io.BytesIO(text.encode()))
    found = [note for note in read.notes if "before the end of its last row" in str(note)]
    assert len(found) == cut
    assert all(note.place.row == rows + 2 and note.got == last for note in found)


@pytest.mark.parametrize(("last", "cut"), [("Kaur;2,5", True), ("Sumber: survei", False)])
def test_a_last_row_of_fewer_cells_is_noted(last, cut):
    text = f"Wilayah;Stunting 2021;Stunting 2022\nSeluma;2,1;2,2\nLebong;2,3;2,4\n{last}\n"
    read = kt.read_actuals(io.BytesIO(text.encode()))
    assert len(read) == 4 + cut
    assert bool(read.notes) == cut


READERS = {
    "read_actuals": kt.read_actuals,
    "audit": kt.audit,
    "read_rule": kt.read_rule,
    "read_plan": kt.read_plan,
    "read_measures": kt.read_measures,
    "read_scorecard": kt.read_scorecard,
}


def refused_at_once(read, path) -> str:
    start = time.perf_counter()
    with pytest.raises(KencanaError) as caught:
        read(path)
    assert time.perf_counter() - start < 5
    return str(caught.value)


@pytest.mark.parametrize("name", [*READERS])
def test_devices_pipes_and_folders_are_refused(name, tmp_path):
    pipe = tmp_path / "pipa"
    os.mkfifo(pipe)
    for path in (Path("/dev/zero"), Path("/dev/null"), pipe, tmp_path):
        refused_at_once(READERS[name], path)
    assert "a device or a pipe, and no file" in refused_at_once(kt.read_actuals, "/dev/zero")
    assert "a device or a pipe, and no file" in refused_at_once(kt.audit, pipe)
    assert "a folder, and no file" in refused_at_once(kt.read_actuals, tmp_path)


@pytest.mark.parametrize("name", [*READERS])
@pytest.mark.parametrize("path", ["a" * 300, "a" * 5000, "a/" * 3000, "\0", "nul\0.csv", ""])
def test_names_that_no_file_has_are_refused(name, path):
    refused_at_once(READERS[name], path)


@pytest.mark.parametrize("given", [7, None, 3.5])
@pytest.mark.parametrize("name", ["read_rule", "read_measures", "read_scorecard"])
def test_what_is_no_file_is_refused(name, given):
    with pytest.raises(ArgumentError, match="argument 'path'"):
        READERS[name](given)


TOML = {
    "deep": "x = " + "[" * 5000 + "]" * 5000,
    "deep tables": "x = " + "{a=" * 5000 + "1" + "}" * 5000,
    "open": "x = " + "[" * 100_000,
    "long integer": "x = " + "9" * 5000,
    "long key": ".".join(["a"] * 20_000) + " = 1",
    "long header": "[" + ".".join(["a"] * 20_000) + "]",
    "quoted key": ".".join(['"a b"'] * 20_000) + " = 1",
    "key of an inline table": "x = {" + ".".join(["'a'"] * 20_000) + " = 1}",
    "spaced key": " . ".join(["a"] * 20_000) + " = 1",
}


@pytest.mark.parametrize("of", TOML)
def test_hostile_toml_is_refused_at_once(of, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(TOML[of])
    with pytest.raises(RuleError):
        kt.read_rule(path)
    for read, where in ((kt.read_rule, path), (kt.read_plan, tmp_path), (kt.read_measures, path)):
        refused_at_once(read, where)


def test_a_text_with_many_dots_is_no_key(tmp_path):
    text = RULE.read_text(encoding="utf-8") + "\n# " + "a.b." * 20 + "\n"
    path = tmp_path / "aturan.toml"
    path.write_text(text, encoding="utf-8")
    assert kt.read_rule(path) == kt.read_rule(RULE)
