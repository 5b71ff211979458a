"""How likely each target was met, and how many were, given the errors of the figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from attrs import field, frozen

from kencana_targets.core.checks import as_choice
from kencana_targets.core.columns import Categorical, Column, concat
from kencana_targets.core.terms import Direction, Formula, PathShape
from kencana_targets.core.typing import Floats, Ints, NDArray
from kencana_targets.evaluation import row_errors
from kencana_targets.evaluation.score_rows import Rows
from kencana_targets.evaluation.summary import LEVELS, peers
from kencana_targets.formulas import scales
from kencana_targets.formulas.paths import SHAPES
from kencana_targets.formulas.small_area import fay_herriot
from kencana_targets.model.collection import series_of
from kencana_targets.model.plan_index import INHERITED_INTERPOLATED, INTERPOLATED, TO_INHERITED
from kencana_targets.tables.results import ResultTable

# Regions of one parent below which there is nothing to lean on.
FEWEST_SIBLINGS = 3


@frozen(eq=False, repr=False, kw_only=True)
class ChanceTable(ResultTable):
    """The probability of meeting the target, and of each band.

    Parameters
    ----------
    values : mapping of str to Column
        ``region region_name indicator year target actual standard_error error_basis
        actual_lower actual_upper achievement_lower achievement_upper band_lower
        band_upper shrunken probability_met probability_met_shrunken`` and one column for each
        band. The basis of an error is ``standard-error``, ``interval``,
        ``sample-size``, what was assumed, ``no-error`` or ``zero-error``: where no
        variation was observed the error comes out as 0, and tells no chance. The
        bands are those of the shrunken figure where there is one.
    expected_met : ResultTable
        How many regions met, by indicator, year and level: ``regions expected lower
        upper`` and the expected number in each band; 95 percent.
    assumed : str
        The design that was assumed; empty for none.
    """

    expected_met: ResultTable = field()
    assumed: str = ""


def chances(
    card: Rows, *, shrink: str | None, sample_size: float | None, design_effect: float | None
) -> ChanceTable:
    """Give every row with an error its probabilities (see `Scorecard.chances`)."""
    if shrink is not None:
        as_choice("shrink", shrink, "parent")
    found = row_errors.actual_errors(card, sample_size, design_effect)
    error, bands = row_errors.of_rows(found.error, card), card.rule.bands
    freedom = row_errors.of_rows(found.freedom, card)
    # The last place is that of rows without an actual, -1.
    basis = concat([found.basis, Categorical.constant(row_errors.NO_ERROR, 1)])
    target_error = _target_errors(card, found.error)
    plain, better, leaning, *ends = np.full((5, len(card)), np.nan)
    words = np.full((len(bands), len(card)), np.nan)
    for sign, scale, rows in _alike(card, error):
        actual, target = card.actual[rows], card.target[rows]
        y, s = scales.to_scale(actual, scale), scales.derivative(actual, scale) * error[rows]
        half = scales.multiple(0.95, freedom[rows]) * s
        ends[0][rows], ends[1][rows] = (
            scales.from_scale(end, scale) for end in (y - half, y + half)
        )
        off = target_error[rows] * scales.derivative(target, scale)
        off[~(target_error[rows] > 0)] = 0.0
        goal = scales.reach(target, scale)
        true = _True(sign, y, s, off, freedom[rows])
        plain[rows] = true.beyond(goal)
        if shrink:
            estimate, spread = _shrunken(card, rows, y, s, scale)
            leans = ~np.isnan(estimate)
            y, s = np.where(leans, estimate, y), np.where(leans, spread, s)
            true = _True(sign, y, s, off, np.where(leans, np.inf, freedom[rows]))
            leaning[rows] = np.where(leans, scales.from_scale(y, scale), np.nan)
            better[rows] = np.where(leans, true.beyond(goal), np.nan)
        words[:, rows] = _in_bands(card, rows, true, scale)
    best = np.where(np.isnan(better), plain, better)
    values: dict[str, Column] = {
        **row_errors.row_names(card),
        "target": card.target,
        "actual": card.actual,
        "standard_error": error,
        "error_basis": Categorical(basis.codes[card.actual_row], basis.categories),
        **_achievements(card, ends),
        "shrunken": leaning,
        "probability_met": plain,
        "probability_met_shrunken": better,
        **{f"probability {band.label}": words[number] for number, band in enumerate(bands)},
    }
    expected = _expected(card, best, words, [band.label for band in bands])
    return ChanceTable(values=values, expected_met=expected, assumed=found.assumed)


@frozen(eq=False)
class _True:
    """What is known of true figures: on the scale, normal or t; `off` is the target's error."""

    sign: float
    y: Floats
    s: Floats
    off: Floats
    freedom: Floats

    def beyond(self, edge: Floats) -> Floats:
        """Return the chance of being as good as an edge or better."""
        return scales.chance(self.sign * (self.y - edge) / np.hypot(self.s, self.off), self.freedom)


