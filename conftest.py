"""Run the code blocks of README and of the documentation's pages as tests."""

from __future__ import annotations

import os

import hypothesis
import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

SLOW = {
    "deadline": None,  # the first call of a function loads scipy or a data-frame library
    "suppress_health_check": [hypothesis.HealthCheck.too_slow],
}
# The same few examples for everybody, and as few others on the newest Python (noxfile.py);
# `nox -s explore` looks for many more.
hypothesis.settings.register_profile("project", max_examples=25, derandomize=True, **SLOW)
hypothesis.settings.register_profile("others", max_examples=25, database=None, **SLOW)
hypothesis.settings.register_profile("explore", max_examples=300, print_blob=True, **SLOW)
# A change that a test noticed needs no smallest example (tests/mutants.py).
hypothesis.settings.register_profile(
    "brief",
    hypothesis.settings.get_profile("project"),
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)
hypothesis.settings.load_profile("project")


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Run a page's blocks in a folder of their own."""
    here = os.getcwd()
    os.chdir(tmp_path_factory.mktemp("page"))
    yield
    os.chdir(here)


pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/**/*.md"],
    excludes=["docs/_build/**", "docs/tutorial/**", "docs/panduan/**"],
    fixtures=["workplace"],
).pytest()
