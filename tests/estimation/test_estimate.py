from __future__ import annotations

import pickle
from functools import cache
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import polars as pl
import pytest
from effort import examples
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import logit
from survey_records import DESIGNS, ENGINES, MEASURES, expected, found, survey_records

from kencana_targets import Actuals, evaluate, load_plan, read_actuals
from kencana_targets.catalog import load_measures
from kencana_targets.core.errors import ArgumentError, TableError
from kencana_targets.estimation.estimate import Estimates, Measure, Outcome, estimate
from kencana_targets.formulas.uncertainty import proportion_interval

CASES = [(design, "report") for design in DESIGNS] + [
    ("stratified-clusters", "certainty"),
    ("stratified-clusters", "centered"),
]
NUMBERS = ("value", "standard_error", "design_effect", "sample_size")


@pytest.mark.parametrize(("design", "single_psu"), CASES)
def test_the_figures_are_those_of_survey_in_r(design: str, single_psu: str) -> None:
    records = survey_records(single_psu=single_psu != "report")
    ours = found(estimate(records, indicators=MEASURES, single_psu=single_psu, **DESIGNS[design]))
    reference = expected(design, single_psu)
    assert ours.keys() == reference.keys()
    for key, figures in reference.items():
        assert {name: ours[key][name] for name in NUMBERS} == pytest.approx(figures, rel=1e-9)


@cache
def in_polars(design: str) -> tuple[pl.DataFrame, Estimates]:
    records = survey_records(single_psu=False)
    return records, estimate(records, indicators=MEASURES, **DESIGNS[design])


@pytest.mark.parametrize("engine", [name for name in ENGINES if name != "polars"])
@pytest.mark.parametrize("design", ["stratified-clusters", "strata", "simple"])
def test_engines_agree(engine: str, design: str) -> None:
    records, base = in_polars(design)
    same = estimate(ENGINES[engine](records), indicators=MEASURES, **DESIGNS[design])
    other_columns = same.details.columns()
    for name, column in base.details.columns().items():
        other = other_columns[name]
        if isinstance(column, np.ndarray):
            np.testing.assert_allclose(other, column, rtol=1e-9)  # type: ignore[arg-type]
        else:
            assert other.to_list() == column.to_list()  # type: ignore[union-attr]


@st.composite
def patchy_records(draw: st.DrawFn) -> pl.DataFrame:
    """Return records with missing values everywhere but in the design."""
    maybe = st.none() | st.booleans()
    row = st.fixed_dictionaries(
        {
            "region": st.sampled_from(["17.01", "17.10", None]),
            "year": st.sampled_from([2021, 2022, None]),
            "psu": st.integers(0, 3),
            "weight": st.sampled_from([0.0, 1.0, 2.5]),
            "yes": maybe,
            "base": maybe,
            "size": st.none() | st.integers(0, 3),
            "worth": st.none() | st.sampled_from([float("nan"), 1.5, 4.0]),
        }
    )
    kinds = {
        "region": pl.String,
        "year": pl.Int64,
        "psu": pl.Int64,
        "weight": pl.Float64,
        "yes": pl.Boolean,
        "base": pl.Boolean,
        "size": pl.Int64,
        "worth": pl.Float64,
    }
    return pl.DataFrame(draw(st.lists(row, min_size=1, max_size=25)), schema=kinds)


PATCHY = [
    Measure("share", "ratio", "yes", "base"),
    Measure("known", "ratio", "yes"),
    Measure("rate", "ratio", "worth", "size", per=1000),
    Measure("mean", "mean", "worth", "base"),
    Measure("all", "total", "worth"),
    Measure("both", "total", (nw.col("worth") > 2) & nw.col("yes")),
]


