"""What to say when a region is not found, so that the next attempt finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NoReturn

from kencana_targets.core.errors import AmbiguousNameError, Problem, UnknownNameError

if TYPE_CHECKING:
    from kencana_targets.model.region import Region
    from kencana_targets.model.regions import Regions

_SHOWN = 10
_CUT_CODE = re.compile(r"(\d{2})[.,](\d)", re.ASCII)
_BPS_CODE = re.compile(r"\d{4}", re.ASCII)


def refuse_name(name: object, near: Sequence[Region], *, everywhere: bool) -> NoReturn:
    """Raise for a name that no region has; `near` are those that look most like it."""
    what = "unknown region" if everywhere else "no such region in that province or at that level"
    hint = "write the official name with its prefix, or the code"
    if near:
        hint = f"the nearest are {_listed(near)}"
    raise UnknownNameError(Problem(what, got=name, hint=hint))


def refuse_choice(name: object, matches: Sequence[Region]) -> NoReturn:
    """Raise for a name that several regions have."""
    several_levels = len({region.level for region in matches}) == len(matches)
    hint = "write the prefix" if several_levels else "give the province or the code"
    what = f"name fits {len(matches)} regions"
    raise AmbiguousNameError(Problem(what, got=name, allowed=_listed(matches), hint=hint))


def refuse_edition(code: str, edition: str, parts: Sequence[str]) -> NoReturn:
    """Raise for a region that another edition does not have."""
    hint = f"its parts have the codes {', '.join(parts)} there" if parts else ""
    raise UnknownNameError(Problem(f"no code in edition {edition}", got=code, hint=hint))


def refuse_bps_code(code: object, regions: Regions) -> NoReturn:
    """Raise for what is not a code of BPS."""
    hint = "BPS codes are text of two or four digits, such as '1701'"
    if isinstance(code, str) and code in regions:
        hint = f"it is the code of {regions[code].name}; look it up with regions['{code}']"
    raise UnknownNameError(Problem("unknown BPS code", got=code, hint=hint))


def refuse_code(code: object, regions: Regions) -> NoReturn:
    """Raise for what is not a code of these regions."""
    what = "unknown region code" if isinstance(code, str) else "a region's name or code is text"
    if isinstance(code, float) and code.is_integer():
        hint = next(_code_hints(str(int(code)), regions))
    else:
        hint = next(_code_hints(str(code).strip(), regions))
    raise UnknownNameError(Problem(what, got=code, hint=hint))


def _code_hints(text: str, regions: Regions) -> Iterator[str]:
    """Yield what may help, the best first."""
    if cut := _CUT_CODE.fullmatch(text):
        both = (f"{cut[1]}.0{cut[2]}", f"{cut[1]}.{cut[2]}0")
        known = [regions[code] for code in both if code in regions]
        if known:
            yield f"a spreadsheet may have made it a number; it may have been {_listed(known)}"
    if _BPS_CODE.fullmatch(text):
        dotted = f"{text[:2]}.{text[2:]}"
        ways = [f"write '{dotted}' for {regions[dotted].name}"] if dotted in regions else []
        ways += [f"from_bps('{text}') for {each.name}" for each in regions if each.bps_code == text]
        yield " or ".join(ways) or "codes have a dot; see from_bps() for codes of BPS"
    if text in regions:
        yield f"write '{text}' for {regions[text].name}"
    for edition in regions.editions_with(text):
        yield f"it is a code of edition {edition}; see translate('{text}', to='{regions.edition}')"
    parent = text.rpartition(".")[0]
    if parent in regions and regions.children(parent):
        codes = [region.code for region in regions.children(parent)]
        yield f"known are {', '.join(codes[:_SHOWN])}" + (" ..." if len(codes) > _SHOWN else "")
    yield "look names up with find(), codes of BPS with from_bps()"


def _listed(regions: Sequence[Region]) -> str:
    shown = [f"'{region.name}' ({region.code})" for region in regions[:_SHOWN]]
    if len(regions) > _SHOWN:
        shown.append(f"{len(regions) - _SHOWN} more")
    return " or ".join((", ".join(shown[:-1]), shown[-1]) if len(shown) > 1 else shown)
