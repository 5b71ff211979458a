"""All measurements, one after the other: what README's figures come from.

python benchmarks/run.py
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
MEASUREMENTS = (
    "bench_import.py",
    "bench_sizes.py",
    "bench_evaluation.py",
    "bench_memory.py",
    "bench_reading.py",
    "bench_assessment.py",
    "bench_estimation.py",
    "bench_reports.py",
    "simulate_coverage.py",
)


def main() -> None:
    for name in MEASUREMENTS:
        print(f"== {name}", flush=True)
        subprocess.run([sys.executable, FOLDER / name], check=True)


if __name__ == "__main__":
    main()
