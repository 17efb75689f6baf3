"""A drawn line fitted into the edges of a mesh: afterwards both meet in common places only.

What comes nearer than a centimetre to a place goes through it; where the line crosses an edge, the nearest lattice place becomes a node of
both, for every cell that has the edge. The edge of nobody's other side does not bend: the line goes to its nearer end instead.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gridgov.geo.exact import Edge, Place, as_array, crossing, meeting, side, undirected
from gridgov.geo.mesh import Mesh
from gridgov.geo.refusal import refuse

Ints = NDArray[np.int64]
# A centimetre: what an edit brings nearer to each other than this becomes one.
TAU: Final = 100
_PASSES: Final = 12


@dataclass(slots=True)
class Fitted:
    """line: places, every piece an edge of the mesh or clear of all. moved: where the outer line was met, and where the line goes instead."""

    line: list[Place]
    moved: list[tuple[Place, Place]] = field(default_factory=list)


def degrees(place: Place) -> tuple[float, float]:
    """Longitude and latitude of a place."""
    return place[0] / 1e9, place[1] / 1e9


def apart_m(one: Place, other: Place) -> float:
    """How far two near places lie from each other, in metres on a sphere: to compare and to say, not to measure."""
    east = (other[0] - one[0]) * math.cos(math.radians((one[1] + other[1]) / 2e9))
    return math.hypot(east, other[1] - one[1]) * 1.1119e-4


def fit_line(mesh: Mesh, line: Sequence[Place], edges: Callable[[Place, Place], Ints]) -> Fitted:
    """The line noded with the edges that `edges(low, high)` gives for a box, their (n, 4) rows; nodes are put into the mesh.

    Raises InvalidGeometry when it does not come to rest.
    """
    fitted = Fitted(_without_repeats(line))
    for _ in range(_PASSES):
        if not _one_pass(mesh, fitted, edges):
            return fitted
    at = degrees(fitted.line[0])
    raise refuse("", "the line runs too close along other boundaries; move it by a few centimetres.", "该线与既有界线过近，请移动几厘米后重画。", at=at)


def _one_pass(mesh: Mesh, fitted: Fitted, edges: Callable[[Place, Place], Ints]) -> bool:
    low, high = box_of(fitted.line)
    near = edges((low[0] - TAU, low[1] - TAU), (high[0] + TAU, high[1] + TAU))
    near = near[meeting(near, low, high, TAU)]
    cuts: dict[Edge, set[Place]] = {}
    line = _without_repeats([_settled(mesh, place, near, cuts, fitted) for place in fitted.line])
    way = [line[0]]
    for tail, head in pairwise(line):
        if head not in mesh.around.get(tail, ()):
            way.extend(_between(mesh, (tail, head), near, cuts, fitted))
        way.append(head)
    way = _without_repeats(way)
    changed = bool(cuts) or way != fitted.line
    for edge, places in cuts.items():
        mesh.put_nodes(edge, sorted(places, key=lambda place, edge=edge: _along(edge, place)))  # type: ignore[misc]
    fitted.line = way
    return changed


def _settled(mesh: Mesh, place: Place, near: Ints, cuts: dict[Edge, set[Place]], fitted: Fitted) -> Place:
    """The place itself, the vertex it is taken for, or a place on the edge it lies on."""
    if place in mesh.around:
        return place
    rows = near[meeting(near, place, place, TAU)]
    if not len(rows):
        return place
    vertices = np.vstack([rows[:, :2], rows[:, 2:]])
    off = np.abs(vertices - np.array(place))
    close = vertices[np.hypot(off[:, 0], off[:, 1]) <= TAU]
    if len(close):
        return min((_squared(place, (x, y)), (x, y)) for x, y in close.tolist())[1]
    best = min(((_off(edge, place), edge) for edge in _as_edges(rows)), default=None)
    if best is None or best[0] > TAU:
        return place
    return _node(mesh, best[1], foot(best[1], place), cuts, fitted)


def _between(mesh: Mesh, piece: Edge, near: Ints, cuts: dict[Edge, set[Place]], fitted: Fitted) -> list[Place]:
    """The places a piece of the line must go through, in order from its start."""
    tail, head = piece
    rows = near[meeting(near, *box_of(piece), TAU)]
    through: set[Place] = set()
    for vertex in {place for edge in _as_edges(rows) for place in edge} - {tail, head}:
        exact = side(tail, head, vertex) == 0
        inside = 0 < _along(piece, vertex) < _squared(tail, head)
        if inside and (exact or (_off(piece, vertex) <= TAU and min(_squared(vertex, tail), _squared(vertex, head)) > TAU * TAU)):
            through.add(vertex)
    for edge in _as_edges(rows):
        if through.isdisjoint(edge) and (place := crossing(piece, edge)) is not None:
            through.add(_node(mesh, edge, place, cuts, fitted))
    return sorted(through - {tail, head}, key=lambda place: (_along(piece, place), place))


def _node(mesh: Mesh, edge: Edge, place: Place, cuts: dict[Edge, set[Place]], fitted: Fitted) -> Place:
    """The place as a node of the edge; an end of the edge where the edge must not bend or the end is that near."""
    end = min(edge, key=lambda vertex: (apart_m(vertex, place), vertex))
    if _squared(end, place) <= TAU * TAU:
        return end
    if mesh.is_rim(edge) and side(*edge, place):
        fitted.moved.append((place, end))
        return end
    cuts.setdefault(undirected(edge), set()).add(place)
    return place


def foot(edge: Edge, place: Place) -> Place:
    """The lattice place on an edge that lies nearest to a place, as the eye measures it."""
    (ax, ay), (bx, by) = edge
    narrow = math.cos(math.radians(place[1] / 1e9))
    east, north = (bx - ax) * narrow, by - ay
    length = east * east + north * north
    share = 0.0 if not length else ((place[0] - ax) * narrow * east + (place[1] - ay) * north) / length
    share = min(1.0, max(0.0, share))
    return ax + round((bx - ax) * share), ay + round((by - ay) * share)


def box_of(places: Iterable[Place]) -> tuple[Place, Place]:
    """The lowest and the highest corner of the box of places."""
    listed = list(places)
    xs, ys = [place[0] for place in listed], [place[1] for place in listed]
    return (min(xs), min(ys)), (max(xs), max(ys))


def crosses_itself(line: Sequence[Place]) -> Place | None:
    """A place where a line meets itself elsewhere than in a common end of first and last piece; None = nowhere."""
    pieces = list(pairwise(line))
    seen: set[Place] = set()
    for place in line[1:-1] if line[0] == line[-1] else line:
        if place in seen:
            return place
        seen.add(place)
    rows = as_array(pieces)
    for piece in pieces:
        for row in rows[meeting(rows, *box_of(piece))].tolist():
            other: Edge = ((row[0], row[1]), (row[2], row[3]))
            if (met := crossing(piece, other)) is not None:
                return met
            for end in other:
                if end not in piece and side(*piece, end) == 0 and 0 < _along(piece, end) < _squared(*piece):
                    return end
    return None


def _as_edges(rows: Ints) -> list[Edge]:
    return sorted({undirected(((ax, ay), (bx, by))) for ax, ay, bx, by in rows.tolist()})


def _without_repeats(line: Sequence[Place]) -> list[Place]:
    return [place for index, place in enumerate(line) if index == 0 or place != line[index - 1]]


def _along(edge: Edge, place: Place) -> int:
    (ax, ay), (bx, by) = edge
    return (place[0] - ax) * (bx - ax) + (place[1] - ay) * (by - ay)


def _squared(one: Place, other: Place) -> int:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _off(edge: Edge, place: Place) -> float:
    """How far a place lies from an edge, in lattice units."""
    length = _squared(*edge)
    along = min(max(_along(edge, place), 0), length)
    if along in (0, length):
        return math.sqrt(_squared(edge[0] if along == 0 else edge[1], place))
    return abs(side(*edge, place)) / math.sqrt(length)
