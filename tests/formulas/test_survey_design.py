from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from attrs import evolve
from effort import examples
from hypothesis import given
from hypothesis import strategies as st

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.survey_design import (
    Calibration,
    DomainEstimates,
    SampleDesign,
    SampleSums,
    SinglePsu,
    calibrate,
    estimate_domains,
)


@dataclass
class Records:
    """Single records, for working everything out the long way."""

    stratum: np.ndarray
    psu: np.ndarray
    domain: np.ndarray
    w: np.ndarray
    y: np.ndarray
    x: np.ndarray

    def sums(self, clustered: bool) -> tuple[SampleSums, SampleDesign]:
        unit = self.psu if clustered else np.zeros(len(self.psu), int)
        keys = np.stack([self.stratum, unit, self.domain])
        rows, code = np.unique(keys, axis=1, return_inverse=True)

        def by(values: np.ndarray) -> np.ndarray:
            return np.bincount(code.ravel(), values, rows.shape[1])

        w, y, x = self.w, self.y, self.x
        units = [
            len(np.unique(self.psu[self.stratum == one]))
            if clustered
            else (self.stratum == one).sum()
            for one in range(self.stratum.max() + 1)
        ]
        sums = SampleSums(
            records=by(np.ones(len(w))),
            weight=by(w),
            y=by(w * y),
            x=by(w * x),
            yy=by(w * y * y),
            xy=by(w * x * y),
            xx=by(w * x * x),
            w2yy=by(w * w * y * y),
            w2xy=by(w * w * x * y),
            w2xx=by(w * w * x * x),
        )
        domains = int(self.domain.max()) + 1
        return sums, SampleDesign(rows[0], rows[2], np.array(units, float), domains, clustered)

    def variance(self, domain: int, clustered: bool, total: bool) -> float:
        """Return the variance from linearised values of all records, zero outside the domain."""
        inside = self.domain == domain
        w, y, x = self.w * inside, self.y, self.x
        ratio = (w * y).sum() / (w * x).sum()
        z = w * y if total else w * (y - ratio * x) / (w * x).sum()
        unit = self.psu if clustered else np.arange(len(w))
        variance = 0.0
        for one in np.unique(self.stratum):
            here = self.stratum == one
            totals = np.array([z[here & (unit == each)].sum() for each in np.unique(unit[here])])
            variance += len(totals) * totals.var(ddof=1)
        return float(variance)


@st.composite
def records(draw: st.DrawFn) -> Records:
    random = np.random.default_rng(draw(st.integers(0, 2**32)))
    strata, units, domains = (draw(st.integers(low, 4)) for low in (1, 2, 1))
    size = draw(st.integers(60, 90))
    stratum, psu = random.integers(0, strata, size), random.integers(0, units, size)
    # Every stratum has at least two sampling units, every domain some records.
    stratum[: 2 * strata] = np.repeat(np.arange(strata), 2)
    psu[: 2 * strata] = np.tile([0, 1], strata)
    domain = random.integers(0, domains, size)
    y, x = random.normal(5, 3, size), random.uniform(0.5, 2, size)
    return Records(stratum, psu, domain, random.uniform(0, 3, size), y, x)


@examples(40)
@given(records(), st.booleans(), st.booleans())
def test_the_variance_is_that_of_linearised_records(
    made: Records, clustered: bool, total: bool
) -> None:
    sums, design = made.sums(clustered)
    error = estimate_domains(sums, design, total=total).standard_error
    expected = [
        np.sqrt(made.variance(domain, clustered, total)) for domain in range(design.domains)
    ]
    np.testing.assert_allclose(error, expected, rtol=1e-9)


