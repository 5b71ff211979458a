"""A small run of the damages that `benchmarks/fuzz_tables.py` does ten thousand of."""

from __future__ import annotations

import sys
from collections import Counter

import pytest
from fuzzing import BASES, BYTES, CELLS, FILES, base, judge, plan, run

import kencana_targets as kt


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


def test_no_damage_invents_a_figure_or_raises_another_error(folder):
    # Each version of Python sees other damages.
    outcomes, wrong = run(sys.version_info.minor, 350, folder)
    assert not wrong
    assert {how for how, _ in outcomes} == {each.__name__ for each in (*CELLS, *BYTES)}
    assert Counter(outcome for _, outcome in outcomes).keys() == {"read", "refused"}


@pytest.mark.parametrize("name", [name for name in BASES if name.endswith((".csv", ".xlsx"))])
def test_a_whole_table_is_read_and_each_of_its_figures_has_a_row(name, folder):
    of = base(name, folder)
    content = (FILES / name).read_bytes()
    assert judge(of, folder / name, "none", content, of.sheets).outcome == "read"
    found = sum(of.by_row.values(), Counter())
    assert found == of.figures


def test_the_judge_sees_a_figure_that_is_not_in_the_file(folder, monkeypatch):
    name = "long_id_semicolon.csv"
    of = base(name, folder)
    text = (FILES / name).read_bytes()
    assert judge(of, folder / name, "none", text, of.sheets).outcome == "read"
    read = kt.read_actuals(FILES / name, plan=plan())
    other = [
        kt.Actual(**{**_fields(one), "value": 77.77 if n == 3 else one.value})
        for n, one in enumerate(read)
    ]
    monkeypatch.setattr(kt, "read_actuals", lambda *_, **__: other)
    assert judge(of, folder / name, "none", text, of.sheets).outcome == "a whole row is not read"
    extra = [*read, kt.Actual(**_fields(other[3]))]
    monkeypatch.setattr(kt, "read_actuals", lambda *_, **__: extra)
    assert judge(of, folder / name, "none", text, of.sheets).outcome == "invented"


def _fields(one):
    return {"indicator": one.indicator, "region": one.region, "year": one.year, "value": one.value}
