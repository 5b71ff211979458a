"""Numbers as Indonesians write them: `1.234,5`, `95 %`, `80 - 90%`, `minimal 70`.

Whether `4.282` is 4282 or 4.282 depends on who wrote it. The convention is
told, or settled by a whole column, never guessed from one cell.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core.columns import Categorical, RawColumn, frozen_array
from kencana_targets.core.errors import NumberFormatError, Problem, refuse
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.model.figures import Interval
from kencana_targets.tables.raw_columns import Cells, Numerals, holding, texts_of

Figure: TypeAlias = float | Interval | None
_Parts: TypeAlias = tuple[str, tuple[Decimal, ...]]

TWO_WAYS = "can be read in two ways"
_LONGEST, _DIGITS = 100, tuple("0123456789")
_SPACES = dict.fromkeys([0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], "\u00a0")
_UNSEEN = dict.fromkeys([*range(0x200B, 0x2010), 0x2060, 0xFEFF])
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-")
_PLAINER = {**_SPACES, **_UNSEEN, **_DASHES, 0x2026: "..."}
# *Tidak ada* and *nihil* may be zero; *t.a.d.* is *tidak ada data*.
_MISSING = re.compile(
    r"|-+|\.{2,}|n[./ ]?a\.?|t\.?a\.?d\.?|(?:data )?(?:tidak|belum) tersedia|(?:tidak|belum) ada data|"
    r"data (?:tidak|belum) ada|(?:data )?belum (?:di)?rilis|(?:data )?not available|no data",
    re.IGNORECASE | re.ASCII,
)
# Longer marks behind the shorter ones that they begin with.
_ENDS: dict[str, tuple[Literal["lower", "upper"], bool]] = {
    **dict.fromkeys(("<", "kurang dari", "less than"), ("upper", False)),
    **dict.fromkeys(("≤", "<=", "=<", "maksimal", "at most"), ("upper", True)),
    **dict.fromkeys((">", "lebih dari", "more than"), ("lower", False)),
    **dict.fromkeys(("≥", ">=", "=>", "minimal", "at least"), ("lower", True)),
}
# Between the ends of a range, as *80 s.d. 90*.
_UNTIL = r"s\.? ?[./]? ?d\.?|sampai(?: dengan)?|hingga|to\b"
_SAME, _EITHER = "same", "either"
# Behind a number: marks of provisional, revised and estimated figures and of footnotes
# ("22,1*", "22,1 1)", "22,1 r"), and words, which are a unit ("2,21 anak").
_MARKED = re.compile(
    r"(?P<figure>[^A-Za-z]*[0-9%])(?:(?P<mark>\s*(?:\*{1,3}\)?|[\u2020\u2021\u2191\u2193\u25b2-\u25bd]|[rex]\)?|xx\)?)|\s[0-9]{1,2}\)))"
)
_RAISED = re.compile(r"[^A-Za-z]*[0-9%]\s*(?P<mark>[\u00b9\u00b2\u00b3\u2070-\u2079]+\)?)")
_WITH_UNIT = re.compile(r"(?P<figure>[-+]?[0-9][0-9.,]*)\s(?P<unit>[^\W\d_](?:[^\W\d_]|[ /.()-])*)")
# How a cell can be read depends on where its digits stand, hardly on which they are.
_SHAPE = str.maketrans("123456789", "9" * 9)


@frozen
class _Convention:
    """The grammar of numbers with one decimal mark."""

    mark: str
    group: str
    name: str
    plain: re.Pattern[str]
    forms: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, mark: str, group: str, name: str) -> _Convention:
        """Compile the grammar."""
        whole = rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+|[0-9]+"
        # A space that is typed on a keyboard may stand between two numbers, so it
        # never separates thousands; the spaces of typesetters do.
        typeset = r"[1-9][0-9]{0,2}(?:\u00a0[0-9]{3})+"
        fraction = rf"(?:{re.escape(mark)}[0-9]+)?"

        def number(place: str) -> str:
            sign = rf"(?:(?P<{place}_sign>[-+])?(?:rp\.?{gap})?|rp\.?{gap}(?P<{place}_inner>[-+]))"
            return (
                rf"{sign}(?P<{place}>(?:{whole}|{typeset}){fraction})(?:,-)?(?:{gap}(?:%|persen))?"
            )

        gap = r"[ \u00a0]*"
        words = "|".join(re.escape(word).replace(r"\ ", r"[ \u00a0]+") for word in reversed(_ENDS))
        forms = {
            "number": number("a"),
            "end": rf"(?P<word>{words}){gap}{number('a')}",
            "span": rf"{number('a')}{gap}(?:-|{_UNTIL}){gap}{number('b')}",
            "margin": rf"{number('a')}{gap}(?:±|\+/-){gap}{number('b')}",
        }
        flags = re.IGNORECASE | re.ASCII
        return cls(
            mark=mark,
            group=group,
            name=name,
            plain=re.compile(rf"-?(?:{whole}){fraction}"),
            forms=tuple((form, re.compile(pattern, flags)) for form, pattern in forms.items()),
        )


_CONVENTIONS = {",": _Convention.of(",", ".", "comma"), ".": _Convention.of(".", ",", "dot")}


def parse_number(text: object, *, decimal: str = ",") -> Figure:
    """Read one cell of a table.

    Parameters
    ----------
    text : object
        A cell: text, or the number that a spreadsheet already holds.
    decimal : {",", "."}
        The decimal mark; the other one separates thousands.

    Returns
    -------
    float, Interval or None
        None for a mark of a missing figure (blank, `-`, `...`, `n/a`, `NA`, *tidak
        tersedia*, *belum ada data*). A percent sign and `Rp` are left out: `95%` is 95.

    Raises
    ------
    NumberFormatError
        The cell is anything else.

    Examples
    --------
    >>> parse_number("Rp 15.703.133"), parse_number("56,95 %"), parse_number("n/a")
    (15703133.0, 56.95, None)
    >>> parse_number("2,5 ± 1")
    Interval(lower=1.5, upper=3.5, lower_closed=True, upper_closed=True)
    >>> parse_number("kurang dari 49").upper_closed
    False
    """
    figure = _read_cell(text, _convention(decimal))
    if isinstance(figure, Problem):
        raise NumberFormatError(figure)
    return figure


@frozen(eq=False)
class NumberColumn:
    """A column of cells, read.

    Parameters
    ----------
    values : ndarray of float64, shape (rows,)
        The numbers; nan where the cell is missing, an interval or a problem.
    intervals : mapping of int to Interval
        The intervals by row.
    problems : mapping of int to Problem
        What could not be read by row, in order; `where` is left to the caller.
    decimal : str or None
        The convention that was told or settled; None where none was needed or
        the cells disagree.
    marks, units : Categorical or None
        The marks and the words that stood behind numbers, where there are any.
    """

    values: Floats
    intervals: Mapping[int, Interval]
    problems: Mapping[int, Problem]
    decimal: str | None
    marks: Categorical | None = None
    units: Categorical | None = None

    def ends(self, given: Mapping[str, Any] = {}) -> dict[str, Floats]:
        """Return the lower and upper ends of the intervals; beside them what is given, or nan."""
        nothing = np.full(len(self.values), np.nan)
        ends = {side: np.array(given.get(side, nothing), float) for side in ("lower", "upper")}
        for row, one in self.intervals.items():
            ends["lower"][row] = np.nan if one.lower is None else one.lower
            ends["upper"][row] = np.nan if one.upper is None else one.upper
        return ends


def parse_column(
    cells: RawColumn | Sequence[object], *, decimal: str | None = None, units: bool = False
) -> NumberColumn:
    """Read a column of cells that one person wrote.

    Without `decimal` the convention is the one that at least one cell settles
    and none contradicts. If cells disagree, the rarer ones are problems, and so
    is every cell that could be read either way. Digits need no convention.

    Parameters
    ----------
    cells : sequence of object, Categorical, or ndarray of float64, shape (rows,)
        The cells. In an array of numbers nan is missing; nan among cells of
        other kinds is a problem.
    decimal : {",", "."}, optional
        The decimal mark, if known.
    units : bool, optional
        Whether words may stand behind a number.

    Returns
    -------
    NumberColumn
        All figures and all problems.

    Examples
    --------
    >>> column = parse_column(["62,16", "4.282", None, "80 - 90%"])
    >>> column.values, column.decimal
    (array([  62.16, 4282.  ,     nan,     nan]), ',')
    >>> print(parse_column(["12", "4.282"]).problems[1])
    can be read in two ways: got '4.282'; no cell of the column settles it; tell the decimal mark
    """
    told = None if decimal is None else _convention(decimal)
    if isinstance(cells, np.ndarray):
        rows = np.flatnonzero(np.isinf(cells)).tolist()
        values = np.where(np.isinf(cells), np.nan, cells)
        problems = {row: _not_finite(float(cells[row])) for row in rows}
        return NumberColumn(frozen_array(values, np.float64), {}, problems, decimal)
    values, text, others = _sorted_by_kind(cells)
    text, marks, said = _bare(text, units=units)
    if units and not isinstance(cells, Categorical):
        beside = [getattr(cell, "words", None) for cell in cells]
        if any(beside):
            inside = beside if said is None else said.to_list()
            said = Categorical.encode(
                one or other for one, other in zip(beside, inside, strict=True)
            )
    chosen, ways = _settle(text) if told is None else (told, [told] * len(text.categories))
    read = [
        way if isinstance(way, Problem) else _read(word, way)
        for word, way in zip(text.categories, ways, strict=True)
    ]
    numbers = np.array([*(each if isinstance(each, float) else np.nan for each in read), np.nan])
    values = np.where(text.codes < 0, values, numbers[text.codes])
    special = np.array([*(isinstance(each, (Interval, Problem)) for each in read), False])
    others |= {row: read[text.codes[row]] for row in np.flatnonzero(special[text.codes]).tolist()}
    return NumberColumn(
        values=frozen_array(values),
        intervals={row: each for row, each in others.items() if isinstance(each, Interval)},
        problems={row: each for row, each in sorted(others.items()) if isinstance(each, Problem)},
        decimal=chosen.mark if chosen is not None else None,
        marks=marks,
        units=said,
    )


def _bare(
    text: Categorical, *, units: bool
) -> tuple[Categorical, Categorical | None, Categorical | None]:
    """Take marks and units off the numbers before them, where they cannot be read with them."""
    words = list(text.categories)
    marks: list[str | None] = [None] * len(words)
    said: list[str | None] = [None] * len(words)
    for code, word in enumerate(words):
        plain = not word or word[-1].isdigit()
        if plain or _readable(word) != _SAME or _parts(word, _CONVENTIONS[","]):
            continue
        if match := _MARKED.fullmatch(word.strip()):
            words[code], marks[code] = match["figure"], match["mark"].strip()
        elif units and (match := _WITH_UNIT.fullmatch(word.strip())):
            words[code], said[code] = match["figure"], match["unit"].strip()
    if not any(marks) and not any(said):
        return text, None, None
    bare = Categorical.encode(words)
    found = [Categorical.encode(x).take(text.codes) if any(x) else None for x in (marks, said)]
    return Categorical(bare.take(text.codes).codes, bare.categories), found[0], found[1]


def says_missing(column: Cells) -> Truths:
    """Return where a text says that there is no figure: a dash, dots, n/a.

    Examples
    --------
    >>> says_missing(Categorical.encode(["-", "2,1", "n/a", None])).tolist()
    [True, False, True, False]
    >>> says_missing(np.array([2.1, np.nan])).tolist()
    [False, False]
    """
    if isinstance(column, (Numerals, np.ndarray)):
        return np.zeros(len(column), dtype=bool)
    return holding(texts_of(column), _is_missing)


def _is_missing(text: str) -> bool:
    short = len(text) <= _LONGEST and not text.endswith(_DIGITS)
    return short and bool(_MISSING.fullmatch(text.translate(_PLAINER).strip()))


def _convention(decimal: object) -> _Convention:
    if not isinstance(decimal, str) or decimal not in _CONVENTIONS:
        refuse("decimal", decimal, "',' or '.'")
    return _CONVENTIONS[decimal]


def _sorted_by_kind(
    cells: Categorical | Sequence[object],
) -> tuple[Floats, Categorical, dict[int, Figure | Problem]]:
    """Part a column into its floats, its text, and all other cells, read, by row."""
    text, values = texts_of(cells), np.full(len(cells), np.nan)
    others: dict[int, Figure | Problem] = {}
    for row in [] if isinstance(cells, Categorical) else np.flatnonzero(text.codes < 0).tolist():
        figure = _read_cell(cells[row], _CONVENTIONS[","])
        if isinstance(figure, float):
            values[row] = figure
        elif figure is not None:
            others[row] = figure
    return values, text, others


def _settle(text: Categorical) -> tuple[_Convention | None, list[_Convention | Problem]]:
    """Find the one convention of a column, and how to read each word, or why not."""
    readable = _readings(text)
    rows = np.bincount(text.codes[text.codes >= 0], minlength=len(readable)).tolist()
    count: Counter[str] = Counter()
    example: dict[str, str] = {}
    for word, mark, times in zip(text.categories, readable, rows, strict=True):
        count[mark] += times
        example.setdefault(mark, word)
    fewest = min(count[mark] for mark in _CONVENTIONS)
    if not fewest and any(count[mark] for mark in _CONVENTIONS):
        chosen = next(each for each in _CONVENTIONS.values() if count[each.mark])
        return chosen, [chosen] * len(readable)
    ways: list[_Convention | Problem] = []
    for word, mark in zip(text.categories, readable, strict=True):
        way = _CONVENTIONS.get(mark, _CONVENTIONS[","])
        other = _CONVENTIONS[way.group]
        if mark == _EITHER:
            ways.append(_unsettled(word, contradicted=fewest > 0))
        elif mark in _CONVENTIONS and count[mark] == fewest:
            what = f"a decimal {way.name} where other cells have a decimal {other.name}"
            hint = f"one of them is {example[way.group]!r}; mend the cells that are wrong"
            ways.append(Problem(what, got=word, hint=hint))
        else:
            ways.append(way)
    return None, ways


def _readings(text: Categorical) -> list[str]:
    """Return for each word under which mark it can be read; alike words are read once."""
    shapes = [word.translate(_SHAPE) for word in text.categories]
    known = {shape: _readable(shape) for shape in set(shapes)}
    return [known[shape] for shape in shapes]


def unsettled(cells: Categorical | Sequence[object], groups: Ints) -> dict[int, Problem]:
    """Return the cells that can be read in two ways, where none of their group settles it.

    Parameters
    ----------
    cells : Categorical or sequence of object
        Cells of several columns of a table, one after the other.
    groups : ndarray of int
        The column of each.

    Examples
    --------
    >>> found = unsettled(["60,1", "2.115"], np.array([1, 2]))
    >>> print(found[1])
    can be read in two ways: got '2.115'; no cell of the column settles it; tell the decimal mark
    """
    text = _sorted_by_kind(cells)[1]
    readings = _readings(text)
    if _EITHER not in readings:
        return {}
    kinds = np.array([*readings, _SAME])[text.codes]
    settled = np.unique(groups[(kinds != _SAME) & (kinds != _EITHER)])
    rows = np.flatnonzero((kinds == _EITHER) & ~np.isin(groups, settled))
    return {row: _unsettled(str(text[row]), contradicted=False) for row in rows.tolist()}


def _readable(text: str) -> str:
    """Return the mark under which a text can be read, or that it is the same under both."""
    parts = {mark: _parts(text, convention) for mark, convention in _CONVENTIONS.items()}
    if parts[","] == parts["."]:
        return _SAME
    return _EITHER if all(parts.values()) else "," if parts[","] else "."


def _read_cell(cell: object, convention: _Convention) -> Figure | Problem:
    if isinstance(cell, str):
        return _read(cell, convention)
    if cell is None:
        return None
    if isinstance(cell, (bool, np.bool_)):
        return Problem("a truth value where a number belongs", got=cell)
    if isinstance(cell, (date, time, timedelta, np.datetime64, np.timedelta64)):
        what = "a date or time, which a spreadsheet may have made out of a number"
        return Problem(what, got=cell, hint="format the cell as a number and type the figure again")
    if not isinstance(cell, (int, float, np.integer, np.floating, Decimal)):
        return Problem("not a number", got=cell)
    try:
        number = float(cell)
    except OverflowError:
        number = math.inf
    return number if math.isfinite(number) else _not_finite(cell)


def _read(text: str, convention: _Convention) -> Figure | Problem:
    if len(text) <= _LONGEST and convention.plain.fullmatch(text):
        return float(_unmarked(text, convention))
    parts = _parts(text, convention)
    return _wrong(text.strip(), convention) if parts is None else _figure(*parts)


def _parts(text: str, convention: _Convention) -> _Parts | None:
    """Return the form of a figure and the numbers in it, None where it has none."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    text = text.translate(_PLAINER).strip()
    if _MISSING.fullmatch(text):
        return "missing", ()
    for form, pattern in convention.forms:
        match = pattern.fullmatch(text)
        if match:
            found = match.groupdict()
            name = " ".join(found.get("word", form).lower().split())
            return name, tuple(_exact(found, place, convention) for place in "ab" if place in found)
    return None


