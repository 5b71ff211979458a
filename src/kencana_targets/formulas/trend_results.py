"""What a projection says, and what is asked of it next."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_figures, as_number, one_way, plain, quiet
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import Direction, DirectionLike
from kencana_targets.core.typing import ArrayLike, Floats
from kencana_targets.formulas import scales

HORIZON = 100.0  # years after the last survey in which a line may arrive


class TrendMethod(StrEnum):
    """How a trend is drawn through surveys."""

    GLS = "gls"
    OLS = "ols"
    THEIL_SEN = "theil-sen"


TrendMethodLike: TypeAlias = TrendMethod | Literal["gls", "ols", "theil-sen"]


class TrendStatus(StrEnum):
    """Whether a region has a projection, and if not, why not."""

    PROJECTED = "projected"
    NO_TREND = "no-trend"
    UNDEFINED = "undefined"


class ArrivalStatus(StrEnum):
    """Whether a trend leads to its target."""

    ARRIVED = "arrived"
    ARRIVES = "arrives"
    UNCLEAR = "unclear"
    NEVER = "never"
    NO_TREND = "no-trend"


@frozen(kw_only=True, eq=False)
class Arrival:
    """When the projected line meets a target.

    Parameters
    ----------
    year : float or ndarray
        Year; that of the last survey where the target is met already; nan for
        ``unclear``, ``never`` and ``no-trend``.
    status : ArrivalStatus or ndarray of str
        ``arrived``, ``arrives``, ``unclear`` (the interval of the slope holds zero),
        ``never`` (away from the target, or not within a hundred years of the last
        survey) or ``no-trend``.
    lower, upper : float or ndarray
        Between which years the line meets the target, where it arrives.
    """

    year: Any
    status: Any
    lower: Any
    upper: Any


@frozen(kw_only=True, eq=False)
class RequiredPace:
    """What the years that remain have to bring.

    Parameters
    ----------
    points : float or ndarray
        Mean change per year. [percentage points]
    slope : float or ndarray
        Change per year on the scale of the projection, to compare with its slope.
    """

    points: Any
    slope: Any


@frozen(kw_only=True, eq=False)
class Projection:
    """A trend and where it leads; one number a region, or a column a year.

    Parameters
    ----------
    value, lower, upper : float or ndarray
        Projected figure and its prediction interval. [percent]
    slope, intercept, standard_error : float or ndarray
        On the scale: change per year, level at the first survey, and error of
        the prediction (``theil-sen``: half the interval over its quantile).
    status : TrendStatus or ndarray of str
        ``projected``; ``no-trend`` for too few surveys; ``undefined`` where a
        survey does not lie on the scale or has no error. Otherwise figures are nan.
    reason : str or ndarray of str
        Why there is none; empty where there is one.
    method, scale
        As used.
    at : float or ndarray
        Years asked for.
    degrees_of_freedom : float or ndarray
        Of the interval; infinity for a normal one.
    last_year, last_level : float or ndarray
        Last survey and the level that the fit gives it, on the scale.
    slope_error, last_level_error, last_covariance : float or ndarray
        Errors of slope and last level, and their covariance, on the scale.
    level : float
        Probability of the intervals.
    """

    value: Any
    lower: Any
    upper: Any
    slope: Any
    intercept: Any
    standard_error: Any
    status: Any
    reason: Any
    method: TrendMethod
    scale: scales.Scale
    at: Any
    degrees_of_freedom: Any
    last_year: Any
    last_level: Any
    slope_error: Any
    last_level_error: Any
    last_covariance: Any
    level: float

    @quiet
    def probability_met(self, target: ArrayLike, *, direction: DirectionLike) -> Any:
        """Return the probability that the true figure meets a target at the year asked for.

        Parameters
        ----------
        target : float or array_like
            One for all, or one a region. [percent]
        direction : Direction or str
            ``maximize`` or ``minimize``.

        Returns
        -------
        float or ndarray
            In the shape of `value`; nan without a projection.

        Raises
        ------
        ArgumentError
            A projection by ``theil-sen``, which has no distribution.

        Examples
        --------
        >>> from kencana_targets.formulas.projection import project
        >>> trend = project([2021, 2022, 2023], [24.4, 21.6, 21.5], [0.3, 0.3, 0.4], 2024,
        ...                 walk_variance=0.003)
        >>> round(trend.probability_met(14, direction="minimize"), 3)
        0.0
        """
        if self.method is TrendMethod.THEIL_SEN:
            refuse("method", "theil-sen", "a projection by gls or ols", "Theil-Sen has no errors")
        sign = -1.0 if one_way(direction) is Direction.MINIMIZE else 1.0
        goal = self._by_region(scales.reach(as_figures("target", target), self.scale), across=True)
        ahead = sign * (scales.to_scale(np.asarray(self.value), self.scale) - goal)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.where(ahead == 0, 0.0, ahead / np.asarray(self.standard_error))
        freedom = self._by_region(np.asarray(self.degrees_of_freedom), across=True)
        return plain(scales.chance(z, freedom))

    @quiet
    def year_of_arrival(self, target: ArrayLike, *, direction: DirectionLike) -> Arrival:
        """Return the year in which the line, drawn on from the last survey, meets a target.

        Parameters
        ----------
        target, direction
            As in `probability_met`.

        Returns
        -------
        Arrival
            ``year status lower upper``. The interval is Fieller's: the years in which
            the line's own interval, without the walk ahead, holds the target.

        References
        ----------
        Fieller (1954), Journal of the Royal Statistical Society B 16, 175-185; not
        verified against the primary text.

        Examples
        --------
        >>> from kencana_targets.formulas.projection import project
        >>> trend = project([2019, 2022], [27.67, 21.6], [0.3, 0.3], 2024)
        >>> arrival = trend.year_of_arrival(14, direction="minimize")
        >>> round(arrival.year, 1), arrival.status
        (2026.8, <ArrivalStatus.ARRIVES: 'arrives'>)
        >>> round(arrival.lower, 1), round(arrival.upper, 1)
        (2026.0, 2027.9)
        """
        sign = -1.0 if one_way(direction) is Direction.MINIMIZE else 1.0
        goal = scales.reach(as_figures("target", target), self.scale)
        level, slope = np.asarray(self.last_level), np.asarray(self.slope)
        gap = self._by_region(goal) - level
        with np.errstate(divide="ignore", invalid="ignore"):
            wait = gap / slope
        times = scales.multiple(self.level, np.asarray(self.degrees_of_freedom))
        steep = slope**2 - (times * np.asarray(self.slope_error)) ** 2
        status = np.select(
            [np.isnan(slope), sign * gap <= 0, steep <= 0, (wait > 0) & (wait <= HORIZON)],
            [
                ArrivalStatus.NO_TREND,
                ArrivalStatus.ARRIVED,
                ArrivalStatus.UNCLEAR,
                ArrivalStatus.ARRIVES,
            ],
            ArrivalStatus.NEVER,
        )
        arrives, arrived = status == "arrives", status == "arrived"
        # Fieller: (gap - slope t)^2 = times^2 var(level + slope t), a parabola in t.
        middle = slope * gap + times**2 * np.asarray(self.last_covariance)
        end = gap**2 - (times * np.asarray(self.last_level_error)) ** 2
        with np.errstate(divide="ignore", invalid="ignore"):
            half = np.sqrt(np.maximum(middle**2 - steep * end, 0.0)) / steep
            waits = [wait, middle / steep - half, middle / steep + half]
        last = np.asarray(self.last_year)
        year, lower, upper = (
            plain(
                np.where(
                    arrives | arrived & (number == 0), last + np.where(arrived, 0.0, each), np.nan
                )
            )
            for number, each in enumerate(waits)
        )
        words = status if status.ndim else ArrivalStatus(str(status))
        return Arrival(year=year, status=words, lower=lower, upper=upper)

    @quiet
    def required_pace(self, target: ArrayLike, *, year: float) -> RequiredPace:
        """Return the change per year that leads from the last survey's level to a target.

        Parameters
        ----------
        target : float or array_like
            One for all, or one a region. [percent]
        year : float
            When it is due; later than every last survey.

        Returns
        -------
        RequiredPace
            ``points slope``; nan without a projection.

        Raises
        ------
        ArgumentError
            A year that is not after the last survey, or a target that does not
            lie on the scale.

        Examples
        --------
        >>> from kencana_targets.formulas.projection import project
        >>> trend = project([2019, 2022], [27.67, 21.6], [0.3, 0.3], 2024)
        >>> round(trend.required_pace(14, year=2024).points, 1)
        -3.8
        """
        goal = as_figures("target", target)
        scales.demand("target", goal, self.scale, "choose a target that the scale reaches")
        remaining = as_number("year", year) - np.asarray(self.last_year)
        if (remaining <= 0).any():
            refuse("year", year, "one year after the last survey")
        level = np.asarray(self.last_level)
        goal = self._by_region(goal)
        return RequiredPace(
            points=plain((goal - scales.from_scale(level, self.scale)) / remaining),
            slope=plain((scales.to_scale(goal, self.scale) - level) / remaining),
        )

    def _by_region(self, figures: Floats, *, across: bool = False) -> Floats:
        """Return one figure a region, as a column against the years where there are several."""
        shape = np.shape(self.slope)
        if figures.ndim and figures.shape != shape:
            refuse("target", figures.shape, f"one number, or one a region {shape}")
        return figures[..., None] if across and figures.ndim and np.ndim(self.at) else figures
