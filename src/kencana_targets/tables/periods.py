"""Parts of a year, days, years and ages as people write them: TW I 2022, 2022-Q1, 1 Juli 2023.

A cell that is nothing but a period is read by its letters, a text by small grammars over its
words, each of which goes over it once.
"""

from __future__ import annotations

import datetime as dt
import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

import numpy as np

from kencana_targets.core.errors import NumberFormatError, Problem
from kencana_targets.model.figures import as_date
from kencana_targets.tables.raw_columns import listed
from kencana_targets.tables.words import Phrase, Span, read_by, tokens_of, word_set, words_of

# By the number of periods in a year: what one is called here, and what people write.
PERIOD_NAMES: Mapping[int, str] = {1: "year", 2: "semester", 4: "quarter", 12: "month"}
_LETTERS = {"s": 2, "h": 2, "m": 12, "q": 4}
_ALLOWED = (
    "a period such as 2022-Q1, Triwulan I 2022, Semester I 2022, Januari 2022, 2022-01, "
    "or the first or last day of a month"
)
_LONGEST = 200

_START, _END = r"(?<![^\W_])", r"(?![^\W_])"
_UNTIL = r"(?:s\s?[./]\s?d\b\.?|sd|sampai(?:\s+dengan)?|hingga|up\s+to|until)"
_SPAN = rf"\s*(?:[-\u2013\u2014&+]|dan|and|to|{_UNTIL})\s*"
_YEAR_WORD = r"(?:tahun(?:\s+anggaran)?|thn|th|t\.?\s?a|year|fy)"
_YEAR = rf"(?:{_YEAR_WORD}[\s.:]*)?(?P<year>(?:19|20|21)[0-9]{{2}})(?![0-9])"
_BETWEEN = r"[\s/.,:()\u2013\u2014-]*"
_IN_DIGITS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_YEAR} ?(?:[-/ ]|(?=[sm])) ?(?P<letter>[sm])? ?(?P<number>[0-9]{{1,2}})",
        rf"(?P<number>[0-9]{{1,2}}) ?[-/ ] ?{_YEAR}",
        # 202501, as DHIS2 writes months, and 1Q22; figures of six digits stand in no such column.
        r"(?P<year>(?:19|20|21)[0-9]{2})(?P<number>0[1-9]|1[0-2])(?:\.0)?",
        r"(?P<number>[1-4])\s*(?P<letter>q)\s*(?P<year>(?:20)?[0-9]{2})",
        r"(?P<letter>[qsm])\s*(?P<number>[0-9]{1,2})[-/ ](?P<year>[0-9]{2})",
        r"(?P<year>(?:19|20|21)[0-9]{2})\s*(?P<letter>q)\s*(?P<number>[1-4])",
    )
)
_ONLY_YEAR = re.compile(rf"{_YEAR}(?:\.0)?", re.IGNORECASE)
_DAY = re.compile(
    r"(?P<year>(?:19|20|21)[0-9]{2})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-9]{2})(?:[ T]00:00:00(?:\.0+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
# Up to the twelfth nobody knows which of the two is the month.
_DAY_FIRST = re.compile(
    r"(?P<day>1[3-9]|2[0-9]|3[01])(?P<mark>[/.-])(?P<month>0?[1-9]|1[0-2])(?P=mark)(?P<year>(?:19|20|21)[0-9]{2})"
)
_TIME = re.compile(r"(?<=-[0-9]{2})[T ].*")
_YEAR_ALONE = re.compile(r"(\d{4})(?:[.,]0+)?", re.ASCII)


def _any(words: Iterable[str]) -> str:
    return "|".join(word.replace(" ", r"\s*") for word in sorted(words, key=len, reverse=True))


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:
    """Compile the grammar of the parts of a year, whose words are data."""
    kind, month = _any(words_of("span")), rf"(?:{_any(words_of('month'))}){_END}"
    number = rf"(?:ke[\s-]*)?(?:[0-9]{{1,2}}|{_any(words_of('ordinal'))}){_END}"
    begun = _YEAR.replace("?P<year>", "?P<begun>")
    later = rf"(?:\s*{begun})?{_SPAN}(?:(?:akhir|dengan|bulan)\s+)?"
    bare = later.replace("?P<begun>", "?:")
    several = rf"(?:{kind})[\s.-]*(?P<until>{number})|(?P<more>{number})"
    part = (
        rf"(?:(?P<kind>{kind})[\s./-]*(?P<number>{number})(?:{bare}(?:{several}))?"
        rf"|(?:(?:bulan|month|bln)[\s.:]*)?(?P<month>{month})\.?(?:{later}(?P<last>{month})\.?)?)"
    )
    day, count = r"(?:0?[1-9]|[12][0-9]|3[01])(?![0-9])", r"(?:0?[1-9]|1[0-2])(?![0-9])"
    year = r"(?:19|20|21)[0-9]{2}(?![0-9])"
    before = rf"{_START}(?:(?:pada|periode|period|selama)\s+)*"
    plain, parted = re.sub(r"\?P<\w+>", "?:", part), _any(word_set("parts-year"))
    found = {
        # In this order, so that a year is taken from beside its period wherever it stands.
        "before year": f"{before}{part}{_BETWEEN}{_YEAR}",
        "after year": f"{before}{_YEAR}{_BETWEEN}{part}",
        "alone": before + part,
        "part": part,
        "number": number,
        # Jan-22, as spreadsheets show a month.
        "short year": rf"(?P<month>{month})\.?[\s'\u2019-]*(?P<year>[0-9]{{2}})",
        "to date": rf"{_START}(?:s\s?[./]\s?d\b|kumulatif|cumulative|{_UNTIL}\s+(?:akhir\s+)?{plain})",
        # Months are also how ages are counted.
        "parted": rf"{_START}(?:{parted}){_END}|^(?:bulan|month|bln){_END}",
        # Words of a text, parted by blanks, as are the marks between them.
        "day": rf"(?P<day>{day}) (?:(?P<month>{month})(?: (?P<year>{year}))?"
        rf"|(?P<mark>[/.-]) (?P<number>{count}) (?P=mark) (?P<full>{year}))"
        rf"|(?P<iso>{year}) - (?P<of_iso>{count}) - (?P<day_of_iso>{day})",
        "kind": rf"{_START}(?:{kind}){_END}",
    }
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in found.items()}


