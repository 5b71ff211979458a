"""Published achievements recomputed: which formula gives each, and which none does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen

from kencana_targets.auditing import verdicts
from kencana_targets.auditing.published import Published, read_published
from kencana_targets.auditing.verdicts import AgencySummary, Judgement
from kencana_targets.catalog import load_rule
from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical, Column, concat, told
from kencana_targets.core.display import show
from kencana_targets.core.errors import Problem, refuse
from kencana_targets.core.terms import Verdict, as_term
from kencana_targets.core.typing import Floats, Language, Truths
from kencana_targets.formulas import reproduction
from kencana_targets.formulas.achievement import UNDEFINED
from kencana_targets.formulas.reproduction import CANDIDATES, DIRECTIONS, UNKNOWN, Reproduction
from kencana_targets.model.plan import Plan, refuse_plan
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.results import ResultTable

_WRONG_WAY = "'{}' gives the printed figure, but does not fit a {} indicator"
_NO_VALUES_BELOW = "cut at 0: the index of a stabilize indicator has no values below"
_HUNDREDTH = "the printed figure is a hundredth of what a formula gives"


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
    values["kind"] = verdicts.coded(("figure", "average", "summary"), published.kind)
    values |= {"agency": words["agency"], "region": words["region"], "year": published.year}
    values["indicator"] = words["indicator"]
    values["direction"] = verdicts.coded(DIRECTIONS, figures.direction)
    values |= {"target": figures.target, "target_lower": figures.lower}
    values |= {"target_upper": figures.upper, "actual": figures.actual}
    values |= {"achievement": figures.achievement, "decimals": figures.decimals}
    values |= judged.columns() | verdicts.by_formula(published, found)
    values |= _bands(published, judged.recomputed, chosen)
    values["reason"] = _reasons(published, found, judged, chosen)
    return AuditReport(
        values=values,
        agencies=verdicts.summarize_agencies(published, judged),
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
        [UNKNOWN, verdicts.UNREADABLE, verdicts.REPRODUCED],
        verdicts.INCONSISTENT,
    )
    return {
        "band": printed,
        "band_of_printed": verdicts.coded(words, right),
        "band_of_recomputed": verdicts.coded(words, rule.positions(rule.prepare(recomputed))),
        "band_verdict": verdicts.coded(Verdict, verdict),
    }


def _folded(word: str) -> str:
    return " ".join(word.casefold().split())


def _reasons(
    published: Published, found: Reproduction, judged: Judgement, rule: ScoringRule | None
) -> Categorical:
    """Say what is wrong with each row, as far as it can be told, and what was cut."""
    rows = np.arange(len(judged.verdict))
    inconsistent = judged.verdict == verdicts.INCONSISTENT
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
