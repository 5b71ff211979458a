"""Published achievements recomputed: which formula gives each, and which none does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen

from kencana_targets.auditing.published import (
    AVERAGE,
    FIGURE,
    Published,
    first_rows,
    read_published,
    under,
)
from kencana_targets.catalog import load_rule
from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical, Column, Tristate, concat, told
from kencana_targets.core.display import show
from kencana_targets.core.errors import Problem, refuse
from kencana_targets.core.rounding import snap
from kencana_targets.core.terms import Formula, Rounding, Verdict, as_term
from kencana_targets.core.typing import Floats, Ints, Language, NDArray, Truths
from kencana_targets.formulas import reproduction
from kencana_targets.formulas.achievement import UNDEFINED
from kencana_targets.formulas.reproduction import (
    CANDIDATES,
    DIRECTIONS,
    ROUNDINGS,
    UNKNOWN,
    Reproduction,
)
from kencana_targets.model.plan import Plan, refuse_plan
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.raw_columns import in_order
from kencana_targets.tables.results import ResultTable

_WRONG_WAY = "'{}' gives the printed figure, but does not fit a {} indicator"
_NO_VALUES_BELOW = "cut at 0: the index of a stabilize indicator has no values below"
_HUNDREDTH = "the printed figure is a hundredth of what a formula gives"
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
_FORMULAS = (*(str(formula) for formula in Formula), "average")
_FORMULA_OF = np.array([_FORMULAS.index(formula) for formula, _ in CANDIDATES])
_RATIO, _REFLECTED = _FORMULAS.index(Formula.RATIO), _FORMULAS.index(Formula.REFLECTED)


@frozen(eq=False, repr=False, kw_only=True)
class AgencySummary(ResultTable):
    """For each agency: how many rows are right, and which formulas they follow.

    Columns ``agency rows reproduced inconsistent unreadable
    explained_by_rounding maximize minimize stabilize rounding mixed warning``;
    ``maximize``, ``minimize`` and ``stabilize`` name the formula that most
    reproduced rows of that direction follow.
    """


@frozen(eq=False, repr=False, kw_only=True)
class AuditReport(ResultTable):
    """What printed inputs make of printed achievements, a row each. Made by `audit`.

    Parameters
    ----------
    values : mapping of str to Column
        ``row sheet column kind agency region year indicator direction target target_lower
        target_upper actual achievement decimals verdict formula rounding recomputed
        difference explained_by_rounding reproduced_by ratio reflected inverse range
        stabilize band band_of_printed band_of_recomputed band_verdict reason``.
    source : str
        The file.
    left_out : tuple of int
        Rows of the file without any figure, such as headings.
    notes : tuple of Problem
        Sheets, columns and rows that could not be audited in full.

    Notes
    -----
    ``sheet``, ``row`` and ``column`` (the heading over the achievement) say where a
    printed figure stands. ``year`` is that of its row or of its headings.
    ``formula`` and ``rounding`` are the ones that give the printed figure; where
    none does, ``formula`` is the nearest and ``rounding`` is missing.
    ``recomputed`` is what that formula prints, ``difference`` the printed figure
    minus it. ``reproduced_by`` lists all formulas and roundings that give the printed
    figure. ``explained_by_rounding`` says of an inconsistent row whether some
    target and actual that print as these do give the printed figure.
    ``kind`` is ``figure``, ``average``, or ``summary``: a total, which is of no average.
    ``reason`` says what is wrong with a row, of an average which mean it is where several
    could be meant, and where a figure was cut to a floor or cap.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> import polars as pl
    >>> figures = {"Target": [18.9, 60], "Realisasi": [19.8, 57], "Capaian": [95.24, 95.0]}
    >>> report = kt.audit(pl.DataFrame({"Indikator": ["Stunting", "mCPR"], **figures}))
    >>> [row["verdict"] for row in report]
    ['reproduced', 'reproduced']
    """

    source: str
    left_out: tuple[int, ...]
    notes: tuple[Problem, ...] = ()
    _agencies: AgencySummary = field(alias="agencies")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What could not be audited, and which agencies mix formulas.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> figures = {"Target": [18.9, 60], "Realisasi": [19.8, 57], "Capaian": [95.24, 95.0]}
        >>> report = kt.audit(pl.DataFrame({"Indikator": ["Angka", "mCPR"], **figures}))
        >>> len(report.warnings)
        1
        """
        said = (row["warning"] for row in self._agencies)
        return (*self.notes, *(Problem(word) for word in said if word))

    def findings(self) -> ResultTable:
        """Return the rows that need a look: a figure or a word that does not follow.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> figures = {"Target": [18.9, 60], "Realisasi": [19.8, 57], "Capaian": [95.24, 95.0]}
        >>> report = kt.audit(pl.DataFrame({"Indikator": ["Stunting", "mCPR"], **figures}))
        >>> len(report.findings())
        0
        """
        need = Verdict.INCONSISTENT, Verdict.UNREADABLE
        wrong = self._has("verdict", need) | self._has("band_verdict", need)
        return self.take(np.flatnonzero(wrong))

    def _has(self, name: str, words: Sequence[str]) -> Truths:
        """Return which rows have one of some words in a column."""
        found = self.values[name]
        assert isinstance(found, Categorical)
        return found.positions(words) >= 0

    def by_agency(self) -> AgencySummary:
        """Return for each agency the formulas that its rows follow, and how many do not.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> figures = {"Target": [18.9, 60], "Realisasi": [19.8, 57], "Capaian": [95.24, 95.0]}
        >>> report = kt.audit(pl.DataFrame({"Indikator": ["Stunting", "mCPR"], **figures}))
        >>> len(report.by_agency())
        1
        """
        return self._agencies

    def count(self, verdict: str) -> int:
        """Return how many rows have a verdict.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> figures = {"Target": [18.9, 60], "Realisasi": [19.8, 57], "Capaian": [95.24, 95.0]}
        >>> report = kt.audit(pl.DataFrame({"Indikator": ["Stunting", "mCPR"], **figures}))
        >>> report.count("reproduced")
        2
        """
        return int(self._has("verdict", [as_term(Verdict, verdict, "verdict")]).sum())

    def to_text(self, *, language: Language | None = None) -> str:
        """Return the findings as text: the rows that need a look, then the agencies.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> figures = {"Target": [18.9, 60], "Realisasi": [19.8, 57], "Capaian": [95.24, 95.0]}
        >>> report = kt.audit(pl.DataFrame({"Indikator": ["Stunting", "mCPR"], **figures}))
        >>> print(report.to_text().splitlines()[0])
        table: 2 rows (2 reproduced, 0 inconsistent, 0 unreadable)
        """
        return str(show(self, "table", self._shown_in(language, "en")).text())

    def __repr__(self) -> str:
        counts = ", ".join(f"{self.count(verdict)} {verdict}" for verdict in Verdict)
        return f"<AuditReport {self.source}: {counts}>"


