"""How many examples a property test tries."""

from __future__ import annotations

from hypothesis import settings


def examples(count: int) -> settings:
    """Return the settings of a test whose cost allows `count` examples where others try 100."""
    # The number of an undecorated test is the profile's, and `count` is a percentage of it.
    return settings(max_examples=max(1, count * settings().max_examples // 100))
