"""Totals to which weights are calibrated: what is asked, and what follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_number
from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem, TableError, raise_gathered, refuse
from kencana_targets.core.typing import Ints
from kencana_targets.estimation.sums import RecordSums
from kencana_targets.formulas.survey_design import Calibration, DistanceLike, calibrate


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

    def calibration(self, sums: RecordSums, unit: Ints) -> Calibration:
        """Calibrate the rows of sums; raise where the totals do not fit the records."""
        basis, totals = [], []
        problems: list[Problem] = []
        for columns, known in self.margins:
            if isinstance(known, float):
                column = sums.margins[columns[0]] if columns else np.ones(len(sums.weight))
                assert isinstance(column, np.ndarray)
                basis.append(column)
                totals.append(known)
                continue
            labels = [sums.margins[name] for name in columns]
            rows = list(zip(*(_words(label) for label in labels), strict=True))
            told = dict(known)
            problems += _strange_levels(columns, set(rows), told)
            for level, total in told.items():
                basis.append(np.array([row == level for row in rows], dtype=np.float64))
                totals.append(total)
        raise_gathered(TableError, problems, "records")
        matrix = np.stack(basis, axis=1)
        factor = calibrate(matrix, sums.weight, np.array(totals), distance=self.distance)
        if np.isnan(factor).any():
            problem = Problem("totals that the records cannot meet together", where="calibrate",
                              hint="compare the sums of the totals with one another")  # fmt: skip
            raise TableError(problem, "records")
        if (factor < 0).any():
            problem = Problem("weights below zero", where="calibrate", got=float(factor.min()),
                              hint="use distance='raking'")  # fmt: skip
            raise TableError(problem, "records")
        return Calibration(matrix, sums.weight, factor, unit, sums.squares)


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
