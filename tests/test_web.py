"""The web application of the examples, asked through its own client."""

from __future__ import annotations

import asyncio
import importlib.util
import io
import tempfile
from pathlib import Path

import httpx
import pytest
from python_calamine import CalamineWorkbook
from workbooks import workbook

import kencana_targets as kt

FILE = Path(__file__).parents[1] / "examples" / "web.py"
PLAN = "bengkulu-stunting-2024"
GOOD = [["Wilayah", "2022"], ["Bengkulu", 19.8], ["Kab. Seluma", "22,1"], ["Kaur", 12.4]]
BAD = [["Wilayah", "2022"], ["Bengkulu", "n/a?"], ["Selma", 22.1]]


@pytest.fixture(scope="module")
def app():
    spec = importlib.util.spec_from_file_location("web", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.app


def asked(app, ending: str, rows: list[list[object]], **form: object) -> httpx.Response:
    form = {"year": 2022, "rule": "permendagri-86-2017"} | form
    with tempfile.TemporaryDirectory() as folder:
        content = workbook(Path(folder), {"Prevalensi stunting balita": rows}).read_bytes()

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
            files = {"table": ("realisasi.xlsx", content)}
            return await client.post(f"/evaluate/{PLAN}.{ending}", data=form, files=files)

    return asyncio.run(ask())


def test_a_page_comes_out(app) -> None:
    answer = asked(app, "html", GOOD)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert '<html lang="id">' in answer.text
    assert "Kabupaten Seluma" in answer.text


def test_a_workbook_comes_out(app) -> None:
    answer = asked(app, "xlsx", GOOD)
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    assert "Ringkasan" in book.sheet_names


def test_json_comes_out_and_is_a_scorecard_again(app, tmp_path) -> None:
    (tmp_path / "card.json").write_bytes(asked(app, "json", GOOD).content)
    card = kt.read_scorecard(tmp_path / "card.json")
    found = {row["region"]: row["actual"] for row in card.to_dicts() if row["actual"] is not None}
    assert found == {"17": 19.8, "17.05": 22.1, "17.04": 12.4}


def test_everything_wrong_comes_at_once_with_its_place(app) -> None:
    answer = asked(app, "json", BAD)
    assert answer.status_code == 422
    body = answer.json()
    assert body["error"] == "TableError"
    assert [(one["place"]["row"], one["place"]["column"]) for one in body["problems"]] == [
        (2, 2),
        (3, 1),
    ]
    assert all("baris" in one["text"] for one in body["problems"])


def test_wrong_words_of_a_form_are_refused(app) -> None:
    answer = asked(app, "html", GOOD, rule="none")
    assert answer.status_code == 422
    assert "none" in answer.json()["problems"][0]["text"]
    assert asked(app, "pptx", GOOD).status_code == 404
