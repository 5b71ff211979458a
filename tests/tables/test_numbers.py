from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import letters

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import ArgumentError, NumberFormatError
from kencana_targets.model.figures import Interval
from kencana_targets.tables.numbers import parse_column, parse_number, says_missing

SWAPPED = str.maketrans(",.", ".,")
SPACES = ["", " ", "\u00a0", "\u2009", "\u202f", "\u2007", "\u3000", "  "]
MARKS = st.sampled_from(",.")
FIGURES = st.decimals(
    min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=3
)


def written(figure, mark, *, grouped=True):
    """Write a number with a decimal mark, thousands grouped by the other."""
    text = f"{figure:,f}" if grouped else f"{figure:f}"
    return text.translate(SWAPPED) if mark == "," else text


# One cell


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1.234,5", 1234.5),
        ("15.703.133", 15703133),
        ("62,16", 62.16),
        ("4.282", 4282),
        ("95%", 95),
        ("56,95 %", 56.95),
        ("95 persen", 95),
        ("0", 0),
        ("0,5", 0.5),
        ("-12,5", -12.5),
        ("\u221212,5", -12.5),
        ("\u201312,5", -12.5),
        ("+0,3", 0.3),
        ("Rp15.703.133", 15703133),
        ("Rp. 15.703.133,50", 15703133.5),
        ("rp 5", 5),
        ("-Rp1.000", -1000),
        ("Rp -1.000", -1000),
        ("Rp 1.000.000,-", 1_000_000),
        ("\u00a062,16\u2009%\n", 62.16),
        ("1\u202f234\u202f567,8", 1234567.8),
        ("\ufeff5\u200b", 5),
        ("1234567890123", 1234567890123),
        ("1,5".rjust(100, "0"), 1.5),
    ],
)
def test_numbers_as_indonesians_write_them(text, number):
    assert parse_number(text) == number
    assert isinstance(parse_number(text), float)


@pytest.mark.parametrize(
    ("text", "number"),
    [("4.282", 4.282), ("1,234.5", 1234.5), ("101.31", 101.31), ("15,703,133", 15703133)],
)
def test_numbers_with_a_decimal_dot(text, number):
    assert parse_number(text, decimal=".") == number


@pytest.mark.parametrize("mark", [",", "."])
@pytest.mark.parametrize(
    "text",
    [None, "", "  ", "\u00a0\u200b", "-", "--", "\u2013", "\u2014", "\u2212", "......", "..",
     "\u2026", "n/a", "NA", "N/A", " na ", "." * 100, "n.a", "N.A.", "n/a.", "n a", "tad", "T.A.D."],
)  # fmt: skip
def test_missing_marks(text, mark):
    assert parse_number(text, decimal=mark) is None


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("80 - 90%", Interval(80, 90)),
        ("80-90", Interval(80, 90)),
        ("80 s.d. 90%", Interval(80, 90)),
        ("80% s/d 90%", Interval(80, 90)),
        ("2,0 sampai dengan 2,2", Interval(2.0, 2.2)),
        ("80% \u2013 90%", Interval(80, 90)),
        ("4,98% - 5,23%", Interval(4.98, 5.23)),
        ("3,55%-3,85%", Interval(3.55, 3.85)),
        ("Rp 1.000 - Rp 2.500,50", Interval(1000, 2500.5)),
        ("-5 - -3", Interval(-5, -3)),
        ("80 - 80", Interval(80, 80)),
        ("2,5 ± 1", Interval(1.5, 3.5)),
        ("4,1±0,1%", Interval(4.0, 4.2)),
        ("2,5 +/- 1", Interval(1.5, 3.5)),
        ("<20", Interval(None, 20, upper_closed=False)),
        ("kurang dari 49", Interval(None, 49, upper_closed=False)),
        ("Kurang\u00a0 dari 49 %", Interval(None, 49, upper_closed=False)),
        ("\u2264 1.000", Interval(None, 1000)),
        ("<= 5", Interval(None, 5)),
        ("maksimal 5", Interval(None, 5)),
        (">90", Interval(90, None, lower_closed=False)),
        ("LEBIH DARI 3,5", Interval(3.5, None, lower_closed=False)),
        ("\u2265 95", Interval(95, None)),
        (">=95%", Interval(95, None)),
        ("minimal 70%", Interval(70, None)),
        ("at least 95", Interval(95, None)),
        ("at most 5", Interval(None, 5)),
        ("less than 5", Interval(None, 5, upper_closed=False)),
        ("More than 5 %", Interval(5, None, lower_closed=False)),
    ],
)
def test_ranges_and_one_sided_targets(text, interval):
    assert parse_number(text) == interval


