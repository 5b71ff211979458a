"""What `import kencana_targets` and the main job cost over `import numpy`, in fresh interpreters.

Names are loaded when they are asked for, so that both are measured: the import alone, and
the import with what loads and evaluates a plan, and the help of the command, which loads
no numpy. Run: python benchmarks/bench_import.py. It fails if the second costs more than 90 ms.
"""

from __future__ import annotations

import resource
import subprocess
import sys

RUNS = 15
MOST = 0.090
MAIN = "import kencana_targets as kt; kt.load_plan, kt.load_actuals, kt.evaluate, kt.Scorecard"


def seconds(*arguments: str) -> float:
    """Return the processor time of one fresh interpreter, which has one thread."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> int:
    """Measure both in turn."""
    numpy, alone, ours, shown = [], [], [], []
    for _ in range(RUNS):
        numpy.append(seconds("-c", "import numpy"))
        alone.append(seconds("-c", "import numpy, kencana_targets"))
        ours.append(seconds("-c", f"import numpy; {MAIN}"))
        shown.append(seconds("-m", "kencana_targets", "--help"))
    # The least of each is what the work itself takes.
    base = min(numpy)
    print(f"import numpy            {1000 * base:6.0f} ms (least of {RUNS})")
    print(f"import kencana_targets  {1000 * (min(alone) - base):6.0f} ms over it")
    print(f"and the main job's names{1000 * (min(ours) - base):6.0f} ms over it")
    print(f"kencana-targets --help  {1000 * min(shown):6.0f} ms in all")
    return 0 if min(ours) - base <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
