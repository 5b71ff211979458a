"""Family records to actuals with their errors, on the engine that holds the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Literal, Self

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.core import checks
from kencana_targets.core.columns import (
    Categorical,
    Column,
    frozen_array,
    read_only,
    take,
    to_lists,
)
from kencana_targets.core.errors import Problem, TableError, refuse
from kencana_targets.core.labels import words
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import Floats, Ints, NDArray, Truths
from kencana_targets.estimation.select_columns import Layout, Replicates
from kencana_targets.estimation.sums import KnownTotals, RecordSums, sum_records
from kencana_targets.formulas import survey_design
from kencana_targets.formulas.scales import multiple
from kencana_targets.formulas.uncertainty import ProportionMethod, proportion_interval
from kencana_targets.model.collection import Actuals
from kencana_targets.model.measure import Measure, MeasureKind
from kencana_targets.tables.results import ResultTable, write_csv

# The intervals of shares, and the methods of `proportion_interval` that make them.
INTERVALS = {"logit": ProportionMethod.LOGIT, "korn-graubard": ProportionMethod.CLOPPER_PEARSON}
# The columns of actuals that are made of sums, in their order.
ESTIMATED = ("indicator", "region", "year", "value", "standard_error", "lower", "upper",
             "sample_size", "design_effect")  # fmt: skip


class Outcome(StrEnum):
    """What became of an estimate."""

    ESTIMATED = "estimated"
    NO_RECORDS = "no-records"
    ZERO_DENOMINATOR = "zero-denominator"
    NO_WEIGHT = "no-weight"
    SUPPRESSED = "suppressed"
    NO_VARIATION = "no-variation"
    LOST_DIGITS = "lost-digits"
    SINGLE_PSU = "single-psu"
    ONE_UNIT = "one-unit"


OUTCOMES = tuple(Outcome)


@frozen(eq=False, repr=False)
class Estimates(Actuals):
    """Actuals that were estimated from records, and how each came about.

    Attributes
    ----------
    details : ResultTable
        For each figure ``region year indicator value standard_error lower upper
        degrees_of_freedom sample_size design_effect effective_size numerator
        denominator missing units strata outcome reason``. `lower` and `upper` are a
        95 percent interval. Numerator and denominator are weighted sums; `missing`
        counts the records left out because a value is missing; `units` and
        `strata` are sampling units and strata with cases; `outcome` is one of
        `Outcome`: ``suppressed`` where fewer records than the minimum size are in
        the denominator, ``no-variation`` where a standard error is 0 because all
        cases are alike.
    single_psu_strata : tuple of str
        Strata with one sampling unit in the whole sample.
    unplaced : int
        Records without a region or year. They are in no figure; their sampling
        units are counted.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> import polars as pl
    >>> records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
    >>> measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
    >>> estimates = kt.estimate(records, by="region", indicators=[measure], year=2024)
    >>> estimates[0].value
    75.0
    """

    details: ResultTable = field(kw_only=True)
    single_psu_strata: tuple[str, ...] = field(kw_only=True, default=())
    unplaced: int = field(kw_only=True, default=0)

    @property
    def degrees_of_freedom(self) -> Any:
        """Degrees of freedom of each figure's standard error.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
        >>> measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
        >>> estimates = kt.estimate(records, by="region", indicators=[measure], year=2024)
        >>> estimates.degrees_of_freedom.tolist()
        [3.0]
        """
        return self.details.values["degrees_of_freedom"]

    # What a table of actuals was given as notes is made here of the details.
    notes: tuple[Problem, ...] = field(init=False)

    @notes.default
    def _notes(self) -> tuple[Problem, ...]:
        """All that a reader should know: left out, withheld, without a standard error."""
        notes = []
        if self.unplaced:
            got = f"{self.unplaced} records"
            notes.append(Problem("without region or year", where="records", got=got))
        notes += [
            Problem("a single sampling unit", where=f"stratum '{label}'")
            for label in self.single_psu_strata
        ]
        columns = self.details.values
        special = columns["missing"] > 0  # type: ignore[operator]
        special |= np.array(columns["outcome"].to_list()) != Outcome.ESTIMATED  # type: ignore[union-attr]
        rows = np.flatnonzero(special)
        lists = to_lists({name: take(column, rows) for name, column in columns.items()})
        for row in range(len(rows)):
            cell = {name: values[row] for name, values in lists.items()}
            where = f"region '{cell['region']}', year {cell['year']:g}, {cell['indicator']}"
            if cell["reason"]:
                got = f"{cell['sample_size'] or 0:.0f} records"
                notes.append(Problem(cell["reason"], where=where, got=got))
            if cell["missing"]:
                got = f"{cell['missing']:.0f} records"
                notes.append(Problem("left out for a missing value", where=where, got=got))
        return tuple(notes)

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the figures at these rows.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
        >>> measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
        >>> estimates = kt.estimate(records, by="region", indicators=[measure], year=2024)
        >>> import numpy as np
        >>> len(estimates.take(np.array([0])))
        1
        """
        rows = np.arange(len(self))[rows]
        values = {name: take(column, rows) for name, column in self.details.values.items()}
        return evolve(super().take(rows), details=ResultTable(values=values))

    def to_csv(self, path: Any) -> None:
        """Write the figures as CSV that `read_actuals` reads; the file appears whole or not at all.

        Beside the figures stand `outcome` and `missing`, so that a figure that was
        withheld differs from one that nobody could estimate.

        Examples
        --------
        >>> import io
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
        >>> measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
        >>> estimates = kt.estimate(records, by="region", indicators=[measure], year=2024)
        >>> buffer = io.BytesIO()
        >>> estimates.to_csv(buffer)
        >>> buffer.getvalue().splitlines()[0][:40]
        b'indicator,region,year,value,standard_err'
        """
        told = {name: self.details.values[name] for name in ("outcome", "missing")}
        write_csv(path, to_lists({**self.columns, **told}))


