"""Pages and Word files as PDF, by a program of the computer's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from kencana_targets.core.errors import Problem, TableError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
            "microsoft-edge", "msedge",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
            "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
            r"C:\Program Files\Google\Chrome\Application\chrome.exe",
            r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe")  # fmt: skip
OFFICES = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice",
           r"C:\Program Files\LibreOffice\program\soffice.exe")  # fmt: skip
_SECONDS = 180


def printed(content: bytes, name: str) -> bytes:
    """Return a web page or a Word file as PDF: a browser prints the one, LibreOffice the other.

    Raises
    ------
    TableError
        No such program is found, or it makes no PDF.
    """
    page = not content.startswith(b"PK")
    program = next(filter(None, map(shutil.which, BROWSERS if page else OFFICES)), None)
    if program is None:
        missing = "no browser that prints" if page else "LibreOffice is not found"
        hint = (
            "install Chromium, Chrome or Edge; or write .html and print it from any browser"
            if page
            else "install LibreOffice; or write .docx and save it as PDF from Word"
        )
        raise TableError(Problem(missing, hint=hint), name)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder, "page.html" if page else "page.docx")
        source.write_bytes(content)
        target = source.with_suffix(".pdf")
        command = [program, "--headless", f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
                   "--convert-to", "pdf", "--outdir", folder, str(source)]  # fmt: skip
        if page:
            command = [program, "--headless", "--disable-gpu", "--no-pdf-header-footer",
                       f"--user-data-dir={Path(folder, 'profile')}",
                       f"--print-to-pdf={target}", source.as_uri()]  # fmt: skip
            # A browser refuses to work for root with its walls up; the page is our own.
            if getattr(os, "geteuid", lambda: 1)() == 0:
                command.insert(1, "--no-sandbox")
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
            return target.read_bytes()
        except (OSError, subprocess.TimeoutExpired) as error:
            hint = "write .html or .docx and save it as PDF from there"
            problem = Problem("no PDF was made", got=Path(program).name, hint=hint)
            raise TableError(problem, name) from error
