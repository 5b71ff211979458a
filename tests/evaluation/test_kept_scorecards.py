"""No figure of a scorecard or of what is asked of it moves unseen.

The sums are the library's own, kept as `reference/scorecards.json`; values with a source
stand in other tests. Look at each difference; when all are meant, renew the file::

    python tests/evaluation/test_kept_scorecards.py
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kencana_targets as kt
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import KencanaError

KEPT = Path(__file__).parents[1] / "reference" / "scorecards.json"
# Columns of which it counts how often each word stands; what others say is free to change.
WORDS = {"band", "band_lower", "band_upper", "formula", "status", "verdict", "arrival_status"}
RULES = ("permendagri-86-2017", "kemenkeu-kmk-127-2026", "permenpanrb-8-2021")
ASSUMED = {"assume_sample_size": 450, "assume_design_effect": 2.05}
YEARS = {"bengkulu-2021": (2021,), "bengkulu-stunting-2024": (2022, 2024),
         "stunting-2020-2024": (2023,)}  # fmt: skip
NAMES = tuple(f"{code} {year}" for code, years in YEARS.items() for year in years)


def asked(name: str) -> Iterator[tuple[str, Any]]:
    """Yield the tables of a plan in a year."""
    code, year = name.split()
    plan, actuals = kt.load_plan(code), kt.load_actuals(code)
    for rule in RULES:
        yield rule, (card := kt.evaluate(plan, actuals, year=int(year), rule=rule))
        yield f"{rule} regions", card.by_region
    for inherit in ("path", "end-target"):
        yield inherit, kt.evaluate(plan, actuals, year=int(year), rule=RULES[0], inherit=inherit)
    card = kt.evaluate(plan, actuals, year=int(year), rule=RULES[0])
    yield "indicators", card.by_indicator
    figures = actuals.to_frame("polars").to_dict(as_series=False)
    rows = len(figures["value"])
    figures |= {"sample_size": [450.0] * rows, "design_effect": [2.05] * rows}
    surveyed = kt.evaluate(plan, figures, year=int(year), rule=RULES[1])
    yield "regions with errors", surveyed.by_region
    for mean in ("geometric", "harmonic"):
        yield mean, partial(card.by_region, mean=mean)
    for missing in ("available", "worst"):
        yield missing, partial(card.by_region, missing=missing, minimum_coverage=0.3)
    for shrink in (None, "parent"):
        yield f"chances {shrink}", (found := card.chances(shrink=shrink, **ASSUMED))
        yield f"met {shrink}", found.expected_met
    yield "changes", partial(card.changes, **ASSUMED)
    for scheme in ("escap", "eurostat", "open-sdg", "unsd-2022"):
        yield scheme, partial(card.assess, scheme=scheme)
    for word, options in (("", {}), ("breaks", {"break_sd": 2}), ("back", {"backtest": True})):
        yield f"projection {word}", partial(card.project, **options, **ASSUMED)
    other = kt.evaluate(plan, actuals, year=int(year), rule=RULES[1])
    yield "compared", partial(card.compare, other)
    yield "against", partial(kt.evaluate_against, plan, actuals, year=int(year), rule=RULES[0])


def sums(table: Any) -> Any:
    """Return of each column how many cells it has, and a sum in which each cell counts its own."""
    try:
        table = table() if callable(table) else table
    except KencanaError as error:
        return str(error)
    found = {}
    for name, column in table.values.items():
        if isinstance(column, Categorical):
            if name in WORDS:
                cells = Counter(word for word in column.to_list() if word is not None)
                found[name] = sorted(cells.values())
        else:
            cells = column if isinstance(column, np.ndarray) else column.to_list()
            figures = np.array(cells, dtype=np.float64)
            known = np.flatnonzero(np.isfinite(figures))
            sum_ = float((figures[known] * (1 + known % 7)).sum())
            found[name] = [len(known), float(f"{sum_:.7g}")]
    return found


def alike(old: Any, new: Any) -> bool:
    if isinstance(old, str) or isinstance(new, str):
        return bool(old == new)
    return all(new.get(name) == pytest.approx(old[name], rel=1e-4, abs=1e-4) for name in old)


def now(name: str) -> dict[str, Any]:
    return {f"{name} {what}": sums(table) for what, table in asked(name)}


@pytest.mark.parametrize("name", NAMES)
def test_scorecards_are_those_that_were_kept(name: str) -> None:
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    found = now(name)
    assert found.keys() == {what for what in kept if what.startswith(f"{name} ")}
    assert [(what, kept[what], new) for what, new in found.items()
            if not alike(kept[what], new)] == []  # fmt: skip


if __name__ == "__main__":
    written = {what: table for name in NAMES for what, table in now(name).items()}
    lines = [f"{json.dumps(what)}: {json.dumps(table)}" for what, table in written.items()]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
