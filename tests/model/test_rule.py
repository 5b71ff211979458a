from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import rules

from kencana_targets import Band, Direction, Formula, ScoringRule
from kencana_targets.core.errors import ArgumentError, FormulaError
from kencana_targets.model.rule import ScoreSegment

PLAIN: dict[str, Any] = {
    "code": "own",
    "name": "Own",
    "formulas": {"maximize": "ratio"},
    "certainty": "own",
    "sources": ["Perbup 1/2026"],
}


def rule(**fields: Any) -> ScoringRule:
    return ScoringRule(**{**PLAIN, **fields})


@given(rules())
def test_rules_are_values(one: ScoringRule) -> None:
    again = pickle.loads(pickle.dumps(one))
    assert again == one
    assert hash(again) == hash(one)


@given(rules(), st.lists(st.none() | st.floats(-500, 500), min_size=1, max_size=6))
def test_scalars_and_arrays_agree(one: ScoringRule, values: list[float | None]) -> None:
    scores, words = one.score(values), one.band(values)
    for k, value in enumerate(values):
        np.testing.assert_equal(one.score(value), float(scores[k]))
        assert one.band(value) == words[k]


@given(rules(), st.floats(-500, 500))
def test_floor_cap_and_words_hold(one: ScoringRule, value: float) -> None:
    score = one.score(value)
    assert one.floor is None or score >= one.floor
    assert one.cap is None or score <= one.cap
    assert one.band(value) in {band.label for band in one.bands}
    assert one.score(score) == score


@given(rules(), st.floats(-500, 500), st.floats(-500, 500))
def test_more_never_scores_less(one: ScoringRule, first: float, second: float) -> None:
    low, high = sorted((first, second))
    assert one.score(low) <= one.score(high)


def test_missing_has_no_score_and_no_word() -> None:
    assert np.isnan(rule().score(None))
    assert rule(bands=[Band(label="all")]).band(None) is None
    assert rule().band(50) is None


def test_an_edge_that_is_exact_on_paper_is_exact() -> None:
    one = rule(bands=[Band(label="high", lower=80), Band(label="low", upper=80)])
    assert 100 * 0.56 / 0.7 != 80
    assert one.band(100 * 0.56 / 0.7) == "high"
    assert one.band(79.99) == "low"


def test_words_follow_the_rounded_figure() -> None:
    bands = [Band(label="met", lower=100), Band(label="not", upper=100)]
    assert rule(bands=bands, rounding="half-up", decimals=0).band(99.5) == "met"
    assert rule(bands=bands, rounding="truncate", decimals=0).band(99.99) == "not"


def test_edges_belong_where_they_are_told_to() -> None:
    open_ = rule(bands=[Band(label="mid", lower=50, upper=60, lower_inclusive=False)])
    assert open_.band([50, 55, 60]).tolist() == [None, "mid", None]
    closed = rule(bands=[Band(label="mid", lower=50, upper=60, upper_inclusive=True)])
    assert closed.band([50, 55, 60]).tolist() == ["mid", "mid", "mid"]


def test_scores_on_lines() -> None:
    one = rule(
        segments=[
            ScoreSegment(lower=0, upper=50, score_lower=0, score_upper=100),
            ScoreSegment(lower=60, score_lower=120, lower_inclusive=False),
        ]
    )
    np.testing.assert_array_equal(one.score([-1, 0, 25, 50, 55, 60, 61]), [
        np.nan, 0, 50, 100, np.nan, np.nan, 120,
    ])  # fmt: skip


def test_a_formula_that_the_source_names() -> None:
    assert rule().formula(Direction.MAXIMIZE) is Formula.RATIO


def test_a_formula_that_the_source_does_not_name() -> None:
    with pytest.raises(FormulaError) as caught:
        rule().formula(Direction.MINIMIZE)
    assert str(caught.value) == (
        "the rule 'own' names no formula for a minimize indicator; "
        "allowed: reflected, inverse; its source states none, and offices differ: "
        "choose one with rule.with_formulas(minimize=...), or --minimize on the command line"
    )


