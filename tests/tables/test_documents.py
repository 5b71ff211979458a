"""Tables of PDF and Word files are read as the table behind them is."""

from __future__ import annotations

import io
import zlib

import docx
import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

import kencana_targets as kt
from kencana_targets.core.errors import KencanaError, TableError
from kencana_targets.tables import documents
from kencana_targets.tables.documents import read_pdf, read_word
from kencana_targets.tables.readers import describe_table

PLAN = kt.load_plan("bengkulu-stunting-2024")
REGIONS = ["Bengkulu Selatan", "Rejang Lebong", "Bengkulu Utara", "Kaur", "Seluma", "Mukomuko"]
FIGURES = [23.2, 20.2, 22.8, 12.4, 22.1, 20.5]
HEAD = ["No", "Kabupaten", "stunting_balita 2021", "stunting_balita 2022"]
ROWS = [
    [str(number + 1), region, f"{figure + 1:.1f}".replace(".", ","), f"{figure:.1f}".replace(".", ",")]
    for number, (region, figure) in enumerate(zip(REGIONS, FIGURES, strict=True))
]  # fmt: skip
TITLE = "Tabel 3.1 Prevalensi Stunting Balita Menurut Kabupaten"
RULES = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)])
STYLES = getSampleStyleSheet()


def pdf(*parts, pagesize=A4, on_page=None):
    """Make a PDF of paragraphs, page breaks and tables (of rows, with rules or without)."""
    file = io.BytesIO()
    story = []
    for part in parts:
        if part == "page":
            story.append(PageBreak())
        elif isinstance(part, str):
            story.append(Paragraph(part, STYLES["Normal"]))
        else:
            story.append(part)
    template = SimpleDocTemplate(file, pagesize=pagesize)
    template.build(
        story, onFirstPage=on_page or (lambda *_: None), onLaterPages=on_page or (lambda *_: None)
    )
    return file.getvalue()


def ruled(rows, style=RULES, **more):
    return Table(rows, style=style, **more)


def figures(content, **options):
    read = kt.read_actuals(io.BytesIO(content), plan=PLAN, **options)
    return [(one.region, one.year, one.value) for one in read]


BEHIND = [
    (f"17.0{number + 1}", year, round(figure + (year == 2021), 1))
    for number, figure in enumerate(FIGURES[:3])
    for year in (2021, 2022)
]


def expected():
    frame = {HEAD[1]: [row[1] for row in ROWS], HEAD[2]: [row[2] for row in ROWS], HEAD[3]: [row[3] for row in ROWS]}  # fmt: skip
    return [(one.region, one.year, one.value) for one in kt.read_actuals(frame, plan=PLAN)]


def word(*parts):
    document = docx.Document()
    for part in parts:
        if isinstance(part, str):
            document.add_paragraph(part)
            continue
        table = document.add_table(rows=0, cols=len(part[0]))
        for row in part:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# --- layouts -----------------------------------------------------------------------------


def test_a_table_with_rules_is_read():
    assert (
        figures(pdf("Uraian panjang tentang program.", TITLE, ruled([HEAD, *ROWS]), "Sumber: SSGI"))
        == expected()
    )


def test_a_table_without_rules_is_read():
    assert figures(pdf(TITLE, ruled([HEAD, *ROWS], None))) == expected()


@pytest.mark.parametrize("style", [RULES, None], ids=["rules", "plain"])
@pytest.mark.parametrize("repeated", [True, False])
def test_a_table_over_two_pages_is_one(style, repeated):
    second = [HEAD, *ROWS[3:]] if repeated else ROWS[3:]
    widths = [40, 150, 130, 130]
    content = pdf(TITLE, ruled([HEAD, *ROWS[:3]], style, colWidths=widths), "page", ruled(second, style, colWidths=widths))  # fmt: skip
    assert figures(content) == expected()
    assert [grid.sheet for grid in read_pdf(content, "a.pdf")] == ["halaman 1-2, tabel 1"]


@pytest.mark.parametrize("left", [1, 2])
@pytest.mark.parametrize("align", ["LEFT", "RIGHT", "CENTER"])
def test_the_last_rows_of_a_table_without_rules_may_stand_alone(left, align):
    """They were too few for a table of their own, and got lost."""
    style = TableStyle([("ALIGN", (2, 0), (3, -1), align)])
    parts = [ruled(rows, style, colWidths=[40, 150, 130, 130])
             for rows in ([HEAD, *ROWS[:-left]], ROWS[-left:])]  # fmt: skip
    content = pdf(TITLE, parts[0], "page", parts[1], "Sumber: SSGI 2022")
    assert figures(content) == expected()
    assert [grid.sheet for grid in read_pdf(content, "a.pdf")] == ["halaman 1-2, tabel 1"]


