"""Make the files of this folder: tables as people keep them, what they say, and spoiled twins.

Run it with XlsxWriter, xlwt, odfpy and Polars installed; it gives the same bytes
each time. `expected.json` holds the figures of each file, as they were put in;
`problems.json`, what is wrong with its spoiled twin, was read and judged line by line.
"""

# ruff: noqa: DTZ001, PERF401 (a spreadsheet knows no time zones)

from __future__ import annotations

import csv
import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
REGIONS = [
    ("17", "Bengkulu", "Provinsi Bengkulu"),
    ("17.01", "Bengkulu Selatan", "Kab. Bengkulu Selatan"),
    ("17.02", "Rejang Lebong", "KABUPATEN REJANG LEBONG"),
    ("17.03", "Bengkulu Utara", "Kab Bengkulu Utara"),
    ("17.04", "Kaur", "Kaur"),
    ("17.05", "Seluma", "Kabupaten Seluma"),
    ("17.06", "Mukomuko", "Kab. Muko Muko"),
    ("17.07", "Lebong", "Kab. Lebong"),
    ("17.08", "Kepahiang", "kepahiang"),
    ("17.09", "Bengkulu Tengah", "Bengkulu Tengah"),
    ("17.71", "Bengkulu", "KOTA BENGKULU"),
]
NAMES = {
    "stunting": "Prevalensi stunting balita",
    "mCPR": "Prevalensi kontrasepsi modern",
    "unmet_need": "Unmet need",
    "TFR": "Angka kelahiran total",
    "peserta_kb": "Peserta KB aktif",
}
SPANS = {
    "stunting": (8, 30, 1),
    "mCPR": (55, 72, 2),
    "unmet_need": (4, 15, 2),
    "TFR": (1.9, 2.9, 2),
}
SPANS["peserta_kb"] = (10_000, 60_000, 0)
CODES = [code for code, _, _ in REGIONS]
WRITTEN = {code: written for code, _, written in REGIONS}
UPPER = {code: (f"KAB. {name}" if code > "17" else name).upper() for code, name, _ in REGIONS}
UPPER |= {"17": "PROVINSI BENGKULU", "17.71": "KOTA BENGKULU"}

FILES: list[tuple[str, Callable[[], tuple[Any, ...]]]] = []


def file(name: str) -> Callable[[Any], Any]:
    """Register the maker of a file: (sheets, figures, options, spoiled cells)."""

    def register(make: Any) -> Any:
        FILES.append((name, make))
        return make

    return register


def figure(indicator: str, region: str, year: int) -> float:
    """Return a made-up figure, always the same."""
    low, high, digits = SPANS[indicator]
    drawn = random.Random(f"{indicator} {region} {year}").uniform(low, high)
    return round(drawn, digits) if digits else float(round(drawn))


def grid(indicators: list[str], years: list[int], codes: list[str] = CODES) -> list[list[Any]]:
    """Return figures, in the order in which a wide table is read."""
    return [
        [one, code, year, figure(one, code, year), ""]
        for code in codes
        for one in indicators
        for year in years
    ]


def sheet(
    rows: list[list[Any]], merged: tuple[str, ...] = (), name: str = "Sheet1", **more: Any
) -> dict[str, Any]:
    """Return a sheet."""
    return {"name": name, "rows": rows, "merged": merged, **more}


# ---------------------------------------------------------------- long, CSV

SOURCE = "SSGI 2021, Kemenkes"


def long_rows(
    heading: list[str], codes: list[str], *, region: Any = None, indicator: Any = None
) -> tuple[Any, Any]:
    figures = [
        [one, code, year, figure(one, code, year), SOURCE if one == "stunting" else ""]
        for code in codes
        for one in ("stunting", "mCPR")
        for year in (2021, 2022)
    ]
    region, indicator = region or (lambda code: code), indicator or (lambda one: one)
    rows = [
        [region(code), indicator(one), year, value, "persen", source]
        for one, code, year, value, source in figures
    ]
    return [heading, *rows], figures


@file("long_id_semicolon.csv")
def _() -> Any:
    heading = ["Kabupaten/Kota", "Indikator", "Tahun", "Realisasi", "Satuan", "Sumber"]
    rows, figures = long_rows(heading, CODES, region=WRITTEN.get, indicator=NAMES.get)
    how = {"separator": ";", "decimal": ",", "encoding": "utf-8-sig"}
    spoiled = {
        "A6": "Kab. Bengkulu Selaten",
        "B8": "Prevalensi stuntin balita",
        "D10": "22.1a",
        "C12": "20221",
    }
    return [sheet(rows, **how)], figures, {}, spoiled


