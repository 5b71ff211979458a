"""What a text of a table says: known phrases, the longest first, and what is left over.

Titles, sheets, headings, units, rows between figures and notes are all read here. The
phrases are data (``words.csv``); dates, parts of a year, ages and numbers of tables are
small grammars over words, each of which goes over a text once.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from attrs import field, frozen

from kencana_targets.core.resources import data_rows
from kencana_targets.core.terms import Level
from kencana_targets.model.place_names import spellings

if TYPE_CHECKING:
    from kencana_targets.model.indicator import Indicator
    from kencana_targets.model.regions import Regions

LONGEST = 1000
_TOKEN = re.compile(r"[^\W\d_]+|[0-9]+|[^\w\s]")
_TIED = (
    (re.compile(r"(?<![0-9.,])([0-9]{1,3})[., ]000(?![0-9])"), r"\g<1>000"),
    (re.compile(r"(?<![^\W_])s ?[./] ?d(?![^\W_])\.?"), " sd "),
    (re.compile(r"(?<![^\W_])(tw|twl|smt|sem|triwulan|semester)(i{1,3}|iv)(?![^\W_])"), r"\1 \2"),
)
_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_REMEMBERED, _FIRST_LETTERS = 5000, 40
_NUMBERS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        ("i pertama satu", "ii kedua dua", "iii ketiga tiga", "iv keempat empat"), 1
    )
    for word in words.split()
}
_UNTIL = frozenset(("sd", "sampai", "hingga", "until", "till", "up", "kumulatif"))
_BEGINNINGS = frozenset((*_UNTIL, "tahun", "per", "(", "*"))
_AND = frozenset(("-", "\u2013", "\u2014", "dan", "and", "to", "&", "+", *_UNTIL))
_AS_OF = frozenset(
    ("keadaan", "posisi", "per", "off", "cutoff", "update", "kondisi", "status", "of", "akhir")
)
_YEAR_WORDS = frozenset(("tahun", "thn", "th", "ta", "fy", "year", "anggaran"))
_SCHOOL = frozenset(("ajaran", "pelajaran", "akademik", "school", "academic"))
_AGES = frozenset(("tahun", "thn", "th", "bulan", "bln", "years", "year", "months", "month"))
_ENDS = frozenset(".:;()[]|")
_FIRM = ("actual", "target", "forecast", "projection", "baseline", "achievement")
# Of phrases of one length the first of these kinds is taken.
_RANK = (
    *("indicator", "document", "survey", "event", "figure", "part", "unit", "period", "year"),
    *("month", "objective", "office", "programme", "region", "level", "row", "neutral", "number"),
    *("topic", "span"),
)
_SCALES = frozenset(("thousand", "million", "permille", "ten-thousand", "hundred-thousand"))
_LETTER_WORDS = frozenset(("l", "p", "r", "t", "n", "q"))


# What may stand beside the name of an indicator in its own cell.
_HARMLESS = frozenset(("indicator", "neutral", "number", "unit", "survey", "topic"))


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


def tokens_of(text: str) -> list[Token]:
    """Return the words, numbers and marks of a text.

    Examples
    --------
    >>> [token.word for token in tokens_of("Realisasi s/d TWIII (per 1.000)")]
    ['realisasi', 'sd', 'tw', 'iii', '(', 'per', '1000', ')']
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().replace("_", " ")
    for pattern, tied in _TIED:
        text = pattern.sub(tied, text)
    return [Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]


