"""What texts of tables say: phrases, the longest first, with texts of our own."""

from __future__ import annotations

import io
import random
import time

import pytest

import kencana_targets as kt
from kencana_targets.tables.conflicts import tells
from kencana_targets.tables.phrases import text_reader
from kencana_targets.tables.words import Span, read_by

PLAN = kt.load_plan("bengkulu-2021")
READER = text_reader(PLAN.indicators, PLAN.regions)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Pelayanan KB Bulan Maret Tahun 2021", [(12, 3, 3)]),
        ("Realisasi s.d. Triwulan II 2021", [(4, 1, 2)]),
        ("Realisasi s/d TW IV 2021", [(4, 1, 4)]),
        ("Tribulan ke-3 2021", [(4, 3, 3)]),
        ("CATURWULAN II", [(3, 2, 2)]),
        ("Januari s.d. Desember 2021", [(12, 1, 12)]),
        ("Jan-Sept 2021", [(12, 1, 9)]),
        ("keadaan Desember 2021", [(12, 1, 12)]),
        ("posisi per 31 Desember 2021", [(12, 1, 12)]),
        ("Sampai dengan akhir bulan Oktober 2021", [(12, 1, 10)]),
        ("TWIII", [(4, 3, 3)]),
        ("Semester 2", [(2, 2, 2)]),
        ("Susenas Maret 2021", []),
        ("Kaur, 14 Maret 2022", []),
        ("Bengkulu, Maret 2022", []),
        ("RPJMD 2021-2026", []),
        ("usia 6 bulan", []),
        ("DKB Semester II 2021", []),
        ("DKB Semester I 2021", [(2, 1, 1)]),
        ("DKB Triwulan II 2021", [(4, 2, 2)]),
        ("1 Jan s.d. 31 Des 2021", [(12, 1, 12)]),
        ("Jan 2021 s.d. 31 Des 2021", [(12, 1, 12)]),
        ("Maret 2021 - 30 Juni 2021", [(12, 3, 6)]),
        ("Periode 1 Februari - 30 Juni 2021", [(12, 2, 6)]),
        ("Maret sampai dengan 31 Agustus 2021", [(12, 3, 8)]),
        ("K E A D A A N  J U N I 2021", [(12, 6, 6)]),
    ],
)
def test_parts_of_a_year(text: str, spans: list[tuple[int, int, int]]) -> None:
    assert [span[:3] for span in READER.read(text).spans] == spans


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("posisi 30 Juni 2021", "date 06-30"),
        ("cut off 31/08/2021", "date 08-31"),
        ("s.d. bulan ini", "to date"),
        ("Minggu ke-12", "week 12"),
        ("Tahun Ajaran 2021/2022", "school year"),
        ("Rata-rata akseptor per bulan", "month mean"),
        ("7 bulan pertama 2021", "7 months"),
        ("Oktober -", ""),
        ("9 Maret s.d.", "date 03-09"),
        ("selama 5 bulan", "5 months"),
        ("3 Maret s.d. 12 Juli 2021", "days"),
        ("1 Januari 2020 s.d. 31 Desember 2021", "days"),
        ("Januari 2020 s.d. 31 Desember 2021", "days"),
    ],
)
def test_parts_of_a_year_that_have_no_number(text: str, name: str) -> None:
    assert {span.name for span in READER.read(text).spans} == {name}


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("Perpres Nomor 72 Tahun 2021", ()),
        ("Permendagri 86/2017 dan Perda 3 Tahun 2019", ()),
        ("RPJMN 2020-2024: realisasi tahun 2021", (2021,)),
        ("Kabupaten Kaur Dalam Angka 2022", ()),
        ("Rakerda Provinsi Bengkulu 2022: capaian tahun 2021", (2021,)),
        ("Th. 2021", (2021,)),
        ("TA 2021", (2021,)),
        ("Tahun2021", (2021,)),
        ("per 1.000 kelahiran", ()),
    ],
)
def test_years_of_figures_are_no_years_of_documents(text: str, years: tuple[int, ...]) -> None:
    assert READER.read(text).years == years


