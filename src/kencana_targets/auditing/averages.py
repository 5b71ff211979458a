"""The lines of a published table that print a mean of what stands above them."""

from __future__ import annotations

import numpy as np
from attrs import frozen

from kencana_targets.auditing.agencies import INCONSISTENT, REPRODUCED, UNREADABLE
from kencana_targets.auditing.published import Published
from kencana_targets.auditing.published_rows import AVERAGE, FIGURE
from kencana_targets.core.terms import Rounding
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.formulas.reproduction import matching, print_range, print_unit, printable

# What an average may be the mean of; of several that give it, the first is named.
_SOURCES = ("the rows since the last average", "all rows above", "the averages above")
_NEAREST = "no mean gives it; the nearest is that of {}"
_WITHOUT = "rows above it have no readable percentage and are left out of the mean"
_NOTHING_ABOVE = "no figure stands above it to take the mean of"
_ABOVE_ITS_ROWS = "it stands above the rows that it may be the mean of, and cannot be checked"


@frozen(eq=False, kw_only=True)
class Averages:
    """The verdict on each average, as `Judgement` has it for figures.

    An average is reproduced by the mean of the printed rows since the last average, of
    all rows above, or, right under other averages, of the averages above.
    """

    rows: Ints
    mean: Floats
    verdict: Ints
    rounding: Ints
    near: Truths
    reason: list[str | None]

    @classmethod
    def of(cls, published: Published) -> Averages:
        """Compare each printed mean with the means of what stands above it."""
        parts = np.unique(published.part[published.kind == AVERAGE])
        found = [cls._of_part(published, np.flatnonzero(published.part == one)) for one in parts]
        found = found or [cls._of_part(published, np.zeros(0, dtype=np.int64))]
        joined = {
            name: np.concatenate([getattr(one, name) for one in found])
            for name in ("rows", "mean", "verdict", "rounding", "near")
        }
        return cls(**joined, reason=[text for one in found for text in one.reason])

    @classmethod
    def _of_part(cls, published: Published, rows: Ints) -> Averages:
        """Judge the averages of one sheet and group of columns."""
        at = rows[published.kind[rows] == AVERAGE]
        printed, decimals = published.figures.achievement[at], published.figures.decimals[at]
        number, total, slacks, lost, leads = _above(published, rows)
        mean, slack = np.full((2, *number.shape), np.nan)
        np.divide(total, number, out=mean, where=number > 0)
        np.divide(slacks, number, out=slack, where=number > 0)
        matches = matching(mean, printed, decimals)
        matched = matches.any(axis=(0, 1))
        away = np.nan_to_num(np.abs(mean - printed), nan=np.inf)
        source = np.where(matched, matches.any(axis=0).argmax(axis=0), away.argmin(axis=0))
        line = np.arange(len(at))
        usable = np.isfinite(away.min(axis=0)) & ~(leads & ~matched)
        verdict = np.select([matched, usable], [REPRODUCED, INCONSISTENT], UNREADABLE)
        low, high = print_range(printed, decimals)
        # A row above without a readable percentage could be anything.
        near = (mean - slack <= high) & (mean + slack >= low) & (lost == 0)
        shown = np.where(usable, mean[source, line], np.nan)
        return cls(
            rows=at,
            mean=printable(shown, decimals, Rounding.HALF_UP),
            verdict=verdict,
            rounding=np.where(matched, matches[:, source, line].argmax(axis=0), -1),
            near=near.any(axis=0),
            reason=_reasons(verdict, source, np.asarray((lost > 0).any(axis=0)), leads),
        )


def _above(published: Published, rows: Ints) -> tuple[Floats, Floats, Floats, Floats, Truths]:
    """Add up what stands above the averages of one sheet and group of columns.

    Returns
    -------
    number, total, slack, lost : ndarray of float, shape (sources, averages)
        For each of `_SOURCES` how many rows there are, their sum, what rounding may have
        taken from it, and how many rows have no readable percentage.
    leads : ndarray of bool, shape (averages,)
        Whether rows that no average above may be of stand directly below it.
    """
    printed, average = published.figures.achievement[rows], published.kind[rows] == AVERAGE
    figure, there = published.kind[rows] == FIGURE, ~np.isnan(printed)
    unreadable = published.unreadable.codes[rows] >= 0
    group, lines = np.cumsum(average) - average, int(average.sum())

    def sums(which: Truths, weights: Floats) -> Floats:
        """Add up rows since the last average, all rows, and averages above."""
        own = np.bincount(group[which], weights[which], minlength=lines + 1)[:lines]
        means = np.append(0.0, np.where(average & there, weights, 0.0)[average])[:-1]
        with np.errstate(over="ignore"):
            return np.stack((own, np.cumsum(own), np.cumsum(means)))

    ones = np.ones(len(rows))
    number, lost = sums(figure & there, ones), sums(figure & ~there & unreadable, ones)
    # One average is no mean of averages, and what has rows of its own is of these.
    number[2, (number[2] < 2) | (number[0] > 0)] = 0
    lost[2] = 0
    total = sums(figure & there, printed)
    slack = sums(figure & there, print_unit(published.figures.decimals[rows]))
    below = np.bincount(group[figure], minlength=lines + 1)[1:]
    # Where the first average has no rows above, the averages stand above theirs.
    return number, total, slack, lost, (below > 0) & (number[0, :1] == 0)


def _reasons(verdict: Ints, source: Ints, lost: Truths, leads: Truths) -> list[str | None]:
    """Say which mean an average is, where there are several, or why it cannot be checked."""
    words = [None, *(f"the mean of {name}" for name in _SOURCES)]
    words += [*map(_NEAREST.format, _SOURCES), _NOTHING_ABOVE, _ABOVE_ITS_ROWS]
    follows = np.arange(len(verdict)) > 0
    told = np.where(follows, 1 + source + len(_SOURCES) * (verdict == INCONSISTENT), 0)
    codes = np.where(verdict == UNREADABLE, len(words) - 2 + leads, told).tolist()
    gone = (verdict == INCONSISTENT) & lost
    return [
        "; ".join(filter(None, (words[code], _WITHOUT if one else None))) or None
        for code, one in zip(codes, gone.tolist(), strict=True)
    ]
