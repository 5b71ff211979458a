"""Which indicator or region each heading over figures names, and which of them are not read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.advice import likely_code, shown_names
from kencana_targets.tables.cells import Names
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.conflicts import parts_figures, says_less
from kencana_targets.tables.figure_columns import names_people, report_odd
from kencana_targets.tables.headings import LEAVE_OUT, Heading, fold
from kencana_targets.tables.layout import Block
from kencana_targets.tables.periods import names_period
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.places import Draft
from kencana_targets.tables.raw_columns import holding, picked, written

_SHORTEST, _LONG = 3, 6
Label = tuple[str, tuple[str, ...]]


def is_other(name: str, names: Names, texts: TextReader) -> bool:
    """Return whether a name is of no indicator of the plan, and no slip in one of theirs."""
    if names.code_of(name) is not None or texts.code_of(name) is not None:
        return False
    return not slips(name, names)


def slips(name: str, names: Names) -> set[str]:
    """Return the indicators of which a name may be a slip of the pen."""
    parts = {fold(part) for part in (name, *name.split(" / "))}
    near = (one for one in names.by_name if any(_is_slip(part, one) for part in parts))
    return {code for one in near for code in names.by_name[one]}


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


def note_others(names: Iterable[str], where: Place, what: str) -> Problem:
    """Return the one note that lists what a plan does not know."""
    hint = "name those that it knows as the plan does, or tell others='refuse'"
    if "columns" in what:
        hint = "tell columns={code: heading} for one that it knows, or others='refuse'"
    return Problem(
        f"{what} that the plan does not know were left out",
        where=where,
        got=shown_names(names),
        hint=hint,
    )


def drop_others(draft: Draft, names: Names, texts: TextReader) -> None:
    """Leave out the rows of indicators that a plan does not know; all stay if none is known."""
    text = draft.text("indicator")
    if text is None or not names.codes:
        return
    mask = holding(text, lambda word: is_other(word, names, texts))
    if mask.all() or not mask.any():
        return
    kept, gone = np.flatnonzero(~mask), np.flatnonzero(mask)
    place = draft.place
    listed = [text.categories[code] for code in np.unique(text.codes[gone]).tolist()]
    where = place(int(gone[0]), "indicator")
    down = where.row == place(int(gone[0]), "value").row
    what = "rows of indicators" if down else "columns of indicators"
    draft.notes.append(note_others(listed, where, what))
    # What is wrong in rows that nobody reads is wrong for nobody.
    unread = {place(row, "value") for row in gone.tolist()} if draft.problems else set()
    draft.problems[:] = [one for one in draft.problems if one.place not in unread]
    draft.columns = {name: written(picked(column, kept)) for name, column in draft.columns.items()}
    draft.rows, draft.place = len(kept), lambda row, field: place(int(kept[row]), field)


def read_label(parts: Sequence[str], names: Names, texts: TextReader) -> Label:
    """Return the indicator or region that a heading names, and what else it says.

    A word over an indicator is taken for the name of a group, unless it names a
    time or people; a word under one, but for its unit, parts it, and nothing is
    known of the parts.

    Parameters
    ----------
    parts : sequence of str
        The heading from the top down, without year and words such as *realisasi*.
    names : Names
        The indicators of the plan.
    texts : TextReader
        Reads the words over an indicator.

    Returns
    -------
    str, tuple of str
        The code of the indicator, else all as it is written; and what must not
        be passed over.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> known = Names.of(kt.load_plan("bengkulu-2021").indicators)
    >>> read_label(("Program KB", "mCPR"), known, TextReader())
    ('mCPR', ())
    >>> read_label(("Selisih", "mCPR"), known, TextReader())
    ('mCPR', ('Selisih',))
    """
    joined = " / ".join(parts)
    whole = names.code_of(joined) or names.code_of(" ".join(parts))
    codes = [names.code_of(part) for part in parts]
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
        begun = any(f"{unit} ".startswith(f"{words} ") for unit in names.units[code])
        odd += [part] * (not (begun or words.startswith(("satuan", "unit"))))
    return code, tuple(odd)


def label_of(rest: tuple[str, ...], request: ReadRequest, across: str) -> Label:
    """Return what a heading names; a period or part of the people is the name of no indicator."""
    label, odd = read_label(rest, request.names, request.texts)
    nameless = across == "indicator" and request.names.code_of(label) is None
    parted = nameless and (
        names_period(label)
        or any(names_people(one, request.texts, alone=True) for one in label.split(" / "))
    )
    return label, (label,) if parted else odd


def names_given(request: ReadRequest, *, spread: bool) -> Callable[[Heading], bool]:
    """Return whether a heading names nothing, or the indicator that is given for all.

    With `spread` headings name what nothing else does: each will do.
    """
    given, names = request.given.get("indicator"), request.names
    code = None if given is None else names.code_of(str(given))

    def named(heading: Heading) -> bool:
        if not heading.rest or spread:
            return True
        label, odd = read_label(heading.rest, names, request.texts)
        return code is not None and not odd and names.code_of(label) == code

    return named


def read_labels(
    block: Block, columns: Sequence[int], request: ReadRequest, across: str, told: str
) -> tuple[list[str], set[int]]:
    """Return what each heading names; report the columns of which one says more."""
    told = request.names.code_of(told) or told
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
        key = (label, heading.region, heading.year, heading.period, heading.dimension)
        first = seen.setdefault(key, at)
        texts = block.headings[first].text, heading.text
        if first != at and texts[0] != texts[1]:
            what = "two columns for the same figures"
            hint = f"the other is '{texts[0]}'; {LEAVE_OUT}"
            problems.append(Problem(what, where=block.where_heading(at), got=texts[1], hint=hint))


def without_others(block: Block, columns: list[int], request: ReadRequest) -> list[int]:
    """Leave out the columns of indicators that the plan does not know, and list them."""
    headings = block.headings
    if any(not headings[at].rest for at in columns):
        return columns
    names, texts = request.names, request.texts
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
        return is_other(label, names, texts) and not (about and says_less(reading))

    strange = {*filter(is_strange, {*named.values()})}
    # Beside *mCPR* of the same year *CPR* is no slip in it.
    known = {(texts.code_of(label), headings[at].dated) for at, label in named.items()}
    for at, label in named.items():
        near = slips(label, names) if texts.code_of(label) is None else set()
        if near and all((code, headings[at].dated) in known for code in near):
            strange.add(label)
    others = [label for label in named.values() if label in strange]
    if len(others) in (0, len(named)):
        return columns
    # Those that the plan may know by another name come first.
    others.sort(key=lambda label: -likely_code(label, request)[1])
    where = block.grid.place(block.first)
    request.notes.append(note_others(others, where, "columns of indicators"))
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
    if not doubtful:
        return columns
    texts = (headings[at].text for at in doubtful)
    where = block.where_heading(doubtful[0])
    request.notes.append(note_others(texts, where, "columns of indicators"))
    return [at for at in columns if at not in doubtful]


def note_doubts(block: Block, columns: Sequence[int], notes: list[Problem]) -> None:
    """Note each heading of which something was assumed, the first of several rows of it once."""
    headings = block.headings
    doubtful = {
        headings[at].text.split(" / ")[0]: at for at in reversed(columns) if headings[at].doubt
    }
    hint = "if it is not, leave it out with columns={'ignored': ...}"
    notes += [
        Problem(
            f"a heading that names more or other words is {headings[at].doubt}",
            where=block.where_heading(at),
            hint=hint,
        )
        for at in doubtful.values()
    ]
