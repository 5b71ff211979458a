"""The facts that the library ships, each with its source; loaded on first use."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve

from kencana_targets.core.errors import Place, UnknownNameError, unknown_name
from kencana_targets.core.resources import data_path, data_rows
from kencana_targets.model.regions import Region, load_regions

if TYPE_CHECKING:
    from kencana_targets.model.collection import Actuals, Figures
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

Kind = TypeVar("Kind", bound="Figures[Any]")


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
    paths = data_path(folder).iterdir()
    return tuple(sorted(x.stem for x in paths if x.is_dir() or x.suffix == ".toml"))


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
    # The readers of tables, which `read_plan` needs, take longer to load than the plan.
    from kencana_targets.model.collection import Baselines, Targets
    from kencana_targets.model.indicator import Indicator
    from kencana_targets.model.plan import Plan

    about = _stated("plans", code, "plan.toml")
    regions = load_regions(about.pop("regions"))
    if own := about.pop("own_regions", ()):
        regions = regions.extended(Region(**region) for region in own)
    about["indicators"] = [Indicator(**indicator) for indicator in about["indicators"]]
    if data_path("plans", code, "baselines.csv").exists():
        about["baselines"] = _figures(Baselines, f"plans/{code}/baselines.csv")
    return Plan(**about, regions=regions, targets=_figures(Targets, f"plans/{code}/targets.csv"))


def _stated(*parts: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(data_path(*parts).read_text(encoding="utf-8"))


def _figures(kind: type[Kind], name: str) -> Kind:
    """Return the figures of a shipped table, which has codes, and points in its numbers."""
    rows = data_rows(name)
    columns: dict[str, list[Any]] = {key: [row[key] or None for row in rows] for key in rows[0]}
    for key in columns.keys() & {"year", "value", "since"}:
        columns[key] = [None if cell is None else float(cell) for cell in columns[key]]
    return evolve(kind.from_frame(columns), place=_below_heading)


def _below_heading(row: int, column: str) -> Place:
    return Place(row=row + 2, heading=column)


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
    from kencana_targets.model.collection import Actuals

    return _figures(Actuals, f"plans/{code}/actuals.csv")


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
    from kencana_targets.model.rule import Band, ScoreSegment, ScoringRule

    about = _stated("rules", f"{code}.toml")
    for part, kind in (("bands", Band), ("segments", ScoreSegment)):
        about[part] = [kind(**one) for one in about.get(part, ())]
    return ScoringRule(**about)


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
