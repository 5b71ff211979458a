"""An indicator: what is measured, in which unit, and which way is better."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import field, frozen

from kencana_targets.core import checks, terms
from kencana_targets.core.display import Displayed
from kencana_targets.core.errors import refuse
from kencana_targets.core.labels import check_language
from kencana_targets.core.terms import Combination, Direction, Level, LevelLike, PathShape
from kencana_targets.core.typing import Language

_SECOND_LEVEL = {Level.REGENCY, Level.CITY}


def _levels(values: Iterable[LevelLike]) -> tuple[Level, ...]:
    """Take levels in the order of the list; regency and city are one level."""
    if isinstance(values, str):
        refuse("levels", values, "a list of " + ", ".join(Level))
    named = {terms.as_term(Level, value, "levels") for value in checks.items("levels", values, str)}
    if named & _SECOND_LEVEL:
        named |= _SECOND_LEVEL
    return tuple(level for level in Level if level in named)


# So many codes stand in a repr.
_SHOWN = 5


def _names(values: object) -> tuple[str, ...]:
    names = (values,) if isinstance(values, str) else values
    if not isinstance(names, (tuple, list)) or not all(
        isinstance(name, str) and name.strip() and checks.is_writable(name) for name in names
    ):
        refuse("aliases", values, "a list of names")
    return tuple(names)


@frozen(kw_only=True)
class Indicator:
    """What is measured, in which unit, and which way is better.

    Parameters
    ----------
    code : str
        Short name that figures refer to.
    name : str
        English name.
    name_id : str, optional
        Indonesian name, as plans print it; the English one if not given.
    unit : str
        Unit of all figures, such as ``"percent"``.
    unit_id : str, optional
        Unit in Indonesian; the English one if not given.
    direction : Direction
        Which way is better.
    lower, upper : float, optional
        Values outside these bounds are refused. [unit]
    levels : sequence of Level, optional
        Where the indicator is measured; empty means everywhere. Regency and
        city are one level.
    shape : PathShape, optional
        How the path runs between official figures. There is no default: without
        one nothing is interpolated.
    combination : Combination, optional
        How quarters make a year.
    decimals : int, optional
        Decimals in print.
    source : str, optional
        Where the definition is written.
    aliases : sequence of str, optional
        Other names that tables call it by.
    objective : str, optional
        The objective (*sasaran*) that it measures.

    Examples
    --------
    >>> stunting = Indicator(code="stunting", name="Stunting", unit="percent",
    ...                      direction="minimize", lower=0, upper=100, shape="linear")
    >>> stunting.direction
    <Direction.MINIMIZE: 'minimize'>
    """

    code: str = field(validator=checks.word)
    name: str = field(validator=checks.word)
    name_id: str = field(default="", validator=checks.text)
    unit: str = field(validator=checks.text)
    unit_id: str = field(default="", validator=checks.text)
    direction: Direction = field(converter=terms.as_direction)
    lower: float | None = field(default=None, validator=checks.optional_number)
    upper: float | None = field(default=None, validator=checks.optional_number)
    levels: tuple[Level, ...] = field(default=(), converter=_levels)
    shape: PathShape | None = field(default=None, converter=terms.optional_shape)
    combination: Combination | None = field(default=None, converter=terms.optional_combination)
    decimals: int = field(default=2, validator=checks.decimals)
    source: str = field(default="", validator=checks.text)
    aliases: tuple[str, ...] = field(default=(), converter=_names)
    objective: str = field(default="", validator=checks.text)

    def __attrs_post_init__(self) -> None:
        if self.lower is not None and self.upper is not None and self.lower >= self.upper:
            refuse("lower", self.lower, f"less than upper ({self.upper})")

    def is_measured_at(self, level: Level) -> bool:
        """Return whether the indicator exists at a level.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> indicator = kt.load_plan("bengkulu-2021").indicator("TFR")
        >>> indicator.is_measured_at(kt.Level.REGENCY)
        False
        """
        return not self.levels or level in self.levels

    def label(self, language: Language = "en") -> str:
        """Return the name in a language, ``"en"`` or ``"id"``.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> indicator = kt.load_plan("bengkulu-2021").indicator("unmet_need")
        >>> indicator.label(), indicator.label("id")
        ('Unmet need for family planning', 'Kebutuhan ber-KB yang tidak terpenuhi')
        """
        return (self.name, self.name_id or self.name)[check_language(language)]


class Indicators(Displayed, tuple[Indicator, ...]):
    """The indicators of a plan, in its order; they show themselves as a table."""

    __slots__ = ()

    @property
    def codes(self) -> list[str]:
        """The codes of the indicators, in their order."""
        return [one.code for one in self]

    def __repr__(self) -> str:
        return f"<Indicators: {', '.join(one.code for one in self[:_SHOWN])}{', ...' * (len(self) > _SHOWN)}>"
