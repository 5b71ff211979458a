"""Calibrated and replicate weights against R's survey, whose call stands beside each value."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats

from kencana_targets.core.errors import ArgumentError, TableError
from kencana_targets.estimation.estimate import Measure, estimate
from kencana_targets.formulas.survey_design import calibrate

REFERENCE = Path(__file__).parents[1] / "reference"
# Schools of 15 of 757 Californian districts, as R's survey ships them (api, apiclus1).
SCHOOLS = pl.read_csv(REFERENCE / "api_clusters.csv").with_columns(
    region=pl.lit("06"),
    year=pl.lit(2000),
    pw=pl.lit(6194 / 183),
    districts=pl.lit(757),
    is_e=pl.col("type") == "E",
)
MEAN = Measure("api", "mean", "api00")
BASE: dict[str, Any] = {"indicators": MEAN, "weight": "pw", "psu": "district"}
FPC = {**BASE, "population_size": "districts"}
TYPES = {"E": 4421, "H": 755, "M": 1018}


def one(**options: Any) -> tuple[float, float]:
    found = estimate(SCHOOLS, **options)[0]
    return float(found.value or 0), float(found.standard_error or 0)


def test_a_finite_population_of_districts() -> None:
    # svymean(~api00, svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = apiclus1))
    assert one(**FPC) == pytest.approx((644.169398907104, 23.542240693781), rel=1e-10)
    # The same without fpc; confint(..., df = degf(...)) has 14 degrees of freedom.
    (row,) = estimate(SCHOOLS, **BASE).details
    assert row["degrees_of_freedom"] == 14
    assert (row["lower"], row["upper"]) == pytest.approx((593.168493261091, 695.170304553117))


@pytest.mark.parametrize(
    ("word", "error"), [("certainty", 5.8058), ("centered", 5.8281), ("average", 6.0096)]
)
def test_a_district_with_one_school(word: str, error: float) -> None:
    # options(survey.lonely.psu = "certainty"), "adjust", "average"; then
    # svymean(~api00, svydesign(id = ~1, weights = ~pw, strata = ~dnum, data = apiclus1)), printed
    found = one(indicators=MEAN, weight="pw", strata="district", single_psu=word)
    assert (round(found[0], 2), round(found[1], 4)) == (644.17, error)
    # A district that is its own population has no error: fpc is 1 there and 1000 elsewhere.
    whole = SCHOOLS.with_columns(
        districts=pl.when(pl.col("district") == 413).then(1).otherwise(1000)
    )
    # Calibrated to the sum of its own weights the sample says the same.
    same = {(): SCHOOLS["pw"].sum()}
    for choice, totals in (("report", None), (word, None), ("report", same), (word, same)):
        (row,) = estimate(whole, indicators=MEAN, weight="pw", strata="district", calibrate=totals,
                          single_psu=choice, population_size="districts").details  # fmt: skip
        assert round(row["standard_error"], 4) == 5.7344


def test_post_stratification_is_that_of_survey() -> None:
    # svymean(~api00, postStratify(dclus1, ~stype, pop.types))
    assert one(**BASE, calibrate={"type": TYPES}) == pytest.approx(
        (642.310788211584, 24.1610605814973), rel=1e-10
    )
    assert one(**FPC, calibrate={"type": TYPES}) == pytest.approx(
        (642.310788211584, 23.9204864450905), rel=1e-10
    )
    for distance in ("linear", "raking"):
        known = estimate(SCHOOLS, **{**FPC, "indicators": Measure("e", "total", "is_e")},
                         calibrate={"type": TYPES}, distance=distance)[0]  # fmt: skip
        # What is known has no error.
        assert known.value == pytest.approx(4421)
        assert known.standard_error == pytest.approx(0, abs=1e-6)


def test_the_size_of_the_population_does_not_move_a_mean() -> None:
    # postStratify to one cell: the errors of the mean are those before.
    assert one(**FPC, calibrate={(): 6194}) == pytest.approx((644.169398907104, 23.542240693781))


def test_calibration_to_a_number_is_that_of_survey() -> None:
    # svymean(~api00, calibrate(dclus1, ~api99, c(`(Intercept)` = 6194, api99 = 3914069)))
    assert one(**FPC, calibrate={(): 6194, "api99": 3914069}) == pytest.approx(
        (666.717736250273, 3.29588091215716), rel=1e-9
    )


def test_raking_is_that_of_survey() -> None:
    # svymean(~api00, calibrate(dclus1, ~stype + sch.wide, poptotals, calfun = "raking")), printed
    totals = {"type": TYPES, "school_wide": {"No": 1072, "Yes": 5122}}
    value, error = one(**FPC, calibrate=totals, distance="raking")
    assert (round(value, 2), round(error, 3)) == (641.23, 23.704)
    assert value == pytest.approx(641.230246862208, abs=1e-3)  # rake(), epsilon = 1


def test_each_record_may_be_its_own_sampling_unit() -> None:
    """Clusters of one record give what records without clusters do, calibrated or not."""
    numbered = SCHOOLS.with_row_index("school")
    options = {"indicators": [MEAN, Measure("e", "total", "is_e")], "weight": "pw",
               "calibrate": {"school_wide": {"No": 1072, "Yes": 5122}, (): 6194}}  # fmt: skip
    names = ["value", "standard_error", "degrees_of_freedom", "sample_size"]
    alone, clustered = (
        estimate(numbered, **options, **more).details.to_frame("polars").select(names)
        for more in ({}, {"psu": "school"})
    )
    np.testing.assert_allclose(alone.to_numpy(), clustered.to_numpy(), rtol=1e-9)


def test_domains_share_what_was_calibrated() -> None:
    """Against the definition: residuals of all records, those of other domains included."""
    frame = SCHOOLS.with_columns(region=pl.when(pl.col("api99") < 600).then(pl.lit("a"))
                                 .otherwise(pl.lit("b")))  # fmt: skip
    found = estimate(frame, **BASE, calibrate={"type": TYPES})
    basis = np.stack([(frame["type"] == level).to_numpy() for level in TYPES], axis=1) * 1.0
    w = frame["pw"].to_numpy()
    g = calibrate(basis, w, list(TYPES.values()))
    y, inside = frame["api00"].to_numpy(), (frame["region"] == "b").to_numpy()
    mean = (w * g * y)[inside].sum() / (w * g)[inside].sum()
    z = np.where(inside, (y - mean) / (w * g)[inside].sum(), 0.0)
    slopes = np.linalg.solve((basis * w[:, None]).T @ basis, basis.T @ (w * z))
    left = w * g * (z - basis @ slopes)
    totals = np.array([left[(frame["district"] == d).to_numpy()].sum()
                       for d in frame["district"].unique()])  # fmt: skip
    variance = len(totals) * totals.var(ddof=1)
    assert (found[1].value, found[1].standard_error) == pytest.approx((mean, np.sqrt(variance)))


@pytest.mark.parametrize(
    ("given", "error", "text"),
    [
        ({"type": {"E": 1, "H": 2}}, TableError, "column type: a level without a total: got 'M'"),
        ({"type": {**TYPES, "X": 3}}, TableError, "a total without a record: got 'X'"),
        ({"type": TYPES, (): 100}, TableError, "totals that the records cannot meet together"),
        ({"api99": 1_000_000_000, (): 6194}, TableError, "weights below zero.*raking"),
        ({"kind": TYPES}, TableError, "unknown column: got 'kind'"),
        ({("type", "x"): {"E": 1}}, ArgumentError, "a level of each of type, x"),
        ({("type", "x"): 3}, ArgumentError, "a total for each combination"),
        ({3: {"E": 1}}, ArgumentError, "a column, or a tuple of columns"),
        ({}, ArgumentError, "totals by column"),
        (["type"], ArgumentError, "totals by column"),
        ({"type": {"E": -1}}, ArgumentError, "'calibrate'"),
    ],
)
def test_totals_that_are_refused(given: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        estimate(SCHOOLS, **BASE, calibrate=given)


# --- Replicate weights --------------------------------------------------------------------

# Cardiac arrests in Seattle (R's survey, scd), with the half samples of
# as.svrepdesign(svydesign(~ambulance, strata = ~ESA, weights = ~w, nest = TRUE), type = "BRR").
ARRESTS = pl.DataFrame({
    "region": ["53"] * 6, "year": [1980] * 6,
    "alive": [25, 24, 30, 49, 80, 70], "arrests": [120, 78, 185, 228, 670, 530],
    "rep_1": [2, 0, 2, 0, 2, 0], "rep_2": [0, 2, 2, 0, 0, 2],
    "rep_3": [2, 0, 0, 2, 0, 2], "rep_4": [0, 2, 0, 2, 2, 0],
})  # fmt: skip


def test_half_samples_are_those_of_survey() -> None:
    measures = [Measure("mean", "mean", "alive"), Measure("all", "total", "alive"),
                Measure("arrests", "total", "arrests")]  # fmt: skip
    found = estimate(ARRESTS, indicators=measures,
                     replicates={"weights": "rep_*", "method": "brr"})  # fmt: skip
    # SE(svymean(~alive, brr)), SE(svytotal(~alive, brr)), SE(svytotal(~arrests, brr))
    errors = [3.58236421003411, 21.4941852602047, 152.35813073151]
    assert [one.standard_error for one in found] == pytest.approx(errors, rel=1e-12)
    assert found.degrees_of_freedom.tolist() == [3, 3, 3]
    # Fay's weights with rho 0.3 are 0.3 and 1.7; the errors are the same (type = "Fay").
    milder = ARRESTS.with_columns(pl.col("^rep_.*$") * 0.7 + 0.3)
    fay = estimate(milder, indicators=measures,
                   replicates={"weights": "rep_*", "method": "fay", "rho": 0.3})  # fmt: skip
    assert [one.standard_error for one in fay] == pytest.approx(errors, rel=1e-12)


def deleted(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the jackknife's weights: each leaves out one district and raises the others."""
    districts = frame["district"].unique().sort().to_list()
    more = len(districts) / (len(districts) - 1)
    return frame.with_columns(
        pl.when(pl.col("district") == one).then(0.0).otherwise(pl.col("pw") * more).alias(f"jk{n}")
        for n, one in enumerate(districts)
    )


