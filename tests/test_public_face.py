"""A change of what others hold on to fails until CHANGELOG names it."""

from __future__ import annotations

import enum
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from public_face import face

import kencana_targets as kt

HERE = Path(__file__).parent
UNRELEASED = re.compile(r"^## [^\n]*not yet released\)\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def unnamed(before: list[str], now: list[str], changes: str) -> list[str]:
    """Return what differs and what no word of the changes names."""
    differing = sorted({*before} ^ {*now})
    return [line for line in differing if not set(_names(line)) & set(re.findall(r"\w+", changes))]


def _names(line: str) -> list[str]:
    """Return the last part of a line's name: an argument, a word, a column or the name."""
    return re.findall(r"\w+", re.sub(r"=.*", "", line))[-1:]


def test_a_change_is_named_in_the_changelog() -> None:
    before = (HERE / "reference" / "public_face.txt").read_text(encoding="utf-8").splitlines()
    changes = UNRELEASED.search((HERE.parent / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert not unnamed(before, face(), changes.group(1) if changes else "")


def test_what_is_not_named_is_seen() -> None:
    before = ["evaluate", "evaluate (keyword-only) year", "Direction maximize"]
    now = [*before[:2], "evaluate (keyword-only) month=1", "Direction higher"]
    assert unnamed(before, now, "`evaluate` takes `month`.") == [
        "Direction higher",
        "Direction maximize",
    ]
    assert not unnamed(before, now, "`month`; `maximize` is `higher` now")


def public() -> Iterator[tuple[str, object]]:
    """Yield every public name, and every public method of the classes among them."""
    for name in sorted({*kt.__all__} - {"__version__", "formulas"}):
        value = getattr(kt, name)
        yield name, value
        if inspect.isclass(value) and not issubclass(value, enum.Enum):
            for member in dir(value):
                found = inspect.getattr_static(value, member)
                own = getattr(found, "__func__", found)
                is_ours = getattr(getattr(own, "fget", own), "__module__", "") or ""
                if not member.startswith("_") and is_ours.startswith("kencana_targets"):
                    yield f"{name}.{member}", own
    for name in kt.formulas.__all__:
        module = getattr(kt.formulas, name)
        for member, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__:
                yield f"formulas.{name}.{member}", value


def test_each_public_name_and_method_has_an_example() -> None:
    without = [
        name
        for name, value in public()
        if not name.rpartition(".")[2].startswith("_")
        and ">>>" not in (inspect.getdoc(value) or "")
    ]
    assert not without
