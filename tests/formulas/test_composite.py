from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import example, given
from hypothesis import strategies as st
from tabulated import read, vector

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.composite import (
    adjusted_mpi,
    aggregate,
    effective_weights,
    goalpost,
    group_weights,
    mpi,
    weight_sensitivity,
)
from kencana_targets.formulas.ranking import rank


def test_means_of_scipy() -> None:
    cases = read("means")
    assert len(cases) == 75
    for row, scores, weights in zip(
        cases.rows, cases.vectors("x"), cases.vectors("w"), strict=True
    ):
        for column, mean in [
            ("arithmetic", "arithmetic"),
            ("geometric", "geometric"),
            ("harmonic", "harmonic"),
            ("power_mean", float(row["p"])),
        ]:
            found = aggregate(scores, weights, mean=mean)
            assert found.value == pytest.approx(float(row[column]), abs=1e-9)
            assert found.coverage == 1.0


def test_plain_means_of_statistics_canada() -> None:
    published = read("statcan_aggregate")
    assert len(published) == 43
    for row, scores in zip(published.rows, published.vectors("series_scores"), strict=True):
        found = aggregate(scores, missing="available")
        assert found.value == pytest.approx(float(row["score"]), abs=1e-9)
        assert found.coverage == pytest.approx(np.mean(~np.isnan(scores)))


def human_development(health: Any, schooling: Any, years: Any, income: Any) -> Any:
    education = (goalpost(schooling, 0, 18) + goalpost(years, 0, 15)) / 2
    wealth = goalpost(np.log(income), np.log(100), np.log(75_000))
    parts = np.stack([goalpost(health, 20, 85), education, wealth], axis=-1)
    return aggregate(parts, mean="geometric").value


def test_human_development_index() -> None:
    """All 5,923 country-years of HDR 2021/22 at the three decimals in print."""
    countries = read("hdi_components")
    assert len(countries) == 5923
    parts = (countries.numbers(name) for name in ("le", "eys", "mys", "gnipc"))
    index = human_development(*parts)
    np.testing.assert_array_equal(np.round(index, 3), countries.numbers("hdi"))


def test_human_development_ranks() -> None:
    published = read("hdi_ranks")
    assert len(published) == 191
    ranks = rank(published.numbers("hdi_2021"), ties="min", decimals=3)
    assert ranks.tolist() == published.numbers("hdi_rank_2021").astype(int).tolist()


def test_worked_example_of_undp() -> None:
    found = aggregate([0.6971, 0.3447, 0.5506], mean="geometric")
    assert round(found.value, 3) == 0.510
    income = goalpost(np.log(3829), np.log(100), np.log(75_000))
    assert round(income, 4) == 0.5506


def test_three_levels_of_asem() -> None:
    """Equal weights at each level give the printed scores to the rounding of print."""
    asem = read("asem")
    table = np.stack(
        [
            asem.numbers(name)
            for name in (
                "Physical",
                "ConEcFin",
                "Political",
                "Instit",
                "P2P",
                "Environ",
                "Social",
                "SusEcFin",
            )
        ],
        axis=1,
    )
    groups = ["connectivity"] * 5 + ["sustainability"] * 3
    index = aggregate(table, group_weights(groups)).value
    np.testing.assert_allclose(index, asem.numbers("Index"), atol=0.0101)
    connectivity = aggregate(table[:, :5]).value
    np.testing.assert_allclose(connectivity, asem.numbers("Conn"), atol=0.0101)


def test_mazziotta_pareto() -> None:
    cases = read("mpi")
    assert len(cases) == 20
    for row in cases.rows:
        values = vector(row["X_rowmajor"]).reshape(int(row["n"]), int(row["m"]))
        directions = ["minimize" if sign < 0 else "maximize" for sign in vector(row["polarity"])]
        np.testing.assert_allclose(
            mpi(values, directions), vector(row["mpi_negative_penalty"]), atol=1e-9
        )
        np.testing.assert_allclose(
            adjusted_mpi(values, directions),
            vector(row["ampi_negative_minmax70_130"]),
            atol=1e-9,
        )


def test_adjusted_mpi_with_fixed_goalposts_does_not_depend_on_the_others() -> None:
    values = np.array([[60.0, 8.0], [62.0, 9.0], [64.0, 6.0]])
    given: dict[str, Any] = {"lower": [50.0, 4.0], "upper": [70.0, 12.0]}
    whole = adjusted_mpi(values, ["maximize", "minimize"], **given)
    part = adjusted_mpi(values[:2], ["maximize", "minimize"], **given)
    np.testing.assert_array_equal(whole[:2], part)
    raised = adjusted_mpi(values, ["maximize", "minimize"], penalty="positive", **given)
    # Half of it is above the mean of the two, and half below.
    mean = (70.0 + 60.0 * (values - [50, 12]) / [20, -8]).mean(axis=1)
    np.testing.assert_allclose((raised + whole) / 2, mean)
    assert (raised >= whole).all()


