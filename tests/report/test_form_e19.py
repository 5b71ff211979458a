from __future__ import annotations

import io
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from kencana_targets.core.errors import ArgumentError, KencanaError, TableError
from kencana_targets.report.form_e19 import E19Row, form_e19


def row(**more) -> E19Row:
    given = {
        "indicator": "Akseptor baru",
        "plan_target": 1000,
        "realised_before": 400,
        "year_target": 200,
        "quarters": [40, 50, None, None],
    }
    return E19Row(**(given | more))


def test_columns_follow_the_form() -> None:
    one = row()
    assert one.realised == 90
    assert one.cumulative == 490
    # 14 = 13/8 x 100 and 16 = 15/6 x 100.
    assert one.shares == (pytest.approx(90 / 200 * 100), pytest.approx(490 / 1000 * 100))


@pytest.mark.parametrize(
    ("combination", "realised"), [("sum", 90.0), ("last", 50.0), ("average", 45.0)]
)
def test_quarters_are_combined_as_the_indicator_says(combination: str, realised: float) -> None:
    one = row(combination=combination)
    assert one.realised == realised
    assert one.cumulative == (490 if combination == "sum" else realised)


@pytest.mark.parametrize("missing", ["year_target", "plan_target", "realised_before"])
def test_what_is_missing_stays_missing(missing: str) -> None:
    one = row(**{missing: None})
    year, plan = one.shares
    assert (year is None) == (missing == "year_target")
    assert (plan is None) == (missing != "year_target")


def test_no_quarter_and_a_target_of_zero() -> None:
    assert row(quarters=[None] * 4).realised is None
    assert row(quarters=[None] * 4).shares == (None, None)
    assert row(year_target=0).shares[0] is None


def test_the_workbook_has_the_form(tmp_path) -> None:
    lines = [
        row(objective="Sasaran", programme="Program", unit="orang", in_charge="DP3AP2KB"),
        row(indicator="=cmd|' /C calc'!A0", combination="last", quarters=[51, 52, 53, None]),
    ]
    form_e19(tmp_path / "e19.xlsx", lines, title="Kabupaten Seluma, 2022")
    cells = CalamineWorkbook.from_path(tmp_path / "e19.xlsx").get_sheet_by_index(0).to_python()
    assert cells[1][0] == "Kabupaten Seluma, 2022"
    assert cells[3] == [f"({number})" for number in range(1, 18)]
    assert cells[4][:8] == [1, "Sasaran", "Program", "Akseptor baru", "orang", 1000, 400, 200]
    assert cells[4][8:17] == [40, 50, "", "", 90, 45, 490, 49, "DP3AP2KB"]
    assert cells[5][3] == "=cmd|' /C calc'!A0"
    with zipfile.ZipFile(io.BytesIO((tmp_path / "e19.xlsx").read_bytes())) as file:
        sheet = file.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<f>") == 8
    assert "SUM(I5:L5)" in sheet
    assert "LOOKUP(9.99E+307,I6:L6)" in sheet
    assert "cmd" not in sheet


def test_lines_without_four_quarters_are_all_named(tmp_path) -> None:
    with pytest.raises(TableError) as caught:
        form_e19(tmp_path / "x.xlsx", [row(quarters=[1]), row(), row(quarters=[1] * 5)])
    assert str(caught.value) == (
        "form E.19: 2 problems\n"
        "  row 1: not four quarters: got 1; allowed: 4\n"
        "  row 3: not four quarters: got 5; allowed: 4"
    )
    assert not list(tmp_path.iterdir())


def test_english_headings_and_refused_words(tmp_path) -> None:
    form_e19(tmp_path / "e19.xlsx", [row()], language="en")
    cells = CalamineWorkbook.from_path(tmp_path / "e19.xlsx").get_sheet_by_index(0).to_python()
    assert cells[2][12] == "Realised this year"
    with pytest.raises(ArgumentError, match="argument 'combination'"):
        row(combination="median")


