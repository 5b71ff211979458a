"""No text that fits into a cell keeps a reader or an audit busy, wherever it stands."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import KencanaError

# The beginning, what is repeated as often as a cell holds it, and the end.
TEXTS = [
    *(("2022", " ", "x"), ("", "2022 ", "x"), ("", "1", "x"), ("", " ", "x"), ("", "a", "")),
    *(("", "(", ""), ("", "i.", ""), ("", "rata ", "!"), ("", "total\t", ""), ("", "1 - ", "")),
    *(("", "<", "1"), ("", "a_2022 ", ""), ("", "nilai ", "x"), ("tahun", " ", "2022x")),
    *(("1", " ", "x"), ("1.", " ", "x"), ("(1)", " ", "x"), ("TW", " ", "I x")),
    *(("s.d.", " ", "x"), ("a", " (", ""), ("Sumber", " ", ":x"), ("", "kondisi ", "awa")),
    *(("", "12 ", "x"), ("", "1/", "x"), ("", "persen ", "2"), ("=", '"', ""), ("", "dinas ", "")),
    ("Wilayah", "Tahun 2022 ", ":x"),
]
# What a cell holds at most, and what any reading of it may take.
LONGEST, SECONDS = 32_000, 3
TABLE = ["region", "indicator", "year", "value"], ["17", "stunting_balita", "2022", "19.8"]
REPORT = ["Indikator", "Target", "Realisasi", "Capaian"], ["a", "10", "9", "90"]


@pytest.fixture(scope="module")
def plan():
    return kt.load_plan("bengkulu-stunting-2024")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("place", ["title", "heading", "region", "indicator", "year", "figure"])
def test_a_long_text_takes_little_time(text, place, plan, tmp_path):
    start, repeated, end = text
    long = start + repeated * (LONGEST // len(repeated)) + end
    for number, (read, lines) in enumerate(
        ((lambda path: kt.read_actuals(path, plan=plan), TABLE), (kt.audit, REPORT))
    ):
        header, row = (list(line) for line in lines)
        if place == "heading":
            header[2] = long
        elif place != "title":
            row[["region", "indicator", "year", "figure"].index(place)] = long
        title = [long if place == "title" else "judul"]
        cells = [title, header, row, list(lines[1])]
        path = tmp_path / f"{number}.csv"
        quoted = (";".join('"' + cell.replace('"', '""') + '"' for cell in one) for one in cells)
        path.write_text("\n".join(quoted) + "\n", encoding="utf-8")
        begin = time.process_time()
        with suppress(KencanaError):
            read(path)
        assert time.process_time() - begin < SECONDS
