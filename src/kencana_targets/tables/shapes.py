"""Outlines of regions from GeoJSON: which region each is, by its code or its name."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core.errors import ArgumentError, Problem, TableError, refuse
from kencana_targets.core.typing import Floats
from kencana_targets.model.regions import Regions
from kencana_targets.tables.files import file_name, is_file, read_bytes

_NOT_SHAPES = "a GeoJSON file or mapping with features, or a GeoDataFrame"
_KEYED = "a property with the codes of Kemendagri or BPS, or with the names of regions"
_OTHER_FORM = "read it with geopandas.read_file(...) and hand that over"
# An outline is drawn to this share of the width of the map; finer steps cannot be seen.
_STEP = 1 / 4000

_Properties = Sequence[Mapping[str, Any]]


@frozen(eq=False)
class Outline:
    """A closed line around a part of a region, or around a hole in it.

    Parameters
    ----------
    points : ndarray, shape (points, 2)
    hole : bool
        Whether the inside is not of the region.
    """

    points: Floats
    hole: bool


def read_shapes(source: Any, regions: Regions, wanted: Iterable[str]) -> dict[str, list[Outline]]:
    """Return the outlines of the regions wanted, those without one left out.

    Parameters
    ----------
    source : str, Path, binary file, mapping or GeoDataFrame
        GeoJSON, or what hands it over as ``__geo_interface__``.
    regions : Regions
        Whose codes and names are known.
    wanted : iterable of str
        Codes of the regions to be drawn.

    Raises
    ------
    TableError
        The file is no GeoJSON.
    ArgumentError
        The source is of another kind; no property names the regions, or their codes may
        be those of Kemendagri as well as those of BPS.
    """
    features = _features(source)
    own = [(feature.get("properties") or {}, feature.get("id")) for feature in features]
    properties = [{**known, "id": one} for known, one in own if isinstance(known, Mapping)]
    if len(properties) < len(features):
        refuse("shapes", "properties", _NOT_SHAPES)
    found: dict[str, list[Outline]] = {}
    for number, code in _keyed(properties, regions, tuple(wanted)).items():
        found.setdefault(code, []).extend(_outlines(features[number].get("geometry")))
    every = [outline.points for outlines in found.values() for outline in outlines]
    if not every:
        names = ", ".join(dict.fromkeys(name for one in properties for name in one)) or "no feature"
        refuse("shapes", names, _KEYED, "rename a property, or give the regions of the plan codes")
    step = np.ptp(np.concatenate(every), axis=0).max() * _STEP
    return {
        code: [Outline(_thinned(one.points, step), one.hole) for one in outlines]
        for code, outlines in found.items()
    }


def _features(source: Any) -> list[Mapping[str, Any]]:
    value = getattr(source, "__geo_interface__", source)
    if is_file(source):
        name = file_name(source, "shapes")
        try:
            value = json.loads(read_bytes(source).decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            if isinstance(error, TableError):
                raise
            raise TableError(Problem("not a GeoJSON file", hint=_OTHER_FORM), name) from error
    features = value.get("features") if isinstance(value, Mapping) else None
    listed = features if isinstance(features, (list, tuple)) else [None]
    if not all(isinstance(one, Mapping) for one in listed):
        got = value.get("type") if isinstance(value, Mapping) else type(value).__name__
        refuse("shapes", got, _NOT_SHAPES, _OTHER_FORM)
    return list(listed)


def _keyed(properties: _Properties, regions: Regions, wanted: tuple[str, ...]) -> dict[int, str]:
    """Return which feature is which region, by the property that names most of them."""
    plain = {code.replace(".", ""): code for code in wanted}
    bps = {regions[code].bps_code: code for code in wanted if regions[code].bps_code}
    names = list(dict.fromkeys(name for one in properties for name in one))
    by_name = [_by_name([_text(one.get(name)) for one in properties], regions, wanted)
               for name in names]  # fmt: skip
    told = max(by_name, key=_distinct, default={})
    best: dict[int, str] = told
    for name in names:
        cells = [_text(one.get(name)) for one in properties]
        ways = [_mapped(cells, known.get) for known in (dict(zip(wanted, wanted, strict=True)),
                                                        plain, bps)]  # fmt: skip
        if _distinct(ways[1]) == _distinct(ways[2]) > 0 and ways[1] != ways[2]:
            ways = [ways[0], _of_whose(name, ways[1], ways[2], told)]
        best = max((best, *ways), key=_distinct)
    return best


def _of_whose(
    name: str, plain: dict[int, str], bps: dict[int, str], told: dict[int, str]
) -> dict[int, str]:
    """Choose between codes of Kemendagri without dots and codes of BPS."""
    agree = [sum(told.get(at) == code for at, code in way.items()) for way in (plain, bps)]
    if agree[0] != agree[1]:
        return plain if agree[0] > agree[1] else bps
    if ("bps" in name.lower()) == ("dagri" in name.lower()):
        at = next(iter(plain))
        allowed = "codes with dots, or a property whose name holds 'bps' or 'kemendagri'"
        what, where = "codes of Kemendagri or of BPS", f"shapes, {name}"
        raise ArgumentError(Problem(what, where=where, got=plain[at], allowed=allowed))
    return bps if "bps" in name.lower() else plain


def _distinct(found: dict[int, str]) -> int:
    return len(set(found.values()))


def _mapped(cells: list[str], find: Callable[[str], str | None]) -> dict[int, str]:
    return {at: code for at, cell in enumerate(cells) if (code := find(cell)) is not None}


def _by_name(cells: list[str], regions: Regions, wanted: tuple[str, ...]) -> dict[int, str]:
    """Return features by name: *Bandung* is the regency where *Kota Bandung* is there, too.

    *Bengkulu* is the province, and the city only beside names of other regions wanted.
    """
    found: dict[str, str | None] = {}
    several: dict[str, list[str]] = {}
    for cell in set(cells):
        every = regions.candidates(cell)
        exact = [one.code for one in regions.exactly(cell, every)]
        if len(exact) == 1 and exact[0] in wanted:
            found[cell] = exact[0]
        else:
            several[cell] = [one.code for one in every if one.code in wanted]
    sure = set(found.values())
    for cell, codes in several.items():
        left = [code for code in codes if code not in sure]
        found[cell] = left[0] if sure and len(left) == 1 else None
    return _mapped(cells, found.get)


def _text(value: Any) -> str:
    """Return a property as text; numbers as codes are written."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.2f}"
    return str(value).strip() if isinstance(value, (str, int)) else ""


def _outlines(geometry: Any) -> Iterator[Outline]:
    """Yield the lines of a geometry; points and lines have none."""
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if kind == "GeometryCollection":
        for part in geometry.get("geometries", ()):
            yield from _outlines(part)
    elif kind in ("Polygon", "MultiPolygon"):
        cells = geometry.get("coordinates")
        for polygon in [cells] if kind == "Polygon" else cells:
            for number, ring in enumerate(polygon):
                try:
                    points = np.array([point[:2] for point in ring], dtype=np.float64)
                except (TypeError, ValueError, IndexError):
                    points = np.full((1, 2), np.nan)
                if len(points) < 3 or points.ndim != 2 or not np.isfinite(points).all():
                    refuse("shapes", kind, "outlines of three or more points with finite figures")
                yield Outline(points, hole=number > 0)


def _thinned(points: Floats, step: float) -> Floats:
    cells = np.rint(points / step) if step else points
    kept = np.append(True, (np.diff(cells, axis=0) != 0).any(axis=1))
    return points[kept] if kept.sum() > 2 else points