def audit(
    table: Any,
    *,
    decimal: str | None = None,
    rule: ScoringRule | str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    plan: Plan | None = None,
    rows: Mapping[str, Any] | None = None,
) -> AuditReport:
    """Recompute published achievements, and say which do not follow from their inputs.

    Parameters
    ----------
    table : path or data frame
        Columns ``target actual achievement``, or as reports name them (*target*,
        *realisasi*, *capaian*), as printed; optionally ``agency region indicator
        year direction band decimals``. The decimals in print are those of the text
        (``105,73%`` has two), or told by ``decimals``. Several years or groups beside
        each other, such as performance and budget, are audited each, and so are tables
        below each other with a header each. A blank agency is that of the row above;
        without such a column, lines that name an agency alone name it.
    decimal : {",", "."}, optional
        The decimal mark. By default each column settles its own; rows that it
        cannot settle are ``unreadable``.
    rule : ScoringRule or str, optional
        The rule by which printed words are checked, and to whose floor and cap a
        printed figure may be cut; `reason` then says so.
    sheet : str or sequence of str, optional
        The sheets to audit; by default all visible ones that hold such a table.
    columns : mapping, optional
        Headings that are not understood by themselves, or by several, such as
        ``{"actual": "Realisasi 2020", "ignored": "%"}``.
    plan : Plan, optional
        Its indicators say whether more or less is better, where the table does not; by
        default those of the shipped plans do. Rows of which nobody says it are named in
        `warnings`: a figure that is upside down passes there.
    rows : mapping, optional
        The rows to audit, by the cells of a column: ``{"Triwulan": "IV"}``.

    Returns
    -------
    AuditReport
        One row for each printed achievement: sheet by sheet, table by table, group of
        columns by group, in the order of the table. Lines such as *rata-rata capaian
        kinerja* are checked as the mean of the rows since the last one, of all rows
        above, or of the averages right above.

    Raises
    ------
    TableError
        The table has no such columns, several could be meant, or a year is none.

    Examples
    --------
    >>> report = audit({"target": ["2,21", "24,51"], "actual": ["2,30", "25,1"],
    ...                 "achievement": ["97,39", "97,65"], "direction": ["minimize"] * 2})
    >>> [(row["verdict"], row["formula"], row["recomputed"]) for row in report.to_dicts()]
    [('inconsistent', 'inverse', 96.09), ('reproduced', 'inverse', 97.65)]
    """
    if plan is not None and not isinstance(plan, Plan):
        refuse_plan(plan)
    chosen = load_rule(rule) if isinstance(rule, str) else rule
    if chosen is not None and not isinstance(chosen, ScoringRule):
        refuse("rule", rule, "a ScoringRule or the code of one")
    published = read_published(
        table, decimal=decimal, sheet=sheet, columns=columns, plan=plan, rows=rows
    )
    cuts = {} if chosen is None else {"floor": chosen.floor, "cap": chosen.cap}
    found = reproduction.reproduce(published.figures, **cuts)
    judged = Judgement.of(published, found)
    figures, words = published.figures, published.words
    values: dict[str, Column] = {"row": published.number, "sheet": published.sheet}
    values["column"] = published.column
    values["kind"] = _coded(("figure", "average", "summary"), published.kind)
    values |= {"agency": words["agency"], "region": words["region"], "year": published.year}
    values["indicator"] = words["indicator"]
    values["direction"] = _coded(DIRECTIONS, figures.direction)
    values |= {"target": figures.target, "target_lower": figures.lower}
    values |= {"target_upper": figures.upper, "actual": figures.actual}
    values |= {"achievement": figures.achievement, "decimals": figures.decimals}
    values |= judged.columns() | by_formula(published, found)
    values |= _bands(published, judged.recomputed, chosen)
    values["reason"] = _reasons(published, found, judged, chosen)
    return AuditReport(
        values=values,
        agencies=summarize_agencies(published, judged),
        source=published.name,
        left_out=published.left_out,
        notes=published.notes,
    )


