"""Many figures as columns; a single one is made only when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Generic, Self, TypeVar, overload

import numpy as np
from attrs import NOTHING, evolve, fields, frozen

from kencana_targets.core import checks, errors
from kencana_targets.core.checks import is_number
from kencana_targets.core.columns import (
    Categorical,
    Column,
    RawColumn,
    Table,
    concat,
    equal,
    frozen_array,
    read_only,
    take,
    to_python,
)
from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import MOST_OF_A_KIND, Place, Problem, TableError
from kencana_targets.core.frames import from_frame, to_frame
from kencana_targets.core.terms import Basis, OpenEnds, PathShape
from kencana_targets.core.typing import Backend, Floats, Ints, NDArray, Truths
from kencana_targets.model.figures import Actual, Baseline, Target, as_date, is_relative
from kencana_targets.model.indicator import Indicator

# Names the place of a field of a figure, by the figure's row.
PlaceOf = Callable[[int, str], Place]

# What a figure says of itself in words.
TEXTS = (
    *("source", "survey", "dimension", "instrument"),
    *("shape", "open_ends", "relative", "basis"),
)
_TEXT_FIELDS = frozenset(("indicator", "region", *TEXTS))
_KEYS = ("indicator", "region", "year")
_CHANGE = "write -10% for a tenth less than the baseline, or -3 for three units less"
# The fields that hold words of a kind: what another word is not, and what to do.
_WORDS: Mapping[str, tuple[Callable[[str], bool], str, str]] = {
    **{
        name: ({*kind}.__contains__, what, "write one of " + ", ".join(kind))
        for name, kind, what in (
            ("shape", PathShape, "not a path shape"),
            ("open_ends", OpenEnds, "not open ends"),
            ("basis", Basis, "not the basis of a target"),
        )
    },
    "relative": (is_relative, "not a change from the baseline", _CHANGE),
}
# Where the numbers of a field are none of its kind, what they are, and what to do.
_LIMITS: dict[str, tuple[Callable[[Any], Any], str, str]] = {
    "year": (
        lambda year: (year < checks.FIRST_YEAR) | (year > checks.LAST_YEAR),
        "not a year",
        "write a year such as 2024",
    ),
    "standard_error": (lambda error: error < 0, "negative", "zero or more"),
    "design_effect": (lambda effect: effect < 0, "negative", "zero or more"),
    "sample_size": (lambda size: size <= 0, "not a size", "more than zero"),
    "budget": (lambda amount: amount < 0, "negative", "zero or more"),
    "spent": (lambda amount: amount < 0, "negative", "zero or more"),
}
_LIMITS |= {"since": _LIMITS["year"]}

Record = TypeVar("Record", Baseline, Target, Actual)


def place_in_table(row: int, column: str) -> Place:
    """Return the place of a cell, counting data rows from one."""
    return Place(row=row + 1, heading=column)


@frozen(eq=False, repr=False)
class Figures(Displayed, Generic[Record]):
    """Many figures as columns; iterating or indexing makes single ones.

    Parameters
    ----------
    columns : mapping of str to Column
        One column per field of the figure, all of one length. Use
        `from_frame` or `of` rather than this.
    origin : ndarray of int, optional
        The row of the table that each figure was read from, for messages.
    place : callable
        Says where a row of that table and a field stood.
    notes : tuple of Problem, optional
        What was assumed, converted or not understood when the table was read.
    """

    columns: Mapping[str, Column]
    origin: Ints | None = None
    place: PlaceOf = place_in_table
    notes: tuple[Problem, ...] = ()

    record: ClassVar[type[Any]]
    # Columns of which one may stand where the value does not.
    instead: ClassVar[frozenset[str]] = frozenset()
    # What a table of results calls the value.
    heading: ClassVar[str] = ""

    @classmethod
    def of(cls, figures: Iterable[Record]) -> Self:
        """Make a table of single figures.

        Examples
        --------
        >>> from kencana_targets import Actual, Actuals
        >>> Actuals.of([Actual(indicator="stunting", region="17.01", year=2022, value=18.3)])
        <Actuals: 1 figures>
        """
        given = checks.items(cls.__name__.lower(), figures, cls.record)
        names = [attribute.name for attribute in fields(cls.record)]
        return cls.from_frame({name: [getattr(figure, name) for figure in given] for name in names})

    @classmethod
    def from_frame(cls, frame: Any, *, name: str = "") -> Self:
        """Take figures from any data frame with these columns, or raise for all problems.

        Parameters
        ----------
        frame : data frame, mapping of sequences or sequence of mappings
            Columns ``indicator region year value`` and any other field.
        name : str, optional
            What messages call the table.

        Raises
        ------
        TableError
            With every problem of the table.

        Examples
        --------
        >>> import polars as pl
        >>> from kencana_targets import Actuals
        >>> frame = pl.DataFrame({"indicator": ["stunting"], "region": ["17.01"],
        ...                      "year": [2022], "value": [18.3]})
        >>> Actuals.from_frame(frame)[0].value
        18.3
        """
        if isinstance(frame, cls):
            return frame
        if not isinstance(name, str):
            errors.refuse("name", name, "text")
        problems: list[Problem] = []
        figures = cls.gather(from_frame(frame), problems)
        errors.raise_gathered(TableError, problems, name or cls.__name__.lower())
        return figures

    @classmethod
    def gather(cls, table: Table, problems: list[Problem], place: PlaceOf = place_in_table) -> Self:
        """Take what is right from a table and add all that is wrong to `problems`.

        Examples
        --------
        >>> import numpy as np
        >>> from kencana_targets import Actuals
        >>> from kencana_targets.core.columns import Categorical, Table
        >>> problems = []
        >>> words = Categorical.encode(["stunting", "stunting"]), Categorical.encode(["17.01",
        ...                            "17.02"])
        >>> columns = {"indicator": words[0], "region": words[1], "year": np.array([2022.0,
        ...     2022.0]), "value": np.array([18.3, np.inf])}
        >>> table = Table(columns, 2)
        >>> len(Actuals.gather(table, problems)), len(problems)
        (2, 1)
        """
        if cls.heading in table.columns and "value" not in table.columns:
            columns = {"value" if n == cls.heading else n: c for n, c in table.columns.items()}
            table = evolve(table, columns=columns)
        return cls(*_Check(cls, table, problems, place).columns(), place)

    @property
    def indicator(self) -> Categorical:
        """Indicator codes.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> actuals.indicator.categories
        ('stunting_balita',)
        """
        return self.text("indicator")

    @property
    def region(self) -> Categorical:
        """Region codes.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> actuals.region.to_list()[:3]
        ['17', '17', '17']
        """
        return self.text("region")

    @property
    def source(self) -> Categorical:
        """Sources.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> len(actuals.source.categories)
        7
        """
        return self.text("source")

    @property
    def year(self) -> Floats:
        """Years.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> sorted(set(actuals.year.tolist()))
        [2021.0, 2022.0, 2023.0, 2024.0]
        """
        return self.number("year")

    @property
    def value(self) -> Floats:
        """Values, nan where there is none. Unit of the indicator.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> actuals.value[:3].tolist()
        [22.1, 19.8, 20.2]
        """
        return self.number("value")

    def text(self, name: str) -> Categorical:
        """Return a column of text by name; nothing stands in one that the figures came without.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> actuals.text("region").to_list()[:3]
        ['17', '17', '17']
        """
        column = self.columns.get(name)
        if column is None and name in _TEXT_FIELDS:
            return Categorical.constant(None, len(self))
        assert isinstance(column, Categorical)
        return column

    def number(self, name: str) -> Floats:
        """Return a column of numbers by name.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> actuals.number("value")[:3].tolist()
        [22.1, 19.8, 20.2]
        """
        column = self.columns[name]
        assert isinstance(column, np.ndarray)
        return column  # type: ignore[return-value]

    def __len__(self) -> int:
        return len(self.year)

    @overload
    def __getitem__(self, row: int) -> Record: ...

    @overload
    def __getitem__(self, row: slice) -> Self: ...

    def __getitem__(self, row: int | slice) -> Record | Self:
        if isinstance(row, slice):
            return self.take(np.arange(len(self))[row])
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        cells: dict[str, Any] = {}
        for name, column in self.columns.items():
            cell: Any = column[row]  # type: ignore[index]
            if isinstance(cell, float):
                cell = None if np.isnan(cell) else float(cell)
            # An empty cell is what the record has where nothing is stated.
            if cell is not None or name == "value":
                cells[name] = cell
        return self.record(**cells)  # type: ignore[no-any-return]

    def __iter__(self) -> Iterator[Record]:
        return (self[row] for row in range(len(self)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, type(self)):
            return NotImplemented
        return all(equal(column, other.columns[name]) for name, column in self.columns.items())

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {len(self)} figures>"

    def take(self, rows: NDArray[Any]) -> Self:
        """Return the figures at these rows, or where a mask is true.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> actuals.take(actuals.year == 2022)
        <Actuals: 11 figures>
        """
        chosen = read_only(np.arange(len(self))[rows])
        columns = {name: take(column, chosen) for name, column in self.columns.items()}
        origin = chosen if self.origin is None else read_only(self.origin[chosen])
        return evolve(self, columns=columns, origin=origin)

    def where(self, row: int, column: str, place: PlaceOf | None = None) -> Place:
        """Return where a figure stood in the table that it was read from.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> print(actuals.where(0, "value"))
        row 2, column 'value'
        """
        return (place or self.place)(row if self.origin is None else int(self.origin[row]), column)

    def to_frame(self, backend: Backend | None = None) -> Any:
        """Return the figures as a data frame of ``"polars"``, ``"pandas"`` or ``"pyarrow"``.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
        >>> actuals.to_frame("polars").select("region", "year", "value").row(0)
        ('17', 2021.0, 22.1)
        """
        return to_frame(self.columns, backend, keys=("indicator", "region"))


class Baselines(Figures[Baseline]):
    """Many baselines as columns.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> plan = kt.load_plan("bengkulu-stunting-2024")
    >>> plan.baselines[0].value
    22.1
    >>> len(plan.baselines)
    11
    """

    record = Baseline


class Targets(Figures[Target]):
    """Many targets as columns.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> plan = kt.load_plan("bengkulu-stunting-2024")
    >>> plan.targets[0].value
    12.55
    >>> len(plan.targets)
    4
    """

    record = Target
    heading = "target"
    # A target may be a range; everything else is a value.
    instead: ClassVar[frozenset[str]] = frozenset({"lower", "upper", "relative"})


class Actuals(Figures[Actual]):
    """Many actuals as columns.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> actuals = kt.load_actuals("bengkulu-stunting-2024")
    >>> actuals[0].value
    22.1
    >>> len(actuals.take(actuals.value < 20))
    6
    """

    record = Actual


def two_actuals(figures: Figures[Any], row: int, where: Place, other: Place) -> Problem:
    """Return the problem that the figure of a row stands elsewhere as well."""
    indicator, region, year = figures.indicator[row], figures.region[row], figures.year[row]
    what = f"two actuals for indicator '{indicator}' in region '{region}', {year:g}"
    hint, got = f"keep one: the other is in {other}", float(figures.value[row])
    return Problem(what, where=where, got=got, hint=hint)


def of_all(figures: Actuals) -> Actuals:
    """Return the figures of all people, without those of a dimension.

    Examples
    --------
    >>> from kencana_targets.model.collection import Actuals
    >>> figures = {"indicator": ["TFR"] * 2, "region": ["17"] * 2, "year": [2021] * 2,
    ...            "value": [2.3, 2.5], "dimension": [None, "desa"]}
    >>> of_all(Actuals.from_frame(figures)).value.tolist()
    [2.3]
    """
    dimension = figures.text("dimension")
    return figures if (dimension.codes < 0).all() else figures.take(dimension.codes < 0)


def series_of(known: Mapping[str, Mapping[str, int]], figures: Figures[Any]) -> Ints:
    """Return the series of each figure, -1 where its region or indicator is not known."""
    indicators = known["indicator"]
    indicator = figures.indicator.positions(indicators)
    region = figures.region.positions(known["region"]).astype(np.int64)
    return np.where((indicator >= 0) & (region >= 0), region * len(indicators) + indicator, -1)


def known_by_series(
    known: Mapping[str, Mapping[str, int]], figures: Figures[Any], wanted: Ints
) -> tuple[Ints, Ints]:
    """Return the rows that have a value of the series wanted, by series and year, and their series."""
    series = series_of(known, figures)
    # Only what is asked for is sorted: a few rows of millions cost little.
    kept = np.flatnonzero(np.isin(series, wanted) & ~np.isnan(figures.value))
    order = kept[np.lexsort((figures.year[kept], series[kept]))]
    return order, series[order]


def check_bounds(
    figures: Figures[Any],
    indicators: Sequence[Indicator],
    place: PlaceOf,
    problems: list[Problem],
    *,
    side: str = "",
) -> None:
    """Add figures outside the bounds of their indicator to `problems`."""
    # The last entry is for indicators that are not known, at position -1.
    lowest = np.array([*(-np.inf if i.lower is None else i.lower for i in indicators), -np.inf])
    highest = np.array([*(np.inf if i.upper is None else i.upper for i in indicators), np.inf])
    for name in ("value", "lower", "upper"):
        values = figures.number(name) if name in figures.columns else np.zeros(0)
        # A column that no row states is one nan, broadcast.
        values = values if values.strides[0] else values[:1]
        # Most are within the bounds of all indicators; fmin and fmax pass over nan.
        low, high = np.fmin.reduce(values, initial=np.inf), np.fmax.reduce(values, initial=-np.inf)
        if lowest.max() <= low and high <= highest.min():
            continue
        indicator = figures.indicator.positions([one.code for one in indicators])
        lower, upper = lowest.take(indicator), highest.take(indicator)
        outside = np.flatnonzero((values < lower) | (values > upper))
        problems += [
            Problem(
                "outside the bounds of the indicator",
                where=figures.where(row, name, place).within(side),
                got=float(values[row]),
                allowed=f"{lower[row]:g} to {upper[row]:g}",
                hint=f"correct the figure or the bounds of '{figures.indicator[row]}'",
            )
            for row in errors.first_rows(outside, "outside the bounds of the indicator", problems)
        ]


class _Check:
    """One pass over a table: the columns of a figure, and what is wrong with them."""

    def __init__(
        self, kind: type[Figures[Any]], table: Table, problems: list[Problem], place: PlaceOf
    ) -> None:
        self.kind, self.table, self.problems, self.place = kind, table, problems, place
        self.no_text = Categorical.constant(None, table.rows)
        self.no_number: Floats = np.broadcast_to(np.nan, table.rows)

    def columns(self) -> tuple[dict[str, Column], Ints | None]:
        """Return all fields as columns, in the order of the type, and their rows if not all."""
        names = [attribute.name for attribute in fields(self.kind.record)]
        self._check_names(names)
        columns: dict[str, Column] = {}
        for name in names:
            raw = self.table.columns.get(name)
            columns[name] = (self._text if name in _TEXT_FIELDS else self._numbers)(name, raw)
        if isinstance(basis := columns.get("basis"), Categorical):
            columns["basis"] = concat([basis, Categorical.constant(Basis.OFFICIAL.value, 1)]).take(
                np.where(basis.codes < 0, len(basis), np.arange(len(basis)))
            )
        # Hardly any table parts its figures: the column stands only where one does.
        if isinstance(parts := columns.get("dimension"), Categorical) and (parts.codes < 0).all():
            del columns["dimension"]
        self._check_values(columns)
        return self._without_empty(columns)

    def _check_names(self, names: list[str]) -> None:
        instead = self.kind.instead & set(self.table.columns)
        required = _KEYS if instead else (*_KEYS, "value")
        present = list(self.table.columns)
        for name in required:
            if name not in present:
                what, hint = f"missing column '{name}'", f"add a column '{name}'"
                self.problems.append(Problem(what, got=present, hint=hint, cause=f"missing {name}"))
        for name in (name for name in present if name not in names):
            for close in errors.nearest_names(name, names, alike=0.8):
                if close not in present:
                    hint, where = f"did you mean {close!r}?", Place(heading=name)
                    self.problems.append(
                        Problem("unknown column", where=where, got=name, hint=hint)
                    )

    def _text(self, name: str, raw: RawColumn | None) -> Categorical:
        if raw is None:
            return self.no_text
        if isinstance(raw, np.ndarray):
            hint = "keep codes as text: 17.10 read as a number becomes 17.1"
            self._report(~np.isnan(raw), name, "a number where text belongs", raw, hint)
            return self.no_text
        if isinstance(raw, list):
            wrong = np.array([cell is not None and not isinstance(cell, str) for cell in raw])
            self._report(wrong, name, "not text", raw, "keep codes as text")
            raw = Categorical.encode(cell if isinstance(cell, str) else None for cell in raw)
        # Words of ASCII that begin with a mark, a digit or a letter are neither blank nor broken.
        if "".join(raw.categories).isascii() and min(raw.categories, default="!") >= "!":
            return Categorical(frozen_array(raw.codes), raw.categories)
        # A blank cell says nothing, however a table writes it.
        if not all(map(str.strip, raw.categories)):
            stated = Categorical.encode(word if word.strip() else None for word in raw.categories)
            raw = Categorical(stated.take(raw.codes).codes, stated.categories)
        broken = [at for at, word in enumerate(raw.categories) if not checks.is_writable(word)]
        what, hint = "half of a character, which no file can hold", "write the text anew"
        self._report(np.isin(raw.codes, broken), name, what, raw, hint)
        return Categorical(frozen_array(raw.codes), raw.categories)

    def _numbers(self, name: str, raw: RawColumn | None) -> Floats:
        if raw is None:
            return self.no_number
        if isinstance(raw, np.ndarray):
            self._report(np.isinf(raw), name, "not a finite number", raw, "")
            # No zero has a sign, whatever a table says.
            return read_only(raw + 0.0)
        cells = _cells(raw)
        if name == "since":
            cells = [as_date(cell) for cell in cells]
        wrong = np.array([not _is_number(cell) for cell in cells], dtype=bool)
        hint = "write a number such as 22.1, or read the table with read_actuals or read_plan"
        self._report(wrong, name, "not a number", cells, hint)
        good = [np.nan if bad else cell for bad, cell in zip(wrong, cells, strict=True)]
        return frozen_array([np.nan if cell is None else cell for cell in good], np.float64)

    def _check_values(self, columns: dict[str, Column]) -> None:
        for name in ("indicator", "region"):
            column = columns[name]
            # A number in a column of codes has been reported already.
            if isinstance(column, Categorical) and isinstance(
                self.table.columns.get(name), Categorical
            ):
                self._report(column.codes < 0, name, "empty", None, f"name the {name}")
        for name, (is_known, what, hint) in _WORDS.items():
            if isinstance(text := columns.get(name), Categorical):
                unknown = [code for code, word in enumerate(text.categories) if not is_known(word)]
                self._report(np.isin(text.codes, unknown), name, what, text, hint)
        if "year" in self.table.columns:
            self._report(_blank(self.table.columns["year"]), "year", "empty", None, "name the year")
        for name, (beyond, what, hint) in _LIMITS.items():
            # Of a column that the table lacks all is nan, and nothing beyond a limit.
            if name in self.table.columns and isinstance(cells := columns.get(name), np.ndarray):
                with np.errstate(invalid="ignore"):
                    self._report(beyond(cells), name, what, cells, hint)
        self._check_range(columns)

    def _check_range(self, columns: dict[str, Column]) -> None:
        lower, upper = columns.get("lower"), columns.get("upper")
        if not (isinstance(lower, np.ndarray) and isinstance(upper, np.ndarray)):
            return
        if {"lower", "upper"} <= self.table.columns.keys():
            with np.errstate(invalid="ignore"):
                crossed = lower > upper
            self._report(crossed, "lower", "above the upper bound", lower, "swap them")
        if isinstance(ends := columns.get("open_ends"), Categorical):
            for end, bound in (("lower", lower), ("upper", upper)):
                lacking = (ends.positions([end, OpenEnds.BOTH]) >= 0) & np.isnan(bound)
                hint = "write the bound, or leave the open ends empty"
                self._report(lacking, end, "no bound where an open end is named", None, hint)

    def _without_empty(self, columns: dict[str, Column]) -> tuple[dict[str, Column], Ints | None]:
        """Leave out baselines and targets without a value: an empty cell promises nothing."""
        if issubclass(self.kind.record, Actual):
            return columns, None
        stated = np.zeros(self.table.rows, dtype=bool)
        for name in ("value", "lower", "upper", "relative"):
            if isinstance(column := columns.get(name), np.ndarray):
                stated |= ~np.isnan(column)
            elif isinstance(column, Categorical):
                stated |= column.codes >= 0
        kept = read_only(np.flatnonzero(stated))
        return {name: take(column, kept) for name, column in columns.items()}, kept

    def _report(self, wrong: Any, name: str, what: str, cells: Any, hint: str) -> None:
        rows = np.flatnonzero(wrong)
        for row in rows[:MOST_OF_A_KIND].tolist():
            got = NOTHING if cells is None else cells[row]
            where = self.place(row, name)
            # A key that is empty is so because of what stands, or does not stand, elsewhere.
            cause = f"empty {name}" if what == "empty" else what if cells is None else ""
            problem = Problem(what, where=where, hint=hint, cause=cause)
            self.problems.append(problem if got is NOTHING else evolve(problem, got=to_python(got)))
        if hidden := len(rows[MOST_OF_A_KIND:]):
            more = f"the same in {hidden} more rows"
            self.problems.append(Problem(what, where=Place(heading=name), hint=more))


def _blank(raw: RawColumn) -> Truths:
    """Return which cells hold nothing."""
    if isinstance(raw, np.ndarray):
        return np.isnan(raw)
    return np.array([cell is None or cell == "" for cell in _cells(raw)], dtype=bool)


def _cells(raw: Categorical | list[object]) -> list[Any]:
    return raw.to_list() if isinstance(raw, Categorical) else raw


def _is_number(cell: object) -> bool:
    # nan is a missing number, and so is None.
    return cell is None or checks.is_finite(cell) or (is_number(cell) and cell != cell)  # noqa: PLR0124


Stacked = TypeVar("Stacked", bound=Figures[Any])


def stacked(parts: Sequence[Stacked]) -> Stacked:
    """Put figures of one kind under one another.

    Examples
    --------
    >>> from kencana_targets.model.collection import Actuals
    >>> one, two = (Actuals.from_frame({"indicator": ["TFR"], "region": [region], "year": [2021],
    ...                                 "value": [2.3]}) for region in ("17", "00"))
    >>> stacked([one, two]).region.to_list()
    ['17', '00']
    """
    columns: dict[str, Column] = {}
    first, *_ = parts
    for name, column in first.columns.items():
        if isinstance(column, Categorical):
            columns[name] = concat([part.text(name) for part in parts])
        else:
            columns[name] = np.concatenate([part.number(name) for part in parts])
    return type(first)(columns)


def named(names: Sequence[str], positions: Ints) -> Categorical:
    """Return names at positions; a column names no more than it holds."""
    used, codes = np.unique(positions, return_inverse=True)
    return Categorical(codes.astype(np.int32), tuple(names[one] for one in used.tolist()))


def by_pattern(say: Callable[[NDArray[Any]], str], *cells: NDArray[Any]) -> Categorical:
    """Say a text of each row of cells; rows that are alike are said once."""
    patterns, code = np.unique(np.column_stack(cells), axis=0, return_inverse=True)
    return Categorical.encode(map(say, patterns)).take(code.ravel())


def joined(first: Categorical, second: Categorical) -> Categorical:
    """Join two columns of text, row by row."""
    width = len(second.categories) + 1
    key, code = np.unique(first.codes.astype(np.int64) * width + second.codes + 1,
                          return_inverse=True)  # fmt: skip
    more = ("", *(f"; {word}" for word in second.categories))
    words = (first.categories[one // width] + more[one % width] for one in key.tolist())
    return Categorical.encode(words).take(code)