@examples(25)
@given(patchy_records(), st.booleans())
def test_missing_values_mean_the_same_to_every_engine(frame: pl.DataFrame, clustered: bool) -> None:
    design = {"weight": "weight", "psu": "psu"} if clustered else {}
    results = [
        estimate(ENGINES[engine](frame), indicators=PATCHY, **design).details.to_frame("polars")
        for engine in ("polars-lazy", "duckdb", "pandas-arrow", "pyarrow")
    ]
    for other in results[1:]:
        np.testing.assert_allclose(
            other.select(pl.selectors.float()).to_numpy(),
            results[0].select(pl.selectors.float()).to_numpy(),
            rtol=1e-9,
        )
        text = pl.col("region", "indicator", "outcome").cast(pl.String)
        assert other.select(text).rows() == results[0].select(text).rows()


@examples(25)
@given(patchy_records())
def test_no_record_is_lost(frame: pl.DataFrame) -> None:
    estimates = estimate(frame, indicators=PATCHY)
    placed = frame.filter(pl.col("region").is_not_null() & pl.col("year").is_not_null())
    assert estimates.unplaced == len(frame) - len(placed)
    for measure, base in (("known", None), ("share", "base")):
        rows = [row for row in estimates.details.to_dicts() if row["indicator"] == measure]
        counted = sum((row["sample_size"] or 0) + row["missing"] for row in rows)
        outside = 0 if base is None else placed.filter(~pl.col(base)).height
        assert counted == len(placed) - outside


FEW = pl.DataFrame(
    {
        "region": ["17.01"] * 6 + ["17.02"] * 2,
        "year": [2021] * 8,
        "village": ["a", "a", "b", "b", "c", "c", "d", "d"],
        "layer": ["x"] * 6 + ["y"] * 2,
        "weight": [1.0] * 8,
        "in_union": [True, True, True, True, True, False, False, False],
        "modern": [True, False, True, True, None, None, None, None],
    }
)
MCPR = Measure("mCPR", "ratio", "modern", "in_union")


FLAGS = {"m": [True, False, False, False, True, True], "u": [True, True, True, True, False, False]}
PLACE = {"region": ["17.01"] * 6, "year": [2021] * 6}


@pytest.mark.parametrize("engine", ENGINES)
def test_flags_of_numbers_are_conditions(engine: str) -> None:
    """A union of 0 and 1 says which women count, as one of true and false does."""
    measures = [
        Measure("share", "ratio", "m", "u"),
        Measure("mean", "mean", "m", "u"),
        Measure("all", "total", "m"),
    ]
    told = pl.DataFrame({**PLACE, **FLAGS})
    zeros = told.with_columns(pl.col("m").cast(pl.Int8), pl.col("u").cast(pl.Float64))
    expected, ours = (
        estimate(ENGINES[engine](frame), indicators=measures).details.to_dicts()
        for frame in (told, zeros)
    )
    assert ours == expected
    assert (ours[0]["value"], ours[0]["sample_size"]) == (25, 4)


@pytest.mark.parametrize("codes", [(1, 5), (1, 8), (0, 1, 9), (-1, 0), (0, 100), (1, 2, 98)])
def test_codes_of_questionnaires_are_refused_in_a_percentage(codes: tuple[int, ...]) -> None:
    frame = pl.DataFrame({**PLACE, "m": [codes[row % len(codes)] for row in range(6)]})
    ends = f"numbers {min(codes)} and {max(codes)} where yes or no is meant"
    with pytest.raises(TableError, match=ends):
        estimate(frame, indicators=Measure("share", "ratio", "m"))
    condition = Measure("share", "ratio", nw.col("m") == codes[1])
    assert estimate(frame, indicators=condition)[0].value == pytest.approx(100 / len(codes))


def test_codes_of_one_and_two_are_refused_in_a_percentage() -> None:
    codes = {name: [1 if flag else 2 for flag in flags] for name, flags in FLAGS.items()}
    share = Measure("share", "ratio", "m", "u")
    with pytest.raises(TableError) as error:
        estimate(pl.DataFrame({**PLACE, **codes}), indicators=share)
    assert len(error.value.problems) == 2
    assert "share', denominator, column 'u': numbers 1 and 2" in str(error.value)
    as_told = Measure("share", "ratio", nw.col("m") == 1, nw.col("u") == 1)
    (row,) = estimate(pl.DataFrame({**PLACE, **codes}), indicators=as_told).details
    assert row["value"] == 25
    # A count of 1 and 2 is a number where the hint is followed, or where no percentage is asked.
    counts = Measure("share", "ratio", nw.col("m"), nw.col("u"))
    (row,) = estimate(pl.DataFrame({**PLACE, **codes}), indicators=counts).details
    assert row["value"] == pytest.approx(100 * 9 / 8)
    estimate(pl.DataFrame({**PLACE, **codes}), indicators=Measure("r", "ratio", "m", "u", per=1000))


