from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st
from report_cards import bengkulu, hostile, indicator, main_indicators, nation

import kencana_targets as kt
from kencana_targets.core import labels
from kencana_targets.report.canvas import sparklines
from kencana_targets.report.tabulate import scorecard_table
from kencana_targets.report.view import NOTHING, View


@given(
    st.lists(
        st.floats(-1e6, 1e6) | st.integers(-9999, 9999).map(lambda n: n / 100),
        min_size=1,
        max_size=20,
    ),
    st.integers(0, 4),
    st.sampled_from(["en", "id"]),
)
@example([1.1054999991], 0, "en")
def test_many_figures_are_written_as_one_is(values, decimals, language) -> None:
    array, places = np.array(values), np.full(len(values), decimals)
    written = labels.figures(array, labels.stated_places(array, places), language)
    assert written == [labels.figure(value, decimals, language) for value in values]


def test_missing_figures_are_a_dash() -> None:
    assert labels.figures(np.array([np.nan, 1.0]), np.array([1, 1]), "id") == [NOTHING, "1,0"]


def test_ranks_are_those_of_the_level() -> None:
    card = bengkulu()
    view = View(card, "id")
    ranks = dict(zip([view.region(row).code for row in range(len(card))], view.ranks, strict=True))
    assert np.isnan(ranks["17"])  # a province without peers here
    assert ranks["17.04"] == 1
    assert ranks["17.08"] == 10
    assert sorted(rank for rank in ranks.values() if not np.isnan(rank)) == list(range(1, 11))


@pytest.mark.parametrize("inherit", ["path", "end-target", "none"])
def test_the_path_is_what_the_scorecard_judges_by(inherit: str) -> None:
    plan, reached = (load("bengkulu-stunting-2024") for load in (kt.load_plan, kt.load_actuals))
    years = [2022, 2023, 2024]
    card = kt.evaluate(plan, reached, year=years, rule="permendagri-86-2017", inherit=inherit)
    view = View(card, "en")
    at, values, official = view.judged_path(np.arange(len(card)))
    for row, year in enumerate(card.rows.year):
        column = int(np.flatnonzero(at == year)[0])
        assert np.array_equal(values[row, column], card.rows.target[row], equal_nan=True)
        basis = card.to_dicts()[row]["target_basis"]
        if basis in ("official", "inherited"):
            assert official[row, column]
        if basis in ("interpolated", "inherited-interpolated"):
            assert not official[row, column]


def test_ranges_and_one_sided_targets_are_written_as_such() -> None:
    given_ = {"indicator": ["i0"] * 3, "region": ["17.01", "17.02", "17.03"], "year": [2022] * 3}
    targets = given_ | {"lower": [4.98, None, 95.0], "upper": [5.23, 20.0, None]}
    plan = kt.Plan.from_frames(indicators=[indicator(0)], targets=targets)
    card = kt.evaluate(
        plan, given_ | {"value": [5.0, 5.0, 5.0]}, year=2022, rule="permendagri-86-2017"
    )
    assert View(card, "id").target == ["4,98 - 5,23", "≤ 20,0", "≥ 95,0"]


def test_intervals_are_given_or_from_the_error() -> None:
    card = nation(2, 1, [2024])
    view = View(card, "en")
    low, high = view.interval(0)
    assert (high - low) / 2 == pytest.approx(1.96 * 1.2, rel=1e-4)
    assert View(bengkulu(), "en").interval(0) is None


def test_small_lines_hold_the_path_and_what_was_reached() -> None:
    view = View(bengkulu(), "en")
    lines = sparklines(view, np.arange(11))
    assert len(lines) == 11
    assert all(line.count("<polyline") == 2 for line in lines)
    assert all(len(line) < 300 for line in lines)
    single = View(main_indicators(), "en")
    assert sum(not line for line in sparklines(single, np.arange(9))) == 6  # one year makes no line


def test_text_for_terminals_and_markdown_is_inert() -> None:
    card = hostile()
    for text in (
        str(card),
        scorecard_table(card, "id", most=None).markdown(),
        str(card.by_region()),
        str(card.explain("r4", "i3")),
    ):
        assert not any(ord(mark) < 32 and mark != "\n" for mark in text)
        assert not any(mark in text for mark in "\x7f\u202e\u202c\u200f")
    table = scorecard_table(card, "id", most=None).markdown()
    assert "<script" not in table
    assert "<img" not in table
    assert not re.search(r"(?<!\\)\]\(", table)
    widths = {
        line.replace("\\|", "").count("|") for line in table.splitlines() if line.startswith("|")
    }
    assert len(widths) == 1


