"""Tables as offices keep them: parts beside the whole, rates, margins, columns of names."""

from __future__ import annotations

import io
import re
from typing import Any

import attrs
import pytest
from workbooks import saved, table_file

import kencana_targets as kt

YEAR: dict[str, Any] = {"given": {"year": 2022}}


@pytest.fixture(scope="module")
def plan() -> kt.Plan:
    def one(code: str, name: str, unit: str, direction: str, *aliases: str) -> kt.Indicator:
        return kt.Indicator(
            code=code, name=name, name_id=name, unit=unit, direction=direction, aliases=aliases
        )

    indicators = [
        one("stunting", "Prevalensi stunting", "persen", "minimize", "Stunting"),
        one("pb", "Peserta KB baru", "orang", "maximize"),
        one("aki", "Angka kematian ibu", "per 100.000 kelahiran hidup", "minimize"),
        one("mcpr", "Prevalensi kontrasepsi modern", "persen", "maximize", "mCPR"),
    ]
    targets = [
        kt.Target(indicator=code, region="17", year=2024, value=value, instrument="RPJMD")
        for code, value in (("stunting", 12.55), ("pb", 2000), ("aki", 183), ("mcpr", 62))
    ]
    return kt.Plan(indicators=indicators, targets=targets)


def actuals(plan: kt.Plan, text: str, **options: Any) -> kt.Actuals:
    return kt.read_actuals(io.BytesIO(text.encode()), plan=plan, **options)


def values(plan: kt.Plan, text: str, **options: Any) -> dict[tuple[str, int], float]:
    return {(one.region, int(one.year)): one.value for one in actuals(plan, text, **options)}


def told(figures: kt.Actuals) -> str:
    return " | ".join(map(str, figures.notes))


@pytest.mark.parametrize(
    "heading",
    ["Stunting Pa", "Stunting Lk", "Stunting P", "Stunting (Pi)", "Stunting - Pr",
     "Stunting Pa 2022", "Stunting laki2", "Prevalensi stunting P."],
)  # fmt: skip
def test_a_word_cut_short_for_women_or_men_is_refused(plan: kt.Plan, heading: str) -> None:
    table = f"Kabupaten,{heading}\nSeluma,22.1\n"
    told = rf"columns={{'dimension': \['{re.escape(heading)}'\]}}"
    with pytest.raises(kt.KencanaError, match=told):
        values(plan, table, **YEAR)
    # What the message says is done.
    (one,) = actuals(plan, table, columns={"dimension": [heading]}, **YEAR)
    assert (one.indicator, one.value) == ("stunting", 22.1)
    assert one.dimension


@pytest.mark.parametrize("name", ["Stunting perempuan", "Stunting Pa", "Stunting (L)"])
def test_a_row_of_women_or_men_is_told_as_one(plan: kt.Plan, name: str) -> None:
    table = f"Kabupaten,Indikator,Tahun,Nilai\nSeluma,{name},2022,22.1\n"
    with pytest.raises(kt.KencanaError, match="a part of the people.*name them 'stunting'"):
        values(plan, table)
    assert values(plan, table.replace(name, "stunting")) == {("17.05", 2022): 22.1}


@pytest.mark.parametrize(
    ("head", "row", "value"),
    [
        ("Kabupaten,Stunting 2022,,\n,L,P,L+P", "22.1,20,21", 21),
        ("Kabupaten,Stunting 2022,,\n,Lk,Pr,Jml", "22.1,20,21", 21),
        ("Stunting 2022,,,\nKabupaten,Perkotaan,Perdesaan,Perkotaan+Perdesaan", "9,8,8.5", 8.5),
        ("Kabupaten,Peserta KB baru 2022,,,\n,IUD,Implan,Pil,Jumlah", "1,2,3,6", 6),
        ("Peserta KB baru 2022,,,\nKabupaten,Jalur pemerintah,Jalur swasta,Total", "1,2,3", 3),
        ("Kabupaten,Stunting Pa 2022,Stunting Pi 2022,Stunting 2022", "9,8,8.5", 8.5),
        ("Kabupaten,Stunting 2022,Stunting baduta 2022,Stunting lokus 2022", "9,8,7", 9),
    ],
)  # fmt: skip
def test_of_parts_beside_the_whole_the_whole_is_read(
    plan: kt.Plan, head: str, row: str, value: float
) -> None:
    figures = actuals(plan, f"{head}\nSeluma,{row}\n")
    assert [one.value for one in figures] == [value]
    assert "a part of the people beside those of all were left out" in told(figures)


