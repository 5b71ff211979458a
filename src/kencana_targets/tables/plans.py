"""Plans of the user's own: a folder with ``plan.toml`` and its tables, or one workbook."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from attrs import evolve, field, frozen

from kencana_targets.core import checks, errors
from kencana_targets.core.columns import Categorical, concat, read_only, take
from kencana_targets.core.errors import KencanaError, Place, PlanError, Problem, TableError
from kencana_targets.core.resources import by_key, thresholds
from kencana_targets.core.terms import Direction
from kencana_targets.model.collection import Actuals, Baselines, Figures, PlaceOf, Targets, stacked
from kencana_targets.model.indicator import Indicator
from kencana_targets.model.plan import Plan
from kencana_targets.model.plan_index import compile_plan
from kencana_targets.model.regions import Region, Regions, load_regions
from kencana_targets.tables.figures import Known, Options, read_figures, wanted_sheets
from kencana_targets.tables.files import Grid, is_file, read_typed
from kencana_targets.tables.opening import Opened, open_source
from kencana_targets.tables.phrases import text_reader
from kencana_targets.tables.plan_sheets import (
    Instrument,
    Matrix,
    SheetRow,
    has_figures,
    part_matrix,
    read_indicators,
    read_instruments,
    read_list,
    read_regions,
    sheet_role,
    shipped_indicator,
    shipped_indicators,
    without_examples,
    without_words,
)
from kencana_targets.tables.words import tokens_of, words_of

_A_PLAN = "write the plan as a workbook, or as a folder with plan.toml"
_BESIDE = "'Kondisi Awal' beside the targets says another figure"
_BESIDE_A_NAME = frozenset(
    ("indicator", "figure", "level", "region", "year", "unit", "document", "neutral", "number")
)
_PROMISED = frozenset(("target", "end-target", "baseline"))
_TABLES = (".csv", ".xlsx", ".xls", ".ods", ".parquet")


@frozen(kw_only=True)
class TableOptions:
    """What is said of one table of a plan: ``[targets]`` or ``[baselines]`` of plan.toml."""

    file: str = ""
    sheet: Any = None
    columns: Any = None
    given: Any = None
    decimal: Any = None
    instrument: str = ""
    source: str = ""

    def options(self, asked: Options) -> Options:
        """Return how to read the table; what the caller asks for comes first."""
        columns = {**(self.columns or {}), **(asked.columns or {})} or None
        given = {**(self.given or {}), **(asked.given or {})} or None
        told = asked.decimal or self.decimal, asked.sheet or self.sheet, columns, given
        return Options(*told, titled_law=not self.instrument)


@frozen(kw_only=True)
class PlanFile:
    """What a plan.toml, or the lists of a workbook, hold."""

    code: str
    name: str = ""
    name_id: str = ""
    regions: str = "2025"
    coverage: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    indicators: tuple[Indicator, ...]
    own_regions: tuple[Region, ...] = ()
    targets: TableOptions = field(factory=TableOptions)
    baselines: TableOptions = field(factory=TableOptions)


@frozen(eq=False)
class _Side:
    """The baselines or targets of a plan: None, if their file cannot be read at all."""

    figures: Any
    file: str
    place: PlaceOf
    problems: list[Problem]
    notes: tuple[Problem, ...] = ()


def read_plan(
    path: str | os.PathLike[str] | BinaryIO,
    *,
    sheet: str | Sequence[str] | None = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    given: Mapping[str, Any] | None = None,
    decimal: str | None = None,
) -> Plan:
    """Read a plan of the user's own: one workbook, or a folder with ``plan.toml``.

    Parameters
    ----------
    path : str or Path
        A workbook with the sheets *Indikator*, *Target* and, if there, *Kondisi Awal*,
        *Wilayah* and *Dasar Hukum* (in English too), as `new_plan` writes it; or the
        matrix of an RPJMD or Renstra as it is printed, with *Kondisi Awal*, a column
        for each year and *Kondisi Akhir*. Or a folder: ``plan.toml`` names the plan and
        its indicators, ``targets`` and, if there, ``baselines`` hold the figures, each
        as .csv, .xlsx, .xls, .ods or .parquet, in any form that `read_actuals` reads.
        The shipped plans are such folders.
    sheet : str or sequence of str, optional
        The sheets that hold the targets; by default those whose names say so, else all
        that hold nothing else.
    columns, given : mapping, optional
        As for `read_actuals`, for the targets; `given` for the baselines too. In a
        folder, ``plan.toml`` may hold the same in tables ``[targets]`` and
        ``[baselines]``, with ``file``, ``sheet``, ``decimal``, and ``instrument`` and
        ``source`` of all their figures.
    decimal : {",", "."}, optional
        The decimal mark. By default a table settles it, or is refused.

    Returns
    -------
    Plan
        The whole plan.

    Raises
    ------
    PlanError
        With every problem of all files, each with its file, row and column.

    See Also
    --------
    new_plan : Writes the workbook to fill in.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> from kencana_targets.core.resources import data_path
    >>> kt.read_plan(data_path("plans", "bengkulu-2021"))
    <Plan bengkulu-2021: 9 indicators, 1 regions, 0 baselines, 9 targets>
    """
    asked = Options(decimal, sheet, columns, given)
    if not isinstance(path, (str, os.PathLike)) or os.path.isfile(path):  # noqa: PTH113 (no name is too long for it)
        return _from_workbook(path, asked)
    place = checks.as_path(path)
    named = place if place.suffix and not place.exists() else place / "plan.toml"
    found = read_typed(PlanFile, named, PlanError)
    regions = _regions_of(found)
    known = Known.these(found.indicators, regions)
    files = {
        kind: place / said.file if said.file else _table_of(place, kind.__name__.lower())
        for kind, said in ((Baselines, found.baselines), (Targets, found.targets))
    }
    targets = _tables(files[Targets], found.targets.options(asked), known)
    beside = evolve(asked, sheet=None, columns=None)
    if files[Baselines].exists() or found.baselines.file:
        options = found.baselines.options(beside)
        baselines = _side(files[Baselines], Baselines, files[Baselines].name, known, options)
        baselines, _ = _agreeing(baselines, targets[1], _BESIDE)
    else:
        baselines = targets[1]
    return _plan_of(found, regions, targets[0], baselines, (), place.name)


def read_plan_actuals(
    path: str | os.PathLike[str] | BinaryIO, plan: Plan, **options: Any
) -> Actuals | None:
    """Read the actuals that stand in the workbook of a plan; None if it has no such sheet.

    The sheet is known by its name, or asked for; `options` are those of `read_actuals`.

    Raises
    ------
    TableError
        With every problem of the sheet.
    """
    if isinstance(path, (str, os.PathLike)) and not os.path.isfile(path):  # noqa: PTH113 (no name is too long for it)
        return None
    opened = open_source(path, "plan")
    asked = Options(codes=plan.indicators.codes, **options)
    grids = wanted_sheets(opened.grids, asked.sheet, opened.name)
    if asked.sheet is None:
        grids = [grid for grid in grids if sheet_role(grid.sheet) == "actuals"]
    grids = [without_examples(grid) for grid in grids]
    grids = [grid for grid in grids if has_figures(grid)]
    if not grids:
        return None
    found = Opened(opened.name, grids)
    figures, _, reading = read_figures(Actuals, found, found.name, Known.of(plan), asked)
    errors.raise_gathered(TableError, list(reading.problems), opened.name)
    return figures


def _opened(path: Any) -> Opened:
    if not is_file(path):
        errors.refuse("path", path, "a folder, a workbook, or a binary file")
    try:
        return open_source(path, "plan")
    except TableError as error:
        raise PlanError(error.problems, error.source) from None


def _from_workbook(path: Any, asked: Options) -> Plan:
    """Read the sheets of one file; without a list of indicators the targets name them."""
    opened = _opened(path)
    name, by_role = opened.name, _by_role(opened, asked.sheet)
    problems, notes = list[Problem](), list[Problem]()

    def listed(role: str) -> list[SheetRow]:
        grids = by_role.get(role, [])
        return [row for grid in grids for row in read_list(grid, role, problems, notes)]

    # Sheets under any other name hold targets, unless some sheet says that it does.
    tables = by_role.get("targets") or by_role.get(None, [])
    tables, beside, wordy = without_words([without_examples(grid) for grid in tables])
    regions = load_regions()
    # What a column *Kode wilayah* holds are no codes of indicators.
    beside = [row for row in beside if str(row.cells.get("code")) not in regions]
    rows = listed("indicators") if "indicators" in by_role else beside
    indicators, unsaid = read_indicators(rows, asked.decimal, problems, shipped_indicator)
    if not (rows or wordy or problems):
        indicators, notes = _titled_indicators(tables)
        unsaid = {}
    if wordy and not rows:
        problems += wordy
    elif not tables or not (indicators or problems):
        lacking = "targets" if indicators or problems else "indicators"
        problems.append(_lacking(lacking, opened, by_role))
    covered, own = read_regions(listed("regions"), regions, problems)
    instruments = read_instruments(listed("instruments"), problems)
    errors.raise_gathered(PlanError, problems, name)
    stem = Path(name).stem
    code = stem.casefold().replace(" ", "-") or "plan"
    about: dict[str, Any] = {"coverage": covered, "own_regions": tuple(own), "name": stem}
    found = PlanFile(code=code, indicators=indicators, **about)
    regions = _regions_of(found)
    known = Known.these(indicators, regions)
    options = evolve(asked, sheet=None, titled_law=len(instruments) != 1)
    targets, started = _parted([part_matrix(grid) for grid in tables], name, known, options)
    targets = evolve(targets, notes=(*notes, *wordy, *_left_out(by_role), *targets.notes))
    firsts = [without_examples(grid) for grid in by_role.get("baselines", [])]
    if firsts := [grid for grid in firsts if has_figures(grid)]:
        stated = _side(Opened(name, firsts), Baselines, name, known, evolve(options, columns=None))
        started, _ = _agreeing(stated, started, _BESIDE)
    if unsaid and targets.figures is not None and started.figures is not None:
        found, note = _with_directions(found, unsaid, targets, started, name)
        targets = evolve(targets, notes=(*targets.notes, *note))
    return _plan_of(found, regions, targets, started, instruments, name)


def _titled_indicators(tables: Sequence[Grid]) -> tuple[tuple[Indicator, ...], list[Problem]]:
    """Return the indicators of the shipped plans that sheets, titles and headings name.

    Figures of which nothing says that they are promised are no plan.
    """
    known = shipped_indicators()
    texts = text_reader(known, load_regions())
    cells = (cell for grid in tables for row in grid.head for cell in row)
    lines = {*(grid.sheet for grid in tables), *(cell for cell in cells if isinstance(cell, str))}
    read = [texts.read(line) for line in lines]
    figures = [{*one.keys("figure")} for one in read]
    promised = any(said & _PROMISED and "actual" not in said for said in figures)
    promised = promised or any(one.instrument for one in read)
    # "Cakupan intervensi stunting" is no stunting, nor is "Jumlah balita stunting".
    plain = (x for x in read if promised and x.kinds <= _BESIDE_A_NAME and not x.rest)
    named = {
        code for one in plain for code in one.keys("indicator")
        if not one.counts(texts.words.get(code, ()))
    }  # fmt: skip
    found = tuple(one for one in known if one.code in named)
    what = "the indicators are those of the shipped plans, as no sheet lists them"
    got = ", ".join(one.name_id for one in found)
    return found, [Problem(what, got=got, hint="add a sheet Indikator if they are others")]


def _left_out(by_role: Mapping[str | None, Sequence[Grid]]) -> list[Problem]:
    """Note sheets of figures that no name tells, beside those that hold the targets."""
    others = by_role.get(None, []) if "targets" in by_role else []
    unread = ", ".join(grid.sheet for grid in others if has_figures(grid))
    what, hint = "sheets of other figures were left out", "name the sheets to read, if these are"
    return [Problem(what, got=unread, hint=hint)] if unread else []


def _lacking(role: str, opened: Opened, by_role: Mapping[str | None, Sequence[Grid]]) -> Problem:
    """Return what to do about a sheet that is not there, or in which nothing stands."""
    if empty := by_role.get(role):
        hint = "fill in at least one row"
        return Problem("nothing is filled in", where=Place(sheet=empty[0].sheet), hint=hint)
    if not any(grid.sheet for grid in opened.grids):
        return Problem("one table is no plan", hint=_A_PLAN)
    hint = "write one with new_plan, or name the sheet of the targets with sheet='...'"
    name = {"targets": "Target", "indicators": "Indikator"}[role]
    return Problem(f"no sheet '{name}'", got=[g.sheet for g in opened.grids], hint=hint)


def _with_directions(
    found: PlanFile, unsaid: Mapping[str, SheetRow], targets: _Side, baselines: _Side, source: str
) -> tuple[PlanFile, list[Problem]]:
    """Find which way is better where no column says it: a shipped plan does, or the promise.

    A printed matrix has no such column; what a plan promises for its last year is better
    than where it starts.
    """
    problems: list[Problem] = []
    ways: dict[str, Direction] = {}
    promised: list[str] = []
    hint = "add a column Polarisasi with maximize, minimize or stabilize, or a sheet Indikator"
    for one in found.indicators:
        if one.code not in unsaid:
            continue
        shipped = shipped_indicator(one.name_id, one.name, one.code)
        if shipped is not None:
            ways[one.code] = shipped.direction
            continue
        steps = _steps(one.code, targets.figures, baselines.figures)
        if {*steps} not in ({1}, {-1}):
            both = (*targets.problems, *baselines.problems)
            if unsaid[one.code].number + 1 in {problem.place.row for problem in both}:
                # What cannot be read says no way, and is reported where it stands.
                continue
            what = "which way is better is not said"
            problems.append(unsaid[one.code].problem("name_id", what, hint))
            continue
        ways[one.code] = Direction.MAXIMIZE if steps[0] > 0 else Direction.MINIMIZE
        promised.append(f"{one.name_id or one.name} ({ways[one.code]})")
    errors.raise_gathered(PlanError, problems, source)
    indicators = tuple(evolve(x, direction=ways.get(x.code, x.direction)) for x in found.indicators)
    what = "which way is better is taken from what the plan promises, as no column says it"
    note = Problem(what, got=", ".join(promised), hint=hint)
    return evolve(found, indicators=indicators), [note] if promised else []


def _steps(code: str, targets: Figures[Any], baselines: Figures[Any]) -> list[int]:
    """Return for each region whether an indicator is to rise (1), to fall (-1) or to stay (0)."""

    def by_region(figures: Figures[Any]) -> list[tuple[str | None, float]]:
        own = figures.take(figures.indicator.positions([code]) == 0)
        own = own.take(np.argsort(own.year, kind="stable"))
        pairs = zip(own.region.to_list(), _meant(own).tolist(), strict=True)
        return [(region, value) for region, value in pairs if value == value]  # noqa: PLR0124 (nan)

    # The last baseline is where the path of a region starts, its last target where it ends.
    ends = by_region(targets)
    first, last = {**dict(reversed(ends)), **dict(by_region(baselines))}, dict(ends)
    return [int(last[one] > first[one]) - int(last[one] < first[one]) for one in last]


def _meant(figures: Figures[Any]) -> Any:
    """Return values; of a target of one end that end, and of a change without end its way."""
    value = figures.value.copy()
    for name in ("lower", "upper"):
        if name in figures.columns:
            value = np.where(np.isnan(value), figures.number(name), value)
    if "relative" in figures.columns:
        changes = figures.text("relative")
        ways = [-np.inf if word.startswith("-") else np.inf for word in changes.categories]
        value = np.where(changes.codes < 0, value, np.array([*ways, np.nan])[changes.codes])
    return value


def _by_role(opened: Opened, sheet: Any) -> dict[str | None, list[Grid]]:
    """Return the sheets of a workbook by what they hold; those asked for hold the targets."""
    if not opened.grids:
        raise PlanError(Problem("one table is no plan", got=opened.name, hint=_A_PLAN), opened.name)
    named = {sheet} if isinstance(sheet, str) else {*(sheet or ())}
    if strange := sorted(named - {grid.sheet for grid in opened.grids}):
        hint = "the sheets are " + ", ".join(grid.sheet for grid in opened.grids)
        raise PlanError(Problem("no such sheet", got=strange[0], hint=hint), opened.name)
    return by_key(
        ("targets" if grid.sheet in named else sheet_role(grid.sheet), grid)
        for grid in opened.grids
    )


def _tables(path: Path, options: Options, known: Known) -> tuple[_Side, _Side]:
    """Read the targets of a folder, and the baselines that stand beside them."""
    nothing = _Side(Baselines.of(()), path.name, _in_file(path.name), [])
    try:
        grids = wanted_sheets(open_source(path, path.name).grids, options.sheet, path.name)
    except TableError:
        grids = []
    kept, _, wordy = without_words(grids)
    matrices = [part_matrix(grid) for grid in kept]
    if not wordy and not any(one.is_parted for one in matrices):
        return _side(path, Targets, path.name, known, options), nothing
    targets, baselines = _parted(matrices, path.name, known, evolve(options, sheet=None))
    return evolve(targets, notes=(*wordy, *targets.notes)), baselines


def _parted(
    matrices: Sequence[Matrix], name: str, known: Known, asked: Options
) -> tuple[_Side, _Side]:
    """Read targets, and the start and the end that stand beside their years."""

    def read(kind: type[Figures[Any]], part: str, word: str = "", year: int | None = None) -> _Side:
        found = [one for matrix in matrices if (one := getattr(matrix, part)) is not None]
        found = [one for one in found if one.year == year]
        columns: dict[str, Any] = {} if word else {**(asked.columns or {})}
        for role in ("target", "ignored"):
            if headings := [text for one in found for text in one.columns.get(role, ())]:
                told = [text for name, text in checks.headings_told(columns) if name == role]
                columns[role] = [*told, *headings]
        # What the parts of a matrix are is settled, whatever its title says.
        settled = {"figure": word or None, "year": year}
        given = {**(asked.given or {}), **{key: x for key, x in settled.items() if x is not None}}
        options = evolve(asked, columns=columns or None, given=given or None)
        grids, nothing = [one.grid for one in found], _Side(kind.of(()), name, _in_file(name), [])
        return _side(Opened(name, grids), kind, name, known, options) if found else nothing

    targets, baselines = read(Targets, "targets"), read(Baselines, "baselines", "baseline")
    begun = {one.baselines.grid.sheet for one in matrices if one.baselines is not None}
    notes = (one for one in targets.notes if one.cause != "start" or one.place.sheet not in begun)
    targets = evolve(targets, notes=tuple(notes))
    told = [evolve(x, where=x.place.within(name)) for one in matrices for x in one.problems]
    baselines = evolve(baselines, problems=[*baselines.problems, *told])
    if targets.figures is not None:
        for year in dict.fromkeys(one.end.year for one in matrices if one.end is not None):
            targets = _with_end(targets, read(Targets, "end", "target", year))
    return targets, baselines


def _with_end(targets: _Side, end: _Side) -> _Side:
    """Take *Kondisi Akhir* for the last year; refuse it where that year says otherwise."""
    fresh = list[int]()
    if not end.problems:
        end, fresh = _agreeing(end, targets, "'Kondisi Akhir' is not what {:g} says")
    targets = evolve(targets, problems=[*targets.problems, *end.problems])
    if not fresh:
        return targets
    return evolve(targets, figures=stacked([targets.figures, end.figures.take(np.array(fresh))]))


def _agreeing(side: _Side, others: _Side, what: str) -> tuple[_Side, list[int]]:
    """Refuse figures that others contradict; beside them come the rows of which these say nothing."""
    if side.figures is None or others.figures is None:
        return side, []
    figures, fresh, problems = side.figures, list[int](), [*side.problems]
    stated = {key: row for row, key in enumerate(_keyed(others.figures))}
    for row, key in enumerate(_keyed(figures)):
        said = _said(figures, row)
        if key not in stated:
            fresh.append(row)
        elif said != (other := _said(others.figures, stated[key])):
            where = figures.where(row, "value").within(side.file)
            got = said if np.isnan(figures.value[row]) else float(figures.value[row])
            hint = "correct one of the two"
            said_of = what.format(figures.year[row])
            problems.append(Problem(said_of, where=where, got=got, allowed=other, hint=hint))
    return evolve(side, problems=problems), fresh


def _keyed(figures: Figures[Any]) -> list[tuple[Any, ...]]:
    columns = (figures.columns[name] for name in ("indicator", "region", "year"))
    return list(zip(*columns, strict=True))


def _said(figures: Figures[Any], row: int) -> str:
    """Return what a figure says: its number; of a target, its ends or its change, too."""
    if not isinstance(figures, Targets):
        return f"{figures.value[row]:.15g}"
    ends = (figures.number(name)[row] for name in ("value", "lower", "upper"))
    said = (f"{end:.15g}" if end == end else "" for end in ends)  # noqa: PLR0124 (nan)
    return " - ".join(filter(None, (*said, figures.text("relative")[row])))


def _side(
    source: Any, kind: type[Figures[Any]], name: str, known: Known, options: Options
) -> _Side:
    """Read one kind of figures; a region that only the title names is that of all."""
    read: Callable[..., Any] = read_figures
    try:
        figures, place, reading = read(kind, source, name, known, options)
        lacks = any(one.cause in ("no region", "missing region") for one in reading.problems)
        if lacks and (region := _titled(source, known)) is not None:
            told = evolve(options, given={**(options.given or {}), "region": region})
            figures, place, reading = read(kind, source, name, known, told)
        problems, notes = reading.problems, reading.notes
    except TableError as error:
        figures, place, problems, notes = None, _in_file(name), error.problems, ()
    problems = [evolve(one, where=one.place.within(name)) for one in problems]
    return _Side(figures, name, place, problems, notes)


def _titled(source: Any, known: Known) -> str | None:
    """Return the code of the one region that the rows above the tables name."""
    grids = open_source(source, "").grids
    codes: set[str] = set()
    for grid in grids:
        for row in grid.head:
            cells = [str(cell) for cell in row if cell is not None]
            if len(cells) > 2:
                break
            line = " ".join(cells)
            # "Renstra BKKBN Bengkulu" is a document, and names a region all the same.
            others = (one.word for one in tokens_of(line) if one.word not in words_of("document"))
            for text in (line, " ".join(others)):
                codes |= {*known.texts.read(text).keys("region")}
    regions = known.regions or load_regions()
    # "Kabupaten Seluma, Provinsi Bengkulu" is one region.
    lowest = codes - {regions[code].parent for code in codes if code in regions}
    return next(iter(lowest)) if len(lowest) == 1 else None


def _plan_of(
    found: PlanFile,
    regions: Regions,
    targets: _Side,
    baselines: _Side,
    instruments: Sequence[Instrument],
    name: str,
) -> Plan:
    """Put the parts of a plan together, or refuse them with all their problems."""
    problems = list(baselines.problems)
    problems += [problem for problem in targets.problems if problem not in problems]
    if baselines.figures is None or targets.figures is None:
        raise PlanError(problems, name)
    targets = evolve(targets, figures=_with_law(targets.figures, found.targets, instruments))
    baselines = evolve(baselines, figures=_with_law(baselines.figures, found.baselines, ()))
    order = found.instruments
    if instruments and not order:
        named = set(targets.figures.text("instrument").categories)
        order = tuple(one.name for one in instruments if one.name in named)
    problems += _problems_together(evolve(found, instruments=order), regions, baselines, targets)
    errors.raise_gathered(PlanError, problems, name)
    same = ("code", "name", "name_id", "indicators", "coverage", "sources")
    notes = [*targets.notes, *(one for one in baselines.notes if one not in targets.notes)]
    notes += _note_shares(Known.these(found.indicators, regions), baselines, targets)
    return Plan(
        **{key: getattr(found, key) for key in same},
        baselines=baselines.figures,
        targets=targets.figures,
        regions=regions,
        instruments=order,
        notes=tuple(notes),
    )


def _note_shares(known: Known, *sides: _Side) -> list[Problem]:
    """Note indicators in percent that may be shares of 1: all figures, or one far below others."""
    figures = [side.figures for side in sides if len(side.figures)]
    if not figures:
        return []
    codes = concat([one.columns["indicator"] for one in figures])
    size = np.concatenate([np.nan_to_num(np.abs(_meant(one)), posinf=0.0) for one in figures])
    # Growth rates may all be below 1; the least of the others is what one is held against.
    least = np.full(len(codes.categories) + 1, np.inf)
    np.minimum.at(least, codes.codes[size > 1], size[size > 1])
    factor, beside = thresholds()["scale"]["factor"], least[codes.codes]
    near = (beside > factor) & (100 * size < factor * beside) & (100 * size * factor > beside)
    hint, notes = "multiply them by 100 if they are shares of 1", []
    for what, odd in (
        ("no figure of the plan is above 1 percent", (size > 0) & np.isinf(beside)),
        ("figures below 1 percent beside others far above them", (size > 0) & (size < 1) & near),
    ):
        named = [codes.categories[code] for code in np.unique(codes.codes[odd]).tolist()]
        named = [code for code in named if known.units.of.get(code) == "percent"]
        notes += [Problem(what, got=", ".join(named), hint=hint)] if named else []
    return notes


def _with_law(
    figures: Figures[Any], said: TableOptions, instruments: Sequence[Instrument]
) -> Figures[Any]:
    """Fill in the instrument, its date and source where the rows do not say them."""
    columns = dict(figures.columns)
    rows = np.arange(len(figures))

    def fill(name: str, words: Categorical) -> None:
        text = columns[name]
        assert isinstance(text, Categorical)
        empty = text.codes < 0
        columns[name] = concat([text, words]).take(np.where(empty, rows + len(rows), rows))

    if "instrument" in columns:
        only = said.instrument or (instruments[0].name if len(instruments) == 1 else "")
        fill("instrument", Categorical.constant(only or None, len(rows)))
    if instruments:
        law = columns["instrument"].positions([one.name for one in instruments])  # type: ignore[union-attr]
        stated = np.array([np.nan if one.since is None else one.since for one in instruments])
        since = figures.number("since")
        columns["since"] = read_only(np.where(np.isnan(since), take(stated, law), since))
        fill("source", Categorical.encode(one.source or None for one in instruments).take(law))
    fill("source", Categorical.constant(said.source or None, len(rows)))
    return evolve(figures, columns=columns)


def _problems_together(
    found: PlanFile, regions: Regions, baselines: _Side, targets: _Side
) -> list[Problem]:
    """Return what is wrong with the tables as one plan, and has not been said of one of them."""
    together: list[Problem] = []
    parts = found.indicators, regions, baselines.figures, targets.figures, found.instruments
    starts, ends = baselines.place, targets.place
    compile_plan(*parts, together, baseline_place=starts, target_place=ends)
    files = {"baselines": baselines.file, "targets": targets.file}
    # A cell that cannot be read has been reported already.
    said = {problem.place for problem in (*baselines.problems, *targets.problems)}
    placed = [evolve(x, where=x.place.within(files.get(x.place.file, ""))) for x in together]
    return [problem for problem in placed if problem.place not in said]


def _regions_of(found: PlanFile) -> Regions:
    """Return the regions of a plan; what is wrong with them lies in plan.toml."""
    step = "$.regions"
    try:
        regions = load_regions(found.regions)
        step = "$.own_regions"
        return regions.extended(found.own_regions) if found.own_regions else regions
    except KencanaError as error:
        problems = [
            evolve(one, where=", ".join(filter(None, (step, one.where)))) for one in error.problems
        ]
        raise PlanError(problems, "plan.toml") from None


def _table_of(folder: Path, name: str) -> Path:
    """Return the file of a table, of whatever kind; .csv if there is none."""
    files = [folder / f"{name}{ending}" for ending in _TABLES]
    present = [file for file in files if file.exists()]
    if len(present) > 1:
        names = " and ".join(file.name for file in present)
        raise PlanError(Problem("two files of one table", got=names, hint="keep one"), folder.name)
    return present[0] if present else files[0]


def _in_file(file: str) -> PlaceOf:
    """Return how places are named in a file without rows."""
    return lambda row, column: Place(file=file)
