"""The public face is frozen, no import climbs, and importing costs little."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import kencana_targets as kt

PACKAGE = "kencana_targets"
FOLDER = Path(kt.__file__).parent

# Every new name is a decision.
NAMES = [
    "Actual",
    "Actuals",
    "AuditReport",
    "Band",
    "Baseline",
    "Baselines",
    "Comparison",
    "Direction",
    "E19Row",
    "Estimates",
    "Formula",
    "Indicator",
    "Interval",
    "KencanaError",
    "Level",
    "Measure",
    "PathShape",
    "Plan",
    "Problem",
    "Region",
    "RegionSummary",
    "Regions",
    "Scorecard",
    "ScoringRule",
    "Status",
    "Target",
    "Targets",
    "__version__",
    "achievement",
    "annual_rate",
    "audit",
    "benchmark",
    "describe_table",
    "estimate",
    "evaluate",
    "evaluate_against",
    "evaluate_batches",
    "form_e19",
    "formulas",
    "interpolate",
    "list_plans",
    "list_rules",
    "load_actuals",
    "load_measures",
    "load_plan",
    "load_regions",
    "load_rule",
    "new_plan",
    "parse_number",
    "pool_actuals",
    "read_actuals",
    "read_measures",
    "read_plan",
    "read_records",
    "read_rule",
    "read_scorecard",
    "template",
    "to_date",
]

# The floors of the house, from the ground up: a folder is a floor. A file imports its
# own folder and the folders below, in functions and for type checkers too.
FLOORS = {
    "core": 1,
    "formulas": 2,
    "model": 3,
    "tables": 4,
    "catalog": 5,
    "evaluation": 6,
    "auditing": 6,
    "estimation": 6,
    "report": 7,
    "cli": 8,
    "__init__": 8,
    "__main__": 9,
}

# What `import kencana_targets` may not load: heavy, or not everyone's.
NOT_LOADED = [
    "duckdb",
    "great_tables",
    "jinja2",
    "matplotlib",
    "narwhals",
    "openpyxl",
    "pandas",
    "polars",
    "pyarrow",
    "pyspark",
    "python_calamine",
    "rich",
    "typer",
    "xlsxwriter",
]


def room(module: str) -> str:
    return module.partition(".")[0]


def may_import(module: str, other: str) -> bool:
    """Tell whether a module lies in the other's folder or on a floor above it."""
    return room(module) == room(other) or FLOORS[room(module)] > FLOORS[room(other)]


@cache
def modules() -> dict[str, Path]:
    files = sorted(FOLDER.rglob("*.py"))
    names = (".".join(file.relative_to(FOLDER).with_suffix("").parts) for file in files)
    return {
        name.removesuffix(".__init__") if name != "__init__" else name: file
        for name, file in zip(names, files, strict=True)
    }


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_modules(names: Iterator[str]) -> set[str]:
    """Return the modules of this package among imported names."""
    known, found = modules(), set()
    for name in names:
        head, _, rest = name.partition(".")
        if head == PACKAGE:
            parts = rest.split(".") if rest else []
            while parts and ".".join(parts) not in known:
                parts.pop()
            found.add(".".join(parts) or "__init__")
    return found


@cache
def needed(module: str) -> frozenset[str]:
    """Return the modules of this package that one of them imports, but for the face."""
    # The face says which version this is, and everybody may name it.
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    return frozenset(own_modules(imported(tree)) - {"__init__"})


def test_the_public_names() -> None:
    assert dir(kt) == NAMES
    assert kt.__all__ == NAMES
    assert all(hasattr(kt, name) for name in NAMES)


def test_every_public_name_says_what_it_is() -> None:
    for name in NAMES:
        if name != "__version__":
            assert getattr(kt, name).__doc__, name


def test_there_are_no_other_names() -> None:
    with pytest.raises(AttributeError, match="module 'kencana_targets' has no attribute 'scores'"):
        _ = kt.scores  # type: ignore[attr-defined]


def test_one_version() -> None:
    from importlib.metadata import version

    assert kt.__version__ == version("kencana-targets")


