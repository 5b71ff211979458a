"""Evaluation of a stream: Arrow batches in, Arrow batches out, none held longer than its turn."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core.errors import Place, Problem, TableError, raise_gathered
from kencana_targets.core.frames import batches_of, from_frame, reader_of, to_batch
from kencana_targets.core.typing import Ints
from kencana_targets.evaluation.evaluate import CHUNK, Job, compile_job
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.model.collection import Actuals, place_in_table
from kencana_targets.model.lookup import look_up_targets
from kencana_targets.model.plan import Plan
from kencana_targets.model.rule import ScoringRule
from kencana_targets.tables.cells import Names, with_indicators
from kencana_targets.tables.region_cells import with_regions

if TYPE_CHECKING:
    import pyarrow as pa


def evaluate_batches(
    plan: Plan,
    batches: Any,
    *,
    year: float | Iterable[int | float],
    rule: ScoringRule | str,
    inherit: str = "path",
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
    in a stream. Each partition of Spark is a stream of its own.

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
    job = compile_job(plan, rule, inherit)
    years = job.years(year)
    schema = _scored(job, Rows.empty(0), years).schema
    return reader_of(schema, _stream(job, years, batches_of(batches)))


def _stream(job: Job, years: tuple[float, ...], batches: Iterator[Any]) -> Iterator[Any]:
    names = Names.of(job.plan.indicators)
    seen = {one: job.unseen() for one in years}
    first = 0
    for batch in batches:
        for start in range(0, batch.num_rows, CHUNK):
            part = batch.slice(start, CHUNK)
            yield _scored(*_judged(job, part, names, seen, first), years)
            first += part.num_rows


def _judged(
    job: Job, batch: Any, names: Names, seen: dict[float, Ints], first: int
) -> tuple[Job, Rows]:
    """Judge the rows of a batch in its order; `seen` takes up what it holds."""
    problems: list[Problem] = []
    job = job.over(_actuals(job.plan, batch, names, first), problems, first)
    for year, rows in seen.items():
        job.actual_rows(year, problems, rows)
    raise_gathered(TableError, problems, "actuals")
    given = job.figures.year
    chosen = np.flatnonzero(np.isin(given, list(seen)))
    judged = Rows.empty(len(chosen))
    for year in seen:
        part = np.flatnonzero(given[chosen] == year)
        at = chosen[part]
        found = look_up_targets(job.index, job.pair[at], year, job.inherit)
        job.judge(judged, part, job.pair[at], at, year, found)
    return job, judged


def _actuals(plan: Plan, batch: Any, names: Names, first: int) -> Actuals:
    """Return the actuals of a batch, whose rows are counted from `first`."""

    def place(row: int, column: str) -> Place:
        return place_in_table(first + row, column)

    problems: list[Problem] = []
    table = with_indicators(from_frame(batch), place, names, problems)
    table = with_regions(table, place, plan.regions, problems)
    figures = Actuals.gather(table, problems, place)
    raise_gathered(TableError, problems, "actuals")
    return figures


def _scored(job: Job, rows: Rows, years: tuple[float, ...]) -> Any:
    columns = job.scorecard(rows).columns()
    # Whether years are whole does not depend on those of one batch.
    if any(year != int(year) for year in years):
        columns["year"] = rows.year
    return to_batch(columns)
