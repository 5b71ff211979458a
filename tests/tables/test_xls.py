"""Old workbooks: percents, errors, dates and hidden sheets as in new ones, and files made to harm."""

from __future__ import annotations

import random
import resource
import struct
import time
from pathlib import Path

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import TableError
from kencana_targets.tables.excel import read_workbook

FILES = Path(__file__).parents[1] / "files"
OLD = FILES / "old"
BOF8 = struct.pack("<HHHHII", 0x0600, 5, 0x0DBB, 1997, 0, 6)
SHEET8 = struct.pack("<HHHHII", 0x0600, 0x10, 0x0DBB, 1997, 0, 6)
NUMBER, TEXT = 0x0203, 0x0204


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
    said = str(kt.describe_table(OLD / "percent.xls"))
    assert "cells in percent, read as shown (0.65 as 65): 9" in said
    assert "sheet 'hidden': hidden, not read" in said


def test_errors_are_refused_with_their_cells():
    with pytest.raises(TableError) as caught:
        kt.read_actuals(OLD / "errors.xls")
    hint = "write a number such as 22,1 or leave the cell empty"
    assert [str(problem) for problem in caught.value.problems] == [
        f"sheet '2022', row 4, column C 'stunting': not a number: got '#DIV/0!'; {hint}",
        f"sheet '2022', row 5, column D 'unmet need': not a number: got '#N/A'; {hint}",
    ]


def record(kind: int, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack("<HH", kind, len(data)) + data


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(NUMBER, struct.pack("<HHHd", row, column, style, value))


def text(row: int, column: int, value: str) -> bytes:
    letters = struct.pack("<HB", len(value), 0) + value.encode("latin-1")
    return record(TEXT, struct.pack("<HHH", row, column, 0), letters)


def formula(row: int, column: int, tokens: bytes, result: bytes = bytes(8)) -> bytes:
    head = struct.pack("<HHH", row, column, 0) + result + bytes(6)
    return record(6, head, struct.pack("<H", len(tokens)), tokens)


def workbook(
    cells: bytes, *, formats: bytes = b"", globals_: bytes = b"", sheets: int = 1
) -> bytes:
    """Make a workbook; all its sheets lie in one place."""
    styles = b"".join(
        record(0xE0, struct.pack("<HHH", 0, kind, 0), bytes(14)) for kind in (0, 10, 14)
    )
    fonts = record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0), b"\1\0A") * 5
    head = record(0x0809, BOF8) + record(0x42, struct.pack("<H", 1200)) + fonts + formats + styles
    name = b"\x04\0Data"
    start = len(head) + len(globals_) + sheets * (4 + 6 + len(name)) + 4
    bound = record(0x85, struct.pack("<IBB", start, 0, 0), name) * sheets
    book = head + globals_ + bound + record(0x0A)
    book += record(0x0809, SHEET8) + cells + record(0x0A)
    return in_file_system("Workbook", book)


