"""What a scorecard rests on, as plain data: plan, actuals and rule, and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from attrs import asdict, fields

from kencana_targets.core.columns import to_lists
from kencana_targets.core.resources import VERSION
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.model.collection import Actuals, Baselines, Figures, Targets
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan import Plan
from kencana_targets.model.regions import Region, Regions
from kencana_targets.model.rule import Band, ScoreSegment, ScoringRule

_PLAN_TEXTS = ("code", "name", "name_id", "coverage", "instruments", "sources", "scope")


def evidence_of(rows: Rows, written: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return everything that rows follow from, and the checksums, for the rows as written."""
    years = dict.fromkeys(rows.year.tolist())
    inputs = {"plan": _of_plan(rows), "actuals": _of_figures(rows.actuals)}
    rule = _without_defaults(rows.rule)
    rule["formulas"] = dict(rule["formulas"])
    return {
        "version": VERSION,
        "plan": rows.plan.code,
        "years": [int(year) if year == int(year) else year for year in years],
        "inherit": rows.inherit.value,
        "unchecked": list(rows.unchecked),
        "rule": rule,
        "inputs": inputs,
        "checksums": checksums(inputs, rule, written),
    }


def checksums(
    inputs: Mapping[str, Any], rule: Mapping[str, Any], rows: Iterable[Mapping[str, Any]] = ()
) -> dict[str, str]:
    """Return the SHA-256 of plan, actuals and rule as plain data, and of which rows there are."""
    keys = sorted(
        f"{row.get('region')} {row.get('indicator')} {row.get('year', 0):.9g}" for row in rows
    )
    return {
        name: hashlib.sha256(
            json.dumps(part, sort_keys=True, ensure_ascii=False, allow_nan=False).encode()
        ).hexdigest()
        for name, part in (*inputs.items(), ("rule", rule), ("rows", keys))
    }


def inputs_from(content: Mapping[str, Any]) -> tuple[Plan, Actuals, ScoringRule]:
    """Make plan, actuals and rule of what `evidence_of` returned.

    Raises
    ------
    KencanaError, TypeError, ValueError, KeyError, AttributeError
        The data are not those of a plan, actuals or a rule.
    """
    stated, rule = content["inputs"]["plan"], dict(content["rule"])
    rule["bands"] = [Band(**band) for band in rule.get("bands", ())]
    rule["segments"] = [ScoreSegment(**line) for line in rule.get("segments", ())]
    plan = Plan(
        indicators=[Indicator(**each) for each in stated["indicators"]],
        baselines=Baselines.from_frame(stated["baselines"]),
        targets=Targets.from_frame(stated["targets"]),
        regions=Regions(
            [
                Region(**{**one, "former_names": tuple(one.get("former_names", ()))})
                for one in stated["regions"]
            ]
        ),
        **{name: stated[name] for name in _PLAN_TEXTS if name in stated},
    )
    return plan, Actuals.from_frame(content["inputs"]["actuals"]), ScoringRule(**rule)


def _of_plan(rows: Rows) -> dict[str, Any]:
    plan = rows.plan
    texts = {name: getattr(plan, name) for name in _PLAN_TEXTS if getattr(plan, name)}
    return {
        **{name: list(text) if isinstance(text, tuple) else text for name, text in texts.items()},
        "indicators": [_without_defaults(indicator) for indicator in plan.indicators],
        "regions": [_without_defaults(region) for region in _used_regions(rows)],
        "baselines": _of_figures(plan.baselines),
        "targets": _of_figures(plan.targets),
    }


def _used_regions(rows: Rows) -> list[Region]:
    """Return the regions that rows, figures and coverage name, and those above them."""
    regions = rows.plan.regions
    figures: tuple[Figures[Any], ...] = (rows.plan.baselines, rows.plan.targets, rows.actuals)
    named = [part.region.positions(regions.positions) for part in figures]
    covered = np.array([regions.positions[code] for code in rows.plan.coverage], dtype=np.int32)
    used = np.setdiff1d(np.concatenate([rows.region, *named, covered]), -1)
    while len(above := np.setdiff1d(regions.parent_positions[used], [-1, *used])):
        used = np.union1d(used, above)
    return [regions.regions[position] for position in used.tolist()]


def _of_figures(figures: Figures[Any]) -> dict[str, list[Any]]:
    """Return the columns that state anything."""
    lists = to_lists(figures.columns)
    keys = ("indicator", "region", "year", "value")
    return {
        name: cells
        for name, cells in lists.items()
        if name in keys or any(cell is not None for cell in cells)
    }


def _without_defaults(value: Any) -> dict[str, Any]:
    """Return the fields of a value that say more than their default, as plain data."""
    plain: dict[str, Any] = json.loads(json.dumps(asdict(value)))
    empty = {each.name for each in fields(type(value)) if each.default in (None, "", ())}
    return {
        name: cell for name, cell in plain.items() if not (name in empty and cell in (None, "", []))
    }
