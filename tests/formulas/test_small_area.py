from __future__ import annotations

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.small_area import (
    FayHerriotMethod,
    fay_herriot,
    james_stein,
    paule_mandel,
)

ITERATIVE = 1e-6
# Rows whose given variance of 0 does not solve the equation (see the README there).
STOPPED_EARLY = 8

areas = st.lists(
    st.tuples(st.floats(5, 45), st.floats(0.2, 30), st.floats(-3, 3)), min_size=4, max_size=25
).map(lambda rows: np.array(rows).T)


@pytest.mark.parametrize(("method", "name", "rows"), [("reml", "REML", 7), ("moment", "FH", 23)])
def test_estimates_of_the_cases(method, name, rows):
    cases = read("fay_herriot").where("method", name)
    assert len(cases) == rows
    keys = ("y", "psi", "x1", "eblup", "mse")
    lists = zip(*(cases.vectors(key) for key in keys), strict=True)
    scalars = np.stack([cases.numbers(key) for key in ("sigma2_v", "b0", "b1")], axis=1)
    for (y, psi, x, estimate, mse), (variance, *beta) in zip(lists, scalars, strict=True):
        model = fay_herriot(y, psi, x, method=method)
        assert model.model_variance == pytest.approx(variance, abs=ITERATIVE)
        assert_allclose(model.coefficients, beta, rtol=0, atol=ITERATIVE)
        assert_allclose(model.estimate, estimate, rtol=0, atol=ITERATIVE)
        assert_allclose(model.mean_squared_error, mse, rtol=0, atol=ITERATIVE)


@pytest.mark.parametrize(("method", "name"), [("reml", "REML"), ("ml", "ML"), ("moment", "FH")])
def test_published_estimates_of_the_milk_data(method, name):
    table = read("fay_herriot_milk")
    major = table.numbers("MajorArea")
    design = np.stack([major == area for area in (2, 3, 4)], axis=1).astype(float)
    model = fay_herriot(table.numbers("yi"), table.numbers("SD") ** 2, design, method=method)
    assert len(table) == 43
    # Published with six or seven decimals.
    assert_allclose(model.estimate, table.numbers(f"eblup_{name}"), rtol=0, atol=1e-6)
    assert_allclose(model.mean_squared_error, table.numbers(f"mse_{name}"), rtol=0, atol=1e-6)
    if method == "reml":
        published = [0.968189, 0.1327801, 0.2269462, -0.2413011]
        assert_allclose(model.coefficients, published, rtol=0, atol=1e-6)


def test_paule_and_mandel_of_the_cases():
    cases = read("shrinkage_pm")
    assert len(cases) == 60
    lists = zip(*(cases.vectors(key) for key in ("y", "psi", "eb_pm")), strict=True)
    scalars = zip(cases.numbers("tau2_pm"), cases.numbers("mu_pm"), strict=True)
    stopped = 0
    for (y, psi, estimate), (variance, mean) in zip(lists, scalars, strict=True):
        model = paule_mandel(y, psi)
        if variance == 0 and excess(0.0, y, psi) > 1:
            stopped += 1
            assert excess(model.model_variance, y, psi) == pytest.approx(0, abs=1e-9)
            continue
        assert model.model_variance == pytest.approx(variance, abs=ITERATIVE)
        assert model.mean == pytest.approx(mean, abs=ITERATIVE)
        assert_allclose(model.estimate, estimate, rtol=0, atol=ITERATIVE)
    assert stopped == STOPPED_EARLY


def excess(variance, y, psi):
    """How far Paule and Mandel's equation is from being solved."""
    weights = 1 / (variance + psi)
    mean = (weights * y).sum() / weights.sum()
    return (weights * (y - mean) ** 2).sum() - (len(y) - 1)


def test_published_baseball_averages():
    table = read("james_stein_baseball")
    early, season = table.numbers("avg45"), table.numbers("season")
    model = james_stein(early, early.mean() * (1 - early.mean()) / 45)
    assert round(model.shrinkage, 3) == 0.212
    estimates = dict(zip(table.text("player"), model.estimate, strict=True))
    assert round(estimates["Clemente"], 3) == 0.294
    assert ((model.estimate - season) ** 2).sum() < 0.3 * ((early - season) ** 2).sum()


@given(areas, st.sampled_from(FayHerriotMethod))
@examples(60)
def test_estimates_lie_between_survey_and_regression(rows, method):
    y, psi, _ = rows
    model = fay_herriot(y, psi, method=method)
    assert model.model_variance >= 0
    assert ((model.shrinkage >= 0) & (model.shrinkage < 1)).all()
    low, high = np.minimum(y, model.coefficients), np.maximum(y, model.coefficients)
    assert ((model.estimate >= low - 1e-9) & (model.estimate <= high + 1e-9)).all()
    shifted = fay_herriot(10 * y + 3, 100 * psi, method=method)
    assert_allclose(shifted.estimate, 10 * model.estimate + 3, rtol=1e-4, atol=1e-3)


@given(areas)
@examples(40)
def test_reml_is_where_the_likelihood_is_highest(rows):
    y, psi, _ = rows
    found = fay_herriot(y, psi).model_variance
    others = np.concatenate([[0.0], np.geomspace(1e-4, 2000, 200)])
    best = max(likelihood(other, y, psi) for other in others)
    assert likelihood(found, y, psi) >= best - 1e-9


