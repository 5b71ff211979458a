"""Every cell of the documentation's pages runs, and every public name is in its reference."""

from __future__ import annotations

import ast
import importlib
import re
import runpy
from pathlib import Path

import pytest
from matplotlib.text import Text

import kencana_targets as kt
from kencana_targets.core.display import SHOWS

DOCS = Path(__file__).parents[1] / "docs"
ENGLISH = re.compile(
    r"\b(?:regions?|indicators?|year|unit|target basis|actual|achievement|formula|band|remark|"
    r"reason|score|scored|expected|coverage|rank|first|last|survey|value|lower|upper|"
    r"category|clause|and|of|the|no|not|with|from|higher|better|baseline|source|level)\b",
    re.IGNORECASE,
)
CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)
OPTION = re.compile(r"^:.*\n", flags=re.MULTILINE)
BLOCK = re.compile(
    r"currentmodule:: (\S+)\n(.*?)(?=^\.\. currentmodule|^```)", re.DOTALL | re.MULTILINE
)
ENTRY = re.compile(r"^   ~?([A-Za-z_][\w.]*)$", flags=re.MULTILINE)
PAGES = sorted(
    page
    for page in DOCS.rglob("*.md")
    if "_build" not in page.parts and CELL.search(page.read_text(encoding="utf-8"))
)


def documented() -> set[str]:
    """Return the full names of everything that the reference has an entry for."""
    return {
        f"{module}.{name}"
        for page in (DOCS / "reference").glob("*.md")
        for module, entries in BLOCK.findall(page.read_text(encoding="utf-8"))
        for name in ENTRY.findall(entries)
    }


def run(code: str, names: dict[str, object]) -> object:
    """Run a cell as a notebook does, which also shows the value of its last line."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
        show = getattr(value, "_repr_html_", None)
        assert show is None or show()
        return value
    return None


def test_there_are_pages():
    assert len(PAGES) >= 18


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(DOCS)) for page in PAGES])
def test_cells(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for cell in CELL.findall(page.read_text(encoding="utf-8")):
        code = OPTION.sub("", cell)
        if "raises-exception" in cell:
            with pytest.raises(kt.KencanaError):
                run(code, names)
        else:
            run(code, names)
    assert "nan" not in capsys.readouterr().out.split()


def test_a_notebook_of_all_that_shows_itself_speaks_one_language(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = (DOCS / "reference" / "shown.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    cells = CELL.findall(page.replace('language = "en"', 'language = "id"'))
    values = [value for cell in cells if (value := run(cell, names)) is not None]
    shown = {base.__name__ for value in values for base in type(value).__mro__}
    assert shown >= SHOWS.keys(), "the page lacks a type that shows itself"
    assert {"Axes", "TableReading"} <= shown
    for value in values:
        if hasattr(value, "_repr_html_"):
            text = re.sub(r"<[^>]+>", "|", value._repr_html_())
        elif hasattr(value, "figure"):
            text = "|".join(one.get_text() for one in value.figure.findobj(Text))
        else:
            text = str(value)
        english = ENGLISH.findall(text)
        assert not english, (type(value), english)


def test_the_reference_has_every_name_of_the_package():
    names = {name for name in kt.__all__ if name not in ("__version__", "formulas")}
    entries = documented()
    assert {name for name in names if f"kencana_targets.{name}" not in entries} == set()


@pytest.mark.parametrize("module", kt.formulas.__all__)
def test_the_reference_has_every_formula(module):
    found = getattr(kt.formulas, module)
    path = found.__name__
    entries = documented()
    missing = {
        name
        for name in found.__all__
        if f"{path}.{name}" not in entries and f"kencana_targets.{name}" not in entries
    }
    assert missing == set()


def test_the_reference_names_nothing_that_does_not_exist():
    for entry in documented():
        module, _, name = entry.rpartition(".")
        assert hasattr(importlib.import_module(module), name), entry


def test_every_page_is_in_a_table_of_contents():
    listed = {
        (page.parent / entry.split("<")[-1].rstrip(">")).resolve()
        for page in DOCS.rglob("*.md")
        for block in re.findall(
            r"^```\{toctree\}\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
        )
        for entry in re.findall(r"^(?!:)(\S.*)$", block, re.MULTILINE)
    }
    pages = {
        page.with_suffix("").resolve() for page in DOCS.rglob("*.md") if "_build" not in page.parts
    }
    assert pages - listed == {(DOCS / "index").resolve()}


def test_the_guides_in_indonesian_say_so(monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", "")
    names = runpy.run_path(str(DOCS / "conf.py"))
    for page, language in (("panduan/index", "id"), ("panduan/laporan", "id"), ("index", "en")):
        context = {"language": "en"}
        names["mark_language"](None, page, "page.html", context, None)
        assert context["language"] == language


@pytest.mark.parametrize("word", ["peta", "cetak", "pdf", "milestone", "map", "print", "triwulan"])
def test_words_that_people_search_for_lead_to_a_page(word):
    pages = [page for page in DOCS.rglob("*.md") if "_build" not in page.parts]
    found = [
        page for page in pages if re.search(rf"\b{word}", page.read_text("utf-8"), re.IGNORECASE)
    ]
    assert len(found) >= 2


def test_prompts_are_not_copied(monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", "")
    prompt = runpy.run_path(str(DOCS / "conf.py"))["copybutton_prompt_text"]
    for line in (">>> kt.evaluate()", "... more", "$ kencana-targets plans"):
        assert re.match(prompt, line)
    assert not re.match(prompt, "Permendagri")
