"""What can go wrong, said so that the person who can mend it understands it.

Every error of the library is a `KencanaError` and carries its facts as
`Problem` values: where, what, got, allowed and what to do. Readers and
validators gather all problems of a table before they raise, so that one
attempt shows everything there is to mend.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import total_ordering
from importlib import import_module
from itertools import islice
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NoReturn

from attrs import evolve, field, frozen

from kencana_targets.core.messages import message

if TYPE_CHECKING:
    from kencana_targets.core.typing import Language


LANGUAGES: tuple[Language, Language] = ("en", "id")
# So many problems of a kind are told one by one.
MOST_OF_A_KIND = 1000
_LINES_SHOWN = 10
_TEXT_SHOWN = 80
_MISSING = "<not given>"
# What a place is made of, as messages name it.
_PLACES = ("sheet", "row", "column", "argument")


def _shown(value: object) -> str:
    """Show a value in full when short; its beginning and length when not, the end of a path."""
    path = isinstance(value, PurePath) or (isinstance(value, str) and value[:1] in ("/", "~"))
    if path and len(str(value)) > _TEXT_SHOWN:
        return repr(f"...{str(value)[-_TEXT_SHOWN:]}")
    if isinstance(value, (str, bytes)) and len(value) > _TEXT_SHOWN:
        return f"{value[:_TEXT_SHOWN]!r}... ({len(value)} characters)"
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of thousands of digits
        text = "a number of thousands of digits"
    return text if len(text) <= 2 * _TEXT_SHOWN else f"{text[: 2 * _TEXT_SHOWN]}..."


def _on_one_line(text: str) -> str:
    """Write out what would break a line or cannot be printed, such as in the name of a file."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def column_letters(column: int) -> str:
    """Return the letters that a spreadsheet gives a column, counted from 1.

    Examples
    --------
    >>> column_letters(1), column_letters(28)
    ('A', 'AB')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@total_ordering
@frozen(kw_only=True)
class Place:
    """Where something stands, as a person counts; places sort as a reader goes.

    Parameters
    ----------
    file : str, optional
        The file, or what messages call the table.
    sheet : str, optional
        The sheet of a workbook.
    row, column : int, optional
        Counted from 1.
    heading : str, optional
        What stands over the column.
    argument : str, optional
        The argument of a function.
    part : str, optional
        What neither row nor column names: the title, a path in a TOML file, a stratum.
    sheet_number : int, optional
        The position of the sheet in its workbook, to sort by.

    Examples
    --------
    >>> print(Place(file="targets.xlsx", sheet="Data", row=5, column=2, heading="mCPR"))
    targets.xlsx sheet 'Data', row 5, column B 'mCPR'
    >>> print(Place(row=5, column=2, heading="mCPR"))
    row 5, column 'mCPR'
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: int | None = None
    heading: str = ""
    argument: str = ""
    part: str = ""
    sheet_number: int = field(default=0, eq=False, repr=False)

    def __str__(self) -> str:
        return self.text()

    def text(self, language: Language = "en") -> str:
        """Return the place as a person of that language reads it."""
        sheet, row, column, argument = (message(word, language) for word in _PLACES)
        parts = [f"{sheet} '{self.sheet}'"] if self.sheet else []
        if self.row is not None:
            parts.append(f"{row} {self.row}")
        if self.column is not None and (self.sheet or not self.heading):
            name = column_letters(self.column) if self.sheet else str(self.column)
            parts.append(f"{column} {name}" + (f" '{self.heading}'" if self.heading else ""))
        elif self.heading:
            parts.append(f"{column} '{self.heading}'")
        if self.argument:
            parts.append(f"{argument} '{self.argument}'")
        if self.part:
            parts.append(message(self.part, language))
        return " ".join(filter(None, (self.file, ", ".join(parts))))

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, Place):
            return NotImplemented
        return self._order() < other._order()

    def _order(self) -> tuple[str, int, str, int, int, str, str, str]:
        row, column = self.row or 0, self.column or 0
        names = self.heading, self.argument, self.part
        return self.file, self.sheet_number, self.sheet, row, column, *names

    def within(self, file: str) -> Place:
        """Return the place with the name of the file in which it is, where there is one."""
        return evolve(self, file=file) if file else self


def _as_place(where: Place | str) -> Place:
    return where if isinstance(where, Place) else Place(part=where)


