"""The workbook for the meeting: the table people know, the scorecard, charts of the paths."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from kencana_targets.core import labels
from kencana_targets.core.columns import Categorical, Column, Tristate, take
from kencana_targets.core.errors import optional_module, refuse
from kencana_targets.core.labels import inert
from kencana_targets.core.messages import part_by_part
from kencana_targets.core.terms import Status
from kencana_targets.core.typing import Floats, Ints, Language
from kencana_targets.evaluation.scorecard import Scorecard
from kencana_targets.formulas.budget import absorption, efficiency
from kencana_targets.report.bands import NO_BAND, rule_facts, word_in
from kencana_targets.report.explanation import arithmetic, narrate
from kencana_targets.report.meeting import Meeting
from kencana_targets.report.tabulate import heading
from kencana_targets.report.view import View, runs, survey

MOST_ROWS = 1_048_575
LONGEST_TEXT = 32_767
A4 = 9
# The ground of headings, and the look of lines that sum up others.
HEAD = "#E8EBEF"
WHOLE: dict[str, Any] = {"bold": True, "bg_color": "#F4F5F7"}
MOST_CHARTS = 24
# By which rule it is said what was saved of a budget.
SAVED_BY = "pmk-214-2017"
# Columns of the scorecard that hold words of the library, and where these are.
WORDED = {"direction", "target_basis", "formula", "met", "status"}
IN_UNIT = {"baseline", "target", "actual", "gap"}
WIDTHS = {"region_name": 30, "indicator_name": 34, "unit": 16, "target_source": 28}
WIDTHS |= {"actual_source": 28, "reason": 36, "target_basis": 28, "formula": 20, "band": 16}


def workbook(card: Scorecard, language: Language = "id") -> bytes:
    """Return the workbook of a scorecard as a file (see `Scorecard.to_excel`)."""
    if len(card) > MOST_ROWS:
        refuse("scorecard", len(card), f"at most {MOST_ROWS} rows",
               "take one year with for_year(...), or write CSV or Parquet")  # fmt: skip
    return _Meeting(card, language).bytes()


class _Meeting:
    def __init__(self, card: Scorecard, language: Language) -> None:
        self.book = Book(language)
        self.card, self.language, self.view = card, language, View(card, language)
        self.say = labels.words("report", language)
        self.meeting = Meeting(self.view)
        self.focus = self.meeting.focus

    def bytes(self) -> bytes:
        self.summary_sheet()
        self.meeting_sheet()
        self.budget_sheet()
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
        for look in self.view.looks:
            word = inert(look.word).replace('"', '""')
            style = self.book.file.add_format({"bg_color": look.colour, "font_color": look.ink})
            condition = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": style}
            sheet.conditional_format(rows[0], column, rows[1], column, condition)

    def summary_sheet(self) -> None:
        """Write what the first page of the report says: verdict, counts, who needs what."""
        book, found = self.book, self.meeting.summary()
        sheet = book.sheet(self.say["summary"], (38, 16, 14, 14, 24, 30, 12))
        book.text(sheet, 0, 0, found["title"], bold=True, font_size=13)
        lines = [*found["verdict"], found["beside"], found["chance"], found["unjudged"]]
        at = 1
        for number, line in enumerate(line for line in lines if line):
            large: dict[str, Any] = {"bold": True, "font_size": 13} if number == 0 else {}
            book.across(sheet, at, 6, f"{line}.", 148 if number else 110, **large)
            at += 1
        for tile in found["tiles"]:
            at += 1
            mark = {"yes": "✓ ", "no": "✗ "}.get(tile["kind"], "")
            look = tile["look"] if tile["kind"] == "" and tile["look"] is not NO_BAND else None
            style = {"bg_color": look.colour, "font_color": look.ink} if look else {}
            book.text(sheet, at, 0, mark + tile["name"], border=1, bold=bool(mark), **style)
            book.number(sheet, at, 1, tile["number"], 0, border=1, bold=bool(mark))
        at = self.behind_table(sheet, at + 2, found["behind"], found["columns"])
        for one in found["lists"]:
            band = self.titles("band") if one["rows"][0]["look"] else []
            names = [*self.titles("region_name"), one["measure"], *band]
            at = self.heads(sheet, at, one["title"], names)
            for row in one["rows"]:
                figure = row["number"], row["places"]
                word = [row["look"].word] if band else []
                book.row(sheet, at, [row["title"], figure, *word], border=1)
                book.height(sheet, at, [(row["title"], 38)])
                at += 1
            at += 1
        sheet.print_area(0, 0, at, 6)

    def heads(self, sheet: Any, at: int, title: str, names: Sequence[str]) -> int:
        """Write the title of a table inside a sheet and its headings; return the next row."""
        self.book.text(sheet, at, 0, title, bold=True)
        self.book.row(sheet, at + 1, names, bold=True, bg_color=HEAD, border=1)
        return at + 2

    def behind_table(
        self, sheet: Any, at: int, rows: list[dict[str, Any]], columns: dict[str, str]
    ) -> int:
        """Write who missed by most and what each needs a year; return the next free row."""
        if rows:
            names = [*self.titles("region_name"), *columns.values()]
            at = self.heads(sheet, at, self.say["behind"], names)
        for line, one in enumerate(rows, start=at):
            told = one | self.figures(one["row"])
            told["chance"] = 100 * self.meeting.chances[one["row"]], 0
            self.book.row(sheet, line, [one["title"], *(told[key] for key in columns)], border=1)
            self.book.height(sheet, line, [(one["title"], 38), (one["pace"], 30)])
        return at + len(rows) + 1

    def figures(self, row: int) -> dict[str, Any]:
        """Return target, actual and percentage of a row as cells: numbers, or a range as text."""
        rows, (actual, target) = self.card.rows, self.view.compared_places
        ranged = not np.isnan([rows.lower[row], rows.upper[row]]).all()
        return {
            "target": self.view.target[row] if ranged else (rows.target[row], int(target[row])),
            "actual": (rows.actual[row], int(actual[row])),
            "percent": (rows.achievement[row], int(self.percents[row])),
        }

    @cached_property
    def percents(self) -> Ints:
        return self.view.percent_places(self.card.rows.achievement)

    @cached_property
    def indicators(self) -> list[int]:
        return [int(one) for one in np.unique(self.view.indicator_at[self.focus])]

    def meeting_sheet(self) -> None:
        """Write the table in the form that evaluations have."""
        book = self.book
        sheet = book.sheet(book.say("sheet-meeting"), (6, 30, 44, 18, 13, 13, 13, 18, 11))
        book.text(sheet, 0, 0, ". ".join(heading(self.meeting.last, self.language)), bold=True)
        book.text(sheet, 1, 0, self.meeting.beside())
        titles = [book.say("number"), book.say("objective")]
        titles += self.titles(
            "indicator_name", "unit", "target", "actual", "achievement", "band", "met"
        )
        book.header(sheet, 2, titles)
        at, first = 3, 3
        for (score, band), rows in self.blocks():
            goals = self.goals(rows)
            # The region above stands beside those that are counted and averaged.
            counted = np.isin(rows, self.meeting.counted) | (len(self.indicators) > 1)
            numbers = np.where(counted, np.cumsum(counted), np.nan)
            for number, row in zip(numbers.tolist(), rows, strict=True):
                self.meeting_row(sheet, at, number, row)
                at += 1
                if row in goals:
                    goal = goals[row]
                    name = labels.label("chapter", "objective", self.language, name=goal["name"])
                    self.foot_line(sheet, at, name, goal["number"], goal["look"].word)
                    at += 1
            word = None if band is None else self.meeting.shade(band).word
            self.foot_line(sheet, at, book.say("average"), score)
            self.foot_line(sheet, at + 1, book.say("criteria"), None, word)
            at += 2
        self.colour(sheet, (first, at - 1), 7)
        sheet.print_area(0, 0, max(at - 1, first), 8)

    def blocks(self) -> list[tuple[tuple[float | None, str | None], list[int]]]:
        """Return the rows of each block with its average and word.

        With several indicators each region is a block; with one, all regions are. What is not
        measured in a region is no part of its block.
        """
        view = self.view
        rows = self.focus[~view.rows.has_status(Status.NOT_MEASURED)[self.focus]]
        if len(self.indicators) == 1 and len(rows):
            summary = self.meeting.last.by_indicator().to_dicts()
            code = self.card.plan.indicators[self.indicators[0]].code
            found = next(row for row in summary if row["indicator"] == code)
            return [((found["score"], found["band"]), rows.tolist())]
        blocks = []
        for region in np.unique(view.region_at[rows]).tolist():
            known = self.meeting.averages.get(self.card.plan.regions.codes[region], {})
            inside = rows[view.region_at[rows] == region].tolist()
            blocks.append(((known.get("score"), known.get("band")), inside))
        return blocks

    def budget_sheet(self) -> None:
        """Write what was spent of each budget beside what was reached, where plan or actuals tell."""
        view, focus, targets = self.view, self.focus, self.card.plan.targets
        rows, codes = self.card.rows, self.card.plan.regions.codes
        # A budget is that of the region's own target for the year.
        row = rows.target_row[focus]
        own = (row >= 0) & (take(targets.year, row) == rows.year[focus])
        own &= take(targets.region, row).positions(codes) == view.region_at[focus]
        budget = np.where(own, take(targets.number("budget"), row), np.nan)
        spent = take(self.card.actuals.number("spent"), rows.actual_row[focus])
        told = np.flatnonzero(~np.isnan(budget) | ~np.isnan(spent))
        if not len(told):
            return
        reached, absorbed = rows.achievement[focus], absorption(spent, budget)

        def saved(which: Ints) -> float:
            known = which[~np.isnan(spent + budget + reached)[which]]
            return efficiency(spent[known], budget[known], reached[known], rule=SAVED_BY).percent

        book = self.book
        sheet = book.sheet(book.say("sheet-budget"), (30, 44, 12, 20, 20, 14, 14))
        book.across(sheet, 0, 6, book.say("budget-note"), 154)
        names = ("region_name", "indicator_name", "achievement", "budget", "spent")
        titles = [*self.titles(*names), book.say("absorption"), book.say("efficiency")]
        book.header(sheet, 2, titles)
        at = 3
        for region in np.unique(view.region_at[focus[told]]).tolist():
            inside = told[view.region_at[focus[told]] == region]
            for one in inside.tolist():
                name = view.indicator_name(focus[one])
                figures = (absorbed[one], 2), (saved(np.array([one])), 2)
                cells: list[Any] = [(reached[one], 2), (budget[one], 0), (spent[one], 0), *figures]
                book.row(sheet, at, [view.region(focus[one]).name, name, *cells], border=1)
                at += 1
            both = inside[~np.isnan(budget + spent)[inside]]
            held, paid = float(budget[both].sum()), float(spent[both].sum())
            figures = (absorption(paid, held), 2), (saved(inside), 2)
            cells = [book.say("total"), None, None, (held, 0), (paid, 0), *figures]
            book.row(sheet, at, cells, border=1, **WHOLE)
            at += 1
        sheet.print_area(0, 0, at - 1, 6)

    def goals(self, rows: list[int]) -> dict[int, dict[str, Any]]:
        """Put a region's rows in the order of objectives; return what stands below the last of each."""
        code = self.view.region(rows[0]).code
        known = self.meeting.objectives.get(code, []) if len(self.indicators) > 1 else []
        names = [line["name"] for line in known]
        own = {row: inert(self.view.indicator(row).objective) for row in rows}
        rows.sort(key=lambda row: names.index(own[row]) if own[row] in names else len(names))
        last = {own[row]: row for row in rows}
        return {last[line["name"]]: line for line in known if line["name"] in last}

    def meeting_row(self, sheet: Any, at: int, number: float, row: int) -> None:
        view, band = self.view, self.view.look(row)
        names = [view.region(row).name, view.indicator_name(row), view.unit(row)]
        word = view.reasons[row] if band is NO_BAND else band.word
        met = {1: "✓ ", 0: "✗ "}.get(int(view.rows.met[row]))
        figures = self.figures(row).values()
        cells = [(number, 0), *names, *figures, word, met and met + view.met[row]]
        self.book.row(sheet, at, cells, border=1)
        self.book.height(sheet, at, list(zip([*names, word], (30, 44, 18, 18), strict=True)))

    def foot_line(
        self, sheet: Any, at: int, name: str, score: float | None, word: str | None = None
    ) -> None:
        """Write an average or its word below the rows that it is of."""
        figure = score, self.card.rule.decimals
        self.book.row(sheet, at, [None, name, *[None] * 4, figure, word, None], border=1, **WHOLE)

    def scorecard_sheet(self) -> None:
        """Write every row and column, each of its type."""
        book, columns = self.book, self.card.columns()
        names = list(columns)
        sheet = book.sheet(book.say("sheet-scorecard"), [WIDTHS.get(name, 12) for name in names])
        book.header(sheet, 0, self.titles(*names))
        for column, name in enumerate(names):
            self.column(sheet, column, name, columns[name])
        last = len(self.card)
        sheet.autofilter(0, 0, max(last, 1), len(names) - 1)
        sheet.freeze_panes(1, 4)
        # Too many columns for one page: two, with the names on both.
        sheet.fit_to_pages(2, 0)
        sheet.repeat_columns(0, 3)
        sheet.print_area(0, 0, max(last, 1), len(names) - 1)
        self.colour(sheet, (1, last), names.index("band"))

    def column(self, sheet: Any, column: int, name: str, cells: Column) -> None:
        """Write one column of the scorecard under its heading, each word and format made once."""
        book, plain = self.book, self.book.format()
        if isinstance(cells, Tristate):
            cells = Categorical(
                np.where(cells.states == 1, 0, np.where(cells.states == 0, 1, -1)), ("yes", "no")
            )
        if isinstance(cells, Categorical):
            words = [inert(self.word(name, word))[:LONGEST_TEXT] for word in cells.categories]
            if name in ("indicator_name", "unit"):
                words = self.view.indicator_names if name != "unit" else self.view.units
                cells = Categorical(self.view.indicator_at, tuple(words))
            elif name in ("reason", "remark"):
                told = self.card.reasons if name == "reason" else self.card.remarks
                cells = told(self.language)
                words = [inert(word) for word in cells.categories]
            elif name == "band":
                words = [inert(look.word) for look in self.view.looks]
            for row, code in enumerate(cells.codes.tolist(), start=1):
                if code >= 0:
                    sheet.write_string(row, column, words[code], plain)
            return
        values = np.asarray(cells, dtype=np.float64)
        styles = {places: book.number_format(places) for places in range(16)}
        if "year" in name:
            styles = dict.fromkeys(styles, book.format(num_format="0"))
        places = self.decimals(name, values)
        for row, (value, decimals) in enumerate(zip(values.tolist(), places, strict=True), start=1):
            if value == value:  # noqa: PLR0124
                sheet.write_number(row, column, value, styles[decimals])

    def word(self, name: str, cell: str) -> str:
        if name not in WORDED:
            return part_by_part(cell, self.language) if name.endswith("_source") else cell
        return word_in(name, cell, self.language)

    def decimals(self, name: str, values: Floats) -> list[int]:
        if name in IN_UNIT:
            return labels.stated_places(values, self.view.places).tolist()  # type: ignore[no-any-return]
        if name == "progress":
            return [2] * len(values)
        return self.view.percent_places(values).tolist()  # type: ignore[no-any-return]

    def regions_sheet(self) -> None:
        """Write the average, word and rank of each region among regions of its level."""
        book = self.book
        titles = self.titles(
            "rank", "region", "region_name", "score", "band", "scored", "expected", "coverage"
        )
        found = sorted(
            self.meeting.averages.values(),
            key=lambda row: (row["peers"], row["rank"] is None, row["rank"] or 0, row["region"]),
        )
        rows = [
            [(row["rank"], 0), (row["peers"], 0), row["region"], row["region_name"],
             (row["score"], self.card.rule.decimals),
             None if row["band"] is None else self.meeting.shade(row["band"]).word,
             (row["scored"], 0), (row["expected"], 0), (row["coverage"], 2)]
            for row in found
        ]  # fmt: skip
        titles.insert(1, book.say("peers"))
        widths = (10, 8, 12, 34, 12, 18, 10, 12, 14)
        sheet = book.listing(book.say("sheet-regions"), titles, widths, rows, landscape=False)
        self.colour(sheet, (1, len(found)), 5)

    def explanations_sheet(self) -> None:
        """Write sentences and sums of the last year evaluated."""
        book, view = self.book, self.view
        titles = self.titles("region_name", "indicator_name", "year")
        titles += [book.say("explanation"), book.say("arithmetic")]
        rows = [
            [view.region(row).name, view.indicator_name(row), view.years[row], narrate(view, row),
             "; ".join(arithmetic(view, row))]
            for row in self.focus.tolist()
        ]  # fmt: skip
        book.listing(book.say("sheet-explanations"), titles, (28, 36, 8, 80, 60), rows, (3, 4))

    def paths_sheet(self) -> None:
        """Write paths and actuals, with a chart of each beside them."""
        book = self.book
        sheet = book.sheet(book.say("sheet-paths"), (44, *[11] * 8))
        drawn, last, breaks = self.focus[:MOST_CHARTS], 0, []
        if len(drawn):
            years, paths, _ = self.view.judged_path(drawn)
            known = self.card.actuals.year
            mine = np.concatenate([known[self.view.actuals_of(row)] for row in drawn.tolist()])
            every = np.unique(np.concatenate((years, mine)))
            for number, (row, path) in enumerate(zip(drawn.tolist(), paths, strict=True)):
                values = dict(zip(years.tolist(), path.tolist(), strict=True))
                last = self.chart(sheet, last, row, every, values)
                breaks += [last] if number % 2 else []
        left = len(self.focus) - len(drawn)
        if left:
            count = labels.number(left, 0, self.language)
            book.text(sheet, last, 0, book.say("not-drawn", count=count))
        sheet.print_area(0, 0, max(last, 1), max(8, len(every) if len(drawn) else 0))
        sheet.set_h_pagebreaks(breaks)

    def chart(self, sheet: Any, at: int, row: int, years: Any, path: dict[float, float]) -> int:
        """Write a path and what was reached, a line for each survey; return the next free row."""
        book, view, actuals = self.book, self.view, self.card.actuals
        parts = runs(view, view.actuals_of(row))
        lines = [(book.say("target"), "#757575", "square", path)]
        for part in parts:
            known = survey(actuals, int(part[-1])) if len(parts) > 1 else ""
            reached = zip(actuals.year[part].tolist(), actuals.value[part].tolist(), strict=True)
            name = f"{book.say('actual')}: {known}" if known else book.say("actual")
            lines.append((name, "#0B4F8A", "circle", dict(reached)))
        name = f"{view.indicator_name(row)}: {view.region_name(row)}"
        book.text(sheet, at, 0, name, bold=True)
        for column, year in enumerate(years.tolist(), start=1):
            book.text(sheet, at, column, f"{year:g}", bold=True, align="right")
        chart = book.file.add_chart({"type": "line"})
        tab, last = sheet.get_name(), len(years)
        for line, (title, colour, marker, values) in enumerate(lines, start=at + 1):
            book.text(sheet, line, 0, title)
            figures = np.array([values.get(year, np.nan) for year in years.tolist()])
            places = labels.stated_places(figures, np.full(last, view.places[row]))
            for column, (value, decimals) in enumerate(zip(figures, places, strict=True), start=1):
                book.number(sheet, line, column, value, int(decimals))
            style = {"color": colour}
            chart.add_series({
                "name": [tab, line, 0], "categories": [tab, at, 1, at, last],
                "values": [tab, line, 1, line, last], "line": style | {"width": 2},
                "marker": {"type": marker, "size": 6, "fill": style, "border": style},
            })  # fmt: skip
        # The title is a reference: a name that begins with = would be read as a formula.
        chart.set_title({"name": [tab, at, 0], "name_font": {"size": 11}})
        chart.set_legend({"position": "bottom"})
        chart.show_blanks_as("span")
        chart.set_y_axis({"major_gridlines": {"visible": True, "line": {"color": "#E3E3E3"}}})
        chart.set_size({"width": 620, "height": 250})
        unit = view.unit(row)
        below = at + 1 + len(lines)
        sheet.insert_chart(below, 0, chart, {"description": f"{name} ({unit})"})
        return below + 14

    def sources_sheet(self) -> None:
        """Write the rule with its facts, and all sources."""
        book, card = self.book, self.card
        titles = [book.say("fact"), book.say("content")]
        facts = rule_facts(card.rule, self.language, card.inherit)
        rows = [(name, value) for name, value, _ in facts]
        for key, text in self.view.source_columns.items():
            used = np.unique(text.codes[text.codes >= 0]).tolist()
            rows += [(self.titles(key)[0], text.categories[code]) for code in used]
        name = book.say("sheet-sources")
        book.listing(name, titles, (34, 120), rows, (0, 1), filtered=False)


