"""Valid domain objects for hypothesis: indicators, regions, figures, plans, actuals, rules."""

from __future__ import annotations

from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from attrs import frozen
from hypothesis import strategies as st

import kencana_targets as kt
from kencana_targets.core.terms import Combination, Rounding

FIRST, LAST = 2020, 2025
YEARS = range(FIRST, LAST + 1)

codes = st.text(alphabet="abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=8)
# Any but halves of one; to ask a codec for its own takes hypothesis seconds.
letters = st.characters(exclude_categories=["Cs"])
# A bare carriage return is the one mark that `csv` writes and does not read back.
words = st.characters(exclude_categories=["Cs"], exclude_characters="\r")
names = st.text(words, min_size=1, max_size=20).filter(lambda text: bool(text.strip()))
other_names = st.just("") | names
# Figures as tables have them: a few decimals, well inside what a percent can be.
percents = st.integers(min_value=1, max_value=9999).map(lambda hundredths: hundredths / 100)
# Figures that were reached: a column of at most 1 may be of shares, and is refused when read.
reached = st.integers(min_value=101, max_value=9999).map(lambda hundredths: hundredths / 100)
numbers = st.integers(min_value=-999_999, max_value=999_999).map(lambda n: n / 1000)
directions = st.sampled_from(kt.Direction)
smooth_shapes = st.sampled_from([shape for shape in kt.PathShape if shape is not kt.PathShape.STEP])
shapes = st.sampled_from(kt.PathShape)
optional_shapes = st.none() | shapes
combinations = st.none() | st.sampled_from(Combination)
few_decimals = st.integers(min_value=0, max_value=3)
minimize_formulas = st.sampled_from(["reflected", "inverse"])


@st.composite
def indicators(draw: Any, code: str | None = None, **fixed: Any) -> kt.Indicator:
    """Indicators in percent, of any direction and shape."""
    fields: dict[str, Any] = {
        "code": draw(codes) if code is None else code,
        "name": draw(names),
        "name_id": draw(other_names),
        "unit": "percent",
        "direction": draw(directions),
        "lower": 0,
        "upper": 100,
        "shape": draw(optional_shapes),
        "combination": draw(combinations),
        "decimals": draw(few_decimals),
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


baseline_rows = st.lists(
    st.tuples(region_codes, st.just(FIRST), percents, st.just("SSGI 2020")),
    max_size=len(REGION_CODES),
    unique_by=itemgetter(0),
)
target_rows = st.lists(
    st.tuples(region_codes, st.sampled_from(YEARS[1:]), percents, st.just("Perda 1/2021")),
    max_size=12,
    unique_by=itemgetter(0, 1),
)
actual_rows = st.lists(
    st.tuples(
        region_codes,
        st.sampled_from(YEARS),
        st.none() | st.just(0.0) | reached,
        st.just("SSGI"),
    ),
    max_size=14,
    unique_by=itemgetter(0, 1),
)


def columns_of(rows: Mapping[str, list[Any]], last: str) -> dict[str, list[Any]]:
    """Return rows of each indicator as columns."""
    cells = [(code, *row) for code, each in rows.items() for row in each]
    return {
        name: [row[at] for row in cells]
        for at, name in enumerate(("indicator", "region", "year", "value", last))
    }


@st.composite
def plans(draw: Any) -> kt.Plan:
    """Plans over the tree of regions: baselines in 2020, targets in some of the years after."""
    count = draw(st.integers(min_value=1, max_value=3))
    measured = [draw(indicators(code=f"i{n}")) for n in range(count)]
    baselines = {indicator.code: draw(baseline_rows) for indicator in measured}
    promised = {indicator.code: draw(target_rows) for indicator in measured}
    if not any(promised.values()):
        promised["i0"] = [("00", LAST, 50.0, "Perda 1/2021")]
    return kt.Plan.from_frames(
        indicators=measured,
        baselines=columns_of(baselines, "source"),
        targets=columns_of(promised, "instrument"),
        regions=tree(),
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
    actuals = columns_of({each.code: draw(actual_rows) for each in plan.indicators}, "source")
    year = draw(st.sampled_from(sorted({int(year) for year in plan.targets.year})))
    inherit = draw(st.sampled_from(["path", "end-target", "none"]))
    return Case(plan, actuals, draw(rules()), year, inherit)