NOT_NUMBERS = [
    "1.74.003", "WTP", "BB", "1 Prov & 3 Kab/Kota", "1\n1", "1\r\n1", "1\t1", "1 1", "12 345",
    "5 Rp 300", "nan", "inf", "-inf", "infinity", "True", "None", "nihil", "tidak ada", "n.b.", "1e5", "1,5E+03",
    "1_000", "0x10", "12,", ",5", "1,2,3", "1.23,4", "0.123,4", "--5", "+-5", "-Rp -5",
    "- 5", "(5)", "5 -", "%", "95%%", "5‰", "Rp", "< ", "kurang dari", "kurangdari 5", "± 5",
    "1 - 2 - 3", "2021-05-02", "02/05/2021", "02-Mei", "1:30", "#DIV/0!", "'5", "12a", "x" * 60,
    "\u0661\u0662", "\uff11\uff12", "\u0967", "\u00bd", "\u2460", "1\u066b5", ".", "/",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_NUMBERS)
def test_anything_else_is_refused(text):
    with pytest.raises(NumberFormatError) as caught:
        parse_number(text)
    assert str(caught.value) == (
        f"not a number: got {text.strip()!r}; write a number such as 22,1 or leave the cell empty"
    )


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("101.31", "not a number with a decimal comma: got '101.31'; it is one with a decimal dot: m"),
        ("1.2345", "not a number with a decimal comma: got '1.2345'; it is one with a decimal dot: m"),
        ("0.123", "not a number with a decimal comma: got '0.123'"),
        ("1,234,567", "not a number with a decimal comma: got '1,234,567'"),
        ("=A1", "a formula without its value: got '=A1'; save the workbook with calculated"),
        ("=1+1", "a formula without its value: got '=1+1'"),
        ("90 - 80", "a range whose end is below its beginning: got '90 - 80'"),
        ("5 ± -1", "a range whose end is below its beginning: got '6 - 4'"),
        ("9" * 101, "too long for a number: got '999"),
        ("x" * 100, "not a number: got 'xxx"),
        ("x" * 10_000_000, "too long for a number: got 'xxx"),
        (True, "a truth value where a number belongs: got True"),
        (np.bool_(False), "a truth value where a number belongs: got "),
        (math.nan, "not a finite number: got nan; leave the cell empty if there is none"),
        (math.inf, "not a finite number: got inf"),
        (np.float64("nan"), "not a finite number: got "),
        (10**400, "not a finite number: got 1000"),
        (Decimal("NaN"), "not a finite number: got Decimal('NaN')"),
        (datetime.fromisoformat("2021-05-02"),
         "a date or time, which a spreadsheet may have made out of a number: got datetime.datetime("),
        (date(2021, 5, 2), "a date or time, which a spreadsheet may have made out of a number"),
        (time(1, 30), "a date or time, which a spreadsheet may have made out of a number"),
        (timedelta(1), "a date or time, which a spreadsheet may have made out of a number"),
        (np.datetime64("2021-05-02"), "a date or time, which a spreadsheet may have made out of a"),
        (b"5", "not a number: got b'5'"),
        ([5], "not a number: got [5]"),
        (5j, "not a number: got 5j"),
    ],
)  # fmt: skip
def test_what_is_refused_for_a_reason_says_it(cell, message):
    with pytest.raises(NumberFormatError) as caught:
        parse_number(cell)
    assert str(caught.value).startswith(message)


