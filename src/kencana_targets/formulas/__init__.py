"""The verbs: pure functions from arrays to arrays, each citing its source.

Modules are loaded when they are first used, as ``kt.formulas.progress`` or by
``from kencana_targets.formulas import progress``.
"""

from typing import Any

__all__ = [
    "achievement",
    "budget",
    "cascade",
    "composite",
    "decomposition",
    "inequality",
    "paths",
    "progress",
    "projection",
    "ranking",
    "reproduction",
    "rounding",
    "small_area",
    "survey_design",
    "uncertainty",
    "within_year",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "rounding":  # printing needs it too, so it lies on the floor below
        return import_module("kencana_targets.core.rounding")
    if name in __all__:
        return import_module(f"kencana_targets.formulas.{name}")
    message = f"module 'kencana_targets.formulas' has no attribute {name!r}"
    raise AttributeError(message)
