"""What the headings of columns mean, in Indonesian and English."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from attrs import evolve, field, frozen

from kencana_targets.core.checks import headings_told
from kencana_targets.core.errors import NumberFormatError, Problem
from kencana_targets.model.collection import TEXTS
from kencana_targets.model.place_names import heading_role
from kencana_targets.tables.conflicts import odd_words, says_less
from kencana_targets.tables.periods import Period, find_period
from kencana_targets.tables.phrases import PLAIN_TEXTS, TextReader, TextReading, adds_up
from kencana_targets.tables.words import (
    LONGEST_NAME,
    fold,
    one_of,
    read_by,
    remembering,
    with_century,
    word_set,
)

# What a table says of a figure besides the figure itself.
KEYS = (
    *("region", "region_code", "bps_code", "region_level", "province", "province_code"),
    *("indicator", "year", "period"),
)
NOTES = (*TEXTS, "unit", "direction")
BOUNDS = ("lower", "upper", "worst", "standard_error", "sample_size", "design_effect")
# Both ends of an interval in one cell.
INTERVAL = "interval"
# Half of one, and a standard error in percent of its figure.
MARGIN, RELATIVE_ERROR = "margin", "relative_error"
DATES = ("since",)
MONEY = ("budget", "spent")
COUNTS = ("numerator", "denominator")
FIGURES = ("value", "actual", "target", "baseline", "achievement")
# What stands beside a figure and says how sure it is, or what it costs.
SURENESS = (INTERVAL, MARGIN, RELATIVE_ERROR)
ABOUT = ("lower", "upper", *SURENESS, "standard_error", "sample_size", "design_effect", *MONEY)
FIELDS = (*KEYS, *NOTES, *BOUNDS, *SURENESS, *DATES, *MONEY, *COUNTS, *FIGURES)

_NO_FIGURES = frozenset((*NOTES, *BOUNDS, *SURENESS, *COUNTS, "ignored"))
# Below an indicator these are parts of the people; elsewhere they are levels of regions.
RESIDENCE = frozenset(("kota", "desa"))

_INTERVAL = re.compile(r"9[059](?![0-9])|\b(?:ci|ik|interval)\b")
_HALF = re.compile(r"\u00b1|\+/-")
_NUMBER = re.compile(r"[-+]?[0-9.,]+\s?%?")
_YEAR = r"(?:19|20|21)[0-9]{2}"
BARE_YEAR = re.compile(rf"(?<![0-9]){_YEAR}(?![0-9])")
_ANY_YEAR = re.compile(_YEAR)
# R writes an X before a heading that is a number.
_BEFORE = r"(?:x|(?:tahun(?:[\s_]+anggaran)?|thn|th|t\.?\s?a|year|fy)(?![^\W\d_])[\s.:_]*)?"
_MARKS = r"(?:[rp]\b)?[*)\u00b9\u00b2\u00b3\u2070-\u2079\u1d43\u1d47\u1d9c]*"
_ONLY_YEAR = re.compile(rf"{_BEFORE}({_YEAR})(?:\.0)?\s*{_MARKS}", re.IGNORECASE)
_LAST_YEAR = re.compile(rf"({_YEAR}){_MARKS}\Z")
# "TA.2021": a word before a year, and marks but no blank between them.
_YEAR_WORD = re.compile(r"\s(?:tahun|thn|th|t\.?\s?a|year|fy)[.:]+\Z", re.IGNORECASE)
_FIRST_YEAR = re.compile(rf"{_BEFORE}({_YEAR})[\s:]+([^\W\d_].*)", re.IGNORECASE | re.DOTALL)
_OF_A_VALUE = re.compile(r"(?:nilai|value)[\s:.-]+(\S.*)", re.IGNORECASE | re.DOTALL)
_ITS_LETTER = re.compile(r"^(\s*([^\W\d_])[^\W\d_]+)\s*\(\s*(?i:\2)\s*\)\s*$")
# What the kinds of figures that a heading names make of its column.
_MEASURES: Mapping[tuple[str, ...], str] = {
    (): "",
    **{(kind,): kind for kind in ("actual", "target", "baseline", "achievement")},
    ("end-target",): "target",
}
# What stands beside a year and says no more of its figures.
_BESIDE_YEARS = frozenset(("provisional", "plan-year"))
_NONE_ASKED = frozenset(
    (
        *("other-year", "rank", "change", "contribution", "budget", "forecast", "projection"),
        *("limit", "statistic", "trial"),
    )
)
# Figures in these are no sums.
_BETWEEN_ROWS = re.compile(r"(?:^|\s)/(?:\s|$)")
_RANGE = re.compile(r"(?<![0-9.,] )\b[0-9]{1,2} - [0-9]{1,2}\b")
LEAVE_OUT = "leave it out with columns={'ignored': ...}"


@cache
def _figure_words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds a word for figures before other words, and in brackets behind them."""
    said, flags = one_of("figures-said"), re.IGNORECASE | re.DOTALL
    before = re.compile(rf"({said}|nilai|value)\b[\s:.-]*(\S.*)", flags)
    return before, re.compile(rf"(.*\S)\s*\(\s*({said})\s*\)", flags)