def in_file_system(name: str, content: bytes) -> bytes:
    """Put one file into a file system: its table, a directory, then the file itself."""
    size, last, free = 512, 0xFFFFFFFE, 0xFFFFFFFF
    content = content.ljust(4096, b"\0")
    count = -(-len(content) // size)
    tables = 1
    while tables * 128 < count + tables + 1:
        tables += 1
    first = tables + 1
    chain = [0xFFFFFFFD] * tables + [last, *range(first + 1, first + count), last]
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 22, 5, 1)
    root += struct.pack("<III", free, free, 1) + bytes(36) + struct.pack("<III", last, 0, 0)
    entry = name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBB", 2 * len(name) + 2, 2, 1)
    entry += struct.pack("<III", free, free, free) + bytes(36)
    entry += struct.pack("<III", first, len(content), 0)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(10)
    header += struct.pack("<IIIIIIII", tables, tables, 0, 4096, last, 0, last, 0)
    header += struct.pack("<109I", *range(tables), *[free] * (109 - tables))
    chain += [free] * (128 * tables - len(chain))
    parts = [struct.pack(f"<{len(chain)}I", *chain), (root + entry).ljust(size, b"\0"), content]
    return header + b"".join(part.ljust(-(-len(part) // size) * size, b"\0") for part in parts)


def rows_of(content: bytes) -> list[list[object]]:
    (grid,) = read_workbook(content, "data.xls")
    return grid.head


HEADER = b"".join(text(0, at, name) for at, name in enumerate(["Wilayah", "Tahun", "mCPR"]))


def test_numbers_texts_dates_percents_truths_and_errors():
    cells = HEADER + text(1, 0, "Kaur") + number(1, 1, 44926, 2) + number(1, 2, 0.07, 1)
    cells += record(0x0205, struct.pack("<HHHBB", 2, 0, 0, 1, 0))
    cells += record(0x0205, struct.pack("<HHHBB", 2, 1, 0, 0x24, 1))
    cells += formula(2, 2, b"\x1e\5\0", struct.pack("<d", 61.2))
    found = rows_of(workbook(cells))
    assert [str(cell) for cell in found[1]] == ["Kaur", "2022-12-31", "7.0"]
    assert found[2] == [True, "#NUM!", 61.2]


@pytest.mark.parametrize(
    "tokens",
    [b"\x17\4\x0022,1", b"\x17\3\0n/a\x19\x08\x0a\0\x1e\5\0", b"\x44\1\0\0\xc0\x17\0\0\x08"],
)
def test_a_zero_of_a_formula_that_may_give_a_text_is_refused(tmp_path, tokens):
    """LibreOffice stores 0 for a text in a cell that is formatted as a number."""
    cells = HEADER + text(1, 0, "Kaur") + number(1, 1, 2022) + formula(1, 2, tokens)
    path = tmp_path / "data.xls"
    path.write_bytes(workbook(cells))
    with pytest.raises(TableError, match="row 2, column C 'mCPR': a formula without its value"):
        kt.read_actuals(path)
    # Excel itself stores the text, so that its zeros are zeros.
    by_excel = b"\x1e\0\0\0\x10\0\0\0Microsoft Excel\0"
    path.write_bytes(workbook(cells) + by_excel)
    assert kt.read_actuals(path).value.tolist() == [0.0]


def test_a_zero_of_arithmetic_is_a_zero():
    cells = formula(0, 0, b"\x1e\1\0\x1e\1\0\4") + text(0, 1, "a")
    assert rows_of(workbook(cells)) == [[0.0, "a"]]


def test_a_cell_at_the_end_of_the_sheet_is_refused():
    with pytest.raises(TableError, match="sheet 'Data': cells span more than 10,000,000 places"):
        read_workbook(workbook(number(0, 0, 1) + number(65535, 255, 1)), "data.xls")


def twice(before: int) -> bytes:
    """Name a text that is another name's twice."""
    tokens = b"\x17\x40\0" + b"x" * 64 if before < 0 else b""
    if before >= 0:
        tokens = (b"\x23" + struct.pack("<HH", before + 1, 0)) * 2 + b"\x08"
    name = f"n{before + 1}".encode()
    head = struct.pack("<HBBHHHBBBB", 0, 0, len(name), len(tokens), 0, 0, 0, 0, 0, 0)
    return record(0x18, head, b"\0", name, tokens)


BOMBS = {
    "declared": lambda: workbook(
        record(0x200, struct.pack("<IIHHH", 0, 0xFFFFFFFF, 0, 0xFFFF, 0)) + HEADER
    ),
    "names": lambda: workbook(HEADER, globals_=b"".join(map(twice, range(-1, 60)))),
    "format": lambda: workbook(
        HEADER,
        formats=record(0x41E, struct.pack("<HHB", 170, 60_000, 0), b"[" * 60_000) * 40,
    ),
    "sheets": lambda: workbook(number(1, 1, 1.0) * 20_000, sheets=5_000),
    "wide rows": lambda: workbook(b"".join(number(row, 255, 1.0) for row in range(65_536))),
    "merged": lambda: workbook(
        HEADER + record(0xE5, struct.pack("<H", 1000), struct.pack("<HHHH", 0, 65535, 0, 0) * 1000)
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_hostile_stream_stays_within_time_and_memory(bomb, tmp_path):
    path = tmp_path / "data.xls"
    path.write_bytes(BOMBS[bomb]())
    start, most = time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(TableError) as caught:
        kt.read_actuals(path)
    assert caught.value.source == "data.xls"
    assert time.process_time() - start < 10
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most < 1 << 20  # KiB


@pytest.mark.parametrize("of", [OLD / "percent.xls", FILES / "wide_merged.xls"])
def test_a_damaged_file_is_refused_or_read_without_another_error(of):
    content = of.read_bytes()
    chance = random.Random(17)
    sources = []
    for _ in range(150):
        damaged = bytearray(content)
        for _ in range(4):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            read_workbook(bytes(damaged[: chance.randrange(512, len(damaged))]), of.name)
        except TableError as error:
            sources.append(error.source)
    assert set(sources) == {of.name}


def test_a_protected_workbook_says_so():
    protected = workbook(HEADER, globals_=record(0x2F, struct.pack("<HHH", 1, 1, 1), bytes(48)))
    with pytest.raises(TableError, match="the workbook is protected by a password"):
        read_workbook(protected, "data.xls")


def test_struck_and_raised_digits_are_none_of_the_figure_and_what_is_hidden_is_noted():
    with pytest.raises(TableError) as caught:
        kt.read_actuals(OLD / "marks.xls")
    said = [(one.place.row, one.what) for one in caught.value.problems]
    wrong = "not a number"
    assert said == [(3, wrong), (4, wrong), (5, wrong), (6, "a mark behind the number")]
    figures = kt.read_actuals(OLD / "marks.xls", columns={"ignored": "mCPR"})
    assert figures.value.tolist() == [2.1, 2.2, 2.3, 2.4, 2.5]
    assert [str(note.got) for note in figures.notes] == ["3:3, D:D"]
