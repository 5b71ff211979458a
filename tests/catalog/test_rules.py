from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kencana_targets import Direction, ScoringRule, list_rules, load_rule, read_rule
from kencana_targets.core.errors import FormulaError, RuleError, UnknownNameError
from kencana_targets.core.resources import data_path

CODES = [
    "bkkbn-2023",
    "bkkbn-bengkulu-2021",
    "bkkbn-diy-2020",
    "kemenkeu-kmk-127-2026",
    "lkjip-maluku-tengah-2021",
    "lkjip-sampang-2019",
    "permendagri-86-2017",
    "permendagri-86-2017-sumbar",
    "permenpanrb-8-2021",
    "permenpanrb-88-2021",
    "pmk-107-2024",
]

# What each source says of its edges and gaps: percentage and word.
EDGES: dict[str, list[tuple[float, str | None]]] = {
    "permendagri-86-2017": [
        (134.23, "Sangat Tinggi"),
        (100, "Sangat Tinggi"),
        (91, "Sangat Tinggi"),
        (90.99, "Tinggi"),
        (90.5, "Tinggi"),
        (90, "Tinggi"),
        (76, "Tinggi"),
        (75.5, "Sedang"),
        (66, "Sedang"),
        (65.5, "Rendah"),
        (51, "Rendah"),
        (50.5, "Sangat Rendah"),
        (50, "Sangat Rendah"),
        (0, "Sangat Rendah"),
        (-40, "Sangat Rendah"),
    ],
    "permendagri-86-2017-sumbar": [
        (90.5, "Sangat Tinggi"),
        (90.01, "Sangat Tinggi"),
        (90, "Tinggi"),
        (76, "Tinggi"),
        (75.5, "Sedang"),
        (65.5, "Rendah"),
        (50.5, "Sangat Rendah"),
    ],
    "bkkbn-diy-2020": [
        (117.65, "Baik Sekali"),
        (100.01, "Baik Sekali"),
        (100, "Baik"),
        (92.08, "Baik"),
        (87.5, "Baik"),
        (87.49, "Cukup"),
        (75, "Cukup"),
        (74.99, "Kurang"),
        (42.51, "Kurang"),
    ],
    "bkkbn-2023": [(100, "Tercapai"), (99.99, "Tidak Tercapai"), (150, "Tercapai")],
    "bkkbn-bengkulu-2021": [
        (134.23, "Sangat Baik"),
        (96.67, "Sangat Baik"),
        (96.66, None),
        (78.16, None),
        (78.15, "Baik"),
        (78.14, None),
        (68.3, None),
        (68.29, "Kurang"),
        (0, "Kurang"),
    ],
    "lkjip-maluku-tengah-2021": [
        (100.01, None),
        (100, "Memuaskan"),
        (85.01, "Memuaskan"),
        (85, None),
        (84.99, "Sangat Baik"),
        (75.01, "Sangat Baik"),
        (75, "Baik"),
        (65, "Cukup Baik"),
        (50, "Agak Kurang"),
        (30, "Kurang"),
        (0, "Kurang"),
        (-1, None),
    ],
    "lkjip-sampang-2019": [
        (101, None),
        (100, "Sangat Baik"),
        (91, "Sangat Baik"),
        (90.5, None),
        (90, "Baik"),
        (75.5, None),
        (75, "Cukup"),
        (65.5, None),
        (65, "Kurang"),
        (50.5, None),
        (50, "Sangat Kurang"),
    ],
    "pmk-107-2024": [
        (90.01, "Sangat Baik"),
        (90, "Baik"),
        (80, "Cukup"),
        (75.5, "Cukup"),
        (60, "Kurang"),
        (50, "Sangat Kurang"),
        (150, "Sangat Baik"),
    ],
    "permenpanrb-8-2021": [
        (110, "Sangat Baik"),
        (109.4, "Baik"),
        (100, "Baik"),
        (99.5, "Baik"),
        (99.4, "Cukup"),
        (80, "Cukup"),
        (60, "Kurang"),
        (59.4, "Sangat Kurang"),
    ],
    "kemenkeu-kmk-127-2026": [(100, None), (0, None)],
    "permenpanrb-88-2021": [
        (100.01, None),
        (100, "AA"),
        (90.01, "AA"),
        (90.001, "AA"),
        (90, "A"),
        (80, "BB"),
        (70, "B"),
        (60, "CC"),
        (50, "C"),
        (30.01, "C"),
        (30, "D"),
        (0, "D"),
        (-0.1, None),
    ],
}
FORMULAS = {
    "bkkbn-2023": {"maximize": "ratio", "minimize": "inverse"},
    "bkkbn-bengkulu-2021": {"maximize": "ratio", "minimize": "inverse"},
    "bkkbn-diy-2020": {"maximize": "ratio", "minimize": "reflected"},
    "kemenkeu-kmk-127-2026": {
        "maximize": "ratio",
        "minimize": "reflected",
        "stabilize": "stabilize",
    },
    "lkjip-maluku-tengah-2021": {"maximize": "ratio", "minimize": "reflected"},
    "lkjip-sampang-2019": {"maximize": "ratio"},
    "permendagri-86-2017": {"maximize": "ratio", "minimize": "reflected"},
    "permendagri-86-2017-sumbar": {"maximize": "ratio", "minimize": "reflected"},
    "permenpanrb-8-2021": {"maximize": "ratio", "minimize": "reflected"},
    "permenpanrb-88-2021": {"maximize": "ratio"},
    "pmk-107-2024": {"maximize": "ratio"},
}


