"""The XML in workbooks, parsed as a stream within limits, and never looked through by patterns."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeAlias
from xml.parsers import expat

from kencana_targets.tables.sheet_cells import MARKED, refuse_workbook

Attributes: TypeAlias = dict[str, str]

_MOST_ELEMENTS = 200_000


def local(tag: str) -> str:
    """Return the name of an element without its prefix.

    Examples
    --------
    >>> local("x:row"), local("row")
    ('row', 'row')
    """
    return tag.rpartition(":")[2]


def parse_xml(
    content: bytes,
    name: str,
    start: Callable[[str, Attributes], object],
    end: Callable[[str], object] | None = None,
    text: Callable[[str], object] | None = None,
) -> None:
    """Call `start`, `end` and `text` for each element; `name` is the file's.

    Raises
    ------
    TableError
        The part is not well-formed, or declares entities.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = lambda *_: refuse_workbook(
        "the workbook declares entities, as no program does", name
    )
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        hint = "open it in the program that made it and save it again"
        refuse_workbook(f"the workbook is damaged: {error}", name, hint=hint)


def elements(
    content: bytes, name: str, wanted: Collection[str]
) -> list[tuple[str, str, Attributes]]:
    """Return the parent, name and attributes of each element that has one of the names."""
    found: list[tuple[str, str, Attributes]] = []
    open_tags = [""]

    def start(tag: str, attributes: Attributes) -> None:
        tag = local(tag)
        if tag in wanted:
            found.append((open_tags[-1], tag, attributes))
            if len(found) > _MOST_ELEMENTS:
                refuse_workbook("the workbook holds more sheets or styles than any program's", name)
        open_tags.append(tag)

    parse_xml(content, name, start, lambda _: open_tags.pop())
    return found


class RichText:
    """The text of a cell, put together of its runs; raised and struck digits are marked."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._mark = ""
        self._silent = False
        self._listening = False

    def start(self, tag: str, attributes: Attributes) -> None:
        """Enter an element."""
        tag = local(tag)
        if tag == "t":
            self._listening = not self._silent
        elif tag == "r":
            self._mark = ""
        elif tag == "rPh":
            self._silent = True
        elif tag == "vertAlign":
            mark = attributes.get("val", "")
            self._mark = mark if mark in MARKED else ""
        elif tag == "strike" and attributes.get("val") not in ("0", "false"):
            self._mark = "struck"

    def end(self, tag: str) -> None:
        """Leave an element."""
        tag = local(tag)
        if tag == "t":
            self._listening = False
        elif tag == "r":
            self._mark = ""
        elif tag == "rPh":
            self._silent = False

    def text(self, text: str) -> None:
        """Hear text."""
        if self._listening:
            self._parts.append(text.translate(MARKED[self._mark]) if self._mark else text)

    def take(self) -> str:
        """Return the whole text, and begin anew."""
        whole = "".join(self._parts)
        self._parts.clear()
        return whole
