from __future__ import annotations

import io
import pickle
from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pytest

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, PlanError, TableError
from kencana_targets.evaluation.pooling import pool_actuals
from kencana_targets.evaluation.to_date import to_date
from kencana_targets.formulas.within_year import combine

QUARTERS = [f"2022-Q{number}" for number in (1, 2, 3, 4)]


def indicator(code, combination, direction="maximize"):
    return kt.Indicator(
        code=code, name=code.title(), unit="", direction=direction, combination=combination
    )


@pytest.fixture
def plan():
    return kt.Plan.from_frames(
        indicators=[
            indicator("births", "sum"),
            indicator("reach", "last"),
            indicator("days", "average"),
            indicator("index", None),
        ],
        targets={
            "indicator": ["births", "reach", "days", "index"],
            "region": ["17"] * 4,
            "year": [2022] * 4,
            "value": [40, 100, 3, 60],
        },
        coverage=["17"],
    )


def quarters(code, values, region="17", **more):
    return {
        "indicator": [code] * 4,
        "region": [region] * 4,
        "period": QUARTERS,
        "value": values,
    } | more


def score(found, code, region="17"):
    rows = kt.evaluate(*found, year=2022, rule="permendagri-86-2017").to_dicts()
    return next(row for row in rows if (row["indicator"], row["region"]) == (code, region))


@pytest.mark.parametrize("code", ["births", "reach", "days"])
@pytest.mark.parametrize("missing", ["missing", "filled"])
@pytest.mark.parametrize("until", [1, 2, 3, 4])
def test_the_year_to_date_is_combined_by_the_indicators_own_rule(plan, code, missing, until):
    way = {"births": "sum", "reach": "last", "days": "average"}[code]
    goals, reached = [10, 20, None, 40], [9, None, 30, 36]
    found = to_date(
        plan, quarters(code, reached), year=2022, until=until, missing=missing,
        targets=quarters(code, goals),
    )  # fmt: skip
    row = score(found, code)
    options = {"combination": way, "until": until, "targets": goals}
    actual = combine(reached, missing=missing, **options)
    assert row["target"] == combine(goals, **options)
    assert row["actual"] == (None if np.isnan(actual) else actual)
    assert row["status"] == ("no-actual" if np.isnan(actual) else "scored")


def test_the_sources_say_what_was_combined(plan):
    goals = quarters("births", [10, 10, None, 10], source=["Renaksi 2022"] * 4)
    reached = quarters("births", [9, None, None, 8], source=["a", "b", "c", "SIGA"])
    strict = score(to_date(plan, reached, year=2022, targets=goals), "births")
    assert strict["target_source"] == "quarters 1-2, 4 of 2022: sum; Renaksi 2022"
    found = to_date(plan, reached, year=2022, targets=goals)
    assert found.actuals[0].source == (
        "quarters 1-2, 4 of 2022: sum, missing because of quarter 2; SIGA"
    )
    filled = to_date(plan, reached, year=2022, targets=goals, missing="filled")
    assert filled.actuals[0].source == (
        "quarters 1-2, 4 of 2022: sum, without quarter 2, which has no figure; SIGA"
    )
    assert filled.actuals[0].value == 17


def test_before_the_first_target_there_is_nothing_to_judge(plan):
    found = to_date(
        plan, quarters("reach", [None, None, None, 90]), year=2022, until=2,
        targets=quarters("reach", [None, None, None, 100]),
    )  # fmt: skip
    row = score(found, "reach")
    assert (row["status"], row["actual"], row["achievement"]) == ("no-actual", None, None)
    assert found.actuals[0].source == "no quarter up to 2 of 2022 has a target"


def test_without_targets_of_quarters_the_year_is_judged_by_its_own(plan):
    found = to_date(plan, quarters("births", [9, 11, None, None]), year=2022, until=2)
    row = score(found, "births")
    assert (row["actual"], row["target"], row["achievement"]) == (20, 40, 50)
    assert row["actual_source"] == "quarters 1-2 of 2022: sum"


def test_a_plan_may_hold_its_quarters_and_other_years_stay(plan):
    dates = [2022.125, 2022.375, 2022.625, 2022.875]
    own = kt.Plan.from_frames(
        indicators=plan.indicators,
        targets={
            "indicator": ["births"] * 6, "region": ["17"] * 6,
            "year": [2021, *dates, 2023], "value": [38, 10, 10, 10, 12, 44],
        },
        coverage=["17"],
    )  # fmt: skip
    actuals = kt.Actuals.from_frame(
        {"indicator": ["births"] * 3, "region": ["17"] * 3, "year": [2021, *dates[:2]],
         "value": [37, 9, 11]}
    )  # fmt: skip
    found = to_date(own, actuals, year=2022, until=2)
    assert [(target.year, target.value) for target in found.plan.targets] == [
        (2021, 38), (2023, 44), (2022, 20)]  # fmt: skip
    assert [(actual.year, actual.value) for actual in found.actuals] == [(2021, 37), (2022, 20)]
    assert score(found, "births")["achievement"] == 100
    assert own.targets.year.tolist() == [2021, *dates, 2023]


def test_figures_of_whole_years_and_other_indicators_stay_as_they_are(plan):
    table = {"indicator": ["births", "births", "index"], "region": ["17"] * 3,
             "period": ["2022-Q1", "2022-Q2", "2022"], "value": [9, 11, 55]}  # fmt: skip
    found = to_date(plan, table, year=2022, until=2)
    assert score(found, "index")["actual"] == 55
    assert "figures of the whole year 2022 were taken as they are" in str(found.notes)
    assert score(found, "births")["actual"] == 20
    whole = kt.Actuals.of([kt.Actual(indicator="births", region="17", year=2022, value=41)])
    same = to_date(plan, whole, year=2022, targets=quarters("births", [10, 10, 10, 10]))
    assert score(same, "births")["actual"] == 41
    assert same.notes == ()
    part = to_date(plan, whole, year=2022, until=2, targets=quarters("births", [10, 10, 10, 10]))
    assert score(part, "births")["actual"] is None
    assert part.notes == ()


