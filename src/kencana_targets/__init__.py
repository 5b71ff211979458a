"""Targets, paths and scores for Indonesian development plans.

Every score can be defended: each number names its formula, its rule, its
target's legal instrument and its source.

Examples
--------
>>> import kencana_targets as kt
>>> scorecard = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
...                         year=2021, rule="bkkbn-bengkulu-2021")
>>> [round(row["score"], 2) for row in scorecard.to_dicts()][3:6]
[105.7, 96.67, 134.23]
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kencana_targets import formulas
    from kencana_targets.auditing.audit import AuditReport, audit
    from kencana_targets.catalog import (
        list_plans,
        list_rules,
        load_actuals,
        load_measures,
        load_plan,
        load_regions,
        load_rule,
    )
    from kencana_targets.core.errors import KencanaError, Problem
    from kencana_targets.core.terms import Direction, Formula, Level, PathShape, Status
    from kencana_targets.estimation.estimate import Estimates, estimate
    from kencana_targets.evaluation.against import evaluate_against
    from kencana_targets.evaluation.compare import Comparison
    from kencana_targets.evaluation.evaluate import evaluate, evaluate_batches
    from kencana_targets.evaluation.pooling import benchmark, pool_actuals
    from kencana_targets.evaluation.read_back import read_scorecard
    from kencana_targets.evaluation.scorecard import Scorecard
    from kencana_targets.evaluation.summary import RegionSummary
    from kencana_targets.evaluation.to_date import to_date
    from kencana_targets.formulas.achievement import achievement
    from kencana_targets.formulas.paths import annual_rate, interpolate
    from kencana_targets.model.collection import Actuals, Baselines, Targets
    from kencana_targets.model.figures import Actual, Baseline, Interval, Target
    from kencana_targets.model.indicator import Indicator
    from kencana_targets.model.measure import Measure
    from kencana_targets.model.plan import Plan
    from kencana_targets.model.regions import Region, Regions
    from kencana_targets.model.rule import Band, ScoringRule
    from kencana_targets.report.form_e19 import E19Row, form_e19
    from kencana_targets.tables.numbers import parse_number
    from kencana_targets.tables.plans import read_plan
    from kencana_targets.tables.readers import describe_table, read_actuals, read_rule
    from kencana_targets.tables.records import read_measures, read_records
    from kencana_targets.tables.template import new_plan, template

# Each room is opened when one of its names is first asked for: `import` alone opens none.
_NAMES_OF = {
    "auditing.audit": "AuditReport audit",
    "catalog": "list_plans list_rules load_actuals load_measures load_plan load_regions load_rule",
    "core.errors": "KencanaError Problem",
    "core.terms": "Direction Formula Level PathShape Status",
    "estimation.estimate": "Estimates estimate",
    "evaluation.against": "evaluate_against",
    "evaluation.compare": "Comparison",
    "evaluation.evaluate": "evaluate evaluate_batches",
    "evaluation.pooling": "benchmark pool_actuals",
    "evaluation.read_back": "read_scorecard",
    "evaluation.scorecard": "Scorecard",
    "evaluation.summary": "RegionSummary",
    "evaluation.to_date": "to_date",
    "formulas.achievement": "achievement",
    "formulas.paths": "annual_rate interpolate",
    "model.collection": "Actuals Baselines Targets",
    "model.figures": "Actual Baseline Interval Target",
    "model.indicator": "Indicator",
    "model.measure": "Measure",
    "model.plan": "Plan",
    "model.regions": "Region Regions",
    "model.rule": "Band ScoringRule",
    "report.form_e19": "E19Row form_e19",
    "tables.numbers": "parse_number",
    "tables.plans": "read_plan",
    "tables.readers": "describe_table read_actuals read_rule",
    "tables.records": "read_measures read_records",
    "tables.template": "new_plan template",
}
_HOME_OF = {name: home for home, names in _NAMES_OF.items() for name in names.split()}

__all__ = [
    "Actual",
    "Actuals",
    "AuditReport",
    "Band",
    "Baseline",
    "Baselines",
    "Comparison",
    "Direction",
    "E19Row",
    "Estimates",
    "Formula",
    "Indicator",
    "Interval",
    "KencanaError",
    "Level",
    "Measure",
    "PathShape",
    "Plan",
    "Problem",
    "Region",
    "RegionSummary",
    "Regions",
    "Scorecard",
    "ScoringRule",
    "Status",
    "Target",
    "Targets",
    "__version__",
    "achievement",
    "annual_rate",
    "audit",
    "benchmark",
    "describe_table",
    "estimate",
    "evaluate",
    "evaluate_against",
    "evaluate_batches",
    "form_e19",
    "formulas",
    "interpolate",
    "list_plans",
    "list_rules",
    "load_actuals",
    "load_measures",
    "load_plan",
    "load_regions",
    "load_rule",
    "new_plan",
    "parse_number",
    "pool_actuals",
    "read_actuals",
    "read_measures",
    "read_plan",
    "read_records",
    "read_rule",
    "read_scorecard",
    "template",
    "to_date",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "__version__":
        return import_module("kencana_targets.core.resources").VERSION
    if name == "formulas":
        return import_module("kencana_targets.formulas")
    if name not in _HOME_OF:
        message = f"module 'kencana_targets' has no attribute {name!r}"
        raise AttributeError(message)
    found = getattr(import_module(f"kencana_targets.{_HOME_OF[name]}"), name)
    globals()[name] = found
    return found
