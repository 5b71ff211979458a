from __future__ import annotations

import time

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from tabulated import read

from kencana_targets.core.errors import ArgumentError
from kencana_targets.formulas import ranking
from kencana_targets.formulas.ranking import (
    RankMethod,
    Ties,
    best_regions,
    comparison_level,
    distinguishable_tiers,
    rank,
    rank_chances,
    rank_sets,
    ranks_of_intervals,
)

DETERMINISTIC = ("holm", "bonferroni", "klein")
league = st.lists(
    st.tuples(st.floats(5, 40).map(lambda x: round(x, 1)), st.floats(0.3, 4)),
    min_size=1,
    max_size=12,
).map(lambda pairs: np.array(pairs).T)


def wider(outer, inner):
    return (outer.lower <= inner.lower).all() and (outer.upper >= inner.upper).all()


# Ranks


@pytest.mark.parametrize("ties", Ties)
def test_ranks_with_ties_of_scipy(ties):
    cases = read("ranks_ties")
    assert len(cases) == 50
    for x, expected in zip(cases.vectors("x"), cases.vectors(f"{ties}_desc"), strict=True):
        assert rank(x, ties=ties).tolist() == expected.tolist()


@given(
    st.integers(1, 8).flatmap(
        lambda size: st.lists(
            st.lists(st.integers(-3, 3), min_size=size, max_size=size), min_size=1
        )
    ),
    st.sampled_from(list(ranking.Ties)),
)
def test_ranks_are_those_of_scipy_row_by_row(figures, ties):
    found = rank(figures, direction="minimize", ties=ties)
    assert found.tolist() == stats.rankdata(figures, method=ties.value, axis=-1).tolist()


@given(league, st.sampled_from(Ties))
@examples(50)
def test_minimize_is_maximize_of_the_opposite(figures, ties):
    values = figures[0]
    assert (
        rank(values, direction="minimize", ties=ties).tolist() == rank(-values, ties=ties).tolist()
    )
    stacked = rank([values, -values], ties=ties)
    assert stacked[0].tolist() == rank(values, ties=ties).tolist()


def test_ranks_are_those_of_what_is_printed():
    values = [0.8014, 0.8006, 0.7996]
    assert rank(values, decimals=3).tolist() == [1, 1, 3]
    assert rank(values, decimals=3, ties="average").tolist() == [1.5, 1.5, 3]
    assert rank([2.675, 2.68], decimals=2).tolist() == [1, 1]
    assert rank(values).dtype == np.int64


def test_ranks_that_are_refused():
    for arguments, options, text in [
        ([[20, np.nan]], {}, "argument 'values': not allowed: got nan; allowed: finite numbers"),
        ([[]], {}, "at least one region along the last axis"),
        ([20], {}, "at least one region along the last axis"),
        ([np.empty((2, 0))], {}, "at least one region along the last axis"),
        ([[20, 21]], {"direction": "stabilize"}, "use the distance to the target"),
        ([[20, 21]], {"ties": "first"}, "got 'first'; allowed: min, max, average, dense, ordinal"),
        ([[20, 21]], {"decimals": 1.0}, "argument 'decimals': not allowed: got 1.0"),
    ]:
        with pytest.raises(ArgumentError, match=text):
            rank(*arguments, **options)


# Rank sets


@pytest.mark.parametrize(
    ("method", "column"),
    [("holm", "holm"), ("bonferroni", "bonf"), ("klein", "klein_indep")],
)
def test_deterministic_rank_sets_of_the_cases(method, column):
    cases = read("rank_ci")
    assert len(cases) == 60
    columns = [cases.vectors(key) for key in ("x", "se", f"{column}_lo", f"{column}_hi")]
    for x, se, lower, upper in zip(*columns, strict=True):
        sets = rank_sets(x, se, method=method)
        assert sets.lower.tolist() == lower.tolist()
        assert sets.upper.tolist() == upper.tolist()


def test_simulated_rank_sets_of_the_cases():
    cases = read("rank_ci")
    names = [f"{software}_{end}" for software in ("mrsw_sd", "multiple_inference") for end in
             ("lo", "hi")]  # fmt: skip
    differing = np.zeros(2, dtype=int)
    for x, se, *bounds in zip(*map(cases.vectors, ("x", "se", *names)), strict=True):
        sets = rank_sets(x, se, method="mrsw", seed=86, draws=40_000)
        apart = np.abs(np.array(bounds).reshape(2, 2, -1) - [sets.lower, sets.upper])
        assert apart.max() <= 1
        differing += np.count_nonzero(apart, axis=(1, 2))
    assert (differing <= 10).all()  # of 1,036 bounds: the noise of the draws


