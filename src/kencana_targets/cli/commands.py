"""The command line: ``kencana-targets evaluate``, ``audit``, ``path``, ``template`` and more."""

from __future__ import annotations

import os
import re
import signal
import sys
from typing import TYPE_CHECKING, Annotated, Any

from kencana_targets.cli import console
from kencana_targets.cli.console import BAD_DATA, Language, Plan, Told, Word
from kencana_targets.cli.period_tables import check, e19, estimate, pool, to_date
from kencana_targets.core import errors, labels
from kencana_targets.core.errors import KencanaError, Problem, refuse
from kencana_targets.core.labels import inert
from kencana_targets.core.messages import message
from kencana_targets.core.resources import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable


WRONG_USAGE, STOPPED = 2, 128 + signal.SIGTERM

app: console.typer.Typer = console.typer.Typer(
    name="kencana-targets",
    help="Evaluate development-plan targets: paths, scores, bands, and why.",
    # Plain text is there in a third of the time that drawing boxes takes.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; data go to standard output, everything else to standard error."""
    # Who is told to stop tidies up first: no half-written file stays.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STOPPED))
    # A process that was given no standard output or error writes to nothing.
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115
    language = console.language_of(sys.argv[1:], os.environ)
    command = in_language(console.typer.main.get_command(app), language)
    try:
        try:
            ended = command(sys.argv[1:] or ["--help"], standalone_mode=False)
        finally:
            sys.stdout.flush()
        sys.exit(ended)
    except _MISUSE as error:
        _tell_usage(error, language)
        sys.exit(error.exit_code)
    except OSError as error:
        # A file that cannot be opened has a name; standard output has none.
        if error.filename is not None:
            raise
        console.say("no-output", language, reason=error.strerror)
        # What is left in the buffer would fail once more at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BAD_DATA)
    except MemoryError:
        console.say("no-memory", language)
        sys.exit(BAD_DATA)
    except KencanaError as error:
        # Who fills in an Indonesian form is told in Indonesian what is wrong with it.
        asked = getattr(command.commands.get(sys.argv[1]), "params", ())
        spoken = next((one.default for one in asked if one.name == "language"), language)
        _complain(error, command, console.language_of(sys.argv[1:], {"LANG": spoken}))
        sys.exit(WRONG_USAGE if isinstance(error, _USAGE) else BAD_DATA)


# What Typer itself refuses, whatever module it takes its errors from.
_MISUSE: Any = console.typer.BadParameter.__base__
# Errors that the person who typed the command can mend there.
_USAGE = (
    errors.ArgumentError,
    errors.FormulaError,
    errors.MissingExtraError,
    errors.UnknownNameError,
)


def in_language(command: Any, language: Language) -> Any:
    """Return a command with its help, and its default language, in a language."""
    names, helps = (labels.words(kind, language) for kind in ("metavar", "option"))
    context_class = _context(command.context_class, language)
    above = context_class(command, **command.context_settings)
    for part in (command, *getattr(command, "commands", {}).values()):
        part.context_class = context_class
        part.help, part.short_help = _help(part.help, language)
        part.options_metavar, part.subcommand_metavar = names["options"], names["subcommand"]
        # The option that shows help is made when it is asked for, and kept.
        shown = part.get_help_option(context_class(part, parent=above))
        for parameter in (*part.params, *([shown] if shown else [])):
            name = parameter.name
            parameter.metavar = names.get(f"{part.name} {name}", names.get(name))
            parameter.help = helps.get(f"{part.name} {name}") or helps[name]
            # Forms to fill in are Indonesian unless somebody asks for English.
            if parameter.name == "language" and parameter.default == "en":
                parameter.default = language
    return command


def _context(base: Any, language: Language) -> Any:
    """Return a class of contexts that show help in a language."""
    english, words = labels.words("help"), labels.words("help", language)

    def said(text: str) -> str:
        for key, word in english.items():
            text = text.replace(word, words[key])
        return text

    class Formatter(base.formatter_class):  # type: ignore[misc]
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, said(prefix or "Usage: "))

        def write_heading(self, heading: str) -> None:
            super().write_heading(console.typer.style(said(heading), bold=True))

        def write_dl(self, rows: Iterable[tuple[str, str]], *widths: int) -> None:
            # Typer 0.15 marks brackets for a library that is not there.
            told = [(name, said(text).replace("\\[", "[")) for name, text in rows]
            super().write_dl(
                [(console.typer.style(name, fg="cyan"), text) for name, text in told], *widths
            )

    return type("Context", (base,), {"formatter_class": Formatter})


