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
import gc
import inspect
import json
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import partial
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType
from typing import NamedTuple, TypeAlias

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
# Those of `estimation` start an engine's threads when they are collected: a fork waits for ever.
ALSO = {"formulas": ("evaluation",), "model": ("evaluation",)}
LEAST_KILLED = 0.95
MOST_EQUIVALENT = 0.04
SECONDS = 600
SECONDS_A_TEST = 300
# A test of a mutant has so much more time than it took before, in times and in seconds.
LONGER, MORE = 5, 100
# A test that measures how long something takes tells nothing of a package that notes its calls.
CLOCKS = "process_time", "perf_counter"
# The code of a process that ended otherwise than by its tests.
CANNOT_TELL = 99
Name: TypeAlias = tuple[str, str]
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
    name: str
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
    elif isinstance(node, ast.Return) and ast.unparse(node) not in ("return", "return None"):
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()


def mutants(file: Path) -> Iterator[Mutant]:
    """Yield every change of a file once, outside annotations, docstrings and module constants."""
    text, name = file.read_bytes(), file.relative_to(PACKAGE).as_posix()
    lines = text.splitlines(keepends=True)
    starts = [0, *accumulate(map(len, lines))]
    tree = ast.parse(text)
    seen = set()
    functions = [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS)]
    # What is zipped is of one length: `strict` is for those who change the code.
    zips = [x for x in ast.walk(tree) if isinstance(x, ast.Call) and ast.unparse(x.func) == "zip"]
    passed = {id(word.value) for call in zips for word in call.keywords}
    noted = (x for x in ast.walk(tree) if isinstance(x, (ast.AnnAssign, ast.arg)))
    passed |= {id(node) for one in noted if one.annotation for node in ast.walk(one.annotation)}
    for function in functions:
        for node in (node for statement in function.body for node in ast.walk(statement)):
            for changed in changes(node) if id(node) not in passed else ():
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
                    yield Mutant(
                        file, name, function.lineno, node.lineno, code, before, after, source
                    )


