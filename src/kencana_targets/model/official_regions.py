"""The official lists of provinces, regencies and cities."""

from __future__ import annotations

from functools import cache

from kencana_targets.core.errors import refuse
from kencana_targets.core.resources import data_rows
from kencana_targets.core.terms import Level
from kencana_targets.model.region import Region
from kencana_targets.model.regions import Regions

EDITIONS = ("2022", "2025")
_NATION = "00"


def load_regions(edition: str = "2025") -> Regions:
    """Return the nation, its provinces, and all regencies and cities.

    The population is that of December 2024 in both editions; a province or the
    nation has the sum of its regencies and cities.

    Parameters
    ----------
    edition : str
        `"2025"` (38 provinces) or `"2022"` (34, before Papua was divided).

    Raises
    ------
    ArgumentError
        There is no such edition.

    References
    ----------
    Kepmendagri 300.2.2-2138/2025 as amended by 300.2.2-2430/2025; Permendagri 58/2021 as revised by Kepmendagri
    050-145/2022. See SOURCES.md in the folder ``data``.

    Examples
    --------
    >>> regions = load_regions()
    >>> print(regions.find("Kab. Muko Muko"))
    Kabupaten Mukomuko (17.06)
    >>> load_regions("2022").translate("91.01", to="2025")
    '93.01'
    """
    if edition not in EDITIONS:
        refuse("edition", edition, ", ".join(EDITIONS))
    return _load(edition)


@cache
def _load(edition: str) -> Regions:
    rows = data_rows("regions.csv")
    code = f"code_{edition}"
    people: dict[str, int] = {}
    for row in rows:
        province, dot, _ = row[code].partition(".")
        if dot:
            for whole in (row[code], province, _NATION):
                people[whole] = people.get(whole, 0) + int(row["population_dec_2024"])
    nation = Region(code=_NATION, name="Indonesia", level=Level.NATION, population=people[_NATION])
    return Regions(
        [nation, *(_region(row, row[code], people[row[code]]) for row in rows if row[code])],
        edition=edition,
        crosswalk=[
            {named: row[f"code_{named}"] for named in EDITIONS if row[f"code_{named}"]}
            for row in rows
        ],
    )


def _region(row: dict[str, str], code: str, population: int) -> Region:
    province, dot, _ = code.partition(".")
    return Region(
        code=code,
        name=row["name"],
        level=Level(row["level"]),
        parent=province if dot else _NATION,
        bps_code=row["bps_code_2020"] or None,
        former_names=tuple(filter(None, row["former_names"].split(";"))),
        population=population,
    )