def test_the_interval_of_a_part_is_not_that_of_the_whole(plan: kt.Plan) -> None:
    head = "Stunting 2022,,,,\nKabupaten,Perempuan,95% CI,Total,95% CI\n"
    (one,) = actuals(plan, head + "Seluma,22.1,20-24,21,19-23\n")
    assert (one.value, one.lower, one.upper) == (21, 19, 23)


@pytest.mark.parametrize("unit", ["per KH", "per kelahiran hidup", "per live births", "/KH"])
@pytest.mark.parametrize("place", ["Satuan", "heading", "title"])
def test_a_rate_that_does_not_say_of_how_many_is_noted(
    plan: kt.Plan, unit: str, place: str
) -> None:
    text = {
        "Satuan": f"Kabupaten,Indikator,Satuan,Tahun,Nilai\nKaur,aki,{unit},2022,220\n",
        "heading": f"Kabupaten,Angka kematian ibu ({unit}) 2022\nKaur,220\n",
        "title": f"Angka kematian ibu 2022 ({unit}),\nKabupaten,Angka kematian ibu\nKaur,220\n",
    }[place]
    figures = actuals(plan, text)
    assert [one.value for one in figures] == [220]
    assert "a unit that does not say of how many" in told(figures)


@pytest.mark.parametrize(
    ("note", "rate"),
    [
        ("Angka per 1000", 100), ("Catatan: angka per 1.000 kelahiran hidup", 100),
        ("*) per 1000 KH", 100), ("Satuan: permil", 100), ("Ket: per 10.000 penduduk", 10),
        ("Note: rates per 1,000 live births", 100), ("Catatan: per 100.000 kelahiran hidup", 1),
    ],
)  # fmt: skip
def test_a_rate_in_a_note_alone_is_turned_into_the_plans(
    plan: kt.Plan, note: str, rate: float
) -> None:
    text = f'Kabupaten,Angka kematian ibu 2022\nKaur,2.2\n"{note}",\n'
    figures = actuals(plan, text)
    assert [one.value for one in figures] == [pytest.approx(2.2 * rate)]
    assert ("were turned into" in told(figures)) == (rate != 1)
    unit = {"given": {"unit": "per 100.000 kelahiran hidup"}}
    assert values(plan, text, **unit) == {("17.04", 2022): 2.2}


@pytest.mark.parametrize(
    ("head", "note"),
    [
        ("Stunting 2022,Angka kematian ibu 2022", "Angka per 1000"),
        ("Stunting 2022,Angka kematian ibu 2022", "Angka kematian ibu per 1000 KH"),
        ("Stunting 2022,mCPR 2022", "Kematian balita per 1000 KH"),
    ],
)
def test_a_note_on_the_rate_of_some_figures_is_noted(plan: kt.Plan, head: str, note: str) -> None:
    figures = actuals(plan, f"Kabupaten,{head}\nKaur,22.1,60\n{note},,\n")
    assert [one.value for one in figures] == [22.1, 60]
    assert "a note that may speak of the unit of the figures" in told(figures)


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("Margin of error", "2,3"), ("MoE", "(±2,3)"), ("Margin galat", "± 2,3"), ("±", "2,3"),
        ("95% CI", "± 2,3"), ("Interval", "(+/- 2,3)"), ("95% CI (±)", "2,3"),
    ],
)  # fmt: skip
def test_a_margin_of_error_gives_both_ends(plan: kt.Plan, heading: str, cell: str) -> None:
    (one,) = actuals(plan, f'Kabupaten,Stunting 2022,{heading}\nSeluma,"22,1","{cell}"\n')
    assert (one.value, one.lower, one.upper) == (22.1, 19.8, 24.4)


