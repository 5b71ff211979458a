from __future__ import annotations

import io
import pickle
from importlib import import_module
from typing import Any

import pytest
from effort import examples
from hypothesis import given
from rich.console import Console
from strategies import Case, cases

import kencana_targets as kt
from kencana_targets.core import display
from kencana_targets.core.errors import ArgumentError
from kencana_targets.core.labels import words
from kencana_targets.report.display_table import MOST_ROWS, DisplayTable
from kencana_targets.report.tabulate import scorecard_table
from kencana_targets.report.view import unit

CODE = "bengkulu-stunting-2024"


def bengkulu(year: Any = 2022, **options: Any) -> kt.Scorecard:
    options = {"rule": "permendagri-86-2017", **options}
    return kt.evaluate(kt.load_plan(CODE), kt.load_actuals(CODE), year=year, **options)


def named(name: str, actual: float = 50) -> kt.Scorecard:
    plan = kt.Plan.from_frames(
        indicators=[kt.Indicator(code="a", name=name, unit="%", direction="maximize")],
        targets={"indicator": ["a"], "region": ["00"], "year": [2024], "value": [50]},
    )
    actuals = {"indicator": ["a"], "region": ["00"], "year": [2024], "value": [actual]}
    return kt.evaluate(plan, actuals, year=2024, rule="pmk-107-2024")


def test_the_province_and_ten_regencies_on_one_screen() -> None:
    lines = str(bengkulu()).splitlines()
    assert lines[0] == (
        "Bengkulu, stunting from 22.1 percent (2021) to 12.55 percent (2024), 2022. "
        "Stunting among children under five. Rule: Permendagri 86/2017, gaps read downwards"
    )
    assert lines[2].split() == (
        "Region Baseline Target Basis of target Actual Achievement (%) Formula Band".split()
    )
    assert len(lines) == 4 + 11
    kaur = next(line for line in lines if "Kaur" in line)
    assert (
        kaur.split()
        == (
            "Kabupaten Kaur 11.3 18.92 interpolated target inherited 12.4 134.45 "
            "reflected (2T-R)/T Sangat Tinggi"
        ).split()
    )
    assert len({len(line) for line in lines[3:4]}) == 1


def test_figures_are_shown_as_their_source_states_them() -> None:
    province = next(
        line for line in str(bengkulu(2024)).splitlines() if line.startswith("Bengkulu  ")
    )
    assert "12.55" in province
    assert "no actual for the year" in province


def test_in_indonesian() -> None:
    shown = scorecard_table(bengkulu(), "id").text()
    assert "Aturan: Permendagri 86/2017" in shown
    assert "Realisasi" in shown
    assert "18,92" in shown
    assert "mengikuti jalur target wilayah di atasnya" in shown
    with pytest.raises(ArgumentError, match="'language'"):
        scorecard_table(bengkulu(), "nl")


def test_columns_that_say_nothing_new_are_left_out() -> None:
    assert "Year" not in str(bengkulu()).splitlines()[2]
    assert "Year" in str(bengkulu([2022, 2023])).splitlines()[2]
    assert "Reason" not in str(bengkulu()).splitlines()[2]
    assert "Reason" in str(bengkulu(2024)).splitlines()[2]


@given(cases())
@examples(20)
def test_any_scorecard_can_be_shown(case: Case) -> None:
    card = kt.evaluate(
        case.plan, case.actuals, year=case.year, rule=case.rule, inherit=case.inherit
    )
    for language in ("en", "id"):
        table = scorecard_table(card, language)
        assert len(table.rows) == min(len(card), MOST_ROWS)
        assert {len(row) for row in table.rows} <= {len(table.titles)}
        assert all("\n" not in cell.text for row in table.rows for cell in row)
        assert len(table.text().splitlines()) == len(table.rows) + 4
    for summary in (card.by_region(), card.by_indicator()):
        assert len(str(summary).splitlines()) >= len(summary) + 2


def test_long_scorecards_say_how_many_rows_are_left() -> None:
    plan = kt.load_plan(CODE)
    regions = kt.load_regions().codes[:200]
    actuals = {
        "indicator": ["stunting_balita"] * 200,
        "region": list(regions),
        "year": [2024] * 200,
        "value": [20] * 200,
    }
    card = kt.evaluate(plan, actuals, year=2024, rule="permendagri-86-2017")
    left = len(card) - MOST_ROWS
    assert str(card).splitlines()[-1] == f"... and {left} more rows"
    assert scorecard_table(card, "id").text().splitlines()[-1] == f"... dan {left} baris lagi"


def test_data_do_not_change_the_terminal() -> None:
    shown = str(named("bad\x1b[31m\nname\u202e"))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert len(shown.splitlines()) == 5


def test_markdown_is_a_table() -> None:
    lines = bengkulu().to_markdown().splitlines()
    assert lines[2].startswith("| Region | Baseline | Target |")
    assert lines[3].startswith("| --- | --- |")
    assert len([line for line in lines if line.startswith("| ")]) == 13


def test_marks_in_the_data_stay_text_in_markdown() -> None:
    lines = named("a|b*c_<d>&`e`[f]").to_markdown()
    assert r"a\|b\*c\_&lt;d&gt;&amp;\`e\`\[f\]" in lines


def test_a_summary_is_shown() -> None:
    lines = str(bengkulu().by_region(level="regency")).splitlines()
    assert (
        lines[0].split() == ("Region code Region Score Band Rank Scored Expected Coverage".split())
        or lines[2].split()[0] == "Region"
    )
    kaur = next(line for line in lines if "Kaur" in line)
    assert kaur.split()[:6] == ["17.04", "Kabupaten", "Kaur", "134.45", "Sangat", "Tinggi"]