def without_years(text: str) -> str:
    """Return the words of a heading but for its years, which say what they say in each.

    Examples
    --------
    >>> without_years("TPT 2023 / Agustus"), without_years("tpt_agu2022")
    ('tpt agustus', 'tpt agu')
    """
    return fold(BARE_YEAR.sub(" ", text))


def year_of(text: object) -> float | None:
    """Return the year that a heading is, if it is one.

    Examples
    --------
    >>> year_of("Tahun 2021"), year_of(2021.0), year_of("2020-2024")
    (2021.0, 2021.0, None)
    """
    said = str(text)
    match = _ONLY_YEAR.fullmatch(said.strip()) if len(said) < LONGEST_NAME else None
    return float(match[1]) if match else None


@frozen
class Heading:
    """What stands over a column, and what it means.

    Parameters
    ----------
    text : str
        The heading as it is written, its rows joined by ``" / "``.
    role : str
        A field of a figure, ``"ignored"``, ``"figures"`` (see below) or ``"unknown"``.
    figure : str
        For figures: ``"actual"``, ``"target"`` ...; empty where it is not said.
    year : float or None
        For figures: the year that the heading names.
    rest : tuple of str
        For figures: what else the heading names.
    period : Period or None
        For figures: the part of a year that it names, where such parts are read.
    wrong : tuple of Problem
        Why the periods that it names cannot be read.
    told : bool
        Whether a person told what it is.
    survey : str
        For figures: the survey that the heading names, with its year.
    unit : str
        For figures: the unit that the heading names.
    doubt : str
        For figures: what was assumed to understand it; empty where nothing was.
    dimension : str
        For figures: the part of the people that the caller says they are of.
    region : str
        For figures: the region that it names beside an indicator.
    instrument : str
        For figures: the plan or regulation that it names, without its years.
    """

    text: str
    role: str
    figure: str = ""
    year: float | None = None
    rest: tuple[str, ...] = ()
    period: Period | None = None
    wrong: tuple[Problem, ...] = ()
    told: bool = False
    survey: str = ""
    unit: str = ""
    doubt: str = ""
    dimension: str = ""
    region: str = ""
    instrument: str = ""

    @property
    def dated(self) -> float | None:
        """The year that it names, alone or with its period."""
        if self.year is None and self.period is not None and self.period.year is not None:
            return float(self.period.year)
        return self.year

    @property
    def says_more(self) -> bool:
        """Whether it says of which year, part of it or indicator its figures are."""
        dated = self.year is not None or self.period is not None
        return dated or bool(self.rest or self.dimension)