def test_shares_are_pooled_over_the_periods_that_count(plan):
    table = quarters("reach", None, numerator=[90, 10, 5, 1], denominator=[100, 1000, 10, 1])
    del table["value"]
    goals = quarters("reach", [50, 50, None, 50])
    found = to_date(plan, table, year=2022, until=3, targets=goals)
    assert found.actuals[0].value == pytest.approx(100 * 100 / 1100)
    assert found.actuals[0].source == "quarters 1-2 of 2022: numerators over denominators"
    assert to_date(plan, table, year=2022, until=1, per=1000).actuals[0].value == 900
    table["numerator"][1] = table["denominator"][1] = None
    assert to_date(plan, table, year=2022, until=3, targets=goals).actuals[0].value is None
    filled = to_date(plan, table, year=2022, until=3, targets=goals, missing="filled")
    assert filled.actuals[0].value == 90
    # A share without its parts cannot be added to them.
    mixed = to_date(plan, table | {"value": [None, 55, None, None]}, year=2022, until=2)
    assert mixed.actuals[0].value is None


@pytest.mark.parametrize(
    ("unit", "per", "expected"),
    [
        ("per 1.000", None, 9.0), ("percent", None, 0.9), ("per 100,000 live births", 1e5, 900.0),
        ("proporsi", None, 0.009), ("children per woman", 1, 0.009), ("couples reached", 1000, 9.0),
        ("per 1.000", 100, "per=100 contradicts the unit of 'x', which is 'per 1.000'"),
        ("persons", None, "of 'x', which is in 'persons', no share"),
        ("anak per perempuan", None, "give its figure in their place"),
    ],
)  # fmt: skip
def test_shares_are_counted_per_what_the_unit_says(unit, per, expected):
    one = kt.Indicator(code="x", name="X", unit=unit, direction="minimize")
    goals = {"indicator": ["x"], "region": ["17"], "year": [2022], "value": [1]}
    plan = kt.Plan.from_frames(indicators=[one], targets=goals)
    parts = {"numerator": [4, 5], "denominator": [600, 400]}
    table = {
        "indicator": ["x"] * 2,
        "region": ["17"] * 2,
        "period": ["2022-Q1", "2022-Q2"],
        **parts,
    }

    def both():
        pooled = kt.pool_actuals(table, plan=plan, until=2, per=per)
        return [pooled, to_date(plan, table, year=2022, until=2, per=per).actuals]

    if isinstance(expected, str):
        with pytest.raises(kt.KencanaError, match=expected):
            both()
    else:
        assert [one[0].value for one in both()] == pytest.approx([expected] * 2)


def test_months_and_semesters(plan):
    months = {"indicator": ["births"] * 12, "region": ["17"] * 12, "value": list(range(1, 13)),
              "period": [f"2022-{number:02}" for number in range(1, 13)]}  # fmt: skip
    assert to_date(plan, months, year=2022, periods=12, until=3).actuals[0].value == 6
    halves = {"indicator": ["births"] * 2, "region": ["17"] * 2, "period": ["2022-S1", "2022-S2"],
              "value": [7, 8]}  # fmt: skip
    found = to_date(plan, halves, year=2022, periods=2)
    assert found.actuals[0].value == 15
    assert found.actuals[0].source == "semesters 1-2 of 2022: sum"


@pytest.mark.parametrize("make", [pl.DataFrame, pd.DataFrame], ids=["polars", "pandas"])
def test_frames_files_and_names(plan, make, tmp_path):
    table = quarters("Births", ["9,5", "11", None, None], region="Prov. Bengkulu")
    expected = to_date(plan, quarters("births", [9.5, 11, None, None]), year=2022, until=2)
    assert to_date(plan, make(table), year=2022, until=2).actuals == expected.actuals
    make(table).to_csv(tmp_path / "q.csv", index=False) if make is pd.DataFrame else make(
        table
    ).write_csv(tmp_path / "q.csv")
    assert to_date(plan, tmp_path / "q.csv", year=2022, until=2).actuals == expected.actuals


def test_many_regions_give_what_each_gives_alone(plan):
    regions = [code for code in plan.regions.codes if code.startswith("17.")]
    rng = np.random.default_rng(4)
    values = {
        code: [float(v) if v > 2 else None for v in rng.integers(0, 20, 4)] for code in regions
    }
    tables = {code: quarters("births", values[code], region=code) for code in regions}
    together = {key: [cell for t in tables.values() for cell in t[key]] for key in QUARTERS_KEYS}
    found = to_date(plan, together, year=2022, until=3).actuals
    assert len(found) == len(regions)
    for figure in found:
        alone = to_date(plan, tables[figure.region], year=2022, until=3).actuals[0]
        assert figure == alone


QUARTERS_KEYS = ("indicator", "region", "period", "value")


