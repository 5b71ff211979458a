"""The words that tables are read by, as ``words.csv`` lists them, and texts as words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple

from attrs import Factory, field

from kencana_targets.core.resources import data_rows

LONGEST, LONGEST_NAME, _REMEMBERED = 1000, 200, 5000
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+|[^\w\s]")
_TIED = (
    (re.compile(r"(?<![0-9.,])([0-9]{1,3})[., ]000(?![0-9])"), r"\g<1>000"),
    (re.compile(r"(?<![^\W_])s ?[./] ?d(?![^\W_])\.?"), " sd "),
    (re.compile(r"(?<![^\W_])(tw|twl|smt|sem|triwulan|semester)(i{1,3}|iv)(?![^\W_])"), r"\1 \2"),
)


_SPACED = re.compile(r"(?<![^\W_])(?:[^\W\d_] ){2,}[^\W\d_](?![^\W_])")


# Marks of footnotes, which would become digits of the number before them.
_RAISED = dict.fromkeys(
    map(ord, "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u1d43\u1d47\u1d9c"), " "
)


class Token(NamedTuple):
    """A word, a number or a mark; `word` in lower case."""

    word: str
    start: int
    stop: int


class Span(NamedTuple):
    """A part of a year, from a first to a last of `of` periods; 0 where it is not said."""

    of: int
    first: int
    last: int
    name: str = ""
    year: int | None = None

    @property
    def is_year(self) -> bool:
        """Whether it is the whole year."""
        return self.of > 0 and (self.first, self.last) == (1, self.of)


class Phrase(NamedTuple):
    """A phrase that was found: its kind, what it says, and which tokens it uses up."""

    kind: str
    key: str
    first: int
    stop: int
    value: Span | tuple[int, ...] | None = None
    exact: bool = True


def unspaced(text: str) -> str:
    """Return a text without the blanks between the letters of a word.

    Examples
    --------
    >>> unspaced("J U M L A H 2022"), unspaced("L + P")
    ('JUMLAH 2022', 'L + P')
    """
    return _SPACED.sub(lambda match: match[0].replace(" ", ""), text)


def fold(text: str) -> str:
    """Return the words of a text, in lower case, parted by single spaces.

    Examples
    --------
    >>> fold("KAB./KOTA"), fold("Capaian (%)")
    ('kab kota', 'capaian')
    """
    # Headings repeat.
    return _folded(text) if len(text) < LONGEST_NAME else _folded.__wrapped__(text)


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(_WORD.findall(text.casefold()))


def tokens_of(text: str) -> list[Token]:
    """Return the words, numbers and marks of a text.

    Examples
    --------
    >>> [token.word for token in tokens_of("Realisasi s/d TWIII (per 1.000)")]
    ['realisasi', 'sd', 'tw', 'iii', '(', 'per', '1000', ')']
    """
    text = (
        unicodedata.normalize("NFKC", unspaced(text[:LONGEST]).translate(_RAISED))
        .casefold()
        .replace("_", " ")
    )
    text = with_century(text)
    for pattern, tied in _TIED:
        text = pattern.sub(tied, text)
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]


@cache
def _short_year() -> re.Pattern[str]:
    """Return what finds two digits behind a survey or a plan, where nothing follows them."""
    names = one_of("short-years")
    ends = r"(?= *(?:$|[()\[\]|;]|/ ))"
    return re.compile(rf"(?<![^\W_])({names})[ '\u2019]?(0[5-9]|[12][0-9]){ends}", re.IGNORECASE)


def with_century(text: str) -> str:
    """Write the years of surveys and plans in full.

    Examples
    --------
    >>> with_century("Stunting SSGI 22"), with_century("Target PK22"), with_century("SKI 24-59 bln")
    ('Stunting SSGI 2022', 'Target PK 2022', 'SKI 24-59 bln')
    """
    return _short_year().sub(r"\1 20\2", text)


class Memory(dict[Any, Any]):
    """Answers by what was asked, made where they are not known; too many are forgotten."""

    def __init__(self, make: Callable[[Any], Any]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, asked: Any) -> Any:
        if len(self) > _REMEMBERED:
            self.clear()
        answer = self[asked] = self._make(asked)
        return answer


def remembering(method: str) -> Any:
    """Return an attribute that remembers what a method of its class answers."""
    memory = Factory(lambda self: Memory(getattr(self, method)), takes_self=True)
    return field(default=memory, init=False, repr=False)


@cache
def _all_words() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for row in data_rows("words.csv"):
        phrases = tuple(filter(None, map(str.strip, (row["read_by"] or "").split(";"))))
        if phrases:
            found.setdefault(row["kind"], {})[row["key"]] = phrases
    return found


def read_by(kind: str) -> Mapping[str, tuple[str, ...]]:
    """Return by what words each key of a kind is read, as ``words.csv`` lists them.

    Examples
    --------
    >>> "turun" in read_by("plan-term")["minimize"]
    True
    """
    return _all_words().get(kind, {})


@cache
def word_set(key: str) -> frozenset[str]:
    """Return a list of single words."""
    return frozenset(read_by("word-set")[key])


def one_of(key: str) -> str:
    """Return a pattern of any word of a list, the longest first."""
    return "|".join(sorted(map(re.escape, read_by("word-set")[key]), key=len, reverse=True))


@cache
def words_of(kind: str) -> Mapping[str, str]:
    """Return the key of each single word or phrase of a kind, as its words joined by spaces."""
    pairs = [(one, key) for key, own in read_by(f"phrase-{kind}").items() for one in own]
    return {" ".join(token.word for token in tokens_of(one)): key for one, key in pairs}
