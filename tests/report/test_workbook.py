from __future__ import annotations

import io
import re
import sys
import zipfile

import numpy as np
import pytest
from python_calamine import CalamineWorkbook
from report_cards import (
    HOSTILE,
    bengkulu,
    hostile,
    indicator,
    main_indicators,
    nation,
    objectives,
)

import kencana_targets as kt
from kencana_targets.core.columns import to_lists
from kencana_targets.core.errors import ArgumentError, MissingExtraError
from kencana_targets.core.labels import inert, label
from kencana_targets.core.messages import message, part_by_part
from kencana_targets.report import workbook as module
from kencana_targets.report.workbook import workbook

SHEETS = {
    "id": ["Ringkasan", "Rapat", "Kartu skor", "Wilayah", "Penjelasan", "Jalur", "Sumber"],
    "en": ["Summary", "Meeting", "Scorecard", "Regions", "Explanations", "Paths", "Sources"],
}


def cells(content: bytes, sheet: str) -> list[list]:
    return (
        CalamineWorkbook.from_filelike(io.BytesIO(content))
        .get_sheet_by_name(sheet)
        .to_python(skip_empty_area=False)
    )


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name).decode() for name in file.namelist()}


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_sheets_of_each_language(language: str) -> None:
    content = workbook(bengkulu(), language)
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert book.sheet_names == SHEETS[language]


def test_the_meeting_table_is_the_published_one() -> None:
    card = main_indicators()
    rows = cells(workbook(card, "id"), "Rapat")
    assert rows[2] == [
        "No",
        "Wilayah",
        "Indikator",
        "Satuan",
        "Target",
        "Realisasi",
        "Capaian (%)",
        "Kategori",
        "Tercapai",
    ]
    table = rows[3:12]
    assert [row[0] for row in table] == list(range(1, 10))
    assert [row[4] for row in table] == card.rows.target.tolist()
    assert [row[6] for row in table] == pytest.approx(card.rows.achievement.tolist())
    assert [row[7] for row in table].count("Sangat Baik") == 6
    average = np.mean(card.rows.score)
    assert rows[12][1] == "RATA-RATA"
    assert rows[12][6] == pytest.approx(average)
    assert rows[13][1] == "KRITERIA"
    assert rows[13][7] == card.rule.band(average)


def test_the_summary_says_what_the_first_page_says() -> None:
    rows = cells(workbook(bengkulu(), "id"), "Ringkasan")
    assert rows[1][0].startswith("Bengkulu belum mencapai target 2022: 19,8 terhadap 18,92 persen")
    counts = {row[0]: row[1] for row in rows}
    assert counts["✓ Target tercapai"] == 3
    assert counts["✗ Target belum tercapai"] == 7
    assert counts["Sangat Tinggi"] == 4
    assert rows[2][0].startswith("Yang dihitung di sini: kabupaten/kota;")
    behind = next(row for row in rows if row[0] == "Kabupaten Kepahiang")
    assert behind[1] == 24.9
    assert behind[2:4] == pytest.approx([18.916666666666668, 68.37], abs=5e-3)
    assert behind[4:6] == ["turun 6,2 poin", "justru naik 2,0 poin"]
    # In the last year of the plan nothing is left to be needed.
    assert not any(
        "Perlu setahun" in row for row in cells(workbook(bengkulu(2024), "id"), "Ringkasan")
    )


def test_met_or_not_stands_beside_every_row() -> None:
    card = bengkulu()
    rows = cells(workbook(card, "id"), "Rapat")[3:14]
    words = {True: "✓ ya", False: "✗ tidak"}
    assert [row[8] for row in rows] == [words[row["met"]] for row in card.to_dicts()]
    # The province has no number among its regencies.
    assert [row[0] for row in rows] == ["", *range(1, 11)]


def test_lines_of_different_surveys_are_series_of_their_own() -> None:
    rows = cells(workbook(bengkulu([2022, 2023]), "id"), "Jalur")
    first = [row[0] for row in rows[:6]]
    assert first[1:4] == ["Target", "Realisasi: SSGI", "Realisasi: SKI"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_part_is_well_formed_whatever_names_hold(language: str) -> None:
    from xml.etree import ElementTree as ET

    names = [f"a{chr(code)}b" for code in (0, 1, 8, 11, 12, 14, 27, 31, 127, 0x85, 0x2028, 0xFFFE)]
    regions = [kt.Region(code=f"r{n}", name=name, level="district") for n, name in enumerate(names)]
    kind = indicator(1, name="x\x1b[31m {}\x07", unit="u\x0b", unit_id="u\x0c")
    columns = {"indicator": ["i1"] * len(names), "region": [one.code for one in regions]}
    table = columns | {"year": [2024] * len(names), "value": [20.0] * len(names)}
    plan = kt.Plan.from_frames(
        indicators=[kind], targets=table, regions=regions, code="odd", name="p\x1bq"
    )
    card = kt.evaluate(plan, table | {"source": names}, year=2024, rule="permendagri-86-2017")
    for name, text in parts(workbook(card, language)).items():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(text)
            assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe]", text), name


