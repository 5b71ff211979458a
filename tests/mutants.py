"""Change the source a little, many times, and count how often a test notices.

    python tests/mutants.py [ROOM ...] [--seed WORD] [--count 25]

Samples places of each room by a seed, writes each change into a copy of the package, and
runs the tests of its room that call the changed function. A change that none notices survives.
`equivalent_mutants.csv` lists those that change no result, each with a word why.
"""

from __future__ import annotations

import argparse
import ast
import builtins
import csv
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from copy import deepcopy
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = "kencana_targets"
PACKAGE = ROOT / "src" / LIBRARY
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
# Whose tests are a room's beside its own: what rests on it is checked against values there.
ALSO = {"formulas": ("estimation", "evaluation"), "model": ("evaluation",)}
LEAST_KILLED = 0.95
MOST_EQUIVALENT = 0.04
SECONDS = 600
SECONDS_A_TEST = 60
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

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
    function: int
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
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    # What is zipped is of one length: `strict` is for those who change the code.
    zips = [x for x in ast.walk(tree) if isinstance(x, ast.Call) and ast.unparse(x.func) == "zip"]
    strict = {id(word.value) for call in zips for word in call.keywords}
    for function in functions:
        for node in (node for statement in function.body for node in ast.walk(statement)):
            for changed in changes(node) if id(node) not in strict else ():
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
                    yield Mutant(file, function.lineno, node.lineno, code, before, after, source)


def marked(file: Path) -> str:
    """Return the source of a file in which every function notes that it was called."""
    tree = ast.parse(file.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            name = (file.relative_to(PACKAGE).as_posix(), node.lineno)
            note = ast.parse(f"__import__('builtins').called.add({name!r})").body
            told = ast.get_docstring(node, clean=False) is not None
            node.body[told:told] = note
    return ast.unparse(tree)


def named(item: pytest.Item) -> tuple[str, str]:
    """Return the file of a test and its name in the file."""
    return str(item.path), item.nodeid.partition("::")[2]


class Watch:
    """Notes what each test calls, and how long it takes; in `names` are the tests to run."""

    def __init__(self, names: list[tuple[str, str]] | None = None) -> None:
        self.names, self.calls, self.read, self.path = names, [], defaultdict(set), ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self.names is not None:
            known = {named(item): item for item in items}
            items[:] = [known[name] for name in self.names if name in known]

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> object:
        builtins.called.clear()
        result = yield
        self.read[str(collector.path)] |= builtins.called
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> object:
        before = set(builtins.called)
        builtins.called.clear()
        result = yield
        if fixturedef.scope != "function":  # other tests of the file lean on it, too
            self.read[self.path] |= builtins.called
        builtins.called |= before
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> object:
        for name, module in [*sys.modules.items()] if self.names is None else ():
            if name.startswith(LIBRARY):  # what is kept from another test is called anew
                for kept in vars(module).values():
                    getattr(kept, "cache_clear", int)()
        builtins.called.clear()
        self.path = str(item.path)
        start = time.perf_counter()
        result = yield
        called = builtins.called | self.read[self.path]
        self.calls.append((time.perf_counter() - start, named(item), sorted(called)))
        return result


def run_tests(copy: Path, room: str, watch: Watch) -> int:
    """Run tests of a room on a copy of the package, in a process that is made for them alone."""
    child = os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        sys.path.insert(0, str(copy))
        builtins.called = set()
        whole = {copy / LIBRARY / room, *(TESTS / one for one in (room, *ALSO.get(room, ())))}
        files = {file for file, _ in watch.names or ()} or whole
        options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--no-showlocals"]
        options += ["--hypothesis-profile=brief", f"--timeout={SECONDS_A_TEST}"]
        code = pytest.main([*options, *sorted(map(str, files))], plugins=[watch])
        (copy / "calls.json").write_text(json.dumps(watch.calls), encoding="utf-8")
        os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code == pytest.ExitCode.USAGE_ERROR:
        sys.exit("pytest does not find its tests")
    return code


def callers(copy: Path, room: str) -> dict[tuple[str, int], list[tuple[str, str]]]:
    """Return the tests of a room that call each function, the quickest first."""
    for file in PACKAGE.rglob("*.py"):
        (copy / LIBRARY / file.relative_to(PACKAGE)).write_text(marked(file), encoding="utf-8")
    if run_tests(copy, room, Watch()):
        sys.exit(f"the tests of {room} fail without any change")
    for file in PACKAGE.rglob("*.py"):
        shutil.copy(file, copy / LIBRARY / file.relative_to(PACKAGE))
    found = defaultdict(list)
    calls = json.loads((copy / "calls.json").read_text(encoding="utf-8"))
    for _, name, called in sorted(calls):
        for function in called:
            found[tuple(function)].append(tuple(name))
    return found


def notices(mutant: Mutant, room: str, copy: Path, names: list[tuple[str, str]]) -> bool:
    """Tell whether a test that calls the changed function fails."""
    place = copy / LIBRARY / mutant.file.relative_to(PACKAGE)
    place.write_text(mutant.source, encoding="utf-8")
    try:
        return bool(names) and run_tests(copy, room, Watch(names)) != pytest.ExitCode.OK
    finally:
        shutil.copy(mutant.file, place)


def main() -> int:
    """Try a sample of each room and print its score."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rooms", nargs="*", default=list(ROOMS), choices=[*ROOMS, []])
    parser.add_argument("--seed", default="seed1")
    parser.add_argument("--count", type=int, default=25)
    options = parser.parse_args()
    os.environ["MPLBACKEND"] = "Agg"
    os.chdir(ROOT)
    with EQUIVALENT.open(encoding="utf-8", newline="") as stream:
        same = {tuple(row.values())[:4] for row in csv.DictReader(stream)}
    killed = tried = equivalent = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        shutil.copytree(PACKAGE, copy / LIBRARY)
        for room in options.rooms:
            found = [m for file in sorted(PACKAGE.glob(ROOMS[room])) for m in mutants(file)]
            chosen = random.Random(f"{options.seed} {room}").sample(found, options.count)
            tests = callers(copy, room)
            died = 0
            for mutant in chosen:
                name = mutant.file.relative_to(PACKAGE).as_posix()
                change = f"{mutant.before!r} -> {mutant.after!r} in {mutant.code}"
                if (name, mutant.code, mutant.before, mutant.after) in same:
                    equivalent += 1
                    print(f"equivalent {name}:{mutant.line}: {change}", flush=True)
                elif notices(mutant, room, copy, tests[name, mutant.function]):
                    died += 1
                else:
                    print(f"survived   {name}:{mutant.line}: {change}", flush=True)
                tried += 1
            killed += died
            print(f"{room}: {died} of {len(chosen)} killed", flush=True)
    share = killed / max(tried - equivalent, 1)
    print(f"{killed} of {tried} killed, {equivalent} change no result: {share:.1%}")
    return int(share < LEAST_KILLED or equivalent > MOST_EQUIVALENT * tried)


if __name__ == "__main__":
    sys.exit(main())
