"""What texts of a table say against taking its figures for what is asked.

All rules of what is refused for its words stand here. A kind of figures, a part of the
year or a part of the people that is left over in a text is refused, unless the words are
the indicator's own, the same table says *realisasi* or *hasil* beside a target, or the
caller settles it with ``given``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from attrs import evolve

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.phrases import ALL_OF_THEM, TextReader, TextReading
from kencana_targets.tables.words import word_set

# What actuals may stand beside, because the table says them too.
_BESIDE = frozenset(("target", "end-target", "baseline", "plan", "limit"))
_NEVER = frozenset(
    (
        *("projection", "forecast", "rank", "change"),
        *("contribution", "achievement", "statistic", "trial"),
    )
)
# What a title says of other figures than those that its columns name is noted.
_ODD = frozenset(("other-year", "budget", "projection", "forecast", "rank", "draft"))
AS_ASKED = "the figures are read as asked: see that they do not speak of a part of them"
_MOST_CELLS = 20
# Phrases whose words say what wrote a table or holds it.
NAMING = frozenset(("document", "office", "programme", "survey", "objective", "event"))
_LESS = frozenset(("event", "period", "part", "figure"))
_SUBTITLE = 4
_ROMAN = re.compile("[ivx]+")
_FOOTNOTE = re.compile(r"\s*(?:\*+\)?|[(]?[0-9a-z]\))\s*\w")
# The kinds of figures that each reader refuses where nothing says its own.
_OTHERS = {
    "actual": _BESIDE,
    "target": frozenset(("actual", "baseline", "limit")),
    "baseline": frozenset(("target", "plan", "limit")),
}
_OWN = {
    "actual": frozenset(("actual",)),
    "target": frozenset(("target", "end-target", "plan")),
    "baseline": frozenset(("baseline", "actual")),
}


def other_kind(readings: Sequence[TextReading], kind: str) -> TextReading | None:
    """Return the text that says that figures are of another kind than asked, if one does."""
    said = [set(reading.keys("figure")) for reading in readings]
    for reading, keys in zip(readings, said, strict=True):
        never = keys & _NEVER
        if kind == "target":
            never -= {"projection", "forecast"}
        if {"target", "actual"} <= keys:
            never -= {"achievement"}
        if never or (keys & _OTHERS[kind] and not keys & _OWN[kind]):
            return reading
    return None


def says_kind(reading: TextReading, kind: str) -> bool:
    """Return whether a text says that figures are of the kind asked."""
    return bool(_OWN[kind] & {*reading.keys("figure")})


def named_spans(reading: TextReading) -> Iterator[str]:
    """Yield the parts of a year that a text names, in its words."""
    for one in reading.phrases:
        is_year = getattr(one.value, "is_year", False)
        if one.kind == "event" or (one.kind == "period" and not is_year):
            yield reading.words(one)


def named_parts(reading: TextReading, own: Collection[str]) -> Iterator[str]:
    """Yield the parts of the people that a text names beside the indicator's own words."""
    for one in reading.phrases:
        if one.kind == "part" and one.key != "all":
            words = [token.word for token in reading.tokens]
            # By district and health centre: by what a table is split.
            before = word_set("split-by").intersection(words[: one.first])
            split = before and reading.words(one) in word_set("dimensions")
            if not split and not {*filter(str.isalnum, words[one.first : one.stop])} <= {*own}:
                yield reading.words(one)


def says_less(reading: TextReading, own: Collection[str] = (), *, group: bool = False) -> bool:
    """Return whether a text names a part of a year or of the people, or a forecast.

    A `group` of rows may be one by place: its rows are regions all the same.
    """
    if group and {*reading.keys("part")} & {"zone", "villages"} and not says_below(reading):
        return False
    return not _LESS.isdisjoint(reading.kinds) and (
        any(named_spans(reading))
        or any(named_parts(reading, own))
        or not {"projection", "forecast"}.isdisjoint(reading.keys("figure"))
    )


