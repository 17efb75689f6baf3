"""Exact geometry of single points and edges on the lattice, in whole numbers without limit.

Used where few are decided at a time: a drawn line against the edges near it. A place is (x, y) in lattice units of 1e-9 degree.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Place = tuple[int, int]
Edge = tuple[Place, Place]
Ints = NDArray[np.int64]
_FITS = 4 * 10**18


def side(a: Place, b: Place, p: Place) -> int:
    """Positive when p lies to the left of a->b, negative to the right, 0 on the line through both."""
    return (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])


def is_between(a: Place, b: Place, p: Place) -> bool:
    """Whether p lies on the edge a-b and is neither of its ends."""
    if p in (a, b) or side(a, b, p):
        return False
    return min(a[0], b[0]) <= p[0] <= max(a[0], b[0]) and min(a[1], b[1]) <= p[1] <= max(a[1], b[1])


def crossing(a: Edge, b: Edge) -> Place | None:
    """The place nearest to where two edges cross inside both, halves rounded up; None when they do not."""
    (p, q), (s, t) = a, b
    over, under = side(p, q, s), side(p, q, t)
    left, right = side(s, t, p), side(s, t, q)
    if not (over and under and left and right) or (over > 0) == (under > 0) or (left > 0) == (right > 0):
        return None
    whole = left - right
    return _nearest(p[0] * whole + (q[0] - p[0]) * left, whole), _nearest(p[1] * whole + (q[1] - p[1]) * left, whole)


def _nearest(number: int, divisor: int) -> int:
    if divisor < 0:
        number, divisor = -number, -divisor
    return (2 * number + divisor) // (2 * divisor)


def undirected(edge: Edge) -> Edge:
    """The edge from its lower end to its higher one."""
    return edge if edge[0] < edge[1] else (edge[1], edge[0])


def as_array(edges: Iterable[Edge]) -> Ints:
    """(n, 4): x and y of the first end, x and y of the second."""
    listed = list(edges)
    return np.array(listed, dtype=np.int64).reshape(len(listed), 4)


def meeting(edges: Ints, low: Place, high: Place, reach: int = 0) -> Ints:
    """Which of the edges (n, 4) have a box that meets another box, by `reach` more on every side."""
    near = np.minimum(edges[:, :2], edges[:, 2:]) <= np.array(high) + reach
    near &= np.maximum(edges[:, :2], edges[:, 2:]) >= np.array(low) - reach
    return np.flatnonzero(near.all(axis=1))


def first_clash(fresh: Sequence[Edge], standing: Ints) -> tuple[Edge, Edge] | None:
    """The first edge of `fresh` with an edge of `standing` (n, 4) that it meets elsewhere than in a common end; None = all are clean.

    An edge met with itself is no clash, whichever way it runs.
    """
    for edge in fresh:
        (ax, ay), (bx, by) = edge
        low, high = (min(ax, bx), min(ay, by)), (max(ax, bx), max(ay, by))
        for row in standing[meeting(standing, low, high)].tolist():
            other: Edge = ((row[0], row[1]), (row[2], row[3]))
            if undirected(edge) != undirected(other) and _clashes(edge, other):
                return edge, other
    return None


def _clashes(one: Edge, other: Edge) -> bool:
    if any(is_between(*other, place) for place in one) or any(is_between(*one, place) for place in other):
        return True
    over, under = side(*one, other[0]), side(*one, other[1])
    left, right = side(*other, one[0]), side(*other, one[1])
    if not (over and under and left and right):
        return False
    return (over > 0) != (under > 0) and (left > 0) != (right > 0)


def winding(places2: Ints, edges: Ints) -> Ints:
    """How often directed edges (k, 4), which form closed curves, go round each place, counter-clockwise positive.

    places2: (n, 2), twice the coordinates, so that middles of edges are whole. On an edge that runs upwards the place counts as left of it, on
    one that runs downwards as right of it; on a level edge as above it.
    """
    if not len(places2) or not len(edges):
        return np.zeros(len(places2), dtype=np.int64)
    origin = edges[0, :2]
    start, end = (edges[:, :2] - origin) * 2, (edges[:, 2:] - origin) * 2
    points = places2 - origin * 2
    along = end - start
    # Both factors of a product, however far apart the places are: beyond 63 bits whole numbers without limit take over.
    widest = int(max(np.abs(start).max(), np.abs(points).max()))
    if int(np.abs(along).max()) * widest * 4 > _FITS:
        start, end, points, along = (part.astype(object) for part in (start, end, points, along))
    found = np.zeros(len(points), dtype=np.int64)
    for index in range(0, len(points), 1024):
        x, y = points[index : index + 1024, 0:1], points[index : index + 1024, 1:2]
        turn = along[:, 0] * (y - start[:, 1]) - along[:, 1] * (x - start[:, 0])
        upward = (start[:, 1] <= y) & (y < end[:, 1]) & (turn >= 0)
        downward = (end[:, 1] <= y) & (y < start[:, 1]) & (turn <= 0)
        found[index : index + 1024] = upward.sum(axis=1) - downward.sum(axis=1)
    return found
