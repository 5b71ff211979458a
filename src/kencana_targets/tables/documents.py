"""Tables of PDF and Word files, each as a sheet named by its page and number.

What stands right over a table and under it belongs to its sheet: a caption, a source, a
legend. The caption is its first row. Tables that run over pages are joined where their
heading repeats or is missing.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple

from attrs import evolve, frozen

from kencana_targets.core.errors import Problem, TableError, optional_module
from kencana_targets.tables.files import Grid, Merged, grid_of_rows, refusing_damage
from kencana_targets.tables.words import word_set

_MOST_PAGES = 1000
_MOST_CHARACTERS, _MOST_LINES = 100_000, 10_000  # of a page
_MOST_BYTES = 500_000_000  # that a file may hold once it is unpacked
_STREAM = re.compile(rb"stream\r?\n")
_ODD_PACKING = re.compile(rb"/Fl(?:ateDecode)?\s*/Fl|/LZW")
_DIGITS, _WORD = re.compile(r"[0-9]+"), re.compile(r"\w+")
_MARKED = re.compile(r"\*|[0-9]{1,2}\)")
_WIDEST = 500
_LINES_ABOVE, _LINES_BELOW, _LONGEST_LINE = 3, 4, 150
_ALIKE = 6.0  # points by which the columns of one table may differ from page to page

_Rows = list[list[str | None]]
# Where each column begins; without rules from where to where its words stand.
_Edges = tuple[tuple[float, float], ...]


@frozen
class _Found:
    """A table with the lines around it, and whether it may go on from the one before."""

    pages: tuple[int, ...]
    rows: _Rows
    merged: tuple[Merged, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    edges: _Edges = ()
    follows: bool = False
    number: int = 1


class _Line(NamedTuple):
    """A line of a page: its words with their left and right ends, and where it stands."""

    top: float
    bottom: float
    words: list[dict[str, Any]]

    @property
    def text(self) -> str:
        """Return the words, parted by blanks."""
        return " ".join(word["text"] for word in self.words)


def read_pdf(content: bytes, name: str) -> list[Grid]:
    """Return the tables of a PDF.

    Raises
    ------
    TableError
        The file is damaged, protected or too large, its pages are pictures, or no table
        is on them.
    MissingExtraError
        pdfplumber is not installed.
    """
    pdfplumber = optional_module("pdfplumber", "reading PDF", "pdf")
    _check_streams(content, name)
    found: list[_Found] = []
    pictures: list[int] = []
    seen: set[str] = set()
    hint = "open it and save it as a new PDF, or as .xlsx"
    known = "protected by a password", "not a PDF that can be read"
    damaged = refusing_damage(name, lambda e: known["Password" not in e], hint, shown=False)
    with damaged, pdfplumber.open(io.BytesIO(content)) as document:
        count = len(document.pages)
        for page in document.pages[:_MOST_PAGES]:
            tables, is_picture = _tables_of(page, name, seen, found[-1:])
            found += tables
            pictures += [page.page_number] * is_picture
            page.close()
    if count > _MOST_PAGES:
        hint = "save the pages with the tables as a file of their own"
        raise TableError(Problem(f"more than {_MOST_PAGES} pages", got=count, hint=hint), name)
    if not found:
        scanned = len(pictures) == count
        pictured = "scanned pages: pictures without text"
        what = pictured if scanned else "no table is found on the pages"
        hint = "save the document itself as PDF, or type the table into a workbook"
        raise TableError(Problem(what, hint=hint), name)
    return _grids(found, name, tuple(f"halaman {page} (gambar)" for page in pictures))


def read_word(content: bytes, name: str) -> list[Grid]:
    """Return the tables of a Word file; they have numbers and no pages.

    Raises
    ------
    TableError
        The file is damaged or too large, or holds no table.
    MissingExtraError
        python-docx is not installed.
    """
    body = list(open_word(content, name).iter_inner_content())
    found: list[_Found] = []
    lines: list[str] = []
    for block in body:
        if not hasattr(block, "_tbl"):
            text = block.text.strip()
            below = found[-1].below if found and not lines else ()
            if found and not lines and _is_note(text) and len(below) < _LINES_BELOW:
                found[-1] = evolve(found[-1], below=(*below, text))
            elif text:
                lines.append(text)
            continue
        rows, merged = _word_rows(block._tbl)
        above = _title(lines)
        follows = bool(found) and (not lines or any(map(_is_continued, above)))
        found.append(_Found((), rows, merged, above, follows=follows, number=len(found) + 1))
        lines = []
    if not found:
        raise TableError(Problem("no table is found in the document"), name)
    return _grids(found, name, ())


def open_word(content: bytes, name: str) -> Any:
    """Return a Word file as a document of python-docx; a new one for no content.

    Raises
    ------
    TableError
        The file is damaged or too large.
    MissingExtraError
        python-docx is not installed.
    """
    docx = optional_module("docx", "reading or writing Word", "word")
    if not content:
        return docx.Document()
    what, hint = "not a Word file that can be read", "open it in Word and save it anew"
    with refusing_damage(name, lambda _: what, hint, shown=False):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = sum(member.file_size for member in parts.infolist())
        if size > _MOST_BYTES:
            raise TableError(Problem("too large once unpacked", got=size), name)
        return docx.Document(io.BytesIO(content))


def is_word(content: bytes) -> bool:
    """Return whether a packed file is a Word file."""
    if b"word/document.xml" not in content:  # the names of its parts are not packed
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "word/document.xml" in parts.namelist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError):
        return False


def _check_streams(content: bytes, name: str) -> None:
    """Refuse what unpacks to more than a computer holds, before it is unpacked."""
    left, at = _MOST_BYTES, 0
    while match := _STREAM.search(content, at):
        at = content.find(b"endstream", match.end())
        if at < 0:
            return
        head = content[max(0, match.start() - 400) : match.start()]
        head = head[head.rfind(b"obj") + 1 :]
        if _ODD_PACKING.search(head):
            what = "packed in a way that is not read"
            raise TableError(Problem(what, hint="save it as a new PDF"), name)
        try:
            left -= len(zlib.decompressobj().decompress(content[match.end() : at], left + 1))
        except zlib.error:
            continue
        if left < 0:
            raise TableError(Problem("too large once unpacked", hint="save fewer pages"), name)


def _tables_of(
    page: Any, name: str, seen: set[str], before: Sequence[_Found]
) -> tuple[list[_Found], bool]:
    """Return the tables of a page, and whether it is nothing but a picture.

    What pages before have `seen` outside of tables, such as their headers, is no title.
    The last rows of a table `before` may stand alone on this page.
    """
    page = _upright(page)
    if len(page.chars) > _MOST_CHARACTERS or len(page.edges) > _MOST_LINES:
        what = f"page {page.page_number} holds more than a table"
        raise TableError(Problem(what, hint="save the tables as a workbook"), name)
    if not page.chars:
        return [], bool(page.images)
    lines = _lines(page)
    # A lone row may be the last one of the table before.
    columns = len(before[0].edges) if before else 0
    ruled = [
        table
        for number, table in enumerate(page.find_tables())
        if len(table.cells) > 3 or (number == 0 and len(table.cells) == columns > 1)
    ]
    boxes = [table.bbox for table in ruled]
    free = [
        line
        for line in lines
        if not any(box[1] - 1 <= (line.top + line.bottom) / 2 <= box[3] + 1 for box in boxes)
    ]
    spans = [(box[1], box[3], table) for box, table in zip(boxes, ruled, strict=True)]
    new = [line for line in free if _DIGITS.sub("", line.text) not in seen]
    plain = [one for one in before if any(left < right for left, right in one.edges)]
    width = len(plain[0].edges) if plain else 0
    spans += [(block[0].top, block[-1].bottom, block) for block in _blocks(new, width)]
    found: list[_Found] = []
    end = 0.0
    for top, bottom, what in sorted(spans, key=lambda span: span[0]):
        rows, merged, edges = _plain_rows(what) if isinstance(what, list) else _ruled_rows(what)
        between = [line for line in free if end <= line.top and line.bottom <= top + 1]
        if found:
            notes = _notes(between)
            found[-1] = evolve(found[-1], below=notes)
            between = between[len(notes) :]
        above = _title([line.text for line in between if _DIGITS.sub("", line.text) not in seen])
        follows = not found and (not above or any(map(_is_continued, above)))
        number, pages = len(found) + 1, (page.page_number,)
        found.append(_Found(pages, rows, merged, above, (), edges, follows, number))
        end = bottom - 1
    if found:
        found[-1] = evolve(found[-1], below=_notes([line for line in free if line.top >= end]))
    seen.update(_DIGITS.sub("", line.text) for line in free)
    return found, False


def _upright(page: Any) -> Any:
    """Turn a page whose words run upwards or downwards."""
    turned = [char for char in page.chars if not char["upright"]]
    if 2 * len(turned) <= len(page.chars):
        return page
    upwards = sum(char["matrix"][1] > 0 for char in turned) * 2 > len(turned)
    page.page_obj.rotate = (page.page_obj.rotate + (90 if upwards else 270)) % 360
    return type(page)(page.pdf, page.page_obj, page_number=page.page_number, initial_doctop=0)


def _lines(page: Any) -> list[_Line]:
    words = sorted(page.extract_words(), key=lambda word: (word["top"], word["x0"]))
    lines: list[list[dict[str, Any]]] = []
    for word in words:
        middle = (word["top"] + word["bottom"]) / 2
        if lines and lines[-1][0]["top"] <= middle <= lines[-1][0]["bottom"]:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [
        _Line(line[0]["top"], line[0]["bottom"], sorted(line, key=lambda word: word["x0"]))
        for line in lines
    ]


def _title(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the lines over a table that are its title: from a caption on, or a short line."""
    near = list(lines[-_LINES_ABOVE:])
    for at, line in enumerate(near):
        if _begins(line, "captions"):
            return tuple(near[at:])
    last = near[-1:]
    return tuple(line for line in last if len(line) < _LONGEST_LINE and not line.endswith("."))


