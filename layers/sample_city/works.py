"""What every maker of layers works from, and how regions on a mesh become zones of a layer."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.zones.edition import ZoneRecord
from layers.sample_city.fields import Fields
from layers.sample_city.frame import METRES_PER_DEGREE_LAT, METRES_PER_DEGREE_LON, Frame
from layers.sample_city.gazetteer import Gazetteer, Place
from layers.sample_city.mosaic import Mosaic, make_mosaic
from layers.sample_city.randomness import stream
from layers.sample_city.relief import River
from layers.sample_city.settlement import Index, Settlement

_LEAST_PART_M2 = 2000.0


@dataclass(frozen=True, slots=True)
class Works:
    """The land, the cells and the fields of a city in the making. outline: its edge, lon/lat."""

    frame: Frame
    seed: int
    river: River
    settlement: Settlement
    places: Gazetteer
    fields: Fields
    outline: MultiPolygon

    def mosaic(self, owner: Index, matter: str, *, roughness: float = 0.15) -> Mosaic:
        """The partition of the fine mesh by owner (0 = outside)."""
        return make_mosaic(self.fields.mesh, owner, stream(self.seed, matter), roughness=roughness)

    def nearest_township(self, x: float, y: float) -> int:
        """Number of the township whose seat lies nearest, metres."""
        seats = self.settlement.ground.mesh.xy[self.settlement.seat[self.settlement.town]]
        return int(np.argmin(np.hypot(seats[:, 0] - x, seats[:, 1] - y)))

    def township_at(self, nodes: Index) -> Place:
        """The township nearest to the middle of these nodes of the fine mesh."""
        x, y = self.fields.xy[nodes].mean(axis=0)
        return self.places.townships[self.nearest_township(float(x), float(y))]


@dataclass(frozen=True, slots=True)
class Draft:
    """A zone that has a region number and needs its ground."""

    region: int
    code: str
    name: str
    attributes: Mapping[str, Any]


def area_of(geometry: BaseGeometry) -> float:
    """About how many m2 a lon/lat polygon covers in the sample's plane."""
    return float(geometry.area) * METRES_PER_DEGREE_LON * METRES_PER_DEGREE_LAT


def polygons(geometry: BaseGeometry) -> MultiPolygon:
    """Its polygons that are worth keeping, coordinates on the lattice; may be empty."""
    parts = [part for part in shapely.get_parts(geometry, return_index=False).tolist() if isinstance(part, Polygon) and area_of(part) > _LEAST_PART_M2]
    snapped = shapely.transform(MultiPolygon(parts), lambda degrees: np.rint(degrees * 1e9) / 1e9)
    if not snapped.is_valid:
        snapped = shapely.make_valid(snapped, method="structure", keep_collapsed=False)
        snapped = shapely.transform(snapped, lambda degrees: np.rint(degrees * 1e9) / 1e9)
    return MultiPolygon([part for part in shapely.get_parts(snapped).tolist() if isinstance(part, Polygon)])


def clipped(region: MultiPolygon, outline: MultiPolygon) -> MultiPolygon:
    """The part of a region inside the outline; itself where it lies inside altogether."""
    if shapely.contains_properly(outline, region):
        return region
    return polygons(shapely.intersection(region, outline))


def zones(drafts: Iterable[Draft], regions: Mapping[int, MultiPolygon], outline: MultiPolygon | None = None) -> tuple[ZoneRecord, ...]:
    """The drafts with their ground, in the order of their codes, clipped to the outline when one is given; those without ground left out."""
    if outline is not None:
        shapely.prepare(outline)
    found: list[ZoneRecord] = []
    for draft in sorted(drafts, key=lambda one: one.code):
        ground = regions.get(draft.region)
        if ground is not None and outline is not None:
            ground = clipped(ground, outline)
        if ground is not None and not ground.is_empty:
            found.append(ZoneRecord(len(found) + 1, draft.code, draft.name, dict(draft.attributes), ground))
    return tuple(found)
