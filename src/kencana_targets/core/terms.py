"""The words that a plan, a rule and a result are made of, each a closed list."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from functools import cache
from typing import Literal, TypeAlias, TypeVar

from kencana_targets.core.errors import refuse
from kencana_targets.core.resources import data_rows


class Direction(StrEnum):
    """Which way an indicator should move (*polarisasi*).

    Examples
    --------
    >>> from kencana_targets import Direction
    >>> Direction("minimize") == "minimize"
    True
    """

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"
    STABILIZE = "stabilize"


DirectionLike: TypeAlias = Direction | Literal["maximize", "minimize", "stabilize"]


class Formula(StrEnum):
    """How an actual is turned into a percentage of its target (*rumus capaian*).

    Examples
    --------
    >>> from kencana_targets import Formula
    >>> [each.value for each in Formula]
    ['ratio', 'reflected', 'inverse', 'range', 'stabilize']
    """

    RATIO = "ratio"
    REFLECTED = "reflected"
    INVERSE = "inverse"
    RANGE = "range"
    STABILIZE = "stabilize"


FormulaLike: TypeAlias = Formula | Literal["ratio", "reflected", "inverse", "range", "stabilize"]


class PathShape(StrEnum):
    """How a path runs between the years that have an official figure.

    Examples
    --------
    >>> from kencana_targets import PathShape
    >>> [each.value for each in PathShape]
    ['linear', 'constant-rate', 'logit', 'complement-rate', 'monotone', 'step']
    """

    LINEAR = "linear"
    CONSTANT_RATE = "constant-rate"
    LOGIT = "logit"
    COMPLEMENT_RATE = "complement-rate"
    MONOTONE = "monotone"
    STEP = "step"


PathShapeLike: TypeAlias = (
    PathShape | Literal["linear", "constant-rate", "logit", "complement-rate", "monotone", "step"]
)


class OpenEnds(StrEnum):
    """Which ends of a range target do not meet it themselves, such as 20 of "<20"."""

    LOWER = "lower"
    UPPER = "upper"
    BOTH = "both"


OpenEndsLike: TypeAlias = OpenEnds | Literal["lower", "upper", "both"]


class Combination(StrEnum):
    """How the figures of quarters or months make the figure of a year."""

    SUM = "sum"
    LAST = "last"
    AVERAGE = "average"


CombinationLike: TypeAlias = Combination | Literal["sum", "last", "average"]


class Rounding(StrEnum):
    """How a rule rounds a percentage."""

    NONE = "none"
    HALF_UP = "half-up"
    HALF_EVEN = "half-even"
    TRUNCATE = "truncate"


RoundingLike: TypeAlias = Rounding | Literal["none", "half-up", "half-even", "truncate"]


class Level(StrEnum):
    """Administrative level, from the nation down.

    Examples
    --------
    >>> from kencana_targets import Level
    >>> [each.value for each in Level][:3]
    ['nation', 'province', 'regency']
    """

    NATION = "nation"
    PROVINCE = "province"
    REGENCY = "regency"
    CITY = "city"
    DISTRICT = "district"
    VILLAGE = "village"


# How far below the nation a level is.
DEPTH: Mapping[str, int] = {**{level: depth for depth, level in enumerate(Level)}, Level.CITY: 2}

LevelLike: TypeAlias = (
    Level | Literal["nation", "province", "regency", "city", "district", "village"]
)


class Inherit(StrEnum):
    """What a region without a target of its own is judged by."""

    PATH = "path"
    END_TARGET = "end-target"
    NONE = "none"


InheritLike: TypeAlias = Inherit | Literal["path", "end-target", "none"]


class Status(StrEnum):
    """Whether a row of a scorecard has an achievement, and if not, why not.

    Examples
    --------
    >>> from kencana_targets import Status
    >>> [each.value for each in Status]
    ['scored', 'no-actual', 'no-target', 'not-measured', 'undefined']
    """

    SCORED = "scored"
    NO_ACTUAL = "no-actual"
    NO_TARGET = "no-target"
    NOT_MEASURED = "not-measured"
    UNDEFINED = "undefined"


class Reason(IntEnum):
    """Why a row has no target, no achievement, no score or no word; 0 where it has all.

    Of several that hold, the first one down the list is told, as far as the rule;
    the texts are words of the kind ``reason``.
    """

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

    @property
    def status(self) -> Status:
        """Whether a row of which this is told has an achievement."""
        if self in (Reason.NONE, Reason.NO_BAND, Reason.RULE_WITHOUT_BANDS):
            return Status.SCORED
        if self in (Reason.NO_ACTUAL, Reason.NOT_MEASURED):
            return Status(self.key)
        return Status.NO_TARGET if self <= Reason.SHAPE_REFUSED else Status.UNDEFINED


class Basis(StrEnum):
    """Where the target of a row comes from."""

    OFFICIAL = "official"
    INTERPOLATED = "interpolated"
    INHERITED = "inherited"
    INHERITED_INTERPOLATED = "inherited-interpolated"
    INTERPOLATED_TO_INHERITED = "interpolated-to-inherited"
    DERIVED = "derived"


BasisLike: TypeAlias = (
    Basis
    | Literal[
        "official",
        "interpolated",
        "inherited",
        "inherited-interpolated",
        "interpolated-to-inherited",
        "derived",
    ]
)


class Verdict(StrEnum):
    """Whether printed inputs give the printed result."""

    REPRODUCED = "reproduced"
    INCONSISTENT = "inconsistent"
    UNREADABLE = "unreadable"


Term = TypeVar("Term", bound=StrEnum)


def as_term(kind: type[Term], value: object, argument: str) -> Term:
    """Return the member of `kind` that `value` names, or refuse with the list.

    Examples
    --------
    >>> as_term(Direction, "minimize", "direction")
    <Direction.MINIMIZE: 'minimize'>
    """
    if isinstance(value, str):
        try:
            return kind(value)
        except ValueError:
            pass
    english = in_english(value) if isinstance(value, str) else ""
    hint = f"did you mean {english!r}?" if english in [*kind] else ""
    refuse(argument, value, ", ".join(kind), hint)


def in_english(word: str) -> str:
    """Return the word of a closed list that an Indonesian word says, else the word itself.

    Examples
    --------
    >>> in_english("Kabupaten"), in_english("rata-rata"), in_english("regency")
    ('regency', 'average', 'regency')
    """
    return _by_indonesian().get(word.strip().casefold(), word)


@cache
def _by_indonesian() -> dict[str, str]:
    rows = [row for row in data_rows("words.csv") if row["kind"] in ("plan-term", "choice")]
    said = [(row["key"], [row["indonesian"], *row["read_by"].split("; ")]) for row in rows]
    return {word: key for key, words in reversed(said) for word in words if word}


def as_direction(value: DirectionLike) -> Direction:
    """Return the direction that a word names."""
    return as_term(Direction, value, "direction")


def optional_shape(value: PathShapeLike | None) -> PathShape | None:
    """Return the path shape that a word names, or None for None."""
    return None if value is None else as_term(PathShape, value, "shape")


def optional_open_ends(value: OpenEndsLike | None) -> OpenEnds | None:
    """Return the open ends that a word names, or None for None."""
    return None if value is None else as_term(OpenEnds, value, "open_ends")


def as_basis(value: BasisLike) -> Basis:
    """Return the basis of a target that a word names."""
    return as_term(Basis, value, "basis")


def optional_combination(value: CombinationLike | None) -> Combination | None:
    """Return the combination that a word names, or None for None."""
    return None if value is None else as_term(Combination, value, "combination")


def as_rounding(value: RoundingLike) -> Rounding:
    """Return the rounding that a word names."""
    return as_term(Rounding, value, "rounding")


# Which bounds of a range are open: they are not part of it.
OPEN_LOWER, OPEN_UPPER = 1, 2
