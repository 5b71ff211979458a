"""How a band looks: its word, its colour with readable text on it, and its mark; what a rule says of it."""

from __future__ import annotations

import re

from attrs import frozen

from kencana_targets.core import labels
from kencana_targets.core.labels import inert
from kencana_targets.core.messages import message
from kencana_targets.core.terms import Rounding
from kencana_targets.core.typing import Language
from kencana_targets.model.rule import Band, ScoringRule

# Marks from best to worst, for print without colour and eyes that see few colours.
# Each has a shape of its own in text and the same shape as a matplotlib marker.
MARKS = dict(enumerate(("●", "▲▼", "▲●▼", "▲■◆▼", "▲■●◆▼", "▲■●◆✚▼", "▲★■●◆✚▼"), start=1))
MARKERS = {"▲": "^", "■": "s", "●": "o", "◆": "D", "✚": "P", "★": "*", "▼": "v", "·": "o"}
# From best to worst, for bands without a colour: dark to light, safe for all eyes.
PALETTE = ("#1b6ca8", "#2e8b57", "#e8c547", "#e07b39", "#c0392b")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}", re.ASCII)
_BLACK, _WHITE = "#000000", "#ffffff"
_NONE = "-"
# Words that say another thing in these columns.
OF_COLUMN = {
    ("level", "regency"): "regency-city", ("verdict", "not-measured"): "one-figure",
    ("formula", "stabilize"): "stabilize-formula",
}  # fmt: skip


@frozen
class Look:
    """How one band is shown.

    Parameters
    ----------
    word : str
        Its word in the language of the report.
    mark : str
        One character that tells it from the others without colour.
    colour : str
        Background, ``#rrggbb``.
    ink : str
        Text colour on it: black or white, whichever reads better.
    number : str, optional
        Its place in the rule, which names its style in a page; n for no band.
    """

    word: str
    mark: str
    colour: str
    ink: str
    number: str = "n"

    @property
    def marker(self) -> str:
        """The mark as matplotlib names it."""
        return MARKERS[self.mark]


NO_BAND = Look("-", "·", "#d9d9d9", _BLACK)


def looks(rule: ScoringRule, language: Language = "en") -> list[Look]:
    """Return how each band of a rule is shown, in the order of the rule.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> [look.mark + look.word for look in looks(kt.load_rule("bkkbn-diy-2020"), "id")]
    ['▲Baik Sekali', '■Baik', '◆Cukup', '▼Kurang']
    """
    heights = [float("-inf") if band.lower is None else band.lower for band in rule.bands]
    best_first = sorted(range(len(rule.bands)), key=lambda band: -heights[band])
    marks = MARKS.get(len(rule.bands), MARKS[max(MARKS)])
    last, found = max(len(rule.bands) - 1, 1), []
    for number, band in enumerate(rule.bands):
        place = best_first.index(number)
        # A rule is a file of the user's: what is not a colour never reaches a style sheet.
        own = band.colour if _COLOUR.fullmatch(band.colour) else ""
        colour = own or PALETTE[round(place / last * (len(PALETTE) - 1))]
        shape = place if last < len(marks) else round(place / last * (len(marks) - 1))
        # As the source prints it where there is no English word.
        word = (band.label_en if language == "en" else "") or band.label
        found.append(Look(word, marks[shape], colour, ink_on(colour), f"{number}"))
    return found


def edges_of(rule: ScoringRule) -> list[float]:
    """Return the percentages at which a word or *met* changes; none where the rule rounds before."""
    if rule.rounding is not Rounding.NONE:
        return []
    known = {edge for band in rule.bands for edge in (band.lower, band.upper) if edge is not None}
    return sorted({100.0, *known})


def band_range(band: Band, language: Language) -> str:
    """Return the percentages of a band, with its edges.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> band_range(kt.load_rule("bkkbn-diy-2020").bands[1], "id")
    '≥ 87,5 - ≤ 100'
    """
    parts = []
    low, high = "≥" if band.lower_inclusive else ">", "≤" if band.upper_inclusive else "<"
    for edge, sign in ((band.lower, low), (band.upper, high)):
        if edge is not None:
            parts.append(f"{sign} {labels.figure(edge, 0, language)}")
    return " - ".join(parts)


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, from 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    high, low = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """Return black or white, whichever reads better on a colour."""
    return max(_BLACK, _WHITE, key=lambda ink: contrast(ink, colour))


def _luminance(colour: str) -> float:
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def of_rule(rule: ScoringRule, name: str, language: Language) -> tuple[str, bool]:
    """Return a text of a rule, and whether it is in English for want of one in Indonesian.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> rule = kt.load_rule("bkkbn-2023")
    >>> of_rule(rule, "edges", "id"), of_rule(rule, "edges", "en")
    (('tercapai berarti sekurang-kurangnya 100', False), ('met is at least 100', False))
    """
    own = getattr(rule, f"{name}_id") if language == "id" else ""
    written = getattr(rule, name)
    return own or written, language == "id" and bool(written) and not own


def sources_of(rule: ScoringRule, language: Language) -> list[str]:
    """Return the sources of a rule, a shipped one's in the language."""
    return [message(source, language) for source in rule.sources]


def rule_name(rule: ScoringRule, language: Language) -> str:
    """Return the full name of a rule in a language."""
    return inert(of_rule(rule, "name", language)[0])


def word_in(column: str, key: str, language: Language) -> str:
    """Return a word of the library as a column has it."""
    return labels.label("word", OF_COLUMN.get((column, key), key), language)


def formulas_of(rule: ScoringRule, language: Language) -> str:
    """Return the formula of each direction in words."""
    return "; ".join(
        f"{labels.label('word', way, language)}: {word_in('formula', formula, language)}"
        for way, formula in rule.formulas
    )


def rule_facts(
    rule: ScoringRule, language: Language, inherit: str = ""
) -> list[tuple[str, str, bool]]:
    """Return name and value of each fact, and whether the value is in English on a page that is not."""
    say = labels.words("report", language)

    def edge(value: float | None) -> str:
        return _NONE if value is None else labels.figure(value, 0, language)

    cut = rule.floor is not None or rule.cap is not None
    bands = "; ".join(
        f"{look.word} {band_range(band, language)}"
        for look, band in zip(looks(rule, language), rule.bands, strict=True)
    )
    facts = [
        (say["rule-name"], f"{rule_name(rule, language)} ({rule.code})", False),
        (say["formulas"], formulas_of(rule, language), False),
        (say["limits"], f"{edge(rule.floor)} - {edge(rule.cap)}" if cut else _NONE, False),
        (say["rounding"], say[f"rounding-{rule.rounding}"].format(decimals=rule.decimals), False),
        (say["average-of"], say[f"average-of-{rule.average}"], False),
        *([(say["inherit"], say[f"inherit-{inherit}"], False)] if inherit else []),
        (say["bands"], bands or _NONE, False),
        *(
            (say[name], *of_rule(rule, name, language))
            for name in ("edges", "certainty", "colours")
        ),
        *((say["sources"], source, False) for source in sources_of(rule, language)),
    ]
    return [(name, inert(value or _NONE), english) for name, value, english in facts]