def pisa():
    table = read("csranks_pisa2018_math")
    return table, table.numbers("math_score"), table.numbers("math_se")


@pytest.mark.parametrize(("marginal", "column"), [(False, "simul95"), (True, "marg95")])
def test_published_rank_sets_of_pisa_2018(marginal, column):
    table, score, error = pisa()
    sets = rank_sets(score, error, method="mrsw", seed=2018, marginal=marginal)
    apart = [sets.lower - table.numbers(f"{column}_lo"), sets.upper - table.numbers(f"{column}_hi")]
    assert np.abs(apart).max() <= 1
    assert np.count_nonzero(apart) <= 4
    assert rank(score).tolist() == table.numbers("rank").tolist()


def test_published_best_five_of_pisa_2018():
    table, score, error = pisa()
    names = np.array(table.text("jurisdiction"))
    at_95 = best_regions(rank_sets(score, error, method="mrsw", seed=5), 5)
    at_90 = best_regions(rank_sets(score, error, method="mrsw", seed=5, level=0.9), 5)
    assert at_95.sum() == 12
    assert names[at_95 & ~at_90].tolist() == ["Sweden"]
    assert not (at_90 & ~at_95).any()


def test_published_ranks_of_travel_times():
    table = read("traveltime")
    estimate = table.numbers("estimate")
    error = table.numbers("margin_of_error_90") / 1.6448536269514722
    z = 3.08089992728148  # "around 3.081"
    joint = [np.round(estimate + side * z * error, 1) for side in (-1, 1)]
    printed = [table.numbers("indep_lo"), table.numbers("indep_hi")]
    np.testing.assert_allclose(joint, printed, atol=1e-9)
    sets = ranks_of_intervals(*printed, direction="minimize")
    assert sets.lower.tolist() == table.numbers("rank_lo").tolist()
    assert sets.upper.tolist() == table.numbers("rank_hi").tolist()
    # Unrounded intervals touch less often.
    exact = rank_sets(estimate, error, direction="minimize", level=0.9, method="klein")
    bounds = ranks_of_intervals(estimate - z * error, estimate + z * error, direction="minimize")
    assert exact.lower.tolist() == bounds.lower.tolist()
    assert np.abs(exact.lower - sets.lower).max() <= 1


@pytest.mark.parametrize("method", ["bonferroni", "klein"])
def test_critical_values_for_equal_errors(method):
    # Two regions just below and just above the critical distance, among many far away.
    table = read("rank_critical_values")
    critical = table.numbers(
        "bonferroni_pairs" if method == "bonferroni" else "klein_equivalent_pair_z"
    )
    for count, z in zip(table.numbers("p").astype(int), critical, strict=True):
        others = 1000.0 * np.arange(1, count - 1)
        for distance, apart in ((z - 1e-9, False), (z + 1e-9, True)):
            values = np.concatenate([[0, distance * np.sqrt(2)], others])
            sets = rank_sets(values, np.ones(count), direction="minimize", method=method)
            assert (sets.upper[0] == 1) == apart


def test_simulated_critical_value_is_the_studentized_range():
    # With equal figures nothing is rejected: the single step's critical value is all.
    from kencana_targets.formulas.ranking import _upper_quantile

    count, draws = 20, 40_000
    scores = np.random.default_rng(7).standard_normal((draws, count))
    span = (scores.max(axis=1) - scores.min(axis=1)) / np.sqrt(2)
    bounds = np.hypot(scores.max(axis=1), scores.min(axis=1))
    critical = _upper_quantile(bounds, lambda chosen: span[chosen], 0.05)
    assert critical == pytest.approx(np.quantile(span, 0.95), abs=1e-12)
    expected = dict(
        zip(
            *(read("rank_critical_values").numbers(k) for k in ("p", "tukey_range_over_sqrt2")),
            strict=True,
        )
    )
    assert critical == pytest.approx(expected[20], abs=0.02)


def test_no_draw_that_may_count_is_left_out():
    """The first part holds 256 draws; one of the rest lies between the last two that count."""
    from kencana_targets.formulas.ranking import _upper_quantile

    values = np.concatenate([np.linspace(0, 1, 256), [240.5 / 255], np.zeros(43)])
    bounds = np.concatenate([np.full(256, 10.0), values[256:]])
    found = _upper_quantile(bounds, lambda chosen: values[chosen], 0.05)
    assert found == pytest.approx(np.quantile(values, 0.95), abs=1e-12)