def test_a_mean_has_no_scale() -> None:
    for scale in (100, 1000, 1):
        with pytest.raises(ArgumentError, match=r"'per': not allowed: got .*own unit"):
            Measure("m", "mean", "worth", per=scale)


# --- Intervals, degrees of freedom, finite populations ------------------------------------


def test_intervals_of_shares_are_those_of_proportion_interval() -> None:
    records = survey_records(single_psu=False)
    design = DESIGNS["stratified-clusters"]
    for name, method in (("logit", "logit"), ("korn-graubard", "clopper-pearson")):
        found_ = estimate(records, indicators=MEASURES[0], interval=name, **design)
        for row in found_.details:
            freedom = row["units"] - row["strata"]
            assert row["degrees_of_freedom"] == freedom
            if not (freedom > 0 and row["standard_error"]):
                assert row["lower"] is row["upper"] is None
                continue
            share, error = row["value"] / 100, row["standard_error"] / 100
            effect = row["sample_size"] * error**2 / (share * (1 - share))
            ends = proportion_interval(share, row["sample_size"], method=method,
                                       design_effect=effect, degrees_of_freedom=freedom)  # fmt: skip
            assert (row["lower"] / 100, row["upper"] / 100) == pytest.approx(ends)
            if name == "logit":
                # svyciprop(method = "xlogit"): t standard errors about the logit.
                half = stats.t.ppf(0.975, freedom) * error / (share * (1 - share))
                assert logit(row["upper"] / 100) - logit(share) == pytest.approx(half)
    incomes = estimate(records, indicators=MEASURES[2], **design).details
    for row in incomes:
        half = stats.t.ppf(0.975, row["degrees_of_freedom"]) * row["standard_error"]
        assert row["upper"] - row["value"] == pytest.approx(half)


def test_estimates_carry_their_intervals_into_chances() -> None:
    found_ = estimate(
        survey_records(single_psu=False), indicators=MEASURES, **DESIGNS["stratified-clusters"]
    )
    for actual, row in zip(found_, found_.details, strict=True):
        assert (actual.lower, actual.upper) == (row["lower"], row["upper"])
    freedom = found_.take(np.array([0])).degrees_of_freedom
    assert freedom.tolist() == [found_.details.to_dicts()[0]["degrees_of_freedom"]]


def test_arrests_of_the_ambulances_in_a_finite_population() -> None:
    """Seattle's cardiac arrests in R's survey: without replacement, the error shrinks by 1 - n/N."""
    scd = pl.DataFrame({"area": [1, 1, 2, 2, 3, 3], "alive": [25, 24, 30, 49, 80, 70],
                        "region": ["17"] * 6, "year": [2021] * 6, "drawn": [2 / 5] * 6,
                        "size": [5] * 6})  # fmt: skip
    total = Measure("alive", "total", "alive")
    whole, by_size, by_share = (
        estimate(scd, indicators=total, strata="area", population_size=size)[0]
        for size in (None, "size", "drawn")
    )
    # The BRR error of a total in two-unit strata is the linearised one: 21.494185.
    assert whole.standard_error == pytest.approx(21.4941852602047, rel=1e-12)
    for one in (by_size, by_share):
        assert one.value == 278
        assert one.standard_error == pytest.approx(21.4941852602047 * np.sqrt(3 / 5))
    with pytest.raises(TableError, match=r"stratum '1': not the size .*got '1 to 5'; allowed: one"):
        estimate(scd.with_columns(size=pl.Series([1, 5, 5, 5, 5, 5])), indicators=total,
                 strata="area", population_size="size")  # fmt: skip


