"""Which region each row of a table is of: its codes first, its names as their check."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache, partial

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.columns import Categorical, RawColumn
from kencana_targets.core.errors import MOST_OF_A_KIND, KencanaError, Problem
from kencana_targets.core.terms import DEPTH, Level
from kencana_targets.model.place_names import levels_named, read_name
from kencana_targets.model.plan import Plan
from kencana_targets.model.regions import Region, Regions, listed, several_regions, unknown_region
from kencana_targets.tables.cells import Draft, at_rows, rows_of
from kencana_targets.tables.headings import LEAVE_OUT
from kencana_targets.tables.raw_columns import distinct
from kencana_targets.tables.words import Memory, fold, word_set, words_of

# What a table may say of a region, in the order in which it is asked.
# "17.05 - Seluma"
# Codes as long as those of districts or villages, of regencies: 1705000, 1705000000.
_NO_DISTRICT = re.compile(r"(?<=\A[0-9]{4})0{3}(?:0{3})?\Z")
_CODE_BEFORE = re.compile(r"([0-9]{2}(?:\.[0-9]{2})?|[0-9]{4})[\s:-]{0,5}([^\W\d_].*)")
_SAID = (
    *("region", "region_code", "bps_code", "province", "province_code"),
    *("region_level", "region_group"),
)
_CODES = ("bps_code", "region_code", "province_code")
# So many names are told with the nearest; more are another column.
_MOST_NEAREST = 30
# What stands before a number that has been refused: no name begins so.
_NUMBER = "\0"
_DOTLESS = "Kemendagri written without dots"
# So many other regions settle of which province a name is that several have.
_ENOUGH = 3
_CodeOf = Callable[[str, Sequence[Region]], str]
_OF_TWO = "code and name are of two regions"
_DIGITS = re.compile(r"[0-9]+")
_LIKE_A_CODE = re.compile(r"[0-9]{2}(?:\.[0-9]{2}){0,2}(?:\.[0-9]{4})?|[0-9]{4}(?:[0-9]{2,6})?")
_LAST_ZEROS = re.compile(r"(?<=^[0-9]{2})\.?00$")
_NUMERIC = re.compile(r"[0-9]+(?:[.,][0-9]+)*", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")


@frozen
class _Refused:
    """What is wrong with a row, and in which of its fields."""

    field: str
    problems: tuple[Problem, ...]


def find_regions(
    draft: Draft,
    regions: Regions,
    *,
    heading: str = "",
    home: Callable[[], Collection[str]] = tuple,
) -> None:
    """Turn what a table says of its regions into codes, in the column ``region``.

    A code decides, and a name beside it must fit it. Where several regions have a name,
    the row decides by its own level or province, then the row above, then the heading,
    then a city of the name in the same column: a bare name beside *Kota Bogor* is the
    regency. What nothing decides is refused, one problem a name with all its rows.

    Parameters
    ----------
    draft : Draft
        Beside ``region`` (names or codes) any of ``region_code``, ``bps_code``,
        ``province``, ``province_code``, ``region_level`` (*Kabupaten* or *Kota*, a cell a row)
        and ``region_group`` (what the row above a group says); they are taken out.
    regions : Regions
        All regions that may be meant.
    heading : str
        What stands over the regions; its level holds. Empty where the caller told the column.
    home : callable
        Gives the codes of the regions that names are first looked for in when one is suggested.
    """
    columns = draft.columns
    if "region" not in columns or not draft.rows:
        return
    coded = next((role for role in _CODES[:2] if role in columns), "region")
    # Where no column of names stands beside the codes they are the regions.
    alone = coded != "region" and draft.place(0, coded) == draft.place(0, "region")
    texts = {
        role: _as_text(columns[role], role, regions, draft)
        for role in _SAID
        if role in columns and not (alone and role == "region")
    }
    if alone:
        texts["region"] = texts[coded]
    if len(texts) > 1 or not all(map(regions.positions.__contains__, texts["region"].categories)):
        texts["region"] = _Column(texts, coded, regions, draft, heading, home).resolved()
    kept = {role: cells for role, cells in columns.items() if role not in _SAID[1:]}
    draft.columns = kept | {"region": texts["region"]}


def home_provinces(plan: Plan) -> frozenset[str]:
    """Return the provinces of which a plan has figures."""
    regions, index, provinces = plan.regions, plan.index, set[str]()
    has = (index.path_of >= 0).reshape(index.regions, index.indicators).any(axis=1)
    while len(climbing := np.flatnonzero(has)):
        at_level = climbing[regions.levels[climbing] == Level.PROVINCE]
        provinces.update(regions.codes[position] for position in at_level.tolist())
        above = regions.parent_positions[climbing]
        has = np.zeros(len(regions), dtype=bool)
        has[above[above >= 0]] = True
    return frozenset(provinces)


@lru_cache(maxsize=8)
def former_provinces(regions: Regions) -> Mapping[str, frozenset[str]]:
    """Return the provinces of a region in all editions, by its code in this one."""
    rows, now = map(dict, regions.crosswalk), regions.edition
    return {
        row[now]: frozenset(code.partition(".")[0] for code in row.values())
        for row in rows
        if now in row
    }


def lies_within(regions: Regions, region: Region, code: str) -> bool:
    """Return whether a region lies in another, or did before a province was split."""
    return regions.is_within(region, code) or code in former_provinces(regions).get(region.code, ())


def is_level_column(words: Iterable[str], heading: str = "") -> bool:
    """Return whether all cells of a column are words for levels, and there are any.

    *Nasional* may name a region, under its heading, or a kind of something: it is a level beside
    others under a `heading` of none, or under one of levels.

    Examples
    --------
    >>> is_level_column(["Kab.", "Kota"]), is_level_column(["Kab. Kaur"]), is_level_column([])
    (True, False, False)
    >>> [is_level_column(["Nasional", *more], heading)
    ...  for more, heading in (((), "Tingkat"), (["Kota"], "Jenis"), ((), "Jenis"), (["Kota"], ""))]
    [True, True, False, False]
    """
    cells = [*filter(str.strip, words)]
    # The first cell that is no level settles it.
    known = all(_only_levels(cell) or (heading and _nation(cell)) for cell in cells)
    over = word_set("levels").issuperset(fold(heading).split() or [""])
    return bool(cells) and bool(known) and (over or not all(map(_nation, cells)))


def _nation(text: str) -> frozenset[Level]:
    nation = words_of("level").get(fold(text)) == "nation"
    return frozenset((Level.NATION,) if nation else ())


def _only_levels(text: str) -> bool:
    fillers = word_set("level-fillers")
    words = [word for word in _WORD.findall(text.casefold()) if word not in fillers]
    return 0 < len(words) < 8 and all(map(levels_named, words))


def _as_text(cells: RawColumn, role: str, regions: Regions, draft: Draft) -> Categorical:
    """Return a column as text; whole numbers lose nothing by it, others are problems."""
    if isinstance(cells, Categorical):
        return cells
    words: list[str | None] = []
    wrong: dict[object, list[int]] = {}
    for row, cell in enumerate(cells.tolist() if isinstance(cells, np.ndarray) else cells):
        if cell is None or cell != cell or isinstance(cell, str):  # noqa: PLR0124 (nan)
            words.append(cell if isinstance(cell, str) else None)
        elif role in _CODES and isinstance(cell, float) and cell.is_integer():
            words.append(str(int(cell)))
        else:
            wrong.setdefault(cell, []).append(row)
            words.append(_NUMBER + str(cell))
    for cell, rows in wrong.items():
        try:
            regions.find(cell)  # type: ignore[arg-type]
        except KencanaError as error:
            draft.problems += [at_rows(one, role, rows, draft.place) for one in error.problems]
    return Categorical.encode(words)


@lru_cache(maxsize=8)
def _candidates(regions: Regions) -> Callable[[str], tuple[Region, ...]]:
    return Memory(regions.candidates).__getitem__


class _Column:
    """The regions of a table's rows, each combination of what is said of one looked up once."""

    def __init__(
        self,
        texts: Mapping[str, Categorical],
        coded: str,
        regions: Regions,
        draft: Draft,
        heading: str,
        home: Callable[[], Collection[str]],
    ) -> None:
        self.texts, self.regions, self.draft = dict(texts), regions, draft
        self.coded, self.heading, self.home = coded, levels_named(heading), home
        self.told = not heading
        self.suggested = 0
        self.candidates = _candidates(regions)
        self.group = cache(self._group)
        self.lies_within = partial(lies_within, regions)
        self.first, self.inverse = distinct(list(self.texts.values()))
        rows = self.first.tolist()
        self.said = [{role: text[row] for role, text in self.texts.items()} for row in rows]
        self.code_of = self._code_system()

    def resolved(self) -> Categorical:
        """Return the code of each row; what is refused keeps its words."""
        found: list[str | None] = []
        wrong: dict[int, _Refused] = {}
        passed_over = False
        for situation, said in enumerate(self.said):
            answer = said["region"]
            if len(wrong) < MOST_OF_A_KIND or answer in self.regions:
                resolved = self._resolve(said)
                if isinstance(resolved, _Refused):
                    wrong[situation] = resolved
                else:
                    answer = resolved
            else:
                passed_over = True
            found.append(answer)
        self._report(wrong or self._of_other_provinces(found))
        if passed_over:
            what = f"no more names were looked up after {len(wrong)} unknown ones"
            self.draft.problems.append(Problem(what, hint="is this the column of the region?"))
        return Categorical.encode(found).take(self.inverse)

    def _of_other_provinces(self, found: Sequence[str | None]) -> dict[int, _Refused]:
        """Refuse codes of provinces that the regions beside them do not lie in.

        Of the lists of Kemendagri and BPS the codes are of the one that fewest rows contradict.
        """
        beside = {
            at: (_LAST_ZEROS.sub("", word.strip()), self.regions[code])
            for at, (said, code) in enumerate(zip(self.said, found, strict=True))
            if code and (word := said.get("province_code")) and DEPTH[self.regions[code].level]
        }
        if not all(_LIKE_A_CODE.fullmatch(word) for word, _ in beside.values()):
            self._note("no codes of regions stand here: the column is left out", "province_code")
            return {}
        heading = (self.draft.place(0, "province_code").heading or "") if beside else ""
        against = [
            [at for at, (word, region) in beside.items() if not self._holds(word, region, of)]
            for of in ("BPS",) + ("",) * ("bps" not in heading.casefold())
        ]
        what = _OF_TWO
        return {
            at: _Refused("province_code", (Problem(what, got=beside[at][0], hint=hint),))
            for at in min(reversed(against), key=len)
            if (hint := f"'{beside[at][1].name}' does not lie there: mend one, or {LEAVE_OUT}")
        }

    def _holds(self, word: str, region: Region, of: str) -> bool:
        """Return whether a region lies in the province of a code, as far as the list knows it."""
        if code := self._code(word, of):
            return self.lies_within(region, code)
        return of == "BPS" and self._of_a_new_province(region)

    def _of_a_new_province(self, region: Region) -> bool:
        """Return whether BPS gave a region, or its province, a code that its list of 2020 lacks."""
        above = (region, *self.regions.ancestors(region.code))
        return any(one.level is Level.PROVINCE and one.bps_code is None for one in above)

    def _report(self, wrong: Mapping[int, _Refused]) -> None:
        """Report each problem once, with the rows of all that have it."""
        if not wrong:
            return
        rows = rows_of(self.inverse, wrong)
        gathered: dict[tuple[str, str], tuple[Problem, list[int]]] = {}
        for situation, refused in wrong.items():
            for problem in refused.problems:
                key = refused.field, str(problem)
                gathered.setdefault(key, (problem, []))[1].extend(rows[situation])
        self.draft.problems += [
            at_rows(problem, role, sorted(held), self.draft.place)
            for (role, _), (problem, held) in gathered.items()
        ]

    def provinces(self, name: str) -> tuple[Region, ...]:
        """Return the provinces, or the nation, that a name may be of."""
        tops = [one for one in self.candidates(name) if DEPTH[one.level] <= 1]
        return tuple(self.regions.exactly(name, tops))

    def _resolve(self, said: Mapping[str, str | None]) -> str | _Refused | None:
        """Return the code of the region that a row speaks of."""
        name = said["region"]
        if any(word is not None and word.startswith(_NUMBER) for word in said.values()):
            return name  # it is refused already
        if self.code_of is not None and said[self.coded]:
            return self._by_code(said, self.code_of)
        if name is not None and (match := _CODE_BEFORE.fullmatch(name.strip())):
            bps = self.regions.with_bps(match[1])
            coded = self.candidates(match[1]) or ((bps,) if bps else ())
            if coded and (fits := self.candidates(match[2])):
                other = _Refused("region", (Problem(_OF_TWO, got=name),))
                return coded[0].code if coded[0] in fits else other
        scope: str | None = None
        if province := said.get("province"):
            if len(tops := self.provinces(province)) != 1:
                return self._unknown("province", province, (), Level.PROVINCE)
            scope = tops[0].code
        if name is None:
            return scope
        top, levels = self.group(said.get("region_group"))
        stated = said.get("region_level") or ""
        levels = levels_named(stated) or _nation(stated) or levels
        fits = self.candidates(name)
        if scope is not None:
            fits = tuple(region for region in fits if self.lies_within(region, scope))
        elif top is not None:
            # Sums of what is above stand below the last group, and a region without a figure
            # is none: those of its level follow it.
            depth, within = DEPTH[self.regions[top].level], self.regions.is_within
            named = (one for one in fits if one.code != top or depth <= 1)
            inside = tuple(one for one in named if within(one, top))
            fits = inside or tuple(one for one in fits if DEPTH[one.level] <= depth)
        return self._named(name, fits, scope, levels)

    def _by_code(self, said: Mapping[str, str | None], code_of: _CodeOf) -> str | _Refused:
        """Return the code of the region that a row gives a code, if its name fits it."""
        name, written = said["region"], said[self.coded] or ""
        fits = () if name in (None, written) else self.candidates(str(name))
        try:
            code = code_of(written.strip(), fits)
        except KencanaError as error:
            return _Refused(self.coded, error.problems)
        above = self.provinces(province) if (province := said.get("province")) else ()
        if above and not any(self.lies_within(self.regions[code], one.code) for one in above):
            fits, name = above, province
        if not fits or self.regions[code] in fits:
            return code
        own, named = self.regions[code].name, " or ".join(f"'{region.code}'" for region in fits)
        hint = f"'{code}' is {own}, the name is that of {named}; mend one, or {LEAVE_OUT}"
        return _Refused("region", (Problem(_OF_TWO, got=name, hint=hint),))

    def _named(
        self, name: str, fits: Sequence[Region], scope: str | None, levels: frozenset[Level]
    ) -> str | _Refused:
        """Return the code of the region of a name, as far as the table settles which it is."""
        chosen = self._at_levels(name, fits, levels or self.heading, stated=bool(levels))
        if len(chosen) > 1 and not levels and self.cities:
            chosen = [region for region in chosen if region not in self.cities] or chosen
        if len(chosen) > 1 and scope and self.below_provinces:
            chosen = [region for region in chosen if region.code != scope] or chosen
        if len(chosen) > 1 and self.capitals:
            chosen = [one for one in chosen if (DEPTH[one.level] <= 1) == name.isupper()] or chosen
        if len(chosen) > 1 and (not self.heading or Level.PROVINCE in self.heading):
            chosen = self.regions.exactly(name, chosen)
        if len(chosen) > 1 and not scope and self.province:
            inside = [one for one in chosen if self.regions.is_within(one, self.province)]
            chosen = inside or chosen
        if len(chosen) == 1:
            if chosen[0] in self.cities and not levels_named(name):
                # The city has its own row: this is a regency that had its name.
                chosen = list(self.candidates(f"kabupaten {name}")[:1]) or chosen
            return chosen[0].code
        if chosen:
            return _Refused("region", (several_regions(name, chosen),))
        same = {self.candidates(part) for part in name.split("/")} if "/" in name else set()
        if not fits and len(same) == 1 and len(both := same.pop()) == 1:
            return both[0].code  # two names of one region
        its_level = _only_levels(name) and levels_named(name) == {Level.PROVINCE}
        if not fits and its_level and self.province:
            return self.province  # *Provinsi* alone, below its regencies
        if not fits:
            return self._unknown("region", name, () if scope is None else (scope,), None)
        wanted = " or ".join(sorted(levels or self.heading, key=lambda level: DEPTH[level]))
        hint = f"it is the name of {listed(fits)}: write the prefix or the code"
        if not levels:
            hint += ", or tell columns={'region': ...} if the heading does not hold"
        return _Refused("region", (Problem(f"no {wanted} of this name", got=name, hint=hint),))

    def _at_levels(
        self, name: str, regions: Sequence[Region], levels: frozenset[Level], *, stated: bool
    ) -> list[Region]:
        """Return which regions of a name may be meant by a row of these levels.

        A row says its level; a heading stands over sums of what is above, too, and over
        cities where it says *Kabupaten*.
        """
        if not levels:
            return list(regions)
        top = min(DEPTH[level] for level in levels)
        exact = [region for region in regions if region.level in levels]
        beside = [region for region in regions if DEPTH[region.level] in map(DEPTH.get, levels)]
        with_prefix = any(reading.level for reading in read_name(name))
        over = [(one, DEPTH[one.level]) for one in regions if DEPTH[one.level] < top]
        above = [one for one, depth in over if with_prefix or depth == 0 or (depth, top) == (1, 2)]
        chosen = (exact or above) if stated else (exact or beside) + above
        return sorted(chosen, key=lambda region: region.code)

    def _unknown(
        self, role: str, name: str, within: Collection[str], level: Level | None
    ) -> _Refused:
        """Refuse a name, with the nearest of the plan's own provinces first."""
        self.suggested += 1
        everywhere = not within and level is None
        near: list[Region] = []
        if self.suggested <= _MOST_NEAREST:
            home = tuple(self.home()) if everywhere else within
            near = self.regions.nearest(name, self.regions.expected(home, level))
        problem = unknown_region(name, near, everywhere=everywhere)
        if _NUMERIC.fullmatch(name.strip()):
            try:
                self.regions.position(name.strip())
            except KencanaError as error:
                problem = error.problems[0]
        return _Refused(role, (problem,))

    @cached_property
    def cities(self) -> frozenset[Region]:
        """The cities that the column names as such."""
        named = (one for word, one in self.alone if Level.CITY in levels_named(word))
        return frozenset(one for one in named if one.level is Level.CITY)

    @cached_property
    def capitals(self) -> bool:
        """Whether the column writes its provinces in capitals, and no other region."""
        found = {(word.isupper(), DEPTH[one.level] <= 1) for word, one in self.alone}
        return found == {(True, True), (False, False)}

    @cached_property
    def below_provinces(self) -> bool:
        """Whether the column holds regencies and cities by its heading, and names no province."""
        below = bool(self.heading) and min(DEPTH[level] for level in self.heading) > 1
        return below and all(DEPTH[one.level] > 1 for _, one in self.alone)

    @cached_property
    def province(self) -> str:
        """The one province that all other names of the column are of, if there are enough."""
        within = {one.code[:2] for _, one in self.alone if DEPTH[one.level] > 1}
        return within.pop() if len(within) == 1 and len(self.alone) >= _ENOUGH else ""

    @cached_property
    def alone(self) -> list[tuple[str, Region]]:
        """The names of the column that only one region has, with it."""
        words = {word for said in self.said if (word := said["region"])}
        return [(word, fits[0]) for word in words if len(fits := self.candidates(word)) == 1]

    def _group(self, label: str | None) -> tuple[str | None, frozenset[Level]]:
        """Return the region that a row above a group names, or else its levels."""
        label = label or ""
        if _only_levels(label):
            return None, levels_named(label)
        tops = self.regions.exactly(label, self.candidates(label))
        return (tops[0].code if len(tops) == 1 else None), frozenset()

    def _code_system(self) -> _CodeOf | None:
        """Find of which list the codes are: the one that most of the names beside fit.

        A column that holds no codes of regions is left alone where names stand beside it.
        """
        told = None if self.coded == "region" else self.coded
        pairs = {((said[self.coded] or "").strip(), said["region"]) for said in self.said}
        words = {word for word, _ in pairs if word}
        digits = all(map(_DIGITS.fullmatch, words))
        if not words or (told is None and not digits):
            return None
        if told == "bps_code":
            return lambda word, _: self.regions.from_bps(word).code
        beside = [(word, name) for word, name in pairs if word and name and name != word]
        fitting = [(word, {one.code for one in self.candidates(name)}) for word, name in beside]
        named = [(word, fits) for word, fits in fitting if fits]
        lists = ("", "BPS", _DOTLESS)
        agree = {one: sum(self._code(word, one) in fits for word, fits in named) for one in lists}
        chosen = max(lists, key=agree.__getitem__)
        if not agree[chosen]:
            like_codes = (word in self.regions or _LIKE_A_CODE.fullmatch(word) for word in words)
            within = all(any(one.endswith("." + word) for one in fits) for word, fits in named)
            if named and (within or not all(like_codes)):
                self._note("no codes of regions stand here: the column is left out", self.coded)
                return None
            self._refuse_either(words)
            fits_bps = digits and all(len(word) > 2 and self._code(word, "BPS") for word in words)
            chosen = "BPS" if fits_bps else ""
        if chosen:
            self._note(f"read as codes of {chosen}", self.coded)
        return partial(self._coded, chosen)

    def _coded(self, of: str, word: str, fits: Sequence[Region]) -> str:
        """Return the code of these regions that a code of a list is, beside a name that `fits`."""
        newer = of == "BPS" and len(fits) == 1 and self._of_a_new_province(fits[0])
        return self._code(word, of) or (fits[0] if newer else self.regions[word]).code

    def _refuse_either(self, words: Collection[str]) -> None:
        """Refuse codes that are of other provinces in the list of BPS, where nothing tells which."""
        bps = {one.bps_code: one.code for one in self.regions if one.bps_code}
        apart = {word for word in bps if word in self.regions and bps[word] != word}
        both = all(word in bps and word in self.regions for word in words)
        if apart and not self.told and both and apart <= {*words}:
            place = evolve(self.draft.place(0, self.coded), row=None)
            got = " and ".join(sorted(apart))
            hint = "tell columns={'region_code': ...} for Kemendagri, columns={'bps_code': ...} for BPS"
            what = "codes that are of other provinces in the list of BPS"
            self.draft.problems.append(Problem(what, where=place, got=got, hint=hint))

    def _code(self, word: str, of: str) -> str | None:
        """Return the code of these regions that a code of a list is, None if it is in none."""
        if of == "BPS":
            region = self.regions.with_bps(_NO_DISTRICT.sub("", word))
            return region.code if region else None
        if of == _DOTLESS and _DIGITS.fullmatch(word):
            word = ".".join(filter(None, (word[:2], word[2:4], word[4:6], word[6:])))
        return word if word in self.regions else None

    def _note(self, what: str, role: str) -> None:
        self.draft.notes.append(Problem(what, where=evolve(self.draft.place(0, role), row=None)))