@frozen
class Problem:
    """One thing that is wrong, and what to do about it.

    Parameters
    ----------
    what : str
        What is wrong, without a full stop.
    where : Place or str, optional
        Where it is, as a person counts; text names what has neither row nor column.
    got : object, optional
        The value that was found.
    allowed : str, optional
        What would have been accepted.
    hint : str, optional
        What to do.
    cause : str, optional
        Of which kind it is, for those who leave out what only follows from another problem:
        ``"empty"``, ``"heading"``, ``"unknown indicator"``, ``"missing year"``. Not shown,
        and no part of ``==``.

    Examples
    --------
    >>> print(Problem("not a number", where="row 7, column 'value'", got="n/a.",
    ...               hint="write a number such as 22,1 or leave the cell empty"))
    row 7, column 'value': not a number: got 'n/a.'; write a number such as 22,1 or leave the cell empty
    """

    what: str
    place: Place = field(default=Place(), kw_only=True, alias="where", converter=_as_place)
    got: object = field(default=_MISSING, kw_only=True)
    allowed: str = field(default="", kw_only=True)
    hint: str = field(default="", kw_only=True)
    cause: str = field(default="", kw_only=True, eq=False, repr=False)

    @property
    def where(self) -> str:
        """The place as text.

        Examples
        --------
        >>> import kencana_targets as kt
        >>> from kencana_targets.core.errors import Place
        >>> kt.Problem("empty", where=Place(file="table.xlsx", row=7)).where
        'table.xlsx row 7'
        """
        return str(self.place)

    def __str__(self) -> str:
        return self.text()

    def text(self, language: Language = "en") -> str:
        """Return the problem in a language, on one line.

        Examples
        --------
        >>> print(Problem("not a number", where=Place(row=7), got="n/a.").text("id"))
        baris 7: bukan angka: ditemukan 'n/a.'
        """
        check_language(language)
        where, what = self.place.text(language), message(self.what, language)
        head = f"{where}: {what}" if where else what
        # By kind first: an array compares to an array.
        if not (isinstance(self.got, str) and self.got == _MISSING):
            shown = _shown(self.got)
            if isinstance(self.got, float) and not self.place.argument:
                # A cell is shown as it is seen: a year without a fraction, the comma of the reader.
                shown = shown.removesuffix(".0").replace(".", "," if language == "id" else ".")
            if language == "id" and shown.endswith(" characters)"):
                shown = shown.removesuffix("characters)") + "huruf)"
            head += f": {message('got', language)} {shown}"
        if self.allowed:
            head += f"; {message('allowed', language)}: {message(self.allowed, language)}"
        hint = message(self.hint, language)
        return _on_one_line(f"{head}; {hint}" if hint else head)


class KencanaError(ValueError):
    """Root of all errors of this library.

    Parameters
    ----------
    problems : Problem or iterable of Problem
        Everything that was found wrong, in the order of its place.
    source : str, optional
        The file, table or value in which the problems lie.

    Attributes
    ----------
    problems : tuple of Problem
        All problems, also those that the message leaves out.
    source : str
        As given.

    Examples
    --------
    >>> raise KencanaError(Problem("empty table", hint="add a row"), "targets.csv")
    Traceback (most recent call last):
    ...
    kencana_targets.core.errors.KencanaError: targets.csv: empty table; add a row
    """

    problems: tuple[Problem, ...]
    source: str

    def __init__(self, problems: Problem | Iterable[Problem], source: str = "") -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        self.source = source
        # Everything goes to the base class: that is what makes an error pickle.
        super().__init__(self.problems, source)

    def __str__(self) -> str:
        return self.text()

    def text(self, language: Language = "en") -> str:
        """Return what `str` gives, in a language.

        Parameters
        ----------
        language : {"en", "id"}, optional
            The language.

        Examples
        --------
        >>> KencanaError(Problem("empty file"), "target.csv").text("id")
        'target.csv: berkas kosong'
        """
        check_language(language)
        prefix = f"{_on_one_line(str(self.source))}: " if self.source else ""
        shown = [one.text(language) for one in islice(beside_source(self), _LINES_SHOWN)]
        if len(self.problems) == 1:
            return f"{prefix}{shown[0]}"
        lines = [prefix + message(f"{len(self.problems)} problems", language)]
        lines += [f"  {text}" for text in shown]
        hidden = len(self.problems) - _LINES_SHOWN
        if hidden > 0:
            lines.append("  " + message(f"... and {hidden} more in .problems", language))
        return "\n".join(lines)


