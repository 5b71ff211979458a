"""Two scorecards, row by row: which rows moved, and what moved them."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from attrs import frozen

from kencana_targets.core.columns import Categorical, Column, concat, take
from kencana_targets.core.errors import FormulaError
from kencana_targets.core.typing import Ints, NDArray, Truths
from kencana_targets.evaluation.score_rows import MAKERS, Rows, whole_years
from kencana_targets.tables.results import ResultTable

NAMES = ("region", "region_name", "indicator", "indicator_name")
# What of a row may move; the rest follows from it.
MOVED = ("actual", "baseline", "target", "achievement", "score", "band", "status")
CAUSES = ("data", "baseline", "target", "rule", "version")


@frozen(eq=False, repr=False, kw_only=True)
class ScorecardChanges(ResultTable):
    """The rows in which two scorecards differ. Made by `Scorecard.compare`.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator indicator_name year change cause``, and
        ``actual baseline target achievement score band status``, each before and, as
        ``new_actual`` and so on, after. ``change`` is ``changed``, ``added`` or
        ``removed``; ``cause`` names all of ``data``, ``baseline``, ``target``,
        ``rule`` and ``version`` that moved the row.
    """

    keys: ClassVar[tuple[str, ...]] = ("region", "indicator")


def compare_rows(before: Rows, after: Rows, *, versions_differ: bool = False) -> ScorecardChanges:
    """Return the rows that differ (see `Scorecard.compare`)."""
    old, new = _keys(before), _keys(after)
    _, at_old, at_new = np.intersect1d(old, new, assume_unique=True, return_indices=True)
    first, second = before.take(at_old), after.take(at_new)
    causes = {
        "data": _differ(first, second, "actual"),
        "baseline": _differ(first, second, "baseline"),
        "target": _differ(first, second, "target", "lower", "upper", "end_value"),
        "rule": np.zeros(len(first), dtype=bool),
        "version": np.zeros(len(first), dtype=bool),
    }
    moved = _moved(first, second)
    if before.rule != after.rule:
        try:
            causes["rule"] = _moved(first, first.with_rule(after.rule))
        except FormulaError:
            causes["rule"] = moved.copy()  # it names no formula for a direction of this plan
    told = np.any([*causes.values()], axis=0)
    moved |= told
    if versions_differ:
        causes["version"] = moved & ~told
    lost = np.setdiff1d(np.arange(len(before)), at_old)
    fresh = np.setdiff1d(np.arange(len(after)), at_new)
    kept = np.flatnonzero(moved)
    parts = [(at_old[kept], at_new[kept], "changed"), (lost, np.full(len(lost), -1), "removed"),
             (np.full(len(fresh), -1), fresh, "added")]  # fmt: skip
    left, right = (np.concatenate([part[side] for part in parts]).astype(np.int64)
                   for side in (0, 1))  # fmt: skip
    bits = sum(cause[kept].astype(np.int64) << bit for bit, cause in enumerate(causes.values()))
    words = [", ".join(c for bit, c in enumerate(CAUSES) if number >> bit & 1) or None
             for number in range(1 << len(CAUSES))]  # fmt: skip
    bits = np.concatenate([bits, np.zeros(len(left) - len(kept), dtype=np.int64)])
    values: dict[str, Column] = {
        **{name: _either(name, before, after, left, right) for name in NAMES},
        "year": whole_years(np.where(left < 0, take(after.year, right), take(before.year, left))),
        "change": Categorical.encode(np.repeat([part[2] for part in parts],
                                               [len(part[0]) for part in parts]).tolist()),
        "cause": Categorical.encode(words).take(bits),
        **{name: take(MAKERS[name](before), left) for name in MOVED},
        **{f"new_{name}": take(MAKERS[name](after), right) for name in MOVED},
    }  # fmt: skip
    order = np.lexsort((values["indicator"].codes, values["region"].codes, values["year"]))  # type: ignore[union-attr, arg-type]
    return ScorecardChanges(values={name: take(column, order) for name, column in values.items()})


def _keys(rows: Rows) -> NDArray[Any]:
    """Return what names each row, whatever the plan numbers it."""
    texts: list[Any] = [MAKERS[name](rows) for name in ("region", "indicator")]
    cells = zip(*(text.to_list() for text in texts), rows.year.tolist(), strict=True)
    return np.array([f"{region}\t{indicator}\t{year!r}" for region, indicator, year in cells],
                    dtype=object)  # fmt: skip


def _differ(left: Rows, right: Rows, *names: str) -> Truths:
    """Return the rows in which any of these cells differ."""
    pairs = ((getattr(left, name), getattr(right, name)) for name in names)
    cells = [~((a == b) | (np.isnan(a) & np.isnan(b))) for a, b in pairs]
    return np.asarray(np.any(cells, axis=0))


def _moved(left: Rows, right: Rows) -> Truths:
    """Return where a result differs: percentage, score, word, verdict or reason."""
    words = [band.label for band in left.rule.bands]
    others = [band.label for band in right.rule.bands]
    table = np.array([*(words.index(word) if word in words else -2 for word in others), -1])
    moved = _differ(left, right, "achievement", "score", "progress", "met", "status")
    return np.asarray(moved | (left.band != table[right.band]))


def _either(name: str, before: Rows, after: Rows, left: Ints, right: Ints) -> Column:
    """Return what names each row, of the scorecard that has it."""
    first, second = MAKERS[name](before), MAKERS[name](after)
    rows = np.where(left < 0, right + len(first), left)
    return take(concat([first, second]), rows)
