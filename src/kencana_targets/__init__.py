"""Targets, paths and scores for Indonesian development plans.

Every score can be defended: each number names its formula, its rule, its
target's legal instrument and its source.

Examples
--------
>>> import kencana_targets as kt
>>> scorecard = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
...                         year=2021, rule="bkkbn-bengkulu-2021")
>>> [round(row["score"], 2) for row in scorecard.to_dicts()][3:6]
[105.7, 96.67, 134.23]
"""

from functools import cache
from typing import Any


@cache
def _homes() -> dict[str, tuple[str, str]]:
    """Return the module of each public name, and what it is called there, as the stub says them."""
    import re
    from pathlib import Path

    stub = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    found = re.findall(r"^from (\S+) import (\w+) as (\w+)", stub, re.MULTILINE)
    return {name: (home, own) for home, own, name in found}


def __dir__() -> list[str]:
    return sorted(_homes())


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "__all__":
        return __dir__()
    if name == "formulas":
        return import_module("kencana_targets.formulas")
    if name not in _homes():
        message = f"module 'kencana_targets' has no attribute {name!r}"
        raise AttributeError(message)
    # Each room is opened when one of its names is first asked for: `import` alone opens none.
    home, own = _homes()[name]
    found = getattr(import_module(home), own)
    globals()[name] = found
    return found
