"""Every message has an Indonesian text, found by the English one at the place that raises it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import kencana_targets as kt
from conftest import says_english
from kencana_targets.core.errors import ArgumentError, KencanaError, Place, Problem
from kencana_targets.core.messages import _FIELD, indonesian
from kencana_targets.core.resources import data_rows

SOURCE = Path(kt.__file__).parent
ROLES = ("what", "allowed", "hint")
# Lists of words of the library, and names, are the same in every language.
SAME = ("score, achievement", "4", "RankSets", "PrintedRows", "en, id", "")


def texts(node: ast.expr, known: dict[str, list[str]]) -> list[str]:
    """Return the texts that an expression may be, a field of it as X."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=values):
            return ["".join(v.value if isinstance(v, ast.Constant) else "X" for v in values)]
        case ast.IfExp(body=body, orelse=other):
            return texts(body, known) + texts(other, known)
        case ast.Name(id=name):
            return known.get(name, [])
        case _:
            return []


def messages() -> set[tuple[str, str]]:
    """Return every text that a problem is made of, with the file that makes it."""
    found = set()
    for file in sorted(SOURCE.rglob("*.py")):
        nodes = [*ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
        known: dict[str, list[str]] = {}
        for node in nodes:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                known.setdefault(node.targets[0].id, []).extend(texts(node.value, {}))
        for call in nodes:
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            given = {
                "Problem": call.args[:1],
                "refuse": call.args[2:4],
                "require": call.args[3:5],
                "first_rows": call.args[1:2],
            }.get(name)
            if given is None:
                continue
            given += [word.value for word in call.keywords if word.arg in ROLES]
            found |= {(text, file.name) for node in given for text in texts(node, known)}
    return found


def test_every_message_has_a_second_language() -> None:
    found = messages()
    assert len(found) > 400
    # A text that ends where another is joined to it is looked up with that one.
    missing = sorted(
        (text, file)
        for text, file in found
        - {
            (text, file)
            for text, file in found
            if text in SAME or not any(map(str.isalpha, text.replace("X", "")))
        }
        if not any(map(indonesian, (text, f"{text}X", f"X{text}")))
    )
    assert not missing


def test_both_languages_have_the_same_fields() -> None:
    for row in data_rows("words.csv"):
        if row["kind"] == "message":
            english, other = (sorted(_FIELD.findall(row[c])) for c in ("english", "indonesian"))
            assert english == other, row


def test_an_error_is_told_in_both_languages() -> None:
    with pytest.raises(KencanaError) as raised:
        kt.load_plan("bengkulu-2012")
    assert str(raised.value) == raised.value.text() == raised.value.text("en")
    assert raised.value.text("id") == (
        "rencana tidak dikenal: ditemukan 'bengkulu-2012'; maksud Anda "
        + str(raised.value).partition("did you mean ")[2].replace("' or '", "' atau '")
    )
    with pytest.raises(ArgumentError, match="'language'"):
        raised.value.text("fr")


def test_places_and_many_problems_are_told_in_both_languages() -> None:
    place = Place(file="a.xlsx", sheet="Data", row=5, column=2, heading="mCPR")
    assert place.text("id") == "a.xlsx lembar 'Data', baris 5, kolom B 'mCPR'"
    error = KencanaError([Problem("no such heading", where=place)] * 12, "a.xlsx")
    lines = error.text("id").splitlines()
    assert lines[0] == "a.xlsx: 12 masalah"
    assert lines[1] == "  lembar 'Data', baris 5, kolom B 'mCPR': tidak ada judul kolom itu"
    assert lines[-1] == "  ... dan 2 lagi di .problems"


def test_what_a_message_names_is_translated_too() -> None:
    assert indonesian("no year: no column, no heading and no title says it") == (
        "tidak ada tahun: tidak disebut kolom, judul kolom maupun judul tabel"
    )
    assert indonesian("something that nobody says") is None


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write a number such as 22,1 or leave the cell empty", False),
        ("no column 'that is the one'", False),
        ("the engine says: out of memory and of luck", False),
        ("a text that nobody has put into the table", True),
        ("keep one: the other is in the cellar", True),
    ],
)
def test_what_stays_in_english_is_found(text: str, left: bool) -> None:
    assert says_english(text) is left
