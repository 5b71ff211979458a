"""The surveys of many regions as arrays.

Missing surveys stay in the arrays with time zero, figure zero and weight none, so
that regions with different numbers of surveys are fitted together.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_figures, positive, together
from kencana_targets.core.errors import refuse
from kencana_targets.core.typing import ArrayLike, Floats, Ints, Truths
from kencana_targets.formulas.scales import Scale, derivative, to_scale


@frozen(eq=False)
class Surveys:
    """Surveys on the scale; all arrays have the shape (regions, surveys).

    Parameters
    ----------
    elapsed : ndarray
        Years since the region's first survey; 0 where missing.
    figures, variances : ndarray
        Figures, 0 where missing, and squared errors, 1 where missing.
    seen : ndarray of bool
        Where there is a survey.
    source : ndarray of int
        Who made it, as a code; all 0 where nobody says.
    """

    elapsed: Floats
    figures: Floats
    variances: Floats
    seen: Truths
    source: Ints

    @property
    def broken(self) -> Truths:
        """Which two surveys share the break of one source; none where all are of one source.

        A region's level is that of the source of its first survey: each other
        source has a break of its own, which all its surveys share.
        """
        early = np.where(self.seen, self.elapsed, np.inf).argmin(axis=1)[:, None]
        other = self.seen & (self.source != np.take_along_axis(self.source, early, axis=1))
        same = self.source[:, :, None] == self.source[:, None, :]
        return np.asarray(same & other[:, :, None] & other[:, None, :])


def read_surveys(
    years: ArrayLike, values: ArrayLike, standard_errors: ArrayLike | None
) -> list[Floats]:
    """Return years, figures and errors in one shape (..., surveys); nan for missing ones."""
    figures = {
        "years": as_figures("years", years, missing=True),
        "values": as_figures("values", values, missing=True),
        "standard_errors": np.array(np.nan)
        if standard_errors is None
        else positive("standard_errors", standard_errors),
    }
    times, found, errors = together(figures)
    if not found.ndim or not found.shape[-1]:
        refuse("values", found.shape, "surveys along the last axis")
    if (np.isnan(times) & ~np.isnan(found)).any():
        refuse("years", float("nan"), "a year for every survey that has a figure")
    return [times, found, errors]


def read_sources(sources: ArrayLike | None, shape: tuple[int, ...]) -> tuple[list[str], Ints]:
    """Return the names of those who made surveys, in order, and who made each as a code."""
    if sources is None:
        return [], np.zeros(shape, dtype=np.int64)
    allowed = f"the name of each survey's source, shape {shape}"
    if not isinstance(sources, (str, list, tuple, np.ndarray)):
        refuse("sources", type(sources).__name__, allowed)
    try:
        names = np.broadcast_to(np.array(sources, dtype=object), shape)
    except (TypeError, ValueError, RecursionError):
        refuse("sources", type(sources).__name__, allowed)
    if not all(name is None or isinstance(name, str) for name in names.flat):
        refuse("sources", type(sources).__name__, allowed)
    known = sorted({name or "" for name in names.flat})
    codes = np.array([known.index(name or "") for name in names.flat], dtype=np.int64)
    return known, codes.reshape(shape)


def surveys_on_scale(
    times: Floats, figures: Floats, errors: Floats, scale: Scale, source: Ints | None = None
) -> tuple[Floats, Floats, Surveys]:
    """Return first and last years, shape (regions, 1), and the surveys on the scale."""
    seen = ~np.isnan(figures)
    first = np.where(seen, times, np.inf).min(axis=1, keepdims=True)
    last = np.where(seen, times, -np.inf).max(axis=1, keepdims=True)
    spread = (errors * derivative(figures, scale)) ** 2
    surveys = Surveys(
        elapsed=np.where(seen, times - first, 0.0),
        figures=np.where(seen, to_scale(figures, scale), 0.0),
        variances=np.where(seen, spread, 1.0),
        seen=seen,
        source=np.zeros(seen.shape, dtype=np.int64) if source is None else source,
    )
    return first, last, surveys
