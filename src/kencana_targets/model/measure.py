"""What is estimated from records: a numerator, a denominator, and how the two are joined."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from functools import reduce
from typing import Any, Literal, TypeAlias

import narwhals as nw
from attrs import field, frozen, validators

from kencana_targets.core import checks
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import as_term


class MeasureKind(StrEnum):
    """How a numerator and a denominator make a figure."""

    RATIO = "ratio"
    MEAN = "mean"
    TOTAL = "total"


MeasureKindLike: TypeAlias = MeasureKind | Literal["ratio", "mean", "total"]


@frozen
class Comparison:
    """A condition: a column compared with a value, or with several under ``in``."""

    column: str
    operator: str
    value: str | bool | int | float | tuple[str | bool | int | float, ...]


@frozen
class Joined:
    """A condition: ``all`` or ``any`` of several, of which a name is a column of yes and no."""

    join: str
    parts: tuple[str | Comparison | Joined, ...]


Condition: TypeAlias = "str | Comparison | Joined"
Part: TypeAlias = "Condition | nw.Expr"


def _kind(value: MeasureKindLike) -> MeasureKind:
    return as_term(MeasureKind, value, "kind")


def _part(_: object, attribute: Any, value: Any) -> None:
    """Refuse everything but a column's name, a condition or an expression."""
    if value is None and attribute.name == "denominator":
        return
    whole = isinstance(value, (nw.Expr, Comparison, Joined))
    if not whole and not (isinstance(value, str) and value.strip()):
        refuse(attribute.name, value, "a column's name or a narwhals expression, or a `condition`")


@frozen(eq=False)
class Measure:
    """An indicator as it is counted in records.

    Parameters
    ----------
    code : str
        Code of the indicator.
    kind : MeasureKind
        ``ratio``, the weighted sum of the numerator over that of the
        denominator, times `per`; ``mean``, the weighted mean of the numerator;
        ``total``, the weighted sum of the numerator.
    numerator : str, condition or narwhals.Expr
        A column, a condition written as data (see `condition`), or an expression
        of columns: a condition or a number. An expression joins conditions with
        ``&`` and ``|``, never columns of 0 and 1: some engines join their bits.
    denominator : str, condition or narwhals.Expr, optional
        A condition says which records count, also in the numerator; a number is
        summed (ratio only). Without it all records count, each as one. A total
        has none.
    per : float, optional
        Scale of a ratio: 100 for percent, the default, 1000 for a rate per
        thousand. Means and totals are in the numerator's own unit and have none.

    Examples
    --------
    >>> Measure("mcpr", "ratio", "uses_modern_method", "in_union").per
    100
    >>> Measure("birth-rate", "ratio", "births", "members", per=1000).kind
    <MeasureKind.RATIO: 'ratio'>
    """

    code: str = field(validator=checks.word)
    kind: MeasureKind = field(converter=_kind)
    numerator: Part = field(validator=_part)
    denominator: Part | None = field(default=None, validator=_part)
    per: float | None = field(default=None, validator=validators.optional(checks.number))

    def __attrs_post_init__(self) -> None:
        ratio = self.kind is MeasureKind.RATIO
        if self.per is not None and not ratio:
            refuse("per", self.per, "nothing", f"a {self.kind} is in the numerator's own unit")
        if ratio:
            per = 100 if self.per is None else self.per
            object.__setattr__(self, "per", per)
            if per <= 0:
                refuse("per", per, "a number above zero")
        if self.kind is MeasureKind.TOTAL and self.denominator is not None:
            hint = "put the condition into the numerator"
            refuse("denominator", self.denominator, "nothing, as a total has none", hint)


_COMPARISONS: Mapping[str, Callable[[nw.Expr, Any], nw.Expr]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    # Not is_in, which says no where the value is missing.
    "in": lambda column, values: reduce(operator.or_, (column == one for one in values)),
}
_JOINS: Mapping[str, Callable[[Any, Any], Any]] = {"all": operator.and_, "any": operator.or_}
_DEEPEST = 20


def condition(value: object, *, where: str = "condition") -> Condition:
    """Return the condition that is written as data.

    Parameters
    ----------
    value : str or mapping
        A column's name; ``{"column": ..., "operator": ..., "value": ...}`` with
        one of ``== != < <= > >= in``; or ``{"all": [...]}`` or ``{"any": [...]}``
        of such conditions, in which a name is a column of yes and no.
    where : str, optional
        What messages call it.

    Returns
    -------
    str, Comparison or Joined
        A name stays a name.

    Raises
    ------
    ArgumentError
        The value is no such condition.

    Examples
    --------
    >>> condition({"column": "age", "operator": ">=", "value": 15})
    Comparison(column='age', operator='>=', value=15)
    """
    return _condition(value, where, 0)


def _condition(value: object, where: str, depth: int) -> Condition:
    if isinstance(value, str) and value.strip():
        return value
    if depth > _DEEPEST:
        refuse(where, "deeper", f"conditions within one another {_DEEPEST} times at most")
    if isinstance(value, Mapping):
        if value.keys() == {"column", "operator", "value"}:
            return _comparison(value, where)
        if len(value) == 1 and (join := next(iter(value))) in _JOINS:
            parts = value[join]
            if isinstance(parts, list) and parts:
                inner = (
                    _condition(part, f"{where}.{join}[{number}]", depth + 1)
                    for number, part in enumerate(parts, 1)
                )
                return Joined(join, tuple(inner))
    allowed = "a column's name; column, operator and value; or a list under all or any"
    refuse(where, value, allowed)


def _comparison(value: Mapping[str, Any], where: str) -> Comparison:
    column, word, against = value["column"], value["operator"], value["value"]
    if not isinstance(column, str) or not column.strip():
        refuse(f"{where}.column", column, "a column's name")
    if not isinstance(word, str) or word not in _COMPARISONS:
        refuse(f"{where}.operator", word, " ".join(_COMPARISONS))
    several = against if isinstance(against, list) else [against]
    if isinstance(against, list) is not (word == "in") or not several:
        refuse(f"{where}.value", against, "a list of values" if word == "in" else "one value")
    # nan is unequal to itself.
    if not all(isinstance(one, (str, bool, int, float)) and one == one for one in several):  # noqa: PLR0124
        refuse(f"{where}.value", against, "text, numbers, true or false")
    return Comparison(column, word, tuple(several) if word == "in" else against)


def leaves(part: Condition) -> Iterator[str | Comparison]:
    """Yield the names and comparisons that a condition consists of.

    Examples
    --------
    >>> list(leaves(condition({"all": ["in_union", {"any": ["young", "old"]}]})))
    ['in_union', 'young', 'old']
    """
    if isinstance(part, Joined):
        for inner in part.parts:
            yield from leaves(inner)
    else:
        yield part


def expression(part: Part) -> nw.Expr:
    """Return the narwhals expression of a numerator or denominator.

    Examples
    --------
    >>> frame = nw.from_dict({"age": [14, 15, 50]}, backend="polars")
    >>> grown = condition({"column": "age", "operator": ">=", "value": 15})
    >>> frame.select(expression(grown))["age"].to_list()
    [False, True, True]
    """
    if isinstance(part, str):
        return nw.col(part)
    if isinstance(part, Comparison):
        return _COMPARISONS[part.operator](nw.col(part.column), part.value)
    if isinstance(part, Joined):
        return reduce(_JOINS[part.join], map(expression, part.parts))
    return part