def _begins(line: str, words: str) -> bool:
    """Return whether a line begins with one of some words."""
    first = _WORD.match(line)
    return first is not None and first[0].casefold() in word_set(words)


def _is_note(line: str) -> bool:
    return bool(_MARKED.match(line)) or _begins(line, "note")


def _is_continued(line: str) -> bool:
    return not word_set("continued").isdisjoint(map(str.casefold, _WORD.findall(line)))


def _notes(lines: Sequence[_Line]) -> tuple[str, ...]:
    """Return the lines under a table that belong to it."""
    return tuple(takewhile(_is_note, (line.text for line in lines[:_LINES_BELOW])))


def _ruled_rows(table: Any) -> tuple[_Rows, tuple[Merged, ...], _Edges]:
    """Return the cells of a table with rules, and which of them span several."""
    # Rules that nearly meet are one: pdfplumber has drawn them together.
    lefts, tops = (sorted({cell[side] for cell in table.cells}) for side in (0, 1))
    cells = table.extract()
    rows: _Rows = [[" ".join((text or "").split()) or None for text in row] for row in cells]
    merged: list[Merged] = []
    for row, cells in enumerate(line.cells for line in table.rows):
        for column, box in enumerate(cells):
            if box is not None:
                _, _, right, bottom = box
                last = (
                    sum(top < bottom - 1 for top in tops) - 1,
                    sum(x < right - 1 for x in lefts) - 1,
                )
                merged += [((row, column), last)] if last != (row, column) else []
    return rows, tuple(merged), tuple((left, left) for left in lefts)