def test_lone_units_add_what_the_others_do_on_average() -> None:
    records = survey_records(single_psu=True)
    design = DESIGNS["stratified-clusters"]
    certain, average = (
        estimate(records, indicators=MEASURES, single_psu=word, **design).details.to_dicts()
        for word in ("certainty", "average")
    )
    for one, other in zip(certain, average, strict=True):
        lone = 1 if one["region"] == "17.02" else 0
        if one["standard_error"]:
            factor = np.sqrt(one["strata"] / (one["strata"] - lone))
            assert other["standard_error"] == pytest.approx(one["standard_error"] * factor)


def test_a_numerator_is_not_asked_for_outside_the_denominator() -> None:
    row = estimate(FEW, indicators=MCPR).details.to_dicts()[0]
    assert (row["value"], row["sample_size"], row["missing"]) == (75, 4, 1)


def test_an_empty_domain_is_a_row_with_a_reason() -> None:
    estimates = estimate(FEW, indicators=MCPR)
    empty = estimates.details.to_dicts()[1]
    assert (empty["region"], empty["value"], empty["sample_size"]) == ("17.02", None, None)
    assert empty["outcome"] == Outcome.NO_RECORDS
    left_out, none = map(str, estimates.notes)
    assert left_out == (
        "region '17.01', year 2021, mCPR: left out for a missing value: got '1 records'"
    )
    assert none == (
        "region '17.02', year 2021, mCPR: no record counts: none in the denominator, "
        "or all values are missing: got '0 records'"
    )


def test_small_figures_are_withheld() -> None:
    first = estimate(FEW, indicators=MCPR, minimum_size=5).details.to_dicts()[0]
    assert first["outcome"] == Outcome.SUPPRESSED
    assert [first[name] for name in ("value", "standard_error", "numerator", "denominator")] == [
        None
    ] * 4
    assert first["sample_size"] == 4
    enough = estimate(FEW, indicators=MCPR, minimum_size=4)
    assert enough[0].value == 75


def test_a_denominator_of_zero() -> None:
    none = Measure("rate", "ratio", nw.lit(1), nw.col("weight") * 0)
    row = estimate(FEW, indicators=none).details.to_dicts()[0]
    assert (row["value"], row["outcome"]) == (None, Outcome.ZERO_DENOMINATOR)


ALIKE = pl.DataFrame(
    {
        "region": ["17.01"] * 8,
        "year": [2021] * 8,
        "psu": [0, 0, 1, 1, 2, 2, 3, 3],
        "yes": [True] * 8,
    }
)


@pytest.mark.parametrize("design", [{}, {"psu": "psu"}])
@pytest.mark.parametrize("yes", [True, False])
def test_no_variation_is_no_certainty(design: dict[str, Any], yes: bool) -> None:
    records = ALIKE.with_columns(yes=pl.lit(yes), region=pl.lit("17"))
    estimates = estimate(records, indicators=Measure("mCPR", "ratio", "yes"), **design)
    (row,) = estimates.details.to_dicts()
    assert (row["value"], row["standard_error"]) == (100 * yes, 0)
    assert row["outcome"] == Outcome.NO_VARIATION
    assert str(estimates.notes[0]) == (
        "region '17', year 2021, mCPR: no variation was observed: a standard error of 0 is no "
        "certainty: got '8 records'"
    )
    card = evaluate(load_plan("bengkulu-2021"), estimates, year=2021, rule="permendagri-86-2017")
    chance = next(row for row in card.chances() if row["indicator"] == "mCPR")
    assert (chance["error_basis"], chance["probability_met"]) == ("zero-error", None)


def test_a_stratum_taken_with_certainty_has_an_error_of_zero() -> None:
    design: dict[str, Any] = {"strata": "psu", "psu": "psu", "single_psu": "certainty"}
    (row,) = estimate(ALIKE, indicators=Measure("yes", "ratio", "yes"), **design).details.to_dicts()
    assert (row["standard_error"], row["outcome"]) == (0, Outcome.ESTIMATED)