def test_the_last_row_of_a_table_with_rules_may_stand_alone():
    """Two or three cells with rules around them were taken for a box, and got lost."""
    rows = [
        ["Kabupaten", "stunting_balita 2021", "stunting_balita 2022"],
        *(row[1:] for row in ROWS),
    ]
    parts = [ruled(some, colWidths=[150, 130, 130]) for some in (rows[:-1], rows[-1:])]
    content = pdf(TITLE, parts[0], "page", parts[1], "Sumber: SSGI 2022")
    assert figures(content) == expected()
    signed = ruled([["Kepala Dinas", "Kepala Bidang", "Ketua Tim"]], colWidths=[100, 100, 100])
    content = pdf(TITLE, ruled(rows), "page", "Mengetahui", signed)
    assert figures(content) == expected()


def test_the_names_of_pages_and_tables_are_no_unknown_words():
    rows = [["No", "Kabupaten", "Realisasi 2022"], *([row[0], row[1], row[3]] for row in ROWS)]
    for title in ("Prevalensi Stunting Balita Tahun 2022", "Tabel 3.1 Prevalensi Stunting Balita"):
        read = kt.read_actuals(io.BytesIO(pdf(title, ruled(rows))), plan=PLAN)
        assert read.notes == ()


def test_a_table_of_another_indicator_is_left_out_and_told_once():
    rows = [["Kabupaten", "Realisasi 2022"], *(row[1:3] for row in ROWS)]
    content = pdf("Prevalensi Stunting Balita 2022", ruled(rows), "Tabel 2 CPR Tahun 2022", ruled(rows))  # fmt: skip
    read = kt.read_actuals(io.BytesIO(content), plan=PLAN)
    assert [one.value for one in read] == [
        value for *_, value in figures(content, sheet="halaman 1, tabel 1")
    ]
    assert [one.got for one in read.notes] == ["Tabel 2 CPR Tahun 2022"]


def test_a_header_of_every_page_does_not_part_a_table():
    def header(canvas, template):
        canvas.drawString(72, 810, "LKjIP Dinas Pengendalian Penduduk Tahun 2022")
        canvas.drawString(290, 30, str(template.page))

    widths = [40, 150, 130, 130]
    content = pdf("Isi.", "page", TITLE, ruled([HEAD, *ROWS[:3]], colWidths=widths), "page",
                  ruled(ROWS[3:], colWidths=widths), on_page=header)  # fmt: skip
    assert [grid.sheet for grid in read_pdf(content, "a.pdf")] == ["halaman 2-3, tabel 1"]


def test_a_rotated_page_is_read():
    content = pdf(TITLE, ruled([HEAD, *ROWS]), pagesize=landscape(A4))
    assert figures(content) == expected()
    turned = pdf(
        TITLE,
        ruled([HEAD, *ROWS]),
        pagesize=landscape(A4),
        on_page=lambda canvas, _: canvas.setPageRotation(90),
    )
    assert figures(turned) == expected()


@pytest.mark.parametrize("angle", [90, 270])
def test_a_table_that_was_turned_upon_the_page_is_read(angle):
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4)
    canvas.translate(*((A4[0], 0) if angle == 90 else (0, A4[1])))
    canvas.rotate(angle)
    table = ruled([HEAD, *ROWS])
    table.wrapOn(canvas, 700, 500)
    table.drawOn(canvas, 60, 200)
    canvas.save()
    assert figures(file.getvalue()) == expected()


def test_merged_cells_and_two_header_rows_are_understood():
    rows = [["No", "Kabupaten", "stunting_balita", ""], ["", "", "2021", "2022"], *ROWS]
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("SPAN", (2, 0), (3, 0)),
                        ("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (1, 1))])  # fmt: skip
    assert figures(pdf(TITLE, ruled(rows, style))) == expected()
    document = docx.Document()
    table = document.add_table(rows=len(rows), cols=4)
    for at, row in enumerate(rows):
        for cell, text in zip(table.rows[at].cells, row, strict=True):
            cell.text = text
    table.cell(0, 2).merge(table.cell(0, 3))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(1, 1))
    file = io.BytesIO()
    document.save(file)
    assert figures(file.getvalue()) == expected()


def test_several_tables_are_sheets_of_their_own():
    other = [["Jabatan", "Nama"], ["Kepala", "A"], ["Sekretaris", "B"]]
    content = pdf(
        "Tabel 1 Pejabat",
        ruled(other),
        TITLE,
        ruled([HEAD, *ROWS]),
        "page",
        "Tabel 9",
        ruled(other),
    )
    names = [grid.sheet for grid in read_pdf(content, "a.pdf")]
    assert names == ["halaman 1, tabel 1", "halaman 1, tabel 2", "halaman 2, tabel 1"]
    assert figures(content, sheet="halaman 1, tabel 2") == expected()
    content = word("Tabel 1", other, TITLE, [HEAD, *ROWS])
    assert [grid.sheet for grid in read_word(content, "a.docx")] == ["tabel 1", "tabel 2"]
    assert figures(content, sheet="tabel 2") == expected()


