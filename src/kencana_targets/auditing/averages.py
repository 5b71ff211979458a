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
class _Above:
    """What stands above each average, for each of `_SOURCES`: shape (sources, averages).

    `lost` counts rows without a readable percentage; `follows` says, of each average,
    whether another one stands above it, and `leads` whether rows that no average above
    may be of stand directly below it.
    """

    number: Floats
    total: Floats
    slack: Floats
    lost: Floats
    follows: Truths
    leads: Truths

    @classmethod
    def of(cls, published: Published, rows: Ints) -> _Above:
        """Add up what stands above the averages of one sheet and group of columns."""
        printed, average = published.figures.achievement[rows], published.kind[rows] == AVERAGE
        units = print_unit(published.figures.decimals[rows])
        figure, there = published.kind[rows] == FIGURE, ~np.isnan(printed)
        unreadable = published.unreadable.codes[rows] >= 0
        group, lines = np.cumsum(average) - average, int(average.sum())

        def sums(which: Truths, weights: Floats | None = None) -> Floats:
            """Add up rows since the last average, all rows, and averages above."""
            given = np.ones(len(rows)) if weights is None else weights
            own = np.bincount(group[which], given[which], minlength=lines + 1)[:lines]
            means = np.append(0.0, np.where(average & there, given, 0.0)[average])[:-1]
            with np.errstate(over="ignore"):
                return np.stack((own, np.cumsum(own), np.cumsum(means)))

        number = sums(figure & there)
        # One average is no mean of averages, and what has rows of its own is of these.
        number[2, (number[2] < 2) | (number[0] > 0)] = 0
        below = np.bincount(group[figure], minlength=lines + 1)[1:]
        lost = sums(figure & ~there & unreadable)
        lost[2] = 0
        return cls(
            number=number,
            total=sums(figure & there, printed),
            slack=sums(figure & there, units),
            lost=lost,
            follows=np.arange(lines) > 0,
            # Where the first average has no rows above, the averages stand above theirs.
            leads=(below > 0) & (number[0, :1] == 0),
        )


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
        if not found:
            none = np.zeros(0, dtype=np.int64)
            nan = none.astype(np.float64)
            return cls(rows=none, mean=nan, verdict=none, rounding=none, near=none > 0, reason=[])
        joined = {
            name: np.concatenate([getattr(one, name) for one in found])
            for name in ("rows", "mean", "verdict", "rounding", "near")
        }
        return cls(**joined, reason=[text for one in found for text in one.reason])

    @classmethod
    def _of_part(cls, published: Published, rows: Ints) -> Averages:
        """Judge the averages of one sheet and group of columns."""
        above = _Above.of(published, rows)
        at = rows[published.kind[rows] == AVERAGE]
        printed, decimals = published.figures.achievement[at], published.figures.decimals[at]
        mean, slack = np.full((2, *above.number.shape), np.nan)
        np.divide(above.total, above.number, out=mean, where=above.number > 0)
        np.divide(above.slack, above.number, out=slack, where=above.number > 0)
        matches = matching(mean, printed, decimals)
        matched = matches.any(axis=(0, 1))
        away = np.nan_to_num(np.abs(mean - printed), nan=np.inf)
        source = np.where(matched, matches.any(axis=0).argmax(axis=0), away.argmin(axis=0))
        line = np.arange(len(at))
        usable = np.isfinite(away.min(axis=0)) & ~(above.leads & ~matched)
        verdict = np.select([matched, usable], [REPRODUCED, INCONSISTENT], UNREADABLE)
        low, high = print_range(printed, decimals)
        # A row above without a readable percentage could be anything.
        near = (mean - slack <= high) & (mean + slack >= low) & (above.lost == 0)
        shown = np.where(usable, mean[source, line], np.nan)
        return cls(
            rows=at,
            mean=printable(shown, decimals, Rounding.HALF_UP),
            verdict=verdict,
            rounding=np.where(matched, matches[:, source, line].argmax(axis=0), -1),
            near=near.any(axis=0),
            reason=_reasons(verdict, source, above),
        )


def _reasons(verdict: Ints, source: Ints, above: _Above) -> list[str | None]:
    """Say which mean an average is, where there are several, or why it cannot be checked."""
    words = [None, *(f"the mean of {name}" for name in _SOURCES)]
    words += [*map(_NEAREST.format, _SOURCES), _NOTHING_ABOVE, _ABOVE_ITS_ROWS]
    told = np.where(above.follows, 1 + source + len(_SOURCES) * (verdict == INCONSISTENT), 0)
    alone = len(words) - 2 + above.leads
    codes = np.where(verdict == UNREADABLE, alone, told).tolist()
    lost = (verdict == INCONSISTENT) & (above.lost.max(axis=0) > 0)
    return [
        "; ".join(filter(None, (words[code], _WITHOUT if gone else None))) or None
        for code, gone in zip(codes, lost.tolist(), strict=True)
    ]
