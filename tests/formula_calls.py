"""Ordinary calls of every public formula, for tests that try others about them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np

from kencana_targets import formulas
from kencana_targets.formulas.composite import weight_sensitivity
from kencana_targets.formulas.projection import project
from kencana_targets.formulas.ranking import rank_sets
from kencana_targets.formulas.reproduction import PrintedRows
from kencana_targets.formulas.survey_design import SampleDesign, SampleSums

THREE = [24.4, 22.1, 12.0]
ERRORS = [1.5, 1.2, 1.1]
PEOPLE = [40.0, 45.0, 15.0]
TABLE = [[80.0, 60.0], [90.0, 40.0], [70.0, 75.0]]
NOTHING = np.full(3, np.nan)
FIVE = np.array([[30.0, 28, 27], [25, 24, 24], [33, 30, 30], [21, 20, 18], [28, 27, 24]])
COURSE = {"baseline_year": 2019, "baseline": 27.67, "year": 2023, "actual": 21.5}
ENDS = dict(COURSE, target_year=2024, target=14.0)
SURVEYS = {"years": [2019, 2021, 2022], "values": [27.67, 24.4, 21.6], "standard_errors": [0.3] * 3}
PRINTED = PrintedRows(
    direction=np.array([1, 0, -1], dtype=np.int8),
    target=np.array([24.51, 21.0, 10.0]),
    lower=NOTHING,
    upper=NOTHING,
    actual=np.array([25.1, 20.3, 9.0]),
    achievement=np.array([97.65, 96.67, 90.0]),
    target_decimals=np.array([2, 0, 0]),
    actual_decimals=np.array([1, 1, 0]),
    decimals=np.array([2, 2, 0]),
)
YES, ALL = np.array([10.0, 6, 8, 4]), np.full(4, 20.0)
SUMS = {"records": ALL, "weight": ALL, "y": YES, "x": ALL, "yy": YES, "xy": YES, "xx": ALL}
DESIGN = {
    "stratum": np.array([0, 0, 1, 1]),
    "domain": np.zeros(4, dtype=int),
    "units": np.array([2.0, 2.0]),
    "domains": 1,
    "clustered": True,
}
TREND = project([2019, 2021, 2022], [27.67, 24.4, 21.6], [0.3] * 3, 2024)
GOAL = {"target": 14.0, "direction": "minimize"}
CHANGE = {"first": 28.2, "first_error": 2.05, "second": 35.1, "second_error": 3.55}
TWO_YEARS = {
    "first_size": PEOPLE,
    "first_rate": THREE,
    "second_size": PEOPLE,
    "second_rate": [20.0, 21.0, 12.0],
}

# One ordinary call of every public function.
CALLS: dict[str, dict[str, Any]] = {
    "achievement.achievement": {
        "actual": 20.3,
        "target": 21.0,
        "direction": "maximize",
        "target_lower": None,
        "target_upper": 22.0,
    },
    "achievement.band_positions": {
        "values": THREE,
        "lower": [20, 0],
        "upper": [np.inf, 20],
        "lower_inclusive": [True, True],
        "upper_inclusive": [True, False],
    },
    "achievement.gap": {
        "direction": "minimize",
        "actual": THREE,
        "target": THREE,
        "lower": NOTHING,
        "upper": NOTHING,
    },
    "achievement.measure": {
        "direction": "minimize",
        "formula": "reflected",
        "actual": THREE,
        "target": THREE,
        "lower": NOTHING,
        "upper": NOTHING,
        "worst": NOTHING,
    },
    "budget.absorption": {"spent": 80.0, "budget": 100.0},
    "budget.efficiency": {
        "spent": [80.0, 45.0],
        "budget": [100.0, 50.0],
        "achievement": [95.0, 100.0],
        "rule": "pmk-214-2017",
    },
    "cascade.cascade": {"baselines": THREE, "shares": PEOPLE, "target": 15.0, "decimals": 1},
    "cascade.roll_up": {
        "values": THREE,
        "shares": PEOPLE,
        "parent": 21.0,
        "standard_errors": ERRORS,
        "decimals": 1,
    },
    "composite.adjusted_mpi": {"values": TABLE, "directions": ["maximize", "minimize"]},
    "composite.aggregate": {"scores": TABLE},
    "composite.effective_weights": {"scores": TABLE},
    "composite.goalpost": {"values": THREE, "worst": 0.0, "best": 100.0},
    "composite.group_weights": {"groups": ["health", "health", "family"]},
    "composite.method_sensitivity": {"scores": TABLE},
    "composite.mpi": {"values": TABLE, "directions": ["maximize", "minimize"]},
    "composite.weight_sensitivity": {
        "scores": TABLE,
        "weights": [1.0, 2.0],
        "concentration": 5.0,
        "draws": 50,
        "seed": 1,
    },
    "decomposition.change_error": {
        "first_size": PEOPLE,
        "first_error": ERRORS,
        "second_size": PEOPLE,
        "second_error": ERRORS,
    },
    "decomposition.contribution_shares": {"effects": [-2.0, -0.5], "standard_error": 0.4},
    "decomposition.das_gupta": {"first": TABLE, "second": TABLE},
    "decomposition.kitagawa": TWO_YEARS,
    "decomposition.persons_averted": {
        "size": 2e5,
        "actual": 19.8,
        "expected": 22.1,
        "direction": "minimize",
    },
    "decomposition.persons_beyond_target": {
        "size": 2e5,
        "actual": 22.1,
        "target": 12.55,
        "direction": "minimize",
    },
    "decomposition.shortfall": {
        "size": PEOPLE,
        "actual": THREE,
        "target": [14.0, 13.0, 12.0],
        "direction": "minimize",
    },
    "decomposition.three_fold": TWO_YEARS,
    "inequality.inequality": {"values": THREE, "weights": PEOPLE},
    "paths.annual_rate": {"first": 27.67, "last": 14.0, "years": 5},
    "paths.interpolate": {"years": [2019, 2024], "values": [27.67, 14], "at": [2020, 2022]},
    "progress.acceleration_factor": dict(ENDS, direction="minimize"),
    "progress.annual_rate_fit": {"years": [2005, 2009, 2017], "values": [26.7, 23.2, 11.3]},
    "progress.assess": dict(ENDS, scheme="open-sdg", direction="minimize"),
    "progress.distance_share": {"baseline": 27.67, "actual": 21.5, "target": 14.0},
    "progress.expected_share": {
        "baseline_year": 2019,
        "baseline": 27.67,
        "year": 2023,
        "target_year": 2024,
        "target": 14.0,
    },
    "progress.limit_coefficient": {"baseline": 90.0, "limit": 100.0},
    "progress.list_schemes": {},
    "progress.load_scheme": {"code": "eurostat"},
    "progress.logit_ratio": ENDS,
    "progress.pace": ENDS,
    "progress.required_change": {
        "direction": "minimize",
        "year": 2022,
        "actual": 21.6,
        "target_year": 2024,
        "target": 14.0,
    },
    "projection.pool_trends": {
        "years": [2019, 2021, 2022],
        "values": FIVE,
        "standard_errors": np.full((5, 3), 1.5),
    },
    "projection.project": dict(SURVEYS, at=2024),
    "ranking.best_regions": {"sets": rank_sets(THREE, ERRORS), "at_most": 1},
    "ranking.comparison_level": {"standard_errors": ERRORS},
    "ranking.distinguishable_tiers": {"sets": rank_sets(THREE, ERRORS)},
    "ranking.rank": {"values": THREE},
    "ranking.rank_chances": {
        "values": THREE,
        "standard_errors": ERRORS,
        "at_most": 1,
        "draws": 50,
        "seed": 1,
    },
    "ranking.rank_sets": {
        "values": THREE,
        "standard_errors": ERRORS,
        "method": "mrsw",
        "draws": 50,
        "seed": 1,
    },
    "ranking.ranks_of_intervals": {"lower": [12, 15, 20], "upper": [16, 19, 24]},
    "reproduction.matching": {"values": THREE, "figures": THREE, "decimals": np.array([1, 1, 1])},
    "reproduction.print_range": {"values": THREE, "decimals": np.array([1, 1, 1])},
    "reproduction.print_unit": {"decimals": np.array([1, 1, 1])},
    "reproduction.printable": {
        "values": THREE,
        "decimals": np.array([1, 1, 1]),
        "rounding": "half-up",
    },
    "reproduction.reproduce": {"rows": PRINTED},
    "rounding.round_printed": {"values": THREE, "decimals": 1, "rounding": "half-up"},
    "rounding.snap": {"values": THREE},
    "small_area.fay_herriot": {
        "direct": [20.1, 25.3, 31.0, 22.4, 27.9],
        "variance": [4.0, 9.0, 4.0, 9.0, 4.0],
    },
    "small_area.james_stein": {"direct": [20.0, 24.0, 28.0, 32.0, 21.0], "variance": 9.0},
    "small_area.paule_mandel": {
        "direct": [20.1, 25.3, 31.0, 22.4, 27.9],
        "variance": [4.0, 9.0, 4.0, 9.0, 4.0],
    },
    "survey_design.estimate_domains": {
        "sums": SampleSums(**SUMS),
        "design": SampleDesign(**DESIGN),
    },
    "uncertainty.adjust_p_values": {"p": [0.01, 0.04, 0.03]},
    "uncertainty.change_test": CHANGE,
    "uncertainty.equivalence_test": dict(CHANGE, margin=1.0),
    "uncertainty.minimum_detectable_change": {"first_error": 3.1, "second_error": 3.1},
    "uncertainty.probability_met": {
        "value": 20.3,
        "standard_error": 3.7,
        "target": 16.09,
        "direction": "minimize",
    },
    "uncertainty.proportion_interval": {"share": 0.29, "n": 604, "design_effect": 2.12},
    "uncertainty.standard_error_from_interval": {"value": 21.6, "lower": 21.1, "upper": 22.1},
    "uncertainty.standard_error_from_sample": {"value": 25.0, "n": 400, "design_effect": 2.05},
    "within_year.combine": {"values": [9, 11, None], "combination": "sum", "targets": [10, 10, 10]},
    "within_year.due_periods": {"targets": [None, 40, 100]},
    "within_year.pool": {"numerators": [90, 10], "denominators": [100, 1000]},
}
# The same with other words, which lead other ways.
ALSO: list[tuple[str, dict[str, Any]]] = [
    ("achievement.achievement", {"actual": 20.3, "target": 21.0, "direction": "minimize",
                                     "formula": "inverse", "worst": 50.0}),
    ("cascade.cascade", {"baselines": THREE, "shares": PEOPLE, "target": 15.0, "method": "logit"}),
    ("cascade.cascade", {"baselines": THREE, "shares": PEOPLE, "target": 15.0, "method": "convergence",
                             "kappa": 0.5, "lower": 5.0, "upper": 30.0}),
    ("cascade.cascade", {"baselines": THREE, "shares": PEOPLE, "target": 15.0, "method": "effort",
                             "costs": [1.0, 2.0, 3.0]}),
    ("composite.aggregate", {"scores": TABLE, "weights": [1, 2], "mean": "geometric",
                                 "missing": "available", "minimum_coverage": 0.5}),
    ("composite.group_weights", {"groups": ["a", "a", "b"], "weights": {"a": 1, "b": 2}}),
    ("composite.weight_sensitivity", {"scores": TABLE, "mean": "harmonic"}),
    ("paths.interpolate", {"years": [2019, 2021, 2024], "values": [27.67, 20, 14], "at": 2022,
                               "shape": "monotone", "outside": "hold"}),
    ("paths.interpolate", {"years": [2019, 2024], "values": [27.67, 14], "at": 2022, "shape": "logit"}),
    ("paths.annual_rate", {"first": [27.67, 20], "last": [14.0, 10], "years": 5, "kind": "continuous"}),
    ("progress.assess", dict(COURSE, scheme="open-sdg", direction="minimize", limit=100.0)),
    ("progress.assess", dict(ENDS, scheme="who-unicef-stunting", direction="minimize")),
    ("progress.expected_share", {"baseline_year": 2019, "baseline": 27.67, "year": 2023,
                                     "target_year": 2024, "target": 14.0, "shape": "logit"}),
    ("projection.project", dict(SURVEYS, at=[2024, 2030], scale="linear",
                                slope_prior=(-1.0, 0.2), walk_variance=0.1)),
    ("projection.project", {"years": [2019, 2021, 2022], "values": [27.67, 24.4, 21.6],
                                "standard_errors": None, "at": 2024, "method": "ols", "scale": "log"}),
    ("projection.project", {"years": [2019, 2021, 2022], "values": [27.67, 24.4, 21.6],
                                "standard_errors": None, "at": 2024, "method": "theil-sen"}),
    ("ranking.rank_sets", {"values": THREE, "standard_errors": ERRORS, "marginal": True}),
    ("ranking.rank_sets", {"values": THREE, "standard_errors": ERRORS, "method": "klein"}),
    ("small_area.fay_herriot", {"direct": [20.1, 25.3, 31.0, 22.4, 27.9],
                                    "variance": [4.0, 9.0, 4.0, 9.0, 4.0],
                                    "design": [1.0, 0, 1, 0, 0], "method": "moment"}),
    ("uncertainty.proportion_interval", {"share": 0.29, "n": 604, "method": "clopper-pearson"}),
    ("uncertainty.proportion_interval", {"share": 0.29, "n": 604, "method": "logit"}),
    ("uncertainty.adjust_p_values", {"p": [0.01, 0.04, 0.03], "method": "hommel"}),
    ("uncertainty.change_test", dict(CHANGE, scale="logit")),
    ("uncertainty.probability_met", {"value": 20.3, "standard_error": 3.7, "target": 16.09,
                                         "direction": "minimize", "scale": "linear",
                                         "target_standard_error": 0.5}),
    ("uncertainty.standard_error_from_interval", {"value": 21.6, "lower": 21.1, "upper": 22.1,
                                                      "scale": "symmetric"}),
]  # fmt: skip
# What is asked of a result.
METHODS: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "Projection.probability_met": (TREND.probability_met, GOAL),
    "Projection.required_pace": (TREND.required_pace, {"target": 14.0, "year": 2024}),
    "Projection.year_of_arrival": (TREND.year_of_arrival, GOAL),
    "WeightSensitivity.interval": (
        weight_sensitivity([[1.0, 0.0], [0.0, 1.0]]).interval,
        {"level": 0.9},
    ),
}  # fmt: skip


def public_functions() -> dict[str, Callable[..., Any]]:
    found = {}
    for name in formulas.__all__:
        module = (
            import_module(f"kencana_targets.formulas.{name}")
            if name != "rounding"
            else (formulas.rounding)
        )
        for word in module.__all__:
            if inspect.isfunction(thing := getattr(module, word)):
                found[f"{name}.{word}"] = thing
    return found


FUNCTIONS = public_functions()