def estimate(
    records: Any,
    *,
    by: str | Sequence[str] = ("region", "year"),
    indicators: Measure | Iterable[Measure],
    weight: str | None = None,
    strata: str | Sequence[str] | None = None,
    psu: str | Sequence[str] | None = None,
    year: float | None = None,
    single_psu: survey_design.SinglePsuLike = "report",
    population_size: str | None = None,
    replicates: Mapping[str, Any] | None = None,
    calibrate: Mapping[Any, Any] | None = None,
    distance: survey_design.DistanceLike = "linear",
    interval: Literal["logit", "korn-graubard"] = "logit",
    minimum_size: int | None = None,
    source: str = "",
) -> Estimates:
    """Estimate indicators from records, by region and year, with their sampling errors.

    The records are read once, by the engine that holds them; what comes back
    has one row for each region and year within a sampling unit (or stratum).

    Parameters
    ----------
    records : data frame or relation
        Polars (lazy or eager), DuckDB, PySpark, Dask, pandas, pyarrow, or
        whatever else narwhals reads lazily. nan counts as missing.
    by : sequence of str, optional
        The columns that say region (text) and year (number); or the region
        only, with `year`.
    indicators : Measure or iterable of Measure
        What to estimate.
    weight : str, optional
        Column of sampling weights, zero or more; without it all are 1.
    strata : str or sequence of str, optional
        Columns that together name the stratum. The records are one sample: where
        each year was drawn for itself, the year belongs to the strata.
    psu : str or sequence of str, optional
        Columns that together name the primary sampling unit within its stratum;
        without it each record is one.
    year : float, optional
        The year of all records, when `by` names none.
    single_psu : {"report", "certainty", "centered", "average"}, optional
        What a stratum with a single sampling unit adds to the variance; by
        default the figures with cases in it get no standard error.
    population_size : str, optional
        Column that says how many sampling units the record's stratum has in the
        population, or, up to 1, the share of them that was drawn: the finite
        population correction of units that were drawn without replacement.
    replicates : mapping, optional
        Replicate weights instead of `strata` and `psu`: ``weights`` (columns, or a
        pattern such as ``"rep_*"``), ``method`` (``jk1``, ``jkn``, ``brr``, ``fay`` or
        ``bootstrap``), and where they are needed ``rho`` (Fay), ``rscales`` (JKn),
        ``scale`` and ``degrees_of_freedom`` (replicates less one).
    calibrate : mapping, optional
        Known totals to which weights are calibrated: of the levels of a column,
        ``{"sex": {"f": 120, "m": 118}}``; of combinations, ``{("sex", "area"): {("f",
        "urban"): 60, ...}}``; the sum of a column of numbers, ``{"members": 1000}``; of
        all, ``{(): 238}``. One column is post-stratification. Of a column of numbers,
        every value makes a group of its own.
    distance : {"linear", "raking"}, optional
        How weights are calibrated; see `formulas.survey_design.calibrate`.
    interval : {"logit", "korn-graubard"}, optional
        How the 95 percent interval of a share is made: on the logit scale, or by
        Clopper and Pearson from Korn and Graubard's effective size.
    minimum_size : int, optional
        Figures with fewer records in the denominator are withheld, however few
        are in the numerator: a share of 1 in 400 is shown, and so is the total of 1.
    source : str, optional
        Survey or register, for the actuals.

    Returns
    -------
    Estimates
        Actuals for `evaluate`, by region, year and indicator, with `details`
        and `notes`. Nothing is dropped: a region and year found in the records
        has a row for each indicator.

    Raises
    ------
    ArgumentError
        An option is not allowed.
    TableError
        Columns are missing or of the wrong kind, there are no records, a
        weight, stratum or sampling unit is missing, a weight is negative, a sum
        is infinite or no number, or the engine fails.

    Notes
    -----
    Standard errors are linearised, with sampling units drawn with replacement
    within strata; see `formulas.survey_design.estimate_domains`. The design
    effect compares with a simple random sample of as many records; the
    effective size is the sample size over the design effect. A share of 0 or 100
    percent has the standard error 0, as in R; the outcome ``no-variation`` says
    that this is no certainty, and there is no interval.

    `lower` and `upper` are 95 percent intervals by the t distribution; its degrees of
    freedom are the sampling units with cases less their strata. Those of shares are
    R's ``svyciprop(method="xlogit")`` and ``method="beta"``, those of the other figures
    ``confint(svymean(...), df=degf(...))``.

    Examples
    --------
    >>> import polars as pl
    >>> families = pl.DataFrame({
    ...     "region": ["17.01"] * 6, "year": [2021] * 6, "village": ["a", "a", "b", "b", "c", "c"],
    ...     "in_union": [True, True, True, True, True, False],
    ...     "modern": [True, False, True, True, None, None]})
    >>> mcpr = Measure("mcpr", "ratio", "modern", "in_union")
    >>> found = estimate(families, indicators=[mcpr], psu="village")
    >>> found[0].value, found[0].sample_size, round(found[0].standard_error, 2)
    (75.0, 4.0, 21.65)
    >>> print(found.notes[0])
    region '17.01', year 2021, mcpr: left out for a missing value: got '1 records'
    """
    measures = _measures(indicators)
    far = as_term(survey_design.Distance, distance, "distance")
    known = None if calibrate is None else KnownTotals.of(calibrate, far)
    copies = None if replicates is None else Replicates.of(replicates)
    if copies and (strata or psu or population_size or known):
        refuse("replicates", "weights", "no strata, psu, population_size or calibrate beside them",
               "replicate weights carry the design: calibrate each of them beforehand")  # fmt: skip
    # The year is known by its name wherever it stands.
    columns = sorted(_names("by", by), key=lambda name: name == "year")
    if len(columns) not in (1, 2):
        refuse("by", by, "a column of regions and one of years")
    if (year is None) is not (len(columns) == 2):
        refuse("year", year, "a year, when and only when 'by' names the region alone")
    if year is not None:
        year = checks.as_number("year", year, 1900, 2200, allowed="a year such as 2024")
    for name, column in (("weight", weight), ("population_size", population_size)):
        if column is not None and not isinstance(column, str):
            refuse(name, column, "a column's name")
    layout = Layout(
        region=columns[0],
        year=columns[1] if year is None else None,
        weight=weight,
        strata=_names("strata", strata),
        psu=_names("psu", psu),
        population_size=population_size,
        factors=known.factors if known else (),
        numbers=known.numbers if known else (),
        calibrated=known is not None,
        replicates=copies,
    )
    checks.as_choice("interval", interval, *INTERVALS)
    lonely = as_term(survey_design.SinglePsu, single_psu, "single_psu")
    smallest = 0 if minimum_size is None else checks.count("minimum_size", minimum_size)
    if not isinstance(source, str):
        refuse("source", source, "text")
    sums = sum_records(records, measures, layout)
    asked = _Asked(lonely, interval, smallest, source, copies, known)
    return _finish(sums, measures, year, asked)


