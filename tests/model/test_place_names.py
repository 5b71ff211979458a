from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import letters

import kencana_targets as kt
from kencana_targets.core.terms import Level
from kencana_targets.model.place_names import (
    Reading,
    SpellingTable,
    fold,
    read_name,
    rewritten,
    spellings,
    without_marks,
)

NAMES = st.text(letters, max_size=40)
LETTERS = st.text("abcd", min_size=1, max_size=7)


def plain_edit_distance(first: str, second: str) -> int:
    """Optimal string alignment, letter by letter, as a table of its own."""
    table = {(-1, -1): 0}
    for i in range(len(first)):
        table[i, -1] = i + 1
    for j in range(len(second)):
        table[-1, j] = j + 1
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            table[i, j] = min(
                table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a != b)
            )
            if i and j and a == second[j - 1] and b == first[i - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(first) - 1, len(second) - 1]


def table_of(names: list[str], level: Level = Level.NATION) -> SpellingTable:
    return SpellingTable.build(list(enumerate(names)), np.array([level] * len(names)))


@pytest.mark.parametrize(
    "name",
    [
        "KAB. MUKO MUKO",
        "Kab Mukomuko",
        "Kabupaten Muko-Muko",
        "  kabupaten\xa0mukomuko ",
        "KAB.MÚKOMUKO",
        "KÁB MUKOMUKO",
    ],
)
def test_spellings_of_one_name_fold_to_the_same_text(name):
    assert fold(name) == "kabupatenmukomuko"


def test_letters_of_other_scripts_stay_other_letters():
    assert fold("Bali") != fold("B\u0430li")  # a Cyrillic letter that looks the same
    assert fold("\uff22ali") == "bali"  # a wide Latin letter


@given(NAMES)
def test_folding_twice_changes_nothing_more(name):
    assert fold(fold(name)) in {fold(name), fold(fold(fold(name)))}
    assert all(letter.isalnum() for letter in fold(name))


@pytest.mark.parametrize(
    ("name", "readings"),
    [
        ("Mukomuko", [Reading("mukomuko")]),
        ("Kotabaru", [Reading("kotabaru")]),
        ("Kota Baru", [Reading("kotabaru"), Reading("baru", Level.CITY)]),
        ("Kotamadya Bogor", [Reading("kotabogor"), Reading("bogor", Level.CITY)]),
        ("Kodya Bogor", [Reading("kotabogor"), Reading("bogor", Level.CITY)]),
        ("Kab. Adm. Kep. Seribu", [
            Reading("kabupatenadministrasikepulauanseribu"),
            Reading("kepulauanseribu", Level.REGENCY),
        ]),
        ("Adm. Jakarta Selatan", [Reading("jakartaselatan")]),
        ("Kec. Ratu Agung", [Reading("kecamatanratuagung"), Reading("ratuagung", Level.DISTRICT)]),
        ("Distrik Abepura", [Reading("distrikabepura"), Reading("abepura", Level.DISTRICT)]),
        ("Kel. Sukarami", [Reading("kelurahansukarami"), Reading("sukarami", Level.VILLAGE)]),
        ("Babel", [Reading("babel"), Reading("kepulauanbangkabelitung")]),
        ("Prov. NTB", [
            Reading("provinsintb"),
            Reading("ntb", Level.PROVINCE),
            Reading("nusatenggarabarat", Level.PROVINCE),
        ]),
        ("", [Reading("")]),
        ("...", [Reading("")]),
        ("Kota", [Reading("kota")]),
        ("Kab. Adm.", [Reading("kabupatenadministrasi"), Reading("", Level.REGENCY)]),
    ],
)  # fmt: skip
def test_names_are_read_whole_and_as_prefix_and_stem(name, readings):
    assert list(read_name(name)) == readings


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Ratu Agung (Kec.)", "kecamatan Ratu Agung"),
        ("Sukamaju [Desa]", "desa Sukamaju"),
        ("Ratu Agung, Kecamatan", "kecamatan Ratu Agung"),
        ("Ratu Agung Kecamatan", "Ratu Agung Kecamatan"),
        ("Kaur Regency", "regency Kaur"),
        ("Bandung (Barat)", "Bandung (Barat)"),
        ("Kota", "Kota"),
        ("Kab2", "KabKab"),
        ("A2", "A2"),
    ],
)
def test_a_level_behind_a_name_is_put_in_front(name: str, plain: str) -> None:
    assert rewritten(name) == plain