def test_margins_belong_to_the_figures_beside_them(plan: kt.Plan) -> None:
    text = "Kabupaten,Stunting,,,\n,2021,±,2022,±\nSeluma,22.1,2.3,20.1,1.1\n"
    got = [(one.year, one.lower, one.upper) for one in actuals(plan, text)]
    assert got == [(2021, 19.8, 24.4), (2022, 19.0, 21.2)]


def test_a_relative_error_gives_the_standard_error(plan: kt.Plan) -> None:
    head = "Kabupaten,Indikator,Satuan,Tahun,Nilai,RSE (%)\n"
    (one,) = actuals(plan, head + "Seluma,stunting,permil,2022,221,10\n")
    assert (one.value, one.standard_error) == (22.1, 2.21)


@pytest.mark.parametrize(
    ("text", "wrong", "mended"),
    [
        (
            "Kabupaten,Stunting 2022\nSeluma,22.1\n,(±2.3)\nKaur,12.4\n,(±1.3)\n",
            "an interval stands in a row below its figure",
            "Kabupaten,Stunting 2022,margin of error\nSeluma,22.1,2.3\nKaur,12.4,1.3\n",
        ),
        (
            'Kabupaten,Stunting 2022\nSeluma,22.1\n,"[20.1-24.3]"\nKaur,12.4\n',
            "an interval stands in a row below its figure",
            "Kabupaten,Stunting 2022,interval\nSeluma,22.1,20.1-24.3\nKaur,12.4,\n",
        ),
        (
            "Kabupaten,Stunting 2022\nSeluma,22.1 ± 2.3\nKaur,12.4\n",
            "a range where one number belongs.*under 'margin of error'",
            "Kabupaten,Stunting 2022,margin of error\nSeluma,22.1,2.3\nKaur,12.4,\n",
        ),
        (
            "Kabupaten,Stunting 2022,±\nSeluma,22.1,-2.3\nKaur,12.4,1\n",
            "a margin of error below 0",
            "Kabupaten,Stunting 2022,±\nSeluma,22.1,2.3\nKaur,12.4,1\n",
        ),
    ],
)
def test_an_interval_that_is_not_certain_is_refused_with_what_to_do(
    plan: kt.Plan, text: str, wrong: str, mended: str
) -> None:
    with pytest.raises(kt.KencanaError, match=wrong):
        actuals(plan, text)
    assert [one.value for one in actuals(plan, mended)] == [22.1, 12.4]


def test_a_column_of_rises_and_falls_is_no_margin(plan: kt.Plan) -> None:
    figures = actuals(plan, "Kabupaten,Stunting 2021,Stunting 2022,+/-\nKaur,11.3,12.4,1.1\n")
    assert [(one.value, one.lower) for one in figures] == [(11.3, None), (12.4, None)]


@pytest.mark.parametrize(
    "form",
    ["Stunting 2022,,\nKabupaten,{},Realisasi\nSeluma,{},22.1\nKaur,{},12.4\n",
     "Kabupaten,{},Indikator,Tahun,Nilai\nSeluma,{},Stunting,2022,22.1\nKaur,{},Stunting,2022,12.4\n",
     "Stunting,,\nKabupaten,{},2022\nSeluma,{},22.1\nKaur,{},12.4\n"],
)  # fmt: skip
@pytest.mark.parametrize(
    ("heading", "noted"),
    [("Unit Kerja", True), ("Nama Kader", True), ("Penyuluh", True), ("Klaster", True),
     ("Kendala", False), ("Rencana Tindak Lanjut", False), ("Verifikator", False)],
)  # fmt: skip
def test_a_column_of_names_is_noted_and_one_of_remarks_is_not(
    plan: kt.Plan, form: str, heading: str, noted: bool
) -> None:
    figures = actuals(plan, form.format(heading, "Melati", "Mawar"))
    assert [one.value for one in figures] == [22.1, 12.4]
    assert (f"got '{heading}'; see that they do not part the figures" in told(figures)) == noted
    assert len(figures.notes) == noted


