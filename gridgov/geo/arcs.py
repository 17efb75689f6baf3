"""The arcs that the outlines of a set of cells share: maximal chains of edges between the places where more than two edges meet.

An arc depends on its own vertices alone: it runs from its lower end to its higher one, a closed one from its least vertex towards the lower
of the two next ones. So whatever is made of an arc is the same for every cell beside it. Cells of several levels, cells that do not tile
and overlapping zones are all fine: outlines that run together share, others do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
_PACKED = 2**32


@dataclass(frozen=True, slots=True)
class Arcs:
    """points: (n, 2) degrees, arc after arc, both ends included. first: first point of every arc, and n at the end.

    A ring is a run of passages along arcs. arc, forward: of every passage. ring_first: first passage of every ring, and their number at the
    end. alone: per ring, whether it is one closed arc that meets no other. ring_part, part_cell: which part a ring is of (its shell comes
    first), which cell a part is of.
    """

    points: Floats
    first: Ints
    arc: Ints
    forward: Flags
    ring_first: Ints
    alone: Flags
    ring_part: Ints
    part_cell: Ints


@dataclass(frozen=True, slots=True)
class _Outlines:
    """Vertices of all rings, the closing ones left out, each ring turned to start at a node or at its least vertex.

    number: of the place of each vertex, rising with (longitude, latitude). node: of each place. first: of each ring, and the end.
    """

    points: Floats
    number: Ints
    node: Flags
    first: Ints


@dataclass(frozen=True, slots=True)
class _Passages:
    """begin: vertex each starts at. edges: how many it has. end: the vertex it ends at (the ring's first one, at the end of a ring)."""

    begin: Ints
    edges: Ints
    end: Ints


def arcs_of(cells: Sequence[BaseGeometry]) -> Arcs:
    """The arcs of valid polygons and multipolygons on the lattice (lon/lat degrees), at least one."""
    geometries = np.empty(len(cells), dtype=object)
    geometries[:] = cells
    parts, part_cell = shapely.get_parts(geometries, return_index=True)
    rings, ring_part = shapely.get_rings(parts, return_index=True)
    outlines = _turned(_outlines(rings))
    passages, ring_first = _passages(outlines)
    forward, key = _directed(outlines, passages)
    _, representative, arc = np.unique(key, return_index=True, return_inverse=True)
    points, first = _arc_points(outlines, passages, forward, representative)
    alone = ~outlines.node[outlines.number[outlines.first[:-1]]]
    return Arcs(points, first, arc.astype(np.int64), forward, ring_first, alone, ring_part.astype(np.int64), part_cell.astype(np.int64))


def _outlines(rings: NDArray[np.object_]) -> _Outlines:
    points = shapely.get_coordinates(rings) + 0.0  # -0.0 becomes 0.0: one place, one number
    ends = np.cumsum(shapely.get_num_coordinates(rings))
    kept = np.ones(len(points), dtype=bool)
    kept[:-1] = (points[1:] != points[:-1]).any(axis=1)
    kept[ends - 1] = False
    first = np.concatenate([[0], np.cumsum(kept)[ends - 1]]).astype(np.int64)
    points = points[kept]
    number, places = _numbered(np.rint(points * 1e9).astype(np.int64))
    return _Outlines(points, number, _nodes(number, places, first), first)


def _numbered(units: Ints) -> tuple[Ints, int]:
    """A number for every vertex, equal where the place is, rising with (x, y); and how many places there are."""
    offset = units - units.min(axis=0)
    if offset.max() >= _PACKED:
        offset = np.column_stack([np.unique(offset[:, axis], return_inverse=True)[1] for axis in (0, 1)])
    key = (offset[:, 0].astype(np.uint64) << np.uint64(32)) | offset[:, 1].astype(np.uint64)
    places, number = np.unique(key, return_inverse=True)
    return number.astype(np.int64), len(places)


def _nodes(number: Ints, places: int, first: Ints) -> Flags:
    """Whether other than two edges meet at a place."""
    after = _next(number, first)
    edge = np.unique(np.minimum(number, after) * places + np.maximum(number, after))
    degree = np.bincount(edge // places, minlength=places) + np.bincount(edge % places, minlength=places)
    found: Flags = degree != 2
    return found


def _next(values: Ints, first: Ints) -> Ints:
    """The value at the next vertex of the same ring."""
    after = np.roll(values, -1)
    after[first[1:] - 1] = values[first[:-1]]
    return after


def _turned(outlines: _Outlines) -> _Outlines:
    """The rings rotated to start at their first node, or without one at their least vertex."""
    first, number = outlines.first, outlines.number
    size = np.diff(first)
    ring = np.repeat(np.arange(len(size)), size)
    position = np.arange(len(number))
    least = number == np.minimum.reduceat(number, first[:-1])[ring]
    is_node = outlines.node[number]
    has_node = np.logical_or.reduceat(is_node, first[:-1])
    begins = np.where(has_node[ring], is_node, least)
    start = np.minimum.reduceat(np.where(begins, position, len(number)), first[:-1])
    order = first[ring] + (position - first[ring] + (start - first[:-1])[ring]) % size[ring]
    return _Outlines(outlines.points[order], number[order], outlines.node, first)


def _passages(outlines: _Outlines) -> tuple[_Passages, Ints]:
    """The passages of all rings, and the first of each ring with their number at the end."""
    first = outlines.first
    breaks = outlines.node[outlines.number]
    breaks[first[:-1]] = True
    begin = np.flatnonzero(breaks)
    after = np.concatenate([begin[1:], [len(breaks)]])
    ring_first = np.searchsorted(begin, first)
    end = after.copy()
    end[ring_first[1:] - 1] = first[:-1]
    return _Passages(begin, after - begin, end), ring_first.astype(np.int64)


def _directed(outlines: _Outlines, passages: _Passages) -> tuple[Flags, Ints]:
    """Whether each passage runs along its arc's own direction, and the arc's name: its first vertex and the next one."""
    number = outlines.number
    begin, end = number[passages.begin], number[passages.end]
    second = number[np.where(passages.edges > 1, passages.begin + 1, passages.end)]
    last_but_one = number[passages.begin + passages.edges - 1]
    forward = (begin < end) | ((begin == end) & (second <= last_but_one))
    key = np.where(forward, begin, end) * len(outlines.node) + np.where(forward, second, last_but_one)
    return forward, key


def _arc_points(outlines: _Outlines, passages: _Passages, forward: Flags, chosen: Ints) -> tuple[Floats, Ints]:
    """The points of one passage each, in the arc's direction."""
    size = passages.edges[chosen] + 1
    first = np.concatenate([[0], np.cumsum(size)]).astype(np.int64)
    arc = np.repeat(np.arange(len(chosen)), size)
    step = np.arange(first[-1]) - first[arc]
    passage = chosen[arc]
    along = np.where(forward[passage], step, passages.edges[passage] - step)
    vertex = np.where(along == passages.edges[passage], passages.end[passage], passages.begin[passage] + along)
    return outlines.points[vertex], first
