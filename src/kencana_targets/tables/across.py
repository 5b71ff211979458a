"""What the headings over wide figures name, and what in them is not understood."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kencana_targets.tables.cells import Names
from kencana_targets.tables.headings import fold, names_part

__all__ = ["read_label"]


def read_label(parts: Sequence[str], names: Names) -> tuple[str, tuple[str, ...]]:
    """Return the indicator or region that a heading names, and what else it says.

    A word over an indicator is taken for the name of a group, unless it names a
    time or people; a word under one, but for its unit, parts it, and nothing is
    known of the parts.

    Parameters
    ----------
    parts : sequence of str
        The heading from the top down, without year and words such as *realisasi*.
    names : Names
        The indicators of the plan.

    Returns
    -------
    str, tuple of str
        The code of the indicator, else all as it is written; and what must not
        be passed over.

    Examples
    --------
    >>> import kencana_targets as kt
    >>> known = Names.of(kt.load_plan("bengkulu-2021").indicators)
    >>> read_label(("Program KB", "mCPR"), known), read_label(("mCPR", "TW II"), known)
    (('mCPR', ()), ('mCPR', ('TW II',)))
    """
    joined = " / ".join(parts)
    whole = names.code_of(joined) or names.code_of(" ".join(parts))
    codes = [names.code_of(part) for part in parts]
    found = [at for at, code in enumerate(codes) if code is not None]
    if whole is not None or len({codes[at] for at in found}) != 1:
        return whole or joined, ()
    odd = [part for part in parts[: found[0]] if names_part(part)]
    code = str(codes[found[0]])
    below = [part for at, part in enumerate(parts) if at > found[0] and at not in found]
    odd += [part for part in below if not _is_unit(part, names.units[code])]
    return code, tuple(odd)


def _is_unit(text: str, units: Collection[str]) -> bool:
    words = fold(text)
    return words.startswith(("satuan", "unit")) or words in units
