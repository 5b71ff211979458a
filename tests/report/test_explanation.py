from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from effort import examples
from hypothesis import given
from strategies import Case, cases

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError
from kencana_targets.report.explanation import explain

CODE = "bengkulu-stunting-2024"


def bengkulu(year: Any = 2022, **options: Any) -> kt.Scorecard:
    options = {"rule": "permendagri-86-2017", **options}
    return kt.evaluate(kt.load_plan(CODE), kt.load_actuals(CODE), year=year, **options)


def starting(lines: tuple[str, ...], start: str) -> str:
    return next(line for line in lines if line.startswith(start))


def one(
    indicator: dict[str, Any], target: dict[str, Any], actual: float, rule: str
) -> tuple[str, ...]:
    figure = {"code": "a", "name": "A", "unit": "percent", "direction": "minimize", **indicator}
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(**figure)],
        targets=[{"indicator": "a", "region": "17", "year": 2024, "value": None, **target}],
    )
    actuals = {"indicator": ["a"], "region": ["17"], "year": [2024], "value": [actual]}
    return kt.evaluate(plan, actuals, year=2024, rule=rule).explain("17", "a").lines


def test_an_interpolated_target_names_everything_it_rests_on() -> None:
    told = bengkulu().explain("17", "stunting_balita")
    assert told.title == "Bengkulu (17): Stunting among children under five, 2022"
    whole = str(told)
    for part in (
        "Baseline 2021: 22.1 percent. Source: SSGI 2021; https://radarbengkulu.disway.id/",
        "interpolated between official figures",
        (
            "Path: linear between 22.1 (2021) and 12.55 (2024): "
            "22.1 + (12.55 - 22.1) x (2022 - 2021) / (2024 - 2021) = 18.9"
        ),
        "Instrument and source of the target: provincial/city stunting target; https://",
        "Actual 2022: 19.8 percent. Source: SSGI 2022; https://",
        "the target is not met",
        "(2T - R) / T x 100 = (2 x 18.9",
        "= 95.33 percent",
        "Score: 95.33",
        "Band: Sangat Tinggi. Edges: printed as 91-100",
        "24.1 percent of the road from the baseline to the end target 12.55 (2024)",
        "Rule: Permendagri 86/2017, gaps read downwards (permendagri-86-2017). Certainty: ",
        "Source of the rule: minimize (2T-R)/T: LKj Lampung 2015/2016",
    ):
        assert part in whole, part


def test_in_indonesian() -> None:
    told = bengkulu().explain("17", "stunting_balita", language="id")
    assert told.title == "Bengkulu (17): Prevalensi stunting balita, 2022"
    whole = str(told)
    for part in (
        "Kondisi awal 2021: 22,1 persen. Sumber: SSGI 2021",
        "22,1 + (12,55 - 22,1) x (2022 - 2021) / (2024 - 2021) = 18,9",
        "Realisasi 2022: 19,8 persen",
        "target tidak tercapai",
        "= 95,33 persen",
        "Kategori: Sangat Tinggi",
        "Aturan: Permendagri 86/2017",
    ):
        assert part in whole, part
    with pytest.raises(ArgumentError, match="'language'.*allowed: en, id"):
        bengkulu().explain("17", "stunting_balita", language="nl")


def test_kaur_inherits_and_has_no_road_to_travel() -> None:
    told = bengkulu().explain("Kaur", "stunting_balita").lines
    assert "inherited from Bengkulu (17)" in starting(told, "Target 2022")
    assert starting(told, "Progress") == (
        "Progress: no road to travel, the baseline had already reached the end target 12.55 (2024)."
    )
    own = bengkulu(inherit="end-target").explain("Kaur", "stunting_balita").lines
    assert starting(own, "Path") == (
        "Path: the end target of the region above, 12.55, is worse than the baseline; "
        "the path holds 11.3."
    )
    none = bengkulu(inherit="none").explain("Kaur", "stunting_balita").lines
    assert starting(none, "Target 2022") == (
        "Target 2022: none, because no target is set, here or in a region above."
    )