class Period(NamedTuple):
    """A part of a year: the first quarter is number 1 of 4, a whole year number 1 of 1.

    The year is None where something else says it.
    """

    year: int | None
    number: int
    of: int

    @property
    def date(self) -> float:
        """The year as a figure carries it: the middle of the period, a whole year itself.

        The middle, because the end of the last quarter is the next year, whose own
        figure stands there. Without a year it is the part of a year alone, below 1.
        """
        start = float(self.year or 0)
        return start if self.of == 1 else start + (self.number - 0.5) / self.of

    @property
    def name(self) -> str:
        """What messages call it.

        Examples
        --------
        >>> Period(2022, 1, 4).name, Period(None, 3, 12).name
        ('quarter 1 of 2022', 'month 3')
        """
        name = PERIOD_NAMES[self.of] if self.of == 1 else f"{PERIOD_NAMES[self.of]} {self.number}"
        return name if self.year is None else f"{name} of {self.year}"


def parse_period(text: str, *, of: int = 0, told: bool = False) -> Period:
    """Read a period, in Indonesian or English, in words or digits.

    Parameters
    ----------
    text : str
        ``2022-Q1``, ``1Q22``, ``TW I 2022``, ``2022 Triwulan I``, ``Semester I 2022``,
        ``Januari 2022``, ``Jan-22``, ``2022-01``, ``202201``, the first or last day of a month as
        spreadsheets write it, or a whole year, ``2022``.
    of : {4, 12, 2}, optional
        Periods in a year, if a heading says them: then a number alone is one.
    told : bool, optional
        Whether something else says the year, so that it may be left out; then the
        whole of it is ``year`` or *tahun*.

    Raises
    ------
    NumberFormatError
        The text is anything else.

    Examples
    --------
    >>> parse_period("2022-Q1"), parse_period("2022-Q1").date
    (Period(year=2022, number=1, of=4), 2022.125)
    >>> parse_period("Triwulan III/2022").number, parse_period("Maret 2022").of
    (3, 12)
    >>> parse_period("31/01/2022") == parse_period("2022-01-31") == parse_period("Januari 2022")
    True
    >>> parse_period("II", of=4, told=True)
    Period(year=None, number=2, of=4)
    """
    text = text.strip()
    if told and text.casefold() in ("year", "tahun"):
        return Period(None, 1, 1)
    period = _in_digits(text, of)
    if period is None:
        period, rest = find_period(text)
        period = None if re.search(r"[^\W_]", rest) else period
    if period is None or (period.year is None and not told):
        raise NumberFormatError(Problem("not a period", got=text, allowed=_ALLOWED))
    return period


