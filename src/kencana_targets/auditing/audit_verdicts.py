"""The words for what an audit finds of a printed figure."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """Whether printed inputs give the printed result."""

    REPRODUCED = "reproduced"
    INCONSISTENT = "inconsistent"
    UNREADABLE = "unreadable"


# The positions of these words, as columns keep them.
REPRODUCED, INCONSISTENT, UNREADABLE = range(len(Verdict))
