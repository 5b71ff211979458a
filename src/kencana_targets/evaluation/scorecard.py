"""A scorecard: one row for each region and indicator, and what people ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, TypedDict, TypeVar, overload

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.core import checks
from kencana_targets.core.checks import as_flag, as_number, is_whole
from kencana_targets.core.columns import Categorical
from kencana_targets.core.display import Explanation, show
from kencana_targets.core.errors import Problem, UnknownNameError, refuse, unknown_name
from kencana_targets.core.resources import VERSION
from kencana_targets.core.terms import Inherit, LevelLike, as_term
from kencana_targets.core.typing import Language, Mean, NDArray
from kencana_targets.evaluation import summary
from kencana_targets.evaluation.remarks import remark_notes, remark_texts
from kencana_targets.evaluation.score_rows import Rows, ScoreColumns
from kencana_targets.model.collection import Actuals
from kencana_targets.model.plan import Plan
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables import results
from kencana_targets.tables.results import ResultTable

if TYPE_CHECKING:
    from kencana_targets.evaluation.chances import ChanceTable
    from kencana_targets.evaluation.compare import ChangeTable, ScorecardChanges
    from kencana_targets.evaluation.follow_up import AssessmentTable, ProjectionTable
    from kencana_targets.formulas.composite import MissingLike
    from kencana_targets.formulas.trend_fits import TrendMethodLike
    from kencana_targets.formulas.uncertainty import AdjustmentLike


Result = TypeVar("Result", bound=ResultTable)


class ScoreRow(TypedDict, total=False):
    """One row of a scorecard as a dictionary; a row of chosen columns has only these."""

    region: str
    region_name: str
    indicator: str
    indicator_name: str
    unit: str
    direction: str
    year: float
    baseline_year: float | None
    baseline: float | None
    target: float | None
    target_year: float | None
    target_basis: str | None
    target_source: str | None
    actual: float | None
    actual_source: str | None
    gap: float | None
    achievement: float | None
    formula: str | None
    score: float | None
    band: str | None
    met: bool | None
    status: str
    reason: str | None
    progress: float | None
    remark: str | None


@frozen(eq=False, repr=False, kw_only=True)
class Scorecard(ResultTable):
    """One row for each region and indicator, scored for a year.

    Made by `evaluate`. The rows are columns of numbers and codes; text is made
    when it is shown.

    Parameters
    ----------
    values : ScoreColumns
        The columns, each made of `rows` when it is asked for.
    version : str
        The version of the library that scored them.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> scorecard = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
    ...                         year=2021, rule="bkkbn-bengkulu-2021")
    >>> scorecard.to_dicts()[0]["score"]
    96.09
    """

    values: ScoreColumns = field()
    version: str = field(factory=lambda: VERSION)

    @property
    def rows(self) -> Rows:
        """The rows as numbers and codes.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> len(card.rows.target)
        9
        """
        return self.values.rows

    @property
    def plan(self) -> Plan:
        """What was promised.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.plan.code
        'bengkulu-2021'
        """
        return self.rows.plan

    @property
    def rule(self) -> ScoringRule:
        """How achievement became scores and words.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.rule.code
        'bkkbn-bengkulu-2021'
        """
        return self.rows.rule

    @property
    def inherit(self) -> Inherit:
        """What regions without a target of their own were judged by.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.inherit
        <Inherit.PATH: 'path'>
        """
        return self.rows.inherit

    @property
    def actuals(self) -> Actuals:
        """What was reached.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.actuals
        <Actuals: 12 figures>
        """
        return self.rows.actuals

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def years(self) -> tuple[float, ...]:
        """The years evaluated.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> card.years
        (2022.0, 2024.0)
        """
        return tuple(dict.fromkeys(self.rows.year.tolist()))

    @property
    def region_positions(self) -> NDArray[np.int32]:
        """Position of each row's region in the plan's regions.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.plan.regions.codes[card.region_positions[0]]
        '17'
        """
        return self.rows.region

    @property
    def indicator_positions(self) -> NDArray[np.int32]:
        """Position of each row's indicator in the plan's indicators.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.plan.indicators[card.indicator_positions[0]].code
        'TFR'
        """
        return self.rows.indicator

    def take(self, rows: NDArray[Any]) -> Scorecard:
        """Return some of the rows.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> import numpy as np
        >>> len(card.take(np.array([0, 2])))
        2
        """
        return evolve(self, values=ScoreColumns(self.rows.take(rows)))

    def _speaking(self, result: Result) -> Result:
        return result._showing(language=self.language, indicators=self.plan.indicators)

    def reasons(self, language: Language) -> Categorical:
        """Return why rows have no score or no word, in a language.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> [word for word in card.reasons("en").to_list() if word][:1]
        ['no actual for the year']
        """
        return self.rows.reasons(language)

    def remarks(self, language: Language = "en") -> Categorical:
        """Return what is implausible about each row, None where nothing is.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> [word[:40] for word in card.remarks().to_list() if word][:1]
        ['the baseline is already past the end tar']
        """
        return remark_texts(self.rows.remarks, language)

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What was assumed of plan and actuals, and for each check how many rows it remarks.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> len(card.notes)
        0
        """
        return (*self.plan.notes, *self.actuals.notes, *remark_notes(self.rows))

    if TYPE_CHECKING:

        def __iter__(self) -> Iterator[ScoreRow]: ...  # type: ignore[override]

        def to_dicts(self, *, columns: Iterable[str] | None = None) -> list[ScoreRow]:  # type: ignore[override]
            """Return the rows as dictionaries, None for missing."""

    @overload
    def __getitem__(self, key: str) -> Scorecard: ...

    @overload
    def __getitem__(self, key: int) -> ScoreRow: ...

    def __getitem__(self, key: str | int) -> Scorecard | ScoreRow:
        """Return the rows of a region by its code or name, or one row by its number.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> len(card["Bengkulu"]), card[0]["region"]
        (9, '17')
        """
        if isinstance(key, str):
            return self.select(region=key)
        if not is_whole(key):
            refuse("key", key, "a region, or the number of a row")
        return self.take(np.array([range(len(self))[key]])).to_dicts().pop()

    def select(
        self,
        *,
        region: str | Iterable[str] | None = None,
        indicator: str | Iterable[str] | None = None,
        level: LevelLike | None = None,
        met: bool | None = None,
    ) -> Scorecard:
        """Return the rows of these regions and indicators, of a level, or that met or not.

        Parameters
        ----------
        region : str or iterable of str, optional
            Codes or names.
        indicator : str or iterable of str, optional
            Codes.
        level : Level or str, optional
            The level of the regions; regency and city are one.
        met : bool, optional
            Only rows whose target was met (True) or missed (False).

        Raises
        ------
        UnknownNameError
            There is no such region or indicator.
        ArgumentError
            There is no such level, or `met` is neither.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> len(card.select(met=True)), len(card.select(indicator="TFR"))
        (3, 1)
        """
        rows, kept = self.rows, np.ones(len(self), dtype=bool)
        if region is not None:
            names = checks.items("region", region, str)
            codes = [self.plan.regions.find(name).code for name in names]
            kept &= np.isin(rows.region, [self.plan.regions.position(code) for code in codes])
        if indicator is not None:
            names = checks.items("indicator", indicator, str)
            known = [self.plan.indicators.index(self.plan.indicator(name)) for name in names]
            kept &= np.isin(rows.indicator, known)
        if level is not None:
            kept &= summary.peers(rows) == summary.peer_of(level)
        if met is not None:
            kept &= rows.met == int(checks.as_flag("met", met))
        return self.take(np.flatnonzero(kept))

    def compare(self, other: Scorecard) -> ScorecardChanges:
        """Return the rows that are not the same in another scorecard, and what moved them.

        Parameters
        ----------
        other : Scorecard
            The later one, such as this year's, or last year's file read back.

        Returns
        -------
        ScorecardChanges
            A row each, with the causes: ``data`` (the actual), ``baseline``,
            ``target``, ``rule`` (this row scored by the other's rule differs) and
            ``version`` of the library.

        Raises
        ------
        ArgumentError
            `other` is no scorecard.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> len(card.compare(card))
        0
        """
        if not isinstance(other, Scorecard):
            refuse("other", other, "a Scorecard")
        from kencana_targets.evaluation.compare import compare_rows

        differ = self.version != other.version
        return self._speaking(compare_rows(self.rows, other.rows, versions_differ=differ))

    def to_json(self, path: Any, *, columns: Iterable[str] | None = None) -> None:
        """Write the rows as JSON, with plan, actuals and rule that they follow from.

        `read_scorecard` computes them anew and compares; a file of some columns is
        for others to read.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_json(buffer)
        >>> kt.read_scorecard(io.BytesIO(buffer.getvalue())) == card
        True
        """
        rows = self.to_dicts(columns=columns)
        from kencana_targets.evaluation.evidence import evidence_of

        results.keep_ending(path, ".json")
        results.write_json(path, {**evidence_of(self.rows, rows), "rows": rows})

    def to_markdown(self, path: Any = None, *, language: Language | None = None) -> str:
        """Return the table for people as Markdown, and write it if a path is given.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> print(card.to_markdown().splitlines()[0][:40])
        BKKBN Bengkulu, main performance indicat
        """
        text = str(show(self, "table", self._shown_in(language, "en"), most=None).markdown())
        if path is not None:
            results.write_text(path, text)
        return text

    def for_year(self, year: float) -> Scorecard:
        """Return the rows of one year.

        Raises
        ------
        UnknownNameError
            The year was not evaluated.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> card.for_year(2024)
        <Scorecard bengkulu-stunting-2024 2024 by permendagri-86-2017: 11 rows>
        """
        return self.take(np.flatnonzero(self.rows.year == self._known_year(year)))

    def _known_year(self, year: float) -> float:
        if not checks.is_number(year) or year not in self.years:
            raise UnknownNameError(unknown_name("year", year, self._year_names()))
        return year

    def _year_names(self) -> list[str]:
        return [f"{year:g}" for year in self.years]

    def _one_year(self) -> None:
        if len(self.years) > 1:
            years = ", ".join(self._year_names())
            refuse("scorecard", years, "one year", "take one with for_year(...)")

    def by_region(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        mean: Mean = "arithmetic",
        missing: MissingLike = "available",
        minimum_coverage: float = 0.5,
        level: LevelLike | None = None,
    ) -> summary.RegionSummary:
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
            Share of the weight that must be scored for an average and a rank. [0-1]
        level : Level or str, optional
            Only the regions of a level; regency and city are one.

        Returns
        -------
        RegionSummary
            The mean is the rule's: of scores or of achievements. Ranks compare
            the average as printed among regions of one level; ties share the smaller
            rank. What one region of a level is to report is expected of each of them.
            Where errors of actuals are known, ``standard_error rank_lower rank_upper``
            stand behind: an average has an error where each score in it has one,
            taken as independent, and its rank a set (95 percent, over all
            regions of the level) where all averages beside it have one, and they are
            2,000 at most. Where scores end at a cap or go in steps, 1.96 errors hold the
            true average in 92 to 95 percent of cases, as ``notes`` then says.

        Raises
        ------
        ArgumentError
            The scorecard holds several years, or an option is not allowed.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> [row["region"] for row in card.by_region(missing="worst")]
        ['17']
        """
        self._one_year()
        chosen = None if level is None else summary.peer_of(level)
        options = {"mean": mean, "missing": missing, "minimum_coverage": minimum_coverage}
        return self._speaking(summary.summarize_regions(self.rows, weights, chosen, **options))

    def by_indicator(self, *, level: LevelLike | None = None) -> summary.IndicatorSummary:
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

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> [(row["indicator"], row["met"]) for row in card.by_indicator()][:2]
        [('TFR', 0), ('ASFR_15_19', 1)]
        """
        self._one_year()
        chosen = None if level is None else summary.peer_of(level)
        return self._speaking(summary.summarize_indicators(self.rows, chosen))

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

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> table = card.for_year(2022).assess("escap")
        >>> list(table.columns())[:3]
        ['region', 'region_name', 'indicator']
        """
        from kencana_targets.evaluation.follow_up import assess_rows

        return self._speaking(assess_rows(self.rows, scheme))

    def chances(
        self,
        *,
        shrink: Literal["parent"] | None = None,
        assume_sample_size: float | None = None,
        assume_design_effect: float | None = None,
    ) -> ChanceTable:
        """Return the probability that the true value meets the target, and of each band.

        The standard error is the actual's own, follows from its 95 percent interval, or
        from its sample size and design effect; an actual without any, or with an
        error of exactly 0, has no probability, and the column ``error_basis`` says
        so. Percentages are normal on the logit scale, with a t distribution where the
        degrees of freedom are known. A target on a path from a surveyed baseline
        carries that baseline's error.

        Parameters
        ----------
        shrink : {"parent"}, optional
            Also give the chances of figures that lean on those of the other regions
            of the same parent, the more the weaker their survey is (Fay and Herriot).
            A region that is picked by its own figure, among many that are alike,
            has its target met less often than its plain chance says.
        assume_sample_size, assume_design_effect : float, optional
            A design for the actuals that have none; every row that rests on it
            says so.

        Returns
        -------
        ChanceTable
            With ``expected_met``, how many regions met and between which numbers.

        Raises
        ------
        ArgumentError
            A word that is not allowed, or a sample size without a design effect.

        References
        ----------
        Fay and Herriot (1979), Journal of the American Statistical Association 74,
        269-277. ``benchmarks/simulate_chances.py`` compares what is said with what
        is true.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-stunting-2024"),
        ...                    kt.load_actuals("bengkulu-stunting-2024"), year=2022,
        ...                    rule="permendagri-86-2017")
        >>> found = card.chances(shrink="parent", assume_sample_size=450,
        ...                      assume_design_effect=2.05)
        >>> [(row["region_name"], round(row["probability_met"], 2),
        ...   round(row["probability_met_shrunken"], 2)) for row in found.to_dicts()[9:]]
        [('Kabupaten Bengkulu Tengah', 0.24, 0.28), ('Kota Bengkulu', 0.94, 0.85)]
        """
        from kencana_targets.evaluation.chances import chances

        assumed = {"sample_size": assume_sample_size, "design_effect": assume_design_effect}
        return self._speaking(chances(self.rows, shrink=shrink, **assumed))

    def changes(
        self,
        *,
        margin: float = 1.0,
        level: float = 0.95,
        adjust: AdjustmentLike = "fdr-bh",
        assume_sample_size: float | None = None,
        assume_design_effect: float | None = None,
    ) -> ChangeTable:
        """Test for every region whether it has changed since its last survey.

        Parameters
        ----------
        margin : float, optional
            The largest change that counts as none. [percentage points]
        level : float, optional
            Confidence of tests and intervals.
        adjust : str, optional
            How p-values are adjusted over the regions of an indicator, year and level,
            as for `formulas.uncertainty.adjust_p_values`: of 514 regions that
            stay what they are, some 26 would else be said to change.
        assume_sample_size, assume_design_effect : float, optional
            As for `chances`.

        Returns
        -------
        ChangeTable
            Difference, error, p-values and a verdict: ``changed``, ``no-change`` where
            two one-sided tests put the change within the margin, ``inconclusive``
            or ``not-measured``; beside it the least change that would be found with a
            chance of 0.8.

        Raises
        ------
        ArgumentError
            A margin, level, word or assumption that is not allowed.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-stunting-2024"),
        ...                    kt.load_actuals("bengkulu-stunting-2024"), year=2022,
        ...                    rule="permendagri-86-2017")
        >>> found = card.changes(assume_sample_size=450, assume_design_effect=2.05)
        >>> [(round(row["difference"], 1), row["verdict"]) for row in found.to_dicts()[:2]]
        [(-2.3, 'inconclusive'), (2.4, 'inconclusive')]
        """
        from kencana_targets.evaluation.compare import changes

        assumed = {"sample_size": assume_sample_size, "design_effect": assume_design_effect}
        found = changes(self.rows, margin=margin, level=level, adjust=adjust, **assumed)
        return self._speaking(found)

    def project(
        self,
        *,
        method: TrendMethodLike = "gls",
        walk_variance: float | None = None,
        slope_prior: tuple[float, float] | None = None,
        break_sd: float | None = None,
        backtest: bool = False,
        level: float = 0.95,
        assume_sample_size: float | None = None,
        assume_design_effect: float | None = None,
    ) -> ProjectionTable:
        """Project the surveys of each region and indicator to the end target.

        All actuals up to the year evaluated count, not only that year's. Their errors
        are those of `chances`. Where thirty regions of a level or more have surveys of
        two years, these tell how far true figures wander and how slopes differ, and
        the slope of each region leans on those of its parent.

        Parameters
        ----------
        method, slope_prior, level
            As for `formulas.projection.project`.
        walk_variance : float, optional
            As there, for all regions, instead of what they tell together.
        break_sd : float, optional
            Standard deviation of the break by which the figures of another survey lie
            higher or lower in a region. [percentage points] Without it the breaks are
            estimated where surveys alternate over the regions; where they do not, the
            reason says that sources differ.
        backtest : bool, optional
            Also hold out each region's last survey, and compare.
        assume_sample_size, assume_design_effect : float, optional
            As for `chances`.

        Returns
        -------
        ProjectionTable
            The projected figure, its interval, the chance and the year of
            arriving with its interval, and the points a year that remain; the arrival
            is ``unclear`` where the interval of the slope holds zero. One survey gives
            the status ``no-trend``. With ``backtest``, how past surveys would have been
            met is in ``.backtest``.

        Raises
        ------
        ArgumentError
            The scorecard holds several years, or an option is not allowed.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> projected = card.for_year(2024).project()
        >>> list(projected.columns())[:3]
        ['region', 'region_name', 'indicator']
        """
        from kencana_targets.evaluation.follow_up import Trends, project_rows
        from kencana_targets.evaluation.row_errors import actual_errors
        from kencana_targets.formulas.trend_fits import TrendMethod

        self._one_year()
        errors = actual_errors(self.rows, assume_sample_size, assume_design_effect).error
        trends = Trends(
            card=self.rows,
            method=as_term(TrendMethod, method, "method"),
            walk_variance=walk_variance,
            slope_prior=slope_prior,
            break_sd=None if break_sd is None else as_number("break_sd", break_sd, 0),
            level=level,
            errors=errors,
        )
        return self._speaking(project_rows(trends, backtest=as_flag("backtest", backtest)))

    def find_row(self, region: str, indicator: str, year: float | None = None) -> int:
        """Return the row of a region and indicator.

        Raises
        ------
        UnknownNameError
            There is no such row.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card[card.find_row("17", "TFR")]["indicator"]
        'TFR'
        """
        place = self.plan.regions.find(region)
        known = self.plan.indicator(indicator)
        rows = np.flatnonzero(self.rows.series == self.plan.pair(known.code, place.code))
        if year is not None:
            rows = rows[self.rows.year[rows] == self._known_year(year)]
        if len(rows) > 1:
            refuse("year", year, ", ".join(self._year_names()))
        if not len(rows):
            what = f"no row for {known.code} in {place}"
            hint = "the plan does not expect it and the actuals do not contain it"
            raise UnknownNameError(Problem(what, hint=hint))
        return int(rows.item())

    def explain(
        self,
        region: str,
        indicator: str,
        *,
        year: float | None = None,
        language: Language | None = None,
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
            The language of the text; by default that of the card.

        Returns
        -------
        Explanation
            Prints as text; ``.lines`` holds its parts.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> print(card.explain("17", "TFR").title)
        Bengkulu (17): Total fertility rate, 2021
        """
        row = self.find_row(region, indicator, year)
        return show(self, "explanation", row, self._shown_in(language, "en"))  # type: ignore[no-any-return]

    def narrate(
        self,
        region: str,
        indicator: str,
        *,
        year: float | None = None,
        language: Language | None = None,
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
            The language of the sentences; by default that of the card.

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
        return show(self, "sentences", row, self._shown_in(language, "en"))  # type: ignore[no-any-return]

    def to_file(self, path: Any, *, language: Language | None = None) -> None:
        """Write the file in the format that its ending says.

        Parameters
        ----------
        path : str or Path
            A name that ends in csv, json, md, xlsx, html, docx, pdf or parquet.
        language : {"en", "id"}, optional
            The language of md, xlsx and html; by default that of the format's own
            method.

        Raises
        ------
        ArgumentError
            The ending is none of these.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> import tempfile
        >>> from pathlib import Path
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     card.to_file(Path(folder) / "scores.csv")
        ...     len((Path(folder) / "scores.csv").read_text().splitlines())
        10
        """
        results.write_as_named(self, path, language)

    def to_html(self, path: Any, *, language: Language | None = None, brief: bool = False) -> None:
        """Write the report for the meeting: one HTML file that needs nothing else.

        Parameters
        ----------
        path : str or Path
            The file, written whole or not at all; a name that ends in ``.pdf`` is printed
            by Chromium, Chrome or Edge.
        language : {"id", "en"}, optional
            The language of the report; by default that of the card.
        brief : bool, optional
            Only the first page, which prints on one sheet of A4: verdict, counts, who
            is furthest behind and what each needs a year.

        Raises
        ------
        MissingExtraError
            Jinja2 is not installed.
        ArgumentError
            More rows than a browser shows with ease.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_html(buffer, language="en")
        >>> buffer.getvalue()[:15]
        b'<!doctype html>'
        """
        results.keep_ending(path, ".html", ".pdf")
        content = show(self, "page", self._shown_in(language, "id"), brief=brief)
        results.write_document(path, content.encode())

    def to_excel(self, path: Any, *, language: Language | None = None) -> None:
        """Write the workbook for the meeting.

        Parameters
        ----------
        path : str or Path
            The file, written whole or not at all.
        language : {"id", "en"}, optional
            The language of the sheets; by default that of the card.

        Raises
        ------
        MissingExtraError
            XlsxWriter is not installed.
        ArgumentError
            More rows than a sheet can hold.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_excel(buffer)
        >>> buffer.getvalue()[:2]
        b'PK'
        """
        results.keep_ending(path, ".xlsx")
        results.write_whole(path, show(self, "workbook", self._shown_in(language, "id")))

    def to_docx(self, path: Any, *, language: Language | None = None, template: Any = None) -> None:
        """Write the achievement chapter of a performance report (LKjIP) as a Word file.

        Verdict and counts, then each indicator under its objective: the table with
        baseline, target, actual, achievement, band and whether it was met, the years
        evaluated beside each other, sentences and figures; then the rule and all sources.

        Parameters
        ----------
        path : str, Path or binary file
            The file, written whole or not at all; a name that ends in ``.pdf`` is
            converted by LibreOffice.
        language : {"id", "en"}, optional
            The language of the chapter; by default that of the card.
        template : str, Path or binary file, optional
            The office's own ``.docx``: the chapter follows what it holds, in its styles,
            page and letterhead.

        Raises
        ------
        MissingExtraError
            python-docx or matplotlib is not installed.
        TableError
            The template is no Word file; LibreOffice is not found.
        ArgumentError
            More rows than a chapter can hold.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_docx(buffer)
        >>> buffer.getvalue()[:2]
        b'PK'
        """
        results.keep_ending(path, ".docx", ".pdf")
        content = show(self, "chapter", self._shown_in(language, "id"), template=template)
        results.write_document(path, content)

    def _plot(self, form: str, *told: Any, language: Language | None, **options: Any) -> Any:
        return show(self, form, *told, language=self._shown_in(language, "en"), **options)

    def plot_path(
        self, indicator: str, region: str, *, ax: Any = None, language: Language | None = None
    ) -> Any:
        """Draw the path of a region with what was reached.

        Parameters
        ----------
        indicator, region : str
            Code of the indicator; code or name of the region.
        ax : matplotlib.axes.Axes, optional
            Where to draw; a new figure if not given.
        language : {"en", "id"}, optional
            The language of the labels; by default that of the card.

        Returns
        -------
        matplotlib.axes.Axes

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> figure = card.plot_path("stunting_balita", "17")
        >>> type(figure).__name__
        'ShownAxes'
        """
        return self._plot("path", indicator, region, ax=ax, language=language)

    def plot_ranking(
        self,
        indicator: str,
        *,
        year: float | None = None,
        ax: Any = None,
        language: Language | None = None,
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

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> figure = card.plot_ranking("stunting_balita", year=2022)
        >>> type(figure).__name__
        'ShownAxes'
        """
        return self._plot("ranking", indicator, year=year, ax=ax, language=language)

    def plot_heat(
        self, *, year: float | None = None, ax: Any = None, language: Language | None = None
    ) -> Any:
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

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> figure = card.plot_heat(year=2022)
        >>> type(figure).__name__
        'ShownAxes'
        """
        return self._plot("heat", year=year, ax=ax, language=language)

    def plot_change(
        self,
        first: float,
        second: float,
        *,
        indicator: str | None = None,
        ax: Any = None,
        language: Language | None = None,
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

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> figure = card.plot_change(2022, 2024)
        >>> type(figure).__name__
        'ShownAxes'
        """
        return self._plot("change", first, second, indicator=indicator, ax=ax, language=language)

    def plot_map(
        self,
        indicator: str,
        *,
        year: float | None = None,
        shapes: Any = None,
        ax: Any = None,
        language: Language | None = None,
    ) -> Any:
        """Draw the regions on a map in the colours and marks of their bands.

        Parameters
        ----------
        indicator : str
            Code.
        year : float, optional
            By default the last year evaluated.
        shapes : str, Path, binary file, mapping or GeoDataFrame, optional
            Outlines of the regions as GeoJSON, keyed by a property with the codes of
            Kemendagri (``17.05``, ``1705``) or of BPS, or with names. Without them
            provinces are tiles that lie as the provinces do, and the regions of one
            province are tiles in the order of their codes.
        ax, language
            As for `plot_path`.

        Returns
        -------
        matplotlib.axes.Axes

        Raises
        ------
        TableError
            The file is no GeoJSON.
        ArgumentError
            No property of the shapes names the regions; or there are no shapes, and more
            regions than tiles can show.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> card = kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=[2022,
        ...                    2024], rule="permendagri-86-2017")
        >>> figure = card.plot_map("stunting_balita", year=2022)
        >>> type(figure).__name__
        'ShownAxes'
        """
        return self._plot("map", indicator, year=year, shapes=shapes, ax=ax, language=language)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Scorecard):
            return NotImplemented
        return self.rule == other.rule and ResultTable.__eq__(self, other)

    def __repr__(self) -> str:
        years = ", ".join(self._year_names())
        return f"<Scorecard {self.plan.code} {years} by {self.rule.code}: {len(self)} rows>"