@examples(30)
@given(records(), st.booleans(), st.booleans(), st.sampled_from([None, 2.0]))
def test_calibrated_errors_are_those_of_all_residuals(
    made: Records, clustered: bool, total: bool, known: float | None
) -> None:
    """Deville and Saerndal: residuals about the calibration, of records of other domains too."""
    stratum, y, x, w, one = made.stratum, made.y, made.x, made.w + 0.1, np.ones(len(made.w))
    domain = made.domain - (made.domain.max() > 0)
    basis = np.stack([one, np.random.default_rng(1).uniform(1, 2, len(one))], axis=1)
    factor = calibrate(basis, w, basis.T @ w * [1.1, 1.08])
    np.testing.assert_allclose(basis.T @ (w * factor), basis.T @ w * [1.1, 1.08])
    psu = np.unique(np.stack([stratum, made.psu]), axis=1, return_inverse=True)[1].ravel()
    unit = psu if clustered else np.arange(len(one))
    units = np.array([len(set(unit[stratum == each])) for each in range(stratum.max() + 1)], float)
    design = SampleDesign(stratum, domain, units, int(domain.max()) + 1, clustered,
                          None if known is None else known * units)  # fmt: skip
    sums = SampleSums(
        records=one, weight=w, y=w * y, x=w * x, yy=w * y * y, xy=w * x * y, xx=w * x * x,
        w2yy=(w * y) ** 2, w2xy=w * w * x * y, w2xx=(w * x) ** 2, w2y=w * w * y, w2x=w * w * x,
    )  # fmt: skip
    made_known = Calibration(basis, w, factor, psu, None if clustered else w * w)
    found = estimate_domains(sums, design, total=total, calibration=made_known)
    assert not found.lost.any()
    for place in range(design.domains):
        own = [len(set(codes[domain == place])) for codes in (unit, stratum)]
        assert [found.units[place], found.strata[place], found.lone_strata[place]] == [*own, 0]
        inside = w * factor * (domain == place)
        ratio = inside @ y / (inside @ x)
        assert found.value[place] == pytest.approx(inside @ y if total else ratio)
        z = (domain == place) * (y if total else (y - ratio * x) / (inside @ x))
        slopes = np.linalg.solve((basis * w[:, None]).T @ basis, basis.T @ (w * z))
        left = np.bincount(unit, w * factor * (z - basis @ slopes))
        of = np.array([stratum[unit == each][0] for each in range(len(left))])
        variance = sum(np.var(left[of == each], ddof=1) * units[each] for each in set(stratum))
        variance *= 1 if known is None else 1 - 1 / known
        assert found.standard_error[place] == pytest.approx(np.sqrt(variance), rel=1e-6)


@examples(20)
@given(records(), st.booleans(), st.floats(0.001, 1000))
def test_the_unit_of_weights_and_figures_does_not_matter(
    made: Records, clustered: bool, scale: float
) -> None:
    once = estimate_domains(*made.sums(clustered))
    made.w, made.y = made.w * scale, made.y * 7
    again = estimate_domains(*made.sums(clustered))
    np.testing.assert_allclose(again.value, 7 * once.value, rtol=1e-9)
    np.testing.assert_allclose(again.standard_error, 7 * once.standard_error, rtol=1e-8)
    np.testing.assert_allclose(again.design_effect, once.design_effect, rtol=1e-8)


@examples(20)
@given(records())
def test_sampling_units_outside_all_domains_count(made: Records) -> None:
    """A domain alone, with the other records in none, is as within the whole."""
    sums, design = made.sums(True)
    alone = SampleDesign(
        design.stratum, np.where(design.domain == 0, 0, -1), design.units, 1, clustered=True
    )
    one, whole = estimate_domains(sums, alone), estimate_domains(sums, design)
    np.testing.assert_allclose(one.standard_error[0], whole.standard_error[0], rtol=1e-12)


def few(y: list[float], x: list[float], stratum: list[int], units: list[float]) -> DomainEstimates:
    """Return the estimate of one domain in clusters of ten records."""
    ones, yes, base = np.full(len(y), 10.0), np.array(y), np.array(x)
    sums = SampleSums(records=ones, weight=ones, y=yes, x=base, yy=yes, xy=yes, xx=base)
    zeros = np.zeros(len(y), int)
    design = SampleDesign(np.array(stratum, int), zeros, np.array(units), 1, clustered=True)
    return estimate_domains(sums, design)


def test_a_simple_random_sample_has_the_design_effect_one() -> None:
    y = np.array([1.0, 0, 1, 1, 0, 0, 0, 1])
    one = np.ones(8)
    sums = SampleSums(records=one, weight=one, y=y, x=one, yy=y, xy=y, xx=one)
    design = SampleDesign(np.zeros(8, int), np.zeros(8, int), np.array([8.0]), 1, clustered=True)
    found = estimate_domains(sums, design)
    np.testing.assert_allclose(found.standard_error, np.sqrt(0.25 / 7))
    np.testing.assert_allclose(found.design_effect, 1)