BOTH = {
    ("17.05", 2021): 24.7, ("17.04", 2021): 11.3, ("17.05", 2022): 22.1, ("17.04", 2022): 12.4,
}  # fmt: skip


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "rows",
    [
        [["Kabupaten", "Stunting 2021", None, "Kabupaten", "Stunting 2022"],
         ["Seluma", 24.7, None, "Kaur", 12.4], ["Kaur", 11.3, None, "Seluma", 22.1]],
        [["No", "Wilayah", "Stunting 2021", "No", "Kab/Kota", "Stunting 2022"],
         [1, "Seluma", 24.7, 1, "Seluma", 22.1], [2, "Kaur", 11.3, 2, "Kaur", 12.4]],
        [["Stunting tahun 2021", None, None, "Stunting tahun 2022", None],
         ["Kabupaten", "Persen", None, "Kabupaten", "Persen"],
         ["Seluma", 24.7, None, "Seluma", 22.1], ["Kaur", 11.3, None, "Kaur", 12.4]],
        [["Prevalensi stunting"], ["Kabupaten", 2021, 2022, None, "Kabupaten", 2021, 2022],
         ["Seluma", 24.7, 22.1, None, "Kaur", 11.3, 12.4]],
        [["Kabupaten", "Indikator", "Tahun", "Nilai", None, "Kabupaten", "Indikator", "Tahun", "Nilai"],
         ["Seluma", "Stunting", 2021, 24.7, None, "Kaur", "Stunting", 2021, 11.3],
         ["Seluma", "Stunting", 2022, 22.1, None, "Kaur", "Stunting", 2022, 12.4]],
    ],
)  # fmt: skip
def test_tables_side_by_side_are_read_each(
    plan: kt.Plan, rows: list[list[object]], kind: str
) -> None:
    figures = kt.read_actuals(table_file(rows, kind), plan=plan)
    assert {(one.region, int(one.year)): one.value for one in figures} == BOTH
    assert not figures.notes


def test_a_problem_of_the_second_table_is_told_where_it_stands(plan: kt.Plan) -> None:
    rows = [["Kabupaten", "Stunting 2021", None, "Kabupaten", "Stunting 2022"],
            ["Seluma", 24.7, None, "Seluma", "x"]]  # fmt: skip
    with pytest.raises(kt.KencanaError, match="row 2, column E 'Stunting 2022': not a number"):
        kt.read_actuals(table_file(rows, "xlsx"), plan=plan)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("rows", "options"),
    [
        ([["Tahun", "Stunting", None], [None, "Seluma", "Kaur"], [2021, 24.7, 11.3],
          [2022, 22.1, 12.4]], {}),
        ([["Tahun", "Seluma", None, "Kaur", None],
          [None, "Stunting", "Kendala", "Stunting", "Kendala"],
          [2021, 24.7, "jauh", 11.3, "jauh"], [2022, 22.1, "jauh", 12.4, "jauh"]], {}),
        ([["No", "Indikator", "Tahun", "Kabupaten", None],
          [None, None, None, "Kab. Seluma", "Kab. Kaur"],
          [1, "Stunting", 2021, 24.7, 11.3], [2, "Stunting", 2022, 22.1, 12.4]], {}),
        ([["Prevalensi stunting"], ["Tahun", "Wilayah", None], [None, "Seluma", "Kaur"],
          [2021, 24.7, 11.3], [2022, 22.1, 12.4]], {}),
        # The heading over the regions names an indicator that only the caller knows.
        ([["Indikator", None, "Tahun"], ["Seluma", "Kaur", None], [24.7, 11.3, 2021],
          [22.1, 12.4, 2022]], {"given": {"indicator": "stunting"}}),
    ],
)  # fmt: skip
def test_regions_under_one_heading(
    plan: kt.Plan, rows: list[list[object]], options: dict[str, Any], kind: str
) -> None:
    if options:
        with pytest.raises(kt.KencanaError, match=r"no indicator.*given=\{'indicator'"):
            kt.read_actuals(table_file(rows, kind), plan=plan)
    figures = kt.read_actuals(table_file(rows, kind), plan=plan, **options)
    assert {(one.region, int(one.year)): one.value for one in figures} == BOTH


