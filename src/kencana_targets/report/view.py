"""The rows of a scorecard as people see them, in one language: text, ranks, paths."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical
from kencana_targets.core.labels import inert, label
from kencana_targets.core.messages import part_by_part
from kencana_targets.core.terms import Level
from kencana_targets.core.typing import Floats, Ints, Language, NDArray, Truths
from kencana_targets.evaluation.remarks import survey_name
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.evaluation.summary import peers, ranks_within
from kencana_targets.model.collection import Figures, known_by_series
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.lookup import look_up_targets
from kencana_targets.model.plan import Plan
from kencana_targets.model.plan_index import BASES
from kencana_targets.model.regions import Region
from kencana_targets.model.rule import ScoringRule
from kencana_targets.report.bands import NO_BAND, Look, edges_of, looks, sources_of

NOTHING = labels.NOTHING
# Half the width of a 95 percent interval in standard errors.
Z_95 = 1.959963984540054
PERCENT = ("percent", "persen", "%")
_YEAR = re.compile(r"\W*\b(?:19|20)\d\d\b", re.ASCII)


class View:
    """A scorecard as people see it, in one language.

    Parameters
    ----------
    card : Scorecard
        What is shown.
    language : {"en", "id"}
        The language of the text.
    """

    def __init__(self, card: Scorecard, language: Language) -> None:
        labels.check_language(language)
        self.card: Scorecard = card
        self.language: Language = language
        self.plan: Plan = card.plan
        self.rule: ScoringRule = card.rule
        self.rows: Rows = card.rows
        self.region_at: NDArray[np.int32] = card.region_positions
        self.indicator_at: NDArray[np.int32] = card.indicator_positions
        # The series of each row, made once for all that ask for a row's own.
        self.series: Ints = card.rows.series
        self.looks: list[Look] = looks(card.rule, language)
        indicators = card.plan.indicators
        self.indicator_names: list[str] = [inert(one.label(language)) for one in indicators]
        self.units: list[str] = [inert(unit(one, language)) for one in indicators]
        # The decimals of each row's indicator.
        self.places: Ints = np.array([int(one.decimals) for one in indicators])[self.indicator_at]

    @cached_property
    def actual(self) -> list[str]:
        """The actuals as text."""
        return labels.figures(self.rows.actual, self.compared_places[0], self.language)

    @cached_property
    def compared_places(self) -> tuple[Ints, Ints]:
        """Decimals of actuals and targets: as many as tell them apart where fewer would not."""
        actual, target = self.rows.actual, self.rows.target
        places = [labels.stated_places(values, self.places) for values in (actual, target)]
        fewest = np.minimum(*places)
        alike = labels.telling_places(actual, target, fewest) > fewest
        told = labels.telling_places(actual, target, np.maximum(*places))
        first, second = (np.where(alike, told, one) for one in places)
        return first, second

    @cached_property
    def baseline(self) -> list[str]:
        """The baselines as text."""
        return self.write(self.rows.baseline)

    @cached_property
    def target(self) -> list[str]:
        """The targets as text; ranges and one-sided targets as such."""
        texts = labels.figures(self.rows.target, self.compared_places[1], self.language)
        low, high = self.rows.lower, self.rows.upper
        ranged = np.flatnonzero(~(np.isnan(low) & np.isnan(high)))
        if len(ranged):
            lows, highs = self.write(low), self.write(high)
            for row in ranged.tolist():
                texts[row] = labels.target_range(lows[row], highs[row], int(self.rows.ends[row]))
        return texts

    @cached_property
    def met(self) -> list[str]:
        """Whether each target was met, in words; a dash where it is not known."""
        words = (self.word("no"), self.word("yes"), NOTHING)
        return [words[state] for state in self.rows.met.tolist()]

    @cached_property
    def achievement(self) -> list[str]:
        """The percentages as text."""
        return self.percent(self.rows.achievement)

    @cached_property
    def score(self) -> list[str]:
        """The scores as text."""
        return self.percent(self.rows.score)

    @cached_property
    def reasons(self) -> list[str | None]:
        """Why rows have no score or no word."""
        return self.card.reasons(self.language).to_list()

    @cached_property
    def remarks(self) -> list[str | None]:
        """What is implausible about each row."""
        return self.card.remarks(self.language).to_list()

    @cached_property
    def years(self) -> list[str]:
        """The year of each row as text."""
        known = {year: f"{year:g}" for year in self.card.years}
        return [known[year] for year in self.rows.year.tolist()]

    def write(self, values: Floats) -> list[str]:
        """Write one figure a row with the decimals of its indicator."""
        return labels.figures(values, labels.stated_places(values, self.places), self.language)

    def percent_places(self, values: Floats) -> Ints:
        """Return the decimals of percentages: the rule's, more where an edge lies close."""
        return labels.percent_places(values, edges_of(self.rule), self.rule.decimals)

    def percent(self, values: Floats) -> list[str]:
        """Write percentages with their decimals."""
        return labels.figures(values, self.percent_places(values), self.language)

    def points(self, value: float, row: int) -> str:
        """Write a difference, percentages by points, with decimals that tell it from none."""
        indicator = self.indicator(row)
        places = labels.apart(value, 0.0, int(indicator.decimals))
        text = labels.number(value, places, self.language)
        if indicator.unit.lower().startswith(PERCENT):
            return label("report", "points", self.language, value=text)
        return f"{text} {self.unit(row)}"

    def region(self, row: int) -> Region:
        """Return the region of a row."""
        return self.plan.regions[self.plan.regions.codes[int(self.region_at[row])]]

    def indicator(self, row: int) -> Indicator:
        """Return the indicator of a row."""
        return self.plan.indicators[int(self.indicator_at[row])]

    def region_name(self, row: int) -> str:
        """Return the name of the region of a row, for print."""
        return inert(self.region(row).name)

    def indicator_name(self, row: int) -> str:
        """Return the name of the indicator of a row, for print."""
        return self.indicator_names[int(self.indicator_at[row])]

    def unit(self, row: int) -> str:
        """Return the unit of a row, for print."""
        return self.units[int(self.indicator_at[row])]

    def look(self, row: int) -> Look:
        """Return how the band of a row is shown."""
        band = int(self.rows.band[row])
        return NO_BAND if band < 0 else self.looks[band]

    def word(self, key: str) -> str:
        """Return a word of the library in the language."""
        return labels.label("word", key, self.language)

    @cached_property
    def peers(self) -> Ints:
        """The level of each row's region; regency and city are one."""
        return peers(self.rows)

    @cached_property
    def ranks(self) -> Floats:
        """The rank of each row among regions of its level, by the percentage as printed."""
        group = self.rows.year * len(self.plan.indicators) + self.indicator_at
        # A region without peers has nobody to be ranked among.
        return ranks_within(self.rows.score, group * len(Level) + self.peers, self.rule, least=2)

    @cached_property
    def source_columns(self) -> dict[str, Categorical]:
        """The sources of targets, actuals and baselines, one for each row."""
        columns = self.card.columns()
        found: Any = {name: columns[name] for name in ("target_source", "actual_source")}
        found["baseline"] = self.plan.baselines.source.take(self.rows.baseline_row)
        for name, text in found.items():
            words = tuple(part_by_part(word, self.language) for word in text.categories)
            found[name] = Categorical(text.codes, words)
        return found  # type: ignore[no-any-return]

    @cached_property
    def sources(self) -> tuple[list[str], list[Ints]]:
        """Return all sources, each once, and which each row has for target, actual, baseline."""
        numbers: dict[str, int] = {}
        for source in sources_of(self.rule, self.language):
            numbers.setdefault(source, len(numbers) + 1)
        found = []
        for text in self.source_columns.values():
            table = np.zeros(len(text.categories) + 1, dtype=np.int64)
            for code in np.unique(text.codes[text.codes >= 0]).tolist():
                table[code] = numbers.setdefault(text.categories[code], len(numbers) + 1)
            found.append(table[text.codes])
        return [inert(source) for source in numbers], found

    def judged_path(self, rows: Ints) -> tuple[Floats, Floats, Truths]:
        """Return years, and for each row the targets it is judged by and which are official.

        Returns
        -------
        years : ndarray, shape (y,)
        values : ndarray, shape (rows, y)
            nan where there is no target.
        official : ndarray of bool, shape (rows, y)
            Whether the target is stated, here or in the region that it is inherited from.
        """
        knots = self.plan.index.paths.years
        whole = np.arange(np.ceil(knots.min()), np.floor(knots.max()) + 1)
        years = np.unique(np.concatenate((knots, whole)))
        found = [
            look_up_targets(self.plan.index, self.series[rows], year, self.card.inherit)
            for year in years.tolist()
        ]
        values = np.column_stack([one.value for one in found])
        stated = [BASES.index(basis) for basis in BASES if basis in ("official", "inherited")]
        official = np.column_stack([np.isin(one.basis, stated) for one in found])
        end = np.column_stack(
            [one.end_year == year for one, year in zip(found, years, strict=True)]
        )
        return years, values, official | (end & ~np.isnan(values))

    @cached_property
    def _actual_order(self) -> tuple[Ints, Ints]:
        """Rows of the actuals by pair and year, and their pairs in that order."""
        return known_by_series(self.plan.index.known, self.card.actuals, self.series)

    def actuals_of(self, row: int) -> Ints:
        """Return the rows of all actuals of a row's region and indicator, by year."""
        order, pairs = self._actual_order
        pair = self.series[row]
        return order[np.searchsorted(pairs, pair, "left") : np.searchsorted(pairs, pair, "right")]

    def interval(self, actual_row: int) -> tuple[float, float] | None:
        """Return the 95 percent interval of an actual: as given, else from its error."""
        figures = self.card.actuals
        low, high = (float(figures.number(end)[actual_row]) for end in ("lower", "upper"))
        if not (np.isnan(low) or np.isnan(high)):
            return low, high
        error, value = figures.number("standard_error")[actual_row], figures.value[actual_row]
        if np.isnan(error):
            return None
        return float(value - Z_95 * error), float(value + Z_95 * error)


