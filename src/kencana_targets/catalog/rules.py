"""The scoring rules that the library ships, one TOML file each."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

from kencana_targets.errors import UnknownNameError, unknown_name
from kencana_targets.model.rule import ScoringRule

__all__ = ["list_rules", "load_rule"]


def _folder() -> Path:
    return Path(str(files("kencana_targets"))) / "catalog" / "rules"


def list_rules() -> list[str]:
    """Return the codes of the shipped rules.

    Examples
    --------
    >>> "permendagri-86-2017" in list_rules()
    True
    """
    return sorted(path.stem for path in _folder().glob("*.toml"))


@cache
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
    from kencana_targets.tables.readers import read_rule

    if code not in list_rules():
        raise UnknownNameError(unknown_name("rule", code, list_rules()))
    return read_rule(_folder() / f"{code}.toml")
