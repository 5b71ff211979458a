"""Scorecards to report on: the meeting in Bengkulu, a made-up nation, and names that attack."""

from __future__ import annotations

import numpy as np
from attrs import evolve

import kencana_targets as kt

STUNTING = "bengkulu-stunting-2024"
MINIMIZE = (0, 1, 3, 8, 9)
HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd",
    "\"><img src=x onerror=alert(2)> & 'quotes'",
    "two\nlines\r\nand\ttab",
    "\u202eright to left\u202c \u200fmark",
    "$\\frac{1}{0}$ and {braces} {{7*7}} %(x)s",
    "`code` | *bold* [a](http://evil.example) \x1b[31mred",
)


def bengkulu(year=2022, rule="permendagri-86-2017"):
    return kt.evaluate(kt.load_plan(STUNTING), kt.load_actuals(STUNTING), year=year, rule=rule)


def main_indicators():
    code = "bengkulu-2021"
    return kt.evaluate(
        kt.load_plan(code), kt.load_actuals(code), year=2021, rule="bkkbn-bengkulu-2021"
    )


def indicator(number, name="Indikator {}", direction=None, **more):
    way = direction or ("minimize" if number in MINIMIZE else "maximize")
    given = {"unit": "percent", "unit_id": "persen", "shape": "linear", "decimals": 1} | more
    return kt.Indicator(code=f"i{number}", name=name.format(number), direction=way, **given)


def counts():
    """Return counts of people over a thousand, and a rate whose name holds such a number."""
    kinds = [
        indicator(5, name="Peserta KB baru per 1.000 penduduk", unit="orang", decimals=0),
        indicator(6, name="Akseptor", unit="orang", decimals=0),
    ]
    figures = {"17": (7000, 9487), "17.05": (5200, 4774), "17.04": (5100, 6003)}
    pairs = [(kind.code, region) for kind in kinds for region in figures]
    columns = {"indicator": [pair[0] for pair in pairs], "region": [pair[1] for pair in pairs]}

    def table(year, position, factor=1.0):
        values = [round(figures[region][position] * factor) for _, region in pairs]
        return columns | {"year": [year] * len(pairs), "value": values}

    plan = kt.Plan.from_frames(
        indicators=kinds, baselines=table(2021, 0, 0.9), targets=table(2024, 0, 1.2), code="counts"
    )
    return kt.evaluate(plan, table(2022, 1), year=2022, rule="permendagri-86-2017")


def incomparable():
    """Return two years in which a region lacks a poor indicator in the first.

    On both indicators 17.02 rises; 17.03 only seems to, because its poor figure is
    missing before, and falls on what both years have.
    """
    kinds = [indicator(4), indicator(5)]
    reached = {
        ("17.02", 2022): (80, 70), ("17.02", 2023): (85, 75),
        ("17.03", 2022): (40, None), ("17.03", 2023): (39, 90),
        ("17.04", 2022): (90, 90), ("17.04", 2023): (90, 90),
        ("17.05", 2022): (60, 60), ("17.05", 2023): (61, 60),
    }  # fmt: skip
    rows = [
        (kind.code, region, year, value)
        for (region, year), values in reached.items()
        for kind, value in zip(kinds, values, strict=True)
        if value is not None
    ]
    names = ("indicator", "region", "year", "value")
    targets = [(kind.code, "17", year, 100) for kind in kinds for year in (2022, 2023, 2024)]
    plan = kt.Plan.from_frames(
        indicators=kinds,
        targets=dict(zip(names, map(list, zip(*targets, strict=True)), strict=True)),
        coverage=["17.02", "17.03", "17.04", "17.05"],
    )
    actuals = dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))
    return kt.evaluate(plan, actuals, year=[2022, 2023], rule="permendagri-86-2017")


def province():
    """Return a made-up province of 27 regions, 6 indicators and 3 years, with figures missing."""
    known = [region.code for region in kt.load_regions() if region.parent == "32"]
    return nation(None, 6, [2022, 2023, 2024], known=["32", *known])


