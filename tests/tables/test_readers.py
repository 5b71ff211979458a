"""Plans, actuals and rules of the user's own: what is read, and everything that is refused."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from effort import examples
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import actual_figures

import kencana_targets as kt
from kencana_targets.core.errors import PlanError, RuleError, TableError
from kencana_targets.tables import results as writers

HEADER = "indicator,region,year,value\n"
PLAN = """\
code = "own"
name = "Own plan"

[[indicators]]
code = "a"
name = "A"
unit = "percent"
direction = "minimize"
lower = 0
upper = 100
shape = "linear"
"""
RULE = """\
code = "perbup"
name = "Perbup 1/2026"
certainty = "quoted"
sources = ["Perbup 1/2026, lampiran"]
edges = "as printed"

[formulas]
maximize = "ratio"
minimize = "reflected"

[[bands]]
label = "Tercapai"
lower = 100

[[bands]]
label = "Belum"
upper = 100
"""


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def file(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return file


def stunting() -> kt.Plan:
    return kt.load_plan("bengkulu-stunting-2024")


# --- actuals -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "indicator,region,year,value\na,17.10,2022,19.8\n",
        "indicator;region;year;value\na;17.10;2022;19,8\n",
        "indicator\tregion\tyear\tvalue\na\t17.10\t2022\t19,8\n",
        "\ufeffindicator,region,year,value\r\na,17.10,2022,19.8\r\n",
        "\n indicator , region ,year,value\n\na, 17.10 ,2022,19.8\n\n",
        'indicator,region,year,value\n"a","17.10","2022","19,8"\n',
        "value,year,region,indicator\n19.8,2022,17.10,a\n",
    ],
)
def test_one_table_written_in_many_ways(write: Any, content: str) -> None:
    (figure,) = kt.read_actuals(write("actuals.csv", content))
    assert figure == kt.Actual(indicator="a", region="17.10", year=2022, value=19.8)


def test_every_field_of_an_actual(write: Any) -> None:
    names = "indicator,region,year,value,standard_error,lower,upper,sample_size,source\n"
    (figure,) = kt.read_actuals(write("a.csv", names + "a,17,2022,20,1.5,17,23,1200,SSGI 2022\n"))
    assert figure == kt.Actual(
        indicator="a", region="17", year=2022, value=20, standard_error=1.5, lower=17, upper=23,
        sample_size=1200, source="SSGI 2022",
    )  # fmt: skip


def test_windows_1252_and_utf_8(write: Any) -> None:
    content = HEADER.replace("value", "value,source") + "a,17,2022,1.5,Survei “2022” é\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252"):
        (figure,) = kt.read_actuals(write("a.csv", content, encoding))
        assert figure.source == "Survei “2022” é"


def test_missing_marks_are_empty_cells(write: Any) -> None:
    figures = kt.read_actuals(write("a.csv", HEADER + "a,17,2022,n/a\na,17,2023,-\na,17,2024,\n"))
    assert [figure.value for figure in figures] == [None, None, None]


def test_names_become_codes_when_a_plan_is_known() -> None:
    frame = {
        "indicator": ["stunting_balita"] * 2,
        "region": ["Kab. Muko-Muko", "Kota Bengkulu"],
        "year": [2022] * 2,
        "value": [1, 2],
    }
    assert kt.read_actuals(frame, plan=stunting()).region.to_list() == ["17.06", "17.71"]
    assert kt.read_actuals(frame).region.to_list() == frame["region"]


def one_a_series(figures: st.SearchStrategy[kt.Actual]) -> st.SearchStrategy[list[kt.Actual]]:
    """Return lists without two figures of one indicator, region and year, which are refused."""
    key = attrgetter("indicator", "region", "year")
    return st.lists(figures, min_size=1, max_size=6, unique_by=key)


@given(one_a_series(actual_figures()))
@examples(25)
def test_what_is_written_reads_back(reached: list[kt.Actual]) -> None:
    figures = kt.Actuals.of(reached)
    for library in ("polars", "pandas", "pyarrow"):
        assert kt.read_actuals(figures.to_frame(library)) == figures


@given(figures=one_a_series(actual_figures()))
@example(figures=[kt.Actual(indicator="a", region="00", year=2020, value=0.1)])
@examples(15)
def test_csv_reads_back(figures: list[kt.Actual], tmp_path_factory: pytest.TempPathFactory) -> None:
    plain = [figure for figure in figures if figure.source == ""]
    if not any(figure.value is not None for figure in plain):
        return
    columns = kt.Actuals.of(plain).to_frame("polars").to_dict(as_series=False)
    file = tmp_path_factory.mktemp("csv") / "actuals.csv"
    writers.write_csv(file, columns)
    assert list(kt.read_actuals(file, decimal=".")) == plain


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("", ["empty file; a table has a header and at least one row"]),
        (" \n\n", ["empty file; a table has a header and at least one row"]),
        (",,,\n,,,\n", ["no table; add at least one row"]),
        (HEADER, ["row 1: no figures under the header; fill in at least one row"]),
        (
            "indicator,region,value\na,17,1.5\n",
            [
                "row 1: missing column 'year': got ['indicator', 'region', 'value']; add a column 'year'"
            ],
        ),
        (
            HEADER + "a,17,2022,dua\n",
            ["row 2, column 'value': not a number: got 'dua'; write a number "],
        ),
        (
            HEADER + "a,17,tahun,1.5\n",
            ["row 2, column 'year': not a number: got 'tahun'; write a "],
        ),
        (
            HEADER + "a,17,20222,1.5\n",
            ["row 2, column 'year': not a year: got 20222; write a year"],
        ),
        (HEADER + "a,,2022,1.5\n", ["row 2, column 'region': empty; name the region"]),
        (HEADER + ",17,2022,1.5\n", ["row 2, column 'indicator': empty; name the indicator"]),
        (HEADER + "a,17,,1.5\n", ["row 2, column 'year': empty; name the year"]),
        (
            HEADER + "a,17,2022,80-90\n",
            ["row 2, column 'value': a range where one number belongs: got '80-90'"],
        ),
        (
            HEADER + "a,17,2022,4.282\n",
            ["row 2, column 'value': can be read in two ways: got '4.282'"],
        ),
        (
            HEADER + "a,17,2022,x\n\nb,17,2022,1.5\nc,17,,y\n",
            [
                "row 2, column 'value': not a number: got 'x'",
                "row 5, column 'value': not a number: got 'y'",
                "row 5, column 'year': empty",
            ],
        ),
        (
            HEADER.replace("value", "value,value") + "a,17,2022,1.5,2.5\n",
            ["row 1: two columns of one name: got 'value'; rename one"],
        ),
    ],
)
def test_bad_files_say_row_and_column(write: Any, content: str, problems: list[str]) -> None:
    with pytest.raises(TableError) as caught:
        kt.read_actuals(write("actuals.csv", content))
    assert caught.value.source == "actuals.csv"
    found = [str(problem) for problem in caught.value.problems]
    assert len(found) == len(problems)
    for text, start in zip(found, problems, strict=True):
        assert text.startswith(start)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_a_wrong_encoding(write: Any, encoding: str) -> None:
    with pytest.raises(
        TableError, match="not a text file in UTF-8 or Windows-1252; save it as 'CSV"
    ):
        kt.read_actuals(write("actuals.csv", HEADER + "a,17,2022,1.5\n", encoding))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(
        TableError, match=r"nowhere\.csv: no such file; check the name and the folder"
    ):
        kt.read_actuals(tmp_path / "nowhere.csv")
    with pytest.raises(TableError, match="the file cannot be read"):
        kt.read_actuals(tmp_path)


def test_an_unclosed_quote(write: Any) -> None:
    with pytest.raises(TableError, match="not a CSV file"):
        kt.read_actuals(write("a.csv", HEADER + '"a,17,2022,1.5\n'))


def test_too_many_cells_in_a_row(write: Any) -> None:
    with pytest.raises(TableError, match="row 2: 5 cells under 4 columns"):
        kt.read_actuals(write("a.csv", HEADER + "a,17,2022,1,5\n"))


def test_all_problems_of_a_file_come_together(write: Any) -> None:
    rows = [
        "stuntin,17,2022,20.5",
        "stunting_balita,Kab. Kauur,2022,20.5",
        "stunting_balita,17,2022,120.5",
        "stunting_balita,17,2022,n.b.",
        "stunting_balita,,2022,20.5",
    ]
    with pytest.raises(TableError) as caught:
        kt.read_actuals(write("a.csv", HEADER + "\n".join(rows)), plan=stunting(), others="refuse")
    text = str(caught.value)
    assert text.splitlines()[0] == "a.csv: 5 problems"
    for part in (
        "row 2, column 'indicator': unknown indicator: got 'stuntin'; did you mean 'stunting_balita'?",
        "row 3, column 'region': unknown region: got 'Kab. Kauur'",
        "'Kabupaten Kaur' (17.04)",
        "row 4, column 'value': outside the bounds of the indicator: got 120.5; allowed: 0 to 100",
        "row 5, column 'value': not a number: got 'n.b.'",
        "row 6, column 'region': empty; name the region",
    ):
        assert part in text


def test_twelve_problems_show_ten(write: Any) -> None:
    rows = "".join(f"a,17,{2000 + n},x\n" for n in range(12))
    with pytest.raises(TableError) as caught:
        kt.read_actuals(write("a.csv", HEADER + rows))
    assert str(caught.value).splitlines()[0] == "a.csv: 12 problems"
    assert str(caught.value).splitlines()[-1] == "  ... and 2 more in .problems"
    assert len(caught.value.problems) == 12


def test_codes_kept_as_numbers_are_refused() -> None:
    for frame in (pl.DataFrame, pd.DataFrame):
        table = frame({"indicator": ["a"], "region": [17.1], "year": [2022], "value": [1.0]})
        with pytest.raises(TableError, match=r"17\.10 read as a number becomes 17\.1"):
            kt.read_actuals(table)


# --- plans -------------------------------------------------------------------------------


def plan_folder(write: Any, plan: str = PLAN, **tables: str) -> Path:
    for name, content in tables.items():
        write(f"{name}.csv", content)
    folder: Path = write("plan.toml", plan).parent
    return folder


def plan_problems(write: Any, plan: str = PLAN, **tables: str) -> list[str]:
    with pytest.raises(PlanError) as caught:
        kt.read_plan(plan_folder(write, plan, **tables))
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("code", kt.list_plans())
def test_shipped_plans_have_the_form_of_the_users_own(code: str) -> None:
    folder = Path(kt.__file__).parent / "data" / "plans" / code
    assert kt.read_plan(folder) == kt.load_plan(code)
    assert kt.read_plan(str(folder)) == kt.load_plan(code)


def test_ranges_in_the_value_column_become_bounds(write: Any) -> None:
    targets = (
        "indicator;region;year;value;lower;upper\n"
        'a;17;2024;"<20,5";;\na;17.01;2024;80 - 90;;\na;17.02;2024;;70,5;80,5\na;17.03;2024;5,5;;\n'
    )
    found = kt.read_plan(plan_folder(write, targets=targets)).targets
    assert [(t.value, t.lower, t.upper, t.open_ends) for t in found] == [
        (None, None, 20.5, "upper"), (None, 80, 90, None), (None, 70.5, 80.5, None),
        (5.5, None, None, None),
    ]  # fmt: skip


def test_open_ends_may_be_written_beside_the_bounds(write: Any) -> None:
    targets = "indicator,region,year,lower,upper,open_ends\na,17,2024,,20,upper\n"
    plan = kt.read_plan(plan_folder(write, targets=targets))
    assert plan.targets[0].open_ends == "upper"
    again = kt.Plan.from_frames(indicators=plan.indicators, targets=plan.targets.to_frame("pandas"))
    assert again.targets == plan.targets


def test_open_ends_that_are_refused(write: Any) -> None:
    targets = (
        "indicator,region,year,lower,upper,open_ends\na,17,2024,,20,top\na,17.01,2024,,20,both\n"
    )
    assert plan_problems(write, targets=targets) == [
        "targets.csv row 2, column 'open_ends': not open ends: got 'top'; "
        "write one of lower, upper, both",
        "targets.csv row 3, column 'lower': no bound where an open end is named; "
        "write the bound, or leave the open ends empty",
    ]


def test_a_plan_may_bring_its_own_regions(write: Any) -> None:
    own = '[[own_regions]]\ncode = "17.01.01"\nname = "Kedurang"\nlevel = "district"\nparent = "17.01"\n'
    plan = kt.read_plan(
        plan_folder(write, PLAN + own, targets=HEADER + "a,17.01,2024,5\na,Kedurang,2024,6\n")
    )
    assert plan.covered == ("17.01", "17.01.01")
    assert plan.target("a", "Kedurang", 2024)[:2] == (6, "official")


def test_one_word_stands_for_a_list_of_one(write: Any) -> None:
    plan = PLAN.replace('code = "own"', 'code = "own"\ncoverage = "17"\nsources = "Perda 1"', 1)
    read = kt.read_plan(plan_folder(write, plan, targets=HEADER + "a,17,2024,5\n"))
    assert (read.coverage, read.sources) == (("17",), ("Perda 1",))


def test_all_problems_of_all_files_come_together(write: Any) -> None:
    found = plan_problems(
        write,
        baselines=HEADER + "a,17,2021,n.b.\na,17.01,2022,20.5\n",
        targets=HEADER
        + "a,17,2024,5.5\na,17,2024,6.5\nx,17,2024,5.5\na,Kauur,2024,5.5\na,17.05,2024,500\n",
    )
    expected = [
        "baselines.csv row 2, column 'value': not a number: got 'n.b.'",
        "targets.csv row 4, column 'indicator': unknown indicator: got 'x'; known are: a",
        "targets.csv row 5, column 'region': unknown region: got 'Kauur'",
        (
            "targets.csv row 6, column 'value': outside the bounds of the indicator: got 500; "
            "allowed: 0 to 100"
        ),
        (
            "targets.csv row 3: a second figure for indicator 'a' in region '17': got 6.5; "
            "keep one: the first is in row 2"
        ),
    ]
    assert len(found) == len(expected)
    for text, start in zip(found, expected, strict=True):
        assert text.startswith(start)


def test_a_target_that_does_not_come_after_its_baseline(write: Any) -> None:
    tables = {"baselines": HEADER + "a,17,2024,9\n", "targets": HEADER + "a,17,2024,5\n"}
    assert plan_problems(write, **tables) == [
        (
            "targets.csv row 2, column 'year': the target does not come after the baseline: got 2024; "
            "a target before the baseline belongs to another plan"
        )
    ]


def test_a_plan_without_its_files(write: Any, tmp_path: Path) -> None:
    with pytest.raises(PlanError, match=r"plan\.toml: no such file"):
        kt.read_plan(tmp_path)
    assert plan_problems(write) == ["targets.csv: no such file; check the name and the folder"]


def test_a_plan_without_a_target(write: Any) -> None:
    assert plan_problems(write, targets=HEADER)[0].startswith("targets.csv")
    assert plan_problems(write, targets=HEADER + "a,17,2024,\n") == [
        "targets: no target; a plan promises something: add at least one target"
    ]


@pytest.mark.parametrize(
    ("change", "start"),
    [
        (('code = "own"', "code ="), "not a TOML file: got "),
        (('code = "own"\n', ""), "$.code: missing key; add 'code'"),
        (('direction = "minimize"', 'direction = "down"'), "$.indicators[0], argument 'direction'"),
        (("upper = 100", 'upper = "100"'), "$.indicators[0], argument 'upper': not allowed: got '100'"),
        (("upper = 100", "upper = 0"), "$.indicators[0], argument 'lower': not allowed: got 0"),
        (("upper = 100", "uper = 100"), "$.indicators[0]: unknown key: got 'uper'"),
        (('code = "own"', 'code = "own"\nregions = "2099"'), "$.regions, argument 'edition': not all"),
        (('code = "own"', 'code = "own"\ncoverage = 17'), "$.coverage: not allowed: got 17; allowed: a"),
    ],
)  # fmt: skip
def test_mistakes_in_a_plan_file_have_their_path(
    write: Any, change: tuple[str, str], start: str
) -> None:
    folder = plan_folder(write, PLAN.replace(*change, 1), targets=HEADER + "a,17,2024,5\n")
    with pytest.raises(PlanError) as caught:
        kt.read_plan(folder)
    assert caught.value.source == "plan.toml"
    assert str(caught.value.problems[0]).startswith(start)


def test_regions_of_a_plan_without_their_parent(write: Any) -> None:
    own = '[[own_regions]]\ncode = "17.99.01"\nname = "X"\nlevel = "district"\nparent = "17.99"\n'
    found = plan_problems(write, PLAN + own, targets=HEADER + "a,17,2024,5\n")
    assert found[0].startswith("$.own_regions, region '17.99.01': parent is unknown: got '17.99'")


# --- rules -------------------------------------------------------------------------------


def test_a_regional_rule(write: Any) -> None:
    rule = kt.read_rule(write("perbup.toml", RULE))
    assert (rule.code, rule.band(100), rule.band(99.99)) == ("perbup", "Tercapai", "Belum")
    assert rule.sources == ("Perbup 1/2026, lampiran",)
    card = kt.evaluate(stunting(), kt.load_actuals("bengkulu-stunting-2024"), year=2022, rule=rule)
    assert card.to_dicts()[0]["band"] == "Belum"


@pytest.mark.parametrize("code", kt.list_rules())
def test_shipped_rules_have_the_form_of_the_users_own(code: str) -> None:
    file = Path(kt.__file__).parent / "data" / "rules" / f"{code}.toml"
    assert kt.read_rule(file) == kt.load_rule(code)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('code = "perbup"', "code = perbup"), "not a TOML file: got "),
        (('code = "perbup"\n', ""), "$.code: missing key; add 'code'"),
        (('certainty = "quoted"\n', ""), "$.certainty: missing key; add 'certainty'"),
        (('edges = "as printed"', "edge = 1"), "$: unknown key: got 'edge'"),
        (('minimize = "reflected"', 'minimize = "ratio"'),
         "$, argument 'formulas.minimize': not allowed: got <Formula.RATIO: 'ratio'>; allowed: refl"),
        (('minimize = "reflected"', 'down = "ratio"'), "$, argument 'direction': not allowed: got 'd"),
        (("upper = 100", "upper = 101"), "$, argument 'bands': not allowed: got ['Tercapai (>=100)'"),
        (("upper = 100", 'upper = "100"'), "$.bands[1], argument 'upper': not allowed: got '100'"),
        (("upper = 100", "upper = 100\nuper = 1"), "$.bands[1]: unknown key: got 'uper'"),
        (("lower = 100", 'lower = 100\nlower_inclusive = "no"'),
         "$.bands[0], argument 'lower_inclusive': not allowed: got 'no'; allowed: true or false"),
        (('label = "Belum"', 'label = "Tercapai"'), "$, argument 'bands': not allowed: got ['Tercapai',"),
        (('["Perbup 1/2026, lampiran"]', "[]"), "$, argument 'sources': not allowed: got (); allowed: "),
        (('["Perbup 1/2026, lampiran"]', "5"), "$.sources: not allowed: got 5; allowed: a list such as"),
    ],
)  # fmt: skip
def test_mistakes_in_a_rule_have_their_path(
    write: Any, change: tuple[str, str], problem: str
) -> None:
    content = RULE.replace(*change, 1)
    assert content != RULE
    with pytest.raises(RuleError) as caught:
        kt.read_rule(write("perbup.toml", content))
    assert caught.value.source == "perbup.toml"
    assert next(str(one) for one in caught.value.problems).startswith(problem)


def test_mistakes_in_a_rule_come_together(write: Any) -> None:
    content = RULE.replace('certainty = "quoted"\n', "").replace("upper = 100", "uper = 100")
    with pytest.raises(RuleError, match=r"perbup\.toml: 2 problems"):
        kt.read_rule(write("perbup.toml", content))


def test_a_rule_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such file; check the name and the folder"):
        kt.read_rule(tmp_path / "perbup.toml")


@pytest.mark.parametrize(("wrong", "more"), [(1000, 0), (1500, 500)])
def test_of_many_problems_of_a_kind_the_rest_is_counted(wrong, more):
    plan = kt.load_plan("bengkulu-2021")
    table = {
        "region": ["17"] * wrong,
        "indicator": ["mCPR"] * wrong,
        "year": [2000 + row % 100 for row in range(wrong)],
        "value": [101] * wrong,
    }
    with pytest.raises(TableError) as caught:
        kt.read_actuals(table, plan=plan)
    counted = [one.hint for one in caught.value.problems if one.hint.startswith("the same")]
    assert len(caught.value.problems) == 1000 + len(counted)
    assert counted == ([f"the same in {more} more rows"] if more else [])


@pytest.mark.parametrize(("wrong", "more"), [(1000, False), (1001, True)])
def test_names_are_looked_up_until_a_thousand_are_unknown(wrong, more):
    table = {
        "region": [f"x{row}" for row in range(wrong)],
        "indicator": ["mCPR"] * wrong,
        "year": [2021] * wrong,
        "value": [60] * wrong,
    }
    with pytest.raises(TableError) as caught:
        kt.read_actuals(table, plan=kt.load_plan("bengkulu-2021"))
    what = "no more names were looked up after 1000 unknown ones"
    assert any(one.what == what for one in caught.value.problems) is more


def test_a_description_takes_two_screens_and_holds_all():
    plan = kt.load_plan("bengkulu-stunting-2024")
    names = [f"Desa Antah {number}" for number in range(300)]
    columns = {f"Kolom {number}": ["teks"] * 300 for number in range(90)}
    reading = kt.describe_table(
        {"region": names, "indicator": ["stunting_balita"] * 300, "year": [2022] * 300,
         "value": [20.0] * 300, **columns}, plan=plan,
    )  # fmt: skip
    lines = str(reading).splitlines()
    assert len(lines) <= 48
    assert sum(line.endswith(" more") for line in lines) >= 2
    assert any(line.endswith(" lagi") for line in reading.text("id").splitlines())
    assert len(reading.problems) >= 300
    assert len(reading.sheets[0].columns) == 94
    small = kt.describe_table({"region": ["Kaur"], "indicator": ["stunting_balita"],
                               "year": [2022], "value": [20.0]}, plan=plan)  # fmt: skip
    assert " more" not in str(small)


@pytest.mark.parametrize(("dtype", "right"), [("Y", True), ("Q", False), ("M", False)])
def test_periods_of_pandas_are_called_by_their_text(dtype, right):
    frame = pd.DataFrame({
        "region": ["17.01", "17.02"], "indicator": ["a", "a"], "value": [1.0, 2.0],
        "year": pd.PeriodIndex(["2022-12-31", "2023-12-31"], freq=dtype),
    })  # fmt: skip
    if right:
        assert [one.year for one in kt.read_actuals(frame)] == [2022, 2023]
    else:
        with pytest.raises(kt.KencanaError, match="column 'year'"):
            kt.read_actuals(frame)