@frozen(eq=False)
class Vocabulary:
    """The words for roles, and for the indicators of a plan.

    Parameters
    ----------
    roles : mapping
        Role by folded word.
    told : mapping
        Of these, the ones that a person told, which may name a heading of several rows.
    texts : TextReader
        Reads what a text says, and knows the indicators of a plan.
    periods : {1, 2, 4, 12}
        Periods in a year that are read beside whole years; 1 for none.
    figure_words : pattern
        A word for figures, and what follows it.
    no_more : frozenset
        Words that follow such a word and say no more: "Target Capaian Setiap Tahun".
    """

    roles: Mapping[str, str]
    told: Mapping[str, str] = {}
    texts: TextReader = PLAIN_TEXTS
    periods: int = 1
    figure_words: re.Pattern[str] = field(factory=lambda: _figure_words()[0])
    no_more: frozenset[str] = field(factory=lambda: word_set("no-more"))
    # Headings repeat their words.
    _known: Mapping[str, str | None] = remembering("_role")
    _parts: Mapping[str, tuple[list[str], str, float | None]] = remembering("_read_part")
    _headings: Mapping[tuple[str, ...], Heading] = remembering("_read")

    @classmethod
    def of(
        cls,
        columns: Mapping[str, Any] | None = None,
        texts: TextReader = PLAIN_TEXTS,
        periods: int = 1,
    ) -> Vocabulary:
        """Return the words of the house, replaced by a person's own where given."""
        roles = {word: role for role, words in read_by("heading").items() for word in words}
        pairs = headings_told(columns)
        for role in dict.fromkeys(role for role, _ in pairs):
            if role != "ignored":
                roles = {w: "ignored" if known == role else known for w, known in roles.items()}
            if role == "value":
                same = {"actual", "target", "baseline"}
                roles = {w: "ignored" if known in same else known for w, known in roles.items()}
        told = {fold(heading): role for role, heading in pairs}
        return cls(roles | told, told, texts, periods)

    def indicator(self, text: str) -> bool:
        """Return whether a text is the name of an indicator."""
        return self.texts.name_of(text) is not None

    def role(self, cell: Any) -> str | None:
        """Return the role that a heading names."""
        if not isinstance(cell, str) or len(cell) > LONGEST_NAME:
            return None
        return self._known[cell]

    def _role(self, cell: str) -> str | None:
        if _NUMBER.fullmatch(cell) or self.indicator(cell):
            return None
        # "Target (T)": the letter that stands for the word says no more.
        folded = fold(_ITS_LETTER.sub(r"\1", cell))
        found = self.roles.get(folded) or self.roles.get(folded.replace(" ", "_"))
        if found is None and folded.startswith("jumlah sampel"):
            return "sample_size"
        if found is None and _INTERVAL.search(folded):
            words = frozenset(re.findall("[a-z]+", folded))
            if words and words <= word_set("interval"):
                # "Lower 95", "Batas atas 90%": one end, and not both in one cell.
                ends = [one for one in ("lower", "upper") if word_set(f"{one}-end") & words]
                found = ends[0] if len(ends) == 1 else INTERVAL
        if found == INTERVAL and _HALF.search(cell):
            return MARGIN
        if found is None and _HALF.fullmatch(cell.strip(" ()[]")):
            # "+/-" over a column says by how much figures rose or fell.
            return MARGIN if "\u00b1" in cell else "ignored"
        if found == "actual" and cell.lstrip().startswith("%") and folded not in self.told:
            # "% Realisasi" beside *Realisasi*: how much of the target was reached.
            return "achievement" if "achievement" in self.roles.values() else "ignored"
        own = found in (None, *MONEY) and folded not in self.told
        named = found or heading_role(folded) or self._role_within(folded) or _office_role(folded)
        return (self._money(cell, folded) if own else None) or named

    def _role_within(self, folded: str) -> str | None:
        """Return the role of words for regions that say of which they are parts.

        *Kabupaten/Kota se Jawa Timur, Wilayah Jawa Barat*; *Kota Bengkulu* is a region itself.
        """
        names_region, words = self.texts.names_region, folded.split()
        if not names_region(folded):
            for at in range(1, len(words)):
                over = " ".join(word for word in words[:at] if word not in word_set("within"))
                named = self.roles.get(over, heading_role(over))
                if named == "region" and names_region("".join(words[at:])):
                    return "region"
        return None

    def _money(self, text: str, folded: str) -> str | None:
        """Return whose money a heading is over, if all its words are about money."""
        # A budget year is a year: "Realisasi Tahun Anggaran 2022".
        words = {*folded.replace("tahun anggaran", "").split()}
        known = word_set("money") | word_set("spent")
        # Where no role is that of money, as for audits, its figures are as any others.
        known = known | word_set("beside-money") if "spent" in self.roles else frozenset()
        if not words & word_set("money") or words - known:
            return None
        if "%" in text or words & word_set("share"):
            return "ignored"
        return "spent" if words & word_set("spent") else "budget"

    def read(self, path: tuple[str, ...]) -> Heading:
        """Say what a column with this heading holds; several rows from the top down."""
        heading = self._headings[path]
        money = {heading.role, heading.figure} & {*MONEY}
        dated = self.periods > 1 and (heading.role == "figures" or money)
        heading = self._with_period(heading) if dated else heading
        # Counts beside an indicator are none of its figures; over a period they have their role.
        over = path if heading.period is None and len(path) > 1 else path[1:]
        counts = heading.role == "figures" and (
            any(self.role(part) in COUNTS for part in over) or bool(_HALF.search(heading.text))
        )
        return evolve(heading, role="ignored") if counts and not heading.told else heading

    def _with_period(self, heading: Heading) -> Heading:
        """Part a heading into its period and what else it says."""
        parts = heading.text.split(" / ")
        indicators = [part for part in parts if self.indicator(part)]
        if self.indicator(heading.text):
            return heading
        try:
            period, rest = find_period(" / ".join(part for part in parts if part not in indicators))
        except NumberFormatError as error:
            hint = f"write one period over it, or {LEAVE_OUT}"
            problems = tuple(evolve(problem, hint=hint) for problem in error.problems)
            words = {*fold(heading.text).split()}
            if words & word_set("money"):
                role = "spent" if words & word_set("spent") else "budget"
                return Heading(heading.text, "ignored", role, rest=(heading.text,))
            return evolve(heading, role="ignored", wrong=problems)
        if period is None:
            return heading
        # A unit in brackets, and words such as K, say nothing of a figure.
        left = [part.strip(" .,:;-\u2013\u2014") for part in _BETWEEN_ROWS.split(rest)]
        left = [
            part
            for part in left
            if re.search(r"[^\W_]", part)
            and (part[0] + part[-1] not in ("()", "(]", "[)", "[]") or not part[1:-1])
            and self.role(part) != "bare"
        ]
        bare = self._read((*indicators, *left)) if indicators or left else Heading("", "figures")
        if bare.role in MONEY:
            bare = evolve(bare, role="ignored", figure=bare.role)
        return evolve(bare, text=heading.text, figure=bare.figure or heading.figure, period=period)

    def _read(self, path: tuple[str, ...]) -> Heading:
        text = " / ".join(path)
        if not path or max(map(len, path)) > LONGEST_NAME:
            return Heading(text, "unknown")
        told = self.told.get(fold(text)) if self.told else None
        if "dimension" in self.told.values() and (of_part := self._of_part(path)) is not None:
            return of_part
        if told is not None and told not in FIGURES:
            return Heading(text, told, told=True)
        roles = [self.role(part) for part in path]
        if all(role in KEYS or role == "ignored" for role in roles):
            return Heading(text, str(roles[-1]))
        figure, year, rest = "", None, list[str]()
        for part in path:
            words, one, when = self.part(part)
            # "Capaian Tahun 2022 / Realisasi": what was reached, and which of it.
            figure = one if figure == "achievement" and one == "actual" else figure or one
            # Figures of facilities, or of places below regencies.
            below = bool(rest) and bool(word_set("below-regions") & {*fold(part).split()})
            below = self.role(part) == "facility" or (below and self.role(part) in KEYS)
            rest += [part] if below or (year and when not in (None, year)) else words
            year = when if year is None else year
        if told is not None:
            parted = [next(beside_year(part), (part, "")) for part in path]
            said = self.texts.read(" | ".join(path)).years
            years = [when or year_of(part) for part, when in parted]
            years += said[:1] if len(said) == 1 else ()
            year = next((float(one) for one in years if one), None)
            named = tuple(part for part, _ in parted if self.indicator(part))
            return Heading(text, "figures", told, year, named, told=True)
        if (amounts := self._over_money(path, rest)) is not None:
            return amounts
        if len(path) == 1 and (role := roles[0]) is not None:
            unsaid = "unknown" if role == "bare" else role
            return Heading(text, "figures", figure) if role in FIGURES else Heading(text, unsaid)
        over = [self._beside(part) for part in path if self.role(part) not in COUNTS]
        over = [role for role in over if role]
        about = next((role for role in reversed(over) if role in ABOUT), "")
        if over:
            beside = Heading(text, "ignored", about, year, tuple(rest))
            return self._by_phrases(beside, path) if about and rest else beside
        return self._by_phrases(Heading(text, "figures", figure, year, tuple(rest)), path)

    def _over_money(self, path: tuple[str, ...], rest: list[str]) -> Heading | None:
        """Read the heading of amounts of money; None for any other."""
        text = " / ".join(path)
        money = {one: self.role(BARE_YEAR.sub(" ", one).strip()) for one in path}
        of = {*money.values()}.intersection(MONEY)
        if not of:
            return None
        said = {self.part(part)[1] for part in path} - {"", "ignored"}
        if self.role(path[-1]) == "ignored" or said - {"actual", "target"}:
            return Heading(text, "ignored")
        whose = "spent" if "spent" in of or "actual" in said else "budget"
        rest = [one for one in rest if money.get(one) not in MONEY]
        years = {*BARE_YEAR.findall(text)}
        if not years and not rest:
            return Heading(text, whose)
        year = float(*years) if len(years) == 1 else None
        rest += [text] if len(years) > 1 else []
        return Heading(text, "ignored", whose, year, tuple(rest))

    def _of_part(self, path: tuple[str, ...]) -> Heading | None:
        """Read the heading of one of several parts of the people that stand beside each other.

        The caller names the parts, or what stands over them; None for a column of parts.
        """
        parts = [one for one in self.told if self.told[one] == "dimension"]
        # One cell may say both, as the headings of a frame do.
        path = tuple(one.strip() for cell in path for one in cell.split(" / ")) if parts else path
        named = [at for at, one in enumerate(path) if fold(one) in parts]
        if not named and fold(" / ".join(path)) in parts:
            named = [len(path) - 1]
        if not named:
            return None
        at = named[-1]
        people = [*map(self._people, path)]
        if at < len(path) - 1 and not people[at]:
            # What stands over the parts is named: it is no part itself.
            at = len(path) - 1
        elif len(parts) == 1 and not people[at] and fold(path[at]) not in RESIDENCE:
            return None
        above = [one for one in path if fold(one) not in parts or self.indicator(one)]
        leaf = path[at]
        above = [one for one in above if one != leaf]
        if not people[at] and (match := self.figure_words.fullmatch(leaf)):
            above, leaf = [*above, str(match[1])], str(match[2])
        if people[at]:
            # What stands beside the part, such as the year, is read as ever.
            start, stop = people[at][0]
            beside = f"{leaf[:start].rstrip(' (,:-')} {leaf[stop:].lstrip(' ),:-')}".strip()
            above += [beside] if beside else []
            leaf = leaf[start:stop]
        roles = {word: role for word, role in self.roles.items() if role != "dimension"}
        untold = Vocabulary(roles, {}, self.texts, self.periods)
        heading = untold.read(tuple(above)) if above else Heading("", "figures")
        return evolve(heading, text=" / ".join(path), dimension=leaf)

    def _people(self, text: str) -> list[tuple[int, int]]:
        """Return where a text names a part of the people, or all of them."""
        reading = self.texts.read(text)
        found = []
        for one in (*reading.of("part"), *(row for row in reading.of("row") if row.key == "total")):
            last = one.stop - 1
            while last + 1 < len(reading.tokens) and re.fullmatch(
                "[0-9]{1,2}", reading.tokens[last + 1].word
            ):
                last += 1
            # *Kuintil* heads a column of parts, *Kuintil 1* is one of them.
            if one.key not in ("age", "poorest") or last >= one.stop:
                found.append((reading.tokens[one.first].start, reading.tokens[last].stop))
        return found

    def _by_phrases(self, heading: Heading, path: tuple[str, ...]) -> Heading:
        """Understand by its phrases what a heading says beside its figure and its year."""
        reading = self.texts.read(" | ".join(path))
        codes = reading.keys("indicator")
        own = self.texts.words.get(codes[0], frozenset()) if len(codes) == 1 else frozenset()
        unit = _unit_of([reading, *map(self.texts.read, path[1:])], own)
        heading = evolve(heading, unit=unit, instrument=self._instrument(reading, path))
        if not heading.rest or len(codes) > 1 or says_less(reading, own):
            return heading
        words = _measured(reading) if len(path) == 1 and not codes else None
        if words is not None:
            about = tuple(words - {"data", "prevalensi"})
            return evolve(heading, year=float(reading.years[0]), rest=about)
        named = [part for part in heading.rest if self.indicator(part)]
        if self.indicator(" / ".join(heading.rest)) or self.indicator(" ".join(heading.rest)):
            return heading
        if named and not all(self._adds_nothing(x) for x in heading.rest if x not in named):
            return heading
        if named and not codes and not reading.of("survey"):
            return evolve(heading, rest=tuple(named))
        surveys = [key for key in reading.keys("survey") if key not in ("survey", "register")]
        measures = reading.keys("figure")
        measures = tuple(key for key in measures if key != "plan") or measures
        rows = {*reading.keys("row")} - ({"total"} if adds_up(own) else set())
        if (codes and (rows or any(odd_words(reading, own)))) or (
            not codes and not _says_no_name(reading)
        ):
            return heading
        provisional = bool(reading.years and _BESIDE_YEARS.intersection(reading.keys("neutral")))
        if len(reading.years) > 1 or not (codes or surveys or measures or provisional):
            return heading
        figure = self._figure_said(heading, measures, reading)
        year = heading.year or next(map(float, reading.years), None)
        survey = f"{surveys[0]} {year:g}" if surveys and year is not None else "".join(surveys[:1])
        if figure == "other":
            # With an indicator it is refused below, as what it is said to be; *Target 2025
            # (perubahan)* is what was revised, and not how much a target changed.
            kept = codes or measures[:2] == ("target", "change")
            return heading if kept else evolve(heading, role="ignored", figure="", rest=())
        if not codes:
            return evolve(heading, figure=figure, year=year, survey=survey, rest=())
        doubt = _doubt(reading, codes[0], own)
        said: dict[str, Any] = {"figure": figure, "year": year, "survey": survey, "doubt": doubt}
        rest = tuple(named) or (codes[0],)
        return heading if doubt is None else evolve(heading, rest=rest, **said)

    def _instrument(self, reading: TextReading, path: tuple[str, ...]) -> str:
        """Return the plan or regulation that a heading names, without the year of its figures."""
        if not reading.instrument:
            return ""
        return self.texts.read(" | ".join(BARE_YEAR.sub(" ", part) for part in path)).instrument

    def _figure_said(
        self, heading: Heading, measures: tuple[str, ...], reading: TextReading
    ) -> str:
        """Return what kind of figures a heading names; *other* for none that anybody asks for."""
        if not _NONE_ASKED.isdisjoint(measures):
            return "other"
        # *Nilai awal* and *Capaian kondisi awal* begin as a value and an achievement do.
        if heading.figure and measures[-1:] != ("baseline",):
            return heading.figure
        figure = _MEASURES.get(measures, "other" if measures else "")
        if measures == ("actual",):
            # Alone *Capaian* may be a share of the target, before an indicator or behind it.
            return self.roles.get(reading.words(reading.of("figure")[0]), figure)
        return figure

    def _adds_nothing(self, part: str) -> bool:
        """Return whether a row of a heading says a survey, all people or a whole year alone."""
        reading = self.texts.read(part)
        kinds = reading.kinds
        known = bool(kinds) and kinds <= {"survey", "year", "part", "period"}
        return known and not reading.rest and not says_less(reading)

    def _beside(self, part: str) -> str | None:
        """Return what a part is over that is no figure: *Peringkat 2022*, *Nilai minimum*, *SE*."""
        role = self.role(part)
        if role is None and year_of(part) is None:
            inner = [before for before, _ in beside_year(part)]
            inner += [match[1] for match in [_OF_A_VALUE.fullmatch(part)] if match]
            role = next(filter(None, map(self._beside, inner)), None)
        return role if role in _NO_FIGURES else None

    def part(self, part: str) -> tuple[list[str], str, float | None]:
        """Return what else, which figure and which year a part of a heading names."""
        return self._parts[part]

    def _read_part(self, part: str) -> tuple[list[str], str, float | None]:
        role = self.role(part)
        if self.indicator(part):
            return [part], "", None
        part = with_century(part)
        if role is not None:
            money = role in ("ignored", *MONEY) and word_set("money") & {*fold(part).split()}
            said = "ignored" if money else role if role in FIGURES else ""
            keeps = role in ("part", "period") or fold(part) in RESIDENCE
            return [part] * keeps, said, None
        if (year := year_of(part)) is not None or fold(part) in word_set("whole-year"):
            return [], "", year
        reading = self.texts.read(part)
        if reading.kinds == {"year", "unit"} and _measured(reading) is not None:
            return [], "", float(reading.years[0])  # *2022 (%)*
        for inner, written in beside_year(part):
            # Two years are a span, and a span is no year.
            if fold(inner) and not _ANY_YEAR.search(inner):
                words, figure, _ = self.part(inner)
                return words, figure, float(written)
        if match := self.figure_words.fullmatch(part):
            inner = match[2].strip()
            inner = inner[1:-1].strip() if inner[0] + inner[-1] == "()" else inner
            more = not self.no_more.issuperset(fold(inner).split())
            words, other, year = self.part(inner) if more else ([], "", None)
            figure = self.roles.get(fold(match[1]), "")
            kept = other in ("ignored", "baseline") or (figure in ("value", "") and other)
            figure = other if kept else figure
            return words, figure, year
        if match := _figure_words()[1].fullmatch(part):
            words, _, year = self.part(match[1])
            return words, self.roles.get(fold(match[2]), ""), year
        return ([part] if fold(part) else []), "", None


