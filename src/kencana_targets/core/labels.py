"""Every word that people read, in English and Indonesian: those of ``data/words.csv``."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from kencana_targets.core.errors import LANGUAGES as LANGUAGES  # noqa: PLC0414 (commands offer them)
from kencana_targets.core.errors import check_language as check_language  # noqa: PLC0414
from kencana_targets.core.resources import data_rows
from kencana_targets.core.terms import OPEN_LOWER, OPEN_UPPER, Rounding

if TYPE_CHECKING:
    from kencana_targets.core.typing import Floats, Ints, Language


# Where a figure would stand.
NOTHING = "-"
# Figures stated with more decimals than these are taken for computed ones.
MOST_STATED = 4
# No print has more.
MOST_DECIMALS = 9
_MARKS = str.maketrans(",.", ".,")
# Characters that would change a terminal, a table or the reading direction, or that no XML holds.
_INERT = dict.fromkeys(
    [
        *range(32), 127, *range(128, 160), *range(8232, 8239), *range(8294, 8298), 8206, 8207,
        *range(0xD800, 0xE000), 0xFFFE, 0xFFFF,
    ],
    " ",
)  # fmt: skip


def words(kind: str, language: Language = "en") -> dict[str, str]:
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


def label(kind: str, key: str, language: Language = "en", **fields: Any) -> str:
    """Return a word in a language, with its fields filled in.

    Examples
    --------
    >>> label("column", "actual", "id"), label("narrative", "point", count=1, value="0.5")
    ('Realisasi', '0.5 point')
    """
    text = words(kind, language)[key]
    return text.format(**fields) if fields else text


def unit(stated: str, indonesian: str, language: Language = "en") -> str:
    """Return a unit in a language: as its plan words it, else a known one translated.

    Examples
    --------
    >>> unit("percent", "", "id"), unit("Orang", "", "en"), unit("percent", "persen balita", "id")
    ('persen', 'persons', 'persen balita')
    """
    if language == "id" and indonesian:
        return indonesian
    written = stated.casefold()
    for known in words("unit", "id" if check_language(language) == 0 else "en").items():
        if written == known[1].casefold():
            return words("unit", language)[known[0]]
    return stated


def rounded(value: float, decimals: int) -> float:
    """Round a figure as it is printed, half up."""
    scale = 10.0**decimals
    whole = _snapped(value * scale)
    if not math.isfinite(whole):
        return value
    # Adding zero leaves no minus before it.
    return math.copysign(math.floor(abs(whole) + 0.5), whole) / scale + 0.0


def _snapped(value: float) -> float:
    """Take off what binary arithmetic added, as `rounding.snap` does for arrays."""
    scaled = value * 1e9
    return round(scaled) / 1e9 if math.isfinite(scaled) else value


def number(value: float, decimals: int, language: Language = "en") -> str:
    """Write a number as the language does: 1,234.5 or 1.234,5.

    Examples
    --------
    >>> number(1234.5, 1, "id")
    '1.234,5'
    """
    text = f"{rounded(value, decimals):,.{decimals}f}"
    return text.translate(_MARKS) if check_language(language) else text


def figure(
    value: float | None, decimals: int, language: Language = "en", *, computed: int = 2
) -> str:
    """Write a figure in full: a stated one is never rounded, a computed one to a few decimals.

    Parameters
    ----------
    value : float or None
        The figure; nothing prints as a dash.
    decimals : int
        The least number of decimals.
    language : {"en", "id"}, optional
        The language.
    computed : int, optional
        The least number of decimals of a computed figure.

    Examples
    --------
    >>> figure(22.1, 1), figure(12.55, 1), figure(18.916666666666668, 1, "id"), figure(None, 1)
    ('22.1', '12.55', '18,92', '-')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    exact = _snapped(value)
    for places in range(decimals, MOST_STATED + 1):
        if _snapped(round(exact * 10.0**places) / 10.0**places) == exact:
            return number(value, places, language)
    return number(value, max(decimals, computed), language)


def stated_places(values: Floats, places: Ints) -> Ints:
    """Return the decimals that `figure` gives to each of many figures."""
    # Commands say words without numpy, which takes longer to load than the words.
    import numpy as np

    from kencana_targets.core.rounding import snap

    chosen = np.maximum(places, 2)
    exact, waiting = snap(values), ~np.isnan(values)
    for more in range(MOST_STATED + 1):
        decimals = places + more
        scale = 10.0**decimals
        same = waiting & (snap(np.rint(exact * scale) / scale) == exact)
        same &= decimals <= MOST_STATED
        chosen = np.where(same, decimals, chosen)
        waiting &= ~same
    return chosen


def telling_places(values: Floats, others: Floats, places: Ints) -> Ints:
    """Return decimals with which figures that differ from others print differently, too.

    Examples
    --------
    >>> import numpy as np
    >>> telling_places(np.array([99.996, 80.0]), np.array([100.0, 100.0]), np.array([2, 2])).tolist()
    [3, 2]
    """
    import numpy as np

    from kencana_targets.core.rounding import snap

    places = np.array(places)
    with np.errstate(invalid="ignore", over="ignore"):
        differ = np.abs(snap(values) - snap(others)) > 0
        for _ in range(MOST_DECIMALS):
            scale = 10.0**places
            first, second = (
                np.floor(snap(np.abs(figures) * scale) + 0.5) * np.sign(figures)
                for figures in (values, others)
            )
            alike = differ & (first == second) & (places < MOST_DECIMALS)
            if not alike.any():
                break
            places = places + alike
    return places


def apart(value: float, other: float, places: int) -> int:
    """Return what `telling_places` returns, for one figure.

    Examples
    --------
    >>> apart(99.996, 100.0, 2), apart(100.0, 100.0, 2), apart(-0.0001, 0.0, 2)
    (3, 2, 4)
    """
    # Most figures print differently, and are not worth an array.
    if not 0 < abs(value - other) <= 10.0**-places:
        return places
    import numpy as np

    return int(percent_places(np.array([value]), [other], places)[0])


def percent_places(values: Floats, edges: Iterable[float], decimals: int = 2) -> Ints:
    """Return decimals that leave each percentage on its side of every edge.

    Examples
    --------
    >>> import numpy as np
    >>> percent_places(np.array([99.996, 90.5]), [91, 100]).tolist()
    [3, 2]
    """
    import numpy as np

    places = np.full(len(values), decimals)
    for edge in edges:
        places = telling_places(values, np.full(len(values), edge), places)
    return places


def figures(values: Floats, places: Ints, language: Language = "en") -> list[str]:
    """Write many numbers, each with its decimals; a dash for none."""
    import numpy as np

    from kencana_targets.core.rounding import round_printed

    texts = np.full(len(values), NOTHING, dtype=object)
    marks = _MARKS if check_language(language) else {}
    for decimals in np.unique(places).tolist():
        rows = np.flatnonzero((places == decimals) & np.isfinite(values))
        shown = round_printed(values[rows], decimals, Rounding.HALF_UP).tolist()
        texts[rows] = [f"{value:,.{decimals}f}".translate(marks) for value in shown]
    return texts.tolist()


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