def marked(file: Path) -> str:
    """Return the source of a file in which every function notes that it was called."""
    tree = ast.parse(file.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            name = (file.relative_to(PACKAGE).as_posix(), node.lineno)
            note = ast.parse(f"__called__.add({name!r})").body
            told = ast.get_docstring(node, clean=False) is not None
            node.body[told:told] = note
    return ast.unparse(tree)


def named(item: pytest.Item) -> Name:
    """Return the file of a test and its name in the file."""
    return str(item.path), item.nodeid.partition("::")[2]


def measures_time(item: pytest.Item) -> bool:
    """Return whether a test looks at a clock."""
    function = getattr(item, "function", None)
    source = inspect.getsource(function) if function else ""
    return any(clock in source for clock in CLOCKS)


def run_items(session: pytest.Session, items: list[pytest.Item]) -> None:
    """Run tests until one fails."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.shouldfail:
            break


def functions_of(code: CodeType) -> Iterator[CodeType]:
    """Yield the functions of a module and of its classes."""
    for one in code.co_consts:
        if isinstance(one, CodeType) and not one.co_name.startswith("<"):
            yield from [one] if one.co_flags & inspect.CO_NEWLOCALS else functions_of(one)


def replace_code(place: Path, source: str) -> None:
    """Let the functions of a module that is imported already do what another source says."""
    texts = place.read_bytes(), source
    known, wanted = (functions_of(compile(text, place, "exec")) for text in texts)
    # The two functions of a property have one name.
    codes = {(a.co_qualname, a.co_firstlineno): b for a, b in zip(known, wanted, strict=True)}
    own = [
        thing
        for thing in gc.get_objects()
        if isinstance(thing, FunctionType) and thing.__code__.co_filename == str(place)
    ]
    if not own:
        raise LookupError(place)
    for thing in own:
        key = thing.__code__.co_qualname, thing.__code__.co_firstlineno
        thing.__code__ = codes.get(key, thing.__code__)


def forget() -> None:
    """Empty the caches of the library: what is kept from elsewhere is called anew."""
    for name, module in [*sys.modules.items()]:
        if name.startswith(LIBRARY):
            for kept in vars(module).values():
                getattr(kept, "cache_clear", int)()


def in_fork(work: Callable[[], int]) -> int:
    """Return the code with which a copy of this process ends that does some work."""
    child = os.fork()
    if not child:
        code = CANNOT_TELL
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def run_pytest(package: Path, paths: Iterable[str], plugin: object) -> int:
    """Run tests on a copy of the package, in a process that is made for them alone."""

    def run() -> int:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        sys.path.insert(0, str(package.parent))
        builtins.__called__ = set()
        options = ["-x", "-q", "-n", "0", "-p", "no:cacheprovider", "--no-showlocals"]
        options += ["--assert=plain", "--tb=line"]
        options += ["--hypothesis-profile=brief", f"--timeout={SECONDS_A_TEST}"]
        return pytest.main([*options, *sorted(paths)], plugins=[plugin])

    code = in_fork(run)
    if code == pytest.ExitCode.USAGE_ERROR:
        sys.exit("pytest does not find its tests")
    return code


class Named:
    """Runs the tests of these names alone, in their order."""

    def __init__(self, names: list[Name]) -> None:
        self.names = names

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {named(item): item for item in session.items}
        run_items(session, [items[name] for name in self.names if name in items])
        return True


class Trial:
    """Imports and collects once; a fork of that runs the tests that call a mutant's function.

    Where no test notices a mutant of what was called before any test, which needs a process of
    its own, and where a fork ends otherwise than by its tests, the outcome is unknown.
    """

    def __init__(self, package: Path, chosen: list[Mutant], results: Path) -> None:
        self.package, self.chosen, self.results = package, chosen, results
        self.calls, self.early, self.read = [], set(), defaultdict(set)
        self.path, self.timed_out, self.measures = "", False, False

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> object:
        self.early |= builtins.__called__
        builtins.__called__.clear()
        result = yield
        self.read[str(collector.path)] |= builtins.__called__
        return result

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = (item for item in items if not measures_time(item))

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef) -> object:
        before = set(builtins.__called__)
        builtins.__called__.clear()
        result = yield
        if fixturedef.scope != "function":  # other tests of the file lean on it, too
            self.read[self.path] |= builtins.__called__
        builtins.__called__ |= before
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> object:
        if self.measures:
            forget()
        builtins.__called__.clear()
        self.path = str(item.path)
        start = time.perf_counter()
        result = yield
        seconds = time.perf_counter() - start
        limit = item.get_closest_marker("timeout")
        self.timed_out |= bool(limit and seconds >= limit.args[0])
        called = builtins.__called__ | self.read[self.path]
        self.calls.append((seconds, named(item), sorted(called)))
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.measures:
            self.results.write_text(f"{report.nodeid}: {report.longrepr}", encoding="utf-8")

    def measure(self, session: pytest.Session) -> int:
        """Note what each test calls, and how long it takes."""
        self.measures = True
        run_items(session, session.items)
        if not session.testsfailed:
            self.results.write_text(json.dumps(self.calls), encoding="utf-8")
        return session.testsfailed

    def try_one(self, session: pytest.Session, mutant: Mutant, tests: list[pytest.Item]) -> int:
        """Run the tests of a mutant."""
        replace_code(self.package / mutant.name, mutant.source)
        forget()
        run_items(session, tests)
        return CANNOT_TELL if self.timed_out else min(session.testsfailed, 1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        early = self.early.union(builtins.__called__, *self.read.values())
        items = {named(item): item for item in session.items}
        session.testsfailed = in_fork(lambda: self.measure(session))
        if session.testsfailed:
            return True
        tests = defaultdict(list)
        for took, name, called in sorted(json.loads(self.results.read_text(encoding="utf-8"))):
            items[tuple(name)].add_marker(pytest.mark.timeout(LONGER * took + MORE))
            for function in called:
                tests[tuple(function)].append(tuple(name))
        outcomes = []
        for mutant in self.chosen:
            function = (mutant.name, mutant.function)
            own = [items[name] for name in tests[function]]
            code = in_fork(partial(self.try_one, session, mutant, own))
            if not code and own and function in early:
                code = CANNOT_TELL
            outcomes.append((code, tests[function]))
        self.results.write_text(json.dumps(outcomes), encoding="utf-8")
        return True


def survivors(room: str, chosen: list[Mutant], folder: Path) -> Iterator[Mutant]:
    """Yield the mutants that no test of a room notices."""
    marks, plain, results = folder / "marked" / LIBRARY, folder / LIBRARY, folder / "results"
    for file in PACKAGE.rglob("*.py"):
        (marks / file.relative_to(PACKAGE)).write_text(marked(file), encoding="utf-8")
    paths = [marks / room, *(TESTS / one for one in (room, *ALSO.get(room, ())))]
    if run_pytest(marks, map(str, paths), Trial(marks, chosen, results)):
        said = results.read_text(encoding="utf-8") if results.exists() else "none to be seen"
        sys.exit(f"the tests of {room} fail without any change: {said}")
    outcomes = json.loads(results.read_text(encoding="utf-8"))
    for mutant, (code, names) in zip(chosen, outcomes, strict=True):
        noticed = bool(code)
        if code not in (0, 1):
            tests = [(file.replace(str(marks), str(plain)), name) for file, name in names]
            (plain / mutant.name).write_text(mutant.source, encoding="utf-8")
            noticed = bool(run_pytest(plain, {file for file, _ in tests}, Named(tests)))
            shutil.copy(mutant.file, plain / mutant.name)
        if not noticed:
            yield mutant


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
    for room in options.rooms:
        found = [m for file in sorted(PACKAGE.glob(ROOMS[room])) for m in mutants(file)]
        known = {(m.name, m.code, m.before, m.after) for m in found}
        if gone := {one for one in same - known if one[0] in {m.name for m in found}}:
            sys.exit(f"{EQUIVALENT.name} names what is no more: {sorted(gone)}")
        chosen = random.Random(f"{options.seed} {room}").sample(found, options.count)
        alike = [m for m in chosen if (m.name, m.code, m.before, m.after) in same]
        others = [m for m in chosen if m not in alike]
        with tempfile.TemporaryDirectory() as folder:
            for package in (Path(folder, LIBRARY), Path(folder, "marked", LIBRARY)):
                shutil.copytree(PACKAGE, package)
            alive = list(survivors(room, others, Path(folder)))
        for word, ones in (("equivalent", alike), ("survived", alive)):
            for one in ones:
                change = f"{one.before!r} -> {one.after!r} in {one.code}"
                print(f"{word:10} {one.name}:{one.line}: {change}", flush=True)
        died = len(others) - len(alive)
        print(f"{room}: {died} of {len(chosen)} killed", flush=True)
        killed, tried, equivalent = killed + died, tried + len(chosen), equivalent + len(alike)
    share = killed / max(tried - equivalent, 1)
    print(f"{killed} of {tried} killed, {equivalent} change no result: {share:.1%}")
    return int(share < LEAST_KILLED or equivalent > MOST_EQUIVALENT * tried)


if __name__ == "__main__":
    sys.exit(main())
