from __future__ import annotations

import pytest

from kencana_targets.core.errors import UnknownNameError
from kencana_targets.formulas.schemes import Ladder, list_schemes, load_scheme


def test_the_list() -> None:
    assert list_schemes() == [
        "eurostat",
        "open-sdg",
        "unsd-2022",
        "unsd-2023",
        "sdsn",
        "escap",
        "destatis",
        "who-unicef-stunting",
        "who-unicef-stunting-2030",
        "unsd-2026",
        "unece-2026",
        "istat",
    ]


def ladders() -> list[Ladder]:
    schemes = [load_scheme(code) for code in list_schemes()]
    forms = [(scheme.with_target, scheme.without_target) for scheme in schemes]
    return [ladder for pair in forms for ladder in pair if ladder is not None]


def test_steps_rise_and_words_have_hyphens() -> None:
    for ladder in ladders():
        cuts = [step.cut for step in ladder.steps if not step.required]
        assert cuts == sorted(cuts)
        assert cuts[0] == -float("inf")
        words = [step.word for step in ladder.steps] + [ladder.worst, ladder.met, ladder.away]
        assert all(word == word.lower() and "_" not in word for word in words)


def test_knots_rise() -> None:
    knotted = [ladder.knots for ladder in ladders() if ladder.knots]
    assert len(knotted) == 4
    for knots in knotted:
        assert list(knots) == sorted(knots)


def test_what_is_not_verified_says_so() -> None:
    for code in ("sdsn", "escap", "who-unicef-stunting"):
        form = load_scheme(code).with_target
        assert form is not None
        assert "not verified against the primary text" in form.certainty


def test_unknown_scheme() -> None:
    with pytest.raises(UnknownNameError, match="unknown scheme: got 'gpw13'; known are: eurostat"):
        load_scheme("gpw13")
