from __future__ import annotations

import copy
import pickle
from pathlib import PurePosixPath

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import letters

from kencana_targets.core import errors
from kencana_targets.core.errors import KencanaError, MissingExtraError, Problem

LEAVES = [
    errors.AmbiguousNameError,
    errors.ArgumentError,
    errors.FormulaError,
    errors.MissingExtraError,
    errors.NumberFormatError,
    errors.PathError,
    errors.PlanError,
    errors.RuleError,
    errors.TableError,
    errors.UnknownNameError,
]


def problems(count: int) -> list[Problem]:
    return [Problem("not a number", where=f"row {row}", got="n/a.") for row in range(count)]


def test_a_problem_says_where_what_got_allowed_and_what_to_do() -> None:
    problem = Problem("not allowed", where="row 7", got="x", allowed="a, b", hint="write a")
    assert str(problem) == "row 7: not allowed: got 'x'; allowed: a, b; write a"
    assert str(Problem("empty table")) == "empty table"


def test_none_is_a_value_that_was_got() -> None:
    assert str(Problem("not allowed", got=None)) == "not allowed: got None"


def test_arrays_are_shown_like_any_value() -> None:
    assert str(Problem("not numbers", got=np.array(["a", "b"]))).startswith("not numbers: got arr")


def test_long_values_are_cut() -> None:
    assert str(Problem("too long", got="x" * 200)).endswith("... (200 characters)")
    # Of a path the end says which file it is.
    path = f"/{'folder/' * 30}rencana.toml"
    for one in (path, PurePosixPath(path)):
        assert str(Problem("unknown", got=one)).endswith("/rencana.toml'")
    assert len(str(Problem("too long", got=list(range(10_000))))) < 200


def test_one_problem_stands_on_one_line() -> None:
    error = KencanaError(problems(1), "targets.csv")
    assert str(error) == "targets.csv: row 0: not a number: got 'n/a.'"


def test_ten_lines_and_then_how_many_more() -> None:
    lines = str(KencanaError(problems(12), "targets.csv")).splitlines()
    assert lines[0] == "targets.csv: 12 problems"
    assert lines[1:11] == [f"  row {row}: not a number: got 'n/a.'" for row in range(10)]
    assert lines[11:] == ["  ... and 2 more in .problems"]


def test_ten_problems_need_no_more_line() -> None:
    lines = str(KencanaError(problems(10))).splitlines()
    assert lines[0] == "10 problems"
    assert len(lines) == 11


@pytest.mark.parametrize("kind", [KencanaError, *LEAVES])
def test_errors_pickle_and_copy_with_all_facts(kind: type[KencanaError]) -> None:
    error = kind(problems(12), "targets.csv")
    for again in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):
        assert type(again) is kind
        assert (again.problems, again.source) == (error.problems, error.source)
        assert str(again) == str(error)


def test_a_problem_without_a_value_pickles() -> None:
    problem = Problem("empty table")
    assert str(pickle.loads(pickle.dumps(problem))) == "empty table"
    assert copy.deepcopy(problem) == problem


@pytest.mark.parametrize("kind", LEAVES)
def test_every_error_is_a_value_error_of_this_library(kind: type[KencanaError]) -> None:
    assert issubclass(kind, KencanaError)
    assert issubclass(kind, ValueError)
    assert kind.__doc__


def test_the_leaves_are_all_there() -> None:
    assert {kind.__name__ for kind in LEAVES} == {
        name for name in vars(errors) if name.endswith("Error") and name != "KencanaError"
    }


def test_a_missing_extra_says_what_to_run() -> None:
    error = MissingExtraError.for_extra("an Excel file", "excel")
    assert str(error) == (
        "an Excel file needs packages that are not installed; "
        'run: pip install "kencana-targets[excel]"'
    )
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_nothing_gathered_raises_nothing() -> None:
    errors.raise_gathered(KencanaError, [])
    with pytest.raises(KencanaError, match=r"^here: 2 problems"):
        errors.raise_gathered(KencanaError, problems(2), "here")


def test_unknown_names_offer_the_nearest() -> None:
    known = ["stunting", "stunting_baduta", "tfr"]
    text = str(errors.unknown_name("indicator", "stuntng", known, where="row 3"))
    assert text == (
        "row 3: unknown indicator: got 'stuntng'; did you mean 'stunting' or 'stunting_baduta'?"
    )


def test_unknown_names_without_a_near_one_show_what_is_known() -> None:
    text = str(errors.unknown_name("rule", "zzz", [f"rule-{n}" for n in range(12)]))
    assert text.endswith("known are: " + ", ".join(f"rule-{n}" for n in range(10)) + " and 2 more")
    assert str(errors.unknown_name("rule", "zzz", [])).endswith("no rule is known here")


def test_nearest_names_do_not_mind_case() -> None:
    assert errors.nearest_names("TFr", ["tfr", "mCPR"]) == ["tfr"]


def test_refusing_names_the_argument() -> None:
    with pytest.raises(
        errors.ArgumentError, match=r"^argument 'x': not allowed: got 3; allowed: 1$"
    ):
        errors.refuse("x", 3, "1")


@given(st.lists(st.text(letters), max_size=15), st.text(letters, max_size=5))
@example([""] * 11, "\n")
def test_any_text_can_be_shown_and_pickled(cells: list[str], source: str) -> None:
    error = KencanaError([Problem("wrong", where=cell, got=cell) for cell in cells], source)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert len(str(error).splitlines()) <= 12
    assert str(error).encode()
