from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest
from survey_records import DESIGNS, MEASURES, survey_records

from kencana_targets.core.errors import TableError
from kencana_targets.estimation.estimate import Measure, estimate
from kencana_targets.model.measure import condition

dask = pytest.importorskip("dask.dataframe", reason="needs the extra 'dask'")
config = pytest.importorskip("dask.config")

# Newer narwhals say that their support of Dask will move to a package of its own.
pytestmark = pytest.mark.filterwarnings("ignore:Dask support is moving out:FutureWarning")

# How pandas may hold what Dask has in its partitions.
KINDS: dict[str, Any] = {
    "arrow": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
    "nullable": lambda frame: frame.to_pandas().convert_dtypes(),
    "category": lambda frame: frame.to_pandas().convert_dtypes().astype({"region": "category"}),
}


@pytest.fixture(autouse=True)
def in_this_thread() -> Iterator[None]:
    """Compute in this thread: the results are the same, and a pool of threads only waits."""
    with config.set(scheduler="synchronous"):
        yield


def in_dask(frame: pl.DataFrame, kind: str) -> Any:
    return dask.from_pandas(KINDS[kind](frame), npartitions=2)


def assert_same(records: Any, frame: pl.DataFrame, measures: list[Measure], **design: Any) -> None:
    theirs = estimate(records, indicators=measures, **design).details.columns()
    ours = estimate(frame, indicators=measures, **design).details.columns()
    for name, column in ours.items():
        if isinstance(column, np.ndarray):
            np.testing.assert_allclose(theirs[name], column, rtol=1e-9)  # type: ignore[arg-type]
        else:
            assert theirs[name].to_list() == column.to_list()  # type: ignore[union-attr]


# What pandas holds matters where columns are chosen, the design where they are summed: one pair
# with every measure, and others with a rate of two columns and a mean within a condition.
@pytest.mark.parametrize(
    ("kind", "design"),
    [("arrow", "stratified-clusters"), ("nullable", "strata"), ("category", "simple")],
)
def test_dask_says_what_polars_says(kind: str, design: str) -> None:
    records = survey_records(single_psu=False)
    measures = MEASURES if design == "stratified-clusters" else MEASURES[1:5:2]
    assert_same(in_dask(records, kind), records, measures, **DESIGNS[design])


@pytest.mark.parametrize("kind", KINDS)
def test_missing_values_mean_the_same(kind: str) -> None:
    rows = 60
    random = np.random.default_rng(0)

    def patchy(values: Any) -> pl.Series:
        return pl.Series([None if random.random() < 0.2 else value for value in values.tolist()])

    records = pl.DataFrame(
        {
            "region": patchy(random.choice(["17.01", "17.10"], rows)),
            "year": patchy(random.choice([2021, 2022], rows)),
            "yes": patchy(random.random(rows) < 0.5),
            "base": patchy(random.random(rows) < 0.5),
            "worth": patchy(random.choice([1.5, 4.0], rows)),
            "method": patchy(random.choice(["pill", "iud"], rows)),
        }
    )
    pill = condition({"column": "method", "operator": "==", "value": "pill"})
    dear = condition({"any": ["base", {"column": "worth", "operator": ">", "value": 2}]})
    measures = [
        Measure("share", "ratio", "yes", "base"),
        Measure("mean", "mean", "worth", "base"),
        Measure("pill", "ratio", pill, dear),
    ]
    assert_same(in_dask(records, kind), records, measures)


def test_mistakes_are_said() -> None:
    records = in_dask(survey_records(single_psu=False), "arrow")
    with pytest.raises(TableError, match=r"unknown column: got 'modren'; did you mean 'modern'"):
        estimate(records, indicators=Measure("m", "ratio", "modren"))
    with pytest.raises(TableError, match=r"column 'births': no condition by itself: got 'Int64'"):
        estimate(records, indicators=Measure("m", "ratio", condition({"all": ["births"]})))
