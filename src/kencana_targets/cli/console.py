"""What the commands share: options, the screen, and files by their ending."""

from __future__ import annotations

import inspect
import os
import re
import sys
import time
from contextlib import contextmanager, nullcontext
from functools import wraps
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from attrs import evolve

from kencana_targets.core.errors import ArgumentError, MissingExtraError, refuse
from kencana_targets.core.labels import check_language, inert, label, number
from kencana_targets.core.resources import by_key
from kencana_targets.core.terms import in_english

try:
    import typer as typer  # noqa: PLC0414
except ImportError:
    sys.exit(str(MissingExtraError.for_extra("the command line", "cli")))

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from rich.progress import ProgressColumn

    from kencana_targets.core import typing
    from kencana_targets.core.errors import Problem
    from kencana_targets.model.plan import Plan as Plan  # noqa: PLC0414
    from kencana_targets.model.rule import ScoringRule
    from kencana_targets.report.display_table import DisplayTable

BAD_DATA, NOTES_SHOWN = 1, 10
# After so long a query that did not stop is interrupted again. [seconds]
_AGAIN = 0.1

# Typer takes any word, which is refused in both languages; checkers of types see what the
# commands get.
if TYPE_CHECKING:
    Language = typing.Language
    Word: TypeAlias = Any
else:
    Language = Word = Plan = str

# The options by which a table of figures and a published one are read, those of a plan of one's
# own, and of how records were drawn: a command that asks for a group has them, and one that asks
# for a plan and not for its options gets it read.
_GROUPS: dict[str, dict[str, Any]] = {
    "reading": {
        **dict.fromkeys(("sheet", "columns", "given", "rows"), list[str]),
        **dict.fromkeys(("others", "decimal"), str),
    },
    "printed": {"decimal": str, **dict.fromkeys(("sheet", "columns", "rows"), list[str])},
    "of_plan": {
        **dict.fromkeys(("plan_sheet", "plan_columns", "plan_given"), list[str]), "within": str,
    },
    "design": {
        "weight": str, "strata": list[str], "psu": list[str], "single_psu": str,
        "population_size": str, "replicates": list[str], "calibrate": list[str], "distance": str,
        "interval": str, "minimum_size": int,
    },
}  # fmt: skip
# Closed lists, whose words may be told in Indonesian too.
_LISTS = {"distance", "inherit", "interval", "method", "minimize", "missing", "others", "prefer",
          "single_psu", "up_to"}  # fmt: skip
_SHORT = {"year": "-y", "rule": "-r", "output": "-o", "language": "-l"}
Told: TypeAlias = dict[str, Any]
# An option as messages of Python name it, and its pairs.
_MAPPING = re.compile(r"\b(given|columns|rows)=\{([^{}]*)\}")
_BESIDE = re.compile(r"\}, (?=(?:given|columns|rows)=)")
_PAIR = re.compile(r"'?((?<=')[^']*|\w+)'?: (\[[^]]*\]|'[^']*'|[^,]+)(?:, )?")
_NAMES = "decimal|sheet|missing|instruments|periods|others|until|prefer|targets|plan"
_SETTING = re.compile(rf"\b({_NAMES})=(?:'(\w[^' ]*)'|(?=['\[0-9 ])|$)")


def language_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """Return the language that the command is asked in, else that of the environment.

    Examples
    --------
    >>> language_of(["plans", "-l", "id"], {}), language_of(["plans"], {"LANG": "id_ID.UTF-8"})
    ('id', 'id')
    """
    for argument, following in zip_longest(arguments, arguments[1:], fillvalue=""):
        name, mark, value = argument.partition("=")
        if name in ("--language", "-l"):
            return "id" if (value if mark else following) == "id" else "en"
    names = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    chosen = next(filter(None, names), "")
    return "id" if chosen.partition("_")[0].partition(".")[0] == "id" else "en"


def as_options(text: str, options: Mapping[str, str]) -> str:
    """Name the options of the command where a message names the arguments of Python.

    Examples
    --------
    >>> as_options("tell given={'year': 2022}; argument 'year'", {"year": "--year"})
    "tell --given year=2022; argument '--year'"
    """

    def of_mapping(found: re.Match[str]) -> str:
        pairs = _PAIR.findall(found[2]) or [("...", "...")]
        told = (
            f"{key}={one.strip()}" for key, value in pairs for one in value.strip("[]").split(", ")
        )
        return " ".join(
            f'--{found[1]} "{one}"' if " " in one else f"--{found[1]} {one}" for one in told
        ).replace("'", "")

    text = _MAPPING.sub(of_mapping, _BESIDE.sub("} ", text))
    text = _SETTING.sub(lambda found: f"--{found[1]} {found[2] or ''}", text)
    for name, option in options.items():
        for quoted in (f"argument '{name}'", f"argumen '{name}'"):
            text = text.replace(quoted, quoted.replace(name, option))
    return text