def _office_role(folded: str) -> str | None:
    """Return the role of headings of performance reports: *Indikator Kinerja Program*."""
    words = folded.split()
    if not words or not {*words} <= word_set("indicator-heading"):
        return None
    # *Sasaran Program, Tujuan* say what the indicators of a row are for.
    about = words[0] in ("indikator", "iku", "ikp", "ikk", "iks", "nama", "uraian")
    return "indicator" if about and words[1:] else "ignored" if words[1:] else None


def beside_year(part: str) -> Iterator[tuple[str, str]]:
    """Yield what stands before the year at the end of a text, and behind one at its beginning."""
    if match := _LAST_YEAR.search(part):
        before = part[: match.start()].removesuffix("(")
        word = _YEAR_WORD.search(before)
        if word or before[-1:].isspace() or before[-1:] == "_":
            before = before[: word.start()] if word else before
            yield before.strip().strip(" (,:/-_"), match[1]
    if match := _FIRST_YEAR.fullmatch(part):
        yield match[2].strip(" (,:/-"), match[1]


def _measured(reading: TextReading) -> set[str] | None:
    """Return what a year is of, if nothing else is said: *Prevalensi Tahun 2022*."""
    said = [one for one in reading.phrases if one.kind not in ("year", "unit")]
    words = {*map(reading.words, said)}
    known = word_set("share") | word_set("number") | word_set("measures")
    plain = words <= known and _units_alone(reading)
    return words if plain and len(reading.years) == 1 else None


