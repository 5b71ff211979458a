"""The workbook for the meeting: the table people know, the scorecard, charts of the paths."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.columns import to_lists
from kencana_targets.core.errors import refuse
from kencana_targets.core.labels import inert
from kencana_targets.report.bands import NO_BAND, looks
from kencana_targets.report.book import LONGEST_TEXT, Book
from kencana_targets.report.explanation import arithmetic
from kencana_targets.report.meeting import Meeting
from kencana_targets.report.narrative import narrate
from kencana_targets.report.rule_facts import rule_facts
from kencana_targets.report.tabulate import heading
from kencana_targets.report.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kencana_targets.evaluation.scorecard import Scorecard

MOST_ROWS = 1_048_575
MOST_CHARTS = 24
# Columns of the scorecard that hold words of the library, and where these are.
WORDED = {"direction", "target_basis", "formula", "met", "status"}
IN_UNIT = {"baseline", "target", "actual", "gap"}
WIDTHS = {"region_name": 30, "indicator_name": 34, "unit": 16, "target_source": 28}
WIDTHS |= {"actual_source": 28, "reason": 36, "target_basis": 28, "formula": 20, "band": 16}


def workbook(card: Scorecard, language: str = "id") -> bytes:
    """Return the workbook of a scorecard as a file (see `Scorecard.to_excel`)."""
    if len(card) > MOST_ROWS:
        refuse("scorecard", len(card), f"at most {MOST_ROWS} rows",
               "take one year with for_year(...), or write CSV or Parquet")  # fmt: skip
    return _Meeting(card, language).bytes()


class _Meeting:
    def __init__(self, card: Scorecard, language: str) -> None:
        self.book = Book(language)
        self.card, self.language, self.view = card, language, View(card, language)
        self.looks = looks(card.rule, language)
        say = labels.words("report", language)
        self.report = say
        self.meeting = Meeting(self.view, self.looks, NO_BAND)
        self.focus = self.meeting.focus

    def bytes(self) -> bytes:
        self.meeting_sheet()
        self.scorecard_sheet()
        self.regions_sheet()
        self.explanations_sheet()
        self.paths_sheet()
        self.sources_sheet()
        return self.book.bytes()

    def titles(self, *keys: str) -> list[str]:
        return [labels.label("column", key, self.language) for key in keys]

    def colour(self, sheet: Any, rows: tuple[int, int], column: int) -> None:
        """Colour the words of bands by rules of the sheet, so that edits keep them right."""
        if rows[1] < rows[0]:
            return
        for look in self.looks:
            word = inert(look.word).replace('"', '""')
            style = self.book.file.add_format({"bg_color": look.colour, "font_color": look.ink})
            condition = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
            sheet.conditional_format(rows[0], column, rows[1], column, condition)

    @cached_property
    def indicators(self) -> list[int]:
        return [int(one) for one in np.unique(self.view.indicator_at[self.focus])]

    def meeting_sheet(self) -> None:
        """Write the table in the form that evaluations have."""
        book = self.book
        sheet = book.sheet(book.say("sheet-meeting"), (6, 30, 44, 18, 13, 13, 13, 18))
        book.text(
            sheet,
            0,
            0,
            ". ".join(heading(self.card.for_year(self.meeting.year), self.language)),
            bold=True,
        )
        titles = [book.say("number"), book.say("objective")]
        titles += self.titles("indicator_name", "unit", "target", "actual", "achievement", "band")
        book.header(sheet, 2, titles)
        at, first = 3, 3
        for name, rows in self.blocks():
            for number, row in enumerate(rows, start=1):
                self.meeting_row(sheet, at, number, row)
                at += 1
            at = self.foot(sheet, at, *name)
        self.colour(sheet, (first, at - 1), 7)
        sheet.print_area(0, 0, max(at - 1, first), 7)

    def blocks(self) -> list[tuple[tuple[float | None, str | None], list[int]]]:
        """Return the rows of each block with its average and word.

        With several indicators each region is a block; with one, all regions are.
        """
        view = self.view
        if len(self.indicators) == 1:
            summary = self.meeting.last.by_indicator().to_dicts()
            code = self.card.plan.indicators[self.indicators[0]].code
            found = next(row for row in summary if row["indicator"] == code)
            return [((found["score"], found["band"]), self.focus.tolist())]
        blocks = []
        for region in np.unique(view.region_at[self.focus]).tolist():
            rows = self.focus[view.region_at[self.focus] == region].tolist()
            known = self.meeting.averages.get(self.card.plan.regions.codes[region], {})
            blocks.append(((known.get("score"), known.get("band")), rows))
        return blocks

    def meeting_row(self, sheet: Any, at: int, number: int, row: int) -> None:
        book, view, rows = self.book, self.view, self.card.rows
        indicator = int(view.indicator_at[row])
        line = {"border": 1}
        book.number(sheet, at, 0, number, 0, **line)
        book.text(sheet, at, 1, view.region(row).name, text_wrap=True, **line)
        book.text(sheet, at, 2, view.indicator_names[indicator], text_wrap=True, **line)
        book.text(sheet, at, 3, view.units[indicator], text_wrap=True, **line)
        if np.isnan([rows.lower[row], rows.upper[row]]).all():
            book.number(sheet, at, 4, rows.target[row], self.target_places[row], **line)
        else:
            book.text(sheet, at, 4, view.target[row], align="right", **line)
        actual = view.actual_values
        book.number(sheet, at, 5, actual[row], self.actual_places[row], **line)
        book.number(sheet, at, 6, rows.achievement[row], self.card.rule.decimals, **line)
        band = view.look(row)
        word = view.reasons[row] if band is NO_BAND else band.word
        book.text(sheet, at, 7, word, text_wrap=True, **line)
        texts = (
            view.region(row).name,
            view.indicator_names[indicator],
            view.units[indicator],
            word,
        )
        book.height(sheet, at, list(zip(texts, (30, 44, 18, 18), strict=True)))

    def foot(self, sheet: Any, at: int, score: float | None, band: str | None) -> int:
        """Write the average and the criteria under a block."""
        book = self.book
        line = {"border": 1, "bold": True, "bg_color": "#F4F5F7"}
        for row, key in ((at, "average"), (at + 1, "criteria")):
            for column in range(6):
                book.text(sheet, row, column, book.say(key) if column == 1 else None, **line)
        book.number(sheet, at, 6, score, self.card.rule.decimals, **line)
        book.text(sheet, at, 7, None, **line)
        book.text(sheet, at + 1, 6, None, **line)
        word = None if band is None else self.meeting.shade(band).word
        book.text(sheet, at + 1, 7, word, border=1, bold=True)
        return at + 2

    @cached_property
    def target_places(self) -> list[int]:
        return labels.stated_places(self.card.rows.target, self.view.places).tolist()  # type: ignore[no-any-return]

    @cached_property
    def actual_places(self) -> list[int]:
        return labels.stated_places(self.view.actual_values, self.view.places).tolist()  # type: ignore[no-any-return]

    def scorecard_sheet(self) -> None:
        """Write every row and column, each of its type."""
        book, columns = self.book, self.card.columns()
        lists = to_lists(columns)
        lists["reason"] = self.view.reasons
        lists["indicator_name"] = self.of_indicator(self.view.indicator_names)
        lists["unit"] = self.of_indicator(self.view.units)
        lists["band"] = [
            self.view.look(row).word if band else None for row, band in enumerate(lists["band"])
        ]
        words = {True: "yes", False: "no", None: None}
        lists["met"] = [words[met] for met in lists["met"]]
        names = list(lists)
        sheet = book.sheet(book.say("sheet-scorecard"), [WIDTHS.get(name, 12) for name in names])
        book.header(sheet, 0, self.titles(*names))
        for column, name in enumerate(names):
            self.column(sheet, column, name, lists[name])
        last = len(self.card)
        sheet.autofilter(0, 0, max(last, 1), len(names) - 1)
        sheet.freeze_panes(1, 4)
        # Too many columns for one page: two, with the names on both.
        sheet.fit_to_pages(2, 0)
        sheet.repeat_columns(0, 3)
        sheet.print_area(0, 0, max(last, 1), len(names) - 1)
        self.colour(sheet, (1, last), names.index("band"))

    def of_indicator(self, words: Sequence[str]) -> list[str]:
        return [words[one] for one in self.view.indicator_at.tolist()]

    def column(self, sheet: Any, column: int, name: str, cells: list[Any]) -> None:
        """Write one column of the scorecard under its heading."""
        book = self.book
        kinds = {type(cell) for cell in cells} - {type(None)}
        if kinds <= {str}:
            for row, cell in enumerate(cells, start=1):
                if cell is not None:
                    word = self.word(name, cell)
                    sheet.write_string(row, column, inert(word)[:LONGEST_TEXT], book.format())
        else:
            places = self.decimals(name, cells)
            for row, (cell, decimals) in enumerate(zip(cells, places, strict=True), start=1):
                if cell is not None:
                    plain = book.format(num_format="0")
                    style = plain if "year" in name else book.number_format(decimals)
                    sheet.write_number(row, column, cell, style)

    def word(self, name: str, cell: str) -> str:
        if name not in WORDED:
            return cell
        key = "stabilize-formula" if (name, cell) == ("formula", "stabilize") else cell
        return labels.label("word", key, self.language)

    def decimals(self, name: str, cells: list[Any]) -> list[int]:
        if name in IN_UNIT:
            values = np.array([np.nan if cell is None else cell for cell in cells])
            return labels.stated_places(values, self.view.places).tolist()  # type: ignore[no-any-return]
        return [2 if name == "progress" else self.card.rule.decimals] * len(cells)

    def regions_sheet(self) -> None:
        """Write the average, word and rank of each region among regions of its level."""
        book = self.book
        sheet = book.sheet(
            book.say("sheet-regions"), (10, 8, 12, 34, 12, 18, 10, 12, 14), landscape=False
        )
        titles = self.titles(
            "rank", "region", "region_name", "score", "band", "scored", "expected", "coverage"
        )
        book.header(sheet, 0, [titles[0], book.say("peers"), *titles[1:]])
        found = sorted(
            self.meeting.averages.values(),
            key=lambda row: (row["peers"], row["rank"] is None, row["rank"] or 0, row["region"]),
        )
        for at, row in enumerate(found, start=1):
            book.number(sheet, at, 0, row["rank"], 0)
            book.number(sheet, at, 1, row["peers"], 0)
            book.text(sheet, at, 2, row["region"])
            book.text(sheet, at, 3, row["region_name"])
            book.number(sheet, at, 4, row["score"], self.card.rule.decimals)
            book.text(
                sheet, at, 5, None if row["band"] is None else self.meeting.shade(row["band"]).word
            )
            book.number(sheet, at, 6, row["scored"], 0)
            book.number(sheet, at, 7, row["expected"], 0)
            book.number(sheet, at, 8, row["coverage"], 2)
        sheet.autofilter(0, 0, max(len(found), 1), 8)
        sheet.print_area(0, 0, max(len(found), 1), 8)
        self.colour(sheet, (1, len(found)), 5)

    def explanations_sheet(self) -> None:
        """Write sentences and sums of the last year evaluated."""
        book, view = self.book, self.view
        sheet = book.sheet(book.say("sheet-explanations"), (28, 36, 8, 80, 60))
        titles = self.titles("region_name", "indicator_name", "year")
        book.header(sheet, 0, [*titles, book.say("explanation"), book.say("arithmetic")])
        for at, row in enumerate(self.focus.tolist(), start=1):
            book.text(sheet, at, 0, view.region(row).name)
            book.text(
                sheet, at, 1, view.indicator_names[int(view.indicator_at[row])], text_wrap=True
            )
            book.text(sheet, at, 2, view.years[row])
            said, sums = narrate(view, row), "; ".join(arithmetic(self.card, row, self.language))
            book.text(sheet, at, 3, said, text_wrap=True)
            book.text(sheet, at, 4, sums, text_wrap=True)
            book.height(sheet, at, [(said, 80), (sums, 60)])
        sheet.autofilter(0, 0, max(len(self.focus), 1), 4)
        sheet.print_area(0, 0, max(len(self.focus), 1), 4)

    def paths_sheet(self) -> None:
        """Write paths and actuals, with a chart of each beside them."""
        book = self.book
        sheet = book.sheet(book.say("sheet-paths"), (44, *[11] * 8))
        drawn = self.focus[:MOST_CHARTS]
        if len(drawn):
            years, paths, _ = self.view.judged_path(drawn)
            known = self.card.actuals.year
            mine = np.concatenate([known[self.view.actuals_of(row)] for row in drawn.tolist()])
            every = np.unique(np.concatenate((years, mine)))
            for number, (row, path) in enumerate(zip(drawn.tolist(), paths, strict=True)):
                values = dict(zip(years.tolist(), path.tolist(), strict=True))
                self.chart(sheet, 17 * number, row, every, values)
        left = len(self.focus) - len(drawn)
        last = 17 * len(drawn)
        if left:
            count = labels.number(left, 0, self.language)
            book.text(sheet, last, 0, book.say("not-drawn", count=count))
        sheet.print_area(0, 0, max(last, 1), max(8, len(every) if len(drawn) else 0))
        sheet.set_h_pagebreaks([34 * page for page in range(1, len(drawn) // 2 + 1)])

    def chart(self, sheet: Any, at: int, row: int, years: Any, path: dict[float, float]) -> None:
        book, view, actuals = self.book, self.view, self.card.actuals
        found = view.actuals_of(row)
        reached = dict(
            zip(actuals.year[found].tolist(), actuals.value[found].tolist(), strict=True)
        )
        name = f"{view.indicator_names[int(view.indicator_at[row])]}: {view.region(row).name}"
        book.text(sheet, at, 0, name, bold=True)
        book.text(sheet, at + 1, 0, book.say("target"))
        book.text(sheet, at + 2, 0, book.say("actual"))
        for column, year in enumerate(years.tolist(), start=1):
            book.text(sheet, at, column, f"{year:g}", bold=True, align="right")
            for line, values in ((at + 1, path), (at + 2, reached)):
                value = np.array([values.get(year, np.nan)])
                places = int(labels.stated_places(value, view.places[row : row + 1])[0])
                book.number(sheet, line, column, value[0], places)
        chart = book.file.add_chart({"type": "line"})
        tab, last = sheet.get_name(), len(years)
        for line, colour, marker in ((at + 1, "#757575", "square"), (at + 2, "#0B4F8A", "circle")):
            chart.add_series(
                {
                    "name": [tab, line, 0],
                    "categories": [tab, at, 1, at, last],
                    "values": [tab, line, 1, line, last],
                    "line": {"color": colour, "width": 2},
                    "marker": {
                        "type": marker,
                        "size": 6,
                        "fill": {"color": colour},
                        "border": {"color": colour},
                    },
                }
            )
        # The title is a reference: a name that begins with = would be read as a formula.
        chart.set_title({"name": [tab, at, 0], "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"})
        chart.show_blanks_as("span")
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#E3E3E3"}}})
        chart.set_size({"width": 620, "height": 250})
        unit = view.units[int(view.indicator_at[row])]
        sheet.insert_chart(at + 3, 0, chart, {"description": f"{name} ({unit})"})

    def sources_sheet(self) -> None:
        """Write the rule with its facts, and all sources."""
        book, card = self.book, self.card
        sheet = book.sheet(book.say("sheet-sources"), (34, 120))
        book.header(sheet, 0, [book.say("fact"), book.say("content")])
        rows = [
            (name, value) for name, value, _ in rule_facts(card.rule, self.language, card.inherit)
        ]
        columns = card.columns()
        for key, text in (
            ("target_source", columns["target_source"]),
            ("actual_source", columns["actual_source"]),
            ("baseline", card.plan.baselines.source.take(card.rows.baseline_row)),
        ):
            used = np.unique(text.codes[text.codes >= 0]).tolist()  # type: ignore[union-attr]
            title = self.titles(key)[0]
            rows += [(title, text.categories[code]) for code in used]  # type: ignore[union-attr]
        for at, (name, value) in enumerate(rows, start=1):
            book.text(sheet, at, 0, name)
            book.text(sheet, at, 1, value, text_wrap=True)
            book.height(sheet, at, [(name, 34), (value, 120)])
        sheet.print_area(0, 0, len(rows), 1)