# Points of one line of text, and the most lines a row may have.
LINE, MOST_LINES = 15.0, 27
_MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)


class Book:
    """An Excel workbook in memory, in which text stays text and a file is the same each time.

    Parameters
    ----------
    language : {"en", "id"}
        The language of headings and page numbers.
    """

    def __init__(self, language: Language) -> None:
        xlsxwriter = optional_module("xlsxwriter", "an Excel workbook", "excel")
        labels.check_language(language)
        self.language: Language = language
        self.buffer: io.BytesIO = io.BytesIO()
        # No text is taken for a formula, a link or a number.
        kinds = ("formulas", "urls", "numbers")
        options = {"in_memory": True, **{f"strings_to_{kind}": False for kind in kinds}}
        self.file: Any = xlsxwriter.Workbook(self.buffer, options)
        self.file.set_properties({"created": _MADE, "comments": "kencana-targets"})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def format(self, **properties: Any) -> Any:
        """Return a cell format; the same one for the same properties."""
        key = tuple(properties.items())
        if key not in self._formats:
            self._formats[key] = self.file.add_format(
                {"valign": "top", "font_name": "Calibri", **properties}
            )
        return self._formats[key]

    def say(self, key: str, **cells: Any) -> str:
        """Return a word of the workbook in its language."""
        return labels.label("workbook", key, self.language, **cells)

    def sheet(self, name: str, widths: Sequence[float], *, landscape: bool = True) -> Any:
        """Add a sheet that prints on A4, as wide as the page."""
        sheet = self.file.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if landscape:
            sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer(f"&L&A&R{self.say('page')}")
        return sheet

    def text(self, sheet: Any, row: int, column: int, value: str | None, **properties: Any) -> None:
        """Write text that no program takes for a formula, a link or a number."""
        style = self.format(**properties)
        if value:
            sheet.write_string(row, column, inert(value)[:LONGEST_TEXT], style)
        else:
            sheet.write_blank(row, column, None, style)

    def across(
        self, sheet: Any, row: int, last: int, text: str, width: float, **properties: Any
    ) -> None:
        """Write text over several columns, as high as it needs."""
        sheet.merge_range(row, 0, row, last, "", self.format(text_wrap=True))
        self.text(sheet, row, 0, text, text_wrap=True, **properties)
        self.height(sheet, row, [(text, width)])

    def number_format(self, decimals: int, **more: Any) -> Any:
        """Return the format of numbers with these decimals."""
        return self.format(num_format="#,##0" + "." * bool(decimals) + "0" * decimals, **more)

    def number(
        self, sheet: Any, row: int, column: int, value: Any, decimals: int, formula: str = "",
        **more: Any,
    ) -> None:  # fmt: skip
        """Write a number with its decimals, or the formula that gives it; an empty cell for none."""
        style = self.number_format(decimals, **more)
        if formula:
            sheet.write_formula(row, column, formula, style, "" if value is None else value)
        elif value is None or np.isnan(value):
            sheet.write_blank(row, column, None, style)
        else:
            sheet.write_number(row, column, float(value), style)

    def row(self, sheet: Any, row: int, cells: Sequence[Any], **properties: Any) -> None:
        """Write cells beside each other: texts, and numbers with decimals and perhaps a formula."""
        for column, cell in enumerate(cells):
            if isinstance(cell, tuple):
                self.number(sheet, row, column, *cell, **properties)
            else:
                self.text(sheet, row, column, cell, text_wrap=True, **properties)

    def header(self, sheet: Any, row: int, titles: Sequence[str]) -> None:
        """Write a row of headings and repeat it on every page."""
        self.row(sheet, row, titles, bold=True, bg_color=HEAD, border=1)
        sheet.set_row(row, 2 * LINE)
        sheet.repeat_rows(row)
        sheet.freeze_panes(row + 1, 0)

    def listing(
        self, name: str, titles: Sequence[str], widths: Sequence[float], rows: Sequence[Any],
        wrapped: Sequence[int] = (), *, filtered: bool = True, landscape: bool = True,
    ) -> Any:  # fmt: skip
        """Add a sheet of rows under headings, each as high as its texts in some columns need."""
        sheet = self.sheet(name, widths, landscape=landscape)
        last = max(len(rows), 1), len(titles) - 1
        self.header(sheet, 0, titles)
        for at, cells in enumerate(rows, start=1):
            self.row(sheet, at, cells)
            if wrapped:
                self.height(sheet, at, [(cells[one], widths[one]) for one in wrapped])
        if filtered:
            sheet.autofilter(0, 0, *last)
        sheet.print_area(0, 0, *last)
        return sheet

    def height(self, sheet: Any, row: int, cells: Sequence[tuple[str | None, float]]) -> None:
        """Make a row as high as its longest text needs; not every program does so itself."""
        lines = max(-(-len(text or "") // max(int(width * 0.95), 1)) for text, width in cells)
        sheet.set_row(row, LINE * min(max(lines, 1), MOST_LINES))

    def bytes(self) -> bytes:
        """Return the finished file."""
        self.file.close()
        return self.buffer.getvalue()