KINDS = pytest.mark.parametrize("kind", ["xlsx", "csv", "ods"])


@pytest.fixture(scope="module")
def districts(plan: kt.Plan) -> kt.Plan:
    """The plan, with two districts of Seluma."""
    names = {"17.05.01": "Kecamatan Sukaraja", "17.05.02": "Kecamatan Seluma"}
    own = [
        kt.Region(code=code, name=name, level="district", parent="17.05")
        for code, name in names.items()
    ]
    return attrs.evolve(plan, regions=kt.load_regions().extended(own))


@KINDS
@pytest.mark.parametrize(
    ("head", "first"),
    [
        # e-PPGBM: the prevalence beside its counts, numbered rows under one district.
        (["No", "Kecamatan", "Puskesmas", "Jumlah Balita Diukur", "Jumlah Stunting", "Prevalensi"],
         [[1, "SUKARAJA", "Sukaraja", 901, 61, 6.77], [2, "SUKARAJA", "Babatan", 1000, 56, 5.6],
          [3, "SELUMA", "Tais", 1425, 83, 5.82]]),
        # SIGA: facilities with codes, the counts first, no prevalence.
        (["Kecamatan", "Kode Faskes", "Nama Faskes", "Jumlah Stunting", "Jumlah Balita Diukur"],
         [["Kec. Sukaraja", "F1", "PKM Sukaraja", 61, 901],
          ["Kec. Sukaraja", "F2", "PKM Babatan", 56, 1000], ["Kec. Seluma", "F3", "PKM Tais", 83, 1425]]),
    ],
)  # fmt: skip
def test_facilities_of_a_district_are_added_up(
    districts: kt.Plan, head: list[str], first: list[list[Any]], kind: str
) -> None:
    rows = [["Prevalensi Stunting Tahun 2022"], head, *first]
    with pytest.raises(kt.KencanaError, match="pool_actuals adds up.*'numerator': ..., 'denom"):
        kt.read_actuals(table_file(rows, kind), plan=districts)
    columns = {"numerator": "Jumlah Stunting", "denominator": "Jumlah Balita Diukur"}
    figures = kt.pool_actuals(table_file(rows, kind), plan=districts, columns=columns)
    got = {one.region: one.value for one in figures}
    assert got == {"17.05.01": pytest.approx(11700 / 1901), "17.05.02": pytest.approx(8300 / 1425)}


@KINDS
@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        ([["Wilayah", "Indikator", "Semester 1 (Maret) 2022", "Semester 2 (September) 2022"],
          ["Kaur", "Stunting", 20.5, 18.5]], ""),
        ([["Prevalensi Stunting"], ["Wilayah", 2021, None, 2022, None],
          [None, *["Semester 1 (Maret)", "Semester 2 (September)"] * 2],
          ["Kaur", 22.5, 21.5, 20.5, 18.5]], "B2:C2 D2:E2"),
        ([["Wilayah", "Tahun", "Periode", "Stunting"], ["Kaur", 2022, "Semester 1 (Maret)", 20.5],
          ["Kaur", 2022, "Semester 2 (September)", 18.5]], ""),
    ],
)  # fmt: skip
def test_a_semester_with_its_month_is_the_semester(
    plan: kt.Plan, rows: list[list[Any]], merged: str, kind: str
) -> None:
    indicators = [attrs.evolve(one, combination="last") for one in plan.indicators]
    last = attrs.evolve(plan, indicators=indicators)
    with pytest.raises(kt.KencanaError, match="periods=2"):
        kt.to_date(last, table_file(rows, kind, merged), year=2022)
    read = kt.to_date(last, table_file(rows, kind, merged), year=2022, periods=2)
    assert [one.value for one in read.actuals if one.year == 2022] == [18.5]


