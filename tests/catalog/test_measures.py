from __future__ import annotations

from kencana_targets import load_plan
from kencana_targets.catalog import load_measures


def test_the_codes_are_those_of_a_plan() -> None:
    known = {indicator.code for indicator in load_plan("bengkulu-2021").indicators}
    assert {measure.code for measure in load_measures()} <= known
