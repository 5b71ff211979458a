"""Words that no closed list has: checkers of types refuse them, as the ignored errors show.

mypy reads this file and complains of an ignored error that does not occur; nothing runs it.
"""

from __future__ import annotations

from typing import assert_type

import polars as pl

import kencana_targets as kt
from kencana_targets.evaluation.scorecard import ScoreRow
from kencana_targets.formulas.composite import aggregate

plan, actuals = kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021")
card = kt.evaluate(plan, actuals, year=2021, rule="bkkbn-bengkulu-2021", inherit="path")
kt.evaluate(plan, actuals, year=2021, rule="bkkbn-2023", inherit="paths")  # type: ignore[call-overload]
kt.achievement(1.0, 2.0, direction="maximise")  # type: ignore[arg-type]
kt.interpolate([2020, 2024], [1.0, 2.0], 2022, shape="lineair")  # type: ignore[arg-type]
kt.Indicator(code="a", name="A", unit="percent", direction="maximise")  # type: ignore[arg-type]
kt.Region(code="17", name="Bengkulu", level="provinsi")  # type: ignore[arg-type]
aggregate([[1.0]], missing="fill")  # type: ignore[arg-type]
card.by_region(missing="fill")  # type: ignore[arg-type]
card.with_language("in")  # type: ignore[arg-type]
card.to_html("page.html", language="in")  # type: ignore[arg-type]
card.to_frame("dask")  # type: ignore[call-overload]
kt.read_actuals("table.csv", others="drop")  # type: ignore[arg-type]
plan.cascade("a", "17", 2024, method="equal")  # type: ignore[arg-type]

assert_type(card.to_frame("polars"), pl.DataFrame)
assert_type(card[0], ScoreRow)
assert_type(card["Bengkulu"], kt.Scorecard)
