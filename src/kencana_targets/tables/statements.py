"""What is said of all figures of a table at once: by the caller, by its title or its sheet."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
from attrs import define, evolve, field

from kencana_targets.core.checks import is_number
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import NumberFormatError, Place, Problem
from kencana_targets.model.regions import Regions
from kencana_targets.tables import conflicts, periods
from kencana_targets.tables.cells import Draft
from kencana_targets.tables.column_roles import SETTLES, ReadRequest, or_left_out
from kencana_targets.tables.conflicts import NAMING
from kencana_targets.tables.figure_columns import is_words
from kencana_targets.tables.header import Title, read_title
from kencana_targets.tables.heading_labels import shown_names
from kencana_targets.tables.headings import COUNTS, Heading
from kencana_targets.tables.layout import Block, is_note
from kencana_targets.tables.periods import periods_of
from kencana_targets.tables.phrases import NAMES_LAW, TextReader, TextReading
from kencana_targets.tables.plan_sheets import sheet_role
from kencana_targets.tables.raw_columns import Cells, Numerals, written
from kencana_targets.tables.region_cells import lies_within
from kencana_targets.tables.units import RATES, SCALES, StatedUnit
from kencana_targets.tables.words import fold, tokens_of, word_set, words_of

_LEVELS = ("", "kabupaten ", "kota ")
_LONGEST_TELLING, _LONGEST_PERIOD = 120, 12
_SHORT = 3
_SHORT_REMARK = 50


# The years of a plan, 2020-2024, say nothing of its figures.
_YEARS = re.compile(r"\b[0-9]{4}\s*[-\u2013/]\s*[0-9]{4}\b")


def how_to_tell(key: str) -> str:
    """Return how a caller says what no column does."""
    return f"tell it with given={{'{key}': ...}}"


@define(eq=False)
class Statements:
    """Resolves what no column says, by a list of sources.

    Parameters
    ----------
    block : Block
        The table.
    title : Title
        What stands above it.
    request : ReadRequest
        What the caller asks and tells; it takes what is missing or contradicts.
    told : dict
        What has been found.
    unsaid : set
        What nothing says; it has been reported.
    """

    block: Block
    title: Title
    request: ReadRequest
    told: dict[str, Any] = field(factory=dict)
    unsaid: set[str] = field(factory=set)

    def tell(self, key: str, in_headings: Sequence[bool], *, across: bool) -> None:
        """Find what no column says: in the headings, from the caller, or in the title.

        `in_headings` says which headings over figures name it, and `across` whether any
        of them names anything.
        """
        if in_headings and all(in_headings):
            return
        sources = (self._from_caller, self._from_title, self._from_file)
        answers = (answer for source in sources if (answer := source(key)) is not None)
        if (answer := next(answers, None)) is not None:
            self.told[key] = answer
        elif key in self.unsaid or (key == "year" and any(in_headings)):
            # It has been reported, or will be for the columns that lack it.
            return
        elif self.block.grid.sheet or across:
            self.unsaid.add(key)
            what = f"no {key}: no column, no heading and no title says it"
            where, cause = self.block.grid.place(self.block.first), f"no {key}"
            self.request.problems.append(
                Problem(what, where=where, hint=how_to_tell(key), cause=cause)
            )

    def _from_caller(self, key: str) -> Any:
        """Return what is given of all figures; report it where title or sheet say otherwise."""
        if key not in self.request.given:
            return None
        given = self.request.given[key]
        said: Collection[Any] = ()
        if key == "year" and is_number(given):
            said = self.title.years if given not in self.title.years else ()
            said = [f"{year:g}" for year in said]
        elif key == "indicator":
            code = self.request.texts.name_of(str(given)) or str(given)
            named = self.title.named("indicator")
            said = sorted(named) if named and self.request.texts.codes and code not in named else ()
        elif key == "region":
            said = self._other_regions(str(given))
        if said:
            what = f"'{key}' is given, and the title says another"
            hint = f"leave it out of given, or mend the title: got {given!r}"
            where = evolve(self.block.grid.place(-1), part=f"title, '{key}'")
            self.request.problems.append(Problem(what, where=where, got=", ".join(said), hint=hint))
        return given

    def _from_title(self, key: str) -> Any:
        """Return what the title says of all figures; several years are a problem."""
        stated = self.title.stated.get(key)
        if key == "region":
            return stated or self.title.stated.get("province") or self._region_of_title()
        if key == "indicator" and stated is None:
            known = self.title.named("indicator")
            return known.pop() if len(known) == 1 else None
        if key != "year":
            return stated
        said = (*self.title.years, *([] if stated is None else [stated]))
        named = dict.fromkeys(str(one).removesuffix(".0") for one in said)
        if len(named) > 1:
            what, where = "the title names several years", self.block.grid.place(-1)
            got, hint = ", ".join(named), how_to_tell("year")
            self.request.problems.append(Problem(what, where=where, got=got, hint=hint))
            self.unsaid.add(key)
            return None
        return next(iter(said), None)

    def _from_file(self, key: str) -> Any:
        """Return the year or indicator in a file's name that names its indicator; it is noted."""
        texts, name = self.request.texts, self.block.grid.name.rpartition(".")[0]
        reading = texts.read(name.replace("_", " "))
        less = conflicts.says_less(reading) or {*reading.keys("figure")} - {"actual"}
        if self.request.kind != "actual" or not reading.of("indicator") or reading.spans or less:
            return None
        said = {"year": reading.years, "indicator": texts.in_full(reading)}.get(key, ())
        if len(said) == 1:
            what, where = f"the {key} is that of the file's name", self.block.grid.place(-1)
            self.request.notes.append(
                Problem(what, where=where, got=said[0], hint=how_to_tell(key))
            )
        return said[0] if len(said) == 1 else None

    def _region_of_title(self) -> str | None:
        """Return the one region that the title names, beside those that it lies in."""
        named = self.title.named("region") - {"00"}
        lowest = [one for one in named if not any(o != one and o.startswith(one) for o in named)]
        # A sheet may have the bare name of a regency.
        names_region = self.request.texts.names_region
        bare = [one.text for one in self.title.readings if names_region(one.text)]
        return next(iter(lowest if len(lowest) == 1 else bare if not lowest else ()), None)

    def _other_regions(self, given: str) -> list[str]:
        """Return the regions that the title names, if none holds or is in the one given."""
        spellings = (f"{level}{given}" for level in _LEVELS)
        read = [self.request.texts.read(one).keys("region") for one in spellings]
        codes = {code for found in read for code in found} or {given}
        if not all(code.replace(".", "").isdigit() for code in codes):
            return []
        named = self.title.named("region") - {"00"}
        pairs = ((one, code) for one in named for code in codes)
        near = any(one.startswith(code) or code.startswith(one) for one, code in pairs)
        return [] if near else sorted(named)

    def tell_rest(self, keys: Mapping[str, int]) -> None:
        """Take what else is given of all figures, and report what a column says too."""
        for key in (one for one in self.request.given if one not in SETTLES):
            if key in keys:
                what = f"'{key}' is given, and a column says it too"
                where, hint = self.block.where_heading(keys[key]), "leave one of them out"
                self.request.problems.append(Problem(what, where=where, hint=hint))
            else:
                self.told[key] = self.request.given[key]
        # Headings may name one each, or all the one that the title names in full.
        several = len({one.instrument for one in self.block.headings} - {""}) > 1
        wanted = self.request.titled_law and "instrument" not in {*keys, *self.told}
        if wanted and not several and (law := self._titled_law()):
            self.told["instrument"] = law

    def _titled_law(self) -> str:
        """Return the instruments that sheet and title name, each in all its lines."""
        names = list[str]()
        for one in self.title.readings:
            if one.instrument:
                names.append(one.instrument)
            elif names and one.kinds and one.kinds <= NAMES_LAW and len(one.years) != 1:
                # "RENCANA STRATEGIS" over "PERWAKILAN BKKBN PROVINSI BENGKULU".
                names[-1] += f" {one.text}"
        folded = [name.casefold() for name in names]
        # "Target RPJMD" as the name of the sheet says no more than the title.
        more = {one for one in folded if any(one in other for other in folded if other != one)}
        return ", ".join(name for name in names if name.casefold() not in more)

    def columns(self, rows: int) -> dict[str, Cells]:
        """Return what is said of all figures as columns."""
        return {
            key: np.full(rows, float(value))
            if is_number(value)
            else Categorical.constant(str(value), rows)
            for key, value in self.told.items()
        }

    def place(self, field: str) -> Place:
        """Return where something is said of all figures."""
        if field in self.request.given:
            return Place(argument="given", part=f"'{field}'")
        return evolve(self.block.grid.place(-1), part=f"title, '{field}'")


