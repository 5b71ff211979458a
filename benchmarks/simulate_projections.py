"""How often the intervals of `Scorecard.project` hold the truth, with breaks between surveys.

Regencies follow a line on the logit scale, each with its own slope, and a random walk about
it; surveys have errors of 2 to 4 points, known as they are, or (``--sampled``) estimated from
a sample that has them. Those of the second source (B) lie higher or lower, by a shift that all
regencies share, drawn for each country, and a break of each regency's own. Projected are the
figures three years after the last survey.

    python benchmarks/simulate_projections.py [--regions N] [--repetitions N]
"""

from __future__ import annotations

import argparse

import numpy as np

import kencana_targets as kt
from kencana_targets.evaluation.follow_up import ProjectionTable

# Surveys in their order, spread of the regencies, shift and spread of the break, all on the
# logit scale, and what is told.
SPREADS = (0.15, 0.3, 0.45, 0.6)
CASES = (
    *((surveys, spread, 0.0, 0.0, {}) for surveys in ("AA", "AAA", "AAAA") for spread in SPREADS),
    ("AABB", 0.4, 0.15, 0.10, {}),
    *(("AABB", spread, 0.15, 0.10, {"break_sd": 2.9}) for spread in SPREADS),
    ("AABB", 0.4, 0.05, 0.03, {"break_sd": 0.9}),
    ("ABAB", 0.4, 0.25, 0.10, {}),
    ("ABA", 0.4, 0.25, 0.10, {}),
)


def nation(
    sequence: str,
    *,
    spread: float = 0.4,
    shift: float = 0.0,
    sd: float = 0.0,
    seed: int = 1,
    regions: int = 60,
    errors: bool = True,
    provinces: int = 4,
    sampled: bool = False,
) -> tuple[kt.Scorecard, np.ndarray]:
    """A scorecard of regencies in four provinces, and the true figures three years ahead."""
    random = np.random.default_rng(seed)
    size = len(sequence)
    codes = [f"r{number}" for number in range(regions)]
    places = [kt.Region(code="00", name="00", level="nation")]
    places += [
        kt.Region(code=f"p{n}", name=f"p{n}", level="province", parent="00")
        for n in range(provinces)
    ]
    places += [
        kt.Region(code=code, name=code, level="regency", parent=f"p{n % provinces}")
        for n, code in enumerate(codes)
    ]
    steps = random.normal(-0.08, 0.05, (regions, 1)) + random.normal(0, 0.1, (regions, size + 3))
    steps[:, 0] = random.normal(-1.2, spread, regions)
    true = np.cumsum(steps, axis=1)
    breaks = shift + random.normal(0, sd, (regions, 1))
    seen = true[:, :size] + np.array([mark == "B" for mark in sequence]) * breaks
    figures = 100 / (1 + np.exp(-seen))
    error = random.uniform(2, 4, figures.shape)
    if sampled:
        people = np.maximum(np.round(figures * (100 - figures) / error**2), 5)
        figures = np.clip(100 * random.binomial(people.astype(int), figures / 100) / people, 1, 99)
        error = np.sqrt(figures * (100 - figures) / people)
    else:
        figures = np.clip(figures + error * random.normal(size=figures.shape), 1, 99)
    name = {"A": "SSGI", "B": "SKI"}
    table = {
        "indicator": ["x"] * figures.size,
        "region": np.repeat(codes, size).tolist(),
        "year": np.tile(np.arange(2020, 2020 + size), regions).tolist(),
        "value": figures.ravel().tolist(),
        "survey": [f"{name[mark]} {2020 + n}" for n, mark in enumerate(sequence)] * regions,
    }
    if errors:
        table["standard_error"] = error.ravel().tolist()
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="x", name="x", unit="percent", direction="minimize",
                                 lower=0, upper=100)],
        regions=places,
        targets={"indicator": ["x"] * 2 * regions, "region": codes * 2,
                 "year": [2019 + size] * regions + [2022 + size] * regions,
                 "value": [20.0] * regions + [14.0] * regions},
    )  # fmt: skip
    card = kt.evaluate(plan, table, year=2019 + size, rule="permendagri-86-2017")
    return card, 100 / (1 + np.exp(-true[:, -1]))


def held(table: ProjectionTable, truth: np.ndarray) -> float:
    low, high = (np.asarray(table.values[name]) for name in ("lower", "upper"))
    truth = truth[[int(row["region"][1:]) for row in table]]
    return float(np.mean((low <= truth) & (truth <= high)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=int, default=514)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--sampled", action="store_true")
    given = parser.parse_args()
    print("surveys  spread  told              coverage  over countries  width (points)")
    for sequence, spread, shift, sd, told in CASES:
        held_, widths = [], []
        for seed in range(given.repetitions):
            drawn = shift * np.random.default_rng(1000 + seed).normal()
            card, truth = nation(
                sequence, spread=spread, shift=drawn, sd=sd, seed=seed, regions=given.regions,
                provinces=34, sampled=given.sampled,
            )  # fmt: skip
            table = card.project(**told)
            held_.append(held(table, truth))
            low, high = (np.asarray(table.values[name]) for name in ("lower", "upper"))
            widths.append(np.median(high - low))
        print(f"{sequence:7}  {spread:6.2f}  {told!s:17} {np.mean(held_):8.3f}"
              f"  {np.std(held_):14.3f}  {np.mean(widths):14.1f}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