@file("long_en_comma.csv")
def _() -> Any:
    heading = ["region", "indicator", "year", "value", "unit", "source"]
    rows, figures = long_rows(heading, CODES)
    return [sheet(rows)], figures, {}, {"A4": "17.1", "D5": "12,55", "D7": "n.b", "C9": ""}


@file("long_tab.txt")
def _() -> Any:
    heading = ["Kode Wilayah", "Kode Indikator", "Tahun", "Nilai", "Satuan", "Sumber Data"]
    rows, figures = long_rows(heading, CODES[:5])
    how = {"separator": "\t", "decimal": ","}
    return [sheet(rows, **how)], figures, {}, {"A3": "1701", "D4": "WTP", "D6": "1\\n1"}


@file("long_windows_1252.csv")
def _() -> Any:
    heading = ["Wilayah", "Indikator", "Tahun", "Realisasi", "Satuan", "Sumber"]
    rows, figures = long_rows(heading, CODES, region=UPPER.get, indicator=NAMES.get)
    for row, each in zip(rows[1:], figures, strict=True):
        row[5] = each[4] = "Pemutakhiran Pendataan Keluarga \u2013 \u201cPK-21\u201d"
    how = {"separator": ";", "decimal": ",", "encoding": "cp1252"}
    return (
        [sheet(rows, **how)],
        figures,
        {},
        {"A2": "PROVINSI BENGKULOE", "D3": "80 \u2013 90", "D45": "45,6,7"},
    )


@file("long_title_and_footer.csv")
def _() -> Any:
    heading = ["No", "Kab./Kota", "Indikator", "Tahun", "Realisasi", "Ket"]
    rows, figures = long_rows(heading[:0], CODES[:4], region=WRITTEN.get, indicator=NAMES.get)
    body = [[n, r[0], r[1], r[2], r[3], "naik,\nturun"] for n, r in enumerate(rows[1:], 1)]
    for each in figures:
        each[4] = ""
    top = [
        ["REALISASI INDIKATOR KINERJA UTAMA"],
        ["Perwakilan BKKBN, Provinsi Bengkulu"],
        [],
        heading,
    ]
    top.append([f"({n})" for n in range(1, 7)])
    foot = [
        [],
        ["Sumber: SSGI, PK-21"],
        ["*) angka sementara"],
        ["", "", "", "", "Bengkulu, 5 April 2022"],
    ]
    how = {"separator": ";", "decimal": ",", "quote_all": True}
    return (
        [sheet([*top, *body, *foot], **how)],
        figures,
        {},
        {"B8": "Rejang", "E9": "n.b.", "D11": ""},
    )


@file("long_thousands.csv")
def _() -> Any:
    figures = grid(["peserta_kb"], [2021, 2022])
    dotted = [f"{int(value):,}".replace(",", ".") for *_, value, _ in figures]
    dotted[3] += ",0"
    rows = [["wilayah", "tahun", "peserta_kb"]]
    rows += [
        [UPPER[code], year, text]
        for (_, code, year, _, _), text in zip(figures, dotted, strict=True)
    ]
    return (
        [sheet(rows, separator=";")],
        figures,
        {},
        {"C5": "53.101", "C6": "1.74.003", "A9": "KAB. KAUUR"},
    )


@file("long_missing_marks.csv")
def _() -> Any:
    marks = ["-", "n/a", "NA", "N/A", "......", "", "\u2013", "22,1"]
    codes = CODES[1:9]
    figures = [["stunting", code, 2022, None, ""] for code in codes]
    figures[-1][3] = 22.1
    rows = [["wilayah", "indikator", "tahun", "realisasi"]]
    rows += [[code, "stunting", 2022, mark] for code, mark in zip(codes, marks, strict=True)]
    spoiled = {"D2": "belum ada", "D4": "nan", "D5": "inf", "D6": "=1+1"}
    return [sheet(rows, separator=";")], figures, {}, spoiled