def _in_bands(card: Rows, rows: Ints, true: _True, scale: scales.Scale) -> Floats:
    """Return the chance of each band, a row each."""
    formula, target = card.formula[rows], card.target[rows]
    chance = [
        [
            np.full(len(rows), end)
            if edge is None
            else true.beyond(scales.reach(_edge(edge, formula, target), scale))
            for edge, end in ((band.lower, 1.0), (band.upper, 0.0))
        ]
        for band in card.rule.bands
    ]
    return np.array([low - high for low, high in chance]).reshape(-1, len(rows))


def _achievements(card: Rows, ends: list[Floats]) -> dict[str, Column]:
    """Return the interval of each actual, of its achievement, and the bands of both ends.

    Every formula is monotone in the actual: its interval's ends go through it.
    """
    for name, end in (("lower", ends[0]), ("upper", ends[1])):
        published = row_errors.of_rows(card.actuals.number(name), card)
        end[:] = np.where(np.isnan(published) | np.isnan(end), end, published)
    low, high = np.sort(np.stack([row_errors.percent_at(card, end) for end in ends]), axis=0)
    labels = tuple(band.label for band in card.rule.bands)
    bands = [
        Categorical(card.rule.positions(card.rule.prepare(end)).astype(np.int32), labels)
        for end in (low, high)
    ]
    return {
        "actual_lower": ends[0],
        "actual_upper": ends[1],
        "achievement_lower": low,
        "achievement_upper": high,
        "band_lower": bands[0],
        "band_upper": bands[1],
    }


def _alike(card: Rows, error: Floats) -> Iterator[tuple[float, scales.Scale, Ints]]:
    """Yield the rows with an error that share direction and scale."""
    share = row_errors.is_share(card)[card.indicator] & (card.actual > 0) & (card.actual < 100)
    # A probability of one rests on an error, never on the lack of one.
    usable = (error > 0) & ~np.isnan(card.target)
    for direction, every in row_errors.by_direction(card):
        sign = -1.0 if direction is Direction.MINIMIZE else 1.0
        for scale, fitting in ((scales.Scale.LOGIT, share), (scales.Scale.LINEAR, ~share)):
            rows = every[(fitting & usable)[every]]
            if len(rows):
                yield sign, scale, rows


def groups_of(card: Rows, rows: Ints) -> Iterator[Ints]:
    """Yield the rows of one indicator, year and level of regions."""
    keys = np.stack([card.indicator[rows], card.year[rows], peers(card)[rows]])
    _, group = np.unique(keys, axis=1, return_inverse=True)
    for number in np.unique(group):
        yield np.flatnonzero(group.ravel() == number)


def _shrunken(
    card: Rows, rows: Ints, y: Floats, s: Floats, scale: scales.Scale
) -> tuple[Floats, Floats]:
    """Return figures that lean on those of the same parent, and their errors, on the scale.

    The sampling variance of a share holds the share itself: left as it is, a region
    that came out low by chance would count as a sure one. So the variance is taken
    at the mean of the parent's regions.
    """
    estimate, error = np.full((2, len(rows)), np.nan)
    parent = card.plan.index.parent[card.region[rows]]
    for group in groups_of(card, rows):
        names, member, number = np.unique(parent[group], return_inverse=True, return_counts=True)
        enough = (number >= FEWEST_SIBLINGS) & (names >= 0)
        kept, member = group[enough[member]], member[enough[member]]
        used, member = np.unique(member, return_inverse=True)
        if not len(kept):
            continue
        variance = s[kept] ** 2
        if scale is scales.Scale.LOGIT:
            mean = np.bincount(member, y[kept]) / np.bincount(member)
            own, common = (scales.from_scale(x, scale) for x in (y[kept], mean[member]))
            variance = variance * own * (100 - own) / (common * (100 - common))
        design = (member[:, None] == np.arange(1, len(used))).astype(np.float64)
        model = fay_herriot(y[kept], variance, design)
        estimate[kept], error[kept] = model.estimate, np.sqrt(model.mean_squared_error)
    return estimate, error


def _expected(card: Rows, probability: Floats, words: Floats, labels: list[str]) -> ResultTable:
    """Return how many regions met, with the interval of the number: a sum of independent chances."""
    rows = np.flatnonzero(~np.isnan(probability))
    groups = [rows[group] for group in groups_of(card, rows)]
    first = np.array([one for one, *_ in groups], dtype=np.int64)
    ends = [_count_interval(probability[group]) for group in groups]
    codes = card.plan.indicators.codes
    levels = peers(card)[first]
    values: dict[str, Column] = {
        "indicator": Categorical.encode([codes[p] for p in card.indicator[first]]),
        "year": card.year[first],
        "level": Categorical.encode([LEVELS[level].value for level in levels.tolist()]),
        "regions": np.array([len(group) for group in groups], dtype=np.int64),
        "expected": np.array([probability[group].sum() for group in groups]),
        "lower": np.array([low for low, _ in ends], dtype=np.int64),
        "upper": np.array([high for _, high in ends], dtype=np.int64),
    }
    for number, label in enumerate(labels):
        values[f"expected {label}"] = np.array([words[number, group].sum() for group in groups])
    return ResultTable(values=values)


