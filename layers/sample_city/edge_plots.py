"""Plots that meet the red line in a special way: sharing its vertices and nothing else, or reaching over it by a hair."""

from collections.abc import Iterator, Mapping

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from layers.sample_city.frame import to_lonlat, to_plane
from layers.sample_city.placing import Demand, suits
from layers.sample_city.records import ZoneLayer
from layers.sample_city.works import area_of

_DEPTH_M, _OVER_M, _HALF_BASE_M = 130.0, 0.3, 1.0
_LONGEST_EDGE_M = 28.0


def _edges(layer: ZoneLayer, window: BaseGeometry) -> Iterator[tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]]:
    """Short pairs of edges of the red line's outer rings: three vertices in lon/lat and in metres each, ground on their left."""
    for zone in layer.zones:
        if not shapely.intersects(window, zone.geometry):
            continue
        for part in zone.geometry.geoms:
            ring = shapely.get_coordinates(part.exterior)
            metres = to_plane(ring)
            length = np.hypot(*np.diff(metres, axis=0).T)
            for first in np.flatnonzero((length[:-1] < _LONGEST_EDGE_M) & (length[1:] < _LONGEST_EDGE_M) & (length[:-1] > 9)).tolist():
                yield ring[first], ring[first + 1], ring[first + 2], metres[first : first + 3]


def _outward(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Unit vector to the right of the way from one to the other: away from the ground of a counter-clockwise ring."""
    along = (other - one) / np.hypot(*(other - one))
    return np.array([along[1], -along[0]])


def _runs_into(one: NDArray[np.float64], other: NDArray[np.float64], red: BaseGeometry) -> bool:
    """Whether the red line comes back to where the plot would lie; asked first because it is quickly answered."""
    out = _outward(one, other)
    return bool(shapely.intersects(red, Polygon(to_lonlat(np.stack([one + out * 12, one + out * _DEPTH_M, other + out * _DEPTH_M, other + out * 12])))))


def touching_plot(layer: ZoneLayer, demand: Demand, known: Mapping[str, BaseGeometry]) -> Polygon | None:
    """A plot whose border with the red line is three of its vertices: nothing overlaps. demand: how it lies otherwise."""
    for a, b, c, metres in _edges(layer, known["window"]):
        away = _outward(metres[0], metres[2]) * _DEPTH_M
        if _runs_into(metres[0], metres[2], known["red"]):
            continue
        far = to_lonlat(np.stack([metres[2] + away, metres[0] + away]))
        found = Polygon([a, b, c, far[0], far[1]])
        if found.is_valid and suits(found, demand, known) and found.touches(known["red"]):
            return found
    return None


def sliver_plot(layer: ZoneLayer, demand: Demand, known: Mapping[str, BaseGeometry]) -> Polygon | None:
    """A plot that reaches over the red line by a triangle of 0.3 m2, 0.3 m deep."""
    for a, b, _, metres in _edges(layer, known["window"]):
        if _runs_into(metres[0], metres[1], known["red"]):
            continue
        out = _outward(metres[0], metres[1])
        along = np.array([-out[1], out[0]])
        middle = (metres[0] + metres[1]) / 2
        over = np.stack([middle - along * _HALF_BASE_M, middle - out * _OVER_M, middle + along * _HALF_BASE_M])
        far = np.stack([metres[1] + out * _DEPTH_M, metres[0] + out * _DEPTH_M])
        found = Polygon([a, *to_lonlat(over), b, *to_lonlat(far)])
        if found.is_valid and suits(found, demand, known) and 0.25 < area_of(shapely.intersection(found, known["red"])) < 0.35:
            return found
    return None