def test_the_rules_that_are_shipped() -> None:
    assert list_rules() == CODES


@pytest.mark.parametrize("code", CODES)
def test_words_at_every_edge_and_in_every_gap(code: str) -> None:
    rule = load_rule(code)
    for percent, word in EDGES[code]:
        assert rule.band(percent) == word, percent
    words = [word for _, word in EDGES[code]]
    assert rule.band([percent for percent, _ in EDGES[code]]).tolist() == words
    assert {band.label for band in rule.bands} == {word for word in words if word}


@pytest.mark.parametrize("code", CODES)
def test_formulas_are_those_that_the_source_names(code: str) -> None:
    rule = load_rule(code)
    assert dict(rule.formulas) == FORMULAS[code]
    for direction in Direction:
        if direction not in FORMULAS[code]:
            with pytest.raises(FormulaError, match=f"the rule '{code}' names no formula"):
                rule.formula(direction)


@pytest.mark.parametrize("code", CODES)
def test_every_rule_says_where_it_is_from_and_how_certain_it_is(code: str) -> None:
    rule = load_rule(code)
    assert rule == read_rule(data_path("rules", f"{code}.toml"))
    assert isinstance(rule, ScoringRule)
    assert rule.code == code
    assert all(rule.sources)
    for text in (rule.name, rule.name_id, rule.edges, rule.certainty):
        assert text
    assert not re.search(r"\[U\]|unverified|\bTODO\b", f"{rule}")
    assert all(re.fullmatch(r"#[0-9a-f]{6}", band.colour) for band in rule.bands)
    assert all(band.label_en for band in rule.bands)
    assert bool(rule.bands) == bool(rule.colours)


@pytest.mark.parametrize("code", list_rules())
def test_every_rule_says_so_in_both_languages(code: str) -> None:
    rule = load_rule(code)
    for name in ("edges", "certainty", "colours"):
        english, indonesian = getattr(rule, name), getattr(rule, f"{name}_id")
        assert bool(english) is bool(indonesian), name
        # The same figures, whichever mark parts their decimals.
        numbers = [re.findall(r"[0-9]+", text) for text in (english, indonesian)]
        assert numbers[0] == numbers[1]
    chosen = rule.with_formulas(minimize="inverse")
    assert chosen.certainty.endswith("formula chosen by the user: minimize inverse")
    assert chosen.certainty_id.endswith("rumus dipilih pengguna: minimize inverse")


def test_the_rule_of_bengkulu_says_that_its_edges_are_not_printed() -> None:
    rule = load_rule("bkkbn-bengkulu-2021")
    assert "the source prints no edges" in rule.edges
    assert "a value between these gets no word" in rule.edges


def test_both_readings_of_the_gaps_are_shipped() -> None:
    downwards, upwards = load_rule("permendagri-86-2017"), load_rule("permendagri-86-2017-sumbar")
    percents = np.arange(0, 12_000) / 100
    differ = percents[downwards.band(percents) != upwards.band(percents)]
    assert differ.min() == 90.01
    assert differ.max() == 90.99
    for rule in (downwards, upwards):
        assert None not in rule.band(percents)


@pytest.mark.parametrize(
    ("percent", "score"),
    [(-5, 0), (0, 0), (103.872, 103.872), (120, 120), (150, 120), (1667, 120)],
)
def test_the_ministry_of_finance_cuts_at_0_and_120(percent: float, score: float) -> None:
    assert load_rule("kemenkeu-kmk-127-2026").score(percent) == score


@pytest.mark.parametrize(
    "code", [code for code in CODES if not code.startswith(("kemenkeu", "perm"))]
)
def test_outcome_reports_do_not_cut(code: str) -> None:
    assert load_rule(code).score(1667) == 1667


def test_the_civil_service_states_no_score_between_101_and_110() -> None:
    rule = load_rule("permenpanrb-8-2021")
    scores = rule.score([99, 100, 101, 105, 110, 110.4, 110.5, 700])
    np.testing.assert_array_equal(scores, [89, 109, np.nan, np.nan, np.nan, np.nan, 120, 120])
    assert rule.average == "achievement"


@pytest.mark.parametrize(
    ("code", "printed"), [("bkkbn-bengkulu-2021", 105.7), ("bkkbn-diy-2020", 105.7)]
)
def test_rounding_is_half_up(code: str, printed: float) -> None:
    assert load_rule(code).score(105.6985) == printed
    assert load_rule(code).score(2.675) == 2.68


def test_an_unknown_rule_offers_the_nearest() -> None:
    with pytest.raises(UnknownNameError) as caught:
        load_rule("permendagri-86")
    assert str(caught.value).startswith(
        "unknown rule: got 'permendagri-86'; did you mean 'permendagri-86-2017' or "
    )
    with pytest.raises(UnknownNameError):
        load_rule("../rules/bkkbn-2023")


def test_a_rule_is_read_once() -> None:
    rules: list[Any] = [load_rule("bkkbn-2023") for _ in range(2)]
    assert rules[0] is rules[1]


def test_an_unknown_key_does_not_hide_what_is_wrong_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "rule.toml"
    file.write_text(
        'code = "x"\nname = "X"\ncertainty = "own"\nsources = ["s"]\nedges = ""\ncapp = 1\n'
        '[formulas]\nminimize = "invers"\n'
    )
    with pytest.raises(RuleError) as caught:
        read_rule(file)
    text = str(caught.value)
    assert len(caught.value.problems) == 2
    assert "'capp'" in text
    assert "'invers'" in text
    assert caught.value.__context__ is None
