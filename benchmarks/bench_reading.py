"""How long reading takes: 514 regions x 10 indicators x 5 years, against the bare readers.

Small tables are new each time, as texts that were read before are remembered.

python benchmarks/bench_reading.py
"""

from __future__ import annotations

import csv
import io
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import python_calamine
import xlsxwriter

import kencana_targets as kt

TIMES = 15
YEARS = range(2020, 2025)
INDICATORS = [f"indicator_{n}" for n in range(10)]


def figures() -> list[tuple[str, str, int, float, str]]:
    """Return made-up figures."""
    drawn = random.Random(514)
    regions = [region.code for region in kt.load_regions() if "." in region.code]
    return [
        (code, one, year, round(drawn.uniform(1, 99), 2), f"Survei {year}")
        for code in regions
        for one in INDICATORS
        for year in YEARS
    ]


def plan() -> kt.Plan:
    """Return a plan that knows the indicators."""
    return kt.Plan(
        indicators=[
            kt.Indicator(code=one, name=one, unit="percent", direction="maximize")
            for one in INDICATORS
        ],
        targets=[kt.Target(indicator=one, region="00", year=2024, value=50) for one in INDICATORS],
    )


def write(folder: Path) -> dict[str, Path]:
    """Write the figures long and wide, as CSV and as Excel."""
    rows = figures()
    heading = ("region", "indicator", "year", "value", "source")
    wide_heading = ("region", *(f"{one} {year}" for one in INDICATORS for year in YEARS))
    width = len(wide_heading) - 1
    wide = [
        (rows[at][0], *(value for *_, value, _ in rows[at : at + width]))
        for at in range(0, len(rows), width)
    ]
    paths = {}
    for name, (top, body) in {"long": (heading, rows), "wide": (wide_heading, wide)}.items():
        paths[f"{name}.csv"] = folder / f"{name}.csv"
        with paths[f"{name}.csv"].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([top, *body])
        paths[f"{name}.xlsx"] = folder / f"{name}.xlsx"
        with xlsxwriter.Workbook(paths[f"{name}.xlsx"]) as book:
            sheet = book.add_worksheet()
            for number, cells in enumerate([top, *body]):
                sheet.write_string(number, 0, cells[0])
                sheet.write_row(number, 1, cells[1:])
    return paths


def best(*jobs: Callable[[], Any]) -> list[float]:
    """Return the shortest time of each job, taken in turns. [ms]"""
    times = [float("inf")] * len(jobs)
    for _ in range(TIMES):
        for at, job in enumerate(jobs):
            start = time.perf_counter()
            job()
            times[at] = min(times[at], (time.perf_counter() - start) * 1e3)
    return times


def small(columns: int, known: kt.Plan) -> float:
    """Return the time of a table of ten rows of figures that was never read before. [ms]"""
    drawn = random.Random(columns)
    named = [f"{INDICATORS[n % 10]} {2020 + n // 10}" for n in range(columns)]
    regions = [region.code for region in kt.load_regions() if "." in region.code][:10]
    times = []
    for _ in range(4 * TIMES):
        rows = [[code, *(f"{drawn.uniform(1, 99):.2f}" for _ in named)] for code in regions]
        text = "\n".join(map(",".join, [["region", *named], *rows]))
        start = time.perf_counter()
        kt.read_actuals(io.BytesIO(text.encode()), plan=known)
        times.append((time.perf_counter() - start) * 1e3)
    return min(times)


def bare(path: Path) -> Callable[[], Any]:
    """Return what hands over the cells and does nothing else."""
    if path.suffix == ".csv":
        return lambda: pl.read_csv(path, infer_schema=False)

    def cells() -> Any:
        book = python_calamine.CalamineWorkbook.from_path(path)
        return book.get_sheet_by_index(0).to_python()

    return cells


def main() -> int:
    """Measure and print."""
    known = plan()
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'table':10} {'bare':>8} {'read':>8} {'ratio':>6} {'with plan':>10} {'ratio':>6}")
        for name, path in write(Path(folder)).items():
            assert len(kt.read_actuals(path, plan=known)) == len(figures())
            alone, read, checked = best(
                bare(path),
                lambda path=path: kt.read_actuals(path),
                lambda path=path: kt.read_actuals(path, plan=known),
            )
            print(
                f"{name:10} {alone:8.1f} {read:8.1f} {read / alone:6.2f} "
                f"{checked:10.1f} {checked / alone:6.2f}"
            )
    for columns in (3, 30):
        print(f"10 rows, {columns} columns, never read before: {small(columns, known):.1f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
