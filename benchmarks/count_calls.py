"""Files and functions of the library that a call passes, from the call to its value.

python benchmarks/count_calls.py                          this library
PYTHONPATH=other/src python benchmarks/count_calls.py     another version of it, on the same Python

Reads, evaluates and audits a table of two rows, each once before it is counted, so that
what is loaded on first use counts for nothing.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import kencana_targets as kt

FOLDER = str(Path(kt.__file__).parent)


def passed(call: Callable[[], Any]) -> tuple[int, int, int]:
    """Return how many files and functions a call passes, and how deep it goes."""
    seen: set[CodeType] = set()
    depth = deepest = 0

    def hook(frame: FrameType, event: str, _: object) -> None:
        nonlocal depth, deepest
        code = frame.f_code
        if not code.co_filename.startswith(FOLDER) or event not in ("call", "return"):
            return
        # Comprehensions and lambdas are parts of the function that they stand in.
        if code.co_name.startswith("<"):
            return
        depth += 1 if event == "call" else -1
        deepest = max(deepest, depth)
        seen.add(code)

    sys.setprofile(hook)
    try:
        call()
    finally:
        sys.setprofile(None)
    return len({code.co_filename for code in seen}), len(seen), deepest


def main() -> int:
    """Count and print."""
    plan = kt.load_plan("bengkulu-2021")
    with tempfile.TemporaryDirectory() as folder:
        figures, published = Path(folder) / "realisasi.csv", Path(folder) / "laporan.csv"
        codes = [indicator.code for indicator in plan.indicators[:2]]
        rows = [f"17,{code},2021,60.5" for code in codes]
        figures.write_text("\n".join(["region,indicator,year,value", *rows]) + "\n")
        published.write_text(
            "Indikator;Target;Realisasi;Capaian\na;2,21;2,30;96,09\nb;60,1;61,2;101,83\n"
        )
        actuals = kt.read_actuals(figures, plan=plan)
        calls: dict[str, Callable[[], Any]] = {
            "read_actuals": lambda: kt.read_actuals(figures, plan=plan),
            "audit": lambda: kt.audit(published),
            "evaluate": lambda: kt.evaluate(plan, actuals, year=2021, rule="bkkbn-bengkulu-2021"),
        }
        print(f"{'call':14} {'files':>6} {'functions':>10} {'depth':>6}")
        for name, call in calls.items():
            call()
            print(f"{name:14} {'{:6} {:10} {:6}'.format(*passed(call))}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
