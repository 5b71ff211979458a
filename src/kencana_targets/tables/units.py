"""Units and scales that a table states, against those of the plan.

A conversion that is certain is made and noted; a unit that contradicts the plan's is
refused. Only figures whose indicator has a unit that is understood are looked at.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from attrs import evolve, frozen

from kencana_targets.core.columns import Categorical, read_only
from kencana_targets.core.errors import Place, Problem
from kencana_targets.core.resources import thresholds
from kencana_targets.core.terms import Direction, in_english
from kencana_targets.core.typing import Floats, Ints, Truths
from kencana_targets.model.collection import PlaceOf
from kencana_targets.model.indicator import Indicator
from kencana_targets.tables.cells import RUPIAH, Draft
from kencana_targets.tables.headings import BOUNDS, LEAVE_OUT
from kencana_targets.tables.numbers import says_missing
from kencana_targets.tables.phrases import TextReader
from kencana_targets.tables.raw_columns import distinct, texts_of
from kencana_targets.tables.words import fold, read_by, word_set

# What a rate is counted per, and what a figure is counted in.
PER = {"proportion": 1.0, "percent": 100.0}
PER |= {"permille": 1e3, "ten-thousand": 1e4, "hundred-thousand": 1e5}
# What a note may say of all figures of rates; percents and shares it may say of others.
RATES = frozenset(PER) - {"percent", "proportion"}
SCALES = {"thousand": 1e3, "million": 1e6}
_COUNTS = frozenset(("persons", "families", "things", "count", "children"))
_WHOM = frozenset(("families", "things"))
_NO_SHARES = frozenset(("children", "index", "points", "years"))
_LIKE = (_COUNTS, frozenset(("index", "points")))
_WHOLE = 100.0
# Whole columns below this share of what the plan says are shares, or percent of something else.
_FAR = 5.0
_AS_PLANNED = "the figures are read in the unit of the plan"


@frozen(eq=False)
class Units:
    """The units of a plan's indicators.

    Parameters
    ----------
    of : mapping
        The unit of each code as a phrase says it; none where it is not understood.
    written : mapping
        The same as the plan writes it.
    texts : TextReader
        Reads units.
    ways : mapping
        Which way of each code is better.
    """

    of: Mapping[str, str]
    written: Mapping[str, str]
    texts: TextReader
    ways: Mapping[str, str]

    @classmethod
    def these(cls, indicators: tuple[Indicator, ...], texts: TextReader) -> Units:
        """Take the units of indicators."""
        found = {}
        for one in indicators:
            said = [*read_unit(one.unit_id, texts), *read_unit(one.unit, texts)]
            if said:
                found[one.code] = said[0]
        written = {one.code: one.unit_id or one.unit for one in indicators}
        return cls(found, written, texts, {one.code: one.direction for one in indicators})


def read_unit(text: str, texts: TextReader) -> tuple[str, ...]:
    """Return the unit that a text is, or begins with.

    Examples
    --------
    >>> read_unit("Ribu orang", TextReader()), read_unit("per 100.000 KH", TextReader())
    (('thousand',), ('hundred-thousand',))
    """
    reading = texts.read(text)
    said = reading.keys("unit")
    if said or not reading.tokens:
        return said
    # "persen peserta KB aktif", "indeks 0-100": the unit and of whom.
    return texts.read(reading.tokens[0].word).keys("unit")


def _factor(said: str, own: str) -> float | None:
    """Return by what a figure in one unit becomes one in another; None if they contradict."""
    if said == own or any({said, own} <= like for like in _LIKE):
        return 1.0
    if said in PER and own in PER:
        return PER[own] / PER[said]
    if said in SCALES and own in _COUNTS:
        return SCALES[said]
    return None


def units_beside_names(draft: Draft, texts: TextReader) -> None:
    """Take the units that stand beside the names of indicators, where no column says them."""
    said = draft.text("indicator")
    if said is None or "unit" in draft.columns:
        return
    words = [word if fold(word) not in texts.by_name else "" for word in said.categories]
    units = ["".join(map(one.words, one.of("unit")[:1])) for one in map(texts.read, words)]
    if any(units):
        draft.columns["unit"] = Categorical.encode(one or None for one in units).take(said.codes)


def check_directions(draft: Draft, units: Units) -> None:
    """Refuse a column *Polarisasi* that contradicts the plan, and drop it."""
    said, codes = draft.text("direction"), draft.text("indicator")
    draft.columns.pop("direction", None)
    if said is None or codes is None:
        return
    for code, word, rows in _pairs(codes, said):
        way, own = in_english(fold(word or "")), units.ways.get(code)
        if way in [*Direction] and own not in (None, way):
            what = f"the direction contradicts that of '{code}', which is '{own}'"
            where = draft.place(int(rows[0]), "direction")
            draft.problems.append(Problem(what, where=where, got=word, hint=LEAVE_OUT))


def is_unit_column(words: Iterable[str], texts: TextReader) -> bool:
    """Return whether all cells of a column are units of rates or scales, and there are any.

    Examples
    --------
    >>> is_unit_column(["per mil", "ribu orang"], TextReader()), is_unit_column([], TextReader())
    (True, False)
    >>> is_unit_column(["per mil", "Ibu"], TextReader()), is_unit_column(["0,1"], TextReader())
    (False, False)
    """
    scales = {*SCALES, *PER}

    def says_scale(word: str) -> bool:
        # A scale is 0-1, and a figure may be 0.1.
        if not any(map(str.isalpha, word)):
            return False
        reading = texts.read(word)
        said = {one.key for one in reading.phrases} - {"figures"}
        return bool(said) and said <= scales and not reading.rest

    cells = filter(str.strip, words)
    # The first cell that is no unit settles it.
    return any(map(says_scale, islice(cells, 1))) and all(map(says_scale, cells))


class StatedUnit(NamedTuple):
    """What is said of the unit of all figures, where, and whether it speaks of them alone."""

    text: str
    where: Place
    of_rates: bool = False
    sure: bool = True


def convert_units(
    draft: Draft, units: Units, stated: StatedUnit | None, *, told: bool = False
) -> set[str]:
    """Turn figures into the units of their indicators, drop the column of units; name the told.

    Parameters
    ----------
    draft : Draft
        With codes of indicators and numbers.
    units : Units
        Those of the plan.
    stated : StatedUnit, optional
        The unit of all figures, where no column or heading says theirs.
    told : bool
        The caller says it, whatever the table does.

    Returns
    -------
    set of str
        The codes of which the caller told the unit.
    """
    said, codes, value = draft.text("unit"), draft.text("indicator"), draft.numbers("value")
    draft.columns.pop("unit", None)
    if codes is None or value is None or (stated is None and said is None):
        return set()
    overruled = set()
    if told and stated is not None:
        overruled = _of_unit(stated.text, codes, value, units) or {*codes.categories}
    if stated is not None and stated.of_rates:
        stated = _settle_rate(stated, {*map(units.of.get, codes.categories)}, draft)
    factors = np.ones(draft.rows)
    for code, word, rows in _pairs(codes, said or Categorical.constant(None, draft.rows)):
        own = units.of.get(code)
        aside = told and code not in overruled
        own_words = word is not None and code not in overruled
        text, where = (word, None) if own_words else (stated or (None, None))[:2]
        if own is None or text is None or not len(rows):
            continue
        spot = where or draft.place(int(rows[0]), "unit")
        # A unit that a heading says may be that of shares beside what is counted.
        heading = spot == draft.place(int(rows[0]), "value")
        factor, problem = _decide(text, own, units, code, value[rows])
        if aside and not own_words:
            what = f"the unit contradicts that of '{code}', which is {units.written[code]!r}"
            factor, problem = 1.0, Problem(what, hint=_AS_PLANNED, cause="unit")
        if problem is not None:
            # "Persen" over all rows is a habit: figures per woman or of an index are no shares.
            said_of = read_unit(text, units.texts)[:1]
            loose = problem.cause == "unit" or (said_of == ("percent",) and own in _NO_SHARES)
            taking = draft.notes if loose else draft.problems
            hint = f"{LEAVE_OUT}; {problem.hint}" if heading and not loose else problem.hint
            taking.append(evolve(problem, where=spot, got=text, hint=hint))
        elif factor != 1.0:
            factors[rows] = factor
            what = f"figures in {text!r} were turned into {units.written[code]!r}"
            hint = f"times {factor:g}; if they are not, tell given={{'unit': ...}}"
            draft.notes.append(Problem(what, where=spot, hint=hint))
    scaled = {"value", *BOUNDS} - {"sample_size", "design_effect"}
    for name in scaled & draft.columns.keys() if (factors != 1.0).any() else ():
        if (column := draft.numbers(name)) is not None:
            # Without the digits that a product in binary adds: 22.1 permille are 2.21 percent.
            clean = [float(f"{product:.15g}") for product in (column * factors).tolist()]
            draft.columns[name] = read_only(np.array(clean))
    return overruled


def check_shown(draft: Draft, units: Units) -> None:
    """Refuse figures shown above 100 percent of what is none: 2.1 children as 210.0%.

    Figures of percentages far above it are noted: 22.1 as 2210.0%.
    """
    shown, codes = draft.columns.pop("shown_in_percent", None), draft.text("indicator")
    value = draft.numbers("value")
    if shown is None or codes is None or value is None:
        return
    size = np.abs(value) * shown
    for number, code in enumerate(codes.categories):
        share = units.of.get(code, "percent") == "percent"
        rows = np.flatnonzero((size > _WHOLE * (_FAR if share else 1)) & (codes.codes == number))
        if len(rows):
            what = f"a figure shown in percent, where '{code}' is in {units.written[code]!r}"
            where, hint = draft.place(int(rows[0]), "value"), "give its cell the format of a number"
            got = f"{value[rows[0]]:g}%"
            taking = draft.notes if share else draft.problems
            taking.append(Problem(what, where=where, got=got, hint=hint))


def _of_unit(text: str, codes: Categorical, value: Floats, units: Units) -> set[str]:
    """Return the codes whose figures may be in a unit: those of the very unit, if there are any."""
    found: dict[str, float] = {}
    for code, _, rows in _pairs(codes, codes):
        own = units.of.get(code)
        read = None if own is None else _decide(text, own, units, code, value[rows])
        if read and not read[1]:
            found[code] = read[0]
    return {code for code, factor in found.items() if factor == 1.0} or {*found}


def _settle_rate(stated: StatedUnit, own: set[str | None], draft: Draft) -> StatedUnit | None:
    """Return a rate that a note says, where all figures are of one unit; else note the line."""
    if stated.sure and len(own) == 1 and own <= PER.keys():
        return stated
    what = "a note that may speak of the unit of the figures"
    draft.notes.append(Problem(what, where=stated.where, got=stated.text, hint=_AS_PLANNED))
    return None


def _decide(
    text: str, own: str, units: Units, code: str, values: Floats
) -> tuple[float, Problem | None]:
    """Return the factor of a unit, and what is wrong with it."""
    reading = units.texts.read(text)
    # A heading names its unit by its key.
    said = (text,) if text in read_by("phrase-unit") else read_unit(text, units.texts)
    other = {"achievement", "budget", "change", "contribution", "rank"} & {*reading.keys("figure")}
    written = units.written[code]
    hint = f"if the figures are in {written!r}, tell given={{'unit': '{written}'}}"
    what = f"the unit contradicts that of '{code}', which is {written!r}"
    contradiction = Problem(what, hint=hint)
    bare = word_set("currency").issuperset(fold(text).split() or ["%"])
    if bare and not RUPIAH.isdisjoint(fold(written).split()):
        # "Rp" of "ribu rupiah" may be a habit.
        return 1.0, evolve(contradiction, cause="unit")
    if fold(text) in RUPIAH and own in _COUNTS:
        # Who gives persons the format of an account shows them with "Rp".
        return 1.0, None
    if other:
        what = f"a unit of other figures than those of '{code}'"
        return 1.0, Problem(what, hint=hint)
    if f"{fold(written)} ".startswith(f"{fold(text)} "):
        # A heading names the first words of it: "ribu rupiah" of "ribu rupiah/orang/tahun".
        return 1.0, None
    if said[:1] == ("rate",) and own in PER:
        what = f"a unit that does not say of how many, where '{code}' is in {written!r}"
        return 1.0, Problem(what, hint=_AS_PLANNED, cause="unit")
    if not said:
        stated = not says_missing([text]).any()
        if reading.of("span") or (stated and own == "percent" and reading.counts(("persen",))):
            return 1.0, contradiction
        what = f"a unit that is not understood, where '{code}' is in {written!r}"
        unknown = Problem(what, hint=_AS_PLANNED, cause="unit")
        # "Rata-rata anak per wanita" is a unit in other words.
        parted = reading.of("part") and not reading.of("row")
        odd = reading.rest or parted or reading.kinds - {"neutral", "row", "part", "indicator"}
        return 1.0, unknown if odd and stated else None
    factor = _factor(said[0], own)
    if factor is None:
        return 1.0, contradiction
    if said[0] != own and {said[0], own} & _WHOM and {said[0], own} <= _COUNTS - {"count"}:
        # The figures may well be meant: a form says "orang" of families.
        return 1.0, evolve(contradiction, cause="unit")
    if said[0] == "proportion" and factor != 1.0 and np.nanmax(np.abs(values), initial=0) > 1:
        what = f"figures above 1 in a unit of shares, where '{code}' is in {written!r}"
        return 1.0, Problem(what, hint=hint)
    return factor, None


def _pairs(codes: Categorical, words: Categorical) -> list[tuple[str, str | None, Ints]]:
    """Return the rows of each pair of indicator and unit."""
    first, group = distinct([codes, words])
    pairs = [(codes[row], words[row]) for row in first.tolist()]
    return [
        (code, word, np.flatnonzero(group == number))
        for number, (code, word) in enumerate(pairs)
        if code is not None
    ]


def signs_of(draft: Draft) -> Categorical | None:
    """Return the sign that stands in the text of each figure, "%" or "Rp"; None if none does."""
    cells = draft.columns.get("value")
    if not isinstance(cells, (list, Categorical)):
        return None
    cells = texts_of(cells)
    bare = [word.strip().casefold() for word in cells.categories]
    signs = ["%" if word.endswith(("%", "persen")) else None for word in bare]
    signs = ["Rp" if word.startswith("rp") else signs[at] for at, word in enumerate(bare)]
    return Categorical.encode(signs).take(cells.codes) if any(signs) else None


def say_percent(draft: Draft, shown: Mapping[int, int], cells: tuple[Ints, Ints] | None) -> None:
    """Give percent as the unit of the columns that a spreadsheet shows so, all their cells.

    `shown` counts the cells of each column that are shown in percent, and `cells` says in
    which row and column of figures each stands, however they are numbered.
    """
    value = draft.numbers("value")
    if value is None or not shown:
        return
    said = np.full(draft.rows, -1, dtype=np.int32)
    _, columns = cells or (None, np.zeros(draft.rows, dtype=np.int64))
    for number in np.unique(columns):
        rows = np.flatnonzero((columns == number) & ~np.isnan(value))
        at = draft.place(int(rows[0]), "value").column if len(rows) else None
        if at is not None and len(rows) <= shown.get(at - 1, 0):
            said[rows] = 0
    if (said == 0).any():
        draft.columns.setdefault("unit", Categorical(said, ("%",)))
        draft.columns["shown_in_percent"] = said + 1.0


def find_shares(
    draft: Draft,
    units: Units,
    usual: Callable[[str], Any],
    percent: Floats | None,
    *,
    shown: int,
    told: Collection[str] = (),
) -> None:
    """Report columns of shares for an indicator in percent whose plan has no such figures.

    Parameters
    ----------
    draft : Draft
        As for `convert_units`, whose work is done.
    units : Units
        Those of the plan.
    usual : callable
        The figures that the plan has of an indicator.
    percent : ndarray, optional
        1 for each figure that stands with a percent sign. A figure of at most 1 beside them is a
        share that has lost its own, where it is far below them.
    shown : int
        How many cells a spreadsheet shows in percent: the same of these, if they are all
        the others.
    told : collection of str
        The codes of which the caller told the unit: they are what they are.
    """
    codes, value, place = draft.text("indicator"), draft.numbers("value"), draft.place
    if codes is None or value is None:
        return
    # Most indicators have a figure above 1, which settles it at once.
    above = (np.abs(value) > 1) & (codes.codes >= 0)
    larger = np.bincount(codes.codes[above], minlength=len(codes.categories)) > 0
    signs = percent is not None
    if not (shown or signs) and larger.all():
        return
    marked = np.zeros(draft.rows, dtype=bool) if percent is None else percent > 0
    for number, code in enumerate(codes.categories):
        shares = units.of.get(code, "percent" if signs else "") == "percent" and code not in told
        if not shares or (larger[number] and not (shown or signs)):
            continue
        rows = np.flatnonzero((codes.codes == number) & ~np.isnan(value))
        if not len(rows):
            continue
        known = usual(code)
        if larger[number]:
            plain = above & ~marked
            own = marked[rows].any()
            lost = (own and not plain[rows].any()) or 0 < plain.sum() == shown
            if shown or own:
                taking = draft.problems if lost else draft.notes
                taking += _without_format(rows, value, marked, known, place)
            continue
        most, known = np.abs(value[rows]).max(), known[~np.isnan(known)]
        if not len(known) or not 0 < most <= 1 or not known.min() > _FAR * most:
            continue
        # Shares lie nearer to the plan's figures, times 100, than as they are.
        if abs(math.log(100 * most / known.min())) < math.log(known.min() / most):
            what = f"figures of at most 1 for '{code}', which the plan states in percent"
            hint = "if they are shares of 1, tell given={'unit': 'proporsi'}, and if they are"
            hint += f" percent, given={{'unit': '{units.written[code]}'}}"
            where, got = place(int(rows[0]), "value"), float(value[rows[0]])
            draft.problems.append(Problem(what, where=where, got=got, hint=hint))


def check_counts(draft: Draft, units: Units) -> None:
    """Report counts that are mostly no whole numbers, or more than people there are."""
    codes, value = draft.text("indicator"), draft.numbers("value")
    if codes is None or value is None:
        return
    for code in units.texts.counted & {*codes.categories}:
        own = codes.codes == codes.categories.index(code)
        rows = np.flatnonzero(own & np.isfinite(value))
        parted = rows[np.round(value[rows], 4) % 1 > 0]
        above = rows[value[rows] > thresholds()["people"]["most"]]
        if 2 * len(parted) > len(rows) > 1 or len(above):
            what = f"more than people there are, for '{code}'"
            hint = f"if they are no thousands, tell given={{'unit': '{units.written[code]}'}}"
            if not len(above):
                what = f"figures that are no whole numbers for '{code}', which is counted"
                hint = f"if they are thousands, tell given={{'unit': 'ribu'}}; {hint}"
            first = int([*above, *parted][0])
            where, got = draft.place(first, "value"), float(value[first])
            draft.problems.append(Problem(what, where=where, got=got, hint=hint))


def _without_format(
    rows: Ints, value: Floats, marked: Truths, known: Any, place: PlaceOf
) -> list[Problem]:
    """Report figures that may be shares, far below all others and below all of the plan."""
    size = np.abs(value)
    least = np.nanmin([size[rows][size[rows] > 1].min(), *known])
    what = "a figure of at most 1 beside cells that are shown in percent"
    hint = "give the cell the format of the others, or write the percent as it is meant"
    return [
        Problem(what, where=place(row, "value"), got=float(value[row]), hint=hint)
        for row in rows[(size[rows] <= 1) & (value[rows] != 0) & ~marked[rows]].tolist()
        if least > _FAR * size[row]
    ]
