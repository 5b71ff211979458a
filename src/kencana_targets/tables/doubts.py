"""What a table says beside its figures that is against taking them for what is asked."""

from __future__ import annotations

import re
from collections.abc import Collection

from kencana_targets.core.columns import Categorical
from kencana_targets.core.errors import Problem
from kencana_targets.tables.choosing import LEAVE_OUT
from kencana_targets.tables.layout import Block
from kencana_targets.tables.numerals import written
from kencana_targets.tables.periods import of_part_of_year, periods_of

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