@pytest.mark.parametrize(
    ("text", "kind", "keys"),
    [
        ("Dinas Pemberdayaan Perempuan dan Perlindungan Anak", "part", ()),
        ("Median usia kawin pertama perempuan", "part", ()),
        ("Perempuan umur 20-24 tahun", "part", ("women", "age 20-24 years")),
        ("Laki-laki + Perempuan", "part", ("all",)),
        ("Kuintil terbawah", "part", ("poorest",)),
        ("Pr/Lk", "part", ("all",)),
        ("Wanita & Pria", "part", ("all",)),
        ("Rural, urban", "part", ("all",)),
        ("Penerima jaminan", "part", ("group",)),
        ("kecamatan tertinggal", "part", ("villages",)),
        ("tidak mencakup puskesmas", "part", ("some", "area")),
        ("Percepatan Penurunan Stunting", "figure", ()),
        ("Penurunan stunting", "figure", ("change",)),
        ("Sasaran Strategis 2: Turunnya stunting", "figure", ()),
        ("Sasaran peserta", "figure", ("target",)),
        ("Proyeksi Penduduk 2020-2035", "figure", ()),
        ("Prognosa capaian", "figure", ("forecast", "actual")),
        ("(dalam ribuan)", "unit", ("thousand",)),
        ("per 100.000 kelahiran hidup", "unit", ("hundred-thousand",)),
        ("Jumlah orang", "unit", ()),
        ("dalam pecahan", "unit", ("proportion",)),
        ("skala 0 s.d. 1", "unit", ("proportion",)),
        ("rb jiwa", "unit", ("thousand",)),
    ],
)
def test_phrases_use_up_their_words(text: str, kind: str, keys: tuple[str, ...]) -> None:
    assert READER.read(text).keys(kind) == keys


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Semester: TFR", "span semester; indicator tfr"),
        ("Sasaran 1: Stunting turun pada tahun 2024",
         "objective sasaran 1 : stunting turun pada tahun 2024"),
        ("Sasaran 2 menurunkan stunting 2021", "objective sasaran 2 menurunkan stunting; year 2021"),
        ("Tujuan 1.2: meningkatkan peserta KB; realisasi 2021",
         "objective tujuan 1 . 2 : meningkatkan peserta kb; figure realisasi; year 2021"),
        ("Sasaran 1; realisasi 2021", "objective sasaran 1; figure realisasi; year 2021"),
        ("Jenis kelamin: P", "neutral jenis kelamin; part p"),
        ("Jenis kelamin: Kaur P", "neutral jenis kelamin; unknown kaur; unknown p"),
        ("Kab. Kaur, Maret 2022", "region kab . kaur; document maret 2022"),
        ("Maret 2022,", "period maret; year 2022"),
        ("Peserta KB (P", "neutral peserta kb; unknown p"),
        ("Kab. Penukal Abab Lematang Ilir 2021",
         "region kab . penukal abab lematang ilir; year 2021"),
        ("Data hasil rekap keluarga, Maret 2022",
         "neutral data; figure hasil; neutral rekap; neutral keluarga; period maret; year 2022"),
        ("Unmet need Kota Bengkulu (persen), 2022",
         "indicator unmet need; region kota bengkulu; unit persen; year 2022"),
        ("Unmet need Bengkulu, 14 Maret 2022",
         "indicator unmet need; region bengkulu; document 14 maret 2022"),
        ("Unmet need, 31 Desember 2021", "indicator unmet need; period 31 desember 2021"),
        ("Satuan: orang", "neutral satuan; unit orang"),
        ("Orang (satuan", "neutral orang; neutral satuan"),
        ("Jumlah anak", "row jumlah; neutral anak"),
        ("(ribu anak)", "unit ribu; neutral anak"),
        ("mCPR menurut kabupaten dan kelompok umur",
         "indicator mcpr; neutral menurut; level kabupaten; neutral dan; neutral kelompok umur"),
        ("Dinas Pengendalian Penduduk dan Keluarga Berencana Kabupaten Kaur",
         "office dinas pengendalian penduduk dan keluarga berencana; region kabupaten kaur"),
        ("Dinas Kesehatan, Kabupaten Kaur: Unmet need",
         "office dinas kesehatan; region kabupaten kaur; indicator unmet need"),
        ("Susenas Triwulan I 2022", "survey susenas; period triwulan i; year 2022"),
        ("Sakernas Agustus 2021: TPT", "survey sakernas agustus; year 2021; unknown tpt"),
        ("Program percepatan penurunan stunting unmet need 2021",
         "programme program percepatan penurunan stunting; indicator unmet need; year 2021"),
        ("Renstra BKKBN 2020-2024", "document renstra bkkbn 2020 - 2024"),
        ("RPJMD (2021-2026): TFR", "document rpjmd ( 2021 - 2026; indicator tfr"),
        ("Target naik persen", "figure target; neutral persen; unknown naik"),
        ("Laporan kinerja Dinas Kesehatan Tahun 2021",
         "document laporan kinerja; office dinas kesehatan; year tahun 2021"),
        ("Angka Kelahiran Total (TFR) per 1.000 perempuan",
         "indicator angka kelahiran total; indicator tfr; unit per 1000 perempuan"),
        ("Need Unmet di Kota Bengkulu",
         "indicator need; indicator unmet; neutral di; region kota bengkulu"),
        ("mCPR L", "indicator mcpr; part l"),
        ("L mCPR", "indicator mcpr; unknown l"),
        ("Perempuan miskin dan laki-laki",
         "part perempuan; neutral dan; part laki - laki; unknown miskin"),
    ],
)  # fmt: skip
def test_a_text_is_parted_among_what_it_says(text: str, said: str) -> None:
    reading = READER.read(text)
    found = [f"{one.kind} {reading.words(one)}" for one in reading.phrases]
    assert "; ".join([*found, *(f"unknown {word}" for word in reading.rest)]) == said