def likelihood(variance, y, psi):
    total = variance + psi
    mean = (y / total).sum() / (1 / total).sum()
    parts = np.log(total).sum() + np.log((1 / total).sum()) + ((y - mean) ** 2 / total).sum()
    return -0.5 * parts


@pytest.mark.parametrize("method", FayHerriotMethod)
def test_figures_no_further_apart_than_their_errors_give_the_mean(method):
    model = fay_herriot([20, 20.1, 19.9, 20.05], [4, 4, 4, 4], method=method)
    assert model.model_variance == 0
    assert_allclose(model.estimate, 20.0125)
    assert (model.mean_squared_error > 0).all()


def test_a_column_may_be_given_as_a_vector():
    y, psi, x = [20, 25, 31, 22, 28], [4, 9, 4, 9, 4], [1, 2, 3, 1, 2]
    alone = fay_herriot(y, psi, x)
    assert alone.estimate.tolist() == fay_herriot(y, psi, np.array(x)[:, None]).estimate.tolist()
    assert len(alone.coefficients) == 2


def test_figures_all_the_same_are_left_alone():
    model = james_stein([20, 20, 20, 20, 20], 4)
    assert (model.shrinkage, model.mean_squared_error) == (0, pytest.approx(4 * 3 / 5))
    assert model.estimate.tolist() == [20] * 5


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (([20, 21, 22], [4, 4]), "got '2 numbers'; allowed: 3 numbers, one a region"),
        (([20, 21, 22], [4, 4, 0]), r"argument 'variance': not allowed: got 0.0"),
        (([20, np.nan, 22], [4, 4, 4]), "argument 'direct': not allowed: got nan"),
        (([20, 21, 22], [4, 4, 4], [[1], [2]]), r"allowed: one row a region: \(3, p\)"),
        (([20, 21, 22], [4, 4, 4], [1, 1, 1]), "independent ones, no intercept"),
        (([20, 21, 22], [4, 4, 4], [0, 0, 0]), "independent ones, no intercept"),
        (([20, 21], [4, 4], [1, 2]), "got '2 regions'; allowed: more than 2"),
        (([20], [4]), "got '1 regions'; allowed: more than 1"),
    ],
)
def test_models_that_are_refused(arguments, text):
    with pytest.raises(ArgumentError, match=text):
        fay_herriot(*arguments)


def test_means_that_are_refused():
    with pytest.raises(ArgumentError, match="got '3 regions'; allowed: at least 4"):
        james_stein([1, 2, 3], 1)
    with pytest.raises(ArgumentError, match="use paule_mandel for different variances"):
        james_stein([1, 2, 3, 4], [1, 1, 1, 1])
    with pytest.raises(ArgumentError, match="got 'gls'; allowed: reml, ml, moment"):
        fay_herriot([20, 21, 22], [4, 4, 4], method="gls")


@pytest.mark.parametrize("method", ["reml", "ml", "moment"])
def test_no_mean_squared_error_is_below_that_of_the_weighting(method):
    random = np.random.default_rng(7)
    for _ in range(60):
        variance = 10.0 ** random.uniform(-2, 2, 6)
        model = fay_herriot(random.normal(0, 1, 6), variance, method=method)
        own = model.shrinkage * variance
        assert (model.mean_squared_error >= own - 1e-15).all()
        assert (model.mean_squared_error >= 0).all()


@pytest.mark.parametrize("method", ["ml", "reml"])
@pytest.mark.parametrize(
    ("direct", "variance"),
    [
        ([20.2, 19.8, 24.5, 52.7, 43.2], [0.09, 0.44, 64.04, 76.05, 94.05]),
        ([17.9, 20.0, -3.1, 20.0, 26.1], [0.8, 0.34, 29.14, 0.09, 11.68]),
    ],
)
def test_of_two_peaks_the_likelier_one_is_taken(direct, variance, method):
    """The likelihood is highest at no variance or at a large one; a grid finds which."""
    grid = np.linspace(0, 300, 3001)
    weight = 1 / (np.array(variance) + grid[:, None])
    mean = (weight * direct).sum(axis=1) / weight.sum(axis=1)
    likelihood = np.log(weight).sum(axis=1) - (weight * (direct - mean[:, None]) ** 2).sum(axis=1)
    likelihood -= np.log(weight.sum(axis=1)) * (method == "reml")
    found = fay_herriot(direct, variance, method=method).model_variance
    assert found == pytest.approx(grid[np.argmax(likelihood)], abs=0.1)


def test_columns_may_be_in_any_unit():
    design = np.array(
        [[1e9, 2e-9], [3e9, 1e-9], [2e9, 5e-9], [4e9, 4e-9], [6e9, 1e-9], [5e9, 7e-9]]
    )
    found = fay_herriot([20.0, 24, 21, 27, 30, 26], [1.0] * 6, design)
    plain = fay_herriot([20.0, 24, 21, 27, 30, 26], [1.0] * 6, design * [1e-9, 1e9])
    np.testing.assert_allclose(found.estimate, plain.estimate)
    # So may the figures.
    small = fay_herriot(np.array([20.0, 24, 21, 27, 30, 26]) / 1e4, [1e-8] * 6, design)
    assert small.model_variance == pytest.approx(plain.model_variance / 1e8, rel=1e-9)
    with pytest.raises(ArgumentError, match="columns that depend on one another"):
        fay_herriot([20.0, 24, 21, 27, 30, 26], [1.0] * 6, design * [0, 1])
