from __future__ import annotations

import string
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_cards import bengkulu

from kencana_targets.core import labels
from kencana_targets.core.errors import ArgumentError
from kencana_targets.core.resources import data_rows
from kencana_targets.core.terms import Basis, Direction, Formula, PathShape, Reason, Status
from kencana_targets.tables.numbers import parse_number

# Messages have fields of their own: see test_messages.
ROWS = [row for row in data_rows("words.csv") if row["kind"] != "message"]


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_every_text_has_both_languages_with_the_same_fields() -> None:
    for row in ROWS:
        assert row["english"].strip(), row
        assert row["indonesian"].strip(), row
        assert set(fields(row["english"])) == set(fields(row["indonesian"])), row


def test_sentences_are_translated() -> None:
    """A text of several words is not left in the other language."""
    for row in ROWS:
        words = [word for word in row["english"].split() if "{" not in word]
        assert len(words) < 3 or row["english"] != row["indonesian"], row


def test_words_are_sorted_and_each_is_there_once() -> None:
    keys = [(row["kind"], row["key"]) for row in data_rows("words.csv")]
    assert keys == sorted(set(keys))


def test_every_column_of_a_scorecard_has_a_heading() -> None:
    card = bengkulu()
    names = {*card.columns(), *card.by_region().columns(), *card.by_indicator().columns()}
    assert names <= set(labels.words("column"))


def test_every_word_of_a_result_has_a_text() -> None:
    known = set(labels.words("word"))
    for kind in (Basis, Direction, Status, PathShape):
        assert {member.value for member in kind} <= known | {"stabilize"}
    assert {formula.value for formula in Formula} <= known


def test_every_reason_has_a_text() -> None:
    assert {reason.key for reason in Reason if reason} == set(labels.words("reason"))


def test_words_in_two_languages() -> None:
    assert labels.label("column", "actual") == "Actual"
    assert labels.label("column", "actual", "id") == "Realisasi"
    for language in ("fr", ["en"], None):
        with pytest.raises(ArgumentError, match="'language'.*got .*; allowed: en, id"):
            labels.label("column", "actual", language)


@given(
    st.decimals(min_value=-10_000_000, max_value=10_000_000, places=4),
    st.integers(0, 3),
    st.sampled_from(labels.LANGUAGES),
)
def test_numbers_in_print_read_back(value: Decimal, decimals: int, language: str) -> None:
    text = labels.number(float(value), decimals, language)
    read = parse_number(text, decimal="," if language == "id" else ".")
    assert read == float(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    assert len(text.partition("," if language == "id" else ".")[2]) == decimals


def test_numbers_of_both_languages() -> None:
    assert labels.number(1234567.891, 2) == "1,234,567.89"
    assert labels.number(1234567.891, 2, "id") == "1.234.567,89"
    assert labels.number(0.125, 2) == "0.13"
    assert labels.number(-0.001, 2) == "0.00"


def test_a_stated_figure_is_never_rounded() -> None:
    assert labels.figure(12.55, 1) == "12.55"
    assert labels.figure(22.1, 1) == "22.1"
    assert labels.figure(14, 1) == "14.0"
    assert labels.figure(18.916666666666668, 1) == "18.92"