def test_problems_of_tables_are_listed_with_their_rows(plan):
    with pytest.raises(TableError, match="row 2, column 'period': not a period: got '2022-Q7'"):
        to_date(
            plan,
            quarters("births", [1, 2, 3, 4], period=["2022-Q1", "2022-Q7", *QUARTERS[2:]]),
            year=2022,
        )
    with pytest.raises(TableError, match="one of 12 periods of a year where there are 4"):
        to_date(plan, quarters("births", [1] * 4, period=["2022-01", *QUARTERS[1:]]), year=2022)
    with pytest.raises(TableError, match="row 1, column 'period': empty; name the period"):
        to_date(plan, quarters("births", [1] * 4, period=[None, *QUARTERS[1:]]), year=2022)
    with pytest.raises(
        TableError, match=r"two figures for indicator 'births' in region '17', quarter 1 of 2022"
    ):
        to_date(plan, quarters("births", [1] * 4, period=["2022-Q1"] * 4), year=2022)
    with pytest.raises(TableError, match="a figure for 2022 beside figures of its periods"):
        to_date(plan, quarters("births", [1] * 4, period=["2022", *QUARTERS[1:]]), year=2022)
    off = {"indicator": ["births"], "region": ["17"], "year": [2022.25], "value": [1]}
    with pytest.raises(
        TableError, match=r"not the middle of a quarter: got 2022.25.*such as 2022-Q1"
    ):
        to_date(plan, off, year=2022)
    shares = quarters("reach", [1] * 4, numerator=[1, None, -1, "1 - 2"], denominator=[1, 2, 3, 4])
    with pytest.raises(TableError) as error:
        to_date(plan, shares, year=2022)
    whats = [problem.what for problem in error.value.problems]
    assert whats == [
        "a range where one number belongs", "negative",
        "a numerator or a denominator alone", "a numerator or a denominator alone",
        "a value beside numerator and denominator",
    ]  # fmt: skip


def test_arguments_and_combinations_are_checked(plan):
    with pytest.raises(
        PlanError, match=r"no combination for figures of periods: got 'index'.*sum, last, average"
    ):
        to_date(plan, quarters("index", [1] * 4), year=2022)
    table = quarters("births", [1] * 4)
    with pytest.raises(ArgumentError, match="argument 'until'.*from 1 to 4"):
        to_date(plan, table, year=2022, until=5)
    with pytest.raises(ArgumentError, match="argument 'until'.*from 1 to 4"):
        to_date(plan, table, year=2022, until=True)
    with pytest.raises(ArgumentError, match="argument 'periods'.*2, 4, 12"):
        to_date(plan, table, year=2022, periods=3)
    with pytest.raises(ArgumentError, match="argument 'year'"):
        to_date(plan, table, year=2022.5)
    with pytest.raises(ArgumentError, match="argument 'missing'.*missing, filled"):
        to_date(plan, table, year=2022, missing="zero")
    for call in (partial(to_date, actuals=table, year=2022), partial(pool_actuals, table)):
        with pytest.raises(ArgumentError, match=r"argument 'plan'.*a Plan, such as load_plan"):
            call(plan="rpjmn")


def coverage_table(rows):
    columns = ("indicator", "region", "year", "numerator", "denominator")
    return dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True))


def test_regions_above_are_pooled_from_whole_levels_up(plan):
    children = [code for code in plan.regions.codes if code.startswith("17.")]
    rows = [("reach", code, 2022, 10 + i, 100 * (i + 1)) for i, code in enumerate(children)]
    found = pool_actuals(coverage_table(rows), plan=plan, up_to="province")
    province = next(figure for figure in found if figure.region == "17")
    expected = 100 * sum(row[3] for row in rows) / sum(row[4] for row in rows)
    assert province.value == pytest.approx(expected)
    assert province.source == "numerators over denominators, 10 of 10 regions"
    assert next(f.value for f in found if f.region == children[0]) == 10
    part = pool_actuals(coverage_table(rows[1:]), plan=plan, up_to="province")
    province = next(figure for figure in part if figure.region == "17")
    assert (province.value, province.source) == (
        None, "numerators over denominators, 9 of 10 regions, missing because of 1 region"
    )  # fmt: skip
    filled = pool_actuals(coverage_table(rows[1:]), plan=plan, up_to="province", missing="filled")
    assert next(f.source for f in filled if f.region == "17") == (
        "numerators over denominators, 9 of 10 regions, without 1 region, which has no figure"
    )


def test_a_nation_adds_provinces_of_their_own_and_pooled_ones(plan):
    rows = [
        ("reach", "16", 2022, 50, 100),
        ("reach", "17.01", 2022, 10, 1000),
        ("reach", "17", 2021, 1, 2),
    ]
    found = pool_actuals(coverage_table(rows), plan=plan, up_to="nation", missing="filled")
    values = {(figure.region, figure.year): figure.value for figure in found}
    assert values["00", 2022] == pytest.approx(100 * 60 / 1100)
    assert values["17", 2022] == 1
    assert values["17", 2021] == values["00", 2021] == 50
    # Above the nation there is nothing to pool into, and what is whole is not in part.
    whole = pool_actuals(coverage_table([("reach", "00", 2022, 9, 10)]), plan=plan)
    assert [(one.region, one.source) for one in whole] == [("00", "numerator over denominator")]
    sources = {one.region: one.source for one in found if one.year == 2022}
    assert sources["17"] == (
        "numerators over denominators, 1 of 10 regions, without 9 regions, which have no figure"
    )
    assert sources["00"] == (
        "numerators over denominators, 2 of 38 regions, 1 of them in part, "
        "without 36 regions, which have no figure"
    )
    assert pool_actuals(coverage_table(rows), plan=plan) == pool_actuals(
        coverage_table(rows[::-1]), plan=plan
    )


@pytest.mark.parametrize(("missing", "value"), [("filled", 1), ("missing", None)])
def test_a_region_without_figures_of_its_own_is_pooled_from_below_where_gaps_may_be(
    plan, missing, value
):
    rows = [("reach", "17.01", 2022, 10, 1000), ("reach", "17", 2022, None, None)]
    found = pool_actuals(coverage_table(rows), plan=plan, up_to="province", missing=missing)
    assert {figure.region: figure.value for figure in found} == {"17.01": 1, "17": value}


