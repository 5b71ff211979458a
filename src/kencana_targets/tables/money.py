"""Columns of money beside figures: a budget beside targets, what was spent beside actuals."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
from attrs import evolve

from kencana_targets.core.columns import read_only
from kencana_targets.core.errors import Problem
from kencana_targets.core.typing import Floats
from kencana_targets.tables.cells import read_column
from kencana_targets.tables.headings import MONEY, Heading, fold
from kencana_targets.tables.layout import Block
from kencana_targets.tables.words import word_set

_OF_KIND = {"actual": "spent", "target": "budget"}
# How many of the currency one of a column is, by how a word of its heading begins.
_ONES: dict[str, float] = {
    **dict.fromkeys(("ribu", "thousand"), 1e3),
    **dict.fromkeys(("juta", "million"), 1e6),
    **dict.fromkeys(("mil", "billion"), 1e9),
    **dict.fromkeys(("tril",), 1e12),
}
_MOST_PERCENT = 100.0
_WHOSE = "write the indicator and the year over it, or one amount beside each figure"


def money_of(heading: Heading) -> str:
    """Return whose money a column holds, whatever else its heading says; empty for none."""
    return next((one for one in (heading.role, heading.figure) if one in MONEY), "")


def settle_money(block: Block, kind: str, decimal: str | None, notes: list[Problem]) -> Block:
    """Read the amounts that belong to a kind of figures, and leave out all other money.

    What cannot be amounts of single figures is left out with a note, as the figures can be
    read without it; a column that the caller names stays as it is.
    """
    wanted = _OF_KIND.get(kind, "")
    headings, columns = [*block.headings], [*block.columns]
    money: dict[int, str] = {}
    beside = ""
    for at, one in enumerate(headings):
        if name := money_of(one):
            # *Rp* alone is of the figure to its left.
            bare = word_set("currency").issuperset(fold(one.text.split(" / ")[-1]).split())
            money[at] = "spent" if bare and beside == "actual" else name
            of_one = one.role in MONEY
            headings[at] = evolve(
                one, role=money[at] if of_one else one.role, figure="" if of_one else money[at]
            )
        elif one.role == "figures":
            beside = one.figure
    told = {headings[at].role for at in money if headings[at].told}
    names_targets = any(one.figure == "target" for one in headings)

    def leave(at: int, why: str = "", hint: str = "") -> None:
        headings[at] = evolve(headings[at], role="ignored", figure="", period=None)
        if why and block.is_filled(at):
            notes.append(_left_out(block, at, why, hint))

    for at, name in money.items():
        if name != wanted or (name in told and not headings[at].told):
            lost = kind == "actual" and name == "budget" and not names_targets
            hint = "write it beside the targets of the plan"
            leave(at, "budgets belong to targets" if lost else "", hint)
            continue
        amounts, spread = _amounts(block, at, decimal)
        if amounts is not None:
            columns[at] = amounts
        if headings[at].told:
            continue
        most = 0.0 if amounts is None else np.nan_to_num(amounts).max(initial=0.0)
        if spread:
            why = "merged cells hold one amount for several rows"
            leave(at, why, "part the cells and write each amount where it belongs")
        elif amounts is None:
            leave(at, "a cell is no amount", "write numbers alone")
        elif 0 < most <= _MOST_PERCENT:
            hint = f"if they are amounts, tell columns={{'{name}': ...}}"
            leave(at, "no number is above 100, as of percentages", hint)
    return evolve(block, headings=headings, columns=columns)


def unread_money(block: Block, taken: Collection[int], *, wide: bool) -> Iterator[Problem]:
    """Note columns of money that are not read, as nothing says of which figures they are."""
    for at, heading in enumerate(block.headings):
        if (name := money_of(heading)) and at not in taken and block.is_filled(at):
            hint = _WHOSE if wide else f"tell columns={{'{name}': ...}}"
            yield _left_out(block, at, "nothing says of which figures it is", hint)


def _left_out(block: Block, at: int, why: str, hint: str) -> Problem:
    what = f"a column of money was left out: {why}"
    return Problem(what, where=block.where_heading(at), hint=hint)


def _amounts(block: Block, at: int, decimal: str | None) -> tuple[Floats | None, bool]:
    """Return the amounts of a column in whole units of the currency, None for other cells.

    Beside them comes whether merged cells hold one of them for several rows.
    """
    rows = block.rows
    spread = any(
        left <= at <= right and np.searchsorted(rows, bottom + 1) - np.searchsorted(rows, top) > 1
        for (top, left), (bottom, right) in block.grid.merged
    )
    read = read_column(block.columns[at], decimal, np.ones(len(rows), dtype=bool), units=False)
    if read.problems or read.intervals:
        return None, spread
    words = fold(block.headings[at].text).split()
    ones = next(
        (one for word in words for begin, one in _ONES.items() if word.startswith(begin)), 1.0
    )
    return read_only(read.values * ones * 1e3 ** words.count("000")), spread
