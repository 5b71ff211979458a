from __future__ import annotations

import string
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kencana_targets.core import labels
from kencana_targets.core.errors import ArgumentError
from kencana_targets.core.terms import Basis, Direction, Formula, PathShape, Status
from kencana_targets.evaluation.scorecard import Reason
from kencana_targets.report.explanation import TEXTS
from kencana_targets.tables.numbers import parse_number

TABLES = {
    "columns": labels.COLUMNS,
    "words": labels.WORDS,
    "reasons": labels.REASONS,
    "texts": TEXTS,
}


@pytest.mark.parametrize("table", TABLES)
def test_every_text_exists_in_both_languages(table: str) -> None:
    for key, pair in TABLES[table].items():
        assert len(pair) == len(labels.LANGUAGES), key
        assert all(text.strip() for text in pair), key


def test_both_languages_say_the_same_fields() -> None:
    for key, pair in TEXTS.items():
        english, indonesian = (
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in pair
        )
        assert english == indonesian, key


def test_every_word_of_a_result_has_a_text() -> None:
    known = set(labels.WORDS)
    for kind in (Basis, Direction, Status, PathShape):
        assert {member.value for member in kind} <= known | {"stabilize"}
    assert {formula.value for formula in Formula} <= known


def test_every_reason_has_a_text() -> None:
    assert {reason.key for reason in Reason if reason} == set(labels.REASONS)


def test_words_in_two_languages() -> None:
    assert labels.label(labels.COLUMNS, "actual") == "Actual"
    assert labels.label(labels.COLUMNS, "actual", "id") == "Realisasi"
    with pytest.raises(ArgumentError, match="'language'.*got 'fr'; allowed: en, id"):
        labels.label(labels.COLUMNS, "actual", "fr")


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
