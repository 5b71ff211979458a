"""TOML files into types, with the path of every mistake."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import evolve

from kencana_targets.core.errors import KencanaError, Problem
from kencana_targets.core.terms import Combination, Direction, Level, PathShape, Rounding
from kencana_targets.tables.files import file_name, read_toml

if TYPE_CHECKING:
    from cattrs import Converter

Structured = TypeVar("Structured")


def structure(
    kind: type[Structured], data: Mapping[str, Any], error: type[KencanaError], name: str
) -> Structured:
    """Turn the contents of a TOML file into a type, with the path of every mistake."""
    import cattrs

    problems: list[Problem] = []
    # A second, lenient reading finds what is wrong beside an unknown key.
    for strict in (True, False):
        try:
            found = _converter(strict=strict).structure(data, kind)
        except cattrs.BaseValidationError as group:
            problems += [one for one in _flatten(group, "$") if one not in problems]
        else:
            if not problems:
                return found
    raise error(problems, name)


def read_typed(kind: type[Structured], source: Any, error: type[KencanaError]) -> Structured:
    """Read a TOML file as a value of a type."""
    return structure(kind, read_toml(source, error), error, file_name(source))


def _converter(*, strict: bool) -> Converter:
    # Where it is used: importing it would cost every user 20 ms.
    import cattrs

    converter = cattrs.Converter(forbid_extra_keys=strict)
    # The types refuse what they cannot use, and their messages are better.
    kinds = (str, float, int, bool, Direction, Level, PathShape, Combination, Rounding)
    for kind in kinds:
        converter.register_structure_hook(kind, lambda value, _: value)
    converter.register_structure_hook_func(
        lambda kind: (
            kind in (float | None, PathShape | None, Combination | None, tuple[Level, ...])
        ),
        lambda value, _: value,
    )
    converter.register_structure_hook_func(
        lambda kind: str(kind).startswith("tuple[tuple["), lambda value, _: value
    )
    converter.register_structure_hook_func(
        lambda kind: kind == tuple[str, ...], lambda value, _: _words(value)
    )
    return converter


def _words(value: object) -> tuple[str, ...]:
    """Take a list of words, or one word for a list of one."""
    words = [value] if isinstance(value, str) else value
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise KencanaError(Problem("not allowed", got=value, allowed='a list such as ["a", "b"]'))
    return tuple(words)


def _flatten(group: BaseException, path: str) -> list[Problem]:
    """Return the problems in a nest of validation errors, each with its path."""
    import cattrs

    if isinstance(group, cattrs.ForbiddenExtraKeysError):
        return [Problem("unknown key", where=path, got=key) for key in sorted(group.extra_fields)]
    if isinstance(group, cattrs.BaseValidationError):
        found: list[Problem] = []
        notes: list[Any]
        if isinstance(group, cattrs.IterableValidationError):
            notes, rest = group.group_exceptions()
            steps = [(child, f"{path}[{note.index}]") for child, note in notes]
        else:
            notes, rest = group.group_exceptions()  # type: ignore[attr-defined]
            steps = [(child, f"{path}.{note.name}") for child, note in notes]
        for child, step in [*steps, *((child, path) for child in rest)]:
            found += _flatten(child, step)
        return found
    if isinstance(group, KencanaError):
        return [
            evolve(problem, where=f"{path}, {problem.where}" if problem.where else path)
            for problem in group.problems
        ]
    if isinstance(group, KeyError):
        return [Problem("missing key", where=path, hint=f"add '{group.args[0]}'")]
    return [Problem("not readable", where=path, got=str(group))]
