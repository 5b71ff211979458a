"""The measures that the library ships, for family records in its own layout."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from kencana_targets.tables.records import read_measures

if TYPE_CHECKING:
    from kencana_targets.model.measure import Measure

__all__ = ["load_measures"]


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
    return tuple(read_measures(Path(str(files("kencana_targets"))) / "catalog" / "measures.toml"))
