"""The map's shapes of the zones: made with an edition, made anew when asked, and read as tiles."""

from datetime import date

import numpy as np
import shapely

from gridgov.database.unit_of_work import UnitOfWork
from gridgov.errors import NotFound
from gridgov.geo import mercator
from gridgov.geo.generalise import pyramid
from gridgov.geo.mercator import TileBox, pixel_m
from gridgov.grids.drawing import ZOOMS
from gridgov.zones import shape_store
from gridgov.zones.disclosure import Tier
from gridgov.zones.drawing import DrawnEdition, InsideZones


def draw_edition(uow: UnitOfWork, edition_id: int) -> int:
    """Draws the zones of an edition for every zoom; gives the number of shapes. A zone below a square pixel has none at that zoom."""
    rows = shape_store.grounds(uow, edition_id)
    if not rows:
        return 0
    zones = np.array([row["geometry"] for row in rows], dtype=object)
    labels = mercator.forward(shapely.get_coordinates(shapely.point_on_surface(zones))).tolist()
    zooms = list(reversed(ZOOMS))
    made: list[shape_store.Shape] = []
    for zoom, shapes in zip(zooms, pyramid(list(zones), [pixel_m(zoom) for zoom in zooms]), strict=True):
        least = pixel_m(zoom) ** 2
        large = np.flatnonzero(shapely.area(shapes) >= least)  # None has no area
        made.extend((rows[index]["zone_id"], zoom, shapes[index], tuple(labels[index])) for index in large.tolist())
    return shape_store.replace_shapes(uow, edition_id, made, shapely.total_bounds(zones).tolist())


def draw_editions(uow: UnitOfWork, *, anew: bool) -> int:
    """Draws the editions without shapes, or with `anew` every one; gives how many."""
    editions = shape_store.editions_to_draw(uow, anew=anew)
    for edition_id in editions:
        draw_edition(uow, edition_id)
    if editions:
        uow.audit("zones.shapes", "map", {"editions": len(editions)})
    return len(editions)


def drawn_edition(uow: UnitOfWork, layer: str, on: date, tier: Tier) -> DrawnEdition:
    """The edition of a layer that the map shows an asker on a day. Raises NotFound, also for what they may not see."""
    found = shape_store.drawn(uow, layer, on)
    if found is None or not found.is_shown_to(tier):
        raise NotFound("There is no such layer on the map on that day.", "该日期地图上没有此图层。")
    return found


def tile_contents(uow: UnitOfWork, state: DrawnEdition, zoom: int, box: TileBox) -> InsideZones:
    """What a tile shows: the same contents are the same tile."""
    return shape_store.inside(uow, state, zoom, box)


def tile_body(uow: UnitOfWork, zoom: int, box: TileBox, shown: InsideZones) -> bytes:
    """The tile: a layer `zone` with code, name and scalar attributes, and a layer `label` with one point a zone; empty for nothing."""
    return shape_store.body(uow, zoom, box, shown) if shown.numbers or shown.labels else b""