def test_who_the_people_are_goes_on_where_the_name_of_an_indicator_ends() -> None:
    name = "Persentase penduduk miskin"
    poor = kt.Indicator(
        code="poor", name="Poor", name_id=name, unit="percent", direction="minimize"
    )
    reading = text_reader((poor,), None).read("Persentase Penduduk Miskin Ekstrem 2021")
    assert (reading.keys("indicator"), reading.keys("part")) == (("poor",), ("poorest",))


def test_the_words_of_an_indicator_tell_it_in_any_order() -> None:
    plan = kt.load_plan("bengkulu-stunting-2024")
    reader = text_reader(plan.indicators, plan.regions)
    (phrase, *_) = reader.read("Balita stunting: prevalensi").of("indicator")
    assert (phrase.key, phrase.exact) == ("stunting_balita", False)
    assert reader.read("Prevalensi stunting balita").of("indicator")[0].exact
    assert reader.code_of("Balita stunting") == "stunting_balita"


@pytest.mark.parametrize(
    ("text", "code"),
    [("TFR (anak per wanita)", "TFR"), ("Skor TFR", None), ("Rasio unmet need", None),
     ("Indeks pembangunan keluarga", "iBangga"), ("TFR dan unmet need", None), ("Susenas", None)],
)  # fmt: skip
def test_a_text_that_says_another_figure_names_no_indicator(text: str, code: str | None) -> None:
    assert READER.code_of(text) == code


@pytest.mark.parametrize(
    ("text", "own", "said"),
    [
        ("Skor TFR", {"tfr"}, ["skor"]),
        ("Skor TFR", {"tfr", "indeks"}, []),
        ("Skor", set(), []),
        ("Jumlah peserta", {"persen", "mcpr"}, ["jumlah"]),
        ("Jumlah peserta (%)", {"persen"}, []),
        ("Jumlah peserta", {"anak"}, []),
    ],
)
def test_what_a_text_counts_that_its_indicator_does_not(
    text: str, own: set[str], said: list[str]
) -> None:
    assert READER.read(text).counts(own) == said


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("mCPR menurut kabupaten", 1),
        ("mCPR menurut kelompok umur dan kabupaten", 1),
        ("mCPR menurut kelompok umur", 3),
        ("TFR per kabupaten 2021", 4),
    ],
)
def test_where_a_text_says_that_regions_part_it(text: str, place: int) -> None:
    assert READER.read(text).by_place == place


