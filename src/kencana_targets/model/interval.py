"""A span of numbers, for targets such as 80 - 90 or below 20."""

from __future__ import annotations

from attrs import Factory, field, frozen

from kencana_targets.core import checks
from kencana_targets.core.errors import refuse


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