@file("long_ambiguous_places.csv")
def _() -> Any:
    places = [
        ("Jawa Barat", "Kab. Bandung", "32.04"),
        ("Jawa Barat", "Kota Bandung", "32.73"),
        ("Jawa Barat", "Bandung Barat", "32.17"),
        ("Bengkulu", "Kota Bengkulu", "17.71"),
        ("Jawa Barat", "", "32"),
        ("Jawa Timur", "Kota Malang", "35.73"),
        ("Papua Selatan", "Merauke", "93.01"),
    ]
    rows = [["Provinsi", "Kabupaten/Kota", "Indikator", "Tahun", "Nilai"]]
    figures = [["stunting", code, 2022, figure("stunting", code, 2022), ""] for *_, code in places]
    rows += [
        [top, name, "stunting", 2022, each[3]]
        for (top, name, _), each in zip(places, figures, strict=True)
    ]
    spoiled = {"B2": "Bandung", "A5": "Jawa Barat", "A8": "Papua Selattan"}
    return [sheet(rows, separator=";", decimal=",")], figures, {}, spoiled


@file("long_quoted.csv")
def _() -> Any:
    heading = ["region", "indicator", "year", "value", "unit", "source"]
    rows, figures = long_rows(heading, CODES[:3])
    for row, each in zip(rows[1:], figures, strict=True):
        row[5] = each[4] = 'Survei "SSGI", hal. 3;\nlampiran <b>2</b>'
    return (
        [sheet(rows, quote_all=True)],
        figures,
        {},
        {"D3": "<b>12</b>", "D4": "12.5;3", "A6": "=17"},
    )


@file("long_code_and_name.csv")
def _() -> Any:
    figures = grid(["TFR"], [2022])
    rows = [["Kode", "Nama Kab/Kota", "Indikator", "Tahun", "Realisasi"]]
    rows += [[code, WRITTEN[code], "TFR", 2022, value] for _, code, _, value, _ in figures]
    spoiled = {"B4": "Kab. Lebong", "A6": "17.11", "E7": "2,2,1"}
    return [sheet(rows, separator=";", decimal=",")], figures, {}, spoiled


# ---------------------------------------------------------------- wide, CSV


@file("wide_indicators.csv")
def _() -> Any:
    names = ["stunting", "mCPR", "unmet_need", "TFR"]
    rows = [["Tahun 2022"], [], ["Kabupaten/Kota", *names]]
    rows += [[WRITTEN[code], *(figure(one, code, 2022) for one in names)] for code in CODES]
    spoiled = {"C3": "mCRP", "B5": "1O,2", "A7": "Kab. Bengkulu Barat"}
    return [sheet(rows, separator=";", decimal=",")], grid(names, [2022]), {}, spoiled


@file("wide_years.csv")
def _() -> Any:
    years = [2019, 2021, 2022]
    rows = [["Indikator : Prevalensi stunting balita"], ["Kabupaten/Kota", *years]]
    for code in CODES:
        rows.append(
            [UPPER[code], *(f"{figure('stunting', code, y)} %".replace(".", ",") for y in years)]
        )
    rows.append(["Sumber: SSGBI 2019, SSGI 2021 dan 2022"])
    spoiled = {"A1": "Indikator", "B4": "20.1 %", "C6": "%", "A8": "KAB. SELUMMA"}
    return [sheet(rows, separator=";")], grid(["stunting"], years), {}, spoiled


@file("wide_two_header_rows.csv")
def _() -> Any:
    names, years = ["stunting", "mCPR"], [2021, 2022]
    rows = [
        ["No", "Wilayah", NAMES["stunting"], "", NAMES["mCPR"], ""],
        ["", "", *years, *years],
    ]
    for n, code in enumerate(CODES, 1):
        rows.append([n, WRITTEN[code], *(figure(one, code, y) for one in names for y in years)])
    return (
        [sheet(rows)],
        grid(names, years),
        {},
        {"C5": "abc", "B6": "", "E1": "Prevalensi kontrasepsi tradisional"},
    )


@file("wide_target_and_actual.csv")
def _() -> Any:
    rows = [
        [
            "Kab/Kota",
            "Target 2021",
            "Realisasi 2021",
            "Capaian 2021 (%)",
            "Target 2022",
            "Realisasi 2022",
            "Predikat",
        ]
    ]
    for code in CODES:
        first, last = figure("mCPR", code, 2021), figure("mCPR", code, 2022)
        rows.append([WRITTEN[code], "65,49", first, "99,9", "\u2265 66", last, "Sangat Tinggi"])
    rows.append(["Rata-rata capaian", "", "", "98,3", "", "", ""])
    spoiled = {"C4": "60-70", "F6": "67.5.1", "A8": "Kab. Mukomukoo"}
    return (
        [sheet(rows, separator=";", decimal=",")],
        grid(["mCPR"], [2021, 2022]),
        {"given": {"indicator": "mCPR"}},
        spoiled,
    )


