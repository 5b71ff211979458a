"""What a caller may tell of a table that says too little: in one call that reads it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

from attrs import evolve

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.conflicts import named_parts, odd_words
from kencana_targets.tables.headings import BARE_YEAR, Heading, without_years
from kencana_targets.tables.periods import names_period
from kencana_targets.tables.words import word_set

_ALIKE, _NAMED, _MOST_ASKED, _SHOWN = 0.66, 2.0, 2, 68
_CLASSES = re.compile(r"kat|klas|kelas|kode|code|rank|peringkat|label|cluster", re.IGNORECASE)


def shown_names(names: Iterable[str]) -> str:
    """Return as many names as are shown of a text, and how many are not.

    Examples
    --------
    >>> shown_names(["IPM", "TPT"]), shown_names(["x" * 60, "TPT", "IPM"])[-14:]
    ('IPM, TPT', 'TPT and 1 more')
    """
    listed = list(dict.fromkeys(names))
    lengths = accumulate(len(name) + len(", ") for name in listed)
    shown = max(1, sum(length < _SHOWN for length in lengths))
    more = f" and {len(listed) - shown} more" if len(listed) > shown else ""
    return ", ".join(listed[:shown]) + more


def of_survey(text: str, request: ReadRequest) -> str:
    """Return the indicator of a heading over a month or half a year, when its survey may be.

    What is counted has a figure for each month, of which none is the year's.
    """
    spans = request.texts.read(text).spans
    code = likely_code(text, request)[0] if any(span.of in (2, 12) for span in spans) else ""
    return "" if code in request.names.whole else code


def likely_code(text: str, request: ReadRequest) -> tuple[str, float]:
    """Return the indicator that a heading may be of, and how sure that is; none that says less.

    It names one beside other words, or is nearly its name.
    """
    reading, own = request.texts.read(text), request.texts.words
    codes = reading.keys("indicator")
    said = {*without_years(text).split()}
    counted = not word_set("scales").isdisjoint(said)
    if len(codes) == 1:
        words = own.get(codes[0], frozenset())
        less = any(odd_words(reading, words)) or any(named_parts(reading, words))
        shares = counted and {"persen", "percent"} & words
        less = bool(less or shares or word_set("negations") & said - words)
        return ("", 0.0) if less else (codes[0], _NAMED)
    near = [
        (_likeness(without_years(text), name), next(iter(codes)))
        for name, codes in request.names.by_name.items()
        if len(codes) == 1
        and _says_as(without_years(text), name)
        and not word_set("negations") & said - {*name.split()}
        and not reading.counts(own.get(next(iter(codes)), ()))
    ]
    alike, code = max(near, default=(0.0, ""))
    return (code, alike) if alike >= _ALIKE else ("", 0.0)


def _likeness(one: str, other: str) -> float:
    # Imported here because most headings are known.
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one, other).ratio()


def _says_as(text: str, name: str) -> bool:
    """Return whether one of two texts has all words of the other, but for how these are spelt."""
    more, less = {*text.split()} - {*name.split()}, {*name.split()} - {*text.split()}
    for word in sorted(more):
        spelt = [one for one in less if _likeness(word, one) >= _ALIKE]
        more -= {word} if spelt else set()
        less -= {*spelt[:1]}
    return not (more and less)


def advise_headings(headings: Mapping[int, Heading], indicator: Any, request: ReadRequest) -> None:
    """Name for each indicator that was not read the heading over figures that it may be under."""
    unclear = ("heading", "unknown indicator")
    wrong = {problem.place.column for problem in request.problems if problem.cause in unclear}
    read = {*indicator.categories} if isinstance(indicator, Categorical) else set()
    found: dict[str, tuple[float, str]] = {}
    for at, heading in headings.items():
        free = heading.role in ("figures", "unknown") and not (heading.told or heading.dimension)
        if free and not _CLASSES.match(heading.text):
            code, alike = likely_code(heading.text, request)
            if names_period(heading.text) and not of_survey(heading.text, request):
                continue
            unread = code not in read or at + 1 in wrong
            if code and unread and alike >= found.get(code, (0.0, ""))[0]:
                found[code] = alike, heading.text
    for code, (_, text) in found.items():
        request.advise("columns", code, text)


def with_advice(
    problems: tuple[Problem, ...], headings: Sequence[Heading], request: ReadRequest
) -> tuple[Problem, ...]:
    """Say in the first problem what the caller may tell in one call, where it is several things."""
    targets = request.kind == "actual" and any(one.figure == "target" for one in headings)
    lacking = any(one.cause == "missing value" for one in problems)
    shares = _shares(headings, request) if lacking else []
    if shares and all(map(BARE_YEAR.search, shares)):
        # With their columns the years are told.
        problems = tuple(one for one in problems if one.cause.partition(" ")[2] != "year")
    for problem in problems:
        what, _, key = problem.cause.partition(" ")
        if what in ("no", "missing") and key in ("region", "indicator", "year"):
            codes = request.names.codes
            years = {*BARE_YEAR.findall(" ".join(one.text for one in headings))}
            known = {"indicator": codes if len(codes) == 1 else (), "year": [*map(int, years)]}
            value = known.get(key, ())
            request.advise("given", key, value[0] if len(value) == 1 else ...)
    if shares:
        problems = _with_shares(problems, shares, request)
    if targets and lacking:
        hint = f"{problems[0].hint}; targets are read with read_plan"
        return (evolve(problems[0], hint=hint), *problems[1:])
    given = request.advice.get("given", {})
    unknown = any(problem.cause == "unknown indicator" for problem in problems)
    if given and unknown and len(request.names.codes) <= _MOST_ASKED:
        request.advice.setdefault("columns", dict.fromkeys(request.names.codes, ...))
    columns = request.advice.get("columns", {})
    named = {without_years(text): code for code, text in columns.items() if isinstance(text, str)}
    problems = tuple(
        evolve(one, hint=one.hint.replace("={code: ", f"={{{code!r}: "))
        if (code := named.get(without_years(one.place.heading)))
        else one
        for one in problems
    )
    if columns:
        given.pop("indicator", None)
    advice = {argument: told for argument, told in request.advice.items() if told}
    several = len(advice) > 1 or len(given) > 1 or (unknown and len(columns) > 1)
    if not several or not problems:
        return problems
    hint = f"in one call, if these are the figures: {in_one_call(advice)}"
    first = problems[0]
    first = evolve(first, hint=f"{first.hint}; {hint}" if first.hint else hint)
    return (first, *problems[1:])


def _shares(headings: Sequence[Heading], request: ReadRequest) -> list[str]:
    """Return what may be shares of a target or the figures: *Capaian*, else *Capaian (%)*."""
    shares = [one.text for one in headings if one.figure == "achievement"]
    called = [one for one in shares if request.texts.read(one).keys("figure") == ("actual",)]
    return called or shares


def _with_shares(
    problems: tuple[Problem, ...], shares: list[str], request: ReadRequest
) -> tuple[Problem, ...]:
    """Name the columns that may be shares, or figures, in what is said of the lack of these."""
    # They may be shares of a target: who knows that they are not names them.
    own = shares[0] if len(shares) == 1 else shares
    codes = request.texts.read(shares[0]).keys("indicator") or request.names.codes
    if len(codes) == 1 and len(problems) > 1:
        request.advise("columns", codes[0], own)
    told = f"{{'value': {own!r}}}"
    return tuple(evolve(one, hint=one.hint.replace("{'value': ...}", told)) for one in problems)


def in_one_call(advice: dict[str, dict[str, Any]]) -> str:
    """Return the arguments that tell all of it, as they are written.

    Examples
    --------
    >>> in_one_call({"given": {"year": ...}, "columns": {"tpt": "TPT / Agustus"}})
    "columns={'tpt': 'TPT / Agustus'}, given={'year': ...}"
    """
    return ", ".join(
        f"{argument}={{{', '.join(f'{key!r}: {_written(value)}' for key, value in told.items())}}}"
        for argument, told in sorted(advice.items())
    )


def _written(value: Any) -> str:
    return "..." if value is ... else repr(value)
