"""Averages over a scorecard: one row for each region, or for each indicator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import is_number
from kencana_targets.core.columns import Categorical, Column, concat, take
from kencana_targets.core.errors import (
    ArgumentError,
    Place,
    Problem,
    raise_gathered,
    refuse,
    unknown_name,
)
from kencana_targets.core.terms import Level, LevelLike, Status, as_term
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.model.plan import Plan
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.results import ResultTable

if TYPE_CHECKING:
    from kencana_targets.formulas.composite import Composite


WEIGHTS = "zero or more"
# Regions of a level that are compared pair by pair: the districts of the nation are too many.
MOST_COMPARED = 2000
LEVELS = tuple(Level)
# Regency and city are one level; every other level is its own.
PEER = np.array([LEVELS.index(Level.REGENCY if one is Level.CITY else one) for one in LEVELS])

# Points of an actual's distribution at which its score is looked at.
NODES, _NEAR = 9, 3.5
_BENT = (
    Problem(
        "averages hold scores that end at a cap or go in steps",
        hint="in simulations 1.96 standard errors to each side held 92 to 95 percent of the truth",
    ),
)


@frozen(eq=False, repr=False, kw_only=True)
class Summary(ResultTable):
    """Averages, bands and ranks.

    Parameters
    ----------
    values : mapping of str to Column
        The columns, all of one length.
    rule : ScoringRule
        The rule that made the average and its word.
    plan : str
        The code of the plan.
    year : float
        The year.
    """

    rule: ScoringRule
    plan: str
    year: float

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.plan} {self.year:g}: {len(self)} rows>"


@frozen(eq=False, repr=False, kw_only=True)
class RegionSummary(Summary):
    """The average, band and rank of each region.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
    ...                    year=2021, rule="bkkbn-bengkulu-2021")
    >>> summary = card.by_region()
    >>> [(row['region'], row['rank']) for row in summary]
    [('17', 1)]

    `by_objective` has the same for each objective (*sasaran*) of the plan's indicators:

    >>> list(summary.by_objective.columns())[:4]
    ['region', 'region_name', 'objective', 'score']

    `notes` say where 1.96 standard errors to each side of an average hold less than they promise:

    >>> summary.notes
    ()
    """

    by_objective: ResultTable
    notes: tuple[Problem, ...] = ()


class IndicatorSummary(Summary):
    """The average, band and rank of each indicator, and how many regions met it."""


def summarize_regions(
    rows: Rows, weights: Mapping[str, float] | None, peer: int | None, **options: Any
) -> RegionSummary:
    """Average over the indicators of each region (see `Scorecard.by_region`).

    `options` are those of `formulas.composite.aggregate`.
    """
    from kencana_targets.formulas.composite import Missing, aggregate

    plan, every = rows.plan, peers(rows)
    kept = np.arange(len(rows)) if peer is None else np.flatnonzero(every == peer)
    position, first, place = np.unique(rows.region[kept], return_index=True, return_inverse=True)
    level_of = every[kept][first]

    def grid(cells: Any, empty: Any) -> Any:
        found = np.full((len(position), len(plan.indicators)), empty)
        found[place, rows.indicator[kept]] = cells[kept]
        return found

    spread, bent = _score_errors(rows)
    scores, errors = grid(averaged(rows), np.nan), grid(spread, np.nan)
    counted = due = grid(~rows.has_status(Status.NOT_MEASURED), empty=False)
    for group in np.unique(level_of):
        # A region that reports few of what its peers report is not whole because of it.
        due[level_of == group] |= due[level_of == group].any(axis=0)
    if as_term(Missing, options["missing"], "missing") is Missing.WORST:
        # A target that was met although no percentage is defined is no zero.
        counted = due & ~grid(rows.has_status(Status.UNDEFINED) & (rows.met == 1), empty=False)
    weight, average = _weights(plan, weights), partial(aggregate, **options)
    named = [plan.regions.regions[one] for one in position]
    names = {"region": Categorical.encode(one.code for one in named),
             "region_name": Categorical.encode(one.name for one in named)}  # fmt: skip

    def told(its: Truths) -> dict[str, Column]:
        value, coverage = _means(scores, counted & its, weight, average)
        number = (~np.isnan(scores) & its).sum(axis=1)
        judged = _judged(rows.rule, value, level_of)
        return judged | {"scored": number, "expected": its.sum(axis=1), "coverage": coverage}

    whole = told(due)
    unsure = _uncertainty(
        whole["score"], scores, errors, weight,  # type: ignore[arg-type]
        lambda moved: _means(moved, counted, weight, average)[0], level_of,
    )  # fmt: skip
    return RegionSummary(
        values={**names, **whole, **unsure},
        rule=rows.rule,
        plan=plan.code,
        year=_year(rows),
        by_objective=ResultTable(values=_by_objective(plan, names, due, told)),
        notes=_BENT if bent else (),
    )


def _by_objective(
    plan: Plan,
    names: Mapping[str, Column],
    due: Truths,
    told: Callable[[Truths], dict[str, Column]],
) -> dict[str, Column]:
    """Return what is told of each objective in each region that has it, region by region."""
    objective = np.array([one.objective for one in plan.indicators], dtype=object)
    parts: list[dict[str, Column]] = []
    for word in dict.fromkeys(filter(None, objective.tolist())) or [None]:
        its = due & (objective == word)
        part = {**names, "objective": Categorical.constant(word, len(its)), **told(its)}
        asked = np.flatnonzero(its.any(axis=1))
        parts.append({name: take(column, asked) for name, column in part.items()})
    # The rows of a region stand beside each other.
    joined = {name: concat([part[name] for part in parts]) for name in parts[0]}
    order = np.argsort(joined["region"].codes, kind="stable")  # type: ignore[union-attr]
    return {name: take(column, order) for name, column in joined.items()}


def _moved(rows: Rows, step: Floats) -> Floats:
    """Return actuals moved by a step of points, shares on the logit scale that they are sure on."""
    from kencana_targets.evaluation.row_errors import is_share
    from kencana_targets.formulas import scales

    logit = scales.Scale.LOGIT
    level = scales.to_scale(rows.actual, logit) + step * scales.derivative(rows.actual, logit)
    share = is_share(rows)[rows.indicator] & scales.on_scale(rows.actual, logit)
    return np.where(share, scales.from_scale(level, logit), rows.actual + step)


def _score_errors(rows: Rows) -> tuple[Floats, bool]:
    """Return how far what the rule averages lies off, over the errors of the actual.

    By quadrature, not by the slope: a score that ends at a cap, or goes in steps, has none
    there, and moves all the same, to one side alone. Beside it comes whether any does so.
    """
    # Imported here because evaluating alone needs no errors.
    from kencana_targets.evaluation.row_errors import actual_errors, of_rows, percent_at

    error = of_rows(actual_errors(rows).error, rows)
    if not (error > 0).any():
        return np.full(len(rows), np.nan), False
    scores = []
    nodes, shares = np.polynomial.hermite_e.hermegauss(NODES)
    for node in nodes.tolist():
        percent = percent_at(rows, _moved(rows, node * error))
        scored = rows.rule.average == "score"
        scores.append(rows.rule.scores(rows.rule.prepare(percent)) if scored else percent)
    score = np.stack(scores)
    # An actual so far off that it has no score, such as a share below zero, does not occur.
    weight = np.where(np.isnan(score), 0.0, shares[:, None])
    known = (error > 0) & ~np.isnan(score[NODES // 2])
    weight = np.divide(weight, weight.sum(axis=0), where=known, out=np.zeros_like(weight))
    off = np.sqrt(np.nansum(weight * (score - score[NODES // 2]) ** 2, axis=0))
    # Two errors off it stands still already where the next node has the same.
    near = score[np.abs(nodes) < _NEAR]
    bent = bool((known & (np.diff(near, axis=0) == 0).any(axis=0)).any())
    return np.where(known, off, np.nan), bent


def _uncertainty(
    value: Floats,
    scores: Floats,
    errors: Floats,
    weight: Floats,
    means: Callable[[Floats], Floats],
    level_of: Ints,
) -> dict[str, Column]:
    """Return standard errors of averages and their rank sets; nothing where no error is known.

    The figures of a region are taken as independent. An average has an error where each
    score in it has one, and ranks have sets where each average beside them has, and
    they are not too many.
    """
    if np.isnan(errors).all():
        return {}
    from kencana_targets.formulas.ranking import rank_sets

    squares = np.zeros(len(value))
    for number in np.flatnonzero(weight > 0).tolist():
        step = np.zeros(scores.shape)
        step[:, number] = np.nan_to_num(errors[:, number])
        squares += ((means(scores + step) - means(scores - step)) / 2) ** 2
    lacking = (~np.isnan(scores) & np.isnan(errors) & (weight > 0)).any(axis=1)
    error = np.where(lacking | np.isnan(value), np.nan, np.sqrt(squares))
    best, worst = np.full((2, len(value)), np.nan)
    for group in np.unique(level_of):
        ranked = np.flatnonzero((level_of == group) & ~np.isnan(value))
        if 0 < len(ranked) <= MOST_COMPARED and not np.isnan(error[ranked]).any():
            sets = rank_sets(value[ranked], error[ranked], direction="maximize")
            best[ranked], worst[ranked] = sets.lower, sets.upper
    return {"standard_error": error, "rank_lower": best, "rank_upper": worst}


def summarize_indicators(rows: Rows, peer: int | None) -> IndicatorSummary:
    """Average over the regions of one level of each indicator (see `Scorecard.by_indicator`)."""
    plan, indicators = rows.plan, rows.indicator
    count, levels = len(plan.indicators), peers(rows)
    due: Any = ~rows.has_status(Status.NOT_MEASURED)
    chosen = (
        main_level(indicators[due], levels[due], count) if peer is None else np.full(count, peer)
    )
    kept = levels == chosen[indicators]
    values = averaged(rows)
    scored = kept & ~np.isnan(values)

    def counted(chosen: Truths, weights: Floats | None = None) -> Any:
        weight = None if weights is None else weights[chosen]
        return np.bincount(indicators[chosen], weights=weight, minlength=count)

    number, expected = counted(scored), counted(kept & due)
    mean = np.divide(counted(scored, values), number, out=np.full(count, np.nan), where=number > 0)
    return IndicatorSummary(
        values={
            "indicator": Categorical.encode(one.code for one in plan.indicators),
            "indicator_name": Categorical.encode(one.name for one in plan.indicators),
            **_judged(rows.rule, mean, np.zeros(count, dtype=np.int64)),
            "scored": number,
            "expected": expected,
            "met": counted(kept & (rows.met == 1)),
            "coverage": np.divide(number, expected, out=np.zeros(count), where=expected > 0),
            "level": Categorical(
                np.where(expected > 0, chosen, -1).astype(np.int32),
                tuple(one.value for one in LEVELS),
            ),
        },
        rule=rows.rule,
        plan=plan.code,
        year=_year(rows),
    )


def _year(rows: Rows) -> float:
    return float(next(iter(rows.year.tolist()), np.nan))


def peer_of(level: LevelLike) -> int:
    """Return a level as a position; regency and city are one."""
    return int(PEER[LEVELS.index(as_term(Level, level, "level"))])


def peers(rows: Rows) -> Ints:
    """Return the level of each row's region, as a position; regency and city are one."""
    levels: Ints = PEER[rows.plan.index.level][rows.region]
    return levels