def is_unit(reading: TextReading) -> bool:
    """Return whether a text is a unit and nothing else."""
    return reading.kinds == {"unit"} and _units_alone(reading)


def _units_alone(reading: TextReading) -> bool:
    """Return whether no word or number is unknown, and no unit says of whom: *2022 (remaja)*."""
    persons = {reading.words(one) for one in reading.of("unit") if one.key == "persons"}
    known = not (reading.rest or reading.is_numbered)
    return known and persons <= {"orang", "jiwa", "persons", "akseptor"}


def _unit_of(readings: Sequence[TextReading], own: Collection[str]) -> str:
    """Return the unit that a heading says, first of all a row of units below the names.

    *% PUS* is a share, and no number of couples.
    """
    reading = [readings[0], *filter(is_unit, readings[1:])][-1]
    words = reading.said & word_set("share")
    words -= {"prevalensi"} if own else set()
    return "".join(map(reading.words, reading.of("unit")[:1])) or "%" * bool(words - {*own})


def _doubt(reading: TextReading, code: str, own: Collection[str]) -> str | None:
    """Return what is assumed where a heading is taken for an indicator's; None if it is not."""
    exact = all(one.exact for one in reading.of("indicator"))
    said = [token.word for token in reading.tokens if token.word not in own]
    rest = _besides_unit(reading, own)
    more = bool(rest or _other_levels(reading) or _RANGE.search(" ".join(said)))
    # "Sumber stunting" and "Kode stunting" speak of the figures of another column.
    first = {reading.tokens[0].word}
    about = first & word_set("about") - {*own}
    if about or (rest and not exact) or (more and word_set("other-measure") & {*said}):
        # "Rasio UMK & GK" is none of "GK".
        return None
    # *Balita stunting* may be how many there are, where the figures are percent.
    named = {word for one in reading.of("indicator") for word in reading.words(one).split()}
    share = bool(reading.said & word_set("share")) or reading.of("unit")
    more = more or bool(
        {"persen", "percent"} & {*own} and reading.said & {*own} - named and not share
    )
    # Words in another order are several phrases, an alias is one.
    sure = (exact or len(reading.of("indicator")) == 1) and not more
    return "" if sure else f"taken for '{code}'"


