"""The steps of .ci/run, one by one, for people."""

from __future__ import annotations

import nox

nox.options.sessions = ["lint", "types", "tests"]
nox.options.default_venv_backend = "venv"


@nox.session
def tests(session: nox.Session) -> None:
    session.install(".[test]")
    session.run("pytest", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    session.install("ruff>=0.14")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")


@nox.session
def types(session: nox.Session) -> None:
    session.install(".[test]", "mypy>=1.14", "scipy-stubs")
    session.run("mypy")


@nox.session
def oldest(session: nox.Session) -> None:
    session.install(".[test]", "-c", "tests/oldest-versions.txt")
    session.run("pytest", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    session.install(".[docs]")
    session.run("sphinx-build", "-n", "-T", "-W", "--keep-going", "docs", "docs/_build")


@nox.session
def benchmarks(session: nox.Session) -> None:
    session.install(".[test]", "pyarrow")
    session.run("python", "benchmarks/run.py", *session.posargs)
