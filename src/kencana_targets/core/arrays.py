"""Numbers in, numbers out: what every statistic does with its arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kencana_targets.core.errors import refuse
from kencana_targets.core.typing import Floats

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def numbers(name: str, values: ArrayLike | None, *, missing: bool = False) -> Floats:
    """Return an argument as floats; refuse text, truth values and infinities.

    Parameters
    ----------
    name : str
        The argument, for the message.
    values : float or array_like
        Figures; None counts as missing.
    missing : bool, optional
        Whether nan may stand for a missing figure.

    Examples
    --------
    >>> numbers("target", [22.1, None], missing=True).tolist()
    [22.1, nan]
    """
    try:
        array = np.asarray(np.nan if values is None else values)
    except ValueError:
        refuse(name, values, "numbers in a regular array")
    if array.dtype.kind == "O":
        cells = [np.nan if cell is None else cell for cell in array.ravel().tolist()]
        array = np.array(cells).reshape(array.shape)
    if array.dtype.kind not in "iuf" and array.size:
        refuse(name, values, "numbers")
    array = array.astype(np.float64)
    wrong = np.isinf(array) if missing else ~np.isfinite(array)
    if wrong.any():
        refuse(name, float(array[wrong][0]), "finite numbers" + (" or nan" if missing else ""))
    return array


def together(figures: dict[str, Floats]) -> list[Floats]:
    """Broadcast arguments against one another, or refuse shapes that do not fit.

    Examples
    --------
    >>> [array.shape for array in together({"actual": np.ones(3), "target": np.array(14.0)})]
    [(3,), (3,)]
    """
    try:
        return list(np.broadcast_arrays(*figures.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in figures.items())
        refuse(", ".join(figures), shapes, "shapes that fit together")


def plain(array: Floats) -> Any:
    """Return an array as it is, and a single number as a float.

    Examples
    --------
    >>> plain(np.array(22.1))
    22.1
    """
    return array if np.ndim(array) else float(array)
