"""What stands beside figures: their survey and unit, budget and spending, and how sure they are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from statistics import NormalDist

import numpy as np
from attrs import evolve

from kencana_targets.core.checks import FIRST_YEAR, LAST_YEAR
from kencana_targets.core.columns import Categorical, read_only
from kencana_targets.core.errors import MOST_OF_A_KIND, Problem
from kencana_targets.core.resources import thresholds
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.tables.cells import Draft, read_column
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.files import Places
from kencana_targets.tables.heading_labels import label_of
from kencana_targets.tables.headings import ABOUT, INTERVAL, MARGIN, MONEY, RELATIVE_ERROR, Heading
from kencana_targets.tables.layout import Block
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.raw_columns import Cells, cell_text, cells_of_row
from kencana_targets.tables.words import fold, read_by, word_set

_OF_KIND = {"actual": "spent", "target": "budget"}
_MOST_PERCENT = 100.0
# What forms and statistical programs write for a figure that is missing.
_PLACEHOLDERS = (888, 999, 8888, 9999, 88888, 99999, 999999)
_WHOSE = "write the indicator and the year over it, or one amount beside each figure"
# The level of an interval in its heading, where it is not the usual one.
_LEVEL = re.compile(r"(?<![0-9.,])(80|90|99)(?![0-9.,])")
_SIGNED = re.compile(r"[(\[]?\s*(?:\u00b1|\+/-)\s*(.*?)\s*[)\]]?")


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
            role, figure = (money[at], "") if of_one else (one.role, money[at])
            headings[at] = evolve(one, role=role, figure=figure)
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
    # How many of the currency one is, by how a word of the heading begins.
    amounts = read_by("amount").items()
    ones = (float(one) for word in words for one, begin in amounts if word.startswith(begin))
    return read_only(read.values * next(ones, 1.0) * 1e3 ** words.count("000")), spread


def surveys_and_units(
    headings: Sequence[Heading], column: Ints, known: Mapping[str, Cells]
) -> dict[str, Cells]:
    """Return the survey, unit, part of the people and instrument that the heading of each names."""
    found: dict[str, Cells] = {}
    for field in ("survey", "unit", "dimension", "instrument"):
        names = [getattr(heading, field) or None for heading in headings]
        if any(names) and field not in known:
            found[field] = Categorical.encode(names).take(column)
    if "survey" in found and "source" not in known:
        found["source"] = found["survey"]
    return found


def columns_about(
    block: Block, leads: Sequence[int], labels: Sequence[str], request: ReadRequest
) -> dict[str, list[int | None]]:
    """Return the columns of interval, error, sample size and money beside each figure, by field."""
    if not any(one.role in ABOUT or one.role == "ignored" for one in block.headings):
        return {}
    found: dict[str, dict[int, int]] = {}
    owners = [
        (label, block.headings[at].year, block.headings[at].period)
        for at, label in zip(leads, labels, strict=True)
    ]
    dated = any(period is not None for _, _, period in owners)
    each = len([*filter(money_of, block.headings)]) == len(leads)
    beside = -1
    for at, heading in enumerate(block.headings):
        said = heading.role == "ignored" and heading.figure in ABOUT
        if not said and heading.role not in ABOUT:
            beside = at
            continue
        named = said and heading.rest
        label = label_of(heading.rest, request, "indicator")[0] if named else None
        apt = []
        for number, (name, year, period) in enumerate(owners):
            of_year = heading.year in (None, year)
            of_period = heading.period == period or (heading.period is None and not dated)
            apt += [number] * (label in (None, name) and of_year and of_period)
        if money := money_of(heading):
            # One amount beside several figures is of none of them alone.
            near = [number for number in apt if each and leads[number] == beside]
            if len(near or apt) == 1:
                found.setdefault(money, {}).setdefault((near or apt)[0], at)
            continue
        # What stands right beside a figure is said of it, also where that is not read.
        left_out = beside not in leads and block.headings[beside].role in ("figures", "unknown")
        if not block.is_filled(at) or (not apt if label is not None else left_out):
            continue
        near = [number for number in apt if leads[number] == beside]
        owner = (near or apt)[0] if near or len(apt) == 1 else -1
        field = heading.figure if said else heading.role
        if owner in {-1, *found.get(field, {})}:
            what = f"cannot tell to which figure this column of '{field}' belongs"
            hint = "write the indicator over it, or leave it out with columns={'ignored': ...}"
            where = block.where_heading(at)
            request.problems.append(Problem(what, where=where, hint=hint, cause="heading"))
        else:
            found.setdefault(field, {})[owner] = at
    return {field: [*map(owned.get, range(len(leads)))] for field, owned in found.items()}


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
        small = relative > 0
        if small.any() and relative[small].max() < thresholds()["errors"]["least_relative"]:
            what = "relative errors below 1 percent"
            hint = "write them in percent if they are shares"
            where = draft.place(int(np.flatnonzero(small)[0]), RELATIVE_ERROR)
            draft.notes.append(Problem(what, where=where, hint=hint))
    for field, numbers in found.items():
        # Without the digits that a sum in binary adds.
        clean = np.array([float(f"{one:.12g}") for one in numbers.tolist()])
        own = draft.numbers(field)
        draft.columns[field] = clean if own is None else np.where(np.isnan(own), clean, own)


def read_levels(draft: Draft) -> None:
    """Take standard errors from intervals of another level than 95 percent, with a note.

    Whatever reads an interval takes it for one of 95 percent.
    """
    lower, upper, own = map(draft.numbers, ("lower", "upper", "standard_error"))
    if lower is None or upper is None:
        return
    rows = np.flatnonzero(~np.isnan(lower) & ~np.isnan(upper))[:1].tolist()
    places = [draft.place(row, field) for row in rows for field in (INTERVAL, MARGIN, "lower")]
    said = [(_LEVEL.search(place.heading or ""), place) for place in places]
    level, place = next(((match[1], place) for match, place in said if match), ("", None))
    if not level:
        return
    error = np.round((upper - lower) / (2 * NormalDist().inv_cdf(0.5 + float(level) / 200)), 12)
    draft.columns["standard_error"] = error if own is None else np.where(np.isnan(own), error, own)
    what = f"an interval of {level} percent is kept as it is printed"
    hint = "its standard error was taken from it"
    draft.notes.append(Problem(what, where=place or "", hint=hint))


def note_years(draft: Draft, planned: Floats) -> None:
    """Note years in which nobody has figures, or far from those of the plan: 1922, 2122."""
    year = draft.numbers("year")
    if year is None:
        return
    first, last = (planned.min(), planned.max()) if len(planned) else (np.nan, np.nan)
    likely = thresholds()["years"]
    before = np.fmax(first - likely["before_plan"], likely["first"])
    after = np.fmin(last + likely["after_plan"], likely["last"])
    far = ((year < before) & (year >= FIRST_YEAR)) | ((year > after) & (year <= LAST_YEAR))
    rows = np.flatnonzero(far)
    what, hint = "an unlikely year", "see that it is the one that is meant"
    draft.notes += [
        Problem(what, where=draft.place(row, "year"), got=int(year[row]), hint=hint)
        for row in rows[np.unique(year[rows], return_index=True)[1]].tolist()
    ]


def note_totals(draft: Draft, block: Block, places: Places, texts: TextReader) -> None:
    """Note a total of what is counted that is the sum neither of the rows above it nor of all."""
    value, said, year = draft.numbers("value"), draft.text("indicator"), draft.numbers("year")
    left_out = [one for one in block.left_out if one.kind == "summary"]
    totals = [one.row for one in left_out if texts.read(one.text).keys("row") == ("total",)]
    if not totals or value is None or said is None:
        return
    row, column = places.cells or (np.arange(draft.rows), np.zeros(draft.rows, dtype=np.int64))
    of = np.column_stack([said.codes, np.zeros(draft.rows) if year is None else year])
    for number, at in enumerate(places.columns.get("value") or [places.fields.get("value")]):
        own = np.flatnonzero(column == number)
        name = said[own[0]] if len(own) and (of[own] == of[own[0]]).all() else None
        if at is None or name is None or texts.code_of(name) not in texts.counted:
            continue
        figures, rows, above = value[own], block.rows[row[own]], -1
        for total in totals:
            cell = cell_text(cells_of_row(block.grid.body(total), 0)[at])
            right = read_column([cell], None, np.ones(1, dtype=bool), units=False).values[0]
            part, whole = figures[(above < rows) & (rows < total)].sum(), figures.sum()
            above = total
            # The sum may stand among the rows, as the figure of their province.
            if right % 1 == 0 and right not in (part, whole, whole / 2, *figures.tolist()):
                what, hint = "a total that is not the sum of its rows", "see which of them is right"
                where = block.grid.place(total, at, block.headings[at].text)
                draft.notes.append(Problem(what, where=where, got=float(right), hint=hint))


def _lone_zeros(draft: Draft, value: Floats) -> Truths:
    """Return where 0 stands, and no other figure of its indicator is anywhere near."""
    lone: Truths = value == 0
    said = draft.text("indicator")
    of = np.zeros(len(value)) if said is None else said.codes
    likely = thresholds()["zero"]
    for one in np.unique(of[lone]):
        others = np.abs(value[(of == one) & (np.abs(value) > 0)])
        least = others.min(initial=np.inf)
        near = len(others) < likely["fewest"] or others.max() > likely["factor"] * least
        few = least < likely["small_count"] and not (others % 1).any()
        lone &= (of != one) | (not (near or few))
    return lone


def note_odd(draft: Draft) -> None:
    """Note figures outside the interval beside them, and those that forms write for none: 999, 0."""
    value = draft.numbers("value")
    if value is None:
        return
    beside = map(draft.numbers, ("lower", "upper", "standard_error"))
    lower, upper, error = (np.nan if one is None else one for one in beside)
    outside, missing = (value < lower) | (value > upper), np.isin(np.abs(value), _PLACEHOLDERS)
    together = "see that the two belong together"
    for_none = "a figure that often stands for a missing one"
    for odd, what, hint in (
        (outside, "a figure outside its own interval", together),
        (np.abs(value) < error, "a figure below its own standard error", together),
        (missing | _lone_zeros(draft, value), for_none, "leave the cell empty if it does"),
    ):
        draft.notes += [
            Problem(what, where=draft.place(row, "value"), got=float(value[row]), hint=hint)
            for row in np.flatnonzero(odd)[:MOST_OF_A_KIND].tolist()
        ]
