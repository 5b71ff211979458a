"""Which survey a figure is from: a line is never drawn from one survey to another."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from kencana_targets.core.labels import inert, label
from kencana_targets.core.typing import Ints
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.model.collection import Figures
from kencana_targets.report.view import View

_YEAR = re.compile(r"\W*\b(?:19|20)\d\d\b", re.ASCII)


def survey(figures: Figures[Any], row: int) -> str:
    """Return the survey of a figure: its own, else its source without the year.

    Sources read "SSGI 2022; address": two years of one survey are one survey.
    """
    named = figures.text("survey")[row] if "survey" in figures.columns else None
    return inert(named).strip() if named else _of_source(figures.source[row] or "")


@lru_cache
def _of_source(source: str) -> str:
    return inert(_YEAR.sub("", source.split(";", maxsplit=1)[0])).strip()


def runs(view: View, actuals: Ints) -> list[Ints]:
    """Split actuals, by year, where the survey changes.

    A figure that names no survey goes with the one before it.
    """
    if not len(actuals):
        return []
    cuts = [number for number, *_ in _changes(view, actuals)]
    return np.split(actuals, cuts)


def breaks(view: View, actuals: Ints) -> list[str]:
    """Say each change of survey once."""
    years = view.card.actuals.year
    found = []
    for number, before, after in _changes(view, actuals):
        told = {"before": before, "after": after, "year": f"{years[actuals[number]]:g}"}
        found.append(label("figure", "break", view.language, **told))
    return found


def _changes(view: View, actuals: Ints) -> list[tuple[int, str, str]]:
    known = [
        (number, name)
        for number, actual in enumerate(actuals.tolist())
        if (name := survey(view.card.actuals, actual))
    ]
    return [
        (number, before, after)
        for (_, before), (number, after) in pairwise(known)
        if before.casefold() != after.casefold()
    ]


def same_survey(rows: Rows, row: int) -> bool:
    """Return whether a row's actual and baseline are from one survey, as far as both say."""
    first = survey(rows.actuals, int(rows.actual_row[row]))
    second = survey(rows.plan.baselines, int(rows.baseline_row[row]))
    return not (first and second) or first.casefold() == second.casefold()
