"""The verdict on each row of a published table, its averages among them, and on each agency."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from kencana_targets.auditing.published import AVERAGE, FIGURE, Published, first_rows, under
from kencana_targets.core.columns import Categorical, Column, Tristate, told
from kencana_targets.core.rounding import snap
from kencana_targets.core.terms import Formula, Rounding, Verdict
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.formulas import reproduction
from kencana_targets.formulas.reproduction import CANDIDATES, DIRECTIONS, ROUNDINGS, UNKNOWN
from kencana_targets.tables.raw_columns import in_order
from kencana_targets.tables.results import ResultTable

# The positions of the words, as columns keep them.
REPRODUCED, INCONSISTENT, UNREADABLE = range(len(Verdict))
# A range target calls for its own formula: it shows nothing about the others.
_TELLING = np.array([formula is not Formula.RANGE for formula, _ in CANDIDATES])
# What an average may be the mean of; of several that give it, the first is named.
_SOURCES = ("the rows since the last average", "all rows above", "the averages above")
_NEAREST = "no mean gives it; the nearest is that of {}"
_WITHOUT = "rows above it have no readable percentage and are left out of the mean"
_NOTHING_ABOVE = "no figure stands above it to take the mean of"
_ABOVE_ITS_ROWS = "it stands above the rows that it may be the mean of, and cannot be checked"
FORMULAS = (*(str(formula) for formula in Formula), "average")
_FORMULA_OF = np.array([FORMULAS.index(formula) for formula, _ in CANDIDATES])
_RATIO, _REFLECTED = FORMULAS.index(Formula.RATIO), FORMULAS.index(Formula.REFLECTED)


def coded(words: Iterable[object], codes: NDArray[Any]) -> Categorical:
    """Return words at their codes, none where a code is negative."""
    return Categorical(codes.astype(np.int32), tuple(map(str, words)))


@frozen(eq=False, repr=False, kw_only=True)
class AgencySummary(ResultTable):
    """For each agency: how many rows are right, and which formulas they follow.

    Columns ``agency rows reproduced inconsistent unreadable
    explained_by_rounding maximize minimize stabilize rounding mixed warning``;
    ``maximize``, ``minimize`` and ``stabilize`` name the formula that most
    reproduced rows of that direction follow.
    """


def _votes(group: Ints, matches: Truths, way: NDArray[np.int8]) -> Ints:
    """Count for each agency, direction and candidate the rows that it reproduces."""
    votes = np.zeros((group.max() + 1, len(DIRECTIONS), len(CANDIDATES)), dtype=np.int64)
    np.add.at(votes, (group, way), matches.any(axis=1).T)
    return votes


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
    reason: Categorical

    @classmethod
    def of(cls, published: Published) -> Averages:
        """Compare each printed mean with the means of what stands above it."""
        rows = [np.flatnonzero(published.part == one) for one in np.unique(published.part)]
        whole: Averages = under([cls._of_part(published, own) for own in rows])
        return whole

    @classmethod
    def _of_part(cls, published: Published, rows: Ints) -> Averages:
        """Judge the averages of one sheet and group of columns."""
        at = rows[published.kind[rows] == AVERAGE]
        printed, decimals = published.figures.achievement[at], published.figures.decimals[at]
        number, total, slacks, lost, leads = _above(published, rows)
        mean, slack = np.full((2, *number.shape), np.nan)
        np.divide(total, number, out=mean, where=number > 0)
        np.divide(slacks, number, out=slack, where=number > 0)
        matches = reproduction.matching(mean, printed, decimals)
        matched = matches.any(axis=(0, 1))
        away = np.nan_to_num(np.abs(mean - printed), nan=np.inf)
        source = np.where(matched, matches.any(axis=0).argmax(axis=0), away.argmin(axis=0))
        line = np.arange(len(at))
        usable = np.isfinite(away.min(axis=0)) & ~(leads & ~matched)
        verdict = np.select([matched, usable], [REPRODUCED, INCONSISTENT], UNREADABLE)
        low, high = reproduction.print_range(printed, decimals)
        # A row above without a readable percentage could be anything.
        near = (mean - slack <= high) & (mean + slack >= low) & (lost == 0)
        shown = np.where(usable, mean[source, line], np.nan)
        return cls(
            rows=at,
            mean=reproduction.printable(shown, decimals, Rounding.HALF_UP),
            verdict=verdict,
            rounding=np.where(matched, matches[:, source, line].argmax(axis=0), UNKNOWN),
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
    group, lines = np.cumsum(average), int(average.sum())

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
    slack = sums(figure & there, reproduction.print_unit(published.figures.decimals[rows]))
    below = np.bincount(group[figure], minlength=lines + 1)[1:]
    # Where the first average has no rows above, the averages stand above theirs.
    before_first = number[0, :1]
    return number, total, slack, lost, (below > 0) & (before_first == 0)


def _reasons(verdict: Ints, source: Ints, lost: Truths, leads: Truths) -> Categorical:
    """Say which mean an average is, where there are several, or why it cannot be checked."""
    wrong, unreadable = verdict == INCONSISTENT, verdict == UNREADABLE
    follows = (np.arange(len(verdict)) > 0) & ~unreadable
    texts = {
        f"the mean of {name}": follows & ~wrong & (source == at) for at, name in enumerate(_SOURCES)
    }
    texts |= {
        _NEAREST.format(name): follows & wrong & (source == at) for at, name in enumerate(_SOURCES)
    }
    texts |= {_NOTHING_ABOVE: unreadable & ~leads, _ABOVE_ITS_ROWS: unreadable & leads}
    texts[_WITHOUT] = wrong & lost
    return told(texts.values(), texts)


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
    def of(cls, published: Published, found: reproduction.Reproduction) -> Judgement:
        """Choose a formula and rounding for each row, or the nearest formula."""
        figures = published.figures
        readable = (published.unreadable.codes < 0) & (published.kind != AVERAGE)
        matches = found.matches & found.fits[:, np.newaxis] & readable
        # Without a direction, what a ratio gives is to be more.
        guess = np.where(matches[0].any(axis=0), 0, 1)
        way = np.where(figures.direction < 0, guess, figures.direction).astype(np.int8)
        _, group = in_order(published.words["agency"].codes)
        votes = _votes(group, matches, way)[group, way]
        # What most rows of an agency follow is preferred for all of them.
        preferred = (votes == votes.max(axis=1, keepdims=True)).T
        candidate, rounding = _choose(matches, preferred, found.cut)
        matched = candidate >= 0
        cut = matched & found.cut[candidate, np.arange(len(candidate))]
        candidate = np.where(matched, candidate, _nearest(found, figures.achievement, readable))
        value = np.where(candidate < 0, np.nan, found.values[candidate, np.arange(len(candidate))])
        shown = reproduction.printable(value, figures.decimals, Rounding.HALF_UP)
        formula = np.where(candidate < 0, UNKNOWN, _FORMULA_OF[candidate])
        # A negative target turns the ratio into the reflected formula.
        formula = np.where((formula == _RATIO) & (figures.target < 0), _REFLECTED, formula)
        verdict = np.where(matched, REPRODUCED, np.where(readable, INCONSISTENT, UNREADABLE))
        near = found.near.copy()
        averages = Averages.of(published)
        at = averages.rows
        verdict[at], shown[at], near[at] = averages.verdict, averages.mean, averages.near
        rounding[at] = averages.rounding
        formula[at] = np.where(averages.verdict == UNREADABLE, UNKNOWN, FORMULAS.index("average"))
        recomputed = np.where(verdict == REPRODUCED, figures.achievement, shown)
        return cls(
            matches=matches,
            way=way,
            verdict=verdict.astype(np.int8),
            formula=formula,
            rounding=rounding,
            recomputed=recomputed,
            difference=snap(figures.achievement - recomputed) + 0.0,
            explained=np.where(verdict == INCONSISTENT, near, UNKNOWN).astype(np.int8),
            averages=averages,
            uncut=np.where(cut, value, np.nan),
        )

    def columns(self) -> dict[str, Column]:
        """Return the columns of the verdict."""
        names = [f"{formula} {rounding}" for formula, _ in CANDIDATES for rounding in ROUNDINGS]
        return {
            "verdict": coded(Verdict, self.verdict),
            "formula": coded(FORMULAS, self.formula),
            "rounding": coded(ROUNDINGS, self.rounding),
            "recomputed": self.recomputed,
            "difference": self.difference,
            "explained_by_rounding": Tristate(self.explained),
            "reproduced_by": told(self.matches.reshape(len(names), len(self.verdict)), names),
        }


def _choose(matches: Truths, preferred: Truths, cut: Truths) -> tuple[Ints, Ints]:
    """Return the candidate and the rounding of each row, -1 where none matches.

    What matches without a cut goes before what is cut, the first rounding before the
    others, then the formula that most rows of the agency follow, then the order of
    `CANDIDATES`.
    """
    uncut = matches & ~cut[:, np.newaxis]
    matches = np.where(uncut.any(axis=(0, 1)), uncut, matches)
    rounding = matches.any(axis=0).argmax(axis=0)
    fitting = matches[:, rounding, np.arange(len(rounding))]
    usual = fitting & preferred
    candidate = np.where(usual.any(axis=0), usual, fitting).argmax(axis=0)
    none = ~fitting.any(axis=0)
    return np.where(none, UNKNOWN, candidate), np.where(none, UNKNOWN, rounding)


def _nearest(found: reproduction.Reproduction, achievement: Floats, readable: Truths) -> Ints:
    """Return the fitting candidate nearest to each printed figure, -1 for none."""
    with np.errstate(invalid="ignore"):
        distance = np.abs(found.values - achievement)
    distance = np.where(found.fits & ~np.isnan(distance), distance, np.inf)
    nearest = distance.argmin(axis=0)
    return np.where(readable & np.isfinite(distance.min(axis=0)), nearest, UNKNOWN)


def by_formula(published: Published, found: reproduction.Reproduction) -> dict[str, Column]:
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


def summarize_agencies(published: Published, judged: Judgement) -> AgencySummary:
    """Summarise an audit by agency (see `AuditReport.by_agency`)."""
    agency, way = published.words["agency"], judged.way
    first, group = in_order(agency.codes)
    names = agency.take(first).to_list()
    telling: Truths = np.where(_TELLING[:, np.newaxis, np.newaxis], judged.matches, False)
    votes = _votes(group, telling, way)
    best = votes.argmax(axis=2)
    formulas = np.where(votes.max(axis=2) > 0, best, UNKNOWN)
    given: Truths = np.asarray(telling.any(axis=1))
    strays = given.any(axis=0) & ~given[best[group, way], np.arange(len(group))]
    warnings = [
        _warning(name, np.flatnonzero(strays & (group == at)), published, given, way, votes[at])
        for at, name in enumerate(names)
    ]

    def count(rows: Truths) -> Ints:
        return np.bincount(group[rows], minlength=len(names))

    values: dict[str, Column] = {"agency": Categorical.encode(names), "rows": np.bincount(group)}
    values |= {str(one): count(judged.verdict == at) for at, one in enumerate(Verdict)}
    values["explained_by_rounding"] = count(judged.explained == 1)
    candidates = [formula for formula, _ in CANDIDATES]
    values |= {str(one): coded(candidates, formulas[:, at]) for at, one in enumerate(DIRECTIONS)}
    roundings = np.stack([*map(count, np.asarray(judged.matches.any(axis=0)))])
    usual = np.where(roundings.any(axis=0), roundings.argmax(axis=0), UNKNOWN)
    values["rounding"] = coded(ROUNDINGS, usual)
    values["mixed"] = Tristate(np.array([one is not None for one in warnings], np.int8))
    values["warning"] = Categorical.encode(warnings)
    return AgencySummary(values=values)


def _warning(
    agency: str | None, strays: Ints, published: Published, given: Truths, way: NDArray[np.int8],
    votes: Ints,
) -> str | None:  # fmt: skip
    """Say which rows of an agency follow another formula than most."""
    parts = []
    for position in np.unique(way[strays]).tolist():
        rows = strays[way[strays] == position]
        usual = CANDIDATES[int(votes[position].argmax())][0]
        others = " or ".join(
            str(CANDIDATES[at][0]) for at in np.flatnonzero(given[:, rows].any(axis=1))
        )
        parts.append(
            f"of the {DIRECTIONS[position]} rows, {votes[position].max()} follow '{usual}', but "
            f"row {_named(published, rows)} follow{'s' if len(rows) == 1 else ''} '{others}'"
        )
    return f"{agency or 'the table'} mixes formulas: {'; '.join(parts)}" if parts else None


def _named(published: Published, rows: Ints) -> str:
    """Name rows by their number, and by sheet and column where these differ."""
    places = (published.sheet, published.column)
    differing = [place for place in places if (place.codes != place.codes[0]).any()]
    where = (", ".join(f"'{place[row]}'" for place in differing) for row in rows.tolist())
    numbers = published.number[rows].tolist()
    return first_rows(
        [f"{number} ({one})" if one else number for number, one in zip(numbers, where, strict=True)]
    )
