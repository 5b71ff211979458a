"""The arrays that the library computes with, named once."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike as ArrayLike  # noqa: PLC0414 (types are imported from here)
from numpy.typing import NDArray as NDArray  # noqa: PLC0414

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]

# Closed lists of words that no enumeration needs.
Language: TypeAlias = Literal["en", "id"]
Backend: TypeAlias = Literal["polars", "pandas", "pyarrow"]
Others: TypeAlias = Literal["note", "refuse"]
Mean: TypeAlias = Literal["arithmetic", "geometric", "harmonic"] | float