def test_each_region_is_a_block_where_there_are_several_indicators() -> None:
    card = nation(3, 4, [2022, 2023])
    rows = cells(workbook(card, "id"), "Rapat")
    summary = {row["region_name"]: row for row in card.for_year(2023).by_region().to_dicts()}
    averages = [row[6] for row in rows if row[1] == "RATA-RATA"]
    assert averages == pytest.approx([row["score"] for row in summary.values()])
    assert [row[7] for row in rows if row[1] == "KRITERIA"] == [
        row["band"] for row in summary.values()
    ]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_scorecard_reads_back_as_it_is(language: str) -> None:
    card = bengkulu([2022, 2023, 2024])
    header, *rows = cells(workbook(card, language), SHEETS[language][2])
    lists = to_lists(card.columns())
    assert header == [label("column", name, language) for name in lists]
    for name, column in lists.items():
        read = [row[list(lists).index(name)] for row in rows]
        wanted = ["" if cell is None else cell for cell in column]
        if name in ("direction", "target_basis", "formula", "status"):
            wanted = [label("word", cell, language) if cell else "" for cell in wanted]
        elif name in ("indicator_name", "unit"):
            continue
        elif name in ("reason", "remark"):
            told = card.reasons if name == "reason" else card.remarks
            wanted = ["" if cell is None else cell for cell in told(language).to_list()]
        elif name.endswith("_source"):
            wanted = [part_by_part(cell, language) for cell in wanted]
        elif name == "met":
            words = {True: label("word", "yes", language), False: label("word", "no", language)}
            wanted = [words.get(cell, "") for cell in wanted]
        elif name == "band" and language == "en":
            english = {band.label: band.label_en for band in card.rule.bands}
            wanted = [english.get(cell, "") for cell in wanted]
        assert len(read) == len(wanted) == 33
        # Excel keeps fifteen digits.
        for cell, value in zip(read, wanted, strict=True):
            same = pytest.approx(value, rel=1e-14) if isinstance(value, float) else value
            assert cell == same, name


def test_numbers_have_the_decimals_of_their_indicator() -> None:
    styles = parts(workbook(bengkulu(), "id"))["xl/styles.xml"]
    formats = set(re.findall(r'formatCode="([^"]*)"', styles))
    assert "#,##0.0" in formats  # two decimals are built in
    # 99.9996 percent is not met: it has the decimals that say so.
    near = {"indicator": ["a"], "region": ["17"], "year": [2024], "value": [19999.92]}
    kind = kt.Indicator(code="a", name="A", unit="orang", direction="maximize")
    plan = kt.Plan.from_frames(indicators=[kind], targets=near | {"value": [20000]})
    book = workbook(kt.evaluate(plan, near, year=2024, rule="permendagri-86-2017"), "id")
    assert "#,##0.0000" in parts(book)["xl/styles.xml"]


def test_bands_are_coloured_by_rules_and_paths_are_native_charts() -> None:
    files = parts(workbook(bengkulu(), "id"))
    meeting = files["xl/worksheets/sheet2.xml"]
    for word in ("Sangat Tinggi", "Tinggi", "Sedang", "Rendah", "Sangat Rendah"):
        assert f'<formula>"{word}"</formula>' in meeting
    charts = [text for name, text in files.items() if name.startswith("xl/charts/chart")]
    assert len(charts) == 11
    assert all(text.count("<c:ser>") >= 2 and "<c:lineChart>" in text for text in charts)
    assert "FF1B6CA8" in files["xl/styles.xml"].upper()


def test_pages_print_on_a4_with_headings_repeated() -> None:
    files = parts(workbook(bengkulu(), "id"))
    for name, text in files.items():
        if name.startswith("xl/worksheets/sheet"):
            assert 'paperSize="9"' in text
            assert "fitToWidth" in text or "fitToPage" in text
    names = files["xl/workbook.xml"]
    assert names.count("_xlnm.Print_Area") == 7
    assert names.count("_xlnm.Print_Titles") >= 4
    assert names.count("_xlnm._FilterDatabase") == 3


def test_explanations_are_the_sentences() -> None:
    card = bengkulu()
    rows = cells(workbook(card, "id"), "Penjelasan")
    told = {row[0]: row[3] for row in rows[1:]}
    assert told["Kabupaten Seluma"] == card.narrate("17.05", "stunting_balita", language="id")