def test_places_name_page_table_row_and_column(tmp_path):
    rows = [HEAD, *[row.copy() for row in ROWS]]
    rows[3][3] = "22,8x1"
    path = tmp_path / "laporan.pdf"
    path.write_bytes(pdf("Isi laporan.", "page", TITLE, ruled(rows)))
    with pytest.raises(TableError) as caught:
        kt.read_actuals(path, plan=PLAN)
    (problem,) = caught.value.problems
    assert problem.where == "sheet 'halaman 2, tabel 1', row 5, column D 'stunting_balita 2022'"
    path = tmp_path / "laporan.docx"
    path.write_bytes(word("Isi laporan.", TITLE, rows))
    with pytest.raises(TableError, match="sheet 'tabel 1', row 5, column D 'stunting_balita 2022'"):
        kt.read_actuals(path, plan=PLAN)


def test_a_description_and_a_plan_come_from_documents_too(tmp_path):
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(TITLE, ruled([HEAD, *ROWS])))
    assert "sheet 'halaman 1, tabel 1': wide" in str(describe_table(path, plan=PLAN))


# --- a report of three pages ---------------------------------------------------------------

AUDIT = [
    ["No", "Indikator Kinerja", "Satuan", "Target", "Realisasi", "Capaian (%)"],
    ["1", "Peserta KB aktif", "persen", "70,00", "63,00", "90,00"],
    ["2", "Keluarga berencana aktif", "persen", "80,00", "84,00", "105,00"],
    ["3", "Desa terdata", "desa", "50", "40", "80,00"],
    ["4", "Keluarga terdata", "persen", "90,00", "81,00", "91,00"],
]
PROSE = (
    "Laporan Kinerja Instansi Pemerintah ini disusun sebagai pertanggungjawaban atas tugas dinas. "
    * 3
)


def verdicts(source):
    return [
        (row["indicator"], row["verdict"], row["formula"], row["achievement"])
        for row in kt.audit(source).to_dicts()
    ]


def test_a_report_of_three_pages_gives_the_audit_of_the_table_behind_it(tmp_path):
    behind = tmp_path / "a.csv"
    behind.write_text("\n".join(";".join(row) for row in AUDIT))
    wanted = verdicts(behind)
    assert [row[1] for row in wanted] == ["reproduced", "reproduced", "reproduced", "inconsistent"]
    caption = "Tabel 3.2 Capaian Indikator Kinerja Utama Tahun 2022"
    content = pdf(
        PROSE,
        "page",
        PROSE,
        caption,
        ruled(AUDIT[:3]),
        "page",
        ruled([AUDIT[0], *AUDIT[3:]]),
        PROSE,
    )
    assert verdicts(io.BytesIO(content)) == wanted
    content = word(PROSE, caption, AUDIT, "Sumber: diolah", PROSE)
    assert verdicts(io.BytesIO(content)) == wanted


# --- what cannot be read -------------------------------------------------------------------


def test_scanned_pages_are_refused_in_words():
    def picture(canvas, _):
        image = io.BytesIO()
        from matplotlib.image import imsave

        imsave(image, [[0.0, 1.0], [1.0, 0.0]], format="png")
        image.seek(0)
        from reportlab.lib.utils import ImageReader

        canvas.drawImage(ImageReader(image), 100, 100, 300, 300)

    with pytest.raises(TableError, match="a.pdf: scanned pages: pictures without text; save the"):
        read_pdf(pdf("page", on_page=picture), "a.pdf")
    content = pdf(
        TITLE,
        ruled([HEAD, *ROWS]),
        "page",
        "page",
        on_page=lambda c, t: picture(c, t) if t.page == 2 else None,
    )
    assert read_pdf(content, "a.pdf")[0].hidden == ("halaman 2 (gambar)",)


def test_a_document_without_tables_is_refused():
    with pytest.raises(TableError, match="no table is found on the pages"):
        read_pdf(pdf(PROSE), "a.pdf")
    with pytest.raises(TableError, match="no table is found in the document"):
        read_word(word(PROSE), "a.docx")


@pytest.mark.parametrize("cut", [10, 200, 1000, -300, -20])
def test_damaged_files_are_refused_or_read_right(cut):
    content = pdf(TITLE, ruled([HEAD, *ROWS]))[:cut]
    for source, name in ((content, "a.pdf"), (word(TITLE, [HEAD, *ROWS])[:cut], "a.docx")):
        file = io.BytesIO(source)
        file.name = name
        try:
            read = kt.read_actuals(file, plan=PLAN)
        except KencanaError:
            continue
        assert [(one.region, one.year, one.value) for one in read] == expected()


def test_what_unpacks_to_too_much_is_refused_at_once(monkeypatch):
    monkeypatch.setattr(documents, "_MOST_BYTES", 1 << 22)
    bomb = zlib.compress(b"0 " * 1000, 9)
    packed = zlib.compress(bytes(1 << 23))
    for stream, what in ((packed, "too large once unpacked"), (bomb, "packed in a way")):
        twice = b"/FlateDecode /FlateDecode" if what.startswith("packed") else b"/FlateDecode"
        content = (
            b"%PDF-1.4\n1 0 obj\n<< /Filter ["
            + twice
            + b"] >>\nstream\n"
            + stream
            + b"\nendstream\nendobj\n"
        )
        with pytest.raises(TableError, match=what):
            read_pdf(content, "a.pdf")