@pytest.mark.parametrize("module", modules())
def test_no_import_climbs(module: str) -> None:
    climbing = {other for other in needed(module) if not may_import(module, other)}
    assert not climbing, f"{module} imports from a floor above it, or from a room beside it"


def test_the_walker_sees_what_it_should() -> None:
    source = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from kencana_targets.evaluation.scorecard import Scorecard
else:
    import kencana_targets.core.errors
def function():
    from kencana_targets.model import plan
    from kencana_targets.evaluation.evaluate import evaluate
"""
    found = own_modules(imported(ast.parse(source)))
    assert found == {
        "core.errors",
        "evaluation.evaluate",
        "evaluation.scorecard",
        "model.plan",
    }
    assert may_import("report.text", "evaluation.scorecard")
    assert not may_import("auditing.audit", "evaluation.scorecard")
    assert may_import("tables.readers", "tables.files")


def test_the_floors_are_the_folders() -> None:
    assert {room(module) for module in modules()} == set(FLOORS)
    things = {path.name for path in FOLDER.iterdir()} - {"__init__.py", "__pycache__", "py.typed"}
    assert len(things) <= 13


def test_no_module_needs_itself() -> None:
    """No circles: what a module imports, directly or not, never imports the module."""
    needs = {name: needed(name) for name in modules() if name != "__init__"}
    in_circles = set()
    for name, others in needs.items():
        reached, waiting = set(), [*others]
        while waiting:
            other = waiting.pop()
            if other not in reached:
                reached.add(other)
                waiting += needs[other]
        if name in reached:
            in_circles.add(name)
    assert not in_circles


def loaded(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(*sorted(sys.modules), sep='\\n')"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_importing_loads_nothing_heavy() -> None:
    assert not {name for name in loaded("import kencana_targets") if name.startswith("numpy")}
    names = loaded("import kencana_targets as kt\nkt.evaluate, kt.load_plan")
    assert "kencana_targets.evaluation.evaluate" in names
    assert {name for name in names if name.split(".")[0] in NOT_LOADED} == set()
    # `import scipy` alone costs little; its submodules cost half a second.
    assert {name for name in names if name.startswith("scipy.")} <= {
        name for name in loaded("import scipy") if name.startswith("scipy.")
    }


def test_help_loads_no_library_of_arrays() -> None:
    help_asked = "import sys\nsys.argv = ['', '--help']\nsys.stdout = None\n"
    names = loaded(
        f"{help_asked}from kencana_targets.cli.commands import main\n"
        "try:\n    main()\nexcept SystemExit:\n    sys.stdout = sys.__stdout__"
    )
    heavy = {name.split(".")[0] for name in names} & {*NOT_LOADED, "numpy"}
    # The oldest typer loads rich by itself.
    assert heavy - {"rich"} == {"typer"}


def test_the_main_job_loads_neither_statistics_nor_drawing() -> None:
    code = (
        "import kencana_targets as kt\n"
        "str(kt.evaluate(kt.load_plan('bengkulu-2021'), kt.load_actuals('bengkulu-2021'),"
        " year=2021, rule='bkkbn-bengkulu-2021'))"
    )
    names = loaded(code)
    for heavy in (
        "scipy.stats",
        "scipy.interpolate",
        "matplotlib",
        "great_tables",
        "pandas",
        "polars",
        "cattrs",
        # What understands tables is for those of the user's own.
        "kencana_targets.tables.figures",
        "kencana_targets.tables.headings",
    ):
        assert heavy not in names


def test_words_for_checkers_of_types_are_those_of_their_enumeration() -> None:
    """`DirectionLike` and its kind name each word of their enumeration, and no other."""
    seen = 0
    for module in modules().keys() - {"__main__"}:
        names = vars(importlib.import_module(f"{PACKAGE}.{module}".removesuffix(".__init__")))
        for name, alias in names.items():
            if name.endswith("Like") and name[:-4] in names:
                enumeration, words = typing.get_args(alias)
                assert typing.get_args(words) == tuple(enumeration), name
                seen += 1
    assert seen >= 20