def test_sources_hold_the_rule_and_every_source() -> None:
    card = bengkulu()
    said = "\n".join(str(cell) for row in cells(workbook(card, "id"), "Sumber") for cell in row)
    assert all(message(source, "id") in said for source in card.rule.sources)
    assert all(row["actual_source"] in said for row in card.to_dicts())
    assert card.rule.edges_id in said


def test_text_of_the_data_stays_text() -> None:
    card = hostile()
    content = workbook(card, "en")
    files = parts(content)
    sheets = [text for name, text in files.items() if name.startswith("xl/worksheets/")]
    assert not any("<f>" in text for text in sheets)
    assert not any("hyperlink" in text for text in files.values())
    assert not any(name.startswith("xl/externalLinks") for name in files)
    for text in (text for name, text in files.items() if name.startswith("xl/charts/")):
        assert all(
            reference.startswith("Paths!") for reference in re.findall(r"<c:f>(.*?)</c:f>", text)
        )
    names = {row[1] for row in cells(content, "Scorecard")[1:]}
    assert names == {inert(name.strip()) for name in HOSTILE}


def test_many_paths_are_bounded_and_said_to_be() -> None:
    files = parts(workbook(nation(30, 2, [2024]), "id"))
    assert sum(name.startswith("xl/charts/chart") for name in files) == 24
    assert "36 jalur lagi tidak digambar" in files["xl/sharedStrings.xml"]


def test_the_same_scorecard_is_the_same_file() -> None:
    assert workbook(bengkulu(), "id") == workbook(bengkulu(), "id")


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    with pytest.raises(ArgumentError, match=r"got 11; allowed: at most 10 rows; take one year"):
        bengkulu().to_excel(tmp_path / "x.xlsx")
    assert not list(tmp_path.iterdir())


def test_a_missing_extra_is_named(monkeypatch, tmp_path) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(
        MissingExtraError, match=r'an Excel workbook needs .* "kencana-targets\[excel\]"'
    ):
        bengkulu().to_excel(tmp_path / "x.xlsx")


def test_objectives_have_their_averages_below_their_rows() -> None:
    card = objectives()
    rows = cells(workbook(card, "id"), "Rapat")
    found = card.by_region().by_objective.to_dicts()
    shown = [row for row in rows if str(row[1]).startswith("Sasaran: ")]
    assert [row[1].removeprefix("Sasaran: ") for row in shown] == [
        row["objective"] for row in found
    ]
    assert [row[6] for row in shown] == pytest.approx([row["score"] for row in found])
    assert [row[7] for row in shown] == [row["band"] for row in found]


def test_budgets_stand_beside_what_was_reached() -> None:
    card = objectives()
    rows = cells(workbook(card, "id"), "Anggaran")
    assert "PMK 214/PMK.02/2017" in rows[0][0]
    lines = [row for row in rows[3:] if row[1]]
    assert len(lines) == 20
    reached = {(row["region_name"], row["indicator_name"]): row["achievement"] for row in card}
    for region, name, percent, budget, spent, absorbed, saved in lines:
        assert (percent or None) == pytest.approx(reached[region, name])
        assert absorbed == pytest.approx(90)
        if percent == "":
            assert saved == ""
        else:
            due = budget * percent / 100
            assert saved == pytest.approx((due - spent) / due * 100)
    totals = [row for row in rows[3:] if row[0] == "JUMLAH"]
    assert [row[3] for row in totals] == [
        sum(one[3] for one in lines if one[0] == name)
        for name in dict.fromkeys(one[0] for one in lines)
    ]
    first = [one for one in lines if one[0] == lines[0][0]]
    due = sum(one[3] * one[2] / 100 for one in first)
    assert totals[0][6] == pytest.approx((due - sum(one[4] for one in first)) / due * 100)


def test_without_budgets_there_is_no_sheet_of_them() -> None:
    assert (
        "Anggaran"
        not in CalamineWorkbook.from_filelike(io.BytesIO(workbook(bengkulu(), "id"))).sheet_names
    )


def test_the_sheet_of_all_columns_is_in_one_language() -> None:
    rows = cells(workbook(bengkulu(), "id"), "Kartu skor")
    columns = dict(zip(rows[0], zip(*rows[1:], strict=True), strict=True))
    assert any(
        text.startswith("target stunting provinsi/kota") for text in columns["Sumber target"]
    )
    assert any(text.startswith("kondisi awal sudah") for text in columns["Keterangan kewajaran"])
    assert not [text for text in columns["Sumber target"] if "regency" in text]
