"""Random redraws of 1,253 real municipalities, with their exclaves, holes and one part of a few square millimetres."""

import os
from functools import lru_cache

import pytest

from gridgov.geo.trace import canonical
from gridgov.grids.cell import Cell
from gridgov.grids.redraw_state import Leaf
from gridgov.grids.scheme import make_levels
from tests.real.test_geo_cells import municipalities, noded
from tests.redraw_walk import DAY, Grid, walk

FIRST_SEED = int(os.environ.get("WALK_SEED", "20261125"))


@lru_cache(maxsize=1)
def municipal_grid() -> Grid:
    """The municipalities by their number in the file, under their provinces and regions."""
    properties = municipalities()[1]
    provinces = {str(one["prov_istat_code"]): str(one["reg_istat_code"]) for one in properties}
    leaves = {}
    for number, (cell, one) in enumerate(zip(noded().cells, properties, strict=True)):
        code = f"{one['prov_istat_code']}{number:06d}"
        leaves[code] = Leaf(code, str(one["name"]), str(one["prov_istat_code"]), canonical(cell))
    uppers = [Cell(0, 1, "township", code, region, code, None, DAY, None) for code, region in sorted(provinces.items())]
    regions = [Cell(0, 2, "county", code, None, code, None, DAY, None) for code in sorted(set(provinces.values()))]
    return Grid(make_levels(code_lengths=(2, 3, 9)), leaves, [*uppers, *regions])


@pytest.mark.parametrize("seed", range(FIRST_SEED, FIRST_SEED + 10))
def test_after_every_one_of_ten_operations_the_municipalities_tile_and_nothing_is_lost(seed: int) -> None:
    done, refused = walk(municipal_grid(), seed=seed, length=10)
    assert done == 10, f"seed {seed}: {done} carried out, {refused} refused"


@pytest.mark.long
@pytest.mark.parametrize("begin", range(0, 1000, 50))
def test_a_thousand_sequences_of_twenty_operations_on_the_municipalities(begin: int) -> None:
    for seed in range(begin, begin + 50):
        done, refused = walk(municipal_grid(), seed=seed, length=20)
        assert done == 20, f"seed {seed}: {done} carried out, {refused} refused"