def test_the_other_convention_is_named_both_ways():
    with pytest.raises(NumberFormatError) as caught:
        parse_number("62,16", decimal=".")
    assert str(caught.value) == (
        "not a number with a decimal dot: got '62,16'; it is one with a decimal comma: "
        "mend the cell or tell decimal=','"
    )
    with pytest.raises(NumberFormatError, match=r"write a number such as 22\.1 or leave"):
        parse_number("WTP", decimal=".")


@pytest.mark.parametrize(
    ("cell", "number"),
    [(12, 12), (22.1, 22.1), (np.int64(3), 3), (np.float32(0.5), 0.5), (Decimal("22.1"), 22.1)],
)
def test_what_already_is_a_number_is_taken_as_it_is(cell, number):
    for mark in (",", "."):
        assert parse_number(cell, decimal=mark) == number
        assert type(parse_number(cell, decimal=mark)) is float


@pytest.mark.parametrize("decimal", ["'", "", ";", ",.", None, 5])
def test_other_decimal_marks_are_refused(decimal):
    with pytest.raises(
        ArgumentError, match=r"argument 'decimal': not allowed: .*; allowed: ',' or"
    ):
        parse_number("5", decimal=decimal)
    if decimal is not None:
        with pytest.raises(ArgumentError, match="argument 'decimal'"):
            parse_column(["5"], decimal=decimal)


@given(FIGURES, MARKS, st.booleans())
def test_reading_what_was_written_is_the_identity(figure, mark, grouped):
    assert parse_number(written(figure, mark, grouped=grouped), decimal=mark) == float(figure)


@given(FIGURES, MARKS, st.lists(st.sampled_from(SPACES), min_size=4, max_size=4))
def test_spaces_signs_and_units_change_nothing(figure, mark, spaces):
    text = written(abs(figure), mark)
    a, b, c, d = spaces
    assert parse_number(f"{a}{text}{b}%{c}", decimal=mark) == float(abs(figure))
    assert parse_number(f"{a}Rp{b}{text}{c}{d}", decimal=mark) == float(abs(figure))
    assert parse_number(f"\u2212{text}{d}", decimal=mark) == -float(abs(figure))


@given(FIGURES, FIGURES, MARKS, st.sampled_from(SPACES))
def test_ranges_hold_their_ends(first, last, mark, space):
    lower, upper = sorted((first, last))
    text = f"{written(lower, mark)}{space}\u2013{space}{written(upper, mark)}"
    assert parse_number(text, decimal=mark) == Interval(float(lower), float(upper))


@given(st.text(letters, max_size=12) | st.text("0123456789.,-% ", max_size=9))
def test_any_text_is_a_figure_of_its_own_digits_or_refused(text):
    try:
        figure = parse_number(text)
    except NumberFormatError as error:
        assert error.problems[0].what  # noqa: PT017 - either outcome is right
        return
    if isinstance(figure, float):
        digits = "".join(letter for letter in text if letter in "0123456789")
        assume(len(digits.strip("0")) <= 15)  # all that a number holds
        assert digits.strip("0") in format(Decimal(repr(abs(figure))), "f").replace(".", "")
    else:
        assert figure is None or isinstance(figure, Interval)


# A column


def test_a_settled_column_settles_its_open_cells():
    column = parse_column(["62,16", "4.282", None, "80 - 90%", "n/a", 5, 5.5])
    assert column.decimal == ","
    assert column.values.tolist()[:2] == [62.16, 4282]
    assert np.isnan(column.values[[2, 3, 4]]).all()
    assert column.values.tolist()[5:] == [5, 5.5]
    assert column.intervals == {3: Interval(80, 90)}
    assert column.problems == {}
    assert not column.values.flags.writeable


