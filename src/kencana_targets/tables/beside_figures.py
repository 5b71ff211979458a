"""What stands beside each figure of a wide table: its survey and unit, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.column_roles import ReadRequest
from kencana_targets.tables.heading_labels import label_of
from kencana_targets.tables.headings import ABOUT, Heading
from kencana_targets.tables.layout import Block
from kencana_targets.tables.money import money_of
from kencana_targets.tables.raw_columns import Cells


def surveys_and_units(
    headings: Sequence[Heading], column: NDArray[np.int64], known: Mapping[str, Cells]
) -> dict[str, Cells]:
    """Return the survey, the unit and the part of the people that the heading of each names."""
    found: dict[str, Cells] = {}
    for field, names in {
        "survey": [heading.survey or None for heading in headings],
        "unit": [heading.unit or None for heading in headings],
        "dimension": [heading.dimension or None for heading in headings],
    }.items():
        if any(names) and field not in known:
            found[field] = Categorical.encode(names).take(column)
    if "survey" in found and "source" not in known:
        found["source"] = found["survey"]
    return found


def columns_about(
    block: Block,
    leads: Sequence[int],
    labels: Sequence[str],
    request: ReadRequest,
    problems: list[Problem],
) -> dict[str, list[int | None]]:
    """Return the columns of interval, error, sample size and money beside each figure, by field."""
    if not any(one.role in ABOUT or one.role == "ignored" for one in block.headings):
        return {}
    found: dict[str, dict[int, int]] = {}
    owners = [
        (label, block.headings[at].year, block.headings[at].period)
        for at, label in zip(leads, labels, strict=True)
    ]
    dated = any(period is not None for _, _, period in owners)
    each = len([*filter(money_of, block.headings)]) == len(leads)
    beside = -1
    for at, heading in enumerate(block.headings):
        said = heading.role == "ignored" and heading.figure in ABOUT
        if not said and heading.role not in ABOUT:
            beside = at
            continue
        label = None
        if said and heading.rest:
            label = label_of(heading.rest, request, "indicator")[0]
        apt = [
            number
            for number, (name, year, period) in enumerate(owners)
            if label in (None, name)
            and (heading.year is None or heading.year == year)
            and heading.period in ((period,) if dated else (None, period))
        ]
        if money := money_of(heading):
            # One amount beside several figures is of none of them alone.
            near = [number for number in apt if each and leads[number] == beside]
            if len(near or apt) == 1:
                found.setdefault(money, {}).setdefault((near or apt)[0], at)
            continue
        # What stands right beside a figure is said of it, also where that is not read.
        left_out = beside not in leads and block.headings[beside].role in ("figures", "unknown")
        if not block.is_filled(at) or (not apt if label is not None else left_out):
            continue
        near = [number for number in apt if leads[number] == beside]
        owner = (near or apt)[0] if near or len(apt) == 1 else -1
        field = heading.figure if said else heading.role
        if owner in {-1, *found.get(field, {})}:
            problems.append(_of_no_figure(block.where_heading(at), field))
        else:
            found.setdefault(field, {})[owner] = at
    return {
        field: [owned.get(number) for number in range(len(leads))] for field, owned in found.items()
    }


def _of_no_figure(where: Place, field: str) -> Problem:
    what = f"cannot tell to which figure this column of '{field}' belongs"
    hint = "write the indicator over it, or leave it out with columns={'ignored': ...}"
    return Problem(what, where=where, hint=hint, cause="heading")
