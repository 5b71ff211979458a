"""Budget beside performance: how much was spent, and how much that bought."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kencana_targets.core.checks import as_choice, figures, non_negative, plain, quiet
from kencana_targets.core.typing import ArrayLike

__all__ = ["EFFICIENCY_RULES", "Efficiency", "absorption", "efficiency"]

EFFICIENCY_RULES = ("pmk-214-2017",)


class Efficiency(NamedTuple):
    """The efficiency of one or more outputs.

    Parameters
    ----------
    percent : float
        What was saved, in percent of what the outputs should have cost; nan where
        they should have cost nothing.
    score : float
        The score of the rule, 0 to 100; 50 where what was spent is what it should be.
    rule : str
        The rule that it follows.
    """

    percent: float
    score: float
    rule: str


@quiet
def absorption(spent: ArrayLike, budget: ArrayLike) -> Any:
    """Return how much of a budget was spent (*penyerapan anggaran*). [percent].

    Parameters
    ----------
    spent, budget : float or array_like
        Money spent and set aside, broadcast. [currency]

    Returns
    -------
    float or ndarray
        Percent; nan where the budget is zero or missing.

    Raises
    ------
    ArgumentError
        An amount is negative or not finite.

    References
    ----------
    PMK 214/PMK.02/2017, annex, as a public copy of it prints formula and example;
    kept by PMK 22/PMK.02/2021.

    Examples
    --------
    The example of the annex:

    >>> round(absorption(734_881_464_333, 855_830_897_000), 2)
    85.87
    """
    paid, held = figures(spent=non_negative("spent", spent), budget=non_negative("budget", budget))
    return plain(np.where(held > 0, paid * 100.0 / held, np.nan))


@quiet
def efficiency(
    spent: ArrayLike, budget: ArrayLike, achievement: ArrayLike, *, rule: str
) -> Efficiency:
    """Compare what outputs should have cost, budget times achievement, with what was spent.

    Parameters
    ----------
    spent, budget : float or array_like, shape (n,)
        Money spent and set aside for each output. [currency]
    achievement : float or array_like, shape (n,)
        How much of each output was reached. [percent]
    rule : {"pmk-214-2017"}
        There is no default. ``pmk-214-2017``: the sum of budget times achievement minus
        spent, in percent of the sum of budget times achievement; the score is
        50 + E / 20 x 50, cut to 0 and 100.

    Returns
    -------
    Efficiency
        ``percent score rule``.

    Raises
    ------
    ArgumentError
        An amount is negative, or the rule is unknown.

    References
    ----------
    PMK 214/PMK.02/2017, annex, as a public copy of it prints formula and example. The
    score as the LAKIP 2019 of an inspectorate general computes it; its cut at 0 and 100 is
    not verified against the primary text.

    Examples
    --------
    The example of the annex, three outputs:

    >>> saved = efficiency([3.8e9, 0.975e9, 4.725e9], [4e9, 1e9, 5e9], [122, 80, 142],
    ...                    rule="pmk-214-2017")
    >>> round(saved.percent, 2), saved.score
    (25.67, 100.0)
    """
    as_choice("rule", rule, *EFFICIENCY_RULES)
    paid, held, reached = figures(
        spent=non_negative("spent", spent),
        budget=non_negative("budget", budget),
        achievement=achievement,
    )
    due = float(np.sum(held * reached / 100.0))
    percent = (due - float(np.sum(paid))) / due * 100.0 if due > 0 else float("nan")
    return Efficiency(percent, float(np.clip(50.0 + percent / 20.0 * 50.0, 0.0, 100.0)), rule)
