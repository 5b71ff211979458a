"""What the reader and the audit make of every table of the tests, kept as `reference/frozen.json`.

A change of the engine shows here, table by table. Look at each difference; when all of
them are meant, renew the file and list them in the change's note::

    python tests/frozen.py

prints every difference and writes the file anew.
"""

from __future__ import annotations

import difflib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import kencana_targets as kt
from kencana_targets.core.errors import KencanaError
from kencana_targets.tables.readers import describe_table

TESTS = Path(__file__).parent
FILES = TESTS / "files"
FROZEN = TESTS / "reference" / "frozen.json"

# Small tables of the shapes that offices keep; `;` parts the cells, figures are made up.
READ = {
    "month_in_title": "PESERTA KB BULAN SEPTEMBER 2023\nWilayah;mCPR\nKaur;47\nSeluma;52",
    "tribulan_in_title": "TRIBULAN III TAHUN 2023\nWilayah;mCPR\nKaur;47\nSeluma;52",
    "quarter_in_title": "TRIWULAN III TAHUN 2023\nWilayah;mCPR\nKaur;47\nSeluma;52",
    "year_in_title": "Capaian Tahun 2023\nWilayah;mCPR\nKaur;47\nSeluma;52",
    "forecast_in_title": "PROYEKSI STUNTING TAHUN 2023\nWilayah;stunting\nKaur;17,1\nSeluma;15,2",
    "target_in_title": "TARGET STUNTING TAHUN 2023\nWilayah;stunting\nKaur;17,1\nSeluma;15,2",
    "interval_columns": (
        "Wilayah;Tahun;stunting;Batas bawah;Batas atas;SE;n\n"
        "Kaur;2022;17,1;15,0;19,2;1,1;402\nSeluma;2022;15,2;13,1;17,3;1,0;377"
    ),
    "survey_headings": "Wilayah;SSGI 2021;SSGI 2022\nKaur;17,1;16,2\nSeluma;15,2;14,9",
    "unknown_heading": "Wilayah;Tahun;Prevalensi Balita Pendek (Persen)\nKaur;2022;17,1",
    "two_header_rows_of_digits": (
        "Wilayah;Pendek;;\n;%;95% CI;n\nKaur;17,1;15,0-19,2;402\nSeluma;15,2;13,1-17,3;377"
    ),
    "unit_column": "Wilayah;Indikator;Satuan;Tahun;Realisasi\nKaur;mCPR;ribu pasangan;2022;60,1",
    "part_column": (
        "Wilayah;Indikator;Tahun;Kelompok;Realisasi\nKaur;mCPR;2022;Perdesaan;60,1\n"
        "Seluma;mCPR;2022;Perdesaan;61,2"
    ),
    "group_rows": "Wilayah;mCPR 2022\nKabupaten;\nKaur;60,1\nSeluma;61,2\nKota;\nBengkulu;63,4",
    "bps_codes": "Kode BPS;Wilayah;Indikator;Tahun;Nilai\n1705;Seluma;mCPR;2022;60,1",
    "code_of_indicator": "Kode;Indikator;Wilayah;Tahun;Realisasi\nIKU-1;mCPR;Kaur;2022;60,1",
    "provisional_marks": "Wilayah;mCPR 2021;mCPR 2022\nKaur;60,1;61,2*\nSeluma;59,9;60,3*",
    "unit_in_cells": "Indikator;Wilayah;Tahun;Realisasi\nmCPR;Kaur;2022;60,1 persen",
    "months_as_numbers": "Wilayah;Indikator;Periode;Nilai\nKaur;mCPR;202201;60,1",
    "months_across": "Wilayah;Indikator;Jan 2022;Feb 2022\nKaur;mCPR;60,1;60,2",
    "quarters_across": (
        "Indikator;Wilayah;Tahun;TW I;TW II;TW III;TW IV\nmCPR;Kaur;2022;15,1;30,2;45,3;60,1"
    ),
    "year_in_corner": "Tahun;mCPR;stunting\n2021;60,1;17,1\n2022;61,2;16,0",
    "stairs_of_a_corner": "Wilayah;mCPR;\n;;\n;2021;2022\nKaur;60,1;61,2\nSeluma;59,9;60,3",
    "underscored_year": "Wilayah;mCPR_2021;mCPR_2022\nKaur;60,1;61,2",
    "means_and_totals": "Wilayah;mCPR 2022\nKaur;60,1\nSeluma;61,2\nJumlah;121,3\nRata-rata;60,65",
    "notes_below": "Wilayah;mCPR 2022\nKaur;60,1\nSeluma;61,2\n\nSumber: SIGA\nKet: angka sementara",
    "targets_and_actuals": (
        "Wilayah;mCPR;;stunting;\n;Target;Realisasi;Target;Realisasi\nKaur;60,0;61,0;14,0;17,1"
    ),
    "numbered_header": "No;Wilayah;mCPR 2022\n1;2;3\n1;Kaur;60,1\n2;Seluma;61,2",
    "two_tables": "Wilayah;mCPR 2021\nKaur;60,1\n\nWilayah;mCPR 2022\nKaur;61,2",
    "regions_across": "Indikator;Kaur;Seluma\nmCPR 2022;60,1;61,2\nstunting 2022;17,1;16,0",
    "unknown_indicators": "Wilayah;Indikator;Tahun;Nilai\nKaur;mCPR;2022;60,1\nKaur;lain;2022;5",
}
AUDITED = {
    "plain": "No;Indikator;Target;Realisasi;Capaian\n1;TFR;2,21;2,30;97,39\n2;mCPR;60,1;61,2;101,83",
    "percent_signs": "Indikator;Target;Realisasi;Capaian\na;24,51%;25,1%;102,41%\nb;10%;9%;90%",
    "units_in_cells": "Indikator;Target;Realisasi;Capaian (%)\na;2,21 anak;2,30 anak;96,09\nb;60 persen;61 persen;101,67",
    "counts": "Wilayah;Sasaran;Hasil;%\nBatu;82;77;95,06\nJunrejo;1.093;998;91,31",
    "activity_names": "Indikator Kegiatan;Target;Realisasi;Capaian\nOrientasi kader;10;9;90",
    "capaian_is_actual": "Indikator;Target;Capaian;%\na;10;9;90\nb;20;21;105",
    "numbered_row": "No;Indikator;Target;Realisasi;Capaian\n1;2;3;4;5\n1;a;10;9;90\n2;b;20;21;105",
    "numbered_with_gaps": "No;Indikator;Satuan;Target;Realisasi;Capaian\n1;2;;3;4;5=4/3\n1;a;%;10;9;90",
    "regions": "Kabupaten;Target;Realisasi;Capaian\nKaur;10;9;90\nSeluma;20;21;105",
    "years": "Tahun Anggaran;Indikator;Target;Realisasi;Capaian\n2021;a;10;9;90\n2022;a;20;21;105",
    "two_years": (
        "Indikator;2021;;;2022;;\n;Target;Realisasi;Capaian;Target;Realisasi;Capaian\n"
        "a;10;9;90;20;21;105\nb;5;5;100;5;4;80"
    ),
    "agencies": (
        "Indikator;Target;Realisasi;Capaian\nDINAS KESEHATAN;;;\na;10;9;90\nb;20;21;105\n"
        "Rata-rata;;;97,5\nDINAS SOSIAL;;;\nc;10;9;90"
    ),
    "averages": "Indikator;Target;Realisasi;Capaian\na;10;9;90\nb;20;21;105\nRata-rata capaian;;;97,5\nPredikat;;;Sangat Tinggi",
    "words": "Indikator;Target;Realisasi;Capaian;Kriteria\na;10;9;90;Tinggi\nb;20;21;105;Sangat Tinggi",
    "ranges": "Indikator;Target;Realisasi;Capaian\na;60-70;65;100\nb;<= 12;13;91,67\nc;>= 10;9;90",
    "dotted": "Indikator;Target;Realisasi;Capaian\na;1.250;1.200;96\nb;2.000;1.999;99,95",
    "totals": "Wilayah;Target;Realisasi;Capaian\nKaur;10;9;90\nSeluma;20;21;105\nJumlah;30;30;100",
    "money_beside": (
        "Program;Kinerja;;;Anggaran;;\n;Target;Realisasi;Capaian;Pagu;Realisasi;Capaian\n"
        "a;10;9;90;1.000.000;900.000;90"
    ),
    "no_header": "a;10;9;90\nb;20;21;105",
    "two_headers_below_each_other": (
        "Tabel 1\nIndikator;Target;Realisasi;Capaian\na;10;9;90\n\nTabel 2\n"
        "Indikator;Target;Realisasi;Capaian\nb;20;21;105"
    ),
    "direction_column": "Indikator;Polarisasi;Target;Realisasi;Capaian\na;Minimize;10;9;110\nb;Maximize;20;21;105",
    "formula_column": "Indikator;Rumus;Target;Realisasi;Capaian\na;(2xT-R)/T;10;9;110\nb;R/T;20;21;105",
    "final_target": "Indikator;Target 2023;Realisasi 2023;Capaian;Target Akhir;Capaian terhadap Target Akhir\na;10;9;90;20;45",
}