def _tell_usage(error: Any, language: Language) -> None:
    """Say how a command is used, and what of it was not."""
    if error.ctx is not None:
        console.typer.echo(error.ctx.get_usage(), err=True)
        console.say("try-help", language, command=error.ctx.command_path)
    console.typer.echo(inert(message(error.format_message(), language)), err=True)


def _help(text: str | None, language: Language) -> tuple[str | None, str | None]:
    """Return a help text in a language, and its first part; examples are the same in all."""
    if text is None:
        return None, None
    head, mark, examples = text.partition("For example:")
    head = message(" ".join(head.split()), language).replace("`", "")
    # Behind this mark lines are not filled, so that an example can be copied.
    lines = "\n\n".join(f"\b\n{line.strip()}" for line in examples.split("`") if line.strip())
    return f"{head}\n\n{message(mark, language)}\n\n{lines}" if mark else head, head


def _complain(error: KencanaError, command: Any, language: Language) -> None:
    """List every problem on standard error, a line each, in the words of the command."""
    options = {
        parameter.name: parameter.opts[0]
        for part in command.commands.values()
        for parameter in part.params
        if parameter.opts[0].startswith("--")
    }
    # What Python calls `years` is told by --year, once for each.
    several = {f"{name}s": option for name, option in options.items()}
    prefix = f"{error.source}: " if error.source else ""
    for problem in errors.beside_source(error):
        if problem.place.argument and problem.got is None:
            allowed, hint = problem.allowed, problem.hint
            problem = Problem("not told", where=problem.place, allowed=allowed, hint=hint)  # noqa: PLW2901
        text = console.as_options(problem.text(language), several | options)
        if isinstance(error, errors.PlanError):
            # What is said of a plan's table has options of its own beside those of actuals.
            text = re.sub(r"--(?=(?:columns|given|sheet)\b)", "--plan-", text)
        console.typer.echo(inert(prefix + text), err=True)


def _tell_version(asked: bool) -> None:
    if asked:
        console.typer.echo(f"kencana-targets {VERSION}")
        raise console.typer.Exit


@app.callback()
def _everywhere(
    _: Annotated[
        bool,
        console.typer.Option(
            "--version", is_eager=True, callback=_tell_version, help="Tell the version."
        ),
    ] = False,
) -> None:
    """Evaluate development-plan targets: paths, scores, bands, and why."""