@frozen
class _Asked:
    """How figures are to be made of sums."""

    single_psu: survey_design.SinglePsu
    interval: str
    smallest: int
    source: str
    replicates: Replicates | None
    totals: KnownTotals | None


def _measures(indicators: Measure | Iterable[Measure]) -> list[Measure]:
    measures = checks.items("indicators", indicators, Measure, "one or more Measure")
    if not measures:
        refuse("indicators", indicators, "one or more Measure")
    codes = [measure.code for measure in measures]
    if len(set(codes)) < len(codes):
        refuse("indicators", codes, "codes that differ")
    return measures


def _names(argument: str, names: str | Sequence[str] | None) -> tuple[str, ...]:
    if names is None:
        return ()
    listed: object = [names] if isinstance(names, str) else names
    if not isinstance(listed, Sequence) or not all(isinstance(name, str) for name in listed):
        refuse(argument, names, "names of columns")
    return tuple(listed)


def _finish(
    sums: RecordSums, measures: list[Measure], year: float | None, asked: _Asked
) -> Estimates:
    regions, years, domain = _domains(sums, year)
    design, lone, unit = _design(sums, domain, len(years))
    calibration = None if asked.totals is None else asked.totals.calibration(sums, unit)
    blocks = [
        _block(sums, number, measure, design, calibration, asked)
        for number, measure in enumerate(measures)
    ]
    # Rows run by domain, then by measure in the order given.
    figures = {
        name: frozen_array(np.stack([block[name] for block in blocks], axis=1).ravel())
        for name in blocks[0]
    }
    repeats, codes = len(measures), np.arange(len(measures), dtype=np.int32)
    rows = len(years) * repeats
    outcome = read_only(figures.pop("outcome").astype(np.int32))
    keys: dict[str, Column] = {
        "region": Categorical(read_only(np.repeat(regions.codes, repeats)), regions.categories),
        "year": frozen_array(np.repeat(years, repeats)),
        "indicator": Categorical(
            read_only(np.tile(codes, len(years))), tuple(one.code for one in measures)
        ),
    }
    told: dict[str, Column] = {
        "outcome": Categorical(outcome, OUTCOMES),
        "reason": Categorical(outcome, tuple(words("outcome").get(one, "") for one in OUTCOMES)),
    }
    values = {**keys, **figures, **told}
    columns = {name: values[name] for name in ESTIMATED}
    columns["source"] = Categorical.constant(asked.source or None, rows)
    return Estimates(
        columns,
        details=ResultTable(values=values),
        single_psu_strata=lone,
        unplaced=int(sums.rows[domain < 0].sum()),
    )


