"""Small grammars over words: periods, dates, years, ages; each goes over a text once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from kencana_targets.tables.periods import day_at, part_at
from kencana_targets.tables.words import Phrase, Span, read_by, tokens_of, word_set, words_of

_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_MONTH_OF_YEAR = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])")
# Words that the name of a period, or of several, has at most.
_REACH = 12
_LAST_DAY = 28
_LETTERS: Mapping[str, int] = {"q": 4, "h": 2, "s": 2, "m": 12}


def grammars(words: list[str]) -> Iterator[Phrase]:
    """Yield the periods, dates, years, ages and numbers of tables that words may be."""
    for at in range(len(words)):
        for grammar in (_period, _month, _date, _year, _age, _table_number):
            found = grammar(words, at)
            if found is not None:
                yield found
        if _YEAR.fullmatch(words[at]):
            # Where a longer phrase takes the word before it, the year stays: *akhir tahun 2022*.
            yield Phrase("year", "bare", at, at + 1, (int(words[at]),))


def _number(word: str, most: int) -> int:
    number = int(word) if word.isdigit() and len(word) < 3 else 0
    return number if number <= most else 0


def _skip(words: list[str], at: int, over: Iterable[str]) -> int:
    while at < len(words) and words[at] in over:
        at += 1
    return at


def _until(words: list[str], at: int) -> int:
    return _skip(words, at, word_set("to-last") | word_set("until"))


def _at(words: list[str], at: int) -> str:
    return words[at] if 0 <= at < len(words) else ""


def _period(words: list[str], at: int) -> Phrase | None:
    """Read a quarter, month or the like, several of them, and all up to one."""
    word = words[at]
    to = word in word_set("until")
    beside = (*word_set("until"), "dengan", "to", "akhir", "tanggal", "tgl", ".")
    after = _skip(words, at + 1, beside) if to else at
    now = _skip(words, after, word_set("running"))
    if now > after and _at(words, now) in ("ini", "berjalan", *["laporan"] * to):
        return Phrase("period", "to date", at, now + 1, Span(0, 0, 0, "to date"))
    if word in word_set("before-year") and _at(words, at + 1) in word_set("school-year"):
        return Phrase("period", "school year", at, at + 2, Span(0, 0, 0, "school year"))
    if word == "rata" or word in ("rerata", "average", "mean"):
        return _month_mean(words, at)
    if (months := _number(word, 11)) and _at(words, at + 1) in ("bulan", "bln", "months"):
        return _months(words, at, months)
    short = _short(words, after)
    part = (short, 2) if short else part_at(words[after : after + _REACH])
    if part is None:
        return None
    span, stop = part[0], after + part[1]
    if span.of == 52:  # weeks are no parts that a year is made of here
        return Phrase("period", "period", at, stop, Span(0, 0, 0, f"week {span.first}"))
    if to:
        span = span._replace(first=1)
    dated = stop + bool(_YEAR.fullmatch(_at(words, stop)))
    until = _until(words, dated)
    if span.of == 12 and until > dated and (last := day_at(words[until : until + 5])):
        year = int(words[stop]) if dated > stop else span.year
        whole = last[0] >= _LAST_DAY and span.first <= last[1] and year in (None, last[2])
        span = Span(12, span.first, last[1], "", last[2]) if whole else Span(0, 0, 0, "days")
        return Phrase("period", "period", at, until + last[3], span)
    asked = _at(words, at - 1) in word_set("as-of") and span[:3] == (12, 12, 12)
    return Phrase("period", "period", at, stop, Span(12, 1, 12) if asked else span)


def _short(words: list[str], at: int) -> Span | None:
    """Read 1Q22, H1 2022 or 2022-S1, a letter and a number beside a year."""
    pair = words[at : at + 2]
    count = next((_LETTERS[word] for word in pair if word in _LETTERS), 0)
    number = next((_number(word, count) for word in pair if word.isdigit()), 0)
    beside = (_at(words, at - 1), _at(words, at - 2), *words[at + 2 : at + 4])
    near = any(map(_YEAR.fullmatch, beside))
    return Span(count, number, number) if number and near else None


def _months(words: list[str], at: int, months: int) -> Phrase | None:
    """Read months of a year, which are no age: the first 6 months, 9 months 2022."""
    before, behind = _at(words, at - 1), _at(words, at + 2)
    dated = _YEAR.fullmatch(behind) and before not in word_set("beside-ages") | word_set("to")
    ordered = behind in word_set("behind-months")
    counted = not behind and before in word_set("before-months")
    if not (dated or ordered or counted):
        return None
    span = Span(0, 0, 0, f"{months} months")
    return Phrase("period", "period", at, at + 2 + ordered, span)


def _month(words: list[str], at: int) -> Phrase | None:
    """Read a month in digits, behind its year or before it: 2022-09, 09/2022, 202209."""
    if match := _MONTH_OF_YEAR.fullmatch(words[at]):
        span = Span(12, int(match[2]), int(match[2]), "", int(match[1]))
        return Phrase("period", "period", at, at + 1, span)
    three = words[at : at + 3]
    if len(three) < 3 or three[1] not in "-/" or _at(words, at + 3) in ("-", "/"):
        return None
    year, month = (three[0], three[2]) if _YEAR.fullmatch(three[0]) else (three[2], three[0])
    before = _at(words, at - 1)
    known = _YEAR.fullmatch(year) and len(month) == len("09") and _number(month, 12) > 0
    if not known or before in ("-", "/", "no", "nomor", ".") or before in _law_ends():
        return None
    span = Span(12, int(month), int(month), "", int(year))
    return Phrase("period", "period", at, at + 3, span)


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
    found = day_at(words[at : at + 5])
    if found is None:
        return None
    day, month, year, length = found
    stop = at + length
    until = _until(words, stop)
    if until > stop and (last := day_at(words[until : until + 5])):
        whole = day == 1 and last[0] >= _LAST_DAY and month <= last[1]
        # From a day of one year to one of another is no part of either.
        whole = whole and year in (None, last[2])
        span = Span(12, month, last[1], "", last[2]) if whole else Span(0, 0, 0, "days", last[2])
        return Phrase("period", "period", at, until + last[3], span)
    before = at - 1
    while before >= 0 and words[before] in ("tanggal", "tgl", ":", ".", "dengan", "akhir", "pada"):
        before -= 1
    known = _at(words, before)
    stated = known in (*word_set("as-of"), *word_set("until"))
    span = Span(0, 0, 0, f"date {month:02d}-{day:02d}", year)
    if not stated and before >= 0:
        return Phrase("document", "day", at, stop, span)
    if known in word_set("printed-on"):
        return Phrase("document", "day", at, stop)
    span = Span(12, 1, 12, "", year) if (month, day) == (12, 31) else span
    return Phrase("period", "period", max(before, 0), stop, span)


def _year(words: list[str], at: int) -> Phrase | None:
    """Read a year, with the word before it, or a span of years."""
    if not _YEAR.fullmatch(words[at]):
        return None
    first, before = at, at - 1
    while before >= 0 and (
        words[before] in word_set("before-year")
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
        month = tied and len(words[number]) == len("09") and _number(words[number], 12)
        if (tied and not month) or numbered or _at(words, start) in _law_ends():
            return Phrase("document", "law", start + 1, at + 1)
    stop = at + 1
    years: tuple[int, ...] = (int(words[at]),)
    if _at(words, at + 1) in word_set("to") and at + 2 < len(words):
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
    at = _skip(words, at, (*word_set("beside-ages"), "("))
    low = _at(words, at)
    if not low.isdigit() or len(low) > 2:
        return None
    high, stop = low, at + 1
    if _at(words, stop) in word_set("to") and _at(words, stop + 1).isdigit():
        high, stop = words[stop + 1], stop + 2
    elif _at(words, stop) == "+":
        high, stop = "", stop + 1
    unit = _at(words, stop)
    ranged = (
        high != low and unit in word_set("ages") and words[first - 1] not in words_of("document")
    )
    spoken = (first < at and words[first] != "(") or (ranged and stop - at == 3)
    if unit in word_set("ages") and not (_YEAR.fullmatch(_at(words, stop + 1))):
        stop += 1
    elif not spoken:
        return None
    if high == low and not spoken and _at(words, stop) != "ke":
        return None
    stop = _skip(words, stop, ("ke", "atas", "bawah", "keatas", "kebawah"))
    unit = "months" if unit in ("bulan", "bln", "months", "month") else "years"
    if (low, high, unit) == ("0", "59", "months"):
        return None  # the children under five, of whom the indicators are
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
