"""Every word that people read, in English and Indonesian, side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kencana_targets.core.errors import refuse
from kencana_targets.core.rounding import round_printed
from kencana_targets.core.terms import OPEN_LOWER, OPEN_UPPER, Rounding

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "id")
# Where a figure would stand.
NOTHING = "-"
# Figures stated with more decimals than these are taken for computed ones.
MOST_STATED = 4
# Characters that would change a terminal, a table or the reading direction.
_INERT = dict.fromkeys(
    [*range(32), 127, *range(128, 160), *range(8232, 8239), *range(8294, 8298), 8206, 8207], " "
)

COLUMNS: Mapping[str, tuple[str, str]] = {
    "region": ("Region code", "Kode wilayah"),
    "region_name": ("Region", "Wilayah"),
    "indicator": ("Indicator code", "Kode indikator"),
    "indicator_name": ("Indicator", "Indikator"),
    "unit": ("Unit", "Satuan"),
    "direction": ("Direction", "Polarisasi"),
    "year": ("Year", "Tahun"),
    "baseline_year": ("Baseline year", "Tahun kondisi awal"),
    "baseline": ("Baseline", "Kondisi awal"),
    "target": ("Target", "Target"),
    "target_year": ("Target year", "Tahun target"),
    "target_basis": ("Basis of target", "Dasar target"),
    "target_source": ("Source of target", "Sumber target"),
    "actual": ("Actual", "Realisasi"),
    "actual_source": ("Source of actual", "Sumber realisasi"),
    "gap": ("Gap", "Selisih"),
    "achievement": ("Achievement (%)", "Capaian (%)"),
    "formula": ("Formula", "Rumus"),
    "score": ("Score", "Nilai"),
    "band": ("Band", "Kategori"),
    "met": ("Met", "Tercapai"),
    "status": ("Status", "Status"),
    "reason": ("Reason", "Keterangan"),
    "progress": ("Progress", "Kemajuan"),
    "level": ("Level", "Tingkat"),
    "rank": ("Rank", "Peringkat"),
    "scored": ("Scored", "Dinilai"),
    "expected": ("Expected", "Diharapkan"),
    "coverage": ("Coverage", "Kelengkapan"),
    "share": ("Share of population (%)", "Bagian penduduk (%)"),
    "category": ("Category", "Golongan"),
    "ratio": ("Ratio", "Rasio"),
    "clause": ("Clause", "Ketentuan"),
    "standard_error": ("Standard error", "Galat baku"),
    "error_basis": ("Basis of error", "Dasar galat"),
    "probability_met": ("Probability of meeting the target", "Peluang target tercapai"),
    "surveys": ("Surveys", "Survei"),
    "projected": ("Projected", "Proyeksi"),
    "lower": ("Lower", "Bawah"),
    "upper": ("Upper", "Atas"),
    "arrival_year": ("Year of arrival", "Tahun tercapai"),
    "arrival": ("Arrival", "Ketercapaian"),
    "required_points": ("Points a year required", "Poin per tahun yang diperlukan"),
}

WORDS: Mapping[str, tuple[str, str]] = {
    "maximize": ("higher is better", "makin tinggi makin baik"),
    "minimize": ("lower is better", "makin rendah makin baik"),
    "stabilize": ("on target is best", "tepat target paling baik"),
    "ratio": ("ratio R/T", "rasio R/T"),
    "reflected": ("reflected (2T-R)/T", "cermin (2T-R)/T"),
    "inverse": ("inverse T/R", "kebalikan T/R"),
    "range": ("range", "rentang"),
    "stabilize-formula": ("closeness to the target", "kedekatan dengan target"),
    "baseline": ("baseline", "kondisi awal"),
    "derived": ("derived", "turunan hitungan"),
    "official": ("official target", "target resmi"),
    "interpolated": ("interpolated between official figures", "interpolasi antarangka resmi"),
    "inherited": ("official target inherited", "target resmi turunan"),
    "inherited-interpolated": ("interpolated target inherited", "target interpolasi turunan"),
    "interpolated-to-inherited": (
        "from the own baseline to the inherited end target",
        "dari kondisi awal sendiri ke target akhir turunan",
    ),
    "scored": ("scored", "dinilai"),
    "no-actual": ("no actual", "tanpa realisasi"),
    "no-target": ("no target", "tanpa target"),
    "not-measured": ("not measured at this level", "tidak diukur pada tingkat ini"),
    "undefined": ("undefined", "tidak terdefinisi"),
    "linear": ("linear", "linear"),
    "constant-rate": ("constant annual rate", "laju tahunan tetap"),
    "logit": ("logit", "logit"),
    "complement-rate": ("constant rate of the remaining gap", "laju tetap atas sisa kesenjangan"),
    "monotone": ("monotone", "monoton"),
    "step": ("step", "bertahap"),
    "yes": ("yes", "ya"),
    "no": ("no", "tidak"),
}

REASONS: Mapping[str, tuple[str, str]] = {
    "never-set": (
        "no target is set, here or in a region above",
        "tidak ada target, di sini maupun di wilayah atasnya",
    ),
    "outside-years": (
        "the year lies outside the years that have targets",
        "tahun ini di luar tahun-tahun yang bertarget",
    ),
    "no-shape": (
        "no official target for the year, and no path shape is declared",
        "tidak ada target resmi untuk tahun ini dan bentuk jalur tidak dinyatakan",
    ),
    "no-baseline": (
        "no baseline of its own to lead from to the end target of the region above",
        "tidak ada kondisi awal sendiri untuk menuju target akhir wilayah atasnya",
    ),
    "shape-refused": (
        "the declared path shape cannot pass through these values",
        "bentuk jalur yang dinyatakan tidak dapat melalui nilai ini",
    ),
    "no-actual": ("no actual for the year", "tidak ada realisasi untuk tahun ini"),
    "not-measured": (
        "the indicator is not measured at this level",
        "indikator tidak diukur pada tingkat ini",
    ),
    "zero-target": (
        "a target of zero has no percentage without a named worst value",
        "target nol tidak memiliki persentase tanpa nilai terburuk yang ditetapkan",
    ),
    "mixed-signs": (
        "actual and target differ in sign: their ratio has no meaning",
        "realisasi dan target berbeda tanda: rasionya tidak bermakna",
    ),
    "negative-target": (
        "no formula is known for a negative target of this direction",
        "tidak ada rumus untuk target negatif dengan polarisasi ini",
    ),
    "zero-actual": (
        "the inverse formula T/R is undefined for an actual of zero",
        "rumus kebalikan T/R tidak terdefinisi untuk realisasi nol",
    ),
    "stabilize-range": (
        "no source gives a percentage for a stabilize indicator with a range",
        "tidak ada sumber yang memberi persentase untuk indikator stabilize dengan rentang",
    ),
    "no-score": (
        "the rule's source states no score for this percentage",
        "sumber aturan tidak menyatakan nilai untuk persentase ini",
    ),
    "no-band": (
        "the rule's source has no word for this percentage",
        "sumber aturan tidak memiliki predikat untuk persentase ini",
    ),
    "rule-without-bands": (
        "the rule's source states no bands",
        "sumber aturan tidak menyatakan kategori",
    ),
}


def check_language(language: str) -> int:
    """Return the position of a language, or refuse it."""
    if language not in LANGUAGES:
        refuse("language", language, ", ".join(LANGUAGES))
    return LANGUAGES.index(language)


def label(words: Mapping[str, tuple[str, str]], key: str, language: str = "en") -> str:
    """Return a word in a language.

    Examples
    --------
    >>> label(COLUMNS, "actual", "id")
    'Realisasi'
    """
    return words[key][check_language(language)]


def rounded(value: float, decimals: int) -> float:
    """Round a figure as it is printed, half up."""
    return float(round_printed(np.asarray(float(value)), decimals, Rounding.HALF_UP))


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
