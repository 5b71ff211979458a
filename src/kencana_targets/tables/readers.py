"""Tables, plans and rules of the user's own, read whole or refused with all problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kencana_targets.core.checks import check_periods
from kencana_targets.core.errors import RuleError, TableError, raise_gathered
from kencana_targets.core.typing import Others
from kencana_targets.model.collection import Actuals
from kencana_targets.model.plan import Plan
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.figures import Known, Options, TableReading, read_figures
from kencana_targets.tables.files import as_file, read_typed
from kencana_targets.tables.period_figures import Shares
from kencana_targets.tables.periods import PERIOD_NAMES


def read_actuals(
    source: Any,
    *,
    plan: Plan | None = None,
    decimal: str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    given: Mapping[str, Any] | None = None,
    others: Others = "note",
    rows: Mapping[str, Any] | None = None,
) -> Actuals:
    """Read actuals from a CSV, Excel or Parquet file, or from any data frame.

    The table is long (one figure a row) or wide (regions down, indicators or
    years across, in one or more header rows). Rows above the header and below
    the figures are left out; `describe_table` says which, and why.

    Parameters
    ----------
    source : path or data frame
        Columns ``indicator region year value`` and any other field of `Actual`,
        in English or Indonesian (*indikator, wilayah, tahun, realisasi*).
    plan : Plan, optional
        With a plan, regions and indicators may be written by name, and unknown
        ones are problems of the table.
    decimal : {",", "."}, optional
        The decimal mark. By default a table settles it, or is refused.
    sheet : str or sequence of str, optional
        The sheets to read; by default all visible ones that hold a table.
    columns : mapping, optional
        Headings that are not understood by themselves, such as
        ``{"region": "Nama Kab", "ignored": ["Jumlah"]}``; with a plan also those of its
        indicators, by their codes: ``{"stunting": "Prevalensi Balita Pendek (Persen)"}``, also
        where a heading names a month of a survey, or a cell of a long table the indicator.
        Parts of the people are kept where ``dimension`` names their column, what stands
        over them, or the parts beside each other. Columns of money (*Realisasi Anggaran*)
        are known by their headings; ``spent`` names another.
    given : mapping, optional
        What no column says: ``region``, ``indicator``, ``year`` or ``source``; and where
        a title speaks of a quarter or of targets, but these are the year's actuals after
        all: ``{"period": "year"}``, ``{"figure": "actual"}``, ``{"part": "all"}``. What the
        table says otherwise is not overridden. ``{"unit": "ribu orang"}`` says the unit of
        all figures, where the table says none or a wrong one.
    others : {"note", "refuse"}, optional
        What is done with columns and rows of indicators that the plan does not know: they
        are left out, and one note lists them, or each is a problem.
    rows : mapping, optional
        The rows to read, by the cells of a column: ``{"Daerah": "Perkotaan+Perdesaan"}``.

    Returns
    -------
    Actuals
        All figures of the table. Empty cells of a wide table are no figures. ``notes``
        says what was assumed, converted or left out.

    Raises
    ------
    TableError
        With every problem of the table, each with its sheet, row and column.
        Nothing is read by half.
    MissingExtraError
        The file is of a kind whose reader is not installed.

    Examples
    --------
    >>> read_actuals({"indicator": ["stunting"], "region": ["17"], "year": [2022],
    ...               "value": ["19,8"]})[0].value
    19.8
    >>> wide = read_actuals({"Wilayah": ["17", "17.01"], "stunting 2021": ["22,1", "20,8"]})
    >>> wide[1].region, wide[1].indicator, wide[1].year, wide[1].value
    ('17.01', 'stunting', 2021.0, 20.8)
    >>> parts = {"Wilayah": ["17"], "stunting 2021 / L": [22.8], "stunting 2021 / P": [21.4]}
    >>> [(one.dimension, one.value)
    ...  for one in read_actuals(parts, columns={"dimension": ["L", "P"]})]
    [('L', 22.8), ('P', 21.4)]
    >>> read_actuals({"Indikator": ["stunting"], "Wilayah": ["17"], "Tahun": [2021],
    ...               "Realisasi": [22.1], "Realisasi Anggaran (juta Rp)": [1250.5]})[0].spent
    1250500000.0
    """
    known = Known.of(plan)
    options = Options(decimal, sheet, columns, given, others, rows, known.texts.codes)
    figures, _, reading = read_figures(Actuals, source, "actuals", known, options)
    raise_gathered(TableError, list(reading.problems), reading.name)
    return figures


def describe_table(
    source: Any,
    *,
    plan: Plan | None = None,
    decimal: str | None = None,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    given: Mapping[str, Any] | None = None,
    others: Others = "note",
    rows: Mapping[str, Any] | None = None,
    periods: int = 1,
) -> TableReading:
    """Say how `read_actuals` or `to_date` understands a table, and what it would refuse.

    Parameters
    ----------
    source, plan, decimal, sheet, columns, given, others, rows
        As for `read_actuals`.
    periods : {1, 4, 12, 2}, optional
        Periods in a year: with quarters, months or semesters as `to_date` reads it.

    Returns
    -------
    TableReading
        Header, columns, rows left out and problems; prints as text.

    Raises
    ------
    TableError
        The file cannot be opened at all.
    ArgumentError
        No year has so many periods.

    Examples
    --------
    >>> print(describe_table({"Wilayah": ["17"], "stunting 2021": ["22,1"], "Ket": [None]}))
    actuals
    table: wide, 1 figures
      column A 'Wilayah': region
      column B 'stunting 2021': actual stunting 2021
      column C 'Ket': not read
      decimal mark: ','
    >>> print(describe_table({"Wilayah": ["17"], "stunting TW I 2022": [22.1]}, periods=4))
    actuals
    table: wide, 1 figures
      column A 'Wilayah': region
      column B 'stunting TW I 2022': actual stunting quarter 1 of 2022
    """
    check_periods(periods, PERIOD_NAMES)
    kind, known = Actuals if periods == 1 else Shares, Known.of(plan)
    options = Options(decimal, sheet, columns, given, others, rows, known.texts.codes)
    return read_figures(kind, source, "actuals", known, options, periods=periods)[2]


def read_rule(path: str | Path) -> ScoringRule:
    """Read a scoring rule from a TOML file, such as a regional regulation.

    Parameters
    ----------
    path : str or Path
        A TOML file with the fields of `ScoringRule`: ``code``, ``name``,
        ``certainty``, ``sources``, a table ``formulas`` and any number of
        ``[[bands]]``.

    Raises
    ------
    RuleError
        With every mistake and its path in the file.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> from kencana_targets.core.resources import data_path
    >>> kt.read_rule(data_path("rules", "bkkbn-2023.toml")).code
    'bkkbn-2023'
    """
    return read_typed(ScoringRule, as_file(path), RuleError)
