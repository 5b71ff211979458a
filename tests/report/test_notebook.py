from __future__ import annotations

from html.parser import HTMLParser

import command
import polars as pl
import pytest
from report_cards import HOSTILE, bengkulu, hostile, main_indicators, nation, province

import kencana_targets as kt
from kencana_targets.core import labels
from kencana_targets.core.columns import to_lists
from kencana_targets.core.errors import ArgumentError
from kencana_targets.core.messages import message, part_by_part
from kencana_targets.formulas.progress import list_schemes
from kencana_targets.report import tabulate
from kencana_targets.tables.results import ResultTable

PLAN = kt.load_plan("bengkulu-stunting-2024")


class Reader(HTMLParser):
    """Collect the tags and the text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.text, self.handlers = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.handlers += [
            name
            for name, value in attrs
            if name.startswith("on") or (value or "").startswith("javascript:")
        ]

    def handle_data(self, data):
        self.text.append(data)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    return reader


def values():
    card = bengkulu()
    yield "scorecard", card
    yield "regions", card.by_region()
    yield "indicators", main_indicators().by_indicator()
    yield "plan", PLAN
    yield "path", PLAN.path("stunting_balita", "17.05")
    yield "rule", card.rule
    yield "explanation", card.explain("17.05", "stunting_balita", language="id")


VALUES = dict(values())


@pytest.mark.parametrize("name", VALUES)
def test_values_show_themselves(name: str) -> None:
    page = VALUES[name]._repr_html_()
    reader = read(page)
    assert 'lang="id"' in page
    assert {"table", "ul"} & set(reader.tags)
    assert not {"script", "img", "link", "iframe"} & set(reader.tags)
    assert page == VALUES[name]._repr_html_()


def test_a_scorecard_has_colours_numbers_and_lines() -> None:
    page = VALUES["scorecard"]._repr_html_()
    assert "18,92" in page
    assert "▲ Sangat Tinggi" in page
    assert page.count("<svg") == 11
    assert "#1b6ca8" in page.lower()
    assert "class=" not in page.split("<svg", 1)[1].split("</svg>")[0]


def test_large_data_stay_small_and_say_so() -> None:
    card = nation(200, 5, [2023, 2024])
    page = card._repr_html_()
    assert len(page) < 80_000
    assert "1.960 baris lagi tidak ditampilkan" in page
    summary = card.for_year(2024).by_region()._repr_html_()
    assert "160 baris lagi tidak ditampilkan" in summary


def test_text_of_the_data_is_inert() -> None:
    card = hostile()
    shown = (
        card,
        card.by_region(),
        card.by_indicator(),
        card.plan,
        card.rule,
        card.plan.path("i0", "r0"),
        card.explain("r0", "i0"),
    )
    for value in shown:
        reader = read(value._repr_html_())
        assert "script" not in reader.tags
        assert "img" not in reader.tags
        assert not reader.handlers
    assert HOSTILE[0] in " ".join(read(card._repr_html_()).text)


def test_a_path_names_its_owner_and_every_year() -> None:
    page = VALUES["path"]._repr_html_()
    assert "jalur Bengkulu (17)" in page
    assert all(text in page for text in ("22,1", "18,92", "15,73", "12,55"))


def test_an_empty_rule_shows_itself() -> None:
    page = kt.load_rule("kemenkeu-kmk-127-2026")._repr_html_()
    assert "KMK 127" in page


def estimated():
    records = {"region": ["17.01"] * 6 + ["17.02"] * 2, "year": [2021] * 8, "village": [*"aabbccdd"],
               "modern": [True, False, True, True, None, None, True, True]}  # fmt: skip
    measure = kt.Measure("mcpr", "ratio", "modern")
    return kt.estimate(pl.DataFrame(records), indicators=measure, psu="village", minimum_size=3)


def results():
    """Every kind of table that follows from a scorecard, on data that give every word."""
    card, whole = bengkulu([2022, 2024]), province()
    last, few = whole.for_year(2024), card.for_year(2022)
    projected, chances = last.project(backtest=True), last.chances(shrink="parent")
    yield from (card, projected, projected.backtest, chances, chances.expected_met)
    yield from (last.changes(), last.by_region(), last.by_indicator(), few.compare(bengkulu(2024)))
    yield from (
        card.for_year(2024).project(method="ols"),
        few.chances(),
        PLAN.targets,
        PLAN.baselines,
    )
    yield from (few.assess(scheme) for scheme in list_schemes())
    both = PLAN, kt.load_actuals("bengkulu-stunting-2024")
    yield estimated().details
    yield kt.benchmark(both[1], plan=PLAN, parent="17").factor
    yield kt.evaluate_against(*both, year=2022, rule="permendagri-86-2017")
    yield kt.evaluate(*both, year=2022, rule=["permendagri-86-2017", "bkkbn-2023"])


def test_tables_speak_one_language_throughout() -> None:
    words, heads = labels.words("word", "id"), labels.words("column", "id")
    stated = {text for one in (*PLAN.indicators, *main_indicators().plan.indicators)
              for text in (one.name, one.unit)}  # fmt: skip
    for table in results():
        columns = to_lists(table.columns() if callable(table.columns) else table.columns)
        for name, cells in columns.items():
            assert name in heads or name.startswith(("probability ", "expected ")), name
            said = {cell for cell in cells if isinstance(cell, str) and cell}
            if name in tabulate._WORDED:
                assert {part for cell in said for part in cell.split(", ")} <= words.keys(), name
            if name in ("reason", "clause", "remark"):
                assert not {one for one in said if part_by_part(message(one, "id"), "id") == one}
        if isinstance(table, ResultTable):
            page = read(table.with_language("id")._repr_html_()).text
            assert not stated & {text.strip() for text in page}


def test_what_a_table_was_understood_as_shows_itself(tmp_path) -> None:
    (tmp_path / "table.csv").write_text("Wilayah;<b>;Stunting 2022\nSeluma;x;22,1\n")
    page = kt.describe_table(tmp_path / "table.csv", plan=PLAN)._repr_html_()
    assert page.startswith('<pre lang="id">table.csv')
    assert "kolom A &#x27;Wilayah&#x27;: wilayah" in page
    assert "<b>" not in page


def test_a_plan_speaks_for_what_is_evaluated_by_it() -> None:
    actuals = kt.load_actuals("bengkulu-stunting-2024")
    for language, word in (("en", "Region"), ("id", "Wilayah")):
        plan = PLAN.with_language(language)
        assert plan == PLAN
        card = kt.evaluate(plan, actuals, year=2022, rule="permendagri-86-2017")
        against = kt.evaluate_against(plan, actuals, year=2022, rule="permendagri-86-2017")
        split = plan.cascade("stunting_balita", "17", 2024)
        for shown in (plan, plan.within("17.05"), plan.path("stunting_balita", "17"), split,
                      card, card.by_region(), card.chances().expected_met, against):  # fmt: skip
            assert f'lang="{language}"' in shown._repr_html_()
        assert word in str(card)
        assert word in str(split)
    with pytest.raises(ArgumentError, match="language"):
        PLAN.with_language("jv")


def test_an_audit_speaks_one_language_throughout(tmp_path) -> None:
    (tmp_path / "report.csv").write_text(
        "No;Indikator;Target;Realisasi;Capaian (%);Kategori\n1;A;0;2,3;96,09;Baik\n2;B;;65;99,25;Tinggi\n"
        "3;C;12,5;x;68,29;Hebat\n4;D;-1;4;2;Rendah\n5;E;10;11;1,1;Sangat Rendah\n;Rata-rata;;;77;\n"
    )
    report = kt.audit(tmp_path / "report.csv", rule="permendagri-86-2017")
    english = str(report.with_language("en")).split("\n")
    told = str(report.with_language("id"))
    for row in report:
        for clause in (row["reason"] or "").split("; "):
            assert not clause or clause not in told, clause
    for warning in report.warnings:
        assert str(warning) not in told
        assert warning.text("id") in told
    assert len(english) == len(told.split("\n"))
    assert report.with_language("id").by_agency().language in ("", "id")


def test_great_tables_draws_every_result() -> None:
    from great_tables import GT

    card = bengkulu()
    for table in (card, card.by_region(), card.compare(card)):
        columns = list(table.columns())
        drawn = GT(table, rowname_col="region").as_raw_html()
        assert [name for name in columns if f'id="{name}"' not in drawn] == ["region"]
        assert drawn.count("<tr") == len(table) + 1


def test_great_tables_draws_results_that_were_made_before_it_was_imported() -> None:
    made_first = (
        "import kencana_targets as kt\n"
        "plan, actuals = kt.load_plan('bengkulu-2021'), kt.load_actuals('bengkulu-2021')\n"
        "card = kt.evaluate(plan, actuals, year=2021, rule='bkkbn-bengkulu-2021')\n"
        "from great_tables import GT\n"
        "print(GT(card).as_raw_html().count('<tr') - len(card))"
    )
    result = command.python("-c", made_first)
    assert (result.stdout.strip(), result.stderr) == ("1", "")