def _domains(sums: RecordSums, year: float | None) -> tuple[Categorical, Floats, Ints]:
    """Return regions and years, sorted, and the code of each row; -1 where one is missing."""
    years = np.full(len(sums.rows), year) if sums.year is None else sums.year
    with np.errstate(invalid="ignore"):
        strange = years[(years < checks.FIRST_YEAR) | (years > checks.LAST_YEAR)]
    if strange.size:
        raise TableError(Problem("not a year", where="years", got=float(strange[0])), "records")
    words = sorted(word for word in sums.region.categories if word.strip())
    region = sums.region.positions(words)
    placed = (region >= 0) & ~np.isnan(years)
    domain = np.full(len(years), -1, dtype=np.int64)
    keys = np.stack([region[placed].astype(np.float64), years[placed].astype(np.float64)])
    found, codes = np.unique(keys, axis=1, return_inverse=True)
    domain[placed] = codes.ravel()
    return Categorical(found[0].astype(np.int32), tuple(words)), found[1], domain


def _design(
    sums: RecordSums, domain: Ints, domains: int
) -> tuple[survey_design.SampleDesign, tuple[str, ...], Ints]:
    """Return the design, the names of strata with a single sampling unit, and each row's unit."""
    stratum = _codes(sums.strata, len(domain))
    counted, unit = sums.rows, np.arange(len(domain))
    if sums.psu:
        unit = _codes([*sums.strata, *sums.psu], len(domain))
        counted = np.zeros(len(domain))
        counted[np.unique(unit, return_index=True)[1]] = 1
    units: Floats = np.bincount(stratum, counted).astype(np.float64)
    example = np.unique(stratum, return_index=True)[1]
    lone = tuple(_label(sums, row) for row in example[units == 1].tolist())
    population = _population(sums, stratum, units)
    design = survey_design.SampleDesign(stratum, domain, units, domains, bool(sums.psu), population)
    return design, lone, unit


