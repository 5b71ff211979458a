"""Estimates and their errors from a sample's sums: shares, means, ratios and totals by domain.

The sums are small: one row for each domain within each sampling unit, or for
each domain within each stratum when every record is its own sampling unit. The
errors are linearised (Taylor), which is linear in these sums, so the records
themselves are read once.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, TypeAlias

import numpy as np
from attrs import asdict, field, frozen

from kencana_targets.core.checks import as_figures, as_flag, quiet
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import ArrayLike, Floats, Ints, NDArray, Truths

__all__ = ["DomainEstimates", "SampleDesign", "SampleSums", "SinglePsu", "estimate_domains"]

_EPS = np.finfo(np.float64).eps
# A difference below this share of its terms is what rounding left of nothing.
_ROUNDING = 64 * _EPS
# Sums round by some hundred units in the last place: down to this share of its terms, a
# difference keeps three digits or more. Of sampling units the differences are squared.
_KEPT = {False: 1e6 * _EPS, True: (1e4 * _EPS) ** 2}
# What is added up over a domain; all but the first by weight.
_SUMMED = ("records", "weight", "y", "x", "yy", "xy", "xx")
# So often at most raking goes over the totals.
ROUNDS = 100


class Distance(StrEnum):
    """What calibrated weights stay as near as possible to the old ones in."""

    LINEAR = "linear"
    RAKING = "raking"


DistanceLike: TypeAlias = Distance | Literal["linear", "raking"]


@quiet
def calibrate(
    basis: ArrayLike, weight: ArrayLike, totals: ArrayLike, *, distance: DistanceLike = "linear"
) -> Floats:
    """Return the factors by which weights meet known totals.

    Parameters
    ----------
    basis : array_like, shape (rows, totals)
        What each row adds to each total, by one of its weight.
    weight : array_like, shape (rows,)
        Weights before.
    totals : array_like, shape (totals,)
        What is known.
    distance : {"linear", "raking"}, optional
        ``linear``: the regression estimator; with one factor, post-stratification.
        ``raking``: factors stay above zero; with several factors, iterative
        proportional fitting.

    Returns
    -------
    ndarray, shape (rows,)
        The factors; nan where the totals cannot be met together.

    References
    ----------
    Deville and Särndal (1992), Journal of the American Statistical Association 87,
    376-382; not verified against the primary text. The values are those of R's
    ``survey::calibrate``.

    Examples
    --------
    >>> stratum = np.array([[1, 0], [1, 0], [0, 1]])
    >>> calibrate(stratum, [10, 10, 20], [30, 10]).round(2).tolist()
    [1.5, 1.5, 0.5]
    """
    way = as_term(Distance, distance, "distance")
    a, w, goal = (
        as_figures(name, values)
        for name, values in (("basis", basis), ("weight", weight), ("totals", totals))
    )
    if a.ndim != 2 or w.shape != a.shape[:1] or goal.shape != a.shape[1:]:
        refuse("basis", a.shape, "a row for each weight and a column for each total")
    factor, slope = np.ones(len(w)), np.zeros(a.shape[1])
    size = np.abs(goal).max(initial=1.0)
    for _ in range(ROUNDS if way is Distance.RAKING else 1):
        lacking = goal - a.T @ (w * factor)
        if np.abs(lacking).max(initial=0.0) <= 1e-12 * size:
            break
        slope = slope + np.linalg.pinv(a.T @ (a * (w * factor)[:, None]), hermitian=True) @ lacking
        factor = 1.0 + a @ slope if way is Distance.LINEAR else np.exp(a @ slope)
        if not np.isfinite(factor).all():
            break
    met = np.abs(goal - a.T @ (w * factor)).max(initial=0.0) <= 1e-8 * size
    return factor if met else np.full(len(w), np.nan)


@frozen(eq=False)
class Calibration:
    """How the rows of sums were calibrated.

    Parameters
    ----------
    basis : ndarray, shape (rows, totals)
        As of `calibrate`.
    weight, factor : ndarray, shape (rows,)
        Weights of all records of a row before, and their factor.
    unit : ndarray of int, shape (rows,)
        The sampling unit of each row, as a code.
    squares : ndarray, shape (rows,)
        Squared weights of all records, where each is a sampling unit.
    """

    basis: Floats
    weight: Floats
    factor: Floats
    unit: Ints
    squares: Floats | None


class SinglePsu(StrEnum):
    """What a stratum with a single sampling unit adds to the variance.

    ``report`` leaves the domains with cases in it without a standard error;
    ``certainty`` adds nothing, for units that were sure to be in the sample;
    ``centered`` adds the square of the unit's linearised total; ``average`` adds
    what the other strata with cases of the domain add on average.
    """

    REPORT = "report"
    CERTAINTY = "certainty"
    CENTERED = "centered"
    AVERAGE = "average"


SinglePsuLike: TypeAlias = SinglePsu | Literal["report", "certainty", "centered", "average"]


@frozen(eq=False)
class SampleDesign:
    """Which stratum and domain each row of sums belongs to.

    Parameters
    ----------
    stratum, domain : ndarray of int, shape (rows,)
        Ints from 0; domain -1 for rows that belong to none, whose sampling
        units count all the same.
    units : ndarray, shape (strata,)
        Sampling units of each stratum, with or without a case in any domain.
    domains : int
        Number of domains.
    clustered : bool
        Whether a row is a domain within one sampling unit; otherwise it is a
        domain within one stratum, and each record is a sampling unit.
    population : ndarray, shape (strata,), optional
        Sampling units of each stratum in the population, where they were drawn
        without replacement: the finite population correction.
    """

    stratum: Ints
    domain: Ints
    units: Floats
    domains: int
    clustered: bool
    population: Floats | None = None

    def __attrs_post_init__(self) -> None:
        if self.stratum.shape != self.domain.shape:
            refuse("domain", self.domain.shape, f"the shape of stratum, {self.stratum.shape}")
        if self.domain.size and not -1 <= self.domain.min() <= self.domain.max() < self.domains:
            refuse("domain", self.domain.tolist(), f"codes from -1 to {self.domains - 1}")
        if (
            self.stratum.size
            and not 0 <= self.stratum.min() <= self.stratum.max() < self.units.size
        ):
            refuse("stratum", self.stratum.tolist(), f"codes from 0 to {self.units.size - 1}")
        if self.population is not None and not (
            self.population.shape == self.units.shape and (self.population >= self.units).all()
        ):
            refuse("population", self.population.tolist(), "at least the units of each stratum")


@frozen(eq=False, kw_only=True)
class SampleSums:
    """Sums over the records that count, one a row of the design; w weight, y numerator, x denominator.

    Parameters
    ----------
    records : ndarray
        Number of records that count.
    weight, y, x : ndarray
        Sums of w, wy and wx.
    yy, xy, xx : ndarray
        Sums of wyy, wxy and wxx, for the design effect.
    w2yy, w2xy, w2xx : ndarray, optional
        Sums of wwyy, wwxy and wwxx: needed when each record is a sampling unit.
    w2y, w2x : ndarray, optional
        Sums of wwy and wwx: needed when such weights are calibrated.
    """

    records: Floats
    weight: Floats
    y: Floats
    x: Floats
    yy: Floats
    xy: Floats
    xx: Floats
    w2yy: Floats | None = None
    w2xy: Floats | None = None
    w2xx: Floats | None = None
    w2y: Floats | None = None
    w2x: Floats | None = None


@frozen(eq=False, kw_only=True)
class DomainEstimates:
    """Estimates, one a domain; nan where there is none.

    Parameters
    ----------
    value, standard_error : ndarray
        Share, mean or ratio (as a fraction), or total.
    design_effect : ndarray
        Variance over that of a simple random sample of as many records.
    records : ndarray
        Records that count.
    numerator, denominator : ndarray
        Weighted sums.
    units, strata : ndarray
        Sampling units and strata with cases.
    lone_strata : ndarray
        Strata with cases and a single sampling unit in the whole sample.
    lost : ndarray of bool
        Whether rounding took the digits of the variance: the numerator varies too
        little beside its size for sums to tell how much.
    """

    value: Floats
    standard_error: Floats
    design_effect: Floats
    records: Floats
    numerator: Floats
    denominator: Floats
    units: Floats
    strata: Floats
    lone_strata: Floats = field(repr=False)
    lost: Truths = field(repr=False)


@quiet
def estimate_domains(
    sums: SampleSums,
    design: SampleDesign,
    *,
    total: bool = False,
    single_psu: SinglePsuLike = "report",
    calibration: Calibration | None = None,
) -> DomainEstimates:
    """Return the ratio of two sums, or one sum, in each domain of a stratified cluster sample.

    Sampling units are taken as drawn with replacement within their stratum
    (the ultimate cluster) unless the design knows its population. A unit without a
    case in a domain counts with zero, as a domain's size is itself random.

    Parameters
    ----------
    sums : SampleSums
        Sums of the records.
    design : SampleDesign
        Which stratum and domain each row of sums belongs to.
    total : bool, optional
        Estimate the sum of y; otherwise the sum of y over the sum of x.
    single_psu : {"report", "certainty", "centered", "average"}, optional
        What a stratum with a single sampling unit adds to the variance. As in
        R's ``survey``, a linearised total is centred on nothing in
        ``centered``: exact for ratios, whose linearised values have mean zero,
        and on the safe side for totals.

    calibration : Calibration, optional
        How the weights of each row were calibrated; the sums are those before, and
        several rows may be of one domain and sampling unit. The errors are then those of
        the residuals.

    Returns
    -------
    DomainEstimates
        The standard error is nan where a stratum with a single unit is only
        reported, and for a ratio whose cases all lie in one sampling unit: the
        formula gives zero there, which would be taken for certainty.

    Raises
    ------
    ArgumentError
        `single_psu` is none of the four, or the squares are missing that a
        sample without clusters needs.

    References
    ----------
    Särndal, Swensson, Wretman (1992), Model Assisted Survey Sampling, 5.5 and
    5.8; Lumley (2004), Analysis of complex survey samples, Journal of
    Statistical Software 9(8) (not verified against the primary texts; values
    agree with R's ``survey`` 4.1.1).

    Examples
    --------
    Two strata of two villages each, one domain: 10 of 20 and 6 of 20 families,
    then 8 of 20 and 4 of 20.

    >>> yes, all_ = np.array([10.0, 6, 8, 4]), np.full(4, 20.0)
    >>> sums = SampleSums(records=all_, weight=all_, y=yes, x=all_, yy=yes, xy=yes, xx=all_)
    >>> design = SampleDesign(np.array([0, 0, 1, 1]), np.zeros(4, int), np.array([2.0, 2.0]), 1, True)
    >>> found = estimate_domains(sums, design)
    >>> found.value.round(4), found.standard_error.round(4), found.design_effect.round(3)
    (array([0.35]), array([0.0707]), array([1.736]))
    """
    lonely = as_term(SinglePsu, single_psu, "single_psu")
    for name, given, kind in (("sums", sums, SampleSums), ("design", design, SampleDesign)):
        if not isinstance(given, kind):
            refuse(name, type(given).__name__, kind.__name__)
    total = as_flag("total", total)
    if calibration is not None and not isinstance(calibration, Calibration):
        refuse("calibration", type(calibration).__name__, "a Calibration")
    factor = 1.0 if calibration is None else calibration.factor
    cells = {name: getattr(sums, name) * factor for name in _SUMMED} | {"records": sums.records}
    inside = design.domain >= 0
    domain = design.domain[inside]
    whole = SampleSums(
        **{name: _sum_by(domain, each[inside], design.domains) for name, each in cells.items()}
    )
    y, x, records = whole.y, whole.x, whole.records
    value = y if total else _nan_where(x == 0, y / x)
    value = _nan_where(records == 0, value)
    if calibration is None:
        variance, terms, cases = _variance(sums, design, value, x, total, lonely)
        lost = _lost(variance, terms, whole, design.clustered)
    else:
        variance, cases = _residual_variance(sums, design, value, x, total, lonely, calibration)
        lost = np.zeros(variance.shape, dtype=bool)
    if lonely is SinglePsu.AVERAGE:
        variance = variance * (cases.strata / (cases.strata - cases.lone_strata))
    reference = _simple_variance(whole, value, total)
    unknown = np.isnan(value) | (not total) & (cases.units < 2)
    unknown |= (lonely is SinglePsu.REPORT) & (cases.lone_strata > 0)
    variance = _nan_where(unknown, variance)
    return DomainEstimates(
        value=value,
        standard_error=np.sqrt(variance),
        design_effect=_nan_where(~(reference > 0), variance / reference),
        records=records,
        numerator=y,
        denominator=x,
        lost=lost,
        **asdict(cases, recurse=False),
    )


def _residual_variance(
    sums: SampleSums,
    design: SampleDesign,
    value: Floats,
    x: Floats,
    total: bool,
    single_psu: SinglePsu,
    calibration: Calibration,
) -> tuple[Floats, _Cases]:
    """Return the variance of calibrated estimates, and where cases lie."""
    ratio, size = (np.zeros_like(x), np.ones_like(x)) if total else (np.nan_to_num(value), x)
    size = np.where(size == 0, 1.0, size)
    around, sum_ = _squares_left(calibration, sums, design, ratio, size, total)
    factor, centered, alone = _factors(design, single_psu)
    rows = np.flatnonzero((design.domain >= 0) & (sums.records > 0))
    domain, unit = design.domain[rows], calibration.unit[rows]
    first = np.unique(unit * design.domains + domain, return_index=True)[1]
    cells = np.unique(design.stratum[rows] * design.domains + domain)
    stratum, place = np.divmod(cells, design.domains)
    counted = _sum_by(domain[first], np.ones(first.size), design.domains)
    cases = _Cases(
        counted if design.clustered else _sum_by(domain, sums.records[rows], design.domains),
        _sum_by(place, np.ones(place.size), design.domains),
        _sum_by(place, alone[stratum].astype(np.float64), design.domains),
    )
    return (factor[:, None] * around + centered[:, None] * sum_**2).sum(axis=0), cases


def _factors(design: SampleDesign, single_psu: SinglePsu) -> tuple[Floats, Floats, Truths]:
    """Return for each stratum how squares count, and the sum's own, and where a unit is alone."""
    units = design.units
    left = np.ones(units.size) if design.population is None else 1.0 - units / design.population
    # A unit that is its whole stratum was sure to be drawn.
    alone = (units == 1) & (left > 0)
    factor = np.where(units > 1, left * units / (units - 1), 0.0)
    return factor, left * alone * (single_psu is SinglePsu.CENTERED), alone


def _sum_by(codes: Ints, values: NDArray[np.generic], size: int) -> Floats:
    return np.asarray(np.bincount(codes, values, size), dtype=np.float64)


@frozen
class _Cases:
    units: Floats
    strata: Floats
    lone_strata: Floats


def _variance(
    sums: SampleSums,
    design: SampleDesign,
    value: Floats,
    x: Floats,
    total: bool,
    single_psu: SinglePsu,
) -> tuple[Floats, Floats, _Cases]:
    """Return the variance in each domain, the terms whose difference it is, and where cases lie."""
    rows = np.flatnonzero(design.domain >= 0)
    domain, stratum = design.domain[rows], design.stratum[rows]
    scale = np.ones(rows.size) if total else x[domain]
    linear = (sums.y[rows] - (0 if total else value[domain] * sums.x[rows])) / scale
    keys, cell = np.unique(stratum * design.domains + domain, return_inverse=True)
    cell_stratum, cell_domain = np.divmod(keys, design.domains)
    units = design.units[cell_stratum]
    cell_sum = _sum_by(cell, linear, keys.size)
    mean = cell_sum / units
    if design.clustered:
        around = _sum_by(cell, (linear - mean[cell]) ** 2, keys.size)
        # Units of the stratum that have no row in this domain have total zero.
        squares = around + (units - np.bincount(cell, minlength=keys.size)) * mean**2
        size = sums.y[rows] ** 2 + (0 if total else (value[domain] * sums.x[rows]) ** 2)
        present = (sums.records[rows] > 0).astype(np.float64)
    else:
        own, size = _squares(sums, rows, domain, value, total)
        squares = _settled(_sum_by(cell, own / scale**2, keys.size), units * mean**2)
        present = sums.records[rows]
    terms = _sum_by(cell, size / scale**2, keys.size)
    with_cases = _sum_by(cell, present, keys.size)
    of_stratum, centered, alone = _factors(design, single_psu)
    factor = of_stratum[cell_stratum]
    added = centered[cell_stratum] * cell_sum**2 + factor * squares

    def by_domain(values: NDArray[np.generic]) -> Floats:
        return _sum_by(cell_domain, values, design.domains)

    occupied = with_cases > 0
    cases = _Cases(
        by_domain(with_cases), by_domain(occupied), by_domain(occupied & alone[cell_stratum])
    )
    variance, of_terms = by_domain(added), by_domain(factor * terms)
    nothing = design.clustered & (variance <= _ROUNDING**2 * of_terms)
    return np.where(nothing, 0.0, variance), of_terms, cases


def _squares(
    sums: SampleSums, rows: Ints, domain: Ints, value: Floats, total: bool
) -> tuple[Floats, Floats]:
    """Return each row's sum of squared residuals, when records are the units, and its terms."""
    yy = _given(sums, "w2yy")[rows]
    if total:
        return yy, yy
    ratio = value[domain]
    terms = yy + ratio**2 * _given(sums, "w2xx")[rows]
    return _settled(terms, 2 * ratio * _given(sums, "w2xy")[rows]), terms


def _given(source: SampleSums | Calibration, name: str) -> Floats:
    given: Floats | None = getattr(source, name)
    if given is None:
        where = "sums" if isinstance(source, SampleSums) else "calibration"
        refuse(where, f"no {name}", "squared sums, as each record is a sampling unit")
    return given


def _simple_variance(whole: SampleSums, value: Floats, total: bool) -> Floats:
    """Return the variance of a simple random sample of as many records, with replacement."""
    kept = _KEPT[False]
    if total:
        squares = _settled(whole.yy, whole.y**2 / whole.weight, kept)
        return whole.weight * squares / (whole.records - 1)
    squares = _settled(whole.yy + value**2 * whole.xx, 2 * value * whole.xy, kept)
    return whole.weight * squares / (whole.x**2 * (whole.records - 1))


def _settled(larger: Floats, smaller: Floats, share: float = _ROUNDING) -> Floats:
    """Return a sum of squares as a difference; zero where less than a share is left of it."""
    difference = larger - smaller
    nothing = difference <= share * np.abs(larger)
    return np.where(nothing & ~np.isnan(difference), 0.0, difference)


def _lost(variance: Floats, terms: Floats, whole: SampleSums, clustered: bool) -> Truths:
    """Return where rounding took the variance, or so much of it that it tells nothing."""
    # No numerator at all, and one that is the denominator in each record, are summed exactly.
    exact = (whole.yy == 0) | ((whole.yy == whole.xx) & (whole.xy == whole.xx))
    lost: Truths = (variance < _KEPT[clustered] * terms) & ~exact
    return lost & (variance > 0) if clustered else lost


def _nan_where(wrong: Truths, values: Floats) -> Floats:
    return np.where(wrong, np.nan, values)


def _squares_left(
    made: Calibration,
    sums: SampleSums,
    design: SampleDesign,
    value: Floats,
    size: Floats,
    total: bool,
) -> tuple[Floats, Floats]:
    """Return squares about the mean and sums of each stratum, shape (strata, domains).

    Linearised values lose what their regression on the basis explains, in all
    records: outside of a domain, too, where they are zero.
    """
    rows = np.flatnonzero(design.domain >= 0)
    domain = design.domain[rows]
    ratio = value[domain]
    z = (sums.y[rows] - ratio * sums.x[rows]) / size[domain]
    normal = made.basis.T @ (made.basis * made.weight[:, None])
    moments = np.stack([np.bincount(domain, column * z, design.domains)
                        for column in made.basis[rows].T])  # fmt: skip
    slopes = np.linalg.pinv(normal, hermitian=True) @ moments
    unit = made.unit if design.clustered else np.arange(len(made.weight))
    count = int(unit.max()) + 1
    load = np.zeros((count, made.basis.shape[1]))
    np.add.at(load, unit, made.basis * (made.weight * made.factor)[:, None])
    whole = -load @ slopes
    np.add.at(whole, (unit[rows], domain), made.factor[rows] * z)
    squares = whole**2
    if not design.clustered:
        # Each row holds many records: their squares add up, not that of their sum.
        explained = made.basis @ slopes
        squares = _given(made, "squares")[:, None] * explained**2
        own = _squares(sums, rows, domain, value, total)[0] / size[domain] ** 2
        across = (_given(sums, "w2y")[rows] - ratio * _given(sums, "w2x")[rows]) / size[domain]
        np.add.at(squares, (rows, domain), own - 2 * explained[rows, domain] * across)
        squares *= made.factor[:, None] ** 2
    stratum = np.zeros(count, dtype=np.int64)
    stratum[unit] = design.stratum
    sum_, around = np.zeros((2, design.units.size, design.domains))
    np.add.at(sum_, stratum, whole)
    np.add.at(around, stratum, squares)
    around -= sum_**2 / design.units[:, None]
    return np.maximum(around, 0.0), sum_