def parts_figures(reading: TextReading, own: Collection[str]) -> bool:
    """Return whether a row of a heading says of which part or kind the figures below it are.

    Where it says more it is the name of a group: *Ketahanan Lansia*.
    """
    said = reading.kinds - {"part", "figure", "year", "unit"}
    alone = not reading.rest and {*reading.keys("neutral")} <= {"figures", "about"}
    alone = alone and said <= {"neutral", "row"}
    people = any(named_parts(reading, own)) and {"men", "women"}.isdisjoint(reading.keys("part"))
    # Alone *Indeks* is no unit; over an index *Index* is its own word.
    score = reading.said & word_set("score") if word_set("score").isdisjoint(own) else ()
    made = says_kinds(reading) or bool(score) or any(odd_words(reading, own))
    return (alone and made) or ((alone or not people) and says_less(reading, own))


def says_below(reading: TextReading) -> bool:
    """Return whether a text names places below regencies, and none of these by its name."""
    below = word_set("below-regions") & reading.said
    return bool(below) and not (reading.of("region") or reading.of("indicator"))


def says_kinds(reading: TextReading) -> bool:
    """Return whether a text names figures that are made of others: ranks, changes, spreads."""
    kinds = (_NEVER - {"achievement", "trial"}) | {"other-year", "limit", "plan"}
    return not kinds.isdisjoint(reading.keys("figure"))


def explain_part(name: str, texts: TextReader) -> Problem | None:
    """Return what is wrong with a name that says of which part of an indicator it is."""
    reading = texts.read(name)
    codes = reading.keys("indicator")
    if len(codes) != 1 or not says_less(reading, texts.words.get(codes[0], ())):
        return None
    what = "a part of the people or of the year, or a forecast, where figures of all are read"
    hint = f"keep the figures of all; if these are, name them '{codes[0]}'"
    return Problem(what, got=name, hint=hint, cause="unknown indicator")


def refuse_title(
    readings: Sequence[TextReading],
    kind: str,
    own: Collection[str],
    where: Place,
    *,
    settled: Collection[str],
) -> list[Problem]:
    """Report titles that speak of another kind of figures, or of a part of year or people.

    Parameters
    ----------
    readings : sequence of TextReading
        The title, line by line, and the name of the sheet.
    kind : {"actual", "target", "baseline"}
        Which figures are read.
    own : collection of str
        The words of the indicators that the table is about.
    where : Place
        The title.
    settled : collection of {"kind", "period", "part"}
        What the caller or the headings say, whatever the title says.
    """
    other = other_kind(readings, kind)
    year, all_people = "figures of the year after all", "figures of all after all"
    checks = {
        "period": (
            "the title names a part of the year, where figures of whole years are read",
            f"combine the parts with to_date; {year}: tell given={{'period': 'year'}}",
            [one for one in readings if any(named_spans(one))],
        ),
        "part": (
            "the title names a part of the people, where figures of all are read",
            f"keep the whole; {all_people}: tell given={{'part': 'all'}}",
            [one for one in readings if any(named_parts(one, own))],
        ),
        "kind": (
            f"the title speaks of other figures, where {kind} figures are read",
            f"name the sheets to read; if they are {kind} figures, tell given={{'figure': '{kind}'}}",
            [] if other is None else [other],
        ),
    }
    period = evolve(where, part=f"{where.part}, 'period'")
    return [
        Problem(what, where=period if key == "period" else where, got=one.text, hint=hint)
        for key, (what, hint, found) in checks.items()
        for one in (() if key in settled else found)
    ]


