"""No argument of the public face, whatever it is, gives a foreign exception, a warning or a hang."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from wrong_values import faults

import kencana_targets as kt

KEYS = ("indicator", "region", "year", "value")


@cache
def things() -> dict[str, Any]:
    """Return one of each kind of value that the public face works on."""
    plan, actuals = (
        kt.load_plan("bengkulu-stunting-2024"),
        kt.load_actuals("bengkulu-stunting-2024"),
    )
    figures = {"Target": [18.9, 60], "Realisasi": [19.8, 57], "Capaian": [104.76, 95.0]}
    printed = pl.DataFrame({"Indikator": ["Stunting", "mCPR"], **figures})
    records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
    measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
    card = kt.evaluate(plan, actuals, year=[2022, 2024], rule="permendagri-86-2017")
    people = {"unit": "persons", "direction": "maximize", "combination": "sum"}
    counted = kt.Plan(
        indicators=[kt.Indicator(code="users", name="New users", **people)],
        targets=[
            kt.Target(indicator="users", region="17", year=2021, value=200, instrument="RKPD")
        ],
    )
    saved = io.BytesIO()
    card.to_json(saved)
    return {
        "plan": plan,
        "counted": counted,
        "actuals": actuals,
        "card": card,
        "one": card.for_year(2022),
        "printed": printed,
        "report": kt.audit(printed),
        "records": records,
        "measure": measure,
        "estimates": kt.estimate(records, by="region", indicators=[measure], year=2024),
        "regions": kt.load_regions(),
        "rule": kt.load_rule("permendagri-86-2017"),
        "table": actuals.to_frame("polars").select(KEYS),
        "against": kt.evaluate_against(plan, actuals, year=2022, rule="permendagri-86-2017"),
        "saved": saved.getvalue(),
        "quarters": pl.DataFrame(
            {
                "indicator": ["users"] * 2,
                "region": ["17"] * 2,
                "year": [2021] * 2,
                "quarter": [1, 2],
                "value": [60.0, 61.0],
            }
        ),
        "counts": pl.DataFrame(
            {
                "indicator": ["stunting_balita"],
                "region": ["17.01"],
                "year": [2022],
                "numerator": [10.0],
                "denominator": [50.0],
            }
        ),
    }


def calls() -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Return every call with arguments that it takes."""
    of = things()
    plan, card, one, regions, rule = (
        of[name] for name in ("plan", "card", "one", "regions", "rule")
    )
    actuals, report, estimates = of["actuals"], of["report"], of["estimates"]
    figure = {"indicator": "stunting_balita", "region": "17.01", "year": 2022, "value": 18.3}
    judged = {"plan": plan, "actuals": actuals, "year": 2022, "rule": "permendagri-86-2017"}
    file: dict[str, Any] = {"path": io.BytesIO()}
    return {
        "Actual": (kt.Actual, figure),
        "Baseline": (kt.Baseline, figure),
        "Target": (kt.Target, figure | {"instrument": "RPJMD"}),
        "Indicator": (
            kt.Indicator,
            {"code": "a", "name": "A", "unit": "percent", "direction": "minimize"},
        ),
        "Interval": (kt.Interval, {"lower": 1.0, "upper": 2.0}),
        "Band": (kt.Band, {"label": "Tinggi", "lower": 75, "upper": 90}),
        "Region": (kt.Region, {"code": "17", "name": "Bengkulu", "level": "province"}),
        "Measure": (kt.Measure, {"code": "a", "kind": "ratio", "numerator": "uses"}),
        "E19Row": (
            kt.E19Row,
            {"indicator": "A", "formula": "ratio", "quarters": (1.0, 2.0, None, None)},
        ),
        "ScoringRule": (
            kt.ScoringRule,
            {
                "code": "own",
                "name": "Own",
                "formulas": {"maximize": "ratio"},
                "certainty": "made up",
                "sources": ("none",),
            },
        ),
        "achievement": (kt.achievement, {"actual": 1.0, "target": 2.0, "direction": "maximize"}),
        "annual_rate": (kt.annual_rate, {"first": 1.0, "last": 2.0, "years": 3.0}),
        "interpolate": (kt.interpolate, {"years": [2020, 2024], "values": [1.0, 2.0], "at": 2022}),
        "audit": (kt.audit, {"table": of["printed"]}),
        "describe_table": (kt.describe_table, {"source": of["table"]}),
        "read_actuals": (kt.read_actuals, {"source": of["table"], "plan": plan}),
        "pool_actuals": (kt.pool_actuals, {"table": of["counts"], "plan": plan}),
        "to_date": (
            kt.to_date,
            {"plan": of["counted"], "actuals": of["quarters"], "year": 2021},
        ),
        "estimate": (
            kt.estimate,
            {"records": of["records"], "by": "region", "indicators": [of["measure"]], "year": 2024},
        ),
        "evaluate": (kt.evaluate, judged),
        "evaluate_against": (kt.evaluate_against, judged),
        "evaluate_batches": (
            lambda **call: list(kt.evaluate_batches(**call)),
            {
                "plan": plan,
                "batches": of["table"].to_arrow().to_batches(),
                "year": 2022,
                "rule": rule,
            },
        ),
        "form_e19": (
            kt.form_e19,
            file
            | {
                "rows": [kt.E19Row(indicator="A", formula="ratio", quarters=(1.0, 2.0, None, None))]
            },
        ),
        "new_plan": (kt.new_plan, {"path": "plan.xlsx", "indicators": ["stunting"]}),
        "template": (kt.template, {"plan": plan, "years": [2022]} | file),
        "parse_number": (kt.parse_number, {"text": "12,5"}),
        "load_plan": (kt.load_plan, {"code": "bengkulu-2021"}),
        "load_actuals": (kt.load_actuals, {"code": "bengkulu-2021"}),
        "load_rule": (kt.load_rule, {"code": "bkkbn-2023"}),
        "read_measures": (kt.read_measures, {"path": "measures.toml"}),
        "read_plan": (kt.read_plan, {"path": "plan"}),
        "read_records": (kt.read_records, {"path": "records.csv"}),
        "read_rule": (kt.read_rule, {"path": "rule.toml"}),
        "read_scorecard": (kt.read_scorecard, {"path": io.BytesIO(of["saved"])}),
        "Actuals.from_frame": (kt.Actuals.from_frame, {"frame": of["table"]}),
        "Actuals.of": (kt.Actuals.of, {"figures": [kt.Actual(**figure)]}),
        "Actuals.to_frame": (actuals.to_frame, {}),
        "Plan.from_frames": (
            kt.Plan.from_frames,
            {
                "indicators": list(plan.indicators),
                "targets": plan.targets.to_frame("polars").select(*KEYS, "instrument"),
                "baselines": plan.baselines.to_frame("polars").select(KEYS),
                "regions": [one for one in regions if one.code[:2] in ("00", "17")],
            },
        ),
        "Plan.indicator": (plan.indicator, {"code": "stunting_balita"}),
        "Plan.target": (
            plan.target,
            {"indicator": "stunting_balita", "region": "17.01", "year": 2022},
        ),
        "Plan.path": (plan.path, {"indicator": "stunting_balita", "region": "17.01"}),
        "Plan.within": (plan.within, {"region": "17"}),
        "Plan.to_frame": (plan.to_frame, {}),
        "Plan.cascade": (
            plan.cascade,
            {"indicator": "stunting_balita", "parent": "17", "year": 2024},
        ),
        "Regions.find": (regions.find, {"name": "Seluma"}),
        "Regions.candidates": (regions.candidates, {"name": "Seluma"}),
        "Regions.from_bps": (regions.from_bps, {"code": "1771"}),
        "Regions.with_bps": (regions.with_bps, {"code": "1771"}),
        "Regions.children": (regions.children, {"code": "17"}),
        "Regions.ancestors": (regions.ancestors, {"code": "17.01"}),
        "Regions.translate": (regions.translate, {"code": "17.01", "to": "2022"}),
        "Regions.extended": (regions.extended, {"more": []}),
        "ScoringRule.score": (rule.score, {"achievement": 92.5}),
        "ScoringRule.band": (rule.band, {"achievement": 92.5}),
        "ScoringRule.with_formulas": (rule.with_formulas, {"minimize": "inverse"}),
        "Indicator.label": (plan.indicators[0].label, {}),
        "Scorecard.for_year": (card.for_year, {"year": 2022}),
        "Scorecard.select": (card.select, {"region": "17.01"}),
        "Scorecard.find_row": (one.find_row, {"region": "17.01", "indicator": "stunting_balita"}),
        "Scorecard.explain": (one.explain, {"region": "17.01", "indicator": "stunting_balita"}),
        "Scorecard.by_region": (one.by_region, {}),
        "Scorecard.by_indicator": (one.by_indicator, {}),
        "Scorecard.assess": (one.assess, {"scheme": "escap"}),
        "Scorecard.chances": (one.chances, {"assume_sample_size": 400, "assume_design_effect": 2}),
        "Scorecard.changes": (card.changes, {}),
        "Scorecard.project": (one.project, {}),
        "Scorecard.compare": (one.compare, {"other": one}),
        "Scorecard.with_language": (one.with_language, {"language": "id"}),
        "Scorecard.to_frame": (one.to_frame, {"backend": "polars"}),
        "Scorecard.to_dicts": (one.to_dicts, {}),
        "Scorecard.to_csv": (one.to_csv, file),
        "Scorecard.to_json": (one.to_json, file),
        "Scorecard.to_parquet": (one.to_parquet, file),
        "Scorecard.to_markdown": (one.to_markdown, file),
        "Scorecard.plot_path": (
            one.plot_path,
            {"indicator": "stunting_balita", "region": "17"},
        ),
        "AuditReport.count": (report.count, {"verdict": "reproduced"}),
        "AuditReport.to_text": (report.to_text, {}),
        "Estimates.to_csv": (estimates.to_csv, file),
    }


def test_wrong_values_are_refused_or_taken(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, (function, call) in calls().items():
        if not name.startswith("read_"):  # the files of these do not exist
            function(**call)
    found = [fault for name, call in calls().items() for fault in faults(name, *call)]
    assert not found