def test_nothing_varies_where_all_say_yes() -> None:
    found = few([10, 10, 10, 10], [10, 10, 10, 10], [0, 0, 1, 1], [2, 2])
    assert found.standard_error.tolist() == [0]
    assert np.isnan(found.design_effect).all()
    assert found.lost.tolist() == [False]


def test_the_same_rate_in_every_unit_is_no_variation() -> None:
    found = few([1.0, 2.0, 3.0, 7.0], [10.0, 20.0, 30.0, 70.0], [0, 0, 1, 1], [2, 2])
    assert (found.standard_error.tolist(), found.lost.tolist()) == ([0], [False])


def test_rounding_is_not_taken_for_variance() -> None:
    w = np.linspace(0.1, 0.9, 1000)
    y, n = np.full(1000, 0.1), np.array([1000.0])
    sums = SampleSums(
        records=n,
        **{
            name: np.array([values.sum()])
            for name, values in {
                "weight": w,
                "y": w * y,
                "x": w,
                "yy": w * y * y,
                "xy": w * y,
                "xx": w,
                "w2yy": w * w * y * y,
                "w2xy": w * w * y,
                "w2xx": w * w,
            }.items()
        },
    )
    design = SampleDesign(np.zeros(1, int), np.zeros(1, int), n, 1, clustered=False)
    found = estimate_domains(sums, design)
    assert found.standard_error.tolist() == [0]
    assert np.isnan(found.design_effect).all()
    # Sums cannot tell it from a variation that is too small for their digits.
    assert found.lost.tolist() == [True]


def alone(y: np.ndarray, clustered: bool, total: bool = False) -> DomainEstimates:
    """Return the mean or total of records that each are a sampling unit."""
    one, size = np.ones(len(y)), len(y)
    unit = np.arange(size) if clustered else np.zeros(size, int)
    made = Records(np.zeros(size, int), unit, np.zeros(size, int), one, y, one)
    return estimate_domains(*made.sums(clustered), total=total)


@pytest.mark.parametrize(
    ("mean", "lost"), [(10.0, False), (2e4, False), (1e6, True), (1e8, True), (1e12, True)]
)
def test_lost_digits_are_told(mean: float, lost: bool) -> None:
    y = mean + np.random.default_rng(0).normal(0, 1, 5000)
    exact = y.std(ddof=1) / np.sqrt(5000)
    summed = alone(y, clustered=False)
    assert summed.lost.tolist() == [lost]
    assert lost or summed.standard_error[0] == pytest.approx(exact, rel=1e-5)
    if lost:
        assert np.isnan(summed.design_effect).all()
    apart = alone(y, clustered=True)
    assert apart.lost.tolist() == [mean > 1e11]
    assert mean > 1e11 or apart.standard_error[0] == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("distance", ["linear", "raking"])
def test_totals_are_met_whatever_their_size_or_not_at_all(distance: str) -> None:
    basis, weight = np.array([[1.0, 0, 0], [0, 1, 0]]), np.array([10.0, 20])
    met = calibrate(basis, 1e11 * weight, [3e12, 1e12 / 3, 0], distance=distance)
    np.testing.assert_allclose(met, [3, 1 / 6])
    # No record is of the third part.
    assert np.isnan(calibrate(basis, weight, [30, 10, 1e-3], distance=distance)).all()
    assert calibrate(np.empty((2, 0)), weight, [], distance=distance).tolist() == [1, 1]


def test_lost_digits_of_a_total_are_told() -> None:
    y = 1e8 + np.random.default_rng(0).normal(0, 1, 5000)
    assert alone(y, clustered=False, total=True).lost.tolist() == [True]
    assert alone(np.ones(50), clustered=False, total=True).lost.tolist() == [False]


