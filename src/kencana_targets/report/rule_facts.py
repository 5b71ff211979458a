"""What a reader must know of a scoring rule, as names and values."""

from __future__ import annotations

from kencana_targets.core import labels
from kencana_targets.core.labels import inert
from kencana_targets.core.messages import message
from kencana_targets.core.typing import Language
from kencana_targets.model.rule import ScoringRule
from kencana_targets.report.bands import band_range, looks

_NONE = "-"


def of_rule(rule: ScoringRule, name: str, language: Language) -> tuple[str, bool]:
    """Return a text of a rule, and whether it is in English for want of one in Indonesian.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> rule = kt.load_rule("bkkbn-2023")
    >>> of_rule(rule, "edges", "id"), of_rule(rule, "edges", "en")
    (('tercapai berarti sekurang-kurangnya 100', False), ('met is at least 100', False))
    """
    own = getattr(rule, f"{name}_id") if language == "id" else ""
    written = getattr(rule, name)
    return own or written, language == "id" and bool(written) and not own


def sources_of(rule: ScoringRule, language: Language) -> list[str]:
    """Return the sources of a rule, a shipped one's in the language."""
    return [message(source, language) for source in rule.sources]


def rule_name(rule: ScoringRule, language: Language) -> str:
    """Return the full name of a rule in a language."""
    return inert(of_rule(rule, "name", language)[0])


def formulas_of(rule: ScoringRule, language: Language) -> str:
    """Return the formula of each direction in words."""
    words = labels.words("word", language)
    formula_words = words | {"stabilize": words["stabilize-formula"]}
    return "; ".join(f"{words[way]}: {formula_words[formula]}" for way, formula in rule.formulas)


def is_cut(rule: ScoringRule) -> bool:
    """Return whether scores may differ from percentages."""
    return bool(rule.segments) or rule.floor is not None or rule.cap is not None


def rule_facts(
    rule: ScoringRule, language: Language, inherit: str = ""
) -> list[tuple[str, str, bool]]:
    """Return name and value of each fact, and whether the value is in English on a page that is not."""
    say = labels.words("report", language)

    def edge(value: float | None) -> str:
        return _NONE if value is None else labels.figure(value, 0, language)

    cut = rule.floor is not None or rule.cap is not None
    bands = "; ".join(
        f"{look.word} {band_range(band, language)}"
        for look, band in zip(looks(rule, language), rule.bands, strict=True)
    )
    facts = [
        (say["rule-name"], f"{rule_name(rule, language)} ({rule.code})", False),
        (say["formulas"], formulas_of(rule, language), False),
        (say["limits"], f"{edge(rule.floor)} - {edge(rule.cap)}" if cut else _NONE, False),
        (say["rounding"], say[f"rounding-{rule.rounding}"].format(decimals=rule.decimals), False),
        (say["average-of"], say[f"average-of-{rule.average}"], False),
        *([(say["inherit"], say[f"inherit-{inherit}"], False)] if inherit else []),
        (say["bands"], bands or _NONE, False),
        *(
            (say[name], *of_rule(rule, name, language))
            for name in ("edges", "certainty", "colours")
        ),
        *((say["sources"], source, False) for source in sources_of(rule, language)),
    ]
    return [(name, inert(value or _NONE), english) for name, value, english in facts]
