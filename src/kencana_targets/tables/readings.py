"""What a reader understood of a table, to print and to check."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attrs import frozen

from kencana_targets.core.errors import Problem, column_letters


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
    left_out : tuple of (str, str)
        Rows that hold no figures, and why.
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
    left_out: tuple[tuple[str, str], ...] = ()
    figures: int = 0
    decimal: str | None = None
    percent: int = 0

    def lines(self) -> list[str]:
        """Return the text, a line each."""
        name = f"sheet '{self.sheet}'" if self.sheet else "table"
        if self.form in ("", "hidden"):
            return [f"{name}: {'hidden, not read' if self.form else 'no table'}"]
        where = f", header in {span(*self.header)}" if self.header[0] else ""
        lines = [f"{name}: {self.form}{where}, {self.figures} figures"]
        for column in self.columns:
            meaning = column.taken_for or "not read"
            lines.append(f"  column {column.letter} '{column.heading}': {meaning}")
        for key, value in self.told:
            shown = f"{value:g}" if isinstance(value, float) else value
            lines.append(f"  {key}: {shown} (no column)")
        if self.decimal:
            lines.append(f"  decimal mark: '{self.decimal}'")
        if self.percent:
            lines.append(f"  cells in percent, read as shown (0.65 as 65): {self.percent}")
        lines += [f"  {rows} left out: {why}" for rows, why in self.left_out]
        return lines


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
        lines = [self.name]
        for sheet in self.sheets:
            lines += sheet.lines()
        lines += [f"  note: {note}" for note in self.notes]
        if self.problems:
            lines.append(f"{len(self.problems)} problems")
            lines += [f"  {problem}" for problem in self.problems]
        return "\n".join(lines)


def span(first: int, last: int) -> str:
    """Return rows as a person counts them.

    Examples
    --------
    >>> span(3, 3), span(3, 5)
    ('row 3', 'rows 3-5')
    """
    return f"row {first}" if first == last else f"rows {first}-{last}"


def runs(left_out: Iterable[tuple[int, str]]) -> tuple[tuple[str, str], ...]:
    """Join neighbouring rows that were left out for one reason; rows from 0."""
    joined: list[tuple[int, int, str]] = []
    for row, why in left_out:
        if joined and joined[-1][1] == row - 1 and joined[-1][2] == why:
            joined[-1] = (joined[-1][0], row, why)
        else:
            joined.append((row, row, why))
    return tuple((span(first + 1, last + 1), why) for first, last, why in joined)


def columns_read(headings: Sequence[str], used: dict[int, str]) -> tuple[ColumnReading, ...]:
    """Return what each column with a heading was taken for."""
    return tuple(
        ColumnReading(column_letters(at + 1), heading, used.get(at, ""))
        for at, heading in enumerate(headings)
        if heading
    )
