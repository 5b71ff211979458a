"""What texts of a table say against taking its figures for what is asked.

All rules of what is refused for its words stand here. A kind of figures, a part of the
year or a part of the people that is left over in a text is refused, unless the words are
the indicator's own, the same table says *realisasi* or *hasil* beside a target, or the
caller settles it with ``given``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from attrs import evolve

from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.phrases import Phrase, TextReading

# What actuals may stand beside, because the table says them too.
_BESIDE = frozenset(("target", "baseline", "plan"))
_NEVER = frozenset(("projection", "forecast", "rank", "change", "contribution", "achievement"))
# The kinds of figures that each reader refuses where nothing says its own.
_OTHERS = {
    "actual": _BESIDE,
    "target": frozenset(("actual", "baseline")),
    "baseline": frozenset(("target", "plan")),
}
_OWN = {
    "actual": frozenset(("actual",)),
    "target": frozenset(("target", "plan")),
    "baseline": frozenset(("baseline", "actual")),
}


def other_kind(readings: Sequence[TextReading], kind: str) -> TextReading | None:
    """Return the text that says that figures are of another kind than asked, if one does."""
    said = [set(reading.keys("figure")) for reading in readings]
    own = any(_OWN[kind] & keys for keys in said)
    for reading, keys in zip(readings, said, strict=True):
        never = keys & _NEVER
        if kind == "target":
            never -= {"projection", "forecast"}
        if {"target", "actual"} <= keys:
            never -= {"achievement"}
        if never or (keys & _OTHERS[kind] and not own):
            return reading
    return None


def named_spans(reading: TextReading) -> Iterator[str]:
    """Yield the parts of a year that a text names, in its words."""
    for one in reading.phrases:
        named = one.kind == "event" or (one.kind == "period" and not _is_year(one))
        if named:
            yield reading.words(one)


def _is_year(one: Phrase) -> bool:
    return bool(getattr(one.value, "is_year", False))


def named_parts(reading: TextReading, own: Collection[str]) -> Iterator[str]:
    """Yield the parts of the people that a text names beside the indicator's own words."""
    for one in reading.phrases:
        if one.kind == "part" and one.key != "all":
            words = [token.word for token in reading.tokens[one.first : one.stop]]
            if not {word for word in words if word.isalnum()} <= set(own):
                yield reading.words(one)


def says_less(reading: TextReading, own: Collection[str] = ()) -> bool:
    """Return whether a text names a part of a year or of the people, or a forecast."""
    return (
        any(named_spans(reading))
        or any(named_parts(reading, own))
        or not {"projection", "forecast"}.isdisjoint(reading.keys("figure"))
    )


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
    problems = []
    if "period" not in settled:
        what = "the title names a part of the year, where figures of whole years are read"
        hint = "combine the parts with to_date; figures of the year after all: tell"
        hint += " given={'period': 'year'}"
        named: Iterable[str] = [one.text for one in readings if any(named_spans(one))]
        period = evolve(where, part=f"{where.part}, 'period'")
        problems += [Problem(what, where=period, got=text, hint=hint) for text in named]
    if "part" not in settled:
        what = "the title names a part of the people, where figures of all are read"
        hint = "keep the whole; figures of all after all: tell given={'part': 'all'}"
        named = [one.text for one in readings if any(named_parts(one, own))]
        problems += [Problem(what, where=where, got=text, hint=hint) for text in named]
    other = None if "kind" in settled else other_kind(readings, kind)
    if other is not None:
        what = f"the title speaks of other figures, where {kind} figures are read"
        hint = f"name the sheets to read; if they are {kind} figures, tell"
        hint += f" given={{'figure': '{kind}'}}"
        problems.append(Problem(what, where=where, got=other.text, hint=hint))
    return problems
