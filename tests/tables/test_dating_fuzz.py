"""Damaged tables of quarters: refused with their place, or read to what still stands there."""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fuzzing import BYTES, CELLS, maker, recode

import kencana_targets as kt
from kencana_targets.core.errors import KencanaError
from kencana_targets.model.collection import Actuals
from kencana_targets.tables.figures import Known, Options, read_figures

PLAN = kt.Plan.from_frames(
    indicators=[
        kt.Indicator(code=code, name=name, unit="", direction="maximize", combination="sum")
        for code, name in (("births", "Persalinan"), ("reach", "Cakupan"))
    ],
    targets={"indicator": ["births"], "region": ["17"], "year": [2022], "value": [40]},
)
REGIONS = {"17.05": "Seluma", "17.04": "Kaur"}
NAMES = {"births": "Persalinan", "reach": "Cakupan"}
NUMERALS = ("I", "II", "III", "IV")


def sheet(rows: list[list[Any]], name: str = "") -> dict[str, Any]:
    return {"name": name, "separator": ";", "decimal": ",", "merged": (), "rows": rows}


BASES = {
    "long.csv": [sheet([
        ["Indikator", "Wilayah", "Periode", "Realisasi"],
        ["Persalinan", "Seluma", "TW I 2022", "12,5"], ["Persalinan", "Seluma", "TW II/2022", "13,5"],
        ["Cakupan", "Kab. Kaur", "2022 TW III", "14,25"], ["Cakupan", "Kaur", "TW IV 2022", "9,25"],
    ])],
    "wide.csv": [sheet([
        ["Realisasi Tahun 2022"], ["Indikator", "Wilayah", "TW I", "TW II", "TW III", "TW IV", "Jumlah"],
        ["Persalinan", "Seluma", "12,5", "1,5", "2,5", "3,5", "20"],
        ["Cakupan", "Kab. Kaur", "14,25", None, "9,25", "7,75", "31,25"], ["Jumlah", None, "26,75"],
    ])],
    "pairs.xlsx": [sheet([["Isi realisasi"]], "Petunjuk"), sheet([
        ["Indikator", "Wilayah", "TW I", None, "TW II", None],
        [None, None, "Target", "Realisasi", "Target", "Realisasi"],
        ["Persalinan", "Seluma", 12.5, 1.5, 2.5, 3.5], ["Cakupan", "Kaur", 14.25, 9.25, 7.75, 3.25],
    ], "2022")],
    "numerals.xlsx": [sheet([
        ["Wilayah", "Triwulan", None, None, None, "Tahun"], [None, "I", "II", "III", "IV", None],
        ["Seluma", 12.5, 1.5, 2.5, 3.5, 2022], ["Kab. Kaur", 14.25, 9.25, 7.75, 3.25, 2022],
    ], "Persalinan")],
}  # fmt: skip


def written(cell: Any) -> str:
    return "" if cell is None else str(cell)


def quarter_over(rows: list[list[Any]], row: int, column: int, numeral: str) -> bool:
    """Return whether a quarter is named in a row, or above a column or left of that."""
    found = re.compile(rf"\b(?:TW\s*|Triwulan\s*)?{numeral}\b")
    above = [
        next((cell for cell in reversed(line[: column + 1]) if cell not in (None, "")), None)
        for line in rows[:row]
    ]
    return any(found.search(written(cell)) for cell in (*rows[row], *above))


def letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def number(cell: Any) -> float | None:
    try:
        return float(written(cell).strip(" %").replace(",", "."))
    except ValueError:
        return None


def stands(figure: Any, sheets: list[dict[str, Any]]) -> bool:
    """Return whether a figure stands under its quarter, in the row that names what it is of."""
    numeral = NUMERALS[round((figure.year - 2022) * 4 - 0.5)]
    for one in sheets:
        rows = one["rows"]
        everything = letters(one["name"] + "".join(written(cell) for row in rows for cell in row))
        for at, row in enumerate(rows):
            named = REGIONS[figure.region].casefold() in letters("".join(map(written, row)))
            if not named or NAMES[figure.indicator].casefold() not in everything:
                continue
            for column, cell in enumerate(row):
                if number(cell) == figure.value and quarter_over(rows, at, column, numeral):
                    return True
    return False


def damaged(rng: random.Random, name: str) -> tuple[str, bytes, list[dict[str, Any]]]:
    write = maker().WRITERS[name.rpartition(".")[2]]
    sheets = [{**one, "rows": [list(row) for row in one["rows"]]} for one in BASES[name]]
    how = rng.choice((*CELLS, *BYTES))
    if how in BYTES:
        content = write(sheets)
        how = next(each for each in BYTES if each is not recode) if name.endswith("xlsx") else how
        return "bytes", how(rng, content), sheets
    for _ in range(rng.choice([1, 1, 1, 2, 4])):
        how(rng, sheets)
    return "cells", write(sheets), sheets


def outcome(path: Path, how: str, sheets: list[dict[str, Any]]) -> str:
    try:
        figures, _, reading = read_figures(
            Actuals, path, "actuals", Known.of(PLAN), Options(), periods=4
        )
    except KencanaError:
        return "refused"
    if reading.problems:
        return "refused"
    values = [one for one in figures if one.value is not None and one.year % 1]
    if how == "bytes":
        return "read"
    strange = [one for one in values if not stands(one, sheets)]
    return f"invented {strange}" if strange else "read"


def test_no_damage_invents_a_quarter_or_raises_another_error(tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for turn in range(200):
        # Each version of Python sees other damages.
        rng = random.Random(f"{sys.version_info.minor} {turn}")
        name = sorted(BASES)[turn % len(BASES)]
        how, content, sheets = damaged(rng, name)
        path = tmp_path / name
        path.write_bytes(content)
        outcomes[outcome(path, how, sheets)] += 1
        for function in (
            lambda path: kt.to_date(PLAN, path, year=2022, targets=path),
            lambda path: kt.pool_actuals(path, plan=PLAN),
        ):
            with suppress(KencanaError):
                function(path)
    assert outcomes.keys() == {"read", "refused"}
    assert min(outcomes.values()) > 30


@pytest.mark.parametrize("name", sorted(BASES))
def test_the_judge_knows_a_whole_table(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(maker().WRITERS[name.rpartition(".")[2]](BASES[name]))
    assert outcome(path, "cells", BASES[name]) == "read"
    for one in read_figures(Actuals, path, "actuals", Known.of(PLAN), Options(), periods=4)[0]:
        later = kt.Actual(
            indicator=one.indicator, region=one.region, year=one.year, value=one.value + 0.01
        )
        assert not stands(later, BASES[name])
