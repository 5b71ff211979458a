"""README's commands and outputs are what the library does."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import kencana_targets as kt

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Return the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


def test_the_first_two_shell_blocks_hold_one_line_each():
    first, second = blocks("sh")[:2]
    assert first.count("\n") == second.count("\n") == 1
    assert first.startswith("python -m pip install ")
    assert second.endswith("python -m pytest\n")


def test_the_first_output_is_the_commands():
    command = shlex.split(blocks("sh")[0].split("&&")[1])
    assert command[0] == "kencana-targets"
    result = subprocess.run(
        [sys.executable, "-m", "kencana_targets", *command[1:]],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert blocks("text")[0] == result.stdout


def test_the_notebook_cells_output_is_the_explanation():
    scorecard = kt.evaluate(
        kt.load_plan("bengkulu-stunting-2024"),
        kt.load_actuals("bengkulu-stunting-2024"),
        year=2022,
        rule="permendagri-86-2017",
    )
    said = str(scorecard.explain("Kab. Seluma", "stunting_balita")).splitlines()
    shown = blocks("text")[1].splitlines()
    assert shown
    assert all(line in said or line == "  ..." for line in shown)


def test_the_second_example_is_the_readers_own_province():
    shown = blocks("console")[0].splitlines()
    command = shlex.split(shown[0].removeprefix("$ "))
    assert command[:3] == ["kencana-targets", "evaluate", "--example"]
    result = subprocess.run(
        [sys.executable, "-m", "kencana_targets", *command[1:]],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    said = [line.rstrip() for line in result.stdout.splitlines()]
    assert len(shown) > 5
    assert set(shown[1:-1]) <= set(said)
