"""`estimate` beside the same figures by hand-written queries, in one run.

    python benchmarks/bench_estimation.py [--families 20000000 66000000] [--repeat 3] [--memory 2GB]

Made-up families (see make_families.py) are read from Parquet. Four indicators by
region and year, with design-based standard errors, design effects, sample sizes
and counts of missing values, come from `estimate` and from a query written by
hand: SQL on DuckDB under a memory limit, expressions on Polars (streaming). Both
must agree to 1e-9. Printed are seconds (best of the repeats, taken in turn;
the processors' seconds are the fairer ones where others work on the machine),
ratios, and the most memory that each held in a process of its own (Linux).
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import make_families
import numpy as np
import polars as pl

from kencana_targets.catalog import load_measures
from kencana_targets.estimation.estimate import estimate

DESIGNS: dict[str, dict[str, Any]] = {
    "census": {},
    "clusters": {"weight": "weight", "strata": "strata", "psu": "psu"},
}
CODES = ["unmet_need", "mCPR", "MKJP", "keterjangkauan_program"]

# For each measure who is in the denominator, who in the numerator.
CONDITIONS = """
SELECT *, in_union AND wife_age BETWEEN 15 AND 49 AS base1,
  method = 'none' AND child_wish IN ('later', 'none') AS yes0,
  method IN ('pill', 'injection', 'condom', 'iud', 'implant', 'female-sterilisation', 'male-sterilisation') AS yes1,
  base1 AS base0, base1 AND method <> 'none' AS base2,
  method IN ('iud', 'implant', 'female-sterilisation', 'male-sterilisation') AS yes2,
  TRUE AS base3, reached AS yes3
FROM families"""


def sql(design: str) -> str:
    """Return the whole work in SQL: sums, then linearised variances from them."""
    clustered = design == "clusters"
    cells = "region, year, strata, psu" if clustered else "region, year"
    weight = "weight" if clustered else "1"
    sums, parts = [], []
    for number, code in enumerate(CODES):
        base, yes = f"base{number}", f"yes{number}"
        counts = f"{base} AND {yes} IS NOT NULL"
        unknown = f"{base} IS NULL OR ({base} AND {yes} IS NULL)"
        sums += [
            f"sum(CASE WHEN {counts} THEN 1 ELSE 0 END) AS n{number}",
            f"sum(CASE WHEN {unknown} THEN 1 ELSE 0 END) AS u{number}",
            f"sum(CASE WHEN {base} AND {yes} THEN {weight} ELSE 0 END) AS y{number}",
            f"sum(CASE WHEN {counts} THEN weight ELSE 0 END) AS x{number}"
            if clustered
            else f"n{number} AS x{number}",
        ]
        parts.append(_finish(number, code, clustered))
    faulty = (
        "sum(CASE WHEN weight IS NULL OR weight < 0 THEN 1 ELSE 0 END) AS faulty, "
        if clustered
        else ""
    )
    units = (
        "SELECT strata, count(DISTINCT psu) AS k FROM cells GROUP BY strata"
        if clustered
        else "SELECT sum(size) AS k FROM cells"
    )
    return (
        f"WITH cells AS MATERIALIZED (SELECT {cells}, count(*) AS size, {faulty}{', '.join(sums)}"
        f" FROM ({CONDITIONS}) GROUP BY {cells}), units AS ({units})"
        f" SELECT * FROM ({' UNION ALL '.join(parts)}) ORDER BY region, year, indicator"
    )


def _finish(number: int, code: str, clustered: bool) -> str:
    whole = (
        f"SELECT region, year, sum(n{number}) AS n, sum(u{number}) AS missing,"
        f" sum(x{number})::DOUBLE AS x, sum(y{number})::DOUBLE AS y"
        " FROM cells GROUP BY region, year"
    )
    simple = "(y / x) * (1 - y / x) / (n - 1)"
    if not clustered:
        variance = f"{simple} * (n - 1) / n * k / (k - 1)"
        return (
            f"SELECT region, year, '{code}' AS indicator, 100 * y / x AS value,"
            f" 100 * sqrt({variance}) AS standard_error, n AS sample_size,"
            f" {variance} / ({simple}) AS design_effect, missing FROM ({whole}), units"
        )
    linear = f"(coalesce(c.y{number}, 0) - w.y / w.x * coalesce(c.x{number}, 0)) / w.x"
    return (
        f"SELECT region, year, '{code}' AS indicator, any_value(100 * y / x) AS value,"
        " 100 * sqrt(sum(v)) AS standard_error, any_value(n) AS sample_size,"
        f" sum(v) / any_value({simple}) AS design_effect, any_value(missing) AS missing FROM ("
        " SELECT region, year, any_value(y) AS y, any_value(x) AS x, any_value(n) AS n,"
        " any_value(missing) AS missing,"
        " any_value(k) / (any_value(k) - 1) * (sum(z * z) - sum(z) ^ 2 / any_value(k)) AS v"
        f" FROM (SELECT c.region, c.year, strata, w.y, w.x, w.n, w.missing, k, {linear} AS z"
        f" FROM cells c JOIN ({whole}) w USING (region, year) JOIN units USING (strata))"
        " GROUP BY region, year, strata) GROUP BY region, year"
    )


def duck(path: str, memory: str) -> Any:
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory}'; SET enable_progress_bar = false")
    connection.execute(f"CREATE VIEW families AS SELECT * FROM read_parquet('{path}')")
    return connection


def duckdb_by_hand(path: str, design: str, memory: str) -> pl.DataFrame:
    return duck(path, memory).sql(sql(design)).pl()


def duckdb_estimate(path: str, design: str, memory: str) -> pl.DataFrame:
    return _estimate(duck(path, memory).table("families"), design)


def polars_estimate(path: str, design: str, _: str) -> pl.DataFrame:
    return _estimate(pl.scan_parquet(path), design)


def _estimate(records: Any, design: str) -> pl.DataFrame:
    return estimate(records, indicators=load_measures(), **DESIGNS[design]).details.to_frame(
        "polars"
    )


def polars_by_hand(path: str, design: str, _: str) -> pl.DataFrame:
    """Return the same sums by expressions; the few rows are finished by the SQL above."""
    clustered = design == "clusters"
    families = pl.scan_parquet(path)
    couple = pl.col("in_union") & pl.col("wife_age").is_between(15, 49)
    method, wish = pl.col("method"), pl.col("child_wish")
    modern = [word for word in make_families.METHODS if word not in ("none", "traditional")]
    unmet = (method == "none") & wish.is_in(["later", "none"])
    base = [
        couple & unmet.is_not_null(),
        couple & method.is_not_null(),
        couple & (method != "none"),
    ]
    base.append(pl.col("reached").is_not_null())
    yes = [couple & unmet, couple & method.is_in(modern), couple & method.is_in(modern[3:])]
    yes.append(pl.col("reached"))
    unknown = [
        couple.is_null() | (couple & unmet.is_null()),
        couple.is_null() | (couple & method.is_null()),
        (couple & (method != "none")).is_null(),
        pl.col("reached").is_null(),
    ]
    columns = [pl.len().alias("size")]
    for number in range(len(CODES)):
        count = base[number].sum()
        columns += [count.alias(f"n{number}"), unknown[number].sum().alias(f"u{number}")]
        if clustered:
            for name, rows in (("x", base[number]), ("y", yes[number])):
                weight = pl.when(rows).then(pl.col("weight")).otherwise(0.0)
                columns.append(weight.sum().alias(f"{name}{number}"))
        else:
            columns += [count.alias(f"x{number}"), yes[number].sum().alias(f"y{number}")]
    if clustered:
        faulty = pl.col("weight").is_null() | (pl.col("weight") < 0)
        columns.append(faulty.sum().alias("faulty"))
    keys = ["region", "year", "strata", "psu"] if clustered else ["region", "year"]
    cells = families.group_by(keys).agg(columns).collect()
    finish = sql(design)
    rest = finish[finish.index("units AS (") :]
    connection = duckdb.connect()
    connection.register("cells", cells.to_arrow())
    return connection.sql("WITH " + rest).pl()


ENGINES = (
    ("duckdb", duckdb_estimate, duckdb_by_hand),
    ("polars", polars_estimate, polars_by_hand),
)


def check(found: pl.DataFrame, expected: pl.DataFrame) -> None:
    both = found.with_columns(
        pl.col("indicator").cast(pl.String), year=pl.col("year").cast(pl.Int64)
    ).join(
        expected.with_columns(year=pl.col("year").cast(pl.Int64)),
        on=["region", "year", "indicator"],
    )
    assert len(both) == len(expected) == len(found)
    for name in ("value", "standard_error", "design_effect", "sample_size", "missing"):
        np.testing.assert_allclose(
            both[name].to_numpy(), both[f"{name}_right"].cast(pl.Float64).to_numpy(), rtol=1e-9
        )


def peak(work: Callable[..., Any], *given: str) -> float:
    """Return the most memory, in GB, that a process held which did nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_peak, (work, *given))


