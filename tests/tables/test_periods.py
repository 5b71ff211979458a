from __future__ import annotations

import pytest

from kencana_targets.core.errors import NumberFormatError
from kencana_targets.tables.periods import Period, find_period, names_period, parse_period


@pytest.mark.parametrize(
    ("text", "expected", "date"),
    [
        ("2022-Q1", (2022, 1, 4), 2022.125),
        (" 2022 tw IV ", (2022, 4, 4), 2022.875),
        ("2022/TW2", (2022, 2, 4), 2022.375),
        ("2022-S2", (2022, 2, 2), 2022.75),
        ("2022-12", (2022, 12, 12), 2022 + 11.5 / 12),
        ("2022-M3", (2022, 3, 12), 2022 + 2.5 / 12),
        ("2022", (2022, 1, 1), 2022.0),
    ],
)
def test_periods_stand_at_their_middle(text, expected, date):
    period = parse_period(text)
    assert period == Period(*expected)
    assert period.date == date


WRITTEN = {
    (2022, 1, 4): "TW I 2022; tw.1 2022; TW-I T.A. 2022; Triwulan I 2022; TRIWULAN PERTAMA 2022; "
    "Tri wulan I 2022; Triwulan ke-1 tahun 2022; 2022 Triwulan I; Q1 2022; 2022Q1; 2022 q1; "
    "Tribulan I 2022; Triwulan satu 2022; Januari 2022 s.d. Maret 2022; "
    "Quarter 1, 2022; TW I (Jan-Mar) 2022; Januari s.d. Maret 2022; 1Q22; 1q2022; Q1-22",
    (2022, 2, 4): "Triwulan II/2022; Kuartal 2 2022; Triwulan Kedua 2022; TW II (2022); 2022-TW2",
    (2022, 1, 12): "Januari 2022; jan 2022; JAN. 2022; January 2022; 2022-01; 01/2022; 2022-01-01; "
    "2022-01-31 00:00:00; Bulan Januari 2022; 2022 Januari; bulan 1 2022; Januari/2022; 202201; 202201.0; Jan-22; Jan 22; "
    "Jan'22; 2022-01-31T00:00:00+07:00",
    (2022, 2, 12): "Februari 2022; Pebruari 2022; Feb 2022; 2022-02-28",
    (
        2022,
        8,
        12,
    ): "Agustus 2022; Agt 2022; Ags. 2022; Agu 2022; Aug 2022; Agust 2022; Agust. 2022; Aug-22; 202208",
    (2022, 12, 12): "Desember 2022; Des 2022; Dec 2022; 2022-12-31",
    (
        2022,
        1,
        2,
    ): "Semester I 2022; 2022 semester 1; SMT 1 2022; Januari - Juni 2022; 2022S1; Sem. I 2022; "
    "2022-S1; S1-22; Semester 1 (Maret) 2022; Semester I (Maret 2022); Semester 1 2022 (Juni)",
    (2022, 1, 1): "2022; 2022.0; Tahun 2022; T.A. 2022",
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [(text.strip(), expected) for expected, texts in WRITTEN.items() for text in texts.split(";")],
)
def test_a_period_is_written_in_many_ways(text, expected):
    assert parse_period(text) == Period(*expected)


@pytest.mark.parametrize(
    "text", ["2022-Q5", "2022-13", "2022-III", "Q1", "", "22-Q1", "2022-Q0", "2022-S3"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(NumberFormatError, match="not a period.*allowed: a period such as 2022-Q1"):
        parse_period(text)


@pytest.mark.parametrize(
    "text",
    "2022.5; 2022,5; Mei-2; Mei-222; 202213; 5Q22; Caturwulan I 2022; 01/02/2022; TW V 2022; TW I 2022/2023; Triwulan 2022; "
    "Q1 2022 x; 2022-02-30; 2022-01-01 10:00:00; 202-01; I 2022".split("; "),
)
def test_a_guess_is_not_made(text):
    with pytest.raises(NumberFormatError):
        parse_period(text)


def test_a_day_within_a_month_is_explained():
    with pytest.raises(NumberFormatError) as error:
        parse_period("2022-01-15 00:00:00")
    assert str(error.value) == (
        "a day within a month: got '2022-01-15 00:00:00'; only the first or the last day of a month "
        "stands for it: write the month in words"
    )


LEAVE = "write the figure of each period by itself, or leave this one out"


@pytest.mark.parametrize(
    "text",
    ["s.d. TW II 2022", "s/d Juni 2022", "sd Triwulan II 2022", "sampai dengan Juni 2022",
     "hingga akhir Juni 2022", "kumulatif TW II 2022", "up to Q2 2022", "s.d. 2022",
     "s.d. TW II (Apr-Jun) 2022"],
)  # fmt: skip
def test_what_runs_up_to_a_period_is_none(text):
    with pytest.raises(NumberFormatError) as error:
        parse_period(text)
    assert str(error.value) == (
        f"up to a period, where the figure of one belongs: got {text!r}; {LEAVE}"
    )
    assert names_period(text)


@pytest.mark.parametrize(
    "text", ["TW I - IV 2022", "TW I dan II 2022", "Q1+Q2 2022", "TW I / Juni 2022",
             "Jan-Feb 2022", "Februari - April 2022",
             "Januari 2022 s.d. Maret 2023", "Okt 2021 - Des 2022"],
)  # fmt: skip
def test_several_periods_are_none(text):
    with pytest.raises(NumberFormatError, match=f"several periods at once: .*{LEAVE}"):
        parse_period(text)
    assert names_period(text)


@pytest.mark.parametrize(
    ("text", "of", "expected"),
    [("II", 4, (None, 2, 4)), ("2", 4, (None, 2, 4)), ("ke-2", 4, (None, 2, 4)),
     ("Kedua", 4, (None, 2, 4)), ("TW II", 4, (None, 2, 4)), ("2022-2", 4, (2022, 2, 4)),
     ("12", 12, (None, 12, 12)), ("Maret", 0, (None, 3, 12)), ("I", 2, (None, 1, 2)),
     ("Maret", 4, (None, 3, 12))],
)  # fmt: skip
def test_under_a_heading_a_number_is_enough(text, of, expected):
    assert parse_period(text, of=of, told=True) == Period(*expected)
    if expected[0] is None:
        with pytest.raises(NumberFormatError, match="not a period"):
            parse_period(text, of=of)


@pytest.mark.parametrize(
    ("heading", "period", "rest"),
    [
        ("Realisasi Kinerja Pada Triwulan / I / K", (None, 1, 4), "Realisasi Kinerja   / K"),
        ("2022 / TW I / Realisasi", (2022, 1, 4), "/ Realisasi"),
        ("Realisasi 2021 TW I 2022", (2022, 1, 4), "Realisasi 2021"),
        ("TW I / Jan", (None, 1, 12), "/"),
        ("2022-03", (2022, 3, 12), ""),
        ("Jumlah Januari s.d. Maret", (None, 1, 4), "Jumlah"),
    ],
)
def test_a_heading_is_parted_into_its_period_and_the_rest(heading, period, rest):
    assert find_period(heading) == (Period(*period), rest)


@pytest.mark.parametrize(
    "text",
    ["ASI eksklusif 6 bulan 2022", "Usia 0 hingga 23 bulan", "Lulusan SD", "Lulusan S1", "K1",
     "2020-2024", "2020/2021", "Kunjungan 1 2022"],
)  # fmt: skip
def test_headings_without_a_period(text):
    assert find_period(text) == (None, text)
    assert not names_period(text)


def test_a_text_is_no_heading_beyond_a_length():
    assert find_period("x" * 200 + " TW I")[0] is None