def many_regions():
    random = np.random.default_rng(8)
    errors = random.uniform(0.5, 4, 140)
    return 20 + random.normal(0, 6, 140), errors


@pytest.mark.parametrize("marginal", [False, True])
@pytest.mark.parametrize(
    ("values", "errors", "draws", "alpha"),
    [
        *(
            (np.array([20, 21, 26, 30, 31.0]), np.array([0.5, 2, 1, 3, 1.0]), 900, alpha)
            for alpha in (0.01, 0.05, 0.5)
        ),
        # So many regions that only those near the ends of a draw are looked at first.
        (*many_regions(), 120, 0.1),
    ],
)
def test_looking_at_few_draws_gives_what_all_draws_give(
    values, errors, draws, alpha, marginal, monkeypatch
):
    n = len(values)
    monkeypatch.setattr(ranking, "_ENDS", n // 3)  # of few regions, too, the ends come first
    sets = rank_sets(values, errors, level=1 - alpha, method="mrsw", draws=draws, seed=3,
                     marginal=marginal)  # fmt: skip
    noise = np.random.default_rng(3).standard_normal((draws, n)) * errors
    spread = np.hypot.outer(errors, errors)
    differences = (noise[:, :, None] - noise[:, None, :]) / spread
    statistics = (values[:, None] - values[None, :]) / spread
    together = plain_stepdown(statistics, differences, alpha, None)
    for i in range(n):
        better = plain_stepdown(statistics, differences, alpha, i) if marginal else together
        assert sets.lower[i] == 1 + better[:, i].sum()
        assert sets.upper[i] == n - better[i].sum()


def plain_stepdown(statistics, differences, alpha, only):
    """All pairs of all draws at once, as the paper has it."""
    n = len(statistics)
    pairs = ~np.eye(n, dtype=bool)
    if only is not None:
        pairs &= (np.arange(n) == only)[:, None] | (np.arange(n) == only)[None, :]
    rejected = np.zeros((n, n), bool)
    while (pairs & ~rejected).any():
        maxima = differences[:, pairs & ~rejected].max(axis=1)
        found = pairs & (statistics > np.quantile(maxima, 1 - alpha))
        if not (found & ~rejected).any():
            break
        rejected |= found
    return rejected


@given(league, st.sampled_from(RankMethod))
@examples(60)
def test_sets_hold_the_rank_and_mirror(figures, method):
    values, errors = figures
    sets = rank_sets(values, errors, method=method, draws=300, seed=1)
    assert (sets.lower <= rank(values, ties="max")).all()
    assert (sets.lower <= rank(values)).all()
    assert (sets.upper >= rank(values, ties="max")).all()
    assert (sets.lower >= 1).all()
    assert (sets.upper <= len(values)).all()
    if method in DETERMINISTIC:
        opposite = rank_sets(values, errors, method=method, direction="minimize")
        assert (opposite.lower == len(values) + 1 - sets.upper).all()
        hundredth = rank_sets(values / 8, errors / 8, method=method)
        assert (hundredth.lower == sets.lower).all()


@given(league)
@examples(40)
def test_which_sets_lie_within_which(figures):
    values, errors = figures
    holm = rank_sets(values, errors)
    assert wider(rank_sets(values, errors, method="bonferroni"), holm)
    assert wider(holm, rank_sets(values, errors, level=0.8))
    assert wider(
        rank_sets(values, errors, method="bonferroni"),
        rank_sets(values, errors, method="bonferroni", marginal=True),
    )


def test_the_same_seed_gives_the_same_sets():
    _, score, error = pisa()
    first, second = (rank_sets(score, error, method="mrsw", seed=4, draws=500) for _ in range(2))
    assert first.lower.tolist() == second.lower.tolist()
    generator = rank_sets(score, error, method="mrsw", seed=np.random.default_rng(4), draws=500)
    assert generator.upper.tolist() == first.upper.tolist()


@pytest.mark.parametrize("method", RankMethod)
def test_figures_without_error_have_one_rank_or_share_one(method):
    sets = rank_sets([3, 1, 3, 2], [0, 0, 0, 0], method=method, seed=1)
    assert sets.lower.tolist() == [1, 4, 1, 3]
    assert sets.upper.tolist() == [2, 4, 2, 3]
    alone = rank_sets([3], [1], method=method, seed=1)
    assert (alone.lower.tolist(), alone.upper.tolist()) == ([1], [1])


def test_all_regencies_in_time():
    random = np.random.default_rng(514)
    values, errors = 22 + 6 * random.standard_normal(514), random.uniform(2, 4, 514)
    started = time.process_time()
    holm = rank_sets(values, errors, direction="minimize")
    assert time.process_time() - started < 2
    started = time.process_time()
    mrsw = rank_sets(values, errors, direction="minimize", method="mrsw", seed=1)
    assert time.process_time() - started < 10
    width = [np.mean(sets.upper - sets.lower) for sets in (holm, mrsw)]
    assert width[1] < width[0] < 1.05 * width[1]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"standard_errors": [1]}, "got '1 numbers'; allowed: 2 numbers, one a region"),
        ({"standard_errors": [1, -1]}, r"argument 'standard_errors': not allowed: got -1.0"),
        ({"values": 20}, "allowed: a vector with one number a region"),
        ({"method": "tukey"}, "got 'tukey'; allowed: holm, bonferroni, mrsw, klein"),
        ({"method": "klein", "marginal": True}, "allowed: False for the method 'klein'"),
        ({"method": "mrsw", "draws": 0}, "argument 'draws': not allowed: got 0"),
        ({"method": "mrsw", "seed": "today"}, "argument 'seed': not allowed: got 'today'"),
        ({"level": 95}, "argument 'level': not allowed: got 95"),
        ({"level": -0.5}, "got -0.5; allowed: a number between 0 and 1"),
        ({"marginal": 1}, "argument 'marginal': not allowed: got 1; allowed: True or False"),
        ({"direction": "stabilize"}, "allowed: maximize, minimize"),
    ],
)
def test_rank_sets_that_are_refused(options, text):
    with pytest.raises(ArgumentError, match=text):
        rank_sets(**{"values": [20, 21], "standard_errors": [1, 1], **options})