def test_a_long_text_is_read_in_time_that_grows_with_its_length() -> None:
    def seconds(times: int) -> float:
        text = "s.d. triwulan 1 - dinas per 2021 / usia 15 " * times
        taken = []
        for _ in range(5):
            start = time.process_time()
            text_reader((), None)._reading(text)
            taken.append(time.process_time() - start)
        return min(taken)

    seconds(3)
    assert seconds(24) < 40 * max(seconds(3), 1e-3)


def test_a_span_of_the_whole_year_is_the_year() -> None:
    assert Span(4, 1, 4).is_year
    assert not Span(4, 2, 4).is_year
    assert not Span(0, 0, 0, "to date").is_year


@pytest.mark.parametrize("text", ["Peserta KB (P)", "Peserta KB [P]", "(L) peserta", "(P)", "(L)"])
def test_a_letter_in_brackets_says_whose_figures_they_are(text: str) -> None:
    (part,) = [phrase for phrase in READER.read(text).phrases if phrase.kind == "part"]
    assert part.key == ("men" if "L" in text else "women")


@pytest.mark.parametrize(
    ("text", "names"),
    [("Kaur", True), ("Kabupaten Kaur", True), ("Kaur 2021", True), ("TFR", False)],
)
def test_a_region_is_named_with_or_without_its_level(text: str, names: bool) -> None:
    assert READER.names_region(text) is names


@pytest.mark.parametrize("text", ["Semester ganjil TFR 2021", "Bulan puasa 2021, Seluma"])
def test_phrases_stand_in_the_order_of_the_text(text: str) -> None:
    phrases = READER.read(text).phrases
    assert {phrase.kind for phrase in phrases} >= {"period", "year"}
    assert [phrase.first for phrase in phrases] == sorted(phrase.first for phrase in phrases)
    (span,) = READER.read(text).spans
    assert span == Span(0, 0, 0, " ".join(text.lower().split()[:2]))


def test_a_short_word_names_an_indicator_where_it_stands_alone() -> None:
    tests, share = (
        kt.Indicator(code=code, name=code, unit="", direction="maximize") for code in ("TES", "PI")
    )
    reader = text_reader((tests, share), None)
    for text, codes in (("Hasil TES kelompok 2021", ("TES",)), ("TES", ("TES",)), ("PI", ("PI",)),
                        ("Hasil PI kelompok 2021", ())):  # fmt: skip
        assert reader.read(text).keys("indicator") == codes


def test_a_text_that_is_passed_over_for_a_strange_word_says_nothing_of_figures() -> None:
    draw = random.Random("strange")
    kinds = ("figure", "part", "period", "span", "objective", "programme", "document", "event")
    known = [one for kind in kinds for own in read_by(f"phrase-{kind}").values() for one in own]
    known += [word for own in read_by("word-set").values() for word in own]
    known += ["mCPR", "Kaur", "TW II", "TWIII", "2021/22", "15-19 tahun", "31 Desember", "s/d"]
    strange = ["karena", "petugas", "lengkap", "puasa", "ganjil", "harapan"]
    passed = 0
    for _ in range(4000):
        words = [
            draw.choice(draw.choice((known, known, strange))) for _ in range(draw.randint(2, 6))
        ]
        text = draw.choice((" ", " ", ", ", ": ")).join(words)
        if READER.holds_strange(text):
            passed += 1
            reading = READER.read(text)
            for own in ((), READER.words["mCPR"]):
                made = tells(reading, "actual", own, made=True)
                assert (made, tells(reading, "actual", own)) == (False, False)
    assert passed > 500


def test_many_remarks_take_little_time() -> None:
    reader = text_reader(PLAN.indicators, PLAN.regions)
    remarks = [
        f"belum lengkap karena petugas {at} di dusun {at % 97} sakit" for at in range(20_000)
    ]
    begin = time.process_time()
    assert all(map(reader.holds_strange, remarks))
    assert time.process_time() - begin < 2


