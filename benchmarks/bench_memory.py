"""Peak memory of evaluating four million rows, against the size of the resulting frame.

    python benchmarks/bench_memory.py [--villages 83000]

The evaluation runs in a process of its own, once without and once with the
evaluation, so that the frames that go in do not count.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys

import polars as pl
from bench_evaluation import Nation, library


def measure(villages: int, *, evaluate: bool) -> None:
    """Print the peak of this process and the size of the frame. [bytes]"""
    nation = Nation(villages)
    frame = pl.from_pandas(nation.actuals)
    del nation.actuals
    size = library(nation, frame, "polars").estimated_size() if evaluate else 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(peak, size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, default=83_000)
    parser.add_argument("--measure", choices=["before", "after"])
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.villages, evaluate=arguments.measure == "after")
        return
    figures = []
    for step in ("before", "after"):
        command = [sys.executable, __file__, "--villages", str(arguments.villages)]
        run = subprocess.run(
            [*command, "--measure", step], capture_output=True, text=True, check=True
        )
        figures.append([int(word) for word in run.stdout.split()])
    (before, _), (after, size) = figures
    print(f"frames in: {before / 1e6:.0f} MB, with the evaluation: {after / 1e6:.0f} MB")
    print(f"resulting frame: {size / 1e6:.0f} MB; peak over it: {(after - before) / size:.2f}")


if __name__ == "__main__":
    main()