def note_other_titles(
    draft: Draft, block: Block, title: Title, regions: Regions, request: ReadRequest
) -> None:
    """Note a title that names another indicator, year or region than any of its figures has.

    What names an office or a document says less of figures than their own rows do; the
    years of a plan are not those of its baselines.
    """
    texts = request.texts
    stated = [title.stated[key] for key in ("region", "province") if key in title.stated]
    lines = [one for one in title.readings if NAMING.isdisjoint(one.kinds)]
    # A sheet may have the bare name of a regency.
    stated += [one.text for one in lines if texts.names_region(one.text)]
    said = [*lines, *(texts.read(f"{level}{text}") for text in stated for level in _LEVELS)]
    codes = {code for one in said for code in one.keys("region")} - {"00"}
    named_years = [line.years for line in lines if line.years]
    years = {year for ends in named_years for year in range(min(ends), max(ends) + 1)}
    years = set() if request.kind == "baseline" else years
    numbers, own = draft.numbers("year"), draft.text("region")
    dated = {*np.floor(numbers).tolist()} if years and numbers is not None else set()
    beside = [one.text for one in block.headings if not one.told]
    beside += [one.text for one in block.left_out if one.kind == "label"]
    read = [one for one in map(texts.read, beside) if NAMING.isdisjoint(one.kinds)]
    provinces = {code for one in read for code in one.keys("region") if len(code) == 2} - {"00"}
    places = own.categories if own and (codes or provinces) else ()
    rows = [one for one in places if one in regions and one != "00"]
    apart = bool(rows) and not any(near(regions, one, code) for one in rows for code in codes)
    provinces = {c for c in provinces if rows and not any(near(regions, one, c) for one in rows)}
    about = draft.text("indicator")
    code = texts.code_of(title.stated.get("indicator", ""))
    kinds = {*title.named("indicator"), *([code] if code else [])}
    other = about is not None and kinds.isdisjoint(about.categories)
    # *Stunting nasional* over regencies, none of which is the nation's figure.
    nation = any("nasional" in one.said and _says_nation(one) for one in lines)
    below = own is not None and all("." in code for code in own.categories)
    found = {
        "indicator": sorted(kinds) if other else [],
        "year": sorted(map(str, years)) if dated and dated.isdisjoint(years) else [],
        "region": sorted(regions[code].name for code in codes)
        if apart
        else ["nasional"] * (nation and below),
    }
    hint, where = "the figures are read as their own rows and headings say", block.grid.place(-1)
    for key, named in found.items():
        if named:
            what = f"the title names another {key} than the figures"
            title_at = evolve(where, part="title")
            draft.notes.append(Problem(what, where=title_at, got=", ".join(named), hint=hint))
    if provinces:
        what = "a heading or a row of a group names another province than the figures"
        got = ", ".join(sorted(regions[code].name for code in provinces))
        draft.notes.append(Problem(what, where=where, got=got, hint=hint))