def test_intervals_that_are_refused():
    with pytest.raises(ArgumentError, match=r"argument 'upper': not allowed: got 1.0; allowed: at"):
        ranks_of_intervals([2, 3], [1, 4])


# What follows from rank sets


def test_tiers():
    values = np.array([0.0, 0.5, 10, 10.5, 20])
    assert distinguishable_tiers(rank_sets(values, np.full(5, 0.5))) == 3
    assert distinguishable_tiers(rank_sets(values, np.full(5, 50.0))) == 1
    assert distinguishable_tiers(rank_sets(values, np.zeros(5))) == 5


@given(league)
@examples(30)
def test_chances_add_up(figures):
    values, errors = figures
    count = len(values)
    chances = rank_chances(values, errors, at_most=1, draws=200, seed=1)
    assert chances.at_most.sum() == pytest.approx(1)
    assert chances.expected.sum() == pytest.approx(count * (count + 1) / 2)
    everyone = rank_chances(values, errors, at_most=count, draws=200, seed=1)
    assert (everyone.at_most == 1).all()


def test_chances_of_two_regions():
    chances = rank_chances([20, 22], [1, 2], at_most=1, direction="minimize", seed=1, draws=40_000)
    probability = 0.8144533152386512  # normal cdf at 2 / sqrt(5)
    assert chances.at_most[0] == pytest.approx(probability, abs=0.01)
    assert chances.expected.tolist() == pytest.approx([2 - probability, 1 + probability])


def test_chances_in_chunks_are_chances():
    random = np.random.default_rng(9)
    values = random.normal(20, 3, 3000)
    chances = rank_chances(values, np.full(3000, 2.0), at_most=300, draws=800, seed=2)
    assert chances.at_most.sum() == pytest.approx(300)


def test_questions_that_are_refused():
    for at_most in (0, 1.5, True):
        with pytest.raises(ArgumentError, match=r"argument 'at_most': not allowed"):
            rank_chances([20, 21], [1, 1], at_most=at_most)


# Intervals for comparing


def test_published_level_of_goldstein_and_healy():
    level = comparison_level(read("traveltime").numbers("standard_error"), level=0.9)
    assert round(level, 4) == 0.7749
    assert round(1 - (1 - round(level, 4)) / 50, 4) == 0.9955  # demi-Bonferroni


def test_levels_for_equal_errors():
    assert comparison_level([2, 2, 2]) == pytest.approx(0.8342237271, abs=1e-9)
    assert comparison_level([20, 20]) == comparison_level([2, 2])
    with pytest.raises(ArgumentError, match=r"at least two errors above zero"):
        comparison_level([1])
    with pytest.raises(ArgumentError, match="at least two errors above zero"):
        comparison_level([0, 1])
    for follows in (lambda: best_regions([1, 2], 1), lambda: distinguishable_tiers([1, 2])):
        with pytest.raises(ArgumentError, match="argument 'sets': not allowed: got 'list'"):
            follows()
