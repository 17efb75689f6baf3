"""The largest circle inside a polygon, to a tenth of a millimetre, also between parallel sides.

A branch-and-bound search alone needs length / tolerance steps along a corridor. So it is stopped early, near enough to know which
sides hold the circle, and the centre is then moved exactly: between the sides it touches, the radius is a small linear programme.
"""

from functools import cache
from itertools import combinations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Points = NDArray[np.float64]

_FINE_M = 0.0005
_MOST_SIDES = 9
_STEPS = 12


def inscribed_diameter_m(polygon: BaseGeometry) -> float:
    """Diameter of the largest circle inside any part of a Polygon or MultiPolygon (plane coordinates in metres); 0.0 when empty."""
    return max((2 * _radius(part) for part in shapely.get_parts(polygon) if not part.is_empty), default=0.0)


def _radius(part: BaseGeometry) -> float:
    # No inscribed radius is smaller than area / perimeter, so this is a fine tolerance for wide parts and thin ones alike.
    tolerance = max(_FINE_M, part.area / part.length / 200)
    found = shapely.maximum_inscribed_circle(part, tolerance=tolerance)
    centre = shapely.get_coordinates(found)[0]
    return _polished(_sides_near(part, centre, found.length + 4 * tolerance), centre, 4 * tolerance)


def _sides_near(part: BaseGeometry, centre: Points, reach: float) -> tuple[Points, Points]:
    """Start and end points of the sides that come within reach of the centre."""
    starts, ends = [], []
    for ring in shapely.get_rings(part):
        points = shapely.get_coordinates(ring)
        starts.append(points[:-1])
        ends.append(points[1:])
    start, end = np.concatenate(starts), np.concatenate(ends)
    distance = np.hypot(*(_nearest(start, end, centre) - centre).T)
    close = distance <= reach * (1 + 1e-9)
    return start[close], end[close]


def _polished(sides: tuple[Points, Points], centre: Points, trust: float) -> float:
    """The radius after moving the centre to where the sides let the circle grow no more."""
    offset = centre - _nearest(*sides, centre)
    distance = np.hypot(*offset.T)
    best = float(distance.min())
    for _ in range(_STEPS):
        if trust < 1e-6 or best == 0.0:
            break
        touched = np.argsort(distance, kind="stable")[:_MOST_SIDES]
        held = touched[distance[touched] > 0]
        step = _best_step(distance[held], offset[held] / distance[held, None], trust)
        there = centre + step
        offset_there = there - _nearest(*sides, there)
        distance_there = np.hypot(*offset_there.T)
        if distance_there.min() <= best + 1e-9:
            trust /= 4
            continue
        centre, offset, distance, best = there, offset_there, distance_there, float(distance_there.min())
    return best


def _best_step(distance: Points, direction: Points, trust: float) -> Points:
    """The move within a square of half side `trust` that makes the least of distance + direction . move greatest.

    A linear programme in three unknowns: its optimum is where three of its planes meet.
    """
    rows = np.vstack([np.column_stack([-direction, np.ones(len(distance))]), [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]])
    limits = np.concatenate([distance, [trust] * 4])
    chosen = _triples(len(limits))
    matrices, values = rows[chosen], limits[chosen]
    solvable = np.abs(np.linalg.det(matrices)) > 1e-12
    corners = np.linalg.solve(matrices[solvable], values[solvable][..., None])[..., 0]
    feasible = corners[(corners @ rows.T <= limits + 1e-9).all(axis=1)]
    if not len(feasible):
        return np.zeros(2)
    step: Points = feasible[np.argmax(feasible[:, 2]), :2]
    return step


@cache
def _triples(count: int) -> NDArray[np.int64]:
    return np.array(list(combinations(range(count), 3)), dtype=np.int64)


def _nearest(start: Points, end: Points, point: Points) -> Points:
    """The point of each side nearest to a point."""
    along = end - start
    length2 = np.maximum((along**2).sum(axis=1), 1e-300)
    share = np.clip(((point - start) * along).sum(axis=1) / length2, 0.0, 1.0)
    nearest: Points = start + share[:, None] * along
    return nearest