def remarks_beside(block: Block) -> list[tuple[str, Place]]:
    """Return the first short cells under *Keterangan* as lines, and where each stands first."""
    return [
        line
        for at, one in enumerate(block.headings)
        if one.role in ("ignored", "unknown")
        and word_set("note").intersection(fold(one.text).split()[:1])
        and isinstance(column := written(block.columns[at]), Categorical)
        for line in conflicts.cell_lines(column, partial(block.place, column=at))
        if len(line[0]) < _SHORT_REMARK
    ]


def note_sources(
    draft: Draft, lines: Sequence[tuple[str, Place]], title: Title, texts: TextReader
) -> None:
    """Note the survey of a title, or of a line that names it as the source, of another year."""
    year = draft.numbers("year")
    over = [(one.text, Place(part="title")) for one in title.readings if one.of("survey")]
    if year is None:
        return
    for text, where in [*lines, *over]:
        reading = texts.read(text)
        # A line may speak of a survey to compare: *Sumber* says where figures are from.
        named = {*reading.keys("survey")} - {"register", "survey"}
        sure = where.part or "survey" in reading.keys("survey")
        # "Data Kaur tahun 2021", "data 2021": of one of the regions, or of that of a row.
        about = {*reading.keys("neutral")}
        placed = reading.of("region") or ("figures" in about and "data" in reading.said)
        placed = placed and "printed" not in about and reading.kinds.isdisjoint(NAMING)
        years = reading.years if (named and sure) or placed else ()
        if years and not ((year >= min(years)) & (year < max(years) + 1)).any():
            what, hint = "a survey of another year than its figures", "see which of them is right"
            what = what if named else "a line that names another year than the figures"
            draft.notes.append(Problem(what, where=where, got=text, hint=hint))