def test_a_formula_that_the_user_chooses_is_written_down() -> None:
    chosen = rule().with_formulas(minimize="inverse")
    assert chosen.formula(Direction.MINIMIZE) is Formula.INVERSE
    assert chosen.formula(Direction.MAXIMIZE) is Formula.RATIO
    assert chosen.certainty == "own; formula chosen by the user: minimize inverse"
    assert chosen.certainty_id == ""
    with pytest.raises(ArgumentError, match=r"'formulas.minimize'.*allowed: reflected, inverse"):
        rule().with_formulas(minimize="ratio")


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"code": ""}, "'code'.*text that is not empty"),
        ({"certainty": ""}, "'certainty'.*text that is not empty"),
        ({"sources": []}, r"'sources'.*got \(\); allowed: at least one source"),
        ({"formulas": {"up": "ratio"}}, "'direction'.*got 'up'"),
        ({"formulas": {"minimize": "best"}}, r"'formulas.minimize'.*got 'best'; allowed: ratio"),
        ({"formulas": {"maximize": "inverse"}}, r"'formulas.maximize'.*allowed: ratio$"),
        ({"formulas": {"maximize": "reflected"}}, r"'formulas.maximize'.*allowed: ratio$"),
        ({"formulas": {"minimize": "range"}}, r"'formulas.minimize'.*allowed: reflected, inverse$"),
        ({"rounding": "up"}, "'rounding'.*allowed: none, half-up, half-even, truncate"),
        ({"decimals": 1.5}, "'decimals'.*a whole number"),
        ({"floor": 5, "cap": 4}, r"'lower'.*got 5; allowed: at most upper \(4\)"),
        ({"average": "median"}, "'average'.*got 'median'; allowed: score, achievement"),
        ({"bands": [Band(label="a", upper=1), Band(label="a", lower=2)]}, "labels that differ"),
        (
            {"bands": [Band(label="a", upper=60), Band(label="b", lower=50)]},
            r"'bands'.*got \['a \(<60\)', 'b \(>=50\)'\]; allowed: one band for 50 percent",
        ),
        # Below the first edge, above the last one, and without any.
        ({"bands": [Band(label="a", upper=60), Band(label="b", upper=50)]}, "for 49 percent"),
        ({"bands": [Band(label="a", lower=60), Band(label="b", lower=61)]}, "for 61 percent"),
        (
            {"bands": [Band(label=str(x), lower=x, lower_inclusive=False) for x in (60, 61)]},
            "for 62 percent",
        ),
        ({"bands": [Band(label="a"), Band(label="b")]}, "one band for -1 percent"),
        (
            {"bands": [Band(label=x, lower=50, lower_inclusive=False, upper=60) for x in "ab"]},
            "one band for 55 percent",
        ),
        (
            {"bands": [Band(label="a", upper=60, upper_inclusive=True), Band(label="b", lower=60)]},
            "one band for 60 percent",
        ),
    ],
)
def test_fields_that_are_refused(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        rule(**fields)


def test_a_single_source_may_stand_alone() -> None:
    assert rule(sources="Perbup 1/2026").sources == ("Perbup 1/2026",)


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"label": ""}, "'label'"),
        ({"lower": 5, "upper": 4}, r"'lower'.*at most upper \(4\)"),
        ({"lower": "5"}, "'lower'.*a number"),
        ({"lower_inclusive": "no"}, "'lower_inclusive'.*got 'no'; allowed: true or false"),
        ({"upper_inclusive": 1}, "'upper_inclusive'.*got 1; allowed: true or false"),
    ],
)
def test_bands_that_are_refused(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        Band(**{"label": "a", **fields})


@pytest.mark.parametrize("value", ["90", True, float("inf"), ["a"]])
def test_percentages_that_are_refused(value: Any) -> None:
    for method in (rule().score, rule().band):
        with pytest.raises(ArgumentError, match="'achievement': not allowed"):
            method(value)


def test_bands_say_their_edges() -> None:
    assert str(Band(label="a", lower=50, upper=60)) == "a (>=50, <60)"
    assert str(Band(label="a", lower=50, lower_inclusive=False)) == "a (>50)"
    assert str(Band(label="a")) == "a (all)"
