from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import example, given
from hypothesis import strategies as st
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas.cascade import Method, cascade, roll_up

KAPPA = {"convergence": 0.5}
# In hundredths it lies half a millionth beside a whole number.
LARGE = 40780330.59


@pytest.mark.parametrize(
    ("method", "column", "parameter"),
    [
        ("absolute", "t_equal_absolute", "abs_shift"),
        ("relative", "t_equal_relative", "rel_factor"),
        ("logit", "t_logit_shift", "logit_shift"),
        ("convergence", "t_convergence_kappa0.5", ""),
    ],
)
def test_case_file(method: str, column: str, parameter: str) -> None:
    cases = read("cascade")
    assert len(cases) == 80
    for k, (baselines, shares, lower, expected) in enumerate(
        zip(*(cases.vectors(name) for name in ("baseline", "weight", "lower", column)), strict=True)
    ):
        goal = cases.numbers("parent_target")[k]
        split = cascade(
            baselines,
            shares,
            goal,
            method=method,
            kappa=KAPPA.get(method),
            lower=lower,
            upper=baselines,
        )
        np.testing.assert_allclose(split.targets, expected, atol=1e-9)
        assert abs(split.residual) < 1e-9
        if parameter:
            assert split.parameter == pytest.approx(cases.numbers(parameter)[k], abs=1e-9)


def test_relative_is_the_smallest_largest_cut() -> None:
    """A linear programme finds the same largest relative cut where no floor is reached."""
    cases = read("cascade")
    slack = 0
    for k, (baselines, shares, lower) in enumerate(
        zip(*(cases.vectors(name) for name in ("baseline", "weight", "lower")), strict=True)
    ):
        split = cascade(
            baselines, shares, cases.numbers("parent_target")[k], lower=lower, upper=baselines
        )
        if (split.targets > lower).all():
            slack += 1
            cut = cases.numbers("minmax_relative_cut_lp")[k]
            assert 1 - split.parameter == pytest.approx(cut, abs=1e-9)
    assert slack > 20


def regions(size: int = 6) -> st.SearchStrategy[list[tuple[float, float]]]:
    region = st.tuples(st.floats(2.0, 60.0), st.floats(1.0, 100.0))
    return st.lists(region, min_size=1, max_size=size)


@examples(80)
@given(rows=regions(), cut=st.floats(0.3, 1.0), method=st.sampled_from(list(Method)))
def test_adds_up_within_its_bounds(
    rows: list[tuple[float, float]], cut: float, method: Method
) -> None:
    baselines, shares = np.array(rows).T
    goal = cut * float(baselines @ shares / shares.sum())
    split = cascade(
        baselines,
        shares,
        goal,
        method=method,
        kappa=0.7 if method == "convergence" else None,
        costs=np.arange(1, len(rows) + 1) if method == "effort" else None,
        lower=0.0,
        upper=baselines,
    )
    assert float(split.targets @ shares / shares.sum()) == pytest.approx(goal, abs=1e-9)
    assert (split.targets >= 0).all()
    assert (split.targets <= baselines).all()


@examples(50)
@given(rows=regions(), cut=st.floats(0.4, 1.2))
def test_kappa_joins_the_methods(rows: list[tuple[float, float]], cut: float) -> None:
    baselines, shares = np.array(rows).T
    mean = float(baselines @ shares / shares.sum())

    def targets(method: str, kappa: float | None = None) -> Any:
        return cascade(baselines, shares, cut * mean, method=method, kappa=kappa).targets

    np.testing.assert_allclose(targets("convergence", 1.0), targets("absolute"), atol=1e-9)
    np.testing.assert_allclose(targets("convergence", cut), targets("relative"), atol=1e-9)
    np.testing.assert_allclose(targets("convergence", 0.0), cut * mean, atol=1e-9)


@examples(50)
@given(rows=regions(8), cut=st.floats(0.5, 1.0), decimals=st.integers(0, 2))
def test_printed_targets(rows: list[tuple[float, float]], cut: float, decimals: int) -> None:
    baselines, shares = np.array(rows).T
    weight = shares / shares.sum()
    goal = cut * float(baselines @ weight)
    exact = cascade(baselines, shares, goal)
    printed = cascade(baselines, shares, goal, decimals=decimals)
    unit = 10.0**-decimals
    np.testing.assert_array_equal(printed.targets, np.round(printed.targets, decimals))
    assert (np.abs(printed.targets - exact.targets) < unit).all()
    assert printed.residual == pytest.approx(float(printed.targets @ weight) - goal, abs=1e-12)
    naive = abs(float(np.round(exact.targets, decimals) @ weight) - goal)
    assert abs(printed.residual) <= naive + 1e-9


@examples(60)
@given(rows=regions(7), cut=st.floats(0.5, 1.0), decimals=st.integers(0, 2))
@example(rows=[(2.0, 1.0), (2.125, 2.0)], cut=1.0, decimals=2)
@example(rows=[(16.3, 67.4), (16.9, 72.1), (46.0, 8.8), (49.4, 54.5), (39.4, 100.0)], cut=0.89,
         decimals=2)  # fmt: skip
