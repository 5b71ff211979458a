"""A region: what it is called, which code it has, what it belongs to."""

from __future__ import annotations

from attrs import field, frozen

from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Level, LevelLike, as_term


def _as_level(value: LevelLike) -> Level:
    return as_term(Level, value, "level")


@frozen(kw_only=True)
class Region:
    """A nation, province, regency, city, district or village.

    Parameters
    ----------
    code : str
        Its code as text: of Kemendagri with dots (`"17.01"`), or a plan's own.
    name : str
        Official name, with the prefix (`"Kabupaten Mukomuko"`).
    level : Level
        Administrative level.
    parent : str, optional
        Code of the region that it belongs to.
    bps_code : str, optional
        Code of Statistics Indonesia, another system (`"1706"`).
    former_names : tuple of str
        Names that it had before, without the prefix.
    population : int, optional
        Inhabitants, to weigh by. [persons]

    Raises
    ------
    ArgumentError
        A field is not of its kind.

    Examples
    --------
    >>> Region(code="17.06", name="Kabupaten Mukomuko", level="regency", parent="17").level
    <Level.REGENCY: 'regency'>
    """

    code: str
    name: str
    level: Level = field(converter=_as_level)
    parent: str | None = None
    bps_code: str | None = None
    former_names: tuple[str, ...] = ()
    population: int | None = None

    def __attrs_post_init__(self) -> None:
        for argument in ("code", "name"):
            if not is_text(getattr(self, argument)):
                refuse(argument, getattr(self, argument), "text without blanks around it")
        for argument in ("parent", "bps_code"):
            value = getattr(self, argument)
            if value is not None and not is_text(value):
                refuse(argument, value, "text without blanks around it, or None")
        names: object = self.former_names
        if not isinstance(names, tuple) or not all(map(is_text, names)):
            refuse("former_names", names, "a tuple of names")
        people: object = self.population
        if people is not None and (type(people) is not int or people < 0):
            refuse("population", people, "a whole number, 0 or more, or None")

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"


def is_text(value: object) -> bool:
    """Return whether a value is text without blanks around it."""
    return isinstance(value, str) and value != "" and value == value.strip()
