"""Scoring rules: what a regulation makes of a percentage, as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.core import checks, terms
from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import FormulaError, Problem, refuse
from kencana_targets.core.rounding import round_printed, snap
from kencana_targets.core.terms import Direction, DirectionLike, Formula, FormulaLike, Rounding
from kencana_targets.core.typing import ArrayLike, Floats, NDArray
from kencana_targets.formulas.achievement import NAMEABLE, band_positions


def _order(lower: float | None, upper: float | None) -> None:
    if lower is not None and upper is not None and lower > upper:
        refuse("lower", lower, f"at most upper ({upper})")


@frozen(kw_only=True)
class Band:
    """A word for a range of percentages (*predikat*, *kriteria*, *kategori*).

    Parameters
    ----------
    label : str
        The word as the source prints it.
    label_en : str, optional
        The word in English.
    lower, upper : float, optional
        Edges; None where the band is open. [percent]
    lower_inclusive, upper_inclusive : bool, optional
        Whether an edge belongs to the band.
    colour : str, optional
        Colour as ``#rrggbb``.

    Examples
    --------
    >>> from kencana_targets import Band
    >>> Band(label="Tinggi", label_en="High", lower=75, upper=90).label
    'Tinggi'
    """

    label: str = field(validator=checks.word)
    label_en: str = field(default="", validator=checks.text)
    lower: float | None = field(default=None, validator=checks.optional_number)
    upper: float | None = field(default=None, validator=checks.optional_number)
    lower_inclusive: bool = field(default=True, validator=checks.yes_or_no)
    upper_inclusive: bool = field(default=False, validator=checks.yes_or_no)
    colour: str = field(default="", validator=checks.text)

    def __attrs_post_init__(self) -> None:
        _order(self.lower, self.upper)

    def __str__(self) -> str:
        low = "" if self.lower is None else f"{'>=' if self.lower_inclusive else '>'}{self.lower:g}"
        high = (
            "" if self.upper is None else f"{'<=' if self.upper_inclusive else '<'}{self.upper:g}"
        )
        return f"{self.label} ({', '.join(edge for edge in (low, high) if edge) or 'all'})"


@frozen(kw_only=True)
class ScoreSegment:
    """A straight line from percentages to scores.

    Parameters
    ----------
    lower, upper : float, optional
        Percentages between which the line runs; without `upper` the score is
        `score_lower` for all percentages above `lower`.
    score_lower, score_upper : float
        Scores at the two ends.
    lower_inclusive : bool, optional
        Whether `lower` itself belongs to the segment.
    """

    lower: float = field(validator=checks.number)
    upper: float | None = field(default=None, validator=checks.optional_number)
    score_lower: float = field(validator=checks.number)
    score_upper: float | None = field(default=None, validator=checks.optional_number)
    lower_inclusive: bool = field(default=True, validator=checks.yes_or_no)

    def __attrs_post_init__(self) -> None:
        _order(self.lower, self.upper)


def _sources(value: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(checks.items("sources", value, str))


def _bands(values: Iterable[Band]) -> tuple[Band, ...]:
    return tuple(checks.items("bands", values, Band))


def _segments(values: Iterable[ScoreSegment]) -> tuple[ScoreSegment, ...]:
    return tuple(checks.items("segments", values, ScoreSegment))


def _formulas(
    value: Mapping[DirectionLike, FormulaLike] | Iterable[tuple[DirectionLike, FormulaLike]],
) -> tuple[tuple[Direction, Formula], ...]:
    pairs = []
    try:
        named: dict[Any, Any] = dict(value)
    except (TypeError, ValueError, RuntimeError):
        refuse("formulas", value, "a formula for each direction, such as {'maximize': 'ratio'}")
    for word, formula_word in named.items():
        direction = terms.as_direction(word)
        formula = terms.as_term(Formula, formula_word, f"formulas.{direction}")
        if formula not in NAMEABLE[direction]:
            refuse(f"formulas.{direction}", formula, ", ".join(NAMEABLE[direction]))
        pairs.append((direction, formula))
    return tuple(sorted(pairs))


def _edges(bands: Sequence[Band]) -> tuple[list[Any], ...]:
    """Return the lower and upper edges of bands, and which of them belong to their band."""
    lower = [-np.inf if band.lower is None else band.lower for band in bands]
    upper = [np.inf if band.upper is None else band.upper for band in bands]
    return lower, upper, [x.lower_inclusive for x in bands], [x.upper_inclusive for x in bands]


@frozen(kw_only=True, repr=False)
class ScoringRule(Displayed):
    """How percentages become scores and words, by one regulation or one office.

    Parameters
    ----------
    code, name : str
        Short and full name.
    name_id : str, optional
        Full name in Indonesian.
    formulas : mapping of Direction to Formula
        The achievement formula of each direction. Where a source names none
        for ``minimize``, there is none, and evaluating such an indicator is
        refused.
    floor, cap : float, optional
        Percentages are cut to these. [percent]
    rounding : Rounding, optional
        How a percentage is rounded before it is scored and banded.
    decimals : int, optional
        Decimals in print, and of the rounding.
    bands : sequence of Band, optional
        Words; a percentage in none of them gets no word.
    segments : sequence of ScoreSegment, optional
        Lines from percentage to score; without any, the score is the percentage.
    average : {"score", "achievement"}, optional
        What the average over indicators is taken of.
    edges : str
        The edge rule in words, and what the source leaves open.
    certainty : str
        How certain the rule is, and about what.
    sources : sequence of str
        Where it is written.
    colours : str, optional
        Where the colours come from.
    edges_id, certainty_id, colours_id : str, optional
        The same in Indonesian.

    Examples
    --------
    >>> rule = ScoringRule(code="own", name="Own", formulas={"maximize": "ratio"},
    ...     bands=[Band(label="Tercapai", lower=100), Band(label="Belum", upper=100)],
    ...     edges="100 itself is reached", certainty="own", sources=["Perbup 1/2026"])
    >>> rule.band(100), rule.band([99.9, float("nan")]).tolist()
    ('Tercapai', ['Belum', None])
    """

    code: str = field(validator=checks.word)
    name: str = field(validator=checks.word)
    name_id: str = field(default="", validator=checks.text)
    formulas: tuple[tuple[Direction, Formula], ...] = field(converter=_formulas)
    floor: float | None = field(default=None, validator=checks.optional_number)
    cap: float | None = field(default=None, validator=checks.optional_number)
    rounding: Rounding = field(default=Rounding.NONE, converter=terms.as_rounding)
    decimals: int = field(default=2, validator=checks.decimals)
    bands: tuple[Band, ...] = field(default=(), converter=_bands)
    segments: tuple[ScoreSegment, ...] = field(default=(), converter=_segments)
    average: str = field(default="score")
    edges: str = field(default="", validator=checks.text)
    edges_id: str = field(default="", validator=checks.text)
    certainty: str = field(validator=checks.word)
    certainty_id: str = field(default="", validator=checks.text)
    sources: tuple[str, ...] = field(converter=_sources)
    colours: str = field(default="", validator=checks.text)
    colours_id: str = field(default="", validator=checks.text)

    def __attrs_post_init__(self) -> None:
        _order(self.floor, self.cap)
        checks.as_choice("average", self.average, "score", "achievement")
        if not self.sources:
            refuse("sources", self.sources, "at least one source")
        labels = [band.label for band in self.bands]
        if len(set(labels)) < len(labels):
            refuse("bands", labels, "labels that differ")
        self._refuse_overlap()

    def __repr__(self) -> str:
        return f"<ScoringRule {self.code}: {len(self.bands)} bands>"

    def _refuse_overlap(self) -> None:
        """Refuse bands of which two claim the same percentage."""
        ends = [end for band in self.bands for end in (band.lower, band.upper) if end is not None]
        edges = sorted({*ends} or {0})
        between = ((a + b) / 2 for a, b in pairwise(edges))
        for value in (edges[0] - 1, *edges, edges[-1] + 1, *between):
            at, bands = np.array([value]), self.bands
            claimed = [str(band) for band in bands if not band_positions(at, *_edges([band])).any()]
            if len(claimed) > 1:
                refuse("bands", claimed, f"one band for {value:g} percent")

    def formula(self, direction: Direction) -> Formula:
        """Return the formula of a direction.

        Raises
        ------
        FormulaError
            The rule names none.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> rule = kt.load_rule("permendagri-86-2017")
        >>> kt.load_rule("pmk-107-2024").formula(kt.Direction.MAXIMIZE)
        <Formula.RATIO: 'ratio'>
        """
        for known, formula in self.formulas:
            if known is direction:
                return formula
        what = f"the rule '{self.code}' names no formula for a {direction} indicator"
        hint = (
            "its source states none, and offices differ: choose one with "
            f"rule.with_formulas({direction}=...), or --{direction} on the command line"
        )
        raise FormulaError(Problem(what, allowed=", ".join(NAMEABLE[direction]), hint=hint))

    def with_formulas(
        self,
        *,
        maximize: FormulaLike | None = None,
        minimize: FormulaLike | None = None,
        stabilize: FormulaLike | None = None,
    ) -> ScoringRule:
        """Return the rule with formulas of your choice, which its certainty then says.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> rule = kt.load_rule("pmk-107-2024").with_formulas(minimize="inverse")
        >>> rule.formula(kt.Direction.MINIMIZE)
        <Formula.INVERSE: 'inverse'>
        """
        chosen = zip(Direction, (maximize, minimize, stabilize), strict=True)
        named = {way: terms.as_term(Formula, x, str(way)) for way, x in chosen if x is not None}
        note = ", ".join(f"{direction} {formula}" for direction, formula in named.items())
        own = self.certainty_id
        return evolve(
            self,
            formulas=tuple((dict(self.formulas) | named).items()),
            certainty=f"{self.certainty}; formula chosen by the user: {note}",
            certainty_id=f"{own}; rumus dipilih pengguna: {note}" if own else "",
        )

    def prepare(self, achievement: Floats) -> Floats:
        """Return percentages as the rule prints them: cut, then rounded. [percent].

        Examples
        --------
        >>> import kencana_targets as kt
        >>> rule = kt.load_rule("permendagri-86-2017")
        >>> import numpy as np
        >>> kt.load_rule('bkkbn-bengkulu-2021').prepare(np.array([104.7619])).tolist()
        [104.76]
        """
        least = -np.inf if self.floor is None else self.floor
        cut = np.clip(achievement, least, np.inf if self.cap is None else self.cap)
        return round_printed(cut, self.decimals, self.rounding)

    def scores(self, prepared: Floats) -> Floats:
        """Return the scores of prepared percentages; nan between the segments.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> rule = kt.load_rule("permendagri-86-2017")
        >>> import numpy as np
        >>> rule.scores(rule.prepare(np.array([104.7619]))).tolist()
        [104.7619]
        """
        if not self.segments:
            return prepared
        exact = snap(prepared)
        scores = np.full(exact.shape, np.nan)
        for line in self.segments:
            top = np.inf if line.upper is None else line.upper
            above = exact >= line.lower if line.lower_inclusive else exact > line.lower
            inside = above & (exact <= top)
            if line.score_upper is None or line.upper is None or line.upper == line.lower:
                scores[inside] = line.score_lower
            else:
                slope = (line.score_upper - line.score_lower) / (line.upper - line.lower)
                scores[inside] = line.score_lower + slope * (exact[inside] - line.lower)
        return scores

    def positions(self, prepared: Floats) -> NDArray[np.int8]:
        """Return the position of each prepared percentage's band, -1 for none.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> rule = kt.load_rule("permendagri-86-2017")
        >>> import numpy as np
        >>> rule.positions(rule.prepare(np.array([92.5, 40.0]))).tolist()
        [0, 4]
        """
        return band_positions(prepared, *_edges(self.bands))

    def score(self, achievement: ArrayLike) -> Any:
        """Return the score of a percentage: cut, rounded, and put on the rule's lines.

        Parameters
        ----------
        achievement : float or array_like
            Percent of the target.

        Returns
        -------
        float or ndarray
            Scores; nan for nan, and where the source states no score.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> rule = kt.load_rule("permendagri-86-2017")
        >>> kt.load_rule('bkkbn-bengkulu-2021').score(104.7619)
        104.76
        """
        scores = self.scores(
            self.prepare(checks.as_figures("achievement", achievement, missing=True))
        )
        return scores if scores.ndim else float(scores)

    def band(self, achievement: ArrayLike) -> Any:
        """Return the word for a percentage; None where the source has none.

        Parameters
        ----------
        achievement : float or array_like
            Percent of the target.

        Returns
        -------
        str, None, or ndarray of object
            Labels as the source prints them.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> rule = kt.load_rule("permendagri-86-2017")
        >>> rule.band(92.5), rule.band([40, 70]).tolist()
        ('Sangat Tinggi', ['Sangat Rendah', 'Sedang'])
        """
        positions = self.positions(
            self.prepare(checks.as_figures("achievement", achievement, missing=True))
        )
        return np.array([*(band.label for band in self.bands), None], dtype=object)[positions]