def test_no_other_rounding_adds_up_better(
    rows: list[tuple[float, float]], cut: float, decimals: int
) -> None:
    baselines, shares = np.array(rows).T
    weight = shares / shares.sum()
    goal = cut * float(baselines @ weight)
    printed = cascade(baselines, shares, goal, decimals=decimals)
    exact, unit = cascade(baselines, shares, goal).targets, 10.0**-decimals
    down = np.floor(np.round(exact / unit, 9)) * unit
    choices = np.array(np.meshgrid(*[[0.0, unit]] * len(rows))).reshape(len(rows), -1).T + down
    # A figure that needs no rounding is not a step away from itself.
    legal = (np.abs(choices - exact) < unit * (1 - 1e-9)).all(axis=1)
    best = np.abs(choices[legal] @ weight - goal).min()
    assert abs(printed.residual) <= best + 2e-9
    nearest = np.round(exact, decimals)
    if np.abs(np.abs(nearest - exact) - unit / 2).min() > 1e-6 and abs(
        float(nearest @ weight) - goal
    ) <= min(best, 1e-12):
        assert printed.targets.tolist() == nearest.tolist()


def test_a_start_of_zero_stays_zero_under_one_factor() -> None:
    split = cascade([0.0, 20.0], [1, 1], 5.0)
    assert split.targets.tolist() == [0.0, 10.0]
    with pytest.raises(ArgumentError, match=r"what the bounds allow: 0 to 0; loosen"):
        cascade([0.0, 0.0], [1, 1], 5.0)
    assert cascade([0.5, 0.0], [1, 1], 5.0).targets.tolist() == [10.0, 0.0]
    # Without a factor the same start can move.
    assert cascade([0.0, 0.0], [1, 1], 5.0, method="absolute").targets.tolist() == [5.0, 5.0]


def test_decimals_that_no_table_prints_are_refused() -> None:
    for decimals in (2022, 16, -16, 10**400, True, 1.0):
        with pytest.raises(ArgumentError, match=r"'decimals': .* a whole number from -15 to 15"):
            cascade([20.0, 10.0], [1, 1], 12.0, decimals=decimals)  # type: ignore[arg-type]


def test_printed_targets_respect_the_bounds() -> None:
    split = cascade([8.28, 20.0], [1, 1], 12.0, lower=[8.24, 0.0], upper=[8.28, 20.0], decimals=2)
    assert 8.24 <= split.targets[0] <= 8.28
    pinned = cascade([20.0, 10.0], [1, 1], 12.5, lower=[12.3, 0.0], upper=[12.3, 20.0], decimals=1)
    assert pinned.targets.tolist() == [12.3, 12.7]
    # A bound of ten figures and more is printed as it is, and one just below a step keeps it.
    large = cascade([LARGE, LARGE], [1, 1], LARGE, lower=LARGE, upper=LARGE, decimals=2)
    assert large.targets.tolist() == [LARGE, LARGE]
    above = cascade([20.0, 10.0], [1, 1], 12.5, lower=[12.3000004, 0.0], upper=20.0, decimals=1)
    assert above.targets[0] >= 12.4
    with pytest.raises(ArgumentError, match=r"enough for a figure between 8\.24 and 8\.28; add"):
        cascade([8.28, 20.0], [1, 1], 12.0, lower=[8.24, 0.0], upper=[8.28, 20.0], decimals=1)


def test_of_too_many_figures_those_nearest_to_the_middle_move(monkeypatch: Any) -> None:
    # 10.3 each lacks 0.08 in all, which one step makes up for but 0.02.
    monkeypatch.setattr("kencana_targets.formulas.cascade.MOST_CHOICES", 1)
    figures = [10.31, 10.33, 10.34]
    split = cascade(figures, [1, 1, 1], 30.98 / 3, method="absolute", decimals=1)
    assert split.targets.tolist() == [10.3, 10.3, 10.4]


def test_one_region_takes_its_parents_target() -> None:
    assert cascade([22.1], [1], 12.55).targets.tolist() == [pytest.approx(12.55)]


def test_from_nation_to_province_to_regency() -> None:
    provinces = cascade([22.1, 30.0], [2e6, 5e6], 14.0)
    regencies = cascade([19.0, 24.0], [1e6, 1.2e6], provinces.targets[0], method="logit")
    assert regencies.targets @ [1e6, 1.2e6] / 2.2e6 == pytest.approx(provinces.targets[0], abs=1e-9)


def test_targets_that_rise() -> None:
    split = cascade([60.0, 70.0], [1, 1], 80.0, method="absolute", lower=[60.0, 70.0], upper=100.0)
    np.testing.assert_allclose(split.targets, [75.0, 85.0])
    assert split.parameter == pytest.approx(-15.0)


def test_a_region_with_lower_costs_cuts_more() -> None:
    split = cascade([20.0, 20.0], [1, 1], 15.0, method="effort", costs=[1.0, 3.0])
    np.testing.assert_allclose(20 - split.targets, [7.5, 2.5])


