"""Weights that come with replicates: what is asked, and the errors that follow."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_choice, as_number, items
from kencana_targets.core.errors import refuse
from kencana_targets.core.typing import Floats

# The variance is a scale times the sum of squared differences to the whole sample's figure.
SCALES = {"jk1": "(R - 1) / R", "jkn": "1", "brr": "1 / R", "fay": "1 / (R (1 - rho)^2)",
          "bootstrap": "1 / R"}  # fmt: skip
REPLICATE_KEYS = ("weights", "method", "rho", "scale", "rscales", "degrees_of_freedom")


@frozen
class Replicates:
    """Replicate weights: their columns, or a pattern of them, and how they make a variance."""

    weights: tuple[str, ...]
    method: str
    rho: float
    scale: float | None
    rscales: tuple[float, ...]
    degrees_of_freedom: float | None

    @classmethod
    def of(cls, given: object) -> Replicates:
        """Read the argument `replicates` of `estimate`."""
        if not isinstance(given, Mapping) or not {"weights", "method"} <= given.keys():
            refuse("replicates", given, "a mapping with weights and method")
        for key in given.keys() - set(REPLICATE_KEYS):
            refuse("replicates", key, ", ".join(REPLICATE_KEYS))
        weights = given["weights"]
        names = (weights,) if isinstance(weights, str) else items("replicates", weights, str)
        method = as_choice("replicates", given["method"], *SCALES)
        rho = as_number("replicates", given.get("rho", 0.0), 0, 1)
        if (rho > 0) is not (method == "fay") or rho == 1:
            refuse("replicates", rho, "rho above 0 and below 1 for fay, and for no other method")
        rscales = tuple(as_number("replicates", one, 0) for one in given.get("rscales", ()))
        if method == "jkn" and not rscales:
            refuse("replicates", None, "rscales for jkn: (n - 1) / n of each replicate's stratum")
        scale, freedom = (
            None if given.get(key) is None else as_number("replicates", given[key], 0, strict=True)
            for key in ("scale", "degrees_of_freedom")
        )
        return cls(tuple(names), method, rho, scale, rscales, freedom)

    def columns(self, known: list[str]) -> tuple[str, ...]:
        """Return the columns of the records that are meant."""
        found = [
            [name for name in known if fnmatchcase(name, pattern)] or [pattern]
            for pattern in self.weights
        ]
        return tuple(dict.fromkeys(name for names in found for name in names))

    def error(self, value: Floats, each: Floats) -> tuple[Floats, float]:
        """Return standard errors and degrees of freedom; `each` has a column a replicate."""
        count = each.shape[1]
        if self.rscales and len(self.rscales) != count:
            refuse("replicates", len(self.rscales), f"rscales of {count} replicates")
        usual = {"jk1": (count - 1) / count, "jkn": 1.0,
                 "fay": 1 / (count * (1 - self.rho) ** 2)}.get(self.method, 1 / count)  # fmt: skip
        scale = usual if self.scale is None else self.scale
        weights = np.array(self.rscales) if self.rscales else np.ones(count)
        variance = scale * ((each - value[:, None]) ** 2 @ weights)
        freedom = count - 1.0 if self.degrees_of_freedom is None else self.degrees_of_freedom
        return np.sqrt(variance), freedom
