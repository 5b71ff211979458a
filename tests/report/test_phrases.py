from __future__ import annotations

import importlib
import pkgutil
import string
from collections.abc import Mapping

import pytest

import kencana_targets.report as room
from kencana_targets.core import labels
from kencana_targets.report import phrases


def tables():
    """Yield every table of texts in the room, wherever it is kept."""
    rooms = [f"kencana_targets.report.{info.name}" for info in pkgutil.iter_modules(room.__path__)]
    for path in [*rooms, labels.__name__]:
        module = importlib.import_module(path)
        for name, value in vars(module).items():
            pairs = (
                isinstance(value, Mapping)
                and value
                and all(
                    isinstance(one, tuple)
                    and len(one) == 2
                    and all(isinstance(t, str) for t in one)
                    for one in value.values()
                )
            )
            if pairs and name.isupper() and all(isinstance(key, str) for key in value):
                yield f"{path.rpartition('.')[2]}.{name}", value


TABLES = dict(tables())


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_the_tables_are_found() -> None:
    known = {
        f"phrases.{name}" for name in vars(phrases) if name.isupper() and name != "TYPE_CHECKING"
    }
    assert known | {"labels.COLUMNS", "labels.WORDS", "labels.REASONS"} <= set(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_every_text_has_both_languages_with_the_same_fields(table: str) -> None:
    for key, (english, indonesian) in TABLES[table].items():
        assert english.strip(), key
        assert indonesian.strip(), key
        assert fields(english) == fields(indonesian), key


@pytest.mark.parametrize("table", [name for name in TABLES if name.startswith("phrases.")])
def test_sentences_are_translated(table: str) -> None:
    """A text of several words is not left in the other language."""
    for key, (english, indonesian) in TABLES[table].items():
        words = [word for word in english.split() if "{" not in word]
        assert len(words) < 3 or english != indonesian, key


def test_every_column_of_a_scorecard_has_a_heading() -> None:
    from report_cards import bengkulu

    card = bengkulu()
    names = {*card.columns(), *card.by_region().columns(), *card.by_indicator().columns()}
    assert names <= set(labels.COLUMNS)
