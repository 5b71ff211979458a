"""Numbers of tables, settled by the plan and by what stands beside them."""

from __future__ import annotations

import datetime as dt

import pytest

import kencana_targets as kt
from kencana_targets.core.errors import TableError

PLAN = kt.Plan.from_frames(
    code="cells",
    indicators=[
        kt.Indicator(code="new", name="Peserta KB baru", unit="persons", unit_id="orang", direction="maximize", decimals=0),
        kt.Indicator(code="TFR", name="TFR", unit="children per woman", unit_id="anak per perempuan", direction="minimize"),
        kt.Indicator(code="share", name="Prevalensi", unit="percent", unit_id="persen", direction="minimize"),
    ],
    targets={"indicator": ["new"], "region": ["17.05"], "year": [2022], "value": [3]},
)  # fmt: skip


def read(tmp_path, text, **options):
    path = tmp_path / "a.csv"
    path.write_text(text)
    figures = kt.read_actuals(path, plan=PLAN, **options)
    return [one.value for one in figures], [str(one) for one in figures.notes]


def refused(tmp_path, text, **options):
    with pytest.raises(TableError) as caught:
        read(tmp_path, text, **options)
    return [str(one) for one in caught.value.problems]


def test_whole_numbers_need_no_decimal_mark(tmp_path):
    wide = "Wilayah;new 2022;share 2022\nKaur;1.204;22,1\nSeluma;980;20,5\nLebong;12.115;24,5\n"
    assert read(tmp_path, wide) == ([1204, 22.1, 980, 20.5, 12115, 24.5], [])
    long = "Wilayah;Indikator;Tahun;Nilai\nKaur;new;2022;1.204\nSeluma;new;2022;980\n"
    assert read(tmp_path, long) == ([1204, 980], [])
    assert read(tmp_path, long.replace("1.204", "1,204")) == ([1204, 980], [])


def test_a_figure_with_decimals_stays_doubtful_beside_whole_ones(tmp_path):
    wide = "Wilayah;new 2022;TFR 2022\nKaur;1.204;2.115\nSeluma;980;2.345\n"
    assert refused(tmp_path, wide) == [
        "row 2, column 'TFR 2022', also in row 3: can be read in two ways: got '2.115'; "
        "no cell of the column settles it; tell the decimal mark"
    ]
    assert read(tmp_path, wide, decimal=",")[0] == [1204, 2115, 980, 2345]


def test_persons_are_whole(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Wilayah;Tahun;Pembilang;Penyebut\nKaur;2022;1.093;2.186\nSeluma;2022;98;980\n")
    pooled = kt.pool_actuals(path, plan=PLAN, given={"indicator": "share"})
    assert [one.value for one in pooled] == [50.0, 10.0]


@pytest.mark.parametrize("cell", ["22,1*", "22,1 1)", "22,1 r", "22,1**"])
def test_a_mark_of_a_provisional_figure_is_noted_with_all_its_rows(tmp_path, cell):
    text = f"Wilayah;share 2022\nKaur;{cell}\nSeluma;23,4\nLebong;{cell}\n"
    assert read(tmp_path, text) == (
        [22.1, 23.4, 22.1],
        [
            "row 2, column 'share 2022', also in row 4: a mark behind the number was left out: "
            f"provisional figures or a footnote: got {cell!r}"
        ],
    )


def test_a_unit_in_the_cell_is_that_of_the_plan_or_refused(tmp_path):
    head = "Wilayah;Indikator;Tahun;Nilai\n"
    rows = "Kaur;new;2022;1.204 orang\nKaur;TFR;2022;2,21 anak\nKaur;share;2022;22,1 %\n"
    assert read(tmp_path, head + rows)[0] == [1204, 2.21, 22.1]
    assert refused(tmp_path, head + "Kaur;new;2022;1.204 kasus\nKaur;TFR;2022;2,21 anak\n") == [
        "row 2, column 'Nilai': a number and words that are not the unit of its indicator: "
        "got '1.204 kasus'; write the number alone; the unit of the plan is 'orang or persons'"
    ]


def test_many_cells_of_one_kind_are_one_problem(tmp_path):
    rows = "".join(f"{name};abc\n" for name in ["Kaur", "Seluma", "Lebong"] * 9)
    (problem,) = refused(tmp_path, "Wilayah;share 2022\n" + rows)
    assert problem == (
        "row 2, column 'share 2022', also in rows 3, 4, 5, 6, 7 and 21 more: not a number: "
        "got 'abc'; write a number such as 22,1 or leave the cell empty"
    )


@pytest.mark.parametrize(
    "year", ["TA 2022", "th. 2022", "2022*", "2022 *)", "Tahun 2022", "T.A. 2022", "2022,0"]
)
def test_years_with_words_are_years(tmp_path, year):
    assert read(tmp_path, f"Wilayah;Tahun;share\nKaur;{year};22,1\n")[0] == [22.1]


@pytest.mark.parametrize("day", [dt.date(2022, 1, 1), dt.date(2022, 12, 31)])
def test_the_first_and_last_day_of_a_year_are_the_year(day):
    frame = {"region": ["17.05"], "indicator": ["share"], "year": [day], "value": [3.0]}
    assert [one.year for one in kt.read_actuals(frame, plan=PLAN)] == [2022]
    frame["year"] = [day.replace(month=5, day=7)]
    with pytest.raises(TableError, match="a date or time.*write a year such as 2024"):
        kt.read_actuals(frame, plan=PLAN)


def test_a_word_for_no_year_is_told_what_a_year_is(tmp_path):
    (problem,) = refused(tmp_path, "Wilayah;Tahun;share\nKaur;baru;22,1\n")
    assert "got 'baru'; write a year such as 2024" in problem
