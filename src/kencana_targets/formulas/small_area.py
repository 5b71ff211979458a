"""Borrowed strength: estimates for small regions, beside the official figure and never for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal, TypeAlias

import numpy as np
from attrs import frozen

from kencana_targets.core.checks import as_figures, positive, quiet, vector
from kencana_targets.core.errors import refuse
from kencana_targets.core.terms import as_term
from kencana_targets.core.typing import ArrayLike, Floats

__all__ = [
    "FayHerriot",
    "FayHerriotMethod",
    "JamesStein",
    "PauleMandel",
    "fay_herriot",
    "james_stein",
    "paule_mandel",
]

_GRID = 20  # starting points of the search for the model variance


class FayHerriotMethod(StrEnum):
    """How the model variance is estimated."""

    REML = "reml"
    ML = "ml"
    MOMENT = "moment"


FayHerriotMethodLike: TypeAlias = FayHerriotMethod | Literal["reml", "ml", "moment"]


@frozen(kw_only=True, eq=False)
class FayHerriot:
    """Estimates that lean on a regression as much as the survey is weak.

    Parameters
    ----------
    estimate : ndarray, shape (regions,)
        Survey and regression, weighted. [unit of the indicator]
    mean_squared_error : ndarray, shape (regions,)
        Of the estimate, with the errors of the fit. [unit squared]
    shrinkage : ndarray, shape (regions,)
        Weight of the survey, gamma, from 0 to 1.
    model_variance : float
        Variance of the regions about the regression. [unit squared]
    coefficients : ndarray, shape (1 + p,)
        Intercept and coefficients.
    """

    estimate: Floats
    mean_squared_error: Floats
    shrinkage: Floats
    model_variance: float
    coefficients: Floats


@frozen(kw_only=True, eq=False)
class PauleMandel:
    """Estimates that lean on the common mean.

    Parameters
    ----------
    model_variance : float
        Variance of the regions about their mean. [unit squared]
    mean : float
        Common mean. [unit of the indicator]
    estimate, mean_squared_error, shrinkage : ndarray, shape (regions,)
        As in `FayHerriot`.
    """

    model_variance: float
    mean: float
    estimate: Floats
    mean_squared_error: Floats
    shrinkage: Floats


@frozen(kw_only=True, eq=False)
class JamesStein:
    """Estimates that lean on the plain mean, all by the same share.

    Parameters
    ----------
    estimate : ndarray, shape (regions,)
        [unit of the indicator]
    shrinkage : float
        Share of the distance to the mean that is kept, from 0 to 1.
    mean : float
        Plain mean. [unit of the indicator]
    mean_squared_error : float
        Average over the regions. [unit squared]
    """

    estimate: Floats
    shrinkage: float
    mean: float
    mean_squared_error: float


@quiet
def fay_herriot(
    direct: ArrayLike,
    variance: ArrayLike,
    design: ArrayLike | None = None,
    *,
    method: FayHerriotMethodLike = "reml",
) -> FayHerriot:
    """Combine survey figures with a regression on what is known of each region.

    Parameters
    ----------
    direct : array_like, shape (regions,)
        Survey figures; percentages are better given on the logit scale.
        [unit of the indicator]
    variance : array_like, shape (regions,)
        Their squared errors, taken as known; smooth noisy ones first. [unit squared]
    design : array_like, shape (regions, p) or (regions,), optional
        What is known of each region, such as dummies of its province, without an
        intercept, which is added. Without it regions lean on their common mean.
    method : str
        ``reml``, restricted maximum likelihood, ``ml``, maximum likelihood, or
        ``moment``, the equation of Fay and Herriot. Each may find no variance beyond
        that of the surveys: then the estimates are the regression.

    Returns
    -------
    FayHerriot
        ``estimate mean_squared_error shrinkage model_variance coefficients``. Where
        the corrections for ``ml`` and ``moment`` would put the mean squared error below
        that of the weighting alone, as they can where variances differ a
        hundredfold, they are left out.

    Raises
    ------
    ArgumentError
        Missing figures, variances that are not above zero, columns that depend on
        one another, or no more regions than coefficients.

    Notes
    -----
    Shrunken figures scatter less than the truth: do not count them against a
    target; add up probabilities instead.

    References
    ----------
    Fay and Herriot (1979), Journal of the American Statistical Association 74,
    269-277; Prasad and Rao (1990), the same 85, 163-171; Datta, Rao and Smith
    (2005), Biometrika 92, 183-196. Not verified against the primary texts; the
    values are those of R's sae on the milk data.

    Examples
    --------
    >>> model = fay_herriot([20.1, 25.3, 31.0, 22.4, 27.9], [4.0, 9.0, 4.0, 9.0, 4.0])
    >>> model.estimate.round(1).tolist()
    [21.2, 25.4, 29.9, 23.5, 27.4]
    """
    y = vector("direct", direct)
    psi = positive("variance", vector("variance", variance, len(y)))
    x = _with_intercept(design, len(y))
    kind = as_term(FayHerriotMethod, method, "method")
    model_variance = _solve(kind, y, psi, x)
    total = model_variance + psi
    gamma = model_variance / total
    beta, spread = _regress(y, total, x)
    synthetic = x @ beta
    return FayHerriot(
        estimate=gamma * y + (1 - gamma) * synthetic,
        mean_squared_error=_mean_squared_error(kind, psi, total, gamma, x, spread),
        shrinkage=gamma,
        model_variance=model_variance,
        coefficients=beta,
    )


def _with_intercept(design: ArrayLike | None, regions: int) -> Floats:
    given = np.empty((regions, 0)) if design is None else as_figures("design", design)
    given = given[:, None] if given.ndim == 1 else given
    if given.ndim != 2 or len(given) != regions:
        refuse("design", given.shape, f"one row a region: ({regions}, p)")
    x = np.hstack([np.ones((regions, 1)), given])
    if regions <= x.shape[1]:
        refuse("direct", f"{regions} regions", f"more than {x.shape[1]}, one a coefficient")
    # A column of zeros leaves no number.
    left = np.abs(np.diag(np.linalg.qr(x / np.linalg.norm(x, axis=0), mode="r")))
    if not left.min() >= 1e-10:
        refuse("design", "columns that depend on one another", "independent ones, no intercept")
    return x


def _regress(y: Floats, total: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Return weighted coefficients and their covariance (X' V^-1 X)^-1."""
    spread: Floats = np.linalg.inv((x / total[:, None]).T @ x).astype(np.float64)
    return spread @ (x.T @ (y / total)), spread


