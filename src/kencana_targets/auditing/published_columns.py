"""What the columns of a published table hold, by their headings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from kencana_targets.tables.asked import check_headings
from kencana_targets.tables.headings import SYNONYMS, Heading, fold, year_of

FIGURES = ("target", "actual", "achievement")
# What each column is called in print, folded; a percent sign is the word 'persen'.
NAMES: Mapping[str, str] = {
    "target": f"{SYNONYMS['target']}; rencana",
    "actual": f"{SYNONYMS['actual']}; realization",
    "achievement": f"{SYNONYMS['achievement']}; persen realisasi; persentase realisasi",
    "agency": "agency; instansi; lembaga; opd; skpd; perangkat daerah; unit kerja; satuan kerja; "
    "satker",
    "region": SYNONYMS["region"],
    "province": SYNONYMS["province"],
    "indicator": "; ".join(name for name in SYNONYMS["indicator"].split("; ") if "kode" not in name)
    + "; indikator utama; indikator utama iku; "
    "indikator kegiatan; indikator program; indikator sub kegiatan; indikator tujuan; "
    "indikator program ikp; indikator kegiatan ikk; indikator output; indikator keluaran; "
    "indikator outcome; indikator hasil; indikator kunci; ikk; ikp",
    "year": SYNONYMS["year"],
    "direction": "direction; polarisasi; polaritas",
    "band": "band; category; kategori; predikat; kriteria",
    "decimals": "decimals; desimal",
}
# Names that more words may follow, which then tell one column from another: 'realisasi anggaran'.
OPEN = (
    "target; actual; achievement; realisasi; capaian; tingkat capaian; persen capaian; "
    "persentase capaian; persen realisasi; persentase realisasi"
)
FILLERS = frozenset(("printed", "kinerja", "k", "tahun", "thn", "year"))
_PERCENT = "persen"
UNITS = frozenset(map(fold, SYNONYMS["unit"].split(";")))
_LONGEST = 200


def _words(text: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the words of a heading without fillers, if there are others, and its years."""
    words = fold(text.replace("%", f" {_PERCENT} ")).split()
    plain = [word for word in words if word not in FILLERS] or words
    years = [word for word in plain if year_of(word) is not None]
    return tuple(word for word in plain if word not in years), years


_NAMED = {
    _words(name)[0]: role
    for role, names in reversed([*NAMES.items()])
    for name in names.split(";")
    if _words(name)[0]
}
_YEARS = frozenset(map(fold, NAMES["year"].split(";")))
_OPEN = frozenset(_words(name)[0] for name in OPEN.split(";"))
_BEGINNING = re.compile(
    rf"%|\b(?:{'|'.join({words[0] for words, role in _NAMED.items() if role in FIGURES})})\b",
    re.IGNORECASE,
)
_MOST_WORDS = max(map(len, _NAMED))


def told_roles(columns: Mapping[str, str | Sequence[str]] | None) -> dict[str, str]:
    """Return the role of each heading that the caller names, in lower case."""
    told = {}
    check_headings(columns, (*NAMES, "ignored"))
    for role, wanted in (columns or {}).items():
        for heading in [wanted] if isinstance(wanted, str) else wanted:
            told[heading.casefold()] = role
    return told


def is_percent(heading: str) -> bool:
    """Return whether a heading speaks of percent.

    Examples
    --------
    >>> is_percent("Serapan Keuangan (%)"), is_percent("Sisa anggaran (Rp)")
    (True, False)
    """
    return not {_PERCENT, "persentase"}.isdisjoint(_words(heading)[0])


@cache
def is_unit(heading: str) -> bool:
    """Return whether a heading is that of a column of units."""
    return fold(heading) in UNITS


def may_name_figure(word: str, told: Mapping[str, str]) -> bool:
    """Return whether a cell has a word that headings of figures begin with; fast.

    Examples
    --------
    >>> may_name_figure("% Realisasi", {}), may_name_figure("Persalinan", {})
    (True, False)
    """
    if len(word) > _LONGEST:
        return False
    return bool(_BEGINNING.search(word)) or not word.isascii() or word.casefold() in told


def read_heading(path: tuple[str, ...], told: Mapping[str, str]) -> Heading:
    """Say what a column of a published table holds, and what tells it from others.

    Parameters
    ----------
    path : tuple of str
        Its heading, from the top down.
    told : mapping
        Roles that the caller tells; what else would be of such a role is ignored.

    Returns
    -------
    Heading
        Its ``role`` is a key of `NAMES`, ``"ignored"`` or ``"unknown"``.

    Examples
    --------
    >>> one = read_heading(("Anggaran (Rp)", "Realisasi 2020"), {})
    >>> one.role, one.year, one.rest
    ('actual', 2020.0, ('anggaran', 'rp'))
    >>> read_heading(("Capaian Kinerja (%)",), {}).rest
    ()
    """
    text = " / ".join(path)
    if max(map(len, path), default=0) > _LONGEST:
        return Heading(text, "unknown")
    parts = [part.casefold() for part in path]
    whole = told.get(text.casefold())
    role = whole or next((told[part] for part in reversed(parts) if part in told), "")
    worded = [part for part in parts if year_of(part) is None]
    said: list[str] = []
    for part in reversed(parts):
        words, years = _words(part)
        said += years
        if whole or part in told:
            # Of a heading that is told, no more than its year is asked.
            continue
        if not role and part in worded[-1:] and fold(part) in _YEARS:
            role, words = _unless_told("year", told), ()
        elif not role:
            role, words = _meaning(words, told, bottom=part in worded[-1:])
        said += words
    if not role and any(_words(part)[0] == (_PERCENT,) for part in parts):
        # Under another word a mere percent sign is its unit.
        role = _unless_told("achievement", told)
    when = {float(word) for word in said if year_of(word) is not None}
    year = when.pop() if len(when) == 1 else None
    rest = {word for word in said if year is None or year_of(word) is None}
    rest -= {*FILLERS, _PERCENT}
    return Heading(text, role or "unknown", year=year, rest=tuple(sorted(rest)))


def _meaning(
    words: tuple[str, ...], told: Mapping[str, str], *, bottom: bool
) -> tuple[str, tuple[str, ...]]:
    """Return the role that words of a heading name, if any, and those beyond its name."""
    for length in range(min(len(words), _MOST_WORDS), 0, -1):
        role, beyond = _NAMED.get(words[:length]), words[length:]
        apt = not set(beyond) - {_PERCENT} or words[:length] in _OPEN
        # Only figures have subheadings.
        if role and apt and (bottom or role in FIGURES):
            return _unless_told(role, told), beyond
    return "", words


def _unless_told(role: str, told: Mapping[str, str]) -> str:
    return "ignored" if role in told.values() else role
