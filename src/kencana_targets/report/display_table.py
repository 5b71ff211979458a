"""A table to show: one value that draws itself as text, Markdown, HTML and on a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from typing import Any

from attrs import evolve, field, frozen

from kencana_targets.core import labels
from kencana_targets.core.labels import inert
from kencana_targets.core.typing import Language
from kencana_targets.report.bands import NO_BAND, Look

# So many rows are shown as text, and in a notebook.
MOST_ROWS, MOST_IN_NOTEBOOK = 60, 40
LONG = 40
# A notebook has no style sheet of ours, and may have a dark page.
_TABLE = (
    "border-collapse:collapse;font-size:13px;border-top:2px solid #999;border-bottom:2px solid #999"
)
_CAPTION = "caption-side:top;text-align:left;padding:4px 8px"
_NUMERIC = re.compile(r"-|(?:[<>≤≥] )?-?[0-9][0-9.,]*")


@frozen
class Cell:
    """One cell that is more than text: a word with the look of its band, or a picture."""

    text: str = ""
    look: Look | None = None
    picture: str = ""

    def html(self) -> str:
        """Return the cell as HTML; only a picture of our own is passed on as it is."""
        marked = self.look is not None and self.look is not NO_BAND
        return self.picture or escape(f"{self.look.mark} {self.text}" if marked else self.text)  # type: ignore[union-attr]


def _as_rows(rows: Sequence[Sequence[Cell | str]]) -> list[list[Cell]]:
    # Whatever the data hold, no cell breaks a line or changes the terminal.
    return [
        [
            evolve(cell, text=inert(cell.text)) if isinstance(cell, Cell) else Cell(inert(cell))
            for cell in row
        ]
        for row in rows
    ]


def _as_texts(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(inert, texts))


@frozen(kw_only=True)
class DisplayTable:
    """A table to show.

    Parameters
    ----------
    titles : sequence of str
        What stands over the columns.
    rows : sequence of sequence of Cell or str
        The cells. Columns of nothing but printed numbers are set to the right.
    heading, subtitle : str, optional
        What is shown.
    notes : sequence of str, optional
        What stands below.
    total : int, optional
        How many rows there are, if more than these.
    language : {"en", "id"}, optional
        The language.
    below : DisplayTable, optional
        A table that belongs below.

    Examples
    --------
    >>> print(DisplayTable(titles=["Region", "Actual"], rows=[["Seluma", "22.1"]], total=2).text())
    Region  Actual
    ------  ------
    Seluma    22.1
    ... and 1 more rows
    """

    titles: Sequence[str] = field(converter=_as_texts)
    rows: Sequence[Sequence[Cell]] = field(converter=_as_rows)
    heading: str = field(default="", converter=inert)
    subtitle: str = field(default="", converter=inert)
    notes: Sequence[str] = field(default=(), converter=_as_texts)
    total: int = 0
    language: Language = "en"
    below: DisplayTable | None = None

    @property
    def right(self) -> list[bool]:
        """Whether each column holds numbers."""
        return [
            bool(self.rows) and all(_NUMERIC.fullmatch(row[column].text) for row in self.rows)
            for column in range(len(self.titles))
        ]

    @property
    def _head(self) -> str:
        return ". ".join(part for part in (self.heading, self.subtitle) if part)

    def text(self) -> str:
        """Return the table as plain text."""
        parts = [self._head, self._grid() if self.rows else "", "\n".join(self.notes)]
        parts += [self.below.text()] if self.below else []
        return "\n\n".join(part for part in parts if part)

    def _grid(self) -> str:
        shown, sides = self.rows[:MOST_ROWS], self.right
        texts = [self.titles, *([cell.text for cell in row] for row in shown)]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        lines = [
            "  ".join(
                text.rjust(width) if right else text.ljust(width)
                for text, width, right in zip(row, widths, sides, strict=True)
            ).rstrip()
            for row in texts
        ]
        lines.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join([*lines, *self._more("more", len(shown))])

    def _more(self, key: str, shown: int) -> list[str]:
        """Say how many rows are not shown."""
        hidden = max(self.total, len(self.rows)) - shown
        count = labels.number(hidden, 0, self.language)
        return [labels.label("table", key, self.language, count=count)] if hidden > 0 else []

    def markdown(self) -> str:
        """Return the whole table as Markdown; marks in the data stay text."""
        lines = ["| " + " | ".join(map(_escaped, self.titles)) + " |"]
        lines.append("|" + " --- |" * len(self.titles))
        lines += [
            "| " + " | ".join(_escaped(cell.text) for cell in row) + " |" for row in self.rows
        ]
        return "\n".join([_escaped(self._head), "", *lines]) + "\n"

    def html(self) -> str:
        """Return the table as HTML for a notebook."""
        shown, sides = self.rows[:MOST_IN_NOTEBOOK], self.right
        head = "".join(
            f"<th scope=col{_style(None, right)}>{escape(title)}"
            for title, right in zip(self.titles, sides, strict=True)
        )
        cells = (
            (f"<td{_style(cell.look, right, long=len(cell.text) > LONG)}>{cell.html()}"
             for cell, right in zip(row, sides, strict=True))
            for row in shown
        )  # fmt: skip
        body = "\n".join(f"<tr>{''.join(row)}" for row in cells)
        notes = [*self.notes, *self._more("more-hidden", len(shown))]
        below = "".join(
            f"<p style='margin:.2em 0'><small>{escape(note)}</small></p>" for note in notes
        )
        below += self.below.html() if self.below else ""
        return (
            f'<div lang="{self.language}" style="overflow-x:auto"><table style="{_TABLE}">'
            f'<caption style="{_CAPTION}"><b>{escape(self.heading)}</b><br>'
            f"{escape(self.subtitle)}</caption><thead><tr>{head}</thead><tbody>{body}</tbody>"
            f"</table>{below}</div>"
        )

    def rich(self) -> Any:
        """Return the table as Rich draws it on a terminal; nothing in it is read as markup."""
        from rich.table import Table
        from rich.text import Text

        head = self._head
        table = Table(title=Text(head) if head else None, title_justify="left")
        for title, right in zip(self.titles, self.right, strict=True):
            table.add_column(Text(title), justify="right" if right else "left")
        for row in self.rows[:MOST_ROWS]:
            styles = [f"bold {cell.look.colour}" if cell.look else "" for cell in row]
            table.add_row(*map(Text, (cell.text for cell in row), styles))
        return table


def _style(look: Look | None, right: bool, *, long: bool = False) -> str:
    parts = [f"text-align:{'right' if right else 'left'};padding:3px 8px;vertical-align:top"]
    parts += [f"white-space:nowrap;background:{look.colour};color:{look.ink}"] if look else []
    # A sentence in a narrow column would be as high as a page.
    return f' style="{";".join([*parts, *["min-width:16em"] * long])}"'


def _escaped(text: str) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return "".join(f"\\{mark}" if mark in "\\`*_[]|" else mark for mark in safe)
