"""Evaluation beside the same columns computed by hand, in one run.

    python benchmarks/bench_evaluation.py [--villages 83000] [--repeat 3]

A made-up nation of villages x 10 indicators x 5 years is evaluated from a data
frame to a data frame. By hand, in pandas and in Polars, the same columns are made by
merges and arithmetic, and so are the eight columns (``LEAN``) that an analyst in a
hurry writes with one merge: both comparisons are honest, and both are printed.
Values are compared before anything is timed. Printed are seconds (best of the
repeats) and ratios.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl

import kencana_targets as kt

YEARS = [2020, 2021, 2022, 2023, 2024]
INDICATORS = 10
RULE = "permendagri-86-2017"
EDGES = [51, 66, 76, 91]
LEAN = ["region", "indicator", "year", "target", "achievement", "gap", "progress", "band"]
WORDS = ["Sangat Rendah", "Rendah", "Sedang", "Tinggi", "Sangat Tinggi"]


class Nation:
    """Plan and actuals of a made-up nation, as frames and as a `Plan`."""

    def __init__(self, villages: int) -> None:
        random = np.random.default_rng(2022)
        regions = [
            kt.Region(
                code=f"17.01.{number // 1000:02d}.{1000 + number % 1000}",
                name=f"Desa {number}",
                level="village",
                parent="17.01",
            )
            for number in range(villages)
        ]
        self.indicators = [
            kt.Indicator(
                code=f"indicator-{number}",
                name=f"Indicator {number}",
                unit="percent",
                direction="minimize" if number % 2 else "maximize",
                lower=0,
                upper=100,
                shape="linear",
            )
            for number in range(INDICATORS)
        ]
        region = np.repeat([one.code for one in regions], INDICATORS)
        indicator = np.tile([one.code for one in self.indicators], villages)

        def figures(year: int) -> pd.DataFrame:
            value = random.uniform(20, 60, villages * INDICATORS)
            return pd.DataFrame(
                {"indicator": indicator, "region": region, "year": year, "value": value}
            )

        self.baselines, self.targets = figures(2019), figures(2024)
        self.actuals = pd.concat([figures(year) for year in YEARS], ignore_index=True)
        self.names = pd.DataFrame(
            {"region": [one.code for one in regions], "region_name": [one.name for one in regions]}
        )
        self.facts = pd.DataFrame(
            {
                "indicator": [one.code for one in self.indicators],
                "indicator_name": [one.name for one in self.indicators],
                "unit": [one.unit for one in self.indicators],
                "direction": [one.direction.value for one in self.indicators],
            }
        )
        # What an analyst prepares once: where each series starts, ends and should move.
        self.promised = self.baselines[["indicator", "region"]].assign(
            baseline=self.baselines.value,
            end=self.targets.value,
            up=np.tile([one.direction == "maximize" for one in self.indicators], villages),
        )
        self.promised_polars = pl.from_pandas(self.promised)
        self.plan = kt.Plan.from_frames(
            indicators=self.indicators,
            baselines=self.baselines,
            targets=self.targets,
            regions=kt.load_regions().extended(regions),
        )


def library(
    nation: Nation, frame: object, backend: str, columns: list[str] | None = None
) -> object:
    """Evaluate from a frame to a frame."""
    card = kt.evaluate(nation.plan, frame, year=YEARS, rule=RULE)
    return card.to_frame(backend, columns=columns)


def band(achievement: pl.Expr) -> pl.Expr:
    """Return the word for a percentage."""
    word: pl.Expr = pl.lit(WORDS[0])
    for edge, label in zip(EDGES, WORDS[1:], strict=True):
        word = pl.when(achievement >= edge).then(pl.lit(label)).otherwise(word)
    return word


def lean_pandas(nation: Nation, frame: pd.DataFrame) -> pd.DataFrame:
    """Compute the lean columns with one merge."""
    rows = frame.merge(nation.promised, on=["indicator", "region"], how="left")
    road = rows.end - rows.baseline
    rows["target"] = rows.baseline + road * ((rows.year - 2019) / 5)
    ratio = rows.value / rows.target
    rows["achievement"] = np.where(rows.up, 100 * ratio, 100 * (2 - ratio))
    rows["gap"] = np.where(rows.up, rows.value - rows.target, rows.target - rows.value)
    rows["progress"] = (rows.value - rows.baseline) / road
    rows["band"] = pd.cut(rows.achievement, [-np.inf, *EDGES, np.inf], right=False, labels=WORDS)
    return rows[LEAN]


def lean_polars(nation: Nation, frame: pl.DataFrame) -> pl.DataFrame:
    """Compute the lean columns with one join."""
    c = pl.col
    road, ratio = c.end - c.baseline, c.value / c.target
    return (
        frame.lazy()
        .join(nation.promised_polars.lazy(), on=["indicator", "region"], how="left")
        .with_columns(target=c.baseline + road * ((c.year - 2019) / 5))
        .with_columns(
            achievement=pl.when(c.up).then(100 * ratio).otherwise(100 * (2 - ratio)),
            gap=pl.when(c.up).then(c.value - c.target).otherwise(c.target - c.value),
            progress=(c.value - c.baseline) / road,
        )
        .with_columns(band=band(c.achievement))
        .select(LEAN)
        .collect()
    )


def by_hand_pandas(nation: Nation, frame: pd.DataFrame) -> pd.DataFrame:
    """Compute the same columns with merges and arithmetic."""
    baselines = nation.baselines.rename(columns={"value": "baseline", "year": "baseline_year"})
    targets = nation.targets.rename(columns={"value": "end", "year": "end_year"})
    rows = frame.rename(columns={"value": "actual"})
    for table, keys in ((baselines, ["indicator", "region"]), (targets, ["indicator", "region"]),
                        (nation.facts, ["indicator"]), (nation.names, ["region"])):  # fmt: skip
        rows = rows.merge(table, on=keys, how="left")
    share = (rows.year - rows.baseline_year) / (rows.end_year - rows.baseline_year)
    rows["target"] = rows.baseline + (rows.end - rows.baseline) * share
    up = rows.direction == "maximize"
    ratio = rows.actual / rows.target
    rows["achievement"] = np.where(up, 100 * ratio, 100 * (2 - ratio))
    rows["formula"] = np.where(up, "ratio", "reflected")
    rows["gap"] = np.where(up, rows.actual - rows.target, rows.target - rows.actual)
    rows["met"] = rows.gap >= 0
    rows["progress"] = (rows.actual - rows.baseline) / (rows.end - rows.baseline)
    rows["band"] = pd.cut(rows.achievement, [-np.inf, *EDGES, np.inf], right=False, labels=WORDS)
    rows["status"] = "scored"
    rows["target_basis"] = np.where(rows.year == rows.end_year, "official", "interpolated")
    return rows.sort_values(["year", "region", "indicator"], ignore_index=True)


def by_hand_polars(nation: Nation, frame: pl.DataFrame) -> pl.DataFrame:
    """Compute the same columns with joins and expressions."""
    c = pl.col
    baselines = pl.from_pandas(nation.baselines).rename(
        {"value": "baseline", "year": "baseline_year"}
    )
    targets = pl.from_pandas(nation.targets).rename({"value": "end", "year": "end_year"})
    keys = ["indicator", "region"]
    share = (c.year - c.baseline_year) / (c.end_year - c.baseline_year)
    up = c.direction == "maximize"
    ratio = c.actual / c.target
    return (
        frame.lazy()
        .rename({"value": "actual"})
        .join(baselines.lazy(), on=keys, how="left")
        .join(targets.lazy(), on=keys, how="left")
        .join(pl.from_pandas(nation.facts).lazy(), on="indicator", how="left")
        .join(pl.from_pandas(nation.names).lazy(), on="region", how="left")
        .with_columns(target=c.baseline + (c.end - c.baseline) * share)
        .with_columns(
            achievement=pl.when(up).then(100 * ratio).otherwise(100 * (2 - ratio)),
            formula=pl.when(up).then(pl.lit("ratio")).otherwise(pl.lit("reflected")),
            gap=pl.when(up).then(c.actual - c.target).otherwise(c.target - c.actual),
            progress=(c.actual - c.baseline) / (c.end - c.baseline),
            status=pl.lit("scored"),
            target_basis=pl.when(c.year == c.end_year)
            .then(pl.lit("official"))
            .otherwise(pl.lit("interpolated")),
        )
        .with_columns(met=c.gap >= 0, band=band(c.achievement))
        .sort("year", "region", "indicator")
        .collect()
    )


def best(repeat: int, work: Callable[..., object], *inputs: object) -> float:
    """Return the shortest of several runs. [seconds]"""
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        work(*inputs)
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def check(nation: Nation, polars_frame: pl.DataFrame) -> None:
    """Compare the figures before their times."""
    ours = kt.evaluate(nation.plan, polars_frame, year=YEARS, rule=RULE).to_frame("polars")
    keys = ["year", "region", "indicator"]
    for hand in (
        by_hand_polars(nation, polars_frame),
        pl.from_pandas(by_hand_pandas(nation, nation.actuals)),
        lean_polars(nation, polars_frame).sort(keys),
        pl.from_pandas(lean_pandas(nation, nation.actuals)).sort(keys),
    ):
        for name in ("region", "indicator"):
            assert (ours[name] == hand[name]).all(), name
        for name in ("target", "achievement", "gap"):
            assert np.allclose(ours[name], hand[name], rtol=1e-12, atol=1e-12), name
        # Where a path leads the wrong way, ours says nothing; by hand it is a number.
        onward = ours["progress"].is_not_null()
        assert np.allclose(ours["progress"].filter(onward), hand["progress"].filter(onward))
        assert (ours["band"].cast(pl.String) == hand["band"].cast(pl.String)).all()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--villages", type=int, nargs="*", default=[514, 8300, 83_000])
    parser.add_argument("--repeat", type=int, default=3)
    arguments = parser.parse_args()
    before, repeat = 0.0, arguments.repeat
    print(f"{'rows':>9} {'columns':>7} {'library':>7} {'ours':>8} {'by hand':>8} {'ratio':>6}")
    for villages in arguments.villages:
        nation = Nation(villages)
        frames = {"pandas": nation.actuals, "polars": pl.from_pandas(nation.actuals)}
        check(nation, frames["polars"])
        for columns, hands in (
            (None, {"pandas": by_hand_pandas, "polars": by_hand_polars}),
            (LEAN, {"pandas": lean_pandas, "polars": lean_polars}),
        ):
            for backend, hand in hands.items():
                ours = best(repeat, library, nation, frames[backend], backend, columns)
                theirs = best(repeat, hand, nation, frames[backend])
                print(
                    f"{len(nation.actuals):>9} {'all' if columns is None else 'lean':>7} "
                    f"{backend:>7} {ours:>7.3f}s {theirs:>7.3f}s {ours / theirs:>6.2f}"
                )
                if columns is None and backend == "pandas":
                    if before:
                        print(f"{'growth':>33} {ours / before:>18.1f}")
                    before = ours


if __name__ == "__main__":
    main()
