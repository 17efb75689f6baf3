"""The whole city of a seed and a number of villages, step by step from the bare land to the projects that ask for a place."""

from dataclasses import replace

import numpy as np
import shapely
from shapely import MultiPolygon

from gridgov.errors import Refused
from layers.sample_city.base_map import base_map
from layers.sample_city.control_units import Units, control_unit_layer, divide
from layers.sample_city.districts import settle
from layers.sample_city.fields import make_fields
from layers.sample_city.frame import MEAN_VILLAGE_M2, Frame, frame_for, to_lonlat
from layers.sample_city.gazetteer import cell_records, name_places
from layers.sample_city.heights import make_relief
from layers.sample_city.land_cover import raster_layers
from layers.sample_city.landuse import land_use_layers
from layers.sample_city.mesh import make_mesh
from layers.sample_city.mosaic import Mosaic, make_mosaic
from layers.sample_city.people import accounts, assignments
from layers.sample_city.protection import plan_protection, protection_layers
from layers.sample_city.randomness import stream
from layers.sample_city.records import SampleCity
from layers.sample_city.relief import Relief
from layers.sample_city.settlement import Index, Settlement, ground_of
from layers.sample_city.sites import sample_sites
from layers.sample_city.water import Water, flood
from layers.sample_city.works import Works

DEFAULT_VILLAGES, DEFAULT_SEED = 300, 7
_FEWEST, _MOST = 30, 30_000
_CELL_MESH_M, _FINE_MESH_M, _FINE_NODES = 240.0, 125.0, 900


def generate(seed: int = DEFAULT_SEED, villages: int = DEFAULT_VILLAGES) -> SampleCity:
    """The city of this seed with so many villages (30 to 30,000): the same to the last coordinate whenever and wherever it is made.

    Raises Refused for a number out of range.
    """
    if not _FEWEST <= villages <= _MOST or seed < 0:
        raise Refused(
            f"The number of villages must lie between {_FEWEST} and {_MOST}, the seed must not be negative.",
            f"村级网格数须在 {_FEWEST} 至 {_MOST} 之间，随机种子不得为负数。",
        )
    frame = frame_for(villages)
    mesh = make_mesh(frame.side_m, _CELL_MESH_M if villages <= 4000 else 1.25 * _CELL_MESH_M, stream(seed, "mesh"))
    relief, water = flood(make_relief(frame, seed), mesh)
    settlement = settle(ground_of(mesh, relief, water.lake), water.islands, stream(seed, "villages"), count=villages, mean_m2=MEAN_VILLAGE_M2)
    return _furnish(frame, seed, relief, water, settlement)


def _furnish(frame: Frame, seed: int, relief: Relief, water: Water, settlement: Settlement) -> SampleCity:
    works = _works(frame, seed, relief, water, settlement)
    protection = plan_protection(works)
    units = divide(settlement, works.fields, protection)
    mosaic, village_of, unit_of = _cells_and_units(settlement, units, seed)
    works = replace(works, outline=_outline(mosaic, village_of))
    township_of = np.where(village_of >= 0, settlement.township[np.maximum(village_of, 0)], -1)
    cells = cell_records(settlement, mosaic, village_of, works.places)
    layers = (
        *protection_layers(works, protection),
        control_unit_layer(works, units, mosaic, unit_of),
        *land_use_layers(works, protection, mosaic.regions(township_of)),
    )
    waters, roads = base_map(works, relief, water)
    assigned = assignments(works, stream(seed, "people"))
    return SampleCity(
        villages=frame.villages,
        seed=seed,
        cells=cells,
        layers=tuple(layer for layer in layers if layer.zones),
        assignments=assigned,
        accounts=accounts(works.places, assigned),
        sites=sample_sites(works, protection, cells, layers),
        waters=waters,
        roads=roads,
        rasters=raster_layers(works, relief, water),
    )


def _works(frame: Frame, seed: int, relief: Relief, water: Water, settlement: Settlement) -> Works:
    places = name_places(settlement, stream(seed, "names"))
    edge = make_mosaic(settlement.ground.mesh, (settlement.owner == settlement.count).astype(np.int64), stream(seed, "cells"))
    outline = edge.regions(np.array([0, -1]))[0]
    fine = make_mesh(frame.side_m, max(_FINE_MESH_M, frame.side_m / _FINE_NODES), stream(seed, "fine-mesh"))
    degrees = to_lonlat(fine.xy)
    shapely.prepare(outline)
    inside = shapely.contains_xy(outline, degrees[:, 0], degrees[:, 1])
    fields = make_fields(frame, ground_of(fine, relief, water.lake), inside, settlement=settlement, capital=places.capital, seed=seed)
    return Works(frame, seed, relief.river, settlement, places, fields, outline)


def _outline(mosaic: Mosaic, village_of: Index) -> MultiPolygon:
    """The edge of all cells."""
    return mosaic.regions(np.where(village_of >= 0, 0, -1))[0]


def _cells_and_units(settlement: Settlement, units: Units, seed: int) -> tuple[Mosaic, Index, Index]:
    """One partition of which both cells and control units are made, and for each of its owners the village and the unit (-1 outside)."""
    village = np.where(settlement.owner < settlement.count, settlement.owner, -1)
    pairs, owner = np.unique(np.stack([village, units.node], axis=-1), axis=0, return_inverse=True)
    mosaic = make_mosaic(settlement.ground.mesh, owner.ravel(), stream(seed, "cells"), strong=pairs[:, 0])
    return mosaic, pairs[:, 0], pairs[:, 1]