def _is_word(word: str) -> bool:
    return word[0].isalnum() or word == "%"


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
    >>> "turun" in read_by("direction")["minimize"]
    True
    """
    return _all_words().get(kind, {})


@cache
def word_set(key: str) -> frozenset[str]:
    """Return a list of single words."""
    return frozenset(read_by("word-set")[key])


_Phrases = Mapping[str, list[tuple[tuple[str, ...], str, str]]]


def index_phrases(phrases: Iterable[tuple[str, str, str]]) -> _Phrases:
    """Return phrases, given as (phrase, kind, key), by their first word."""
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for phrase, kind, key in phrases:
        words = tuple(token.word for token in tokens_of(phrase))
        if words:
            found.setdefault(words[0], []).append((words, kind, key))
    return found


@cache
def _known() -> _Phrases:
    return index_phrases(
        (phrase, kind, key)
        for kind in _RANK
        for key, phrases in read_by(f"phrase-{kind}").items()
        for phrase in phrases
    )


@cache
def words_of(kind: str) -> Mapping[str, str]:
    """Return the key of each single word or phrase of a kind, as its words joined by spaces."""
    return {
        " ".join(token.word for token in tokens_of(phrase)): key
        for key, phrases in read_by(f"phrase-{kind}").items()
        for phrase in phrases
    }


@frozen(eq=False, slots=False)
class TextReading:
    """What a text says, and what of it is not understood.

    Parameters
    ----------
    text : str
        The text.
    tokens : list of Token
        Its words and marks.
    phrases : list of Phrase
        What was found, in the order of the text.
    """

    text: str
    tokens: list[Token]
    phrases: list[Phrase]

    def keys(self, kind: str) -> tuple[str, ...]:
        """Return what the phrases of a kind say, each once."""
        return tuple(dict.fromkeys(one.key for one in self.phrases if one.kind == kind))

    def of(self, kind: str) -> list[Phrase]:
        """Return the phrases of a kind."""
        return [one for one in self.phrases if one.kind == kind]

    def words(self, one: Phrase) -> str:
        """Return a phrase in the words of the text, in lower case."""
        return " ".join(token.word for token in self.tokens[one.first : one.stop])

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The parts of a year that are named."""
        return tuple(one.value for one in self.phrases if isinstance(one.value, Span))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years of figures that are named; of a span of years the first and last."""
        named = [year for one in self.of("year") for year in one.value or ()]
        named = named or [span.year for span in self.spans]
        return tuple(dict.fromkeys(year for year in named if isinstance(year, int)))

    @cached_property
    def rest(self) -> tuple[str, ...]:
        """The words that belong to no phrase."""
        used = {at for one in self.phrases for at in range(one.first, one.stop)}
        return tuple(
            token.word
            for at, token in enumerate(self.tokens)
            if at not in used and token.word[0].isalpha()
        )


@frozen(eq=False)
class TextReader:
    """Reads texts with the phrases that are always known, and those of a plan.

    Parameters
    ----------
    own : mapping
        Phrases by their first word, as `index_phrases` makes them: indicators.
    bags : mapping
        The words that tell an indicator from others, for each code, a set for each name.
    words : mapping
        All words of the names and the unit of each code.
    places : mapping
        The code of a region for each of its spellings, folded to letters.
    """

    own: _Phrases = field(factory=dict)
    bags: Mapping[str, tuple[frozenset[str], ...]] = field(factory=dict)
    words: Mapping[str, frozenset[str]] = field(factory=dict)
    places: Mapping[str, str] = field(factory=dict)
    _read: dict[str, TextReading] = field(factory=dict, init=False, repr=False)

    def tied(self, names: Mapping[str, str]) -> TextReader:
        """Return a reader that knows more names of indicators: codes by name."""
        more = index_phrases((name, "indicator", code) for name, code in names.items())
        own = {word: [*more.get(word, ()), *self.own.get(word, ())] for word in {*more, *self.own}}
        return TextReader(own, self.bags, self.words, self.places)

    def code_of(self, text: str) -> str | None:
        """Return the one indicator that a text names, if it says nothing else of figures.

        Words in another order, units and surveys beside them do not count.
        """
        reading = self.read(text)
        codes = reading.keys("indicator")
        said = {one.kind for one in reading.phrases} - _HARMLESS
        return codes[0] if len(codes) == 1 and not said and not reading.rest else None

    def read(self, text: str) -> TextReading:
        """Say what a text means; texts repeat."""
        found = self._read.get(text)
        if found is None:
            if len(self._read) > _REMEMBERED:
                self._read.clear()
            found = self._read[text] = self._reading(text)
        return found

    def begins_known(self, text: str) -> bool:
        """Return whether a text begins with a number or the first word of a phrase; fast."""
        first = next(iter(tokens_of(text[:_FIRST_LETTERS])), None)
        return first is not None and (
            first.word.isdigit() or first.word in _known() or first.word in _BEGINNINGS
        )

    def _reading(self, text: str) -> TextReading:
        tokens = tokens_of(text)
        words = [token.word for token in tokens]
        found = [*self._phrases(words), *_grammars(words), *self._regions(words)]
        taken = _runs(words, _longest_first(found))
        if self.bags and not any(one.kind == "indicator" for one in taken):
            taken = [*taken, *self._by_words(words, taken)]
        taken.sort(key=lambda one: one.first)
        return TextReading(text, tokens, _without_signature(words, taken))

    def _phrases(self, words: list[str]) -> Iterator[Phrase]:
        alone = sum(map(_is_word, words)) == 1
        for first, word in enumerate(words):
            for known in (self.own, _known()):
                for phrase, kind, key in known.get(word, ()):
                    if (
                        len(phrase) == 1
                        and word in _LETTER_WORDS
                        and not (alone or _in_brackets(words, first))
                    ):
                        continue
                    stop = _matches(words, first, phrase)
                    if stop and (kind != "unit" or _says_unit(words, first, stop, key)):
                        yield Phrase(kind, key, first, stop)

    def _regions(self, words: list[str]) -> Iterator[Phrase]:
        if not self.places:
            return
        for first, word in enumerate(words):
            if not word[0].isalpha():
                continue
            joined = ""
            for stop in range(first, min(first + 6, len(words))):
                if words[stop][0].isalpha():
                    joined += words[stop]
                    code = self.places.get(joined)
                    if code is not None:
                        yield Phrase("region", code, first, stop + 1)
                elif words[stop] not in ".-'":
                    break

    def _by_words(self, words: list[str], taken: list[Phrase]) -> list[Phrase]:
        """Find the one indicator whose words are all there, in whatever order."""
        firm = {
            at
            for one in taken
            if one.kind not in ("neutral", "part", "unit", "figure", "number", "programme", "row")
            for at in range(one.first, one.stop)
        }
        there = {word: at for at, word in enumerate(words) if at not in firm}
        fits = {
            (code, bag) for code, bags in self.bags.items() for bag in bags if bag <= there.keys()
        }
        best = {code for code, bag in fits if not any(bag < other for _, other in fits)}
        if len(best) != 1:
            return []
        (code,) = best
        bag = max((bag for found, bag in fits if found == code), key=len)
        places = sorted(there[word] for word in bag)
        return [Phrase("indicator", code, at, at + 1, exact=False) for at in places]


def _without_signature(words: list[str], taken: list[Phrase]) -> list[Phrase]:
    """Take the month behind a town for the day of signing: Bengkulu, Maret 2022."""
    for one in taken:
        if one.kind != "period" or one.first == 0 or words[one.first - 1] != ",":
            continue
        before = {other.kind for other in taken if other.first < one.first}
        after = {other.kind for other in taken if other.first >= one.stop}
        if one.first <= 4 and before <= {"region", "level"} and after <= {"year"}:
            signed = Phrase("document", "day", one.first, len(words))
            return [*(other for other in taken if other.first < one.first), signed]
    return taken


def _says_unit(words: list[str], first: int, stop: int, key: str) -> bool:
    """Return whether words are a unit where they stand: scales are, words as *orang* may not."""
    alone = (first == 0 or not any(map(_is_word, words[:first]))) and stop == len(words)
    opened = first > 0 and words[first - 1] in ("(", "[", "satuan", ":")
    closed = stop == len(words) or words[stop] in (")", "]", ",", ";", ".", "/")
    scale = key in _SCALES and stop - first > 1
    return alone or scale or (opened and closed)


def _in_brackets(words: list[str], at: int) -> bool:
    return 0 < at < len(words) - 1 and words[at - 1] in "([" and words[at + 1] in ")]"


def _matches(words: list[str], first: int, phrase: tuple[str, ...]) -> int:
    """Return where a phrase ends that begins at a word, 0 if it is not there.

    Marks between its words are passed over, but for those that end a sentence.
    """
    at = first
    for number, wanted in enumerate(phrase):
        while (
            number
            and at < len(words)
            and words[at] != wanted
            and not _is_word(words[at])
            and words[at] not in ":;"
        ):
            at += 1
        if at >= len(words) or words[at] != wanted:
            return 0
        at += 1
    # A bracket that a phrase opens it also closes.
    opened = words[first:at].count("(") - words[first:at].count(")")
    return at + 1 if opened > 0 and words[at : at + 1] == [")"] else at


def _longest_first(found: Iterable[Phrase]) -> list[Phrase]:
    """Take the longest phrases; of those of one length by their kind."""
    taken: list[Phrase] = []
    used: set[int] = set()
    for one in sorted(
        found, key=lambda one: (one.first - one.stop, _RANK.index(one.kind), one.first)
    ):
        span = range(one.first, one.stop)
        if used.isdisjoint(span):
            taken.append(one)
            used.update(span)
    return sorted(taken, key=lambda one: one.first)


def _runs(words: list[str], taken: list[Phrase]) -> list[Phrase]:
    """Let offices, objectives, programmes and documents use up the words that follow them."""
    kept: list[Phrase] = []
    until = 0
    topics = words_of("topic")
    for number, one in enumerate(taken):
        if one.first < until:
            continue
        stop = one.stop
        if one.kind == "office":
            while stop < len(words) and (words[stop] in topics or words[stop] in ",&-/"):
                stop += 1
            while stop > one.stop and words[stop - 1] in (*",&-/", "kabupaten", "provinsi", "dan"):
                stop -= 1
        elif one.kind == "objective":
            stop = _sentence(words, stop)
        elif one.kind in ("programme", "document", "event"):
            stop = _run(words, one, taken[number + 1 :])
        elif one.kind == "survey":
            stop = _survey_month(one, taken[number + 1 :])
        kept.append(one._replace(stop=stop))
        until = stop
    return kept


def _sentence(words: list[str], at: int) -> int:
    """Return the end of an objective: of its sentence, after its number."""
    while at < len(words) and (words[at].isdigit() or words[at] in ".:" or words[at] in _NUMBERS):
        at += 1
    while at < len(words) and words[at] not in ".:;|":
        at += 1
    return at


def _run(words: list[str], one: Phrase, after: list[Phrase]) -> int:
    """Return the end of what belongs to the name of a programme or document."""
    stop = one.stop
    for other in after:
        between = words[stop : other.first]
        if any(word in _ENDS for word in between) and not (
            one.kind == "document" and other.kind == "year"
        ):
            break
        firm = other.kind in ("indicator", "period", "unit", "survey", "document", "office", "row")
        if one.kind == "document":
            other_year = one.key in ("edition", "law", "meeting", "population-projection") or (
                one.key == "plan" and (len(other.value or ()) > 1 or other.key == "bare")
            )
            if other.kind == "year" and other_year:
                return other.stop
            if not (other.kind in ("region", "level", "programme", "neutral", "number", "office")):
                break
            if any(_is_word(word) for word in between) and one.key != "meeting":
                break
            stop = other.stop
            continue
        if firm or other.kind == "year" or (other.kind == "figure" and other.key in _FIRM):
            break
        stop = other.stop
    return stop if one.kind in ("programme", "event") else one.stop


def _survey_month(one: Phrase, after: list[Phrase]) -> int:
    """Return the end of a survey, which uses up its month: Susenas Maret 2022."""
    if after and after[0].kind == "period" and after[0].first == one.stop:
        span = after[0].value
        monthly = isinstance(span, Span) and span.of == 12 and not span.name
        of_year = one.key == "DKB" and isinstance(span, Span) and span[:3] == (2, 2, 2)
        if (monthly and one.key in ("Susenas", "Sakernas", "survey", "SP")) or of_year:
            return after[0].stop
    return one.stop


def _grammars(words: list[str]) -> Iterator[Phrase]:
    for at in range(len(words)):
        for grammar in (_period, _date, _year, _age, _table_number):
            found = grammar(words, at)
            if found is not None:
                yield found


def _number(word: str, most: int) -> int:
    number = int(word) if word.isdigit() and len(word) < 3 else _NUMBERS.get(word, 0)
    return number if number <= most else 0


def _skip(words: list[str], at: int, over: Iterable[str]) -> int:
    while at < len(words) and words[at] in over:
        at += 1
    return at


def _at(words: list[str], at: int) -> str:
    return words[at] if 0 <= at < len(words) else ""


def _period(words: list[str], at: int) -> Phrase | None:
    """Read a quarter, month or the like, several of them, and all up to one."""
    word = words[at]
    to = word in _UNTIL
    if to:
        after = _skip(words, at + 1, (*_UNTIL, "dengan", "to", "akhir", "tanggal", "tgl", "."))
    else:
        after = at
    now = _skip(words, after, ("bulan", "triwulan", "hari", "saat", "tahun", "semester", "tw"))
    if now > after and _at(words, now) in ("ini", "berjalan"):
        return Phrase("period", "to date", at, now + 1, Span(0, 0, 0, "to date"))
    if now > after and to and _at(words, now) == "laporan":
        return Phrase("period", "to date", at, now + 1, Span(0, 0, 0, "to date"))
    if word in _YEAR_WORDS and _at(words, at + 1) in _SCHOOL:
        return Phrase("period", "school year", at, at + 2, Span(0, 0, 0, "school year"))
    if word == "rata" or word in ("rerata", "average", "mean"):
        return _month_mean(words, at)
    first, stop = _one(words, after)
    if first is None:
        return None
    span = first._replace(first=1) if to else first
    if not to:
        again = _skip(words, stop, ("tahun",))
        again = again + 1 if _YEAR.fullmatch(_at(words, again)) else stop
        joined = _skip(words, again, _AND)
        if joined > again:
            last, end = _one(words, _skip(words, joined, ("dengan", "akhir", "bulan")), first.of)
            if last is not None and last.of == first.of:
                span, stop = Span(first.of, first.first, last.last), end
    asked = _at(words, at - 1) in _AS_OF and first.of == 12
    if asked and span.first == span.last == 12:
        span = Span(12, 1, 12)
    return Phrase("period", "period", at, stop, span)


def _one(words: list[str], at: int, of: int = 0) -> tuple[Span | None, int]:
    """Read one quarter or month; a number alone is one where `of` is said."""
    spans, months = words_of("span"), words_of("month")
    word = _at(words, at)
    pair = f"{word} {_at(words, at + 1)}"
    name = pair if pair in spans else word
    if name in spans:
        count = int(spans[name])
        after = _skip(words, at + 1 + (name == pair), ("ke", "-", ".", ":", "/"))
        number = _number(_at(words, after), count)
        if number:
            if count == 52:  # weeks are no parts that a year is made of here
                return Span(0, 0, 0, f"week {number}"), after + 1
            return Span(count, number, number), after + 1
        if count != 12 or _at(words, after) not in months:
            return None, at
        at, word = after, words[after]
    if word in months:
        number = int(months[word])
        stop = at + 1 + (_at(words, at + 1) == "." and len(word) <= 4)
        return Span(12, number, number), stop
    if of and _number(word, of):
        number = _number(word, of)
        return Span(of, number, number), at + 1
    return None, at


def _month_mean(words: list[str], at: int) -> Phrase | None:
    """Read a mean of months, which stands where the figure of the year belongs."""
    for later in range(at + 1, min(at + 14, len(words))):
        pair = words[later : later + 2]
        if pair in (["per", "bulan"], ["tiap", "bulan"], ["per", "triwulan"], ["setiap", "bulan"]):
            return Phrase("period", "month mean", later, later + 2, Span(0, 0, 0, "month mean"))
        if words[later] in ("bulanan", "sebulan", "triwulanan"):
            return Phrase("period", "month mean", later, later + 1, Span(0, 0, 0, "month mean"))
    return None


def _date(words: list[str], at: int) -> Phrase | None:
    """Read a day: the state of figures after words such as *keadaan*, else when one signed."""
    day = int(words[at]) if words[at].isdigit() and len(words[at]) < 3 else 0
    year, month, stop = "", 0, at
    if 1 <= day <= 31:
        if _at(words, at + 1) in words_of("month"):
            month, stop = int(words_of("month")[words[at + 1]]), at + 2
            year = _at(words, stop)
        elif (
            _at(words, at + 1) in ("/", "-", ".")
            and _at(words, at + 3) == words[at + 1]
            and _number(_at(words, at + 2), 12)
        ):
            month, year, stop = int(words[at + 2]), _at(words, at + 4), at + 4
            if not _YEAR.fullmatch(year):
                return None
    elif _YEAR.fullmatch(words[at]) and words[at + 1 : at + 4 : 2] == ["-", "-"]:
        year = words[at]
        month = _number(_at(words, at + 2), 12)
        day = int(_at(words, at + 4)) if _at(words, at + 4).isdigit() else 0
        if not (month and 1 <= day <= 31):
            return None
        stop = at + 5
    if not month:
        return None
    dated = bool(_YEAR.fullmatch(year))
    stop += dated and stop < at + 5
    before = at - 1
    while before >= 0 and words[before] in ("tanggal", "tgl", ":", ".", "dengan", "akhir", "pada"):
        before -= 1
    known = _at(words, before)
    joined = known in _AND and before > 0 and words[before - 1] in words_of("month")
    stated = known in (*_AS_OF, *_UNTIL) and not joined
    if joined or (not stated and before >= 0):
        # From the first to the last day of a year: the months are read as a period.
        return None if joined else Phrase("document", "day", at, stop)
    if known in word_set("printed-on"):
        return Phrase("document", "day", at, stop)
    last = monthrange(int(year) if dated else 2000, month)[1]
    whole = month == 12 and day == last
    of_year = int(year) if dated else None
    span = Span(0, 0, 0, f"date {month:02d}-{day:02d}", of_year)
    span = Span(12, 1, 12, "", of_year) if whole else span
    return Phrase("period", "period", max(before, 0), stop, span)


def _year(words: list[str], at: int) -> Phrase | None:
    """Read a year, with the word before it, or a span of years."""
    if not _YEAR.fullmatch(words[at]):
        return None
    first, before = at, at - 1
    while before >= 0 and (
        words[before] in _YEAR_WORDS
        or (words[before] in ".:" and _at(words, before - 1) in ("th", "thn", "tahun", "ta", "a"))
    ):
        first, before = before, before - 1
    said = first < at
    if first == at and words[at - 2 : at] == ["t", "a"]:
        first, said = at - 2, True
    # "Nomor 72 Tahun 2021", "72/2021": the year of a regulation.
    number = first - 1
    tied = not said and _at(words, number) == "/"
    number -= tied
    if (said or tied) and _at(words, number).isdigit() and not _YEAR.fullmatch(words[number]):
        start = number - 1
        while start >= 0 and words[start] in ("nomor", "no", "."):
            start -= 1
        numbered = {"nomor", "no"} & {*words[start + 1 : number]}
        if tied or numbered or _at(words, start) in _law_ends():
            return Phrase("document", "law", start + 1, at + 1)
    stop = at + 1
    years: tuple[int, ...] = (int(words[at]),)
    if _at(words, at + 1) in (
        "-",
        "\u2013",
        "\u2014",
        "/",
        "sd",
        "hingga",
        "sampai",
    ) and at + 2 < len(words):
        later = _skip(words, at + 2, ("dengan", "tahun"))
        if _YEAR.fullmatch(_at(words, later)):
            years, stop = (years[0], int(words[later])), later + 1
            if words[at + 1] == "/":
                return Phrase("period", "school year", first, stop, Span(0, 0, 0, "school year"))
    stop = _skip(words, stop, ("*",))
    return Phrase("year", "said" if said else "bare", first, stop, years)


@cache
def _law_ends() -> frozenset[str]:
    return frozenset(tokens_of(phrase)[-1].word for phrase in read_by("phrase-document")["law"])


def _age(words: list[str], at: int) -> Phrase | None:
    """Read an age or a group of ages: 15-19 tahun, usia 6 bulan ke atas."""
    first = at
    at = _skip(words, at, ("kelompok", "umur", "usia", "berumur", "berusia", "age", "aged", "("))
    low = _at(words, at)
    if not low.isdigit() or len(low) > 2:
        return None
    high, stop = low, at + 1
    if (
        _at(words, stop) in ("-", "\u2013", "\u2014", "sd", "sampai", "hingga", "/")
        and _at(words, stop + 1).isdigit()
    ):
        high, stop = words[stop + 1], stop + 2
    elif _at(words, stop) == "+":
        high, stop = "", stop + 1
    unit = _at(words, stop)
    spoken = first < at and words[first] != "("
    if unit in _AGES and not (_YEAR.fullmatch(_at(words, stop + 1))):
        stop += 1
    elif not spoken:
        return None
    if high == low and not spoken and _at(words, stop) != "ke":
        return None
    stop = _skip(words, stop, ("ke", "atas", "bawah", "keatas", "kebawah"))
    unit = "months" if unit in ("bulan", "bln", "months", "month") else "years"
    return Phrase(
        "part", f"age {low}-{high} {unit}" if high != low else f"age {low} {unit}", first, stop
    )


def _table_number(words: list[str], at: int) -> Phrase | None:
    """Read the number of a table, or of the text itself: Tabel 4.2.9, 2.2.1*."""
    if (
        words[at].isdigit()
        and not _YEAR.fullmatch(words[at])
        and (at == 0 or _at(words, at - 1) in words_of("document"))
    ):
        stop = at + 1
        while _at(words, stop) in (".", "-") and _at(words, stop + 1)[:1].isalnum():
            if not (words[stop + 1].isdigit() or len(words[stop + 1]) == 1):
                break
            stop += 2
        stop = _skip(words, stop, ("*", ".", ")"))
        if at or stop > at + 1:
            return Phrase("number", "table", at, stop)
    return None


@lru_cache(maxsize=16)
def text_reader(indicators: tuple[Indicator, ...], regions: Regions | None) -> TextReader:
    """Return a reader that knows the indicators of a plan, and its regions."""
    names = {
        one.code: tuple(dict.fromkeys(filter(None, (one.code, one.name_id, one.name))))
        for one in indicators
    }
    own = index_phrases(
        (name, "indicator", code) for code, known in names.items() for name in known
    )
    spoken = {
        code: tuple(
            frozenset(token.word for token in tokens_of(name) if token.word[0].isalpha())
            for name in known
        )
        for code, known in names.items()
    }
    bags = {
        code: tuple(bag - word_set("shared") for bag in known) for code, known in spoken.items()
    }
    bags = {code: tuple(bag for bag in known if len(bag) > 1) for code, known in bags.items()}
    units = {
        one.code: [token.word for token in tokens_of(f"{one.unit} {one.unit_id}")]
        for one in indicators
    }
    words = {
        one.code: frozenset().union(
            *([token.word for token in tokens_of(name)] for name in names[one.code]),
            units[one.code],
        )
        for one in indicators
    }
    return TextReader(own, bags, words, {} if regions is None else _places(regions))


@lru_cache(maxsize=8)
def _places(regions: Regions) -> Mapping[str, str]:
    """Return the spellings of provinces, and of regencies and cities with their prefix."""
    found: dict[str, str] = {}
    for region in regions:
        prefixes = _PREFIXES.get(region.level, ())
        for stem in spellings(region.name, region.level) if prefixes else ():
            for prefix in prefixes:
                found.setdefault(prefix + stem, region.code)
    return found


_PREFIXES: Mapping[Level, tuple[str, ...]] = {
    Level.NATION: ("",),
    Level.PROVINCE: ("", "provinsi", "prov", "propinsi"),
    Level.REGENCY: ("kabupaten", "kab"),
    Level.CITY: ("kota", "kodya", "kotamadya"),
}
