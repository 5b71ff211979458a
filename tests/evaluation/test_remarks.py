from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tabulated import read

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError
from kencana_targets.evaluation.remarks import CHECKS

RULE = kt.ScoringRule(
    code="own",
    name="Own",
    formulas={"maximize": "ratio", "minimize": "reflected", "stabilize": "stabilize"},
    certainty="made for a test",
    sources=["a test"],
    edges="none",
)
WORDS = {
    "bounds": "outside what its unit allows",
    "scale": "check the unit and the decimal mark",
    "territory": "the province was split",
    "survey": "from different surveys",
    "baseline-past-target": "already past the end target",
    "target-worsens": "worse than the baseline",
}


def figure(kind: Any, *cells: Any, **others: Any) -> Any:
    return kind(**dict(zip(("indicator", "region", "year", "value"), cells, strict=True)), **others)


def remarks(
    actual: float,
    *,
    unit: str = "percent",
    direction: str = "minimize",
    region: str = "17.05",
    baseline: float | None = 24.7,
    target: float | None = 22.0,
    others: dict[int, float] | None = None,
    surveys: tuple[str, str] = ("", ""),
    decimals: int = 1,
    year: int = 2022,
    since: int = 2021,
    unchecked: Any = (),
    **declared: Any,
) -> set[str]:
    indicator = kt.Indicator(
        code="i",
        name="I",
        unit=unit,
        direction=direction,
        shape="linear",
        decimals=decimals,
        **declared,
    )
    baselines = [
        figure(kt.Baseline, "b", place, 2021, 1.0, survey=survey)
        for place, survey in (("17.01", "Susenas"), ("17.02", "SKI"))
        if surveys != ("", "")
    ]
    if baseline is not None:
        baselines += [figure(kt.Baseline, "i", region, since, baseline, survey=surveys[0])]
    targets = [figure(kt.Target, "i", "17.01", each, 1.0) for each in (2020, 2025)]
    if target is not None:
        targets = [figure(kt.Target, "i", region, 2024, target)]
    # What holds of one indicator is not asked of the other.
    bounded = kt.Indicator(
        code="b", name="B", unit="percent", direction="minimize", lower=0, upper=100, decimals=0
    )
    plan = kt.Plan(indicators=[bounded, indicator], baselines=baselines, targets=targets)
    actuals = [figure(kt.Actual, "i", region, year, actual, survey=surveys[1])]
    actuals += [
        figure(kt.Actual, "i", region, known, value) for known, value in (others or {}).items()
    ]
    actuals += [
        figure(kt.Actual, "b", one.region, year, 1.0, survey="SKI") for one in baselines[:-1]
    ]
    card = kt.evaluate(
        plan, kt.Actuals.of(actuals), year=year, rule=RULE, inherit="none", unchecked=unchecked
    )
    (row,) = (row for row in card if (row["region"], row["indicator"]) == (region, "i"))
    told = row["remark"] or ""
    assert list(row)[-1] == "remark"
    return {check for check, words in WORDS.items() if words in told}


def test_an_ordinary_row_has_no_remark() -> None:
    assert remarks(22.1) == set()
    assert remarks(22.1, others={2020: 26.0, 2023: 21.0}) == set()