def test_missing_scores() -> None:
    scores = [[80.0, 60.0, 40.0], [80.0, np.nan, 40.0], [np.nan, np.nan, np.nan]]
    weights = [2, 1, 1]

    def values(**options: Any) -> Any:
        return aggregate(scores, weights, **options).value

    np.testing.assert_allclose(values(), [65.0, np.nan, np.nan])
    np.testing.assert_allclose(values(missing="available"), [65.0, 200 / 3, np.nan])
    few = values(missing="available", minimum_coverage=0.8)
    np.testing.assert_allclose(few, [65.0, np.nan, np.nan])
    enough = values(missing="available", minimum_coverage=0.75)
    np.testing.assert_allclose(enough, [65.0, 200 / 3, np.nan])
    np.testing.assert_allclose(values(missing="worst"), [65.0, 50.0, 0.0])
    assert aggregate(scores, weights).coverage.tolist() == [1.0, 0.75, 0.0]
    assert aggregate(np.empty((0, 3)), weights).value.tolist() == []


def test_a_missing_score_without_weight_does_not_matter() -> None:
    found = aggregate([80.0, np.nan], [1, 0])
    assert (found.value, found.coverage) == (80.0, 1.0)


def test_a_zero_annihilates() -> None:
    for mean in ("geometric", "harmonic", -2.0):
        assert aggregate([0.0, 50.0], mean=mean).value == 0.0
    assert aggregate([0.0, 50.0], [0, 1], mean="geometric").value == pytest.approx(50.0)
    assert aggregate([0.0, 0.0], mean=2).value == 0.0
    assert aggregate([0.0, 4.0], mean=0.5).value == pytest.approx(1.0)


def test_large_powers_do_not_overflow() -> None:
    assert aggregate([10.0, 500.0], mean=400).value == pytest.approx(500.0, rel=0.01)
    assert aggregate([10.0, 500.0], mean=-400).value == pytest.approx(10.0, rel=0.01)


score = st.one_of(st.none(), st.floats(0.1, 200))


@examples(80)
@given(
    data=st.data(),
    mean=st.sampled_from(["arithmetic", "geometric", "harmonic", 0.5, 3.0]),
    missing=st.sampled_from(["complete", "available", "worst"]),
)
def test_one_region_alone_is_the_same_within_a_batch(
    data: st.DataObject, mean: str | float, missing: str
) -> None:
    size = data.draw(st.integers(1, 9))
    row = st.lists(score, min_size=size, max_size=size)
    rows = data.draw(st.lists(row, min_size=1, max_size=5))
    table = np.array([[np.nan if cell is None else cell for cell in row] for row in rows])
    weights = np.arange(1.0, size + 1)
    batch = aggregate(table, weights, mean=mean, missing=missing)
    for k in range(len(rows)):
        alone = aggregate(table[k], weights, mean=mean, missing=missing)
        assert isinstance(alone.value, float)
        np.testing.assert_array_equal(alone.value, batch.value[k])
        np.testing.assert_array_equal(alone.coverage, batch.coverage[k])


@examples(60)
@given(
    scores=st.lists(st.floats(0.1, 200), min_size=1, max_size=8),
    low=st.floats(-5, 5),
    step=st.floats(0.0, 5),
)
# Products with the smallest numbers lose their digits.
@example(scores=[1.0, 2.0], low=5e-324, step=1.0)
@example(scores=[1.0, 2.0], low=-1e-310, step=1e-310)
def test_means_rise_with_their_power_and_stay_within_the_scores(
    scores: list[float], low: float, step: float
) -> None:
    one, two = (aggregate(scores, mean=power).value for power in (low, low + step))
    assert one <= two * (1 + 1e-9)
    assert min(scores) * (1 - 1e-9) <= one <= max(scores) * (1 + 1e-9)


@pytest.mark.parametrize("power", [5e-324, 1e-17, 1e-9, -1e-17])
def test_ranks_under_uncertain_weights_keep_apart_under_any_power(power: float) -> None:
    scores = [[1.0, 9.0, 4.0], [2.0, 2.0, 2.0], [8.0, 1.0, 1.0]]
    near = weight_sensitivity(scores, mean=power, draws=2000, seed=1)
    geometric = weight_sensitivity(scores, mean="geometric", draws=2000, seed=1)
    np.testing.assert_array_equal(near.acceptability, geometric.acceptability)


