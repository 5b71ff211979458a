"""What counts as a number, a year, a word or figures: arguments and fields, checked in one place.

An `as_...` function takes the name of an argument and returns its value in the form
that the library computes with. The others are validators of attrs fields.
"""

from __future__ import annotations

import math
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
from attrs import Attribute
from attrs.validators import optional

from kencana_targets.core.errors import ArgumentError, Problem, refuse
from kencana_targets.core.terms import Direction
from kencana_targets.core.typing import ArrayLike, Floats, Truths

Function = TypeVar("Function", bound=Callable[..., Any])
Item = TypeVar("Item")
_HALF = re.compile("[\ud800-\udfff]")
_ONE_WAY = (Direction.MAXIMIZE, Direction.MINIMIZE)
FIRST_YEAR, LAST_YEAR = 1900.0, 2200.0
A_YEAR = "a year such as 2024 or 2024.5"
MOST_DECIMALS = 15
MOST_DRAWS = 10_000_000


def is_number(value: object) -> bool:
    """Return whether a value is one number; True and "12" are none.

    Examples
    --------
    >>> is_number(22.1), is_number(True), is_number("12")
    (True, False, False)
    """
    number = isinstance(value, (int, float, np.integer, np.floating))
    return number and not isinstance(value, bool)


def is_whole(value: object) -> bool:
    """Return whether a value is a whole number by its type; 2.0 is none."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def as_number(
    argument: str,
    value: object,
    low: float = -math.inf,
    high: float = math.inf,
    *,
    allowed: str = "a finite number",
    strict: bool = False,
) -> float:
    """Return one finite number from `low` to `high`; `strict` leaves the ends out.

    Examples
    --------
    >>> as_number("per", 100, 0, strict=True)
    100.0
    """
    if isinstance(value, np.ndarray) and not value.ndim:
        value = value[()]
    if not is_number(value):
        refuse(argument, value, "a number" if allowed == "a finite number" else allowed)
    try:
        number = float(value)  # type: ignore[arg-type]
    except OverflowError:  # a whole number beyond all floats
        number = math.inf
    inside = low < number < high if strict else low <= number <= high
    if not (inside and math.isfinite(number)):
        refuse(argument, value, allowed)
    return number


def between(argument: str, value: object, low: float, high: float) -> float:
    """Return one number strictly between two bounds.

    Examples
    --------
    >>> between("level", 0.95, 0, 1)
    0.95
    """
    allowed = f"a number between {low:g} and {high:g}"
    return as_number(argument, value, low, high, allowed=allowed, strict=True)


def as_whole(argument: str, value: object, low: int, high: int, allowed: str) -> int:
    """Return a whole number from `low` to `high`.

    Examples
    --------
    >>> as_whole("decimals", 2, 0, 15, "a whole number, zero or more")
    2
    """
    if not is_whole(value) or not low <= value <= high:  # type: ignore[operator]
        refuse(argument, value, allowed)
    return int(value)  # type: ignore[call-overload, no-any-return]


def as_decimals(value: object) -> int:
    """Return a number of printed decimals; below zero are tens and hundreds."""
    allowed = f"a whole number from -{MOST_DECIMALS} to {MOST_DECIMALS}"
    return as_whole("decimals", value, -MOST_DECIMALS, MOST_DECIMALS, allowed)


def count(argument: str, value: object) -> int:
    """Return a whole number above zero, small enough to count to."""
    allowed = f"a whole number above zero, at most {MOST_DRAWS}"
    return as_whole(argument, value, 1, MOST_DRAWS, allowed)


def as_choice(argument: str, value: object, *words: str) -> str:
    """Return a word of a short list.

    Examples
    --------
    >>> as_choice("kind", "rate", "points", "rate")
    'rate'
    """
    if not isinstance(value, str) or value not in words:
        refuse(argument, value, ", ".join(words))
    return value


def decimal_mark(value: object) -> str:
    """Return a decimal mark, a point or a comma."""
    if not isinstance(value, str) or value not in (",", "."):
        refuse("decimal", value, "',' or '.'")
    return value


def as_flag(argument: str, value: object) -> bool:
    """Return True or False."""
    if not isinstance(value, (bool, np.bool_)):
        refuse(argument, value, "True or False")
    return bool(value)


def one_way(direction: object) -> Direction:
    """Return a direction that has a better end; ``stabilize`` has none."""
    if not isinstance(direction, str) or direction not in _ONE_WAY:
        stable = isinstance(direction, str) and direction == Direction.STABILIZE
        hint = "use the distance to the target" if stable else ""
        got = direction.value if isinstance(direction, Direction) else direction
        refuse("direction", got, ", ".join(_ONE_WAY), hint)
    return Direction(direction)


def generator(seed: object) -> np.random.Generator:
    """Return the generator that a seed starts."""
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is not None and (not is_whole(seed) or seed < 0):  # type: ignore[operator]
        refuse("seed", seed, "a whole number, a numpy.random.Generator or None")
    return np.random.default_rng(None if seed is None else int(seed))  # type: ignore[call-overload]


def as_figures(
    argument: str, values: ArrayLike | None, *, missing: bool = False, infinite: bool = False
) -> Floats:
    """Return an argument as floats; refuse text, truth values and infinities.

    Parameters
    ----------
    argument : str
        Its name, for the message.
    values : float or array_like
        Figures; None counts as missing.
    missing : bool, optional
        Whether nan may stand for a missing figure.
    infinite : bool, optional
        Whether figures may have no end, such as the edge of a band.

    Returns
    -------
    ndarray of float
        The caller's own array where it is one of floats: not to be written to.

    Examples
    --------
    >>> as_figures("target", [22.1, None], missing=True).tolist()
    [22.1, nan]
    """
    if values is None and not missing:
        refuse(argument, None, "numbers")
    try:
        array = np.asarray(np.nan if values is None else values)
        # To name masked arrays loads them, which takes longer than to evaluate a plan.
        masked = type(values) is not np.ndarray and isinstance(values, np.ndarray)
        if masked and isinstance(values, np.ma.MaskedArray):
            array = np.ma.filled(values.astype(np.float64), np.nan)
    except Exception:  # noqa: BLE001 - an object may raise what it likes when asked for its cells
        refuse(argument, values, "numbers in a regular array")
    if array.dtype.kind == "O":
        array = _from_cells(argument, values, array)
    if array.dtype.kind not in "iuf" and array.size:
        refuse(argument, values, "numbers")
    with np.errstate(over="ignore"):  # a number of more than 64 bits
        array = array.astype(np.float64, copy=False)
    if infinite and missing:
        return array
    wrong = np.isinf(array) if missing else ~np.isfinite(array)
    if wrong.any():
        refuse(argument, float(array[wrong][0]), "finite numbers" + (" or nan" if missing else ""))
    return array


def _from_cells(argument: str, values: object, array: np.ndarray[Any, Any]) -> Floats:
    cells = [np.nan if cell is None else cell for cell in array.ravel().tolist()]
    if not all(map(is_number, cells)):
        refuse(argument, values, "numbers")
    try:
        return np.array(cells, dtype=np.float64).reshape(array.shape)
    except OverflowError:
        refuse(argument, values, "finite numbers")


def as_list(argument: str, values: object, allowed: str) -> list[Any]:
    """Return a list, tuple or array as a list; text is none, and a set has no order.

    Examples
    --------
    >>> as_list("directions", ("maximize", "minimize"), "words")
    ['maximize', 'minimize']
    """
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return values.tolist()  # type: ignore[no-any-return]
    if not isinstance(values, (list, tuple)):
        refuse(argument, values, allowed)
    return list(values)


def items(argument: str, values: object, kind: type[Item], allowed: str = "") -> list[Item]:
    """Return what can be gone through as a list of one kind; a lone one is a list of it.

    Examples
    --------
    >>> items("columns", "score", str), items("columns", ("score", "band"), str)
    (['score'], ['score', 'band'])
    """
    if kind is not object and isinstance(values, kind):
        return [values]
    try:
        found = list(values) if isinstance(values, Iterable) else None
    except (TypeError, RuntimeError):  # one number as an array only seems to hold several
        found = None
    if found is None:
        refuse(argument, values, allowed or kind.__name__)
    if not all(issubclass(one, kind) for one in set(map(type, found))):
        other = next(one for one in found if not isinstance(one, kind))
        refuse(argument, other if kind is str else type(other).__name__, allowed or kind.__name__)
    return found


def years(argument: str, asked: Any, legal: Callable[[object], bool] = is_number) -> list[Any]:
    """Return the years asked for, in order; each is given once.

    Examples
    --------
    >>> years("year", 2022), years("year", [2024, 2022])
    ([2022], [2022, 2024])
    """
    several = isinstance(asked, Iterable) and not isinstance(asked, str)
    given: list[Any] = items(argument, asked, object) if several else [asked]
    for year in given:
        if not legal(year) or not FIRST_YEAR <= year <= LAST_YEAR:
            refuse(argument, year, "a year such as 2022, or several")
    if not given or len(set(given)) < len(given):
        refuse(argument, asked, "at least one year, each once")
    return sorted(given)


def require(argument: str, values: Floats, legal: Truths, allowed: str, hint: str = "") -> None:
    """Refuse an argument by its first value that is not legal; missing ones pass.

    Examples
    --------
    >>> require("n", np.array([400.0, np.nan]), np.array([True, False]), "above zero")
    """
    bad = ~legal & ~np.isnan(values)
    if bad.any():
        refuse(argument, float(values[bad].flat[0]), allowed, hint)


def positive(argument: str, values: ArrayLike, allowed: str = "numbers above zero") -> Floats:
    """Return numbers above zero; nan stays, for missing."""
    array = as_figures(argument, values, missing=True)
    require(argument, array, array > 0, allowed)
    return array


def non_negative(argument: str, values: ArrayLike) -> Floats:
    """Return numbers that are zero or more; nan stays, for missing."""
    array = as_figures(argument, values, missing=True)
    require(argument, array, array >= 0, "numbers that are zero or more")
    return array


def vector(
    argument: str, values: ArrayLike, length: int | None = None, *, least: float = -math.inf
) -> Floats:
    """Return finite numbers in one dimension, of a given length and at least so large."""
    array = as_figures(argument, values)
    if array.ndim != 1 or not array.size:
        refuse(argument, array.shape, "a vector with one number a region")
    if length is not None and array.size != length:
        refuse(argument, f"{array.size} numbers", f"{length} numbers, one a region")
    return non_negative(argument, array) if least == 0 else array


def as_shares(argument: str, values: ArrayLike, length: int | None = None) -> Floats:
    """Return weights divided by their sum; zero or more, and not all zero.

    Examples
    --------
    >>> as_shares("shares", [40, 45, 15]).tolist()
    [0.4, 0.45, 0.15]
    """
    weights = vector(argument, values, length, least=0)
    largest = float(weights.max())
    if not largest > 0:
        refuse(argument, weights.tolist(), "a sum above zero")
    weights = weights / largest if largest > 1e300 else weights
    return weights / float(weights.sum())


def together(figures: dict[str, Floats]) -> list[Floats]:
    """Broadcast arguments against one another, or refuse shapes that do not fit.

    Examples
    --------
    >>> [array.shape for array in together({"actual": np.ones(3), "target": np.array(14.0)})]
    [(3,), (3,)]
    """
    try:
        return list(np.broadcast_arrays(*figures.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in figures.items())
        refuse(", ".join(figures), shapes, "shapes that fit together")


def figures(**given: ArrayLike | None) -> list[Floats]:
    """Return several arguments as floats of one shape, nan for missing.

    Examples
    --------
    >>> [array.tolist() for array in figures(actual=[22.1, None], target=14)]
    [[22.1, nan], [14.0, 14.0]]
    """
    return together({name: as_figures(name, x, missing=True) for name, x in given.items()})


def plain(array: Floats) -> Any:
    """Return an array as it is, and a single number as a float.

    Examples
    --------
    >>> plain(np.array(22.1))
    22.1
    """
    return array if np.ndim(array) else float(array)


def quiet(function: Function) -> Function:
    """Compute without warnings of NumPy: what is undefined or beyond all floats is nan or infinite.

    Figures so large, small or far apart that the computation breaks off are refused.
    Every call enters its own context, so that functions may call themselves.

    Examples
    --------
    >>> float(quiet(np.log)(0.0))
    -inf
    """

    @wraps(function)
    def computed(*arguments: Any, **options: Any) -> Any:
        try:
            with np.errstate(all="ignore"):
                return function(*arguments, **options)
        except (np.linalg.LinAlgError, ArithmeticError):
            hint = "figures and errors are too large, too small or too far apart for it"
            raise ArgumentError(Problem("cannot be computed", hint=hint)) from None

    return computed  # type: ignore[return-value]


# What a caller asks of a reader or writer.
OTHERS = ("note", "refuse")


def as_path(path: Any, argument: str = "path") -> Path:
    """Return the path of a file or folder."""
    if not isinstance(path, (str, os.PathLike)):
        refuse(argument, path, "the path of a file or folder, such as 'plans/bengkulu'")
    return Path(path)


def check_options(
    *,
    decimal: object = None,
    sheet: object = None,
    columns: object = None,
    fields: Collection[str] = (),
    others: object = "note",
    rows: object = None,
    given: object = None,
    givable: Collection[str] = (),
) -> None:
    """Refuse what a caller says of a table where it cannot be meant, also where it is not needed.

    `columns` are headings of `fields`, and `given` is a word or number for each of `givable`.
    """
    if decimal is not None:
        decimal_mark(decimal)
    if sheet is not None:
        # Sheets have no numbers here.
        items("sheet", sheet, str, "the name of a sheet, or a list of names")
    for field, headings in _told("columns", columns, fields, '{"region": "Nama Kab"}'):
        if not _are_words(headings):
            refuse("columns", headings, "a heading, or a list of headings", part=field)
    as_choice("others", others, *OTHERS)
    if rows is not None and not isinstance(rows, Mapping):
        refuse("rows", rows, 'a mapping such as {"Daerah": "Perkotaan+Perdesaan"}')
    for heading, values in {} if rows is None else rows.items():
        if not isinstance(heading, str) or not (_are_words(values) or is_number(values)):
            refuse("rows", values, "a cell of the column, or a list of cells", part=str(heading))
    for field, value in _told("given", given, givable, '{"year": 2021}'):
        if not isinstance(value, str) and not is_finite(value):
            refuse("given", value, "text or a number", part=field)


def headings_told(columns: Mapping[str, str | Sequence[str]] | None) -> list[tuple[str, str]]:
    """Return each field with each heading that the caller names for it."""
    return [
        (field, heading)
        for field, told in (columns or {}).items()
        for heading in ([told] if isinstance(told, str) else told)
    ]


def check_periods(periods: object, allowed: Collection[int]) -> None:
    """Refuse a number of periods that no year has."""
    if not is_whole(periods) or periods not in allowed:
        refuse("periods", periods, ", ".join(map(str, allowed)))


def _told(
    argument: str, told: object, fields: Collection[str], example: str
) -> Iterator[tuple[str, Any]]:
    """Go through what is told of fields, and refuse other fields."""
    if told is not None and not isinstance(told, Mapping):
        refuse(argument, told, f"a mapping such as {example}")
    for field, value in {} if told is None else told.items():
        if not isinstance(field, str) or field not in fields:
            refuse(argument, field, ", ".join(fields))
        yield field, value


def _are_words(value: object) -> bool:
    """Return whether a value is text, or several texts that can be gone through again."""
    if isinstance(value, str):
        return True
    return isinstance(value, (list, tuple, set)) and all(isinstance(one, str) for one in value)


def is_finite(value: Any) -> bool:
    """Return whether a value is one number that a float can hold."""
    return is_number(value) and bool(-sys.float_info.max <= value <= sys.float_info.max)


# Validators of attrs fields.
Validator: TypeAlias = Callable[[Any, "Attribute[Any]", Any], Any]


def number(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but a finite number."""
    as_number(attribute.name, value)


