"""Sentences and headings of reports, in English and Indonesian, side by side.

Words for columns, formulas and reasons are in `labels`; here is what stands
around them. Every entry is ``(English, Indonesian)`` with the same fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FIGURES", "NARRATIVE"]

NARRATIVE: Mapping[str, tuple[str, str]] = {
    "stands": (
        "{indicator} in {region} stood at {actual} {unit} in {year}{compared}{required}.",
        "{indicator} {region} {actual} {unit} pada {year}{compared}{required}.",
    ),
    "above": (", {gap} above the {goal}", ", {gap} di atas {goal}"),
    "below": (", {gap} below the {goal}", ", {gap} di bawah {goal}"),
    "at": (", exactly at the {goal}", ", tepat pada {goal}"),
    "within": (", within the {goal}", ", di dalam {goal}"),
    "goal-target": ("target of {value}", "target {value}"),
    "goal-path": ("path of {value}", "jalur {value}"),
    "goal-range": ("target range {low} to {high}", "rentang target {low} sampai {high}"),
    "goal-most": ("upper limit of {high}", "batas atas {high}"),
    "goal-least": ("lower limit of {low}", "batas bawah {low}"),
    "points": ("{value} points", "{value} poin"),
    "point": ("{value} point", "{value} poin"),
    "decrease": (
        "; reaching {end} in {year} takes a decrease of {rate} a year",
        "; untuk mencapai {end} pada {year} diperlukan penurunan {rate} per tahun",
    ),
    "increase": (
        "; reaching {end} in {year} takes an increase of {rate} a year",
        "; untuk mencapai {end} pada {year} diperlukan kenaikan {rate} per tahun",
    ),
    "reached": (
        "; the end target of {end} ({year}) has already been reached",
        "; target akhir {end} ({year}) sudah tercapai",
    ),
    "met": (
        "The target for {year}{owner} was met: achievement {percent} percent{score}{band}.",
        "Target {year}{owner} tercapai: capaian {percent} persen{score}{band}.",
    ),
    "not-met": (
        "The target for {year}{owner} was not met: achievement {percent} percent{score}{band}.",
        "Target {year}{owner} tidak tercapai: capaian {percent} persen{score}{band}.",
    ),
    "owner": (", inherited from {owner},", ", turunan dari {owner},"),
    "score": (", score {value}", ", nilai {value}"),
    "band": (", band {band}", ", kategori {band}"),
    "undefined": (
        "Its achievement is undefined: {reason}.",
        "Capaiannya tidak terdefinisi: {reason}.",
    ),
    "fallen": (
        "Since {year} ({baseline}) the figure has fallen by {change}{share}{sources}.",
        "Sejak {year} ({baseline}) angka ini turun {change}{share}{sources}.",
    ),
    "risen": (
        "Since {year} ({baseline}) the figure has risen by {change}{share}{sources}.",
        "Sejak {year} ({baseline}) angka ini naik {change}{share}{sources}.",
    ),
    "unchanged": (
        "Since {year} ({baseline}) the figure has not changed{sources}.",
        "Sejak {year} ({baseline}) angka ini tidak berubah{sources}.",
    ),
    "share": (
        " or {share} percent of the way to the end target",
        " atau {share} persen dari jarak ke target akhir",
    ),
    "away": (", away from the end target", ", menjauhi target akhir"),
    "sources": (
        "; the two figures come from different sources",
        "; kedua angka berasal dari sumber yang berbeda",
    ),
    "no-actual": (
        "{indicator} in {region}: there is no figure for {year}{known}.",
        "{indicator} {region} untuk {year} tidak tersedia{known}.",
    ),
    "known-target": ("; the {goal} {unit} cannot be judged", "; {goal} {unit} tidak dapat dinilai"),
    "no-target": (
        "It cannot be judged: {reason}.",
        "Angka ini tidak dapat dinilai: {reason}.",
    ),
    "not-measured": (
        "{indicator} in {region} is not judged for {year}: {reason}.",
        "{indicator} {region} tidak dinilai untuk {year}: {reason}.",
    ),
}

FIGURES: Mapping[str, tuple[str, str]] = {
    "path": ("Path of targets", "Jalur target"),
    "official": ("Official target", "Target resmi"),
    "interpolated": ("Interpolated target", "Target interpolasi"),
    "baseline": ("Baseline", "Kondisi awal"),
    "actual": ("Actual", "Realisasi"),
    "interval": ("95% interval", "Interval 95%"),
    "target": ("Target of the year", "Target tahun ini"),
    "no-band": ("no band", "tanpa kategori"),
    "without": (
        "{count} regions without an actual are not drawn",
        "{count} wilayah tanpa realisasi tidak digambar",
    ),
    "left-out": (
        "{count} regions between these are not drawn",
        "{count} wilayah di antaranya tidak digambar",
    ),
    "more": ("{count} more regions are not drawn", "{count} wilayah lagi tidak digambar"),
    "percent": ("Achievement (%)", "Capaian (%)"),
    "average": ("Average of the indicators", "Rata-rata indikator"),
    "better": ("higher than before", "lebih tinggi dari sebelumnya"),
    "worse": ("lower than before", "lebih rendah dari sebelumnya"),
    "same": ("unchanged", "tetap"),
    "heat": ("Achievement by region and indicator", "Capaian menurut wilayah dan indikator"),
    "no-data": ("no figure", "tanpa angka"),
    "province": ("Provinces", "Provinsi"),
}
