from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_cards import bengkulu, indicator, main_indicators

import kencana_targets as kt
from kencana_targets.report.explanation import narrate
from kencana_targets.report.view import View


def told(kind, target, actual, *, language="en", baseline=None, year=2022, end=2024, **more):
    given = {"indicator": [kind.code], "region": ["17"]}
    plan = kt.Plan.from_frames(
        indicators=[kind],
        baselines=baseline and given | {"year": [2021], "value": [baseline]},
        targets=given
        | {"year": [end]}
        | ({"value": [target]} if target is not None else {})
        | more,
    )
    reached = given | {"year": [year], "value": [actual]}
    card = kt.evaluate(plan, reached, year=year, rule="permendagri-86-2017")
    return card.narrate("17", kind.code, language=language)


def test_the_sentence_of_the_meeting() -> None:
    text = bengkulu().narrate("Kabupaten Seluma", "stunting_balita", language="id")
    assert text == (
        "Prevalensi stunting balita Kabupaten Seluma 22,1 persen pada 2022, 3,2 poin di atas "
        "jalur 18,9; untuk mencapai 12,55 pada 2024 diperlukan penurunan 4,8 poin per tahun. "
        "Target 2022, mengikuti target Bengkulu, tidak tercapai: capaian 83,17 persen, kategori "
        "Tinggi. Sejak 2021 (24,7) angka ini turun 2,6 poin atau 21,4 persen dari jarak ke target "
        "akhir."
    )


def test_the_same_in_english() -> None:
    text = bengkulu().narrate("17.05", "stunting_balita")
    assert text == (
        "Stunting among children under five in Kabupaten Seluma stood at 22.1 percent in 2022, "
        "3.2 points above the path of 18.9; reaching 12.55 in 2024 takes a decrease of 4.8 points "
        "a year. The target for 2022, inherited from Bengkulu, was not met: achievement 83.17 "
        "percent, band High. Since 2021 (24.7) the figure has fallen by 2.6 points or 21.4 percent "
        "of the way to the end target."
    )


def test_an_end_target_reached_before_its_year() -> None:
    text = bengkulu().narrate("Kaur", "stunting_balita", language="id")
    assert "6,5 poin di bawah jalur 18,9; target akhir 12,55 (2024) sudah tercapai." in text
    assert "Target 2022, mengikuti target Bengkulu, tercapai" in text


def test_a_region_that_moves_away() -> None:
    text = bengkulu().narrate("17.03", "stunting_balita")
    assert "has risen by 2.1 points, away from the end target" in text


def test_units_that_are_no_percentages_have_no_points() -> None:
    text = main_indicators().narrate("17", "TFR")
    assert "2.30 children per woman aged 15-49 in 2021, 0.09 above the target of 2.21." in text
    assert "point" not in text
    assert "band" not in text  # the rule has no word for 96.09


def test_without_an_actual() -> None:
    text = bengkulu([2024]).narrate("17", "stunting_balita", language="id")
    assert text == (
        "Prevalensi stunting balita Bengkulu tahun 2024 tidak tersedia; "
        "target 12,55 persen tidak dapat dinilai."
    )


def test_without_a_target() -> None:
    kind = indicator(0, shape=None)
    text = told(kind, 20.0, 25.0, year=2022, baseline=30.0).split(" Since")[0]
    assert text == (
        "Indikator 0 in Bengkulu stood at 25.0 percent in 2022. It cannot be judged: "
        "no official target for the year, and no path shape is declared."
    )