def _solve(kind: FayHerriotMethod, y: Floats, psi: Floats, x: Floats) -> float:
    """Return the root at which the equation falls through zero; 0 without one.

    Of several such roots, which only the likelihood can have, the likeliest.
    """
    from scipy import optimize

    def equation(variance: float) -> float:
        # Zero at the estimate: twice the slope of the likelihood, or the moment's gap.
        total = variance + psi
        beta, spread = _regress(y, total, x)
        residual = y - x @ beta
        if kind is FayHerriotMethod.MOMENT:
            return float((residual**2 / total).sum() - (x.shape[0] - x.shape[1]))
        trace = (1 / total).sum()
        if kind is FayHerriotMethod.REML:
            # tr P = tr V^-1 - tr (X' V^-1 X)^-1 X' V^-2 X
            trace -= np.trace(spread @ ((x / total[:, None] ** 2).T @ x))
        return float(((residual / total) ** 2).sum() - trace)

    def deviance(variance: float) -> float:
        total = variance + psi
        beta, spread = _regress(y, total, x)
        restricted = 0.0 if kind is FayHerriotMethod.ML else np.linalg.slogdet(spread).logabsdet
        return float(np.log(total).sum() - restricted + ((y - x @ beta) ** 2 / total).sum())

    beta, _ = _regress(y, np.ones_like(y), x)
    highest = 2 * float(np.square(y - x @ beta).sum()) + 1e-3 * float(psi.max())
    grid = np.concatenate([[0.0], np.geomspace(1e-6 * float(psi.min()), highest, _GRID)])
    signs = np.array([equation(float(point)) for point in grid])
    falls = (signs[:-1] > 0) & (signs[1:] <= 0)
    exactly: dict[str, Any] = {"xtol": 1e-13 * highest, "rtol": 1e-14}
    ends = np.stack([grid[:-1], grid[1:]], axis=1)[falls].tolist()
    roots = [float(optimize.brentq(equation, *pair, **exactly)) for pair in ends]
    return min([*roots, *([0.0] * bool(signs[0] <= 0))], key=deviance)