@pytest.mark.parametrize(
    ("actual", "facts", "found"),
    [
        (2.21, {}, {"scale"}),
        (221.0, {"lower": 0, "upper": 1000}, {"scale"}),
        (0.221, {}, {"scale"}),
        (590.0, {"direction": "maximize", "baseline": 58, "target": 61}, {"bounds", "scale"}),
        (24.0, {"unit": "children", "baseline": 2.5, "target": 2.1, "decimals": 2}, {"scale"}),
        (2856.0, {"unit": "people", "baseline": 2.9e6, "target": 2.5e6, "decimals": 0}, {"scale"}),
        (0.02, {"unit": "deaths", "baseline": 0.2, "target": 0.15, "decimals": 3}, {"scale"}),
        # Few cases vary by such factors.
        (1.0, {"unit": "cases", "baseline": 7, "target": 6, "decimals": 0}, set()),
        (20.0, {"unit": "cases", "baseline": 3, "target": 3, "decimals": 0}, {"scale"}),
        (0.5, {"unit": "deaths", "baseline": 0.6, "target": 0.6}, set()),
        # The target of 2022 is a tenth of it; the baseline is of another sign.
        (0.5, {"unit": "points", "direction": "maximize", "baseline": -0.5, "target": 1.15}, {"scale"}),
        # One year that is near is enough.
        (2.21, {"others": {2020: 3.0}}, set()),
        (2.21, {"others": {2020: 24.0}}, {"scale"}),
        (30.0, {"baseline": None, "target": None, "others": {2021: 3.0}}, {"scale"}),
        (30.0, {"baseline": None, "target": None}, set()),
        # Each alone says enough, however small.
        (2.21, {"target": None}, {"scale"}),
        (0.5, {"unit": "deaths", "baseline": 0.05, "target": None}, {"scale"}),
        (0.5, {"unit": "deaths", "baseline": None, "target": 0.05, "year": 2024}, {"scale"}),
        (0.5, {"unit": "deaths", "baseline": None, "target": None, "others": {2021: 0.05}}, {"scale"}),
        # A year of nothing says nothing, but of nothing.
        (30.0, {"baseline": None, "target": None, "others": {2021: 0.0}}, set()),
        (1.0, {"baseline": None, "target": None, "others": {2021: 0.0}}, set()),
        (0.0, {"baseline": None, "target": None, "others": {2021: 1.0}}, set()),
        (0.0, {"baseline": None, "target": None, "others": {2021: -1.0}}, set()),
        (-1.0, {"baseline": None, "target": None, "others": {2021: 0.0}}, {"bounds"}),
        # Nothing at all, where a fifth had it: an empty cell that became a zero.
        (0.0, {}, {"scale"}),
        (0.0, {"others": {2020: 0.0}}, set()),
        (0.0, {"baseline": 4.0, "target": 2.0}, set()),
        (0.0, {"unit": "deaths per 100,000", "baseline": 183, "target": 160}, set()),
        (0.0, {"target": 0.0}, set()),
        (0.0, {"baseline": 6.0, "target": 5.5}, {"scale"}),
        # A target that is a share of 1, or has lost its comma.
        (22.1, {"target": 0.14}, {"scale"}),
        (22.1, {"target": 0.14, "others": {2020: 26.0}}, {"scale"}),
        (60.0, {"direction": "maximize", "baseline": 58, "target": 620}, {"scale"}),
        (60.0, {"direction": "maximize", "baseline": 2, "target": 70}, set()),
        (2.0, {"baseline": 5.5, "target": 0.5}, set()),
        (6.0, {"baseline": 6.5, "target": 0.06}, {"scale"}),
        (3.0, {"baseline": 4.0, "target": 0.05}, set()),
        (50.0, {"baseline": 52, "target": 2}, set()),
        (50.0, {"baseline": 52, "target": 1}, set()),
        (22.1, {"target": -0.5}, set()),
        (25.0, {"baseline": 26, "target": 0.05}, {"scale"}),
        (10.0, {"baseline": 11, "target": 0.5}, {"scale"}),
        (104.0, {"direction": "maximize", "baseline": 95, "target": 101}, {"bounds"}),
        (15.0, {"direction": "maximize", "baseline": 10, "target": 100}, set()),
        (15.0, {"direction": "maximize", "baseline": 10, "target": 100.5}, {"scale"}),
        (22.1, {"target": 0.0}, set()),
        (-22.1, {"unit": "people", "decimals": 0}, {"bounds"}),
        (-0.5, {"unit": "people", "baseline": 1.0, "target": 1.0}, {"bounds"}),
        (-1.0, {"unit": "people", "baseline": 0.0, "target": 0.0}, {"bounds"}),
        (100.5, {"direction": "maximize", "baseline": 95, "target": 99}, {"bounds"}),
        (-1.5, {"baseline": -2.0, "target": -1.0, "unit": "percent", "direction": "maximize"}, set()),
        (104.0, {"direction": "maximize", "baseline": 95, "target": 99}, {"bounds"}),
        (104.0, {"direction": "maximize", "baseline": 95, "target": 99, "upper": 200}, set()),
        (100.0, {"direction": "maximize", "baseline": 95, "target": 99}, set()),
        (20.0, {"baseline": 4, "target": 4}, set()),
        # Of nothing no figure is a multiple.
        (20.0, {"baseline": 0, "target": 0, "unit": "people"}, set()),
        (4.0, {"baseline": 20, "target": 20}, set()),
        (24.0, {"surveys": ("SSGI 2021", "SKI 2023")}, {"survey"}),
        (24.0, {"surveys": ("SSGI 2021", "Susenas 2023")}, {"survey"}),
        (24.0, {"surveys": ("SSGI 2021", "SSGI 2022")}, set()),
        (24.0, {"surveys": ("Survei SSGI Tahun 2021", "Hasil SSGI 2022")}, set()),
        (24.0, {"surveys": ("Studi Status Gizi Indonesia", "SSGI")}, set()),
        (24.0, {"surveys": ("SSGBI 2019", "SSGI 2021")}, {"survey"}),
        (24.0, {"surveys": ("e-PPGBM 2021", "SIGA 2022")}, {"survey"}),
        (24.0, {"surveys": ("Survei Bappeda 2021", "Survei Dinkes 2022")}, {"survey"}),
        (24.0, {"surveys": ("SSGI 2021", "")}, set()),
        (24.0, {"surveys": ("", "SSGI 2022")}, set()),
        (12.4, {"baseline": 11.3, "target": 11.9}, {"baseline-past-target", "target-worsens"}),
        (60.0, {"direction": "maximize", "baseline": 62, "target": 61},
         {"baseline-past-target", "target-worsens"}),
        (50.0, {"direction": "stabilize", "baseline": 62, "target": 61}, set()),
        (24.6, {"region": "91", "baseline": 29.5, "target": 20, "year": 2024}, {"territory"}),
        (24.6, {"region": "91", "baseline": 29.5, "target": 20, "year": 2022}, set()),
        (24.6, {"region": "94", "baseline": 29.5, "target": 20, "year": 2024}, set()),
        (24.6, {"region": "91", "baseline": 29.5, "target": 20, "year": 2024, "since": 2022},
         {"territory"}),
        (24.6, {"region": "91", "baseline": 29.5, "target": 20, "year": 2024, "since": 2023}, set()),
    ],
    ids=range(75),
)  # fmt: skip
def test_what_is_remarked(actual: float, facts: dict[str, Any], found: set[str]) -> None:
    assert remarks(actual, **facts) == found
    for check in found:
        assert remarks(actual, **facts, unchecked=(check,)) == found - {check}