optional_number: Validator = optional(number)


def year(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse what is not a calendar year, whole or fractional."""
    as_number(attribute.name, value)
    as_number(attribute.name, value, FIRST_YEAR, LAST_YEAR, allowed=A_YEAR)


optional_year: Validator = optional(year)


def amount(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but a finite number, zero or more."""
    as_number(attribute.name, value, 0.0, allowed="zero or more")


optional_amount: Validator = optional(amount)


def decimals(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but a whole number of decimals."""
    as_whole(attribute.name, value, 0, MOST_DECIMALS, "a whole number, zero or more")


def yes_or_no(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but True and False."""
    if not isinstance(value, bool):
        refuse(attribute.name, value, "true or false")


def is_writable(words: str) -> bool:
    r"""Return whether text can be written to a file: half of a character cannot.

    Examples
    --------
    >>> is_writable("Kabupaten Seluma"), is_writable("\ud800")
    (True, False)
    """
    return words.isascii() or not _HALF.search(words)


def word(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but text with something in it."""
    if not isinstance(value, str) or not value.strip():
        refuse(attribute.name, value, "text that is not empty")
    text(instance, attribute, value)


def text(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but text, which may be empty."""
    if not isinstance(value, str):
        refuse(attribute.name, value, "text")
    if not is_writable(value):
        refuse(attribute.name, value, "text of whole characters")