def find_period(text: str) -> tuple[Period | None, str]:
    """Take the period out of a heading or title, and return it and what else is said.

    Raises
    ------
    NumberFormatError
        The text names several periods, or all up to one.

    Examples
    --------
    >>> find_period("Realisasi TW I 2022")
    (Period(year=2022, number=1, of=4), 'Realisasi')
    >>> find_period("Realisasi Triwulan / II / K")
    (Period(year=None, number=2, of=4), 'Realisasi  / K')
    >>> find_period("Target 2022")
    (None, 'Target 2022')
    """
    if len(text) > _LONGEST:
        return None, text
    found: list[Period] = []
    pieces = []
    for piece in text.split(" / "):
        period = _in_digits(piece.strip())
        if period is None or period.of == 1:
            pieces.append(piece)
        else:
            found.append(period)
    rest = " / ".join(pieces)

    def take(match: re.Match[str]) -> str:
        period = _in_words(match)
        if period is None:
            return match[0]
        found.append(period)
        return " "

    # From January up to March is the first quarter itself.
    without = _patterns()["alone"].sub(lambda match: " " if match["last"] else match[0], rest)
    if _patterns()["to date"].search(without):
        what = "up to a period, where the figure of one belongs"
        hint = "write the figure of each period by itself, or leave this one out"
        raise NumberFormatError(Problem(what, got=text, hint=hint))
    for name in ("before year", "after year", "alone"):
        rest = _patterns()[name].sub(take, rest)
    return one_period(found, text), rest.strip()