def _mean_squared_error(
    kind: FayHerriotMethod, psi: Floats, total: Floats, gamma: Floats, x: Floats, spread: Floats
) -> Floats:
    own = gamma * psi  # g1: of the weighting, were all else known
    fit = (1 - gamma) ** 2 * ((x @ spread) * x).sum(axis=1)  # g2: of the coefficients
    regions, first, second = len(psi), (1 / total).sum(), (1 / total**2).sum()
    if kind is FayHerriotMethod.MOMENT:
        weight = 2 * psi**2 / total**3 * (2 * regions / first**2)
        bias = 2 * (regions * second - first**2) / first**3
    else:
        weight = 2 * psi**2 / total**3 * (2 / second)
        # b = -tr[(X' V^-1 X)^-1 X' V^-2 X] / tr V^-2; none is left by REML.
        lost = np.trace(spread @ ((x / total[:, None] ** 2).T @ x)) / second
        bias = 0.0 if kind is FayHerriotMethod.REML else -float(lost)
    corrected = own + fit + weight - bias * (1 - gamma) ** 2
    return np.asarray(np.where(corrected < own, own + fit + weight, corrected))


@quiet
def paule_mandel(direct: ArrayLike, variance: ArrayLike) -> PauleMandel:
    """Pull survey figures towards their common mean, weak surveys more.

    Parameters
    ----------
    direct, variance : array_like, shape (regions,)
        Survey figures and their squared errors.
        [unit of the indicator, unit squared]

    Returns
    -------
    PauleMandel
        ``model_variance mean estimate mean_squared_error shrinkage``: the moment
        method of `fay_herriot` without a regression.

    Raises
    ------
    ArgumentError
        Fewer than two regions, missing figures, variances that are not above zero.

    References
    ----------
    Paule and Mandel (1982), Journal of Research of the National Bureau of
    Standards 87, 377-385. Not verified against the primary text.

    Examples
    --------
    >>> pooled = paule_mandel([20.1, 25.3, 31.0, 22.4, 27.9], [4.0, 9.0, 4.0, 9.0, 4.0])
    >>> round(pooled.mean, 1), round(pooled.model_variance, 1)
    (25.5, 14.2)
    """
    model = fay_herriot(direct, variance, method="moment")
    return PauleMandel(
        model_variance=model.model_variance,
        mean=float(model.coefficients[0]),
        estimate=model.estimate,
        mean_squared_error=model.mean_squared_error,
        shrinkage=model.shrinkage,
    )


@quiet
def james_stein(direct: ArrayLike, variance: float) -> JamesStein:
    """Pull figures of one common variance towards their mean.

    Parameters
    ----------
    direct : array_like, shape (regions,)
        Figures of at least four regions. [unit of the indicator]
    variance : float
        Their common squared error. [unit squared]

    Returns
    -------
    JamesStein
        ``estimate shrinkage mean mean_squared_error``; never past the mean.

    Raises
    ------
    ArgumentError
        Fewer than four regions, or a variance that is not above zero.

    References
    ----------
    Efron and Morris (1977), Scientific American 236, 119-127, with published
    values; the average error is Stein's unbiased estimate, not verified against
    the primary text.

    Examples
    --------
    >>> round(james_stein([20.0, 24.0, 28.0, 32.0, 21.0], 9.0).shrinkage, 2)
    0.82
    """
    y = vector("direct", direct)
    if len(y) < 4:
        refuse("direct", f"{len(y)} regions", "at least 4")
    common = positive("variance", as_figures("variance", variance))
    if common.ndim:
        refuse("variance", common.shape, "one number", "use paule_mandel for different variances")
    mean, count, s2 = float(y.mean()), len(y), float(common)
    scatter = float(((y - mean) ** 2).sum())
    pull = min(1.0, (count - 3) * s2 / scatter) if scatter > 0 else 1.0
    return JamesStein(
        estimate=mean + (1 - pull) * (y - mean),
        shrinkage=1 - pull,
        mean=mean,
        mean_squared_error=s2 * (1 - pull * (count - 3) / count),
    )