def test_quarters_are_pooled_into_years(plan):
    table = quarters("reach", None, numerator=[1, 2, 3, 4], denominator=[10, 10, 10, 20])
    del table["value"]
    figure = pool_actuals(table, plan=plan)[0]
    assert (figure.year, figure.value) == (2022, 20)
    assert figure.source == "quarters 1-4 of 2022: numerators over denominators"
    assert figure.source == to_date(plan, table, year=2022).actuals[0].source
    with pytest.raises(TableError, match="nothing to pool"):
        pool_actuals(quarters("reach", [1] * 4), plan=plan)


@pytest.mark.parametrize("missing", ["missing", "filled"])
@pytest.mark.parametrize("until", [None, 1, 3])
def test_an_absent_quarter_does_the_same_to_both(plan, missing, until):
    whole = {"numerator": [1, 2, 3, 4], "denominator": [10, 10, 10, 20]}
    first = {"indicator": ["reach"], "region": ["17.02"], "period": ["2022-Q1"],
             "numerator": [90], "denominator": [100]}  # fmt: skip
    table = quarters("reach", None, "17.01") | whole
    del table["value"]
    table = {key: [*cells, *first[key]] for key, cells in table.items()}
    options = {"until": until, "missing": missing}
    found = pool_actuals(table, plan=plan, **options)
    assert found == to_date(plan, table, year=2022, **options).actuals
    count = until or 4
    share = 100 * sum(whole["numerator"][:count]) / sum(whole["denominator"][:count])
    lost = missing == "missing" and count > 1
    assert [one.value for one in found] == [pytest.approx(share), None if lost else 90]
    gap = {1: "", 3: "quarters 2-3", 4: "quarters 2-4"}[count]
    marked = f", missing because of {gap}" if lost else f", without {gap}, which have no figure"
    several = "quarters 1-" if count > 1 else "quarter "
    text = f"{several}{count} of 2022: numerators over denominators"
    assert [one.source for one in found] == [text, text + marked * bool(gap)]


def test_a_region_above_says_what_is_only_there_in_part(plan):
    children = [code for code in plan.regions.codes if code.startswith("17.")]
    rows = [("reach", code, f"2022-Q{q}", 1, 10) for code in children for q in (1, 2, 3, 4)][:-3]
    table = coverage_table(rows)
    table["period"] = table.pop("year")
    province = next(
        one for one in pool_actuals(table, plan=plan, up_to="province") if one.region == "17"
    )
    text = "numerators over denominators, "
    assert province.value is None
    assert province.source == f"{text}9 of 10 regions, missing because of 1 region"
    filled = pool_actuals(table, plan=plan, up_to="nation", missing="filled")
    sources = {one.region: one.source for one in filled}
    assert [one.value for one in filled] == [10] * 12
    assert sources["17"] == f"{text}10 of 10 regions, 1 of them in part"
    assert sources["00"] == (
        f"{text}1 of 38 regions, 1 of them in part, without 37 regions, which have no figure"
    )


def test_nobody_is_reached_of_no_one(plan):
    table = coverage_table([("reach", "17.01", 2022, 0, 0), ("reach", "17.02", 2022, 5, 0)])
    for function in (
        lambda: pool_actuals(table, plan=plan),
        lambda: to_date(plan, table, year=2022),
    ):
        with pytest.raises(TableError) as error:
            function()
        assert str(error.value) == (
            "actuals: row 2, column 'denominator': someone reached of no one: got '5 of 0'; "
            "correct the numerator or the denominator"
        )


def test_what_stands_at_no_quarter_is_not_pooled(plan):
    table = coverage_table([("reach", "17.01", 2022.3, 1, 2)])
    with pytest.raises(TableError, match="row 1, column 'year': not the middle of a quarter"):
        pool_actuals(table, plan=plan)
    with pytest.raises(ArgumentError, match="argument 'until'.*1 to 4"):
        pool_actuals(table, plan=plan, until=5)
    with pytest.raises(ArgumentError, match="argument 'periods'.*2, 4, 12"):
        pool_actuals(table, plan=plan, periods=3)


def written(tmp_path, text, name="q.csv"):
    path = tmp_path / name
    path.write_text(text)
    return path


def test_shares_need_no_combination(plan):
    table = quarters(
        "index", None, numerator=[90, 10, None, None], denominator=[100, 1000] + [None] * 2
    )
    del table["value"]
    found = to_date(plan, table, year=2022, until=2)
    assert score(found, "index")["actual"] == pytest.approx(100 * 100 / 1100)
    assert found.actuals[0].source == "quarters 1-2 of 2022: numerators over denominators"
    # Where a region has reported nothing yet, nothing is known, and no combination is missed.
    empty = {
        key: cells * 2 if key != "region" else ["17"] * 4 + ["17.05"] * 4
        for key, cells in table.items()
    }
    empty |= {key: table[key] + [None] * 4 for key in ("numerator", "denominator")}
    found = to_date(plan, empty, year=2022, until=2)
    assert [one.value for one in found.actuals if one.region == "17.05"] == [None]
    # Targets of quarters have no parts to add up.
    with pytest.raises(PlanError, match="no combination for figures of periods: got 'index'"):
        to_date(plan, table, year=2022, until=2, targets=quarters("index", [None, 50, None, None]))


