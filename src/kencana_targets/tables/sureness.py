"""How sure figures are: margins and relative errors that become bounds and standard errors."""

from __future__ import annotations

import re

import numpy as np

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import MOST_OF_A_KIND, Problem
from kencana_targets.tables.headings import INTERVAL, MARGIN, RELATIVE_ERROR
from kencana_targets.tables.places import Draft

_SIGNED = re.compile(r"[(\[]?\s*(?:\u00b1|\+/-)\s*(.*?)\s*[)\]]?")


def part_margins(draft: Draft) -> None:
    """Take the sign off margins; intervals whose cells all have it are margins."""
    for field in (MARGIN, INTERVAL):
        cells = draft.columns.get(field)
        if not isinstance(cells, Categorical):
            continue
        signed = [_SIGNED.fullmatch(word) for word in cells.categories]
        if field == MARGIN or (signed and all(signed)):
            pairs = zip(cells.categories, signed, strict=True)
            plain = [match[1] if match else word for word, match in pairs]
            del draft.columns[field]
            draft.columns[MARGIN] = Categorical.encode(plain).take(cells.codes)


def take_margins(draft: Draft) -> None:
    """Turn margins of error into both ends, and relative errors into standard errors."""
    value = draft.numbers("value")
    margin, relative = (draft.columns.pop(field, None) for field in (MARGIN, RELATIVE_ERROR))
    if value is None:
        return
    found = {}
    if isinstance(margin, np.ndarray):
        apt = np.where(margin >= 0, margin, np.nan)
        found = {"lower": value - apt, "upper": value + apt}
        what, hint = "a margin of error below 0", "write by how much the figure may be off"
        draft.problems += [
            Problem(what, where=draft.place(row, MARGIN), got=float(margin[row]), hint=hint)
            for row in np.flatnonzero(margin < 0)[:MOST_OF_A_KIND].tolist()
        ]
    if isinstance(relative, np.ndarray):
        found["standard_error"] = np.abs(value) * relative / 100
    for field, numbers in found.items():
        # Without the digits that a sum in binary adds.
        clean = np.array([float(f"{one:.12g}") for one in numbers.tolist()])
        own = draft.numbers(field)
        draft.columns[field] = clean if own is None else np.where(np.isnan(own), clean, own)


def note_outside(draft: Draft) -> None:
    """Note figures that lie outside the interval that stands beside them."""
    value = draft.numbers("value")
    ends = [draft.numbers(name) for name in ("lower", "upper")]
    if value is None or (ends[0] is None and ends[1] is None):
        return
    lower, upper = (np.nan if end is None else end for end in ends)
    rows = np.flatnonzero((value < lower) | (value > upper))[:MOST_OF_A_KIND].tolist()
    what, hint = "a figure outside its own interval", "see that the two belong together"
    draft.notes += [
        Problem(what, where=draft.place(row, "value"), got=float(value[row]), hint=hint)
        for row in rows
    ]