def test_a_stratum_with_a_single_unit() -> None:
    ones = np.full(3, 10.0)
    y = np.array([4.0, 6, 2])
    sums = SampleSums(records=ones, weight=ones, y=y, x=ones, yy=y, xy=y, xx=ones)
    design = SampleDesign(
        np.array([0, 0, 1]), np.zeros(3, int), np.array([2.0, 1]), 1, clustered=True
    )
    reported = estimate_domains(sums, design)
    assert np.isnan(reported.standard_error).all()
    assert reported.lone_strata.tolist() == [1]
    sure = estimate_domains(sums, design, single_psu="certainty").standard_error
    centred = estimate_domains(sums, design, single_psu="centered").standard_error
    # Linearised totals are 0, 2 and -2 of 30; their mean is zero.
    np.testing.assert_allclose(sure, np.sqrt(2 * 2) / 30)
    np.testing.assert_allclose(centred, np.sqrt(2 * 2 + 2**2) / 30)
    # Calibrated to nothing they are the same.
    nothing = Calibration(np.zeros((3, 1)), ones, np.ones(3), np.arange(3), None)
    for choice in SinglePsu:
        both = [
            estimate_domains(sums, design, single_psu=choice, calibration=each).standard_error
            for each in (None, nothing)
        ]
        np.testing.assert_allclose(*both)


def test_a_unit_that_is_its_whole_stratum_is_not_alone() -> None:
    ones = np.full(3, 10.0)
    y = np.array([4.0, 6, 2])
    sums = SampleSums(records=ones, weight=ones, y=y, x=ones, yy=y, xy=y, xx=ones)
    places = np.array([0, 0, 1]), np.zeros(3, int), np.array([2.0, 1])
    whole = SampleDesign(*places, 1, clustered=True, population=np.array([4.0, 1]))
    found = estimate_domains(sums, whole)
    # Of the first stratum half was drawn; the second adds nothing, having no one else.
    np.testing.assert_allclose(found.standard_error, np.sqrt(0.5 * 2 * 2) / 30)
    assert found.lone_strata.tolist() == [0]


def test_one_unit_says_nothing_about_the_error() -> None:
    found = few([4], [10], [0], [5])
    assert found.value.tolist() == [0.4]
    assert np.isnan(found.standard_error).all()
    assert found.units.tolist() == [1]


def test_what_is_shown_is_what_is_asked_for() -> None:
    shown = repr(few([4], [10], [0], [5]))
    assert "standard_error" in shown
    assert "lone_strata" not in shown
    assert "lost" not in shown


def test_what_has_no_value() -> None:
    assert np.isnan(few([4, 4], [0, 0], [0, 0], [2]).value).all()
    assert np.isnan(few([], [], [], [2]).value).all()


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"domain": np.array([0, 0])}, r"'domain'.*got \(2,\); allowed: the shape of stratum"),
        (
            {"domain": np.array([0, 1]), "stratum": np.array([0, 0])},
            r"'domain'.*codes from -1 to 0",
        ),
        ({"stratum": np.array([1])}, r"'stratum'.*codes from 0 to 0"),
        ({"stratum": np.array([-1, 0]), "domain": np.array([0, 0])}, r"'stratum'.*from 0 to 0"),
        (
            {"units": np.array([2.0, 2.0]), "population": np.array([3.0, 1.0])},
            r"'population'.*at least the units of each stratum",
        ),
    ],
)
def test_designs_that_are_refused(change: dict[str, np.ndarray], text: str) -> None:
    good = {"stratum": np.array([0]), "domain": np.array([0]), "units": np.array([2.0])}
    with pytest.raises(ArgumentError, match=text):
        SampleDesign(**{**good, **change}, domains=1, clustered=True)


def test_options_that_are_refused() -> None:
    one = np.ones(1)
    sums = SampleSums(records=one, weight=one, y=one, x=one, yy=one, xy=one, xx=one)
    design = SampleDesign(np.zeros(1, int), np.zeros(1, int), one, 1, clustered=False)
    with pytest.raises(ArgumentError, match=r"'single_psu'.*report, certainty, centered"):
        estimate_domains(sums, design, single_psu="lonely")
    some: dict[str, np.ndarray] = {}
    for name in ("w2yy", "w2xx", "w2xy"):
        with pytest.raises(ArgumentError, match=f"'sums'.*no {name}.*each record is a sampling"):
            estimate_domains(evolve(sums, **some), design)
        some[name] = one