def test_nothing_to_do() -> None:
    split = cascade([20.0, 10.0], [1, 1], 15.0, upper=[20.0, 10.0])
    assert split.targets.tolist() == [20.0, 10.0]
    assert (split.parameter, split.residual) == (1.0, 0.0)


def test_a_region_without_people_follows_the_others() -> None:
    split = cascade([20.0, 10.0], [1, 0], 30.0)
    assert split.targets.tolist() == [pytest.approx(30.0), pytest.approx(15.0)]
    assert cascade([20.0, 10.0], [1, 0], 150.0).targets.tolist() == [150.0, 75.0]
    assert cascade([99.5, 10.0], [1, 0], 99.75, method="logit").targets[0] == pytest.approx(99.75)


def test_everyone_at_the_bound() -> None:
    split = cascade([20.0, 10.0], [1, 1], 5.0, lower=5.0, upper=[20.0, 10.0])
    np.testing.assert_allclose(split.targets, 5.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"target": 4.0},
            "got 4.0; allowed: what the bounds allow: 5 to 15; loosen the bounds",
        ),
        ({"target": 16.0}, "5 to 15"),
        ({"target": np.nan}, "argument 'target': not allowed: got nan"),
        ({"method": "fair"}, "allowed: relative, absolute, logit, convergence, effort"),
        ({"kappa": 1.0}, "argument 'kappa': not allowed: got 1.0"),
        ({"method": "convergence"}, "argument 'kappa': not allowed: got None"),
        ({"method": "convergence", "kappa": -1.0}, "argument 'kappa': not allowed: got -1.0"),
        ({"method": "effort"}, "argument 'costs': not allowed: got None"),
        ({"method": "effort", "costs": [0.0, 1.0]}, "argument 'costs': not allowed: got 0.0"),
        ({"method": "logit", "baselines": [0.0, 20.0]}, "strictly between 0 and 100"),
        ({"method": "logit", "target": 101.0, "upper": None}, "bounds allow: 5 to 100; loosen"),
        ({"baselines": [-1.0, 20.0]}, "argument 'baselines': not allowed: got -1.0"),
        ({"shares": [0.0, 0.0]}, "allowed: a sum above zero"),
        ({"shares": [-1.0, 2.0]}, "argument 'shares': not allowed: got -1.0"),
        ({"shares": [1.0, 2.0, 3.0]}, "argument 'shares': not allowed: got '3 numbers'"),
        ({"lower": [5.0, 11.0]}, "argument 'lower': not allowed: got 11.0; allowed: at most upper"),
        ({"lower": [1.0]}, r"argument 'lower': not allowed: got \(1,\); allowed: one number, or 2"),
        ({"decimals": 1.5}, "argument 'decimals': not allowed: got 1.5; allowed: a whole number"),
    ],
)
def test_refused(change: dict[str, Any], message: str) -> None:
    given: dict[str, Any] = {
        "baselines": [20.0, 10.0],
        "shares": [1, 1],
        "target": 10.0,
        "lower": 5.0,
        "upper": [20.0, 10.0],
    }
    given |= change
    with pytest.raises(ArgumentError, match=message):
        cascade(**given)


def test_regions_added_up() -> None:
    exact = roll_up([20.0, 10.0], [1, 3], 12.5)
    assert (exact.mean, exact.residual, exact.explained) == (12.5, 0.0, "exact")
    assert (exact.standard_error, exact.rounding) == (None, 0.0)
    assert roll_up([20.0, 10.0], [1, 3], 12.58, decimals=1).explained == "rounding"
    assert roll_up([20.0, 10.0], [1, 3], 13.0, decimals=1).explained == "unexplained"
    sampled = roll_up([20.0, 10.0], [1, 3], 13.0, standard_errors=[2.0, 1.0])
    assert sampled.explained == "sampling error"
    # Of 1.96 standard errors of 0.9014, 1.75 are within and 1.78 are not.
    for parent, word in ((14.25, "sampling error"), (14.28, "unexplained")):
        found = roll_up([20.0, 10.0], [1, 3], parent, standard_errors=[2.0, 1.0])
        assert found.explained == word
    own = roll_up([20.0, 10.0], [1, 3], 13.0, standard_errors=[2.0, 1.0], same_survey=True)
    assert (own.explained, own.standard_error) == ("unexplained", None)
    assert sampled.standard_error == pytest.approx(np.hypot(0.5, 0.75))


def test_regions_that_do_not_fit() -> None:
    with pytest.raises(ArgumentError, match="argument 'shares'"):
        roll_up([20.0, 10.0], [1], 12.5)
    with pytest.raises(ArgumentError, match="allowed: a sum above zero"):
        roll_up([20.0, 10.0], [0, 0], 12.5)
    with pytest.raises(ArgumentError, match="argument 'standard_errors'"):
        roll_up([20.0, 10.0], [1, 3], 12.5, standard_errors=[-1.0, 1.0])