@file("wide_regions_across.csv")
def _() -> Any:
    names, codes = ["stunting", "mCPR", "unmet_need"], CODES[1:6]
    rows = [["Capaian Program Bangga Kencana Tahun 2022", *[""] * 6]]
    rows.append(["Indikator", "Satuan", *(UPPER[code] for code in codes)])
    rows += [[NAMES[one], "%", *(figure(one, code, 2022) for code in codes)] for one in names]
    figures = [[one, code, 2022, figure(one, code, 2022), ""] for one in names for code in codes]
    spoiled = {"C2": "KAB. BENGKULU BARAT", "A4": "Prevalensi KB", "F5": "?"}
    return [sheet(rows, separator=";", decimal=",")], figures, {}, spoiled


@file("wide_province_only.csv")
def _() -> Any:
    rows = [["Provinsi : Bengkulu"], ["Indikator", "Satuan", 2021, 2022]]
    names = ["stunting", "mCPR", "unmet_need", "TFR"]
    rows += [[NAMES[one], "-", figure(one, "17", 2021), figure(one, "17", 2022)] for one in names]
    spoiled = {"A1": "Provinsi : Bengkoeloe", "C4": "WTP", "D2": "2021"}
    return [sheet(rows, separator=";", decimal=",")], grid(names, [2021, 2022], ["17"]), {}, spoiled


@file("wide_mapped_columns.csv")
def _() -> Any:
    rows = [["Tempat", "Apa", "Kapan", "Hasil Ukur", "Jumlah"]]
    figures = grid(["stunting", "TFR"], [2022], CODES[:4])
    rows += [[WRITTEN[code], one, year, value, 7] for one, code, year, value, _ in figures]
    columns = {
        "region": "Tempat",
        "indicator": "Apa",
        "year": "Kapan",
        "value": "Hasil Ukur",
        "ignored": "Jumlah",
    }
    return [sheet(rows)], figures, {"columns": columns}, {"A1": "Temat", "D3": "x", "C4": "2O22"}


# ---------------------------------------------------------------- Excel


def pairs(groups: tuple[str, ...], years: tuple[int, ...]) -> tuple[list[list[Any]], list[Any]]:
    body = []
    for n, code in enumerate(CODES, 1):
        cells: list[Any] = [n, UPPER[code]]
        for one in groups:
            for year in years:
                value = figure(one, code, year)
                cells += [round(value * 1.1, 2), value, round(100 / 1.1, 2)]
        body.append(cells)
    return body, grid(list(groups), list(years))


@file("wide_merged_pairs.xlsx")
def _() -> Any:
    body, figures = pairs(("mCPR", "unmet_need"), (2021,))
    rows = [
        ["LAPORAN CAPAIAN INDIKATOR KINERJA UTAMA"],
        ["PERWAKILAN BKKBN PROVINSI BENGKULU TAHUN 2021"],
        [],
        ["No", "Kabupaten/Kota", "mCPR (%)", None, None, "Unmet need (%)", None, None],
        [None, None, *["Target", "Realisasi", "Capaian (%)"] * 2],
        [f"({n})" for n in range(1, 9)],
        *body,
        ["Rata-rata capaian kinerja", None, None, None, 90.91, None, None, 90.91],
        ["Predikat kinerja", None, None, None, "Tinggi", None, None, "Tinggi"],
        [],
        ["Sumber: Pendataan Keluarga 2021"],
        [],
        [None, None, None, None, None, "Bengkulu, 5 April 2022"],
        [None, None, None, None, None, "Kepala Perwakilan,"],
    ]
    merged = ("A1:H1", "A2:H2", "A4:A5", "B4:B5", "C4:E4", "F4:H4", "A18:D18", "A19:D19")
    spoiled = {
        "B9": "KAB. REJANG",
        "D8": "63.1 persen?",
        "G10": datetime(2022, 5, 1),
        "F4": "Unmet",
    }
    return [sheet(rows, merged, "IKU")], figures, {}, spoiled


