"""Which columns hold the figures that are wanted: of a year, of its periods, of all people."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import evolve

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.tables import heading_labels, raw_columns
from kencana_targets.tables.cells import read_column
from kencana_targets.tables.column_roles import ReadRequest, two_columns
from kencana_targets.tables.conflicts import named_parts, named_spans, says_less
from kencana_targets.tables.header import FIGURE, Title
from kencana_targets.tables.headings import (
    ABOUT,
    BARE_YEAR,
    COUNTS,
    KEYS,
    LEAVE_OUT,
    NOTES,
    RESIDENCE,
    Heading,
    without_years,
)
from kencana_targets.tables.layout import Block, is_summary
from kencana_targets.tables.numbers import says_missing
from kencana_targets.tables.periods import names_period
from kencana_targets.tables.phrases import TextReader, adds_up
from kencana_targets.tables.raw_columns import Cells, Numerals
from kencana_targets.tables.words import fold, word_set

# Columns that hold a figure, or its numerator and denominator, by the field of each.
Slot = dict[str, int]
# Of which figures columns may stand beside *Capaian*, where that is no share of a target.
_BESIDE_REACHED = frozenset(("achievement", "target", "baseline"))
_TELL_APART = (["", "share"], ["number", "share"], ["number", "rate"])
# By how much a mean of periods may be rounded.
_ROUNDED = 0.5
# What parts figures of the people or of the year.
_PARTING = frozenset(("part", "period", "event"))
_A_SHARE = re.compile(r"(?:^|[\s(])(?:%|persen|persentase)\)?$", re.IGNORECASE)
_OF_A_TARGET = re.compile(r"%|\bpersen|\bkinerja\b", re.IGNORECASE)


def lead(slot: Slot) -> int:
    """Return the first column of a figure, whose heading tells of all."""
    return next(iter(slot.values()))


def period_groups(
    block: Block, request: ReadRequest, unsaid: set[str]
) -> tuple[Block, dict[Any, list[int]]]:
    """Return the columns of each period that headings name, and those of the year beside.

    None without any. Of the headings that cannot be used the cells are reported or left out.
    """
    own, left_out = ("", request.kind, "value"), dict[int, dict[str, Any]]()
    groups: dict[Any, list[int]] = {}
    for at, heading in enumerate(block.headings):
        if heading.figure not in own or not (heading.wrong or heading.period):
            continue
        where = block.where_heading(at)
        if heading.wrong and block.is_filled(at):
            request.problems.extend(evolve(problem, where=where) for problem in heading.wrong)
            unsaid.add("value")
        if heading.period is None:
            continue
        if heading.role not in (*COUNTS, "figures") or is_summary(" ".join(heading.rest)):
            left_out[at] = {"role": "ignored", "period": None}
            continue
        groups.setdefault(heading.period, []).append(at)
        request.check_period(heading.period, where, heading.text)
    if groups:
        beside = []
        for at, heading in enumerate(block.headings):
            if heading.role == "figures" and heading.period is None:
                # What stands beside them over figures of a year.
                named = heading.figure or heading.year is not None
                named = named or any(map(request.words.indicator, heading.rest))
                if named and heading.figure in own and not is_summary(" ".join(heading.rest)):
                    beside.append(at)
                else:
                    left_out[at] = {"role": "ignored"}
        # What stands beside the periods of a whole year is its figure.
        groups |= {None: beside} if beside else {}
        read = sorted(at for columns in groups.values() for at in columns)
        if any(block.headings[at].figure == request.kind for at in read):
            # A figure without a word for what it is cannot stand beside figures with one.
            bare = (at for at in read if not block.headings[at].text.endswith("%"))
            heading_labels.report_unclear(block, bare, request)
        request.notes.extend(_note_totals(block, groups, request))
    return block.reread(left_out), groups


def _note_totals(
    block: Block, groups: Mapping[Any, list[int]], request: ReadRequest
) -> Iterator[Problem]:
    """Note a total beside periods that is neither their sum, nor their mean, nor one of them."""
    periods = [columns[0] for period, columns in groups.items() if period is not None]
    if len(periods) < 2 or max(map(len, groups.values())) > 1:
        return

    def numbers(at: int) -> Floats:
        every = np.ones(len(block.rows), dtype=bool)
        return read_column(block.columns[at], request.decimal, every, units=False).values

    parts = np.vstack([*map(numbers, periods)])
    known = ~np.isnan(parts)
    sums, count = np.nansum(parts, axis=0), known.sum(axis=0)
    made = np.vstack([parts, sums, sums / np.maximum(count, 1)])
    for at, heading in enumerate(block.headings):
        reading = request.texts.read(heading.text)
        last = without_years(heading.text.split(" / ")[-1])
        made_of_them = is_summary(last) or any(span.is_year for span in reading.spans)
        # "Setahun", "Akhir tahun", "Kumulatif".
        made_of_them |= "year-end" in reading.keys("neutral") or last in word_set("whole-year")
        made_of_them |= not word_set("until").isdisjoint(last.split())
        if at not in periods and made_of_them:
            total = numbers(at)
            near = np.abs(made - total) <= _ROUNDED
            # Shares of the year may be weighted means of those of its parts.
            near |= (
                (total % 1 > 0) & (np.fmin.reduce(parts) < total) & (total < np.fmax.reduce(parts))
            )
            for row in np.flatnonzero(~near.any(axis=0) & ~np.isnan(total) & (count > 1))[:1]:
                what = "a total that does not follow from the figures of the periods beside it"
                where, got = block.place(int(row), at), float(total[row])
                yield Problem(what, where=where, got=got, hint="see which of them is right")


def in_percent(code: str, request: ReadRequest) -> bool:
    """Return whether the figures of an indicator are percent, be it *persen keluarga*."""
    return any(unit.startswith(("persen", "percent")) for unit in request.texts.units.get(code, ()))


def share_or_number(block: Block, request: ReadRequest) -> Block:
    """Read of *Stunting* and *% Stunting* the one that fits the unit of the indicator."""
    share = word_set("share")
    pairs: dict[Any, dict[int, str]] = {}
    before, loose, changes = None, list[int](), dict[int, dict[str, Any]]()
    readings = [request.texts.read(one.text) for one in block.headings]
    if all(share.isdisjoint(reading.said) for reading in readings):
        return block
    for at, (one, reading) in enumerate(zip(block.headings, readings, strict=True)):
        if one.role != "figures" or one.told or one.figure not in ("", request.kind):
            before = None
            continue
        words = reading.said
        codes, alone = reading.keys("indicator"), words - {*"()"} - {*map(str, reading.years)}
        if alone and alone <= share:
            # A percent sign alone is of what stands before it.
            loose += [at] * (before is None)
            before = before if before and one.dated in (None, before[1]) else None
        elif (
            len(codes) != 1
            or says_less(reading, request.texts.words.get(codes[0], ()))
            or words & word_set("negations")
        ):
            before = None
        else:
            before = (codes[0], one.dated, one.period, one.figure, one.survey)
        if before is not None:
            # *Prevalensi* is a share beside *jumlah* alone: *Stunting* may be one, too.
            says = "rate" if "prevalensi" in words else ""
            says = "share" if words & share - {"prevalensi"} else says
            says = "number" if not says and words & word_set("number") else says
            pairs.setdefault(before, {})[at] = says
    settled = {key: own for key, own in pairs.items() if sorted(own.values()) in _TELL_APART}
    for (code, year, *_), columns in settled.items():
        wanted = in_percent(code, request)
        for at, says in columns.items():
            kept = (says in ("share", "rate")) == wanted
            named = ("figures", (code,)) if kept else ("ignored", ())
            changes[at] = {"role": named[0], "year": year, "rest": named[1]}
    changes |= {at: {"role": "ignored", "rest": ()} for at in loose if settled}
    return block.reread(changes)


def with_lone_word(
    block: Block, title: Title, keys: Collection[str], request: ReadRequest
) -> Block:
    """Read mere words for numbers as values: *Persentase* of a share, *Jumlah* of a count.

    They stand alone or below an indicator; of several the one that fits the unit is read.
    """
    texts, headings, changes = request.texts, block.headings, dict[int, dict[str, Any]]()
    last = {at: one.text.split(" / ")[-1] for at, one in enumerate(headings)}
    last = {at: fold(word) or word.strip() for at, word in last.items()}
    for at, one in enumerate(headings):
        # What a heading says beside its year: *Persentase Tahun 2022*.
        if one.year is not None and " / " not in one.text:
            last[at] = one.rest[0] if len(one.rest) == 1 else without_years(one.text) or one.unit
    shares, counts, measures = map(word_set, ("share", "number", "measures"))
    if (shares | counts | measures).isdisjoint(last.values()):
        return block
    given = texts.name_of(str(request.given.get("indicator", "")))
    stated = (given,) if given else tuple(title.named("indicator"))
    groups: dict[Any, dict[int, str]] = {}
    for at, heading in enumerate(headings):
        if heading.role == "figures" and block.is_filled(at):
            path = heading.text.split(" / ")
            codes = texts.read(" | ".join(path)).keys("indicator") or stated
            key = (codes, heading.dated, heading.period, len(path) > 1 and heading.figure)
            groups.setdefault(key, {})[at] = last[at]
    for (codes, *_), words in groups.items():
        nested = len(words) == 1 and " / " in headings[next(iter(words))].text
        if len(words) == 1 and "indicator" in keys and measures.issuperset(words.values()):
            told = {"figure": "value", "rest": (), "unit": "", "doubt": "taken for 'value'"}
            changes |= dict.fromkeys(words, told)
        apt = shares if any(in_percent(one, request) for one in codes) else counts
        alone = [at for at, word in words.items() if word in apt]
        others = {at for at, word in words.items() if word not in shares | counts}
        named = {at for at in others if headings[at].rest and not headings[at].figure}
        if others and named == others and len(alone) == len(stated) == 1 and codes == stated:
            # *Jumlah balita* beside *Prevalensi (%)*: the title says of what.
            own = {at for at in named if texts.read(headings[at].text).of("indicator")}
            changes |= {at: {"role": "ignored"} for at in words.keys() - named | own}
            changes[alone[0]] = {"rest": stated, "figure": ""}
        if nested or others:
            continue
        if len(words) == 1 and shares.issuperset(words.values()):
            alone = [*words]
        if len(alone) != 1:
            continue
        one = evolve(headings[alone[0]], **changes.get(alone[0], {}))
        rest = tuple(part for part in one.rest if fold(part) != words[alone[0]])
        read = {"figure": one.figure if rest else "value", "rest": rest}
        changes |= {at: {"role": "ignored"} for at in words if at != alone[0]}
        changes[alone[0]] = changes.get(alone[0], {}) | read
    return block.reread(changes)


def without_words(block: Block, keys: Mapping[str, int], request: ReadRequest) -> Block:
    """Take columns of words that stand where figures are read for none of them."""
    figures = {at for at, one in enumerate(block.headings) if one.role == "figures"}
    sure = any(block.headings[at].figure or block.headings[at].says_more for at in figures)
    words = []
    for at, one in enumerate(block.headings):
        said = one.figure or one.told or one.dated is not None or at in keys.values()
        free = one.role in ("figures", "unknown") and not said
        if free and not any(map(request.words.indicator, one.rest)) and is_words(block.columns[at]):
            words.append(at)
    if not words or not sure or figures <= {*words}:
        return block
    return block.reread({at: {"role": "unknown", "rest": ()} for at in words})


def is_words(column: Cells) -> bool:
    """Return whether words stand in a column, and nothing that may be a figure."""
    cells = None if isinstance(column, Numerals) else raw_columns.written(column)
    if not isinstance(cells, Categorical) or not len(cells.categories):
        return False
    said = ~says_missing(list(cells.categories))
    return bool(said.any()) and not any(map(FIGURE.fullmatch, cells.categories))


def _parts_and_wholes(
    block: Block, stated: tuple[str, ...], request: ReadRequest
) -> tuple[dict[Any, list[int]], dict[Any, list[int]], set[int]]:
    """Return the columns of parts and of the whole by what else they say, and those of periods."""
    texts = request.texts
    parts, wholes, spans = dict[Any, list[int]](), dict[Any, list[int]](), set[int]()
    # Years apart, what the caller ties to an indicator is its name, whatever else it says.
    readings = {
        at: texts.read(BARE_YEAR.sub(" ", heading.text.replace(" / ", " | ")))
        for at, heading in enumerate(block.headings)
        if heading.role == "figures" and not (heading.told or heading.dimension)
    }
    towns = {at for at in readings if fold(block.headings[at].text.split(" / ")[-1]) in RESIDENCE}
    if not towns and all(_PARTING.isdisjoint(one.kinds) for one in readings.values()):
        return parts, wholes, spans
    for at, reading in readings.items():
        heading = block.headings[at]
        codes = reading.keys("indicator") or stated
        own = texts.words.get(codes[0], ()) if len(codes) == 1 else ()
        years = {*map(float, BARE_YEAR.findall(heading.text))}
        dated = heading.dated or (years.pop() if len(years) == 1 else None)
        key = (codes, dated, heading.period, heading.figure)
        spanned = request.words.periods == 1 and any(named_spans(reading))
        if spanned or any(named_parts(reading, own)) or at in towns:
            parts.setdefault(key, []).append(at)
            spans |= {at} if spanned else set()
        elif reading.of("indicator") or reading.says_all:
            wholes.setdefault(key, []).append(at)
    return parts, wholes, spans


def without_parts(block: Block, title: Title, request: ReadRequest) -> Block:
    """Leave out figures of women, of towns, of a month and the like beside those of the whole."""
    texts = request.texts
    if request.others != "note" or not request.texts.codes:
        return block
    tied = frozenset(texts.ties.values())
    stated = tuple(title.named("indicator") or (tied if len(tied) == 1 else ()))
    parts, wholes, spans = _parts_and_wholes(block, stated, request)
    # Who ties headings to indicators wants no other part of them, and no month.
    beside = [
        at
        for key in parts
        for at in parts[key]
        if len(wholes.get(key, ())) == 1 or (tied and (at in spans or tied.issuperset(key[0])))
    ]
    if not beside:
        return block
    headings = block.headings
    changes: dict[int, dict[str, Any]] = {
        at: {"rest": tuple(part for part in headings[at].rest if not texts.read(part).says_all)}
        for key in parts
        for at in wholes.get(key, ())
    }
    what = "columns of a part of the people beside those of all were left out"
    if spans & {*beside}:
        what = (
            "columns of parts of the year or of the people beside those of the whole were left out"
        )
    got = heading_labels.shown_names(headings[at].text for at in beside)
    where = block.where_heading(beside[0])
    hint, named = "the figures of all are read", heading_labels.parts_of_people(block, texts)
    if request.keeps_parts and named:
        hint = f"the figures of all are read; for each part tell columns={{'dimension': {named}}}"
    request.notes.append(Problem(what, where=where, got=got, hint=hint))
    for at in beside:
        changes[at] = {"role": "unknown", "figure": "other"}
        for after in range(at + 1, len(headings)):
            if not {headings[after].role, headings[after].figure} & {*ABOUT}:
                break
            changes[after] = {"role": "ignored", "figure": "other"}
    return block.reread(changes)


def figure_slots(
    block: Block,
    request: ReadRequest,
    groups: dict[Any, list[int]],
    is_named: Callable[[Heading], bool],
    unsaid: set[str],
) -> list[Slot]:
    """Return the columns that hold the figures wanted: a value, or numerator and denominator."""
    slots: list[Slot] = []
    if not groups and any(one.told and one.role in COUNTS for one in block.headings):
        # Of what stands beside the counts that the caller names nothing is wanted.
        return slots
    for own in groups.values() or [None]:
        if own is not None and (counts := _counts(block, request, own)):
            slots.append(counts)
            continue
        found, lack = figure_columns(block, request, is_named, own)
        if own is not None and not found:
            heading_labels.report_unclear(block, own, request)
            lack = True
        unsaid |= {"value"} if lack else set()
        slots += [{"value": at} for at in found]
    return slots


def _counts(block: Block, request: ReadRequest, own: Sequence[int]) -> Slot:
    """Return the numerator and the denominator of a period, if there are any."""
    counts: Slot = {}
    for at in own:
        if (role := block.headings[at].role) not in COUNTS:
            continue
        if role in counts:
            request.problems.append(two_columns(block, role, counts[role], at))
        counts.setdefault(role, at)
    what = "a value beside numerator and denominator"
    hint = "it follows from them: leave it out with columns={'ignored': ...}"
    request.problems.extend(
        Problem(what, where=block.where_heading(at), hint=hint)
        for at in (own if counts else ())
        if block.headings[at].figure in (request.kind, "value")
    )
    return counts


def figure_columns(
    block: Block,
    request: ReadRequest,
    is_named: Callable[[Heading], bool],
    among: Collection[int] | None = None,
) -> tuple[list[int], bool]:
    """Return the columns that hold the figures wanted, and whether a lack of them is reported.

    `is_named` says whether a heading names nothing that would have to be told elsewhere,
    and `among` which columns are looked at.
    """
    figures = {
        at: heading
        for at, heading in enumerate(block.headings)
        if heading.role == "figures" and (among is None or at in among)
    }
    named = [at for at, heading in figures.items() if is_named(heading)]
    kind = request.kind
    chosen = [at for at in named if figures[at].figure == kind]
    chosen = chosen or [at for at in named if figures[at].figure == "value"]
    if any(figures[at].told for at in chosen):
        # What stands beside a column that the caller names is not wanted.
        return chosen, False
    bare = [at for at in named if not figures[at].figure]
    dated = any(figures[at].year is not None for at in chosen or bare)
    odd = []
    for at in figures.keys() - named:
        # Without a word for its figures it may name a period, or a year oddly.
        one, said = figures[at], " / ".join(figures[at].rest)
        wanted = dated and (one.year is not None or BARE_YEAR.search(said))
        wanted = not one.figure and (wanted or names_period(said))
        people = (heading_labels.names_people(part, request.texts, alone=True) for part in one.rest)
        if one.figure in (kind, "value") or wanted or (not chosen and any(people)):
            odd.append(at)
    strange = [at for at in figures.keys() - named - {*odd} if not figures[at].figure]
    if strange and "indicator" in request.given:
        heading_labels.list_others(block, sorted(strange), request)
    unread = sorted(at for at in odd if (dated or not bare) and block.is_filled(at))
    for at in unread:
        heading_labels.report_odd(block, at, figures[at].rest, request)
    if not chosen:
        doubtful = _beside_targets(figures, bare)
        heading_labels.report_unclear(block, doubtful, request)
        bare = [at for at in bare if at not in doubtful]
        return bare, bool(unread or doubtful) and not bare
    # A figure without a word for what it is cannot stand beside figures with one;
    # a mere percent sign beside target and actual is the achievement.
    known = {(figures[at].rest, figures[at].year) for at in chosen}
    shares = {at for at in bare if figures[at].text.endswith("%")}
    unsaid = [
        at for at in bare if at not in shares or (figures[at].rest, figures[at].year) not in known
    ]
    if any(figures[at].rest or figures[at].year for at in chosen):
        unknown = heading_labels.list_unknown(block, unsaid, request)
        heading_labels.report_unclear(block, sorted({*unsaid} - {*unknown}), request)
    return chosen, False


def _beside_targets(figures: Mapping[int, Heading], bare: Iterable[int]) -> list[int]:
    """Return columns of a mere percent sign that may say how much of a target was reached."""
    promised = {(one.rest, one.year) for one in figures.values() if one.figure == "target"}
    signed = [at for at in bare if "%" in figures[at].text]
    mere = [at for at in signed if not any(map(str.isalpha, figures[at].text))]
    return [at for at in mere if (figures[at].rest, figures[at].year) in promised]


def as_start(block: Block) -> Block:
    """Take what was reached for where a plan starts, in a table of starts that names no other."""
    kinds = {at: one.figure or one.role for at, one in enumerate(block.headings)}
    if not {"baseline", "value", "figures"}.isdisjoint(kinds.values()):
        return block
    reached = [at for at, kind in kinds.items() if kind == "actual"]
    reached = reached or [at for at, kind in kinds.items() if kind == "achievement"]
    field = {at: "figure" if block.headings[at].role == "figures" else "role" for at in reached}
    return block.reread({at: {name: "baseline"} for at, name in field.items()})


def called_reached(block: Block, title: Title, request: ReadRequest) -> Block:
    """Take *Capaian* of an indicator for what was reached, with a note, if no other column is.

    *Capaian* alone may as well be the share of a target, unless that stands beside it.
    """
    figures = {at: one for at, one in enumerate(block.headings) if one.role == "figures"}
    called = {at: one.text for at, one in figures.items() if one.figure == "achievement"}
    said = {
        at: text
        for at, text in called.items()
        if request.texts.read(text).keys("figure") == ("actual",) and not _OF_A_TARGET.search(text)
    }
    if request.kind != "actual" or not said:
        return block
    # *Persentase* may be the figure itself, *% Capaian* is a share of the target.
    bare = {
        at for at, one in figures.items() if _A_SHARE.search(BARE_YEAR.sub(" ", one.text).strip())
    }
    shares = called.keys() - said.keys() - bare
    named = [request.texts.read(text).keys("indicator") for text in said.values()]
    codes = {code for one in named for code in one} or title.named("indicator")
    counted = bool(codes) and not any(in_percent(code, request) for code in codes)
    if counted or any(one.figure == "target" for one in figures.values()):
        # Behind a target and what was reached percent alone is the share of one in the other.
        known = {(), *named}
        shares |= {
            at
            for at in bare
            if at > min(said) and request.texts.read(figures[at].text).keys("indicator") in known
        }
    if {one.figure for at, one in figures.items() if at not in shares} - _BESIDE_REACHED:
        return block
    if not shares:
        said = {at: text for at, text in said.items() if figures[at].rest}
    if said and not shares:
        what = "taken for what was reached, as no other column says it"
        hint = f"if it is a share of the target, {LEAVE_OUT}"
        where = block.where_heading(next(iter(said)))
        request.notes.append(Problem(what, where=where, got=", ".join(said.values()), hint=hint))
    found = dict.fromkeys(said, "actual") | dict.fromkeys(shares, "achievement")
    return block.reread({at: {"figure": figure} for at, figure in found.items()})


def check_merged(block: Block, chosen: Sequence[int], problems: list[Problem]) -> None:
    """Report merged cells that give one figure to several rows."""
    rows = block.rows
    for (top, left), (bottom, right) in block.grid.merged:
        first, after = np.searchsorted(rows, (top, bottom + 1)).tolist()
        hit = [at for at in chosen if left <= at <= right] if after > first else []
        shared = hit and (after - first > 1 or left < right)
        if shared and any(raw_columns.present(block.columns[at])[first] for at in hit):
            what = "merged cells hold one figure for several places"
            hint = "part the cells and write the figure where it belongs"
            problems.append(Problem(what, where=block.place(first, hit[0]), hint=hint))


# Columns that say of which figures their rows are, or hold them.
_KEPT = frozenset(("indicator", "year", "province", "region_level", *NOTES, *ABOUT))
_MOST_PARTS = 60
# By how much rounding may put a whole out of the range of its parts.
_ROUNDED, _SHARE = 0.05, 0.005


def town_and_country(block: Block) -> Block:
    """Take *Kota | Desa* over figures for parts of the people: they head no names there."""
    found = {
        at: fold(one.text).split()
        for at, one in enumerate(block.headings)
        if one.role == "region" and not one.told and RESIDENCE.issuperset(fold(one.text).split())
        if not any(map(str.isalpha, "".join(raw_columns.words_of(block.columns[at]).categories)))
    }
    if sorted(map(len, found.values()))[:2] != [1, 1]:
        return block
    parts = {at: (block.headings[at].text,) * (len(words) == 1) for at, words in found.items()}
    return block.reread({at: {"role": "figures", "rest": rest} for at, rest in parts.items()})


def whole_rows(block: Block, request: ReadRequest) -> Block:
    """Read the rows of the whole where a column has them beside every part: *Total*, *L+P*.

    Nothing is chosen where a part is an indicator's own, the whole is missing somewhere, or
    the whole of shares does not lie among its parts, as sums of them do not.
    """
    if request.others != "note" or not (request.texts.codes and request.keeps_parts):
        return block
    for at, heading in enumerate(block.headings):
        column = block.columns[at]
        if heading.role in _KEPT or heading.told or not isinstance(column, Categorical):
            continue
        if not 0 < len(column.categories) <= _MOST_PARTS or (column.codes < 0).any():
            continue
        words = raw_columns.without_unused(column).categories
        yearly = word_set("whole-year") | {"tahun", "year"} if heading.role == "period" else ()
        wholes = [
            word
            for word in words
            if (fold(word) in yearly if yearly else request.texts.says_all(word))
        ]
        parts = [word for word in words if word not in wholes]
        if not parts and heading.role in ("part", "period"):
            block = block.reread({at: {"role": "ignored"}})
        if len(wholes) != 1 or not parts or not _are_parts(parts, heading.role, request.texts):
            continue
        whole: Truths = column.codes == column.categories.index(wholes[0])
        keys = [n for n, one in enumerate(block.headings) if one.role in KEYS and n != at]
        groups = _groups(block, keys)
        others = [n for n, one in enumerate(block.headings) if one.role != "figures"]
        fine = _groups(block, sorted({*keys, *others} - {at}))
        # Of shares, one word that nobody knows beside *Total* may say anything.
        sure = len(parts) > 1 or heading.role in ("part", "period")
        sure = sure or bool(request.texts.read(parts[0]).of("part"))
        covered = np.isin(groups, groups[whole]).all()
        if not covered or not _is_apt(block, fine, whole, request, sure=sure):
            continue
        what = "rows of a part beside those of the whole were left out"
        hint = "the figures of all are read"
        if heading.role != "period":
            hint += f"; for each part tell columns={{'dimension': {heading.text!r}}}"
        where, got = block.where_heading(at), heading_labels.shown_names(parts)
        request.notes.append(Problem(what, where=where, got=got, hint=hint))
        block = block.keep(np.flatnonzero(whole)).reread({at: {"role": "ignored"}})
    return block


def _groups(block: Block, columns: Sequence[int]) -> Ints:
    """Return a number for each row, the same where the cells of some columns are."""
    words = [raw_columns.words_of(block.columns[at]) for at in columns]
    return raw_columns.distinct([Categorical.constant("", len(block.rows)), *words])[1]


def _is_apt(block: Block, groups: Ints, whole: Truths, request: ReadRequest, *, sure: bool) -> bool:
    """Return whether figures of the whole lie among those of its parts, or may be their sums."""
    texts = request.texts
    figures = [at for at, one in enumerate(block.headings) if one.role == "figures"]
    read = {at: texts.read(" | ".join(block.headings[at].text.split(" / "))) for at in figures}
    # Where headings name indicators, only theirs are looked at.
    named = [at for at in figures if read[at].of("indicator")]
    for at in named or figures:
        codes = read[at].keys("indicator") or request.texts.codes
        words = [texts.words.get(code, frozenset()) for code in codes]
        summed = all(adds_up(own) or read[at].counts(own) for own in words)
        none = np.zeros_like(whole)
        values = read_column(block.columns[at], request.decimal, none, units=False).values
        size, part = int(groups.max(initial=0)) + 1, ~whole & ~np.isnan(values)
        low, high, many = np.full(size, np.inf), np.full(size, -np.inf), np.zeros(size)
        np.minimum.at(low, groups[part], values[part])
        np.maximum.at(high, groups[part], values[part])
        np.add.at(many, groups[part], 1)
        own, figure = groups[whole], values[whole]
        slack = _ROUNDED + _SHARE * np.abs(figure)
        fits = (figure >= low[own] - slack) & (summed | (figure <= high[own] + slack))
        if not ((sure or summed) and (fits | (many[own] <= 1) | np.isnan(figure)).all()):
            return False
    return True


def _are_parts(words: Sequence[str], role: str, texts: TextReader) -> bool:
    """Return whether cells beside a whole are parts: no names, kinds of figures or numbers.

    Nor is a part what an indicator of the plan asks for.
    """
    for word in words:
        reading = texts.read(word)
        said_of = {*reading.keys("row"), *reading.keys("neutral")}
        kinds = said_of & {"mean", "predicate", "provisional"}
        named = reading.of("indicator") or reading.of("figure") or texts.names_region(word)
        said = {token.word for token in reading.tokens if token.word.isalnum()}
        own = any(said <= name for name in texts.words.values())
        numbered = role != "part" and not any(map(str.isalpha, word))
        if kinds or named or own or numbered:
            return False
    return True
