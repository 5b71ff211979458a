"""What estimating gives: actuals, how each came about, and what a reader should know."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Self

import numpy as np
from attrs import field, frozen

from kencana_targets.core.columns import take, to_lists
from kencana_targets.core.errors import Problem
from kencana_targets.core.typing import NDArray
from kencana_targets.model.collection import Actuals
from kencana_targets.tables import writers
from kencana_targets.tables.results import ResultTable


class Outcome(StrEnum):
    """What became of an estimate."""

    ESTIMATED = "estimated"
    NO_RECORDS = "no-records"
    ZERO_DENOMINATOR = "zero-denominator"
    NO_WEIGHT = "no-weight"
    SUPPRESSED = "suppressed"
    NO_VARIATION = "no-variation"
    LOST_DIGITS = "lost-digits"
    SINGLE_PSU = "single-psu"
    ONE_UNIT = "one-unit"


OUTCOMES = tuple(Outcome)


@frozen(eq=False, repr=False)
class Estimates(Actuals):
    """Actuals that were estimated from records, and how each came about.

    Attributes
    ----------
    details : ResultTable
        For each figure ``region year indicator value standard_error lower upper
        degrees_of_freedom sample_size design_effect effective_size numerator
        denominator missing units strata outcome reason``. `lower` and `upper` are a
        95 percent interval. Numerator and denominator are weighted sums; `missing`
        counts the records left out because a value is missing; `units` and
        `strata` are sampling units and strata with cases; `outcome` is one of
        `Outcome`: ``suppressed`` where fewer records than the minimum size are in
        the denominator, ``no-variation`` where a standard error is 0 because all
        cases are alike.
    single_psu_strata : tuple of str
        Strata with one sampling unit in the whole sample.
    unplaced : int
        Records without a region or year. They are in no figure; their sampling
        units are counted.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> import polars as pl
    >>> records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
    >>> measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
    >>> estimates = kt.estimate(records, by="region", indicators=[measure], year=2024)
    >>> estimates[0].value
    75.0
    """

    details: ResultTable = field(kw_only=True)
    single_psu_strata: tuple[str, ...] = field(kw_only=True, default=())
    unplaced: int = field(kw_only=True, default=0)

    @property
    def degrees_of_freedom(self) -> Any:
        """Degrees of freedom of each figure's standard error.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
        >>> measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
        >>> estimates = kt.estimate(records, by="region", indicators=[measure], year=2024)
        >>> estimates.degrees_of_freedom.tolist()
        [3.0]
        """
        return self.details.values["degrees_of_freedom"]

    # What a table of actuals was given as notes is made here of the details.
    notes: tuple[Problem, ...] = field(init=False)

    @notes.default
    def _notes(self) -> tuple[Problem, ...]:
        """All that a reader should know: left out, withheld, without a standard error."""
        notes = []
        if self.unplaced:
            got = f"{self.unplaced} records"
            notes.append(Problem("without region or year", where="records", got=got))
        notes += [
            Problem("a single sampling unit", where=f"stratum '{label}'")
            for label in self.single_psu_strata
        ]
        columns = self.details.values
        special = columns["missing"] > 0  # type: ignore[operator]
        special |= np.array(columns["outcome"].to_list()) != Outcome.ESTIMATED  # type: ignore[union-attr]
        rows = np.flatnonzero(special)
        lists = to_lists({name: take(column, rows) for name, column in columns.items()})
        for row in range(len(rows)):
            cell = {name: values[row] for name, values in lists.items()}
            where = f"region '{cell['region']}', year {cell['year']:g}, {cell['indicator']}"
            if cell["reason"]:
                got = f"{cell['sample_size'] or 0:.0f} records"
                notes.append(Problem(cell["reason"], where=where, got=got))
            if cell["missing"]:
                got = f"{cell['missing']:.0f} records"
                notes.append(Problem("left out for a missing value", where=where, got=got))
        return tuple(notes)

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the figures at these rows.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
        >>> measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
        >>> estimates = kt.estimate(records, by="region", indicators=[measure], year=2024)
        >>> import numpy as np
        >>> len(estimates.take(np.array([0])))
        1
        """
        columns = {name: take(column, rows) for name, column in self.columns.items()}
        values = {name: take(column, rows) for name, column in self.details.values.items()}
        return type(self)(
            columns,
            details=ResultTable(values=values),
            single_psu_strata=self.single_psu_strata,
            unplaced=self.unplaced,
        )

    def to_csv(self, path: Any) -> None:
        """Write the figures as CSV that `read_actuals` reads; the file appears whole or not at all.

        Beside the figures stand `outcome` and `missing`, so that a figure that was
        withheld differs from one that nobody could estimate.

        Examples
        --------
        >>> import io
        >>> import kencana_targets as kt
        >>> import polars as pl
        >>> records = pl.DataFrame({"region": ["17.01"] * 4, "uses": [True, True, False, True]})
        >>> measure = kt.Measure(code="mCPR", kind="ratio", numerator="uses", per=100)
        >>> estimates = kt.estimate(records, by="region", indicators=[measure], year=2024)
        >>> buffer = io.BytesIO()
        >>> estimates.to_csv(buffer)
        >>> buffer.getvalue().splitlines()[0][:40]
        b'indicator,region,year,value,standard_err'
        """
        told = {name: self.details.values[name] for name in ("outcome", "missing")}
        writers.write_csv(path, to_lists({**self.columns, **told}))