def _pieces(line: _Line) -> list[list[dict[str, Any]]]:
    """Part a line where more than a blank or two stand between its words."""
    pieces = [[line.words[0]]]
    for before, word in zip(line.words, line.words[1:], strict=False):
        if word["x0"] - before["x1"] > 0.8 * (word["bottom"] - word["top"]):
            pieces.append([])
        pieces[-1].append(word)
    return pieces


def _blocks(lines: Sequence[_Line], width: int) -> list[list[_Line]]:
    """Return the runs of lines that are parted into columns: tables without rules.

    Fewer lines than a table has may be the last ones of a table that is `width` columns wide.
    """
    blocks: list[list[_Line]] = [[]]
    for line in lines:
        block = blocks[-1]
        far = block and line.top - block[-1].bottom > 2 * (line.bottom - line.top)
        if far:
            blocks.append(block := [])
        if len(_pieces(line)) > 1 or (block and not _is_note(line.text)):
            block.append(line)
        elif block:
            blocks.append([])
    for block in blocks:
        while block and len(_pieces(block[-1])) == 1:
            block.pop()
    parted = ([line for line in block if len(_pieces(line)) > 1] for block in blocks)
    return [
        block
        for block, columns in zip(blocks, parted, strict=True)
        if 2 * len(columns) >= len(block) > 0
        and (len(columns) > 2 or (block[0] is lines[0] and len(_pieces(block[0])) == width))
    ]