def test_shares_keep_the_bounds_of_their_indicator():
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="reach", name="Reach", unit="percent", direction="maximize",
                                 lower=0, upper=100)],
        targets={"indicator": ["reach"], "region": ["17"], "year": [2022], "value": [90]},
    )  # fmt: skip
    table = quarters("reach", None, numerator=[9, 12, 1, 1], denominator=[10] * 4)
    del table["value"]
    for function in (
        lambda: to_date(plan, table, year=2022),
        lambda: pool_actuals(table, plan=plan),
    ):
        with pytest.raises(TableError) as error:
            function()
        assert str(error.value) == (
            "actuals: row 2: outside the bounds of the indicator: got 120; allowed: 0 to 100; "
            "correct the figure or the bounds of 'reach'"
        )


def test_quarters_across_with_their_targets(plan, tmp_path):
    path = written(
        tmp_path,
        "Realisasi Renja Tahun 2022\n"
        "Indikator;Provinsi;TW I;;TW II;\n;;Target;Realisasi;Target;Realisasi\n"
        "Births;Bengkulu;10;9,5;10;11\nJumlah;;10;9,5;10;11\n",
    )
    found = to_date(plan, path, year=2022, until=2, targets=path)
    row = score(found, "births")
    assert (row["target"], row["actual"]) == (20, 20.5)


def test_both_tables_are_read_as_they_are_told_to_be(plan, tmp_path):
    text = "Nama;TW I;TW II;Selisih\nBengkulu;{};{};9\n"
    options = {
        "columns": {"region": "Nama", "ignored": "Selisih"},
        "given": {"indicator": "births", "year": 2022},
        "decimal": ".",
    }
    found = to_date(
        plan, written(tmp_path, text.format("9.5", "1.125")), year=2022, until=2,
        targets=written(tmp_path, text.format("5", "5"), "t.csv"), **options,
    )  # fmt: skip
    row = score(found, "births")
    assert (row["target"], row["actual"]) == (10, 10.625)


def test_problems_between_rows_are_named_as_a_person_counts(plan, tmp_path):
    head = "\nindicator;region;period;value\n"
    path = written(tmp_path, head + "births;17;2022-Q1;1\n\nbirths;17;TW I 2022;2\n")
    twice = (
        "figures of periods: {} row 5: two figures for indicator 'births' in region '17', "
        "quarter 1 of 2022; keep one"
    )
    with pytest.raises(TableError) as error:
        to_date(plan, path, year=2022)
    assert str(error.value) == twice.format("q.csv")
    with pytest.raises(TableError) as error:
        to_date(plan, quarters("births", [1] * 4), year=2022, targets=path)
    assert str(error.value) == twice.format("q.csv")
    path = written(tmp_path, head + "births;17;2022-Q1;1\nbirths;17;2022;2\n")
    with pytest.raises(TableError) as error:
        to_date(plan, path, year=2022)
    assert str(error.value) == (
        "figures of periods: q.csv row 4: a figure for 2022 beside figures of its periods: "
        "got 'births, 17'; keep the quarters or the year"
    )


def test_the_rows_of_a_plans_own_targets_are_named_too(plan):
    own = kt.Plan.from_frames(
        indicators=plan.indicators,
        targets={"indicator": ["births"] * 2, "region": ["17"] * 2, "year": [2022, 2022.2],
                 "value": [38, 10]},
    )  # fmt: skip
    with pytest.raises(
        TableError, match="targets row 2, column 'year': not the middle of a quarter"
    ):
        to_date(own, quarters("births", [1] * 4), year=2022)
    targets = kt.Targets.from_frame(quarters("births", [1] * 4) | {"year": [2022.125] * 4})
    with pytest.raises(TableError, match="targets row 2: two figures for indicator 'births'"):
        to_date(plan, quarters("births", [1] * 4), year=2022, targets=targets)


def test_without_any_actual_there_is_nothing_to_date(plan):
    none = {"indicator": [], "region": [], "period": [], "value": []}
    found = to_date(plan, none, year=2022, targets=quarters("births", [10] * 4))
    assert score(found, "births")["status"] == "no-actual"


POOLED = "Kab/Kota;Indikator;TW I;;;TW II;;\n;;Pembilang;Penyebut;%;Pembilang;Penyebut;%\n"


def test_numerators_and_denominators_across(plan, tmp_path):
    path = written(
        tmp_path,
        f"Tahun 2022\n{POOLED}Seluma;Reach;90;100;90;10;1000;1\nKaur;Reach;;;;1;2;50\n",
    )
    found = pool_actuals(path, plan=plan, until=2)
    assert [(one.region, one.year, one.value) for one in found] == [
        ("17.04", 2022, None), ("17.05", 2022, pytest.approx(100 * 100 / 1100))
    ]  # fmt: skip
    filled = pool_actuals(path, plan=plan, missing="filled")
    assert filled[0].value == 50
    assert to_date(plan, path, year=2022, until=1).actuals[1].value == 90
    path = written(tmp_path, "Indikator;Wilayah;Tahun;Pembilang;Penyebut\nReach;Kaur;2022;9;10\n")
    assert pool_actuals(path, plan=plan)[0].source == path.name
    path = written(
        tmp_path, "Tahun 2022\n" + POOLED.replace("%", "Nilai") + "Kaur;Reach;1;2;9;1;2;9\n"
    )
    with pytest.raises(TableError) as error:
        pool_actuals(path, plan=plan)
    assert [str(problem) for problem in error.value.problems] == [
        f"row 2, column 'TW {one} / Nilai': a value beside numerator and denominator; "
        "it follows from them: leave it out with columns={'ignored': ...}"
        for one in ("I", "II")
    ]


