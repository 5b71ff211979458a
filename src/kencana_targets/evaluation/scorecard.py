"""A scorecard: one row for each region and indicator, and what people ask of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical, Column, Tristate, equal, take, to_lists
from kencana_targets.core.display import Displayed, show
from kencana_targets.core.errors import Problem, UnknownNameError, refuse, unknown_name
from kencana_targets.core.frames import to_frame
from kencana_targets.core.terms import Formula, Inherit, Level, Status, as_term
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.evaluation.score_rows import Reason, Rows
from kencana_targets.evaluation.summary import (
    IndicatorSummary,
    RegionSummary,
    summarize_indicators,
    summarize_regions,
)
from kencana_targets.model.plan_index import BASES
from kencana_targets.model.target_path import source_text
from kencana_targets.tables import writers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kencana_targets.core.display import Explanation
    from kencana_targets.evaluation.follow_up import AssessmentTable, ChanceTable, ProjectionTable
    from kencana_targets.model.collection import Actuals, Targets
    from kencana_targets.model.plan import Plan
    from kencana_targets.model.rule import ScoringRule


@frozen(eq=False, repr=False, kw_only=True)
class Scorecard(Displayed):
    """One row for each region and indicator, scored for a year.

    Made by `evaluate`. The rows are columns of numbers and codes; text is made
    when it is shown.

    Parameters
    ----------
    plan : Plan
        What was promised.
    rule : ScoringRule
        How achievement became scores and words.
    inherit : Inherit
        What regions without a target of their own were judged by.
    actuals : Actuals
        What was reached.
    rows : Rows
        The computed columns.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> scorecard = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
    ...                         year=2021, rule="bkkbn-bengkulu-2021")
    >>> scorecard.to_dicts()[0]["score"]
    96.09
    """

    plan: Plan
    rule: ScoringRule
    inherit: Inherit
    actuals: Actuals
    rows: Rows = field()

    def __len__(self) -> int:
        return len(self.rows.pair)

    @property
    def years(self) -> tuple[float, ...]:
        """The years evaluated."""
        return tuple(dict.fromkeys(self.rows.year.tolist()))

    @property
    def region_positions(self) -> Ints:
        """Position of each row's region in the plan's regions."""
        return self.rows.pair // max(len(self.plan.indicators), 1)

    @property
    def indicator_positions(self) -> Ints:
        """Position of each row's indicator in the plan's indicators."""
        return self.rows.pair % max(len(self.plan.indicators), 1)

    def columns(self) -> dict[str, Column]:
        """Return the columns, text as codes into words."""
        rows, plan = self.rows, self.plan
        indicator = self.indicator_positions.astype(np.int32)
        regions, place = _used(self.region_positions, len(plan.regions))
        places = [plan.regions.regions[at] for at in regions.tolist()]
        region = place.astype(np.int32)

        def of_indicator(words: Sequence[str]) -> Categorical:
            return Categorical.encode(words).take(indicator)

        def coded(words: Sequence[str], codes: NDArray[np.int8]) -> Categorical:
            return Categorical(codes.astype(np.int32), tuple(words))

        indicators = plan.indicators
        baseline_rows = rows.baseline_row
        actual = take(self.actuals.value, rows.actual_row)
        return {
            "region": Categorical(region, tuple(one.code for one in places)),
            "region_name": Categorical.encode(one.name for one in places).take(region),
            "indicator": of_indicator([one.code for one in indicators]),
            "indicator_name": of_indicator([one.name for one in indicators]),
            "unit": of_indicator([one.unit for one in indicators]),
            "direction": of_indicator([one.direction.value for one in indicators]),
            "year": _whole(rows.year),
            "baseline_year": take(plan.baselines.year, baseline_rows),
            "baseline": take(plan.baselines.value, baseline_rows),
            "target": rows.judged_by(actual),
            "target_year": np.where(rows.basis < 0, np.nan, rows.year),
            "target_basis": coded([basis.value for basis in BASES], rows.basis),
            "target_source": target_sources(plan.targets, rows.target_row),
            "actual": actual,
            "actual_source": self.actuals.source.take(rows.actual_row),
            "gap": rows.gap,
            "achievement": rows.achievement,
            "formula": coded([formula.value for formula in Formula], rows.formula),
            "score": rows.score,
            "band": coded([band.label for band in self.rule.bands], rows.band),
            "met": Tristate(rows.met),
            "status": coded([status.value for status in Status], rows.status),
            "reason": self.reasons("en"),
            "progress": rows.progress,
        }

    def reasons(self, language: str) -> Categorical:
        """Return why rows have no score or no word, in a language."""
        texts = [labels.label("reason", reason.key, language) for reason in Reason if reason]
        return Categorical(self.rows.reason.astype(np.int32) - 1, tuple(texts))

    def to_frame(self, backend: str | None = None) -> Any:
        """Return the scorecard as a data frame.

        Parameters
        ----------
        backend : {"polars", "pandas", "pyarrow"}, optional
            The library; by default the first of these that is installed.
        """
        return to_frame(self.columns(), backend, keys=("region", "indicator"))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the rows as dictionaries, None for missing."""
        lists = to_lists(self.columns())
        return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]

    def to_csv(self, path: Any) -> None:
        """Write the rows as CSV (UTF-8, comma, decimal point)."""
        writers.write_csv(path, to_lists(self.columns()))

    def to_json(self, path: Any) -> None:
        """Write the rows as JSON, with the rule and its sources beside them."""
        writers.write_json(path, {**self._heading(), "rows": self.to_dicts()})

    def to_parquet(self, path: Any) -> None:
        """Write the rows as Parquet, through Polars or pyarrow."""
        writers.write_parquet(path, self.columns())

    def to_markdown(self, path: Any = None, *, language: str = "en") -> str:
        """Return the table for people as Markdown, and write it if a path is given."""
        text: str = show(self, "markdown", language)
        if path is not None:
            writers.write_text(path, text)
        return text

    def _heading(self) -> dict[str, Any]:
        return {
            "plan": self.plan.code,
            "years": [int(year) if year == int(year) else year for year in self.years],
            "inherit": self.inherit.value,
            "rule": {
                "code": self.rule.code,
                "name": self.rule.name,
                "edges": self.rule.edges,
                "certainty": self.rule.certainty,
                "sources": list(self.rule.sources),
            },
        }

    def for_year(self, year: float) -> Scorecard:
        """Return the rows of one year.

        Raises
        ------
        UnknownNameError
            The year was not evaluated.
        """
        if year not in self.years:
            known = [f"{one:g}" for one in self.years]
            raise UnknownNameError(unknown_name("year", year, known))
        return evolve(self, rows=self.rows.take(self.rows.year == year))

    def _one_year(self) -> None:
        if len(self.years) > 1:
            years = ", ".join(f"{year:g}" for year in self.years)
            refuse("scorecard", years, "one year", "take one with for_year(...)")

    def by_region(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        mean: str | float = "arithmetic",
        missing: str = "available",
        minimum_coverage: float = 0.0,
        level: str | None = None,
    ) -> RegionSummary:
        """Return the average, band and rank of each region.

        Parameters
        ----------
        weights : mapping of str to float, optional
            Weight of each indicator, by code; equal if not given. Indicators
            that are not named have no weight.
        mean : str or float, optional
            ``arithmetic`` (the rules' own), ``geometric``, ``harmonic`` or a power
            (see `formulas.composite.aggregate`).
        missing : {"available", "complete", "worst"}, optional
            Whether a region with missing rows has an average over the others,
            none, or one in which they count zero.
        minimum_coverage : float, optional
            Share of the weight that must be scored. [0-1]
        level : Level or str, optional
            Only the regions of a level; regency and city are one.

        Returns
        -------
        RegionSummary
            The mean is the rule's: of scores or of achievements. Ranks compare
            the average as printed among regions of one level; ties share the smaller
            rank.

        Raises
        ------
        ArgumentError
            The scorecard holds several years, or an option is not allowed.
        """
        self._one_year()
        chosen = None if level is None else as_term(Level, level, "level")
        return summarize_regions(
            self,
            weights=weights,
            mean=mean,
            missing=missing,
            minimum_coverage=minimum_coverage,
            level=chosen,
        )

    def by_indicator(self, *, level: str | None = None) -> IndicatorSummary:
        """Return for each indicator how many regions are scored, met, and the mean.

        Parameters
        ----------
        level : Level or str, optional
            The level of the regions that are counted; regency and city are one. By
            default, for each indicator, the level with most regions: a province is
            never averaged with its own regencies.

        Returns
        -------
        IndicatorSummary
            The column ``level`` names the level counted.

        Raises
        ------
        ArgumentError
            The scorecard holds several years, or there is no such level.
        """
        self._one_year()
        chosen = None if level is None else as_term(Level, level, "level")
        return summarize_indicators(self, chosen)

    def assess(self, scheme: str) -> AssessmentTable:
        """Put every row's progress since its baseline into the words of a scheme.

        Parameters
        ----------
        scheme : str
            A code of `formulas.progress.list_schemes`.

        Returns
        -------
        AssessmentTable
            Category, ratio, score and the clause that fired, a row each.

        Raises
        ------
        UnknownNameError
            There is no scheme of that code.
        """
        from kencana_targets.evaluation.follow_up import assess_rows

        return assess_rows(self, scheme)

    def chances(self) -> ChanceTable:
        """Return the probability that the true value meets the target, and of each band.

        The standard error is the actual's own, or follows from its 95 percent
        interval; an actual without either, or with an error of exactly 0, has no
        probability, and the column ``error_basis`` says so. Percentages are normal
        on the logit scale.
        """
        from kencana_targets.evaluation.follow_up import chances

        return chances(self)

    def project(
        self,
        *,
        method: str = "gls",
        walk_variance: float = 0.0,
        slope_prior: tuple[float, float] | None = None,
        level: float = 0.95,
    ) -> ProjectionTable:
        """Project the surveys of each region and indicator to the end target.

        All actuals up to the year evaluated count, not only that year's.

        Parameters
        ----------
        method, walk_variance, slope_prior, level
            As for `formulas.projection.project`; with a walk variance of zero the
            intervals hold sampling error only and are too narrow.

        Returns
        -------
        ProjectionTable
            The projected figure, its interval, the chance and the year of
            arriving, and the points a year that remain. One survey gives the
            status ``no-trend``.

        Raises
        ------
        ArgumentError
            The scorecard holds several years, or an option is not allowed.
        """
        from kencana_targets.evaluation.follow_up import project_rows

        self._one_year()
        return project_rows(
            self, method=method, walk_variance=walk_variance, slope_prior=slope_prior, level=level
        )

    def find_row(self, region: str, indicator: str, year: float | None = None) -> int:
        """Return the row of a region and indicator.

        Raises
        ------
        UnknownNameError
            There is no such row.
        """
        place = self.plan.regions.find(region)
        known = self.plan.indicator(indicator)
        pair = self.plan.pair(known.code, place.code)
        rows = np.flatnonzero(self.rows.pair == pair)
        rows = rows if year is None else rows[self.rows.year[rows] == year]
        if len(rows) > 1:
            refuse("year", year, ", ".join(f"{one:g}" for one in self.years))
        if not len(rows):
            what = f"no row for {known.code} in {place}"
            hint = "the plan does not expect it and the actuals do not contain it"
            raise UnknownNameError(Problem(what, hint=hint))
        return int(rows[0])

    def explain(
        self, region: str, indicator: str, *, year: float | None = None, language: str = "en"
    ) -> Explanation:
        """Explain one score: its arithmetic, formula, rule, instrument and sources.

        Parameters
        ----------
        region : str
            Code or name.
        indicator : str
            Code.
        year : float, optional
            Needed when several years were evaluated.
        language : {"en", "id"}, optional
            The language of the text.

        Returns
        -------
        Explanation
            Prints as text; ``.lines`` holds its parts.
        """
        row = self.find_row(region, indicator, year)
        return show(self, "explanation", row, language)  # type: ignore[no-any-return]

    def narrate(
        self, region: str, indicator: str, *, year: float | None = None, language: str = "en"
    ) -> str:
        """Return two or three sentences about one region and indicator.

        Parameters
        ----------
        region : str
            Code or name.
        indicator : str
            Code.
        year : float, optional
            Needed when several years were evaluated.
        language : {"en", "id"}, optional
            The language of the sentences.

        Returns
        -------
        str
            The figure, its distance from the target, what the years left must
            bring, the achievement, and the change since the baseline. Differences
            are taken between the figures as printed.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> print(card.narrate("17", "unmet_need", language="id").split(". ")[0])
        Kebutuhan ber-KB yang tidak terpenuhi Bengkulu 12,50 persen pada 2021, 5,49 poin di atas target 7,01
        """
        row = self.find_row(region, indicator, year)
        return show(self, "sentences", row, language)  # type: ignore[no-any-return]

    def to_file(self, path: Any, *, language: str | None = None) -> None:
        """Write the file in the format that its ending says.

        Parameters
        ----------
        path : str or Path
            A name that ends in csv, json, md, xlsx, html or parquet.
        language : {"en", "id"}, optional
            The language of md, xlsx and html; by default that of the format's own
            method.

        Raises
        ------
        ArgumentError
            The ending is none of these.
        """
        writers.write_as_named(self, path, language)

    def to_html(self, path: Any, *, language: str = "id", brief: bool = False) -> None:
        """Write the report for the meeting: one HTML file that needs nothing else.

        Parameters
        ----------
        path : str or Path
            The file, written whole or not at all.
        language : {"id", "en"}, optional
            The language of the report.
        brief : bool, optional
            Only the first page, which prints on one sheet of A4: verdict, counts, who
            is furthest behind and what each needs a year.

        Raises
        ------
        MissingExtraError
            Jinja2 is not installed.
        ArgumentError
            More rows than a browser shows with ease.
        """
        writers.write_text(path, show(self, "page", language, brief=brief))

    def to_excel(self, path: Any, *, language: str = "id") -> None:
        """Write the workbook for the meeting.

        Parameters
        ----------
        path : str or Path
            The file, written whole or not at all.
        language : {"id", "en"}, optional
            The language of the sheets.

        Raises
        ------
        MissingExtraError
            XlsxWriter is not installed.
        ArgumentError
            More rows than a sheet can hold.
        """
        writers.write_whole(path, show(self, "workbook", language))

    def plot_path(
        self, indicator: str, region: str, *, ax: Any = None, language: str = "en"
    ) -> Any:
        """Draw the path of a region with what was reached.

        Parameters
        ----------
        indicator, region : str
            Code of the indicator; code or name of the region.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure if not given.
        language : {"en", "id"}, optional
            The language of the labels.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return show(self, "path", indicator, region, ax=ax, language=language)

    def plot_ranking(
        self, indicator: str, *, year: float | None = None, ax: Any = None, language: str = "en"
    ) -> Any:
        """Draw the regions by what they reached, against the year's targets.

        Parameters
        ----------
        indicator : str
            Code.
        year : float, optional
            By default the last year evaluated.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return show(self, "ranking", indicator, year=year, ax=ax, language=language)

    def plot_heat(self, *, year: float | None = None, ax: Any = None, language: str = "en") -> Any:
        """Draw regions by indicators in the colours and marks of their bands.

        Parameters
        ----------
        year : float, optional
            By default the last year evaluated.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return show(self, "heat", year=year, ax=ax, language=language)

    def plot_change(
        self,
        first: float,
        second: float,
        *,
        indicator: str | None = None,
        ax: Any = None,
        language: str = "en",
    ) -> Any:
        """Draw how achievements changed between two evaluated years.

        Parameters
        ----------
        first, second : float
            The years.
        indicator : str, optional
            One indicator's achievement; by default the average of each region.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return show(self, "change", first, second, indicator=indicator, ax=ax, language=language)

    def plot_map(
        self, indicator: str, *, year: float | None = None, ax: Any = None, language: str = "en"
    ) -> Any:
        """Draw the provinces as tiles in the colours and marks of their bands.

        Parameters
        ----------
        indicator : str
            Code.
        year : float, optional
            By default the last year evaluated.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes
        """
        return show(self, "map", indicator, year=year, ax=ax, language=language)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scorecard):
            return NotImplemented
        mine, theirs = self.columns(), other.columns()
        return self.rule == other.rule and all(equal(mine[name], theirs[name]) for name in mine)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        years = ", ".join(f"{year:g}" for year in self.years)
        return f"<Scorecard {self.plan.code} {years} by {self.rule.code}: {len(self)} rows>"


