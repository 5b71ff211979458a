"""The targets of one indicator in one region, and the path through them."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

import numpy as np
from attrs import field, frozen

from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import PathError, Problem
from kencana_targets.core.terms import Basis, PathShape
from kencana_targets.core.typing import ArrayLike, Language
from kencana_targets.model.collection import Targets
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan_index import PlanIndex
from kencana_targets.model.region import Region


class PlannedTarget(NamedTuple):
    """A target for a year, and where it comes from."""

    value: float
    basis: Basis
    source: str


def source_text(targets: Targets, row: int) -> str:
    """Name the instrument and the source of a target, and what it is relative to."""
    change = targets.text("relative")[row]
    parts = (
        targets.text("instrument")[row],
        change and f"{change} from the baseline",
        targets.source[row],
    )
    return "; ".join(part for part in parts if part)


@frozen(eq=False, kw_only=True, repr=False)
class TargetPath(Displayed):
    """The path of one indicator in one region.

    Parameters
    ----------
    indicator : Indicator
        What is promised.
    region : Region
        To whom the path applies.
    owner : Region
        Whose figures it runs through: the region itself or one above it.
    years, values : tuple of float
        The knots. [year], [unit of the indicator]
    bases : tuple of str
        ``"baseline"``, or the basis of the target, for each knot.
    sources : tuple of str
        The source of each knot.
    shape : PathShape or None
        How the path runs between the knots.
    language : {"", "en", "id"}, optional
        The language in which it shows itself.
    """

    indicator: Indicator
    region: Region
    owner: Region
    years: tuple[float, ...]
    values: tuple[float, ...]
    bases: tuple[str, ...]
    sources: tuple[str, ...]
    shape: PathShape | None
    language: Language | Literal[""] = ""
    _index: PlanIndex = field(alias="index")
    _series: int = field(alias="series")

    def at(self, years: ArrayLike) -> Any:
        """Return the value of the path at one or more years. [unit of the indicator].

        Raises
        ------
        PathError
            A year lies outside the path, or between knots without a declared shape.
        """
        asked = np.asarray(years, dtype=np.float64)
        years = asked.ravel()
        drawn, exact, inside = np.empty(years.size), *np.ones((2, years.size), dtype=bool)
        # Targets hold from a date on: each year is drawn by what is in force in it.
        for whole in np.unique(np.floor(years)).tolist():
            index = self._index.in_force(whole)
            rows = np.flatnonzero(np.floor(years) == whole)
            path = index.path_of[np.full(len(rows), self._series)].astype(np.int64)
            drawn[rows], before, _, inside[rows] = index.paths.at(path, years[rows], index.slopes)
            exact[rows] = index.paths.years[before] == years[rows]
        if not inside.all():
            year = float(years[np.argmin(inside)])
            what, allowed = "year outside the path", f"{self.years[0]:g} to {self.years[-1]:g}"
            raise PathError(Problem(what, where=str(self), got=year, allowed=allowed))
        if self.shape is None and not exact.all():
            year = float(years[np.argmin(exact)])
            what, hint = "no path shape is declared", "give the indicator a shape such as 'linear'"
            raise PathError(Problem(what, where=str(self), got=year, hint=hint))
        result = drawn.reshape(asked.shape)
        return result if result.ndim else float(result)

    def __str__(self) -> str:
        return f"{self.indicator.code} in {self.region}"

    def __repr__(self) -> str:
        knots = ", ".join(f"{y:g}: {v:g}" for y, v in zip(self.years, self.values, strict=True))
        return f"<TargetPath {self}: {self.shape or 'no shape'} through {knots}>"
