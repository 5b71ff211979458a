from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, UnknownNameError

CODE = "bengkulu-stunting-2024"
RULE = kt.load_rule("permendagri-86-2017")


def scored(
    plan: kt.Plan | None = None, actuals: Any = None, rule: kt.ScoringRule = RULE, **options: Any
) -> Any:
    return kt.evaluate(
        plan or kt.load_plan(CODE),
        kt.load_actuals(CODE) if actuals is None else actuals,
        year=2022,
        rule=rule,
        **options,
    )


def causes(before: Any, after: Any) -> dict[str, str]:
    return {row["region"]: row["cause"] for row in before.compare(after)}


def with_value(figures: Any, region: str, value: float, year: float) -> Any:
    rows = [
        evolve(each, value=value) if (each.region, each.year) == (region, year) else each
        for each in figures
    ]
    return type(figures).of(rows)


def test_nothing_moves_between_equal_scorecards() -> None:
    assert len(scored().compare(scored())) == 0


def test_each_row_names_what_moved_it() -> None:
    plan = kt.load_plan(CODE)
    moved = evolve(plan, targets=with_value(plan.targets, "17.02", 11.0, 2024))
    actuals = with_value(kt.load_actuals(CODE), "17.05", 30.0, 2022)
    found = causes(scored(), scored(moved, actuals))
    assert found == {"17.02": "target", "17.05": "data"}
    row = next(row for row in scored().compare(scored(moved, actuals)) if row["region"] == "17.05")
    assert (row["change"], row["actual"], row["new_actual"]) == ("changed", 22.1, 30.0)


def test_a_rule_moves_the_rows_that_it_scores_differently() -> None:
    inverse = RULE.with_formulas(minimize="inverse")
    moved = scored().compare(scored(rule=inverse))
    assert {row["cause"] for row in moved} == {"rule"}
    assert {row["region"] for row in moved} == {
        a["region"]
        for a, b in zip(scored(), scored(rule=inverse), strict=True)
        if a["achievement"] != b["achievement"] or a["band"] != b["band"]
    }
    both = with_value(kt.load_actuals(CODE), "17.05", 30.0, 2022)
    assert causes(scored(), scored(actuals=both, rule=inverse))["17.05"] == "data, rule"


def test_a_word_where_there_was_none_moves_its_row() -> None:
    bare = evolve(RULE, bands=())
    other = evolve(RULE, bands=[evolve(band, label=f"{band.label}!") for band in RULE.bands])
    # A row without a figure has no word under any rule.
    actuals = kt.Actuals.of(one for one in kt.load_actuals(CODE) if one.region != "17.05")
    for before, after in ((bare, RULE), (RULE, bare), (RULE, other)):
        found = causes(scored(None, actuals, before), scored(None, actuals, after))
        assert found == {row["region"]: "rule" for row in scored() if row["region"] != "17.05"}


def test_a_figure_that_is_new_or_scores_the_same_is_what_moved_its_row() -> None:
    known = kt.load_actuals(CODE)
    fewer = kt.Actuals.of(one for one in known if one.region != "17.05")
    assert causes(scored(None, fewer), scored()) == {"17.05": "data"}
    other = with_value(known, "17.05", 30.0, 2022)
    # Without a target of its own nothing is scored.
    alone = [scored(None, each, inherit="none") for each in (known, other)]
    assert causes(*alone) == {"17.05": "data"}
    # What the figures explain is not the version's doing.
    old = evolve(scored(), version="0.0.1")
    assert causes(old, scored(None, other)) == {"17.05": "data"}


def test_rows_of_one_side_are_added_or_removed() -> None:
    part = scored().select(region=["17", "17.05"])
    changes = {row["region"]: row["change"] for row in part.compare(scored())}
    assert len(changes) == 9
    assert set(changes.values()) == {"added"}
    regencies = scored().select(level="regency")
    (row,) = regencies.compare(scored())
    figures = {name: row[name] for name in ("region", "year", "actual", "new_actual", "change")}
    assert figures == {
        "region": "17", "year": 2022, "actual": None, "new_actual": 19.8, "change": "added"
    }  # fmt: skip
    (row,) = scored().compare(regencies)
    figures = {name: row[name] for name in ("region", "year", "actual", "new_actual", "change")}
    assert figures == {
        "region": "17", "year": 2022, "actual": 19.8, "new_actual": None, "change": "removed"
    }  # fmt: skip
    back = {row["change"]: row["new_actual"] for row in scored().compare(part)}
    assert back == {"removed": None}


def test_a_version_moves_what_nothing_else_moves() -> None:
    first = scored()
    old = evolve(first, version="0.0.1")
    assert len(old.compare(first)) == 0
    rows = evolve(first.rows, achievement=first.rows.achievement + 1)
    for version, cause in (("0.0.1", "version"), (first.version, None)):
        other = evolve(first, version=version, values=type(first.values)(rows))
        assert set(causes(other, first).values()) == {cause}


def test_only_scorecards_are_compared() -> None:
    with pytest.raises(ArgumentError, match="a Scorecard"):
        scored().compare(scored().to_dicts())


def test_rows_are_chosen_by_region_indicator_level_and_verdict() -> None:
    card = scored()
    assert [row["region"] for row in card["Kota Bengkulu"]] == ["17.71"]
    assert card["17"] == card.select(level="province")
    assert len(card.select(level="regency")) == 10
    assert {row["met"] for row in card.select(met=False)} == {False}
    assert card.select(indicator="stunting_balita") == card
    assert card.select(region="17", met=True).to_dicts() == []
    assert card[-1] == card.to_dicts()[-1]
    assert card.select(region=["Kaur", "17.05"]).by_region().to_dicts()[0]["region"] == "17.04"
    with pytest.raises(IndexError):
        card[99]
    with pytest.raises(UnknownNameError):
        card["Atlantis"]
    with pytest.raises(ArgumentError, match=r"'key'.*got 1.5; allowed: a region, or the number"):
        card[1.5]
    with pytest.raises(ArgumentError):
        card.select(met="yes")
    with pytest.raises(ArgumentError):
        card.select(level="planet")
