"""Run the command as a person does."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
from contextlib import chdir, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from typing import Any, TextIO
from unittest.mock import patch

from kencana_targets.cli import commands
from kencana_targets.core.typing import Language

# A plan of one indicator, as plan.toml has it.
PLAN = """\
code = "renja"
name = "Renja"

[[indicators]]
code = "births"
name = "Births attended"
name_id = "Persalinan ditolong"
unit = "births"
direction = "maximize"
combination = "sum"
decimals = 0
"""


in_language, get_command = commands.in_language, commands.console.typer.main.get_command


@cache
def made(language: Language) -> Any:
    """Return the command as a process makes it, which takes longer than most of what it does."""
    return in_language(get_command(commands.app), language)


def run(
    *arguments: str, cwd: Path | None = None, stdout: TextIO | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the command in this process, which saves seconds; no terminal, so nothing is cut."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    told, stopped = sys.argv, signal.getsignal(signal.SIGTERM)
    sys.argv = ["kencana-targets", *map(str, arguments)]
    try:
        with (
            redirect_stdout(stdout or out),
            redirect_stderr(err),
            chdir(cwd or "."),
            patch.object(commands.console.typer.main, "get_command"),
            patch.object(commands, "in_language", lambda _, language: made(language)),
        ):
            commands.main()
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.argv = told
        signal.signal(signal.SIGTERM, stopped)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())


def python(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=cwd, timeout=120
    )
