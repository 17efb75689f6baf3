"""Nodes that a redraw puts on edges with no cell on the other side: the declared outline and allowed gaps that run there get them too. Pure."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from gridgov.geo.exact import Place, is_between
from gridgov.geo.lattice import to_degrees, to_lattice


def with_nodes(ground: MultiPolygon, places: Sequence[Place]) -> MultiPolygon | None:
    """The same ground with the places (lattice units) that lie exactly on its edges as vertices; None = none of them does."""
    parts = [[_noded(ring, places) for ring in (part.exterior, *part.interiors)] for part in ground.geoms]
    if not any(changed for part in parts for _, changed in part):
        return None
    return MultiPolygon([Polygon(part[0][0], [ring for ring, _ in part[1:]]) for part in parts])


def _noded(ring: BaseGeometry, places: Sequence[Place]) -> tuple[list[list[float]], bool]:
    """The ring's positions in degrees, and whether any came in."""
    units = to_lattice(shapely.get_coordinates(ring))
    low, high = np.minimum(units[:-1], units[1:]), np.maximum(units[:-1], units[1:])
    inside: dict[int, list[Place]] = {}
    for place in places:
        for index in np.flatnonzero(((low <= place) & (place <= high)).all(axis=1)).tolist():
            if is_between(_place(units[index]), _place(units[index + 1]), place):
                inside.setdefault(index, []).append(place)
    rows: list[Place] = []
    for index in range(len(units)):
        start = _place(units[index])
        rows.append(start)
        rows.extend(sorted(inside.get(index, ()), key=lambda place: (place[0] - start[0]) ** 2 + (place[1] - start[1]) ** 2))
    found: list[list[float]] = to_degrees(np.array(rows, dtype=np.int64)).tolist()
    return found, bool(inside)


def _place(units: Sequence[int]) -> Place:
    return int(units[0]), int(units[1])
