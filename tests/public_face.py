"""What others hold on to: public names, their arguments and defaults, words of lists, columns.

`python tests/public_face.py > tests/reference/public_face.txt` writes it anew, at a release.
"""

from __future__ import annotations

import csv
import enum
import inspect
import sys
from collections.abc import Iterator
from typing import Any

import kencana_targets as kt
from kencana_targets.core.resources import data_path


def face() -> list[str]:
    """Return one line for each thing that is held."""
    lines = [line for name in sorted(kt.__all__) for line in _of(name, getattr(kt, name))]
    for name in sorted(kt.formulas.__all__):
        module = getattr(kt.formulas, name)
        for public in sorted(module.__all__ if hasattr(module, "__all__") else _own(module)):
            lines += _of(f"formulas.{name}.{public}", getattr(module, public))
    with data_path("scorecard_columns.csv").open(encoding="utf-8") as file:
        lines += [f"column {row['name']}" for row in csv.DictReader(file)]
    return lines


def _own(module: Any) -> list[str]:
    own = vars(module).items()
    return [
        name
        for name, value in own
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]


def _of(name: str, value: Any) -> Iterator[str]:
    if inspect.isclass(value) and issubclass(value, enum.Enum):
        yield from (f"{name} {each.value}" for each in value)
    elif inspect.isclass(value):
        yield name
        yield from _arguments(name, value)
        for member in sorted(vars(value)):
            if not member.startswith("_"):
                yield f"{name}.{member}"
                yield from _arguments(f"{name}.{member}", vars(value)[member])
    else:
        yield name
        yield from _arguments(name, value)


def _arguments(name: str, value: Any) -> Iterator[str]:
    value = getattr(value, "__func__", value)
    if inspect.isclass(value) or inspect.isfunction(value):
        for argument in inspect.signature(value).parameters.values():
            if argument.name == "self":
                continue
            told = getattr(argument.default, "__name__", repr(argument.default))
            default = "" if argument.default is argument.empty else f"={told}"
            yield f"{name} ({argument.kind.description}) {argument.name}{default}"


if __name__ == "__main__":
    sys.stdout.write("\n".join(face()) + "\n")