HOSTILE = "a[bold]b[/bold]|*c*<script>\x1b[31m\u202e\nd & `e`"


def test_one_table_draws_itself_in_every_form() -> None:
    below = DisplayTable(titles=["x"], rows=[["1"]])
    table = DisplayTable(
        titles=["Region", HOSTILE],
        rows=[[HOSTILE, "1.5"], ["Seluma", "-"]],
        heading=HOSTILE,
        subtitle="s",
        notes=[HOSTILE],
        total=5,
        below=below,
    )
    for shown in (table.text(), table.markdown(), table.html(), drawn(table)):
        assert "Seluma" in shown
        assert not any(mark in shown for mark in "\x1b\u202e")
        assert "[bold]b[/bold]" in shown.replace("\\", "")
    assert "<script>" not in table.html() + table.markdown()
    assert table.right == [False, True]
    assert table.text().splitlines()[-7] == "... and 3 more rows"
    assert "3 more rows are not shown" in table.html()


def drawn(table: DisplayTable) -> str:
    console = Console(file=io.StringIO(), width=300)
    console.print(table.rich())
    return console.file.getvalue()


def test_rich_reads_no_data_as_markup() -> None:
    assert "Rencana [revisi] 2021" in drawn(
        DisplayTable(titles=["Rencana [revisi] 2021"], rows=[["x"]], heading="[red]")
    )


def shown_values() -> dict[str, Any]:
    card, plan = bengkulu(), kt.load_plan(CODE)
    return {
        "chances": card.chances(),
        "project": card.project(),
        "assess": card.assess("eurostat"),
        "against": kt.evaluate_against(plan, card.actuals, year=2022, rule="permendagri-86-2017"),
        "actuals": card.actuals,
        "targets": plan.targets,
        "baselines": plan.baselines,
        "regions": kt.load_regions(),
        "cascade": plan.cascade("stunting_balita", "17", 2024),
        "by_region": card.by_region(),
        "plan": plan,
        "indicators": plan.indicators,
        "rule": card.rule,
    }


@pytest.mark.parametrize("name", shown_values())
def test_every_result_shows_itself_as_a_table(name: str) -> None:
    value = shown_values()[name]
    page, printed = value._repr_html_(), str(value)
    assert 'lang="id"' in page
    assert "<table" in page
    assert len(page) < 80_000
    assert "  --" in printed
    assert len(printed.splitlines()) < 80
    assert len(repr(value)) < 200


PUBLIC = [value for value in vars(kt).values() if isinstance(value, type)]


def test_every_entry_draws_and_every_type_of_many_rows_has_one() -> None:
    for kind, forms in display.SHOWS.items():
        for drawer in forms.values():
            module, _, function = drawer.partition(":")
            assert callable(getattr(import_module(f"kencana_targets.report.{module}"), function)), (
                kind
            )
    for kind in PUBLIC:
        if hasattr(kind, "__len__") and not issubclass(kind, (str, tuple)):
            assert display.drawn_by(kind, "table"), kind


def test_known_units_are_translated_without_being_told() -> None:
    indicator = kt.Indicator(code="a", name="A", unit="percent", direction="maximize")
    own = kt.Indicator(
        code="b", name="B", unit="percent", unit_id="persen balita", direction="maximize"
    )
    persons = kt.Indicator(code="c", name="C", unit="orang", direction="maximize")
    assert [unit(one, "id") for one in (indicator, own, persons)] == [
        "persen",
        "persen balita",
        "orang",
    ]
    assert [unit(one, "en") for one in (indicator, own, persons)] == [
        "percent",
        "percent",
        "persons",
    ]


def test_a_card_speaks_one_language_in_all_it_shows(tmp_path) -> None:
    card = bengkulu().with_language("id")
    assert card == bengkulu()
    assert pickle.loads(pickle.dumps(card)).language == "id"
    for shown in (str(card), card.to_markdown(), str(card.by_region()), str(card.chances())):
        assert "Wilayah" in shown
        assert "Region" not in shown
    assert "Realisasi" in str(card.explain("17.05", "stunting_balita"))
    assert "Target 2022" in card.narrate("17.05", "stunting_balita")
    assert "Target 2022" not in card.narrate("17.05", "stunting_balita", language="en")
    assert 'lang="en"' in bengkulu().with_language("en")._repr_html_()
    card.with_language("en").to_html(tmp_path / "page.html")
    assert '<html lang="en"' in (tmp_path / "page.html").read_text(encoding="utf-8").replace(
        "lang=en", 'lang="en"'
    )
    for language in ("fr", ""):
        with pytest.raises(ArgumentError, match="'language'"):
            card.with_language(language)
    with pytest.raises(ArgumentError, match="'language'"):
        card.narrate("17.05", "stunting_balita", language="")


def results() -> dict[str, Any]:
    """Return a table of every kind of result."""
    card, assumed = bengkulu(), {"assume_sample_size": 400, "assume_design_effect": 2}
    return {
        "chances": card.chances(**assumed),
        "projection": card.project(),
        "regions": card.by_region(),
        "indicators": card.by_indicator(),
        "comparison": card.compare(bengkulu(rule="bkkbn-diy-2020")),
        "changes": card.changes(margin=1.0, **assumed),
        "assessment": card.assess("eurostat"),
        "actuals": card.actuals,
    }


@pytest.mark.parametrize("name", results())
def test_every_result_has_headings_and_words_in_both_languages(name: str) -> None:
    value, english = results()[name], words("word", "en")
    keys = {key for key, word in english.items() if "-" in key and word != key}
    for language in ("en", "id"):
        table = display.show(value, "table", language)
        assert not [title for title in table.titles if "_" in title]
        assert not keys & {cell.text for row in table.rows for cell in row}
