#!/usr/bin/env -S uv run --script
# /// script
# dependencies = ["nox>=2025.2.9"]
# ///
"""Every step that must hold before a change lands; `.ci/run` runs the same ones."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import nox

nox.needs_version = ">=2025.2.9"
# uv installs in a tenth of the time; README's own commands keep to pip.
nox.options.default_venv_backend = "uv|venv"
# Python compiles what is imported, so that pip need not compile everything.
# Steps run beside each other: what NumPy multiplies with takes one core.
os.environ.update(
    OPENBLAS_NUM_THREADS="1",
    PIP_COMPILE="0",
    PIP_DISABLE_PIP_VERSION_CHECK="1",
    PIP_QUIET="1",
)
os.environ.pop("PYTHONPATH", None)
# Without its bytecode, every process that a test starts would compile all it imports.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

PROJECT = nox.project.load_toml("pyproject.toml")
# What opens a browser or a spreadsheet is the same on every Python.
PROGRAMS = ("tests/report/test_browser.py", "tests/report/test_libreoffice.py")
WITHOUT_PROGRAMS = tuple(f"--ignore={path}" for path in PROGRAMS)
# The same assertions, not rewritten to tell both sides, which takes seconds: README's command does.
PLAIN = "--assert=plain"
ON_SPARK = (
    "tests/estimation/test_estimate_spark.py",
    "tests/evaluation/test_spark.py",
    "tests/test_pipeline.py",
)
NEWEST = ("3.15", "3.14", "3.13", "3.12", "3.11")


def readme_command(number: int) -> str:
    """Return the one line of README's block of commands of this number, from 1."""
    text = Path("README.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)[number - 1].strip()


def newest_python() -> str:
    """Return the newest Python that runs, also of those that pyenv keeps."""
    folder = Path.home() / ".pyenv" / "versions"
    for version in NEWEST:
        for candidate in (*map(str, folder.glob(f"{version}.*/bin/python")), f"python{version}"):
            # A shim of pyenv is there, and runs only where its version is chosen.
            found = shutil.which(candidate)
            if (
                found
                and not subprocess.run(
                    [found, "-c", ""], check=False, capture_output=True
                ).returncode
            ):
                return found
    return "python3"


@nox.session(default=True)
def lint(session: nox.Session) -> None:
    """Check form and format."""
    session.install(*nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check", "--show-fixes", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session(default=True)
def types(session: nox.Session) -> None:
    """Check the types, strictly."""
    session.install(".[test]", *nox.project.dependency_groups(PROJECT, "types"))
    session.run("mypy")
    # Public names without a whole type are an error; types of others are theirs.
    session.run("pyright", "--ignoreexternal", "--verifytypes", "kencana_targets", silent=True)


@nox.session(default=True, venv_backend="venv")
def tests(session: nox.Session) -> None:
    """Run all tests, as README has it."""
    if session.posargs:
        session.install(".[test]")
        session.run("pytest", *session.posargs)
    else:
        if shutil.which("uv"):
            # In a fifth of the time of pip, which then finds all that README's command needs; in
            # an empty environment pip is tried by the first command.
            packages = "uv pip install --requirements pyproject.toml --extra test --python"
            session.run(*packages.split(), session.virtualenv.location, external=True)
        session.run("bash", "-c", readme_command(2), external=True)


@nox.session(default=False, venv_backend="venv")
def readme(session: nox.Session) -> None:
    """Run README's first command in an empty environment."""
    session.run("bash", "-c", readme_command(1), external=True)


@nox.session(default=False)
def oldest(session: nox.Session) -> None:
    """Test the lowest declared version of each dependency."""
    session.install(".[test]", "-c", "tests/oldest-versions.txt")
    session.run("pytest", "-q", PLAIN, *WITHOUT_PROGRAMS, *session.posargs)


@nox.session(default=False, python=newest_python())
def newest(session: nox.Session) -> None:
    """Test on the newest Python found, property tests with other examples than elsewhere."""
    session.install(".[test]")
    others = ("--hypothesis-profile=others", "--hypothesis-seed=1")
    session.run("pytest", "-q", PLAIN, *others, *WITHOUT_PROGRAMS, *session.posargs)


@nox.session(default=False)
def spark(session: nox.Session) -> None:
    """Test on Spark, which needs Java."""
    if not shutil.which("java"):
        session.error("Spark needs Java")
    # Spark comes as a source of packed files: to pack them once more is most of installing it.
    stored = ("--config-settings-package", "pyspark:--build-option=--compression=stored")
    session.install(".[test,spark]", *(stored if session.venv_backend == "uv" else ()))
    session.run("pytest", "-q", *ON_SPARK)


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation; every warning is an error."""
    session.install(".[docs]")
    session.run(
        "sphinx-build", "-j", "2", "-q", "-n", "-T", "-W", "--keep-going", "docs", "docs/_build"
    )


@nox.session(default=False)
def package(session: nox.Session) -> None:
    """Build both distributions, and try the wheel alone and the one made of the sdist."""
    session.install("build[uv]")
    folder = Path(session.create_tmp())
    session.run("python", "-m", "build", "--installer", "uv", "--outdir", str(folder), silent=True)
    (wheel,) = folder.glob("*.whl")
    session.install(f"{wheel}[cli]")
    session.run("kencana-targets", "plans", silent=True)


@nox.session(default=False)
def review(session: nox.Session) -> None:
    """Check the project as scientific Python does."""
    session.install("repo-review[cli]", "sp-repo-review", "validate-pyproject")
    session.run("repo-review", ".")


@nox.session(default=False)
def explore(session: nox.Session) -> None:
    """Run the property tests at random, twelve times the examples: before a change is handed in."""
    session.install(".[test]")
    storage = {"HYPOTHESIS_STORAGE_DIRECTORY": session.create_tmp()}
    session.run("pytest", "-q", "--hypothesis-profile=explore", *session.posargs, env=storage)


@nox.session(default=False)
def mutation(session: nox.Session) -> None:
    """Change the source a little, many times, and count how often a test notices."""
    session.install("-e", ".[test]")
    session.run("python", "tests/mutants.py", *session.posargs)


@nox.session(default=False)
def benchmarks(session: nox.Session) -> None:
    """Measure what README says of speed."""
    session.install(".[test]", "pyarrow")
    session.run("python", "benchmarks/run.py", *session.posargs)


if __name__ == "__main__":
    nox.main()
