"""Two scorecards row by row, and the same rows by several targets or rules, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_number, between
from kencana_targets.core.columns import Categorical, Column, concat, take, told
from kencana_targets.core.display import show
from kencana_targets.core.errors import FormulaError
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import Ints, Language, NDArray, Truths
from kencana_targets.evaluation.chances import groups_of
from kencana_targets.evaluation.remarks import survey_name
from kencana_targets.evaluation.row_errors import actual_errors, of_rows, row_names
from kencana_targets.evaluation.score_rows import MAKERS, Rows, whole_years
from kencana_targets.formulas.uncertainty import (
    Adjustment,
    Change,
    adjust_p_values,
    change_test,
    equivalence_test,
    minimum_detectable_change,
)
from kencana_targets.model.collection import series_of
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.results import ResultTable

NAMES = ("region", "region_name", "indicator", "indicator_name")
# What of a row may move; the rest follows from it.
MOVED = ("actual", "baseline", "target", "achievement", "score", "band", "status")


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
    explained = np.any([*causes.values()], axis=0)
    moved |= explained
    if versions_differ:
        causes["version"] = moved & ~explained
    lost = np.setdiff1d(np.arange(len(before)), at_old)
    fresh = np.setdiff1d(np.arange(len(after)), at_new)
    kept = np.flatnonzero(moved)
    left = np.concatenate([at_old[kept], lost, -np.ones_like(fresh)])
    right = np.concatenate([at_new[kept], -np.ones_like(lost), fresh])
    change = np.repeat(("changed", "removed", "added"), (len(kept), len(lost), len(fresh)))
    others = np.zeros_like(left[len(kept) :], dtype=bool)
    flags = [np.concatenate([cause[kept], others]) for cause in causes.values()]
    values: dict[str, Column] = {
        **{name: _either(name, before, after, left, right) for name in NAMES},
        "year": whole_years(np.where(left < 0, take(after.year, right), take(before.year, left))),
        "change": Categorical.encode(change.tolist()),
        "cause": told(flags, causes, ", "),
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
    table = np.array([*(words.index(word) if word in words else len(words) for word in others), -1])
    moved = _differ(left, right, "achievement", "score", "progress", "met", "status")
    return np.asarray(moved | (left.band != table[right.band]))


def _either(name: str, before: Rows, after: Rows, left: Ints, right: Ints) -> Column:
    """Return what names each row, of the scorecard that has it."""
    first, second = MAKERS[name](before), MAKERS[name](after)
    rows = np.where(left < 0, right + len(first), left)
    return take(concat([first, second]), rows)


@frozen(eq=False, repr=False, kw_only=True)
class ChangeTable(ResultTable):
    """The change of every region and indicator since its last survey.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator year previous_year previous actual difference
        standard_error lower upper p_value adjusted_p_value verdict
        least_detectable surveys``. Verdicts are those of `Change`: ``changed`` by the
        adjusted p-value, ``no-change`` where the change surely lies within the margin,
        else ``inconclusive``; ``not-measured`` without a former survey or an error.
        `surveys` names both where they differ.
    margin : float
        The largest change that counts as none. [percentage points]
    assumed : str
        The design that was assumed; empty for none.
    """

    margin: float
    assumed: str


def changes(
    card: Rows,
    *,
    margin: float,
    level: float,
    adjust: str,
    sample_size: float | None,
    design_effect: float | None,
) -> ChangeTable:
    """Test the change of every row since the region's last survey (see `Scorecard.changes`)."""
    room = as_number("margin", margin, 0, strict=True, allowed="a number above zero")
    alpha = 1 - between("level", level, 0.5, 1)
    method = as_term(Adjustment, adjust, "adjust")
    found = actual_errors(card, sample_size, design_effect)
    former = _former_rows(card)
    second, second_error = card.actual, of_rows(found.error, card)
    first, first_error, first_year = (
        np.append(values, np.nan)[former]
        for values in (card.actuals.value, found.error, card.actuals.year)
    )
    known = (first_error > 0) & (second_error > 0)
    first_error, second_error = (
        np.where(known, error, np.nan) for error in (first_error, second_error)
    )
    test = change_test(first, first_error, second, second_error, level=level)
    same = equivalence_test(first, first_error, second, second_error, margin=room, level=level)
    adjusted = np.full(len(card), np.nan)
    rows = np.flatnonzero(~np.isnan(test.p_value))
    for group in groups_of(card, rows):
        adjusted[rows[group]] = adjust_p_values(test.p_value[rows[group]], method=method)
    verdict = np.select(
        [np.isnan(adjusted), same.p_value < alpha, adjusted < alpha],
        [Change.NOT_MEASURED, Change.NO_CHANGE, Change.CHANGED],
        Change.INCONCLUSIVE,
    )
    values: dict[str, Column] = {
        **row_names(card),
        "previous_year": first_year,
        "previous": first,
        "actual": second,
        "difference": np.where(np.isnan(first), np.nan, second - first),
        **{name: getattr(test, name) for name in ("standard_error", "lower", "upper", "p_value")},
        "adjusted_p_value": adjusted,
        "verdict": Categorical.encode([str(word) for word in verdict.tolist()]),
        "least_detectable": minimum_detectable_change(first_error, second_error, level=level),
        "surveys": _both_surveys(card, former),
    }
    return ChangeTable(values=values, margin=room, assumed=found.assumed)


def _both_surveys(card: Rows, former: Ints) -> Categorical:
    """Return the surveys of the former and of the present figure, where they differ."""
    survey = np.array([*card.actuals.text("survey").to_list(), None], dtype=object)
    pairs = zip(survey[former].tolist(), survey[card.actual_row].tolist(), strict=True)
    return Categorical.encode(
        f"{before}; {now}" if before and now and survey_name(before) != survey_name(now) else None
        for before, now in pairs
    )


def _former_rows(card: Rows) -> Ints:
    """Return the last actual of each row's series before its year, -1 for none."""
    plan, actuals = card.plan, card.actuals
    series = series_of(plan.index.known, actuals)
    rows = np.flatnonzero(~np.isnan(actuals.value))
    years = np.unique(np.concatenate([actuals.year, card.year]))
    key = series[rows] * len(years) + np.searchsorted(years, actuals.year[rows])
    order = np.argsort(key, kind="stable")
    wanted = card.series.astype(np.int64) * len(years) + np.searchsorted(years, card.year)
    former = np.append(rows[order], -1)[np.searchsorted(key[order], wanted) - 1]
    # What stands before the first figure of a series is of another, or nothing.
    same = np.concatenate((series, card.series))[former] == card.series
    return np.where(same, former, -1)


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
    """Some series against one target, looked up in one plan: of the year, or at the end."""

    name: str
    rows: Ints
    scored: Rows
    at_end: bool = False


def side_by_side(parts: Sequence[Part]) -> Comparison:
    """Put the rows of all targets of a series under one another, in the order of the parts."""
    order = np.argsort(np.concatenate([part.rows for part in parts]), kind="stable")
    values = {name: take(concat([_cells(part, name) for part in parts]), order) for name in _OWN}
    rule, plan = parts[0].scored.rule, parts[0].scored.plan
    return Comparison(values=values, rule=rule, indicators=plan.indicators, language=plan.language)


def _cells(part: Part, name: str) -> Column:
    if name == "against":
        return Categorical.constant(str(part.name), len(part.rows))
    if name == "target_year" and part.at_end:
        return part.scored.end_year
    return MAKERS[name](part.scored)