@pytest.mark.parametrize(
    ("cells", "mark", "numbers"),
    [
        (["4.282", "101.31"], ".", [4.282, 101.31]),
        (["4.282", "0.123"], ".", [4.282, 0.123]),
        (["4,282", "1.234,5"], ",", [4.282, 1234.5]),
        (["4.282", "15.703.133"], ",", [4282, 15703133]),
        (["4,282", "1,234,567"], ".", [4282, 1234567]),
        (["4.282", "2.282,-", "3,5%"], ",", [4282, 2282, 3.5]),
        (["1", "22", "n/a", None], None, [1, 22, math.nan, math.nan]),
        (["12%", "Rp 5"], None, [12, 5]),
        ([], None, []),
        ([None, ""], None, [math.nan, math.nan]),
    ],
)
def test_the_convention_is_the_one_that_cells_settle(cells, mark, numbers):
    column = parse_column(cells)
    assert column.decimal == mark
    assert np.array_equal(column.values, numbers, equal_nan=True)
    assert column.problems == {}


def test_a_told_convention_needs_no_settling():
    assert parse_column(["4.282"], decimal=",").values.tolist() == [4282]
    assert parse_column(["4.282"], decimal=".").values.tolist() == [4.282]
    column = parse_column(["62,16", "4.282"], decimal=".")
    assert column.decimal == "."
    assert column.values.tolist()[1] == 4.282
    assert list(column.problems) == [0]


def test_a_column_that_settles_nothing_is_refused():
    column = parse_column(["4.282", "12", "4.111", "4.282"])
    assert column.decimal is None
    assert list(column.problems) == [0, 2, 3]
    assert str(column.problems[2]) == (
        "can be read in two ways: got '4.111'; no cell of the column settles it; "
        "tell the decimal mark"
    )
    assert np.array_equal(column.values, [math.nan, 12, math.nan, math.nan], equal_nan=True)


def test_cells_that_disagree_are_named():
    column = parse_column(["102,43", "101.31", "98,1", "4.282", "7"])
    assert column.decimal is None
    assert {row: str(problem) for row, problem in column.problems.items()} == {
        1: "a decimal dot where other cells have a decimal comma: got '101.31'; "
           "one of them is '102,43'; mend the cells that are wrong",
        3: "can be read in two ways: got '4.282'; the cells of the column disagree; "
           "tell the decimal mark",
    }  # fmt: skip
    even = parse_column(["102,43", "101.31"])
    assert list(even.problems) == [0, 1]
    assert np.isnan(even.values).all()


def test_every_problem_of_a_column_is_told_by_row():
    cells = [
        "1,5",
        True,
        "WTP",
        datetime.fromisoformat("2021-05-02"),
        math.nan,
        "5 - 1",
        None,
        "WTP",
        "2,5",
    ]
    column = parse_column(cells)
    assert list(column.problems) == [1, 2, 3, 4, 5, 7]
    assert column.problems[2] == column.problems[7]
    assert column.problems[5].what == "a range whose end is below its beginning"
    assert np.flatnonzero(~np.isnan(column.values)).tolist() == [0, 8]


def test_the_order_of_ends_in_a_range_does_not_unsettle():
    column = parse_column(["11 - 20", "20 - 11"])
    assert column.intervals == {0: Interval(11, 20)}
    assert list(column.problems) == [1]


def test_columns_of_frames():
    text = parse_column(Categorical.encode(["1,5", None, "4.282", "1,5"]))
    assert np.array_equal(text.values, [1.5, math.nan, 4282, 1.5], equal_nan=True)
    numbers = parse_column(np.array([1.5, math.nan, math.inf]))
    assert np.array_equal(numbers.values, [1.5, math.nan, math.nan], equal_nan=True)
    assert list(numbers.problems) == [2]
    assert numbers.decimal is None


