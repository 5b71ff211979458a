"""The report in a browser: no error, no request, sorting, filtering, print and accessibility."""

from __future__ import annotations

import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest
from report_cards import bengkulu, hostile, main_indicators, nation

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVEN = bool(CHROMIUM and find_spec("playwright") and find_spec("axe_playwright_python"))
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
CARDS = {
    "bengkulu": (bengkulu, "id"),
    "years": (lambda: bengkulu([2022, 2023, 2024]), "en"),
    "indicators": (main_indicators, "id"),
    "regencies": (lambda: nation(20, 3, [2023, 2024]), "en"),
    "provinces": (lambda: nation(None, 1, [2024], levels=("province",)), "id"),
    "hostile": (hostile, "en"),
}

pytestmark = pytest.mark.skipif(not DRIVEN, reason="Chromium or its driver is not installed")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        context = driver.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            headless=True,
            args=QUIET,
            viewport={"width": 1200, "height": 900},
        )
        yield context
        context.close()


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    for name, (make, language) in CARDS.items():
        make().to_html(folder / f"{name}.html", language=language)
    nation(None, 3, [2023, 2024]).to_html(folder / "nation.html")
    return folder


@pytest.fixture
def visit(browser, reports):
    """Open a report, and see at the end that nothing was asked for and nothing went wrong."""
    page = browser.new_page()
    # Beside other tests a browser is slow; it is not late.
    page.set_default_timeout(120_000)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))

    def go(name: str):
        page.goto((reports / f"{name}.html").as_uri())
        return page

    yield go
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) == 1
    assert said == []
    page.close()


def shown(page, column: int) -> list[str]:
    cells = f"#league tbody tr:not([hidden]) > :nth-child({column})"
    return page.eval_on_selector_all(cells, "cells => cells.map(cell => cell.innerText.trim())")


@pytest.mark.parametrize("name", CARDS)
def test_no_violation_of_accessibility(visit, browser, reports, name: str) -> None:
    import axe_playwright_python

    page = visit(name)
    # Through the driver and not as a script element, which the page's policy refuses.
    source = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text()
    page.evaluate(source)
    # Sections and rows of one kind are made by one template: the first few stand for all.
    repeated = "['.region ~ .region ~ .region'], ['#league tr:nth-child(n+9)']"
    result = page.evaluate(f"axe.run({{exclude: [{repeated}]}}, {{resultTypes: ['violations']}})")
    found = [(v["id"], len(v["nodes"]), v["nodes"][0]["html"][:160]) for v in result["violations"]]
    assert found == []


def test_sorting_follows_the_numbers_of_the_language(visit) -> None:
    page = visit("bengkulu")
    page.click("#league thead th:nth-child(6) [role=button]")
    assert page.get_attribute("#league thead th:nth-child(6)", "aria-sort") == "ascending"
    values = [float(text.replace(",", ".")) for text in shown(page, 6)]
    assert values == sorted(values)
    page.click("#league thead th:nth-child(6) [role=button]")
    assert [float(text.replace(",", ".")) for text in shown(page, 6)] == sorted(
        values, reverse=True
    )
    page.focus("#league thead th:nth-child(2) [role=button]")
    page.keyboard.press("Enter")
    assert shown(page, 2) == sorted(shown(page, 2))
    assert page.get_attribute("#league thead th:nth-child(6)", "aria-sort") is None


def test_rows_without_a_figure_stay_at_the_end(visit) -> None:
    page = visit("years")
    for _ in range(2):
        page.click("#league thead th:nth-child(6) [role=button]")
        texts = shown(page, 6)
        assert texts[0] != "-"
        assert texts[-1] == "-"


def test_filters_narrow_the_table_and_the_sections(visit) -> None:
    page = visit("regencies")
    assert len(shown(page, 1)) == 60
    page.select_option("#by-indicator", label="Indikator 1")
    assert set(shown(page, 3)) == {"Indikator 1"}
    page.fill("#by-region", "kota")
    names = shown(page, 2)
    assert sorted(names) == ["Kota Banda Aceh", "Kota Sabang"]
    assert page.inner_text("#shown") == "2"
    assert page.locator(".region:visible").count() == 2
    page.fill("#by-region", "")
    page.select_option("#by-indicator", label="all")
    band = shown(page, 8)[0]
    page.select_option("#by-band", label=band)
    assert set(shown(page, 8)) == {band}


def test_it_reads_without_scripts(browser, reports) -> None:
    page = browser.new_page()
    text = (reports / "bengkulu.html").read_text()
    (reports / "still.html").write_text(re.sub(r"<script>.*?</script>", "", text, flags=re.DOTALL))
    page.goto((reports / "still.html").as_uri())
    assert len(shown(page, 1)) == 11
    assert not page.is_visible("#filter")
    assert page.is_visible("#league")
    assert page.locator(".region:visible").count() == 11
    page.close()


@pytest.mark.parametrize(("name", "fewest", "most"), [("bengkulu", 5, 15), ("indicators", 4, 14)])
def test_it_prints_on_a4(visit, tmp_path, name: str, fewest: int, most: int) -> None:
    page = visit(name)
    page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    content = (tmp_path / "report.pdf").read_bytes()
    pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert fewest <= pages <= most
    boxes = {
        tuple(float(n) for n in box.split()[2:])
        for box in re.findall(rb"/MediaBox \[([^\]]*)\]", content)
    }
    assert {(round(width), round(height)) for width, height in boxes} == {(595, 842)}


def test_a_nation_opens_filters_and_sorts(visit) -> None:
    page = visit("nation")
    assert page.locator("#league tbody tr").count() == 1542
    assert page.locator(".region").count() == 514
    page.fill("#by-region", "seluma")
    assert set(shown(page, 2)) == {"Kabupaten Seluma"}
    assert page.locator(".region:visible").count() == 1
    page.click("#league thead th:nth-child(7) [role=button]")
    assert len(shown(page, 7)) == 3


def test_text_of_the_data_does_nothing(visit) -> None:
    page = visit("hostile")
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 1
    assert "<script>alert(1)</script>" in page.inner_text("h1")
