"""The public face is frozen, no import climbs, and importing costs little."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
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

# The floors of the house, from the ground up. A module imports from its own
# floor and those under it; the first pattern that fits a module is its floor's.
FLOORS = [
    ["errors"],
    ["model", "model.kinds"],
    ["columns", "frames", "arrow", "model.checks", "model.interval"],
    ["formulas", "formulas.*"],
    ["model.indicator", "model.place_names"],
    ["model.region", "model.regions", "model.region_errors"],
    ["model.figures", "model.collection", "model.stacking", "model.rule", "model.measure"],
    ["catalog", "catalog.regions", "catalog.tiles"],
    ["model.plan_index", "model.lookup", "model.target_path", "model.plan_cascade", "model.plan"],
    ["tables", "tables.*"],
    ["catalog.plans", "catalog.rules", "catalog.measures"],
    ["report", "report.*"],
    ["results", "score_rows"],
    ["summary", "outlook"],
    ["scorecard"],
    ["evaluation"],
    ["*"],  # estimation, audit and whatever else stands on a scorecard or beside it
    ["cli"],
    ["__init__", "__main__"],
]

# What `import kencana_targets` may not load: heavy, or not everyone's.
NOT_LOADED = [
    "cattrs",
    "duckdb",
    "great_tables",
    "jinja2",
    "matplotlib",
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


def floor(module: str) -> int:
    exact = [n for n, patterns in enumerate(FLOORS) if module in patterns]
    fitting = [n for n, patterns in enumerate(FLOORS) if any(fnmatch(module, p) for p in patterns)]
    return [*exact, *fitting][0]


def modules() -> dict[str, Path]:
    files = sorted(FOLDER.rglob("*.py"))
    names = (".".join(file.relative_to(FOLDER).with_suffix("").parts) for file in files)
    return {
        name.removesuffix(".__init__") if name != "__init__" else name: file
        for name, file in zip(names, files, strict=True)
    }


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports, in functions too, but not for type checkers alone."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            for other in node.orelse:
                yield from imported(ast.Module([other], []))
        elif isinstance(node, ast.FunctionDef) and node.name == "_repr_html_":
            # Showing itself in a notebook is the one thing a value may look up for.
            shown = set(imported(ast.Module(node.body, [])))
            assert all(name.startswith(f"{PACKAGE}.report.") for name in shown)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
        else:
            yield from imported(node)


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
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    climbing = {other for other in own_modules(imported(tree)) if floor(other) > floor(module)}
    assert not climbing, f"{module} imports from a floor above it"


def test_the_walker_sees_what_it_should() -> None:
    source = """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from kencana_targets.scorecard import Scorecard
else:
    import kencana_targets.errors
def function():
    from kencana_targets.model import plan
    from kencana_targets.evaluation import evaluate
"""
    found = own_modules(imported(ast.parse(source)))
    assert found == {"errors", "model.plan", "evaluation"}
    assert floor("report.text") < floor("scorecard") < floor("evaluation") < floor("audit")
    assert floor("audit") < floor("cli") < floor("__init__")


def test_every_floor_is_lived_on() -> None:
    known = modules()
    for patterns in FLOORS:
        for pattern in patterns:
            assert any(fnmatch(module, pattern) for module in known), pattern


@pytest.mark.parametrize("module", [name for name in modules() if name.startswith("formulas")])
def test_formulas_know_only_errors_and_words(module: str) -> None:
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    others = {other for other in own_modules(imported(tree)) if not other.startswith("formulas")}
    assert others <= {"errors", "model.kinds"}


def loaded(code: str) -> set[str]:
    script = f"{code}\nimport sys\nprint(*sorted(sys.modules), sep='\\n')"
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_importing_loads_nothing_heavy() -> None:
    names = loaded("import kencana_targets")
    assert "kencana_targets.evaluation" in names
    assert {name for name in names if name.split(".")[0] in NOT_LOADED} == set()
    # `import scipy` alone costs little; its submodules cost half a second.
    assert {name for name in names if name.startswith("scipy.")} <= {
        name for name in loaded("import scipy") if name.startswith("scipy.")
    }


def test_the_main_job_loads_neither_statistics_nor_drawing() -> None:
    code = (
        "import kencana_targets as kt\n"
        "str(kt.evaluate(kt.load_plan('bengkulu-2021'), kt.load_actuals('bengkulu-2021'),"
        " year=2021, rule='bkkbn-bengkulu-2021'))"
    )
    names = loaded(code)
    for heavy in ("scipy.stats", "scipy.interpolate", "matplotlib", "great_tables", "pandas"):
        assert heavy not in names