def _bands(published: Published, recomputed: Floats, rule: ScoringRule | None) -> dict[str, Column]:
    """Compare printed words with those of a rule."""
    printed = published.words["band"]
    if rule is None:
        none = Categorical.constant(None, len(recomputed))
        lacking = ("band_of_printed", "band_of_recomputed", "band_verdict")
        return {"band": printed, **dict.fromkeys(lacking, none)}
    words = [band.label for band in rule.bands]
    both = ((at, word) for at, one in enumerate(rule.bands) for word in (one.label, one.label_en))
    spellings = {_folded(word): at for at, word in both if word}
    folded = Categorical(printed.codes, tuple(map(_folded, printed.categories)))
    said = folded.positions(spellings)
    right = rule.positions(rule.prepare(published.figures.achievement))
    verdict = np.select(
        [printed.codes < 0, (said < 0) | np.isnan(published.figures.achievement), said == right],
        [UNKNOWN, UNREADABLE, REPRODUCED],
        INCONSISTENT,
    )
    return {
        "band": printed,
        "band_of_printed": _coded(words, right),
        "band_of_recomputed": _coded(words, rule.positions(rule.prepare(recomputed))),
        "band_verdict": _coded(Verdict, verdict),
    }


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _reasons(
    published: Published, found: Reproduction, judged: Judgement, rule: ScoringRule | None
) -> Categorical:
    """Say what is wrong with each row, as far as it can be told, and what was cut."""
    rows = np.arange(len(judged.verdict))
    inconsistent = judged.verdict == INCONSISTENT
    floor, cap = (None, None) if rule is None else (rule.floor, rule.cap)
    said = _NO_VALUES_BELOW if floor is None else f"cut at the floor of the rule, {floor:g}"
    printed = published.figures.achievement
    parts = [(judged.uncut < printed, said)]
    if cap is not None:
        parts.append((judged.uncut > printed, f"cut at the cap of the rule, {cap:g}"))
    given = inconsistent & found.matches.any(axis=1) & ~found.fits
    parts += [
        (given[at] & (published.figures.direction == place), _WRONG_WAY.format(formula, way))
        for place, way in enumerate(DIRECTIONS)
        for at, (formula, _) in enumerate(CANDIDATES[:3])
    ]
    parts.append((inconsistent & found.without_hundred, _HUNDREDTH))
    nothing = np.isnan(judged.recomputed)
    first = found.fits.argmax(axis=0)
    why = found.why[first, rows]
    parts += [(nothing & (why == one), labels.label("reason", one.key)) for one in UNDEFINED]
    means, averages = np.full(len(rows), UNKNOWN), judged.averages
    means[averages.rows] = np.arange(len(averages.rows))
    # What comes first is said.
    flags, wrong = zip(*parts, strict=True)
    texts = (published.unreadable, averages.reason.take(means), told(flags, wrong))
    first = np.select([text.codes >= 0 for text in texts], [0, 1, 2])
    return concat(texts).take(rows + first * len(rows))