def test_lost_digits_give_no_standard_error() -> None:
    income = 1e8 + np.random.default_rng(0).normal(0, 1, 5000)
    records = pl.DataFrame(
        {"region": "17.01", "year": 2021, "psu": np.arange(5000), "income": income}
    )
    plain = Measure("income", "mean", "income")
    (row,) = estimate(records, indicators=plain).details.to_dicts()
    assert row["value"] == pytest.approx(income.mean())
    assert (row["standard_error"], row["outcome"]) == (None, Outcome.LOST_DIGITS)
    assert row["reason"] == (
        "no standard error: the values hardly vary beside their size, if at all, and rounding "
        "takes the digits; subtract a round number from the numerator"
    )
    less = Measure("income", "mean", nw.col("income") - 1e8)
    exact = pytest.approx(income.std(ddof=1) / np.sqrt(5000), rel=1e-9)
    assert estimate(records, indicators=less)[0].standard_error == exact
    assert estimate(records, indicators=plain, psu="psu")[0].standard_error == exact


def test_weights_of_zero_are_named() -> None:
    weights = [0.0] * 6 + [1.0] * 2
    records = FEW.with_columns(weight=pl.Series(weights))
    everyone = Measure("union", "ratio", "in_union")
    none, some = estimate(records, indicators=everyone, weight="weight").details.to_dicts()
    assert (none["value"], none["outcome"]) == (None, Outcome.NO_WEIGHT)
    assert none["reason"] == "no record counts: all weights are zero"
    assert some["value"] == 0


@pytest.mark.parametrize("engine", ["polars", "duckdb", "pandas"])
def test_nothing_by_nothing_is_no_number(engine: str) -> None:
    share = Measure("share", "mean", nw.col("weight") * 0 / (nw.col("weight") * 0))
    text = r"records: a sum of measure 'share': not a number; divide by nothing that is zero: give"
    with pytest.raises(TableError, match=text):
        estimate(ENGINES[engine](FEW), indicators=share)


def test_a_file_says_why_a_figure_is_missing(tmp_path: Path) -> None:
    estimates = estimate(
        FEW, indicators=[MCPR, Measure("union", "ratio", "in_union")], minimum_size=5
    )
    estimates.to_csv(tmp_path / "actuals.csv")
    written = pl.read_csv(tmp_path / "actuals.csv")
    assert written.select("value", "outcome", "missing").rows() == [
        (None, "suppressed", 1.0),
        (pytest.approx(500 / 6), "estimated", 0.0),
        (None, "no-records", 0.0),
        (None, "suppressed", 0.0),
    ]
    again = read_actuals(tmp_path / "actuals.csv")
    np.testing.assert_array_equal(again.value, estimates.value)


def test_a_stratum_with_a_single_unit_is_named() -> None:
    everyone = Measure("union", "ratio", "in_union")
    design: dict[str, Any] = {"strata": "layer", "psu": "village"}
    estimates = estimate(FEW, indicators=everyone, **design)
    assert estimates.single_psu_strata == ("y",)
    assert str(estimates.notes[0]) == "stratum 'y': a single sampling unit"
    assert estimates.details.to_dicts()[1]["outcome"] == Outcome.SINGLE_PSU
    assert estimates[1].standard_error is None
    assert estimates[0].standard_error is not None
    sure = estimate(FEW, indicators=everyone, single_psu="certainty", **design)
    assert sure.details.to_dicts()[1]["outcome"] == Outcome.ONE_UNIT


def test_blanks_around_a_region_make_no_other_region() -> None:
    regions = [f" {code} " if row % 2 else code for row, code in enumerate(FEW["region"])]
    marked = FEW.with_columns(region=pl.Series(regions))
    found, plain = (estimate(one, indicators=MCPR) for one in (marked, FEW))
    assert found.details.to_dicts() == plain.details.to_dicts()


def test_an_empty_text_is_no_stratum() -> None:
    with pytest.raises(TableError, match="column 'layer': empty: got"):
        estimate(FEW.with_columns(layer=pl.lit(" ")), indicators=MCPR, strata="layer")


