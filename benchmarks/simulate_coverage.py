"""How often intervals hold the truth: projections and rank sets, simulated.

Regions follow a line on the logit scale, each with its own slope, and a random walk
about it. Surveys are samples whose size puts their errors at 2 to 4 points. Every
repetition draws new regions and new surveys, and estimates what is pooled from them.

    python benchmarks/simulate_coverage.py [--regions N] [--repetitions N] [--seed N]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import numpy as np
from attrs import frozen

from kencana_targets.formulas.projection import pool_trends, project
from kencana_targets.formulas.ranking import rank, rank_sets

NOMINAL = 0.95
TOLERANCE = 0.02
SURVEYS = (3, 5)  # yearly surveys before the projection
AHEAD = 3  # years from the last survey to the end year
LEVEL, LEVELS = -1.2, 0.4  # first levels on the logit scale: mean (23 percent), spread
SLOPE, SLOPES = -0.08, 0.05  # slopes a year on the logit scale: mean, spread
WALK = 0.01  # variance of the random walk a year on the logit scale
ERRORS = (2.0, 4.0)  # standard errors of the surveys, in points
LEAGUES = {"all equal": 0.0, "spread 2 points": 2.0, "spread 7 points": 7.0}


@frozen(kw_only=True)
class Row:
    """The coverage of one kind of interval and the median of its width.

    `spread` is the standard deviation of the coverage over repetitions: how far the
    regions of one country, which share their pooled variances, may be from the mean.
    It is nan where a repetition is a single trial.
    """

    what: str
    coverage: float
    spread: float
    width: float
    trials: int

    @property
    def verdict(self) -> str:
        if abs(self.coverage - NOMINAL) <= TOLERANCE:
            return "within two points"
        return "too narrow" if self.coverage < NOMINAL else "more than promised"


def percent(logits: np.ndarray | float) -> np.ndarray:
    return np.asarray(100 / (1 + np.exp(-np.asarray(logits))))


def sample(random: np.random.Generator, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return measured percentages and the errors that such a survey would publish."""
    middle = percent(LEVEL)
    size = np.rint(middle * (100 - middle) / random.uniform(*ERRORS, true.shape) ** 2)
    # No survey publishes 0 percent with an error: half a case stands for none.
    cases = np.clip(random.binomial(size.astype(int), true / 100), 0.5, size - 0.5)
    measured = 100 * cases / size
    return measured, np.sqrt(measured * (100 - measured) / size)


def truth(random: np.random.Generator, regions: int, years: int) -> np.ndarray:
    """Return true percentages, shape (regions, years)."""
    steps = random.normal(SLOPE, SLOPES, (regions, 1)) + random.normal(
        0, np.sqrt(WALK), (regions, years)
    )
    steps[:, 0] = random.normal(LEVEL, LEVELS, regions)
    return percent(np.cumsum(steps, axis=1))


def projections(regions: int, repetitions: int, seed: int) -> Iterator[Row]:
    """Yield the coverage of projections three years ahead."""
    for surveys in SURVEYS:
        random = np.random.default_rng([seed, surveys])
        held: dict[str, list[float]] = {}
        widths: dict[str, list[float]] = {}
        years = np.arange(surveys)
        for _ in range(repetitions):
            true = truth(random, regions, surveys + AHEAD)
            values, errors = sample(random, true[:, :surveys])
            pooled = pool_trends(years, values, errors)
            ways = {
                "ordinary least squares": {"method": "ols"},
                "gls, no walk": {},
                "gls, pooled walk": {"walk_variance": pooled.walk_variance},
                "gls, pooled walk and slope prior": {
                    "walk_variance": pooled.walk_variance,
                    "slope_prior": pooled.slope_prior,
                },
                "gls, true variances": {
                    "walk_variance": WALK,
                    "slope_prior": (SLOPE, SLOPES**2),
                },
            }
            for way, options in ways.items():
                trend = project(years, values, errors, years[-1] + AHEAD, **options)
                inside = (trend.lower <= true[:, -1]) & (true[:, -1] <= trend.upper)
                held.setdefault(way, []).append(float(inside.mean()))
                widths.setdefault(way, []).append(float(np.median(trend.upper - trend.lower)))
        for way, shares in held.items():
            yield Row(
                what=f"{surveys} surveys: {way}",
                coverage=float(np.mean(shares)),
                spread=float(np.std(shares)),
                width=float(np.median(widths[way])),
                trials=regions * repetitions,
            )


def leagues(regions: int, repetitions: int, draws: int, seed: int) -> Iterator[Row]:
    """Yield how often all rank sets together hold the true ranks, and single ones theirs."""
    for name, spread in LEAGUES.items():
        for method in ("holm", "mrsw", "klein"):
            for marginal in (False, True) if method == "holm" else (False,):
                random = np.random.default_rng([seed, round(spread)])
                held, widths = [], []
                for _ in range(repetitions):
                    true = 24 + spread * random.standard_normal(regions)
                    errors = random.uniform(*ERRORS, regions)
                    values = true + errors * random.standard_normal(regions)
                    sets = rank_sets(
                        values, errors, method=method, draws=draws, seed=random, marginal=marginal
                    )
                    # Regions that are equal may have any of the ranks that they share.
                    inside = (sets.lower <= rank(true)) & (rank(true, ties="max") <= sets.upper)
                    held.append(float(inside.mean() if marginal else inside.all()))
                    widths.append(float(np.median(sets.upper - sets.lower + 1)))
                yield Row(
                    what=f"{name}: {method}, {'one region' if marginal else 'all regions'}",
                    coverage=float(np.mean(held)),
                    spread=float(np.std(held)) if marginal else float("nan"),
                    width=float(np.median(widths)),
                    trials=repetitions * (regions if marginal else 1),
                )


def table(rows: Iterator[Row], unit: str) -> str:
    """Return rows as lines of text."""
    lines = [f"{'interval':<46} coverage  spread  width ({unit})  trials  against 95 percent"]
    lines += [
        f"{row.what:<46} {100 * row.coverage:8.1f}  {100 * row.spread:6.1f}  {row.width:14.1f}  "
        f"{row.trials:6d}  {row.verdict}"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description="Coverage of projections and rank sets")
    parser.add_argument("--regions", type=int, default=514)
    parser.add_argument("--repetitions", type=int, default=200)
    parser.add_argument("--draws", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=2024)
    chosen = parser.parse_args()
    few = max(1, chosen.repetitions // 5)  # each holds as many trials as there are regions
    print(table(projections(chosen.regions, few, chosen.seed), "points"))
    print()
    print(table(leagues(chosen.regions, chosen.repetitions, chosen.draws, chosen.seed), "ranks"))


if __name__ == "__main__":
    main()