@KINDS
@pytest.mark.parametrize(
    "rows",
    [
        [["No", "Sasaran", "Indikator", "Target", None, "Relisasi", None, "% Capaian"],
         [None, None, None, "Angka", "Satuan", "Angka", "Satuan", None],
         [1, "Sasaran 1", "mCPR", 60, "%", 57, "%", 95]],
        [["Indikator", "Target", "Target", "Realisasi", "Capaian"],
         ["mCPR", "persen", 60, 57, 95]],
        [["No", "Indikator", "Target", None, "Realisasi", None, "Capaian"],
         [1, "mCPR", 60, "persen", 57, "persen", 95]],
    ],
)  # fmt: skip
def test_an_audit_takes_the_number_of_a_target_in_two_columns(
    rows: list[list[Any]], kind: str
) -> None:
    (row,) = kt.audit(table_file(rows, kind))
    assert (row["target"], row["actual"], row["achievement"]) == (60, 57, 95)
    assert row["verdict"] == "reproduced"


@KINDS
@pytest.mark.parametrize(
    ("rows", "got"),
    [
        # A numbered row of a group says what level the names below it have.
        ([["No", "Wilayah", "Stunting 2022"], ["I", "KABUPATEN", None], [1, "Seluma", 22.1],
          ["II", "KOTA", None], [1, "Bengkulu", 20.5]], {"17.05": 22.1, "17.71": 20.5}),
        ([["Kode", "No", "Kab/Kota", "Stunting 2022"], [None, "A", "Kabupaten/Regency", None],
          [None, 1, "Seluma", 22.1]], {"17.05": 22.1}),
        # Yearbooks of BPS say the names again in English.
        ([["Kabupaten/Kota", "Stunting 2022", "Regency/Municipality"],
          ["Bengkulu Selatan", 22.1, "South Bengkulu"]], {"17.01": 22.1}),
        ([["Prevalensi stunting per 31 Desember 2022"], ["Kabupaten", "Persen"],
          ["Seluma", 22.1]], {"17.05": 22.1}),
        ([["Kabupaten", "Stunting 2022\u00b9"], ["Seluma", 22.1], ["\u00b9 SSGI", None]],
         {"17.05": 22.1}),
        ([["Kabupaten", "Stunting 2022", None], [None, "Jumlah", "Persen"],
          ["Seluma", 332, 22.1]], {"17.05": 22.1}),
        ([["Kabupaten", "Stunting 2022", None], [None, "%", "Kasus"], ["Seluma", 22.1, 332]],
         {"17.05": 22.1}),
        ([["Kabupaten", "Peserta KB baru 2022", None], [None, "Jumlah", "%"],
          ["Seluma", 332, 22.1]], {"17.05": 332}),
        ([["Prevalensi stunting"], ["Kabupaten", 2022, "Naik/Turun", "Tren"],
          ["Seluma", 22.1, "Turun", "baik"]], {"17.05": 22.1}),
        # Years of two digits behind a survey; an age there is none.
        ([["Kabupaten", "Stunting SSGI 22"], ["Seluma", 22.1]], {"17.05": 22.1}),
        ([["Stunting (SSGI'22)"], ["Kabupaten", "Persen"], ["Seluma", 22.1]], {"17.05": 22.1}),
        ([["Kabupaten", "Indikator", "Target PK22", "Realisasi PK22"],
          ["Seluma", "Stunting", 20, 22.1]], {"17.05": 22.1}),
        # An empty row within the header.
        ([["Kabupaten", "Stunting"], [None, None], [None, 2022], ["Seluma", 22.1]],
         {"17.05": 22.1}),
        ([["Kabupaten", "Stunting 2022"], [None, None], ["Seluma", 22.1]], {"17.05": 22.1}),
        # Target and what was reached below each other.
        ([["Kabupaten", "Ket", "Stunting 2022", "mCPR 2022"], ["Seluma", "T", 20, 60],
          [None, "R", 22.1, None], ["Kaur", "T", 20, 60], [None, "R", 12.4, None]],
         {"17.05": 22.1, "17.04": 12.4}),
    ],
)  # fmt: skip
def test_ordinary_tables(
    plan: kt.Plan, rows: list[list[Any]], got: dict[str, float], kind: str
) -> None:
    figures = kt.read_actuals(table_file(rows, kind), plan=plan)
    assert {one.region: one.value for one in figures} == got
    assert {one.year for one in figures} == {2022}
    assert not figures.notes


