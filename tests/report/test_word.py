"""The chapter in Word: its numbers are the scorecard's, its form is the office's."""

from __future__ import annotations

import io
import shutil

import docx
import pytest
from report_cards import bengkulu, hostile, nation, objectives, province

import kencana_targets as kt
from kencana_targets.core.errors import ArgumentError, TableError
from kencana_targets.core.labels import inert, words
from kencana_targets.report import word
from kencana_targets.report.canvas import picture
from kencana_targets.report.view import View


def written(card: kt.Scorecard, **options) -> docx.Document:
    buffer = io.BytesIO()
    card.to_docx(buffer, **options)
    return docx.Document(io.BytesIO(buffer.getvalue()))


@pytest.fixture
def one_picture(monkeypatch) -> None:
    """Print the first figure in place of all: each is drawn, and the text is looked at."""
    printed = []

    def first(figure, **options) -> bytes:
        printed.extend([] if printed else [picture(figure, **options)])
        return printed[0]

    monkeypatch.setattr(word, "picture", first)


def cells(table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def texts(document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_number_is_that_of_the_scorecard(language: str, one_picture) -> None:
    card = bengkulu([2022, 2023])
    document = written(card, language=language)
    view, column = View(card, language), words("column", language)
    last = [row for row, year in enumerate(card.rows.year) if year == 2023]
    tables = {table.rows[0].cells[1].text: cells(table) for table in document.tables}
    shown = [
        [view.region(row).name, view.target[row], view.actual[row], view.achievement[row],
         view.look(row).word, view.met[row]]
        for row in last
    ]  # fmt: skip
    assert [[row[0], *row[2:]] for row in tables[column["baseline"]][1:]] == shown
    assert [row[1].split(" (")[0] for row in tables[column["baseline"]][1:]] == [
        view.baseline[row] for row in last
    ]
    first = {view.region(row).name: row for row in range(len(card)) if row not in last}
    for name, before, _ in tables["2022"][1:] if "2022" in tables else ():
        row = first[name]
        assert before == f"{view.actual[row]} ({view.achievement[row]})"
    assert "2022" in tables
    said = texts(document)
    assert card.narrate("17", "stunting_balita", year=2023, language=language) in said
    assert any(view.sources[0][-1] in line for line in said)


def test_pictures_have_words_and_captions_numbers_that_word_counts() -> None:
    document = written(bengkulu())
    alternative = document.element.body.xpath(".//wp:docPr/@descr")
    assert len(alternative) == len(document.inline_shapes) == 2
    assert all(text.strip() for text in alternative)
    fields = document.element.body.xpath(".//w:fldSimple/@w:instr")
    assert [field.split()[1] for field in fields] == ["Tabel"] * 3 + ["Gambar"] * 2
    heads = document.element.body.xpath(".//w:tblHeader")
    # All tables but that of the rule have a heading that comes again on the next page.
    assert len(heads) == len(document.tables) - 1
    # Word refuses a table whose properties stand in another order.
    order = ["tblStyle", "tblW", "tblBorders", "tblLayout", "tblLook"]
    for table in document.tables:
        names = [one.tag.partition("}")[2] for one in table._tbl.tblPr]
        assert names == [name for name in order if name in names]


def test_indicators_stand_under_their_objectives(one_picture) -> None:
    kinds = [
        kt.Indicator(code=f"i{n}", name=f"Indikator {n}", direction="maximize", unit="persen",
                     objective=objective)
        for n, objective in enumerate(("Sasaran A", "Sasaran B", "Sasaran A"))
    ]  # fmt: skip
    figures = {"indicator": ["i0", "i1", "i2"], "region": ["17"] * 3, "year": [2022] * 3,
               "value": [10, 20, 30]}  # fmt: skip
    plan = kt.Plan.from_frames(indicators=kinds, targets=figures)
    card = kt.evaluate(plan, figures, year=2022, rule="permendagri-86-2017")
    heads = [p.text for p in written(card).paragraphs if p.style.name.startswith("Heading")]
    assert heads[2:7] == [
        "Sasaran: Sasaran A", "Indikator 0", "Indikator 2", "Sasaran: Sasaran B", "Indikator 1"
    ]  # fmt: skip


def test_a_long_chapter_tells_of_the_region_above_and_the_lowest(one_picture) -> None:
    card = province().select(indicator="i0").for_year(2024)
    said = texts(written(card))
    told = [line for line in said if line.startswith("Indikator 0 ")]
    assert len(told) == 15
    assert told[0].startswith("Indikator 0 Jawa Barat ")
    assert any(line.startswith("12 wilayah lainnya ada di tabel") for line in said)


def test_it_follows_what_the_template_of_the_office_holds(tmp_path, one_picture) -> None:
    office = docx.Document()
    office.sections[0].header.paragraphs[0].text = "PEMERINTAH PROVINSI BENGKULU"
    office.add_heading("BAB III AKUNTABILITAS KINERJA", 1)
    office.styles["Heading 2"].font.name = "Bookman Old Style"
    for name in ("Caption", "Heading 3"):
        office.styles[name].delete()
    office.save(tmp_path / "office.docx")
    before = office.sections[0].page_width
    for template in (tmp_path / "office.docx", io.BytesIO((tmp_path / "office.docx").read_bytes())):
        document = written(bengkulu(), template=template)
        assert document.sections[0].header.paragraphs[0].text == "PEMERINTAH PROVINSI BENGKULU"
        assert texts(document)[:2] == [
            "BAB III AKUNTABILITAS KINERJA",
            f"Capaian kinerja tahun 2022: {bengkulu().plan.name_id}",
        ]
        assert document.styles["Heading 2"].font.name == "Bookman Old Style"
        assert document.sections[0].page_width == before
        caption = next(p for p in document.paragraphs if p.text.startswith("Tabel "))
        assert caption.runs[0].bold


def test_a_template_that_is_no_word_file_is_refused(tmp_path) -> None:
    for content in (b"PK\x03\x04 broken", b"plain text"):
        (tmp_path / "office.docx").write_bytes(content)
        with pytest.raises(TableError, match="not a Word file that can be read") as raised:
            bengkulu().to_docx(tmp_path / "out.docx", template=tmp_path / "office.docx")
        assert raised.value.text("id") != str(raised.value)
    with pytest.raises(TableError, match="no such file"):
        bengkulu().to_docx(tmp_path / "out.docx", template=tmp_path / "none.docx")
    assert not (tmp_path / "out.docx").exists()


def test_text_of_the_data_is_text() -> None:
    said = "\n".join(texts(written(hostile().select(indicator="i0"))))
    assert inert("<script>alert(1)</script>") in said


def test_what_has_no_figure_of_any_year_has_an_empty_picture() -> None:
    kinds = [kt.Indicator(code=one, name=one, unit="x", direction="maximize") for one in "ab"]
    keys = {"indicator": ["a"], "region": ["17.05"], "value": [5.0]}
    plan = kt.Plan.from_frames(indicators=kinds, targets={**keys, "year": [2024]})
    card = kt.evaluate(plan, {**keys, "year": [2024]}, year=2024, rule="permendagri-86-2017")
    assert {"no-target"} < {row["status"] for row in card.to_dicts()}
    card.to_docx(io.BytesIO())


def test_too_many_rows_are_refused(one_picture) -> None:
    card = nation(201, 10, [2024])
    with pytest.raises(ArgumentError, match=r"at most 2000 rows in one chapter"):
        card.to_docx(io.BytesIO())
    card.select(indicator="i1").to_docx(io.BytesIO())


@pytest.mark.parametrize(("write", "missing"), [
    ("to_html", "no browser that prints"), ("to_docx", "LibreOffice is not found"),
])  # fmt: skip
def test_without_a_program_a_pdf_is_refused_with_a_way_out(
    tmp_path, monkeypatch, write: str, missing: str
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(TableError, match=missing) as raised:
        getattr(bengkulu(), write)(tmp_path / "laporan.pdf")
    assert "install" in str(raised.value)
    assert "pasang" in raised.value.text("id")
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_makes_nothing_is_said(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: shutil.os.devnull)
    with pytest.raises(TableError, match="no PDF was made"):
        bengkulu().to_html(tmp_path / "laporan.pdf")


def test_an_objective_begins_with_what_the_region_above_averages(one_picture) -> None:
    card = objectives()
    text = "\n".join(texts(written(card)))
    for row in card.by_region().by_objective:
        if row["region"] == "17":
            average = f"{row['score']:.2f}".replace(".", ",")
            said = f"Rata-rata, Bengkulu: {average} ({row['band']})."
            assert said in text.split(f"Sasaran: {row['objective']}")[1]