def test_shares_as_people_keep_them(plan, tmp_path):
    path = written(
        tmp_path,
        "Cakupan\n\nKab/Kota;Indikator;Tahun;Triwulan;Dilayani;Penyebut\n"
        "Seluma;Reach;2022;I;9,5;10\nSELUMA;reach;2022;II;0,5;10\nJumlah;;;;10;20\n",
    )
    told = {"numerator": "Dilayani"}
    assert pool_actuals(path, plan=plan, columns=told, until=2)[0].value == 50
    with pytest.raises(
        TableError, match="q.csv: 2 problems\n  row 4: a numerator or a denominator alone"
    ):
        pool_actuals(path, plan=plan)
    path = written(tmp_path, "Wilayah;Indikator;Tahun;Nilai\nSeluma;Reach;2022;9\n")
    with pytest.raises(
        TableError, match="q.csv: nothing to pool; add columns numerator and denominator"
    ):
        pool_actuals(path, plan=plan)


def test_nothing_is_pooled_twice(plan, tmp_path):
    head = "indicator;region;period;numerator;denominator\n"
    path = written(tmp_path, head + "reach;17;2022-Q1;1;2\nreach;17;TW I 2022;1;2\n")
    with pytest.raises(TableError) as error:
        pool_actuals(path, plan=plan)
    assert str(error.value) == (
        "figures of periods: q.csv row 3: two figures for indicator 'reach' in region '17', "
        "quarter 1 of 2022; keep one; those of facilities are added up where a column "
        "'Puskesmas' names them"
    )
    path = written(tmp_path, head + "reach;17;2022-Q1;1;2\nreach;17;2022;1;2\nreach;17;2022;3;4\n")
    with pytest.raises(TableError) as error:
        pool_actuals(path, plan=plan)
    beside = "a figure for 2022 beside figures of its periods: got 'reach, 17'; keep the periods or the year"
    assert [str(problem) for problem in error.value.problems] == [
        "q.csv row 4: two figures for indicator 'reach' in region '17', 2022; keep one; those of "
        "facilities are added up where a column 'Puskesmas' names them",
        f"q.csv row 3: {beside}",
        f"q.csv row 4: {beside}",
    ]


# --- what is said beside the figures --------------------------------------------------------


def counted(combination="sum", direction="maximize", year=2400.0):
    return kt.Plan.from_frames(
        code="counted",
        name="Rencana",
        indicators=[
            kt.Indicator(code="n", name="n", unit="persons", direction=direction, combination=combination)
        ],
        targets={"indicator": ["n"], "region": ["17.05"], "year": [2022], "value": [year], "source": ["RPJMD, p. 9"]},
    )  # fmt: skip


def of_quarters(*values):
    count = len(values)
    quarters = [f"2022-Q{number + 1}" for number in range(count)]
    return {"indicator": ["n"] * count, "region": ["17.05"] * count, "period": quarters, "value": values}  # fmt: skip


def whats(result):
    return [note.what for note in result.notes]


def test_targets_of_quarters_that_contradict_the_year_are_shown_and_the_choice_is_yours():
    figures = of_quarters(400, 500, 500, 600)
    result = kt.to_date(counted(), figures, year=2022, targets=figures)
    assert whats(result) == ["the targets of the quarters contradict the year's 2400"]
    assert "tell prefer='year' for the other" in result.notes[0].hint
    (row,) = kt.evaluate(*result, year=2022, rule="bkkbn-2023").to_dicts()
    assert (row["target"], row["actual"]) == (2000, 2000)
    assert row["target_source"].startswith(
        "quarters 1-4 of 2022: sum, where the year has 2400 (RPJMD, p. 9)"
    )
    result = kt.to_date(counted(), figures, year=2022, targets=figures, prefer="year")
    (row,) = kt.evaluate(*result, year=2022, rule="bkkbn-2023").to_dicts()
    assert (row["target"], row["actual"], row["target_source"]) == (2400, 2000, "RPJMD, p. 9")
    assert result.notes[0].hint == ("the year's target counts; tell prefer='periods' for the other")
    assert whats(kt.to_date(counted(year=2000), figures, year=2022, targets=figures)) == []
    # In binary these tenths add up to a little more than seven.
    tenths = of_quarters(0.1, 0.2, 0.3, 0.1)
    told = {"year": 2022, "targets": tenths, "given": {"unit": "persons"}}
    assert whats(kt.to_date(counted(year=0.7), tenths, **told)) == []
    assert len(kt.to_date(counted(year=0.9), tenths, **told).notes) == 1


def test_quarters_without_a_target_do_not_vanish():
    figures = of_quarters(300, 350, 500, 450)
    result = kt.to_date(counted(year=1800), figures, year=2022, targets=of_quarters(300, 350))
    assert whats(result) == [
        "only some quarters have a target",
        "2 quarters have a figure and no target: they are not counted",
    ]
    assert result.notes[0].hint == "only these are counted"
    (row,) = kt.evaluate(*result, year=2022, rule="bkkbn-2023").to_dicts()
    assert (row["target"], row["actual"]) == (650, 650)
    assert row["actual_source"].endswith("sum, without 950, which has no target")
    result = kt.to_date(
        counted(year=1800), figures, year=2022, targets=of_quarters(300, 350), prefer="year"
    )
    (row,) = kt.evaluate(*result, year=2022, rule="bkkbn-2023").to_dicts()
    assert (row["target"], row["actual"]) == (1800, 1600)
    assert result.notes[0].hint == "the year's target counts"


