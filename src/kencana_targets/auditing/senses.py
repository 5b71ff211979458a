"""Whether more or less of an indicator is better, where a published table does not say it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache

import numpy as np

from kencana_targets.core.columns import Categorical
from kencana_targets.core.resources import data_path
from kencana_targets.core.terms import Direction
from kencana_targets.formulas.reproduction import DIRECTIONS, UNKNOWN
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan import Plan
from kencana_targets.tables.phrases import text_reader, tokens_of

# Of a change the printed figure may be the change itself or what has changed.
_CHANGES = ("penurunan", "turun", "menurun", "berkurang", "pengurangan", "decline", "reduction")
_FEWEST_WORDS = 2
_LONGEST = 300


@cache
def catalog_indicators() -> tuple[Indicator, ...]:
    """Return the indicators of all shipped plans, each once."""
    found: dict[str, Indicator] = {}
    for path in sorted(data_path("plans").glob("*/plan.toml")):
        for one in tomllib.loads(path.read_text(encoding="utf-8"))["indicators"]:
            known = {
                key: one[key]
                for key in ("code", "name", "name_id", "unit", "unit_id")
                if key in one
            }
            found.setdefault(one["code"], Indicator(direction=one["direction"], **known))
    return tuple(found.values())


def sense_of(plan: Plan | None) -> Callable[[str], Direction | None]:
    """Return what tells the direction of an indicator by what a table calls it.

    Of a plan its indicators alone are asked, else those that the library ships.

    Examples
    --------
    >>> sense = sense_of(None)
    >>> sense("Prevalensi stunting pada balita (%)"), sense("Peserta pelatihan")
    (<Direction.MINIMIZE: 'minimize'>, None)
    """
    indicators = catalog_indicators() if plan is None else plan.indicators
    reader = text_reader(tuple(indicators), None)
    directions = {one.code: Direction(one.direction) for one in indicators}
    named = [
        ({token.word for token in tokens_of(name)}, directions[one.code])
        for one in indicators
        for name in (one.name, one.name_id)
        if name
    ]

    def sense(text: str) -> Direction | None:
        if len(text) > _LONGEST:
            return None
        reading = reader.read(text)
        words = {token.word for token in reading.tokens if token.word.isalpha()}
        if any(word.startswith(_CHANGES) for word in words) or len(words) == 0:
            return None
        found = {directions[code] for code in reading.keys("indicator")}
        if not found and len(words) >= _FEWEST_WORDS:
            found = {direction for name, direction in named if words <= name}
        return found.pop() if len(found) == 1 else None

    return sense


def named_directions(
    names: Categorical, plan: Plan | None
) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    """Return the direction of each row by the name of its indicator, -1 for unknown."""
    sense = sense_of(plan)
    found = [sense(name) for name in names.categories]
    codes = [UNKNOWN if one is None else DIRECTIONS.index(one) for one in found]
    return np.array([*codes, UNKNOWN], dtype=np.int8)[names.codes]
