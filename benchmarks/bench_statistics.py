"""How long the dearest statistics of 514 regencies take; the best of three, as seconds of CPU.

python benchmarks/bench_statistics.py
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from kencana_targets.formulas.composite import weight_sensitivity
from kencana_targets.formulas.ranking import rank_sets
from kencana_targets.formulas.small_area import fay_herriot

REGIONS, PROVINCES = 514, 34


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return the least time of three on the clock, and of the processor."""
    times = []
    for _ in range(3):
        clock, processor = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - clock, time.process_time() - processor))
    return min(on for on, _ in times), min(off for _, off in times)


def main() -> None:
    """Print one line a statistic."""
    random = np.random.default_rng(2026)
    province = np.arange(REGIONS) % PROVINCES
    true = 23 + 4 * random.standard_normal(REGIONS)
    errors = random.uniform(2, 4, REGIONS)
    values = true + errors * random.standard_normal(REGIONS)
    scores = random.uniform(0, 100, (REGIONS, 2))
    design = (province[:, None] == np.arange(1, PROVINCES)).astype(np.float64)
    works: dict[str, Callable[[], object]] = {
        "rank sets of all regions (mrsw, 10,000 draws)": lambda: rank_sets(
            values, errors, method="mrsw", seed=1
        ),
        "rank sets of each region alone (mrsw, 10,000 draws)": lambda: rank_sets(
            values, errors, method="mrsw", marginal=True, seed=1
        ),
        "all weights of two indicators, exact": lambda: weight_sensitivity(scores),
        "Fay and Herriot by REML with 33 dummies": lambda: fay_herriot(values, errors**2, design),
    }
    for name, work in works.items():
        clock, processor = seconds(work)
        print(f"{name}: {clock:.2f} s, {processor:.2f} s of CPU", flush=True)


if __name__ == "__main__":
    main()
