"""One actual against several targets: a line for each actual, two columns for each target."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import evolve

from kencana_targets.core import labels
from kencana_targets.core.labels import figure
from kencana_targets.core.typing import Language
from kencana_targets.evaluation.comparison import Comparison
from kencana_targets.report.display_table import MOST_ROWS, DisplayTable
from kencana_targets.report.tabulate import named_in, titles


def comparison_table(comparison: Comparison, language: Language = "en") -> DisplayTable:
    """Return a comparison as a table of its first actuals."""
    values: dict[str, Any] = dict(comparison.values)
    region, indicator = values["region"].codes, values["indicator"].codes
    change = np.ones(len(comparison), dtype=bool)
    change[1:] = (region[1:] != region[:-1]) | (indicator[1:] != indicator[:-1])
    starts = np.flatnonzero(change)
    stop = int(starts[MOST_ROWS]) if len(starts) > MOST_ROWS else len(comparison)
    lines: dict[tuple[str, str], dict[str, Any]] = {}
    shown = comparison.take(np.arange(stop))
    for row in evolve(shown, values=named_in(shown, language)):
        line = lines.setdefault((row["region"], row["indicator"]), {"": row})
        line[row["against"]] = row
    references = list(values["against"].categories)
    names = labels.words("comparison", language)
    heads = titles(("region_name", "indicator_name", "actual"), language)
    for reference in references:
        heads += [names.get(reference, reference), "%"]
    decimals = comparison.rule.decimals
    rows = []
    for line in lines.values():
        row = line[""]
        cells = [row["region_name"], row["indicator_name"], figure(row["actual"], 0, language)]
        for reference in references:
            judged = line.get(reference, {})
            percent = judged.get("achievement")
            cells.append(figure(judged.get("target"), 0, language))
            cells.append("-" if percent is None else labels.number(percent, decimals, language))
        rows.append(cells)
    return DisplayTable(titles=heads, rows=rows, total=len(starts), language=language)
