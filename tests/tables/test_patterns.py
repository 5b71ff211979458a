"""Every pattern that meets foreign text takes time in proportion to its length."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import time
from collections import defaultdict

import pytest
from attrs import has

import kencana_targets.auditing
import kencana_targets.tables

HEADS = ("", "1", "a", "2022 ", "tw i", "rp 1", "target ", "a (", "22,1")
UNITS = (
    *(" ", "1", "a", "/", "-", ".", ",", "(", "[", '"', "'", "*", "=", "\u00a0", "stream\n"),
    *("1 ", "a ", "1.", "1,", "- ", "a.", "a(", ") ", "(2022) ", "2022 ", "2022-", "i ", "tw i "),
    *("target ", "tahun ", "nilai ", "jumlah ", "total ", "s.d. ", "dinas ", "persen ", "K"),
)
SHORT = 400
CALLED = re.compile(r"\b(\w+)(?:\[[^\]]*\])?\.(search|sub|match|find)")


def patterns_in(value, name):
    """Yield the compiled patterns in a value, also those that tuples and attrs values hold."""
    if isinstance(value, re.Pattern):
        yield name, value
    elif "Pattern" in str(getattr(inspect.unwrap(value), "__annotations__", {}).get("return")):
        # What is made of words is made on first use.
        if not inspect.signature(value).parameters:
            yield from patterns_in(value(), name)
    elif isinstance(value, (tuple, list)):
        for number, each in enumerate(value):
            yield from patterns_in(each, f"{name}[{number}]")
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from patterns_in(each, f"{name}[{key}]")
    elif has(type(value)) and not isinstance(value, type):
        for attribute in type(value).__attrs_attrs__:
            yield from patterns_in(getattr(value, attribute.name), f"{name}.{attribute.name}")


def patterns():
    """Return name, pattern and the methods that are called of it, of both rooms."""
    found = {}
    for room in (kencana_targets.tables, kencana_targets.auditing):
        for module in pkgutil.iter_modules(room.__path__):
            loaded = importlib.import_module(f"{room.__name__}.{module.name}")
            called = defaultdict(set)
            for attribute, way in CALLED.findall(inspect.getsource(loaded)):
                # A substitution looks for its pattern everywhere, as a search does.
                called[attribute].add("match" if way == "match" else "search")
            for attribute, value in vars(loaded).items():
                for name, pattern in patterns_in(value, f"{module.name}.{attribute}"):
                    ways = called[attribute]
                    found.setdefault(pattern, (name, pattern, (*sorted(ways), "fullmatch")))
    return list(found.values())


def seconds(call, text):
    """Return the least time of a few calls, without that of other programs."""
    best = float("inf")
    for _ in range(3):
        start = time.thread_time()
        call(text)
        best = min(best, time.thread_time() - start)
    return best


def is_linear(call, texts):
    """Return whether four times the length takes far less than sixteen times as long."""
    first, longer = (seconds(call, text) for text in texts)
    return longer < 8 * first


def hostile(head, unit, length, pattern):
    text = (head + unit * length)[:length] + "\x01!"
    return text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text


PATTERNS = patterns()


def test_patterns_are_found():
    assert len(PATTERNS) > 80


@pytest.mark.parametrize(("name", "pattern", "ways"), PATTERNS, ids=[name for name, *_ in PATTERNS])
def test_time_grows_with_the_length_of_a_text(name, pattern, ways):
    for way in ways:
        call = getattr(pattern, way)
        for head in HEADS:
            for unit in UNITS:
                first = seconds(call, hostile(head, unit, SHORT, pattern))
                # What takes the square of its length takes as long as this at once.
                if first < 200e-6:
                    continue
                assert first < 20e-3, (name, way, head, unit, first)
                texts = [hostile(head, unit, length, pattern) for length in (SHORT, 4 * SHORT)]
                # A busy computer may lie once, and not thrice.
                assert any(is_linear(call, texts) for _ in range(3)), (name, way, head, unit)