def test_a_running_figure_that_falls_is_noted():
    rising = kt.to_date(counted("last"), of_quarters(22, 23, 24, 25), year=2022)
    assert whats(rising) == []
    falling = kt.to_date(counted("last"), of_quarters(22, 23, 15, 25), year=2022)
    assert whats(falling) == ["a running figure falls"]
    assert (
        whats(kt.to_date(counted("last", "minimize"), of_quarters(22, 15), year=2022, until=2))
        == []
    )
    assert whats(kt.to_date(counted("sum"), of_quarters(22, 15), year=2022, until=2)) == []


def test_the_result_knows_its_period_and_the_plan_is_named_by_it():
    figures = of_quarters(400, 500, 500, 600)
    result = kt.to_date(counted(), figures, year=2022, until=3)
    assert result.period == "s.d. triwulan III 2022"
    assert (result.plan.name, result.plan.name_id) == (
        "Rencana, to quarter 3 of 2022",
        "Rencana, s.d. triwulan III 2022",
    )
    whole = kt.to_date(counted(), figures, year=2022)
    assert (whole.period, whole.plan.name) == ("", "Rencana")
    plan, actuals = result
    assert (plan, actuals) == (result.plan, result.actuals)
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    assert (again.notes, again.period) == (result.notes, result.period)


def test_a_region_judged_by_the_whole_year_beside_others_is_told_apart():
    plan = kt.Plan.from_frames(
        code="uneven",
        indicators=counted().indicators,
        targets={"indicator": ["n"] * 2, "region": ["17.04", "17.05"], "year": [2022] * 2, "value": [100, 100]},
    )  # fmt: skip
    figures = {"indicator": ["n"] * 2, "region": ["17.04", "17.05"], "period": ["2022-Q1"] * 2, "value": [20, 20]}  # fmt: skip
    targets = {name: cells[1:] for name, cells in figures.items()} | {"value": [25]}
    result = kt.to_date(plan, figures, year=2022, until=1, targets=targets)
    judged = "judged by the target of the whole year"
    assert {one.where for one in result.notes if one.what.startswith(judged)} == {"n, 17.04"}
    # At the end of the year its target is as good as those of its quarters.
    assert not any("whole year" in what for what in whats(kt.to_date(plan, figures, year=2022, targets=targets)))  # fmt: skip


def test_targets_beside_the_actuals_are_used_and_said(tmp_path):
    path = tmp_path / "triwulan.csv"
    path.write_text(
        "Wilayah;Indikator;Target TW I;Realisasi TW I;Target TW II;Realisasi TW II\n"
        "Seluma;n;400;420;500;500\n"
    )
    result = kt.to_date(counted(), path, year=2022, until=2, given={"year": 2022})
    assert [target.value for target in result.plan.targets] == [900]
    assert [actual.value for actual in result.actuals] == [920]
    assert whats(result)[0] == "targets of periods stand beside the actuals: they are used"
    assert "'Target TW I'" in str(result.notes[0])
    # Without a heading that speaks of targets no figure is taken for one.
    assert whats(kt.to_date(counted(), of_quarters(400, 500), year=2022, until=2)) == []


def test_an_unknown_preference_is_refused():
    with pytest.raises(ArgumentError, match="argument 'prefer': not allowed: got 'none'"):
        kt.to_date(counted(), of_quarters(1), year=2022, prefer="none")


@pytest.mark.parametrize(
    "heading", ["Puskesmas", "Nama Puskesmas", "Faskes", "Tempat Pelayanan KB"]
)
def test_facilities_of_one_district_add_up(tmp_path, heading):
    plan = kt.Plan.from_frames(
        code="pooled",
        indicators=[kt.Indicator(code="n", name="n", unit="percent", direction="maximize")],
        targets={"indicator": ["n"], "region": ["17.05"], "year": [2022], "value": [50]},
    )
    path = tmp_path / "faskes.csv"
    rows = "Kaur;A;10;100\nKaur;B;30;100\nSeluma;C;5;50\n"
    path.write_text(f"Kabupaten;{heading};Pembilang;Penyebut\n{rows}")
    given = {"indicator": "n", "year": 2022}
    pooled = kt.pool_actuals(path, plan=plan, given=given)
    assert [(one.region, one.value) for one in pooled] == [("17.04", 20.0), ("17.05", 10.0)]
    assert whats(pooled) == [f"figures of several rows are added up by the column {heading!r}"]
    path.write_text(f"Kabupaten;{heading};Pembilang;Penyebut\nKaur;A;10;100\nSeluma;C;5;50\n")
    assert whats(kt.pool_actuals(path, plan=plan, given=given)) == []
    path.write_text(f"Kabupaten;Pembilang;Penyebut\n{rows.replace('A;', '').replace('B;', '').replace('C;', '')}")  # fmt: skip
    with pytest.raises(TableError, match="two figures"):
        kt.pool_actuals(path, plan=plan, given=given)
    path.write_text(f"Kabupaten;{heading};Pembilang;Penyebut\n{rows}Kaur;A;11;100\nKaur;B;1;2\n")
    with pytest.raises(TableError, match="a facility stands there twice") as caught:
        kt.pool_actuals(path, plan=plan, given=given)
    assert [one.place.row for one in caught.value.problems] == [5, 6]
    # One name in two districts, or under two codes, is of two facilities.
    rows = "Kaur;P1;A;10;100\nKaur;P2;A;30;100\nSeluma;P3;A;5;50\n"
    path.write_text(f"Kabupaten;Kode Faskes;{heading};Pembilang;Penyebut\n{rows}")
    pooled = kt.pool_actuals(path, plan=plan, given=given)
    assert [(one.region, one.value) for one in pooled] == [("17.04", 20.0), ("17.05", 10.0)]