def close(actual: float, target: float = 18.9167, rule: str = "permendagri-86-2017") -> Any:
    """Return a card of one row."""
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="a", name="A", unit="percent", direction="maximize")],
        targets={"indicator": ["a"], "region": ["17"], "year": [2024], "value": [target]},
    )
    actuals = {"indicator": ["a"], "region": ["17"], "year": [2024], "value": [actual]}
    return kt.evaluate(plan, actuals, year=2024, rule=rule)


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("below", [1e-3, 1e-4, 1e-5, 1e-6])
def test_a_print_never_contradicts_its_word(below: float, language: str) -> None:
    target = 56.123456
    card = close(target - below, target)
    view = View(card, language)
    assert not card.to_dicts()[0]["met"]
    assert view.actual[0] != view.target[0]
    assert view.achievement[0].replace(",", ".") != "100.00"
    told = str(card.explain("17", "a", language=language))
    assert "= 100.00 p" not in told.replace(",", ".")
    assert "-0.00 " not in told.replace(",", ".")
    sentences = card.narrate("17", "a", language=language)
    assert ("exactly at" if language == "en" else "tepat pada") not in sentences


def test_an_edge_is_told_from_what_lies_just_below_it() -> None:
    card = close(90.9999, 100)
    row = card.to_dicts()[0]
    assert row["band"] == "Tinggi"
    assert View(card, "en").achievement == ["90.9999"]
    # A rule that rounds before it judges prints what it judged.
    rounded = close(96.6699, 100, rule="bkkbn-bengkulu-2021")
    assert View(rounded, "en").achievement == ["96.67"]
    assert rounded.to_dicts()[0]["band"] == "Sangat Baik"


def test_no_minus_stands_before_a_zero() -> None:
    assert labels.figure(-0.0, 2) == labels.figure(-1e-12, 2) == "0.00"
    assert labels.figures(np.array([-0.0, -1e-12]), np.array([2, 2])) == ["0.00", "0.00"]


def test_two_years_of_one_survey_are_one_survey() -> None:
    card = bengkulu()
    assert "survei yang berbeda" not in card.narrate("17.05", "stunting_balita", language="id")
    # So are two that a column of surveys names with their years.
    plan, actuals = kt.load_plan("stunting-2020-2024"), kt.load_actuals("stunting-2020-2024")
    for year, differ in ((2022, False), (2023, True)):
        card = kt.evaluate(plan.within("17"), actuals, year=year, rule="permendagri-86-2017")
        told = card.narrate("17", "stunting_balita", language="en")
        assert ("different surveys" in told) is differ, year
    # However the year is written, explanations and remarks agree.
    for former, present in (("SSGI '21", "SSGI '22"), ("SSGI2021", "ssgi (2022)")):
        base = kt.Baselines.of(evolve(one, survey=former) for one in plan.baselines)
        named = kt.Actuals.of(evolve(one, survey=present) for one in actuals if one.year == 2022)
        stated = evolve(plan.within("17"), baselines=base)
        card = kt.evaluate(stated, named, year=2022, rule="permendagri-86-2017")
        assert "different surveys" not in card.narrate("17.05", "stunting_balita", language="en")
    later = bengkulu([2023])
    told = str(later.explain("17", "stunting_balita", year=2023))
    assert "different surveys" in told


@pytest.mark.parametrize(
    ("target", "actual", "texts"),
    [
        (100, 99.996, ("100.000", "99.996")),
        (100, 99.9999, ("100.0000", "99.9999")),
        (80, 80, ("80.00", "80.00")),
        (100, 99.5, ("100.00", "99.50")),
    ],
)
def test_a_target_and_an_actual_print_apart(target, actual, texts) -> None:
    columns = {"indicator": ["m"], "region": ["17"], "year": [2022]}
    plan = kt.Plan.from_frames(
        code="apart",
        indicators=[kt.Indicator(code="m", name="m", unit="percent", direction="maximize")],
        targets={**columns, "value": [target]},
    )
    card = kt.evaluate(plan, {**columns, "value": [actual]}, year=2022, rule="bkkbn-2023")
    row = next(line for line in card.to_markdown().splitlines() if "Bengkulu" in line)
    assert all(f"| {text} |" in row for text in texts)