@file("wide_merged_years.xlsx")
def _() -> Any:
    names, years = ["stunting", "mCPR", "TFR"], [2020, 2021, 2022]
    rows = [
        ["Perkembangan indikator menurut kabupaten/kota"],
        [],
        ["Kode", "Kabupaten/Kota", *(x for one in names for x in (NAMES[one], None, None))],
        [None, None, *years * 3],
        [f"({n})" for n in range(1, 12)],
    ]
    rows += [
        [code, WRITTEN[code], *(figure(one, code, y) for one in names for y in years)]
        for code in CODES
    ]
    rows += [["Catatan:", "angka 2022 sementara"]]
    merged = ("A1:K1", "A3:A4", "B3:B4", "C3:E3", "F3:H3", "I3:K3")
    spoiled = {"A7": 17.1, "D8": True, "K9": "2,2 - 2,1", "F3": "Prevalensi"}
    return [sheet(rows, merged, "Data")], grid(names, years), {}, spoiled


@file("wide_years_over_indicators.xlsx")
def _() -> Any:
    names, years = ["stunting", "unmet_need"], [2021, 2022]
    rows = [
        ["Wilayah", "Tahun 2021", None, "Tahun 2022", None, "Keterangan"],
        [None, *["Prevalensi stunting balita (%)", "Unmet need (%)"] * 2, None],
    ]
    figures = []
    for code in CODES:
        cells = [figure(one, code, y) for y in years for one in names]
        rows.append([WRITTEN[code], *cells, "baik"])
        figures += [[one, code, y, figure(one, code, y), ""] for y in years for one in names]
    merged = ("A1:A2", "B1:C1", "D1:E1", "F1:F2")
    spoiled = {"B4": "tidak ada", "D1": "Tahun 2021", "A6": "Kab Bengkulu Utaraa"}
    return [sheet(rows, merged)], figures, {}, spoiled


@file("wide_three_header_rows.xlsx")
def _() -> Any:
    rows = [
        ["Wilayah", "Kesehatan", None, "Keluarga berencana", None],
        [None, "stunting", None, "mCPR", None],
        [None, 2021, 2022, 2021, 2022],
    ]
    for code in CODES:
        rows.append(
            [code, *(figure(one, code, y) for one in ("stunting", "mCPR") for y in (2021, 2022))]
        )
    merged = ("A1:A3", "B1:C1", "D1:E1", "B2:C2", "D2:E2")
    spoiled = {"A5": 17.01, "C6": "12.5 %%", "D2": "mCPRR"}
    return [sheet(rows, merged)], grid(["stunting", "mCPR"], [2021, 2022]), {}, spoiled


@file("long_numbers.xlsx")
def _() -> Any:
    heading = ["region", "indicator", "year", "value", "unit", "source"]
    rows, figures = long_rows(heading, CODES)
    spoiled = {"A7": 17.1, "C8": datetime(2022, 1, 1), "D9": datetime(2022, 5, 12), "D10": "=NA()"}
    return [sheet(rows)], figures, {}, spoiled


@file("long_text_numbers.xlsx")
def _() -> Any:
    figures = grid(["peserta_kb", "TFR"], [2022], CODES[1:6])
    rows = [["Kab/Kota", "Indikator", "Tahun", "Realisasi"]]
    for one, code, year, value, _ in figures:
        text = f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", "\u00a0")
        rows.append(
            [f"\u00a0{WRITTEN[code]} ", NAMES[one], str(year), f"Rp {text}" if value > 9 else text]
        )
    spoiled = {
        "D3": "2.33",
        "D4": "1 Prov & 3 Kab/Kota",
        "B5": "Angka kelahiran",
        "C6": "tahun ini",
    }
    return [sheet(rows)], figures, {}, spoiled


@file("long_merged_down.xlsx")
def _() -> Any:
    figures = [
        [one, code, 2022, figure(one, code, 2022), ""]
        for code in CODES[:5]
        for one in ("stunting", "mCPR", "TFR")
    ]
    rows = [["No", "Kabupaten/Kota", "Indikator", "Tahun", "Realisasi"]]
    merged = []
    for n, code in enumerate(CODES[:5]):
        merged += [f"A{2 + 3 * n}:A{4 + 3 * n}", f"B{2 + 3 * n}:B{4 + 3 * n}"]
        for k, one in enumerate(("stunting", "mCPR", "TFR")):
            rows.append(
                [
                    n + 1 if not k else None,
                    WRITTEN[code] if not k else None,
                    one,
                    2022,
                    figure(one, code, 2022),
                ]
            )
    spoiled = {"B5": "Kab. Bengkulu Slatan", "C9": None, "E10": "~2,5"}
    return [sheet(rows, tuple(merged))], figures, {}, spoiled