def test_an_actual_that_lacks_a_period_is_noted_with_the_way_to_have_one(plan):
    """The advice is followed: the year to the last period, and the periods that are there."""
    quarters = pd.DataFrame({
        "indicator": ["births"] * 5, "region": ["17.05"] * 2 + ["17.04"] * 2 + ["17.01"],
        "period": ["2022-Q1", "2022-Q2"] * 2 + ["2022-Q3"], "value": [9, 11, 8, 10, 7],
    })  # fmt: skip
    own = kt.Plan.from_frames(
        indicators=list(plan.indicators), coverage=["17.05", "17.04", "17.01"],
        targets={"indicator": ["births"], "region": ["17.05"], "year": [2022], "value": [40]},
    )  # fmt: skip
    result = kt.to_date(own, quarters, year=2022)
    assert [str(note) for note in result.notes] == [
        "births, 17.04 and 1 more: no figure of quarter 3, 4: the actual to date is missing; "
        "tell until=2, or missing='filled' to combine those that are there",
        "births, 17.01: no figure of quarter 1, 2, 4: the actual to date is missing; "
        "tell missing='filled' to combine those that are there",
    ]
    assert "kosong" in result.notes[0].text("id")
    half = kt.to_date(own, quarters, year=2022, until=2)
    filled = kt.to_date(own, quarters, year=2022, missing="filled")
    assert not half.notes
    assert not filled.notes
    assert half.actuals.value[1:].tolist() == [18.0, 20.0]
    assert sorted(filled.actuals.value.tolist()) == [7.0, 18.0, 20.0]
    # To the last period before a gap would leave out what comes behind it.
    gap = quarters.assign(period=["2022-Q1", "2022-Q4"] * 2 + ["2022-Q3"])
    hints = {note.hint for note in kt.to_date(own, gap, year=2022).notes}
    assert hints == {"tell missing='filled' to combine those that are there"}


def test_a_sum_of_some_quarters_is_no_step_from_the_baseline(plan):
    year = {"indicator": ["births"] * 2, "region": ["17.05"] * 2, "period": ["2022-Q1", "2022-Q2"]}
    start = {"indicator": ["births"], "region": ["17.05"], "year": [2021], "value": [35]}
    goal = {"indicator": ["births"], "region": ["17.05"], "year": [2022], "value": [40]}
    own = kt.Plan.from_frames(indicators=list(plan.indicators), baselines=start, targets=goal)
    made = kt.to_date(own, year | {"value": [9, 11]}, year=2022, until=2,
                      targets=year | {"value": [10, 10]})  # fmt: skip
    row = kt.evaluate(made.plan, made.actuals, year=2022, rule="permendagri-86-2017").to_dicts()[0]
    assert (row["target"], row["actual"], row["progress"], row["remark"]) == (20, 20, None, None)
    whole = kt.to_date(own, year | {"value": [19, 21]}, year=2022, missing="filled")
    row = kt.evaluate(whole.plan, whole.actuals, year=2022, rule="permendagri-86-2017").to_dicts()[
        0
    ]
    assert (row["target"], row["progress"]) == (40, 1)


def test_a_table_of_another_year_and_rows_without_their_facility_are_said(plan):
    found = to_date(plan, quarters("births", [1, 2, 3, 4]), year=2021)
    assert str(found.notes[0]) == "actuals: no figure of 2021: got '2022'"
    rows = {"region": ["17", "17"], "indicator": ["index"] * 2, "year": [2022] * 2}
    rows |= {"numerator": [1, 2], "denominator": [4, 4]}
    with pytest.raises(TableError, match="where a column 'Puskesmas' names them"):
        pool_actuals(rows, plan=plan)
    added = pool_actuals({**rows, "Puskesmas": ["Tais", "Talo"]}, plan=plan)
    assert [one.value for one in added] == [37.5]


@pytest.mark.parametrize(
    "heading",
    [
        "Jumlah",
        "Total",
        "Jumlah 2022",
        "Setahun",
        "Kumulatif",
        "Akhir tahun",
        "Full year",
        "Tahunan",
    ],
)
@pytest.mark.parametrize(
    ("cells", "follows"),
    [
        ("4;5;6;7;22", True), ("4;5;6;7;21", False), ("4;5;6;7;7", True), ("4;5;6;7;5,5", True),
        # The mean of the year may be weighted.
        ("4;5;6;7;5,8", True), ("4;5;6;7;7,8", False), ("4;5;;;9", True), ("4;5;;;99", False), ("4;5;6;7;-", True), ("4;;;;9", True),
    ],
)  # fmt: skip
def test_a_total_beside_its_quarters_follows_from_them(plan, heading, cells, follows):
    head = f"Wilayah;Indikator;Tahun;TW I;TW II;TW III;TW IV;{heading}"
    table = io.BytesIO(f"{head}\nBengkulu;Births;2022;{cells}\n".encode())
    found = to_date(plan, table, year=2022, until=1)
    said = [note for note in found.notes if note.what.startswith("a total that does not follow")]
    assert len(said) == (not follows)
    assert all((note.place.row, note.place.heading) == (2, heading) for note in said)


@pytest.mark.parametrize(("missing", "spent"), [("filled", 1500), ("missing", None)])
def test_money_of_periods_is_added_up_as_told(plan, missing, spent):
    year = {"indicator": ["births"] * 4, "region": ["17"] * 4, "period": QUARTERS}
    money = year | {"value": [9, 11, 10, 8], "spent": [1000, None, 500, None]}
    found = to_date(plan, money, year=2022, missing=missing)
    (row,) = found.actuals
    assert (row.value, row.spent) == (38, spent)
    told = [str(note) for note in found.notes if "money to date" in str(note)]
    assert len(told) == (missing == "missing")
    assert all("no amount of quarter 2, 4: the money to date is missing" in one for one in told)
