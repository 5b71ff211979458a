"""Evaluation of a stream: Arrow batches in, Arrow batches out, none held longer than its turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core.columns import CHUNK, Column, Table
from kencana_targets.core.errors import Place, Problem, TableError, raise_gathered
from kencana_targets.core.frames import batches_of, from_frame, reader_of, to_batch
from kencana_targets.core.terms import InheritLike
from kencana_targets.core.typing import Ints
from kencana_targets.evaluation.evaluate import Evaluator
from kencana_targets.evaluation.remarks import ALONE
from kencana_targets.evaluation.score_rows import Rows, ScoreColumns
from kencana_targets.model.collection import Actuals, place_in_table
from kencana_targets.model.plan import Plan
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.cells import Draft, Names, find_indicators
from kencana_targets.tables.region_cells import find_regions

if TYPE_CHECKING:
    import pyarrow as pa


def evaluate_batches(
    plan: Plan,
    batches: Any,
    *,
    year: float | Iterable[int | float],
    rule: ScoringRule | str,
    inherit: InheritLike = "path",
) -> pa.RecordBatchReader:
    """Score a stream of actuals batch by batch, each row by itself.

    Parameters
    ----------
    plan : Plan
        Indicators, baselines and targets.
    batches : Arrow stream or iterable of pyarrow.RecordBatch
        What was reached: a database cursor's ``fetch_record_batch()``, the iterator
        that Spark's ``mapInArrow`` hands over, a table. Columns ``indicator region
        year value`` and any other field of `Actual`; numbers as numbers.
    year, rule, inherit
        As for `evaluate`.

    Returns
    -------
    pyarrow.RecordBatchReader
        The columns of a scorecard, text as plain strings, with a row for each row
        that comes in for the years asked, in the order in which they come. Its
        schema is known before the first batch is read.

    Raises
    ------
    ArgumentError, PlanError, FormulaError, UnknownNameError
        At once, as for `evaluate`.
    TableError
        While the stream is read, as for `evaluate`, with the problems of the batch
        at hand; rows are counted from the beginning of the stream.

    See Also
    --------
    evaluate : One scorecard, with the expected rows that nobody reported.

    Notes
    -----
    The rows that the plan expects and the stream does not hold are left out, because
    no batch knows of the others. They are the rows of ``evaluate(plan,
    Actuals.of(()), ...)`` whose region, indicator and year the stream does not hold.

    Two actuals for one region, indicator and year are a problem wherever they stand
    in a stream. The remark ``scale`` compares with baseline and target alone. Each
    partition of Spark is a stream of its own.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> import pyarrow as pa
    >>> batch = pa.record_batch({"indicator": ["stunting_balita"] * 2, "region": ["17.05", "17"],
    ...                          "year": [2022, 2022], "value": [22.1, 19.8]})
    >>> scored = kt.evaluate_batches(kt.load_plan("bengkulu-stunting-2024"), [batch],
    ...                              year=2022, rule="permendagri-86-2017")
    >>> [(row["region"], round(row["score"], 2)) for part in scored for row in part.to_pylist()]
    [('17.05', 83.17), ('17', 95.33)]
    """
    evaluator = Evaluator.of(plan, rule, inherit, (ALONE,))
    years = evaluator.years(year)
    nothing = np.empty(0, dtype=np.int64)
    schema = _scored(evaluator.rows(nothing, np.empty(0), nothing), years).schema
    return reader_of(schema, _stream(evaluator, years, batches_of(batches)))


def _stream(
    evaluator: Evaluator, years: tuple[float, ...], batches: Iterator[Any]
) -> Iterator[Any]:
    names = Names.of(evaluator.plan.indicators)
    seen = {each: evaluator.no_rows() for each in years}
    first = 0
    for batch in batches:
        for start in range(0, batch.num_rows, CHUNK):
            part = batch.slice(start, CHUNK)
            yield _scored(_rows(evaluator, part, names, seen, first), years)
            first += part.num_rows


def _rows(
    evaluator: Evaluator, batch: Any, names: Names, seen: dict[float, Ints], first: int
) -> Rows:
    """Score the rows of a batch in its order; `seen` takes up what it holds."""
    problems: list[Problem] = []
    actuals = _actuals(evaluator.plan, batch, names, first)
    evaluator = evaluator.with_actuals(actuals, problems, first)
    for year, rows in seen.items():
        evaluator.rows_by_series(year, problems, rows)
    raise_gathered(TableError, problems, "actuals")
    chosen = np.flatnonzero(np.isin(actuals.year, list(seen)))
    return evaluator.rows(evaluator.series[chosen], actuals.year[chosen], chosen)


def _actuals(plan: Plan, batch: Any, names: Names, first: int) -> Actuals:
    """Return the actuals of a batch, whose rows are counted from `first`."""

    def place(row: int, column: str) -> Place:
        return place_in_table(first + row, column)

    problems: list[Problem] = []
    table = from_frame(batch)
    draft = Draft({**table.columns}, table.rows, place, problems)
    find_indicators(draft, names)
    find_regions(draft, plan.regions)
    figures = Actuals.gather(Table(draft.columns, draft.rows), problems, place)
    raise_gathered(TableError, problems, "actuals")
    return figures


def _scored(rows: Rows, years: tuple[float, ...]) -> Any:
    columns: dict[str, Column] = dict(ScoreColumns(rows))
    # Whether years are whole does not depend on those of one batch.
    if any(year != int(year) for year in years):
        columns["year"] = rows.year
    return to_batch(columns)