@file("evaluation_table.xlsx")
def _() -> Any:
    names = ["stunting", "mCPR", "unmet_need", "TFR"]
    rows: list[list[Any]] = [
        ["PENGUKURAN KINERJA TAHUN 2021"],
        ["Provinsi", ": Bengkulu"],
        [],
        ["No", "Sasaran", "Indikator", "Satuan", "Target", "Realisasi", "Capaian %", "Kategori"],
        [1, 2, 3, 4, 5, 6, "7 = 6/5", 8],
        ["A. Pembangunan keluarga"],
    ]
    for n, one in enumerate(names, 1):
        rows.append(
            [
                n,
                "Meningkatnya kualitas keluarga",
                NAMES[one],
                "persen",
                20,
                figure(one, "17", 2021),
                101.5,
                "Sangat Baik",
            ]
        )
    rows += [
        ["RATA-RATA", None, None, None, None, None, 101.5, None],
        ["KRITERIA", None, None, None, None, None, "Sangat Baik"],
    ]
    figures = grid(names, [2021], ["17"])
    spoiled = {
        "F7": "80 - 90%",
        "C8": "Prevalensi modern",
        "A1": "PENGUKURAN KINERJA",
        "F10": "lebih",
    }
    return [sheet(rows, ("A1:H1", "A6:H6", "A11:F11"))], figures, {}, spoiled


@file("sheet_a_year.xlsx")
def _() -> Any:
    names = ["stunting", "mCPR"]
    sheets = [sheet([["Realisasi indikator"], ["Petunjuk: isi setiap lembar"]], name="Sampul")]
    figures = []
    for year in (2021, 2022, 2023):
        rows = [["Wilayah", *names]]
        rows += [[WRITTEN[code], *(figure(one, code, year) for one in names)] for code in CODES[1:]]
        sheets.append(sheet(rows, name=str(year)))
        figures += grid(names, [year], CODES[1:])
    return (
        sheets,
        figures,
        {},
        {"2021!B3": "x", "2022!A4": "Kaurr", "2023!A1": "W", "Sampul!A4": "catatan"},
    )


@file("sheet_an_indicator.xlsx")
def _() -> Any:
    sheets, figures = [], []
    for one in ("stunting", "unmet_need"):
        rows = [["Kab/Kota", "Realisasi 2021", "Realisasi 2022"]]
        rows += [[UPPER[code], figure(one, code, 2021), figure(one, code, 2022)] for code in CODES]
        sheets.append(sheet(rows, name=NAMES[one]))
        figures += grid([one], [2021, 2022])
    return (
        sheets,
        figures,
        {},
        {
            "Unmet need!C5": "-,5",
            "Unmet need!A6": "KAB. KAURA",
            "Prevalensi stunting balita!B4": "4.282",
        },
    )


@file("one_sheet_of_many.xlsx")
def _() -> Any:
    rows = [
        ["Wilayah", "stunting 2022"],
        *([code, figure("stunting", code, 2022)] for code in CODES),
    ]
    other = [["Anggaran", "Pagu", "Realisasi"], ["Program KB", 15_703_133, 15_000_000]]
    sheets = [
        sheet(other, name="Anggaran"),
        sheet(rows, name="Capaian"),
        sheet([["konsep", 1]], name="x", hidden=True),
    ]
    return (
        sheets,
        grid(["stunting"], [2022]),
        {"sheet": "Capaian"},
        {"Capaian!A3": "17,01", "Capaian!B4": "belum"},
    )


@file("repeated_header.xlsx")
def _() -> Any:
    heading = ["No", "Kabupaten/Kota", "stunting", "mCPR"]
    rows = [["Realisasi tahun 2022"], heading]
    for n, code in enumerate(CODES, 1):
        if n in (5, 9):
            rows += [[], heading]
        rows.append([n, WRITTEN[code], figure("stunting", code, 2022), figure("mCPR", code, 2022)])
    rows.append([None, "Jumlah", 190.4, 600.1])
    return (
        [sheet(rows, ("A1:D1",))],
        grid(["stunting", "mCPR"], [2022]),
        {},
        {"B8": "Kab/Kota", "C10": "-12,", "B12": None},
    )


