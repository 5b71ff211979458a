"""The same rows by several targets or several rules, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import numpy as np
from attrs import frozen

from kencana_targets.core.columns import Categorical, Column, concat, take
from kencana_targets.core.display import show
from kencana_targets.core.typing import Floats, Ints, Language
from kencana_targets.evaluation.score_rows import MAKERS, Rows
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.results import ResultTable

_OWN = (
    *("region", "region_name", "indicator", "indicator_name", "unit", "direction", "year"),
    *("against", "target", "target_year", "target_basis", "target_source", "actual"),
    *("actual_source", "gap", "achievement", "formula", "score", "band", "met", "status", "reason"),
)


@frozen(eq=False, repr=False, kw_only=True)
class Comparison(ResultTable):
    """Each actual by several targets or rules, a row each.

    Made by `evaluate_against`, and by `evaluate` with several rules.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator indicator_name unit direction year against
        target target_year target_basis target_source actual actual_source gap
        achievement formula score band met status reason``; ``against`` is
        ``year``, ``end``, ``province``, ``nation``, the name of an instrument, or the
        code of a rule.
    rule : ScoringRule
        The rule that made scores and words; of several, the first.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> against = kt.evaluate_against(kt.load_plan("bengkulu-stunting-2024"),
    ...                               kt.load_actuals("bengkulu-stunting-2024"), year=2022,
    ...                               rule="permendagri-86-2017")
    >>> against
    <Comparison: 43 rows>
    """

    rule: ScoringRule

    keys: ClassVar[tuple[str, ...]] = ("region", "indicator", "against")

    def to_text(self, *, language: Language | None = None) -> str:
        """Return the targets side by side as text, a line for each region and indicator.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> against = kt.evaluate_against(kt.load_plan("bengkulu-stunting-2024"),
        ...                               kt.load_actuals("bengkulu-stunting-2024"), year=2022,
        ...                               rule="permendagri-86-2017")
        >>> print(against.to_text().splitlines()[0][:37])
        Region                      Indicator
        """
        return str(show(self, "table", self._shown_in(language, "en")).text())


@frozen(eq=False)
class Part:
    """Some series against one target, looked up in one plan."""

    name: str
    rows: Ints
    scored: Rows
    target_year: Floats


def side_by_side(parts: Sequence[Part], names: Sequence[str]) -> dict[str, Column]:
    """Put the rows of all targets of a series under one another."""
    turn = np.concatenate([np.full(len(part.rows), names.index(part.name)) for part in parts])
    order = np.lexsort((turn, np.concatenate([part.rows for part in parts])))
    columns: dict[str, Column] = {}
    for name in _OWN:
        cells: list[Column] = [_cells(part, name) for part in parts]
        columns[name] = take(concat(cells), order)
    return columns


def _cells(part: Part, name: str) -> Column:
    if name == "against":
        return Categorical.constant(str(part.name), len(part.rows))
    if name == "target_year":
        return np.where(part.scored.basis < 0, np.nan, part.target_year)
    return MAKERS[name](part.scored)
