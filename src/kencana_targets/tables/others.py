"""Indicators that a plan does not know: left out and listed, or refused as slips of the pen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import accumulate

import numpy as np

from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.cells import Names
from kencana_targets.tables.headings import fold
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.places import Draft
from kencana_targets.tables.raw_columns import picked, written

_SHOWN = 68
_SHORTEST, _LONG = 3, 6


def is_other(name: str, names: Names, texts: TextReader) -> bool:
    """Return whether a name is of no indicator of the plan, and no slip in one of theirs."""
    if names.code_of(name) is not None or texts.code_of(name) is not None:
        return False
    parts = {fold(part) for part in (name, *name.split(" / "))}
    return not any(_is_slip(part, one) for part in parts for one in names.by_name)


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
    listed = list(dict.fromkeys(names))
    # As many as are shown of a text, and how many are not.
    lengths = accumulate(len(name) + len(", ") for name in listed)
    shown = max(1, sum(length < _SHOWN for length in lengths))
    more = f" and {len(listed) - shown} more" if len(listed) > shown else ""
    hint = "name those that it knows as the plan does, or tell others='refuse'"
    if "columns" in what:
        hint = "tell columns={code: heading} for one that it knows, or others='refuse'"
    got = ", ".join(listed[:shown]) + more
    return Problem(
        f"{what} that the plan does not know were left out", where=where, got=got, hint=hint
    )


def drop_others(draft: Draft, names: Names, texts: TextReader) -> None:
    """Leave out the rows of indicators that a plan does not know; all stay if none is known."""
    text = draft.text("indicator")
    if text is None or not names.codes:
        return
    other = np.array([*(is_other(word, names, texts) for word in text.categories), False])
    if not other.any():
        return
    mask = other[text.codes]
    if mask.all() or not mask.any():
        return
    kept, gone = np.flatnonzero(~mask), np.flatnonzero(mask)
    place = draft.place
    listed = [text.categories[code] for code in np.unique(text.codes[gone]).tolist()]
    where = place(int(gone[0]), "indicator")
    draft.notes.append(note_others(listed, where, "rows of indicators"))
    # What is wrong in rows that nobody reads is wrong for nobody.
    unread = {place(row, "value") for row in gone.tolist()} if draft.problems else set()
    draft.problems[:] = [one for one in draft.problems if one.place not in unread]
    draft.columns = {name: written(picked(column, kept)) for name, column in draft.columns.items()}
    draft.rows, draft.place = len(kept), lambda row, field: place(int(kept[row]), field)


def known_columns(
    labels: Mapping[int, str], names: Names, texts: TextReader, says_more: Callable[[str], bool]
) -> tuple[list[int], list[str]]:
    """Part columns by their labels: those to read, and the names of those to leave out.

    A label that says a time or a part of the people is read, and refused as such.
    """
    strange = {
        label
        for label in {*labels.values()}
        if is_other(label, names, texts) and not says_more(label)
    }
    if strange.issuperset(labels.values()):
        return list(labels), []
    others = [label for label in labels.values() if label in strange]
    return [at for at, label in labels.items() if label not in strange], others