@file("formulas_with_values.xlsx")
def _() -> Any:
    rows: list[list[Any]] = [["Wilayah", "Tahun", "stunting"]]
    rows += [[code, 2022, ("=1+1", figure("stunting", code, 2022))] for code in CODES]
    spoiled = {"C4": ("=B4/0", "#DIV/0!"), "C6": ("=SUM(D1:D9)", ""), "A8": ("=17", 17)}
    return [sheet(rows)], grid(["stunting"], [2022]), {}, spoiled


@file("long.xls")
def _() -> Any:
    heading = ["Wilayah", "Indikator", "Tahun", "Realisasi", "Satuan", "Sumber"]
    rows, figures = long_rows(heading, CODES[:6], region=WRITTEN.get, indicator=NAMES.get)
    return (
        [sheet(rows, name="Lembar1")],
        figures,
        {},
        {"A3": 17.01, "D4": datetime(2022, 3, 1), "B5": "mCP"},
    )


@file("wide_merged.xls")
def _() -> Any:
    body, figures = pairs(("stunting", "TFR"), (2022,))
    rows = [
        ["Tahun : 2022"],
        [
            "No",
            "Kab/Kota",
            "Prevalensi stunting balita",
            None,
            None,
            "Angka kelahiran total",
            None,
            None,
        ],
        [None, None, *["T", "Realisasi", "%"] * 2],
        *body,
    ]
    rows[2] = [None, None, *["Target", "Realisasi", "%"] * 2]
    merged = ("A1:H1", "A2:A3", "B2:B3", "C2:E2", "F2:H2")
    spoiled = {"B6": "KAB. RL", "D7": "20,1 / 22", "A1": "Tahun"}
    return [sheet(rows, merged, "T")], figures, {}, spoiled


@file("long.ods")
def _() -> Any:
    heading = ["Wilayah", "Indikator", "Tahun", "Realisasi", "Satuan", "Sumber"]
    rows, figures = long_rows(heading, CODES[:6], region=UPPER.get, indicator=NAMES.get)
    return [sheet(rows)], figures, {}, {"A3": 17.1, "D4": "12 5", "C6": "MMXXII"}


@file("wide_two_header_rows.ods")
def _() -> Any:
    names, years = ["mCPR", "unmet_need"], [2021, 2022]
    rows = [["Wilayah", "mCPR", None, "unmet_need", None], [None, *years * 2]]
    rows += [
        [WRITTEN[code], *(figure(one, code, y) for one in names for y in years)] for code in CODES
    ]
    return [sheet(rows)], grid(names, years), {}, {"D1": "unmet_nd", "B5": "12..5", "A7": "Kab. S"}


@file("long.parquet")
def _() -> Any:
    heading = ["region", "indicator", "year", "value", "unit", "source"]
    rows, figures = long_rows(heading, CODES)
    return [sheet(rows)], figures, {}, {"A4": "17.1", "B6": "stuntin", "C7": 1221}


@file("wide.parquet")
def _() -> Any:
    names = ["stunting", "mCPR"]
    rows = [["Kab/Kota", *(f"{one} {year}" for one in names for year in (2021, 2022))]]
    rows += [
        [WRITTEN[code], *(figure(one, code, y) for one in names for y in (2021, 2022))]
        for code in CODES
    ]
    return (
        [sheet(rows)],
        grid(names, [2021, 2022]),
        {},
        {"A4": "Kab. Rejang Lebongg", "D1": "mCPR", "B1": "stunt 2021"},
    )


# ---------------------------------------------------------------- writers


def place(reference: str) -> tuple[int, int]:
    letters, row = re.fullmatch(r"([A-Z]+)([0-9]+)", reference).groups()  # type: ignore[union-attr]
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(row) - 1, column - 1