def test_the_jackknife_is_that_of_survey() -> None:
    # as.svrepdesign(dclus1, type = "JK1", mse = TRUE): SE(svymean(~api00)), SE(svytotal(~api00))
    for method, more in (("jk1", {}), ("jkn", {"rscales": [14 / 15] * 15})):
        found = estimate(
            deleted(SCHOOLS), indicators=[MEAN, Measure("all", "total", "api00")], weight="pw",
            replicates={"weights": "jk*", "method": method, **more},
        )  # fmt: skip
        assert found[0].standard_error == pytest.approx(26.5997137220988, rel=1e-10)
        # R's pw is rounded to 33.846996307373.
        assert found[1].standard_error == pytest.approx(907398.705597438, rel=1e-7)


@pytest.mark.parametrize("engine", ["lazy", "duckdb", "pandas"])
def test_engines_agree_on_replicates_and_totals(engine: str) -> None:
    frame: Any = deleted(SCHOOLS)
    if engine == "duckdb":
        import duckdb

        frame = duckdb.from_arrow(frame.to_arrow())
    else:
        frame = frame.lazy() if engine == "lazy" else frame.to_pandas()
    found = estimate(frame, indicators=MEAN, weight="pw",
                     replicates={"weights": ["jk*"], "method": "jk1"})  # fmt: skip
    assert found[0].standard_error == pytest.approx(26.5997137220988)
    known = estimate(frame, **BASE, calibrate={("is_e",): {(True,): 4421, (False,): 1773}})
    assert known[0].value == pytest.approx(
        estimate(SCHOOLS, **BASE, calibrate={"is_e": {True: 4421, False: 1773}})[0].value
    )


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"weights": "rep_*"}, "a mapping with weights and method"),
        ({"weights": "rep_*", "method": "jkx"}, "jk1, jkn, brr, fay, bootstrap"),
        ({"weights": "rep_*", "method": "fay"}, "rho above 0"),
        ({"weights": "rep_*", "method": "brr", "rho": 0.3}, "for no other method"),
        ({"weights": "rep_*", "method": "jkn"}, "rscales for jkn"),
        ({"weights": "rep_*", "method": "jkn", "rscales": [0.5]}, "rscales of 4 replicates"),
        ({"weights": "rep_*", "method": "brr", "mse": True}, "got 'mse'"),
        ({"weights": "w*", "method": "brr"}, "unknown column"),
    ],
)
def test_replicates_that_are_refused(given: Any, text: str) -> None:
    with pytest.raises((ArgumentError, TableError), match=text):
        estimate(ARRESTS, indicators=Measure("all", "total", "alive"), replicates=given)


