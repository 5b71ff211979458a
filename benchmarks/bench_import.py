"""What `import kencana_targets` and the main job cost over `import numpy`, in fresh interpreters.

Names are loaded when they are asked for, so that several are measured: the import alone,
the import with the names of the main job, the first calls that load a plan and its actuals,
evaluate them and print the card, and the help of the command, which loads no numpy.
Run: python benchmarks/bench_import.py. It fails if the names cost more than 90 ms, or the
first plan and actuals more than 60 ms.
"""

from __future__ import annotations

import resource
import subprocess
import sys

RUNS = 15
MOST = 0.090
FIRST_MOST = 0.060
MAIN = "import kencana_targets as kt; kt.load_plan, kt.load_actuals, kt.evaluate, kt.Scorecard"
LOADED = """import kencana_targets as kt
plan, actuals = kt.load_plan('bengkulu-2021'), kt.load_actuals('bengkulu-2021')"""
EVALUATED = f"{LOADED}\ncard = kt.evaluate(plan, actuals, year=2021, rule='bkkbn-bengkulu-2021')"
# What is run after `import numpy`, and what its line is called.
STEPS = {
    "import kencana_targets": "import kencana_targets",
    "and the main job's names": MAIN,
    "first plan and actuals": LOADED,
    "and evaluated": EVALUATED,
    "and printed": f"{EVALUATED}\nstr(card)",
}


def seconds(*arguments: str) -> float:
    """Return the processor time of one fresh interpreter, which has one thread."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main() -> int:
    """Measure all in turn."""
    code = {"import numpy": "", **STEPS}
    took: dict[str, list[float]] = {name: [] for name in (*code, "kencana-targets --help")}
    for _ in range(RUNS):
        for name, step in code.items():
            took[name].append(seconds("-c", f"import numpy\n{step}"))
        took["kencana-targets --help"].append(seconds("-m", "kencana_targets", "--help"))
    # The least of each is what the work itself takes.
    least = {name: min(times) for name, times in took.items()}
    base = least["import numpy"]
    for name, time in least.items():
        over = name in STEPS
        print(f"{name:25}{1000 * (time - base * over):6.0f} ms {'over numpy' * over}".rstrip())
    main_job, first = (least[name] - base for name in [*STEPS][1:3])
    return int(main_job > MOST or first > FIRST_MOST)


if __name__ == "__main__":
    sys.exit(main())
