"""Form E.19 of regional planning: the quarters of a year against the year and the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import field, frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import Place, Problem, TableError, raise_gathered, refuse
from kencana_targets.core.labels import words
from kencana_targets.core.terms import (
    Combination,
    CombinationLike,
    Direction,
    Formula,
    FormulaLike,
    as_direction,
    as_term,
)
from kencana_targets.core.typing import Language
from kencana_targets.formulas.achievement import NAMEABLE, achievement, choose_formula
from kencana_targets.formulas.within_year import combine
from kencana_targets.report.book import Book
from kencana_targets.tables.writers import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

TEXTS = ("objective", "programme", "indicator", "unit")
WIDTHS = (5, 24, 28, 32, 12, *[12] * 11, 20)
# Live formulas, so that a quarter filled in later is counted. {r} is the row.
COMBINED = {
    Combination.SUM: '=IF(COUNT(I{r}:L{r})=0,"",SUM(I{r}:L{r}))',
    Combination.LAST: '=IFERROR(LOOKUP(9.99E+307,I{r}:L{r}),"")',
    Combination.AVERAGE: '=IFERROR(AVERAGE(I{r}:L{r}),"")',
}
# The share of a target T that R reaches: columns 14 and 16, empty where it is undefined.
SHARE = '=IF(AND(ISNUMBER({R}),ISNUMBER({T})),%s,"")'
SHARES = {
    Formula.RATIO: 'IF(AND({T}>0,{R}>=0),{R}/{T}*100,IF(AND({T}<0,{R}<=0),(2-{R}/{T})*100,""))',
    Formula.REFLECTED: 'IF(AND({T}>0,{R}>=0),(2-{R}/{T})*100,"")',
    Formula.INVERSE: 'IF(AND({T}>0,{R}>0),{T}/{R}*100,"")',
    Formula.STABILIZE: "IF({T}>0,IF(ABS({R}-{T})/{T}<0.1,120-200*ABS({R}-{T})/{T},"
    '(1-ABS({R}-{T})/{T})*100/0.9),"")',
}
ADDED = '=IF(AND(ISNUMBER(G{r}),ISNUMBER(M{r})),G{r}+M{r},"")'
FIRST_ROW = 4


def _combination(value: CombinationLike) -> Combination:
    return as_term(Combination, value, "combination")


def _formula(value: FormulaLike) -> Formula:
    return as_term(Formula, value, "formula")


def _quarters(values: Iterable[float | None]) -> tuple[float | None, ...]:
    return tuple(checks.as_list("quarters", values, "four figures or None"))


@frozen(kw_only=True)
class E19Row:
    """One line of the form.

    Parameters
    ----------
    indicator : str
        What is measured.
    objective, programme, unit, in_charge : str, optional
        Objective, programme or activity, unit, office in charge.
    plan_target, realised_before, year_target : float, optional
        Target at the end of the plan, what was realised up to last year, target
        of the year; None for none. [unit]
    quarters : sequence of float or None
        What was realised in each of the four quarters. [unit]
    combination : {"sum", "last", "average"}, optional
        How quarters make a year: a property of the indicator.
    direction : {"maximize", "minimize", "stabilize"}, optional
        Which way is better; a share over 100 is better than the target in each.
    formula : Formula or str, optional
        The formula of columns 14 and 16 (see `achievement`); by default R/T, for
        ``minimize`` (2T-R)/T. The foot of the form names it where it is not R/T.
    decimals : int, optional
        Decimals in print.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> row = kt.E19Row(indicator="Peserta KB baru", formula="ratio", plan_target=1200,
    ...                 realised_before=300, year_target=400, quarters=(90, 110, 80, 105))
    >>> row.realised
    385.0
    """

    indicator: str = field(validator=checks.word)
    objective: str = field(default="", validator=checks.text)
    programme: str = field(default="", validator=checks.text)
    unit: str = field(default="", validator=checks.text)
    in_charge: str = field(default="", validator=checks.text)
    plan_target: float | None = field(default=None, validator=checks.optional_number)
    realised_before: float | None = field(default=None, validator=checks.optional_number)
    year_target: float | None = field(default=None, validator=checks.optional_number)
    quarters: tuple[float | None, ...] = field(converter=_quarters)
    combination: Combination = field(default=Combination.SUM, converter=_combination)
    direction: Direction = field(default=Direction.MAXIMIZE, converter=as_direction)
    formula: Formula = field(converter=_formula)
    decimals: int = field(default=2, validator=checks.number)

    @formula.default
    def _usual_formula(self) -> Formula:
        return NAMEABLE[self.direction][0]

    @formula.validator
    def _fits(self, _: Any, formula: Formula | None) -> None:
        choose_formula(self.direction, formula, ranged=False)

    @property
    def realised(self) -> float | None:
        """Column 13: the filled quarters by the indicator's rule.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> row = kt.E19Row(indicator="Peserta KB baru", formula="ratio", plan_target=1200,
        ...                 realised_before=300, year_target=400, quarters=(90, 110, 80, 105))
        >>> row.realised
        385.0
        """
        figures = np.array([np.nan if q is None else q for q in self.quarters])
        filled = combine(figures, combination=self.combination, missing="filled")
        return None if np.isnan(filled) else float(filled)

    @property
    def cumulative(self) -> float | None:
        """Column 15: with what was realised before, where figures add up.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> row = kt.E19Row(indicator="Peserta KB baru", formula="ratio", plan_target=1200,
        ...                 realised_before=300, year_target=400, quarters=(90, 110, 80, 105))
        >>> row.cumulative
        685.0
        """
        if self.combination is not Combination.SUM:
            return self.realised
        if self.realised is None or self.realised_before is None:
            return None
        return self.realised_before + self.realised

    @property
    def shares(self) -> tuple[float | None, float | None]:
        """Columns 14 and 16, in percent; None where there is nothing to divide by.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> row = kt.E19Row(indicator="Peserta KB baru", formula="ratio", plan_target=1200,
        ...                 realised_before=300, year_target=400, quarters=(90, 110, 80, 105))
        >>> row.shares
        (96.25, 57.08333333333333)
        """
        reached = np.array([self.realised, self.cumulative], dtype=np.float64)
        targets = np.array([self.year_target, self.plan_target], dtype=np.float64)
        percent = achievement(reached, targets, direction=self.direction, formula=self.formula)
        year, plan = (None if np.isnan(one) else float(one) for one in percent)
        return year, plan


def form_e19(
    path: Any, rows: Iterable[E19Row], *, title: str = "", language: Language = "id"
) -> None:
    """Write Form E.19 as a workbook with live formulas.

    Parameters
    ----------
    path : str or Path
        The file, written whole or not at all.
    rows : iterable of E19Row
        The lines of the form.
    title : str, optional
        Office and year, under the name of the form.
    language : {"id", "en"}, optional
        The language of the headings.

    Raises
    ------
    TableError
        Lines without four quarters; all are listed.
    MissingExtraError
        XlsxWriter is not installed.

    References
    ----------
    Columns 13 to 16: 14 = 13/8 x 100, 15 = 7 + 13, 16 = 15/6 x 100, as the form
    of Permendagri 86/2017 prints them (not verified against the primary text).
    Where lower is better 13/8 would reward a missed target, so that the formula of
    the direction stands there, and the foot of the form says so.
    Filled quarters only: an e-SAKIP application.

    Examples
    --------
    >>> row = E19Row(indicator="Akseptor baru", plan_target=1000, realised_before=400,
    ...              year_target=200, quarters=[40, 50, None, None])
    >>> row.realised, row.cumulative, row.shares
    (90.0, 490.0, (45.0, 49.0))
    >>> stunting = E19Row(indicator="Stunting", year_target=19.2, quarters=[None, None, None, 20.2],
    ...                   combination="last", direction="minimize")
    >>> round(stunting.shares[0], 2)
    94.79
    """
    given = checks.items("rows", rows, E19Row)
    if not isinstance(title, str):
        refuse("title", title, "text")
    problems = [
        Problem("not four quarters", where=Place(row=number), got=len(row.quarters), allowed="4")
        for number, row in enumerate(given, start=1)
        if len(row.quarters) != 4
    ]
    raise_gathered(TableError, problems, "form E.19")
    write_whole(path, _written(given, title, language))


def _written(rows: Sequence[E19Row], title: str, language: Language) -> bytes:
    say = words("form-e19", language)
    book = Book(language)
    sheet = book.sheet(say["sheet"], WIDTHS)
    book.text(sheet, 0, 0, say["title"], bold=True, font_size=13)
    book.text(sheet, 1, 0, title, bold=True)
    before = ("number", *TEXTS, "plan_target", "realised_before", "year_target")
    titles = [say[key] for key in before]
    titles += [say["quarter"].format(number=number) for number in ("I", "II", "III", "IV")]
    after = ("realised", "year_share", "cumulative", "plan_share", "in_charge")
    titles += [say[key] for key in after]
    book.header(sheet, 2, titles)
    for column in range(len(titles)):
        book.text(sheet, 3, column, f"({column + 1})", align="center", italic=True, border=1)
    sheet.repeat_rows(2, 3)
    sheet.freeze_panes(FIRST_ROW, 5)
    for number, row in enumerate(rows):
        _line(book, sheet, FIRST_ROW + number, number + 1, row)
    last = FIRST_ROW + len(rows)
    used = dict.fromkeys(row.formula for row in rows if row.formula is not Formula.RATIO)
    for text in (say["note"], *(say[f"formula-{formula}"] for formula in used)):
        last += 1
        sheet.merge_range(last, 0, last, 16, "", book.format(text_wrap=True))
        book.text(sheet, last, 0, text, text_wrap=True)
        book.height(sheet, last, [(text, sum(WIDTHS))])
    sheet.print_area(0, 0, last, 16)
    return book.bytes()


def _line(book: Book, sheet: Any, at: int, number: int, row: E19Row) -> None:
    line = {"border": 1}
    book.number(sheet, at, 0, number, 0, **line)
    for column, name in enumerate(TEXTS, start=1):
        book.text(sheet, at, column, getattr(row, name), text_wrap=True, **line)
    figures = (row.plan_target, row.realised_before, row.year_target, *row.quarters)
    for column, value in enumerate(figures, start=5):
        book.number(sheet, at, column, value, row.decimals, **line)
    added = ADDED if row.combination is Combination.SUM else "=M{r}"
    year, plan = row.shares
    share = SHARE % SHARES[row.formula]
    computed = (
        (COMBINED[row.combination], row.realised, row.decimals),
        (share.format(R="M{r}", T="H{r}"), year, 2),
        (added, row.cumulative, row.decimals),
        (share.format(R="O{r}", T="F{r}"), plan, 2),
    )
    for column, (formula, value, decimals) in enumerate(computed, start=12):
        style = book.number_format(decimals, **line)
        shown = "" if value is None else value
        sheet.write_formula(at, column, formula.format(r=at + 1), style, shown)
    book.text(sheet, at, 16, row.in_charge, text_wrap=True, **line)
    texts = [(getattr(row, name), width) for name, width in zip(TEXTS, WIDTHS[1:5], strict=True)]
    book.height(sheet, at, texts)
