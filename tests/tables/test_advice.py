"""What a message advises is done: each option that a hint names leads to the figures."""

from __future__ import annotations

import ast
import io
import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
import pytest
from attrs import evolve, frozen

import kencana_targets as kt
from kencana_targets.cli.console import as_options, columns_told
from kencana_targets.core.errors import KencanaError, Problem

SOURCE = Path(kt.__file__).parent
ARGUMENTS = (
    "columns", "decimal", "given", "inherit", "missing", "others", "periods", "plan", "prefer",
    "rows", "sheet", "targets", "unit", "until",
)  # fmt: skip
TOGETHER = "in one call, if these are the figures: "
# What nobody can write out, such as a plan, has no value.
NAMES, VALUE = "|".join(ARGUMENTS), r"\{[^{}]*\}|\[[^]]*\]|'[^']*'|\d+|$"
OPTION = re.compile(rf"\b({NAMES})=({VALUE})")
# Options beside each other are told in one call.
JOINED = re.compile(rf"\b(?:(?:{NAMES})=(?:{VALUE})(?:, )?)+")


def one(code: str, name: str, unit: str, direction: str) -> kt.Indicator:
    return kt.Indicator(code=code, name=name, name_id=name, unit=unit, direction=direction)


INDICATORS = (
    one("stunting", "Stunting", "persen", "minimize"),
    evolve(one("kb", "KB baru", "orang", "maximize"), combination="sum"),
    one("mcpr", "mCPR", "persen", "maximize"),
)
PLAN = kt.Plan(
    indicators=INDICATORS,
    targets=[
        kt.Target(indicator=code, region="17.05", year=2022, value=value, instrument="RPJMD")
        for code, value in (("stunting", 12.5), ("kb", 400), ("mcpr", 62))
    ],
)


def actuals(text: str, **options: Any) -> tuple[list[float], tuple[Problem, ...]]:
    found = kt.read_actuals(io.BytesIO(text.encode()), plan=PLAN, **options)
    return [float(value) for value in found.value], found.notes


def pooled(text: str, **options: Any) -> tuple[list[float], tuple[Problem, ...]]:
    found = kt.pool_actuals(io.BytesIO(text.encode()), plan=PLAN, **options)
    return [float(value) for value in found.value], found.notes


def to_date(text: str, **options: Any) -> tuple[list[float], tuple[Problem, ...]]:
    told, goals = {"year": 2022, **options}, list[float]()
    if "targets" in options:
        told["targets"] = io.BytesIO(options["targets"].encode())
    found = kt.to_date(PLAN, io.BytesIO(text.encode()), **told)
    if "targets" in options:
        goals = [float(found.plan.target("kb", "17.05", 2022).value)]
    return [float(value) for value in found.actuals.value] + goals, found.notes


def audited(table: Any, **options: Any) -> tuple[list[float], tuple[Problem, ...]]:
    source = io.BytesIO(table.encode()) if isinstance(table, str) else table
    found = kt.audit(source, **options)
    names = ("target", "actual", "achievement")
    return [row[name] for row in found for name in names], found.warnings


def framed(text: str, **options: Any) -> tuple[list[float], tuple[Problem, ...]]:
    """Audit a data frame, whose first row is its header in any case."""
    header, *rows = (line.split(",") for line in text.splitlines())
    return audited(dict(zip(header, map(list, zip(*rows, strict=True)), strict=True)), **options)


def planned(text: str, **options: Any) -> tuple[list[float], tuple[Problem, ...]]:
    """Read the workbook of a plan: its indicators, and the lines as another sheet."""
    book = openpyxl.Workbook()
    book.active.title = "Indikator"
    book.active.append(["Kode", "Indikator", "Satuan", "Polarisasi"])
    book.active.append(["stunting", "Stunting", "persen", "minimize"])
    sheet = book.create_sheet(text.partition("|")[0])
    for line in text.partition("|")[2].splitlines():
        sheet.append(line.split(","))
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    found = kt.read_plan(file, **options)
    return [float(value) for value in found.targets.value], found.notes


