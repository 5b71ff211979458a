"""Sentences and headings of reports, in English and Indonesian, side by side.

Words for columns, formulas and reasons are in `labels`; here is what stands
around them. Every entry is ``(English, Indonesian)`` with the same fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NARRATIVE: Mapping[str, tuple[str, str]] = {
    "stands": (
        "{indicator} in {region} stood at {actual} {unit} in {year}{compared}{required}.",
        "{indicator} {region} {actual} {unit} pada {year}{compared}{required}.",
    ),
    "above": (", {gap} above the {goal}", ", {gap} di atas {goal}"),
    "below": (", {gap} below the {goal}", ", {gap} di bawah {goal}"),
    "at": (", exactly at the {goal}", ", tepat pada {goal}"),
    "at-open-end": (
        ", exactly at the {goal}, which itself does not count",
        ", tepat pada {goal}, yang sendiri tidak termasuk",
    ),
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
    "both": (
        "on the indicators scored in both years: {count} a region",
        "atas indikator yang dinilai di kedua tahun: {count} per wilayah",
    ),
    "percent": ("Achievement (%)", "Capaian (%)"),
    "average": ("Average of the indicators", "Rata-rata indikator"),
    "better": ("higher than before", "lebih tinggi dari sebelumnya"),
    "worse": ("lower than before", "lebih rendah dari sebelumnya"),
    "same": ("unchanged", "tetap"),
    "heat": ("Achievement by region and indicator", "Capaian menurut wilayah dan indikator"),
    "no-data": ("no figure", "tanpa angka"),
    "province": ("Provinces", "Provinsi"),
}

REPORT: Mapping[str, tuple[str, str]] = {
    "title": ("Evaluation of targets", "Evaluasi capaian target"),
    "judged-by": ("Scoring rule", "Aturan penilaian"),
    "years": ("Years evaluated", "Tahun evaluasi"),
    "contents": ("Contents", "Daftar isi"),
    "summary": ("Summary", "Ringkasan"),
    "summary-year": ("Summary of {year}", "Ringkasan {year}"),
    "counts": (
        "Of {rows} rows of {year} (region and indicator), {scored} are scored and {met} reached their target.",
        "Dari {rows} baris tahun {year} (wilayah dan indikator), {scored} dinilai dan {met} mencapai targetnya.",
    ),
    "by-band": ("Rows in each band", "Jumlah baris menurut kategori"),
    "band": ("Band", "Kategori"),
    "rows": ("Rows", "Baris"),
    "share": ("Share", "Bagian"),
    "no-band": ("No band", "Tanpa kategori"),
    "not-scored": ("Not scored", "Tidak dinilai"),
    "regions-best": ("Highest averages", "Rata-rata tertinggi"),
    "regions-worst": ("Lowest averages", "Rata-rata terendah"),
    "improved-years": (
        "Most improved from {first} to {second}",
        "Kenaikan rata-rata terbesar {first} ke {second}",
    ),
    "improved-road": (
        "Furthest on the way from baseline to end target",
        "Terjauh dari kondisi awal menuju target akhir",
    ),
    "on-indicators": (
        "on {count} indicators scored in both years",
        "pada {count} indikator yang dinilai di kedua tahun",
    ),
    "change": ("Change (points)", "Perubahan (poin)"),
    "progress": ("Progress (%)", "Kemajuan (%)"),
    "average": ("Average", "Rata-rata"),
    "by-indicator": ("By indicator", "Menurut indikator"),
    "met": ("Target met", "Target tercapai"),
    "figures": ("Figures", "Gambar"),
    "figure-alt": (
        "{title}. The numbers are in the league table and in the sections of the regions.",
        "{title}. Angkanya ada di tabel peringkat dan di bagian tiap wilayah.",
    ),
    "league": ("League table", "Tabel peringkat"),
    "league-of": (
        "League table of {year}: rank among regions of the same level, by score as printed",
        "Tabel peringkat {year}: peringkat di antara wilayah setingkat, menurut nilai tercetak",
    ),
    "filter-region": ("Region contains", "Nama wilayah memuat"),
    "filter-indicator": ("Indicator", "Indikator"),
    "filter-band": ("Band", "Kategori"),
    "all": ("all", "semua"),
    "shown": ("rows shown", "baris ditampilkan"),
    "sort-hint": ("Choose a heading to sort.", "Pilih judul kolom untuk mengurutkan."),
    "basis": ("Basis", "Dasar"),
    "basis-note": ("Basis of the target", "Dasar target"),
    "regions": ("Regions", "Wilayah"),
    "region-average": (
        "Average {year}: {score}{band}; rank {rank} of {peers}; {scored} of {expected} indicators scored.",
        "Rata-rata {year}: {score}{band}; peringkat {rank} dari {peers}; {scored} dari {expected} indikator dinilai.",
    ),
    "region-without": (
        "No average for {year}: {scored} of {expected} indicators scored.",
        "Tidak ada rata-rata {year}: {scored} dari {expected} indikator dinilai.",
    ),
    "line": (
        "Small line: grey is the path of targets, blue what was reached",
        "Garis kecil: abu-abu jalur target, biru realisasi",
    ),
    "why": ("Why", "Penjelasan"),
    "sources-of": ("Sources", "Sumber"),
    "unscored": ("What could not be scored, and why", "Yang tidak dapat dinilai, dan sebabnya"),
    "unscored-none": (
        "Every row has a score and a word.",
        "Semua baris memiliki nilai dan kategori.",
    ),
    "unscored-more": (
        "and {count} more, in the sections of the regions",
        "dan {count} lainnya, di bagian tiap wilayah",
    ),
    "rule": ("The rule", "Aturan"),
    "rule-name": ("Rule", "Aturan"),
    "formulas": ("Formulas", "Rumus"),
    "limits": ("Cut to", "Dipotong pada"),
    "rounding": ("Rounding", "Pembulatan"),
    "rounding-none": ("not rounded before scoring", "tidak dibulatkan sebelum dinilai"),
    "rounding-half-up": ("half up to {decimals} decimals", "setengah ke atas, {decimals} desimal"),
    "rounding-half-even": (
        "half to even, {decimals} decimals",
        "setengah ke genap, {decimals} desimal",
    ),
    "rounding-truncate": (
        "cut off after {decimals} decimals",
        "dipotong setelah {decimals} desimal",
    ),
    "average-of": ("Average of", "Rata-rata dari"),
    "average-of-score": ("scores", "nilai"),
    "average-of-achievement": ("achievements", "capaian"),
    "bands": ("Bands", "Kategori"),
    "range": ("Percent", "Persen"),
    "printed-as": ("As the source prints it", "Menurut sumber"),
    "edges": ("Edges", "Batas"),
    "certainty": ("Certainty", "Kepastian"),
    "colours": ("Colours", "Warna"),
    "inherit": ("Regions without a target of their own", "Wilayah tanpa target sendiri"),
    "inherit-path": (
        "are judged by the value of the region above for the year",
        "dinilai dengan angka wilayah di atasnya untuk tahun itu",
    ),
    "inherit-end-target": (
        "are judged on a path from their own baseline to the end target of the region above",
        "dinilai pada jalur dari kondisi awal sendiri ke target akhir wilayah di atasnya",
    ),
    "inherit-none": ("are not judged", "tidak dinilai"),
    "sources": ("Sources", "Sumber"),
    "made-with": (
        "Made with kencana-targets {version}. This file needs nothing from outside.",
        "Dibuat dengan kencana-targets {version}. Berkas ini tidak memerlukan apa pun dari luar.",
    ),
    "top": ("Skip to the content", "Langsung ke isi"),
}

NOTEBOOK: Mapping[str, tuple[str, str]] = {
    "more": ("{count} more rows are not shown", "{count} baris lagi tidak ditampilkan"),
    "line": ("Path and actuals", "Jalur dan realisasi"),
    "line-note": (
        "Small line: grey is the path of targets, blue what was reached",
        "Garis kecil: abu-abu jalur target, biru realisasi",
    ),
    "rule": ("Rule: {name}", "Aturan: {name}"),
    "plan": (
        "{indicators} indicators, {regions} regions, {baselines} baselines, {targets} targets",
        "{indicators} indikator, {regions} wilayah, {baselines} kondisi awal, {targets} target",
    ),
    "years": ("Targets for", "Tahun target"),
    "count": ("Targets", "Jumlah target"),
    "shape": ("Path shape", "Bentuk jalur"),
    "no-shape": ("no shape declared", "bentuk tidak dinyatakan"),
    "owner": ("path of {owner}", "jalur {owner}"),
    "band": ("Band", "Kategori"),
    "printed": ("As the source prints it", "Menurut sumber"),
    "range": ("Percent", "Persen"),
}

WORKBOOK: Mapping[str, tuple[str, str]] = {
    "sheet-meeting": ("Meeting", "Rapat"),
    "sheet-scorecard": ("Scorecard", "Kartu skor"),
    "sheet-regions": ("Regions", "Wilayah"),
    "sheet-explanations": ("Explanations", "Penjelasan"),
    "sheet-paths": ("Paths", "Jalur"),
    "sheet-sources": ("Sources", "Sumber"),
    "number": ("No", "No"),
    "objective": ("Objective (region)", "Sasaran (wilayah)"),
    "average": ("AVERAGE", "RATA-RATA"),
    "criteria": ("CRITERIA", "KRITERIA"),
    "rule": ("Rule: {name}", "Aturan: {name}"),
    "explanation": ("Explanation", "Penjelasan"),
    "arithmetic": ("Arithmetic", "Perhitungan"),
    "page": ("Page &P of &N", "Halaman &P dari &N"),
    "target": ("Target", "Target"),
    "actual": ("Actual", "Realisasi"),
    "peers": ("Of", "Dari"),
    "not-drawn": (
        "{count} more paths are not drawn; the scorecard sheet has their figures",
        "{count} jalur lagi tidak digambar; angkanya ada di lembar kartu skor",
    ),
    "fact": ("What", "Perihal"),
    "content": ("Content", "Isi"),
}

FORM_E19: Mapping[str, tuple[str, str]] = {
    "title": (
        "Evaluation of the annual work plan (Form E.19)",
        "Evaluasi terhadap hasil rencana kerja (Formulir E.19)",
    ),
    "sheet": ("E.19", "E.19"),
    "number": ("No", "No"),
    "objective": ("Objective", "Sasaran"),
    "programme": ("Programme / activity", "Program / kegiatan"),
    "indicator": ("Performance indicator", "Indikator kinerja"),
    "unit": ("Unit", "Satuan"),
    "plan_target": ("Target at the end of the plan", "Target akhir rencana"),
    "realised_before": ("Realised up to last year", "Realisasi s.d. tahun lalu"),
    "year_target": ("Target of the year", "Target tahun berjalan"),
    "quarter": ("Quarter {number}", "Triwulan {number}"),
    "realised": ("Realised this year", "Realisasi tahun berjalan"),
    "year_share": ("% of the year's target (13/8)", "% target tahun berjalan (13/8)"),
    "cumulative": ("Realised so far (7+13)", "Realisasi s.d. tahun berjalan (7+13)"),
    "plan_share": ("% of the plan's target (15/6)", "% target akhir rencana (15/6)"),
    "in_charge": ("Office in charge", "Penanggung jawab"),
    "note": (
        "Column 13 combines the quarters that are filled, by each indicator's own rule: sum, last known value or average. Figures that are not sums do not add up over years: their column 15 repeats column 13.",
        "Kolom 13 menggabungkan triwulan yang terisi menurut aturan tiap indikator: jumlah, nilai terakhir, atau rata-rata. Angka yang bukan jumlah tidak dijumlahkan antartahun: kolom 15 mengulang kolom 13.",
    ),
    "formula-reflected": (
        "Indicators for which lower is better: columns 14 and 16 are (2T - R) / T x 100, with R from columns 13 and 15, T from columns 8 and 6.",
        "Indikator yang makin rendah makin baik: kolom 14 dan 16 adalah (2T - R) / T x 100, dengan R dari kolom 13 dan 15, T dari kolom 8 dan 6.",
    ),
    "formula-inverse": (
        "Indicators for which lower is better: columns 14 and 16 are T / R x 100, with R from columns 13 and 15, T from columns 8 and 6.",
        "Indikator yang makin rendah makin baik: kolom 14 dan 16 adalah T / R x 100, dengan R dari kolom 13 dan 15, T dari kolom 8 dan 6.",
    ),
    "formula-stabilize": (
        "Indicators that are best on target: columns 14 and 16 follow the closeness c = 100 - 100 x |R - T| / T: c x 100 / 90 up to 90, 100 + (c - 90) x 2 from there.",
        "Indikator yang paling baik bila tepat target: kolom 14 dan 16 mengikuti kedekatan c = 100 - 100 x |R - T| / T: c x 100 / 90 sampai 90, 100 + (c - 90) x 2 sesudahnya.",
    ),
}
