"""How often the intervals of a region's average achievement hold the true average.

514 regencies in 34 provinces have true figures of three indicators, with a spread on the logit
scale about their province's mean; a survey of each gives figures, their sample and its design
effect. The average is that of `Scorecard.by_region`, its interval 1.96 standard errors to
each side, and the truth the average of the true figures. Rank sets are to hold all true ranks.

    python benchmarks/simulate_averages.py [--repetitions N] [--seed N]
"""

from __future__ import annotations

import argparse

import numpy as np
from simulate_chances import EFFECT, PROVINCES, REGENCIES, SIZE, SPREADS, logit

import kencana_targets as kt
from kencana_targets.formulas.ranking import rank

# What is averaged: code, direction, mean and target. [percent]
INDICATORS = (
    ("stunting", "minimize", 23.0, 18.0),
    ("mcpr", "maximize", 58.0, 63.0),
    ("unmet", "minimize", 11.0, 8.0),
)
# A rule that keeps achievements as they are, and one that ends them at 120.
RULES = ("permendagri-86-2017", "kemenkeu-kmk-127-2026")


def country(random: np.random.Generator, spread: float) -> tuple[kt.Plan, dict[str, np.ndarray]]:
    """Return a plan for the regencies of a country, and the true figures of each indicator."""
    province = np.arange(REGENCIES) % PROVINCES
    codes = [f"r{number}" for number in range(REGENCIES)]
    names = [name for name, *_ in INDICATORS]
    plan = kt.Plan.from_frames(
        code="simulated",
        indicators=[
            kt.Indicator(code=name, name=name, unit="percent", direction=way, lower=0, upper=100)
            for name, way, _, _ in INDICATORS
        ],
        regions=[
            kt.Region(code="00", name="00", level="nation"),
            *(kt.Region(code=f"p{n}", name=f"p{n}", level="province", parent="00")
              for n in range(PROVINCES)),
            *(kt.Region(code=code, name=code, level="regency", parent=f"p{n}")
              for code, n in zip(codes, province.tolist(), strict=True)),
        ],
        targets={
            "indicator": np.repeat(names, REGENCIES).tolist(),
            "region": codes * len(names),
            "year": [2024] * REGENCIES * len(names),
            "value": np.repeat([goal for *_, goal in INDICATORS], REGENCIES).tolist(),
        },
    )  # fmt: skip
    true = {}
    for name, _, mean, _ in INDICATORS:
        centre = random.normal(logit(mean), 0.3, PROVINCES)
        true[name] = 100 / (1 + np.exp(-random.normal(centre[province], spread)))
    return plan, true


def actuals(figures: dict[str, np.ndarray]) -> dict[str, list[object]]:
    """Return figures of the regencies as a table, with their sample."""
    size = REGENCIES * len(figures)
    return {
        "indicator": np.repeat(list(figures), REGENCIES).tolist(),
        "region": [f"r{number}" for number in range(REGENCIES)] * len(figures),
        "year": [2024] * size,
        "value": np.concatenate(list(figures.values())).tolist(),
        "sample_size": [SIZE] * size,
        "design_effect": [EFFECT] * size,
    }


def simulate(
    seed: int, repetitions: int, spreads: tuple[float, ...] = SPREADS, rule: str = RULES[0]
) -> list[tuple[float, float, float, float]]:
    """Return by spread: coverage, how much too high averages are, and how often all ranks held."""
    found = []
    for spread in spreads:
        random = np.random.default_rng(seed)
        held, bias, ranks = [], [], []
        for _ in range(repetitions):
            plan, true = country(random, spread)
            people = int(SIZE / EFFECT)
            seen = {
                name: 100 * np.clip(random.binomial(people, share / 100) / people, 0.002, 0.998)
                for name, share in true.items()
            }
            surveyed, known = (
                kt.evaluate(plan, actuals(figures), year=2024, rule=rule)
                .by_region()
                .to_frame("polars")
                .sort("region")
                for figures in (seen, true)
            )
            away = surveyed["score"].to_numpy() - known["score"].to_numpy()
            held.append(np.mean(np.abs(away) <= 1.96 * surveyed["standard_error"].to_numpy()))
            bias.append(away.mean())
            places = rank(known["score"].to_numpy())
            best, worst = (surveyed[f"rank_{end}"].to_numpy() for end in ("lower", "upper"))
            ranks.append(bool(((best <= places) & (places <= worst)).all()))
        found.append((spread, float(np.mean(held)), float(np.mean(bias)), float(np.mean(ranks))))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--seed", type=int, default=15)
    given = parser.parse_args()
    for rule in RULES:
        print(f"{rule}: spread, coverage of averages, bias (points), all ranks within their sets")
        for spread, held, bias, ranks in simulate(given.seed, given.repetitions, rule=rule):
            print(f"  {spread:4.2f} {held:6.3f} {bias:+6.2f} {ranks:6.2f}", flush=True)


if __name__ == "__main__":
    main()