def _exact(found: Mapping[str, str | None], place: str, convention: _Convention) -> Decimal:
    sign = found[f"{place}_sign"] or found[f"{place}_inner"] or ""
    return Decimal(sign + _unmarked((found[place] or "").replace("\u00a0", ""), convention))


def _unmarked(digits: str, convention: _Convention) -> str:
    return digits.replace(convention.group, "").replace(convention.mark, ".")


def _figure(form: str, numbers: tuple[Decimal, ...]) -> Figure | Problem:
    if form == "missing":
        return None
    first, last = float(numbers[0]), float(numbers[-1])
    if form == "number":
        return first
    if form in _ENDS:
        end, closed = _ENDS[form]
        if end == "lower":
            return Interval(first, None, lower_closed=closed)
        return Interval(None, first, upper_closed=closed)
    if form == "margin":
        # In decimal arithmetic, so that 4,1 ± 0,1 ends at 4 exactly.
        first, last = float(numbers[0] - numbers[1]), float(numbers[0] + numbers[1])
    if first > last:
        return Problem("a range whose end is below its beginning", got=f"{first:g} - {last:g}")
    return Interval(first, last)


def _wrong(text: str, convention: _Convention) -> Problem:
    if len(text) > _LONGEST:
        return Problem("too long for a number", got=text)
    if text.startswith("="):
        hint = "save the workbook with calculated values, or type the figure"
        return Problem("a formula without its value", got=text, hint=hint)
    other = _CONVENTIONS[convention.group]
    if _parts(text, other) is not None:
        hint = (
            f"it is one with a decimal {other.name}: mend the cell or tell decimal='{other.mark}'"
        )
        return Problem(f"not a number with a decimal {convention.name}", got=text, hint=hint)
    if match := _MARKED.fullmatch(text) or _RAISED.fullmatch(text):
        mark = match["mark"].strip()
        hint = f"take {mark!r} off, which marks a provisional figure or a footnote"
        return Problem("a mark behind the number", got=text, hint=hint)
    sample = f"22{convention.mark}1"
    hint = f"write a number such as {sample} or leave the cell empty"
    return Problem("not a number", got=text, hint=hint)


def _unsettled(text: str, *, contradicted: bool) -> Problem:
    reason = (
        "the cells of the column disagree" if contradicted else "no cell of the column settles it"
    )
    return Problem(TWO_WAYS, got=text, hint=f"{reason}; tell the decimal mark")


def _not_finite(cell: object) -> Problem:
    return Problem("not a finite number", got=cell, hint="leave the cell empty if there is none")
