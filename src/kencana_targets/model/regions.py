"""Regions that belong together, found by code and by name as people write it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, NamedTuple, NoReturn

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.core import checks, errors
from kencana_targets.core.columns import read_only
from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import AmbiguousNameError, ArgumentError, Problem, UnknownNameError
from kencana_targets.core.resources import by_key, data_rows
from kencana_targets.core.terms import DEPTH, Level, LevelLike, as_term
from kencana_targets.core.typing import NDArray, Truths
from kencana_targets.model import place_names

_LONGEST_NAME = 200
_SPELLED = 200_000  # so many regions at most are looked through for the nearest
_Row = tuple[tuple[str, str], ...]
_CUT_CODE = re.compile(r"(\d{2})[.,](\d)", re.ASCII)
_BPS_CODE = re.compile(r"\d{4}", re.ASCII)
_LIKE_A_CODE = re.compile(r"\d+([.,]\d+)*", re.ASCII)
SHOWN = 10
EDITIONS = ("2022", "2025")
_NATION = "00"


def _as_level(value: LevelLike) -> Level:
    return as_term(Level, value, "level")


@frozen(kw_only=True)
class Region:
    """A nation, province, regency, city, district or village.

    Parameters
    ----------
    code : str
        Its code as text: of Kemendagri with dots (`"17.01"`), or a plan's own.
    name : str
        Official name, with the prefix (`"Kabupaten Mukomuko"`).
    level : Level
        Administrative level.
    parent : str, optional
        Code of the region that it belongs to.
    bps_code : str, optional
        Code of Statistics Indonesia, another system (`"1706"`).
    former_names : tuple of str
        Names that it had before, without the prefix.
    population : int, optional
        Inhabitants, to weigh by. [persons]

    Raises
    ------
    ArgumentError
        A field is not of its kind.

    Examples
    --------
    >>> Region(code="17.06", name="Kabupaten Mukomuko", level="regency", parent="17").level
    <Level.REGENCY: 'regency'>
    """

    code: str
    name: str
    level: Level = field(converter=_as_level)
    parent: str | None = None
    bps_code: str | None = None
    former_names: tuple[str, ...] = ()
    population: int | None = None

    def __attrs_post_init__(self) -> None:
        for argument in ("code", "name"):
            if not is_text(getattr(self, argument)):
                errors.refuse(argument, getattr(self, argument), "text without blanks around it")
        for argument in ("parent", "bps_code"):
            value = getattr(self, argument)
            if value is not None and not is_text(value):
                errors.refuse(argument, value, "text without blanks around it, or None")
        names: object = self.former_names
        if not isinstance(names, tuple) or not all(map(is_text, names)):
            errors.refuse("former_names", names, "a tuple of names")
        people: object = self.population
        if people is not None and (type(people) is not int or people < 0):
            errors.refuse("population", people, "a whole number, 0 or more, or None")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


def is_text(value: object) -> bool:
    """Return whether a value is text without blanks around it."""
    return isinstance(value, str) and value != "" and value == value.strip()


def _stripped(value: object) -> str | None:
    return value.strip() if isinstance(value, str) else None


def _grouped(pairs: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
    groups: dict[str, dict[int, None]] = {}
    for key, position in pairs:
        groups.setdefault(key, {})[position] = None
    return {key: tuple(positions) for key, positions in groups.items()}


def _in_code_order(regions: Iterable[Region]) -> tuple[Region, ...]:
    members: tuple[Any, ...] = tuple(regions)
    if not set(map(type, members)) <= {Region}:
        strange = [one for one in members if not isinstance(one, Region)]
        if strange:
            errors.refuse("regions", strange[0], "Region values")
    return tuple(sorted(members, key=attrgetter("code")))


def _as_rows(crosswalk: Iterable[Mapping[str, str] | _Row]) -> tuple[_Row, ...]:
    return tuple(tuple(dict(row).items()) for row in crosswalk)


class _Scan(NamedTuple):
    """What one pass over regions in the order of their codes finds.

    A run is of regions that stand together and have one parent and one level.
    """

    codes: tuple[str, ...]
    starts: list[int]
    doubled: list[int]
    with_bps: list[Region]


@frozen(eq=False, repr=False)
class Regions(Displayed):
    """Regions that belong together, in the order of their codes.

    Parameters
    ----------
    regions : iterable of Region
        The regions, with every parent among them.
    edition : str, optional
        Name of the official list that the codes are of.
    crosswalk : iterable of mapping
        For each region its code by edition, `{"2022": "91.01", "2025": "93.01"}`.

    Raises
    ------
    ArgumentError
        A code occurs twice, a parent is missing or is not above its part.
        All problems are gathered. A parent above every part leaves no circles.

    Examples
    --------
    >>> from kencana_targets.model.regions import Region
    >>> regions = Regions([
    ...     Region(code="17", name="Bengkulu", level="province"),
    ...     Region(code="17.06", name="Kabupaten Mukomuko", level="regency", parent="17"),
    ... ])
    >>> regions.find("KAB. MUKO MUKO").code
    '17.06'
    >>> [region.name for region in regions.children("17")]
    ['Kabupaten Mukomuko']
    """

    regions: tuple[Region, ...] = field(converter=_in_code_order)
    edition: str | None = field(default=None, kw_only=True)
    crosswalk: tuple[_Row, ...] = field(default=(), converter=_as_rows, kw_only=True)

    def __attrs_post_init__(self) -> None:
        errors.raise_gathered(ArgumentError, list(self._problems()), "regions")

    def _problems(self) -> Iterator[Problem]:
        for position in self._scan.doubled:
            code, name = self.codes[position], self.regions[position].name
            yield Problem(
                "code occurs twice",
                where=f"region '{code}'",
                got=f"{self.regions[bisect_left(self.codes, code)].name} and {name}",
                hint="give each region a code of its own",
            )
        by_bps: dict[str | None, Region] = {}
        for region in self._scan.with_bps:
            same = by_bps.setdefault(region.bps_code, region)
            if same is not region:
                what = f"BPS code is also that of '{same.code}'"
                yield Problem(what, where=f"region '{region.code}'", got=region.bps_code)
        runs = zip(
            self._scan.starts, self._run_parents, [*self._scan.starts, len(self)][1:], strict=True
        )
        for start, above, stop in runs:
            parent, level = self.regions[start].parent, self.regions[start].level
            if above < 0 and parent is not None:
                hint = "add the parent, or extend the regions that have it"
                what = "parent is unknown"
            elif above >= 0 and DEPTH[over := self.regions[above].level] >= DEPTH[level]:
                what, hint = f"parent is a {over}, which is not above a {level}", ""
            else:
                continue
            for code in self.codes[start:stop]:
                yield Problem(what, where=f"region '{code}'", got=parent, hint=hint)

    def __len__(self) -> int:
        return len(self.regions)

    def __iter__(self) -> Iterator[Region]:
        return iter(self.regions)

    def __contains__(self, region: object) -> bool:
        """Tell whether there is a region of this code, or this very region."""
        if isinstance(region, Region):
            return region.code in self and self[region.code] == region
        return isinstance(region, str) and region in self.positions

    def __getitem__(self, code: str) -> Region:
        return self.regions[self.position(code)]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Regions):
            return NotImplemented
        mine = (self.edition, self.regions, self.crosswalk)
        return mine == (other.edition, other.regions, other.crosswalk)

    def __hash__(self) -> int:
        return hash((self.edition, self.codes))

    def __repr__(self) -> str:
        edition = f", edition={self.edition!r}" if self.edition is not None else ""
        return f"<Regions: {len(self)}{edition}>"

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes, in order.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> regions.codes[:3]
        ('00', '11', '11.01')
        """
        return self._scan.codes

    @cached_property
    def parent_positions(self) -> NDArray[np.int32]:
        """Position of each region's parent, -1 for none; read-only, shape (regions,)."""
        lengths = np.diff(np.array([*self._scan.starts, len(self)]))
        return read_only(np.repeat(np.array(self._run_parents, dtype=np.int32), lengths))

    @cached_property
    def _scan(self) -> _Scan:
        """Go through the regions once, because there may be millions of them."""
        codes: list[str] = []
        starts: list[int] = []
        doubled: list[int] = []
        with_bps: list[Region] = []
        code = parent = level = None
        for position, region in enumerate(self.regions):
            if region.code == code:
                doubled.append(position)
            code = region.code
            codes.append(code)
            if region.bps_code is not None:
                with_bps.append(region)
            if region.parent != parent or region.level is not level:
                parent, level = region.parent, region.level
                starts.append(position)
        return _Scan(tuple(codes), starts, doubled, with_bps)

    @cached_property
    def _run_parents(self) -> list[int]:
        """Position of the parent of each run, -1 for none and for one that is unknown."""
        codes, found = self.codes, []
        for start in self._scan.starts:
            parent = self.regions[start].parent
            position = -1 if parent is None else bisect_left(codes, parent)
            found.append(position if codes[position : position + 1] == (parent,) else -1)
        return found

    @cached_property
    def positions(self) -> dict[str, int]:
        """The place of each code in the order of codes, from 0."""
        return dict(zip(self.codes, range(len(self)), strict=True))

    def editions_with(self, code: str) -> tuple[str, ...]:
        """Return the editions in which there is such a code.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> regions.editions_with("17.01")
        ('2022', '2025')
        """
        return tuple(edition for edition, rows in self._by_edition.items() if code in rows)

    @cached_property
    def _by_bps(self) -> dict[str, Region]:
        return {region.bps_code or "": region for region in self._scan.with_bps}

    @cached_property
    def _children(self) -> dict[str, tuple[Region, ...]]:
        parts = by_key((one.parent, one) for one in self.regions if one.parent is not None)
        return {code: tuple(members) for code, members in parts.items()}

    @cached_property
    def _by_stem(self) -> dict[str, tuple[int, ...]]:
        return _grouped(
            (stem, position)
            for position, region in enumerate(self.regions)
            for name in (region.name, *region.former_names)
            for stem in place_names.spellings(name, region.level)
        )

    @cached_property
    def _by_whole(self) -> dict[str, tuple[int, ...]]:
        return _grouped(
            (place_names.fold(region.name), at) for at, region in enumerate(self.regions)
        )

    @cached_property
    def levels(self) -> NDArray[np.str_]:
        """The level of each region, shape (regions,)."""
        return np.array([region.level for region in self.regions], dtype=np.str_)

    @cached_property
    def _spellings(self) -> place_names.SpellingTable:
        # Of millions of villages none is suggested: the table would take gigabytes.
        depths = [DEPTH[region.level] for region in self.regions]
        beyond = sorted(depths)[_SPELLED:]
        stems = ((owner, stem) for stem, owners in self._by_stem.items() for owner in owners)
        kept = (one for one in stems if not beyond or depths[one[0]] < beyond[0])
        return place_names.SpellingTable.build(kept, self.levels)

    @cached_property
    def _by_edition(self) -> dict[str, dict[str, dict[str, str]]]:
        editions: dict[str, dict[str, dict[str, str]]] = {}
        for pairs in self.crosswalk:
            for edition, code in pairs:
                editions.setdefault(edition, {})[code] = dict(pairs)
        return editions

    def position(self, code: str) -> int:
        """Return the place of a code in the order of codes, from 0.

        Raises
        ------
        UnknownNameError
            There is no such code; a number instead of text is never looked up.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> regions.codes[regions.position("17.01")]
        '17.01'
        """
        position = self.positions.get(code) if is_text(code) else None
        if position is None:
            _refuse_code(code, self)
        return position

    def children(self, code: str) -> tuple[Region, ...]:
        """Return the regions whose parent is `code`, in the order of their codes.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> [one.code for one in regions.children("17")][:3]
        ['17.01', '17.02', '17.03']
        """
        return self._children.get(self[code].code, ())

    def ancestors(self, code: str) -> tuple[Region, ...]:
        """Return the parent, its parent and so on, nearest first.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> [one.name for one in regions.ancestors("17.01")]
        ['Bengkulu', 'Indonesia']
        """
        above: list[Region] = []
        region = self[code]
        while region.parent is not None:
            region = self[region.parent]
            above.append(region)
        return tuple(above)

    def extended(self, more: Iterable[Region]) -> Regions:
        """Return these regions and more, such as the districts of a plan.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> village = kt.Region(code="17.01.01", name="Kecamatan A", level="district",
        ...                     parent="17.01")
        >>> len(regions.extended([village])) - len(regions)
        1
        """
        return evolve(self, regions=(*self.regions, *checks.items("more", more, Region)))

    def from_bps(self, code: str) -> Region:
        """Return the region with this code of Statistics Indonesia (BPS).

        Lists of BPS also write a province with two zeros behind, 1300 for 13.

        Raises
        ------
        UnknownNameError
            There is no such BPS code here.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> regions.from_bps("1771").name
        'Kota Bengkulu'
        """
        region = self.with_bps(code)
        if region is None:
            hint = "BPS codes are text of two or four digits, such as '1701'"
            if code in self:
                hint = f"it is the code of {self[code].name}; look it up with regions['{code}']"
            raise UnknownNameError(Problem("unknown BPS code", got=code, hint=hint))
        return region

    def with_bps(self, code: object) -> Region | None:
        """Return the region with this code of BPS, None if there is none.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> regions.with_bps("1771").code, regions.with_bps("9999")
        ('17.71', None)
        """
        if not isinstance(code, str):
            return None
        whole = self._by_bps.get(code.removesuffix("00")) if len(code) == len("1300") else None
        return self._by_bps.get(code, whole)

    def translate(self, code: str, *, to: str) -> str:
        """Return the code that the same region has in another edition.

        The code is read in this value's own edition, and where it has no such
        code in the edition that has. A province that was split keeps its code for what
        remained: Papua is 91 in both editions, of 29 and of 9 regencies.

        Parameters
        ----------
        code : str
            A code of any edition.
        to : str
            The edition wanted.

        Raises
        ------
        ArgumentError
            There is no such edition.
        UnknownNameError
            The code is unknown, or its region has none in that edition.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> regions.translate("17.01", to=regions.editions_with("17.01")[0])
        '17.01'
        """
        editions = self._by_edition
        if not is_text(to) or to not in editions:
            errors.refuse(
                "to", to, ", ".join(sorted(editions)) or "nothing: these regions have no editions"
            )
        if not is_text(code):
            _refuse_code(code, self)
        own = [rows for edition, rows in editions.items() if edition == self.edition]
        row = next((rows[code] for rows in (*own, *editions.values()) if code in rows), None)
        if row is None:
            _refuse_code(code, self)
        if to not in row:
            parts = [self.translate(part.code, to=to) for part in self._children.get(code, ())]
            hint = f"its parts have the codes {', '.join(parts)} there" if parts else ""
            raise UnknownNameError(Problem(f"no code in edition {to}", got=code, hint=hint))
        return row[to]

    def find(
        self, name: str, *, province: str | None = None, level: Level | str | None = None
    ) -> Region:
        """Return the region of this name, as people write it, or of this code.

        Letter case, dots, hyphens and spaces do not count, prefixes may be
        short or left out, former names count. A name that fits several regions
        is refused, with one exception: a name that is exactly the official name
        of one of them means that one, unless a province is given. So
        *Bengkulu* is the province and *Kota Bengkulu* the city, while *Bandung*
        needs its prefix. A misspelled name is never taken for another: the
        nearest three are named in the error.

        Parameters
        ----------
        name : str
            Name or code.
        province : str, optional
            Name or code of the province to look in, itself included.
        level : Level, optional
            The level to look at.

        Raises
        ------
        AmbiguousNameError
            The name fits more than one region.
        UnknownNameError
            The name fits none.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> regions.find("Kab. Seluma").code, regions.find("Bengkulu", level="city").code
        ('17.05', '17.71')
        """
        wanted = None if level is None else as_term(Level, level, "level")
        within = None if province is None else self.find(province, level=Level.PROVINCE).code
        text = _stripped(name)
        if text is None or _LIKE_A_CODE.fullmatch(text):
            self.position(name if text is None else text)
        matches = [
            region
            for region in self.candidates(name)
            if wanted in (None, region.level) and (within is None or self.is_within(region, within))
        ]
        if within is None:
            matches = self.exactly(name, matches)
        if not matches:
            near = self.nearest(name, self.expected(() if within is None else (within,), wanted))
            everywhere = within is None and wanted is None
            raise UnknownNameError(unknown_region(name, near, everywhere=everywhere))
        if len(matches) > 1:
            raise AmbiguousNameError(several_regions(name, matches))
        return matches[0]

    def candidates(self, name: str) -> tuple[Region, ...]:
        """Return every region that a name fits, or that has this code, in the order of codes.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> [region.code for region in kt.load_regions().candidates("Bandung")]
        ['32.04', '32.73']
        """
        text = _stripped(name) or ""
        if text in self.positions:
            return (self.regions[self.positions[text]],)
        if len(text) > _LONGEST_NAME:
            return ()
        for way in dict.fromkeys(
            (text, place_names.without_marks(text), place_names.rewritten(text))
        ):
            readings = place_names.read_name(way)
            matches = {
                position
                for reading in readings
                for position in self._by_stem.get(reading.stem, ())
                if reading.level in (None, self.regions[position].level)
            }
            if matches := matches.union(self._by_whole.get(readings[0].stem, ())):
                return tuple(self.regions[position] for position in sorted(matches))
        return ()

    def exactly(self, name: str, matches: Sequence[Region]) -> list[Region]:
        """Return the one of several regions whose official name it is, all of them if none.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> found = regions.candidates("Bengkulu")
        >>> [one.code for one in found], [one.code for one in regions.exactly("Kota Bengkulu",
        ...     found)]
        (['17', '17.71'], ['17.71'])
        """
        whole = place_names.fold(place_names.without_marks(name)), place_names.fold(name)
        exact = [region for region in matches if place_names.fold(region.name) in whole]
        return exact if len(exact) == 1 else list(matches)

    def is_within(self, region: Region, code: str) -> bool:
        """Return whether a region is the one of this code or below it.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> regions.is_within(regions["17.01"], "17")
        True
        """
        return code in (region.code, *(above.code for above in self.ancestors(region.code)))

    def expected(self, within: Iterable[str] = (), level: Level | None = None) -> Truths:
        """Return which regions are of a level and below any of some codes, shape (regions,).

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> int(regions.expected(["17"], kt.Level.REGENCY).sum())
        9
        """
        expected = np.ones(len(self), np.bool_) if level is None else self.levels == level
        if tops := [self.positions[code] for code in within]:
            inside = np.isin(np.arange(len(self)), tops)
            # The last place is that of those without a parent.
            while ((more := np.append(inside, False)[self.parent_positions]) > inside).any():
                inside |= more
            expected &= inside
        return expected

    def nearest(self, name: object, expected: Truths) -> list[Region]:
        """Return the three regions whose names look most like one, those expected first.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> regions = kt.load_regions()
        >>> import numpy as np
        >>> [one.name for one in regions.nearest("Kepahyang", np.ones(len(regions),
        ...     dtype=bool))]
        ['Kabupaten Kepahiang', 'Kabupaten Ketapang', 'Kabupaten Pemalang']
        """
        text = _stripped(name) or ""
        text = self[text].name if text in self else text
        readings = place_names.read_name(place_names.without_marks(text[:_LONGEST_NAME]))
        found = self._spellings.nearest(readings, expected) if len(self) else []
        return [self.regions[position] for position in found]