def test_real_changes_of_stunting_are_not_remarked() -> None:
    table = read("stunting_changes")
    for row in table.rows:
        first, second = float(row["first"]), float(row["second"])
        years = int(row["first_year"]), int(row["second_year"])
        for actual, other, year in ((second, first, years[0]), (first, second, years[1])):
            of = years[1] if year == years[0] else years[0]
            told = remarks(actual, baseline=None, target=None, others={year: other}, year=of)
            assert told == set(), row


def test_checks_are_named_and_counted() -> None:
    plan, actuals = (
        kt.load_plan("bengkulu-stunting-2024"),
        kt.load_actuals("bengkulu-stunting-2024"),
    )
    card = kt.evaluate(plan, actuals, year=2022, rule=RULE)
    (note,) = (note for note in card.notes if note.cause == "baseline-past-target")
    assert str(note).startswith("1 row: the baseline is already past the end target; Kab")
    assert note.text("id").startswith("1 baris: kondisi awal sudah melampaui target akhir")
    assert "already past the end target" in str(card.explain("Kaur", "stunting_balita"))
    assert "sudah melampaui target akhir" in card.narrate("Kaur", "stunting_balita", language="id")
    assert len(kt.evaluate(plan, actuals, year=2022, rule=RULE, unchecked=list(CHECKS)).notes) == 0
    with pytest.raises(ArgumentError, match="bounds, scale, territory, survey"):
        kt.evaluate(plan, actuals, year=2022, rule=RULE, unchecked="scales")


def test_each_note_counts_the_rows_of_its_check_and_names_the_first_three() -> None:
    regions = [f"17.0{number}" for number in range(1, 9)]
    plan = kt.Plan(
        indicators=[kt.Indicator(code="i", name="I", unit="percent", direction="maximize")],
        targets=[figure(kt.Target, "i", region, 2022, 90) for region in regions],
    )
    values = [101, 102, 103, 104, 1, 2, 3, 90]
    rows = (figure(kt.Actual, "i", *row) for row in zip(regions, [2022] * 8, values, strict=True))
    card = kt.evaluate(plan, kt.Actuals.of(rows), year=2022, rule=RULE)
    notes = {note.cause: (note.where, note.hint.count(", i, 2022"), "..." in note.hint)
             for note in card.notes}  # fmt: skip
    assert notes == {"bounds": ("4 rows", 3, True), "scale": ("3 rows", 3, False)}
    few = card.select(region=["17.04", "17.05"]).notes
    assert [note.where for note in few] == ["1 row", "1 row"]


