"""Form E.19 of regional planning: the quarters of a year against the year and the plan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from attrs import field, frozen

from kencana_targets.core import checks, terms
from kencana_targets.core.errors import Place, Problem, TableError, raise_gathered, refuse
from kencana_targets.core.labels import words
from kencana_targets.core.terms import Combination, CombinationLike, Direction, Formula, FormulaLike
from kencana_targets.core.typing import Language
from kencana_targets.formulas.achievement import NAMEABLE, achievement, choose_formula
from kencana_targets.formulas.budget import efficiency
from kencana_targets.formulas.within_year import combine
from kencana_targets.report.workbook import WHOLE, Book
from kencana_targets.tables.results import write_whole

TEXTS = ("objective", "programme", "indicator", "unit")
WIDTHS = (5, 24, 28, 32, 12, *[12] * 11, 20)
# The columns of figures, and those of money beside them, with what was saved behind.
FIGURES = (
    *("plan_target", "realised_before", "year_target", "q1", "q2", "q3", "q4"),
    *("realised", "year_share", "cumulative", "plan_share"),
)
QUARTERS, NONE = ("q1", "q2", "q3", "q4"), (None,) * 4
SHARED = {"year_share": ("realised", "year_target"), "plan_share": ("cumulative", "plan_target")}
START, MONEY, SAVED = 5, len(WIDTHS), len(WIDTHS) + len(FIGURES)
MONEY_WIDTHS = (*[18] * len(FIGURES), 12)
RULE = "pmk-214-2017"
# Live formulas, so that a quarter filled in later is counted.
COMBINED = {
    Combination.SUM: '=IF(COUNT({q1}:{q4})=0,"",SUM({q1}:{q4}))',
    Combination.LAST: '=IFERROR(LOOKUP(9.99E+307,{q1}:{q4}),"")',
    Combination.AVERAGE: '=IFERROR(AVERAGE({q1}:{q4}),"")',
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
ADDED = '=IF(AND(ISNUMBER({realised_before}),ISNUMBER({realised})),{realised_before}+{realised},"")'
# What outputs should have cost, budget T times percent N, less what was spent, S.
EFFICIENCY = '=IFERROR(IF(COUNT({T},{N},{S})=3,({T}*{N}/100-{S})/({T}*{N}/100)*100,""),"")'
EFFICIENCY_OF_ALL = (
    "=IFERROR((SUMPRODUCT({T},{N},--ISNUMBER({S}))/100-SUMPRODUCT({S},--ISNUMBER({N}),"
    '--ISNUMBER({T})))/(SUMPRODUCT({T},{N},--ISNUMBER({S}))/100)*100,"")'
)
FIRST_ROW = 4


def _combination(value: CombinationLike) -> Combination:
    return terms.as_term(Combination, value, "combination")


def _as_formula(value: FormulaLike) -> Formula:
    return terms.as_term(Formula, value, "formula")


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
    plan_budget, spent_before, year_budget : float, optional
        Money set aside (*pagu*) until the end of the plan, what was spent of it up to last
        year, money set aside for the year. [currency of the plan]
    quarters_spent : sequence of float or None, optional
        What was spent in each of the four quarters. [currency of the plan]

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
    direction: Direction = field(default=Direction.MAXIMIZE, converter=terms.as_direction)
    formula: Formula = field(converter=_as_formula)
    decimals: int = field(default=2, validator=checks.number)
    plan_budget: float | None = field(default=None, validator=checks.optional_amount)
    spent_before: float | None = field(default=None, validator=checks.optional_amount)
    year_budget: float | None = field(default=None, validator=checks.optional_amount)
    quarters_spent: tuple[float | None, ...] = field(default=NONE, converter=_quarters)

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

    @property
    def money(self) -> E19Row:
        """The columns of money, as a line of their own; its shares are what was absorbed.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> row = kt.E19Row(indicator="Penyuluhan", year_target=40, quarters=(10, 10, 10, 8),
        ...                 year_budget=4e9, quarters_spent=(1e9, 1e9, 1e9, 0.8e9))
        >>> row.money.shares[0]
        95.0
        """
        return E19Row(
            indicator=self.indicator, plan_target=self.plan_budget, decimals=0,
            realised_before=self.spent_before, year_target=self.year_budget,
            quarters=self.quarters_spent,
        )  # fmt: skip

    @property
    def efficiency(self) -> float | None:
        """What was saved of what the output should have cost, by PMK 214/2017. [percent].

        References
        ----------
        PMK 214/PMK.02/2017, annex (see `formulas.budget.efficiency`).

        Examples
        --------
        >>> import kencana_targets as kt
        >>> row = kt.E19Row(indicator="Penyuluhan", year_target=40, quarters=(10, 10, 10, 8),
        ...                 year_budget=4e9, quarters_spent=(1e9, 1e9, 1e9, 0.61e9))
        >>> round(row.efficiency, 2)
        5.0
        """
        return _saved([self])


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
    Filled quarters only: an e-SAKIP application. Columns of money stand beside them where
    some is told: (29) is what was saved of budget times achievement, by PMK 214/2017
    (see `formulas.budget.efficiency`), for each line and for all.

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
        Problem("not four quarters", where=Place(row=number), got=len(quarters), allowed="4")
        for number, row in enumerate(given, start=1)
        for quarters in (row.quarters, row.quarters_spent)
        if len(quarters) != 4
    ]
    raise_gathered(TableError, problems, "form E.19")
    write_whole(path, _written(given, title, language))


def _saved(rows: Sequence[E19Row]) -> float | None:
    """Return the efficiency of lines whose budget, spending and achievement are all known."""
    told = [(row.money.realised, row.year_budget, row.shares[0]) for row in rows]
    known = [each for each in told if None not in each]
    spent, budget, percent = np.array(known, dtype=np.float64).reshape(-1, 3).T
    saved = efficiency(spent, budget, percent, rule=RULE).percent if known else np.nan
    return None if np.isnan(saved) else saved


def _written(rows: Sequence[E19Row], title: str, language: Language) -> bytes:
    say = words("form-e19", language)
    book = Book(language)
    # Columns of money stand there only where some is told.
    money = ("plan_budget", "spent_before", "year_budget")
    told = [[*(getattr(row, name) for name in money), *row.quarters_spent] for row in rows]
    paid = any(value is not None for values in told for value in values)
    sheet = book.sheet(say["sheet"], WIDTHS + MONEY_WIDTHS * paid)
    book.text(sheet, 0, 0, say["title"], bold=True, font_size=13)
    book.text(sheet, 1, 0, title, bold=True)
    figures = [say[name] for name in FIGURES if name not in QUARTERS]
    quarters = [say["quarter"].format(number=number) for number in ("I", "II", "III", "IV")]
    titles = [say[key] for key in ("number", *TEXTS)]
    titles += [*figures[:3], *quarters, *figures[3:], say["in_charge"]]
    if paid:
        titles += [say[f"money-{name}"] for name in (*FIGURES, "efficiency")]
    book.header(sheet, 2, titles)
    numbers = [f"({number})" for number in range(1, len(titles) + 1)]
    book.row(sheet, 3, numbers, align="center", italic=True, border=1)
    sheet.repeat_rows(2, 3)
    sheet.freeze_panes(FIRST_ROW, 5)
    last = FIRST_ROW
    for last, row in enumerate(rows, start=FIRST_ROW + 1):
        cells = _line(last, row, paid=paid)
        book.row(sheet, last - 1, [(last - FIRST_ROW, 0), *cells], border=1)
        book.height(sheet, last - 1, list(zip(cells[:4], WIDTHS[1:5], strict=True)))
    if paid and rows:
        book.row(sheet, last, _total(last, rows, say["total"]), border=1, **WHOLE)
        last += 1
    used = dict.fromkeys(row.formula for row in rows if row.formula is not Formula.RATIO)
    foot = [say["note"], *(say[f"formula-{formula}"] for formula in used)]
    for text in [*foot, *([say["money-note"]] if paid else [])]:
        last += 1
        book.across(sheet, last, 16, text, sum(WIDTHS))
    sheet.print_area(0, 0, last, len(titles) - 1)
    return book.bytes()


def _cells(start: int, first: int, last: int) -> dict[str, str]:
    """Return where the columns of figures stand, for formulas: in a row, or over some."""
    from xlsxwriter.utility import xl_col_to_name

    names = {name: xl_col_to_name(start + number) for number, name in enumerate(FIGURES)}
    rows = f"{{0}}{first}" if first == last else f"{{0}}{first}:{{0}}{last}"
    return {name: rows.format(column) for name, column in names.items()}


def _line(at: int, row: E19Row, *, paid: bool) -> list[Any]:
    """Return the cells of a line; `at` is its number in the sheet."""
    cells = [*(getattr(row, name) for name in TEXTS), *_figures(at, START, row), row.in_charge]
    if paid:
        money, share = _cells(MONEY, at, at), _cells(START, at, at)["year_share"]
        places = {"T": money["year_target"], "N": share, "S": money["realised"]}
        cells += [*_figures(at, MONEY, row.money), (row.efficiency, 2, EFFICIENCY.format(**places))]
    return cells


def _values(row: E19Row) -> dict[str, float | None]:
    """Return what stands in the columns of figures, in their order."""
    before = (row.plan_target, row.realised_before, row.year_target, *row.quarters)
    year, plan = row.shares
    after = (row.realised, year, row.cumulative, plan)
    return dict(zip(FIGURES, (*before, *after), strict=True))


def _figures(at: int, start: int, row: E19Row) -> list[Any]:
    """Return the columns of figures, or of money, from a column on."""
    cells, share = _cells(start, at, at), SHARE % SHARES[row.formula]
    added = ADDED if row.combination is Combination.SUM else "={realised}"
    formulas = {"realised": COMBINED[row.combination], "cumulative": added}
    for name, (part, whole) in SHARED.items():
        formulas[name] = share.format(R=cells[part], T=cells[whole])
    return [
        (value, 2 if name in SHARED else row.decimals, formulas.get(name, "").format(**cells))
        for name, value in _values(row).items()
    ]


def _total(at: int, rows: Sequence[E19Row], name: str) -> list[Any]:
    """Add up the money of all lines, and what was saved of what they should have cost."""
    money = [_values(row.money) for row in rows]
    over, here = _cells(MONEY, FIRST_ROW + 1, at), _cells(MONEY, at + 1, at + 1)
    cells: list[Any] = [None, name, *[None] * (MONEY - 2)]
    sums: dict[str, float | None] = {}
    for key in FIGURES:
        known = [value for row in money if (value := row[key]) is not None]
        sums[key] = sum(known) if known else None
        formula = f'=IF(COUNT({over[key]})=0,"",SUM({over[key]}))'
        if key in SHARED:
            part, whole = SHARED[key]
            formula = (SHARE % SHARES[Formula.RATIO]).format(R=here[part], T=here[whole])
            paid, held = sums[part], sums[whole]
            sums[key] = paid / held * 100 if paid is not None and held else None
        cells.append((sums[key], 2 if key in SHARED else 0, formula))
    share = _cells(START, FIRST_ROW + 1, at)["year_share"]
    places = {"T": over["year_target"], "N": share, "S": over["realised"]}
    return [*cells, (_saved(rows), 2, EFFICIENCY_OF_ALL.format(**places))]
