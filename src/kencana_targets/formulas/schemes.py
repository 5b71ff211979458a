"""The schemes by which offices call progress good or bad: thresholds as data.

Each threshold stands here and nowhere else, with how certain it is.
"""

from __future__ import annotations

from attrs import frozen

from kencana_targets.core.errors import UnknownNameError, unknown_name

__all__ = ["Ladder", "Scheme", "Step", "list_schemes", "load_scheme"]

INFINITY = float("inf")


@frozen
class Step:
    """One class of a scheme: a word from a threshold on.

    Parameters
    ----------
    word : str
        The category.
    cut : float, optional
        The measure at which the class begins.
    strict : bool, optional
        Whether the class begins above `cut` and not at it.
    score : float, optional
        Points that the class earns.
    required : bool, optional
        Whether the class begins at the required rate and not at `cut`.
    """

    word: str
    cut: float = -INFINITY
    strict: bool = False
    score: float = float("nan")
    required: bool = False


@frozen(kw_only=True)
class Ladder:
    """The classes of a scheme, with a target or without.

    Parameters
    ----------
    measure : str
        What the thresholds apply to, and the `ratio` of an assessment; a name
        in `kencana_targets.formulas.measures.MEASURES`.
    steps : tuple of Step
        Classes in ascending order of the measure.
    met : str, optional
        Category of a level that has met its target, whatever the trend; empty
        where the scheme judges speed alone.
    met_score : float, optional
        Points for it.
    met_within : float, optional
        Distance from a target of 0 or 100 percent that counts as met. [percent]
    low_level : float, optional
        Level below which the category is that of the last step. [percent]
    near_limit : bool, optional
        Whether positive thresholds shrink as the baseline nears a natural limit.
    away : str, optional
        Category of every level that did not move in the right direction.
    worst : str
        Category of a level that had met its target and has lost it.
    knots : tuple of (float, float), optional
        Measure and score, straight lines between.
    score : str, optional
        Measure that is the score itself.
    certainty : str
        How certain the thresholds are.
    """

    measure: str
    steps: tuple[Step, ...]
    worst: str
    met: str = ""
    met_score: float = float("nan")
    met_within: float = 0.0
    low_level: float = -INFINITY
    near_limit: bool = False
    away: str = ""
    knots: tuple[tuple[float, float], ...] = ()
    score: str = ""
    certainty: str


@frozen(kw_only=True)
class Scheme:
    """A published way to put progress into words.

    Parameters
    ----------
    code, name, version : str
        Short name, full name and edition.
    with_target, without_target : Ladder or None
        The classes; None where the scheme has no such form, or needs more than
        two figures for it.
    directions : tuple of str
        The directions that it covers.
    sources : tuple of str
        Where it is written.

    Examples
    --------
    >>> scheme = load_scheme("eurostat")
    >>> [(step.word, step.cut) for step in scheme.with_target.steps][-1]
    ('significant-progress', 0.95)
    """

    code: str
    name: str
    version: str
    with_target: Ladder | None
    without_target: Ladder | None
    directions: tuple[str, ...] = ("maximize", "minimize")
    sources: tuple[str, ...]