def _refuse_code(code: object, regions: Regions) -> NoReturn:
    """Raise for what is not a code of these regions."""
    what = "unknown region code" if isinstance(code, str) else "a region's name or code is text"
    text = f"{code:.15g}" if checks.is_finite(code) else _stripped(code) or ""
    raise UnknownNameError(Problem(what, got=code, hint=next(_code_hints(text, regions))))


def _code_hints(text: str, regions: Regions) -> Iterator[str]:
    """Yield what may help, the best first."""
    if cut := _CUT_CODE.fullmatch(text):
        both = (f"{cut[1]}.0{cut[2]}", f"{cut[1]}.{cut[2]}0")
        known = [regions[code] for code in both if code in regions]
        if known:
            yield f"a spreadsheet may have made it a number; it may have been {listed(known)}"
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
        yield f"known are {', '.join(codes[:SHOWN])}" + (" ..." if len(codes) > SHOWN else "")
    yield "look names up with find(), codes of BPS with from_bps()"


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


def listed(regions: Sequence[Region]) -> str:
    """Name regions with their codes, the first of them when there are many."""
    shown = [f"'{region.name}' ({region.code})" for region in regions[:SHOWN]]
    if more := len(regions[SHOWN:]):
        shown.append(f"{more} more")
    return " or ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def load_regions(edition: str = "2025") -> Regions:
    """Return the nation, its provinces, and all regencies and cities.

    The population is that of December 2024 in both editions; a province or the
    nation has the sum of its regencies and cities.

    Parameters
    ----------
    edition : str
        `"2025"` (38 provinces) or `"2022"` (34, before Papua was divided).

    Raises
    ------
    ArgumentError
        There is no such edition.

    References
    ----------
    Kepmendagri 300.2.2-2138/2025 as amended by 300.2.2-2430/2025; Permendagri 58/2021 as revised by Kepmendagri
    050-145/2022. See SOURCES.md in the folder ``data``.

    Examples
    --------
    >>> regions = load_regions()
    >>> print(regions.find("Kab. Muko Muko"))
    Kabupaten Mukomuko (17.06)
    >>> load_regions("2022").translate("91.01", to="2025")
    '93.01'
    """
    if edition not in EDITIONS:
        errors.refuse("edition", edition, ", ".join(EDITIONS))
    return _load(edition)


@cache
def _load(edition: str) -> Regions:
    rows = data_rows("regions.csv")
    code = f"code_{edition}"
    people: dict[str, int] = {}
    for row in rows:
        province, dot, _ = row[code].partition(".")
        if dot:
            for whole in (row[code], province, _NATION):
                people[whole] = people.get(whole, 0) + int(row["population_dec_2024"])
    nation = Region(code=_NATION, name="Indonesia", level=Level.NATION, population=people[_NATION])
    return Regions(
        [nation, *(_region(row, row[code], people[row[code]]) for row in rows if row[code])],
        edition=edition,
        crosswalk=[
            {named: row[f"code_{named}"] for named in EDITIONS if row[f"code_{named}"]}
            for row in rows
        ],
    )


def _region(row: dict[str, str], code: str, population: int) -> Region:
    province, dot, _ = code.partition(".")
    return Region(
        code=code,
        name=row["name"],
        level=Level(row["level"]),
        parent=province if dot else _NATION,
        bps_code=row["bps_code_2020"] or None,
        former_names=tuple(filter(None, row["former_names"].split(";"))),
        population=population,
    )