def refuse_matrix(readings: Iterable[TextReading], where: Place) -> list[Problem]:
    """Report headings of a plan's matrix, *Kondisi Awal* or *Kondisi Akhir*, beside bare years."""
    ends = {"baseline", "end-target"}
    named = [one.text for one in readings if ends & {*one.keys("figure")}]
    if not named:
        return []
    what = "years beside a baseline or a final target may be those of a plan"
    told = "given={'figure': 'actual'}"
    hint = f"read targets with read_plan; if they are actual figures, tell {told}"
    return [Problem(what, where=where, got=", ".join(named), hint=hint)]


def note_title(
    readings: Sequence[TextReading], own: Collection[str], where: Place
) -> list[Problem]:
    """Return the one note on words of a title that nobody knows, if it has any.

    Words qualify what stands before them: those before an indicator belong to the name of
    a document. What stands behind a colon is what a line names, such as who filled it in.
    """
    unknown = dict.fromkeys(
        word
        for one in readings
        if one.phrases and (":" not in one.text or one.of("indicator") or one.of("year"))
        for word in (*_qualifiers(one), *odd_words(one, own))
        if word not in own and not _ROMAN.fullmatch(word)
    )
    if not unknown:
        return []
    what = "words of the title are not understood"
    return [Problem(what, where=where, got=", ".join(unknown), hint=AS_ASKED)]


def _qualifiers(reading: TextReading) -> Iterator[str]:
    """Yield the unknown words of a title that may say of which part its figures are."""
    named = [*reading.of("indicator"), *reading.of("year")][:1]
    alone = not reading.kinds & NAMING and len(reading.tokens) <= _SUBTITLE
    if named:
        first, letters = named[0].first, word_set("letters")
        said = [token.word for token in (*reading.tokens, *reading.tokens[:1])]
        for at, word in reading.unknown:
            long = len(word) > 2 or word in ("l", "p") or (at < first and word in letters)
            # What stands before a colon names what stands behind it.
            if at >= first - 1 and long and said[at + 1] != ":":
                yield word
        for one in reading.phrases:
            topic = one.kind == "topic" and one.first > named[0].first
            near = 0 <= one.first - named[0].stop <= 1
            place = one.kind == "level" and one.key in ("city", "village") and near
            # "Peserta KB aktif MKJP": one indicator right behind another says of whom it is.
            between = {token.word for token in reading.tokens[named[0].stop : one.first]}
            behind = one.kind == "indicator" and between <= word_set("of-whom")
            if topic or place or (behind and one.key != named[0].key):
                yield reading.words(one)
    elif alone:
        yield from (word for word in reading.rest if len(word) > 2)


def odd_words(reading: TextReading, own: Collection[str]) -> Iterator[str]:
    """Yield words that are known and odd: another year's, money's, *jumlah* of a percentage.

    So are *rata-rata* and *tertinggi*, but not of which regions figures are: *10 kabupaten*.
    """
    before: set[str] = set()
    for one in reading.phrases:
        places = before & {"level", "highest", "place"}
        made = one.kind == "row" and (one.key == "mean" or (one.key == "spread" and not places))
        made = made and not {*filter(str.isalnum, reading.words(one).split())} <= {*own}
        if made or (one.kind == "figure" and one.key in _ODD):
            yield reading.words(one)
        before |= {one.kind, one.key}
    yield from reading.counts(own)


def tells(reading: TextReading, kind: str, own: Collection[str], *, made: bool = False) -> bool:
    """Return whether a text says nothing but a kind of figures or a part of year or people.

    With `made` it may say that they are made of others, or drafts.
    """
    if reading.of("indicator"):
        # Beside figures that are all of one indicator, or of some, others part them.
        return made and bool(own) and not reading.rest and not reading.said <= {*own}
    if {*reading.rest} - word_set("conditions") or reading.of("office"):
        return False
    if {*reading.rest} - {*own} or (made and reading.kinds == {"level"}):
        return bool(reading.rest) or "nation" in reading.keys("level")
    # What money lacks is an obstacle.
    if made and "budget" not in reading.keys("figure") and any(odd_words(reading, ())):
        return True
    others = set(reading.keys("figure")) & (_OTHERS[kind] | _NEVER | {"other-year", "actual"})
    return bool(others - _OWN[kind]) or any(named_spans(reading)) or any(named_parts(reading, own))


