"""What a reader understood of a table, to print and to check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from attrs import frozen

from kencana_targets.core.display import IN_NOTEBOOK
from kencana_targets.core.errors import Problem, column_letters
from kencana_targets.core.labels import words
from kencana_targets.core.typing import Language


@frozen
class ColumnReading:
    """One column: its letter, its heading, and what it was taken for (empty: not read)."""

    letter: str
    heading: str
    taken_for: str


@frozen
class SheetReading:
    """What was understood of a sheet.

    Parameters
    ----------
    sheet : str
        Its name; empty for a file without sheets.
    form : str
        ``"long"``, ``"wide"``, ``"hidden"`` for a hidden sheet, which is not read, or empty
        for a sheet without a table.
    header : tuple of int
        First and last row of the header, as a person counts; 0 without one.
    columns : tuple of ColumnReading
        All columns with a heading.
    told : dict
        What no column says: the caller or the title does.
    left_out : tuple of (int, int, str)
        Rows that hold no figures, first and last as a person counts, and why.
    figures : int
        How many figures were found.
    decimal : str or None
        The decimal mark that the text was read by; None if none was needed.
    percent : int
        How many cells a spreadsheet shows in percent: 0.65, shown as 65%, is read as 65.
    """

    sheet: str
    form: str
    header: tuple[int, int] = (0, 0)
    columns: tuple[ColumnReading, ...] = ()
    told: tuple[tuple[str, object], ...] = ()
    left_out: tuple[tuple[int, int, str], ...] = ()
    figures: int = 0
    decimal: str | None = None
    percent: int = 0

    def lines(self, language: Language = "en") -> list[str]:
        """Return the text, a line each."""
        # In English a role is named as `columns` names it.
        say, roles = words("reading", language), words("heading", language)
        roles = {} if language == "en" else roles

        def meaning(taken_for: str) -> str:
            role, blank, rest = taken_for.partition(" ")
            return f"{roles[role]}{blank}{rest}" if role in roles else taken_for

        name = say["sheet"].format(name=self.sheet) if self.sheet else say["table"]
        if self.form in ("", "hidden"):
            return [f"{name}: {say['hidden' if self.form else 'no-table']}"]
        header = span(*self.header, language)
        where = f", {say['header'].format(rows=header)}" if self.header[0] else ""
        lines = [f"{name}: {say[self.form]}{where}, {say['figures'].format(count=self.figures)}"]
        for column in self.columns:
            heading = say["column"].format(letter=column.letter, heading=column.heading)
            lines.append(f"  {heading}: {meaning(column.taken_for) or say['not-read']}")
        for key, value in self.told:
            shown = f"{value:g}" if isinstance(value, float) else value
            lines.append(f"  {roles.get(key, key)}: {shown} ({say['no-column']})")
        if self.decimal:
            lines.append(f"  {say['decimal-mark']}: '{self.decimal}'")
        if self.percent:
            lines.append(f"  {say['percent']}: {self.percent}")
        for first, last, why in self.left_out:
            kind, colon, text = why.partition(":")
            told = say.get(kind.replace(" ", "-"), kind)
            lines.append(f"  {span(first, last, language)} {say['left-out']}: {told}{colon}{text}")
        return lines


# Two screens; `TableReading` holds all.
_MOST_LINES, _MOST_PROBLEMS, _MOST_NOTES = 46, 15, 8


@frozen
class TableReading:
    """What a reader understood of a table; prints as text.

    Parameters
    ----------
    name : str
        The file.
    sheets : tuple of SheetReading
        One a sheet.
    problems : tuple of Problem
        Why the table would be refused; empty if it would not.
    notes : tuple of Problem
        What was assumed, converted or not understood.
    """

    name: str
    sheets: tuple[SheetReading, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return f'<pre lang="{IN_NOTEBOOK}">{escape(self.text(IN_NOTEBOOK))}</pre>'

    def text(self, language: Language = "en") -> str:
        """Return what was understood, in a language, on two screens at most."""
        say = words("reading", language)

        def first(lines: Sequence[str], count: int, most: int) -> list[str]:
            hidden = count - most
            return [*lines[:most], *(["  " + say["more"].format(count=hidden)] * (hidden > 0))]

        shown = [f"  {problem.text(language)}" for problem in self.problems[:_MOST_PROBLEMS]]
        problems = first(shown, len(self.problems), _MOST_PROBLEMS)
        if count := len(self.problems):
            problems.insert(0, say["problems" if count > 1 else "problem"].format(count=count))
        shown = [f"  {say['note']}: {note.text(language)}" for note in self.notes[:_MOST_NOTES]]
        notes = first(shown, len(self.notes), _MOST_NOTES)
        lines = [line for sheet in self.sheets for line in sheet.lines(language)]
        sheets = first(lines, len(lines), _MOST_LINES - len(notes) - len(problems))
        return "\n".join([self.name, *sheets, *notes, *problems])


def span(first: int, last: int, language: Language = "en") -> str:
    """Return rows as a person counts them.

    Examples
    --------
    >>> span(3, 3), span(3, 5), span(3, 5, "id")
    ('row 3', 'rows 3-5', 'baris 3-5')
    """
    say = words("reading", language)
    return f"{say['row']} {first}" if first == last else f"{say['rows']} {first}-{last}"


def runs(left_out: Iterable[tuple[int, str]]) -> tuple[tuple[int, int, str], ...]:
    """Join neighbouring rows that were left out for one reason; rows from 0."""
    joined: list[tuple[int, int, str]] = []
    for row, why in left_out:
        if joined and joined[-1][1] == row - 1 and joined[-1][2] == why:
            joined[-1] = (joined[-1][0], row, why)
        else:
            joined.append((row, row, why))
    return tuple((first + 1, last + 1, why) for first, last, why in joined)


def columns_read(headings: Sequence[str], used: dict[int, str]) -> tuple[ColumnReading, ...]:
    """Return what each column with a heading was taken for."""
    return tuple(
        ColumnReading(column_letters(at + 1), heading, used.get(at, ""))
        for at, heading in enumerate(headings)
        if heading
    )