def _says_no_name(reading: TextReading) -> bool:
    """Return whether a heading says a measure, a survey and a time, and nothing else."""
    said = {"figure", "year", "period", "part", "unit"}
    # *Target RPJMD 2029* is a target; *RPJMD 2029* alone may be anything.
    said |= {"document"} if reading.keys("figure") else set()
    return not (reading.rest or reading.is_numbered) and all(
        one.kind in said
        or (one.kind == "survey" and one.key not in ("survey", "register"))
        or (one.kind == "neutral" and one.key in ("about", "year-end", *_BESIDE_YEARS))
        for one in reading.phrases
    )


def _other_levels(reading: TextReading) -> bool:
    """Return whether a heading says a level that its rows may not be of: *TPT Nasional*, *kota*."""
    kinds = [*(one.kind for one in reading.phrases), ""]
    for at, one in enumerate(reading.phrases[: reading.by_place]):
        placed = kinds[at + 1] == "region" or (at > 0 and kinds[at - 1] == "neutral")
        levels = ("city", "village", "province", "nation")[: 4 - 2 * placed]
        if one.kind == "level" and one.key in levels:
            return True
    return False


def _besides_unit(reading: TextReading, own: Collection[str]) -> list[str]:
    """Return the unknown words of a heading but for the unit at its end: *panjang jalan (km)*."""
    words = [at for at, token in enumerate(reading.tokens) if token.word[0].isalnum()]
    before = {reading.tokens[at].word for at in range(words[-1]) if at + 2 >= words[-1]}
    ends = {words[-1]} if before.isdisjoint({*word_set("split-by"), "/"}) else set()
    return [word for at, word in reading.unknown if at not in ends or word not in own]
