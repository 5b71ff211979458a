"""What a text of a table says: known phrases, the longest first, and what is left over.

Titles, sheets, headings, units, rows between figures and notes are all read here. The
phrases are data (``words.csv``); what is no list of words is a grammar (`periods.grammars`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cache, cached_property, lru_cache
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from attrs import frozen

from kencana_targets.core.resources import by_key
from kencana_targets.core.terms import Level
from kencana_targets.model.place_names import spellings
from kencana_targets.tables.periods import grammars
from kencana_targets.tables.words import (
    LONGEST_NAME,
    Phrase,
    Span,
    Token,
    fold,
    read_by,
    remembering,
    tokens_of,
    word_set,
    words_of,
)

if TYPE_CHECKING:
    from kencana_targets.model.indicator import Indicator
    from kencana_targets.model.regions import Regions

_LARGE = re.compile("(?!(?:19|20)[0-9]{2}(?![0-9]))[0-9]{2}|[0-9] (?:[.,%]|persen|percent)")
# What a table is split by follows them.
_ENDS = frozenset(".:;()[]|")
_NAMING_MARKS = frozenset(":=-(\u2013")
# Whom the programme is for: most of its indicators are of them.
_OF_SOME = frozenset(("children", "couples", "programme"))
# What says of whom figures of all are.
ALL_OF_THEM = _OF_SOME | {"its-own"}
_PEOPLE = ALL_OF_THEM | {"persons", "families"}
_FIRM = ("actual", "target", "forecast", "projection", "baseline", "achievement")
# Of phrases of one length the first of these kinds is taken.
_RANK = (
    *("indicator", "document", "survey", "event", "figure", "part", "unit", "period", "year"),
    *("month", "objective", "office", "programme", "region", "level", "row", "neutral", "number"),
    *("topic", "span"),
)
_SCALES = frozenset(("thousand", "million", "permille", "ten-thousand", "hundred-thousand"))


# Those who are all of the people together, and what joins them.
_HALVES = ({("part", "men"), ("part", "women")}, {("part", "urban"), ("part", "rural")})
# What may stand beside the name of an indicator in its own cell.
_NAMING = frozenset(("indicator", "neutral", "number", "unit", "topic"))
_HARMLESS = _NAMING | {"survey"}
# Units of what is counted, of which there is never less than none.
COUNTED = frozenset(("persons", "families", "things", "count"))
_AN_AGE = re.compile(r"[0-9]{1,2}").fullmatch
_SHORTENED = re.compile(r"(.*\S)\s*\(([^\W\d_]{2,8})\)")
# What a target rests on, and what belongs to its name.
_LAWS = frozenset(("document", key) for key in ("plan", "law", "agreement", "action-plan"))
NAMES_LAW = frozenset(
    ("document", "region", "level", "office", "programme", "topic", "year", "number", "neutral")
)
_MEAN = re.compile(r"\b(?:rata|rata2|rerata|average|mean|per)\b", re.IGNORECASE)


def adds_up(own: Collection[str]) -> bool:
    """Return whether an indicator of these words is counted, so that *jumlah* says no more of it."""
    return bool(own) and ("rupiah" in own or word_set("no-sums").isdisjoint(own))


def _is_word(word: str) -> bool:
    return word.isalnum() or word == "%"


_Phrases = Mapping[str, list[tuple[tuple[str, ...], str, str]]]


def index_phrases(phrases: Iterable[tuple[str, str, str]]) -> _Phrases:
    """Return phrases, given as (phrase, kind, key), by their first word."""
    read = ((tuple(one.word for one in tokens_of(text)), kind, key) for text, kind, key in phrases)
    return by_key((words[0], (words, kind, key)) for words, kind, key in read if words)


@cache
def _known() -> _Phrases:
    return index_phrases(
        (phrase, kind, key)
        for kind in _RANK
        for key, phrases in read_by(f"phrase-{kind}").items()
        for phrase in phrases
    )


@cache
def _taking_more() -> frozenset[str]:
    """Return first words of phrases that use up unknown words behind them."""
    kinds = ("objective", "programme", "event", "span")
    opening = {one: "" for kind in kinds for one in words_of(kind)}
    phrases = {**opening, **words_of("document")}.items()
    first = (one.split()[0] for one, key in phrases if key in ("", "meeting"))
    return word_set("whom").union(first)


@cache
def _alone() -> frozenset[str]:
    """Return the words of which grammars and conditions are made."""
    lists = (*read_by("word-set").values(), words_of("ordinal"))
    return frozenset(word for one in lists for word in one)


def _is_long(word: str) -> bool:
    return word.isalpha() and len(word) > 2


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

    @cached_property
    def _keys(self) -> dict[str, tuple[str, ...]]:
        said: dict[str, dict[str, None]] = {}
        for one in self.phrases:
            said.setdefault(one.kind, {})[one.key] = None
        return {kind: tuple(keys) for kind, keys in said.items()}

    def keys(self, kind: str) -> tuple[str, ...]:
        """Return what the phrases of a kind say, each once."""
        return self._keys.get(kind, ())

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of its phrases."""
        return frozenset(self._keys)

    @cached_property
    def said(self) -> frozenset[str]:
        """Its words and marks."""
        return frozenset(token.word for token in self.tokens)

    def of(self, kind: str) -> list[Phrase]:
        """Return the phrases of a kind."""
        return [one for one in self.phrases if one.kind == kind]

    def words(self, one: Phrase) -> str:
        """Return a phrase in the words of the text, in lower case."""
        return " ".join(token.word for token in self.tokens[one.first : one.stop])

    @property
    def instrument(self) -> str:
        """The plan, agreement or regulation that it names, as it is written; empty for none."""
        known = [at for at, one in enumerate(self.phrases) if (one.kind, one.key) in _LAWS]
        if not known:
            return ""
        own = list(takewhile(lambda one: one.kind in NAMES_LAW, self.phrases[known[0] :]))
        stop = max(one.stop for one in own if one.kind not in ("neutral", "level"))
        if stop in dict(self.unknown):
            # "Renstra Yayasan Cahaya 2025-2029": whatever it is called, to its end.
            ends = (at for at in range(stop, len(self.tokens)) if self.tokens[at].word in _ENDS)
            stop = next(ends, len(self.tokens))
        words = [token.word for token in self.tokens[own[0].first : stop] if _is_word(token.word)]
        # "SK Kepala BKKBN No 5/2025": a number is none without what stands before it.
        spelt = r"[\W_]*".join(map(re.escape, words)) if words[0] not in ("no", "nomor") else ".*"
        match = re.search(spelt, self.text, re.IGNORECASE | re.DOTALL)
        return " ".join((match[0] if match else self.text).split())

    def counts(self, own: Collection[str]) -> list[str]:
        """Return *skor, rasio* that an indicator's `own` words do not say, and *jumlah* of a percent."""
        named = [one for one in self.phrases if one.kind in ("indicator", "unit")]
        used = {at for one in named for at in range(one.first, one.stop)}
        free = {token.word for at, token in enumerate(self.tokens) if at not in used}
        # An indicator that is one is called by any of the words: *Index* for *Indeks*.
        odd = free & word_set("score") if own and word_set("score").isdisjoint(own) else set()
        if {"persen", "percent"} & {*own} and not self.said & word_set("share"):
            odd |= self.said & word_set("number")
        return sorted(odd - {*own})

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """The parts of a year that are named."""
        return tuple(one.value for one in self.of("period") if isinstance(one.value, Span))

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years of figures that are named; of a span of years the first and last."""
        named = [year for one in self.of("year") for year in one.value or ()]
        named = named or [span.year for span in self.spans]
        return tuple(dict.fromkeys(year for year in named if isinstance(year, int)))

    @cached_property
    def unknown(self) -> tuple[tuple[int, str], ...]:
        """The words that belong to no phrase, and which of the text's words they are."""
        used = {at for one in self.phrases for at in range(one.first, one.stop)}
        return tuple(
            (at, token.word)
            for at, token in enumerate(self.tokens)
            if at not in used and token.word.isalpha()
        )

    @property
    def rest(self) -> tuple[str, ...]:
        """The words that belong to no phrase."""
        return tuple(word for _, word in self.unknown)

    @property
    def is_numbered(self) -> bool:
        """Whether a number stands in it that belongs to no phrase and marks no footnote."""
        used = {at for one in self.phrases for at in range(one.first, one.stop)}
        words = [*(token.word for token in self.tokens), ""]
        return any(
            word.isdigit()
            and not (len(word) == 1 and (words[at - 1] == "*" or words[at + 1] in (")", "]")))
            for at, word in enumerate(words)
            if at not in used
        )

    @property
    def says_all(self) -> bool:
        """Whether it says that figures are of all, and nothing else: *Total*, *L+P*."""
        known = {"all", "total"}.issuperset((*self.keys("part"), *self.keys("row")))
        return bool(self.kinds) and self.kinds <= {"part", "row"} and known and not self.rest

    @property
    def by_place(self) -> int:
        """The phrase with which it ends by saying that regions part it: *menurut kabupaten*."""
        phrases = self.phrases
        for at, one in enumerate(phrases):
            beside = {other.kind for other in phrases[at:]}
            if self.tokens[one.first].word in word_set("split-by") and beside <= {
                "neutral",
                "level",
                "region",
                "unit",
            }:
                return at if "level" in beside else len(phrases)
        return len(phrases)


