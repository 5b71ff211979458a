"""The errors of the actuals behind rows: where they come from, and what they do to a score."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_number
from kencana_targets.core.columns import Categorical, Column
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction, Formula
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.evaluation.score_rows import Rows, ScoreColumns
from kencana_targets.formulas.achievement import measure
from kencana_targets.formulas.uncertainty import (
    standard_error_from_interval,
    standard_error_from_sample,
)

WAYS = (Direction.MAXIMIZE, Direction.MINIMIZE)
BASES = ("standard-error", "interval", "sample-size")
NO_ERROR, ZERO_ERROR = "no-error", "zero-error"
MOST = "the design effect of a survey that was not published is an assumption: 2 is usual"


@frozen(eq=False)
class Errors:
    """Standard errors of actuals, degrees of freedom, and what they rest on."""

    error: Floats
    freedom: Floats
    basis: Categorical
    assumed: str


def row_names(card: Rows) -> dict[str, Column]:
    """Return the columns that say which row is which."""
    columns = ScoreColumns(card)
    return {name: columns[name] for name in ("region", "region_name", "indicator", "year")}


def by_direction(card: Rows) -> list[tuple[Direction, Ints]]:
    """Return the rows of each direction that has any, without stabilize."""
    ways = [[*WAYS, i.direction].index(i.direction) for i in card.plan.indicators]
    of_row = np.array(ways, dtype=np.int8)[card.indicator]
    groups = ((way, np.flatnonzero(of_row == number)) for number, way in enumerate(WAYS))
    return [(direction, rows) for direction, rows in groups if len(rows)]


def is_share(card: Rows) -> Truths:
    """Return for each indicator whether its figures are percentages of a whole."""
    return np.array([(i.lower, i.upper) == (0, 100) for i in card.plan.indicators])


def actual_errors(
    card: Rows, sample_size: float | None = None, design_effect: float | None = None
) -> Errors:
    """Return the standard error of every actual: its own, of its interval, or of its sample.

    Raises
    ------
    ArgumentError
        A sample size is assumed without a design effect, or one is not above zero.
    """
    size, effect = _design(sample_size, design_effect)
    assumed = [
        "" if effect is None else f"assumed: design effect {effect:g}",
        "" if size is None else f"assumed: sample size {size:g}, design effect {effect:g}",
    ]
    actuals = card.actuals
    value, low, high, error, own_size, own_effect = (
        actuals.number(name).astype(np.float64)
        for name in ("value", "lower", "upper", "standard_error", "sample_size", "design_effect")
    )
    position = actuals.indicator.positions(card.plan.indicators.codes)
    share = (np.append(is_share(card), False)[position] & (value > 0)) & (value < 100)
    no_size, no_effect = np.isnan(own_size), ~(own_effect > 0)
    error = error.copy()
    basis = np.full(len(value), len(BASES) + 2)
    basis[~np.isnan(error)] = 0
    unknown = np.isnan(error) & ~np.isnan(value)
    rows = np.flatnonzero(unknown & ~np.isnan(low) & ~np.isnan(high))
    if len(rows):
        basis[rows] = 1
        error[rows] = standard_error_from_interval(
            value[rows], low[rows], high[rows], scale="symmetric"
        )
        unknown[rows] = False
    cases = (~(no_size | no_effect), ~no_size & (effect is not None), no_size & (size is not None))
    of_sample = np.select(cases, (2, 3, 4), 0)
    rows = np.flatnonzero(unknown & share & (of_sample > 0))
    if len(rows):
        basis[rows] = of_sample[rows]
        sizes = np.where(no_size, size or np.nan, own_size)[rows]
        effects = np.where(no_effect, effect or np.nan, own_effect)[rows]
        error[rows] = standard_error_from_sample(value[rows], sizes, design_effect=effects)
    basis[error == 0] = len(BASES) + 3
    words = (*BASES, *assumed, NO_ERROR, ZERO_ERROR)
    freedom = getattr(actuals, "degrees_of_freedom", None)
    return Errors(
        error=error,
        freedom=np.full(len(value), np.inf) if freedom is None else freedom,
        basis=Categorical.encode([words[code] for code in basis.tolist()]),
        assumed=assumed[1] or assumed[0],
    )


def _design(
    sample_size: float | None, design_effect: float | None
) -> tuple[float | None, float | None]:
    """Return the design that is assumed."""
    size, effect = (
        None
        if value is None
        else as_number(name, value, 0, strict=True, allowed="a number above zero")
        for name, value in (
            ("assume_sample_size", sample_size),
            ("assume_design_effect", design_effect),
        )
    )
    if size is not None and effect is None:
        refuse("assume_design_effect", None, "a design effect beside the sample size", MOST)
    return size, effect


def of_rows(values: Floats, card: Rows) -> Floats:
    """Return a figure of each row's actual, nan for none."""
    return np.append(values, np.nan)[card.actual_row]


def percent_at(card: Rows, actual: Floats) -> Floats:
    """Return what each row's achievement would be of another actual.

    Every formula is monotone in the actual, so that an interval's ends go through it.
    """
    percent = np.full(len(card), np.nan)
    ranged = ~(np.isnan(card.lower) & np.isnan(card.upper))
    for direction, every in by_direction(card):
        for formula, chosen in ((card.formulas[direction], ~ranged), (Formula.RANGE, ranged)):
            rows = every[chosen[every]]
            percent[rows] = measure(
                direction, formula, actual[rows], card.target[rows], card.lower[rows],
                card.upper[rows],
            )[0]  # fmt: skip
    return percent
