"""Configuration of the documentation."""

from __future__ import annotations

import os
import tempfile
from importlib.metadata import version as installed_version
from pathlib import Path

project = "kencana-targets"
author = "The kencana-targets developers"
copyright = "2026, the kencana-targets developers"
version = release = installed_version("kencana-targets")

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.viewcode",
    "sphinx_copybutton",
]
# Links into the pages of other projects need their lists of names, and these a network.
if os.environ.get("READTHEDOCS"):
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "matplotlib": ("https://matplotlib.org/stable", None),
        "polars": ("https://docs.pola.rs/api/python/stable", None),
    }
# What is copied is what is typed: no prompts, no output.
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
copybutton_line_continuation_character = "\\"
templates_path = ["_templates"]
exclude_patterns = ["_build", "_templates", "jupyter_execute"]

html_theme = "pydata_sphinx_theme"
html_title = "kencana-targets"
html_theme_options = {
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
}
# Pages without others beside them need no list of pages.
html_sidebars = {"tutorial/*": [], "gallery": []}
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_show_sourcelink = False
html_copy_source = False

nb_execution_mode = "force"
# Pages write files as their readers would: beside themselves, in a folder that goes away.
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 300
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autosummary_generate = True
toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"
# Members are documented in full on the page of their class (see _templates).
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

# Newspapers and offices keep pages as long as they like, and refuse robots; a page that
# has gone is news, and no reason to hold back a change.
linkcheck_timeout = 20
linkcheck_retries = 2
linkcheck_anchors = False
linkcheck_allowed_redirects = {r"https?://.*": r"https?://.*"}
linkcheck_ignore = [r"https?://[^/]*\.?(bkkbn\.go\.id|disway\.id|antaranews\.com|scribd\.com).*"]

# An error's message says what is wrong; the way to it through the library does not.
ipython = Path(tempfile.mkdtemp())
(ipython / "profile_default").mkdir()
(ipython / "profile_default" / "ipython_kernel_config.py").write_text(
    "c.InteractiveShell.xmode = 'Minimal'\nc.HistoryManager.enabled = False\n"
    "c.IPKernelApp.log_level = 40\n",
    encoding="utf-8",
)
os.environ["IPYTHONDIR"] = str(ipython)

# Types in docstrings are written for people; they are not references.
nitpicky = False


def mark_language(_app, pagename, _template, context, _doctree):
    """Say that the guides in Indonesian are in Indonesian, to browsers and screen readers."""
    if pagename.startswith("panduan/"):
        context["language"] = "id"


def setup(app):
    app.connect("html-page-context", mark_language)