def one_period(found: Sequence[Period], text: str) -> Period | None:
    """Return the finest of several periods that lie in one another, None of none.

    Raises
    ------
    NumberFormatError
        They do not: the `text` names several.

    Examples
    --------
    >>> one_period([Period(2022, 1, 4), Period(None, 3, 12)], "TW I 2022, Maret")
    Period(year=2022, number=3, of=12)
    >>> one_period([Period(None, 1, 2), Period(2022, 3, 12)], "Semester 1 (Maret 2022)")
    Period(year=2022, number=1, of=2)
    """
    if not found:
        return None
    # The month of a semester says when its survey was: "Semester 1 (Maret)".
    halves = [period for period in found if period.of == 2]
    if halves and all(period.of in (2, 12) for period in found):
        fine = [period.number for period in found if period.of > 2]
        if all((number - 1) // 6 + 1 == halves[0].number for number in fine):
            found = [
                half._replace(year=one.year) for half in halves for one in found if one.year
            ] or halves
    finest = max(found, key=lambda period: period.of)
    years = {period.year for period in found} - {None}
    within = all((finest.number - 1) * one.of // finest.of + 1 == one.number for one in found)
    if not within or len(years) > 1:
        raise _several(text)
    return finest._replace(year=years.pop() if years else None)


@lru_cache(maxsize=4096)
def names_period(text: str) -> bool:
    """Return whether a heading names parts of a year, or all up to one.

    Examples
    --------
    >>> names_period("stunting TW I"), names_period("s.d. Juni"), names_period("stunting 2022")
    (True, True, False)
    >>> names_period("Per triwulan"), names_period("Usia 6 bulan")
    (True, False)
    """
    try:
        return find_period(text)[0] is not None or bool(_patterns()["parted"].search(text))
    except NumberFormatError:
        return True


def is_period(text: str, heading: str) -> bool:
    """Return whether a text is a period under a heading that says of which kind.

    Examples
    --------
    >>> is_period("3", "Bulan"), is_period("II", "Realisasi triwulan"), is_period("II", "Periode")
    (True, True, False)
    """
    of = periods_of(heading)
    try:
        return of > 0 and parse_period(text, of=of, told=True).of > 1
    except NumberFormatError:
        return False


def periods_of(heading: str) -> int:
    """Return how many of the periods that a heading names are in a year; 0 if it names none.

    Examples
    --------
    >>> periods_of("Triwulan"), periods_of("Bulan Laporan"), periods_of("Periode")
    (4, 12, 0)
    """
    named = (_count(match[0]) for match in _patterns()["kind"].finditer(heading))
    return next((count for count in named if count in PERIOD_NAMES), 0)


@cache
def _beginnings() -> frozenset[str]:
    return frozenset(name.split()[0] for kind in ("span", "month") for name in words_of(kind))


def part_at(words: Sequence[str]) -> tuple[Span, int] | None:
    """Read a quarter, a month or the like, or several, that words begin with, and in how many.

    Examples
    --------
    >>> part_at(["tw", "i", "2022"]), part_at(["bulan", "13"])
    ((Span(of=4, first=1, last=1, name='', year=None), 2), None)
    """
    # Most words begin no part of a year.
    match = _patterns()["part"].match(" ".join(words)) if {*words[:1]} & _beginnings() else None
    span = _span(match) if match else None
    return (span, match[0].count(" ") + 1) if match and span else None


def day_at(words: Sequence[str]) -> tuple[int, int, int | None, int] | None:
    """Read the day that words begin with: its number, its month, its year, and in how many.

    Examples
    --------
    >>> day_at(["31", "desember", "2022"]), day_at(["2022", "-", "12", "-", "1"]), day_at(["5"])
    ((31, 12, 2022, 3), (1, 12, 2022, 5), None)
    """
    match = _patterns()["day"].match(" ".join(words)) if words and words[0].isdigit() else None
    if match is None:
        return None
    day, month = match["day"] or match["day_of_iso"], match["number"] or match["of_iso"]
    year = match["year"] or match["full"] or match["iso"]
    number = _month(match["month"]) if match["month"] else int(month)
    return int(day), number, int(year) if year else None, match[0].count(" ") + 1


def _span(match: re.Match[str]) -> Span | None:
    if match["month"]:
        of, first = 12, _month(match["month"])
        last = _month(match["last"]) if match["last"] else first
    else:
        of, first = _count(match["kind"]), _number(match["number"])
        until = match["until"] or match["more"]
        last = _number(until) if until else first
    return Span(of, first, last) if 1 <= first <= of else None


@cache
def _counts() -> Mapping[str, int]:
    return {word.replace(" ", ""): int(key) for word, key in words_of("span").items()}


def _count(kind: str) -> int:
    return _counts()["".join(kind.casefold().split())]


def _month(name: str) -> int:
    return int(words_of("month")[name.casefold()])


def _number(word: str) -> int:
    bare = re.sub(r"^ke[\s-]+|^ke(?=[0-9i])", "", word.casefold())
    return int(words_of("ordinal").get(bare, bare))


def _valid(year: str | None, number: int, of: int) -> Period | None:
    # Years of two digits are of this century.
    full = None if not year else int(year) + (2000 if len(year) == len("22") else 0)
    return Period(full, number, of) if 1 <= number <= of else None


def _in_digits(text: str, of: int = 0) -> Period | None:
    """Read a text that is nothing but a number, a year, or both."""
    text = " ".join(text.split())
    if of and _patterns()["number"].fullmatch(text):
        return _valid(None, _number(text), of)
    if match := _ONLY_YEAR.fullmatch(text):
        return _valid(match["year"], 1, 1)
    for pattern in _IN_DIGITS:
        if match := pattern.fullmatch(text):
            letter = match.groupdict().get("letter")
            kind = _LETTERS[letter.lower()] if letter else of or 12
            return _valid(match["year"], int(match["number"]), kind)
    if match := _patterns()["short year"].fullmatch(text):
        return _valid(match["year"], _month(match["month"]), 12)
    if match := _DAY.fullmatch(text) or _DAY_FIRST.fullmatch(text):
        year, month, day = (int(match[part]) for part in ("year", "month", "day"))
        if day in (1, monthrange(year, month)[1]):
            return Period(year, month, 12)
        what = "a day within a month"
        hint = "only the first or the last day of a month stands for it: write the month in words"
        raise NumberFormatError(Problem(what, got=text, hint=hint))
    return None


def _in_words(match: re.Match[str]) -> Period | None:
    """Return the period that a match names; of several, the one that they make."""
    span = _span(match)
    if span is None or span.of not in PERIOD_NAMES:
        return None
    count = span.last - span.first + 1
    parted = count not in (1, 3, 6, 12) or (span.first - 1) % count
    begun, year = match["begun"], match.groupdict().get("year")
    if parted or match["until"] or match["more"] or (begun or year) != (year or begun):
        raise _several(match[0])
    return _valid(year or begun, (span.first - 1) // count + 1, span.of // count)


def _several(text: str) -> NumberFormatError:
    hint = "write the figure of each period by itself, or leave this one out"
    return NumberFormatError(Problem("several periods at once", got=text, hint=hint))


def read_date(cell: Any) -> float | None:
    """Return a date as a year with its fraction, None for an empty cell.

    A year alone is its 1 January. A day comes before its month, as Indonesian writes it.

    Raises
    ------
    ValueError
        The cell is no date.

    Examples
    --------
    >>> read_date("2023"), read_date("2 Juli 2023"), read_date("02/07/2023"), read_date(" ")
    (2023.0, 2023.4986301369863, 2023.4986301369863, None)
    """
    cell = as_date(cell)
    if not isinstance(cell, str):
        return None if cell is None or np.isnan(cell) else float(cell)
    text = " ".join(cell.split())
    if not text:
        return None
    if match := _YEAR_ALONE.fullmatch(text):
        return float(match[1])
    words = [token.word for token in tokens_of(_TIME.sub("", text))]
    if (found := day_at(words)) and found[2] and found[3] == len(words):
        return float(as_date(dt.date(found[2], found[1], found[0])))
    raise ValueError(text)


def read_dates(cells: Any) -> tuple[Any, dict[int, Problem]]:
    """Read a column of dates; return the years, and what is wrong by row."""
    years, problems = np.full(len(cells), np.nan), {}
    for row, cell in enumerate(listed(cells)):
        try:
            read = read_date(cell)
        except (TypeError, ValueError):
            hint = "write a year such as 2023, or a date such as 2023-07-01 or 1 Juli 2023"
            problems[row] = Problem("not a date", got=cell, hint=hint)
        else:
            years[row] = np.nan if read is None else read
    return years, problems


_A_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}")
_MONTH_OF_A_YEAR = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])")
# Words that the name of a period, or of several, has at most.
_REACH = 12
_LAST_DAY = 28