def unit(indicator: Indicator, language: Language) -> str:
    """Return the unit of an indicator in a language."""
    return labels.unit(indicator.unit, indicator.unit_id, language)


def survey(figures: Figures[Any], row: int) -> str:
    """Return the survey of a figure, else its source, without the year.

    They read "SSGI 2022" and "SSGI 2022; address": two years of one survey are one survey.
    """
    named = figures.text("survey")[row] if "survey" in figures.columns else None
    return _of_source(named or figures.source[row] or "")


@lru_cache
def _of_source(source: str) -> str:
    return inert(_YEAR.sub("", source.split(";", maxsplit=1)[0])).strip()


def runs(view: View, actuals: Ints) -> list[Ints]:
    """Split actuals, by year, where the survey changes.

    A figure that names no survey goes with the one before it.
    """
    if not len(actuals):
        return []
    return np.split(actuals, [number for number, *_ in _changes(view, actuals)])


def breaks(view: View, actuals: Ints) -> list[str]:
    """Say each change of survey once."""
    years = view.card.actuals.year
    found = []
    for number, before, after in _changes(view, actuals):
        told = {"before": before, "after": after, "year": f"{years[actuals[number]]:g}"}
        found.append(label("figure", "break", view.language, **told))
    return found


def _changes(view: View, actuals: Ints) -> list[tuple[int, str, str]]:
    known = [
        (number, name)
        for number, actual in enumerate(actuals.tolist())
        if (name := survey(view.card.actuals, actual))
    ]
    return [
        (number, before, after)
        for (_, before), (number, after) in pairwise(known)
        if survey_name(before) != survey_name(after)
    ]


def same_survey(rows: Rows, row: int) -> bool:
    """Return whether a row's actual and baseline are from one survey, as far as both say."""
    first = survey(rows.actuals, int(rows.actual_row[row]))
    second = survey(rows.plan.baselines, int(rows.baseline_row[row]))
    return not (first and second) or survey_name(first) == survey_name(second)
