"""The cells of one sheet of a workbook, what its formats say, and its XML element by element.

Of a sheet that holds nothing but numbers and shared texts all cells are read at once: its
XML heard element by element takes ten times as long and gives the same.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any, NamedTuple, NoReturn, TypeAlias
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

import numpy as np
from attrs import define, field, frozen
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem, TableError
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.tables import raw_columns
from kencana_targets.tables.files import HEAD, Grid, Merged, grid_of_rows
from kencana_targets.tables.phrases import PLAIN_TEXTS
from kencana_targets.tables.raw_columns import BEHIND, Cells, Worded, in_order
from kencana_targets.tables.words import word_set

# Elements of a part that are kept, as those of a row are not.
_MOST_ELEMENTS = 1_000_000
# How many cells a sheet may span, and how many rows and columns Excel gives it.
MOST_CELLS = 10_000_000
_MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
# What stands in a number format for itself, and what says a colour, a country or a condition.
_QUOTED = re.compile(r'"[^"]*"|\\.|[_*].', re.DOTALL)
_SCALE = re.compile(
    r"(\u2030|\b(?:ribu\w*|rb|juta\w*|jt|mil[iy]ar|thousand|million|per ?mil\w*)\b)", re.IGNORECASE
)
# What is shown beside a number: quoted, behind a backslash, or as a currency.
_SAID = re.compile(r'"([^"]*)"|\\(.)|\[\$([^\[\]-]*)[^\[\]]*\]|[_*].|\[[^\[\]]*\]', re.DOTALL)
_LIMIT = re.compile("[<>\u2264\u2265\u00b1~\u2248$\u20ac\u00a3]")
_BRACKETS = re.compile(r"\[(?!h+\]|m+\]|s+\])[^\[\]]*\]", re.IGNORECASE)
_DATE = re.compile(r"[ymdhs]", re.IGNORECASE)
_BUILT_IN = {
    **dict.fromkeys((9, 10), "percent"),
    **dict.fromkeys((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)), "date"),
}
# Digits that are raised, lowered or struck out are no digits of a figure.
MARKED: dict[str, Mapping[int, int | str]] = {
    "superscript": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "subscript": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
    "struck": {ord(digit): f"{digit}\N{COMBINING LONG STROKE OVERLAY}" for digit in "0123456789"},
    "": {},
}
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
Way: TypeAlias = Callable[[float], Any]
Shown: TypeAlias = "Way | Sections | None"
# All tags of such a sheet: those of a cell and its value in their order, and those of a row.
_TAGS = (b'<c r="', b"<v>", b"</v>", b"</c>", b"<row ", b"</row>")
_ROW = 4
# Which has which third letter; the second of each, and its length, 0 of those with attributes.
_KIND_OF = np.full(256, len(_TAGS), dtype=np.int8)
_KIND_OF[[tag[2] for tag in _TAGS]] = range(len(_TAGS))
_SECOND = np.array([*(tag[1] for tag in _TAGS), 0], dtype=np.uint8)
_LENGTH_OF = np.array([0, *map(len, _TAGS[1:_ROW]), 0, len(_TAGS[-1]), 0], dtype=np.int32)
_LONGEST_REFERENCE = 11
_ATTRIBUTE = re.compile(r' ([a-z]+)="([A-Za-z0-9]*)"')
# A sheet of more places for each cell is left to those that put cells in one by one.
_PLACES_A_CELL = 50


def refuse_workbook(
    what: str, name: str, where: Place | str = "", hint: str = "copy the table into a new workbook"
) -> NoReturn:
    """Refuse a workbook."""
    raise TableError(Problem(what, where=where, hint=hint), name)


def refuse_protected(name: str) -> NoReturn:
    """Refuse a workbook with a password."""
    refuse_workbook("the workbook is protected by a password", name, hint="save it without one")


def way_shown(number: int, code: str | None, ways: Mapping[str, Way | None]) -> Shown:
    """Return what a number format makes of a number, None for the number itself.

    Parameters
    ----------
    number : int
        The number of the format, which says a built-in one.
    code : str, optional
        What the workbook writes for it.
    ways : mapping
        What is made of "percent" and of a "date".

    Examples
    --------
    >>> ways = {"percent": in_percent, "date": str}
    >>> [way_shown(170, code, ways) is in_percent for code in ("0.0%", '0.0" %"', "[Red]0%;-0%")]
    [True, False, True]
    >>> [way_shown(164, code, ways) for code in ("[h]:mm", "[$-421]#,##0", '#,##0;-#,##0;"-"??')]
    [<class 'str'>, None, None]
    >>> shown = way_shown(164, "[<1]0.0%;0.0", ways)
    >>> way_for(shown, 0.1) is in_percent, way_for(shown, 22.1)
    (True, None)
    """
    if code is None:
        return ways.get(_BUILT_IN.get(number, ""))
    kept = _QUOTED.sub(lambda match: match[0].replace(";", "\0"), code)
    parts = [part.replace("\0", ";") for part in kept.split(";")][:3]
    bare = _BRACKETS.sub("", _QUOTED.sub("", parts[0]))
    if "%" not in bare and "general" not in bare.lower() and _DATE.search(bare):
        return ways["date"]
    conditions = [*map(_CONDITION.search, parts)]
    of = (0, 0, 0) if any(conditions) else (0, 1, 2)
    shown = [_section_shown(*each, ways["percent"]) for each in zip(parts, of, strict=False)]
    if all(way is shown[0] for way in shown):
        return shown[0]
    tests = [(">" if len(parts) > 2 else ">=", 0.0), ("<", 0.0)][: len(parts) - 1]
    told = ((match[1], float(match[2])) if match else None for match in conditions)
    return Sections([one or own for one, own in zip(told, tests, strict=False)], shown)


def _section_shown(part: str, at: int, percent: Way | None) -> Way | None:
    """Return what a section of a format makes of numbers: the second below zero, the third zero."""
    bare = _BRACKETS.sub("", _QUOTED.sub("", part))
    if "%" in bare:
        return percent
    if at == 2 and not re.search("[0#]|general", bare, re.IGNORECASE):
        # A dash is how accounts write zero.
        words = re.sub("[_*].", "", _BRACKETS.sub("", part))
        dash = re.search("[-\u2013\u2014]", words) and words.upper() == words.lower()
        return None if dash else veiled
    # A number below zero may show in a colour or in brackets.
    signed = re.search(r"[-\u2212(]|\[[a-z<>=]", part.replace("[$", ""), re.IGNORECASE)
    return in_unit(part) if at != 1 or signed else veiled


class Sections(NamedTuple):
    """What a format of several sections makes of a number, and which of them it takes."""

    tests: Sequence[tuple[str, float]]
    ways: Sequence[Way | None]


def way_for(shown: Shown, number: float) -> Way | None:
    """Return what a style makes of one number."""
    if not isinstance(shown, Sections):
        return shown
    fits = (_TESTS[test](number, limit) for test, limit in shown.tests)
    return next((way for way, fit in zip(shown.ways, fits, strict=False) if fit), shown.ways[-1])


def number_of(written: str) -> float | None:
    """Return the number that a cell of XML holds, None where it holds none.

    Examples
    --------
    >>> [number_of(written) for written in ("22.1", " 2.21E1 ", "2_2", "NaN")]
    [22.1, 22.1, None, None]
    """
    return float(written) if _NUMBER.fullmatch(written.strip()) else None


def in_percent(number: float) -> Any:
    """Return a number as it is shown in percent, without a digit more.

    Whole percents below zero keep their sign as text: as a target they may be a change
    from the baseline.

    Examples
    --------
    >>> in_percent(0.07), in_percent(0.29), in_percent(-0.1)
    (7.0, 29.0, '-10%')
    """
    shown = Decimal(repr(number)) * 100
    return f"{int(shown)}%" if shown < 0 and shown == int(shown) else float(shown)


def crossed_out(cell: float | str) -> str:
    """Return a cell in a font that strikes it out: its digits are none any more.

    Examples
    --------
    >>> crossed_out(22.1) == "22.1"
    False
    """
    return (cell if isinstance(cell, str) else f"{cell:g}").translate(MARKED["struck"])


def veiled(number: float) -> float:
    """Return a number whose format does not show it as it is: divided by thousands, or not at all."""
    return number


def in_unit(code: str) -> Way | None:
    """Return what shows a number with the unit that its format writes beside it, if one does.

    A format that divides by thousands itself, shows no digit, or says that the number is
    a limit, a target or a change, veils it.

    Examples
    --------
    >>> [in_unit(code)(22).words for code in ('0" orang"', "[$Rp-421]#,##0", '0.0" ribu"')]
    ['orang', 'Rp', 'ribu']
    >>> in_unit("General;-0"), in_unit('0" *)"'), in_unit("0.0E+00")
    (None, None, None)
    >>> [in_unit(code) is veiled for code in ('0.0," ribu"', "#,##0,,", ";;;", '"<"0', "0,00")]
    [True, True, True, True, False]
    """
    bare = _BRACKETS.sub("", _QUOTED.sub("", code))
    shown = [*_SAID.findall(code), re.sub("[0#?.,@]|general|e[+-]", "", bare, flags=re.IGNORECASE)]
    said = " ".join("".join(map("".join, shown)).strip(" ()-").split())
    divides = re.search(r"[0#?],+(?![0#?])", bare)
    if divides or not re.search("[0#?@]|general", bare, re.IGNORECASE) or _LIMIT.search(said):
        return veiled
    reading = PLAIN_TEXTS.read(said)
    money = "budget" in reading.keys("figure")
    if money or _SCALE.search(said) or reading.keys("unit"):
        return partial(Worded, words=said)
    changes = reading.said & (word_set("decrease") | word_set("increase"))
    return (
        None if reading.kinds.isdisjoint(("figure", "part", "period")) and not changes else veiled
    )


def as_date(number: float, *, since_1904: bool) -> Any:
    """Return the day, time or both that a number of days stands for; itself if it is none.

    Examples
    --------
    >>> as_date(44926, since_1904=False), as_date(0.5, since_1904=False)
    (datetime.date(2022, 12, 31), datetime.time(12, 0))
    """
    start = dt.date(1904, 1, 1) if since_1904 else dt.date(1899, 12, 30)
    try:
        moment = dt.datetime.combine(start, dt.time()) + dt.timedelta(days=number)
    except (OverflowError, ValueError):
        return number
    if 0 <= number < 1:
        return moment.time()
    return moment.date() if number == int(number) else moment


@define(eq=False)
class SheetCells:
    """The cells of a sheet, put in one by one; rows and columns from 0.

    Parameters
    ----------
    name, title : str
        The file and the sheet.
    percent : Counter
        How many cells the sheet shows in percent, by column.
    merged : list
        Merged ranges.
    unseen : tuple of set
        The rows and the columns that are hidden.
    """

    name: str
    title: str
    percent: Counter[int] = field(factory=Counter)
    rows: list[list[Any]] = field(factory=list)
    merged: list[Merged] = field(factory=list)
    unseen: tuple[set[int], set[int]] = field(factory=lambda: (set(), set()))
    _width: int = 0

    def check_reach(self, height: int, width: int) -> None:
        """Refuse cells so far away that a table up to them would fill the memory."""
        if height > _MOST_ROWS or width > MOST_COLUMNS or height * width > MOST_CELLS:
            what = f"cells span more than {MOST_CELLS:,} places"
            refuse_workbook(what, self.name, Place(sheet=self.title))

    def refuse_double(self, row: int, column: int) -> NoReturn:
        """Refuse a cell of two values."""
        place = Place(sheet=self.title, row=row + 1, column=column + 1)
        refuse_workbook("the file holds this cell twice", self.name, place)

    def put(self, row: int, column: int, value: Any) -> None:
        """Put a value into an empty place."""
        if row >= len(self.rows):
            self.check_reach(row + 1, max(self._width, column + 1))
            self.rows.extend([] for _ in range(row + 1 - len(self.rows)))
        cells = self.rows[row]
        if column >= len(cells):
            if column >= self._width:
                self._width = column + 1
                self.check_reach(len(self.rows), self._width)
            cells.extend([None] * (column + 1 - len(cells)))
        elif cells[column] is not None:
            self.refuse_double(row, column)
        cells[column] = value

    def grid(self, hidden: tuple[str, ...] = ()) -> Grid:
        """Return the sheet as a grid; `hidden` names the sheets beside it that are not read."""
        merged = tuple(one for one in self.merged if one[0][0] < len(self.rows))
        if sum(bottom - top + 1 for (top, _), (bottom, _) in merged) > MOST_CELLS:
            what = "merged cells lie upon one another"
            refuse_workbook(what, self.name, Place(sheet=self.title))
        told: dict[str, Any] = {"percent": self.percent, "hidden": hidden, "unseen": self.unseen}
        return grid_of_rows(self.name, self.rows, sheet=self.title, merged=merged, **told)


def local(tag: str) -> str:
    """Return the name of an element without its prefix.

    Examples
    --------
    >>> local("x:row"), local("row")
    ('row', 'row')
    """
    return tag.rpartition(":")[2]


def parse_xml(
    content: bytes, name: str, hear: Mapping[str, Callable[[Element], object]], whole: str = ""
) -> None:
    """Let what is named in `hear`, without a prefix, hear each such element as it ends.

    Of an element named as `whole` nothing is kept once it has been heard; `name` is the file's.

    Raises
    ------
    TableError
        The part is not well-formed, declares entities, or holds more than any program's.
    """
    builder, parser = TreeBuilder(), expat.ParserCreate()
    kept = 0

    def end(tag: str) -> None:
        nonlocal kept
        element, tag = builder.end(tag), local(tag) if ":" in tag else tag
        if tag in hear:
            hear[tag](element)
        kept += 1
        if tag == whole:
            element.clear()
            kept = 0
        elif kept > _MOST_ELEMENTS:
            refuse_workbook("the workbook holds more sheets or styles than any program's", name)

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = builder.start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = lambda *_: refuse_workbook(
        "the workbook declares entities, as no program does", name
    )
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        hint = "open it in the program that made it and save it again"
        refuse_workbook(f"the workbook is damaged: {error}", name, hint=hint)


def rich_text(element: Element) -> str:
    """Return a text put together of its runs; raised, lowered and struck digits are marked."""
    parts = []
    for one in element:
        tag = local(one.tag)
        if tag == "t":
            parts.append(one.text or "")
        elif tag == "r":
            mark = ""
            for said in one.iter():
                way = local(said.tag)
                if way == "vertAlign":
                    mark = said.get("val", "")
                elif way == "strike" and said.get("val") not in ("0", "false"):
                    mark = "struck"
            parts.append(rich_text(one).translate(MARKED.get(mark, {})))
    return "".join(parts)


# Rows and columns that are not shown.
_HIDES = re.compile(rb"""\s(?:hidden\s?=\s?["'][1t]|(?:ht|width)\s?=\s?["']0[."'])""")


class _NotPlainError(Exception):
    """Something else stands in the sheet."""


def plain_sheet(
    xml: bytes, strings: Callable[[], list[str]], shown: Sequence[Shown]
) -> dict[str, Any] | None:
    """Return what a grid holds of a sheet, None if it is not plain.

    Parameters
    ----------
    xml : bytes
        The sheet.
    strings : callable
        Gives the shared texts.
    shown : sequence of callable
        What each style makes of a number; None if nothing else.
    """
    start, stop = xml.find(b"<sheetData>"), xml.rfind(b"</sheetData>")
    if min(start, stop) < 0 or b"mergeCell" in xml[stop:]:
        return None
    if b"&" in xml[start:stop] or b"<!" in xml[:start]:
        return None
    try:
        content = xml[start + 11 : stop] + BEHIND
        *tags, rows = _tags(content)
        # What stands around the cells is heard as any XML is.
        around = xml[: start + 11] + rows + xml[stop:]
        expat.ParserCreate().Parse(around, True)
        if _HIDES.search(around):
            return None
        sheet = _Cells.of(content, tags, strings, shown)
    except (_NotPlainError, expat.ExpatError):
        return None
    height, width = sheet.codes.shape
    head = [
        [*map(raw_columns.plain, sheet.cells(range(row, row + 1), range(width)))]
        for row in range(min(HEAD, height))
    ]

    def body(first: int, figures: Collection[int] = ()) -> list[Cells]:  # noqa: ARG001
        return [sheet.column(first, at) for at in range(width)]

    size = {"height": height, "width": width, "percent": sheet.percent}
    return {"head": head, "body": body, **size}


@frozen(eq=False)
class _Cells:
    """The numbers of a sheet, and the texts by their number: shape (rows, columns)."""

    numbers: Floats
    codes: Ints
    strings: Sequence[str]
    # What a style shows another way, by row and column.
    others: dict[tuple[int, int], Any]
    percent: Counter[int]

    @classmethod
    def of(
        cls,
        content: bytes,
        tags: Sequence[Any],
        strings: Callable[[], list[str]],
        shown: Sequence[Shown],
    ) -> _Cells:
        """Read all cells."""
        opens, closes, cells, empty = tags
        rows, columns, ends = _references(content, opens[cells] + len(_TAGS[0]))
        said = raw_columns.words_at(content, ends, closes[cells] - empty - ends)
        styles, are_text = zip(*map(_style_and_kind, said.categories), strict=True)
        style, is_text = np.array(styles)[said.codes], np.array(are_text)[said.codes]
        if (is_text & empty).any():
            raise _NotPlainError
        rows, columns, style, is_text = (each[~empty] for each in (rows, columns, style, is_text))
        starts = closes[cells[~empty] + 1] + 1
        lengths = opens[cells[~empty] + 2] - starts
        values, decimals, fits = raw_columns.numbers_at(content, starts, lengths, ord("."))
        odd = np.flatnonzero(~fits)
        said_odd = raw_columns.slices(content, starts[odd], lengths[odd])
        numbers_said = [number_of(written.decode()) for written in said_odd]
        if None in numbers_said:
            raise _NotPlainError
        values[odd] = numbers_said
        texts = strings() if is_text.any() else []
        numbered = fits & (decimals < 0) & (values >= 0) & (values < len(texts))
        if not (numbered | ~is_text).all():
            raise _NotPlainError
        blank = np.array([not text for text in texts] or [False])
        kept = ~is_text | ~blank[np.where(is_text, values, 0).astype(np.int64)]
        rows, columns, style, is_text, values = (
            each[kept] for each in (rows, columns, style, is_text, values)
        )
        height, width = int(rows.max(initial=0)), int(columns.max(initial=0))
        if height * width > min(MOST_CELLS, _PLACES_A_CELL * len(rows)):
            raise _NotPlainError
        numbers, codes = np.full((height, width), np.nan), np.full((height, width), -1)
        there = np.zeros((height, width), dtype=bool)
        there[rows - 1, columns - 1] = True
        if np.count_nonzero(there) != len(rows):
            raise _NotPlainError
        numbers[rows - 1, columns - 1] = np.where(is_text, np.nan, values)
        codes[rows - 1, columns - 1] = np.where(is_text, values, -1)
        others, percent = {}, Counter[int]()
        for used in np.unique(style[~is_text]).tolist():
            if used < len(shown) and shown[used] is not None:
                for cell in np.flatnonzero((style == used) & ~is_text).tolist():
                    place, number = (int(rows[cell]) - 1, int(columns[cell]) - 1), values[cell]
                    if (way := way_for(shown[used], number)) is not None:
                        percent[place[1]] += way is in_percent
                        others[place] = way(float(number))
        return cls(numbers, codes, texts, others, percent)

    def cells(self, rows: range, columns: range) -> list[Any]:
        """Return what cells show, row by row."""
        part = np.s_[rows.start : rows.stop, columns.start : columns.stop]
        numbers: list[float] = self.numbers[part].ravel().tolist()
        codes: list[int] = self.codes[part].ravel().tolist()
        return [
            self.strings[code]
            if code >= 0
            else (None if number != number else self.others.get(place, number))  # noqa: PLR0124
            for place, number, code in zip(product(rows, columns), numbers, codes, strict=True)
        ]

    def column(self, first: int, at: int) -> Cells:
        """Return a column from a row on, as `encode` makes one of its cells."""
        numbers, codes = self.numbers[first:, at], self.codes[first:, at]
        is_text, has_number = (codes >= 0).any(), not np.isnan(numbers).all()
        if (is_text and has_number) or any(column == at for _, column in self.others):
            return raw_columns.encode(self.cells(range(first, len(self.codes)), range(at, at + 1)))
        if has_number:
            return np.ascontiguousarray(numbers)
        found, place = in_order(codes)
        words = (None if code < 0 else self.strings[code] for code in codes[found].tolist())
        return raw_columns.stripped(Categorical.encode(words).take(place))


def _tags(content: bytes) -> tuple[NDArray[np.int32], NDArray[np.int32], Ints, Truths, bytes]:
    """Return where the tags open and close, which are of cells, whose are empty, and the rows."""
    letters = np.frombuffer(content, dtype=np.uint8)
    marks = raw_columns.places_of(letters, "<", ">")
    opens, closes = marks[::2], marks[1::2]
    if len(marks) % 2 or (letters[opens] != ord("<")).any() or (letters[closes] != ord(">")).any():
        raise _NotPlainError
    # The third letter tells the tags apart; whether it is all of one, its length or a look.
    kind = _KIND_OF.take(letters[opens + 2])
    span = _LENGTH_OF.take(kind)
    right = (span == 0) | (span == closes - opens + 1)
    right &= letters[opens + 1] == _SECOND.take(kind)
    if not right.all():
        raise _NotPlainError
    eight = raw_columns.eights(content)
    for number in (0, _ROW, _ROW + 1):
        tag = _TAGS[number]
        begun = eight[opens[kind == number]] & np.uint64((1 << 8 * len(tag)) - 1)
        if (begun != np.uint64(int.from_bytes(tag, "little"))).any():
            raise _NotPlainError
    closed = letters[closes - 1] == ord("/")
    depth = np.cumsum(((kind == _ROW) & ~closed).astype(np.int8) - (kind == _ROW + 1))
    cells = np.flatnonzero(kind == 0)
    empty = closed[cells]
    at = cells[~empty]
    # A cell in a row, its value, their ends; no row in a row.
    in_order = len(at) and at[-1] + _ROW <= len(kind) and (depth[cells] == 1).all()
    in_order = in_order and all((kind[at + number] == number).all() for number in range(1, _ROW))
    if not in_order or np.count_nonzero((kind > 0) & (kind < _ROW)) != len(at) * (_ROW - 1):
        raise _NotPlainError
    if depth.min() < 0 or depth.max() > 1 or depth[-1]:
        raise _NotPlainError
    rows = raw_columns.slices(content, opens[kind == _ROW], (closes - opens - closed)[kind == _ROW])
    return opens, closes, cells, empty, b"/>".join([*rows, b""])


def _references(content: bytes, starts: NDArray[Any]) -> tuple[Ints, Ints, Ints]:
    """Return row and column, from 1, of references such as AB12, and what follows their quote."""
    letters = np.frombuffer(content, dtype=np.uint8)
    rows, columns, lengths = np.zeros((3, len(starts)), dtype=np.int64)
    ended = np.zeros(len(starts), dtype=bool)
    for at in range(_LONGEST_REFERENCE):
        letter = letters[starts + at]
        is_letter = (letter - np.uint8(ord("A")) < 26) & (rows == 0) & ~ended
        is_digit = (letter - np.uint8(ord("0")) < 10) & (columns > 0) & ~ended
        columns = np.where(is_letter, columns * 26 + (letter - np.uint8(ord("A") - 1)), columns)
        rows = np.where(is_digit, rows * 10 + (letter - np.uint8(ord("0"))), rows)
        ended |= letter == ord('"')
        if not (is_letter | is_digit | ended).all():
            raise _NotPlainError
        lengths += ~ended
        if ended.all():
            break
    if not ended.all() or not rows.all() or (columns > 16384).any():
        raise _NotPlainError
    return rows, columns, starts + lengths + 1


def _style_and_kind(written: str) -> tuple[int, bool]:
    """Return the number of a cell's style, and whether it holds the number of a text."""
    found = _ATTRIBUTE.findall(written)
    said = dict(found)
    whole = "".join(f' {name}="{value}"' for name, value in found)
    style, kind = said.get("s", "0"), said.get("t", "n")
    is_known = said.keys() <= {"s", "t"} and len(said) == len(found)
    if whole != written or not is_known or kind not in ("n", "s") or not style.isdigit():
        raise _NotPlainError
    return int(style[:9]), kind == "s"
