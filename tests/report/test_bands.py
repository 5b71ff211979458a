from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import kencana_targets as kt
from kencana_targets.report.bands import (
    MARKERS,
    MARKS,
    NO_BAND,
    PALETTE,
    band_range,
    contrast,
    ink_on,
    looks,
)


@pytest.mark.parametrize("code", kt.list_rules())
@pytest.mark.parametrize("language", ["en", "id"])
def test_bands_differ_by_word_and_mark_and_are_legible(code: str, language: str) -> None:
    shown = looks(kt.load_rule(code), language)
    assert len({look.word for look in shown}) == len(shown)
    assert len({look.mark for look in shown}) == len(shown)
    assert len({look.marker for look in shown}) == len(shown)
    assert all(contrast(look.colour, look.ink) >= 4.5 for look in [*shown, NO_BAND])


@given(st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_text_is_legible_on_any_colour(colour: str) -> None:
    assert contrast(colour, ink_on(colour)) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    # W3C, Understanding SC 1.4.3: #767676 is the lightest grey with 4.5 on white.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") < 4.5


def test_marks_run_from_best_to_worst_however_the_rule_lists_its_bands() -> None:
    rule = kt.load_rule("permendagri-86-2017")
    turned = evolve(rule, bands=rule.bands[::-1])
    marks = {look.word: look.mark for look in looks(rule, "id")}
    assert {look.word: look.mark for look in looks(turned, "id")} == marks
    assert (marks["Sangat Tinggi"], marks["Sangat Rendah"]) == ("▲", "▼")


def test_what_is_no_colour_never_reaches_a_style() -> None:
    rule = kt.load_rule("bkkbn-2023")
    bands = [evolve(band, colour="red;}</style>") for band in rule.bands]
    assert [look.colour for look in looks(evolve(rule, bands=bands))] == [PALETTE[0], PALETTE[-1]]


def test_words_follow_the_language_and_fall_back_on_the_source() -> None:
    rule = kt.load_rule("bkkbn-diy-2020")
    assert looks(rule, "en")[0].word == "Very good"
    assert looks(rule, "id")[0].word == "Baik Sekali"
    plain = evolve(rule, bands=[evolve(band, label_en="") for band in rule.bands])
    assert looks(plain, "en")[0].word == "Baik Sekali"


def test_ranges_show_which_edge_belongs() -> None:
    bands = kt.load_rule("bkkbn-diy-2020").bands
    assert [band_range(band, "id") for band in bands] == [
        "> 100",
        "≥ 87,5 - ≤ 100",
        "≥ 75 - < 87,5",
        "< 75",
    ]


def test_every_mark_has_a_marker() -> None:
    assert all(mark in MARKERS for marks in MARKS.values() for mark in marks)
    assert all(len(marks) == count for count, marks in MARKS.items())


def test_many_bands_share_marks_rather_than_fail() -> None:
    bands = [kt.Band(label=f"B{n}", lower=n * 10, upper=(n + 1) * 10) for n in range(9)]
    rule = evolve(kt.load_rule("bkkbn-2023"), bands=bands)
    marks = [look.mark for look in looks(rule)]
    assert (marks[0], marks[-1]) == ("▼", "▲")
