"""Every word that people read, in English and Indonesian: those of ``data/words.csv``."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np

from kencana_targets.core.errors import refuse
from kencana_targets.core.resources import data_rows
from kencana_targets.core.rounding import round_printed
from kencana_targets.core.terms import OPEN_LOWER, OPEN_UPPER, Rounding

LANGUAGES = ("en", "id")
# Where a figure would stand.
NOTHING = "-"
# Figures stated with more decimals than these are taken for computed ones.
MOST_STATED = 4
# Characters that would change a terminal, a table or the reading direction.
_INERT = dict.fromkeys(
    [*range(32), 127, *range(128, 160), *range(8232, 8239), *range(8294, 8298), 8206, 8207], " "
)


def check_language(language: str) -> int:
    """Return the position of a language, or refuse it."""
    if language not in LANGUAGES:
        refuse("language", language, ", ".join(LANGUAGES))
    return LANGUAGES.index(language)


def words(kind: str, language: str = "en") -> dict[str, str]:
    """Return all words of a kind in a language, by their keys.

    Examples
    --------
    >>> words("comparison", "id")["nation"]
    'nasional'
    """
    return _of_language(check_language(language))[kind]


@cache
def _of_language(language: int) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in data_rows("words.csv"):
        texts = row["english"], row["indonesian"]
        found.setdefault(row["kind"], {})[row["key"]] = texts[language]
    return found


def label(kind: str, key: str, language: str = "en", **fields: Any) -> str:
    """Return a word in a language, with its fields filled in.

    Examples
    --------
    >>> label("column", "actual", "id"), label("narrative", "point", count=1, value="0.5")
    ('Realisasi', '0.5 point')
    """
    text = words(kind, language)[key]
    return text.format(**fields) if fields else text


def rounded(value: float, decimals: int) -> float:
    """Round a figure as it is printed, half up: `round_printed` for one, many times as fast."""
    scale = 10.0**decimals
    scaled = float(value) * scale
    if not math.isfinite(scaled * 1e9):
        return float(round_printed(np.asarray(float(value)), decimals, Rounding.HALF_UP))
    scaled = round(scaled * 1e9) / 1e9
    return math.copysign(math.floor(abs(scaled) + 0.5), scaled) / scale + 0.0


def number(value: float, decimals: int, language: str = "en") -> str:
    """Write a number as the language does: 1,234.5 or 1.234,5.

    Examples
    --------
    >>> number(1234.5, 1, "id")
    '1.234,5'
    """
    text = f"{rounded(value, decimals):,.{decimals}f}"
    if check_language(language):
        text = text.translate(str.maketrans(",.", ".,"))
    return text


def figure(value: float, decimals: int, language: str = "en", *, computed: int = 2) -> str:
    """Write a figure in full: a stated one is never rounded, a computed one to a few decimals.

    Parameters
    ----------
    value : float
        The figure.
    decimals : int
        The least number of decimals.
    language : {"en", "id"}, optional
        The language.
    computed : int, optional
        The least number of decimals of a computed figure.

    Examples
    --------
    >>> figure(22.1, 1), figure(12.55, 1), figure(18.916666666666668, 1, "id")
    ('22.1', '12.55', '18,92')
    """
    for places in range(decimals, MOST_STATED + 1):
        if round(value, places) == round(value, 9):
            return number(value, places, language)
    return number(value, max(decimals, computed), language)


def target_range(low: str, high: str, ends: int) -> str:
    """Write a range of which either bound may be missing or open.

    Examples
    --------
    >>> target_range("80", "90", 0), target_range(NOTHING, "20", 2)
    ('80 - 90', '< 20')
    """
    least = f"{'>' if ends & OPEN_LOWER else '≥'} {low}"
    most = f"{'<' if ends & OPEN_UPPER else '≤'} {high}"
    if NOTHING in (low, high):
        return most if low == NOTHING else least
    return f"{least}, {most}" if ends else f"{low} - {high}"


def inert(text: str) -> str:
    """Return text without control characters, line breaks and direction marks."""
    return text.translate(_INERT)
