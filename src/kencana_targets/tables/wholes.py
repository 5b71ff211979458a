"""Rows and columns of all people, or of the whole year, where their parts stand beside them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem
from kencana_targets.tables.advice import shown_names
from kencana_targets.tables.cells import read_column
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.headings import ABOUT, KEYS, NOTES, RESIDENCE, WHOLE_YEAR, adds_up, fold
from kencana_targets.tables.layout import Block
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.raw_columns import picked, without_unused, words_of

# Columns that say of which figures their rows are, or hold them.
_KEPT = frozenset(("indicator", "year", "province", "region_level", *NOTES, *ABOUT))
_MOST_PARTS = 60
# By how much rounding may put a whole out of the range of its parts.
_ROUNDED, _SHARE = 0.05, 0.005


def town_and_country(block: Block) -> Block:
    """Take *Kota | Desa* over figures for parts of the people: they head no names there."""
    found = {
        at: fold(one.text).split()
        for at, one in enumerate(block.headings)
        if one.role == "region" and not one.told and RESIDENCE.issuperset(fold(one.text).split())
        if not any(map(_has_letter, words_of(block.columns[at]).categories))
    }
    headings = list(block.headings)
    for at in found if sorted(map(len, found.values()))[:2] == [1, 1] else ():
        whole = len(found[at]) > 1
        headings[at] = evolve(headings[at], role="figures", rest=(headings[at].text,) * (not whole))
    return evolve(block, headings=headings)


def whole_rows(block: Block, request: ReadRequest) -> Block:
    """Read the rows of the whole where a column has them beside every part: *Total*, *L+P*.

    Nothing is chosen where a part is an indicator's own, the whole is missing somewhere, or
    the whole of shares does not lie among its parts, as sums of them do not.
    """
    if request.others != "note" or not (request.names.codes and request.keeps_parts):
        return block
    for at, heading in enumerate(block.headings):
        column = block.columns[at]
        if heading.role in _KEPT or heading.told or not isinstance(column, Categorical):
            continue
        if not 1 < len(column.categories) <= _MOST_PARTS or (column.codes < 0).any():
            continue
        words = without_unused(column).categories
        wholes = [word for word in words if _is_whole(word, heading.role, request.texts)]
        parts = [word for word in words if word not in wholes]
        if len(wholes) != 1 or not _are_parts(parts, heading.role, request.texts):
            continue
        whole: NDArray[np.bool_] = column.codes == column.categories.index(wholes[0])
        keys = [n for n, one in enumerate(block.headings) if one.role in KEYS and n != at]
        groups = _groups(block, keys)
        others = [n for n, one in enumerate(block.headings) if one.role != "figures"]
        fine = _groups(block, sorted({*keys, *others} - {at}))
        # Of shares, one word that nobody knows beside *Total* may say anything.
        sure = len(parts) > 1 or heading.role in ("part", "period")
        sure = sure or bool(request.texts.read(parts[0]).of("part"))
        covered = np.isin(groups, groups[whole]).all()
        if not covered or not _is_apt(block, fine, whole, request, sure=sure):
            continue
        what = "rows of a part beside those of the whole were left out"
        hint = "the figures of all are read"
        if heading.role != "period":
            hint += f"; for each part tell columns={{'dimension': {heading.text!r}}}"
        where, got = block.where_heading(at), shown_names(parts)
        request.notes.append(Problem(what, where=where, got=got, hint=hint))
        headings, kept = list(block.headings), np.flatnonzero(whole)
        headings[at] = evolve(heading, role="ignored")
        columns = [picked(one, kept) for one in block.columns]
        block = evolve(block, headings=headings, columns=columns, rows=block.rows[kept])
    return block


def _groups(block: Block, columns: Sequence[int]) -> NDArray[np.int64]:
    """Return a number for each row, the same where the cells of some columns are."""
    codes = [words_of(block.columns[at]).codes for at in columns]
    nothing = np.zeros(len(block.rows), dtype=np.int64)
    found = np.unique(np.array([nothing, *codes]), axis=1, return_inverse=True)[1]
    return found.reshape(-1)


def _is_apt(
    block: Block,
    groups: NDArray[np.int64],
    whole: NDArray[np.bool_],
    request: ReadRequest,
    *,
    sure: bool,
) -> bool:
    """Return whether figures of the whole lie among those of its parts, or may be their sums."""
    texts = request.texts
    figures = [at for at, one in enumerate(block.headings) if one.role == "figures"]
    read = {at: texts.read(" | ".join(block.headings[at].text.split(" / "))) for at in figures}
    # Where headings name indicators, only theirs are looked at.
    named = [at for at in figures if read[at].of("indicator")]
    for at in named or figures:
        codes = read[at].keys("indicator") or request.names.codes
        words = [texts.words.get(code, frozenset()) for code in codes]
        summed = all(adds_up(own) or read[at].counts(own) for own in words)
        values = read_column(
            block.columns[at], request.decimal, np.zeros_like(whole), units=False
        ).values
        size, part = int(groups.max(initial=0)) + 1, ~whole & ~np.isnan(values)
        low, high, many = np.full(size, np.inf), np.full(size, -np.inf), np.zeros(size)
        np.minimum.at(low, groups[part], values[part])
        np.maximum.at(high, groups[part], values[part])
        np.add.at(many, groups[part], 1)
        own, figure = groups[whole], values[whole]
        slack = _ROUNDED + _SHARE * np.abs(figure)
        fits = (figure >= low[own] - slack) & (summed | (figure <= high[own] + slack))
        if not ((sure or summed) and (fits | (many[own] <= 1) | np.isnan(figure)).all()):
            return False
    return True


def _is_whole(word: str, role: str, texts: TextReader) -> bool:
    """Return whether a cell says that its row is of all people, or of the whole year."""
    return (
        fold(word) in WHOLE_YEAR | {"tahun", "year"}
        if role == "period"
        else texts.read(word).says_all
    )


def _are_parts(words: Sequence[str], role: str, texts: TextReader) -> bool:
    """Return whether cells beside a whole are parts: no names, kinds of figures or numbers.

    Nor is a part what an indicator of the plan asks for.
    """
    known = bool(words)
    for word in words:
        reading = texts.read(word)
        kinds = {"mean", "predicate", "provisional"} & {
            *reading.keys("row"),
            *reading.keys("neutral"),
        }
        named = reading.of("indicator") or reading.of("figure") or texts.names_region(word)
        said = {token.word for token in reading.tokens if token.word.isalnum()}
        own = any(said <= name for name in texts.words.values())
        numbered = role != "part" and not _has_letter(word)
        known = known and not (kinds or named or own or numbered)
    return known


def _has_letter(word: str) -> bool:
    return any(map(str.isalpha, word))