def _peak(work: Callable[..., Any], *given: str) -> float:
    work(*given)
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 2**20


def compare(path: str, repeat: int, memory: str) -> None:
    """Print what `estimate` and the query written by hand cost on one file."""
    for design in DESIGNS:
        for engine, ours, hand in ENGINES:
            arguments = (path, design, memory)
            check(ours(*arguments), hand(*arguments))
            wall: dict[Any, list[float]] = {ours: [], hand: []}
            cpu: dict[Any, list[float]] = {ours: [], hand: []}
            for _ in range(repeat):
                for work in (ours, hand):
                    start, used = time.perf_counter(), time.process_time()
                    work(*arguments)
                    wall[work].append(time.perf_counter() - start)
                    cpu[work].append(time.process_time() - used)
            for kind, times in (("wall", wall), ("cpu", cpu)):
                mine, theirs = min(times[ours]), min(times[hand])
                print(
                    f"{engine:7} {design:9} {kind:4} estimate {mine:7.2f} s"
                    f"   by hand {theirs:7.2f} s   ratio {mine / theirs:5.2f}",
                    flush=True,
                )
            print(
                f"{engine:7} {design:9} peak memory {peak(ours, *arguments):.2f} GB"
                f" against {peak(hand, *arguments):.2f} GB",
                flush=True,
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--families", type=int, nargs="*", default=[20_000_000, 66_000_000])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--memory", default="2GB", help="DuckDB's memory limit")
    given = parser.parse_args()
    for families in given.families:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "families.parquet"
            make_families.write(path, families, 2021)
            print(f"{families:,} families", flush=True)
            compare(str(path), given.repeat, given.memory)


if __name__ == "__main__":
    main()