@frozen(eq=False)
class Case:
    """A table, what is said of it, and the figures that each way out leads to.

    `fill` is what a person writes for the dots, by the key before them; without it the
    heading where the problem stands.
    """

    said: str
    text: str
    figures: tuple[list[float] | None, ...]
    fill: Mapping[str, Any] = MappingProxyType({})
    read: Callable[..., tuple[list[float], tuple[Problem, ...]]] = actuals
    options: Mapping[str, Any] = MappingProxyType({})


BODY = "Seluma,22.1\nKaur,12.4\n"
BOTH = [22.1, 12.4]
LONG = "Kabupaten,Indikator,Tahun,Nilai\nSeluma,Stunting,2022,22.1\n"
QUARTERS = (
    "Kabupaten,Indikator,TW I 2022,TW II 2022,TW III 2022,TW IV 2022\nSeluma,KB baru,20,30,0,0\n"
)
PRINTED, MET, ALL = "Indikator,Target,Realisasi,%\n", "mCPR,60,57,95\n", [60.0, 57.0, 95.0]
YEAR: dict[str, Any] = {"given": {"year": 2022}}

CASES = [
    # What no column says.
    Case("no year", f"Kabupaten,Stunting\n{BODY}", (BOTH,), {"year": 2022}),
    Case("no year", f"Tw,\nKabupaten,Stunting\n{BODY}", (BOTH,), {"year": 2022}),
    Case("no region", "Tahun,Stunting\n2022,22.1\n", ([22.1],), {"region": "Seluma"}),
    Case("no indicator", f"Kabupaten,2022\n{BODY}", (BOTH,), {"indicator": "stunting"}),
    Case("several years", f"Stunting 2021 dan 2022,\nKabupaten,Persen\n{BODY}", (BOTH,), {"year": 2022}),
    Case("missing column 'value'", "Kabupaten,Indikator,Tahun,Isi\nSeluma,Stunting,2022,22.1\n", ([22.1],), {"value": "Isi"}),
    Case("missing column 'region'", "Indikator,Tahun,Nilai\nStunting,2022,22.1\n", ([22.1],), {"region": "17.05"}),
    Case("missing column 'year'", "Kabupaten,Indikator,Nilai\nSeluma,Stunting,22.1\n", ([22.1],), {"year": 2022}),
    Case("missing column 'indicator'", "Kabupaten,Tahun,Nilai\nSeluma,2022,22.1\n", ([22.1],), {"indicator": "stunting"}),
    Case("a column nobody reads", "Kabupaten,Tahun,Ijazah,Stunting\nSeluma,2022,SD,22.1\nSeluma,2022,SMP,12.4\n", (BOTH, [22.1])),
    # What the title says.
    Case("a part of the year", f"Stunting Juni 2022,\nKabupaten,Persen\n{BODY}", (BOTH,)),
    Case("a part of the people", f"Stunting perempuan 2022,\nKabupaten,Persen\n{BODY}", (BOTH,)),
    Case("other figures", f"Target stunting 2022,\nKabupaten,Persen\n{BODY}", (BOTH,)),
    Case("those of a plan", "Indikator,Kabupaten,Kondisi Awal 2020,2021,2022\nStunting,Seluma,25,22.1,12.4\n", (BOTH,)),
    # Units.
    Case("figures of at most 1", "Kabupaten,Stunting 2022\nSeluma,0.221\nKaur,0.124\n", (BOTH, [0.221, 0.124])),
    Case("figures of at most 1", "Kabupaten,Stunting 2022,KB baru 2022\nSeluma,0.221,200\n", ([22.1, 200], [0.221, 200])),
    Case("figures of at most 1", "Kabupaten,Stunting 2022,mCPR 2022\nSeluma,0.221,60\n", ([22.1, 60], [0.221, 60])),
    Case("the unit contradicts", "Kabupaten,Stunting (kasus) 2022,mCPR 2022\nSeluma,22.1,60\n", ([60], [22.1, 60])),
    Case("the unit contradicts", "Kabupaten,Stunting (kasus) 2022,KB baru 2022\nSeluma,22.1,60\n", ([60], [22.1, 60])),
    Case("the unit contradicts", "Kabupaten,KB baru (% terhadap PUS) 2022,mCPR 2022\nSeluma,2.1,60\n", ([60], [2.1, 60])),
    Case("the unit contradicts", "Kabupaten,Indikator,Satuan,Tahun,Nilai\nSeluma,Stunting,kasus,2022,22.1\nSeluma,KB baru,ribu orang,2022,2\n", ([22.1, 2000],)),
    Case("a unit of other figures", "Kabupaten,Indikator,Satuan,Tahun,Nilai\nSeluma,Stunting,Rp,2022,22.1\n", ([22.1],)),
    Case("no whole numbers", "Kabupaten,KB baru 2022\nSeluma,5.4\nKaur,43.5\n", ([5400, 43500], [5.4, 43.5])),
    Case("more than people", "Kabupaten,KB baru (ribu) 2022\nSeluma,395000\nKaur,43000\n", ([395000, 43000],)),
    Case("figures above 1", "Kabupaten,Indikator,Satuan,Tahun,Nilai\nSeluma,Stunting,proporsi,2022,22.1\n", ([22.1],)),
    Case("were turned into", "Kabupaten,Stunting (proporsi) 2022,KB baru 2022\nSeluma,0.22,60\n", ([0.22, 60],), {"unit": "persen"}),
    # Columns beside the figures.
    Case("parts the figures among times", "Kabupaten,Bulan,Tahun,Stunting\nSeluma,Juni,2022,12\nSeluma,Juli,2022,13\n", ([13],), {"Bulan": "Juli"}),
    Case("parts the figures among times", "Kabupaten,Periode,Tahun,Stunting\nSeluma,Februari,2022,12\nSeluma,Agustus,2022,13\n", ([13],)),
    Case("parts the figures among times", "Kabupaten,Jenis kelamin,Tahun,Stunting\nSeluma,L,2022,12\nKaur,P,2022,13\n", ([12, 13], [12, 13])),
    Case("which kind or part", "Kabupaten,Ket,Stunting 2022\nSeluma,TW II,12\nSeluma,TW IV,13\n", ([13],), {"Ket": "TW IV"}),
    Case("which kind or part", "Kabupaten,Uraian,Stunting 2022\nSeluma,Target,12\nSeluma,Capaian,13\n", ([13],), {"Uraian": "Capaian"}),
    Case("which kind or part", "Kabupaten,Ket,Stunting 2022\nSeluma,TW II,22.1\nKaur,x,12.4\n", ([22.1], BOTH), {"Ket": "TW II"}),
    Case("facilities or places", "Kabupaten,Puskesmas,Stunting 2022,Kasus,Balita\nSeluma,Tais,22,11,50\nSeluma,Talo,10,4,50\n", ([15],), {"numerator": "Kasus", "denominator": "Balita"}, options={"given": {"indicator": "stunting", "year": 2022}}),
    Case("facilities or places", "Kabupaten,Puskesmas,Stunting 2022,Kasus,Balita\nSeluma,Tais,22,11,50\n", ([22], [22]), {"numerator": "Kasus", "denominator": "Balita"}, options={"given": {"indicator": "stunting", "year": 2022}}),
    Case("a heading that names more", "Kabupaten,Stunting Anu 2022,mCPR 2022\nSeluma,22.1,60\n", ([60],)),
    Case("two columns for the same", "Kabupaten,Stunting 2022,Stunting SSGI 2022\nSeluma,22.1,23\n", ([22.1],)),
    Case("two columns for 'region'", "Kabupaten,Wilayah,Stunting 2022\nSeluma,x,22.1\nKaur,y,12.4\n", (BOTH,), {"region": "Kabupaten"}),
    Case("two columns for 'year'", "Kabupaten,Tahun,Tahun Data,Stunting\nSeluma,2022,2023,22.1\n", ([22.1],), {"year": "Tahun"}),
    Case("beside the province", "Provinsi,Nama Dati,Stunting 2022\nBengkulu,Seluma,22.1\nBengkulu,Kaur,12.4\n", (BOTH,)),
    Case("cannot tell what", "Kabupaten,Stunting Juni 2022,mCPR 2022\nSeluma,22.1,60\n", ([22.1, 60], [60])),
    # Names.
    Case("unknown indicator", "Kabupaten,Stunted 2022,mCPR 2022\nSeluma,22.1,60\n", ([22.1, 60], [60]), {"code": "stunting"}, options={"others": "refuse"}),
    Case("unknown indicator", "Kabupaten,Aneh 2022,mCPR 2022\nSeluma,22.1,60\n", ([22.1, 60], [60]), {"code": "stunting"}, options={"others": "refuse"}),
    Case("unknown indicator", "Kabupaten,Indikator,Tahun,Nilai\nSeluma,Aneh,2022,22.1\n", ([22.1],), {"code": "stunting"}),
    Case("columns of indicators that the plan", "Kabupaten,Aneh 2022,mCPR 2022\nSeluma,22.1,60\n", ([22.1, 60], None), {"code": "stunting", "heading": "Aneh 2022"}),
    Case("rows of indicators that the plan", LONG + "Seluma,Aneh,2022,60\n", (None,)),
    Case("in one call", "Stunted\n22.1\n", ([22.1],), {"year": 2022, "region": "17.05"}),
    Case("no province of this name", "Provinsi,Stunting 2022\nKab. Seluma,22.1\n", ([22.1],)),
    Case("other provinces in the list of BPS", "kode_provinsi,tahun,stunting\n94,2022,22.1\n91,2022,12.4\n", (BOTH, BOTH)),
    Case("code and name are of two regions", "kode_provinsi,kabupaten,tahun,stunting\n32,Seluma,2022,22.1\n", ([22.1],)),
    Case("the direction contradicts", "Kabupaten,Indikator,Polarisasi,Tahun,Nilai\nSeluma,Stunting,Naik,2022,22.1\n", ([22.1],)),
    Case("all name indicators", "Kabupaten,Anu,Tahun,Nilai\nSeluma,Stunting,2022,22.1\n", ([22.1],), {"indicator": "mcpr"}),
    Case("all name regions", "Anu,Tahun,Stunting\nSeluma,2022,22.1\n", ([22.1],), {"region": "17"}),
    # Parts beside the whole.
    Case("a part of the people beside", "Kabupaten,Stunting 2022,,\n,L,P,L+P\nSeluma,23,21,22.1\n", ([23, 21, 22.1],)),
    Case("rows of a part beside", "Kabupaten,Jenis kelamin,Tahun,Stunting\nSeluma,L,2022,23\nSeluma,P,2022,21\nSeluma,L+P,2022,22.1\n", ([23, 21, 22.1],)),
    Case("cannot tell what", "Kabupaten,Stunting L 2022,Stunting P 2022,mCPR 2022\nSeluma,22.1,23,60\n", ([22.1, 23, 60], [60])),
    Case("taken for what was reached", "Kabupaten,Target Stunting 2022,Capaian Stunting 2022,Capaian mCPR 2022\nSeluma,20,22.1,60\n", ([60],)),
    Case("a column of money", "Kabupaten,Indikator,Tahun,Nilai,Serapan Anggaran\nSeluma,Stunting,2022,22.1,98\n", ([22.1],)),
    Case("to which figure", "Kabupaten,SE 2022,Stunting\nSeluma,1,22.1\n", ([22.1],), options=YEAR),
    Case("not a number with a decimal", "Kabupaten,Stunting 2022\nSeluma,\"22,1\"\nKaur,\"12,4\"\n", (BOTH,), options={"decimal": "."}),
    # Quarters and shares.
    Case("several periods at once", "Kabupaten,Indikator,TW I,TW I dan II\nSeluma,KB baru,22.1,3\n", ([22.1],), read=to_date, options={**YEAR, "missing": "filled"}),
    Case("one of 2 periods", "Kabupaten,Indikator,Semester 1,Semester 2\nSeluma,KB baru,20,30\n", ([50],), read=to_date, options=YEAR),
    Case("no figure of quarter", "Kabupaten,Indikator,TW I 2022,TW II 2022\nSeluma,KB baru,20,30\n", ([50], [50]), read=to_date),
    Case("a value beside numerator", "Kabupaten,Indikator,Tahun,Pembilang,Penyebut,Nilai\nSeluma,Stunting,2022,11,50,22\n", ([22],), read=pooled),
    Case("several periods at once", "TW I dan TW II,\nKabupaten,Indikator,2022\nSeluma,KB baru,20\n", ([20],), {"period": "TW IV"}, to_date, {"missing": "filled"}),
    Case("cannot tell what", "Kabupaten,Stunting,mCPR\n,anu,Persen\nSeluma,22.1,60\n", ([22.1], [60]), options=YEAR),
    Case("contradict the year's", QUARTERS, ([50, 400],), read=to_date, options={"targets": QUARTERS}),
    Case("the money to date", "Kabupaten,Indikator,Periode,Realisasi,Realisasi Anggaran\nSeluma,KB baru,2022-Q1,20,1000\nSeluma,KB baru,2022-Q2,30,\n", ([50],), {}, to_date, {"until": 2}),
    Case("no figure of quarter", "Kabupaten,Indikator,TW I 2022,TW III 2022\nSeluma,KB baru,20,30\n", ([50],), read=to_date),
    # The workbook of a plan.
    Case("no region", "Target|Indikator,2022\nStunting,22.1\n", ([22.1],), {"region": "17.05"}, planned),
    Case("other figures", "Data|Realisasi Tahun 2022\nIndikator,Wilayah,Tahun,Nilai\nStunting,17.05,2022,22.1\n", ([22.1],), {}, planned),
    # Published achievements.
    Case("no header with target", f"{PRINTED[:-3]},Capaian\n".replace("Realisasi", "Realisas") + MET, (ALL,), read=audited),
    Case("no header with target", "Indikator,Target,Nyata,Capaian\n" + MET, (ALL,), {"actual": "Nyata"}, audited),
    Case("belong to the achievement", "Indikator,Target 2020,Target 2021,Realisasi 2020,Capaian 2022\nmCPR,61,60,57,95\n", (ALL,), {"target": "Target 2021", "actual": "Realisasi 2020", "achievement": "Capaian 2022"}, audited),
    Case("target and actual belong to it", "Indikator,Target 2021,Realisasi 2021,Capaian 2021,Capaian 2022\nmCPR,60,57,94,95\n", (ALL,), {"target": "Target 2021", "actual": "Realisasi 2021"}, audited),
    Case("no column 'achievement'", "Indikator,Target,Realisasi,Hasil Bagi\n" + MET, (ALL,), {"achievement": "Hasil Bagi"}, framed),
    Case("more than 100 columns", "Target,Realisasi" + ",%" * 101 + ",Capaian\n60,57" + ",94" * 101 + ",95\n", (ALL,), {"achievement": "Capaian"}, audited),
    Case("several columns for 'target'", "Indikator,Target Renja,Target RPJMD,Realisasi,Capaian\nmCPR,60,61,57,95\n", (ALL,), read=audited),
    Case("whether more or less", PRINTED + MET.replace("mCPR", "Anu"), (ALL,), {"plan": PLAN}, audited),
    # The workbook of a plan.
    Case("no sheet 'Target'", "Wilayah|Indikator,Wilayah,2022\nStunting,17.05,22.1\n", ([22.1],), {"sheet": "Wilayah"}, planned),
]  # fmt: skip


