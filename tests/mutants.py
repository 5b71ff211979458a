"""Change the source a little, many times, and count how often a test notices.

    python tests/mutants.py [ROOM ...] [--seed WORD] [--count 25]

Samples places of each room by a seed, writes each change into a copy of the package, and
runs the tests of that module, then of its room. A change that no test notices survives.
`equivalent_mutants.csv` lists those that change no result, each with a word why.
"""

from __future__ import annotations

import argparse
import ast
import csv
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "kencana_targets"
TESTS = ROOT / "tests"
EQUIVALENT = TESTS / "equivalent_mutants.csv"
# What is read of tables beside numbers and texts is tried by damaged tables instead.
ROOMS = {
    "formulas": "formulas/*.py",
    "model": "model/*.py",
    "evaluation": "evaluation/*.py",
    "auditing": "auditing/*.py",
    "tables": "tables/[np][uh][mr]*.py",  # numbers and phrases
}
LEAST_KILLED = 0.95
MOST_EQUIVALENT = 0.04
SECONDS = 600
SECONDS_A_TEST = 60

COMPARED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
COMPARED |= {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is}
COMPARED |= {ast.In: ast.NotIn, ast.NotIn: ast.In}
COMPUTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
COMPUTED |= {ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.FloorDiv: ast.Mult}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "argmin": "argmax"}
NAMES |= {"argmax": "argmin", "minimum": "maximum", "maximum": "minimum"}


class Mutant(NamedTuple):
    """One change: where, what stood there, what stands there now, and the whole new source."""

    file: Path
    line: int
    code: str
    before: str
    after: str
    source: str


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may stand in the place of a node."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARED:
        changed = deepcopy(node)
        changed.ops[0] = COMPARED[type(node.ops[0])]()
        yield changed
    elif isinstance(node, ast.BinOp) and type(node.op) in COMPUTED:
        changed = deepcopy(node)
        changed.op = COMPUTED[type(node.op)]()
        yield changed
    elif isinstance(node, ast.BoolOp):
        changed = deepcopy(node)
        changed.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield changed
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.Invert, ast.USub)):
        yield node.operand
    elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, (ast.If, ast.IfExp)):
        yield ast.UnaryOp(ast.Not(), node.test)
    elif isinstance(node, ast.Name) and node.id in NAMES:
        yield ast.Name(NAMES[node.id], node.ctx)
    elif isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield ast.Attribute(node.value, NAMES[node.attr], node.ctx)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()


def mutants(file: Path) -> Iterator[Mutant]:
    """Yield every change of a file once, outside annotations, docstrings and module constants."""
    text = file.read_bytes()
    lines = text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    tree = ast.parse(text)
    seen = set()
    bodies = [n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    for body in (statement for function in bodies for statement in function.body):
        for node in ast.walk(body):
            for changed in changes(node):
                # Of a condition only the test is written anew.
                part = node.test if isinstance(node, (ast.If, ast.IfExp)) else node
                first = starts[part.lineno - 1] + part.col_offset
                last = starts[part.end_lineno - 1] + part.end_col_offset
                before = text[first:last].decode()
                after = f"not ({before})" if part is not node else ast.unparse(changed)
                after = f"({after})" if isinstance(part, ast.expr) else after
                if (first, last, after) not in seen:
                    seen.add((first, last, after))
                    source = text[:first].decode() + after + text[last:].decode()
                    code = lines[node.lineno - 1].decode().strip()
                    yield Mutant(file, node.lineno, code, before, after, source)


def passes(copy: Path, targets: list[Path]) -> bool:
    """Tell whether tests pass on a copy of the package."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    command += ["--no-showlocals", "--hypothesis-profile=brief"]
    environment = os.environ | {"PYTHONPATH": str(copy), "MPLBACKEND": "Agg"}
    try:
        run = subprocess.run(
            [*command, f"--timeout={SECONDS_A_TEST}", *map(str, targets)],
            cwd=ROOT, env=environment, capture_output=True, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False
    if run.returncode == pytest.ExitCode.USAGE_ERROR:
        raise SystemExit(run.stderr.decode())  # no verdict of a test
    return run.returncode in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


def notices(mutant: Mutant, room: str, copy: Path) -> bool:
    """Tell whether a test fails on the change: those of its module first, then of its room."""
    place = copy / "kencana_targets" / mutant.file.relative_to(PACKAGE)
    original = place.read_text(encoding="utf-8")
    place.write_text(mutant.source, encoding="utf-8")
    nearest = sorted((TESTS / room).glob(f"test_{mutant.file.stem}*.py"))
    try:
        return not (passes(copy, [place, *nearest]) and passes(copy, [TESTS / room]))
    finally:
        place.write_text(original, encoding="utf-8")


def main() -> int:
    """Try a sample of each room and print its score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="*", default=list(ROOMS), choices=[*ROOMS, []])
    parser.add_argument("--seed", default="seed1")
    parser.add_argument("--count", type=int, default=25)
    options = parser.parse_args()
    with EQUIVALENT.open(encoding="utf-8", newline="") as stream:
        same = {tuple(row.values())[:4] for row in csv.DictReader(stream)}
    killed = tried = equivalent = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(PACKAGE, copy / "kencana_targets")
        for room in options.rooms:
            found = [m for file in sorted(PACKAGE.glob(ROOMS[room])) for m in mutants(file)]
            chosen = random.Random(f"{options.seed} {room}").sample(found, options.count)
            died = 0
            if not passes(copy, [TESTS / room]):
                sys.exit(f"the tests of {room} fail without any change")
            for mutant in chosen:
                name = mutant.file.relative_to(PACKAGE).as_posix()
                where = (
                    f"{name}:{mutant.line}: {mutant.before!r} -> {mutant.after!r} in {mutant.code}"
                )
                if (name, mutant.code, mutant.before, mutant.after) in same:
                    equivalent += 1
                    print(f"equivalent {where}", flush=True)
                elif notices(mutant, room, copy):
                    died += 1
                else:
                    print(f"survived   {where}", flush=True)
                tried += 1
            killed += died
            print(f"{room}: {died} of {len(chosen)} killed", flush=True)
    share = killed / max(tried - equivalent, 1)
    print(f"{killed} of {tried} killed, {equivalent} change no result: {share:.1%}")
    return int(share < LEAST_KILLED or equivalent > MOST_EQUIVALENT * tried)


if __name__ == "__main__":
    sys.exit(main())