def take_survey(
    draft: Draft, lines: Sequence[tuple[str, Place]], title: Title, request: ReadRequest
) -> None:
    """Take the one survey that the title or *Sumber: ...* names, where no column or heading does."""
    if any(draft.text(name) is not None for name in ("source", "survey")):
        return
    parted = [line.partition(":") for line, _ in lines]
    own = [text for name, _, text in parted if request.words.role(name.strip()) == "source"]
    read = [one for one in (*map(request.texts.read, own), *title.readings) if one.of("survey")]
    surveys = {key for one in read for key in one.keys("survey")} - {"survey", "register"}
    years = {year for one in read for year in one.years}
    if len(surveys) == 1:
        name = " ".join((*surveys, *(map(str, years) if len(years) == 1 else ())))
        draft.columns["survey"] = Categorical.constant(name, draft.rows)


def _says_nation(line: TextReading) -> bool:
    """Return whether a line says of figures that they are the nation's, and of no part of it."""
    placed = line.of("region") or {*line.keys("level")} - {"nation"}
    return not placed and bool({"indicator", "figure"} & line.kinds or line.kinds == {"level"})


def near(regions: Regions, one: str, other: str) -> bool:
    """Return whether one of two regions lies in the other, or did before a province was split."""
    pairs = ((one, other), (other, one))
    return any(
        inner in regions and lies_within(regions, regions[inner], outer) for inner, outer in pairs
    )


def stated_unit(
    block: Block, title: Title, given: Mapping[str, Any], texts: TextReader
) -> StatedUnit | None:
    """Return the unit that the caller, the title, the sheet or a note says of all figures."""
    if "unit" in given:
        return StatedUnit(str(given["unit"]), Place(argument="given", part="'unit'"))
    for reading in title.readings:
        # The word for a year is none for a unit where a title stands.
        for one in (unit for unit in reading.of("unit") if unit.key != "years"):
            where = evolve(block.grid.place(-1), part="title, 'unit'")
            return StatedUnit(reading.words(one), where)
    for line, where in block.lines():
        reading = texts.read(line)
        said = {*reading.keys("unit")}
        if said & SCALES.keys():
            return StatedUnit(line, where)
        if said & RATES and not reading.said & word_set("defines"):
            # A note may speak of rates of something else.
            whole = not (reading.rest or reading.of("indicator"))
            return StatedUnit(line, where, of_rates=True, sure=whole)
    return None


# Roles of columns that say of which part the figures of their rows are.
_PARTING = ("period", "part", "facility")
_PLACES = frozenset(("area", "private"))
_WORDS = re.compile(r"[^\W\d_]")


def without_other_sheets(blocks: list[Block], request: ReadRequest) -> list[Block]:
    """Leave out sheets that their names say to be of another kind, a plan's, or of women or men.

    So they are where another sheet says that it is of the kind asked, or of all, or names
    an indicator and nothing against it.
    """
    read = [request.texts.read(block.grid.sheet) for block in blocks]
    own = any(
        conflicts.says_kind(one, request.kind)
        or (one.of("indicator") and not conflicts.other_kind([one], request.kind))
        for one in read
    )
    whole = any("all" in one.keys("part") for one in read)
    kept = [
        block
        for block, one in zip(blocks, read, strict=True)
        if not (own and conflicts.other_kind([one], request.kind))
        and not (own and sheet_role(block.grid.sheet) not in (None, f"{request.kind}s"))
        and {"statistic", "trial", "draft"}.isdisjoint(one.keys("figure"))
        and not (whole and any(conflicts.named_parts(one, ())))
    ]
    if not kept or len(kept) == len(blocks):
        return blocks
    names = [block.grid.sheet for block in blocks if block not in kept]
    what, hint = "sheets of other figures were left out", "name the sheets to read, if these are"
    request.notes.append(Problem(what, got=", ".join(names), hint=hint))
    return kept