def test_a_region_is_looked_up_without_the_prefix_of_its_own_level():
    assert list(spellings("Kabupaten Mukomuko", Level.REGENCY)) == ["mukomuko"]
    assert list(spellings("Kota Mukomuko", Level.DISTRICT)) == ["kotamukomuko"]
    assert list(spellings("Kota Administrasi Jakarta Pusat", Level.CITY)) == ["jakartapusat"]
    assert list(spellings("Daerah Khusus Ibukota Jakarta", Level.PROVINCE)) == [
        "daerahkhususibukotajakarta",
        "jakarta",
    ]


def test_among_equals_comes_first_what_begins_with_the_same_letter():
    everywhere = np.ones(2, dtype=bool)
    assert table_of(["xbcd", "abcx"]).nearest([Reading("abcd")], everywhere) == [1, 0]


@given(LETTERS, st.lists(LETTERS, min_size=1, max_size=6, unique=True))
@example("aaaa", ["aa", "aaaaaaa"])
def test_the_nearest_has_the_smallest_edit_distance(written, names):
    everywhere = np.ones(len(names), dtype=bool)
    found = table_of(names).nearest([Reading(written)], everywhere, count=len(names))
    # The beginning of a name, of four letters or more, is one wrong letter.
    begun = [len(written) >= 4 and names[at].startswith(written) for at in found]
    distances = [plain_edit_distance(written, names[at]) for at in found]
    distances = [min(one, 1) if first else one for one, first in zip(distances, begun, strict=True)]
    assert distances == sorted(distances)
    for at in set(range(len(names))) - set(found):
        assert plain_edit_distance(written, names[at]) == max(len(written), len(names[at]))


@given(LETTERS, st.lists(LETTERS, min_size=2, max_size=6, unique=True))
def test_a_name_ranks_alone_as_among_others(written, names):
    everywhere = np.ones(len(names), dtype=bool)
    found = set(table_of(names).nearest([Reading(written)], everywhere, count=len(names)))
    alone = {
        at
        for at, name in enumerate(names)
        if table_of([name]).nearest([Reading(written)], np.array([True]))
    }
    assert found == alone


def test_among_equals_comes_first_what_lacks_fewest_of_the_letters_written():
    everywhere = np.ones(2, dtype=bool)
    assert table_of(["abce", "abdc"]).nearest([Reading("abcd")], everywhere) == [1, 0]
    assert table_of(["abda", "abdc"]).nearest([Reading("abcd")], everywhere) == [1, 0]


def test_of_many_names_the_nearest_are_looked_through():
    random, written = np.random.default_rng(1), "abcdefgh"
    far = ["".join(random.permutation([*letters])) for letters in (2 * written, "abc") * 300]
    table = table_of([*far, "abcdefgi", written + "x" * 12])
    assert table.nearest([Reading(written)], np.ones(602, dtype=bool), 2) == [601, 600]
    table = table_of([*["abcdefgx"] * 300, "abcdefxy"])
    assert table.nearest([Reading(written)], np.arange(301) == 300)[0] == 300


def test_outside_what_is_expected_counts_as_two_wrong_letters():
    table = table_of(["sleman", "seluman"])
    assert table.nearest([Reading("sleman")], np.array([True, True])) == [0, 1]
    assert table.nearest([Reading("selman")], np.array([False, True])) == [1, 0]


def test_islands_are_offered_without_the_word_for_islands():
    table = table_of(["kepulauantanimbar", "takalar"], Level.REGENCY)
    assert table.nearest([Reading("tanimbr")], np.array([True, True]))[0] == 0


@pytest.mark.parametrize(
    "name", ["2 x 11 Enam Lingkung", "Desa Maju (1)", "17.04", "17", "Sidomulyo 1", "7 Koto"]
)
def test_a_number_that_belongs_to_a_name_stays(name):
    assert without_marks(name) == name


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Kab. Bandung Brt", "32.17"), ("Hulu Sungai Sel.", "63.06"), ("Tj. Jabung Tim", "15.07"),
        ("Lampung Teng.", "18.02"), ("Tg. Pinang", "21.72"), ("Seram Bag. Barat", "81.06"),
        ("Pakpak Barat", "12.15"), ("Kab. Yapen", "91.05"), ("Bonebol", "75.03"),
    ],
)  # fmt: skip
def test_words_of_names_cut_short(written: str, code: str) -> None:
    assert kt.load_regions().find(written).code == code
