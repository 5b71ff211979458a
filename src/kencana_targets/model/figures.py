"""Baseline, target and actual: one shape, three names, so they cannot be swapped; and ranges."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from attrs import Factory, field, frozen

from kencana_targets.core import checks, terms
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Basis, OpenEnds, PathShape

_RELATIVE = re.compile(r"[+-]\d+(\.\d+)?%?", re.ASCII)


def _check_interval(figure: Target | Actual) -> None:
    if figure.lower is not None and figure.upper is not None and figure.lower > figure.upper:
        refuse("lower", figure.lower, f"at most upper ({figure.upper})")


def as_date(value: Any) -> Any:
    """Return a date as a year with its fraction; anything else as it is.

    Examples
    --------
    >>> as_date(dt.date(2023, 7, 2)), as_date(2023)
    (2023.4986301369863, 2023)
    """
    if not isinstance(value, dt.date):
        return value
    first, last = (dt.date(value.year, *day).toordinal() for day in ((1, 1), (12, 31)))
    return value.year + (value.toordinal() - first) / (last + 1 - first)


def is_relative(text: str) -> bool:
    """Return whether text is a change from a baseline, such as ``"-10%"`` or ``"-3"``."""
    return _RELATIVE.fullmatch(text) is not None


def change_of(relative: str) -> tuple[float, float]:
    """Return by what a baseline is multiplied, and what is added to it.

    Examples
    --------
    >>> change_of("-10%"), change_of("-3")
    ((0.9, 0.0), (1.0, -3.0))
    """
    if relative.endswith("%"):
        return (100.0 + float(relative[:-1])) / 100.0, 0.0
    return 1.0, float(relative)


@frozen(kw_only=True)
class Baseline:
    """Where an indicator stood before the plan (*kondisi awal*).

    Parameters
    ----------
    indicator, region : str
        Codes.
    year : float
        Year, whole or fractional.
    value : float
        Value. [unit of the indicator]
    source : str, optional
        Survey or register, and where it is published.
    survey : str, optional
        The survey or register alone, such as ``"SSGI 2021"``.

    Examples
    --------
    >>> Baseline(indicator="stunting", region="17", year=2021, value=22.1).value
    22.1
    """

    indicator: str = field(validator=checks.word)
    region: str = field(validator=checks.word)
    year: float = field(validator=checks.year)
    value: float = field(validator=checks.number)
    source: str = field(default="", validator=checks.text)
    survey: str = field(default="", validator=checks.text)


@frozen(kw_only=True)
class Target:
    """What a legal instrument promises for a year.

    Parameters
    ----------
    indicator, region : str
        Codes.
    year : float
        Year, whole or fractional.
    value : float, optional
        Value; may be left out when a bound or `relative` is given.
        [unit of the indicator]
    lower, upper : float, optional
        Bounds of a range target; one of them for "<20" or "at least 95".
    open_ends : OpenEnds, optional
        The bounds that do not meet the target themselves: ``"upper"`` for "<20".
    worst : float, optional
        Worst value, which gives a zero target of a minimize indicator a
        percentage (KMK 127/2026).
    instrument : str, optional
        Legal instrument (*instrumen*). Targets for the same year by different
        instruments stand side by side and are chosen by this name.
    shape : PathShape, optional
        How the path runs to this target, if not as the indicator says.
    source : str, optional
        Where the target is published.
    relative : str, optional
        A change from the baseline of the region: ``"-10%"`` for a tenth less,
        ``"-3"`` for three units less (*turun 3 poin*). A plan works out the value.
    since : float or date, optional
        From when the target holds: 2023 is 1 January. A year is judged by what
        is in force on its 31 December.
    budget : float, optional
        Money set aside (*pagu*). [currency of the plan]
    basis : Basis, optional
        ``official``, unless the target was worked out: a share of a cascade is
        ``derived``, and a table of `Plan.to_frame` keeps what it says.

    Examples
    --------
    >>> Target(indicator="stunting", region="17", year=2024, value=12.55).value
    12.55
    >>> Target(indicator="TFR", region="00", year=2024, upper=2.1, open_ends="upper").upper
    2.1
    >>> Target(indicator="stunting", region="17", year=2024, relative="-10%").relative
    '-10%'
    """

    indicator: str = field(validator=checks.word)
    region: str = field(validator=checks.word)
    year: float = field(validator=checks.year)
    value: float | None = field(default=None, validator=checks.optional_number)
    lower: float | None = field(default=None, validator=checks.optional_number)
    upper: float | None = field(default=None, validator=checks.optional_number)
    open_ends: OpenEnds | None = field(default=None, converter=terms.optional_open_ends)
    worst: float | None = field(default=None, validator=checks.optional_number)
    instrument: str = field(default="", validator=checks.text)
    shape: PathShape | None = field(default=None, converter=terms.optional_shape)
    source: str = field(default="", validator=checks.text)
    relative: str = field(default="", validator=checks.text)
    since: float | None = field(default=None, converter=as_date, validator=checks.optional_year)
    budget: float | None = field(default=None, validator=checks.optional_amount)
    basis: Basis = field(default=Basis.OFFICIAL, converter=terms.as_basis)

    def __attrs_post_init__(self) -> None:
        if self.relative and not is_relative(self.relative):
            refuse("relative", self.relative, "a change such as '-10%' or '-3'")
        if self.value is None and self.lower is None and self.upper is None and not self.relative:
            refuse("value", None, "a value, or a lower or upper bound, or a relative change")
        _check_interval(self)
        for end, bound in ((OpenEnds.LOWER, self.lower), (OpenEnds.UPPER, self.upper)):
            if self.open_ends in (end, OpenEnds.BOTH) and bound is None:
                refuse("open_ends", self.open_ends.value, f"a bound '{end}' that is open")


@frozen(kw_only=True)
class Actual:
    """What was reached (*realisasi*), by a named survey or register.

    Parameters
    ----------
    indicator, region : str
        Codes.
    year : float
        Year, whole or fractional.
    value : float, optional
        Value; None when the table says that there is none. [unit of the indicator]
    standard_error : float, optional
        Sampling error. [unit of the indicator]
    lower, upper : float, optional
        Confidence interval. [unit of the indicator]
    sample_size : float, optional
        Number of units observed.
    design_effect : float, optional
        Variance over that of a simple random sample of the same size.
    source : str, optional
        Survey or register, and where it is published.
    survey : str, optional
        The survey or register alone, such as ``"SSGI 2022"``.
    spent : float, optional
        Money spent (*realisasi anggaran*). [currency of the plan]
    dimension : str, optional
        Of which part of the people the figure is, such as ``"Jenis kelamin: perempuan"``; a
        figure of all has none. Only figures of all are judged.

    Examples
    --------
    >>> Actual(indicator="stunting", region="17", year=2022, value=19.8,
    ...        source="SSGI 2022").source
    'SSGI 2022'
    """

    indicator: str = field(validator=checks.word)
    region: str = field(validator=checks.word)
    year: float = field(validator=checks.year)
    value: float | None = field(validator=checks.optional_number)
    standard_error: float | None = field(default=None, validator=checks.optional_amount)
    lower: float | None = field(default=None, validator=checks.optional_number)
    upper: float | None = field(default=None, validator=checks.optional_number)
    sample_size: float | None = field(default=None, validator=checks.optional_number)
    design_effect: float | None = field(default=None, validator=checks.optional_amount)
    source: str = field(default="", validator=checks.text)
    survey: str = field(default="", validator=checks.text)
    spent: float | None = field(default=None, validator=checks.optional_amount)
    dimension: str = field(default="", validator=checks.text)

    def __attrs_post_init__(self) -> None:
        _check_interval(self)
        if self.sample_size is not None and self.sample_size <= 0:
            refuse("sample_size", self.sample_size, "more than zero")


@frozen
class Interval:
    """All numbers between two ends, each end in (closed) or out (open).

    Parameters
    ----------
    lower, upper : float or None
        The ends; None where there is no end. [unit of the figure]
    lower_closed, upper_closed : bool, optional
        Whether the end itself belongs to the interval; True if not said. An end
        that is None is open.

    Raises
    ------
    ArgumentError
        There is no number between the ends, or no end at all.

    Examples
    --------
    >>> Interval(80, 90)
    Interval(lower=80, upper=90, lower_closed=True, upper_closed=True)
    >>> Interval(None, 20, upper_closed=False)
    Interval(lower=None, upper=20, lower_closed=False, upper_closed=False)
    """

    lower: float | None = field(validator=checks.optional_number)
    upper: float | None = field(validator=checks.optional_number)
    lower_closed: bool = Factory(lambda self: self.lower is not None, takes_self=True)
    upper_closed: bool = Factory(lambda self: self.upper is not None, takes_self=True)

    def __attrs_post_init__(self) -> None:
        for end in ("lower", "upper"):
            closed: object = getattr(self, f"{end}_closed")
            if not isinstance(closed, bool):
                refuse(f"{end}_closed", closed, "True or False")
            if closed and getattr(self, end) is None:
                refuse(f"{end}_closed", closed, f"False, as there is no {end} end")
        if self.lower is None and self.upper is None:
            refuse("lower", None, "a number, as there is no upper end either")
        if self.lower is not None and self.upper is not None:
            point = self.lower == self.upper and self.lower_closed and self.upper_closed
            if not (self.lower < self.upper or point):
                refuse("lower", self.lower, f"less than the upper end, {self.upper}")
