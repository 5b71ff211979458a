"""What `import kencana_targets` costs over `import numpy`, in fresh interpreters.

Run: python benchmarks/bench_import.py. It fails if the cost is above 150 ms.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 15
MOST = 0.150


def seconds(code: str) -> float:
    """Return the time of one fresh interpreter."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return time.perf_counter() - start


def main() -> int:
    """Measure both in turn, so that a busy machine slows both alike."""
    numpy, ours = [], []
    for _ in range(RUNS):
        numpy.append(seconds("import numpy"))
        ours.append(seconds("import kencana_targets"))
    base, total = statistics.median(numpy), statistics.median(ours)
    # The least of each is what the work itself takes; the median is what people wait for.
    over = min(ours) - min(numpy)
    print(f"import numpy            {1000 * base:6.0f} ms (median of {RUNS})")
    print(f"import kencana_targets  {1000 * total:6.0f} ms, {total / base:.2f} times as long")
    print(f"over numpy              {1000 * (total - base):6.0f} ms; least {1000 * over:.0f} ms")
    return 0 if over <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