def test_replicates_carry_their_design() -> None:
    with pytest.raises(ArgumentError, match="calibrate each of them beforehand"):
        estimate(ARRESTS, indicators=Measure("all", "total", "alive"), strata="region",
                 replicates={"weights": "rep_*", "method": "brr"})  # fmt: skip
    gap = ARRESTS.with_columns(rep_3=pl.Series([2, None, 0, 2, 0, 2]))
    with pytest.raises(TableError, match="replicate 3: weight missing: got '1 of 6 records'"):
        estimate(gap, indicators=Measure("all", "total", "alive"),
                 replicates={"weights": "rep_*", "method": "brr"})  # fmt: skip


# --- Several strata, from the definitions -------------------------------------------------

# Villages of two strata of three and one of two; each village is one record.
VILLAGES = pl.DataFrame({
    "region": ["17"] * 8, "year": [2024] * 8, "stratum": list("aaabbbcc"), "village": range(8),
    "w": [10.0, 12, 9, 20, 22, 25, 7, 8], "uses": [4.0, 9, 5, 2, 8, 8, 3, 6],
    "all": [10.0, 12, 11, 9, 14, 10, 8, 9],
})  # fmt: skip
SHARE = [Measure("all", "total", "uses"), Measure("share", "ratio", "uses", "all", per=1)]


