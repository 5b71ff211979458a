"""Time of the report and the workbook, beside what XlsxWriter needs for the same cells.

Run ``python benchmarks/bench_reports.py``; it prints the best of three in processor seconds.
"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from report_cards import bengkulu, nation, province

from kencana_targets.report.html import report
from kencana_targets.report.workbook import workbook


def best(work: Callable[[], object], times: int = 3) -> float:
    """Return the least processor time of some runs. [seconds]."""
    spent = []
    for _ in range(times):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def by_hand(content: bytes) -> Callable[[], None]:
    """Return what writes the same cells with XlsxWriter alone."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = {
        name: book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        for name in book.sheet_names
    }

    def write() -> None:
        file = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
        style = file.add_format({"num_format": "#,##0.00"})
        for name, rows in sheets.items():
            sheet = file.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, str):
                        if cell:
                            sheet.write_string(at, column, cell, style)
                    else:
                        sheet.write_number(at, column, cell, style)
        file.close()

    return write


if __name__ == "__main__":
    cards = {"Bengkulu": bengkulu(), "27 regions": province(), "the nation": nation()}
    for name, card in cards.items():
        report(card, "id")
        print(
            f"{name}: {len(card)} rows, report {best(lambda card=card: report(card, 'id')):.2f} s"
        )
    content = workbook(cards["the nation"])
    ours, plain = best(lambda: workbook(cards["the nation"])), best(by_hand(content))
    print(f"workbook {ours:.1f} s, XlsxWriter alone {plain:.1f} s: {ours / plain:.2f} times")
