"""Old workbooks: cells in percent and errors, as in new ones. LibreOffice wrote the files."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import TableError
from kencana_targets.tables.biff import OldSheet, look_at_old

OLD = Path(__file__).parents[1] / "files" / "old"


def test_cells_in_percent_are_read_as_they_are_shown():
    read = kt.read_actuals(OLD / "percent.xls")
    assert [(one.region, one.indicator, one.value) for one in read] == [
        ("Seluma", "mCPR", 60.1),
        ("Seluma", "stunting", 19.8),
        ("Seluma", "unmet need", 12.0),
        ("Kaur", "mCPR", 66.0),
        ("Kaur", "stunting", 19.8),
        ("Kaur", "unmet need", 7.0),
        ("Lebong", "mCPR", 64.0),
        ("Lebong", "unmet need", 20.0),
        ("Kepahiang", "mCPR", 100.0),
        # '0.0" %"' writes a sign behind the number that is there.
        ("Kepahiang", "stunting", 0.5),
        ("Kepahiang", "unmet need", 0.5),
        ("Rejang Lebong", "mCPR", 61.0),
        ("Rejang Lebong", "stunting", 22.0),
        ("Rejang Lebong", "unmet need", 8.0),
    ]
    said = "cells in percent, read as shown (0.65 as 65): 9"
    assert said in str(kt.describe_table(OLD / "percent.xls"))


def test_errors_are_refused_with_their_cells():
    with pytest.raises(TableError) as caught:
        kt.read_actuals(OLD / "errors.xls")
    hint = "write a number such as 22,1 or leave the cell empty"
    assert [str(problem) for problem in caught.value.problems] == [
        f"sheet '2022', row 4, column C 'stunting': not a number: got '#DIV/0!'; {hint}",
        f"sheet '2022', row 5, column D 'unmet need': not a number: got '#N/A'; {hint}",
    ]


def test_charts_and_hidden_sheets_are_told_apart():
    sheet, hidden = look_at_old((OLD / "percent.xls").read_bytes())
    assert sheet.errors == []
    assert sheet.percent[:3] == [(1, 1), (1, 2), (2, 3)]
    assert hidden == OldSheet(percent=[(0, 0)])


def record(kind: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack("<HH", kind, len(data)) + data


@pytest.mark.parametrize("version", [0x0500, 0x0600])
def test_records_of_excel_itself(version):
    """Of Excel 5 and 97: several short numbers in one record, an error typed, a truth."""
    begin = record(0x0809, struct.pack("<HH", version, 5))
    letters = struct.pack("<HB", 4, 0) if version == 0x0600 else b"\4"
    code = record(0x041E, struct.pack("<H", 170), letters, b"0.0%")
    styles = b"".join(
        record(0xE0, struct.pack("<HH", 0, number), bytes(16)) for number in (0, 170, 10)
    )
    numbers = [struct.pack("<HI", style, 0) for style in (1, 0, 2)]
    cells = record(0xBD, struct.pack("<HH", 4, 1), *numbers, struct.pack("<H", 3))
    cells += record(0x0205, struct.pack("<HHHBB", 5, 0, 0, 0x24, 1))
    cells += record(0x0205, struct.pack("<HHHBB", 5, 1, 1, 1, 0))
    end = record(0x0A)
    head = begin + code + styles
    start = len(head) + 4 + 12 + len(end)
    book = head + record(0x85, struct.pack("<I", start), bytes(8)) + end + begin + cells + end
    name = "Workbook" if version == 0x0600 else "Book"
    assert look_at_old(in_file_system(name, book)) == [
        OldSheet(errors=[(5, 0, "#NUM!")], percent=[(4, 1), (4, 3), (5, 1)])
    ]


def in_file_system(name: str, content: bytes) -> bytes:
    """Put one file into a file system: a table, a directory, then the file itself."""
    size, last, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    count = -(-len(content) // size)
    table = [0xFFFFFFFD, last, *range(3, 2 + count), last]
    entry = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HB", 2 * len(name) + 2, 2)
    entry = entry.ljust(116, b"\0") + struct.pack("<III", 2, len(content), 0)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(30, b"\0") + struct.pack("<HH", 9, 6)
    header = header.ljust(48, b"\0") + struct.pack("<IIIIIII", 1, 0, 0, last, 0, last, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    sectors = [
        struct.pack("<128I", *table, *[free] * (128 - len(table))),
        entry.ljust(size, b"\0"),
        content.ljust(count * size, b"\0"),
    ]
    return header + b"".join(sectors)


def test_a_damaged_file_is_refused_or_read_without_another_error():
    """What contradicts itself raises what `excel` turns into a refusal."""
    content = (OLD / "percent.xls").read_bytes()
    chance = random.Random(17)
    refused = 0
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(4):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            look_at_old(bytes(damaged[: chance.randrange(512, len(damaged))]))
        except (ValueError, LookupError, struct.error):
            refused += 1
    assert refused


def test_a_workbook_that_contradicts_itself_is_refused(monkeypatch):
    def broken(content: bytes) -> list[OldSheet]:
        return []

    monkeypatch.setattr("kencana_targets.tables.excel.look_at_old", broken)
    with pytest.raises(TableError, match="not an Excel workbook that can be read"):
        kt.read_actuals(OLD / "percent.xls")