def of_weights(weights: np.ndarray) -> np.ndarray:
    """Total and ratio under columns of weights."""
    uses, all_ = (VILLAGES[name].to_numpy() @ weights for name in ("uses", "all"))
    return np.stack([uses, uses / all_])


def by_stratum() -> list[np.ndarray]:
    stratum = VILLAGES["stratum"].to_numpy()
    return [np.flatnonzero(stratum == one) for one in "abc"]


def with_copies(weights: np.ndarray) -> pl.DataFrame:
    return VILLAGES.with_columns(
        pl.Series(f"copy_{number}", column) for number, column in enumerate(weights.T)
    )


def stratified_variance(values: np.ndarray) -> float:
    """Sum of n / (n - 1) times the squares about the mean of each stratum (Cochran 1977)."""
    return sum(len(rows) / (len(rows) - 1) * ((values[rows] - values[rows].mean()) ** 2).sum()
               for rows in by_stratum())  # fmt: skip


def test_the_stratified_jackknife_from_its_definition() -> None:
    # Rust and Rao (1996): one unit left out, the others of its stratum raised by n / (n - 1).
    w, columns, rscales = VILLAGES["w"].to_numpy(), [], []
    for rows in by_stratum():
        for left_out in rows:
            column = w.copy()
            column[rows] *= len(rows) / (len(rows) - 1)
            column[left_out] = 0
            columns.append(column)
            rscales.append((len(rows) - 1) / len(rows))
    weights = np.stack(columns, axis=1)
    found = estimate(with_copies(weights), indicators=SHARE, weight="w",
                     replicates={"weights": "copy_*", "method": "jkn", "rscales": rscales,
                                 "degrees_of_freedom": 5})  # fmt: skip
    away = of_weights(weights) - of_weights(w)[:, None]
    assert [one.standard_error for one in found] == pytest.approx(
        np.sqrt(away**2 @ np.array(rscales)).tolist(), rel=1e-12
    )
    # Of a total it is the usual variance of a stratified sample, as the design itself has it.
    usual = np.sqrt(stratified_variance(w * VILLAGES["uses"].to_numpy()))
    assert found[0].standard_error == pytest.approx(usual, rel=1e-12)
    designed = estimate(VILLAGES, indicators=SHARE, weight="w", psu="village", strata="stratum")
    assert designed[0].standard_error == pytest.approx(usual, rel=1e-12)
    assert found.degrees_of_freedom.tolist() == designed.degrees_of_freedom.tolist() == [5, 5]


def test_the_rescaled_bootstrap_of_all_resamples_is_the_stratified_variance() -> None:
    # Rao and Wu (1988): n - 1 units are drawn of n, their weights times n / (n - 1) a draw.
    w, columns = VILLAGES["w"].to_numpy(), []
    draws = [product(rows.tolist(), repeat=len(rows) - 1) for rows in by_stratum()]
    for drawn in product(*draws):
        column = np.zeros(len(w))
        for chosen in drawn:
            for unit in chosen:
                column[unit] += (len(chosen) + 1) / len(chosen)
        columns.append(column * w)
    weights = np.stack(columns, axis=1)  # 9 x 9 x 2 resamples, all equally likely
    found = estimate(with_copies(weights), indicators=SHARE, weight="w",
                     replicates={"weights": "copy_*", "method": "bootstrap"})  # fmt: skip
    usual = np.sqrt(stratified_variance(w * VILLAGES["uses"].to_numpy()))
    assert found[0].standard_error == pytest.approx(usual, rel=1e-12)
    away = of_weights(weights) - of_weights(w)[:, None]
    assert found[1].standard_error == pytest.approx(float(np.sqrt((away[1] ** 2).mean())))


def test_korn_and_graubard_over_several_strata() -> None:
    # Effective size n p (1 - p) / v / n, times (t_{n-1} / t_df)^2; then Clopper and Pearson.
    people = VILLAGES.select(
        "region", "year", "stratum", "village", "w", uses=pl.col("uses") > 4
    )  # one person a village
    (row,) = estimate(people, indicators=Measure("share", "ratio", "uses", per=1), weight="w",
                      psu="village", strata="stratum", interval="korn-graubard").details  # fmt: skip
    w, uses = people["w"].to_numpy(), people["uses"].to_numpy()
    p = (w * uses).sum() / w.sum()
    variance = stratified_variance(w * (uses - p) / w.sum())
    size = p * (1 - p) / variance * (stats.t.ppf(0.975, 7) / stats.t.ppf(0.975, 5)) ** 2
    assert row["standard_error"] == pytest.approx(np.sqrt(variance))
    ends = (stats.beta.ppf(0.025, p * size, size - p * size + 1),
            stats.beta.ppf(0.975, p * size + 1, size - p * size))  # fmt: skip
    assert (row["lower"], row["upper"]) == pytest.approx(ends)
