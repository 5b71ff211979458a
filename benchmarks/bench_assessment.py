"""The Open SDG scheme on 20,560 series, held against the 25 s quoted for Open SDG itself.

    python benchmarks/bench_assessment.py [--series 20560] [--repeat 20]

Open SDG's `sdg-build` is not on PyPI, so its time is no measurement of this run: it is
the figure of the issue that asked for this library, for the same number of series. Ours
is the best of the repeats, with and without targets, and includes checking the figures.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from kencana_targets.formulas.progress import assess

QUOTED_SERIES, QUOTED_SECONDS = 20_560, 25.0
SCHEME = "open-sdg"


def series(count: int) -> dict[str, Any]:
    """Return made-up series: most move some way, some not at all, some have a gap."""
    random = np.random.default_rng(2030)
    baseline = random.uniform(1, 90, count)
    actual = baseline * random.uniform(0.6, 1.5, count)
    still, missing = random.random((2, count)) < 0.02
    return {
        "baseline_year": np.full(count, 2015),
        "baseline": baseline,
        "year": random.integers(2018, 2025, count),
        "actual": np.where(missing, np.nan, np.where(still, baseline, actual)),
    }


def best(repeat: int, **figures: Any) -> float:
    """Return the shortest of several runs. [seconds]"""
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        assess(SCHEME, direction="maximize", **figures)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--series", type=int, default=QUOTED_SERIES)
    parser.add_argument("--repeat", type=int, default=20)
    given = parser.parse_args()
    figures = series(given.series)
    target = {"target_year": 2030, "target": figures["baseline"] * 1.4}
    quoted = QUOTED_SECONDS * given.series / QUOTED_SERIES
    for name, more in (("with targets", target), ("without", {})):
        ours = best(given.repeat, **figures, **more)
        print(
            f"{given.series} series {name:12} {1000 * ours:7.2f} ms;"
            f" {quoted:.1f} s quoted for Open SDG, not measured here: ratio {quoted / ours:,.0f}"
        )


if __name__ == "__main__":
    main()
