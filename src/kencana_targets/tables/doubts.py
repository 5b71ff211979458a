"""What a table says beside its figures that is against taking them for what is asked."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Place, Problem
from kencana_targets.tables.choosing import LEAVE_OUT
from kencana_targets.tables.headings import Heading
from kencana_targets.tables.layout import Block
from kencana_targets.tables.numerals import written
from kencana_targets.tables.periods import of_part_of_year, periods_of

_TARGET = re.compile(r"\W*targets?\b|.*[(\[]\s*targets?\s*[)\]]", re.IGNORECASE | re.DOTALL)
_ACTUAL = re.compile(
    r"\W*(?:realisasi|capaian|actuals?)\b|.*[(\[]\s*(?:realisasi|actuals?)\s*[)\]]",
    re.IGNORECASE | re.DOTALL,
)
_ANY_TARGET = re.compile(r"\b(?:target|sasaran)", re.IGNORECASE)
_ANY_ACTUAL = re.compile(
    r"\b(?:realisasi|capaian|pencapaian|hasil|actual|reached|achievement)", re.IGNORECASE
)
_OWN = {
    "actual": re.compile(r"realisasi|actual", re.IGNORECASE),
    "target": re.compile(r"target", re.IGNORECASE),
    "baseline": re.compile(r"baseline", re.IGNORECASE),
}
_PART = re.compile(
    r"target|realisasi|actual|proyeksi|projection|prognosis|perkiraan|forecast|laki[\s-]*laki|"
    r"perempuan|pria|wanita|male|female|perkotaan|perdesaan|pedesaan|urban|rural",
    re.IGNORECASE,
)


def refuse_other_kind(
    texts: Sequence[str], kind: str, headings: Sequence[Heading], where: Place
) -> list[Problem]:
    """Report a title or sheet of targets where actuals are read, or of actuals for targets.

    A heading that says itself what its figures are is believed.
    """
    if any(heading.figure or heading.role != "figures" for heading in headings):
        return []
    begins, others = (_TARGET, _ANY_ACTUAL) if kind == "actual" else (_ACTUAL, _ANY_TARGET)
    named = next((text for text in texts if begins.match(text)), None)
    if named is None or kind == "baseline" or any(map(others.search, texts)):
        return []
    what = f"the title speaks of other figures, where {kind} figures are read"
    hint = f"name the sheets to read; if they are {kind} figures, tell given={{'figure': '{kind}'}}"
    return [Problem(what, where=where, got=named, hint=hint)]


def refuse_telling_cells(block: Block, kind: str, used: Collection[int]) -> list[Problem]:
    """Report columns that nobody reads and whose cells say what the figures beside them are."""
    problems = []
    for at, heading in enumerate(block.headings):
        # Columns of periods are seen to where they are read.
        seen = at in used or heading.told or bool(periods_of(heading.text))
        if seen or heading.role in ("period", "part"):
            continue
        column = written(block.columns[at])
        if not isinstance(column, Categorical):
            continue
        for code, word in enumerate(column.categories):
            same = _OWN[kind].fullmatch(word.strip())
            if not same and (_PART.fullmatch(word.strip()) or of_part_of_year(word)):
                row = int((column.codes == code).argmax())
                what = "a cell that says of which kind or part the figures of its row are"
                hint = f"part the table by it, or {LEAVE_OUT}"
                problems.append(Problem(what, where=block.place(row, at), got=word, hint=hint))
                break
    return problems
