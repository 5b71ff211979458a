"""The computed rows of a scorecard, as numbers and codes, and why a row has no score."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import fields, frozen

from kencana_targets.core.terms import Formula, Status
from kencana_targets.core.typing import Floats, Ints
from kencana_targets.formulas.achievement import Undefined, missed_bound
from kencana_targets.model.lookup import NoTarget

if TYPE_CHECKING:
    from numpy.typing import NDArray


FORMULAS = {formula: position for position, formula in enumerate(Formula)}
STATUSES = {status: position for position, status in enumerate(Status)}


class Reason(IntEnum):
    """Why a row has no score or no word; the texts are words of the kind ``reason``."""

    NONE = 0
    NEVER_SET = 1
    OUTSIDE_YEARS = 2
    NO_SHAPE = 3
    NO_BASELINE = 4
    SHAPE_REFUSED = 5
    NO_ACTUAL = 6
    NOT_MEASURED = 7
    ZERO_TARGET = 8
    MIXED_SIGNS = 9
    NEGATIVE_TARGET = 10
    ZERO_ACTUAL = 11
    STABILIZE_RANGE = 12
    NO_SCORE = 13
    NO_BAND = 14
    RULE_WITHOUT_BANDS = 15

    @property
    def key(self) -> str:
        """The key of the text."""
        return self.name.lower().replace("_", "-")


def _reasons_of(kind: type[IntEnum]) -> NDArray[np.int8]:
    known = Reason.__members__
    return np.array([known.get(member.name, Reason.NONE) for member in kind], dtype=np.int8)


# The reason for each outcome of a lookup and of a formula.
REASON_OF = {kind: _reasons_of(kind) for kind in (NoTarget, Undefined)}


@frozen(eq=False)
class Rows:
    """The computed columns of a scorecard, as numbers and codes."""

    year: Floats
    pair: Ints
    baseline_row: Ints
    target_row: Ints
    actual_row: Ints
    target: Floats
    lower: Floats
    upper: Floats
    end_year: Floats
    end_value: Floats
    gap: Floats
    achievement: Floats
    score: Floats
    progress: Floats
    ends: NDArray[np.int8]
    basis: NDArray[np.int8]
    formula: NDArray[np.int8]
    band: NDArray[np.int8]
    met: NDArray[np.int8]
    status: NDArray[np.int8]
    reason: NDArray[np.int8]

    @classmethod
    def empty(cls, count: int) -> Rows:
        """Return rows to be filled in."""
        kinds = {"Ints": np.int64, "NDArray[np.int8]": np.int8}
        return cls(
            **{
                attribute.name: np.empty(count, dtype=kinds.get(str(attribute.type), np.float64))
                for attribute in fields(cls)
            }
        )

    def judged_by(self, actual: Floats) -> Floats:
        """Return what each actual is judged by: beyond a range, the bound that it passed."""
        bound = missed_bound(actual, self.lower, self.upper)
        return np.where(np.isnan(bound), self.target, bound)

    def locked(self) -> Rows:
        """Return the rows, read-only from now on."""
        for attribute in fields(Rows):
            getattr(self, attribute.name).setflags(write=False)
        return self

    def take(self, rows: NDArray[Any]) -> Rows:
        """Return some of the rows."""
        return Rows(**{a.name: getattr(self, a.name)[rows] for a in fields(Rows)}).locked()
