"""The facts that the library ships, each with its source; loaded on first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kencana_targets.core.errors import RuleError, UnknownNameError, unknown_name
from kencana_targets.core.resources import data_path
from kencana_targets.model.regions import load_regions

if TYPE_CHECKING:
    from kencana_targets.model.collection import Actuals
    from kencana_targets.model.measure import Measure
    from kencana_targets.model.plan import Plan
    from kencana_targets.model.rule import ScoringRule

__all__ = [
    "list_plans",
    "list_rules",
    "load_actuals",
    "load_measures",
    "load_plan",
    "load_regions",
    "load_rule",
]


def list_plans() -> list[str]:
    """Return the codes of the shipped plans.

    Examples
    --------
    >>> list_plans()
    ['bengkulu-2021', 'bengkulu-stunting-2024', 'rpjmn-2020-2024', 'rpjmn-2025-2029', 'stunting-2020-2024']
    """
    return [*_codes("plans")]


def list_rules() -> list[str]:
    """Return the codes of the shipped rules.

    Examples
    --------
    >>> "permendagri-86-2017" in list_rules()
    True
    """
    return [*_codes("rules")]


@cache
def _codes(folder: str) -> tuple[str, ...]:
    return tuple(
        sorted(
            path.stem
            for path in data_path(folder).iterdir()
            if path.is_dir() or path.suffix == ".toml"
        )
    )


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
    >>> load_plan("stunting-2020-2024").within("Jawa Barat")
    <Plan stunting-2020-2024: 1 indicators, 28 regions, 200 baselines, 26 targets>
    """
    return _plan(_known("plan", code, _codes("plans")))


@cache
def _plan(code: str) -> Plan:
    from kencana_targets.tables.plans import read_plan

    return read_plan(data_path("plans", code))


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
    return _actuals(_known("plan", code, _codes("plans")))


@cache
def _actuals(code: str) -> Actuals:
    from kencana_targets.tables.readers import read_actuals

    return read_actuals(data_path("plans", code, "actuals.csv"), plan=_plan(code))


def load_rule(code: str) -> ScoringRule:
    """Return a shipped scoring rule.

    Parameters
    ----------
    code : str
        One of `list_rules`.

    Raises
    ------
    UnknownNameError
        With the nearest codes.

    Examples
    --------
    >>> load_rule("permendagri-86-2017").band(90.5)
    'Tinggi'
    >>> load_rule("permendagri-86-2017-sumbar").band(90.5)
    'Sangat Tinggi'
    """
    return _rule(_known("rule", code, _codes("rules")))


@cache
def _rule(code: str) -> ScoringRule:
    # The reader of tables, beside which `read_rule` stands, is not needed here.
    from kencana_targets.model.rule import ScoringRule
    from kencana_targets.tables.files import read_typed

    return read_typed(ScoringRule, data_path("rules", f"{code}.toml"), RuleError)


def _known(kind: str, code: object, known: tuple[str, ...]) -> str:
    """Return the code, or refuse it with the nearest ones."""
    if not isinstance(code, str) or code not in known:
        raise UnknownNameError(unknown_name(kind, code, known))
    return code


@cache
def load_measures() -> tuple[Measure, ...]:
    """Return measures of unmet need, modern contraception, long-acting methods and reach.

    The names and words they look for are the library's own, listed in
    ``measures.toml``; the codes are those of the plan ``bengkulu-2021``.

    Examples
    --------
    >>> [measure.code for measure in load_measures()]
    ['unmet_need', 'mCPR', 'MKJP', 'keterjangkauan_program']
    """
    from kencana_targets.tables.records import read_measures

    return tuple(read_measures(data_path("measures.toml")))