@given(st.lists(FIGURES, min_size=1, max_size=20), MARKS, st.booleans())
def test_a_cell_reads_in_a_column_as_it_reads_alone(figures, mark, told):
    cells = [written(figure, mark) for figure in figures]
    column = parse_column(cells, decimal=mark if told else None)
    alone = [parse_number(cell, decimal=mark) for cell in cells]
    for row, number in enumerate(alone):
        # Without being told, a column may be refused but is never read otherwise.
        assert column.values[row] == number or row in column.problems
    assert not (told and column.problems)


@given(
    st.permutations(
        ["1,5", "4.282", "7", None, "n/a", "80 - 90%", "WTP", 3.5, "101.31", "< 2,5", True]
    ),
    st.sampled_from([None, ",", "."]),
)
def test_the_order_of_the_cells_changes_nothing(cells, decimal):
    column = parse_column(cells, decimal=decimal)
    places = sorted(range(len(cells)), key=lambda row: repr(cells[row]))
    again = parse_column([cells[row] for row in places], decimal=decimal)
    assert np.array_equal(column.values[places], again.values, equal_nan=True)
    assert {places[row] for row in again.problems} == set(column.problems)
    assert {places[row]: each for row, each in again.intervals.items()} == column.intervals


def test_a_column_of_one_cell_of_ten_megabytes():
    column = parse_column(["x" * 10_000_000, "5"])
    assert list(column.problems) == [0]
    assert column.values[1] == 5


# What stands behind a number


@pytest.mark.parametrize(
    "mark", ["*", "**", " *", "r", " r", " e", "x", "xx", "\u2020", " 1)", " 12)"]
)
@pytest.mark.parametrize("number", ["22,1", "1.234,5", "-3", "80 - 90", "95%"])
def test_a_mark_behind_a_number_is_left_out_and_kept(number, mark):
    column = parse_column([number + mark, "7,5"])
    plain = parse_column([number, "7,5"])
    assert np.array_equal(column.values, plain.values, equal_nan=True)
    assert (column.intervals, column.problems) == (plain.intervals, {})
    assert column.marks is not None
    assert column.marks.to_list() == [mark.strip(), None]
    with pytest.raises(NumberFormatError, match="a mark behind the number: got .*take"):
        parse_number(number + mark)


@pytest.mark.parametrize("text", ["5\u00b2", "22,1 \u00b9)", "95%\u2074"])
def test_a_raised_digit_is_named(text):
    (problem,) = parse_column([text]).problems.values()
    assert problem.what == "a mark behind the number"


def test_words_behind_a_number_are_kept_where_they_may_stand():
    cells = ["2,21 anak", "2,3", "1.204 orang", "5 a1", "7 persen?", "12 kunjungan / bulan"]
    column = parse_column(cells, units=True)
    assert column.units is not None
    assert column.units.to_list() == ["anak", None, "orang", None, None, "kunjungan / bulan"]
    assert column.values.tolist()[:3] == [2.21, 2.3, 1204]
    assert [*column.problems] == [3, 4]
    assert [*parse_column(cells).problems] == [0, 2, 3, 4, 5]


@given(st.text("0123456789., *)xre%-a", max_size=60))
def test_reading_a_cell_with_marks_is_never_slow_nor_odd(text):
    column = parse_column([text], units=True)
    if column.marks is not None and not column.problems:
        assert math.isnan(column.values[0]) or text.strip()[0] in "0123456789-"


def test_of_no_cell_none_says_that_it_is_missing() -> None:
    assert says_missing([]).dtype == bool
    assert says_missing(["." * 100, "." * 101]).tolist() == [True, False]


def test_the_ends_of_intervals_stand_beside_those_that_are_given() -> None:
    column = parse_column(["< 5", "80 - 90", "7", ">= 3"])
    nan = math.nan
    for given_, lower, upper in (
        ({}, [nan, 80, nan, 3], [5, 90, nan, nan]),
        ({"upper": [1, 2, 8, 4]}, [nan, 80, nan, 3], [5, 90, 8, nan]),
    ):
        ends = column.ends(given_)
        np.testing.assert_array_equal(ends["lower"], lower)
        np.testing.assert_array_equal(ends["upper"], upper)