def _coded(words: Iterable[object], codes: NDArray[Any]) -> Categorical:
    """Return words at their codes, none where a code is negative."""
    return Categorical(codes.astype(np.int32), tuple(map(str, words)))


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
        # A row above without a readable percentage could be anything.
        near = reproduction.reaches(mean - slack, mean + slack, printed, decimals) & (lost == 0)
        shown = np.where(usable, mean[source, line], np.nan)
        return cls(
            rows=at,
            mean=reproduction.printable(shown, decimals, Rounding.HALF_UP),
            verdict=verdict,
            rounding=np.where(matched, matches[:, source, line].argmax(axis=0), UNKNOWN),
            near=near.any(axis=0),
            reason=_which_mean(verdict, source, np.asarray((lost > 0).any(axis=0)), leads),
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


def _which_mean(verdict: Ints, source: Ints, lost: Truths, leads: Truths) -> Categorical:
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
    def of(cls, published: Published, found: Reproduction) -> Judgement:
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
        formula = np.where((formula == _RATIO) & np.signbit(figures.target), _REFLECTED, formula)
        verdict = np.where(matched, REPRODUCED, np.where(readable, INCONSISTENT, UNREADABLE))
        near = found.near.copy()
        averages = Averages.of(published)
        at = averages.rows
        verdict[at], shown[at], near[at] = averages.verdict, averages.mean, averages.near
        rounding[at] = averages.rounding
        formula[at] = np.where(averages.verdict == UNREADABLE, UNKNOWN, _FORMULAS.index("average"))
        recomputed = np.where(verdict == REPRODUCED, figures.achievement, shown)
        return cls(
            matches=matches,
            way=way,
            verdict=verdict.astype(np.int8),
            formula=formula,
            rounding=rounding,
            recomputed=recomputed,
            difference=snap(figures.achievement - recomputed),
            explained=np.where(verdict == INCONSISTENT, near, UNKNOWN).astype(np.int8),
            averages=averages,
            uncut=np.where(cut, value, np.nan),
        )

    def columns(self) -> dict[str, Column]:
        """Return the columns of the verdict."""
        names = [f"{formula} {rounding}" for formula, _ in CANDIDATES for rounding in ROUNDINGS]
        return {
            "verdict": _coded(Verdict, self.verdict),
            "formula": _coded(_FORMULAS, self.formula),
            "rounding": _coded(ROUNDINGS, self.rounding),
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


def _nearest(found: Reproduction, achievement: Floats, readable: Truths) -> Ints:
    """Return the fitting candidate nearest to each printed figure, -1 for none."""
    with np.errstate(invalid="ignore"):
        distance = np.abs(found.values - achievement)
    distance = np.where(found.fits & ~np.isnan(distance), distance, np.inf)
    return np.where(readable & np.isfinite(distance.min(axis=0)), distance.argmin(axis=0), UNKNOWN)


def by_formula(published: Published, found: Reproduction) -> dict[str, Column]:
    """Return what each formula makes of each row, also of those it does not fit."""
    figures, values = published.figures, found.values
    ratio, reflected, inverse, high, low, stable = values
    negative = np.signbit(figures.target)
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
    values |= {str(one): _coded(candidates, formulas[:, at]) for at, one in enumerate(DIRECTIONS)}
    roundings = np.stack([*map(count, np.asarray(judged.matches.any(axis=0)))])
    usual = np.where(roundings.any(axis=0), roundings.argmax(axis=0), UNKNOWN)
    values["rounding"] = _coded(ROUNDINGS, usual)
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
    differing = [place for place in places if np.ptp(place.codes)]
    where = (", ".join(f"'{place[row]}'" for place in differing) for row in rows.tolist())
    numbers = published.number[rows].tolist()
    return first_rows(
        [f"{number} ({one})" if one else number for number, one in zip(numbers, where, strict=True)]
    )