def beside_source(error: KencanaError) -> Iterator[Problem]:
    """Yield the problems of an error as they stand beside its source, which no place repeats."""
    for one in error.problems:
        same = one.place.file and one.place.file == error.source
        yield evolve(one, where=evolve(one.place, file="")) if same else one


class ArgumentError(KencanaError):
    """A function was called with a value that it cannot use."""


class UnknownNameError(KencanaError):
    """A region, indicator, rule or plan of that name does not exist."""


class AmbiguousNameError(KencanaError):
    """A name fits more than one region or target."""


class NumberFormatError(KencanaError):
    """A cell is not a number that the library is sure about."""


class PathError(KencanaError):
    """A path cannot be drawn through these knots, or not at this year."""


class FormulaError(KencanaError):
    """No achievement formula is named where none may be assumed."""


class PlanError(KencanaError):
    """A plan is not whole and consistent."""


class RuleError(KencanaError):
    """A scoring rule is not whole and consistent."""


class TableError(KencanaError):
    """A table could not be read in full."""


class MissingExtraError(KencanaError):
    """An optional dependency is not installed."""

    @classmethod
    def for_extra(cls, feature: str, extra: str) -> MissingExtraError:
        """Say which extra to install for a feature."""
        what = f"{feature} needs packages that are not installed"
        return cls(Problem(what, hint=f'run: pip install "kencana-targets[{extra}]"'))


def optional_module(name: str, feature: str, extra: str) -> Any:
    """Return a module of an extra, loaded where it is needed first.

    Raises
    ------
    MissingExtraError
        It is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        raise MissingExtraError.for_extra(feature, extra) from None


def raise_gathered(kind: type[KencanaError], problems: list[Problem], source: str = "") -> None:
    """Raise one error for all gathered problems; do nothing without any."""
    if problems:
        raise kind(problems, source)


def first_rows(rows: Any, what: str, problems: list[Problem]) -> list[int]:
    """Return the rows to report one by one, and report how many more there are.

    Parameters
    ----------
    rows : ndarray of int
        All rows of which something is wrong.
    what : str
        What is wrong with them.
    problems : list of Problem
        Takes how many rows are not told.
    """
    if hidden := len(rows[MOST_OF_A_KIND:]):
        problems.append(Problem(what, hint=f"the same in {hidden} more rows"))
    return rows[:MOST_OF_A_KIND].tolist()  # type: ignore[no-any-return]


def nearest_names(name: str, names: Iterable[str], count: int = 3, alike: float = 0.5) -> list[str]:
    """Return the names that look most like `name`, best first.

    Examples
    --------
    >>> nearest_names("stuntng", ["stunting", "unmet-need"])
    ['stunting']
    """
    import difflib

    folded = {candidate.casefold(): candidate for candidate in names}
    close = difflib.get_close_matches(name.casefold(), folded, n=count, cutoff=alike)
    return [folded[match] for match in close]


def unknown_name(
    kind: str, name: object, names: Iterable[str], *, where: Place | str = ""
) -> Problem:
    """Describe a name that is not among the known ones, with the nearest."""
    known = list(names)
    close = nearest_names(name, known) if isinstance(name, str) and name not in known else []
    if close:
        hint = "did you mean " + " or ".join(repr(candidate) for candidate in close) + "?"
    else:
        shown = ", ".join(known[:_LINES_SHOWN])
        more = f" and {len(known) - _LINES_SHOWN} more" if len(known) > _LINES_SHOWN else ""
        hint = f"known are: {shown}{more}" if known else f"no {kind} is known here"
    what = f"unknown {kind}"
    return Problem(what, where=where, got=name, hint=hint, cause=what)


def refuse(argument: str, got: object, allowed: str, hint: str = "", *, part: str = "") -> NoReturn:
    """Raise `ArgumentError` for one argument, or for a part of it."""
    place = Place(argument=argument, part=f"'{part}'" if part else "")
    raise ArgumentError(Problem("not allowed", where=place, got=got, allowed=allowed, hint=hint))


def check_language(language: object) -> int:
    """Return the position of a language, or refuse it."""
    if not isinstance(language, str) or language not in LANGUAGES:
        refuse("language", language, ", ".join(LANGUAGES))
    return LANGUAGES.index(language)
