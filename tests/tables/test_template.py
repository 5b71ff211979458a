from __future__ import annotations

import pickle
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, MissingExtraError, TableError
from kencana_targets.core.labels import label
from kencana_targets.tables.template import template

LANGUAGES = ("id", "en")


@pytest.fixture
def plan():
    return kt.load_plan("bengkulu-2021")


def fill(path, cells):
    """Write into a template as a person does."""
    book = load_workbook(path)
    for sheet, reference, value in cells:
        assert not book[sheet][reference].protection.locked
        book[sheet][reference] = value
    book.save(path)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", kt.list_plans())
def test_an_empty_template_reads_as_no_figures(tmp_path, code, language):
    path = tmp_path / "isian.xlsx"
    plan = kt.load_plan(code)
    template(plan, path, language=language)
    assert len(kt.read_actuals(path, plan=plan)) == 0
    names = load_workbook(path).sheetnames
    years = sorted({f"{year:g}" for year in plan.targets.year})
    assert names == [label("template", "sheet", language), *years]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_reads_back_without_an_option(tmp_path, language):
    plan = kt.load_plan("bengkulu-stunting-2024")
    path = tmp_path / "isian.xlsx"
    template(plan, path, years=[2023, 2022], language=language)
    fill(
        path,
        [
            ("2022", "C7", 19.8),
            ("2022", "D7", "SSGI 2022"),
            ("2022", "C17", 12.9),
            ("2023", "C9", 20),
            ("2023", "D9", '=HYPERLINK("x")'),
        ],
    )
    read = [
        (a.indicator, a.region, a.year, a.value, a.source) for a in kt.read_actuals(path, plan=plan)
    ]
    assert read == [
        ("stunting_balita", "17", 2022.0, 19.8, "SSGI 2022"),
        ("stunting_balita", "17.71", 2022.0, 12.9, ""),
        ("stunting_balita", "17.02", 2023.0, 20.0, '=HYPERLINK("x")'),
    ]


def test_every_indicator_has_its_unit_its_range_and_its_levels(tmp_path, plan):
    path = tmp_path / "isian.xlsx"
    template(plan, path, years=2021)
    sheet = load_workbook(path)["2021"]
    columns = [cell.column_letter for cell in sheet[5][2:11]]
    for letter, indicator in zip(columns, plan.indicators, strict=True):
        assert sheet[f"{letter}4"].value == indicator.name_id
        assert sheet[f"{letter}5"].value == indicator.code
        assert sheet[f"{letter}6"].value == f"satuan: {indicator.unit_id}"
        (rule,) = [
            one for one in sheet.data_validations.dataValidation if f"{letter}7" in one.sqref
        ]
        assert rule.type == "decimal"
        bounds = (rule.formula1, rule.formula2, rule.operator)
        if indicator.upper is None:
            assert bounds == (f"{indicator.lower:g}", None, "greaterThanOrEqual")
        else:
            assert bounds[:2] == (f"{indicator.lower:g}", f"{indicator.upper:g}")
        assert rule.prompt.startswith(f"Satuan: {indicator.unit_id}. Nilai yang sah: ")
    assert sheet.protection.sheet
    assert sheet["A7"].value == "17"
    assert sheet["A7"].data_type == "s"
    for reference in ("A7", "B7", "C4", "A4"):
        assert sheet[reference].protection.locked


