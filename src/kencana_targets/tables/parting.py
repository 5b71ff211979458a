"""Headings that name periods: a table with four quarters across is four, each of one quarter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from attrs import evolve, frozen

from kencana_targets.core.errors import NumberFormatError, Place, Problem
from kencana_targets.tables.cells import Names
from kencana_targets.tables.choosing import LEAVE_OUT
from kencana_targets.tables.headings import COUNTS, Heading, Vocabulary
from kencana_targets.tables.layout import Block, is_summary
from kencana_targets.tables.periods import PERIOD_NAMES, Period, find_period

_WHOLE_YEAR = Period(None, 1, 1)
_IN_BRACKETS = re.compile(r"[(\[].*[)\]]")
_BETWEEN_ROWS = re.compile(r"(?:^|\s)/(?:\s|$)")


@frozen(eq=False)
class Wanted:
    """What is to be read from a table.

    Parameters
    ----------
    kind : {"actual", "target", "baseline"}
        Which of its figures.
    periods : {1, 2, 4, 12}
        Periods in a year beside whole years; 1 for whole years alone.
    given : mapping
        What the caller tells of all figures.
    names : Names
        The indicators of the plan.
    words : Vocabulary
        What headings mean.
    notes : list of Problem
        Takes what is assumed.
    others : {"note", "refuse"}
        What is done with columns of indicators that the plan does not know.
    """

    kind: str
    periods: int
    given: Mapping[str, Any]
    names: Names
    words: Vocabulary
    notes: list[Problem]
    others: str = "refuse"

    def check(self, period: Period, where: Place, got: str, problems: list[Problem]) -> None:
        """Report a period of which a year has another number."""
        if period.of in (1, self.periods):
            return
        what = f"one of {period.of} periods of a year where there are {self.periods}"
        hint = f"combine with periods={period.of}, or leave it out"
        if self.periods == 1:
            what = f"a {PERIOD_NAMES[period.of]} where whole years are read"
            hint = "combine quarters and months with to_date"
        problems.append(Problem(what, where=where, got=got, hint=hint))


class Part(NamedTuple):
    """A table of one period: its columns of figures, and where their heading stands."""

    block: Block
    period: Period
    columns: frozenset[int]
    where: Place


def take_periods(
    block: Block, wanted: Wanted, problems: list[Problem]
) -> tuple[Block, dict[int, Period], frozenset[str]]:
    """Take the periods out of the headings over the figures wanted.

    Returns the block, the period of each column, and what is not said for want of a
    heading that is understood.
    """
    headings = list(block.headings)
    found: dict[int, Period] = {}
    unsaid: frozenset[str] = frozenset()
    own = ("", wanted.kind, "value")
    for at, heading in enumerate(block.headings):
        if heading.role != "figures" or heading.figure not in own:
            continue
        where = _where(block, at)
        try:
            period, bare = _without_period(heading, wanted.words)
        except NumberFormatError as error:
            headings[at] = evolve(heading, role="ignored")
            if block.is_filled(at):
                problems += [_at_heading(problem, where) for problem in error.problems]
                unsaid = frozenset({"value"})
            continue
        if period is None:
            continue
        counts = bare.role in COUNTS or (bare.role == "figures" and bare.figure in own)
        if not counts or is_summary(" ".join(bare.rest)):
            headings[at] = evolve(bare, role="ignored")
            continue
        headings[at], found[at] = bare, period
        wanted.check(period, where, heading.text, problems)
    return evolve(block, headings=headings), found, unsaid


def _at_heading(problem: Problem, where: Place) -> Problem:
    return evolve(problem, where=where, hint=f"write one period over it, or {LEAVE_OUT}")


def _where(block: Block, at: int) -> Place:
    return block.grid.place(block.first, at, block.headings[at].text)


def _without_period(heading: Heading, words: Vocabulary) -> tuple[Period | None, Heading]:
    """Part a heading into its period and a heading of what else it says."""
    parts = heading.text.split(" / ")
    indicators = [part for part in parts if words.indicator(part)]
    if words.indicator(heading.text):
        return None, heading
    period, rest = find_period(" / ".join(part for part in parts if part not in indicators))
    if period is None:
        return None, heading
    left = [part.strip(" .,:;-\u2013\u2014") for part in _BETWEEN_ROWS.split(rest)]
    # A unit in brackets, and words such as K, say nothing of a figure.
    left = [
        part
        for part in left
        if re.search(r"[^\W_]", part)
        and not _IN_BRACKETS.fullmatch(part)
        and words.role(part) != "bare"
    ]
    bare = Heading("", "figures")
    if indicators or left:
        bare = words.read((*indicators, *left))
    figure = bare.figure or heading.figure
    return period, evolve(bare, text=heading.text, figure=figure, period=True)


def parts_of(
    block: Block, found: dict[int, Period], wanted: Wanted, problems: list[Problem]
) -> list[Part]:
    """Part a table by periods; what stands beside them of a whole year is a part, too."""
    figures = {at for at, heading in enumerate(block.headings) if heading.role == "figures"}
    figures |= found.keys()
    beside = {at for at in figures - found.keys() if _is_of_year(block.headings[at], wanted)}
    said = any(block.headings[at].figure == wanted.kind for at in {*found, *beside})
    if said:
        # A figure without a word for what it is cannot stand beside figures with one.
        bare = [at for at in {*found, *beside} if not block.headings[at].text.endswith("%")]
        _report_bare(block, bare, wanted.kind, problems)
    parts = []
    of_year = dict.fromkeys(beside, _WHOLE_YEAR)
    for period in dict.fromkeys([*found.values(), *of_year.values()]):
        own = {at for at, other in {**found, **of_year}.items() if other == period}
        part = _without_shares(_only(block, figures - own), own, wanted.kind, problems)
        parts.append(Part(part, period, frozenset(own), _where(block, min(own))))
    return parts


def _is_of_year(heading: Heading, wanted: Wanted) -> bool:
    """Return whether a heading beside those of periods stands over figures of a year."""
    if heading.figure not in ("", wanted.kind, "value") or is_summary(" ".join(heading.rest)):
        return False
    named = heading.figure or heading.year is not None
    return bool(named) or any(map(wanted.words.indicator, heading.rest))


def _only(block: Block, others: set[int]) -> Block:
    """Return a table without the figures of some columns."""
    headings = [
        evolve(heading, role="ignored") if at in others else heading
        for at, heading in enumerate(block.headings)
    ]
    return evolve(block, headings=headings)


def _report_bare(block: Block, columns: Iterable[int], kind: str, problems: list[Problem]) -> None:
    """Report the columns of figures of which nothing says what figures they are."""
    what, hint = "cannot tell what this column is", f"write '{kind}' over it, or {LEAVE_OUT}"
    for at in sorted(columns):
        heading = block.headings[at]
        bare = heading.role == "figures" and not heading.figure
        if bare and block.is_filled(at):
            problems.append(Problem(what, where=_where(block, at), hint=hint, cause="heading"))


def _without_shares(block: Block, own: set[int], kind: str, problems: list[Problem]) -> Block:
    """Leave out shares beside the numerators and denominators that they follow from."""
    if not any(block.headings[at].role in COUNTS for at in own):
        return block
    told = [at for at in sorted(own) if block.headings[at].figure in (kind, "value")]
    what, hint = "a value beside numerator and denominator", "leave it out: it follows"
    problems += [Problem(what, where=_where(block, at), hint=hint) for at in told]
    return _only(block, {at for at in own if block.headings[at].role == "figures"})


def check_read(part: Part, read: Iterable[int], kind: str, problems: list[Problem]) -> bool:
    """Return whether a column of a period was read; report them all if none was."""
    if part.columns & set(read):
        return True
    _report_bare(part.block, part.columns, kind, problems)
    return False