@pytest.mark.parametrize(
    ("direction", "formula", "shares"),
    [
        ("maximize", "ratio", (105.2083, 144.2857)),
        ("minimize", "reflected", (94.7917, 55.7143)),
        ("minimize", "inverse", (95.0495, 69.3069)),
        ("stabilize", "stabilize", (109.5833, 61.9048)),
    ],
)
def test_a_missed_target_looks_missed(direction: str, formula: str, shares: tuple) -> None:
    # Stunting of 20.2 against 19.2 this year and 14 at the end of the plan.
    stunting = {"plan_target": 14, "year_target": 19.2, "quarters": [None, None, None, 20.2]}
    one = row(**stunting, combination="last", direction=direction, formula=formula)
    assert one.shares == pytest.approx(shares, abs=5e-5)
    usual = row(**stunting, combination="last", direction=direction)
    assert usual.formula != "inverse"


def test_formulas_that_reward_the_wrong_direction_are_refused() -> None:
    with pytest.raises(KencanaError, match="'ratio' does not fit a minimize indicator"):
        row(direction="minimize", formula="ratio")
    with pytest.raises(ArgumentError, match="argument 'direction'"):
        row(direction="down")


def test_the_foot_names_what_is_not_the_ratio(tmp_path) -> None:
    lines = [row(), row(direction="minimize"), row(direction="stabilize")]
    form_e19(tmp_path / "e19.xlsx", lines)
    cells = CalamineWorkbook.from_path(tmp_path / "e19.xlsx").get_sheet_by_index(0).to_python()
    foot = [line[0] for line in cells if isinstance(line[0], str) and line[0].startswith("Ind")]
    assert [text.split(":")[0] for text in foot] == [
        "Indikator yang makin rendah makin baik",
        "Indikator yang paling baik bila tepat target",
    ]


def paid() -> list[E19Row]:
    money = {"plan_budget": 9e9, "spent_before": 1e9, "year_budget": 4e9}
    return [
        row(**money, quarters_spent=[0.4e9, 0.5e9, 0.3e9, None]),
        row(quarters=[60, 50, 40, 60], year_budget=2e9, quarters_spent=[None, 1.5e9, None, None]),
        row(
            indicator="Tanpa capaian",
            year_target=None,
            year_budget=1e9,
            quarters_spent=[1, 2, 3, 4],
        ),
        row(indicator="Tanpa anggaran"),
    ]


def test_money_stands_beside_the_figures() -> None:
    first, second, unknown, without = paid()
    assert first.money.realised == pytest.approx(1.2e9)
    assert first.money.shares == (pytest.approx(30), pytest.approx(2.2 / 9 * 100))
    # PMK 214/2017: budget times achievement less what was spent, in percent of the former.
    assert first.efficiency == pytest.approx((4e9 * 0.45 - 1.2e9) / (4e9 * 0.45) * 100)
    assert second.efficiency == pytest.approx((2e9 * 1.05 - 1.5e9) / (2e9 * 1.05) * 100)
    assert unknown.efficiency is None
    assert without.efficiency is None


def test_a_form_without_money_has_no_columns_of_it(tmp_path) -> None:
    form_e19(tmp_path / "plain.xlsx", [row()])
    assert (
        len(
            CalamineWorkbook.from_path(tmp_path / "plain.xlsx").get_sheet_by_index(0).to_python()[2]
        )
        == 17
    )


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_last_line_adds_up_the_money(tmp_path, language: str) -> None:
    form_e19(tmp_path / "paid.xlsx", paid(), language=language)
    cells = CalamineWorkbook.from_path(tmp_path / "paid.xlsx").get_sheet_by_index(0).to_python()
    assert [len(cells[at]) for at in (2, 3)] == [29, 29]
    assert cells[3][28] == "(29)"
    first, total = cells[4], cells[8]
    assert first[17:20] == [9e9, 1e9, 4e9]
    assert total[19] == 7e9
    assert total[24] == pytest.approx(2.7e9 + 10)
    assert total[25] == pytest.approx((2.7e9 + 10) / 7e9 * 100)
    due = 4e9 * 0.45 + 2e9 * 1.05
    assert total[28] == pytest.approx((due - 2.7e9) / due * 100)
    assert any("PMK 214" in str(line[0]) for line in cells[9:])


def test_what_was_spent_is_told_of_four_quarters(tmp_path) -> None:
    with pytest.raises(TableError, match="not four quarters: got 2"):
        form_e19(tmp_path / "e19.xlsx", [row(quarters_spent=[1, 2])])
    with pytest.raises(ArgumentError, match="year_budget"):
        row(year_budget=-1)
