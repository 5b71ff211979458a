"""What to say when a region is not found, so that the next attempt finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from kencana_targets.core.errors import Problem, UnknownNameError
from kencana_targets.model.region import Region

SHOWN = 10


def unknown_region(name: object, near: Sequence[Region], *, everywhere: bool) -> Problem:
    """Describe a name that no region has; `near` are those that look most like it."""
    what = "unknown region" if everywhere else "no such region in that province or at that level"
    hint = "write the official name with its prefix, or the code"
    if near:
        hint = f"the nearest are {listed(near)}"
    return Problem(what, got=name, hint=hint)


def several_regions(name: object, matches: Sequence[Region]) -> Problem:
    """Describe a name that several regions have."""
    several_levels = len({region.level for region in matches}) == len(matches)
    hint = "write the prefix" if several_levels else "give the province or the code"
    what = f"name fits {len(matches)} regions"
    return Problem(what, got=name, allowed=listed(matches), hint=hint)


def refuse_edition(code: str, edition: str, parts: Sequence[str]) -> NoReturn:
    """Raise for a region that another edition does not have."""
    hint = f"its parts have the codes {', '.join(parts)} there" if parts else ""
    raise UnknownNameError(Problem(f"no code in edition {edition}", got=code, hint=hint))


def listed(regions: Sequence[Region]) -> str:
    """Name regions with their codes, the first of them when there are many."""
    shown = [f"'{region.name}' ({region.code})" for region in regions[:SHOWN]]
    if len(regions) > SHOWN:
        shown.append(f"{len(regions) - SHOWN} more")
    return " or ".join((", ".join(shown[:-1]), shown[-1]) if len(shown) > 1 else shown)