def main_level(groups: Ints, levels: Ints, count: int = 1) -> Ints:
    """Return the level that has most rows of each group, the lower one of equals.

    A figure of a region above holds those of the regions in it: a mean, a rank or a
    count over both would count them twice.
    """
    rows = np.bincount(groups * len(LEVELS) + levels, minlength=count * len(LEVELS))
    lowest_first = rows.reshape(count, len(LEVELS))[:, ::-1]
    chosen: Ints = len(LEVELS) - 1 - lowest_first.argmax(axis=1)
    return chosen


def averaged(rows: Rows) -> Floats:
    """Return what the rule averages, nan for rows without a score."""
    values = rows.score if rows.rule.average == "score" else rows.achievement
    return np.where(rows.has_status(Status.SCORED), values, np.nan)


def _weights(plan: Plan, weights: Mapping[str, float] | None) -> Floats:
    codes = [indicator.code for indicator in plan.indicators]
    if weights is not None and not isinstance(weights, Mapping):
        refuse("weights", weights, WEIGHTS)
    if weights is None:
        return np.ones(len(codes))
    where = Place(argument="weights")
    problems = [
        unknown_name("indicator", code, codes, where=where) for code in weights if code not in codes
    ]
    problems += [
        Problem("not allowed", where=where, got=weight, allowed=WEIGHTS)
        for weight in weights.values()
        if not (is_number(weight) and 0 <= weight < np.inf)
    ]
    raise_gathered(ArgumentError, problems)
    if not sum(weights.values()) > 0:
        refuse("weights", dict(weights), "at least one weight more than zero")
    return np.array([float(weights.get(code, 0.0)) for code in codes])


