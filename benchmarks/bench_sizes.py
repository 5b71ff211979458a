"""The smallest and the largest: what a call of eleven rows costs, and two million regions.

    python benchmarks/bench_sizes.py [--regions 2000000] [--repeat 3]

Printed is processor time, which other work on the machine changes least: the best of many
calls of `evaluate` and `to_frame` on the eleven rows of a shipped plan, and the best of a
few of `Regions.extended`, which checks every code, parent and level of two million villages.
It fails above 3 ms for the first two together, or above 2 s for the regions.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import kencana_targets as kt

PLAN, RULE, YEAR = "bengkulu-stunting-2024", "permendagri-86-2017", 2022
CALLS = 300
MOST_SMALL, MOST_LARGE = 0.003, 2.0


def best(repeat: int, work: Callable[[], object]) -> float:
    """Return the least processor time of several runs. [seconds]"""
    took = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        took.append(time.process_time() - start)
    return min(took)


def villages(count: int) -> list[kt.Region]:
    """Return made-up villages of one district of the catalog's regencies."""
    return [
        kt.Region(
            code=f"17.01.{number:07d}", name=f"Desa {number}", level="village", parent="17.01"
        )
        for number in range(count)
    ]


def main() -> int:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--regions", type=int, default=2_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    options = parser.parse_args()
    plan, actuals = kt.load_plan(PLAN), kt.load_actuals(PLAN)

    def evaluate() -> kt.Scorecard:
        return kt.evaluate(plan, actuals, year=YEAR, rule=RULE)

    rows = len(evaluate())
    alone = best(CALLS, evaluate)
    print(f"evaluate, {rows} rows               {1000 * alone:6.2f} ms")
    framed = {}
    for backend in ("polars", "pandas"):
        evaluate().to_frame(backend)
        framed[backend] = best(CALLS, lambda: evaluate().to_frame(backend))  # noqa: B023
        print(f"and to_frame, {backend:7}           {1000 * framed[backend]:6.2f} ms")
    regions, more = kt.load_regions(), villages(options.regions)
    large = best(options.repeat, lambda: regions.extended(more))
    print(f"extended by {options.regions:,} regions {large:6.2f} s")
    return int(framed["polars"] > MOST_SMALL or large > MOST_LARGE)


if __name__ == "__main__":
    sys.exit(main())
