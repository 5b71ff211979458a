"""Some 65 values that no argument wants, and a walk that gives them to every parameter.

What a function of the public face may do with them is to refuse them by a `KencanaError`
or to return; never another exception, never a warning, and never for long.
"""

from __future__ import annotations

import datetime as dt
import inspect
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from kencana_targets import KencanaError

SECONDS = 5.0


class Awkward:
    """An object that answers no question."""

    def __len__(self) -> int:
        message = "no length"
        raise RuntimeError(message)

    def __iter__(self) -> Iterator[object]:
        message = "no cells"
        raise RuntimeError(message)

    def __eq__(self, other: object) -> bool:
        message = "no comparison"
        raise RuntimeError(message)

    __hash__ = None  # type: ignore[assignment]


class Loud:
    """An object that NumPy asks for an array in vain."""

    def __array__(self, dtype: object = None, copy: object = None) -> np.ndarray[Any, Any]:
        message = "no array"
        raise RuntimeError(message)


def _circle() -> list[object]:
    own: list[object] = []
    own.append(own)
    return own


def wrong_values() -> dict[str, Any]:
    """Return the values by a name that a message can show."""
    return {
        "None": None,
        "true": True,
        "false": False,
        "numpy true": np.True_,
        "empty text": "",
        "text": "x",
        "digits": "12",
        "decimal comma": "12,5",
        "newline": "a\nb",
        "null character": "a\0b",
        "surrogate": "\ud800",
        "long text": "x" * 5000,
        "bytes": b"12",
        "zero": 0,
        "minus one": -1,
        "one half": 0.5,
        "minus zero": -0.0,
        "two thousand": 2022,
        "a million": 10**6,
        "nan": float("nan"),
        "infinity": float("inf"),
        "minus infinity": float("-inf"),
        "huge": 1e308,
        "minus huge": -1e308,
        "tiny": 5e-324,
        "endless": 10**400,
        "endless below": -(10**400),
        "endless digits": 10**5000,
        "complex": 1 + 2j,
        "Decimal": Decimal("12.5"),
        "Decimal nan": Decimal("nan"),
        "Fraction": Fraction(1, 3),
        "date": dt.date(2021, 1, 1),
        "datetime64": np.datetime64("2021-01-01"),
        "NaT": np.datetime64("NaT", "D"),
        "timedelta": dt.timedelta(days=1),
        "path": Path("x.csv"),
        "type": int,
        "function": len,
        "object": object(),
        "awkward": Awkward(),
        "loud": Loud(),
        "empty list": [],
        "empty tuple": (),
        "empty mapping": {},
        "mapping": {"a": 1},
        "set": {1, 2},
        "generator": (number for number in (1, 2)),
        "range": range(3),
        "one in a list": [1.0],
        "two in a list": [1.0, 2.0],
        "ragged": [[1.0], [1.0, 2.0]],
        "nested": [[[[1.0, 2.0]]]],
        "list of None": [None, None],
        "list of text": ["a", "b"],
        "list of truths": [True, False, True],
        "list with nan": [1.0, float("nan"), 3.0],
        "list with infinity": [1.0, float("inf"), 3.0],
        "list with endless": [1, 10**400, 3],
        "list of huge": [1e308, -1e308, 1e308],
        "list of tiny": [5e-324, 5e-324, 5e-324],
        "mixed": [1, "a", None],
        "circle": _circle(),
        "0-d array": np.array(5.0),
        "0-d text": np.array("x"),
        "empty array": np.zeros((0,)),
        "no rows": np.zeros((0, 3)),
        "no columns": np.zeros((3, 0)),
        "table": np.ones((3, 3)),
        "structured": np.zeros(3, dtype=[("a", "f8")]),
        "objects": np.array([None, "x", 1], dtype=object),
        "masked": np.ma.masked_array([1.0, 2.0, 3.0], mask=[0, 1, 0]),
        "half floats": np.array([1, 2, 3], dtype=np.float16),
        "unsigned": np.array([1, 2, 3], dtype=np.uint8),
    }


def faults(
    name: str,
    function: Callable[..., Any],
    call: Mapping[str, Any],
    like: Mapping[str, Any] | None = None,
    refused: set[tuple[str, str]] | None = None,
) -> Iterator[str]:
    """Yield what goes wrong when one argument after the other is spoiled.

    What is refused is added to `refused`. A call that is `like` an earlier one is not asked
    again for what the earlier one refused of an argument that both have alike.
    """
    refused = set() if refused is None else refused
    known = set() if like is None else {
        pair for pair in refused
        if (pair[0] in call, call.get(pair[0])) == (pair[0] in like, like.get(pair[0]))
    }  # fmt: skip
    parameters = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
    ]
    positional = {
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.kind is parameter.POSITIONAL_ONLY
    }
    assert not positional, name
    for parameter in parameters:
        for kind, value in wrong_values().items():
            if (parameter, kind) in known:
                continue
            start = time.process_time()
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                try:
                    function(**{**call, parameter: value})
                except KencanaError as error:
                    refused.add((parameter, kind))
                    try:
                        str(error)
                    except Exception as other:  # noqa: BLE001
                        yield f"{name}({parameter}={kind}): message: {other!r}"
                except Exception as error:  # noqa: BLE001
                    yield f"{name}({parameter}={kind}): {type(error).__name__}: {error}"[:200]
            if time.process_time() - start > SECONDS:
                yield f"{name}({parameter}={kind}): took more than {SECONDS:g} seconds"
