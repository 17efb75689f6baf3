"""Vertices added along long edges, so that an edge means the same in degrees and in any plane.

Every edge is cut on its canonical direction (smaller end first): two neighbours that share an edge get the same added vertices, to the bit.
Which copy is densified, and before what, is decided by the caller: nodes first, then this, then a projection.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import LinearRing, LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.lattice import to_degrees, to_lattice

G = TypeVar("G", bound=BaseGeometry)
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# The largest radius of curvature of the ellipsoid (at the poles): lengths from it are never too short.
_LARGEST_RADIUS_M = 6_399_594.0


def densify(geometry: G, max_m: float) -> G:
    """The geometry with no edge longer than `max_m` metres, every vertex on the lattice, added ones on the straight lon/lat edge.

    lon/lat in degrees; vertices are snapped first. Points come back snapped. Added vertices lie within 0.71 unit of the edge, so a shape with
    features nearer than that to each other must be checked afterwards.
    """
    return cast(G, _rebuild(geometry, lambda path: to_degrees(_cut_on_lattice(to_lattice(path), max_m))))


def densify_plane(geometry: G, max_length: float) -> G:
    """The same in a plane: no edge longer than `max_length` (units of the plane), original vertices kept to the bit."""
    return cast(G, _rebuild(geometry, lambda path: _cut_in_plane(path, max_length)))


def _cut_on_lattice(path: Ints, max_m: float) -> Ints:
    latitude = np.abs(to_degrees(path[:, 1]))
    nearest_equator = np.where(np.sign(path[:-1, 1]) * np.sign(path[1:, 1]) < 0, 0.0, np.minimum(latitude[:-1], latitude[1:]))
    step_m = np.radians(np.abs(to_degrees(np.diff(path, axis=0)))) * _LARGEST_RADIUS_M
    length_m = np.hypot(step_m[:, 0] * np.cos(np.radians(nearest_equator)), step_m[:, 1])
    edge, position, count, turned = _positions(path, length_m, max_m)
    start = np.where(turned, path[edge + 1].T, path[edge].T).T
    end = np.where(turned, path[edge].T, path[edge + 1].T).T
    along = np.where(turned, count - position, position)[:, None]
    pieces = count[:, None]
    return np.concatenate([start + (2 * (end - start) * along + pieces) // (2 * pieces), path[-1:]])


def _cut_in_plane(path: Floats, max_length: float) -> Floats:
    length = np.hypot(*np.diff(path, axis=0).T)
    edge, position, count, turned = _positions(path, length, max_length)
    start = np.where(turned, path[edge + 1].T, path[edge].T).T
    end = np.where(turned, path[edge].T, path[edge + 1].T).T
    along = np.where(turned, count - position, position)[:, None]
    cut = start + (end - start) * (along / count[:, None])
    cut[position == 0] = path[:-1]
    return np.concatenate([cut, path[-1:]])


def _positions(path: NDArray[np.float64] | NDArray[np.int64], length: Floats, limit: float) -> tuple[Ints, Ints, Ints, NDArray[np.bool_]]:
    """For every vertex to write (without the last): its edge, its place 0.. on that edge, the edge's pieces, whether the edge runs backwards."""
    pieces = np.maximum(1, np.ceil(length / limit)).astype(np.int64)
    edge = np.repeat(np.arange(len(pieces)), pieces)
    position = np.arange(len(edge)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    x, y = path[:, 0], path[:, 1]
    backwards = (x[:-1] > x[1:]) | ((x[:-1] == x[1:]) & (y[:-1] > y[1:]))
    return edge, position, pieces[edge], backwards[edge]


def _rebuild(geometry: BaseGeometry, cut: Callable[[Floats], Floats]) -> BaseGeometry:
    if geometry.is_empty:
        return geometry
    match geometry:
        case Polygon():
            return Polygon(cut(_path(geometry.exterior)), [cut(_path(ring)) for ring in geometry.interiors])
        case MultiPolygon():
            return MultiPolygon([cast(Polygon, _rebuild(part, cut)) for part in geometry.geoms])
        case LinearRing():
            return LinearRing(cut(_path(geometry)))
        case LineString():
            return LineString(cut(_path(geometry)))
        case MultiLineString():
            return MultiLineString([cast(LineString, _rebuild(part, cut)) for part in geometry.geoms])
        case _:
            return shapely.transform(geometry, lambda points: np.array([cut(point[None, :])[-1] for point in points]))


def _path(line: BaseGeometry) -> Floats:
    return np.asarray(shapely.get_coordinates(line))