def test_a_blank_between_thousands_is_noted(plan: kt.Plan) -> None:
    text = "Kabupaten,Peserta KB baru 2022\nSeluma,35 204\nKaur,980\n"
    assert sorted(values(plan, text).values()) == [980, 35204]
    assert "a blank is read as the mark of thousands: got '35 204'" in told(actuals(plan, text))
    for cell in ("35 20", "0 123", "35  204"):
        with pytest.raises(kt.KencanaError, match="not a number"):
            values(plan, text.replace("35 204", cell))


def test_letters_that_may_be_classes_choose_no_rows(plan: kt.Plan) -> None:
    text = "Kabupaten,Kelas,Stunting 2022\nSeluma,T,22.1\nKaur,R,12.4\nLebong,T,12\nMukomuko,R,11\n"
    assert sorted(values(plan, text).values()) == [11, 12, 12.4, 22.1]
    # A number of something else behind a survey is no year.
    with pytest.raises(kt.KencanaError, match="no year"):
        values(plan, "Kabupaten,Stunting PK 21 desa\nSeluma,22.1\n")


@pytest.mark.parametrize("word", ["Uraian", "Indikator", "Keterangan"])
def test_target_and_what_was_reached_below_each_other(plan: kt.Plan, word: str) -> None:
    text = (
        f"Stunting Kabupaten Seluma,,\n{word},2021,2022\nTarget,20,19\nRealisasi,22.1,21\n%,90,89\n"
    )
    assert values(plan, text) == {("17.05", 2021): 22.1, ("17.05", 2022): 21}
    # Beside *Pagu* it is money, and *Capaian* alone is no *Realisasi*.
    for other in ("Pagu", "Capaian"):
        with pytest.raises(kt.KencanaError):
            values(plan, text.replace("Target" if other == "Pagu" else "Realisasi", other))


@pytest.mark.parametrize(
    ("sheets", "left_out", "got"),
    [
        ({"Seluma": 22.1, "Kab. Kaur": 12.4}, "", {"17.05": 22.1, "17.04": 12.4}),
        ({"Target": 9.0, "Realisasi": 22.1}, "Target", {"17": 22.1}),
        ({"Capaian 2022": 22.1, "Proyeksi": 9.0}, "Proyeksi", {"17": 22.1}),
        ({"L": 9.0, "P": 8.0, "L+P": 22.1}, "L, P", {"17": 22.1}),
        ({"Perkotaan": 9.0, "Perkotaan dan perdesaan": 22.1}, "Perkotaan", {"17": 22.1}),
    ],
)
def test_sheets_that_say_what_they_are(
    plan: kt.Plan, sheets: dict[str, float], left_out: str, got: dict[str, float]
) -> None:
    file = saved({name: [["Tahun", "Stunting"], [2022, value]] for name, value in sheets.items()})
    given = {"given": {"region": "17"}} if "17" in got else {}
    figures = kt.read_actuals(file, plan=plan, **given)
    assert {one.region: one.value for one in figures} == got
    assert (f"sheets of other figures were left out: got '{left_out}'" in told(figures)) == bool(
        left_out
    )


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("DINAS KESEHATAN KABUPATEN SELUMA,\nSTUNTING 2022,\nKabupaten,Persen\nSeluma,22.1\n", 22.1),
        ("PEMERINTAH KABUPATEN SELUMA,\nTahun,Stunting\n2022,22.1\n", 22.1),
        ("Kabupaten,Prevalensi Stunting (%) - SSGI 2022\nSeluma,22.1\n", 22.1),
        ("Kabupaten,Stunting,Periode Data\nSeluma,22.1,2022\n", 22.1),
    ],
)  # fmt: skip
def test_words_of_offices_periods_and_surveys(text: str, got: float) -> None:
    (one,) = actuals(kt.load_plan("bengkulu-stunting-2024"), text)
    assert (one.region, one.year, one.value) == ("17.05", 2022, got)