def grammars(words: list[str]) -> Iterator[Phrase]:
    """Yield the periods, dates, years, ages and numbers of tables that words may be."""
    for at in range(len(words)):
        for grammar in (_period, _month_in_digits, _date, _year, _age, _table_number):
            found = grammar(words, at)
            if found is not None:
                yield found
        if _A_YEAR.fullmatch(words[at]):
            # Where a longer phrase takes the word before it, the year stays: *akhir tahun 2022*.
            yield Phrase("year", "bare", at, at + 1, (int(words[at]),))


def _up_to(word: str, most: int) -> int:
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
    if (months := _up_to(word, 11)) and _at(words, at + 1) in ("bulan", "bln", "months"):
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
    dated = stop + bool(_A_YEAR.fullmatch(_at(words, stop)))
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
    number = next((_up_to(word, count) for word in pair if word.isdigit()), 0)
    beside = (_at(words, at - 1), _at(words, at - 2), *words[at + 2 : at + 4])
    return Span(count, number, number) if number and any(map(_A_YEAR.fullmatch, beside)) else None


def _months(words: list[str], at: int, months: int) -> Phrase | None:
    """Read months of a year, which are no age: the first 6 months, 9 months 2022."""
    before, behind = _at(words, at - 1), _at(words, at + 2)
    dated = _A_YEAR.fullmatch(behind) and before not in word_set("beside-ages") | word_set("to")
    ordered = behind in word_set("behind-months")
    counted = not behind and before in word_set("before-months")
    if not (dated or ordered or counted):
        return None
    return Phrase("period", "period", at, at + 2 + ordered, Span(0, 0, 0, f"{months} months"))