def test_rounds_of_different_surveys_are_flagged() -> None:
    flag = "Baseline and actual come from different surveys; surveys differ in design"
    # SSGI 2021 and SSGI 2022 are rounds of one survey; SKI 2023 is another.
    told = bengkulu(2023).explain("17", "stunting_balita").lines
    assert any(line.startswith(flag) for line in told)
    for year in (2021, 2022):
        same = bengkulu(year).explain("17", "stunting_balita").lines
        assert not any(line.startswith(flag) for line in same)


def test_an_official_target_needs_no_path() -> None:
    told = bengkulu(2024).explain("17.71", "stunting_balita").lines
    assert starting(told, "Target 2024") == "Target 2024: 9.0 percent, official target."
    assert not any(line.startswith("Path") for line in told)
    assert "(2 x 9.0 - 13.8) / 9.0 x 100 = 46.67 percent" in starting(told, "Achievement")


def test_what_is_missing_says_so() -> None:
    told = bengkulu(2024).explain("17", "stunting_balita").lines
    assert "Actual 2024: none." in told
    assert not any(line.startswith(("Gap", "Achievement", "Score", "Band")) for line in told)


@pytest.mark.parametrize(
    ("indicator", "target", "actual", "rule", "start", "text"),
    [
        ({}, {"value": 12.5}, 0, "bkkbn-2023", "Achievement", "undefined, because the inverse form"),
        ({}, {"value": 12.5}, 20, "bkkbn-2023", "Achievement", "T / R x 100 = 12.50 / 20.00 x 100 = 62.50"),
        ({"direction": "maximize"}, {"value": 21}, 20.3, "pmk-107-2024", "Achievement", "R / T x 100 = "),
        ({}, {"lower": 7, "upper": 8}, 9, "permendagri-86-2017", "Range", "Range: 7.00 - 8.00 percent."),
        ({}, {"upper": 20}, 9, "permendagri-86-2017", "Range", "Range: ≤ 20.00 percent."),
        ({}, {"upper": 20, "open_ends": "upper"}, 20, "permendagri-86-2017", "Range", "Range: < 20.00 p"),
        ({}, {"upper": 20, "open_ends": "upper"}, 20, "permendagri-86-2017", "Gap",
         "0.00 points: the target is not met, because the bound itself lies outside."),
        ({}, {"upper": 20, "open_ends": "upper"}, 20, "permendagri-86-2017", "Achievement",
         "range: the actual is the bound, 100.00 percent"),
        ({}, {"upper": 20}, 9, "permendagri-86-2017", "Achievement",
         "range: the actual lies within it, 100.00 percent"),
        ({}, {"lower": 7, "upper": 8}, 9, "permendagri-86-2017", "Achievement",
         "range, T is the bound passed: (2T - R) / T x 100 = (2 x 8.00 - 9.00) / 8.00 x 100 = 87.50"),
        ({"direction": "maximize"}, {"lower": 80}, 70, "permendagri-86-2017", "Achievement",
         "R / T x 100 = 70.00 / 80.00 x 100 = 87.50 percent"),
        ({"direction": "stabilize"}, {"value": 100}, 96, "kemenkeu-kmk-127-2026", "Achievement",
         "c = 100 - 100 x |R - T| / T = 100 - 100 x |96.00 - 100.00| / 100.00 = 96.00; "
         "100 + (c - 90) x 2 = 100 + (96.00 - 90) x 2 = 112.00 percent"),
        ({"direction": "stabilize"}, {"value": 100}, 45, "kemenkeu-kmk-127-2026", "Achievement",
         "c x 100 / 90 = 45.00 x 100 / 90 = 50.00 percent"),
        ({}, {"value": 0, "worst": 10}, 4, "kemenkeu-kmk-127-2026", "Achievement",
         "(W - R) / W x 100 = (10.00 - 4.00) / 10.00 x 100 = 60.00 percent"),
        ({"direction": "maximize"}, {"value": -10}, -11, "kemenkeu-kmk-127-2026", "Achievement",
         "(2 x -10.00 - -11.00) / -10.00 x 100 = 90.00 percent"),
        ({}, {"value": 10}, 35, "kemenkeu-kmk-127-2026", "Score", "0.00 (cut to 0 to 120)"),
        ({}, {"value": 10}, 9, "kemenkeu-kmk-127-2026", "Band", "none, because the rule's source st"),
    ],
)  # fmt: skip
def test_every_kind_of_arithmetic(
    indicator: dict[str, Any],
    target: dict[str, Any],
    actual: float,
    rule: str,
    start: str,
    text: str,
) -> None:
    assert text in starting(one(indicator, target, actual, rule), start)