@cache
def told(case: Case) -> tuple[list[float], tuple[Problem, ...]]:
    try:
        return case.read(case.text, **case.options)
    except KencanaError as error:
        return [], error.problems


def in_call(joined: str) -> dict[str, Any]:
    """Return the options that a hint joins; what a person has to write is an ellipsis."""
    for code, written in (("{code:", "{'code':"), (" heading}", " ...}")):
        joined = joined.replace(code, written)
    return {name: ast.literal_eval(value or "...") for name, value in OPTION.findall(joined)}


def ways(case: Case, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    """Yield the options of each way out that a hint names, with what a person writes in them."""
    over = [one.place.heading for one in problems]
    for joined in JOINED.findall(problems[0].hint.rpartition(TOGETHER)[2]):
        options = dict(case.options)
        for argument, value in in_call(joined).items():
            if not isinstance(value, dict):
                options[argument] = case.fill.get(argument, value)
                continue
            options[argument] = dict(case.options.get(argument, {}))
            for key, cell in value.items():
                asked = "heading" if key == "code" else key
                filled = case.fill.get(asked, over if key == "ignored" else over[0])
                code = case.fill.get(key, key) if key == "code" else key
                options[argument][code] = filled if cell is ... else cell
        yield options


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_what_a_message_advises_leads_to_the_figures(case: Case) -> None:
    said = [one for one in told(case)[1] if case.said in str(one) and OPTION.search(one.hint)]
    assert said, told(case)
    found: list[list[float] | None] = []
    for options in ways(case, said):
        read = pooled if "numerator" in options.get("columns", {}) else case.read
        try:
            found.append(read(case.text, **options)[0])
        except KencanaError:
            # That is what is asked for.
            assert options["others"] == "refuse"
            found.append(None)
    assert found == [*case.figures]


def advice_in(room: str) -> dict[str, str]:
    """Return the texts of a room that name an option, each as a pattern, by where it stands."""
    found = {}
    files = [SOURCE / room] if room.endswith(".py") else sorted((SOURCE / room).rglob("*.py"))
    for file in files:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        within = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)
                  for part in node.values}  # fmt: skip
        for node in ast.walk(tree):
            match node:
                case ast.Expr(value=ast.Constant()):
                    within.add(id(node.value))
                    continue
                case ast.Constant(value=str(text)) if id(node) not in within:
                    parts = [text]
                case ast.JoinedStr(values=values):
                    parts = [getattr(part, "value", "") for part in values]
                    parts = [part if isinstance(part, str) else "\0" for part in parts]
                case _:
                    continue
            text = "".join(parts)
            if re.search(rf"\b(?:{NAMES})=(?:[{{'[\0]|$)", text):
                pattern = ".+?".join(map(re.escape, text.strip().split("\0")))
                found[f"{file.name}:{node.lineno}"] = pattern
    return found


