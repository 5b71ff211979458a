"""How names of regions are written, folded to one spelling, and the nearest of them.

Two spellings of one name fold to the same text: letter case, accents, dots,
hyphens and spaces do not count, `Kab.` is `Kabupaten`, `Kep.` is `Kepulauan`.
Nothing here decides which region is meant; `kencana_targets.model.regions` does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

import numpy as np
from attrs import frozen

from kencana_targets.core.resources import by_key, data_rows
from kencana_targets.core.terms import Level
from kencana_targets.core.typing import NDArray, Truths

_BOTH = frozenset(("kabkota", "kabkot", "kabupatenkota", "kotakabupaten"))
_HEADING_WORDS = frozenset(
    ("nama", "name", "kode", "code", "dan", "bps", "kemendagri", "wilayah", "daerah", "atau")
)
_TITLES = ("daerahistimewa", "daerahkhususibukota")  # of the provinces 34 and 31
_WORD = re.compile(r"[^\W_]+")
# "1. Kab. Kaur", "Kab. Kaur 1)" and "Kab. Kaur\u00b9"; not "Desa (1)", which may be a name,
# nor "B. Lampung", which is one cut short: a letter counts regions before their level alone.
_MARKS = re.compile(
    r"^\(?[0-9]{1,3}[.)]\s*(?=[^\W\d_])"
    r"|^\(?(?:[0-9]{1,3}|[a-z]|[ivx]{1,5})[.)]?\s+(?=(?:kab|kota|prov|kec|kel|desa)[^\W\d_]*[. ])"
    r"|(?<![(0-9])[0-9]{1,2}\s?\)$|[\u00b9\u00b2\u00b3\u2070-\u2079]+\)?$",
    re.IGNORECASE,
)
_ENGLISH = ("province", "regency", "city", "municipality", "district", "village")
_BEHIND = ("kab", "kabupaten", "kota", "prov", "provinsi")
_DOUBLED = re.compile(r"([^\W\d_]{2,})2(?![^\W_])")

_OTHER_LEVEL = 2  # a wrong prefix or province weighs as much as two wrong letters
_BEGINNING = 4  # so many letters that begin a name weigh as one wrong letter
_LOOKED_AT = 256


@cache
def _region_words() -> tuple[dict[str, str], dict[str, Level]]:
    """Return the word that each abbreviation stands for, and the level that a word names."""
    rows = data_rows("region_words.csv")
    levels = {row["word"]: Level(row["level"]) for row in rows if row["level"]}
    return {row["written"]: row["word"] for row in rows}, levels


@frozen
class Reading:
    """A folded name without its prefix, and the level that the prefix stated."""

    stem: str
    level: Level | None = None


def fold(name: str) -> str:
    """Reduce a name to its letters and digits, abbreviations written out.

    Examples
    --------
    >>> fold("KAB. MUKO-MUKO"), fold("Kabupaten Mukomuko")
    ('kabupatenmukomuko', 'kabupatenmukomuko')
    """
    return "".join(_words(name))


def read_name(name: str) -> tuple[Reading, ...]:
    """Return the ways to read a name: as a whole, and as prefix and stem.

    Both are needed: *Kota Baru* can be a city *Baru* or the regency *Kotabaru*.

    Examples
    --------
    >>> read_name("Kota Adm. Jakarta Selatan")[1]
    Reading(stem='jakartaselatan', level=<Level.CITY: 'city'>)
    """
    readings = _readings(name)
    known = _spelled_otherwise()
    others = []
    for reading in readings:
        official = known.get(reading.stem)
        if official and (None in (levels := {official.level, reading.level}) or len(levels) == 1):
            others.append(Reading(official.stem, official.level or reading.level))
    return (*readings, *others)


def _readings(name: str) -> list[Reading]:
    words = _words(name)
    whole = "".join(words[1:] if words[:1] == ("administrasi",) else words)
    level = _region_words()[1].get(words[0]) if len(words) > 1 else None
    return [Reading(whole), *([Reading("".join(_without_prefix(words)), level)] if level else [])]


@cache
def _spelled_otherwise() -> dict[str, Reading]:
    """Return the official reading of each folded abbreviation or other spelling."""
    return {
        fold(row["written"]): _readings(row["official"])[-1]
        for row in data_rows("region_spellings.csv")
    }


def without_marks(name: str) -> str:
    """Take off the number that a list gives a name, and the mark of a footnote.

    Examples
    --------
    >>> without_marks("1. Kab. Kaur"), without_marks("Kab. Seluma 2)"), without_marks("2 x 11")
    ('Kab. Kaur', 'Kab. Seluma', '2 x 11')
    """
    return _MARKS.sub("", name.strip()).strip()


def rewritten(name: str) -> str:
    """Put the level in front where it stands behind, and write doubled words out.

    Examples
    --------
    >>> rewritten("Bandung (Kota)"), rewritten("Bogor, Kab."), rewritten("Bogor Regency")
    ('kota Bandung', 'kabupaten Bogor', 'regency Bogor')
    >>> rewritten("Muko2"), rewritten("Seluma Kab.")
    ('MukoMuko', 'kabupaten Seluma')
    """
    name = _DOUBLED.sub(r"\1\1", without_marks(name))
    before, mark, after = name.rstrip(" .)]").rpartition(" ")
    last = "".join(_words(after))
    apart = after[:1] in ("(", "[") or before.endswith(",") or last in (*_ENGLISH, *_BEHIND)
    return (
        f"{last} {before.rstrip(' ,')}" if mark and apart and last in _region_words()[1] else name
    )


def levels_named(text: str) -> frozenset[Level]:
    """Return the levels that a heading or a row above others names.

    Examples
    --------
    >>> sorted(map(str, levels_named("KAB./KOTA"))), levels_named("38 Provinsi")
    (['city', 'regency'], frozenset({<Level.PROVINCE: 'province'>}))
    """
    words, prefixes = set(_words(text)), _region_words()[1]
    both = (Level.REGENCY, Level.CITY) if words & _BOTH else ()
    return frozenset((*both, *(prefixes[word] for word in words if word in prefixes)))


def heading_role(text: str) -> str | None:
    """Return of what a heading is that names nothing but levels of regions, None for others.

    Examples
    --------
    >>> [heading_role(text) for text in ("nama_kabkota", "kode kab_kot", "38 Provinsi", "Kota sehat")]
    ['region', 'region_code', 'province', None]
    """
    words = {word for word in _words(text) if not word.isdigit()}
    levels = levels_named(text)
    if not levels or words - _BOTH - _region_words()[1].keys() - _HEADING_WORDS:
        return None
    if words & {"kode", "code"}:
        # Codes of provinces stand beside those of the regions in them.
        if levels == {Level.PROVINCE}:
            return None
        return "bps_code" if "bps" in words else "region_code"
    return "province" if levels == {Level.PROVINCE} else "region"


def spellings(name: str, level: Level) -> Iterator[str]:
    """Yield the folded stems under which a region of this name is looked up.

    Examples
    --------
    >>> list(spellings("Daerah Istimewa Yogyakarta", Level.PROVINCE))
    ['daerahistimewayogyakarta', 'yogyakarta']
    >>> list(spellings("Kepulauan Riau", Level.PROVINCE))
    ['kepulauanriau', 'kepriau']
    """
    words = _words(name)
    if len(words) > 1 and _region_words()[1].get(words[0]) is level:
        words = _without_prefix(words)
    stem = "".join(words)
    yield stem
    if stem.startswith("kepulauan"):
        yield "kep" + stem.removeprefix("kepulauan")  # "KepRiau", without a mark between
    if level is Level.PROVINCE:
        yield from (stem.removeprefix(title) for title in _TITLES if stem.startswith(title))


def _without_prefix(words: tuple[str, ...]) -> tuple[str, ...]:
    return words[2 if words[1] == "administrasi" else 1 :]


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    # Names repeat, and so do the words of headings.
    plain = unicodedata.normalize("NFKD", name).casefold()
    if not plain.isascii():
        plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    written = _region_words()[0]
    return tuple(written.get(word, word) for word in _WORD.findall(plain))


@frozen(eq=False)
class SpellingTable:
    """All spellings of many regions as arrays, to rank them by edit distance.

    Parameters
    ----------
    letters : ndarray of uint8, shape (spellings, longest)
        The folded spellings, one a row, padded with zeros.
    counts : ndarray of uint8, shape (spellings, 32)
        How often each letter occurs; column 0 counts the padding.
    owners : ndarray of int32, shape (spellings,)
        Position of the region that is spelled so.
    levels : ndarray of str, shape (regions,)
        Level of each region.
    """

    letters: NDArray[np.uint8]
    counts: NDArray[np.uint8]
    owners: NDArray[np.int32]
    levels: NDArray[np.str_]

    @classmethod
    def build(cls, stems: Iterable[tuple[int, str]], levels: NDArray[np.str_]) -> SpellingTable:
        """Tabulate the stems, each also with its prefix in full and in short."""
        level_of = levels.tolist()
        words = data_rows("region_words.csv")
        spelled = by_key((row["level"], row["written"]) for row in words if row["spelled"])
        rows = []
        for owner, stem in stems:
            forms = {stem, stem.removeprefix("kepulauan")}
            forms |= {word + stem for word in spelled.get(level_of[owner], ())}
            rows += [(owner, form.encode("ascii", "replace")) for form in forms if form]
        texts = np.array([text for _, text in rows], dtype=np.bytes_)
        letters = texts.view(np.uint8).reshape(len(rows), -1)
        return cls(
            letters=letters,
            counts=_letter_counts(letters),
            owners=np.array([owner for owner, _ in rows], dtype=np.int32),
            levels=levels,
        )

    def nearest(self, readings: Iterable[Reading], expected: Truths, count: int = 3) -> list[int]:
        """Return the positions of the regions whose spelling is nearest, best first.

        Ranked by the number of wrong letters; to lie outside `expected` or to
        have another level than the prefix says counts as two wrong letters, the
        beginning of a name as one.
        Among equals comes first what lacks fewest of the letters written, then
        what begins with the same letter, then the order of the codes. What has
        no letter in its place is left out.
        """
        found: dict[int, list[int]] = {}
        for reading in readings:
            fits = expected if reading.level is None else expected & (self.levels == reading.level)
            burden = _OTHER_LEVEL * ~fits[self.owners]
            for owner, rank in zip(*self._ranked(reading.stem, burden), strict=True):
                found[owner] = min(rank, found.get(owner, rank))
        return sorted(found, key=lambda owner: (found[owner], owner))[:count]

    def _ranked(self, stem: str, burden: NDArray[np.int_]) -> tuple[list[int], list[list[int]]]:
        query = np.frombuffer(stem.encode("ascii", "replace"), dtype=np.uint8)
        surplus = _letter_counts(query[None, :])[:, 1:].astype(np.int16) - self.counts[:, 1:]
        unmatched = np.maximum(surplus, 0).sum(axis=1)
        # The difference in letters is never more than the edit distance: a cheap sieve.
        bound = np.maximum(unmatched, np.maximum(-surplus, 0).sum(axis=1))
        begun = np.zeros(len(self.letters), dtype=np.bool_)
        if _BEGINNING <= len(query) <= self.letters.shape[1] and stem not in _region_words()[1]:
            begun = (self.letters[:, : len(query)] == query).all(axis=1)
        bound = bound * ~begun + burden
        kept = np.argsort(bound, kind="stable")[:_LOOKED_AT]
        distance = _edit_distance(query, self.letters[kept])
        distance = np.where(begun[kept], np.minimum(distance, 1), distance)
        related = distance < np.maximum(np.count_nonzero(self.letters[kept], axis=1), len(query))
        kept, distance = kept[related], distance[related] + burden[kept[related]]
        ranks = np.column_stack((distance, unmatched[kept], self.letters[kept, 0] != query[:1]))
        return self.owners[kept].tolist(), ranks.tolist()


def _letter_counts(letters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rows = len(letters)
    cells = np.arange(rows)[:, None] * 32 + (letters & 31)
    return np.bincount(cells.ravel(), minlength=rows * 32).reshape(rows, 32).astype(np.uint8)


def _edit_distance(query: NDArray[np.uint8], letters: NDArray[np.uint8]) -> NDArray[np.int_]:
    """Count the letters to change, drop, add or swap with their neighbour.

    Optimal string alignment, one row of the table at a time for all spellings,
    which lie side by side in the last axis.
    """
    across = np.ascontiguousarray(letters.T)
    longest, columns = across.shape
    steps = np.arange(longest + 1, dtype=np.int16)[:, None]
    before = last = np.repeat(steps, columns, axis=1)
    for i, letter in enumerate(query):
        best = last + np.int16(1)
        np.minimum(best[1:], last[:-1] + (across != letter), out=best[1:])
        if i:
            swapped = (across[1:] == query[i - 1]) & (across[:-1] == letter)
            np.minimum(best[2:], before[:-2] + np.int16(1), out=best[2:], where=swapped)
        # Adding a letter depends on the cell before: a running minimum.
        before, last = last, np.minimum.accumulate(best - steps, axis=0) + steps
    lengths = np.count_nonzero(letters, axis=1)
    distance: NDArray[np.int_] = last[lengths, np.arange(columns)].astype(np.int_)
    return distance
