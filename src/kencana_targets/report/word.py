"""The achievement chapter of a performance report (LKjIP) as a Word file."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np
from attrs import evolve

from kencana_targets.core import labels
from kencana_targets.core.errors import refuse
from kencana_targets.core.labels import inert
from kencana_targets.core.typing import Ints, Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.report.bands import NO_BAND, Look, rule_facts, rule_name
from kencana_targets.report.canvas import Chart, picture
from kencana_targets.report.explanation import narrate
from kencana_targets.report.figures import path_chart, ranking_chart
from kencana_targets.report.meeting import Meeting
from kencana_targets.report.tabulate import name_of
from kencana_targets.report.view import View
from kencana_targets.tables.documents import open_word
from kencana_targets.tables.files import file_name, read_bytes

FONT = "Arial"
# A centimetre, as python-docx measures a page and Word the columns of a table.
EMU, TWIPS = 360_000, 567
MOST_ROWS, MOST_DRAWN, MOST_TOLD = 2_000, 60, 15
# Widths of the columns of an indicator's table; a column of none has the rest. [cm]
BEHIND = {"actual": 2.2, "target": 1.8, "percent": 1.9, "need": 2.7, "pace": 3.2, "chance": 1.6}
WIDTHS = (0.0, 2.3, 1.7, 2.2, 1.9, 2.2, 2.0)


def chapter(card: Scorecard, language: Language = "id", *, template: Any = None) -> bytes:
    """Return the chapter as a Word file (see `Scorecard.to_docx`)."""
    labels.check_language(language)
    if len(card) > MOST_ROWS:
        refuse("scorecard", len(card), f"at most {MOST_ROWS} rows in one chapter",
               "take a part of it with select(...), or write a workbook")  # fmt: skip
    content, name = b"", ""
    if template is not None:
        content, name = read_bytes(template), file_name(template, "template")
    return _Chapter(card, language, open_word(content, name), new=not content).bytes()


class _Chapter:
    def __init__(self, card: Scorecard, language: Language, document: Any, *, new: bool) -> None:
        self.card, self.language, self.document = card, language, document
        self.view = View(card, language)
        self.meeting = Meeting(self.view)
        self.say = self.meeting.say
        self.columns = labels.words("column", language)
        self.numbered = {"table": 0, "figure": 0}
        if new:
            self.set_page()

    def word(self, key: str, **cells: Any) -> str:
        return labels.label("chapter", key, self.language, **cells)

    def set_page(self) -> None:
        """Give a file without template the page and the language of the office."""
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt, RGBColor

        page = self.document.sections[0]
        page.page_width, page.page_height = Cm(21.0), Cm(29.7)
        page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.5)
        styles = self.document.styles
        for name, size in (("Normal", 11), ("Heading 1", 16), ("Heading 2", 13), ("Heading 3", 11.5),
                           ("Caption", 10)):  # fmt: skip
            styles[name].font.size, styles[name].font.name = Pt(size), FONT
            styles[name].font.color.rgb = RGBColor(0x1A, 0x1A, 0x1A)
            for theme in styles[name].element.xpath("w:rPr/w:rFonts"):
                theme.attrib.clear()
                theme.set(qn("w:ascii"), FONT)
                theme.set(qn("w:hAnsi"), FONT)
        code = {"id": "id-ID", "en": "en-GB"}[self.language]
        known = styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")[0]
        for old in known.xpath("w:lang"):
            known.remove(old)
        known.append(_element(f'<w:lang w:val="{code}" w:eastAsia="{code}"/>'))

    def bytes(self) -> bytes:
        plan, meeting = self.card.plan, self.meeting
        name = name_of(plan, self.language)
        title = self.word("title", year=f"{meeting.year:g}", plan=inert(name))
        self.heading(title, 1)
        self.document.core_properties.title = title[:255]
        self.summary()
        groups: dict[str, list[int]] = {}
        for one in np.unique(self.view.indicator_at[meeting.focus]).tolist():
            groups.setdefault(inert(plan.indicators[one].objective), []).append(one)
        for objective, indicators in groups.items():
            if objective:
                self.heading(self.word("objective", name=objective), 2)
                self.paragraph(self.averaged(objective))
            for one in indicators:
                self.indicator(one, 3 if objective else 2)
        self.heading(self.say["rule"], 2)
        facts = rule_facts(self.card.rule, self.language, self.card.inherit)
        self.table((), [fact[:2] for fact in facts], (4.5, 0.0))
        self.heading(self.say["sources"], 2)
        for number, source in enumerate(self.view.sources[0], start=1):
            self.paragraph(f"{number}. {source}")
        buffer = io.BytesIO()
        self.document.save(buffer)
        return buffer.getvalue()

    def summary(self) -> None:
        """Write what the first page of the report says: verdict, counts, who needs what."""
        found = self.meeting.summary()
        self.heading(found["title"], 2)
        rule = f"{self.say['judged-by']}: {rule_name(self.card.rule, self.language)}"
        told = (found["beside"], found["chance"], found["unjudged"])
        for line in (*found["verdict"], *told, rule):
            self.paragraph(f"{line}." if line else "")
        tiles = [
            (
                tile["name"] if tile["kind"] else evolve(tile["look"], word=tile["name"]),
                tile["count"],
            )
            for tile in found["tiles"]
        ]
        self.caption("table", self.say["by-band"])
        self.table((self.columns["band"], self.say["rows"]), tiles, (0.0, 2.5))
        if not found["behind"]:
            return
        self.caption("table", self.say["behind"])
        columns = found["columns"]
        rows = [[one["title"], *(one[key] for key in columns)] for one in found["behind"]]
        names = [self.columns["region_name"], *columns.values()]
        self.table(names, rows, [0.0, *(BEHIND[key] for key in columns)])

    def averaged(self, objective: str) -> str:
        """Say what the region above averages over the indicators of an objective."""
        if self.meeting.parent is None:
            return ""
        region = inert(self.card.plan.regions.regions[self.meeting.parent].name)
        known = {one["name"]: one for one in self.meeting.objectives_of(self.meeting.parent)}
        line = known.get(objective, {"number": None})
        if line["number"] is None:
            return ""
        band = "" if line["look"] is NO_BAND else f" ({line['look'].word})"
        return f"{self.say['average']}, {region}: {line['average']}{band}."

    def indicator(self, indicator: int, level: int) -> None:
        """Write the table, the sentences and the figures of an indicator."""
        view, focus = self.view, self.meeting.focus
        rows = focus[view.indicator_at[focus] == indicator]
        name, unit = view.indicator_names[indicator], view.units[indicator]
        self.heading(name, level)
        title = f"{name} ({unit}), {self.meeting.year:g}" if unit else name
        self.caption("table", title)
        keys = ("region_name", "baseline", "target", "actual", "achievement", "band", "met")
        cells = [
            (view.region_name(row), self.baseline(row), view.target[row], view.actual[row],
             view.achievement[row], NO_BAND.word if view.rows.band[row] < 0 else view.look(row),
             view.met[row])
            for row in rows.tolist()
        ]  # fmt: skip
        self.table([self.columns[key] for key in keys], cells, WIDTHS)
        self.years(indicator, title)
        for row in self.told(rows):
            self.paragraph(narrate(view, row))
        known = int((~np.isnan(view.rows.actual[rows])).sum())
        left = known - MOST_TOLD
        if left > 0:
            self.paragraph(self.word("more", count=labels.number(left, 0, self.language)))
        parent = rows[view.region_at[rows] == (self.meeting.parent or -1)]
        for row in parent.tolist() or rows[:1].tolist():
            self.picture(path_chart(view, row))
        if 2 < known <= MOST_DRAWN:
            self.picture(ranking_chart(view, self.card.plan.indicators[indicator].code))

    def baseline(self, row: int) -> str:
        base = int(self.view.rows.baseline_row[row])
        if base < 0:
            return self.view.baseline[row]
        return f"{self.view.baseline[row]} ({self.card.plan.baselines.year[base]:g})"

    def told(self, rows: Ints) -> list[int]:
        """Choose the rows that sentences are about: the region above first, then the lowest."""
        rows = rows[~np.isnan(self.view.rows.actual[rows])]
        worth = self.view.rows.achievement[rows]
        parent = self.view.region_at[rows] == (self.meeting.parent or -1)
        order = rows if len(rows) <= MOST_TOLD else rows[np.lexsort((worth, ~parent))]
        return order[:MOST_TOLD].tolist()  # type: ignore[no-any-return]

    def years(self, indicator: int, title: str) -> None:
        """Compare the years evaluated, if there are several: what was reached, and its percent."""
        view, years = self.view, sorted(self.card.years)
        if len(years) < 2:
            return
        rows = np.flatnonzero(view.indicator_at == indicator).tolist()
        cells: dict[int, dict[float, str]] = {}
        for row in rows:
            known = not np.isnan(view.rows.actual[row])
            told = f"{view.actual[row]} ({view.achievement[row]})" if known else labels.NOTHING
            cells.setdefault(int(view.region_at[row]), {})[float(view.rows.year[row])] = told
        self.caption("table", self.word("years", title=title.rpartition(",")[0] or title))
        names = (self.columns["region_name"], *(f"{year:g}" for year in years))
        regions = self.card.plan.regions.regions
        table = [
            (inert(regions[one].name), *(found.get(year, labels.NOTHING) for year in years))
            for one, found in cells.items()
        ]
        self.table(names, table, [0.0, *[min(2.9, 11.0 / len(years))] * len(years)])

    def heading(self, text: str, level: int) -> None:
        self.paragraph(text, f"Heading {level}")

    def paragraph(self, text: str, style: str = "") -> Any:
        """Write a paragraph in a style, as far as the template has it; nothing for no text."""
        if not text:
            return None
        known = style in [one.name for one in self.document.styles]
        written = self.document.add_paragraph(style=style if known else None)
        written.add_run(inert(text)).bold = None if known or not style else True
        return written

    def caption(self, kind: str, text: str) -> None:
        """Write a caption with a number that Word itself counts, for its list of tables."""
        self.numbered[kind] += 1
        name = self.word(kind)
        written = self.paragraph(f"{name} ", "Caption")
        written.paragraph_format.keep_with_next = kind == "table"
        field = (
            f'<w:fldSimple w:instr=" SEQ {name} \\* ARABIC "><w:r><w:t>'
            f"{self.numbered[kind]}</w:t></w:r></w:fldSimple>"
        )
        written._p.append(_element(field))
        written.add_run(f". {inert(text)}")

    def table(
        self, names: Sequence[str], rows: Sequence[Sequence[str | Look]], widths: Sequence[float]
    ) -> None:
        """Write a table: headings on every page, no row broken, bands in their colours."""
        page = self.document.sections[-1]
        room = (page.page_width - page.left_margin - page.right_margin) / EMU - sum(widths)
        every = [round((width or max(room, 2.5)) * TWIPS) for width in widths]
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        edges = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="808080"/>' for side in sides)
        lines = [_row(names, every, head=True)] if names else []
        lines += [_row(texts, every, plain=not names) for texts in rows]
        # Word asks for this order of properties.
        table = _element(
            f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders>{edges}</w:tblBorders>'
            '<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>'
            + "".join(f'<w:gridCol w:w="{width}"/>' for width in every)
            + f"</w:tblGrid>{''.join(lines)}</w:tbl>"
        )
        after = self.document.add_paragraph()
        after.paragraph_format.space_after = 0
        after._p.addprevious(table)

    def picture(self, chart: Chart) -> None:
        """Draw a figure as wide as the page allows, with its words for those who cannot see it."""
        page = self.document.sections[-1]
        # The caption says what the figure's own title would.
        buffer = io.BytesIO(picture(evolve(chart, title="").drawn(), dpi=160))
        room = page.page_width - page.left_margin - page.right_margin
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        drawn = paragraph.add_run().add_picture(buffer, width=room)
        drawn._inline.docPr.set("descr", self.say["figure-alt"].format(title=chart.title))
        self.caption("figure", chart.title)


def _element(text: str) -> Any:
    """Return an element of WordprocessingML, whose prefix is declared here."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    head = re.match(r"<w:[A-Za-z]+", text)
    return parse_xml(f"{head[0]} {nsdecls('w')}{text[head.end() :]}") if head else None


def _row(
    texts: Sequence[str | Look], widths: Sequence[int], *, head: bool = False, plain: bool = False
) -> str:
    """Return a row of a table; numbers stand to the right, bands in their colours."""
    cells = []
    for cell, width in zip(texts, widths, strict=True):
        text, fill, ink, right = str(cell), "E8EBEF" if head else "", "1A1A1A", False
        if isinstance(cell, Look):
            text, fill, ink = cell.word, cell.colour.lstrip("#"), cell.ink.lstrip("#")
        else:
            right = not (head or plain) and cell[:1] in "0123456789-<≤≥>"
        cells.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>'
            + (f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else "")
            + '</w:tcPr><w:p><w:pPr><w:spacing w:after="20"/>'
            + '<w:jc w:val="right"/>' * right
            + f'</w:pPr><w:r><w:rPr>{"<w:b/>" * head}<w:color w:val="{ink}"/><w:sz w:val="18"/>'
            f"</w:rPr><w:t>{escape(inert(text), quote=False)}</w:t></w:r></w:p></w:tc>"
        )
    marks = f"<w:cantSplit/>{'<w:tblHeader/>' * head}"
    return f"<w:tr><w:trPr>{marks}</w:trPr>{''.join(cells)}</w:tr>"
