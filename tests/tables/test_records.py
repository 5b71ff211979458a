from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pyreadstat
import pytest

from kencana_targets.core.errors import ArgumentError, MissingExtraError, TableError
from kencana_targets.estimation.estimate import Measure, estimate
from kencana_targets.tables.records import read_measures, read_records

FAMILIES = pl.DataFrame(
    {"region": ["17.10", "17.10", "17.01"], "year": [2021, 2021, 2021], "yes": [True, False, True]}
)
YES = Measure("yes", "ratio", "yes")
BOTH = pytest.mark.parametrize("engine", ["duckdb", "polars"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    FAMILIES.write_parquet(tmp_path / "families.parquet")
    FAMILIES.write_csv(tmp_path / "families.csv")
    return tmp_path


@pytest.mark.parametrize("engine", [None, "duckdb", "polars"])
@pytest.mark.parametrize("name", ["families.parquet", "families.csv", "f*.parquet", "f*.csv"])
def test_records_from_files(folder: Path, engine: str | None, name: str) -> None:
    records = read_records(folder / name, engine=engine)
    assert estimate(records, indicators=YES) == estimate(FAMILIES, indicators=YES)


def test_duckdb_comes_first(folder: Path) -> None:
    assert type(read_records(folder / "families.parquet")).__name__ == "DuckDBPyRelation"


@BOTH
def test_codes_of_other_names_stay_text(folder: Path, engine: str) -> None:
    FAMILIES.rename({"region": "place"}).write_csv(folder / "places.csv")
    records = read_records(folder / "places.csv", engine=engine, text=["place", "absent"])
    estimates = estimate(records, by=["place", "year"], indicators=YES)
    assert estimates.region.to_list() == ["17.01", "17.10"]


@BOTH
@pytest.mark.parametrize("name", ["broken.parquet", "empty.csv"])
def test_files_that_cannot_be_read(folder: Path, engine: str, name: str) -> None:
    (folder / "broken.parquet").write_bytes(b"PAR1 nothing")
    (folder / "empty.csv").write_bytes(b"")
    with pytest.raises(TableError):
        estimate(read_records(folder / name, engine=engine), indicators=YES)


SHARE = Measure("share", "ratio", "yes", "base")


def in_files(folder: Path, *texts: str) -> Path:
    """Write files of one pattern, and return it."""
    for name, text in zip("abc", texts, strict=False):
        (folder / f"part-{name}.csv").write_text(text, encoding="utf-8")
    return folder / "part-*.csv"


def value_of(records: Any, measure: Measure = SHARE, **design: Any) -> float:
    return float(estimate(records, indicators=measure, **design).value[0])


@BOTH
def test_files_are_joined_by_the_names_of_their_columns(tmp_path: Path, engine: str) -> None:
    pattern = in_files(
        tmp_path,
        "region,year,yes,base\n17.01,2021,1,4\n17.01,2021,1,4\n",
        "region,year,base,yes\n17.01,2021,4,1\n17.01,2021,4,1\n",
    )
    assert value_of(read_records(pattern, engine=engine)) == 25


@BOTH
def test_files_whose_columns_differ_are_named(tmp_path: Path, engine: str) -> None:
    pattern = in_files(
        tmp_path,
        "region,year,yes,base\n17.01,2021,1,4\n",
        "region,year,yes\n17.01,2021,1\n",
        "region,year,yes,bsae\n17.01,2021,1,4\n",
    )
    with pytest.raises(TableError) as caught:
        read_records(pattern, engine=engine)
    assert [str(problem) for problem in caught.value.problems] == [
        "part-b.csv: lacks ['base']; give the files of a pattern the columns of part-a.csv",
        (
            "part-c.csv: lacks ['base'] and has besides ['bsae']; "
            "give the files of a pattern the columns of part-a.csv"
        ),
    ]


@BOTH
def test_parquet_files_whose_columns_differ_are_named(folder: Path, engine: str) -> None:
    FAMILIES.drop("yes").write_parquet(folder / "files.parquet")
    text = r"f\*\.parquet: files\.parquet: lacks \['yes'\]; give the files .* of families\.parquet"
    with pytest.raises(TableError, match=text):
        read_records(folder / "f*.parquet", engine=engine)


@BOTH
@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_separators_are_found(folder: Path, engine: str, separator: str) -> None:
    FAMILIES.write_csv(folder / "apart.csv", separator=separator)
    records = read_records(folder / "apart.csv", engine=engine)
    assert estimate(records, indicators=YES) == estimate(FAMILIES, indicators=YES)


@BOTH
def test_packed_files(folder: Path, engine: str) -> None:
    (folder / "packed.csv.gz").write_bytes(gzip.compress((folder / "families.csv").read_bytes()))
    records = read_records(folder / "packed.csv.gz", engine=engine)
    assert estimate(records, indicators=YES) == estimate(FAMILIES, indicators=YES)


@BOTH
def test_a_decimal_comma(tmp_path: Path, engine: str) -> None:
    pattern = in_files(tmp_path, "region;year;yes;w\n17.10;2021;1;2,5\n17.10;2021;0;1,5\n")
    records = read_records(pattern, engine=engine, decimal=",")
    assert value_of(records, YES, weight="w") == 62.5
    with pytest.raises(TableError, match=r"numbers with a decimal comma are read by read_records"):
        value_of(read_records(pattern, engine=engine), YES, weight="w")


@BOTH
def test_a_comma_cannot_part_cells_and_decimals(tmp_path: Path, engine: str) -> None:
    pattern = in_files(tmp_path, 'region,year,yes,w\n17.10,2021,1,"2,5"\n')
    with pytest.raises(TableError, match=r"comma parts cells and decimals; write the cells apart"):
        read_records(pattern, engine=engine, decimal=",")


@BOTH
def test_a_word_far_down_in_a_column_of_numbers(tmp_path: Path, engine: str) -> None:
    rows = ["17.01,2021,1"] * 60_000
    rows[50_000] = "17.01,2021,n/a"
    pattern = in_files(tmp_path, "\n".join(["region,year,yes", *rows, ""]))
    with pytest.raises(TableError) as caught:
        value_of(read_records(pattern, engine=engine), YES)
    (problem,) = caught.value.problems
    assert problem.got == "n/a"
    place = {
        "duckdb": f"{tmp_path / 'part-a.csv'}, row 50002, column 'yes'",
        "polars": "column 'yes'",
    }
    assert problem.where == place[engine]
    assert problem.what.startswith("not of the column's kind, ")
    assert problem.hint == (
        "leave the cell empty where a value is missing, or name the mark: "
        "read_records(..., missing=['n/a'])"
    )
    marked = estimate(read_records(pattern, engine=engine, missing=["n/a"]), indicators=YES)
    assert marked.details.to_dicts()[0]["missing"] == 1


def test_what_is_refused(folder: Path) -> None:
    with pytest.raises(TableError, match=r"none\.csv: no such file; check the path"):
        read_records(folder / "none.csv")
    with pytest.raises(ArgumentError, match=r"'path'.*ends in .parquet or .csv"):
        read_records(folder)
    with pytest.raises(ArgumentError, match=r"'engine'.*got 'spark'; allowed: duckdb, polars"):
        read_records(folder / "families.csv", engine="spark")
    with pytest.raises(ArgumentError, match=r"'decimal'.*got ';'; allowed: ',' or '\.'"):
        read_records(folder / "families.csv", decimal=";")


def test_an_engine_that_is_not_installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kencana_targets.tables.records.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r'pip install "kencana-targets\[duckdb\]"'):
        read_records(folder / "families.csv")


GOOD = """
[[measures]]
code = "mCPR"
kind = "ratio"
numerator = "modern"
denominator = {all = ["in_union", {column = "age", operator = "<", value = 50}]}
[[measures]]
code = "births"
kind = "ratio"
per = 1000
numerator = "births"
denominator = "members"
"""


def written(folder: Path, text: str) -> Path:
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return folder / "own.toml"


def test_measures_from_a_file(tmp_path: Path) -> None:
    mcpr, births = read_measures(written(tmp_path, GOOD))
    assert (mcpr.code, mcpr.numerator, mcpr.per) == ("mCPR", "modern", 100)
    assert (births.denominator, births.per) == ("members", 1000)


def test_every_mistake_is_told(tmp_path: Path) -> None:
    text = """
    [[measures]]
    code = "a"
    kind = "median"
    numerator = "x"
    [[measures]]
    kind = "mean"
    [[measures]]
    code = "c"
    kind = "mean"
    numerator = {column = "x", operator = "like", value = 1}
    [[measures]]
    code = "d"
    kind = "total"
    numerator = "x"
    weight = "w"
    [[measures]]
    code = "e"
    kind = "total"
    numerator = "x"
    [[measures]]
    code = "e"
    kind = "total"
    numerator = "x"
    """
    with pytest.raises(TableError) as caught:
        read_measures(written(tmp_path, text))
    assert [str(problem) for problem in caught.value.problems] == [
        "measure 1 'a', kind: not allowed: got 'median'; allowed: ratio, mean, total",
        "measure 2, code: not allowed: got None; allowed: a value, as each measure has one",
        "measure 3 'c', numerator.operator: not allowed: got 'like'; allowed: == != < <= > >= in",
        (
            "measure 4 'd', weight: not allowed: got 'w'; "
            "allowed: code, kind, numerator, denominator, per"
        ),
        "two measures of one code: got 'e'",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"own.toml: no list of measures: got \[\]; write \[\[measures\]\]"),
        ("measures = 1", r"own.toml: no list of measures"),
        ("measures = [1]", r"own.toml: measure 1, measures: not allowed: got 1"),
        (GOOD + "[more]", r"own.toml: no list of measures: got \['measures', 'more'\]"),
        ("[[measures]", r"own.toml: not a TOML file"),
    ],
)
def test_files_that_are_no_measures(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        read_measures(written(tmp_path, text))


def test_words_in_a_file_never_run(tmp_path: Path) -> None:
    trap: Any = GOOD.replace('"modern"', "\"__import__('os').system('false')\"")
    measures = read_measures(written(tmp_path, trap))
    with pytest.raises(TableError, match="unknown column"):
        estimate(FAMILIES, indicators=measures)


# --- Files of statistical software ----------------------------------------------------------

SURVEY = {"region": [1701.0, 1701.0, 1702.0], "year": [2021, 2021, 2021],
          "modern": [1.0, 2.0, None], "village": ["a", "b", "c"]}  # fmt: skip


def dbase(columns: dict[str, list[object]]) -> bytes:
    """Return a dBase III file: text as C, numbers as N."""
    fields = [(name, "C" if isinstance(cells[0], str) else "N") for name, cells in columns.items()]
    rows = list(zip(*columns.values(), strict=True))
    width = 1 + 10 * len(fields)
    head = struct.pack("<BBBBIHH20x", 3, 121, 1, 1, len(rows), 33 + 32 * len(fields), width)
    head += b"".join(struct.pack("<11sc4xBB14x", name.encode(), kind.encode(), 10, 0)
                     for name, kind in fields)  # fmt: skip
    body = b"".join(
        b" " + b"".join(("" if cell is None else f"{cell:g}" if isinstance(cell, float) else str(cell))
                        .encode().rjust(10) for cell in row)
        for row in rows
    )  # fmt: skip
    return head + b"\r" + body + b"\x1a"


@pytest.mark.parametrize("ending", ["dta", "sav", "dbf"])
def test_records_of_statistical_software(tmp_path: Path, ending: str) -> None:
    for part in "ab":
        path = tmp_path / f"{part}.{ending}"
        if ending == "dbf":
            path.write_bytes(dbase({key: list(cells) for key, cells in SURVEY.items()}))
        else:
            frame = pl.DataFrame(SURVEY).to_pandas()
            {"dta": pyreadstat.write_dta, "sav": pyreadstat.write_sav}[ending](frame, str(path))
    records = read_records(tmp_path / f"*.{ending}")
    assert records.height == 6
    assert records["region"].to_list()[:3] == ["1701", "1701", "1702"]
    assert records["modern"].to_list()[:3] == [1, 2, None]
    # Codes of 1 and 2 say what they are before they are counted.
    with pytest.raises(TableError, match="numbers 1 and 2 where yes or no is meant"):
        estimate(records, indicators=Measure("share", "ratio", "modern"))
    found = estimate(records, indicators=Measure("share", "ratio", nw.col("modern") == 1))
    assert found[0].value == 50


def test_a_broken_file_of_statistical_software(tmp_path: Path) -> None:
    for ending in ("dta", "sav", "dbf"):
        path = tmp_path / f"broken.{ending}"
        path.write_bytes(b"no such thing")
        with pytest.raises(TableError, match="cannot be read; the engine says"):
            read_records(path)


def test_statistical_software_is_an_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.dta").write_bytes(b"")
    monkeypatch.setattr(
        "kencana_targets.tables.records.find_spec", lambda name: name != "dbfread" or None
    )
    with pytest.raises(MissingExtraError, match=r"kencana-targets\[survey\]"):
        read_records(tmp_path / "a.dta")