@pytest.mark.parametrize(
    ("bounds", "actual", "said"),
    [
        ({"lower": [10.0], "upper": [20.0]}, 15.0, ", within the target range 10.0 to 20.0."),
        (
            {"lower": [10.0], "upper": [20.0]},
            25.0,
            ", 5.0 points above the target range 10.0 to 20.0.",
        ),
        (
            {"lower": [10.0], "upper": [20.0]},
            8.0,
            ", 2.0 points below the target range 10.0 to 20.0.",
        ),
        ({"upper": [20.0], "lower": [None]}, 25.0, ", 5.0 points above the upper limit of 20.0."),
        ({"lower": [20.0], "upper": [None]}, 25.0, ", within the lower limit of 20.0."),
        (
            {"lower": [None], "upper": [20.0], "open_ends": ["upper"]},
            20.0,
            ", exactly at the upper limit of 20.0, which itself does not count.",
        ),
        ({"lower": [None], "upper": [20.0], "open_ends": ["upper"]}, 19.0, ", within the upper"),
    ],
)
def test_ranges(bounds, actual, said) -> None:
    text = told(indicator(0), None, actual, year=2024, **bounds)
    assert said in text


def test_exactly_on_target_and_unchanged() -> None:
    text = told(indicator(2), 25.0, 25.0, year=2024, baseline=25.0)
    assert "stood at 25.0 percent in 2024, exactly at the target of 25.0." in text
    assert "Since 2021 (25.0) the figure has not changed." in text


def test_a_percentage_without_a_meaning() -> None:
    text = told(indicator(2), 0.0, 5.0, year=2024)
    assert "Its achievement is undefined: a target of zero has no percentage" in text


def test_a_score_that_is_not_the_percentage_is_said() -> None:
    kind = indicator(2)
    given = {"indicator": [kind.code], "region": ["17"], "year": [2024]}
    plan = kt.Plan.from_frames(indicators=[kind], targets=given | {"value": [10.0]})
    card = kt.evaluate(plan, given | {"value": [12.0]}, year=2024, rule="permenpanrb-8-2021")
    assert "achievement 120 percent, band Very good" in card.narrate("17", kind.code)
    card = kt.evaluate(plan, given | {"value": [11.5]}, year=2024, rule="permenpanrb-8-2021")
    assert "achievement 115 percent, score 120, band Very good" in card.narrate("17", kind.code)


def test_a_small_yearly_step_is_not_said_to_be_nothing() -> None:
    text = told(indicator(2, decimals=0), 50.01, 50.0, baseline=49.0)
    assert "takes an increase of 0.01 points a year" in text


@given(
    target=st.integers(1, 999).map(lambda n: n / 10),
    # Less might be a share, which is refused.
    actual=st.integers(11, 999).map(lambda n: n / 10),
    baseline=st.integers(1, 999).map(lambda n: n / 10),
    falls=st.booleans(),
)
def test_differences_follow_from_the_printed_figures(target, actual, baseline, falls) -> None:
    text = told(indicator(0 if falls else 2), target, actual, baseline=baseline)
    printed = re.search(
        r"stood at ([\d.]+) percent in 2022(?:, ([\d.]+) points (above|below)|, exactly at) the (?:path|target) of ([\d.]+)",
        text,
    )
    assert printed is not None
    reached, gap, side, goal = printed.groups()
    sign = {"above": 1, "below": -1, None: 0}[side]
    assert round(float(reached) - float(goal), 6) == pytest.approx(sign * float(gap or 0), abs=1e-9)
    assert 1 <= text.count(". ") + text.endswith(".") <= 4


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_row_of_a_scorecard_is_told(language: str) -> None:
    view = View(bengkulu([2022, 2023, 2024]), language)
    texts = [narrate(view, row) for row in range(len(view.card))]
    assert len(texts) == 33
    assert all(
        text.endswith(".") and "{" not in text and not re.search(r"\bnan\b", text) for text in texts
    )
    assert all("  " not in text and " ," not in text and ".." not in text for text in texts)


def test_names_are_inert() -> None:
    from report_cards import hostile

    card = hostile()
    texts = [narrate(View(card, "id"), row) for row in range(len(card))]
    assert not any(mark in text for text in texts for mark in "\n\r\t\x1b\u202e\u200f")


def test_several_years_ask_for_one() -> None:
    card = bengkulu([2022, 2023])
    assert "2023" in card.narrate("17", "stunting_balita", year=2023)
    with pytest.raises(kt.KencanaError, match="argument 'year'"):
        card.narrate("17", "stunting_balita")
    assert np.isfinite(card.rows.target[0])
