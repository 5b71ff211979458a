"""What is estimated from records: a numerator, a denominator, and how the two are joined."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import reduce
from typing import Any, TypeAlias

import narwhals as nw
from attrs import field, frozen

from kencana_targets.errors import refuse
from kencana_targets.model import checks
from kencana_targets.model.kinds import as_kind

__all__ = ["Measure", "MeasureKind", "condition"]


class MeasureKind(StrEnum):
    """How a numerator and a denominator make a figure."""

    RATIO = "ratio"
    MEAN = "mean"
    TOTAL = "total"


Part: TypeAlias = "str | nw.Expr"


def _kind(value: object) -> MeasureKind:
    return as_kind(MeasureKind, value, "kind")


def _part(_: object, attribute: Any, value: Any) -> None:
    """Refuse everything but a column's name or an expression."""
    if value is None and attribute.name == "denominator":
        return
    if not isinstance(value, nw.Expr) and not (isinstance(value, str) and value.strip()):
        refuse(attribute.name, value, "a column's name or a narwhals expression")


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
    numerator : str or narwhals.Expr
        A column, or an expression of columns: a condition or a number.
    denominator : str or narwhals.Expr, optional
        A condition says which records count, also in the numerator; a number is
        summed (ratio only). Without it all records count, each as one. A total
        has none.
    per : float, optional
        Scale of a ratio: 100 for percent, 1000 for a rate per thousand. Means
        and totals are in the numerator's own unit.

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
    per: float = field(default=100, validator=checks.number)

    def __attrs_post_init__(self) -> None:
        if self.per <= 0:
            refuse("per", self.per, "a number above zero")
        if self.kind is not MeasureKind.RATIO and self.per != 100:
            refuse("per", self.per, "nothing", f"a {self.kind} is in the numerator's own unit")
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
_JOINS: Mapping[str, Callable[[nw.Expr, nw.Expr], nw.Expr]] = {
    "all": operator.and_,
    "any": operator.or_,
}
_DEEPEST = 20


def condition(value: object, *, where: str = "condition") -> str | nw.Expr:
    """Return the expression that a condition written as data stands for.

    Parameters
    ----------
    value : str or mapping
        A column's name; ``{"column": ..., "operator": ..., "value": ...}`` with
        one of ``== != < <= > >= in``; or ``{"all": [...]}`` or ``{"any": [...]}``
        of such conditions.
    where : str, optional
        What messages call it.

    Returns
    -------
    str or narwhals.Expr
        A name stays a name.

    Raises
    ------
    ArgumentError
        The value is no such condition.

    Examples
    --------
    >>> frame = nw.from_dict({"age": [14, 15, 50]}, backend="polars")
    >>> grown = condition({"column": "age", "operator": ">=", "value": 15})
    >>> frame.select(grown)["age"].to_list()
    [False, True, True]
    """
    if isinstance(value, str) and value.strip():
        return value
    return _expression(value, where, 0)


def _expression(value: object, where: str, depth: int) -> nw.Expr:
    if isinstance(value, str) and value.strip():
        return nw.col(value)
    if depth > _DEEPEST:
        refuse(where, "deeper", f"conditions within one another {_DEEPEST} times at most")
    if isinstance(value, Mapping):
        if value.keys() == {"column", "operator", "value"}:
            return _comparison(value, where)
        if len(value) == 1 and (join := next(iter(value))) in _JOINS:
            parts = value[join]
            if isinstance(parts, list) and parts:
                inner = (
                    _expression(part, f"{where}.{join}[{number}]", depth + 1)
                    for number, part in enumerate(parts, 1)
                )
                return reduce(_JOINS[join], inner)
    allowed = "a column's name; column, operator and value; or a list under all or any"
    refuse(where, value, allowed)


def _comparison(value: Mapping[str, Any], where: str) -> nw.Expr:
    column, word, against = value["column"], value["operator"], value["value"]
    if not isinstance(column, str) or not column.strip():
        refuse(f"{where}.column", column, "a column's name")
    if not isinstance(word, str) or word not in _COMPARISONS:
        refuse(f"{where}.operator", word, " ".join(_COMPARISONS))
    several = against if isinstance(against, list) else [against]
    if isinstance(against, list) is not (word == "in") or not several:
        refuse(f"{where}.value", against, "a list of values" if word == "in" else "one value")
    if not all(isinstance(one, (str, bool, int, float)) for one in several):
        refuse(f"{where}.value", against, "text, numbers, true or false")
    return _COMPARISONS[word](nw.col(column), against)
