from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from report_cards import bengkulu, hostile, indicator, main_indicators, nation

import kencana_targets as kt
from kencana_targets.core import labels
from kencana_targets.report.sparkline import sparklines
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
    ranks = dict(zip([view.region(row).code for row in range(len(view))], view.ranks, strict=True))
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
    lines = sparklines(view, np.arange(len(view)))
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