def _population(sums: RecordSums, stratum: Ints, units: Floats) -> Floats | None:
    """Return the sampling units of each stratum in the population."""
    if sums.population_size is None:
        return None
    given = sums.population_size
    least, most = np.full(units.size, np.inf), np.full(units.size, -np.inf)
    np.minimum.at(least, stratum, given)
    np.maximum.at(most, stratum, given)
    size = np.where(most <= 1, units / np.where(most > 0, most, np.nan), most)
    wrong = (least != most) | ~(size >= units)
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        name = _label(sums, int(np.flatnonzero(stratum == at)[0]))
        problem = Problem(
            "not the size of a stratum",
            where=f"column of population_size, stratum '{name}'",
            got=f"{least[at]:g}" if least[at] == most[at] else f"{least[at]:g} to {most[at]:g}",
            allowed=f"one number of sampling units, at least the {units[at]:g} in the sample",
        )
        raise TableError(problem, "records")
    return size


def _label(sums: RecordSums, row: int) -> str:
    return " / ".join(str(labels[row]) for labels in sums.strata) or "all"


def _codes(labels: list[Categorical], rows: int) -> Ints:
    """Return one code for each combination of labels."""
    codes = np.zeros(rows, dtype=np.int64)
    for label in labels:
        joined = codes * len(label.categories) + label.codes
        codes = np.unique(joined, return_inverse=True)[1].astype(np.int64)
    return codes


def _block(
    sums: RecordSums,
    number: int,
    measure: Measure,
    design: survey_design.SampleDesign,
    calibration: survey_design.Calibration | None,
    asked: _Asked,
) -> dict[str, Floats]:
    """Return the columns of one measure, one row a domain."""
    own = sums.sums[number]
    _check_finite(measure, own.y, own.x, own.weight)
    total = measure.kind is MeasureKind.TOTAL
    found = survey_design.estimate_domains(
        own, design, total=total, single_psu=asked.single_psu, calibration=calibration
    )
    freedom: Floats = found.units - found.strata
    if asked.replicates is not None:
        found, freedom = _replicated(found, asked.replicates, design, sums.copies[number], total)
    per = measure.per or 1.0
    withheld = found.records < asked.smallest
    error = np.where(found.lost, np.nan, found.standard_error)
    with np.errstate(divide="ignore", invalid="ignore"):
        effective = found.records / found.design_effect
        effective[found.design_effect == 0] = np.nan
    ends = _interval(found, error, freedom, asked.interval if not total and _is_share(own) else "")
    shown = {
        "value": found.value * per,
        "standard_error": error * per,
        "lower": ends[0] * per,
        "upper": ends[1] * per,
        "degrees_of_freedom": freedom,
        "sample_size": np.where(found.records > 0, found.records, np.nan),
        "design_effect": found.design_effect,
        "effective_size": effective,
        "numerator": found.numerator,
        "denominator": np.full_like(found.value, np.nan) if total else found.denominator,
    }
    for name in shown.keys() - {"sample_size"}:
        shown[name] = np.where(withheld, np.nan, shown[name])
    inside = design.domain >= 0
    missing, weight = (
        np.bincount(design.domain[inside], each[inside], design.domains)
        for each in (sums.missing[number], sums.weight)
    )
    return {
        **shown,
        "missing": missing,
        "units": found.units,
        "strata": found.strata,
        "outcome": _outcomes(found, withheld, weight == 0, asked.single_psu),
    }


