"""Every cell of the documentation's pages runs, and fails only where the page says so."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kencana_targets as kt

DOCS = Path(__file__).parents[1] / "docs"
CELL = re.compile(r"^```\{code-cell\}.*?\n(.*?)^```", flags=re.DOTALL | re.MULTILINE)
OPTION = re.compile(r"^:.*\n", flags=re.MULTILINE)
PAGES = sorted(
    page for page in DOCS.rglob("*.md") if "_build" not in page.parts and CELL.search(page.read_text())
)


def test_there_are_pages():
    assert len(PAGES) >= 6


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(DOCS)) for page in PAGES])
def test_cells(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for cell in CELL.findall(page.read_text()):
        code = OPTION.sub("", cell)
        if "raises-exception" in cell:
            with pytest.raises(kt.KencanaError):
                exec(code, names)
        else:
            exec(code, names)
    assert "nan" not in capsys.readouterr().out.split()