def test_each_row_is_remarked_as_if_it_stood_alone() -> None:
    random = np.random.default_rng(7)
    regions = [f"17.0{number}" for number in range(1, 10)]
    plan = kt.Plan(
        indicators=[kt.Indicator(code=code, name=code, unit="", direction="minimize", shape="linear")
                    for code in "ab"],
        targets=[figure(kt.Target, code, region, 2022, 20) for code in "ab" for region in regions],
    )  # fmt: skip
    rows = [(code, region, year, float(random.choice([2, 24])))
            for code in "ab" for region in regions for year in (2020, 2021, 2022)]  # fmt: skip
    random.shuffle(rows)

    def told(rows: Any) -> dict[Any, Any]:
        actuals = kt.Actuals.of(figure(kt.Actual, *row) for row in rows)
        card = kt.evaluate(plan, actuals, year=2022, rule=RULE)
        return {(row["indicator"], row["region"]): row["remark"] for row in card}

    together = told(rows)
    assert 0 < sum(remark is not None for remark in together.values()) < 18
    for key, remark in together.items():
        assert told([row for row in rows if row[:2] == key])[key] == remark


def test_an_inherited_end_never_asks_to_worsen() -> None:
    plan, actuals = (
        kt.load_plan("bengkulu-stunting-2024"),
        kt.load_actuals("bengkulu-stunting-2024"),
    )
    card = kt.evaluate(plan, actuals, year=[2022, 2024], rule=RULE, inherit="end-target")
    for row in card.select(region="Kaur"):
        assert row["target"] == 11.3
        assert row["progress"] is None
        assert row["remark"] is None


def test_several_rules_judge_side_by_side() -> None:
    plan, actuals = kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021")
    codes = ["bkkbn-bengkulu-2021", "permendagri-86-2017"]
    rules = [kt.load_rule(code).with_formulas(minimize="reflected") for code in codes]
    found = kt.evaluate(plan, actuals, year=2021, rule=rules)
    assert isinstance(found, kt.Comparison)
    assert found.rule == rules[0]
    for number, rule in enumerate(rules):
        alone = kt.evaluate(plan, actuals, year=2021, rule=rule)
        rows = found.to_dicts()[number :: len(rules)]
        assert [row["against"] for row in rows] == [rule.code] * len(alone)
        for name in ("achievement", "score", "band", "met", "status", "reason", "target"):
            assert [row[name] for row in rows] == [row[name] for row in alone], name
    inverse = kt.load_rule(codes[0]).with_formulas(minimize="inverse")
    mixed = kt.evaluate(plan, actuals, year=2021, rule=[rules[1], inverse]).to_dicts()[1::2]
    alone = kt.evaluate(plan, actuals, year=2021, rule=inverse)
    assert [row["achievement"] for row in mixed] == [row["achievement"] for row in alone]
    assert "bkkbn-bengkulu-2021" in str(found)
    assert kt.evaluate(plan, actuals, year=2021, rule=[codes[0]]) == kt.evaluate(
        plan, actuals, year=2021, rule=codes[0]
    )
    with pytest.raises(ArgumentError, match="rules of different codes"):
        kt.evaluate(plan, actuals, year=2021, rule=[codes[0], codes[0]])


def test_a_target_of_zero_that_was_met_is_no_zero() -> None:
    indicators = [
        kt.Indicator(code="z", name="Z", unit="cases", direction="minimize"),
        kt.Indicator(code="a", name="A", unit="cases", direction="maximize"),
    ]
    rows = [("z", 0.0), ("a", 50.0)]
    plan = kt.Plan(
        indicators=indicators,
        targets=[figure(kt.Target, code, "17.05", 2022, v) for code, v in rows],
    )
    met = kt.Actuals.of([figure(kt.Actual, code, "17.05", 2022, v) for code, v in rows])
    card = kt.evaluate(plan, met, year=2022, rule=RULE)
    assert card.by_region(missing="worst").to_dicts()[0]["score"] == 100
    missed = kt.Actuals.of(
        [figure(kt.Actual, "z", "17.05", 2022, 3), figure(kt.Actual, "a", "17.05", 2022, 50)]
    )
    card = kt.evaluate(plan, missed, year=2022, rule=RULE)
    assert card.by_region(missing="worst").to_dicts()[0]["score"] == 50
