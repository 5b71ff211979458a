"""Weights that were calibrated, or that come with replicates: what is asked, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_choice, as_number, items
from kencana_targets.core.columns import Categorical, RawColumn
from kencana_targets.core.errors import Problem, TableError, raise_gathered, refuse
from kencana_targets.core.typing import Floats
from kencana_targets.formulas.calibration import DistanceLike, calibrate
from kencana_targets.formulas.survey_design import Calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The variance is a scale times the sum of squared differences to the whole sample's figure.
SCALES = {"jk1": "(R - 1) / R", "jkn": "1", "brr": "1 / R", "fay": "1 / (R (1 - rho)^2)",
          "bootstrap": "1 / R"}  # fmt: skip
REPLICATE_KEYS = ("weights", "method", "rho", "scale", "rscales", "degrees_of_freedom")


@frozen
class Replicates:
    """Replicate weights: their columns, or a pattern of them, and how they make a variance."""

    weights: tuple[str, ...]
    method: str
    rho: float
    scale: float | None
    rscales: tuple[float, ...]
    degrees_of_freedom: float | None

    @classmethod
    def of(cls, given: object) -> Replicates:
        """Read the argument `replicates` of `estimate`."""
        if not isinstance(given, Mapping) or not {"weights", "method"} <= given.keys():
            refuse("replicates", given, "a mapping with weights and method")
        for key in given.keys() - set(REPLICATE_KEYS):
            refuse("replicates", key, ", ".join(REPLICATE_KEYS))
        weights = given["weights"]
        names = (weights,) if isinstance(weights, str) else items("replicates", weights, str)
        method = as_choice("replicates", given["method"], *SCALES)
        rho = as_number("replicates", given.get("rho", 0.0), 0, 1)
        if (rho > 0) is not (method == "fay") or rho == 1:
            refuse("replicates", rho, "rho above 0 and below 1 for fay, and for no other method")
        rscales = tuple(as_number("replicates", one, 0) for one in given.get("rscales", ()))
        if method == "jkn" and not rscales:
            refuse("replicates", None, "rscales for jkn: (n - 1) / n of each replicate's stratum")
        scale, freedom = (
            None if given.get(key) is None else as_number("replicates", given[key], 0, strict=True)
            for key in ("scale", "degrees_of_freedom")
        )
        return cls(tuple(names), method, rho, scale, rscales, freedom)

    def columns(self, known: list[str]) -> tuple[str, ...]:
        """Return the columns of the records that are meant."""
        found = [
            [name for name in known if fnmatchcase(name, pattern)] or [pattern]
            for pattern in self.weights
        ]
        return tuple(dict.fromkeys(name for names in found for name in names))

    def error(self, value: Floats, each: Floats) -> tuple[Floats, float]:
        """Return standard errors and degrees of freedom; `each` has a column a replicate."""
        count = each.shape[1]
        if self.rscales and len(self.rscales) != count:
            refuse("replicates", len(self.rscales), f"rscales of {count} replicates")
        usual = {"jk1": (count - 1) / count, "jkn": 1.0,
                 "fay": 1 / (count * (1 - self.rho) ** 2)}.get(self.method, 1 / count)  # fmt: skip
        scale = usual if self.scale is None else self.scale
        weights = np.array(self.rscales) if self.rscales else np.ones(count)
        variance = scale * ((each - value[:, None]) ** 2 @ weights)
        freedom = count - 1.0 if self.degrees_of_freedom is None else self.degrees_of_freedom
        return np.sqrt(variance), freedom


@frozen
class KnownTotals:
    """Totals to which weights are calibrated: of the levels of columns, or of numbers."""

    margins: tuple[tuple[tuple[str, ...], tuple[tuple[tuple[str, ...], float], ...] | float], ...]
    distance: DistanceLike

    @classmethod
    def of(cls, given: object, distance: DistanceLike) -> KnownTotals:
        """Read the argument `calibrate` of `estimate`."""
        if not isinstance(given, Mapping) or not given:
            refuse("calibrate", given, "totals by column, such as {'sex': {'f': 120, 'm': 118}}")
        margins: list[Any] = []
        for key, totals in given.items():
            columns = (key,) if isinstance(key, str) else key
            if not isinstance(columns, tuple) or not all(isinstance(one, str) for one in columns):
                refuse("calibrate", key, "a column, or a tuple of columns")
            if not isinstance(totals, Mapping):
                if len(columns) > 1:
                    refuse("calibrate", totals, "a total for each combination of levels")
                margins.append((columns, as_number("calibrate", totals)))
                continue
            levels = []
            for level, total in totals.items():
                words = level if isinstance(level, tuple) else (level,)
                if len(words) != len(columns):
                    refuse("calibrate", level, f"a level of each of {', '.join(columns)}")
                levels.append((tuple(map(_word, words)), as_number("calibrate", total, 0)))
            margins.append((columns, tuple(levels)))
        return cls(tuple(margins), distance)

    @property
    def factors(self) -> tuple[str, ...]:
        """Columns whose levels have totals."""
        return tuple(dict.fromkeys(name for names, totals in self.margins
                                   if not isinstance(totals, float) for name in names))  # fmt: skip

    @property
    def numbers(self) -> tuple[str, ...]:
        """Columns whose sum is known."""
        return tuple(dict.fromkeys(name for names, totals in self.margins
                                   if isinstance(totals, float) for name in names))  # fmt: skip

    def calibration(
        self,
        margins: Mapping[str, RawColumn],
        weight: Floats,
        squares: Floats | None,
        unit: NDArray[np.int64],
    ) -> Calibration:
        """Calibrate rows of sums; raise where the totals do not fit the records.

        `margins` are the cells of each row by column, `weight` and `squares` the sums of
        its weights and squared weights, `unit` is its sampling unit.
        """
        basis, totals = [], []
        problems: list[Problem] = []
        for columns, known in self.margins:
            if isinstance(known, float):
                column = margins[columns[0]] if columns else np.ones(len(weight))
                assert isinstance(column, np.ndarray)
                basis.append(column)
                totals.append(known)
                continue
            labels = [margins[name] for name in columns]
            rows = list(zip(*(_words(label) for label in labels), strict=True))
            told = dict(known)
            problems += _strange_levels(columns, set(rows), told)
            for level, total in told.items():
                basis.append(np.array([row == level for row in rows], dtype=np.float64))
                totals.append(total)
        raise_gathered(TableError, problems, "records")
        matrix = np.stack(basis, axis=1)
        factor = calibrate(matrix, weight, np.array(totals), distance=self.distance)
        if np.isnan(factor).any():
            problem = Problem("totals that the records cannot meet together", where="calibrate",
                              hint="compare the sums of the totals with one another")  # fmt: skip
            raise TableError(problem, "records")
        if (factor < 0).any():
            problem = Problem("weights below zero", where="calibrate", got=float(factor.min()),
                              hint="use distance='raking'")  # fmt: skip
            raise TableError(problem, "records")
        return Calibration(matrix, weight, factor, unit, squares)


def _word(level: object) -> str:
    # Engines write a truth value in small letters.
    return str(level).lower() if isinstance(level, (bool, np.bool_)) else str(level)


def _words(column: object) -> list[str]:
    assert isinstance(column, Categorical)
    return [word or "" for word in column.to_list()]


def _strange_levels(
    columns: tuple[str, ...], found: set[tuple[str, ...]], told: Mapping[tuple[str, ...], float]
) -> Iterator[Problem]:
    where = "calibrate, column " + ", ".join(columns)
    for level in sorted(found - told.keys()):
        yield Problem("a level without a total", where=where, got=" / ".join(level))
    for level in sorted(told.keys() - found):
        if told[level] > 0:
            yield Problem("a total without a record", where=where, got=" / ".join(level))