def _month_in_digits(words: list[str], at: int) -> Phrase | None:
    """Read a month in digits, behind its year or before it: 2022-09, 2022/9, 09/2022, 202209."""
    if match := _MONTH_OF_A_YEAR.fullmatch(words[at]):
        span = Span(12, int(match[2]), int(match[2]), "", int(match[1]))
        return Phrase("period", "period", at, at + 1, span)
    three = words[at : at + 3]
    if len(three) < 3 or three[1] not in "-/" or _at(words, at + 3) in ("-", "/"):
        return None
    year, month = (three[0], three[2]) if _A_YEAR.fullmatch(three[0]) else (three[2], three[0])
    before = _at(words, at - 1)
    written = len(month) == len("09") or year == three[0]
    known = _A_YEAR.fullmatch(year) and written and _up_to(month, 12) > 0
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
        if words[later] in word_set("monthly"):
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
    if not _A_YEAR.fullmatch(words[at]):
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
    if (said or tied) and _at(words, number).isdigit() and not _A_YEAR.fullmatch(words[number]):
        start = number - 1
        while start >= 0 and words[start] in ("nomor", "no", "."):
            start -= 1
        numbered = {"nomor", "no"} & {*words[start + 1 : number]}
        month = tied and len(words[number]) == len("09") and _up_to(words[number], 12)
        if (tied and not month) or numbered or _at(words, start) in _law_ends():
            return Phrase("document", "law", start + 1, at + 1)
    stop = at + 1
    years: tuple[int, ...] = (int(words[at]),)
    later = _skip(words, at + 1, word_set("to") | word_set("between-years"))
    last, of_age = _at(words, later), {*words[later + 1 : later + 2]} & word_set("ages")
    joined = _at(words, at + 1) in word_set("to")
    # 2021_22 and 2021:22 are two years, 2021: 22 kabupaten is one.
    next_year = later + 1 == len(words) and last == f"{(years[0] + 1) % 100:02d}"
    ahead = joined and len(last) == 2 and last.isdigit() and int(last) > years[0] % 100
    if next_year or (ahead and not of_age):
        last = words[at][:2] + last
    if _A_YEAR.fullmatch(last) and (joined or next_year):
        years, stop = (years[0], int(last)), later + 1
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
    if unit in word_set("ages") and not (_A_YEAR.fullmatch(_at(words, stop + 1))):
        stop += 1
    elif not spoken:
        return None
    if high == low and not spoken and _at(words, stop) != "ke":
        return None
    stop = _skip(words, stop, word_set("and-older"))
    unit = "months" if unit in ("bulan", "bln", "months", "month") else "years"
    if (low, high, unit) == ("0", "59", "months"):
        return None  # the children under five, of whom the indicators are
    return Phrase(
        "part", f"age {low}-{high} {unit}" if high != low else f"age {low} {unit}", first, stop
    )


def _table_number(words: list[str], at: int) -> Phrase | None:
    """Read the number of a table, or of the text itself: Tabel 4.2.9, 2.2.1*."""
    first = at == 0 or _at(words, at - 1) in words_of("document")
    if first and words[at].isdigit() and not _A_YEAR.fullmatch(words[at]):
        stop = at + 1
        while _at(words, stop) in (".", "-") and _at(words, stop + 1)[:1].isalnum():
            if not (words[stop + 1].isdigit() or len(words[stop + 1]) == 1):
                break
            stop += 2
        stop = _skip(words, stop, ("*", ".", ")"))
        if at or stop > at + 1:
            return Phrase("number", "table", at, stop)
    return None