def test_the_truncated_figure_of_bengkulu_is_in_the_open() -> None:
    code = "bengkulu-2021"
    card = kt.evaluate(
        kt.load_plan(code), kt.load_actuals(code), year=2021, rule="bkkbn-bengkulu-2021"
    )
    told = card.explain("17", "iBangga").lines
    assert "55.46 / 52.47 x 100 = 105.70 percent" in starting(told, "Achievement")
    assert starting(card.explain("17", "TFR").lines, "Band").startswith(
        "Band: none, because the rule's source has no word for this percentage. Edges: the source "
        "prints no edges"
    )


def calculated(text: str) -> float:
    return float(eval(text.replace(" x ", " * ").replace("^", "**")))


def test_printed_sums_come_out_as_printed() -> None:
    """Whoever takes a pocket calculator to an explanation gets its result."""
    for code, rule, years in (
        (CODE, "permendagri-86-2017", (2021, 2022, 2023, 2024)),
        ("bengkulu-2021", "bkkbn-bengkulu-2021", (2021,)),
        ("rpjmn-2020-2024", "bkkbn-2023", (2021, 2022, 2023, 2024)),
    ):
        for inherit in ("path", "end-target"):
            card = kt.evaluate(
                kt.load_plan(code), kt.load_actuals(code), year=years, rule=rule, inherit=inherit
            )
            for row in range(len(card)):
                for line in explain(card, row).lines:
                    found = re.search(r"[:=] ([-0-9.()x+/^ ]+) = (-?[0-9.]+)(?: percent)?$", line)
                    if line.startswith(("Path", "Achievement")) and " = " in line:
                        assert found, line
                        decimals = len(found[2].partition(".")[2])
                        assert f"{calculated(found[1]) + 1e-9:.{decimals}f}" == found[2], line


@given(cases())
@examples(20)
def test_every_row_can_be_explained(case: Case) -> None:
    card = kt.evaluate(
        case.plan, case.actuals, year=case.year, rule=case.rule, inherit=case.inherit
    )
    for row, cells in enumerate(card.to_dicts()):
        for language in ("en", "id"):
            told = explain(card, row, language)
            assert all(line.strip() for line in told.lines)
            assert "nan" not in re.findall(r"[a-z]+", " ".join(told.lines[1:6]))
        assert any(case.rule.code in line for line in told.lines)
        if cells["reason"]:
            whole = " ".join(explain(card, row).lines)
            assert cells["reason"] in whole or cells["status"] == "no-actual"


def test_an_explanation_in_a_notebook_is_inert() -> None:
    told = one({"name": "<script>alert(1)</script>"}, {"value": 10}, 9, "bkkbn-2023")
    assert told
    plan_name = bengkulu().explain("17", "stunting_balita")
    assert plan_name._repr_html_().startswith('<div lang="en"><b>Bengkulu (17)')
    from kencana_targets.report.explanation import Explanation

    shown = Explanation("<b>", ("<script>",), "en")._repr_html_()
    assert "<script>" not in shown
    assert np.char.count(shown, "&lt;") == 2