def _plain_rows(lines: list[_Line]) -> tuple[_Rows, tuple[Merged, ...], _Edges]:
    """Return the cells of a table without rules, by where the words of its rows stand."""

    def cell(piece: list[dict[str, Any]]) -> tuple[float, float, str]:
        return piece[0]["x0"], piece[-1]["x1"], " ".join(word["text"] for word in piece)

    parted = [[*map(cell, _pieces(line))] for line in lines]
    most = max(map(len, parted))
    columns: list[list[float]] = []
    for x0, x1, _ in sorted(cell for row in parted if len(row) == most for cell in row):
        if columns and x0 <= columns[-1][1]:
            columns[-1][1] = max(x1, columns[-1][1])
        else:
            columns.append([x0, x1])
    rows: _Rows = []
    for row in parted:
        goes_on = len(row) == 1 and rows and row[0][2][:1].islower()
        cells: list[str | None] = rows.pop() if goes_on else [None] * len(columns)
        for x0, x1, text in row:
            # By how much the cell lies over each column; below zero, how far it is from it.
            over = [min(right, x1) - max(left, x0) for left, right in columns]
            at = over.index(max(over))
            cells[at] = text if cells[at] is None else f"{cells[at]} {text}"
        rows.append(cells)
    return rows, (), tuple((left, right) for left, right in columns)


def _word_rows(table: Any) -> tuple[_Rows, tuple[Merged, ...]]:
    """Return the cells of a table of Word, and which of them span several."""
    rows: _Rows = []
    spans: list[list[int]] = []
    open_at: dict[int, list[int]] = {}
    for number, line in enumerate(table.tr_lst):
        cells: list[str | None] = []
        for cell in line.tc_lst:
            column, width = len(cells), min(cell.grid_span, _WIDEST)
            text = " ".join(" ".join(part.text for part in cell.p_lst).split())
            going_on = cell.vMerge == "continue" and column in open_at
            cells += [None if going_on else text or None, *[None] * (width - 1)]
            if going_on:
                open_at[column][2] = number
                continue
            open_at[column] = [number, column, number, column + width - 1]
            spans.append(open_at[column])
        rows.append(cells)
    width = max(map(len, rows), default=0)
    rows = [row + [None] * (width - len(row)) for row in rows]
    return rows, tuple(((a, b), (c, d)) for a, b, c, d in spans if (a, b) != (c, d))


def _grids(found: Iterable[_Found], name: str, hidden: tuple[str, ...]) -> list[Grid]:
    """Join what runs over pages, and make a sheet of each table."""
    tables: list[_Found] = []
    for table in found:
        if tables and table.follows and (joined := _joined(tables[-1], table)) is not None:
            tables[-1] = joined
        else:
            tables.append(table)
    grids = []
    for table in tables:
        cells: list[list[Any]] = [*([line] for line in table.above), *map(list, table.rows)]
        cells += [[line] for line in table.below]
        down = len(table.above)
        merged = tuple(((a + down, b), (c + down, d)) for (a, b), (c, d) in table.merged)
        pages = "-".join(map(str, dict.fromkeys((*table.pages[:1], *table.pages[-1:]))))
        sheet = f"tabel {table.number}"
        sheet = f"halaman {pages}, {sheet}" if pages else sheet
        grids.append(grid_of_rows(name, cells, sheet=sheet, merged=merged, hidden=hidden))
    return grids


def _joined(first: _Found, more: _Found) -> _Found | None:
    """Return two parts of a table as one, None if they are two tables."""
    same_page = first.pages and more.pages[0] != first.pages[-1] + 1
    if same_page or first.below or len(first.rows[0]) != len(more.rows[0]):
        return None
    pairs = zip(first.edges, more.edges, strict=False)
    if any(max(one[0], other[0]) - min(one[1], other[1]) > _ALIKE for one, other in pairs):
        return None
    repeated = 0
    for mine, theirs in zip(first.rows, more.rows, strict=False):
        if mine != theirs:
            break
        repeated += 1
    down = len(first.rows) - repeated
    merged = (((a + down, b), (c + down, d)) for (a, b), (c, d) in more.merged if a >= repeated)
    rows, pages = [*first.rows, *more.rows[repeated:]], (*first.pages, *more.pages)
    return evolve(first, pages=pages, rows=rows, merged=(*first.merged, *merged), below=more.below)
