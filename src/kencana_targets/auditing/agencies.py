"""Which formula the rows of an agency follow, and which agencies mix formulas."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical, Tristate
from kencana_targets.core.terms import Formula, Verdict
from kencana_targets.core.typing import Ints, Truths
from kencana_targets.formulas.reproduction import CANDIDATES, DIRECTIONS, ROUNDINGS
from kencana_targets.tables.results import ResultTable

# The positions of the words, as columns keep them.
REPRODUCED, INCONSISTENT, UNREADABLE = range(len(Verdict))
_MOST_ROWS_NAMED = 10
# A range target calls for its own formula: it shows nothing about the others.
_TELLING = np.array([formula is not Formula.RANGE for formula, _ in CANDIDATES])


def coded(words: Iterable[object], codes: NDArray[Any]) -> Categorical:
    """Return words at their codes, none where a code is negative."""
    return Categorical(codes.astype(np.int32), tuple(map(str, words)))


@frozen(eq=False, repr=False, kw_only=True)
class AgencySummary(ResultTable):
    """For each agency: how many rows are right, and which formulas they follow.

    Columns ``agency rows reproduced inconsistent unreadable
    explained_by_rounding maximize minimize stabilize rounding mixed warning``;
    ``maximize``, ``minimize`` and ``stabilize`` name the formula that most
    reproduced rows of that direction follow.
    """


def _groups(agency: Categorical) -> tuple[list[str | None], Ints]:
    """Return the agencies in the order of the table, and the position of each row's."""
    _, first, group = np.unique(agency.codes, return_index=True, return_inverse=True)
    order: Ints = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return [agency[int(row)] for row in first[order]], place[group]


def _votes(group: Ints, agencies: int, matches: Truths, way: NDArray[np.int8]) -> Ints:
    """Count for each agency, direction and candidate the rows that it reproduces."""
    key = group * len(DIRECTIONS) + way
    count = agencies * len(DIRECTIONS)
    given: Truths = np.asarray(matches.any(axis=1))
    votes = np.stack([np.bincount(key[one], minlength=count) for one in given], axis=-1)
    return votes.reshape(agencies, len(DIRECTIONS), len(CANDIDATES))


def preferences(agency: Categorical, matches: Truths, way: NDArray[np.int8]) -> Truths:
    """Return for each candidate and row whether most rows of the agency follow it.

    Parameters
    ----------
    agency : Categorical
        The agency of each row.
    matches : ndarray of bool, shape (candidates, roundings, rows)
        What gives the printed figures.
    way : ndarray of int, shape (rows,)
        Position in `Direction`.
    """
    names, group = _groups(agency)
    votes = _votes(group, len(names), matches, way)[group, way]
    best: Truths = votes == votes.max(axis=1, keepdims=True)
    return best.T


def summarize_agencies(
    agency: Categorical,
    named: Callable[[int], str],
    matches: Truths,
    way: NDArray[np.int8],
    verdict: NDArray[np.int8],
    explained: NDArray[np.int8],
) -> AgencySummary:
    """Summarise an audit by agency (see `AuditReport.by_agency`); `named` names its rows."""
    names, group = _groups(agency)
    telling: Truths = np.where(_TELLING[:, np.newaxis, np.newaxis], matches, False)
    votes = _votes(group, len(names), telling, way)
    best = votes.argmax(axis=2)
    formulas = np.where(votes.max(axis=2) > 0, best, -1)
    given: Truths = np.asarray(telling.any(axis=1))
    follows = given[best[group, way], np.arange(len(group))]
    strays = given.any(axis=0) & ~follows
    roundings = np.stack(
        [np.bincount(group[one], minlength=len(names)) for one in np.asarray(matches.any(axis=0))]
    )
    warnings = [
        _warning(
            name, np.flatnonzero(strays & (group == position)), named, given, way, votes[position]
        )
        for position, name in enumerate(names)
    ]

    def count(rows: Truths) -> Ints:
        return np.bincount(group[rows], minlength=len(names))

    return AgencySummary(
        values={
            "agency": Categorical.encode(names),
            "rows": count(verdict >= 0),
            "reproduced": count(verdict == REPRODUCED),
            "inconsistent": count(verdict == INCONSISTENT),
            "unreadable": count(verdict == UNREADABLE),
            "explained_by_rounding": count(explained == 1),
            **{
                str(direction): coded([formula for formula, _ in CANDIDATES], formulas[:, at])
                for at, direction in enumerate(DIRECTIONS)
            },
            "rounding": coded(
                ROUNDINGS, np.where(roundings.any(axis=0), roundings.argmax(axis=0), -1)
            ),
            "mixed": Tristate(np.array([warning is not None for warning in warnings], np.int8)),
            "warning": Categorical.encode(warnings),
        }
    )


def _warning(
    agency: str | None,
    strays: Ints,
    named: Callable[[int], str],
    given: Truths,
    way: NDArray[np.int8],
    votes: Ints,
) -> str | None:
    """Say which rows of an agency follow another formula than most."""
    if not len(strays):
        return None
    parts = []
    for position in np.unique(way[strays]).tolist():
        rows = strays[way[strays] == position]
        others = " or ".join(
            str(CANDIDATES[candidate][0])
            for candidate in np.flatnonzero(given[:, rows].any(axis=1))
        )
        names = ", ".join(map(named, rows[:_MOST_ROWS_NAMED].tolist()))
        more = f" and {len(rows) - _MOST_ROWS_NAMED} more" if len(rows) > _MOST_ROWS_NAMED else ""
        usual = CANDIDATES[int(votes[position].argmax())][0]
        parts.append(
            f"of the {DIRECTIONS[position]} rows, {votes[position].max()} follow '{usual}', but "
            f"row {names}{more} follow{'s' if len(rows) == 1 else ''} '{others}'"
        )
    return f"{agency or 'the table'} mixes formulas: {'; '.join(parts)}"