def target_sources(targets: Targets, rows: Ints) -> Categorical:
    """Name the instrument and the source of targets, none where a row is negative."""
    if not len(targets):
        return Categorical.constant(None, len(rows))
    used, at = _used(rows, len(targets))
    instrument, source = targets.text("instrument").take(used), targets.source.take(used)
    width = len(source.categories) + 1
    pairs = (instrument.codes.astype(np.int64) + 1) * width + source.codes + 1
    change = targets.text("relative").take(used)
    pairs = pairs * (len(change.categories) + 1) + change.codes + 1
    _, first, codes = np.unique(pairs, return_index=True, return_inverse=True)
    words = [source_text(targets, int(used[row])) or None for row in first]
    named = Categorical.encode(words).take(codes.astype(np.int32))
    return named.take(np.where(rows < 0, -1, at))


def _used(positions: Ints, count: int) -> tuple[Ints, Ints]:
    """Return which of `count` things are used, and where in those each position stands.

    A few rows use a few things; for many rows, sorting them costs more than it saves.
    """
    if len(positions) >= count:
        return np.arange(count), positions
    used, at = np.unique(np.maximum(positions, 0), return_inverse=True)
    return used, at


def _whole(years: Floats) -> Any:
    whole = years.astype(np.int64)
    return whole if np.array_equal(whole, years) else years