def test_records_without_a_region_are_counted() -> None:
    lost = FEW.with_columns(region=pl.Series(["17.01", "", " ", None, *FEW["region"][4:]]))
    estimates = estimate(lost, indicators=MCPR)
    assert estimates.unplaced == 3
    assert str(estimates.notes[0]) == "records: without region or year: got '3 records'"


def test_the_year_may_be_given() -> None:
    again = estimate(FEW.drop("year"), by="region", year=2021, indicators=MCPR)
    assert again == estimate(FEW, indicators=MCPR)
    assert again == estimate(FEW, by=["year", "region"], indicators=MCPR)


def test_rows_run_by_region_year_and_the_order_of_indicators() -> None:
    records = survey_records(single_psu=True).sample(fraction=1, shuffle=True, seed=1)
    estimates = estimate(records, indicators=MEASURES)
    keys = list(zip(estimates.region.to_list(), estimates.year.tolist(), strict=True))
    assert keys == sorted(keys, key=str)
    assert estimates.indicator.to_list()[: len(MEASURES)] == [one.code for one in MEASURES]


def test_estimates_are_actuals(tmp_path: Path) -> None:
    estimates = estimate(FEW, indicators=MCPR, source="a made-up survey")
    assert isinstance(estimates, Actuals)
    assert isinstance(pickle.loads(pickle.dumps(estimates)), Estimates)
    first = np.arange(len(estimates)) == 0
    for chosen in (np.array([0]), first):
        assert estimates.take(chosen).details.to_dicts() == estimates.details.to_dicts()[:1]
    assert estimates[0].source == "a made-up survey"
    columns = estimates.to_frame("pandas").columns
    assert {"region", "year", "indicator", *NUMBERS} <= set(columns)
    estimates.to_csv(tmp_path / "actuals.csv")
    again = read_actuals(tmp_path / "actuals.csv")
    for name, column in estimates.columns.items():
        if isinstance(column, np.ndarray):
            np.testing.assert_array_equal(again.number(name), column)
        else:
            assert again.text(name).to_list() == column.to_list()  # type: ignore[union-attr]
    assert [path.name for path in tmp_path.iterdir()] == ["actuals.csv"]


def test_estimates_can_be_evaluated() -> None:
    records = FEW.with_columns(region=pl.lit("17"))
    estimates = estimate(records, indicators=MCPR)
    scorecard = evaluate(
        load_plan("bengkulu-2021"), estimates, year=2021, rule="permendagri-86-2017"
    )
    row = next(row for row in scorecard.to_dicts() if row["indicator"] == "mCPR")
    assert row["actual"] == 75
    assert row["achievement"] == pytest.approx(100 * 75 / row["target"])


def test_the_shipped_measures_on_a_few_families() -> None:
    families = pl.DataFrame(
        {
            "region": ["17.01"] * 6,
            "year": [2021] * 6,
            "in_union": [True, True, True, True, False, True],
            "wife_age": [14, 20, 30, 49, None, 40],
            "method": ["none", "none", "iud", "pill", None, "traditional"],
            "child_wish": ["later", "later", "soon", "none", None, None],
            "reached": [True, False, True, True, False, False],
        }
    )
    estimates = estimate(families, indicators=load_measures())
    assert estimates.value.tolist() == pytest.approx([25, 50, 100 / 3, 50])
    assert [row["missing"] for row in estimates.details.to_dicts()] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"indicators": []}, r"'indicators'.*one or more Measure"),
        ({"indicators": ["mCPR"]}, r"'indicators'.*one or more Measure"),
        ({"indicators": [MCPR, MCPR]}, r"'indicators'.*codes that differ"),
        ({"by": []}, r"'by'.*a column of regions and one of years"),
        ({"by": ["region", "year", "village"]}, r"'by'.*a column of regions"),
        ({"by": [1]}, r"'by'.*names of columns"),
        ({"by": "region"}, r"'year'.*got None; allowed: a year, when and only when"),
        ({"year": 2021}, r"'year'.*got 2021; allowed: a year, when and only when"),
        ({"by": "region", "year": 21}, r"'year'.*a year such as 2024"),
        ({"by": "region", "year": True}, r"'year'.*a year such as 2024"),
        ({"weight": 1}, r"'weight'.*a column's name"),
        ({"strata": [None]}, r"'strata'.*names of columns"),
        ({"psu": 3}, r"'psu'.*names of columns"),
        ({"single_psu": "drop"}, r"'single_psu'.*report, certainty, centered"),
        ({"minimum_size": 0}, r"'minimum_size'.*a whole number above zero"),
        ({"minimum_size": True}, r"'minimum_size'.*a whole number above zero"),
        ({"source": None}, r"'source'.*text"),
    ],
)
def test_options_that_are_refused(options: dict[str, Any], text: str) -> None:
    with pytest.raises(ArgumentError, match=text):
        estimate(FEW, **{"indicators": MCPR, **options})


