"""The cells of one sheet of a workbook, what its formats say, and its XML as a stream."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any, NoReturn, TypeAlias
from xml.parsers import expat

from attrs import define, field

from kencana_targets.core.errors import Place, Problem, TableError
from kencana_targets.tables.files import Grid, Merged, grid_of_rows

Attributes: TypeAlias = dict[str, str]

_MOST_ELEMENTS = 200_000
# How many cells a sheet may span, and how many rows and columns Excel gives it.
MOST_CELLS = 10_000_000
_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384
# What stands in a number format for itself, and what says a colour, a country or a condition.
_QUOTED = re.compile(r'"[^"]*"|\\.|[_*].', re.DOTALL)
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


def refuse_workbook(
    what: str, name: str, where: Place | str = "", hint: str = "copy the table into a new workbook"
) -> NoReturn:
    """Refuse a workbook."""
    raise TableError(Problem(what, where=where, hint=hint), name)


def refuse_protected(name: str) -> NoReturn:
    """Refuse a workbook with a password."""
    refuse_workbook("the workbook is protected by a password", name, hint="save it without one")


def format_kind(number: int, code: str | None) -> str:
    """Return what a number format makes of a number: "percent", "date", or nothing new.

    Examples
    --------
    >>> format_kind(170, '0.0%'), format_kind(170, '0.0" %"'), format_kind(14, None)
    ('percent', '', 'date')
    >>> format_kind(164, '[$Rp-421]#,##0'), format_kind(164, '[h]:mm'), format_kind(164, '[Red]0%')
    ('', 'date', 'percent')
    """
    if code is None:
        return _BUILT_IN.get(number, "")
    bare = _QUOTED.sub("", code)
    if "%" in bare:
        return "percent"
    first = _BRACKETS.sub("", bare).split(";")[0]
    return "date" if "general" not in first.lower() and _DATE.search(first) else ""


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
    if shown < 0 and shown == int(shown):
        return f"{int(shown)}%"
    return float(shown)


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
    percent : int
        How many cells the sheet shows in percent.
    merged : list
        Merged ranges.
    """

    name: str
    title: str
    percent: int = 0
    rows: list[list[Any]] = field(factory=list)
    merged: list[Merged] = field(factory=list)
    _width: int = 0

    def check_reach(self, height: int, width: int) -> None:
        """Refuse cells so far away that a table up to them would fill the memory."""
        if height > _MOST_ROWS or width > _MOST_COLUMNS or height * width > MOST_CELLS:
            what = f"cells span more than {MOST_CELLS:,} places"
            refuse_workbook(what, self.name, Place(sheet=self.title))

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
            place = Place(sheet=self.title, row=row + 1, column=column + 1)
            refuse_workbook("the file holds this cell twice", self.name, place)
        cells[column] = value

    def grid(self, hidden: tuple[str, ...] = ()) -> Grid:
        """Return the sheet as a grid; `hidden` names the sheets beside it that are not read."""
        merged = tuple(one for one in self.merged if one[0][0] < len(self.rows))
        if sum(bottom - top + 1 for (top, _), (bottom, _) in merged) > MOST_CELLS:
            what = "merged cells lie upon one another"
            refuse_workbook(what, self.name, Place(sheet=self.title))
        return grid_of_rows(
            self.name,
            self.rows,
            sheet=self.title,
            merged=merged,
            percent=self.percent,
            hidden=hidden,
        )


def local(tag: str) -> str:
    """Return the name of an element without its prefix.

    Examples
    --------
    >>> local("x:row"), local("row")
    ('row', 'row')
    """
    return tag.rpartition(":")[2]


def parse_xml(
    content: bytes,
    name: str,
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Call `start`, `end` and `text` for each element; `name` is the file's.

    Raises
    ------
    TableError
        The part is not well-formed, or declares entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = lambda *_: refuse_workbook(
        "the workbook declares entities, as no program does", name
    )
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        hint = "open it in the program that made it and save it again"
        refuse_workbook(f"the workbook is damaged: {error}", name, hint=hint)


def elements(
    content: bytes, name: str, wanted: Collection[str]
) -> list[tuple[str, str, Attributes]]:
    """Return the parent, name and attributes of each element that has one of the names."""
    found: list[tuple[str, str, Attributes]] = []
    open_tags = [""]

    def start(tag: str, attributes: Attributes) -> None:
        tag = local(tag)
        if tag in wanted:
            found.append((open_tags[-1], tag, attributes))
            if len(found) > _MOST_ELEMENTS:
                refuse_workbook("the workbook holds more sheets or styles than any program's", name)
        open_tags.append(tag)

    parse_xml(content, name, start, lambda _: open_tags.pop())
    return found


class RichText:
    """The text of a cell, put together of its runs; raised and struck digits are marked."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._mark = ""
        self._silent = False
        self._listening = False

    def start(self, tag: str, attributes: Attributes) -> None:
        """Enter an element."""
        tag = local(tag)
        if tag == "t":
            self._listening = not self._silent
        elif tag == "r":
            self._mark = ""
        elif tag == "rPh":
            self._silent = True
        elif tag == "vertAlign":
            mark = attributes.get("val", "")
            self._mark = mark if mark in MARKED else ""
        elif tag == "strike" and attributes.get("val") not in ("0", "false"):
            self._mark = "struck"

    def end(self, tag: str) -> None:
        """Leave an element."""
        tag = local(tag)
        if tag == "t":
            self._listening = False
        elif tag == "r":
            self._mark = ""
        elif tag == "rPh":
            self._silent = False

    def text(self, text: str) -> None:
        """Hear text."""
        if self._listening:
            self._parts.append(text.translate(MARKED[self._mark]) if self._mark else text)

    def take(self) -> str:
        """Return the whole text, and begin anew."""
        whole = "".join(self._parts)
        self._parts.clear()
        return whole