def without_other_titles(blocks: list[Block], request: ReadRequest) -> list[Block]:
    """Leave out tables under titles of what the plan does not know, where others name theirs."""
    if request.others != "note" or "indicator" in request.given:
        return blocks
    texts, others = request.texts, dict[str, Place]()
    kept = []
    for block in blocks:
        where = block.grid.place(block.first)
        over = read_title(block.grid, block.first, request.words).readings
        said = [*over, *(texts.read(one.text) for one in block.headings if not one.told)]
        named = any(one.role == "indicator" or one.told for one in block.headings)
        named = named or any(one.of("indicator") for one in said)
        lines = [] if named else [one.text for one in over]
        other = [one for one in lines if conflicts.begins_another(one, texts)]
        others |= dict.fromkeys(other, where)
        kept += [] if other else [block]
    if not others or not kept:
        return blocks
    what = "tables under titles of what the plan does not know were left out"
    where, hint = next(iter(others.values())), "name the indicator in the title, if these are"
    request.notes.append(Problem(what, where=where, got=shown_names(others), hint=hint))
    return kept


def check_title(
    block: Block, title: Title, headings: Sequence[Heading], request: ReadRequest, *, dated: bool
) -> frozenset[str]:
    """Report a title against the figures; a heading that says what they are is believed.

    `dated` says whether headings or a column tell the parts of the year. Returns the words
    that the indicators of the table share.
    """
    where = evolve(block.grid.place(-1), part="title")
    settled = set(request.settled)
    # A value is of whatever kind the title says; a heading that says its kind is believed.
    if any(
        one.told or one.figure not in ("", "value") or one.role != "figures" for one in headings
    ):
        settled.add("kind")
    texts = request.texts
    sure = "kind" in settled or any(
        conflicts.says_kind(one, request.kind) for one in title.readings
    )
    years = {one.dated for one in headings} - {None}
    if request.kind == "actual" and not sure and years:
        over = [texts.read(one.text) for one in block.headings if not one.told]
        request.problems.extend(conflicts.refuse_matrix(over, block.grid.place(block.first)))
    settled |= {"period"} if dated else set()
    lines = [one for one in title.readings if not is_note(one.text)]
    read = [texts.read(" / ".join(rest)) for rest in {heading.rest for heading in headings}]
    named = {code for reading in read for code in reading.keys("indicator")}
    shared = [texts.words[code] for code in title.named("indicator") or named]
    own = frozenset.intersection(*shared) if shared else frozenset()
    refused = conflicts.refuse_title(lines, request.kind, own, where, settled=settled)
    request.problems.extend(refused)
    notes = [] if refused else conflicts.note_title(lines, own, where)
    sheet = texts.read(block.grid.sheet)
    words = {word for word in sheet.rest if len(word) > _SHORT} - word_set("sheet-names")
    known = refused or notes or sheet.phrases or texts.names_region(sheet.text)
    if words and not known and request.texts.codes and request.kind == "actual":
        what = "the name of the sheet is not understood"
        notes = [Problem(what, where=where, got=sheet.text, hint=conflicts.AS_ASKED)]
    request.notes.extend(notes)
    return own


def check_unread(
    block: Block,
    keys: Mapping[str, int],
    used: Collection[int],
    request: ReadRequest,
    own: Collection[str],
) -> None:
    """Report the columns that nobody reads and whose cells say what the figures are."""
    problems = list[Problem]()
    counted = any(heading.role in COUNTS for heading in block.headings)
    for at, heading in enumerate(block.headings):
        # Columns of periods are seen to where they are read.
        seen = at in used or heading.told or bool(periods_of(heading.text))
        # Numbers under *Puskesmas* say how many a region has.
        places = not (
            at in keys.values() or heading.told or isinstance(block.columns[at], Numerals)
        )
        places = places and _names_places(heading, request.texts)
        column = None if seen and not places else written(block.columns[at])
        named = isinstance(column, Categorical) and any(map(_WORDS.search, column.categories))
        if places and named and not counted:
            what = "a column that parts the figures among facilities or places below the region"
            hint = (
                "keep the figures of the regions; pool_actuals adds up facilities, with "
                "columns={'numerator': ..., 'denominator': ...}"
            )
            where = block.where_heading(at)
            problems.append(Problem(what, where=where, hint=hint + or_left_out(block, at)))
        if not seen and isinstance(column, Categorical) and heading.role not in _PARTING:
            _check_cells(block, at, column, request, own, problems)
    request.problems.extend(problems)
    _note_unknown(block, keys, {*used}, {one.place.column for one in problems}, request.notes)