def described(path: Path, plan: kt.Plan, options: dict[str, Any]) -> list[str]:
    """Return what the reader says of a table, or why it refuses to."""
    try:
        return str(describe_table(path, plan=plan, **options)).splitlines()
    except KencanaError as error:
        return ["refused", *map(str, error.problems)]


def audited(path: Path) -> Any:
    """Return what the audit says of a table without its empty cells, or why it refuses to."""
    try:
        report = kt.audit(path)
    except KencanaError as error:
        return ["refused", *map(str, error.problems)]
    rows = [
        {
            name: float(f"{cell:.9g}") if isinstance(cell, float) else cell
            for name, cell in row.items()
            if cell is not None and cell != ""
        }
        for row in report.to_dicts()
    ]
    return {"rows": rows, "warnings": list(map(str, report.warnings))}


def understood(folder: Path) -> dict[str, Any]:
    """Return what the library makes of every table; `folder` is where small ones are written."""
    expected = json.loads((FILES / "expected.json").read_text(encoding="utf-8"))
    plan = kt.read_plan(FILES / "plan")
    found: dict[str, Any] = {}
    tables = [
        path
        for where in (FILES, FILES / "spoiled", FILES / "old")
        for path in sorted(where.iterdir())
        if path.suffix in {".csv", ".txt", ".xlsx", ".xls", ".ods", ".parquet"}
    ]
    for path in tables:
        name, options = path.relative_to(FILES).as_posix(), expected.get(path.name, {})
        found[f"read {name}"] = described(path, plan, options.get("options", {}))
        found[f"audit {name}"] = audited(path)
    for group, texts in (("read", READ), ("audit", AUDITED)):
        for name, text in texts.items():
            path = folder / f"{name}.csv"
            path.write_text(text + "\n", encoding="utf-8")
            reading = described(path, plan, {}) if group == "read" else audited(path)
            found[f"{group} shape {name}"] = reading
    # What is compared is what a file can hold.
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def stored() -> dict[str, Any]:
    """Return what was understood when the file was last renewed."""
    return json.loads(FROZEN.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def differences(old: Any, new: Any) -> list[str]:
    """Return what one table's reading lost (-) and gained (+), a line each."""

    def lines(reading: Any) -> list[str]:
        if isinstance(reading, dict):
            rows = [*reading["rows"], *reading["warnings"]]
            reading = [json.dumps(row, ensure_ascii=False) for row in rows]
        return reading or []

    compared = difflib.unified_diff(lines(old), lines(new), n=0, lineterm="")
    return [line for line in compared if not line.startswith(("---", "+++", "@@"))]


def main() -> int:
    """Print every difference and renew the file."""
    with tempfile.TemporaryDirectory() as folder:
        now = understood(Path(folder))
    before = stored() if FROZEN.exists() else {}
    for name in sorted({*before, *now}):
        if before.get(name) != now.get(name):
            print(name, *differences(before.get(name), now.get(name)), sep="\n  ")
    lines = [f"{json.dumps(name)}: {json.dumps(now[name], ensure_ascii=False)}" for name in now]
    FROZEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
