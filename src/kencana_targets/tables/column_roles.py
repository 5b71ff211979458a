"""What is wanted of a table, and which of its columns say of what its figures are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.core.checks import headings_told, is_number
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem, nearest_names
from kencana_targets.core.typing import Truths
from kencana_targets.tables.headings import ABOUT, BARE_YEAR, KEYS, LEAVE_OUT, MONEY, Vocabulary
from kencana_targets.tables.layout import Block, is_summary
from kencana_targets.tables.periods import PERIOD_NAMES, Period, names_period
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.raw_columns import (
    cell_text,
    distinct,
    holding,
    picked,
    without_unused,
    words_of,
    written,
)
from kencana_targets.tables.region_cells import is_level_column
from kencana_targets.tables.units import is_unit_column
from kencana_targets.tables.words import fold, read_by, word_set

_REMARKS = re.compile(r"catatan|keterangan|ket\b|sumber|notes?\b|remarks?\b|source", re.IGNORECASE)
_TWO = 2
# What rows of figures may be of, beside each other; in so many words.
_SAID_OF_ROWS = frozenset(("actual", "target", "baseline", "achievement"))
_KINDS = 8
# Over words that nobody reads; what says a unit there is one.
_WORDS_OF = ("ignored", "unknown", "figures")
_LETTERS = re.compile(r"[^\W\d_]{3}")


# What the caller says of a table, whatever its title says.
SETTLES = {"period": "period", "figure": "kind", "part": "part", "unit": "unit"}


@frozen(eq=False)
class ReadRequest:
    """What is to be read from a table, and what is known of it.

    Parameters
    ----------
    kind : {"actual", "target", "baseline"}
        Which of its figures.
    given : mapping
        What the caller tells of all figures.
    words : Vocabulary
        What headings mean, and the periods in a year beside whole years.
    problems, notes : list of Problem
        Take what is wrong, and what is assumed.
    others : {"note", "refuse"}
        What is done with columns of indicators that the plan does not know.
    decimal : {",", "."}, optional
        The decimal mark, where it is told.
    titled_law : bool
        Whether the title names the instrument of targets where no column does.
    advice : dict
        Takes what the caller may tell, by the argument and what it holds.
    """

    kind: str
    given: Mapping[str, Any]
    words: Vocabulary
    problems: list[Problem]
    notes: list[Problem]
    others: str = "refuse"
    decimal: str | None = None
    titled_law: bool = False
    advice: dict[str, dict[str, Any]] = field(factory=dict)

    def advise(self, argument: str, key: str, value: Any) -> None:
        """Keep what the caller may tell."""
        self.advice.setdefault(argument, {})[key] = value

    @property
    def texts(self) -> TextReader:
        """What reads the texts of the table."""
        return self.words.texts

    @property
    def keeps_parts(self) -> bool:
        """Whether figures of parts of the people can be kept, by their names."""
        return self.kind == "actual" and self.words.periods == 1

    @property
    def settled(self) -> frozenset[str]:
        """What the caller settles, whatever the title says."""
        settled = {SETTLES[key] for key in self.given if key in SETTLES}
        settled -= {"kind"} if self.given.get("figure", self.kind) != self.kind else set()
        return frozenset(settled | ({"period"} if self.words.periods > 1 else set()))

    def check_period(self, period: Period, where: Place, got: str) -> None:
        """Report a period of which a year has another number."""
        periods = self.words.periods
        if period.of in (1, periods):
            return
        what = f"one of {period.of} periods of a year where there are {periods}"
        hint = f"combine with periods={period.of}, or leave it out"
        if periods == 1:
            what = f"a {PERIOD_NAMES[period.of]} where whole years are read"
            hint = "combine quarters and months with to_date"
        self.problems.append(Problem(what, where=where, got=got, hint=hint))


def key_columns(block: Block, request: ReadRequest) -> dict[str, int]:
    """Return the column of each field that is not a figure."""
    found: dict[str, int] = {}
    headings, header = block.headings, block.grid.place(block.first)
    # Of a percent sign over several columns is known what each is of.
    over = [
        (one.text, (one.rest, one.year)) for one in headings if one.role not in ("ignored", *ABOUT)
    ]
    doubled = {text for (text, _), times in Counter(over).items() if text and times > 1}
    request.problems.extend(
        Problem("two columns of one name", where=header, got=text, hint="rename one")
        for text in sorted(doubled)
    )
    for at, heading in enumerate(headings):
        role, column = heading.role, block.columns[at]
        words = column.categories if isinstance(column, Categorical) and not heading.told else ()
        levels = role != "unit" and is_level_column(words, heading.text * (role != "region"))
        if levels or (role in _WORDS_OF and is_unit_column(words, request.texts)):
            role = "region_level" if levels else "unit"
            headings[at] = evolve(heading, role=role)
        if role == "part" and block.is_filled(at):
            request.problems.append(_parts_refused(block, at, request))
        others = ("ignored", "unknown", "figures", "part", "facility")
        if role in others or heading.period is not None or heading.text in doubled:
            continue
        if role in found and {headings[found[role]].text, heading.text} == {role, f"{role}_name"}:
            # A table of results names codes, and beside them the names.
            found[role] = found[role] if headings[found[role]].text == role else at
            continue
        figure = next((one for one in range(at)[::-1] if headings[one].role not in ABOUT), -1)
        beside = figure if headings[figure].role == "figures" else -1
        if role in ABOUT and role in found and beside > found[role]:
            # Each stands beside a figure of its own.
            continue
        pair = [headings[found.get(role, at)], heading]
        english = [word_set("english-levels").issuperset(fold(one.text).split()) for one in pair]
        if role == "region" and english == [False, True]:
            # Yearbooks say the regions once more in English.
            headings[at] = evolve(heading, role="ignored")
            continue
        if role in found and role in MONEY and not heading.told:
            # The one that stands apart is noted; a budget is often stated twice.
            continue
        if role in found:
            request.problems.append(two_columns(block, role, found[role], at))
        found.setdefault(role, at)
    return _with_regions(block, found, request)


def _parts_refused(block: Block, at: int, request: ReadRequest) -> Problem:
    text, words = block.headings[at].text, words_of(block.columns[at])
    chosen = f"choose rows with rows={{'{text}': ...}}"
    times = np.bincount(words.codes[words.codes >= 0])
    if np.count_nonzero(times) == _TWO:
        # Such as two surveys a year: the one with more rows is likelier.
        cell = words.categories[len(times) - 1 - int(times[::-1].argmax())]
        request.advise("rows", text, cell)
        chosen = f"choose rows with rows={{'{text}': {cell!r}}}"
    hint = f"combine quarters and months with to_date, or {chosen}"
    if request.keeps_parts and request.words.role(text) == "part":
        hint = f"keep each part of the people with columns={{'dimension': {text!r}}}"
    what = "a column that parts the figures among times or people"
    return Problem(what, where=block.where_heading(at), hint=hint + or_left_out(block, at))


def or_left_out(block: Block, at: int) -> str:
    """Return the advice to leave a column out, where no two rows are of the same without it."""
    pairs = enumerate(zip(block.headings, block.columns, strict=True))
    keys = [words_of(cells) for column, (one, cells) in pairs if one.role in KEYS and column != at]
    rows = len(block.rows)
    alone = rows < _TWO or (keys and len(distinct(keys)[0]) == rows)
    return f", or {LEAVE_OUT}" if alone else ""


def _with_regions(block: Block, found: dict[str, int], request: ReadRequest) -> dict[str, int]:
    """Settle which of the columns of regions, codes and provinces says the region."""
    headings = block.headings
    if "province_code" in found and not {"region", "region_code", "bps_code"} & found.keys():
        at = found.pop("province_code")
        found["bps_code" if "bps" in fold(headings[at].text).split() else "region_code"] = at
        found["region"] = found.pop("province", at)
    if {"region", "province"} <= found.keys():
        at, texts = found["region"], request.texts
        column = block.columns[at]
        words = column.categories if isinstance(column, Categorical) else ()
        named = (texts.names_region(one) or any(map(str.isdigit, one)) for one in words)
        if words and texts.places and not headings[at].told and not any(named):
            # *Region* may stand over islands.
            del found["region"]
            headings[at] = evolve(headings[at], role="unknown")
    for code in ("region_code", "bps_code"):
        words = words_of(block.columns[found[code]]).categories if code in found else ()
        numbers = all(map(str.isdecimal, words)) and any(len(word) == 1 for word in words)
        if "province" in found and numbers:
            # *Kode* numbers the rows: no region's code is one digit.
            del found[code]
        if code in found:
            found.setdefault("region", found[code])
    if "region" not in found and "province" in found:
        found["region"] = found.pop("province")
        request.problems.extend(_unread_names(block, found))
    return found


def two_columns(block: Block, role: str, first: int, second: int) -> Problem:
    """Return the problem of two columns for one field."""
    both = f"{block.headings[first].text!r} and {block.headings[second].text!r}"
    hint = f"name one of them: columns={{'{role}': ...}}"
    where = block.grid.place(block.first)
    return Problem(f"two columns for '{role}'", where=where, got=both, hint=hint)


def _unread_names(block: Block, keys: Mapping[str, int]) -> list[Problem]:
    """Report a column of words that may name the regions within a province."""
    kinds = [key for key in ("region", "year", "indicator", "period") if key in keys]
    said = [words_of(block.columns[keys[key]]) for key in kinds]
    if len(block.rows) > 1 and len(distinct(said)[0]) == len(block.rows):
        # One row a province: whatever its words say, they part no figures.
        return []
    hint = "name it with columns={'region': ...}"
    what = "cannot tell whether this column names the region, beside the province"
    return [
        Problem(
            what, where=block.where_heading(at), hint=hint + or_left_out(block, at), cause="heading"
        )
        for at, heading in enumerate(block.headings)
        if at not in keys.values()
        and heading.role in ("figures", "unknown")
        and not (heading.figure or heading.year or heading.told)
        and not _REMARKS.match(heading.text)
        and isinstance(column := block.columns[at], Categorical)
        and any(map(_LETTERS.search, column.categories))
    ]


def choose_rows(block: Block, rows: Mapping[str, Any], problems: list[Problem]) -> Block:
    """Keep the rows whose cells under some headings are the ones asked for."""
    kept = np.ones(len(block.rows), dtype=bool)
    for heading, values in rows.items():
        headings = block.headings
        found = [at for at, one in enumerate(headings) if _folded(one.text) == _folded(heading)]
        where = Place(argument="rows", part=f"'{heading}'")
        if not found:
            hint = "there are " + ", ".join(repr(one.text) for one in headings if one.text)
            problems.append(Problem("no such heading", where=where, got=heading, hint=hint))
            continue
        wanted = [values] if isinstance(values, str) or is_number(values) else list(values)
        cells, folded = words_of(block.columns[found[0]]), {_folded(cell_text(x)) for x in wanted}
        hit = np.array([*(_folded(one) in folded for one in cells.categories), False])[cells.codes]
        if not hit.any():
            hint = "there are " + ", ".join(map(repr, cells.categories[:200]))
            problems.append(Problem("no such cell", where=where, got=values, hint=hint[:300]))
            continue
        kept &= hit
        if not any(one.role == "year" or one.dated is not None for one in headings):
            block = _dated_by(block, found[0], hit)
    return block.keep(np.flatnonzero(kept))


def _dated_by(block: Block, at: int, hit: Truths) -> Block:
    """Take the year that the chosen cells say with a period, 2020-03, for that of the figures."""
    words = words_of(block.columns[at])
    said = [BARE_YEAR.findall(word) * names_period(word) for word in words.categories]
    years = [one[0] if len(one) == 1 else None for one in said]
    column = Categorical.encode([*years, None]).take(words.codes)
    if (column.codes[hit] < 0).any():
        return block
    columns = [*block.columns]
    columns[at] = column
    return evolve(block, columns=columns).reread({at: {"role": "year"}})


def rows_of_kind(block: Block, request: ReadRequest) -> Block:
    """Read the rows of the figures wanted where a column says of all which they are.

    Such as *Target* and *Realisasi* below each other. What stands beside the first of them
    alone, as in merged cells, goes on.
    """
    for at, heading in enumerate(block.headings):
        column = block.columns[at]
        if heading.told or not isinstance(column, Categorical) or len(column.categories) > _KINDS:
            continue
        column = without_unused(column)
        kinds = [
            "achievement" if one == "%" else request.words.role(one) for one in column.categories
        ]
        told = kinds.count(request.kind) == 1 < len(kinds) and _SAID_OF_ROWS.issuperset(kinds)
        letters = max(map(len, column.categories), default=0) == 1
        if not told or (column.codes < 0).any() or (letters and not _in_turn(block, column)):
            continue
        first = column.codes == column.codes[0]
        columns = list(block.columns)
        for number, cells in enumerate(columns):
            named = block.headings[number].role in KEYS
            if named and isinstance(cells, Categorical) and cells.codes[0] >= 0:
                there = cells.codes >= 0
                rows = np.where(there, np.arange(len(there)), 0)
                if not (there & ~first).any():
                    columns[number] = picked(cells, np.maximum.accumulate(rows))
        headings = [*block.headings]
        headings[at] = evolve(heading, role="ignored")
        kept = np.flatnonzero(column.codes == kinds.index(request.kind))
        return evolve(block, columns=columns, headings=headings).keep(kept)
    return block


def _in_turn(block: Block, column: Categorical) -> bool:
    """Return whether the words of a column follow each other for one region after another."""
    size, rows = len(column.categories), np.arange(len(column.codes))
    starts = rows - rows % size
    keys = [
        words_of(cells).codes
        for one, cells in zip(block.headings, block.columns, strict=True)
        if one.role in KEYS
    ]
    alike = all(((codes < 0) | (codes == codes[starts])).all() for codes in keys)
    return alike and np.array_equal(column.codes, np.resize(column.codes[:size], len(rows)))


def _folded(text: str) -> str:
    return "".join(text.casefold().split())


def check_columns(
    columns: Mapping[str, Any] | None,
    blocks: Sequence[Block],
    problems: list[Problem],
    codes: Collection[str] = (),
) -> None:
    """Report headings that the caller names and no table has; indicators are named in cells, too."""
    if not columns:
        return
    texts = {heading.text for block in blocks for heading in block.headings}
    known = texts | {part for text in texts for part in text.split(" / ")}
    over = [
        (one.role, cells)
        for block in blocks
        for one, cells in zip(block.headings, block.columns, strict=True)
    ]
    named = {
        word for role, cells in over if role == "indicator" for word in words_of(cells).categories
    }
    for role, heading in headings_told(columns):
        if heading.casefold() not in map(str.casefold, known | (named if role in codes else set())):
            near = nearest_names(heading, known)
            hint = "there are " + ", ".join(map(repr, near or sorted(known)[:10]))
            where = Place(argument="columns", part=f"'{role}'")
            problems.append(Problem("no such heading", where=where, got=heading, hint=hint))


def corner_of_years(block: Block, keys: dict[str, int]) -> None:
    """Read names under *Tahun* as regions where the years stand across: it heads those."""
    if "region" in keys or "year" not in keys:
        return
    column = block.columns[keys["year"]]
    numbered = not isinstance(column, Categorical) or any(
        any(map(str.isdigit, word)) for word in column.categories
    )
    if not numbered and any(one.dated is not None for one in block.headings):
        keys["region"] = keys.pop("year")


def find_key_columns(
    block: Block, keys: dict[str, int], request: ReadRequest, *, titled: bool
) -> Block:
    """Take the one column of which every cell names a region for the regions, with a note.

    Beside a column of codes it is what they are checked by. So is the one of indicators, where
    neither a heading nor, as `titled` says, the title names one.
    """
    codes = (keys.get("region_code"), keys.get("bps_code"))
    coded = "region" in keys and keys["region"] in codes
    if coded or not {"region", "province"} & {*keys, *request.given}:
        what = "" if coded else "a column whose cells all name regions is read as theirs"
        block = _with_column(block, keys, request, "region", request.texts.names_region, what)
    headed = any(map(request.words.indicator, (p for one in block.headings for p in one.rest)))
    if titled or headed or "indicator" in {*keys, *request.given} or not request.texts.codes:
        return block

    def named(text: str) -> bool:
        return request.texts.code_of(text) is not None

    what = "a column whose cells all name indicators is read as theirs"
    return _with_column(block, keys, request, "indicator", named, what)


def _with_column(
    block: Block,
    keys: dict[str, int],
    request: ReadRequest,
    role: str,
    named: Callable[[str], bool],
    what: str,
) -> Block:
    """Take the one column of which each cell is named, if there is one, for a key."""
    found = []
    # "Puskesmas: Seluma" is not the regency of that name; "Wilayah Kerja: Seluma" may be.
    facilities = {*(word for word in read_by("heading")["facility"] if not word.startswith("wil"))}
    for at, column in enumerate(block.columns):
        heading = block.headings[at]
        taken = heading.told or heading.role == "part" or fold(heading.text) in facilities
        free = at not in keys.values() and not taken
        if free and isinstance(column := written(column), Categorical) and column.categories:
            names = [word for word in column.categories if not is_summary(word)]
            if names and all(map(named, names)):
                found.append(at)
    if len(found) != 1:
        return block
    keys[role] = found[0]
    summed = holding(block.columns[found[0]], is_summary)
    block = block.keep(np.flatnonzero(~summed)) if summed.any() else block
    block = block.reread({found[0]: {"role": role, "figure": "", "rest": ()}})
    if what:
        hint = f"if they are not: columns={{'ignored': ...}}, given={{'{role}': ...}}"
        request.notes.append(Problem(what, where=block.where_heading(found[0]), hint=hint))
    return block


def believe_columns(block: Block, keys: Mapping[str, int], given: Mapping[str, Any]) -> Block:
    """Let a heading that the caller names say only what no column and no `given` says."""
    known: dict[str, dict[str, Any]] = {"year": {"year": None}, "indicator": {"rest": ()}}
    change = {name: value for key in {*keys, *given} for name, value in known.get(key, {}).items()}
    told = (at for at, one in enumerate(block.headings) if one.told and one.role == "figures")
    return block.reread(dict.fromkeys(told, change))


def regions_across(
    block: Block, keys: Mapping[str, int], request: ReadRequest
) -> tuple[Block, bool]:
    """Return whether all headings over figures name regions and nothing else.

    Where they name indicators too, each heading keeps its region apart.
    """
    if {"region", "province"} & {*keys, *request.given}:
        return block, False
    names, changes = request.texts.names_region, dict[int, dict[str, Any]]()
    alone, beside, across = True, True, False
    for at, one in enumerate(block.headings):
        if one.role != "figures" or not block.is_filled(at):
            continue
        across = True
        regions = [part for part in one.rest if names(part)]
        alone &= names(" ".join(one.rest))
        beside &= len(regions) == 1 < len(one.rest)
        if not alone and not beside:
            return block, False
        rest = tuple(part for part in one.rest if part not in regions)
        changes[at] = {"region": "".join(regions), "rest": rest}
    across = across and alone
    return (block if across else block.reread(changes)), across
