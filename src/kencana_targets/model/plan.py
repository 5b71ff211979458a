"""A plan: indicators, baselines and targets, whole and consistent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, NoReturn

import numpy as np
from attrs import evolve, field, fields, frozen

from kencana_targets.core import checks, errors
from kencana_targets.core.columns import Categorical, Column, read_only
from kencana_targets.core.display import Displayed
from kencana_targets.core.frames import to_frame
from kencana_targets.core.labels import check_language, label
from kencana_targets.core.terms import Basis, Inherit, InheritLike, PathShape, Reason, as_term
from kencana_targets.core.typing import Backend, Floats, Language, NDArray, Truths
from kencana_targets.model.collection import Baselines, Targets, stacked
from kencana_targets.model.indicator import Indicator, Indicators
from kencana_targets.model.lookup import PlannedTarget, TargetPath, look_up_targets, source_text
from kencana_targets.model.plan_index import BASES, PlanIndex, compile_plan
from kencana_targets.model.regions import Region, Regions, load_regions

if TYPE_CHECKING:
    from kencana_targets.formulas.cascade import MethodLike


def _indicators(values: Iterable[Indicator]) -> Indicators:
    return Indicators(checks.items("indicators", values, Indicator, "Indicator values"))


def _coverage(values: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(checks.items("coverage", values, str))


def _instruments(values: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(checks.items("instruments", values, str))


def _sources(values: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(checks.items("sources", values, str))


def _notes(values: Iterable[errors.Problem]) -> tuple[errors.Problem, ...]:
    return tuple(checks.items("notes", values, errors.Problem))


def _regions(value: Regions | Iterable[Region] | None) -> Regions:
    if value is None:
        return load_regions()
    return value if isinstance(value, Regions) else Regions(checks.items("regions", value, Region))


def _baselines(value: Any) -> Baselines:
    return value if isinstance(value, Baselines) else Baselines.of(() if value is None else value)


def _targets(value: Any) -> Targets:
    return value if isinstance(value, Targets) else Targets.of(value)


@frozen(eq=False, kw_only=True, repr=False)
class Plan(Displayed):
    """Indicators, baselines and targets, whole and consistent.

    Parameters
    ----------
    code : str, optional
        Short name.
    name, name_id : str, optional
        Full name in English and Indonesian.
    indicators : iterable of Indicator
        What is measured.
    baselines : Baselines or iterable of Baseline, optional
        Where the regions stood; one for each indicator and region.
    targets : Targets or iterable of Target
        What is promised.
    regions : Regions or iterable of Region, optional
        The regions that figures may name; by default the catalog's of 2025.
    coverage : sequence of str, optional
        Codes of the regions that an evaluation lists; by default all that have
        a figure.
    instruments : sequence of str, optional
        Legal instruments, the one to judge by first, for years in which several
        have a target.
    sources : sequence of str, optional
        Where the plan is published.
    notes : sequence of Problem, optional
        What was assumed or passed over where the plan was read; no part of ``==``.
    scope : str, optional
        Code of the region whose plan it is, see `within`; by default all.
    language : {"", "en", "id"}, optional
        The language in which the plan, and what is evaluated by it, shows itself; no part
        of ``==``.

    Raises
    ------
    PlanError
        With all that is inconsistent: unknown indicators or regions, repeated
        figures, targets not after the baseline, values out of bounds, shapes
        that cannot pass through their figures, no target at all.

    Examples
    --------
    >>> plan = Plan.from_frames(
    ...     indicators=[Indicator(code="stunting", name="Stunting", unit="percent",
    ...                           direction="minimize", shape="linear")],
    ...     baselines={"indicator": ["stunting"], "region": ["17"], "year": [2021], "value": [22.1]},
    ...     targets={"indicator": ["stunting"], "region": ["17"], "year": [2024], "value": [12.55]})
    >>> value, basis, source = plan.target("stunting", "17", 2022)
    >>> round(value, 2), str(basis)
    (18.92, 'interpolated')
    """

    code: str = field(default="plan", validator=checks.word)
    name: str = field(default="", validator=checks.text)
    name_id: str = field(default="", validator=checks.text)
    indicators: Indicators = field(converter=_indicators)
    baselines: Baselines = field(default=None, converter=_baselines)
    targets: Targets = field(converter=_targets)
    regions: Regions = field(default=None, converter=_regions)
    coverage: tuple[str, ...] = field(default=(), converter=_coverage)
    instruments: tuple[str, ...] = field(default=(), converter=_instruments)
    sources: tuple[str, ...] = field(default=(), converter=_sources)
    notes: tuple[errors.Problem, ...] = field(default=(), converter=_notes)
    scope: str = field(default="", validator=checks.text)
    language: Language | Literal[""] = ""
    index: PlanIndex = field(init=False)

    def __attrs_post_init__(self) -> None:
        problems: list[errors.Problem] = []
        codes = self.indicators.codes
        problems += [
            errors.Problem("two indicators with one code", where="indicators", got=code)
            for code in sorted({code for code in codes if codes.count(code) > 1})
        ]
        if not len(self.targets):
            hint = "a plan promises something: add at least one target"
            problems.append(errors.Problem("no target", where="targets", hint=hint))
        named = (*self.coverage, *filter(None, (self.scope,)))
        for kind, names, known in (
            ("region", named, self.regions.codes),
            ("instrument", self.instruments, self.targets.text("instrument").categories),
        ):
            unknown = [name for name in names if name not in known]
            problems += [
                errors.unknown_name(kind, x, known, where=f"{kind}s listed") for x in unknown
            ]
        index, targets = compile_plan(
            self.indicators, self.regions, self.baselines, self.targets, self.instruments, problems
        )
        errors.raise_gathered(errors.PlanError, problems, self.code)
        object.__setattr__(self, "index", index)
        object.__setattr__(self, "targets", targets)

    @classmethod
    def from_frames(
        cls,
        *,
        indicators: Iterable[Indicator],
        targets: Any,
        baselines: Any = None,
        regions: Regions | Iterable[Region] | None = None,
        code: str = "plan",
        name: str = "",
        coverage: Sequence[str] = (),
        instruments: str | Sequence[str] = (),
    ) -> Plan:
        """Make a plan of data frames.

        Parameters
        ----------
        indicators : iterable of Indicator
            What is measured.
        targets, baselines : data frame
            Columns ``indicator region year value`` and any other field of
            `Target` or `Baseline`.
        regions, code, name, coverage, instruments
            As for `Plan`.

        Raises
        ------
        PlanError
            With all problems of both tables.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> stunting = kt.Indicator(code="stunting", name="Stunting", unit="percent",
        ...                         direction="minimize", shape="linear")
        >>> targets = pl.DataFrame({"indicator": ["stunting"], "region": ["17"], "year": [2024],
        ...                        "value": [14.0], "instrument": ["RPJMD"]})
        >>> baselines = pl.DataFrame({"indicator": ["stunting"], "region": ["17"],
        ...                          "year": [2021], "value": [22.1]})
        >>> plan = kt.Plan.from_frames(indicators=[stunting], targets=targets,
        ...                            baselines=baselines, regions=kt.load_regions())
        >>> round(plan.target("stunting", "17", 2022).value, 2)
        19.4
        """
        problems: list[errors.Problem] = []
        sides: list[Any] = []
        for kind, frame in ((Baselines, baselines), (Targets, targets)):
            try:
                sides.append(kind.of(()) if frame is None else kind.from_frame(frame))
            except errors.KencanaError as error:
                side = kind.__name__.lower()
                problems += [evolve(one, where=one.place.within(side)) for one in error.problems]
        errors.raise_gathered(errors.PlanError, problems, code)
        about = {"code": code, "name": name, "coverage": coverage, "instruments": instruments}
        baselines, targets = sides
        parts = {"indicators": indicators, "baselines": baselines, "targets": targets}
        return cls(**about, **parts, regions=regions)  # type: ignore[arg-type]

    def indicator(self, code: str) -> Indicator:
        """Return an indicator by its code.

        Raises
        ------
        UnknownNameError
            With the nearest codes.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> plan.indicator("stunting_balita").direction
        <Direction.MINIMIZE: 'minimize'>
        """
        for indicator in self.indicators:
            # Text compares as a whole; an array would compare cell by cell.
            if indicator.code.__eq__(code) is True:
                return indicator
        raise errors.UnknownNameError(errors.unknown_name("indicator", code, self.indicators.codes))

    def target(
        self,
        indicator: str,
        region: str,
        year: float,
        *,
        instrument: str | None = None,
        inherit: InheritLike = "path",
    ) -> PlannedTarget:
        """Return the target of a region for a year: official, interpolated or inherited.

        Parameters
        ----------
        indicator : str
            Code.
        region : str
            Code or name.
        year : float
            Year, whole or fractional.
        instrument : str, optional
            The instrument to judge by, where several have a target.
        inherit : {"path", "end-target", "none"}, optional
            What a region without a target of its own is judged by.

        Returns
        -------
        PlannedTarget
            ``(value, basis, source)``.

        Raises
        ------
        PathError
            There is no target for the year; the message says why.
        UnknownNameError
            The indicator or region is unknown.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> kt.load_plan("rpjmn-2020-2024").target("stunting_balita", "00", 2022).value
        18.4
        """
        named = () if instrument is None else checks.items("instrument", instrument, str)
        plan = self.with_instruments(*named) if named else self
        pair = plan.pair(indicator, region)
        found = look_up_targets(
            plan.index, pair, checks.as_number("year", year), as_term(Inherit, inherit, "inherit")
        )
        reason = Reason(found.reason.item())
        if reason is not Reason.NONE:
            where, allowed = f"{indicator}, {self.regions.find(region)}", ""
            if reason is Reason.OUTSIDE_YEARS:
                years = plan.path(indicator, region).years
                allowed = f"{years[0]:g} to {years[-1]:g}"
            what = label("reason", reason.key)
            raise errors.PathError(errors.Problem(what, where=where, got=year, allowed=allowed))
        source = source_text(self.targets, found.target_row.item())
        return PlannedTarget(found.value.item(), BASES[found.basis.item()], source)

    def path(self, indicator: str, region: str, *, year: float | None = None) -> TargetPath:
        """Return the path that a region is judged by: its own, or one from above.

        Parameters
        ----------
        indicator, region : str
            Code of the indicator; code or name of the region.
        year : float, optional
            The year whose targets in force make the path; by default each year of
            a target has what is in force in that year.

        Raises
        ------
        PathError
            Neither the region nor one above it has a target.
        UnknownNameError
            The indicator or region is unknown.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> plan.path("stunting_balita", "17.01").region.name
        'Kabupaten Bengkulu Selatan'
        """
        pair = self.pair(indicator, region)
        index = self.index if year is None else self.index.in_force(year)
        path = index.path_of[pair].astype(np.int64)
        if not index.promised[path].all():
            path = index.ancestor_path(pair)
        if path.item() < 0:
            where = f"{indicator}, {self.regions.find(region)}"
            raise errors.PathError(
                errors.Problem(label("reason", Reason.NEVER_SET.key), where=where)
            )
        return self._path(index, path.item(), self.regions.find(region))

    def paths(self) -> list[TargetPath]:
        """Return the paths of all regions that have targets of their own.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> len(plan.paths())
        3
        """
        owners = np.flatnonzero(self.index.path_of >= 0)
        own = self.index.path_of[owners]
        return [
            self._path(self.index, int(path), self.regions.regions[pair // len(self.indicators)])
            for pair, path in zip(owners.tolist(), own.tolist(), strict=True)
            if self.index.promised[path] and self.inside[pair // len(self.indicators)]
        ]

    def cascade(
        self,
        indicator: str,
        parent: str,
        year: float,
        *,
        method: MethodLike = "relative",
        weights: Mapping[str, float] | None = None,
        kappa: float | None = None,
        decimals: int | None = None,
        nobody_worsens: bool = True,
    ) -> CascadedTargets:
        """Split a region's target among the regions below it, so that it adds up.

        Regions that have an official target of their own for the year keep it.

        Parameters
        ----------
        indicator, parent : str
            Code of the indicator; code or name of the region whose target is split.
        year : float
            The year of the target.
        method : {"relative", "absolute", "logit", "convergence"}, optional
            How the burden is shared (see `formulas.cascade.cascade`).
        weights : mapping of str to float, optional
            Weight of each region in the target year; by default its population
            of December 2024.
        kappa : float, optional
            For ``convergence``.
        decimals : int, optional
            Decimals to which targets are rounded, with the smallest residual.
        nobody_worsens : bool, optional
            Whether a region's target may not be worse than its baseline.

        Returns
        -------
        CascadedTargets
            The new plan, whose targets name their derivation, and the residual.

        Raises
        ------
        ArgumentError
            A region has no baseline or weight, or the target cannot be reached;
            the message names the attainable range.
        PathError
            The parent has no target for the year.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> split = kt.load_plan("bengkulu-stunting-2024").cascade(
        ...     "stunting_balita", "17", 2024, decimals=2)
        >>> split.plan.target("stunting_balita", "17.05", 2024).value < 24.7
        True
        """
        # Imported here because most plans are only evaluated.
        from kencana_targets.model.cascade import Family, split_target

        measured, above = self.indicator(indicator), self.regions.find(parent)
        children = self.regions.children(above.code)
        places = np.array([self.regions.position(one.code) for one in (above, *children)])
        series = places * len(self.indicators) + self.indicators.index(measured)
        family = Family(self.index, series, measured, above, children)
        options = {"method": method, "kappa": kappa, "decimals": decimals}
        promised = self.target(measured.code, above.code, year)
        stated, derived = split_target(
            family, year, promised, weights, nobody_worsens=nobody_worsens, **options
        )
        # What an earlier cascade worked out for these regions gives way to this one.
        older = self.targets.text("basis").positions([Basis.DERIVED]) == 0
        older &= self.targets.region.positions(stated["regions"]) >= 0
        older &= self.targets.indicator.positions([measured.code]) == 0
        older &= self.targets.year == year
        kept = self.targets.take(~older)
        plan = evolve(self, targets=stacked([kept, derived]))
        return CascadedTargets(plan=plan, **stated)

    def with_instruments(self, *instruments: str) -> Plan:
        """Return the plan judged by these instruments first, whenever they came into force.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> plan.with_instruments(plan.targets[0].instrument).instruments
        ('provincial/city stunting target',)
        """
        others = tuple(known for known in self.instruments if known not in instruments)
        named = self.targets.text("instrument").positions(instruments) >= 0
        since = read_only(np.where(named, np.nan, self.targets.number("since")))
        targets = evolve(self.targets, columns={**self.targets.columns, "since": since})
        return evolve(self, targets=targets, instruments=instruments + others)

    def with_language(self, language: Language) -> Plan:
        """Return the same plan, shown in a language, as is what is evaluated by it.

        Parameters
        ----------
        language : {"en", "id"}
            The language of print, notebook, figures and files.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024").with_language("id")
        >>> print(str(plan).splitlines()[0])
        Bengkulu, stunting dari 22,1 persen (2021) ke 12,55 persen (2024). 1 indikator, 11 wilayah, 11 kondisi awal, 4 target
        >>> kt.evaluate(plan, kt.load_actuals("bengkulu-stunting-2024"), year=2022,
        ...             rule="permendagri-86-2017").language
        'id'
        """
        check_language(language)
        return evolve(self, language=language)

    def within(self, region: str) -> Plan:
        """Return the plan of a region and those below it.

        Targets of the regions above stay, to be inherited; figures of regions beside it
        are passed over.

        Parameters
        ----------
        region : str
            Code or name.

        Raises
        ------
        UnknownNameError
            The plan knows no such region.
        PlanError
            The plan has no figure for the region, those below or those above it.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024").within("Kota Bengkulu")
        >>> plan.covered
        ('17.71',)
        """
        plan = evolve(self, scope=self.regions.find(region).code, coverage=())
        if self.coverage:
            listed = [code for code in self.coverage if plan.inside[self.regions.position(code)]]
            plan = evolve(plan, coverage=tuple(listed))
        if not plan.covered or (self.coverage and not plan.coverage):
            names = ", ".join(f"{self.regions[code].name} ({code})" for code in self.covered[:3])
            what, hint = "the plan has no region there", f"its first regions: {names}"
            raise errors.PlanError(errors.Problem(what, got=region, hint=hint), self.code)
        return plan

    def to_frame(self, backend: Backend | None = None) -> Any:
        """Return the targets in force of every region, indicator and year.

        A table of these columns reads back as targets that keep their basis: what was
        interpolated, inherited or derived does not become official.

        Parameters
        ----------
        backend : {"polars", "pandas", "pyarrow"}, optional
            The kind of data frame; by default the one that is installed.

        Returns
        -------
        data frame
            Columns ``region region_name indicator indicator_name unit year target basis
            instrument source``, by region, indicator and year.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> frame = kt.load_plan("bengkulu-stunting-2024").within("17.71").to_frame("polars")
        >>> frame.select("year", "target", "basis").rows()  # doctest: +NORMALIZE_WHITESPACE
        [(2022.0, 17.8, 'interpolated'), (2023.0, 13.4, 'interpolated'),
         (2024.0, 9.0, 'official')]
        """
        return to_frame(self.to_columns(), backend, keys=("region", "indicator"))

    def to_columns(self) -> dict[str, Column]:
        """Return the columns of `to_frame`.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> list(plan.to_columns())[:4]
        ['region', 'region_name', 'indicator', 'indicator_name']
        """
        count, known = len(self.indicators), self.index.paths.years
        places = np.array([self.regions.position(code) for code in self.covered], dtype=np.int64)
        series = (places[:, None] * count + np.arange(count)).ravel()
        region, indicator = np.divmod(series, count)
        series = series[self.index.measured[self.index.level[region], indicator]]
        whole = np.arange(np.ceil(known.min()), known.max())
        parts: list[tuple[Any, ...]] = []
        for year in np.union1d(whole, self.targets.year).tolist():
            index = self.index.in_force(year)
            lookup = look_up_targets(index, series, year, Inherit.PATH)
            # In the year of its baseline a region is promised nothing.
            path = index.path_of[series].astype(np.int64)
            path = np.where(index.promised[path], path, index.ancestor_path(series))
            first = index.paths.years[index.paths.starts[path]]
            start = (path >= 0) & (index.baseline_row[path] >= 0) & (first == year)
            rows = np.flatnonzero((lookup.reason == Reason.NONE) & ~start)
            kept = (lookup.value[rows], lookup.basis[rows], lookup.target_row[rows])
            parts.append((series[rows], np.full(len(rows), year), *kept))
        series, years, value, basis, row = map(np.concatenate, zip(*parts, strict=True))
        order = np.lexsort((years, series))
        region, indicator = np.divmod(series[order], count)
        row = row[order]

        def words(names: Iterable[str], positions: NDArray[Any]) -> Categorical:
            return Categorical.encode(names).take(positions)

        return {
            "region": words(self.regions.codes, region),
            "region_name": words([one.name for one in self.regions], region),
            "indicator": words(self.indicators.codes, indicator),
            "indicator_name": words([one.name for one in self.indicators], indicator),
            "unit": words([one.unit for one in self.indicators], indicator),
            "year": years[order],
            "target": value[order],
            "basis": words([one.value for one in BASES], basis[order]),
            "instrument": self.targets.text("instrument").take(row),
            "source": self.targets.source.take(row),
        }

    def pair(self, indicator: str, region: str) -> Any:
        """Return the position of an indicator and region in the index, as an array of one.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> plan = kt.load_plan("bengkulu-stunting-2024")
        >>> plan.pair("stunting_balita", "17.01")
        array([123])
        """
        position = self.indicators.index(self.indicator(indicator))
        where = self.regions.position(self.regions.find(region).code)
        return np.array([where * len(self.indicators) + position])

    def _path(self, index: PlanIndex, path: int, region: Region) -> TargetPath:
        paths = index.paths
        knots = range(int(paths.starts[path]), int(paths.starts[path + 1]))
        pair = int((index.path_of == path).argmax())
        rows = [int(index.target_row[knot]) for knot in knots]
        base = int(index.baseline_row[path])
        shape = int(paths.shapes[path])
        return TargetPath(
            language=self.language,
            indicator=self.indicators[pair % len(self.indicators)],
            region=region,
            owner=self.regions.regions[pair // len(self.indicators)],
            years=tuple(paths.years[knots].tolist()),
            values=tuple(paths.values[knots].tolist()),
            bases=tuple(
                "baseline" if row < 0 else BASES[index.basis[k]].value
                for k, row in zip(knots, rows, strict=True)
            ),
            sources=tuple(
                source_text(self.targets, row) if row >= 0 else self.baselines.source[base] or ""
                for row in rows
            ),
            shape=None if shape < 0 else tuple(PathShape)[shape],
            index=index,
            series=pair,
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Plan):
            return NotImplemented
        shown = ("notes", "language", "index")
        names = [one.name for one in fields(Plan) if one.name not in shown]
        return all(getattr(self, name) == getattr(other, name) for name in names)

    @cached_property
    def covered(self) -> tuple[str, ...]:
        """Codes of the regions that an evaluation lists, in the order of the regions."""
        if self.coverage:
            named = {*self.coverage, self.scope}
        else:
            named = set(self.baselines.region.categories) | set(self.targets.region.categories)
        inside = zip(self.regions.codes, self.inside.tolist(), strict=True)
        return tuple(code for code, lies in inside if lies and code in named)

    @cached_property
    def inside(self) -> Truths:
        """Which regions belong to the plan: all, or those of its scope."""
        return self.regions.expected(filter(None, (self.scope,)))

    def __repr__(self) -> str:
        return (
            f"<Plan {self.code}: {len(self.indicators)} indicators, {len(self.covered)} regions, "
            f"{len(self.baselines)} baselines, {len(self.targets)} targets>"
        )


@frozen(eq=False, repr=False, kw_only=True)
class CascadedTargets(Displayed):
    """A target split among regions, what is left of it, and the plan that promises it.

    Parameters
    ----------
    plan : Plan
        The plan with the new targets.
    regions : tuple of str
        Codes of the regions that share the target.
    baselines, targets, shares : ndarray of float
        Their baselines, new targets and weights. [unit of the indicator]
    fixed : ndarray of bool
        Which of them had an official target of their own and kept it.
    parameter : float
        The factor or step that was found (see `formulas.cascade.cascade`).
    residual : float
        Weighted sum of the targets minus the parent's target.
        [unit of the indicator]
    baseline_difference : float
        Weighted sum of the baselines minus the parent's own baseline: what the
        weights and the figures do not explain. nan if the parent has none.
        [unit of the indicator]
    """

    plan: Plan
    regions: tuple[str, ...]
    baselines: Floats
    targets: Floats
    shares: Floats
    fixed: Truths
    parameter: float
    residual: float
    baseline_difference: float

    @property
    def language(self) -> str:
        """The language of the plan."""
        return self.plan.language

    def __repr__(self) -> str:
        return f"<CascadedTargets {self.plan.code}: {len(self.regions)} regions>"


def refuse_plan(plan: object, argument: str = "plan") -> NoReturn:
    """Refuse what is no plan; the code of one is not loaded by itself."""
    hint = f"write load_plan({plan!r})" if isinstance(plan, str) and plan.isprintable() else ""
    errors.refuse(argument, plan, "a Plan, such as load_plan or read_plan return", hint)