@pytest.mark.parametrize("records", [{"region": ["17"]}, [1, 2], "families.csv", None])
def test_what_is_no_data_frame(records: Any) -> None:
    with pytest.raises(ArgumentError, match=r"'records'.*a data frame or relation"):
        estimate(records, indicators=MCPR)


def changed(**columns: Any) -> pl.DataFrame:
    return FEW.with_columns(**columns)


@pytest.mark.parametrize("engine", ["polars-lazy", "duckdb", "pandas"])
@pytest.mark.parametrize(
    ("frame", "options", "text"),
    [
        (FEW.drop("modern"), {}, r"unknown column: got 'modern'; known are: region"),
        (FEW, {"weight": "wieght"}, r"unknown column: got 'wieght'; did you mean 'weight'"),
        (
            changed(region=pl.lit(17.1)),
            {},
            r"column 'region': a region is not text: got 'Float64'; keep codes as text",
        ),
        (changed(year=pl.lit("2021")), {}, r"column 'year': a year is no number: got 'String'"),
        (changed(year=pl.lit(21)), {}, r"years: not a year: got 21"),
        (
            changed(weight=pl.lit("1")),
            {"weight": "weight"},
            r"column 'weight': a weight is no number: got 'String'",
        ),
        (
            changed(modern=pl.lit("yes")),
            {},
            r"measure 'mCPR': numerator is neither a number nor a condition: got 'String'",
        ),
        (
            FEW,
            {"indicators": Measure("m", "mean", "modern", "weight")},
            r"measure 'm': denominator of a mean is no condition: got 'Float64'",
        ),
        (FEW.clear(), {}, r"records: no records; check the file and the filter"),
        (
            changed(weight=pl.Series([-1.0, None, *[1.0] * 6])),
            {"weight": "weight"},
            r"column 'weight': weight missing or negative: got '2 of 8 records'",
        ),
        (
            changed(village=pl.Series(["a", None, None, *FEW["village"][3:]])),
            {"psu": "village"},
            r"column 'village': empty: got '2 of 8 records'",
        ),
        (
            changed(layer=pl.Series([None, *FEW["layer"][1:]])),
            {"strata": "layer"},
            r"column 'layer': empty: got '1 of 8 records'",
        ),
        (
            changed(worth=pl.Series([float("inf"), *[1.0] * 7])),
            {"indicators": Measure("worth", "total", "worth")},
            r"a sum of measure 'worth': infinite",
        ),
    ],
)
def test_records_that_are_refused(
    engine: str, frame: pl.DataFrame, options: dict[str, Any], text: str
) -> None:
    with pytest.raises(TableError, match=text):
        estimate(ENGINES[engine](frame) if len(frame) else frame, **{"indicators": MCPR, **options})


@pytest.mark.parametrize("argument", ["distance", "single_psu", "interval"])
def test_a_choice_is_checked_also_where_nothing_asks_it(argument):
    records = {"region": ["17.01"] * 2, "year": [2021] * 2, "modern": [True, False]}
    measure = Measure("mcpr", "ratio", "modern")
    with pytest.raises(ArgumentError, match=f"argument '{argument}'"):
        estimate(records, indicators=[measure], **{argument: "nearest"})