OFFICIAL = [
    ("Persentase Penduduk Miskin", "persen", ["P0", "pct_miskin", "Tingkat Kemiskinan", "Persen Miskin"]),
    ("Jumlah Penduduk", "jiwa", ["Populasi", "pop", "Total population"]),
    ("Umur Harapan Hidup Saat Lahir", "tahun", ["AHH", "Harapan_Hidup", "Usia Harapan Hidup", "Life expectancy"]),
    ("Rata-rata Lama Sekolah", "tahun", ["RLS", "rerata_lama_sekolah"]),
]  # fmt: skip


def one_plan(*names: tuple[str, str]) -> kt.Plan:
    indicators = [
        kt.Indicator(code=f"x{at}", name=name, name_id=name, unit=unit, direction="maximize")
        for at, (name, unit) in enumerate(names)
    ]
    targets = [
        kt.Target(indicator=one.code, region="17", year=2030, value=70, instrument="RPJMD")
        for one in indicators
    ]
    return kt.Plan(indicators=indicators, targets=targets)


def figures(plan: kt.Plan, heading: str) -> list[tuple[str, float]]:
    text = f"Kabupaten,{heading}\nSeluma,21\nKaur,22\n".encode()
    found = kt.read_actuals(io.BytesIO(text), plan=plan, given={"year": 2022})
    return [(one.indicator, one.value) for one in found]


@pytest.mark.parametrize(
    ("name", "unit", "heading"),
    [(name, unit, heading) for name, unit, headings in OFFICIAL for heading in headings],
)
def test_what_statistics_offices_publish_is_known_by_their_names(
    name: str, unit: str, heading: str
) -> None:
    assert figures(one_plan((name, unit)), heading) == [("x0", 21), ("x0", 22)]


def test_a_name_of_the_plan_is_taken_before_one_that_offices_use() -> None:
    plan = one_plan(("Umur harapan hidup saat lahir", "tahun"), ("Angka harapan hidup", "tahun"))
    assert figures(plan, "Angka harapan hidup")[0] == ("x1", 21)
    with pytest.raises(kt.KencanaError):
        figures(plan, "AHH")


@pytest.mark.parametrize("behind", ["balita", "PUS", "ibu", "remaja", "rumah tangga", "usia kerja"])
@pytest.mark.parametrize(
    ("name", "unit"),
    [("Jumlah Penduduk", "jiwa"), ("Indeks Pembangunan Manusia", "indeks"), ("Kemiskinan", "persen")],
)  # fmt: skip
def test_whom_programmes_are_for_are_a_part_of_all_people(
    name: str, unit: str, behind: str
) -> None:
    with pytest.raises(kt.KencanaError, match="cannot tell what|keep each part"):
        figures(one_plan((name, unit)), f"{name} {behind}")
    assert figures(one_plan((name, unit)), f"{name} Kabupaten")[0] == ("x0", 21)
    stunting = one_plan(("Prevalensi stunting", "persen"))
    assert figures(stunting, "Prevalensi stunting balita")[0] == ("x0", 21)


@pytest.mark.parametrize(
    ("behind", "read"),
    [
        ("Penduduk Umur 15 Tahun Keatas", True), ("usia 15 tahun ke atas", True),
        ("umur 15 tahun", False), ("15-24 tahun", False), ("25 tahun ke atas", False),
    ],
)  # fmt: skip
def test_all_who_may_work_are_no_part_of_those_out_of_work(behind: str, *, read: bool) -> None:
    plan = one_plan(("Tingkat Pengangguran Terbuka", "persen"), ("Jumlah Penduduk", "jiwa"))
    if read:
        assert figures(plan, f"Tingkat Pengangguran Terbuka {behind}")[0] == ("x0", 21)
    else:
        with pytest.raises(kt.KencanaError, match="a part of the people"):
            figures(plan, f"Tingkat Pengangguran Terbuka {behind}")
    with pytest.raises(kt.KencanaError, match="a part of the people"):
        figures(plan, f"Jumlah Penduduk {behind}")
