"""What every formula gives for many arguments, kept as `reference/formulas.json`.

The values are the library's own, not a source's: those stand in the other files of
`reference`. A change of any result, or of what a refusal says, shows here. Look at each
difference; when all are meant, renew the file and say so in the change's note::

    python tests/kept_formulas.py
"""

from __future__ import annotations

import inspect
import json
import math
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from kencana_targets.core.errors import KencanaError

KEPT = Path(__file__).parent / "reference" / "formulas.json"
# Two changes at once are drawn of all pairs; what takes long is asked less often.
PAIRS = 40
SLOW = {"projection.pool_trends": 6, "reproduction.reproduce": 10}
# A maximum that is searched for is found by another release of scipy a little elsewhere.
DIGITS, CLOSE, SEARCHED = 6, 1e-5, {"projection.pool_trends": 1e-3}


def numbers(value: Any) -> Iterator[Any]:
    """Yield other numbers of the same kind."""
    for other in other_arrays(np.asarray(value)):
        yield other if np.ndim(other) else np.asarray(other).item()


def other_arrays(array: np.ndarray) -> Iterator[Any]:
    if array.dtype.kind not in "fiu" or not array.size:
        return
    if array.dtype.kind == "i":
        yield from (array + 1, array * 0, array * 0 - 1)
    float_ = array.astype(np.float64)
    draw = np.random.default_rng(array.size)
    spread = 1 + 0.3 * draw.standard_normal(array.shape)
    yield from (
        float_ * spread,
        float_[..., ::-1] if array.ndim else float_ + 1,
        -float_,
        5 * float_,
    )
    for other in (np.nan, 0.0, 100.0):
        changed = float_.copy()
        changed.flat[0] = other
        yield changed
    if array.ndim:
        yield from (float_[:-1], float_[0], np.stack([float_, float_ * spread]))
        same = float_.copy()
        same.flat[:2] = same.flat[0]
        yield same


def options(function: Callable[..., Any], call: dict[str, Any], name: str) -> list[str]:
    """Return the words that an argument takes, as its refusal of another names them."""
    try:
        function(**{**call, name: "no such word"})
    except KencanaError as error:
        words = error.problems[0].allowed.split(", ") if error.problems else []
        return words if all(re.fullmatch(r"[a-z0-9-]+", word) for word in words[1:] or " ") else []
    return []


def others(function: Callable[..., Any], call: dict[str, Any], name: str) -> Iterator[Any]:
    """Yield what else an argument may be."""
    given, usual = call.get(name), inspect.signature(function).parameters[name].default
    if name in {"seed", "draws"}:
        return
    if attrs.has(type(given)):
        for field in attrs.fields(type(given)):
            if field.init:
                yield from (
                    attrs.evolve(given, **{field.alias: other})
                    for other in list(numbers(getattr(given, field.name)))[:4]
                )
    elif isinstance(given, bool) or isinstance(usual, bool):
        yield not (usual if given is None else given)
    elif given is not None and not isinstance(given, str):
        yield from numbers(given)
    elif words := options(function, call, name):
        yield from words
    else:
        length = max((len(one) for one in call.values() if isinstance(one, (list, np.ndarray))),
                     default=3)  # fmt: skip
        yield from (0.0, 0.5, 1, 2, 90.0, [0.2 + 0.3 * n for n in range(length)])


def changes(function: Callable[..., Any], call: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield other values of each argument, by its name."""
    for word in inspect.signature(function).parameters:
        try:
            yield from ({word: other} for other in others(function, call, word))
        except KencanaError:  # an object that cannot be
            continue


def written(result: Any) -> Any:
    """Return a result as JSON holds it."""
    if attrs.has(type(result)):
        return [written(one) for one in attrs.asdict(result, recurse=False).values()]
    if isinstance(result, dict):
        return [written(one) for one in result.values()]
    if isinstance(result, np.ndarray):
        return written(result.tolist())
    if isinstance(result, (list, tuple)):
        return [written(one) for one in result]
    if isinstance(result, float):
        return float(f"{result:.{DIGITS}g}") if math.isfinite(result) else str(result)
    return result if isinstance(result, (int, type(None))) else str(result)


def found(name: str, function: Callable[..., Any], call: dict[str, Any]) -> list[Any]:
    """Return what a formula gives for one change of its arguments and for two, or says."""
    results, refused, taken = [written(function(**call))], [], []
    for change in changes(function, call):
        try:
            results.append(written(function(**{**call, **change})))
            taken.append(change)
        except KencanaError as error:
            refused.append(str(error))
    drawn = random.Random(name)
    for _ in range(SLOW.get(name, PAIRS) if len(taken) > 1 else 0):
        one, other = drawn.sample(taken, 2)
        try:
            results.append(written(function(**{**call, **one, **other})))
        except KencanaError as error:
            refused.append(str(error))
    results += dict.fromkeys(refused)
    return json.loads(json.dumps(results))  # type: ignore[no-any-return]


def alike(one: Any, other: Any, close: float = CLOSE) -> bool:
    """Tell whether two results differ by no more than the last digits."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other, [close] * len(one)))
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=close, abs_tol=1e-7)
    return bool(one == other)


def kept() -> dict[str, list[Any]]:
    return json.loads(KEPT.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def main() -> int:
    """Print every difference and renew the file."""
    sys.path.insert(0, str(Path(__file__).parent / "formulas"))
    from test_kept_formulas import asked

    now = {name: found(name.partition(" ")[0], *one) for name, one in asked().items()}
    before = kept() if KEPT.exists() else {}
    for name, results in now.items():
        old = before.get(name, [])
        for number, result in enumerate(results):
            if number >= len(old) or not alike(old[number], result):
                print(name, number, old[number] if number < len(old) else None, "->", result)
    lines = [f"{json.dumps(name)}: {json.dumps(now[name], separators=(',', ':'))}" for name in now]
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
