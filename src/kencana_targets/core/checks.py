"""Checks that the types share: what counts as a number, a word, a year."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core.errors import refuse

if TYPE_CHECKING:
    from attrs import Attribute

_HALF = re.compile("[\ud800-\udfff]")
FIRST_YEAR, LAST_YEAR = 1900.0, 2200.0


def number(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but a finite number; True and "12" are not numbers."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        refuse(attribute.name, value, "a number")
    try:
        finite = math.isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        finite = False
    if not finite:
        refuse(attribute.name, value, "a finite number")


def decimals(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but a whole number of decimals."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < 0:
        refuse(attribute.name, value, "a whole number, zero or more")


def yes_or_no(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but True and False."""
    if not isinstance(value, bool):
        refuse(attribute.name, value, "true or false")


def optional_number(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but a finite number or None."""
    if value is not None:
        number(instance, attribute, value)


def year(instance: object, attribute: Attribute[Any], value: float) -> None:
    """Refuse what is not a calendar year, whole or fractional."""
    number(instance, attribute, value)
    if not FIRST_YEAR <= value <= LAST_YEAR:
        refuse(attribute.name, value, "a year such as 2024 or 2024.5")


def optional_year(instance: object, attribute: Attribute[Any], value: float | None) -> None:
    """Refuse what is neither a calendar year nor None."""
    if value is not None:
        year(instance, attribute, value)


def optional_amount(instance: object, attribute: Attribute[Any], value: float | None) -> None:
    """Refuse everything but a finite number, zero or more, or None."""
    if value is not None:
        number(instance, attribute, value)
        if value < 0:
            refuse(attribute.name, value, "zero or more")


def is_writable(words: str) -> bool:
    r"""Return whether text can be written to a file: half of a character cannot.

    Examples
    --------
    >>> is_writable("Kabupaten Seluma"), is_writable("\ud800")
    (True, False)
    """
    return words.isascii() or not _HALF.search(words)


def word(instance: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but text with something in it."""
    if not isinstance(value, str) or not value.strip():
        refuse(attribute.name, value, "text that is not empty")
    text(instance, attribute, value)


def text(_: object, attribute: Attribute[Any], value: object) -> None:
    """Refuse everything but text, which may be empty."""
    if not isinstance(value, str):
        refuse(attribute.name, value, "text")
    if not is_writable(value):
        refuse(attribute.name, value, "text of whole characters")
