from __future__ import annotations

import pytest

from kencana_targets.errors import NumberFormatError
from kencana_targets.tables.periods import Period, parse_period


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


@pytest.mark.parametrize(
    "text", ["2022-Q5", "2022-13", "2022-III", "Q1", "", "22-Q1", "2022-Q0", "2022-S3"]
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(NumberFormatError, match="not a period.*allowed: a period such as 2022-Q1"):
        parse_period(text)
