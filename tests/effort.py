"""How many examples a property test tries."""

from __future__ import annotations

from hypothesis import settings


def examples(count: int) -> settings:
    """Return the settings of a test that tries `count` examples, and more when exploring."""
    # The number of an undecorated test is the profile's: 100, or three times that.
    return settings(max_examples=count * settings().max_examples // 100)