def grouped(*endings: str, new: bool = False) -> Callable[..., Callable[..., None]]:
    """Give a command its arguments and options; of a group that it asks for it gets what is told.

    Arguments are those by position. What each is for stands in ``words.csv``. Its outputs have
    one of some endings, by default any that is known, and with `new` are not there yet.
    """

    def wrapped(command: Callable[..., None]) -> Callable[..., None]:
        asked = {**inspect.signature(command, eval_str=True).parameters}
        by_position = [one.name for one in asked.values() if one.kind is one.POSITIONAL_ONLY]
        if opens := "plan" in asked and "of_plan" not in asked:
            last = asked.pop("language")
            asked |= {"of_plan": last, "language": last}
        parameters: list[inspect.Parameter] = []
        for own, one in asked.items():
            group = {name: kind | None for name, kind in _GROUPS.get(own, {}).items()}
            for name, kind in (group or {own: one.annotation}).items():
                said: Any = typer.Argument() if name in by_position else _option(name, kind)
                told: Any = Annotated[kind, said]
                part = one.replace(name=name, kind=one.KEYWORD_ONLY, annotation=told)
                parameters.append(part.replace(default=None) if group else part)
        defaults = {one.name: one.default for one in parameters}

        @wraps(command)
        def run(**told: Any) -> None:
            check_language(told["language"])
            typed: Told = {}
            for name in _LISTS & told.keys():
                if isinstance(word := told[name], str) and word != defaults[name]:
                    told[name] = in_english(word)
                    typed[told[name]] = word
            for group in _GROUPS.keys() & asked.keys():
                told[group] = _as_told({name: told.pop(name) for name in _GROUPS[group]})
            _check_outputs(told, endings, new=new)
            if opens:
                of_plan = told.pop("of_plan")
                told["plan"] = told["plan"] and open_plan(told["plan"], of_plan)
            try:
                command(*[told.pop(name) for name in by_position], **told)
            except ArgumentError as error:
                # A word that is not of the list is named as it was typed.
                named = [
                    evolve(one, got=typed.get(str(one.got), one.got)) for one in error.problems
                ]
                raise ArgumentError(named, error.source) from error

        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        run.__annotations__ = {one.name: one.annotation for one in parameters}
        return run

    return wrapped


def _check_outputs(told: Mapping[str, Any], endings: Sequence[str], *, new: bool) -> None:
    """Refuse files of an unknown ending, those that are read, and old ones, before any work."""
    from kencana_targets.tables.results import FORMATS, check_ending

    outputs = told.get("output") or ()
    outputs = [outputs] if isinstance(outputs, str) else outputs
    read = {
        os.path.realpath(one)
        for name, one in told.items()
        if isinstance(one, str) and name != "output"
    }
    for output in outputs:
        if os.path.realpath(output) in read:
            refuse("--output", output, "another file than those that are read")
        if output != "-":
            check_ending(output, endings or FORMATS, argument="--output")
        if new and os.path.exists(output):  # noqa: PTH110
            hint = "what was filled in there would be lost; choose another name, or remove the file"
            refuse("--output", output, "a file that is not there yet", hint)


def _option(name: str, kind: Any) -> Any:
    flags = (f"--{name.replace('_', '-')}", *([_SHORT[name]] if name in _SHORT else []))
    return typer.Option(*(() if kind is bool else flags))


def _as_told(options: Mapping[str, Any]) -> Told:
    """Return the options that were told, those of pairs as mappings."""
    told = {name: value for name, value in options.items() if value}
    for name, value in told.items():
        option = f"--{name.replace('_', '-')}"
        if name in ("columns", "plan_columns", "rows"):
            told[name] = columns_told(value, option)
        if name in ("given", "plan_given"):
            told[name] = dict(pairs(option, value, "FIELD=VALUE, such as year=2022"))
    return told


def pairs(option: str, told: Sequence[str] | None, example: str) -> list[tuple[str, str]]:
    """Part what an option tells at its first equals sign."""
    found = []
    for one in told or ():
        name, mark, value = one.partition("=")
        if not mark:
            refuse(option, one, example)
        found.append((name.strip(), value.strip()))
    return found


def columns_told(told: Sequence[str] | None, option: str = "--columns") -> dict[str, list[str]]:
    """Return the headings of each role that ``--columns`` tells, or the cells of each heading."""
    cells, headings = (
        "HEADING=CELL, such as Daerah=Perkotaan",
        "ROLE=HEADING, such as actual=Realisasi",
    )
    example = cells if option == "--rows" else headings
    return by_key(pairs(option, told, example))


def waiting(key: str, language: Language) -> AbstractContextManager[Any]:
    """Show that work goes on, on a terminal only."""
    from rich.console import Console

    console = Console(stderr=True)
    return console.status(label("command", key, language)) if console.is_terminal else nullcontext()


