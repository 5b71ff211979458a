"""What has changed since the last survey, region by region, and what could not be seen."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_number, between
from kencana_targets.core.columns import Categorical, Column
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import Ints
from kencana_targets.evaluation.chances import groups_of
from kencana_targets.evaluation.row_errors import actual_errors, of_rows, row_names
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.formulas.changes import (
    Change,
    change_test,
    equivalence_test,
    minimum_detectable_change,
)
from kencana_targets.formulas.multiplicity import Adjustment, adjust_p_values
from kencana_targets.model.plan import series_of
from kencana_targets.tables.results import ResultTable


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
    for group in groups_of(card, rows) if len(rows) else ():
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
        "standard_error": test.standard_error,
        "lower": test.lower,
        "upper": test.upper,
        "p_value": test.p_value,
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
        f"{before}; {now}" if before and now and before != now else None for before, now in pairs
    )


def _former_rows(card: Rows) -> Ints:
    """Return the last actual of each row's series before its year, -1 for none."""
    plan, actuals = card.plan, card.actuals
    series = series_of(plan, actuals)
    rows = np.flatnonzero((series >= 0) & ~np.isnan(actuals.value))
    years = np.unique(np.concatenate([actuals.year, card.year]))
    key = series[rows] * len(years) + np.searchsorted(years, actuals.year[rows])
    order = np.argsort(key, kind="stable")
    wanted = card.series.astype(np.int64) * len(years)
    place = np.searchsorted(key[order], wanted + np.searchsorted(years, card.year)) - 1
    former = np.where(place >= 0, np.append(rows[order], -1)[place], -1)
    found = np.append(key[order], -1)[place] >= wanted
    return np.where((place >= 0) & found, former, -1)
