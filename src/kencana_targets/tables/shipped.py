"""The indicators of the shipped plans, which plans and audits of the user's own may name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

from kencana_targets.core.resources import data_path
from kencana_targets.model.indicator import Indicator
from kencana_targets.tables.headings import fold


@cache
def _plans() -> tuple[tuple[Indicator, ...], ...]:
    paths = sorted(data_path("plans").glob("*/plan.toml"))
    read = (tomllib.loads(path.read_text(encoding="utf-8"))["indicators"] for path in paths)
    return tuple(tuple(Indicator(**one) for one in plan) for plan in read)


@cache
def shipped_indicators() -> tuple[Indicator, ...]:
    """Return the indicators of all shipped plans, each once."""
    found: dict[str, Indicator] = {}
    for one in (one for plan in _plans() for one in plan):
        found.setdefault(one.code, one)
    return tuple(found.values())


@cache
def _by_name() -> Mapping[str, Indicator]:
    """Return the indicators by their names; of several plans the newest one's."""
    found: dict[str, Indicator] = {}
    for one in (one for plan in reversed(_plans()) for one in plan):
        for name in (one.code, one.name, one.name_id, *one.aliases):
            found.setdefault(fold(name), one)
    return found


def shipped_indicator(*names: str) -> Indicator | None:
    """Return the indicator of a shipped plan that one of some names means."""
    return next(filter(None, (_by_name().get(fold(name)) for name in names if name)), None)