def test_indicators_are_not_asked_for_where_they_are_not_measured(tmp_path):
    indicator = kt.Indicator(
        code="tfr", name="TFR", unit="", direction="minimize", levels=["province"], upper=9
    )
    other = kt.Indicator(code="x", name="=X()", unit="", direction="maximize")
    plan = kt.Plan(
        indicators=[indicator, other],
        targets=[
            kt.Target(indicator="tfr", region="17", year=2022, value=2),
            kt.Target(indicator="x", region="17.01", year=2023.5, value=2),
        ],
    )
    path = tmp_path / "isian.xlsx"
    template(plan, path, language="en")
    book = load_workbook(path)
    assert book.sheetnames == ["Instructions", "2022"]
    assert [book["2022"][at].protection.locked for at in ("C7", "D7", "C8", "D8")] == [
        False,
        False,
        True,
        False,
    ]
    prompts = [one.prompt for one in book["2022"].data_validations.dataValidation]
    assert prompts == ["Unit: . Valid figures: 9 or less.", "Unit: . Valid figures: any number."]
    fill(path, [("2022", "D8", 7)])
    (actual,) = kt.read_actuals(path, plan=plan)
    assert (actual.indicator, actual.region, actual.value) == ("x", "17.01", 7.0)


def test_a_region_that_was_sorted_apart_from_its_code_is_noticed(tmp_path):
    plan = kt.load_plan("bengkulu-stunting-2024")
    path = tmp_path / "isian.xlsx"
    template(plan, path, years=[2022])
    book = load_workbook(path)
    book["2022"]["B9"], book["2022"]["C9"] = book["2022"]["B10"].value, 20
    book.save(path)
    with pytest.raises(
        TableError, match=r"sheet '2022', row 9, column B 'Wilayah': code and name are of two"
    ):
        kt.read_actuals(path, plan=plan)


def test_a_figure_out_of_bounds_is_refused_when_it_comes_back(tmp_path):
    plan = kt.load_plan("bengkulu-stunting-2024")
    path = tmp_path / "isian.xlsx"
    template(plan, path, years=[2022])
    fill(path, [("2022", "C9", 120)])
    with pytest.raises(
        TableError, match=r"row 9, column C .*outside the bounds of the indicator: got 120"
    ):
        kt.read_actuals(path, plan=plan)


@pytest.mark.parametrize("years", [True, "2022", 2022.0, [2022, 2022], [], [1066]])
def test_years_that_are_none_are_refused(tmp_path, plan, years):
    with pytest.raises(ArgumentError, match="argument 'years': not allowed"):
        template(plan, tmp_path / "x.xlsx", years=years)
    assert not list(tmp_path.iterdir())


def test_a_workbook_is_named_as_one(tmp_path, plan):
    with pytest.raises(
        ArgumentError, match=r"argument 'path': .*; allowed: a name that ends in \.xlsx"
    ):
        template(plan, tmp_path / "x.csv", years=2024)
    assert not list(tmp_path.iterdir())


def test_an_unknown_language_is_refused(tmp_path, plan):
    with pytest.raises(
        ArgumentError, match=r"argument 'language': not allowed: got 'jv'; allowed: en, id"
    ):
        template(plan, tmp_path / "x.xlsx", language="jv")


def test_without_xlsxwriter_the_extra_is_named(tmp_path, plan, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "xlsxwriter", None)
    with pytest.raises(
        MissingExtraError, match=r'pip install "kencana-targets\[excel\]"'
    ) as caught:
        template(plan, tmp_path / "x.xlsx")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_the_file_is_whole_or_not_there(tmp_path, plan, monkeypatch):
    path = tmp_path / "isian.xlsx"
    template(plan, path)
    with zipfile.ZipFile(path) as parts:
        assert parts.testzip() is None
    before = path.read_bytes()
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(TableError, match="the file cannot be written"):
        template(plan, path, years=[2021])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_row_that_is_hidden_is_noted_beside_an_example(tmp_path):
    book = Workbook()
    for row in (
        ["Wilayah", "Indikator", "Tahun", "Nilai"],
        ["CONTOH: 17", "stunting", 2022, 20],
        ["17", "stunting", 2022, 22.1],
        ["17", "stunting", 2023, 21.4],
    ):
        book.active.append(row)
    book.active.row_dimensions[4].hidden = True
    book.save(tmp_path / "isian.xlsx")
    actuals = kt.read_actuals(tmp_path / "isian.xlsx")
    assert actuals.value.tolist() == [22.1, 21.4]
    (note,) = actuals.notes
    assert note.got == "4:4"
