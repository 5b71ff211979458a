"""Valid domain objects for hypothesis: indicators, regions, figures, plans, actuals, rules."""

from __future__ import annotations

from typing import Any

from attrs import frozen
from hypothesis import strategies as st

import kencana_targets as kt
from kencana_targets.core.terms import Combination, Rounding

FIRST, LAST = 2020, 2025
YEARS = range(FIRST, LAST + 1)

codes = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=8)
# A bare carriage return is the one mark that `csv` writes and does not read back.
words = st.characters(codec="utf-8", exclude_characters="\r")
names = st.text(words, min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
# Figures as tables have them: a few decimals, well inside what a percent can be.
percents = st.integers(min_value=1, max_value=9999).map(lambda hundredths: hundredths / 100)
# Figures that were reached: a column of at most 1 may be of shares, and is refused when read.
reached = st.integers(min_value=101, max_value=9999).map(lambda hundredths: hundredths / 100)
numbers = st.integers(min_value=-999_999, max_value=999_999).map(lambda n: n / 1000)
directions = st.sampled_from(kt.Direction)
smooth_shapes = st.sampled_from([shape for shape in kt.PathShape if shape is not kt.PathShape.STEP])
shapes = st.sampled_from(kt.PathShape)
minimize_formulas = st.sampled_from(["reflected", "inverse"])


@st.composite
def indicators(draw: Any, code: str | None = None, **fixed: Any) -> kt.Indicator:
    """Indicators in percent, of any direction and shape."""
    fields: dict[str, Any] = {
        "code": draw(codes) if code is None else code,
        "name": draw(names),
        "name_id": draw(st.just("") | names),
        "unit": "percent",
        "direction": draw(directions),
        "lower": 0,
        "upper": 100,
        "shape": draw(st.none() | shapes),
        "combination": draw(st.none() | st.sampled_from(Combination)),
        "decimals": draw(st.integers(min_value=0, max_value=3)),
    }
    return kt.Indicator(**{**fields, **fixed})


def tree() -> list[kt.Region]:
    """A nation, two provinces and five regencies and cities: small enough to see."""

    def region(code: str, name: str, level: str, parent: str | None = None) -> kt.Region:
        return kt.Region(code=code, name=name, level=level, parent=parent)

    return [
        region("00", "Nusa", "nation"),
        region("81", "Utara", "province", "00"),
        region("81.01", "Rawa", "regency", "81"),
        region("81.02", "Bukit", "regency", "81"),
        region("81.71", "Teluk", "city", "81"),
        region("82", "Selatan", "province", "00"),
        region("82.01", "Lembah", "regency", "82"),
        region("82.02", "Tanjung", "regency", "82"),
    ]


REGION_CODES = [region.code for region in tree()]
region_codes = st.sampled_from(REGION_CODES)


@st.composite
def targets(draw: Any, indicator: str = "a") -> kt.Target:
    """Single targets: a value, a range or one bound."""
    low, high = sorted((draw(percents), draw(percents)))
    kind = draw(st.sampled_from(["value", "range", "lower", "upper"]))
    bounds: dict[str, Any] = {
        "value": {"value": low},
        "range": {"lower": low, "upper": high},
        "lower": {"lower": low},
        "upper": {"upper": high},
    }[kind]
    return kt.Target(
        indicator=indicator,
        region=draw(region_codes),
        year=draw(st.sampled_from(YEARS)),
        instrument=draw(st.sampled_from(["", "Perda 1/2021"])),
        source=draw(st.just("") | names),
        **bounds,
    )


@st.composite
def actual_figures(draw: Any, indicator: str = "a") -> kt.Actual:
    """Single actuals, some without a value."""
    low, value, high = sorted(draw(st.tuples(percents, percents, percents)))
    empty = draw(st.booleans())
    return kt.Actual(
        indicator=indicator,
        region=draw(region_codes),
        year=draw(st.sampled_from(YEARS)),
        value=None if empty else value,
        lower=None if empty else low,
        upper=None if empty else high,
        standard_error=draw(st.none() | percents),
        sample_size=draw(st.none() | st.integers(min_value=1, max_value=9999)),
        source=draw(st.just("") | names),
    )


@frozen
class Case:
    """A plan, what was reached, and a rule that fits it."""

    plan: kt.Plan
    actuals: dict[str, list[Any]]
    rule: kt.ScoringRule
    year: int
    inherit: str


@st.composite
def plans(draw: Any) -> kt.Plan:
    """Plans over the tree of regions: baselines in 2020, targets in some of the years after."""
    count = draw(st.integers(min_value=1, max_value=3))
    measured = [draw(indicators(code=f"i{n}")) for n in range(count)]
    baselines = {name: [] for name in ("indicator", "region", "year", "value", "source")}
    promised = {name: [] for name in ("indicator", "region", "year", "value", "instrument")}
    for indicator in measured:
        for region in REGION_CODES:
            if draw(st.booleans()):
                row = (indicator.code, region, FIRST, draw(percents), "SSGI 2020")
                for column, cell in zip(baselines.values(), row, strict=True):
                    column.append(cell)
            years = draw(st.lists(st.sampled_from(YEARS[1:]), max_size=3, unique=True))
            for year in years:
                row = (indicator.code, region, year, draw(percents), "Perda 1/2021")
                for column, cell in zip(promised.values(), row, strict=True):
                    column.append(cell)
    if not promised["value"]:
        for column, cell in zip(
            promised.values(), ("i0", "00", LAST, 50.0, "Perda 1/2021"), strict=True
        ):
            column.append(cell)
    return kt.Plan.from_frames(
        indicators=measured, baselines=baselines, targets=promised, regions=tree()
    )


@st.composite
def rules(draw: Any) -> kt.ScoringRule:
    """Scoring rules with gapless bands, any rounding, floor and cap."""
    edges = sorted(draw(st.lists(st.integers(1, 150), min_size=1, max_size=4, unique=True)))
    bands = [kt.Band(label="lowest", upper=edges[0])]
    bands += [
        kt.Band(label=f"from {low}", lower=low, upper=high)
        for low, high in zip(edges, [*edges[1:], None], strict=True)
    ]
    return kt.ScoringRule(
        code="own",
        name="Own rule",
        formulas={
            "maximize": "ratio",
            "minimize": draw(minimize_formulas),
            "stabilize": "stabilize",
        },
        floor=draw(st.none() | st.just(0)),
        cap=draw(st.none() | st.sampled_from([100, 120])),
        rounding=draw(st.sampled_from(Rounding)),
        decimals=draw(st.integers(min_value=0, max_value=2)),
        bands=bands,
        edges="lower edge belongs to the band",
        certainty="made for a test",
        sources=["a test"],
    )


@st.composite
def cases(draw: Any) -> Case:
    """What `evaluate` needs, in a year in which something has a target."""
    plan = draw(plans())
    actuals: dict[str, list[Any]] = {
        name: [] for name in ("indicator", "region", "year", "value", "source")
    }
    for indicator in plan.indicators:
        for region in REGION_CODES:
            years = draw(st.lists(st.sampled_from(YEARS), max_size=2, unique=True))
            for year in years:
                value = draw(st.none() | st.just(0.0) | reached)
                row = (indicator.code, region, year, value, "SSGI")
                for column, cell in zip(actuals.values(), row, strict=True):
                    column.append(cell)
    year = draw(st.sampled_from(sorted({int(year) for year in plan.targets.year})))
    inherit = draw(st.sampled_from(["path", "end-target", "none"]))
    return Case(plan, actuals, draw(rules()), year, inherit)