def test_every_message_of_reading_that_names_an_option_has_its_case() -> None:
    said = " | ".join(str(one) for case in CASES for one in told(case)[1])
    rooms = ("tables", "model", "evaluation", "auditing", "catalog.py")
    texts = {where: text for room in rooms for where, text in advice_in(room).items()}
    assert len(texts) > 30
    assert {where: text for where, text in texts.items() if not re.search(text, said)} == {}


def test_the_command_names_its_own_options_for_each() -> None:
    """What a hint tells Python is told the command in its options, which say the same."""
    hints = {one.hint for case in CASES for one in told(case)[1]}
    found = {joined.removesuffix(", ") for hint in hints for joined in JOINED.findall(hint)}
    calls = {joined for joined in found if joined[-1] != "="}
    assert len(calls) > 30
    for joined in calls:
        words = shlex.split(as_options(joined.replace("heading}", "...}"), {}))
        pairs = [*zip(words[::2], words[1::2], strict=True)]
        for argument, value in in_call(joined).items():
            said = [text for name, text in pairs if name == f"--{argument}"]
            if isinstance(value, dict):
                cells = {
                    key: cell if isinstance(cell, list) else [cell] for key, cell in value.items()
                }
                wanted = {
                    key: ["..." if one is ... else one for one in cell]
                    for key, cell in cells.items()
                }
                assert columns_told(said) == wanted
            else:
                assert said == [str(value)]
