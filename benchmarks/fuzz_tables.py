"""Damage valid tables at random, ten thousand times, and see that no figure is invented.

python benchmarks/fuzz_tables.py [TIMES] [SEED]
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fuzzing import run


def main() -> int:
    """Run, print what became of the tables, and return 1 if anything is wrong."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 2022
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcomes, wrong = run(seed, times, Path(folder))
    for (how, outcome), count in sorted(outcomes.items()):
        print(f"{how:16} {outcome:24} {count:6}")
    print(f"{times} damages in {time.perf_counter() - start:.0f} s, {len(wrong)} wrong")
    print("\n".join(wrong[:50]))
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
