"""The verdict on each row of a published table."""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from kencana_targets.auditing.agencies import (
    INCONSISTENT,
    REPRODUCED,
    UNREADABLE,
    coded,
    preferences,
)
from kencana_targets.auditing.averages import Averages
from kencana_targets.auditing.published import Published
from kencana_targets.auditing.published_rows import AVERAGE
from kencana_targets.core.columns import Categorical, Column, Tristate
from kencana_targets.core.rounding import snap
from kencana_targets.core.terms import Formula, Rounding, Verdict
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.formulas.reproduction import CANDIDATES, ROUNDINGS, Reproduction, printable

FORMULAS = (*(str(formula) for formula in Formula), "average")
_FORMULA_OF = np.array([FORMULAS.index(formula) for formula, _ in CANDIDATES])
_RATIO, _REFLECTED = FORMULAS.index(Formula.RATIO), FORMULAS.index(Formula.REFLECTED)


@frozen(eq=False, kw_only=True)
class Judgement:
    """The verdict on each row."""

    matches: Truths
    way: NDArray[np.int8]
    verdict: NDArray[np.int8]
    formula: Ints
    rounding: Ints
    recomputed: Floats
    difference: Floats
    explained: NDArray[np.int8]
    averages: Averages
    uncut: Floats

    @classmethod
    def of(cls, published: Published, found: Reproduction) -> Judgement:
        """Choose a formula and rounding for each row, or the nearest formula."""
        figures = published.figures
        readable = (published.unreadable.codes < 0) & (published.kind != AVERAGE)
        matches = found.matches & found.fits[:, np.newaxis] & readable
        # Without a direction, what a ratio gives is to be more.
        guess = np.where(matches[0].any(axis=0), 0, 1)
        way = np.where(figures.direction < 0, guess, figures.direction).astype(np.int8)
        preferred = preferences(published.words["agency"], matches, way)
        candidate, rounding = _choose(matches, preferred, found.cut)
        matched = candidate >= 0
        cut = matched & found.cut[candidate, np.arange(len(candidate))]
        candidate = np.where(matched, candidate, _nearest(found, figures.achievement, readable))
        value = np.where(candidate < 0, np.nan, found.values[candidate, np.arange(len(candidate))])
        shown = printable(value, figures.decimals, Rounding.HALF_UP)
        formula = np.where(candidate < 0, -1, _FORMULA_OF[candidate])
        # A negative target turns the ratio into the reflected formula.
        formula = np.where((formula == _RATIO) & (figures.target < 0), _REFLECTED, formula)
        verdict = np.where(matched, REPRODUCED, np.where(readable, INCONSISTENT, UNREADABLE))
        near = found.near.copy()
        averages = Averages.of(published)
        at = averages.rows
        verdict[at], shown[at], near[at] = averages.verdict, averages.mean, averages.near
        rounding[at] = averages.rounding
        formula[at] = np.where(averages.verdict == UNREADABLE, -1, FORMULAS.index("average"))
        recomputed = np.where(verdict == REPRODUCED, figures.achievement, shown)
        return cls(
            matches=matches,
            way=way,
            verdict=verdict.astype(np.int8),
            formula=formula,
            rounding=rounding,
            recomputed=recomputed,
            difference=snap(figures.achievement - recomputed) + 0.0,
            explained=np.where(verdict == INCONSISTENT, near, -1).astype(np.int8),
            averages=averages,
            uncut=np.where(cut, value, np.nan),
        )

    def columns(self) -> dict[str, Column]:
        """Return the columns of the verdict."""
        return {
            "verdict": coded(Verdict, self.verdict),
            "formula": coded(FORMULAS, self.formula),
            "rounding": coded(ROUNDINGS, self.rounding),
            "recomputed": self.recomputed,
            "difference": self.difference,
            "explained_by_rounding": Tristate(self.explained),
            "reproduced_by": self._all(),
        }

    def _all(self) -> Categorical:
        """Name all formulas and roundings that give each printed figure."""
        flat = self.matches.reshape(-1, self.matches.shape[-1])
        bits = (1 << np.arange(len(flat), dtype=np.int64)) @ flat
        names = [f"{formula} {rounding}" for formula, _ in CANDIDATES for rounding in ROUNDINGS]
        patterns, codes = np.unique(bits, return_inverse=True)
        words = [
            "; ".join(dict.fromkeys(n for i, n in enumerate(names) if pattern >> i & 1)) or None
            for pattern in patterns.tolist()
        ]
        return Categorical.encode(words).take(codes)


def _choose(matches: Truths, preferred: Truths, cut: Truths) -> tuple[Ints, Ints]:
    """Return the candidate and the rounding of each row, -1 where none matches.

    What matches without a cut goes before what is cut, the first rounding before the
    others, then the formula that most rows of the agency follow, then the order of
    `CANDIDATES`.
    """
    candidates, roundings, rows = matches.shape
    cost = np.arange(roundings)[:, np.newaxis] * 100 + np.arange(candidates)
    costs = (
        cost.T[..., np.newaxis]
        + (np.where(preferred, 0, 10) + np.where(cut, 400, 0))[:, np.newaxis]
    )
    costs = np.where(matches, costs, 1000).reshape(-1, rows)
    best = costs.argmin(axis=0)
    none = costs.min(axis=0, initial=1000) == 1000
    candidate, rounding = np.divmod(best, roundings)
    return np.where(none, -1, candidate), np.where(none, -1, rounding)


def _nearest(found: Reproduction, achievement: Floats, readable: Truths) -> Ints:
    """Return the fitting candidate nearest to each printed figure, -1 for none."""
    with np.errstate(invalid="ignore"):
        distance = np.abs(found.values - achievement)
    distance = np.where(found.fits & ~np.isnan(distance), distance, np.inf)
    nearest = distance.argmin(axis=0)
    return np.where(readable & np.isfinite(distance.min(axis=0)), nearest, -1)


def by_formula(published: Published, found: Reproduction) -> dict[str, Column]:
    """Return what each formula makes of each row, also of those it does not fit."""
    figures, values = published.figures, found.values
    ratio, reflected, inverse, high, low, stable = values
    negative = figures.target < 0
    nearer = np.abs(high - figures.achievement) <= np.abs(low - figures.achievement)
    first = np.where(figures.direction < 0, nearer, found.fits[3])
    ranged = ~(np.isnan(figures.lower) & np.isnan(figures.upper))
    return {
        "ratio": np.where(negative, np.nan, ratio),
        "reflected": np.where(negative, ratio, reflected),
        "inverse": inverse,
        "range": np.where(ranged, np.where(first, high, low), np.nan),
        "stabilize": np.where(found.fits[5], stable, np.nan),
    }
