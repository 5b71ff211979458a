from __future__ import annotations

from html.parser import HTMLParser

import pytest
from report_cards import HOSTILE, bengkulu, hostile, main_indicators, nation

import kencana_targets as kt

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
