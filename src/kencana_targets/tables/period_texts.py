"""What was combined, in words: the source of a figure that no table holds."""

from __future__ import annotations

import numpy as np

from kencana_targets.core.typing import Truths
from kencana_targets.formulas.within_year import MissingPeriod
from kencana_targets.tables.periods import MONTHS, PERIOD_NAMES

POOLED = "numerators over denominators"


def periods_text(
    way: str, due: Truths, known: Truths, *, year: int, last: int, missing: MissingPeriod
) -> str:
    """Say which periods of a year were combined, and which of them have no figure.

    Parameters
    ----------
    way : str
        How they were combined.
    due, known : ndarray of bool, shape (periods,)
        Which periods count, and which of them have a figure.
    year, last : int
        The year, and the last period to count.
    missing : MissingPeriod
        What a period without a figure does.

    Examples
    --------
    >>> due, known = np.array([True, True, True, True]), np.array([True, False, False, True])
    >>> periods_text("sum", due, known, year=2022, last=4, missing=MissingPeriod.MISSING)
    'quarters 1-4 of 2022: sum, missing because of quarters 2-3'
    """
    name = PERIOD_NAMES[len(due)]
    if not due.any():
        return f"no {name} up to {last} of {year} has a target"
    text = f"{_several(name, due.sum())} {_listed(due)} of {year}: {way}"
    lost = due & ~known
    gap = f"{_several(name, lost.sum())} {_listed(lost)}"
    return _marked(text, gap, int(lost.sum()), missing)


def regions_text(known: int, whole: int, partial: int, missing: MissingPeriod) -> str:
    """Say how many of the regions under one were pooled, and how many have no figure.

    Examples
    --------
    >>> regions_text(2, 3, 1, MissingPeriod.FILLED)
    'numerators over denominators, 2 of 3 regions, 1 of them in part, without 1 region, which has no figure'
    """
    text = f"{POOLED}, {known} of {whole} regions"
    if partial:
        text += f", {partial} of them in part"
    lost = whole - known
    return _marked(text, f"{lost} {_several('region', lost)}", lost, missing)


def to_period(year: int, last: int, periods: int) -> tuple[str, str]:
    """Say up to which period a year is counted, in English and Indonesian.

    Examples
    --------
    >>> to_period(2022, 3, 4), to_period(2022, 8, 12)[1]
    (('to quarter 3 of 2022', 's.d. triwulan III 2022'), 's.d. Agustus 2022')
    """
    english = f"to {PERIOD_NAMES[periods]} {last} of {year}"
    if periods == len(MONTHS):
        return english, f"s.d. {MONTHS[last - 1][0].capitalize()} {year}"
    name = {2: "semester", 4: "triwulan"}[periods]
    return english, f"s.d. {name} {('I', 'II', 'III', 'IV')[last - 1]} {year}"


def _marked(text: str, gap: str, lost: int, missing: MissingPeriod) -> str:
    """Say what a gap did to the figure; nothing without one."""
    if not lost:
        return text
    if missing is MissingPeriod.FILLED:
        return f"{text}, without {gap}, which {'have' if lost > 1 else 'has'} no figure"
    return f"{text}, missing because of {gap}"


def _several(name: str, count: int) -> str:
    return f"{name}s" if count > 1 else name


def _listed(which: Truths) -> str:
    """List periods: 1-2, 4."""
    numbers = (np.flatnonzero(which) + 1).tolist()
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
