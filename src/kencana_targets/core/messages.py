"""Messages in Indonesian: each is found by its English text, which stands where it is raised.

The rows of the kind ``message`` in ``words.csv`` are templates: a word in braces
is a field. What stands in a field is translated, too, where it is a message or a
known noun. No message is looked up unless somebody reads Indonesian.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from kencana_targets.core.resources import data_rows

if TYPE_CHECKING:
    from kencana_targets.core.typing import Language


_FIELD = re.compile(r"\{([a-z])\}")
_NUMBER = re.compile(r"^([-+]?\d+)\.(\d+%?)$")
_JOINT = re.compile(r"( <=? |; |, (?=in )|(?<=[0-9%]) (?=from the baseline\b))")
_JOINED = re.compile(r"(?<=['\")]) (or|and) (?=['\"])")
_SAID = ("message", "noun", "outcome", "remark", "reason")
_LONGEST = 2000
# How deep messages stand in the fields of messages.
_DEPTH = 3
_OWN_LETTERS, _QUOTE = 7, "'"


@cache
def _exact() -> dict[str, str]:
    rows = data_rows("words.csv")
    return {row["english"]: row["indonesian"] for row in rows if row["kind"] in _SAID}


@cache
def _templates() -> list[tuple[re.Pattern[str], str, frozenset[str]]]:
    """Return templates with fields, those with most words of their own first.

    Beside them come the fields in quotes: what stands there is said as it is written.
    """
    found = []
    for english, indonesian in _exact().items():
        parts = _FIELD.split(english)
        own = sum(character.isalpha() for part in parts[::2] for character in part)
        if len(parts) > 1:
            # What has hardly a word of its own would fit any sentence: its fields are words.
            cell = ".+?" if own >= _OWN_LETTERS else r"\S+?"
            written = "".join(
                (f"(?P<{part}>{'.+?' if parts[number - 1].endswith(_QUOTE) else cell})")
                if number % 2
                else re.escape(part)
                for number, part in enumerate(parts)
            )
            quoted = frozenset(
                name
                for before, name in zip(parts[::2], parts[1::2], strict=False)
                if before.endswith(_QUOTE)
            )
            found.append((own, re.compile(written, re.DOTALL), indonesian, quoted))
    return [one[1:] for one in sorted(found, key=lambda one: -one[0])]


def indonesian(text: str, depth: int = _DEPTH) -> str | None:
    """Return a message in Indonesian, None where there is none.

    Examples
    --------
    >>> indonesian("no column 'Realisasi'"), indonesian("unknown indicator")
    ("tidak ada kolom 'Realisasi'", 'indikator tidak dikenal')
    """
    known = _exact().get(text)
    if known is not None or not depth or len(text) > _LONGEST:
        return known
    for pattern, translation, quoted in _templates():
        if match := pattern.fullmatch(text):
            cells = {
                name: (None if name in quoted else indonesian(cell, depth - 1)) or cell
                for name, cell in match.groupdict().items()
            }
            return _FIELD.sub(lambda field, cells=cells: cells[field[1]], translation)  # type: ignore[misc]
    return None


def part_by_part(text: str, language: Language) -> str:
    """Return a clause, or a source of the catalog, in a language: each known part of it.

    Examples
    --------
    >>> part_by_part("0.6 <= rate ratio < 0.95", "id")
    '0,6 <= rasio laju < 0,95'
    >>> part_by_part("Perda 2/2021; -12.5% from the baseline", "id")
    'Perda 2/2021; -12,5% dari kondisi awal'
    """
    if language != "id":
        return text
    parts = (_exact().get(part, part) for part in _JOINT.split(text))
    return "".join(_NUMBER.sub(r"\1,\2", part) for part in parts)


def message(text: str, language: Language) -> str:
    """Return a message in a language; what has no second language stays as it is."""
    if language != "id" or not text:
        return text
    # Names that a message lists are joined in its own language.
    told = indonesian(text) or text
    return _JOINED.sub(lambda joined: " atau " if joined[1] == "or" else " dan ", told)