_SCHEMES = (
    Scheme(
        code="eurostat",
        name="Eurostat, monitoring report on the sustainable development goals",
        version="2021",
        with_target=Ladder(
            measure="rate ratio",
            steps=(
                Step("movement-away"),
                Step("insufficient-progress", 0.0),
                Step("moderate-progress", 0.60),
                Step("significant-progress", 0.95),
            ),
            worst="movement-away",
            certainty="through Open SDG, which takes its cuts from Eurostat; Eurostat's annex "
            "itself not verified against the primary text",
        ),
        without_target=Ladder(
            measure="rate",
            steps=(
                Step("significant-movement-away"),
                Step("moderate-movement-away", -0.01),
                Step("moderate-progress", 0.0),
                Step("significant-progress", 0.01),
            ),
            worst="significant-movement-away",
            certainty="through early Open SDG code; not verified against the primary text; newer "
            "editions have a 'no change' at exactly 0",
        ),
        sources=("Eurostat 2021, as stated in Open SDG, docs/progress-methodology.md",),
    ),
    Scheme(
        code="open-sdg",
        name="Open SDG, progress status; used by Statistics Canada",
        version="2025",
        with_target=Ladder(
            measure="rate ratio",
            steps=(
                Step("deterioration"),
                Step("limited-progress", 0.0),
                Step("acceleration-needed", 0.60),
                Step("on-track", 0.95),
            ),
            worst="deterioration",
            met="target-achieved",
            met_score=5.0,
            knots=((-0.6, -5.0), (0.6, 0.0), (1.3, 5.0)),
            certainty="read: documentation and code",
        ),
        without_target=Ladder(
            measure="rate",
            near_limit=True,
            steps=(
                Step("deterioration"),
                Step("limited-progress", 0.0),
                Step("acceleration-needed", 0.005),
                Step("on-track", 0.015),
            ),
            worst="deterioration",
            knots=((-0.02, -5.0), (0.0, -2.5), (0.005, 0.0), (0.015, 2.5), (0.02, 5.0)),
            certainty="read: documentation and code, which rounds the slopes of the score to four "
            "decimals",
        ),
        sources=("Open SDG 2.4.0, docs/progress-methodology.md",),
    ),
    Scheme(
        code="unsd-2022",
        name="United Nations Statistics Division, progress chart",
        version="2022",
        with_target=Ladder(
            measure="rate ratio",
            steps=(
                Step("deterioration"),
                Step("limited-or-no-progress", -0.1),
                Step("fair-acceleration-needed", 0.5),
                Step("substantial-on-track", 0.95),
            ),
            worst="deterioration",
            certainty="read: staff notebook; it leaves the edges open, >= is our choice",
        ),
        without_target=Ladder(
            measure="rate",
            steps=(
                Step("deterioration"),
                Step("limited-or-no-progress", -0.005),
                Step("fair-acceleration-needed", 0.005),
                Step("substantial-on-track", 0.01),
            ),
            worst="deterioration",
            certainty="the cut at -0.5 percent not verified against the primary text; >= is our choice",
        ),
        sources=("UNSD, staff notebook of the 2022 progress chart",),
    ),
    Scheme(
        code="unsd-2023",
        name="United Nations Statistics Division, progress chart",
        version="2023",
        with_target=Ladder(
            measure="projected share",
            steps=(
                Step("stagnation-or-regression", score=1.0),
                Step("fair-acceleration-needed", 0.10, score=2.0),
                Step("on-track-or-met", 0.95, score=3.0),
            ),
            worst="stagnation-or-regression",
            met="on-track-or-met",
            met_score=3.0,
            met_within=1.0,
            certainty="read through EUSTAT, which cites the technical note of 2023; the words of "
            "the classes not verified against the primary text",
        ),
        without_target=Ladder(
            measure="rate",
            steps=(
                Step("stagnation-or-regression", score=1.0),
                Step("fair-acceleration-needed", 0.005, score=2.0),
                Step("on-track-or-met", 0.02, score=3.0),
            ),
            worst="stagnation-or-regression",
            certainty="read through EUSTAT, which cites the technical note of 2023",
        ),
        sources=("EUSTAT, methodology of the SDG progress assessment",),
    ),
    Scheme(
        code="sdsn",
        name="Sustainable Development Solutions Network, dashboards",
        version="not stated",
        with_target=Ladder(
            measure="linear ratio",
            steps=(
                Step("decreasing"),
                Step("stagnating", 0.0),
                Step("moderately-improving", 0.5),
                Step("on-track", 1.0),
            ),
            worst="decreasing",
            met="on-track",
            certainty="cuts not verified against the primary text",
        ),
        without_target=None,
        sources=("Sustainable Development Report, dashboards; not read",),
    ),
    Scheme(
        code="escap",
        name="United Nations ESCAP, Asia and the Pacific progress report",
        version="not stated",
        with_target=Ladder(
            measure="projected gap",
            steps=(Step("maintain"), Step("accelerate", 0.10, strict=True)),
            worst="reverse",
            away="reverse",
            score="distance index",
            certainty="formula read in UNICEF MENARO code, words on an ECA page; the cut at 10 "
            "percent not verified against the primary text; two figures stand for the "
            "time-weighted regression",
        ),
        without_target=None,
        sources=("UNICEF MENARO code; UN ECA page on the anticipated progress index",),
    ),
    Scheme(
        code="destatis",
        name="Destatis, German sustainability strategy, weather symbols",
        version="not stated",
        with_target=Ladder(
            measure="linear shortfall",
            steps=(Step("sun"), Step("light-cloud", 0.05), Step("cloud", 0.20, strict=True)),
            worst="thunderstorm",
            away="thunderstorm",
            met="sun",
            certainty="read: methodology of the national platform; baseline and actual stand for "
            "the mean change over five years",
        ),
        # Its form without a target compares the average with the last change,
        # which two figures cannot tell apart.
        without_target=None,
        sources=("Destatis, methodology of the national SDG platform",),
    ),
    Scheme(
        code="who-unicef-stunting",
        name="WHO and UNICEF, Technical Expert Advisory Group on Nutrition Monitoring (TEAM)",
        version="2017",
        with_target=Ladder(
            measure="reduction rate",
            steps=(
                Step("no-progress-or-worsening"),
                Step("some-progress", 0.005),
                Step("on-track", required=True),
            ),
            worst="no-progress-or-worsening",
            low_level=5.0,
            certainty="class cuts not verified against the primary text; rounds towards 2030 use a "
            "level of 3 percent and not 5",
        ),
        without_target=None,
        directions=("minimize",),
        sources=("WHO and UNICEF, TEAM 2017; Joint Malnutrition Estimates",),
    ),
)
_BY_CODE = {scheme.code: scheme for scheme in _SCHEMES}


def list_schemes() -> list[str]:
    """Return the codes of all assessment schemes.

    Examples
    --------
    >>> list_schemes()[:3]
    ['eurostat', 'open-sdg', 'unsd-2022']
    """
    return list(_BY_CODE)


def load_scheme(code: str) -> Scheme:
    """Return one scheme with its thresholds, version and sources.

    Raises
    ------
    UnknownNameError
        There is no scheme of that code.

    Examples
    --------
    >>> load_scheme("unsd-2023").version
    '2023'
    """
    scheme = _BY_CODE.get(code)
    if scheme is None:
        raise UnknownNameError(unknown_name("scheme", code, _BY_CODE))
    return scheme