def nation(
    regions=None, indicators=10, years=range(2020, 2025), levels=("regency", "city"), known=None
):
    """Return a made-up nation: all figures from one seed, four percent of actuals missing."""
    random = np.random.default_rng(7)
    known = known or [r.code for r in kt.load_regions() if r.level in levels][:regions]
    kinds = [indicator(number) for number in range(indicators)]
    codes = np.repeat([kind.code for kind in kinds], len(known))
    places = np.tile(known, len(kinds))
    base = np.round(random.uniform(20, 60, len(codes)), 1)
    falls = np.isin(codes, [kinds[n].code for n in MINIMIZE if n < indicators])
    end = np.round(base * np.where(falls, 0.6, 1.4), 1)

    def table(year, value, **more):
        columns = {"indicator": codes.tolist(), "region": places.tolist()}
        return columns | {"year": [year] * len(codes), "value": value.tolist()} | more

    reached = []
    for step, year in enumerate(years, start=1):
        share = step / 5 * random.uniform(0.3, 1.4, len(codes))
        value = np.round(base + (end - base) * share + random.normal(0, 1.5, len(codes)), 1)
        there = random.random(len(codes)) > 0.04
        reached.append(
            {
                "indicator": codes[there].tolist(),
                "region": places[there].tolist(),
                "year": [year] * int(there.sum()),
                "value": value[there].tolist(),
                "standard_error": [1.2] * int(there.sum()),
                "source": [f"Survei {year}; https://example.go.id/{year}"] * int(there.sum()),
            }
        )
    plan = kt.Plan.from_frames(
        indicators=kinds,
        baselines=table(2019, base, source=["Survei 2019"] * len(codes)),
        targets=table(2024, end, instrument=["RPJMD"] * len(codes)),
        code="nation",
        name="Made-up nation",
    )
    actuals = {key: [cell for part in reached for cell in part[key]] for key in reached[0]}
    return kt.evaluate(
        plan, kt.Actuals.from_frame(actuals), year=list(years), rule="permendagri-86-2017"
    )


def objectives():
    """Return two objectives of two indicators each and one of none, with budgets; one figure missing."""
    goals = ["Kesehatan ibu dan anak", "Kesehatan ibu dan anak", "Penduduk", "Penduduk", ""]
    kinds = [indicator(number, objective=goal) for number, goal in enumerate(goals)]
    pairs = [(kind.code, region) for kind in kinds for region in ("17", "17.01", "17.02", "17.71")]
    columns = {"indicator": [pair[0] for pair in pairs], "region": [pair[1] for pair in pairs]}
    million = 1e6 * (1 + np.arange(len(pairs)))

    def table(year, value, **more):
        values = [value(number) for number in range(len(pairs))]
        return columns | {"year": [year] * len(pairs), "value": values} | more

    plan = kt.Plan.from_frames(
        indicators=kinds,
        baselines=table(2020, lambda number: 30 + number % 5),
        targets=table(2022, lambda number: 25 + number % 7, budget=million.tolist()),
        code="objectives",
    )
    spent = (0.9 * million).tolist()
    reached = table(2022, lambda number: None if number == 7 else 24 + number % 6, spent=spent)
    actuals = kt.Actuals.from_frame(reached)
    return kt.evaluate(plan, actuals, year=2022, rule="permendagri-86-2017")


def hostile():
    """Return a scorecard in which every text of the data attacks."""
    regions = [
        kt.Region(code=f"r{n}", name=name.strip(), level="district")
        for n, name in enumerate(HOSTILE)
    ]
    kinds = [
        indicator(n, name=name.replace("{", "{{").replace("}", "}}"))
        for n, name in enumerate(HOSTILE[:4])
    ]
    pairs = [(kind.code, region.code) for kind in kinds for region in regions]
    source = [
        HOSTILE[n % len(HOSTILE)] + "; javascript:alert(3) https://example.go.id/a?b=1&c=2"
        for n in range(len(pairs))
    ]

    def table(year, value):
        return {
            "indicator": [pair[0] for pair in pairs],
            "region": [pair[1] for pair in pairs],
            "year": [year] * len(pairs),
            "value": [value] * len(pairs),
            "source": source,
        }

    plan = kt.Plan.from_frames(
        indicators=kinds,
        baselines=table(2020, 30.0),
        targets=table(2024, 20.0) | {"instrument": source},
        regions=regions,
        code="hostile",
        name=HOSTILE[0] + HOSTILE[4],
    )
    rule = kt.load_rule("permendagri-86-2017")
    bands = [
        evolve(
            band, label=f"{word} {n}", label_en="", colour="red;}</style><script>alert(4)</script>"
        )
        for n, (band, word) in enumerate(zip(rule.bands, HOSTILE, strict=False))
    ]
    mine = evolve(
        rule,
        name=HOSTILE[0],
        name_id=HOSTILE[1],
        bands=bands,
        edges=HOSTILE[3],
        certainty=HOSTILE[5],
        sources=[HOSTILE[7]],
    )
    reached = kt.Actuals.from_frame(table(2022, 27.0))
    return kt.evaluate(plan, reached, year=2022, rule=mine)