def _count_interval(probability: Floats) -> tuple[int, int]:
    """Return the numbers between which a sum of independent yes and no lies; 95 percent.

    Examples
    --------
    >>> _count_interval(np.array([0.5] * 100))
    (40, 60)
    """
    exactly = np.ones(1)
    for p in probability.tolist():
        exactly = np.convolve(exactly, [1 - p, p])
    low, high = np.searchsorted(np.cumsum(exactly), [0.025, 0.975])
    return int(low), int(high)


def _target_errors(card: Rows, errors: Floats) -> Floats:
    """Return the errors of targets on a path that begins at a surveyed baseline; 0 for others.

    A target that is drawn between a baseline and the first official figure leans on the
    baseline, the less the nearer that figure is; an official figure has no error.
    """
    index, result = card.plan.index, np.zeros(len(card))
    path = np.full(len(card), -1, dtype=np.int64)
    inherited = card.basis == INHERITED_INTERPOLATED
    path[inherited] = index.ancestor_path(card.series[inherited])
    own = np.isin(card.basis, (INTERPOLATED, TO_INHERITED))
    path[own] = index.path_of[card.series[own]]
    rows = np.flatnonzero(path >= 0)
    rows = rows[index.baseline_row[path[rows]] >= 0]
    if not len(rows) or not (errors > 0).any():
        return result
    path, paths = path[rows], index.paths
    knot = paths.starts[path]
    to_parent = card.basis[rows] == TO_INHERITED
    after = np.minimum(knot + 1, paths.starts[path + 1] - 1)
    first_year, first = paths.years[knot], paths.values[knot]
    span = np.where(to_parent, card.end_year[rows], paths.years[after]) - first_year
    shape = np.where(to_parent, index.shape_of[card.indicator[rows]], paths.shapes[path])
    surveyed = _errors_at(card, errors, path, first_year, first)
    target = card.target[rows]
    with np.errstate(all="ignore"):
        share = (card.year[rows] - first_year) / span
        factor = np.select(
            [shape == SHAPES.index(kind) for kind in _LEANING],
            [lean(target, first) for lean in _LEANING.values()],
            1.0,
        )
        leaning = surveyed * (1 - share) * factor
    result[rows] = np.where((share > 0) & (leaning > 0), leaning, 0.0)
    return result


# How far a target moves with its baseline, over the share of the road that is left.
_LEANING: dict[PathShape, Callable[[Floats, Floats], Floats]] = {
    PathShape.CONSTANT_RATE: lambda target, first: target / first,
    PathShape.LOGIT: lambda target, first: target * (100 - target) / (first * (100 - first)),
    PathShape.COMPLEMENT_RATE: lambda target, first: (100 - target) / (100 - first),
}


def _errors_at(card: Rows, errors: Floats, path: Ints, first_year: Floats, first: Floats) -> Floats:
    """Return the error of the actual that is the baseline of each path; nan for none."""
    plan, actuals = card.plan, card.actuals
    owner = np.full(len(plan.index.baseline_row), -1, dtype=np.int64)
    known = np.flatnonzero(plan.index.path_of >= 0)
    owner[plan.index.path_of[known]] = known
    rows = np.flatnonzero(errors > 0)
    series = series_of(plan.index.known, actuals)[rows]
    years = np.unique(np.concatenate([actuals.year, first_year]))
    key = series * len(years) + np.searchsorted(years, actuals.year[rows])
    wanted = owner[path] * len(years) + np.searchsorted(years, first_year)
    order = np.argsort(key)
    spot = np.clip(np.searchsorted(key[order], wanted), 0, len(order) - 1)
    row = rows[order[spot]]
    same = (key[order][spot] == wanted) & (actuals.value[row] == first)
    return np.where(same, errors[row], np.nan)


def _edge(percent: float, formula: NDArray[np.int8], target: Floats) -> Floats:
    """Return the actual that has this achievement; nan where the formula has no inverse."""
    kinds = tuple(Formula)
    with np.errstate(divide="ignore", invalid="ignore"):
        cases = {
            Formula.RATIO: target * percent / 100,
            Formula.REFLECTED: target * (2 - percent / 100),
            Formula.INVERSE: 100 * target / percent,
        }
    edge = np.select([formula == kinds.index(one) for one in cases], [*cases.values()], np.nan)
    return np.where(np.isfinite(edge), edge, np.nan)