def _called(one: Indicator) -> Iterable[str]:
    """Return the code and the names of an indicator, each once.

    *Angka kelahiran total (TFR)* is called by either half.
    """
    names = dict.fromkeys(filter(None, (one.code, one.name, one.name_id)))
    for match in filter(None, map(_SHORTENED.fullmatch, (*names,))):
        short, first = match[2].casefold(), (word[0] for word in fold(match[1]).split())
        # Its letters are first letters of the words, in their order, or English.
        if short in word_set("abbreviations") or all(letter in first for letter in short):
            names |= dict.fromkeys(match.groups())
    return names


@cache
def _official() -> Mapping[str, Iterable[str]]:
    """Return by each name of what statistics offices publish its names in full and in short."""
    groups = read_by("same-indicator").values()
    return {fold(name): names for names in groups for name in names}


def _other_names(one: Indicator) -> Iterable[str]:
    """Return the aliases of an indicator, and what offices call it that publish it."""
    official = (_official().get(fold(name), ()) for name in _called(one))
    return dict.fromkeys(chain(one.aliases, *official))


def _said(text: str) -> frozenset[str]:
    return frozenset(token.word for token in tokens_of(text))


@frozen(eq=False, slots=False)
class TextReader:
    """Reads texts with the phrases that are always known, and those of a plan.

    Parameters
    ----------
    indicators : tuple of Indicator
        Those of the plan; none without one, when every name stands for itself.
    places : mapping
        The code of a region for each of its spellings, folded to letters.
    ties : mapping
        The codes of indicators by more names, which the caller gives them.
    """

    indicators: tuple[Indicator, ...] = ()
    places: Mapping[str, str] = {}
    ties: Mapping[str, str] = {}
    # Headings repeat their words.
    _read: Mapping[str, TextReading] = remembering("_reading")
    _names: Mapping[str, str | None] = remembering("_name_of")
    _codes: Mapping[str, str | None] = remembering("_code_of")
    _beside: Mapping[str, tuple[frozenset[str], ...] | None] = remembering("_beside_of")

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of the indicators."""
        return tuple(one.code for one in self.indicators)

    @cached_property
    def by_name(self) -> Mapping[str, frozenset[str]]:
        """The codes of each folded name, in either language."""
        found: dict[str, set[str]] = {}
        for one in self.indicators:
            for name in filter(fold, (*_called(one), *one.aliases)):
                found.setdefault(fold(name), set()).add(one.code)
        ties = {fold(name): frozenset((code,)) for name, code in self.ties.items()}
        return {name: frozenset(codes) for name, codes in found.items()} | ties

    @cached_property
    def units(self) -> Mapping[str, frozenset[str]]:
        """The folded units of each code, in either language."""
        return {one.code: frozenset(map(fold, (one.unit, one.unit_id))) for one in self.indicators}

    @cached_property
    def _counted(self) -> frozenset[str]:
        counts = {phrase for phrase, key in words_of("unit").items() if key in COUNTED}
        return frozenset(code for code, own in self.units.items() if own & counts)

    @cached_property
    def counted(self) -> frozenset[str]:
        """The codes of those that are counted; persons have no decimals, but for means of them."""
        means = {one.code for one in self.indicators if _MEAN.search(f"{one.name} {one.name_id}")}
        return self._counted - means

    @cached_property
    def whole(self) -> frozenset[str]:
        """The codes of those that are printed without decimals."""
        return self.counted | {one.code for one in self.indicators if one.decimals == 0}

    @cached_property
    def never_negative(self) -> frozenset[str]:
        """The codes of those that are never below zero."""
        bounded = {one.code for one in self.indicators if one.lower is not None and one.lower >= 0}
        return self._counted | bounded

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """All words of the names and the unit of each code."""
        said = {one.code: (*_called(one), f"{one.unit} {one.unit_id}") for one in self.indicators}
        return {code: frozenset().union(*map(_said, texts)) for code, texts in said.items()}

    @cached_property
    def _bags(self) -> Mapping[str, tuple[frozenset[str], ...]]:
        """The words that tell an indicator from others, for each code, a set for each name."""
        telling = {
            one.code: [
                frozenset(filter(str.isalpha, _said(name) - word_set("shared")))
                for name in _called(one)
            ]
            for one in self.indicators
        }
        return {code: tuple(bag for bag in own if len(bag) > 1) for code, own in telling.items()}

    def _phrases_of(self, names: Callable[[Indicator], Iterable[str]]) -> _Phrases:
        """Return names of indicators by their first word; one of several is none of one of them."""
        every = (
            {*map(str.casefold, (*_called(one), *one.aliases, *names(one)))}
            for one in self.indicators
        )
        times = Counter(chain.from_iterable(every))
        return index_phrases(
            (name, "indicator", one.code)
            for one in self.indicators
            for name in names(one)
            if times[name.casefold()] == 1
        )

    @cached_property
    def own(self) -> _Phrases:
        """The names of the indicators, first those that the caller gives them."""
        more = index_phrases((name, "indicator", code) for name, code in self.ties.items())
        own = self._phrases_of(_called)
        return {word: [*more.get(word, ()), *own.get(word, ())] for word in {*more, *own}}

    @cached_property
    def _aliases(self) -> _Phrases:
        """Their other names, which are looked for where none of these is found."""
        return self._phrases_of(_other_names)

    def name_of(self, text: str) -> str | None:
        """Return the code of which a text is a name, None if of none or several.

        Letter case and marks do not count, nor at the end a unit or another name of
        the same indicator in brackets.
        """
        return self._names[text]

    def _name_of(self, text: str) -> str | None:
        if text in self.codes or not self.codes or len(text) > LONGEST_NAME:
            return text if text in self.codes else None
        codes = self.by_name.get(fold(text), frozenset())
        if codes or text.rstrip()[-1:] not in (")", "]"):
            return next(iter(codes)) if len(codes) == 1 else None
        reading = self.read(text)
        exact = all(one.exact for one in reading.phrases) and not reading.rest
        named = reading.keys("indicator") if exact and reading.kinds <= _NAMING else ()
        return named[0] if len(named) == 1 else None

    def code_of(self, text: str) -> str | None:
        """Return the one indicator that a text names, if it says nothing else of figures.

        Words in another order, units and surveys beside them do not count.
        """
        return self._codes[text]

    def _code_of(self, text: str) -> str | None:
        if (code := self.name_of(text)) is not None:
            return code
        reading = self.read(text)
        codes = reading.keys("indicator")
        # *Sumber stunting* says where figures are from.
        about = reading.tokens and reading.tokens[0].word in word_set("about")
        if len(codes) != 1 or (about and reading.of("indicator")[0].first):
            return None
        (code,) = codes
        own = self.words.get(code, frozenset())
        said = {
            one.kind
            for one in reading.phrases[: reading.by_place]
            if not (one.key == "total" and adds_up(own))
            # *Usia 15-49 tahun* are the people of the rate itself.
            and not (
                one.key.startswith("age ")
                and not {*filter(str.isalnum, reading.words(one).split())} - own - {"usia", "umur"}
            )
        }
        silent = not said - _HARMLESS and own.issuperset(reading.rest) and not reading.counts(own)
        return code if silent else None

    def in_full(self, reading: TextReading) -> tuple[str, ...]:
        """Return the indicators that a text names as others know them, by no code alone."""
        full = {fold(name) for one in self.indicators for name in (one.name, one.name_id)}
        said = {fold(reading.words(one)) for one in reading.of("indicator")}
        known = not reading.rest and said <= full | {*_official()}
        return reading.keys("indicator") if known else ()

    def read(self, text: str) -> TextReading:
        """Say what a text means; texts repeat."""
        return self._read[text]

    def says_all(self, text: str) -> bool:
        """Return whether a text says that figures are of all, as no number does; fast."""
        return text.upper() != text.lower() and self.read(text).says_all

    @cached_property
    def _letters(self) -> str:
        """The spellings of all places, one behind the other."""
        return " ".join(self.places)

    def holds_strange(self, text: str) -> bool:
        """Return whether a word of a text is surely in no phrase; fast, as remarks are many."""
        words = {word for word in fold(text).split() if not word.isdigit()}
        beside = [self._beside[word] for word in words]
        return None not in beside and not all(any(map(words.issuperset, of or ())) for of in beside)

    def _beside_of(self, word: str) -> tuple[frozenset[str], ...] | None:
        """Return what must stand beside a word for it to be in a phrase, None where all may be."""
        if word in _taking_more() or len(word) < 2 or len(tokens_of(word)) > 1:
            return None
        alone = word in _alone() or any(word in said for said in self.words.values())
        if alone or not _is_long(word) or word in self._letters:
            return (frozenset(),)
        known = chain(_known().values(), self.own.values(), self._aliases.values())
        phrases = (frozenset(phrase) for own in known for phrase, _, _ in own if word in phrase)
        return tuple({frozenset(filter(_is_long, phrase - {word})) for phrase in phrases})

    def _reading(self, text: str) -> TextReading:
        tokens = tokens_of(text)
        words = [token.word for token in tokens]
        found = [*grammars(words), *self._regions(words)]
        taken = _runs(words, _longest_first(words, [*self._phrases(words, self.own), *found]))
        if self._bags and not any(one.kind == "indicator" for one in taken):
            taken = [*taken, *self._by_words(words, taken)]
        if self._aliases and not any(one.kind == "indicator" for one in taken):
            more = (
                one._replace(exact=one.kind != "indicator")
                for one in self._phrases(words, self._aliases)
            )
            taken = _runs(words, _longest_first(words, [*more, *found]))
        taken += [*_unknown_spans(words, taken), *self._bare_ages(words, taken)]
        # "Jumlah sampel 4.000" says of the figures how they were made.
        taken = [
            one
            for one in taken
            if one.key != "statistic" or not _LARGE.match(" ".join(words[one.stop : one.stop + 2]))
        ]
        taken = sorted(map(self._of_everybody(words, taken), taken), key=lambda one: one.first)
        return TextReading(text, tokens, _without_signature(words, taken))

    def _of_everybody(self, words: list[str], taken: list[Phrase]) -> Callable[[Phrase], Phrase]:
        """Return what takes *balita* or *PUS* behind what is of all people for a part of them.

        *15 tahun ke atas* are all who can be out of work.
        """
        named = [one for one in taken if one.kind == "indicator"]
        own = {word for one in named for word in self.words.get(one.key, ())}
        ends = {one.stop for one in named if word_set("everybody") & own}
        grown = not word_set("working-age").isdisjoint(own)

        def meant(one: Phrase) -> Phrase:
            if one.key in _OF_SOME and one.kind == "neutral" and one.first in ends:
                return one._replace(kind="part", key="group")
            older = one.key == "age 15 years" and words[one.stop - 1] in word_set("and-above")
            return one._replace(kind="neutral") if older and grown else one

        return meant

    def _bare_ages(self, words: list[str], taken: list[Phrase]) -> Iterator[Phrase]:
        """Yield spans such as 20-24 beside an indicator that is one of an age, by its name."""
        codes = {one.key for one in taken if one.kind == "indicator"}
        own = {word for code in codes for word in self.words.get(code, ())}
        if any(map(_AN_AGE, own)):
            used = {at for one in taken for at in range(one.first, one.stop)}
            for at in range(len(words) - 2):
                age = words[at + 1] == "-" and _AN_AGE(words[at]) and _AN_AGE(words[at + 2])
                if age and used.isdisjoint((at, at + 1, at + 2)):
                    yield Phrase("part", "age", at, at + 3)

    def _phrases(self, words: list[str], own: _Phrases) -> Iterator[Phrase]:
        alone, letters = sum(map(_is_word, words)) == 1, word_set("letters")
        named = 0
        for first, word in enumerate(words):
            for known in (own, _known()):
                for phrase, kind, key in known.get(word, ()):
                    sure = kind == "topic" or (kind == "indicator" and len(word) > 2)
                    if len(phrase) == 1 and word in letters and not sure:
                        # A word alone, in brackets, or last behind a colon or an indicator.
                        others = [*words[named:first], *words[first + 1 :]]
                        behind = named and not any(map(_is_word, filter(str.isalpha, others)))
                        told = words[first - 1] == ":" and first + 1 == len(words)
                        told |= words[first - 1 : first + 2] in (["(", word, ")"], ["[", word, "]"])
                        if not (alone or behind or told):
                            continue
                    stop = _matches(words, first, phrase)
                    if stop and (kind != "unit" or _says_unit(words, first, stop, key)):
                        named = max(named, stop) if kind == "indicator" else named
                        yield Phrase(kind, key, first, stop)

    def names_region(self, text: str) -> bool:
        """Return whether a text is the name of a region, with or without its level."""
        letters = "".join(filter(str.isalpha, text.casefold()))
        return any(level + letters in self.places for level in ("", "kabupaten", "kota"))

    def _regions(self, words: list[str]) -> Iterator[Phrase]:
        if not self.places:
            return
        for first, word in enumerate(words):
            if not word.isalpha():
                continue
            # "Perbup Seluma" is of a regency, "Wali kota Bengkulu" of a city.
            ruled = words_of("ruler").get(words[first - 1], "") if first else ""
            joined = ""
            for stop in range(first, min(first + 6, len(words))):
                if words[stop].isalpha():
                    joined += words[stop]
                    code = self.places.get(ruled + joined) or self.places.get(joined)
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
            (code, bag) for code, bags in self._bags.items() for bag in bags if bag <= there.keys()
        }
        best = {code for code, bag in fits if not any(bag < other for _, other in fits)}
        if len(best) != 1:
            return []
        (code,) = best
        bag = max((bag for found, bag in fits if found == code), key=len)
        places = sorted(there[word] for word in bag)
        return [Phrase("indicator", code, at, at + 1, exact=False) for at in places]


def _without_signature(words: list[str], taken: list[Phrase]) -> list[Phrase]:
    """Take the month behind a town for the day of signing: Bengkulu, Maret 2022.

    A day behind an indicator is that of its figures, if no word says otherwise.
    """
    figures = next((one.stop - 1 for one in taken if one.kind == "indicator"), len(words))
    for at, one in enumerate(taken):
        by_hand = words[one.first - 1] == "," and one.first - 2 > figures
        between = {*words[figures : one.first]}
        if one.key == "day" and between and not (by_hand or between & word_set("printed-on")):
            taken[at] = one._replace(kind="period", key="period")
    for one in taken:
        if one.kind != "period" or one.first == 0 or words[one.first - 1] != ",":
            continue
        before = {other.kind for other in taken if other.first < one.first}
        after = {other.kind for other in taken if other.first >= one.stop}
        if one.first <= 4 and before <= {"region", "level"} and after <= {"year"}:
            signed = Phrase("document", "day", one.first, len(words))
            return [*(other for other in taken if other.first < one.first), signed]
    return taken


def _unknown_spans(words: list[str], taken: list[Phrase]) -> Iterator[Phrase]:
    """Yield parts of a year that no number names: *semester ganjil*, *bulan puasa*."""
    used = {at for one in taken if one.kind != "span" for at in range(one.first, one.stop)}
    for at in range(len(words) - 1):
        named = words[at + 1].isalpha() and used.isdisjoint((at, at + 1))
        if named and words[at] in words_of("span"):
            name = f"{words[at]} {words[at + 1]}"
            yield Phrase("period", "period", at, at + 2, Span(0, 0, 0, name))


def _says_unit(words: list[str], first: int, stop: int, key: str) -> bool:
    """Return whether words are a unit where they stand: scales are, words as *orang* may not."""
    alone = not any(map(_is_word, words[:first])) and stop == len(words)
    before = ["", *words][first]
    opened = before in ("(", "[", "satuan", ":")
    # "(dalam proporsi)", "dalam per mil": what figures are in, where it can be nothing else.
    among = before in ("dalam", "dlm", "in", ",")
    opened |= among and key in (*_SCALES, "proportion", "percent")
    closed = stop == len(words) or words[stop] in (")", "]", ",", ";", ".", "/")
    longer = stop - first > 1 and (key in _SCALES or words[first] in ("per", "/"))
    longer |= stop - first > 2 and key == "proportion"
    # "(ribu anak)" is one of thousands, whoever they are.
    return alone or longer or (opened and (closed or key in ("thousand", "million")))


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
    return at


def _longest_first(words: list[str], given: Iterable[Phrase]) -> list[Phrase]:
    """Take the longest phrases; of those of one length by their kind."""
    found = sorted(given, key=lambda one: (one.first - one.stop, _RANK.index(one.kind), one.first))
    taken: list[Phrase] = []
    used: set[int] = set()
    for one in found:
        span = range(one.first, one.stop)
        if used.isdisjoint(span):
            taken.append(one)
            used.update(span)
    # "Penduduk miskin ekstrem": who they are goes on where the name of an indicator ends.
    for name in [one for one in taken if one.kind == "indicator"]:
        for one in found:
            rest = range(name.stop, one.stop)
            if one.kind == "part" and rest and used.isdisjoint(rest):
                taken.append(one._replace(first=name.stop))
                used.update(rest)
    return _both_halves(words, sorted(taken, key=lambda one: one.first))


def _both_halves(words: list[str], taken: list[Phrase]) -> list[Phrase]:
    """Take women beside men, and the country beside towns, for all of the people."""
    whole: list[Phrase] = []
    for one in taken:
        parts = [at for at, before in enumerate(whole) if before.kind == "part"]
        last = whole[parts[-1]] if parts else one
        halves = {(last.kind, last.key), (one.kind, one.key)} in _HALVES
        if halves and word_set("joining").issuperset(words[last.stop : one.first]):
            whole[parts[-1] :] = [Phrase("part", "all", last.first, one.stop)]
        else:
            whole.append(one)
    return whole


@cache
def _whole() -> frozenset[str]:
    """Return the words for people of whom figures are, if no other stands beside them."""
    named = words_of("neutral").items()
    words = frozenset(word for one, key in named if key in ALL_OF_THEM for word in one.split())
    return words - word_set("of-some")


def _whom(words: list[str], taken: list[Phrase]) -> list[Phrase]:
    """Take whom a line says figures to be of for a part of the people: *Responden: ibu hamil*.

    *Responden: 1.200 rumah tangga* says how many they are.
    """
    for at in range(len(words) - 2):
        if words[at] not in word_set("whom") or words[at + 1] not in _NAMING_MARKS:
            continue
        first = at + 2
        while first + 1 < len(words) and (words[first].isdigit() or words[first] == "."):
            first += 1
        behind = [one for one in taken if one.first >= first]
        ends = (
            one.first for one in behind if one.kind not in ("part", "unit", "neutral", "number")
        )
        marks = (place for place in range(first, len(words)) if words[place] in ".,;:|()")
        stop = min((*ends, *marks, len(words)))
        people = [one for one in behind if one.first == first and one.key != "all"]
        person = any(one.kind == "part" or one.key in _PEOPLE for one in people)
        said = {word for word in words[first:stop] if word.isalpha()}
        parted = person and not said <= _whole()
        # *Kelompok sasaran* is a part by itself, but for what stands behind its colon.
        naming = [one for one in taken if one.stop == at + 1]
        if parted or any(one.kind == "part" for one in naming):
            start, last = min((one.first for one in naming), default=at), (at + 2, stop)[parted]
            kept = [one for one in taken if one.stop <= start or one.first >= last]
            kept += [Phrase("neutral", "about", start, at + 2)]
            kept += [Phrase("part", "whom", first, stop)] * parted
            taken = sorted(kept, key=lambda one: one.first)
    return taken


def _runs(words: list[str], taken: list[Phrase]) -> list[Phrase]:
    """Let offices, objectives, programmes and documents use up the words that follow them."""
    kept: list[Phrase] = []
    until = 0
    taken = _whom(words, taken)
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
            stop = _sentence(words, stop, taken[number + 1 :])
        elif one.kind in ("programme", "document", "event"):
            stop = _run(words, one, taken[number + 1 :])
        elif one.kind == "survey":
            stop = _survey_month(one, taken[number + 1 :])
        kept.append(one._replace(stop=stop))
        until = stop
    return kept


def _sentence(words: list[str], at: int, after: list[Phrase]) -> int:
    """Return the end of an objective: of its sentence, after its number.

    When its figures are of is none of its words; by when it is to be reached is.
    """
    while at < len(words) and (
        words[at].isdigit() or words[at] in ".:" or words[at] in words_of("ordinal")
    ):
        at += 1
    dated = {
        one.first
        for one in after
        if one.kind in ("year", "period") and words[one.first - 1] not in word_set("by-when")
    }
    while at < len(words) and words[at] not in ".:;|" and at not in dated:
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
        firm = other.kind in (
            *("indicator", "period", "event", "unit", "survey", "document", "office", "row"),
            *("region", "year"),
        )
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
        if firm or (other.kind == "figure" and other.key in _FIRM):
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


# Knows no indicator.
PLAIN_TEXTS = TextReader()


@lru_cache(maxsize=16)
def text_reader(indicators: tuple[Indicator, ...], regions: Regions | None) -> TextReader:
    """Return a reader that knows the indicators of a plan, and its regions."""
    return TextReader(indicators, {} if regions is None else _places(regions))


@lru_cache(maxsize=8)
def _places(regions: Regions) -> Mapping[str, str]:
    """Return the spellings of provinces, and of regencies and cities with their prefix."""
    found: dict[str, str] = {}
    for region in regions:
        for prefix in _PREFIXES.get(region.level, ()):
            for stem in spellings(region.name, region.level):
                found.setdefault(prefix + stem, region.code)
    return found


_PREFIXES: Mapping[Level, tuple[str, ...]] = {
    Level.NATION: ("",),
    Level.PROVINCE: ("", "provinsi", "prov", "propinsi"),
    Level.REGENCY: ("kabupaten", "kab"),
    Level.CITY: ("kota", "kodya", "kotamadya"),
}
