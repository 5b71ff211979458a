"""The plans and actuals that the library ships, one folder each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from kencana_targets.errors import UnknownNameError, unknown_name

if TYPE_CHECKING:
    from kencana_targets.model.collection import Actuals
    from kencana_targets.model.plan import Plan

__all__ = ["list_plans", "load_actuals", "load_plan"]


def _folder() -> Path:
    return Path(str(files("kencana_targets"))) / "catalog" / "plans"


def list_plans() -> list[str]:
    """Return the codes of the shipped plans.

    Examples
    --------
    >>> list_plans()
    ['bengkulu-2021', 'bengkulu-stunting-2024', 'rpjmn-2020-2024']
    """
    return sorted(path.name for path in _folder().iterdir() if path.is_dir())


def _known(code: str) -> Path:
    if code not in list_plans():
        raise UnknownNameError(unknown_name("plan", code, list_plans()))
    return _folder() / code


@cache
def load_plan(code: str) -> Plan:
    """Return a shipped plan.

    Parameters
    ----------
    code : str
        One of `list_plans`.

    Raises
    ------
    UnknownNameError
        With the nearest codes.

    Examples
    --------
    >>> load_plan("bengkulu-stunting-2024")
    <Plan bengkulu-stunting-2024: 1 indicators, 11 regions, 11 baselines, 4 targets>
    """
    from kencana_targets.tables.readers import read_plan

    return read_plan(_known(code))


@cache
def load_actuals(code: str) -> Actuals:
    """Return the actuals that belong to a shipped plan.

    Parameters
    ----------
    code : str
        One of `list_plans`.

    Raises
    ------
    UnknownNameError
        With the nearest codes.

    Examples
    --------
    >>> len(load_actuals("bengkulu-stunting-2024"))
    25
    """
    from kencana_targets.tables.readers import read_actuals

    return read_actuals(_known(code) / "actuals.csv", plan=load_plan(code))
