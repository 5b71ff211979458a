"""Which indicator or region each heading names, which are not read, and what to tell of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np
from attrs import evolve

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.cells import Draft
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.conflicts import named_parts, odd_words, parts_figures, says_less
from kencana_targets.tables.headings import (
    BARE_YEAR,
    LEAVE_OUT,
    RESIDENCE,
    Heading,
    is_unit,
    without_years,
)
from kencana_targets.tables.layout import Block
from kencana_targets.tables.periods import names_period
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.raw_columns import holding, picked, written
from kencana_targets.tables.words import fold, word_set

# Beside a column of indicators they stand over the figures of all.
_PEOPLE = frozenset(("men", "women", "urban", "rural", "poorest", "age", "group"))
_SHORTEST, _LONG = 3, 6
Label = tuple[str, tuple[str, ...]]


def report_unclear(block: Block, columns: Iterable[int], request: ReadRequest) -> None:
    """Report the columns of figures of which nothing says what figures they are."""
    what = "cannot tell what this column is"
    hint = f"write '{request.kind}' over it, or {LEAVE_OUT}"
    for at in columns:
        heading = block.headings[at]
        if heading.role == "figures" and not heading.figure and block.is_filled(at):
            where = block.where_heading(at)
            request.problems.append(Problem(what, where=where, hint=hint, cause="heading"))


def report_odd(block: Block, at: int, odd: Sequence[str], request: ReadRequest) -> None:
    """Report a heading that says more than is understood."""
    said, text = " / ".join(odd), block.headings[at].text
    hint = f"if it is the figure of the year, tell columns={{'{request.kind}': ...}}, else "
    named = any(names_people(part, request.texts) for part in (said, *said.split(" / ")))
    code = of_survey(text, request)
    if code:
        hint = f"if it is the figure of the year, tell columns={{'{code}': {text!r}}}, else "
        hint += "combine quarters and months with to_date, or "
    elif request.keeps_parts and named and (parts := parts_of_people(block, request.texts)):
        hint = f"keep each part of the people with columns={{'dimension': {parts}}}, or "
    elif names_period(said):
        hint = "combine quarters and months with to_date, or "
    what = f"cannot tell what {said!r} is"
    where = block.where_heading(at)
    request.problems.append(Problem(what, where=where, hint=hint + LEAVE_OUT, cause="heading"))


def names_people(text: str, texts: TextReader, *, alone: bool = False) -> bool:
    """Return whether a text names a part of the people: men, the poorest, towns.

    `alone` asks that it names nothing else, or an indicator that is known.
    """
    reading = texts.read(text)
    kinds = reading.kinds
    plain = "indicator" in kinds or (kinds <= {"part", "figure", "year"} and not reading.rest)
    named = _PEOPLE.intersection(reading.keys("part")) and (plain or not alone)
    return bool(named) or fold(text) in RESIDENCE


def parts_of_people(block: Block, texts: TextReader) -> list[str]:
    """Return the headings of parts of the people that stand beside each other, and of all."""
    found: dict[str, bool] = {}
    for heading in block.headings:
        said = [one for one in heading.rest if names_people(one, texts)]
        for text in heading.text.split(" / ") if heading.role == "figures" else []:
            found[text] = names_people(text, texts) or any(map(text.endswith, said))
    parts = [text for text, named in found.items() if named]
    whole = (one for one in found if one not in parts and texts.read(one).says_all)
    return [*parts, *whole] if parts else []


def is_other(name: str, texts: TextReader) -> bool:
    """Return whether a name is of no indicator of the plan, and no slip in one of theirs."""
    return texts.code_of(name) is None and not slips(name, texts)


def may_be_known(heading: Heading, request: ReadRequest, across: str = "indicator") -> bool:
    """Return whether a heading may be of an indicator of the plan, whatever else is not."""
    texts, (label, _) = request.texts, label_of(heading.rest, request, across)
    reading = texts.read(label)
    own = [texts.words.get(code, ()) for code in reading.keys("indicator")]
    named = not texts.codes or (own and not any(map(reading.counts, own)))
    return bool(named) or not is_other(label, texts)


def slips(name: str, texts: TextReader) -> set[str]:
    """Return the indicators of which a name may be a slip of the pen."""
    parts = {fold(part) for part in (name, *name.split(" / "))}
    near = (one for one in texts.by_name if any(_is_slip(part, one) for part in parts))
    return {code for one in near for code in texts.by_name[one]}


def _is_slip(name: str, other: str) -> bool:
    """Return whether two folded names differ by one letter or, where they are long, by two.

    Two neighbours that changed places count as one.
    """
    most = 1 + (min(len(name), len(other)) >= _LONG)
    if min(len(name), len(other)) < _SHORTEST or abs(len(name) - len(other)) > most:
        return False
    if len(name) == len(other) == _SHORTEST and sorted(name) != sorted(other):
        return False  # WUS is no slip in PUS, nor HLS in RLS
    before, last = [0], list(range(len(other) + 1))
    for row, letter in enumerate(name, 1):
        line = [row]
        for at, wanted in enumerate(other, 1):
            line.append(min(line[-1] + 1, last[at] + 1, last[at - 1] + (letter != wanted)))
            if row > 1 and at > 1 and (letter, name[row - 2]) == (other[at - 2], wanted):
                line[-1] = min(line[-1], before[at - 2] + 1)
        if min(line) > most:
            return False
        before, last = last, line
    return last[-1] <= most


def note_others(
    names: Iterable[str], where: Place, texts: TextReader, what: str = "columns of indicators"
) -> Problem:
    """Return the one note that lists what a plan does not know."""
    listed = [*names]
    hint = "name those that it knows as the plan does, or tell others='refuse'"
    if "columns" in what:
        hint = "tell columns={code: heading} for one that it knows, or others='refuse'"
    what = f"{what} that the plan does not know were left out"
    said = [texts.read(one) for one in listed]
    first = {token.word for one in said for token in one.tokens[:1]}
    # *Catatan stunting*, *Laki-laki*.
    if first <= word_set("about") or {one.kinds for one in said} == {frozenset(("part",))}:
        what = "columns that say something of an indicator or of some people were left out"
    return Problem(what, where=where, got=shown_names(listed), hint=hint)


def drop_others(draft: Draft, texts: TextReader) -> None:
    """Leave out the rows of indicators that a plan does not know; all stay if none is known."""
    text = draft.text("indicator")
    if text is None or not texts.codes:
        return
    mask = holding(text, lambda word: is_other(word, texts))
    if mask.all() or not mask.any():
        return
    kept, gone = np.flatnonzero(~mask), np.flatnonzero(mask)
    place = draft.place
    listed = [text.categories[code] for code in np.unique(text.codes[gone]).tolist()]
    where = place(int(gone[0]), "indicator")
    down = where.row == place(int(gone[0]), "value").row
    what = "rows of indicators" if down else "columns of indicators"
    draft.notes.append(note_others(listed, where, texts, what))
    # What is wrong in rows that nobody reads is wrong for nobody.
    unread = {place(row, "value") for row in gone.tolist()} if draft.problems else set()
    draft.problems[:] = [one for one in draft.problems if one.place not in unread]
    draft.columns = {name: written(picked(column, kept)) for name, column in draft.columns.items()}
    draft.rows, draft.place = len(kept), lambda row, field: place(int(kept[row]), field)


def read_label(parts: Sequence[str], texts: TextReader) -> Label:
    """Return the indicator or region that a heading names, and what else it says.

    A word over an indicator is taken for the name of a group, unless it names a
    time or people; a word under one, but for its unit, parts it, and nothing is
    known of the parts.

    Parameters
    ----------
    parts : sequence of str
        The heading from the top down, without year and words such as *realisasi*.
    texts : TextReader
        Knows the indicators of the plan.

    Returns
    -------
    str, tuple of str
        The code of the indicator, else all as it is written; and what must not
        be passed over.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> known = TextReader(kt.load_plan("bengkulu-2021").indicators)
    >>> read_label(("Program KB", "mCPR"), known)
    ('mCPR', ())
    >>> read_label(("Selisih", "mCPR"), known)
    ('mCPR', ('Selisih',))
    """
    joined = " / ".join(parts)
    whole = texts.name_of(joined) or texts.name_of(" ".join(parts))
    codes = [texts.name_of(part) for part in parts]
    found = [at for at, code in enumerate(codes) if code is not None]
    if whole is not None or len({codes[at] for at in found}) != 1:
        return whole or joined, ()
    code = str(codes[found[0]])
    own = texts.words.get(code, ())
    over = parts[: found[0]]
    odd = [part for part in over if names_period(part) or parts_figures(texts.read(part), own)]
    below = [part for at, part in enumerate(parts) if at > found[0] and at not in found]
    for part in below:
        words = fold(part)
        # "anak" is the beginning of "anak per perempuan".
        begun = any(f"{unit} ".startswith(f"{words} ") for unit in texts.units[code])
        begun |= is_unit(texts.read(part))
        odd += [part] * (not (begun or words.startswith(("satuan", "unit"))))
    return code, tuple(odd)


def label_of(rest: tuple[str, ...], request: ReadRequest, across: str) -> Label:
    """Return what a heading names; a period or part of the people is the name of no indicator."""
    label, odd = read_label(rest, request.texts)
    nameless = across == "indicator" and request.texts.name_of(label) is None
    parted = nameless and (
        names_period(label)
        or any(names_people(one, request.texts, alone=True) for one in label.split(" / "))
    )
    return label, (label,) if parted else odd


def names_given(request: ReadRequest, *, spread: bool) -> Callable[[Heading], bool]:
    """Return whether a heading names nothing, or the indicator that is given for all.

    With `spread` headings name what nothing else does: each will do.
    """
    given, texts = request.given.get("indicator"), request.texts
    code = None if given is None else texts.name_of(str(given))

    def named(heading: Heading) -> bool:
        if not heading.rest or spread:
            return True
        label, odd = read_label(heading.rest, texts)
        return code is not None and not odd and texts.name_of(label) == code

    return named


def read_labels(
    block: Block, columns: Sequence[int], request: ReadRequest, across: str, told: str
) -> tuple[list[str], set[int]]:
    """Return what each heading names; report the columns of which one says more."""
    told = request.texts.name_of(told) or told
    rests = [block.headings[at].rest for at in columns]
    read = {rest: label_of(rest, request, across) for rest in {*rests}}
    labels, reported = [], set()
    for at, rest in zip(columns, rests, strict=True):
        label, odd = read[rest]
        if rest and not all(rests) and label != told:
            odd = rest
        if odd and block.is_filled(at):
            report_odd(block, at, odd, request)
            reported.add(at)
        labels.append(label)
    return labels, reported


def check_twice(block: Block, labels: Mapping[int, str], problems: list[Problem]) -> None:
    """Report two columns that hold the same figure."""
    seen: dict[Any, int] = {}
    for at, label in labels.items():
        heading = block.headings[at]
        about = heading.year, heading.period, heading.dimension, heading.instrument
        key = (label, heading.region, *about)
        first = seen.setdefault(key, at)
        texts = block.headings[first].text, heading.text
        if first != at and texts[0] != texts[1]:
            what = "two columns for the same figures"
            hint = f"the other is '{texts[0]}'; {LEAVE_OUT}"
            problems.append(Problem(what, where=block.where_heading(at), got=texts[1], hint=hint))


def list_others(block: Block, columns: Sequence[int], request: ReadRequest) -> None:
    """List columns that are left out by their headings."""
    if any(map(block.is_filled, columns)):
        names = (block.headings[at].text for at in columns)
        where = block.where_heading(columns[0])
        request.notes.append(note_others(names, where, request.texts))


def list_unknown(block: Block, columns: Sequence[int], request: ReadRequest) -> list[int]:
    """Return the columns that name what the plan does not know, which are listed and left out."""
    named = [at for at in columns if block.headings[at].rest and request.others == "note"]
    found = [at for at in named if not may_be_known(block.headings[at], request)]
    list_others(block, found, request)
    return found


def without_others(block: Block, columns: list[int], request: ReadRequest) -> list[int]:
    """Leave out the columns of indicators that the plan does not know, and list them."""
    headings = block.headings
    if any(not headings[at].rest for at in columns):
        return columns
    texts = request.texts
    rests = {headings[at].rest for at in columns}
    read = {rest: label_of(rest, request, "indicator") for rest in rests}
    labels = {at: read[headings[at].rest] for at in columns}
    sure = [at for at, (_, odd) in labels.items() if odd]
    named = {at: label for at, (label, odd) in labels.items() if not odd}

    def is_strange(label: str) -> bool:
        # What says a time or a part of the people is read, and refused as such.
        reading = texts.read(label)
        kinds = reading.kinds
        about = "indicator" in kinds or "period" in kinds or kinds <= {"part", "figure", "year"}
        return is_other(label, texts) and not (about and says_less(reading))

    strange = {*filter(is_strange, {*named.values()})}
    # Beside *mCPR* of the same year *CPR* is no slip in it.
    known = {(texts.code_of(label), headings[at].dated) for at, label in named.items()}
    for at, label in named.items():
        near = slips(label, texts) if texts.code_of(label) is None else set()
        if near and all((code, headings[at].dated) in known for code in near):
            strange.add(label)
    others = [label for label in named.values() if label in strange]
    if len(others) in (0, len(named)):
        return columns
    # Those that the plan may know by another name come first.
    others.sort(key=lambda label: -likely_code(label, request)[1])
    where = block.grid.place(block.first)
    request.notes.append(note_others(others, where, request.texts))
    return [*(at for at, label in named.items() if label not in strange), *sure]


def without_doubtful(block: Block, columns: list[int], request: ReadRequest) -> list[int]:
    """Leave out a column whose heading says more where another says the same without doubt."""
    headings = block.headings
    if request.others != "note" or not any(headings[at].doubt for at in columns):
        return columns
    keys = {
        at: (label_of(one.rest, request, "indicator")[0], one.region, one.dated, one.period)
        for at in columns
        if (one := headings[at]).rest
    }
    sure = {key for at, key in keys.items() if not headings[at].doubt}
    doubtful = [at for at, key in keys.items() if headings[at].doubt and key in sure]
    list_others(block, doubtful, request)
    return [at for at in columns if at not in doubtful]


# A mark that makes a year another or a doubtful one: > 2022, ~2022, 2022?
_INEXACT = re.compile(r"(?:[<>]=?|[≤≥~≈±?]) ?(?:19|20)\d\d|(?:19|20)\d\d ?[?~±]")


def note_doubts(block: Block, columns: Sequence[int], notes: list[Problem]) -> None:
    """Note each heading of which something was assumed, the first of several rows of it once."""
    headings = block.headings
    doubts: dict[str, tuple[int, str]] = {}
    for at in columns:
        text, doubt = headings[at].text, headings[at].doubt
        what = "a year with a mark beside it is read as that year" if _INEXACT.search(text) else ""
        what = f"a heading that names more or other words is {doubt}" if doubt else what
        if what:
            doubts.setdefault(text.split(" / ")[0], (at, what))
    hint = "if it is not, leave it out with columns={'ignored': ...}"
    for at, what in doubts.values():
        notes.append(Problem(what, where=block.where_heading(at), hint=hint))


_ALIKE, _NAMED, _MOST_ASKED, _SHOWN = 0.66, 2.0, 2, 68


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
    return "" if code in request.texts.whole else code


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
    folded, near = without_years(text), [(0.0, "")]
    for name, (code, *others) in request.texts.by_name.items():
        unlike = word_set("negations") & said - {*name.split()} or reading.counts(own.get(code, ()))
        if not others and not unlike and _says_as(folded, name):
            near.append((_likeness(folded, name), code))
    alike, code = max(near)
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
        if free and not heading.text.casefold().startswith((*word_set("classes-begin"),)):
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
    # *Capaian*, else *Capaian (%)*, may be shares of a target or the figures.
    shares = [one.text for one in headings if lacking and one.figure == "achievement"]
    texts = request.texts
    shares = [one for one in shares if texts.read(one).keys("figure") == ("actual",)] or shares
    if shares and all(map(BARE_YEAR.search, shares)):
        # With their columns the years are told.
        problems = tuple(one for one in problems if one.cause.partition(" ")[2] != "year")
    for problem in problems:
        what, _, key = problem.cause.partition(" ")
        if what in ("no", "missing") and key in ("region", "indicator", "year"):
            codes = request.texts.codes
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
    if given and unknown and len(request.texts.codes) <= _MOST_ASKED:
        request.advice.setdefault("columns", dict.fromkeys(request.texts.codes, ...))
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
    first, *others = problems
    return (evolve(first, hint=f"{first.hint}; {hint}" if first.hint else hint), *others)


def _with_shares(
    problems: tuple[Problem, ...], shares: list[str], request: ReadRequest
) -> tuple[Problem, ...]:
    """Name the columns that may be shares, or figures, in what is said of the lack of these."""
    # They may be shares of a target: who knows that they are not names them.
    own = shares[0] if len(shares) == 1 else shares
    codes = request.texts.read(shares[0]).keys("indicator") or request.texts.codes
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
