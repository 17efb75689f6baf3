"""The city's grid before its change of 2025: the same land with some villages under earlier names, and two of them still one.

Nothing is drawn anew: the earlier cells are those of today, renamed or united, so that both grids tile the same ground.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import combinations, groupby
from typing import Final

import shapely

from gridgov.grids.cell import CellRecord
from layers.sample_city.records import SampleCity

CHANGED_ON: Final = date(2025, 7, 1)
_URBAN, _RURAL = "社区", "村"


def earlier_cells(city: SampleCity) -> tuple[CellRecord, ...]:
    """The leaf cells until CHANGED_ON: every third community was a village by name, and one township had a village less."""
    communities = [cell.code for cell in city.cells if cell.name.endswith(_URBAN)]
    renamed = set(communities[::3])
    cells = [replace(cell, name=cell.name.removesuffix(_URBAN) + _RURAL) if cell.code in renamed else cell for cell in city.cells]
    pair = _once_united(cells, {person.cell for person in city.assignments})
    if pair is None:
        return tuple(cells)
    whole = replace(pair[0], geometry=shapely.coverage_union(pair[0].geometry, pair[1].geometry))
    return tuple(whole if cell is pair[0] else cell for cell in cells if cell is not pair[1])


def _once_united(cells: Sequence[CellRecord], served: set[str]) -> tuple[CellRecord, CellRecord] | None:
    """Two neighbours of one township, whole and without people of their own (who would be in post in a cell that is not there yet)."""
    free = [cell for cell in cells if cell.code not in served and _parts(cell) == 1]
    for _, siblings in groupby(free, key=lambda cell: cell.parents[0][0]):
        for one, other in combinations(siblings, 2):
            if shapely.relate_pattern(one.geometry, other.geometry, "FF2F1*212") and _is_whole(one, other):
                return one, other
    return None


def _parts(cell: CellRecord) -> int:
    return int(shapely.get_num_geometries(cell.geometry))


def _is_whole(one: CellRecord, other: CellRecord) -> bool:
    united = shapely.coverage_union(one.geometry, other.geometry)
    return int(shapely.get_num_geometries(united)) == 1 and bool(shapely.is_valid(united))