def _check_cells(
    block: Block,
    at: int,
    column: Categorical,
    request: ReadRequest,
    own: Collection[str],
    problems: list[Problem],
) -> None:
    """Report an unread column whose cells say what the figures beside them are, and note drafts."""
    heading, texts = block.headings[at].text, request.texts
    words = {token.word for token in tokens_of(heading)} - {"tanggal", "tgl"}
    if words & word_set("printed-on"):
        return
    # "Tahap: I" is a part of the year as "Tahap I" is, and who is meant is told by *Responden*.
    before = f"{heading} " if heading.casefold() in words_of("span") else ""
    whom = f"{heading}: " if words & word_set("whom") else before
    for code, word in enumerate(column.categories):
        dated = len(word) <= _LONGEST_PERIOD and not word.isdigit() and periods.names_period(word)
        if len(word) > _LONGEST_TELLING or (not dated and texts.holds_strange(whom + word)):
            continue
        reading = texts.read(whom + word)
        reading = reading if "whom" in reading.keys("part") else texts.read(before + word)
        refused = dated or conflicts.tells(reading, request.kind, own)
        if refused or conflicts.tells(reading, request.kind, own, made=True):
            where = block.place(int((column.codes == code).argmax()), at)
            what = "a cell that says of which kind or part the figures of its row are"
            hint = "write a heading over the column, or clear it"
            if heading:
                hint = f"choose rows with rows={{'{heading}': ...}}" + or_left_out(block, at)
            taking = problems if refused else request.notes
            taking.append(Problem(what, where=where, got=word, hint=hint))
            return


def _note_unknown(
    block: Block,
    keys: Mapping[str, int],
    used: set[int],
    reported: Collection[int | None],
    notes: list[Problem],
) -> None:
    """Note the columns under headings that nobody knows, but for those that are reported."""
    # One column of figures beside one of indicators: other numbers part them as words do.
    leads = [block.headings[at] for at in used - {*keys.values()}]
    plain = "indicator" in keys and [one.year for one in leads if one.role == "figures"] == [None]
    unknown = [
        at
        for at, heading in enumerate(block.headings)
        if not (at in used or heading.figure or heading.told)
        and block.where_heading(at).column not in reported
        and (
            (heading.role == "unknown" and is_words(block.columns[at]))
            or (heading.role == "figures" and heading.rest and plain)
        )
    ]
    if unknown:
        where = block.where_heading(unknown[0])
        got = shown_names(block.headings[at].text for at in unknown)
        hint = "see that they do not part the figures"
        what = "columns of words under headings that nobody knows were not read"
        if not is_words(block.columns[unknown[0]]):
            what = "columns of numbers under headings that nobody knows were not read"
        notes.append(Problem(what, where=where, got=got, hint=hint))


def _names_places(heading: Heading, texts: TextReader) -> bool:
    """Return whether names under a heading are those of places below a region."""
    if heading.role == "facility" or heading.role not in ("unknown", "figures"):
        return heading.role == "facility"
    reading = texts.read(heading.text)
    named = [one for one in reading.phrases if one.kind == "level" or one.key in _PLACES]
    said = {at for one in named for at in range(one.first, one.stop)}
    beside = {one.word for at, one in enumerate(reading.tokens) if at not in said}
    # "Kendala di puskesmas" is a remark.
    return any(one.key in _PLACES for one in named) and beside <= {"nama", "kode", "/", "-"}


def stated_period(
    block: Block, title: Title, request: ReadRequest
) -> tuple[periods.Period | None, Place, Title]:
    """Return the period that the caller or the title says of all figures, where, and the title."""
    given = "period" in request.given
    where = evolve(block.grid.place(-1), part="title, 'period'")
    where = Place(argument="given", part="'period'") if given else where
    hint = "" if given else "tell it with given={'period': ...}"
    stated = title.stated.get("period", "")
    period: periods.Period | None = None
    try:
        if given:
            period = periods.parse_period(str(request.given["period"]), told=True)
        elif stated and not _YEARS.search(stated):
            period = periods.find_period(stated)[0] or periods.parse_period(stated)
        elif request.words.periods > 1:
            lines = (one.text for one in title.readings if not is_note(one.text))
            texts = [text for text in lines if not request.texts.name_of(text)]
            named = [found for text in texts if (found := periods.find_period(text)[0])]
            period = periods.one_period(named, "; ".join(texts))
    except NumberFormatError as error:
        request.problems.extend(
            evolve(one, where=where, hint=hint or one.hint) for one in error.problems
        )
    if period is None:
        return None, where, title
    request.check_period(period, where, period.name)
    if period.year is not None:
        # The year of a period stands in the place of the title's.
        stated_else = {key: text for key, text in title.stated.items() if key != "year"}
        years = (*(() if given else title.years), float(period.year))
        title = evolve(title, stated=stated_else, years=tuple(dict.fromkeys(years)))
    return period, where, title