def test_ranks_under_uncertain_weights_overflow_under_no_power() -> None:
    ranks = weight_sensitivity([[150.0, 199.0], [150.0, 200.0], [110.0, 110.0]], mean=1000.0)
    assert ranks.expected_rank.tolist() == [2.0, 1.0, 3.0]
    with pytest.raises(ArgumentError, match=r"a power from -101.3 to 101.3 for scores so far"):
        weight_sensitivity([[0.002, 0.003], [0.001, 0.003], [1.0, 1.0]], mean=-1000.0)
    ranks = weight_sensitivity([[0.002, 0.003], [0.001, 0.003], [1.0, 1.0]], mean=-101.0)
    assert ranks.expected_rank.tolist() == [2.0, 3.0, 1.0]


def test_goalposts() -> None:
    # The better end may be the lower one.
    np.testing.assert_allclose(goalpost([50.0, 5.0, 27.5], 50.0, 5.0), [0.0, 1.0, 0.5])
    assert isinstance(goalpost(60.0, 50.0, 70.0), float)
    assert np.isnan(goalpost(np.nan, 0, 1))


def test_weights_of_groups() -> None:
    groups = ["health", "family", "health"]
    np.testing.assert_allclose(group_weights(groups), [0.25, 0.5, 0.25])
    given = group_weights(groups, {"family": 1, "health": 3})
    np.testing.assert_allclose(given, [0.375, 0.25, 0.375])


def test_effective_weights() -> None:
    generator = np.random.default_rng(86)
    scores = generator.normal(size=(400, 2)) * [1.0, 3.0]
    found = effective_weights(scores)
    total = scores.mean(axis=1)
    squared = [np.corrcoef(total, scores[:, k])[0, 1] ** 2 for k in range(2)]
    np.testing.assert_allclose(found, np.array(squared) / np.sum(squared), atol=1e-12)
    assert found[1] > 0.8
    assert effective_weights([[1.0, 1.0], [1.0, 1.0]]).tolist() == [0.0, 0.0]
    # What one gains the other loses: nothing moves the index.
    assert effective_weights([[1.0, 2.0], [2.0, 1.0]]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: aggregate([1.0], mean="median"), "allowed: arithmetic, geometric, harmonic, or"),
        (lambda: aggregate([1.0], mean=True), "argument 'mean': not allowed: got True"),
        (lambda: aggregate([1.0], mean=np.inf), "argument 'mean': not allowed: got inf"),
        (lambda: aggregate([1.0], missing="zero"), "allowed: complete, available, worst"),
        (lambda: aggregate([1.0], minimum_coverage=1.2), "argument 'minimum_coverage'"),
        (lambda: aggregate([-1.0, 2.0], mean="geometric"), "only the arithmetic mean takes neg"),
        (lambda: aggregate([[[1.0]]]), r"allowed: \(indicators,\) or \(regions, indicators\)"),
        (lambda: aggregate([1.0, 2.0], [1.0]), "argument 'weights': not allowed: got '1 numbers'"),
        (lambda: aggregate([1.0, 2.0], [-1.0, 2.0]), "argument 'weights': not allowed: got -1.0"),
        (lambda: aggregate([1.0, 2.0], [0.0, 0.0]), "allowed: a sum above zero"),
        (lambda: group_weights([]), "argument 'groups'"),
        (lambda: group_weights(["a"], {"b": 1}), "argument 'weights': not allowed"),
        (lambda: goalpost(1.0, 5.0, 5.0), "allowed: another figure than worst"),
        (lambda: effective_weights([[1.0, 2.0]]), "at least 2 regions"),
        (lambda: mpi([[1.0], [1.0]], ["maximize"]), "indicator 1 is the same everywhere"),
        (lambda: mpi([[1.0]], ["maximize"]), r"'values': .*got \(1, 1\); allowed: \(regions"),
        (lambda: adjusted_mpi([1.0, 2.0], ["maximize"]), r"argument 'values': .*got \(2,\)"),
        (lambda: effective_weights([[1.0]]), r"argument 'scores': .*at least 2 regions"),
        (lambda: mpi([[1.0], [2.0]], []), "allowed: 1, one an indicator"),
        (lambda: mpi([[1.0], [2.0]], ["stabilize"]), "argument 'direction'"),
        (lambda: mpi([[1.0], [2.0]], ["maximize"], penalty="none"), "allowed: negative, positive"),
        (
            lambda: adjusted_mpi([[1.0], [2.0]], ["maximize"], lower=[3.0], upper=[3.0]),
            "argument 'lower': not allowed",
        ),
    ],
)
def test_refused(call: Any, message: str) -> None:
    with pytest.raises(ArgumentError, match=message):
        call()