@app.command()
@console.grouped()
def evaluate(
    plan: str | None = None,
    actuals: str | None = None,
    /,
    *,
    year: list[float] | None = None,
    rule: str = "",
    example: str | None = None,
    inherit: Word = "path",
    minimize: str | None = None,
    brief: bool = False,
    reading: Told,
    of_plan: Told,
    output: list[str] | None = None,
    language: Language = "en",
) -> None:
    """Score what was reached against what was promised.

    For example:

    `kencana-targets evaluate --example bengkulu-2021 --year 2021 --rule bkkbn-bengkulu-2021`

    `kencana-targets evaluate my-plan actuals.csv --year 2022 --rule permendagri-86-2017 -o out.xlsx`

    `kencana-targets evaluate --example stunting-2020-2024 --within "Jawa Barat" --year 2022 -r bkkbn-2023`

    `kencana-targets evaluate rencana.xlsx --year 2022 --rule permendagri-86-2017`

    `kencana-targets evaluate my-plan TW4.xlsx --given period=year --year 2022 --rule bkkbn-2023`
    """
    from kencana_targets.catalog import list_plans, list_rules, load_actuals
    from kencana_targets.evaluation.evaluate import evaluate as evaluate_plan
    from kencana_targets.report import tabulate
    from kencana_targets.tables.plans import read_plan_actuals
    from kencana_targets.tables.readers import read_actuals

    both = "a plan and its actuals, or --example PLAN-CODE"
    whole = example is None and plan is not None and actuals is None
    if not whole and (example is None) == (plan is None or actuals is None):
        refuse("PLAN ACTUALS", plan, both)
    if not year:
        refuse("--year", None, "at least one year, such as --year 2022")
    if not rule:
        refuse("--rule", None, ", ".join(list_rules()), "there is no default: words differ by rule")
    with console.waiting("evaluating", language):
        promised = console.open_plan(example or str(plan), of_plan)
        if whole:
            beside = read_plan_actuals(str(plan), promised, **reading)
            if beside is None:
                hint = "a plan alone is enough where its workbook has a filled sheet 'Realisasi'"
                refuse("PLAN ACTUALS", plan, both, hint)
            reached = beside
        elif example or actuals in list_plans():
            if reading:
                options = ", ".join(f"--{name}" for name in reading)
                refuse(options, [*reading.values()], "with a file of actuals")
            reached = load_actuals(example or str(actuals))
        else:
            reached = read_actuals(str(actuals), plan=promised, **reading)
        chosen = console.open_rule(rule, minimize)
        card = evaluate_plan(promised, reached, year=year, rule=chosen, inherit=inherit)
        console.write(card, output, language, brief=brief)
    console.tell_notes(card.notes, None, language)
    if not output:
        console.show(tabulate.scorecard_table(card, language))


@app.command()
@console.grouped(".csv", ".json", ".parquet")
def audit(
    file: str,
    /,
    *,
    rule: str | None = None,
    printed: Told,
    plan: Plan | None = None,
    output: list[str] | None = None,
    language: Language = "en",
) -> None:
    """Recompute published achievements, and say which do not follow from their inputs.

    For example:

    `kencana-targets audit report.csv --decimal ,`

    `kencana-targets audit report.xlsx --sheet 2021 --columns "actual=Realisasi 2021"`
    """
    from kencana_targets.auditing.audit import audit as audit_table

    with console.waiting("recomputing", language):
        report = audit_table(file, rule=rule, plan=plan, **printed)
        console.write(report, output, language)
    if not output:
        console.typer.echo(report.to_text(language=language))


@app.command()
@console.grouped(".xlsx", new=True)
def template(
    plan: Plan, /, *, output: str, year: list[int] | None = None, language: Language = "id"
) -> None:
    """Write an Excel workbook to fill in: a sheet a year, regions by indicators.

    For example: `kencana-targets template bengkulu-stunting-2024 --output isian.xlsx`
    """
    from kencana_targets.tables.template import template as write_template

    write_template(plan, output, years=year, language=language)
    console.say("written", language, file=output)


@app.command()
@console.grouped(".xlsx", new=True)
def new_plan(
    *,
    output: str,
    region: str | None = None,
    indicators: str = "",
    year: list[int] | None = None,
    language: Language = "id",
) -> None:
    """Write an Excel workbook in which to write a plan; it reads back as it is.

    For example: `kencana-targets new-plan -o rencana.xlsx --region 32 --indicators stunting,mCPR`
    """
    from kencana_targets.tables.template import new_plan as write_plan

    names = [name.strip() for name in re.split("[,;]", indicators) if name.strip()]
    write_plan(output, region=region, indicators=names, years=year, language=language)
    console.say("written", language, file=output)


for _command in (estimate, check, to_date, pool, e19):
    app.command()(_command)