def names_other(reading: TextReading, own: Collection[str] = ()) -> bool:
    """Return whether a line names a measure that the plan does not know: *Prevalensi wasting*."""
    kinds = {one.kind for one in reading.phrases[: reading.by_place]}
    placed = kinds & {"indicator", "region", "level", "office", "programme", "objective"}
    measures = word_set("share") | word_set("number") | word_set("count-of")
    conditions = reading.said & word_set("conditions") - {*own}
    if placed or not (conditions or reading.said & measures) or "place" in reading.keys("neutral"):
        return False
    # "Jumlah PUS" is made of known words; "Prevalensi tinggi" is a class of regions.
    of_whom = ALL_OF_THEM & {*reading.keys("neutral")}
    strange = {word for word in reading.rest if len(word) > 2} - word_set("classes")
    named = strange or (reading.said if of_whom and not reading.rest else ())
    return bool(conditions or {*filter(str.isalpha, named)} - measures.union(own))


def begins_another(title: str, texts: TextReader) -> bool:
    """Return whether a title of a table says something that nobody knows."""
    return names_other(texts.read(title)) or bool(note_groups([(title, Place())], texts))


def note_groups(labels: Iterable[tuple[str, Place]], texts: TextReader) -> list[Problem]:
    """Return notes on rows between figures of which nobody knows what they say of them.

    The name of a place, or what begins as one, parts no figures.
    """
    notes = []
    for label, where in labels if texts.places else ():
        reading = texts.read(label)
        unknown = [word for word in reading.rest if len(word) > 2]
        unknown += odd_words(reading, ())
        # Regencies may be chosen, as villages are: *Lokus*.
        unknown += [] if reading.of("level") else {*reading.keys("part")} & {"villages"}
        placed = any(one.kind in ("region", "level") for one in reading.phrases)
        placed = placed or {*reading.keys("neutral")} >= {"place"} or "zone" in reading.keys("part")
        if unknown and not placed and not texts.names_region(label):
            what = "a row between figures that is not understood"
            hint = "the figures below it are read as those of all"
            notes.append(Problem(what, where=where, got=label, hint=hint))
    return notes


def cell_lines(
    column: Categorical, place: Callable[[int], Place], before: str = ""
) -> list[tuple[str, Place]]:
    """Return the first cells of a column as lines, and where each stands first."""
    words = enumerate(column.categories[:_MOST_CELLS])
    return [(before + word, place(int((column.codes == code).argmax()))) for code, word in words]


def read_notes(lines: Iterable[tuple[str, Place]], texts: TextReader, kind: str) -> list[Problem]:
    """Return notes on what lines below or above a table say of its figures."""
    notes = []
    for line, where in lines:
        reading = texts.read(line)
        words = reading.said
        numbers = {*filter(str.isdigit, words)}
        # Such notes define figures or say where they are from; that of a register may be a month.
        monthly = "register" in reading.keys("survey") and any(named_spans(reading))
        if words & word_set("defines") and not monthly:
            continue
        kinds = {"projection", "forecast"}.intersection(reading.keys("figure"))
        # "1) angka tahun 2020": the years of the figures that are marked so.
        marked = _FOOTNOTE.match(line) and not (reading.of("survey") or reading.of("office"))
        if (
            kinds
            or (marked and reading.years)
            or any(named_spans(reading))
            or any(named_parts(reading, ()))
            or words & word_set("partial")
            # "Target 2024: 14%" says a figure of its own.
            or (tells(reading, kind, (), made=True) and not numbers - {*map(str, reading.years)})
        ):
            what = "a note that may speak of a part of the figures or of another kind of them"
            notes.append(Problem(what, where=where, got=line, hint="the figures are read as asked"))
    return notes
