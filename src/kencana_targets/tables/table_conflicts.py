"""What title, headings and columns that nobody reads say against the figures of a table."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial

from attrs import evolve

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem
from kencana_targets.tables.advice import shown_names
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.conflicts import (
    named_parts,
    note_title,
    other_kind,
    refuse_matrix,
    refuse_telling_cells,
    refuse_title,
    says_kind,
)
from kencana_targets.tables.figure_columns import is_words
from kencana_targets.tables.header import Title
from kencana_targets.tables.headings import COUNTS, LEAVE_OUT, Heading
from kencana_targets.tables.layout import Block
from kencana_targets.tables.periods import periods_of
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.raw_columns import written
from kencana_targets.tables.row_kinds import is_note

# Roles of columns that say of which part the figures of their rows are.
_PARTING = ("period", "part", "facility")
_PLACES = frozenset(("area", "private"))
_WORDS = re.compile(r"[^\W\d_]")


def without_other_sheets(blocks: list[Block], request: ReadRequest) -> list[Block]:
    """Leave out sheets that their names say to be of another kind, or of women or men.

    So they are where another sheet says that it is of the kind asked, or of all, or names
    an indicator and nothing against it.
    """
    read = [request.texts.read(block.grid.sheet) for block in blocks]
    own = any(
        says_kind(one, request.kind)
        or (one.of("indicator") and not other_kind([one], request.kind))
        for one in read
    )
    whole = any("all" in one.keys("part") for one in read)
    kept = [
        block
        for block, one in zip(blocks, read, strict=True)
        if not (own and other_kind([one], request.kind))
        and not (whole and any(named_parts(one, ())))
    ]
    if not kept or len(kept) == len(blocks):
        return blocks
    names = [block.grid.sheet for block in blocks if block not in kept]
    what, hint = "sheets of other figures were left out", "name the sheets to read, if these are"
    request.notes.append(Problem(what, got=", ".join(names), hint=hint))
    return kept


def check_title(
    block: Block,
    title: Title,
    headings: Sequence[Heading],
    request: ReadRequest,
    problems: list[Problem],
    *,
    dated: bool,
) -> frozenset[str]:
    """Report a title against the figures; a heading that says what they are is believed.

    `dated` says whether headings or a column tell the parts of the year. Returns the words
    that the indicators of the table share.
    """
    where = evolve(block.grid.place(-1), part="title")
    settled = set(request.settled)
    # A value is of whatever kind the title says; a heading that says its kind is believed.
    if any(
        one.told or one.figure not in ("", "value") or one.role != "figures" for one in headings
    ):
        settled.add("kind")
    texts = request.texts
    sure = "kind" in settled or any(says_kind(one, request.kind) for one in title.readings)
    years = {one.dated for one in headings} - {None}
    if request.kind == "actual" and not sure and len(years) > 1:
        over = [texts.read(one.text) for one in block.headings if not one.told]
        problems += refuse_matrix(over, block.grid.place(block.first))
    settled |= {"period"} if dated else set()
    lines = [one for one in title.readings if not is_note(one.text)]
    read = [texts.read(" / ".join(rest)) for rest in {heading.rest for heading in headings}]
    named = {code for reading in read for code in reading.keys("indicator")}
    shared = [texts.words[code] for code in title.named("indicator") or named]
    own = frozenset.intersection(*shared) if shared else frozenset()
    refused = refuse_title(lines, request.kind, own, where, settled=settled)
    problems += refused
    request.notes.extend([] if refused else note_title(lines, own, where))
    return own


def check_unread(
    block: Block,
    keys: Mapping[str, int],
    used: Collection[int],
    request: ReadRequest,
    own: Collection[str],
) -> list[Problem]:
    """Return the columns that nobody reads and whose cells say what the figures are."""
    problems, columns = [], []
    counted = any(heading.role in COUNTS for heading in block.headings)
    for at, heading in enumerate(block.headings):
        # Columns of periods are seen to where they are read.
        seen = at in used or heading.told or bool(periods_of(heading.text))
        places = at not in keys.values() and not heading.told
        places = places and _names_places(heading, request.texts)
        column = None if seen and not places else written(block.columns[at])
        named = isinstance(column, Categorical) and any(map(_WORDS.search, column.categories))
        # Numbers under *Puskesmas* say how many a region has.
        if places and named and not counted:
            what = "a column that parts the figures among facilities or places below the region"
            hint = (
                "keep the figures of the regions; pool_actuals adds up facilities, with "
                f"columns={{'numerator': ..., 'denominator': ...}}; or {LEAVE_OUT}"
            )
            problems.append(Problem(what, where=block.where_heading(at), hint=hint))
        if not seen and isinstance(column, Categorical) and heading.role not in _PARTING:
            columns.append((column, heading.text, partial(block.place, column=at)))
    problems += refuse_telling_cells(columns, request.texts, request.kind, own)
    reported = {problem.place.column for problem in problems}
    unknown = {
        block.where_heading(at): heading.text
        for at, heading in enumerate(block.headings)
        if heading.role == "unknown"
        and not (at in used or heading.figure or heading.told)
        and is_words(block.columns[at])
    }
    unknown = {where: text for where, text in unknown.items() if where.column not in reported}
    if unknown:
        what = "columns of words under headings that nobody knows were not read"
        where, got = next(iter(unknown)), shown_names(unknown.values())
        hint = "see that they do not part the figures"
        request.notes.append(Problem(what, where=where, got=got, hint=hint))
    return problems


def _names_places(heading: Heading, texts: TextReader) -> bool:
    """Return whether names under a heading are those of places below a region."""
    if heading.role == "facility" or heading.role not in ("unknown", "figures"):
        return heading.role == "facility"
    reading = texts.read(heading.text)
    named = [one for one in reading.phrases if one.kind == "level" or one.key in _PLACES]
    said = {at for one in named for at in range(one.first, one.stop)}
    beside = {one.word for at, one in enumerate(reading.tokens) if at not in said}
    # "Kendala di puskesmas" is a remark.
    return any(one.key in _PLACES for one in named) and beside <= {"nama", "kode", "/", "-"}