def spoil(sheets: list[dict[str, Any]], cells: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the sheets with some cells replaced."""
    copies = [{**one, "rows": [list(row) for row in one["rows"]]} for one in sheets]
    for reference, value in cells.items():
        name, _, at = reference.rpartition("!")
        rows = next(one for one in copies if not name or one["name"] == name)["rows"]
        row, column = place(at)
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row] += [None] * (column + 1 - len(rows[row]))
        rows[row][column] = value
    return copies


def as_csv(sheets: list[dict[str, Any]]) -> bytes:
    (one,) = sheets
    decimal, width = one.get("decimal", "."), max(map(len, one["rows"]))

    def text(cell: Any) -> str:
        if cell is None:
            return ""
        return str(cell).replace(".", decimal) if isinstance(cell, float) else str(cell)

    buffer = io.StringIO()
    quoting = csv.QUOTE_ALL if one.get("quote_all") else csv.QUOTE_MINIMAL
    writer = csv.writer(
        buffer, delimiter=one.get("separator", ","), quoting=quoting, lineterminator="\r\n"
    )
    writer.writerows([*map(text, row), *[""] * (width - len(row))] for row in one["rows"])
    return buffer.getvalue().encode(one.get("encoding", "utf-8"), "replace")


def as_xlsx(sheets: list[dict[str, Any]]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2022, 4, 5)})
        date = book.add_format({"num_format": "d mmm"})
        for one in sheets:
            page = book.add_worksheet(one["name"])
            for reference in one["merged"]:
                first, last = map(place, reference.split(":"))
                page.merge_range(*first, *last, "")
            for row, cells in enumerate(one["rows"]):
                for column, cell in enumerate(cells):
                    if isinstance(cell, datetime):
                        page.write_datetime(row, column, cell, date)
                    elif isinstance(cell, tuple):
                        page.write_formula(row, column, cell[0], None, cell[1])
                    elif isinstance(cell, str):
                        page.write_string(row, column, cell)
                    elif cell is not None:
                        page.write(row, column, cell)
            if one.get("hidden"):
                page.hide()
    return buffer.getvalue()


def as_xls(sheets: list[dict[str, Any]]) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    date = xlwt.easyxf(num_format_str="D MMM")
    for one in sheets:
        page = book.add_sheet(one["name"])
        covered = {}
        for reference in one["merged"]:
            (top, left), (bottom, right) = map(place, reference.split(":"))
            covered[top, left] = (top, bottom, left, right)
        for row, cells in enumerate(one["rows"]):
            for column, cell in enumerate(cells):
                if (row, column) in covered:
                    page.write_merge(*covered[row, column], cell)
                elif isinstance(cell, datetime):
                    page.write(row, column, cell, date)
                elif cell is not None:
                    page.write(row, column, cell)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def as_ods(sheets: list[dict[str, Any]]) -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    for one in sheets:
        table = Table(name=one["name"])
        for cells in one["rows"]:
            row = TableRow()
            for cell in cells:
                if isinstance(cell, (int, float)):
                    holder = TableCell(valuetype="float", value=cell)
                    holder.addElement(P(text=str(cell)))
                elif cell is None:
                    holder = TableCell()
                else:
                    holder = TableCell(valuetype="string")
                    holder.addElement(P(text=cell))
                row.addElement(holder)
            table.addElement(row)
        document.spreadsheet.addElement(table)
    buffer, plain = io.BytesIO(), io.BytesIO()
    document.write(buffer)
    # The same bytes each time: no dates in the archive, none in its metadata.
    with (
        zipfile.ZipFile(buffer) as given,
        zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        for name in given.namelist():
            content = re.sub(
                rb"\d{4}-\d\d-\d\dT[0-9:.]+Z?", b"2022-04-05T00:00:00", given.read(name)
            )
            made.writestr(zipfile.ZipInfo(name, (2022, 4, 5, 0, 0, 0)), content)
    return plain.getvalue()


def as_parquet(sheets: list[dict[str, Any]]) -> bytes:
    import polars as pl

    (one,) = sheets
    header, *body = one["rows"]
    frame = pl.DataFrame(body, schema=header, orient="row", strict=False)
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


WRITERS = {
    "csv": as_csv,
    "txt": as_csv,
    "xlsx": as_xlsx,
    "xls": as_xls,
    "ods": as_ods,
    "parquet": as_parquet,
}


def main() -> None:
    """Write all files, their figures and their spoiled twins."""
    expected = {}
    (HERE / "spoiled").mkdir(exist_ok=True)
    for name, make in FILES:
        sheets, figures, options, cells = make()
        write = WRITERS[name.rpartition(".")[2]]
        (HERE / name).write_bytes(write(sheets))
        (HERE / "spoiled" / name).write_bytes(write(spoil(sheets, cells)))
        expected[name] = {"options": options, "figures": figures}
    lines = ",\n".join(
        f'{json.dumps(name)}: {{"options": {json.dumps(each["options"])}, "figures": [\n'
        + ",\n".join(json.dumps(figure) for figure in each["figures"])
        + "]}"
        for name, each in expected.items()
    )
    (HERE / "expected.json").write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()