@app.command()
@console.grouped(".csv")
def path(
    plan: Plan,
    /,
    *,
    indicator: str | None = None,
    region: str | None = None,
    output: str | None = None,
    language: Language = "en",
) -> None:
    """Show the targets of every year, official and interpolated.

    For example: `kencana-targets path bengkulu-stunting-2024 --region "Kota Bengkulu"`
    """
    import numpy as np

    from kencana_targets.core.columns import Categorical, take
    from kencana_targets.report import tabulate

    known = None if indicator is None else plan.indicator(indicator).code
    wanted = None if region is None else plan.regions.find(region).code
    if output is not None:
        columns = plan.to_columns()
        keep = np.ones(len(columns["year"]), dtype=bool)
        for name, word in (("indicator", known), ("region", wanted)):
            text = columns[name]
            if word and isinstance(text, Categorical):
                keep &= text.positions([word]) == 0
        kept = {name: take(column, np.flatnonzero(keep)) for name, column in columns.items()}
        console.write_columns(kept, output, language)
        return
    paths = [one for one in plan.paths() if known in (None, one.indicator.code)]
    if wanted is not None:
        codes = dict.fromkeys(one.indicator.code for one in paths)
        paths = [plan.path(code, wanted) for code in codes]
    rows = [row for one in paths for row in tabulate.path_rows(one, language)]
    console.show(tabulate.keyed_table(tabulate.PATH_COLUMNS, rows, language))


@app.command()
@console.grouped()
def plans(*, language: Language = "en") -> None:
    """List the shipped plans."""
    from kencana_targets.catalog import list_plans, load_plan
    from kencana_targets.report import tabulate

    cells = []
    for one in map(load_plan, list_plans()):
        counts, years = map(str, map(len, (one.indicators, one.covered))), one.targets.year
        span = f"{years.min():g}-{years.max():g}"
        cells.append([one.code, tabulate.name_of(one, language), *counts, span])
    names = ("plan", "plan_name", "indicators", "regions", "target_years")
    console.show(tabulate.keyed_table(names, cells, language))


@app.command()
@console.grouped()
def rules(code: str | None = None, /, *, language: Language = "en") -> None:
    """List the shipped scoring rules, or show one in full."""
    from kencana_targets.catalog import list_rules, load_rule
    from kencana_targets.report import tabulate
    from kencana_targets.report.bands import formulas_of

    if code is not None:
        console.show(tabulate.rule_table(console.open_rule(code), language))
        return
    cells = []
    for one in map(load_rule, list_rules()):
        bands = " / ".join(band.label for band in one.bands) or "-"
        cells.append([one.code, tabulate.name_of(one, language), formulas_of(one, language), bands])
    names = ("rule", "rule_name", "formulas", "bands")
    console.show(tabulate.keyed_table(names, cells, language))


@app.command()
@console.grouped()
def regions(
    name: str | None = None,
    /,
    *,
    edition: str = "2025",
    children: bool = False,
    language: Language = "en",
) -> None:
    """Find a region by code or name, or list the provinces.

    For example: `kencana-targets regions "Kab. Muko Muko"`
    """
    from kencana_targets.catalog import load_regions
    from kencana_targets.report import tabulate

    known = load_regions(edition)
    found = [known.find(name)] if name else list(known.children("00"))
    listed = [child for one in found for child in known.children(one.code)] if children else found
    console.show(tabulate.regions_table(listed, language))


@app.command()
@console.grouped(".csv")
def cascade(
    plan: Plan,
    /,
    *,
    indicator: str,
    parent: str,
    year: float,
    method: Word = "relative",
    kappa: float | None = None,
    decimals: int | None = 2,
    output: str | None = None,
    language: Language = "en",
) -> None:
    """Split a region's target among the regions below it, so that it adds up.

    For example:

    `kencana-targets cascade bengkulu-stunting-2024 --indicator stunting_balita --parent 17 --year 2024`
    """
    from attrs import evolve

    from kencana_targets.report import tabulate

    split = plan.cascade(indicator, parent, year, method=method, kappa=kappa, decimals=decimals)
    table = tabulate.cascade_table(split, language)
    console.show(evolve(table, notes=()))
    console.typer.echo("\n".join(table.notes), err=True)
    if output is not None:
        console.write_columns(split.plan.to_columns(), output, language)
