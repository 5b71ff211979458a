"""Results as columns: what every table that the library returns can do."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self, overload

from attrs import evolve, field, fields, frozen
from numpy.typing import NDArray

from kencana_targets.core import checks
from kencana_targets.core.columns import (
    Categorical,
    Column,
    Tristate,
    equal,
    read_only,
    take,
    to_lists,
)
from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import refuse
from kencana_targets.core.frames import arrow_stream, as_narwhals, to_frame
from kencana_targets.core.labels import check_language
from kencana_targets.core.resources import data_rows
from kencana_targets.core.typing import Backend, Language
from kencana_targets.tables import writers

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from kencana_targets.model.indicator import Indicator


@frozen
class Field:
    """What is declared of a column.

    Parameters
    ----------
    name : str
        The heading.
    kind : {"text", "number", "flag"}
        What its cells are.
    empty : bool
        Whether a cell may be empty.
    words : str
        The closed list of its words, by name; empty where any text may stand.
    meaning : str
        What it says.
    """

    name: str
    kind: str
    empty: bool
    words: str
    meaning: str


@cache
def declared_columns() -> Mapping[str, Field]:
    """Return the columns of a scorecard, in their order."""
    return {
        row["name"]: Field(
            row["name"], row["kind"], row["empty"] == "yes", row["words"], row["meaning"]
        )
        for row in data_rows("scorecard_columns.csv")
    }


def _all_read_only(values: Mapping[str, Column]) -> Mapping[str, Column]:
    # Columns that are made when they are asked for are made read-only.
    for column in values.values() if isinstance(values, dict) else ():
        if isinstance(column, Categorical):
            read_only(column.codes)
        else:
            read_only(column.states if isinstance(column, Tristate) else column)
    return values


@frozen(eq=False, repr=False, kw_only=True)
class ResultTable(Displayed):
    """A table of results; immutable, and equal to another with the same cells.

    Parameters
    ----------
    values : mapping of str to Column
        Columns of one length, read-only from now on. A mapping that is no
        dictionary makes each column when it is asked for.
    language : {"", "en", "id"}, optional
        The language in which the table shows itself; no part of ``==``.
    indicators : tuple of Indicator, optional
        Those of the plan, whose names and units have a second language.
    """

    values: Mapping[str, Column] = field(converter=_all_read_only)
    language: Language | Literal[""] = ""
    indicators: tuple[Indicator, ...] = ()

    keys: ClassVar[tuple[str, ...]] = ("region", "indicator")

    def with_language(self, language: Language) -> Self:
        """Return the same table, shown in a language: print, notebook, figures and files.

        Parameters
        ----------
        language : {"en", "id"}
            The language. It is no part of ``==``, and codes in columns stay as they are.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021").with_language("id")
        >>> print(str(card).splitlines()[2].split()[:3])
        ['Wilayah', 'Indikator', 'Satuan']
        """
        check_language(language)
        return self._showing(language=language)

    def _showing(self, **shown: Any) -> Self:
        """Return the table with what it shows itself by, and the tables within it, too."""
        within = {one.alias: getattr(self, one.name) for one in fields(type(self))}
        for name, part in within.items():
            if isinstance(part, ResultTable):
                shown[name] = part._showing(**shown)
        return evolve(self, **shown)

    def __len__(self) -> int:
        return len(self.values[next(iter(self.values))])

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.to_dicts())

    def columns(self, names: Iterable[str] | None = None) -> Mapping[str, Column]:
        """Return the columns, or some of them in the order asked for, text as codes into words.

        Raises
        ------
        ArgumentError
            There is no such column, or one is named twice.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> list(card.by_indicator().columns())[:2]
        ['indicator', 'indicator_name']
        """
        return {name: self.values[name] for name in self._names(names)}

    def _names(self, names: Iterable[str] | None) -> list[str]:
        if names is None:
            return list(self.values)
        chosen = checks.items("columns", names, str)
        for name in chosen:
            if name not in self.values:
                refuse("columns", name, ", ".join(self.values))
        if len(set(chosen)) < len(chosen):
            refuse("columns", chosen, "each column once")
        return chosen

    def take(self, rows: NDArray[Any]) -> ResultTable:
        """Return some of the rows.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> import numpy as np
        >>> len(card.by_indicator().take(np.array([0])))
        1
        """
        return ResultTable(
            values={name: take(column, rows) for name, column in self.values.items()},
            language=self.language,
            indicators=self.indicators,
        )

    @overload
    def to_frame(
        self, backend: Literal["polars"], *, columns: Iterable[str] | None = None
    ) -> pl.DataFrame: ...

    @overload
    def to_frame(
        self, backend: Literal["pandas"], *, columns: Iterable[str] | None = None
    ) -> pd.DataFrame: ...

    @overload
    def to_frame(
        self, backend: Literal["pyarrow"], *, columns: Iterable[str] | None = None
    ) -> pa.Table: ...

    @overload
    def to_frame(self, backend: None = None, *, columns: Iterable[str] | None = None) -> Any: ...

    def to_frame(
        self, backend: Backend | None = None, *, columns: Iterable[str] | None = None
    ) -> Any:
        """Return the rows as a data frame.

        Parameters
        ----------
        backend : {"polars", "pandas", "pyarrow"}, optional
            The library; by default the first of these that is installed.
        columns : iterable of str, optional
            Only these columns, in this order; no other is computed.

        Raises
        ------
        ArgumentError
            There is no such library or column.
        MissingExtraError
            The library is not installed.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_frame("polars", columns=["region", "indicator"]).row(0)
        ('17', 'TFR')
        """
        return to_frame(self.values, backend, keys=self.keys, names=self._names(columns))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Hand the rows over as an Arrow stream, through Polars or pyarrow."""
        return arrow_stream(self.columns(), self.keys, requested_schema)

    def __narwhals_dataframe__(self) -> Any:
        """Let `narwhals.from_native` take the table as it takes a data frame."""
        return as_narwhals(self.to_frame())

    def to_dicts(self, *, columns: Iterable[str] | None = None) -> list[dict[str, Any]]:
        """Return the rows as dictionaries, None for missing.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_dicts(columns=["region", "indicator"])[0]
        {'region': '17', 'indicator': 'TFR'}
        """
        lists = to_lists(self.columns(columns))
        return [dict(zip(lists, cells, strict=True)) for cells in zip(*lists.values(), strict=True)]

    def to_csv(
        self,
        path: Any,
        *,
        columns: Iterable[str] | None = None,
        decimal: str = ".",
        separator: str | None = None,
        inert: bool = False,
    ) -> None:
        """Write the rows as CSV (UTF-8).

        Parameters
        ----------
        path : str, Path or binary file object
            Where to write.
        columns : iterable of str, optional
            Only these columns, in this order.
        decimal : {".", ","}, optional
            The decimal mark; a spreadsheet in Indonesian expects a comma.
        separator : str, optional
            What stands between cells: a comma, or a semicolon where the decimal mark
            is a comma.
        inert : bool, optional
            Put an apostrophe before text that a spreadsheet would run as a formula,
            as the command's ``--output`` does; figures such as -1,5 stay.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_csv(buffer, columns=["region", "score"], decimal=",")
        >>> buffer.getvalue().splitlines()[:2]
        [b'region;score', b'17;96,09']
        """
        lists = to_lists(self.columns(columns))
        writers.write_csv(path, lists, decimal, separator, inert=inert)

    def to_json(self, path: Any, *, columns: Iterable[str] | None = None) -> None:
        """Write the rows as JSON.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.by_indicator().to_json(buffer)
        >>> buffer.getvalue()[:1]
        b'['
        """
        writers.write_json(path, self.to_dicts(columns=columns))

    def to_parquet(self, path: Any, *, columns: Iterable[str] | None = None) -> None:
        """Write the rows as Parquet, through Polars or pyarrow.

        Examples
        --------
        >>> import io
        >>> buffer = io.BytesIO()
        >>> import kencana_targets as kt
        >>> card = kt.evaluate(kt.load_plan("bengkulu-2021"), kt.load_actuals("bengkulu-2021"),
        ...                    year=2021, rule="bkkbn-bengkulu-2021")
        >>> card.to_parquet(buffer)
        >>> buffer.getvalue()[:4]
        b'PAR1'
        """
        writers.write_parquet(path, self.columns(columns))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return self.values.keys() == other.values.keys() and all(
            equal(column, other.values[name]) for name, column in self.values.items()
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} rows>"


class _GreatTables:
    """Tells great-tables of result tables when it is imported, before them or after.

    It draws the types that are registered at its door, and asks no object for a frame.
    """

    door = "great_tables._tbl_data"

    @classmethod
    def find_spec(cls, name: str, *_: object) -> ModuleSpec | None:
        if name != cls.door:
            return None
        sys.meta_path.remove(cls)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            run = spec.loader.exec_module

            def run_and_register(module: ModuleType) -> None:
                run(module)
                cls.register(module)

            spec.loader.exec_module = run_and_register  # type: ignore[method-assign]
        return spec

    @staticmethod
    def register(module: ModuleType) -> None:
        module.validate_frame.register(
            ResultTable, lambda table: module.validate_frame(table.to_frame())
        )


if _GreatTables.door in sys.modules:
    _GreatTables.register(sys.modules[_GreatTables.door])
else:
    sys.meta_path.insert(0, _GreatTables)
