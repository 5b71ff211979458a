"""Whether chances are true: of regencies said to have met with 0.8, how many have.

514 regencies in 34 provinces are true figures about their province's mean, with a spread
on the logit scale; a survey of each gives a figure and its sample. Chances are those of
`Scorecard.chances(shrink="parent")`, from the sample size and the design effect.

    python benchmarks/simulate_chances.py [--repetitions N] [--seed N]
"""

from __future__ import annotations

import argparse

import numpy as np
from attrs import frozen

import kencana_targets as kt

REGENCIES, PROVINCES = 514, 34
SPREADS = (0.15, 0.2, 0.3, 0.45, 0.6)
SIZE, EFFECT, TARGET, MEAN = 450.0, 2.05, 18.0, 23.0
CLASSES = np.array([0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0])
FEWEST = 400  # cases below which a class says nothing


@frozen(kw_only=True)
class Class:
    """A class of chances: what was said and what was true, on average."""

    spread: float
    low: float
    cases: int
    said: float
    true: float


def logit(percent: float) -> float:
    return float(np.log(percent / (100 - percent)))


def country(random: np.random.Generator, spread: float) -> tuple[kt.Scorecard, np.ndarray]:
    """Return the scorecard of one survey of a country, and which regencies truly met."""
    province = np.sort(np.concatenate(
        [np.arange(PROVINCES), random.integers(0, PROVINCES, REGENCIES - PROVINCES)]
    ))  # fmt: skip
    centre = random.normal(logit(MEAN), 0.3, PROVINCES)
    true = 1 / (1 + np.exp(-random.normal(centre[province], spread)))
    seen = random.binomial(int(SIZE / EFFECT), true) / int(SIZE / EFFECT)
    seen = np.clip(seen, 0.002, 0.998)
    regions = kt.Regions(
        kt.Region(code=code, name=code, level=level, parent=parent)
        for code, level, parent in [
            ("00", "nation", None),
            *((f"p{number}", "province", "00") for number in range(PROVINCES)),
            *(
                (f"r{number}", "regency", f"p{parent}")
                for number, parent in enumerate(province.tolist())
            ),
        ]
    )
    codes = [f"r{number}" for number in range(REGENCIES)]
    plan = kt.Plan.from_frames(
        code="simulated",
        indicators=[
            kt.Indicator(code="stunting", name="Stunting", unit="percent", direction="minimize",
                         lower=0, upper=100)
        ],
        regions=regions,
        baselines=kt.Baselines.of([]),
        targets=kt.Targets.of(
            kt.Target(indicator="stunting", region=code, year=2024, value=TARGET) for code in codes
        ),
    )  # fmt: skip
    actuals = kt.Actuals.of(
        kt.Actual(indicator="stunting", region=code, year=2024, value=100 * value,
                  sample_size=SIZE, design_effect=EFFECT)
        for code, value in zip(codes, seen.tolist(), strict=True)
    )  # fmt: skip
    card = kt.evaluate(plan, actuals, year=2024, rule="permendagri-86-2017")
    return card, 100 * true <= TARGET


def simulate(
    seed: int, repetitions: int, spreads: tuple[float, ...] = SPREADS, column: str = "shrunken"
) -> tuple[list[Class], list[tuple[float, float, float]]]:
    """Return the classes of chances, and how often the number that met lay in its interval."""
    classes, counts = [], []
    name = "probability_met" + ("_shrunken" if column == "shrunken" else "")
    for spread in spreads:
        random = np.random.default_rng([seed, round(100 * spread)])
        said, true, inside, bias = [], [], 0, 0.0
        for _ in range(repetitions):
            card, met = country(random, spread)
            table = card.chances(shrink="parent")
            rows = [int(code[1:]) for code in table.values["region"].to_list()]
            said.append(np.asarray(table.values[name]))
            true.append(met[rows])
            expected = table.expected_met.to_dicts()[0]
            inside += expected["lower"] <= met.sum() <= expected["upper"]
            bias += (expected["expected"] - met.sum()) / repetitions
        counts.append((spread, inside / repetitions, bias))
        chance, truth = np.concatenate(said), np.concatenate(true)
        known = ~np.isnan(chance)
        place = np.clip(np.searchsorted(CLASSES, chance, side="right") - 1, 0, len(CLASSES) - 2)
        for number, low in enumerate(CLASSES[:-1].tolist()):
            chosen = known & (place == number)
            if chosen.sum() >= FEWEST:
                classes.append(
                    Class(spread=spread, low=low, cases=int(chosen.sum()),
                          said=float(chance[chosen].mean()), true=float(truth[chosen].mean()))
                )  # fmt: skip
    return classes, counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repetitions", type=int, default=20)
    parser.add_argument("--seed", type=int, default=15)
    given = parser.parse_args()
    for column in ("plain", "shrunken"):
        classes, counts = simulate(given.seed, given.repetitions, column=column)
        print(f"{column} chances: spread, class from, cases, said, true")
        for each in classes:
            print(f"  {each.spread:4.2f} {each.low:5.2f} {each.cases:6d}"
                  f" {each.said:6.3f} {each.true:6.3f}")  # fmt: skip
        worst = max(abs(each.said - each.true) for each in classes)
        print(f"  largest distance {worst:.3f}")
    print("number that met: spread, inside its 95 percent interval, bias")
    for spread, inside, bias in counts:
        print(f"  {spread:4.2f} {inside:5.2f} {bias:+6.1f}")


if __name__ == "__main__":
    main()
