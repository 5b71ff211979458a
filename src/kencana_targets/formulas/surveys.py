"""The surveys of many regions as arrays.

Missing surveys stay in the arrays with time zero, figure zero and weight none, so
that regions with different numbers of surveys are fitted together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_figures, positive, together
from kencana_targets.core.errors import refuse
from kencana_targets.core.typing import Floats, Truths
from kencana_targets.formulas.scales import Scale, derivative, to_scale

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


__all__ = ["Surveys", "read_surveys", "surveys_on_scale"]


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
    """

    elapsed: Floats
    figures: Floats
    variances: Floats
    seen: Truths


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


def surveys_on_scale(
    times: Floats, figures: Floats, errors: Floats, scale: Scale
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
    )
    return first, last, surveys
