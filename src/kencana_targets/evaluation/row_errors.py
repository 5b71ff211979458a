"""The errors of the actuals behind rows: where they come from, and what they do to a score."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_number
from kencana_targets.core.columns import Categorical, Column
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.evaluation.score_rows import MAKERS, Rows
from kencana_targets.formulas.uncertainty import (
    standard_error_from_interval,
    standard_error_from_sample,
)

WAYS = (Direction.MAXIMIZE, Direction.MINIMIZE)
BASES = ("standard-error", "interval", "sample-size")
NO_ERROR, ZERO_ERROR = "no-error", "zero-error"
# Behind the bases come the two that are assumed, and then these.
_NONE = len(BASES) + 2
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
    return {name: MAKERS[name](card) for name in ("region", "region_name", "indicator", "year")}


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
    # No row has a figure of an indicator that is not in the plan, whatever stands there.
    share = is_share(card)[position] & (value > 0) & (value < 100)
    no_size, no_effect = np.isnan(own_size), ~(own_effect > 0)
    sizes = np.where(no_size, np.nan if size is None else size, own_size)
    effects = np.where(no_effect, np.nan if effect is None else effect, own_effect)
    sampled = share & ~(np.isnan(sizes) | np.isnan(effects))
    told = ~(np.isnan(low) | np.isnan(high))
    cases = [~np.isnan(error), np.isnan(value), told, sampled & no_size,
             sampled & no_effect, sampled]  # fmt: skip
    basis = np.select(cases, (0, _NONE, 1, 4, 3, 2), _NONE)
    rows = basis == 1
    error[rows] = standard_error_from_interval(
        value[rows], low[rows], high[rows], scale="symmetric"
    )
    rows = (basis > 1) & (basis < _NONE)
    error[rows] = standard_error_from_sample(value[rows], sizes[rows], design_effect=effects[rows])
    basis[error == 0] = _NONE + 1
    words = (*BASES, *assumed, NO_ERROR, ZERO_ERROR)
    return Errors(
        error=error,
        freedom=getattr(actuals, "degrees_of_freedom", np.full(len(value), np.inf)),
        basis=Categorical.encode([words[code] for code in basis.tolist()]),
        assumed=assumed[1] or assumed[0],
    )


def of_rows(values: Floats, card: Rows) -> Floats:
    """Return a figure of each row's actual, nan for none."""
    return np.append(values, np.nan)[card.actual_row]


def percent_at(card: Rows, actual: Floats) -> Floats:
    """Return what each row's achievement would be of another actual.

    Every formula is monotone in the actual, so that an interval's ends go through it.
    """
    one_way = card.plan.index.better.take(card.indicator) != 0
    return np.where(one_way, card.cells_of(actual, card.formulas)["achievement"], np.nan)