@pytest.mark.parametrize("heading", ["Persen", "Nilai", "Angka", "Prevalensi", "%"])
@pytest.mark.parametrize("title", ["Target stunting 2022", "Proyeksi stunting 2022"])
def test_a_word_for_a_value_does_not_overrule_the_title(
    plan: kt.Plan, title: str, heading: str
) -> None:
    with pytest.raises(kt.KencanaError, match="the title speaks of other figures"):
        actuals(plan, f"{title},\nKabupaten,{heading}\nSeluma,11.3\n")


def test_an_objective_behind_a_colon_is_no_target_and_no_indicator(plan: kt.Plan) -> None:
    text = "Sasaran: Menurunnya stunting 2022,\nKabupaten,Persen\nSeluma,22.1\n"
    with pytest.raises(kt.KencanaError, match=r"tell it with given=\{'indicator'"):
        actuals(plan, text)
    assert values(plan, text, given={"indicator": "stunting"}) == {("17.05", 2022): 22.1}


def test_thousands_of_whomever_are_no_percentage(plan: kt.Plan) -> None:
    text = "Stunting 2022 (ribu anak),\nKabupaten,Stunting\nSeluma,2.2\n"
    with pytest.raises(kt.KencanaError, match="the unit contradicts that of 'stunting'"):
        actuals(plan, text)


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("Kabupaten,Stunting 2022\nSeluma,22.1\nSumber: e-PPGBM Agustus 2022,\n", True),
        ("Kabupaten,Stunting 2022,Sumber\nSeluma,22.1,SIGA bulan Juni 2022\n", True),
        ("Kabupaten,Stunting 2022\nSeluma,22.1\nSumber: Susenas Maret 2022,\n", False),
        ("Kabupaten,Stunting 2022,Sumber\nSeluma,22.1,SSGI 2022\n", False),
        ("Kabupaten,Stunting 2022\nSeluma,22.1\nKeterangan: angka adalah target,\n", True),
        ("Kabupaten,Stunting 2022\nSeluma,22.1\nRata-rata tiga tahun,\n", True),
        ("Kabupaten,Stunting 2022\nSeluma,22.1\nTarget 2024: 14%,\n", False),
    ],
)
def test_a_note_on_a_part_or_another_kind_of_the_figures_is_told(
    plan: kt.Plan, text: str, noted: bool
) -> None:
    assert ("a note that may speak of a part of the figures" in told(actuals(plan, text))) == noted


@pytest.mark.parametrize(
    ("text", "got"),
    [
        ("Jenis,Nama,Stunting 2022\nKabupaten,Seluma,22.1\nKota,Bengkulu,20.5\n", [22.1, 20.5]),
        ("Row Labels,2021,2022\nSeluma,24.7,22.1\nGrand Total,24.7,22.1\n", [24.7, 22.1]),
        (",Kabupaten,Tahun,Stunting\n0,Seluma,2022,22.1\n1,Kaur,2022,12.4\n", [22.1, 12.4]),
        ("Kabupaten,2021r,2022p\nSeluma,24.7,22.1\n", [24.7, 22.1]),
        ("kabupaten,tahun,pct_stunting\nSeluma,2022,22.1\n", [22.1]),
        ("kabupaten,time_period,prev_stunting\nSeluma,2022,22.1\n", [22.1]),
    ],
)
def test_exports_of_programs(plan: kt.Plan, text: str, got: list[float]) -> None:
    bare = "Stunting" not in text and "stunting" not in text
    given = {"given": {"indicator": "stunting"}} if bare else {}
    assert [one.value for one in actuals(plan, text, **given)] == got


def test_a_year_beside_an_indicator_is_as_good_as_one_called_so(plan: kt.Plan) -> None:
    text = "Stunting 2021,\nTahun 2022,\nKabupaten,Persen\nSeluma,22.1\n"
    with pytest.raises(kt.KencanaError, match="the title names several years: got '2021, 2022'"):
        actuals(plan, text)
    assert values(plan, text, **YEAR) == {("17.05", 2022): 22.1}