def _means(
    scores: Floats, due: Truths, weights: Floats, average: Callable[..., Composite]
) -> tuple[Floats, Floats]:
    """Average each region over the indicators that are due there."""
    mean = np.full(len(scores), np.nan)
    coverage = np.zeros(len(scores))
    patterns, member = np.unique(due, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        used = pattern & (weights > 0)
        at = np.flatnonzero(member == number)
        if used.any():
            result = average(scores[np.ix_(at, used)], weights[used])
            mean[at], coverage[at] = result.value, result.coverage
    return mean, coverage


def ranks_within(
    values: Floats, groups: Floats | Ints, rule: ScoringRule, least: int = 1
) -> Floats:
    """Return the rank of each value among those of its group, as a rule prints them.

    Groups with fewer values than `least` have no ranks.
    """
    from kencana_targets.formulas.ranking import rank

    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(groups[known], kind="stable")]
    ranks = np.full(len(values), np.nan)
    for part in np.split(order, np.flatnonzero(np.diff(groups[order])) + 1):
        if len(part) >= least:
            ranks[part] = rank(values[part], direction="maximize", decimals=rule.decimals)
    return ranks


def _judged(rule: ScoringRule, mean: Floats, groups: Ints) -> dict[str, Column]:
    """Return means with their bands, and their ranks within each group."""
    bands = tuple(band.label for band in rule.bands)
    positions = rule.positions(rule.prepare(mean)).astype(np.int32)
    ranks = ranks_within(mean, groups, rule)
    whole: Column = ranks if np.isnan(ranks).any() else ranks.astype(np.int64)
    return {"score": mean, "band": Categorical(positions, bands), "rank": whole}