@contextmanager
def timed(what: str) -> Iterator[Callable[[], float]]:
    """Say that long work goes on, on a terminal with its time; yield what tells the seconds."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    console, start = Console(stderr=True), time.perf_counter()
    shown: AbstractContextManager[Any] = nullcontext()
    if console.is_terminal:
        columns = (
            SpinnerColumn(),
            TimeElapsedColumn(),
            _duckdb_share(),
            TextColumn("{task.description}", markup=False),
        )
        shown = progress = Progress(*columns, console=console, transient=True)
        progress.add_task(inert(what), total=None)
    else:
        typer.echo(what, err=True)
    with shown, _heeding_signals():
        yield lambda: time.perf_counter() - start


@contextmanager
def _heeding_signals() -> Iterator[None]:
    """Let Ctrl-C stop DuckDB at once: by itself it looks for signals now and then."""
    import select
    import signal
    import socket
    from threading import Thread

    duckdb = sys.modules.get("duckdb")
    if duckdb is None:
        yield
        return
    heard, told = socket.socketpair()
    told.setblocking(False)
    before = signal.set_wakeup_fd(told.fileno())

    def listen() -> None:
        # Nothing is heard when the other end is closed.
        while heard.recv(1):
            duckdb.interrupt()
            # It is lost on a query that is only about to begin.
            while not select.select([heard], [], [], _AGAIN)[0]:
                duckdb.interrupt()

    listening = Thread(target=listen, daemon=True)
    listening.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        told.close()
        listening.join()
        heard.close()


def _duckdb_share() -> ProgressColumn:
    """Return how far DuckDB counts itself in its query; nothing with other engines."""
    from rich.progress import ProgressColumn
    from rich.table import Column
    from rich.text import Text

    duckdb = sys.modules.get("duckdb")
    # DuckDB cannot be asked before its version 1.3.
    ask = getattr(duckdb, "query_progress", None)
    if duckdb is not None and ask is not None:
        duckdb.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")

    class Share(ProgressColumn):
        def render(self, task: Any) -> Text:  # noqa: ARG002
            share = -1 if ask is None else ask()
            return Text(f"DuckDB: {share:.0f} percent" if share > 0 else "")

    return Share(Column(no_wrap=True))


def say(key: str, language: Language, **fields: Any) -> None:
    """Say something on standard error."""
    typer.echo(inert(label("command", key, language, **fields)), err=True)


def tell_notes(notes: Sequence[Problem], file: str | None, language: Language = "en") -> None:
    """Show the first notes on standard error, and write all of them to a file if one is named."""
    lines = [inert(as_options(note.text(language), {})) for note in notes]
    for line in lines[:NOTES_SHOWN]:
        typer.echo(line, err=True)
    if len(lines) > NOTES_SHOWN:
        count = number(len(lines) - NOTES_SHOWN, 0, language)
        say("more-notes" if file else "more-notes-hidden", language, count=count)
    if file:
        from kencana_targets.tables.results import write_text

        write_text(file, "".join(f"{line}\n" for line in lines))
        say("written", language, file=file)


def show(table: DisplayTable) -> None:
    """Show a table: drawn on a terminal, plain text in a pipe."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if not console.is_terminal:
        typer.echo(table.text())
        return
    console.print(table.rich())
    for note in table.notes:
        console.print(Text(note))


def open_plan(code_or_path: str, options: Told) -> Plan:
    """Return a shipped plan by its code, or a plan of the user's own: a folder or a workbook."""
    from kencana_targets.catalog import list_plans, load_plan
    from kencana_targets.tables.plans import read_plan

    within = options.pop("within", None)
    # No code has a full stop or a folder: that is a file, there or not.
    place = Path(code_or_path)
    file = os.path.exists(code_or_path) or place.suffix or len(place.parts) > 1  # noqa: PTH110
    if code_or_path not in list_plans() and file:
        named = {name.removeprefix("plan_"): value for name, value in options.items()}
        plan = read_plan(code_or_path, **named)
    else:
        plan = load_plan(code_or_path)
        if options:
            allowed = "with a plan of your own"
            refuse("--plan-sheet, --plan-columns, --plan-given", [*options.values()], allowed)
    return plan if within is None else plan.within(within)


def open_rule(code_or_file: str, minimize: Word = None) -> ScoringRule:
    """Return a shipped rule by its code, or one of the user's own by its file."""
    from kencana_targets.catalog import load_rule
    from kencana_targets.tables.readers import read_rule

    rule = read_rule(code_or_file) if code_or_file.endswith(".toml") else load_rule(code_or_file)
    return rule if minimize is None else rule.with_formulas(minimize=minimize)


def write(
    table: Any, outputs: Sequence[str] | None, language: Language, *, brief: bool = False
) -> None:
    """Write a scorecard or another table of results to each file."""
    from kencana_targets.core.columns import to_lists
    from kencana_targets.tables.results import csv_text, write_as_named

    for output in outputs or ():
        if output == "-":
            typer.echo(csv_text(to_lists(table.columns())), nl=False)
            continue
        if brief and Path(output).suffix.lower() in (".html", ".htm", ".pdf"):
            table.to_html(output, language=language, brief=True)
        else:
            write_as_named(table, output, language)
        say("written", language, file=output)


def write_columns(columns: Mapping[str, Any], output: str, language: Language) -> None:
    """Write columns as CSV to a file, or print them."""
    from kencana_targets.core.columns import to_lists
    from kencana_targets.tables.results import csv_text, write_csv

    lists = to_lists(columns)
    if output == "-":
        typer.echo(csv_text(lists, inert=True), nl=False)
        return
    write_csv(output, lists, inert=True)
    say("written", language, file=output)