def _replicated(
    found: survey_design.DomainEstimates,
    replicates: Replicates,
    design: survey_design.SampleDesign,
    copies: Sequence[Floats],
    total: bool,
) -> tuple[survey_design.DomainEstimates, Floats]:
    """Return the estimates with the errors that replicate weights give them."""
    inside = design.domain >= 0
    y, x = (
        np.stack([np.bincount(design.domain[inside], column[inside], design.domains) * 1.0
                  for column in each.T], axis=1)
        for each in copies
    )  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        error, freedom = replicates.error(found.value, y if total else y / x)
        effect = found.design_effect * (error / found.standard_error) ** 2
    changed = evolve(found, standard_error=error, design_effect=effect,
                     lost=np.zeros(len(error), dtype=bool),
                     lone_strata=np.zeros(len(error)))  # fmt: skip
    return changed, np.full(len(error), freedom)


def _is_share(sums: survey_design.SampleSums) -> bool:
    """Return whether all values are yes or no, which are their own squares."""
    pairs = ((sums.yy, sums.y), (sums.xx, sums.x), (sums.xy, sums.y))
    return all(np.allclose(*pair, rtol=1e-9, atol=0.0) for pair in pairs)


def _interval(
    found: survey_design.DomainEstimates, error: Floats, freedom: Floats, kind: str
) -> tuple[Floats, Floats]:
    """Return the 95 percent intervals of shares by `kind`, and of other figures."""
    low, high = np.full((2, len(error)), np.nan)
    value = found.value
    if not kind:
        known = np.flatnonzero((freedom > 0) & (error > 0))
        half = multiple(0.95, freedom[known]) * error[known]
        low[known], high[known] = value[known] - half, value[known] + half
        return low, high
    known = np.flatnonzero((freedom > 0) & (error > 0) & (value > 0) & (value < 1))
    if known.size:
        share, records = value[known], found.records[known]
        low[known], high[known] = proportion_interval(
            share,
            records,
            method=INTERVALS[kind],
            design_effect=records * error[known] ** 2 / (share * (1 - share)),
            degrees_of_freedom=freedom[known],
        )
    return low, high


def _outcomes(
    found: survey_design.DomainEstimates,
    withheld: Truths,
    weightless: Truths,
    single_psu: survey_design.SinglePsu,
) -> Floats:
    """Return the position of each domain's outcome among all."""
    unknown = np.isnan(found.standard_error)
    # Strata that were taken with certainty have no error, for a good reason.
    sampled = found.strata > found.lone_strata * (single_psu is survey_design.SinglePsu.CERTAINTY)
    alone = (found.lone_strata > 0) & (single_psu is survey_design.SinglePsu.REPORT)
    # The first that fits, fits.
    chosen = {
        Outcome.NO_WEIGHT: weightless,
        Outcome.NO_RECORDS: found.records == 0,
        Outcome.SUPPRESSED: withheld,
        Outcome.ZERO_DENOMINATOR: np.isnan(found.value),
        Outcome.SINGLE_PSU: unknown & alone,
        Outcome.ONE_UNIT: unknown,
        Outcome.LOST_DIGITS: found.lost,
        Outcome.NO_VARIATION: (found.standard_error == 0) & sampled,
    }
    positions = [OUTCOMES.index(outcome) for outcome in chosen]
    return np.select(list(chosen.values()), positions, OUTCOMES.index(Outcome.ESTIMATED)) * 1.0


def _check_finite(measure: Measure, *sums: Floats) -> None:
    where = f"a sum of measure '{measure.code}'"
    if any(np.isnan(one).any() for one in sums):
        hint = "divide by nothing that is zero: give a ratio its denominator instead"
        raise TableError(Problem("not a number", where=where, hint=hint), "records")
    if any(np.isinf(one).any() for one in sums):
        raise TableError(Problem("infinite", where=where), "records")
